//! A workbook of live formulas (.xlsx): every cell of the sheet as an Excel formula, the inputs on sheets
//! of their own, the front page, charts, and a reconciliation of every cell with our own figure.
//!
//! | sheet | what it holds |
//! |---|---|
//! | Summary | the one page, its figures taken from the calculation sheets; findings; how to read it; what it was made of |
//! | Budget | the budget tables, figures taken from the calculation sheets |
//! | Charts | the gap in both runs, requirement and funding, reserves |
//! | Inputs … | the assumptions by organisation, which may be changed |
//! | Plan, Risk-adjusted | every row of the sheet, a column a year |
//! | Reconciliation | whether every cell agrees with our figure, and the totals one by one |
//!
//! The same plan gives the same bytes. A figure is written with its value beside its formula, so that a
//! viewer that does not calculate shows it.

mod calculation;
mod charts;
mod document;
mod formula;
mod inputs;
mod layout;
mod names;
mod number;
mod reconciliation;
mod style;

use std::fmt;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Formula, ProtectionOptions, Workbook as Library, Worksheet, XlsxError,
};

use super::text::clean;
use crate::report::workbook::Workbook;
use crate::sheet::{CellId, Run};
use crate::vocabulary::Unit;
use layout::Layout;
use names::Names;
use style::{Look, Styles};

/// How a workbook is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The moment it says it was made, in seconds since 1970. The same moment gives the same bytes.
    pub created: i64,
    /// What stands beside each formula as its value.
    pub cached: Cached,
}

/// What stands beside a formula as its value until a program works it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cached {
    /// The figure.
    Figures,
    /// A number that is none of the figures: for a test that must see whether a program calculates.
    Wrong,
}

/// The value of [`Cached::Wrong`].
pub const WRONG: &str = "987654321.5";

/// Why a workbook could not be made.
#[derive(Debug)]
pub enum WorkbookError {
    /// It has more rows than a sheet of Excel can hold.
    TooManyRows(usize),
    /// A formula is longer than Excel takes; the address of its cell.
    TooLong(String),
    /// The library refused.
    Library(XlsxError),
}

impl fmt::Display for WorkbookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRows(rows) => {
                write!(f, "the plan has {rows} rows, and a sheet of Excel holds {MOST_ROWS}; export a part of it")
            }
            Self::TooLong(address) => {
                write!(f, "the formula of `{address}` is longer than the {LONGEST_FORMULA} characters Excel takes")
            }
            Self::Library(error) => write!(f, "the workbook could not be made: {error}"),
        }
    }
}

impl std::error::Error for WorkbookError {}

impl From<XlsxError> for WorkbookError {
    fn from(error: XlsxError) -> Self {
        Self::Library(error)
    }
}

/// The rows of a sheet.
const MOST_ROWS: usize = 1_048_576;
/// The characters of a formula.
const LONGEST_FORMULA: usize = 8_192;
/// The characters of a cell.
const LONGEST_TEXT: usize = 32_767;
/// The characters of a header or footer, with room for its page number.
const LONGEST_FOOT: usize = 90;

/// The bytes of a workbook.
///
/// # Errors
/// The plan is larger than Excel holds.
pub fn bytes(book: &Workbook<'_>, options: &Options) -> Result<Vec<u8>, WorkbookError> {
    let mut sheet_names = Names::default();
    for reserved in ["Summary", "Budget", "Charts", "Plan", "Risk-adjusted", "Reconciliation", "History"] {
        sheet_names.of_sheet(reserved);
    }
    let layout = Layout::new(book.sheet, &book.blocks, &book.inputs, &mut sheet_names);
    let inputs = book.inputs.iter().map(|input| input.rows.len()).max().unwrap_or(0);
    let rows = inputs.max(usize::try_from(layout.end).unwrap_or(usize::MAX)).saturating_add(20);
    if rows > MOST_ROWS {
        return Err(WorkbookError::TooManyRows(rows));
    }
    let mut pen = Pen { book, layout: &layout, styles: Styles::default(), cached: options.cached };
    let mut library = Library::new();
    let created = ExcelDateTime::from_timestamp(options.created)?;
    let properties = DocProperties::new()
        .set_title(clipped(&clean(&book.title), 200))
        .set_subject("Funding gap, plan and risk-adjusted")
        .set_comment("Positive gap = shortfall. Made by fundgap: every figure is a formula.")
        .set_status(clipped(&clean(&book.stage), 200))
        .set_creation_datetime(&created);
    library.set_properties(&properties);
    document::summary(&mut pen, library.add_worksheet())?;
    if !book.budget.blocks.is_empty() {
        document::budget(&mut pen, library.add_worksheet())?;
    }
    // Those of the only organisation stand on the front page.
    if book.charts.len() > 1 {
        charts::sheet(&mut pen, library.add_worksheet())?;
    }
    for at in 0..book.inputs.len() {
        inputs::write(&mut pen, library.add_worksheet(), at)?;
    }
    let mut checked = Vec::new();
    for run in Run::BOTH {
        checked.push(calculation::write(&mut pen, library.add_worksheet(), run)?);
    }
    reconciliation::write(&mut pen, library.add_worksheet(), &checked)?;
    define_names(book, &layout, &mut library)?;
    Ok(library.save_to_buffer()?)
}

