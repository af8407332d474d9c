//! `fundgap vintages`: how the gap of the same year was seen in each successive plan.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::analysis::vintages::order;
use fundgap::output::{Format, csv, json};
use fundgap::report::vintages::{self as report, Vintages as Told};

use super::common::{Changes, Global, Showing};
use super::exit::Exit;
use super::run::RunWord;
use super::several::{Chosen, open_all};

/// How was the gap of the same year seen in each successive plan?
///
/// Plans are put in the order of their making: after the file that `version.supersedes` names, else by
/// `version.date`, else as given. A row a plan and a column a year, in both runs; how each plan moved the
/// year from the plan before; and a small chart of each year.
#[derive(Debug, Args)]
pub struct Vintages {
    /// Plans of successive years or versions; one may be `-`, standard input
    #[arg(required = true, num_args = 2.., value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    chosen: Chosen,
    /// Which run the tables show
    #[arg(long, value_enum, default_value_t = RunWord::Both, value_name = "RUN")]
    run: RunWord,
    #[command(flatten)]
    showing: Showing,
}

impl Vintages {
    /// Runs the command; every plan that cannot be opened is told before it ends.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        for (n, path) in self.files.iter().enumerate() {
            let same = |other: &&PathBuf| match (other.canonicalize(), path.canonicalize()) {
                (Ok(other), Ok(path)) => other == path,
                _ => false,
            };
            if let Some(other) = self.files.iter().take(n).find(same) {
                let twice = if other == path { "twice".to_owned() } else { format!("as `{}` too", other.display()) };
                bail!("`{}` is given {twice}, and a plan is compared with others: leave one out", path.display());
            }
        }
        let unchanged = Changes { sets: Vec::new(), layers: Vec::new() };
        let plans = match open_all(&self.files, &unchanged, &self.showing, global)? {
            Ok(plans) => plans,
            Err(exit) => return Ok(exit),
        };
        let scope = self.chosen.organisation(&plans)?;
        let measures = self.chosen.measures(&plans)?;
        let order = order(&plans);
        let told =
            Told { plans: &plans, order: &order, measures: &measures, scope: scope.as_ref(), runs: self.run.runs() };
        match format {
            Format::Csv => {
                let table = report::table(&told);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = report::json(&told);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => self.showing.write_document(&report::document(&told), plans[0].scenario.unit, global, format)?,
        }
        Ok(Exit::Fine)
    }
}
