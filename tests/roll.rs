//! Rolling forward: next year's plan is the old one with nothing moved but time. Figures worked by hand.

mod common;
#[path = "roll/several.rs"]
mod several;

use std::fs;
use std::path::{Path, PathBuf};

use common::Folder;
use fundgap::Opened;
use fundgap::check::expectation::find_cell;
use fundgap::output::message::render_all;
use fundgap::roll::{Ask, CannotRoll, Cause, Rolled, What, roll};
use fundgap::scenario::Origin;
use fundgap::scenario::actuals::Actuals;
use fundgap::sheet::Run;
use fundgap::vocabulary::Measure;
use proptest::prelude::*;
use proptest::test_runner::Config;

fn open(file: &str) -> Opened {
    let refused = |r: &fundgap::Refused| panic!("{}", render_all(&r.wrong, &r.sources, false));
    fundgap::open(&Origin::File(PathBuf::from(file)), &[], &[]).unwrap_or_else(|r| refused(&r))
}

fn open_text(text: &str) -> Opened {
    let refused = |r: &fundgap::Refused| panic!("{}\n{text}", render_all(&r.wrong, &r.sources, false));
    fundgap::open(&Origin::StandardInput(text.into()), &[], &[]).unwrap_or_else(|r| refused(&r))
}

fn ask() -> Ask {
    Ask { to: None, years: None, hold: false, written: PathBuf::from("next.toml"), here: PathBuf::new(), actuals: None }
}

fn rolled(old: &Opened, ask: &Ask) -> Rolled {
    match roll(old, ask) {
        Ok(rolled) => rolled,
        Err(CannotRoll::Plan { message, .. }) => panic!("{message}"),
        Err(CannotRoll::Refused(r)) => panic!("{}", render_all(&r.wrong, &r.sources, false)),
    }
}

/// A cell in pence; none when not published.
fn pence(opened: &Opened, address: &str, run: Run) -> Option<i128> {
    let cell = find_cell(&opened.plan, address).unwrap_or_else(|d| panic!("{address}: {}", d.message));
    opened.results.of(run).steps(cell)
}

/// Thousands of pounds of the plan, as printed in the worked examples; rounded half away from zero.
fn thousands(opened: &Opened, address: &str) -> Option<i128> {
    pence(opened, address, Run::Plan).map(|p| (p.abs() + 50_000) / 100_000 * p.signum())
}

/// What of a measure differs in the plan run, year by year, in pence.
fn differences(rolled: &Rolled, measure: Measure, run: Run) -> Vec<Option<i128>> {
    let of = rolled.agreement.iter().find(|a| a.measure == measure && a.run == run).expect("the measure is held");
    of.years.iter().map(|y| y.before.zip(y.after).map(|(before, after)| after - before)).collect()
}

fn listed(rolled: &Rolled, what: What) -> Vec<&str> {
    rolled.looks.iter().filter(|l| l.what == what).map(|l| l.path.as_str()).collect()
}

