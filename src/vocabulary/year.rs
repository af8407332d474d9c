//! Financial years: 1 April to 31 March, written `2026/27` by councils and `2026-27` in
//! addresses, file names and Whitehall papers.

use std::fmt;
use std::str::FromStr;

/// The year that begins on 1 April of the year it stores: `2026` is 2026/27.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinancialYear(i32);

impl FinancialYear {
    /// The years that can be typed; anything else is a slip of the keyboard.
    const SPOKEN_OF: std::ops::RangeInclusive<i32> = 1900..=2199;

    /// The financial year that begins on 1 April of `start`.
    #[must_use]
    pub const fn starting(start: i32) -> Self {
        Self(start)
    }

    /// The calendar year in which it begins.
    #[must_use]
    pub const fn start(self) -> i32 {
        self.0
    }

    /// The year `n` years later (earlier when negative).
    #[must_use]
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0.saturating_add(n))
    }

    /// The hyphenated form used in addresses: `2026-27`.
    #[must_use]
    pub fn hyphenated(self) -> String {
        format!("{}-{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

/// The text is no financial year; the message says what to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearError(String);

impl fmt::Display for YearError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for YearError {}

impl FromStr for FinancialYear {
    type Err = YearError;

    fn from_str(text: &str) -> Result<Self, YearError> {
        let wrong = || YearError(format!("`{text}` is not a financial year; write it as 2026/27"));
        let (first, second) = text.split_once(['/', '-']).ok_or_else(wrong)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if first.len() != 4 || !digits(first) || !digits(second) {
            return Err(wrong());
        }
        let start: i32 = first.parse().map_err(|_| wrong())?;
        let end: i32 = second.parse().map_err(|_| wrong())?;
        if !Self::SPOKEN_OF.contains(&start) {
            return Err(YearError(format!(
                "`{text}` is not a year that plans speak of ({} to {})",
                Self(*Self::SPOKEN_OF.start()),
                Self(*Self::SPOKEN_OF.end())
            )));
        }
        let follows = match second.len() {
            2 => end == (start + 1) % 100,
            4 => end == start + 1,
            _ => return Err(wrong()),
        };
        if follows {
            Ok(Self(start))
        } else {
            Err(YearError(format!(
                "`{text}` is not a financial year: {} is followed by {}; did you mean {}?",
                start,
                start + 1,
                Self(start)
            )))
        }
    }
}

/// The years a scenario speaks of: the base year (year 0) and the plan years 1 to `years`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    base: FinancialYear,
    years: i32,
}

impl Horizon {
    /// The longest plan the tool projects.
    pub const LONGEST: i32 = 50;

    /// A horizon of `years` plan years after `base`, held between 1 and [`Horizon::LONGEST`].
    #[must_use]
    pub fn new(base: FinancialYear, years: i32) -> Self {
        Self { base, years: years.clamp(1, Self::LONGEST) }
    }

    /// The base year: the last approved budget.
    #[must_use]
    pub const fn base(self) -> FinancialYear {
        self.base
    }

    /// The number of plan years.
    #[must_use]
    pub const fn years(self) -> i32 {
        self.years
    }

    /// Year numbers of the plan: 1 to the last.
    pub fn plan(self) -> std::ops::RangeInclusive<i32> {
        1..=self.years
    }

    /// The financial year of year number `t`; 0 is the base year.
    #[must_use]
    pub const fn year(self, t: i32) -> FinancialYear {
        self.base.plus(t)
    }

    /// The year number of `year`, when it is the base year or a plan year.
    #[must_use]
    pub fn number(self, year: FinancialYear) -> Option<i32> {
        let t = year.start() - self.base.start();
        (0..=self.years).contains(&t).then_some(t)
    }

    /// The first plan year.
    #[must_use]
    pub const fn first(self) -> FinancialYear {
        self.base.plus(1)
    }

    /// The last plan year.
    #[must_use]
    pub const fn last(self) -> FinancialYear {
        self.base.plus(self.years)
    }

    /// The calendar month (counted from January of year 0) of April of year number `t`.
    #[must_use]
    pub fn april(self, t: i32) -> i128 {
        i128::from(self.year(t).start()) * 12 + 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        assert_eq!("2026/27".parse(), Ok(FinancialYear(2026)));
        assert_eq!("2026-27".parse(), Ok(FinancialYear(2026)));
        assert_eq!("2026/2027".parse(), Ok(FinancialYear(2026)));
        assert_eq!("1999/00".parse(), Ok(FinancialYear(1999)));
        assert_eq!(FinancialYear(1999).to_string(), "1999/00");
        assert_eq!(FinancialYear(2026).hyphenated(), "2026-27");
    }

    #[test]
    fn a_wrong_second_year_is_told_apart() {
        let error = "2026/28".parse::<FinancialYear>().unwrap_err().to_string();
        assert!(error.contains("did you mean 2026/27"), "{error}");
        assert!("26/27".parse::<FinancialYear>().is_err());
        assert!("2026".parse::<FinancialYear>().is_err());
        assert!("2026/7".parse::<FinancialYear>().is_err());
    }

    #[test]
    fn year_numbers_follow_the_base() {
        let horizon = Horizon::new(FinancialYear(2025), 3);
        assert_eq!(horizon.number(FinancialYear(2026)), Some(1));
        assert_eq!(horizon.number(FinancialYear(2029)), None);
        assert_eq!(horizon.last(), FinancialYear(2028));
    }
}
