//! `fundgap sweep`: one- and two-way grids.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::Opened;
use fundgap::analysis::axis::{self, Axis};
use fundgap::analysis::sweep::sweep;
use fundgap::check::expectation::find_cells;
use fundgap::open::Baseline;
use fundgap::output::{Format, csv, json};
use fundgap::report::{Reader, sweep as report, tidy};
use fundgap::vocabulary::{Address, Diagnostic, Measure};

use super::common::{Changes, Global, Showing, open_baseline, refuse, tell_wrong};
use super::exit::Exit;
use super::run::RunWord;

/// What does the gap become over a range of one assumption, or of two?
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fundgap sweep plan.toml --vary driver.pay=1%..4%:0.5%\n  fundgap sweep plan.toml --vary driver.pay=2%,3%,5% --vary saving.*.delivery=50%..100%:10%\n  fundgap sweep plan.toml --vary driver.pay@2027/28+=-1%..1%:0.5%    added to what the plan has\n  fundgap sweep plan.toml --vary saving.home_first.start=2026-04..2027-04:1    month by month"
)]
pub struct Sweep {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    /// What to vary: PATH=LOW..HIGH:STEP, PATH=V,V,V, PATH+=LOW..HIGH:STEP to add, or PATH=±AMOUNT:STEP; once or twice
    #[arg(long = "vary", required = true, value_name = "AXIS")]
    vary: Vec<String>,
    /// What to read (repeatable); without a year every year. Still to find when left out: of every year
    /// over one assumption, of the last year over two
    #[arg(long = "cell", value_name = "ADDRESS")]
    cells: Vec<String>,
    #[command(flatten)]
    changes: Changes,
    /// Which run to show
    #[arg(long, value_enum, default_value_t = RunWord::Both, value_name = "RUN")]
    run: RunWord,
    /// For CSV: the grid as a table, instead of one row a point
    #[arg(long)]
    grid: bool,
    /// How many threads to use; as many as the machine has when left out. The result is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(flatten)]
    showing: Showing,
}

impl Sweep {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        if self.vary.len() > 2 {
            bail!("a sweep varies one assumption or two; `{}` is one too many", self.vary[2]);
        }
        if self.grid && format != Format::Csv {
            bail!("`--grid` is a form of CSV: add --format csv");
        }
        let (baseline, opened) = match open_baseline(&self.scenario, &self.changes, global) {
            Ok(found) => found,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&opened)?;
        let (axes, cells) = match self.axes(&baseline, &opened).and_then(|axes| Ok((axes, self.cells(&opened)?))) {
            Ok(found) => found,
            Err(diagnostic) => return Ok(tell_wrong(*diagnostic, global)),
        };
        let machine = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = self.threads.map_or_else(machine, usize::from);
        let swept = match sweep(&baseline, axes, cells, threads) {
            Ok(swept) => swept,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        let r = Reader::new(&opened);
        let name = tidy::short_name(opened.loaded.sources.describe_file(opened.loaded.root));
        let runs = self.run.runs();
        match format {
            Format::Csv if self.grid => {
                let tables = report::labelled(&r, &swept, runs);
                self.showing.write(global, |out, _| {
                    tables.iter().try_for_each(|t| csv::write_table(t, self.showing.excel, out))
                })?;
            }
            Format::Csv => self.showing.write(global, |out, _| {
                csv::write_records(&report::HEADER, report::records(&r, &swept, runs, &name), self.showing.excel, out)
            })?,
            Format::Json => {
                let value = report::json(&r, &swept, runs, &name);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                let document = report::document(&r, &swept, runs).with_changes(&self.changes.words());
                self.showing.write_document(&document, opened.scenario.unit, global, format)?;
            }
        }
        // The process ends here: giving a million points back one by one would only take time.
        std::mem::forget(swept);
        Ok(Exit::Fine)
    }

    fn axes(&self, baseline: &Baseline, opened: &Opened) -> Result<Vec<Axis>, Box<Diagnostic>> {
        let bare = Some(opened.scenario.unit);
        let axes: Vec<Axis> =
            self.vary.iter().map(|typed| Axis::read(baseline, opened, typed, bare)).collect::<Result<_, _>>()?;
        let points = axes.iter().try_fold(1_usize, |all, axis| all.checked_mul(axis.points.len()));
        if points.is_none_or(|points| points > axis::MOST_POINTS) {
            return Err(axis::too_many());
        }
        if let [first, second] = axes.as_slice() {
            let same = first.lever.targets.iter().find(|t| {
                second
                    .lever
                    .targets
                    .iter()
                    .any(|o| o.path == t.path && (o.year.is_none() || t.year.is_none() || o.year == t.year))
            });
            if let Some(target) = same {
                let message = format!("both axes set `{}`", target.path);
                return Err(Box::new(Diagnostic::error("axes_overlap", message).hint("vary one figure on each axis")));
            }
        }
        Ok(axes)
    }

    fn cells(&self, opened: &Opened) -> Result<Vec<Address>, Box<Diagnostic>> {
        let (sheet, horizon) = (&opened.plan.sheet, opened.plan.horizon());
        let mut cells = Vec::new();
        for typed in &self.cells {
            let found = find_cells(&opened.plan, typed).map_err(Box::new)?;
            cells.extend(found);
        }
        if self.cells.is_empty() {
            let first = if self.vary.len() > 1 { horizon.years() } else { 1 };
            for organisation in &opened.plan.organisations {
                let row = opened.plan.measure(&organisation.name, Measure::GapAfterPlannedReserves);
                cells.extend(
                    row.into_iter().flat_map(|row| (first..=horizon.years()).filter_map(move |t| sheet.cell(row, t))),
                );
            }
        }
        Ok(cells.into_iter().map(|cell| sheet.address(cell)).collect())
    }
}
