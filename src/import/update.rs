//! Bringing an edited workbook of `fundgap export` back: which inputs were changed in it, and the plan's own files
//! with those inputs and nothing else changed.
//!
//! An input sheet's name begins with `Inputs`. Its headings stand in the first row whose first cell is `Path`; every
//! row below is an assumption, named by its path as `--set` takes it. Money stands in pounds, a rate as a fraction,
//! a calendar month as `2026-10`, and what was not published as `n/p`.

mod apply;
mod place;
mod retype;

use std::collections::BTreeMap;

use super::book::{Book, Cell, Row, Sheet, Value, reference};
use super::rows::{Listed, What, shortened};
use crate::language::Table;
use crate::language::scalar::read_month;
use crate::open::Opened;
use crate::sheet::Assumption;
use crate::vocabulary::{Diagnostic, FinancialYear, Horizon, Place, Unit};

pub use apply::{Rewritten, rewrite};
pub use place::{Edit, Home};

/// What the names of input sheets begin with.
pub const SHEETS: &str = "Inputs";

/// An input that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path in the plan.
    pub path: String,
    /// The year, where it has one for each; none where it holds for all alike.
    pub year: Option<FinancialYear>,
    /// Its unit.
    pub unit: Unit,
    /// What the plan says, in steps; none when it is not published.
    pub from: Option<i128>,
    /// What the workbook says.
    pub to: Option<i128>,
    /// The sheet.
    pub sheet: String,
    /// The cell.
    pub cell: String,
    /// Where the plan says it; none for a default that no file gives.
    pub place: Option<Place>,
}

/// What the input sheets of a workbook say against a plan.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// The inputs that were changed, in the order of the sheets.
    pub changes: Vec<Change>,
    /// What could not be read, or is no input of the plan.
    pub listed: Vec<Listed>,
    /// How many inputs were looked at.
    pub inputs: usize,
    /// Inputs of the plan that no sheet holds.
    pub missing: usize,
}

/// Compares the input sheets of a workbook with a plan.
///
/// # Errors
/// The workbook has no input sheets, or they are of other years.
pub fn compare(book: &Book, opened: &Opened) -> Result<Compared, Box<Diagnostic>> {
    let mut compared = Compared::default();
    let assumptions = opened.plan.sheet.assumptions();
    let mut by_path: BTreeMap<&str, &Assumption> = BTreeMap::new();
    for assumption in assumptions {
        by_path.entry(&assumption.path).or_insert(assumption);
    }
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut sheets = 0;
    for sheet in book.sheets.iter().filter(|s| s.name.starts_with(SHEETS)) {
        let Some(header) = sheet.rows.iter().find(|r| r.cell(0).and_then(Cell::typed) == Some("Path")) else {
            continue;
        };
        sheets += 1;
        let columns = Columns::of(header, opened.plan.horizon(), &book.name, &sheet.name)?;
        for row in sheet.rows.iter().filter(|r| r.number > header.number) {
            let Some(path) = row.cell(0).and_then(Cell::typed) else { continue };
            let cell = reference(row.number, 0);
            let mut list = |message: String, hint: &str| {
                let listed = Listed {
                    what: What::NotRead,
                    sheet: sheet.name.clone(),
                    cell: cell.clone(),
                    message,
                    hint: hint.to_owned(),
                };
                compared.listed.push(listed);
            };
            let Some(assumption) = by_path.get(path) else {
                list(
                    format!("`{}` is no input of this plan: not read", shortened(path)),
                    "inputs are added in the plan's file",
                );
                continue;
            };
            if let Some(first) = seen.insert(path.to_owned(), format!("`{}` {cell}", sheet.name)) {
                list(
                    format!("`{path}` stands in the workbook twice, first at {first}: not read"),
                    "keep one of the two",
                );
                continue;
            }
            compared.inputs += 1;
            let reading = Reading {
                sheet,
                row,
                columns: &columns,
                assumption,
                horizon: opened.plan.horizon(),
                tree: &opened.loaded.tree,
            };
            reading.compare(&mut compared);
        }
    }
    if sheets == 0 {
        return Err(Box::new(
            Diagnostic::error("no_input_sheets", format!("`{}` has no input sheets of a plan", book.name)).hint(
                "make a workbook with `fundgap export plan.toml -o plan.xlsx`, change its inputs and bring that one back",
            ),
        ));
    }
    compared.missing = by_path.keys().filter(|path| !seen.contains_key(**path)).count();
    Ok(compared)
}

