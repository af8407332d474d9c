//! # Left out: to be confirmed
//!
//! **What you write**: `left_out = "tbc"` on a pressure, a saving or a source of funding that is
//! known of and not yet priced.
//!
//! **What it means**: it is listed as unpriced, counted in a finding, and enters no total. That is
//! not nought: nobody has said it is nothing.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Item, Key, KeyKind};
use crate::vocabulary::Diagnostic;

/// The key.
pub const KEY: Key = Key::optional(
    "left_out",
    KeyKind::Choice(&["tbc"]),
    "\"tbc\": to be confirmed; listed without an amount, and in no total",
);

#[derive(Debug)]
struct LeftOut {
    head: Head,
}

/// The item, when it is left out; an amount beside it is an error.
pub(super) fn read(item: &Item<'_>, amounts: &[&str]) -> Option<Box<dyn Mechanism>> {
    item.choice("left_out")?;
    if let Some(key) = amounts.iter().find(|k| item.has(k)) {
        item.tell(
            Diagnostic::error("left_out_priced", format!("`{}` is to be confirmed and has `{key}`", item.path))
                .at(item.place_of(key))
                .hint("leave out one of the two: an amount counts, and what is to be confirmed does not"),
        );
    }
    Some(Box::new(LeftOut { head: Head::of(item)? }))
}

impl Mechanism for LeftOut {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        b.facts.left_out.push(self.head.clone());
    }
}
