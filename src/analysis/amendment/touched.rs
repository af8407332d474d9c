//! What a member's file itself says: every item it adds, changes or takes out, found in the merged
//! trees by where it is written, with the item's own amounts before and after.

use std::collections::BTreeSet;

use super::{Change, files};
use crate::language::{Node, Table, Value};
use crate::mechanism::contribution::Total;
use crate::open::Opened;
use crate::sheet::{RowId, Run, Sign};
use crate::vocabulary::{FileId, FinancialYear, Place, Sources};

/// What the amendment does to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It was not there before.
    Adds,
    /// It is there no longer.
    TakesOut,
    /// Some of what is said of it is said otherwise.
    Changes(Vec<KeyChange>),
}

/// A key that is said otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChange {
    /// Its path below the item: `full_year`, `cost_to_achieve.amount`.
    pub key: String,
    /// What was written before; none where it was left out.
    pub before: Option<String>,
    /// What the amendment writes.
    pub after: String,
    /// Where it writes so.
    pub place: Place,
}

/// An item the amendment speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its title, or its path where it has no row of its own.
    pub title: String,
    /// What is done to it.
    pub what: What,
    /// Where; none for what is taken out.
    pub place: Option<Place>,
}

/// What an item's own amounts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It is needed.
    Cost,
    /// It is saved.
    Saving,
    /// It is available.
    Funding,
    /// It is taken from a reserve.
    ReserveUse,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cost, Self::Saving, Self::Funding, Self::ReserveUse];

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Saving => "saving",
            Self::Funding => "funding",
            Self::ReserveUse => "planned use of the reserve",
        }
    }

    /// The word in CSV and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Saving => "saving",
            Self::Funding => "funding",
            Self::ReserveUse => "reserve_use",
        }
    }
}

/// Every item the amendment speaks of, in the order of the plan.
#[must_use]
pub fn touched(base: &Opened, amended: &Opened) -> Vec<Touched> {
    let own = files(base, amended);
    let (was, is) = (&base.loaded.tree, &amended.loaded.tree);
    let mut all = Vec::new();
    let kinds = is.keys().chain(was.keys().filter(|k| is.get(k).is_none()));
    for kind in kinds.filter(|k| *k != "expect") {
        if kind == "scenario" {
            all.extend(scenario(base, amended, &own));
            continue;
        }
        for (name, entry) in is.table(kind).into_iter().flat_map(|t| &t.entries) {
            let before = was.table(kind).and_then(|t| t.get(name));
            let (what, place) = match before {
                None => (What::Adds, entry.key),
                Some(before) => {
                    let mut changed = Vec::new();
                    keys("", before, &entry.node, &own, (&base.loaded.sources, &amended.loaded.sources), &mut changed);
                    let Some(place) = changed.first().map(|c| c.place) else { continue };
                    (What::Changes(changed), place)
                }
            };
            let title = title(amended, kind, name);
            all.push(Touched { kind: kind.to_owned(), name: name.to_string(), title, what, place: Some(place) });
        }
        for name in was.table(kind).into_iter().flat_map(Table::keys) {
            if is.table(kind).is_none_or(|t| t.get(name).is_none()) {
                let title = title(base, kind, name);
                let (kind, name) = (kind.to_owned(), name.to_owned());
                all.push(Touched { kind, name, title, what: What::TakesOut, place: None });
            }
        }
    }
    all
}

/// Keys of the plan itself; its version and title are the amendment's name and no change.
fn scenario(base: &Opened, amended: &Opened, own: &BTreeSet<FileId>) -> Option<Touched> {
    let (was, is) = (base.loaded.tree.get("scenario")?, amended.loaded.tree.get("scenario")?);
    let mut changed = Vec::new();
    keys("", was, is, own, (&base.loaded.sources, &amended.loaded.sources), &mut changed);
    changed.retain(|c| !["version", "title", "source", "note"].iter().any(|k| c.key.split('.').next() == Some(k)));
    let place = changed.first().map(|c| c.place)?;
    Some(Touched {
        kind: "scenario".to_owned(),
        name: String::new(),
        title: "the scenario".to_owned(),
        what: What::Changes(changed),
        place: Some(place),
    })
}

