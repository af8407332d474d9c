//! Questions asked of a sheet. They read and compare cells; they compute no finance.
//! Questions asked of a sheet: why is this figure what it is, what depends on this one, which steps
//! lead from one gap to another, what does an amendment do.

pub mod amendment;
pub mod axis;
pub mod bridge;
pub mod compare;
pub mod diff;
pub mod explain;
pub mod lever;
pub mod moving;
pub mod reckon;
pub mod sensitivity;
pub mod sweep;
