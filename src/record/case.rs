//! The published cases: what bodies planned to save and what came of it, each with its source.
//!
//! They stand in `record/delivery.csv`, which is part of the program. `n/p` there means that a figure was not
//! published, or not seen; nothing is filled in for it.

use std::fmt;
use std::sync::LazyLock;

use super::lines::{self, Headings, Line};
use super::ratio::Ratio;
use crate::language::MoneyUnit;
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Sources, Unit};

/// The name of the table in messages.
pub const FILE: &str = "record/delivery.csv";

const TEXT: &str = include_str!("../../record/delivery.csv");

/// Whose savings they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sector {
    /// Councils in England.
    CouncilEngland,
    /// Councils in Wales.
    CouncilWales,
    /// NHS bodies in England.
    NhsEngland,
    /// NHS bodies in Wales.
    NhsWales,
    /// NHS bodies in Scotland.
    NhsScotland,
    /// The NHS and councils together.
    Joint,
}

impl Sector {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::CouncilEngland, Self::CouncilWales, Self::NhsEngland, Self::NhsWales, Self::NhsScotland, Self::Joint];

    /// The word in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CouncilEngland => "council_england",
            Self::CouncilWales => "council_wales",
            Self::NhsEngland => "nhs_england",
            Self::NhsWales => "nhs_wales",
            Self::NhsScotland => "nhs_scotland",
            Self::Joint => "joint",
        }
    }

    /// The words shown to people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::CouncilEngland => "councils in England",
            Self::CouncilWales => "councils in Wales",
            Self::NhsEngland => "NHS bodies in England",
            Self::NhsWales => "NHS bodies in Wales",
            Self::NhsScotland => "NHS bodies in Scotland",
            Self::Joint => "the NHS and councils together",
        }
    }
}

/// How far a figure of delivery can be trusted to be the end of the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// What came of it when the year was over.
    Outturn,
    /// What was expected while the year ran.
    Forecast,
    /// What had come by some month.
    PartYear,
    /// A plan of which no outcome was published.
    Plan,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Outturn, Self::Forecast, Self::PartYear, Self::Plan];

    /// The word in the table and on the screen.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Outturn => "outturn",
            Self::Forecast => "forecast",
            Self::PartYear => "part-year",
            Self::Plan => "plan",
        }
    }
}

/// What must be said of a row beside its figures.
const MARKS: [(&str, &str); 4] = [
    ("derived", "worked out from figures beside it"),
    ("about", "published in round figures"),
    ("secondary", "not seen in a paper of the body itself"),
    ("attributed", "seen without an address, attributed from its content"),
];

/// How much of what was delivered will be there again, and how much will not: money, or shares of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Money or a rate.
    pub unit: Unit,
    /// What recurs.
    pub recurrent: i128,
    /// What was there once.
    pub one_off: i128,
}

impl Parts {
    /// The recurrent share.
    #[must_use]
    pub fn share(self) -> Option<Ratio> {
        Ratio::of(self.recurrent, self.recurrent.checked_add(self.one_off)?)
    }
}

/// One published case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name in the table.
    pub id: String,
    /// Whose sort of body.
    pub sector: Sector,
    /// Whose.
    pub body: String,
    /// The first year.
    pub first: FinancialYear,
    /// The last: the same for one year.
    pub last: FinancialYear,
    /// Which savings.
    pub what: String,
    /// The class of saving, or the service, where it is known.
    pub class: Option<String>,
    /// The unit of planned and delivered.
    pub unit: Unit,
    /// The word of that unit in the table: `£m`, `admissions`.
    pub counts: String,
    /// What was planned.
    pub planned: Option<i128>,
    /// What was delivered, one-off parts with it.
    pub delivered: Option<i128>,
    /// The share as published, or worked out where the row says so.
    pub per_cent: Option<i128>,
    /// How much of it lasts, where that was published.
    pub parts: Option<Parts>,
    /// What sort of figure it is.
    pub status: Status,
    /// What else must be said of it, in words.
    pub marks: Vec<&'static str>,
    /// The row that this one is a part of.
    pub part_of: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// Where it was published.
    pub source: String,
}

impl Case {
    /// The share that was delivered: of the amounts where both were published, else as it was published.
    #[must_use]
    pub fn ratio(&self) -> Option<Ratio> {
        match (self.planned, self.delivered) {
            (Some(planned), Some(delivered)) => Ratio::of(delivered, planned),
            _ => self.per_cent.map(Ratio::published),
        }
    }

