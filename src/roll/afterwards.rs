//! What is seen once the new plan opens: what past years still bring that no key can say, expectations that
//! the new plan does not meet, and the list in order.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{DocumentMut, Item, Table, Value, value};

use super::documents::{Body, figure};
use super::look::{Look, What};
use super::roller::{Roller, counted};
use crate::check::expectation::outcomes;
use crate::mechanism::contribution::Total;
use crate::open::Opened;
use crate::scenario::Expectation;
use crate::sheet::Run;
use crate::vocabulary::{Address, FinancialYear, Name, Unit};

/// Kinds whose past years go on into later ones in a way that no key of theirs can say: what is left of them
/// is written out in pounds.
const REMEMBER: [&str; 10] =
    ["borrowing", "capital_receipts", "clawback", "dsg", "fund", "funding", "pool", "prevention", "shift", "support"];

/// Whose, which total, and the item.
type Key = (Name, Total, &'static str, String);

/// What items add to a total of an organisation in each later year.
type Left = BTreeMap<Key, BTreeMap<i32, i128>>;

/// What an item's past years still bring, and the item that says so.
#[derive(Debug, Clone, Default)]
pub(super) struct Remainder {
    item: Option<String>,
    years: BTreeMap<i32, i128>,
}

/// Remainders by what they are of.
pub(super) type Remainders = BTreeMap<Key, Remainder>;

/// The kind of item that adds to a total, and what it is called.
fn word(total: Total) -> (&'static str, &'static str) {
    match total {
        Total::Requirement => ("pressure", "cost"),
        Total::Funding => ("funding", "income"),
        Total::Savings => ("saving", "saving"),
    }
}

impl Roller<'_> {
    /// Writes out what past years still bring; true when there is more of it than was written already.
    ///
    /// What is written may move something else (a share of savings that is invested), so that it takes a few
    /// rounds until nothing is left.
    pub fn remainders(&mut self, new: &Opened) -> bool {
        let left = self.left(new);
        for (key, years) in &left {
            let held = self.left.entry(key.clone()).or_default();
            for (t, pence) in years {
                *held.years.entry(*t).or_default() += pence;
            }
        }
        for key in left.keys() {
            self.remainder(key);
        }
        !left.is_empty()
    }

    fn left(&self, new: &Opened) -> Left {
        let mut items = BTreeSet::new();
        for plan in [self.old, new] {
            for c in plan.plan.facts.contributions.iter().filter(|c| REMEMBER.contains(&c.item.0)) {
                items.insert((c.organisation.clone(), c.total, c.item.0, c.item.1.to_string()));
            }
        }
        let horizon = self.old.plan.horizon();
        let mut left = Left::new();
        for key in items {
            let (whose, total, kind, name) = &key;
            let mut years = BTreeMap::new();
            let Some(based) = self.based(*total, kind, name) else { continue };
            let held = self.left.get(&key);
            let written = |t: i32| held.and_then(|h| h.years.get(&t)).copied().unwrap_or(0);
            for t in self.later() {
                let of = |plan: &Opened, t| counted(plan, Some(whose), *total, kind, name, t, Run::Plan);
                let Some(at) = new.plan.horizon().number(horizon.year(t)) else { continue };
                // A figure of the actuals or a step that rounds once more is no remainder.
                if let (Some(before), Some(after)) = (of(self.old, t), of(new, at)) {
                    years.insert(t, before - after - based - written(t));
                }
            }
            let real = years.values().any(|pence| pence.abs() > 1);
            if real && (*kind != "funding" || self.remembers(name)) {
                left.insert(key, years);
            }
        }
        left
    }

    /// What of an item is in the base, and in no later year any more: of recurrent savings what they made. None
    /// where the actuals say what is left of a saving.
    fn based(&self, total: Total, kind: &str, name: &str) -> Option<i128> {
        if kind != "saving" || total != Total::Savings {
            return Some(0);
        }
        if self.actuals.get("saving", name, "full_year").is_some() {
            return None;
        }
        let one_off =
            self.old.loaded.tree.table("saving").and_then(|t| t.table(name)).is_some_and(super::lines::one_off);
        if one_off { Some(0) } else { self.counted(total, kind, name, 1, Run::Plan) }
    }

    /// Whether a piece of funding counts in later years what belongs to earlier ones.
    fn remembers(&self, name: &str) -> bool {
        let funding = self.old.loaded.tree.table("funding").and_then(|t| t.table(name));
        funding.is_some_and(|t| ["surplus", "retention", "transition"].iter().any(|key| t.get(key).is_some()))
    }

    /// Writes one remainder as an item of its own.
    fn remainder(&mut self, key: &Key) {
        let (whose, total, kind, name) = key;
        let (word, _) = word(*total);
        let Some(held) = self.left.get(key).cloned() else { return };
        let own = match held.item {
            Some(own) => own,
            None => {
                let own = self.free_name(word, &format!("{name}_{kind}_to_{}", self.year().start()));
                self.made.push((word.to_owned(), own.clone()));
                self.left.entry(key.clone()).or_default().item = Some(own.clone());
                own
            }
        };
        let unit = self.documents.all[self.documents.root].unit;
        let horizon = self.old.plan.horizon();
        let mut table = toml_edit::InlineTable::new();
        for (t, pence) in &held.years {
            table.insert(horizon.year(*t).to_string(), figure(Some(*pence), Unit::Money, unit));
        }
        let last = held.years.values().last().copied().unwrap_or(0);
        for year in &self.by.added() {
            let known = if last == 0 { Some(0) } else { Some(last).filter(|_| self.by.hold) };
            table.insert(year.to_string(), figure(known, Unit::Money, unit));
        }
        let several = self.old.plan.organisations.len() > 1;
        let negative = held.years.values().any(|pence| *pence < 0);
        let year = self.year();
        let Some(item) = self.documents.table(word, &own) else { return };
        item.insert("title", value(format!("What {kind} {name} of {year} and before still brings")));
        if several {
            item.insert("organisation", value(whose.as_str()));
        }
        if *total == Total::Funding {
            item.insert("kind", value("other"));
        }
        item.insert("amount", Item::Value(Value::InlineTable(table)));
        item.insert("values", value("in_year"));
        let ends = last == 0 && *total != Total::Savings;
        item.insert("recurrent", value(if ends { Value::from(false) } else { Value::from("not_stated") }));
        if negative {
            item.insert(if *total == Total::Savings { "allow_reversal" } else { "signed" }, value(true));
        }
        item.insert(
            "note",
            value("Written out in pounds when the plan was rolled: it does not move with the drivers any more."),
        );
    }

    /// Lists what was written out.
    pub fn tell_remainders(&mut self) {
        for ((_, total, kind, name), held) in std::mem::take(&mut self.left) {
            let (word, sort) = word(total);
            let Some(own) = held.item else { continue };
            let year = self.year();
            let words = format!(
                "what `{kind}.{name}` of {year} and before still brings as {sort}, written out in pounds as `{word}.{own}`"
            );
            let mut look = Look::new(What::Check, format!("{kind}.{name}"), words);
            look.pence = held.years.values().next().copied();
            self.push(look);
            if held.years.values().last().is_some_and(|last| *last != 0) && !self.by.added().is_empty() {
                let words = match self.by.hold {
                    true => "the new year is held at the last figure known: give its own",
                    false => "the new year is wanted: it says \"not_published\" until you give it",
                };
                self.look(What::Wanted, &format!("{word}.{own}.amount"), words);
            }
        }
    }

    /// Takes out what was expected of years that are past. What a file expects it expects of itself: of a file that
    /// the scenario extends, only where that one moves on too, and those of later years are left to be checked.
    pub fn past_expectations(&mut self) {
        let first = self.by.first;
        let past =
            |cell: &str| Address::read(cell).ok().and_then(|a| a.year).is_some_and(|year: FinancialYear| year < first);
        let root = self.documents.root;
        let mut looks = Vec::new();
        for (n, document) in self.documents.all.iter_mut().enumerate() {
            if n != root && !document.edited {
                continue;
            }
            let Body::Toml(toml) = &mut document.body else { continue };
            let cells = expected_cells(toml);
            let gone = cells.iter().filter(|cell| cell.as_deref().is_some_and(past)).count();
            let mut each = cells.iter();
            thinned(toml, |_| !each.next().and_then(Option::as_deref).is_some_and(past));
            document.edited |= gone > 0;
            if n == root || cells.is_empty() {
                continue;
            }
            let name = &document.name;
            let is = |count: usize| if count == 1 { "expectation" } else { "expectations" };
            if gone > 0 {
                let words = format!("{gone} {} of `{name}`: the year is past", is(gone));
                looks.push(Look::new(What::Gone, "expect", words));
            }
            if cells.len() > gone {
                let left = cells.len() - gone;
                let words = format!(
                    "{left} {} of `{name}` speak of that file alone: run `fundgap check` on its rolled copy",
                    is(left)
                );
                looks.push(Look::new(What::Check, "expect", words));
            }
        }
        looks.into_iter().for_each(|look| self.push(look));
        for expected in self.old.scenario.expectations.iter().filter(|e| past(&e.cell)) {
            let words = format!("{}: the year is past", wanted(expected));
            self.expected(expected, words, None);
        }
    }

    /// Lists an expectation that is gone, where the old file has it.
    fn expected(&mut self, expected: &Expectation, words: String, pence: Option<i128>) {
        let same = |e: &&Expectation| {
            e.cell == expected.cell && e.run == expected.run && typed(&e.value) == typed(&expected.value)
        };
        let mut look = Look::new(What::Gone, "expect", words);
        if let Some(own) = self.written.scenario.expectations.iter().find(same) {
            look.place = self.written.loaded.sources.describe(own.cell_place);
        }
        look.pence = pence;
        self.push(look);
    }

    /// Takes out what the new plan does not show any more; true when anything was.
    pub fn unmet(&mut self, new: &Opened) -> bool {
        let expectations = &new.scenario.expectations;
        let met: Vec<bool> = expectations
            .iter()
            .map(|e| {
                outcomes(&new.plan, &new.results, std::slice::from_ref(e)).is_ok_and(|o| o.iter().all(|o| o.met()))
            })
            .collect();
        if met.iter().all(|met| *met) {
            return false;
        }
        for (expected, _) in expectations.iter().zip(&met).filter(|(_, met)| !**met) {
            let shown = outcomes(&new.plan, &new.results, std::slice::from_ref(expected)).ok();
            let actual =
                shown.as_ref().and_then(|o| o.first()).filter(|o| o.unit == Unit::Money).and_then(|o| o.actual);
            self.expected(expected, format!("{}: the rolled plan shows another figure", wanted(expected)), actual);
        }
        // Expectations of the scenario's own file alone, in its order.
        let mut own = expectations.iter().zip(&met).filter(|(e, _)| e.cell_place.file == new.loaded.root);
        let root = self.documents.root;
        if let Body::Toml(toml) = &mut self.documents.all[root].body {
            thinned(toml, |cell| match own.next() {
                Some((expected, met)) => *met || cell.is_some_and(|cell| cell != expected.cell),
                None => true,
            });
        }
        true
    }

    /// Tells what of a saving counts for more risk-adjusted than planned in the new plan, and did not in the old.
    pub fn at_risk(&mut self, new: &Opened) {
        let before = |name: &Name, year| {
            let saving = self.old.plan.facts.savings.iter().find(|s| s.name == *name)?;
            let t = self.old.plan.horizon().number(year)?;
            self.old.plan.pence(self.old.results.of(Run::RiskAdjusted), saving.shortfall?.id(), t)
        };
        let mut looks = Vec::new();
        for saving in &new.plan.facts.savings {
            let Some(shortfall) = saving.shortfall else { continue };
            for t in new.plan.horizon().plan() {
                let year = new.plan.horizon().year(t);
                let short = new.plan.pence(new.results.of(Run::RiskAdjusted), shortfall.id(), t);
                let Some(more) = short.filter(|s| *s < 0 && before(&saving.name, year).is_some_and(|b| b >= 0)) else {
                    continue;
                };
                let words = format!(
                    "in {year} it counts for this much more risk-adjusted than planned: what it gives back is in the base in full; give back what is in the base with a saving of its own, without `delivery`"
                );
                looks.push(Look::new(What::Check, format!("saving.{}", saving.name), words).of(-more));
            }
        }
        looks.into_iter().for_each(|look| self.push(look));
    }

    /// The list, without what speaks of items that are gone.
    pub fn finished(self) -> Vec<Look> {
        let gone: Vec<String> =
            self.looks.iter().filter(|l| l.what == What::Gone && l.path != "expect").map(|l| l.path.clone()).collect();
        let of_gone =
            |path: &str| gone.iter().any(|g| path.strip_prefix(g.as_str()).is_some_and(|rest| rest.starts_with('.')));
        self.looks
            .into_iter()
            .filter(|l| !(of_gone(&l.path) && matches!(l.what, What::Wanted | What::Held | What::Check)))
            .collect()
    }
}

