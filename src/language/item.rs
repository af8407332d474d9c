//! Reading one named thing through its table of keys. Whatever is wrong is told; reading goes on.

mod figures;
mod references;

use smol_str::SmolStr;

use super::figure::{self, Figure};
use super::keys::{COMMON, Key, KeyKind, Need, Section};
use super::names::Reading;
use super::scalar;
use super::tree::{Entry, Node, Table, Value};
use crate::sheet::Evidence;
use crate::vocabulary::name::{did_you_mean, dotted};
use crate::vocabulary::{Diagnostic, FinancialYear, Month, Name, Place, Unit, Valued};

/// A rate given in place, or a driver's name.
#[derive(Debug, Clone)]
pub enum RateSource {
    /// A rate of its own.
    Own(Figure),
    /// The driver of this name, and where it is named.
    Driver(Name, Place),
}

/// One named thing being read.
#[derive(Debug)]
pub struct Item<'a> {
    /// Its kind's keys.
    pub section: &'static Section,
    /// Its name; for a group inside an item the item's name.
    pub name: Name,
    /// Its path in the file: `saving.home_first`.
    pub path: SmolStr,
    /// Where it stands: its name in the header.
    pub place: Place,
    /// What it holds.
    pub node: &'a Node,
    /// What reading needs besides.
    pub reading: &'a Reading,
    /// The organisation it belongs to.
    pub organisation: Option<Name>,
    table: &'a Table,
    signed: bool,
    /// The keys of the item around a group whose amounts may run the other way with it.
    signed_with: Option<&'static Section>,
}

impl<'a> Item<'a> {
    /// Begins to read a thing: checks its keys and whose it is. Nothing comes back when it is no
    /// table at all.
    #[must_use]
    pub fn begin(
        section: &'static Section,
        name: Name,
        place: Place,
        node: &'a Node,
        reading: &'a Reading,
    ) -> Option<Self> {
        // [scenario] and [[expect]] have no names of their own.
        let unnamed = matches!(section.name, "scenario" | "expect");
        let path = if unnamed { SmolStr::new_static(section.name) } else { dotted(section.name, name.as_str()) };
        let mut item = Self::group_of(section, name, path, place, node, reading)?;
        item.organisation = item.whose();
        Some(item)
    }

    fn group_of(
        section: &'static Section,
        name: Name,
        path: SmolStr,
        place: Place,
        node: &'a Node,
        reading: &'a Reading,
    ) -> Option<Self> {
        let Some(table) = node.as_table() else {
            reading.tell(
                Diagnostic::error("wrong_type", format!("`{path}` must be a table of keys, not {}", node.value.what()))
                    .at(node.place)
                    .hint(if section.name.is_empty() {
                        let needed = section.keys.iter().filter(|k| k.need == Need::Required);
                        let keys: Vec<String> = needed.map(|k| format!("{} = …", k.name)).collect();
                        format!("write {{ {} }}", if keys.is_empty() { "…".to_owned() } else { keys.join(", ") })
                    } else {
                        format!("write [{path}] and its keys below")
                    }),
            );
            return None;
        };
        let on = |key: &str| matches!(table.get(key).map(|n| &n.value), Some(Value::Flag(true)));
        let signed = (on("signed") && section.key("signed").is_some())
            || (on("allow_reversal") && section.key("allow_reversal").is_some());
        let item =
            Self { section, name, path, place, node, reading, organisation: None, table, signed, signed_with: None };
        item.check_keys();
        Some(item)
    }

    fn check_keys(&self) {
        for (key, entry) in &self.table.entries {
            if self.section.key(key).is_some() {
                continue;
            }
            let place_in = match self.section.name {
                "" => format!("`{}`", self.path),
                "expect" => "[[expect]]".to_owned(),
                _ => format!("[{}]", self.path),
            };
            let diagnostic = Diagnostic::error("unknown_key", format!("{place_in} has no key `{key}`")).at(entry.key);
            self.tell(match did_you_mean(key, self.section.all_keys().map(|k| k.name)) {
                Some(meant) => diagnostic.hint(format!("did you mean `{meant}`?")),
                None => {
                    let own = self.section.all_keys().filter(|k| k.name != "remove");
                    let keys: Vec<&str> = own.map(|k| k.name).collect();
                    diagnostic.hint(format!("its keys are: {}", keys.join(", ")))
                }
            });
        }
        for key in self.section.keys.iter().filter(|k| k.need == Need::Required) {
            if self.table.get(key.name).is_none() {
                self.tell(
                    Diagnostic::error("key_missing", format!("`{}` needs `{}`: {}", self.path, key.name, key.help))
                        .at(self.place)
                        .hint(format!("add {} = {}", key.name, self.example(key))),
                );
            }
        }
    }

