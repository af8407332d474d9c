//! Everything that a check says of a plan: the rules, what a reader should know besides, and expectations.

use serde_json::{Value, json};

use super::table::{Block, Document, Table};
use super::{Reader, expectations, findings, page, realism, verdict};
use crate::check::expectation::Outcome;
use crate::check::realism::Found;

/// For people: findings of the rules, worst first; what savings must deliver, where that was asked; what is not wrong and should be known; expectations.
#[must_use]
pub fn document(r: &Reader<'_>, found: &Found, outcomes: &[Outcome]) -> Document {
    let mut document = page::head(r);
    document.blocks.extend(realism::blocks(r, found));
    document.blocks.extend(verdict::blocks(&found.verdicts));
    let known = findings::beside_the_rules(r);
    if !known.is_empty() {
        document.blocks.push(Block::Heading("Also to be known".into()));
        document.blocks.push(Block::Notes(known));
    }
    document.blocks.push(Block::Heading("Expectations".into()));
    document.blocks.extend(expectations::blocks(r, outcomes));
    document
}

/// For spreadsheets and scripts: a row a finding and a row an expectation.
#[must_use]
pub fn table(r: &Reader<'_>, found: &Found, outcomes: &[Outcome]) -> Table {
    let mut table = Table::new(realism::columns());
    let verdicts = verdict::rows(&found.verdicts);
    for row in realism::rows(r, found).into_iter().chain(verdicts).chain(expectations::rows(r, outcomes)) {
        table.push(row);
    }
    table
}

/// For programs.
#[must_use]
pub fn json(r: &Reader<'_>, found: &Found, outcomes: &[Outcome]) -> Value {
    json!({
        "schema": "fundgap.check/1",
        "scenario": r.opened.scenario.title,
        "worst": found.worst().map(crate::check::realism::Level::code),
        "findings": realism::json(r, found),
        "not_assessed": realism::json_not_assessed(found),
        "verdicts": verdict::json(&found.verdicts),
        "expectations": expectations::json(r, outcomes),
    })
}
