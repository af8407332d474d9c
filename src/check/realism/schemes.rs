//! Rules about single savings: claimed twice, begun too soon, counted whole.

use std::collections::BTreeMap;

use super::savings::{changes_service, counted};
use super::{Asking, At, Found, Level, Share, first_largest, say};
use crate::analysis::amendment::starts::Date;
use crate::language::{Node, Value};
use crate::mechanism::saving::SavingFacts;
use crate::sheet::Run;
use crate::vocabulary::{Measure, Name};

/// A saving of one name in the plans of two bodies: the year in which the smaller of the two is largest.
pub(super) fn twice(asking: &Asking<'_>, found: &mut Found) {
    let mut by_title = BTreeMap::<String, Vec<&SavingFacts>>::new();
    for organisation in asking.organisations() {
        for saving in counted(asking, organisation) {
            let words = saving.title.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
            let title = words.map(str::to_lowercase).collect::<Vec<_>>().join(" ");
            by_title.entry(title).or_default().push(saving);
        }
    }
    for savings in by_title.values() {
        let [first, rest @ ..] = savings.as_slice() else { continue };
        let Some(other) = rest.iter().find(|s| s.organisation != first.organisation) else { continue };
        let amount = |s: &SavingFacts, t| asking.steps(s.in_year.id(), t, Run::Plan);
        let smaller = |t: i32| Some((t, amount(first, t)?.min(amount(other, t)?))).filter(|(_, pence)| *pence > 0);
        let most = first_largest(asking.years().filter_map(smaller), |(_, pence)| *pence);
        let Some((t, both)) = most else { continue };
        let whose = |name: &Name| asking.organisations().find(|o| o.name == *name).map_or("", |o| o.title.as_str());
        let said = say(format!(
            "{} is in the plans of {} and {}: ",
            first.title,
            whose(&first.organisation),
            whose(&other.organisation)
        ));
        let said = said.pence(both).words(format!(" of {} may be counted twice", asking.year(t)));
        asking.tells_pence(found, Level::Amber, At::default().in_year(t).placed(other.place), both, said);
    }
}

/// Changes of a service that begin before they can have been consulted on.
pub(super) fn too_soon(asking: &Asking<'_>, found: &mut Found) {
    /// Three months, and what consulting on a hundred dismissals or more takes at the least (section 188).
    const DAYS: i64 = 90;
    let tree = &asking.opened.loaded.tree;
    let date = tree.table("scenario").and_then(|s| s.table("version")).and_then(|v| v.get("date")).and_then(text);
    let Some(date) = date.as_deref().and_then(Date::read) else {
        if !asking.opened.plan.facts.savings.is_empty() {
            asking.cannot(found, None, "the plan says no `version.date` to count from");
        }
        return;
    };
    for organisation in asking.organisations() {
        let changes = |s: &&&SavingFacts| {
            s.decision == Some("option") || (s.decision.is_none() && s.class.as_deref().is_some_and(changes_service))
        };
        for saving in counted(asking, organisation).iter().filter(changes) {
            let start = tree.table("saving").and_then(|t| t.table(saving.name.as_str())).and_then(|t| t.get("start"));
            let Some(start) = start.and_then(text).and_then(|month| Date::read(&format!("{month}-01"))) else {
                continue;
            };
            let days = date.days_to(start);
            if (0..DAYS).contains(&days) {
                let said = format!(
                    "{} starts {} after the date of the plan ({date}): too soon to consult and change a service",
                    saving.title,
                    if days == 1 { "one day".to_owned() } else { format!("{days} days") }
                );
                asking.finds(found, Level::Amber, At::of(organisation).placed(saving.place), say(said));
            }
        }
    }
}

/// A date or a month, as typed.
fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) | Value::Date(text) => Some(text.to_string()),
        _ => None,
    }
}

/// Savings of size that the risk-adjusted run counts whole, since nothing is said of them.
pub(super) fn no_rate(asking: &Asking<'_>, found: &mut Found) {
    let last = asking.opened.plan.horizon().years();
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        let all = asking.measure(organisation, Measure::Savings, last, Run::Plan);
        let share = |s: &SavingFacts| Share::of(asking.steps(s.in_year.id(), last, Run::Plan), all);
        // What has no scheme is a matter of R06.
        let unsaid = |s: &&SavingFacts| !s.risk_adjusted && !matches!(s.status, Some("delivered" | "unidentified"));
        let counted = counted(asking, organisation);
        let of_size: Vec<_> = counted
            .iter()
            .copied()
            .filter(unsaid)
            .filter_map(|s| Some((s, share(s)?)))
            .filter(|(_, share)| asking.passed("", |limit| share.exceeds(limit)).is_some())
            .collect();
        let largest =
            of_size.iter().copied().reduce(|held, next| if next.1.is_more_than(held.1) { next } else { held });
        let Some((saving, share)) = largest else { continue };
        let Some(passed) = asking.passed("", |limit| share.exceeds(limit)) else { continue };
        let more = match of_size.len() - 1 {
            0 => String::new(),
            1 => " (and one more of such a size)".to_owned(),
            n => format!(" (and {n} more of such a size)"),
        };
        let said = say(format!("{}, ", saving.title)).rate(share.rate());
        let said = said.words(format!(
            " of the savings of {}, has no delivery rate{more}: the risk-adjusted run counts it whole",
            asking.year(last)
        ));
        let at = At::of(organisation).in_year(last).of_run(Run::RiskAdjusted).placed(saving.place);
        asking.tells_share(found, at, (share, passed), said);
    }
}
