//! All assumptions moved at once, each by the same part of its own range: the nearest joint breaking point.
//!
//! The effects are recomputed together and never added. Which direction is adverse is found for each
//! assumption by itself.

use std::collections::BTreeMap;

use super::bounds::{ALL, Bounds, is_share};
use super::condition::Target;
use super::floor::first_broken;
use super::lever::{Lever, Reading, Target as Figure, assumption, ends_of};
use super::moving::{Mover, Moving, Span};
use super::search::{Way, look};
use super::solve::values;
use super::stress::{Tests, open_savings, title};
use crate::mechanism::organisation::Organisation;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::Run;
use crate::vocabulary::number::divide;
use crate::vocabulary::{Address, FinancialYear, Measure, Unit};

/// How far the ranges are followed, in hundredths of the way: three times as far as they go.
const FURTHEST: i128 = 300;
/// All of the way, in hundredths of it.
const WHOLE: i128 = 100;

/// One assumption in the joint movement.
#[derive(Debug, Clone)]
pub struct Part {
    /// The lever: a shift.
    pub lever: Lever,
    /// What it is called.
    pub title: String,
    /// How far the whole of its range goes, with its sign.
    pub extent: i128,
    /// Whether the range is the writer's own; else it is the step of the house.
    pub own_range: bool,
    /// The movement at the breaking point.
    pub moved: i128,
    /// The end of the range to which each year goes by a way of its own, where it is not the same in every
    /// year: the lever is then moved by hundredths of these ways. The least and the greatest of the years' ends.
    pub to: Option<[i128; 2]>,
}

/// The joint breaking point of one test in one run.
#[derive(Debug, Clone)]
pub struct Joint {
    /// The run.
    pub run: Run,
    /// 0 for the floor, 1 for the balance.
    pub test: usize,
    /// Whether the test is broken as the scenario stands, so that the way is the favourable one.
    pub mends: bool,
    /// Hundredths of the way at which it changes; none when it does not, three times as far.
    pub at: Option<i128>,
    /// The year in which it is first broken there.
    pub year: Option<FinancialYear>,
    /// What is moved.
    pub parts: Vec<Part>,
    /// Whether opening the whole scenario gave the same figures.
    pub confirmed: bool,
}

/// A lever that may move with others, and how far.
pub type Candidate = (Lever, (i128, i128));

/// The levers that may move together: those of these that are moved by as much in every year.
#[must_use]
pub fn shifts(levers: &[(Lever, Bounds)]) -> Vec<Candidate> {
    let all = levers.iter().filter(|(lever, _)| lever.reading == Reading::Shift);
    all.map(|(lever, bounds)| (lever.clone(), (bounds.low.0, bounds.high.0))).collect()
}

/// The same, and the delivery of each saving of an organisation that is not delivered yet.
#[must_use]
pub fn with_deliveries(opened: &Opened, organisation: &Organisation, mut all: Vec<Candidate>) -> Vec<Candidate> {
    for saving in open_savings(opened, organisation) {
        let path = format!("saving.{}.delivery", saving.name);
        if all.iter().any(|(l, _)| l.words == path) {
            continue;
        }
        // Its own, else the weight of its status, else what a delivery counts as when it is not stated.
        let weight = saving.status.map(|status| format!("status.{status}.delivery"));
        let stated = assumption(opened, &path).or_else(|| assumption(opened, weight.as_deref()?));
        let now = stated.and_then(|a| a.values.first()?.0).unwrap_or(ALL);
        let targets = vec![Figure { path: path.clone(), year: None, now: Some(now), each: 1 }];
        let lever = Lever { words: path, unit: Unit::Rate, reading: Reading::Shift, targets };
        all.push((lever, (-now, ALL - now)));
    }
    all
}

/// The way of an assumption down to one end of its range, or up to the other.
struct Side {
    lever: Lever,
    /// How far the whole of it goes, with its sign.
    extent: i128,
    /// The numbers the lever takes.
    ends: (i128, i128),
    /// The end, where each year has a way of its own to it: the least and the greatest of the years'.
    to: Option<[i128; 2]>,
}

/// Both ways of an assumption, and whether the range is the writer's.
struct Ways {
    sides: [Side; 2],
    own_range: bool,
}

