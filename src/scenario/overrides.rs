//! `--set PATH=VALUE`: one value of the merged tree changed from the command line, checked as
//! strictly as a file. The arguments are a file of their own, so that messages can point at them.

use smol_str::SmolStr;

use super::adjust::SetPattern;
use super::layers::{Sections, replace};
use super::{parse, set_pattern, settings, year_override};
use crate::language::figure::FileSettings;
use crate::language::{Entry, Node, Table, Value};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics, FileId, Place};

/// The name under which the arguments stand in messages.
pub const FILE: &str = "<command line>";

/// Applies the arguments that are `wanted` in order; a later one wins. `file` holds them all, one a line.
///
/// A path must name a thing that is there; whether the thing has such a key is the reader's
/// business. `kind.name.remove=true` takes the thing out. A path with `*` sets every figure it fits; what
/// each of those set comes back.
pub fn apply(
    tree: &mut Table,
    file: FileId,
    sets: &[String],
    wanted: &dyn Fn(&str) -> bool,
    files: &[FileSettings],
    sections: Sections<'_>,
    wrong: &mut Diagnostics,
) -> Vec<SetPattern> {
    let mut at = 0;
    let mut patterns = Vec::new();
    for set in sets {
        if wanted(set) {
            match argument(set, file, at, wrong) {
                Err(diagnostic) => wrong.push(*diagnostic),
                Ok(argument) if argument.path.contains('*') => {
                    patterns.extend(set_pattern::apply(tree, set.trim(), &argument, files, sections, wrong));
                }
                Ok(argument) => {
                    if let Err(diagnostic) = one(tree, argument, files, sections) {
                        wrong.push(*diagnostic);
                    }
                }
            }
        }
        at += set.len() + 1;
    }
    patterns
}

/// One argument taken apart.
pub(super) struct Argument<'a> {
    /// The path as typed, without its year.
    pub path: &'a str,
    /// Its parts between dots.
    pub parts: Vec<&'a str>,
    /// Where the path stands.
    pub place: Place,
    /// The year after `@`, and where it stands.
    pub year: Option<(&'a str, Place)>,
    /// The value.
    pub node: Node,
}

fn argument<'a>(
    set: &'a str,
    file: FileId,
    at: usize,
    wrong: &mut Diagnostics,
) -> Result<Argument<'a>, Box<Diagnostic>> {
    let whole = Place::new(file, at..at + set.len());
    let Some((left, right)) = set.split_once('=') else {
        return Err(malformed(format!("`{set}` sets nothing: it has no `=`"), whole));
    };
    let span = |part: &str, from: usize| {
        let start = at + from + (part.len() - part.trim_start().len());
        Place::new(file, start..start + part.trim().len())
    };
    let (path, year) = match left.split_once('@') {
        Some((path, year)) => (path, Some((year.trim(), span(year, path.len() + 1)))),
        None => (left, None),
    };
    let place = span(path, 0);
    let path = path.trim();
    let parts: Vec<&str> = path.split('.').map(str::trim).collect();
    if parts.iter().any(|part| part.is_empty()) {
        return Err(malformed(format!("`{set}` does not say what to set"), whole));
    }
    let value_place = span(right, left.len() + 1);
    let text = right.trim();
    if text.is_empty() {
        return Err(malformed(format!("`{set}` has no value after `=`"), whole));
    }
    Ok(Argument { path, parts, place, year, node: value(text, value_place, wrong)? })
}

/// A value as TOML when it is one, else as a text: rates, money, months and names need no quotes.
fn value(text: &str, place: Place, wrong: &mut Diagnostics) -> Result<Node, Box<Diagnostic>> {
    let plain = || Node::new(Value::Text(text.into()), place);
    let offset = usize::try_from(place.start).unwrap_or(usize::MAX);
    if text.starts_with(['"', '\'', '[', '{']) {
        return parse::value(text, place.file, offset, wrong)
            .map_err(|message| malformed(format!("`{text}` cannot be read: {message}"), place));
    }
    let typed =
        text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+')) || matches!(text, "true" | "false");
    if !typed {
        return Ok(plain());
    }
    Ok(match parse::value(text, place.file, offset, wrong) {
        // A bare 2026-12 or 2026-10-14 is a text, as a file writes months and dates of versions.
        Ok(node) if !matches!(node.value, Value::Date(_)) && node.place == place => node,
        _ => plain(),
    })
}

pub(super) fn malformed(message: String, place: Place) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("set_malformed", message)
            .at(place)
            .hint("write PATH=VALUE: saving.home_first.delivery=60% or driver.pay@2027/28=4%"),
    )
}

/// A plain rate set on a driver that has its rate beside other keys (a month it applies from) is set
/// as that rate, so that the rest of the driver stays as it is.
fn rate_of_driver<'a>(tree: &Table, mut argument: Argument<'a>) -> Argument<'a> {
    let has_rate =
        |name: &str| tree.table("driver").and_then(|t| t.table(name)).is_some_and(|d| d.get("rate").is_some());
    if let ["driver", name] = argument.parts.as_slice()
        && has_rate(name)
        && argument.node.as_table().is_none()
    {
        argument.parts.push("rate");
    }
    argument
}

