//! What an amendment changes in the plan: each body's totals, whether its years balance, council tax and
//! reserves.

use super::{Read, WIDENS, figure, money};
use crate::analysis::amendment::{Change, Effect, Moved, Year, moved, only_moves_between_bodies, starts};
use crate::report::Reader;
use crate::report::table::{Block, RowStyle, Sums, Table, TableCell, TableRow};
use crate::sheet::{Run, Sign};

/// The tables.
pub(super) fn blocks(read: &Read<'_>) -> Vec<Block> {
    let shown = read.shown();
    let mut blocks: Vec<Block> =
        shown.iter().filter(|(e, _)| e.moves()).map(|(effect, run)| Block::Table(totals(read, effect, run))).collect();
    if blocks.is_empty() {
        blocks.push(Block::Text(vec!["no organisation's figures change".into()]));
    }
    if let Some(note) = between_bodies(read) {
        blocks.push(Block::Text(vec![note.into()]));
    }
    blocks.extend(council_tax(read).map(Block::Table));
    blocks.extend(reserves(read).map(Block::Table));
    blocks
}

fn between_bodies(read: &Read<'_>) -> Option<String> {
    let moves = Run::BOTH.into_iter().filter_map(|run| {
        let of_run: Vec<Effect> = read.effects.iter().filter(|e| e.run == run).cloned().collect();
        (!of_run.is_empty()).then(|| only_moves_between_bodies(&of_run))
    });
    let moves: Vec<bool> = moves.collect();
    (!moves.is_empty() && moves.iter().all(|m| *m)).then(|| {
        "it moves money between the bodies of the system: what the whole system has still to find does not change in any year".to_owned()
    })
}

/// What is needed, available, saved and taken from reserves, each by what it does to the gap, adding up to
/// the difference in still to find; then still to find before and after.
fn totals(read: &Read<'_>, effect: &Effect, run: &str) -> Table {
    let mut table = Table::new(Reader::new(read.base).year_columns(""));
    table.title = Some(format!("{}: effect on the gap in the year, {run}", effect.title));
    let ends = effect.years.iter().flat_map(|y| [y.still_to_find.before, y.still_to_find.after]);
    let surplus = ends.flatten().any(|pence| pence < 0);
    table.key = Some(if surplus { format!("{WIDENS}; of still to find: a surplus") } else { WIDENS.to_owned() });
    type Of = fn(&Year) -> Change;
    let rows: [(&str, Of, Sign, bool); 5] = [
        ("requirement before savings", |y| y.requirement, Sign::Plus, true),
        ("funding", |y| y.funding, Sign::Minus, false),
        ("savings", |y| y.savings, Sign::Minus, false),
        ("support received", |y| y.support, Sign::Minus, false),
        ("planned use of reserves", |y| y.reserves, Sign::Minus, false),
    ];
    let mut parts: Sums = Vec::new();
    let difference =
        |of: Of| effect.years.iter().map(|y| TableCell::from(money(of(y).difference()))).collect::<Vec<_>>();
    for (label, of, sign, always) in rows {
        if always || effect.years.iter().any(|y| of(y).difference() != Some(0)) {
            let moves = |y: &Year| {
                let difference = money(of(y).difference());
                TableCell::from(if sign == Sign::Minus { difference.turned() } else { difference })
            };
            let cells = effect.years.iter().map(moves).collect();
            parts.push((table.push(TableRow::plain(label, cells).indented(1)), Sign::Plus));
        }
    }
    let headline = TableRow::new(RowStyle::Headline, "still to find: difference", difference(|y| y.still_to_find));
    table.push(headline.sum_of(parts));
    let underlying = TableRow::new(RowStyle::Muted, "underlying gap (without one-offs)", difference(|y| y.underlying));
    table.push(underlying.indented(1));
    let level = |of: fn(&Year) -> Option<i128>| effect.years.iter().map(|y| TableCell::from(money(of(y)))).collect();
    table.push(TableRow::plain("still to find before", level(|y| y.still_to_find.before)));
    table.push(TableRow::plain("still to find after", level(|y| y.still_to_find.after)));
    let words = |of: fn(&Year) -> Option<bool>| {
        let word = |y: &Year| match of(y) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known",
        };
        effect.years.iter().map(|y| TableCell::from(word(y))).collect()
    };
    table.push(TableRow::plain("balanced before", words(|y| y.balanced_before)));
    table.push(TableRow::plain("balanced after", words(|y| y.balanced_after)));
    table
}

