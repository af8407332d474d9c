//! The register of budget risks for spreadsheets and programs: exact values.

use serde_json::{Map, Value, json};

use super::{InYear, Shown, decimals, kind};
use crate::analysis::risk_register::{Asked, PERCENTILES};
use crate::mechanism::risk::RiskFacts;
use crate::report::Reader;
use crate::report::table::{Column, Table, TableRow};
use crate::vocabulary::Unit;

/// The figures of a register in a year, each with its word and its unit.
fn of_register(shown: &Shown<'_>, year: &InYear) -> Vec<(String, Unit, Option<i128>)> {
    let (facts, asked) = (shown.register.facts, year.asked.as_ref().ok());
    let of = |of: &dyn Fn(&Asked) -> Option<i128>| asked.and_then(of);
    let mut all = vec![
        ("together".to_owned(), Unit::Money, shown.register.steps(facts.together.id(), year.t)),
        ("expected".to_owned(), Unit::Money, shown.register.steps(facts.expected.id(), year.t)),
        ("standard_deviation".to_owned(), Unit::Money, of(&|a| a.deviation)),
    ];
    for percent in PERCENTILES {
        let value = of(&|a| Some(a.distribution.percentile(percent)));
        all.push((format!("p{percent}"), Unit::Money, value));
    }
    all.push(("chance_above_expected".to_owned(), Unit::Rate, of(&|a| Some(a.above_expected))));
    all
}

/// The figures of the general reserve beside it.
fn of_reserve(year: &InYear) -> Vec<(&'static str, Unit, Option<i128>)> {
    let less = |held: Option<i128>| held.zip(year.prudent()).map(|(held, prudent)| held - prudent);
    vec![
        ("minimum", Unit::Money, year.minimum),
        ("at_the_start", Unit::Money, year.held),
        ("minimum_less_p90", Unit::Money, less(year.minimum)),
        ("at_the_start_less_p90", Unit::Money, less(year.held)),
        ("chance_above_minimum", Unit::Rate, year.above_minimum()),
    ]
}

/// The figures of a risk in a year.
fn of_risk(shown: &Shown<'_>, risk: &RiskFacts, t: i32) -> Vec<(&'static str, Unit, Option<i128>)> {
    let steps = |row| shown.register.steps(row, t);
    let mut all = vec![
        ("impact", Unit::Money, steps(risk.impact.id())),
        ("likelihood", Unit::Rate, steps(risk.likelihood.id())),
        ("expected", Unit::Money, steps(risk.expected.id())),
    ];
    all.extend(risk.to_the_end.map(|row| ("to_the_end", Unit::Money, steps(row.id()))));
    all
}

const fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "GBP",
        _ => "rate",
    }
}

/// One row a figure.
#[must_use]
pub fn tidy(r: &Reader<'_>, registers: &[Shown<'_>]) -> Table {
    let words =
        ["organisation", "year", "row", "name", "title", "recurrence", "measure", "value", "unit", "owner", "source"];
    let mut table = Table::new(words.map(Column::text).into());
    for shown in registers {
        let name = shown.register.organisation.name.to_string();
        for year in &shown.years {
            let mut push =
                |row: &str, whose: [&str; 3], (measure, unit, steps): (&str, Unit, Option<i128>), said: [&str; 2]| {
                    let value = decimals(unit, steps).unwrap_or_default();
                    let year = r.year(year.t).to_string();
                    let cells =
                        [&year, row, whose[0], whose[1], whose[2], measure, &value, unit_word(unit), said[0], said[1]];
                    table.push(TableRow::plain(name.clone(), cells.map(|cell| cell.to_owned().into()).into()));
                };
            for risk in shown.register.by_expected_value(year.t) {
                let said = [&risk.owner, &risk.source].map(|text| text.as_deref().unwrap_or_default());
                for figure in of_risk(shown, risk, year.t) {
                    push("risk", [risk.name.as_str(), &risk.title, kind(risk)], figure, said);
                }
            }
            for (measure, unit, steps) in of_register(shown, year) {
                push("register", [""; 3], (&measure, unit, steps), [""; 2]);
            }
            let titles = shown.general.titles();
            for figure in of_reserve(year).into_iter().filter(|_| !titles.is_empty()) {
                push("reserve", ["", &titles, ""], figure, [""; 2]);
            }
        }
    }
    table
}

fn object<K: Into<String>>(figures: impl IntoIterator<Item = (K, Unit, Option<i128>)>) -> Map<String, Value> {
    figures.into_iter().map(|(measure, unit, steps)| (measure.into(), decimals(unit, steps).into())).collect()
}

/// The registers for programs.
#[must_use]
pub fn json(r: &Reader<'_>, registers: &[Shown<'_>]) -> Value {
    let risk = |shown: &Shown<'_>, risk: &RiskFacts, t: i32| {
        let mut value = object(of_risk(shown, risk, t));
        value.insert("name".to_owned(), risk.name.to_string().into());
        value.insert("title".to_owned(), risk.title.clone().into());
        value.insert("recurrent".to_owned(), risk.to_the_end.is_some().into());
        value.insert("owner".to_owned(), risk.owner.clone().into());
        value.insert("source".to_owned(), risk.source.clone().into());
        Value::Object(value)
    };
    let year = |shown: &Shown<'_>, year: &InYear| {
        let risks: Vec<Value> =
            shown.register.by_expected_value(year.t).into_iter().map(|k| risk(shown, k, year.t)).collect();
        let distribution = year.asked.as_ref().ok().map(|asked| &asked.distribution);
        json!({
            "year": r.year(year.t).to_string(),
            "risks": risks,
            "register": object(of_register(shown, year)),
            "reserve": (!shown.general.pots.is_empty()).then(|| object(of_reserve(year))),
            "not_answered": year.asked.as_ref().err().map(|why| why.words()),
            "impacts_rounded_up_to": decimals(Unit::Money, distribution.and_then(|d| d.rounded_up_to())),
            "chances_right_to_decimals": distribution.and_then(|d| d.error()),
        })
    };
    let all: Vec<Value> = registers
        .iter()
        .map(|shown| {
            json!({
                "organisation": shown.register.organisation.name.to_string(),
                "title": shown.register.organisation.title,
                "years": shown.years.iter().map(|y| year(shown, y)).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "schema": "fundgap.risks/1", "registers": all })
}
