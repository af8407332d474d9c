//! # Views: the whole system, its NHS bodies, its councils
//!
//! A view adds the measures of its organisations. Payments between them are eliminated from gross
//! income and gross expenditure; the net is unchanged. Gaps that were stated on different bases
//! are not added: the view says why instead. The NHS view prints beneath it the social care gap it
//! leaves out.

use super::context::Build;
use super::organisation::{Organisation, OrganisationKind};
use super::{duty_to_balance, totals};
use crate::sheet::{Row, Sign, Subject, Years};
use crate::vocabulary::{Measure, Money, Name};

/// A view of several organisations.
#[derive(Debug, Clone)]
pub struct View {
    /// `system`, `nhs` or `council`: the first part of its addresses.
    pub name: Name,
    /// Its title.
    pub title: &'static str,
    /// Its organisations.
    pub members: Vec<Name>,
    /// Why its gaps are not added, when they are not.
    pub not_added: Option<String>,
    /// For a view that leaves bodies out: the social care gap it leaves out.
    pub left_out: Option<Row<Money>>,
}

/// The names of views: no organisation may take them.
pub const VIEW_NAMES: [&str; 3] = ["system", "nhs", "council"];

/// Builds the views of a scenario with several organisations.
pub(super) fn build(b: &mut Build<'_>) {
    let organisations = b.organisations;
    if organisations.len() < 2 {
        return;
    }
    view_of(b, "system", "Whole system");
    view_of(b, "nhs", "NHS bodies only");
    view_of(b, "council", "Councils only");
}

/// The organisations of a view; of any other scope, the organisation itself.
pub(super) fn members(organisations: &[Organisation], scope: &Name) -> Vec<Name> {
    let belongs = |o: &&Organisation| match scope.as_str() {
        "system" => true,
        "nhs" => o.kind.is_nhs(),
        "council" => o.kind == OrganisationKind::Council,
        own => o.name.as_str() == own,
    };
    organisations.iter().filter(belongs).map(|o| o.name.clone()).collect()
}

/// A view of the organisations that belong to it; none when nobody does, or when everybody does and
/// it would repeat the system's.
fn view_of(b: &mut Build<'_>, name: &'static str, title: &'static str) {
    let Ok(name) = name.parse::<Name>() else { return };
    let members = members(b.organisations, &name);
    let repeats = name.as_str() != "system" && members.len() == b.organisations.len();
    if !members.is_empty() && !repeats {
        view(b, name, title, members);
    }
}

fn view(b: &mut Build<'_>, name: Name, title: &'static str, members: Vec<Name>) {
    let kind = VIEW_NAMES.into_iter().find(|v| *v == name.as_str()).unwrap_or("system");
    let subject = b.sheet.subject(Subject { organisation: None, kind, name: None, title: title.into(), place: None });
    let not_added = clash(b, &members);
    let care_not_added = clash_of_care(b, &members);
    for measure in Measure::ALL {
        let rows: Vec<_> = members.iter().filter_map(|m| b.measure(m, measure)).map(|r| (Sign::Plus, r)).collect();
        let wanted =
            if measure == Measure::SocialCareGap || measure == Measure::ReportedPosition { 1 } else { members.len() };
        if rows.len() < wanted || matches!(measure, Measure::SumOfGaps) {
            continue;
        }
        if measure == Measure::ReportedPosition && rows.len() != members.len() {
            continue;
        }
        let years =
            if matches!(measure, Measure::Requirement | Measure::Funding) { Years::BASE_AND_PLAN } else { Years::PLAN };
        let row = totals::total_row(b, subject, &name, measure, years, &rows);
        if years == Years::BASE_AND_PLAN {
            b.sheet.sum(row.at(0), rows.iter().map(|(s, r)| (*s, r.at(0))));
        }
        if measure == Measure::SocialCareGap
            && let Some(reason) = &care_not_added
        {
            b.sheet.unknowable(row, reason.clone());
        }
        if let (Some(reason), true) = (&not_added, adds_gaps(measure)) {
            b.sheet.unknowable(row, reason.clone());
        }
    }
    totals::derived(b, subject, &name);
    totals::never_sum_stated(b, &name, &members);
    duty_to_balance::of_view(b, subject, &name, &members);
    eliminate(b, subject, &name, &members);
    let outside: Vec<_> = b
        .organisations
        .iter()
        .filter(|o| !members.contains(&o.name))
        .filter_map(|o| b.measure(&o.name, Measure::SocialCareGap))
        .map(|r| (Sign::Plus, r))
        .collect();
    let left_out = (!outside.is_empty())
        .then(|| b.sum_of(subject, "social_care_gap_left_out", "social care gap this view leaves out", &outside));
    let others: Vec<Name> =
        b.organisations.iter().map(|o| o.name.clone()).filter(|name| !members.contains(name)).collect();
    if let (Some(row), Some(reason)) = (left_out, clash_of_care(b, &others)) {
        b.sheet.unknowable(row, reason);
    }
    b.facts.views.push(View { name, title, members, not_added, left_out });
}

