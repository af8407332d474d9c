//! # Indicators of financial resilience
//!
//! **What you write**: nothing more. For every council with reserves of its own, indicators of the kind
//! that CIPFA's Financial Resilience Index compares councils by, here over the plan:
//!
//! * *level of reserves* = general and earmarked reserves after planned use ÷ net budget requirement, and
//!   of each of the two kinds;
//! * *change in reserves* = (reserves − reserves three years before) ÷ reserves three years before, from
//!   the third plan year, where the opening balance is the first of the four;
//! * *reserves sustainability*, in years = reserves ÷ average yearly fall over those three years; held
//!   at 100 where it is more or where they did not fall, as the index prints it;
//! * *council tax ratio*, *social care ratio* = council tax, requirement for social care less its savings ÷ net
//!   budget requirement; *fees and charges ratio* = income lines ÷ gross expenditure.
//!
//! They compare; there is no overall score, and CIPFA says that they do not foretell a section 114
//! report. Our denominator is the plan's own net budget requirement; the index uses outturns, so figures
//! of the two are not to be mixed.
//!
//! **Source**: CIPFA, Financial Resilience Index, local context and questions.

use super::context::Build;
use super::contribution::{Contribution, Total};
use super::funding::FundingFacts;
use super::organisation::{Organisation, OrganisationKind};
use super::reserve::ReserveKind;
use crate::sheet::{Flags, Product, Row, Sign, Subject, Years};
use crate::vocabulary::{Measure, Money, Name, Quantity, Rate, Valued};

/// A ratio: its measure, its words, and what is divided.
type Ratio = (&'static str, &'static str, Vec<(Sign, Row<Money>)>);

/// The years over which a fall in reserves is averaged.
const WINDOW: i32 = 3;

/// What reports say of a council's indicators.
#[derive(Debug, Clone)]
pub struct ResilienceFacts {
    /// Whose.
    pub organisation: Name,
    /// Shares by year.
    pub shares: Vec<Row<Rate>>,
    /// How many years reserves last, from the third plan year.
    pub sustainability: Option<Row<Quantity>>,
}

/// Builds the indicators of a council that holds reserves.
pub(super) fn build(b: &mut Build<'_>, organisation: &Organisation) {
    let name = &organisation.name;
    let of_kind = |b: &Build<'_>, kinds: &[ReserveKind]| -> Vec<(Sign, Row<Money>)> {
        let own = b.facts.pots.iter().filter(|p| p.organisation == *name && kinds.contains(&p.kind));
        own.filter_map(|p| p.closing).map(|row| (Sign::Plus, row)).collect()
    };
    let all = of_kind(b, &[ReserveKind::General, ReserveKind::Earmarked]);
    let (Some(budget), Some(gross)) =
        (b.measure(name, Measure::NetBudgetRequirement), b.measure(name, Measure::GrossExpenditure))
    else {
        return;
    };
    if organisation.kind != OrganisationKind::Council || all.is_empty() {
        return;
    }
    let subject = b.sheet.subject(Subject {
        organisation: Some(name.clone()),
        kind: "resilience",
        name: None,
        title: organisation.title.as_str().into(),
        place: None,
    });
    let reserves =
        b.money(subject, "reserves", "general and earmarked reserves after planned use", Years::BASE_AND_PLAN);
    let openings: Vec<_> = b
        .facts
        .pots
        .iter()
        .filter(|p| p.organisation == *name && matches!(p.kind, ReserveKind::General | ReserveKind::Earmarked))
        .map(|p| (Sign::Plus, p.opening))
        .collect();
    b.sheet.sum(reserves.at(0), openings);
    for t in b.horizon.plan() {
        b.sheet.sum(reserves.at(t), all.iter().map(|(s, r)| (*s, r.at(t))));
    }
    let is_tax = |c: &&Contribution| {
        let funding = |f: &FundingFacts| f.name == c.item.1 && f.kind == "council_tax";
        c.total == Total::Funding && c.item.0 == "funding" && b.facts.funding.iter().any(funding)
    };
    let taxes: Vec<_> = b.contributions_of(name).filter(is_tax).map(|c| (c.sign, c.row)).collect();
    // What social care needs after its own savings, as the budget it is divided by is after savings.
    let care: Vec<_> = b
        .contributions_of(name)
        .filter(|c| c.social_care && c.total != Total::Funding)
        .map(|c| (if c.total == Total::Savings { c.sign.opposite() } else { c.sign }, c.row))
        .collect();
    let fees: Vec<_> = b
        .contributions_of(name)
        .filter(|c| c.total == Total::Requirement && c.income && c.item.0 == "line")
        .map(|c| (c.sign.opposite(), c.row))
        .collect();
    let of_budget: [Ratio; 5] = [
        ("level", "reserves as a share of the net budget requirement", vec![(Sign::Plus, reserves)]),
        ("general_level", "general reserves as a share of it", of_kind(b, &[ReserveKind::General])),
        ("earmarked_level", "earmarked reserves as a share of it", of_kind(b, &[ReserveKind::Earmarked])),
        ("council_tax_ratio", "council tax as a share of it", taxes),
        ("social_care_ratio", "social care less its savings as a share of it", care),
    ];
    let divisor = b.at_least_a_penny(subject, "budget_or_a_penny", "net budget requirement, or a penny", budget);
    let spent = b.at_least_a_penny(subject, "gross_or_a_penny", "gross expenditure, or a penny", gross);
    let mut shares = Vec::new();
    for (measure, words, rows) in of_budget {
        shares.extend(share(b, subject, (measure, words), &rows, divisor));
    }
    shares.extend(share(b, subject, ("fees_ratio", "fees and charges as a share of gross expenditure"), &fees, spent));
    let sustainability = falling(b, subject, reserves, &mut shares);
    b.facts.resilience.push(ResilienceFacts { organisation: name.clone(), shares, sustainability });
}

