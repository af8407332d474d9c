//! Rules about what was delivered before: elsewhere, and by the body itself.

use super::savings::{counted, counted_on};
use super::{Asking, At, Found, Level, Quantity, Sentence, Share, say};
use crate::check::verdict;
use crate::record::reference::Reference;
use crate::record::{Own, Ratio};
use crate::sheet::Run;
use crate::vocabulary::Unit;

/// How many of the published cases came to as much as is counted on.
pub(super) fn reached(said: Sentence, reference: &Reference, share: Share) -> Sentence {
    let found = &reference.statistics;
    let as_much = Ratio::of(share.part, share.whole);
    let reached = found.ratios.iter().filter(|ratio| Some(**ratio) >= as_much).count();
    let said = said.words(format!(
        "of {} published outturns of {} {} came to as much",
        found.counted.len(),
        reference.words(),
        if reached == 0 { "none".to_owned() } else { reached.to_string() }
    ));
    match found.median() {
        Some(median) => said.words(" (median ").rate(median).words(")"),
        None => said,
    }
}

/// Whether more is counted on than the body has delivered.
pub(super) fn above(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if counted(asking, organisation).is_empty() {
            continue;
        }
        let entries = asking.history.of_body(organisation.name.as_str());
        let Some(own) = Own::of(&entries, verdict::prior(asking.opened)) else {
            asking.cannot(found, Some(organisation), "no history given ([history.…] or --history FILE)");
            continue;
        };
        let Some((t, share)) = counted_on(asking, organisation) else { continue };
        let expected = verdict::likely(asking.opened, &counted(asking, organisation), &own, t);
        let above = share.rate() - expected;
        if let Some(passed) = asking.passed("", |limit| above > limit) {
            let years = if own.whole.years == 1 { "one year".to_owned() } else { format!("{} years", own.whole.years) };
            let said = say("the risk-adjusted plan counts on ").rate(share.rate());
            let said = said.words(format!(" of its savings in {}; its own history ", asking.year(t)));
            let said = said.words("(").pence(own.whole.delivered).words(" of ").pence(own.whole.planned);
            let said = said.words(format!(" in {years}) makes ")).rate(expected).words(" likely");
            let rate = |steps| Some(Quantity { unit: Unit::Rate, steps });
            let at = At::of(organisation).in_year(t).of_run(Run::RiskAdjusted);
            asking.tells(found, passed.level, at, (rate(above), rate(passed.steps)), said);
        }
    }
}

/// What was not delivered in the base year, beside the corrections of the base.
pub(super) fn undelivered(asking: &Asking<'_>, found: &mut Found) {
    let plan = &asking.opened.plan;
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        let entries = asking.history.of_body(organisation.name.as_str());
        let of_base = entries.iter().filter(|entry| entry.year == asking.year(0));
        let short: Vec<i128> = of_base.filter_map(|entry| Some(entry.planned - entry.delivered?)).collect();
        if short.is_empty() {
            let why =
                format!("no history of {} given, a forecast will do ([history.…] or --history FILE)", asking.year(0));
            asking.cannot(found, Some(organisation), why);
            continue;
        }
        let own = plan
            .facts
            .items
            .iter()
            .filter(|i| i.kind == "rebase" && i.organisation.as_ref() == Some(&organisation.name));
        let rebased = own.map(|item| asking.steps(item.row.id(), 1, Run::Plan)).sum::<Option<i128>>();
        let Some(rebased) = rebased.map(|pence| pence.max(0)) else {
            asking.cannot(found, Some(organisation), format!("a [rebase] of {} is not published", asking.year(1)));
            continue;
        };
        let short: i128 = short.into_iter().sum();
        let absent = short - rebased;
        if short <= 0 || absent <= 0 {
            continue;
        }
        let said = say("").pence(short).words(format!(" of the savings of {} was not delivered, and ", asking.year(0)));
        let said = if rebased > 0 {
            let said = said.words("only ").pence(rebased).words(" of it is put right in the base of ");
            said.words(format!("{}: ", asking.year(1))).pence(absent).words(" is missing")
        } else {
            said.words(format!("no [rebase] puts the base of {} right", asking.year(1)))
        };
        asking.tells_pence(found, Level::Amber, At::of(organisation).in_year(1), absent, said);
    }
}
