//! Where everything stands: which row and column of the calculation sheets a cell has, what its name is,
//! and which cell of the input sheets an assumption has. Both calculation sheets have one layout.

use rust_xlsxwriter::utility::{column_number_to_name, quote_sheet_name};

use super::names::Names;
use crate::report::workbook::{Block, InputSheet, Link};
use crate::sheet::{CellId, RowId, Run, Sheet, Years};

/// The heading row of a calculation sheet.
pub const HEAD: u32 = 3;
/// The heading row of an input sheet.
pub const INPUT_HEAD: u32 = 4;
/// The column of what a row is.
pub const WORDS: u16 = 0;
/// The column of its unit.
pub const UNIT: u16 = 1;
/// The column of a figure without years.
pub const ALWAYS: u16 = 2;
/// The column of an input without years.
pub const INPUT_ALWAYS: u16 = 3;
/// The most terms of a formula before it is worked out in parts.
pub const MOST_TERMS: usize = 200;
/// Beyond so many rows only figures without years and totals have a name: Excel's list of names is for
/// people.
const MOST_NAMED: usize = 4_000;

/// The places of everything.
#[derive(Debug)]
pub struct Layout {
    /// The first year of the columns, and the last.
    first: i32,
    last: i32,
    /// By row of the sheet: where it stands and how many rows of parts follow it.
    rows: Vec<(u32, u32)>,
    /// By row of the sheet: its name.
    names: Vec<Option<String>>,
    /// By block: the row of its heading.
    pub headings: Vec<u32>,
    /// The last row in use.
    pub end: u32,
    /// The input sheets: the sheet's name, and the name of each of its inputs.
    pub inputs: Vec<(String, Vec<String>)>,
}

impl Layout {
    /// Lays out a sheet with its rows in these blocks, and the inputs.
    pub fn new(sheet: &Sheet, blocks: &[Block], inputs: &[InputSheet<'_>], sheet_names: &mut Names) -> Self {
        let mut names = Names::default();
        let inputs: Vec<(String, Vec<String>)> = inputs
            .iter()
            .map(|input| {
                let title = input.organisation.as_ref().map_or("Inputs".to_owned(), |o| format!("Inputs {o}"));
                let own = input.rows.iter().map(|row| names.of(&row.assumption.path)).collect();
                (sheet_names.of_sheet(&title), own)
            })
            .collect();
        let first = sheet.rows().filter_map(|(_, info)| if let Years::From(t) = info.years { Some(t) } else { None });
        let count = sheet.rows().count();
        let mut layout = Self {
            first: first.min().unwrap_or(1),
            last: sheet.horizon().years(),
            rows: vec![(0, 0); count],
            names: vec![None; count],
            headings: Vec::with_capacity(blocks.len()),
            end: HEAD,
            inputs,
        };
        for block in blocks {
            layout.headings.push(layout.end + 1);
            layout.end += 1;
            for row in &block.rows {
                let info = sheet.row(*row);
                let most = info.cells().map(|cell| sheet.terms(sheet.formula(cell)).len()).max().unwrap_or(0);
                let parts = if most > MOST_TERMS { most.div_ceil(MOST_TERMS) } else { 0 };
                let parts = u32::try_from(parts).unwrap_or(u32::MAX);
                layout.rows[row.0 as usize] = (layout.end + 1, parts);
                layout.end = layout.end.saturating_add(1).saturating_add(parts);
                let total = sheet.subject(*row).kind.is_empty();
                if count <= MOST_NAMED || total || info.years == Years::Timeless {
                    layout.names[row.0 as usize] = Some(names.of(&sheet.row_address(*row)));
                }
            }
        }
        layout
    }

    /// The row in which a row of the sheet stands.
    pub fn row(&self, row: RowId) -> u32 {
        self.rows[row.0 as usize].0
    }

    /// How many rows of parts follow it.
    pub fn parts(&self, row: RowId) -> u32 {
        self.rows[row.0 as usize].1
    }

    /// The years of the columns.
    pub fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.first..=self.last
    }

    /// The column of a year; of no year, that of figures without years.
    pub fn column(&self, t: Option<i32>) -> u16 {
        let from = |t: i32| u16::try_from(t - self.first).unwrap_or(u16::MAX - ALWAYS - 1);
        t.map_or(ALWAYS, |t| ALWAYS + 1 + from(t))
    }

