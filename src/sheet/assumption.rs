//! Assumptions: figures as given, with their evidence, kept for the register and for `explain`.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::vocabulary::{Place, Unit};

/// An assumption's number in its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssumptionId(pub u32);

/// Who says so, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The document or page.
    pub source: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Anything else a reader should know.
    pub note: Option<String>,
    /// Whether its source was not seen, so that it must be confirmed before it is relied on.
    pub unconfirmed: bool,
}

/// How far a figure may lie from what was entered, as the writer said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// The low end, in steps of the figure's unit, and where it is written; of several years the lowest.
    pub low: (i128, Place),
    /// The high end; of several years the highest.
    pub high: (i128, Place),
    /// The low and the high end of each value of the figure, where years have other ends; empty where all have the same.
    pub years: Vec<[i128; 2]>,
    /// How values lie between the ends.
    pub shape: Shape,
    /// What the ends are.
    pub ends: Ends,
    /// Whether each year is drawn by itself, where the writer says so.
    pub drawn: Option<Drawn>,
}

impl Spread {
    /// The low and the high end of the value number `n` of the figure, counted from nought.
    #[must_use]
    pub fn of(&self, n: usize) -> [i128; 2] {
        self.years.get(n).copied().unwrap_or([self.low.0, self.high.0])
    }

    /// Whether the figure may come out at more than one value in some year.
    #[must_use]
    pub fn varies(&self) -> bool {
        if self.years.is_empty() { self.low.0 < self.high.0 } else { self.years.iter().any(|[low, high]| low < high) }
    }
}

/// How values lie between the ends of a spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Rising in a straight line to the value entered, and falling from it.
    Triangular,
    /// As triangular, but smooth, with more near the value entered: a beta whose mean is (low + 4 likely + high) / 6.
    Pert,
    /// All alike.
    Uniform,
    /// A normal distribution through its 10th and 90th percentile; the value entered plays no part.
    Normal,
    /// Certain values, each with its chance in billionths; the chances add up to one.
    Outcomes(Vec<(i128, i128)>),
    /// What it came to in the past, each as likely as the others.
    Past(Vec<i128>),
}

/// What the ends of a spread are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Nothing lies beyond them.
    Absolute,
    /// One in ten lies below the low one, and one in ten above the high one.
    Percentiles,
}

/// How often a figure is drawn in one future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// Each year by itself.
    EachYear,
    /// Once: all years lie at the same place of their range.
    Once,
}

/// One figure of a scenario: its path in the file, its values and where they stand.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// The path in the file: `saving.home_first.delivery`.
    pub path: SmolStr,
    /// Its unit.
    pub unit: Unit,
    /// Its values by plan year (one value when it has no years), in steps; none where it was not
    /// published. Each with the place it was typed, or none for a default.
    pub values: Vec<(Option<i128>, Option<Place>)>,
    /// Whether it has a value for each plan year.
    pub by_year: bool,
    /// Where the whole figure stands; none for a documented default.
    pub place: Option<Place>,
    /// Earlier places it was given before a layer or `--set` replaced it, oldest first.
    pub replaced: Vec<Place>,
    /// Who says so.
    pub evidence: Evidence,
    /// The range, when one was given.
    pub spread: Option<Arc<Spread>>,
    /// Whether it is a documented default that the file did not give.
    pub default: bool,
}
