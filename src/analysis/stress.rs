//! The reverse stress test: not what a movement does, but how far each assumption may move before the
//! floor of the reserves is broken or a year that balances no longer does.
//!
//! The direction is found and not assumed. Where something is broken already, the movement that would
//! mend it is sought instead.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::bounds::{ALL, Bounds, Limit, is_share, usual_step};
use super::condition::Target;
use super::floor::{Floor, balance, first_broken, floor, short};
use super::lever::{Lever, Reading, Target as Figure, assumption, ends_of};
use super::moving::{Moving, Part, Span};
use super::search::{Way, last_taken};
use super::side_by_side::side_by_side;
use super::solve::{Answer, Ask, Point, Question, Verdict, along, values};
use crate::mechanism::organisation::Organisation;
use crate::mechanism::saving::SavingFacts;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{Assumption, Run};
use crate::vocabulary::{Address, FinancialYear, Unit};

/// Rates are moved up to so far from what they are: a house bound, twenty points.
const FURTHEST_RATE: i128 = 200_000_000;

/// What is tested: the floor of the reserves, and the balance of the years that balance now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tests {
    /// The run.
    pub run: Run,
    /// The conditions of the floor, then those of the balance.
    pub targets: [Target; 2],
    /// The cells of each as the scenario stands.
    pub now: [Vec<Option<i128>>; 2],
    /// The years in which something is still to find as the scenario stands, and how much.
    pub short: Vec<(FinancialYear, i128)>,
}

/// What the movement of a lever does to one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is broken by this number, first in this year; the number one step less does not.
    Breaks {
        /// The number.
        at: i128,
        /// The last number that does not break it.
        fine: i128,
        /// The first year.
        year: Option<FinancialYear>,
    },
    /// It is broken as the scenario stands; this number mends it.
    Mends {
        /// The number.
        at: i128,
    },
    /// It is broken as the scenario stands, and nothing between the bounds mends it.
    NotMended,
    /// Nothing between the bounds breaks it.
    Holds,
    /// It does not depend on the lever.
    Still,
    /// A figure was not published.
    NotPublished,
}

/// One lever with what it does to both tests in both runs.
#[derive(Debug, Clone)]
pub struct Row {
    /// The lever.
    pub lever: Lever,
    /// What is said of it.
    pub title: String,
    /// Its low and high as the writer gave them, for one figure.
    pub range: Option<Vec<[i128; 2]>>,
    /// How far it was moved.
    pub bounds: Bounds,
    /// Outcomes by run, the floor's and the balance's.
    pub outcomes: [[Outcome; 2]; 2],
    /// Whether opening the whole scenario at each number gave the same figures.
    pub confirmed: bool,
}

/// How a run stands before anything is moved.
#[must_use]
pub fn tests(opened: &Opened, organisation: &Organisation, kind: Floor) -> [Tests; 2] {
    Run::BOTH.map(|run| {
        let targets = [floor(opened, organisation, kind), balance(opened, organisation, run)];
        let now = [&targets[0], &targets[1]].map(|t| values(opened, run, &t.wanted()));
        Tests { run, targets, now, short: short(opened, organisation, run) }
    })
}

/// The levers of a stress test of an organisation: every yearly rate of a driver, increases and growth of
/// funding and its amounts, the delivery of all savings together and how late all of them start; with
/// `all` every figure there is.
#[must_use]
pub fn levers(opened: &Opened, organisation: &Organisation, all: bool) -> Vec<Lever> {
    let kinds = |a: &Assumption| {
        let kind = a.path.split('.').next().unwrap_or_default();
        let last = a.path.rsplit('.').next().unwrap_or_default();
        match kind {
            "driver" => a.unit == Unit::Rate && a.by_year,
            "funding" => matches!(a.unit, Unit::Rate | Unit::Money) && a.by_year && last != "collection",
            _ => false,
        }
    };
    let assumptions = opened.plan.sheet.assumptions();
    let drivers = assumptions.iter().any(|a| a.path.starts_with("driver."));
    // Without drivers the prices and volumes of the lines are what a reader expects.
    let own = |a: &Assumption| !drivers && a.path.starts_with("line.") && a.unit == Unit::Rate && a.by_year;
    let movable = |a: &Assumption| a.unit != Unit::Month && !a.default;
    let mut found: Vec<Lever> = Vec::new();
    for a in assumptions.iter().filter(|a| movable(a) && (all || kinds(a) || own(a))) {
        if !found.iter().any(|l| l.words == a.path) {
            found.extend(Lever::shift(opened, a, None));
        }
    }
    found.extend(together(opened, organisation, "delivery"));
    found.extend(together(opened, organisation, "slippage"));
    found
}

