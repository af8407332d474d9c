//! `fundgap verify`: do the figures of a kept result still hold?

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use fundgap::check::kept::{self, Kept};
use fundgap::output::{Format, csv, json};
use fundgap::report::{Reader, verify};

use super::common::{Changes, Global, Showing, open, tell};
use super::exit::Exit;

const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Do the figures of a kept result still hold?
///
/// RESULT is what `fundgap run SCENARIO -o result.json` wrote. It is made again from the files and changes
/// that its manifest names, and every figure is compared exactly, with the words and the unit of its row. Ends
/// with 1 when one no longer holds.
#[derive(Debug, Args)]
pub struct Verify {
    /// The result, JSON of `run`; `-` reads standard input
    #[arg(value_name = "RESULT")]
    result: PathBuf,
    /// The scenario, where it is not where the manifest says
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    showing: Showing,
}

impl Verify {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let shown = self.result.display().to_string();
        if self.result.as_os_str() != "-" {
            global.read.keep_file(&self.result);
        }
        let results = kept::read(&text(&self.result)?).map_err(|why| {
            anyhow::anyhow!(
                "`{shown}` is no result that can be held against its scenario: {why}; write one with fundgap run plan.toml -o result.json"
            )
        })?;
        if results.len() > 1 && self.scenario.is_some() {
            bail!("`{shown}` holds {} results; --scenario names the file of one", results.len());
        }
        if results.len() > 1 && self.showing.output.is_some() {
            bail!("`{shown}` holds {} results, which do not go to one file", results.len());
        }
        let real = |path: &Path| path.canonicalize().ok();
        if self.showing.output.as_deref().and_then(real).is_some_and(|to| real(&self.result) == Some(to)) {
            bail!("`{shown}` is the result that is looked at and is never written over; give another name");
        }
        let mut worst = Exit::Fine;
        for kept in &results {
            worst = worst.max(self.one(kept, &shown, format, global)?);
        }
        Ok(worst)
    }

    fn one(&self, kept: &Kept, shown: &str, format: Format, global: &Global) -> anyhow::Result<Exit> {
        let path = self.scenario.clone().unwrap_or_else(|| PathBuf::from(&kept.scenario));
        if self.scenario.is_none() && kept.scenario.starts_with('<') {
            bail!("the scenario of `{shown}` was piped in; name its file: --scenario plan.toml");
        }
        let opened = match open(&path, &Changes::from_kept(&kept.layers, &kept.sets), global) {
            Ok(opened) => opened,
            Err(exit) => {
                if exit == Exit::Unreadable && !global.quiet {
                    tell(
                        "note: the names in a result are as they were typed: run this in the same folder, or name the scenario with --scenario",
                    );
                }
                return Ok(exit);
            }
        };
        self.showing.spares(&opened)?;
        let held = kept::hold(kept, &opened).map_err(|why| anyhow::anyhow!("`{shown}`: {why}"))?;
        match format {
            Format::Csv => {
                let table = verify::table(&held);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = verify::json(kept, &held, shown, PROGRAM);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                let document = verify::document(&Reader::new(&opened), kept, &held, shown, PROGRAM);
                self.showing.write_document(&document, opened.scenario.unit, global, format)?;
            }
        }
        Ok(if held.holds() { Exit::Fine } else { Exit::Breached })
    }
}

/// The text of a result.
fn text(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => bail!("`{}` is no text, and a result is JSON", path.display()),
    }
}
