//! What is looked at in every run, and which chances are asked for.

use super::Asked;
use crate::analysis::condition::{Comparison, Condition, Right, Target};
use crate::analysis::floor::{Floor, floor};
use crate::compile::Plan;
use crate::mechanism::organisation::Organisation;
use crate::open::Opened;
use crate::sheet::lanes::Worst;
use crate::sheet::{CellId, RowId, Run};
use crate::vocabulary::{Address, FinancialYear, Measure, Name, Unit};

/// What a watched figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Still to find, after the planned use of reserves.
    StillToFind,
    /// The gap if nothing else is done, after all draws.
    IfNothingElse,
    /// Usable reserves at the end of the year, if they met all that is still to find and kept no minimum.
    Reserves,
    /// What savings come to.
    Savings,
}

impl What {
    /// All of them, in reading order.
    pub const ALL: [Self; 4] = [Self::StillToFind, Self::IfNothingElse, Self::Reserves, Self::Savings];

    /// Its row of an organisation or view, where it has one.
    #[must_use]
    pub fn row(self, plan: &Plan, whose: &Name) -> Option<RowId> {
        match self {
            Self::StillToFind => plan.measure(whose, Measure::GapAfterPlannedReserves),
            Self::IfNothingElse => plan.measure(whose, Measure::GapAfterReserves),
            Self::Reserves => plan.named(whose, "usable_reserves_unconstrained"),
            Self::Savings => plan.measure(whose, Measure::Savings),
        }
    }

    /// Which end is the bad one.
    #[must_use]
    pub const fn worst(self) -> Worst {
        match self {
            Self::StillToFind | Self::IfNothingElse => Worst::High,
            Self::Reserves | Self::Savings => Worst::Low,
        }
    }
}

/// One figure of one year of one body.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Whose.
    pub whose: Name,
    /// What.
    pub what: What,
    /// The year.
    pub year: FinancialYear,
    /// The cell.
    pub cell: CellId,
    /// What it is in the plan and in run 0, the risk-adjusted case.
    pub home: [i128; 2],
}

/// What a chance is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChanceOf {
    /// The first year balances: nothing is still to find after planned reserves.
    FirstYear,
    /// Every year balances so.
    EveryYear,
    /// In every year reserves meet what is left and none falls below its minimum: the plan holds.
    Holds,
    /// Usable reserves, if they met everything and kept no minimum, last to the end of this year.
    ReservesLast(FinancialYear),
    /// A saving comes to what is planned for it in this year, or more.
    Saving(Name, FinancialYear),
    /// An expectation of the scenario comes out, by its place among them.
    Expectation(usize),
    /// A condition that was asked for, by its place among them.
    Condition(usize),
}

/// A chance that is asked for.
#[derive(Debug, Clone)]
pub struct Chance {
    /// Whose; none where it is no one body's.
    pub whose: Option<Name>,
    /// What it is about.
    pub of: ChanceOf,
    /// What must hold, all of it in one and the same run.
    pub target: Target,
}

/// Everything that is looked at, and every chance.
pub(super) fn watched(opened: &Opened, asked: &Asked) -> (Vec<Watched>, Vec<Chance>) {
    let plan = &opened.plan;
    let of_asked = |name: &Name| asked.organisations.contains(name);
    let mut watched = Vec::new();
    let views = plan.facts.views.iter().filter(|v| v.not_added.is_none()).map(|v| &v.name);
    let all = asked.organisations.len() == plan.organisations.len();
    let scopes = plan.organisations.iter().map(|o| &o.name).filter(|o| of_asked(o)).chain(views.filter(|_| all));
    for whose in scopes {
        for what in What::ALL {
            let row = what.row(plan, whose);
            watched.extend(row.into_iter().flat_map(|row| years(opened, whose, what, row)));
        }
    }
    let mut chances = Vec::new();
    for organisation in plan.organisations.iter().filter(|o| of_asked(&o.name)) {
        of_organisation(opened, organisation, &mut chances);
    }
    for (at, conditions) in asked.expectations.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
        let target = Target::of(conditions.clone(), &plan.sheet);
        chances.push(Chance { whose: None, of: ChanceOf::Expectation(at), target });
    }
    for (at, condition) in asked.conditions.iter().enumerate() {
        let target = Target::of(vec![condition.clone()], &plan.sheet);
        chances.push(Chance { whose: None, of: ChanceOf::Condition(at), target });
    }
    (watched, chances)
}

