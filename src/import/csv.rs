//! From the bytes of a CSV file to a sheet of cells, and the reading of figures that were typed as words.

use super::book::{Book, Cell, Row, Sheet, Value};
use super::heading::{unit_in, year_in};
use super::map::CellUnit;
use super::number::Number;
use super::rows::is_not_published;
use super::xlsx::MOST_CELLS;
use crate::vocabulary::Diagnostic;
use crate::vocabulary::number::ten_to;

/// Reads a CSV file as a workbook of one sheet.
///
/// # Errors
/// It is no text that can be read, is broken or too large.
pub fn read(bytes: &[u8], name: &str) -> Result<Book, Box<Diagnostic>> {
    let mut told = Vec::new();
    let text = text(bytes, name, &mut told)?;
    let delimiter = delimiter(&text);
    if let Some((line, column)) = astray(&text, char::from(delimiter)) {
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

/// Where a field in quotation marks begins that is never closed, or is closed in its midst: it would take the rows
/// after it into itself. The line and column, counted from 1.
fn astray(text: &str, delimiter: char) -> Option<(usize, usize)> {
    let (mut line, mut column) = (1, 0);
    let mut opened = None;
    let mut begins = true;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        column += 1;
        match (opened, sign) {
            (Some(_), '"') if signs.peek() == Some(&'"') => {
                signs.next();
                column += 1;
            }
            (Some(at), '"') => {
                if signs.peek().is_some_and(|next| *next != delimiter && !matches!(next, '\r' | '\n')) {
                    return Some(at);
                }
                opened = None;
            }
            (None, '"') if begins => opened = Some((line, column)),
            _ => {}
        }
        begins = opened.is_none() && (sign == delimiter || matches!(sign, '\r' | '\n'));
        if sign == '\n' || sign == '\r' && signs.peek() != Some(&'\n') {
            (line, column) = (line + 1, 0);
        }
    }
    opened
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
    let inner = together(inner)?;
    // `.5` is how a sheet may show a half.
    let plain = if inner.starts_with('.') { format!("0{inner}") } else { inner };
    crate::vocabulary::number::read_decimal(&plain).ok()?;
    let read = Number::of_text(&plain)?;
    let mantissa = if minus || bracketed { -read.mantissa } else { read.mantissa };
    let scale = read.scale + if percent { 2 } else { 0 };
    Some((Number { mantissa, scale, ..read }, percent))
}

/// A number whose thousands are set apart by spaces, without them; nothing where the spaces are no such thing.
fn together(text: &str) -> Option<String> {
    let mut groups = text.split(char::is_whitespace);
    let mut all = groups.next()?.to_owned();
    let short = all.len() <= 3 && all.bytes().all(|b| b.is_ascii_digit());
    for group in groups {
        let whole = group.split_once('.').map_or(group, |(whole, _)| whole);
        if !short || all.contains('.') || whole.len() != 3 || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        all.push_str(group);
    }
    Some(all)
}

/// A figure typed as words, in the unit of its range: `£1.5m` is 1,500 where figures are in £000.
#[must_use]
pub fn figure_in(text: &str, unit: CellUnit) -> Option<(Number, bool)> {
    const NAMED: [(&str, u32); 4] = [("million", 6), ("bn", 9), ("m", 6), ("k", 3)];
    if let Some(read) = figure(text) {
        return Some(read);
    }
    let CellUnit::Money(unit) = unit else { return None };
    let lower = text.trim().to_lowercase();
    let (inner, close) = lower.strip_suffix(')').map_or((lower.as_str(), ""), |inner| (inner, ")"));
    // Without its sign of pounds, 1.5m in a column of thousands may be either.
    let (amount, power) = NAMED.iter().find_map(|(name, power)| Some((inner.strip_suffix(name)?, *power)))?;
    let (number, percent) = figure(&format!("{}{close}", amount.trim_end())).filter(|_| inner.contains('£'))?;
    if percent {
        return None;
    }
    let own = unit.power();
    if power >= own {
        let mantissa = number.mantissa.checked_mul(ten_to(power - own))?;
        return Some((Number { mantissa, ..number }, false));
    }
    Some((Number { scale: number.scale + (own - power), ..number }, false))
}

/// Whether words that are no figure were meant as one, or say that there is none: `12,000*`, `1.5m`, `3 to 4`, `n/p`.
#[must_use]
pub fn resembles(text: &str) -> bool {
    let text = text.trim();
    if is_not_published(text) {
        return true;
    }
    let inner = text.trim_start_matches(['£', '(', '-', '−', '–', '+', '~', '<', '>', ' ']);
    inner.starts_with(|c: char| c.is_ascii_digit()) && year_in(text).is_none() && unit_in(text).is_none()
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
        assert_eq!(read("1 000"), Some((1000, 0, false)));
        assert_eq!(read("(1\u{a0}234\u{202f}567.5)"), Some((-12_345_675, 1, false)));
        for words in [
            "12 34", "1 00", "1234 567", "1 000 5", "1.5 000", "", "-", "12,34", "1_000", "2026/27", "n/p", "1e5", "£",
            "(-5)", "5m",
        ] {
            assert_eq!(read(words), None, "{words}");
        }
    }

    #[test]
    fn amounts_with_their_own_unit_are_read_in_that_of_the_range() {
        use crate::language::MoneyUnit;
        let read = |text: &str, unit| figure_in(text, CellUnit::Money(unit)).map(|(n, _)| (n.mantissa, n.scale));
        assert_eq!(read("£1.5m", MoneyUnit::Thousands), Some((15_000, 1)));
        assert_eq!(read("(£250k)", MoneyUnit::Millions), Some((-250, 3)));
        assert_eq!(read("1.5m", MoneyUnit::Thousands), None);
        assert_eq!(figure_in("£1.5m", CellUnit::Percent), None);
    }

    #[test]
    fn a_field_that_is_not_closed_is_found_where_it_begins() {
        assert_eq!(astray("a,\"b \"\"c\"\"\nd\",e\r\n", ','), None);
        assert_eq!(astray("12\" pipe,1\n", ','), None);
        assert_eq!(astray("a,1\nb,\"2\nc,3\n", ','), Some((2, 3)));
        assert_eq!(astray("a,1\n\"b,2\n\"c\",3\n", ','), Some((2, 1)));
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
