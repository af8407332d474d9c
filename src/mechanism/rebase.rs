//! # Rebase: the base put right
//!
//! **What you write**: `[rebase.old_savings]` with the correction made in each year: an old saving
//! that will not be delivered, a recurrent overspend of the year before.
//!
//! **What it means**: step 4 of the roll-forward. The correction stays in the base from its year
//! on. With `line` it joins that line before its price is applied, so it is priced; without, it
//! stays in cash and is never priced. It always widens the gap when positive, on an income line by
//! lowering the income.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, Recurrence, Step, Total};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::Sign;
use crate::vocabulary::{Name, Unit};

/// The keys of a rebase.
pub const SECTION: Section = Section {
    name: "rebase",
    help: "the base put right: undeliverable savings of earlier years, recurrent overspends",
    keys: &[
        Key::required(
            "amount",
            KeyKind::Yearly(Unit::Money),
            "the correction made in each year, which stays in the base from then on: one value is made again every year",
        ),
        Key::optional("line", KeyKind::Reference("line"), "the line it belongs to; then it is priced with the line"),
        Key::optional("reason", KeyKind::Text, "why the base was wrong"),
        Key::optional("signed", KeyKind::Flag, "`true` allows a negative correction (the base was too high)"),
    ],
    belongs: true,
};

/// A rebase as resolved.
#[derive(Debug)]
pub struct Rebase {
    head: Head,
    line: Option<Name>,
    amount: Figure,
}

/// Reads a rebase.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let line = item.reference("line");
    let _ = (item.text("reason"), item.flag("signed"));
    Some(Box::new(Rebase { head: head?, line, amount: item.figure("amount")? }))
}

impl Mechanism for Rebase {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let amount = b.given(subject, "amount", "correction of the base in the year", &self.amount);
        let in_base = b.running_total(subject, "in_base", "corrections in the base", amount);
        b.register(&self.head, in_base, Sign::Plus, Recurrence::Recurrent);
        match &self.line {
            Some(line) => b.join_line(&self.head, line, Step::Rebase, amount, false),
            None => {
                b.step(&organisation, Step::Rebase, Sign::Plus, amount);
                b.facts.contributions.push(Contribution::new(
                    organisation,
                    Total::Requirement,
                    in_base,
                    ("rebase", self.head.name.clone()),
                ));
            }
        }
    }
}
