//! The latest month in which each saving may start, all else as planned, before the floor of the reserves
//! is broken or a year that balances no longer does: month by month, in both runs.

use super::condition::Target;
use super::floor::first_broken;
use super::lever::{Lever, Reading, Target as Figure, assumption};
use super::moving::{Moving, Span};
use super::solve::values;
use super::stress::{Tests, open_savings};
use crate::mechanism::organisation::Organisation;
use crate::open::{Baseline, Opened, Refused};
use crate::vocabulary::{FinancialYear, Unit};

/// How late one saving may start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// Its title.
    pub title: String,
    /// The path of its start.
    pub path: String,
    /// The month it starts, as planned.
    pub start: i128,
    /// The last month that was tried: the last of the plan, or the last the scenario takes.
    pub tried: i128,
    /// By run, for the floor and for the balance.
    pub limits: [[Until; 2]; 2],
    /// Whether opening the whole scenario gave the same figures.
    pub confirmed: bool,
}

/// How late, for one test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// It is broken as the plan stands.
    Already,
    /// The last month that is fine; a month later it is broken in this year.
    Month(i128, Option<FinancialYear>),
    /// Every month that was tried is fine.
    Any,
    /// A figure was not published.
    NotPublished,
}

/// The latest start of every saving that is still to start and has a start at all.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn latest_starts(
    baseline: &Baseline,
    opened: &Opened,
    organisation: &Organisation,
    tests: &[Tests; 2],
) -> Result<Vec<Latest>, Box<Refused>> {
    let mut all = Vec::new();
    for saving in open_savings(opened, organisation) {
        let path = format!("saving.{}.start", saving.name);
        let start = assumption(opened, &path).and_then(|a| a.values.first()?.0);
        if let Some(start) = start.filter(|start| *start >= opened.plan.horizon().april(1)) {
            all.extend(one(baseline, opened, tests, saving.title.clone(), path, start)?);
        }
    }
    Ok(all)
}

fn one(
    baseline: &Baseline,
    opened: &Opened,
    tests: &[Tests; 2],
    title: String,
    path: String,
    start: i128,
) -> Result<Option<Latest>, Box<Refused>> {
    let horizon = opened.plan.horizon();
    let lever = Lever {
        words: path.clone(),
        unit: Unit::Month,
        reading: Reading::Value,
        targets: vec![Figure { path: path.clone(), year: None, now: Some(start), each: 1 }],
    };
    // The last month the scenario takes: a saving does not start after its own end.
    let (mut tried, mut refused) = (start, horizon.april(horizon.years() + 1));
    if baseline.variant(&lever.sets(refused - 1)).is_ok() {
        tried = refused - 1;
    }
    while tried + 1 < refused {
        let middle = tried + (refused - tried) / 2;
        if baseline.variant(&lever.sets(middle)).is_ok() { tried = middle } else { refused = middle }
    }
    let wanted: Vec<_> = tests.iter().flat_map(|t| &t.targets).flat_map(Target::wanted).collect();
    let span = Span { lever: lever.clone(), home: start, ends: (start, tried) };
    let moving = Moving::new(baseline, vec![span], wanted.clone())?;
    let mover = moving.mover(&[0]);
    let mut moves = mover.begin();
    let mut limits: Vec<[Option<Until>; 2]> =
        tests.iter().map(|t| [0, 1].map(|n| standing(&t.targets[n], &t.now[n]))).collect();
    let mut confirmed = true;
    for month in start + 1..=tried {
        if limits.iter().flatten().all(Option::is_some) {
            break;
        }
        let answer = moves.to(&[month])?;
        let mut offset = 0;
        for (test, limit) in tests.iter().zip(&mut limits) {
            for (n, limit) in limit.iter_mut().enumerate() {
                let width = test.now[n].len();
                let cells = answer.of(test.run).get(offset..offset + width).unwrap_or_default();
                if limit.is_none() && test.targets[n].met(cells) != Some(true) {
                    *limit = Some(Until::Month(month - 1, first_broken(&test.targets[n], cells)));
                    let own = wanted.get(offset..offset + width).unwrap_or_default();
                    let whole = baseline.variant(&lever.sets(month))?;
                    let before = values(&baseline.variant(&lever.sets(month - 1))?, test.run, own);
                    let holds = test.targets[n].met(&before) == Some(true);
                    confirmed = confirmed && holds && values(&whole, test.run, own) == cells;
                }
                offset += width;
            }
        }
    }
    let limits: Vec<[Until; 2]> = limits.into_iter().map(|of| of.map(|l| l.unwrap_or(Until::Any))).collect();
    let Ok(limits) = <[[Until; 2]; 2]>::try_from(limits) else { return Ok(None) };
    Ok(Some(Latest { title, path, start, tried, limits, confirmed }))
}

fn standing(target: &Target, now: &[Option<i128>]) -> Option<Until> {
    match target.met(now) {
        None => Some(Until::NotPublished),
        Some(false) => Some(Until::Already),
        Some(true) => None,
    }
}
