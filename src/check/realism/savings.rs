//! Rules about savings: how many, how sure, how late, whose.

use super::{ALL, Asking, At, Found, Level, Quantity, Share, largest, record, say};
use crate::check::verdict;
use crate::mechanism::organisation::Organisation;
use crate::mechanism::saving::SavingFacts;
use crate::sheet::Run;
use crate::vocabulary::{Measure, Unit};

/// The savings of a body that count, and were published.
pub(super) fn counted<'a>(asking: &Asking<'a>, organisation: &'a Organisation) -> Vec<&'a SavingFacts> {
    verdict::savings(asking.opened, organisation)
}

/// New savings of a year beside the budget they are made from.
pub(super) fn scale(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::Requirement) {
            continue;
        }
        let share = |t: i32| {
            let new = asking.named(organisation, "new_savings", t, Run::Plan);
            Share::of(
                new.or_else(|| asking.measure(organisation, Measure::Savings, t, Run::Plan)),
                asking.measure(organisation, Measure::Requirement, t, Run::Plan),
            )
        };
        let worst = largest(asking.years(), share);
        let Some((t, share)) = worst else { continue };
        if let Some(passed) = asking.passed("", |limit| share.exceeds(limit)) {
            let said = say("new savings are ")
                .rate(share.rate())
                .words(format!(" of what is needed in {}; few bodies have delivered more than ", asking.year(t)))
                .rate(passed.steps);
            asking.tells_share(found, At::of(organisation).in_year(t), (share, passed), said);
        }
    }
}

/// What of its planned savings a body counts on in the last year that says so, after what is held against their
/// failure.
pub(super) fn counted_on(asking: &Asking<'_>, organisation: &Organisation) -> Option<(i32, Share)> {
    let assumed = |t: i32| {
        let expected = asking.measure(organisation, Measure::Savings, t, Run::RiskAdjusted)?;
        Share::of(
            Some(expected - asking.contingency(organisation, t)),
            asking.measure(organisation, Measure::Savings, t, Run::Plan),
        )
    };
    asking.years().filter_map(|t| Some((t, assumed(t)?))).last()
}

/// Whether nearly all savings are counted on, after what is held against their failure.
pub(super) fn full_delivery(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::Savings) {
            continue;
        }
        let Some((t, share)) = counted_on(asking, organisation) else { continue };
        if let Some(passed) = asking.passed("", |limit| share.reaches(limit)) {
            let said = say("the risk-adjusted plan counts on ").rate(share.rate());
            let less = if asking.contingency(organisation, t) > 0 { " (less contingency)" } else { "" };
            let said = said.words(format!(" of its savings in {}{less}; ", asking.year(t)));
            let said = record::reached(said, &verdict::reference(asking.opened, organisation), share);
            asking.tells_share(found, At::of(organisation).in_year(t).of_run(Run::RiskAdjusted), (share, passed), said);
        }
    }
}

/// What of the savings is one-off.
pub(super) fn one_off(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::Savings) {
            continue;
        }
        let share = |t: i32| {
            Share::of(
                asking.measure(organisation, Measure::OneOffSavings, t, Run::Plan),
                asking.measure(organisation, Measure::Savings, t, Run::Plan),
            )
        };
        let worst = largest(asking.years(), share);
        let Some((t, share)) = worst else { continue };
        if let Some(passed) = asking.passed("", |limit| share.exceeds(limit)) {
            let said = say("").rate(share.rate()).words(format!(
                " of the savings of {} are one-off and must be found again in {}",
                asking.year(t),
                asking.year(t + 1)
            ));
            asking.tells_share(found, At::of(organisation).in_year(t), (share, passed), said);
        }
    }
}

