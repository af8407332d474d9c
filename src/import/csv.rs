//! From the bytes of a CSV file to a sheet of cells, and the reading of figures that were typed as words.

use super::book::{Book, Cell, Row, Sheet, Value};
use super::number::Number;
use super::xlsx::MOST_CELLS;
use crate::vocabulary::Diagnostic;

/// Reads a CSV file as a workbook of one sheet.
///
/// # Errors
/// It is no text that can be read, is broken or too large.
pub fn read(bytes: &[u8], name: &str) -> Result<Book, Box<Diagnostic>> {
    let mut told = Vec::new();
    let text = text(bytes, name, &mut told)?;
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut left = MOST_CELLS;
    let mut number = 0;
    let mut record = ::csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                return Err(Box::new(
                    Diagnostic::error("workbook_broken", format!("`{name}` is no CSV file that can be read: {error}"))
                        .hint("save it again as CSV (UTF-8)"),
                ));
            }
        }
        // A row is named as a spreadsheet program would, one row a record.
        number += 1;
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
    let sheet = Sheet { name: "CSV".to_owned(), rows, ..Sheet::default() };
    Ok(Book { name: name.to_owned(), sheets: vec![sheet], told })
}

/// The text of a CSV file: UTF-8, or what Windows programs write where it is not.
fn text(bytes: &[u8], name: &str, told: &mut Vec<String>) -> Result<String, Box<Diagnostic>> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(Box::new(
            Diagnostic::error("workbook_format", format!("`{name}` is no text file that can be read"))
                .hint("save it as CSV (UTF-8), or name the .xlsx workbook itself"),
        ));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    told.push(format!(
        "`{name}` is not UTF-8; it was read as Windows text (Windows-1252): check pound signs, dashes and accents"
    ));
    Ok(bytes.iter().map(|b| windows(*b)).collect())
}

/// A byte of Windows-1252 text.
fn windows(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
        '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{fffd}'),
        other => char::from(other),
    }
}

/// What separates the fields: of comma, semicolon and tab the one that stands most often in the first lines.
fn delimiter(text: &str) -> u8 {
    let count = |sign: char| text.lines().take(20).map(|line| line.matches(sign).count()).sum::<usize>();
    let (comma, semicolon, tab) = (count(','), count(';'), count('\t'));
    if tab > comma && tab >= semicolon {
        b'\t'
    } else if semicolon > comma {
        b';'
    } else {
        b','
    }
}

fn cell(field: &str, column: u32) -> Option<Cell> {
    let field = field.trim();
    if field.is_empty() {
        return None;
    }
    let (value, percent) = match figure(field) {
        Some((number, percent)) => (Value::Number(number), percent),
        None if field.starts_with('#') && field.ends_with(['!', '?', 'A']) => (Value::Error(field.to_owned()), false),
        None => (Value::Text(field.to_owned()), false),
    };
    Some(Cell { column, value, percent, formula: None })
}

/// A figure typed as words: `1,234.5`, `£1,234`, `(1,234)`, `-£5`, `2.5%`; a percentage as a fraction of one,
/// as a sheet holds it, and whether it was one.
#[must_use]
pub fn figure(text: &str) -> Option<(Number, bool)> {
    let text = text.trim();
    let (bracketed, inner) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (true, inner.trim()),
        None => (false, text),
    };
    let (percent, inner) = match inner.strip_suffix('%') {
        Some(inner) => (true, inner.trim_end()),
        None => (false, inner),
    };
    let (minus, inner) = match inner.strip_prefix(['-', '−', '–']) {
        Some(inner) => (true, inner.trim_start()),
        None => (false, inner),
    };
    let inner = inner.strip_prefix('£').map_or(inner, str::trim_start);
    let (minus, inner) = match inner.strip_prefix('-') {
        Some(inner) if !minus => (true, inner),
        _ => (minus, inner),
    };
    if !inner.starts_with(|c: char| c.is_ascii_digit() || c == '.') || (bracketed && minus) || inner.contains('_') {
        return None;
    }
    // `.5` is how a sheet may show a half.
    let plain = if inner.starts_with('.') { format!("0{inner}") } else { inner.to_owned() };
    crate::vocabulary::number::read_decimal(&plain).ok()?;
    let read = Number::of_text(&plain)?;
    let mantissa = if minus || bracketed { -read.mantissa } else { read.mantissa };
    let scale = read.scale + if percent { 2 } else { 0 };
    Some((Number { mantissa, scale, ..read }, percent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_typed_as_words_are_read() {
        let read = |text: &str| figure(text).map(|(n, percent)| (n.mantissa, n.scale, percent));
        assert_eq!(read("1,234.5"), Some((12_345, 1, false)));
        assert_eq!(read("£1,234"), Some((1234, 0, false)));
        assert_eq!(read("(1,234)"), Some((-1234, 0, false)));
        assert_eq!(read("-£5.20"), Some((-520, 2, false)));
        assert_eq!(read("£-5"), Some((-5, 0, false)));
        assert_eq!(read("2.5%"), Some((25, 3, true)));
        assert_eq!(read(".5"), Some((5, 1, false)));
        for words in ["", "-", "12,34", "1_000", "2026/27", "n/p", "1e5", "£", "(-5)", "5m"] {
            assert_eq!(read(words), None, "{words}");
        }
    }

    #[test]
    fn windows_text_and_semicolons_are_read() {
        let book = read(b"Service;2026/27 \xa3000\nPay;1.5\n", "budget.csv").unwrap();
        assert_eq!(book.sheets[0].text(1, 1).as_deref(), Some("2026/27 £000"));
        assert_eq!(book.sheets[0].text(2, 1).as_deref(), Some("1.5"));
        assert_eq!(book.told.len(), 1);
        assert!(read(b"a\0b", "x.csv").is_err());
    }
}
