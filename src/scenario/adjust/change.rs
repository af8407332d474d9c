//! One figure changed: each year exactly, in its own unit, with the place of what it replaces.

use smol_str::SmolStr;

use super::find::{Reached, leave};
use super::rule::{How, Rule};
use super::{Adjustment, Setting, Touched};
use crate::language::scalar::{self, Scalar};
use crate::language::{Entry, Node, Table, Value};
use crate::scenario::year_override::written_out;
use crate::vocabulary::{Diagnostic, Diagnostics, Place, Unit, number};

/// What a whole rate is, in its steps.
const WHOLE: i128 = 1_000_000_000;

/// Changes a figure of the tree and keeps what was done. What cannot be read is left to its reader.
pub(super) fn one(
    tree: &mut Table,
    rule: &Rule,
    reached: &Reached,
    setting: &Setting<'_>,
    done: &mut Adjustment,
    told: &mut Diagnostics,
) {
    if let (false, Some(place)) = (reached.by_year, rule.only_place) {
        told.push(
            Diagnostic::error("adjust_unfit", format!("`{}` holds for all years alike", reached.path))
                .at(place)
                .hint("leave `years`, `from` and `first_years` out, or name figures that have years"),
        );
        return;
    }
    let amount = match amount(rule, reached.unit, setting) {
        Ok(amount) => amount,
        Err(wrong) => {
            told.push(*wrong);
            return;
        }
    };
    let implied = implied(tree, &reached.keys);
    let Some((item, key)) = holder(tree, &reached.keys) else { return };
    let Some(entry) = item.entries.get_mut(key.as_str()) else {
        return write(item, key, rule, reached, amount, implied, done);
    };
    let Some(values) = values(&entry.node, reached, setting) else {
        leave(done, reached.path.clone(), "is not a figure that can be changed");
        return;
    };
    let changed: Vec<Changed> = values
        .iter()
        .enumerate()
        .map(|(i, (_, before, _))| {
            let t = i32::try_from(i).unwrap_or(0) + 1;
            let holds = !reached.by_year || rule.holds_in(t);
            before.filter(|_| holds).map_or(Ok((*before, false)), |steps| {
                changed(&rule.how, amount, steps).map(|(after, rounded)| (Some(after), rounded))
            })
        })
        .collect();
    let Ok(changed) = changed.into_iter().collect::<Result<Vec<_>, _>>() else {
        told.push(
            Diagnostic::error("adjust_unfit", format!("`{}` becomes too large to hold", reached.path))
                .at(rule.how_place())
                .hint("write a smaller change"),
        );
        return;
    };
    let before: Vec<Option<i128>> = values.iter().map(|(_, steps, _)| *steps).collect();
    let after: Vec<Option<i128>> = changed.iter().map(|(steps, _)| *steps).collect();
    if before == after {
        let published = before.iter().any(Option::is_some);
        leave(done, reached.path.clone(), if published { already(&rule.how) } else { "was not published" });
        return;
    }
    let about = is_about(&entry.node);
    let place = rule.how_place();
    let new: Vec<(SmolStr, Node)> = values
        .into_iter()
        .zip(&after)
        .map(|((key, steps, node), after)| match after {
            Some(after) if Some(*after) != steps => {
                let mut new = Node::new(written(reached.unit, *after, about), place);
                new.replaced.clone_from(&node.replaced);
                new.replaced.push(node.place);
                (key, new)
            }
            _ => (key, node),
        })
        .collect();
    let mut replaced = std::mem::take(&mut entry.node.replaced);
    replaced.push(entry.node.place);
    entry.node = Node { value: figure(rule, new, about, reached), place, replaced };
    done.touched.push(Touched {
        path: reached.path.clone(),
        unit: reached.unit,
        before,
        after,
        rounded: changed.iter().any(|(_, rounded)| *rounded),
        words: None,
    });
}

/// A value after a change, and whether it was rounded; nothing where it does not fit.
type Changed = Result<(Option<i128>, bool), number::NumberError>;

/// The amount of a change in steps of the unit it changes; of months of the calendar in months.
fn amount(rule: &Rule, unit: Unit, setting: &Setting<'_>) -> Result<i128, Box<Diagnostic>> {
    let node = match &rule.how {
        How::Add(node) | How::To(node) | How::AtMost(node) | How::AtLeast(node) => node,
        How::Times(steps, place) => {
            let month = unit == Unit::Month;
            return if month { Err(unfit("a month is not multiplied", *place)) } else { Ok(*steps) };
        }
        How::Later { .. } | How::Earlier { .. } => return Ok(0),
    };
    if let (Unit::Month, How::Add(_)) = (unit, &rule.how) {
        let months = if let Value::Number(text) = &node.value { text.parse::<i128>().ok() } else { None };
        return months.ok_or_else(|| unfit("a month is moved by a whole number of months", node.place));
    }
    let bare = setting.rules.file(node.place.file).unit;
    match scalar::read(node, unit, bare)? {
        Scalar { steps: Some(steps), .. } => Ok(steps),
        Scalar { steps: None, .. } => Err(unfit("an adjustment is a value", node.place)),
    }
}

