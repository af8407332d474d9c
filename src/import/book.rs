//! A workbook as it was read: sheets of cells, each with what stands in it and what must be known of it.

use super::number::Number;

/// A workbook, or a CSV file as a workbook of one sheet.
#[derive(Debug, Clone)]
pub struct Book {
    /// Its file's name without the folder, as sources name it.
    pub name: String,
    /// Its sheets in order.
    pub sheets: Vec<Sheet>,
    /// What should be known of the file as a whole.
    pub told: Vec<String>,
}

/// A sheet.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether the workbook hides it.
    pub hidden: bool,
    /// Whether it was a CSV file, in which every figure is text and no formula can be seen.
    pub csv: bool,
    /// Rows that hold anything, in order.
    pub rows: Vec<Row>,
    /// Rows that are hidden, counted from 1.
    pub hidden_rows: Vec<u32>,
    /// Columns that are hidden, counted from 0.
    pub hidden_columns: Vec<u32>,
    /// Ranges of cells that were merged into one, as the sheet names them.
    pub merged: Vec<String>,
}

/// A row of a sheet.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number as the sheet shows it, from 1.
    pub number: u32,
    /// Its cells that hold anything, by column.
    pub cells: Vec<Cell>,
}

/// A cell that holds something.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Its column, from 0.
    pub column: u32,
    /// What stands in it.
    pub value: Value,
    /// Whether it is shown as a percentage, so that 0.025 reads 2.5%.
    pub percent: bool,
    /// Its formula, without the `=`.
    pub formula: Option<Box<str>>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(Number),
    /// Words.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A date, as `2026-10-01`.
    Date(String),
    /// An error, as the sheet shows it: `#REF!`.
    Error(String),
    /// A formula whose value was not saved with it.
    Uncomputed,
    /// A number that no plan can hold.
    OutOfRange,
}

impl Sheet {
    /// The cell of a row and column, when it holds anything.
    #[must_use]
    pub fn cell(&self, row: u32, column: u32) -> Option<&Cell> {
        self.row(row)?.cell(column)
    }

    /// A row by its number.
    #[must_use]
    pub fn row(&self, number: u32) -> Option<&Row> {
        let at = self.rows.binary_search_by_key(&number, |r| r.number).ok()?;
        self.rows.get(at)
    }

    /// The rows between two numbers, both included.
    #[must_use]
    pub fn between(&self, first: u32, last: u32) -> &[Row] {
        let from = self.rows.partition_point(|r| r.number < first);
        let to = self.rows.partition_point(|r| r.number <= last);
        self.rows.get(from..to.max(from)).unwrap_or_default()
    }

    /// The words of a cell; of a number, a date or a flag the words it would show.
    #[must_use]
    pub fn text(&self, row: u32, column: u32) -> Option<String> {
        self.cell(row, column).and_then(Cell::words)
    }
}

impl Row {
    /// The cell of a column.
    #[must_use]
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |c| c.column).ok()?;
        self.cells.get(at)
    }
}

impl Cell {
    /// Its words, trimmed; none where there are none to show.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let words = match &self.value {
            Value::Text(text) | Value::Date(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Value::Number(n) => crate::vocabulary::number::decimal(n.mantissa, n.scale).normalize().to_string(),
            Value::Flag(flag) => flag.to_string(),
            Value::Error(_) | Value::Uncomputed | Value::OutOfRange => return None,
        };
        (!words.is_empty()).then_some(words)
    }

    /// Its text, trimmed, when it is a text.
    #[must_use]
    pub fn typed(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()),
            _ => None,
        }
    }
}

/// A column as the sheet names it: 0 is `A`, 27 is `AB`.
#[must_use]
pub fn letters(column: u32) -> String {
    let mut left = column;
    let mut made = Vec::new();
    loop {
        made.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        if left < 26 {
            break;
        }
        left = left / 26 - 1;
    }
    made.iter().rev().collect()
}

/// The column of its letters, at most three of them.
#[must_use]
pub fn column(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let read = letters.bytes().fold(0, |so_far, b| so_far * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    Some(read - 1)
}

/// A cell as the sheet names it: `E14`.
#[must_use]
pub fn reference(row: u32, column: u32) -> String {
    format!("{}{row}", letters(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (number, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(number), name);
            assert_eq!(column(name), Some(number));
        }
        assert_eq!(column("ab"), Some(27));
        assert_eq!(column(""), None);
        assert_eq!(column("A1"), None);
        assert_eq!(column("AAAA"), None);
        assert_eq!(reference(14, 4), "E14");
    }
}
