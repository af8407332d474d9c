//! The figures of a saving: what is delivered of what was planned, forecasts of the year, what is needed a month.

use super::{AtMonth, Method};
use crate::scenario::monitoring::Told;
use crate::vocabulary::number::{divide, product_over, times};

/// Amounts of a saving, or sums of several. Pence; nothing where it is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amounts {
    /// The plan of the year.
    pub plan: Option<i128>,
    /// Planned to date.
    pub planned: Option<i128>,
    /// Delivered to date, for good.
    pub delivered: Option<i128>,
    /// What one-off substitutes brought to date.
    pub one_off: Option<i128>,
    /// Forecasts of the year, by [`Method::ALL`].
    pub forecasts: [Option<i128>; 4],
    /// The forecast that counts.
    pub forecast: Option<i128>,
    /// What one-off substitutes bring in the year: the owner's forecast, else what they have brought.
    pub forecast_one_off: Option<i128>,
    /// What must be delivered in each month that is left; nothing when none is.
    pub needed: Option<i128>,
    /// What was delivered a month.
    pub achieved: Option<i128>,
    /// Not delivered for good in the year, of what recurs.
    pub undelivered: Option<i128>,
}

impl Amounts {
    /// The sums of these; what is not known of one is not known of all.
    pub fn sum<'a>(all: impl Iterator<Item = &'a Self> + Clone) -> Self {
        let sum = |of: &dyn Fn(&Self) -> Option<i128>| -> Option<i128> {
            all.clone().try_fold(0_i128, |sum, a| sum.checked_add(of(a)?))
        };
        Self {
            plan: sum(&|a| a.plan),
            planned: sum(&|a| a.planned),
            delivered: sum(&|a| a.delivered),
            one_off: sum(&|a| a.one_off),
            forecasts: [0, 1, 2, 3].map(|n: usize| sum(&|a| a.forecasts.get(n).copied().flatten())),
            forecast: sum(&|a| a.forecast),
            forecast_one_off: sum(&|a| a.forecast_one_off),
            needed: sum(&|a| a.needed),
            achieved: sum(&|a| a.achieved),
            undelivered: sum(&|a| a.undelivered),
        }
    }

    /// What is delivered as a share of what was planned to date, in billionths; nothing where nothing was.
    #[must_use]
    pub fn share(&self) -> Option<i128> {
        let (delivered, planned) = self.delivered.zip(self.planned).filter(|(_, planned)| *planned > 0)?;
        divide(times(delivered, 1_000_000_000)?, planned).ok()
    }

    /// What is needed a month as a multiple of what was achieved, in hundredths; nothing where nothing was.
    #[must_use]
    pub fn ratio(&self) -> Option<i128> {
        let (needed, achieved) = self.needed.zip(self.achieved).filter(|(_, achieved)| *achieved > 0)?;
        divide(times(needed, 100)?, achieved).ok()
    }

    /// Of what a saving is to add in the next year, R(more × undelivered ÷ plan): what fails this year is expected to fail of the
    /// rest too.
    pub(super) fn still_to_come(&self, next: Option<i128>) -> Option<i128> {
        let (plan, undelivered) = self.plan.zip(self.undelivered).filter(|(plan, _)| *plan > 0)?;
        product_over(&[(next? - plan).max(0), undelivered], &[plan]).ok()
    }

    /// Whether it is behind what was planned to date.
    #[must_use]
    pub fn behind(&self) -> bool {
        self.delivered.zip(self.planned).is_some_and(|(delivered, planned)| delivered < planned)
    }

    /// Whether more than one and a half times what was achieved a month is needed.
    #[must_use]
    pub fn steep(&self) -> bool {
        self.needed.zip(self.achieved).is_some_and(|(needed, achieved)| {
            times(needed, 2).zip(times(achieved, 3)).is_some_and(|(needed, achieved)| needed > achieved)
        })
    }
}

