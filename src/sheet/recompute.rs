//! The same sheet with other figures given: only the cells that depend on what moved are computed
//! again, and of those only the ones that what is asked for depends on.
//!
//! A what-if compiles a scenario once. What it then costs to try a value is in proportion to the cells
//! that lie between the figure that moves and the figures that are read, and not to the sheet.

use super::Sheet;
use super::cell::CellId;
use super::evaluate::{EvaluationError, Inputs, Values, compute};

/// The cells to compute again when certain inputs move, in evaluation order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    cells: Vec<CellId>,
}

impl Reach {
    /// How many cells are computed again for a move.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// The cells, in evaluation order.
    pub(super) fn cells(&self) -> &[CellId] {
        &self.cells
    }

    /// Whether nothing that is asked for depends on what moves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

impl Reach {
    /// The cells that are in this one alone, and those that are in another as well.
    #[must_use]
    pub fn split(&self, other: &Self, sheet: &Sheet) -> (Self, Self) {
        let mut in_other = vec![false; sheet.len()];
        for cell in &other.cells {
            in_other[cell.0 as usize] = true;
        }
        let (both, alone) = self.cells.iter().partition(|cell| in_other[cell.0 as usize]);
        (Self { cells: alone }, Self { cells: both })
    }

    /// Those of its cells that are terms of another's, or are among `asked`.
    #[must_use]
    pub fn read_by(&self, other: &Self, asked: &[CellId], sheet: &Sheet) -> Vec<CellId> {
        let mut read = vec![false; sheet.len()];
        for cell in asked {
            read[cell.0 as usize] = true;
        }
        for cell in &other.cells {
            for of in sheet.terms(sheet.formula(*cell)).iter().filter_map(|t| t.cell()) {
                read[of.0 as usize] = true;
            }
        }
        self.cells.iter().copied().filter(|cell| read[cell.0 as usize]).collect()
    }
}

impl Sheet {
    /// Which cells these depend on, themselves included, by cell number.
    #[must_use]
    pub fn needed_for(&self, cells: &[CellId]) -> Vec<bool> {
        let mut needed = vec![false; self.len()];
        for cell in cells {
            needed[cell.0 as usize] = true;
        }
        for cell in self.order().iter().rev() {
            if needed[cell.0 as usize] {
                for of in self.terms(self.formula(*cell)).iter().filter_map(|t| t.cell()) {
                    needed[of.0 as usize] = true;
                }
            }
        }
        needed
    }

    /// What must be computed again when `moved` get other values and only `needed` cells are read.
    #[must_use]
    pub fn reach(&self, moved: &[CellId], needed: &[bool]) -> Reach {
        let mut touched = vec![false; self.len()];
        for cell in moved {
            touched[cell.0 as usize] = true;
        }
        let mut cells = Vec::new();
        for cell in self.order() {
            let at = cell.0 as usize;
            touched[at] = touched[at]
                || self.terms(self.formula(*cell)).iter().filter_map(|t| t.cell()).any(|c| touched[c.0 as usize]);
            if touched[at] && needed[at] && self.flags(*cell).published {
                cells.push(*cell);
            }
        }
        Reach { cells }
    }

    /// Whether another sheet has the same rows with the same formulas over the same kinds of figures,
    /// so that nothing but the values of given figures tells the two apart.
    #[must_use]
    pub fn same_shape(&self, other: &Self) -> bool {
        let rows = || {
            self.rows.iter().zip(&other.rows).all(|(a, b)| {
                (a.subject, a.unit, a.decimals, a.years, a.start, a.len)
                    == (b.subject, b.unit, b.decimals, b.years, b.start, b.len)
                    && a.measure == b.measure
            })
        };
        let subjects = || {
            self.subjects
                .iter()
                .zip(&other.subjects)
                .all(|(a, b)| (&a.organisation, a.kind, &a.name) == (&b.organisation, b.kind, &b.name))
        };
        let published =
            || self.cells.iter().map(|c| c.flags.published).eq(other.cells.iter().map(|c| c.flags.published));
        self.horizon == other.horizon
            && (self.rows.len(), self.subjects.len(), self.inputs.len())
                == (other.rows.len(), other.subjects.len(), other.inputs.len())
            && self.formulas == other.formulas
            && self.terms == other.terms
            && published()
            && self.order == other.order
            && rows()
            && subjects()
    }
}

/// The values of a sheet in one run, of which some are computed again and again.
#[derive(Debug, Clone)]
pub struct Recompute<'s> {
    sheet: &'s Sheet,
    inputs: Inputs,
    values: Values,
    reach: &'s Reach,
}

impl<'s> Recompute<'s> {
    /// Begins from inputs and the values that were computed from them.
    #[must_use]
    pub fn new(sheet: &'s Sheet, inputs: Inputs, values: Values, reach: &'s Reach) -> Self {
        Self { sheet, inputs, values, reach }
    }

    /// The values when these input cells hold these steps of their units. The cells must be among those
    /// whose reach this is; one that is left out keeps what it was last given. Values outside the reach
    /// are those it began from.
    ///
    /// # Errors
    /// The first cell that divides by nought or does not fit.
    pub fn with(&mut self, moves: impl IntoIterator<Item = (CellId, i128)>) -> Result<&Values, EvaluationError> {
        for (cell, steps) in moves {
            self.inputs.set_steps(self.sheet, cell, steps);
        }
        compute(self.sheet, &self.reach.cells, &self.inputs, &mut self.values)?;
        Ok(&self.values)
    }

    /// The values when these cells, computed elsewhere, hold these steps, and the cells of `reach`, which
    /// depend on them, are computed again. They stay so until they are computed or given again.
    ///
    /// # Errors
    /// The first cell that divides by nought or does not fit.
    pub fn then(&mut self, given: &[(CellId, i128)], reach: &Reach) -> Result<&Values, EvaluationError> {
        for (cell, steps) in given {
            self.values.put(*cell, *steps);
        }
        compute(self.sheet, &reach.cells, &self.inputs, &mut self.values)?;
        Ok(&self.values)
    }
}
