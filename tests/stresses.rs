//! The library of stresses on every shipped scenario, and what holds for adjustments whatever they are
//! of: no order of files or rules matters, and the library in the program is the one on disk.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{files, root};
use fundgap::scenario::Origin;
use fundgap::scenario::stresses::{STRESSES, Stress};
use fundgap::sheet::Run;
use fundgap::{Opened, Refused};

/// The value of every cell in both runs, by address.
type Cells = BTreeMap<String, (Option<i128>, Option<i128>)>;

fn cells(opened: &Opened) -> Cells {
    let sheet = &opened.plan.sheet;
    let all = sheet.rows().flat_map(|(_, info)| info.cells());
    let of = |run, cell| opened.results.of(run).steps(cell);
    all.map(|c| (sheet.address(c).to_string(), (of(Run::Plan, c), of(Run::RiskAdjusted, c)))).collect()
}

fn open(scenario: &str, layers: &[PathBuf], sets: &[&str]) -> Result<Opened, Box<Refused>> {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    fundgap::open(&Origin::File(root().join(scenario)), layers, &sets)
}

fn exshire(layers: &[PathBuf], sets: &[&str]) -> Cells {
    cells(&open("scenarios/exshire.toml", layers, sets).unwrap_or_else(|refused| panic!("{:?}", refused.wrong)))
}

fn stress(name: &str) -> PathBuf {
    Stress::find(name).unwrap().layer()
}

fn shipped() -> Vec<String> {
    let shown = |path: PathBuf| path.strip_prefix(root()).unwrap().display().to_string();
    files(&root().join("scenarios"), ".toml", false).into_iter().map(shown).collect()
}

#[test]
fn each_changes_a_figure_or_says_what_it_needs() {
    let mut touched = BTreeMap::new();
    for scenario in shipped() {
        let plain = cells(&open(&scenario, &[], &[]).unwrap());
        for stress in STRESSES {
            match open(&scenario, &[stress.layer()], &[]) {
                Ok(opened) => {
                    let changed = opened.loaded.adjusted.all.iter().filter(|a| a.place.file != opened.loaded.root);
                    assert!(changed.clone().any(|a| !a.touched.is_empty()), "{scenario} {}", stress.name);
                    assert_ne!(cells(&opened), plain, "{scenario}: {} changes no figure", stress.name);
                    *touched.entry(stress.name).or_insert(0) += 1;
                }
                Err(refused) => {
                    for told in refused.wrong.sorted() {
                        assert_eq!(told.name, "adjusts_nothing", "{scenario} {}: {}", stress.name, told.message);
                        assert!(told.message.contains("it needs "), "{}", told.message);
                        assert!(told.hints.iter().any(|h| h.contains("there is") || h.contains("has no")), "{told:?}");
                    }
                }
            }
        }
    }
    // Each is of use to some scenario that is shipped.
    assert_eq!(touched.len(), STRESSES.len(), "{touched:?}");
}

#[test]
fn all_together_is_the_others_one_after_another() {
    let each: Vec<PathBuf> = STRESSES.iter().filter(|s| s.name != "all-together").map(Stress::layer).collect();
    let backwards: Vec<PathBuf> = each.iter().rev().cloned().collect();
    for scenario in shipped() {
        let of = |layers: &[PathBuf]| open(&scenario, layers, &[]).map(|opened| cells(&opened)).ok();
        let together = of(&[stress("all-together")]);
        assert_eq!(together, of(&each), "{scenario}");
        assert_eq!(together, of(&backwards), "{scenario}");
    }
}

#[test]
fn what_several_do_to_exshire_adds_where_they_touch_different_things() {
    // Pay, demand and prices drive lines of their own but for adult social care (40m: care, then demand).
    let gap = |cells: &Cells, year: &str| cells[&format!("exshire/gap_before_savings@{year}")].0.unwrap();
    let plain = exshire(&[], &[]);
    let with = |layers: &[PathBuf]| gap(&exshire(layers, &[]), "2026-27") - gap(&plain, "2026-27");
    let (pay, demand, prices) = (stress("pay-plus-1"), stress("demand-plus-1"), stress("inflation-shock"));
    assert_eq!(with(std::slice::from_ref(&pay)), 50_000_000);
    // 40 × 1.04 × 1%.
    assert_eq!(with(std::slice::from_ref(&demand)), 41_600_000);
    // 40 × 4% × 1.02 and 20 × 4%.
    assert_eq!(with(std::slice::from_ref(&prices)), 163_200_000 + 80_000_000);
    assert_eq!(with(&[pay.clone(), demand.clone()]), 50_000_000 + 41_600_000);
    // 40 × (1.08 × 1.03 − 1.04 × 1.02) = 2.064 for care: 0.016 more than the two alone, the growth of the rise.
    assert_eq!(with(&[pay, demand, prices]), 50_000_000 + 206_400_000 + 80_000_000);
}

