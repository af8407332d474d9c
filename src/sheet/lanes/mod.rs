//! Many futures of one sheet at once: the lane evaluator.
//!
//! The reference evaluator ([`evaluate`](super::evaluate())) computes one run, cell by cell, in whole
//! numbers of 128 bits. A simulation asks for a million runs, which differ in a few figures. Here the part of the
//! sheet that depends on those figures is compiled once to a [`Program`] that computes [`LANES`] runs in one pass,
//! and that **equals the reference to the last digit, in every cell of every run**:
//!
//! * Every value is a whole number of steps, held in a float. Below 2⁵³ a float holds every whole number exactly,
//!   and adding, subtracting and multiplying them is exact as long as the result stays below it. The compiler proves
//!   that for each cell from the least and the greatest value of every figure (`nodes.rs`).
//! * A cell is rounded once, half away from nought, by one of three kernels (`kernels.rs`), each proved for the range
//!   it is used in.
//! * What cannot be proved is computed lane by lane with the formulas of the reference itself, and refused where a
//!   value does not fit.
//!
//! Nothing is approximated, so that the result does not depend on how many lanes a machine has, on its instruction
//! set or on the number of threads. A property test holds the two evaluators together over random sheets.

// One number stands for the same lane of several columns; the loops are kept as plain as vectors need them.
#![allow(clippy::needless_range_loop)]

mod chances;
mod kernels;
mod nodes;
mod products;
mod run;
mod schedule;
mod tally;

pub use chances::{Against, Joint, NotHeld, Order, Test};
pub use run::{Failure, Instructions, Lanes, Work, steps};
pub use tally::{Tally, WIDE, Worst};

use super::cell::CellId;
use super::evaluate::Inputs;
use super::{Sheet, Values};

/// How many runs are computed in one pass: long enough to hide what it costs to choose a kernel, short enough that
/// the columns at work stay in the nearest cache.
pub const LANES: usize = 64;

/// One value for each lane: whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub struct Column(pub [f64; LANES]);

impl Column {
    /// Nought in every lane.
    pub const NOUGHT: Self = Self([0.0; LANES]);

    /// Adds another column, lane by lane.
    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own += other);
    }

    /// The whole numbers of the first `count` lanes.
    pub fn whole(&self, count: usize) -> impl Iterator<Item = i128> + '_ {
        self.0[..count].iter().map(|value| steps(*value))
    }
}

/// What the number of an uncertain figure may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Support {
    /// The least it may be, in steps of its unit.
    pub low: i128,
    /// The greatest.
    pub high: i128,
    /// A number that every value is a whole multiple of: a rate that is sampled to six decimals and held at nine
    /// moves in steps of 1,000. Its column holds the value divided by it.
    pub granule: i128,
}

/// An input cell that follows an uncertain figure: `offset + slope × number`, in steps of the cell's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Follows {
    /// The input cell.
    pub cell: CellId,
    /// Which figure, by its place among the supports.
    pub figure: usize,
    /// Steps of the cell for each step of the figure.
    pub slope: i128,
    /// What the cell is when the figure is nought.
    pub offset: i128,
}

/// An input cell that follows a figure can be larger than a float holds exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    /// The figure, by its place among the supports.
    pub figure: usize,
}

/// Where a wanted cell is found after a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It does not depend on any uncertain figure.
    Constant(i128),
    /// Its value is `scale` times what the column of this number holds.
    Column {
        /// The column.
        slot: u32,
        /// Steps of the cell for each unit of the column.
        scale: i128,
    },
    /// It was not published.
    NotPublished,
}

/// The cells that depend on uncertain figures, compiled. See the [module](self).
#[derive(Debug)]
pub struct Program<'s> {
    sheet: &'s Sheet,
    /// What inputs that follow no figure are.
    inputs: Inputs,
    ops: Vec<schedule::Op>,
    checks: Vec<nodes::Check>,
    figures: usize,
    slots: usize,
    constants: Vec<(u32, f64)>,
    wanted: Vec<Wanted>,
    size: Size,
}

/// How large the compiled part of a sheet is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Cells that depend on an uncertain figure and that a wanted cell depends on.
    pub cells: usize,
    /// Those of them whose formula rounds.
    pub rounded: usize,
    /// Those that are computed lane by lane with the formulas of the reference.
    pub checked: usize,
    /// Columns that hold values during a pass.
    pub columns: usize,
    /// Steps of a pass.
    pub steps: usize,
}

impl<'s> Program<'s> {
    /// Compiles what the wanted cells depend on. `home` are the inputs and values of the run whose figures hold where
    /// no uncertain figure says otherwise.
    ///
    /// # Errors
    /// An input cell that follows a figure can be larger than a column holds.
    pub fn new(
        sheet: &'s Sheet,
        home: (&Inputs, &Values),
        supports: &[Support],
        follows: &[Follows],
        wanted: &[CellId],
    ) -> Result<Self, TooLarge> {
        let compiled = nodes::compile(sheet, home, supports, follows, wanted)?;
        Ok(schedule::schedule(compiled, sheet, home.0.clone(), supports.len()))
    }

    /// The wanted cells, in the order they were asked for.
    #[must_use]
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// How large it is.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }
}
