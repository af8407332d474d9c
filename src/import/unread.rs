//! What a map does not read, hidden and merged cells: told, so that nothing of a workbook is missed in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Book, Cell, Sheet, Value, letters, reference};
use super::figure::{figure, is_pending, resembles};
use super::heading::{kind_of, unit_in, year_in};
use super::map::{Map, RangeMap, Said};
use super::rows::{Listed, What, is_dash, repeats_heading, rows_words};

/// Tells what was not read of each sheet.
pub fn tell(book: &Book, map: &Map, listed: &mut Vec<Listed>) {
    for sheet in &book.sheets {
        let ranges: Vec<&RangeMap> = map.ranges.iter().filter(|r| r.sheet == sheet.name).collect();
        let mut say = |what, cell: String, message: String, hint: &str| {
            listed.push(Listed { what, sheet: sheet.name.clone(), cell, message, hint: hint.to_owned() });
        };
        if ranges.is_empty() {
            if !sheet.rows.is_empty() {
                let hidden = if sheet.hidden { "a hidden sheet, " } else { "" };
                let hint = "add a [[range]] to the map if it holds figures of the plan";
                say(What::Note, String::new(), format!("{hidden}not read: no range of the map speaks of it"), hint);
            }
            continue;
        }
        let titles: Vec<u32> = ranges.iter().map(|r| r.title).collect();
        let is_result = |row: &u32| {
            titles.iter().filter_map(|c| sheet.text(*row, *c)).any(|title| kind_of(&title) == Some(Err(())))
        };
        let outside = Outside::of(sheet, &ranges);
        let (mut results, unread): (Vec<u32>, Vec<u32>) = outside.figures.into_iter().partition(is_result);
        let (of_results, words): (Vec<_>, Vec<_>) = outside.words.into_iter().partition(|(row, _)| is_result(row));
        results.extend(of_results.iter().map(|(row, _)| *row));
        results.sort_unstable();
        if !results.is_empty() {
            let message = "what the plan comes to (a gap, a balance): a result and no line".to_owned();
            say(What::LeftOut, rows_words(&results), message, "");
        }
        if !unread.is_empty() {
            let hint = "add a [[range]], widen `rows`, or add them to `skip`";
            say(What::NotRead, rows_words(&unread), "figures here were not read".to_owned(), hint);
        }
        if !words.is_empty() {
            let hint = "type figures or n/p and widen `rows` if these rows are items, or add them to `skip`";
            let message = "words where figures would stand: not read".to_owned();
            let cells: Vec<String> = words.iter().map(|(row, column)| reference(*row, *column)).collect();
            say(What::NotRead, cells.join(", "), message, hint);
        }
        if !outside.notes.is_empty() {
            let message = "only words: headings or notes, left out".to_owned();
            say(What::Note, rows_words(&outside.notes), message, "");
        }
        let beyond = beyond(sheet, &ranges);
        if !beyond.is_empty() {
            let message = "figures outside the table, not read".to_owned();
            say(What::Note, beyond.join(", "), message, "add a [[range]] if they are part of the plan");
        }
        let hidden: Vec<u32> = sheet
            .hidden_rows
            .iter()
            .copied()
            .filter(|row| ranges.iter().any(|r| reads(r, *row) && holds(sheet, *row)))
            .collect();
        if !hidden.is_empty() {
            let message = format!(
                "{} hidden {} read like any other",
                hidden.len(),
                if hidden.len() == 1 { "row was" } else { "rows were" }
            );
            say(What::Note, rows_words(&hidden), message, "add them to `skip` if they are not part of the plan");
        }
        let used = |column: u32| ranges.iter().any(|r| r.columns().any(|c| c == column));
        let hidden: Vec<String> = sheet.hidden_columns.iter().filter(|c| used(**c)).map(|c| letters(*c)).collect();
        if !hidden.is_empty() {
            let message = format!(
                "{} hidden {} read like any other",
                hidden.len(),
                if hidden.len() == 1 { "column was" } else { "columns were" }
            );
            say(
                What::Note,
                format!("column {}", hidden.join(", ")),
                message,
                "take them out of the map if they are not part of the plan",
            );
        }
        if !sheet.merged.is_empty() {
            let shown: Vec<&str> = sheet.merged.iter().take(8).map(String::as_str).collect();
            let more = if sheet.merged.len() > shown.len() { ", …" } else { "" };
            let message =
                format!("{} merged: only the first cell of each holds anything", ranges_words(sheet.merged.len()));
            say(What::Note, format!("{}{more}", shown.join(", ")), message, "");
        }
        if sheet.hidden {
            say(What::Note, String::new(), "a hidden sheet, and the map reads it".to_owned(), "");
        }
    }
}

fn ranges_words(count: usize) -> String {
    if count == 1 { "1 range of cells is".to_owned() } else { format!("{count} ranges of cells are") }
}

fn reads(range: &RangeMap, row: u32) -> bool {
    (range.first..=range.last).contains(&row) && !range.skips(row)
}

