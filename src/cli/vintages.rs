//! `fundgap vintages`: how the gap of the same year was seen in each successive plan.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::Opened;
use fundgap::analysis::compare::organisations;
use fundgap::analysis::vintages::order;
use fundgap::check::expectation::measure_code;
use fundgap::output::{Format, csv, json};
use fundgap::report::vintages::{self as report, Vintages as Told};
use fundgap::vocabulary::name::did_you_mean;
use fundgap::vocabulary::{Measure, Name};

use super::common::{Changes, Global, Showing, no_organisation, open};
use super::exit::Exit;
use super::run::RunWord;

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
    /// A figure to show, by the last part of its address (repeatable); else still to find and before savings
    #[arg(long = "measure", value_name = "MEASURE")]
    measures: Vec<String>,
    /// One organisation, or `system`
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
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
        if self.files.iter().filter(|p| p.as_os_str() == "-").count() > 1 {
            bail!("only one plan can be read from standard input");
        }
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
        let mut plans: Vec<Opened> = Vec::new();
        let mut worst = Exit::Fine;
        for path in &self.files {
            match open(path, &unchanged, global) {
                Ok(opened) => {
                    self.showing.spares(&opened)?;
                    plans.push(opened);
                }
                Err(exit) => worst = worst.max(exit),
            }
        }
        if plans.len() < self.files.len() {
            return Ok(worst);
        }
        let scope = self.scope(&plans)?;
        let measures = self.measures(&plans)?;
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

    fn scope(&self, plans: &[Opened]) -> anyhow::Result<Option<Name>> {
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

    fn measures(&self, plans: &[Opened]) -> anyhow::Result<Vec<String>> {
        let scopes = organisations(plans);
        let mut codes = Vec::new();
        for typed in &self.measures {
            let code = measure_code(typed);
            if !plans.iter().any(|p| scopes.iter().any(|(name, _)| p.plan.named(name, &code).is_some())) {
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
