//! What the commands that put several plans side by side share: opening all of them, and whose figures and
//! which are shown.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::Opened;
use fundgap::analysis::compare::organisations;
use fundgap::check::expectation::measure_code;
use fundgap::vocabulary::name::did_you_mean;
use fundgap::vocabulary::{Measure, Name};

use super::common::{Changes, Global, Showing, no_organisation, open};
use super::exit::Exit;

/// The flags that choose among the figures of several plans.
#[derive(Debug, Clone, Args)]
pub struct Chosen {
    /// A figure to show, by the last part of its address (repeatable); else the usual ones
    #[arg(long = "measure", value_name = "MEASURE")]
    measures: Vec<String>,
    /// One organisation, or `system`
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
}

impl Chosen {
    /// The organisation asked for, if one was: a plan has it, or there is a system of several.
    pub fn organisation(&self, plans: &[Opened]) -> anyhow::Result<Option<Name>> {
        let Some(wanted) = &self.organisation else { return Ok(None) };
        let all = organisations(plans);
        match all.iter().find(|(name, _)| name.as_str() == wanted) {
            Some((name, _)) => Ok(Some(name.clone())),
            None => {
                let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
                Err(no_organisation(wanted, &names))
            }
        }
    }

    /// The measures asked for, each of which some plan has.
    pub fn measures(&self, plans: &[Opened]) -> anyhow::Result<Vec<String>> {
        let scopes = organisations(plans);
        let there =
            |code: &str| plans.iter().any(|p| scopes.iter().any(|(name, _)| p.plan.named(name, code).is_some()));
        let mut codes = Vec::new();
        for typed in &self.measures {
            let code = measure_code(typed);
            if !there(&code) {
                let known = Measure::ALL.map(Measure::code);
                match did_you_mean(&code, known) {
                    Some(meant) => bail!("there is no measure `{typed}`; did you mean `{meant}`?"),
                    None => bail!("there is no measure `{typed}`; there is: {}", known.join(", ")),
                }
            }
            codes.push(code);
        }
        Ok(codes)
    }
}

/// Opens every one of these files; each that cannot be is told before it ends.
pub fn open_all(
    files: &[PathBuf],
    changes: &Changes,
    showing: &Showing,
    global: &Global,
) -> anyhow::Result<Result<Vec<Opened>, Exit>> {
    if files.iter().filter(|p| p.as_os_str() == "-").count() > 1 {
        bail!("only one plan can be read from standard input");
    }
    let mut plans: Vec<Opened> = Vec::new();
    let mut worst = Exit::Fine;
    for path in files {
        match open(path, changes, global) {
            Ok(opened) => {
                showing.spares(&opened)?;
                plans.push(opened);
            }
            Err(exit) => worst = worst.max(exit),
        }
    }
    Ok(if plans.len() < files.len() { Err(worst) } else { Ok(plans) })
}
