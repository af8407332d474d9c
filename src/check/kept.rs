//! A result that was kept, held against what its scenario comes to now: do its figures still hold?
//!
//! The result is the JSON of `run`. Its manifest says from which files and changes it was made, so that
//! it can be made again; every figure in it is compared exactly, without a tolerance, and what each row
//! says of its figures (words, measure, unit, whose) letter by letter.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::open::Opened;
use crate::sheet::{RowId, Run, Years};
use crate::vocabulary::{Unit, unit};

/// A result as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The title of its scenario.
    pub title: String,
    /// What the scenario said of its version: name and date.
    pub version: Option<String>,
    /// The version of the program that made it.
    pub program: String,
    /// The scenario's file, as it was typed.
    pub scenario: String,
    /// The layers that were laid over it, in order; `stress NAME` is one of the library.
    pub layers: Vec<String>,
    /// The values that were set.
    pub sets: Vec<String>,
    /// Every file it was made of, with its SHA-256.
    pub inputs: Vec<(String, String)>,
    figures: Vec<KeptFigure>,
    labels: Vec<KeptLabel>,
}

/// What a row says of its figures: its address, which key, and what stands there.
type KeptLabel = (String, &'static str, Option<String>);

/// Keys of a row that say what its figures are.
const LABELS: [&str; 4] = ["words", "measure", "unit", "organisation"];

#[derive(Debug, Clone, PartialEq, Eq)]
struct KeptFigure {
    row: String,
    year: Option<String>,
    run: Run,
    value: Option<String>,
}

/// A figure that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its address, as `explain` takes it.
    pub address: String,
    /// The run.
    pub run: Run,
    /// What it counts.
    pub unit: Unit,
    /// What it was, in steps of the unit; nothing where it was not published.
    pub was: Option<i128>,
    /// What it is now.
    pub is: Option<i128>,
}

/// A row that says something else of its figures than it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relabelled {
    /// The address of the row.
    pub address: String,
    /// What differs: `words`, `measure`, `unit` or `organisation`.
    pub what: &'static str,
    /// What the result says.
    pub was: Option<String>,
    /// What the scenario says now.
    pub is: Option<String>,
}

/// A file of a result, then and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The same bytes.
    Same,
    /// Other bytes.
    Changed,
    /// It is no longer part of the scenario.
    Gone,
    /// It was not part of the scenario then.
    New,
}

/// A result held against its scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// How many figures were compared.
    pub compared: usize,
    /// How many figures the scenario has now, in the runs of the result.
    pub now: usize,
    /// Those that are not what they were, in the order of the result.
    pub moved: Vec<Moved>,
    /// Figures that the scenario no longer has, by address and run.
    pub gone: Vec<(String, Run)>,
    /// Rows whose words, measure, unit or organisation are not what they were.
    pub relabelled: Vec<Relabelled>,
    /// The files, those of the result first.
    pub inputs: Vec<(String, Input)>,
}

impl Held {
    /// Whether there are figures and every one is what it was, and what is said of it too.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.compared > 0 && self.moved.is_empty() && self.gone.is_empty() && self.relabelled.is_empty()
    }

    /// Whether the same files give something else than the result says: it was edited, or another program made it.
    #[must_use]
    pub fn edited(&self) -> bool {
        self.same_inputs() && !self.holds()
    }

    /// Whether every file is what it was.
    #[must_use]
    pub fn same_inputs(&self) -> bool {
        self.inputs.iter().all(|(_, input)| *input == Input::Same)
    }
}

/// The schema of results that can be held against their scenario.
pub const SCHEMA: &str = "fundgap.result/1";

/// Reads a kept result, or several that were written as a list.
///
/// # Errors
/// What keeps the text from being a result, in words.
pub fn read(text: &str) -> Result<Vec<Kept>, String> {
    let value: Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| format!("it is no JSON: {error}"))?;
    match value {
        Value::Array(all) if !all.is_empty() => all.iter().map(one).collect(),
        other => one(&other).map(|kept| vec![kept]),
    }
}