/// The cells of which a file expects something, in its order; none where one has no text there.
fn expected_cells(toml: &DocumentMut) -> Vec<Option<String>> {
    let of = |cell: Option<&str>| cell.map(str::to_owned);
    match toml.get("expect") {
        Some(Item::ArrayOfTables(rows)) => rows.iter().map(|row| of(row.get("cell").and_then(Item::as_str))).collect(),
        Some(Item::Value(Value::Array(rows))) => {
            let cell = |row: &Value| of(row.as_inline_table().and_then(|t| t.get("cell")).and_then(Value::as_str));
            rows.iter().map(cell).collect()
        }
        _ => Vec::new(),
    }
}

/// Takes expectations out of a file, by their cells in its order; the heading above the first one stays above those
/// that are left.
fn thinned(toml: &mut DocumentMut, mut keep: impl FnMut(Option<&str>) -> bool) {
    let kept: Vec<bool> = expected_cells(toml).iter().map(|cell| keep(cell.as_deref())).collect();
    if kept.iter().all(|kept| *kept) {
        return;
    }
    let mut each = kept.iter();
    match toml.get_mut("expect") {
        Some(Item::Value(Value::Array(rows))) => rows.retain(|_| each.next().copied().unwrap_or(true)),
        Some(Item::ArrayOfTables(rows)) => {
            let above = |row: &Table| row.decor().prefix().and_then(|p| p.as_str()).unwrap_or_default().to_owned();
            let heading = rows.get(0).map(above).unwrap_or_default();
            let heading = heading.rfind("\n\n").map_or("\n", |at| &heading[..at + 2]);
            rows.retain(|_| each.next().copied().unwrap_or(true));
            let first = kept.first().copied().unwrap_or(true);
            if let Some(row) = rows.get_mut(0).filter(|_| !first) {
                let own = above(row);
                row.decor_mut().set_prefix(format!("{heading}{}", own.trim_start_matches('\n')));
            }
        }
        _ => {}
    }
}

/// What was expected, in words.
fn wanted(expected: &Expectation) -> String {
    let run = if expected.run == Run::Plan { String::new() } else { format!(" in the {} run", expected.run.words()) };
    format!("`{}` was expected to be {}{run}", expected.cell, typed(&expected.value))
}

fn typed(node: &crate::language::Node) -> String {
    match &node.value {
        crate::language::Value::Text(text) | crate::language::Value::Number(text) => text.to_string(),
        other => other.what().to_owned(),
    }
}
