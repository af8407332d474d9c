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

mod amounts;
pub mod layer;
pub mod profile;

use smol_str::SmolStr;

pub use amounts::Amounts;

use crate::mechanism::contribution::Recurrence;
use crate::mechanism::saving::SavingFacts;
use crate::open::Opened;
use crate::scenario::monitoring::{Monitoring, Told, Watched};
use crate::sheet::{CellId, Run};
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
    pub service: Option<SmolStr>,
    /// Whether it recurs.
    pub recurrence: Recurrence,
    /// Its cell of the year.
    pub cell: Option<CellId>,
    /// Its amounts at the last month.
    pub amounts: Amounts,
    /// By which method its forecast is made.
    pub method: Method,
    /// Of what it is to add next year, what would be missing too at the share that is missing this year.
    pub still_to_come: Option<i128>,
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
    /// Savings of the file that the plan's lines are already net of: in no sum, and not in the layer.
    pub already_in: Vec<String>,
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
        already_in: Vec::new(),
        untold: Vec::new(),
    };
    for saving in facts {
        if saving.memo {
            track.already_in.extend(told(&saving.name).map(|_| saving.title.clone()));
            continue;
        }
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
    let (amounts, method) = amounts::amounts(plan, now, last, recurs, asked);
    let flagged = amounts.behind() && amounts.steep();
    let next = opened.plan.pence(opened.results.of(Run::Plan), saving.in_year.id(), t + 1);
    Some(Scheme {
        still_to_come: amounts.still_to_come(next),
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
