//! The shape of a plan: what is still to find year by year, and reserves beside their minimum, as bars
//! next to the figures that say the same.

use super::Reader;
use super::table::{Bar, Block, Column, RowStyle, Sentence, Table, TableCell, TableRow};
use crate::mechanism::organisation::Organisation;
use crate::mechanism::reserve::Pot;
use crate::sheet::{RowId, Run};
use crate::vocabulary::{Measure, Name};

/// What a table of bars says above its bars.
const BARS: &str = "◂surplus│short▸";

/// The shape of a plan: what is still to find of each scope, and each body's reserves; what of them cannot be
/// drawn is said, with the reason.
#[must_use]
pub fn shape(r: &Reader<'_>, scopes: &[(&Name, &str)], bodies: &[&Organisation]) -> Vec<Block> {
    let (mut blocks, mut gaps, mut held) = (Vec::new(), 0_usize, 0_usize);
    for (scope, title) in scopes {
        let gap = still_to_find(r, scope, title);
        let pots: Vec<Table> =
            bodies.iter().filter(|body| body.name == **scope).flat_map(|body| reserves(r, body)).collect();
        (gaps, held) = (gaps + usize::from(gap.is_some()), held + pots.len());
        blocks.extend(gap.into_iter().chain(pots).map(Block::Table));
    }
    let mut missing: Vec<Sentence> = Vec::new();
    if gaps == 0 {
        let row = |scope: &Name| r.plan().measure(scope, Measure::GapAfterPlannedReserves);
        let nought = |scope: &Name| row(scope).is_some_and(|row| Run::BOTH.iter().all(|run| r.is_nought(row, *run)));
        let why = if scopes.iter().all(|(scope, _)| nought(scope)) {
            "it is nought in every year"
        } else {
            "no year has a figure other than nought"
        };
        missing.push(format!("Nothing to draw of what is still to find: {why}.").into());
    }
    if held == 0 {
        let own = |pot: &Pot| bodies.iter().any(|body| body.name == pot.organisation);
        let why = match r.plan().facts.pots.iter().any(own) {
            true => "no reserve has a balance that is published and not nought",
            false => "the plan has no reserves",
        };
        missing.push(format!("Nothing to draw of reserves: {why}.").into());
    }
    blocks.extend((!missing.is_empty()).then_some(Block::Text(missing)));
    blocks
}

/// The shape of what is still to find of an organisation or view; nothing where no year has a figure but nought.
fn still_to_find(r: &Reader<'_>, scope: &Name, title: &str) -> Option<Table> {
    let row = r.plan().measure(scope, Measure::GapAfterPlannedReserves)?;
    let runs: &[Run] = if r.runs_agree(scope) { &[Run::Plan] } else { &Run::BOTH };
    let longest = longest(r, &[row], runs);
    if longest == 0 {
        return None;
    }
    let mut table = Table::new(vec![Column::text(""), Column::figure("Still to find"), Column::figure(BARS)]);
    table.title = Some(format!("{title}: still to find, year by year"));
    table.key = Some(super::SIGN.to_owned());
    for t in r.horizon().plan() {
        for (n, run) in runs.iter().enumerate() {
            let words = if runs.len() == 1 { "plan and risk-adjusted" } else { run.words() };
            let year = r.year(t);
            let label = if n == 0 { format!("{year}, {words}") } else { words.to_owned() };
            let figure = r.of_row(row, t, *run);
            let bar = bar(figure.published(), longest);
            table.push(TableRow::plain(label, vec![figure.into(), bar]).indented(u8::from(n > 0)));
        }
    }
    Some(table)
}

/// The shape of a body's reserves: the balance at the end of each year if nothing else is done, beside
/// the minimum of its policy where it has one.
fn reserves(r: &Reader<'_>, organisation: &Organisation) -> Vec<Table> {
    let own = |pot: &&Pot| pot.organisation == organisation.name;
    r.plan().facts.pots.iter().filter(own).filter_map(|pot| reserve(r, organisation, pot)).collect()
}

fn reserve(r: &Reader<'_>, organisation: &Organisation, pot: &Pot) -> Option<Table> {
    let closing = pot.closing_if_nothing_else.or(pot.closing)?.id();
    let minimum = r.plan().named_item(pot, "minimum");
    let runs: &[Run] = if r.runs_agree(&organisation.name) { &[Run::Plan] } else { &Run::BOTH };
    let rows: Vec<RowId> = [Some(closing), minimum].into_iter().flatten().collect();
    let longest = longest(r, &rows, runs);
    if longest == 0 {
        return None;
    }
    let mut table = Table::new(vec![Column::text(""), Column::figure("Balance"), Column::figure("◂overdrawn│held▸")]);
    table.title =
        Some(format!("{}: {}, at the end of each year if nothing else is done", organisation.title, pot.title));
    let mut add = |style, first: bool, label: String, row: RowId, t: i32, run: Run| {
        let figure = r.of_row(row, t, run);
        let bar = bar(figure.published(), longest);
        table.push(TableRow::new(style, label, vec![figure.into(), bar]).indented(u8::from(!first)));
    };
    for t in r.horizon().plan() {
        for (n, run) in runs.iter().enumerate() {
            let words = if runs.len() == 1 { "plan and risk-adjusted" } else { run.words() };
            let label = if n == 0 { format!("{}, {words}", r.year(t)) } else { words.to_owned() };
            add(RowStyle::Plain, n == 0, label, closing, t, *run);
        }
        if let Some(minimum) = minimum {
            add(RowStyle::Muted, false, "minimum by policy".to_owned(), minimum, t, Run::Plan);
        }
    }
    Some(table)
}

fn longest(r: &Reader<'_>, rows: &[RowId], runs: &[Run]) -> u128 {
    let figures = rows.iter().flat_map(|row| runs.iter().map(move |run| (*row, *run)));
    let all = figures.flat_map(|(row, run)| r.horizon().plan().map(move |t| r.of_row(row, t, run)));
    all.filter_map(|figure| figure.published()).map(i128::unsigned_abs).max().unwrap_or(0)
}

fn bar(pence: Option<i128>, longest: u128) -> TableCell {
    let Some(pence) = pence else { return TableCell::Empty };
    let size = pence.unsigned_abs();
    let (below, above) = if pence < 0 { (size, 0) } else { (0, size) };
    TableCell::Bar(Bar { below, above, longest })
}