/// The amounts of a saving, and the method by which its forecast is made.
pub(super) fn amounts(
    plan: Option<i128>,
    now: &AtMonth,
    told: &Told,
    recurs: bool,
    asked: Option<Method>,
) -> (Amounts, Method) {
    let (month, delivered, planned) = (i128::from(now.month), now.delivered, now.planned);
    let share = |amount: i128, of: i128, by: i128| product_over(&[amount, of], &[by]).ok();
    let straight = share(delivered, 12, month);
    let profile = match (plan, planned) {
        (Some(plan), Some(planned)) if planned > 0 => share(plan, delivered, planned),
        // Not due yet, and nothing has come: the plan is all that is known.
        (Some(plan), Some(0)) if delivered == 0 => Some(plan),
        _ => None,
    };
    let rest = plan.zip(planned).and_then(|(plan, planned)| delivered.checked_add(plan)?.checked_sub(planned));
    let forecasts = [straight, profile, rest, told.forecast];
    let of = |method: Method| forecasts[method as usize].map(|forecast| (forecast, method));
    let usual = || of(Method::Owner).or_else(|| of(Method::Profile));
    let chosen = asked.map_or_else(usual, |method| of(method).or_else(usual)).or_else(|| of(Method::RestToPlan));
    let left = 12 - month;
    let needed = plan.filter(|_| left > 0).and_then(|plan| divide((plan - delivered).max(0), left).ok());
    let forecast = chosen.map(|(forecast, _)| forecast);
    let undelivered = match recurs {
        true => plan.zip(forecast).map(|(plan, forecast)| (plan - forecast).max(0)),
        false => Some(0),
    };
    let one_off = told.one_off.unwrap_or(0);
    let amounts = Amounts {
        plan,
        planned,
        delivered: Some(delivered),
        one_off: Some(one_off),
        forecasts,
        forecast,
        forecast_one_off: Some(told.forecast_one_off.unwrap_or(one_off)),
        needed,
        achieved: divide(delivered, month).ok(),
        undelivered,
    };
    (amounts, chosen.map_or(Method::RestToPlan, |(_, method)| method))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EX-12.1: plan 12, month 6, planned 5.0, delivered 3.6 (£m).
    fn example() -> (Amounts, Method) {
        let now = AtMonth { month: 6, planned: Some(500_000_000), given: true, delivered: 360_000_000, one_off: None };
        let told = Told { delivered: 360_000_000, planned: Some(500_000_000), ..Told::default() };
        amounts(Some(1_200_000_000), &now, &told, true, None)
    }

    #[test]
    fn the_worked_example_comes_out() {
        let (a, method) = example();
        assert_eq!(a.share(), Some(720_000_000));
        assert_eq!(a.forecasts, [Some(720_000_000), Some(864_000_000), Some(1_060_000_000), None]);
        assert_eq!((a.needed, a.achieved, a.ratio()), (Some(140_000_000), Some(60_000_000), Some(233)));
        assert!(a.behind() && a.steep());
        assert_eq!((method, a.undelivered), (Method::Profile, Some(336_000_000)));
    }

    /// At one and a half times exactly nothing is flagged: 3.0 in six months is 0.5 a month, and 4.5 in the
    /// other six is 0.75.
    #[test]
    fn one_and_a_half_times_is_not_steep() {
        let a = Amounts { needed: Some(75_000_000), achieved: Some(50_000_000), ..Amounts::default() };
        assert_eq!((a.ratio(), a.steep()), (Some(150), false));
        let more = Amounts { needed: Some(75_000_001), ..a };
        assert_eq!((more.ratio(), more.steep()), (Some(150), true));
    }

    #[test]
    fn nothing_is_left_to_deliver_in_after_march() {
        let now = AtMonth { month: 12, planned: Some(1_200), given: false, delivered: 900, one_off: None };
        let told = Told { delivered: 900, ..Told::default() };
        let (a, _) = amounts(Some(1_200), &now, &told, true, None);
        // Every method but the owner's ends where the year has ended.
        assert_eq!(a.forecasts, [Some(900), Some(900), Some(900), None]);
        assert_eq!((a.needed, a.ratio(), a.steep()), (None, None, false));
    }
}
