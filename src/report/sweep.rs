//! A sweep as tables: one line of points, or a grid, with the scenario's own point marked and where a
//! figure crosses nought said in words.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use super::tidy::Recurs;
use super::{Reader, named, page};
use crate::analysis::axis::Axis;
use crate::analysis::lever::{Reading, typed};
use crate::analysis::sweep::{Swept, crossings};
use crate::sheet::{CellId, Flags, Run};
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Address, Unit};

/// The columns of the tidy CSV.
pub const HEADER: [&str; 14] = [
    "scenario",
    "run",
    "assumption_1",
    "value_1",
    "unit_1",
    "assumption_2",
    "value_2",
    "unit_2",
    "recurrence",
    "value",
    "unit",
    "address",
    "present",
    "refused",
];

/// The tables of a sweep in these runs.
#[must_use]
pub fn document(r: &Reader<'_>, swept: &Swept, runs: &[Run]) -> Document {
    let words: Vec<String> = swept.axes.iter().map(|a| named::with_path(r, &a.lever.words)).collect();
    let mut document = page::head(r);
    document.lines.push(format!("Sweep of {}", words.join(" and ")).into());
    document.blocks.extend(tables(r, swept, runs).into_iter().map(Block::Table));
    let notes = notes(r, swept);
    if !notes.is_empty() {
        document.blocks.push(Block::Notes(notes));
    }
    document
}

/// The tables alone.
#[must_use]
pub fn tables(r: &Reader<'_>, swept: &Swept, runs: &[Run]) -> Vec<Table> {
    if swept.axes.len() > 1 { grids(r, swept, runs) } else { lines(r, swept, runs) }
}

/// The tables as rows of one kind, what each is of (the cell, its year, the run) said in its first row: in CSV the column
/// `section`.
#[must_use]
pub fn labelled(r: &Reader<'_>, swept: &Swept, runs: &[Run]) -> Vec<Table> {
    let mut tables = tables(r, swept, runs);
    for table in &mut tables {
        if let Some(title) = table.title.take() {
            table.rows.insert(0, TableRow::section(title));
        }
    }
    tables
}

/// A number of an axis in words.
fn point(axis: &Axis, number: i128) -> String {
    match (axis.lever.reading, axis.lever.unit) {
        (Reading::Value, unit) => typed(unit, number),
        (Reading::Shift, Unit::Month) => format!("{number:+} {}", if number.abs() == 1 { "month" } else { "months" }),
        (Reading::Shift, unit) if number > 0 => format!("+{}", typed(unit, number)),
        (Reading::Shift, unit) => typed(unit, number),
    }
}

/// The same, marked where it is what the scenario has.
fn marked(axis: &Axis, at: usize) -> String {
    let words = axis.points.get(at).map_or_else(String::new, |number| point(axis, *number));
    if axis.present() == Some(at) { format!("{words} (now)") } else { words }
}

fn value(swept: &Swept, first: usize, second: usize, cell: usize, run: Run) -> Option<i128> {
    swept.at(first, second)?.as_ref().ok()?.of(run).get(cell).copied().flatten()
}

fn shown(swept: &Swept, unit: Unit, first: usize, second: usize, cell: usize, run: Run) -> TableCell {
    match swept.at(first, second) {
        Some(Ok(_)) => {
            let steps = value(swept, first, second, cell, run);
            let flags = if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
            Figure::new(unit, steps, flags).into()
        }
        _ => "refused".into(),
    }
}

/// The runs to show of some cells: one for both where they agree everywhere.
fn apart(swept: &Swept, cells: &[usize], runs: &[Run]) -> Vec<(Run, &'static str)> {
    let alike = swept.points.iter().filter_map(|p| p.as_ref().ok()).all(|answer| {
        let of = |run: Run, cell: &usize| answer.of(run).get(*cell).copied();
        cells.iter().all(|cell| of(Run::Plan, cell) == of(Run::RiskAdjusted, cell))
    });
    match runs {
        [_, _] if alike => vec![(Run::Plan, "plan and risk-adjusted")],
        some => some.iter().map(|run| (*run, run.words())).collect(),
    }
}

fn cell_of(r: &Reader<'_>, address: &Address) -> Option<CellId> {
    r.plan().sheet.find(address)
}

fn words_of(r: &Reader<'_>, address: &Address) -> String {
    let sheet = &r.plan().sheet;
    let Some(cell) = cell_of(r, address) else { return address.row.clone() };
    let row = sheet.row_of(cell);
    match (&sheet.subject(row).organisation, sheet.subject(row).kind) {
        (Some(organisation), "") => {
            let title = r.plan().organisations.iter().find(|o| o.name == *organisation).map(|o| o.title.as_str());
            format!("{}: {}", title.unwrap_or(organisation.as_str()), sheet.row(row).words)
        }
        _ => sheet.row_words(row),
    }
}

