//! Properties of bridges and amendments, on random small scenarios: the steps and both ends agree to the
//! penny.

use std::fmt::Write as _;

use fundgap::Opened;
use fundgap::analysis::amendment::{Change, effects, one_off, touched};
use fundgap::analysis::bridge::{Bridge, End, Part, between, way};
use fundgap::sheet::Run;
use fundgap::vocabulary::Name;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::{YEARS, opened, pence, scene};

fn end(opened: &Opened, t: i32) -> End<'_> {
    End { plan: &opened.plan, results: &opened.results, t }
}

/// Every organisation and view whose gaps add.
fn scopes(opened: &Opened) -> Vec<Name> {
    let views = opened.plan.facts.views.iter().filter(|v| v.not_added.is_none()).map(|v| v.name.clone());
    opened.plan.organisations.iter().map(|o| o.name.clone()).chain(views).collect()
}

/// Still to find at an end; nought in a base year, whose budget was balanced.
fn still_to_find(opened: &Opened, run: Run, scope: &Name, t: i32) -> Option<i128> {
    if t == 0 { Some(0) } else { pence(opened, run, &format!("{scope}/gap_after_planned_reserves"), t) }
}

/// The steps lead from one end to the other, and the items of a step to the step.
fn adds(bridge: &Bridge, from: Option<i128>, to: Option<i128>) -> Result<(), TestCaseError> {
    let (Some(from), Some(to)) = (from, to) else {
        prop_assert_eq!(bridge.unexplained, None);
        return Ok(());
    };
    prop_assert_eq!((bridge.from, bridge.to), (Some(from), Some(to)));
    prop_assert_eq!(bridge.unexplained, None, "{:?}", bridge);
    prop_assert_eq!(from + bridge.steps.iter().map(|s| s.amount.all.unwrap()).sum::<i128>(), to);
    for step in &bridge.steps {
        prop_assert_eq!(step.items.iter().map(|i| i.amount.all.unwrap()).sum::<i128>(), step.amount.all.unwrap());
        let one_off = step.items.iter().map(|i| i.amount.one_off.unwrap()).sum::<i128>();
        prop_assert_eq!(Some(one_off), step.amount.one_off);
    }
    Ok(())
}

/// What a part of the budget moves of the one-off money of its total.
fn one_off(bridge: &Bridge, part: Part) -> i128 {
    bridge.steps.iter().filter(|s| s.part == part).map(|s| s.amount.one_off.unwrap()).sum()
}

