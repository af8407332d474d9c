//! The quantile functions of the shapes of a spread, and the values they give: rounded once and held.
//!
//! ```text
//! triangular   a + √(u (b − a)(m − a)) below the peak, b − √((1 − u)(b − a)(b − m)) above it
//! PERT         a + (b − a) × the quantile of its beta distribution
//! uniform      a + u (b − a); half a rounding step further at both ends, so that the ends are as likely as the rest
//! normal       (P10 + P90) / 2 + z (P90 − P10) / (2 × 1.28155…)
//! outcomes     the first value, from the least, whose chance and those before it reach u
//! past         the value at u times their number, from the least
//! ```
//!
//! A value is rounded half away from zero: rates and months to six decimals, all else to the scale of its unit, and
//! then held between the ends. Outcomes and the past are exactly what was typed.

use std::sync::Arc;

use super::ends::Ends3;
use super::pert::Quantiles;
use super::philox::NEAREST;
use super::{LANES, Lanes, normal};

/// From chance to a value, in rounding steps.
#[derive(Debug, Clone)]
pub enum Curve {
    /// Straight up to a peak and straight down.
    Triangular {
        /// The least and the greatest value.
        ends: [f64; 2],
        /// The chance to lie below the peak.
        split: f64,
        /// What the square root is taken of, to a chance: below and above the peak.
        squares: [f64; 2],
    },
    /// PERT.
    Pert {
        /// The least value, and how far the greatest lies above it.
        from_and_width: [f64; 2],
        /// The quantiles between nought and one.
        quantiles: Arc<Quantiles>,
    },
    /// A straight line.
    Uniform {
        /// The least value, and how far the greatest lies above it.
        from_and_width: [f64; 2],
    },
    /// Normal.
    Normal {
        /// The mean and the standard deviation.
        mean_and_deviation: [f64; 2],
    },
    /// Certain values, from the least, each with the chance to lie at or below it.
    Outcomes(Vec<[f64; 2]>),
    /// Values that are equally likely, from the least.
    Past(Vec<f64>),
}

impl Curve {
    /// A triangular.
    #[must_use]
    pub fn triangular(Ends3 { low: a, likely: m, high: b }: Ends3) -> Self {
        let split = if b > a { (m - a) / (b - a) } else { 0.0 };
        Self::Triangular { ends: [a, b], split, squares: [(b - a) * (m - a), (b - a) * (b - m)] }
    }

    /// A normal distribution through its 10th and 90th percentile.
    #[must_use]
    pub fn normal(low: f64, high: f64) -> Self {
        Self::Normal { mean_and_deviation: [low / 2.0 + high / 2.0, (high - low) / (2.0 * normal::TENTH)] }
    }

    /// The least and the greatest value that can come out before it is rounded and held.
    #[must_use]
    pub fn span(&self) -> [f64; 2] {
        match self {
            Self::Triangular { ends, .. } => *ends,
            Self::Pert { from_and_width: [from, width], .. } | Self::Uniform { from_and_width: [from, width] } => {
                [*from, from + width]
            }
            Self::Normal { .. } => [self.at(NEAREST, None), self.at(1.0 - NEAREST, None)],
            Self::Outcomes(values) => [values.first().map_or(0.0, |v| v[0]), values.last().map_or(0.0, |v| v[0])],
            Self::Past(values) => [values.first().copied().unwrap_or(0.0), values.last().copied().unwrap_or(0.0)],
        }
    }

    /// Whether only [`Curve::at`]'s `z` is asked for when there is one.
    #[must_use]
    pub const fn takes_deviations(&self) -> bool {
        matches!(self, Self::Normal { .. })
    }

    /// The value at a chance; `z` is the same place in standard deviations of a normal distribution, where it is
    /// known.
    #[must_use]
    pub fn at(&self, u: f64, z: Option<f64>) -> f64 {
        match self {
            Self::Triangular { ends, split, squares } => triangular(u, *ends, *split, *squares),
            Self::Pert { from_and_width: [from, width], quantiles } => quantiles.at(u) * width + from,
            Self::Uniform { from_and_width: [from, width] } => u * width + from,
            Self::Normal { mean_and_deviation: [mean, deviation] } => {
                z.unwrap_or_else(|| normal::quantile(u)) * deviation + mean
            }
            Self::Outcomes(values) => outcome(u, values),
            Self::Past(values) => past(u, values),
        }
    }

