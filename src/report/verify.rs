//! A kept result held against its scenario: what is said of it.

use serde_json::{Value, json};

use super::Reader;
use super::page;
use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use crate::check::kept::{Held, Input, Kept, Moved};
use crate::sheet::{Flags, Run};
use crate::vocabulary::unit::plain;

/// Figures named on the page; the other formats have all.
const NAMED: usize = 30;

/// What is said of a result, for people.
#[must_use]
pub fn document(r: &Reader<'_>, kept: &Kept, held: &Held, result: &str, program: &str) -> Document {
    let mut document = page::head(r);
    let version = kept.version.as_ref().map(|v| format!(" of version {v}")).unwrap_or_default();
    document.lines.push(format!("result: {result}{version}, made by fundgap {}", kept.program).into());
    let mut said = vec![verdict(held), why(kept, held, program).into()];
    if let Some(more @ 1..) = held.now.checked_sub(held.compared) {
        said.push(format!("{more} figures of the scenario as it is now are not in the result").into());
    }
    document.blocks.push(Block::Text(said));
    document.blocks.extend(inputs(held).map(Block::Notes));
    if !held.moved.is_empty() {
        document.blocks.push(Block::Table(moved(r, &held.moved)));
    }
    if !held.gone.is_empty() {
        let named = held.gone.iter().take(NAMED).map(|(address, run)| format!("{address} ({})", run.words()).into());
        let more = held.gone.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| Sentence::from(format!("and {more} more: --format csv lists all")));
        document.blocks.push(Block::Heading("No longer in the scenario".into()));
        document.blocks.push(Block::Notes(named.chain(more).collect()));
    }
    document
}

fn verdict(held: &Held) -> Sentence {
    let (n, wrong) = (held.compared, held.moved.len() + held.gone.len());
    match (n, wrong) {
        (0, _) => "the result holds no figures".into(),
        (1, 0) => "the one figure of the result holds, to the penny".into(),
        (n, 0) => format!("all {n} figures of the result hold, to the penny").into(),
        (n, wrong) => format!("{wrong} of {n} figures of the result no longer hold").into(),
    }
}

/// What the verdict rests on: the files, and the program where these do not tell.
fn why(kept: &Kept, held: &Held, program: &str) -> String {
    let program = if kept.program == program {
        format!("by the same version of fundgap, {program}")
    } else {
        format!("by fundgap {program}, where it was {}", kept.program)
    };
    match (held.same_inputs(), held.holds()) {
        (true, _) => format!("made again from the same files, byte for byte, {program}"),
        (false, true) => format!("made again {program}; its files are not the same, and it makes no difference:"),
        (false, false) => format!("made again {program}; its files are not the same:"),
    }
}

fn inputs(held: &Held) -> Option<Vec<Sentence>> {
    let changed = held.inputs.iter().filter(|(_, input)| *input != Input::Same);
    let said: Vec<Sentence> = changed.map(|(name, input)| format!("{name}: {}", state(*input)).into()).collect();
    (!said.is_empty()).then_some(said)
}

const fn state(input: Input) -> &'static str {
    match input {
        Input::Same => "the same",
        Input::Changed => "changed since",
        Input::Gone => "no longer part of it",
        Input::New => "was not part of it",
    }
}

/// The figures that moved, totals first.
fn moved(r: &Reader<'_>, all: &[Moved]) -> Table {
    let columns = vec![
        Column::text("Figure"),
        Column::text("Run"),
        Column::figure("It was"),
        Column::figure("It is"),
        Column::figure("Change"),
    ];
    let mut table = Table::new(columns);
    table.title = Some("Figures that no longer hold".into());
    // The totals of bodies and views say most, and stand at the end of a budget.
    let (totals, others): (Vec<&Moved>, Vec<&Moved>) = all.iter().partition(|m| m.address.matches('/').count() == 1);
    for m in totals.into_iter().chain(others).take(NAMED) {
        table.push(row(m));
    }
    let more = all.len().saturating_sub(NAMED);
    if more > 0 {
        table.notes.push(format!("and {more} more: --format csv lists all").into());
    }
    table.notes.push(format!("fundgap explain {} ADDRESS says why a figure is what it is", name(r)).into());
    table
}

fn name<'r>(r: &Reader<'r>) -> &'r str {
    r.opened.loaded.sources.describe_file(r.opened.loaded.root)
}

fn row(m: &Moved) -> TableRow {
    let figure = |steps: Option<i128>| {
        let flags = if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
        Figure::new(m.unit, steps, flags).exactly()
    };
    let change = match (m.was, m.is) {
        (Some(was), Some(is)) => is.checked_sub(was).map(|by| figure(Some(by)).as_change()),
        _ => None,
    };
    let cells = vec![
        m.run.words().into(),
        figure(m.was).into(),
        figure(m.is).at(m.address.clone()).into(),
        change.map_or(TableCell::Empty, Into::into),
    ];
    TableRow::plain(m.address.clone(), cells)
}

/// Every figure that no longer holds, a line each, for programs.
#[must_use]
pub fn table(held: &Held) -> Table {
    let columns = ["address", "run", "state", "unit", "was", "is"];
    let mut table = Table::new(columns.into_iter().map(Column::text).collect());
    let value = |m: &Moved, steps: Option<i128>| steps.map_or(String::new(), |steps| plain(m.unit, steps));
    for m in &held.moved {
        let cells = [m.run.code().to_owned(), "moved".into(), m.unit.code().into(), value(m, m.was), value(m, m.is)];
        table.push(TableRow::plain(m.address.clone(), cells.map(TableCell::Text).into()));
    }
    for (address, run) in &held.gone {
        let cells = [run.code(), "gone", "", "", ""];
        table.push(TableRow::plain(address.clone(), cells.map(TableCell::from).into()));
    }
    table
}

/// The same as JSON.
#[must_use]
pub fn json(kept: &Kept, held: &Held, result: &str, program: &str) -> Value {
    let value = |m: &Moved, steps: Option<i128>| steps.map_or(Value::Null, |s| Value::String(plain(m.unit, s)));
    let moved = held.moved.iter().map(|m| {
        json!({ "address": m.address, "run": m.run.code(), "unit": m.unit.code(), "was": value(m, m.was), "is": value(m, m.is) })
    });
    let gone = held.gone.iter().map(|(address, run): &(String, Run)| json!({ "address": address, "run": run.code() }));
    let inputs = held.inputs.iter().map(|(name, input)| json!({ "name": name, "state": state(*input) }));
    json!({
        "schema": "fundgap.verify/1",
        "result": result,
        "scenario": kept.title,
        "holds": held.holds(),
        "made_by": kept.program,
        "held_by": program,
        "compared": held.compared,
        "figures_now": held.now,
        "inputs": inputs.collect::<Vec<_>>(),
        "moved": moved.collect::<Vec<_>>(),
        "gone": gone.collect::<Vec<_>>(),
    })
}
