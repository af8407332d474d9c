//! Addresses: how a cell is named on the command line, in CSV, in a workbook and in messages.
//!
//! `exshire/saving/home_first/in_year@2027-28` is organisation, kind, name, measure and year; parts
//! that do not apply are left out (`exshire/funding@2027-28`, `driver/pay/rate@2027-28`). A slash
//! in the year is read too.

use std::fmt;

use super::year::FinancialYear;

/// The address of a cell, or of a whole row when it has no year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The row: everything before the `@`.
    pub row: String,
    /// The year, for one cell of a row that has years.
    pub year: Option<FinancialYear>,
}

impl Address {
    /// Reads an address as typed.
    ///
    /// # Errors
    /// The part after `@` is no financial year; the message says what to type.
    pub fn read(text: &str) -> Result<Self, super::year::YearError> {
        match text.rsplit_once('@') {
            Some((row, year)) => Ok(Self { row: row.trim().to_owned(), year: Some(year.trim().parse()?) }),
            None => Ok(Self { row: text.trim().to_owned(), year: None }),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{}@{}", self.row, year.hyphenated()),
            None => f.write_str(&self.row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_year_forms_and_none() {
        let slash = Address::read("exshire/gap_before_savings@2026/27").unwrap();
        let hyphen = Address::read("exshire/gap_before_savings@2026-27").unwrap();
        assert_eq!(slash, hyphen);
        assert_eq!(slash.to_string(), "exshire/gap_before_savings@2026-27");
        assert_eq!(Address::read("reserve/general/opening").unwrap().year, None);
        assert!(Address::read("exshire/funding@2026").is_err());
    }
}
