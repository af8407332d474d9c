//! Many futures of a plan: how likely is it that it holds?
//!
//! Every figure with a range is drawn from the seed, its own address and the number of the run ([`sample`]); the part
//! of the sheet that depends on them is computed for 64 runs at a time, exactly ([`lanes`](crate::sheet::lanes)); and
//! what is asked of them is counted. Run 0 is the risk-adjusted case as it stands: what is drawn takes its place.
//!
//! The same seed gives the same figures on every machine and for any number of threads. More runs only add to those
//! there were; another figure with a range disturbs no other.

mod audit;
mod drivers;
mod futures;
mod layer;
mod replay;
mod samples;
mod together;
mod uncertain;
mod watched;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use audit::Audit;
pub use drivers::{Driver, Drivers};
pub use layer::{Layer, layer};
pub use replay::{Replayed, replay};
pub use samples::{Columns, Sample, samples};
pub use together::Together;
pub use uncertain::{Uncertain, Uncertainty};
pub use watched::{Chance, ChanceOf, Watched, What};

use super::condition::Condition;
use super::sample;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::lanes::{Instructions, Size};
use crate::vocabulary::{Diagnostic, Diagnostics, Name};
use futures::{Failed, Futures};

/// How many runs the answers beside each chance (no and strong correlation of savings) are made of, at most.
pub const BESIDE: u64 = 16_384;

/// The correlation of savings that is called strong, in billionths.
pub const STRONG: i128 = 900_000_000;

/// What is to be simulated.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How many runs.
    pub runs: u64,
    /// The seed.
    pub seed: u64,
    /// The percentiles to show, in thousandths, rising.
    pub percentiles: Vec<u32>,
    /// Conditions whose chance is asked for.
    pub conditions: Vec<Condition>,
    /// What each expectation of the scenario asks of its cell, whose chance is asked for; none of one that is of no
    /// figure.
    pub expectations: Vec<Vec<Condition>>,
    /// Organisations of which figures are shown.
    pub organisations: Vec<Name>,
    /// How many threads to use. The result is the same.
    pub threads: usize,
    /// The instruction set to use. The result is the same.
    pub instructions: Instructions,
}

/// What others see of a simulation while it runs, and how they end it.
#[derive(Debug, Default)]
pub struct Control {
    done: AtomicU64,
    stop: AtomicBool,
}

impl Control {
    /// How many runs are done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Ends it soon: what was done until then is told.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether it is to end.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn add(&self, runs: u64) {
        self.done.fetch_add(runs, Ordering::Relaxed);
    }
}

/// What a cell comes to over all runs. Amounts are in steps of its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// The mean, rounded once.
    pub mean: i128,
    /// The standard deviation.
    pub deviation: i128,
    /// The least and the greatest value of all runs.
    pub ends: (i128, i128),
    /// Each percentile with its value (the run whose rank it is: always a value that came out) and the values one
    /// standard error of its rank below and above it.
    pub percentiles: Vec<Percentile>,
    /// The mean of the worst tenth of the runs: of a gap the highest, of a reserve the lowest.
    pub worst_tenth: i128,
}

/// One percentile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentile {
    /// In thousandths.
    pub of: u32,
    /// The value at rank ⌈pn⌉.
    pub value: i128,
    /// The values one standard error of the rank below and above.
    pub between: (i128, i128),
}

/// A share of runs, kept as counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// In how many runs it holds.
    pub held: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// The share in billionths, rounded once; nought of no runs.
    #[must_use]
    pub fn rate(self) -> i128 {
        crate::vocabulary::number::divide(i128::from(self.held) * 1_000_000_000, i128::from(self.of)).unwrap_or(0)
    }

    /// Its standard error, √(p(1 − p)/n), in billionths.
    #[must_use]
    pub fn error(self) -> i128 {
        let (held, of) = (u128::from(self.held), u128::from(self.of.max(1)));
        // √(h(n − h)/n³) · 10⁹
        let squared = held * (of - held.min(of)) * 1_000_000_000_000 / of * 1_000_000 / (of * of);
        i128::try_from(squared.isqrt()).unwrap_or(0)
    }
}

/// What a chance came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likelihood {
    /// Whether it holds in run 0, the risk-adjusted case; none where it cannot be told.
    pub at_home: Option<bool>,
    /// Over all runs.
    pub all: Share,
    /// Over the first and the second half of them.
    pub halves: [Share; 2],
    /// The answer with no correlation among savings, over fewer runs; none where there are no two to correlate.
    pub independent: Option<Share>,
    /// The answer with strong correlation among savings.
    pub strong: Option<Share>,
}

