//! What became of planned savings: the cases that were published, a body's own history, and what both say of the
//! share that a plan may count on.
//!
//! The published cases are part of the program (`record/delivery.csv`), each with its source. A figure that was
//! not published enters no statistic; a forecast, or a part of a year, is shown and not counted. Ratios are of
//! whole figures, compared by multiplying out, and rounded once to be shown; a rate for several years is the
//! ratio of their sums, never the mean of their ratios.

pub mod backtest;
pub mod case;
pub mod credibility;
pub mod history;
mod lines;
pub mod ratio;
pub mod reference;
pub mod social_care;

pub use case::{Case, Sector, Status, cases};
pub use credibility::{Estimate, Own};
pub use history::{About, Entry, History};
pub use ratio::Ratio;
pub use reference::{Group, Statistics};
