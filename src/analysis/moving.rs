//! What certain cells become when levers move: the one place where a what-if is evaluated.
//!
//! The scenario is compiled with its levers at home, and again with all of them moved. Where the sheets
//! have the same shape and every figure that differs is one that a lever sets, moving a lever is putting
//! another number into those cells and computing what lies between them and the cells that are asked
//! for. Where that does not hold (a ramp of no months has no ramp, a saving that began before the plan
//! is built otherwise), the whole scenario is opened anew for each value. Both ways give the same
//! pennies; only the time they take differs.

mod grid;
mod prove;

use std::collections::BTreeMap;
use std::ops::Range;

pub use grid::{Point, reason};

use crate::compile::evaluation_diagnostic;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{CellId, Inputs, Reach, Recompute, Run, Values};
use crate::vocabulary::{Address, Diagnostics};

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
    whole: Part,
    /// For each lever the cells it moves, when moving them is all there is to it.
    moved: Vec<Option<Vec<Moved>>>,
    /// For each lever the least and the greatest number for which that was seen.
    within: Vec<(i128, i128)>,
}

/// Some of the cells asked for, which lie side by side: those of one organisation among those of all.
/// Where only they are read, only what they depend on is computed.
#[derive(Debug)]
pub struct Part {
    range: Range<usize>,
    needed: Vec<bool>,
}

/// An input cell that follows a lever: in each run `slope` steps for each step of the lever's number,
/// from what it is when the lever is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The input cell.
    pub cell: CellId,
    /// The steps of its unit that it moves by for each step of the lever's number: plan, risk-adjusted.
    pub slope: [i128; 2],
    /// What it is when the lever is at home.
    pub home: [i128; 2],
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
        let whole = part(&home, &cells, 0..cells.len());
        let within = spans.iter().map(|s| s.ends).collect();
        let mut moving = Self { baseline, moved: vec![None; spans.len()], within, spans, wanted, home, cells, whole };
        moving.prove_all();
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

    /// The input cells that follow a lever, and the least and the greatest number for which they were seen
    /// to; nothing for a lever that is not direct, or of whose refusals nothing is known.
    #[must_use]
    pub fn follows(&self, lever: usize) -> Option<(&[Moved], (i128, i128))> {
        let moved = self.moved.get(lever)?.as_deref()?;
        (!moved.is_empty()).then_some((moved, self.within[lever]))
    }

    /// Whether these levers, each of them direct, may be moved at once by moving the cells of each.
    #[must_use]
    pub fn together(&self, levers: &[usize]) -> bool {
        self.move_together(levers)
    }

    /// How many cells are computed again when a lever moves: all of them where it is not direct.
    #[must_use]
    pub fn cells_moved(&self, lever: usize) -> usize {
        match &self.moved[lever] {
            Some(moved) => self.reach(&[moved]).len(),
            None => self.home.plan.sheet.len(),
        }
    }

    /// Some of the cells asked for, by their places among all of them.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Part {
        let range = range.start.min(self.cells.len())..range.end.min(self.cells.len());
        part(&self.home, &self.cells, range)
    }

    /// Whether a lever was seen to follow, or not to, as far as it will be asked for: that others moved with
    /// it while that was looked at has hidden nothing of it.
    #[must_use]
    pub fn is_seen_whole(&self, lever: usize) -> bool {
        self.within[lever] == self.spans[lever].ends
    }

    /// Whether anything that is asked for depends on a lever at all, in either run.
    #[must_use]
    pub fn matters(&self, lever: usize) -> bool {
        self.matters_to(lever, &self.whole)
    }

    /// The same of a part of what is asked for.
    #[must_use]
    pub fn matters_to(&self, lever: usize, part: &Part) -> bool {
        match &self.moved[lever] {
            // Of one that is refused on both sides nothing is known.
            Some(_) if self.within[lever].0 == self.within[lever].1 => true,
            Some(moved) => moved.iter().any(|m| part.needed[m.cell.0 as usize] && m.slope != [0, 0]),
            None => true,
        }
    }

    /// Something that moves these levers, again and again, while all others stay at home.
    #[must_use]
    pub fn mover(&self, levers: &[usize]) -> Mover<'_> {
        self.mover_of(levers, &self.whole)
    }

    /// The same, of which only a part of what is asked for is read.
    #[must_use]
    pub fn mover_of(&self, levers: &[usize], part: &Part) -> Mover<'_> {
        let direct: Option<Vec<&Vec<Moved>>> = levers.iter().map(|l| self.moved[*l].as_ref()).collect();
        let reach = direct.filter(|_| self.move_together(levers)).map(|moved| self.reach_of(&moved, part));
        Mover { moving: self, levers: levers.to_vec(), reach, range: part.range.clone() }
    }

    /// Whether the cells of these levers were seen to follow as far as these numbers.
    fn was_seen(&self, levers: &[usize], numbers: &[i128]) -> bool {
        levers.iter().zip(numbers).all(|(lever, number)| {
            let (low, high) = self.within[*lever];
            (low..=high).contains(number)
        })
    }

    fn reach(&self, moved: &[&Vec<Moved>]) -> Reach {
        self.reach_of(moved, &self.whole)
    }

    fn reach_of(&self, moved: &[&Vec<Moved>], part: &Part) -> Reach {
        let cells: Vec<CellId> = moved.iter().flat_map(|m| m.iter().map(|m| m.cell)).collect();
        self.home.plan.sheet.reach(&cells, &part.needed)
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
}

/// Moves some levers of a [`Moving`] while the others stay at home.
#[derive(Debug)]
pub struct Mover<'m> {
    moving: &'m Moving<'m>,
    levers: Vec<usize>,
    reach: Option<Reach>,
    /// Which of the cells asked for are read.
    range: Range<usize>,
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
        let wanted = &moving.wanted[self.mover.range.clone()];
        let Some(direct) = self.direct.as_mut().filter(|_| moving.was_seen(levers, numbers)) else {
            return Ok(read(&moving.anew(levers, numbers)?, wanted));
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
                        return Ok(read(&moving.anew(levers, numbers)?, wanted));
                    };
                    moves.push((moved.cell, value));
                }
            }
            let computed = direct[r].with(moves).map_err(|error| {
                let mut wrong = Diagnostics::new();
                wrong.push(evaluation_diagnostic(&error));
                Box::new(Refused { wrong, sources: moving.home.loaded.sources.clone(), unreadable: false })
            })?;
            let cells = &moving.cells[self.mover.range.clone()];
            values[r] = cells.iter().map(|cell| computed.steps((*cell)?)).collect();
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

/// Some of the cells asked for with all that they depend on.
fn part(home: &Opened, cells: &[Option<CellId>], range: Range<usize>) -> Part {
    let known: Vec<CellId> = cells[range.clone()].iter().flatten().copied().collect();
    Part { range, needed: home.plan.sheet.needed_for(&known) }
}

/// The cells asked for, as an opened scenario has them.
fn read(opened: &Opened, wanted: &[Address]) -> Answer {
    let of = |run| {
        let values = opened.results.of(run);
        wanted.iter().map(|address| opened.plan.sheet.find(address).and_then(|cell| values.steps(cell))).collect()
    };
    Answer { values: [of(Run::Plan), of(Run::RiskAdjusted)] }
}
