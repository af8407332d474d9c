//! A file of monitoring as a whole, held against the scenario: its year and unit, its savings, and their months
//! together.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{At, Read, Texts, month, value};
use super::written::Said;
use super::{CUMULATIVE, Monitoring, Reason, Told, Watched};
use crate::scenario::Scenario;
use crate::scenario::beside::Beside;
use crate::vocabulary::{Diagnostic, FinancialYear, Place};

/// What is said of one saving and month.
#[derive(Default)]
struct Month {
    figures: BTreeMap<&'static str, At<i128>>,
    texts: Texts,
    /// Where it is first spoken of.
    place: Option<Place>,
}

/// What is said, held against the scenario.
pub fn understood(said: &[Said], name: String, scenario: &Scenario, file: &mut Beside<'_>) -> Option<Monitoring> {
    let about = |key: &str| said.iter().find(|s| s.item == "monitoring" && s.key == key);
    for row in said.iter().filter(|s| s.item == "monitoring") {
        if !["year", "unit", "source", "note"].contains(&row.key.as_str()) {
            file.tell(
                Diagnostic::error("unknown_key", format!("[monitoring] has no key `{}`", row.key))
                    .at(row.key_at)
                    .hint("it has `year`, `unit`, `source` and `note`"),
            );
        }
    }
    let year = year(about("year"), scenario, file);
    let unit = match about("unit") {
        Some(row) => file.unit("monitoring", &row.node),
        None => {
            missing("unit", "the file does not say in which unit its amounts are", "unit = \"£m\"", "unit,£m", file);
            None
        }
    };
    let mut order: Vec<&str> = Vec::new();
    let mut all: BTreeMap<&str, BTreeMap<u8, Month>> = BTreeMap::new();
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for row in said.iter().filter(|s| s.item != "monitoring") {
        let Some(saving) = row.item.strip_prefix("saving.").filter(|_| !unknown.contains(row.item.as_str())) else {
            if unknown.insert(&row.item) {
                file.tell(no_saving(&row.item, row.at));
            }
            continue;
        };
        if !file.knows(scenario, "saving", saving, row.at) {
            unknown.insert(&row.item);
            continue;
        }
        let month = year.and_then(|year| month(row, year, file));
        let read = value(row, unit, file);
        let (Some(month), Some(read)) = (month, read) else { continue };
        if !all.contains_key(saving) {
            order.push(saving);
        }
        let held = all.entry(saving).or_default().entry(month).or_default();
        held.place.get_or_insert(row.key_at);
        let first = match read {
            Read::Figure(key, steps) => match held.figures.get(key) {
                Some(first) => Some(first.place),
                None => {
                    held.figures.insert(key, At { value: steps, place: row.node.place });
                    None
                }
            },
            Read::Text(key, text) => held.texts.put(key, text, row),
        };
        if let Some(first) = first {
            file.tell(
                Diagnostic::error("duplicate_key", format!("`{}`, month {month}, has `{}` twice", row.item, row.key))
                    .at(row.key_at)
                    .also(first, "first given here")
                    .hint("keep one of the two"),
            );
        }
    }
    for saving in &order {
        hold_together(saving, &all[saving], file);
    }
    let month = latest(&order, &all, file);
    if order.is_empty() && !file.wrong.has_errors() {
        file.tell(
            Diagnostic::error("monitoring_unknown", "the file says nothing of any saving")
                .at(file.whole)
                .hint("write what each has delivered since April (CSV: saving.home_first,6,delivered,0.4)"),
        );
    }
    if file.wrong.has_errors() {
        return None;
    }
    let source = about("source").and_then(|s| s.node.as_text()).map(str::to_owned);
    let savings = order.iter().filter_map(|saving| {
        let (name, _) = scenario.names.find("saving", saving)?;
        let months = all.remove(saving)?;
        Some(Watched { name: name.clone(), months: months.into_iter().map(|(m, s)| (m, told(s, file))).collect() })
    });
    Some(Monitoring { name, year: year?, month: month?, source, savings: savings.collect() })
}

