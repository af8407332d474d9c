//! What really happened in a year, as a file beside the plan: the outturn of lines, what savings
//! delivered, what funding came to and what reserves closed at. Read for rolling a plan forward.
//!
//! ```toml
//! [actuals]
//! year   = "2026/27"
//! unit   = "£m"
//! source = "Outturn report, June 2027"
//!
//! [saving.agile_working]
//! delivered = 0.4      # recurrent, in the year
//! one_off   = 0.2      # closed by a one-off substitute: not recurrent delivery
//! ```
//!
//! Or as CSV with the headings `item,figure,value,source`: `saving.agile_working,delivered,0.4,…`, with
//! rows `actuals,year,2026/27` and `actuals,unit,£m`.

use std::collections::BTreeMap;
use std::path::Path;

use super::beside::{self, Beside, Written};
use super::csv_lines::{self, Cell};
use super::load::LoadFailure;
use super::resolve::Scenario;
use crate::language::scalar::{self, Scalar};
use crate::language::{Node, Table, Value};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Place, Unit};

/// What a file of actuals may say of an item: kind, figure, its unit, what it means.
pub const FIGURES: [(&str, &str, Unit, &str); 10] = [
    ("line", "outturn", Unit::Money, "what the line came to in the year, net of the savings made on it"),
    ("line", "one_off", Unit::Money, "how much of its difference from the budget will not be there again"),
    ("line", "approved", Unit::Money, "its recurrent budget as approved for the year, net of the savings made on it"),
    ("saving", "delivered", Unit::Money, "what was saved in the year and lasts"),
    ("saving", "one_off", Unit::Money, "what a one-off substitute brought instead: it does not last"),
    ("saving", "full_year", Unit::Money, "what the saving will bring in a full year; else what the plan says remains"),
    ("funding", "amount", Unit::Money, "what the funding came to in the year"),
    ("funding", "band_d", Unit::UnitPrice, "the Band D that was set for the year"),
    ("reserve", "closing", Unit::Money, "the balance at the end of the year"),
    ("dsg", "closing", Unit::Money, "the deficit at the end of the year"),
];

/// Texts that stand beside the figures of an item.
const TEXTS: [&str; 3] = ["source", "reason", "note"];

/// One actual figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actual {
    /// Its value in steps of its unit.
    pub steps: i128,
    /// Where it is written.
    pub place: String,
}

/// What happened in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actuals {
    /// The name of the file.
    pub name: String,
    /// The year.
    pub year: FinancialYear,
    /// Where the figures come from.
    pub source: Option<String>,
    figures: BTreeMap<(String, String, String), Actual>,
    texts: BTreeMap<(String, String, String), String>,
}

