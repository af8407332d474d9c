//! What changed between two scenarios: their merged trees compared assumption by assumption, and any
//! choice of the changes made to the first of them.
//!
//! A figure changes whole, with its evidence, as layers replace it. An item that only one of the two
//! has is one change. Inside an item that both have, groups of keys are walked as merging walks them.

use super::adjust;
use super::layers::{Sections, inner_group};
use super::settings::OWN_KEYS;
use crate::language::figure::FileSettings;
use crate::language::{Entry, KeyKind, Node, Section, Table, Value};

/// One assumption that is not the same in both scenarios.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its path, part by part: `saving`, `home_first`, `delivery`. An item that only one of the two has
    /// is named by its kind and name alone.
    pub path: Vec<String>,
    /// How it is written in the first scenario, if it is there.
    pub was: Option<Entry>,
    /// How it is written in the second, if it is there.
    pub is: Option<Entry>,
    /// What of it changed.
    pub what: What,
}

/// What of an assumption changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// What it says: a value, a choice, a name.
    Meaning,
    /// A title or a note, the source or the owner of an item.
    Words,
    /// A figure's source, owner or note, and not its value.
    Evidence,
    /// Nothing that was typed; but the files it stands in have other units or other years of lists.
    File,
}

impl Change {
    /// The path with dots: `saving.home_first.delivery`.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.join(".")
    }

    /// The item it belongs to: `saving.home_first`.
    #[must_use]
    pub fn item(&self) -> String {
        self.path.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(".")
    }

    /// The kind of item: `saving`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }
}

/// Keys that hold words for people and never a figure.
const WORDS: [&str; 4] = ["title", "source", "owner", "note"];

/// Keys of `[scenario]` that say which version a plan is, and nothing of its figures.
const ABOUT: [&str; 2] = ["version", "stage"];

/// Keys of `[scenario]` that give a plan its years; plans are brought to the same ones first.
const YEARS: [&str; 2] = ["base_year", "years"];

/// Every change from one merged tree to another, in the order of the first file and then of the second.
/// `files` says of each file of both what its bare numbers and its lists mean.
#[must_use]
pub fn changes(a: &Table, b: &Table, files: &[FileSettings], sections: Sections<'_>) -> Vec<Change> {
    let mut walk = Walk { files, found: Vec::new() };
    // What adjustments made of the figures stands in the figures.
    for kind in union(a, b).filter(|kind| !["expect", adjust::SECTION.name].contains(kind)) {
        let empty = Table::default();
        let (was, is) = (a.table(kind).unwrap_or(&empty), b.table(kind).unwrap_or(&empty));
        let path = [kind.to_owned()];
        if kind == "scenario" {
            walk.keys(&path, was, is, sections(kind));
            continue;
        }
        for name in union(was, is) {
            walk.item(&path, name, was, is, sections(kind));
        }
    }
    walk.found
}

/// The keys of two tables: those of the first in its order, then what only the second has.
fn union<'a>(a: &'a Table, b: &'a Table) -> impl Iterator<Item = &'a str> {
    a.keys().chain(b.keys().filter(|key| a.get(key).is_none()))
}

struct Walk<'a> {
    files: &'a [FileSettings],
    found: Vec<Change>,
}

