//! What a check found as SARIF 2.1.0, the form in which code scanning takes findings: one run for all scenarios, every rule
//! with its evidence, and what a scenario accepts as suppressed with its reason.

use std::io::{self, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::report::points::{Came, Checked, EXPECTATION, Level, Point, Rule, SCENARIO, Spot, all_rules};

use super::json as writer;
use super::text::clean;

/// Writes the log.
///
/// # Errors
/// What `out` says.
pub fn write(checked: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    let invalid = checked.iter().flat_map(|c| &c.points).any(|p| p.came == Came::Invalid);
    let results: Vec<Value> = checked.iter().flat_map(|c| c.points.iter().filter_map(|p| result(c, p))).collect();
    let rules: Vec<Value> = all_rules().map(rule).chain(others()).collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "fundgap",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": !invalid }],
            "results": results,
        }],
    });
    writer::write(&log, out)
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": pascal(rule.name),
        "shortDescription": { "text": rule.asks },
        "fullDescription": { "text": format!("Speaks when {}.", rule.when) },
        "help": { "text": format!("Rests on: {}. {} To mend it: {}.", rule.basis.words(), rule.evidence, rule.mend) },
        "defaultConfiguration": { "level": "warning" },
    })
}

/// What a check asks that is none of the rules.
fn others() -> [Value; 2] {
    let of = |id: &str, name: &str, asks: &str| {
        json!({
            "id": id,
            "name": name,
            "shortDescription": { "text": asks },
            "defaultConfiguration": { "level": "error" },
        })
    };
    [
        of(EXPECTATION, "FigureAsExpected", "Does the plan show what its writer expects of it?"),
        of(SCENARIO, "ScenarioOpens", "Can the scenario be opened?"),
    ]
}

/// What was found; nothing for what is as it should be.
fn result(checked: &Checked, point: &Point) -> Option<Value> {
    let (level, accepted) = match &point.came {
        Came::Passed | Came::NotAssessed => return None,
        Came::Accepted(level, reason) => (of_level(*level), Some(reason)),
        Came::Told(level) | Came::Failed(level) => (of_level(*level), None),
        Came::NotMet | Came::Invalid => ("error", None),
    };
    let mend = if point.mend.is_empty() { String::new() } else { format!(" To mend it: {}.", point.mend) };
    let stop = if point.said.ends_with(['.', '?', '!']) { "" } else { "." };
    let at = point.spot.clone().unwrap_or_else(|| Spot { file: checked.file.clone(), line: 1, column: 1 });
    let mut result = json!({
        "ruleId": point.code,
        "ruleIndex": all_rules().map(|rule| rule.code).chain([EXPECTATION, SCENARIO]).position(|id| id == point.code),
        "level": level,
        "message": { "text": clean(&format!("{}: {}{stop}{mend}", point.name, point.said)) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&at.file) },
            "region": { "startLine": at.line.max(1), "startColumn": at.column.max(1) },
        }}],
        // The file and the point, without lines: a finding that moved in its file is the same finding.
        "partialFingerprints": { "fundgapPoint/v1": fingerprint(&checked.file, &point.name) },
    });
    if let Some(reason) = accepted {
        result["suppressions"] = json!([{ "kind": "inSource", "status": "accepted", "justification": clean(reason) }]);
    }
    Some(result)
}

fn of_level(level: Level) -> &'static str {
    match level {
        Level::Amber => "note",
        Level::Red => "warning",
        Level::Critical => "error",
    }
}

fn fingerprint(file: &str, name: &str) -> String {
    let all = format!("{}\n{name}", file.replace('\\', "/"));
    Sha256::digest(all.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// `non_recurrent_share` as SARIF likes names: `NonRecurrentShare`.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    name.split('_').map(word).collect()
}

/// A path as a reference that any reader of URIs takes: relative as it was typed, or of a file.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$'()*+,;=@".contains(&byte);
    let coded: String = path
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    match () {
        () if has_drive => format!("file:///{}", coded.replacen("%3A", ":", 1)),
        () if path.starts_with('/') => format!("file://{coded}"),
        () => coded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference_that_readers_of_uris_take() {
        assert_eq!(uri("plans/a b.toml"), "plans/a%20b.toml");
        assert_eq!(uri("plans\\é:1.toml"), "plans/%C3%A9%3A1.toml");
        assert_eq!(uri("/srv/plan.toml"), "file:///srv/plan.toml");
        assert_eq!(uri("C:\\plans\\a.toml"), "file:///C:/plans/a.toml");
        assert_eq!(pascal("non_recurrent_share"), "NonRecurrentShare");
    }

    #[test]
    fn what_is_accepted_is_suppressed_with_its_reason_and_what_passed_is_left_out() {
        let of = |came| Point {
            code: "R18",
            name: "R18 concentration".into(),
            came,
            said: "one contract".into(),
            mend: String::new(),
            spot: None,
        };
        let points = vec![of(Came::Passed), of(Came::Accepted(Level::Amber, "board paper 12".into()))];
        let mut bytes = Vec::new();
        write(&[Checked { file: "plan.toml".into(), points }], &mut bytes).unwrap();
        let log: Value = serde_json::from_slice(&bytes).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 1);
        assert_eq!(results[0]["level"], "note");
        assert_eq!(results[0]["suppressions"][0]["justification"], "board paper 12");
        let at = usize::try_from(results[0]["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][at]["id"], "R18");
        assert_eq!(results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "plan.toml");
    }
}
