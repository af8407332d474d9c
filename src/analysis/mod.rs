//! Questions asked of a sheet. They read and compare cells; they compute no finance.

pub mod bounds;
pub mod break_even;
pub mod condition;
pub mod explain;
pub mod floor;
pub mod joint;
pub mod latest_start;
pub mod lever;
pub mod moving;
pub mod search;
pub mod solve;
pub mod stress;
