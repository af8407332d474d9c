//! The same money under two names, as far as the names show it.

use std::collections::BTreeMap;

use crate::check::realism::{Asking, At, Found, Level, say};
use crate::language::{Node, Value};
use crate::mechanism::contribution::ItemRow;
use crate::mechanism::organisation::Organisation;
use crate::sheet::Run;
use crate::vocabulary::Name;

/// The words of a title: lower case, without the s of a plural.
fn words(title: &str) -> Vec<String> {
    let parts = title.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(|part| part.to_lowercase()).map(|w| w.strip_suffix('s').map(str::to_owned).unwrap_or(w)).collect()
}

fn title<'a>(asking: &Asking<'a>, item: &ItemRow) -> &'a str {
    &asking.opened.plan.sheet.subject(item.row.id()).title
}

fn at<'a>(asking: &Asking<'a>, organisation: &'a Organisation, item: &ItemRow) -> At<'a> {
    let place = asking.opened.plan.sheet.subject(item.row.id()).place.unwrap_or(organisation.place);
    At::of(organisation).placed(place)
}

fn items<'a>(asking: &Asking<'a>, organisation: &Name, kind: &str) -> impl Iterator<Item = &'a ItemRow> {
    let all = asking.opened.plan.facts.items.iter();
    all.filter(move |i| i.kind == kind && !i.memo && i.organisation.as_ref() == Some(organisation))
}

/// Debt that a borrowing already brings the cost of.
pub(in crate::check::realism) fn debt_twice(asking: &Asking<'_>, found: &mut Found) {
    const OF_DEBT: [&[&str]; 5] =
        [&["minimum", "revenue", "provision"], &["mrp"], &["capital", "financing"], &["debt"], &["borrowing"]];
    let last = asking.opened.plan.horizon().years();
    for organisation in asking.organisations() {
        let Some(borrowing) = items(asking, &organisation.name, "borrowing").next() else { continue };
        let pressures = items(asking, &organisation.name, "pressure");
        // A line that does not grow is the debt there was.
        let lines = items(asking, &organisation.name, "line").filter(|line| {
            let amount = |t| asking.steps(line.row.id(), t, Run::Plan);
            amount(0).or(amount(1)).zip(amount(last)).is_some_and(|(first, last)| last > first)
        });
        for item in pressures.chain(lines) {
            let own = words(title(asking, item));
            // What others owe to the body is no borrowing of its own.
            if ["bad", "advice", "recovery", "collection", "debtor"].iter().any(|word| own.iter().any(|w| w == word)) {
                continue;
            }
            if !OF_DEBT.iter().any(|phrase| phrase.iter().all(|word| own.iter().any(|w| w == word))) {
                continue;
            }
            let said = format!(
                "{} may hold the cost of {}, which brings its own provision and interest",
                title(asking, item),
                title(asking, borrowing)
            );
            asking.finds(found, Level::Amber, at(asking, organisation, item), say(said));
        }
    }
}

/// Words that say that something rises in price.
const OF_PRICE: [&str; 9] = ["pay", "wage", "salary", "price", "inflation", "cpi", "rpi", "fee", "uplift"];

/// Pressures that are called after what prices the lines already.
pub(in crate::check::realism) fn pay_price_twice(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations() {
        let mut pressures = items(asking, &organisation.name, "pressure").peekable();
        if pressures.peek().is_none() {
            continue;
        }
        let priced = priced_by(asking, organisation);
        for pressure in pressures {
            let own = words(title(asking, pressure));
            let on = line_of(asking, pressure);
            let called_after = |driver: &str| {
                let mut of_price =
                    words(driver).into_iter().filter(|word| OF_PRICE.contains(&word.as_str())).peekable();
                let inflation = own.iter().any(|w| w == "inflation") && of_price.peek().is_some();
                inflation || of_price.any(|word| own.contains(&word))
            };
            let twice = priced
                .iter()
                .find(|(driver, lines)| called_after(driver) && on.is_none_or(|line| lines.contains(&line)));
            let Some((driver, lines)) = twice else { continue };
            let said = format!(
                "{} is called after the driver {driver}, which prices {} of {} already: is it the same money?",
                title(asking, pressure),
                if lines.len() == 1 { "one line".to_owned() } else { format!("{} lines", lines.len()) },
                organisation.title
            );
            asking.finds(found, Level::Amber, at(asking, organisation, pressure), say(said));
        }
    }
}

/// The lines of a body by the driver that prices them, as the scenario names it.
fn priced_by<'a>(asking: &Asking<'a>, organisation: &Organisation) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut priced = BTreeMap::<&str, Vec<&str>>::new();
    let Some(lines) = asking.opened.loaded.tree.table("line") else { return priced };
    for line in items(asking, &organisation.name, "line") {
        let Some((name, table)) = lines.entries.get_key_value(line.name.as_str()) else { continue };
        let price = table.node.as_table().and_then(|t| t.get("price")).and_then(Node::as_text);
        // A text without a % names a driver; one with it is a rate of the line's own.
        if let Some(driver) = price.filter(|p| !p.contains('%')) {
            priced.entry(driver).or_default().push(name);
        }
    }
    priced
}

/// The line a pressure is on, when it names one.
fn line_of<'a>(asking: &Asking<'a>, pressure: &ItemRow) -> Option<&'a str> {
    let table = asking.opened.loaded.tree.table("pressure")?.table(pressure.name.as_str())?;
    table.get("line").and_then(Node::as_text)
}

/// A doubt that is counted twice.
pub(in crate::check::realism) fn risk_twice(asking: &Asking<'_>, found: &mut Found) {
    let plan = &asking.opened.plan;
    for organisation in asking.organisations() {
        let savings = plan.facts.savings.iter().filter(|s| s.organisation == organisation.name && !s.memo);
        for saving in savings.filter(|s| s.risk_adjusted && has_bias(asking, &s.name)) {
            let said =
                format!("{} has a delivery rate, and its cost an `optimism_bias`: is it the same doubt?", saving.title);
            asking.finds(found, Level::Amber, At::of(organisation).placed(saving.place), say(said));
        }
    }
}

/// Whether the cost of a saving has an optimism bias.
fn has_bias(asking: &Asking<'_>, saving: &Name) -> bool {
    let cost = |table: &crate::language::Table| {
        let node = table.get("cost_to_achieve")?.as_table()?.get("optimism_bias")?.clone();
        Some(!matches!(node.value, Value::Text(ref text) if text.trim_matches(['0', '.', '%', ' ']).is_empty()))
    };
    let saving = asking.opened.loaded.tree.table("saving").and_then(|t| t.table(saving.as_str()));
    saving.and_then(cost).unwrap_or(false)
}
