//! # Funds: money with an end
//!
//! **What you write**: `[fund.transformation]` with its `total`, the years it runs `over`, and its
//! `profile` by year where one was published. What it pays for says so itself: `paid_by =
//! "fund.transformation"` on a saving's `cost_to_achieve` or `running_cost`, or on a pressure.
//!
//! **What it means**: a fund enters no gap by itself; it needs matching spend. In each of its years it
//! pays `min(what is claimed, what is available)`, and nothing after its end. `available` is the
//! year's profile and, with `carry_forward`, what the year before left; without, what is left at the
//! end of a year lapses, and in its last year it always does. What it does not pay falls on the
//! organisation. Several claimants share by `R(paid × C_i ÷ C) − R(paid × C_{i−1} ÷ C)` with C the
//! running total of their claims by kind and name, so that the parts add up. A payment is income
//! against the requirement and one-off, since the fund ends: the underlying figures show the whole
//! cost. A profile that was not published leaves what it pays, and what depends on it, not published.
//!
//! The *cliff*, in the first year after the end, is the running cost it no longer pays less what those
//! schemes save in the year.

mod pays;

pub use pays::FundClaim;

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Row};
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Name, Place, Unit};

/// The keys of a fund.
pub const SECTION: Section = Section {
    name: "fund",
    help: "money with an end, like a transformation fund; needs matching spend before it reaches any gap",
    keys: &[
        Key::required("total", KeyKind::Single(Unit::Money), "the money in all"),
        Key::required("over", KeyKind::YearSpan, "its first and its last year"),
        Key::required("profile", KeyKind::Yearly(Unit::Money), "the money by year, or \"not_published\""),
        Key::default(
            "carry_forward",
            KeyKind::Flag,
            "false",
            "`true` carries what is not spent in a year to the next, up to its last year; else it lapses",
        ),
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
    /// Whose costs it is asked to pay.
    pub payees: Vec<Name>,
    /// What it pays, when anything asks it to.
    pub pays: Option<Pays>,
    /// What ends with it, when its end lies within the plan.
    pub cliff: Option<Cliff>,
    /// Where it stands.
    pub place: Place,
}

/// What is asked of a fund and what it pays.
#[derive(Debug, Clone, Copy)]
pub struct Pays {
    /// What is asked of it.
    pub claimed: Row<Money>,
    /// What it pays.
    pub paid: Row<Money>,
    /// What it has and never pays.
    pub lapsed: Row<Money>,
}

/// What falls on the organisations in the first year after a fund.
#[derive(Debug, Clone, Copy)]
pub struct Cliff {
    /// The number of that year.
    pub year: i32,
    /// Running costs it no longer pays.
    pub running_cost: Cell<Money>,
    /// What those schemes save in that year.
    pub savings: Cell<Money>,
    /// The one less the other.
    pub cliff: Cell<Money>,
}

#[derive(Debug)]
struct Fund {
    head: Head,
    total: Figure,
    over: (FinancialYear, FinancialYear),
    profile: Figure,
    carry_forward: bool,
}

/// Reads a fund.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (total, over, profile) = (item.figure("total"), item.year_span("over"), item.figure("profile"));
    let carry_forward = item.flag("carry_forward");
    let (over, profile) = (over?, profile?);
    let horizon = item.reading.rules.horizon;
    let outside = horizon
        .plan()
        .map(|t| (horizon.year(t), profile.at(t)))
        .find(|(year, point)| !(over.0..=over.1).contains(year) && point.steps.is_some_and(|pence| pence != 0));
    if let Some((year, point)) = outside {
        item.tell(
            Diagnostic::error(
                "fund_outside_its_years",
                format!("`{}` has money in {year}, and runs over {} to {}", item.path, over.0, over.1),
            )
            .at(point.place.unwrap_or(item.place))
            .hint("write nought for years outside `over`, or change `over`"),
        );
    }
    let in_all: Option<i128> = profile.points.iter().map(|p| p.steps).sum();
    let total = total?;
    if let (Some(in_all), Some(stated)) = (in_all, total.at(1).steps)
        && profile.about == 0
        && total.about == 0
        && in_all > stated
    {
        let pounds = |pence: i128| crate::vocabulary::unit::plain(Unit::Money, pence);
        let message = format!(
            "`{}.profile` adds to £{} over the plan, and the fund has £{} in all",
            item.path,
            pounds(in_all),
            pounds(stated)
        );
        item.tell(
            Diagnostic::error("fund_beyond_its_total", message)
                .at(item.place_of("profile"))
                .also(item.place_of("total"), "its money in all")
                .hint("write the money of each year: an amount alone is paid again every year"),
        );
    }
    Some(Box::new(Fund { head: head?, total, over, profile, carry_forward }))
}

impl Mechanism for Fund {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let total = b.given_once::<Money>(subject, "total", "money in all", &self.total);
        let profile = b.given::<Money>(subject, "profile", "money by year", &self.profile);
        let pays = self.pay(b, subject, profile);
        let claims = b.fund_claims.iter().filter(|c| c.fund == self.head.name);
        let mut payees: Vec<Name> = claims.map(|c| c.organisation.clone()).collect();
        payees.sort();
        payees.dedup();
        b.facts.funds.push(FundFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            total,
            profile,
            first: self.over.0,
            last: self.over.1,
            payees,
            pays,
            cliff: None,
            place: self.head.place,
        });
    }

    fn close(&self, b: &mut Build<'_>) {
        let cliff = self.cliff(b);
        if let Some(facts) = b.facts.funds.iter_mut().find(|f| f.name == self.head.name) {
            facts.cliff = cliff;
        }
    }
}