/// The rows before and after, and their difference, of what moves.
fn before_and_after(table: &mut Table, moved: &Moved, what: &str) {
    let cells = |of: fn(&Change) -> Option<i128>| {
        moved.years.iter().map(|(_, c)| TableCell::from(figure(moved.unit, of(c)))).collect::<Vec<_>>()
    };
    let before = table.push(TableRow::plain(format!("{what} before"), cells(|c| c.before)).indented(1));
    let after = table.push(TableRow::plain(format!("{what} after"), cells(|c| c.after)).indented(1));
    let row = TableRow::new(RowStyle::Total, "difference", cells(|c| c.difference())).indented(1);
    table.push(row.sum_of(vec![(after, Sign::Plus), (before, Sign::Minus)]));
}

/// Band D in pounds and its rise on the year before in per cent.
fn council_tax(read: &Read<'_>) -> Option<Table> {
    let mut table = Table::new(Reader::new(read.base).year_columns(""));
    table.title = Some("Council tax, Band D a year".to_owned());
    for ((organisation, title), row) in starts::taxes(read.amended) {
        let Some(band_d) = moved(read.base, read.amended, &organisation, row.id(), Run::Plan) else { continue };
        table.push(TableRow::section(title));
        before_and_after(&mut table, &band_d, "Band D");
        let of =
            read.amended.plan.facts.funding.iter().find(|f| f.council_tax.is_some_and(|t| t.band_d.id() == row.id()));
        let rise = of.and_then(|f| f.council_tax).and_then(|t| t.rise);
        let rise = rise.and_then(|rise| moved(read.base, read.amended, &organisation, rise.id(), Run::Plan));
        if let Some(rise) = rise {
            for (label, pick) in [("rise before", true), ("rise after", false)] {
                let cell = |c: &Change| figure(rise.unit, if pick { c.before } else { c.after });
                let cells = rise.years.iter().map(|(_, c)| cell(c).into()).collect();
                table.push(TableRow::new(RowStyle::Muted, format!("{label}, on the year before"), cells).indented(1));
            }
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Balances at the end of each year, after planned use and if nothing else is done.
fn reserves(read: &Read<'_>) -> Option<Table> {
    let mut table = Table::new(Reader::new(read.base).year_columns(""));
    table.title = Some("Reserves at the end of the year".to_owned());
    let runs: Vec<Run> = Run::BOTH.into_iter().filter(|run| read.effects.iter().any(|e| e.run == *run)).collect();
    for pot in &read.amended.plan.facts.pots {
        let mut shown: Option<Vec<(Run, Vec<_>)>> = None;
        let walks = [(pot.closing, "after planned use"), (pot.closing_if_nothing_else, "if nothing else is done")];
        for (closing, when) in walks {
            let Some(closing) = closing else { continue };
            let of = |run| moved(read.base, read.amended, &pot.organisation, closing.id(), run);
            let by_run: Vec<_> = runs.iter().filter_map(|run| Some((*run, of(*run)?))).collect();
            // A pot that nothing draws on stands the same either way, and is shown once.
            let years: Vec<_> = by_run.iter().map(|(run, m)| (*run, m.years.clone())).collect();
            if shown.as_ref() == Some(&years) {
                continue;
            }
            shown = Some(years);
            let alike = by_run.len() == runs.len() && by_run.windows(2).all(|pair| pair[0].1 == pair[1].1);
            for (run, balance) in by_run.iter().take(if alike { 1 } else { by_run.len() }) {
                let which = if alike && runs.len() > 1 { "plan and risk-adjusted" } else { run.words() };
                table.push(TableRow::section(format!("{}, {when}, {which}", pot.title)));
                before_and_after(&mut table, balance, "balance");
            }
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
