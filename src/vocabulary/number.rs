//! The number rule, in one file.
//!
//! A value is a whole number of its unit's smallest step (a penny, a billionth for a rate). A
//! formula multiplies and divides whole numbers without loss and **rounds once, at its end, half
//! away from zero**: 2.5 becomes 3 and −2.5 becomes −3, which is what a finance officer does on
//! paper and what a spreadsheet's `ROUND` gives. Nothing wraps and nothing is approximated: what
//! does not fit is a [`NumberError`].

use rust_decimal::Decimal;

/// Why a number could not be computed or held. An error, never a default value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// The value, or an exact product on the way to it, is too large to hold.
    Overflow,
    /// A divisor is nought.
    DivisionByZero,
}

impl std::fmt::Display for NumberError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Overflow => "the figure is too large to hold exactly",
            Self::DivisionByZero => "the formula divides by nought",
        })
    }
}

impl std::error::Error for NumberError {}

/// The largest magnitude a cell may hold, in its smallest step: what a 96-bit decimal can print.
pub const LARGEST: i128 = (1 << 96) - 1;

/// 10 to the power of `n`, for the small powers that scales need (`n` up to 38).
#[must_use]
pub fn ten_to(n: u32) -> i128 {
    POWERS_OF_TEN[n.min(38) as usize]
}

/// Worked out once, when the program is built: every product and every sum of weights asks for one.
const POWERS_OF_TEN: [i128; 39] = {
    let mut powers = [1; 39];
    let mut n = 1;
    while n < powers.len() {
        powers[n] = powers[n - 1] * 10;
        n += 1;
    }
    powers
};

/// The two multiplied, or nothing when the product does not fit.
///
/// Nearly all figures fit in 64 bits, and there a product cannot be too large and the processor makes
/// it in one step.
#[must_use]
pub fn times(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i128::from(a) * i128::from(b)),
        _ => a.checked_mul(b),
    }
}

/// `numerator / denominator` rounded once, half away from zero.
///
/// # Errors
/// Division by nought, or a result beyond [`LARGEST`].
pub fn divide(numerator: i128, denominator: i128) -> Result<i128, NumberError> {
    if let (Ok(above), Ok(below)) = (i64::try_from(numerator), i64::try_from(denominator))
        && let Some(quotient) = divide_short(above, below)
    {
        return Ok(i128::from(quotient));
    }
    if denominator == 0 {
        return Err(NumberError::DivisionByZero);
    }
    let quotient = numerator.checked_div(denominator).ok_or(NumberError::Overflow)?;
    let remainder = numerator.checked_rem(denominator).ok_or(NumberError::Overflow)?;
    // |remainder| × 2 ≥ |denominator|, written so that it cannot overflow.
    let rounded = if remainder.unsigned_abs() >= denominator.unsigned_abs() - remainder.unsigned_abs() {
        let away = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
        quotient.checked_add(away).ok_or(NumberError::Overflow)?
    } else {
        quotient
    };
    hold(rounded)
}

/// The same in 64 bits, in which the processor divides by itself; nothing for a divisor of nought, or where the result
/// does not fit.
#[must_use]
pub fn divide_short(numerator: i64, denominator: i64) -> Option<i64> {
    let (quotient, remainder) = (numerator.checked_div(denominator)?, numerator.checked_rem(denominator)?);
    if remainder.unsigned_abs() >= denominator.unsigned_abs() - remainder.unsigned_abs() {
        quotient.checked_add(if (numerator < 0) == (denominator < 0) { 1 } else { -1 })
    } else {
        Some(quotient)
    }
}

/// `value` itself when a cell can hold it.
///
/// # Errors
/// The value lies beyond [`LARGEST`].
pub fn hold(value: i128) -> Result<i128, NumberError> {
    if value.unsigned_abs() <= LARGEST.unsigned_abs() { Ok(value) } else { Err(NumberError::Overflow) }
}