/// The years of a row that were published.
fn years(opened: &Opened, whose: &Name, what: What, row: RowId) -> Vec<Watched> {
    let (sheet, horizon) = (&opened.plan.sheet, opened.plan.horizon());
    let of = |t: i32| {
        let cell = sheet.cell(row, t)?;
        let [plan, adjusted] = Run::BOTH.map(|run| opened.results.of(run).steps(cell));
        Some(Watched { whose: whose.clone(), what, year: horizon.year(t), cell, home: [plan?, adjusted?] })
    };
    horizon.plan().filter_map(of).collect()
}

/// A row held against a value or another row in some years.
fn condition(opened: &Opened, row: RowId, comparison: Comparison, right: Option<RowId>, years: &[i32]) -> Condition {
    let (sheet, horizon) = (&opened.plan.sheet, opened.plan.horizon());
    let of = |row: RowId, t: i32| Address { row: sheet.row_address(row), year: Some(horizon.year(t)) };
    let right = |t: i32| right.map_or(Right::Value(0), |right| Right::Cell(of(right, t)));
    Condition {
        words: sheet.row_words(row),
        unit: Unit::Money,
        comparison,
        pairs: years.iter().map(|t| (of(row, *t), right(*t))).collect(),
        every_year: years.len() > 1,
        is_gap: comparison == Comparison::AtMost,
    }
}

fn of_organisation(opened: &Opened, organisation: &Organisation, chances: &mut Vec<Chance>) {
    let (plan, horizon) = (&opened.plan, opened.plan.horizon());
    let whose = Some(organisation.name.clone());
    let years: Vec<i32> = horizon.plan().collect();
    let mut push = |of: ChanceOf, conditions: Vec<Condition>| {
        chances.push(Chance { whose: whose.clone(), of, target: Target::of(conditions, &plan.sheet) });
    };
    if let Some(row) = plan.measure(&organisation.name, Measure::GapAfterPlannedReserves) {
        push(ChanceOf::FirstYear, vec![condition(opened, row, Comparison::AtMost, None, &years[..1])]);
        push(ChanceOf::EveryYear, vec![condition(opened, row, Comparison::AtMost, None, &years)]);
    }
    let holds = floor(opened, organisation, Floor::Minimum);
    if !holds.conditions.is_empty() {
        chances.push(Chance { whose: whose.clone(), of: ChanceOf::Holds, target: holds });
    }
    let mut push = |of: ChanceOf, conditions: Vec<Condition>| {
        chances.push(Chance { whose: whose.clone(), of, target: Target::of(conditions, &plan.sheet) });
    };
    if let Some(row) = plan.named(&organisation.name, "usable_reserves_unconstrained") {
        for (n, t) in years.iter().enumerate() {
            let so_far = condition(opened, row, Comparison::AtLeast, None, &years[..=n]);
            push(ChanceOf::ReservesLast(horizon.year(*t)), vec![so_far]);
        }
    }
    let last = horizon.years();
    for saving in plan.facts.savings.iter().filter(|s| s.organisation == organisation.name && !s.memo) {
        let planned = plan.sheet.cell(saving.in_year.id(), last).and_then(|c| opened.results.of(Run::Plan).steps(c));
        let Some(planned) = planned.filter(|p| *p != 0) else { continue };
        let mut target = condition(opened, saving.in_year.id(), Comparison::AtLeast, None, &[last]);
        target.pairs.iter_mut().for_each(|(_, right)| *right = Right::Value(planned));
        push(ChanceOf::Saving(saving.name.clone(), horizon.year(last)), vec![target]);
    }
}