    /// The last column of figures.
    pub fn last_column(&self) -> u16 {
        self.column(Some(self.last))
    }

    /// The column of what is said of a row.
    pub fn notes(&self) -> u16 {
        self.last_column() + 1
    }

    /// The column of its address.
    pub fn address(&self) -> u16 {
        self.notes() + 1
    }

    /// The column of our own figure beside a column of figures.
    pub fn ours(&self, column: u16) -> u16 {
        self.address() + 2 + (column - ALWAYS)
    }

    /// The column of the difference.
    pub fn difference(&self, column: u16) -> u16 {
        self.ours(self.last_column()) + 1 + (column - ALWAYS)
    }

    /// The column of how many cells of a row differ.
    pub fn differing(&self) -> u16 {
        self.difference(self.last_column()) + 1
    }

    /// Where a cell stands.
    pub fn at(&self, sheet: &Sheet, cell: CellId) -> (u32, u16) {
        (self.row(sheet.row_of(cell)), self.column(sheet.year_number(cell)))
    }

    /// A cell as formulas of its own sheet refer to it: `E12`.
    pub fn reference(&self, sheet: &Sheet, cell: CellId) -> String {
        let (row, column) = self.at(sheet, cell);
        a1(row, column)
    }

    /// The name by which formulas refer to a cell: that of a figure without years.
    pub fn name_of(&self, sheet: &Sheet, cell: CellId) -> Option<&str> {
        let row = sheet.row_of(cell);
        (sheet.row(row).years == Years::Timeless).then(|| self.name(row)).flatten()
    }

    /// The defined name of a row.
    pub fn name(&self, row: RowId) -> Option<&str> {
        self.names[row.0 as usize].as_deref()
    }

    /// A cell as formulas of another sheet refer to it.
    pub fn elsewhere(&self, sheet: &Sheet, cell: CellId, run: Run) -> String {
        format!("{}!{}", calculation_reference(run), self.reference(sheet, cell))
    }

    /// The cells of a row over some years, as charts and names refer to them.
    pub fn range(&self, row: RowId, from: Option<i32>, to: Option<i32>) -> String {
        let row = self.row(row) + 1;
        let column = |t| column_number_to_name(self.column(t));
        if from == to {
            return format!("${}${row}", column(from));
        }
        format!("${}${row}:${}${row}", column(from), column(to))
    }

    /// Cells of a heading over some years.
    pub fn heading_range(&self, row: u32, from: Option<i32>, to: Option<i32>) -> String {
        let column = |t| column_number_to_name(self.column(t));
        format!("${}${row}:${}${row}", column(from), column(to), row = row + 1)
    }

    /// The column of an input's year.
    pub fn input_column(year: Option<i32>) -> u16 {
        year.map_or(INPUT_ALWAYS, |t| INPUT_ALWAYS + u16::try_from(t).unwrap_or(0))
    }

    /// The row of an input.
    pub fn input_row(row: usize) -> u32 {
        INPUT_HEAD + 1 + u32::try_from(row).unwrap_or(u32::MAX - INPUT_HEAD - 1)
    }

    /// An input as formulas refer to it: by its name, or by the cell of its year.
    pub fn input(&self, link: Link) -> String {
        let (sheet, names) = &self.inputs[link.sheet];
        match link.year {
            None => names[link.row].clone(),
            Some(_) => {
                format!("{}!{}", quote_sheet_name(sheet), a1(Self::input_row(link.row), Self::input_column(link.year)))
            }
        }
    }
}

/// A cell by its row and column, counted from nought.
pub fn a1(row: u32, column: u16) -> String {
    format!("{}{}", column_number_to_name(column), row + 1)
}

/// The name of a run's calculation sheet.
pub const fn calculation(run: Run) -> &'static str {
    match run {
        Run::Plan => "Plan",
        Run::RiskAdjusted => "Risk-adjusted",
    }
}

/// The same as formulas refer to it.
pub const fn calculation_reference(run: Run) -> &'static str {
    match run {
        Run::Plan => "Plan",
        Run::RiskAdjusted => "'Risk-adjusted'",
    }
}
