//! A finance team's own spreadsheet made into a scenario, and an edited workbook brought back into one.
//!
//! ```text
//! bytes ─▶ book ─▶ guess ─▶ map ─▶ rows ─▶ scenario text
//!          cells            (a file the team keeps)
//! ```
//!
//! Nothing in here reads or writes a file but through [`scenario`](crate::scenario); what is said of an import
//! is [`report::import`](crate::report::import)'s business.

mod archive;
pub mod book;
mod csv;
mod figure;
mod guess;
mod heading;
pub mod map;
mod map_text;
mod number;
mod read_map;
pub mod rows;
mod scenario_text;
mod separator;
mod sums;
mod text;
mod unread;
pub mod update;
mod xlsx;

use std::path::Path;
use std::sync::Arc;

use crate::open::Refused;
use crate::scenario::{Origin, Overlaid};
use crate::vocabulary::{Diagnostic, Diagnostics, Sources};

use book::Book;
use map::Map;
use rows::Taken;

pub use number::Number;

/// A workbook imported.
#[derive(Debug)]
pub struct Imported {
    /// The workbook.
    pub book: Book,
    /// The map that was followed.
    pub map: Map,
    /// The text of the map when it was guessed, to be kept; none when there was one.
    pub guessed: Option<String>,
    /// What was guessed, in words.
    pub guesses: Vec<String>,
    /// What came of following the map.
    pub taken: Taken,
    /// The scenario.
    pub scenario: String,
    /// Why the scenario does not open yet, if it does not.
    pub refused: Option<Box<Refused>>,
}

/// A workbook from the bytes of a file, by what they are: an .xlsx workbook, or CSV by the file's name.
///
/// # Errors
/// What is wrong with the file and what to do.
pub fn read_book(bytes: &[u8], path: &Path) -> Result<Book, Box<Diagnostic>> {
    read_sheets(bytes, path, &|_| true)
}

/// The input sheets of a workbook that was exported. Those on which it reckons are many times as large and are not
/// unpacked.
///
/// # Errors
/// What is wrong with the file and what to do.
pub fn read_inputs(bytes: &[u8], path: &Path) -> Result<Book, Box<Diagnostic>> {
    read_sheets(bytes, path, &|sheet| sheet.starts_with(update::SHEETS))
}

fn read_sheets(bytes: &[u8], path: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Book, Box<Diagnostic>> {
    let name = path.file_name().map_or_else(|| "workbook".to_owned(), |n| n.to_string_lossy().into_owned());
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" | "tsv" | "txt" => csv::read(bytes, &name),
        _ => xlsx::read(bytes, &name, wanted),
    }
}

/// Imports a workbook by its map (its text and its name), or by a guess. `written` is where the scenario will stand:
/// what is wrong with it names that file.
///
/// # Errors
/// The map is wrong, does not fit the workbook, or nothing could be guessed.
pub fn import(book: Book, map: Option<(&str, &str)>, map_name: &str, written: &Path) -> Result<Imported, Box<Refused>> {
    let (map, guessed, guesses) = match map {
        Some((text, name)) => {
            let (map, sources) = read_map::read(text, name)?;
            fits(&book, &map, sources)?;
            (map, None, Vec::new())
        }
        None => {
            let guess = guess::guess(&book).map_err(|why| {
                let mut wrong = Diagnostics::new();
                wrong
                    .push(Diagnostic::error("nothing_to_import", format!("`{}`: {why}", book.name)).hint(
                        "write the years above their columns, or write a map yourself: docs/import.md shows one",
                    ));
                Box::new(Refused { wrong, sources: Sources::new(), unreadable: false })
            })?;
            let text = map_text::text(&guess.map, &book.name);
            (guess.map, Some(text), guess.told)
        }
    };
    let taken = rows::follow(&book, &map);
    let scenario = scenario_text::text(&book, &map, &taken, map_name);
    let files = Overlaid::new([(written.to_owned(), scenario.clone())]);
    let refused = crate::open(&Origin::Kept(written.to_owned(), Arc::new(files)), &[], &[]).err();
    Ok(Imported { book, map, guessed, guesses, taken, scenario, refused })
}

/// Makes sure that the sheets and headings of a map are those of the workbook.
fn fits(book: &Book, map: &Map, sources: Sources) -> Result<(), Box<Refused>> {
    let mut wrong = Diagnostics::new();
    let mut tell = |range: &map::RangeMap, message: String, hint: String| {
        let told = Diagnostic::error("map_does_not_fit", message).hint(hint);
        wrong.push(match range.place {
            Some(place) => told.at(place),
            None => told,
        });
    };
    for range in &map.ranges {
        match book.sheets.iter().find(|s| s.name == range.sheet) {
            None => {
                let names: Vec<String> = book.sheets.iter().map(|s| format!("`{}`", s.name)).collect();
                let hint = format!("its sheets are {}", names.join(", "));
                tell(range, format!("`{}` has no sheet `{}`", book.name, range.sheet), hint);
            }
            Some(sheet) => {
                for moved in guess::headings_that_moved(sheet, range) {
                    let message = format!("`{}`, sheet `{}`: {moved}", book.name, sheet.name);
                    let hint = "columns were moved or headings changed: put `years` right, or take `header` out";
                    tell(range, message, hint.to_owned());
                }
            }
        }
    }
    if wrong.has_errors() { Err(Box::new(Refused { wrong, sources, unreadable: false })) } else { Ok(()) }
}