/// The savings of an organisation that are not delivered yet and are counted.
pub fn open_savings<'o>(opened: &'o Opened, organisation: &Organisation) -> impl Iterator<Item = &'o SavingFacts> {
    let name = organisation.name.clone();
    let all = opened.plan.facts.savings.iter();
    all.filter(move |s| s.organisation == name && !s.memo && s.status != Some("delivered"))
}

/// One key of all savings of an organisation, set to one value.
fn together(opened: &Opened, organisation: &Organisation, key: &str) -> Option<Lever> {
    let has_start = |s: &&SavingFacts| assumption(opened, &format!("saving.{}.start", s.name)).is_some();
    let targets: Vec<Figure> = open_savings(opened, organisation)
        .filter(|s| key != "slippage" || has_start(s))
        .map(|s| Figure { path: format!("saving.{}.{key}", s.name), year: None, now: None, each: 1 })
        .collect();
    let unit = if key == "slippage" { Unit::Months } else { Unit::Rate };
    (!targets.is_empty()).then(|| Lever { words: format!("saving.*.{key}"), unit, reading: Reading::Value, targets })
}

/// What a lever is called.
#[must_use]
pub fn title(opened: &Opened, lever: &Lever) -> String {
    match lever.words.as_str() {
        "saving.*.delivery" => "all savings deliver".to_owned(),
        "saving.*.slippage" => "all savings late by".to_owned(),
        path => {
            let mut parts = path.split('.');
            let (kind, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let rest: Vec<&str> = parts.collect();
            let sheet = &opened.plan.sheet;
            let subject = sheet.rows().find(|(row, _)| {
                let subject = sheet.subject(*row);
                subject.kind == kind && subject.name.as_ref().is_some_and(|n| n.as_str() == name)
            });
            match subject {
                Some((row, _)) if rest.is_empty() => sheet.subject(row).title.to_string(),
                Some((row, _)) => format!("{}: {}", sheet.subject(row).title, rest.join(" ").replace('_', " ")),
                None => path.to_owned(),
            }
        }
    }
}

/// How far a lever is moved in a stress test, in its own unit and without asking the scenario.
fn reach(opened: &Opened, lever: &Lever) -> Bounds {
    let now: Vec<i128> = lever.targets.iter().filter_map(|t| t.now).collect();
    let (least, most) = (now.iter().copied().min().unwrap_or(0), now.iter().copied().max().unwrap_or(0));
    let months = i128::from(opened.plan.horizon().years()) * 12;
    let share = lever.targets.iter().all(|t| is_share(&t.path));
    let (low, high) = match (lever.unit, lever.reading) {
        (Unit::Rate, Reading::Value) => ((0, Limit::Share), (ALL, Limit::Share)),
        (Unit::Rate, Reading::Shift) if share => ((-least, Limit::Share), (ALL - most, Limit::Share)),
        (Unit::Rate, Reading::Shift) => ((-FURTHEST_RATE, Limit::Far), (FURTHEST_RATE, Limit::Far)),
        (Unit::Months, Reading::Value) => ((0, Limit::Nought), (months * ALL, Limit::Plan)),
        (Unit::Months, Reading::Shift) => ((-least, Limit::Nought), (months * ALL, Limit::Plan)),
        (Unit::Month, _) => ((0, Limit::Plan), (months, Limit::Plan)),
        _ if least < 0 => ((-most.max(-least), Limit::Far), (most.max(-least), Limit::Far)),
        _ => ((-least, Limit::Nought), (most, Limit::Far)),
    };
    Bounds { low, high, first: None }
}

/// The step of a stress test: a tenth of a point, a thousand pounds, a month.
fn step(unit: Unit) -> i128 {
    if unit == Unit::Money { 100_000 } else { usual_step(unit) }
}

/// The rows of an organisation, and how many levers were left out: those on which neither test depends.
pub type Tested = (Vec<Row>, usize);

/// Tests every lever of every organisation; those on which neither of its tests depends in either run are
/// left out and counted.
///
/// What organisations share is done once for all of them: how far the scenario takes a lever, and the sheet
/// on which those with a number of their own are moved.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn stress(
    baseline: &Baseline,
    opened: &Opened,
    asked: Vec<([Tests; 2], Vec<Lever>)>,
) -> Result<Vec<Tested>, Box<Refused>> {
    let mut levers: Vec<Lever> = Vec::new();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut place_of = |lever: &Lever| {
        let alike = places.entry(lever.words.clone()).or_default();
        alike.iter().copied().find(|at| levers.get(*at) == Some(lever)).unwrap_or_else(|| {
            levers.push(lever.clone());
            alike.push(levers.len() - 1);
            levers.len() - 1
        })
    };
    let asked: Vec<([Tests; 2], Vec<usize>)> =
        asked.into_iter().map(|(tests, own)| (tests, own.iter().map(&mut place_of).collect())).collect();
    let levers: Vec<(Span, Bounds)> = side_by_side(&levers, |lever| {
        let bounds = taken(baseline, lever, reach(opened, lever));
        let home = if lever.now().is_some() || lever.unit != Unit::Rate { 0.max(bounds.low.0) } else { bounds.high.0 };
        (Span { lever: lever.clone(), home, ends: (bounds.low.0, bounds.high.0) }, bounds)
    });
    // One that has no number now (all savings at one share) has no home to stand at beside others.
    let at_home = |(span, _): &&(Span, Bounds)| span.lever.now() == Some(span.home);
    let mut shared: Vec<Option<usize>> = Vec::new();
    for one in &levers {
        let before = shared.iter().flatten().count();
        shared.push(at_home(&one).then_some(before));
    }
    let spans = levers.iter().filter(at_home).map(|(span, _)| span.clone()).collect();
    let wanted =
        |tests: &[Tests; 2]| tests.iter().flat_map(|t| &t.targets).flat_map(Target::wanted).collect::<Vec<_>>();
    let moving = Moving::new(baseline, spans, asked.iter().flat_map(|(tests, _)| wanted(tests)).collect())?;
    let mut from = 0;
    let asked: Vec<_> = asked
        .into_iter()
        .map(|(tests, own)| {
            let cells = wanted(&tests);
            let part = moving.part(from..from + cells.len());
            from += cells.len();
            (tests, own, cells, part)
        })
        .collect();
    let of_organisation = |(tests, own, wanted, part): &([Tests; 2], Vec<usize>, Vec<Address>, Part)| {
        let mut rows = Vec::new();
        let mut idle = 0;
        for lever in own {
            let Some((span, bounds)) = levers.get(*lever) else { continue };
            let one = One { baseline, opened, tests, wanted, lever: &span.lever, bounds };
            let row = match shared.get(*lever).copied().flatten().filter(|at| moving.is_seen_whole(*at)) {
                Some(at) => one.row(&moving, at, part)?,
                None => {
                    let moving = Moving::new(baseline, vec![span.clone()], wanted.clone())?;
                    one.row(&moving, 0, &moving.part(0..wanted.len()))?
                }
            };
            match row {
                Some(row) => rows.push(row),
                None => idle += 1,
            }
        }
        rows.sort_by_key(|row| (row.lever.unit != Unit::Rate || row.lever.reading == Reading::Value, nearness(row)));
        Ok((rows, idle))
    };
    side_by_side(&asked, of_organisation).into_iter().collect()
}

