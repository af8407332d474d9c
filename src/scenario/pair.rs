//! Two scenarios side by side in one set of files, so that any mixture of both can be opened: each
//! figure keeps its own place, and with it the unit and the year of lists of the file it stands in.

use super::adjust;
use super::changes::{Change, changes, with};
use super::layers::Sections;
use super::load::Loaded;
use crate::language::figure::FileSettings;
use crate::language::{Entry, Node, Table, Value};
use crate::vocabulary::{FileId, Place, Sources};

/// Two scenarios and what changed from the first to the second.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The files of both, those of the first before those of the second.
    pub sources: Sources,
    /// Every change, in file order.
    pub changes: Vec<Change>,
    settings: Vec<FileSettings>,
    tree: Table,
    root: FileId,
}

impl Pair {
    /// Puts two scenarios side by side.
    #[must_use]
    pub fn new(a: &Loaded, b: &Loaded, sections: Sections<'_>) -> Self {
        let mut sources = a.sources.clone();
        let behind = a.settings.len();
        for file in b.sources.files() {
            sources.add(file.name.clone(), file.text.clone());
        }
        let settings: Vec<FileSettings> = a.settings.iter().chain(&b.settings).copied().collect();
        let mut other = b.tree.clone();
        other.entries.values_mut().for_each(|entry| shift(entry, behind));
        let changes = changes(&a.tree, &other, &settings, sections);
        let mut tree = a.tree.clone();
        // What is expected of a plan is expected of no mixture, and adjustments have been made.
        tree.entries.shift_remove("expect");
        tree.entries.shift_remove(adjust::SECTION.name);
        Self { sources, changes, settings, tree, root: a.root }
    }

    /// The first scenario with the chosen changes made to it, ready to be resolved. It holds no texts:
    /// places are described by [`Pair::sources`].
    #[must_use]
    pub fn mixture(&self, chosen: &[bool]) -> Loaded {
        let made = self.changes.iter().zip(chosen).filter(|(_, made)| **made).map(|(change, _)| change);
        Loaded {
            sources: Sources::new(),
            tree: with(&self.tree, made),
            settings: self.settings.clone(),
            layers: Vec::new(),
            root: self.root,
            adjusted: adjust::Adjusted::default(),
        }
    }
}

/// Moves every place of an entry to files that stand `by` further on.
fn shift(entry: &mut Entry, by: usize) {
    further(&mut entry.key, by);
    shift_node(&mut entry.node, by);
}

fn shift_node(node: &mut Node, by: usize) {
    further(&mut node.place, by);
    node.replaced.iter_mut().for_each(|place| further(place, by));
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| shift_node(item, by)),
        Value::Table(table) => table.entries.values_mut().for_each(|entry| shift(entry, by)),
        _ => {}
    }
}

fn further(place: &mut Place, by: usize) {
    place.file = FileId(u16::try_from(usize::from(place.file.0) + by).unwrap_or(u16::MAX));
}

/// A plan over fewer years than it has: what it says of later years is left unread. Whether it then
/// shows the same in the years that are left is for the caller to see.
#[must_use]
pub fn shortened(loaded: &Loaded, from: i32, to: i32) -> Loaded {
    let mut short = loaded.clone();
    for settings in &mut short.settings {
        // A file that may speak of years beyond the plan.
        settings.extended = true;
    }
    let (from, to) = (usize::try_from(from).unwrap_or(0), usize::try_from(to).unwrap_or(0));
    for entry in short.tree.entries.values_mut() {
        cut(&mut entry.node, from, to);
    }
    if let Some(Value::Table(scenario)) = short.tree.entries.get_mut("scenario").map(|e| &mut e.node.value)
        && let Some(years) = scenario.entries.get_mut("years")
    {
        years.node.value = Value::Number(to.to_string().into());
    }
    short
}

/// Lists with a figure for each of `from` years lose those after the first `to`.
fn cut(node: &mut Node, from: usize, to: usize) {
    match &mut node.value {
        Value::List(items) if items.len() == from && items.iter().all(is_figure) => items.truncate(to),
        Value::List(items) => items.iter_mut().for_each(|item| cut(item, from, to)),
        Value::Table(table) => table.entries.values_mut().for_each(|entry| cut(&mut entry.node, from, to)),
        _ => {}
    }
}

fn is_figure(node: &Node) -> bool {
    match &node.value {
        Value::Number(_) => true,
        Value::Text(text) => {
            text == "not_published"
                || (text.starts_with(|c: char| c.is_ascii_digit() || "£-−+".contains(c)) && !text.contains('/'))
        }
        _ => false,
    }
}