/// A name for each row on both calculation sheets (each its own, so that one formula reads the same on
/// both), and for each input.
fn define_names(book: &Workbook<'_>, layout: &Layout, library: &mut Library) -> Result<(), WorkbookError> {
    for (row, info) in book.sheet.rows() {
        let Some(name) = layout.name(row) else { continue };
        let mut years = info.cells().map(|cell| book.sheet.year_number(cell));
        let Some(first) = years.next() else { continue };
        let last = years.last().unwrap_or(first);
        for run in Run::BOTH {
            let sheet = layout::calculation_reference(run);
            library.define_name(format!("{sheet}!{name}"), &format!("={sheet}!{}", layout.range(row, first, last)))?;
        }
    }
    for (input, (sheet, names)) in book.inputs.iter().zip(&layout.inputs) {
        for (at, (row, name)) in input.rows.iter().zip(names).enumerate() {
            let years = row.assumption.by_year.then_some((Some(1), Some(book.sheet.horizon().years())));
            let (from, to) = years.unwrap_or((None, None));
            let cell = |year| {
                rust_xlsxwriter::utility::row_col_to_cell_absolute(Layout::input_row(at), Layout::input_column(year))
            };
            let range = if from == to { cell(from) } else { format!("{}:{}", cell(from), cell(to)) };
            let sheet = rust_xlsxwriter::utility::quote_sheet_name(sheet);
            library.define_name(name, &format!("={sheet}!{range}"))?;
        }
    }
    Ok(())
}

/// The height of a sheet's title.
const TITLE: u32 = 24;

/// What every sheet is written with.
struct Pen<'a> {
    book: &'a Workbook<'a>,
    layout: &'a Layout,
    styles: Styles,
    cached: Cached,
}

impl Pen<'_> {
    /// Words, which are never taken for a formula and hold nothing a program would obey.
    fn words(&mut self, to: &mut Worksheet, at: (u32, u16), text: &str, look: Look) -> Result<(), WorkbookError> {
        to.write_string_with_format(at.0, at.1, plain(text), self.styles.of(look, 0, ""))?;
        Ok(())
    }

    /// Words over several columns, with the height that they take.
    fn across(
        &mut self,
        to: &mut Worksheet,
        row: u32,
        columns: (u16, u16),
        text: &str,
        look: Look,
    ) -> Result<(), WorkbookError> {
        let format = self.styles.of(look, 0, "");
        if columns.0 == columns.1 {
            to.write_string_with_format(row, columns.0, plain(text), format)?;
        } else {
            to.merge_range(row, columns.0, row, columns.1, &plain(text), format)?;
        }
        Ok(())
    }

    /// A formula with its value; a value of nothing is that of what was not published.
    fn formula(
        &mut self,
        to: &mut Worksheet,
        at: (u32, u16),
        text: &str,
        value: String,
        style: (Look, u8, &str),
    ) -> Result<(), WorkbookError> {
        let value = if self.cached == Cached::Wrong { WRONG.to_owned() } else { value };
        let format = self.styles.of(style.0, style.1, style.2);
        to.write_formula_with_format(at.0, at.1, Formula::new(text).set_result(value), format)?;
        Ok(())
    }

    /// A figure that is no formula.
    fn number(
        &mut self,
        to: &mut Worksheet,
        at: (u32, u16),
        (unit, steps): (Unit, i128),
        style: (Look, u8, &str),
    ) -> Result<(), WorkbookError> {
        to.write_number_with_format(
            at.0,
            at.1,
            number::nearest(unit, steps),
            self.styles.of(style.0, style.1, style.2),
        )?;
        Ok(())
    }

    /// The value of a cell as it is written beside its formula.
    fn value(&self, cell: CellId, run: Run) -> String {
        let steps = self.book.values(run).steps(cell);
        steps.map_or_else(|| formula::UNKNOWN.to_owned(), |steps| number::text(self.book.sheet.unit(cell), steps))
    }

    /// The largest amount of a cell in either run.
    fn largest(&self, cell: CellId) -> u128 {
        let of = |run| self.book.values(run).steps(cell).map_or(0, i128::unsigned_abs);
        of(Run::Plan).max(of(Run::RiskAdjusted))
    }

    /// Paper, margins, the foot of the page, and protection without a password: it keeps formulas from slips.
    fn set_up(&self, to: &mut Worksheet) -> Result<(), WorkbookError> {
        let foot = |text: &str| clipped(&clean(text), LONGEST_FOOT).replace('&', "&&");
        to.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        to.set_footer(format!("&L{}&C{}&R&A, page &P of &N", foot(&self.book.title), foot(&self.book.stage)));
        to.set_row_height(0, TITLE)?;
        to.set_screen_gridlines(false);
        to.protect_with_options(&ProtectionOptions {
            format_columns: true,
            format_rows: true,
            use_autofilter: true,
            ..ProtectionOptions::default()
        });
        Ok(())
    }
}

/// Words as a cell takes them.
fn plain(text: &str) -> String {
    clipped(&clean(text), LONGEST_TEXT)
}

/// The beginning of a text that has so many characters as Excel counts them.
fn clipped(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut used = 0;
    let mut kept = String::new();
    for c in text.chars() {
        used += c.len_utf16();
        if used >= most {
            kept.push('…');
            break;
        }
        kept.push(c);
    }
    kept
}

/// The rows that words take in so many columns of a usual typeface, as a height in points.
fn height(text: &str, columns: usize) -> u32 {
    let lines = text.lines().map(|line| super::text::wrap(line, columns.max(10), 0).len().max(1)).sum::<usize>().max(1);
    u32::try_from(lines).unwrap_or(1).min(29) * 14
}
