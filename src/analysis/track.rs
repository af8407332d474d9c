//! Plan against delivery during a year: what each saving should have brought by a month, what it has, where
//! the year ends by four methods, and what must be delivered a month from now on.
//!
//! **What it reads**: the saving's cell of the year in the plan run, and a file of
//! [monitoring](crate::scenario::monitoring). With `P` the plan of the year, `p` what was planned to the end of
//! month `m`, `d` what is delivered by then for good, each figure rounded once, to the penny:
//!
//! | figure | rule |
//! |---|---|
//! | planned to date | as the file says; else `P × months of full effect by then ÷ those of the year` of a scheme, `P × m ÷ 12` of what has no start ([profile]) |
//! | straight line | `d × 12 ÷ m` |
//! | profile | `P × d ÷ p`; what was not due yet and has brought nothing is taken as planned |
//! | rest to plan | `d + P − p` |
//! | owner's | as the file says |
//! | needed a month | `(P − d) ÷ (12 − m)`, nought when nothing is left |
//! | achieved a month | `d ÷ m` |
//!
//! **Flagged** is a saving that is behind what was planned to date and must deliver more than one and a half
//! times a month what it has: EX-12.1 of the method. What one-off substitutes bring is beside and in no sum of
//! delivery. **Not delivered for good** is the plan of the year less the forecast, of what recurs: the base of
//! next year is too low by it if nothing changes.

pub mod layer;
pub mod profile;

use std::sync::Arc;

use crate::mechanism::contribution::Recurrence;
use crate::mechanism::saving::SavingFacts;
use crate::open::Opened;
use crate::scenario::monitoring::{Monitoring, Told, Watched};
use crate::sheet::{CellId, Run};
use crate::vocabulary::number::{divide, product_over, times};
use crate::vocabulary::{FinancialYear, Name};

/// A way to say where the year will end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// What is delivered, at the same rate to the end of the year.
    StraightLine,
    /// The plan of the year, at the share of the plan to date that is delivered.
    Profile,
    /// What is delivered, and what the plan still has for the rest of the year.
    RestToPlan,
    /// What its owner says.
    Owner,
}

impl Method {
    /// Every method, in the order of the table.
    pub const ALL: [Self; 4] = [Self::StraightLine, Self::Profile, Self::RestToPlan, Self::Owner];

    /// What it is called.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::StraightLine => "straight line",
            Self::Profile => "profile",
            Self::RestToPlan => "rest to plan",
            Self::Owner => "owner's",
        }
    }

    /// The word in CSV, JSON and `--method`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::StraightLine => "straight_line",
            Self::Profile => "profile",
            Self::RestToPlan => "rest_to_plan",
            Self::Owner => "owner",
        }
    }
}

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

/// A saving at the end of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtMonth {
    /// The month: 1 is April, 12 is March.
    pub month: u8,
    /// Planned since April.
    pub planned: Option<i128>,
    /// Whether the file says what was planned.
    pub given: bool,
    /// Delivered since April, for good.
    pub delivered: i128,
    /// What one-off substitutes brought since April.
    pub one_off: Option<i128>,
}

/// One saving: its plan and what is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// Its service.
    pub service: Option<Arc<str>>,
    /// Whether it recurs.
    pub recurrence: Recurrence,
    /// Its cell of the year.
    pub cell: Option<CellId>,
    /// Its amounts at the last month.
    pub amounts: Amounts,
    /// By which method its forecast is made.
    pub method: Method,
    /// Whether it is behind, and needs far more a month than it has achieved.
    pub flagged: bool,
    /// Month by month.
    pub months: Vec<AtMonth>,
    /// What is told of the last month.
    pub told: Told,
}

/// A saving of the plan of which the file says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// Its plan of the year.
    pub plan: Option<i128>,
}

