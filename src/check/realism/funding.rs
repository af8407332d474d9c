//! Rules about what is available: council tax, its base, and money with an end.

use super::{Asking, At, Found, Level, Quantity, Share, first_largest, largest, percent, say};
use crate::mechanism::contribution::Recurrence;
use crate::mechanism::funding::FundingFacts;
use crate::mechanism::organisation::Organisation;
use crate::sheet::Run;
use crate::vocabulary::{Measure, Unit};

/// Council tax at or beyond its referendum limit.
pub(super) fn referendum(asking: &Asking<'_>, found: &mut Found) {
    for (organisation, tax) in taxes(asking) {
        let Some(tested) = &tax.referendum else {
            asking.cannot(
                found,
                Some(organisation),
                format!("policy not given: no [referendum_limit.…] speaks of {}", tax.title),
            );
            continue;
        };
        let left = |row, t| asking.steps(row, t, Run::Plan);
        let reached = |t: &i32| {
            let beyond = tested.below_amount.is_none_or(|row| left(row.id(), *t).is_some_and(|left| left < 0));
            if left(tested.below_percentage.id(), *t).is_some_and(|left| left <= 0) && beyond {
                let rise = tax.council_tax.and_then(|tax| tax.rise)?;
                return Some((*t, rise.id(), tested.share.id(), "increase"));
            }
            let core = tested.core.as_ref()?;
            let at_limit = left(core.below.id(), *t).is_some_and(|left| left <= 0);
            at_limit.then_some((*t, core.share.id(), core.limit.id(), "core increase"))
        };
        for (t, rise, limit, what) in asking.years().filter_map(|t| reached(&t)) {
            let (Some(rise), Some(limit)) = (left(rise, t), left(limit, t)) else { continue };
            let said = say(format!("{}: the {what} of ", tax.title)).rate(rise);
            let said = said.words(format!(" in {} reaches the referendum limit of ", asking.year(t))).rate(limit);
            let of = |steps| Some(Quantity { unit: Unit::Rate, steps });
            let at = At::of(organisation).in_year(t).placed(tax.place);
            asking.tells(found, Level::Critical, at, (of(rise), of(limit)), said);
        }
    }
}

/// Growth of the tax base, and the share collected.
pub(super) fn tax_base(asking: &Asking<'_>, found: &mut Found) {
    for (organisation, tax) in taxes(asking) {
        let at = At::of(organisation).placed(tax.place);
        let Some((equivalents, collection)) = tax.council_tax.and_then(|rows| rows.built_up) else {
            let why = format!("{}: Band D equivalents and their collection are not given", tax.title);
            asking.cannot(found, Some(organisation), why);
            continue;
        };
        let steps = |row, t| asking.steps(row, t, Run::Plan);
        let grown = |t: i32| {
            let (before, now) = (steps(equivalents.id(), t - 1)?, steps(equivalents.id(), t)?);
            Share::of(Some(now - before), Some(before))
        };
        let most = largest(asking.years(), grown);
        if let Some((t, share)) = most
            && let Some(passed) = asking.passed("growth", |limit| share.exceeds(limit))
        {
            let said = say(format!("{}: the tax base grows by ", tax.title)).rate(share.rate());
            let said = said.words(format!(" in {}; councils mostly plan for 0.6% to 0.9%", asking.year(t)));
            asking.tells_share(found, at.in_year(t), (share, passed), said);
        }
        let best =
            first_largest(asking.years().filter_map(|t| Some((t, steps(collection.id(), t)?))), |(_, rate)| *rate);
        if let Some((t, rate)) = best
            && let Some(passed) = asking.passed("collection", |limit| rate > limit)
        {
            let said = say(format!("{}: ", tax.title)).rate(rate);
            let said = said.words(format!(" is to be collected in {}, of everything that is ever due", asking.year(t)));
            let of = |steps| Some(Quantity { unit: Unit::Rate, steps });
            asking.tells(found, passed.level, at.in_year(t), (of(rate), of(passed.steps)), said);
        }
    }
}

