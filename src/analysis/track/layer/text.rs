//! The words of the layer: what it is, what it rests on, and a table for each saving.

use std::fmt::Write;

use super::{How, Over, Row, keys, percent, planned_years};
use crate::analysis::track::{Method, Track};
use crate::language::quote::{in_comment, quoted};
use crate::language::{Node, Value};
use crate::vocabulary::{Unit, unit};

/// Keys that what slipped has in common with what is left of a schedule.
const SHARED: [&str; 8] =
    ["organisation", "line", "service", "sector", "class", "care_model", "already_in", "recurrent"];

/// The whole text.
pub fn text(over: Over<'_>, track: &Track, rows: &[Row<'_>]) -> String {
    let mut out = heading(over, track);
    for row in rows {
        let scheme = row.scheme;
        let name = &scheme.name;
        let told = |out: &mut String| {
            row.told.iter().for_each(|told| out.push_str(&format!("# {told}\n")));
            if let Some((misses, because)) = row.misses().zip(row.because()) {
                let shown = pounds(row.shown.unwrap_or(0));
                let _ = writeln!(out, "# the run shows {shown} instead: {} off, {because}", pounds(misses));
            }
        };
        let plan = scheme.amounts.plan.map_or_else(|| "not published".to_owned(), pounds);
        let method = scheme.method.words();
        let forecast = scheme.amounts.forecast;
        let forecast =
            forecast.map_or_else(|| "no forecast".to_owned(), |f| format!("forecast {} ({method})", pounds(f)));
        let reason = scheme.told.reason.map_or("no reason given", |reason| reason.word());
        let _ = writeln!(out, "\n# {}: plan {plan}, {forecast}, {reason}", in_comment(&scheme.title));
        let source = quoted(&format!("{}, month {}", track.file, track.month));
        let likely = |value: &str| format!("{{ likely = {value}, source = {source} }}");
        match &row.how {
            How::Left(why) => {
                let _ = writeln!(out, "# left as it is: {why}");
            }
            How::Share(share) => {
                told(&mut out);
                let _ = writeln!(out, "[saving.{name}]\ndelivery = {}", likely(&quoted(&percent(*share))));
                if row.slips_already {
                    out.push_str("slippage = 0                  # what comes late is in the forecast\n");
                }
            }
            How::Slips(months) => {
                told(&mut out);
                let months = unit::plain(Unit::Months, *months);
                let _ = writeln!(out, "[saving.{name}]\nslippage = {}\ndelivery = \"100%\"", likely(&months));
            }
            How::Split(slipped) => {
                told(&mut out);
                split(&mut out, over, track, row, slipped, &source);
            }
        }
        one_off(&mut out, over, track, row);
    }
    untold(&mut out, track);
    out
}

fn heading(over: Over<'_>, track: &Track) -> String {
    let plan = over.opened.loaded.sources.describe_file(over.opened.loaded.root);
    let (plan, year, month) = (in_comment(plan), track.year, track.month);
    let mut out =
        format!("# The savings of {year} as they are forecast at the end of month {month}, over the plan of {plan}.\n");
    let _ = writeln!(out, "# From: {}", in_comment(&track.file));
    let forecast = match track.asked {
        None => "the owner's where there is one, else the profile".to_owned(),
        Some(Method::Owner) => "the owner's; where there is none, the profile".to_owned(),
        Some(method) => format!("{}; where it cannot be made, the owner's, else the profile", method.words()),
    };
    let _ = writeln!(out, "# Forecast: {forecast} (what can be made by neither: rest to plan).");
    out.push_str(
        "# The risk-adjusted run takes these figures; the plan run stays what was approved.\n\
         # slipped: comes later and is whole again then. reduced, lost, replaced, or no reason: the same share is\n\
         # missing in every later year. One-off substitutes are no delivery and are in no figure here.\n",
    );
    if track.t > 1 {
        let _ = writeln!(out, "# A delivery and a slippage hold for all years: those before {year} move with them.");
    }
    out
}

