//! Checks of a plan's figures: what the user expects of them, and what is to hold.

pub mod condition;
pub mod expectation;
