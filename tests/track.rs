//! Tracking a plan during its year: EX-12.1, the profile of a scheme month by month, and that the layer of a
//! forecast shows it in the year's risk-adjusted run. Figures worked by hand.

mod common;

use std::path::{Path, PathBuf};

use common::{Folder, files, root};
use fundgap::Opened;
use fundgap::analysis::track::layer::{How, Layer, Over, layer};
use fundgap::analysis::track::{Method, Scheme, Track, profile, track};
use fundgap::open::Baseline;
use fundgap::output::message::render_all;
use fundgap::scenario::monitoring::Monitoring;
use fundgap::scenario::{LoadFailure, Origin};
use fundgap::sheet::Run;
use proptest::prelude::*;
use proptest::test_runner::Config;

fn open(file: &str) -> (Baseline, Opened) {
    let both = Baseline::read(&Origin::File(PathBuf::from(file)), &[], &[])
        .and_then(|baseline| baseline.open().map(|opened| (baseline, opened)));
    both.unwrap_or_else(|r| panic!("{}", render_all(&r.wrong, &r.sources, false)))
}

fn monitoring(file: &str, opened: &Opened) -> Monitoring {
    match Monitoring::read(Path::new(file), &opened.scenario) {
        Ok(monitoring) => monitoring,
        Err(LoadFailure::Invalid(wrong, sources) | LoadFailure::Unreadable(wrong, sources)) => {
            panic!("{}", render_all(&wrong, &sources, false))
        }
    }
}

fn tracked(scenario: &str, file: &str, method: Option<Method>) -> (Baseline, Opened, Track) {
    let (baseline, opened) = open(scenario);
    let told = monitoring(file, &opened);
    let track = track(&opened, &told, method);
    (baseline, opened, track)
}

fn layered<'a>(scenario: &str, baseline: &Baseline, opened: &Opened, track: &'a Track) -> Layer<'a> {
    let origin = Origin::File(PathBuf::from(scenario));
    let over = Over { baseline, opened, origin: &origin, layers: &[], sets: &[], file: Path::new("q.toml") };
    layer(over, track).unwrap_or_else(|r| panic!("{}", render_all(&r.wrong, &r.sources, false)))
}

fn scheme<'t>(track: &'t Track, name: &str) -> &'t Scheme {
    track.schemes.iter().find(|s| s.name.as_str() == name).expect("it is tracked")
}

/// A saving's cells of the years, in pence.
fn years(opened: &Opened, name: &str, run: Run) -> Vec<i128> {
    let saving = opened.plan.facts.savings.iter().find(|s| s.name.as_str() == name).expect("it is in the plan");
    let pence = |t| opened.plan.pence(opened.results.of(run), saving.in_year.id(), t).expect("it is published");
    opened.plan.horizon().plan().map(pence).collect()
}

/// EX-12.1, as CSV and as TOML: 72%; straight line 3.6 ÷ 6 × 12 = 7.20, profile 12 × 3.6 ÷ 5 = 8.64, rest to
/// plan 3.6 + 12 − 5 = 10.60; (12 − 3.6) ÷ 6 = 1.40 a month against 3.6 ÷ 6 = 0.60, 2.33 times.
#[test]
fn the_worked_example_comes_out() {
    for file in ["tests/track/ex-12-1.csv", "tests/track/ex-12-1-monitoring.toml"] {
        let (_, _, track) = tracked("tests/track/ex-12-1.toml", file, None);
        let programme = scheme(&track, "programme");
        let a = &programme.amounts;
        assert_eq!((track.month, a.plan, a.planned), (6, Some(1_200_000_000), Some(500_000_000)));
        assert_eq!(a.share(), Some(720_000_000));
        assert_eq!(a.forecasts, [Some(720_000_000), Some(864_000_000), Some(1_060_000_000), None]);
        assert_eq!((a.needed, a.achieved, a.ratio()), (Some(140_000_000), Some(60_000_000), Some(233)));
        assert!(programme.flagged);
        // 12 − 8.64 goes to next year.
        assert_eq!(a.undelivered, Some(336_000_000));
        assert_eq!(track.total(None), *a);
    }
}

