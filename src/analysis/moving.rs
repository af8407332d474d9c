//! What certain cells become when levers move: the one place where a what-if is evaluated.
//!
//! The scenario is compiled with its levers at home, and again with all of them moved. Where the sheets
//! have the same shape and every figure that differs is one that a lever sets, moving a lever is putting
//! another number into those cells and computing what lies between them and the cells that are asked
//! for. Where that does not hold (a ramp of no months has no ramp, a saving that began before the plan
//! is built otherwise), the whole scenario is opened anew for each value. Both ways give the same
//! pennies; only the time they take differs.

mod grid;

use std::collections::{BTreeMap, BTreeSet};

pub use grid::{Point, reason};

use crate::compile::evaluation_diagnostic;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{CellId, Inputs, Reach, Recompute, Run, Sheet, Values};
use crate::vocabulary::{Address, Diagnostics, FinancialYear};

use super::lever::Lever;

/// A lever with the numbers it will be asked for.
#[derive(Debug, Clone)]
pub struct Span {
    /// What moves.
    pub lever: Lever,
    /// Its number when others move and it does not.
    pub home: i128,
    /// The least and the greatest number it will be asked for.
    pub ends: (i128, i128),
}

/// The cells asked for, in the order they were asked for, in each run; none where not published, or
/// where the scenario has no such cell at these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    values: [Vec<Option<i128>>; 2],
}

impl Answer {
    /// The values of a run, in steps of each cell's unit.
    #[must_use]
    pub fn of(&self, run: Run) -> &[Option<i128>] {
        &self.values[at(run)]
    }
}

const fn at(run: Run) -> usize {
    match run {
        Run::Plan => 0,
        Run::RiskAdjusted => 1,
    }
}

/// A scenario whose levers can be moved. See the [module](self).
#[derive(Debug)]
pub struct Moving<'b> {
    baseline: &'b Baseline,
    spans: Vec<Span>,
    wanted: Vec<Address>,
    home: Opened,
    cells: Vec<Option<CellId>>,
    needed: Vec<bool>,
    /// For each lever the cells it moves, when moving them is all there is to it.
    moved: Vec<Option<Vec<Moved>>>,
    /// For each lever the least and the greatest number for which that was seen.
    within: Vec<(i128, i128)>,
}

/// How often a lever that is refused at an end is looked at half as far from home, before it is taken not
/// to move that way at all.
const NEARER: u32 = 5;

/// An input cell that follows a lever: in each run `slope` steps for each step of the lever's number,
/// from what it is when the lever is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moved {
    cell: CellId,
    slope: [i128; 2],
    home: [i128; 2],
}

impl Moved {
    fn value(self, run: usize, away: i128) -> Option<i128> {
        self.slope[run].checked_mul(away).and_then(|change| self.home[run].checked_add(change))
    }
}

impl<'b> Moving<'b> {
    /// Prepares to move levers and to read cells.
    ///
    /// # Errors
    /// Why the scenario cannot be opened with its levers at home.
    pub fn new(baseline: &'b Baseline, spans: Vec<Span>, wanted: Vec<Address>) -> Result<Self, Box<Refused>> {
        let sets: Vec<String> =
            spans.iter().filter(|s| s.lever.now() != Some(s.home)).flat_map(|s| s.lever.sets(s.home)).collect();
        let home = baseline.variant(&sets)?;
        let cells: Vec<Option<CellId>> = wanted.iter().map(|address| home.plan.sheet.find(address)).collect();
        let known: Vec<CellId> = cells.iter().flatten().copied().collect();
        let needed = home.plan.sheet.needed_for(&known);
        let within = spans.iter().map(|s| s.ends).collect();
        let mut moving = Self { baseline, moved: vec![None; spans.len()], within, spans, wanted, home, cells, needed };
        for levers in moving.groups() {
            moving.prove(&levers);
        }
        Ok(moving)
    }

    /// The scenario with its levers at home.
    #[must_use]
    pub fn home(&self) -> &Opened {
        &self.home
    }

    /// The levers and what they will be asked for.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether a lever is moved by computing again only what depends on it.
    #[must_use]
    pub fn is_direct(&self, lever: usize) -> bool {
        self.moved[lever].is_some()
    }

    /// How many cells are computed again when a lever moves: all of them where it is not direct.
    #[must_use]
    pub fn cells_moved(&self, lever: usize) -> usize {
        match &self.moved[lever] {
            Some(moved) => self.reach(&[moved]).len(),
            None => self.home.plan.sheet.len(),
        }
    }

    /// Whether anything that is asked for depends on a lever at all, in either run.
    #[must_use]
    pub fn matters(&self, lever: usize) -> bool {
        match &self.moved[lever] {
            // Of one that is refused on both sides nothing is known.
            Some(_) if self.within[lever].0 == self.within[lever].1 => true,
            Some(moved) => moved.iter().any(|m| self.needed[m.cell.0 as usize] && m.slope != [0, 0]),
            None => true,
        }
    }

