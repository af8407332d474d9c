//! `fundgap track`: plan against what was delivered, during a year.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use fundgap::analysis::track::layer::{Over, layer};
use fundgap::analysis::track::{Method, track};
use fundgap::open::Baseline;
use fundgap::output::{self, Format, csv, json, message};
use fundgap::report::track::{self as report, Tracked};
use fundgap::scenario::monitoring::Monitoring;
use fundgap::{Opened, Refused};

use super::common::{Changes, Global, Showing, note_patterns, origin, refuse, run_command, spares, tell};
use super::exit::Exit;

/// What of the savings planned is delivered so far, and where does the year end?
///
/// MONITORING is a CSV or TOML file of what each saving has delivered since April, by month. It is held against
/// the plan run of the scenario: planned to date, share delivered, forecasts of the year by four methods, what
/// is needed a month from now on, and what goes to next year's base. What one-off substitutes bring is shown
/// beside and is never delivery.
///
/// --write-layer makes the forecast a layer: the risk-adjusted run of the year takes it, and later years hold
/// what its reason says.
#[derive(Debug, Args)]
#[command(
    after_help = "fundgap track plan.toml monitoring.csv\nfundgap track plan.toml monitoring.csv --write-layer q2.toml --method profile\nfundgap run plan.toml --layer q2.toml"
)]
pub struct Track {
    /// The scenario; `-` reads standard input
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// What was delivered (TOML or CSV): see docs/track.md
    #[arg(value_name = "MONITORING")]
    monitoring: PathBuf,
    #[command(flatten)]
    changes: Changes,
    /// The forecast that counts; the owner's where there is one and else the profile, when left out
    #[arg(long, value_enum, value_name = "METHOD")]
    method: Option<MethodWord>,
    /// Write the forecast as a layer to this file (whole or not at all)
    #[arg(long, value_name = "FILE")]
    write_layer: Option<PathBuf>,
    /// Write over a layer that is there already; never over what is read
    #[arg(long)]
    force: bool,
    /// End with 1 when a saving is flagged: behind the plan to date, and more than 1.5 times what was achieved
    /// a month is needed
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    showing: Showing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MethodWord {
    /// The owner's forecast; the profile where there is none
    Owner,
    /// The plan × delivered ÷ planned to date
    Profile,
    /// Delivered ÷ months × 12
    #[value(alias = "straight_line")]
    StraightLine,
    /// Delivered + plan − planned to date
    #[value(alias = "rest_to_plan")]
    RestToPlan,
}

impl From<MethodWord> for Method {
    fn from(word: MethodWord) -> Self {
        match word {
            MethodWord::Owner => Self::Owner,
            MethodWord::Profile => Self::Profile,
            MethodWord::StraightLine => Self::StraightLine,
            MethodWord::RestToPlan => Self::RestToPlan,
        }
    }
}

impl Track {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        self.showing.spares_named([self.scenario.as_path(), self.monitoring.as_path()])?;
        if let Some((layer, result)) = self.write_layer.as_deref().zip(self.showing.file())
            && (layer == result || layer.canonicalize().is_ok_and(|l| result.canonicalize().is_ok_and(|r| r == l)))
        {
            bail!("--write-layer and --output name the same file; give one of them another name");
        }
        let from = match origin(&self.scenario) {
            Ok(from) => from,
            Err(exit) => return Ok(exit),
        };
        let baseline = Baseline::read(&from, &self.changes.layers, &self.changes.sets);
        let sources = baseline.as_ref().map_or_else(|r| &r.sources, |b| &b.loaded().sources);
        global.read.keep(&from, &self.changes, sources);
        global.read.keep_file(&self.monitoring);
        let opened = baseline.and_then(|baseline| baseline.open().map(|opened| (baseline, opened)));
        let (baseline, opened) = match opened {
            Ok(both) => both,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        if !global.quiet && !opened.warnings.is_empty() {
            tell(&message::render_all(&opened.warnings, &opened.loaded.sources, global.colour_messages()));
        }
        note_patterns(&opened, global);
        self.showing.spares(&opened)?;
        let monitoring = match Monitoring::read(&self.monitoring, &opened.scenario) {
            Ok(monitoring) => monitoring,
            Err(failure) => return Ok(refuse(&failure.into(), global)),
        };
        let tracked = track(&opened, &monitoring, self.method.map(Method::from));
        let (mut written, mut command) = (None, String::new());
        if let Some(file) = &self.write_layer {
            self.may_write(file, &opened)?;
            let (layers, sets) = (self.changes.layers.as_slice(), self.changes.sets.as_slice());
            let over = Over { baseline: &baseline, opened: &opened, origin: &from, layers, sets, file };
            match layer(over, &tracked) {
                Ok(layer) => {
                    output::write_whole(file, layer.text.as_bytes())
                        .with_context(|| format!("cannot write `{}`", file.display()))?;
                    let layers = self.changes.layers.iter().cloned().chain([file.clone()]).collect();
                    command = run_command(&self.scenario, &Changes { sets: self.changes.sets.clone(), layers });
                    written = Some(layer);
                }
                Err(refused) => return Ok(Self::refused(&refused, global)),
            }
        }
        let name = self.write_layer.as_ref().map(|file| message::safe(&file.display().to_string())).unwrap_or_default();
        let layer = written.as_ref().map(|layer| (name.as_str(), layer, command.as_str()));
        self.show(&Tracked { opened: &opened, track: &tracked, layer }, format, global)?;
        Ok(if self.exit_code && tracked.any_flagged() { Exit::Breached } else { Exit::Fine })
    }

    fn refused(refused: &Refused, global: &Global) -> Exit {
        tell("error: the plan does not open with the layer; nothing was written");
        refuse(refused, global)
    }

    /// Whether the layer may be written where it is asked for.
    fn may_write(&self, file: &Path, opened: &Opened) -> anyhow::Result<()> {
        if file.extension().is_none_or(|e| !e.eq_ignore_ascii_case("toml")) {
            bail!("`{}` is no name for a layer; write it as q2.toml", file.display());
        }
        spares(file, opened)?;
        let same = |other: &Path| fs::canonicalize(file).is_ok_and(|f| fs::canonicalize(other).is_ok_and(|o| o == f));
        if same(&self.monitoring) {
            bail!("`{}` is the file of monitoring and is never written over; give another name", file.display());
        }
        if file.exists() && !self.force {
            bail!("`{}` is there already; give another name, or --force to write over it", file.display());
        }
        Ok(())
    }

    fn show(&self, told: &Tracked<'_>, format: Format, global: &Global) -> anyhow::Result<()> {
        match format {
            Format::Csv => {
                let table = report::csv(told);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))
            }
            Format::Json => self.showing.write(global, |out, _| json::write(&report::json(told), out)),
            _ => self.showing.write_document(
                &report::document(told).with_changes(&self.changes.words()),
                told.opened.scenario.unit,
                global,
                format,
            ),
        }
    }
}