/// A scheme from October is spread over its six months: 0.6 by month 9 is 3 of 6, 0.3. Over a ramp of six
/// months, 3² ÷ 12 = 0.75 months of full effect by December of the 3 by March: a quarter of 0.3.
/// A schedule in twelfths: 9 of 12 of 1.0.
#[test]
fn the_plan_of_the_year_is_spread_by_each_savings_own_start() {
    let (_, _, track) = tracked("tests/track/kinds.toml", "tests/track/kinds.csv", None);
    let planned = |name: &str| scheme(&track, name).amounts.planned;
    assert_eq!(planned("scheme"), Some(30_000_000));
    assert_eq!(planned("ramped"), Some(7_500_000));
    // From July: 6 of 9 months of 0.9.
    assert_eq!(planned("reduced"), Some(60_000_000));
    assert_eq!(planned("schedule"), Some(75_000_000));
    // Begun before the plan: its first half year is in the base, and what comes is spread over the year.
    assert_eq!(planned("begun"), Some(45_000_000));
    assert_eq!(planned("next_year"), Some(0));
    // Not due, and nothing has come: as planned, and never flagged.
    let next_year = scheme(&track, "next_year");
    assert_eq!(
        (next_year.amounts.forecasts[1], next_year.amounts.needed, next_year.flagged),
        (Some(0), Some(0), false)
    );
    assert_eq!(track.untold.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["untold"]);
}