/// EX-13.1 rolled to 2026/27. The base is the recurrent closing of 2026/27: pay 50 + 3% = 51.500, care
/// 40 + 1.600 + 0.832 = 42.432, non-pay 20.400, fees 10.300; growth 0.5 and capital financing 0.3 in cash;
/// half of saving A's 1.2 is made. 51.500 + 42.432 + 20.400 − 10.300 + 0.800 − 0.600 = 104.232, which is
/// the requirement of 105.232 less the one-off growth of 0.400 and the 0.600 saved.
#[test]
fn exshire_keeps_full_year_effects_and_loses_one_offs() {
    let old = open("scenarios/exshire.toml");
    let new = rolled(&old, &ask());
    let text = &new.files[0].1;
    for figure in ["base    = 51.5 ", "base        = 42.432 ", "base    = 20.4 ", "base    = 10.3 "] {
        assert!(text.contains(figure), "{figure}\n{text}");
    }
    let line = |name: &str| thousands(&new.opened, &format!("exshire/line/{name}/closing@2026/27"));
    assert_eq!(line("growth_in_base"), Some(800));
    assert_eq!(line("corporate_pay_savings_in_base"), Some(-600));
    assert_eq!(thousands(&new.opened, "exshire/requirement@2026/27"), Some(104_232));
    // One-offs are gone; B has not begun and stays.
    assert!(!text.contains("pressure.transition]") && !text.contains("saving.underspend]"), "{text}");
    assert!(text.contains("[saving.home_first]"));
    // A brings the other half in 2027/28 and no more after it; B its 1.0.
    let saved = |year: &str, name: &str| thousands(&new.opened, &format!("exshire/saving/{name}/in_year@{year}"));
    assert_eq!((saved("2027/28", "agile_working"), saved("2028/29", "agile_working")), (Some(600), Some(600)));
    assert_eq!(saved("2027/28", "home_first"), Some(1_000));
    // Both are measured against the same funding: what is still to find after savings is what it was.
    assert_eq!(thousands(&new.opened, "exshire/gap_after_savings@2027/28"), Some(2_656));
    assert_eq!(thousands(&new.opened, "exshire/gap_after_savings@2028/29"), Some(5_282));
    assert_eq!(differences(&new, Measure::GapAfterSavings, Run::Plan), [Some(0), Some(0)]);
    assert_eq!(differences(&new, Measure::GapAfterPlannedReserves, Run::Plan), [Some(0), Some(0)]);
    assert_eq!(differences(&new, Measure::Savings, Run::Plan), [Some(-60_000_000); 2]);
    assert_eq!(differences(&new, Measure::Requirement, Run::Plan), [Some(-60_000_000); 2]);
    // Risk-adjusted: A's 0.600 is in the base and a fact; of the 0.600 still to come 80%, 0.480, so 1.080 in all.
    // B not begun: 1.0 × 75% = 0.750. In the old plan A came to 1.2 × 80% = 0.960: the gap narrows by 0.120, the
    // 20% of the 0.600 that is no longer at risk.
    let risked = |name: &str, year: &str| {
        pence(&new.opened, &format!("exshire/saving/{name}/in_year@{year}"), Run::RiskAdjusted)
    };
    assert_eq!(risked("agile_working", "2027/28"), Some(48_000_000));
    assert_eq!(risked("agile_working", "2028/29"), Some(48_000_000));
    assert_eq!(risked("home_first", "2027/28"), Some(75_000_000));
    assert_eq!(differences(&new, Measure::Savings, Run::RiskAdjusted), [Some(-48_000_000); 2]);
    assert_eq!(differences(&new, Measure::GapAfterSavings, Run::RiskAdjusted), [Some(-12_000_000); 2]);
    assert!(text.contains("slippage  = 0 "), "{text}");
    // What of 2026/27 was at risk and is not any more: 0.600 less 0.160.
    let slips = new.looks.iter().find(|l| l.path == "saving.agile_working.slippage").expect("told");
    assert_eq!((slips.what, slips.pence), (What::Check, Some(44_000_000)));
    let causes: i128 = new
        .agreement
        .iter()
        .flat_map(|a| &a.years)
        .flat_map(|y| &y.causes)
        .filter(|(c, _)| *c == Cause::Other)
        .map(|(_, p)| p.abs())
        .sum();
    assert_eq!(causes, 0, "every difference has a cause");
    // Reserves: 4.0 less the planned 1.0; the general reserve untouched.
    let opening = |name: &str| thousands(&new.opened, &format!("exshire/reserve/{name}/opening@2027/28"));
    assert_eq!((opening("smoothing"), opening("general")), (Some(3_000), Some(6_000)));
    // The new year has no funding and no planned use of reserves until somebody gives them.
    assert_eq!(pence(&new.opened, "exshire/gap_after_savings@2029/30", Run::Plan), None);
    let wanted = listed(&new, What::Wanted);
    assert_eq!(wanted, ["funding.settlement_and_tax.amount", "reserve.smoothing.planned_use", "scenario.version"],);
    // The ends of a range move on with its figure; an end must be a value, so that of the new year is held.
    assert!(text.contains("low    = [104.0, 105.6, 105.6]"), "{text}");
    let gone = listed(&new, What::Gone);
    assert!(gone.contains(&"pressure.transition") && gone.contains(&"saving.underspend"), "{gone:?}");
    assert!(
        new.looks
            .iter()
            .filter(|l| l.path.starts_with("saving.agile"))
            .all(|l| l.place.starts_with("scenarios/exshire.toml:"))
    );
    // What the file says of itself.
    let version = new.opened.scenario.version.as_ref().unwrap();
    assert_eq!(version.name, "Worked example, rolled to 2026/27");
    assert_eq!(version.supersedes.as_deref(), Some("scenarios/exshire.toml"));
    assert_eq!(new.opened.scenario.title, "Exshire County Council: medium-term plan 2027/28 to 2029/30");
    assert!(text.contains("# what care costs more each year"), "comments stay");
}

