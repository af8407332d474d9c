//! The ready reckoner of a budget meeting: what a point of council tax, of pay or of prices, ten points of
//! delivery, a month's slip and a sum of savings are worth in each year; and backwards, how many points a
//! sum of money is. Every answer is the scenario computed again with the figure moved.

use super::lever::{Lever, Reading, Target, assumption};
use super::moving::{Moves, Moving, Part, Span, reason};
use super::search::{Way, last_taken};
use super::sensitivity::{Moved, at_home, moved};
use super::side_by_side::side_by_side;
use super::stress::title;
use crate::mechanism::saving::SavingFacts;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{Assumption, Run};
use crate::vocabulary::{Address, FinancialYear, Name, Rate, Unit, Valued};

/// One point.
pub const POINT: i128 = 10_000_000;
/// The smallest step of an answer in points: a hundredth of one.
pub const SMALLEST: i128 = POINT / 100;
/// Answers of more points than this are no use to a meeting.
pub const MOST: i128 = 20 * POINT;
/// What is taken from every delivery.
const TEN_POINTS: i128 = 10 * POINT;
/// The savings that are moved one by one: the largest.
pub const LARGEST: usize = 3;
/// More sources of funding than this would fill a page of their own.
pub const MOST_FUNDING: usize = 8;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// A point on an increase of council tax, in every year.
    CouncilTax,
    /// A point on a driver, in every year; pay first.
    Driver,
    /// A hundredth more of an amount of funding that is not council tax.
    Funding,
    /// Ten points less of every saving that is not yet delivered.
    Delivery,
    /// Every saving with a start, a month later.
    Slip,
    /// One of the largest savings a month later.
    SlipOfOne,
    /// One of the largest savings larger, or smaller, by the amount.
    Saving,
}

/// A saving that a question about all of them does not move, or moves from what nobody stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// Whose it is.
    pub organisation: Name,
    /// Its title.
    pub title: String,
    /// Why.
    pub why: Why,
}

/// Why a saving is told apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is moved, from the 100 % that a delivery counts as when it is not stated.
    NotStated,
    /// It is delivered already.
    Delivered,
    /// It is given as amounts by year and has no start.
    NoStart,
    /// Less is delivered than would be taken away.
    TooLittle,
    /// The figure was not published.
    NotPublished,
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
    /// Of a question about all savings, those that are told apart.
    pub apart: Vec<Apart>,
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
    let spans = asked.iter().map(|a| span(&a.lever, a.number));
    let moving = Moving::new(baseline, spans.collect(), cells.clone())?;
    let mut answers = Vec::new();
    for (at, Asked { question, title, lever, number, apart }) in asked.into_iter().enumerate() {
        let moved = moved(&mut moving.mover(&[at]).begin(), number, &home);
        if moved.values.is_err() || Run::BOTH.iter().any(|run| moved.changes(*run)) {
            answers.push(Answered { question, title, lever, moved, apart });
        }
    }
    let backwards = backwards(baseline, opened, amount, organisations, &cells, &home, &answers)?;
    Ok(Reckoner { cells, home, answers, backwards })
}

fn span(lever: &Lever, number: i128) -> Span {
    Span { lever: lever.clone(), home: 0, ends: (number.min(0), number.max(0)) }
}

/// What is asked: the question, what it is about, what moves and how far.
struct Asked {
    question: Question,
    title: String,
    lever: Lever,
    number: i128,
    apart: Vec<Apart>,
}

