//! The method held against what happened: from the rows of earlier years only, what would it have said of a year, and
//! what came?
//!
//! For a row of body *b*, class *c* and year *y*, *earlier* are the rows of *c* before *y* of which both figures are
//! known:
//!
//! * **prior**: `R9(Σ outcome ÷ Σ planned)` of the earlier rows of other bodies; where there are none, what is
//!   expected of a body of which nothing is known.
//! * **estimate**: `R9((k × prior + Σ outcome) ÷ (k + Σ planned))` over the body's own earlier rows, `k` one typical
//!   year's plan, as for a body's own history; the prior itself where it has none. Of savings at most 100%.
//! * **range**: of the *n* earlier rows of all bodies, in order of `outcome ÷ planned`, the *j*-th from below and the
//!   *j*-th from above, `j = ⌊(n + 1) ÷ 10⌋`, both moved by the estimate less `R9(Σ outcome ÷ Σ planned)` of the
//!   earlier rows. Where one more row is as likely to stand at any place among them, at least 80% of such ranges hold it.
//!   With fewer than nine earlier rows there is no range.
//!
//! A row with nothing earlier in its class cannot be estimated, and is listed.

mod file;

use std::collections::BTreeMap;

use super::case::Case;
use super::credibility::{PRIOR, blend};
use super::ratio::{ALL, Ratio};
use super::reference::{self, Group, Statistics};
use super::social_care;
use crate::vocabulary::number::divide;
use crate::vocabulary::{FinancialYear, Unit};

pub use file::read;

/// The share of outcomes that a range is stated to hold, in billionths.
pub const STATED: i128 = 800_000_000;

/// What the outcomes are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Savings delivered of those planned: no estimate above 100%, and 85% of a body of which nothing is known.
    Savings,
    /// Spending of a budget: any ratio, and 100% of a body of which nothing is known.
    Spending,
}

impl Of {
    /// What is expected of a body of which nothing is known: a house assumption.
    #[must_use]
    pub const fn prior(self) -> i128 {
        match self {
            Self::Savings => PRIOR,
            Self::Spending => ALL,
        }
    }

    /// The word on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Savings => "savings",
            Self::Spending => "spending",
        }
    }
}

/// What a body planned in a year and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Whose.
    pub body: String,
    /// Of which class.
    pub class: String,
    /// In which year.
    pub year: FinancialYear,
    /// The unit of both figures.
    pub unit: Unit,
    /// What was planned.
    pub planned: Option<i128>,
    /// What came of it.
    pub outcome: Option<i128>,
    /// Where it is written.
    pub place: String,
}

impl Row {
    fn known(&self) -> Option<(i128, i128)> {
        self.planned.zip(self.outcome)
    }

    /// Outcome of planned.
    #[must_use]
    pub fn ratio(&self) -> Option<Ratio> {
        let (planned, outcome) = self.known()?;
        Ratio::of(outcome, planned)
    }
}

/// What would have been said of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The estimate.
    pub estimate: i128,
    /// From and to, where there are enough earlier rows.
    pub range: Option<(i128, i128)>,
    /// What came.
    pub outcome: i128,
}

impl Said {
    /// What came less what was said: below nought where too much was expected.
    #[must_use]
    pub const fn error(self) -> i128 {
        self.outcome - self.estimate
    }

    /// Whether the outcome fell inside the range, its ends with it.
    #[must_use]
    pub fn inside(self) -> Option<bool> {
        self.range.map(|(low, high)| low <= self.outcome && self.outcome <= high)
    }
}

/// A row with what came of testing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// The row.
    pub row: Row,
    /// What would have been said, or why nothing could be.
    pub said: Result<Said, &'static str>,
}

/// Nothing could be said of a row, because its figures were not published.
pub const NOT_PUBLISHED: &str = "not published";
/// Because nothing is known of its class before it.
pub const NOTHING_EARLIER: &str = "nothing earlier in its class";

/// Because its figures, or those before it, are too far apart.
pub const TOO_FAR_APART: &str = "figures too far apart for a share";

/// Tests every row from the rows before it, in the order of the file.
#[must_use]
pub fn backtest(rows: &[Row], of: Of, prior: Option<i128>) -> Vec<Tested> {
    let nothing_known = prior.unwrap_or(of.prior());
    let mut classes: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        classes.entry(&row.class).or_default().push(row);
    }
    let mut known: BTreeMap<(&str, FinancialYear), Earlier<'_>> = BTreeMap::new();
    for row in rows {
        let of_class = classes.get(row.class.as_str()).map_or(&[][..], Vec::as_slice);
        known.entry((&row.class, row.year)).or_insert_with(|| Earlier::of(of_class, row.year));
    }
    let test = |row: &Row| {
        let said = match known.get(&(row.class.as_str(), row.year)) {
            Some(earlier) => earlier.says(row, of, nothing_known),
            None => Err(NOTHING_EARLIER),
        };
        Tested { row: row.clone(), said }
    };
    rows.iter().map(test).collect()
}

/// What was planned and what came of it, over some rows.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    rows: i128,
    planned: i128,
    outcome: i128,
}

impl Sums {
    fn add(&mut self, (planned, outcome): (i128, i128)) {
        *self = Self { rows: self.rows + 1, planned: self.planned + planned, outcome: self.outcome + outcome };
    }

    /// Outcome of planned over all of them; none where there are none.
    fn pooled(self) -> Result<Option<i128>, &'static str> {
        if self.rows == 0 {
            return Ok(None);
        }
        Ratio::of(self.outcome, self.planned).map(|ratio| Some(ratio.rate())).ok_or(TOO_FAR_APART)
    }
}

