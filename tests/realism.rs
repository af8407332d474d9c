//! The rules of `check`: a scenario in which each speaks and one in which it does not, worked by hand. A line that
//! begins with `# = ` says what is to be found: rule, level, organisation, year and value, a dash where there is
//! none; all that the rule of the file's name finds, and nothing else.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::root;
use fundgap::check::realism::{Finding, Found, Level, all_rules, ask};
use fundgap::open::{Opened, open};
use fundgap::scenario::Origin;
use fundgap::vocabulary::Unit;
use fundgap::vocabulary::unit::plain;

fn opened(path: &Path) -> Opened {
    open(&Origin::File(path.to_path_buf()), &[], &[]).unwrap_or_else(|refused| {
        panic!("{}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false))
    })
}

fn asked(path: &Path) -> Found {
    let opened = opened(path);
    ask(&opened).unwrap_or_else(|wrong| {
        panic!("{}", fundgap::output::message::render_all(&wrong, &opened.loaded.sources, false))
    })
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(root().join("tests/realism")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A finding as the head of a file says it.
fn said(finding: &Finding) -> String {
    let value = finding.value.map_or_else(
        || "-".to_owned(),
        |value| match value.unit {
            Unit::Rate => {
                let hundredfold = plain(Unit::Rate, value.steps * 100);
                if hundredfold.len() > 6 { plain(Unit::Rate, value.steps) } else { format!("{hundredfold}%") }
            }
            unit => plain(unit, value.steps),
        },
    );
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    format!(
        "{} {} {} {} {value}",
        finding.rule.code,
        finding.level.code(),
        or_dash(finding.organisation.as_ref().map(ToString::to_string)),
        or_dash(finding.year.map(|y| y.to_string())),
    )
}

#[test]
fn each_rule_speaks_where_it_should_and_is_quiet_elsewhere() {
    let mut seen: BTreeSet<(String, bool)> = BTreeSet::new();
    let mut wrong = Vec::new();
    for file in files() {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let code = name.split('_').next().unwrap().to_uppercase();
        let text = fs::read_to_string(&file).unwrap();
        let expected: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# = ")).collect();
        let found: Vec<String> = asked(&file).findings.iter().filter(|f| f.rule.code == code).map(said).collect();
        if found != expected {
            wrong.push(format!("{name}: {found:?} instead of {expected:?}"));
        }
        seen.insert((code, !expected.is_empty()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for rule in all_rules() {
        for speaks in [true, false] {
            assert!(
                seen.contains(&(rule.code.to_owned(), speaks)),
                "{} wants a file in which it speaks: {speaks}",
                rule.code
            );
        }
    }
}

#[test]
fn judgement_is_never_more_than_amber() {
    for file in files() {
        for finding in asked(&file).findings {
            let judged = finding.rule.basis == fundgap::check::realism::Basis::Judgement;
            assert!(!judged || finding.level == Level::Amber, "{}: {}", file.display(), finding.rule.code);
        }
    }
}

/// A plan whose gaps were published as figures has no lines to judge.
#[test]
fn nothing_fires_on_a_gap_that_was_stated() {
    for name in ["england-2016-21", "greater-manchester-2016-21", "birmingham-solihull-2016-21"] {
        let found = asked(&root().join(format!("scenarios/{name}.toml")));
        let on_gaps = ["R01", "R02", "R04", "R05", "R06", "R08", "R10", "R18", "R25", "R26"];
        let fired: Vec<String> = found.findings.iter().filter(|f| on_gaps.contains(&f.rule.code)).map(said).collect();
        assert!(fired.is_empty(), "{name}: {fired:?}");
    }
}

/// Every finding on the two published plans, argued in the method: none on Lancashire as published, whose savings
/// are inside its lines, and eight on Gateshead.
#[test]
fn published_plans_are_told_what_their_officers_would_agree_with() {
    let of = |name: &str| -> Vec<String> {
        asked(&root().join(format!("scenarios/{name}.toml"))).findings.iter().map(said).collect()
    };
    assert_eq!(of("lancashire-2026-29"), [] as [String; 0]);
    assert_eq!(of("lancashire-2026-29-cabinet"), [] as [String; 0]);
    assert_eq!(
        of("gateshead-2025-30"),
        [
            // (19.047 − 4.824) ÷ 338.095
            "R01 amber gateshead 2026/27 0.042068058",
            "R02 red gateshead 2029/30 100%",
            // 14.723 ÷ 30.016
            "R06 amber gateshead 2027/28 0.490505064",
            "R06 amber gateshead - -",
            "R08 amber gateshead 2025/26 8500000.00",
            // 9.924 ÷ 34.354
            "R18 amber gateshead 2029/30 0.288874658",
            // The largest with a scheme, and nothing is said of how sure it is.
            "R32 amber gateshead 2029/30 0.288874658",
            // 67.668 of pressures that no page names ÷ 377.341.
            "I09 amber gateshead 2029/30 0.179328512",
        ]
    );
}

#[test]
fn a_scenario_accepts_findings_and_sets_thresholds_with_a_reason() {
    let file = root().join("tests/realism/r18_fires.toml");
    let text = fs::read_to_string(&file).unwrap();
    let with = |more: &str| {
        let text = text.replace("lists_from = \"2026/27\"\n", &format!("lists_from = \"2026/27\"\n{more}\n"));
        let opened = open(&Origin::StandardInput(text.into_bytes()), &[], &[]);
        opened.map(|opened| ask(&opened).map(|found| (found, opened)))
    };
    let (found, _) = with("allow = { R18 = \"one contract, board paper 12\" }").unwrap().unwrap();
    let accepted: Vec<_> = found.findings.iter().filter(|f| f.rule.code == "R18").map(|f| f.accepted.clone()).collect();
    assert_eq!(accepted, [Some("one contract, board paper 12".to_owned())]);
    assert!(found.findings.iter().all(|f| f.rule.code != "R18" || f.accepted.is_some()));

    let (found, _) = with("thresholds = { R18 = { amber = \"50%\", reason = \"policy\" } }").unwrap().unwrap();
    assert!(found.findings.iter().all(|f| f.rule.code != "R18"), "50% is not more than 50%");

    let name = |outcome: Result<_, fundgap::vocabulary::Diagnostics>| {
        outcome.map(|_: (Found, Opened)| ()).unwrap_err().sorted().remove(0).name
    };
    assert_eq!(name(with("allow = { R99 = \"why\" }").unwrap()), "unknown_rule");
    assert_eq!(name(with("thresholds = { R10 = { red = \"1%\", reason = \"why\" } }").unwrap()), "no_threshold");
    assert_eq!(
        name(with("thresholds = { R18 = { amber = \"£5m\", reason = \"why\" } }").unwrap()),
        "rate_without_percent"
    );
    let refused = |more: &str| with(more).unwrap_err().wrong.sorted().remove(0).name;
    assert_eq!(refused("allow = { R18 = \"\" }"), "reason_missing");
    assert_eq!(refused("thresholds = { R18 = { amber = \"50%\" } }"), "reason_missing");
    assert_eq!(refused("thresholds = { R18 = { pink = \"50%\", reason = \"why\" } }"), "unknown_key");
    assert_eq!(refused("allow = \"R18\""), "wrong_type");
}
