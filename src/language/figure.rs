//! A figure: the one way to write a value for each year, with its evidence and its range.

use std::sync::Arc;

use smol_str::SmolStr;

use super::keys::FIGURE;
use super::scalar::{self, MoneyUnit, Scalar};
use super::spread;
use super::tree::{Node, Table, Value};
use crate::sheet::{Assumption, Evidence, Flags, Spread};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics, FileId, FinancialYear, Horizon, Place, Unit};

/// What each file said about its own bare numbers and lists.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileSettings {
    /// The unit of bare numbers.
    pub unit: Option<MoneyUnit>,
    /// The year of the first value of every list.
    pub lists_from: Option<FinancialYear>,
    /// Whether the file was drawn in by `extends`, so that it may speak of years beyond the plan.
    pub extended: bool,
    /// Which layer it belongs to: 0 for the scenario and what it extends, then each layer in order.
    pub layer: u16,
}

/// Everything a figure needs to know to be read.
#[derive(Debug, Clone)]
pub struct FigureRules {
    /// The years of the plan.
    pub horizon: Horizon,
    /// What each file said, by file number.
    pub files: Vec<FileSettings>,
}

impl FigureRules {
    /// How many values a figure has: one for each plan year, or one in all.
    fn count(&self, by_year: bool) -> usize {
        if by_year { usize::try_from(self.horizon.years()).unwrap_or(1) } else { 1 }
    }

    /// What the file said.
    #[must_use]
    pub fn file(&self, file: FileId) -> FileSettings {
        self.files.get(usize::from(file.0)).copied().unwrap_or_default()
    }
}

/// One value of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The value in steps of the unit; none when it was not published.
    pub steps: Option<i128>,
    /// Where it was typed; none for a default.
    pub place: Option<Place>,
    /// Whether it was filled in between published years.
    pub interpolated: bool,
}

/// A figure as resolved: a value for every plan year.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Its path in the file.
    pub path: SmolStr,
    /// Its unit.
    pub unit: Unit,
    /// One value a plan year, or one in all when it has no years.
    pub points: Vec<Point>,
    /// Whether it has a value for each plan year.
    pub by_year: bool,
    /// Where it stands; none for a default.
    pub place: Option<Place>,
    /// Where it stood in earlier layers.
    pub replaced: Vec<Place>,
    /// Who says so.
    pub evidence: Evidence,
    /// Its range.
    pub spread: Option<Arc<Spread>>,
    /// The power of ten of a pound below which it says nothing, 0 when exact.
    pub about: u8,
    /// Whether the file did not give it and a documented default was taken.
    pub default: bool,
}

impl Figure {
    /// The value in plan year `t` (1 is the first), or the one value.
    #[must_use]
    pub fn at(&self, t: i32) -> Point {
        let index = if self.by_year { usize::try_from(t - 1).unwrap_or(0) } else { 0 };
        self.points.get(index).copied().unwrap_or(Point { steps: None, place: None, interpolated: false })
    }

    /// What must be said beside its value in year `t`.
    #[must_use]
    pub fn flags(&self, t: i32) -> Flags {
        let point = self.at(t);
        Flags { published: point.steps.is_some(), interpolated: point.interpolated, about: self.about }
    }

    /// Whether every value is nought, and no range says that it may be anything else.
    #[must_use]
    pub fn is_nought(&self) -> bool {
        self.points.iter().all(|p| p.steps == Some(0))
            && self.spread.as_ref().is_none_or(|s| s.low.0 == 0 && s.high.0 == 0)
    }

    /// Whether the value of year `t` is nought, and no range says that it may be anything else.
    #[must_use]
    pub fn is_nought_in(&self, t: i32) -> bool {
        let n = if self.by_year { usize::try_from(t - 1).unwrap_or(0) } else { 0 };
        self.at(t).steps == Some(0) && self.spread.as_ref().is_none_or(|s| s.of(n) == [0, 0])
    }

