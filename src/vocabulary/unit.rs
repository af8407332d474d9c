//! Units and the types that carry them, so that adding a rate to money does not compile.

use std::fmt;

use super::number::{self, decimal};

/// What a number counts. Each unit has one scale, at which every cell of that unit is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Pounds, in whole pence.
    Money,
    /// A percentage, share, weight or index, in billionths.
    Rate,
    /// A count that may be fractional (clients, tax base, weeks), to four decimals.
    Quantity,
    /// Pounds for one of something (a weekly fee, a Band D), to four decimals of a pound.
    UnitPrice,
    /// A length of time in months, in billionths of a month.
    Months,
    /// A calendar month, counted so that January of year 0 is 0.
    Month,
}

impl Unit {
    /// The number of decimals at which cells of this unit are held.
    #[must_use]
    pub const fn scale(self) -> u32 {
        match self {
            Self::Money => 2,
            Self::Rate | Self::Months => 9,
            Self::Quantity | Self::UnitPrice => 4,
            Self::Month => 0,
        }
    }

    /// The word used in CSV and JSON output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Money => "GBP",
            Self::Rate => "rate",
            Self::Quantity => "quantity",
            Self::UnitPrice => "GBP_each",
            Self::Months => "months",
            Self::Month => "month",
        }
    }
}

/// A type that stands for one [`Unit`]: the parameter of typed cells.
pub trait Valued: Copy {
    /// The unit of the values of this type.
    const UNIT: Unit;
    /// The value from whole steps of the unit's scale.
    fn from_steps(steps: i128) -> Self;
    /// The value in whole steps of the unit's scale.
    fn steps(self) -> i128;
}

macro_rules! valued {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i128);

        impl Valued for $name {
            const UNIT: Unit = Unit::$name;
            fn from_steps(steps: i128) -> Self {
                Self(steps)
            }
            fn steps(self) -> i128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", plain(Unit::$name, self.0))
            }
        }
    };
}

valued! {
    /// An amount of money in whole pence; its sign is the sign of what it measures.
    Money
}
valued! {
    /// A rate in billionths: 2.99 % is 29,900,000.
    Rate
}
valued! {
    /// A count to four decimals: 60,085 is 600,850,000.
    Quantity
}
valued! {
    /// A price for one, to four decimals of a pound: £956 is 9,560,000.
    UnitPrice
}
valued! {
    /// A length of time in billionths of a month.
    Months
}
valued! {
    /// A calendar month, counted in months from January of year 0.
    Month
}

/// The exact value as a plain decimal: minus sign, no separators, pence always shown, other units
/// without trailing noughts. Months of the calendar print as `2026-10`.
#[must_use]
pub fn plain(unit: Unit, steps: i128) -> String {
    match unit {
        Unit::Money => decimal(steps, 2).to_string(),
        Unit::Month => format!("{:04}-{:02}", steps.div_euclid(12), steps.rem_euclid(12) + 1),
        _ => decimal(steps, unit.scale()).normalize().to_string(),
    }
}

/// The value whose [`plain`] text this is; nothing where it is no value of the unit.
#[must_use]
pub fn read_plain(unit: Unit, text: &str) -> Option<i128> {
    if unit == Unit::Month {
        let (year, month) = text.split_once('-')?;
        let (year, month): (i128, i128) = (year.parse().ok()?, month.parse().ok()?);
        return (1..=12).contains(&month).then_some(year * 12 + month - 1);
    }
    let (mantissa, scale) = number::read_decimal(text).ok()?;
    rescale_exactly(mantissa, scale, unit.scale())
}

/// `steps` of a unit whose scale is `from`, re-expressed at scale `to`, or nothing when digits
/// would be lost or the value does not fit.
#[must_use]
pub fn rescale_exactly(steps: i128, from: u32, to: u32) -> Option<i128> {
    if to >= from {
        steps.checked_mul(number::ten_to(to - from)).and_then(|v| number::hold(v).ok())
    } else {
        let step = number::ten_to(from - to);
        (steps % step == 0).then(|| steps / step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let units = [Unit::Money, Unit::Rate, Unit::Quantity, Unit::UnitPrice, Unit::Months, Unit::Month];
        for unit in units {
            for steps in [0, 1, 24_000, 1_234_567_890_123] {
                assert_eq!(read_plain(unit, &plain(unit, steps)), Some(steps), "{unit:?} {steps}");
            }
        }
        assert_eq!(read_plain(Unit::Money, "-0.05"), Some(-5));
        assert_eq!(read_plain(Unit::Money, "0.005"), None);
        assert_eq!(read_plain(Unit::Month, "2026-13"), None);
        assert_eq!(read_plain(Unit::Money, "five"), None);
    }

    #[test]
    fn values_print_exactly() {
        assert_eq!(Money::from_steps(183_733).to_string(), "1837.33");
        assert_eq!(Money::from_steps(-5).to_string(), "-0.05");
        assert_eq!(Rate::from_steps(29_900_000).to_string(), "0.0299");
        assert_eq!(Month::from_steps(2026 * 12 + 9).to_string(), "2026-10");
        assert_eq!(Money::from_steps(0).to_string(), "0.00");
    }

    #[test]
    fn digits_are_never_lost_in_silence() {
        assert_eq!(rescale_exactly(125, 2, 4), Some(12_500));
        assert_eq!(rescale_exactly(12_500, 4, 2), Some(125));
        assert_eq!(rescale_exactly(12_501, 4, 2), None);
    }
}
