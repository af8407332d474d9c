//! fundgap
#![forbid(unsafe_code)]
pub mod language;
pub mod sheet;
pub mod vocabulary;
pub mod mechanism;
pub mod scenario;
pub mod compile;
pub mod report;
pub mod output;
