//! The figures that an adjustment is of: paths with `*`, walked beside the tables of keys, which say
//! what is a figure and in which unit.

use super::change::stands_elsewhere;
use super::rule::{How, Rule};
use super::{Adjustment, Left, Setting};
use crate::language::keys::FIGURE;
use crate::language::{Key, KeyKind, Node, Section, Table, Value};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::pattern::fits;
use crate::vocabulary::{Diagnostic, Diagnostics, Place, Unit};

/// A figure that was found.
#[derive(Debug, Clone)]
pub(in crate::scenario) struct Reached {
    /// Its path in the file.
    pub path: String,
    /// The keys that lead to it.
    pub keys: Vec<String>,
    /// Its unit.
    pub unit: Unit,
    /// Whether it has a value for each plan year.
    pub by_year: bool,
}

/// Every figure a rule is of, each once, in the order of the files.
pub(super) fn all(
    tree: &Table,
    rule: &Rule,
    setting: &Setting<'_>,
    done: &mut Adjustment,
    told: &mut Diagnostics,
) -> Vec<Reached> {
    let mut walk = Walk { tree, rule, done, found: Vec::new() };
    for (path, place) in &rule.of {
        if let Err(wrong) = walk.path(path, *place, setting) {
            told.push(*wrong);
        }
    }
    walk.found
}

/// The items that a rule is of, of the kinds it may be of: kind and name. Those not `meant` are passed
/// over without a word.
pub(super) fn items(
    tree: &Table,
    rule: &Rule,
    kinds: &[&str],
    meant: &dyn Fn(&Table) -> bool,
    done: &mut Adjustment,
    told: &mut Diagnostics,
) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (path, place) in &rule.of {
        let parts: Vec<&str> = path.split('.').collect();
        let &[kind, name] = parts.as_slice() else {
            told.push(*unfit(path, *place, format!("name whole items: {}", whole(kinds))));
            continue;
        };
        if !kinds.contains(&kind) {
            told.push(*unfit(path, *place, format!("this change is for {}", whole(kinds))));
            continue;
        }
        for (item, entry) in tree.table(kind).into_iter().flat_map(|t| &t.entries) {
            let named = (kind.to_owned(), item.to_string());
            let meant_by = fits(name, item) && rule.looks_at(kind, item);
            let Some(table) = entry.node.as_table().filter(|_| meant_by) else { continue };
            if found.contains(&named) || !meant(table) {
                continue;
            }
            match rule.spared(table) {
                Some(why) => leave(done, format!("{kind}.{item}"), why),
                None => found.push(named),
            }
        }
    }
    found
}

fn whole(kinds: &[&str]) -> String {
    kinds.iter().map(|kind| format!("\"{kind}.*\"")).collect::<Vec<_>>().join(" and ")
}

/// Keeps that something fits and is left as it is, once.
pub(super) fn leave(done: &mut Adjustment, path: String, why: impl Into<String>) {
    push(done, Left { path, why: why.into(), follows: false, unstated: false });
}

fn push(done: &mut Adjustment, left: Left) {
    if !done.left.iter().any(|known| known.path == left.path) {
        done.left.push(left);
    }
}

fn unfit(path: &str, place: Place, hint: impl Into<String>) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("adjust_path", format!("`{path}` names no figure that can be adjusted")).at(place).hint(hint),
    )
}

struct Walk<'a> {
    tree: &'a Table,
    rule: &'a Rule,
    done: &'a mut Adjustment,
    found: Vec<Reached>,
}