/// Everything that is asked.
fn questions(opened: &Opened, amount: i128) -> Vec<Asked> {
    let mut asked = Vec::new();
    let mut ask = |question, title: &str, lever: Option<Lever>, number, apart| {
        let title = title.to_owned();
        asked.extend(lever.map(|lever| Asked { question, title, lever, number, apart }));
    };
    let shift = |path: &str| Lever::shift(opened, assumption(opened, path)?, None);
    for tax in opened.plan.facts.funding.iter().filter(|f| f.council_tax.is_some()) {
        ask(Question::CouncilTax, &tax.title, shift(&format!("funding.{}.increase", tax.name)), POINT, vec![]);
    }
    for funding in opened.plan.facts.funding.iter().filter(|f| f.council_tax.is_none()).take(MOST_FUNDING) {
        let share = |lever: Lever| lever.by_share(Rate::from_steps(POINT));
        let lever = shift(&format!("funding.{}.amount", funding.name)).and_then(share);
        ask(Question::Funding, &funding.title, lever, 1, vec![]);
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
        let lever = Lever::shift(opened, driver, None);
        let path = driver.path.trim_end_matches(".rate");
        ask(Question::Driver, &format!("{} ({path})", lever_title(opened, path)), lever, POINT, vec![]);
    }
    let (delivery, apart) = all_delivery(opened);
    ask(Question::Delivery, "", delivery, -TEN_POINTS, apart);
    let (all, apart) = all_starts(opened);
    let several = all.as_ref().is_some_and(|lever| lever.targets.len() > 1);
    ask(Question::Slip, "", all, 1, apart);
    for (name, title) in largest(opened, "start").into_iter().filter(|_| several) {
        ask(Question::SlipOfOne, title, shift(&format!("saving.{name}.start")), 1, vec![]);
    }
    for (name, title) in largest(opened, "full_year") {
        for change in [amount, -amount] {
            ask(Question::Saving, title, shift(&format!("saving.{name}.full_year")), change, vec![]);
        }
    }
    asked
}

/// The title of what a path names.
fn lever_title(opened: &Opened, path: &str) -> String {
    let lever = Lever {
        words: path.to_owned(),
        unit: Unit::Rate,
        reading: Reading::Shift,
        targets: vec![Target { path: path.to_owned(), year: None, now: None, each: 1 }],
    };
    title(opened, &lever)
}