impl Actuals {
    /// Nothing is known of a year but the plan.
    #[must_use]
    pub fn none(year: FinancialYear) -> Self {
        Self { name: String::new(), year, source: None, figures: BTreeMap::new(), texts: BTreeMap::new() }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    /// A figure of an item.
    #[must_use]
    pub fn get(&self, kind: &str, name: &str, figure: &str) -> Option<&Actual> {
        self.figures.get(&(kind.to_owned(), name.to_owned(), figure.to_owned()))
    }

    /// A text of an item: its reason, its source.
    #[must_use]
    pub fn text(&self, kind: &str, name: &str, key: &str) -> Option<&str> {
        self.texts.get(&(kind.to_owned(), name.to_owned(), key.to_owned())).map(String::as_str)
    }

    /// Where a figure of an item comes from.
    #[must_use]
    pub fn source_of(&self, kind: &str, name: &str) -> Option<&str> {
        self.text(kind, name, "source").or(self.source.as_deref())
    }

    /// Reads the actuals of a scenario's year. Bare numbers are in the file's own unit, else in the
    /// scenario's.
    ///
    /// # Errors
    /// The file cannot be read, or what is wrong in it: every unknown name and figure with its place.
    pub fn read(path: &Path, scenario: &Scenario) -> Result<Self, LoadFailure> {
        let name = path.to_string_lossy().replace('\\', "/");
        beside::read(path, &name, |written, file| {
            let said = match written {
                Written::Rows(rows) => of_rows(rows, file.whole, file.wrong),
                Written::Tree(tree) => of_tables(tree, file.wrong),
            };
            if file.wrong.has_errors() { None } else { understood(&said, &name, scenario, file) }
        })
    }
}

/// One thing said: of which item, under which key.
struct Said {
    /// `line.pay`, or `actuals`.
    item: String,
    at: Place,
    key: String,
    key_at: Place,
    node: Node,
}

/// What a TOML file says.
fn of_tables(tree: &Table, wrong: &mut Diagnostics) -> Vec<Said> {
    let mut all = Vec::new();
    let mut take = |item: &str, at: Place, keys: &Table| {
        all.extend(keys.entries.iter().map(|(key, entry)| Said {
            item: item.to_owned(),
            at,
            key: key.to_string(),
            key_at: entry.key,
            node: entry.node.clone(),
        }));
    };
    for (kind, entry) in &tree.entries {
        match entry.node.as_table() {
            Some(keys) if kind == "actuals" => take(kind, entry.key, keys),
            Some(items) => {
                for (name, entry) in &items.entries {
                    match entry.node.as_table() {
                        Some(keys) => take(&format!("{kind}.{name}"), entry.key, keys),
                        None => wrong.push(no_item(&format!("{kind}.{name}"), entry.key)),
                    }
                }
            }
            None => wrong.push(no_item(kind, entry.key)),
        }
    }
    all
}

/// What a CSV file says.
fn of_rows(rows: &[Vec<Cell>], whole: Place, wrong: &mut Diagnostics) -> Vec<Said> {
    let headings = rows.first().map(Vec::as_slice).unwrap_or_default();
    let column = |name: &str| headings.iter().position(|h| h.text == name);
    let (Some(item), Some(figure), Some(value)) = (column("item"), column("figure"), column("value")) else {
        wrong.push(
            Diagnostic::error("actuals_headings", "actuals as CSV need the headings `item`, `figure` and `value`")
                .at(headings.first().map_or(whole, |h| h.place))
                .hint("write item,figure,value,source in the first row"),
        );
        return Vec::new();
    };
    let mut all = Vec::new();
    for row in rows.get(1..).unwrap_or_default() {
        let (Some(item), Some(figure), Some(value)) = (row.get(item), row.get(figure), row.get(value)) else {
            if let Some(first) = row.first().filter(|c| !c.text.is_empty()) {
                let message = "this row does not have an item, a figure and a value";
                wrong.push(
                    Diagnostic::error("csv_row_length", message)
                        .at(first.place)
                        .hint("write one actual figure a row: saving.home_first,delivered,0.4"),
                );
            }
            continue;
        };
        if value.text.is_empty() {
            continue;
        }
        let mut say = |key: &str, key_at: Place, value: Value, at: Place| {
            let node = Node::new(value, at);
            all.push(Said { item: item.text.clone(), at: item.place, key: key.to_owned(), key_at, node });
        };
        say(&figure.text, figure.place, csv_lines::value(&value.text), value.place);
        for text in TEXTS.into_iter().filter(|_| item.text != "actuals") {
            if let Some(cell) = column(text).and_then(|c| row.get(c)).filter(|c| !c.text.is_empty()) {
                say(text, cell.place, Value::Text(cell.text.as_str().into()), cell.place);
            }
        }
    }
    all
}

fn no_item(path: &str, at: Place) -> Diagnostic {
    Diagnostic::error("actuals_unknown", format!("`{path}` is no table of actual figures"))
        .at(at)
        .hint("write [actuals] with the year, and a table for each item: [saving.home_first]")
}

/// What is said, held against the scenario's names.
fn understood(said: &[Said], name: &str, scenario: &Scenario, file: &mut Beside<'_>) -> Option<Actuals> {
    let about = |key: &str| said.iter().find(|s| s.item == "actuals" && s.key == key);
    for row in
        said.iter().filter(|s| s.item == "actuals" && !["year", "unit", "source", "note"].contains(&s.key.as_str()))
    {
        file.tell(
            Diagnostic::error("unknown_key", format!("[actuals] has no key `{}`", row.key))
                .at(row.key_at)
                .hint("it has `year`, `unit`, `source` and `note`"),
        );
    }
    let year = about("year").and_then(|row| file.year("actuals", &row.node));
    if about("year").is_none() {
        file.tell(
            Diagnostic::error("key_missing", "the file does not say of which year its actuals are")
                .at(file.whole)
                .hint("begin with [actuals] and year = \"2026/27\" (CSV: actuals,year,2026/27)"),
        );
    }
    let unit = match about("unit") {
        None => Some(scenario.unit),
        Some(row) => file.unit("actuals", &row.node),
    };
    let source = about("source").and_then(|s| s.node.as_text()).map(str::to_owned);
    let mut actuals =
        Actuals { source, name: name.to_owned(), ..Actuals::none(year.unwrap_or(FinancialYear::starting(0))) };
    for row in said.iter().filter(|s| s.item != "actuals") {
        let Some((kind, item)) = known(row, scenario, file) else { continue };
        let key = (kind.to_owned(), item.to_owned(), row.key.clone());
        if TEXTS.contains(&row.key.as_str()) {
            if let Some(text) = row.node.as_text() {
                actuals.texts.insert(key, text.to_owned());
            }
            continue;
        }
        let figures = || FIGURES.iter().filter(|(of, ..)| *of == kind);
        let Some((_, _, measured, _)) = figures().find(|(_, figure, ..)| *figure == row.key) else {
            let diagnostic =
                Diagnostic::error("unknown_key", format!("actuals of a {kind} have no `{}`", row.key)).at(row.key_at);
            let all = figures().map(|(_, figure, ..)| format!("`{figure}`")).collect::<Vec<_>>().join(", ");
            file.tell(match did_you_mean(&row.key, figures().map(|(_, figure, ..)| *figure)) {
                Some(meant) => diagnostic.hint(format!("did you mean `{meant}`? there is: {all}")),
                None => diagnostic.hint(format!("there is: {all}")),
            });
            continue;
        };
        match scalar::read(&row.node, *measured, unit) {
            Ok(Scalar { steps: Some(steps), .. }) => {
                let place = file.sources.describe(row.node.place);
                if actuals.figures.insert(key, Actual { steps, place }).is_some() {
                    file.tell(
                        Diagnostic::error("duplicate_key", format!("`{}.{}` is given twice", row.item, row.key))
                            .at(row.key_at)
                            .hint("keep one of the two"),
                    );
                }
            }
            Ok(_) => file.tell(
                Diagnostic::error("actual_not_published", format!("`{}.{}` is not known", row.item, row.key))
                    .at(row.node.place)
                    .hint("leave it out: the plan's figure then stands, and is listed as such"),
            ),
            Err(diagnostic) => file.tell(*diagnostic),
        }
    }
    let both = ("approved", "outturn");
    for (kind, item, key) in actuals.figures.keys() {
        if kind == "line" && key == both.0 && actuals.get("line", item, both.1).is_some() {
            file.tell(
                Diagnostic::error("approved_and_outturn", format!("`line.{item}` has both `approved` and `outturn`"))
                    .at(said
                        .iter()
                        .find(|s| s.item == format!("line.{item}") && s.key == both.0)
                        .map_or(file.whole, |s| s.key_at))
                    .hint("say `approved` when the new base is the budget as set, `outturn` when it is what was spent"),
            );
        }
    }
    year.map(|_| actuals)
}

/// The kind and the name of an item that the scenario has, else what is meant.
fn known<'s>(row: &'s Said, scenario: &Scenario, file: &mut Beside<'_>) -> Option<(&'static str, &'s str)> {
    let (kind, item) = row.item.split_once('.').unwrap_or((&row.item, ""));
    let Some((known, ..)) = FIGURES.iter().find(|(of, ..)| *of == kind) else {
        let kinds = ["line", "saving", "funding", "reserve", "dsg"];
        if !file.told_at(row.at) {
            let diagnostic =
                Diagnostic::error("actuals_unknown", format!("there are no actuals of `{}`", row.item)).at(row.at);
            file.tell(match did_you_mean(kind, kinds) {
                Some(meant) => diagnostic.hint(format!("did you mean `{meant}.{item}`?")),
                None => diagnostic.hint(format!("there are actuals of: {}", kinds.join(", "))),
            });
        }
        return None;
    };
    file.knows(scenario, known, item, row.at).then_some((*known, item))
}
