//! The files of a scenario as documents that are rewritten in place: comments, layout, sources and
//! owners stay where they are, and only the figures that move are touched.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::sheet_list::LineSheet;
use crate::language::MoneyUnit;
use crate::scenario::Loaded;
use crate::vocabulary::number::decimal;
use crate::vocabulary::{FileId, FinancialYear, Unit};

/// The keys of a range, which was that of the figure as it was.
const OF_A_RANGE: [&str; 9] = ["low", "high", "shape", "ends", "p10", "p90", "outcomes", "past", "drawn"];

/// What a file is.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// A scenario, a layer or a pack.
    Toml(Box<DocumentMut>),
    /// A line list.
    Lines(LineSheet),
}

/// One file of a scenario.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Its name as messages show it, which leads to it.
    pub name: String,
    /// What it is.
    pub body: Body,
    /// The unit of its bare numbers.
    pub unit: Option<MoneyUnit>,
    /// The year of the first value of its lists.
    pub lists_from: Option<FinancialYear>,
    /// Whether anything in it was changed.
    pub edited: bool,
}

impl Document {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        Path::new(&self.name)
    }

    /// Its text as it is now.
    pub fn text(&self) -> String {
        match &self.body {
            Body::Toml(document) => document.to_string(),
            Body::Lines(sheet) => sheet.text(),
        }
    }

    /// An item under a path of keys.
    pub fn item(&mut self, path: &[&str]) -> Option<&mut Item> {
        let Body::Toml(document) = &mut self.body else { return None };
        let mut item = document.as_item_mut();
        for key in path {
            item = item.as_table_like_mut()?.get_mut(key).filter(|i| !i.is_none())?;
        }
        Some(item)
    }

    fn has(&self, path: &[&str]) -> bool {
        match &self.body {
            Body::Toml(document) => {
                let mut item = document.as_item();
                for key in path {
                    match item.as_table_like().and_then(|t| t.get(key)).filter(|i| !i.is_none()) {
                        Some(inner) => item = inner,
                        None => return false,
                    }
                }
                true
            }
            Body::Lines(sheet) => matches!(path, ["line", name, rest @ ..] if sheet.has(name, rest)),
        }
    }
}

/// All files of a scenario: the one that is applied last, last.
#[derive(Debug, Clone)]
pub(super) struct Documents {
    /// The files.
    pub all: Vec<Document>,
    /// The scenario's own file.
    pub root: usize,
}

impl Documents {
    /// Every file of a scenario. What cannot be parsed again is told by its name.
    pub fn of(loaded: &Loaded) -> Result<Self, String> {
        let mut all = Vec::new();
        let mut root = 0;
        // Files are applied in the order of `layers`; line lists belong to the file that names them.
        for (n, file) in loaded.sources.files().enumerate() {
            let settings = loaded.settings.get(n).copied().unwrap_or_default();
            if FileId(u16::try_from(n).unwrap_or(u16::MAX)) == loaded.root {
                root = all.len();
            }
            let body = if loaded.layers.contains(&file.name) {
                let text = file.text.trim_start_matches('\u{feff}');
                Body::Toml(Box::new(text.parse::<DocumentMut>().map_err(|_| file.name.clone())?))
            } else {
                Body::Lines(LineSheet::read(&file.text))
            };
            let (unit, lists_from) = (settings.unit, settings.lists_from);
            all.push(Document { name: file.name.clone(), body, unit, lists_from, edited: false });
        }
        Ok(Self { all, root })
    }

    /// The file whose word holds for a path: the scenario's own before what it extends.
    pub fn holder(&self, path: &[&str]) -> Option<usize> {
        if self.all.get(self.root).is_some_and(|d| d.has(path)) {
            return Some(self.root);
        }
        (0..self.all.len()).rev().find(|n| self.all[*n].has(path))
    }

    /// Every file that speaks of a path.
    pub fn speakers(&self, path: &[&str]) -> Vec<usize> {
        (0..self.all.len()).filter(|n| self.all[*n].has(path)).collect()
    }

