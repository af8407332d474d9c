//! # Adjustments: changes relative to what is there
//!
//! **What you write**: `[adjust.pay_plus_1]`, in any file of a scenario, with the figures it is `of`
//! (`"driver.pay_*"`, where `*` stands for any letters) and one way to change them: `add`, `times`,
//! `to`, `at_most`, `at_least`; or `later`, which holds savings up, or `earlier`, which ends a fund or
//! a grant before its time. It may be limited to some years.
//!
//! **What it means**: when all files are merged, and before `--set`, each figure it finds is written
//! anew with the changed value of each year, exactly; `times` rounds once, half away from zero, to
//! what the unit holds. The new value stands at the adjustment and keeps the place of what it
//! replaces, so that the register and `explain` tell both. What was not published stays so, a range
//! goes, since it was the range of the figure as it was, and the source is the adjustment's.
//!
//! The rules of the scenario's own files are applied first, then those of each layer, each to what it
//! finds. Those of one layer all look at the figures as they were before it, so that their order does not
//! matter; two of them may change one figure only when both add.

mod change;
mod earlier;
mod find;
mod later;
mod rule;

use std::collections::{BTreeMap, BTreeSet};

use super::layers::Sections;
use super::year_override::horizon;
use crate::language::figure::{FigureRules, FileSettings};
use crate::language::{Item, Key, KeyKind, Node, Section, Table};
use crate::vocabulary::diagnostic::Severity;
use crate::vocabulary::{Diagnostic, Diagnostics, Place, Unit};
use find::Reached;
use rule::{How, Rule};

/// What `add` and its like hold.
const AMOUNT: KeyKind = KeyKind::Special("a value in the unit of what it changes: \"1%\", \"£1m\", 4");

/// The keys of an adjustment.
pub const SECTION: Section = Section {
    name: "adjust",
    help: "a change relative to what the other files say, made when all are merged and before --set; needs one of `add`, `times`, `to`, `at_most`, `at_least`, `later` and `earlier`",
    keys: &[
        Key::required("of", KeyKind::Paths, "the figures it changes: \"driver.pay_*\", \"saving.*.delivery\""),
        Key::optional("add", AMOUNT, "added to each year: points for a rate, months for a month"),
        Key::optional(
            "times",
            KeyKind::Single(Unit::Rate),
            "each year times this, rounded once to what its unit holds: \"110%\"",
        ),
        Key::optional("to", AMOUNT, "each year is this instead; written where an item does not state it"),
        Key::optional("at_most", AMOUNT, "what is above this is this; a delivery not stated counts as all of it"),
        Key::optional("at_least", AMOUNT, "what is below this is this"),
        Key::optional(
            "later",
            KeyKind::Count,
            "of savings (\"saving.*\"): the months for which those that have not begun are held up, as a [pause.…] does",
        ),
        Key::optional(
            "earlier",
            KeyKind::Count,
            "of funds and grants with an end (\"fund.*\", \"funding.*\"): the years by which they end early; those years have nothing",
        ),
        Key::optional("except", KeyKind::Paths, "items it leaves alone: \"driver.non_pay\""),
        Key::optional("years", KeyKind::Special("a financial year, or a list"), "only these plan years"),
        Key::optional("from", KeyKind::Year, "only from this plan year on"),
        Key::optional("first_years", KeyKind::Count, "only so many years from the first plan year on"),
        Key::optional(
            "unless",
            KeyKind::Special("a table from keys to words"),
            "leaves items alone of which a key holds one of these words: { status = \"delivered\" }",
        ),
        Key::optional(
            "optional",
            KeyKind::Flag,
            "`true`: where nothing fits, a warning, as long as another optional one changes something; else an error",
        ),
        Key::optional("needs", KeyKind::Text, "what it looks for, in words: said when nothing fits"),
    ],
    belongs: false,
};

/// What one adjustment did to a scenario.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub place: Place,
    /// Where the change it makes is written: the place of every figure it changed.
    pub change: Place,
    /// What it changed.
    pub touched: Vec<Touched>,
    /// What fits and was left as it is.
    pub left: Vec<Left>,
}

impl SetPattern {
    /// How many figures it set and which, those that were not stated among them, and what it left alone.
    #[must_use]
    pub fn said(&self) -> String {
        const MOST: usize = 8;
        let count = self.set.len();
        let named =
            |(path, stated): &(String, bool)| format!("{path}{}", if *stated { "" } else { " (not stated before)" });
        let mut words: Vec<String> = self.set.iter().take(MOST).map(named).collect();
        if count > MOST {
            words.push(format!("and {} more", count - MOST));
        }
        let figures = if count == 1 { "figure" } else { "figures" };
        let mut said = format!("{} sets {count} {figures}: {}", self.words, words.join("; "));
        if !self.left.is_empty() {
            said.push_str(&format!("; left alone: {}", left_in_words(self.left.iter())));
        }
        said
    }
}

