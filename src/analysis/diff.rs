//! Which changed assumption makes how much of the change in a gap: two plans, every mixture of them
//! that the question needs, and steps from the one to the other that add up to the penny.
//!
//! Nothing is computed here but differences and sums of cells of evaluated sheets. A mixture is the
//! first plan with some of the changes made to it, compiled and evaluated like any other plan.

mod blocks;
mod cases;
mod frame;
mod shapley;
mod working;

use crate::open::{Opened, open_loaded};
use crate::scenario::{Pair, What, section, shortened};
use crate::sheet::Run;
use crate::vocabulary::{Diagnostic, FinancialYear, Name, Unit};
use cases::Cases;
pub use frame::{Figures, Frame, Scope};

/// How the change is shared among what was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Each change made alone to the first plan; what they do to each other is a step of its own.
    OneAtATime,
    /// Each change's average over every order in which the changes could be made: no order matters, and
    /// nothing remains.
    Shapley,
}

impl Method {
    /// The word on the command line and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OneAtATime => "one_at_a_time",
            Self::Shapley => "shapley",
        }
    }
}

/// One or more changes that are made together, and what they do to the measure.
#[derive(Debug, Clone)]
pub struct Step {
    /// The changes it holds, as numbers in [`Pair::changes`].
    pub changes: Vec<usize>,
    /// What it adds to the measure; none where one end was not published.
    pub effects: Figures,
}

/// The way from one plan's measure to the other's.
#[derive(Debug)]
pub struct Difference {
    /// The files of both plans and what changed.
    pub pair: Pair,
    /// Whose measure, in which years.
    pub frame: Frame,
    /// How the change is shared.
    pub method: Method,
    /// The measure in the first plan.
    pub opening: Figures,
    /// The measure in the second plan.
    pub closing: Figures,
    /// The steps between, in file order.
    pub steps: Vec<Step>,
    /// What the changes do to each other when each is taken alone: nought by Shapley's rule.
    pub interaction: Figures,
    /// Changes on which the measure does not depend, as numbers in [`Pair::changes`].
    pub unmoved: Vec<usize>,
    /// The number of plan years of both when they are not the same, and whether both could be read over
    /// the years they share; where they could not, everything is one step.
    pub years_differ: Option<(i32, i32, bool)>,
}

impl Difference {
    /// By how much the measure moved; none where one end was not published.
    #[must_use]
    pub fn total(&self) -> Figures {
        self.closing.less(&self.opening)
    }
}

/// What is asked of two plans.
#[derive(Debug, Clone)]
pub struct Question {
    /// The last part of the measure's address: `gap_after_planned_reserves`.
    pub measure: String,
    /// One organisation or view, or every organisation and the whole system.
    pub scope: Option<Name>,
    /// How the change is shared.
    pub method: Method,
}

/// The steps from plan `a` to plan `b`.
///
/// # Errors
/// The plans begin in different years, the measure or the organisation is in neither, or there is more
/// than Shapley's rule can take: each with what to type instead.
pub fn difference(a: &Opened, b: &Opened, question: &Question) -> Result<Difference, Diagnostic> {
    let (ours, theirs) = (a.plan.horizon(), b.plan.horizon());
    if ours.base() != theirs.base() {
        let message =
            format!("the plans begin in different years: the base years are {} and {}", ours.base(), theirs.base());
        return Err(Diagnostic::error("plans_begin_differently", message)
            .hint("`fundgap compare` puts such plans side by side, each year beside the same year"));
    }
    let years: Vec<FinancialYear> = ours.plan().map(|t| ours.year(t)).filter(|y| *y <= theirs.last()).collect();
    let frame = Frame::new(a, b, question, years)?;
    let (opening, closing) = (frame.figures(&a.plan, &a.results), frame.figures(&b.plan, &b.results));
    let (before, after) = (ours.years(), theirs.years());
    let Some((first, last)) = over_the_same_years(a, b, &frame, (&opening, &closing)) else {
        let pair = Pair::new(&a.loaded, &b.loaded, &section);
        let changes: Vec<usize> = (0..pair.changes.len())
            .filter(|n| !matches!(pair.changes[*n].what, What::Words | What::Evidence))
            .collect();
        let effects = closing.less(&opening);
        let interaction = effects.less(&effects);
        let steps = vec![Step { changes, effects }];
        let years_differ = Some((before, after, false));
        let (method, unmoved) = (question.method, Vec::new());
        return Ok(Difference { pair, frame, method, opening, closing, steps, interaction, unmoved, years_differ });
    };
    let (first, last) = (first.as_ref().unwrap_or(a), last.as_ref().unwrap_or(b));
    let pair = Pair::new(&first.loaded, &last.loaded, &section);
    // The second plan with its items in the order of every other mixture, so that sheets can be held
    // against each other term by term.
    let whole = open_loaded(pair.mixture(&vec![true; pair.changes.len()])).ok();
    let last = whole.as_ref().unwrap_or(last);
    let mut cases = Cases::new(&pair, &frame, &first.plan, &last.plan, (&opening, &closing));
    let unmoved = cases.set_aside();
    let single = cases.moving().into_iter().map(|change| vec![change]).collect();
    let settled = blocks::settle(&mut cases, single);
    let mut steps = match question.method {
        Method::OneAtATime => cases.one_at_a_time(settled),
        Method::Shapley => shapley::steps(&mut cases, settled)?,
    };
    steps.sort_by(|x, y| x.changes.cmp(&y.changes));
    let mut interaction = closing.less(&opening);
    for step in &steps {
        interaction = interaction.less(&step.effects);
    }
    let years_differ = (before != after).then_some((before, after, true));
    // What was typed alike in files of other units, and means the same, is no change at all.
    let unmoved = unmoved.into_iter().filter(|n| pair.changes[*n].what != What::File).collect();
    let method = question.method;
    Ok(Difference { pair, frame, method, opening, closing, steps, interaction, unmoved, years_differ })
}

