//! # Contingency: a budget for what is not foreseen
//!
//! **What you write**: `[contingency.general] amount = 1.0`, an amount by year; or a share of the net
//! budget, `amount = { share = "1%", of = "net_budget" }`.
//!
//! **What it means**: what is held in the budget of each year against the unforeseen. It is needed
//! like any other cost and recurs, so it widens the gap; the share form is R(share × that year's
//! funding before reserves and support). It is a budget and never a reserve: no draw can take it, it
//! counts towards no minimum, and what is not spent of it is for the outturn to say.
//!
//! **Source**: Local Government Finance Act 1992, section 31A(2)(b): an allowance for contingencies
//! is part of the budget requirement; reserves are counted apart from it.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, Recurrence, Step, Total};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Product, Sign, Years};
use crate::vocabulary::{Measure, Money, Unit};

/// The keys of a contingency.
pub const SECTION: Section = Section {
    name: "contingency",
    help: "a budget held for what is not foreseen: part of the requirement, never a reserve",
    keys: &[Key::required(
        "amount",
        KeyKind::FigureOr(Unit::Money, &SHARE),
        "the amount of each year, or { share = \"1%\", of = \"net_budget\" }",
    )],
    belongs: true,
};

const SHARE: Section = Section {
    name: "",
    help: "a contingency as a share of the net budget",
    keys: &[
        Key::required("share", KeyKind::Yearly(Unit::Rate), "the share of the net budget"),
        Key::required(
            "of",
            KeyKind::Choice(&["net_budget"]),
            "of what: that year's funding before reserves and support",
        ),
        Key::optional("source", KeyKind::Text, "where the share is laid down"),
    ],
    belongs: false,
};

#[derive(Debug)]
struct Contingency {
    head: Head,
    amount: Amount,
}

#[derive(Debug)]
enum Amount {
    Given(Figure),
    Share(Figure),
}

/// Reads a contingency.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let amount = if item.is_group("amount") {
        let group = item.group("amount")?;
        let _ = (group.choice("of"), group.text("source"));
        Amount::Share(group.figure("share")?)
    } else {
        Amount::Given(item.figure("amount")?)
    };
    Some(Box::new(Contingency { head: head?, amount }))
}

impl Mechanism for Contingency {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let name = &self.head.name;
        let row = match &self.amount {
            Amount::Given(figure) => b.given::<Money>(subject, "amount", "contingency of the year", figure),
            Amount::Share(figure) => {
                let share = b.given(subject, "share", "contingency as a share of the net budget", figure);
                b.know_rate("contingency", name, "share", share);
                let row = b.money(subject, "amount", "contingency: its share of the net budget", Years::PLAN);
                b.know_money("contingency", name, "amount", row);
                row
            }
        };
        b.register(&self.head, row, Sign::Plus, Recurrence::Recurrent);
        let item = ("contingency", name.clone());
        b.require(
            subject,
            Step::Contingency,
            ("change", "contingency: change"),
            Contribution::new(organisation, Total::Requirement, row, item),
        );
    }

    /// A share waits until all of the year's funding is known.
    fn after_totals(&self, b: &mut Build<'_>) {
        let (Some(organisation), name) = (&self.head.organisation, &self.head.name) else { return };
        let rows = (
            b.known_money("contingency", name, "amount"),
            b.known_rate("contingency", name, "share"),
            b.measure(organisation, Measure::Funding),
        );
        let (Some(row), Some(share), Some(funding)) = rows else { return };
        for t in b.horizon.plan() {
            b.sheet.product(row.at(t), &Product::of(funding.at(t)).times(share.at(t)));
        }
    }
}
