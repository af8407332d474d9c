//! Rules about assumptions: demand beside its own trend, and figures without a source.

use std::collections::BTreeSet;

use super::{Asking, At, Found, Quantity, Share, first_largest, say};
use crate::language::Node;
use crate::sheet::Run;
use crate::vocabulary::Unit;

/// What a driver is called that holds the trend of another.
const TREND: &str = "_trend";

/// Growth in volume beside the trend that the plan gives for it.
pub(super) fn demand(asking: &Asking<'_>, found: &mut Found) {
    let sheet = &asking.opened.plan.sheet;
    let lines = asking.opened.loaded.tree.table("line");
    let volumes: BTreeSet<&str> = lines
        .into_iter()
        .flat_map(|lines| lines.entries.values())
        .filter_map(|line| line.node.as_table())
        .flat_map(|line| [line.get("volume"), line.table("clients").and_then(|clients| clients.get("growth"))])
        .filter_map(|node| node.and_then(Node::as_text))
        .filter(|typed| !typed.contains('%'))
        .collect();
    let rate = |name: &str| sheet.find_row(&format!("driver/{name}/rate"));
    let mut without = Vec::new();
    for driver in &volumes {
        let (Some(own_row), trend) = (rate(driver), rate(&format!("{driver}{TREND}"))) else { continue };
        let Some(trend) = trend else {
            without.push(*driver);
            continue;
        };
        let low = |t: i32| {
            let (own, trend) = (asking.steps(own_row, t, Run::Plan)?, asking.steps(trend, t, Run::Plan)?);
            Some((t, own, trend)).filter(|_| own < trend)
        };
        let furthest = first_largest(asking.years().filter_map(low), |(_, own, trend)| trend - own);
        let Some((t, own, trend)) = furthest else { continue };
        let Some(passed) = asking.passed("", |limit| trend - own >= limit) else { continue };
        let said = say(format!("{} is assumed to grow by ", sheet.subject(own_row).title)).rate(own);
        let said = said.words(format!(" in {}; its trend is ", asking.year(t))).rate(trend);
        let of = |steps| Some(Quantity { unit: Unit::Rate, steps });
        let at = At { t: Some(t), place: sheet.subject(own_row).place, ..At::default() };
        asking.tells(found, passed.level, at, (of(own), of(trend)), said);
    }
    if !without.is_empty() {
        let beside: Vec<String> = without.iter().map(|driver| format!("`{driver}{TREND}`")).collect();
        asking.cannot(found, None, format!("no trend is given: no driver {}", beside.join(", ")));
    }
}

/// Given figures that no source stands behind.
pub(super) fn unsourced(asking: &Asking<'_>, found: &mut Found) {
    if asking.opened.scenario.source.is_some() {
        return;
    }
    // A date is no figure: a source is asked of amounts and rates.
    let all = asking.opened.plan.sheet.assumptions().iter();
    let given: Vec<_> = all.filter(|a| !a.default && a.unit != Unit::Month).collect();
    let unsourced: Vec<_> = given.iter().filter(|a| a.evidence.source.is_none()).collect();
    let steps = |n: usize| i128::try_from(n).ok();
    let Some(share) = Share::of(steps(unsourced.len()), steps(given.len())) else { return };
    let first = unsourced.iter().min_by_key(|a| (a.place.is_none(), a.place));
    let (Some(first), Some(passed)) = (first, asking.passed("", |limit| share.exceeds(limit))) else {
        return;
    };
    let said = say(format!("{} of {} figures given have no source (", unsourced.len(), given.len())).rate(share.rate());
    let said = said.words(format!("), beginning with {}; `fundgap run --table assumptions` lists them", first.path));
    let at = At { place: first.place, ..At::default() };
    asking.tells_share(found, at, (share, passed), said);
}