/// The product of `factors` over the product of `divisors`, rounded once at the end.
///
/// The plain products are tried first; when one does not fit, common factors are cancelled before
/// multiplying, so that long chains of rates with few digits stay exact.
///
/// # Errors
/// A divisor of nought, or an exact product that does not fit in 128 bits even when cancelled.
pub fn product_over(factors: &[i128], divisors: &[i128]) -> Result<i128, NumberError> {
    if let (Some(numerator), Some(denominator)) = (multiply(factors), multiply(divisors)) {
        return divide(numerator, denominator);
    }
    if divisors.contains(&0) {
        return Err(NumberError::DivisionByZero);
    }
    let mut above = factors.to_vec();
    let mut below = divisors.to_vec();
    for divisor in &mut below {
        for factor in &mut above {
            let common = common_divisor(*factor, *divisor);
            if common > 1 {
                *factor /= common;
                *divisor /= common;
            }
        }
    }
    match (multiply(&above), multiply(&below)) {
        (Some(numerator), Some(denominator)) => divide(numerator, denominator),
        _ => Err(NumberError::Overflow),
    }
}

fn multiply(values: &[i128]) -> Option<i128> {
    if values.contains(&0) {
        return Some(0);
    }
    values.iter().try_fold(1_i128, |so_far, v| times(so_far, *v))
}

/// The greatest whole number that divides both; of nought and a number the number, and so nought of two noughts. Where
/// it does not fit, which only the least number of all brings about, 1.
#[must_use]
pub fn common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a).unwrap_or(1)
}

/// `value` rounded to a multiple of ten to the power of `drop`, half away from zero, and left at
/// its scale: a tax base held at 4 decimals and stated at 1 drops 3.
///
/// # Errors
/// The result lies beyond [`LARGEST`].
pub fn coarsen(value: i128, drop: u32) -> Result<i128, NumberError> {
    if drop == 0 {
        return Ok(value);
    }
    let step = ten_to(drop);
    hold(divide(value, step)?.checked_mul(step).ok_or(NumberError::Overflow)?)
}

/// The largest whole multiple of `step` that is not above `value`: how many wards really close.
///
/// # Errors
/// A step of nought or less.
pub fn step_down(value: i128, step: i128) -> Result<i128, NumberError> {
    if step <= 0 {
        return Err(NumberError::DivisionByZero);
    }
    hold(value.div_euclid(step).checked_mul(step).ok_or(NumberError::Overflow)?)
}

/// A decimal for printing: `mantissa` steps of ten to the minus `scale`.
#[must_use]
pub fn decimal(mantissa: i128, scale: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(mantissa, scale).unwrap_or(if mantissa < 0 { Decimal::MIN } else { Decimal::MAX })
}

/// Why a text is not a plain decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalTextError {
    /// It is not digits with at most one point (and a sign).
    NotANumber,
    /// It has more digits than a decimal can hold without rounding.
    TooLong,
}

/// Reads a plain decimal text exactly, never through a binary float. Underscores between digits
/// and thousands commas are allowed; an exponent is not.
///
/// Returns the mantissa and its scale, trailing noughts kept: `"12.50"` is `(1250, 2)`.
///
/// # Errors
/// The text is no plain number, or has more digits than can be held exactly.
pub fn read_decimal(text: &str) -> Result<(i128, u32), DecimalTextError> {
    if let Some(read) = read_plain(text) {
        return Ok(read);
    }
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let whole_plain: String = strip_separators(whole).ok_or(DecimalTextError::NotANumber)?;
    let fraction_plain: String = fraction.replace('_', "");
    if !plain(&whole_plain) || !plain(&fraction_plain) || whole_plain.is_empty() {
        return Err(DecimalTextError::NotANumber);
    }
    if digits.contains('.') && fraction_plain.is_empty() {
        return Err(DecimalTextError::NotANumber);
    }
    let all = format!("{whole_plain}{fraction_plain}");
    if all.trim_start_matches('0').len() > 28 || fraction_plain.len() > 28 {
        return Err(DecimalTextError::TooLong);
    }
    let magnitude: i128 = all.parse().map_err(|_| DecimalTextError::TooLong)?;
    let scale = u32::try_from(fraction_plain.len()).map_err(|_| DecimalTextError::TooLong)?;
    Ok((if negative { -magnitude } else { magnitude }, scale))
}

/// Digits with at most one point between them, as nearly all figures are written, read as they stand.
/// Anything else is nothing here.
fn read_plain(text: &str) -> Option<(i128, u32)> {
    // So few digits always fit.
    if text.len() > 28 {
        return None;
    }
    let mut mantissa = 0_i128;
    let mut scale = None;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + i128::from(byte - b'0');
                scale = scale.map(|places: u32| places + 1);
            }
            b'.' if scale.is_none() => scale = Some(0),
            _ => return None,
        }
    }
    let digits_on_both_sides = !text.is_empty() && !text.starts_with('.') && scale != Some(0);
    digits_on_both_sides.then_some((mantissa, scale.unwrap_or(0)))
}

