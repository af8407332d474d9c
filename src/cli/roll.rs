//! `fundgap roll`: next year's scenario from this one and the actuals.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use fundgap::Opened;
use fundgap::output::{self, Format, csv, json, message};
use fundgap::report::roll::{self as report, Told};
use fundgap::roll::{self, Ask, CannotRoll, Rolled};
use fundgap::scenario::actuals::Actuals;
use fundgap::vocabulary::FinancialYear;

use super::common::{Changes, FormatWord, Global, Showing, UnitWord, open, refuse, tell};
use super::exit::Exit;

/// What does next year's plan begin with?
///
/// Writes next year's scenario from this one: the base year moves on, every line's base is its recurrent
/// closing, full-year effects are kept, one-offs are gone, undelivered savings of the actuals go to
/// [rebase.…]. Comments, layout, sources and owners stay. Then it opens the new scenario, holds it against
/// the old one in the years that both have, and lists every figure that wants a look.
///
/// The scenario is never written over, and no other file without --force. Line lists and layers that change
/// are written beside the new file, under its name; packs stay where they are.
#[derive(Debug, Args)]
pub struct Roll {
    /// The scenario; `-` reads standard input
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// The year that becomes the base year; the first plan year when left out
    #[arg(long, value_name = "YEAR")]
    to: Option<String>,
    /// What happened in that year (TOML or CSV): outturn of lines, savings delivered, funding, reserves
    #[arg(long, value_name = "FILE")]
    actuals: Option<PathBuf>,
    /// How many plan years the new scenario has; as many as the old one when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=50))]
    years: Option<i32>,
    /// Repeat the last figure known where the new year has none, instead of "not_published"
    #[arg(long)]
    hold: bool,
    /// Write the new scenario to this file (whole or not at all); without it only the report is shown
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over files that are there already; never over those that are read
    #[arg(long)]
    force: bool,
    /// List what was moved on by a rule, too
    #[arg(long)]
    all: bool,
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    format: FormatWord,
    /// Unit of money in tables; the scenario's own when left out
    #[arg(long, value_enum, value_name = "UNIT")]
    unit: Option<UnitWord>,
    /// Decimals of money in tables
    #[arg(long, value_name = "N")]
    decimals: Option<u32>,
    /// Columns to lay tables out in; the terminal's width when left out
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
}

impl Roll {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let to = match self.to.as_deref().map(str::parse::<FinancialYear>).transpose() {
            Ok(to) => to,
            Err(error) => bail!("--to: {error}"),
        };
        let old = match open(&self.scenario, &Changes { sets: Vec::new(), layers: Vec::new() }, global) {
            Ok(opened) => opened,
            Err(exit) => return Ok(exit),
        };
        self.actuals.iter().for_each(|path| global.read.keep_file(path));
        let actuals = match self.actuals.as_deref().map(|path| Actuals::read(path, &old.scenario)).transpose() {
            Ok(actuals) => actuals,
            Err(failure) => return Ok(refuse(&failure.into(), global)),
        };
        let written = self.written(&old)?;
        let here = env::current_dir().unwrap_or_default();
        let ask = Ask { to, years: self.years, hold: self.hold, written, here, actuals };
        let rolled = match roll::roll(&old, &ask) {
            Ok(rolled) => rolled,
            Err(CannotRoll::Plan { message: what, hint }) => {
                let scenario = message::safe(&self.scenario.display().to_string());
                tell(&format!("error: `{scenario}` is not rolled forward: {what}\nhint: {hint}"));
                return Ok(Exit::Invalid);
            }
            Err(CannotRoll::Refused(refused)) => {
                tell("error: the rolled scenario does not open; nothing was written");
                return Ok(refuse(&refused, global));
            }
        };
        let files = if self.output.is_some() { self.write(&old, &rolled)? } else { Vec::new() };
        self.report(&Told { old: &old, rolled: &rolled, written: &files, all: self.all }, global)?;
        Ok(Exit::Fine)
    }

    /// Where the new scenario stands: where it is written, or beside the old one when it is only looked at.
    fn written(&self, old: &Opened) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.output {
            if path.as_os_str() == "-" {
                bail!("the new scenario is written to a file, and the report to standard output: give -o a name");
            }
            if path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("toml")) {
                bail!("`{}` is no name for a scenario; write it as next.toml", path.display());
            }
            return Ok(path.clone());
        }
        let from = Path::new(old.loaded.sources.describe_file(old.loaded.root));
        let stem = from.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(from.with_file_name(format!("{stem}-rolled.toml")))
    }

    /// Writes the new files: never over those that were read, and over others only with --force.
    fn write(&self, old: &Opened, rolled: &Rolled) -> anyhow::Result<Vec<String>> {
        let read = |path: &Path| {
            let Ok(real) = fs::canonicalize(path) else { return false };
            let actuals = self.actuals.iter().any(|a| fs::canonicalize(a).is_ok_and(|a| a == real));
            actuals || old.loaded.sources.files().any(|f| fs::canonicalize(&f.name).is_ok_and(|f| f == real))
        };
        for (path, _) in &rolled.files {
            if read(path) {
                bail!("`{}` is part of the scenario and is never written over; give another name", path.display());
            }
            if path.exists() && !self.force {
                bail!("`{}` is there already; give another name, or --force to write over it", path.display());
            }
        }
        // What the scenario builds on is written before it.
        for (path, text) in rolled.files.iter().rev() {
            output::write_whole(path, text.as_bytes()).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        Ok(rolled.files.iter().map(|(path, _)| message::safe(&path.display().to_string())).collect())
    }

    fn report(&self, told: &Told<'_>, global: &Global) -> anyhow::Result<()> {
        let showing = Showing {
            format: Some(self.format),
            output: None,
            unit: self.unit,
            decimals: self.decimals,
            footing: false,
            width: self.width,
            excel: false,
        };
        let format = showing.format()?;
        match format {
            Format::Csv => showing.write(global, |out, _| csv::write_table(&report::table(told), false, out)),
            Format::Json => showing.write(global, |out, _| json::write(&report::json(told), out)),
            _ => showing.write_document(&report::document(told), told.old.scenario.unit, global, format),
        }
    }
}
