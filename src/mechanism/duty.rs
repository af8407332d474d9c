//! # New duties: what a new law costs, and the grant that comes with it
//!
//! **What you write**: `[duty.liberty_safeguards]` with the `cost` of the duty by year and the
//! `grant` paid for it; where there is one, the `one_off_cost` of setting it up. A duty recurs by its
//! nature, so it does not say so.
//!
//! **What it means**: cost and grant are kept apart, since they rarely grow alike. The cost is part
//! of the requirement from its first year on, the one-off cost only in its own years; the grant is
//! funding. `unfunded = cost + one-off cost − grant`, negative when the grant is more than the cost,
//! and `funded_share = grant ÷ (cost + one-off cost)`, to nine decimals. Without a grant nothing is funded. A grant
//! with `grant_ends` is time-limited: one-off in the underlying figures, and an amount after that
//! year still counts and is a finding.
//!
//! **Source**: HM Government, new burdens doctrine: the department responsible pays the whole net
//! additional cost; its assessment covers one-off costs and at least the first three years.

use smol_str::SmolStr;

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Beside, Contribution, OneOff, Recurrence, Step, Total};
use super::facts::Cliff;
use super::share::share_of;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Row, Sign, SubjectId, Years};
use crate::vocabulary::{FinancialYear, Money, Name, Unit};

/// The keys of a new duty.
pub const SECTION: Section = Section {
    name: "duty",
    help: "a new duty: its cost, which recurs as long as the duty does, and the grant paid for it",
    keys: &[
        Key::required("cost", KeyKind::Yearly(Unit::Money), "what the duty costs in each year; it recurs"),
        Key::optional(
            "grant",
            KeyKind::Yearly(Unit::Money),
            "the grant paid for it in each year; without it nothing of the duty is funded, and that is a finding",
        ),
        Key::optional(
            "grant_ends",
            KeyKind::Year,
            "the last year the grant is promised for: it is then time-limited in the underlying figures; an amount after it still counts, and is a finding",
        ),
        Key::optional(
            "one_off_cost",
            KeyKind::Yearly(Unit::Money),
            "what it costs to set up, in each year; it comes on top of `cost` and is one-off",
        ),
        Key::optional(
            "sector",
            KeyKind::Choice(&["social_care"]),
            "\"social_care\" counts its cost and its grant in the social care gap",
        ),
        Key::optional("service", KeyKind::Text, "the service it belongs to"),
    ],
    belongs: true,
};

/// What reports say of a new duty.
#[derive(Debug, Clone)]
pub struct DutyFacts {
    /// Whose it is.
    pub organisation: Name,
    /// What it costs, one-off cost included.
    pub cost: Row<Money>,
    /// Its title.
    pub title: String,
    /// Whether any grant is given.
    pub granted: bool,
    /// The grant.
    pub grant: Row<Money>,
    /// The last year the grant is promised for.
    pub grant_ends: Option<FinancialYear>,
    /// What no grant pays.
    pub unfunded: Row<Money>,
}

#[derive(Debug)]
struct Duty {
    head: Head,
    cost: Figure,
    one_off: Option<Figure>,
    grant: Option<Figure>,
    grant_ends: Option<FinancialYear>,
    social_care: bool,
    service: Option<SmolStr>,
}

/// Reads a new duty.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (cost, one_off, grant) = (item.figure("cost"), item.figure("one_off_cost"), item.figure("grant"));
    let grant_ends = item.year("grant_ends");
    if !item.has("grant") {
        item.refuse(&["grant_ends"], "there is no grant");
    }
    let social_care = item.choice("sector") == Some("social_care");
    let service = item.text("service");
    Some(Box::new(Duty { head: head?, cost: cost?, one_off, grant, grant_ends, social_care, service }))
}

impl Duty {
    /// A contribution of this duty's.
    fn counts(&self, total: Total, row: Row<Money>) -> Option<Contribution> {
        let organisation = self.head.organisation.clone()?;
        Some(Contribution {
            social_care: self.social_care,
            service: self.service.clone(),
            ..Contribution::new(organisation, total, row, ("duty", self.head.name.clone()))
        })
    }

    /// A subject whose title says which part of the duty its rows are.
    /// The recurrent cost and the one-off cost, and both together.
    fn needed(&self, b: &mut Build<'_>, subject: SubjectId) -> Option<Row<Money>> {
        let cost = b.given::<Money>(subject, "cost", "cost of the duty in the year", &self.cost);
        let recurrent = self.counts(Total::Requirement, cost)?;
        b.require(subject, Step::NewDuty, ("cost_change", "cost of the duty: change"), recurrent);
        let Some(one_off) = &self.one_off else { return Some(cost) };
        let setting_up = b.part(&self.head, "setting it up");
        let row = b.given::<Money>(setting_up, "one_off_cost", "one-off cost in the year", one_off);
        let contribution = Contribution {
            one_off: OneOff::All,
            recurrence: Recurrence::OneOff,
            ..self.counts(Total::Requirement, row)?
        };
        b.require(setting_up, Step::NewDuty, ("one_off_cost_change", "change from the year before"), contribution);
        let both = [(Sign::Plus, cost), (Sign::Plus, row)];
        Some(b.sum_of(subject, "whole_cost", "cost in the year, one-off cost included", &both))
    }

    /// The grant, which is funding; nought when none is given.
    fn granted(&self, b: &mut Build<'_>, subject: SubjectId) -> Option<Row<Money>> {
        let Some(figure) = &self.grant else {
            return Some(b.money(subject, "grant", "grant for the duty: none is given", Years::PLAN));
        };
        let own = b.part(&self.head, "grant");
        let row = b.given::<Money>(own, "grant", "amount in the year", figure);
        let time_limited = self.grant_ends.is_some();
        if let (Some(ends), Some(organisation)) = (self.grant_ends, self.head.organisation.clone())
            && let Some(t) = b.horizon.number(ends).filter(|t| *t > 0)
        {
            b.facts.cliffs.push(Cliff {
                organisation,
                title: self.head.title.to_string(),
                amount: row.at(t),
                words: format!("of grant in {ends} is the last that is promised; the duty goes on"),
            });
        }
        b.facts.contributions.push(Contribution {
            income: true,
            one_off: if time_limited { OneOff::All } else { OneOff::None },
            recurrence: if time_limited { Recurrence::OneOff } else { Recurrence::Recurrent },
            ..self.counts(Total::Funding, row)?
        });
        Some(row)
    }
}

impl Mechanism for Duty {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let (Some(cost), Some(grant)) = (self.needed(b, subject), self.granted(b, subject)) else { return };
        let unfunded = b.sum_of(
            subject,
            "unfunded",
            "cost of the duty that no grant pays",
            &[(Sign::Plus, cost), (Sign::Minus, grant)],
        );
        share_of(b, subject, ("funded_share", "share of its cost that the grant pays"), grant, cost);
        let beside = Beside { service: self.service.clone(), ..Beside::default() };
        b.register_part(&self.head, cost, Sign::Plus, Recurrence::Recurrent, beside);
        let Some(organisation) = self.head.organisation.clone() else { return };
        b.facts.duties.push(DutyFacts {
            organisation,
            cost,
            title: self.head.title.to_string(),
            granted: self.grant.is_some(),
            grant,
            grant_ends: self.grant_ends,
            unfunded,
        });
    }
}