fn unit_of(r: &Reader<'_>, address: &Address) -> Unit {
    cell_of(r, address).map_or(Unit::Money, |cell| r.plan().sheet.unit(cell))
}

/// One axis: a table for each row of the sheet, with a column for each year.
fn lines(r: &Reader<'_>, swept: &Swept, runs: &[Run]) -> Vec<Table> {
    let Some(axis) = swept.axes.first() else { return Vec::new() };
    let mut rows: Vec<(&str, Vec<usize>)> = Vec::new();
    for (at, cell) in swept.cells.iter().enumerate() {
        match rows.iter_mut().find(|(row, _)| *row == cell.row) {
            Some((_, cells)) => cells.push(at),
            None => rows.push((&cell.row, vec![at])),
        }
    }
    let mut tables = Vec::new();
    for (_, cells) in &rows {
        for (run, words) in apart(swept, cells, runs) {
            let heading = |at: &usize| swept.cells[*at].year.map_or_else(|| "value".to_owned(), |y| y.to_string());
            let columns = cells.iter().map(|at| Column::figure(heading(at)));
            let mut table =
                Table::new([Column::text(named::path(r, &axis.lever.words))].into_iter().chain(columns).collect());
            let Some(first) = cells.first().map(|at| &swept.cells[*at]) else { continue };
            table.title = Some(format!("{}, {words}", words_of(r, first)));
            table.key = Some(super::SIGN.to_owned());
            for at in 0..axis.points.len() {
                let of = |cell: &usize| shown(swept, unit_of(r, first), at, 0, *cell, run);
                table.push(TableRow::plain(marked(axis, at), cells.iter().map(of).collect()));
            }
            for cell in cells {
                let values: Vec<_> = (0..axis.points.len()).map(|at| value(swept, at, 0, *cell, run)).collect();
                if let Some(words) = crossing(axis, &values) {
                    table.notes.push(format!("{} crosses nought {words}", heading(cell)).into());
                }
            }
            tables.push(table);
        }
    }
    tables
}

/// Two axes: a table for each cell, the first axis down and the second across.
fn grids(r: &Reader<'_>, swept: &Swept, runs: &[Run]) -> Vec<Table> {
    let [down, across, ..] = swept.axes.as_slice() else { return Vec::new() };
    let mut tables = Vec::new();
    for (cell, address) in swept.cells.iter().enumerate() {
        for (run, words) in apart(swept, &[cell], runs) {
            let columns = (0..across.points.len()).map(|at| Column::figure(marked(across, at)));
            let [down_words, across_words] = [down, across].map(|axis| named::path(r, &axis.lever.words));
            let label = Column::text(format!("{down_words} ↓ {across_words} →"));
            let mut all: Vec<Vec<Option<i128>>> = Vec::new();
            for first in 0..down.points.len() {
                all.push((0..across.points.len()).map(|second| value(swept, first, second, cell, run)).collect());
            }
            let crosses = all.iter().any(|row| !crossings(row).is_empty());
            let last = crosses.then(|| Column::text("crosses nought"));
            let mut table = Table::new([label].into_iter().chain(columns).chain(last).collect());
            let year = address.year.map(|y| format!(" {y}")).unwrap_or_default();
            table.title = Some(format!("{}{year}, {words}", words_of(r, address)));
            table.key = Some(super::SIGN.to_owned());
            for (first, values) in all.iter().enumerate() {
                let unit = unit_of(r, address);
                let mut cells: Vec<TableCell> =
                    (0..across.points.len()).map(|second| shown(swept, unit, first, second, cell, run)).collect();
                if crosses {
                    cells.push(crossing(across, values).map_or(TableCell::from("no"), TableCell::from));
                }
                table.push(TableRow::plain(marked(down, first), cells));
            }
            tables.push(table);
        }
    }
    tables
}

/// Where a line of values passes nought, in words.
fn crossing(axis: &Axis, values: &[Option<i128>]) -> Option<String> {
    let of = |at: usize| axis.points.get(at).map_or_else(String::new, |number| point(axis, *number));
    let found: Vec<String> =
        crossings(values).iter().map(|(from, to)| format!("between {} and {}", of(*from), of(*to))).collect();
    (!found.is_empty()).then(|| found.join(", "))
}

fn notes(r: &Reader<'_>, swept: &Swept) -> Vec<Sentence> {
    let mut notes: Vec<Sentence> = Vec::new();
    for axis in &swept.axes {
        let words = named::path(r, &axis.lever.words);
        if axis.odd_end
            && let [first, .., last] = axis.points.as_slice()
        {
            let (first, last) = (point(axis, *first), point(axis, *last));
            notes.push(
                format!("{words}: the last step is shorter, since {last} is no whole number of steps from {first}")
                    .into(),
            );
        }
        match (axis.lever.now(), axis.present()) {
            (Some(now), None) => {
                notes.push(format!("{words}: what the scenario has, {}, is not among these", point(axis, now)).into());
            }
            (None, _) => {
                notes.push(
                    format!("{words}: the scenario has not one value for all of it, so none of these is marked").into(),
                );
            }
            _ => {}
        }
    }
    for (reason, count) in swept.refusals() {
        let points = if count == 1 { "one point is".to_owned() } else { format!("{count} points are") };
        notes.push(format!("{points} refused: {reason}").into());
    }
    notes
}

