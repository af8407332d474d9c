//! The border to a library that holds every number of a sheet in binary: its shortest decimal text, cut where
//! the spreadsheet program cuts it. The one file of the import in which a float has a name.

use crate::vocabulary::number::{self, read_decimal, ten_to};

/// The most significant digits that a spreadsheet program shows of a number, anywhere.
const SHOWN: usize = 15;

/// The most places after the point that a number is held with.
const DEEPEST: u32 = 28;

/// A number of a sheet, exactly as the spreadsheet program would show all of its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Its digits as a whole number.
    pub mantissa: i128,
    /// How many of them stand after the point.
    pub scale: u32,
    /// Whether digits beyond the fifteenth, which no program shows, were left out: the trace of binary
    /// arithmetic.
    pub noise: bool,
}

impl Number {
    /// A number of a sheet from the float of the library; nothing when it is no number, or one so large or
    /// so small that no plan holds it.
    pub(super) fn of_float(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        // The shortest text that means this very float, without an exponent.
        Self::of_text(&value.to_string())
    }

    /// A number from plain decimal text, with thousands commas or without.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let digits = text.trim_start_matches('-').replace([',', '.'], "");
        let significant = digits.trim_start_matches('0').trim_end_matches('0').len();
        if significant <= SHOWN
            && let Ok((mantissa, scale)) = read_decimal(text)
        {
            return Some(Self { mantissa, scale, noise: false });
        }
        cut(text)
    }

    /// The number times ten to the `power`, in steps of ten to minus `places`; what is beyond the last step
    /// is rounded half away from nought, and said.
    ///
    /// Nothing comes back where the number is too large to hold.
    #[must_use]
    pub fn steps(self, power: u32, places: u32) -> Option<Steps> {
        let up = power.checked_add(places)?;
        if up >= self.scale {
            let steps = self.mantissa.checked_mul(ten_to(up - self.scale))?;
            return number::hold(steps).ok().map(|steps| Steps { steps, hidden: false });
        }
        let divisor = ten_to(self.scale - up);
        let steps = number::divide(self.mantissa, divisor).ok()?;
        Some(Steps { steps, hidden: self.mantissa % divisor != 0 })
    }

    /// Whether it is nought.
    #[must_use]
    pub fn is_nought(self) -> bool {
        self.mantissa == 0
    }
}

/// A number in steps of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// The steps, rounded where digits were hidden.
    pub steps: i128,
    /// Whether the number had digits beyond the last step.
    pub hidden: bool,
}

/// A number with more digits than are shown, rounded to those that are.
fn cut(text: &str) -> Option<Number> {
    let (negative, plain) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let plain = plain.replace(',', "");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if all.is_empty() || !all.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let first = all.iter().position(|d| *d != b'0').unwrap_or(all.len());
    let end = (first + SHOWN).min(all.len());
    let mut mantissa: i128 = 0;
    for digit in &all[first..end] {
        mantissa = mantissa * 10 + i128::from(digit - b'0');
    }
    if all.get(end).is_some_and(|d| *d >= b'5') {
        mantissa += 1;
    }
    // Digits kept after the point; negative where the last kept digit stands before it.
    let after = i64::try_from(end).ok()? - i64::try_from(whole.len()).ok()?;
    let (mantissa, scale) = if after >= 0 {
        (mantissa, u32::try_from(after).ok()?)
    } else {
        let up = u32::try_from(-after).ok().filter(|up| *up <= 20)?;
        (mantissa.checked_mul(ten_to(up))?, 0)
    };
    let noise = all.iter().skip(first).rev().skip_while(|d| **d == b'0').count() > SHOWN;
    // Beyond so many places nothing can be held. What stands there is no nought: it stays the least that can be
    // held, a digit beyond every unit's last step, to be refused or rounded like any other.
    let (mantissa, scale) = match scale.checked_sub(DEEPEST).filter(|over| *over > 0) {
        Some(over) if over <= 38 => ((mantissa / ten_to(over)).max(i128::from(mantissa != 0)), DEEPEST),
        Some(_) => (i128::from(mantissa != 0), DEEPEST),
        None => (mantissa, scale),
    };
    Some(Number { mantissa: if negative { -mantissa } else { mantissa }, scale, noise })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: f64) -> (i128, u32, bool) {
        let number = Number::of_float(value).unwrap();
        (number.mantissa, number.scale, number.noise)
    }

    #[test]
    fn floats_are_read_as_the_sheet_shows_them() {
        assert_eq!(read(0.1), (1, 1, false));
        assert_eq!(read(1234.5), (12_345, 1, false));
        assert_eq!(read(-58_000_000.0), (-58_000_000, 0, false));
        // What 0.1 + 0.2 leaves in the seventeenth digit is shown by no program.
        assert_eq!(read(0.1 + 0.2), (300_000_000_000_000, 15, true));
        assert_eq!(Number::of_float(0.1 + 0.2).unwrap().steps(0, 2), Some(Steps { steps: 30, hidden: false }));
        assert_eq!(Number::of_float(1234.56789).unwrap().steps(0, 2), Some(Steps { steps: 123_457, hidden: true }));
        assert_eq!(
            Number::of_float(1234.56789).unwrap().steps(3, 2),
            Some(Steps { steps: 123_456_789, hidden: false })
        );
        // The least that a sheet can hold is no nought.
        for small in [5e-30, 5e-324, -1e-20] {
            let number = Number::of_float(small).unwrap();
            assert_eq!(number.steps(6, 2), Some(Steps { steps: 0, hidden: true }), "{small}");
            assert!(!number.is_nought() && !number.noise, "{small}");
        }
        assert_eq!(read(5e-30), (1, 28, false));
        assert_eq!(read(0.1 + 0.2 - 0.3), (555_111_512_312, 28, true));
        assert_eq!(Number::of_float(f64::NAN), None);
        assert_eq!(Number::of_float(1e300), None);
        assert_eq!(Number::of_float(-2.005).unwrap().steps(0, 2), Some(Steps { steps: -201, hidden: true }));
    }
}
