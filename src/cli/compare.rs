//! `fundgap compare`: any number of scenarios side by side.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::Opened;
use fundgap::output::{Format, csv, json};
use fundgap::report::compare::{self, Compared};
use fundgap::report::tidy::short_name;

use super::common::{Changes, Global, Showing};
use super::exit::Exit;
use super::run::RunWord;
use super::several::{Chosen, open_all};

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
    #[command(flatten)]
    chosen: Chosen,
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
        let plans = match open_all(&self.scenarios, &self.changes, &self.showing, global)? {
            Ok(plans) => plans,
            Err(exit) => return Ok(exit),
        };
        let own = plans[0].scenario.unit;
        let labels = self.labels(&plans);
        let scope = self.chosen.organisation(&plans)?;
        let measures = self.chosen.measures(&plans)?;
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
            _ => self.showing.write_document(
                &compare::document(&compared).with_changes(&self.changes.words()),
                own,
                global,
                format,
            )?,
        }
        Ok(Exit::Fine)
    }

    fn labels(&self, plans: &[Opened]) -> Vec<String> {
        let own = |o: &Opened| short_name(o.loaded.sources.describe_file(o.loaded.root));
        plans.iter().enumerate().map(|(n, o)| self.labels.get(n).cloned().unwrap_or_else(|| own(o))).collect()
    }
}
