//! Amendments: what a member's file, laid over a plan, does to it. Figures and where they stand; never
//! an opinion.
//!
//! What the file says is read from the two merged trees: every item it adds, changes or takes out, with
//! its own amounts by year. What follows is read from the two sheets: each body's totals before and
//! after, in both runs.

pub mod one_off;
pub mod starts;
mod touched;

use std::collections::BTreeSet;

pub use touched::{Class, KeyChange, Touched, What, amounts, touched};

use crate::compile::{Plan, Results};
use crate::open::Opened;
use crate::sheet::{RowId, Run};
use crate::vocabulary::{FileId, FinancialYear, Measure, Name, Unit};

/// A figure before and after the amendment, in steps of its unit; none where it was not published or
/// is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Before.
    pub before: Option<i128>,
    /// After.
    pub after: Option<i128>,
}

impl Change {
    /// After less before.
    #[must_use]
    pub fn difference(self) -> Option<i128> {
        Some(self.after? - self.before?)
    }
}

/// One year of a body in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: FinancialYear,
    /// What is needed.
    pub requirement: Change,
    /// What is available.
    pub funding: Change,
    /// What is saved.
    pub savings: Change,
    /// Support received, less what is repaid.
    pub support: Change,
    /// Planned use of reserves.
    pub reserves: Change,
    /// Still to find: the requirement less all of these.
    pub still_to_find: Change,
    /// The gap after savings without one-offs.
    pub underlying: Change,
    /// One-off items of the requirement.
    pub one_off_requirement: Change,
    /// One-off funding.
    pub one_off_funding: Change,
    /// One-off savings.
    pub one_off_savings: Change,
    /// Whether the year balances before the amendment; none where that is not known.
    pub balanced_before: Option<bool>,
    /// Whether it balances after it.
    pub balanced_after: Option<bool>,
}

/// What an amendment does to a body, or to a view of several, in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The organisation or view.
    pub scope: Name,
    /// Its title.
    pub title: String,
    /// Which run.
    pub run: Run,
    /// Its years.
    pub years: Vec<Year>,
}

impl Effect {
    /// Whether still to find or what it is made of moves in any year.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.years.iter().any(|y| {
            let all = [y.requirement, y.funding, y.savings, y.support, y.reserves, y.still_to_find, y.underlying];
            all.iter().any(|c| c.before != c.after)
        })
    }

    /// The years that balanced and no longer do.
    pub fn unbalanced(&self) -> impl Iterator<Item = FinancialYear> {
        let lost = |y: &&Year| y.balanced_before == Some(true) && y.balanced_after == Some(false);
        self.years.iter().filter(lost).map(|y| y.year)
    }
}

/// The files of the amendment among those of the amended plan: all that the base has not.
#[must_use]
pub fn files(base: &Opened, amended: &Opened) -> BTreeSet<FileId> {
    let typed = |name: &str| name == "<command line>";
    let held = base.loaded.sources.files().filter(|f| !typed(&f.name)).count();
    let all = amended.loaded.sources.files().enumerate();
    let own = all.filter(|(n, f)| *n >= held && !typed(&f.name));
    own.filter_map(|(n, _)| u16::try_from(n).ok().map(FileId)).collect()
}

/// What the amendment does to every organisation in one run, and to the whole system where its gaps add.
#[must_use]
pub fn effects(base: &Opened, amended: &Opened, run: Run) -> Vec<Effect> {
    let organisations = base.plan.organisations.iter().map(|o| (o.name.clone(), o.title.clone()));
    let system = base.plan.facts.views.iter().filter(|v| v.name.as_str() == "system" && v.not_added.is_none());
    let views = system.map(|v| (v.name.clone(), v.title.to_owned()));
    organisations.chain(views).map(|(scope, title)| effect(base, amended, scope, title, run)).collect()
}