/// What is known of a class before a year.
#[derive(Debug)]
struct Earlier<'r> {
    all: Sums,
    bodies: BTreeMap<&'r str, Sums>,
    range: Option<(i128, i128)>,
}

impl<'r> Earlier<'r> {
    fn of(rows: &[&'r Row], year: FinancialYear) -> Self {
        let mut found = Self { all: Sums::default(), bodies: BTreeMap::new(), range: None };
        let mut ratios: Vec<Ratio> = Vec::new();
        for row in rows.iter().filter(|row| row.year < year) {
            if let (Some(figures), Some(ratio)) = (row.known(), row.ratio()) {
                found.all.add(figures);
                found.bodies.entry(&row.body).or_default().add(figures);
                ratios.push(ratio);
            }
        }
        ratios.sort();
        found.range = middle(&ratios);
        found
    }

    /// What it would have said of a row.
    fn says(&self, row: &Row, of: Of, nothing_known: i128) -> Result<Said, &'static str> {
        row.known().ok_or(NOT_PUBLISHED)?;
        let outcome = row.ratio().ok_or(TOO_FAR_APART)?.rate();
        let centre = self.all.pooled()?.ok_or(NOTHING_EARLIER)?;
        let own = self.bodies.get(row.body.as_str()).copied().unwrap_or_default();
        let others = Sums {
            rows: self.all.rows - own.rows,
            planned: self.all.planned - own.planned,
            outcome: self.all.outcome - own.outcome,
        };
        let prior = others.pooled()?.unwrap_or(nothing_known);
        let estimate = match divide(own.planned, own.rows) {
            Ok(typical) => blend(prior, typical, own.outcome, own.planned).ok_or(TOO_FAR_APART)?,
            // It has no rows of its own.
            Err(_) => prior,
        };
        let estimate = if of == Of::Savings { estimate.min(ALL) } else { estimate };
        let range = self.range.map(|(low, high)| (low + estimate - centre, high + estimate - centre));
        Ok(Said { estimate, range, outcome })
    }
}

/// The *j*-th ratio from below and from above, `j = ⌊(n + 1) ÷ 10⌋`; none with fewer than nine.
fn middle(sorted: &[Ratio]) -> Option<(i128, i128)> {
    let j = (sorted.len() + 1) / 10;
    let low = sorted.get(j.checked_sub(1)?)?;
    let high = sorted.get(sorted.len() - j)?;
    Some((low.rate(), high.rate()))
}

/// How well the method did on some rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// How many rows there are.
    pub rows: usize,
    /// How many could be estimated.
    pub estimated: usize,
    /// The mean of outcome less estimate.
    pub bias: Option<i128>,
    /// The mean of how far they lay apart.
    pub error: Option<i128>,
    /// How many had a range.
    pub ranged: usize,
    /// How many of those fell inside it.
    pub inside: usize,
}

impl Score {
    /// The score of some rows.
    #[must_use]
    pub fn of<'a>(tested: impl Iterator<Item = &'a Tested>) -> Self {
        let mut score = Self::default();
        let (mut signed, mut apart) = (0_i128, 0_i128);
        for row in tested {
            score.rows += 1;
            let Ok(said) = row.said else { continue };
            score.estimated += 1;
            signed += said.error();
            apart += said.error().abs();
            if let Some(inside) = said.inside() {
                score.ranged += 1;
                score.inside += usize::from(inside);
            }
        }
        let mean = |sum: i128| divide(sum, i128::try_from(score.estimated).ok()?).ok();
        Self { bias: mean(signed), error: mean(apart), ..score }
    }

    /// The share of ranges that held the outcome.
    #[must_use]
    pub fn coverage(&self) -> Option<Ratio> {
        Ratio::of(i128::try_from(self.inside).ok()?, i128::try_from(self.ranged).ok()?)
    }
}

/// Social care of 151 councils as rows: what was spent of the budget, adults and children.
#[must_use]
pub fn social_care() -> Vec<Row> {
    let of = |row: &social_care::Row, class: &str, (planned, outcome): (i128, i128)| Row {
        body: row.name.clone(),
        class: class.to_owned(),
        year: row.year,
        unit: Unit::Money,
        planned: Some(planned),
        outcome: Some(outcome),
        place: social_care::FILE.to_owned(),
    };
    let all = || social_care::rows().iter();
    let adults = all().map(|row| of(row, "adult social care", row.adults));
    adults.chain(all().map(|row| of(row, "children's social care", row.children))).collect()
}

/// The record of delivery, each case said from all others of its sort: not from earlier years, since the record has too
/// few of them. The estimate is what the others come to, of sums, and the range their middle.
#[must_use]
pub fn leaving_one_out() -> Vec<Tested> {
    let mut tested = Vec::new();
    for group in [Group::Councils, Group::Nhs] {
        let counted = Statistics::of(&reference::rows(group, None)).counted;
        for case in &counted {
            let others: Vec<&'static Case> = counted.iter().filter(|other| other.id != case.id).copied().collect();
            let rest = Statistics::of(&others);
            let said = case.ratio().ok_or(NOT_PUBLISHED);
            let said = said.and_then(|outcome| {
                let estimate = rest.of_sums.ok_or(NOTHING_EARLIER)?.rate().min(ALL);
                Ok(Said { estimate, range: middle(&rest.ratios), outcome: outcome.rate() })
            });
            let row = Row {
                body: case.body.clone(),
                class: group.words().to_owned(),
                year: case.first,
                unit: case.unit,
                planned: case.planned,
                outcome: case.delivered,
                place: super::case::FILE.to_owned(),
            };
            tested.push(Tested { row, said });
        }
    }
    tested
}
