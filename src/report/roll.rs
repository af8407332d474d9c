//! What rolling a plan forward did: how the new plan agrees with the old one in the years that both have,
//! and the list of every figure that wants a look.

use serde_json::{Value, json};

use super::table::{Block, Column, Document, Figure, RowStyle, Sentence, Table, TableCell, TableRow};
use super::{SIGN, capital, page, short_words};
use crate::open::Opened;
use crate::roll::{Agreement, Look, Rolled, What};
use crate::sheet::{Flags, Run};
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Measure, Unit};

/// A plan, what it was rolled to, and how that went.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The plan as it was.
    pub old: &'a Opened,
    /// What came of it.
    pub rolled: &'a Rolled,
    /// Where the new files are, by name; empty when nothing was written.
    pub written: &'a [String],
    /// Whether what was rolled by rule is listed too.
    pub all: bool,
}

fn figure(pence: Option<i128>) -> Figure {
    let flags = if pence.is_none() { Flags::NOT_PUBLISHED } else { Flags::EXACT };
    Figure::new(Unit::Money, pence, flags)
}

fn words(measure: Measure) -> String {
    capital(short_words(measure.code()).unwrap_or(measure.code()))
}

fn file(opened: &Opened) -> &str {
    opened.loaded.sources.describe_file(opened.loaded.root)
}

/// The report for people.
#[must_use]
pub fn document(told: &Told<'_>) -> Document {
    let (old, rolled) = (told.old, told.rolled);
    let written = match told.written {
        [] => "nothing was written: -o next.toml writes the new scenario".to_owned(),
        files => format!("written: {}", files.join(", ")),
    };
    let lines = vec![
        format!("From: {}; {}; {}", old.scenario.title, page::version(&old.scenario), file(old)).into(),
        format!("To: {}; {}", rolled.opened.scenario.title, page::version(&rolled.opened.scenario)).into(),
        Sentence::from(written),
    ];
    let mut blocks = vec![
        Block::Heading("Do both plans agree in the years they share?".to_owned()),
        Block::Text(vec![verdict(rolled)]),
    ];
    let mut scopes: Vec<&str> = rolled.agreement.iter().map(|a| a.title.as_str()).collect();
    scopes.dedup();
    blocks.extend(scopes.into_iter().filter_map(|title| agreement(rolled, title)).map(Block::Table));
    blocks.push(Block::Heading("What wants a look".to_owned()));
    let mut hidden = 0_usize;
    for what in What::ALL {
        let looks: Vec<&Look> = rolled.looks.iter().filter(|look| look.what == what).collect();
        if looks.is_empty() {
            continue;
        }
        if what == What::Rolled && !told.all {
            hidden = looks.len();
            continue;
        }
        blocks.push(Block::Table(list(told, what, &looks)));
    }
    let mut notes: Vec<Sentence> = vec![
        format!("{} is the base year now: balanced by definition, its savings in the base, its one-offs gone.", rolled.base).into(),
        "Restated: the requirement, the gap before savings and the savings are all smaller by the savings in the base; gaps new in the year, running totals, the social care gap and what is drawn if nothing else is done begin again.".into(),
    ];
    if !told.written.is_empty() {
        notes.push(
            "Places are in the new files; of what is gone, and of what the new files do not say, in the old.".into(),
        );
    }
    if hidden > 0 {
        notes.push(format!("{hidden} figures were moved on by a rule and want no look: --all lists them.").into());
    }
    blocks.push(Block::Notes(notes));
    Document { title: format!("Rolled forward: {} is the base year", rolled.base), lines, blocks }
}

/// Whether the gap after savings is the same in every year of the plan run.
fn verdict(rolled: &Rolled) -> Sentence {
    let of = |run| {
        rolled
            .agreement
            .iter()
            .filter(move |a| a.measure == Measure::GapAfterSavings && a.run == run && a.scope.as_str() != "system")
            .flat_map(|a| &a.years)
    };
    let moved = of(Run::Plan).filter(|y| y.before != y.after).count();
    let all = of(Run::Plan).count();
    match (all, moved) {
        (0, _) => "The plans share no year.".into(),
        (_, 0) => "Plan: the gap after savings is the same to the penny in every year that both have.".into(),
        _ => format!(
            "Plan: the gap after savings is another one in {moved} of {all} years that both have; why stands below."
        )
        .into(),
    }
}

fn agreement(rolled: &Rolled, title: &str) -> Option<Table> {
    let of: Vec<&Agreement> = rolled.agreement.iter().filter(|a| a.title == title).collect();
    let years = &of.first()?.years;
    let headings = years.iter().map(|y| Column::figure(y.year.to_string()));
    let mut table = Table::new([Column::text("")].into_iter().chain(headings).collect());
    table.title = Some(title.to_owned());
    table.key = Some(SIGN.to_owned());
    for measure in crate::roll::MEASURES {
        let of: Vec<&&Agreement> = of.iter().filter(|a| a.measure == measure).collect();
        let alike = of.windows(2).all(|w| same(w[0], w[1]));
        for a in of.iter().take(if alike { 1 } else { 2 }) {
            let run = if alike { "both runs" } else { a.run.words() };
            let row = |label: &str, of: &dyn Fn(&crate::roll::Difference) -> Option<i128>| {
                TableRow::plain(label, a.years.iter().map(|y| figure(of(y)).into()).collect()).indented(1)
            };
            table.push(TableRow::section(format!("{}, {run}", words(measure))));
            if a.years.iter().all(|y| y.before == y.after) {
                table.push(row("both plans", &|y| y.before));
                continue;
            }
            table.push(row("old plan", &|y| y.before));
            table.push(row("rolled", &|y| y.after));
            let mut difference = row("difference", &|y| y.before.zip(y.after).map(|(b, a)| a - b));
            difference.style = RowStyle::Subtotal;
            table.push(difference);
            let mut causes: Vec<_> = a.years.iter().flat_map(|y| &y.causes).map(|(cause, _)| *cause).collect();
            causes.sort_unstable();
            causes.dedup();
            for cause in causes {
                let part = |y: &crate::roll::Difference| {
                    Some(y.causes.iter().filter(|(c, _)| *c == cause).map(|(_, pence)| pence).sum())
                };
                table.push(row(cause.words(), &part).indented(2));
            }
        }
    }
    Some(table)
}

