//! What many runs of one cell come to: exact sums, exact percentiles, the mean of the worst tenth. Nothing is stored
//! but the few values near a percentile.
//!
//! All runs up to a first thousands are kept. From them each percentile gets a bracket that its value lies in with all
//! but certainty, however many runs follow; of the later ones only those within are kept, and the rest are counted.
//! Every time the number of runs has doubled the brackets are drawn closer. What is kept grows with the square root of
//! the number of runs, and the percentile that comes out in the end is the exact one of all runs: its rank is known.
//! Should a bracket ever miss, that is seen, and told.

use super::run::steps;
use super::schedule::float;
use super::{Column, LANES};
use crate::vocabulary::number::divide;

/// How many standard errors of a rank a bracket is usually wide, to each side.
pub const WIDE: u64 = 6;

/// Passes after which sums of lanes are put into whole numbers: so many squares below 2⁴² add up below 2⁵³.
const PASSES: u32 = 1_024;

/// Deviations are squared in at most about so many parts, to keep the squares exact.
const PARTS: i128 = 1 << 20;

/// Which end of the values is the bad one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worst {
    /// High values: a gap.
    High,
    /// Low values: a reserve.
    Low,
}

/// What is kept of one cell. Threads have one each; [`Tally::join`] puts them together.
#[derive(Debug, Clone)]
pub struct Tally {
    /// What deviations are taken from: the cell in the run without chance.
    home: f64,
    runs: u64,
    passes: u32,
    sums: Column,
    squares: Column,
    /// What squared deviations are taken from, and the size of the parts in which they are, once that is known.
    parts: Option<(f64, f64)>,
    least: Column,
    greatest: Column,
    total: i128,
    total_of_squares: i128,
    wide: u64,
    brackets: Vec<Bracket>,
}

/// The neighbourhood of one percentile.
#[derive(Debug, Clone)]
struct Bracket {
    /// In thousandths.
    percentile: u32,
    low: f64,
    high: f64,
    below: u64,
    /// As many more below, by lane.
    below_lanes: Column,
    inside: Vec<f64>,
    /// How many lie at the low and at the high end itself, where they are too many to be kept one by one: a gap that is
    /// nought in most runs.
    alike: [Option<Alike>; 2],
    /// The sum of the values beyond it on the bad side, less home for each, where that is asked for.
    beyond: Option<(Worst, Column, i128)>,
}

/// So many alike are counted instead of kept.
const MANY: usize = 64;

/// A count of values that are alike, and more of them by lane.
#[derive(Debug, Clone)]
struct Alike {
    count: u64,
    lanes: Column,
}

impl Alike {
    const fn of(count: u64) -> Self {
        Self { count, lanes: Column::NOUGHT }
    }
}

impl Tally {
    /// Nothing yet of a cell that is `home` in the run without chance. `worst` is the bad end of which the mean of a
    /// tenth is asked for; `wide` is how many standard errors of a rank a bracket is wide, usually [`WIDE`].
    #[must_use]
    pub fn new(home: i128, percentiles: &[u32], worst: Option<Worst>, wide: u64) -> Self {
        let tenth = worst.map(|worst| if worst == Worst::High { 900 } else { 100 });
        let mut all: Vec<u32> = percentiles.iter().copied().chain(tenth).collect();
        all.sort_unstable();
        all.dedup();
        let bracket = |percentile: u32| Bracket {
            percentile,
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
            below: 0,
            below_lanes: Column::NOUGHT,
            inside: Vec::new(),
            alike: [None, None],
            beyond: worst.filter(|_| tenth == Some(percentile)).map(|worst| (worst, Column::NOUGHT, 0)),
        };
        Self {
            home: float(home),
            runs: 0,
            passes: 0,
            sums: Column::NOUGHT,
            squares: Column::NOUGHT,
            parts: None,
            least: Column([f64::INFINITY; LANES]),
            greatest: Column([f64::NEG_INFINITY; LANES]),
            total: 0,
            total_of_squares: 0,
            wide,
            brackets: all.into_iter().map(bracket).collect(),
        }
    }

