//! The error catalogue: `tests/errors/<name>.toml` is the smallest file that makes the diagnostic
//! of that name and no other, and `<name>.stderr` is the message exactly as it is printed.
//!
//! `FUNDGAP_BLESS=1 cargo test --test errors` writes the messages anew; read the difference as a
//! finance officer would before you keep it. A first line `# fundgap check FILE …` gives further
//! arguments, for diagnostics of the command line.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{Ran, expect_file, files, root, run};
use fundgap::scenario::Origin;

/// Names that no committed file makes, and why.
const WITHOUT_A_FILE: &[(&str, &str)] = &[
    ("internal", "it means that a mechanism reads a key its table does not list; no input may ever show it"),
    ("file_too_large", "the file would be larger than 32 MiB; see tests/hostile.rs"),
    ("too_many_files", "it would take more than a thousand files; see tests/hostile.rs"),
    ("unknown_rule", "it is told by `check`, which knows the rules; see tests/cli/check.md"),
    ("threshold_negative", "it is told by `check`, which knows the rules; see tests/cli/check.md"),
    ("no_threshold", "it is told by `check`, which knows the rules; see tests/cli/check.md"),
    ("nothing_to_draw", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("range_changes_the_plan", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("range_refused", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("likely_outside_range", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("range_too_large", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("correlations_contradict", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("run_not_computable", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("cell_too_large", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("range_unusable", "it is told of a range that `simulate` draws from; see tests/simulate.rs"),
    ("lever_unknown", "it is told of what a command is asked to vary; see tests/cli/solve.md"),
    ("lever_units", "it is told of what a command is asked to vary; see tests/cli/solve.md"),
    ("lever_refused", "it is told of what a command is asked to vary; see tests/cli/solve.md"),
    ("lever_nothing_to_shift", "it is told of what a command is asked to vary; see tests/cli/solve.md"),
    ("condition_malformed", "it is told of what is typed after --until; see tests/cli/solve.md"),
    ("bounds_malformed", "it is told of what is typed after --between; see tests/cli/solve.md"),
    ("step_of_nought", "it is told of what is typed after --step; see tests/cli/solve.md"),
    ("lever_not_given", "it is told of what a command is asked to vary; see tests/cli/sweep.md"),
    ("axes_overlap", "it is told of what is typed after --vary; see tests/cli/sweep.md"),
    ("axis_backwards", "it is told of what is typed after --vary; see tests/cli/sweep.md"),
    ("axis_malformed", "it is told of what is typed after --vary; see tests/cli/sweep.md"),
    ("axis_number", "it is told of what is typed after --vary; see tests/cli/sweep.md"),
    ("axis_too_many", "it is told of what is typed after --vary; see tests/cli/sweep.md"),
    ("measure_of_a_year", "it is told of what is typed after --measure; see tests/cli/sensitivity.md"),
    ("measure_of_money", "it is told of what is typed after --measure; see tests/cli/sensitivity.md"),
    ("unknown_measure", "it is told of what is typed after --measure; see tests/cli/diff.md"),
    ("unknown_organisation", "it is told of what is typed after --organisation; see tests/cli/diff.md"),
    ("plans_begin_differently", "it takes two plans; see tests/cli/diff.md"),
    ("too_many_changes", "it takes two plans; see tests/cli/diff.md"),
    ("unit_differs", "it is told of a history that is tested; see tests/cli/backtest.md"),
    ("history_headings", "it is told of a file of history; see tests/cli/record.md"),
    ("actuals_headings", "it is told of a file of actuals; see tests/cli/roll.md"),
    ("actuals_unknown", "it is told of a file of actuals; see tests/cli/roll.md"),
    ("actual_not_published", "it is told of a file of actuals; see tests/cli/roll.md"),
    ("approved_and_outturn", "it is told of a file of actuals; see tests/cli/roll.md"),
    ("monitoring_headings", "it is told of a file of monitoring; see tests/cli/track.md"),
    ("monitoring_unknown", "it is told of a file of monitoring; see tests/cli/track.md"),
    ("monitoring_month", "it is told of a file of monitoring; see tests/cli/track.md"),
    ("monitoring_year", "it is told of a file of monitoring; see tests/cli/track.md"),
    ("monitoring_falls", "it is told of a file of monitoring; see tests/cli/track.md"),
    ("monitoring_months_differ", "it is told of a file of monitoring; see tests/cli/track.md"),
    ("monitoring_delivered", "it is told of a file of monitoring; see tests/cli/track.md"),
    ("map_does_not_fit", "it is told of a map of a workbook; see tests/import.rs"),
    ("map_wrong", "it is told of a map of a workbook; see tests/import.rs"),
    ("nothing_to_import", "it is told of a spreadsheet; see tests/import.rs"),
    ("workbook_broken", "it is told of a spreadsheet; see tests/import.rs"),
    ("decimal_comma", "it is told of a spreadsheet; see tests/import/encoding.rs"),
    ("no_input_sheets", "it is told of an edited workbook; see tests/import.rs"),
    ("other_years", "it is told of an edited workbook; see tests/import.rs"),
    ("update_not_exact", "it is told of an edited workbook; see tests/import.rs"),
    ("workbook_format", "it is told of a spreadsheet; see tests/import.rs"),
    ("workbook_locked", "it is told of a spreadsheet; see tests/import.rs"),
    ("workbook_too_large", "it is told of a spreadsheet; see tests/import.rs"),
];

/// Names of files that could not be read at all, for which the exit code is 3.
const UNREADABLE: &[&str] = &["cannot_read"];

fn catalogue() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in files(&root().join("tests/errors"), ".toml", false) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        found.push((format!("tests/errors/{name}.toml"), name));
    }
    found
}

/// The arguments of a case: its file, and what its first line adds.
fn arguments(file: &str) -> Vec<String> {
    let bytes = fs::read(root().join(file)).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let further = text.lines().next().and_then(|first| first.strip_prefix("# fundgap check FILE "));
    let further = further.unwrap_or_default().split_whitespace().map(str::to_owned);
    ["check", file].map(str::to_owned).into_iter().chain(further).collect()
}

/// Every diagnostic name in the source, with a file that makes it.
fn names_in_source() -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for path in files(&root().join("src"), ".rs", true) {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        if shown.ends_with("_tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in ["Diagnostic::error(", "Diagnostic::warning(", "fail("] {
            for (at, _) in code.match_indices(call) {
                let Some(rest) = code[at + call.len()..].trim_start().strip_prefix('"') else { continue };
                let name = rest.split('"').next().unwrap_or_default();
                names.insert(name.to_owned(), shown.clone());
            }
        }
    }
    names
}

#[test]
fn every_diagnostic_has_its_file() {
    let names = names_in_source();
    assert!(names.len() > 60, "only {} names were found: has the way they are written changed?", names.len());
    let cases: Vec<String> = catalogue().into_iter().map(|(_, name)| name).collect();
    let mut wrong = String::new();
    for (name, source) in &names {
        let listed = WITHOUT_A_FILE.iter().any(|(n, _)| n == name);
        if cases.contains(name) == listed {
            wrong.push_str(&format!(
                "{source} makes `{name}`: write tests/errors/{name}.toml, the smallest file that shows it, and run \
                 FUNDGAP_BLESS=1 cargo test --test errors\n"
            ));
        }
    }
    for name in &cases {
        if !names.contains_key(name) {
            wrong.push_str(&format!("tests/errors/{name}.toml: nothing in src/ makes `{name}`\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_message_is_as_it_was_read() {
    let mut wrong = String::new();
    for (file, name) in catalogue() {
        let Ran { code, out, err } = run(&arguments(&file));
        let expected = if UNREADABLE.contains(&name.as_str()) { 3 } else { 2 };
        if code != expected {
            wrong.push_str(&format!("{file}: exit code {code}, not {expected}\n"));
        }
        if !out.is_empty() {
            wrong.push_str(&format!("{file}: something on standard output:\n{out}"));
        }
        if let Err(told) = expect_file(&root().join("tests/errors").join(format!("{name}.stderr")), &err) {
            wrong.push_str(&told);
        }
    }
    for path in files(&root().join("tests/errors"), ".stderr", false) {
        if !path.with_extension("toml").exists() {
            wrong.push_str(&format!("{}: belongs to no file\n", path.display()));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_file_makes_its_own_diagnostic_and_no_other() {
    let mut wrong = String::new();
    for (file, name) in catalogue() {
        let sets: Vec<String> = arguments(&file).iter().skip(2).filter(|a| *a != "--set").cloned().collect();
        let found: Vec<&str> = match fundgap::open(&Origin::File(Path::new(&file).to_owned()), &[], &sets) {
            Err(refused) => refused.wrong.sorted().iter().map(|d| d.name).collect(),
            Ok(opened) => {
                let (plan, results) = (&opened.plan, &opened.results);
                match fundgap::check::expectation::outcomes(plan, results, &opened.scenario.expectations) {
                    Ok(_) => opened.warnings.sorted().iter().map(|d| d.name).collect(),
                    Err(found) => found.sorted().iter().map(|d| d.name).collect(),
                }
            }
        };
        if found != [name.as_str()] {
            wrong.push_str(&format!("{file} makes {found:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_message_reads_like_the_others() {
    let mut wrong = String::new();
    for path in files(&root().join("tests/errors"), ".stderr", false) {
        let text = fs::read_to_string(&path).unwrap();
        let mut tell = |what: &str| wrong.push_str(&format!("{}: {what}\n{text}\n", path.display()));
        let first = text.lines().next().unwrap_or_default();
        let message = first.strip_prefix("error: ").or_else(|| first.strip_prefix("warning: "));
        match message {
            None => tell("it does not begin with `error:` or `warning:`"),
            Some(message) => {
                let word = message.split_whitespace().next().unwrap_or_default();
                let capital = word.starts_with(char::is_uppercase) && !word.starts_with("Exshire");
                if capital || message.ends_with('.') {
                    tell("it begins with a small letter and has no full stop");
                }
            }
        }
        if !text.contains("hint: ") {
            tell("it does not say what to type");
        }
        if !text.contains(" --> ") || !text.contains('^') {
            tell("it does not say where");
        }
        for word in ["internal", "invalid value", "you must", "illegal", "unwrap", "None", "Some("] {
            if text.contains(word) {
                tell(&format!("`{word}` is not for a finance officer"));
            }
        }
        if text.contains(env!("CARGO_MANIFEST_DIR")) || text.contains('\u{1b}') {
            tell("it holds a path of this machine, or colour");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What stands in `tests/errors/everything/twelve.toml`: line, column and name of each mistake.
const TWELVE: [(usize, usize, &str); 12] = [
    (6, 1, "unknown_key"),
    (8, 15, "key_missing"),
    (13, 10, "rate_without_percent"),
    (16, 8, "hidden_digits"),
    (20, 8, "negative_amount"),
    (24, 8, "wrong_unit"),
    (27, 24, "unknown_year"),
    (29, 11, "recurrent_missing"),
    (33, 8, "unknown_name"),
    (35, 9, "wrong_month"),
    (39, 10, "lists_from_missing"),
    (43, 2, "unknown_section"),
];

#[test]
fn one_run_tells_all_twelve_mistakes() {
    let file = "tests/errors/everything/twelve.toml";
    let refused = fundgap::open(&Origin::File(file.into()), &[], &[]).expect_err("it has twelve mistakes");
    let found: Vec<(usize, usize, &str)> = refused
        .wrong
        .sorted()
        .iter()
        .map(|d| {
            let (line, column) = refused.sources.line_column(d.place.expect("each has a place"));
            (line, column, d.name)
        })
        .collect();
    assert_eq!(found, TWELVE);
    let ran = run(&["run", file]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.out, "");
    for (line, column, name) in TWELVE {
        assert!(ran.err.contains(&format!("--> {file}:{line}:{column}\n")), "{name} at {line}:{column}\n{}", ran.err);
    }
    assert!(ran.err.ends_with("\n12 problems found\n"), "{}", ran.err);
}