    /// An item for changing, in the file whose word holds.
    pub fn item(&mut self, path: &[&str]) -> Option<&mut Item> {
        let n = self.holder(path)?;
        let document = self.all.get_mut(n)?;
        document.edited = true;
        document.item(path)
    }

    /// The unit of bare numbers in the file whose word holds for a path.
    pub fn unit_of(&self, path: &[&str]) -> Option<MoneyUnit> {
        self.holder(path).and_then(|n| self.all[n].unit)
    }

    /// Puts one value in the place of a figure that has one for all years, evidence and remark kept.
    pub fn set(&mut self, path: &[&str], steps: Option<i128>, unit: Unit, remark: &str) {
        let Some(n) = self.holder(path) else { return };
        let bare = self.all[n].unit;
        let document = &mut self.all[n];
        document.edited = true;
        if let Body::Lines(sheet) = &mut document.body {
            if let ["line", name, rest @ ..] = path {
                sheet.set(name, rest, &csv_figure(steps, unit, bare));
            }
            return;
        }
        // Behind a value within braces there is no room for a remark.
        let inside = document.item(&path[..path.len().saturating_sub(1)]).is_some_and(|item| item.is_inline_table());
        let Some(item) = document.item(path) else { return };
        let mut new = figure(steps, unit, bare);
        match item.as_table_like_mut() {
            Some(table) if table.contains_key("likely") => {
                for key in OF_A_RANGE {
                    table.remove(key);
                }
                let said = table.get("note").and_then(Item::as_str).map(|n| format!("{n}; {remark}"));
                table.insert("note", Item::Value(said.unwrap_or_else(|| remark.to_owned()).into()));
                table.insert("likely", Item::Value(new));
            }
            _ => {
                if let Some(old) = item.as_value() {
                    *new.decor_mut() = old.decor().clone();
                    if !inside {
                        remarked(&mut new, remark);
                    }
                }
                *item = Item::Value(new);
            }
        }
    }

    /// Adds an item, or gives back the one that is there, in the scenario's own file.
    pub fn table(&mut self, kind: &str, name: &str) -> Option<&mut Table> {
        let root = self.root;
        let document = self.all.get_mut(root)?;
        document.edited = true;
        let Body::Toml(document) = &mut document.body else { return None };
        if document.get(kind).is_none() {
            let mut outer = Table::new();
            outer.set_implicit(true);
            document.insert(kind, Item::Table(outer));
        }
        let outer = document.get_mut(kind)?.as_table_mut()?;
        if !outer.contains_key(name) {
            let mut table = Table::new();
            table.decor_mut().set_prefix("\n");
            outer.insert(name, Item::Table(table));
        }
        outer.get_mut(name)?.as_table_mut()
    }

    /// Takes a key out of an item, in every file that says it.
    pub fn remove_key(&mut self, item: &[&str], key: &str) {
        let path: Vec<&str> = item.iter().copied().chain([key]).collect();
        for n in self.speakers(&path) {
            self.all[n].edited = true;
            if let Some(table) = self.all[n].item(item).and_then(Item::as_table_like_mut) {
                table.remove(key);
            }
        }
    }

    /// Takes an item out of every file.
    pub fn remove(&mut self, kind: &str, name: &str) {
        for n in self.speakers(&[kind, name]) {
            self.all[n].edited = true;
            if let Some(table) = self.all[n].item(&[kind]).and_then(Item::as_table_like_mut) {
                table.remove(name);
            }
        }
    }
}

/// A remark behind a value, in the place of an earlier one of ours; anybody else's stays.
fn remarked(value: &mut Value, remark: &str) {
    let there = value.decor().suffix().and_then(|s| s.as_str()).unwrap_or_default().to_owned();
    if there.trim().is_empty() || there.trim_start().starts_with("# rolled: ") {
        value.decor_mut().set_suffix(format!("   # rolled: {remark}"));
    }
}

/// A figure as it is typed in a file: in the file's unit, or with its own.
pub(super) fn figure(steps: Option<i128>, unit: Unit, bare: Option<MoneyUnit>) -> Value {
    let text = match steps {
        None => "not_published".to_owned(),
        Some(steps) => typed(steps, unit, bare),
    };
    // A number is parsed from its text, so that what is written is what is meant.
    if text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        && !text.ends_with('%')
        && let Ok(value) = text.parse::<Value>()
        && !value.is_datetime()
    {
        return value;
    }
    Value::from(text)
}

