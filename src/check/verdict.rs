//! The verdict on a body's savings: what each year asks of them, beside what was delivered elsewhere and by the body.
//!
//! Nothing is judged here: three figures stand side by side, each with where it comes from, and a reader sees whether a
//! plan needs more than was done before.

use crate::analysis::each_year::{Needed, each_year};
use crate::analysis::stress::open_savings;
use crate::mechanism::organisation::Organisation;
use crate::mechanism::saving::SavingFacts;
use crate::open::{Baseline, Opened};
use crate::record::credibility::PRIOR;
use crate::record::reference::Reference;
use crate::record::{History, Own};
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Name};

/// What is set side by side for a body.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The body.
    pub organisation: Name,
    /// Its title.
    pub title: String,
    /// What each plan year asks of savings not yet delivered.
    pub years: Vec<(FinancialYear, Needed)>,
    /// The published cases it is held against.
    pub reference: Reference,
    /// Its own history, where it has one.
    pub own: Option<Own>,
    /// The share it may be expected to deliver: of its own history, class by class, else the prior.
    pub expected: i128,
}

/// Whether a body has lines that savings count in: not where its gap was published as a figure.
pub(super) fn counts(opened: &Opened, organisation: &Organisation) -> bool {
    opened.plan.facts.stated.iter().all(|s| s.organisation != organisation.name)
}

/// The savings of a body that count.
pub(super) fn savings<'o>(opened: &'o Opened, organisation: &Organisation) -> Vec<&'o SavingFacts> {
    let all = opened.plan.facts.savings.iter();
    all.filter(|s| s.organisation == organisation.name && !s.memo).collect()
}

/// The published cases a body is held against: of one class of saving where the plan has only one.
pub(super) fn reference(opened: &Opened, organisation: &Organisation) -> Reference {
    let savings = savings(opened, organisation);
    let classes: Vec<Option<&str>> = savings.iter().map(|saving| saving.class.as_deref()).collect();
    let one = classes.first().copied().flatten().filter(|class| classes.iter().all(|other| *other == Some(class)));
    Reference::for_body(organisation.kind, one)
}

/// The share of some savings that a body's own history makes likely in a year, class by class.
pub(super) fn likely(opened: &Opened, savings: &[&SavingFacts], own: &Own, t: i32) -> i128 {
    let (sheet, values) = (&opened.plan.sheet, opened.results.of(Run::Plan));
    let amount = |s: &&SavingFacts| values.steps(sheet.cell(s.in_year.id(), t)?);
    own.of_plan(savings.iter().filter_map(|s| Some((s.class.as_deref(), amount(s)?))))
}

/// What a scenario expects of a body of which nothing is known.
pub(super) fn prior(opened: &Opened) -> i128 {
    opened.scenario.judged.delivery_prior.unwrap_or(PRIOR)
}

/// The verdict on each body that has savings not yet delivered, on which its gap rests.
///
/// `prior` is what is expected of a body without a history, where that is typed and not the scenario's.
#[must_use]
pub fn verdicts(baseline: &Baseline, opened: &Opened, history: &History, prior: Option<i128>) -> Vec<Verdict> {
    let prior = prior.unwrap_or_else(|| self::prior(opened));
    let last = opened.plan.horizon().years();
    let verdict = |organisation: &Organisation| {
        // A scenario that cannot be opened with other deliveries has no answer, and is none the worse for it.
        let years = each_year(baseline, opened, organisation).ok()??;
        let open: Vec<&SavingFacts> = open_savings(opened, organisation).collect();
        let own = Own::of(&history.of_body(organisation.name.as_str()), prior);
        let expected = own.as_ref().map_or(prior, |own| likely(opened, &open, own, last));
        Some(Verdict {
            organisation: organisation.name.clone(),
            title: organisation.title.clone(),
            years,
            reference: reference(opened, organisation),
            own,
            expected,
        })
    };
    opened.plan.organisations.iter().filter(|o| counts(opened, o)).filter_map(verdict).collect()
}
