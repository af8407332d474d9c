//! Runs by the million: pieces of work for several threads, what each has seen put together.
//!
//! Runs are done in rounds that double, so that what is kept of them can be drawn closer in between. Within a round
//! threads take pieces of consecutive runs in turn. What is kept are counts, sums and values by rank: who did which
//! piece does not matter to any of them. When it is ended early, the runs done are the first so many.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::uncertain::Uncertainty;
use super::watched::{Chance, Watched};
use super::{Asked, Control, Percentile, Share, Statistics, refuse};
use crate::analysis::condition::{Comparison, Right};
use crate::analysis::sample::Sampler;
use crate::open::{Opened, Refused};
use crate::sheet::lanes::{
    Against, Column, Failure, Instructions, Joint, LANES, Lanes, Order, Program, Tally, Test, WIDE, Wanted, Work,
};
use crate::sheet::{CellId, EvaluationError, Run};
use crate::vocabulary::Diagnostic;

/// The runs of the first round: of these everything is kept.
const FIRST: u64 = 4_096;

/// How many passes a thread takes at a time.
const PIECE: u64 = 16;

/// Below this many runs threads cost more than they bring.
const FEW: u64 = 8_192;

/// A plan ready to be run many times.
pub(super) struct Futures<'a> {
    pub(super) program: Program<'a>,
    pub(super) sampler: &'a Sampler,
    /// The watched cells: where each is among the wanted, and the tally it begins with.
    watched: Vec<&'a Watched>,
    /// The chances; none where a cell was not published.
    joints: Vec<Option<Joint>>,
    home: Vec<Option<bool>>,
    wanted: Vec<CellId>,
}

/// What came of the runs.
pub(super) struct Done {
    pub(super) runs: u64,
    pub(super) statistics: Vec<Statistics>,
    pub(super) held: Vec<Option<Halves>>,
}

/// Counts over the first and the second half of the runs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Halves([u64; 2], [u64; 2]);

impl Halves {
    /// Over all.
    pub(super) const fn all(self) -> Share {
        Share { held: self.0[0] + self.0[1], of: self.1[0] + self.1[1] }
    }

    /// Over each.
    pub(super) fn halves(self) -> [Share; 2] {
        [0, 1].map(|half| Share { held: self.0[half], of: self.1[half] })
    }
}

/// A run that could not be computed.
pub(super) struct Failed {
    pub(super) run: u64,
    pub(super) error: EvaluationError,
}

/// What a thread has seen.
struct Seen {
    lanes: Lanes,
    tallies: Vec<Tally>,
    /// Of each chance in how many runs it held, by half and by lane.
    held: Vec<[Column; 2]>,
    runs: [u64; 2],
    failed: Option<Failed>,
}

impl<'a> Futures<'a> {
    /// Compiles what the watched cells and the chances depend on.
    pub(super) fn new(
        opened: &'a Opened,
        uncertainty: &Uncertainty,
        sampler: &'a Sampler,
        watched: &'a [Watched],
        chances: &[Chance],
    ) -> Result<Self, Box<Refused>> {
        let sheet = &opened.plan.sheet;
        let mut wanted: Vec<CellId> = watched.iter().map(|w| w.cell).collect();
        let mut tests: Vec<Option<Vec<Test>>> = Vec::new();
        for chance in chances {
            tests.push(tests_of(opened, chance, &mut wanted));
        }
        let inputs = sheet.inputs(Run::RiskAdjusted);
        let home = opened.results.of(Run::RiskAdjusted);
        let supports = uncertainty.supports(sampler);
        let too_large = |cell: CellId| {
            let message =
                format!("`{}` may be larger than a simulated figure can be held exactly", sheet.address(cell));
            refuse(
                opened,
                [Diagnostic::error("cell_too_large", message)
                    .hint("look for an amount in the wrong unit, or a range that is far too wide")],
            )
        };
        let program = Program::new(sheet, (&inputs, home), &supports, &uncertainty.follows, &wanted).map_err(|e| {
            let follows = uncertainty.follows.iter().find(|f| f.figure == e.figure);
            too_large(follows.map_or(wanted[0], |f| f.cell))
        })?;
        for (n, watched) in watched.iter().enumerate() {
            if matches!(program.wanted()[n], Wanted::Column { scale, .. } if scale != 1) {
                return Err(too_large(watched.cell));
            }
        }
        let mut joints = Vec::new();
        for tests in &tests {
            let joint = match tests {
                Some(tests) => Joint::new(&program, tests).map_err(|e| too_large(wanted[e.wanted]))?,
                None => None,
            };
            joints.push(joint);
        }
        let values = |chance: &Chance| {
            let wanted = chance.target.wanted();
            let of = |a| sheet.find(a).and_then(|c| home.steps(c));
            wanted.iter().map(of).collect::<Vec<_>>()
        };
        let home = chances.iter().map(|c| c.target.met(&values(c))).collect();
        Ok(Self { program, sampler, watched: watched.iter().collect(), joints, home, wanted })
    }

