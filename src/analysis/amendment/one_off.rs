//! One-off money for recurrent cost: where an amendment makes the underlying gap worse by more than it
//! makes still to find worse, reserves or other one-off money pay the difference, and it comes back.

use super::{Change, Effect, Year};
use crate::vocabulary::FinancialYear;

/// A year in which one-off money pays for recurrent cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// The year.
    pub year: FinancialYear,
    /// By how much the underlying gap is wider.
    pub underlying: i128,
    /// How much of that one-off money meets.
    pub met: i128,
    /// More planned use of reserves.
    pub reserves: i128,
    /// More one-off funding.
    pub funding: i128,
    /// More one-off savings.
    pub savings: i128,
    /// More support.
    pub support: i128,
}

/// What an amendment pays for recurrent cost with one-off money, in one body and run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// The years, in order; never empty.
    pub years: Vec<Met>,
    /// The first later year in which less of it is met and still to find is wider than the year before,
    /// and by how much it is then wider than without the amendment.
    pub again: Option<(FinancialYear, i128)>,
    /// Where that is after the plan: by how much the underlying gap is then wider.
    pub after_plan: Option<i128>,
}

/// What the amendment pays for so; none where it does not, or where that is not known.
#[must_use]
pub fn paid(effect: &Effect) -> Option<Paid> {
    let years: Vec<Met> = effect.years.iter().filter_map(met).collect();
    let first = years.first()?.year;
    let paying = |y: &Year| met(y).map_or(0, |m| m.met);
    let again = effect.years.windows(2).filter(|pair| pair[1].year > first).find_map(|pair| {
        let (before, left) = (pair[0].still_to_find.difference()?, pair[1].still_to_find.difference()?);
        let less = paying(&pair[1]) < paying(&pair[0]) && left > before.max(0);
        less.then_some((pair[1].year, left))
    });
    let last = effect.years.last()?;
    let after_plan = match again {
        Some(_) => None,
        None => last.underlying.difference().filter(|wider| *wider > 0),
    };
    Some(Paid { years, again, after_plan })
}

fn met(year: &Year) -> Option<Met> {
    let (underlying, left) = (year.underlying.difference()?, year.still_to_find.difference()?);
    let met = underlying - left.max(0);
    let more = |c: Change| c.difference().unwrap_or(0);
    (underlying > 0 && met > 0).then(|| Met {
        year: year.year,
        underlying,
        met,
        reserves: more(year.reserves),
        funding: more(year.one_off_funding),
        savings: more(year.one_off_savings),
        support: more(year.support),
    })
}