/// A schedule of which a part slipped: what is left of it, and the part, in the plan and not delivered.
fn split(out: &mut String, over: Over<'_>, track: &Track, row: &Row<'_>, slipped: &str, source: &str) {
    let (Some(years), Some(forecast), Some(plan)) =
        (planned_years(over.opened, row.scheme), row.scheme.amounts.forecast, row.scheme.amounts.plan)
    else {
        return;
    };
    let horizon = over.opened.plan.horizon();
    let amounts: Vec<String> = years
        .iter()
        .map(|(t, pence)| {
            let pence = if *t == track.t { forecast } else { *pence };
            format!("{} = {}", quoted(&horizon.year(*t).to_string()), quoted(&pounds(pence)))
        })
        .collect();
    let _ = writeln!(
        out,
        "# a schedule has no start to slip: the forecast of the year is its amount, and the part that slipped\n\
         # stands below, in the plan run and not in the risk-adjusted one\n\
         [saving.{}]\namount = {{ {}, source = {source} }}\nvalues = \"in_year\"\nallow_reversal = true\ndelivery = \"100%\"",
        row.scheme.name,
        amounts.join(", "),
    );
    let _ = writeln!(
        out,
        "\n[saving.{slipped}]\ntitle = {}\namount = {{ {} }}\nvalues = \"in_year\"\nallow_reversal = true\ndelivery = \"0%\"",
        quoted(&format!("{}: slipped in {}", row.scheme.title, track.year)),
        only_in(over, track, plan - forecast),
    );
    let keys = keys(over, row.scheme);
    for key in SHARED {
        if let Some(value) = keys.and_then(|keys| keys.get(key)).and_then(typed) {
            let _ = writeln!(out, "{key} = {value}");
        }
    }
}

/// A word, a flag or a list of words as it is typed.
fn typed(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(quoted(text)),
        Value::Flag(flag) => Some(flag.to_string()),
        Value::List(all) => {
            all.iter().map(typed).collect::<Option<Vec<_>>>().map(|all| format!("[{}]", all.join(", ")))
        }
        _ => None,
    }
}

/// What a one-off substitute brings, as the item it would be.
fn one_off(out: &mut String, over: Over<'_>, track: &Track, row: &Row<'_>) {
    let Some(pence) = row.scheme.amounts.forecast_one_off.filter(|pence| *pence != 0) else { return };
    let name = &row.scheme.name;
    let _ = writeln!(
        out,
        "# {} of one-off substitutes is not written: an item counts in both runs, and the plan run would have\n\
         # what was never approved. To count it all the same, with its organisation:\n\
         # [saving.{name}_one_off]\n# amount = {{ {} }}\n# values = \"in_year\"\n# recurrent = false",
        pounds(pence),
        only_in(over, track, pence),
    );
}

/// Savings of which nothing is told.
fn untold(out: &mut String, track: &Track) {
    if track.untold.is_empty() {
        return;
    }
    out.push_str("\n# Not told of, and left as the plan has them:\n");
    for saving in &track.untold {
        let _ = writeln!(out, "# saving.{}: {}", saving.name, in_comment(&saving.title));
    }
}

/// An amount of the year tracked and of no other.
fn only_in(over: Over<'_>, track: &Track, pence: i128) -> String {
    let horizon = over.opened.plan.horizon();
    let of = |t| {
        format!("{} = {}", quoted(&horizon.year(t).to_string()), quoted(&pounds(if t == track.t { pence } else { 0 })))
    };
    horizon.plan().map(of).collect::<Vec<_>>().join(", ")
}

fn pounds(pence: i128) -> String {
    let plain = unit::plain(Unit::Money, pence);
    match plain.strip_prefix('-') {
        Some(rest) => format!("-£{rest}"),
        None => format!("£{plain}"),
    }
}
