//! Savings held up: those that have not begun, by a pause of the adjustment's own, or longer where a
//! pause of the scenario holds them up already.

use smol_str::SmolStr;

use super::find::{self, Reached, leave};
use super::rule::{How, Rule};
use super::{Adjustment, Setting, Touched};
use crate::language::figure::{Expanded, expand};
use crate::language::scalar;
use crate::language::{Entry, Node, Table, Value};
use crate::vocabulary::pattern::fits;
use crate::vocabulary::{Diagnostics, Place, Unit};

/// A pause of the scenario as its file says it.
struct Known {
    name: String,
    items: Vec<String>,
    from: i128,
}

/// Holds up the savings a rule is of, and says which paths it changed. `before` is the tree as the
/// files give it.
pub(super) fn apply(
    tree: &mut Table,
    before: &Table,
    rule: &Rule,
    setting: &Setting<'_>,
    done: &mut Adjustment,
    told: &mut Diagnostics,
) -> Vec<(String, Option<Reached>)> {
    let How::Later { months, place } = rule.how else { return Vec::new() };
    let first = setting.rules.horizon.april(1);
    let from = rule.only.as_ref().and_then(|years| years.first()).map_or(first, |t| setting.rules.horizon.april(*t));
    let known = pauses(before, first);
    let (mut held_up, mut longer): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (_, name) in find::items(before, rule, &["saving"], &|_| true, done, told) {
        let path = format!("saving.{name}");
        let Some(item) = before.table("saving").and_then(|t| t.table(&name)) else { continue };
        let start = match starts(item, &path, setting) {
            Ok(start) => start,
            Err(why) => {
                leave(done, path, why);
                continue;
            }
        };
        match known.iter().find(|pause| pause.items.iter().any(|pattern| fits(pattern, &path))) {
            None if start < from => leave(done, path, "has begun by then"),
            None => held_up.push(path),
            Some(pause) if start < pause.from => leave(done, path, format!("is left running by pause.{}", pause.name)),
            Some(pause) if longer.contains(&pause.name) => {}
            Some(pause) => longer.push(pause.name.clone()),
        }
    }
    for name in longer {
        lengthen(tree, &name, months, place, done);
    }
    let all =
        done.touched.iter().map(|t| t.path.clone()).chain(held_up.iter().cloned()).map(|path| (path, None)).collect();
    if held_up.is_empty() {
        return all;
    }
    let mut name = rule.name.clone();
    while tree.table("pause").is_some_and(|pauses| pauses.get(&name).is_some()) {
        name.push_str("_adjusted");
    }
    hold_up(tree, name, rule, &held_up, (from > first).then_some(from));
    let words = format!("{months} {} later", if months == 1 { "month" } else { "months" });
    done.touched.extend(held_up.into_iter().map(|path| Touched {
        path,
        unit: Unit::Months,
        before: Vec::new(),
        after: Vec::new(),
        rounded: false,
        words: Some(words.clone()),
    }));
    all
}

/// The month a saving starts, as its own rules say; why it cannot be held up otherwise.
fn starts(item: &Table, path: &str, setting: &Setting<'_>) -> Result<i128, String> {
    if item.get("left_out").is_some() {
        return Err("has no amount yet".to_owned());
    }
    if item.get("already_in").is_some() {
        return Err("is in its lines already".to_owned());
    }
    if let Some(start) = item.get("start").and_then(|n| scalar::read(n, Unit::Month, None).ok()).and_then(|s| s.steps) {
        return Ok(start);
    }
    let unclear = || "says no start".to_owned();
    let amount = item.get("amount").ok_or_else(unclear)?;
    let values = amount.as_table().and_then(|t| t.get("likely")).unwrap_or(amount);
    // What is wrong with the figure itself is told by its reader.
    let years = expand(path, values, true, &setting.rules, &mut Diagnostics::new()).ok_or_else(unclear)?;
    let nought = |value: &Expanded<'_>| match value {
        Expanded::Given(node) => scalar::read(node, Unit::Money, setting.rules.file(node.place.file).unit)
            .is_ok_and(|read| read.steps == Some(0)),
        Expanded::NotPublished(_) => false,
    };
    let horizon = setting.rules.horizon;
    let first = horizon.plan().zip(&years).find(|(_, value)| !nought(value)).map(|(t, _)| horizon.april(t));
    first.ok_or_else(|| "has no amount in the plan".to_owned())
}

