//! The delivery at which a plan breaks even: the share of all savings not yet delivered, one share for all
//! of them, at which nothing is left to find in any year after everything that is planned.
//!
//! What reserves can bear counts once over all years: a saving that is never delivered costs its money
//! again in every year. The last year alone says less.

use super::bounds::{ALL, Bounds, Limit, usual_step};
use super::condition::{Comparison, Condition, Right, Target};
use super::lever::{Lever, Reading, Target as Figure, assumption};
use super::moving::{Moving, Span};
use super::solve::{Answer, Question, Verdict, solve, values};
use super::stress::open_savings;
use crate::mechanism::organisation::Organisation;
use crate::mechanism::saving::SavingFacts;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::Run;
use crate::vocabulary::{Address, Measure, Unit};

/// What one organisation's savings must deliver.
#[derive(Debug, Clone)]
pub struct BreakEven {
    /// What was asked: all savings not yet delivered at one share.
    pub question: Question,
    /// The answer in the risk-adjusted run.
    pub answer: Answer,
    /// Savings and what is left at round shares, and at the answer and the step beside it.
    pub ladder: Vec<Rung>,
    /// What each saving alone must deliver while the others deliver what the scenario says.
    pub each: Vec<Alone>,
    /// What is taken from reserves at the answer, run by run; nothing where there is no answer.
    pub relied_on: Vec<ReliedOn>,
}

/// What a plan takes from its reserves in one run, by plan year. All of it is one-off: money that is spent
/// once, whatever it pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReliedOn {
    /// The run.
    pub run: Run,
    /// The planned use, as far as the gap of the run takes it.
    pub planned: Vec<Option<i128>>,
    /// The draws above minima on what is then still to find, if nothing else is done.
    pub drawn: Vec<Option<i128>>,
}

/// What a share of delivery comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// The share.
    pub delivery: i128,
    /// Savings of the plan less savings at this share, by plan year.
    pub lost: Vec<Option<i128>>,
    /// The gap if nothing else is done, by plan year.
    pub left: Vec<Option<i128>>,
}

/// One saving, the others as the scenario has them.
#[derive(Debug, Clone)]
pub struct Alone {
    /// Its title.
    pub title: String,
    /// What the scenario says that it delivers; none when it says nothing.
    pub now: Option<i128>,
    /// What came of it.
    pub answer: Answer,
}

/// Finds what the savings of an organisation must deliver; none when it has none that could fail.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn break_even(
    baseline: &Baseline,
    opened: &Opened,
    organisation: &Organisation,
) -> Result<Option<BreakEven>, Box<Refused>> {
    let savings: Vec<&SavingFacts> = open_savings(opened, organisation).collect();
    if savings.is_empty() || opened.plan.measure(&organisation.name, Measure::GapAfterReserves).is_none() {
        return Ok(None);
    }
    let question = asked(opened, organisation, "saving.*.delivery", &savings);
    let [_, answer] = solve(baseline, opened, &question)?;
    let ladder = ladder(baseline, opened, organisation, &question, &answer)?;
    let relied_on = match &answer.verdict {
        Verdict::Found(found) => {
            relied_on(&baseline.variant(&question.lever.sets(found.answer.number))?, opened, organisation)
        }
        Verdict::Met(_) => relied_on(&baseline.variant(&question.lever.sets(0))?, opened, organisation),
        _ => Vec::new(),
    };
    let mut each = Vec::new();
    if savings.len() > 1 {
        for saving in savings {
            let path = format!("saving.{}.delivery", saving.name);
            let now = assumption(opened, &path).and_then(|a| a.values.first()?.0);
            let [_, answer] = solve(baseline, opened, &asked(opened, organisation, &path, &[saving]))?;
            each.push(Alone { title: saving.title.clone(), now, answer });
        }
    }
    Ok(Some(BreakEven { question, answer, ladder, each, relied_on }))
}

/// The question for some savings: from nothing delivered up, whatever the scenario says of each.
fn asked(opened: &Opened, organisation: &Organisation, words: &str, savings: &[&SavingFacts]) -> Question {
    let targets =
        savings.iter().map(|s| Figure { path: format!("saving.{}.delivery", s.name), year: None, now: None, each: 1 });
    let lever =
        Lever { words: words.to_owned(), unit: Unit::Rate, reading: Reading::Value, targets: targets.collect() };
    let measure = Measure::GapAfterReserves;
    let condition = Condition {
        words: format!("{}/{measure} <= 0", organisation.name),
        unit: Unit::Money,
        comparison: Comparison::AtMost,
        pairs: row(opened, organisation, measure).into_iter().map(|cell| (cell, Right::Value(0))).collect(),
        every_year: true,
        is_gap: true,
    };
    let bounds = Bounds { low: (0, Limit::Share), high: (ALL, Limit::Share), first: None };
    Question { lever, target: Target::of(vec![condition], &opened.plan.sheet), bounds, step: usual_step(Unit::Rate) }
}

/// What a plan with the answer put in takes from its reserves, in both runs.
fn relied_on(with: &Opened, opened: &Opened, organisation: &Organisation) -> Vec<ReliedOn> {
    let of = |run, measure| values(with, run, &row(opened, organisation, measure));
    let left = |run| -> Vec<Option<i128>> {
        let pairs = of(run, Measure::GapAfterPlannedReserves).into_iter().zip(of(run, Measure::GapAfterReserves));
        pairs
            .map(|(before, after)| Some((before?, after?)))
            .map(|pair| pair.map(|(b, a)| (b.max(0) - a.max(0)).max(0)))
            .collect()
    };
    Run::BOTH.map(|run| ReliedOn { run, planned: of(run, Measure::PlannedReserveUse), drawn: left(run) }).to_vec()
}

/// The addresses of a measure in every plan year.
fn row(opened: &Opened, organisation: &Organisation, measure: Measure) -> Vec<Address> {
    let horizon = opened.plan.horizon();
    let cells = horizon
        .plan()
        .map(|t| Address { row: format!("{}/{measure}", organisation.name), year: Some(horizon.year(t)) });
    cells.collect()
}

fn ladder(
    baseline: &Baseline,
    opened: &Opened,
    organisation: &Organisation,
    question: &Question,
    answer: &Answer,
) -> Result<Vec<Rung>, Box<Refused>> {
    let mut shares: Vec<i128> = (5..=10).map(|tenth| tenth * ALL / 10).collect();
    if let Verdict::Found(found) = &answer.verdict {
        shares.push(found.answer.number);
        shares.extend(found.before.as_ref().map(|p| p.number));
    }
    shares.sort_unstable_by(|a, b| b.cmp(a));
    shares.dedup();
    let (savings, gaps) =
        (row(opened, organisation, Measure::Savings), row(opened, organisation, Measure::GapAfterReserves));
    let planned = values(opened, Run::Plan, &savings);
    let span = Span { lever: question.lever.clone(), home: ALL, ends: (0, ALL) };
    let moving = Moving::new(baseline, vec![span], savings.iter().chain(&gaps).cloned().collect())?;
    let mover = moving.mover(&[0]);
    let mut moves = mover.begin();
    let mut rungs = Vec::new();
    for delivery in shares {
        let answer = moves.to(&[delivery])?;
        let (expected, left) = answer.of(Run::RiskAdjusted).split_at(savings.len());
        let lost = planned.iter().zip(expected).map(|(plan, run)| Some((*plan)? - (*run)?)).collect();
        rungs.push(Rung { delivery, lost, left: left.to_vec() });
    }
    Ok(rungs)
}
