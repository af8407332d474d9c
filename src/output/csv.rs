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

use super::figure::Display;
use super::shown::sentence;
use super::text::clean;
use crate::language::MoneyUnit;
use crate::report::table::{RowStyle, Table, TableCell};
use crate::report::tidy::TidyRow;
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

/// Writes results one row a cell. `excel` adds the byte-order mark and line ends that Excel needs to
/// read `£` and accents.
///
/// # Errors
/// What `out` says.
pub fn write<'a>(rows: impl IntoIterator<Item = TidyRow<'a>>, excel: bool, out: &mut dyn Write) -> io::Result<()> {
    write_header(excel, out)?;
    write_rows(rows, excel, out)
}

/// Writes the header alone, for rows that come in parts.
///
/// # Errors
/// What the writer says.
pub fn write_header(excel: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = begin(excel, out)?;
    writer.write_record(HEADER).map_err(io_error)?;
    writer.flush()
}

/// Writes rows without a header before them.
///
/// # Errors
/// What the writer says.
pub fn write_rows<'a>(rows: impl IntoIterator<Item = TidyRow<'a>>, excel: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = onwards(excel, out);
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
            writer.write_field(guard(text).as_bytes()).map_err(io_error)?;
        }
        writer.write_field(value(row.unit, row.steps)).map_err(io_error)?;
        writer.write_field(row.unit.code()).map_err(io_error)?;
        writer.write_field(guard(&row.address).as_bytes()).map_err(io_error)?;
        writer.write_record(None::<&[u8]>).map_err(io_error)?;
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
        writer.write_field("section").map_err(io_error)?;
    }
    for column in &table.columns {
        writer.write_field(guard(&column.heading).as_bytes()).map_err(io_error)?;
    }
    if figures {
        writer.write_field("unit").map_err(io_error)?;
    }
    writer.write_record(None::<&[u8]>).map_err(io_error)?;
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
            writer.write_field(guard(section).as_bytes()).map_err(io_error)?;
        }
        let mut units: Vec<&str> = Vec::new();
        for column in 0..table.columns.len() {
            match row.cells.get(column) {
                None | Some(TableCell::Empty | TableCell::Bar(_)) => writer.write_field("")?,
                Some(TableCell::Said(said)) => {
                    let words = sentence(said, &Display { unit: MoneyUnit::Pounds, ..Display::default() });
                    writer.write_field(guard(&words).as_bytes()).map_err(io_error)?;
                }
                Some(TableCell::Text(text)) => writer.write_field(guard(text).as_bytes())?,
                Some(TableCell::Figure(figure)) => {
                    if !units.contains(&figure.unit.code()) {
                        units.push(figure.unit.code());
                    }
                    writer.write_field(value(figure.unit, figure.published())).map_err(io_error)?;
                }
            }
        }
        if figures {
            writer.write_field(units.join(" ")).map_err(io_error)?;
        }
        writer.write_record(None::<&[u8]>).map_err(io_error)?;
    }
    writer.flush()
}

/// Writes records of one form: words are kept from being taken for formulas, and exact values are as
/// [`unit::plain`] writes them.
///
/// # Errors
/// What `out` says.
pub fn write_records<'a, R>(
    header: &[&str],
    records: impl IntoIterator<Item = R>,
    excel: bool,
    out: &mut dyn Write,
) -> io::Result<()>
where
    R: IntoIterator<Item = Cow<'a, str>>,
{
    let mut writer = begin(excel, out)?;
    writer.write_record(header).map_err(io_error)?;
    for record in records {
        for field in record {
            writer.write_field(guard(&field).as_bytes()).map_err(io_error)?;
        }
        writer.write_record(None::<&[u8]>).map_err(io_error)?;
    }
    writer.flush()
}

fn begin(excel: bool, out: &mut dyn Write) -> io::Result<Writer<&mut dyn Write>> {
    if excel {
        out.write_all("\u{feff}".as_bytes())?;
    }
    Ok(onwards(excel, out))
}

fn onwards(excel: bool, out: &mut dyn Write) -> Writer<&mut dyn Write> {
    let ends = if excel { Terminator::CRLF } else { Terminator::Any(b'\n') };
    WriterBuilder::new().terminator(ends).flexible(true).from_writer(out)
}

