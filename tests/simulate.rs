//! Simulations: the same whatever the threads and the instructions, more runs only add, a run can be had alone, and what
//! the layer of one shows.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use fundgap::analysis::simulate::{Asked, Control, Simulation, replay, samples, simulate};
use fundgap::open::Baseline;
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use fundgap::sheet::lanes::Instructions;
use fundgap::{Opened, Refused};

const EXSHIRE: &str = "scenarios/exshire.toml";

fn opened(path: &str) -> (Baseline, Opened) {
    let baseline = Baseline::read(&Origin::File(path.into()), &[], &[]).expect("it is read");
    let opened = baseline.open().expect("it opens");
    (baseline, opened)
}

fn asked(opened: &Opened, runs: u64) -> Asked {
    Asked {
        runs,
        seed: 7,
        percentiles: vec![25, 100, 500, 900],
        conditions: Vec::new(),
        expectations: Vec::new(),
        organisations: opened.plan.organisations.iter().map(|o| o.name.clone()).collect(),
        threads: 1,
        instructions: Instructions::best(),
    }
}

/// Everything that came of it but how it was computed.
fn told(found: &Simulation) -> String {
    format!("{:?} {:?} {:?} {:?}", found.runs, found.watched, found.chances, found.drivers)
}

#[test]
fn threads_and_instructions_change_nothing() {
    for path in [EXSHIRE, "scenarios/reference.toml"] {
        let (baseline, opened) = opened(path);
        let of = |threads, instructions| {
            let asked = Asked { threads, instructions, ..asked(&opened, 20_011) };
            let found = simulate(&baseline, &opened, &asked, &Control::default()).expect("it is simulated");
            assert_eq!(found.audit.differing, [], "{path}");
            assert!(found.audit.runs > 900 && found.audit.figures > 10_000, "{path}");
            told(&found)
        };
        let one = of(1, Instructions::best());
        assert_eq!(one, of(2, Instructions::best()), "{path}");
        assert_eq!(one, of(7, Instructions::best()), "{path}");
        for (name, instructions) in Instructions::all() {
            assert_eq!(one, of(2, instructions), "{path}, {name}");
        }
    }
}

/// A run: its number, its drawn and its watched values.
type Row = (u64, Vec<i128>, Vec<Option<i128>>);

/// Every run.
fn rows(path: &str, runs: u64, sets: &[String]) -> Result<Vec<Row>, Box<Refused>> {
    let baseline = Baseline::read(&Origin::File(path.into()), &[], sets)?;
    let opened = baseline.open()?;
    let mut rows = Vec::new();
    let row = |s: &fundgap::analysis::simulate::Sample<'_>| {
        rows.push((s.run, s.drawn.to_vec(), s.values.to_vec()));
        Ok::<(), ()>(())
    };
    samples(&baseline, &opened, &asked(&opened, runs), |_| Ok(()), row)?.expect("nothing stops it");
    Ok(rows)
}

#[test]
fn more_runs_only_add() {
    let (some, more) = (rows(EXSHIRE, 1_000, &[]).unwrap(), rows(EXSHIRE, 2_000, &[]).unwrap());
    assert_eq!(some.len(), 1_000);
    assert_eq!(some, more[..1_000]);
    assert_eq!((some[0].0, more[1_999].0), (1, 2_000));
}

#[test]
fn percentiles_and_chances_are_those_of_the_runs_themselves() {
    let (baseline, opened) = opened(EXSHIRE);
    // Beyond the first round, so that brackets were narrowed twice.
    let runs = 11_003;
    let found = simulate(&baseline, &opened, &asked(&opened, runs), &Control::default()).unwrap();
    let rows = rows(EXSHIRE, runs, &[]).unwrap();
    for (at, (watched, statistics)) in found.watched.iter().enumerate() {
        let mut values: Vec<i128> = rows.iter().map(|r| r.2[at].unwrap()).collect();
        values.sort_unstable();
        for p in &statistics.percentiles {
            let rank = (values.len() * p.of as usize).div_ceil(1_000);
            assert_eq!(p.value, values[rank - 1], "{:?} {} P{}", watched.what, watched.year, p.of);
        }
        assert_eq!(statistics.ends, (values[0], values[values.len() - 1]));
        let sum: i128 = values.iter().sum();
        assert!((statistics.mean * i128::from(runs) - sum).abs() * 2 <= i128::from(runs));
    }
    // The first chance of a body: nothing is still to find in its first year.
    let first = found.watched.iter().position(|(w, _)| w.year.to_string() == "2026/27").unwrap();
    let balanced = rows.iter().filter(|r| r.2[first].unwrap() <= 0).count();
    let (_, likelihood) = &found.chances[0];
    assert_eq!(likelihood.as_ref().unwrap().all.held, balanced as u64);
}

#[test]
fn a_run_replayed_alone_is_the_run() {
    for path in [EXSHIRE, "scenarios/reference.toml"] {
        let (baseline, opened) = opened(path);
        let rows = rows(path, 200, &[]).unwrap();
        for n in [1_u64, 64, 65, 200] {
            let replayed = replay(&baseline, &opened, 7, n).unwrap();
            let drawn: Vec<i128> = replayed.drawn.iter().map(|(_, value)| *value).collect();
            let (run, of_row, _) = &rows[usize::try_from(n).unwrap() - 1];
            assert_eq!((*run, &drawn), (n, of_row), "{path}");
        }
    }
}

