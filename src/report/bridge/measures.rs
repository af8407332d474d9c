//! From the gap before any measure to what is still to find, in one year, for people.

use crate::analysis::bridge::Way;
use crate::open::Opened;
use crate::report::table::{
    Block, Column, Document, Figure, RowStyle, Sentence, Sums, Table, TableRow, Waterfall, WaterfallBar,
};
use crate::report::{Reader, SIGN, less, page};
use crate::sheet::Sign;
use crate::vocabulary::{FinancialYear, Measure};

/// The document of these ways, one scope and run after the other.
#[must_use]
pub fn document(opened: &Opened, year: FinancialYear, ways: &[Way], with_chart: bool) -> Document {
    let mut document = page::head(&Reader::new(opened));
    for way in ways {
        document.blocks.push(Block::Table(table(opened, year, way)));
        if with_chart {
            document.blocks.push(Block::Waterfall(chart(opened, year, way)));
        }
    }
    document
}

fn table(opened: &Opened, year: FinancialYear, way: &Way) -> Table {
    let r = Reader::new(opened);
    let mut table = Table::new(vec![Column::text(""), Column::figure(year.to_string())]);
    let run = way.run.words();
    table.title = Some(format!("{}: from the gap before any measure to what is still to find, {run}", way.title));
    table.key = Some(SIGN.to_owned());
    let mut parts: Sums = Vec::new();
    let last = way.rungs.len().saturating_sub(1);
    for (n, rung) in way.rungs.iter().enumerate() {
        let figure = rung.cell.map_or_else(|| super::money(None), |cell| r.figure(cell, way.run));
        let Some(effect) = rung.effect else {
            let style = if n == last { RowStyle::Headline } else { RowStyle::Subtotal };
            if let Some(left) = way.unexplained.filter(|_| n == last) {
                let words = "not explained, since a row above is not published";
                table.push(TableRow::plain(words, vec![Figure::money(left).into()]).indented(1));
            }
            let row = TableRow::new(style, rung.words, vec![figure.into()]);
            let known = way.unexplained.is_none();
            let at = table.push(if parts.is_empty() || !known { row } else { row.sum_of(std::mem::take(&mut parts)) });
            parts = vec![(at, Sign::Plus)];
            continue;
        };
        let label = less(effect, rung.words.to_owned());
        parts.push((table.push(TableRow::plain(label, vec![figure.into()]).indented(1)), effect));
    }
    table.notes.extend(reconciled(&r, year, way));
    table
}

/// Why `run` has another gap if nothing is done: what it counts as funding, or as needed, is a measure here.
fn reconciled(r: &Reader<'_>, year: FinancialYear, way: &Way) -> Option<Sentence> {
    let t = r.horizon().number(year)?;
    let before = r.measure(&way.scope, Measure::GapBeforeSavings, t, way.run)?;
    let any = way.rungs.iter().find(|rung| rung.effect.is_none())?.amount?;
    let apart = any - before.published()?;
    if apart == 0 {
        return None;
    }
    let of = |measure: &str| {
        let row = r.plan().sheet.find_row(&format!("{}/solutions/{measure}", way.scope));
        row.map_or(Some(0), |row| r.of_row(row, t, way.run).published())
    };
    let (precept, ending) = (of("precept")?, of("time_limited")?);
    let counted = [
        (precept, " of the adult social care part of council tax as funding"),
        (ending, " of money with an end as funding"),
        (apart - precept - ending, " spent to make savings as needed"),
    ];
    let mut sentence = Sentence::from("`run` says ")
        .figure(before.in_words())
        .text(" for the gap in the year if nothing is done, since it counts ");
    for (n, (pence, words)) in counted.into_iter().filter(|(pence, _)| *pence != 0).enumerate() {
        let pence = if words.ends_with("needed") { -pence } else { pence };
        sentence = sentence.text(if n > 0 { " and " } else { "" }).figure(Figure::money(pence).in_words()).text(words);
    }
    Some(sentence.text("; here these are measures"))
}

fn chart(opened: &Opened, year: FinancialYear, way: &Way) -> Waterfall {
    let r = Reader::new(opened);
    // The bodies' parts of the gap before any measure stand in the table; the chart begins with all of it.
    let first = way.rungs.iter().position(|rung| rung.effect.is_none()).unwrap_or(0);
    let bars = way.rungs[first..].iter().map(|rung| {
        let figure = rung.cell.map_or_else(|| super::money(None), |cell| r.figure(cell, way.run));
        let figure = if rung.effect == Some(Sign::Minus) { figure.turned() } else { figure };
        WaterfallBar { label: rung.words.to_owned(), figure, level: rung.effect.is_none() }
    });
    Waterfall { title: format!("{}, {year}, {}", way.title, way.run.words()), bars: bars.collect() }
}
