//! # Totals: what the mechanisms add up to
//!
//! Each mechanism says to which total its rows count; this file adds them, organisation by
//! organisation, without knowing what they are. `annual_x` is x less x of the year before (year 0:
//! nought for savings and gaps; for requirement and funding alike the sum of the line bases, since
//! the base year was balanced). `underlying_x` takes one-offs out of both sides.
//!
//! The **social care gap** is a measure of its own: growth in social care requirement since the
//! base year (general support held in cash), less social care savings, less growth in funding
//! marked for social care, plus stated gaps of that sector.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::context::Build;
use super::contribution::{Contribution, OneOff, Step, Total};
use super::gap::Stated;
use super::organisation::Organisation;
use super::share::share_of;
use crate::sheet::{Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::name::slug;
use crate::vocabulary::{Diagnostic, Measure, Money, Name};

/// The subtotals of a service of an organisation.
#[derive(Debug, Clone)]
pub struct ServiceFacts {
    /// Whose.
    pub organisation: Name,
    /// The service: the first part of the path its items give.
    pub title: String,
    /// Its part of the requirement.
    pub requirement: Row<Money>,
    /// Its part of the savings.
    pub savings: Row<Money>,
}

/// Requirement, funding, savings and the gaps before reserves.
pub(super) fn before_reserves(b: &mut Build<'_>, organisation: &Organisation, subject: SubjectId) {
    let name = organisation.name.clone();
    let own: Vec<Contribution> = b.contributions_of(&name).cloned().collect();
    let stated: Vec<Stated> = b.facts.stated.iter().filter(|s| s.organisation == name).cloned().collect();
    let modelled = own.iter().any(|c| c.total != Total::Savings);
    refuse_mixtures(b, organisation, &stated, modelled);
    let of =
        |total: Total| -> Vec<_> { own.iter().filter(move |c| c.total == total).map(|c| (c.sign, c.row)).collect() };

    let requirement = total_row(b, subject, &name, Measure::Requirement, Years::BASE_AND_PLAN, &of(Total::Requirement));
    let funding = total_row(b, subject, &name, Measure::Funding, Years::BASE_AND_PLAN, &of(Total::Funding));
    let savings = total_row(b, subject, &name, Measure::Savings, Years::PLAN, &of(Total::Savings));
    base_year(b, &own, requirement, funding);
    gross(b, subject, &name, &own, funding);
    total_row(
        b,
        subject,
        &name,
        Measure::NetBudgetRequirement,
        Years::PLAN,
        &[(Sign::Plus, requirement), (Sign::Minus, savings)],
    );

    let stated_rows: Vec<_> = stated.iter().map(|s| (Sign::Plus, s.row)).collect();
    let after_savings_was_stated = stated.first().is_some_and(|s| s.basis == "after_savings");
    let before = if stated.is_empty() || modelled {
        vec![(Sign::Plus, requirement), (Sign::Minus, funding)]
    } else if after_savings_was_stated {
        stated_rows.iter().copied().chain([(Sign::Plus, savings)]).collect()
    } else {
        stated_rows
    };
    let before = total_row(b, subject, &name, Measure::GapBeforeSavings, Years::PLAN, &before);
    total_row(
        b,
        subject,
        &name,
        Measure::GapAfterSavings,
        Years::PLAN,
        &[(Sign::Plus, before), (Sign::Minus, savings)],
    );
    if after_savings_was_stated && !own.iter().any(|c| c.total == Total::Savings) {
        b.sheet.unknowable(before, "the gap was published after savings, and they were not");
        let after: Vec<_> = stated.iter().map(|s| (Sign::Plus, s.row)).collect();
        let Some(row) = b.measure(&name, Measure::GapAfterSavings) else { return };
        for t in b.horizon.plan() {
            b.sheet.sum(row.at(t), after.iter().map(|(s, r)| (*s, r.at(t))));
        }
    }
    if after_savings_was_stated && let Some(deduction) = own.iter().find(|c| c.item.0 == "deduction") {
        let place = stated.first().map(|s| s.place);
        let message = format!(
            "{} has a gap stated after savings, which is net of `deduction.{}` already",
            organisation.title, deduction.item.1
        );
        let diagnostic = Diagnostic::error("gap_mixed", message)
            .hint("leave the deduction out, or keep it beside the model as [published.…]");
        b.tell(match place {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        });
    }
    one_offs(b, subject, &name, &own);
    if !modelled && !stated.is_empty() {
        const UNKNOWN: [Measure; 6] = [
            Measure::Requirement,
            Measure::Funding,
            Measure::GrossExpenditure,
            Measure::GrossIncome,
            Measure::OneOffRequirement,
            Measure::OneOffFunding,
        ];
        for measure in UNKNOWN {
            let Some(row) = b.measure(&name, measure) else { continue };
            b.sheet.unknowable(row, "not modelled: the gap was published as a figure");
        }
    }
    social_care(b, subject, &name, &own, &stated);
    services(b, &name, &own);
    steps(b, subject, &name, requirement);
}

/// Measures that need the balance rule to have run, and changes from year to year.
pub(super) fn after_reserves(b: &mut Build<'_>, organisation: &Organisation, subject: SubjectId) {
    let name = &organisation.name;
    let stated_use: Vec<_> = b
        .facts
        .pots
        .iter()
        .filter(|p| p.organisation == *name)
        .filter_map(|p| p.planned_use)
        .map(|r| (Sign::Minus, r))
        .collect();
    if let Some(before) = b.measure(name, Measure::GapBeforeSavings) {
        let terms: Vec<_> = [(Sign::Plus, before)].into_iter().chain(stated_use).collect();
        total_row(b, subject, name, Measure::SavingsRequirement, Years::PLAN, &terms);
    }
    solution(b, subject, name);
    by_status(b, name);
    derived(b, subject, name);
    never_sum_stated(b, name, std::slice::from_ref(name));
}

/// A stated gap that is not known to be one year's is never summed over years.
pub(super) fn never_sum_stated(b: &mut Build<'_>, scope: &Name, members: &[Name]) {
    if b.facts.stated.iter().any(|s| s.measure != "in_year" && members.contains(&s.organisation))
        && let Some(row) = b.measure(scope, Measure::SumOfGaps)
    {
        b.sheet.unknowable(row, "the stated gap is not known to be one year's, and cannot be summed over years");
    }
}

/// What closes a year (savings, planned reserves, deficit support), and how much of it is one-off.
fn solution(b: &mut Build<'_>, subject: SubjectId, name: &Name) {
    let (Some(savings), Some(one_off), Some(used)) = (
        b.measure(name, Measure::Savings),
        b.measure(name, Measure::OneOffSavings),
        b.measure(name, Measure::PlannedReserveUse),
    ) else {
        return;
    };
    let support = b.facts.supports.iter().filter(|s| s.organisation() == name).filter_map(|s| s.received());
    let support: Vec<_> = support.map(|row| (Sign::Plus, row)).collect();
    let temporary: Vec<_> = [(Sign::Plus, used)].into_iter().chain(support).collect();
    let all: Vec<_> = [(Sign::Plus, savings)].into_iter().chain(temporary.iter().copied()).collect();
    let of_which: Vec<_> = [(Sign::Plus, one_off)].into_iter().chain(temporary).collect();
    let whole = b.sum_of(subject, "solution", "savings, planned reserves and support", &all);
    let part = b.sum_of(subject, "one_off_solution", "of it one-off", &of_which);
    share_of(b, subject, ("one_off_share", "one-off share of what closes the year"), part, whole);
}

/// Savings by status: what is sure and what is not.
fn by_status(b: &mut Build<'_>, name: &Name) {
    let counted: BTreeMap<&Name, Row<Money>> = b
        .contributions_of(name)
        .filter(|c| c.total == Total::Savings && c.item.0 == "saving")
        .map(|c| (&c.item.1, c.row))
        .collect();
    let mut by_status: BTreeMap<Option<&'static str>, Vec<(Sign, Row<Money>)>> = BTreeMap::new();
    for saving in b.facts.savings.iter().filter(|s| s.organisation == *name && !s.memo) {
        if let Some(row) = counted.get(&saving.name) {
            by_status.entry(saving.status).or_default().push((Sign::Plus, *row));
        }
    }
    for status in super::status::STATUSES.iter().copied().map(Some).chain([None]) {
        let rows = by_status.remove(&status).unwrap_or_default();
        if rows.is_empty() {
            continue;
        }
        let word = status.unwrap_or("not_stated");
        let subject = b.sheet.subject(Subject {
            organisation: Some(name.clone()),
            kind: "status_of",
            name: word.parse().ok(),
            title: word.replace('_', " ").into(),
            place: None,
        });
        b.sum_of(subject, "savings", "savings in the year", &rows);
    }
}

/// The running total, the changes from year to year and the underlying measures of a scope.
pub(super) fn derived(b: &mut Build<'_>, subject: SubjectId, scope: &Name) {
    if let Some(before) = b.measure(scope, Measure::GapBeforeSavings) {
        let measure = Measure::SumOfGaps;
        let row = b.running_total(subject, measure.code(), measure.words(), before);
        b.know_money("", scope, measure.code(), row);
    }
    let members: Vec<Name> = b.views_members(scope);
    // The change from year to year of a gap that may be a sum of years says nothing.
    let one_year = !b.facts.stated.iter().any(|s| s.measure != "in_year" && members.contains(&s.organisation));
    for measure in Measure::ANNUAL {
        if !one_year && measure.is_gap() {
            continue;
        }
        let Some(row) = b.measure(scope, measure) else { continue };
        let base = matches!(measure, Measure::Requirement | Measure::Funding).then(|| row.at(0));
        let annual = change_named(b, subject, format!("annual_{}", measure.code()), measure.annual_words(), row);
        if let Some(base) = base {
            b.sheet.sum(annual.at(1), [(Sign::Plus, row.at(1)), (Sign::Minus, base)]);
        }
    }
    let one_off = |b: &Build<'_>, m: Measure| b.measure(scope, m);
    let (Some(requirement), Some(funding), Some(savings)) = (
        one_off(b, Measure::OneOffRequirement),
        one_off(b, Measure::OneOffFunding),
        one_off(b, Measure::OneOffSavings),
    ) else {
        return;
    };
    /// A measure, the words of it without one-offs, and what takes them out.
    type Underlying = (Measure, &'static str, Vec<(Sign, Row<Money>)>);
    let terms: [Underlying; 6] = [
        (
            Measure::NetBudgetRequirement,
            "underlying net budget requirement: without one-offs",
            vec![(Sign::Minus, requirement), (Sign::Plus, savings)],
        ),
        (Measure::Requirement, "underlying requirement: without one-offs", vec![(Sign::Minus, requirement)]),
        (Measure::Funding, "underlying funding: without one-offs", vec![(Sign::Minus, funding)]),
        (Measure::Savings, "underlying savings: without one-offs", vec![(Sign::Minus, savings)]),
        (
            Measure::GapBeforeSavings,
            "underlying gap before savings: without one-offs",
            vec![(Sign::Minus, requirement), (Sign::Plus, funding)],
        ),
        (
            Measure::GapAfterSavings,
            "underlying gap after savings: without one-offs",
            vec![(Sign::Minus, requirement), (Sign::Plus, funding), (Sign::Plus, savings)],
        ),
    ];
    for (measure, words, corrections) in terms {
        let Some(row) = b.measure(scope, measure) else { continue };
        let underlying = b.sheet.row::<Money>(subject, format!("underlying_{}", measure.code()), words, Years::PLAN);
        for t in b.horizon.plan() {
            let terms = [(Sign::Plus, row)].into_iter().chain(corrections.iter().copied());
            b.sheet.sum(underlying.at(t), terms.map(|(s, r)| (s, r.at(t))));
        }
        let annual = change_named(
            b,
            subject,
            format!("annual_underlying_{}", measure.code()),
            "change in the underlying figure",
            underlying,
        );
        if matches!(measure, Measure::Requirement | Measure::Funding) {
            b.sheet.sum(annual.at(1), [(Sign::Plus, underlying.at(1)), (Sign::Minus, row.at(0))]);
        }
    }
}

fn change_named(
    b: &mut Build<'_>,
    subject: SubjectId,
    measure: String,
    words: &'static str,
    of: Row<Money>,
) -> Row<Money> {
    let row = b.sheet.row::<Money>(subject, measure, words, Years::PLAN);
    for t in b.horizon.plan() {
        let before = (t > 1).then(|| (Sign::Minus, of.at(t - 1)));
        b.sheet.sum(row.at(t), [(Sign::Plus, of.at(t))].into_iter().chain(before));
    }
    row
}

/// A measure's row as Σ ±rows over the plan years, known by its scope.
pub(super) fn total_row(
    b: &mut Build<'_>,
    subject: SubjectId,
    scope: &Name,
    measure: Measure,
    years: Years,
    rows: &[(Sign, Row<Money>)],
) -> Row<Money> {
    let row = b.money(subject, measure.code(), measure.words(), years);
    for t in b.horizon.plan() {
        b.sheet.sum(row.at(t), rows.iter().map(|(s, r)| (*s, r.at(t))));
    }
    b.know_money("", scope, measure.code(), row);
    row
}

/// The base year: the sum of the line bases, for requirement and funding alike.
fn base_year(b: &mut Build<'_>, own: &[Contribution], requirement: Row<Money>, funding: Row<Money>) {
    let lines: Vec<_> = own.iter().filter(|c| c.total == Total::Requirement && c.item.0 == "line").collect();
    if lines.iter().any(|c| c.base.is_none()) {
        b.sheet.not_published(requirement.at(0));
        b.sheet.not_published(funding.at(0));
        return;
    }
    let terms: Vec<_> = lines.iter().filter_map(|c| c.base.map(|base| (c.sign, base))).collect();
    b.sheet.sum(requirement.at(0), terms);
    b.sheet.sum(funding.at(0), [(Sign::Plus, requirement.at(0))]);
}

fn gross(b: &mut Build<'_>, subject: SubjectId, name: &Name, own: &[Contribution], funding: Row<Money>) {
    let needs = own.iter().filter(|c| c.total == Total::Requirement);
    let spent: Vec<_> = needs.clone().filter(|c| !c.income).map(|c| (c.sign, c.row)).collect();
    let received = needs.filter(|c| c.income).map(|c| (c.sign.opposite(), c.row));
    let income: Vec<_> = [(Sign::Plus, funding)].into_iter().chain(received).collect();
    total_row(b, subject, name, Measure::GrossExpenditure, Years::PLAN, &spent);
    total_row(b, subject, name, Measure::GrossIncome, Years::PLAN, &income);
}

fn one_offs(b: &mut Build<'_>, subject: SubjectId, name: &Name, own: &[Contribution]) {
    for (measure, total) in [
        (Measure::OneOffRequirement, Total::Requirement),
        (Measure::OneOffFunding, Total::Funding),
        (Measure::OneOffSavings, Total::Savings),
    ] {
        let rows: Vec<_> = own
            .iter()
            .filter(|c| c.total == total)
            .filter_map(|c| match c.one_off {
                OneOff::None => None,
                OneOff::All => Some((c.sign, c.row)),
                OneOff::Part(row) => Some((c.sign, row)),
            })
            .collect();
        total_row(b, subject, name, measure, Years::PLAN, &rows);
    }
}

fn social_care(b: &mut Build<'_>, subject: SubjectId, name: &Name, own: &[Contribution], stated: &[Stated]) {
    let care: Vec<_> = own.iter().filter(|c| c.social_care || c.marked.is_some()).collect();
    let stated: Vec<_> = stated.iter().filter(|s| s.social_care).collect();
    let after_savings = stated.iter().any(|s| s.basis == "after_savings");
    if care.is_empty() && stated.is_empty() {
        return;
    }
    let measure = Measure::SocialCareGap;
    let row = b.money(subject, measure.code(), measure.words(), Years::PLAN);
    for t in b.horizon.plan() {
        let mut terms = Vec::new();
        for c in &care {
            match (c.total, c.marked) {
                (Total::Requirement, _) => {
                    terms.push((c.sign, c.row.at(t)));
                    terms.extend(c.base.map(|base| (c.sign.opposite(), base)));
                }
                // A gap stated after savings is net of them already.
                (Total::Savings, _) if after_savings => {}
                (Total::Savings, _) => terms.push((c.sign.opposite(), c.row.at(t))),
                (Total::Funding, Some(marked)) => terms.push((Sign::Minus, marked.at(t))),
                (Total::Funding, None) => {
                    terms.push((Sign::Minus, c.row.at(t)));
                    terms.extend(c.base.map(|base| (Sign::Plus, base)));
                }
            }
        }
        terms.extend(stated.iter().map(|s| (Sign::Plus, s.row.at(t))));
        b.sheet.sum(row.at(t), terms);
    }
    // Growth since a base year that was not published cannot be known.
    if care.iter().any(|c| c.total == Total::Requirement && c.item.0 == "line" && c.base.is_none()) {
        b.sheet.unknowable(row, "the social care budget of the base year was not published");
    }
    b.know_money("", name, measure.code(), row);
}

fn services(b: &mut Build<'_>, name: &Name, own: &[Contribution]) {
    const NONE: &str = "No service stated";
    if own.iter().all(|c| c.service.is_none()) {
        return;
    }
    // Titles that differ in case or marks only are one service, under the title written first.
    let mut found: IndexMap<Option<String>, (String, Vec<&Contribution>)> = IndexMap::new();
    // Most items write a title as another did, whose place is then known.
    let mut written: BTreeMap<&str, usize> = BTreeMap::new();
    for c in own.iter().filter(|c| c.total != Total::Funding) {
        let title = c.service.as_deref().map_or(NONE, |s| s.split('/').next().unwrap_or(s).trim());
        let at = *written.entry(title).or_insert_with(|| {
            let entry = found.entry(slug(title));
            let at = entry.index();
            entry.or_insert_with(|| (title.to_owned(), Vec::new()));
            at
        });
        if let Some((_, (_, items))) = found.get_index_mut(at) {
            items.push(c);
        }
    }
    for (slug, (title, items)) in found {
        let subject = b.sheet.subject(Subject {
            organisation: Some(name.clone()),
            kind: "service",
            name: slug.and_then(|s| s.parse::<Name>().ok()),
            title: title.as_str().into(),
            place: None,
        });
        let of =
            |total: Total| -> Vec<_> { items.iter().filter(|c| c.total == total).map(|c| (c.sign, c.row)).collect() };
        let (needs, saves) = (of(Total::Requirement), of(Total::Savings));
        let requirement = b.sum_of(subject, "requirement", "requirement before savings", &needs);
        let savings = b.sum_of(subject, "savings", "savings in the year", &saves);
        b.facts.services.push(ServiceFacts { organisation: name.clone(), title, requirement, savings });
    }
}

/// The roll-forward of the whole organisation: last year's requirement and each step's total.
fn steps(b: &mut Build<'_>, subject: SubjectId, name: &Name, requirement: Row<Money>) {
    let row = b.money(subject, "brought_forward", "budget brought forward", Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.sum(row.at(t), [(Sign::Plus, requirement.at(t - 1))]);
    }
    let own = b.steps.remove(name).unwrap_or_default();
    for step in Step::ALL {
        let rows: Vec<_> = own.iter().filter(|(s, ..)| *s == step).map(|(_, sign, row)| (*sign, *row)).collect();
        if !rows.is_empty() {
            b.sum_of(subject, step.code(), step.words(), &rows);
        }
    }
}

fn refuse_mixtures(b: &Build<'_>, organisation: &Organisation, stated: &[Stated], modelled: bool) {
    let Some(first) = stated.first() else { return };
    if modelled {
        b.tell(
            Diagnostic::error(
                "gap_mixed",
                format!("{} has a stated gap and modelled lines or funding, which do not add", organisation.title),
            )
            .at(first.place)
            .hint("put the stated gap on an organisation of its own, or keep it beside the model as [published.…]"),
        );
    }
    for other in &stated[1..] {
        if !first.adds_to(other) {
            b.tell(
                Diagnostic::error(
                    "gap_mixed",
                    format!(
                        "gaps of different basis, measure or vintage do not add: {} ({}) and {} ({})",
                        other.title,
                        other.kind_words(),
                        first.title,
                        first.kind_words()
                    ),
                )
                .at(other.place)
                .also(first.place, "the first of them")
                .hint("put them on organisations of their own, or keep one beside the model as [published.…]"),
            );
        }
    }
}
