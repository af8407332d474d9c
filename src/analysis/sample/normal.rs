//! The normal distribution: the chance of lying below a value, and the value below which a chance lies.
//!
//! Only `+ − × ÷`, the square root and `libm` are used, never the platform's logarithm and never a fused
//! multiply-add, so that the bits are the same on every machine and with every set of instructions.

use super::philox::NEAREST;
use super::{LANES, Lanes};

/// How many standard deviations the 10th and the 90th percentile lie from the mean.
pub const TENTH: f64 = 1.281_551_565_544_600_4;

/// How many standard deviations from the mean the least likely value lies that can be drawn.
pub const FURTHEST: f64 = 6.337_957_754_553_793;

/// The chance that a normal value lies below `z` standard deviations from its mean.
#[must_use]
pub fn chance_below(z: f64) -> f64 {
    libm::erfc(-z * core::f64::consts::FRAC_1_SQRT_2) / 2.0
}

/// Beyond this distance of the chance from a half the tails' own formulas hold.
const CENTRE: f64 = 0.425;

/// How many standard deviations from the mean the value lies below which a chance lies: the inverse of
/// [`chance_below`], to some 1e-15. The chance is no nearer to nought or one than 1.4e-11, as every place that is drawn.
///
/// Source: M. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
/// (1988), routine PPND16.
#[must_use]
pub fn quantile(chance: f64) -> f64 {
    let from_half = chance - 0.5;
    if outside(from_half) { tail(chance) } else { centre(from_half) }
}

/// Tails that are worked out together: of 64 lanes some ten lie in the tails.
const TOGETHER: usize = 16;

/// [`quantile`] of each lane: the formula of the centre for all, then that of the tails where it does not hold. Which
/// lanes those are is listed first, because no processor can guess it.
#[inline(always)]
pub fn quantiles(chances: &Lanes, into: &mut Lanes) {
    for lane in 0..LANES {
        into[lane] = centre(chances[lane] - 0.5);
    }
    let (mut tails, mut count) = ([0_u8; LANES], 0);
    for (lane, chance) in chances.iter().enumerate() {
        tails[count % LANES] = lane as u8;
        count += usize::from(outside(chance - 0.5));
    }
    for tails in tails[..count].chunks(TOGETHER) {
        let mut roots = [1.6; TOGETHER];
        for (root, lane) in roots.iter_mut().zip(tails) {
            *root = -libm::log(near_end(chances[*lane as usize]));
        }
        for root in &mut roots {
            *root = distance(root.sqrt());
        }
        for (distance, lane) in roots.iter().zip(tails) {
            let lane = *lane as usize;
            into[lane] = if chances[lane] < 0.5 { -distance } else { *distance };
        }
    }
}

#[inline(always)]
fn outside(from_half: f64) -> bool {
    from_half.abs() > CENTRE
}

#[inline(always)]
fn centre(from_half: f64) -> f64 {
    const ABOVE: [f64; 8] = [
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13_731.69376550946,
        45_921.95393154987,
        67_265.7709270087,
        33_430.57558358813,
        2509.0809287301227,
    ];
    const BELOW: [f64; 8] = [
        1.0,
        42.31333070160091,
        687.1870074920579,
        5394.196021424751,
        21_213.794301586597,
        39_307.89580009271,
        28_729.085735721943,
        5226.495278852854,
    ];
    let r = CENTRE * CENTRE - from_half * from_half;
    from_half * polynomial(&ABOVE, r) / polynomial(&BELOW, r)
}

fn tail(chance: f64) -> f64 {
    let distance = distance((-libm::log(near_end(chance))).sqrt());
    if chance < 0.5 { -distance } else { distance }
}

#[inline(always)]
fn near_end(chance: f64) -> f64 {
    if chance < 0.5 { chance } else { 1.0 - chance }
}

/// How far from the mean a tail begins, by the root of the logarithm of its chance. The routine has a third set of
/// figures for chances below 1.4e-11, which are nearer than any place that is drawn.
#[inline(always)]
fn distance(root: f64) -> f64 {
    const ABOVE: [f64; 8] = [
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414,
    ];
    const BELOW: [f64; 8] = [
        1.0,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-9,
    ];
    polynomial(&ABOVE, root - 1.6) / polynomial(&BELOW, root - 1.6)
}

/// The polynomial with these coefficients, the lowest power first.
#[inline(always)]
fn polynomial(c: &[f64; 8], x: f64) -> f64 {
    ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0]
}

const PIECES: usize = 512;
/// Pieces to a standard deviation.
const FINE: f64 = 64.0;

/// [`chance_below`] from a table, to 1e-10, for correlated figures: in each piece the cubic that has the value and
/// the slope of the true curve at both ends.
#[derive(Debug, Clone)]
pub struct Chances {
    /// Of the chance to lie beyond k/64 standard deviations: the cubic from half a piece before it to half a piece
    /// after.
    beyond: Box<[[f64; 4]; PIECES]>,
}

