//! A simulation for programs: every statistic as a row or a member, exact.

use serde_json::{Value, json};

use super::words::percentile;
use super::{Simulated, chances, trust};
use crate::analysis::simulate::{Chance, ChanceOf, Likelihood, Share, What};
use crate::report::Reader;
use crate::report::tidy::Recurs;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Address, Unit};

/// The columns of the CSV. `share` rows are shares of runs, with how many runs they count in `count` and of how many in `of`.
pub const HEADER: [&str; 13] = [
    "scenario",
    "run",
    "seed",
    "organisation",
    "year",
    "measure",
    "statistic",
    "recurrence",
    "value",
    "unit",
    "count",
    "of",
    "address",
];

/// The word of what is watched.
const fn code(what: What) -> &'static str {
    match what {
        What::StillToFind => "still_to_find",
        What::IfNothingElse => "if_nothing_else_is_done",
        What::Reserves => "usable_reserves",
        What::Savings => "savings",
    }
}

/// The word of a chance.
fn chance_code(chance: &Chance) -> String {
    match &chance.of {
        ChanceOf::FirstYear => "first_year_balances".to_owned(),
        ChanceOf::EveryYear => "every_year_balances".to_owned(),
        ChanceOf::Holds => "plan_holds".to_owned(),
        ChanceOf::ReservesLast(_) => "reserves_last".to_owned(),
        ChanceOf::Saving(name, _) => format!("saving.{name}"),
        ChanceOf::Expectation(at) => format!("expect.{}", at + 1),
        ChanceOf::Condition(at) => format!("condition.{}", at + 1),
    }
}

fn year_of(r: &Reader<'_>, chance: &Chance) -> String {
    match &chance.of {
        ChanceOf::FirstYear => r.year(1).to_string(),
        ChanceOf::ReservesLast(year) | ChanceOf::Saving(_, year) => year.to_string(),
        _ => String::new(),
    }
}

/// One record a statistic.
#[must_use]
pub fn records(r: &Reader<'_>, simulated: &Simulated<'_>, scenario: &str) -> Vec<Vec<String>> {
    let found = simulated.found;
    let sheet = &r.plan().sheet;
    let seed = found.seed.to_string();
    let mut rows = Vec::new();
    let recurs = Recurs::of_plan(r.plan());
    let mut row = |whose: &str,
                   year: &str,
                   measure: &str,
                   statistic: &str,
                   value: (String, &str),
                   counts: Option<Share>,
                   address: &str| {
        let recurrence = match Address::read(address) {
            Ok(cell) if address.contains('/') => recurs.of(r.plan(), &cell),
            _ => recurs.of_path(address),
        };
        let (count, of) = counts.map_or_else(Default::default, |s| (s.held.to_string(), s.of.to_string()));
        rows.push(vec![
            scenario.to_owned(),
            "simulation".to_owned(),
            seed.clone(),
            whose.to_owned(),
            year.to_owned(),
            measure.to_owned(),
            statistic.to_owned(),
            recurrence.to_owned(),
            value.0,
            value.1.to_owned(),
            count,
            of,
            address.to_owned(),
        ]);
    };
    for (watched, s) in &found.watched {
        let address = sheet.address(watched.cell).to_string();
        let (whose, year) = (watched.whose.to_string(), watched.year.to_string());
        let mut money = |statistic: &str, steps: i128| {
            let value = (plain(Unit::Money, steps), Unit::Money.code());
            row(&whose, &year, code(watched.what), statistic, value, None, &address);
        };
        money("plan", watched.home[0]);
        money("run_0", watched.home[1]);
        money("mean", s.mean);
        money("standard_deviation", s.deviation);
        money("least", s.ends.0);
        for p in &s.percentiles {
            money(&percentile(p.of).to_lowercase(), p.value);
            money(&format!("{}_low", percentile(p.of).to_lowercase()), p.between.0);
            money(&format!("{}_high", percentile(p.of).to_lowercase()), p.between.1);
        }
        money("greatest", s.ends.1);
        money("worst_tenth", s.worst_tenth);
    }
    for (chance, likelihood) in &found.chances {
        let Some(l) = likelihood else { continue };
        let whose = chance.whose.as_ref().map(ToString::to_string).unwrap_or_default();
        let (year, measure) = (year_of(r, chance), chance_code(chance));
        let address = chance.target.conditions.first().and_then(|c| c.pairs.first()).map(|(a, _)| a.to_string());
        let mut share = |statistic: &str, share: Share| {
            let value = (plain(Unit::Rate, share.rate()), "share");
            row(&whose, &year, &measure, statistic, value, Some(share), address.as_deref().unwrap_or_default());
        };
        share("chance", l.all);
        share("chance_first_half", l.halves[0]);
        share("chance_second_half", l.halves[1]);
        if let Some(independent) = l.independent {
            share("chance_savings_0", independent);
        }
        if let Some(strong) = l.strong {
            share("chance_savings_90", strong);
        }
    }
    for drivers in &found.drivers {
        let (whose, year) = (drivers.whose.to_string(), drivers.year.to_string());
        for driver in &drivers.drivers {
            let Some(figure) = found.uncertain.get(driver.figure) else { continue };
            let address = figure.address();
            let value = (plain(Unit::Rate, driver.correlation), "correlation");
            row(&whose, &year, "still_to_find", "rank_correlation", value, None, &address);
        }
    }
    rows
}

