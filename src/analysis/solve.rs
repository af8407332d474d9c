//! What it would take: the number of a lever, nearest to the present one, at which conditions hold.
//!
//! The search runs on the sheet as it is compiled; its answer is then put into the scenario as `--set`
//! would and the whole of it opened again, and both must give the same figures.

use std::collections::BTreeMap;

use super::bounds::{Bounds, Limit};
use super::condition::Target;
use super::lever::Lever;
use super::moving::{Moves, Moving, Span};
use super::search::{Change, LOOKS, Seen, Way, look};
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{Formula, Run};
use crate::vocabulary::{Address, Unit};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// What moves.
    pub lever: Lever,
    /// What is to hold.
    pub target: Target,
    /// How far it is moved.
    pub bounds: Bounds,
    /// In steps of how much, in steps of its unit.
    pub step: i128,
}

/// A number of the lever and what the cells are at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The number.
    pub number: i128,
    /// The cells of [`Target::wanted`].
    pub values: Vec<Option<i128>>,
}

/// What came of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The conditions hold as the scenario stands; how far the lever may go down and up with that: the last
    /// number that is fine and the first that is not, or the bound when all are.
    Met(Vec<Room>),
    /// They hold at a number.
    Found(Found),
    /// They hold nowhere between the bounds.
    Never,
    /// Nothing that is asked for moves with the lever in this run.
    Still,
    /// A cell was not published.
    NotPublished,
}

/// How far a lever may go one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The last number that is fine.
    pub last: Point,
    /// The first that is not; none when the bound is reached.
    pub beyond: Option<Point>,
}

/// Where conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The answer.
    pub answer: Point,
    /// Its neighbour, one step nearer to the present number, where they do not hold.
    pub before: Option<Point>,
    /// The nearest number in the finest steps that can be typed.
    pub finest: Option<i128>,
    /// Whether every cell is exactly what it is held against.
    pub exactly: bool,
    /// The same figures came of opening the whole scenario anew.
    pub confirmed: bool,
}

/// The answer in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The run.
    pub run: Run,
    /// The cells as the scenario stands.
    pub now: Vec<Option<i128>>,
    /// The conditions as they were taken: `=` as what steps can reach.
    pub target: Target,
    /// What came of it.
    pub verdict: Verdict,
    /// The cells at the ends of what was looked at.
    pub ends: [Point; 2],
    /// How often it was seen to change between holding and not holding.
    pub changes: usize,
    /// In how many places it was looked at.
    pub looked: usize,
    /// Whether every step between the ends was looked at, so that nothing can have been missed.
    pub every: bool,
    /// Whether what is missing was seen to turn: more here and less there. Where it does, conditions may hold
    /// or break between two places that were looked at.
    pub turns: bool,
}

/// Answers a question in both runs.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn solve(baseline: &Baseline, opened: &Opened, question: &Question) -> Result<[Answer; 2], Box<Refused>> {
    let wanted = question.target.wanted();
    let bounds = (question.bounds.low.0, question.bounds.high.0);
    let home = question.lever.now().unwrap_or(bounds.0);
    let span = Span { lever: question.lever.clone(), home, ends: bounds };
    let moving = Moving::new(baseline, vec![span], wanted.clone())?;
    let mover = moving.mover(&[0]);
    let mut moves = mover.begin();
    let mut of = |run| {
        let ask = Ask { question, run, now: values(opened, run, &wanted), offset: 0 };
        along(&mut moves, &ask, moving.matters(0))
    };
    let mut answers = [of(Run::Plan), of(Run::RiskAdjusted)];
    for answer in &mut answers {
        let Verdict::Found(found) = &mut answer.verdict else { continue };
        let at = |point: &Point| -> Result<bool, Box<Refused>> {
            let whole = baseline.variant(&question.lever.sets(point.number))?;
            Ok(values(&whole, answer.run, &wanted) == point.values)
        };
        found.confirmed = at(&found.answer)? && found.before.as_ref().map_or(Ok(true), at)?;
    }
    Ok(answers)
}

