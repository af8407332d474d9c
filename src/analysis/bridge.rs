//! Bridges: which steps lead from one gap to another, between two years of a plan or between two plans.
//!
//! Both ends are cells of still to find. Every step is a sum or a difference of cells: of the
//! requirement, the terms of its roll-forward over the years between; of funding, savings, support and
//! planned reserves, the amounts at one end less those at the other. Between two plans the steps of
//! each are added up from its own base year. All of it is signed as it moves the gap: positive widens.
//!
//! The steps and the two ends agree to the penny. Where a step rests on a figure that was not
//! published, it is not known; what the known ends leave for such steps is then a row of its own.

mod levels;
mod measures;

use std::collections::BTreeMap;

pub use measures::{Rung, Way, way};

use crate::compile::{Plan, Results};
use crate::sheet::Run;
use crate::vocabulary::{Measure, Name};
use levels::Tally;

/// One end of a bridge: a plan, its figures and a year number (0 is the base year).
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its figures.
    pub results: &'a Results,
    /// The year number.
    pub t: i32,
}

/// The part of the budget a step belongs to, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A gap that was published as a figure.
    Stated,
    /// What is needed.
    Requirement,
    /// What is available.
    Funding,
    /// What is saved.
    Savings,
    /// Support received, less what is repaid.
    Support,
    /// Planned use of reserves.
    Reserves,
}

impl Part {
    /// The word in CSV and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Requirement => "requirement",
            Self::Funding => "funding",
            Self::Savings => "savings",
            Self::Support => "support",
            Self::Reserves => "reserves",
        }
    }

    /// Its heading.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Stated => "Published gaps",
            Self::Requirement => "What is needed",
            Self::Funding => "What is available",
            Self::Savings => "Savings",
            Self::Support => "Support",
            Self::Reserves => "Reserves",
        }
    }
}

/// An amount in pence and what of it is one-off; neither where it was not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// All of it.
    pub all: Option<i128>,
    /// The one-off part.
    pub one_off: Option<i128>,
}

impl Amount {
    /// No money.
    pub const NOUGHT: Self = Self { all: Some(0), one_off: Some(0) };

    /// The recurrent part; what does not say whether it recurs counts as recurrent.
    #[must_use]
    pub fn recurrent(self) -> Option<i128> {
        Some(self.all? - self.one_off?)
    }

    /// Both added.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let add = |a: Option<i128>, b: Option<i128>| Some(a? + b?);
        Self { all: add(self.all, other.all), one_off: add(self.one_off, other.one_off) }
    }

    /// Whether it is known to move nothing at all.
    #[must_use]
    pub fn is_nought(self) -> bool {
        self == Self::NOUGHT
    }
}

/// What an item adds to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Whose it is.
    pub organisation: Option<Name>,
    /// The kind of item (`line`), empty for an organisation's own rows.
    pub kind: &'static str,
    /// Its name.
    pub name: Option<Name>,
    /// Its title.
    pub title: String,
    /// What it moves.
    pub amount: Amount,
    /// Whether the plan does not say if it recurs.
    pub not_stated: bool,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The part of the budget it belongs to.
    pub part: Part,
    /// Its word in CSV and JSON.
    pub code: String,
    /// Its words.
    pub words: String,
    /// What it moves: the sum of its items.
    pub amount: Amount,
    /// What it is made of, the largest movement first.
    pub items: Vec<Item>,
    /// The figures it rests on that were not published, in words.
    pub unknown: Vec<String>,
}

/// A bridge of one organisation or view in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    /// The organisation or view.
    pub scope: Name,
    /// Which run.
    pub run: Run,
    /// Still to find where it begins; none where that is not known.
    pub from: Option<i128>,
    /// Still to find where it ends.
    pub to: Option<i128>,
    /// The steps that move anything or are not known, in reading order.
    pub steps: Vec<Step>,
    /// What the known ends leave for the steps that are not known; none where every step is known.
    pub unexplained: Option<i128>,
}

/// The organisations of a scope: a view's, or the organisation itself; none when the plan has neither.
#[must_use]
pub fn members(plan: &Plan, scope: &Name) -> Vec<Name> {
    match plan.facts.views.iter().find(|v| v.name == *scope) {
        Some(view) => view.members.clone(),
        // A plan of one body has no views: its system is that body.
        None if scope.as_str() == "system" => plan.organisations.iter().map(|o| o.name.clone()).collect(),
        None => plan.organisations.iter().filter(|o| o.name == *scope).map(|o| o.name.clone()).collect(),
    }
}

/// Still to find at an end; in the base year nought, since its budget was balanced, where that budget
/// is known.
#[must_use]
pub fn still_to_find(end: &End<'_>, scope: &Name, run: Run) -> Option<i128> {
    let (plan, values) = (end.plan, end.results.of(run));
    let of = |name: &Name, measure| plan.measure(name, measure).and_then(|row| plan.pence(values, row, end.t));
    if end.t == 0 {
        let stated = |m: &Name| plan.facts.stated.iter().any(|s| s.organisation == *m);
        let balance = |m: &Name| Some(of(m, Measure::Requirement)? - of(m, Measure::Funding)?);
        return members(plan, scope).iter().map(|m| if stated(m) { None } else { balance(m) }).sum();
    }
    match members(plan, scope).as_slice() {
        [] => Some(0),
        [only] => of(only, Measure::GapAfterPlannedReserves),
        _ => of(scope, Measure::GapAfterPlannedReserves),
    }
}

/// The bridge from one end to another, of one organisation or view in one run.
#[must_use]
pub fn between(from: &End<'_>, to: &End<'_>, scope: &Name, run: Run) -> Bridge {
    let mut steps = BTreeMap::new();
    let one_plan = std::ptr::eq(from.plan, to.plan);
    for (end, other, sign) in [(to, from, 1), (from, to, -1)] {
        let mut tally = Tally::new(end, run, sign, &mut steps);
        for member in members(end.plan, scope) {
            if tally.stated(&member) {
                continue;
            }
            match (one_plan, end.t > other.t) {
                // Within one plan the years between say more than two sums from the base year.
                (true, true) => tally.roll_forward(&member, other.t + 1),
                (true, false) => {}
                (false, _) => tally.since_base(&member),
            }
            tally.funding(&member, one_plan && from.t.min(to.t) == 0);
            tally.savings(&member);
            tally.reserves(&member);
        }
    }
    let steps = levels::finish(steps);
    let (start, end) = (still_to_find(from, scope, run), still_to_find(to, scope, run));
    let known: i128 = steps.iter().filter_map(|s| s.amount.all).sum();
    let left = start.zip(end).map(|(start, end)| end - start - known);
    let all_known = steps.iter().all(|s| s.amount.all.is_some());
    let unexplained = left.filter(|left| !all_known || *left != 0);
    Bridge { scope: scope.clone(), run, from: start, to: end, steps, unexplained }
}
