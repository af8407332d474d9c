//! `fundgap bridge`: which steps lead from one gap to another.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use fundgap::Opened;
use fundgap::analysis::bridge::{End, Way, still_to_find, way};
use fundgap::output::{Format, csv, json};
use fundgap::report::bridge::{self, Asked};
use fundgap::sheet::Run;
use fundgap::vocabulary::{FinancialYear, Name};

use super::common::{Changes, Global, Showing, open};
use super::exit::Exit;
use super::run::RunWord;
use super::scope::Scope;

/// Which steps lead from one gap to another?
///
/// Between two years of one scenario, the base year to the last unless said otherwise; or, with two
/// scenarios, between the same year of both. It bridges what is still to find: prices, volumes, growth,
/// full-year effects, one-offs that drop out and every other step of the roll-forward, then funding,
/// savings, support and planned reserves, recurrent and one-off apart. The steps and both ends agree to
/// the penny.
///
/// A bridge of two scenarios says which figures moved; `fundgap diff` says which assumptions moved them.
#[derive(Debug, Args)]
pub struct Bridge {
    /// The scenario file; `-` reads standard input
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// A second scenario: from the first to it. --set and --layer change both
    #[arg(value_name = "OTHER")]
    other: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// The year it begins in; the base year when left out, or with two scenarios the year of --to
    #[arg(long, value_name = "YEAR")]
    from: Option<FinancialYear>,
    /// The year it ends in; the last year when left out
    #[arg(long, value_name = "YEAR")]
    to: Option<FinancialYear>,
    /// Instead: from the gap before any measure to what is still to find, in the year of --to, overlap
    /// and reinvestment always shown
    #[arg(long, conflicts_with_all = ["other", "from", "by"])]
    measures: bool,
    /// Show what each step is made of
    #[arg(long, value_enum, default_value_t = By::Step, value_name = "WHAT")]
    by: By,
    /// With --by item: how many items of a step are named; the rest is one row
    #[arg(long, value_name = "N", default_value_t = 5)]
    largest: usize,
    #[command(flatten)]
    scope: Scope,
    /// Which run
    #[arg(long, value_enum, default_value_t = RunWord::Both, value_name = "RUN")]
    run: RunWord,
    /// Leave the chart out
    #[arg(long)]
    no_chart: bool,
    #[command(flatten)]
    showing: Showing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The steps alone
    Step,
    /// The items of every step, the largest first
    Item,
}

impl Bridge {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let from = match open(&self.scenario, &self.changes, global) {
            Ok(opened) => opened,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&from)?;
        let other = match self.other.as_ref().map(|path| open(path, &self.changes, global)) {
            Some(Ok(opened)) => Some(opened),
            Some(Err(exit)) => return Ok(exit),
            None => None,
        };
        if let Some(other) = &other {
            self.showing.spares(other)?;
        }
        let plans: Vec<&Opened> = [Some(&from), other.as_ref()].into_iter().flatten().collect();
        let scopes = self.scope.of(&plans, format == Format::Csv || format == Format::Json)?;
        if self.measures {
            return self.of_measures(&from, &scopes, global, format);
        }
        let to = other.as_ref().unwrap_or(&from);
        let (from_year, to_year) = self.years(&from, other.as_ref(), &scopes)?;
        let asked = Asked {
            from: &from,
            from_year,
            to,
            to_year,
            scopes,
            runs: self.run.runs(),
            largest: (self.by == By::Item).then_some(self.largest),
            chart: !self.no_chart,
        };
        match format {
            Format::Csv => {
                let table = bridge::csv(&asked);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = bridge::json(&asked);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => self.showing.write_document(
                &bridge::document(&asked).with_changes(&self.changes.words()),
                to.scenario.unit,
                global,
                format,
            )?,
        }
        Ok(Exit::Fine)
    }

    /// The years of both ends.
    fn years(
        &self,
        from: &Opened,
        other: Option<&Opened>,
        scopes: &[(Name, String)],
    ) -> anyhow::Result<(FinancialYear, FinancialYear)> {
        let (first, last) = (from.plan.horizon(), other.unwrap_or(from).plan.horizon());
        let (from_year, to_year) = match other {
            None => {
                let to = self.to.unwrap_or(first.last());
                (self.from.unwrap_or_else(|| earliest(from, scopes)), to)
            }
            Some(_) => {
                let common = first.last().min(last.last());
                let to = self.to.or(self.from).unwrap_or(common);
                (self.from.unwrap_or(to), to)
            }
        };
        for (year, opened, flag) in [(from_year, from, "--from"), (to_year, other.unwrap_or(from), "--to")] {
            let horizon = opened.plan.horizon();
            if horizon.number(year).is_none() {
                bail!(
                    "{} has no year {year}: give {flag} a year from {} (its base year) to {}",
                    opened.scenario.title,
                    horizon.base(),
                    horizon.last()
                );
            }
        }
        if other.is_none() && from_year == to_year {
            bail!("a bridge from {from_year} to {from_year} has no steps: give --from or --to another year");
        }
        Ok((from_year, to_year))
    }

    fn of_measures(
        &self,
        opened: &Opened,
        scopes: &[(Name, String)],
        global: &Global,
        format: Format,
    ) -> anyhow::Result<Exit> {
        let horizon = opened.plan.horizon();
        let year = self.to.unwrap_or(horizon.last());
        let Some(t) = horizon.number(year).filter(|t| *t >= 1) else {
            bail!("{year} is no plan year: give --to a year from {} to {}", horizon.first(), horizon.last());
        };
        let of = |scope: &Name| -> Vec<Way> {
            let ways: Vec<Way> = self.run.runs().iter().filter_map(|run| way(opened, scope, t, *run)).collect();
            ways
        };
        let ways: Vec<Way> = scopes.iter().flat_map(|(scope, _)| of(scope)).collect();
        match format {
            Format::Csv => {
                let table = bridge::measures_csv(year, &ways);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = bridge::measures_json(&opened.scenario.title, year, &ways);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                let document =
                    bridge::measures(opened, year, &ways, !self.no_chart).with_changes(&self.changes.words());
                self.showing.write_document(&document, opened.scenario.unit, global, format)?;
            }
        }
        Ok(Exit::Fine)
    }
}

/// The base year; the first year whose gap is known where the base-year budget was not published.
fn earliest(opened: &Opened, scopes: &[(Name, String)]) -> FinancialYear {
    let horizon = opened.plan.horizon();
    let known = |t: &i32| {
        let end = End { plan: &opened.plan, results: &opened.results, t: *t };
        scopes.iter().any(|(scope, _)| still_to_find(&end, scope, Run::Plan).is_some())
    };
    horizon.year((0..horizon.years()).find(known).unwrap_or(0))
}
