//! `fundgap simulate`: many futures of a plan, or one of them.

mod samples;
mod typed;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use fundgap::Opened;
use fundgap::analysis::explain;
use fundgap::analysis::simulate::{Asked, Control, Simulation, layer, replay, simulate};
use fundgap::analysis::track::layer::Over;
use fundgap::check::condition;
use fundgap::check::expectation::{Outcome, find_cell, outcomes};
use fundgap::language::MoneyUnit;
use fundgap::open::Baseline;
use fundgap::output::{self, Format, csv, json, message};
use fundgap::report::simulation::{self as report, Simulated, data, one_run};
use fundgap::report::{Reader, explanation, tidy};
use fundgap::sheet::Run;
use fundgap::sheet::lanes::Instructions;

use super::common::{
    Changes, Global, Showing, open_baseline, organisations, origin, refuse, run_command, spares, tell, tell_wrong,
};
use super::exit::Exit;
use super::progress::Progress;

/// How likely is it that the plan holds?
///
/// Every figure with a range is drawn, again and again, and the whole plan computed each time, exactly: what is still to
/// find and the reserves at chosen percentiles, the chance that each year balances, that reserves stay above their minimum
/// and that savings come to what is planned, when reserves run out, and which figures drive it all.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  fundgap simulate plan.toml\n  fundgap simulate plan.toml --runs 1m --percentiles 5,25,50,75,95\n  fundgap simulate plan.toml --chance 'still_to_find@2028/29 <= £2m'\n  fundgap simulate plan.toml --replay 4711 --write-layer run4711.toml    one future, for every other command\n  fundgap simulate plan.toml --runs 100k --samples runs.csv"
)]
pub struct Simulate {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    /// How many futures: 10,000, 100k, 1m
    #[arg(long, default_value = "10000", value_name = "N", value_parser = typed::runs)]
    runs: u64,
    /// The seed: the same one gives the same futures on every machine
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// The percentiles to show
    #[arg(long, default_value = "10,50,90", value_name = "P,P,…", value_parser = typed::percentiles)]
    percentiles: typed::Percentiles,
    /// A condition whose chance is asked for: 'CELL <= VALUE' (repeatable); without a year in every year
    #[arg(long = "chance", value_name = "CONDITION")]
    chances: Vec<String>,
    /// One organisation
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Write every run to this CSV file: what was drawn and what came of it
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    samples: Option<PathBuf>,
    /// Show one run instead, computed by the reference evaluator; 0 is the risk-adjusted case
    #[arg(long, value_name = "RUN")]
    replay: Option<u64>,
    /// With --replay: why is this figure what it is in that run?
    #[arg(long, value_name = "ADDRESS", requires = "replay")]
    explain: Option<String>,
    /// With --replay: write what was drawn as a layer, so that every other command opens that future
    #[arg(long, value_name = "FILE", requires = "replay")]
    write_layer: Option<PathBuf>,
    /// Write over a layer that is there already; never over what is read
    #[arg(long, requires = "write_layer")]
    force: bool,
    /// How many threads to use; as many as the machine has when left out. The result is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// The instruction set to use: the result is the same
    #[arg(long, hide = true, value_name = "NAME")]
    instructions: Option<String>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
}

