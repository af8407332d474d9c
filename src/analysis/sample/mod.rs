//! Drawn figures.

pub mod normal;
pub mod pert;
pub mod philox;

/// How many runs are worked out together.
pub const LANES: usize = 64;

/// One figure in 64 runs that follow one another.
pub type Lanes = [f64; LANES];