fn one(value: &Value) -> Result<Kept, String> {
    match value.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            return Err(format!(
                "its schema is `{other}`; only `{SCHEMA}`, the JSON of `run`, can be held against its scenario"
            ));
        }
        None => return Err(format!("it does not say `\"schema\": \"{SCHEMA}\"`, as the JSON of `run` does")),
    }
    let manifest = value.get("manifest").ok_or("it has no manifest, which says what it was made of")?;
    let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).map(str::to_owned);
    let texts = |key: &str| -> Result<Vec<String>, String> {
        let list = manifest.get(key).and_then(Value::as_array);
        let all = list.map(|l| l.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
        all.flatten().ok_or_else(|| format!("its manifest has no `{key}`, so it cannot be made again"))
    };
    let inputs = manifest.get("inputs").and_then(Value::as_array).into_iter().flatten();
    let scenario = value.get("scenario");
    let version = scenario.and_then(|s| s.get("version")).filter(|v| v.is_object());
    let said = |v: &Value| [text(v, "name"), text(v, "date")].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let rows = value.get("rows").and_then(Value::as_array).ok_or("it has no rows")?;
    Ok(Kept {
        title: scenario.and_then(|s| text(s, "title")).unwrap_or_default(),
        version: version.map(said),
        program: text(manifest, "fundgap").unwrap_or_else(|| "?".to_owned()),
        scenario: text(manifest, "scenario")
            .ok_or("its manifest does not name the scenario's file, so it cannot be made again")?,
        layers: texts("layers")?,
        sets: texts("sets")?,
        inputs: inputs.filter_map(|i| Some((text(i, "name")?, text(i, "sha256")?))).collect(),
        figures: rows.iter().map(figures).collect::<Result<Vec<_>, _>>()?.concat(),
        labels: rows.iter().flat_map(labels).collect(),
    })
}

/// The figures of one row, by run and year.
fn figures(row: &Value) -> Result<Vec<KeptFigure>, String> {
    let address = row.get("address").and_then(Value::as_str).ok_or("one of its rows has no address")?;
    let mut found = Vec::new();
    for run in Run::BOTH {
        let mut add = |year: Option<&String>, value: &Value| {
            let value = match value {
                Value::Null => None,
                Value::String(value) => Some(value.clone()),
                _ => return Err(format!("a figure of `{address}` is neither a text nor null")),
            };
            found.push(KeptFigure { row: address.to_owned(), year: year.cloned(), run, value });
            Ok(())
        };
        match row.get(run.code()) {
            None => {}
            Some(Value::Object(years)) => years.iter().try_for_each(|(year, value)| add(Some(year), value))?,
            Some(value) => add(None, value)?,
        }
    }
    Ok(found)
}

/// What one row says of its figures.
fn labels(row: &Value) -> Vec<KeptLabel> {
    let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    let address = text("address").unwrap_or_default();
    // What a result does not say cannot be wrong.
    LABELS.into_iter().filter(|key| row.get(key).is_some()).map(|key| (address.clone(), key, text(key))).collect()
}

/// What the scenario says of the same row now.
fn label(opened: &Opened, row: RowId, key: &str) -> Option<String> {
    let sheet = &opened.plan.sheet;
    match key {
        "words" => Some(sheet.row_words(row).clone()),
        "measure" => Some(sheet.row(row).measure.to_string()),
        "unit" => Some(sheet.row(row).unit.code().to_owned()),
        _ => sheet.subject(row).organisation.as_ref().map(ToString::to_string),
    }
}

fn relabelled(kept: &Kept, opened: &Opened) -> Vec<Relabelled> {
    let of = |(address, what, was): &KeptLabel| {
        let is = label(opened, opened.plan.sheet.find_row(address)?, what);
        (*was != is).then(|| Relabelled { address: address.clone(), what, was: was.clone(), is })
    };
    kept.labels.iter().filter_map(of).collect()
}

