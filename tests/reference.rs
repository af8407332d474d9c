//! The reference scenario shows the whole language: every key of every section stands in it, each
//! with a comment where it is first used, and so does every word that a key may hold.
//!
//! The tables of keys are walked beside the file's own text, so a key that is added to the language
//! and not to the file fails here by its name. What a spreadsheet brings does not count.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use common::root;
use fundgap::check::expectation::outcomes;
use fundgap::language::keys::{COMMON, FIGURE, Key, KeyKind, ORGANISATION, Section};
use fundgap::output::message::render_all;
use fundgap::scenario::{EXPECT, Origin, SCENARIO, section, sections};
use fundgap::vocabulary::number::decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const FILE: &str = "scenarios/reference.toml";

/// Where keys count that any named thing may have: once in the file is enough.
const ANY_ITEM: &str = "[any item]";
/// The same for the keys of a figure that is written as a table.
const ANY_FIGURE: &str = "[any figure]";

/// A key of the language by the table it belongs to: ("saving.full_year", "share").
type Place = (String, &'static str);

/// One use of a key: its line in the file, counted from 0, and the words it holds.
struct Use {
    line: usize,
    words: Vec<String>,
}

/// A scenario's own text as the tables of keys see it.
struct Shown<'a> {
    lines: Vec<&'a str>,
    /// The offset at which each line begins.
    starts: Vec<usize>,
    /// Every use of a key, in the order of the file.
    uses: BTreeMap<Place, Vec<Use>>,
    /// The lines on which tables of a section begin.
    headers: BTreeMap<&'static str, Vec<usize>>,
}

impl<'a> Shown<'a> {
    fn read(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut shown = Self { lines: text.lines().collect(), starts, uses: BTreeMap::new(), headers: BTreeMap::new() };
        let document = DeTable::parse(text).unwrap_or_else(|e| panic!("{FILE} is no TOML: {e}"));
        for (name, value) in document.get_ref() {
            let found = section(name.get_ref());
            let section = found.unwrap_or_else(|| panic!("{FILE}: there is no section [{}]", name.get_ref()));
            if section.name == SCENARIO.name {
                shown.begin(section, name.span().start);
                shown.table(section, section.name, value);
            } else if section.name == EXPECT.name {
                for table in list(value) {
                    shown.begin(section, table.span().start);
                    shown.table(section, section.name, table);
                }
            } else {
                for (item, value) in entries(value) {
                    shown.begin(section, item.span().start);
                    shown.item(section, value);
                }
            }
        }
        for uses in shown.uses.values_mut() {
            uses.sort_by_key(|u| u.line);
        }
        shown
    }

    /// A named thing. A driver is a rate, or a table with keys of its own, or both in one.
    fn item(&mut self, section: &'static Section, value: &Spanned<DeValue<'_>>) {
        if section.name == "driver" && !entries(value).any(|(key, _)| named(section.keys, key.get_ref()).is_some()) {
            self.figure(value);
        }
        self.table(section, section.name, value);
    }

    /// A table whose keys a section says; `path` is what the section is called here.
    fn table(&mut self, section: &'static Section, path: &str, value: &Spanned<DeValue<'_>>) {
        for (name, value) in entries(value) {
            let at = name.span().start;
            if let Some(key) = named(section.keys, name.get_ref()) {
                self.used(path, key, at, value);
                self.value(key, &format!("{path}.{}", key.name), value);
            } else if section.belongs && name.get_ref() == ORGANISATION.name {
                self.used(path, &ORGANISATION, at, value);
                self.used(ANY_ITEM, &ORGANISATION, at, value);
            } else if let Some(key) = named(COMMON, name.get_ref()) {
                self.used(ANY_ITEM, key, at, value);
            }
        }
    }

    /// What a key holds, where that has keys of its own.
    fn value(&mut self, key: &'static Key, path: &str, value: &Spanned<DeValue<'_>>) {
        match key.kind {
            KeyKind::Group(group) => self.table(group, path, value),
            KeyKind::Groups(group) => list(value).for_each(|value| self.table(group, path, value)),
            KeyKind::GroupsBy(_, group) => entries(value).for_each(|(_, value)| self.table(group, path, value)),
            KeyKind::FigureOr(_, group) => {
                let own = |name: &str| named(group.keys, name).is_some() && named(FIGURE, name).is_none();
                if entries(value).any(|(name, _)| own(name.get_ref())) {
                    self.table(group, path, value);
                } else {
                    self.figure(value);
                }
            }
            KeyKind::FiguresBy(..) | KeyKind::Weights => entries(value).for_each(|(_, value)| self.figure(value)),
            KeyKind::Single(_) | KeyKind::Yearly(_) | KeyKind::RateOrDriver | KeyKind::Special(_) => self.figure(value),
            _ => {}
        }
    }

    /// A figure, which may be a table of years, of evidence, or of both.
    fn figure(&mut self, value: &Spanned<DeValue<'_>>) {
        for (name, value) in entries(value) {
            if let Some(key) = named(FIGURE, name.get_ref()) {
                self.used(ANY_FIGURE, key, name.span().start, value);
                self.figure(value);
            }
        }
    }