impl Walk<'_> {
    fn path(&mut self, path: &str, place: Place, setting: &Setting<'_>) -> Result<(), Box<Diagnostic>> {
        let parts: Vec<&str> = path.split('.').collect();
        let kind = parts[0];
        let section = (setting.sections)(kind).filter(|s| !matches!(s.name, "scenario" | "expect" | "adjust"));
        let Some(section) = section else {
            let kinds = crate::scenario::sections().map(|s| s.name);
            let meant = did_you_mean(kind, kinds).map(|m| format!("did you mean `{m}`?"));
            return Err(unfit(path, place, meant.unwrap_or_else(|| "write KIND.NAME.KEY: \"line.pay.base\"".into())));
        };
        let driver = kind == "driver";
        let keys = parts.get(2..).unwrap_or_default();
        match (driver, parts.len()) {
            (true, 2) => {}
            (true, 3) if keys[0] == "rate" => {}
            (true, _) => return Err(unfit(path, place, "a driver is its rate: write \"driver.pay\"")),
            (false, 0..=2) => {
                let hint = format!("it names whole items: name the figure too, \"{kind}.NAME.{}\"", example(section));
                return Err(unfit(path, place, hint));
            }
            _ => known(section, keys).map_err(|hint| unfit(path, place, hint))?,
        }
        for (name, entry) in self.tree.table(kind).into_iter().flat_map(|t| &t.entries) {
            if !fits(parts[1], name) || !self.rule.looks_at(kind, name) {
                continue;
            }
            let way = vec![kind.to_owned(), name.to_string()];
            if driver {
                self.driver(way, &entry.node);
            } else if let Some(item) = entry.node.as_table() {
                match self.rule.spared(item) {
                    Some(why) => leave(self.done, way.join("."), why),
                    None => self.descend(section, item, keys, &way, true),
                }
            }
        }
        Ok(())
    }

    fn driver(&mut self, mut way: Vec<String>, node: &Node) {
        if let Some(table) = node.as_table() {
            if table.get("rate").is_some() {
                way.push("rate".to_owned());
            } else if ["blend", "compound", "sum"].iter().any(|key| table.get(key).is_some()) {
                let why = "is made of other drivers and follows them".to_owned();
                push(self.done, Left { path: way.join("."), why, follows: true, unstated: false });
                return;
            }
        }
        self.found(way, Unit::Rate, true);
    }

    /// The figures under keys that fit; `whole` while still among the keys of the item itself.
    fn descend(&mut self, section: &'static Section, table: &Table, keys: &[&str], way: &[String], whole: bool) {
        let [pattern, more @ ..] = keys else { return };
        for key in section.keys.iter().filter(|k| fits(pattern, k.name)) {
            let mut way = way.to_vec();
            way.push(key.name.to_owned());
            let Some(node) = table.get(key.name) else {
                // A key that an item does not state can be written, or missed, only where it is named.
                if !pattern.contains('*') {
                    self.missing(key, table, more, way, whole);
                }
                continue;
            };
            match (key.kind, more) {
                (KeyKind::FigureOr(_, group), _) if holds_group(node, group) => {
                    if let Some(inner) = node.as_table() {
                        self.descend(group, inner, more, &way, false);
                    }
                }
                (KeyKind::RateOrDriver, []) if names_driver(node) => {
                    let follows = format!("follows the driver {}", node.as_text().unwrap_or_default());
                    push(self.done, Left { path: way.join("."), why: follows, follows: true, unstated: false });
                }
                (_, []) => {
                    if let Some((unit, by_year)) = unit(key) {
                        self.found(way, unit, by_year);
                    }
                }
                (KeyKind::Group(group), more) => {
                    if let Some(inner) = node.as_table() {
                        self.descend(group, inner, more, &way, false);
                    }
                }
                (KeyKind::GroupsBy(_, group), [name, more @ ..]) => {
                    for (other, entry) in node.as_table().into_iter().flat_map(|t| &t.entries) {
                        if let (true, Some(inner)) = (fits(name, other), entry.node.as_table()) {
                            let way = [way.as_slice(), &[other.to_string()]].concat();
                            self.descend(group, inner, more, &way, false);
                        }
                    }
                }
                (KeyKind::FiguresBy(_, unit), [name]) => {
                    for other in node.as_table().into_iter().flat_map(Table::keys) {
                        if fits(name, other) {
                            self.found([way.clone(), vec![other.to_owned()]].concat(), unit, true);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A key that is named and that an item does not state: a value that replaces or bounds it is
    /// written, a change of it has nothing to change, and nothing is written in an item that has no
    /// amount yet.
    fn missing(&mut self, key: &Key, table: &Table, more: &[&str], mut way: Vec<String>, whole: bool) {
        if table.get("left_out").is_some() {
            return;
        }
        match (&self.rule.how, unit(key), more) {
            (How::To(_) | How::AtMost(_) | How::AtLeast(_), Some((unit, by_year)), []) if whole => {
                self.found(way, unit, by_year);
            }
            (How::Add(_) | How::Times(..), figure, more) if more.iter().all(|part| !part.contains('*')) => {
                let leads = match key.kind {
                    _ if more.is_empty() => figure.is_some(),
                    KeyKind::Group(group) | KeyKind::FigureOr(_, group) => known(group, more).is_ok(),
                    _ => false,
                };
                if leads {
                    way.extend(more.iter().map(|part| (*part).to_owned()));
                    let elsewhere = stands_elsewhere(self.tree, &way);
                    let unstated = elsewhere.is_none();
                    let why = elsewhere.unwrap_or_else(|| "is not stated".to_owned());
                    // A rule that is there for whatever a plan has (a stress of any plan) expects that much is not.
                    if !(unstated && self.rule.optional) {
                        push(self.done, Left { path: way.join("."), why, follows: false, unstated });
                    }
                }
            }
            _ => {}
        }
    }

    fn found(&mut self, keys: Vec<String>, unit: Unit, by_year: bool) {
        let path = keys.join(".");
        if !self.found.iter().any(|f| f.path == path) {
            self.found.push(Reached { path, keys, unit, by_year });
        }
    }
}

/// The unit of a key that holds a figure, and whether it has years.
fn unit(key: &Key) -> Option<(Unit, bool)> {
    match key.kind {
        KeyKind::Single(unit) => Some((unit, false)),
        // What a scheme saves in a full year is one figure; its months say how much falls in a year.
        KeyKind::FigureOr(unit, _) if key.name == "full_year" => Some((unit, false)),
        KeyKind::Yearly(unit) | KeyKind::FigureOr(unit, _) => Some((unit, true)),
        KeyKind::RateOrDriver => Some((Unit::Rate, true)),
        KeyKind::Month => Some((Unit::Month, false)),
        _ => None,
    }
}

/// Whether a key that takes a figure or a table of further keys holds those further keys.
fn holds_group(node: &Node, group: &Section) -> bool {
    let own = |key: &str| group.keys.iter().any(|k| k.name == key) && !FIGURE.iter().any(|k| k.name == key);
    node.as_table().is_some_and(|t| t.keys().any(own))
}

/// Whether a rate is given by naming a driver.
fn names_driver(node: &Node) -> bool {
    node.as_text().is_some_and(|text| text != "not_published" && !text.contains('%'))
}

/// Whether keys lead to a figure in the table of keys; what to type otherwise.
fn known(section: &'static Section, keys: &[&str]) -> Result<(), String> {
    let [pattern, more @ ..] = keys else { return Err("name a figure of it".to_owned()) };
    let fitting: Vec<&Key> = section.keys.iter().filter(|k| fits(pattern, k.name)).collect();
    if fitting.is_empty() {
        let figures = section.keys.iter().filter(|k| unit(k).is_some()).map(|k| k.name);
        return Err(match did_you_mean(pattern, section.keys.iter().map(|k| k.name)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("its figures are: {}", figures.collect::<Vec<_>>().join(", ")),
        });
    }
    let leads = |key: &&Key| match (key.kind, more) {
        (KeyKind::FiguresBy(..), [_]) => true,
        (KeyKind::GroupsBy(_, group), [_, more @ ..]) => known(group, more).is_ok(),
        (KeyKind::Group(group), more) if !more.is_empty() => known(group, more).is_ok(),
        (KeyKind::FigureOr(_, group), more) if !more.is_empty() => known(group, more).is_ok(),
        (_, []) => unit(key).is_some(),
        _ => false,
    };
    if fitting.iter().any(leads) {
        return Ok(());
    }
    let figures: Vec<&str> = section.keys.iter().filter(|k| unit(k).is_some()).map(|k| k.name).collect();
    Err(format!("its figures are: {}", figures.join(", ")))
}

/// A figure of a kind of item, for a hint.
fn example(section: &Section) -> &'static str {
    section.keys.iter().find(|k| unit(k).is_some()).map_or("KEY", |k| k.name)
}

/// What a scenario has of the kinds a rule is of.
pub(super) fn what_there_is(tree: &Table, rule: &Rule) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for (path, _) in &rule.of {
        let kind = path.split('.').next().unwrap_or_default();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut said: Vec<String> = Vec::new();
    // A single name that is written out may be a slip of the keyboard.
    for (path, _) in &rule.of {
        let parts: Vec<&str> = path.split('.').collect();
        if let (Some(name), Some(items)) = (parts.get(1).filter(|n| !n.contains('*')), tree.table(parts[0]))
            && items.get(name).is_none()
            && !rule.optional
            && let Some(meant) = did_you_mean(name, items.keys())
        {
            said.push(format!("did you mean `{}.{meant}`?", parts[0]));
        }
    }
    let (there, none): (Vec<&str>, Vec<&str>) =
        kinds.into_iter().partition(|kind| tree.table(kind).is_some_and(|items| !items.entries.is_empty()));
    for kind in there {
        let names: Vec<&str> = tree.table(kind).into_iter().flat_map(Table::keys).collect();
        said.push(match names.len() {
            0..=12 => format!("of [{kind}.…] there is: {}", names.join(", ")),
            more => format!("of [{kind}.…] there is: {}, … ({more} in all)", names[..12].join(", ")),
        });
    }
    if let Some((last, others)) = none.split_last() {
        let others: String = others.iter().map(|kind| format!("no [{kind}.…] and ")).collect();
        said.push(format!("this scenario has {others}no [{last}.…]"));
    }
    said.join("; ")
}

/// Whether a value is a table of `name = …`.
pub(super) fn is_flag(table: &Table, key: &str, wanted: bool) -> bool {
    matches!(table.get(key).map(|n| &n.value), Some(Value::Flag(flag)) if *flag == wanted)
}
