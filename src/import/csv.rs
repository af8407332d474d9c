//! From the bytes of a CSV file to a sheet of cells.

use super::book::{Book, Cell, Row, Sheet, Value, reference};
use super::figure::{figure, is_continental};
use super::separator::{self, Fields};
use super::text::text;
use super::xlsx::MOST_CELLS;
use crate::language::astray::{Astray, astray};
use crate::vocabulary::Diagnostic;

/// Reads a CSV file as a workbook of one sheet.
///
/// # Errors
/// It is no text that can be read, is broken or too large.
pub fn read(bytes: &[u8], name: &str) -> Result<Book, Box<Diagnostic>> {
    let mut told = Vec::new();
    let text = text(bytes, name, &mut told)?;
    let fields = separator::find(&text);
    let delimiter = fields.sign;
    told.extend(fields.told.clone());
    if let Some(Astray { line, column, .. }) = astray(&text, char::from(delimiter)) {
        let message = format!(
            "`{name}`, line {line}, column {column}: a field in quotation marks begins here and is not closed at its end"
        );
        return Err(Box::new(
            Diagnostic::error("workbook_broken", message)
                .hint("close it, write a quotation mark within it twice, or save the file as CSV again"),
        ));
    }
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut left = MOST_CELLS;
    let mut number = 0;
    let mut record = ::csv::StringRecord::new();
    let mut commas = Continental::default();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                let message = format!("`{name}` is no CSV file that can be read after row {number}");
                return Err(Box::new(
                    Diagnostic::error("workbook_broken", message).hint("save it again as \"CSV UTF-8\""),
                ));
            }
        }
        // A row is named as a spreadsheet program would, one row a record.
        number += 1;
        commas.look(number, &record, &fields);
        let cells: Vec<Cell> = record.iter().zip(0..).filter_map(|(field, column)| cell(field, column)).collect();
        left = left.saturating_sub(cells.len());
        if left == 0 {
            return Err(Box::new(
                Diagnostic::error("workbook_too_large", format!("`{name}` has more than {MOST_CELLS} cells"))
                    .hint("copy the rows that hold the budget into a file of their own"),
            ));
        }
        if !cells.is_empty() {
            rows.push(Row { number, cells });
        }
    }
    told.extend(commas.told(delimiter));
    if let Some(wrong) = commas.refused(name) {
        return Err(wrong);
    }
    let sheet = Sheet { name: "CSV".to_owned(), csv: true, rows, ..Sheet::default() };
    Ok(Book { name: name.to_owned(), sheets: vec![sheet], told })
}

/// Figures with decimal commas. In a file that has them and none with a decimal point, 1.234 is not what it seems to
/// be: nothing of such a file is read.
#[derive(Default)]
struct Continental {
    first: Option<(String, String)>,
    many: usize,
    /// The first figure such as 1.234, which may be either.
    unclear: Option<(String, String)>,
    /// Whether a figure has a decimal point that can be nothing else.
    points: bool,
}

impl Continental {
    fn look(&mut self, row: u32, record: &::csv::StringRecord, fields: &Fields) {
        for (field, column) in record.iter().zip(0..) {
            // A code of account may have points or commas.
            if !fields.are_figures(row as usize, column as usize) {
                continue;
            }
            if is_continental(field) {
                self.many += 1;
                self.first.get_or_insert_with(|| (reference(row, column), super::rows::shortened(field)));
            }
            if let Some((whole, fraction)) = field.rsplit_once('.').filter(|_| figure(field).is_some()) {
                let whole = whole.trim_start_matches(['£', '(', '-', ' ']);
                let three = fraction.bytes().filter(u8::is_ascii_digit).count() == 3;
                if three && whole.len() <= 3 && whole != "0" {
                    self.unclear.get_or_insert_with(|| (reference(row, column), super::rows::shortened(field)));
                } else {
                    self.points = true;
                }
            }
        }
    }

    /// What is said of a file in which every figure with a point may be one of thousands.
    fn told(&self, delimiter: u8) -> Option<String> {
        let (cell, field) = self.unclear.as_ref().filter(|_| !self.points && delimiter == b';')?;
        Some(format!(
            "{cell} holds `{field}`, and every figure with a point has three digits after it: they were read as decimals, not as thousands; check one"
        ))
    }

    fn refused(self, name: &str) -> Option<Box<Diagnostic>> {
        let (cell, field) = self.first.filter(|_| !self.points)?;
        let others = match self.many {
            1 => String::new(),
            2 => ", and so has 1 other figure".to_owned(),
            many => format!(", and so have {} other figures", many - 1),
        };
        let what = if field.contains(',') { "a decimal comma" } else { "points between its thousands" };
        let message = format!(
            "`{name}`, {cell}: `{field}` has {what}{others}: the sheet was saved where 1.234,50 stands for 1,234.50"
        );
        let hint = "save it with decimal points (in Excel: File > Options > Advanced, untick \"Use system separators\", \
                    type . for decimals and , for thousands, and save as \"CSV UTF-8\"), or name the .xlsx workbook itself";
        Some(Box::new(Diagnostic::error("decimal_comma", message).hint(hint)))
    }
}

fn cell(field: &str, column: u32) -> Option<Cell> {
    let field = field.trim();
    if field.is_empty() {
        return None;
    }
    // A figure with its sign of pounds stays a text: what the sign says is known with the unit of its range.
    let (value, percent) = match figure(field).filter(|_| !field.contains('£')) {
        Some((number, percent)) => (Value::Number(number), percent),
        None if field.starts_with('#') && field.ends_with(['!', '?', 'A']) => (Value::Error(field.to_owned()), false),
        None => (Value::Text(field.to_owned()), false),
    };
    Some(Cell { column, value, percent, formula: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_not_closed_is_found_where_it_begins() {
        assert_eq!(astray("a,\"b \"\"c\"\"\nd\",e\r\n", ','), None);
        assert_eq!(astray("12\" pipe,1\n", ','), None);
        assert_eq!(astray("a,1\nb,\"2\nc,3\n", ',').map(|a| (a.line, a.column)), Some((2, 3)));
        assert_eq!(astray("a,1\n\"b,2\n\"c\",3\n", ',').map(|a| (a.line, a.column)), Some((2, 1)));
    }

    #[test]
    fn windows_text_and_semicolons_are_read() {
        let book = read(b"Service;2026/27 \xa3000\nPay;1.5\n", "budget.csv").unwrap();
        assert_eq!(book.sheets[0].text(1, 1).as_deref(), Some("2026/27 £000"));
        assert_eq!(book.sheets[0].text(2, 1).as_deref(), Some("1.5"));
        assert_eq!(book.told.len(), 2, "what it was saved as, and what separates it");
        assert!(read(b"a\0b", "x.csv").is_err());
    }
}