/// What fits an adjustment and was left as it is.
#[derive(Debug, Clone)]
pub struct Left {
    /// Its path in the file.
    pub path: String,
    /// Why, as the end of a sentence about it.
    pub why: String,
    /// Whether it follows another figure, so that it may move all the same.
    pub follows: bool,
    /// Whether it is not stated, so that there is nothing to add to or to multiply.
    pub unstated: bool,
}

/// A figure that was changed.
#[derive(Debug, Clone)]
pub struct Touched {
    /// Its path in the file.
    pub path: String,
    /// Its unit.
    pub unit: Unit,
    /// Its values by plan year before, or one for all years; nothing where it was not published, and
    /// no values at all where it was not stated.
    pub before: Vec<Option<i128>>,
    /// Its values after.
    pub after: Vec<Option<i128>>,
    /// Whether the product had to be rounded.
    pub rounded: bool,
    /// What happened to it, where no values say it.
    pub words: Option<String>,
}

/// What is known of the adjustments of a scenario once its files are merged.
#[derive(Debug, Clone, Default)]
pub struct Adjusted {
    /// What each did, by name.
    pub all: Vec<Adjustment>,
    /// What is wrong with them.
    pub told: Diagnostics,
    /// What each `--set` with `*` set, in the order of the command line.
    pub patterns: Vec<SetPattern>,
}

/// What a `--set` with `*` set.
#[derive(Debug, Clone)]
pub struct SetPattern {
    /// The argument as typed.
    pub words: String,
    /// The paths of the figures it set, and whether each was stated before. Never empty.
    pub set: Vec<(String, bool)>,
    /// What fits and was left as it is.
    pub left: Vec<Left>,
}

/// The figures that a path with `*` names, for a value that replaces them: those that are stated, and where
/// the figure is written out those of items that take it and do not state it. With them what fits and is
/// left alone.
pub(super) fn named(
    tree: &Table,
    (path, place): (&str, Place),
    value: &Node,
    files: &[FileSettings],
    sections: Sections<'_>,
) -> Result<(Vec<Reached>, Vec<Left>), Diagnostics> {
    let mut told = Diagnostics::new();
    let Some(horizon) = horizon(tree) else { return Ok((Vec::new(), Vec::new())) };
    let setting = Setting { rules: FigureRules { horizon, files: files.to_vec() }, sections };
    let rule = Rule::replacing((path.to_owned(), place), value.clone());
    let mut done = rule.begun();
    let found = find::all(tree, &rule, &setting, &mut done, &mut told);
    if told.has_errors() {
        return Err(told);
    }
    let mut taken = Vec::new();
    for found in found {
        match change::unfit_for(tree, &found.keys).filter(|_| !is_stated(tree, &found.keys)) {
            Some(why) => find::leave(&mut done, found.path, why),
            None => taken.push(found),
        }
    }
    Ok((taken, done.left))
}

/// Whether there is anything at the end of these keys.
pub(super) fn is_stated(tree: &Table, keys: &[String]) -> bool {
    let Some((last, before)) = keys.split_last() else { return false };
    before.iter().try_fold(tree, |table, key| table.table(key)).is_some_and(|table| table.get(last).is_some())
}

/// Everything that adjusting needs to know.
struct Setting<'a> {
    rules: FigureRules,
    sections: Sections<'a>,
}

/// Applies every `[adjust.…]` of a merged tree. What is wrong with the figures themselves, or with the
/// types of an adjustment's keys, is left to their readers.
pub(super) fn apply(tree: &mut Table, files: &[FileSettings], sections: Sections<'_>) -> Adjusted {
    let mut adjusted = Adjusted::default();
    let Some(items) = tree.table(SECTION.name) else { return adjusted };
    let Some(horizon) = horizon(tree) else { return adjusted };
    let setting = Setting { rules: FigureRules { horizon, files: files.to_vec() }, sections };
    let mut rules: Vec<Rule> = items
        .entries
        .iter()
        .filter_map(|(name, entry)| rule::read(name, entry, &setting, &mut adjusted.told))
        .collect();
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    let mut doings: Vec<Adjustment> = rules.iter().map(Rule::begun).collect();
    let layer = |rule: &Rule| setting.rules.file(rule.place.file).layer;
    let layers: BTreeSet<u16> = rules.iter().map(layer).collect();
    for of in layers {
        let those: Vec<usize> = (0..rules.len()).filter(|n| layer(&rules[*n]) == of).collect();
        together(tree, &rules, &those, &setting, &mut doings, &mut adjusted.told);
    }
    // A rule with something wrong in it is not told to touch nothing as well.
    if !adjusted.told.has_errors() {
        untouched(tree, &rules, &doings, &mut adjusted.told);
    }
    adjusted.all = doings;
    adjusted
}