fn adds_gaps(measure: Measure) -> bool {
    matches!(
        measure,
        Measure::GapBeforeSavings
            | Measure::SavingsRequirement
            | Measure::GapAfterSavings
            | Measure::GapAfterPlannedReserves
            | Measure::GapAfterReserves
    )
}

/// Why the gaps of these organisations do not add, if they do not.
fn clash(b: &Build<'_>, members: &[Name]) -> Option<String> {
    let stated: Vec<_> = b.facts.stated.iter().filter(|s| members.contains(&s.organisation)).collect();
    let first = stated.first()?;
    if let Some(other) = stated.iter().skip(1).find(|s| !s.adds_to(first)) {
        return Some(format!(
            "{} ({}) and {} ({}) {}",
            first.title,
            first.kind_words(),
            other.title,
            other.kind_words(),
            first.why_not(other)
        ));
    }
    let modelled = members.iter().find(|m| !stated.iter().any(|s| s.organisation == **m))?;
    let title = b.organisations.iter().find(|o| o.name == *modelled).map_or(modelled.as_str(), |o| o.title.as_str());
    Some(format!("{} was published as a figure and {title} is modelled, so they do not add", first.title))
}

/// Why the social care gaps of these organisations do not add, if they do not.
fn clash_of_care(b: &Build<'_>, members: &[Name]) -> Option<String> {
    let with_care: Vec<Name> =
        members.iter().filter(|m| b.measure(m, Measure::SocialCareGap).is_some()).cloned().collect();
    let stated = b.facts.stated.iter().any(|s| s.social_care && with_care.contains(&s.organisation));
    if stated && with_care.len() > 1 { clash(b, &with_care) } else { None }
}

/// Payments between members, and what is left of gross income and expenditure without them.
fn eliminate(b: &mut Build<'_>, subject: crate::sheet::SubjectId, name: &Name, members: &[Name]) {
    let inside: Vec<_> = b
        .facts
        .flows
        .iter()
        .filter(|f| members.contains(&f.from) && members.contains(&f.to))
        .map(|f| (Sign::Plus, f.row))
        .collect();
    let (Some(income), Some(spend)) =
        (b.measure(name, Measure::GrossIncome), b.measure(name, Measure::GrossExpenditure))
    else {
        return;
    };
    if inside.is_empty() {
        return;
    }
    let eliminated: Row<Money> = b.sum_of(subject, "eliminated", "payments between members, eliminated", &inside);
    for (measure, words, gross) in
        [("external_income", "income from outside", income), ("external_expenditure", "expenditure outside", spend)]
    {
        b.sum_of(subject, measure, words, &[(Sign::Plus, gross), (Sign::Minus, eliminated)]);
    }
}