/// Both ways of a candidate; none where there is no saying how far.
fn ways(opened: &Opened, (lever, ends): Candidate) -> Option<Ways> {
    let spread = lever.targets.first().and_then(|t| assumption(opened, &t.path)?.spread.as_deref());
    let alike = lever.targets.windows(2).all(|pair| pair[0].now == pair[1].now);
    if let Some(spread) = spread.filter(|spread| !alike || !spread.years.is_empty()) {
        let side = |end: usize| {
            let of = |target: &Figure| ends_of(opened, spread, target)[end];
            let to: Vec<i128> = lever.targets.iter().map(of).collect();
            let lever = lever.clone().part_of_way(of, WHOLE)?;
            // As far as no year goes beyond what the scenario takes.
            let most = |each: i128| match each.signum() {
                1 => ends.1.div_euclid(each),
                -1 => ends.0.checked_neg().map_or(0, |low| low.div_euclid(-each)),
                _ => FURTHEST,
            };
            let most = lever.targets.iter().map(|t| most(t.each)).min()?.clamp(0, FURTHEST);
            let to = Some([to.iter().min().copied()?, to.iter().max().copied()?]);
            Some(Side { lever, extent: WHOLE, ends: (0, most), to })
        };
        return Some(Ways { sides: [side(0)?, side(1)?], own_range: true });
    }
    let (extents, own_range) = extents(opened, &lever)?;
    let ends = ((extents[0] * 3).max(ends.0).min(0), (extents[1] * 3).min(ends.1).max(0));
    Some(Ways { sides: extents.map(|extent| Side { lever: lever.clone(), extent, ends, to: None }), own_range })
}

/// How far down and up a range goes: the writer's own, or the step of the house: a point of a rate, ten
/// points of a delivery, one in a hundred of an amount.
fn extents(opened: &Opened, lever: &Lever) -> Option<([i128; 2], bool)> {
    let first = lever.targets.first()?;
    let now = first.now?;
    if let Some(spread) = assumption(opened, &first.path).and_then(|a| a.spread.as_deref()) {
        return Some(([spread.low.0 - now, spread.high.0 - now], true));
    }
    let most = lever.targets.iter().filter_map(|t| t.now).map(i128::abs).max()?;
    let step = match lever.unit {
        Unit::Rate if is_share(&first.path) => ALL / 10,
        Unit::Rate => ALL / 100,
        Unit::Money => most / 100,
        _ => return None,
    };
    Some(([-step, step], false))
}

