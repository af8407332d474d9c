//! Worked examples: every scenario under `tests/models` and every shipped scenario shows what its
//! `[[expect]]` rows say, after rounding to the decimals written and with no tolerance. Both runs are computed in one
//! pass; each must come to what it comes to alone.
//!
//! The expected figures were worked by hand; each file shows the working at its head.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use fundgap::check::expectation::{Outcome, outcomes};
use fundgap::output::message::render_all;
use fundgap::scenario::Origin;
use fundgap::sheet::{Run, evaluate};
use fundgap::vocabulary::number::decimal;

/// Fewer expectations than this means that the walk missed a folder.
const FEWEST_EXPECTATIONS: usize = 1000;

/// What came of one file: how many expectations it has, and what is wrong with it.
#[derive(Default)]
struct Held {
    expectations: usize,
    wrong: String,
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The scenario files in a folder, by name; with `deep`, those of its folders too.
fn scenarios(folder: &Path, deep: bool) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = listed.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() && deep {
            found.extend(scenarios(&path, deep));
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
    found
}

fn hold(path: &Path) -> Held {
    let file = path.strip_prefix(here()).unwrap_or(path).display();
    let mut held = Held::default();
    let opened = match fundgap::open(&Origin::File(path.to_path_buf()), &[], &[]) {
        Ok(opened) => opened,
        Err(refused) => {
            let _ = write!(held.wrong, "{file}: refused\n{}", render_all(&refused.wrong, &refused.sources, false));
            return held;
        }
    };
    let sources = &opened.loaded.sources;
    if !opened.warnings.is_empty() {
        let _ = write!(held.wrong, "{file}: warned\n{}", render_all(&opened.warnings, sources, false));
    }
    let sheet = &opened.plan.sheet;
    for run in Run::BOTH {
        if evaluate(sheet, &sheet.inputs(run)).as_ref() != Ok(opened.results.of(run)) {
            let _ = writeln!(held.wrong, "{file}: the {} run alone comes to something else", run.words());
        }
    }
    held.expectations = opened.scenario.expectations.len();
    if held.expectations == 0 {
        let _ = writeln!(held.wrong, "{file}: expects nothing");
    }
    match outcomes(&opened.plan, &opened.results, &opened.scenario.expectations) {
        Err(wrong) => {
            let _ = write!(held.wrong, "{file}:\n{}", render_all(&wrong, sources, false));
        }
        Ok(all) => {
            for outcome in all.iter().filter(|o| !o.met()) {
                let place = sources.describe(outcome.place);
                let _ = writeln!(held.wrong, "{place}: {}", missed(outcome));
            }
        }
    }
    held
}

/// An expectation that was not met, in one line.
fn missed(outcome: &Outcome) -> String {
    let say = |steps: Option<i128>| {
        steps.map_or_else(|| "not published".to_owned(), |s| decimal(s, outcome.unit.scale()).to_string())
    };
    format!(
        "{} ({}) expected {}, got exactly {}",
        outcome.address,
        outcome.run.code(),
        say(outcome.expected),
        say(outcome.actual)
    )
}

fn hold_all(paths: &[PathBuf]) -> usize {
    let all: Vec<Held> = paths.iter().map(|path| hold(path)).collect();
    let wrong: String = all.iter().map(|held| held.wrong.as_str()).collect();
    assert!(wrong.is_empty(), "\n{wrong}");
    all.iter().map(|held| held.expectations).sum()
}

#[test]
fn worked_examples_show_what_they_expect() {
    let count = hold_all(&scenarios(&here().join("tests/models"), true));
    assert!(count >= FEWEST_EXPECTATIONS, "only {count} expectations were found, of at least {FEWEST_EXPECTATIONS}");
}

#[test]
fn shipped_scenarios_show_what_they_expect() {
    let count = hold_all(&scenarios(&here().join("scenarios"), false));
    assert!(count >= 10, "only {count} expectations were found in the shipped scenarios");
}
