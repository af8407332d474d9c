//! PERT: a beta distribution between two ends, smooth, with its peak at the likely value.
//!
//! ```text
//! α = 1 + 4 (m − a) / (b − a)     β = 1 + 4 (b − m) / (b − a)     mean = (a + 4m + b) / 6
//! ```
//!
//! Its quantiles have no closed form. They are found once, by inverting the regularised incomplete beta function, at
//! 1,024 places that lie the closer the nearer they are to an end; between them runs the cubic that has the value and
//! the slope of the true curve at both ends.
//!
//! Source: D. G. Malcolm and others, "Application of a technique for research and development program evaluation"
//! (1959), for the mean; the incomplete beta function by Lentz's continued fraction (DLMF 8.17.22).

use super::normal::hermite;

/// Pieces to each halving of the distance from an end of chance.
const PIECES_A_HALVING: usize = 16;
/// From one half down to 2⁻³³, the nearest place that is drawn.
const HALVINGS: usize = 32;
const PIECES: usize = PIECES_A_HALVING * HALVINGS;
/// Bits of a float's fraction that say where within a piece.
const WITHIN: u32 = 52 - PIECES_A_HALVING.trailing_zeros();
/// The exponent, as floats write it, of 2⁻³³.
const LEAST_EXPONENT: usize = 1023 - 33;

/// The quantiles of a PERT between nought and one, by the place of its peak.
#[derive(Debug, Clone)]
pub struct Quantiles {
    /// The lower half of chance, from the least; then the upper half, from the greatest.
    cubics: Box<[[f64; 4]; 2 * PIECES]>,
}

impl Quantiles {
    /// Of the PERT whose peak lies at `peak`, from nought to one.
    #[must_use]
    pub fn new(peak: f64) -> Self {
        let mut cubics = Box::new([[0.0; 4]; 2 * PIECES]);
        let (below, above) = cubics.split_at_mut(PIECES);
        half(&Beta::with_peak(peak), below);
        half(&Beta::with_peak(1.0 - peak), above);
        for cubic in above {
            *cubic = [1.0 - cubic[0], -cubic[1], -cubic[2], -cubic[3]];
        }
        Self { cubics }
    }

    /// The value, between nought and one, below which a chance lies that is no nearer to nought or one than a place
    /// that is drawn.
    #[inline(always)]
    #[must_use]
    pub fn at(&self, chance: f64) -> f64 {
        // The greatest float below a half: the last piece ends there.
        const BELOW_HALF: f64 = 0.5 - f64::EPSILON / 4.0;
        let upper = chance >= 0.5;
        let from_end = if upper { 1.0 - chance } else { chance };
        let bits = (if from_end > BELOW_HALF { BELOW_HALF } else { from_end }).to_bits();
        let piece = (bits >> WITHIN) as usize - LEAST_EXPONENT * PIECES_A_HALVING;
        let [a, b, c, d] = self.cubics[piece % PIECES + if upper { PIECES } else { 0 }];
        let x = f64::from_bits((bits << (52 - WITHIN)) & ((1 << 52) - 1) | 1_f64.to_bits()) - 1.0;
        ((d * x + c) * x + b) * x + a
    }
}

/// The cubics of one half, from the end inwards. They are found from the middle outwards, each from its neighbour.
fn half(beta: &Beta, into: &mut [[f64; 4]]) {
    let mut to = 0.5;
    let mut at_to = beta.quantile(0.5, None);
    for (piece, cubic) in into.iter_mut().enumerate().rev() {
        let (halving, part) = (piece / PIECES_A_HALVING, piece % PIECES_A_HALVING);
        let start = f64::from_bits(((LEAST_EXPONENT + halving) as u64) << 52);
        let width = start / PIECES_A_HALVING as f64;
        let from = start + part as f64 * width;
        let at_from = beta.quantile(from, Some(at_to * libm::exp(libm::log(from / to) / beta.alpha)));
        let rise = at_to - at_from;
        let slopes = [width / beta.density(at_from), width / beta.density(at_to)];
        // A slope of at most three times the rise keeps a cubic from turning back.
        *cubic = hermite([at_from, at_to], slopes.map(|s| s.min(3.0 * rise)));
        (to, at_to) = (from, at_from);
    }
}

/// A beta distribution as PERT has it: α + β = 6, both at least one.
#[derive(Debug, Clone, Copy)]
pub struct Beta {
    alpha: f64,
    beta: f64,
    log_of_whole: f64,
}

impl Beta {
    /// The one whose peak lies at `peak`, from nought to one.
    #[must_use]
    pub fn with_peak(peak: f64) -> Self {
        let (alpha, beta) = (1.0 + 4.0 * peak, 1.0 + 4.0 * (1.0 - peak));
        Self { alpha, beta, log_of_whole: libm::lgamma(alpha) + libm::lgamma(beta) - libm::lgamma(alpha + beta) }
    }