/// Whatever the saving, its twelfth month is the cell of the year, no month is below the one before it, and
/// what is planned by month nought is nothing.
#[test]
fn every_profile_ends_at_the_cell_of_the_year() {
    let mut seen = 0;
    let mut all = files(&root().join("scenarios"), ".toml", false);
    all.extend(files(&root().join("tests/models/saving"), ".toml", true));
    for file in all {
        let Ok(opened) = fundgap::open(&Origin::File(file.clone()), &[], &[]) else { continue };
        for saving in &opened.plan.facts.savings {
            for t in opened.plan.horizon().plan() {
                let pence = opened.plan.pence(opened.results.of(Run::Plan), saving.in_year.id(), t);
                let Some(plan) = pence.filter(|plan| *plan > 0) else { continue };
                let by = |month| profile::planned(&opened, saving, t, plan, month).expect("it fits");
                let months: Vec<i128> = (0..=12).map(by).collect();
                assert_eq!((months[0], months[12]), (0, plan), "{} {} in year {t}", file.display(), saving.name);
                assert!(months.windows(2).all(|w| w[0] <= w[1]), "{} {}", file.display(), saving.name);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} savings were seen");
}

/// Each forecast in the risk-adjusted run of 2026/27, to the penny, and what later years hold by its reason.
#[test]
fn the_layer_shows_the_forecast() {
    let (baseline, opened, track) = tracked("tests/track/kinds.toml", "tests/track/kinds.csv", None);
    let layer = layered("tests/track/kinds.toml", &baseline, &opened, &track);
    let run = |name: &str| years(&layer.opened, name, Run::RiskAdjusted);
    let how = |name: &str| &layer.rows.iter().find(|r| r.scheme.name.as_str() == name).expect("it is there").how;
    // 0.35 of 1.2 a year is 3.5 months: October's start slips by 2.5, and 2027/28 is whole.
    assert_eq!(run("scheme"), [35_000_000, 120_000_000, 120_000_000]);
    assert_eq!(*how("scheme"), How::Slips(2_500_000_000));
    // 0.075 is 0.75 months of full effect: 3² ÷ 12. The start slips by three months, and so does the ramp's
    // end: 2027/28 has 6² ÷ 12 − 0.75 + 9 = 11.25 months.
    assert_eq!(run("ramped"), [7_500_000, 112_500_000, 120_000_000]);
    assert_eq!(*how("ramped"), How::Slips(3_000_000_000));
    // 0.6 of 0.9 for good; the slippage of the plan is in the forecast.
    assert_eq!(run("reduced"), [60_000_000, 80_000_000, 80_000_000]);
    // 0.64 of a schedule's 1.0; the plan has 3.0 and 3.0 after it.
    assert_eq!(run("schedule"), [64_000_000, 300_000_000, 300_000_000]);
    assert_eq!(run("schedule_slipped"), [0, 0, 0]);
    assert_eq!(years(&layer.opened, "schedule_slipped", Run::Plan), [36_000_000, 0, 0]);
    // Begun before the plan: its start is a fact, so 0.45 of 0.6 is 75% for good, and that is told.
    assert_eq!(run("begun"), [45_000_000, 45_000_000, 45_000_000]);
    assert_eq!(*how("begun"), How::Share(750_000_000));
    assert!(layer.rows.iter().any(|r| r.scheme.name.as_str() == "begun" && !r.told.is_empty()));
    // 700,000,000.01 of 900,000,000 is 0.77777777778888…: nine places are 0.777777778, and 900m × that is
    // 700,000,000.20, 19 pence off. It is told.
    let large = layer.rows.iter().find(|r| r.scheme.name.as_str() == "large").expect("it is there");
    assert_eq!((large.shown, large.misses()), (Some(70_000_000_020), Some(19)));
    assert!(layer.text.contains("£0.19 off"), "{}", layer.text);
    // Nothing of it in the year: left alone. Every other one is to the penny.
    assert!(matches!(how("next_year"), How::Left(_)));
    let missing: Vec<&str> =
        layer.rows.iter().filter(|r| r.misses().is_some()).map(|r| r.scheme.name.as_str()).collect();
    assert_eq!(missing, ["large"]);
    // The plan run is what it was, and what is not told of stays in both.
    for measure in ["savings", "gap_after_savings", "gap_after_planned_reserves", "requirement"] {
        for t in opened.plan.horizon().plan() {
            let of = |opened: &Opened| {
                let row =
                    opened.plan.named(&"midshire".parse().expect("a name"), measure).expect("the measure is there");
                opened.plan.pence(opened.results.of(Run::Plan), row, t)
            };
            assert_eq!(of(&opened), of(&layer.opened), "{measure} in year {t}");
        }
    }
    assert_eq!(run("untold"), [25_000_000; 3]);
}

/// The file as it is written opens like any other layer, and shows what was checked before it was written.
#[test]
fn the_layer_is_a_file_like_any_other() {
    let folder = Folder::new("track-layer");
    let layer = folder.path().join("q3.toml");
    let arguments = ["track", "tests/track/kinds.toml", "tests/track/kinds.csv", "--write-layer"];
    let arguments: Vec<String> =
        arguments.iter().map(|a| (*a).to_owned()).chain([layer.display().to_string()]).collect();
    let ran = common::run(&arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let origin = Origin::File(PathBuf::from("tests/track/kinds.toml"));
    let opened =
        fundgap::open(&origin, &[layer], &[]).unwrap_or_else(|r| panic!("{}", render_all(&r.wrong, &r.sources, false)));
    assert_eq!(years(&opened, "scheme", Run::RiskAdjusted), [35_000_000, 120_000_000, 120_000_000]);
    assert_eq!(years(&opened, "schedule", Run::RiskAdjusted), [64_000_000, 300_000_000, 300_000_000]);
}

/// `--method` makes every forecast by one rule: 0.1 of 0.3 is a third of 0.6, 0.2; straight line 0.1 × 12 ÷ 9.
#[test]
fn the_method_is_the_forecast_that_counts() {
    let of = |method| {
        let (_, _, track) = tracked("tests/track/kinds.toml", "tests/track/kinds.csv", method);
        scheme(&track, "scheme").amounts.forecast
    };
    assert_eq!(of(None), Some(35_000_000));
    assert_eq!(of(Some(Method::Owner)), Some(35_000_000));
    assert_eq!(of(Some(Method::Profile)), Some(20_000_000));
    assert_eq!(of(Some(Method::StraightLine)), Some(13_333_333));
    assert_eq!(of(Some(Method::RestToPlan)), Some(40_000_000));
}

/// The files that the page of monitoring shows are files of monitoring, and say the same.
#[test]
fn the_files_of_the_page_can_be_read() {
    let page = std::fs::read_to_string(root().join("docs/track.md")).expect("it is there");
    let (_, opened) = open("scenarios/exshire.toml");
    let folder = Folder::new("track-page");
    let read = |kind: &str| {
        let block = page.split(&format!("```{kind}\n")).nth(1).and_then(|rest| rest.split("```").next());
        let path = folder.write(&format!("m.{kind}"), block.expect("the page has one"));
        let told = monitoring(&path.display().to_string(), &opened);
        let last = told.savings[0].months[&9].clone();
        (told.month, last.delivered, last.forecast, last.reason, last.rag, last.note)
    };
    assert_eq!(read("csv"), read("toml"));
    assert_eq!(read("csv").1, 12_000_000);
}

/// A plan from standard input, and one with a layer and values set, are written over as they stand.
#[test]
fn a_plan_that_is_piped_in_is_tracked_and_layered() {
    let folder = Folder::new("track-piped");
    let text = std::fs::read(root().join("scenarios/exshire.toml")).expect("it is there");
    let csv = std::fs::read(root().join("examples/tracking/exshire-month-9.csv")).expect("it is there");
    folder.write("m.csv", csv);
    let ran = folder.run_with(&["track", "-", "m.csv", "--set", "driver.pay=4%", "--write-layer", "q.toml"], text);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("now: fundgap run - --layer q.toml --set driver.pay=4%"), "{}", ran.out);
    assert_eq!(folder.names(), ["m.csv", "q.toml"]);
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(200) })]

    /// Whatever is written, it is read or told, and never panics; what is read can be made a report of.
    #[test]
    fn whatever_is_written_is_read_or_told(
        at in 0_usize..700,
        cut in 0_usize..12,
        put in "[-0-9a-z_,.\"£\n%]{0,6}",
    ) {
        let (_, opened) = open("scenarios/exshire.toml");
        let text = std::fs::read_to_string(root().join("examples/tracking/exshire-month-9.csv")).expect("it is there");
        let letters: Vec<char> = text.chars().collect();
        let at = at.min(letters.len());
        let end = (at + cut).min(letters.len());
        let edited: String = letters[..at].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(&letters[end..]).collect();
        let folder = Folder::new("track-edited");
        let path = folder.write("m.csv", edited);
        match Monitoring::read(&path, &opened.scenario) {
            Ok(told) => {
                let track = track(&opened, &told, None);
                let tracked = fundgap::report::track::Tracked { opened: &opened, track: &track, layer: None };
                prop_assert!(!fundgap::report::track::document(&tracked).blocks.is_empty());
            }
            Err(LoadFailure::Invalid(wrong, _) | LoadFailure::Unreadable(wrong, _)) => prop_assert!(wrong.has_errors()),
        }
    }
}

