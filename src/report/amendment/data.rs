//! Amendments as tidy rows and as objects, exact.

use serde_json::{Value, json};

use super::{Asked, Read, figure, notes};
use crate::analysis::amendment::{Change, Class, Effect, Moved, What, Year, amounts, moved, starts};
use crate::open::Opened;
use crate::report::result::plain;
use crate::report::table::{Column, Table, TableRow};
use crate::report::tidy::Recurs;
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Unit, unit};

/// The figures of a year, with the word for each.
type Of = (&'static str, fn(&Year) -> Change);

const MEASURES: [Of; 7] = [
    ("requirement", |y| y.requirement),
    ("funding", |y| y.funding),
    ("savings", |y| y.savings),
    ("support", |y| y.support),
    ("planned_reserve_use", |y| y.reserves),
    ("gap_after_planned_reserves", |y| y.still_to_find),
    ("underlying_gap_after_savings", |y| y.underlying),
];

/// One figure of an amendment.
struct Row {
    run: Run,
    scope: String,
    section: &'static str,
    item: String,
    measure: String,
    unit: Unit,
    year: FinancialYear,
    change: Change,
}

/// The amendments, and all of them together where there are several, each with its name.
fn all<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = (String, &'a Opened)> {
    let members = asked.members.iter().map(|m| (m.file.clone(), &m.amended));
    members.chain(asked.together.map(|together| ("together".to_owned(), together)))
}

fn rows(read: &Read<'_>, runs: &[Run]) -> Vec<Row> {
    let mut rows = Vec::new();
    for run in runs {
        for item in &read.touched {
            let name = format!("{}.{}", item.kind, item.name);
            for class in Class::ALL {
                for (year, change) in amounts(read.base, read.amended, item, class, *run).into_iter().flatten() {
                    let (item, measure) = (name.clone(), class.code().to_owned());
                    let (section, unit, scope) = ("line", Unit::Money, String::new());
                    rows.push(Row { run: *run, scope, section, item, measure, unit, year, change });
                }
            }
        }
        for effect in read.effects.iter().filter(|e| e.run == *run) {
            for (measure, of) in MEASURES {
                rows.extend(effect.years.iter().map(|y| Row {
                    run: *run,
                    scope: effect.scope.to_string(),
                    section: "plan",
                    item: String::new(),
                    measure: measure.to_owned(),
                    unit: Unit::Money,
                    year: y.year,
                    change: of(y),
                }));
            }
        }
        let mut beside = |section, measure: &str, found: Option<Moved>| {
            for (year, change) in found.iter().flat_map(|m| &m.years) {
                let Some(m) = &found else { continue };
                rows.push(Row {
                    run: *run,
                    scope: m.organisation.to_string(),
                    section,
                    item: m.item.to_string(),
                    measure: measure.to_owned(),
                    unit: m.unit,
                    year: *year,
                    change: *change,
                });
            }
        };
        for ((organisation, _), row) in starts::taxes(read.amended) {
            beside("council_tax", "band_d", moved(read.base, read.amended, &organisation, row.id(), *run));
        }
        for pot in &read.amended.plan.facts.pots {
            let walks = [("closing", pot.closing), ("closing_if_nothing_else", pot.closing_if_nothing_else)];
            for (measure, row) in walks {
                let of = |row: crate::sheet::RowId| moved(read.base, read.amended, &pot.organisation, row, *run);
                beside("reserve", measure, row.and_then(|row| of(row.id())));
            }
        }
    }
    rows
}

/// Every figure before, after and their difference, one row each.
#[must_use]
pub fn csv(asked: &Asked<'_>) -> Table {
    let columns =
        ["amendment", "run", "scope", "section", "item", "measure", "recurrence", "year", "what"].map(Column::text);
    let mut table = Table::new(columns.into_iter().chain([Column::figure("value")]).collect());
    for (name, amended) in all(asked) {
        let read = Read::new(asked.base, amended, asked.runs);
        // What an amendment takes out recurred, or not, in the plan as it was.
        let recurs = [amended, asked.base].map(|opened| Recurs::of_plan(&opened.plan));
        for row in rows(&read, asked.runs) {
            let recurrence = recurs.iter().map(|of| of.of_path(&row.item)).find(|word| !word.is_empty()).unwrap_or("");
            let Change { before, after } = row.change;
            for (what, steps) in [("before", before), ("after", after), ("difference", row.change.difference())] {
                let words = [row.run.code(), &row.scope, row.section, &row.item, &row.measure, recurrence];
                let cells = words.map(Into::into).into_iter();
                let more = [row.year.to_string().into(), what.into(), figure(row.unit, steps).into()];
                table.push(TableRow::plain(name.clone(), cells.chain(more).collect()));
            }
        }
    }
    table
}

fn text(unit: Unit, steps: Option<i128>) -> Value {
    steps.map_or(Value::Null, |steps| Value::String(unit::plain(unit, steps)))
}

/// The amendments as an object.
#[must_use]
pub fn json(asked: &Asked<'_>) -> Value {
    let one = |(name, amended): (String, &Opened)| {
        let read = Read::new(asked.base, amended, asked.runs);
        let figures = rows(&read, asked.runs).into_iter().map(|row| {
            json!({
                "run": row.run.code(),
                "scope": row.scope,
                "section": row.section,
                "item": row.item,
                "measure": row.measure,
                "unit": row.unit.code(),
                "year": row.year.to_string(),
                "before": text(row.unit, row.change.before),
                "after": text(row.unit, row.change.after),
                "difference": text(row.unit, row.change.difference()),
            })
        });
        json!({
            "amendment": name,
            "date": read.decided.date().map(|date| date.to_string()),
            "touches": touches(&read),
            "balanced": read.effects.iter().flat_map(balanced).collect::<Vec<_>>(),
            "findings": notes::all(&read).iter().map(plain).collect::<Vec<_>>(),
            "figures": figures.collect::<Vec<_>>(),
        })
    };
    json!({
        "schema": "fundgap.amend/1",
        "base": asked.base.scenario.title,
        "amendments": all(asked).map(one).collect::<Vec<_>>(),
    })
}

fn touches(read: &Read<'_>) -> Vec<Value> {
    let one = |item: &crate::analysis::amendment::Touched| {
        let sources = &read.amended.loaded.sources;
        let (does, keys) = match &item.what {
            What::Adds => ("adds", Vec::new()),
            What::TakesOut => ("takes_out", Vec::new()),
            What::Changes(keys) => ("changes", keys.clone()),
        };
        let keys = keys
            .iter()
            .map(|k| json!({ "key": k.key, "before": k.before, "after": k.after, "place": sources.describe(k.place) }));
        json!({
            "kind": item.kind,
            "name": item.name,
            "title": item.title,
            "does": does,
            "keys": keys.collect::<Vec<_>>(),
            "place": item.place.map(|place| sources.describe(place)),
        })
    };
    read.touched.iter().map(one).collect()
}

fn balanced(effect: &Effect) -> impl Iterator<Item = Value> {
    effect.years.iter().map(|y| {
        json!({
            "scope": effect.scope.as_str(),
            "run": effect.run.code(),
            "year": y.year.to_string(),
            "before": y.balanced_before,
            "after": y.balanced_after,
        })
    })
}
