//! A change as it was typed: the value in each file, the years that differ where it has years, the
//! place, and the source or owner where that changed too.

use smol_str::SmolStr;

use super::{Told, words};
use crate::language::figure::evidence;
use crate::language::{Entry, Node, Table, Value};
use crate::report::table::Sentence;
use crate::scenario::{Change, Pair};

/// Longer than this, a value is not printed beside its path.
const SHORT: usize = 24;

/// Longer than this, a value is cut where it stands beside its place; programs get it whole.
const LONG: usize = 72;

/// What a change is called, with both values where they are short: `Care: base 50 → 60`.
pub(super) fn label(told: &Told<'_>, change: &Change) -> String {
    let (pair, name) = (&told.difference.pair, words::name(told, change));
    let joined = if change.path.len() == 2 { format!("{name}:") } else { name.clone() };
    match (&change.was, &change.is) {
        (Some(was), Some(is)) => {
            let (was, is) = both(pair, was, is);
            let short = [&was, &is].iter().all(|v| v.chars().count() <= SHORT && !v.starts_with(['[', '{']));
            if short { format!("{joined} {was} → {is}") } else { name }
        }
        (None, None) => name,
        (was, _) => {
            let word = if was.is_none() { "added" } else { "removed" };
            let typed = was.as_ref().or(change.is.as_ref()).map(|entry| value(pair, entry)).unwrap_or_default();
            let short = typed.chars().count() <= SHORT && !typed.starts_with(['[', '{']);
            if short { format!("{joined} {typed} {word}") } else { format!("{name} {word}") }
        }
    }
}

/// A change in a few lines: what it is with its figures in words, then its path and both its places.
/// `why` is said after the places.
pub(super) fn lines(told: &Told<'_>, change: &Change, level: usize, why: &str) -> Vec<(usize, Sentence)> {
    let pair = &told.difference.pair;
    let name = words::name(told, change);
    let whole = change.path.len() == 2 && change.path[0] != "driver";
    let first = match words::amounts(told, change) {
        Some(amounts) => {
            let mut sentence = Sentence::from(format!("{name}: "));
            sentence.0.extend(amounts.0);
            sentence
        }
        None => match (&change.was, &change.is) {
            (Some(was), Some(is)) => {
                let (old, new) = both(pair, was, is);
                format!("{name}: {} → {}", cut(&old), cut(&new)).into()
            }
            (None, Some(_)) if whole => format!("{name}: added").into(),
            (Some(_), None) if whole => format!("{name}: removed").into(),
            (None, Some(is)) => format!("{name}: {} added", cut(&value(pair, is))).into(),
            (Some(was), None) => format!("{name}: {} removed", cut(&value(pair, was))).into(),
            (None, None) => name.into(),
        },
    };
    let mut all = vec![(level, first)];
    if whole {
        all.extend(words::figures_of(told, change).into_iter().map(|figure| (level + 1, figure)));
    }
    all.push((level + 1, format!("{}: {}{why}", change.path(), places(pair, change)).into()));
    all
}

/// Both places of a change, and the source or owner on each side where that changed too.
fn places(pair: &Pair, change: &Change) -> String {
    let at = |entry: &Entry| pair.sources.describe(entry.node.place);
    let key = |entry: &Entry| pair.sources.describe(entry.key);
    match (&change.was, &change.is) {
        (Some(was), Some(is)) => {
            let (before, after) = sources(&was.node, &is.node);
            format!("{}{before} → {}{after}", at(was), at(is))
        }
        (None, Some(is)) => format!("not there → {}", key(is)),
        (Some(was), None) => format!("{} → not there", key(was)),
        (None, None) => String::new(),
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

pub(super) fn said(pair: &Pair, node: &Node) -> String {
    let typed = raw(pair, node);
    let bare = typed.strip_prefix('"').and_then(|t| t.strip_suffix('"')).filter(|t| !t.contains('"'));
    bare.map_or(typed.clone(), str::to_owned)
}

/// The text of a value as typed, its white space as one line. What an adjustment made of a figure stands
/// at the rule, where another value is typed, and is told as it would be typed.
pub(super) fn raw(pair: &Pair, node: &Node) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match &node.value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Number(text) | Value::Date(text) => text.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::List(_) | Value::Table(_) => {
            let typed = pair.sources.excerpt(node.place).split_whitespace().collect::<Vec<_>>().join(" ");
            match &node.value {
                Value::List(items) if !typed.starts_with('[') => {
                    format!("[{}]", joined(items.iter().map(|item| raw(pair, item)).collect()))
                }
                Value::Table(table) if !typed.starts_with(['{', '[']) => {
                    let of = |(key, entry): (&SmolStr, &Entry)| match key.parse::<crate::vocabulary::Name>() {
                        Ok(_) => format!("{key} = {}", raw(pair, &entry.node)),
                        Err(_) => format!("\"{key}\" = {}", raw(pair, &entry.node)),
                    };
                    format!("{{ {} }}", joined(table.entries.iter().map(of).collect()))
                }
                _ => typed,
            }
        }
    }
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
