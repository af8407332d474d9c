//! The first map, guessed from how the sheets look. Every guess is told, and stands in the map to be changed.

mod blocks;
mod table;
mod words;

use std::collections::BTreeMap;

use super::book::{Book, Cell, Sheet, reference};
use super::map::{CellUnit, Map, PlanPart, RangeMap};
use crate::language::MoneyUnit;
use crate::vocabulary::name::slug;
use crate::vocabulary::{FinancialYear, Horizon};
use table::{Table, years_of};

/// A map that was guessed, and what was guessed in words.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The map.
    pub map: Map,
    /// Each guess, with what to change if it is wrong.
    pub told: Vec<String>,
}

/// Guesses a map. Nothing comes back where no sheet has a heading of years above figures; the words say what was
/// looked for.
///
/// # Errors
/// What was looked for and not found.
pub fn guess(book: &Book) -> Result<Guess, String> {
    let mut told = Vec::new();
    let mut tables = Vec::new();
    for sheet in book.sheets.iter().filter(|s| !s.rows.is_empty()) {
        if sheet.hidden {
            told.push(format!("sheet `{}` is hidden and was left out", sheet.name));
            continue;
        }
        if sheet.name.starts_with("Inputs")
            && sheet.rows.iter().any(|r| r.cell(0).and_then(Cell::typed) == Some("Path"))
        {
            told.push(format!("sheet `{}` was made by fundgap: use `fundgap import --update plan.toml`", sheet.name));
            continue;
        }
        tables.extend(Table::all(sheet));
    }
    if tables.is_empty() {
        return Err("no row of any sheet holds financial years (2026/27, 2026-27 or 2026) above figures".to_owned());
    }
    let base_year = base_year(&tables, &mut told);
    let last = tables.iter().flat_map(|t| t.years.iter().map(|(y, _)| *y)).max().unwrap_or(base_year.plus(1));
    let years = (last.start() - base_year.start()).clamp(1, Horizon::LONGEST);
    let mut ranges = Vec::new();
    for table in &tables {
        table.ranges(base_year, &mut ranges, &mut told);
    }
    // Figures are read in the unit that most ranges have.
    let mut units: BTreeMap<&'static str, usize> = BTreeMap::new();
    for range in &ranges {
        if let CellUnit::Money(unit) = range.unit {
            *units.entry(unit.word()).or_default() += 1;
        }
    }
    let unit =
        units.iter().max_by_key(|(_, n)| **n).and_then(|(word, _)| MoneyUnit::read(word)).unwrap_or(MoneyUnit::Pounds);
    let (title, organisation) = names(book);
    told.push(format!("the organisation is `{organisation}`, a council: change `organisation` and `kind` in [plan]"));
    let plan = PlanPart { title, base_year, years, unit, organisation, kind: "council".to_owned(), council_type: None };
    Ok(Guess { map: Map { plan, ranges }, told })
}

/// The base year: the first year, where its heading says that it is a budget that stands; else the year before it.
fn base_year(tables: &[Table<'_>], told: &mut Vec<String>) -> FinancialYear {
    let first =
        tables.iter().flat_map(|t| t.years.iter().map(|(y, _)| *y)).min().unwrap_or(FinancialYear::starting(2025));
    let is_base =
        tables.iter().any(|t| t.years.first().is_some_and(|(year, column)| *year == first && t.says_base(*column)));
    let alone = tables.iter().all(|t| t.years.len() == 1 && t.years.first().is_some_and(|(y, _)| *y == first));
    let base = if is_base || alone { first } else { first.plus(-1) };
    told.push(if is_base {
        format!("{base} is the base year, as its heading says; the plan begins in {}", base.plus(1))
    } else if alone {
        format!("{base} is the base year, because no other year stands in the sheets")
    } else {
        format!(
            "{first} is the first year of the plan, and {base} the base year; if {first} is the base, delete the map, \
             write \"Base\" beside the year in the sheet ({first} Base), and import again"
        )
    });
    base
}

/// The title of the plan and the name of its organisation, from the first words of the workbook.
fn names(book: &Book) -> (String, String) {
    let texts = || {
        let rows = book.sheets.iter().flat_map(|s| s.rows.iter().take(6));
        rows.flat_map(|r| r.cells.iter().take(3)).filter_map(Cell::typed).filter(|t| t.chars().count() <= 120)
    };
    let body = ["council", "trust", "authority", "borough", "board"];
    let named = texts().find_map(|text| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let at = words
            .iter()
            .position(|w| body.contains(&w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str()))?;
        let name = words.get(..=at)?.join(" ");
        let starts = name.starts_with(|c: char| c.is_uppercase()) && at > 0;
        starts.then_some(name)
    });
    let stem = book.name.rsplit_once('.').map_or(book.name.as_str(), |(stem, _)| stem);
    let organisation = named.as_deref().and_then(slug).unwrap_or_else(|| "our_council".to_owned());
    let title = match &named {
        Some(named) => format!("{}: {stem}", named.trim_end_matches(|c: char| !c.is_alphanumeric())),
        None => stem.to_owned(),
    };
    (title, organisation)
}

/// Whether the headings of a range still name the years of the map; each one that does not in words.
#[must_use]
pub fn headings_that_moved(sheet: &Sheet, range: &RangeMap) -> Vec<String> {
    let Some(header) = range.header else { return Vec::new() };
    let read: BTreeMap<u32, FinancialYear> =
        sheet.row(header).and_then(years_of).unwrap_or_default().into_iter().map(|(y, c)| (c, y)).collect();
    let found = |column: &u32| sheet.text(header, *column).unwrap_or_else(|| "nothing".to_owned());
    let moved = range.years.iter().filter(|(year, column)| read.get(column) != Some(year));
    moved
        .map(|(year, column)| format!("{} holds `{}` and not {year}", reference(header, *column), found(column)))
        .collect()
}