    /// The same brackets with nothing in them: what another thread begins with.
    #[must_use]
    pub fn fork(&self) -> Self {
        let empty = |b: &Bracket| Bracket {
            below: 0,
            below_lanes: Column::NOUGHT,
            inside: Vec::new(),
            alike: [0, 1].map(|end: usize| b.alike[end].as_ref().map(|_| Alike::of(0))),
            beyond: b.beyond.map(|(worst, ..)| (worst, Column::NOUGHT, 0)),
            ..*b
        };
        Self {
            runs: 0,
            passes: 0,
            sums: Column::NOUGHT,
            squares: Column::NOUGHT,
            total: 0,
            total_of_squares: 0,
            brackets: self.brackets.iter().map(empty).collect(),
            ..*self
        }
    }

    /// Takes in the first `count` lanes of a pass.
    #[inline(always)]
    pub fn add(&mut self, column: &Column, count: usize) {
        if count == LANES { self.take(column, LANES) } else { self.take(column, count) }
    }

    /// Takes in as many runs in which the cell is this.
    pub fn add_constant(&mut self, value: i128, count: usize) {
        self.add(&Column([float(value); LANES]), count);
    }

    #[inline(always)]
    fn take(&mut self, column: &Column, count: usize) {
        let values = &column.0;
        let home = self.home;
        for i in 0..count {
            let v = values[i];
            self.sums.0[i] += v - home;
            self.least.0[i] = if v < self.least.0[i] { v } else { self.least.0[i] };
            self.greatest.0[i] = if v > self.greatest.0[i] { v } else { self.greatest.0[i] };
        }
        if let Some((centre, part)) = self.parts {
            let per = 1.0 / part;
            for i in 0..count {
                let parts = super::kernels::whole((values[i] - centre) * per);
                self.squares.0[i] += parts * parts;
            }
        }
        for bracket in &mut self.brackets {
            bracket.take(values, home, count);
        }
        self.runs += count as u64;
        self.passes += 1;
        if self.passes == PASSES {
            self.flush();
        }
    }

    /// Puts the sums of lanes into whole numbers.
    fn flush(&mut self) {
        self.passes = 0;
        self.total += drain(&mut self.sums);
        self.total_of_squares += drain(&mut self.squares);
        for bracket in &mut self.brackets {
            bracket.below += u64::try_from(drain(&mut bracket.below_lanes)).unwrap_or(0);
            for alike in bracket.alike.iter_mut().flatten() {
                alike.count += u64::try_from(drain(&mut alike.lanes)).unwrap_or(0);
            }
            if let Some((_, lanes, sum)) = &mut bracket.beyond {
                *sum += drain(lanes);
            }
        }
    }

    /// Takes in what another thread has seen.
    pub fn join(&mut self, mut other: Self) {
        self.flush();
        other.flush();
        self.runs += other.runs;
        self.total += other.total;
        self.total_of_squares += other.total_of_squares;
        for i in 0..LANES {
            self.least.0[i] = self.least.0[i].min(other.least.0[i]);
            self.greatest.0[i] = self.greatest.0[i].max(other.greatest.0[i]);
        }
        for (own, other) in self.brackets.iter_mut().zip(other.brackets) {
            own.below += other.below;
            own.inside.extend(other.inside);
            for (own, other) in own.alike.iter_mut().flatten().zip(other.alike.into_iter().flatten()) {
                own.count += other.count;
            }
            if let (Some((_, _, sum)), Some((_, _, more))) = (&mut own.beyond, other.beyond) {
                *sum += more;
            }
        }
    }

    /// Draws the brackets closer around where the runs so far say that the percentiles are.
    pub fn narrow(&mut self) {
        self.flush();
        if self.parts.is_none() {
            self.begin_squares();
        }
        let (runs, home, wide) = (self.runs, self.home, self.wide);
        for bracket in &mut self.brackets {
            bracket.narrow(runs, home, wide);
        }
    }

    /// Chooses the parts in which deviations are squared, and squares those that were kept: all so far.
    fn begin_squares(&mut self) {
        let centre = self.mean().unwrap_or(0);
        let kept = self.brackets.first().map_or(&[] as &[f64], |b| b.inside.as_slice());
        let most = kept.iter().map(|v| (steps(*v) - centre).abs()).max().unwrap_or(0);
        let mut part = 1_i128;
        while most / part > PARTS {
            part *= 2;
        }
        let (centre, part) = (float(centre), float(part));
        self.parts = Some((centre, part));
        let parts = |v: &f64| steps(super::kernels::whole((*v - centre) / part));
        self.total_of_squares = kept.iter().map(|v| parts(v).pow(2)).sum();
    }

