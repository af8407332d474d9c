//! # Status weights
//!
//! **What you write**: `[status.amber] delivery = "75%"`.
//!
//! **What it means**: in the risk-adjusted run a saving of that status that states no `delivery` of
//! its own delivers that share. There is no house weight: without one, and without a `delivery`, a
//! saving is counted as *not risk-adjusted*. A saving takes either its own delivery or its
//! status's weight, never both.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::vocabulary::{Diagnostic, Rate, Unit, Valued};

/// What a saving can be.
pub const STATUSES: &[&str] = &["delivered", "green", "amber", "red", "unidentified"];

/// The keys of a status.
pub const SECTION: Section = Section {
    name: "status",
    help: "the delivery weight of savings of a status (delivered, green, amber, red, unidentified) that state no delivery of their own",
    keys: &[Key::required("delivery", KeyKind::Single(Unit::Rate), "the share delivered in the risk-adjusted run")],
    belongs: false,
};

#[derive(Debug)]
struct Status {
    head: Head,
    delivery: Figure,
}

/// Reads a status weight.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    if !STATUSES.contains(&item.name.as_str()) {
        item.tell(
            Diagnostic::error("unknown_word", format!("there is no status `{}`", item.name))
                .at(item.place)
                .hint(format!("a saving's status is one of {}", STATUSES.join(", "))),
        );
        return None;
    }
    Some(Box::new(Status { head: Head::of(item)?, delivery: item.figure("delivery")? }))
}

impl Mechanism for Status {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let cell = b.delivery(subject, &self.delivery);
        b.weights.insert(self.head.name.clone(), cell);
    }
}

impl Build<'_> {
    /// A delivery: all of it in the plan, the stated share in the risk-adjusted run.
    pub(super) fn delivery(&mut self, subject: crate::sheet::SubjectId, figure: &Figure) -> crate::sheet::Cell<Rate> {
        let assumption = Some(self.sheet.assumption(figure.assumption()));
        let cell = self.sheet.scalar::<Rate>(subject, "delivery", "share delivered");
        let stated = Rate::from_steps(figure.at(1).steps.unwrap_or(1_000_000_000));
        self.sheet.input_in_runs(cell, Rate::from_steps(1_000_000_000), stated, assumption, figure.flags(1));
        cell
    }
}
