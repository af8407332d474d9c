//! What came of testing the method on what happened, printed: how far it was out, to which side, and how often the
//! outcome fell inside the range it stated.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::record::rate;
use super::table::{Block, Column, Document, Figure, RowStyle, Sentence, Table, TableCell, TableRow};
use crate::record::backtest::{self, Of, Row, STATED, Score, Tested};
use crate::record::ratio::Ratio;
use crate::record::social_care;
use crate::sheet::Flags;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Unit};

/// One test: what it is of, and its rows.
#[derive(Debug)]
pub struct Test {
    /// What the outcomes are of, in words.
    pub title: String,
    /// A word for programs.
    pub code: &'static str,
    /// How the estimates were made, in words.
    pub method: String,
    /// Whether rows are said from earlier years, so that years may be told apart.
    pub by_year: bool,
    /// The rows.
    pub rows: Vec<Tested>,
}

impl Test {
    /// The method on the rows of a file.
    #[must_use]
    pub fn of(rows: &[Row], of: Of, prior: Option<i128>) -> Self {
        let method = "estimate: the body's own earlier rows, held up by what other bodies of the class came to before, else by \
                      what is expected where nothing is known";
        Self {
            title: format!("{}: outcome of plan, from earlier years", of.code()),
            code: of.code(),
            method: method.to_owned(),
            by_year: true,
            rows: backtest::backtest(rows, of, prior),
        }
    }

    /// The method on social care of 151 councils: 2017/18 from 2016/17.
    #[must_use]
    pub fn social_care() -> Self {
        let rows = backtest::social_care();
        Self {
            title: "Social care: spending of budget, 2017/18 from 2016/17".to_owned(),
            code: "social_care",
            method: format!("{}. Source: {}", Self::of(&[], Of::Spending, None).method, social_care::SOURCE),
            ..Self::of(&rows, Of::Spending, None)
        }
    }

    /// The record of delivery, each case from the others.
    #[must_use]
    pub fn delivery() -> Self {
        let method = "estimate: what all other cases of the sort come to, of sums, whatever their year. A case left out lies outside \
                      the others' middle only where it is itself among the least or the greatest, so that the share inside \
                      follows from the ranks and proves nothing; bias and error do not. `fundgap record` has the sources";
        Self {
            title: "Savings: the record of delivery, each case from the others".to_owned(),
            code: "delivery",
            method: method.to_owned(),
            by_year: false,
            rows: backtest::leaving_one_out(),
        }
    }

    fn classes(&self) -> Vec<&str> {
        let mut classes: Vec<&str> = Vec::new();
        for tested in &self.rows {
            if !classes.contains(&tested.row.class.as_str()) {
                classes.push(&tested.row.class);
            }
        }
        classes
    }

    fn years(&self, class: &str) -> Vec<FinancialYear> {
        let mut years: Vec<_> = self.rows.iter().filter(|t| t.row.class == class).map(|t| t.row.year).collect();
        years.sort_unstable();
        years.dedup();
        years
    }

    /// The score of a class, of one year of it, or of all.
    #[must_use]
    pub fn score(&self, class: Option<&str>, year: Option<FinancialYear>) -> Score {
        let wanted = |t: &&Tested| class.is_none_or(|c| t.row.class == c) && year.is_none_or(|y| t.row.year == y);
        Score::of(self.rows.iter().filter(wanted))
    }

    /// Every score that is told: class, year and score; the whole last.
    fn scores(&self) -> Vec<(Option<&str>, Option<FinancialYear>, Score)> {
        let mut all = Vec::new();
        for class in self.classes() {
            let years = self.years(class);
            all.push((Some(class), None, self.score(Some(class), None)));
            if self.by_year {
                // A first year has nothing before it, and is listed below.
                for year in years {
                    let score = self.score(Some(class), Some(year));
                    if score.estimated > 0 {
                        all.push((Some(class), Some(year), score));
                    }
                }
            }
        }
        all.push((None, None, self.score(None, None)));
        all
    }

    fn table(&self) -> Table {
        let mut columns = vec![Column::text("Class")];
        columns
            .extend(["Rows", "Estimated", "Bias", "Mean error", "With range", "Inside", "Share"].map(Column::figure));
        let mut table = Table::new(columns);
        table.title = Some(self.title.clone());
        for (class, year, score) in self.scores() {
            let (style, label, indent) = match (class, year) {
                (_, Some(year)) => (RowStyle::Plain, year.to_string(), 1),
                (Some(class), None) => (RowStyle::Plain, class.to_owned(), 0),
                (None, None) => (RowStyle::Total, "all".to_owned(), 0),
            };
            let cells: Vec<TableCell> = vec![
                score.rows.to_string().into(),
                score.estimated.to_string().into(),
                rate(score.bias),
                rate(score.error),
                score.ranged.to_string().into(),
                score.inside.to_string().into(),
                rate(score.coverage().map(Ratio::rate)),
            ];
            table.push(TableRow::new(style, label, cells).indented(indent));
        }
        table
    }

