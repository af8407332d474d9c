//! What drives the spread: how the rank of each drawn figure goes with the rank of the outcome (Spearman's rank
//! correlation), over the first runs. Ranks tell of any rising or falling dependence, straight or not.

use super::Asked;
use super::futures::Futures;
use super::uncertain::Uncertainty;
use super::watched::{Watched, What};
use crate::sheet::lanes::{LANES, Wanted};
use crate::vocabulary::number::divide;
use crate::vocabulary::{FinancialYear, Name};

/// Over how many runs ranks are compared, at most. The standard error of a correlation is then about 0.016.
pub const RUNS: u64 = 4_096;

/// One figure and how it goes with the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Driver {
    /// Which figure, by its place among the uncertain ones.
    pub figure: usize,
    /// The rank correlation, in billionths.
    pub correlation: i128,
    /// Its square over the sum of all squares, in billionths: of figures that are independent about the part of the spread
    /// that it makes.
    pub share: i128,
}

/// What drives one outcome.
#[derive(Debug, Clone)]
pub struct Drivers {
    /// Whose still to find.
    pub whose: Name,
    /// Of which year: the last one.
    pub year: FinancialYear,
    /// Over how many runs.
    pub runs: u64,
    /// Every figure that is drawn for itself, the strongest first.
    pub drivers: Vec<Driver>,
}

/// What drives the last year's still to find of each body.
pub(super) fn drivers(
    uncertainty: &Uncertainty,
    futures: &Futures<'_>,
    asked: &Asked,
    watched: &[Watched],
    runs: u64,
) -> Vec<Drivers> {
    let last = watched.iter().map(|w| w.year).max();
    let of: Vec<usize> = (0..watched.len())
        .filter(|n| watched[*n].what == What::StillToFind && Some(watched[*n].year) == last)
        .collect();
    let own: Vec<usize> =
        (0..uncertainty.figures.len()).filter(|n| uncertainty.figures[*n].same_draw_as.is_none()).collect();
    let runs = usize::try_from(runs.min(RUNS)).unwrap_or(0);
    let mut figures: Vec<Vec<i128>> = vec![Vec::with_capacity(runs); own.len()];
    let mut outcomes: Vec<Vec<i128>> = vec![Vec::with_capacity(runs); of.len()];
    let mut lanes = futures.program.begin();
    for first in (0..runs).step_by(LANES) {
        futures.block(asked.instructions, &mut lanes, first as u64);
        let count = LANES.min(runs - first);
        for (values, figure) in figures.iter_mut().zip(&own) {
            let slot = u32::try_from(*figure).unwrap_or(0);
            values.extend(lanes.column(slot).whole(count));
        }
        for (values, n) in outcomes.iter_mut().zip(&of) {
            match futures.program.wanted().get(*n) {
                Some(Wanted::Column { slot, .. }) => values.extend(lanes.column(*slot).whole(count)),
                _ => values.extend(std::iter::repeat_n(0, count)),
            }
        }
    }
    let ranks: Vec<Vec<i128>> = figures.iter().map(|values| ranked(values)).collect();
    of.iter()
        .zip(outcomes)
        .map(|(n, values)| {
            let outcome = ranked(&values);
            let correlations: Vec<i128> = ranks.iter().map(|r| correlation(r, &outcome)).collect();
            let whole: i128 = correlations.iter().map(|c| c * c).sum();
            let driver = |(figure, correlation): (&usize, &i128)| Driver {
                figure: *figure,
                correlation: *correlation,
                share: divide(correlation * correlation * 1_000_000_000, whole).unwrap_or(0),
            };
            let mut drivers: Vec<Driver> = own.iter().zip(&correlations).map(driver).collect();
            drivers.sort_by_key(|d| std::cmp::Reverse(d.share));
            Drivers { whose: watched[*n].whose.clone(), year: watched[*n].year, runs: runs as u64, drivers }
        })
        .collect()
}

/// Twice the rank of each value, those alike sharing the mean of theirs, less the mean of all ranks.
fn ranked(values: &[i128]) -> Vec<i128> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|at| values[*at]);
    let mut ranks = vec![0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let alike = order[first..].iter().take_while(|at| values[**at] == values[order[first]]).count();
        // Ranks count from 1: twice the mean of first + 1 up to first + alike.
        let rank = 2 * first + alike + 1;
        for at in &order[first..first + alike] {
            ranks[*at] = i128::try_from(rank).unwrap_or(0) - i128::try_from(values.len() + 1).unwrap_or(0);
        }
        first += alike;
    }
    ranks
}

/// The correlation of two lists of ranks whose means are nought, in billionths; nought where one does not vary.
fn correlation(a: &[i128], b: &[i128]) -> i128 {
    let sum = |x: &[i128], y: &[i128]| x.iter().zip(y).map(|(x, y)| x * y).sum::<i128>();
    let (own, other) = (sum(a, a), sum(b, b));
    let root = own.saturating_mul(other).unsigned_abs().isqrt();
    i128::try_from(root).ok().and_then(|root| divide(sum(a, b) * 1_000_000_000, root).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{correlation, ranked};

    #[test]
    fn ranks_of_those_alike_are_shared() {
        // Ranks 1, 2½, 2½, 4 of four, less 2½, twice.
        assert_eq!(ranked(&[5, 7, 7, 9]), [-3, 0, 0, 3]);
    }

    #[test]
    fn a_rising_dependence_is_one_and_a_falling_one_minus_one() {
        let (a, b) = (ranked(&[1, 5, 2, 9]), ranked(&[1, 500, 2, 90_000]));
        assert_eq!(correlation(&a, &b), 1_000_000_000);
        assert_eq!(correlation(&a, &ranked(&[-1, -5, -2, -9])), -1_000_000_000);
        assert_eq!(correlation(&a, &ranked(&[4, 4, 4, 4])), 0);
    }
}