    /// What could be typed as the value of a key.
    fn example(&self, key: &Key) -> String {
        let unit = |unit: Unit| match unit {
            Unit::Money => "\"£1.2m\"",
            Unit::Rate => "\"2.99%\"",
            Unit::Quantity => "60085.0",
            Unit::UnitPrice => "\"£956\"",
            Unit::Months => "4",
            Unit::Month => "\"2026-10\"",
        };
        match key.kind {
            KeyKind::Choice(words) | KeyKind::Choices(words) => {
                words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(" or ")
            }
            KeyKind::Single(of) | KeyKind::FigureOr(of, _) => unit(of).to_owned(),
            KeyKind::Yearly(of) => {
                format!("{} for every year, or name the years: {{ \"2026/27\" = …, then = … }}", unit(of))
            }
            KeyKind::Flag => "true".to_owned(),
            KeyKind::Recurrence => "true, false (one-off) or \"not_stated\"".to_owned(),
            KeyKind::RateOrDriver => "\"2.99%\", or the name of a driver".to_owned(),
            KeyKind::Month => "\"2026-10\"".to_owned(),
            KeyKind::MonthOfYear => "\"09\"".to_owned(),
            KeyKind::Year => "\"2025/26\"".to_owned(),
            KeyKind::YearSpan => "[\"2026/27\", \"2028/29\"]".to_owned(),
            KeyKind::Count => "3".to_owned(),
            KeyKind::Reference(kind) | KeyKind::References(kind) => {
                format!("\"…\"; {}", self.reading.names.list(kind))
            }
            KeyKind::Group(section) => {
                let needed = section.keys.iter().filter(|k| k.need == Need::Required);
                format!("{{ {} }}", needed.map(|k| format!("{} = …", k.name)).collect::<Vec<_>>().join(", "))
            }
            KeyKind::Text | KeyKind::Paths | KeyKind::Special(_) => "\"…\"".to_owned(),
            KeyKind::Weights | KeyKind::Drivers => "…".to_owned(),
            KeyKind::Groups(_) => "[{ … }]".to_owned(),
            KeyKind::GroupsBy(kind, _) | KeyKind::FiguresBy(kind, _) => {
                format!("{{ … }}, by name; {}", self.reading.names.list(kind))
            }
        }
    }

    /// Keeps in the register that a key was left out and took its documented default.
    fn took_default(&self, key: &Key) {
        if let Need::Default(value) = key.need {
            self.reading.took_default(&self.path, key.name, value);
        }
    }

    /// Tells of keys that are there and would change nothing, with why.
    pub fn refuse(&self, keys: &[&str], why: &str) {
        for key in keys.iter().filter(|k| self.table.get(k).is_some()) {
            self.tell(
                Diagnostic::error("key_unused", format!("`{}`: `{key}` would change nothing: {why}", self.path))
                    .at(self.place_of(key))
                    .hint(format!("leave `{key}` out")),
            );
        }
    }

    /// Tells what is wrong.
    pub fn tell(&self, diagnostic: Diagnostic) {
        self.reading.tell(diagnostic);
    }