/// A figure as a cell of a line list.
fn csv_figure(steps: Option<i128>, unit: Unit, bare: Option<MoneyUnit>) -> String {
    steps.map_or_else(|| "not_published".to_owned(), |steps| typed(steps, unit, bare))
}

/// Steps of a unit as they are typed.
pub(super) fn typed(steps: i128, unit: Unit, bare: Option<MoneyUnit>) -> String {
    match (unit, bare) {
        (Unit::Money, Some(bare)) => plain(steps, 2 + bare.power()),
        (Unit::Money, None) => pounds(&plain(steps, 2)),
        (Unit::UnitPrice, _) => pounds(&plain(steps, 4)),
        (Unit::Rate, _) => format!("{}%", plain(steps, 7)),
        (Unit::Quantity, _) => plain(steps, 4),
        (Unit::Months | Unit::Month, _) => plain(steps, 9),
    }
}

fn pounds(digits: &str) -> String {
    match digits.strip_prefix('-') {
        Some(rest) => format!("-£{rest}"),
        None => format!("£{digits}"),
    }
}

/// An amount within a sentence: £16.039m.
pub(super) fn worth(pence: i128, unit: Option<MoneyUnit>) -> String {
    let unit = unit.unwrap_or(MoneyUnit::Pounds);
    let letter = match unit {
        MoneyUnit::Pounds => "",
        MoneyUnit::Thousands => "k",
        MoneyUnit::Millions => "m",
    };
    format!("{}{letter}", pounds(&plain(pence, 2 + unit.power())))
}

/// Steps as a decimal with no more places than it needs.
fn plain(steps: i128, places: impl TryInto<u32>) -> String {
    let places = places.try_into().unwrap_or(0);
    let text = decimal(steps, places).to_string();
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A schedule: one value a year.
pub(super) fn schedule(
    years: &[(FinancialYear, Option<i128>)],
    rest: Option<Value>,
    bare: Option<MoneyUnit>,
) -> InlineTable {
    let mut table = InlineTable::new();
    for (year, steps) in years {
        table.insert(year.to_string(), figure(*steps, Unit::Money, bare));
    }
    if let Some(rest) = rest {
        table.insert("then", rest);
    }
    table
}

/// Takes the first value off a list and gives it more at its end; the layout of the others stays.
pub(super) fn moved_on(list: &mut Array, drop: usize, add: Vec<Value>, keep: usize) {
    let first = list.get(0).map(|v| v.decor().clone());
    for _ in 0..drop.min(list.len()) {
        list.remove(0);
    }
    for value in add {
        list.push(value);
    }
    while list.len() > keep {
        list.remove(list.len() - 1);
    }
    if let (Some(decor), Some(value)) = (first, list.get_mut(0)) {
        *value.decor_mut() = decor;
    }
}

/// The path from one folder to a file. Paths are as they were typed: where only one of them begins at the
/// root, `here` is what the other begins at.
pub(super) fn from_folder(here: &Path, folder: &Path, file: &Path) -> PathBuf {
    let mixed = folder.is_absolute() != file.is_absolute();
    let parts = |path: &Path| -> Vec<OsString> {
        let mut parts: Vec<OsString> = Vec::new();
        let path = if mixed { here.join(path) } else { path.to_owned() };
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                    parts.pop();
                }
                other => parts.push(other.as_os_str().to_owned()),
            }
        }
        parts
    };
    let (from, to) = (parts(folder), parts(file));
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if from[same..].iter().any(|part| part == "..") {
        // Which folder lies above cannot be told.
        return here.join(file);
    }
    let up = std::iter::repeat_n(OsString::from(".."), from.len() - same);
    up.chain(to[same..].iter().cloned()).collect()
}

/// Whether a table gives figures by year.
pub(super) fn has_years(table: &dyn TableLike) -> bool {
    table.iter().any(|(key, _)| key.parse::<FinancialYear>().is_ok()) || table.contains_key("otherwise")
}
