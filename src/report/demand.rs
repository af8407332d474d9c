//! Care demand by client group: how many there are, what one costs and what that comes to.

use super::Reader;
use super::table::{Column, RowStyle, Table, TableCell, TableRow};
use crate::mechanism::organisation::Organisation;
use crate::sheet::{Row, Run, Sign};

/// The client groups of an organisation, with the base year before the plan years.
#[must_use]
pub fn table(r: &Reader<'_>, organisation: &Organisation, run: Run) -> Table {
    let horizon = r.horizon();
    let years = (0..=horizon.years()).map(|t| Column::figure(horizon.year(t).to_string()));
    let mut table = Table::new([Column::text("")].into_iter().chain(years).collect());
    table.title = Some(format!("{}: care demand by client group, {}", organisation.title, run.words()));
    for group in r.plan().facts.demand.iter().filter(|g| g.organisation == organisation.name) {
        table.push(TableRow::section(group.title.clone()));
        add(&mut table, r, run, ("clients at the end of the year", group.clients));
        add(&mut table, r, run, ("clients on average (paid for)", group.average));
        if let Some(hourly) = group.hourly {
            add(&mut table, r, run, ("hourly rate", hourly));
        }
        add(&mut table, r, run, ("weekly fee", group.fee));
        let mut parts = vec![(add(&mut table, r, run, ("gross", group.gross)), Sign::Plus)];
        if let Some(contributions) = group.contributions {
            parts.push((add(&mut table, r, run, ("less what clients pay", contributions)), Sign::Minus));
        }
        let net = TableRow::new(RowStyle::Subtotal, "net", cells(r, run, group.net));
        table.push(net.indented(1).sum_of(parts));
    }
    if table.rows.is_empty() {
        table.notes.push("no line of this organisation is clients × a fee".into());
    } else {
        let words =
            "the base year pays for the clients it ended with, each plan year for the average of its start and its end";
        table.notes.push(words.into());
    }
    table
}

fn add<T>(table: &mut Table, r: &Reader<'_>, run: Run, (label, row): (&str, Row<T>)) -> usize {
    table.push(TableRow::plain(label, cells(r, run, row)).indented(1))
}

fn cells<T>(r: &Reader<'_>, run: Run, row: Row<T>) -> Vec<TableCell> {
    (0..=r.horizon().years()).map(|t| r.of(row, t, run).into()).collect()
}