    /// [`Curve::at`] of each lane.
    #[inline(always)]
    pub fn fill(&self, u: &Lanes, z: Option<&Lanes>, into: &mut Lanes) {
        match self {
            Self::Triangular { ends, split, squares } => {
                triangulars(u, *ends, *split, *squares, into);
            }
            Self::Pert { from_and_width: [from, width], quantiles } => {
                for lane in 0..LANES {
                    into[lane] = quantiles.at(u[lane]) * width + from;
                }
            }
            Self::Uniform { from_and_width: [from, width] } => {
                for lane in 0..LANES {
                    into[lane] = u[lane] * width + from;
                }
            }
            Self::Normal { mean_and_deviation: [mean, deviation] } => {
                match z {
                    Some(z) => *into = *z,
                    None => normal::quantiles(u, into),
                }
                for value in into.iter_mut() {
                    *value = *value * deviation + mean;
                }
            }
            Self::Outcomes(values) => {
                let mut reached = 0.0;
                for &[next, chance] in values {
                    for lane in 0..LANES {
                        let (place, before) = (u[lane], into[lane]);
                        into[lane] = if place > reached { next } else { before };
                    }
                    reached = chance;
                }
            }
            Self::Past(values) => {
                for lane in 0..LANES {
                    into[lane] = past(u[lane], values);
                }
            }
        }
    }
}

/// One square root, taken from the end on whose side of the peak the value lies.
fn triangular(u: f64, ends: [f64; 2], split: f64, squares: [f64; 2]) -> f64 {
    let below = u < split;
    let root = (if below { u * squares[0] } else { (1.0 - u) * squares[1] }).sqrt();
    if below { ends[0] + root } else { ends[1] - root }
}

/// [`triangular`] of each lane. Compilers make several lanes at once of a choice between two numbers that are there
/// already, and not of a choice between two calculations; so the steps are apart, and each makes both sides.
#[inline(always)]
fn triangulars(u: &Lanes, ends: [f64; 2], split: f64, squares: [f64; 2], into: &mut Lanes) {
    for lane in 0..LANES {
        let (below, above) = (u[lane] * squares[0], (1.0 - u[lane]) * squares[1]);
        into[lane] = if u[lane] < split { below } else { above };
    }
    for value in into.iter_mut() {
        *value = value.sqrt();
    }
    for lane in 0..LANES {
        let (below, above) = (ends[0] + into[lane], ends[1] - into[lane]);
        into[lane] = if u[lane] < split { below } else { above };
    }
}

fn outcome(u: f64, values: &[[f64; 2]]) -> f64 {
    let (mut value, mut reached) = (0.0, 0.0);
    for [next, chance] in values {
        value = if u > reached { *next } else { value };
        reached = *chance;
    }
    value
}

#[inline(always)]
fn past(u: f64, values: &[f64]) -> f64 {
    // A chance just below one, times many values, may round to their number.
    let at = (u * values.len() as f64) as usize;
    values.get(at).or(values.last()).copied().unwrap_or(0.0)
}

/// What is made of a value in rounding steps: a whole number of granules, between the ends.
#[derive(Debug, Clone, Copy)]
pub struct Finish {
    /// The granules in a rounding step.
    pub step: f64,
    /// The least value, in granules.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
}

impl Finish {
    /// The value, rounded half away from zero and held.
    #[inline(always)]
    #[must_use]
    pub fn of(self, value: f64) -> f64 {
        let value = whole(value) * self.step;
        let value = if value < self.least { self.least } else { value };
        if value > self.greatest { self.greatest } else { value }
    }

    /// [`Finish::of`] of each lane.
    #[inline(always)]
    pub fn all(self, lanes: &mut Lanes) {
        for value in lanes.iter_mut() {
            *value = self.of(*value);
        }
    }
}