/// The digits of the whole part, without `_` and without commas that stand where thousands do.
fn strip_separators(whole: &str) -> Option<String> {
    if whole.contains(',') {
        let mut groups = whole.split(',');
        let first = groups.next()?;
        if first.is_empty() || first.len() > 3 || groups.any(|g| g.len() != 3) {
            return None;
        }
    }
    Some(whole.replace([',', '_'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(divide(5, 2), Ok(3));
        assert_eq!(divide(-5, 2), Ok(-3));
        assert_eq!(divide(5, -2), Ok(-3));
        assert_eq!(divide(4, 3), Ok(1));
        assert_eq!(divide(-4, 3), Ok(-1));
        assert_eq!(divide(0, 7), Ok(0));
        assert_eq!(divide(1, 0), Err(NumberError::DivisionByZero));
        assert_eq!(divide(i128::MIN, -1), Err(NumberError::Overflow));
    }

    #[test]
    fn small_and_large_numbers_round_alike() {
        let wide = 1_i128 << 64;
        for (above, below) in [(5, 2), (-5, 2), (7, 5), (-7, 5), (8, 5), (-8, 5), (0, 3), (-1, 3), (-2, 3), (9, 3)] {
            assert_eq!(divide(above, below), divide(above * wide, below * wide), "{above} over {below}");
        }
        let least = i128::from(i64::MIN);
        assert_eq!(divide(least, 1), Ok(least));
        assert_eq!(divide(least, i128::from(i64::MAX)), Ok(-1));
    }

    proptest! {
        #[test]
        fn sixty_four_bits_divide_as_more_do(above in -(1_i64 << 62)..(1 << 62), below in -(1_i64 << 40)..(1 << 40)) {
            prop_assume!(below != 0);
            let wide = divide(i128::from(above) << 64, i128::from(below) << 64);
            prop_assert_eq!(divide_short(above, below).map(i128::from), wide.ok());
        }
    }

    #[test]
    fn a_long_chain_of_rates_stays_exact() {
        let grown = 1_030_000_000_i128;
        let factors = vec![12_345_678_901_i128, grown, grown, grown, grown, grown];
        let divisors = vec![1_000_000_000_i128; 5];
        // 123,456,789.01 × 1.03⁵ worked by hand in unlimited digits: 143,120,254.79561…
        assert_eq!(product_over(&factors, &divisors), Ok(14_312_025_480));
    }

    #[test]
    fn an_impossible_product_is_an_error() {
        assert_eq!(product_over(&[LARGEST, LARGEST - 1], &[1]), Err(NumberError::Overflow));
        assert_eq!(product_over(&[LARGEST, LARGEST], &[0]), Err(NumberError::DivisionByZero));
    }

    #[test]
    fn text_is_read_digit_by_digit() {
        assert_eq!(read_decimal("12.50"), Ok((1250, 2)));
        assert_eq!(read_decimal("-0.1"), Ok((-1, 1)));
        assert_eq!(read_decimal("1,234,567.8"), Ok((12_345_678, 1)));
        assert_eq!(read_decimal("1_000"), Ok((1000, 0)));
        assert_eq!(read_decimal("12345678901234567.89"), Ok((1_234_567_890_123_456_789, 2)));
        assert_eq!(read_decimal("1e3"), Err(DecimalTextError::NotANumber));
        assert_eq!(read_decimal("12,34"), Err(DecimalTextError::NotANumber));
        assert_eq!(read_decimal(""), Err(DecimalTextError::NotANumber));
        assert_eq!(read_decimal("."), Err(DecimalTextError::NotANumber));
        assert_eq!(read_decimal("12345678901234567890123456789"), Err(DecimalTextError::TooLong));
    }

    #[test]
    fn whole_steps_and_coarser_scales() {
        assert_eq!(step_down(400_000, 250_000), Ok(250_000));
        assert_eq!(step_down(-1, 10), Ok(-10));
        assert_eq!(coarsen(600_850_499, 3), Ok(600_850_000));
        assert_eq!(coarsen(600_850_500, 3), Ok(600_851_000));
    }
}
