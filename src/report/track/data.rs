//! A tracked plan for programs: a tidy table and one object.

use serde_json::{Value, json};

use super::{Tracked, money, ratio, share};
use crate::analysis::track::layer::How;
use crate::analysis::track::{Amounts, Method, Scheme};
use crate::report::table::{Column, Figure, Table, TableCell, TableRow};
use crate::vocabulary::unit::plain;

/// The figures of a saving or of a sum, by the name of each.
fn figures(a: &Amounts) -> Vec<(String, Option<Figure>)> {
    let of = |name: &str, pence: Option<i128>| (name.to_owned(), pence.map(|pence| money(Some(pence))));
    let mut all = vec![
        of("plan", a.plan),
        of("planned_to_date", a.planned),
        of("delivered", a.delivered),
        ("delivered_share".to_owned(), share(a)),
        of("one_off", a.one_off),
    ];
    all.extend(Method::ALL.iter().zip(a.forecasts).map(|(m, pence)| of(&format!("forecast_{}", m.code()), pence)));
    all.extend([
        of("forecast", a.forecast),
        of("forecast_one_off", a.forecast_one_off),
        of("needed_a_month", a.needed),
        of("achieved_a_month", a.achieved),
        ("times_achieved".to_owned(), ratio(a)),
        of("to_next_year", a.undelivered),
    ]);
    all
}

/// A row a figure: of each month what was planned, delivered and one-off, and of the last month the rest; the
/// sums of each organisation under no saving.
#[must_use]
pub fn csv(tracked: &Tracked<'_>) -> Table {
    let track = tracked.track;
    let texts = ["year", "month", "organisation", "service", "saving", "title", "measure", "words"];
    let mut columns: Vec<Column> = texts.map(Column::text).to_vec();
    columns.push(Column::figure("value"));
    let mut table = Table::new(columns);
    let mut push =
        |month: u8, organisation: &str, scheme: Option<&Scheme>, measure: &str, words: &str, value: Option<Figure>| {
            let (service, name, title) = match scheme {
                Some(s) => (s.service.as_deref().unwrap_or_default(), s.name.as_str(), s.title.as_str()),
                None => ("", "", "total"),
            };
            let texts = [&month.to_string(), organisation, service, name, title, measure, words].map(TableCell::from);
            let value = value.map_or(TableCell::Empty, TableCell::from);
            table.push(TableRow::plain(track.year.to_string(), texts.into_iter().chain([value]).collect()));
        };
    for (organisation, _) in tracked.organisations() {
        for scheme in track.of(Some(organisation)) {
            let (whose, some) = (organisation.as_str(), Some(scheme));
            for month in scheme.months.iter().filter(|m| m.month != track.month) {
                push(month.month, whose, some, "planned_to_date", "", month.planned.map(|p| money(Some(p))));
                push(month.month, whose, some, "delivered", "", Some(money(Some(month.delivered))));
                push(month.month, whose, some, "one_off", "", month.one_off.map(|p| money(Some(p))));
            }
            for (measure, figure) in figures(&scheme.amounts) {
                let words = if measure == "forecast" { scheme.method.code() } else { "" };
                push(track.month, whose, some, &measure, words, figure);
            }
            push(track.month, whose, some, "flagged", if scheme.flagged { "true" } else { "false" }, None);
            let told = &scheme.told;
            let reason = told.reason.map(|reason| reason.word().to_owned());
            for (measure, words) in [("rag", &told.rag), ("reason", &reason), ("note", &told.note)] {
                if let Some(words) = words {
                    push(track.month, whose, some, measure, words, None);
                }
            }
        }
        for (measure, figure) in figures(&track.total(Some(organisation))) {
            push(track.month, organisation.as_str(), None, &measure, "", figure);
        }
    }
    for saving in &track.untold {
        let texts = [
            &track.month.to_string(),
            saving.organisation.as_str(),
            "",
            saving.name.as_str(),
            &saving.title,
            "plan",
            "not told of",
        ];
        let cells = texts.map(TableCell::from).into_iter().chain([money(saving.plan).into()]).collect();
        table.push(TableRow::plain(track.year.to_string(), cells));
    }
    table
}

fn text(figure: Option<&Figure>) -> Value {
    let steps = figure.and_then(|figure| figure.published().map(|steps| plain(figure.unit, steps)));
    steps.map_or(Value::Null, Value::String)
}

fn object(a: &Amounts) -> Value {
    Value::Object(figures(a).into_iter().map(|(name, figure)| (name, text(figure.as_ref()))).collect())
}

fn pence(pence: Option<i128>) -> Value {
    text(Some(&money(pence)))
}

/// Everything as one object.
#[must_use]
pub fn json(tracked: &Tracked<'_>) -> Value {
    let (track, opened) = (tracked.track, tracked.opened);
    let saving = |s: &Scheme| {
        let months: Vec<Value> = s
            .months
            .iter()
            .map(|m| {
                json!({
                    "month": m.month,
                    "planned_to_date": pence(m.planned),
                    "planned_is_given": m.given,
                    "delivered": pence(Some(m.delivered)),
                    "one_off": pence(m.one_off),
                })
            })
            .collect();
        json!({
            "saving": s.name.as_str(),
            "title": s.title,
            "organisation": s.organisation.as_str(),
            "service": s.service.as_deref(),
            "recurrence": s.recurrence.code(),
            "cell": s.cell.map(|cell| opened.plan.sheet.address(cell).to_string()),
            "amounts": object(&s.amounts),
            "method": s.method.code(),
            "flagged": s.flagged,
            "rag": s.told.rag,
            "reason": s.told.reason.map(|reason| reason.word()),
            "note": s.told.note,
            "source": s.told.source,
            "place": s.told.place,
            "months": months,
        })
    };
    let organisations: Vec<Value> = tracked
        .organisations()
        .into_iter()
        .map(|(name, title)| json!({ "organisation": name.as_str(), "title": title, "total": object(&track.total(Some(name))) }))
        .collect();
    let untold: Vec<Value> = track
        .untold
        .iter()
        .map(|s| json!({ "saving": s.name.as_str(), "title": s.title, "organisation": s.organisation.as_str(), "plan": pence(s.plan) }))
        .collect();
    let layer = tracked.layer.map(|(file, layer, command)| {
        let rows: Vec<Value> = layer
            .rows
            .iter()
            .map(|row| {
                let how = match row.how {
                    How::Share(_) => "delivery",
                    How::Slips(_) => "slippage",
                    How::Split(_) => "split",
                    How::Left(_) => "left",
                };
                let told = if let How::Left(why) = row.how { vec![why] } else { row.told.clone() };
                json!({
                    "saving": row.scheme.name.as_str(),
                    "written": how,
                    "forecast": pence(row.scheme.amounts.forecast),
                    "shown": pence(row.shown),
                    "told": told,
                })
            })
            .collect();
        json!({ "file": file, "command": command, "savings": rows })
    });
    json!({
        "schema": "fundgap.track/1",
        "scenario": opened.scenario.title,
        "monitoring": track.file,
        "year": track.year.to_string(),
        "month": track.month,
        "savings": track.schemes.iter().map(saving).collect::<Vec<_>>(),
        "organisations": organisations,
        "total": object(&track.total(None)),
        "not_told_of": untold,
        "layer": layer,
    })
}
