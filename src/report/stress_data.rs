//! The reverse stress test as rows and for programs.

use serde_json::{Value, json};

use super::Reader;
use super::stress::{Stressed, TESTS, broken, share, years_of};
use super::table::{Column, Figure, Table, TableCell, TableRow};
use super::tidy::Recurs;
use crate::analysis::floor::Floor;
use crate::analysis::joint::Joint;
use crate::analysis::latest_start::Until;
use crate::analysis::lever::Reading;
use crate::analysis::stress::Outcome;
use crate::sheet::Flags;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Unit};

/// The outcomes as rows: one an organisation, run, test and assumption.
#[must_use]
pub fn tidy(r: &Reader<'_>, all: &[Stressed<'_>]) -> Table {
    let recurs = Recurs::of_plan(r.plan());
    let columns =
        ["organisation", "run", "test", "kind", "assumption", "outcome", "year", "recurrence"].map(Column::text);
    let rest = [Column::figure("movement"), Column::figure("share_of_range")];
    let mut table = Table::new(columns.into_iter().chain(rest).collect());
    let year = |y: Option<FinancialYear>| y.map_or_else(String::new, |y| y.to_string());
    for s in all {
        let mut push = |texts: [&str; 7], unit: Unit, number: Option<i128>, share: Option<i128>| {
            let figure = |unit, steps: Option<i128>| {
                steps.map_or(TableCell::Empty, |s| Figure::new(unit, Some(s), Flags::EXACT).into())
            };
            let cells = texts.map(TableCell::from).into_iter().chain([figure(unit, number), figure(Unit::Rate, share)]);
            table.push(TableRow::plain(s.organisation.name.to_string(), cells.collect()));
        };
        for (r, tests) in s.tests.iter().enumerate() {
            for (n, test) in TESTS.iter().enumerate() {
                for row in &s.rows {
                    let outcome = &row.outcomes[r][n];
                    let (word, number, first) = outcome_parts(outcome);
                    let texts = [
                        tests.run.code(),
                        test,
                        "alone",
                        row.lever.words.as_str(),
                        word,
                        &year(first),
                        recurs.of_lever(&row.lever),
                    ];
                    push(texts, row.lever.unit, number, share(row, outcome));
                }
                for joint in s.joint.iter().filter(|j| j.run == tests.run && j.test == n) {
                    let word = joint_word(joint);
                    let at = joint.at.map(|h| h * 10_000_000);
                    push([tests.run.code(), test, "together", "", word, &year(joint.year), ""], Unit::Rate, at, None);
                }
                for latest in &s.starts {
                    let (word, month, first) = until_parts(latest.limits[r][n]);
                    let texts = [
                        tests.run.code(),
                        test,
                        "latest_start",
                        latest.path.as_str(),
                        word,
                        &year(first),
                        recurs.of_path(&latest.path),
                    ];
                    push(texts, Unit::Month, month, None);
                }
            }
        }
    }
    table
}

const fn outcome_parts(outcome: &Outcome) -> (&'static str, Option<i128>, Option<FinancialYear>) {
    match outcome {
        Outcome::Breaks { at, year, .. } => ("breaks", Some(*at), *year),
        Outcome::Mends { at } => ("mends", Some(*at), None),
        Outcome::NotMended => ("not_mended", None, None),
        Outcome::Holds => ("holds", None, None),
        Outcome::Still => ("no_effect", None, None),
        Outcome::NotPublished => ("not_published", None, None),
    }
}

const fn until_parts(until: Until) -> (&'static str, Option<i128>, Option<FinancialYear>) {
    match until {
        Until::Already => ("already", None, None),
        Until::Any => ("any", None, None),
        Until::NotPublished => ("not_published", None, None),
        Until::Month(month, year) => ("latest", Some(month), year),
    }
}

