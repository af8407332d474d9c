//! What still to find, reserves and savings come to: percentiles, means and the worst tenth, year by year.

use super::words::{fan, percentile};
use crate::analysis::simulate::{Simulation, Statistics, Watched, What};
use crate::report::table::{Column, Figure, RowStyle, Table, TableCell, TableRow};
use crate::report::{Reader, SIGN};
use crate::sheet::{Flags, Run};
use crate::vocabulary::{FinancialYear, Name};

/// What is watched, in the words of a table's title.
const fn title(what: What) -> &'static str {
    match what {
        What::StillToFind => "Still to find in each year, after planned reserves (cumulative: not only what is new)",
        What::IfNothingElse => {
            "If nothing else is done: what is left after all reserves that may be drawn, in each year"
        }
        What::Reserves => {
            "Usable reserves at the end of each year, if they met all that is still to find and kept no minimum"
        }
        What::Savings => "Savings, what they come to in each year",
    }
}

/// The tables of an organisation or view.
#[must_use]
pub fn tables(r: &Reader<'_>, found: &Simulation, whose: &Name) -> Vec<Table> {
    What::ALL.into_iter().flat_map(|what| of_what(r, found, whose, what)).collect()
}

type Rows<'s> = Vec<&'s (Watched, Statistics)>;

fn of_what(r: &Reader<'_>, found: &Simulation, whose: &Name, what: What) -> Vec<Table> {
    let rows: Rows<'_> = found.watched.iter().filter(|(w, _)| w.whose == *whose && w.what == what).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let still = rows.iter().all(|(w, s)| s.ends == (w.home[1], w.home[1]) && w.home[0] == w.home[1]);
    if still && (what == What::Savings || rows.iter().all(|(w, _)| w.home == [0, 0])) {
        return Vec::new();
    }
    let mut all = vec![year_by_year(r, &rows, what)];
    if !still && matches!(what, What::StillToFind | What::Reserves) {
        all.push(spread(&rows, what));
    }
    all
}

fn year_by_year(r: &Reader<'_>, rows: &Rows<'_>, what: What) -> Table {
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(title(what).to_owned());
    table.key = Some(key(what).to_owned());
    let years: Vec<FinancialYear> = r.horizon().plan().map(|t| r.year(t)).collect();
    let cells = |of: &dyn Fn(&Watched, &Statistics) -> Option<i128>| -> Vec<TableCell> {
        let cell = |year: &FinancialYear| {
            let found = rows.iter().find(|(w, _)| w.year == *year);
            let flags = found.map_or(Flags::NOT_PUBLISHED, |(w, _)| r.plan().sheet.flags(w.cell));
            let steps = found.and_then(|(w, s)| of(w, s));
            Figure::new(crate::vocabulary::Unit::Money, steps, flags).into()
        };
        years.iter().map(cell).collect()
    };
    table.push(TableRow::plain(Run::Plan.words(), cells(&|w, _| Some(w.home[0]))));
    table.push(TableRow::plain("run 0 (risk-adjusted)", cells(&|w, _| Some(w.home[1]))));
    table.push(TableRow::plain("mean of the runs", cells(&|_, s| Some(s.mean))));
    let percentiles = rows.first().map_or(&[][..], |(_, s)| s.percentiles.as_slice());
    for (n, p) in percentiles.iter().enumerate() {
        table.push(TableRow::plain(percentile(p.of), cells(&|_, s| s.percentiles.get(n).map(|p| p.value))));
    }
    table.push(TableRow::new(RowStyle::Plain, "mean of the worst tenth", cells(&|_, s| Some(s.worst_tenth))));
    table
}

const fn key(what: What) -> &'static str {
    match what {
        What::StillToFind | What::IfNothingElse => SIGN,
        What::Reserves => "below nought (used up) in brackets; the worst tenth is the lowest",
        What::Savings => "the worst tenth is the lowest",
    }
}

/// Where the runs lie, year by year, as a small chart beside its ends.
fn spread(rows: &Rows<'_>, what: What) -> Table {
    let columns = [Column::text("")]
        .into_iter()
        .chain(["least", "greatest"].map(Column::figure))
        .chain([Column::text("where the runs lie")]);
    let mut table = Table::new(columns.collect());
    let words = if what == What::Reserves { "Usable reserves" } else { "Still to find" };
    table.title = Some(format!("{words}: where the runs lie"));
    table.key = Some(key(what).to_owned());
    let low = rows.iter().map(|(_, s)| s.ends.0).min().unwrap_or(0).min(0);
    let high = rows.iter().map(|(_, s)| s.ends.1).max().unwrap_or(0).max(0);
    for (watched, s) in rows {
        let [first, .., last] = s.percentiles.as_slice() else { continue };
        let middle = s.percentiles[s.percentiles.len() / 2].value;
        let drawn = fan(s.ends, (first.value, last.value), middle, (low, high));
        let cells = vec![Figure::money(s.ends.0).into(), Figure::money(s.ends.1).into(), drawn.into()];
        table.push(TableRow::plain(watched.year.to_string(), cells));
    }
    if let Some((_, s)) = rows.first()
        && let [first, .., last] = s.percentiles.as_slice()
    {
        let middle = percentile(s.percentiles[s.percentiles.len() / 2].of);
        let (first, last) = (percentile(first.of), percentile(last.of));
        table
            .notes
            .push(format!("░ from the least to the greatest run, ▒ {first} to {last}, █ {middle}, │ nought").into());
    }
    table
}
