//! Figures by year, moved on: the past year leaves every table of years and every list, later years
//! stay as they are typed, and a year that is new takes what `then` and `otherwise` say. Where they say
//! nothing its figure is wanted: it is written as not published, or held when that was asked for.

use toml_edit::{Item, TableLike, Value};

use super::documents::{Body, Document, has_years, moved_on};
use super::look::{Look, What};
use crate::language::{KeyKind, Section};
use crate::scenario::section;
use crate::vocabulary::FinancialYear;

/// Which years go, and which come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    /// The first plan year of the new plan.
    pub first: FinancialYear,
    /// The last plan year of the old plan.
    pub old_last: FinancialYear,
    /// The last plan year of the new plan.
    pub last: FinancialYear,
    /// Whether a figure that is wanted repeats the last one known.
    pub hold: bool,
}

impl Move {
    /// The years that the old plan does not reach.
    pub fn added(&self) -> Vec<FinancialYear> {
        (self.old_last.start() + 1..=self.last.start()).map(FinancialYear::starting).collect()
    }

    fn keep(&self) -> usize {
        usize::try_from(self.last.start() - self.first.start() + 1).unwrap_or(0)
    }
}

/// What was met on the way through a file.
struct Walk<'a> {
    by: Move,
    /// Whether the file's lists begin with the first plan year.
    lists: bool,
    looks: &'a mut Vec<Look>,
    edited: bool,
}

/// Moves on every figure by year of a file. A pack's tables of years stay as they are: they may speak of
/// years that are past.
pub(super) fn move_on(document: &mut Document, by: Move, pack: bool, looks: &mut Vec<Look>) {
    if let Body::Lines(sheet) = &mut document.body {
        let wanted = sheet.move_on(by.first, &by.added(), by.hold);
        document.edited |= !wanted.is_empty();
        looks.extend(wanted.into_iter().map(|line| wanted_look(&format!("line.{line}.budget"), by)));
        return;
    }
    let lists = document.lists_from.is_some();
    if pack && !lists {
        return;
    }
    let Body::Toml(toml) = &mut document.body else { return };
    let mut walk = Walk { by, lists, looks, edited: false };
    for (kind, item) in toml.iter_mut() {
        let kind = kind.get().to_owned();
        let Some(found) =
            section(&kind).filter(|s| !matches!(s.name, "scenario" | "organisation" | "adjust" | "expect"))
        else {
            continue;
        };
        let Some(items) = item.as_table_like_mut() else { continue };
        for (name, item) in items.iter_mut() {
            let path = format!("{kind}.{}", name.get());
            if kind == "driver" {
                walk.driver(item, &path);
            } else if let Some(table) = item.as_table_like_mut() {
                walk.keys(table, found, &path);
            }
        }
    }
    let edited = walk.edited;
    document.edited |= edited;
    if lists {
        document.lists_from = Some(by.first);
        if let Some(item) = document.item(&["scenario", "lists_from"]) {
            replace(item, Value::from(by.first.to_string()));
            document.edited = true;
        }
    }
}

