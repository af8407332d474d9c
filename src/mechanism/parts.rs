//! # Parts: what a published line is made of
//!
//! **What you write**: `part_of = "adults"` on a line, a pressure or a source of funding that is a
//! part of another of its kind.
//!
//! **What it means**: it is printed under the item it is a part of and never added again. Wherever
//! all parts of an item are published the item is reconciled with them: `not_in_parts` is the item
//! less its parts, shown as the difference it is. A part with an amount that was not published makes
//! the difference of that year not published.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::context::Build;
use super::contribution::ItemRow;
use crate::sheet::{Row, Sign, Subject};
use crate::vocabulary::{Money, Name};

/// An item with its parts.
#[derive(Debug, Clone)]
pub struct PartsFacts {
    /// The kind of the item.
    pub kind: &'static str,
    /// The item.
    pub name: Name,
    /// The item's amounts.
    pub whole: Row<Money>,
    /// What its parts come to.
    pub parts: Row<Money>,
    /// The item less its parts.
    pub not_in_parts: Row<Money>,
}

/// An item by its kind and name.
type Item = (&'static str, Name);

/// Reconciles every item that has parts.
pub(super) fn reconcile(b: &mut Build<'_>) {
    let mut parts: BTreeMap<Item, Vec<(Sign, Row<Money>)>> = BTreeMap::new();
    for part in &b.facts.items {
        if let Some(whole) = &part.part_of {
            parts.entry((part.kind, whole.clone())).or_default().push((Sign::Plus, part.row));
        }
    }
    let has_parts = |i: &&ItemRow| !parts.is_empty() && parts.contains_key(&(i.kind, i.name.clone()));
    let wholes: Vec<ItemRow> = b.facts.items.iter().filter(has_parts).cloned().collect();
    for whole in wholes {
        let rows = parts.remove(&(whole.kind, whole.name.clone())).unwrap_or_default();
        let subject = b.sheet.subject(Subject {
            organisation: whole.organisation.clone(),
            kind: whole.kind,
            name: Some(whole.name.clone()),
            title: b
                .names
                .find(whole.kind, whole.name.as_str())
                .map_or_else(SmolStr::default, |(_, d)| d.title.clone()),
            place: Some(whole.place),
        });
        let parts = b.sum_of(subject, "parts", "what its parts come to", &rows);
        let terms = [(Sign::Plus, whole.row), (Sign::Minus, parts)];
        let not_in_parts = b.sum_of(subject, "not_in_parts", "in it and in none of its parts", &terms);
        b.facts.parts.push(PartsFacts { kind: whole.kind, name: whole.name, whole: whole.row, parts, not_in_parts });
    }
}