/// The keys that the amendment writes otherwise.
fn keys(
    path: &str,
    was: &Node,
    is: &Node,
    own: &BTreeSet<FileId>,
    sources: (&Sources, &Sources),
    changed: &mut Vec<KeyChange>,
) {
    if !written_in(is, own) {
        return;
    }
    if let (false, Some(before), Some(after)) = (own.contains(&is.place.file), was.as_table(), is.as_table()) {
        for (key, entry) in &after.entries {
            let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            match before.get(key) {
                Some(before) => keys(&path, before, &entry.node, own, sources, changed),
                None if own.contains(&entry.key.file) => {
                    let after = typed(sources.1, &entry.node);
                    changed.push(KeyChange { key: path, before: None, after, place: entry.key });
                }
                None => {}
            }
        }
        return;
    }
    let (before, after) = (typed(sources.0, was), typed(sources.1, is));
    if before != after {
        changed.push(KeyChange { key: path.to_owned(), before: Some(before), after, place: is.place });
    }
}

/// Whether any of it is written in the amendment's files.
fn written_in(node: &Node, own: &BTreeSet<FileId>) -> bool {
    let inside = match &node.value {
        Value::Table(table) => table.entries.values().any(|e| own.contains(&e.key.file) || written_in(&e.node, own)),
        Value::List(nodes) => nodes.iter().any(|n| written_in(n, own)),
        _ => false,
    };
    own.contains(&node.place.file) || inside
}

/// A value as it was typed, on one line.
fn typed(sources: &Sources, node: &Node) -> String {
    const MOST: usize = 48;
    let text = sources.excerpt(node.place).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST - 1).collect::<String>() + "…" }
}

/// The title of an item, from the first of its rows.
fn title(opened: &Opened, kind: &str, name: &str) -> String {
    let sheet = &opened.plan.sheet;
    let own = |s: &crate::sheet::Subject| s.kind == kind && s.name.as_ref().is_some_and(|n| n.as_str() == name);
    let found = sheet.rows().map(|(row, _)| sheet.subject(row)).find(|s| own(s));
    found.map_or_else(|| format!("{kind}.{name}"), |s| s.title.to_string())
}

/// An item's own amounts of one class, by year of the base plan: before and after.
#[must_use]
pub fn amounts(
    base: &Opened,
    amended: &Opened,
    item: &Touched,
    class: Class,
    run: Run,
) -> Option<Vec<(FinancialYear, Change)>> {
    let horizon = base.plan.horizon();
    let (was, is) = (rows(base, item, class), rows(amended, item, class));
    if was.is_empty() && is.is_empty() {
        return None;
    }
    let sum = |opened: &Opened, rows: &[(Sign, RowId)], t: Option<i32>| -> Option<i128> {
        let signed = |(sign, row): &(Sign, RowId)| {
            let pence = opened.plan.pence(opened.results.of(run), *row, t?)?;
            Some(if *sign == Sign::Minus { -pence } else { pence })
        };
        rows.iter().map(signed).sum()
    };
    let years = horizon.plan().map(|t| {
        let year = horizon.year(t);
        let change =
            Change { before: sum(base, &was, Some(t)), after: sum(amended, &is, amended.plan.horizon().number(year)) };
        (year, change)
    });
    let years: Vec<_> = years.collect();
    years.iter().any(|(_, c)| c.before != c.after).then_some(years)
}

/// The rows of an item's amounts: what counts towards a total, else its own row as it is listed.
fn rows(opened: &Opened, item: &Touched, class: Class) -> Vec<(Sign, RowId)> {
    let facts = &opened.plan.facts;
    let (kind, name) = (item.kind.as_str(), item.name.as_str());
    if class == Class::ReserveUse {
        let pots = facts.pots.iter().filter(|p| kind == "reserve" && p.name.as_str() == name);
        return pots.filter_map(|p| Some((Sign::Plus, opened.plan.named_item(p, "planned_use")?))).collect();
    }
    let total = match class {
        Class::Cost => Total::Requirement,
        Class::Saving => Total::Savings,
        Class::Funding | Class::ReserveUse => Total::Funding,
    };
    let own = facts.contributions.iter().filter(|c| c.item.0 == kind && c.item.1.as_str() == name);
    if own.clone().next().is_some() {
        return own.filter(|c| c.total == total).map(|c| (c.sign, c.row.id())).collect();
    }
    // What joins a line counts there, and is listed by itself.
    let listed = facts.items.iter().filter(|i| i.kind == kind && i.name.as_str() == name);
    let counts = listed.filter(|i| !i.memo && i.part_of.is_none());
    let of_class = counts.filter(|i| match class {
        Class::Cost => i.effect == Sign::Plus,
        Class::Saving => i.effect == Sign::Minus && i.kind != "funding",
        Class::Funding | Class::ReserveUse => i.effect == Sign::Minus && i.kind == "funding",
    });
    of_class.map(|i| (Sign::Plus, i.row.id())).collect()
}
