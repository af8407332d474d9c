//! What a file says about itself in its `[scenario]`: the unit of its bare numbers, the year of
//! its lists, the files it extends and the line lists it takes in.

use crate::language::figure::FileSettings;
use crate::language::{MoneyUnit, Node, Table, Value};
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Place};

/// The keys of `[scenario]` that speak of the file they stand in and of nothing else.
pub(super) const OWN_KEYS: [&str; 4] = ["extends", "lines", "unit", "lists_from"];

/// Reads a file's own settings. Types that do not fit are left to the reader of `[scenario]`.
pub(super) fn read(tree: &Table, extended: bool, wrong: &mut Diagnostics) -> FileSettings {
    let scenario = tree.table("scenario");
    let text = |key: &str| scenario.and_then(|s| s.get(key)).and_then(|n| n.as_text().map(|t| (t, n.place)));
    FileSettings {
        unit: text("unit").and_then(|(word, place)| unit(word, place, wrong)),
        lists_from: text("lists_from").and_then(|(word, place)| year(word, place, wrong)),
        extended,
        layer: 0,
    }
}

fn unit(word: &str, place: Place, wrong: &mut Diagnostics) -> Option<MoneyUnit> {
    let unit = MoneyUnit::read(word);
    if unit.is_none() {
        let all = MoneyUnit::WORDS.map(|w| format!("\"{w}\"")).join(", ");
        wrong.push(
            Diagnostic::error("unknown_word", format!("`scenario.unit` cannot be \"{word}\""))
                .at(place)
                .hint(format!("write one of {all}")),
        );
    }
    unit
}

fn year(word: &str, place: Place, wrong: &mut Diagnostics) -> Option<FinancialYear> {
    match word.parse() {
        Ok(year) => Some(year),
        Err(error) => {
            let error: crate::vocabulary::year::YearError = error;
            wrong.push(
                Diagnostic::error("not_a_year", error.to_string())
                    .at(place)
                    .hint("write it as lists_from = \"2026/27\""),
            );
            None
        }
    }
}

/// A path as a file names it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// The path as typed.
    pub path: String,
    /// Where it is typed.
    pub place: Place,
}

/// One path or several of a key; anything that is no text is told.
pub(super) fn paths(key: &str, node: Option<&Node>, wrong: &mut Diagnostics) -> Vec<Named> {
    let nodes: Vec<&Node> = match node.map(|n| &n.value) {
        None => Vec::new(),
        Some(Value::List(nodes)) => nodes.iter().collect(),
        Some(_) => node.into_iter().collect(),
    };
    let mut named = Vec::new();
    for node in nodes {
        match node.as_text() {
            Some(path) if !path.trim().is_empty() => named.push(Named { path: path.to_owned(), place: node.place }),
            _ => wrong.push(
                Diagnostic::error("wrong_type", format!("`{key}` must name a file or a list of files"))
                    .at(node.place)
                    .hint(format!(
                        "write {} = \"file\", or a list of such texts",
                        key.rsplit('.').next().unwrap_or(key)
                    )),
            ),
        }
    }
    named
}

/// A line list that a file takes in, and whose lines they are when the file says so.
#[derive(Debug, Clone)]
pub(super) struct LineList {
    /// The file.
    pub named: Named,
    /// The organisation under which it is named.
    pub organisation: Option<String>,
}

/// The line lists of a file: of `[scenario]` first, then of each organisation.
pub(super) fn line_lists(tree: &Table, wrong: &mut Diagnostics) -> Vec<LineList> {
    let mut lists: Vec<LineList> = paths("scenario.lines", tree.table("scenario").and_then(|s| s.get("lines")), wrong)
        .into_iter()
        .map(|named| LineList { named, organisation: None })
        .collect();
    for (name, entry) in tree.table("organisation").into_iter().flat_map(|t| &t.entries) {
        let lines = entry.node.as_table().and_then(|t| t.get("lines"));
        lists.extend(
            paths(&format!("organisation.{name}.lines"), lines, wrong)
                .into_iter()
                .map(|named| LineList { named, organisation: Some(name.to_string()) }),
        );
    }
    lists
}
