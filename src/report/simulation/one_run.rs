//! One run of a simulation alone: what was drawn, and what came of it, beside run 0.

use super::words::grouped;
use super::{scopes_of, title_of};
use crate::analysis::simulate::{Replayed, What};
use crate::report::table::{Block, Column, Document, Figure, Table, TableRow};
use crate::report::{Reader, SIGN, named, page};
use crate::sheet::{Flags, Run};
use crate::vocabulary::number::divide;

/// The report of a run.
#[must_use]
pub fn document(r: &Reader<'_>, replayed: &Replayed, seed: u64) -> Document {
    let mut document = page::head(r);
    document.lines.push(
        format!("run {} of a simulation with seed {seed}, by the reference evaluator", grouped(replayed.run)).into(),
    );
    document.blocks.push(Block::Table(drawn(r, replayed)));
    for whose in scopes_of(r) {
        let mut table = Table::new(r.year_columns(""));
        table.title = Some(title_of(r, whose));
        table.key = Some(SIGN.to_owned());
        for what in What::ALL {
            let Some(row) = what.row(r.plan(), whose) else { continue };
            let words = r.plan().sheet.row(row).words.to_string();
            table.push(TableRow::plain(format!("{words}, run 0"), r.cells(row, Run::RiskAdjusted)));
            let of = |t: i32| {
                let cell = r.plan().sheet.cell(row, t)?;
                let flags = r.plan().sheet.flags(cell);
                Some(Figure::new(r.plan().sheet.unit(cell), replayed.values.steps(cell), flags).into())
            };
            let cells = r.horizon().plan().filter_map(of).collect();
            table.push(TableRow::plain(format!("{words}, run {}", replayed.run), cells));
        }
        if !table.rows.is_empty() {
            document.blocks.push(Block::Table(table));
        }
    }
    document
}

fn drawn(r: &Reader<'_>, replayed: &Replayed) -> Table {
    let columns = [Column::text("Figure"), Column::text("path")];
    let rest = ["run 0", "drawn", "in its range"].map(Column::figure);
    let mut table = Table::new(columns.into_iter().chain(rest).collect());
    table.title = Some("What was drawn".to_owned());
    for (figure, value) in &replayed.drawn {
        let address = figure.address();
        let of = |steps: i128| Figure::new(figure.unit, Some(steps), Flags::EXACT).exactly().in_words();
        let (low, high) = figure.support;
        // In whole per cent from the least to the greatest value that can come out.
        let place = divide((value - low) * 100, high - low).map_or_else(|_| String::new(), |p| format!("{p}%"));
        let cells = vec![address.clone().into(), of(figure.likely).into(), of(*value).into(), place.into()];
        table.push(TableRow::plain(named::path(r, &address), cells));
    }
    table.notes.push("in its range: 0% is the least value that can come out, 100% the greatest".into());
    table
}
