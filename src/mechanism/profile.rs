//! # How late the savings come
//!
//! Two measures of an organisation's savings over a plan of two years or more. Of the new savings of
//! each year (what an earlier saving gives back counts as none):
//!
//! * **back-loading** = Σ (t − 1) × new savings of year t ÷ ((T − 1) × Σ new savings): nought when all of
//!   them come in the first of T years, a half when they are even, one when all come in the last;
//! * **last-year share** = new savings of the last year ÷ Σ new savings.
//!
//! A plan whose savings all come later than anybody will still be in post is known as a hockey stick.

use super::context::Build;
use super::contribution::Total;
use super::organisation::Organisation;
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Measure, Money, Rate};

/// Builds both for an organisation that plans savings.
pub(super) fn build(b: &mut Build<'_>, organisation: &Organisation, subject: SubjectId) {
    let years = b.horizon.years();
    let plans = b.contributions_of(&organisation.name).any(|c| c.total == Total::Savings);
    let Some(savings) = b.measure(&organisation.name, Measure::Savings).filter(|_| plans && years > 1) else { return };
    let change = b.change(subject, "change_in_savings", "savings of the year less the year before's", savings, None);
    let new = b.at_least_nought(subject, "new_savings", "new savings of the year, nothing given back", change);
    let late = b.money(subject, "new_savings_by_year_number", "new savings × years after the first", Years::PLAN);
    for t in b.horizon.plan() {
        let after_first = u32::try_from(t - 1).unwrap_or(0);
        b.sheet.product(late.at(t), &Product::of(new.at(t)).by_parts(after_first, 1));
    }
    let sum = |b: &mut Build<'_>, measure, words, row: Row<Money>| {
        let cell = b.sheet.scalar::<Money>(subject, measure, words);
        b.sheet.sum(cell, (1..=years).map(|t| (Sign::Plus, row.at(t))));
        cell
    };
    let all = sum(b, "all_new_savings", "new savings of all years", new);
    let all_late = sum(b, "all_new_savings_by_year_number", "the same × years after the first", late);
    let divisor = b.sheet.scalar::<Money>(subject, "new_savings_or_a_penny", "new savings of all years, or a penny");
    let penny = b.penny();
    b.sheet.max(divisor, &[all, penny]);
    let index =
        b.sheet.scalar::<Rate>(subject, "back_loading", "back-loading: 0 all in year 1, 1 all in the last year");
    let steps = u32::try_from(years - 1).unwrap_or(1);
    b.sheet.product(index, &Product::of(all_late).over(divisor).per(steps));
    let share = b.sheet.scalar::<Rate>(subject, "last_year_share", "share of new savings in the last year");
    b.sheet.product(share, &Product::of(new.at(years)).over(divisor));
}