/// A saving of 1.2 from April 2026 that ends with 2027/28 has 1.2 in the base of 2026/27: it is given back in
/// full in 2028/29, risk-adjusted too. One of 0.6, 1.0, then 0.2 has 0.6 in the base and brings 0.4, then −0.4:
/// risk-adjusted at 50% that is 0.2, then −0.2, which is 0.2 more than planned and is told.
#[test]
fn what_is_given_back_is_given_back_in_full() {
    let old = open_text(
        r#"
[scenario]
title = "Given back"
base_year = "2025/26"
years = 3
unit = "£m"
[organisation.alpha]
kind = "council"
[line.a]
base = 10
[funding.all]
kind = "other"
base = 10
growth = "0%"
recurrent = true
[saving.ends]
full_year = 1.2
start = "2026-04"
end = "2028-03"
recurrent = true
delivery = "50%"
slippage = 3
[saving.mixed]
amount = { "2026/27" = 0.6, "2027/28" = 1.0, then = 0.2 }
values = "in_year"
recurrent = true
delivery = "50%"
"#,
    );
    let new = rolled(&old, &ask());
    let saved = |name: &str, year: &str, run| pence(&new.opened, &format!("alpha/saving/{name}/in_year@{year}"), run);
    assert_eq!(saved("ends", "2028/29", Run::Plan), Some(-120_000_000));
    assert_eq!(saved("ends", "2028/29", Run::RiskAdjusted), Some(-120_000_000));
    assert_eq!(saved("mixed", "2027/28", Run::RiskAdjusted), Some(20_000_000));
    assert_eq!(saved("mixed", "2028/29", Run::RiskAdjusted), Some(-20_000_000));
    let told = new.looks.iter().find(|l| l.path == "saving.mixed" && l.words.contains("2028/29")).expect("told");
    assert_eq!((told.what, told.pence), (What::Check, Some(20_000_000)));
}

/// Gateshead rolled to 2025/26. The approved budget: funding 307.323 and reserves 8.500, 315.823. In the file:
/// 306.277 brought forward, −3.834 adjustments + 2.104 inflation + 16.100 other pressures in cash, 4.824 saved:
/// 306.277 + 14.370 − 4.824 = 315.823. The published base of 2026/27, 338.095, is restated by the 4.824.
#[test]
fn gateshead_balances_in_every_year_as_published() {
    let old = open("scenarios/gateshead-2025-30.toml");
    let new = rolled(&old, &ask());
    let at = |address: &str| thousands(&new.opened, &format!("gateshead/{address}"));
    assert_eq!(at("line/base/closing@2025/26"), Some(306_277));
    assert_eq!(at("line/growth_in_base/closing@2025/26"), Some(14_370));
    assert_eq!(at("line/savings_in_base/closing@2025/26"), Some(-4_824));
    assert_eq!(at("requirement@2025/26"), Some(315_823));
    assert_eq!(at("requirement@2026/27"), Some(333_271));
    // 338.095 − 306.277 + 3.834 − (2.104 + 1.111) − 0.298 = 32.139 so far, of which 16.100 is in the base.
    assert_eq!(at("pressure/other_pressures/in_year@2026/27"), Some(16_039));
    // Options as printed: what each adds in the year.
    assert_eq!(at("annual_savings@2026/27"), Some(14_223));
    assert_eq!(at("annual_savings@2027/28"), Some(10_969));
    for year in ["2026/27", "2027/28", "2028/29", "2029/30"] {
        assert_eq!(at(&format!("gap_after_planned_reserves@{year}")), Some(0), "{year}");
    }
    assert_eq!(at("planned_reserve_use@2026/27"), Some(4_000));
    assert_eq!(differences(&new, Measure::GapAfterSavings, Run::Plan), [Some(0); 4]);
    assert_eq!(differences(&new, Measure::GapBeforeSavings, Run::Plan), [Some(-482_400_000); 4]);
    let wanted = listed(&new, What::Wanted);
    for path in [
        "funding.estimated_funding.amount",
        "pressure.general_inflation.amount",
        "pressure.other_pressures.balance_to.values",
    ] {
        assert!(wanted.contains(&path), "{path}: {wanted:?}");
    }
    assert!(listed(&new, What::Check).contains(&"pressure.other_pressures.balance_to"));
    // Expectations of 2025/26 are gone, and those of later years that are restated; the others hold.
    assert!(!new.opened.scenario.expectations.iter().any(|e| e.cell.ends_with("2025/26")));
    assert!(new.opened.scenario.expectations.iter().any(|e| e.cell == "gateshead/gap_after_planned_reserves@2028/29"));
}