/// 8,837,528 a year from April with two months of ramp: 8,101,067.33 planned, of which 6,027,194.09 is forecast. 6,027,194.09 ÷
/// 8,101,067.33 is 74.4% to nine places, at which the year brings a penny more; a billionth less brings the forecast.
#[test]
fn a_share_is_moved_by_its_last_digit_to_reach_the_penny() {
    let folder = Folder::new("track-penny");
    let text = "[scenario]\ntitle = \"One\"\nbase_year = \"2025/26\"\nyears = 2\nunit = \"£\"\n[organisation.one]\nkind = \"council\"\n\
                [saving.one]\nrecurrent = true\nfull_year = 8837528\nstart = \"2026-04\"\nramp = 2\n";
    let plan = folder.write("plan.toml", text).display().to_string();
    let (baseline, opened) = open(&plan);
    let told = "item,month,figure,value,reason\nmonitoring,,year,2026/27,\nmonitoring,,unit,£,\nsaving.one,6,delivered,0,reduced\n\
                saving.one,6,forecast,6027194.09,reduced\n";
    let told = folder.write("m.csv", told).display().to_string();
    let track = track(&opened, &monitoring(&told, &opened), None);
    let layer = layered(&plan, &baseline, &opened, &track);
    assert_eq!(layer.rows[0].shown, Some(602_719_409), "{}", layer.text);
    assert!(layer.text.contains("\"74.3999999%\""), "{}", layer.text);
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(40) })]

    /// Whatever scheme is forecast at whatever share of its plan, for whatever reason: the layer shows the
    /// forecast to the penny in the year, the plan run stays, and what slipped is whole a year after its ramp.
    #[test]
    fn every_forecast_is_shown_to_the_penny(
        pounds in 10_000_i64..9_000_000,
        start in 0_u32..12,
        ramp in 0_u32..9,
        share in 0_i64..=1000,
        slipped in any::<bool>(),
        schedule in any::<bool>(),
    ) {
        let (year, month) = (2026 + (start + 3) / 12, (start + 3) % 12 + 1);
        let amounts = match schedule {
            true => format!("amount = {{ \"2026/27\" = {pounds}, then = {} }}\nvalues = \"in_year\"", pounds * 2),
            false => format!("full_year = {pounds}\nstart = \"{year}-{month:02}\"\nramp = {ramp}"),
        };
        let text = format!(
            "[scenario]\ntitle = \"One\"\nbase_year = \"2025/26\"\nyears = 4\nunit = \"£\"\n[organisation.one]\nkind = \"council\"\n\
             [line.all]\nbase = 90000000\n[funding.all]\nkind = \"other\"\namount = 80000000\nrecurrent = true\n\
             [saving.one]\nrecurrent = true\n{amounts}\n"
        );
        let folder = Folder::new("track-forecasts");
        let plan = folder.write("plan.toml", text).display().to_string();
        let (baseline, opened) = open(&plan);
        let before = years(&opened, "one", Run::Plan);
        let forecast = before[0] * i128::from(share) / 1000;
        let reason = if slipped { "slipped" } else { "reduced" };
        let told = format!(
            "item,month,figure,value,reason\nmonitoring,,year,2026/27,\nmonitoring,,unit,£,\nsaving.one,6,delivered,0,{reason}\n\
             saving.one,6,forecast,{}.{:02},{reason}\n",
            forecast / 100, forecast % 100,
        );
        let told = folder.write("m.csv", told).display().to_string();
        let track = track(&opened, &monitoring(&told, &opened), None);
        let layer = layered(&plan, &baseline, &opened, &track);
        if matches!(layer.rows[0].how, How::Left(_)) {
            prop_assert_eq!(before[0], 0);
            return Ok(());
        }
        prop_assert_eq!(layer.rows[0].shown, Some(forecast), "{}", layer.text);
        let sum = |run, t: usize| {
            let of = |name: &str| years(&layer.opened, name, run)[t];
            let split = matches!(layer.rows[0].how, How::Split(_));
            of("one") + if split { of("one_slipped") } else { 0 }
        };
        for (t, plan) in before.iter().enumerate() {
            prop_assert_eq!(sum(Run::Plan, t), *plan, "{}", layer.text);
        }
        if slipped {
            prop_assert_eq!(sum(Run::RiskAdjusted, 2), before[2], "{}", layer.text);
        }
    }
}
