//! fundgap
#![forbid(unsafe_code)]
pub mod language;
pub mod sheet;
pub mod vocabulary;
