//! What independent risks come to together: every total they can have, and how likely each is.
//!
//! A register of *n* risks has 2ⁿ combinations; those of the same total are one. Risks are taken one by one: each total so
//! far either stays, or grows by the impact. A chance is a whole number of parts of one common whole, and likelihoods are
//! fractions in their lowest terms (25% is one of four), so that the parts of a usual register are exact. Where the whole
//! would not fit, chances are held in parts of 10⁻²⁷ and rounded half away from nought at each step; the
//! [error](Distribution::error) that this can make is counted. Where there are too many totals, impacts are rounded up to
//! whole thousands of pounds, or more.

use crate::vocabulary::number::common_divisor;

/// The most totals that are kept apart.
pub const MOST: usize = 200_000;

/// What impacts are rounded up to where they make too many totals, in pence: nothing, £1,000, £10,000, £100,000, £1m.
const STEPS: [i128; 5] = [1, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The parts of a whole where chances are rounded.
const PARTS: u128 = 1_000_000_000_000_000_000_000_000_000;

/// The whole of a likelihood, in steps of a rate.
const ALL: i128 = 1_000_000_000;

/// A risk: what it costs in pence, and its likelihood in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blow {
    /// The impact in pence.
    pub impact: i128,
    /// The likelihood, from nought to a billion.
    pub likelihood: i128,
}

/// A likelihood as a fraction in its lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fraction {
    come: u128,
    of: u128,
}

impl Blow {
    /// None where the likelihood is none.
    fn fraction(self) -> Option<Fraction> {
        if !(0..=ALL).contains(&self.likelihood) {
            return None;
        }
        let common = common_divisor(self.likelihood, ALL);
        Some(Fraction { come: u128::try_from(self.likelihood / common).ok()?, of: u128::try_from(ALL / common).ok()? })
    }

    /// The impact rounded up to a whole number of steps.
    fn up_to(self, step: i128) -> i128 {
        let whole = self.impact.div_euclid(step) * step;
        if whole == self.impact { whole } else { whole + step }
    }
}

/// Every total that some risks can have, with its chance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// The totals in pence, least first, each with the parts of the whole that are its chance.
    totals: Vec<(i128, u128)>,
    /// The parts of the whole.
    whole: u128,
    /// By how many parts a chance may be wrong: nought where all is exact.
    off: u128,
    /// What impacts were rounded up to, in pence: 1 where they were not.
    step: i128,
    /// All impacts together, which no total is above.
    sum: i128,
}

impl Distribution {
    /// The distribution of risks that do not depend on each other. None where a likelihood lies outside 0% to 100%, or
    /// where there are too many totals even in millions of pounds.
    #[must_use]
    pub fn of(blows: &[Blow]) -> Option<Self> {
        // What costs nothing, or never comes, makes no total of its own.
        let real = |blow: &&Blow| blow.impact != 0 && blow.likelihood != 0;
        let risks: Vec<(Blow, Fraction)> =
            blows.iter().filter(real).map(|blow| Some((*blow, blow.fraction()?))).collect::<Option<_>>()?;
        let whole = risks.iter().try_fold(1_u128, |whole, (_, fraction)| {
            whole.checked_mul(fraction.of).filter(|whole| *whole <= i128::MAX.unsigned_abs())
        });
        STEPS.into_iter().find_map(|step| Self::in_steps(&risks, whole, step))
    }

    fn in_steps(risks: &[(Blow, Fraction)], exact: Option<u128>, step: i128) -> Option<Self> {
        let whole = exact.unwrap_or(PARTS);
        let mut totals = vec![(0, if exact.is_some() { 1 } else { PARTS })];
        let mut halves = 0_u128;
        for (blow, fraction) in risks {
            totals = joined(&totals, blow.up_to(step), *fraction, exact.is_none())?;
            halves += u128::try_from(totals.len()).ok()?;
        }
        let off = if exact.is_some() { 0 } else { halves.div_ceil(2) };
        Some(Self { totals, whole, off, step, sum: risks.iter().map(|(blow, _)| blow.impact.max(0)).sum() })
    }

    /// The least total that is not exceeded with a chance of so many per cent (nearest rank). Where a chance that was
    /// rounded cannot be told from the percentage, the larger total.
    #[must_use]
    pub fn percentile(&self, percent: u32) -> i128 {
        let percent = u128::from(percent.min(100));
        // ⌈whole × percent ÷ 100⌉ without a product that may not fit.
        let needed = self.whole / 100 * percent + (self.whole % 100 * percent).div_ceil(100) + self.off;
        let mut so_far = 0;
        let reached = self.totals.iter().find(|(_, chance)| {
            so_far += chance;
            so_far >= needed
        });
        // Where impacts were rounded up, a total may be above all of them together.
        reached.or(self.totals.last()).map_or(0, |(total, _)| *total).min(self.sum)
    }

    /// The chance that the total is more than an amount, as a rate.
    #[must_use]
    pub fn chance_above(&self, pence: i128) -> i128 {
        let above: u128 = self.totals.iter().filter(|(total, _)| *total > pence).map(|(_, chance)| chance).sum();
        billionths(above.min(self.whole), self.whole)
    }