fn share(
    b: &mut Build<'_>,
    subject: crate::sheet::SubjectId,
    named: (&'static str, &'static str),
    rows: &[(Sign, Row<Money>)],
    divisor: Row<Money>,
) -> Option<Row<Rate>> {
    if rows.is_empty() {
        return None;
    }
    let part =
        b.sheet.row::<Money>(subject, format!("{}_of", named.0), format!("{}: what is divided", named.1), Years::PLAN);
    let row = b.sheet.row::<Rate>(subject, named.0, named.1, Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.sum(part.at(t), rows.iter().map(|(s, r)| (*s, r.at(t))));
        b.sheet.product(row.at(t), &Product::of(part.at(t)).over(divisor.at(t)));
    }
    Some(row)
}

/// The change over three years, and the years that reserves would last at that rate.
fn falling(
    b: &mut Build<'_>,
    subject: crate::sheet::SubjectId,
    reserves: Row<Money>,
    shares: &mut Vec<Row<Rate>>,
) -> Option<Row<Quantity>> {
    if b.horizon.years() < WINDOW {
        return None;
    }
    let (years, penny) = (Years::From(WINDOW), b.penny());
    let moved = b.money(subject, "moved", "change in reserves over three years", years);
    let fall = b.money(subject, "fall_or_a_penny", "fall in reserves over three years, or a penny", years);
    let turned = b.money(subject, "fallen", "fall in reserves over three years", years);
    let before = b.money(subject, "before_or_a_penny", "reserves three years before, or a penny", years);
    let beyond = b.money(subject, "fall_less_a_penny", "fall in reserves over three years, less a penny", years);
    let change = b.sheet.row::<Rate>(subject, "change", "change in reserves over three years, as a share", years);
    let lasts = b.sheet.row::<Quantity>(subject, "lasts", "years that reserves last at that fall", years);
    let row =
        b.sheet.row::<Quantity>(subject, "sustainability", "reserves sustainability in years, 100 at most", years);
    let number = |b: &mut Build<'_>, measure, words, steps| {
        let cell = b.sheet.scalar::<Quantity>(subject, measure, words);
        b.sheet.input(cell, Quantity::from_steps(steps), None, Flags::EXACT);
        cell
    };
    let three = number(b, "window", "three years", 30_000);
    let most = number(b, "most", "a hundred years", 1_000_000);
    let held = b.sheet.row::<Quantity>(subject, "lasts_at_most", "years that reserves last, 100 at most", years);
    for t in WINDOW..=b.horizon.years() {
        let (now, then) = (reserves.at(t), reserves.at(t - WINDOW));
        b.sheet.sum(moved.at(t), [(Sign::Plus, now), (Sign::Minus, then)]);
        b.sheet.sum(turned.at(t), [(Sign::Plus, then), (Sign::Minus, now)]);
        b.sheet.max(fall.at(t), &[turned.at(t), penny]);
        b.sheet.max(before.at(t), &[then, penny]);
        b.sheet.sum(beyond.at(t), [(Sign::Plus, turned.at(t)), (Sign::Minus, penny)]);
        b.sheet.product(change.at(t), &Product::of(moved.at(t)).over(before.at(t)));
        b.sheet.product(lasts.at(t), &Product::of(three).in_proportion(now, fall.at(t)));
        b.sheet.min(held.at(t), &[lasts.at(t), most]);
        b.sheet.choose(row.at(t), beyond.at(t), held.at(t), most);
    }
    shares.push(change);
    Some(row)
}
