//! A kept result held against its scenario: what is said of it.

use serde_json::{Value, json};

use super::Reader;
use super::page;
use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use crate::check::kept::{Held, Input, Kept, Moved, Relabelled};
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
    if !held.relabelled.is_empty() {
        document.blocks.push(Block::Table(relabelled(&held.relabelled)));
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
    let figures = match (n, wrong) {
        (0, _) => "the result holds no figures".to_owned(),
        (1, 0) => "the one figure of the result holds, to the penny".to_owned(),
        (n, 0) => format!("all {n} figures of the result hold, to the penny"),
        (n, wrong) => format!("{wrong} of {n} figures of the result no longer hold"),
    };
    let mut rows: Vec<&str> = held.relabelled.iter().map(|r| r.address.as_str()).collect();
    rows.dedup();
    match rows.as_slice() {
        [] => figures.into(),
        [one] => format!("{figures}; what it says of `{one}` is not what the scenario says").into(),
        rows => format!("{figures}; what it says of {} rows is not what the scenario says", rows.len()).into(),
    }
}

/// What the verdict rests on: the files, and the program where these do not tell.
fn why(kept: &Kept, held: &Held, program: &str) -> String {
    let same = kept.program == program;
    let by = if same {
        format!("by the same version of fundgap, {program}")
    } else {
        format!("by fundgap {program}, where it was {}", kept.program)
    };
    let edited = match (held.edited(), same) {
        (false, _) => "",
        (true, true) => ": the kept file was edited, or another build of that version made it",
        (true, false) => ": the kept file was edited, or the two versions do not do the same",
    };
    match (held.same_inputs(), held.holds()) {
        (true, _) => format!("made again from the same files, byte for byte, {by}{edited}"),
        (false, true) => format!("made again {by}; its files are not the same, and it makes no difference:"),
        (false, false) => format!("made again {by}; its files are not the same:"),
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

/// Rows that say something else of their figures.
fn relabelled(all: &[Relabelled]) -> Table {
    let mut table = Table::new(["Row", "What differs", "The result says", "It is"].map(Column::text).into());
    table.title = Some("What is said of the figures".into());
    for r in all.iter().take(NAMED) {
        let cells = [r.what, said(&r.was), said(&r.is)].map(TableCell::from);
        table.push(TableRow::plain(r.address.clone(), cells.into()));
    }
    if let Some(more @ 1..) = all.len().checked_sub(NAMED) {
        table.notes.push(format!("and {more} more: --format csv lists all").into());
    }
    table
}

fn said(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("–")
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
    for r in &held.relabelled {
        let text = |said: &Option<String>| said.clone().unwrap_or_default();
        let cells = [String::new(), format!("other_{}", r.what), String::new(), text(&r.was), text(&r.is)];
        table.push(TableRow::plain(r.address.clone(), cells.map(TableCell::Text).into()));
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
    let relabelled =
        held.relabelled.iter().map(|r| json!({ "address": r.address, "what": r.what, "was": r.was, "is": r.is }));
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
        "relabelled": relabelled.collect::<Vec<_>>(),
        "edited_or_another_program": held.edited(),
        "gone": gone.collect::<Vec<_>>(),
    })
}
