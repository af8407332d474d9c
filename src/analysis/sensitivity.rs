//! What each assumption is worth: moved up and down by a step or to the ends of its own range, alone, in
//! every year and in one year at a time. Every effect is the difference of two evaluated cells: none is
//! scaled, and neither direction is taken from the other.

use super::lever::{Lever, Reading, ends_of};
use super::moving::{Moves, Moving, Span, reason};
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{Assumption, Run, Spread};
use crate::vocabulary::{Address, FinancialYear, Rate, Unit, Valued};

/// What to move, and by how much.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The step for rates.
    pub step: Rate,
    /// Whether figures that have a range go to its ends instead.
    pub ranges: bool,
}

/// The step for money, quantities and prices for one: a share of the figure.
fn share() -> Rate {
    Rate::from_steps(10_000_000)
}

/// How far a figure is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A rate by a step that is the same for all.
    Points(i128),
    /// A figure of another unit by a hundredth of itself, rounded once to its unit.
    Share,
    /// A time by a month.
    Month,
    /// To the ends of the range that the file gives: the low and the high one, which every year goes to
    /// whatever its own value; where years have ends of their own the lowest and the highest of them.
    Range(i128, i128),
}

/// What comes of one movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The number its lever was given.
    pub number: i128,
    /// The cells asked for in each run, or in words why the scenario refuses the figure.
    pub values: Result<[Vec<Option<i128>>; 2], String>,
    /// The change from what the scenario shows, where both were published.
    pub effects: [Vec<Option<i128>>; 2],
}

impl Moved {
    /// Whether it changes a penny of what was asked for in a run.
    #[must_use]
    pub fn changes(&self, run: Run) -> bool {
        self.of(run).iter().flatten().any(|e| *e != 0)
    }

    /// The changes in a run.
    #[must_use]
    pub fn of(&self, run: Run) -> &[Option<i128>] {
        &self.effects[usize::from(run == Run::RiskAdjusted)]
    }
}

/// A figure, down and up.
#[derive(Debug, Clone)]
pub struct Both {
    /// The lever that goes down and the one that goes up: one and the same, unless each year goes to an end
    /// of the range by a way of its own.
    pub levers: [Lever; 2],
    /// Lower, or earlier.
    pub less: Moved,
    /// Higher, or later.
    pub more: Moved,
}

/// What one assumption is worth.
#[derive(Debug, Clone)]
pub struct Worth {
    /// Its path in the file.
    pub path: String,
    /// Its unit.
    pub unit: Unit,
    /// What it is, where it is the same in every year.
    pub now: Option<i128>,
    /// What it is year by year, where it or the range it was moved over is not.
    pub by_year: Vec<(FinancialYear, i128)>,
    /// The ends of its range in each year, where it was moved to them and they are not the same in every year.
    pub ends: Vec<[i128; 2]>,
    /// How far it was moved.
    pub basis: Basis,
    /// Moved in every year it has.
    pub always: Both,
    /// Moved in one year alone, each of them; empty for a figure without years.
    pub once: Vec<(FinancialYear, Both)>,
    /// Whether anything that was asked for depends on it.
    pub matters: bool,
}

impl Worth {
    /// Whether its movements change a penny of what was asked for.
    #[must_use]
    pub fn changes(&self) -> bool {
        let of = |both: &Both| Run::BOTH.iter().any(|run| both.less.changes(*run) || both.more.changes(*run));
        of(&self.always) || self.once.iter().any(|(_, both)| of(both))
    }

    /// The largest sum over some of the cells of the changes either way, in either run.
    #[must_use]
    pub fn size(&self, counted: impl Fn(usize) -> bool) -> i128 {
        let of = |moved: &Moved, run: Run| -> i128 {
            let effects = moved.of(run).iter().enumerate().filter(|(at, _)| counted(*at));
            effects.filter_map(|(_, e)| *e).map(i128::abs).sum()
        };
        let both = &self.always;
        Run::BOTH.iter().flat_map(|run| [of(&both.less, *run), of(&both.more, *run)]).max().unwrap_or(0)
    }
}