impl Chances {
    /// The table, which is the same on every machine.
    #[must_use]
    pub fn new() -> Self {
        let mut beyond = Box::new([[0.0; 4]; PIECES]);
        for (k, cubic) in beyond.iter_mut().enumerate() {
            let (from, to) = ((k as f64 - 0.5) / FINE, (k as f64 + 0.5) / FINE);
            *cubic = hermite([chance_below(-from), chance_below(-to)], [slope(from), slope(to)]);
        }
        Self { beyond }
    }

    /// The chance to lie below `z`, which lies within [`FURTHEST`] of nought; never nearer to nought or one than a
    /// place that is drawn.
    #[inline(always)]
    #[must_use]
    pub fn below(&self, z: f64) -> f64 {
        // Added to it, a small number is rounded to a whole one, which then stands in the last bits.
        const ROUND: f64 = 4_503_599_627_370_496.0;
        let at = z.abs() * FINE;
        let whole = at + ROUND;
        let [a, b, c, d] = self.beyond[whole.to_bits() as usize % PIECES];
        let x = at - (whole - ROUND) + 0.5;
        let beyond = ((d * x + c) * x + b) * x + a;
        let beyond = if beyond < NEAREST { NEAREST } else { beyond };
        if z < 0.0 { beyond } else { 1.0 - beyond }
    }
}

impl Default for Chances {
    fn default() -> Self {
        Self::new()
    }
}

/// The slope, to a piece, of the chance to lie beyond `z`.
fn slope(z: f64) -> f64 {
    const PEAK: f64 = 0.398_942_280_401_432_7;
    -PEAK * libm::exp(-z * z / 2.0) / FINE
}

/// The cubic on 0 to 1 with these values and slopes at its ends, the lowest power first.
#[must_use]
pub fn hermite(values: [f64; 2], slopes: [f64; 2]) -> [f64; 4] {
    let rise = values[1] - values[0];
    [values[0], slopes[0], 3.0 * rise - 2.0 * slopes[0] - slopes[1], slopes[0] + slopes[1] - 2.0 * rise]
}

/// `z` moved to [`FURTHEST`] where it lies beyond.
#[inline(always)]
#[must_use]
pub fn within(z: f64) -> f64 {
    let z = if z > FURTHEST { FURTHEST } else { z };
    if z < -FURTHEST { -FURTHEST } else { z }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_percentage_points() {
        // The first two are the test cases of AS 241; all were recomputed to thirty digits.
        let points = [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_813_5),
            (0.1, -TENTH),
            (0.9, TENTH),
            (1e-6, -4.753_424_308_822_899),
            (1e-10, -6.361_340_902_404_056),
            (NEAREST, -FURTHEST),
        ];
        for (chance, z) in points {
            assert!((quantile(chance) - z).abs() < 2e-15 * z.abs().max(1.0), "{chance}: {}", quantile(chance));
            assert!((chance_below(z) / chance - 1.0).abs() < 1e-13, "{z}: {}", chance_below(z));
        }
        assert_eq!(quantile(0.5), 0.0);
    }

    #[test]
    fn one_undoes_the_other() {
        for k in 1..100_000 {
            let chance = f64::from(k) / 100_000.0;
            assert!((chance_below(quantile(chance)) - chance).abs() < 4e-16 + 1e-15 * chance, "{chance}");
        }
    }

    #[test]
    fn lanes_are_the_single_value() {
        let ends = [NEAREST, 1.0 - NEAREST, 0.075, 0.925, 0.5, 1e-7];
        let chances: Lanes = core::array::from_fn(|l| ends.get(l).copied().unwrap_or((l as f64 + 0.5) / 64.0));
        let mut into = [0.0; LANES];
        quantiles(&chances, &mut into);
        for (chance, z) in chances.iter().zip(into) {
            assert_eq!(z.to_bits(), quantile(*chance).to_bits(), "{chance}");
        }
    }

    #[test]
    fn the_table_is_the_curve() {
        let table = Chances::new();
        let mut worst = 0.0_f64;
        let mut before = 0.0;
        for k in -633_700..=633_700 {
            let z = f64::from(k) / 100_000.0;
            let chance = table.below(z);
            worst = worst.max((chance - chance_below(z)).abs());
            assert!(chance >= before && (NEAREST..=1.0 - NEAREST).contains(&chance), "{z}");
            before = chance;
        }
        assert!(worst < 1e-10, "{worst}");
        assert_eq!(table.below(FURTHEST), 1.0 - NEAREST);
        assert_eq!(table.below(-FURTHEST), NEAREST);
        assert_eq!((within(7.0), within(-7.0), within(1.0)), (FURTHEST, -FURTHEST, 1.0));
    }
}
