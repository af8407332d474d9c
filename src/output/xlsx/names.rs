//! Names that Excel and LibreOffice both take: of rows and inputs, of sheets.
//!
//! A defined name is the address with dots (`exshire.saving.home_first.full_year`). A part that looks like
//! a cell (`h2`, `tax2026`) is given a line at its end, since LibreOffice reads `saving.h2` as a cell of a
//! sheet; the same name twice is told apart by a number.

use std::collections::BTreeSet;

/// The most characters of a defined name.
const LONGEST_NAME: usize = 255;
/// The most characters of a sheet's name.
const LONGEST_SHEET: usize = 31;

/// Names in use.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// A defined name for an address or a path, unlike all before.
    pub fn of(&mut self, address: &str) -> String {
        let parts: Vec<String> = address.split(['/', '.']).filter(|part| !part.is_empty()).map(part).collect();
        let mut name = parts.join(".");
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || !name.contains('.') {
            name.insert_str(0, "row_");
        }
        self.unlike(&name, LONGEST_NAME, '_')
    }

    /// A name for a sheet, unlike all before.
    pub fn of_sheet(&mut self, name: &str) -> String {
        let kept: String = name.chars().filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\')).collect();
        self.unlike(kept.trim_matches(['\'', ' ']), LONGEST_SHEET, ' ')
    }

    fn unlike(&mut self, name: &str, longest: usize, before_number: char) -> String {
        let cut = |room: usize| name.chars().take(room).collect::<String>();
        let mut candidate = cut(longest);
        let mut number = 1;
        // Programs tell names apart without regard to case.
        while !self.0.insert(candidate.to_lowercase()) {
            number += 1;
            let end = format!("{before_number}{number}");
            candidate = format!("{}{end}", cut(longest - end.len()));
        }
        candidate
    }
}

/// A part of a name: letters, digits and lines, and nothing that reads as a cell.
fn part(text: &str) -> String {
    let kept: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if looks_like_a_cell(&kept) { format!("{kept}_") } else { kept }
}

/// Whether a word is a cell's in either notation (`B5`, `R1C1`, `R`, `C`).
fn looks_like_a_cell(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let in_columns = (1..=3).contains(&letters) && letters < word.len() && digits(&word[letters..]);
    let by_number = word.strip_prefix('r').is_some_and(|rest| match rest.split_once('c') {
        Some((row, column)) => digits(row) && digits(column),
        None => digits(rest),
    });
    in_columns || by_number || word.strip_prefix('c').is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_addresses_with_dots() {
        let mut names = Names::default();
        assert_eq!(names.of("exshire/saving/home_first/in_year"), "exshire.saving.home_first.in_year");
        assert_eq!(names.of("saving.home_first.delivery"), "saving.home_first.delivery");
        assert_eq!(names.of("saving/home_first/delivery"), "saving.home_first.delivery_2");
        assert_eq!(names.of("a/saving/h2/x"), "a.saving.h2_.x");
        assert_eq!(names.of("r/line/r1c1/c"), "r_.line.r1c1_.c_");
        assert_eq!(names.of("driver.a-b c"), "driver.a_b_c");
        assert_eq!(names.of("alone"), "row_alone");
        assert_eq!(names.of(&format!("line.{}", "x".repeat(400))).len(), 255);
        assert_eq!(names.of(&format!("line.{}", "x".repeat(400))).len(), 255);
    }

    #[test]
    fn sheets_have_short_names_of_their_own() {
        let mut names = Names::default();
        let long = "Inputs a_very_long_name_of_a_council_indeed";
        assert_eq!(names.of_sheet(long), "Inputs a_very_long_name_of_a_co");
        assert_eq!(names.of_sheet(long), "Inputs a_very_long_name_of_a_ 2");
        assert_eq!(names.of_sheet("a/b:c*'"), "abc");
        assert_eq!(names.of_sheet("ABC"), "ABC 2");
    }
}