    /// Something that moves these levers, again and again, while all others stay at home.
    #[must_use]
    pub fn mover(&self, levers: &[usize]) -> Mover<'_> {
        let direct: Option<Vec<&Vec<Moved>>> = levers.iter().map(|l| self.moved[*l].as_ref()).collect();
        // Two levers that set one cell do not add up.
        let direct = direct.filter(|all| {
            let mut cells: Vec<CellId> = all.iter().flat_map(|m| m.iter().map(|m| m.cell)).collect();
            let count = cells.len();
            cells.sort_unstable();
            cells.dedup();
            cells.len() == count
        });
        let reach = direct.map(|moved| self.reach(&moved));
        Mover { moving: self, levers: levers.to_vec(), reach }
    }

    /// Whether the cells of these levers were seen to follow as far as these numbers.
    fn was_seen(&self, levers: &[usize], numbers: &[i128]) -> bool {
        levers.iter().zip(numbers).all(|(lever, number)| {
            let (low, high) = self.within[*lever];
            (low..=high).contains(number)
        })
    }

    fn reach(&self, moved: &[&Vec<Moved>]) -> Reach {
        let cells: Vec<CellId> = moved.iter().flat_map(|m| m.iter().map(|m| m.cell)).collect();
        self.home.plan.sheet.reach(&cells, &self.needed)
    }

    /// The levers in groups in which no two set the same figure, since of two changes of one figure only
    /// the last is seen.
    fn groups(&self) -> Vec<Vec<usize>> {
        type Figures<'a> = BTreeSet<(&'a str, Option<FinancialYear>)>;
        let mut groups: Vec<(Vec<usize>, Figures<'_>)> = Vec::new();
        for (lever, span) in self.spans.iter().enumerate() {
            let targets = || span.lever.targets.iter().map(|t| (t.path.as_str(), t.year));
            let meets = |taken: &Figures<'_>| {
                targets().any(|(path, year)| match year {
                    Some(_) => taken.contains(&(path, year)) || taken.contains(&(path, None)),
                    None => taken.range((path, None)..).next().is_some_and(|(known, _)| *known == path),
                })
            };
            match groups.iter_mut().find(|(_, taken)| !meets(taken)) {
                Some((levers, taken)) => {
                    levers.push(lever);
                    taken.extend(targets());
                }
                None => groups.push((vec![lever], targets().collect())),
            }
        }
        groups.into_iter().map(|(levers, _)| levers).collect()
    }

    /// Finds the cells that follow these levers, all in one compilation. A lever whose number the scenario
    /// refuses is looked at nearer home; where something does not follow, by halves, so that one lever
    /// that needs the whole does not cost the others.
    fn prove(&mut self, levers: &[usize]) {
        let mut nearer = vec![0_u32; levers.len()];
        while !levers.is_empty() {
            match self.follow(levers) {
                Ok(found) => {
                    for (lever, moved) in levers.iter().zip(found) {
                        self.moved[*lever] = Some(moved);
                    }
                    return;
                }
                Err(refused) if !refused.is_empty() => {
                    for (at, number) in refused {
                        let (lever, home) = (levers[at], self.spans[levers[at]].home);
                        nearer[at] += 1;
                        let end = if nearer[at] <= NEARER { home + (number - home) / 2 } else { home };
                        let (low, high) = self.within[lever];
                        self.within[lever] = if number > home { (low, end) } else { (end, high) };
                    }
                }
                Err(_) if levers.len() > 1 => {
                    let (first, second) = levers.split_at(levers.len() / 2);
                    self.prove(first);
                    self.prove(second);
                    return;
                }
                Err(_) => return,
            }
        }
    }

    /// The cells that follow each lever. Where they do not: the levers (by their place among these) whose
    /// numbers the scenario refuses, with the numbers, or none when that is not why.
    fn follow(&self, levers: &[usize]) -> Result<Vec<Vec<Moved>>, Vec<(usize, i128)>> {
        let mut found: Option<Vec<Vec<Moved>>> = None;
        for numbers in self.trials(levers) {
            let sets = self.sets(levers, &numbers);
            let trial = self.baseline.variant(&sets.iter().map(|(_, set)| set.clone()).collect::<Vec<_>>());
            let trial = trial.map_err(|refused| {
                let at_fault = at_fault(&refused, &sets);
                let away = |at: &usize| numbers[*at] != self.spans[levers[*at]].home;
                let known = |at: &usize| at_fault.contains(&levers[*at]);
                (0..levers.len()).filter(known).filter(away).map(|at| (at, numbers[at])).collect::<Vec<_>>()
            })?;
            let sheet = &trial.plan.sheet;
            if !self.home.plan.sheet.same_shape(sheet) {
                return Err(Vec::new());
            }
            match &found {
                None => found = Some(self.slopes(levers, &numbers, sheet).ok_or_else(Vec::new)?),
                Some(found) => self.hold(levers, &numbers, sheet, found).ok_or_else(Vec::new)?,
            }
        }
        Ok(found.unwrap_or_else(|| vec![Vec::new(); levers.len()]))
    }

    /// The changes that put these levers at these numbers and all others at home, each with its lever.
    fn sets(&self, levers: &[usize], numbers: &[i128]) -> Vec<(usize, String)> {
        let mut sets = Vec::new();
        let moved: BTreeMap<usize, i128> = levers.iter().copied().zip(numbers.iter().copied()).collect();
        for (lever, span) in self.spans.iter().enumerate() {
            let number = moved.get(&lever).copied().unwrap_or(span.home);
            if span.lever.now() != Some(number) {
                sets.extend(span.lever.sets(number).into_iter().map(|set| (lever, set)));
            }
        }
        sets
    }

    /// The numbers at which to look: both ends, the middle, and nought where it lies inside, since a
    /// figure of nought is often built otherwise. Each lever is away from home in the first of them.
    fn trials(&self, levers: &[usize]) -> Vec<Vec<i128>> {
        type Pick = fn(i128, (i128, i128)) -> i128;
        let of = |pick: Pick| levers.iter().map(|l| pick(self.spans[*l].home, self.within[*l])).collect::<Vec<_>>();
        let far: Pick = |home, (low, high)| if high == home { low } else { high };
        let near: Pick = |home, (low, high)| if high == home { high } else { low };
        let middle: Pick = |_, (low, high)| low + (high - low) / 2;
        let nought: Pick = |_, (low, high)| if low < 0 && high > 0 { 0 } else { low + (high - low) / 2 };
        let mut trials = vec![of(far), of(near), of(middle), of(nought)];
        trials.dedup();
        trials
    }

    /// The cells whose figures differ in a trial, with how they follow their lever.
    fn slopes(&self, levers: &[usize], numbers: &[i128], trial: &Sheet) -> Option<Vec<Vec<Moved>>> {
        let sheet = &self.home.plan.sheet;
        let mut found = vec![Vec::new(); levers.len()];
        let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, lever) in levers.iter().enumerate() {
            for target in &self.spans[*lever].lever.targets {
                let at_path = by_path.entry(&target.path).or_default();
                if at_path.last() != Some(&at) {
                    at_path.push(at);
                }
            }
        }
        for (cell, home, away) in differences(sheet, trial) {
            let of_path = by_path.get(sheet.assumption_of(cell)?.path.as_str())?;
            let lever = of_path.iter().copied().find(|at| self.is_set_by(levers[*at], cell))?;
            let span = &self.spans[levers[lever]];
            let distance = numbers[lever] - span.home;
            let slope = |run: usize| {
                let change = away[run] - home[run];
                (distance != 0 && change % distance == 0).then(|| change / distance)
            };
            found[lever].push(Moved { cell, slope: [slope(0)?, slope(1)?], home });
        }
        Some(found)
    }

    /// Whether a trial has exactly the figures that were found to follow.
    fn hold(&self, levers: &[usize], numbers: &[i128], trial: &Sheet, found: &[Vec<Moved>]) -> Option<()> {
        let mut expected: Vec<(CellId, [i128; 2])> = Vec::new();
        for ((lever, number), moved) in levers.iter().zip(numbers).zip(found) {
            let away = number - self.spans[*lever].home;
            for m in moved {
                expected.push((m.cell, [m.value(0, away)?, m.value(1, away)?]));
            }
        }
        expected.retain(|(cell, values)| self.home.plan.sheet.input_in_runs(*cell) != Some((values[0], values[1])));
        expected.sort_unstable();
        let actual = differences(&self.home.plan.sheet, trial).map(|(cell, _, away)| (cell, away));
        expected.into_iter().eq(actual).then_some(())
    }

    /// Whether a cell holds a figure that a lever sets.
    fn is_set_by(&self, lever: usize, cell: CellId) -> bool {
        let sheet = &self.home.plan.sheet;
        let year = sheet.year_number(cell).map(|t| sheet.horizon().year(t));
        sheet.assumption_of(cell).is_some_and(|a| {
            self.spans[lever].lever.targets.iter().any(|target| {
                target.path == a.path && (!a.by_year || target.year.is_none() || year.is_none() || target.year == year)
            })
        })
    }
}