/// How near a row's nearest break is, for the order of rows of one unit.
fn nearness(row: &Row) -> i128 {
    let near = row.outcomes.iter().flatten().filter_map(|outcome| match outcome {
        Outcome::Breaks { at, .. } | Outcome::Mends { at } => Some(at.abs()),
        _ => None,
    });
    near.min().unwrap_or(i128::MAX)
}

/// The bounds as far as the scenario takes them.
fn taken(baseline: &Baseline, lever: &Lever, mut bounds: Bounds) -> Bounds {
    let refused = |number: i128| match baseline.variant(&lever.sets(number)) {
        Ok(_) => None,
        Err(refused) => Some(refused.wrong.sorted().into_iter().next().map_or_else(String::new, |d| d.message)),
    };
    let home = lever.now().unwrap_or(if lever.unit == Unit::Rate { bounds.high.0 } else { bounds.low.0 });
    for end in [&mut bounds.low, &mut bounds.high] {
        if let Some(words) = refused(end.0) {
            let way = Way { from: home, to: end.0, step: step(lever.unit) };
            let (last, words) = last_taken(way, words, lever.nought(), &refused);
            *end = (last, Limit::Refused(words));
        }
    }
    bounds
}

/// One lever of one organisation.
struct One<'a> {
    baseline: &'a Baseline,
    opened: &'a Opened,
    tests: &'a [Tests; 2],
    wanted: &'a [Address],
    lever: &'a Lever,
    bounds: &'a Bounds,
}