    fn turned(&self) -> Self {
        Self { alpha: self.beta, beta: self.alpha, ..*self }
    }

    /// How dense chance lies at `x`, strictly between nought and one.
    fn density(&self, x: f64) -> f64 {
        libm::exp((self.alpha - 1.0) * libm::log(x) + (self.beta - 1.0) * libm::log1p(-x) - self.log_of_whole)
    }

    /// The chance to lie below `x`, strictly between nought and one: the regularised incomplete beta function.
    #[must_use]
    pub fn chance_below(&self, x: f64) -> f64 {
        if x > (self.alpha + 1.0) / (self.alpha + self.beta + 2.0) {
            return 1.0 - self.turned().fraction(1.0 - x);
        }
        self.fraction(x)
    }

    /// The continued fraction, which converges fast below the mean.
    fn fraction(&self, x: f64) -> f64 {
        let (a, b) = (self.alpha, self.beta);
        let away = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
        let mut c = 1.0;
        let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
        let mut all = d;
        for n in 1..200 {
            let m = f64::from(n);
            let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
            d = 1.0 / away(1.0 + even * d);
            c = away(1.0 + even / c);
            all *= d * c;
            let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
            d = 1.0 / away(1.0 + odd * d);
            c = away(1.0 + odd / c);
            all *= d * c;
            if (d * c - 1.0).abs() < 1e-15 {
                break;
            }
        }
        x * self.density(x) * (1.0 - x) / a * all
    }

    /// The value below which a chance of at most a half lies, looked for from `start`.
    ///
    /// Newton's method on the logarithms, in which the curve is nearly straight at the end, kept between the bounds
    /// that are known.
    #[must_use]
    pub fn quantile(&self, chance: f64, start: Option<f64>) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        let mut x = start.unwrap_or(self.alpha / (self.alpha + self.beta));
        for _ in 0..100 {
            let reached = self.chance_below(x);
            if reached < chance {
                low = x;
            } else {
                high = x;
            }
            let step = libm::log(chance / reached) * reached / (x * self.density(x));
            let next = x * libm::exp(step);
            // The next step would be about as small as the square of this one.
            if step.abs() <= 1e-7 || !step.is_finite() {
                return if next > low && next < high { next } else { x };
            }
            x = if next > low && next < high { next } else { (low + high) / 2.0 };
        }
        x
    }

    /// The values with one in ten below and one in ten above.
    #[must_use]
    pub fn tenths(peak: f64) -> [f64; 2] {
        [Self::with_peak(peak).quantile(0.1, None), 1.0 - Self::with_peak(1.0 - peak).quantile(0.1, None)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sample::philox::NEAREST;

    #[test]
    fn known_values_of_the_incomplete_beta_function() {
        // A peak at nought is 1 − (1 − x)⁵; at one x⁵; in the middle, α = β = 3, it is 10x³ − 15x⁴ + 6x⁵.
        for k in 1..100 {
            let x = f64::from(k) / 100.0;
            let beyond = (1.0 - x) * (1.0 - x) * (1.0 - x) * (1.0 - x) * (1.0 - x);
            assert!((Beta::with_peak(0.0).chance_below(x) - (1.0 - beyond)).abs() < 1e-14, "{x}");
            assert!((Beta::with_peak(1.0).chance_below(x) - x * x * x * x * x).abs() < 1e-14, "{x}");
            let middle = x * x * x * (10.0 - 15.0 * x + 6.0 * x * x);
            assert!((Beta::with_peak(0.5).chance_below(x) - middle).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn the_table_is_the_curve() {
        for peak in [0.0, 1e-9, 0.05, 1.0 / 3.0, 0.5, 0.8, 1.0] {
            let table = Quantiles::new(peak);
            let (lower, upper) = (Beta::with_peak(peak), Beta::with_peak(1.0 - peak));
            let exact = |chance: f64| {
                if chance <= 0.5 { lower.quantile(chance, None) } else { 1.0 - upper.quantile(1.0 - chance, None) }
            };
            for k in 1..2_000 {
                let chance = f64::from(k) / 2_000.0;
                assert!((table.at(chance) - exact(chance)).abs() < 1e-7, "{peak}: {chance}");
            }
            for halving in 1..=33 {
                let chance = libm::exp2(-f64::from(halving)) * 1.03;
                let (near, far) = (table.at(chance), exact(chance));
                assert!((near / far - 1.0).abs() < 1e-6, "{peak}: {chance}: {near} {far}");
            }
        }
    }

    #[test]
    fn the_table_never_turns_back() {
        for peak in [0.0, 0.3, 1.0] {
            let table = Quantiles::new(peak);
            let mut before = table.at(NEAREST);
            assert!(before > 0.0 && table.at(1.0 - NEAREST) < 1.0);
            for k in 1..200_000 {
                let value = table.at(f64::from(k) / 200_000.0);
                assert!(value >= before, "{peak}: {k}");
                before = value;
            }
        }
    }
}
