//! A change as it was typed: the value in each file, the years that differ where it has years, the
//! place, and the source or owner where that changed too.

use crate::language::figure::evidence;
use crate::language::{Entry, Node, Table, Value};
use crate::scenario::{Change, Pair};

/// Longer than this, a value is not printed beside its path.
const SHORT: usize = 24;

/// Longer than this, a value is cut where it stands beside its place; programs get it whole.
const LONG: usize = 72;

/// The path with both values, where they are short: `driver.pay: 3% → 4%`.
pub(super) fn label(pair: &Pair, change: &Change) -> String {
    let path = change.path();
    match (&change.was, &change.is) {
        (None, _) if change.path.len() == 2 => format!("{path}: added"),
        (_, None) if change.path.len() == 2 => format!("{path}: removed"),
        (None, Some(is)) => short(&[&value(pair, is)], &path, |v| format!("{path}: {} added", v[0])),
        (Some(was), None) => short(&[&value(pair, was)], &path, |v| format!("{path}: {} removed", v[0])),
        (Some(was), Some(is)) => {
            let (was, is) = both(pair, was, is);
            short(&[&was, &is], &path, |v| format!("{path}: {} → {}", v[0], v[1]))
        }
        (None, None) => path,
    }
}

fn short(values: &[&str], path: &str, said: impl Fn(&[&str]) -> String) -> String {
    if values.iter().all(|v| v.chars().count() <= SHORT) { said(values) } else { path.to_owned() }
}

/// A change on one line: its path, and on each side what was typed and where.
pub(super) fn line(pair: &Pair, change: &Change) -> String {
    let (a, b) = ends(pair, change);
    format!("{}: {a} → {b}", change.path())
}

/// Both ends of a change, each with its place.
fn ends(pair: &Pair, change: &Change) -> (String, String) {
    let at = |said: String, entry: &Entry| format!("{} at {}", cut(&said), pair.sources.describe(entry.node.place));
    let key = |entry: &Entry| format!("at {}", pair.sources.describe(entry.key));
    let whole = change.path.len() == 2 && change.path[0] != "driver";
    match (&change.was, &change.is) {
        (Some(was), Some(is)) => {
            let (old, new) = both(pair, was, is);
            let (before, after) = sources(&was.node, &is.node);
            (format!("{}{before}", at(old, was)), format!("{}{after}", at(new, is)))
        }
        (None, Some(is)) if whole => ("not there".to_owned(), format!("added {}", key(is))),
        (Some(was), None) if whole => (key(was), "removed".to_owned()),
        (None, Some(is)) => ("not there".to_owned(), at(value(pair, is), is)),
        (Some(was), None) => (at(value(pair, was), was), "removed".to_owned()),
        (None, None) => Default::default(),
    }
}

/// The first words of a long text.
fn cut(text: &str) -> String {
    if text.chars().count() <= LONG {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONG - 1).collect();
    format!("{start}…")
}

/// The text of a value as typed, on one line, without the quotes of a text.
fn value(pair: &Pair, entry: &Entry) -> String {
    said(pair, &entry.node)
}

fn said(pair: &Pair, node: &Node) -> String {
    let typed = raw(pair, node);
    let bare = typed.strip_prefix('"').and_then(|t| t.strip_suffix('"')).filter(|t| !t.contains('"'));
    bare.map_or(typed.clone(), str::to_owned)
}

/// The text of a value exactly as typed, its white space as one line.
pub(super) fn raw(pair: &Pair, node: &Node) -> String {
    pair.sources.excerpt(node.place).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Both values; of figures by year only the years that differ.
fn both(pair: &Pair, was: &Entry, is: &Entry) -> (String, String) {
    let years = |table: &Table| table.keys().any(|k| k.starts_with(|c: char| c.is_ascii_digit()));
    if let (Some(a), Some(b)) = (was.node.as_table(), is.node.as_table())
        && (years(a) || years(b))
    {
        let differing = |of: &Table, other: &Table| -> Vec<String> {
            let differs = |key: &str, node: &Node| other.get(key).is_none_or(|o| said(pair, o) != said(pair, node));
            of.entries
                .iter()
                .filter(|(key, entry)| !is_evidence(key) && differs(key, &entry.node))
                .map(|(key, entry)| format!("{key} {}", said(pair, &entry.node)))
                .collect()
        };
        let (old, new) = (differing(a, b), differing(b, a));
        if !old.is_empty() && !new.is_empty() {
            return (old.join(", "), new.join(", "));
        }
    }
    let plain = |entry: &Entry| match &entry.node.value {
        // Beside its evidence a value stands as `likely`.
        Value::Table(table) => table.get("likely").map_or_else(|| value(pair, entry), |likely| said(pair, likely)),
        _ => value(pair, entry),
    };
    let (old, new) = (plain(was), plain(is));
    // Ends of a range and the like are part of the value as typed.
    if old == new && said(pair, &was.node) != said(pair, &is.node) {
        (value(pair, was), value(pair, is))
    } else {
        (old, new)
    }
}

fn is_evidence(key: &str) -> bool {
    matches!(key, "source" | "owner" | "note" | "unconfirmed")
}

/// The source and the owner on each side, where one of them is not the same.
fn sources(was: &Node, is: &Node) -> (String, String) {
    let of = |node: &Node| node.as_table().map(evidence).unwrap_or_default();
    let (a, b) = (of(was), of(is));
    let (mut before, mut after) = (String::new(), String::new());
    for (word, x, y) in [("source", &a.source, &b.source), ("owner", &a.owner, &b.owner)] {
        if x != y {
            let none = "none".to_owned();
            before.push_str(&format!("; {word}: {}", x.as_ref().unwrap_or(&none)));
            after.push_str(&format!("; {word}: {}", y.as_ref().unwrap_or(&none)));
        }
    }
    (before, after)
}