impl Walk<'_> {
    fn driver(&mut self, item: &mut Item, path: &str) {
        match item.as_table_like_mut() {
            Some(table) if table.contains_key("rate") => {
                if let Some(rate) = table.get_mut("rate") {
                    self.figure(rate, path);
                }
            }
            Some(table) if ["blend", "compound", "sum"].iter().any(|k| table.contains_key(k)) => {}
            _ => self.figure(item, path),
        }
    }

    fn keys(&mut self, table: &mut dyn TableLike, section: &'static Section, path: &str) {
        for (name, item) in table.iter_mut() {
            let name = name.get().to_owned();
            let Some(key) = section.key(&name) else { continue };
            let path = format!("{path}.{name}");
            match key.kind {
                KeyKind::Yearly(_) | KeyKind::RateOrDriver | KeyKind::Special(_) => self.figure(item, &path),
                KeyKind::FigureOr(_, group) => {
                    let grouped = item
                        .as_table_like()
                        .is_some_and(|t| group.keys.iter().any(|k| t.contains_key(k.name) && k.name != "source"));
                    match item.as_table_like_mut() {
                        Some(inner) if grouped => self.keys(inner, group, &path),
                        _ => self.figure(item, &path),
                    }
                }
                KeyKind::Group(group) => {
                    if let Some(inner) = item.as_table_like_mut() {
                        self.keys(inner, group, &path);
                    }
                }
                KeyKind::GroupsBy(_, group) => {
                    for (name, inner) in item.as_table_like_mut().into_iter().flat_map(|t| t.iter_mut()) {
                        if let Some(inner) = inner.as_table_like_mut() {
                            self.keys(inner, group, &format!("{path}.{}", name.get()));
                        }
                    }
                }
                KeyKind::FiguresBy(..) => {
                    for (name, inner) in item.as_table_like_mut().into_iter().flat_map(|t| t.iter_mut()) {
                        self.figure(inner, &format!("{path}.{}", name.get()));
                    }
                }
                KeyKind::Groups(group) => self.groups(item, group, &path),
                _ => {}
            }
        }
    }

    fn groups(&mut self, item: &mut Item, group: &'static Section, path: &str) {
        if let Some(tables) = item.as_array_of_tables_mut() {
            for table in tables.iter_mut() {
                self.keys(table, group, path);
            }
        } else if let Some(array) = item.as_array_mut() {
            for table in array.iter_mut().filter_map(Value::as_inline_table_mut) {
                self.keys(table, group, path);
            }
        }
    }

    /// One figure: a list, a table of years, or either under `likely`.
    fn figure(&mut self, item: &mut Item, path: &str) {
        if let Some(list) = item.as_array_mut() {
            if self.lists {
                self.edited = true;
                let held = list.get(list.len().saturating_sub(1)).cloned();
                let added = self.by.added();
                let filler = if self.by.hold { held } else { None }.unwrap_or_else(|| Value::from("not_published"));
                moved_on(list, 1, added.iter().map(|_| filler.clone()).collect(), self.by.keep());
                if !added.is_empty() {
                    self.looks.push(wanted_look(path, self.by));
                }
            }
            return;
        }
        let Some(table) = item.as_table_like_mut() else { return };
        self.ends(table);
        if let Some(likely) = table.get_mut("likely") {
            return self.figure(likely, path);
        }
        if !has_years(table) {
            return;
        }
        self.years(table, path);
        // Without a year a Band D would be that of the base year.
        if path.ends_with(".band_d") && !table.iter().any(|(key, _)| key.parse::<FinancialYear>().is_ok()) {
            let said = table.get("then").or_else(|| table.get("otherwise")).and_then(Item::as_value).cloned();
            if let Some(mut value) = said {
                value.decor_mut().clear();
                put_year(table, self.by.first, value);
            }
            return;
        }
        // `{ then = 0 }` says no more than 0 does.
        let only = (table.len() == 1).then(|| table.get("then").and_then(Item::as_value).cloned()).flatten();
        if let Some(value) = only {
            replace(item, value);
        }
    }

    /// The ends of a range by year. An end must be a value: that of a year that is new is held until its own is
    /// given, with the figure's own, which is the one that is told of.
    fn ends(&mut self, table: &mut dyn TableLike) {
        for key in ["low", "high", "p10", "p90"] {
            let Some(end) = table.get_mut(key) else { continue };
            let mut looks = Vec::new();
            let by = Move { hold: true, ..self.by };
            let mut walk = Walk { by, lists: self.lists, looks: &mut looks, edited: false };
            walk.figure(end, key);
            self.edited |= walk.edited;
        }
    }

    fn years(&mut self, table: &mut dyn TableLike, path: &str) {
        let by = self.by;
        let named: Vec<FinancialYear> = {
            let mut years: Vec<FinancialYear> = table.iter().filter_map(|(key, _)| key.parse().ok()).collect();
            years.sort_unstable();
            years
        };
        let value = |table: &dyn TableLike, year: FinancialYear| {
            let key = table.iter().map(|(key, _)| key.to_owned()).find(|k| k.parse() == Ok(year))?;
            table.get(&key).and_then(Item::as_value).cloned()
        };
        let otherwise = table.get("otherwise").and_then(Item::as_str).map(str::to_owned);
        let (holds, covered) = (otherwise.as_deref() == Some("hold"), table.contains_key("otherwise"));
        let then = table.get("then").and_then(Item::as_value).cloned();
        let before = named.iter().rev().find(|y| **y < by.first).copied();
        // What `hold` would repeat has left the table: it is said of the first year instead.
        let held = match before {
            Some(year) if holds && !named.contains(&by.first) => value(table, year),
            _ => None,
        };
        let last = named.last().copied();
        let past = |year: &FinancialYear| *year < by.first || *year > by.last;
        let gone: Vec<String> = table
            .iter()
            .map(|(key, _)| key.to_owned())
            .filter(|key| key.parse::<FinancialYear>().is_ok_and(|year| past(&year)))
            .collect();
        for key in &gone {
            table.remove(key);
            self.edited = true;
        }
        if let Some(mut held) = held.filter(|_| then.is_none() || last.is_some_and(|l| l >= by.first)) {
            held.decor_mut().clear();
            put_year(table, by.first, held);
            self.edited = true;
        }
        let added = by.added();
        if let Some(then) = then {
            let text = then.to_string();
            let nought = text.trim().trim_matches('"').trim_end_matches('%').parse::<u32>() == Ok(0);
            if let Some(year) = added.first().filter(|_| !nought) {
                let words = format!("{year} takes `then`, {}", text.trim());
                self.looks.push(Look::new(What::Held, path, words));
            }
            return;
        }
        if covered {
            return;
        }
        let filler = last.and_then(|year| value(table, year)).filter(|_| by.hold);
        let mut missing = false;
        for year in added.into_iter().filter(|y| !named.contains(y)) {
            let mut value = filler.clone().unwrap_or_else(|| Value::from("not_published"));
            value.decor_mut().clear();
            put_year(table, year, value);
            (self.edited, missing) = (true, true);
        }
        if missing {
            self.looks.push(wanted_look(path, by));
        }
    }
}