/// Applies the rules of one layer, all of which look at the figures as they were before it.
fn together(
    tree: &mut Table,
    rules: &[Rule],
    those: &[usize],
    setting: &Setting<'_>,
    doings: &mut [Adjustment],
    told: &mut Diagnostics,
) {
    let before = tree.clone();
    let mut by_path: BTreeMap<String, Vec<(usize, Option<Reached>)>> = BTreeMap::new();
    for n in those.iter().copied() {
        let (rule, done) = (&rules[n], &mut doings[n]);
        let found: Vec<(String, Option<Reached>)> = match rule.how {
            How::Later { .. } => later::apply(tree, &before, rule, setting, done, told),
            How::Earlier { .. } => earlier::apply(tree, &before, rule, setting, done, told),
            _ => {
                let all = find::all(&before, rule, setting, done, told);
                all.into_iter().map(|found| (found.path.clone(), Some(found))).collect()
            }
        };
        found.into_iter().for_each(|(path, found)| by_path.entry(path).or_default().push((n, found)));
    }
    for (path, by) in by_path {
        let adds = by.iter().all(|(n, _)| matches!(rules[*n].how, How::Add(_)));
        if let ([(first, _), .., (last, _)], false) = (by.as_slice(), adds) {
            told.push(twice(&path, &rules[*first], &rules[*last]));
            continue;
        }
        for (n, found) in by.iter().filter_map(|(n, found)| Some((*n, found.as_ref()?))) {
            change::one(tree, &rules[n], found, setting, &mut doings[n], told);
        }
    }
}

fn twice(path: &str, first: &Rule, second: &Rule) -> Diagnostic {
    Diagnostic::error(
        "adjusted_twice",
        format!("`{path}` is changed by `adjust.{}` and by `adjust.{}`", first.name, second.name),
    )
    .at(second.place)
    .also(first.place, "the first of them")
    .hint("two adjustments of one figure go together only when both `add`: name fewer figures in one of them")
}

/// Tells of each rule that changes nothing: an error, or a warning for one that is optional while
/// another of those changes something.
fn untouched(tree: &Table, rules: &[Rule], doings: &[Adjustment], told: &mut Diagnostics) {
    let any = rules.iter().zip(doings).any(|(rule, done)| rule.optional && !done.touched.is_empty());
    for (rule, done) in rules.iter().zip(doings).filter(|(_, done)| done.touched.is_empty()) {
        let looks_for = rule.needs.clone().unwrap_or_else(|| {
            let paths: Vec<String> = rule.of.iter().map(|(path, _)| format!("`{path}`")).collect();
            paths.join(", ")
        });
        let mut message = format!("`adjust.{}` changes nothing: it needs {looks_for}", rule.name);
        if !done.left.is_empty() {
            message.push_str(&format!("; {}", left_in_words(done.left.iter())));
        }
        let severity = if rule.optional && any { Severity::Warning } else { Severity::Error };
        let diagnostic = Diagnostic { severity, ..Diagnostic::error("adjusts_nothing", message) };
        told.push(diagnostic.at(rule.place).hint(find::what_there_is(tree, rule)));
    }
}

/// What was left as it is, with why: the first few, and how many more.
#[must_use]
pub fn left_in_words<'a>(left: impl ExactSizeIterator<Item = &'a Left> + Clone) -> String {
    const MOST: usize = 6;
    let mut words: Vec<String> = left.clone().take(MOST).map(|l| format!("{} {}", l.path, l.why)).collect();
    if left.len() > MOST {
        words.push(format!("and {} more", left.len() - MOST));
    }
    if left.clone().any(|l| l.unstated) {
        words.push("what is not stated cannot be added to or multiplied: state it, or write `to = …`".to_owned());
    }
    words.join("; ")
}

/// Reads the types of an adjustment's keys, so that what is wrong with them is told.
pub(super) fn check(item: &Item<'_>) {
    let _ = (item.texts("of"), item.texts("except"), item.figure("times"), item.year("from"), item.text("needs"));
    let _ = (item.count("later"), item.count("earlier"), item.count("first_years"));
    let _ = item.flag("optional");
}

#[cfg(test)]
#[path = "adjust/tests.rs"]
mod tests;
