//! The words everything else is said in: numbers with units, years, names, addresses, measures,
//! places in files and the diagnostics that point at them. Nothing here imports anything of ours
//! from outside this folder.

pub mod address;
pub mod diagnostic;
pub mod measure;
pub mod name;
pub mod number;
pub mod pattern;
pub mod place;
pub mod unit;
pub mod year;

pub use address::Address;
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use measure::Measure;
pub use name::Name;
pub use number::NumberError;
pub use place::{FileId, Place, Sources};
pub use unit::{Money, Month, Months, Quantity, Rate, Unit, UnitPrice, Valued};
pub use year::{FinancialYear, Horizon};
