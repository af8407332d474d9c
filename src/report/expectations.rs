//! What a scenario is expected to show, and what it shows.

use super::Reader;
use serde_json::{Value, json};

use super::table::{Block, Column, Figure, Table, TableRow};
use crate::check::expectation::Outcome;
use crate::sheet::Flags;
use crate::vocabulary::unit::plain;

/// Every outcome as a table, in the order they are written.
#[must_use]
pub fn table(r: &Reader<'_>, outcomes: &[Outcome]) -> Table {
    let sources = &r.opened.loaded.sources;
    let columns = vec![
        Column::text("Expected of"),
        Column::text("Run"),
        Column::figure("Expected"),
        Column::figure("Shown"),
        Column::figure("Exactly"),
        Column::text("Met"),
        Column::text("Where"),
    ];
    let mut table = Table::new(columns);
    for o in outcomes {
        let figure = |steps: Option<i128>| {
            Figure::new(o.unit, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
        };
        let cells = vec![
            o.run.words().into(),
            figure(o.expected).exactly().into(),
            figure(o.rounded).exactly().at(o.address.to_string()).into(),
            figure(o.actual).exactly().into(),
            if o.met() { "yes" } else { "no" }.into(),
            sources.describe(o.place).into(),
        ];
        table.push(TableRow::plain(o.address.to_string(), cells));
    }
    table
}

/// Every outcome as a row of the table of checks for programs.
#[must_use]
pub fn rows(r: &Reader<'_>, outcomes: &[Outcome]) -> Vec<TableRow> {
    let figure = |o: &Outcome, steps: Option<i128>| {
        Figure::new(o.unit, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED }).exactly()
    };
    let of = |o: &Outcome| {
        let cells = vec![
            o.address.to_string().into(),
            if o.met() { "met" } else { "not met" }.into(),
            "".into(),
            o.address.year.map(|y| y.to_string()).unwrap_or_default().into(),
            o.run.code().into(),
            figure(o, o.rounded).into(),
            figure(o, o.expected).into(),
            o.words.clone().into(),
            r.opened.loaded.sources.describe(o.place).into(),
            "".into(),
        ];
        TableRow::plain("expectation".to_owned(), cells)
    };
    outcomes.iter().map(of).collect()
}

/// Every outcome for programs.
#[must_use]
pub fn json(r: &Reader<'_>, outcomes: &[Outcome]) -> Value {
    let text = |unit, steps: Option<i128>| steps.map_or(Value::Null, |s| Value::String(plain(unit, s)));
    let rows: Vec<Value> = outcomes
        .iter()
        .map(|o| {
            json!({
                "address": o.address.to_string(),
                "run": o.run.code(),
                "met": o.met(),
                "expected": text(o.unit, o.expected),
                "shown": text(o.unit, o.rounded),
                "exactly": text(o.unit, o.actual),
                "unit": o.unit.code(),
                "place": r.opened.loaded.sources.describe(o.place),
            })
        })
        .collect();
    Value::Array(rows)
}

/// The outcomes: those not met, then the count.
#[must_use]
pub fn blocks(r: &Reader<'_>, outcomes: &[Outcome]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let failed: Vec<Outcome> = outcomes.iter().filter(|o| !o.met()).cloned().collect();
    if !failed.is_empty() {
        let mut table = table(r, &failed);
        table.title = Some("Not as expected".into());
        blocks.push(Block::Table(table));
    }
    let words = match (outcomes.len(), failed.len()) {
        (0, _) => "no expectations are written in this scenario; add [[expect]] with a cell and a value".to_owned(),
        (1, 0) => "the one expectation is met".to_owned(),
        (n, 0) => format!("all {n} expectations met"),
        (1, _) => "the one expectation is not met".to_owned(),
        (n, f) => format!("{f} of {n} expectations not met"),
    };
    blocks.push(Block::Text(vec![words.into()]));
    blocks
}