    /// Whether it is nought in some year, or its range reaches as far.
    #[must_use]
    pub fn may_be_nought(&self) -> bool {
        let reaches = |spread: &Spread| (spread.low.0..=spread.high.0).contains(&0);
        self.points.iter().any(|p| p.steps == Some(0)) || self.spread.as_deref().is_some_and(reaches)
    }

    /// The first value that is not allowed to be what it is, or the first end of its range, with its place:
    /// what holds of a value holds of all that it may be.
    #[must_use]
    pub fn find_beyond(&self, beyond: impl Fn(i128) -> bool) -> Option<Option<Place>> {
        let values = self.points.iter().filter_map(|p| Some((p.steps?, p.place)));
        let ends =
            self.spread.as_deref().into_iter().flat_map(|s| [s.low, s.high]).map(|(steps, place)| (steps, Some(place)));
        values.chain(ends).find(|(steps, _)| beyond(*steps)).map(|(_, place)| place)
    }

    /// The register's entry for it.
    #[must_use]
    pub fn assumption(&self) -> Assumption {
        Assumption {
            path: self.path.clone(),
            unit: self.unit,
            values: self.points.iter().map(|p| (p.steps, p.place)).collect(),
            by_year: self.by_year,
            place: self.place,
            replaced: self.replaced.clone(),
            evidence: self.evidence.clone(),
            spread: self.spread.clone(),
            default: self.default,
        }
    }

    /// A documented default: the same value every year.
    #[must_use]
    pub fn defaulted(path: SmolStr, unit: Unit, steps: i128) -> Self {
        Self {
            path,
            unit,
            points: vec![Point { steps: Some(steps), place: None, interpolated: false }],
            by_year: false,
            place: None,
            replaced: Vec::new(),
            evidence: Evidence::default(),
            spread: None,
            about: 0,
            default: true,
        }
    }

    /// Reads a figure. Nothing comes back when any part of it is wrong; what is wrong is told.
    pub fn read(
        path: SmolStr,
        node: &Node,
        unit: Unit,
        by_year: bool,
        rules: &FigureRules,
        wrong: &mut Diagnostics,
    ) -> Option<Self> {
        let mut figure = Self {
            path,
            unit,
            points: Vec::new(),
            by_year,
            place: Some(node.place),
            replaced: node.replaced.clone(),
            evidence: Evidence::default(),
            spread: None,
            about: 0,
            default: false,
        };
        let mut about = false;
        let mut values = node;
        if let Value::Table(table) = &node.value {
            known_keys(table, wrong)?;
            figure.evidence = evidence(table);
            about = matches!(table.get("about").map(|n| &n.value), Some(Value::Flag(true)));
            if let Some(likely) = table.get("likely") {
                if let Some(year) = table.entries.iter().find(|(k, _)| is_year(k) || *k == "then" || *k == "otherwise")
                {
                    wrong.push(
                        Diagnostic::error(
                            "figure_twice",
                            format!("`{}` has both `likely` and `{}`", figure.path, year.0),
                        )
                        .at(year.1.key)
                        .hint("put the years inside: likely = { \"2026/27\" = …, then = … }"),
                    );
                    return None;
                }
                values = likely;
            }
        }
        let each_year = match values.value {
            Value::List(_) | Value::Table(_) => Some(expand(&figure.path, values, by_year, rules, wrong)?),
            _ => None,
        };
        let mut all_read = true;
        let mut last_digit = u8::MAX;
        let mut read = |node: &Node| match scalar::read(node, unit, rules.file(node.place.file).unit) {
            Ok(Scalar { steps, last_digit: digit, .. }) => {
                last_digit = last_digit.min(digit);
                Point { steps, place: Some(node.place), interpolated: false }
            }
            Err(diagnostic) => {
                wrong.push(*diagnostic);
                all_read = false;
                Point { steps: None, place: None, interpolated: false }
            }
        };
        figure.points = match each_year {
            // One value for every year is typed once, and read once.
            None => vec![read(values); rules.count(by_year)],
            Some(each) => each
                .into_iter()
                .map(|value| match value {
                    Expanded::Given(node) => read(node),
                    Expanded::NotPublished(place) => Point { steps: None, place: Some(place), interpolated: false },
                })
                .collect(),
        };
        figure.about = if about && last_digit != u8::MAX { last_digit.max(1) } else { 0 };
        if let Value::Table(table) = &node.value {
            let before = wrong.len();
            figure.spread = spread::read(&figure, table, rules, wrong).map(Arc::new);
            all_read &= wrong.len() == before;
        }
        all_read.then_some(figure)
    }
}

