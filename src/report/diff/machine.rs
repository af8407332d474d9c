//! A difference for programs: one row a step, year, run and organisation, with both places; or one
//! object.

use serde_json::{Value, json};

use super::{Told, typed, words};
use crate::language::Value as Content;
use crate::report::Reader;
use crate::report::table::{Column, Figure, Table, TableCell, TableRow};
use crate::report::tidy::Recurs;
use crate::scenario::{Change, Pair, What};
use crate::sheet::Run;
use crate::vocabulary::FinancialYear;
use crate::vocabulary::unit::plain;

/// Every step as a tidy table. The rows of a year between `opening` and `closing` add up to the
/// difference of the two.
#[must_use]
pub fn table(told: &Told<'_>) -> Table {
    let d = told.difference;
    let texts = [
        "organisation",
        "run",
        "year",
        "measure",
        "recurrence",
        "step",
        "kind",
        "path",
        "place_a",
        "value_a",
        "place_b",
        "value_b",
        "typed_a",
        "typed_b",
    ];
    let mut columns: Vec<Column> = texts.map(Column::text).to_vec();
    columns.push(Column::figure("effect"));
    let mut table = Table::new(columns);
    let recurs = ChangesRecur::new(told);
    for (scope, run, year) in d.frame.slots().filter(|(_, run, _)| told.runs.contains(run)) {
        let mut push = |step: String, kind: &str, changes: &[usize], joined: [String; 7], effect: Figure| {
            let (year, recurs) = (d.frame.years[year].to_string(), recurs.of(changes).to_owned());
            let words = [run.code().to_owned(), year, d.frame.measure.clone(), recurs, step];
            let mut cells: Vec<TableCell> = words.map(TableCell::from).to_vec();
            cells.push(kind.into());
            cells.extend(joined.map(TableCell::from));
            cells.push(effect.into());
            table.push(TableRow::plain(d.frame.scopes[scope].name.to_string(), cells));
        };
        push("0".into(), "opening", &[], Default::default(), told.figure(d.opening.at(scope, run, year)));
        for (n, step) in d.steps.iter().enumerate() {
            let kind = if step.changes.len() > 1 { "joined" } else { "change" };
            let effect = told.figure(step.effects.at(scope, run, year));
            push(
                (n + 1).to_string(),
                kind,
                &step.changes,
                places(told, &step.changes, Some(d.frame.years[year])),
                effect,
            );
        }
        let last = d.steps.len() + 1;
        push(last.to_string(), "interaction", &[], Default::default(), told.figure(d.interaction.at(scope, run, year)));
        push((last + 1).to_string(), "closing", &[], Default::default(), told.figure(d.closing.at(scope, run, year)));
    }
    for n in (0..d.pair.changes.len()).filter(|n| still(told, *n)) {
        let words = ["", "", &d.frame.measure, recurs.of(&[n]), "", "moved_nothing"].map(TableCell::from);
        let cells = words.into_iter().chain(places(told, &[n], None).map(TableCell::from)).chain([TableCell::Empty]);
        table.push(TableRow::plain("", cells.collect()));
    }
    table
}

/// Whether what was changed recurs, in the second plan where it is there, else in the first.
struct ChangesRecur<'a> {
    pair: &'a Pair,
    of: [Recurs<'a>; 2],
}

impl<'a> ChangesRecur<'a> {
    fn new(told: &'a Told<'_>) -> Self {
        Self { pair: &told.difference.pair, of: [&told.b, &told.a].map(|r| Recurs::of_plan(r.plan())) }
    }

    /// The word of several changes; nothing where they are of both kinds, or there are none.
    fn of(&self, changes: &[usize]) -> &'static str {
        let mut words = changes.iter().map(|n| {
            let path = self.pair.changes[*n].path();
            let found = self.of.iter().map(|recurs| recurs.of_path(&path)).find(|word| !word.is_empty());
            found.unwrap_or("")
        });
        let first = words.next().unwrap_or("");
        if words.all(|word| word == first) { first } else { "" }
    }
}

fn still(told: &Told<'_>, n: usize) -> bool {
    let d = told.difference;
    matches!(d.pair.changes[n].what, What::Words | What::Evidence) || d.unmoved.contains(&n)
}

