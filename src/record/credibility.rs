//! What share of its planned savings a body may be expected to deliver: its own history, held up by what is known
//! of others while the history is short.
//!
//! `d = (k × d0 + Σ delivered) ÷ (k + Σ planned)`, at most 100%, rounded once to nine places. `d0` is the prior, 85%
//! unless another is said, which is a house assumption; `k` is one typical year's plan, `R(Σ planned ÷ years)`, so that
//! one year of history weighs as much as the prior. Delivery is what lasts; a rate over several years is the ratio of
//! their sums.

use super::history::Entry;
use super::ratio::{ALL, Ratio};
use crate::vocabulary::number::{divide, times};

/// The share that is expected of a body of which nothing is known: a house assumption.
pub const PRIOR: i128 = 850_000_000;

/// What a history comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// The prior.
    pub prior: i128,
    /// The weight of the prior, in pence.
    pub weight: i128,
    /// How many years have a figure.
    pub years: usize,
    /// What was planned in them.
    pub planned: i128,
    /// What was delivered and lasts.
    pub delivered: i128,
    /// What one-off measures brought.
    pub one_off: i128,
    /// The estimate.
    pub rate: i128,
    /// How many entries were not published and count in nothing.
    pub unpublished: usize,
}

impl Estimate {
    /// What entries come to; the prior alone where there are none.
    ///
    /// # Examples
    /// ```
    /// use fundgap::record::credibility::{Estimate, PRIOR};
    ///
    /// assert_eq!(Estimate::of(&[], PRIOR).rate, 850_000_000);
    /// ```
    #[must_use]
    pub fn of(entries: &[&Entry], prior: i128) -> Self {
        let known: Vec<(&Entry, i128)> = entries.iter().filter_map(|e| Some((*e, e.delivered?))).collect();
        let mut years: Vec<_> = known.iter().map(|(entry, _)| entry.year).collect();
        years.sort_unstable();
        years.dedup();
        let planned: i128 = known.iter().map(|(entry, _)| entry.planned).sum();
        let delivered: i128 = known.iter().map(|(_, delivered)| delivered).sum();
        let weight = i128::try_from(years.len()).ok().and_then(|n| divide(planned, n).ok()).unwrap_or(0);
        Self {
            prior,
            weight,
            years: years.len(),
            planned,
            delivered,
            one_off: known.iter().map(|(entry, _)| entry.one_off).sum(),
            rate: blend(prior, weight, delivered, planned).unwrap_or(prior).min(ALL),
            unpublished: entries.len() - known.len(),
        }
    }

    /// Delivered of planned, over all years together.
    #[must_use]
    pub fn of_sums(&self) -> Option<Ratio> {
        Ratio::of(self.delivered, self.planned)
    }
}

/// `(weight × prior + part) ÷ (weight + whole)` as a rate, rounded once; none where there is nothing to divide by.
pub(super) fn blend(prior: i128, weight: i128, part: i128, whole: i128) -> Option<i128> {
    let above = times(weight, prior)?.checked_add(times(part, ALL)?)?;
    divide(above, weight.checked_add(whole)?).ok()
}

/// The mean of the shares of the years: what an estimate must not be, shown beside the ratio of sums.
#[must_use]
pub fn mean_of_ratios(entries: &[&Entry]) -> Option<i128> {
    let mut years: Vec<_> = entries.iter().filter(|e| e.delivered.is_some()).map(|entry| entry.year).collect();
    years.sort_unstable();
    years.dedup();
    let of_year = |year| {
        let own = || entries.iter().filter(move |e| e.year == year);
        let planned = own().filter(|e| e.delivered.is_some()).map(|e| e.planned).sum();
        Ratio::of(own().filter_map(|e| e.delivered).sum(), planned).map(Ratio::rate)
    };
    let rates: Vec<i128> = years.iter().copied().filter_map(of_year).collect();
    divide(rates.iter().sum(), i128::try_from(rates.len()).ok()?).ok()
}

/// The estimate for one class of savings, and that of all savings together.
#[derive(Debug, Clone)]
pub struct Own {
    /// Each class that the history has, in the order of the alphabet, as it is compared.
    pub classes: Vec<(String, Estimate)>,
    /// All of it.
    pub whole: Estimate,
}

impl Own {
    /// What a body's history comes to; none where it has none.
    #[must_use]
    pub fn of(entries: &[&Entry], prior: i128) -> Option<Self> {
        let whole = Estimate::of(entries, prior);
        if whole.years == 0 {
            return None;
        }
        let mut names: Vec<String> = entries.iter().filter_map(|e| e.plain_class()).collect();
        names.sort();
        names.dedup();
        let of = |class: String| {
            let own: Vec<&Entry> =
                entries.iter().filter(|e| e.plain_class().as_ref() == Some(&class)).copied().collect();
            let estimate = Estimate::of(&own, prior);
            (estimate.years > 0).then_some((class, estimate))
        };
        Some(Self { classes: names.into_iter().filter_map(of).collect(), whole })
    }

    /// The rate for savings of a class: its own, else that of all savings.
    #[must_use]
    pub fn rate(&self, class: Option<&str>) -> i128 {
        let wanted = class.map(super::reference::plain_class);
        let own = self.classes.iter().find(|(class, _)| Some(class) == wanted.as_ref());
        own.map_or(self.whole.rate, |(_, estimate)| estimate.rate)
    }

    /// The rate for a whole plan of savings, each with its class and its amount: the rates of the classes weighed by
    /// the amounts, rounded once.
    #[must_use]
    pub fn of_plan<'a>(&self, savings: impl Iterator<Item = (Option<&'a str>, i128)>) -> i128 {
        let mut above: Option<i128> = Some(0);
        let mut below = 0_i128;
        for (class, pence) in savings.filter(|(_, pence)| *pence > 0) {
            above = above.zip(times(pence, self.rate(class))).and_then(|(a, b)| a.checked_add(b));
            below = below.saturating_add(pence);
        }
        above.and_then(|above| divide(above, below).ok()).unwrap_or(self.whole.rate)
    }
}