/// The levers whose changes a refusal points at.
fn at_fault(refused: &Refused, sets: &[(usize, String)]) -> BTreeSet<usize> {
    // The changes are the file that was read last, one a line.
    let Some(last) = refused.sources.files().count().checked_sub(1) else { return BTreeSet::new() };
    let mut levers = BTreeSet::new();
    for diagnostic in refused.wrong.sorted() {
        let places = diagnostic.place.into_iter().chain(diagnostic.related.iter().map(|(place, _)| *place));
        for place in places.filter(|p| usize::from(p.file.0) == last) {
            let mut start = 0;
            let found = sets.iter().find(|(_, set)| {
                let here = start..=start + set.len();
                start += set.len() + 1;
                usize::try_from(place.start).is_ok_and(|at| here.contains(&at))
            });
            levers.extend(found.map(|(lever, _)| *lever));
        }
    }
    levers
}

/// The input cells that two sheets of one shape give other values to: the cell, and its values in both
/// runs in each, in sheet order.
fn differences<'a>(
    here: &'a Sheet,
    there: &'a Sheet,
) -> impl Iterator<Item = (CellId, [i128; 2], [i128; 2])> + use<'a> {
    here.rows().flat_map(|(_, info)| info.cells()).filter_map(|cell| {
        let (a, b) = (here.input_in_runs(cell)?, there.input_in_runs(cell)?);
        (a != b).then_some((cell, [a.0, a.1], [b.0, b.1]))
    })
}