/// The value of one year before it is read.
pub enum Expanded<'a> {
    /// Typed here.
    Given(&'a Node),
    /// Said not to be published, here.
    NotPublished(Place),
}

/// The nodes that give each year its value (or the one value, when the figure has no years).
pub fn expand<'a>(
    path: &str,
    node: &'a Node,
    by_year: bool,
    rules: &FigureRules,
    wrong: &mut Diagnostics,
) -> Option<Vec<Expanded<'a>>> {
    let years = rules.count(by_year);
    match &node.value {
        Value::List(values) if by_year => list(path, node, values, years, rules, wrong),
        Value::Table(table) if by_year => year_table(path, node, table, rules, wrong),
        Value::List(_) => {
            wrong.push(
                Diagnostic::error("not_yearly", format!("`{path}` is one figure for all years, not a list"))
                    .at(node.place)
                    .hint("write one value"),
            );
            None
        }
        Value::Table(_) => {
            wrong.push(
                Diagnostic::error("not_yearly", format!("`{path}` is one figure for all years and needs `likely`"))
                    .at(node.place)
                    .hint("write one value, or { likely = …, source = \"…\" }"),
            );
            None
        }
        _ => Some((0..years).map(|_| Expanded::Given(node)).collect()),
    }
}

fn list<'a>(
    path: &str,
    node: &Node,
    values: &'a [Node],
    years: usize,
    rules: &FigureRules,
    wrong: &mut Diagnostics,
) -> Option<Vec<Expanded<'a>>> {
    let first = rules.horizon.first();
    match rules.file(node.place.file).lists_from {
        None => {
            wrong.push(
                Diagnostic::error(
                    "lists_from_missing",
                    format!("`{path}` is a list, and this file does not say which year lists begin with"),
                )
                .at(node.place)
                .hint(format!(
                    "add `lists_from = \"{first}\"` to this file's [scenario], or name the years: {{ \"{first}\" = … }}"
                )),
            );
            return None;
        }
        Some(from) if from != first => {
            wrong.push(
                Diagnostic::error(
                    "lists_from_differs",
                    format!("`{path}` is a list from {from}, but the plan begins in {first}"),
                )
                .at(node.place)
                .hint("name the years instead: rolling the base year must never shift a list in silence"),
            );
            return None;
        }
        Some(_) => {}
    }
    if values.len() != years {
        wrong.push(
            Diagnostic::error(
                "list_length",
                format!(
                    "`{path}` has {} values for {years} plan years ({first} to {})",
                    values.len(),
                    rules.horizon.last()
                ),
            )
            .at(node.place)
            .hint("write one value for each plan year, or name the years"),
        );
        return None;
    }
    Some(values.iter().map(Expanded::Given).collect())
}