    fn begin(&mut self, section: &'static Section, at: usize) {
        let line = self.line_of(at);
        self.headers.entry(section.name).or_default().push(line);
    }

    fn used(&mut self, path: &str, key: &'static Key, at: usize, value: &Spanned<DeValue<'_>>) {
        let (line, words) = (self.line_of(at), words(value.get_ref()));
        self.uses.entry((path.to_owned(), key.name)).or_default().push(Use { line, words });
    }

    fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    /// The comment on a line; for a header also the one above it.
    fn comment(&self, line: usize) -> String {
        let own = comment_on(self.lines[line]).unwrap_or_default();
        let above = line.checked_sub(1).map_or("", |above| self.lines[above]);
        if self.lines[line].starts_with('[') && above.starts_with('#') {
            format!("{own} {above}")
        } else {
            own.to_owned()
        }
    }

    /// The keys that the text does not use.
    fn missing(&self) -> BTreeSet<String> {
        let all = keys().into_iter().filter(|(place, _)| !self.uses.contains_key(place));
        all.map(|(place, key)| format!("{}: {}", shown(&place), key.help)).collect()
    }

    /// The keys and sections that have no comment where they are first used.
    fn unexplained(&self) -> BTreeSet<String> {
        let explained = |line: usize| self.comment(line).chars().any(char::is_alphabetic);
        // What belongs to every item is explained once in the file.
        let uses = self.uses.iter().filter(|((path, key), _)| path == ANY_ITEM || *key != ORGANISATION.name);
        let keys = uses.filter_map(|(place, uses)| Some((shown(place), uses.first()?.line)));
        let headers = self.headers.iter().filter_map(|(name, lines)| Some((format!("[{name}]"), *lines.iter().min()?)));
        let without = keys.chain(headers).filter(|(_, line)| !explained(*line));
        without.map(|(what, line)| format!("{what}: first used on line {} of {FILE}", line + 1)).collect()
    }

    /// The words that a key may hold and that stand nowhere where it is used: neither as its value
    /// nor in the comment on it.
    fn unsaid(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (place, key) in keys() {
            let choices: &[&str] = match key.kind {
                KeyKind::Choice(words) | KeyKind::Choices(words) => words,
                KeyKind::Recurrence => &["true", "false", "not_stated"],
                _ => &[],
            };
            let uses = self.uses.get(&place).map_or(&[][..], Vec::as_slice);
            for word in choices {
                let said = |u: &Use| u.words.iter().any(|w| w == word) || holds_word(&self.comment(u.line), word);
                if !uses.iter().any(said) {
                    found.insert(format!("{} = \"{word}\"", shown(&place)));
                }
            }
        }
        found
    }
}

/// A key as it is told: `saving.full_year.share`.
fn shown((path, key): &Place) -> String {
    format!("{path}.{key}")
}

/// Every key of the language, by where it belongs.
fn keys() -> BTreeMap<Place, &'static Key> {
    fn add(keys: &'static [Key], path: &str, all: &mut BTreeMap<Place, &'static Key>) {
        all.extend(keys.iter().map(|key| ((path.to_owned(), key.name), key)));
    }
    fn walk(section: &'static Section, path: &str, all: &mut BTreeMap<Place, &'static Key>) {
        add(section.keys, path, all);
        if section.belongs {
            add(std::slice::from_ref(&ORGANISATION), path, all);
        }
        for (key, group) in section.groups() {
            walk(group, &format!("{path}.{}", key.name), all);
        }
    }
    let mut all = BTreeMap::new();
    for section in sections() {
        walk(section, section.name, &mut all);
    }
    add(COMMON, ANY_ITEM, &mut all);
    add(std::slice::from_ref(&ORGANISATION), ANY_ITEM, &mut all);
    add(FIGURE, ANY_FIGURE, &mut all);
    all
}

fn named(keys: &'static [Key], name: &str) -> Option<&'static Key> {
    keys.iter().find(|key| key.name == name)
}

/// The keys of a table and what they hold; nothing when it is no table.
fn entries<'v, 'a>(
    value: &'v Spanned<DeValue<'a>>,
) -> impl Iterator<Item = (&'v Spanned<std::borrow::Cow<'a, str>>, &'v Spanned<DeValue<'a>>)> {
    let table = if let DeValue::Table(table) = value.get_ref() { Some(table) } else { None };
    table.into_iter().flatten()
}

/// The values of a list; nothing when it is no list.
fn list<'v, 'a>(value: &'v Spanned<DeValue<'a>>) -> impl Iterator<Item = &'v Spanned<DeValue<'a>>> {
    let list = if let DeValue::Array(list) = value.get_ref() { Some(list) } else { None };
    list.into_iter().flatten()
}

/// The words that a value is made of.
fn words(value: &DeValue<'_>) -> Vec<String> {
    match value {
        DeValue::String(text) => vec![text.to_string()],
        DeValue::Boolean(flag) => vec![flag.to_string()],
        DeValue::Array(values) => values.iter().flat_map(|value| words(value.get_ref())).collect(),
        _ => Vec::new(),
    }
}

/// The comment at the end of a line: what follows the first `#` that is in no text.
fn comment_on(line: &str) -> Option<&str> {
    let mut quote = None;
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (quote, letter) {
            (None, '#') => return line.get(at + 1..),
            (None, '"' | '\'') => quote = Some(letter),
            (Some('"'), '\\') => {
                letters.next();
            }
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

/// Whether a text holds a word, and not as a part of another.
fn holds_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(part) && !text[at + word.len()..].chars().next().is_some_and(part)
    })
}