/// Cells of an opened scenario.
#[must_use]
pub fn values(opened: &Opened, run: Run, wanted: &[Address]) -> Vec<Option<i128>> {
    let values = opened.results.of(run);
    wanted.iter().map(|address| opened.plan.sheet.find(address).and_then(|cell| values.steps(cell))).collect()
}

/// A question about one run, among other cells that are read at the same time.
#[derive(Debug)]
pub struct Ask<'q> {
    /// The question.
    pub question: &'q Question,
    /// The run.
    pub run: Run,
    /// The cells of the question as the scenario stands.
    pub now: Vec<Option<i128>>,
    /// How many cells that are read stand before those of the question.
    pub offset: usize,
}

/// Answers a question with something that moves its lever, and nothing else. What it finds is not confirmed.
#[must_use]
pub fn along(moves: &mut Moves<'_>, ask: &Ask<'_>, matters: bool) -> Answer {
    Search { ask, target: ask.question.target.settled(&ask.now), moves, trail: BTreeMap::new() }.answer(matters)
}

/// Around how many turns a way is looked at nearer.
const TURNS: usize = 4;

struct Search<'q, 'm, 'b> {
    ask: &'q Ask<'q>,
    target: Target,
    moves: &'b mut Moves<'m>,
    /// What is missing at every number that was looked at.
    trail: BTreeMap<i128, Option<i128>>,
}