    /// The rows of which nothing could be said, those that are alike together.
    fn listed(&self) -> Vec<(String, Sentence)> {
        const MOST: usize = 12;
        let mut groups: IndexMap<(&str, FinancialYear, &str), Vec<&str>> = IndexMap::new();
        for tested in &self.rows {
            if let Err(why) = tested.said {
                groups.entry((&tested.row.class, tested.row.year, why)).or_default().push(&tested.row.body);
            }
        }
        let said = |((class, year, why), bodies): ((&str, FinancialYear, &str), Vec<&str>)| {
            let whom = if bodies.len() > MOST { format!("{} bodies", bodies.len()) } else { bodies.join(", ") };
            (format!("{class}, {year}"), Sentence::from(format!("{why}: {whom}")))
        };
        groups.into_iter().map(said).collect()
    }
}

/// For people.
#[must_use]
pub fn document(tests: &[Test]) -> Document {
    let mut document = Document {
        title: "The method, held against what happened".to_owned(),
        lines: vec!["outcome ÷ plan, said from other rows only".into()],
        blocks: Vec::new(),
    };
    for test in tests {
        document.blocks.push(Block::Table(test.table()));
        document.blocks.push(Block::Text(vec![test.method.clone().into()]));
        let listed = test.listed();
        if !listed.is_empty() {
            document.blocks.push(Block::Heading("Not estimated".into()));
            document.blocks.push(Block::Facts(listed));
        }
    }
    let stated = Figure::new(Unit::Rate, Some(STATED), Flags::EXACT).in_words();
    let notes: Vec<Sentence> = vec![
        Sentence::from("inside: how many outcomes fell inside the stated range, its ends with it; a range is stated to hold ").figure(stated),
        "bias: the mean of outcome less estimate, in points of the plan (in brackets where less came than was said); mean error: \
         the mean of how far they lay apart".into(),
        "with fewer than nine earlier rows of a class there is no range".into(),
    ];
    document.blocks.push(Block::Notes(notes));
    document
}

/// For spreadsheets and scripts: every row.
#[must_use]
pub fn table(tests: &[Test]) -> Table {
    let columns = [
        "Test",
        "Class",
        "Body",
        "Year",
        "Planned",
        "Outcome",
        "Share",
        "Estimate",
        "Low",
        "High",
        "Error",
        "Inside",
        "Not estimated",
        "Where",
    ];
    let mut table = Table::new(columns.map(Column::text).into());
    for test in tests {
        for Tested { row, said } in &test.rows {
            let amount = |steps: Option<i128>| steps.map(|s| plain(row.unit, s)).unwrap_or_default();
            let share = |steps: Option<i128>| steps.map(|s| plain(Unit::Rate, s)).unwrap_or_default();
            let known = said.ok();
            let range = known.and_then(|s| s.range);
            let inside = known.and_then(crate::record::backtest::Said::inside);
            let cells = [
                row.class.clone(),
                row.body.clone(),
                row.year.to_string(),
                amount(row.planned),
                amount(row.outcome),
                share(known.map(|s| s.outcome).or_else(|| row.ratio().map(Ratio::rate))),
                share(known.map(|s| s.estimate)),
                share(range.map(|r| r.0)),
                share(range.map(|r| r.1)),
                share(known.map(crate::record::backtest::Said::error)),
                inside.map_or("", |inside| if inside { "yes" } else { "no" }).to_owned(),
                said.err().unwrap_or_default().to_owned(),
                row.place.clone(),
            ];
            table.push(TableRow::plain(test.code, cells.map(TableCell::from).into()));
        }
    }
    table
}

/// For programs.
#[must_use]
pub fn json(tests: &[Test]) -> Value {
    let share = |steps: Option<i128>| steps.map(|s| plain(Unit::Rate, s));
    let score = |(class, year, score): (Option<&str>, Option<FinancialYear>, Score)| {
        json!({
            "class": class,
            "year": year.map(|y| y.to_string()),
            "rows": score.rows,
            "estimated": score.estimated,
            "bias": share(score.bias),
            "mean_error": share(score.error),
            "with_range": score.ranged,
            "inside": score.inside,
            "share_inside": share(score.coverage().map(Ratio::rate)),
            "stated": plain(Unit::Rate, STATED),
        })
    };
    let row = |Tested { row, said }: &Tested| {
        let known = said.ok();
        let range = known.and_then(|s| s.range);
        json!({
            "class": row.class,
            "body": row.body,
            "year": row.year.to_string(),
            "unit": row.unit.code(),
            "planned": row.planned.map(|s| plain(row.unit, s)),
            "outcome": row.outcome.map(|s| plain(row.unit, s)),
            "share": share(known.map(|s| s.outcome).or_else(|| row.ratio().map(Ratio::rate))),
            "estimate": share(known.map(|s| s.estimate)),
            "low": share(range.map(|r| r.0)),
            "high": share(range.map(|r| r.1)),
            "error": share(known.map(crate::record::backtest::Said::error)),
            "inside": known.and_then(crate::record::backtest::Said::inside),
            "not_estimated": said.err(),
            "place": row.place,
        })
    };
    let test = |test: &Test| {
        json!({
            "test": test.code,
            "title": test.title,
            "method": test.method,
            "scores": test.scores().into_iter().map(score).collect::<Vec<_>>(),
            "rows": test.rows.iter().map(row).collect::<Vec<_>>(),
        })
    };
    json!({ "schema": "fundgap.backtest/1", "tests": tests.iter().map(test).collect::<Vec<_>>() })
}
