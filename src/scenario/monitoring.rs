//! What savings have delivered so far in a year, as a file beside the plan: by scheme and month, cumulative
//! from April. Read for tracking a plan during its year.
//!
//! ```toml
//! [monitoring]
//! year = "2026/27"
//! unit = "£m"
//!
//! [saving.home_first.2026-09]
//! delivered = 3.6      # April to September, validated, recurrent
//! one_off   = 0.4      # what a one-off substitute brought: no recurrent delivery
//! forecast  = 9.0      # the owner's, of the recurrent delivery of the whole year
//! reason    = "slipped"
//! ```
//!
//! Or as CSV with the headings `item,month,figure,value,source,reason`: `saving.home_first,6,delivered,3.6,…`,
//! with rows `monitoring,,year,2026/27` and `monitoring,,unit,£m`.

mod rows;
mod together;
mod written;

use std::collections::BTreeMap;
use std::path::Path;

use super::beside::{self, Written};
use super::load::LoadFailure;
use super::resolve::Scenario;
use crate::vocabulary::{FinancialYear, Name};

/// What a file of monitoring may say of a saving and a month: the figure, and what it means.
pub const FIGURES: [(&str, &str); 5] = [
    ("delivered", "what was saved from April to the end of the month, validated, and lasts"),
    ("one_off", "what one-off substitutes brought from April to the end of the month: it does not last"),
    ("planned", "what was planned from April to the end of the month, where it is not the profile of the plan"),
    ("forecast", "the owner's forecast of what is delivered for good in the whole year"),
    ("forecast_one_off", "the owner's forecast of what one-off substitutes bring in the whole year"),
];

/// Figures that run from April to the end of the month, and so never fall unless they are corrected.
const CUMULATIVE: [&str; 3] = ["delivered", "one_off", "planned"];

/// Texts that stand beside the figures of a saving and a month.
const TEXTS: [&str; 4] = ["rag", "reason", "note", "source"];

/// Why a saving is not delivered as planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It comes later, and whole.
    Slipped,
    /// It comes to less than planned, for good.
    Reduced,
    /// It does not come.
    Lost,
    /// Something that does not last took its place.
    Replaced,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Slipped, Self::Reduced, Self::Lost, Self::Replaced];

    /// The word in files and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Slipped => "slipped",
            Self::Reduced => "reduced",
            Self::Lost => "lost",
            Self::Replaced => "replaced",
        }
    }
}

/// What is told of a saving at the end of a month. Money in pence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Delivered since April, validated, recurrent.
    pub delivered: i128,
    /// What one-off substitutes brought since April.
    pub one_off: Option<i128>,
    /// Planned since April, where the file says it.
    pub planned: Option<i128>,
    /// The owner's forecast of the recurrent delivery of the year.
    pub forecast: Option<i128>,
    /// The owner's forecast of what one-off substitutes bring in the year.
    pub forecast_one_off: Option<i128>,
    /// How sure its owner is: one of the words of a saving's `status`.
    pub rag: Option<String>,
    /// Why it is not as planned.
    pub reason: Option<Reason>,
    /// A note.
    pub note: Option<String>,
    /// Where the figures come from.
    pub source: Option<String>,
    /// Where what was delivered is written.
    pub place: String,
}

/// A saving and what is told of it by month: 1 is April, 12 is March.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The saving.
    pub name: Name,
    /// By month.
    pub months: BTreeMap<u8, Told>,
}

/// What is told of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitoring {
    /// The name of the file.
    pub name: String,
    /// The year.
    pub year: FinancialYear,
    /// The last month that is told: the same for every saving.
    pub month: u8,
    /// Where the figures come from.
    pub source: Option<String>,
    /// The savings, in the order of the file.
    pub savings: Vec<Watched>,
}

impl Monitoring {
    /// Reads what is told of a year of a scenario's plan.
    ///
    /// # Errors
    /// The file cannot be read, or what is wrong in it: everything, each with its place.
    pub fn read(path: &Path, scenario: &Scenario) -> Result<Self, LoadFailure> {
        let name = path.to_string_lossy().replace('\\', "/");
        beside::read(path, &name, |written, file| {
            let said = match written {
                Written::Rows(rows) => written::of_rows(rows, file),
                Written::Tree(tree) => written::of_tables(tree, file),
            };
            together::understood(&said, name.clone(), scenario, file)
        })
    }
}
