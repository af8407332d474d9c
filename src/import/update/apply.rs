//! The plan's files with the changed inputs in them, read again before anybody writes them: every changed figure is
//! exactly the new one, and no other figure moved.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::Change;
use super::place::{Edit, Home, edits};
use crate::open::{Opened, Refused};
use crate::scenario::{Origin, Overlaid};
use crate::sheet::Assumption;
use crate::vocabulary::{Diagnostic, Diagnostics, FileId, FinancialYear, Sources};

/// What the changes make of the plan's files.
#[derive(Debug)]
pub struct Rewritten {
    /// Each file that changes, by the name under which it was read, with its new text.
    pub files: Vec<(PathBuf, String)>,
    /// How many changes are in them.
    pub made: usize,
    /// Changes that are in none, with where they belong.
    pub elsewhere: Vec<(Change, Home)>,
}

/// Makes the changes in the text of the files that may be written, and proves them by reading the plan again.
///
/// # Errors
/// The plan would not open, or another figure than those would move; nothing should be written then.
pub fn rewrite(
    opened: &Opened,
    origin: (&PathBuf, &[PathBuf], &[String]),
    changes: &[Change],
    writable: &dyn Fn(&str) -> bool,
) -> Result<Rewritten, Box<Refused>> {
    let sources = &opened.loaded.sources;
    let may = |file: FileId| writable(sources.describe_file(file));
    let mut by_path: Vec<(&str, Vec<&Change>)> = Vec::new();
    for change in changes {
        match by_path.last_mut() {
            Some((path, all)) if *path == change.path => all.push(change),
            _ => by_path.push((&change.path, vec![change])),
        }
    }
    let mut made = Vec::new();
    let mut elsewhere = Vec::new();
    let mut all: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for (_, changes) in by_path {
        match edits(opened, &changes, &may) {
            Ok(found) => {
                made.extend(changes);
                for edit in found {
                    all.entry(edit.file).or_default().push(edit);
                }
            }
            Err(home) => elsewhere.extend(changes.into_iter().map(|c| (c.clone(), home.clone()))),
        }
    }
    let mut files = Vec::new();
    for (file, edits) in all {
        let Some(source) = sources.file(file) else { continue };
        let text =
            edited(&source.text, edits).ok_or_else(|| unproved(&source.name, "two changes meet in one place"))?;
        files.push((PathBuf::from(&source.name), text));
    }
    if !files.is_empty() {
        prove(opened, origin, &made, &files)?;
    }
    Ok(Rewritten { files, made: made.len(), elsewhere })
}

/// A text with its edits made; nothing where two of them overlap. An edit asked for twice is made once.
fn edited(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits.dedup();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start)?);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

fn unproved(what: &str, why: &str) -> Box<Refused> {
    let mut wrong = Diagnostics::new();
    wrong.push(
        Diagnostic::error("update_not_exact", format!("`{what}`: {why}; nothing was written"))
            .hint("make this change by hand, and bring back the others"),
    );
    Box::new(Refused { wrong, sources: Sources::new(), unreadable: false })
}

/// Reads the plan with its files as they would be, and holds every assumption against what it should be.
fn prove(
    opened: &Opened,
    (path, layers, sets): (&PathBuf, &[PathBuf], &[String]),
    made: &[&Change],
    files: &[(PathBuf, String)],
) -> Result<(), Box<Refused>> {
    let edited = Overlaid::new(files.iter().cloned());
    let again = crate::open(&Origin::Kept(path.clone(), Arc::new(edited)), layers, sets)?;
    let horizon = opened.plan.horizon();
    let years: Vec<FinancialYear> = horizon.plan().map(|t| horizon.year(t)).collect();
    let by_path = |opened: &Opened| -> BTreeMap<String, Vec<Option<i128>>> {
        let all = opened.plan.sheet.assumptions().iter();
        all.map(|a| (a.path.to_string(), each_year(a, years.len()))).collect()
    };
    let (mut wanted, found) = (by_path(opened), by_path(&again));
    for change in made {
        let Some(values) = wanted.get_mut(&change.path) else { continue };
        for (value, year) in values.iter_mut().zip(&years) {
            if change.year.is_none_or(|y| y == *year) {
                *value = change.to;
            }
        }
    }
    for (path, values) in &wanted {
        if found.get(path) != Some(values) {
            return Err(unproved(path, "it would not be what the workbook says, or would move with another change"));
        }
    }
    // An item that moves into a file may bring figures of its own with it; none may be new.
    match found.keys().find(|path| !wanted.contains_key(*path)) {
        Some(path) => Err(unproved(path, "it would be a new input")),
        None => Ok(()),
    }
}

/// An assumption's value in each plan year.
fn each_year(assumption: &Assumption, years: usize) -> Vec<Option<i128>> {
    let at = |n: usize| if assumption.by_year { n } else { 0 };
    (0..years).map(|n| assumption.values.get(at(n)).and_then(|(steps, _)| *steps)).collect()
}
