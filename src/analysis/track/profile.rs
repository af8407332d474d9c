//! How the plan of a year is spread over its months.
//!
//! A scheme: `P × E(m) ÷ E(12)`, where `E(m)` are the months of full effect from April to the end of month
//! `m`, from the cells that make the months of the year: its start, its ramp, its end and what holds it up
//! (see [timing](crate::mechanism::timing)). A schedule has no start: in equal twelfths. Either way the twelfth
//! month is the cell of the year to the penny, and no money is reckoned that the sheet has not.

use crate::mechanism::saving::SavingFacts;
use crate::open::Opened;
use crate::sheet::Run;
use crate::vocabulary::number::{divide, product_over, times};

const MONTH: i128 = 1_000_000_000;

/// What was planned of a saving from April to the end of a month, of the year's `plan`.
#[must_use]
pub fn planned(opened: &Opened, saving: &SavingFacts, t: i32, plan: i128, month: u8) -> Option<i128> {
    match months(opened, saving, t, month) {
        Some((so_far, year)) => product_over(&[plan, so_far], &[year]).ok(),
        None => product_over(&[plan, i128::from(month)], &[12]).ok(),
    }
}

/// Whether a saving is spread by its own start, and not in twelfths.
#[must_use]
pub fn has_start(opened: &Opened, saving: &SavingFacts, t: i32) -> bool {
    months(opened, saving, t, 12).is_some()
}

/// The months of full effect from April to the end of a month, and of the whole year; nothing where the
/// saving has no start, or no effect in the year.
fn months(opened: &Opened, saving: &SavingFacts, t: i32, month: u8) -> Option<(i128, i128)> {
    let sheet = &opened.plan.sheet;
    let own = sheet.row_address(saving.in_year.id());
    let stem = own.strip_suffix("in_year")?;
    let value = |measure: &str, t: i32| {
        let cell = sheet.cell(sheet.find_row(&format!("{stem}{measure}"))?, t)?;
        opened.results.of(Run::Plan).steps(cell)
    };
    let year = value("months", t).filter(|months| *months > 0)?;
    let elapsed = value("elapsed", t)?;
    let year_end = i128::from(t) * 12 * MONTH;
    // With an end of its own, months are counted to that end.
    let counted_to = value("counted_to", t).unwrap_or(year_end);
    // The ramp is one cell for all years.
    let ramp = value("ramp", 0).filter(|ramp| *ramp > 0);
    let effect = |month: i128| {
        let by_then = (year_end - (12 - month) * MONTH).min(counted_to);
        effect(elapsed - (counted_to - by_then), ramp)
    };
    let before = effect(0)?;
    let (so_far, whole) = (effect(i128::from(month))? - before, effect(12)? - before);
    // The months of the year are the sheet's; should they ever differ, twelfths say less and are right.
    (whole == year).then_some((so_far, year))
}

/// Months of full effect after so many months, with a ramp.
fn effect(elapsed: i128, ramp: Option<i128>) -> Option<i128> {
    let months = elapsed.max(0);
    let Some(ramp) = ramp else { return Some(months) };
    let climbing = months.min(ramp);
    let climbed = divide(times(climbing, climbing)?, times(ramp, 2)?).ok()?;
    Some(climbed + (months - ramp).max(0))
}
