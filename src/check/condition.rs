//! A condition as typed: `gap_after_savings@2028/29 <= £0.5m`, `exshire/reserve/general/closing >=
//! exshire/reserve/general/minimum`.

use super::expectation::find_cell;
use crate::analysis::condition::{Comparison, Condition, Right};
use crate::language::{MoneyUnit, typed};
use crate::open::Opened;
use crate::vocabulary::{Address, Diagnostic, Measure, Unit};

/// The signs, longer ones first.
const SIGNS: [(&str, Comparison); 8] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("==", Comparison::Equal),
    ("≤", Comparison::AtMost),
    ("≥", Comparison::AtLeast),
    ("=", Comparison::Equal),
    ("<", Comparison::Below),
    (">", Comparison::Above),
];

/// Reads a condition. A cell without a year is meant in every plan year.
///
/// # Errors
/// There is no sign, no such cell, or no such value; the diagnostic says what to type.
pub fn read(opened: &Opened, typed: &str) -> Result<Condition, Box<Diagnostic>> {
    let found = SIGNS
        .iter()
        .filter_map(|(sign, c)| Some((typed.find(sign)?, *sign, *c)))
        .min_by_key(|f| (f.0, std::cmp::Reverse(f.1.len())));
    let Some((at, sign, comparison)) = found else {
        return Err(malformed(format!("`{typed}` compares nothing")));
    };
    let (left, right) = (typed[..at].trim(), typed[at + sign.len()..].trim());
    if left.is_empty() || right.is_empty() {
        return Err(malformed(format!("`{typed}` has nothing on one side of its `{sign}`")));
    }
    let cells = cells(opened, left)?;
    let sheet = &opened.plan.sheet;
    let unit = cells.first().and_then(|c| sheet.find(c)).map_or(Unit::Money, |c| sheet.unit(c));
    let rights = match value(right, unit, opened.scenario.unit) {
        Some(steps) => vec![Right::Value(steps?); cells.len()],
        None => against(opened, right, unit, &cells)?,
    };
    let is_gap = cells.first().is_some_and(|c| {
        let last = c.row.rsplit('/').next().unwrap_or_default();
        Measure::ALL.iter().any(|m| m.is_gap() && last.strip_prefix("underlying_").unwrap_or(last) == m.code())
    });
    Ok(Condition {
        words: typed.trim().to_owned(),
        unit,
        comparison,
        every_year: !left.contains('@') && cells.iter().any(|c| c.year.is_some()),
        pairs: cells.into_iter().zip(rights).collect(),
        is_gap,
    })
}

fn malformed(message: String) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("condition_malformed", message)
            .hint("write CELL, one of = <= >= < >, and a value: 'still_to_find@2028/29 = 0'"),
    )
}

/// The cell, or the row in each plan year.
fn cells(opened: &Opened, typed: &str) -> Result<Vec<Address>, Box<Diagnostic>> {
    let (plan, sheet) = (&opened.plan, &opened.plan.sheet);
    match find_cell(plan, typed) {
        Ok(cell) => Ok(vec![sheet.address(cell)]),
        Err(wrong) if typed.contains('@') => Err(Box::new(wrong)),
        Err(wrong) => {
            let years = plan.horizon().plan().map(|t| plan.horizon().year(t));
            let found: Vec<Address> = years
                .filter_map(|year| find_cell(plan, &format!("{typed}@{year}")).ok())
                .map(|cell| sheet.address(cell))
                .collect();
            if found.is_empty() { Err(Box::new(wrong)) } else { Ok(found) }
        }
    }
}

/// A value as typed; none when it is not one, and so a cell.
fn value(typed: &str, unit: Unit, bare: MoneyUnit) -> Option<Result<i128, Box<Diagnostic>>> {
    if typed.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    Some(figure(typed, unit, Some(bare)))
}

/// One figure as typed after a flag: `£1.5m`, `3%`, `0`, `2026-10`.
///
/// # Errors
/// It is no figure of the unit; the diagnostic says what to type.
pub fn figure(typed: &str, unit: Unit, bare: Option<MoneyUnit>) -> Result<i128, Box<Diagnostic>> {
    typed::read(typed, unit, bare)?.ok_or_else(|| malformed("what was not published cannot be reached".to_owned()))
}

/// The cells of the other side, one for each of this one.
fn against(opened: &Opened, typed: &str, unit: Unit, of: &[Address]) -> Result<Vec<Right>, Box<Diagnostic>> {
    let sheet = &opened.plan.sheet;
    let found = cells(opened, typed)?;
    let paired: Vec<Address> = match found.as_slice() {
        [only] => vec![only.clone(); of.len()],
        several => of.iter().filter_map(|cell| several.iter().find(|c| c.year == cell.year).cloned()).collect(),
    };
    let other = found.first().and_then(|c| sheet.find(c)).map(|c| sheet.unit(c));
    if other != Some(unit) || paired.len() != of.len() {
        let message = format!("`{typed}` cannot be held against the other side: another unit, or other years");
        return Err(malformed(message));
    }
    Ok(paired.into_iter().map(Right::Cell).collect())
}
