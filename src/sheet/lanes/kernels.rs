//! The kernels: what is done to 64 lanes at once. Plain loops over whole columns, inlined into a function that is
//! compiled for each instruction set, so that the compiler turns them into its vectors.
//!
//! Every kernel gives the same bits on every machine: it adds, subtracts and multiplies whole numbers that a float
//! holds exactly, and rounds by one of two proved ways. Where a machine has a fused multiply-add it is used only
//! where its result is exact, and where it has none the same exact result comes from more steps.

use super::run::Others;
use super::{Column, LANES};

/// Adding and taking off this number rounds a float below 2⁵¹ to a whole number.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// `v` rounded to the nearest whole number. It must not lie on a half, nor beyond 2⁵¹.
#[inline(always)]
pub(super) fn whole(v: f64) -> f64 {
    (v + ROUNDER) - ROUNDER
}

/// num ÷ den, a hair larger.
///
/// `whole(p × nudged(num, den))` is num × p ÷ den rounded half away from nought, for every whole number p with
/// |num × p| < 2⁴⁹. The nudge of 2⁻⁵¹ of the value outweighs what the two roundings on the way may take off (each at
/// most 2⁻⁵³), so that a half becomes a little more than a half and goes away from nought; and it is smaller than the
/// distance of any other quotient from a half, which is at least 1 ÷ 2den, and so can carry nothing else over one.
#[must_use]
pub(super) fn nudged(num: f64, den: f64) -> f64 {
    (num / den) * (1.0 + f64::EPSILON * 2.0)
}

/// What becomes of a value that a kernel computes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Into {
    /// It is put into the column.
    Set,
    /// It and this column's value are.
    Plus(u32),
    /// So many times it is added to what the column holds.
    More(f64),
}

/// Computes a value for each lane of `out` and puts it there.
#[inline(always)]
fn put(out: &mut Column, into: Into, of: &Others<'_>, value: impl Fn(usize) -> f64) {
    match into {
        Into::Set => {
            for i in 0..LANES {
                out.0[i] = value(i);
            }
        }
        Into::Plus(base) => {
            let base = of.get(base);
            for i in 0..LANES {
                out.0[i] = base.0[i] + value(i);
            }
        }
        Into::More(1.0) => {
            for i in 0..LANES {
                out.0[i] += value(i);
            }
        }
        Into::More(c) => {
            for i in 0..LANES {
                out.0[i] += c * value(i);
            }
        }
    }
}

/// constant + c × x
#[inline(always)]
pub(super) fn begin(out: &mut Column, constant: f64, x: &Column, c: f64) {
    for i in 0..LANES {
        out.0[i] = constant + c * x.0[i];
    }
}

/// x + y
#[inline(always)]
pub(super) fn add(out: &mut Column, x: &Column, y: &Column) {
    for i in 0..LANES {
        out.0[i] = x.0[i] + y.0[i];
    }
}

/// x − y
#[inline(always)]
pub(super) fn subtract(out: &mut Column, x: &Column, y: &Column) {
    for i in 0..LANES {
        out.0[i] = x.0[i] - y.0[i];
    }
}

/// constant + c × x + d × y
#[inline(always)]
pub(super) fn blend(out: &mut Column, constant: f64, (x, c): (&Column, f64), (y, d): (&Column, f64)) {
    for i in 0..LANES {
        out.0[i] = constant + c * x.0[i] + d * y.0[i];
    }
}

/// What the column holds, and c × x
#[inline(always)]
pub(super) fn accumulate(out: &mut Column, x: &Column, c: f64) {
    if c == 1.0 {
        for i in 0..LANES {
            out.0[i] += x.0[i];
        }
    } else {
        for i in 0..LANES {
            out.0[i] += c * x.0[i];
        }
    }
}

/// R(x × factor), where the factor is [`nudged`].
#[inline(always)]
pub(super) fn scale(out: &mut Column, into: Into, of: &Others<'_>, x: u32, factor: f64) {
    let x = of.get(x);
    put(out, into, of, |i| whole(x.0[i] * factor));
}

/// R(what the column holds × factor), where the factor is [`nudged`].
#[inline(always)]
pub(super) fn round(out: &mut Column, factor: f64) {
    for i in 0..LANES {
        out.0[i] = whole(out.0[i] * factor);
    }
}

/// a × b
#[inline(always)]
pub(super) fn multiply(out: &mut Column, a: &Column, b: &Column) {
    for i in 0..LANES {
        out.0[i] = a.0[i] * b.0[i];
    }
}

