//! fundgap
#![forbid(unsafe_code)]
pub mod analysis;
pub mod check;
pub mod compile;
pub mod language;
pub mod mechanism;
pub mod open;
pub mod output;
pub mod report;
pub mod scenario;
pub mod sheet;
pub mod vocabulary;
pub use open::{Opened, Refused, open};
