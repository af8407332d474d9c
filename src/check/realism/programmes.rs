//! Rules about funds, pools, prevention and what a plan of several bodies leaves out.

use super::{Asking, At, Found, Level, Quantity, Share, largest, say};
use crate::mechanism::organisation::OrganisationKind;
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Unit};

/// What falls on the bodies when a fund ends.
pub(super) fn cliff(asking: &Asking<'_>, found: &mut Found) {
    for fund in &asking.opened.plan.facts.funds {
        let Some(cliff) = fund.cliff else { continue };
        let results = asking.opened.results.of(Run::Plan);
        let Some(pence) = results.steps(cliff.running_cost.id()).filter(|pence| *pence > 0) else { continue };
        let said = say(format!("{} ends in {}; ", fund.title, fund.last)).pence(pence);
        let said = said.words(format!(" of what it pays has no funding in {}", asking.year(cliff.year)));
        let at = At { t: Some(cliff.year), place: Some(fund.place), ..At::default() };
        asking.tells_pence(found, Level::Red, at, pence, said);
    }
}

/// Pools that do not say who pays an overspend.
pub(super) fn no_rule(asking: &Asking<'_>, found: &mut Found) {
    for pool in asking.opened.plan.facts.pools.iter().filter(|p| p.overspend.is_none()) {
        let at = At { place: Some(pool.place), ..At::default() };
        asking.finds(found, Level::Red, at, say(format!("{}: who pays an overspend is not defined", pool.title)));
    }
}

/// Prevention that pays back faster than any that was measured.
pub(super) fn prevention(asking: &Asking<'_>, found: &mut Found) {
    for prevention in &asking.opened.plan.facts.preventions {
        let Some(rate) = asking.opened.results.of(Run::Plan).steps(prevention.annual_return.id()) else { continue };
        if let Some(passed) = asking.passed("", |limit| rate > limit) {
            let said = say(format!("{} gives back ", prevention.title)).rate(rate);
            let said = said.words(" of what it cost in a year: faster than the evidence shows");
            let of = |steps| Some(Quantity { unit: Unit::Rate, steps });
            asking.tells(found, passed.level, At::default(), (of(rate), of(passed.steps)), said);
        }
    }
}

/// A plan of NHS bodies with no social care in it.
pub(super) fn social_care(asking: &Asking<'_>, found: &mut Found) {
    let plan = &asking.opened.plan;
    let nhs = plan.organisations.iter().filter(|o| o.kind.is_nhs()).count();
    let council = plan.organisations.iter().any(|o| o.kind == OrganisationKind::Council);
    let other = plan.organisations.iter().any(|o| o.kind == OrganisationKind::Other);
    let marked = plan.facts.contributions.iter().any(|c| c.social_care || c.marked.is_some())
        || plan.facts.stated.iter().any(|s| s.social_care);
    if nhs > 0 && !council && !other && !marked {
        let said = say(
            "all bodies of this plan are of the NHS, and nothing in it is social care: the social care gap is not shown",
        );
        asking.finds(found, Level::Red, At::default(), said);
    }
}

/// Beds that are to release nearly all of what they cost on average.
pub(super) fn beds(asking: &Asking<'_>, found: &mut Found) {
    let sheet = &asking.opened.plan.sheet;
    for shift in &asking.opened.plan.facts.shifts {
        let subject = sheet.subject(shift.released.id());
        // Once the site is closed, its estate is released too: then there is nothing to doubt.
        let closes = subject.name.as_ref().and_then(|name| {
            let shift = asking.opened.loaded.tree.table("shift")?.table(name.as_str())?;
            shift.get("site_closes")?.as_text()?.parse::<FinancialYear>().ok()
        });
        let share = |t: i32| {
            if closes.is_some_and(|closes| asking.year(t) >= closes) {
                return None;
            }
            let released = asking.steps(shift.released.id(), t, Run::Plan)?;
            Share::of(Some(released), Some(released + asking.steps(shift.stranded.id(), t, Run::Plan)?))
        };
        let Some((t, share)) = largest(asking.years(), share) else { continue };
        let Some(passed) = asking.passed("", |limit| share.reaches(limit)) else { continue };
        let said = say(format!("{} releases ", shift.title)).rate(share.rate());
        let said = said.words(format!(" of what its beds cost on average in {}", asking.year(t)));
        let at = At { t: Some(t), place: subject.place, ..At::default() };
        asking.tells_share(found, at, (share, passed), said);
    }
}
