//! Funds and grants that end before their time: nothing is paid in what were their last years.
//!
//! A `[fund.…]` has its last year moved, and no money in the years taken off. A `[funding.…]` that says
//! the year it `ends` and its amounts by year has them nought in those years; what a file counts after
//! the end is left as it is. A grant that goes on is not a fund with an end: `unless = { recurrent =
//! true }` leaves it alone.

use smol_str::ToSmolStr;

use super::find::{self, Reached, leave};
use super::rule::{How, Rule};
use super::{Adjustment, Setting, Touched};
use crate::language::scalar;
use crate::language::{Entry, Node, Table, Value};
use crate::scenario::year_override::written_out;
use crate::vocabulary::{Diagnostics, FinancialYear, Unit};

/// Ends what a rule is of, and says which paths it changed.
pub(super) fn apply(
    tree: &mut Table,
    before: &Table,
    rule: &Rule,
    setting: &Setting<'_>,
    done: &mut Adjustment,
    told: &mut Diagnostics,
) -> Vec<(String, Option<Reached>)> {
    let How::Earlier { years, .. } = rule.how else { return Vec::new() };
    for (kind, name) in find::items(before, rule, &["fund", "funding"], &has_an_end, done, told) {
        let path = format!("{kind}.{name}");
        let held = tree.entries.get_mut(kind.as_str()).map(|e| &mut e.node.value);
        let Some(Value::Table(items)) = held else { continue };
        let Some(Value::Table(item)) = items.entries.get_mut(name.as_str()).map(|e| &mut e.node.value) else {
            continue;
        };
        let Some((first, last)) = ends(&kind, item) else { continue };
        match end(item, &path, (first, last), years, rule, setting) {
            Ok(touched) => done.touched.push(touched),
            Err(why) => leave(done, path, why),
        }
    }
    done.touched.iter().map(|t| (t.path.clone(), None)).collect()
}

fn has_an_end(item: &Table) -> bool {
    item.get("over").is_some() || item.get("ends").is_some()
}

/// The first and the last year of a fund; of a grant its last.
fn ends(kind: &str, item: &Table) -> Option<(Option<FinancialYear>, FinancialYear)> {
    let year = |node: &Node| node.as_text().and_then(|text| text.parse::<FinancialYear>().ok());
    if kind == "funding" {
        return Some((None, year(item.get("ends")?)?));
    }
    match &item.get("over")?.value {
        Value::List(over) if over.len() == 2 => Some((Some(year(&over[0])?), year(&over[1])?)),
        _ => None,
    }
}

fn end(
    item: &mut Table,
    path: &str,
    (first, last): (Option<FinancialYear>, FinancialYear),
    years: i32,
    rule: &Rule,
    setting: &Setting<'_>,
) -> Result<Touched, String> {
    let horizon = setting.rules.horizon;
    let taken = |t: &i32| {
        let year = horizon.year(*t);
        year <= last && year > last.plus(-years)
    };
    let taken: Vec<i32> = horizon.plan().filter(taken).collect();
    if last < horizon.first() {
        return Err("ends before the plan".to_owned());
    }
    if taken.is_empty() {
        return Err(format!("ends in {last}, after the plan"));
    }
    let (key, change) = if first.is_some() { ("profile", false) } else { ("amount", true) };
    if change && item.get("values").and_then(Node::as_text) == Some("change") {
        return Err("lists changes, so that its last year cannot be taken out".to_owned());
    }
    let Some(entry) = item.entries.get_mut(key) else {
        return Err(format!("has no `{key}` by year, so that its last year cannot be taken out"));
    };
    let unreadable = || "is not a figure that can be changed".to_owned();
    let mut figure = written_out(&format!("{path}.{key}"), &entry.node, &setting.rules).ok_or_else(unreadable)?;
    let read = |figure: &Table| -> Option<Vec<Option<i128>>> {
        let of_year = |t| {
            let node = figure.get(&horizon.year(t).to_string())?;
            Some(scalar::read(node, Unit::Money, setting.rules.file(node.place.file).unit).ok()?.steps)
        };
        horizon.plan().map(of_year).collect()
    };
    let before = read(&figure).ok_or_else(unreadable)?;
    if first.is_none() && taken.iter().all(|t| before.get(usize::try_from(*t - 1).unwrap_or(0)) == Some(&Some(0))) {
        return Err("has nothing in its last year".to_owned());
    }
    let place = rule.how_place();
    for t in &taken {
        if let Some(year) = figure.entries.get_mut(horizon.year(*t).to_string().as_str()) {
            let mut node = Node::new(super::change::written(Unit::Money, 0, false), place);
            node.replaced.clone_from(&year.node.replaced);
            node.replaced.push(year.node.place);
            *year = Entry { key: place, node };
        }
    }
    let after = read(&figure).ok_or_else(unreadable)?;
    let mut replaced = std::mem::take(&mut entry.node.replaced);
    replaced.push(entry.node.place);
    entry.node = Node { value: Value::Table(figure), place, replaced };
    // A fund of one year keeps it, with nothing in it.
    let new_last = first.map_or(last.plus(-years), |first| last.plus(-years).max(first));
    let text = |year: FinancialYear| Node::new(Value::Text(year.to_smolstr()), place);
    let (key, value) = match first {
        Some(first) => ("over", Value::List(vec![text(first), text(new_last)])),
        None => ("ends", text(new_last).value),
    };
    if let Some(entry) = item.entries.get_mut(key) {
        let mut replaced = std::mem::take(&mut entry.node.replaced);
        replaced.push(entry.node.place);
        entry.node = Node { value, place, replaced };
    }
    let words = (new_last < last).then(|| format!("ends in {new_last} instead of {last}"));
    let key = if first.is_some() { "profile" } else { "amount" };
    Ok(Touched { path: format!("{path}.{key}"), unit: Unit::Money, before, after, rounded: false, words })
}