/// Everything that was asked.
#[derive(Debug)]
pub struct Sensitivity {
    /// The cells that were read.
    pub cells: Vec<Address>,
    /// The scenario as it is, in each run.
    pub home: [Vec<Option<i128>>; 2],
    /// Every assumption that can be moved, in file order.
    pub worth: Vec<Worth>,
    /// Assumptions that are not published, or nought throughout, so that there is nothing to move.
    pub unmoved: Vec<String>,
}

/// Moves every assumption of a scenario.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn sensitivity(
    baseline: &Baseline,
    opened: &Opened,
    asked: Asked,
    cells: Vec<Address>,
) -> Result<Sensitivity, Box<Refused>> {
    let mut chosen: Vec<(&Assumption, Basis, [Span; 2])> = Vec::new();
    let mut unmoved = Vec::new();
    // No figure of a plan rests on what became of past savings.
    for assumption in opened.plan.sheet.assumptions().iter().filter(|a| !a.path.starts_with("history.")) {
        match span(baseline, opened, assumption, asked, None) {
            Some((basis, span)) => chosen.push((assumption, basis, span)),
            None => unmoved.push(assumption.path.to_string()),
        }
    }
    let horizon = opened.plan.horizon();
    let mut single: Vec<(usize, FinancialYear, [Span; 2])> = Vec::new();
    if horizon.years() > 1 {
        for (at, (assumption, _, _)) in chosen.iter().enumerate().filter(|(_, (a, _, _))| a.by_year) {
            for year in horizon.plan().map(|t| horizon.year(t)) {
                let spans = span(baseline, opened, assumption, asked, Some(year));
                single.extend(spans.map(|(_, spans)| (at, year, spans)));
            }
        }
    }
    let (spans, of_chosen) = levers(chosen.iter().map(|(_, _, s)| s));
    let always = Moving::new(baseline, spans, cells.clone())?;
    let (spans, of_single) = levers(single.iter().map(|(_, _, s)| s));
    let once = Moving::new(baseline, spans, cells.clone())?;
    let home = at_home(opened, &cells);
    let mut worth: Vec<Worth> = Vec::with_capacity(chosen.len());
    for (which, (assumption, basis, spans)) in of_chosen.iter().zip(&chosen) {
        let now = now(assumption);
        let own = |spread: &Spread| if matches!(basis, Basis::Range(..)) { spread.years.clone() } else { Vec::new() };
        let ends = assumption.spread.as_deref().map(own).unwrap_or_default();
        worth.push(Worth {
            path: assumption.path.to_string(),
            unit: assumption.unit,
            now,
            by_year: if now.is_none() || !ends.is_empty() { by_year(opened, assumption) } else { Vec::new() },
            ends,
            basis: *basis,
            always: both(&always, *which, spans, &home),
            once: Vec::new(),
            matters: which.iter().any(|lever| always.matters(*lever)),
        });
    }
    for (which, (at, year, spans)) in of_single.iter().zip(&single) {
        worth[*at].once.push((*year, both(&once, *which, spans, &home)));
    }
    Ok(Sensitivity { cells, home, worth, unmoved })
}

/// What an assumption is, where it is the same in every year.
fn now(assumption: &Assumption) -> Option<i128> {
    let first = assumption.values.first()?.0?;
    assumption.values.iter().all(|(value, _)| *value == Some(first)).then_some(first)
}

/// What it is in each year.
fn by_year(opened: &Opened, assumption: &Assumption) -> Vec<(FinancialYear, i128)> {
    let horizon = opened.plan.horizon();
    let years = horizon.plan().map(|t| horizon.year(t)).zip(&assumption.values);
    years.filter_map(|(year, (value, _))| Some((year, (*value)?))).collect()
}

/// Every lever once, and which of them goes down and which up for each figure.
fn levers<'a>(pairs: impl Iterator<Item = &'a [Span; 2]>) -> (Vec<Span>, Vec<[usize; 2]>) {
    let (mut spans, mut which): (Vec<Span>, Vec<[usize; 2]>) = (Vec::new(), Vec::new());
    for [down, up] in pairs {
        let first = spans.len();
        spans.push(down.clone());
        if down.lever == up.lever {
            which.push([first, first]);
        } else {
            spans.push(up.clone());
            which.push([first, first + 1]);
        }
    }
    (spans, which)
}

