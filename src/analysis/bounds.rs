//! How far a lever is moved: as asked, or else as far as its unit is sensible and the scenario takes it.

use super::lever::{Lever, Reading};
use super::search::{Way, last_taken};
use crate::open::{Baseline, Opened};
use crate::vocabulary::{Diagnostic, Unit};

/// Why a lever goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// It was asked for.
    Asked,
    /// A share is between nought and all.
    Share,
    /// An amount is not turned into its opposite.
    Nought,
    /// It is further than any plan would go.
    Far,
    /// The plan begins or ends there.
    Plan,
    /// The scenario refuses anything beyond it, in these words.
    Refused(String),
}

/// The numbers between which a lever is moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// The least number and why it is not less.
    pub low: (i128, Limit),
    /// The greatest number and why it is not more.
    pub high: (i128, Limit),
    /// How far to look at first, when the bounds are far out.
    pub first: Option<i128>,
}

/// A rate of one: all of it.
pub const ALL: i128 = 1_000_000_000;
/// A hundred thousand million pounds: further than any plan would go.
const FAR: i128 = 10_000_000_000_000;

/// The smallest step in which a lever of a unit is moved unless another is asked for: a tenth of a point,
/// a penny, one, a month.
#[must_use]
pub const fn usual_step(unit: Unit) -> i128 {
    match unit {
        Unit::Rate => 1_000_000,
        Unit::Money | Unit::Month => 1,
        Unit::Quantity => 10_000,
        Unit::UnitPrice => 100,
        Unit::Months => 1_000_000_000,
    }
}

/// The smallest step in which a lever is moved unless another is asked for: council tax is set to the
/// hundredth of a point (2.99%), anything else in the step of its unit.
#[must_use]
pub fn lever_step(lever: &Lever) -> i128 {
    let tax = |path: &str| {
        path.starts_with("funding.") && (path.ends_with(".increase") || path.ends_with(".adult_social_care"))
    };
    if lever.unit == Unit::Rate && lever.targets.iter().all(|t| tax(&t.path)) {
        return usual_step(Unit::Rate) / 10;
    }
    usual_step(lever.unit)
}

/// Whether a figure is a share of something, by its path.
#[must_use]
pub fn is_share(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    matches!(last, "delivery" | "collection") || last.ends_with("share") || path.contains(".blend.")
}

/// The bounds of a lever. What the scenario refuses at an end it refuses up to the furthest step it takes.
///
/// # Errors
/// The scenario takes no number at all of those asked for.
pub fn bounds(
    baseline: &Baseline,
    opened: &Opened,
    lever: &Lever,
    asked: Option<(i128, i128)>,
    step: i128,
) -> Result<Bounds, Box<Diagnostic>> {
    let mut bounds = match asked {
        Some((low, high)) => Bounds { low: (low, Limit::Asked), high: (high, Limit::Asked), first: None },
        None => sensible(opened, lever),
    };
    let refused = |number: i128| match baseline.variant(&lever.sets(number)) {
        Ok(_) => None,
        Err(refused) => Some(refused.wrong.sorted().into_iter().next().map_or_else(String::new, in_full)),
    };
    let middle = bounds.low.0 + (bounds.high.0 - bounds.low.0) / 2;
    let inside = |number: &i128| (bounds.low.0..=bounds.high.0).contains(number);
    let now = lever.now().filter(inside);
    let (low_words, high_words) = (refused(bounds.low.0), refused(bounds.high.0));
    let Some(taken) = now
        .or_else(|| low_words.is_none().then_some(bounds.low.0))
        .or_else(|| high_words.is_none().then_some(bounds.high.0))
        .or_else(|| refused(middle).is_none().then_some(middle))
    else {
        let message = format!("the scenario takes no value of `{}` that was tried", lever.words);
        let words = low_words.unwrap_or_default();
        return Err(Box::new(Diagnostic::error("lever_refused", message).hint(words)));
    };
    for (end, words) in [(&mut bounds.low, low_words), (&mut bounds.high, high_words)] {
        let Some(words) = words else { continue };
        // A scenario that refuses a number refuses those beyond it.
        let way = Way { from: taken, to: end.0, step };
        let (last, words) = last_taken(way, words, None, &refused);
        *end = (last, Limit::Refused(words));
    }
    Ok(bounds)
}

/// A refusal with the way out that it names.
fn in_full(wrong: Diagnostic) -> String {
    match wrong.hints.into_iter().next() {
        Some(hint) => format!("{} ({hint})", wrong.message),
        None => wrong.message,
    }
}

/// How far a lever of its unit is sensibly moved.
fn sensible(opened: &Opened, lever: &Lever) -> Bounds {
    let now: Vec<i128> = lever.targets.iter().filter_map(|t| t.now).collect();
    let (least, most) = (now.iter().copied().min().unwrap_or(0), now.iter().copied().max().unwrap_or(0));
    // A shift says how far from now; a value says what it becomes.
    let (down, up) = match lever.reading {
        Reading::Value => (0, 0),
        Reading::Shift => (least, most),
    };
    let shares = lever.targets.iter().all(|t| is_share(&t.path));
    let horizon = opened.plan.horizon();
    let (low, high, first) = match lever.unit {
        Unit::Rate if shares => ((0, Limit::Share), (ALL, Limit::Share), None),
        Unit::Rate => ((-ALL, Limit::Far), (ALL, Limit::Far), Some(ALL / 100)),
        Unit::Month => ((horizon.april(1), Limit::Plan), (horizon.april(horizon.years() + 1) - 1, Limit::Plan), None),
        Unit::Months => ((0, Limit::Nought), (i128::from(horizon.years()) * 12 * ALL, Limit::Plan), None),
        Unit::Money | Unit::UnitPrice | Unit::Quantity => {
            let low = if least < 0 { (-FAR, Limit::Far) } else { (0, Limit::Nought) };
            (low, (FAR, Limit::Far), Some((most.saturating_abs() / 64).max(100_000)))
        }
    };
    Bounds { low: (low.0 - down, low.1), high: (high.0 - up, high.1), first }
}