/// R(a × b × factor), where a × b is exact and the factor is [`nudged`].
#[inline(always)]
pub(super) fn multiply_small(out: &mut Column, into: Into, of: &Others<'_>, [a, b]: [u32; 2], factor: f64) {
    let (a, b) = (of.get(a), of.get(b));
    put(out, into, of, |i| whole(a.0[i] * b.0[i] * factor));
}

/// R(num × a × b ÷ den), where num × a fits in a float and the product does not: it is held as two, the rounded product and what the
/// rounding left. The quotient is estimated, what it leaves is exact, and a second, small quotient corrects it; a
/// quarter in the direction of the sign settles a half, which the remainder meets exactly.
#[inline(always)]
pub(super) fn multiply_wide<const FUSED: bool>(
    out: &mut Column,
    into: Into,
    of: &Others<'_>,
    [a, b]: [u32; 2],
    (num, den): (f64, f64),
) {
    let (a, b) = (of.get(a), of.get(b));
    let per = 1.0 / den;
    put(out, into, of, |i| {
        let (high, low) = product::<FUSED>(a.0[i] * num, b.0[i]);
        let quotient = whole(high * per);
        let left = less_product::<FUSED>(high, quotient, den) + low;
        quotient + whole((left + 0.25_f64.copysign(high)) * per)
    });
}

/// The same where the result is so small that an estimate of the quotient is nearly always enough: it lies within
/// `doubt` of the quotient itself, and rounds as that does unless it comes as near to a half. Then, and for all lanes, the
/// exact way is taken.
#[inline(always)]
pub(super) fn multiply_near<const FUSED: bool>(
    out: &mut Column,
    into: Into,
    of: &Others<'_>,
    both: [u32; 2],
    (num, den): (f64, f64),
    doubt: f64,
) {
    let (a, b) = (of.get(both[0]), of.get(both[1]));
    let per = num / den;
    let certain = 0.5 - doubt;
    let mut rounded = [0.0; LANES];
    let mut doubtful = 0_u64;
    for i in 0..LANES {
        let share = b.0[i] * per;
        let quotient = if FUSED { a.0[i].mul_add(share, ROUNDER) - ROUNDER } else { whole(a.0[i] * share) };
        let left = if FUSED { a.0[i].mul_add(share, -quotient) } else { a.0[i] * share - quotient };
        rounded[i] = quotient;
        doubtful |= u64::from(left.abs() > certain);
    }
    if doubtful == 0 {
        put(out, into, of, |i| rounded[i]);
    } else {
        multiply_wide::<FUSED>(out, into, of, both, (num, den));
    }
}

/// a × b as two floats whose sum it is exactly.
#[inline(always)]
fn product<const FUSED: bool>(a: f64, b: f64) -> (f64, f64) {
    let high = a * b;
    if FUSED {
        return (high, a.mul_add(b, -high));
    }
    // Dekker's product: each factor in two halves of 26 bits, whose products are exact.
    let (a1, a2) = halves(a);
    let (b1, b2) = halves(b);
    (high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2)
}

/// v − a × b, where the result is exact.
#[inline(always)]
fn less_product<const FUSED: bool>(v: f64, a: f64, b: f64) -> f64 {
    if FUSED {
        return (-a).mul_add(b, v);
    }
    let (high, low) = product::<false>(a, b);
    (v - high) - low
}

/// Veltkamp's split.
#[inline(always)]
fn halves(a: f64) -> (f64, f64) {
    let c = 134_217_729.0 * a;
    let upper = c - (c - a);
    (upper, a - upper)
}

/// out = the lesser of each pair
#[inline(always)]
pub(super) fn least(out: &mut Column, a: &Column, b: &Column) {
    for i in 0..LANES {
        out.0[i] = if a.0[i] < b.0[i] { a.0[i] } else { b.0[i] };
    }
}

/// out = the greater of each pair
#[inline(always)]
pub(super) fn greatest(out: &mut Column, a: &Column, b: &Column) {
    for i in 0..LANES {
        out.0[i] = if a.0[i] > b.0[i] { a.0[i] } else { b.0[i] };
    }
}

/// out = then where test is nought or more, else otherwise: by bits, since of two places to read from the compiler
/// makes one lane at a time.
#[inline(always)]
pub(super) fn choose(out: &mut Column, test: &Column, then: &Column, otherwise: &Column) {
    for i in 0..LANES {
        let mask = u64::from(test.0[i] >= 0.0).wrapping_neg();
        out.0[i] = f64::from_bits(then.0[i].to_bits() & mask | otherwise.0[i].to_bits() & !mask);
    }
}
