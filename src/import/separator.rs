//! What separates the fields of a CSV file: found from the row of years, never from the file's name, and told where
//! it is no comma.

use super::figure::{figure, is_continental};
use super::heading::year_in;

/// How many records are looked at for the row of years.
const LOOKED_AT: usize = 200;

/// How many records below the years are looked at for figures.
const BELOW: usize = 20;

const ALL: [(u8, &str); 4] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "upright strokes")];

/// How the fields of a text stand.
#[derive(Debug)]
pub struct Fields {
    /// What separates them.
    pub sign: u8,
    /// How that is known in words, where there is anything to say.
    pub told: Option<String>,
    /// The record of the years, counted from 1, and their columns; none where no record has any.
    pub years: Option<(usize, Vec<usize>)>,
}

impl Fields {
    /// Whether figures stand in a column of a record, as far as the years say.
    #[must_use]
    pub fn are_figures(&self, row: usize, column: usize) -> bool {
        self.years.as_ref().is_none_or(|(years, columns)| row > *years && columns.contains(&column))
    }
}

/// What the fields of a text are separated by.
#[must_use]
pub fn find(text: &str) -> Fields {
    let mut found: Vec<(Shown, u8, &str)> = Vec::new();
    for (sign, word) in ALL {
        // Of two that show the same the first stands.
        if let Some(shown) = shown(text, sign) {
            let at = found.partition_point(|(other, ..)| other.rank() >= shown.rank());
            found.insert(at, (shown, sign, word));
        }
    }
    let alone = found.len() == 1;
    let Some((shown, sign, word)) = found.into_iter().next() else {
        let (sign, word) = by_count(text);
        let words = format!("fields are separated by {word}, which stand most often in it; no row of years shows it");
        return Fields { sign, told: (sign != b',').then_some(words), years: None };
    };
    let words = format!("fields are separated by {word}, as the years of row {} show", shown.row);
    Fields { sign, told: (sign != b',' || !alone).then_some(words), years: Some((shown.row, shown.columns)) }
}

/// What a separator makes of a file.
struct Shown {
    /// The record of the years, counted from 1.
    row: usize,
    columns: Vec<usize>,
    /// How many figures stand below the years.
    figures: usize,
}

impl Shown {
    fn rank(&self) -> (usize, usize) {
        (self.figures, self.columns.len())
    }
}

/// The row of years, as this separator shows it; nothing where it shows none.
fn shown(text: &str, sign: u8) -> Option<Shown> {
    let reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(sign).from_reader(text.as_bytes());
    let records: Vec<::csv::StringRecord> = reader.into_records().take(LOOKED_AT).filter_map(Result::ok).collect();
    let years = |record: &::csv::StringRecord| -> Vec<usize> {
        let fields = record.iter().enumerate().filter(|(_, field)| year_in(field).is_some());
        if record.len() > 1 { fields.map(|(at, _)| at).collect() } else { Vec::new() }
    };
    let several = records.iter().position(|record| years(record).len() > 1);
    let at = several.or_else(|| records.iter().position(|record| !years(record).is_empty()))?;
    let columns = years(records.get(at)?);
    let below = records.iter().skip(at + 1).take(BELOW);
    let fields = below.flat_map(|record| columns.iter().filter_map(|column| record.get(*column)));
    let figures = fields.filter(|field| figure(field).is_some() || is_continental(field)).count();
    Some(Shown { row: at + 1, columns, figures })
}

/// The separator that stands most often in the first lines.
fn by_count(text: &str) -> (u8, &'static str) {
    let count = |sign: u8| text.lines().take(20).map(|line| line.matches(char::from(sign)).count()).sum::<usize>();
    let [comma, semicolon, tab, _] = ALL;
    if count(tab.0) > count(comma.0) && count(tab.0) >= count(semicolon.0) {
        tab
    } else if count(semicolon.0) > count(comma.0) {
        semicolon
    } else {
        comma
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_years_shows_what_separates() {
        let sign = |text: &str| char::from(find(text).sign);
        assert_eq!(sign("A,2026/27,2027/28\nPay,1,2\n"), ',');
        assert_eq!(sign("A;2026/27, £000;2027/28, £000\nPay; rent, rates, gas;1.5;2\n"), ';');
        assert_eq!(sign("A;2026/27, £000;2027/28, £000\nPay;1,5;2,5\n"), ';');
        // A title full of commas, and one full of semicolons.
        assert_eq!(sign("MTFS 2026/27, for all, with, commas\nA;2026/27\nPay;1\n"), ';');
        assert_eq!(sign("\"a; b; c; d\"\nA,2026/27\nPay,1\n"), ',');
        assert_eq!(sign("A\t2026/27\nPay\t1,000\n"), '\t');
        assert_eq!(sign("a;b;c\n1;2;3\n"), ';');
        assert_eq!(find("A,2026/27\nPay,1\n").told, None);
        assert_eq!(
            find("x\nA;2026/27\nPay;1\n").told.as_deref(),
            Some("fields are separated by semicolons, as the years of row 2 show")
        );
    }
}
