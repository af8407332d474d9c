//! # Deductions: what comes off a programme's savings
//!
//! **What you write**: `[deduction.shared_beds]` with what it is (`kind = "overlap"` or
//! `"reinvestment"`) and its `amount` by year, where the plan itself says so much and no line or
//! scheme of the file shows it.
//!
//! **What it means**: an *overlap* is what two programmes both count, *reinvestment* what must be spent
//! to make the savings. Both come off the savings, so that those are net, and both have a row of their
//! own on the way from the gap before any measure to what is still to find: a headline of savings is
//! never read without them.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, OneOff, Part, Recurrence, Total};
use super::pressure;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::Sign;
use crate::vocabulary::Unit;

/// The keys of a deduction.
pub const SECTION: Section = Section {
    name: "deduction",
    help: "what comes off a programme's savings: what two schemes both count, or what must be put back to make them",
    keys: &[
        Key::required(
            "kind",
            KeyKind::Choice(&["overlap", "reinvestment"]),
            "\"overlap\": counted twice among the savings; \"reinvestment\": spent to make them",
        ),
        Key::required("amount", KeyKind::Yearly(Unit::Money), "the amount in each year"),
        Key::optional("recurrent", KeyKind::Recurrence, "always said: true, false (one-off) or \"not_stated\""),
        Key::optional("sector", KeyKind::Choice(&["social_care"]), "\"social_care\" counts it in the social care gap"),
    ],
    belongs: true,
};

#[derive(Debug)]
struct Deduction {
    head: Head,
    overlap: bool,
    amount: Figure,
    recurrence: Recurrence,
    social_care: bool,
}

/// Reads a deduction.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let overlap = item.choice("kind").map(|k| k == "overlap");
    let (amount, recurrence) = (item.figure("amount"), pressure::recurrence(item));
    let social_care = item.choice("sector") == Some("social_care");
    Some(Box::new(Deduction { head: head?, overlap: overlap?, amount: amount?, recurrence: recurrence?, social_care }))
}

impl Mechanism for Deduction {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let (words, part) = if self.overlap {
            ("savings counted twice", Part::Overlap)
        } else {
            ("spent to make the savings", Part::Reinvestment)
        };
        let row = b.given(subject, "amount", words, &self.amount);
        b.register(&self.head, row, Sign::Plus, self.recurrence);
        b.facts.contributions.push(Contribution {
            sign: Sign::Minus,
            one_off: if self.recurrence == Recurrence::OneOff { OneOff::All } else { OneOff::None },
            social_care: self.social_care,
            recurrence: self.recurrence,
            part,
            ..Contribution::new(organisation, Total::Savings, row, (SECTION.name, self.head.name.clone()))
        });
    }
}
