//! Checks of a plan's figures: for now what the user expects of them.

pub mod expectation;