fn unfit(message: &str, place: Place) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("adjust_unfit", message)
            .at(place)
            .hint("write a value in the unit of what is changed: add = \"1%\" for a rate, add = \"£1m\" for money, add = 12 for a month"),
    )
}

fn changed(how: &How, amount: i128, steps: i128) -> Result<(i128, bool), number::NumberError> {
    let exact = |value: Option<i128>| Ok((number::hold(value.ok_or(number::NumberError::Overflow)?)?, false));
    match how {
        How::Add(_) => exact(steps.checked_add(amount)),
        How::To(_) => exact(Some(amount)),
        How::AtMost(_) => exact(Some(steps.min(amount))),
        How::AtLeast(_) => exact(Some(steps.max(amount))),
        How::Times(..) => {
            let after = number::product_over(&[steps, amount], &[WHOLE])?;
            let back = after.checked_mul(WHOLE).ok_or(number::NumberError::Overflow)?;
            Ok((after, steps.checked_mul(amount) != Some(back)))
        }
        How::Later { .. } | How::Earlier { .. } => exact(Some(steps)),
    }
}

/// Why a figure that fits has the values it had.
fn already(how: &How) -> &'static str {
    match how {
        How::AtMost(_) => "is no more than that already",
        How::AtLeast(_) => "is no less than that already",
        How::To(_) => "is that already",
        _ => "stays as it is",
    }
}

/// The values of a figure: the key of each, its steps, and its node. Figures with years are written
/// out for every plan year.
fn values(node: &Node, reached: &Reached, setting: &Setting<'_>) -> Option<Vec<(SmolStr, Option<i128>, Node)>> {
    let read = |node: &Node| {
        scalar::read(node, reached.unit, setting.rules.file(node.place.file).unit).ok().map(|scalar| scalar.steps)
    };
    if !reached.by_year {
        let inner = match node.as_table() {
            Some(table) => table.get("likely")?,
            None => node,
        };
        return Some(vec![("likely".into(), read(inner)?, inner.clone())]);
    }
    let years = written_out(&reached.path, node, &setting.rules)?;
    let own = |key: &str| key.starts_with(|c: char| c.is_ascii_digit());
    years.entries.into_iter().filter(|(key, _)| own(key)).map(|(key, e)| Some((key, read(&e.node)?, e.node))).collect()
}

/// A figure as it is written after a change, with the adjustment's own evidence.
fn figure(rule: &Rule, values: Vec<(SmolStr, Node)>, about: bool, reached: &Reached) -> Value {
    if let (Unit::Month, Some((_, node))) = (reached.unit, values.first()) {
        return node.value.clone();
    }
    let mut table = Table::default();
    for (key, node) in values {
        table.entries.insert(key, Entry { key: node.place, node });
    }
    let place = rule.how_place();
    if about {
        table.entries.insert("about".into(), Entry { key: place, node: Node::new(Value::Flag(true), place) });
    }
    for (key, entry) in &rule.evidence.entries {
        table.entries.insert(key.clone(), entry.clone());
    }
    // Without a source of its own a figure would take the one of the item around it.
    table.entries.entry("source".into()).or_insert_with(|| Entry {
        key: place,
        node: Node::new(Value::Text(format!("adjust.{}", rule.name).into()), place),
    });
    Value::Table(table)
}

/// Writes a key that an item does not state.
fn write(
    item: &mut Table,
    key: String,
    rule: &Rule,
    reached: &Reached,
    amount: i128,
    implied: Implied,
    done: &mut Adjustment,
) {
    let spared = match (&rule.how, implied) {
        (_, Implied::Elsewhere(why) | Implied::Unfit(why)) => Some(why),
        (How::AtMost(_), Implied::Value(steps)) if steps <= amount => Some(already(&rule.how).to_owned()),
        (How::AtLeast(_), Implied::Value(steps)) if steps >= amount => Some(already(&rule.how).to_owned()),
        (How::AtMost(_) | How::AtLeast(_), Implied::Nothing) => Some("is not stated".to_owned()),
        _ => None,
    };
    if let Some(why) = spared {
        leave(done, reached.path.clone(), why);
        return;
    }
    let place = rule.how_place();
    let node = Node::new(written(reached.unit, amount, false), place);
    let value = figure(rule, vec![("likely".into(), node)], false, reached);
    item.entries.insert(key.into(), Entry { key: place, node: Node::new(value, place) });
    done.touched.push(Touched {
        path: reached.path.clone(),
        unit: reached.unit,
        before: Vec::new(),
        after: vec![Some(amount)],
        rounded: false,
        words: None,
    });
}