    /// How many runs it has seen.
    #[must_use]
    pub const fn runs(&self) -> u64 {
        self.runs
    }

    /// The mean, rounded once to a step; nothing of no runs.
    #[must_use]
    pub fn mean(&mut self) -> Option<i128> {
        self.flush();
        Some(steps(self.home) + divide(self.total, i128::from(self.runs)).ok()?)
    }

    /// The standard deviation of the runs, to about a millionth of it.
    #[must_use]
    pub fn deviation(&mut self) -> Option<i128> {
        self.flush();
        if self.parts.is_none() {
            self.begin_squares();
        }
        let (centre, part) = self.parts?;
        let (part, n) = (steps(part), i128::from(self.runs));
        // In parts: n Σd² − (Σd)² over n², then its root.
        let sum = divide(self.total - n * (steps(centre) - steps(self.home)), part).ok()?;
        let spread = n.checked_mul(self.total_of_squares)?.checked_sub(sum.checked_mul(sum)?)?.max(0);
        let fine = 1_i128 << 10;
        let mean = divide(spread, n).ok()?;
        let root = mean.checked_mul(fine * fine).and_then(|v| divide(v, n).ok())?.unsigned_abs().isqrt();
        divide(i128::try_from(root).ok()?.checked_mul(part)?, fine).ok()
    }

    /// The least and the greatest value of all runs.
    #[must_use]
    pub fn ends(&self) -> (i128, i128) {
        let least = self.least.0.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = self.greatest.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (steps(least), steps(greatest))
    }

    /// The value of a rank (from 1) near a percentile that was asked for; nothing where it lies outside of its bracket.
    #[must_use]
    pub fn at_rank(&mut self, percentile: u32, rank: u64) -> Option<i128> {
        self.flush();
        let bracket = self.brackets.iter_mut().find(|b| b.percentile == percentile)?;
        let at = rank.checked_sub(bracket.below)?.checked_sub(1)?;
        bracket.inside.sort_unstable_by(f64::total_cmp);
        bracket.value_at(at).map(steps)
    }

    /// The mean of the worst tenth of all runs, at least of one.
    #[must_use]
    pub fn worst_tenth(&mut self) -> Option<i128> {
        self.flush();
        let runs = self.runs;
        let home = self.home;
        let bracket = self.brackets.iter_mut().find(|b| b.beyond.is_some())?;
        let (worst, _, beyond) = bracket.beyond?;
        let count = (runs / 10).max(1);
        bracket.inside.sort_unstable_by(f64::total_cmp);
        let kept = bracket.kept();
        let (outside, mut sum) = match worst {
            Worst::High => (runs - bracket.below - kept, beyond),
            Worst::Low => (bracket.below, beyond),
        };
        let mut left = count.checked_sub(outside)?;
        let [low, high] = bracket.ends_alike();
        let mut ends = [(low, bracket.low), (high, bracket.high)];
        let mut inside: Box<dyn Iterator<Item = &f64>> = Box::new(bracket.inside.iter());
        if worst == Worst::High {
            ends.reverse();
            inside = Box::new(bracket.inside.iter().rev());
        }
        let mut alike = |(many, value): (u64, f64), left: &mut u64| {
            let taken = many.min(*left);
            *left -= taken;
            if taken > 0 {
                sum += i128::from(taken) * steps(value - home);
            }
        };
        alike(ends[0], &mut left);
        for value in inside {
            alike((1, *value), &mut left);
        }
        alike(ends[1], &mut left);
        (left == 0).then_some(())?;
        Some(steps(home) + divide(sum, i128::from(count)).ok()?)
    }
}

