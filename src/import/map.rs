//! The map: which rows of which sheet are what, kept in a file beside the workbook so that the next import
//! reads it in the same way.

use crate::language::MoneyUnit;
use crate::vocabulary::{FinancialYear, Place};

/// How a workbook is read.
#[derive(Debug, Clone)]
pub struct Map {
    /// What the scenario says of itself.
    pub plan: PlanPart,
    /// The ranges of rows, in the order in which they become items.
    pub ranges: Vec<RangeMap>,
}

/// What the scenario says of itself.
#[derive(Debug, Clone)]
pub struct PlanPart {
    /// Its title.
    pub title: String,
    /// The last approved budget.
    pub base_year: FinancialYear,
    /// How many years follow it.
    pub years: i32,
    /// The unit in which the scenario's bare numbers are written.
    pub unit: MoneyUnit,
    /// The name of the organisation.
    pub organisation: String,
    /// Its kind: `council`, `icb` …
    pub kind: String,
    /// Its type, when it is a council and the type was said.
    pub council_type: Option<String>,
}

/// What rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Budget lines.
    Line,
    /// Budget lines of income, taken off what is needed.
    Income,
    /// Costs added.
    Pressure,
    /// Plans that lower what is needed.
    Saving,
    /// What is available.
    Funding,
    /// What is held.
    Reserve,
    /// Yearly rates.
    Driver,
}

impl Kind {
    /// All of them, in the order in which a scenario lists them.
    pub const ALL: [Self; 7] =
        [Self::Driver, Self::Line, Self::Income, Self::Pressure, Self::Funding, Self::Saving, Self::Reserve];

    /// The word in a map.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Income => "income",
            Self::Pressure => "pressure",
            Self::Saving => "saving",
            Self::Funding => "funding",
            Self::Reserve => "reserve",
            Self::Driver => "driver",
        }
    }

    /// The section of a scenario in which its items stand.
    #[must_use]
    pub const fn section(self) -> &'static str {
        match self {
            Self::Income => "line",
            other => other.word(),
        }
    }
}

/// What a figure in a cell counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellUnit {
    /// Money, in this unit.
    Money(MoneyUnit),
    /// A rate in parts of a hundred: 2.5 is 2.5%.
    Percent,
    /// A rate as a fraction: 0.025 is 2.5%.
    Fraction,
    /// Nobody has said whether 2.5 or 0.025 is 2.5%, or whether £1,234 under a heading of £000 is in pounds.
    Ask,
}

impl CellUnit {
    /// The words in a map.
    pub const WORDS: [&'static str; 6] = ["£", "£000", "£m", "%", "fraction", "ask"];

    /// The unit of a word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "%" => Some(Self::Percent),
            "fraction" => Some(Self::Fraction),
            "ask" => Some(Self::Ask),
            other => MoneyUnit::read(other).map(Self::Money),
        }
    }

    /// The word in a map.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Money(unit) => unit.word(),
            Self::Percent => "%",
            Self::Fraction => "fraction",
            Self::Ask => "ask",
        }
    }
}

/// What the sign of a figure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignRule {
    /// Positive figures are what the kind says they are.
    AsShown,
    /// The sheet shows them negative: savings and funding in brackets.
    Turned,
    /// Of budget lines: a row of negative figures is income.
    IncomeNegative,
}

impl SignRule {
    /// All of them, by the word in a map.
    pub const WORDS: [(&'static str, Self); 3] =
        [("as_shown", Self::AsShown), ("turned", Self::Turned), ("income_negative", Self::IncomeNegative)];

    /// The word in a map.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AsShown => "as_shown",
            Self::Turned => "turned",
            Self::IncomeNegative => "income_negative",
        }
    }
}

/// What is said of all rows of a range alike, or in a column of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// One value for the range.
    Value(String),
    /// Each row's own, in this column.
    Column(u32),
}

/// A range of rows that are alike.
#[derive(Debug, Clone)]
pub struct RangeMap {
    /// The sheet's name.
    pub sheet: String,
    /// The row in which the years stand, to be looked at again before anything is read.
    pub header: Option<u32>,
    /// Its first row.
    pub first: u32,
    /// Its last row.
    pub last: u32,
    /// What its rows are.
    pub kind: Kind,
    /// The column of the titles.
    pub title: u32,
    /// The column of names as the scenario uses them; else they are made from the titles.
    pub name: Option<u32>,
    /// The service: a column, or one for the range.
    pub service: Option<Said>,
    /// The column of the base year's figures; of a reserve its opening balance.
    pub base: Option<u32>,
    /// The columns of the plan years.
    pub years: Vec<(FinancialYear, u32)>,
    /// Of lines that have both: whether the base is taken and rolled forward, not the budgets by year.
    pub from_base: bool,
    /// What the figures count.
    pub unit: CellUnit,
    /// What their sign says.
    pub sign: SignRule,
    /// Whether a figure may be negative all the same (`signed = true` of the item).
    pub negative: bool,
    /// Whether figures are those of the year, or what the year adds.
    pub values: Option<&'static str>,
    /// `true`, `false` or `not_stated`.
    pub recurrent: Option<Said>,
    /// How sure a saving is.
    pub status: Option<Said>,
    /// The kind of funding or reserve; by its title when left out.
    pub item_kind: Option<String>,
    /// Rows that are left out.
    pub skip: Vec<(u32, u32)>,
    /// Rows that are read though they are the sum of others.
    pub keep: Vec<(u32, u32)>,
    /// Whether an empty cell is nought; else it is not published.
    pub empty_is_nought: bool,
    /// Whether figures with digits beyond the penny are rounded; else they are refused.
    pub round: bool,
    /// Where the map says so.
    pub place: Option<Place>,
}

impl RangeMap {
    /// Whether a row is left out by name.
    #[must_use]
    pub fn skips(&self, row: u32) -> bool {
        holds(&self.skip, row)
    }

    /// Whether a row is read though it is the sum of others.
    #[must_use]
    pub fn keeps(&self, row: u32) -> bool {
        holds(&self.keep, row)
    }

    /// The columns of its figures, the base year's first.
    pub fn columns(&self) -> impl Iterator<Item = u32> {
        self.base.into_iter().chain(self.years.iter().map(|(_, column)| *column))
    }
}

fn holds(rows: &[(u32, u32)], row: u32) -> bool {
    rows.iter().any(|(first, last)| (*first..=*last).contains(&row))
}