fn missing(key: &str, message: &str, toml: &str, csv: &str, file: &mut Beside<'_>) {
    file.tell(
        Diagnostic::error("key_missing", message)
            .at(file.whole)
            .hint(format!("begin with [monitoring] and {toml} (CSV: monitoring,,{csv}); `{key}` has no default")),
    );
}

/// The year, which the plan must have.
fn year(row: Option<&Said>, scenario: &Scenario, file: &mut Beside<'_>) -> Option<FinancialYear> {
    let Some(row) = row else {
        missing("year", "the file does not say which year it follows", "year = \"2026/27\"", "year,2026/27", file);
        return None;
    };
    let year = file.year("monitoring", &row.node)?;
    let horizon = scenario.horizon;
    if year < horizon.first() || year > horizon.last() {
        let (first, last) = (horizon.first(), horizon.last());
        file.tell(
            Diagnostic::error("monitoring_year", format!("{year} is no year of the plan, which is {first} to {last}"))
                .at(row.node.place)
                .hint(format!("follow one of its years: {first}; or take the scenario that plans {year}")),
        );
        return None;
    }
    Some(year)
}

fn no_saving(item: &str, at: Place) -> Diagnostic {
    Diagnostic::error("monitoring_unknown", format!("`{item}` is no saving, and only savings are tracked"))
        .at(at)
        .hint("write saving. and its name in the scenario: saving.home_first")
}

/// A saving's months together: what was delivered is always said, and what is cumulative does not fall.
fn hold_together(saving: &str, months: &BTreeMap<u8, Month>, file: &mut Beside<'_>) {
    let mut before: BTreeMap<&str, (u8, &At<i128>)> = BTreeMap::new();
    for (month, told) in months {
        if !told.figures.contains_key("delivered") {
            file.tell(
                Diagnostic::error(
                    "monitoring_delivered",
                    format!("`saving.{saving}`, month {month}, does not say what is delivered"),
                )
                .at(told.place.unwrap_or(file.whole))
                .hint("add `delivered`, from April to the end of the month; 0 when nothing is"),
            );
        }
        for key in CUMULATIVE {
            let Some(now) = told.figures.get(key) else { continue };
            if let Some((earlier, then)) = before.insert(key, (*month, now)).filter(|(_, then)| then.value > now.value)
                && told.texts.get("note").is_none()
            {
                file.tell(
                    Diagnostic::error("monitoring_falls", format!("`saving.{saving}`: `{key}` runs from April, and is less in month {month} than in month {earlier}"))
                        .at(now.place)
                        .also(then.place, format!("month {earlier}"))
                        .hint("write the sum from April to the end of the month, not that of the month alone; if it is a correction, say so in `note`"),
                );
            }
        }
    }
}

/// The last month of all savings, which must be the same.
fn latest(order: &[&str], all: &BTreeMap<&str, BTreeMap<u8, Month>>, file: &mut Beside<'_>) -> Option<u8> {
    let last = |saving: &str| all.get(saving).and_then(|months| months.last_key_value());
    let month = order.iter().filter_map(|saving| last(saving)).map(|(month, _)| *month).max()?;
    for saving in order {
        let Some((own, told)) = last(saving).filter(|(own, _)| **own < month) else { continue };
        file.tell(
            Diagnostic::error(
                "monitoring_months_differ",
                format!("`saving.{saving}` is told to month {own}, and others to month {month}"),
            )
            .at(told.place.unwrap_or(file.whole))
            .hint(format!("add what it has delivered to the end of month {month}, or take it or the later rows out")),
        );
    }
    Some(month)
}

fn told(month: Month, file: &Beside<'_>) -> Told {
    let figure = |key: &str| month.figures.get(key).map(|at| at.value);
    let text = |key: &str| month.texts.get(key).map(str::to_owned);
    let place = month.figures.get("delivered").map(|at| at.place).or(month.place).unwrap_or(file.whole);
    Told {
        delivered: figure("delivered").unwrap_or(0),
        one_off: figure("one_off"),
        planned: figure("planned"),
        forecast: figure("forecast"),
        forecast_one_off: figure("forecast_one_off"),
        rag: text("rag"),
        reason: text("reason").and_then(|word| Reason::ALL.into_iter().find(|reason| reason.word() == word)),
        note: text("note"),
        source: text("source"),
        place: file.sources.describe(place),
    }
}
