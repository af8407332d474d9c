//! # Control totals: the position an NHS body is held to
//!
//! **What you write**: `[control_total.trust]` with the `deficit` the body is allowed by year, or the
//! `surplus` it must make. A body without one is held to breakeven. In `[scenario]`, the last year in
//! which the surplus of one body counts against the deficit of another (`nhs_offset_until`).
//!
//! **What it means**: `beyond = max(still to find − allowed deficit, 0)`, a surplus that is required
//! being a negative allowance. The system's control total is the sum of its NHS bodies', better by the
//! `risk_reserve` that any of them holds uncommitted. While
//! offsetting is allowed the system is beyond it by max(Σ still to find − Σ allowed, 0); afterwards by
//! the sum of what each body is beyond its own, so that a surplus elsewhere helps nobody.
//!
//! **Source**: from 1 April 2026 each integrated care board and each trust must break even for itself,
//! in place of the system's balance in aggregate: NHS England, finance business rules from 2026/27.

use super::Mechanism;
use super::context::{Build, Head};
use super::organisation::Organisation;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Measure, Money, Name, Unit};

/// The keys of a control total.
pub const SECTION: Section = Section {
    name: "control_total",
    help: "the position an NHS body is held to in each year; a body without one is held to breakeven",
    keys: &[
        Key::optional("deficit", KeyKind::Yearly(Unit::Money), "the deficit it is allowed; 0 is breakeven"),
        Key::optional("surplus", KeyKind::Yearly(Unit::Money), "the surplus it must make, instead of `deficit`"),
        Key::optional(
            "risk_reserve",
            KeyKind::Yearly(Unit::Money),
            "what it holds uncommitted for the system: the system's control total is better by as much",
        ),
    ],
    belongs: true,
};

/// A control total as the balance rule and the system see it.
#[derive(Debug, Clone)]
pub struct Held {
    /// Whose.
    pub organisation: Name,
    /// Its title.
    pub title: String,
    /// The deficit that is allowed; a surplus that is required is negative.
    pub allowed: Row<Money>,
    /// What the body holds uncommitted for the system.
    pub risk_reserve: Option<Row<Money>>,
}

#[derive(Debug)]
struct ControlTotal {
    head: Head,
    amount: Figure,
    surplus: bool,
    risk_reserve: Option<Figure>,
}

/// Reads a control total.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (deficit, surplus) = (item.figure("deficit"), item.figure("surplus"));
    let risk_reserve = item.figure("risk_reserve");
    let (amount, surplus) = match (item.has("deficit"), item.has("surplus")) {
        (true, false) => (deficit?, false),
        (false, true) => (surplus?, true),
        (both, _) => {
            let message = if both { "has both `deficit` and `surplus`" } else { "needs `deficit` or `surplus`" };
            item.tell(
                Diagnostic::error("control_total_amount", format!("`{}` {message}", item.path))
                    .at(item.place)
                    .hint("deficit = 5 allows a deficit of 5; surplus = 2 asks for one of 2; deficit = 0 is breakeven"),
            );
            return None;
        }
    };
    Some(Box::new(ControlTotal { head: head?, amount, surplus, risk_reserve }))
}

impl Mechanism for ControlTotal {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        if let Some(body) = b.organisations.iter().find(|o| o.name == organisation && !o.kind.is_nhs()) {
            let message = format!("{} is a {} and has no control total", body.title, body.kind.words());
            b.tell(
                Diagnostic::error("control_total_kind", message)
                    .at(self.head.place)
                    .hint("control totals are for NHS bodies: name one as `organisation`, or leave this out"),
            );
            return;
        }
        if b.facts.control_totals.iter().any(|c| c.organisation == organisation) {
            b.tell(
                Diagnostic::error("control_total_twice", format!("{organisation} has two control totals"))
                    .at(self.head.place)
                    .hint("a body is held to one position: keep one of them"),
            );
            return;
        }
        let allowed = if self.surplus {
            let stated = b.given::<Money>(subject, "surplus", "surplus it must make", &self.amount);
            let words = "deficit allowed: a surplus that is required, turned round";
            b.sum_of(subject, "allowed", words, &[(Sign::Minus, stated)])
        } else {
            b.given::<Money>(subject, "allowed", "deficit allowed", &self.amount)
        };
        let risk_reserve = self
            .risk_reserve
            .as_ref()
            .map(|figure| b.given::<Money>(subject, "risk_reserve", "held uncommitted for the system", figure));
        b.facts.control_totals.push(Held { organisation, title: self.head.title.to_string(), allowed, risk_reserve });
    }
}

/// What the NHS bodies of the scenario are beyond their control totals, each and together; nothing
/// when the scenario speaks neither of control totals nor of offsetting.
pub(super) fn build(b: &mut Build<'_>, subjects: &[SubjectId]) {
    let asked = !b.facts.control_totals.is_empty() || b.rules.nhs_offset_until.is_some();
    let organisations = b.organisations;
    let bodies: Vec<(&Organisation, SubjectId)> =
        organisations.iter().zip(subjects.iter().copied()).filter(|(o, _)| asked && o.kind.is_nhs()).collect();
    let mut each = Vec::new();
    let mut margins = Vec::new();
    for (organisation, subject) in bodies {
        let Some(headline) = b.measure(&organisation.name, Measure::GapAfterPlannedReserves) else { continue };
        let held = b.facts.control_totals.iter().find(|c| c.organisation == organisation.name);
        let allowed = held.map(|c| (Sign::Minus, c.allowed));
        let terms: Vec<_> = [(Sign::Plus, headline)].into_iter().chain(allowed).collect();
        let words = "still to find less the deficit its control total allows";
        let margin = b.sum_of(subject, "against_control_total", words, &terms);
        let words = "beyond its control total";
        each.push((Sign::Plus, b.at_least_nought(subject, "beyond_control_total", words, margin)));
        margins.push((Sign::Plus, margin));
    }
    if each.len() < 2 {
        return;
    }
    let subject = b.sheet.subject(Subject {
        organisation: None,
        kind: "nhs_control_total",
        name: None,
        title: "NHS bodies' control totals".into(),
        place: None,
    });
    let held = |row: fn(&Held) -> Option<Row<Money>>, sign: Sign| -> Vec<_> {
        b.facts.control_totals.iter().filter_map(row).map(|row| (sign, row)).collect()
    };
    let mut allowed = held(|c| Some(c.allowed), Sign::Plus);
    let reserved = held(|c| c.risk_reserve, Sign::Plus);
    allowed.extend(held(|c| c.risk_reserve, Sign::Minus));
    let words = "deficit the system's control total allows: those of its bodies, less what is held uncommitted";
    b.sum_of(subject, "allowed", words, &allowed);
    margins.extend(reserved);
    let words = "still to find less what the system is allowed, all NHS bodies";
    let together = b.sum_of(subject, "against", words, &margins);
    let offset =
        b.at_least_nought(subject, "beyond_if_offset", "beyond it when surpluses count against deficits", together);
    let alone = b.sum_of(subject, "beyond_if_each", "beyond it when each body is held to its own", &each);
    let row = b.money(subject, "beyond", "beyond the system's control total", Years::PLAN);
    for t in b.horizon.plan() {
        let offsetting = b.rules.nhs_offset_until.is_some_and(|until| b.horizon.year(t) <= until);
        b.sheet.sum(row.at(t), [(Sign::Plus, if offsetting { offset.at(t) } else { alone.at(t) })]);
    }
}
