//! Bridges as tidy rows and as objects, exact.

use serde_json::{Value, json};

use super::{Asked, money, unexplained_words};
use crate::analysis::bridge::{Amount, Bridge, Way};
use crate::open::Opened;
use crate::report::table::{Column, Figure, Table, TableRow};
use crate::sheet::Sign;
use crate::vocabulary::{Address, FinancialYear, Measure, Unit, unit};

/// A bridge as tidy rows: one a figure. The rows of a scope and run whose `kind` is `step` or
/// `unexplained` add up to its `to` less its `from`; with items, every item is a row and no step is.
#[must_use]
pub fn csv(asked: &Asked<'_>) -> Table {
    let (a, b) = asked.names();
    let columns = [
        "from_scenario",
        "from_year",
        "to_scenario",
        "to_year",
        "run",
        "scope",
        "kind",
        "part",
        "step",
        "item",
        "words",
        "recurrence",
    ];
    let mut table = Table::new(columns.map(Column::text).into_iter().chain([Column::figure("value")]).collect());
    table.columns.push(Column::text("address"));
    for (_, bridges) in asked.bridges() {
        for bridge in &bridges {
            let mut row = |kind: &str, [part, step, item, words, recurrence]: [&str; 5], figure: Figure, at: &str| {
                let ends = [asked.from_year.to_string(), b.clone(), asked.to_year.to_string()];
                let whose = [bridge.run.code(), bridge.scope.as_str(), kind, part, step, item, words, recurrence];
                let cells = ends.into_iter().chain(whose.map(str::to_owned)).map(Into::into);
                table.push(TableRow::plain(a.clone(), cells.chain([figure.into(), at.into()]).collect()));
            };
            row(
                "from",
                ["", "", "", "still to find", ""],
                money(bridge.from),
                &address(asked.from, bridge, asked.from_year),
            );
            for step in &bridge.steps {
                let mut both = |item: &str, words: &str, amount: Amount| {
                    for (recurrence, pence) in [("recurrent", amount.recurrent()), ("one_off", amount.one_off)] {
                        if pence != Some(0) {
                            row("step", [step.part.code(), &step.code, item, words, recurrence], money(pence), "");
                        }
                    }
                };
                if asked.largest.is_none() {
                    both("", &step.words, step.amount);
                    continue;
                }
                for item in &step.items {
                    both(&path(item), &item.title, item.amount);
                }
            }
            if let Some(left) = bridge.unexplained {
                row("unexplained", ["", "", "", &unexplained_words(bridge), ""], Figure::money(left), "");
            }
            row("to", ["", "", "", "still to find", ""], money(bridge.to), &address(asked.to, bridge, asked.to_year));
        }
    }
    table
}

/// The address of still to find; the base year has none.
fn address(opened: &Opened, bridge: &Bridge, year: FinancialYear) -> String {
    if year == opened.plan.horizon().base() {
        return String::new();
    }
    let row = format!("{}/{}", bridge.scope, Measure::GapAfterPlannedReserves.code());
    Address { row, year: Some(year) }.to_string()
}

fn path(item: &crate::analysis::bridge::Item) -> String {
    let parts =
        [item.organisation.as_ref().map(|o| o.as_str()), Some(item.kind), item.name.as_ref().map(|n| n.as_str())];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

fn text(pence: Option<i128>) -> Value {
    pence.map_or(Value::Null, |p| Value::String(unit::plain(Unit::Money, p)))
}

fn amounts(amount: Amount) -> [(&'static str, Value); 3] {
    [("recurrent", text(amount.recurrent())), ("one_off", text(amount.one_off)), ("all", text(amount.all))]
}

/// A bridge as an object.
#[must_use]
pub fn json(asked: &Asked<'_>) -> Value {
    let (a, b) = asked.names();
    let steps = |bridge: &Bridge| -> Value {
        let step = |s: &crate::analysis::bridge::Step| {
            let mut value = json!({ "part": s.part.code(), "step": s.code, "words": s.words });
            for (key, amount) in amounts(s.amount) {
                value[key] = amount;
            }
            if !s.unknown.is_empty() {
                value["not_published"] = json!(s.unknown);
            }
            if asked.largest.is_some() {
                let items = s.items.iter().map(|i| {
                    let mut value = json!({ "item": path(i), "title": i.title });
                    for (key, amount) in amounts(i.amount) {
                        value[key] = amount;
                    }
                    value
                });
                value["items"] = items.collect();
            }
            value
        };
        bridge.steps.iter().map(step).collect()
    };
    let bridges = asked.bridges().into_iter().flat_map(|(_, bridges)| bridges).map(|bridge| {
        let mut value = json!({
            "scope": bridge.scope.as_str(),
            "run": bridge.run.code(),
            "from": text(bridge.from),
            "steps": steps(&bridge),
            "to": text(bridge.to),
        });
        if let Some(left) = bridge.unexplained {
            value["unexplained"] = json!({ "all": text(Some(left)), "words": unexplained_words(&bridge) });
        }
        value
    });
    json!({
        "schema": "fundgap.bridge/1",
        "measure": Measure::GapAfterPlannedReserves.code(),
        "unit": Unit::Money.code(),
        "from": { "scenario": a, "title": asked.from.scenario.title, "year": asked.from_year.to_string() },
        "to": { "scenario": b, "title": asked.to.scenario.title, "year": asked.to_year.to_string() },
        "bridges": bridges.collect::<Vec<_>>(),
    })
}

/// The ways from the gap before any measure as tidy rows.
#[must_use]
pub fn measures_csv(year: FinancialYear, ways: &[Way]) -> Table {
    let columns = ["year", "run", "scope", "kind", "words"].map(Column::text);
    let mut table = Table::new(columns.into_iter().chain([Column::figure("value")]).collect());
    for way in ways {
        let mut row = |kind: &str, words: &str, pence: Option<i128>| {
            let cells = [way.run.code(), way.scope.as_str(), kind, words].map(Into::into);
            let cells = cells.into_iter().chain([money(pence).into()]);
            table.push(TableRow::plain(year.to_string(), cells.collect()));
        };
        let last = way.rungs.len().saturating_sub(1);
        for (n, rung) in way.rungs.iter().enumerate() {
            if let Some(left) = way.unexplained.filter(|_| n == last) {
                row("unexplained", "not explained", Some(left));
            }
            row(kind(rung.effect), rung.words, rung.moves());
        }
    }
    table
}

const fn kind(effect: Option<Sign>) -> &'static str {
    if effect.is_none() { "level" } else { "step" }
}

/// The ways from the gap before any measure as an object.
#[must_use]
pub fn measures_json(title: &str, year: FinancialYear, ways: &[Way]) -> Value {
    let ways = ways.iter().map(|way| {
        let rows = way
            .rungs
            .iter()
            .map(|rung| json!({ "kind": kind(rung.effect), "words": rung.words, "moves": text(rung.moves()) }));
        let rows: Vec<Value> = rows.collect();
        let mut value = json!({ "scope": way.scope.as_str(), "run": way.run.code(), "rows": rows });
        if let Some(left) = way.unexplained {
            value["unexplained"] = text(Some(left));
        }
        value
    });
    json!({
        "schema": "fundgap.bridge.measures/1",
        "scenario": title,
        "year": year.to_string(),
        "unit": Unit::Money.code(),
        "ways": ways.collect::<Vec<_>>(),
    })
}
