//! The ready reckoner of a budget meeting: what a point of council tax, of pay or of prices, ten points of
//! delivery, a month's slip and a sum of savings are worth in each year; and backwards, how many points a
//! sum of money is. Every answer is the scenario computed again with the figure moved.

use super::lever::{Lever, Reading, assumption};
use super::moving::{Moves, Moving, Span};
use super::sensitivity::{Moved, at_home, moved};
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{Assumption, Run};
use crate::vocabulary::{Address, FinancialYear, Unit};

/// One point.
pub const POINT: i128 = 10_000_000;
/// The smallest step of an answer in points: a hundredth of one.
pub const SMALLEST: i128 = POINT / 100;
/// Answers of more points than this are no use to a meeting.
pub const MOST: i128 = 20 * POINT;
/// The savings that are moved one by one: the largest.
const LARGEST: usize = 3;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// A point on an increase of council tax, in every year.
    CouncilTax,
    /// A point on a driver, in every year; pay first.
    Driver,
    /// Ten points less of every delivery that is stated.
    Delivery,
    /// Every saving a month later.
    Slip,
    /// One of the largest savings a month later.
    SlipOfOne,
    /// One of the largest savings larger, or smaller, by the amount.
    Saving,
}

/// A question about some figures, and its answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What is asked.
    pub question: Question,
    /// What it is about, by its title.
    pub title: String,
    /// What was moved.
    pub lever: Lever,
    /// What came of it.
    pub moved: Moved,
}

/// How many points a sum of money in one year is.
#[derive(Debug, Clone)]
pub struct Backwards {
    /// The increase of council tax, or the driver.
    pub question: Question,
    /// What it is about.
    pub title: String,
    /// The organisation asked about, by its place among them.
    pub organisation: usize,
    /// The year, in which alone the figure moves.
    pub year: FinancialYear,
    /// What was moved.
    pub lever: Lever,
    /// The smallest movement that is enough in that year.
    pub found: Found,
}

/// What a search found.
#[derive(Debug, Clone)]
pub enum Found {
    /// The smallest movement that brings the sum, checked by computing it and the one before it.
    Enough(Moved),
    /// No movement up to [`MOST`] brings it, or up to the last that the scenario takes: what that brings.
    TooFar(Moved),
    /// It has no effect there.
    Nothing,
}

/// The whole reckoner.
#[derive(Debug)]
pub struct Reckoner {
    /// The cells read: of each organisation in turn its gap in each year, then what else was asked.
    pub cells: Vec<Address>,
    /// The scenario as it is, in each run.
    pub home: [Vec<Option<i128>>; 2],
    /// What things are worth.
    pub answers: Vec<Answered>,
    /// What a sum of money is.
    pub backwards: Vec<Backwards>,
}

/// Asks everything of a scenario. `cells` are, for each of `organisations` in turn, the gap of each plan
/// year; others may follow, which are read with them.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn reckon(
    baseline: &Baseline,
    opened: &Opened,
    amount: i128,
    organisations: usize,
    cells: Vec<Address>,
) -> Result<Reckoner, Box<Refused>> {
    let home = at_home(opened, &cells);
    let asked = questions(opened, amount);
    let spans = asked.iter().map(|(_, _, lever, number)| span(lever, *number));
    let moving = Moving::new(baseline, spans.collect(), cells.clone())?;
    let mut answers = Vec::new();
    for (at, (question, title, lever, number)) in asked.into_iter().enumerate() {
        let moved = moved(&mut moving.mover(&[at]).begin(), number, &home);
        if moved.values.is_err() || Run::BOTH.iter().any(|run| moved.changes(*run)) {
            answers.push(Answered { question, title, lever, moved });
        }
    }
    let backwards = backwards(baseline, opened, amount, organisations, &cells, &home, &answers)?;
    Ok(Reckoner { cells, home, answers, backwards })
}

fn span(lever: &Lever, number: i128) -> Span {
    Span { lever: lever.clone(), home: 0, ends: (number.min(0), number.max(0)) }
}