/// Gateshead with 1.095 of the 2.095 of efficiencies delivered: 1.000 goes back into the base. The estimated base
/// of 2026/27 is published, so that the pressure that makes up to it is 16.039 − 1.000 = 15.039, and the gap
/// stays nought: told by year. With the pressure at its old value the gap is 1.000.
#[test]
fn a_balancing_pressure_tells_what_it_absorbs() {
    let old = open("scenarios/gateshead-2025-30.toml");
    let folder = Folder::new("roll-absorbed");
    let file = folder.write(
        "actuals.csv",
        "item,figure,value\nactuals,year,2025/26\nactuals,unit,£m\nsaving.budget_efficiencies,delivered,1.095\n",
    );
    let actuals = Actuals::read(&file, &old.scenario).unwrap_or_else(|_| panic!("read"));
    let new = rolled(&old, &Ask { actuals: Some(actuals), ..ask() });
    let other = |plan: &Opened| thousands(plan, "gateshead/pressure/other_pressures/in_year@2026/27");
    assert_eq!(other(&new.opened), Some(15_039));
    assert_eq!(differences(&new, Measure::GapAfterSavings, Run::Plan), [Some(0); 4]);
    let told: Vec<&str> = new
        .looks
        .iter()
        .filter(|l| l.what == What::Check && l.path == "pressure.other_pressures.balance_to")
        .map(|l| l.words.as_str())
        .collect();
    let year = "in 2026/27 it is £15.039m instead of £16.039m: it takes in what the actuals change (£1m of \
                `saving.budget_efficiencies` that was not delivered), and the gap does not show it";
    assert!(told.contains(&year), "{told:#?}");
    assert_eq!(told.iter().filter(|words| words.contains("instead of")).count(), 4);
    let words = told.iter().find(|words| words.contains("amount =")).expect("what to type");
    let amount = words.split("`balance_to`: ").nth(1).unwrap().replace(" with ", "\n");
    // What is to be typed, typed.
    let text = &new.files[0].1;
    let line = text.lines().find(|line| line.starts_with("balance_to")).unwrap();
    let again = open_text(&text.replace(line, &amount));
    for year in ["2026/27", "2027/28", "2028/29", "2029/30"] {
        assert_eq!(thousands(&again, &format!("gateshead/gap_after_planned_reserves@{year}")), Some(1_000), "{year}");
    }
}

/// A's 1.2 from October: 0.600 planned for 2026/27. 0.400 was delivered for good, 0.200 by a one-off: 0.200
/// goes back into the base, and the gap after savings of every later year is 0.200 wider. Pay came to 51.000
/// instead of 50.900 (51.500 less 0.600 saved): the 0.100 is the 0.200 not delivered less the 0.200 substitute,
/// so 0.100 of it is an overspend of its own, priced with pay: 0.103, then 0.106.
#[test]
fn what_was_not_delivered_for_good_goes_back_into_the_base() {
    let old = open("scenarios/exshire.toml");
    let actuals = Actuals::read(Path::new("tests/roll/exshire-actuals.toml"), &old.scenario);
    let actuals = actuals.unwrap_or_else(|_| panic!("the actuals are read"));
    let csv = Actuals::read(Path::new("tests/roll/exshire-actuals.csv"), &old.scenario);
    let csv = csv.unwrap_or_else(|_| panic!("the actuals are read from CSV"));
    assert_eq!(csv.get("saving", "agile_working", "delivered").map(|a| a.steps), Some(40_000_000));
    let new = rolled(&old, &Ask { actuals: Some(actuals), ..ask() });
    let rebase = |name: &str, year: &str| thousands(&new.opened, &format!("exshire/rebase/{name}/in_base@{year}"));
    assert_eq!(rebase("agile_working_undelivered", "2027/28"), Some(200));
    assert_eq!(rebase("agile_working_undelivered", "2029/30"), Some(200));
    assert_eq!(rebase("pay_outturn", "2027/28"), Some(100));
    // 0.200 + 0.100 × 1.03 = 0.303; and 0.200 + 0.103 × 1.03 = 0.30609.
    assert_eq!(differences(&new, Measure::GapAfterSavings, Run::Plan), [Some(30_300_000), Some(30_609_000)]);
    // The general reserve closed at 5.8, and is opened with it.
    assert_eq!(thousands(&new.opened, "exshire/reserve/general/opening@2027/28"), Some(5_800));
    let text = &new.files[0].1;
    assert!(text.contains("reason = \"programme began two months late\""), "{text}");
    assert!(listed(&new, What::NotActual).contains(&"reserve.smoothing.opening"));
    assert!(!listed(&new, What::NotActual).contains(&"reserve.general.opening"));
}

