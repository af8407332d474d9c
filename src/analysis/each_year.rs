//! What savings must deliver for each year by itself to balance: the least share in whole per cent, one for all savings
//! of a body not yet delivered, at which nothing is left to find in the year after the planned use of reserves, and none
//! is left at any larger whole per cent either.
//!
//! It is looked at in the risk-adjusted run, with slippage as the scenario states it, at all of 0% to 100%: no line is
//! drawn between two of them. Unlike the break-even of a whole plan it asks nothing of reserves beyond what is planned,
//! and a year that balances by itself may follow one that does not.

use super::lever::{Lever, Reading, Target};
use super::moving::{Moving, Span};
use super::stress::open_savings;
use crate::mechanism::organisation::Organisation;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::Run;
use crate::vocabulary::{Address, FinancialYear, Measure, Unit};

/// What a year asks of savings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// At least this share, in billionths.
    Share(i128),
    /// Nothing: it balances without any of them.
    Nothing,
    /// More than all: something is left when every saving comes in full.
    MoreThanAll,
    /// It cannot be told: a figure was not published, or was filled in between published years.
    Unknown,
}

/// A hundredth of the whole, in billionths.
const HUNDREDTH: i128 = 10_000_000;

/// What each plan year asks of the savings of a body that are not delivered yet; none where it has none of them, or no
/// gap that rests on them.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn each_year(
    baseline: &Baseline,
    opened: &Opened,
    organisation: &Organisation,
) -> Result<Option<Vec<(FinancialYear, Needed)>>, Box<Refused>> {
    const MEASURE: Measure = Measure::GapAfterPlannedReserves;
    let targets: Vec<Target> = open_savings(opened, organisation)
        .map(|s| Target { path: format!("saving.{}.delivery", s.name), year: None, now: None, each: 1 })
        .collect();
    let Some(row) = opened.plan.measure(&organisation.name, MEASURE).filter(|_| !targets.is_empty()) else {
        return Ok(None);
    };
    let (sheet, horizon) = (&opened.plan.sheet, opened.plan.horizon());
    let years: Vec<FinancialYear> = horizon.plan().map(|t| horizon.year(t)).collect();
    let whole = 100 * HUNDREDTH;
    let words = "saving.*.delivery".to_owned();
    let lever = Lever { words, unit: Unit::Rate, reading: Reading::Value, targets };
    let span = Span { lever, home: whole, ends: (0, whole) };
    let of = |year: &FinancialYear| Address { row: format!("{}/{MEASURE}", organisation.name), year: Some(*year) };
    let moving = Moving::new(baseline, vec![span], years.iter().map(of).collect())?;
    if !moving.matters(0) {
        return Ok(None);
    }
    let mover = moving.mover(&[0]);
    let mut moves = mover.begin();
    // From all of them down: the least share from which on every larger one does.
    let mut least: Vec<Option<i128>> = vec![None; years.len()];
    let mut broken = vec![false; years.len()];
    let mut known: Vec<bool> =
        horizon.plan().map(|t| sheet.cell(row, t).is_some_and(|cell| !sheet.flags(cell).interpolated)).collect();
    for hundredths in (0..=100).rev() {
        let answer = moves.to(&[hundredths * HUNDREDTH])?;
        for (year, left) in answer.of(Run::RiskAdjusted).iter().enumerate() {
            match left {
                None => known[year] = false,
                Some(left) if *left > 0 => broken[year] = true,
                Some(_) if !broken[year] => least[year] = Some(hundredths * HUNDREDTH),
                Some(_) => {}
            }
        }
    }
    let needed = |year: usize| match least[year] {
        _ if !known[year] => Needed::Unknown,
        None => Needed::MoreThanAll,
        Some(0) => Needed::Nothing,
        Some(share) => Needed::Share(share),
    };
    Ok(Some(years.iter().enumerate().map(|(n, year)| (*year, needed(n))).collect()))
}
