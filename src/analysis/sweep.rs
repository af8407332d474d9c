//! What cells become over a grid of one or two assumptions.

use super::axis::Axis;
use super::moving::{Moving, Point, Span};
use crate::open::{Baseline, Refused};
use crate::vocabulary::Address;

/// A sweep and what came of it.
#[derive(Debug)]
pub struct Swept {
    /// The axes: one, or two.
    pub axes: Vec<Axis>,
    /// The cells that were read.
    pub cells: Vec<Address>,
    /// The points: the numbers of the first axis in turn, and for each of them those of the second.
    pub points: Vec<Point>,
}

impl Swept {
    /// How many numbers the second axis has: one where there is none.
    #[must_use]
    pub fn width(&self) -> usize {
        self.axes.get(1).map_or(1, |axis| axis.points.len())
    }

    /// The point at these numbers' places.
    #[must_use]
    pub fn at(&self, first: usize, second: usize) -> Option<&Point> {
        self.points.get(first * self.width() + second)
    }

    /// The numbers of a point by its place among the points.
    #[must_use]
    pub fn numbers(&self, point: usize) -> Vec<i128> {
        let width = self.width();
        let places = [point / width, point % width];
        self.axes.iter().zip(places).filter_map(|(axis, at)| axis.points.get(at).copied()).collect()
    }

    /// Every reason for which points were refused, with how many points it stopped, in the order met.
    #[must_use]
    pub fn refusals(&self) -> Vec<(&str, usize)> {
        let mut found: Vec<(&str, usize)> = Vec::new();
        for reason in self.points.iter().filter_map(|p| p.as_ref().err()) {
            match found.iter_mut().find(|(known, _)| known == reason) {
                Some((_, count)) => *count += 1,
                None => found.push((reason, 1)),
            }
        }
        found
    }
}

/// Computes cells at every point of one axis, or of two.
///
/// # Errors
/// Why the scenario cannot be opened with its levers at home.
pub fn sweep(baseline: &Baseline, axes: Vec<Axis>, cells: Vec<Address>, threads: usize) -> Result<Swept, Box<Refused>> {
    let spans = axes.iter().map(|axis| {
        let ends = axis.ends();
        // A lever whose figures differ is moved from where its axis begins.
        let home = axis.lever.now().unwrap_or(ends.0);
        Span { lever: axis.lever.clone(), home, ends: (ends.0.min(home), ends.1.max(home)) }
    });
    let moving = Moving::new(baseline, spans.collect(), cells.clone())?;
    let points = match axes.as_slice() {
        [only] => moving.grid((0, &only.points), None, threads),
        [first, second, ..] => moving.grid((0, &first.points), Some((1, &second.points)), threads),
        [] => Vec::new(),
    };
    Ok(Swept { axes, cells, points })
}

/// Between which numbers of a line of points a cell passes nought: the places of the two in the line.
/// Points that were refused are stepped over.
#[must_use]
pub fn crossings(values: &[Option<i128>]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut before: Option<(usize, i128)> = None;
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        if let Some((from, was)) = before
            && (was > 0) != (*value > 0)
        {
            found.push((from, at));
        }
        before = Some((at, *value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::crossings;

    #[test]
    fn a_gap_closes_where_it_is_nought() {
        assert_eq!(crossings(&[Some(5), Some(1), Some(-1)]), [(1, 2)]);
        assert_eq!(crossings(&[Some(5), Some(0), Some(-1)]), [(0, 1)]);
        assert_eq!(crossings(&[Some(-1), None, Some(1), Some(-1)]), [(0, 2), (2, 3)]);
        assert!(crossings(&[Some(1), None, Some(2)]).is_empty());
    }
}
