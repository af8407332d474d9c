//! What a scenario is expected to show, and what it shows.

use super::Reader;
use super::table::{Block, Column, Document, Figure, RowStyle, Table, TableRow};
use crate::check::expectation::Outcome;
use crate::sheet::Flags;

/// The outcomes as a document: those not met first, then the count.
#[must_use]
pub fn document(r: &Reader<'_>, outcomes: &[Outcome]) -> Document {
    let sources = &r.opened.loaded.sources;
    let mut document = Document { title: r.opened.scenario.title.clone(), ..Document::default() };
    let failed: Vec<_> = outcomes.iter().filter(|o| !o.met()).collect();
    if !failed.is_empty() {
        let columns = vec![
            Column::text("Expected of"),
            Column::text("Run"),
            Column::figure("Expected"),
            Column::figure("Shown"),
            Column::figure("Exactly"),
            Column::text("Where"),
        ];
        let mut table = Table::new(columns);
        table.title = Some("Not as expected".into());
        for o in &failed {
            let figure = |steps: Option<i128>| {
                Figure::new(o.unit, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
            };
            table.push(TableRow::new(
                RowStyle::Plain,
                o.address.to_string(),
                vec![
                    o.run.words().into(),
                    figure(o.expected).into(),
                    figure(o.rounded).at(o.address.to_string()).into(),
                    figure(o.actual).exactly().into(),
                    sources.describe(o.place).into(),
                ],
            ));
        }
        document.blocks.push(Block::Table(table));
    }
    let differences: Vec<_> = super::findings::all(r);
    if !differences.is_empty() {
        document.blocks.push(Block::Notes(differences));
    }
    let words = match (outcomes.len(), failed.len()) {
        (0, _) => "no expectations are written in this scenario; add [[expect]] with a cell and a value".to_owned(),
        (n, 0) => format!("all {n} expectations met"),
        (n, f) => format!("{f} of {n} expectations not met"),
    };
    document.blocks.push(Block::Text(vec![words.into()]));
    document
}