impl One<'_> {
    /// What the lever does to the tests, by its place among those that are moved.
    fn row(&self, moving: &Moving<'_>, at: usize, part: &Part) -> Result<Option<Row>, Box<Refused>> {
        let Self { baseline, opened, tests, wanted, lever, bounds } = *self;
        if !moving.matters_to(at, part) {
            return Ok(None);
        }
        let mover = moving.mover_of(&[at], part);
        let mut moves = mover.begin();
        let mut offset = 0;
        let mut points: Vec<(Run, std::ops::Range<usize>, Point)> = Vec::new();
        let mut outcomes: Vec<[Outcome; 2]> = Vec::new();
        for test in tests {
            let mut of_run = Vec::new();
            for (target, now) in test.targets.iter().zip(&test.now) {
                let question = Question {
                    lever: lever.clone(),
                    target: target.clone(),
                    bounds: bounds.clone(),
                    step: step(lever.unit),
                };
                let ask = Ask { question: &question, run: test.run, now: now.clone(), offset };
                let answer = along(&mut moves, &ask, true);
                let range = offset..offset + now.len();
                points.extend(told(&answer).into_iter().map(|point| (test.run, range.clone(), point)));
                of_run.push(outcome(lever, target, &answer));
                offset += now.len();
            }
            if let Ok(pair) = <[Outcome; 2]>::try_from(of_run) {
                outcomes.push(pair);
            }
        }
        let Ok(outcomes) = <[[Outcome; 2]; 2]>::try_from(outcomes) else { return Ok(None) };
        if outcomes.iter().flatten().all(|o| *o == Outcome::Still) {
            return Ok(None);
        }
        let mut confirmed = true;
        // Several questions may have the same number for their answer: the scenario is opened with it once.
        let mut whole: BTreeMap<i128, [Vec<Option<i128>>; 2]> = BTreeMap::new();
        for (run, range, point) in points {
            if let Entry::Vacant(place) = whole.entry(point.number) {
                let opened = baseline.variant(&lever.sets(point.number))?;
                place.insert(Run::BOTH.map(|run| values(&opened, run, wanted)));
            }
            let cells = whole.get(&point.number).and_then(|of| of[usize::from(run == Run::RiskAdjusted)].get(range));
            confirmed = confirmed && cells == Some(&point.values);
        }
        let range = lever.targets.first().filter(|_| lever.reading == Reading::Shift).and_then(|t| {
            let spread = assumption(opened, &t.path)?.spread.as_deref()?;
            Some(lever.targets.iter().map(|target| ends_of(opened, spread, target)).collect())
        });
        Ok(Some(Row {
            title: title(opened, lever),
            lever: lever.clone(),
            range,
            bounds: bounds.clone(),
            outcomes,
            confirmed,
        }))
    }
}

/// The points of an answer that are told to somebody.
fn told(answer: &Answer) -> Vec<Point> {
    match &answer.verdict {
        Verdict::Met(rooms) => {
            rooms.iter().filter_map(|r| Some([r.last.clone(), r.beyond.clone()?])).flatten().collect()
        }
        Verdict::Found(found) => [Some(found.answer.clone()), found.before.clone()].into_iter().flatten().collect(),
        _ => Vec::new(),
    }
}

/// What an answer to "where does it hold" says of where it breaks.
fn outcome(lever: &Lever, target: &Target, answer: &Answer) -> Outcome {
    match &answer.verdict {
        Verdict::NotPublished => Outcome::NotPublished,
        Verdict::Still => Outcome::Still,
        Verdict::Met(rooms) if rooms.is_empty() => Outcome::Still,
        Verdict::Met(rooms) => {
            let breaks = rooms.iter().filter_map(|room| Some((room.last.number, room.beyond.as_ref()?)));
            match breaks.min_by_key(|(_, beyond)| beyond.number.abs()) {
                Some((fine, beyond)) => {
                    Outcome::Breaks { at: beyond.number, fine, year: first_broken(target, &beyond.values) }
                }
                None => Outcome::Holds,
            }
        }
        Verdict::Found(found) => match (&found.before, lever.reading) {
            // All savings at one share: where it holds and where it breaks are neighbours.
            (Some(before), Reading::Value) if answer.target.met(&answer.now) == Some(true) => Outcome::Breaks {
                at: before.number,
                fine: found.answer.number,
                year: first_broken(target, &before.values),
            },
            _ => Outcome::Mends { at: found.answer.number },
        },
        Verdict::Never => Outcome::NotMended,
    }
}