/// The council taxes of every body.
fn taxes<'a>(asking: &Asking<'a>) -> impl Iterator<Item = (&'a Organisation, &'a FundingFacts)> {
    let plan = &asking.opened.plan;
    let all = plan.facts.funding.iter().filter(|f| f.kind == "council_tax");
    all.filter_map(|f| Some((plan.organisations.iter().find(|o| o.name == f.organisation)?, f)))
}

/// Money that is counted after the year in which it is promised to end.
pub(super) fn after_its_end(asking: &Asking<'_>, found: &mut Found) {
    let plan = &asking.opened.plan;
    for organisation in asking.organisations() {
        for funding in plan.facts.funding.iter().filter(|f| f.organisation == organisation.name) {
            let Some(ends) = funding.ends else { continue };
            let after = |t: &i32| {
                let pence = asking.steps(funding.amount.id(), *t, Run::Plan)?;
                (asking.year(*t) > ends && pence > 0).then_some((*t, pence))
            };
            if let Some((t, pence)) = asking.years().find_map(|t| after(&t)) {
                let said = say(format!("{} ends in {ends}; ", funding.title)).pence(pence);
                let said = said.words(format!(" of it is counted in {}", asking.year(t)));
                let at = At::of(organisation).in_year(t).placed(funding.place);
                asking.tells_pence(found, Level::Red, at, pence, said);
            }
        }
        for duty in plan.facts.duties.iter().filter(|d| d.organisation == organisation.name) {
            let Some(ends) = duty.grant_ends else { continue };
            let after = |t: &i32| {
                let pence = asking.steps(duty.grant.id(), *t, Run::Plan)?;
                (asking.year(*t) > ends && pence > 0).then_some((*t, pence))
            };
            if let Some((t, pence)) = asking.years().find_map(|t| after(&t)) {
                let said = say(format!("the grant for {} is promised to {ends}; ", duty.title)).pence(pence);
                let said = said.words(format!(" of it is counted in {}", asking.year(t)));
                let at = At::of(organisation).in_year(t);
                asking.tells_pence(found, Level::Red, at, pence, said);
            }
        }
    }
}

/// New duties that no grant pays for in full.
pub(super) fn unfunded_duties(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations() {
        for duty in asking.opened.plan.facts.duties.iter().filter(|d| d.organisation == organisation.name) {
            let unfunded = |t: i32| Some((t, asking.steps(duty.unfunded.id(), t, Run::Plan).filter(|p| *p > 0)?));
            let worst = first_largest(asking.years().filter_map(unfunded), |(_, pence)| *pence);
            let Some((t, pence)) = worst else { continue };
            let level = if duty.granted { Level::Amber } else { Level::Red };
            let said = say(format!("{}: ", duty.title)).pence(pence);
            let said = said.words(format!(
                " of its cost in {} is unfunded{}",
                asking.year(t),
                if duty.granted { "" } else { ", and no grant is given for it" }
            ));
            let at = At::of(organisation).in_year(t);
            asking.tells_pence(found, level, at, pence, said);
        }
    }
}

/// The rates of a plan's own pay and prices beside the reference that it draws in.
pub(super) fn prices(asking: &Asking<'_>, found: &mut Found) {
    let sheet = &asking.opened.plan.sheet;
    let rate = |name: &str| sheet.find_row(&format!("driver/{name}/rate"));
    let mut compared = false;
    for (own, reference) in REFERENCES {
        let (Some(row), Some(against)) = (rate(own), rate(reference)) else { continue };
        compared = true;
        let low = |t: i32| {
            let (own, reference) = (asking.steps(row, t, Run::Plan)?, asking.steps(against, t, Run::Plan)?);
            Some((t, own, reference)).filter(|_| own < reference)
        };
        let furthest = first_largest(asking.years().filter_map(low), |(_, own, reference)| reference - own);
        let Some((t, own, reference)) = furthest else {
            continue;
        };
        if let Some(passed) = asking.passed("", |limit| reference - own >= limit) {
            let said = say(format!("{} is assumed to rise by ", sheet.subject(row).title)).rate(own);
            let said = said.words(format!(" in {}; the reference is ", asking.year(t))).rate(reference);
            let of = |steps| Some(Quantity { unit: Unit::Rate, steps });
            let at = At { t: Some(t), place: sheet.subject(row).place, ..At::default() };
            asking.tells(found, passed.level, at, (of(own), of(reference)), said);
        }
    }
    if !compared {
        asking.cannot(
            found,
            None,
            "no published forecast to hold pay and prices against: draw in a pack with `extends` (`obr_earnings` beside `pay`)",
        );
    }
}