/// The joint breaking points of both tests in both runs.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn joint(
    baseline: &Baseline,
    opened: &Opened,
    organisation: &Organisation,
    tests: &[Tests; 2],
    candidates: Vec<Candidate>,
) -> Result<Vec<Joint>, Box<Refused>> {
    let candidates: Vec<Ways> = candidates.into_iter().filter_map(|candidate| ways(opened, candidate)).collect();
    let horizon = opened.plan.horizon();
    let gap: Vec<Address> = horizon
        .plan()
        .map(|t| Address {
            row: format!("{}/{}", organisation.name, Measure::GapAfterSavings),
            year: Some(horizon.year(t)),
        })
        .collect();
    let mut wanted: Vec<Address> = tests.iter().flat_map(|t| &t.targets).flat_map(Target::wanted).collect();
    let tested = wanted.len();
    wanted.extend(gap);
    // A way of its own has a lever of its own; else both ways are one lever's.
    let (mut spans, mut of_sides): (Vec<Span>, Vec<[usize; 2]>) = (Vec::new(), Vec::new());
    for Ways { sides: [down, up], .. } in &candidates {
        let span = |side: &Side| Span { lever: side.lever.clone(), home: 0, ends: side.ends };
        spans.push(span(down));
        let first = spans.len() - 1;
        if down.lever == up.lever {
            of_sides.push([first, first]);
        } else {
            spans.push(span(up));
            of_sides.push([first, first + 1]);
        }
    }
    let moving = Moving::new(baseline, spans, wanted.clone())?;
    let adverse = adverse(&moving, &candidates, &of_sides, tested)?;
    let mut all = Vec::new();
    let mut movers: BTreeMap<Vec<usize>, Mover<'_>> = BTreeMap::new();
    let mut offset = 0;
    for (r, test) in tests.iter().enumerate() {
        for n in 0..2 {
            let width = test.now[n].len();
            let range = offset..offset + width;
            offset += width;
            let Some(met) = test.targets[n].met(&test.now[n]) else { continue };
            let chosen: Vec<(usize, usize)> = adverse
                .iter()
                .enumerate()
                .filter_map(|(at, side)| Some((at, side[r]?)))
                .map(|(at, up)| (at, usize::from(up == met)))
                .filter(|(at, side)| candidates[*at].sides[*side].extent != 0)
                .collect();
            if chosen.is_empty() || width == 0 {
                continue;
            }
            let numbers = |hundredths: i128| -> Vec<i128> {
                let of = |(at, side): &(usize, usize)| {
                    let Side { extent, ends, .. } = &candidates[*at].sides[*side];
                    divide(extent * hundredths, WHOLE).unwrap_or(*extent).clamp(ends.0.min(0), ends.1.max(0))
                };
                chosen.iter().map(of).collect()
            };
            let which: Vec<usize> = chosen.iter().map(|(at, side)| of_sides[*at][*side]).collect();
            // Most tests ask for the same levers: that they move together is seen once for all of them.
            if !movers.contains_key(&which) {
                movers.insert(which.clone(), moving.mover(&which));
            }
            let Some(mover) = movers.get(&which) else { continue };
            let mut moves = mover.begin();
            let mut cells = |hundredths: i128| match moves.to(&numbers(hundredths)) {
                Ok(answer) => answer.of(test.run).get(range.clone()).unwrap_or_default().to_vec(),
                Err(_) => vec![None; width],
            };
            let way = Way { from: 0, to: FURTHEST, step: 1 };
            let seen = look(way, &mut |h| test.targets[n].met(&cells(h)) == Some(true));
            let at = seen.first.map(|change| change.after);
            let there = at.map(&mut cells);
            let mut confirmed = true;
            for hundredths in at.into_iter().flat_map(|at| [at, at - 1]) {
                let whole = moving.anew(&which, &numbers(hundredths))?;
                let own = wanted.get(range.clone()).unwrap_or_default();
                confirmed = confirmed && values(&whole, test.run, own) == cells(hundredths);
            }
            let moved = numbers(at.unwrap_or(100));
            let parts = chosen.iter().zip(moved).map(|((at, side), moved)| {
                let Ways { sides, own_range } = &candidates[*at];
                let Side { lever, extent, to, .. } = &sides[*side];
                let title = title(opened, lever);
                Part { title, lever: lever.clone(), extent: *extent, own_range: *own_range, moved, to: *to }
            });
            all.push(Joint {
                run: test.run,
                test: n,
                mends: !met,
                at,
                year: there.and_then(|cells| first_broken(&test.targets[n], &cells)),
                parts: parts.collect(),
                confirmed,
            });
        }
    }
    Ok(all)
}

/// Whether the way up of each assumption is the one that widens the gap after savings, added over the
/// years, in each run; none when neither does.
fn adverse(
    moving: &Moving<'_>,
    candidates: &[Ways],
    of_sides: &[[usize; 2]],
    tested: usize,
) -> Result<Vec<[Option<bool>; 2]>, Box<Refused>> {
    let mut all = Vec::new();
    for (ways, levers) in candidates.iter().zip(of_sides) {
        let at = |lever: usize, number: i128| -> Result<[Option<i128>; 2], Box<Refused>> {
            let answer = moving.mover(&[lever]).begin().to(&[number])?;
            Ok(Run::BOTH.map(|run| answer.of(run).iter().skip(tested).copied().sum()))
        };
        let end = |side: usize| {
            let Side { extent, ends, .. } = &ways.sides[side];
            (*extent).clamp(ends.0, ends.1)
        };
        let still = at(levers[0], 0)?;
        let (down, up) = (at(levers[0], end(0))?, at(levers[1], end(1))?);
        all.push([0, 1].map(|r| {
            let (still, down, up) = (still[r]?, down[r]?, up[r]?);
            ((up, down) != (still, still)).then_some(up > down)
        }));
    }
    Ok(all)
}
