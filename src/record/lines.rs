//! A table in CSV, row by row with its headings, every cell with its place; what is wrong is told.

use std::path::Path;

use crate::language::scalar::{self, Scalar};
use crate::language::{MoneyUnit, Node, Value};
use crate::scenario::{Cell, LoadFailure, csv_table, csv_value, read_bytes, read_text};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics, FileId, FinancialYear, Place, Sources, Unit};

/// The headings a table may have.
pub(super) struct Headings {
    /// What the table is, in words: "a history".
    pub what: &'static str,
    /// The name of the message when they are not there.
    pub wrong: &'static str,
    /// Those it must have.
    pub needed: &'static [&'static str],
    /// Those it may have.
    pub optional: &'static [&'static str],
}

/// A row: its cells that are not empty, by heading.
pub(super) struct Line {
    cells: Vec<(&'static str, Cell)>,
    /// Where it begins.
    pub place: Place,
}

impl Line {
    /// The cell under a heading, unless it is empty.
    pub fn cell(&self, heading: &str) -> Option<&Cell> {
        self.cells.iter().find(|(h, _)| *h == heading).map(|(_, cell)| cell)
    }

    /// The text under a heading.
    pub fn text(&self, heading: &str) -> Option<String> {
        self.cell(heading).map(|cell| cell.text.clone())
    }

    /// The text under a heading that every row must have.
    pub fn needed(&self, heading: &str, wrong: &mut Diagnostics) -> Option<&Cell> {
        let cell = self.cell(heading);
        if cell.is_none() {
            wrong.push(
                Diagnostic::error("key_missing", format!("this row has no `{heading}`"))
                    .at(self.place)
                    .hint(format!("write it in the column `{heading}`, or take the row out")),
            );
        }
        cell
    }

    /// The year under a heading.
    pub fn year(&self, heading: &str, wrong: &mut Diagnostics) -> Option<FinancialYear> {
        let cell = self.needed(heading, wrong)?;
        let year = cell.text.parse::<FinancialYear>();
        if let Err(error) = &year {
            wrong.push(
                Diagnostic::error("not_a_year", error.to_string())
                    .at(cell.place)
                    .hint("write a financial year: 2024/25"),
            );
        }
        year.ok()
    }

    /// The unit of the bare amounts of money of the row: the outer nothing means that it is no unit of money.
    pub fn money_unit(&self, wrong: &mut Diagnostics) -> Option<Option<MoneyUnit>> {
        let Some(cell) = self.cell("unit") else { return Some(None) };
        let unit = MoneyUnit::read(&cell.text);
        if unit.is_none() {
            wrong.push(
                Diagnostic::error("unknown_word", format!("`{}` is no unit of money", cell.text))
                    .at(cell.place)
                    .hint("write one of £, £000, £m"),
            );
        }
        unit.map(Some)
    }

    /// An amount under a heading, none where it says `not_published`; the outer nothing means that it is not
    /// there or wrong.
    pub fn amount(
        &self,
        heading: &str,
        unit: Unit,
        bare: Option<MoneyUnit>,
        wrong: &mut Diagnostics,
    ) -> Option<Option<i128>> {
        let cell = self.cell(heading)?;
        let value = match csv_value(&cell.text) {
            // A rate in a column of rates needs no sign of its own.
            Value::Number(text) if unit == Unit::Rate => Value::Text(format!("{text}%").into()),
            value => value,
        };
        match scalar::read(&Node::new(value, cell.place), unit, bare) {
            Ok(Scalar { steps, .. }) => Some(steps),
            Err(mut diagnostic) => {
                if diagnostic.name == "unit_missing" {
                    diagnostic.hints =
                        vec!["add a column `unit` with £, £000 or £m, or write the unit with the figure: £1.2m".into()];
                }
                wrong.push(*diagnostic);
                None
            }
        }
    }
}

/// Opens a file of a table.
///
/// # Errors
/// It cannot be read, or is no text.
pub(super) fn open(path: &Path) -> Result<(Sources, FileId), LoadFailure> {
    let name = path.to_string_lossy().replace('\\', "/");
    let (mut sources, mut wrong) = (Sources::new(), Diagnostics::new());
    let bytes = match read_bytes(path) {
        Ok(bytes) => bytes,
        Err(diagnostic) => {
            wrong.push(*diagnostic);
            return Err(LoadFailure::Unreadable(wrong, sources));
        }
    };
    let text = match read_text(bytes, &name, &mut sources) {
        Ok(text) => text,
        Err(diagnostic) => {
            wrong.push(*diagnostic);
            return Err(LoadFailure::Invalid(wrong, sources));
        }
    };
    let file = sources.add(name, text);
    Ok((sources, file))
}

/// The rows of a table under its headings. Rows that are empty are left out.
pub(super) fn read(sources: &Sources, file: FileId, headings: &Headings, wrong: &mut Diagnostics) -> Vec<Line> {
    let Some(rows) = csv_table(sources, file, wrong) else { return Vec::new() };
    let mut rows = rows.into_iter();
    let first = rows.next().unwrap_or_default();
    let known = || headings.needed.iter().chain(headings.optional).copied();
    let mut columns: Vec<Option<&'static str>> = Vec::new();
    for cell in &first {
        let found = known().find(|h| cell.text.eq_ignore_ascii_case(h));
        if found.is_none() && !cell.text.is_empty() {
            let diagnostic =
                Diagnostic::error("unknown_key", format!("{} has no column `{}`", headings.what, cell.text))
                    .at(cell.place);
            let all = known().collect::<Vec<_>>().join(", ");
            wrong.push(match did_you_mean(&cell.text, known()) {
                Some(meant) => diagnostic.hint(format!("did you mean `{meant}`? its columns are: {all}")),
                None => diagnostic.hint(format!("its columns are: {all}")),
            });
        }
        if found.is_some() && columns.contains(&found) {
            wrong.push(
                Diagnostic::error("duplicate_key", format!("the heading `{}` stands twice", cell.text))
                    .at(cell.place)
                    .hint("keep one of the two columns"),
            );
        }
        columns.push(found);
    }
    let missing: Vec<&str> = headings.needed.iter().filter(|h| !columns.contains(&Some(**h))).copied().collect();
    if !missing.is_empty() {
        let words = missing.iter().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ");
        let all = known().collect::<Vec<_>>().join(",");
        wrong.push(
            Diagnostic::error(headings.wrong, format!("{} needs the heading {words}", headings.what))
                .at(first.first().map_or(Place::new(file, 0..0), |c| c.place))
                .hint(format!("write in the first row: {all}")),
        );
        return Vec::new();
    }
    rows.filter(|row| row.iter().any(|cell| !cell.text.is_empty()))
        .filter_map(|row| line(row, &columns, wrong))
        .collect()
}

fn line(row: Vec<Cell>, columns: &[Option<&'static str>], wrong: &mut Diagnostics) -> Option<Line> {
    let place = row.iter().find(|c| !c.text.is_empty()).map(|c| c.place)?;
    let beyond = row.iter().skip(columns.len()).any(|c| !c.text.is_empty());
    if row.len() < columns.len() || beyond {
        let message = format!("this row has {} cells, and there are {} headings", row.len(), columns.len());
        wrong.push(
            Diagnostic::error("csv_row_length", message)
                .at(place)
                .hint("put a text that holds a comma in quotes; leave a cell empty rather than out"),
        );
        return None;
    }
    let cells = row.into_iter().zip(columns).filter_map(|(cell, heading)| Some(((*heading)?, cell)));
    Some(Line { cells: cells.filter(|(_, cell)| !cell.text.is_empty()).collect(), place })
}
