//! What is said of an edited workbook that is brought back: the inputs that were changed in it, with where each
//! stands, and what could not be read.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::import::said;
use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use crate::analysis::lever::typed;
use crate::import::update::{Change, Compared, Home};
use crate::open::Opened;
use crate::sheet::Flags;
use crate::vocabulary::unit::plain;

/// An edited workbook against a plan.
#[derive(Debug, Clone, Copy)]
pub struct Update<'a> {
    /// The workbook's name.
    pub workbook: &'a str,
    /// The plan.
    pub opened: &'a Opened,
    /// What the workbook says of its inputs.
    pub compared: &'a Compared,
    /// Changes that are written in no file, with where they belong; none when nothing was tried.
    pub elsewhere: &'a [(Change, Home)],
    /// The files that were written, with how many changes; nothing when they were only shown.
    pub written: Option<(&'a [String], usize)>,
}

/// What is said to people.
#[must_use]
pub fn document(update: &Update<'_>) -> Document {
    let changes = &update.compared.changes;
    let mut document = Document { title: format!("Inputs changed in {}", update.workbook), ..Document::default() };
    let inputs = update.compared.inputs;
    document.lines.push(match changes.len() {
        0 => format!("none of {inputs} inputs was changed").into(),
        1 => format!("1 change among {inputs} inputs").into(),
        n => format!("{n} changes among {inputs} inputs").into(),
    });
    if !changes.is_empty() {
        let headings = ["Input", "Year"].map(Column::text).into_iter();
        let figures = ["From", "To"].map(Column::figure);
        let mut table = Table::new(headings.chain(figures).chain(["Workbook", "Plan"].map(Column::text)).collect());
        for change in changes {
            let figure = |steps| Figure::new(change.unit, steps, published(steps)).exactly().in_words();
            let cells: Vec<TableCell> = vec![
                year(change).into(),
                figure(change.from).into(),
                figure(change.to).into(),
                format!("{} {}", change.sheet, change.cell).into(),
                place(update.opened, change).into(),
            ];
            table.push(TableRow::plain(change.path.clone(), cells));
        }
        document.blocks.push(Block::Table(table));
    }
    let mut section = |heading: &str, sentences: Vec<Sentence>| {
        if !sentences.is_empty() {
            document.blocks.push(Block::Heading(heading.to_owned()));
            document.blocks.push(Block::Text(sentences));
        }
    };
    section("Not taken", update.compared.listed.iter().map(|l| said(l, true).into()).collect());
    section("Not written", update.elsewhere.iter().map(|(c, home)| elsewhere(c, home).into()).collect());
    let mut notes: Vec<Sentence> = Vec::new();
    if update.compared.missing > 0 {
        let n = update.compared.missing;
        notes.push(
            format!("{n} inputs of the plan stand in no sheet of the workbook, and were left as they are").into(),
        );
    }
    match update.written {
        Some((files, made)) if !files.is_empty() => {
            let made = if made == 1 { "1 change".to_owned() } else { format!("{made} changes") };
            notes.push(format!("wrote {made} into {}; every other figure is as it was", files.join(", ")).into());
        }
        Some(_) => notes.push("nothing was written".into()),
        None if changes.is_empty() => {}
        None => notes.push("nothing was written; add --write to put them into the plan".into()),
    }
    if !notes.is_empty() {
        document.blocks.push(Block::Notes(notes));
    }
    document
}

const fn published(steps: Option<i128>) -> Flags {
    if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED }
}

fn year(change: &Change) -> String {
    change.year.map_or_else(|| "all".to_owned(), |year| year.to_string())
}

fn place(opened: &Opened, change: &Change) -> String {
    change.place.map_or_else(|| "a default, in no file yet".to_owned(), |place| opened.loaded.sources.describe(place))
}

fn elsewhere(change: &Change, home: &Home) -> String {
    let to = change.to.map_or_else(|| "not_published".to_owned(), |steps| typed(change.unit, steps));
    let input = change.year.map_or_else(|| change.path.clone(), |year| format!("{}@{year}", change.path));
    match home {
        Home::File(file) => {
            format!("{input} = {to} belongs to {file}; name that file with --also {file} to write it there")
        }
        Home::CommandLine => format!("{input} = {to} was set with --set: change it there"),
        Home::Unwritable(why) => format!("{input} = {to}: {why}"),
    }
}

/// The headings of [`csv()`].
pub const HEADER: [&str; 8] = ["path", "year", "unit", "from", "to", "sheet", "cell", "place"];

/// The changes, one a row, exact.
#[must_use]
pub fn csv<'a>(update: &Update<'a>) -> Vec<[Cow<'a, str>; 8]> {
    let value =
        |change: &Change, steps: Option<i128>| steps.map_or_else(|| "n/p".to_owned(), |s| plain(change.unit, s));
    let row = |c: &'a Change| {
        [
            Cow::Borrowed(c.path.as_str()),
            Cow::Owned(c.year.map(|y| y.to_string()).unwrap_or_default()),
            Cow::Borrowed(c.unit.code()),
            Cow::Owned(value(c, c.from)),
            Cow::Owned(value(c, c.to)),
            Cow::Borrowed(c.sheet.as_str()),
            Cow::Borrowed(c.cell.as_str()),
            Cow::Owned(place(update.opened, c)),
        ]
    };
    update.compared.changes.iter().map(row).collect()
}

/// The changes for machines.
#[must_use]
pub fn json(update: &Update<'_>) -> Value {
    let value =
        |change: &Change, steps: Option<i128>| steps.map_or(Value::Null, |s| Value::String(plain(change.unit, s)));
    let changes: Vec<Value> = update
        .compared
        .changes
        .iter()
        .map(|c| {
            json!({
                "path": c.path, "year": c.year.map(|y| y.to_string()), "unit": c.unit.code(), "from": value(c, c.from),
                "to": value(c, c.to), "sheet": c.sheet, "cell": c.cell, "place": place(update.opened, c),
            })
        })
        .collect();
    let listed: Vec<Value> = update
        .compared
        .listed
        .iter()
        .map(|l| json!({ "sheet": l.sheet, "cell": l.cell, "message": l.message, "hint": l.hint }))
        .collect();
    let elsewhere: Vec<String> = update.elsewhere.iter().map(|(c, home)| elsewhere(c, home)).collect();
    json!({
        "schema": "fundgap.update/1", "workbook": update.workbook, "inputs": update.compared.inputs, "changes": changes,
        "not_taken": listed, "not_written": elsewhere, "written": update.written.map(|(files, _)| files),
    })
}