    fn key(&self, name: &str) -> Option<&'static Key> {
        let key = self.section.key(name).or_else(|| COMMON.iter().find(|k| k.name == name));
        if key.is_none() {
            let message = format!("{} reads `{name}`, which its table of keys does not list", self.section.name);
            self.tell(Diagnostic::error("internal", message).at(self.place));
        }
        key
    }

    /// A key and its node, where it is there. Most keys of an item are not: the table is asked first. Where assertions are
    /// on, a read of a key that no table of keys lists is told all the same.
    fn given(&self, name: &str) -> Option<(&'static Key, &'a Node)> {
        if cfg!(debug_assertions) {
            self.key(name)?;
        }
        self.table.get(name).and_then(|node| Some((self.key(name)?, node)))
    }

    /// The node of a key.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&'a Node> {
        self.given(name).map(|(_, node)| node)
    }

    /// Where a key's value stands, or the item when the key is not there.
    #[must_use]
    pub fn place_of(&self, name: &str) -> Place {
        self.table.get(name).map_or(self.place, |n| n.place)
    }

    /// Whether a key is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.node(name).is_some()
    }

    fn wrong_type(&self, node: &Node, key: &Key, wanted: &str) {
        self.tell(
            Diagnostic::error(
                "wrong_type",
                format!("`{}.{}` must be {wanted}, not {}", self.path, key.name, node.value.what()),
            )
            .at(node.place)
            .hint(format!("{}: {}", key.name, key.help)),
        );
    }

    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<SmolStr> {
        let (key, node) = self.given(name)?;
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            _ => {
                self.wrong_type(node, key, "a text");
                None
            }
        }
    }

    /// True or false; a key left out takes its documented default, or false.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        let Some(key) = self.key(name) else { return false };
        match self.table.get(name) {
            None => {
                self.took_default(key);
                key.need == Need::Default("true")
            }
            Some(node) => match node.value {
                Value::Flag(flag) => flag,
                _ => {
                    self.wrong_type(node, key, "true or false");
                    false
                }
            },
        }
    }

    /// One of a key's words; a key left out takes its documented default.
    #[must_use]
    pub fn choice(&self, name: &str) -> Option<&'static str> {
        let key = self.key(name)?;
        let KeyKind::Choice(words) = key.kind else { return None };
        let Some(node) = self.table.get(name) else {
            return match key.need {
                Need::Default(word) => {
                    self.took_default(key);
                    Some(word)
                }
                _ => None,
            };
        };
        let Some(text) = node.as_text() else {
            self.wrong_type(node, key, "a text");
            return None;
        };
        self.word_of(name, words, text, node.place)
    }

    /// The word that a text is, or an error with a hint.
    fn word_of(&self, name: &str, words: &'static [&'static str], text: &str, place: Place) -> Option<&'static str> {
        let found = words.iter().find(|w| **w == text).copied();
        if found.is_none() {
            let diagnostic =
                Diagnostic::error("unknown_word", format!("`{}.{name}` cannot be \"{text}\"", self.path)).at(place);
            let all = words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", ");
            self.tell(match did_you_mean(text, words.iter().copied()) {
                Some(meant) => diagnostic.hint(format!("did you mean \"{meant}\"? it is one of {all}")),
                None => diagnostic.hint(format!("write one of {all}")),
            });
        }
        found
    }

    /// `recurrent`: true, false, or nothing for `"not_stated"`. The outer nothing means it was left
    /// out or is wrong.
    #[must_use]
    pub fn recurrence(&self, name: &str) -> Option<Option<bool>> {
        let (key, node) = self.given(name)?;
        match &node.value {
            Value::Flag(flag) => Some(Some(*flag)),
            Value::Text(text) if text == "not_stated" => Some(None),
            _ => {
                self.wrong_type(node, key, "true, false or \"not_stated\"");
                None
            }
        }
    }

    /// A calendar month.
    #[must_use]
    pub fn month(&self, name: &str) -> Option<(Month, Place)> {
        let node = self.node(name)?;
        // TOML reads a bare 2026-10 as an incomplete date; as a text it is a month.
        match scalar::read(node, Unit::Month, None) {
            Ok(read) => read.steps.map(|steps| (Month::from_steps(steps), node.place)),
            Err(diagnostic) => {
                self.tell(*diagnostic);
                None
            }
        }
    }

    /// A month of the year as 1 (January) to 12.
    #[must_use]
    pub fn month_of_year(&self, name: &str) -> Option<u32> {
        let (key, node) = self.given(name)?;
        let month = node.as_text().and_then(|t| t.parse::<u32>().ok()).filter(|m| (1..=12).contains(m));
        if month.is_none() {
            self.wrong_type(node, key, "a month of the year like \"09\" (September)");
        }
        month
    }

    /// A financial year.
    #[must_use]
    pub fn year(&self, name: &str) -> Option<FinancialYear> {
        self.year_at(self.node(name)?)
    }

    /// Two financial years.
    #[must_use]
    pub fn year_span(&self, name: &str) -> Option<(FinancialYear, FinancialYear)> {
        let (key, node) = self.given(name)?;
        match &node.value {
            Value::List(ends) if ends.len() == 2 => {
                let (first, last) = (self.year_at(&ends[0])?, self.year_at(&ends[1])?);
                if first > last {
                    self.tell(
                        Diagnostic::error("years_reversed", format!("`{}.{name}` ends before it begins", self.path))
                            .at(node.place)
                            .hint(format!("write the first year first: {name} = [\"{last}\", \"{first}\"]")),
                    );
                    return None;
                }
                Some((first, last))
            }
            _ => {
                self.wrong_type(node, key, "two financial years like [\"2016/17\", \"2020/21\"]");
                None
            }
        }
    }

    fn year_at(&self, node: &Node) -> Option<FinancialYear> {
        let read = match node.as_text() {
            Some(text) => text.parse::<FinancialYear>().map_err(|e| e.to_string()),
            None => Err(format!("expected a financial year, found {}", node.value.what())),
        };
        read.map_err(|message| {
            self.tell(Diagnostic::error("not_a_year", message).at(node.place).hint("write it as \"2026/27\""))
        })
        .ok()
    }

    /// A whole number.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<u32> {
        let key = self.key(name)?;
        let Some(node) = self.table.get(name) else {
            return match key.need {
                Need::Default(text) => text.parse().ok(),
                _ => None,
            };
        };
        let count = match &node.value {
            Value::Number(text) => text.parse::<u32>().ok(),
            _ => None,
        };
        if count.is_none() {
            if let Value::Number(text) = &node.value {
                let message = format!("`{}.{name}` must be a whole number, and `{text}` is not", self.path);
                self.tell(
                    Diagnostic::error("wrong_type", message).at(node.place).hint(format!("write {name} = 3, say")),
                );
            } else {
                self.wrong_type(node, key, "a whole number");
            }
        }
        count
    }

    /// A table of further keys.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<Item<'a>> {
        let (key, node) = self.given(name)?;
        let (KeyKind::Group(section) | KeyKind::FigureOr(_, section)) = key.kind else { return None };
        self.inner(section, name.to_owned(), node.place, node)
    }

    /// A list of tables of further keys.
    #[must_use]
    pub fn groups(&self, name: &str) -> Vec<Item<'a>> {
        let Some((key, node)) = self.given(name) else { return Vec::new() };
        let KeyKind::Groups(section) = key.kind else { return Vec::new() };
        let Value::List(nodes) = &node.value else {
            self.wrong_type(node, key, "a list of tables");
            return Vec::new();
        };
        let inner = |(n, node): (usize, &'a Node)| self.inner(section, format!("{name}.{}", n + 1), node.place, node);
        nodes.iter().enumerate().filter_map(inner).collect()
    }

    /// Tables of further keys by the names of items of the key's kind, in file order.
    #[must_use]
    pub fn groups_by(&self, name: &str) -> Vec<(Name, Item<'a>)> {
        let Some(KeyKind::GroupsBy(kind, section)) = self.given(name).map(|(k, _)| k.kind) else { return Vec::new() };
        let named = self.by_name(name, kind);
        let inner = |(other, at, node): (Name, Place, &'a Node)| {
            let item = self.inner(section, format!("{name}.{other}"), at, node)?;
            Some((other, item))
        };
        named.into_iter().filter_map(inner).collect()
    }

    /// The entries of a table from the names of items of a kind, each name looked up.
    pub(super) fn by_name(&self, name: &str, kind: &'static str) -> Vec<(Name, Place, &'a Node)> {
        let Some((key, node)) = self.given(name) else { return Vec::new() };
        let Some(table) = node.as_table() else {
            self.wrong_type(node, key, &format!("a table from the names of {kind}s"));
            return Vec::new();
        };
        let look_up = |(other, entry): (&SmolStr, &'a Entry)| {
            Some((self.resolve(kind, other, entry.key)?, entry.key, &entry.node))
        };
        table.entries.iter().filter_map(look_up).collect()
    }

    fn inner(&self, section: &'static Section, part: String, place: Place, node: &'a Node) -> Option<Item<'a>> {
        let path = dotted(&self.path, &part);
        let mut item = Self::group_of(section, self.name.clone(), path, place, node, self.reading)?;
        item.organisation.clone_from(&self.organisation);
        Some(item)
    }

    /// A group whose amounts may run the other way where those of the item around it may.
    #[must_use]
    pub fn signed_with(mut self, outer: &Item<'_>) -> Self {
        self.signed |= outer.signed;
        self.signed_with = Some(outer.section);
        self
    }

    /// Whether a key that takes a figure or a table of further keys has one of those further keys.
    #[must_use]
    pub fn is_group(&self, name: &str) -> bool {
        let Some((key, _)) = self.given(name) else { return false };
        let KeyKind::FigureOr(_, section) = key.kind else { return false };
        self.table.table(name).is_some_and(|t| {
            t.keys().any(|k| section.keys.iter().any(|own| own.name == k && own.name != "source" && own.name != "note"))
        })
    }

    /// Its title, or its name in words.
    #[must_use]
    pub fn title(&self) -> SmolStr {
        self.table.get("title").and_then(Node::as_text).map_or_else(|| self.name.in_words(), SmolStr::new)
    }

    /// Its evidence.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        figure::evidence(self.table)
    }
}
