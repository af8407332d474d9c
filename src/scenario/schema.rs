//! The JSON Schema of scenario files, made from the tables of keys, for completion and hints in
//! editors. Draft-07, which editors for TOML understand best.
//!
//! Nothing is required in it: a layer holds only what differs. What a scenario as a whole must have
//! is told when it is read.

use serde_json::{Map, Value, json};

use super::resolve::{EXPECT, SCENARIO, sections};
use crate::language::keys::{FIGURE, Key, KeyKind, Need, Section};
use crate::vocabulary::Unit;

const YEAR: &str = r"^[0-9]{4}[/-][0-9]{2}([0-9]{2})?$";
const NAME: &str = "^[a-z][a-z0-9_]*$";
const MONTH: &str = "^[0-9]{4}-(0[1-9]|1[0-2])$";

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let mut properties = Map::new();
    for section in sections() {
        let value = if section.name == SCENARIO.name {
            object(section)
        } else if section.name == EXPECT.name {
            json!({ "type": "array", "description": section.help, "items": object(section) })
        } else if section.name == "driver" {
            named(section, json!({ "anyOf": [figure(Unit::Rate, true), object(section)] }))
        } else {
            named(section, object(section))
        };
        properties.insert(section.name.to_owned(), value);
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "fundgap scenario",
        "description": "A plan of one or several organisations: budgets, savings, funding, reserves and gaps",
        "type": "object",
        "properties": properties,
        "additionalProperties": false
    })
}

fn named(section: &Section, item: Value) -> Value {
    json!({ "type": "object", "description": section.help, "patternProperties": { NAME: item }, "additionalProperties": false })
}

fn object(section: &Section) -> Value {
    let mut properties = Map::new();
    for key in section.all_keys() {
        let mut value = of_kind(key.kind);
        if let Value::Object(object) = &mut value {
            object.insert("description".into(), describe(key).into());
        }
        properties.insert(key.name.to_owned(), value);
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn describe(key: &Key) -> String {
    match key.need {
        Need::Required => format!("{} (required)", key.help),
        Need::Optional => key.help.to_owned(),
        Need::Default(value) => format!("{} (default: {value})", key.help),
    }
}

fn of_kind(kind: KeyKind) -> Value {
    match kind {
        KeyKind::Text => json!({ "type": "string" }),
        KeyKind::Flag => json!({ "type": "boolean" }),
        KeyKind::Choice(words) => json!({ "enum": words }),
        KeyKind::Choices(words) => one_or_more(json!({ "enum": words })),
        KeyKind::Recurrence => json!({ "enum": [true, false, "not_stated"] }),
        KeyKind::Single(unit) => figure(unit, false),
        KeyKind::Yearly(unit) => figure(unit, true),
        KeyKind::RateOrDriver => json!({ "anyOf": [{ "type": "string" }, figure(Unit::Rate, true)] }),
        KeyKind::Month => json!({ "type": "string", "pattern": MONTH }),
        KeyKind::MonthOfYear => json!({ "type": "string", "pattern": "^(0?[1-9]|1[0-2])$" }),
        KeyKind::Year => json!({ "type": "string", "pattern": YEAR }),
        KeyKind::YearSpan => {
            json!({ "type": "array", "items": { "type": "string", "pattern": YEAR }, "minItems": 2, "maxItems": 2 })
        }
        KeyKind::Count => json!({ "type": "integer", "minimum": 0 }),
        KeyKind::Reference(_) => json!({ "type": "string", "pattern": NAME }),
        KeyKind::References(_) | KeyKind::Paths => one_or_more(json!({ "type": "string" })),
        KeyKind::Group(section) => object(section),
        KeyKind::FigureOr(unit, section) => json!({ "anyOf": [figure(unit, true), object(section)] }),
        KeyKind::Weights => by_name(&figure(Unit::Rate, false)),
        KeyKind::Drivers => json!({ "type": "array", "items": { "type": "string" } }),
        KeyKind::Groups(section) => json!({ "type": "array", "items": object(section) }),
        KeyKind::GroupsBy(_, section) => by_name(&object(section)),
        KeyKind::FiguresBy(_, unit) => by_name(&figure(unit, true)),
        KeyKind::Special(_) => json!({}),
    }
}

fn by_name(value: &Value) -> Value {
    json!({ "type": "object", "patternProperties": { NAME: value }, "additionalProperties": false })
}

fn one_or_more(item: Value) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }] })
}

fn scalar(unit: Unit) -> Value {
    match unit {
        Unit::Money | Unit::Quantity | Unit::Months => json!({ "type": ["number", "string"] }),
        Unit::Rate | Unit::UnitPrice => json!({ "type": "string" }),
        Unit::Month => json!({ "type": "string", "pattern": MONTH }),
    }
}

fn figure(unit: Unit, by_year: bool) -> Value {
    let value = scalar(unit);
    let list = json!({ "type": "array", "items": value });
    let years = json!({ "type": "object", "patternProperties": { YEAR: value }, "properties": { "then": value, "otherwise": value }, "additionalProperties": false });
    let likely = if by_year { json!({ "anyOf": [value, list, years] }) } else { value.clone() };
    let mut properties = Map::new();
    for key in FIGURE {
        let kind = match key.name {
            "likely" => likely.clone(),
            "low" | "high" | "p10" | "p90" => likely.clone(),
            "then" | "otherwise" => value.clone(),
            "outcomes" => {
                json!({ "type": "array", "items": { "type": "object", "properties": { "value": value, "chance": scalar(Unit::Rate) }, "additionalProperties": false } })
            }
            "past" => list.clone(),
            _ => of_kind(key.kind),
        };
        properties.insert(key.name.to_owned(), kind);
    }
    let table = if by_year {
        json!({ "type": "object", "patternProperties": { YEAR: value }, "properties": properties, "additionalProperties": false })
    } else {
        json!({ "type": "object", "properties": properties, "additionalProperties": false })
    };
    if by_year { json!({ "anyOf": [value, list, table] }) } else { json!({ "anyOf": [value, table] }) }
}
