//! Writers: a report's [`Document`](crate::report::table::Document) as text for people (table,
//! Markdown) or for machines (CSV, JSON).
//!
//! For people, figures are rounded to the display unit in [`figure`] and nowhere else; for
//! machines they are written exactly. All words pass through [`text::clean`], so that a title in a
//! scenario file cannot send escape sequences to somebody's terminal. A writer writes to the
//! `io::Write` it is given; only [`mod@file`] touches the disk.

mod columns;
pub mod comment;
pub mod csv;
pub mod figure;
pub mod file;
mod flow;
pub mod footing;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod message;
mod register;
pub mod sarif;
pub mod shown;
pub mod table;
pub mod text;
pub mod waterfall;
pub mod xlsx;

use std::path::Path;

pub use figure::Display;
pub use file::{Whole, write_whole};

/// A form in which results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tables for a terminal or a text file.
    Table,
    /// Tidy CSV, one row a cell.
    Csv,
    /// JSON with decimals as strings.
    Json,
    /// GitHub-flavoured Markdown.
    Markdown,
}

impl Format {
    /// Every format, in the order shown to people.
    pub const ALL: [Self; 4] = [Self::Table, Self::Csv, Self::Json, Self::Markdown];

    /// The word typed after `--format`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }

    /// The format of a word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The format a file's name asks for.
    #[must_use]
    pub fn from_suffix(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Table),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_says_its_format() {
        let of = |name: &str| Format::from_suffix(Path::new(name));
        assert_eq!(of("plan.csv"), Some(Format::Csv));
        assert_eq!(of("out/plan.v2.JSON"), Some(Format::Json));
        assert_eq!(of("comment.md"), Some(Format::Markdown));
        assert_eq!(of("plan.txt"), Some(Format::Table));
        assert_eq!(of("plan"), None);
        assert_eq!(of("plan.pdf"), None);
        assert_eq!(Format::read("markdown"), Some(Format::Markdown));
        assert_eq!(Format::read("md"), None);
    }
}
