//! From the gap before any measure to what is still to find in one year: the way that a plan keeps as
//! cells, with its overlap and its reinvestment always on it, added up again.

use crate::mechanism::solutions::SolutionFacts;
use crate::open::Opened;
use crate::sheet::{CellId, Run, Sign};
use crate::vocabulary::Name;

/// One row of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Its words.
    pub words: &'static str,
    /// Its cell.
    pub cell: Option<CellId>,
    /// Its amount in pence as the plan prints it; none where it was not published.
    pub amount: Option<i128>,
    /// What it does to the gap; nothing for a total.
    pub effect: Option<Sign>,
}

impl Rung {
    /// What it moves the gap by: positive widens.
    #[must_use]
    pub fn moves(&self) -> Option<i128> {
        let amount = self.amount?;
        Some(if self.effect == Some(Sign::Minus) { -amount } else { amount })
    }
}

/// The way of one organisation or view in one year and run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The organisation or view.
    pub scope: Name,
    /// Its title.
    pub title: String,
    /// Which run.
    pub run: Run,
    /// Its rows: the gap before any measure first, still to find last. Rows of nought are left out,
    /// but never the totals, the overlap and the reinvestment.
    pub rungs: Vec<Rung>,
    /// What the totals leave for rows that were not published; none where every row is known.
    pub unexplained: Option<i128>,
}

/// The way of a scope in year number `t`; none for a scope the plan has not.
#[must_use]
pub fn way(opened: &Opened, scope: &Name, t: i32, run: Run) -> Option<Way> {
    let facts: &SolutionFacts = opened.plan.facts.solutions.iter().find(|s| s.scope == *scope)?;
    let values = opened.results.of(run);
    let mut rungs = Vec::new();
    for step in &facts.steps {
        let cell = opened.plan.sheet.cell(step.row.id(), t);
        let amount = cell.and_then(|c| values.steps(c));
        if step.always || step.effect.is_none() || amount != Some(0) {
            rungs.push(Rung { words: words(opened, step.words), cell, amount, effect: step.effect });
        }
    }
    let unexplained = unexplained(&rungs);
    Some(Way { scope: scope.clone(), title: facts.title.clone(), run, rungs, unexplained })
}

/// Savings by whose they are, where they can be anybody's.
fn words(opened: &Opened, words: &'static str) -> &'static str {
    let alone = opened.plan.organisations.len() == 1 && words.starts_with("savings of ");
    if alone { "savings" } else { words }
}

/// Adds the rows up from the first total to the last.
fn unexplained(rungs: &[Rung]) -> Option<i128> {
    let first = rungs.iter().position(|r| r.effect.is_none())?;
    let (start, end) = (rungs[first].amount?, rungs.last()?.amount?);
    let steps = rungs[first..].iter().filter(|r| r.effect.is_some());
    let known: i128 = steps.clone().filter_map(Rung::moves).sum();
    let all_known = steps.clone().all(|r| r.amount.is_some());
    Some(end - start - known).filter(|left| !all_known || *left != 0)
}