pub(super) fn one(
    tree: &mut Table,
    argument: Argument<'_>,
    files: &[FileSettings],
    sections: Sections<'_>,
) -> Result<(), Box<Diagnostic>> {
    let kind = argument.parts.first().copied().unwrap_or_default();
    let flat = matches!(kind, "driver" | "scenario");
    if sections(kind).is_none() {
        named_thing(tree, kind, &argument, sections)?;
    }
    if argument.parts.len() < if flat { 2 } else { 3 } {
        let needs = if flat { format!("{kind}.NAME") } else { format!("{kind}.NAME.KEY") };
        return Err(malformed(format!("`{}` is not a whole path: it needs {needs}", argument.path), argument.place));
    }
    let of_a_file = match argument.parts.as_slice() {
        ["scenario", key, ..] => settings::OWN_KEYS.contains(key),
        ["organisation", _, key, ..] => *key == "lines",
        _ => false,
    };
    if of_a_file {
        return Err(Box::new(
            Diagnostic::error(
                "set_malformed",
                format!("`{}` says how one file is written and cannot be set", argument.path),
            )
            .at(argument.place)
            .hint("to take in another file use --layer FILE; write a unit with its figure: \"£1.2m\""),
        ));
    }
    named_thing(tree, kind, &argument, sections)?;
    let argument = rate_of_driver(tree, argument);
    let removes = argument.parts.len() == 3 && argument.parts.get(2) == Some(&"remove");
    if removes && matches!(argument.node.value, Value::Flag(true)) {
        if let (Some(Value::Table(items)), Some(name)) =
            (tree.entries.get_mut(kind).map(|e| &mut e.node.value), argument.parts.get(1))
        {
            items.entries.shift_remove(*name);
        }
        return Ok(());
    }
    if argument.year.is_some() {
        return year_override::set(tree, argument, files, sections);
    }
    let (table, key) = holder(tree, &argument)?;
    replace(table, key, Entry { key: argument.place, node: argument.node });
    Ok(())
}

/// Makes sure that the thing named is there.
fn named_thing(
    tree: &Table,
    kind: &str,
    argument: &Argument<'_>,
    sections: Sections<'_>,
) -> Result<(), Box<Diagnostic>> {
    if kind == "scenario" {
        return Ok(());
    }
    let name = argument.parts.get(1).copied().unwrap_or_default();
    let unknown = |message: String, hint: String| {
        Err(Box::new(Diagnostic::error("set_unknown", message).at(argument.place).hint(hint)))
    };
    let list = |of: &Table| match of.entries.len() {
        0..=12 => of.keys().collect::<Vec<_>>().join(", "),
        more => format!("{}, … ({more} in all)", of.keys().take(12).collect::<Vec<_>>().join(", ")),
    };
    let Some(items) = tree.table(kind) else {
        if sections(kind).is_some() {
            return unknown(
                format!("there is no {kind} `{name}` in this scenario"),
                format!("add [{kind}.{name}] to a file, or name it in a layer"),
            );
        }
        let message = format!("`{}` names an unknown kind `{kind}`", argument.path);
        return match did_you_mean(kind, tree.keys()) {
            Some(meant) => unknown(message, format!("did you mean `{meant}`?")),
            None => unknown(message, format!("this scenario has: {}", list(tree))),
        };
    };
    if items.get(name).is_some() {
        return Ok(());
    }
    let message = format!("there is no {kind} `{name}` in this scenario");
    match did_you_mean(name, items.keys()) {
        Some(meant) => unknown(message, format!("did you mean `{kind}.{meant}`? there is: {}", list(items))),
        None => unknown(message, format!("there is: {}", list(items))),
    }
}

/// The table in which the last part of the path is a key; tables between are made.
pub(super) fn holder<'t>(
    tree: &'t mut Table,
    argument: &Argument<'_>,
) -> Result<(&'t mut Table, SmolStr), Box<Diagnostic>> {
    let Some((last, before)) = argument.parts.split_last() else {
        return Err(malformed("there is no path".to_owned(), argument.place));
    };
    let mut table = tree;
    let mut walked = String::new();
    for part in before {
        if !walked.is_empty() {
            walked.push('.');
        }
        walked.push_str(part);
        let entry = table.entries.entry((*part).into()).or_insert_with(|| Entry {
            key: argument.place,
            node: Node::new(Value::Table(Table::default()), argument.place),
        });
        match &mut entry.node.value {
            Value::Table(inner) => table = inner,
            other => {
                return Err(Box::new(
                    Diagnostic::error("set_unknown", format!("`{walked}` is {} and has no key `{last}`", other.what()))
                        .at(argument.place)
                        .also(entry.node.place, "it is given here")
                        .hint(format!("set it whole: {walked}=…")),
                ));
            }
        }
    }
    Ok((table, (*last).into()))
}

#[cfg(test)]
#[path = "overrides_tests.rs"]
mod tests;
