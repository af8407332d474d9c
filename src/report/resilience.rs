//! Indicators of councils' resilience, year by year. They compare; they give no verdict.

use super::Reader;
use super::table::{RowStyle, Table, TableRow};
use crate::mechanism::organisation::Organisation;
use crate::mechanism::resilience::ResilienceFacts;
use crate::sheet::{RowId, Run};

/// The tables of these organisations that have indicators.
#[must_use]
pub fn tables(r: &Reader<'_>, only: &[&Organisation], run: Run) -> Vec<Table> {
    let facts = r.plan().facts.resilience.iter();
    facts.filter(|f| only.iter().any(|o| o.name == f.organisation)).map(|f| table(r, f, run)).collect()
}

fn table(r: &Reader<'_>, facts: &ResilienceFacts, run: Run) -> Table {
    let mut table = Table::new(r.year_columns(""));
    let rows = facts.shares.iter().map(|row| row.id());
    let rows: Vec<RowId> = rows.chain(facts.sustainability.map(|row| row.id())).collect();
    let title = rows.first().map_or_else(String::new, |row| r.plan().sheet.subject(*row).title.to_string());
    table.title = Some(format!("{title}: indicators of resilience, {}", run.words()));
    for row in rows {
        table.push(TableRow::new(RowStyle::Plain, r.plan().sheet.row(row).words.to_string(), r.cells(row, run)));
    }
    table.notes.push("they compare councils and give no verdict; over the plan's own net budget requirement, where CIPFA's index uses outturns, so the two are not to be mixed".into());
    table.notes.push("100 years: reserves do not fall, or last longer than that".into());
    table
}
