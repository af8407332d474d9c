//! Questions asked of a sheet. They read and compare cells; they compute no finance.

pub mod axis;
pub mod explain;
pub mod lever;
pub mod moving;
pub mod reckon;
pub mod sensitivity;
pub mod sweep;