/// The name of an axis in data: with a `+` after it when its numbers are added.
fn name(axis: &Axis) -> String {
    match axis.lever.reading {
        Reading::Value => axis.lever.words.clone(),
        Reading::Shift => format!("{}+", axis.lever.words),
    }
}

/// A number of an axis in data, with its unit.
fn number(axis: &Axis, steps: i128) -> (String, &'static str) {
    match (axis.lever.reading, axis.lever.unit) {
        (Reading::Shift, Unit::Month) => (steps.to_string(), Unit::Months.code()),
        (_, unit) => (plain(unit, steps), unit.code()),
    }
}

/// One record a point, a run and a cell.
pub fn records<'a>(
    r: &'a Reader<'a>,
    swept: &'a Swept,
    runs: &'a [Run],
    scenario: &'a str,
) -> impl Iterator<Item = Vec<Cow<'a, str>>> {
    let names: Vec<String> = swept.axes.iter().map(name).collect();
    let recurs = Recurs::of_plan(r.plan());
    let of = |a: &Address| (a.to_string(), unit_of(r, a), recurs.of(r.plan(), a));
    let cells: Vec<(String, Unit, &'static str)> = swept.cells.iter().map(of).collect();
    runs.iter().flat_map(move |run| {
        let (names, cells) = (names.clone(), cells.clone());
        (0..swept.points.len()).flat_map(move |at| {
            let numbers = swept.numbers(at);
            let present = swept.axes.iter().zip(&numbers).all(|(axis, number)| axis.lever.now() == Some(*number));
            let mut axes = Vec::new();
            for ((axis, steps), name) in swept.axes.iter().zip(&numbers).zip(&names) {
                let (value, unit) = number(axis, *steps);
                axes.extend([Cow::Owned(name.clone()), Cow::Owned(value), Cow::Borrowed(unit)]);
            }
            axes.resize(6, Cow::Borrowed(""));
            let of_cell = |(cell, (address, unit, recurrence)): (usize, &(String, Unit, &'static str))| {
                let steps = swept.points[at].as_ref().ok().and_then(|a| a.of(*run).get(cell).copied().flatten());
                let mut record = vec![Cow::Borrowed(scenario), Cow::Borrowed(run.code())];
                record.extend(axes.iter().cloned());
                record.push(Cow::Borrowed(*recurrence));
                record.push(Cow::Owned(steps.map_or_else(String::new, |s| plain(*unit, s))));
                record.push(Cow::Borrowed(unit.code()));
                record.push(Cow::Owned(address.clone()));
                record.push(Cow::Borrowed(if present { "yes" } else { "no" }));
                record
                    .push(swept.points[at].as_ref().err().map_or(Cow::Borrowed(""), |why| Cow::Borrowed(why.as_str())));
                record
            };
            cells.iter().enumerate().map(of_cell).collect::<Vec<_>>()
        })
    })
}

/// The sweep for programs: the axes, and for each cell and run a list of values in the order of the
/// points (the second axis runs within the first).
#[must_use]
pub fn json(r: &Reader<'_>, swept: &Swept, runs: &[Run], scenario: &str) -> Value {
    let axes = swept.axes.iter().map(|axis| {
        json!({
            "assumption": axis.lever.words,
            "reading": match axis.lever.reading { Reading::Value => "value", Reading::Shift => "added" },
            "unit": number(axis, 0).1,
            "present": axis.lever.now().map(|now| number(axis, now).0),
            "points": axis.points.iter().map(|p| number(axis, *p).0).collect::<Vec<_>>(),
        })
    });
    let cells = swept.cells.iter().enumerate().flat_map(|(cell, address)| {
        runs.iter().map(move |run| {
            let unit = unit_of(r, address);
            let of = |point: &crate::analysis::moving::Point| {
                let steps = point.as_ref().ok().and_then(|a| a.of(*run).get(cell).copied().flatten());
                steps.map_or(Value::Null, |s| Value::String(plain(unit, s)))
            };
            json!({
                "address": address.to_string(),
                "unit": unit.code(),
                "run": run.code(),
                "values": swept.points.iter().map(of).collect::<Vec<_>>(),
            })
        })
    });
    let refused = swept.points.iter().enumerate().filter_map(|(at, point)| {
        let reason = point.as_ref().err()?;
        Some(json!({ "point": at, "reason": reason }))
    });
    json!({
        "schema": "fundgap.sweep/1",
        "scenario": scenario,
        "axes": axes.collect::<Vec<_>>(),
        "cells": cells.collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
    })
}