impl Simulate {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let (baseline, opened) = match open_baseline(&self.scenario, &self.changes, global) {
            Ok(both) => both,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&opened)?;
        if let Some(run) = self.replay {
            return self.one(&baseline, &opened, run, format, global);
        }
        let expected = match outcomes(&opened.plan, &opened.results, &opened.scenario.expectations) {
            Ok(expected) => expected,
            Err(wrong) => {
                tell(&message::render_all(&wrong, &opened.loaded.sources, global.colour_messages()));
                return Ok(Exit::Invalid);
            }
        };
        let mut conditions = Vec::new();
        for typed in &self.chances {
            match condition::read(&opened, typed) {
                Ok(condition) => conditions.push(condition),
                Err(wrong) => return Ok(tell_wrong(*wrong, global)),
            }
        }
        let chosen = organisations(&opened, self.organisation.as_deref())?;
        let asked = Asked {
            runs: self.runs,
            seed: self.seed,
            percentiles: self.percentiles.0.clone(),
            conditions,
            expectations: expected.iter().map(Outcome::conditions).collect(),
            organisations: chosen.iter().map(|o| o.name.clone()).collect(),
            threads: self.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from),
            instructions: self.instructions()?,
        };
        if let Some(file) = &self.samples {
            if file.as_os_str() == "-" {
                bail!(
                    "--samples writes a file, since the answer itself goes to standard output; write --samples runs.csv"
                );
            }
            let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
            if self.showing.file().is_some_and(|result| real(result) == real(file)) {
                bail!("--samples and --output name the same file; give one of them another name");
            }
            spares(file, &opened)?;
        }
        let found = match self.watched(&baseline, &opened, &asked, global) {
            Ok(found) => found,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        if let Some(file) = &self.samples {
            // Of one that was ended early, the runs that were done.
            let done = Asked { runs: found.runs, ..asked };
            if let Err(refused) = samples::write(&baseline, &opened, &done, file)? {
                return Ok(refuse(&refused, global));
            }
        }
        self.show(&opened, &found, &expected, format, global)?;
        if found.audit.differing.is_empty() {
            return Ok(Exit::Fine);
        }
        tell(
            "error: runs that were computed again by the reference evaluator came out otherwise: do not use these figures\nhint: please report this with the scenario; `--format table` shows the cells",
        );
        Ok(Exit::Breached)
    }

    fn instructions(&self) -> anyhow::Result<Instructions> {
        let Some(name) = &self.instructions else { return Ok(Instructions::best()) };
        let all = Instructions::all();
        match all.iter().find(|(known, _)| known == name) {
            Some((_, set)) => Ok(*set),
            None => {
                let known: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
                bail!("this machine has no instruction set `{name}`; it has {}", known.join(", "))
            }
        }
    }

    /// Simulates, with a bar on a terminal; Ctrl-C ends it with what was done, and a second one at once.
    fn watched(
        &self,
        baseline: &Baseline,
        opened: &Opened,
        asked: &Asked,
        global: &Global,
    ) -> Result<Simulation, Box<fundgap::Refused>> {
        let control = Arc::new(Control::default());
        let times = AtomicU32::new(0);
        let stopping = Arc::clone(&control);
        // Where no handler can be set, Ctrl-C ends the program as it would any other.
        // While files are watched it ends the watching.
        if !global.watch {
            let _ = ctrlc::set_handler(move || {
                stopping.stop();
                if times.fetch_add(1, Ordering::Relaxed) > 0 {
                    std::process::exit(130);
                }
            });
        }
        let progress = Progress::new(asked.runs, global, false);
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            if asked.runs > 100_000 {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        progress.show(control.done());
                        thread::sleep(Duration::from_millis(50));
                    }
                });
            }
            let found = simulate(baseline, opened, asked, &control);
            over.store(true, Ordering::Relaxed);
            found
        })
        .inspect(|_| progress.clear())
        .inspect_err(|_| progress.clear())
    }

    fn show(
        &self,
        opened: &Opened,
        found: &Simulation,
        expected: &[Outcome],
        format: Format,
        global: &Global,
    ) -> anyhow::Result<()> {
        let r = Reader::new(opened);
        let name = tidy::short_name(opened.loaded.sources.describe_file(opened.loaded.root));
        let simulated = Simulated { found, expected, version: env!("CARGO_PKG_VERSION") };
        match format {
            Format::Csv => {
                let records =
                    data::records(&r, &simulated, &name).into_iter().map(|row| row.into_iter().map(Cow::Owned));
                self.showing.write(global, |out, _| csv::write_records(&data::HEADER, records, self.showing.excel, out))
            }
            Format::Json => {
                let value = json::envelope("fundgap.simulation/1", data::members(&r, &simulated, &name));
                self.showing.write(global, |out, _| json::write(&value, out))
            }
            _ => self.showing.write_document(
                &report::document(&r, &simulated).with_changes(&self.changes.words()),
                opened.scenario.unit,
                global,
                format,
            ),
        }
    }

    /// One run alone.
    fn one(
        &self,
        baseline: &Baseline,
        opened: &Opened,
        run: u64,
        format: Format,
        global: &Global,
    ) -> anyhow::Result<Exit> {
        if format == Format::Csv {
            bail!("one run has no CSV form; --samples writes runs as CSV, --write-layer makes a layer of one");
        }
        let replayed = match replay(baseline, opened, self.seed, run) {
            Ok(replayed) => replayed,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        if let Some(file) = &self.write_layer {
            self.may_write(file, opened)?;
            let from = match origin(&self.scenario) {
                Ok(from) => from,
                Err(exit) => return Ok(exit),
            };
            let (layers, sets) = (self.changes.layers.as_slice(), self.changes.sets.as_slice());
            let over = Over { baseline, opened, origin: &from, layers, sets, file };
            match layer(over, &replayed, self.seed) {
                Ok(made) => {
                    if let Some(first) = made.differing.first() {
                        tell(&format!(
                            "error: with the layer {} cells are not what they are in the run, `{first}` among them; nothing was written\nhint: something is set or adjusted after every layer: leave out --set of what has a range",
                            made.differing.len()
                        ));
                        return Ok(Exit::Invalid);
                    }
                    output::write_whole(file, made.text.as_bytes())
                        .with_context(|| format!("cannot write `{}`", file.display()))?;
                    let layers = self.changes.layers.iter().cloned().chain([file.clone()]).collect();
                    let command = run_command(&self.scenario, &Changes { sets: self.changes.sets.clone(), layers });
                    if !global.quiet {
                        let file = message::safe(&file.display().to_string());
                        tell(&format!("note: wrote `{file}`: {command} shows this future"));
                    }
                }
                Err(refused) => {
                    tell("error: the plan does not open with the layer; nothing was written");
                    return Ok(refuse(&refused, global));
                }
            }
        }
        // The same plan with this run in place of the risk-adjusted one.
        let future = match baseline.open() {
            Ok(again) => Opened { results: opened.results.with_risk_adjusted(replayed.values.clone()), ..again },
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        let (document, own) = match &self.explain {
            None => (one_run::document(&Reader::new(opened), &replayed, self.seed), opened.scenario.unit),
            Some(address) => {
                let cell = match find_cell(&future.plan, address) {
                    Ok(cell) => cell,
                    Err(wrong) => return Ok(tell_wrong(wrong, global)),
                };
                let r = Reader::new(&future);
                let values = future.results.of(Run::RiskAdjusted);
                let tree = explain::explain(&future.plan.sheet, values, cell, 6);
                let lines = explanation::lines(&r, &tree, Run::RiskAdjusted);
                // Pounds and pence, so that any figure can be added up again from the lines below it.
                (explanation::document(&r, &lines, Run::RiskAdjusted), MoneyUnit::Pounds)
            }
        };
        self.showing.write_document(&document, own, global, format)?;
        Ok(Exit::Fine)
    }

    /// Whether the layer may be written where it is asked for.
    fn may_write(&self, file: &Path, opened: &Opened) -> anyhow::Result<()> {
        if file.extension().is_none_or(|e| !e.eq_ignore_ascii_case("toml")) {
            bail!("`{}` is no name for a layer; write it as run4711.toml", file.display());
        }
        spares(file, opened)?;
        if file.exists() && !self.force {
            bail!("`{}` is there already; give another name, or --force to write over it", file.display());
        }
        Ok(())
    }
}