/// What an item that does not state a key is taken to have.
enum Implied {
    /// This value.
    Value(i128),
    /// What something else says, which is left alone for this reason.
    Elsewhere(String),
    /// Nothing, since it takes no such key for this reason.
    Unfit(String),
    /// Nothing that could be bounded.
    Nothing,
}

/// Why a figure that is not stated is left alone, where something else says what it is.
pub(super) fn stands_elsewhere(tree: &Table, keys: &[String]) -> Option<String> {
    match implied(tree, keys) {
        Implied::Elsewhere(why) | Implied::Unfit(why) => Some(why),
        Implied::Value(_) | Implied::Nothing => None,
    }
}

/// Why an item takes no such key, where that can be told from its other keys.
pub(super) fn unfit_for(tree: &Table, keys: &[String]) -> Option<String> {
    match implied(tree, keys) {
        Implied::Unfit(why) => Some(why),
        _ => None,
    }
}

/// A saving that states no delivery delivers the weight of its status where the scenario gives one, and
/// else all of it; what states no slippage starts on time. A saving that is in the lines already is
/// never deducted, so that how much of it is delivered changes nothing.
fn implied(tree: &Table, keys: &[String]) -> Implied {
    let [kind, name, key] = keys else { return Implied::Nothing };
    let Some(item) = tree.table(kind).and_then(|t| t.table(name)) else { return Implied::Nothing };
    match (kind.as_str(), key.as_str()) {
        ("saving", "delivery") if item.get("already_in").is_some() => {
            Implied::Elsewhere("is in its lines already".to_owned())
        }
        ("saving", "slippage") if item.get("amount").is_some() => Implied::Unfit("does not fit a schedule".to_owned()),
        ("saving", "delivery") => {
            let weighed = item
                .get("status")
                .and_then(Node::as_text)
                .filter(|status| tree.table("status").is_some_and(|weights| weights.table(status).is_some()));
            match weighed {
                Some(status) => Implied::Elsewhere(format!("follows status.{status}.delivery")),
                None => Implied::Value(WHOLE),
            }
        }
        ("prevention", "delivery") => Implied::Value(WHOLE),
        ("saving", "slippage") => Implied::Value(0),
        _ => Implied::Nothing,
    }
}

/// The table in which the last key of a way stands.
fn holder<'t>(tree: &'t mut Table, keys: &[String]) -> Option<(&'t mut Table, String)> {
    let (last, before) = keys.split_last()?;
    let mut table = tree;
    for key in before {
        table = match table.entries.get_mut(key.as_str()).map(|e| &mut e.node.value) {
            Some(Value::Table(inner)) => inner,
            _ => return None,
        };
    }
    Some((table, last.clone()))
}

fn is_about(node: &Node) -> bool {
    node.as_table().is_some_and(|t| super::find::is_flag(t, "about", true))
}

/// A value as a file would write it. Money that is approximate is written in the largest unit that
/// holds it, since the digits that are typed say how far it is known.
pub(super) fn written(unit: Unit, steps: i128, about: bool) -> Value {
    let plain = |scale: u32| number::decimal(steps, scale).normalize().to_string();
    match unit {
        Unit::Rate => Value::Text(format!("{}%", plain(7)).into()),
        Unit::Money | Unit::UnitPrice => {
            let (sign, steps) = (if steps < 0 { "-" } else { "" }, steps.abs());
            let scale = unit.scale();
            let units = if about && unit == Unit::Money { [(9, "bn"), (6, "m"), (3, "k")].as_slice() } else { &[] };
            let fits =
                |power: &u32| steps >= number::ten_to(scale + power) && steps % number::ten_to(scale + power - 2) == 0;
            let (power, suffix) = units.iter().find(|(power, _)| fits(power)).copied().unwrap_or((0, ""));
            Value::Text(format!("{sign}£{}{suffix}", number::decimal(steps, scale + power).normalize()).into())
        }
        Unit::Quantity | Unit::Months => Value::Number(plain(unit.scale()).into()),
        Unit::Month => Value::Text(crate::vocabulary::unit::plain(unit, steps).into()),
    }
}
