//! The absolute ends of a spread whose ends were given as its 10th and 90th percentile.
//!
//! Of a distribution with a peak the place of the peak in its range is looked for: there the distance from the 10th
//! percentile to the peak is to that from the peak to the 90th as the writer's low, likely and high say. There is
//! always one, because at a peak at the low end the 10th percentile lies above it, and at the high end the 90th below.

use super::pert::Beta;

/// Three values of a spread in order, in rounding steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends3 {
    /// The low one.
    pub low: f64,
    /// The one at the peak.
    pub likely: f64,
    /// The high one.
    pub high: f64,
}

/// The absolute ends of the distribution whose 10th and 90th percentile are `low` and `high`; `tenths` says both of
/// the distribution from nought to one, by the place of its peak.
#[must_use]
pub fn absolute(given: Ends3, tenths: impl Fn(f64) -> [f64; 2]) -> Ends3 {
    let Ends3 { low, likely, high } = given;
    if low >= high {
        return given;
    }
    let (mut below, mut above) = (0.0, 1.0);
    for _ in 0..60 {
        let peak = (below + above) / 2.0;
        let [tenth, ninetieth] = tenths(peak);
        if (peak - tenth) * (high - likely) < (ninetieth - peak) * (likely - low) {
            below = peak;
        } else {
            above = peak;
        }
    }
    let [tenth, ninetieth] = tenths(above);
    let width = (high - low) / (ninetieth - tenth);
    let (a, b) = (low - tenth * width, high + (1.0 - ninetieth) * width);
    Ends3 { low: if a < likely { a } else { likely }, likely, high: if b > likely { b } else { likely } }
}

/// The 10th and 90th percentile of the triangular from nought to one with its peak at `peak`.
#[must_use]
pub fn tenths_of_triangular(peak: f64) -> [f64; 2] {
    let tenth = |peak: f64| {
        if peak >= 0.1 { (0.1 * peak).sqrt() } else { 1.0 - (0.9 * (1.0 - peak)).sqrt() }
    };
    [tenth(peak), 1.0 - tenth(1.0 - peak)]
}

/// The same of a PERT.
#[must_use]
pub fn tenths_of_pert(peak: f64) -> [f64; 2] {
    Beta::tenths(peak)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::pert::Quantiles;
    use crate::analysis::sample::shape::Curve;

    #[test]
    fn the_percentiles_lie_where_they_were_put() {
        for (low, likely, high) in [(2.0, 3.0, 5.0), (0.0, 0.0, 1.0), (-4.0, 1.0, 1.0), (70.0, 85.0, 95.0)] {
            let given = Ends3 { low, likely, high };
            let ends = absolute(given, tenths_of_triangular);
            let curve = Curve::triangular(ends);
            assert!((curve.at(0.1, None) - low).abs() < 1e-12 * (high - low).max(10.0), "{given:?} {ends:?}");
            assert!((curve.at(0.9, None) - high).abs() < 1e-12 * (high - low).max(10.0), "{given:?} {ends:?}");

            let ends = absolute(given, tenths_of_pert);
            let width = ends.high - ends.low;
            let quantiles = Quantiles::new((likely - ends.low) / width);
            assert!((quantiles.at(0.1) * width + ends.low - low).abs() < 1e-7 * width, "{given:?} {ends:?}");
            assert!((quantiles.at(0.9) * width + ends.low - high).abs() < 1e-7 * width, "{given:?} {ends:?}");
        }
    }

    #[test]
    fn a_triangular_worked_by_hand() {
        // Symmetric from nought to one with its peak at a half: P10 = √(0.1 × 0.5) = 0.2236068, P90 = 0.7763932.
        let given = Ends3 { low: 0.223_606_797_749_979, likely: 0.5, high: 0.776_393_202_250_021 };
        let ends = absolute(given, tenths_of_triangular);
        assert!(ends.low.abs() < 1e-14 && (ends.high - 1.0).abs() < 1e-14, "{ends:?}");
        // Nothing between the percentiles is nothing around them.
        let point = Ends3 { low: 3.0, likely: 3.0, high: 3.0 };
        assert_eq!(absolute(point, tenths_of_triangular), point);
    }
}