    /// How many totals there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.totals.len()
    }

    /// What impacts were rounded up to, in pence, where they were.
    #[must_use]
    pub const fn rounded_up_to(&self) -> Option<i128> {
        if self.step == 1 { None } else { Some(self.step) }
    }

    /// Where chances were rounded: the power of ten, below nought, that the error of none of them exceeds. 18 is 10⁻¹⁸.
    #[must_use]
    pub fn error(&self) -> Option<u32> {
        if self.off == 0 {
            return None;
        }
        let fits = |places: &u32| 10_u128.checked_pow(27 - places).is_some_and(|parts| self.off <= parts);
        (0..=27).rev().find(fits)
    }
}

/// The totals after one more risk; none where there are too many.
fn joined(before: &[(i128, u128)], impact: i128, chance: Fraction, round: bool) -> Option<Vec<(i128, u128)>> {
    let stays = |(total, parts): &(i128, u128)| (*total, parts * (chance.of - chance.come));
    let comes = |(total, parts): &(i128, u128)| (*total + impact, parts * chance.come);
    let (mut left, mut right) = (before.iter().map(stays).peekable(), before.iter().map(comes).peekable());
    let mut after = Vec::with_capacity(before.len() * 2);
    loop {
        let (total, parts) = match (left.peek().copied(), right.peek().copied()) {
            (Some(a), Some(b)) if a.0 == b.0 => {
                left.next();
                right.next();
                (a.0, a.1 + b.1)
            }
            (Some(a), Some(b)) if a.0 < b.0 => left.next().unwrap_or(a),
            (Some(a), None) => left.next().unwrap_or(a),
            (_, Some(b)) => right.next().unwrap_or(b),
            (None, None) => return Some(after),
        };
        let parts = if round { (parts + chance.of / 2) / chance.of } else { parts };
        if parts > 0 {
            after.push((total, parts));
        }
        if after.len() > MOST {
            return None;
        }
    }
}

/// A part of a whole as a rate, rounded once, half away from nought. The whole is below 2¹²⁷, so that twice what is left
/// over fits.
fn billionths(part: u128, whole: u128) -> i128 {
    let (mut quotient, mut left) = (0_u128, 0_u128);
    for bit in (0..u128::BITS - ALL.leading_zeros()).rev() {
        (quotient, left) = (quotient * 2, left * 2);
        if left >= whole {
            (quotient, left) = (quotient + 1, left - whole);
        }
        if ALL >> bit & 1 == 1 {
            left += part;
            if left >= whole {
                (quotient, left) = (quotient + 1, left - whole);
            }
        }
    }
    let rounded = if left >= whole - left { quotient + 1 } else { quotient };
    i128::try_from(rounded).unwrap_or(ALL)
}

/// The standard deviation of the total of independent risks, in pence, rounded once. None where the squares do not fit.
///
/// With *d* a common denominator of the likelihoods *a ÷ d*: √(Σ impact² × a × (d − a)) ÷ d.
#[must_use]
pub fn standard_deviation(blows: &[Blow]) -> Option<i128> {
    let fractions = blows.iter().map(|blow| Some((blow.impact, blow.fraction()?))).collect::<Option<Vec<_>>>()?;
    // All divide a billion, and so does their least common multiple.
    let below = fractions.iter().fold(1_u128, |all, (_, f)| all / common(all, f.of) * f.of);
    let four_times_variance = fractions.iter().try_fold(0_u128, |sum, (impact, f)| {
        let come = f.come * (below / f.of);
        let square = impact.unsigned_abs().checked_pow(2)?;
        sum.checked_add(square.checked_mul(come * (below - come))?.checked_mul(4)?)
    })?;
    // The nearest whole q: the largest for which (2q − 1) × d is at most 2d times the deviation.
    i128::try_from((four_times_variance.isqrt() + below) / (2 * below)).ok()
}

