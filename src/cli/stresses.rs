//! `fundgap stresses`: what would it take from a plan if the usual things went wrong?

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use fundgap::language::MoneyUnit;
use fundgap::output::{Format, csv, json, message};
use fundgap::report::stresses::{self, Tried};
use fundgap::scenario::stresses::STRESSES;
use fundgap::vocabulary::Name;
use fundgap::{Opened, Refused};

use super::common::{Changes, Global, Showing, note_patterns, open_from, organisations, origin, tell};
use super::exit::Exit;

/// What if pay, prices, savings or a fund went wrong?
///
/// Without a scenario it lists the library of stresses; with one it tries each of them on it. `--stress
/// NAME` lays one over a scenario in any command.
#[derive(Debug, Args)]
pub struct Stresses {
    /// The scenario to try them on; `-` reads standard input. Without one they are listed
    scenario: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// One organisation of a system
    #[arg(long, value_name = "NAME", requires = "scenario")]
    organisation: Option<String>,
    /// Copy the files of the library into this folder, for editing; none is ever overwritten
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["scenario", "output"])]
    write: Option<PathBuf>,
    #[command(flatten)]
    showing: Showing,
}

impl Stresses {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        if let Some(folder) = &self.write {
            return copy_out(folder, global);
        }
        let format = self.showing.format()?;
        match &self.scenario {
            Some(path) => self.on(path, format, global),
            None if !self.changes.is_empty() => {
                bail!("a change needs a scenario: fundgap stresses plan.toml --set PATH=VALUE")
            }
            None => self.list(format, global),
        }
    }

    fn list(&self, format: Format, global: &Global) -> anyhow::Result<Exit> {
        match format {
            Format::Csv => {
                self.showing.write(global, |out, _| csv::write_table(&stresses::list(), self.showing.excel, out))?;
            }
            Format::Json => {
                let value = stresses::list_json();
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => self.showing.write_document(&stresses::listed(), MoneyUnit::Millions, global, format)?,
        }
        Ok(Exit::Fine)
    }

    fn on(&self, path: &Path, format: Format, global: &Global) -> anyhow::Result<Exit> {
        let opened = origin(path).and_then(|from| Ok((open_from(&from, &self.changes, global)?, from)));
        let (plain, from) = match opened {
            Ok(opened) => opened,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&plain)?;
        note_patterns(&plain, global);
        let organisation = self.organisation(&plain)?;
        let tried: Vec<Tried> = STRESSES
            .iter()
            .map(|stress| {
                let layers: Vec<PathBuf> = self.changes.layers.iter().cloned().chain([stress.layer()]).collect();
                let outcome =
                    fundgap::open(&from, &layers, &self.changes.sets).map_err(|refused: Box<Refused>| refused.wrong);
                Tried { stress, outcome }
            })
            .collect();
        let report = stresses::Report { plain: &plain, tried: &tried, only: organisation.as_ref() };
        match format {
            Format::Csv => {
                let table = stresses::tidy(&report);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = stresses::json(&report, &self.changes.words());
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                let document = stresses::document(&report, &self.changes.words());
                self.showing.write_document(&document, plain.scenario.unit, global, format)?;
            }
        }
        Ok(Exit::Fine)
    }

    fn organisation(&self, opened: &Opened) -> anyhow::Result<Option<Name>> {
        let Some(wanted) = &self.organisation else { return Ok(None) };
        Ok(organisations(opened, Some(wanted))?.first().map(|found| found.name.clone()))
    }
}

/// Copies the library out: all of it, or nothing where a file of one of its names is there.
fn copy_out(folder: &Path, global: &Global) -> anyhow::Result<Exit> {
    let path = |name: &str| folder.join(format!("{name}.toml"));
    if let Some(there) = STRESSES.iter().map(|s| path(s.name)).find(|p| p.exists()) {
        bail!("`{}` exists already and is never overwritten; give another folder", there.display());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    for stress in STRESSES {
        let path = path(stress.name);
        let written = OpenOptions::new().write(true).create_new(true).open(&path);
        written
            .and_then(|mut file| file.write_all(stress.text.as_bytes()))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    if !global.quiet {
        let folder = message::safe(&folder.display().to_string());
        tell(&format!(
            "wrote {} stresses; lay one over a plan: fundgap run plan.toml --layer {folder}/{}.toml",
            STRESSES.len(),
            STRESSES[0].name
        ));
    }
    Ok(Exit::Fine)
}