/// Where the figures of an input sheet stand.
struct Columns {
    always: Option<u32>,
    years: Vec<(FinancialYear, u32)>,
}

impl Columns {
    fn of(header: &Row, horizon: Horizon, book: &str, sheet: &str) -> Result<Self, Box<Diagnostic>> {
        let always = header.cells.iter().find(|c| c.typed() == Some("All years")).map(|c| c.column);
        let years: Vec<(FinancialYear, u32)> =
            header.cells.iter().filter_map(|c| Some((c.typed()?.parse().ok()?, c.column))).collect();
        let missing: Vec<String> = horizon
            .plan()
            .map(|t| horizon.year(t))
            .filter(|year| !years.iter().any(|(y, _)| y == year))
            .map(|year| year.to_string())
            .collect();
        if missing.is_empty() && years.len() == horizon.plan().count() {
            return Ok(Self { always, years });
        }
        let found: Vec<String> = years.iter().map(|(year, _)| year.to_string()).collect();
        Err(Box::new(
            Diagnostic::error(
                "other_years",
                format!(
                    "`{book}`, sheet `{sheet}` has the years {}, and the plan {} to {}",
                    found.join(", "),
                    horizon.first(),
                    horizon.last()
                ),
            )
            .hint("bring back a workbook that was exported from this plan"),
        ))
    }
}

/// One row of an input sheet beside its assumption.
struct Reading<'a> {
    sheet: &'a Sheet,
    row: &'a Row,
    columns: &'a Columns,
    assumption: &'a Assumption,
    horizon: Horizon,
    tree: &'a Table,
}

/// What a cell of an input says.
enum Said {
    /// Nothing stands there.
    Empty,
    /// A value; none when it says that it was not published.
    Value(Option<i128>),
    /// It could not be read, which was told.
    Unread,
}

