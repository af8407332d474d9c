//! Runs of rows of one kind: by the headings between them, by the sheet's name and by their titles.

use super::table::Table;
use crate::import::book::Cell;
use crate::import::heading::{Heading, kind_of, unit_in};
use crate::import::map::Kind;
use crate::import::rows::rows_words;
use crate::import::sums;

/// A run of rows of one kind.
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) service: Option<String>,
    pub(super) rows: Vec<u32>,
}

impl Table<'_> {
    /// Runs of rows of one kind.
    pub(super) fn blocks(&self, title: u32, told: &mut Vec<String>) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let by_sheet = kind_of(&self.sheet.name).and_then(|k| k.ok());
        let (mut by_heading, mut service): (Option<Kind>, Option<String>) = (None, None);
        let mut results = Vec::new();
        let mut open = false;
        for row in self.body().iter().filter(|r| !self.is_second_heading(r.number) || r.number > self.header + 1) {
            let text = row.cell(title).and_then(Cell::words).or_else(|| row.cells.first().and_then(Cell::words));
            if self.is_repeated(row.number) {
                // What stands beside the years may head the rows below it: `Place | 2026/27`.
                let beside = row.cell(title).and_then(Cell::typed).map(str::to_owned);
                let first = self.sheet.cell(self.header, title).and_then(Cell::typed).map(str::to_owned);
                if let Some(text) = beside.filter(|text| first.as_ref() != Some(text)) {
                    match kind_of(&text) {
                        Some(kind) => (by_heading, service) = (kind.ok(), None),
                        None if Heading::of(&text).is_none() => service = Some(text),
                        None => {}
                    }
                    open = false;
                }
                continue;
            }
            if !self.has_figures(row) {
                if let Some(text) = text {
                    match kind_of(&text) {
                        // What the figures are in, above a heading that stands again.
                        None if unit_in(&text).is_some() && !self.has_words(row) => continue,
                        Some(Ok(kind)) => (by_heading, service) = (Some(kind), None),
                        Some(Err(())) => (by_heading, service) = (None, None),
                        None if !self.has_words(row) => service = Some(text),
                        // A row whose figures are yet to come names no service.
                        None => {}
                    }
                    open = false;
                }
                continue;
            }
            let text = text.unwrap_or_default();
            let by_title = kind_of(&text);
            // A gap or a balance is what the plan comes to: never one of its lines.
            if by_title == Some(Err(())) && !sums::is_total(&text) {
                results.push(row.number);
                open = false;
                continue;
            }
            let kind = by_heading.or(by_sheet).or(by_title.and_then(Result::ok)).unwrap_or(Kind::Line);
            let total = sums::is_total(&text);
            match blocks.last_mut() {
                // A total after its block belongs to it.
                Some(last) if total || open && last.kind == kind => last.rows.push(row.number),
                _ => blocks.push(Block { kind, service: service.clone(), rows: vec![row.number] }),
            }
            open = true;
        }
        if !results.is_empty() {
            told.push(format!(
                "sheet `{}`, {}: what the plan comes to (a gap, a balance): not read as lines",
                self.sheet.name,
                rows_words(&results)
            ));
        }
        blocks
    }
}