fn effect(base: &Opened, amended: &Opened, scope: Name, title: String, run: Run) -> Effect {
    let horizon = base.plan.horizon();
    let years = horizon.plan().map(|t| {
        let year = horizon.year(t);
        let later = amended.plan.horizon().number(year);
        let read = |of: &dyn Fn(&Plan, &Results, i32) -> Option<i128>| Change {
            before: of(&base.plan, &base.results, t),
            after: later.and_then(|t| of(&amended.plan, &amended.results, t)),
        };
        let named = |measure: &str| {
            let value = |plan: &Plan, results: &Results, t| {
                plan.named(&scope, measure).and_then(|row| plan.pence(results.of(run), row, t))
            };
            read(&value)
        };
        // A body without support has no row of it, and none is none.
        let support =
            |plan: &Plan, results: &Results, t| match plan.sheet.find_row(&format!("{scope}/solutions/support")) {
                Some(row) => plan.pence(results.of(run), row, t),
                None => Some(0),
            };
        let balanced = |plan: &Plan, results: &Results, t: Option<i32>| {
            let cell =
                plan.measure(&scope, Measure::GapAfterPlannedReserves).and_then(|row| plan.sheet.cell(row, t?))?;
            let verdict = !plan.sheet.flags(cell).interpolated;
            results.of(run).steps(cell).filter(|_| verdict).map(|left| left <= 0)
        };
        Year {
            year,
            requirement: named("requirement"),
            funding: named("funding"),
            savings: named("savings"),
            support: read(&support),
            reserves: named(Measure::PlannedReserveUse.code()),
            still_to_find: named(Measure::GapAfterPlannedReserves.code()),
            underlying: named("underlying_gap_after_savings"),
            one_off_requirement: named(Measure::OneOffRequirement.code()),
            one_off_funding: named(Measure::OneOffFunding.code()),
            one_off_savings: named(Measure::OneOffSavings.code()),
            balanced_before: balanced(&base.plan, &base.results, Some(t)),
            balanced_after: balanced(&amended.plan, &amended.results, later),
        }
    });
    let years = years.collect();
    Effect { scope, title, run, years }
}

/// Whether the amendment only moves money between the bodies of a system: theirs move, and the whole
/// system's does not, in any year.
#[must_use]
pub fn only_moves_between_bodies(effects: &[Effect]) -> bool {
    let still = |e: &Effect| e.years.iter().all(|y| y.still_to_find.difference() == Some(0));
    let (whole, bodies): (Vec<_>, Vec<_>) = effects.iter().partition(|e| e.scope.as_str() == "system");
    !whole.is_empty() && whole.iter().all(|e| still(e)) && bodies.iter().any(|e| !still(e))
}

/// A row of both plans that the amendment moves, year by year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Whose it is.
    pub organisation: Name,
    /// The item's name.
    pub item: Name,
    /// What it is.
    pub title: String,
    /// Its unit.
    pub unit: Unit,
    /// Each year before and after.
    pub years: Vec<(FinancialYear, Change)>,
}

/// Reads a row of both plans by its address in the amended one, whichever of them has it.
#[must_use]
pub fn moved(base: &Opened, amended: &Opened, organisation: &Name, row: RowId, run: Run) -> Option<Moved> {
    let sheet = &amended.plan.sheet;
    let (address, subject) = (sheet.row_address(row), sheet.subject(row));
    let before = base.plan.sheet.find_row(&address);
    let horizon = base.plan.horizon();
    let years: Vec<_> = horizon
        .plan()
        .map(|t| {
            let year = horizon.year(t);
            let after = amended.plan.horizon().number(year);
            let change = Change {
                before: match before {
                    Some(row) => base.plan.pence(base.results.of(run), row, t),
                    // Money that was not there was none.
                    None => (sheet.row(row).unit == Unit::Money).then_some(0),
                },
                after: after.and_then(|t| amended.plan.pence(amended.results.of(run), row, t)),
            };
            (year, change)
        })
        .collect();
    years.iter().any(|(_, c)| c.before != c.after).then(|| Moved {
        organisation: organisation.clone(),
        item: subject.name.clone().unwrap_or_else(|| organisation.clone()),
        title: subject.title.to_string(),
        unit: sheet.row(row).unit,
        years,
    })
}