/// Everything that came of it.
#[derive(Debug)]
pub struct Simulation {
    /// The seed.
    pub seed: u64,
    /// How many runs were done.
    pub runs: u64,
    /// How many were asked for.
    pub asked: u64,
    /// The figures that were drawn.
    pub uncertain: Vec<Uncertain>,
    /// What was watched, and what it came to.
    pub watched: Vec<(Watched, Statistics)>,
    /// The chances that were asked for, and what they came to; none where a cell was not published or a year was
    /// filled in, so that there is no verdict.
    pub chances: Vec<(Chance, Option<Likelihood>)>,
    /// What drives the spread of each organisation's last year.
    pub drivers: Vec<Drivers>,
    /// What the reference was asked for.
    pub audit: Audit,
    /// How large the compiled part of the sheet is.
    pub size: Size,
}

/// Runs a simulation.
///
/// # Errors
/// No figure has a range; a range cannot be drawn from; correlations contradict each other; the scenario refuses a value
/// within a range; or a cell cannot be computed in some run. Each with its place and what to type.
pub fn simulate(
    baseline: &Baseline,
    opened: &Opened,
    asked: &Asked,
    control: &Control,
) -> Result<Simulation, Box<Refused>> {
    let uncertainty = Uncertainty::of(baseline, opened)?;
    let (watched, chances) = watched::watched(opened, asked);
    let sampler = uncertainty.sampler(opened, asked.seed, Together::AsWritten)?;
    let futures = Futures::new(opened, &uncertainty, &sampler, &watched, &chances)?;
    let done = futures.run(asked, control).map_err(|failed| refused_run(opened, &failed))?;
    let beside = |together: Together| {
        let savings = uncertainty.savings() > 1;
        let sampler = savings.then(|| uncertainty.sampler(opened, asked.seed, together).ok()).flatten()?;
        let futures = Futures::new(opened, &uncertainty, &sampler, &[], &chances).ok()?;
        let fewer = Asked { runs: done.runs.min(BESIDE), ..asked.clone() };
        futures.run(&fewer, &Control::default()).ok()
    };
    let [independent, strong] = [Together::Savings(0), Together::Savings(STRONG)].map(beside);
    let audit = audit::audit(opened, &uncertainty, &futures, asked, done.runs)?;
    let drivers = drivers::drivers(&uncertainty, &futures, asked, &watched, done.runs);
    let size = futures.size();
    let home = futures.home();
    let likelihood = |at: usize| {
        let all = done.held.get(at)?.as_ref()?;
        let of = |other: &Option<futures::Done>| {
            let held = other.as_ref()?.held.get(at)?.as_ref()?;
            Some(held.all())
        };
        Some(Likelihood {
            at_home: home.get(at).copied().flatten(),
            all: all.all(),
            halves: all.halves(),
            independent: of(&independent),
            strong: of(&strong),
        })
    };
    let chances = chances.into_iter().enumerate().map(|(at, chance)| (chance, likelihood(at))).collect();
    Ok(Simulation {
        seed: asked.seed,
        runs: done.runs,
        asked: asked.runs,
        uncertain: uncertainty.figures.clone(),
        watched: watched.into_iter().zip(done.statistics).collect(),
        chances,
        drivers,
        audit,
        size,
    })
}

/// Refusals about the whole scenario.
pub(super) fn refuse(opened: &Opened, problems: impl IntoIterator<Item = Diagnostic>) -> Box<Refused> {
    let mut wrong = Diagnostics::new();
    for problem in problems {
        wrong.push(problem);
    }
    Box::new(Refused { wrong, sources: opened.loaded.sources.clone(), unreadable: false })
}

/// A run that could not be computed.
fn refused_run(opened: &Opened, failed: &Failed) -> Box<Refused> {
    let diagnostic = crate::compile::evaluation_diagnostic(&failed.error);
    let message = format!("run {}: {}", failed.run, diagnostic.message);
    let mut told = Diagnostic::error("run_not_computable", message);
    told.place = diagnostic.place;
    refuse(
        opened,
        [told.hint("narrow the range that leads there: a divisor that may be nought, a growth that may be endless")],
    )
}
