//! What an item is marked as beside what its figures say.

use crate::check::realism::Asking;
use std::collections::BTreeSet;

use crate::check::realism::{At, Found, Level, Quantity, percent, say};
use crate::mechanism::contribution::{ItemRow, Recurrence};
use crate::sheet::Run;
use crate::vocabulary::Unit;

/// The last part of the path of a rate by which something rises.
const RISES: [&str; 4] = ["price", "volume", "growth", "fee_uplift"];

/// The items whose marks are held against their amounts: of others the mechanism itself decides.
const MARKED: [&str; 3] = ["pressure", "saving", "funding"];

fn marked<'a>(asking: &Asking<'a>, as_what: Recurrence) -> impl Iterator<Item = &'a ItemRow> {
    let items = asking.opened.plan.facts.items.iter();
    items.filter(move |i| i.recurrence == as_what && !i.memo && MARKED.contains(&i.kind))
}

fn at<'a>(asking: &Asking<'a>, item: &ItemRow) -> At<'a> {
    let organisation = asking.organisations().find(|o| Some(&o.name) == item.organisation.as_ref());
    At { organisation, place: asking.opened.plan.sheet.subject(item.row.id()).place, ..At::default() }
}

/// Marked recurrent, and gone after some years.
pub(in crate::check::realism) fn recurrent_stops(asking: &Asking<'_>, found: &mut Found) {
    let plan = &asking.opened.plan;
    // Funding that says its own end is money with an end: rules of its own look at it.
    let ends =
        |i: &ItemRow| i.kind == "funding" && plan.facts.funding.iter().any(|f| f.name == i.name && f.ends.is_some());
    for item in marked(asking, Recurrence::Recurrent).filter(|i| !ends(i)) {
        let amounts: Vec<(i32, Option<i128>)> =
            asking.years().map(|t| (t, asking.steps(item.row.id(), t, Run::Plan))).collect();
        if amounts.iter().any(|(_, pence)| pence.is_none()) {
            continue;
        }
        let Some(last) = amounts.iter().rposition(|(_, pence)| pence.is_some_and(|p| p != 0)) else { continue };
        let (t, Some(pence)) = amounts[last] else { continue };
        if last + 1 == amounts.len() || pence <= 0 {
            continue;
        }
        let title = &plan.sheet.subject(item.row.id()).title;
        let said = say(format!("{title} is marked recurrent and stops after {}: ", asking.year(t))).pence(pence);
        let said = said.words(format!(" of it is not there in {}", asking.year(t + 1)));
        asking.tells_pence(found, Level::Amber, at(asking, item).in_year(t + 1), pence, said);
    }
}

/// Marked one-off, and there in every year.
pub(in crate::check::realism) fn one_off_every_year(asking: &Asking<'_>, found: &mut Found) {
    let plan = &asking.opened.plan;
    let last = plan.horizon().years();
    for item in marked(asking, Recurrence::OneOff).filter(|_| last >= 3) {
        let amount = |t| asking.steps(item.row.id(), t, Run::Plan).filter(|pence| *pence > 0);
        let Some(pence) = amount(last).filter(|_| asking.years().all(|t| amount(t).is_some())) else { continue };
        let title = &plan.sheet.subject(item.row.id()).title;
        let said = say(format!("{title} is marked one-off and comes in every year of the plan: ")).pence(pence);
        let said = said.words(format!(" still in {}", asking.year(last)));
        asking.tells_pence(found, Level::Amber, at(asking, item).in_year(last), pence, said);
    }
}

/// Rates that look as if they were meant in another unit.
pub(in crate::check::realism) fn percent_or_points(asking: &Asking<'_>, found: &mut Found) {
    const MOST: i128 = percent(30);
    const LEAST: i128 = percent(1) / 10;
    const LEAST_DELIVERY: i128 = percent(5);
    let rising = rising(asking);
    for assumption in asking.opened.plan.sheet.assumptions().iter().filter(|a| a.unit == Unit::Rate && !a.default) {
        let last = assumption.path.rsplit('.').next().unwrap_or("");
        let is_driver = assumption.path.strip_prefix("driver.").is_some_and(|name| rising.contains(name));
        let on_an_item = ["line.", "funding."].iter().any(|kind| assumption.path.starts_with(kind));
        let rises = is_driver || (on_an_item && RISES.contains(&last));
        let (what, looks_wrong): (&str, fn(i128) -> bool) = match (rises, last) {
            (true, _) => ("rises by ", |rate| rate > MOST || (rate != 0 && rate.abs() < LEAST)),
            (false, "delivery") => ("is to be delivered to ", |rate| rate > 0 && rate < LEAST_DELIVERY),
            _ => continue,
        };
        let odd = |(at, (value, place)): (usize, &(Option<i128>, Option<_>))| {
            let rate = value.filter(|rate| looks_wrong(*rate))?;
            Some((at, rate, *place))
        };
        let Some((index, rate, place)) = assumption.values.iter().enumerate().find_map(odd) else { continue };
        let t = i32::try_from(index).ok().filter(|_| assumption.by_year && assumption.values.len() > 1).map(|n| n + 1);
        let year = t.map(|t| format!(" in {}", asking.year(t))).unwrap_or_default();
        let said = say(format!("{} {what}", assumption.path)).rate(rate).words(format!("{year}: is that per cent?"));
        let at = At { t, place: place.or(assumption.place), ..At::default() };
        asking.tells(found, Level::Amber, at, (Some(Quantity { unit: Unit::Rate, steps: rate }), None), said);
    }
}

/// The drivers that something rises by: others may be levels, such as a safety net of 92.5%.
fn rising<'a>(asking: &Asking<'a>) -> BTreeSet<&'a str> {
    let tree = &asking.opened.loaded.tree;
    let of = |section: &str, keys: &'static [&str]| {
        let items = tree.table(section).into_iter().flat_map(|table| table.entries.values());
        items
            .filter_map(|entry| entry.node.as_table())
            .flat_map(move |item| keys.iter().filter_map(move |key| item.get(key)?.as_text()))
            .collect::<Vec<_>>()
    };
    let clients = tree
        .table("line")
        .into_iter()
        .flat_map(|table| table.entries.values())
        .filter_map(|entry| entry.node.as_table()?.table("clients"));
    let of_clients = clients.flat_map(|clients| ["growth", "fee_uplift"].map(|key| clients.get(key)?.as_text()));
    of("line", &["price", "volume"]).into_iter().chain(of("funding", &["growth"])).chain(of_clients.flatten()).collect()
}
