//! Properties of the steps between two plans, on random small scenarios with random changes.

use std::collections::BTreeMap;

use fundgap::Opened;
use fundgap::analysis::diff::{Difference, Method, Question, difference};
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::{Scene, opened, pence, scene};

fn question(measure: &str, method: Method) -> Question {
    Question { measure: measure.to_owned(), scope: None, method }
}

fn between(a: &Opened, b: &Opened, measure: &str, method: Method) -> Difference {
    difference(a, b, &question(measure, method)).unwrap_or_else(|wrong| panic!("{}", wrong.message))
}

fn opens(scene: &Scene) -> bool {
    fundgap::open(&Origin::StandardInput(scene.text().into_bytes()), &[], &[]).is_ok()
}

/// The scene with some of its items taken out, written as in another scene, or new from there; at most
/// `most` of them. A change that leaves no plan is not made.
fn changed(scene: &Scene, other: &Scene, choices: &[(prop::sample::Index, u8)], most: usize) -> Scene {
    let mut now = scene.clone();
    let free = |header: &str| !header.starts_with("organisation.") && !header.ends_with("_main");
    let mut made = 0;
    for (at, what) in choices {
        if made == most {
            break;
        }
        let mut next = now.clone();
        match what {
            0 => {
                let at = at.index(next.tables.len());
                if free(&next.tables[at].header) && next.tables[at].header != "driver" {
                    next.tables.remove(at);
                }
            }
            1 => {
                let from = &other.tables[at.index(other.tables.len())];
                if free(&from.header) {
                    match next.tables.iter_mut().find(|t| t.header == from.header) {
                        Some(held) => held.keys.clone_from(&from.keys),
                        None => next.tables.push(from.clone()),
                    }
                }
            }
            _ => {
                // Another digit, and nothing else: the usual change.
                let at = at.index(next.tables.len());
                let keys = &mut next.tables[at].keys;
                *keys = if *what == 2 { keys.replacen('1', "2", 1) } else { keys.replace("%\"", "1%\"") };
            }
        }
        if opens(&next) && next.text() != now.text() {
            now = next;
            made += 1;
        }
    }
    now
}

fn pair(most: usize) -> impl Strategy<Value = (Scene, Scene)> {
    let choices = prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4), 1..12);
    (scene(true), scene(true), choices).prop_map(move |(one, other, choices)| {
        let after = changed(&one, &other, &choices, most);
        (one, after)
    })
}

/// The steps and the interaction between the ends add up, and the ends are what the plans show.
fn holds_together(d: &Difference, a: &Opened, b: &Opened) -> Result<(), TestCaseError> {
    for (scope, run, year) in d.frame.slots() {
        let at = |f: &fundgap::analysis::diff::Figures| f.at(scope, run, year);
        let (opening, closing) = (at(&d.opening), at(&d.closing));
        let row = format!("{}/{}", d.frame.scopes[scope].name, d.frame.measure);
        let t = i32::try_from(year).unwrap() + 1;
        prop_assert_eq!(opening, pence(a, run, &row, t), "{} in A", row);
        prop_assert_eq!(closing, pence(b, run, &row, t), "{} in B", row);
        let (Some(opening), Some(closing)) = (opening, closing) else { continue };
        let steps: i128 = d.steps.iter().map(|s| at(&s.effects).unwrap()).sum();
        prop_assert_eq!(opening + steps + at(&d.interaction).unwrap(), closing, "{} {:?} in year {}", row, run, t);
    }
    Ok(())
}

/// The effects of each step by the paths it holds.
fn by_paths(d: &Difference) -> BTreeMap<Vec<String>, Vec<Option<i128>>> {
    let name = |n: &usize| d.pair.changes[*n].path();
    d.steps
        .iter()
        .map(|s| {
            let mut paths: Vec<String> = s.changes.iter().map(name).collect();
            paths.sort();
            (paths, s.effects.values().to_vec())
        })
        .collect()
}

const MEASURES: [&str; 3] = ["gap_after_planned_reserves", "gap_after_reserves", "requirement"];

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(32) })]

    /// A plan and itself differ in nothing.
    #[test]
    fn a_plan_does_not_differ_from_itself(scene in scene(true)) {
        let a = opened(&scene.text());
        for method in [Method::OneAtATime, Method::Shapley] {
            let d = between(&a, &a, MEASURES[0], method);
            prop_assert!(d.pair.changes.is_empty() && d.steps.is_empty() && d.movements(0).is_empty());
            holds_together(&d, &a, &a)?;
        }
    }

    /// Parts add up in every year, run and organisation; backwards the totals turn their sign.
    #[test]
    fn parts_add_up_and_totals_turn((a, b) in pair(6), measure in prop::sample::select(&MEASURES[..])) {
        let (a, b) = (opened(&a.text()), opened(&b.text()));
        let (there, back) =
            (between(&a, &b, measure, Method::OneAtATime), between(&b, &a, measure, Method::OneAtATime));
        holds_together(&there, &a, &b)?;
        holds_together(&back, &b, &a)?;
        for scope in 0..there.frame.scopes.len() {
            for run in Run::BOTH {
                for year in 0..there.frame.years.len() {
                    let turned = back.total().at(scope, run, year).map(|v| -v);
                    prop_assert_eq!(there.total().at(scope, run, year), turned);
                }
            }
        }
        // The same changes are told together, whichever plan comes first.
        prop_assert!(by_paths(&there).keys().eq(by_paths(&back).keys()));
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(16) })]

    /// By Shapley's rule nothing remains, and backwards every step turns its sign.
    #[test]
    fn shapley_steps_turn((a, b) in pair(6)) {
        let (a, b) = (opened(&a.text()), opened(&b.text()));
        let measure = MEASURES[1];
        let (there, back) = (between(&a, &b, measure, Method::Shapley), between(&b, &a, measure, Method::Shapley));
        holds_together(&there, &a, &b)?;
        prop_assert!(there.interaction.is_nought());
        let turned: BTreeMap<_, _> = by_paths(&back)
            .into_iter()
            .map(|(paths, effects)| (paths, effects.into_iter().map(|e| e.map(|e| -e)).collect::<Vec<_>>()))
            .collect();
        prop_assert_eq!(by_paths(&there), turned);
    }
}