/// Both plans over the years they share, where the longer one must be read shorter; none where it
/// cannot be, or would then not show the same in those years.
#[allow(clippy::type_complexity)]
fn over_the_same_years(
    a: &Opened,
    b: &Opened,
    frame: &Frame,
    ends: (&Figures, &Figures),
) -> Option<(Option<Opened>, Option<Opened>)> {
    let (ours, theirs) = (a.plan.horizon().years(), b.plan.horizon().years());
    let shorter = |plan: &Opened, from: i32, to: i32, shown: &Figures| {
        let short = open_loaded(shortened(&plan.loaded, from, to)).ok()?;
        (frame.figures(&short.plan, &short.results) == *shown).then_some(short)
    };
    match ours.cmp(&theirs) {
        std::cmp::Ordering::Equal => Some((None, None)),
        std::cmp::Ordering::Greater => Some((Some(shorter(a, ours, theirs, ends.0)?), None)),
        std::cmp::Ordering::Less => Some((None, Some(shorter(b, theirs, ours, ends.1)?))),
    }
}

/// The largest movement of a gap from one plan to another: whose, in which run and year, and by how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// The scope's number in [`Frame::scopes`].
    pub scope: usize,
    /// The run.
    pub run: Run,
    /// The year's number in [`Frame::years`].
    pub year: usize,
    /// The change, in steps of the unit.
    pub change: i128,
}

impl Difference {
    /// Every movement of an organisation's measure of at least `least` (of any size when nought), in the
    /// order of the tables. The whole system counts only where nothing else was asked for.
    #[must_use]
    pub fn movements(&self, least: i128) -> Vec<Movement> {
        let total = self.total();
        self.frame
            .slots()
            .filter(|(scope, ..)| self.frame.scopes.len() == 1 || self.frame.scopes[*scope].name.as_str() != "system")
            .filter_map(|(scope, run, year)| {
                let change = total.at(scope, run, year)?;
                (change != 0 && change.abs() >= least).then_some(Movement { scope, run, year, change })
            })
            .collect()
    }

    /// The years in which an organisation's measure is known in the first plan and not in the second: that
    /// it did not move cannot be said.
    #[must_use]
    pub fn lost(&self) -> Vec<usize> {
        let mut years: Vec<usize> = self
            .frame
            .slots()
            .filter(|(scope, run, year)| {
                self.opening.at(*scope, *run, *year).is_some() && self.closing.at(*scope, *run, *year).is_none()
            })
            .map(|(_, _, year)| year)
            .collect();
        years.sort_unstable();
        years.dedup();
        years
    }

    /// Whether there is a year in which one end was not published, so that nothing can be shared there.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        let total = self.total();
        self.frame.slots().any(|(scope, run, year)| total.at(scope, run, year).is_none())
    }

    /// The unit of the measure.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.frame.unit
    }
}
