//! A part of a whole, kept as both so that nothing is rounded before it is compared.

use std::cmp::Ordering;

use crate::vocabulary::number::{divide, times};

/// The whole of something, as a rate in billionths.
pub const ALL: i128 = 1_000_000_000;

/// A part of a whole that is more than nought.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    part: i128,
    whole: i128,
}

impl Ratio {
    /// None where there is no whole to be a part of, or the two are too far apart for their ratio to be held.
    #[must_use]
    pub fn of(part: i128, whole: i128) -> Option<Self> {
        let held = whole > 0 && divide(times(part, ALL)?, whole).is_ok();
        held.then_some(Self { part, whole })
    }

    /// A rate as it was published.
    #[must_use]
    pub const fn published(rate: i128) -> Self {
        Self { part: rate, whole: ALL }
    }

    /// The ratio as a rate, rounded once, half away from nought.
    ///
    /// # Examples
    /// ```
    /// use fundgap::record::Ratio;
    ///
    /// // 24.3 of 30 is 81%.
    /// assert_eq!(Ratio::of(243, 300).map(Ratio::rate), Some(810_000_000));
    /// ```
    #[must_use]
    pub fn rate(self) -> i128 {
        times(self.part, ALL).and_then(|part| divide(part, self.whole).ok()).unwrap_or(0)
    }

    /// Whether it is at least a rate.
    #[must_use]
    pub fn reaches(self, rate: i128) -> bool {
        self >= Self::published(rate)
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    /// By multiplying out; where a product is too large for it, by the rates.
    fn cmp(&self, other: &Self) -> Ordering {
        match (times(self.part, other.whole), times(other.part, self.whole)) {
            (Some(own), Some(others)) => own.cmp(&others),
            _ => self.rate().cmp(&other.rate()),
        }
    }
}

/// The middle of rates in order: of an even number, half-way between the two in the middle.
#[must_use]
pub fn median(sorted: &[Ratio]) -> Option<i128> {
    let (low, high) = (sorted.get(sorted.len().checked_sub(1)? / 2)?, sorted.get(sorted.len() / 2)?);
    divide(low.rate() + high.rate(), 2).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_compared_exactly() {
        let third = Ratio::of(1, 3).unwrap();
        assert!(!third.reaches(333_333_334));
        assert!(third.reaches(333_333_333));
        assert!(Ratio::of(2, 6) == Some(third));
        assert!(Ratio::of(1, 0).is_none());
        assert!(Ratio::of(i128::MAX / 2, i128::MAX).is_none());
        assert!(Ratio::of(1 << 96, 1).is_none());
        // Too large to multiply out: by the rates.
        let huge = Ratio::of(1 << 96, 1 << 97).unwrap();
        assert!(huge > third && huge < Ratio::of((1 << 96) + 2, (1 << 96) + 1).unwrap());
    }

    #[test]
    fn medians() {
        let of = |rates: &[i128]| median(&rates.iter().map(|r| Ratio::published(*r)).collect::<Vec<_>>());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[7]), Some(7));
        assert_eq!(of(&[1, 7, 9]), Some(7));
        assert_eq!(of(&[1, 7, 8, 9]), Some(8));
    }
}