#[test]
fn run_0_is_the_risk_adjusted_case() {
    let (baseline, opened) = opened(EXSHIRE);
    let replayed = replay(&baseline, &opened, 7, 0).unwrap();
    assert_eq!(&replayed.values, opened.results.of(Run::RiskAdjusted));
}

#[test]
fn what_was_drawn_set_by_hand_is_the_run() {
    let (baseline, opened) = opened(EXSHIRE);
    for run in [1, 2, 99] {
        let replayed = replay(&baseline, &opened, 7, run).unwrap();
        let set = baseline.variant(&replayed.sets()).unwrap();
        let sheet = &opened.plan.sheet;
        for cell in sheet.order() {
            let found =
                set.plan.sheet.find(&sheet.address(*cell)).and_then(|c| set.results.of(Run::RiskAdjusted).steps(c));
            assert_eq!(found, replayed.values.steps(*cell), "run {run}: {}", sheet.address(*cell));
        }
    }
}

#[test]
fn what_is_ended_early_tells_the_first_runs() {
    let (baseline, opened) = opened(EXSHIRE);
    let control = Control::default();
    control.stop();
    let found = simulate(&baseline, &opened, &asked(&opened, 1_000_000), &control).unwrap();
    assert!(found.runs > 0 && found.runs < 1_000_000);
    assert_eq!(found.asked, 1_000_000);
    let again = simulate(&baseline, &opened, &asked(&opened, found.runs), &Control::default()).unwrap();
    assert_eq!(
        found.watched.iter().map(|w| &w.1).collect::<Vec<_>>(),
        again.watched.iter().map(|w| &w.1).collect::<Vec<_>>()
    );
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fundgap-simulate-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn fundgap(arguments: &[&str]) -> (String, String, Option<i32>) {
    let done = Command::new(env!("CARGO_BIN_EXE_fundgap")).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&done.stdout), text(&done.stderr), done.status.code())
}