fn plan_and_base() -> std::ops::RangeInclusive<i32> {
    0..=i32::try_from(YEARS).unwrap()
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(48) })]

    /// Between any two years, of every body and view, in both runs; and backwards by the same steps.
    #[test]
    fn the_years_of_a_plan_are_bridged_to_the_penny(scene in scene(true)) {
        let plan = opened(&scene.text());
        for (scope, run) in scopes(&plan).iter().flat_map(|s| Run::BOTH.map(|run| (s.clone(), run))) {
            for (a, b) in plan_and_base().flat_map(|a| plan_and_base().map(move |b| (a, b))) {
                let bridge = between(&end(&plan, a), &end(&plan, b), &scope, run);
                adds(&bridge, still_to_find(&plan, run, &scope, a), still_to_find(&plan, run, &scope, b))?;
                let back = between(&end(&plan, b), &end(&plan, a), &scope, run);
                let turned = |b: &Bridge| b.steps.iter().map(|s| -s.amount.all.unwrap()).collect::<Vec<_>>();
                let there = bridge.steps.iter().map(|s| s.amount.all.unwrap()).collect::<Vec<_>>();
                prop_assert_eq!(turned(&back), there);
                for (part, measure, sign) in [
                    (Part::Requirement, "one_off_requirement", 1),
                    (Part::Funding, "one_off_funding", -1),
                    (Part::Savings, "one_off_savings", -1),
                ] {
                    let of = |t| if t == 0 { 0 } else { pence(&plan, run, &format!("{scope}/{measure}"), t).unwrap() };
                    prop_assert_eq!(one_off(&bridge, part), sign * (of(b) - of(a)), "{} {} {}..{}", scope, measure, a, b);
                }
            }
        }
    }

    /// Between two plans, whatever they share; and from a plan to itself there is nothing to say.
    #[test]
    fn two_plans_are_bridged_to_the_penny(a in scene(true), b in scene(true), t in 1..=3_i32, u in 1..=3_i32) {
        let (a, b, again) = (opened(&a.text()), opened(&b.text()), opened(&a.text()));
        for run in Run::BOTH {
            for scope in scopes(&a).into_iter().chain(scopes(&b)) {
                let whole = |o: &Opened, t| {
                    let none = fundgap::analysis::bridge::members(&o.plan, &scope).is_empty();
                    let one = o.plan.organisations.len() == 1 && scope.as_str() == "system";
                    let own = if one { o.plan.organisations[0].name.clone() } else { scope.clone() };
                    if none { Some(0) } else { still_to_find(o, run, &own, t) }
                };
                let bridge = between(&end(&a, t), &end(&b, u), &scope, run);
                adds(&bridge, whole(&a, t), whole(&b, u))?;
                let nothing = between(&end(&a, t), &end(&again, t), &scope, run);
                prop_assert!(nothing.steps.is_empty() && nothing.unexplained.is_none());
            }
        }
    }

    /// What an amendment changes in a body's totals adds up to what it changes in still to find, and what
    /// one-off money pays of recurrent cost is part of what the underlying gap is wider by.
    #[test]
    fn amended_totals_add_up(a in scene(true), b in scene(true)) {
        let (base, amended) = (opened(&a.text()), opened(&b.text()));
        for run in Run::BOTH {
            for effect in effects(&base, &amended, run) {
                for year in effect.years.iter().filter(|y| y.still_to_find.after.is_some()) {
                    let of = |c: Change| c.difference().unwrap();
                    let moved = of(year.requirement) - of(year.funding) - of(year.savings) - of(year.support);
                    prop_assert_eq!(moved - of(year.reserves), of(year.still_to_find));
                    let one_off = of(year.one_off_requirement) - of(year.one_off_funding) - of(year.one_off_savings);
                    prop_assert_eq!(
                        of(year.underlying) + one_off - of(year.support) - of(year.reserves),
                        of(year.still_to_find)
                    );
                }
                for met in one_off::paid(&effect).into_iter().flat_map(|p| p.years) {
                    prop_assert!(0 < met.met && met.met <= met.underlying);
                }
            }
            for same in effects(&base, &base, run) {
                prop_assert!(!same.moves() && same.unbalanced().next().is_none());
            }
        }
        prop_assert!(touched(&base, &base).is_empty());
    }

    /// From the gap before any measure to what is still to find, overlap and reinvestment always there.
    #[test]
    fn measures_lead_to_what_is_still_to_find(scene in scene(true)) {
        let plan = opened(&scene.text());
        for (scope, run) in scopes(&plan).iter().flat_map(|s| Run::BOTH.map(|run| (s.clone(), run))) {
            for t in 1..=i32::try_from(YEARS).unwrap() {
                let way = way(&plan, &scope, t, run).unwrap();
                prop_assert_eq!(way.unexplained, None);
                let whole = way.rungs.iter().position(|r| r.effect.is_none()).unwrap();
                let moved: i128 = way.rungs[whole..].iter().filter(|r| r.effect.is_some()).map(|r| r.moves().unwrap()).sum();
                let last = way.rungs.last().unwrap().amount;
                prop_assert_eq!(Some(way.rungs[whole].amount.unwrap() + moved), last);
                prop_assert_eq!(last, still_to_find(&plan, run, &scope, t));
                for always in ["overlap: savings counted twice", "reinvestment: spent to make the savings"] {
                    prop_assert!(way.rungs.iter().any(|r| r.words == always));
                }
            }
        }
    }
}

/// After thirty years of pennies rounded once a year the steps still agree.
#[test]
fn thirty_years_agree_to_the_penny() {
    let mut text = "[scenario]\ntitle = \"Long\"\nbase_year = \"2025/26\"\nyears = 30\nunit = \"£\"\n\n\
        [organisation.long]\nkind = \"council\"\n\
        [pressure.odd]\namount = { \"2026/27\" = 0.33, \"2031/32\" = 7.77, otherwise = 0 }\nvalues = \"in_year\"\nrecurrent = false\n\
        [funding.grant]\nkind = \"grant\"\nbase = 900.01\ngrowth = \"1.37%\"\nrecurrent = true\n\
        [funding.tax]\nkind = \"council_tax\"\ntax_base = 3.1\nband_d = \"£101.01\"\nincrease = \"2.99%\"\n\
        [saving.scheme]\nfull_year = 33.33\nstart = \"2027-08\"\nramp = 7\nrecurrent = true\ndelivery = \"71%\"\nslippage = 5\n\
        [reserve.general]\nkind = \"general\"\nopening = 1000\nplanned_use = 13.13\n"
        .to_owned();
    for n in 1..9 {
        let _ = write!(text, "[line.l{n}]\nbase = {n}7.{n}3\nprice = \"{n}.37%\"\nvolume = \"1.{n}1%\"\n");
    }
    let plan = opened(&text);
    let scope = &plan.plan.organisations[0].name;
    for run in Run::BOTH {
        for (a, b) in [(0, 30), (1, 30), (7, 29), (30, 3)] {
            let bridge = between(&end(&plan, a), &end(&plan, b), scope, run);
            let sides = (still_to_find(&plan, run, scope, a), still_to_find(&plan, run, scope, b));
            adds(&bridge, sides.0, sides.1).unwrap();
            assert!(bridge.steps.len() > 4);
        }
    }
}
