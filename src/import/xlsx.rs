//! From the bytes of an .xlsx workbook to its sheets of cells. Cells are taken one by one as they come, so that
//! a sheet with one cell in its last corner takes no more room than any other.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};

use super::archive::{self, Marks};
use super::book::{Book, Cell, Row, Sheet, Value};
use super::number::Number;
use crate::vocabulary::Diagnostic;

/// The most cells that are read of a workbook.
pub const MOST_CELLS: usize = 2_000_000;

/// Reads the sheets of a workbook that are wanted, by name.
///
/// # Errors
/// It is no .xlsx workbook, is protected, broken or too large: with what to do about it.
pub fn read(bytes: &[u8], name: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Book, Box<Diagnostic>> {
    let hidden = archive::look(bytes, name, wanted)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(name, None, &error))?;
    let listed: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let mut book = Book { name: name.to_owned(), sheets: Vec::new(), told: Vec::new() };
    let mut left = MOST_CELLS;
    for (at, (sheet_name, is_hidden)) in listed.into_iter().enumerate() {
        if !wanted(&sheet_name) {
            continue;
        }
        let marks = hidden.sheets.get(at).cloned().unwrap_or_default();
        let rows = match cells(&mut workbook, &sheet_name, &mut left) {
            Ok(rows) => rows,
            // A sheet of charts has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(broken(name, Some(&sheet_name), &error)),
        };
        if left == 0 {
            return Err(Box::new(
                Diagnostic::error("workbook_too_large", format!("`{name}` has more than {MOST_CELLS} cells"))
                    .hint("copy the sheets that hold the budget into a workbook of their own"),
            ));
        }
        let Marks { rows: hidden_rows, columns: hidden_columns, merged } = marks;
        book.sheets.push(Sheet {
            name: sheet_name,
            hidden: is_hidden,
            rows,
            hidden_rows,
            hidden_columns,
            merged,
            ..Sheet::default()
        });
    }
    Ok(book)
}

/// What the library could not read, in our words: it says what of its own went wrong and not what to do.
fn broken(name: &str, sheet: Option<&str>, error: &XlsxError) -> Box<Diagnostic> {
    let of =
        sheet.map_or_else(|| "a part of it".to_owned(), |sheet| format!("sheet `{}`", super::rows::shortened(sheet)));
    let what = match error {
        XlsxError::Password => {
            return Box::new(
                Diagnostic::error("workbook_locked", format!("`{name}` is protected by a password and cannot be read"))
                    .hint("save a copy without the password: in Excel, File > Info > Protect Workbook > Encrypt with Password"),
            );
        }
        XlsxError::FileNotFound(part) => format!("its part `{}` is missing", super::rows::shortened(part)),
        XlsxError::RelationshipNotFound => {
            "the list of what belongs to what inside it is missing or incomplete".to_owned()
        }
        XlsxError::WorksheetNotFound(sheet) => {
            format!("it names a sheet `{}` that is not in it", super::rows::shortened(sheet))
        }
        XlsxError::Io(_) | XlsxError::Zip(_) => format!("{of} is damaged"),
        XlsxError::Alphanumeric(_)
        | XlsxError::NumericColumn(_)
        | XlsxError::RangeWithoutColumnComponent
        | XlsxError::RangeWithoutRowComponent
        | XlsxError::ColumnNumberOverflow
        | XlsxError::RowNumberOverflow
        | XlsxError::DimensionCount(_) => format!("{of} names a cell or a range of cells that no sheet has"),
        XlsxError::ParseFloat(_) | XlsxError::ParseInt(_) | XlsxError::CellTAttribute(_) | XlsxError::CellError(_) => {
            format!("{of} holds a cell that is no number, text, date or error")
        }
        _ => format!("{of} is not written as a workbook is"),
    };
    archive::broken(name, &what)
}

/// The cells of a sheet by row, at most `left` of them.
fn cells(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, left: &mut usize) -> Result<Vec<Row>, XlsxError> {
    let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let percents: Vec<bool> = reader.styles().iter().map(|style| shows_percent(style.number_format.as_ref())).collect();
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let Some(value) = value(cell.get_value()) else { continue };
        *left = left.saturating_sub(1);
        if *left == 0 {
            return Ok(Vec::new());
        }
        let (row, column) = cell.get_position();
        let percent = percents.get(style).copied().unwrap_or(false);
        let cell = Cell { column, value, percent, formula: None };
        rows.entry(row.saturating_add(1)).or_default().insert(column, cell);
    }
    drop(reader);
    let mut reader = workbook.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_cell_with_formula()? {
        let Some(formula) = cell.formula.filter(|f| !f.is_empty()) else { continue };
        let (row, column) = cell.pos;
        let held = rows.entry(row.saturating_add(1)).or_default().entry(column).or_insert_with(|| {
            *left = left.saturating_sub(1);
            Cell { column, value: Value::Uncomputed, percent: false, formula: None }
        });
        held.formula = Some(formula.into());
        if *left == 0 {
            return Ok(Vec::new());
        }
    }
    Ok(rows.into_iter().map(|(number, cells)| Row { number, cells: cells.into_values().collect() }).collect())
}

fn shows_percent(format: Option<&calamine::NumberFormat>) -> bool {
    format.is_some_and(|f| f.format_code.contains('%') || matches!(f.format_id, Some(9 | 10)))
}

/// What stands in a cell; nothing where it is empty.
fn value(read: &DataRef<'_>) -> Option<Value> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| Value::Text(text.to_owned()));
    Some(match read {
        DataRef::Empty => return None,
        DataRef::Int(n) => Number::of_text(&n.to_string()).map_or(Value::OutOfRange, Value::Number),
        DataRef::Float(n) => Number::of_float(*n).map_or(Value::OutOfRange, Value::Number),
        DataRef::String(words) => return text(words),
        DataRef::SharedString(words) => return text(words),
        DataRef::Bool(flag) => Value::Flag(*flag),
        DataRef::DateTime(date) if date.is_duration() => Value::Date("a length of time".to_owned()),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            Value::Date(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTimeIso(date) => Value::Date(date.chars().take(10).collect()),
        DataRef::DurationIso(_) => Value::Date("a length of time".to_owned()),
        DataRef::Error(error) => Value::Error(error.to_string()),
    })
}
