//! The sheet: every figure of a plan as a cell with a unit, a formula and an origin.
//!
//! The sheet knows cells, not councils. It is immutable once built; cells are evaluated in one pass
//! over a flat order, and what cannot be known because something was not published is marked when
//! the sheet is built, never guessed.

pub mod assumption;
pub mod builder;
pub mod cell;
pub mod evaluate;
pub mod formula;
pub mod lanes;
mod order;
pub mod recompute;

use std::collections::HashMap;
use std::sync::OnceLock;

pub use assumption::{Assumption, AssumptionId, Drawn, Ends, Evidence, Shape, Spread};
pub use builder::{Builder, CycleError, Product};
use cell::CellInfo;
pub use cell::{AnyCell, Cell, CellId, Flags, Row, RowId, RowInfo, Subject, SubjectId, Years};
pub use evaluate::{EvaluationError, Inputs, Run, Values, evaluate, evaluate_both};
pub use formula::{Formula, Sign, Term, TermKind};
pub use recompute::{Reach, Recompute};

use crate::vocabulary::{Address, Horizon, Unit};

/// A finished sheet. See the [module](self).
#[derive(Debug, Clone)]
pub struct Sheet {
    pub(crate) horizon: Horizon,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) rows: Vec<RowInfo>,
    pub(crate) cells: Vec<CellInfo>,
    pub(crate) formulas: Vec<Formula>,
    pub(crate) terms: Vec<Term>,
    pub(crate) inputs: Vec<builder::InputCell>,
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) order: Vec<CellId>,
    /// Made when the first row is asked for by its address: one question in a thousand plans needs none.
    pub(crate) by_address: OnceLock<HashMap<String, RowId>>,
}

impl Sheet {
    /// The years the sheet covers.
    #[must_use]
    pub fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// The number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.formulas.len()
    }

    /// Whether there is no cell at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.formulas.is_empty()
    }

    /// All rows in the order they were made: the reading order of a budget.
    pub fn rows(&self) -> impl Iterator<Item = (RowId, &RowInfo)> {
        (0_u32..).map(RowId).zip(&self.rows)
    }

    /// What is known of a row.
    #[must_use]
    pub fn row(&self, row: RowId) -> &RowInfo {
        &self.rows[row.0 as usize]
    }

    /// What the row is about.
    #[must_use]
    pub fn subject(&self, row: RowId) -> &Subject {
        &self.subjects[self.row(row).subject.0 as usize]
    }

    /// The row of a cell.
    #[must_use]
    pub fn row_of(&self, cell: CellId) -> RowId {
        self.cells[cell.0 as usize].row
    }

    /// The unit of a cell.
    #[must_use]
    pub fn unit(&self, cell: CellId) -> Unit {
        self.row(self.row_of(cell)).unit
    }

    /// The decimals a cell is held at, and those it is rounded to: the same, or fewer where its row says so.
    pub(crate) fn decimals(&self, cell: CellId) -> (u32, u32) {
        let info = &self.cells[cell.0 as usize];
        (u32::from(info.held), u32::from(info.rounded))
    }

    /// The formula of a cell.
    #[must_use]
    pub fn formula(&self, cell: CellId) -> Formula {
        self.formulas[cell.0 as usize]
    }

    /// The terms a formula refers to, in its own order.
    #[must_use]
    pub fn terms(&self, formula: Formula) -> &[Term] {
        formula.terms().map_or(&[], |range| &self.terms[range])
    }

    /// Whether the cell is published, interpolated or approximate.
    #[must_use]
    pub fn flags(&self, cell: CellId) -> Flags {
        self.cells[cell.0 as usize].flags
    }

    /// Cells in evaluation order: every cell after what it depends on.
    #[must_use]
    pub fn order(&self) -> &[CellId] {
        &self.order
    }

    /// The figures that were given (or taken as documented defaults).
    #[must_use]
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    /// The assumption behind an input cell.
    #[must_use]
    pub fn assumption_of(&self, cell: CellId) -> Option<&Assumption> {
        match self.formula(cell) {
            Formula::Input(i) => self.inputs[i as usize].assumption.map(|a| &self.assumptions[a.0 as usize]),
            _ => None,
        }
    }

    /// Which assumption is behind an input cell: its place in [`Sheet::assumptions`].
    #[must_use]
    pub fn assumption_id_of(&self, cell: CellId) -> Option<AssumptionId> {
        match self.formula(cell) {
            Formula::Input(i) => self.inputs[i as usize].assumption,
            _ => None,
        }
    }

    /// The values of an input cell in the plan and in the risk-adjusted run.
    #[must_use]
    pub fn input_in_runs(&self, cell: CellId) -> Option<(i128, i128)> {
        match self.formula(cell) {
            Formula::Input(i) => self.inputs.get(i as usize).map(|input| (input.plan, input.risk_adjusted)),
            _ => None,
        }
    }

    /// Whether an input cell is one that the runs take each in their own way (delivery, slippage), even
    /// where both come to the same: the plan's is then part of what the plan is, and not the assumption.
    #[must_use]
    pub fn is_by_run(&self, cell: CellId) -> bool {
        matches!(self.formula(cell), Formula::Input(i) if self.inputs[i as usize].by_run)
    }

    /// The row at an address without its year (`exshire/gap_before_savings`).
    #[must_use]
    pub fn find_row(&self, address: &str) -> Option<RowId> {
        let by_address = self.by_address.get_or_init(|| {
            let mut by_address = HashMap::with_capacity(self.rows.len());
            by_address.extend(self.rows().map(|(row, _)| (self.row_address(row), row)));
            by_address
        });
        by_address.get(address).copied()
    }

    /// The cell at an address. A row without years is found with or without a year.
    #[must_use]
    pub fn find(&self, address: &Address) -> Option<CellId> {
        let row = self.row(self.find_row(&address.row)?);
        match (row.years, address.year) {
            (Years::Timeless, _) => row.cell_at(0),
            (_, Some(year)) => row.cell_at(year.start() - self.horizon.base().start()),
            (_, None) => None,
        }
    }

    /// The cell of `row` in year number `t` (0 is the base year), if the row has that year.
    #[must_use]
    pub fn cell(&self, row: RowId, t: i32) -> Option<CellId> {
        self.row(row).cell_at(t)
    }

    /// The year number of a cell; nothing for a cell that has no year.
    #[must_use]
    pub fn year_number(&self, cell: CellId) -> Option<i32> {
        self.row(self.row_of(cell)).year_number(cell)
    }

    /// The address of a cell.
    #[must_use]
    pub fn address(&self, cell: CellId) -> Address {
        let row = self.row_of(cell);
        Address { row: self.row_address(row), year: self.year_number(cell).map(|t| self.horizon.year(t)) }
    }

    /// The address of a row, without a year.
    #[must_use]
    pub fn row_address(&self, row: RowId) -> String {
        self.subject(row).address_of(&self.row(row).measure)
    }

    /// The row in words: "Home First: saving in the year".
    #[must_use]
    pub fn row_words(&self, row: RowId) -> String {
        let subject = &self.subject(row).title;
        let words = &self.row(row).words;
        if subject.is_empty() { words.to_string() } else { format!("{subject}: {words}") }
    }
}