/// Path, place and value in the first plan, place and value in the second, and what was typed in each; of
/// several changes one after the other. A value is the likely one of the year.
fn places(told: &Told<'_>, changes: &[usize], year: Option<FinancialYear>) -> [String; 7] {
    let pair = &told.difference.pair;
    let all: Vec<[String; 7]> = changes
        .iter()
        .map(|n| {
            let change = &pair.changes[*n];
            let end = |r: &Reader<'_>, second: bool| {
                let (place, typed) = side(pair, change, second).unwrap_or_default();
                let entry = if second { change.is.as_ref() } else { change.was.as_ref() };
                let value = entry.map(|entry| {
                    words::decimal(r, &change.path(), year).unwrap_or_else(|| match &entry.node.value {
                        // What has parts has no one value.
                        Content::List(_) | Content::Table(_) => String::new(),
                        _ => typed::said(pair, &entry.node),
                    })
                });
                (place, value.unwrap_or_default(), typed)
            };
            let ((place_a, value_a, typed_a), (place_b, value_b, typed_b)) = (end(&told.a, false), end(&told.b, true));
            [change.path(), place_a, value_a, place_b, value_b, typed_a, typed_b]
        })
        .collect();
    std::array::from_fn(|column| all.iter().map(|row| row[column].as_str()).collect::<Vec<_>>().join("; "))
}

/// Where one side of a change stands and what was typed there.
fn side(pair: &Pair, change: &Change, second: bool) -> Option<(String, String)> {
    let entry = if second { change.is.as_ref()? } else { change.was.as_ref()? };
    Some((pair.sources.describe(entry.node.place), typed::raw(pair, &entry.node)))
}

/// The whole difference as one object.
#[must_use]
pub fn json(told: &Told<'_>, threshold: Option<i128>) -> Value {
    let d = told.difference;
    let text = |steps: Option<i128>| steps.map_or(Value::Null, |s| Value::String(plain(d.unit(), s)));
    let end = |name: &str, r: &Reader<'_>| json!({ "name": name, "title": r.opened.scenario.title, "version": r.opened.scenario.version.as_ref().map(|v| &v.name) });
    let changes = |numbers: &[usize]| -> Vec<Value> { numbers.iter().map(|n| one(told, *n)).collect() };
    let steps: Vec<Value> = d
        .steps
        .iter()
        .enumerate()
        .map(|(n, step)| json!({ "step": n + 1, "name": told.name(step), "changes": changes(&step.changes) }))
        .collect();
    let total = d.total();
    let years = |scope: usize, run: Run| -> Vec<Value> {
        (0..d.frame.years.len())
            .map(|y| {
                let effects: Vec<Value> = d.steps.iter().map(|s| text(s.effects.at(scope, run, y))).collect();
                json!({
                    "year": d.frame.years[y].to_string(),
                    "opening": text(d.opening.at(scope, run, y)),
                    "effects": effects,
                    "interaction": text(d.interaction.at(scope, run, y)),
                    "closing": text(d.closing.at(scope, run, y)),
                    "change": text(total.at(scope, run, y)),
                })
            })
            .collect()
    };
    let organisations: Vec<Value> = d
        .frame
        .scopes
        .iter()
        .enumerate()
        .map(|(n, scope)| {
            let runs: Vec<Value> =
                told.runs.iter().map(|run| json!({ "run": run.code(), "years": years(n, *run) })).collect();
            json!({ "name": scope.name.as_str(), "title": scope.title, "in_a": scope.before, "in_b": scope.after, "runs": runs })
        })
        .collect();
    let still: Vec<usize> = (0..d.pair.changes.len()).filter(|n| still(told, *n)).collect();
    json!({
        "schema": "fundgap.diff/1",
        "a": end(told.names.0, &told.a),
        "b": end(told.names.1, &told.b),
        "with": told.with,
        "method": d.method.code(),
        "measure": d.frame.measure,
        "unit": d.unit().code(),
        "threshold": threshold.map(|t| plain(d.unit(), t)),
        "moved": threshold.map(|t| !d.movements(t).is_empty() || !d.lost().is_empty()),
        "steps": steps,
        "organisations": organisations,
        "moved_nothing": changes(&still),
    })
}

fn one(told: &Told<'_>, n: usize) -> Value {
    let pair = &told.difference.pair;
    let change = &pair.changes[n];
    let end = |second| side(pair, change, second).map(|(place, value)| json!({ "place": place, "value": value }));
    let word = match change.what {
        What::Words => "words",
        What::Evidence => "evidence",
        What::Meaning | What::File => "figure",
    };
    json!({ "path": change.path(), "what": word, "a": end(false), "b": end(true) })
}