fn common(a: u128, b: u128) -> u128 {
    let whole = |n| i128::try_from(n).unwrap_or(1);
    common_divisor(whole(a), whole(b)).unsigned_abs().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POUND: i128 = 100;
    const THOUSAND: i128 = 1_000 * POUND;
    const MILLION: i128 = 1_000 * THOUSAND;

    fn percent(impact: i128, likelihood: i128) -> Blow {
        Blow { impact, likelihood: likelihood * ALL / 100 }
    }

    /// Two coins of £1: 0, 1 and 2 with a quarter, a half and a quarter. Three quarters are not above 1.
    #[test]
    fn equal_totals_are_one() {
        let two = Distribution::of(&[percent(POUND, 50); 2]).unwrap();
        assert_eq!(two.totals, [(0, 1), (100, 2), (200, 1)]);
        assert_eq!((two.whole, two.error(), two.rounded_up_to()), (4, None, None));
        assert_eq!([25, 26, 75, 76, 100].map(|p| two.percentile(p)), [0, 100, 100, 200, 200]);
        assert_eq!([-1, 0, 99, 100, 200].map(|x| two.chance_above(x)), [ALL, 750_000_000, 750_000_000, 250_000_000, 0]);
    }

    /// What is sure to come is in every total; what never comes, and what costs nothing, in none.
    #[test]
    fn nought_and_a_hundred_per_cent_have_their_meaning() {
        let all = Distribution::of(&[percent(300, 100), percent(500, 0), percent(0, 50), percent(40, 10)]).unwrap();
        assert_eq!(all.totals, [(300, 9), (340, 1)]);
        assert_eq!([0, 50, 90, 91].map(|p| all.percentile(p)), [300, 300, 300, 340]);
        assert_eq!(Distribution::of(&[]).unwrap().percentile(90), 0);
        assert_eq!(Distribution::of(&[Blow { impact: 1, likelihood: ALL + 1 }]), None);
    }

    /// A third of a whole has no end as a decimal and rounds down, two thirds up; a whole near 2¹²⁷ fits.
    #[test]
    fn chances_round_once() {
        assert_eq!((billionths(1, 3), billionths(2, 3)), (333_333_333, 666_666_667));
        assert_eq!((billionths(0, 7), billionths(7, 7), billionths(1, 2_000_000_000)), (0, ALL, 1));
        let whole = i128::MAX.unsigned_abs();
        assert_eq!((billionths(whole / 2, whole), billionths(whole, whole)), (500_000_000, ALL));
    }

    /// Of 25 risks of one in ten the whole is 10²⁵ and fits; rounded as if it did not, nothing that is printed differs. Totals
    /// after n risks are 0 to n(n + 1) ÷ 2: Σ (n(n + 1) ÷ 2 + 1) = 2,925 + 25 roundings of half a part are 1,475 parts, below 10⁴ of
    /// 10²⁷. Four likelihoods of nine digits have a whole of 10³⁶; five would need 10⁴⁵: 2 + 3 + 4 + 5 + 6 roundings, 10 parts.
    #[test]
    fn rounded_chances_agree_with_exact_ones() {
        let blows: Vec<Blow> = (1..=25).map(|n| percent(n * THOUSAND, 10)).collect();
        let risks: Vec<_> = blows.iter().map(|blow| (*blow, blow.fraction().unwrap())).collect();
        let exact = Distribution::of(&blows).unwrap();
        assert_eq!((exact.error(), exact.whole), (None, 10_u128.pow(25)));
        let rounded = Distribution::in_steps(&risks, None, 1).unwrap();
        assert_eq!(rounded.error(), Some(23));
        for p in 1..100 {
            assert_eq!(exact.percentile(p), rounded.percentile(p), "P{p}");
        }
        for n in 0..325 {
            let x = n * THOUSAND;
            assert_eq!(exact.chance_above(x), rounded.chance_above(x), "above {x}");
        }
        let odd = Blow { impact: THOUSAND, likelihood: 123_456_789 };
        assert_eq!(Distribution::of(&[odd; 4]).unwrap().error(), None);
        assert_eq!(Distribution::of(&[odd; 5]).unwrap().error(), Some(26));
    }

    /// Twenty impacts of powers of two have 2²⁰ totals in pence; in thousands of pounds all are one thousand or few more.
    #[test]
    fn too_many_totals_are_rounded_up() {
        let blows: Vec<Blow> = (0..20).map(|n| percent(1 << n, 50)).collect();
        let all = Distribution::of(&blows).unwrap();
        assert_eq!(all.rounded_up_to(), Some(THOUSAND));
        // 2⁰ to 2¹⁶ are below £1,000; 131,072p is £2,000, 262,144p £3,000 and 524,288p £6,000: 17 + 2 + 3 + 6.
        assert_eq!(all.totals.last().map(|(total, _)| *total), Some(28 * THOUSAND));
        // No total is above all impacts together, 2²⁰ − 1 pence.
        assert_eq!(all.percentile(100), (1 << 20) - 1);
    }

    /// A register in millions of pounds that has too many totals even so is refused, and not worked on for ever.
    #[test]
    fn a_register_beyond_all_is_refused() {
        let blows: Vec<Blow> = (0..24).map(|n| percent((1 << n) * MILLION, 50)).collect();
        assert_eq!(Distribution::of(&blows), None);
    }

    /// One of £1 at 50%: half a pound. Two of them: √2 ÷ 2 pounds, 70.7 pence. One at 20%: √(0.2 × 0.8) = 40 pence.
    #[test]
    fn the_standard_deviation_is_rounded_once() {
        assert_eq!(standard_deviation(&[percent(100, 50)]), Some(50));
        assert_eq!(standard_deviation(&[percent(100, 50); 2]), Some(71));
        assert_eq!(standard_deviation(&[percent(100, 20)]), Some(40));
        assert_eq!(standard_deviation(&[percent(1, 50)]), Some(1));
        assert_eq!(standard_deviation(&[percent(100, 100), percent(9, 0)]), Some(0));
        assert_eq!(standard_deviation(&[Blow { impact: i128::MAX, likelihood: 1 }]), None);
    }
}