/// A plan tracked during a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// The file of monitoring.
    pub file: String,
    /// The year.
    pub year: FinancialYear,
    /// Its number in the plan.
    pub t: i32,
    /// The month that is told of last.
    pub month: u8,
    /// What was asked for; else the owner's forecast where there is one, and the profile.
    pub asked: Option<Method>,
    /// The savings, in the order of the plan.
    pub schemes: Vec<Scheme>,
    /// Savings that the file tells of and the plan has no amount for.
    pub without_amount: Vec<Name>,
    /// Savings of the year that the file does not tell of.
    pub untold: Vec<Untold>,
}

impl Track {
    /// The sums of an organisation's savings, or of all.
    #[must_use]
    pub fn total(&self, organisation: Option<&Name>) -> Amounts {
        Amounts::sum(self.of(organisation).map(|s| &s.amounts))
    }

    /// The savings of an organisation, or all.
    pub fn of<'a>(&'a self, organisation: Option<&'a Name>) -> impl Iterator<Item = &'a Scheme> + Clone {
        self.schemes.iter().filter(move |s| organisation.is_none_or(|name| s.organisation == *name))
    }

    /// Whether any saving is flagged.
    #[must_use]
    pub fn any_flagged(&self) -> bool {
        self.schemes.iter().any(|s| s.flagged)
    }
}

/// Tracks a plan: `asked` is the method of the forecast that counts.
#[must_use]
pub fn track(opened: &Opened, monitoring: &Monitoring, asked: Option<Method>) -> Track {
    let t = opened.plan.horizon().number(monitoring.year).unwrap_or(1);
    let facts = &opened.plan.facts.savings;
    let told = |name: &Name| monitoring.savings.iter().find(|w| w.name == *name);
    let mut track = Track {
        file: monitoring.name.clone(),
        year: monitoring.year,
        t,
        month: monitoring.month,
        asked,
        schemes: Vec::new(),
        without_amount: Vec::new(),
        untold: Vec::new(),
    };
    for saving in facts {
        let plan = opened.plan.pence(opened.results.of(Run::Plan), saving.in_year.id(), t);
        match told(&saving.name) {
            Some(watched) => track.schemes.extend(scheme(opened, saving, (t, plan), watched, monitoring, asked)),
            None if plan != Some(0) => track.untold.push(Untold {
                name: saving.name.clone(),
                title: saving.title.clone(),
                organisation: saving.organisation.clone(),
                plan,
            }),
            None => {}
        }
    }
    let without = monitoring.savings.iter().filter(|w| !facts.iter().any(|f| f.name == w.name));
    track.without_amount = without.map(|w| w.name.clone()).collect();
    track
}

fn scheme(
    opened: &Opened,
    saving: &SavingFacts,
    (t, plan): (i32, Option<i128>),
    watched: &Watched,
    monitoring: &Monitoring,
    asked: Option<Method>,
) -> Option<Scheme> {
    let at = |month: u8, told: &Told| AtMonth {
        month,
        planned: told.planned.or_else(|| profile::planned(opened, saving, t, plan?, month)),
        given: told.planned.is_some(),
        delivered: told.delivered,
        one_off: told.one_off,
    };
    let months: Vec<AtMonth> = watched.months.iter().map(|(month, told)| at(*month, told)).collect();
    let (last, now) = (watched.months.get(&monitoring.month)?, months.last()?);
    let recurs = saving.recurrence != Recurrence::OneOff;
    let (amounts, method) = amounts(plan, now, last, recurs, asked);
    let flagged = amounts.behind() && amounts.steep();
    Some(Scheme {
        name: saving.name.clone(),
        title: saving.title.clone(),
        organisation: saving.organisation.clone(),
        service: saving.service.clone(),
        recurrence: saving.recurrence,
        cell: opened.plan.sheet.cell(saving.in_year.id(), t),
        amounts,
        method,
        flagged,
        months,
        told: last.clone(),
    })
}

/// The amounts of a saving, and the method by which its forecast is made.
fn amounts(plan: Option<i128>, now: &AtMonth, told: &Told, recurs: bool, asked: Option<Method>) -> (Amounts, Method) {
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
