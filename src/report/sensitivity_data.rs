//! Sensitivities for programs: exact, every assumption, every year.

use std::borrow::Cow;
use std::rc::Rc;

use serde_json::{Value, json};

use super::sensitivity::{idle, still};
use super::tidy::Recurs;
use crate::analysis::lever::Lever;
use crate::analysis::sensitivity::{Basis, Both, Moved, Sensitivity, Worth, becomes};
use crate::compile::Plan;
use crate::sheet::Run;
use crate::vocabulary::Unit;
use crate::vocabulary::unit::plain;

/// The columns of the CSV.
pub const HEADER: [&str; 16] = [
    "scenario",
    "assumption",
    "basis",
    "direction",
    "moved_in",
    "assumption_unit",
    "assumption_now",
    "assumption_becomes",
    "run",
    "year",
    "recurrence",
    "value",
    "change",
    "unit",
    "address",
    "refused",
];

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Points(_) => "step",
        Basis::Share => "share",
        Basis::Month => "month",
        Basis::Range(..) => "range",
    }
}

/// One record a figure; a movement that the scenario refuses has empty values and says why.
pub fn records<'a>(
    plan: &'a Plan,
    found: &'a Sensitivity,
    scenario: &'a str,
    worths: &'a [&'a Worth],
) -> impl Iterator<Item = Vec<Cow<'a, str>>> {
    let recurs = Recurs::of_plan(plan);
    let recurrence: Rc<[&'static str]> = found.cells.iter().map(|cell| recurs.of(plan, cell)).collect();
    worths.iter().flat_map(move |worth| {
        let once = worth.once.iter().map(|(year, both)| (year.to_string(), both));
        let recurrence = Rc::clone(&recurrence);
        let all = std::iter::once(("every year".to_owned(), &worth.always)).chain(once);
        all.flat_map(move |(moved_in, both)| {
            let recurrence = Rc::clone(&recurrence);
            ["less", "more"]
                .into_iter()
                .zip(both.sides())
                .flat_map(move |(direction, side)| {
                    of_side(found, scenario, worth, (&moved_in, &recurrence), direction, side)
                })
                .collect::<Vec<_>>()
        })
    })
}

fn of_side<'a>(
    found: &'a Sensitivity,
    scenario: &'a str,
    worth: &'a Worth,
    (moved_in, recurrence): (&str, &[&'static str]),
    direction: &'static str,
    (lever, moved): (&Lever, &'a Moved),
) -> Vec<Vec<Cow<'a, str>>> {
    let said = |unit: Unit, steps: Option<i128>| Cow::Owned(steps.map_or_else(String::new, |s| plain(unit, s)));
    let mut records = Vec::new();
    for (r, run) in Run::BOTH.into_iter().enumerate() {
        for (at, cell) in found.cells.iter().enumerate() {
            let value = moved.values.as_ref().ok().and_then(|values| values[r].get(at).copied().flatten());
            records.push(vec![
                Cow::Borrowed(scenario),
                Cow::Borrowed(worth.path.as_str()),
                Cow::Borrowed(basis(worth.basis)),
                Cow::Borrowed(direction),
                Cow::Owned(moved_in.to_owned()),
                Cow::Borrowed(worth.unit.code()),
                said(worth.unit, worth.now),
                said(worth.unit, becomes(lever, moved)),
                Cow::Borrowed(run.code()),
                Cow::Owned(cell.year.map_or_else(String::new, |y| y.to_string())),
                Cow::Borrowed(recurrence.get(at).copied().unwrap_or("")),
                said(Unit::Money, value),
                said(Unit::Money, moved.effects[r].get(at).copied().flatten()),
                Cow::Borrowed(Unit::Money.code()),
                Cow::Owned(cell.to_string()),
                Cow::Borrowed(moved.values.as_ref().err().map_or("", String::as_str)),
            ]);
        }
    }
    records
}

/// Everything for programs.
#[must_use]
pub fn json(found: &Sensitivity, scenario: &str, worths: &[&Worth]) -> Value {
    let money = |steps: &Option<i128>| steps.map_or(Value::Null, |s| Value::String(plain(Unit::Money, s)));
    let of = |values: &[Option<i128>]| Value::Array(values.iter().map(money).collect());
    let side = |(lever, moved): (&Lever, &Moved)| match &moved.values {
        Err(reason) => json!({ "set": lever.sets(moved.number), "refused": reason }),
        Ok(values) => json!({
            "set": lever.sets(moved.number),
            "plan": { "values": of(&values[0]), "changes": of(&moved.effects[0]) },
            "risk_adjusted": { "values": of(&values[1]), "changes": of(&moved.effects[1]) },
        }),
    };
    let both = |it: &Both| {
        let [less, more] = it.sides();
        json!({ "less": side(less), "more": side(more) })
    };
    let assumptions: Vec<Value> = worths
        .iter()
        .map(|w| {
            let once = w.once.iter().map(|(year, it)| json!({ "year": year.to_string(), "moved": both(it) }));
            json!({
                "assumption": w.path,
                "unit": w.unit.code(),
                "now": w.now.map(|now| plain(w.unit, now)),
                "basis": basis(w.basis),
                "every_year": both(&w.always),
                "one_year": once.collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "schema": "fundgap.sensitivity/1",
        "scenario": scenario,
        "unit": Unit::Money.code(),
        "cells": found.cells.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "as_it_is": { "plan": of(&found.home[0]), "risk_adjusted": of(&found.home[1]) },
        "assumptions": assumptions,
        "nothing_depends_on": idle(found),
        "changes_no_penny": still(found),
        "not_moved": found.unmoved,
    })
}
