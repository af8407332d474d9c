//! `fundgap compare`: any number of scenarios side by side.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::Opened;
use fundgap::analysis::compare::organisations;
use fundgap::check::expectation::measure_code;
use fundgap::output::{Format, csv, json};
use fundgap::report::compare::{self, Compared};
use fundgap::report::tidy::short_name;
use fundgap::vocabulary::Name;
use fundgap::vocabulary::name::did_you_mean;

use super::common::{Changes, Global, Showing, open};
use super::exit::Exit;
use super::run::RunWord;

/// How do these scenarios stand side by side, by organisation and financial year?
///
/// Each is compared with the first. They may begin in different years and be of different
/// organisations: a dash stands where a plan has no such figure.
#[derive(Debug, Args)]
pub struct Compare {
    /// Scenario files, the one to compare with first; `-` reads standard input
    #[arg(required = true, num_args = 2.., value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// What a scenario is called, in the order of the files (repeatable); else its file's name
    #[arg(long = "label", value_name = "LABEL")]
    labels: Vec<String>,
    #[command(flatten)]
    changes: Changes,
    /// A figure to show, by the last part of its address (repeatable); else the usual ones
    #[arg(long = "measure", value_name = "MEASURE")]
    measures: Vec<String>,
    /// One organisation, or `system`
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Which run the tables show
    #[arg(long, value_enum, default_value_t = RunWord::Both, value_name = "RUN")]
    run: RunWord,
    /// How many of the rows that differ most are listed
    #[arg(long, default_value_t = 10, value_name = "N")]
    movers: usize,
    #[command(flatten)]
    showing: Showing,
}

impl Compare {
    /// Runs the command; every scenario that cannot be opened is told before it ends.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        if self.labels.len() > self.scenarios.len() {
            bail!("there are {} labels for {} scenarios", self.labels.len(), self.scenarios.len());
        }
        if self.scenarios.iter().filter(|p| p.as_os_str() == "-").count() > 1 {
            bail!("only one scenario can be read from standard input");
        }
        let mut plans: Vec<Opened> = Vec::new();
        let mut worst = Exit::Fine;
        for path in &self.scenarios {
            match open(path, &self.changes, global) {
                Ok(opened) => {
                    self.showing.spares(&opened)?;
                    plans.push(opened);
                }
                Err(exit) => worst = worst.max(exit),
            }
        }
        if plans.len() < self.scenarios.len() {
            return Ok(worst);
        }
        let own = plans[0].scenario.unit;
        let labels = self.labels(&plans);
        let scope = self.scope(&plans)?;
        let measures = self.measures(&plans)?;
        let compared = Compared {
            plans: &plans,
            labels: &labels,
            measures: &measures,
            scope: scope.as_ref(),
            runs: self.run.runs(),
            movers: self.movers,
        };
        match format {
            Format::Csv => {
                let table = compare::table(&compared);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = compare::json(&compared);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => self.showing.write_document(&compare::document(&compared), own, global, format)?,
        }
        Ok(Exit::Fine)
    }

    fn labels(&self, plans: &[Opened]) -> Vec<String> {
        let own = |o: &Opened| short_name(o.loaded.sources.describe_file(o.loaded.root));
        plans.iter().enumerate().map(|(n, o)| self.labels.get(n).cloned().unwrap_or_else(|| own(o))).collect()
    }

    fn scope(&self, plans: &[Opened]) -> anyhow::Result<Option<Name>> {
        let Some(wanted) = &self.organisation else { return Ok(None) };
        let all = organisations(plans);
        match all.iter().find(|(name, _)| name.as_str() == wanted) {
            Some((name, _)) => Ok(Some(name.clone())),
            None => {
                let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
                let meant = did_you_mean(wanted, names.iter().copied())
                    .map(|m| format!("did you mean `{m}`? "))
                    .unwrap_or_default();
                bail!("no scenario has an organisation `{wanted}`; {meant}there is: {}", names.join(", "))
            }
        }
    }

    fn measures(&self, plans: &[Opened]) -> anyhow::Result<Vec<String>> {
        let scopes = organisations(plans);
        let there =
            |code: &str| plans.iter().any(|p| scopes.iter().any(|(name, _)| p.plan.named(name, code).is_some()));
        let mut codes = Vec::new();
        for typed in &self.measures {
            let code = measure_code(typed);
            if !there(&code) {
                let known = fundgap::vocabulary::Measure::ALL.map(fundgap::vocabulary::Measure::code);
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
