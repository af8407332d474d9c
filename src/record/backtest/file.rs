//! A file of what was planned and what came of it, for the test of the method: one row a body, a class and a year.

use std::collections::BTreeMap;
use std::path::Path;

use super::Row;
use crate::language::MoneyUnit;
use crate::record::lines::{self, Headings, Line};
use crate::record::reference::plain_class;
use crate::scenario::LoadFailure;
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Place, Sources, Unit};

const HEADINGS: Headings = Headings {
    what: "a history to test",
    wrong: "history_headings",
    needed: &["body", "class", "year", "planned", "outcome"],
    optional: &["unit", "source"],
};

/// The most that a figure may be, in steps of its unit: as much as for money.
const MOST: i128 = 10_000_000_000_000_000;

/// Reads a file with the headings `body,class,year,planned,outcome[,unit,source]`.
///
/// # Errors
/// The file cannot be read, or everything that is wrong in it, row by row with its place.
pub fn read(path: &Path) -> Result<Vec<Row>, LoadFailure> {
    let (sources, file) = lines::open(path)?;
    let mut wrong = Diagnostics::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut seen: BTreeMap<(String, String, FinancialYear), Place> = BTreeMap::new();
    let mut units: BTreeMap<String, (String, Place)> = BTreeMap::new();
    for line in lines::read(&sources, file, &HEADINGS, &mut wrong) {
        let Some((row, counts)) = row(&line, &sources, &mut wrong) else { continue };
        let key = (row.body.clone(), row.class.clone(), row.year);
        if let Some(first) = seen.get(&key) {
            wrong.push(
                Diagnostic::error("duplicate_key", format!("{} {} is given twice", row.body, row.year))
                    .at(line.place)
                    .also(*first, "first given here")
                    .hint("keep one of the two, or give them different classes"),
            );
            continue;
        }
        seen.insert(key, line.place);
        let (others, first) = units.entry(row.class.clone()).or_insert_with(|| (counts.clone(), line.place));
        if *others != counts {
            wrong.push(
                Diagnostic::error("unit_differs", format!("this row counts {counts}, and others of its class {others}"))
                    .at(line.cell("unit").map_or(line.place, |cell| cell.place))
                    .also(*first, "the first of them")
                    .hint("write the figures of a class in one unit (£, £000 and £m go together), or give them different classes"),
            );
            continue;
        }
        rows.push(row);
    }
    if wrong.has_errors() {
        return Err(LoadFailure::Invalid(wrong, sources));
    }
    Ok(rows)
}

/// A row, and what it counts.
fn row(line: &Line, sources: &Sources, wrong: &mut Diagnostics) -> Option<(Row, String)> {
    let body = line.needed("body", wrong).map(|cell| cell.text.clone());
    let year = line.year("year", wrong);
    let typed = line.text("unit");
    let pounds = ["planned", "outcome"].iter().any(|h| line.cell(h).is_some_and(|c| c.text.contains('£')));
    let bare = typed.as_deref().and_then(MoneyUnit::read);
    let unit = if bare.is_some() || pounds { Unit::Money } else { Unit::Quantity };
    let counts =
        if unit == Unit::Money { "money".to_owned() } else { typed.unwrap_or_else(|| "bare numbers".to_owned()) };
    let mut amount = |heading: &str| -> Option<Option<i128>> {
        let cell = line.needed(heading, wrong)?;
        let amount = line.amount(heading, unit, bare, wrong)?;
        if amount.is_some_and(|steps| steps.unsigned_abs() > MOST.unsigned_abs()) {
            wrong.push(
                Diagnostic::error("too_large", format!("`{}` is too large", cell.text))
                    .at(cell.place)
                    .hint("check the figure; at most a million million can be held against another"),
            );
            return None;
        }
        Some(amount)
    };
    let (planned, outcome) = (amount("planned"), amount("outcome"));
    if let Some(Some(planned)) = planned
        && planned <= 0
    {
        let place = line.cell("planned").map_or(line.place, |cell| cell.place);
        wrong.push(
            Diagnostic::error("nothing_planned", "nothing was planned, so nothing can be a share of it")
                .at(place)
                .hint("write what was planned, or leave the row out"),
        );
        return None;
    }
    let class = line.text("class").map_or_else(|| "all".to_owned(), |class| plain_class(&class));
    let place = sources.describe(line.place);
    Some((Row { body: body?, class, year: year?, unit, planned: planned?, outcome: outcome?, place }, counts))
}
