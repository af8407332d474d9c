//! Sampled figures: from a seed, a figure's address and the number of a run to a value of its spread, and nothing
//! else.
//!
//! ```text
//! seed, address, run ─▶ philox ─▶ correlate ─▶ shape ─▶ whole steps of the figure's unit
//!                       a place   mixed with   its       rounded once and held between its ends
//!                       in 0..1   its block    quantile
//! ```
//!
//! A value is the same to the bit whatever else is drawn, in 64 runs at once or alone, on every machine and with every
//! set of instructions: only `+ − × ÷`, the square root and `libm` make it. More runs add values and change none; a
//! new figure changes only those it is related to.
//!
//! This is one of the two folders that may name a float. Whole numbers of steps come in and whole numbers go out,
//! below [`LARGEST`], where a float holds every one of them exactly.

// One number stands for the same lane of several rows; the loops are kept as plain as vectors need them.
#![allow(clippy::needless_range_loop)]

mod correlate;
mod draw;
mod ends;
mod error;
mod normal;
mod pert;
mod philox;
mod plan;
mod ready;
mod shape;

pub use error::SampleError;

use crate::sheet::{Ends, Shape};
use crate::vocabulary::Unit;
use draw::Step;
use normal::Chances;

pub use crate::sheet::lanes::{Column, LANES};

/// One figure in 64 runs that follow one another: whole numbers of steps of its unit.
pub type Lanes = [f64; LANES];

/// Values lie below this in magnitude, in steps of their unit: of money some 5 trillion pounds.
pub const LARGEST: i128 = 1 << 49;

/// A figure that is drawn: its spread, in steps of its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What tells it from all others, and its year where each is drawn by itself. With the seed and the number of the
    /// run it says what is drawn, so another address is another value.
    pub address: String,
    /// Its unit.
    pub unit: Unit,
    /// The value entered: the peak of a triangular or PERT, and of no meaning to the other shapes.
    pub likely: i128,
    /// The low end; outcomes and the past have none.
    pub low: i128,
    /// The high end.
    pub high: i128,
    /// How values lie between the ends.
    pub shape: Shape,
    /// What the ends are; those of a normal distribution are percentiles whatever is said.
    pub ends: Ends,
    /// What no value can lie beyond by its nature, as a share cannot lie beyond 0 and 1: values beyond are moved to
    /// it.
    pub held: Option<(i128, i128)>,
    /// The earlier figure whose draw this one takes: both lie at the same place of their ranges.
    pub same_draw_as: Option<usize>,
}

/// Two figures that move together; a figure that takes another's draw stands for that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The number of one figure.
    pub a: usize,
    /// The number of the other.
    pub b: usize,
    /// How strongly, in billionths: 1 always at the same place of their ranges, 0 not at all, −1 at opposite places.
    pub strength: i128,
}

/// Figures made ready to be drawn.
///
/// # Examples
///
/// ```
/// use fundgap::analysis::sample::{Column, Figure, Sampler};
/// use fundgap::sheet::{Ends, Shape};
/// use fundgap::vocabulary::Unit;
///
/// // A saving of which 70 % to 95 % is delivered, most likely 90 %.
/// let delivery = Figure {
///     address: "saving.home_first.delivery".to_owned(),
///     unit: Unit::Rate,
///     likely: 900_000_000,
///     low: 700_000_000,
///     high: 950_000_000,
///     shape: Shape::Triangular,
///     ends: Ends::Absolute,
///     held: None,
///     same_draw_as: None,
/// };
/// let sampler = Sampler::new(1, &[delivery], &[]).unwrap();
/// let mut rows = [Column::NOUGHT];
/// sampler.fill(64, &mut rows);
/// assert_eq!(sampler.one(65), [rows[0].0[1] as i128 * sampler.granule(0)]);
/// assert_eq!(sampler.support(0), (700_000_000, 950_000_000));
/// assert_eq!(sampler.granule(0), 1_000);
/// ```
#[derive(Debug, Clone)]
pub struct Sampler {
    steps: Vec<Step>,
    chances: Chances,
    /// Of each figure the least value, the greatest and what all are multiples of.
    bounds: Vec<((i128, i128), i128)>,
}

impl Sampler {
    /// Makes figures ready to be drawn.
    ///
    /// # Errors
    /// Everything that is wrong with the figures or the pairs.
    pub fn new(seed: u64, figures: &[Figure], pairs: &[Pair]) -> Result<Self, Vec<SampleError>> {
        let mut problems = Vec::new();
        let mut tables = ready::Tables::new();
        let mut ready = Vec::with_capacity(figures.len());
        for (number, figure) in figures.iter().enumerate() {
            match ready::ready(number, figure, &mut tables) {
                Ok(figure) => ready.push(figure),
                Err(problem) => problems.push(problem),
            }
        }
        let draws = plan::Draws::new(figures, &mut problems);
        let strengths = draws.strengths(pairs, &mut problems);
        let steps = draws.steps(seed, figures, &ready, &strengths, &mut problems);
        if problems.is_empty() {
            let bounds = ready.iter().map(|r| (r.support, r.granule)).collect();
            Ok(Self { steps, chances: Chances::new(), bounds })
        } else {
            Err(problems)
        }
    }

    /// How many figures are drawn.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// The least and the greatest value that a figure can have, in steps; nought of a figure that is not there.
    #[must_use]
    pub fn support(&self, figure: usize) -> (i128, i128) {
        self.bounds.get(figure).map_or((0, 0), |b| b.0)
    }

    /// A number of steps, at least one, of which every value that the figure can have is a multiple.
    #[must_use]
    pub fn granule(&self, figure: usize) -> i128 {
        self.bounds.get(figure).map_or(1, |b| b.1)
    }

    /// Draws the 64 runs from `first_run`, a multiple of 64: lane `l` of row `i` becomes figure `i` in run
    /// `first_run + l`, divided by its granule. There is a row a figure. Nothing is allocated.
    ///
    /// It is inlined into its caller, so that it runs with the instructions that the caller was compiled for.
    #[inline(always)]
    pub fn fill(&self, first_run: u64, into: &mut [Column]) {
        draw::fill(&self.steps, &self.chances, first_run, into);
    }

    /// Draws one run alone: what its lane of [`Sampler::fill`] holds.
    #[must_use]
    pub fn one(&self, run: u64) -> Vec<i128> {
        let mut row = vec![0.0; self.bounds.len()];
        draw::one(&self.steps, &self.chances, run, &mut row);
        row.into_iter().zip(&self.bounds).map(|(value, (_, granule))| value as i128 * granule).collect()
    }
}