/// Holds a result against its scenario as it is now.
///
/// # Errors
/// A figure of the result that is no number of its row's unit.
pub fn hold(kept: &Kept, opened: &Opened) -> Result<Held, String> {
    let sheet = &opened.plan.sheet;
    let mut held = Held {
        compared: kept.figures.len(),
        now: 0,
        moved: Vec::new(),
        gone: Vec::new(),
        relabelled: relabelled(kept, opened),
        inputs: inputs(kept, opened),
    };
    let mut last: Option<(&str, Option<RowId>)> = None;
    for figure in &kept.figures {
        // Figures of a row stand together.
        let row = match last {
            Some((address, row)) if address == figure.row => row,
            _ => sheet.find_row(&figure.row),
        };
        last = Some((&figure.row, row));
        let address = match &figure.year {
            Some(year) => format!("{}@{}", figure.row, year.replace('/', "-")),
            None => figure.row.clone(),
        };
        let cell = row.and_then(|row| match (sheet.row(row).years, &figure.year) {
            (Years::Timeless, None) => sheet.cell(row, 0),
            (Years::From(_), Some(year)) => {
                let year = year.parse().ok()?;
                sheet.cell(row, opened.plan.horizon().number(year)?)
            }
            _ => None,
        });
        let Some(cell) = cell else {
            held.gone.push((address, figure.run));
            continue;
        };
        let unit = sheet.unit(cell);
        let was = match &figure.value {
            None => None,
            Some(value) => Some(
                unit::read_plain(unit, value)
                    .ok_or_else(|| format!("`{value}`, its figure of `{address}`, is no {}", unit.code()))?,
            ),
        };
        let is = opened.results.of(figure.run).steps(cell);
        if was != is {
            held.moved.push(Moved { address, run: figure.run, unit, was, is });
        }
    }
    let runs = Run::BOTH.iter().filter(|run| kept.figures.iter().any(|f| f.run == **run)).count();
    let shown = sheet.rows().filter(|(id, _)| sheet.subject(*id).kind != "calendar");
    held.now = runs.max(1) * shown.map(|(_, info)| info.cells().count()).sum::<usize>();
    Ok(held)
}

/// The files of the result and of the scenario as it is now. The scenario's own file comes first in both,
/// and may have another name by now.
fn inputs(kept: &Kept, opened: &Opened) -> Vec<(String, Input)> {
    let sources = &opened.loaded.sources;
    let root = sources.describe_file(opened.loaded.root);
    let named = |name: &str| if name == root { kept.scenario.clone() } else { name.to_owned() };
    let now: BTreeMap<String, String> = sources.files().map(|f| (named(&f.name), f.sha256())).collect();
    let mut all: Vec<(String, Input)> = Vec::new();
    for (name, was) in &kept.inputs {
        let state = match now.get(name) {
            Some(is) if is == was => Input::Same,
            Some(_) => Input::Changed,
            None => Input::Gone,
        };
        all.push((name.clone(), state));
    }
    let new = now.keys().filter(|name| !kept.inputs.iter().any(|(known, _)| known == *name));
    let new: Vec<_> = new.map(|name| (name.clone(), Input::New)).collect();
    all.extend(new);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_result_says_why() {
        let told = |text: &str| read(text).unwrap_err();
        assert!(told("scenario").starts_with("it is no JSON: "));
        assert!(told("{}").contains("does not say"));
        assert!(told("[]").contains("does not say"));
        assert!(told(r#"{"schema": "fundgap.batch/1"}"#).contains("`fundgap.batch/1`"));
        assert!(told(r#"{"schema": "fundgap.result/1"}"#).contains("no manifest"));
        let head =
            r#"{"schema": "fundgap.result/1", "manifest": {"scenario": "a", "layers": [], "sets": []}, "rows": "#;
        assert!(told(&format!("{head}[{{}}]}}")).contains("no address"));
        assert!(told(&format!(r#"{head}[{{"address": "a/b", "plan": 1}}]}}"#)).contains("neither a text nor null"));
        assert_eq!(read(&format!("{head}[]}}")).unwrap()[0].scenario, "a");
    }
}
