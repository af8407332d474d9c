//! Questions asked of a sheet. They read and compare cells; they compute no finance.

pub mod compare;
pub mod diff;
pub mod explain;
pub mod lever;
pub mod moving;