/// The delivery of every saving that is not yet delivered, where nothing is stated from 100 %.
fn all_delivery(opened: &Opened) -> (Option<Lever>, Vec<Apart>) {
    let (mut levers, mut apart, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for saving in opened.plan.facts.savings.iter().filter(|s| !s.memo) {
        let own = format!("saving.{}.delivery", saving.name);
        // A status's weight stands for the delivery of savings that state none.
        let weight = saving.status.map(|status| format!("status.{status}.delivery"));
        let stated = assumption(opened, &own).or_else(|| assumption(opened, weight.as_deref()?));
        let lever = match stated {
            _ if saving.status == Some("delivered") => Err(Why::Delivered),
            Some(stated) => match Lever::shift(opened, stated, None) {
                Some(lever) if lever.targets.iter().all(|t| t.now >= Some(TEN_POINTS)) => Ok(lever),
                Some(_) => Err(Why::TooLittle),
                None => Err(Why::NotPublished),
            },
            None => {
                apart.push(told(saving, Why::NotStated));
                let targets = vec![Target { path: own.clone(), year: None, now: Some(100 * POINT), each: 1 }];
                Ok(Lever { words: own, unit: Unit::Rate, reading: Reading::Shift, targets })
            }
        };
        match lever {
            Ok(lever) if weights.contains(&lever.words) => {}
            Ok(lever) => {
                weights.push(lever.words.clone());
                levers.push(lever);
            }
            Err(why) => apart.push(told(saving, why)),
        }
    }
    (together(levers.into_iter(), "saving.*.delivery"), apart)
}

/// The start of every saving that is not yet delivered and has one.
fn all_starts(opened: &Opened) -> (Option<Lever>, Vec<Apart>) {
    let (mut levers, mut apart) = (Vec::new(), Vec::new());
    for saving in opened.plan.facts.savings.iter().filter(|s| !s.memo) {
        match assumption(opened, &format!("saving.{}.start", saving.name)) {
            _ if saving.status == Some("delivered") => apart.push(told(saving, Why::Delivered)),
            None => apart.push(told(saving, Why::NoStart)),
            Some(start) => match Lever::shift(opened, start, None) {
                Some(lever) => levers.push(lever),
                None => apart.push(told(saving, Why::NotPublished)),
            },
        }
    }
    (together(levers.into_iter(), "saving.*.start"), apart)
}

fn told(saving: &SavingFacts, why: Why) -> Apart {
    Apart { organisation: saving.organisation.clone(), title: saving.title.clone(), why }
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

/// The savings with the largest amounts over the plan among those that give a key, by name and title.
fn largest<'o>(opened: &'o Opened, key: &str) -> Vec<(&'o str, &'o str)> {
    let horizon = opened.plan.horizon();
    let size = |row| -> i128 {
        let of_year = |t| opened.plan.pence(opened.results.of(Run::Plan), row, t);
        horizon.plan().filter_map(of_year).sum()
    };
    let savings = opened.plan.facts.savings.iter().filter(|s| !s.memo);
    let savings = savings.filter(|s| assumption(opened, &format!("saving.{}.{key}", s.name)).is_some());
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
    // What is asked of each lever: the organisation, its cell in that year, and which way the figure goes.
    let asked: Vec<Vec<(usize, usize, i128)>> = wanted
        .iter()
        .map(|(answer, _, t, _)| {
            let of = |organisation: usize| {
                let cell = organisation * years.len() + t;
                let worth = answer.moved.of(Run::Plan).get(cell).copied().flatten().unwrap_or(0);
                // More council tax, but less of what drives costs up.
                (worth != 0).then_some((organisation, cell, if worth < 0 { 1 } else { -1 }))
            };
            (0..organisations).filter_map(of).collect()
        })
        .collect();
    // How far the scenario takes a lever is found once for all organisations.
    let spans: Vec<Span> = side_by_side(&wanted.iter().zip(&asked).collect::<Vec<_>>(), |((.., lever), asked)| {
        let end = |way: i128| if asked.iter().any(|(.., w)| *w == way) { furthest(baseline, lever, way) } else { 0 };
        Span { lever: lever.clone(), home: 0, ends: (end(-1), end(1)) }
    });
    let moving = Moving::new(baseline, spans, cells.to_vec())?;
    let parts: Vec<Part> = (0..organisations).map(|o| moving.part(o * years.len()..(o + 1) * years.len())).collect();
    let of_lever = |(at, (answer, year, _, lever)): &(usize, (&Answered, FinancialYear, usize, Lever))| {
        let whole = moving.mover(&[*at]);
        let mut whole = whole.begin();
        let ends = moving.spans()[*at].ends;
        let mut all = Vec::new();
        for (organisation, cell, direction) in asked.get(*at).into_iter().flatten().copied() {
            let Some(part) = parts.get(organisation) else { continue };
            let end = if direction < 0 { ends.0 } else { ends.1 };
            let own = moving.mover_of(&[*at], part);
            let found = enough(&mut own.begin(), end, amount, cell % years.len(), home[0].get(cell).copied().flatten());
            let found = match found {
                Number::Enough(number) => Found::Enough(moved(&mut whole, number, home)),
                Number::TooFar(number) => Found::TooFar(moved(&mut whole, number, home)),
                Number::Nothing => Found::Nothing,
            };
            let (question, title) = (answer.question, answer.title.clone());
            all.push(Backwards { question, title, organisation, year: *year, lever: lever.clone(), found });
        }
        all
    };
    Ok(side_by_side(&wanted.into_iter().enumerate().collect::<Vec<_>>(), of_lever).into_iter().flatten().collect())
}

/// The furthest number a lever goes in a direction that the scenario takes: [`MOST`] or less.
fn furthest(baseline: &Baseline, lever: &Lever, direction: i128) -> i128 {
    let end = direction * MOST;
    let refused = |number: i128| baseline.variant(&lever.sets(number)).err().map(|refused| reason(&refused));
    match refused(end) {
        None => end,
        Some(words) => last_taken(Way { from: 0, to: end, step: SMALLEST }, words, lever.nought(), &refused).0,
    }
}

/// What a search found, as a number of the lever.
enum Number {
    Enough(i128),
    TooFar(i128),
    Nothing,
}

/// The smallest whole number of hundredths of a point, on the way to an end that the scenario takes, that
/// lowers a cell of the plan run by an amount from what it is: found by halving, and checked by computing it
/// and the one before it.
fn enough(moves: &mut Moves<'_>, end: i128, amount: i128, cell: usize, home: Option<i128>) -> Number {
    let step = SMALLEST * end.signum();
    let mut brings = |steps: i128| {
        let answer = moves.to(&[steps * step]).ok()?;
        let is = answer.of(Run::Plan).get(cell).copied().flatten();
        Some(home.zip(is).map_or(0, |(was, is)| was - is))
    };
    let (mut low, mut high) = (0, end.abs() / SMALLEST);
    if high == 0 {
        return Number::Nothing;
    }
    match brings(high) {
        None | Some(0) => return Number::Nothing,
        Some(sum) if sum < amount => return Number::TooFar(end),
        Some(_) => {}
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if brings(middle).is_some_and(|sum| sum >= amount) { high = middle } else { low = middle }
    }
    Number::Enough(high * step)
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
