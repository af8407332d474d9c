//! What general balance a register of budget risks asks for, and what the plan holds beside it.
//!
//! Impacts, likelihoods and the expected value are cells of the sheet; what is computed here is how likely the risks are to
//! come to so much together, if they do not depend on each other. The percentiles are by nearest rank: P90 is the least
//! total that is not exceeded with a chance of at least 90%. That a general balance should hold P90 is judgement.

pub mod distribution;

use distribution::{Blow, Distribution, standard_deviation};

use crate::mechanism::organisation::Organisation;
use crate::mechanism::reserve::{Pot, ReserveKind};
use crate::mechanism::risk::{RegisterFacts, RiskFacts};
use crate::open::Opened;
use crate::sheet::{RowId, Run};
use crate::vocabulary::Name;

/// The percentiles that are said of a register.
pub const PERCENTILES: [u32; 4] = [50, 80, 90, 95];

/// The percentile that the house reads as prudent.
pub const PRUDENT: u32 = 90;

/// The register of an organisation.
#[derive(Debug)]
pub struct Register<'o> {
    /// The scenario.
    pub opened: &'o Opened,
    /// Whose it is.
    pub organisation: &'o Organisation,
    /// What its risks come to.
    pub facts: &'o RegisterFacts,
    /// Its risks, in file order.
    pub risks: Vec<&'o RiskFacts>,
}

/// What a register asks for in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// All impacts together, in pence.
    pub together: i128,
    /// The expected value, in pence.
    pub expected: i128,
    /// The standard deviation, in pence, where its squares can be held.
    pub deviation: Option<i128>,
    /// The chance, as a rate, that the expected value is exceeded.
    pub above_expected: i128,
    /// How likely each total is.
    pub distribution: Distribution,
}

/// Why it cannot be said what a register asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// A figure of this risk was not published.
    NotPublished(String),
    /// The likelihood of this risk, as changed, is none.
    NoLikelihood(String),
    /// There are too many totals.
    TooLarge,
}

impl Unanswered {
    /// The reason in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NotPublished(title) => format!("a figure of \"{title}\" is not published"),
            Self::NoLikelihood(title) => format!("the likelihood of \"{title}\" lies outside 0% to 100%"),
            Self::TooLarge => format!(
                "the register has more than {} different totals even when impacts are rounded up to whole millions of pounds: put like risks together",
                distribution::MOST
            ),
        }
    }
}

impl<'o> Register<'o> {
    /// The register of an organisation, where it has one.
    #[must_use]
    pub fn of(opened: &'o Opened, organisation: &'o Organisation) -> Option<Self> {
        let facts = opened.plan.facts.registers.iter().find(|r| r.organisation == organisation.name)?;
        let risks = opened.plan.facts.risks.iter().filter(|risk| risk.organisation == organisation.name).collect();
        Some(Self { opened, organisation, facts, risks })
    }

    /// A cell's value in the plan.
    #[must_use]
    pub fn steps(&self, row: RowId, t: i32) -> Option<i128> {
        steps(self.opened, row, t)
    }

    /// The risks in a year, what is expected to cost most first; those alike in file order.
    #[must_use]
    pub fn by_expected_value(&self, t: i32) -> Vec<&'o RiskFacts> {
        let mut sorted = self.risks.clone();
        sorted.sort_by_key(|risk| std::cmp::Reverse(self.steps(risk.expected.id(), t)));
        sorted
    }

    fn blows(&self, t: i32) -> Result<Vec<Blow>, Unanswered> {
        let blow = |risk: &&RiskFacts| {
            let figures = self.steps(risk.impact.id(), t).zip(self.steps(risk.likelihood.id(), t));
            let (impact, likelihood) = figures.ok_or_else(|| Unanswered::NotPublished(risk.title.clone()))?;
            if !(0..=1_000_000_000).contains(&likelihood) {
                return Err(Unanswered::NoLikelihood(risk.title.clone()));
            }
            Ok(Blow { impact, likelihood })
        };
        self.risks.iter().map(blow).collect()
    }

    /// What it asks for in a plan year.
    ///
    /// # Errors
    /// A figure was not published, or there are too many totals.
    pub fn asks(&self, t: i32) -> Result<Asked, Unanswered> {
        let blows = self.blows(t)?;
        let distribution = Distribution::of(&blows).ok_or(Unanswered::TooLarge)?;
        let of = |row: RowId| self.steps(row, t).ok_or(Unanswered::TooLarge);
        // The expected value as it is, before it is rounded to a penny: totals are whole pence, so that one is more than it
        // when it is more than its whole pence.
        let exact = blows.iter().try_fold(0_i128, |sum, b| sum.checked_add(b.impact.checked_mul(b.likelihood)?));
        let whole_pence = exact.ok_or(Unanswered::TooLarge)?.div_euclid(1_000_000_000);
        Ok(Asked {
            together: of(self.facts.together.id())?,
            expected: of(self.facts.expected.id())?,
            deviation: standard_deviation(&blows),
            above_expected: distribution.chance_above(whole_pence),
            distribution,
        })
    }
}

impl Asked {
    /// The total that the house reads as prudent: P90.
    #[must_use]
    pub fn prudent(&self) -> i128 {
        self.distribution.percentile(PRUDENT)
    }
}

/// The general reserves of an organisation beside its register.
#[derive(Debug, Clone)]
pub struct General<'o> {
    /// The reserves.
    pub pots: Vec<&'o Pot>,
    opened: &'o Opened,
}

impl<'o> General<'o> {
    /// The general reserves of an organisation.
    #[must_use]
    pub fn of(opened: &'o Opened, organisation: &Name) -> Self {
        let own = |pot: &&Pot| pot.organisation == *organisation && pot.kind == ReserveKind::General;
        Self { pots: opened.plan.facts.pots.iter().filter(own).collect(), opened }
    }

    /// Their titles.
    #[must_use]
    pub fn titles(&self) -> String {
        self.pots.iter().map(|pot| pot.title.as_str()).collect::<Vec<_>>().join(" and ")
    }

    /// Their stated minimum in a year; none where one states none, or it is not published.
    #[must_use]
    pub fn minimum(&self, t: i32) -> Option<i128> {
        self.together(|pot| steps(self.opened, pot.minimum?.id(), t))
    }

    /// What they hold at the start of a year, in the plan after its planned use.
    #[must_use]
    pub fn at_the_start(&self, t: i32) -> Option<i128> {
        self.together(|pot| {
            if t <= 1 {
                self.opened.results.of(Run::Plan).steps(pot.opening.id())
            } else {
                steps(self.opened, pot.closing?.id(), t - 1)
            }
        })
    }

    fn together(&self, of: impl Fn(&Pot) -> Option<i128>) -> Option<i128> {
        if self.pots.is_empty() {
            return None;
        }
        self.pots.iter().map(|pot| of(pot)).sum()
    }
}

fn steps(opened: &Opened, row: RowId, t: i32) -> Option<i128> {
    let cell = opened.plan.sheet.cell(row, t)?;
    opened.results.of(Run::Plan).steps(cell)
}