impl Bracket {
    #[inline(always)]
    fn take(&mut self, values: &[f64; LANES], home: f64, count: usize) {
        let (low, high) = (self.low, self.high);
        // Values are whole numbers: those at an end are told from those within by one.
        let first = if self.alike[0].is_some() { low + 1.0 } else { low };
        let last = if self.alike[1].is_some() { high - 1.0 } else { high };
        // One bit a lane.
        let mut inside = 0_u64;
        for i in 0..count {
            self.below_lanes.0[i] += if values[i] < low { 1.0 } else { 0.0 };
            inside |= u64::from((values[i] >= first) & (values[i] <= last)) << i;
        }
        for (alike, end) in self.alike.iter_mut().zip([low, high]) {
            if let Some(alike) = alike {
                for i in 0..count {
                    alike.lanes.0[i] += if values[i] == end { 1.0 } else { 0.0 };
                }
            }
        }
        if let Some((worst, lanes, _)) = &mut self.beyond {
            match worst {
                Worst::High => {
                    for i in 0..count {
                        lanes.0[i] += if values[i] > high { values[i] - home } else { 0.0 };
                    }
                }
                Worst::Low => {
                    for i in 0..count {
                        lanes.0[i] += if values[i] < low { values[i] - home } else { 0.0 };
                    }
                }
            }
        }
        while inside != 0 {
            self.inside.push(values[inside.trailing_zeros() as usize % LANES]);
            inside &= inside - 1;
        }
    }

    /// How many lie at the low and at the high end and are counted.
    fn ends_alike(&self) -> [u64; 2] {
        [0, 1].map(|end: usize| self.alike[end].as_ref().map_or(0, |alike| alike.count))
    }

    /// How many lie between the ends or at one.
    fn kept(&self) -> u64 {
        let [low, high] = self.ends_alike();
        low + self.inside.len() as u64 + high
    }

    /// The value number `at`, counted from nought, of those between the ends; what was kept is sorted.
    fn value_at(&self, at: u64) -> Option<f64> {
        let [low, high] = self.ends_alike();
        let Some(at) = at.checked_sub(low) else { return Some(self.low) };
        match usize::try_from(at).ok().and_then(|at| self.inside.get(at)) {
            Some(value) => Some(*value),
            None => (at - (self.inside.len() as u64) < high).then_some(self.high),
        }
    }

    fn narrow(&mut self, runs: u64, home: f64, wide: u64) {
        let p = u64::from(self.percentile);
        // p (1 − p) n, in millionths.
        let variance = u128::from(p * (1_000 - p)) * u128::from(runs);
        let error = u64::try_from((variance / 1_000_000 + 1).isqrt()).unwrap_or(u64::MAX);
        let rank = u64::try_from(u128::from(runs) * u128::from(p) / 1_000).unwrap_or(u64::MAX);
        let reach = error.saturating_mul(wide).saturating_add(2);
        self.inside.sort_unstable_by(f64::total_cmp);
        let from = rank.saturating_sub(reach).saturating_sub(self.below);
        let to = rank.saturating_add(reach).saturating_sub(self.below);
        let low = if from > 0 { self.value_at(from) } else { None }.unwrap_or(self.low);
        let high = self.value_at(to).unwrap_or(self.high);
        let [at_low, at_high] = self.ends_alike();
        // What lies beyond the new ends is counted, and summed where that is asked for.
        let start = self.inside.partition_point(|v| *v < low);
        let end = self.inside.partition_point(|v| *v <= high).max(start);
        let sum = |values: &[f64]| values.iter().map(|v| steps(*v - home)).sum::<i128>();
        let (mut below, mut above) = (sum(&self.inside[..start]), sum(&self.inside[end..]));
        self.below += start as u64;
        let mut alike = [at_low, at_high];
        if low > self.low && at_low > 0 {
            self.below += at_low;
            below += i128::from(at_low) * steps(self.low - home);
            alike[0] = 0;
        }
        if high < self.high && at_high > 0 {
            above += i128::from(at_high) * steps(self.high - home);
            alike[1] = 0;
        }
        if let Some((worst, _, sum)) = &mut self.beyond {
            *sum += if *worst == Worst::High { above } else { below };
        }
        self.inside.truncate(end);
        self.inside.drain(..start);
        (self.low, self.high) = (low, high);
        if low == high {
            // All that is kept is one value.
            let all = alike[0] + alike[1] + self.inside.len() as u64;
            self.inside.clear();
            self.alike = [Some(Alike::of(all)), None];
        } else {
            let at_low = self.inside.partition_point(|v| *v <= low);
            if alike[0] > 0 || at_low > MANY {
                self.inside.drain(..at_low);
                self.alike[0] = Some(Alike::of(alike[0] + at_low as u64));
            } else {
                self.alike[0] = None;
            }
            let under = self.inside.partition_point(|v| *v < high);
            let at_high = self.inside.len() - under;
            if alike[1] > 0 || at_high > MANY {
                self.inside.truncate(under);
                self.alike[1] = Some(Alike::of(alike[1] + at_high as u64));
            } else {
                self.alike[1] = None;
            }
        }
        self.inside = std::mem::take(&mut self.inside).into_boxed_slice().into_vec();
    }
}

