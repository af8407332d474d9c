//! # Flows: payments between the organisations of a scenario
//!
//! **What you write**: `[flow.contract]` once, with `from`, `to` and `amount`.
//!
//! **What it means**: the payer's requirement rises, and the payee's falls by the same amount as
//! income. Flows recur and are never part of funding. In the system view both sides are eliminated
//! from gross income and gross expenditure and the net is unchanged: moving cost from one body to
//! another improves one view and changes nothing.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, Recurrence, Step, Total};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Row, Sign};
use crate::vocabulary::{Diagnostic, Money, Name, Unit};

/// The keys of a flow.
pub const SECTION: Section = Section {
    name: "flow",
    help: "a payment from one organisation of the scenario to another, entered once",
    keys: &[
        Key::required("from", KeyKind::Reference("organisation"), "who pays"),
        Key::required("to", KeyKind::Reference("organisation"), "who is paid"),
        Key::required("amount", KeyKind::Yearly(Unit::Money), "the amount in each year"),
        Key::default("kind", KeyKind::Choice(&["contract", "transfer"]), "contract", "what it is called"),
    ],
    belongs: false,
};

/// A flow as the system view sees it.
#[derive(Debug, Clone)]
pub struct Flowing {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Who pays.
    pub from: Name,
    /// Who is paid.
    pub to: Name,
    /// The amounts.
    pub row: Row<Money>,
}

/// A flow as written.
#[derive(Debug, Clone)]
pub struct Paid {
    /// What it is.
    pub head: Head,
    /// Who pays.
    pub from: Name,
    /// Who is paid.
    pub to: Name,
    /// How much.
    pub amount: Figure,
}

#[derive(Debug)]
struct Flow {
    head: Head,
    from: Name,
    to: Name,
    amount: Figure,
}

/// Reads a flow.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (from, to) = (item.reference("from"), item.reference("to"));
    let _ = item.choice("kind");
    let amount = item.figure("amount");
    let (from, to) = (from?, to?);
    if from == to {
        item.tell(
            Diagnostic::error("flow_to_itself", format!("`{}` pays {from} from {from}", item.path))
                .at(item.place_of("to"))
                .hint("name two organisations"),
        );
        return None;
    }
    Some(Box::new(Flow { head: head?, from, to, amount: amount? }))
}

impl Mechanism for Flow {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let row = b.given::<Money>(subject, "amount", "paid in the year", &self.amount);
        let change = b.change(subject, "change", "change from the year before", row, None);
        b.register(&self.head, row, Sign::Plus, Recurrence::Recurrent);
        for (organisation, sign) in [(&self.from, Sign::Plus), (&self.to, Sign::Minus)] {
            b.step(organisation, Step::Transfer, sign, change);
            b.facts.contributions.push(Contribution {
                sign,
                income: sign == Sign::Minus,
                ..Contribution::new(organisation.clone(), Total::Requirement, row, ("flow", self.head.name.clone()))
            });
        }
        b.paid.push(Paid {
            head: self.head.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            amount: self.amount.clone(),
        });
        b.facts.flows.push(Flowing {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            from: self.from.clone(),
            to: self.to.clone(),
            row,
        });
    }
}
