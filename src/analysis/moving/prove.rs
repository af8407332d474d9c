//! Which cells follow which lever: seen by compiling the scenario with levers moved, never assumed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Moved, Moving};
use crate::analysis::lever::{Reading, Target};
use crate::open::Refused;
use crate::sheet::{CellId, Sheet};
use crate::vocabulary::{FinancialYear, Unit};

/// How often a lever that is refused at an end is looked at half as far from home, before it is taken not
/// to move that way at all.
const NEARER: u32 = 5;

impl Moving<'_> {
    /// Finds for every lever the cells that follow it.
    pub(super) fn prove_all(&mut self) {
        for levers in self.groups() {
            self.prove(&levers);
            // Figures that no cell holds act on how the sheet is built, where others may have hidden what
            // they do.
            if levers.len() > 1 {
                for lever in levers {
                    if self.moved[lever].as_ref().is_some_and(Vec::is_empty) {
                        self.moved[lever] = None;
                        self.prove(&[lever]);
                    }
                }
            }
        }
    }

    /// Whether levers that each follow by themselves do so together. Months meet each other in how the
    /// sheet is built (a saving that a pause holds up, or an end before its start), and so do figures that
    /// no cell holds; two levers that set one cell do not add up; all others are looked at in the corners.
    pub(super) fn move_together(&self, levers: &[usize]) -> bool {
        let [_, _, ..] = levers else { return true };
        let of = |lever: &usize| self.moved[*lever].as_ref().filter(|moved| !moved.is_empty());
        let Some(moved) = levers.iter().map(of).collect::<Option<Vec<_>>>() else { return false };
        let mut cells: Vec<CellId> = moved.iter().flat_map(|m| m.iter().map(|m| m.cell)).collect();
        let count = cells.len();
        cells.sort_unstable();
        cells.dedup();
        if cells.len() != count || levers.iter().any(|l| self.spans[*l].lever.unit == Unit::Month) {
            return false;
        }
        let found: Vec<Vec<Moved>> = moved.into_iter().cloned().collect();
        self.corners(levers).iter().all(|numbers| {
            let sets: Vec<String> = self.sets(levers, numbers).into_iter().map(|(_, set)| set).collect();
            self.baseline.variant(&sets).is_ok_and(|corner| {
                let sheet = &corner.plan.sheet;
                self.home.plan.sheet.same_shape(sheet) && self.hold(levers, numbers, sheet, &found).is_some()
            })
        })
    }

    /// All four corners of two levers; of more, those in which all are at the same end.
    fn corners(&self, levers: &[usize]) -> Vec<Vec<i128>> {
        let ends: Vec<(i128, i128)> = levers.iter().map(|l| self.within[*l]).collect();
        match ends.as_slice() {
            [(a, b), (c, d)] => vec![vec![*a, *c], vec![*a, *d], vec![*b, *c], vec![*b, *d]],
            many => vec![many.iter().map(|e| e.0).collect(), many.iter().map(|e| e.1).collect()],
        }
    }

    /// The levers in groups in which no two set the same figure, since of two changes of one figure only
    /// the last is seen. A month is looked at by itself.
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
            let alone = |levers: &[usize]| levers.iter().any(|l| self.spans[*l].lever.unit == Unit::Month);
            let month = span.lever.unit == Unit::Month;
            match groups.iter_mut().find(|(levers, taken)| !month && !alone(levers) && !meets(taken)) {
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

    /// The numbers at which to look: both ends, the middle, and where a figure is nought, since such a
    /// figure is often built otherwise. Each lever is away from home in the first of them.
    fn trials(&self, levers: &[usize]) -> Vec<Vec<i128>> {
        type Pick = fn(i128, (i128, i128)) -> i128;
        let of = |pick: Pick| levers.iter().map(|l| pick(self.spans[*l].home, self.within[*l])).collect::<Vec<_>>();
        let far: Pick = |home, (low, high)| if high == home { low } else { high };
        let near: Pick = |home, (low, high)| if high == home { high } else { low };
        let middle: Pick = |_, (low, high)| low + (high - low) / 2;
        let mut trials = vec![of(far), of(near), of(middle)];
        let noughts: Vec<Vec<i128>> = levers.iter().map(|lever| self.noughts(*lever)).collect();
        for at in 0..noughts.iter().map(Vec::len).max().unwrap_or(0) {
            let numbers = noughts.iter().zip(of(middle)).map(|(noughts, middle)| *noughts.get(at).unwrap_or(&middle));
            trials.push(numbers.collect());
        }
        trials.dedup();
        trials
    }

    /// The numbers between the ends at which one of a lever's figures is nought.
    fn noughts(&self, lever: usize) -> Vec<i128> {
        let ((low, high), span) = (self.within[lever], &self.spans[lever]);
        let of = |target: &Target| match span.lever.reading {
            Reading::Value => Some(0),
            Reading::Shift if target.each != 0 && target.now? % target.each == 0 => Some(-(target.now? / target.each)),
            Reading::Shift => None,
        };
        let found: BTreeSet<i128> =
            span.lever.targets.iter().filter_map(of).filter(|n| low < *n && *n < high).collect();
        found.into_iter().collect()
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
