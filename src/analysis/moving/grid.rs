//! All combinations of the numbers of one or two levers.
//!
//! What depends on one lever alone is computed once for each of its numbers, and only what depends on
//! both is computed for each combination. A combination then costs as much as the figures that both
//! reach, however large the sheet.

use super::{Answer, Moved, Mover, Moving, at, read};
use crate::open::Refused;
use crate::sheet::{CellId, Reach, Recompute, Run};

/// What came of one combination: the cells asked for, or in words why the scenario is refused there.
pub type Point = Result<Answer, String>;

/// Input cells with the values they get, in each run.
type Moves = [Vec<(CellId, i128)>; 2];

impl Moving<'_> {
    /// The cells asked for at every combination: the numbers of the first lever in turn, and for each of
    /// them those of the second. The work is shared among so many threads; what comes out does not depend
    /// on how many they are.
    #[must_use]
    pub fn grid(&self, first: (usize, &[i128]), second: Option<(usize, &[i128])>, threads: usize) -> Vec<Point> {
        let levers: Vec<usize> = [Some(first.0), second.map(|(lever, _)| lever)].into_iter().flatten().collect();
        let mover = self.mover(&levers);
        let layers = mover.reach.as_ref().and_then(|_| self.layers(first, second));
        let grid = Grid { mover, rows: first.1, columns: second.map(|(_, numbers)| numbers), layers, levers };
        let width = grid.width();
        let mut points: Vec<Option<Point>> = vec![None; first.1.len() * width];
        let share = first.1.len().div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            for (part, points) in points.chunks_mut(share * width).enumerate() {
                let grid = &grid;
                scope.spawn(move || grid.fill(part * share, points));
            }
        });
        points.into_iter().flatten().collect()
    }

    /// What can be computed once for a row or a column of levers that move directly.
    fn layers(&self, first: (usize, &[i128]), second: Option<(usize, &[i128])>) -> Option<Layers> {
        let sheet = &self.home.plan.sheet;
        let of_first = self.reach(&[self.moved[first.0].as_ref()?]);
        let Some((lever, numbers)) = second else {
            return Some(Layers { row: of_first, both: self.reach(&[]), columns: Vec::new() });
        };
        let of_second = self.reach(&[self.moved[lever].as_ref()?]);
        let (row, both) = of_first.split(&of_second, sheet);
        let (column, _) = of_second.split(&of_first, sheet);
        let asked: Vec<CellId> = self.cells.iter().flatten().copied().collect();
        let frontier = column.read_by(&both, &asked, sheet);
        let columns = numbers.iter().map(|number| self.column(lever, *number, &column, &frontier)).collect();
        Some(Layers { row, both, columns })
    }

    /// What the cells at the edge of a column become, in each run; none where that cannot be computed.
    fn column(&self, lever: usize, number: i128, reach: &Reach, frontier: &[CellId]) -> Option<Moves> {
        let moves = self.moves(lever, number)?;
        let mut of = [Vec::new(), Vec::new()];
        for run in Run::BOTH {
            let mut recompute = self.recompute(reach, run);
            let values = recompute.with(moves[at(run)].iter().copied()).ok()?;
            of[at(run)] = frontier.iter().filter_map(|cell| Some((*cell, values.steps(*cell)?))).collect();
        }
        Some(of)
    }

    /// The input cells of a lever with their values at a number; none where they were not seen to follow
    /// it as far as that.
    fn moves(&self, lever: usize, number: i128) -> Option<Moves> {
        if !self.was_seen(&[lever], &[number]) {
            return None;
        }
        let away = number - self.spans[lever].home;
        let of = |run: usize| {
            let moved: Option<Vec<(CellId, i128)>> =
                self.moved[lever].iter().flatten().map(|m: &Moved| Some((m.cell, m.value(run, away)?))).collect();
            moved
        };
        Some([of(0)?, of(1)?])
    }

    fn recompute<'s>(&'s self, reach: &'s Reach, run: Run) -> Recompute<'s> {
        let sheet = &self.home.plan.sheet;
        Recompute::new(sheet, sheet.inputs(run), self.home.results.of(run).clone(), reach)
    }
}

/// What is computed for a row, for a column and for a point.
struct Layers {
    row: Reach,
    both: Reach,
    columns: Vec<Option<Moves>>,
}

/// The combinations of two lists of numbers.
struct Grid<'m> {
    mover: Mover<'m>,
    levers: Vec<usize>,
    rows: &'m [i128],
    columns: Option<&'m [i128]>,
    layers: Option<Layers>,
}

impl Grid<'_> {
    fn width(&self) -> usize {
        self.columns.map_or(1, <[i128]>::len)
    }

    /// Computes whole rows, beginning with row number `first`.
    fn fill(&self, first: usize, points: &mut [Option<Point>]) {
        let rows = self.rows.iter().skip(first);
        let width = self.width();
        let Some(layers) = &self.layers else {
            let mut moves = self.mover.begin();
            for (row, points) in rows.zip(points.chunks_mut(width)) {
                for (column, point) in points.iter_mut().enumerate() {
                    *point = Some(moves.to(&self.numbers(*row, column)).map_err(|refused| reason(&refused)));
                }
            }
            return;
        };
        let moving = self.mover.moving;
        let mut runs = Run::BOTH.map(|run| moving.recompute(&layers.row, run));
        for (row, points) in rows.zip(points.chunks_mut(width)) {
            let ready = moving.moves(self.levers[0], *row).is_some_and(|moves| {
                Run::BOTH.iter().all(|run| runs[at(*run)].with(moves[at(*run)].iter().copied()).is_ok())
            });
            for (column, point) in points.iter_mut().enumerate() {
                let direct = if ready { self.direct(layers, &mut runs, column) } else { None };
                // What cannot be computed so is opened as a whole, which says in words why.
                *point = Some(match direct {
                    Some(answer) => Ok(answer),
                    None => match moving.anew(&self.levers, &self.numbers(*row, column)) {
                        Ok(opened) => Ok(read(&opened, &moving.wanted)),
                        Err(refused) => Err(reason(&refused)),
                    },
                });
            }
        }
    }

    fn direct(&self, layers: &Layers, runs: &mut [Recompute<'_>; 2], column: usize) -> Option<Answer> {
        let mut values = [Vec::new(), Vec::new()];
        for run in Run::BOTH {
            let given: &[(CellId, i128)] = match layers.columns.get(column) {
                Some(column) => &column.as_ref()?[at(run)],
                None => &[],
            };
            let computed = runs[at(run)].then(given, &layers.both).ok()?;
            values[at(run)] = self.mover.moving.cells.iter().map(|cell| computed.steps((*cell)?)).collect();
        }
        Some(Answer { values })
    }

    fn numbers(&self, row: i128, column: usize) -> Vec<i128> {
        let second = self.columns.and_then(|c| c.get(column).copied());
        std::iter::once(row).chain(second).collect()
    }
}

/// Why a scenario is refused: the first thing that is wrong, in words.
#[must_use]
pub fn reason(refused: &Refused) -> String {
    refused.wrong.sorted().into_iter().next().map_or_else(|| "refused".to_owned(), |d| d.message)
}