impl Search<'_, '_, '_> {
    fn at(&mut self, number: i128) -> Vec<Option<i128>> {
        match self.moves.to(&[number]) {
            Ok(answer) => {
                let own = answer.of(self.ask.run).iter().skip(self.ask.offset).take(self.ask.now.len());
                own.copied().collect()
            }
            // What the scenario refuses between its bounds meets nothing.
            Err(_) => vec![None; self.ask.now.len()],
        }
    }

    fn point(&mut self, number: i128) -> Point {
        Point { number, values: self.at(number) }
    }

    fn met(&mut self, number: i128) -> bool {
        let values = self.at(number);
        self.trail.insert(number, self.target.missing(&values));
        self.target.met(&values) == Some(true)
    }

    /// Looks along a way, and where nothing changes but what is missing turns, nearer around the turn.
    fn look(&mut self, way: Way) -> Seen {
        let mut seen = look(way, &mut |number| self.met(number));
        if seen.first.is_none()
            && let Some(hidden) = self.hidden(way, seen.at_start)
        {
            let to = Way { to: hidden, ..way };
            let nearer = look(to, &mut |number| self.met(number));
            (seen.first, seen.changes) = (nearer.first, nearer.changes.max(1) + 1);
            seen.looked += nearer.looked;
        }
        seen
    }

    /// A number at which the answer is another than at all places that were looked at along a way: around each
    /// of them where what is missing turns, the ends of the turn are drawn in to the step.
    fn hidden(&mut self, way: Way, at_start: bool) -> Option<i128> {
        let inside = way.from.min(way.to)..=way.from.max(way.to);
        // What is missing is least where conditions might hold, most where they might break.
        let sign = if at_start { -1 } else { 1 };
        let known: Vec<(i128, i128)> =
            self.trail.range(inside).filter_map(|(number, missing)| Some((*number, sign * (*missing)?))).collect();
        // The first and the last place have a neighbour on one side only, and may be nearest to a turn all the same.
        let mut spans: Vec<(i128, i128, i128)> = Vec::new();
        for (n, (number, at)) in known.iter().enumerate() {
            let (before, after) = (n.checked_sub(1).and_then(|n| known.get(n)), known.get(n + 1));
            let sides: Vec<&(i128, i128)> = before.into_iter().chain(after).collect();
            if sides.iter().all(|side| *at <= side.1) && sides.iter().any(|side| *at < side.1) {
                spans.push((*at, before.map_or(*number, |b| b.0), after.map_or(*number, |a| a.0)));
            }
        }
        spans.sort_unstable();
        for (_, low, high) in spans.into_iter().take(TURNS) {
            let (mut low, mut high) = (low, high);
            let step = way.step;
            while high - low > 2 * step {
                let third = ((high - low) / 3).max(step).div_euclid(step) * step;
                let place = |number: i128| number.div_euclid(step) * step;
                let (left, right) = (place(low + third).max(low), place(high - third + step - 1).min(high));
                if left >= right {
                    break;
                }
                for number in [left, right] {
                    if self.met(number) != at_start {
                        return Some(number);
                    }
                }
                let of = |number: i128| self.trail.get(&number).copied().flatten().map(|m| sign * m);
                let (Some(at_left), Some(at_right)) = (of(left), of(right)) else { break };
                if at_left <= at_right { high = right } else { low = left }
            }
        }
        None
    }

    /// Whether what is missing was seen to turn.
    fn turned(&self) -> bool {
        let known: Vec<i128> = self.trail.values().copied().flatten().collect();
        let rises = known.windows(2).any(|w| w[0] < w[1]);
        rises && known.windows(2).any(|w| w[0] > w[1])
    }

    fn answer(&mut self, matters: bool) -> Answer {
        let (low, high) = self.width();
        let mut answer = Answer {
            run: self.ask.run,
            now: self.ask.now.clone(),
            target: self.target.clone(),
            verdict: Verdict::NotPublished,
            ends: [self.point(low), self.point(high)],
            changes: 0,
            looked: 0,
            every: false,
            turns: false,
        };
        let Some(met_now) = self.target.met(&self.ask.now) else { return answer };
        let ways = self.ways(low, high);
        let mut seen = Vec::new();
        for way in &ways {
            let of_way = self.look(*way);
            answer.changes += of_way.changes;
            answer.looked += of_way.looked;
            seen.push(of_way);
        }
        answer.turns = self.turned();
        answer.every = ways.iter().all(|way| way.steps() <= LOOKS);
        let home = self.ask.question.lever.now().filter(|now| (low..=high).contains(now));
        answer.verdict = if !matters || self.still(&ways) {
            if met_now { Verdict::Met(Vec::new()) } else { Verdict::Still }
        } else if met_now && home.is_some() {
            Verdict::Met(ways.iter().zip(&seen).map(|(way, seen)| self.room(*way, seen.first)).collect())
        } else {
            let present = self.ask.question.lever.now();
            let from = present.unwrap_or(low);
            // The present number lies outside the bounds: the bound nearest to it comes first.
            if present.is_some() && home.is_none() && seen.iter().all(|s| s.at_start) {
                answer.verdict = Verdict::Found(self.at_bound(ways[0].from));
                return answer;
            }
            let found = seen.iter().filter_map(|s| Some((s.first?, s.at_start)));
            match found.min_by_key(|(change, _)| (change.after - from).abs()) {
                Some((change, met_first)) => Verdict::Found(self.found(change, met_first)),
                // No present number to stay near to, and all of them will do: so will the first.
                None if seen.iter().all(|s| s.at_start) => Verdict::Met(vec![self.room(ways[0], None)]),
                None => Verdict::Never,
            }
        };
        answer
    }

    /// From the present number both ways; where there is none, or it lies outside, all of it one way.
    fn ways(&self, low: i128, high: i128) -> Vec<Way> {
        let step = self.ask.question.step;
        let way = |from, to| Way { from, to, step };
        match self.ask.question.lever.now() {
            Some(now) if now < low => vec![way(low, high)],
            Some(now) if now > high => vec![way(high, low)],
            Some(now) => vec![way(now, low), way(now, high)],
            None => vec![way(low, high)],
        }
    }

    /// The ends to look between: twice as far each time until something changes there, where the bounds
    /// are far out.
    fn width(&mut self) -> (i128, i128) {
        let (low, high) = (self.ask.question.bounds.low.0, self.ask.question.bounds.high.0);
        let (Some(mut width), centre) = (self.ask.question.bounds.first, self.centre()) else { return (low, high) };
        let at_centre = self.met(centre);
        if at_centre {
            // Where it holds, each way is followed to its own end.
            return (self.end(centre, low, width), self.end(centre, high, width));
        }
        loop {
            let ends = (low.max(centre.saturating_sub(width)), high.min(centre.saturating_add(width)));
            if ends == (low, high) || self.met(ends.0) != at_centre || self.met(ends.1) != at_centre {
                return ends;
            }
            width = width.saturating_mul(2);
        }
    }

    /// The first number, twice as far from the centre each time, at which it no longer holds; else the bound.
    fn end(&mut self, centre: i128, bound: i128, mut width: i128) -> i128 {
        loop {
            let end = if bound < centre {
                bound.max(centre.saturating_sub(width))
            } else {
                bound.min(centre.saturating_add(width))
            };
            if end == bound || !self.met(end) {
                return end;
            }
            width = width.saturating_mul(2);
        }
    }

    fn centre(&self) -> i128 {
        let lever = &self.ask.question.lever;
        let near = lever.now().or_else(|| lever.targets.iter().find_map(|t| t.now)).unwrap_or(0);
        near.clamp(self.ask.question.bounds.low.0, self.ask.question.bounds.high.0)
    }

    /// Whether nothing moves anywhere along the ways.
    fn still(&mut self, ways: &[Way]) -> bool {
        let now = self.ask.now.clone();
        let mut same = true;
        for way in ways {
            look(*way, &mut |number| {
                same = same && self.at(number) == now;
                true
            });
        }
        same
    }

    fn room(&mut self, way: Way, change: Option<Change>) -> Room {
        match change {
            Some(change) => Room { last: self.point(change.before), beyond: Some(self.point(change.after)) },
            None => Room { last: self.point(way.to), beyond: None },
        }
    }

    /// The answer at a bound beyond which no number was asked for.
    fn at_bound(&mut self, number: i128) -> Found {
        let answer = self.point(number);
        let exactly = self.target.exactly(&answer.values);
        Found { answer, before: None, finest: None, exactly, confirmed: false }
    }

    fn found(&mut self, change: Change, met_first: bool) -> Found {
        let (number, before) = if met_first { (change.before, change.after) } else { (change.after, change.before) };
        let answer = self.point(number);
        let fine = matches!(self.ask.question.lever.unit, Unit::Rate | Unit::Money | Unit::Quantity | Unit::UnitPrice);
        let finest = (fine && self.ask.question.step > 1)
            .then(|| self.look(Way { from: number, to: before, step: 1 }).first.map(|c| c.before))
            .flatten();
        let exactly = self.target.exactly(&answer.values);
        Found { answer, before: Some(self.point(before)), finest, exactly, confirmed: false }
    }
}