/// Moves some levers of a [`Moving`] while the others stay at home.
#[derive(Debug)]
pub struct Mover<'m> {
    moving: &'m Moving<'m>,
    levers: Vec<usize>,
    reach: Option<Reach>,
}

impl Mover<'_> {
    /// Begins to move: what it returns is asked for one set of numbers after another.
    #[must_use]
    pub fn begin(&self) -> Moves<'_> {
        let home = &self.moving.home;
        let run = |reach, run| {
            let (inputs, values): (Inputs, Values) = (home.plan.sheet.inputs(run), home.results.of(run).clone());
            Recompute::new(&home.plan.sheet, inputs, values, reach)
        };
        let direct = self.reach.as_ref().map(|reach| [run(reach, Run::Plan), run(reach, Run::RiskAdjusted)]);
        Moves { mover: self, direct }
    }
}

/// The values of a [`Mover`] as they are computed.
#[derive(Debug)]
pub struct Moves<'m> {
    mover: &'m Mover<'m>,
    direct: Option<[Recompute<'m>; 2]>,
}

impl Moves<'_> {
    /// What the cells asked for become with the levers at these numbers, in the order of the levers.
    ///
    /// # Errors
    /// Why the scenario cannot be opened, or evaluated, at these values.
    pub fn to(&mut self, numbers: &[i128]) -> Result<Answer, Box<Refused>> {
        let (moving, levers) = (self.mover.moving, &self.mover.levers);
        let Some(direct) = self.direct.as_mut().filter(|_| moving.was_seen(levers, numbers)) else {
            return Ok(read(&moving.anew(levers, numbers)?, &moving.wanted));
        };
        let mut values = [Vec::new(), Vec::new()];
        for run in Run::BOTH {
            let r = at(run);
            let mut moves = Vec::new();
            for (lever, number) in levers.iter().zip(numbers) {
                let span = &moving.spans[*lever];
                for moved in moving.moved[*lever].iter().flatten() {
                    let Some(value) = moved.value(r, number - span.home) else {
                        // Too large for a cell: the reader of the scenario says so in its own words.
                        return Ok(read(&moving.anew(levers, numbers)?, &moving.wanted));
                    };
                    moves.push((moved.cell, value));
                }
            }
            let computed = direct[r].with(moves).map_err(|error| {
                let mut wrong = Diagnostics::new();
                wrong.push(evaluation_diagnostic(&error));
                Box::new(Refused { wrong, sources: moving.home.loaded.sources.clone(), unreadable: false })
            })?;
            values[r] = moving.cells.iter().map(|cell| computed.steps((*cell)?)).collect();
        }
        Ok(Answer { values })
    }
}

impl Moving<'_> {
    /// The scenario opened anew with levers at these numbers, as `run --set` opens it.
    ///
    /// # Errors
    /// Every problem of the scenario at these values.
    pub fn anew(&self, levers: &[usize], numbers: &[i128]) -> Result<Opened, Box<Refused>> {
        let sets: Vec<String> = self.sets(levers, numbers).into_iter().map(|(_, set)| set).collect();
        self.baseline.variant(&sets)
    }
}

/// The cells asked for, as an opened scenario has them.
fn read(opened: &Opened, wanted: &[Address]) -> Answer {
    let of = |run| {
        let values = opened.results.of(run);
        wanted.iter().map(|address| opened.plan.sheet.find(address).and_then(|cell| values.steps(cell))).collect()
    };
    Answer { values: [of(Run::Plan), of(Run::RiskAdjusted)] }
}