fn same(a: &Agreement, b: &Agreement) -> bool {
    a.years.len() == b.years.len()
        && a.years.iter().zip(&b.years).all(|(x, y)| (x.before, x.after) == (y.before, y.after))
}

/// Where a figure stands: in the new file where that was written and has it, else in the old one.
fn place<'a>(told: &Told<'a>, look: &'a Look) -> &'a str {
    match (told.written, look.now.as_str(), look.place.as_str()) {
        ([], now, "") if !now.is_empty() => "new",
        ([], _, old) | (_, "", old) => old,
        (_, now, _) => now,
    }
}

fn list(told: &Told<'_>, what: What, looks: &[&Look]) -> Table {
    let amounts = looks.iter().any(|look| look.pence.is_some());
    let mut columns = vec![Column::text(""), Column::text("Where"), Column::text("What")];
    if amounts {
        columns.insert(1, Column::figure("Amount"));
    }
    let mut table = Table::new(columns);
    table.title = Some(format!("{} ({})", what.words(), looks.len()));
    for look in looks {
        let mut cells: Vec<TableCell> = vec![place(told, look).into(), look.words.clone().into()];
        if amounts {
            cells.insert(0, look.pence.map_or(TableCell::Empty, |pence| figure(Some(pence)).into()));
        }
        table.push(TableRow::plain(look.path.clone(), cells));
    }
    table
}

/// Everything as a tidy table: a row an entry of the list, and a row a figure of the agreement.
#[must_use]
pub fn table(told: &Told<'_>) -> Table {
    let texts = ["part", "kind", "path", "place", "organisation", "run", "year", "measure", "words"];
    let mut columns: Vec<Column> = texts.map(Column::text).to_vec();
    columns.extend(["old", "value", "difference"].map(Column::figure));
    let mut table = Table::new(columns);
    for look in &told.rolled.looks {
        let words = [look.what.code(), &look.path, place(told, look), "", "", "", "", &look.words].map(TableCell::from);
        let value = look.pence.map_or(TableCell::Empty, |pence| figure(Some(pence)).into());
        let cells = words.into_iter().chain([TableCell::Empty, value, TableCell::Empty]).collect();
        table.push(TableRow::plain("list", cells));
    }
    for a in &told.rolled.agreement {
        for y in &a.years {
            let year = y.year.to_string();
            let why = y.causes.iter().map(|(cause, _)| cause.words()).collect::<Vec<_>>().join("; ");
            let words = ["agreement", "", "", a.scope.as_str(), a.run.code(), &year, a.measure.code(), &why]
                .map(TableCell::from);
            let less = y.before.zip(y.after).map(|(b, a)| a - b);
            let figures = [y.before, y.after, less].map(|pence| figure(pence).into());
            table.push(TableRow::plain("agreement", words.into_iter().chain(figures).collect()));
        }
    }
    table
}

/// Everything as one object.
#[must_use]
pub fn json(told: &Told<'_>) -> Value {
    let text = |pence: Option<i128>| pence.map_or(Value::Null, |p| Value::String(plain(Unit::Money, p)));
    let plan = |opened: &Opened| {
        json!({
            "title": opened.scenario.title,
            "version": opened.scenario.version.as_ref().map(|v| &v.name),
            "stage": opened.scenario.stage.word(),
        })
    };
    let looks: Vec<Value> = told
        .rolled
        .looks
        .iter()
        .map(|l| json!({ "kind": l.what.code(), "path": l.path, "place": place(told, l), "words": l.words, "amount": text(l.pence) }))
        .collect();
    let mut figures = Vec::new();
    for a in &told.rolled.agreement {
        for y in &a.years {
            let causes: Vec<Value> =
                y.causes.iter().map(|(c, pence)| json!({ "cause": c.words(), "amount": text(Some(*pence)) })).collect();
            figures.push(json!({
                "organisation": a.scope.as_str(),
                "measure": a.measure.code(),
                "run": a.run.code(),
                "year": y.year.to_string(),
                "old": text(y.before),
                "rolled": text(y.after),
                "difference": text(y.before.zip(y.after).map(|(b, a)| a - b)),
                "causes": causes,
            }));
        }
    }
    json!({
        "schema": "fundgap.roll/1",
        "base_year": told.rolled.base.to_string(),
        "from": plan(told.old),
        "to": plan(&told.rolled.opened),
        "files": told.written,
        "agreement": figures,
        "list": looks,
    })
}
