//! Whose figures a command shows: one organisation, one view, or what says most of the plan.

use anyhow::bail;
use clap::Args;
use fundgap::Opened;
use fundgap::analysis::compare::bodies;
use fundgap::vocabulary::Name;

use super::common::no_organisation;
use super::run::ViewWord;

/// The flags that choose a scope.
#[derive(Debug, Clone, Args)]
pub struct Scope {
    /// One view of a system
    #[arg(long, value_enum, value_name = "VIEW")]
    view: Option<ViewWord>,
    /// One organisation
    #[arg(long, value_name = "NAME", conflicts_with = "view")]
    organisation: Option<String>,
}

impl Scope {
    /// The organisations or views asked for, each with its title. Without a flag the whole system where
    /// its gaps add in every one of these plans, else every organisation; `all` gives both.
    pub fn of(&self, plans: &[&Opened], all: bool) -> anyhow::Result<Vec<(Name, String)>> {
        let organisations = bodies(plans.iter().copied());
        if let Some(wanted) = &self.organisation {
            if let Some(found) = organisations.iter().find(|(name, _)| name.as_str() == wanted) {
                return Ok(vec![found.clone()]);
            }
            let known: Vec<&str> = organisations.iter().map(|(name, _)| name.as_str()).collect();
            return Err(no_organisation(wanted, &known));
        }
        let views = plans.iter().flat_map(|o| &o.plan.facts.views);
        if let Some(word) = self.view {
            let Some(view) = views.clone().find(|v| v.name.as_str() == word.name()) else {
                bail!("this scenario has no {} view: leave --view out, or name an --organisation", word.name());
            };
            return Ok(vec![(view.name.clone(), view.title.to_owned())]);
        }
        let adds = |v: &&fundgap::mechanism::system::View| {
            plans.iter().flat_map(|o| &o.plan.facts.views).all(|o| o.name != v.name || o.not_added.is_none())
        };
        let mut scopes: Vec<(Name, String)> = Vec::new();
        for view in views.filter(adds).filter(|v| all || v.name.as_str() == "system") {
            if !scopes.iter().any(|(name, _)| *name == view.name) {
                scopes.push((view.name.clone(), view.title.to_owned()));
            }
        }
        Ok(match (scopes.is_empty(), all) {
            (_, true) => organisations.into_iter().chain(scopes).collect(),
            (true, false) => organisations,
            (false, false) => scopes,
        })
    }
}