    /// Whether it counts as a case: savings (and not activity) with an outcome and a share.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.status == Status::Outturn && self.unit != Unit::Quantity && self.ratio().is_some()
    }

    /// Its years: `2023/24`, or `2015/16 to 2022/23`.
    #[must_use]
    pub fn years(&self) -> String {
        if self.first == self.last { self.first.to_string() } else { format!("{} to {}", self.first, self.last) }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.body, self.years())
    }
}

/// Every published case, in the order of the table.
#[must_use]
pub fn cases() -> &'static [Case] {
    // That every row is read is held by a test; a row that is not read is a row less.
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| read().0);
    &CASES
}

/// Reads the table: its rows, and what is wrong with it.
#[must_use]
pub fn read() -> (Vec<Case>, Diagnostics) {
    const HEADINGS: Headings = Headings {
        what: "the record",
        wrong: "history_headings",
        needed: &[
            "id",
            "sector",
            "body",
            "years",
            "what",
            "class",
            "planned",
            "delivered",
            "unit",
            "per_cent",
            "recurrent",
            "one_off",
            "status",
            "marks",
            "part_of",
            "note",
            "source",
        ],
        optional: &[],
    };
    let (mut sources, mut wrong) = (Sources::new(), Diagnostics::new());
    let file = sources.add(FILE.to_owned(), TEXT.to_owned());
    let lines = lines::read(&sources, file, &HEADINGS, &mut wrong);
    (lines.iter().filter_map(|line| case(line, &mut wrong)).collect(), wrong)
}

fn case(line: &Line, wrong: &mut Diagnostics) -> Option<Case> {
    let text = |heading: &str, wrong: &mut Diagnostics| line.needed(heading, wrong).map(|cell| cell.text.clone());
    let sector = word(line, "sector", &Sector::ALL.map(Sector::code), wrong).map(|n| Sector::ALL[n]);
    let status = word(line, "status", &Status::ALL.map(Status::code), wrong).map(|n| Status::ALL[n]);
    let years = text("years", wrong)?;
    let (first, last) = years.split_once(" to ").unwrap_or((&years, &years));
    let (Ok(first), Ok(last)) = (first.parse(), last.parse()) else {
        wrong.push(Diagnostic::error("not_a_year", format!("`{years}` are no years")).at(line.place));
        return None;
    };
    let counts = text("unit", wrong)?;
    let (unit, bare) = match counts.as_str() {
        "£m" => (Unit::Money, Some(MoneyUnit::Millions)),
        "% of cost" => (Unit::Rate, None),
        _ => (Unit::Quantity, None),
    };
    let mut figure = |heading: &str, unit: Unit| -> Option<i128> {
        let cell = line.needed(heading, wrong)?;
        if cell.text == "n/p" { None } else { line.amount(heading, unit, bare, wrong)? }
    };
    let (planned, delivered) = (figure("planned", unit), figure("delivered", unit));
    let per_cent = figure("per_cent", Unit::Rate);
    let shares = line.cell("recurrent").is_some_and(|cell| cell.text.ends_with('%'));
    let of = if shares { Unit::Rate } else { Unit::Money };
    let parts = figure("recurrent", of).zip(figure("one_off", of));
    let marks = line.text("marks").unwrap_or_default();
    let marks = marks.split_whitespace().filter_map(|word| {
        let known = MARKS.iter().find(|(mark, _)| *mark == word).map(|(_, words)| *words);
        if known.is_none() {
            wrong.push(Diagnostic::error("unknown_word", format!("there is no mark `{word}`")).at(line.place));
        }
        known
    });
    let marks = marks.collect();
    Some(Case {
        id: text("id", wrong)?,
        sector: sector?,
        body: text("body", wrong)?,
        first,
        last,
        what: text("what", wrong)?,
        class: line.text("class"),
        unit,
        counts,
        planned,
        delivered,
        per_cent,
        parts: parts.map(|(recurrent, one_off)| Parts { unit: of, recurrent, one_off }),
        status: status?,
        marks,
        part_of: line.text("part_of"),
        note: line.text("note"),
        source: text("source", wrong)?,
    })
}

/// Which of the words a cell holds.
fn word(line: &Line, heading: &str, words: &[&str], wrong: &mut Diagnostics) -> Option<usize> {
    let cell = line.needed(heading, wrong)?;
    let found = words.iter().position(|word| *word == cell.text);
    if found.is_none() {
        wrong.push(
            Diagnostic::error("unknown_word", format!("there is no {heading} `{}`", cell.text))
                .at(cell.place)
                .hint(format!("it is one of {}", words.join(", "))),
        );
    }
    found
}
