//! What a stress test holds a body to: the floor of its reserves, and its balance.

use super::condition::{Comparison, Condition, Right, Target};
use crate::mechanism::organisation::Organisation;
use crate::open::Opened;
use crate::sheet::{RowId, Run};
use crate::vocabulary::{Address, FinancialYear, Measure, Unit};

/// What reserves must not fall below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    /// The body's own minimum: what reserves hold above it meets shortfalls until it is used up.
    Minimum,
    /// Nought: all usable reserves meet shortfalls, whatever the minimum.
    Nought,
}

/// The conditions under which the floor holds in every plan year.
#[must_use]
pub fn floor(opened: &Opened, organisation: &Organisation, floor: Floor) -> Target {
    let plan = &opened.plan;
    let mut conditions = Vec::new();
    let own = |row: Option<RowId>, comparison, right: Option<RowId>| {
        let row = row?;
        Some(condition(opened, row, comparison, right, |_| true))
    };
    if floor == Floor::Nought {
        let reserves = plan.named(&organisation.name, "usable_reserves_unconstrained");
        conditions.extend(own(reserves, Comparison::AtLeast, None));
    }
    if conditions.is_empty() {
        conditions.extend(own(plan.measure(&organisation.name, Measure::GapAfterReserves), Comparison::AtMost, None));
        for pot in plan.facts.pots.iter().filter(|p| p.organisation == organisation.name) {
            if let (Some(closing), Some(minimum)) = (pot.closing_if_nothing_else, pot.minimum) {
                conditions.extend(own(Some(closing.id()), Comparison::AtLeast, Some(minimum.id())));
            }
        }
    }
    Target::of(conditions, &plan.sheet)
}

/// The condition under which the years that balance now in a run still do; all years where none does.
#[must_use]
pub fn balance(opened: &Opened, organisation: &Organisation, run: Run) -> Target {
    let Some(row) = opened.plan.measure(&organisation.name, Measure::GapAfterPlannedReserves) else {
        return Target::default();
    };
    let sheet = &opened.plan.sheet;
    let filled = |t: i32| sheet.cell(row, t).is_some_and(|cell| sheet.flags(cell).interpolated);
    let balances = |t: i32| {
        let cell = sheet.cell(row, t).filter(|_| !filled(t));
        cell.and_then(|c| opened.results.of(run).steps(c)).is_some_and(|pence| pence <= 0)
    };
    let any = opened.plan.horizon().plan().any(balances);
    // Years that were filled in are named as left out.
    let looked_at = |t: i32| !any || balances(t) || filled(t);
    Target::of(vec![condition(opened, row, Comparison::AtMost, None, looked_at)], sheet)
}

/// The years in which something is still to find in a run as the scenario stands, and how much; years that
/// were filled in between published ones are not among them.
#[must_use]
pub fn short(opened: &Opened, organisation: &Organisation, run: Run) -> Vec<(FinancialYear, i128)> {
    let (sheet, horizon) = (&opened.plan.sheet, opened.plan.horizon());
    let Some(row) = opened.plan.measure(&organisation.name, Measure::GapAfterPlannedReserves) else {
        return Vec::new();
    };
    let of = |t: i32| {
        let cell = sheet.cell(row, t).filter(|cell| !sheet.flags(*cell).interpolated)?;
        Some((horizon.year(t), opened.results.of(run).steps(cell)?))
    };
    horizon.plan().filter_map(of).filter(|(_, pence)| *pence > 0).collect()
}

fn condition(
    opened: &Opened,
    row: RowId,
    comparison: Comparison,
    right: Option<RowId>,
    years: impl Fn(i32) -> bool,
) -> Condition {
    let (sheet, horizon) = (&opened.plan.sheet, opened.plan.horizon());
    let of = |row: RowId, t: i32| Address { row: sheet.row_address(row), year: Some(horizon.year(t)) };
    let pairs = horizon.plan().filter(|t| years(*t)).map(|t| {
        let right = right.map_or(Right::Value(0), |right| Right::Cell(of(right, t)));
        (of(row, t), right)
    });
    Condition {
        words: sheet.row_words(row),
        unit: Unit::Money,
        comparison,
        pairs: pairs.collect(),
        every_year: true,
        is_gap: comparison == Comparison::AtMost,
    }
}

/// The first year in which a condition does not hold; none when all hold, or a cell was not published.
#[must_use]
pub fn first_broken(target: &Target, values: &[Option<i128>]) -> Option<FinancialYear> {
    let held = target.held(values)?;
    let broken = target.conditions.iter().zip(&held).flat_map(|(condition, pairs)| {
        condition
            .pairs
            .iter()
            .zip(pairs)
            .filter(|(_, p)| !condition.comparison.holds(p.left, p.right))
            .filter_map(|((cell, _), _)| cell.year)
    });
    broken.min()
}
