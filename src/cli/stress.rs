//! `fundgap stress`: the reverse stress test.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fundgap::analysis::bounds::Bounds;
use fundgap::analysis::floor;
use fundgap::analysis::joint::{joint, shifts, with_deliveries};
use fundgap::analysis::latest_start::latest_starts;
use fundgap::analysis::lever::Lever;
use fundgap::analysis::side_by_side::side_by_side;
use fundgap::analysis::stress::{Tested, levers, open_savings, stress, tests};
use fundgap::mechanism::organisation::Organisation;
use fundgap::open::Baseline;
use fundgap::output::{Format, csv, json};
use fundgap::report::Reader;
use fundgap::report::stress::{self as report, Stressed};
use fundgap::report::stress_data;
use fundgap::vocabulary::Diagnostic;
use fundgap::{Opened, Refused};

use super::common::{Changes, Global, Showing, open_baseline, organisations, refuse, tell_wrong};
use super::exit::Exit;

/// How little must go wrong before reserves reach their floor, or a year no longer balances?
#[derive(Debug, Args)]
#[command(
    after_help = "Each assumption alone, in its own units and in terms of its range; all together by the same part of their ranges; and the latest start of each saving."
)]
pub struct Stress {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    /// Test this figure, or these (driver.*); repeatable. Else drivers, funding, delivery and slippage
    #[arg(long, value_name = "PATH", conflicts_with = "all")]
    on: Vec<String>,
    /// Test every figure of the scenario
    #[arg(long)]
    all: bool,
    /// What reserves must not fall below
    #[arg(long, value_enum, default_value_t = FloorWord::Minimum, value_name = "FLOOR")]
    floor: FloorWord,
    /// One organisation
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FloorWord {
    /// Their own minimum
    Minimum,
    /// Nought: all usable reserves may be used
    Nought,
}

impl Stress {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let (baseline, opened) = match open_baseline(&self.scenario, &self.changes, global) {
            Ok(both) => both,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&opened)?;
        let chosen: Vec<&Organisation> = organisations(&opened, self.organisation.as_deref())?;
        let mut asked = Vec::new();
        for organisation in &chosen {
            match self.levers(&baseline, &opened, organisation) {
                Ok(levers) => asked.push((tests(&opened, organisation, self.kind()), levers)),
                Err(wrong) => return Ok(tell_wrong(*wrong, global)),
            }
        }
        let alone = match stress(&baseline, &opened, asked) {
            Ok(alone) => alone,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        let of_each: Vec<(&Organisation, Tested)> = chosen.into_iter().zip(alone).collect();
        let together = side_by_side(&of_each, |(organisation, alone)| {
            self.together(&baseline, &opened, organisation, alone.clone())
        });
        let all = match together.into_iter().collect::<Result<Vec<_>, _>>() {
            Ok(all) => all,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        let r = Reader::new(&opened);
        match format {
            Format::Json => {
                self.showing.write(global, |out, _| json::write(&stress_data::json(&r, &all, self.kind()), out))?;
            }
            Format::Csv => {
                let table = stress_data::tidy(&r, &all);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            _ => {
                let document = report::document(&r, &all, self.kind()).with_changes(&self.changes.words());
                self.showing.write_document(&document, opened.scenario.unit, global, format)?;
            }
        }
        Ok(Exit::Fine)
    }

    fn kind(&self) -> floor::Floor {
        match self.floor {
            FloorWord::Minimum => floor::Floor::Minimum,
            FloorWord::Nought => floor::Floor::Nought,
        }
    }

    /// The levers asked for; what has no value in every year is set instead of moved.
    fn levers(
        &self,
        baseline: &Baseline,
        opened: &Opened,
        organisation: &Organisation,
    ) -> Result<Vec<Lever>, Box<Diagnostic>> {
        if self.on.is_empty() {
            return Ok(levers(opened, organisation, self.all));
        }
        let mut all = Vec::new();
        for typed in &self.on {
            let lever = Lever::value(baseline, opened, typed)?;
            for target in &lever.targets {
                let one = Lever { targets: vec![target.clone()], words: target.path.clone(), ..lever.clone() };
                all.push(one.shifted(opened).unwrap_or(one));
            }
        }
        Ok(all)
    }

    /// An organisation's levers together, and its savings, beside what each lever does alone.
    fn together<'o>(
        &self,
        baseline: &Baseline,
        opened: &Opened,
        organisation: &'o Organisation,
        (rows, idle): Tested,
    ) -> Result<Stressed<'o>, Box<Refused>> {
        let tests = tests(opened, organisation, self.kind());
        let moved: Vec<(Lever, Bounds)> = rows.iter().map(|row| (row.lever.clone(), row.bounds.clone())).collect();
        let together = match self.on.as_slice() {
            [] => with_deliveries(opened, organisation, shifts(&moved)),
            _ => shifts(&moved),
        };
        // One assumption together with nothing else is the row above; starts were not asked for with --on.
        let joint = match together.len() {
            2.. => joint(baseline, opened, organisation, &tests, together)?,
            _ => Vec::new(),
        };
        let starts = match self.on.as_slice() {
            [] => latest_starts(baseline, opened, organisation, &tests)?,
            _ => Vec::new(),
        };
        let savings = open_savings(opened, organisation).map(|s| (s.name.to_string(), s.title.clone())).collect();
        Ok(Stressed { organisation, tests, savings, rows, idle, joint, starts })
    }
}