fn year_table<'a>(
    path: &str,
    node: &Node,
    table: &'a Table,
    rules: &FigureRules,
    wrong: &mut Diagnostics,
) -> Option<Vec<Expanded<'a>>> {
    let before = wrong.len();
    let mut named: Vec<(FinancialYear, &Node)> = Vec::new();
    for (key, entry) in table.entries.iter().filter(|(k, _)| is_year(k)) {
        match key.parse::<FinancialYear>() {
            Ok(year) => {
                if let Some((_, first)) = named.iter().find(|(y, _)| *y == year) {
                    wrong.push(
                        Diagnostic::error("year_twice", format!("`{path}` gives {year} twice"))
                            .at(entry.key)
                            .also(first.place, "first given here")
                            .hint("keep one of the two"),
                    );
                } else if rules.horizon.number(year).is_none_or(|t| t == 0) && !rules.file(entry.key.file).extended {
                    wrong.push(
                        Diagnostic::error("unknown_year", format!("`{path}` speaks of {year}, which is no plan year"))
                            .at(entry.key)
                            .hint(format!("the plan years are {} to {}", rules.horizon.first(), rules.horizon.last())),
                    );
                }
                named.push((year, &entry.node));
            }
            Err(error) => wrong.push(
                Diagnostic::error("not_a_year", error.to_string()).at(entry.key).hint("write a year as \"2026/27\""),
            ),
        }
    }
    named.sort_by_key(|(year, _)| *year);
    let last_named = named.last().map(|(year, _)| *year);
    let then = table.get("then");
    let otherwise = table.get("otherwise");
    let mut values = Vec::new();
    let mut missing = Vec::new();
    for t in rules.horizon.plan() {
        let year = rules.horizon.year(t);
        let after_last = last_named.is_none_or(|last| year > last);
        if let Some((_, node)) = named.iter().find(|(y, _)| *y == year) {
            values.push(Expanded::Given(node));
        } else if let (true, Some(then)) = (after_last, then) {
            values.push(Expanded::Given(then));
        } else if let Some(otherwise) = otherwise {
            match otherwise.as_text() {
                Some("hold") => match named.iter().rev().find(|(y, _)| *y < year) {
                    Some((_, held)) => values.push(Expanded::Given(held)),
                    None => missing.push(year),
                },
                Some("not_published") => values.push(Expanded::NotPublished(otherwise.place)),
                _ => values.push(Expanded::Given(otherwise)),
            }
        } else {
            missing.push(year);
        }
    }
    // A year that is wrong may be the one that seems left out.
    if !missing.is_empty() && wrong.len() == before {
        let years = missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        wrong.push(
            Diagnostic::error("year_left_out", format!("`{path}` says nothing for {years}")).at(node.place).hint(
                match then {
                    Some(_) => "name the year too (`then` speaks of the years after the last one named), or add `otherwise = 0`, \"hold\" or \"not_published\"",
                    None => "add `then = …` (all years after the last one named) or `otherwise = 0`, \"hold\" or \"not_published\"",
                },
            ),
        );
    }
    (wrong.len() == before).then_some(values)
}

fn is_year(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_digit())
}

fn known_keys(table: &Table, wrong: &mut Diagnostics) -> Option<()> {
    let mut fine = Some(());
    for (key, entry) in &table.entries {
        if !is_year(key) && !FIGURE.iter().any(|k| k.name == key) {
            let mut diagnostic = Diagnostic::error("unknown_key", format!("a figure has no key `{key}`")).at(entry.key);
            diagnostic = match did_you_mean(key, FIGURE.iter().map(|k| k.name)) {
                Some(meant) => diagnostic.hint(format!("did you mean `{meant}`?")),
                None => {
                    let keys: Vec<&str> = FIGURE.iter().map(|k| k.name).collect();
                    diagnostic.hint(format!("a figure may have years, and: {}", keys.join(", ")))
                }
            };
            wrong.push(diagnostic);
            fine = None;
        }
    }
    fine
}

/// The evidence a table carries.
#[must_use]
pub fn evidence(table: &Table) -> Evidence {
    let mut evidence = Evidence::default();
    // Most items have none of these: their few keys are gone through once.
    for (key, entry) in &table.entries {
        let text = || entry.node.as_text().map(str::to_owned);
        match key.as_str() {
            "source" => evidence.source = text(),
            "owner" => evidence.owner = text(),
            "note" => evidence.note = text(),
            "unconfirmed" => evidence.unconfirmed = matches!(entry.node.value, Value::Flag(true)),
            _ => {}
        }
    }
    evidence
}