    /// Whether each chance holds in run 0.
    pub(super) fn home(&self) -> &[Option<bool>] {
        &self.home
    }

    /// The cells that are looked at: the watched ones, then those of the chances.
    pub(super) fn wanted(&self) -> &[CellId] {
        &self.wanted
    }

    /// How large the compiled part is.
    pub(super) const fn size(&self) -> crate::sheet::lanes::Size {
        self.program.size()
    }

    /// Computes 64 consecutive runs, the first of which is `first` (counted from nought); the first that could not be
    /// computed comes back.
    pub(super) fn block(&self, instructions: Instructions, lanes: &mut Lanes, first: u64) -> Option<Failure> {
        instructions.run(Block { futures: self, lanes, first })
    }

    /// Does the runs.
    pub(super) fn run(&self, asked: &Asked, control: &Control) -> Result<Done, Failed> {
        // Should a percentile come out beyond its bracket, which takes a chance of one in a thousand billion, all is
        // done again with wider ones; the widest keep everything.
        for wide in [WIDE, WIDE * WIDE, u64::MAX] {
            if let Some(done) = self.attempt(asked, control, wide)? {
                return Ok(done);
            }
        }
        Ok(Done { runs: 0, statistics: Vec::new(), held: vec![None; self.joints.len()] })
    }

    /// The same with brackets of a width; none where one of them was missed.
    fn attempt(&self, asked: &Asked, control: &Control, wide: u64) -> Result<Option<Done>, Failed> {
        let runs = asked.runs.max(1);
        let mut all = self.begin(&asked.percentiles, wide);
        let half = runs / 2 / LANES as u64 * LANES as u64;
        let (mut done, mut round) = (0, FIRST.min(runs));
        while done < runs && !(control.stopped() && done > 0) {
            let reached = self.round(asked, control, &mut all, done..round, half);
            if let Some(failed) = all.failed.take() {
                return Err(failed);
            }
            let whole = reached == round;
            done = reached;
            round = (round * 2).min(runs);
            if !whole {
                break;
            }
            if done < runs {
                all.tallies.iter_mut().for_each(Tally::narrow);
            }
        }
        let statistics = all.tallies.iter_mut().map(|t| statistics(t, &asked.percentiles));
        let Some(statistics) = statistics.collect() else { return Ok(None) };
        let runs = all.runs;
        let sum = |lanes: &Column| u64::try_from(lanes.whole(LANES).sum::<i128>()).unwrap_or(0);
        let halves = |(held, joint): (&[Column; 2], &Option<Joint>)| {
            joint.as_ref().map(|_| Halves([sum(&held[0]), sum(&held[1])], runs))
        };
        let held = all.held.iter().zip(&self.joints).map(halves).collect();
        Ok(Some(Done { runs: done, statistics, held }))
    }

    fn begin(&self, percentiles: &[u32], wide: u64) -> Seen {
        let tally = |w: &&Watched| Tally::new(w.home[1], percentiles, Some(w.what.worst()), wide);
        Seen {
            lanes: self.program.begin(),
            tallies: self.watched.iter().map(tally).collect(),
            held: vec![[Column::NOUGHT; 2]; self.joints.len()],
            runs: [0; 2],
            failed: None,
        }
    }

    /// Runs a round; how far it came.
    fn round(&self, asked: &Asked, control: &Control, all: &mut Seen, range: std::ops::Range<u64>, half: u64) -> u64 {
        let next = AtomicU64::new(range.start);
        let piece = PIECE * LANES as u64;
        let threads = if range.end <= FEW { 1 } else { asked.threads.max(1) };
        let tallies: Vec<Tally> = all.tallies.iter().map(Tally::fork).collect();
        let joined = Mutex::new(all);
        let work = || {
            let mut seen = Seen {
                lanes: self.program.begin(),
                tallies: tallies.clone(),
                held: vec![[Column::NOUGHT; 2]; self.joints.len()],
                runs: [0; 2],
                failed: None,
            };
            while !(control.stopped() && next.load(Ordering::Relaxed) > 0) {
                let first = next.fetch_add(piece, Ordering::Relaxed);
                if first >= range.end {
                    break;
                }
                let end = (first + piece).min(range.end);
                asked.instructions.run(Piece { futures: self, seen: &mut seen, runs: (first, end), half });
                control.add(end - first);
                if seen.failed.is_some() {
                    break;
                }
            }
            joined.lock().unwrap_or_else(PoisonError::into_inner).join(seen);
        };
        if threads <= 1 {
            work();
        } else {
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(work);
                }
            });
        }
        next.into_inner().min(range.end)
    }
}