/// Drivers as plans call them, and the forecast of a pack each is held against.
const REFERENCES: [(&str, &str); 5] = [
    ("pay", "obr_earnings"),
    ("prices", "obr_cpi"),
    ("cpi", "obr_cpi"),
    ("inflation", "obr_cpi"),
    ("living_wage", "national_living_wage"),
];

/// Half a point, for the table of rules.
pub(super) const HALF_A_POINT: i128 = percent(1) / 2;

/// A first year that balances with money that does not come again, beside reserves.
pub(super) fn one_off_first_year(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::GapAfterPlannedReserves) {
            continue;
        }
        let of = |measure| asking.measure(organisation, measure, 1, Run::Plan);
        let underlying = asking.named(organisation, "underlying_gap_after_savings", 1, Run::Plan);
        let (Some(underlying), Some(left)) = (underlying, of(Measure::GapAfterPlannedReserves)) else { continue };
        // What reserves close is a matter of R08.
        let one_off = underlying - asking.reserves_beyond_one_offs(organisation, 1).unwrap_or(0);
        if left > 0 || one_off <= 0 {
            continue;
        }
        let said = say(format!("{} balances with ", asking.year(1))).pence(one_off);
        let said = said.words(format!(" of one-off money; it is to be found again in {}", asking.year(2)));
        asking.tells_pence(found, Level::Amber, At::of(organisation).in_year(1).of_run(Run::Plan), one_off, said);
    }
}

/// Grants and other funding held in cash at the end of a plan whose needs go on growing.
pub(super) fn held_flat(asking: &Asking<'_>, found: &mut Found) {
    let last = asking.opened.plan.horizon().years();
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o) && last >= 2) {
        let need = |t| asking.measure(organisation, Measure::Requirement, t, Run::Plan);
        let all = asking.measure(organisation, Measure::Funding, last, Run::Plan);
        let facts = &asking.opened.plan.facts;
        // A part is in the funding it is a part of.
        let is_part = |f: &FundingFacts| {
            facts.items.iter().any(|i| i.kind == "funding" && i.name == f.name && (i.memo || i.part_of.is_some()))
        };
        let own = facts.funding.iter().filter(|f| f.organisation == organisation.name && !is_part(f));
        let may_grow = own.filter(|f| f.kind != "council_tax" && f.recurrence != Recurrence::OneOff);
        let flat: Vec<(&FundingFacts, i32, i128)> = may_grow
            .filter_map(|funding| {
                let amount = |t| asking.steps(funding.amount.id(), t, Run::Plan);
                let end = amount(last).filter(|pence| *pence > 0)?;
                let since = (1..=last).rev().take_while(|t| amount(*t) == Some(end)).last()?;
                let grows = need(since).zip(need(last)).is_some_and(|(then, now)| now > then);
                (since < last && grows).then_some((funding, since, end))
            })
            .collect();
        let sum: i128 = flat.iter().map(|(_, _, pence)| pence).sum();
        let largest = first_largest(flat.iter().copied(), |(_, _, pence)| *pence);
        let (Some((funding, since, _)), Some(share)) = (largest, Share::of(Some(sum), all)) else { continue };
        let Some(passed) = asking.passed("", |limit| share.exceeds(limit)) else { continue };
        let (more, they) = match flat.len() - 1 {
            0 => (String::new(), "stands still"),
            1 => (" and one more".to_owned(), "stand still"),
            n => (format!(" and {n} more"), "stand still"),
        };
        let said =
            say(format!("{}{more} {they} from {} on while what is needed grows: ", funding.title, asking.year(since)));
        let said = said.rate(share.rate()).words(format!(" of the funding of {}", asking.year(last)));
        asking.tells_share(found, At::of(organisation).in_year(last).placed(funding.place), (share, passed), said);
    }
}
