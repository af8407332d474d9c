//! A lever in words: what it is at a number, how far it was moved, and why it goes no further.

use super::table::{Figure, Sentence, TableCell};
use crate::analysis::bounds::{Bounds, Limit};
use crate::analysis::condition::Target;
use crate::analysis::lever::{Lever, Reading};
use crate::sheet::Flags;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Unit};

/// A value of a unit, with all its digits: `2.99%`, `£1.2m`, `4 months`.
#[must_use]
pub fn value(unit: Unit, steps: i128) -> Sentence {
    let said = Sentence::from(Figure::new(unit, Some(steps), Flags::EXACT).exactly().in_words());
    match unit {
        Unit::Months if steps.abs() == MONTH => said.text(" month"),
        Unit::Months => said.text(" months"),
        _ => said,
    }
}

/// How far something moves: `+0.4 points`, `-£1.2m`, `+3 months`.
#[must_use]
pub fn change(unit: Unit, steps: i128) -> Sentence {
    let sign = if steps > 0 { "+" } else { "" };
    let words = |number: String, one: bool, word: &str| {
        Sentence::from(format!("{sign}{number} {word}{}", if one { "" } else { "s" }))
    };
    match unit {
        Unit::Rate => match steps.checked_mul(100) {
            Some(points) => words(plain(unit, points), points.abs() == 1_000_000_000, "point"),
            None => Sentence::from(plain(unit, steps)),
        },
        Unit::Month => words(steps.to_string(), steps.abs() == 1, "month"),
        Unit::Months => words(plain(unit, steps), steps.abs() == MONTH, "month"),
        _ => Figure::new(unit, Some(steps), Flags::EXACT).exactly().as_change().into(),
    }
}

/// A month in billionths of one.
const MONTH: i128 = 1_000_000_000;

/// A number of a lever.
#[must_use]
pub fn number(lever: &Lever, number: i128) -> Sentence {
    match lever.reading {
        Reading::Value => value(lever.unit, number),
        Reading::Shift => change(lever.unit, number),
    }
}

/// A number of a lever in a table.
#[must_use]
pub fn cell(lever: &Lever, at: Option<i128>) -> TableCell {
    at.map_or(TableCell::Text("as it is".into()), |n| TableCell::Said(number(lever, n)))
}

/// What a lever does, as the subject of a sentence.
#[must_use]
pub fn subject(lever: &Lever) -> String {
    match lever.reading {
        Reading::Value => lever.words.clone(),
        Reading::Shift => format!("{}, moved by as much in every year it has", lever.words),
    }
}

/// The bounds of a search and why they are where they are.
#[must_use]
pub fn bounds(lever: &Lever, bounds: &Bounds, ends: (i128, i128)) -> Sentence {
    let mut said = Sentence::from("between ");
    said.0.extend(number(lever, ends.0).0);
    said = said.text(" and ");
    said.0.extend(number(lever, ends.1).0);
    for (end, (bound, why)) in [(ends.0, &bounds.low), (ends.1, &bounds.high)] {
        if end != *bound {
            continue;
        }
        let words = match why {
            Limit::Asked | Limit::Share | Limit::Plan => continue,
            Limit::Nought => "an amount is not turned into its opposite".to_owned(),
            Limit::Far => "further than any plan would go, a house bound".to_owned(),
            Limit::Refused(words) => format!("beyond it the scenario is refused: {words}"),
        };
        said = said.text("; ");
        said.0.extend(number(lever, end).0);
        said = said.text(format!(": {words}"));
    }
    said
}

/// Which years a target leaves out, and why.
#[must_use]
pub fn left_out(target: &Target) -> Option<String> {
    let years: Vec<String> = target.filled.iter().map(ToString::to_string).collect();
    (!years.is_empty())
        .then(|| format!("left out: {} (filled in between published years, ~, and so in no verdict)", years.join(", ")))
}

/// A year as the end of a sentence: ` in 2027/28`.
#[must_use]
pub fn in_year(year: Option<FinancialYear>) -> String {
    year.map(|y| format!(" in {y}")).unwrap_or_default()
}

/// One sentence after another.
#[must_use]
pub fn join(mut first: Sentence, second: Sentence) -> Sentence {
    first.0.extend(second.0);
    first
}