/// How late savings come.
pub(super) fn back_loading(asking: &Asking<'_>, found: &mut Found) {
    let last = asking.opened.plan.horizon().years();
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o) && last > 1) {
        let of =
            |row: &str| asking.named(organisation, row, 0, Run::Plan).or_else(|| scalar(asking, organisation, row));
        let (Some(index), Some(late)) = (of("back_loading"), of("last_year_share")) else { continue };
        if asking.named(organisation, "new_savings", last, Run::Plan).is_none_or(|pence| pence <= 0) {
            continue;
        }
        let even = ALL / i128::from(last);
        let passed = asking
            .passed("", |limit| index > limit)
            .or_else(|| asking.passed("times an even share", |times| late > even * times / ALL));
        if let Some(passed) = passed {
            let said = say("").rate(late).words(format!(
                " of all new savings fall in {}, the last year (an even share would be ",
                asking.year(last)
            ));
            let said = said.rate(even).words("; back-loading ").rate(index).words(")");
            let (value, limit) =
                if passed.of.is_empty() { (index, passed.steps) } else { (late, even * passed.steps / ALL) };
            let rate = |steps| Some(Quantity { unit: Unit::Rate, steps });
            asking.tells(found, passed.level, At::of(organisation).in_year(last), (rate(value), rate(limit)), said);
        }
    }
}

/// A row without years.
fn scalar(asking: &Asking<'_>, organisation: &Organisation, row: &str) -> Option<i128> {
    let plan = &asking.opened.plan;
    let row = plan.named(&organisation.name, row)?;
    let cell = plan.sheet.row(row).cells().next()?;
    asking.opened.results.of(Run::Plan).steps(cell)
}

/// Savings that nobody has named, and a saving that only closes the gap.
pub(super) fn unidentified(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::Savings) {
            continue;
        }
        let savings = counted(asking, organisation);
        let row = "status_of/unidentified/savings";
        let share = |t: i32| {
            Share::of(
                asking.named(organisation, row, t, Run::Plan),
                asking.measure(organisation, Measure::Savings, t, Run::Plan),
            )
        };
        let first = share(1).and_then(|share| Some((1, share, asking.passed("year 1", |limit| share.exceeds(limit))?)));
        let later = largest(asking.years().skip(1), share);
        let later = later.and_then(|(t, s)| Some((t, s, asking.passed("later years", |limit| s.exceeds(limit))?)));
        for (t, share, passed) in first.into_iter().chain(later) {
            let said = say("").pence(share.part).words(" of the ").pence(share.whole);
            let said = said.words(format!(" of savings in {} have no scheme (", asking.year(t)));
            let said = said.rate(share.rate()).words(")");
            let place =
                savings.iter().find(|s| s.status == Some("unidentified")).map_or(organisation.place, |s| s.place);
            asking.tells_share(found, At::of(organisation).in_year(t).placed(place), (share, passed), said);
        }
        let unnamed: Vec<_> = savings.iter().filter(|s| s.status == Some("unidentified")).collect();
        if let [plug] = unnamed.as_slice()
            && let Some(t) = closes_the_gap(asking, organisation, plug)
        {
            let said = say(format!("{} equals what the other savings leave of the gap, to the penny, in ", plug.title))
                .words(if t == 0 { "every year it has".to_owned() } else { asking.year(t).to_string() })
                .words(": a balancing figure?");
            asking.finds(found, Level::Amber, At::of(organisation).placed(plug.place), said);
        }
    }
}

/// Whether a saving is exactly what is left of the gap in every year it has: 0, or the one such year.
fn closes_the_gap(asking: &Asking<'_>, organisation: &Organisation, saving: &SavingFacts) -> Option<i32> {
    let years: Vec<i32> =
        asking.years().filter(|t| asking.steps(saving.in_year.id(), *t, Run::Plan).is_some_and(|p| p > 0)).collect();
    let closes = |t: &i32| asking.measure(organisation, Measure::GapAfterPlannedReserves, *t, Run::Plan) == Some(0);
    match years.as_slice() {
        [] => None,
        [only] => closes(only).then_some(*only),
        all => all.iter().all(closes).then_some(0),
    }
}

