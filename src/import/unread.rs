//! What a map does not read, hidden and merged cells: told, so that nothing of a workbook is missed in silence.

use super::book::{Book, Sheet, Value, letters};
use super::heading::kind_of;
use super::map::{Map, RangeMap};
use super::rows::{Listed, What, rows_words};

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
        let (results, unread): (Vec<u32>, Vec<u32>) = unread(sheet, &ranges).into_iter().partition(is_result);
        if !results.is_empty() {
            let message = "what the plan comes to (a gap, a balance): a result and no line".to_owned();
            say(What::LeftOut, rows_words(&results), message, "");
        }
        if !unread.is_empty() {
            let hint = "add a [[range]], widen `rows`, or add them to `skip`";
            say(What::NotRead, rows_words(&unread), "figures here were not read".to_owned(), hint);
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

/// Rows with figures in the columns of a range, outside of all ranges and below their headings.
fn unread(sheet: &Sheet, ranges: &[&RangeMap]) -> Vec<u32> {
    let headers: Vec<u32> = ranges.iter().filter_map(|r| r.header).collect();
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
    let figure = |row: u32| {
        columns.iter().any(|c| {
            sheet
                .cell(row, *c)
                .is_some_and(|cell| matches!(cell.value, Value::Number(_) | Value::Error(_) | Value::Uncomputed))
        })
    };
    sheet
        .rows
        .iter()
        .map(|r| r.number)
        .filter(|row| *row > from && !headers.contains(row) && !covered(*row) && figure(*row))
        .collect()
}
