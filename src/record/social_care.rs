//! Budget and outturn of social care of every council in England that has it, in two years: net current expenditure
//! as the councils returned it to their department.
//!
//! Source: Ministry of Housing, Communities and Local Government (in 2016 the Department for Communities and Local
//! Government), revenue account budget (RA) and revenue outturn (RO) returns, England, 2016-17 and 2017-18, to the
//! thousand pounds. Budget and outturn returns treat some grants and transfers differently, so that a single
//! council's difference is no pure overspend.

use std::sync::LazyLock;

use super::lines::{self, Headings, Line};
use crate::language::MoneyUnit;
use crate::vocabulary::{Diagnostics, FinancialYear, Sources, Unit};

/// The name of the table in messages.
pub const FILE: &str = "record/social_care.csv";

/// Where it comes from, in a line.
pub const SOURCE: &str =
    "MHCLG, revenue account budget (RA) and revenue outturn (RO) returns, England, 2016-17 and 2017-18";

const TEXT: &str = include_str!("../../record/social_care.csv");

/// One council in one year; amounts in pence.
#[derive(Debug, Clone)]
pub struct Row {
    /// The department's code of the council.
    pub ecode: String,
    /// Its name.
    pub name: String,
    /// Its sort: county, unitary, metropolitan district, London borough.
    pub class: String,
    /// The year.
    pub year: FinancialYear,
    /// Adult social care: budget and outturn.
    pub adults: (i128, i128),
    /// Children's social care: budget and outturn.
    pub children: (i128, i128),
}

/// Every council in both years.
#[must_use]
pub fn rows() -> &'static [Row] {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| read().0);
    &ROWS
}

/// Reads the table: its rows, and what is wrong with it.
#[must_use]
pub fn read() -> (Vec<Row>, Diagnostics) {
    const HEADINGS: Headings = Headings {
        what: "the record",
        wrong: "history_headings",
        needed: &[
            "ecode",
            "name",
            "class",
            "year",
            "adults_budget",
            "adults_outturn",
            "children_budget",
            "children_outturn",
        ],
        optional: &[],
    };
    let (mut sources, mut wrong) = (Sources::new(), Diagnostics::new());
    let file = sources.add(FILE.to_owned(), TEXT.to_owned());
    let lines = lines::read(&sources, file, &HEADINGS, &mut wrong);
    (lines.iter().filter_map(|line| row(line, &mut wrong)).collect(), wrong)
}

fn row(line: &Line, wrong: &mut Diagnostics) -> Option<Row> {
    let year = line.year("year", wrong)?;
    let mut pair = |of: &str| {
        let mut amount =
            |what: &str| line.amount(&format!("{of}_{what}"), Unit::Money, Some(MoneyUnit::Thousands), wrong).flatten();
        amount("budget").zip(amount("outturn"))
    };
    let (adults, children) = (pair("adults")?, pair("children")?);
    Some(Row {
        ecode: line.text("ecode")?,
        name: line.text("name")?,
        class: line.text("class")?,
        year,
        adults,
        children,
    })
}