fn share(share: Share) -> Value {
    json!({ "share": plain(Unit::Rate, share.rate()), "runs": share.held, "of": share.of, "standard_error": plain(Unit::Rate, share.error()) })
}

fn likelihood(l: &Likelihood) -> Value {
    json!({
        "holds_in_run_0": l.at_home,
        "chance": share(l.all),
        "halves": l.halves.map(share),
        "halves_agree": trust::agree(l),
        "savings_correlation_0": l.independent.map(share),
        "savings_correlation_90": l.strong.map(share),
    })
}

/// The members of the JSON, after its schema.
#[must_use]
pub fn members(r: &Reader<'_>, simulated: &Simulated<'_>, scenario: &str) -> Vec<(&'static str, Value)> {
    let (found, expected) = (simulated.found, simulated.expected);
    let sheet = &r.plan().sheet;
    let money = |steps: i128| plain(Unit::Money, steps);
    let of_figure = |address: &Address| address.to_string();
    let figures: Vec<Value> = found
        .watched
        .iter()
        .map(|(w, s)| {
            let percentiles: Vec<Value> = s
                .percentiles
                .iter()
                .map(|p| {
                    let [low, high] = [p.between.0, p.between.1].map(money);
                    json!({ "percentile": percentile(p.of), "value": money(p.value), "low": low, "high": high })
                })
                .collect();
            json!({
                "organisation": w.whose.to_string(), "year": w.year.to_string(), "measure": code(w.what),
                "address": of_figure(&sheet.address(w.cell)), "unit": Unit::Money.code(),
                "plan": money(w.home[0]), "run_0": money(w.home[1]), "mean": money(s.mean),
                "standard_deviation": money(s.deviation), "least": money(s.ends.0), "greatest": money(s.ends.1),
                "percentiles": percentiles, "worst_tenth": money(s.worst_tenth),
            })
        })
        .collect();
    let chances: Vec<Value> = found
        .chances
        .iter()
        .map(|(chance, l)| {
            json!({
                "of": chance_code(chance),
                "organisation": chance.whose.as_ref().map(ToString::to_string),
                "words": chances::words(r, chance, expected),
                "result": l.as_ref().map(likelihood),
            })
        })
        .collect();
    let uncertain: Vec<Value> = found
        .uncertain
        .iter()
        .map(|u| {
            let value = |steps: i128| plain(u.unit, steps);
            json!({
                "figure": u.address(), "unit": u.unit.code(), "run_0": value(u.likely), "least": value(u.support.0),
                "greatest": value(u.support.1), "judgement": u.judged, "held": u.held,
                "drawn_with": u.same_draw_as.and_then(|n| found.uncertain.get(n)).map(|first| first.address()),
            })
        })
        .collect();
    let drivers: Vec<Value> = found
        .drivers
        .iter()
        .map(|d| {
            let of = |driver: &crate::analysis::simulate::Driver| {
                let figure = found.uncertain.get(driver.figure).map(|u| u.address());
                json!({ "figure": figure, "rank_correlation": plain(Unit::Rate, driver.correlation), "of_squares": plain(Unit::Rate, driver.share) })
            };
            let figures: Vec<Value> = d.drivers.iter().map(of).collect();
            json!({ "organisation": d.whose.to_string(), "year": d.year.to_string(), "runs": d.runs, "figures": figures })
        })
        .collect();
    let audit =
        json!({ "runs": found.audit.runs, "figures": found.audit.figures, "differing": found.audit.differing.len() });
    vec![
        ("version", json!(simulated.version)),
        ("scenario", json!(scenario)),
        ("seed", json!(found.seed)),
        ("runs", json!(found.runs)),
        ("asked", json!(found.asked)),
        ("uncertain", Value::Array(uncertain)),
        ("figures", Value::Array(figures)),
        ("chances", Value::Array(chances)),
        ("drivers", Value::Array(drivers)),
        ("audit", audit),
    ]
}
