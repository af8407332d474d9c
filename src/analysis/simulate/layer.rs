//! One run as a layer: what was drawn, in place of what has a range, so that every other command opens that future.

use std::collections::BTreeMap;

use super::replay::Replayed;
use crate::analysis::lever::{assumption, typed};
use crate::analysis::track::layer::{Over, opened_with};
use crate::open::{Opened, Refused};
use crate::sheet::Run;
use crate::vocabulary::{Address, Unit};

/// A layer, and what the plan is with it.
#[derive(Debug)]
pub struct Layer {
    /// Its text.
    pub text: String,
    /// The cells of the risk-adjusted run that are not what they are in the run: none, unless something of the plan
    /// is set or adjusted after every layer.
    pub differing: Vec<Address>,
}

/// Makes a layer of what was drawn, and holds the plan with it against the run, cell by cell.
///
/// # Errors
/// The plan does not open with it.
pub fn layer(over: Over<'_>, replayed: &Replayed, seed: u64) -> Result<Layer, Box<Refused>> {
    let text = text(over.opened, replayed, seed);
    let opened = opened_with(over, &text)?;
    let (sheet, own) = (&over.opened.plan.sheet, &opened.plan.sheet);
    let values = opened.results.of(Run::RiskAdjusted);
    let mut differing = Vec::new();
    for cell in sheet.order() {
        let address = sheet.address(*cell);
        let found = own.find(&address).map(|cell| values.steps(cell));
        if found != Some(replayed.values.steps(*cell)) {
            differing.push(address);
        }
    }
    Ok(Layer { text, differing })
}

/// The file: a table an item, a figure a line, in the order of the plan.
fn text(opened: &Opened, replayed: &Replayed, seed: u64) -> String {
    let mut text = format!(
        "# Run {} of a simulation with seed {seed}: every figure that has a range is what was drawn.\n",
        replayed.run
    );
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    let mut drawn: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (figure, value) in &replayed.drawn {
        drawn.entry(&figure.path).or_default().push((figure.year, *value));
    }
    let mut done = Vec::new();
    for (figure, _) in &replayed.drawn {
        if done.contains(&figure.path.as_str()) {
            continue;
        }
        done.push(&figure.path);
        let Some(assumption) = assumption(opened, &figure.path) else { continue };
        let of = &drawn[figure.path.as_str()];
        let written = if assumption.by_year {
            let year = |(n, value): (usize, &(Option<i128>, _))| {
                let year = opened.plan.horizon().year(i32::try_from(n).unwrap_or(0) + 1);
                let own = of.iter().find(|(y, _)| *y == Some(year)).map(|(_, value)| *value);
                format!("\"{year}\" = {}", literal(assumption.unit, own.or(value.0)))
            };
            let years: Vec<String> = assumption.values.iter().enumerate().map(year).collect();
            format!("{{ {} }}", years.join(", "))
        } else {
            literal(assumption.unit, of.first().map(|(_, value)| *value))
        };
        let parts: Vec<String> = figure.path.split('.').map(key).collect();
        let (last, head) = parts.split_last().map_or((String::new(), &[][..]), |(last, head)| (last.clone(), head));
        let (head, line) = (head.join("."), format!("{last} = {written}"));
        match tables.iter_mut().find(|(of, _)| *of == head) {
            Some((_, lines)) => lines.push(line),
            None => tables.push((head, vec![line])),
        }
    }
    for (head, lines) in tables {
        text.push_str(&format!("\n[{head}]\n{}\n", lines.join("\n")));
    }
    text
}

/// A value as a file has it.
fn literal(unit: Unit, steps: Option<i128>) -> String {
    match (steps, unit) {
        (None, _) => "\"not_published\"".to_owned(),
        (Some(steps), Unit::Quantity | Unit::Months) => typed(unit, steps),
        (Some(steps), _) => format!("\"{}\"", typed(unit, steps)),
    }
}

/// A part of a path as a key.
fn key(part: &str) -> String {
    let plain = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && !part.is_empty() { part.to_owned() } else { format!("\"{part}\"") }
}