#[test]
fn a_layer_opens_the_run_in_every_other_command() {
    let folder = folder("layer");
    let layer = folder.join("run3.toml");
    let layer = layer.to_str().unwrap();
    let (out, _, code) = fundgap(&["simulate", EXSHIRE, "--seed", "7", "--replay", "3", "--write-layer", layer]);
    assert_eq!(code, Some(0), "{out}");
    let (baseline, opened) = opened(EXSHIRE);
    let replayed = replay(&baseline, &opened, 7, 3).unwrap();
    let layered = fundgap::open(&Origin::File(EXSHIRE.into()), &[layer.into()], &[]).unwrap();
    let sheet = &layered.plan.sheet;
    let of = |address: &str| {
        let cell = fundgap::check::expectation::find_cell(&layered.plan, address).unwrap();
        let own = opened.plan.sheet.find(&sheet.address(cell)).unwrap();
        (layered.results.of(Run::RiskAdjusted).steps(cell), replayed.values.steps(own))
    };
    for year in ["2026/27", "2027/28", "2028/29"] {
        let (found, expected) = of(&format!("still_to_find@{year}"));
        assert_eq!(found, expected);
    }
    // It is not written over, nor is the scenario.
    let (_, said, code) = fundgap(&["simulate", EXSHIRE, "--replay", "3", "--write-layer", layer]);
    assert!(said.contains("is there already") && code == Some(2), "{said}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn samples_are_written_whole_and_say_what_was_drawn() {
    let folder = folder("samples");
    let file = folder.join("runs.csv");
    let (_, said, code) =
        fundgap(&["simulate", EXSHIRE, "--runs", "70", "--seed", "7", "--samples", file.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 71);
    assert!(lines[0].starts_with("run,driver.pay@2026/27,"), "{}", lines[0]);
    assert!(lines[0].contains(",exshire/gap_after_planned_reserves@2026-27"), "{}", lines[0]);
    let columns = lines[0].split(',').count();
    assert!(
        lines[1..]
            .iter()
            .enumerate()
            .all(|(n, l)| l.split(',').count() == columns && l.starts_with(&format!("{},", n + 1)))
    );
    let (_, said, code) = fundgap(&["simulate", EXSHIRE, "--samples", EXSHIRE]);
    assert!(said.contains("never written over") && code == Some(2), "{said}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_cannot_be_simulated_is_told() {
    let refused = |text: &str| {
        let head = "[scenario]\ntitle = \"A\"\nbase_year = \"2025/26\"\nyears = 2\nunit = \"£m\"\n[organisation.a]\nkind = \"council\"\n[funding.all]\nkind = \"other\"\nbase = 10\ngrowth = \"2%\"\nrecurrent = true\n";
        let origin = Origin::StandardInput(format!("{head}{text}").into_bytes());
        let baseline = Baseline::read(&origin, &[], &[]).unwrap();
        let opened = baseline.open().unwrap();
        let refused = simulate(&baseline, &opened, &asked(&opened, 100), &Control::default()).unwrap_err();
        let wrong = refused.wrong.sorted();
        (wrong[0].name, wrong[0].message.clone(), wrong[0].hints.join(" "))
    };
    let (name, _, hint) = refused("[line.a]\nbase = 10\nprice = \"2%\"\n");
    assert_eq!(name, "nothing_to_draw");
    assert!(hint.contains("low = "), "{hint}");
    // One range for both years, and a second year that lies outside of it.
    let (name, message, hint) = refused(
        "[driver]\npay = { likely = { \"2026/27\" = \"3%\", \"2027/28\" = \"9%\" }, low = \"2%\", high = \"5%\" }\n[line.a]\nbase = 10\nprice = \"pay\"\n",
    );
    assert_eq!(name, "likely_outside_range");
    assert!(message.contains("9%") && message.contains("2027/28"), "{message}");
    assert!(hint.contains("each year its own ends"), "{hint}");
    let three = "[driver]\na = { likely = \"3%\", low = \"2%\", high = \"5%\" }\nb = { likely = \"3%\", low = \"2%\", high = \"5%\" }\nc = { likely = \"3%\", low = \"2%\", high = \"5%\" }\n[line.a]\nbase = 10\nprice = \"a\"\n[line.b]\nbase = 10\nprice = \"b\"\n[line.c]\nbase = 10\nprice = \"c\"\n";
    let correlations = "[correlation.ab]\nof = [\"driver.a\", \"driver.b\"]\nstrength = \"90%\"\n[correlation.bc]\nof = [\"driver.b\", \"driver.c\"]\nstrength = \"90%\"\n[correlation.ac]\nof = [\"driver.a\", \"driver.c\"]\nstrength = \"-90%\"\n";
    let (name, message, hint) = refused(&format!("{three}{correlations}"));
    assert_eq!(name, "correlations_contradict");
    assert!(message.contains("driver.a") && hint.contains('%'), "{message} {hint}");
}

/// A council with so many lines of £100m, each with a driver of its own of 2% to 5%, most likely 3%, and funding that
/// grows by 2%.
fn with_drivers(lines: usize) -> Simulation {
    let mut text = "[scenario]\ntitle = \"A\"\nbase_year = \"2025/26\"\nyears = 1\nunit = \"£m\"\n[organisation.a]\nkind = \"council\"\n".to_owned();
    for n in 0..lines {
        text.push_str(&format!(
            "[driver.d{n}]\nrate = {{ likely = \"3%\", low = \"2%\", high = \"5%\" }}\n[line.l{n}]\nbase = 100\nprice = \"d{n}\"\n"
        ));
    }
    text.push_str(&format!(
        "[funding.all]\nkind = \"other\"\nbase = {}\ngrowth = \"2%\"\nrecurrent = true\n",
        100 * lines
    ));
    let baseline = Baseline::read(&Origin::StandardInput(text.into_bytes()), &[], &[]).unwrap();
    let opened = baseline.open().unwrap();
    simulate(&baseline, &opened, &asked(&opened, 40_000), &Control::default()).unwrap()
}

/// EX-8.1 through a whole plan: what is still to find is £100m × (rate − 2%).
#[test]
fn one_driver_gives_its_own_percentiles() {
    let found = with_drivers(1);
    let (_, statistics) = &found.watched[0];
    // P10 2.548%, P50 3.268% and P90 4.225% of a triangular of 2, 3 and 5, in pence of £100m above 2%.
    for (of, expected) in [(100, 54_772_256), (500, 126_794_919), (900, 222_540_333)] {
        let p = statistics.percentiles.iter().find(|p| p.of == of).unwrap();
        let error = (p.between.1 - p.between.0) / 2;
        assert!((p.value - expected).abs() <= 5 * error, "P{of}: {} beside {expected}, ± {error}", p.value);
    }
    // The mean is 10/3 %: £1.333m above 2%; the standard deviation √(7/18) %, over √40,000 of the mean.
    assert!((statistics.mean - 133_333_333).abs() <= 5 * 62_361_000 / 200, "{}", statistics.mean);
    assert!((statistics.deviation - 62_360_956).abs() <= 62_360_956 / 50, "{}", statistics.deviation);
    assert_eq!(found.drivers[0].drivers[0].correlation, 1_000_000_000);
}

/// The sum of three independent triangulars: means add, and variances do.
#[test]
fn drivers_by_themselves_add_as_independent_figures_do() {
    let found = with_drivers(3);
    let (_, statistics) = &found.watched[0];
    // 3 × £1.333m; √3 × £0.6236m = £1.0801m.
    assert!((statistics.mean - 400_000_000).abs() <= 5 * 108_012_000 / 200, "{}", statistics.mean);
    assert!((statistics.deviation - 108_012_345).abs() <= 108_012_345 / 50, "{}", statistics.deviation);
    // Each makes a third of the spread.
    for driver in &found.drivers[0].drivers {
        assert!((driver.share - 333_333_333).abs() < 40_000_000, "{}", driver.share);
    }
}