/// Puts a year among the years of a table: before `then`, `otherwise` and its evidence.
pub(super) fn put_year(table: &mut dyn TableLike, year: FinancialYear, value: Value) {
    let after: Vec<(String, Item)> = table
        .iter()
        .filter(|(key, _)| key.parse::<FinancialYear>().map_or(true, |other| other > year))
        .map(|(key, item)| (key.to_owned(), item.clone()))
        .collect();
    for (key, _) in &after {
        table.remove(key);
    }
    for (_, item) in table.iter_mut() {
        // The space before the closing brace is the last value's, whichever that is.
        if let Some(value) = item.as_value_mut()
            && value.decor().suffix().and_then(|s| s.as_str()).is_some_and(|s| s.trim().is_empty())
        {
            value.decor_mut().set_suffix("");
        }
    }
    table.insert(&year.to_string(), Item::Value(value));
    for (key, mut item) in after {
        if let Some(value) = item.as_value_mut() {
            value.decor_mut().clear();
        }
        table.insert(&key, item);
    }
}

fn wanted_look(path: &str, by: Move) -> Look {
    let years = by.added().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let words = match by.hold {
        true => format!("{years} is held at the last figure known: give its own"),
        false => format!("{years} is wanted: it says \"not_published\" until you give it"),
    };
    Look::new(What::Wanted, path, words)
}

/// Puts a value in the place of another, with the space and the remark around that one.
pub(super) fn replace(item: &mut Item, mut value: Value) {
    if let Some(old) = item.as_value() {
        *value.decor_mut() = old.decor().clone();
    }
    *item = Item::Value(value);
}