fn text() -> String {
    fs::read_to_string(root().join(FILE)).unwrap_or_else(|e| panic!("{FILE}: {e}"))
}

/// Fails with everything that was found, and what to do about it.
fn hold(found: &BTreeSet<String>, what_to_do: &str) {
    let listed: String = found.iter().map(|line| format!("  {line}\n")).collect();
    assert!(found.is_empty(), "\n{listed}\n{what_to_do}\n");
}

#[test]
fn it_opens_without_a_warning_and_shows_what_it_expects() {
    let opened = fundgap::open(&Origin::File(root().join(FILE)), &[], &[])
        .unwrap_or_else(|refused| panic!("\n{}", render_all(&refused.wrong, &refused.sources, false)));
    let sources = &opened.loaded.sources;
    assert!(opened.warnings.is_empty(), "\n{}", render_all(&opened.warnings, sources, false));
    let all = outcomes(&opened.plan, &opened.results, &opened.scenario.expectations)
        .unwrap_or_else(|wrong| panic!("\n{}", render_all(&wrong, sources, false)));
    assert!(all.len() >= 10, "{FILE} expects only {} figures", all.len());
    let missed = all.iter().filter(|outcome| !outcome.met()).map(|outcome| {
        let say = |steps: Option<i128>| {
            steps.map_or_else(|| "not published".to_owned(), |s| decimal(s, outcome.unit.scale()).to_string())
        };
        let (place, run) = (sources.describe(outcome.place), outcome.run.code());
        format!("{place}: {} ({run}): {}, not {}", outcome.address, say(outcome.actual), say(outcome.expected))
    });
    hold(&missed.collect(), "Work the figure by hand again before you change what is expected.");
}

#[test]
fn every_key_is_shown() {
    hold(
        &Shown::read(&text()).missing(),
        "The reference shows every key of the language. Use these where somebody would look for them, with a word on \
         what each is for.",
    );
}

#[test]
fn every_key_is_explained_where_it_is_first_shown() {
    hold(
        &Shown::read(&text()).unexplained(),
        "Each needs a comment on its line (a header may have it on the line above) that says in a finance officer's \
         words what it is for.",
    );
}

#[test]
fn every_word_a_key_may_hold_is_said() {
    hold(
        &Shown::read(&text()).unsaid(),
        "Each word stands where its key is used: as a value, or in the comment on the line of one of its uses.",
    );
}

/// Without this, a walk that missed half of the file would let half of the language go missing.
#[test]
fn what_is_taken_out_is_told() {
    let text = text();
    let with = |change: &dyn Fn(&str) -> String| text.lines().map(|line| change(line) + "\n").collect::<String>();
    for (key, place) in [
        ("slippage", "saving.slippage"),
        ("optimism_bias", "saving.cost_to_achieve.optimism_bias"),
        ("weekly_fee", "line.clients.weekly_fee"),
        ("partial", "driver.partial"),
        ("up_to", "levy.tiers.up_to"),
        ("within", "pool.contribution.within"),
        ("notional_increase", "funding.transition.floor.notional_increase"),
        ("about", "[any figure].about"),
        ("remove", "[any item].remove"),
    ] {
        let spelt = format!("{key} ");
        // Another name in its place, so that the tables around it stay as they are.
        let less = with(&|line| line.replace(&spelt, "x "));
        let missing = Shown::read(&less).missing();
        assert!(missing.iter().any(|told| told.starts_with(&format!("{place}: "))), "without `{key}`: {missing:?}");
        assert_eq!(missing.len(), 1, "without `{key}`: {missing:?}");
        let bare = with(&|line| match comment_on(line) {
            Some(comment) if line.contains(&spelt) => line.replace(&format!("#{comment}"), ""),
            _ => line.to_owned(),
        });
        let unexplained = Shown::read(&bare).unexplained();
        assert!(
            unexplained.iter().any(|told| told.starts_with(&format!("{place}: "))),
            "`{key}` bare: {unexplained:?}"
        );
    }
    let less = with(&|line| line.replace("conditional", "…"));
    let unsaid = Shown::read(&less).unsaid();
    assert_eq!(unsaid, BTreeSet::from(["support.kind = \"conditional\"".to_owned()]));
}