/// Everything that is asked: the question, what it is about, what moves and how far.
fn questions(opened: &Opened, amount: i128) -> Vec<(Question, String, Lever, i128)> {
    let mut asked = Vec::new();
    let mut ask = |question, title: &str, lever: Option<Lever>, number| {
        asked.extend(lever.map(|lever| (question, title.to_owned(), lever, number)));
    };
    let given = |path: &str| assumption(opened, path);
    let shift = |path: &str| Lever::shift(opened, given(path)?, None);
    for tax in opened.plan.facts.funding.iter().filter(|f| f.council_tax.is_some()) {
        ask(Question::CouncilTax, &tax.title, shift(&format!("funding.{}.increase", tax.name)), POINT);
    }
    let mut drivers: Vec<&Assumption> = opened
        .plan
        .sheet
        .assumptions()
        .iter()
        .filter(|a| a.unit == Unit::Rate && a.path.starts_with("driver."))
        .filter(|a| a.path.matches('.').count() == 1 || a.path.ends_with(".rate"))
        .collect();
    drivers.sort_by_key(|a| !a.path.contains("pay"));
    for driver in drivers {
        let name = driver.path.trim_start_matches("driver.").trim_end_matches(".rate");
        ask(Question::Driver, name, Lever::shift(opened, driver, None), POINT);
    }
    let every = |fits: &dyn Fn(&Assumption) -> bool, words: &str| {
        let found = opened.plan.sheet.assumptions().iter().filter(|a| fits(a));
        together(found.filter_map(|a| Lever::shift(opened, a, None)), words)
    };
    // A status's weight stands for the delivery of savings that state none.
    let delivery = |a: &Assumption| {
        (a.path.starts_with("saving.") || a.path.starts_with("status.")) && a.path.ends_with(".delivery")
    };
    ask(Question::Delivery, "", every(&delivery, "saving.*.delivery"), -10 * POINT);
    let start = |a: &Assumption| a.path.starts_with("saving.") && a.path.ends_with(".start");
    let all = every(&start, "saving.*.start");
    let several = all.as_ref().is_some_and(|lever| lever.targets.len() > 1);
    ask(Question::Slip, "", all, 1);
    for (name, title) in largest(opened).into_iter().filter(|_| several) {
        ask(Question::SlipOfOne, title, shift(&format!("saving.{name}.start")), 1);
    }
    for (name, title) in largest(opened) {
        for change in [amount, -amount] {
            ask(Question::Saving, title, shift(&format!("saving.{name}.full_year")), change);
        }
    }
    asked
}

/// Several levers moved as one.
fn together(levers: impl Iterator<Item = Lever>, words: &str) -> Option<Lever> {
    levers.reduce(|all, one| Lever { targets: all.targets.into_iter().chain(one.targets).collect(), ..all }).map(
        |all| {
            let one = all.targets.len() == 1;
            Lever { words: if one { all.words.clone() } else { words.to_owned() }, ..all }
        },
    )
}

/// The savings with the largest amounts over the plan, by name and title.
fn largest(opened: &Opened) -> Vec<(&str, &str)> {
    let horizon = opened.plan.horizon();
    let size = |row| -> i128 {
        let of_year = |t| opened.plan.pence(opened.results.of(Run::Plan), row, t);
        horizon.plan().filter_map(of_year).sum()
    };
    let savings = opened.plan.facts.savings.iter().filter(|s| !s.memo);
    let mut sized: Vec<_> = savings.map(|s| (size(s.in_year.id()), s)).filter(|(size, _)| *size > 0).collect();
    sized.sort_by_key(|(size, _)| -size);
    sized.into_iter().take(LARGEST).map(|(_, s)| (s.name.as_str(), s.title.as_str())).collect()
}