/// The sum of the lanes, which are nought afterwards.
fn drain(lanes: &mut Column) -> i128 {
    let sum = lanes.0.iter().map(|v| steps(*v)).sum();
    *lanes = Column::NOUGHT;
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tally of many values, in two threads' parts and narrowed as they double, against sorting all of them.
    fn compare(values: &[i128], home: i128) {
        let mut tally = Tally::new(home, &[100, 500, 900], Some(Worst::High), WIDE);
        let mut low = Tally::new(home, &[500], Some(Worst::Low), WIDE);
        let (mut done, mut round) = (0, 512.min(values.len()));
        while done < values.len() {
            let (mut first, mut second) = (tally.fork(), tally.fork());
            let mut third = low.fork();
            for (at, part) in values[done..round].chunks(LANES).enumerate() {
                let mut column = Column::NOUGHT;
                for (lane, value) in part.iter().enumerate() {
                    column.0[lane] = float(*value);
                }
                if at % 3 == 0 { &mut first } else { &mut second }.add(&column, part.len());
                third.add(&column, part.len());
            }
            tally.join(second);
            tally.join(first);
            low.join(third);
            done = round;
            round = (round * 2).min(values.len());
            if done < values.len() {
                tally.narrow();
                low.narrow();
            }
        }
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let n = values.len();
        for p in [100, 500, 900] {
            let rank = (n * p).div_ceil(1_000).max(1);
            let percentile = u32::try_from(p).unwrap();
            assert_eq!(tally.at_rank(percentile, rank as u64), Some(sorted[rank - 1]), "P{p} of {n}");
        }
        let tenth = (n / 10).max(1);
        let mean = |of: &[i128]| {
            let sum: i128 = of.iter().map(|v| v - home).sum();
            home + divide(sum, of.len() as i128).unwrap()
        };
        assert_eq!(tally.worst_tenth(), Some(mean(&sorted[n - tenth..])));
        assert_eq!(low.worst_tenth(), Some(mean(&sorted[..tenth])));
        assert_eq!(tally.mean(), Some(mean(&sorted)));
        assert_eq!(tally.ends(), (sorted[0], sorted[n - 1]));
        assert_eq!(tally.runs(), n as u64);
        let centre = mean(&sorted);
        let variance = sorted.iter().map(|v| (v - centre).pow(2)).sum::<i128>() / n as i128;
        let deviation = i128::try_from(variance.unsigned_abs().isqrt()).unwrap();
        let found = tally.deviation().unwrap();
        assert!((found - deviation).abs() <= deviation / 10_000 + 2, "{found} against {deviation}");
    }

    /// Numbers that are the same everywhere, of a few hundred values or of millions.
    fn numbers(count: usize, size: i128) -> Vec<i128> {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i128::from(state >> 33)
        };
        (0..count).map(|_| (next() % size + next() % size) - size / 3).collect()
    }

    #[test]
    fn percentiles_are_those_of_all_runs() {
        for count in [1, 2, 10, 63, 64, 65, 512, 1_000, 5_000, 100_003] {
            compare(&numbers(count, 3), 0);
            compare(&numbers(count, 500), 100);
            compare(&numbers(count, 2_000_000_000), 1_000_000_000_000);
        }
    }

    #[test]
    fn values_that_come_again_and_again_are_counted() {
        let held =
            |values: Vec<i128>, least: i128, most: i128| values.into_iter().map(|v| v.clamp(least, most)).collect();
        for count in [1_000, 40_000] {
            let values: Vec<i128> = held(numbers(count, 2_000_000), 1_000_000, i128::MAX);
            compare(&values, 1_000_000);
            compare(&held(numbers(count, 2_000_000), i128::MIN, 900_000), 0);
            compare(&held(numbers(count, 2_000_000), 1_100_000, 1_250_000), 1_200_000);
        }
    }

    #[test]
    fn runs_that_are_all_alike_are_no_trouble() {
        compare(&vec![5; 3_000], 5);
        compare(&vec![-7; 3_000], 5);
    }
}
