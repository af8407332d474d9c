//! `fundgap check`: is the plan realistic, does it hold together, and does it show what it is expected to show?

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use fundgap::check::expectation::{self, Outcome};
use fundgap::check::realism::{self, Level};
use fundgap::check::verdict;
use fundgap::output::{Format, csv, json, message};
use fundgap::report::{Reader, check as report};

use super::common::{Changes, Global, Showing, open, open_baseline, tell};
use super::exit::Exit;
use super::record::history;

/// Is the plan realistic, and does it show what it is expected to show?
///
/// Every rule is asked of every body: each finding has its level, value, threshold and place, and `fundgap rule R04`
/// explains a rule with its evidence. A rule with nothing to stand on says so. For one scenario it also says what each year
/// asks of the savings, beside what was delivered elsewhere and by the body (of several, `record` says it). Fails (exit code 1) when an
/// expectation is not met, or a finding that is not accepted is at least as bad as --fail-on says.
#[derive(Debug, Args)]
pub struct Check {
    /// Scenario files; `-` reads standard input
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Fail from this level on: a finding the scenario does not accept
    #[arg(long, value_enum, default_value_t = LevelWord::Critical, value_name = "LEVEL")]
    fail_on: LevelWord,
    /// The body's own history in CSV, beside that of the scenario: year,item,class,planned,delivered,one_off,unit,source,organisation
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
}

/// The levels as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LevelWord {
    /// Anything found
    Amber,
    /// Red and critical
    Red,
    /// Critical only
    Critical,
    /// Nothing found fails; expectations do
    Never,
}

impl LevelWord {
    /// Whether a worst level fails.
    fn fails(self, worst: Option<Level>) -> bool {
        let least = match self {
            Self::Amber => Level::Amber,
            Self::Red => Level::Red,
            Self::Critical => Level::Critical,
            Self::Never => return false,
        };
        worst.is_some_and(|worst| worst >= least)
    }
}

impl Check {
    /// Runs the command; goes on past a bad file, and ends with the worst.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        if self.scenarios.len() > 1 && self.showing.output.is_some() {
            bail!("several scenarios do not go to one file; check them one by one");
        }
        let mut worst = Exit::Fine;
        for path in &self.scenarios {
            // What the savings must deliver takes longer than opening a scenario: it is looked at for one, not for many.
            let alone = self.scenarios.len() == 1;
            let read = if alone {
                open_baseline(path, &self.changes, global).map(|(baseline, opened)| (Some(baseline), opened))
            } else {
                open(path, &self.changes, global).map(|opened| (None, opened))
            };
            let (baseline, opened) = match read {
                Ok(read) => read,
                Err(exit) => {
                    worst = worst.max(exit);
                    continue;
                }
            };
            self.showing.spares(&opened)?;
            let outcomes = match expectation::outcomes(&opened.plan, &opened.results, &opened.scenario.expectations) {
                Ok(outcomes) => outcomes,
                Err(wrong) => {
                    tell(&message::render_all(&wrong, &opened.loaded.sources, global.colour_messages()));
                    worst = worst.max(Exit::Invalid);
                    continue;
                }
            };
            let history = match history(Some(&opened), self.history.as_deref(), global) {
                Ok(history) => history,
                Err(exit) => {
                    worst = worst.max(exit);
                    continue;
                }
            };
            let mut found = match realism::ask_with(&opened, &history) {
                Ok(found) => found,
                Err(wrong) => {
                    tell(&message::render_all(&wrong, &opened.loaded.sources, global.colour_messages()));
                    worst = worst.max(Exit::Invalid);
                    continue;
                }
            };
            if let Some(baseline) = &baseline {
                found.verdicts = verdict::verdicts(baseline, &opened, &history, None);
            }
            if !outcomes.iter().all(Outcome::met) || self.fail_on.fails(found.worst()) {
                worst = worst.max(Exit::Breached);
            }
            let r = Reader::new(&opened);
            match format {
                Format::Json => {
                    let value = report::json(&r, &found, &outcomes);
                    self.showing.write(global, |out, _| json::write(&value, out))?;
                }
                Format::Csv => {
                    let table = report::table(&r, &found, &outcomes);
                    self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
                }
                _ => self.showing.write_document(
                    &report::document(&r, &found, &outcomes),
                    opened.scenario.unit,
                    global,
                    format,
                )?,
            }
        }
        Ok(worst)
    }
}
