//! Rules about reserves, contingency and the balance of the first year.

use super::{Asking, At, Found, Level, Quantity, say};
use crate::analysis::risk_register::{General, Register};
use crate::mechanism::organisation::{Organisation, OrganisationKind};
use crate::mechanism::reserve::{Pot, ReserveKind};
use crate::scenario::Stage;
use crate::sheet::Run;
use crate::vocabulary::{Measure, Unit};

/// Reserves that pay for what comes back every year.
pub(super) fn for_recurrent(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::GapAfterSavings) {
            continue;
        }
        let used = |t: i32| {
            let recurrent = asking.named(organisation, "underlying_gap_after_savings", t, Run::Plan)?;
            let used = asking.reserves_beyond_one_offs(organisation, t)?.min(recurrent);
            (used > 0).then_some(used)
        };
        let Some(first) = asking.years().find(|t| used(*t).is_some()) else { continue };
        // Two years running, and not less in the second than in the first.
        let kept_up = asking.years().find(|t| used(*t).zip(used(t + 1)).is_some_and(|(now, next)| next >= now));
        let (level, t) = kept_up.map_or((Level::Amber, first), |t| (Level::Red, t));
        let pence = used(t).unwrap_or(0);
        let next = if t < asking.opened.plan.horizon().years() {
            "; it returns in "
        } else {
            "; it returns in the year after, "
        };
        let said = say("reserves fund ").pence(pence).words(format!(
            " of recurrent spending in {}{next}{}{}",
            asking.year(t),
            asking.year(t + 1),
            if level == Level::Red { ", which draws on them again and no less" } else { "" }
        ));
        let at = At::of(organisation).in_year(t).of_run(Run::Plan);
        asking.tells_pence(found, level, at, pence, said);
    }
}

/// General reserves beside the minimum that the scenario gives.
pub(super) fn floor(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations() {
        let pots = asking.opened.plan.facts.pots.iter().filter(|p| p.organisation == organisation.name);
        for pot in pots.filter(|p| p.kind == ReserveKind::General) {
            if pot.minimum.is_none() {
                asking.cannot(found, Some(organisation), format!("policy not given: {} has no `minimum`", pot.title));
            }
            let known = |t: i32| pot.closing.is_none_or(|row| asking.steps(row.id(), t, Run::Plan).is_some());
            if !asking.years().any(known) {
                asking.cannot(found, Some(organisation), format!("the balance of {} is not published", pot.title));
                continue;
            }
            let [plan, risk_adjusted] = Run::BOTH.map(|run| below(asking, pot, run).map(|below| (below, Some(run))));
            let told = match (plan, risk_adjusted) {
                (Some((plan, _)), Some((risk_adjusted, _))) if plan == risk_adjusted => vec![(plan, None)],
                both => [both.0, both.1].into_iter().flatten().collect(),
            };
            for (below, run) in told {
                tell_below(asking, found, organisation, pot, (below, run));
            }
        }
    }
}

/// The first year that a reserve ends below its minimum or below nought, what it holds then, the minimum, and when.
type Below = (i32, i128, i128, &'static str);

fn below(asking: &Asking<'_>, pot: &Pot, run: Run) -> Option<Below> {
    // What is left when what is still to find falls on the reserves, as far as their minimum lets it.
    let walks = [(pot.closing, "after planned use"), (pot.closing_if_nothing_else, "if nothing else is done")];
    walks.into_iter().filter_map(|(walk, when)| Some((walk?, when))).find_map(|(walk, when)| {
        asking.years().find_map(|t| {
            let held = asking.steps(walk.id(), t, run)?;
            let least = pot.minimum.map_or(Some(0), |m| asking.steps(m.id(), t, run))?;
            (held < least || held < 0).then_some((t, held, least, when))
        })
    })
}

fn tell_below(
    asking: &Asking<'_>,
    found: &mut Found,
    organisation: &Organisation,
    pot: &Pot,
    ((t, held, least, when), run): (Below, Option<Run>),
) {
    let level = if held < 0 { Level::Critical } else { Level::Red };
    let whose = run.map_or("both runs", Run::words);
    let said = say(format!("{} is ", pot.title)).pence(held);
    let said = said.words(format!(" at the end of {} {when} ({whose}), below its minimum of ", asking.year(t)));
    let of = |steps| Some(Quantity { unit: Unit::Money, steps });
    let at = At { run, ..At::of(organisation).in_year(t).placed(pot.place) };
    asking.tells(found, level, at, (of(held), of(least)), said.pence(least));
}

/// A council's first year that does not balance.
pub(super) fn first_year(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| o.kind == OrganisationKind::Council) {
        if !asking.is_modelled(organisation) {
            continue;
        }
        let Some(gap) = asking.measure(organisation, Measure::GapAfterPlannedReserves, 1, Run::Plan) else {
            asking.cannot(
                found,
                Some(organisation),
                format!("what is still to find in {} is not published", asking.year(1)),
            );
            continue;
        };
        if gap <= 0 {
            continue;
        }
        let level = if asking.opened.scenario.stage == Stage::Final { Level::Critical } else { Level::Red };
        let said = say(format!("{} does not balance: ", asking.year(1))).pence(gap).words(" is still to find");
        let at = At::of(organisation).in_year(1).of_run(Run::Plan);
        asking.tells_pence(found, level, at, gap, said);
    }
}