#[test]
fn the_library_in_the_program_is_the_one_on_disk() {
    let on_disk = files(&root().join("stresses"), ".toml", false);
    assert_eq!(on_disk.len(), STRESSES.len());
    for stress in STRESSES {
        let file = root().join(stress.file);
        assert!(on_disk.contains(&file), "{}", stress.file);
        for scenario in ["scenarios/exshire.toml", "scenarios/reference.toml"] {
            let of = |layer: PathBuf| open(scenario, &[layer], &[]).map(|opened| cells(&opened)).ok();
            assert_eq!(of(stress.layer()), of(file.clone()), "{} on {scenario}", stress.name);
        }
        let about = stress.about();
        assert!(!about.what.is_empty(), "{}", stress.name);
        let house = about.source.is_some_and(|s| s.starts_with("house assumption"));
        assert!(house || stress.name == "all-together", "{} does not say who sets its size", stress.name);
    }
}

#[test]
fn set_comes_after_and_may_set_an_adjustment_before() {
    let pay = [stress("pay-plus-1")];
    let two_points = exshire(&[], &["driver.pay=5%"]);
    assert_eq!(exshire(&pay, &["adjust.pay_plus_1.add=2%"]), two_points);
    assert_eq!(exshire(&pay, &["driver.pay=5%"]), two_points);
    assert_eq!(exshire(&pay, &["driver.pay@2027/28=3%"]), exshire(&[], &["driver.pay=4%", "driver.pay@2027/28=3%"]));
    assert_eq!(exshire(&pay, &["adjust.pay_plus_1.remove=true"]), exshire(&[], &[]));
}

#[test]
fn an_adjusted_figure_keeps_its_places_and_loses_its_range() {
    let opened = open("scenarios/exshire.toml", &[stress("savings-60")], &[]).unwrap();
    let path = "saving.agile_working.delivery";
    let assumption = opened.plan.sheet.assumptions().iter().find(|a| a.path == path).unwrap();
    let sources = &opened.loaded.sources;
    assert_eq!(sources.describe(assumption.place.unwrap()), "stresses/savings-60.toml:6:12");
    let replaced: Vec<&str> = assumption.replaced.iter().map(|place| sources.excerpt(*place)).collect();
    assert_eq!(replaced, [r#"{ likely = "80%", low = "50%", high = "100%" }"#]);
    assert_eq!(assumption.spread, None);
    assert_eq!(assumption.evidence.source.as_deref(), Some("house assumption: 60%"));
}

#[test]
fn a_stress_that_touches_nothing_is_an_error_alone_and_a_warning_beside_another() {
    let scenario = "scenarios/exshire.toml";
    let alone = open(scenario, &[stress("fund-ends-early")], &[]).unwrap_err();
    assert!(alone.wrong.has_errors() && !alone.unreadable);
    let beside = open(scenario, &[stress("fund-ends-early"), stress("pay-plus-1")], &[]).unwrap();
    let warned: Vec<&str> = beside.warnings.sorted().iter().map(|d| d.name).collect();
    assert_eq!(warned, ["adjusts_nothing"]);
}

#[test]
fn a_layer_changes_what_the_adjustments_of_the_scenario_left() {
    // The reference raises the living wage of the pack by a tenth in the first year, 4.1% × 110% = 4.51%; the
    // layer adds four points to that, and to 3.4% + 0.5% of earnings none.
    let opened = open("scenarios/reference.toml", &[stress("inflation-shock")], &[]).unwrap();
    let all = cells(&opened);
    assert_eq!(all["driver/national_living_wage/rate@2026-27"].0, Some(85_100_000));
    assert_eq!(all["driver/obr_earnings/rate@2026-27"].0, Some(39_000_000));
}