/// What went wrong with the writer underneath, so that a closed pipe is still seen as one.
fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn value(unit: Unit, steps: Option<i128>) -> String {
    steps.map(|steps| unit::plain(unit, steps)).unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula: one that begins, after any spaces, with a sign
/// that starts a formula gets an apostrophe. A plain number is left alone.
#[must_use]
pub fn guard(text: &str) -> Cow<'_, str> {
    // A plain word that begins with a letter is no formula.
    if text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) {
        return clean(text);
    }
    let cleaned = clean(text);
    let starts = |t: &str| t.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    // A tab or carriage return is looked for before cleaning takes it away.
    let formula = starts(text) || starts(cleaned.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}'));
    if formula && !is_plain_number(cleaned.trim()) { Cow::Owned(format!("'{cleaned}")) } else { cleaned }
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::{Column, Figure, TableRow};
    use crate::sheet::Flags;

    fn row(line: &str, unit: Unit, steps: Option<i128>) -> TidyRow<'_> {
        TidyRow {
            scenario: "exshire".into(),
            run: "plan".into(),
            view: "council".into(),
            organisation: "exshire".into(),
            year: "2026/27".into(),
            section: "Savings".into(),
            line: line.into(),
            measure: "in_year".into(),
            recurrence: "recurrent".into(),
            unit,
            steps,
            address: "exshire/saving/home_first/in_year@2026-27".into(),
        }
    }

    fn text(rows: Vec<TidyRow<'_>>, excel: bool) -> String {
        let mut out = Vec::new();
        write(rows, excel, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn one_row_a_cell() {
        let rows = vec![
            row("Home First", Unit::Money, Some(-123_456_789)),
            row("Beds, \"step-down\"", Unit::Money, None),
            row("=HYPERLINK(\"x\")", Unit::Rate, Some(29_900_000)),
        ];
        let expected = "\
scenario,run,view,organisation,year,section,line,measure,recurrence,value,unit,address
exshire,plan,council,exshire,2026/27,Savings,Home First,in_year,recurrent,-1234567.89,GBP,exshire/saving/home_first/in_year@2026-27
exshire,plan,council,exshire,2026/27,Savings,\"Beds, \"\"step-down\"\"\",in_year,recurrent,,GBP,exshire/saving/home_first/in_year@2026-27
exshire,plan,council,exshire,2026/27,Savings,\"'=HYPERLINK(\"\"x\"\")\",in_year,recurrent,0.0299,rate,exshire/saving/home_first/in_year@2026-27
";
        assert_eq!(text(rows, false), expected);
    }

    #[test]
    fn excel_gets_its_mark_and_line_ends() {
        let out = text(vec![row("Café", Unit::Money, Some(0))], true);
        assert!(out.starts_with("\u{feff}scenario,"));
        assert!(out.ends_with("Café,in_year,recurrent,0.00,GBP,exshire/saving/home_first/in_year@2026-27\r\n"));
        assert_eq!(out.matches('\n').count(), out.matches("\r\n").count());
    }

    #[test]
    fn no_text_is_taken_for_a_formula() {
        for bad in ["=1+1", " =1+1", "+1+1", "-1-1", "@SUM(A1)", "-", "\u{a0}=1", "＝1+1"] {
            assert_eq!(guard(bad), format!("'{bad}"));
        }
        assert_eq!(guard("\t=1+1"), "' =1+1");
        assert_eq!(guard("\rx"), "'x");
        for fine in ["-5", "+3.25", "-0.10", "Home First", "", "2026/27", "a=b", "– none"] {
            assert_eq!(guard(fine), fine);
        }
        assert_eq!(guard("a\u{1b}[31m\nb"), "a[31m b");
    }

    #[test]
    fn any_table_with_exact_values() {
        let mut table = Table::new(vec![Column::text("Line"), Column::figure("2026/27"), Column::text("Source")]);
        table.push(TableRow::plain("Before", vec![]));
        table.push(TableRow::section("Pay"));
        table.push(TableRow::plain("Award", vec![Figure::money(-5).into(), "@me".into()]).indented(1));
        let unknown = Figure::new(Unit::Rate, None, Flags::NOT_PUBLISHED);
        table.push(TableRow::plain("Rate", vec![unknown.into()]));
        let mut out = Vec::new();
        write_table(&table, false, &mut out).unwrap();
        let expected = "\
section,Line,2026/27,Source,unit
,Before,,,
Pay,Award,-0.05,'@me,GBP
Pay,Rate,,,rate
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