impl Reading<'_> {
    fn list(&self, column: u32, message: String, hint: &str, compared: &mut Compared) {
        compared.listed.push(Listed {
            what: What::FillIn,
            sheet: self.sheet.name.clone(),
            cell: reference(self.row.number, column),
            message: format!("`{}` {message}: not taken", self.assumption.path),
            hint: hint.to_owned(),
        });
    }

    fn change(&self, year: Option<FinancialYear>, column: u32, to: Option<i128>, compared: &mut Compared) {
        let a = self.assumption;
        let at = match year.and_then(|y| self.horizon.number(y)) {
            Some(t) if a.by_year => usize::try_from(t - 1).unwrap_or(0),
            _ => 0,
        };
        let Some((from, place)) = a.values.get(at).copied() else { return };
        let place = place.or(a.place).or_else(|| place::find(self.tree, &a.path).map(|node| node.place));
        if from != to {
            compared.changes.push(Change {
                path: a.path.to_string(),
                year,
                unit: a.unit,
                from,
                to,
                sheet: self.sheet.name.clone(),
                cell: reference(self.row.number, column),
                place,
            });
        }
    }

    fn compare(&self, compared: &mut Compared) {
        let always = self.columns.always.map(|column| (column, self.said(column, compared)));
        if !self.assumption.by_year {
            for (year, column) in &self.columns.years {
                if self.row.cell(*column).is_some() {
                    let message = format!("holds for all years alike and has a figure for {year}");
                    self.list(*column, message, "write it under `All years`", compared);
                }
            }
            match always {
                Some((column, Said::Value(to))) => self.change(None, column, to, compared),
                Some((column, Said::Empty)) => {
                    self.list(column, "is empty".to_owned(), "write the figure, 0 or n/p", compared);
                }
                Some((_, Said::Unread)) | None => {}
            }
            return;
        }
        let years: Vec<(FinancialYear, u32, Said)> =
            self.columns.years.iter().map(|(year, column)| (*year, *column, self.said(*column, compared))).collect();
        match always {
            // A figure for all years typed beside those of each: it is meant where those were left alone.
            Some((column, Said::Value(to))) => {
                let before = compared.changes.len();
                for (year, own, said) in &years {
                    if let Said::Value(value) = said {
                        self.change(Some(*year), *own, *value, compared);
                    }
                }
                if compared.changes.len() > before {
                    compared.changes.truncate(before);
                    let message = "has a figure under `All years` and others under its years".to_owned();
                    self.list(column, message, "keep the one that is meant", compared);
                } else {
                    for (year, ..) in &years {
                        self.change(Some(*year), column, to, compared);
                    }
                }
            }
            _ => {
                for (year, column, said) in years {
                    match said {
                        Said::Value(to) => self.change(Some(year), column, to, compared),
                        Said::Empty => {
                            self.list(column, format!("is empty in {year}"), "write the figure, 0 or n/p", compared);
                        }
                        Said::Unread => {}
                    }
                }
            }
        }
    }

    fn said(&self, column: u32, compared: &mut Compared) -> Said {
        let Some(cell) = self.row.cell(column) else { return Said::Empty };
        let unit = self.assumption.unit;
        let mut told = |message: String, hint: &str| {
            self.list(column, message, hint, compared);
            Said::Unread
        };
        let number = match &cell.value {
            Value::Number(number) => (*number, false),
            Value::Text(text) if text.trim() == "n/p" => return Said::Value(None),
            Value::Text(text) if unit == Unit::Month => {
                return match read_month(text.trim()) {
                    Some(month) => Said::Value(Some(month)),
                    None => told(format!("holds `{}`, which is no month", shortened(text)), "write a month as 2026-10"),
                };
            }
            // What a spreadsheet makes of a month that is typed into it.
            Value::Date(date) if unit == Unit::Month => {
                let month = date.get(..7).filter(|_| date.ends_with("-01")).and_then(read_month);
                return match month {
                    Some(month) => Said::Value(Some(month)),
                    None => told(
                        format!("holds the date {date}"),
                        "write a month as 2026-10, with the cell's format set to Text",
                    ),
                };
            }
            Value::Text(text) => match super::figure::figure(text) {
                Some((number, percent)) => (number, percent),
                None => return told(format!("holds the text `{}`", shortened(text)), "write a number, or n/p"),
            },
            Value::Error(error) => return told(format!("holds the error {error}"), "put the formula right and save"),
            Value::Uncomputed => {
                let hint = "open it in Excel or LibreOffice, let it calculate, and save it";
                return told("holds a formula whose value was not saved with it".to_owned(), hint);
            }
            Value::Date(date) => return told(format!("holds a date ({date})"), "set the cell's format to Number"),
            Value::Flag(_) => return told("holds true or false".to_owned(), "write a number"),
            Value::OutOfRange => return told("holds a number that is too large".to_owned(), "check the figure"),
        };
        let (number, percent) = number;
        if percent && unit != Unit::Rate {
            return told("holds a percentage where none belongs".to_owned(), "write the amount");
        }
        if unit == Unit::Month {
            return told("holds a number where a month belongs".to_owned(), "write a month as 2026-10");
        }
        match number.steps(0, unit.scale()) {
            Some(read) if !read.hidden => Said::Value(Some(read.steps)),
            Some(_) => {
                let shown = cell.words().unwrap_or_default();
                told(
                    format!("holds {shown}, which has more digits than {} holds", holds(unit)),
                    "round it to what was decided",
                )
            }
            None => told("holds a number that is too large".to_owned(), "check the figure"),
        }
    }
}

fn holds(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "an amount in pence",
        Unit::Rate => "a rate",
        Unit::Quantity | Unit::UnitPrice => "a figure of four decimals",
        Unit::Months | Unit::Month => "a number of months",
    }
}