/// For each organisation and year, the points of council tax or of a driver that bring an amount in that
/// year.
fn backwards(
    baseline: &Baseline,
    opened: &Opened,
    amount: i128,
    organisations: usize,
    cells: &[Address],
    home: &[Vec<Option<i128>>; 2],
    answers: &[Answered],
) -> Result<Vec<Backwards>, Box<Refused>> {
    let horizon = opened.plan.horizon();
    let years: Vec<FinancialYear> = horizon.plan().map(|t| horizon.year(t)).collect();
    let mut wanted = Vec::new();
    let points = |a: &&Answered| matches!(a.question, Question::CouncilTax | Question::Driver);
    for answer in answers.iter().filter(points) {
        let Some(path) = answer.lever.targets.first().and_then(|t| assumption(opened, &t.path)) else { continue };
        for (t, year) in years.iter().enumerate() {
            let Some(lever) = Lever::shift(opened, path, Some(*year)) else { continue };
            wanted.push((answer, *year, t, lever));
        }
    }
    let ends = |lever: &Lever| Span { lever: lever.clone(), home: 0, ends: (-MOST, MOST) };
    let moving = Moving::new(baseline, wanted.iter().map(|(_, _, _, lever)| ends(lever)).collect(), cells.to_vec())?;
    let mut all = Vec::new();
    for (at, (answer, year, t, lever)) in wanted.into_iter().enumerate() {
        let mover = moving.mover(&[at]);
        for organisation in 0..organisations {
            let cell = organisation * years.len() + t;
            let worth = answer.moved.of(Run::Plan).get(cell).copied().flatten().unwrap_or(0);
            if worth == 0 {
                continue;
            }
            // More council tax, but less of what drives costs up.
            let direction = if worth < 0 { 1 } else { -1 };
            let found = enough(&mut mover.begin(), direction, amount, cell, home);
            let (question, title) = (answer.question, answer.title.clone());
            all.push(Backwards { question, title, organisation, year, lever: lever.clone(), found });
        }
    }
    Ok(all)
}

/// The smallest whole number of hundredths of a point, in a direction, that lowers a cell of the plan run
/// by an amount: found by halving, and checked by computing it and the one before it.
fn enough(moves: &mut Moves<'_>, direction: i128, amount: i128, cell: usize, home: &[Vec<Option<i128>>; 2]) -> Found {
    let mut at = |steps: i128| {
        let moved = moved(moves, direction * steps * SMALLEST, home);
        let brings = moved.values.is_ok().then(|| -moved.of(Run::Plan).get(cell).copied().flatten().unwrap_or(0));
        (moved, brings)
    };
    let mut low = 0;
    let mut high = MOST / SMALLEST;
    // The last that the scenario takes.
    let (mut furthest, mut brings) = at(high);
    if brings.is_none() {
        let mut refused = high;
        while refused - low > 1 {
            let middle = low + (refused - low) / 2;
            match at(middle) {
                (moved, Some(sum)) => (low, furthest, brings) = (middle, moved, Some(sum)),
                (_, None) => refused = middle,
            }
        }
        high = low;
        low = 0;
    }
    match brings {
        None | Some(0) => return Found::Nothing,
        Some(sum) if sum < amount => return Found::TooFar(furthest),
        Some(_) => {}
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match at(middle) {
            (moved, Some(sum)) if sum >= amount => (high, furthest) = (middle, moved),
            _ => low = middle,
        }
    }
    Found::Enough(furthest)
}

/// The changes of an answer as they are typed, one `--set` for a figure that becomes the same in every
/// year.
#[must_use]
pub fn sets(opened: &Opened, lever: &Lever, number: i128) -> Vec<String> {
    let years = usize::try_from(opened.plan.horizon().years()).unwrap_or(0);
    let mut all: Vec<String> = Vec::new();
    let mut targets = lever.targets.as_slice();
    while let Some(first) = targets.first() {
        let own = targets.iter().take_while(|t| t.path == first.path).count();
        let (of_path, rest) = targets.split_at(own);
        let value = lever.value_of(first, number);
        let alike = of_path.iter().all(|t| lever.value_of(t, number) == value);
        let one = Lever { targets: of_path.to_vec(), ..lever.clone() };
        if alike && own == years {
            let targets = vec![super::lever::Target { year: None, now: Some(value), ..first.clone() }];
            all.extend(Lever { targets, reading: Reading::Value, ..one }.sets(value));
        } else {
            all.extend(one.sets(number));
        }
        targets = rest;
    }
    all
}