impl Seen {
    fn join(&mut self, other: Self) {
        for (own, other) in self.tallies.iter_mut().zip(other.tallies) {
            own.join(other);
        }
        for (own, other) in self.held.iter_mut().zip(other.held) {
            own[0].add(&other[0]);
            own[1].add(&other[1]);
        }
        self.runs[0] += other.runs[0];
        self.runs[1] += other.runs[1];
        let earlier = |a: &Failed, b: &Failed| a.run <= b.run;
        self.failed = match (self.failed.take(), other.failed) {
            (Some(a), Some(b)) => Some(if earlier(&a, &b) { a } else { b }),
            (a, b) => a.or(b),
        };
    }
}

/// One pass.
struct Block<'p, 'a> {
    futures: &'p Futures<'a>,
    lanes: &'p mut Lanes,
    first: u64,
}

impl Work for Block<'_, '_> {
    type Output = Option<Failure>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Self::Output {
        self.futures.sampler.fill(self.first, self.futures.program.figures(self.lanes));
        self.futures.program.pass::<FUSED>(self.lanes)
    }
}

/// Consecutive runs, counted from nought here: run `n` of these is run n + 1 of the simulation.
struct Piece<'p, 'a> {
    futures: &'p Futures<'a>,
    seen: &'p mut Seen,
    runs: (u64, u64),
    half: u64,
}

impl Work for Piece<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let Self { futures, seen, runs: (first, end), half } = self;
        let program = &futures.program;
        let mut at = first;
        while at < end {
            let count = usize::try_from(end - at).unwrap_or(LANES).min(LANES);
            let block = Block { futures, lanes: &mut seen.lanes, first: at };
            if let Some(failure) = block.run::<FUSED>()
                && failure.lane < count
            {
                seen.failed = Some(Failed { run: at + failure.lane as u64 + 1, error: failure.error });
                return;
            }
            for (tally, wanted) in seen.tallies.iter_mut().zip(program.wanted()) {
                match wanted {
                    Wanted::Column { slot, .. } => tally.add(seen.lanes.column(*slot), count),
                    Wanted::Constant(value) => tally.add_constant(*value, count),
                    Wanted::NotPublished => {}
                }
            }
            let late = usize::from(at >= half);
            for (held, joint) in seen.held.iter_mut().zip(&futures.joints) {
                if let Some(joint) = joint {
                    joint.add(&seen.lanes, count, &mut held[late]);
                }
            }
            seen.runs[late] += count as u64;
            at += LANES as u64;
        }
    }
}

/// The tests of a chance, whose cells join those that are wanted; none where there is no verdict.
fn tests_of(opened: &Opened, chance: &Chance, wanted: &mut Vec<CellId>) -> Option<Vec<Test>> {
    if chance.target.undecided() {
        return None;
    }
    let sheet = &opened.plan.sheet;
    let mut place = |address| {
        let cell = sheet.find(address)?;
        wanted.push(cell);
        Some(wanted.len() - 1)
    };
    let mut tests = Vec::new();
    for condition in &chance.target.conditions {
        let order = match condition.comparison {
            Comparison::Equal => Order::Equal,
            Comparison::AtMost => Order::AtMost,
            Comparison::AtLeast => Order::AtLeast,
            Comparison::Below => Order::Below,
            Comparison::Above => Order::Above,
        };
        for (left, right) in &condition.pairs {
            let left = place(left)?;
            let right = match right {
                Right::Value(value) => Against::Value(*value),
                Right::Cell(cell) => Against::Wanted(place(cell)?),
            };
            tests.push(Test { left, order, right });
        }
    }
    Some(tests)
}

/// What a tally comes to; none where a percentile lies beyond what was kept.
fn statistics(tally: &mut Tally, percentiles: &[u32]) -> Option<Statistics> {
    let runs = tally.runs();
    let percentile = |of: &u32| {
        let (n, p) = (u128::from(runs), u128::from(*of));
        let rank = u64::try_from((n * p).div_ceil(1_000)).ok()?.clamp(1, runs);
        let error = u64::try_from((n * p * (1_000 - p) / 1_000_000).isqrt()).ok()?.max(1);
        let low = tally.at_rank(*of, rank.saturating_sub(error).max(1))?;
        let high = tally.at_rank(*of, (rank + error).min(runs))?;
        Some(Percentile { of: *of, value: tally.at_rank(*of, rank)?, between: (low, high) })
    };
    let percentiles = percentiles.iter().map(percentile).collect::<Option<_>>()?;
    Some(Statistics {
        mean: tally.mean()?,
        deviation: tally.deviation()?,
        ends: tally.ends(),
        percentiles,
        worst_tenth: tally.worst_tenth()?,
    })
}