/// The largest scheme among all.
pub(super) fn concentration(asking: &Asking<'_>, found: &mut Found) {
    let last = asking.opened.plan.horizon().years();
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::Savings) {
            continue;
        }
        let savings = counted(asking, organisation);
        let of = |s: &&&SavingFacts| asking.steps(s.in_year.id(), last, Run::Plan);
        let named = savings.iter().filter(|s| s.status != Some("unidentified"));
        let Some(largest) = named.filter(|s| of(s).is_some()).max_by_key(|s| of(s)) else { continue };
        let share = Share::of(of(&largest), asking.measure(organisation, Measure::Savings, last, Run::Plan));
        // One saving alone is the plan, not a concentration in it.
        let Some(share) = share.filter(|_| savings.len() > 1) else { continue };
        if let Some(passed) = asking.passed("", |limit| share.exceeds(limit)) {
            let said = say(format!("{} is ", largest.title)).rate(share.rate());
            let said =
                said.words(format!(" of the savings of {}: the plan stands or falls with it", asking.year(last)));
            asking.tells_share(found, At::of(organisation).in_year(last).placed(largest.place), (share, passed), said);
        }
    }
}

/// Savings that are income.
pub(super) fn income(asking: &Asking<'_>, found: &mut Found) {
    let last = asking.opened.plan.horizon().years();
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        let savings = counted(asking, organisation);
        if savings.is_empty() {
            continue;
        }
        if savings.iter().all(|s| s.class.is_none()) {
            asking.cannot(found, Some(organisation), "no saving says its `class`");
            continue;
        }
        let is_income =
            |s: &&&SavingFacts| s.class.as_deref().is_some_and(|class| class.to_lowercase().contains("income"));
        let part = savings.iter().filter(is_income).filter_map(|s| asking.steps(s.in_year.id(), last, Run::Plan)).sum();
        let share = Share::of(Some(part), asking.measure(organisation, Measure::Savings, last, Run::Plan));
        let Some(share) = share else { continue };
        if let Some(passed) = asking.passed("", |limit| share.exceeds(limit)) {
            let said = say("").rate(share.rate()).words(format!(
                " of the savings of {} are income, which depends on what others choose to buy",
                asking.year(last)
            ));
            asking.tells_share(found, At::of(organisation).in_year(last), (share, passed), said);
        }
    }
}

/// What several savings claim of one line.
pub(super) fn overlap(asking: &Asking<'_>, found: &mut Found) {
    let sheet = &asking.opened.plan.sheet;
    for organisation in asking.organisations() {
        let own = sheet.rows().map(|(row, _)| row).filter(|row| {
            let subject = sheet.subject(*row);
            sheet.row(*row).measure == "overlap"
                && subject.kind == "line"
                && subject.organisation.as_ref() == Some(&organisation.name)
        });
        for row in own {
            let over =
                asking.years().find_map(|t| Some((t, asking.steps(row, t, Run::Plan).filter(|pence| *pence > 0)?)));
            if let Some((t, pence)) = over {
                let subject = sheet.subject(row);
                let said = say(format!("savings on {} claim ", subject.title)).pence(pence);
                let said = said.words(format!(" more in {} than the share of it that can be reached", asking.year(t)));
                let at = At::of(organisation).in_year(t).placed(subject.place.unwrap_or(organisation.place));
                asking.tells_pence(found, Level::Critical, at, pence, said);
            }
        }
    }
}

/// Changes of service and technology with no cost to make them.
pub(super) fn no_cost(asking: &Asking<'_>, found: &mut Found) {
    let facts = &asking.opened.plan.facts;
    for organisation in asking.organisations() {
        let savings = counted(asking, organisation);
        if savings.is_empty() {
            continue;
        }
        if savings.iter().all(|s| s.class.is_none()) {
            asking.cannot(found, Some(organisation), "no saving says its `class`");
            continue;
        }
        let costs = |s: &SavingFacts| {
            let own = facts.contributions.iter().filter(|c| c.item == ("saving", s.name.clone()));
            own.into_iter().any(|c| asking.opened.plan.sheet.row(c.row.id()).measure.starts_with("cost_to_achieve"))
        };
        for saving in savings.iter().filter(|s| s.class.as_deref().is_some_and(changes_service) && !costs(s)) {
            let said = say(format!("{} changes a service and has no cost to achieve", saving.title));
            asking.finds(found, Level::Amber, At::of(organisation).placed(saving.place), said);
        }
    }
}

/// Whether savings of a class need something done before they save.
pub(super) fn changes_service(class: &str) -> bool {
    let class = class.to_lowercase();
    ["service change", "transformation", "digital", "redesign", "technology"].iter().any(|word| class.contains(word))
}
