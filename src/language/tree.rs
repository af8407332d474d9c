//! A scenario file as a tree in which every key and value keeps its place.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::vocabulary::Place;

/// A value with its place, and the places it had before layers replaced it.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it is written.
    pub place: Place,
    /// Where it was written in earlier layers, oldest first.
    pub replaced: Vec<Place>,
}

/// What can be written. Numbers keep their text: none passes through a binary float. Nearly all texts are short, and a
/// short one is held in place.
#[derive(Debug, Clone)]
pub enum Value {
    /// A quoted text.
    Text(SmolStr),
    /// A number, as typed.
    Number(SmolStr),
    /// True or false.
    Flag(bool),
    /// A date, as typed.
    Date(SmolStr),
    /// A list.
    List(Vec<Node>),
    /// A table of keys.
    Table(Table),
}

impl Value {
    /// What it is, for messages: "a text", "a list".
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// A key's place and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where the key is written.
    pub key: Place,
    /// What it holds.
    pub node: Node,
}

/// Entries by key, in the order they were written. Each key of a file is hashed, so that hashing must be quick.
pub type Entries = IndexMap<SmolStr, Entry, RandomState>;

/// Keys in the order they were written.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The entries by key.
    pub entries: Entries,
}

impl Table {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|e| &e.node)
    }

    /// The value of a key when it is a table.
    #[must_use]
    pub fn table(&self, key: &str) -> Option<&Table> {
        self.get(key).and_then(Node::as_table)
    }

    /// The keys as written, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(SmolStr::as_str)
    }
}

impl Node {
    /// A value at a place.
    #[must_use]
    pub fn new(value: Value, place: Place) -> Self {
        Self { value, place, replaced: Vec::new() }
    }

    /// The table it is, if it is one.
    #[must_use]
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text it is, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}
