//! A scenario's results for programs: versioned JSON with every row, decimals as text, and the
//! manifest that says from what they were made.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Reader, findings};
use crate::sheet::{RowId, Run, Years};
use crate::vocabulary::{Name, unit};

/// The schema of the result.
pub const SCHEMA: &str = "fundgap.result/1";

/// The result as JSON; `only` keeps the rows of one organisation or view.
#[must_use]
pub fn json(r: &Reader<'_>, runs: &[Run], only: Option<&Name>, changes: &[String], version: &str) -> Value {
    let scenario = &r.opened.scenario;
    let plan = r.plan();
    let about = json!({
        "title": scenario.title,
        "stage": scenario.stage.word(),
        "version": scenario.version.as_ref().map(|v| json!({ "name": v.name, "date": v.date, "supersedes": v.supersedes })),
        "base_year": r.horizon().base().to_string(),
        "years": r.horizon().plan().map(|t| r.year(t).to_string()).collect::<Vec<_>>(),
        "organisations": plan.organisations.iter().map(|o| json!({ "name": o.name.as_str(), "title": o.title, "kind": o.kind.words() })).collect::<Vec<_>>(),
        "source": scenario.source,
    });
    let display = Vec::from_iter(findings::all(r).iter().map(|s| Value::String(plain(s))));
    let rows: Vec<Value> =
        plan.sheet
            .rows()
            .filter(|(id, _)| {
                let subject = plan.sheet.subject(*id);
                let view = plan.views.iter().any(|v| {
                    subject.kind == v.name.as_str() && subject.organisation.is_none() && Some(&v.name) == only
                });
                subject.kind != "calendar" && (only.is_none() || subject.organisation.as_ref() == only || view)
            })
            .map(|(id, _)| row(r, id, runs))
            .collect();
    let inputs: Vec<Value> = r
        .opened
        .loaded
        .sources
        .files()
        .map(|f| json!({ "name": f.name, "sha256": hex(&Sha256::digest(f.text.as_bytes())) }))
        .collect();
    json!({
        "schema": SCHEMA,
        "scenario": about,
        "manifest": { "fundgap": version, "inputs": inputs, "changes": changes },
        "findings": display,
        "rows": rows,
    })
}

fn row(r: &Reader<'_>, id: RowId, runs: &[Run]) -> Value {
    let sheet = &r.plan().sheet;
    let (info, subject) = (sheet.row(id), sheet.subject(id));
    let mut object = Map::new();
    object.insert("address".into(), sheet.row_address(id).into());
    object.insert("organisation".into(), subject.organisation.as_ref().map(|o| o.as_str()).into());
    object.insert("words".into(), sheet.row_words(id).into());
    object.insert("measure".into(), info.measure.as_ref().into());
    object.insert("unit".into(), info.unit.code().into());
    if let Some(reason) = &info.reason {
        object.insert("not_published_because".into(), reason.as_ref().into());
    }
    for run in runs {
        let value = |cell| {
            r.results().of(*run).steps(cell).map_or(Value::Null, |steps| Value::String(unit::plain(info.unit, steps)))
        };
        let values = match info.years {
            Years::Timeless => info.cell_at(0).map_or(Value::Null, value),
            Years::From(_) => Value::Object(
                info.cells().filter_map(|c| Some((r.year(sheet.year_number(c)?).to_string(), value(c)))).collect(),
            ),
        };
        object.insert(run.code().into(), values);
    }
    let interpolated: Vec<Value> = info
        .cells()
        .filter(|c| sheet.flags(*c).interpolated)
        .filter_map(|c| sheet.year_number(c).map(|t| r.year(t).to_string().into()))
        .collect();
    if !interpolated.is_empty() {
        object.insert("interpolated".into(), interpolated.into());
    }
    Value::Object(object)
}

/// A sentence with its figures exactly, for programs.
fn plain(sentence: &super::table::Sentence) -> String {
    use super::table::Span;
    sentence
        .0
        .iter()
        .map(|span| match span {
            Span::Text(text) => text.clone(),
            Span::Figure(figure) => {
                figure.published().map_or_else(|| "not published".to_owned(), |steps| unit::plain(figure.unit, steps))
            }
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
