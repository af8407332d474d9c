//! What is said of an import: what each range came to, what was guessed, what a person must fill in, what was not
//! read and why.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::capital;
use super::table::{Block, Column, Document, Figure, RowStyle, Sentence, Table, TableCell, TableRow};
use crate::import::Imported;
use crate::import::map::{Kind, RangeMap};
use crate::import::rows::{FINE, Listed, RangeTaken, What};
use crate::sheet::Flags;
use crate::vocabulary::number::decimal;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Unit};

/// How many entries of one kind are shown; the rest are counted.
const MOST: usize = 40;
/// Up to so many that ask for the same are told one by one.
const ALIKE: usize = 12;

/// What is said of an import, with the names of the files it went to.
#[must_use]
pub fn document(imported: &Imported, map_name: &str) -> Document {
    let book = &imported.book;
    let items = imported.taken.items.len();
    let mut document = Document { title: format!("Import of {}", book.name), ..Document::default() };
    let map = if imported.guessed.is_some() { "guessed, and written as" } else { "read from" };
    document.lines.push(
        format!(
            "{} from {}; the map was {map} {map_name}",
            many(items, "item"),
            many(imported.map.ranges.len(), "range")
        )
        .into(),
    );
    document.blocks.push(Block::Table(ranges(imported)));
    let mut section = |heading: &str, sentences: Vec<Sentence>| {
        if !sentences.is_empty() {
            document.blocks.push(Block::Heading(heading.to_owned()));
            document.blocks.push(Block::Text(sentences));
        }
    };
    let of = |what: What| {
        let all: Vec<&Listed> = imported.taken.listed.iter().filter(|l| l.what == what).collect();
        let mut told: Vec<Sentence> = Vec::new();
        let groups = alike(&all);
        for group in groups.iter().take(MOST) {
            let shown = if group.len() > ALIKE { 3 } else { group.len() };
            told.extend(group.iter().take(shown).map(|l| Sentence::from(said(l, book.sheets.len() > 1))));
            if let Some(last) = group.last().filter(|_| shown < group.len()) {
                let more = group.len() - shown;
                told.push(
                    format!("… and {more} more of the same, up to {}; --format csv lists them all", last.cell).into(),
                );
            }
        }
        if groups.len() > MOST {
            told.push(format!("… and {} more; --format csv lists them all", groups.len() - MOST).into());
        }
        (all.len(), told)
    };
    let (count, fill) = of(What::FillIn);
    section(&format!("To fill in: {}, written as \"not_published\" until then", many(count, "figure")), fill);
    section("Not read, though there are figures", of(What::NotRead).1);
    section("Left out", of(What::LeftOut).1);
    let mut notes: Vec<Sentence> = book.told.iter().map(|told| told.as_str().into()).collect();
    notes.extend(
        imported.map.ranges.iter().zip(&imported.taken.ranges).flat_map(|(r, t)| counts(r, t)).map(Sentence::from),
    );
    notes.extend(of(What::Note).1);
    section("To know", notes);
    section(
        &format!("Guessed: change it in {map_name} and import again"),
        imported.guesses.iter().map(|g| capital(g).into()).collect(),
    );
    document
}

