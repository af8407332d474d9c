//! What a scenario declares, and what reading an item needs besides the item itself.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::figure::FigureRules;
use crate::vocabulary::{Diagnostic, Diagnostics, Name, Place};

/// What is declared, by kind: whose it is and where it stands.
#[derive(Debug, Clone, Default)]
pub struct Names {
    kinds: BTreeMap<&'static str, BTreeMap<Name, Declared>>,
    misnamed: BTreeSet<(&'static str, String)>,
}

/// A declared thing.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The organisation it belongs to.
    pub organisation: Option<Name>,
    /// The title shown to people.
    pub title: SmolStr,
    /// Where it stands.
    pub place: Place,
    /// Its `sector`, where it says one.
    pub sector: Option<String>,
}

impl Names {
    /// Declares a thing of a kind.
    pub fn declare(&mut self, kind: &'static str, name: Name, declared: Declared) {
        self.kinds.entry(kind).or_default().insert(name, declared);
    }

    /// Declares a thing whose name breaks the rule for names. That is told once, where it is
    /// declared, and not again wherever it is named.
    pub fn declare_misnamed(&mut self, kind: &'static str, written: String) {
        self.misnamed.insert((kind, written));
    }

    /// Whether a thing was declared under this name, which breaks the rule for names.
    #[must_use]
    pub fn is_misnamed(&self, kind: &'static str, written: &str) -> bool {
        !self.misnamed.is_empty() && self.misnamed.contains(&(kind, written.to_owned()))
    }

    /// The thing of this kind and name.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str) -> Option<(&Name, &Declared)> {
        self.kinds.get(kind)?.get_key_value(name)
    }

    /// All things of a kind by name.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&Name, &Declared)> {
        self.kinds.get(kind).into_iter().flatten()
    }

    /// A sentence listing what there is of a kind, for hints.
    #[must_use]
    pub fn list(&self, kind: &str) -> String {
        let names: Vec<&str> = self.of_kind(kind).map(|(n, _)| n.as_str()).collect();
        match names.len() {
            0 => format!("there is no [{kind}.…] in this scenario"),
            1..=12 => format!("there is: {}", names.join(", ")),
            more => format!("there is: {}, … ({more} in all)", names[..12].join(", ")),
        }
    }
}

/// A key that was left out and took its documented default. There are many, and few are asked for: its path is
/// put together only then.
#[derive(Debug, Clone)]
pub struct TakenDefault {
    /// The path of its item.
    pub item: SmolStr,
    /// The key.
    pub key: &'static str,
    /// The default.
    pub value: &'static str,
}

/// What reading needs besides the item itself.
#[derive(Debug)]
pub struct Reading {
    /// How figures are read.
    pub rules: FigureRules,
    /// What is declared.
    pub names: Names,
    /// What is wrong so far.
    pub wrong: RefCell<Diagnostics>,
    /// Keys that were left out and took their documented default.
    pub defaults: RefCell<Vec<TakenDefault>>,
    /// The scenario-wide `index_savings` switch.
    pub index_savings: bool,
}

impl Reading {
    /// Keeps a default that was taken.
    pub fn took_default(&self, item: &SmolStr, key: &'static str, value: &'static str) {
        self.defaults.borrow_mut().push(TakenDefault { item: item.clone(), key, value });
    }

    /// Tells what is wrong.
    pub fn tell(&self, diagnostic: Diagnostic) {
        self.wrong.borrow_mut().push(diagnostic);
    }
}