impl Walk<'_> {
    fn item(&mut self, path: &[String], name: &str, was: &Table, is: &Table, section: Option<&'static Section>) {
        match (was.table(name), is.table(name)) {
            // A driver is a figure: its rates of different years are never mixed.
            (Some(was), Some(is)) if path[0] != "driver" => self.keys(&further(path, name), was, is, section),
            _ => self.compare(path, name, was, is, What::Meaning),
        }
    }

    fn keys(&mut self, path: &[String], was: &Table, is: &Table, section: Option<&'static Section>) {
        for key in union(was, is) {
            let own = path[0] == "scenario" && path.len() == 1;
            // What a file takes in stands in the merged tree already.
            let of_a_file = own && (OWN_KEYS.contains(&key) || YEARS.contains(&key));
            if of_a_file || (path[0] == "organisation" && key == "lines") {
                continue;
            }
            let words = WORDS.contains(&key) || (own && ABOUT.contains(&key));
            let kind = section.and_then(|s| s.key(key)).map(|k| k.kind);
            match (was.get(key), is.get(key)) {
                (Some(a), Some(b)) if !words => {
                    if let (Some(KeyKind::GroupsBy(_, group)), Some(a), Some(b)) = (kind, a.as_table(), b.as_table()) {
                        let path = further(path, key);
                        for name in union(a, b) {
                            match (a.table(name), b.table(name)) {
                                (Some(a), Some(b)) => self.keys(&further(&path, name), a, b, Some(group)),
                                _ => self.compare(&path, name, a, b, What::Meaning),
                            }
                        }
                    } else if let Some((group, a, b)) = inner_group(kind, a, b) {
                        self.keys(&further(path, key), a, b, Some(group));
                    } else {
                        self.compare(path, key, was, is, What::Meaning);
                    }
                }
                _ => self.compare(path, key, was, is, if words { What::Words } else { What::Meaning }),
            }
        }
    }

    fn compare(&mut self, path: &[String], key: &str, was: &Table, is: &Table, what: What) {
        let (was, is) = (was.entries.get(key), is.entries.get(key));
        let what = match (was, is) {
            (Some(a), Some(b)) => match self.alike(&a.node, &b.node) {
                Alike::Same => return,
                Alike::ButForFile => What::File,
                Alike::Different if what == What::Meaning && self.same_but_for_evidence(&a.node, &b.node) => {
                    What::Evidence
                }
                Alike::Different => what,
            },
            _ => what,
        };
        self.found.push(Change { path: further(path, key), was: was.cloned(), is: is.cloned(), what });
    }

    fn file(&self, node: &Node) -> FileSettings {
        self.files.get(usize::from(node.place.file.0)).copied().unwrap_or_default()
    }

    /// Whether two figures say the same but for who says so.
    fn same_but_for_evidence(&self, a: &Node, b: &Node) -> bool {
        let (here, there) = (self.file(a), self.file(b));
        here.unit == there.unit && here.lists_from == there.lists_from && text(a) == text(b)
    }

    fn alike(&self, a: &Node, b: &Node) -> Alike {
        let (here, there) = (self.file(a), self.file(b));
        match (&a.value, &b.value) {
            (Value::Number(x), Value::Number(y)) if x == y => Alike::unless(here.unit != there.unit),
            (Value::Text(x), Value::Text(y)) | (Value::Date(x), Value::Date(y)) if x == y => Alike::Same,
            (Value::Flag(x), Value::Flag(y)) if x == y => Alike::Same,
            (Value::List(x), Value::List(y)) if x.len() == y.len() => x
                .iter()
                .zip(y)
                .map(|(x, y)| self.alike(x, y))
                .max()
                .unwrap_or(Alike::Same)
                .max(Alike::unless(here.lists_from != there.lists_from)),
            (Value::Table(x), Value::Table(y)) if x.entries.len() == y.entries.len() => x
                .entries
                .iter()
                .map(|(key, x)| y.get(key).map_or(Alike::Different, |y| self.alike(&x.node, y)))
                .max()
                .unwrap_or(Alike::Same),
            _ => Alike::Different,
        }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Alike {
    Same,
    ButForFile,
    Different,
}

impl Alike {
    fn unless(differs: bool) -> Self {
        if differs { Self::ButForFile } else { Self::Same }
    }
}

fn further(path: &[String], key: &str) -> Vec<String> {
    path.iter().cloned().chain([key.to_owned()]).collect()
}

/// A value as text without its evidence: `{ likely = 3 }` is 3.
fn text(node: &Node) -> String {
    match &node.value {
        Value::Text(t) => format!("{t:?}"),
        Value::Number(t) | Value::Date(t) => t.to_string(),
        Value::Flag(f) => f.to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let mut kept: Vec<(&str, String)> = table
                .entries
                .iter()
                .filter(|(key, _)| !WORDS.contains(&key.as_str()) && *key != "unconfirmed")
                .map(|(key, entry)| (key.as_str(), text(&entry.node)))
                .collect();
            kept.sort();
            match kept.as_slice() {
                [("likely", value)] => value.clone(),
                _ => format!("{{{}}}", kept.iter().map(|(k, v)| format!("{k} = {v}")).collect::<Vec<_>>().join(", ")),
            }
        }
    }
}

/// A tree with some of the changes made to it.
#[must_use]
pub fn with<'a>(tree: &Table, made: impl IntoIterator<Item = &'a Change>) -> Table {
    let mut tree = tree.clone();
    for change in made {
        if let Some(entry) = change.is.as_ref().or(change.was.as_ref()) {
            make(&mut tree, &change.path, entry, change.is.is_none());
        }
    }
    tree
}

/// Puts an entry at a path, or takes away what is there; tables on the way are made.
fn make(table: &mut Table, path: &[String], entry: &Entry, gone: bool) {
    let Some((key, further)) = path.split_first() else { return };
    if further.is_empty() {
        if gone {
            table.entries.shift_remove(key.as_str());
        } else {
            table.entries.insert(key.as_str().into(), entry.clone());
        }
        return;
    }
    let empty = || Entry { key: entry.key, node: Node::new(Value::Table(Table::default()), entry.key) };
    if let Value::Table(inner) = &mut table.entries.entry(key.as_str().into()).or_insert_with(empty).node.value {
        make(inner, further, entry, gone);
    }
}
