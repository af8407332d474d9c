//! `fundgap check`: does the plan show what it is expected to show, and do published totals add?

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::check::expectation::{self, Outcome};
use fundgap::output::{Format, csv, json, message};
use fundgap::report::{Reader, expectations};

use super::common::{Changes, Global, Showing, open, tell};
use super::exit::Exit;

/// Does the plan show what it is expected to show?
#[derive(Debug, Args)]
pub struct Check {
    /// Scenario files; `-` reads standard input
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
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
            let opened = match open(path, &self.changes, global) {
                Ok(opened) => opened,
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
            if !outcomes.iter().all(Outcome::met) {
                worst = worst.max(Exit::Breached);
            }
            let r = Reader::new(&opened);
            match format {
                Format::Json => {
                    let value = expectations::json(&r, &outcomes);
                    self.showing.write(global, |out, _| json::write(&value, out))?;
                }
                Format::Csv => {
                    let table = expectations::table(&r, &outcomes);
                    self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
                }
                _ => self.showing.write_document(
                    &expectations::document(&r, &outcomes),
                    opened.scenario.unit,
                    global,
                    format,
                )?,
            }
        }
        Ok(worst)
    }
}
