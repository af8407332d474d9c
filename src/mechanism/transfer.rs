//! # Transfers between reserves
//!
//! **What you write**: `[transfer.pool_the_small_ones]` with the reserve it comes `from`, the one it
//! goes `to` and the `amount` by year. Both belong to one organisation.
//!
//! **What it means**: what is moved is held elsewhere and is neither income nor spending: it enters no
//! gap. It is moved before the year's planned use and draws, as far as the reserve holds it after what
//! is paid in, `moved = clamp(amount, 0, what is left)`; several out of one reserve go in the order of
//! their names. What was moved in this year can be used this year and moved on next year. A reserve
//! whose balance was not published moves the amount as stated.

use super::Mechanism;
use super::context::{Build, Head};
use super::reserve::ReserveKind;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Row, SubjectId};
use crate::vocabulary::{Diagnostic, Money, Name, Place, Unit};

/// The keys of a transfer.
pub const SECTION: Section = Section {
    name: "transfer",
    help: "money moved from one reserve of an organisation to another: it enters no gap",
    keys: &[
        Key::required("from", KeyKind::Reference("reserve"), "the reserve it comes from"),
        Key::required("to", KeyKind::Reference("reserve"), "the reserve it goes to"),
        Key::required("amount", KeyKind::Yearly(Unit::Money), "the amount moved in each year"),
    ],
    belongs: true,
};

/// A transfer as the balance rule sees it.
#[derive(Debug, Clone)]
pub struct Moving {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose reserves they are.
    pub organisation: Name,
    /// The reserve it comes from.
    pub from: Name,
    /// The reserve it goes to.
    pub to: Name,
    /// Its subject in the sheet.
    pub subject: SubjectId,
    /// The amounts as stated.
    pub stated: Row<Money>,
}

#[derive(Debug)]
struct Transfer {
    head: Head,
    from: Name,
    to: Name,
    amount: Figure,
    places: [Place; 2],
}

/// Reads a transfer.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (from, to, amount) = (item.reference("from"), item.reference("to"), item.figure("amount"));
    let (from, to) = (from?, to?);
    if from == to {
        item.tell(
            Diagnostic::error("transfer_to_itself", format!("`{}` moves money from `{from}` to itself", item.path))
                .at(item.place_of("to"))
                .hint("name two reserves; what is paid into one reserve is its `contribution`"),
        );
        return None;
    }
    let places = [item.place_of("from"), item.place_of("to")];
    Some(Box::new(Transfer { head: head?, from, to, amount: amount?, places }))
}

impl Mechanism for Transfer {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        for (name, place) in [&self.from, &self.to].into_iter().zip(self.places) {
            let pot = b.facts.pots.iter().find(|p| p.name == *name);
            if let Some(pot) = pot.filter(|p| matches!(p.kind, ReserveKind::RingFenced | ReserveKind::Unusable)) {
                let message =
                    format!("`{}` moves money of `{}`, which is held for one purpose only", self.head.path(), pot.name);
                b.tell(
                    Diagnostic::error("transfer_of_held_apart", message)
                        .at(place)
                        .hint("name general or earmarked reserves: what is ring-fenced or unusable stays where it is"),
                );
            }
        }
        let subject = b.subject(&self.head);
        let stated = b.given::<Money>(subject, "amount", "to be moved in the year", &self.amount);
        b.facts.transfers.push(Moving {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation,
            from: self.from.clone(),
            to: self.to.clone(),
            subject,
            stated,
        });
    }
}
