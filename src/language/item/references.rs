//! Names of other things in an item: looked up, and checked for whose they are.

use super::Item;
use crate::language::keys::{KeyKind, ORGANISATION};
use crate::language::tree::{Node, Table, Value};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Name, Place};

impl Item<'_> {
    /// The name of an item of the key's kind.
    #[must_use]
    pub fn reference(&self, name: &str) -> Option<Name> {
        let (key, node) = self.given(name)?;
        let KeyKind::Reference(kind) = key.kind else { return None };
        match node.as_text() {
            Some(text) => self.resolve_own(kind, text, node.place),
            None => {
                self.wrong_type(node, key, "a name");
                None
            }
        }
    }

    /// One name or several of items of the key's kind.
    #[must_use]
    pub fn references(&self, name: &str) -> Vec<Name> {
        let Some((key, _)) = self.given(name) else { return Vec::new() };
        let KeyKind::References(kind) = key.kind else { return Vec::new() };
        self.texts(name).into_iter().filter_map(|(text, place)| self.resolve_own(kind, &text, place)).collect()
    }

    /// One of a key's words or several, each with its place.
    #[must_use]
    pub fn choices(&self, name: &str) -> Vec<(&'static str, Place)> {
        let Some(KeyKind::Choices(words)) = self.given(name).map(|(k, _)| k.kind) else { return Vec::new() };
        let word = |(text, place): (String, Place)| Some((self.word_of(name, words, &text, place)?, place));
        self.texts(name).into_iter().filter_map(word).collect()
    }

    /// One text or several, with their places.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<(String, Place)> {
        let Some((key, node)) = self.given(name) else { return Vec::new() };
        let nodes = match &node.value {
            Value::List(nodes) => nodes.iter().collect(),
            _ => vec![node],
        };
        nodes
            .into_iter()
            .filter_map(|n| match n.as_text() {
                Some(text) => Some((text.to_owned(), n.place)),
                None => {
                    self.wrong_type(n, key, "a text or a list of texts");
                    None
                }
            })
            .collect()
    }

    /// The names that a table by names holds, as written and in file order; wrong ones are told where
    /// the table is read.
    #[must_use]
    pub fn names_in(&self, name: &str) -> Vec<Name> {
        let table = self.node(name).and_then(Node::as_table);
        table.into_iter().flat_map(Table::keys).filter_map(|key| key.parse().ok()).collect()
    }

    /// An item of a kind by name, or an error with a hint.
    #[must_use]
    pub fn resolve(&self, kind: &'static str, text: &str, place: Place) -> Option<Name> {
        if let Some((name, _)) = self.reading.names.find(kind, text) {
            return Some(name.clone());
        }
        if self.reading.names.is_misnamed(kind, text) {
            return None;
        }
        let diagnostic =
            Diagnostic::error("unknown_name", format!("`{}` names an unknown {kind} `{text}`", self.path)).at(place);
        let candidates: Vec<&str> = self.reading.names.of_kind(kind).map(|(n, _)| n.as_str()).collect();
        self.tell(match did_you_mean(text, candidates.iter().copied()) {
            Some(meant) => diagnostic.hint(format!("did you mean `{meant}`? {}", self.reading.names.list(kind))),
            None => diagnostic.hint(self.reading.names.list(kind)),
        });
        None
    }

    /// The same, and it must belong to this item's organisation where both belong to one.
    pub(crate) fn resolve_own(&self, kind: &'static str, text: &str, place: Place) -> Option<Name> {
        let name = self.resolve(kind, text, place)?;
        let theirs = self.reading.names.find(kind, text).and_then(|(_, d)| d.organisation.clone());
        match (&self.organisation, theirs) {
            (Some(own), Some(theirs)) if *own != theirs => {
                self.tell(
                    Diagnostic::error(
                        "other_organisation",
                        format!("`{}` belongs to {own}, but {kind} `{name}` belongs to {theirs}", self.path),
                    )
                    .at(place)
                    .hint(format!("name a {kind} of {own}, or give `{}` the organisation {theirs}", self.path)),
                );
                None
            }
            _ => Some(name),
        }
    }

    pub(super) fn whose(&self) -> Option<Name> {
        if !self.section.belongs {
            return None;
        }
        let mut all = self.reading.names.of_kind("organisation");
        match (self.table.get("organisation"), all.next(), all.next()) {
            (Some(node), ..) => match node.as_text() {
                Some(text) => self.resolve("organisation", text, node.place),
                None => {
                    self.wrong_type(node, &ORGANISATION, "a name");
                    None
                }
            },
            (None, Some((only, _)), None) => Some(only.clone()),
            (None, None, _) => None,
            (None, Some(_), Some(_)) => {
                self.tell(
                    Diagnostic::error(
                        "organisation_missing",
                        format!("`{}` does not say whose it is, and there are several organisations", self.path),
                    )
                    .at(self.place)
                    .hint(format!("add `organisation = \"…\"`; {}", self.reading.names.list("organisation"))),
                );
                None
            }
        }
    }
}