#[test]
fn names_in_the_actuals_are_looked_up() {
    let old = open("scenarios/exshire.toml");
    let Err(fundgap::scenario::LoadFailure::Invalid(wrong, sources)) =
        Actuals::read(Path::new("tests/roll/wrong-actuals.toml"), &old.scenario)
    else {
        panic!("unknown names are refused")
    };
    let told = render_all(&wrong, &sources, false);
    for part in [
        "did you mean `saving.agile_working`?",
        "did you mean `closing`?",
        "there are no actuals of `pressure.growth`",
        "wrong-actuals.toml:5",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

/// No saving counts for more risk-adjusted than planned that did not before.
fn over_planned(old: &Opened, new: &Rolled, path: &Path) {
    let shortfalls = |plan: &Opened, name: &fundgap::vocabulary::Name| -> Vec<Option<i128>> {
        let saving = plan.plan.facts.savings.iter().find(|s| s.name == *name);
        let row = saving.and_then(|s| s.shortfall).map(|row| row.id());
        let of = |t| plan.plan.pence(plan.results.of(Run::RiskAdjusted), row?, t);
        plan.plan.horizon().plan().map(of).collect()
    };
    let below = |all: &[Option<i128>]| all.iter().flatten().any(|short| *short < 0);
    for saving in &new.opened.plan.facts.savings {
        let after = shortfalls(&new.opened, &saving.name);
        assert!(!below(&after) || below(&shortfalls(old, &saving.name)), "{} {}", path.display(), saving.name);
    }
}

/// Every shipped scenario rolls, opens, and finds the same after savings in every year of the plan; or says why not.
#[test]
fn every_shipped_scenario_rolls_or_says_why_not() {
    let mut rolled_files = Vec::new();
    let mut refused = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir("scenarios").unwrap().map(|e| e.unwrap().path()).collect();
    files.extend(["examples/amendments/midshire.toml".into(), "tests/cli/agreed.toml".into()]);
    files.sort();
    for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        let before = fs::read(path).unwrap();
        let old = open(&path.to_string_lossy());
        for hold in [false, true] {
            match roll(&old, &Ask { hold, ..ask() }) {
                Ok(new) => {
                    for a in
                        new.agreement.iter().filter(|a| a.run == Run::Plan && a.measure == Measure::GapAfterSavings)
                    {
                        for y in &a.years {
                            let both = y.before.zip(y.after);
                            assert!(
                                both.is_none_or(|(b, a)| b == a),
                                "{} {} {}: {both:?}",
                                path.display(),
                                a.scope,
                                y.year
                            );
                            assert_eq!(y.before.is_some(), y.after.is_some(), "{} {}", path.display(), y.year);
                        }
                    }
                    over_planned(&old, &new, path);
                    if !hold {
                        rolled_files.push(path.file_name().unwrap().to_string_lossy().into_owned());
                    }
                }
                Err(CannotRoll::Plan { message, .. }) => {
                    if !hold {
                        refused.push((path.file_name().unwrap().to_string_lossy().into_owned(), message));
                    }
                }
                Err(CannotRoll::Refused(r)) => {
                    panic!("{}: {}", path.display(), render_all(&r.wrong, &r.sources, false))
                }
            }
        }
        assert_eq!(fs::read(path).unwrap(), before, "rolling never writes over what it reads");
    }
    let expected = [
        "agreed.toml",
        "exshire.toml",
        "gateshead-2025-30.toml",
        "lancashire-2026-29-cabinet.toml",
        "lancashire-2026-29.toml",
        "midshire.toml",
    ];
    rolled_files.sort();
    assert_eq!(rolled_files, expected);
    // The README names them.
    let stated: Vec<&str> = refused.iter().filter(|(_, why)| why.contains("stated")).map(|(f, _)| f.as_str()).collect();
    let named = [
        "birmingham-solihull-2016-21-if-even.toml",
        "birmingham-solihull-2016-21.toml",
        "cheshire-merseyside-2016-21.toml",
        "england-2016-21.toml",
        "greater-manchester-2016-21.toml",
        "leicester-leicestershire-rutland-2014.toml",
        "leicester-leicestershire-rutland-2016-21.toml",
        "norfolk-waveney-2016-21.toml",
        "nottinghamshire-2016-21.toml",
    ];
    assert_eq!(stated, named);
    for (file, why) in &refused {
        assert!(why.contains("stated") || why.contains("no [line.…]") || why.contains("adjust"), "{file}: {why}");
    }
}

/// The reference scenario holds every key of the language: without its adjustments, which are refused, it rolls.
#[test]
fn every_key_of_the_language_rolls() {
    let text = fs::read_to_string("scenarios/reference.toml").unwrap();
    let mut adjusting = false;
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| {
            if line.starts_with('[') {
                adjusting = line.starts_with("[adjust.");
            }
            !adjusting
        })
        .collect();
    let file = Path::new("scenarios/plan.toml").to_owned();
    let files = fundgap::scenario::Overlaid::new([(file.clone(), kept.join("\n"))]);
    let origin = Origin::Kept(file, std::sync::Arc::new(files));
    let old =
        fundgap::open(&origin, &[], &[]).unwrap_or_else(|r| panic!("{}", render_all(&r.wrong, &r.sources, false)));
    let new = rolled(&old, &Ask { written: PathBuf::from("scenarios/next.toml"), ..ask() });
    let mut wrong = String::new();
    for a in new.agreement.iter().filter(|a| a.run == Run::Plan && a.scope.as_str() != "system") {
        for y in &a.years {
            let other: i128 = y.causes.iter().filter(|(c, _)| *c == Cause::Other).map(|(_, p)| p.abs()).sum();
            if other > 2 {
                wrong.push_str(&format!(
                    "{} {} {}: {:?} {:?} {other}\n",
                    a.scope,
                    a.measure.code(),
                    y.year,
                    y.before,
                    y.after
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    // The line list is written anew beside it, and the pack stays where it is.
    let names: Vec<String> = new.files.iter().map(|(p, _)| p.display().to_string()).collect();
    assert!(names.iter().any(|n| n == "scenarios/next-reference-lines.csv"), "{names:?}");
    assert!(new.files[0].1.contains("../packs/england-2026-27.toml"));
}

fn small(pay: u32, growth: u32, base: u32, years: u32) -> String {
    format!(
        r#"
[scenario]
title = "Random"
base_year = "2025/26"
years = {years}
unit = "£"
[organisation.alpha]
kind = "council"
[driver]
pay = "{}.{:02}%"
prices = {{ rate = "2.5%", from = "09" }}
[line.staff]
base = {base}
price = "pay"
volume = "0.5%"
[line.supplies]
base = 40000
price = "prices"
[line.fees]
kind = "income"
base = 9000
price = "3%"
[funding.all]
kind = "other"
base = 120000
growth = "{}.{:02}%"
recurrent = true
"#,
        pay / 100,
        pay % 100,
        growth / 100,
        growth % 100
    )
}

proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    /// Rolling a plan of recurrent lines and drivers twice is rolling it by two years, and neither moves a penny
    /// of the years that are left.
    #[test]
    fn twice_by_one_year_is_once_by_two(pay in 0_u32..900, growth in 0_u32..900, base in 50_000_u32..150_000, years in 3_u32..6) {
        let old = open_text(&small(pay, growth, base, years));
        let once = rolled(&old, &ask());
        let twice = rolled(&once.opened, &ask());
        let two = rolled(&old, &Ask { to: Some(old.plan.horizon().year(2)), ..ask() });
        prop_assert_eq!(two.base, twice.base);
        for year in 3..=years {
            let year = old.plan.horizon().year(i32::try_from(year).unwrap());
            for measure in ["requirement", "funding", "gap_after_savings"] {
                let address = format!("alpha/{measure}@{year}");
                let was = pence(&old, &address, Run::Plan);
                prop_assert_eq!(pence(&two.opened, &address, Run::Plan), was);
                prop_assert_eq!(pence(&twice.opened, &address, Run::Plan), was);
            }
        }
        // Nothing else differs between the two files either, but the name that the plan goes by.
        let figures = |r: &Rolled| {
            let text = &r.files[0].1;
            text.lines().filter(|l| !l.contains("version")).map(str::to_owned).collect::<Vec<_>>()
        };
        prop_assert_eq!(figures(&two), figures(&twice));
    }
}

/// What each form of a figure by year becomes.
#[test]
fn tables_of_years_and_lists_move_on() {
    let old = open_text(
        r#"
[scenario]
title = "Forms"
base_year = "2025/26"
years = 3
unit = "£m"
lists_from = "2026/27"
[organisation.alpha]
kind = "council"
[driver]
listed = ["1%", "2%", "3%"]
then = { "2026/27" = "1%", then = "2%" }
held = { "2026/27" = "1%", otherwise = "hold" }
[line.a]
base = 10
price = "listed"
[line.b]
base = 10
price = "then"
[line.c]
base = 10
price = "held"
[pressure.in_year]
amount = { "2026/27" = 1, "2027/28" = 3, "2028/29" = 2, source = "budget book" }
values = "in_year"
recurrent = true
[funding.all]
kind = "other"
base = 30
growth = "2%"
recurrent = true
"#,
    );
    let new = rolled(&old, &ask());
    let text = &new.files[0].1;
    for part in [
        r#"listed = ["2%", "3%", "not_published"]"#,
        r#"then = "2%""#,
        r#"held = { "2027/28" = "1%", otherwise = "hold" }"#,
        r#"amount = { "2027/28" = 2, "2028/29" = -1, "2029/30" = "not_published", source = "budget book" }"#,
        "allow_reversal = true",
        "base = 10.1",
        r#"lists_from = "2027/28""#,
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(differences(&new, Measure::GapAfterSavings, Run::Plan), [Some(0), Some(0)]);
    let held = rolled(&old, &Ask { hold: true, ..ask() });
    assert!(held.files[0].1.contains(r#"listed = ["2%", "3%", "3%"]"#), "{}", held.files[0].1);
    let shorter = rolled(&old, &Ask { years: Some(2), ..ask() });
    assert!(shorter.files[0].1.contains(r#"listed = ["2%", "3%"]"#), "{}", shorter.files[0].1);
    assert!(listed(&shorter, What::Wanted).iter().all(|path| *path == "scenario.version"));
}

/// Of Exshire's 1.2 only 0.8 will come in a full year: 0.400 is delivered, so 0.400 is left for 2027/28. The base
/// gets back the 0.200 that was planned and not delivered: 0.600 − 0.200 + 0.400 = 0.800 in all.
#[test]
fn another_full_year_leaves_what_the_actuals_say() {
    let old = open("scenarios/exshire.toml");
    let folder = std::env::temp_dir().join(format!("fundgap-roll-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("actuals.csv");
    let text = "item,figure,value\nactuals,year,2026/27\nactuals,unit,£m\n\
                saving.agile_working,delivered,0.4\nsaving.agile_working,full_year,0.8\n\
                line.non_pay,approved,20.0\nfunding.settlement_and_tax,amount,102.7\n";
    fs::write(&file, text).unwrap();
    let actuals = Actuals::read(&file, &old.scenario).unwrap_or_else(|_| panic!("read"));
    let new = rolled(&old, &Ask { actuals: Some(actuals), ..ask() });
    fs::remove_dir_all(&folder).unwrap();
    let at = |address: &str| thousands(&new.opened, &format!("exshire/{address}"));
    assert_eq!(at("saving/agile_working/in_year@2027/28"), Some(400));
    assert_eq!(at("saving/agile_working/in_year@2029/30"), Some(400));
    assert_eq!(at("rebase/agile_working_undelivered/in_base@2027/28"), Some(200));
    // Non-pay was approved at 20.000 instead of 20.400.
    assert_eq!(at("line/non_pay/closing@2026/27"), Some(20_000));
    // Funding by year stays as it is, and is to be looked at.
    assert_eq!(at("funding@2027/28"), Some(105_000));
    assert!(listed(&new, What::Check).contains(&"funding.settlement_and_tax.amount"));
    // 0.400 more to find for A (1.2 planned, 0.8 to come), less 0.400 × 1.02 of non-pay = 0.408.
    assert_eq!(differences(&new, Measure::GapAfterSavings, Run::Plan)[0], Some(40_000_000 - 40_800_000));
}

/// Two versions of a plan in the order of their making, whatever the order of the files; a rolled plan comes after
/// the one that it supersedes though it has no date.
#[test]
fn vintages_stand_in_the_order_of_their_making() {
    let council = open("scenarios/lancashire-2026-29.toml");
    let cabinet = open("scenarios/lancashire-2026-29-cabinet.toml");
    let next = rolled(&council, &ask()).opened;
    let plans = [next, council, cabinet];
    assert_eq!(fundgap::analysis::vintages::order(&plans), [2, 1, 0]);
}

/// Plans are often one file name in a folder a year: what each supersedes is looked for where it says.
#[test]
fn vintages_of_one_file_name_stand_in_their_order() {
    let folder = Folder::new("vintages-folders");
    for year in [2024, 2025, 2026] {
        let supersedes =
            if year == 2024 { String::new() } else { format!(", supersedes = \"../{}/plan.toml\"", year - 1) };
        let text = format!(
            "[scenario]\ntitle = \"Exshire\"\nbase_year = \"2025/26\"\nyears = 1\nunit = \"£m\"\n\
             version = {{ name = \"of {year}\", date = \"{year}-02\"{supersedes} }}\n\n\
             [organisation.exshire]\nkind = \"council\"\n\n[line.care]\nbase = {year}\n\n\
             [funding.grant]\nkind = \"grant\"\namount = 2000\nrecurrent = true\n"
        );
        folder.write(&format!("{year}/plan.toml"), text);
    }
    let given = ["vintages", "2026/plan.toml", "2025/plan.toml", "2024/plan.toml", "--format", "csv"];
    let ran = folder.run(&given);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let places: Vec<_> = [2024, 2025, 2026].map(|year| ran.out.find(&format!("{year}/plan.toml"))).into();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}", ran.out);
}

/// Each expectation that is gone is placed where the old file has it, of two years rolled at once as well; what
/// is new has no place in it.
#[test]
fn places_are_those_of_the_files_that_are_there() {
    let old = open("scenarios/exshire.toml");
    let text = fs::read_to_string("scenarios/exshire.toml").unwrap();
    for to in [1, 2] {
        let new = rolled(&old, &Ask { to: Some(old.plan.horizon().year(to)), ..ask() });
        let gone: Vec<_> = new.looks.iter().filter(|l| l.path == "expect").collect();
        assert!(gone.len() > 6, "{gone:?}");
        for look in gone {
            let mut place = look.place.split(':').skip(1).map(|n| n.parse::<usize>().unwrap());
            let line = text.lines().nth(place.next().unwrap() - 1).unwrap();
            let cell = look.words.split('`').nth(1).unwrap();
            assert!(line.starts_with("cell") && line.contains(cell), "{look:?}: {line}");
        }
        for look in &new.looks {
            assert!(look.place.is_empty() || look.place.starts_with("scenarios/exshire.toml:"), "{look:?}");
            assert!(look.now.is_empty() || look.now.starts_with("next.toml:"), "{look:?}");
        }
        let line = new.looks.iter().find(|l| l.path == "line.growth_in_base").unwrap();
        assert_eq!((line.place.as_str(), line.now.is_empty()), ("", false), "{line:?}");
    }
}

/// A new plan is written over another file only when that is said, and never over what is read.
#[test]
fn a_file_that_is_there_is_kept() {
    let folder = Folder::new("roll-force");
    folder.write("plan.toml", fs::read_to_string("scenarios/exshire.toml").unwrap());
    folder.write("next.toml", "mine\n");
    let ran = folder.run(&["roll", "plan.toml", "-o", "next.toml"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("`next.toml` is there already; give another name, or --force"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("next.toml")).unwrap(), "mine\n");
    let ran = folder.run(&["roll", "plan.toml", "-o", "next.toml", "--force"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("next.toml:"), "{}", ran.out);
    let ran = folder.run(&["roll", "plan.toml", "-o", "plan.toml", "--force"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
}