const fn joint_word(joint: &Joint) -> &'static str {
    match (joint.at.is_some(), joint.mends) {
        (true, false) => "breaks",
        (true, true) => "mends",
        (false, false) => "holds",
        (false, true) => "not_mended",
    }
}

/// The outcomes for programs.
#[must_use]
pub fn json(r: &Reader<'_>, all: &[Stressed<'_>], floor: Floor) -> Value {
    let year = |y: Option<FinancialYear>| y.map(|y| y.to_string());
    let bodies: Vec<Value> = all
        .iter()
        .map(|s| {
            let runs: Vec<Value> = s
                .tests
                .iter()
                .enumerate()
                .map(|(r, tests)| {
                    let of_test = |n: usize| {
                        let rows: Vec<Value> = s
                            .rows
                            .iter()
                            .map(|row| {
                                let (word, number, first) = outcome_parts(&row.outcomes[r][n]);
                                json!({
                                    "lever": row.lever.words,
                                    "title": row.title,
                                    "reading": match row.lever.reading { Reading::Value => "value", Reading::Shift => "shift" },
                                    "unit": row.lever.unit.code(),
                                    "outcome": word,
                                    "number": number.map(|n| plain(row.lever.unit, n)),
                                    "year": year(first),
                                    "share_of_range": share(row, &row.outcomes[r][n]).map(|s| plain(Unit::Rate, s)),
                                    "set": number.map(|n| row.lever.sets(n)),
                                })
                            })
                            .collect();
                        let joint: Option<Value> =
                            s.joint.iter().find(|j| j.run == tests.run && j.test == n).map(|j| {
                                let parts: Vec<Value> = j
                                    .parts
                                    .iter()
                                    .map(|p| {
                                        json!({
                                            "lever": p.lever.words,
                                            "whole": p.to.is_none().then(|| plain(p.lever.unit, p.extent)),
                                            "moved": p.to.is_none().then(|| plain(p.lever.unit, p.moved)),
                                            "each_year_to": p.to.map(|ends| match ends {
                                                [end, most] if end == most => plain(p.lever.unit, end),
                                                ends => ends.map(|end| plain(p.lever.unit, end)).join(" to "),
                                            }),
                                            "set": p.lever.sets(p.moved),
                                            "own_range": p.own_range,
                                        })
                                    })
                                    .collect();
                                json!({
                                    "outcome": joint_word(j),
                                    "hundredths_of_the_way": j.at,
                                    "year": year(j.year),
                                    "parts": parts,
                                })
                            });
                        let starts: Vec<Value> = s
                            .starts
                            .iter()
                            .map(|l| {
                                let (word, month, first) = until_parts(l.limits[r][n]);
                                json!({
                                    "path": l.path,
                                    "starts": plain(Unit::Month, l.start),
                                    "outcome": word,
                                    "latest": month.map(|m| plain(Unit::Month, m)),
                                    "year": year(first),
                                })
                            })
                            .collect();
                        json!({
                            "test": TESTS[n],
                            "broken_already": broken(tests, n),
                            "years_tested": years_of(tests, n),
                            "years_in_no_verdict": tests.targets[n].filled.iter().map(ToString::to_string).collect::<Vec<_>>(),
                            "alone": rows,
                            "together": joint,
                            "latest_starts": starts,
                        })
                    };
                    let short: Vec<Value> = tests
                        .short
                        .iter()
                        .map(|(y, p)| json!({ "year": y.to_string(), "still_to_find": plain(Unit::Money, *p) }))
                        .collect();
                    json!({ "run": tests.run.code(), "short_already": short, "tests": [of_test(0), of_test(1)] })
                })
                .collect();
            json!({ "organisation": s.organisation.name.as_str(), "runs": runs })
        })
        .collect();
    json!({
        "schema": "fundgap.stress/1",
        "scenario": r.opened.scenario.title,
        "floor": match floor { Floor::Minimum => "minimum", Floor::Nought => "nought" },
        "organisations": bodies,
    })
}