/// What is listed with the same thing to do on the same sheet, the least often first: one question asked of forty cells
/// does not hide another.
fn alike<'l>(all: &[&'l Listed]) -> Vec<Vec<&'l Listed>> {
    let mut groups: Vec<Vec<&Listed>> = Vec::new();
    for listed in all {
        let same = |g: &&mut Vec<&Listed>| {
            g.first().is_some_and(|first| {
                !listed.hint.is_empty() && first.hint == listed.hint && first.sheet == listed.sheet
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(listed),
            None => groups.push(vec![listed]),
        }
    }
    groups.sort_by_key(|group| group.len() > ALIKE);
    groups
}

/// `MTFS, E14: holds the error #REF!; put the formula right and save`.
pub(super) fn said(listed: &Listed, sheets: bool) -> String {
    let place = match (sheets, listed.cell.is_empty()) {
        (true, true) => format!("sheet `{}`", listed.sheet),
        (true, false) => format!("sheet `{}`, {}", listed.sheet, listed.cell),
        (false, true) => "this sheet".to_owned(),
        (false, false) => listed.cell.clone(),
    };
    let hint = if listed.hint.is_empty() { String::new() } else { format!("; {}", listed.hint) };
    format!("{place}: {}{hint}", listed.message)
}

/// What was counted while a range was read.
fn counts(range: &RangeMap, taken: &RangeTaken) -> Vec<String> {
    let place = range_words(range);
    let mut all = Vec::new();
    let figures = |n: usize| many(n, "figure");
    if taken.rounded.cells > 0 {
        let total = decimal(taken.rounded.total, FINE).normalize();
        let (step, of) =
            if range.kind == Kind::Driver { ("seventh decimal of a per cent", "") } else { ("penny", "£") };
        let total = total.to_string();
        let signed = total.strip_prefix('-').map_or_else(|| format!("+{of}{total}"), |t| format!("-{of}{t}"));
        all.push(format!("{place}: {} rounded to the {step}, {signed} in total", figures(taken.rounded.cells)));
    }
    if taken.empty > 0 {
        let cells = if taken.empty == 1 { "1 empty cell".to_owned() } else { format!("{} empty cells", taken.empty) };
        let meaning = if range.empty_is_nought { "nought" } else { "not published" };
        all.push(format!("{place}: {cells} read as {meaning}; `empty` in the map says so"));
    }
    if taken.texts > 0 {
        all.push(format!("{place}: {} stored as text, read as the numbers they show", figures(taken.texts)));
    }
    let unit = range.unit.word();
    if taken.own_unit > 0 {
        let say = if taken.own_unit == 1 { "says its own unit" } else { "say their own unit" };
        all.push(format!("{place}: {} {say} (£, £k, £m) and were read in it, not in {unit}", figures(taken.own_unit)));
    }
    if taken.ornament {
        all.push(format!("{place}: every figure shows £ and was read in {unit}, as `unit` in the map says"));
    }
    if taken.noise > 0 {
        all.push(format!(
            "{place}: {} read to fifteen digits, which is all that a spreadsheet shows; beyond them stands a trace of its arithmetic",
            figures(taken.noise)
        ));
    }
    all
}

/// `1 item`, `3 items`.
fn many(count: usize, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

fn range_words(range: &RangeMap) -> String {
    format!("{} in rows {} to {} of `{}`", range.kind.word(), range.first, range.last, range.sheet)
}

/// Every year a range has figures of, the base year first.
fn years(imported: &Imported) -> Vec<FinancialYear> {
    let base = imported.map.plan.base_year;
    let any_base = imported.map.ranges.iter().any(|r| r.base.is_some());
    let mut all: Vec<FinancialYear> =
        imported.map.ranges.iter().flat_map(|r| r.years.iter().map(|(y, _)| *y)).collect();
    all.extend(any_base.then_some(base));
    all.sort_unstable();
    all.dedup();
    all
}

/// What each range came to by year, with the sign of the sheet, to be held against the sheet's own totals.
fn ranges(imported: &Imported) -> Table {
    let years = years(imported);
    let mut columns = vec![Column::text("Range"), Column::text("Rows"), Column::figure("Items")];
    columns.extend(years.iter().map(|year| Column::figure(year.to_string())));
    let mut table = Table::new(columns);
    table.key = Some("sums of what was read, with the sheet's own sign, to hold against its totals".to_owned());
    for (range, taken) in imported.map.ranges.iter().zip(&imported.taken.ranges) {
        let mut cells =
            vec![TableCell::Text(format!("{}:{}", range.first, range.last)), TableCell::Text(taken.rows.to_string())];
        let columns: Vec<FinancialYear> = range
            .base
            .map(|_| imported.map.plan.base_year)
            .into_iter()
            .chain(range.years.iter().map(|(y, _)| *y))
            .collect();
        cells.extend(years.iter().map(|year| {
            let sum = columns.iter().position(|y| y == year).and_then(|at| taken.sums.get(at));
            match sum {
                _ if range.kind == Kind::Driver => TableCell::Empty,
                Some(Some(pence)) => Figure::money(*pence).into(),
                Some(None) => Figure::new(Unit::Money, None, Flags::NOT_PUBLISHED).into(),
                None => TableCell::Empty,
            }
        }));
        table.push(TableRow::new(RowStyle::Plain, format!("{}: {}", range.sheet, range.kind.word()), cells));
    }
    table
}

/// Everything that is listed, as a table of one row an entry.
#[must_use]
pub fn csv(imported: &Imported) -> Vec<[Cow<'_, str>; 5]> {
    imported
        .taken
        .listed
        .iter()
        .map(|l| [word(l.what), &l.sheet, &l.cell, &l.message, &l.hint].map(Cow::Borrowed))
        .collect()
}

/// The headings of [`csv()`].
pub const HEADER: [&str; 5] = ["what", "sheet", "cell", "message", "hint"];

const fn word(what: What) -> &'static str {
    match what {
        What::FillIn => "fill_in",
        What::NotRead => "not_read",
        What::LeftOut => "left_out",
        What::Note => "note",
    }
}

/// The import for machines.
#[must_use]
pub fn json(imported: &Imported) -> Value {
    let ranges: Vec<Value> = imported
        .map
        .ranges
        .iter()
        .zip(&imported.taken.ranges)
        .map(|(range, taken)| {
            let sums: Vec<Value> =
                taken.sums.iter().map(|s| s.map_or(Value::Null, |s| Value::String(plain(Unit::Money, s)))).collect();
            json!({
                "sheet": range.sheet, "rows": [range.first, range.last], "kind": range.kind.word(), "items": taken.rows,
                "sums": sums, "rounded": taken.rounded.cells, "empty": taken.empty,
            })
        })
        .collect();
    let listed: Vec<Value> = imported
        .taken
        .listed
        .iter()
        .map(
            |l| json!({ "what": word(l.what), "sheet": l.sheet, "cell": l.cell, "message": l.message, "hint": l.hint }),
        )
        .collect();
    json!({
        "schema": "fundgap.import/1", "workbook": imported.book.name, "items": imported.taken.items.len(),
        "ranges": ranges, "listed": listed, "guesses": imported.guesses, "opens": imported.refused.is_none(),
    })
}

/// Whether anything asks for a person before the plan is whole.
#[must_use]
pub fn is_whole(imported: &Imported) -> bool {
    imported.refused.is_none() && !imported.taken.listed.iter().any(|l| matches!(l.what, What::FillIn | What::NotRead))
}