/// Rounded to a whole number, a half away from zero; below 2⁵¹ in magnitude. A nought has no sign.
///
/// A hair is added to the size first, so that a half is a little more than a half: of values that lie anywhere between
/// two whole numbers none is told apart by it. Adding and taking off a large number then rounds to the nearest.
#[inline(always)]
#[must_use]
pub fn whole(value: f64) -> f64 {
    const ROUND: f64 = 6_755_399_441_055_744.0;
    const HAIR: f64 = 1.0 + 2.0 * f64::EPSILON;
    (value * HAIR + ROUND) - ROUND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        let rounded =
            [(0.5, 1.0), (1.5, 2.0), (2.5, 3.0), (-0.5, -1.0), (-2.5, -3.0), (0.49, 0.0), (2.51, 3.0), (-1.2, -1.0)];
        for (value, expected) in rounded {
            assert_eq!(whole(value), expected, "{value}");
        }
        assert_eq!(whole(1_125_899_906_842.5), 1_125_899_906_843.0);
        assert_eq!(whole(-1_125_899_906_842.5), -1_125_899_906_843.0);
        assert!(whole(-0.2).is_sign_positive());
        let finish = Finish { step: 1_000.0, least: -1_500.0, greatest: 2_400.0 };
        assert_eq!([-9.0, -1.4, 1.5, 2.6].map(|v| finish.of(v)), [-1_500.0, -1_000.0, 2_000.0, 2_400.0]);
    }

    #[test]
    fn the_formula_of_the_triangular() {
        // EX-8.1: pay low 2, likely 3, high 5: P10 = 2 + √(0.1 × 3 × 1) = 2.548; a third lies below 3;
        // P50 = 5 − √(0.5 × 3 × 2) = 3.268; P90 = 5 − √(0.1 × 3 × 2) = 4.225.
        let curve = Curve::triangular(Ends3 { low: 2.0, likely: 3.0, high: 5.0 });
        for (u, value) in
            [(0.1, 2.547_722_557_505_166), (1.0 / 3.0, 3.0), (0.5, 3.267_949_192_431_122), (0.9, 4.225_403_330_758_517)]
        {
            assert!((curve.at(u, None) - value).abs() < 1e-14, "{u}");
        }
    }

    #[test]
    fn triangulars_with_a_missing_side() {
        let at = |low, likely, high, u| Curve::triangular(Ends3 { low, likely, high }).at(u, None);
        // Peak at the low end: 1 − √(1 − u); at the high end: √u; no width at all: the value.
        assert_eq!(at(0.0, 0.0, 1.0, 0.75), 0.5);
        assert_eq!(at(0.0, 1.0, 1.0, 0.25), 0.5);
        for u in [NEAREST, 0.5, 1.0 - NEAREST] {
            assert_eq!(at(7.0, 7.0, 7.0, u), 7.0);
        }
    }

    #[test]
    fn outcomes_and_the_past_by_their_chance() {
        let outcomes = Curve::Outcomes(vec![[0.0, 0.25], [4.0, 0.5], [9.0, 1.0]]);
        let at = |curve: &Curve| [NEAREST, 0.25, 0.26, 0.5, 0.51, 1.0 - NEAREST].map(|u| curve.at(u, None));
        assert_eq!(at(&outcomes), [0.0, 0.0, 4.0, 4.0, 9.0, 9.0]);
        assert_eq!(at(&Curve::Past(vec![1.0, 2.0, 3.0, 4.0])), [1.0, 2.0, 2.0, 3.0, 3.0, 4.0]);
    }

    #[test]
    fn lanes_are_the_single_value() {
        let ends = Ends3 { low: -3.0, likely: 1.5, high: 20.0 };
        let curves = [
            Curve::triangular(ends),
            Curve::Pert { from_and_width: [-3.0, 23.0], quantiles: Arc::new(Quantiles::new(0.2)) },
            Curve::Uniform { from_and_width: [-3.0, 23.0] },
            Curve::normal(-3.0, 20.0),
            Curve::Outcomes(vec![[-3.0, 0.3], [2.0, 0.9], [20.0, 1.0]]),
            Curve::Past(vec![-3.0, 2.0, 20.0]),
        ];
        let places: [f64; 4] = [NEAREST, 0.5, 0.2, 1.0 - NEAREST];
        let u: Lanes = core::array::from_fn(|l| places.get(l).copied().unwrap_or((l as f64 + 0.5) / 64.0));
        let mut z = [0.0; LANES];
        normal::quantiles(&u, &mut z);
        for curve in curves {
            for known in [None, Some(&z)] {
                let mut into = [0.0; LANES];
                curve.fill(&u, known, &mut into);
                for lane in 0..LANES {
                    assert_eq!(into[lane].to_bits(), curve.at(u[lane], known.map(|z| z[lane])).to_bits(), "{curve:?}");
                }
            }
        }
    }
}