/// The levers of an assumption, down and up, with the numbers they go to: a range where one is given and
/// asked for, else the step that suits its unit.
fn span(
    baseline: &Baseline,
    opened: &Opened,
    assumption: &Assumption,
    asked: Asked,
    only: Option<FinancialYear>,
) -> Option<(Basis, [Span; 2])> {
    if asked.ranges
        && let Some(spread) = assumption.spread.as_deref()
    {
        let (low, high) = (spread.low.0, spread.high.0);
        let words = only.map_or_else(|| assumption.path.to_string(), |year| format!("{}@{year}", assumption.path));
        let spans = match now(assumption).filter(|_| spread.years.is_empty()) {
            Some(home) => {
                let lever = Lever::value(baseline, opened, &words).ok()?;
                let span = Span { lever, home, ends: (low, high) };
                [span.clone(), span]
            }
            // Not the same in every year: each year goes its own way to the end of the range.
            None => {
                let to = |end: usize| {
                    let lever = Lever::shift(opened, assumption, only)?;
                    let lever = lever.to_end(|target| ends_of(opened, spread, target)[end])?;
                    Some(Span { lever, home: 0, ends: (0, 1) })
                };
                [to(0)?, to(1)?]
            }
        };
        return Some((Basis::Range(low, high), spans));
    }
    let lever = Lever::shift(opened, assumption, only)?;
    let (basis, lever, step) = match assumption.unit {
        Unit::Rate => (Basis::Points(asked.step.steps()), lever, asked.step.steps()),
        Unit::Months => (Basis::Month, lever, 1_000_000_000),
        Unit::Month => (Basis::Month, lever, 1),
        Unit::Money | Unit::Quantity | Unit::UnitPrice => (Basis::Share, lever.by_share(share())?, 1),
    };
    let span = Span { lever, home: 0, ends: (-step, step) };
    Some((basis, [span.clone(), span]))
}

fn both(moving: &Moving<'_>, which: [usize; 2], spans: &[Span; 2], home: &[Vec<Option<i128>>; 2]) -> Both {
    let to = |lever: usize, number: i128| moved(&mut moving.mover(&[lever]).begin(), number, home);
    // A lever of its own for the way down goes the whole of that way too.
    let down = if which[0] == which[1] { spans[0].ends.0 } else { spans[0].ends.1 };
    Both {
        levers: [spans[0].lever.clone(), spans[1].lever.clone()],
        less: to(which[0], down),
        more: to(which[1], spans[1].ends.1),
    }
}

/// The cells asked for as the scenario has them, in each run.
pub(super) fn at_home(opened: &Opened, cells: &[Address]) -> [Vec<Option<i128>>; 2] {
    Run::BOTH.map(|run| {
        let values = opened.results.of(run);
        let sheet = &opened.plan.sheet;
        cells.iter().map(|address| sheet.find(address).and_then(|cell| values.steps(cell))).collect()
    })
}

/// What one number of a lever makes of the cells asked for, beside what they are.
pub(super) fn moved(moves: &mut Moves<'_>, number: i128, home: &[Vec<Option<i128>>; 2]) -> Moved {
    match moves.to(&[number]) {
        Ok(answer) => {
            let values = [answer.of(Run::Plan).to_vec(), answer.of(Run::RiskAdjusted).to_vec()];
            let change = |run: usize| {
                let pairs = values[run].iter().zip(&home[run]);
                pairs.map(|(is, was)| Some((*is)? - (*was)?)).collect::<Vec<_>>()
            };
            let effects = [change(0), change(1)];
            Moved { number, values: Ok(values), effects }
        }
        Err(refused) => {
            let none = || vec![None; home[0].len()];
            Moved { number, values: Err(reason(&refused)), effects: [none(), none()] }
        }
    }
}

impl Both {
    /// Both movements, each with its lever: down, then up.
    #[must_use]
    pub fn sides(&self) -> [(&Lever, &Moved); 2] {
        [(&self.levers[0], &self.less), (&self.levers[1], &self.more)]
    }
}

/// What a movement makes of the figures of its lever, where it is the same in every year.
#[must_use]
pub fn becomes(lever: &Lever, moved: &Moved) -> Option<i128> {
    match lever.reading {
        Reading::Value => Some(moved.number),
        Reading::Shift => {
            let first = lever.value_of(lever.targets.first()?, moved.number);
            lever.targets.iter().all(|t| lever.value_of(t, moved.number) == first).then_some(first)
        }
    }
}