fn holds(sheet: &Sheet, row: u32) -> bool {
    sheet.row(row).is_some_and(|r| !r.cells.is_empty())
}

/// Rows outside of all ranges and below the first of their headings.
#[derive(Default)]
struct Outside {
    /// Rows with figures, or what was meant as one, in the columns of a range.
    figures: Vec<u32>,
    /// Cells of words in those columns, the first of each row, where the row has no figures.
    words: Vec<(u32, u32)>,
    /// Rows of nothing but words.
    notes: Vec<u32>,
}

impl Outside {
    fn of(sheet: &Sheet, ranges: &[&RangeMap]) -> Self {
        let mut all = Self::default();
        let headers = headers(ranges);
        let from = headers.iter().min().copied().unwrap_or(0);
        let mut columns: Vec<u32> = ranges.iter().flat_map(|r| r.columns()).collect();
        columns.sort_unstable();
        columns.dedup();
        let mut bounds: Vec<(u32, u32)> = ranges.iter().map(|r| (r.first, r.last)).collect();
        bounds.sort_unstable();
        let covered = |row: u32| {
            let at = bounds.partition_point(|(first, _)| *first <= row);
            bounds.iter().take(at).any(|(_, last)| row <= *last)
        };
        let skipped = |row: u32| ranges.iter().any(|r| r.skips(row));
        let rows = sheet.rows.iter().filter(|r| r.number > from);
        for row in rows.filter(|r| !headers.contains(&r.number) && !covered(r.number) && !skipped(r.number)) {
            if ranges.iter().any(|range| repeats_heading(sheet, range, row.number)) {
                all.notes.push(row.number);
                continue;
            }
            let mut cells = columns.iter().filter_map(|c| row.cell(*c)).filter(|cell| !is_dash(cell));
            if cells.clone().any(is_figure) {
                all.figures.push(row.number);
            } else if let Some(cell) = cells.find(|cell| !is_heading(cell)).filter(|_| {
                // The row below the years may say in words what each column is.
                !headers.contains(&(row.number - 1))
            }) {
                all.words.push((row.number, cell.column));
            } else if row.cells.iter().any(|cell| cell.typed().is_some()) {
                all.notes.push(row.number);
            }
        }
        all
    }
}

fn headers(ranges: &[&RangeMap]) -> Vec<u32> {
    ranges.iter().filter_map(|r| r.header).collect()
}

/// Whether a cell holds a figure, or something that was meant as one.
fn is_figure(cell: &Cell) -> bool {
    match &cell.value {
        Value::Text(text) => figure(text).is_some() || resembles(text) && !is_pending(text),
        Value::Flag(_) => false,
        _ => true,
    }
}

/// Whether words are those of a heading: a unit or a year.
fn is_heading(cell: &Cell) -> bool {
    cell.typed().is_some_and(|text| unit_in(text).is_some() || year_in(text).is_some())
}

/// Figures in columns that no range reads, below the headings or to the right of all that is read: cells, or a column
/// that holds many.
fn beyond(sheet: &Sheet, ranges: &[&RangeMap]) -> Vec<String> {
    const FEW: usize = 3;
    const MOST: usize = 12;
    let headers = headers(ranges);
    let from = headers.iter().min().copied().unwrap_or(0);
    let said = |said: &Option<Said>| if let Some(Said::Column(column)) = said { Some(*column) } else { None };
    let used: BTreeSet<u32> = ranges
        .iter()
        .flat_map(|r| {
            let words = [Some(r.title), r.name, said(&r.service), said(&r.recurrent), said(&r.status)];
            r.columns().chain(words.into_iter().flatten())
        })
        .collect();
    let right = used.last().copied().unwrap_or(0);
    let skipped = |row: u32| headers.contains(&row) || ranges.iter().any(|r| r.skips(row));
    let mut found: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for row in sheet.rows.iter().filter(|r| !skipped(r.number)) {
        let free = |cell: &&Cell| !used.contains(&cell.column) && (row.number > from || cell.column > right);
        let number = |cell: &&Cell| match &cell.value {
            Value::Text(text) => figure(text).is_some(),
            other => matches!(other, Value::Number(_) | Value::OutOfRange | Value::Uncomputed | Value::Error(_)),
        };
        for cell in row.cells.iter().filter(free).filter(number) {
            found.entry(cell.column).or_default().push(row.number);
        }
    }
    let mut words: Vec<String> = Vec::new();
    for (column, rows) in &found {
        match (rows.first(), rows.last()) {
            (Some(first), Some(last)) if rows.len() > FEW => {
                let (first, last) = (reference(*first, *column), reference(*last, *column));
                words.push(format!("{} figures in {first} to {last}", rows.len()));
            }
            _ => words.extend(rows.iter().map(|row| reference(*row, *column))),
        }
    }
    let more = words.len().saturating_sub(MOST);
    words.truncate(MOST);
    if more > 0 {
        words.push(format!("and {more} more"));
    }
    words
}
