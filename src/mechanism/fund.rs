//! # Funds: money with an end
//!
//! **What you write**: `[fund.transformation]` with its `total`, the years it runs `over`, and its
//! `profile` by year where one was published.
//!
//! **What it means**: a fund is shown with its end, and enters no gap by itself: it needs matching
//! spend before it can close anything. What it pays for goes on costing after it ends, so its last
//! year is listed as a cliff edge.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Row};
use crate::vocabulary::{FinancialYear, Money, Name, Place, Unit};

/// The keys of a fund.
pub const SECTION: Section = Section {
    name: "fund",
    help: "money with an end, like a transformation fund; needs matching spend before it reaches any gap",
    keys: &[
        Key::required("total", KeyKind::Single(Unit::Money), "the money in all"),
        Key::required("over", KeyKind::YearSpan, "its first and its last year"),
        Key::required("profile", KeyKind::Yearly(Unit::Money), "the money by year, or \"not_published\""),
    ],
    belongs: false,
};

/// What reports say of a fund.
#[derive(Debug, Clone)]
pub struct FundFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Its money in all.
    pub total: Cell<Money>,
    /// Its money by year.
    pub profile: Row<Money>,
    /// Its first year.
    pub first: FinancialYear,
    /// Its last year.
    pub last: FinancialYear,
    /// Where it stands.
    pub place: Place,
}

#[derive(Debug)]
struct Fund {
    head: Head,
    total: Figure,
    over: (FinancialYear, FinancialYear),
    profile: Figure,
}

/// Reads a fund.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (total, over, profile) = (item.figure("total"), item.year_span("over"), item.figure("profile"));
    Some(Box::new(Fund { head: head?, total: total?, over: over?, profile: profile? }))
}

impl Mechanism for Fund {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let total = b.given_once::<Money>(subject, "total", "money in all", &self.total);
        let profile = b.given::<Money>(subject, "profile", "money by year", &self.profile);
        b.facts.funds.push(FundFacts {
            name: self.head.name.clone(),
            title: self.head.title.clone(),
            total,
            profile,
            first: self.over.0,
            last: self.over.1,
            place: self.head.place,
        });
    }
}
