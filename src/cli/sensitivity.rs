//! `fundgap sensitivity`: what each assumption is worth, and which do not matter.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::Opened;
use fundgap::analysis::axis;
use fundgap::analysis::sensitivity::{Asked, sensitivity};
use fundgap::check::expectation::find_cells;
use fundgap::output::{Format, csv, json};
use fundgap::report::sensitivity::{Choice, document, ranked};
use fundgap::report::{Reader, sensitivity_data, tidy};
use fundgap::vocabulary::{Address, Diagnostic, FinancialYear, Rate, Unit, Valued};

use super::common::{Changes, Global, Showing, open_baseline, refuse, tell_wrong};
use super::exit::Exit;

/// Which assumptions matter most, and which do not matter at all?
///
/// Every rate is moved up and down by a step, one at a time, in every year and in each year alone, and the
/// plan computed again: nothing is scaled, and one direction is never taken from the other.
#[derive(Debug, Args)]
pub struct Sensitivity {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    #[command(flatten)]
    changes: Changes,
    /// How far each rate is moved: so many points up and down
    #[arg(long, default_value = "1%", value_name = "RATE")]
    step: String,
    /// Move a figure that has a low and a high of its own to these, instead of by the step
    #[arg(long)]
    ranges: bool,
    /// Move money, quantities and prices too, each by 1% of itself, and times by a month
    #[arg(long)]
    all: bool,
    /// The figure to watch, as its address says it or the page (still_to_find, before_savings, …)
    #[arg(long, default_value = "still_to_find", value_name = "MEASURE")]
    measure: String,
    /// Whose figure; of several organisations the whole system's when left out
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Sort by what is moved in this year instead of in all years together
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// How many assumptions to show; CSV and JSON have all of them unless this says otherwise
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    #[command(flatten)]
    showing: Showing,
}

/// As many as a page holds.
const A_PAGE: usize = 10;

impl Sensitivity {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let (baseline, opened) = match open_baseline(&self.scenario, &self.changes, global) {
            Ok(found) => found,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&opened)?;
        let step = match axis::number("--step", &self.step, Unit::Rate, false, None) {
            Ok(0) => bail!("a step of nought moves nothing; write --step 1%"),
            Ok(steps) => Rate::from_steps(steps.abs()),
            Err(diagnostic) => return Ok(tell_wrong(*diagnostic, global)),
        };
        let cells = match self.cells(&opened) {
            Ok(cells) => cells,
            Err(diagnostic) => return Ok(tell_wrong(*diagnostic, global)),
        };
        let choice = self.choice(&opened, &cells, format)?;
        let asked = Asked { step, ranges: self.ranges };
        let found = match sensitivity(&baseline, &opened, asked, cells) {
            Ok(found) => found,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        let r = Reader::new(&opened);
        let name = tidy::short_name(opened.loaded.sources.describe_file(opened.loaded.root));
        let mut chosen = ranked(&found, &choice);
        chosen.truncate(choice.top);
        match format {
            Format::Csv => self.showing.write(global, |out, _| {
                let records = sensitivity_data::records(&opened.plan, &found, &name, &chosen);
                csv::write_records(&sensitivity_data::HEADER, records, self.showing.excel, out)
            })?,
            Format::Json => {
                let value = sensitivity_data::json(&found, &name, &chosen);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                let document = document(&r, &found, &choice).with_changes(&self.changes.words());
                self.showing.write_document(&document, opened.scenario.unit, global, format)?;
            }
        }
        Ok(Exit::Fine)
    }

    /// Whose figure is watched: an organisation's, a view's, or of the only organisation there is.
    fn scope(&self, opened: &Opened) -> String {
        match (&self.organisation, opened.plan.organisations.as_slice()) {
            (Some(name), _) => name.clone(),
            (None, [only]) => only.name.to_string(),
            (None, _) => "system".to_owned(),
        }
    }

    fn cells(&self, opened: &Opened) -> Result<Vec<Address>, Box<Diagnostic>> {
        let typed = if self.measure.contains('/') {
            self.measure.clone()
        } else {
            format!("{}/{}", self.scope(opened), self.measure)
        };
        if typed.contains('@') {
            let diagnostic = Diagnostic::error("measure_of_a_year", format!("`{typed}` is one year's"));
            return Err(Box::new(diagnostic.hint("leave the year out: --year says by which year to sort")));
        }
        let cells = find_cells(&opened.plan, &typed).map_err(Box::new)?;
        let sheet = &opened.plan.sheet;
        if cells.iter().any(|cell| sheet.unit(*cell) != Unit::Money) {
            let diagnostic = Diagnostic::error("measure_of_money", format!("`{typed}` is no amount of money"));
            return Err(Box::new(diagnostic.hint("watch a gap: --measure still_to_find")));
        }
        Ok(cells.into_iter().map(|cell| sheet.address(cell)).collect())
    }

    fn choice(&self, opened: &Opened, cells: &[Address], format: Format) -> anyhow::Result<Choice> {
        let horizon = opened.plan.horizon();
        let year = match &self.year {
            None => None,
            Some(typed) => match typed.parse::<FinancialYear>() {
                Ok(year) if horizon.number(year).is_some_and(|t| t > 0) => Some(year),
                _ => bail!(
                    "`{typed}` is no year of this plan; write one of {} to {}, such as --year {}",
                    horizon.first(),
                    horizon.last(),
                    horizon.last()
                ),
            },
        };
        let sheet = &opened.plan.sheet;
        let row = cells.first().and_then(|address| sheet.find(address)).map(|cell| sheet.row_of(cell));
        let measure = row.map_or_else(String::new, |row| match self.measure.as_str() {
            "still_to_find" => "still to find".to_owned(),
            _ => sheet.row(row).words.to_string(),
        });
        let scope = cells.first().and_then(|c| c.row.split('/').next()).unwrap_or_default();
        let title = opened.plan.organisations.iter().find(|o| o.name.as_str() == scope).map(|o| o.title.clone());
        let whose =
            title.unwrap_or_else(|| if scope == "system" { "Whole system".to_owned() } else { scope.to_owned() });
        let usual = if matches!(format, Format::Csv | Format::Json) { usize::MAX } else { A_PAGE };
        Ok(Choice { whose, measure, all: self.all, top: self.top.unwrap_or(usual), year })
    }
}
