//! Questions asked of a sheet: why is this figure what it is, what depends on this one.

pub mod diff;
pub mod explain;
