//! CSV for spreadsheets and databases: exact values, never rounded for display.
//!
//! Values are plain decimals with a minus sign and no separators: money in pounds, rates as
//! fractions of one (`0.0299`), calendar months as `2026-10`. A figure that was not published has
//! **an empty value**, so that a program reading the column still finds numbers only; a nought is
//! always `0.00`.
//!
//! Words that a spreadsheet would take for a formula get an apostrophe before them.

use std::borrow::Cow;
use std::io::{self, Write};

use ::csv::{Terminator, Writer, WriterBuilder};

use super::text::clean;
use crate::report::table::{RowStyle, Table, TableCell};
use crate::vocabulary::{Unit, unit};

/// The columns of tidy CSV.
pub const HEADER: [&str; 12] = [
    "scenario",
    "run",
    "view",
    "organisation",
    "year",
    "section",
    "line",
    "measure",
    "recurrence",
    "value",
    "unit",
    "address",
];

/// One cell of the results. Words are empty where they do not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TidyRow<'a> {
    /// The scenario's name.
    pub scenario: Cow<'a, str>,
    /// `plan` or `risk-adjusted`.
    pub run: Cow<'a, str>,
    /// Whose view it is: council, nhs or system.
    pub view: Cow<'a, str>,
    /// The organisation.
    pub organisation: Cow<'a, str>,
    /// The financial year.
    pub year: Cow<'a, str>,
    /// The part of the budget.
    pub section: Cow<'a, str>,
    /// The line in words.
    pub line: Cow<'a, str>,
    /// The measure.
    pub measure: Cow<'a, str>,
    /// Recurrent or one-off.
    pub recurrence: Cow<'a, str>,
    /// The unit of the value.
    pub unit: Unit,
    /// The value in steps of the unit; nothing when it was not published.
    pub steps: Option<i128>,
    /// The cell's address.
    pub address: Cow<'a, str>,
}

/// Writes results one row a cell. `excel` adds the byte-order mark and line ends that Excel needs to
/// read `£` and accents.
///
/// # Errors
/// What `out` says.
pub fn write<'a>(rows: impl IntoIterator<Item = TidyRow<'a>>, excel: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = begin(excel, out)?;
    writer.write_record(HEADER)?;
    for row in rows {
        let words = [
            &row.scenario,
            &row.run,
            &row.view,
            &row.organisation,
            &row.year,
            &row.section,
            &row.line,
            &row.measure,
            &row.recurrence,
        ];
        for text in words {
            writer.write_field(guard(text).as_bytes())?;
        }
        writer.write_field(value(row.unit, row.steps))?;
        writer.write_field(row.unit.code())?;
        writer.write_field(guard(&row.address).as_bytes())?;
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// Writes any table with its exact values. Headings between rows become a `section` column, and the
/// units of a row's figures a `unit` column at the end.
///
/// # Errors
/// What `out` says.
pub fn write_table(table: &Table, excel: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = begin(excel, out)?;
    let sections = table.rows.iter().any(|row| row.style == RowStyle::Section);
    let figures = table.rows.iter().flat_map(|row| &row.cells).any(|cell| matches!(cell, TableCell::Figure(_)));
    if sections {
        writer.write_field("section")?;
    }
    for column in &table.columns {
        writer.write_field(guard(&column.heading).as_bytes())?;
    }
    if figures {
        writer.write_field("unit")?;
    }
    writer.write_record(None::<&[u8]>)?;
    let mut section = "";
    for row in &table.rows {
        if row.style == RowStyle::Section {
            section = match row.cells.first() {
                Some(TableCell::Text(text)) => text,
                _ => "",
            };
            continue;
        }
        if sections {
            writer.write_field(guard(section).as_bytes())?;
        }
        let mut units: Vec<&str> = Vec::new();
        for column in 0..table.columns.len() {
            match row.cells.get(column) {
                None | Some(TableCell::Empty) => writer.write_field("")?,
                Some(TableCell::Text(text)) => writer.write_field(guard(text).as_bytes())?,
                Some(TableCell::Figure(figure)) => {
                    if !units.contains(&figure.unit.code()) {
                        units.push(figure.unit.code());
                    }
                    writer.write_field(value(figure.unit, figure.published()))?;
                }
            }
        }
        if figures {
            writer.write_field(units.join(" "))?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

fn begin(excel: bool, out: &mut dyn Write) -> io::Result<Writer<&mut dyn Write>> {
    let ends = if excel { Terminator::CRLF } else { Terminator::Any(b'\n') };
    if excel {
        out.write_all("\u{feff}".as_bytes())?;
    }
    Ok(WriterBuilder::new().terminator(ends).flexible(true).from_writer(out))
}

fn value(unit: Unit, steps: Option<i128>) -> String {
    steps.map(|steps| unit::plain(unit, steps)).unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula: one that begins, after any spaces, with a sign
/// that starts a formula gets an apostrophe. A plain number is left alone.
#[must_use]
pub fn guard(text: &str) -> Cow<'_, str> {
    let cleaned = clean(text);
    let starts = |t: &str| t.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    // A tab or carriage return is looked for before cleaning takes it away.
    let formula = starts(text) || starts(cleaned.trim_start());
    if formula && !is_plain_number(cleaned.trim()) { Cow::Owned(format!("'{cleaned}")) } else { cleaned }
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}