/// Nothing held in the first year against what is expected to fail.
pub(super) fn thin_contingency(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::GapAfterSavings) {
            continue;
        }
        let gap = |run| asking.measure(organisation, Measure::GapAfterSavings, 1, run);
        let Some(expected) = gap(Run::RiskAdjusted).zip(gap(Run::Plan)).map(|(risk, plan)| risk - plan) else {
            continue;
        };
        if expected > 0 && asking.contingency(organisation, 1) <= 0 {
            let said =
                say(format!("no contingency in {} against an expected shortfall of savings of ", asking.year(1)));
            let at = At::of(organisation).in_year(1).of_run(Run::RiskAdjusted);
            asking.tells_pence(found, Level::Amber, at, expected, said.pence(expected));
        }
    }
}

/// A reserve that grows while something is still to find.
pub(super) fn grows(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        if asking.lacks(found, organisation, Measure::GapAfterPlannedReserves) {
            continue;
        }
        let pots = asking.opened.plan.facts.pots.iter().filter(|p| p.organisation == organisation.name);
        for pot in pots.filter(|p| matches!(p.kind, ReserveKind::General | ReserveKind::Earmarked)) {
            let Some(paid_in) = pot.contribution else { continue };
            let growing = |t: &i32| {
                let pays = asking.steps(paid_in.id(), *t, Run::Plan).filter(|pence| *pence > 0)?;
                let short = asking.measure(organisation, Measure::GapAfterPlannedReserves, *t, Run::Plan)?;
                (short > 0).then_some((*t, pays, short))
            };
            if let Some((t, pays, short)) = asking.years().find_map(|t| growing(&t)) {
                let said =
                    say("").pence(pays).words(format!(" is paid into {} in {} while ", pot.title, asking.year(t)));
                let at = At::of(organisation).in_year(t).of_run(Run::Plan).placed(pot.place);
                asking.tells_pence(found, Level::Amber, at, pays, said.pence(short).words(" is still to find"));
            }
        }
    }
}

/// A stated minimum beside what the register of risks asks for.
pub(super) fn below_register(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations() {
        let Some(register) = Register::of(asking.opened, organisation) else { continue };
        let general = General::of(asking.opened, &organisation.name);
        let given = |pot: &Pot, t: i32| pot.minimum.and_then(|row| asking.steps(row.id(), t, Run::Plan)).is_some();
        let rests = |t: &i32| {
            let known = |row| asking.steps(row, *t, Run::Plan).is_some();
            general.pots.iter().all(|pot| given(pot, *t))
                && register.risks.iter().all(|risk| known(risk.impact.id()) && known(risk.likelihood.id()))
        };
        let years: Vec<i32> = asking.years().filter(rests).collect();
        if general.pots.is_empty() || years.is_empty() {
            let why =
                "there is no year with a register and a `minimum` of the general reserve to hold beside each other";
            asking.cannot(found, Some(organisation), why.to_owned());
            continue;
        }
        for t in years {
            let asked = match register.asks(t) {
                Ok(asked) => asked.prudent(),
                Err(why) => {
                    asking.cannot(found, Some(organisation), why.words());
                    break;
                }
            };
            let Some(minimum) = general.minimum(t).filter(|minimum| *minimum < asked) else { continue };
            let said = say(format!("the minimum of {} in {} is ", general.titles(), asking.year(t))).pence(minimum);
            let said = said.words(", and the register of risks asks for ").pence(asked).words(" at P90");
            let of = |steps| Some(Quantity { unit: Unit::Money, steps });
            let at = At::of(organisation).in_year(t).of_run(Run::Plan);
            let at = general.pots.first().map_or(at, |pot| at.placed(pot.place));
            asking.tells(found, Level::Amber, at, (of(minimum), of(asked)), said);
            break;
        }
    }
}
