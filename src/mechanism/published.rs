//! # Published figures kept beside the model
//!
//! **What you write**: `[published.demand]` with the `total` as printed and the `parts` it should be
//! the sum of: item paths with `*` for any letters, or measures of the organisation
//! (`gap_before_savings`). Without parts it is printed for reference; other published items may be
//! parts too. In a scenario of several organisations one that names none is the whole system's.
//!
//! **What it means**: printed, reconciled and never forced. The difference is the published total
//! less what the parts come to, and is shown as the difference it is. Parts of one kind add as they
//! are printed; parts of several kinds add with their effect on the gap.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Beside, ItemRow, Recurrence};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Row, Sign, Years};
use crate::vocabulary::{Diagnostic, Measure, Money, Name, Place, Unit};

/// The keys of a published figure.
pub const SECTION: Section = Section {
    name: "published",
    help: "a published total kept beside the model: printed and reconciled, never forced",
    keys: &[
        Key::optional(
            "organisation",
            KeyKind::Reference("organisation"),
            "whose it is; without it, the only organisation's or the whole system's",
        ),
        Key::required("total", KeyKind::Yearly(Unit::Money), "the total as published"),
        Key::optional(
            "parts",
            KeyKind::Paths,
            "what it should be the sum of: \"pressure.demand_*\", \"line.*\", or a measure like \"requirement\"",
        ),
        Key::default(
            "values",
            KeyKind::Choice(&["in_year", "change"]),
            "in_year",
            "\"in_year\": levels of the year; \"change\": changes from the year before",
        ),
        Key::optional("signed", KeyKind::Flag, "`true` allows a negative total"),
    ],
    belongs: false,
};

/// What reports say of a published figure.
#[derive(Debug, Clone)]
pub struct PublishedFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is; none for a whole system's.
    pub organisation: Option<Name>,
    /// The total as published.
    pub total: Row<Money>,
    /// What the parts come to and the difference; none when it has no parts.
    pub compared: Option<(Row<Money>, Row<Money>)>,
    /// Where it stands.
    pub place: Place,
    /// Its source.
    pub source: Option<String>,
    /// Its note.
    pub note: Option<String>,
}

#[derive(Debug)]
struct Published {
    head: Head,
    total: Figure,
    parts: Vec<(String, Place)>,
    change: bool,
}

/// Reads a published figure.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let mut head = Head::of(item)?;
    let parts = item.texts("parts");
    let change = item.choice("values") == Some("change");
    let _ = item.flag("signed");
    let mut organisations = item.reading.names.of_kind("organisation").map(|(name, _)| name.clone());
    let only = organisations.next().filter(|_| organisations.next().is_none());
    head.organisation = if item.has("organisation") { Some(item.reference("organisation")?) } else { only };
    Some(Box::new(Published { head, total: item.figure("total")?, parts, change }))
}

impl Published {
    fn rows(&self, b: &Build<'_>) -> Option<Vec<(Sign, Row<Money>)>> {
        let organisation = self.head.organisation.as_ref();
        // Measures of a figure that is nobody's in particular are the whole system's.
        let scope = organisation.cloned().or_else(|| "system".parse().ok())?;
        let mut items: Vec<ItemRow> = Vec::new();
        let mut measures = Vec::new();
        for (part, place) in &self.parts {
            if let Some(row) = Measure::ALL.into_iter().find(|m| m.code() == part).and_then(|m| b.measure(&scope, m)) {
                let narrows = Measure::ALL.into_iter().any(|m| m.code() == part && m.narrows());
                measures.push((if narrows { Sign::Minus } else { Sign::Plus }, row));
                continue;
            }
            let found: Vec<_> = b
                .matching(part)
                .into_iter()
                .filter(|i| {
                    organisation.is_none() || i.organisation.is_none() || i.organisation.as_ref() == organisation
                })
                .filter(|i| i.kind != "published" || i.name != self.head.name)
                .collect();
            if found.is_empty() {
                b.tell(
                    Diagnostic::error(
                        "unknown_name",
                        format!("`published.{}` has a part `{part}`, which matches nothing of {scope}", self.head.name),
                    )
                    .at(*place)
                    .hint(
                        "write a path like \"pressure.demand_*\" or \"line.adults\", or a measure like \"requirement\"",
                    ),
                );
                return None;
            }
            // A part named twice, by two patterns, counts once.
            for item in found {
                if !items.iter().any(|i| i.kind == item.kind && i.name == item.name) {
                    items.push(item);
                }
            }
        }
        // A part of an item that is counted is in it already.
        let whole: Vec<_> = items.iter().map(|i| (i.kind, i.name.clone())).collect();
        items.retain(|i| !i.part_of.as_ref().is_some_and(|p| whole.contains(&(i.kind, p.clone()))));
        // A payment counts against who pays it and for who is paid.
        let side = |item: &ItemRow| match (
            organisation,
            b.facts.flows.iter().find(|f| item.kind == "flow" && f.name == item.name),
        ) {
            (Some(own), Some(flow)) if flow.to == *own => Some(Sign::Minus),
            (Some(own), Some(flow)) if flow.from != *own => None,
            _ => Some(item.effect),
        };
        items.retain(|i| side(i).is_some());
        let one_kind =
            measures.is_empty() && items.windows(2).all(|w| w[0].kind == w[1].kind && side(&w[0]) == side(&w[1]));
        if let ([(sign, _)], true) = (measures.as_mut_slice(), items.is_empty()) {
            *sign = Sign::Plus;
        }
        let mut rows = measures;
        rows.extend(items.iter().map(|i| (if one_kind { Sign::Plus } else { side(i).unwrap_or(i.effect) }, i.row)));
        Some(rows)
    }
}

impl Mechanism for Published {
    fn head(&self) -> &Head {
        &self.head
    }

    fn declare(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let total = b.given::<Money>(subject, "total", "total as published", &self.total);
        b.know_money("published", &self.head.name, "total", total);
        let beside = Beside { memo: true, ..Beside::default() };
        b.register_part(&self.head, total, Sign::Plus, Recurrence::NotStated, beside);
    }

    fn reconcile(&self, b: &mut Build<'_>) {
        let Some(total) = b.known_money("published", &self.head.name, "total") else { return };
        let subject = b.subject(&self.head);
        let compared = if self.parts.is_empty() {
            None
        } else {
            let Some(rows) = self.rows(b) else { return };
            let sum = if self.change {
                let level = b.sum_of(subject, "parts_in_year", "what its parts come to in the year", &rows);
                let change = b.change(subject, "parts", "change of what its parts come to", level, None);
                // Pressures and savings begin at nought; of other items the base year is not in the parts.
                let from_nought = |(part, _): &(String, Place)| {
                    ["pressure.", "saving.", "rebase."].iter().any(|k| part.starts_with(k))
                };
                if !self.parts.iter().all(from_nought) {
                    b.sheet.not_published(change.at(1));
                }
                change
            } else {
                b.sum_of(subject, "parts", "what its parts come to", &rows)
            };
            let difference = b.money(subject, "difference", "published less parts", Years::PLAN);
            for t in b.horizon.plan() {
                b.sheet.sum(difference.at(t), [(Sign::Plus, total.at(t)), (Sign::Minus, sum.at(t))]);
            }
            Some((sum, difference))
        };
        b.facts.published.push(PublishedFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation: self.head.organisation.clone(),
            total,
            compared,
            place: self.head.place,
            source: self.head.evidence.source.clone(),
            note: self.head.evidence.note.clone(),
        });
    }
}