/// The pauses of the scenario; `first` is the first month of the plan.
fn pauses(tree: &Table, first: i128) -> Vec<Known> {
    let read = |(name, entry): (&SmolStr, &Entry)| {
        let table = entry.node.as_table()?;
        let items = match table.get("items").map(|n| &n.value) {
            None => vec!["saving.*".to_owned()],
            Some(Value::Text(text)) => vec![text.to_string()],
            Some(Value::List(nodes)) => nodes.iter().filter_map(|n| n.as_text().map(str::to_owned)).collect(),
            Some(_) => Vec::new(),
        };
        let from = table.get("from").and_then(|n| scalar::read(n, Unit::Month, None).ok()).and_then(|s| s.steps);
        Some(Known { name: name.to_string(), items, from: from.unwrap_or(first) })
    };
    tree.table("pause").into_iter().flat_map(|t| &t.entries).filter_map(read).collect()
}

/// A pause of the scenario that lasts longer.
fn lengthen(tree: &mut Table, name: &str, months: u32, place: Place, done: &mut Adjustment) {
    const STEPS: i128 = 1_000_000_000;
    let pauses = tree.entries.get_mut("pause").map(|e| &mut e.node.value);
    let Some(Value::Table(pauses)) = pauses else { return };
    let Some(Value::Table(pause)) = pauses.entries.get_mut(name).map(|e| &mut e.node.value) else { return };
    let Some(entry) = pause.entries.get_mut("months") else { return };
    let stated = entry.node.as_table().and_then(|t| t.get("likely")).unwrap_or(&entry.node);
    let Some(steps) = scalar::read(stated, Unit::Months, None).ok().and_then(|read| read.steps) else { return };
    let after = steps + i128::from(months) * STEPS;
    let mut replaced = std::mem::take(&mut entry.node.replaced);
    replaced.push(entry.node.place);
    let value = super::change::written(Unit::Months, after, false);
    entry.node = Node { value, place, replaced };
    done.touched.push(Touched {
        path: format!("pause.{name}.months"),
        unit: Unit::Months,
        before: vec![Some(steps)],
        after: vec![Some(after)],
        rounded: false,
        words: None,
    });
}

/// A pause of the adjustment's own.
fn hold_up(tree: &mut Table, name: String, rule: &Rule, savings: &[String], from: Option<i128>) {
    let How::Later { months, place } = rule.how else { return };
    let of = rule.of.first().map_or(rule.place, |(_, place)| *place);
    let mut pause = Table::default();
    let mut put = |key: &str, value: Value, place: Place| {
        pause.entries.insert(key.into(), Entry { key: place, node: Node::new(value, place) });
    };
    put("title", Value::Text(rule.title.as_str().into()), rule.place);
    put("months", Value::Number(months.to_string().into()), place);
    let items = savings.iter().map(|path| Node::new(Value::Text(path.as_str().into()), of)).collect();
    put("items", Value::List(items), of);
    if let Some(from) = from {
        put("from", super::change::written(Unit::Month, from, false), rule.only_place.unwrap_or(place));
    }
    for (key, entry) in &rule.evidence.entries {
        pause.entries.insert(key.clone(), entry.clone());
    }
    let pauses = tree
        .entries
        .entry("pause".into())
        .or_insert_with(|| Entry { key: rule.place, node: Node::new(Value::Table(Table::default()), rule.place) });
    if let Value::Table(pauses) = &mut pauses.node.value {
        pauses.entries.insert(name.into(), Entry { key: rule.place, node: Node::new(Value::Table(pause), rule.place) });
    }
}
