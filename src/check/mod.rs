//! Checks of a plan's figures: what the user expects of them, what is to hold, and whether
//! figures that were kept still do.

pub mod condition;
pub mod expectation;
pub mod kept;
pub mod realism;
pub mod reference_layer;
pub mod verdict;