/// The paths of given figures on which cells depend, in the order of the file.
#[must_use]
pub fn depends_on<'o>(opened: &'o Opened, wanted: &[Address]) -> Vec<&'o str> {
    let sheet = &opened.plan.sheet;
    let cells: Vec<_> = wanted.iter().filter_map(|address| sheet.find(address)).collect();
    let needed = sheet.needed_for(&cells);
    let mut behind: Vec<&str> = sheet
        .order()
        .iter()
        .filter(|cell| needed[cell.0 as usize] && matches!(sheet.formula(**cell), Formula::Input(_)))
        .filter_map(|cell| sheet.assumption_of(*cell).filter(|a| !a.default).map(|a| a.path.as_str()))
        .collect();
    behind.sort_unstable();
    behind.dedup();
    let all = sheet.assumptions().iter().map(|a| a.path.as_str());
    let mut found: Vec<&str> = Vec::new();
    for path in all.filter(|path| behind.binary_search(path).is_ok()) {
        if !found.contains(&path) {
            found.push(path);
        }
    }
    found
}

/// Why the lever went no further at an end, when that end is its bound.
#[must_use]
pub fn limit(bounds: &Bounds, end: usize, number: i128) -> Option<&Limit> {
    let (bound, why) = if end == 0 { &bounds.low } else { &bounds.high };
    (*bound == number).then_some(why)
}
