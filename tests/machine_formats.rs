//! What `check` writes for continuous integration, over every small plan of the rules, a plan that does not open and a
//! file that is not there: what a reader of each format relies on.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::run as fundgap;
use serde_json::Value;

/// Every small plan of the rules, a scenario that cannot be judged and one that is not there.
fn scenarios() -> Vec<String> {
    let folder = std::fs::read_dir("tests/realism").unwrap();
    let mut files: Vec<String> = folder.map(|f| f.unwrap().path().to_string_lossy().replace('\\', "/")).collect();
    files.retain(|f| f.ends_with(".toml"));
    files.sort();
    files.extend(["tests/cli/small.toml", "tests/cli/judged.toml", "tests/cli/none.toml"].map(str::to_owned));
    files
}

/// What a check of all of them writes.
fn written(format: &str) -> String {
    let files = scenarios();
    let args: Vec<&str> = ["check", "--format", format].into_iter().chain(files.iter().map(String::as_str)).collect();
    let ran = fundgap(&args);
    assert_eq!(ran.code, 3, "a file that is not there is the worst: {}", ran.err);
    ran.out
}

#[test]
fn every_result_of_sarif_names_a_rule_and_a_line_that_are_there() {
    let log: Value = serde_json::from_str(&written("sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "two scenarios did not open");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > scenarios().len(), "{} results", results.len());
    let mut fingerprints = BTreeSet::new();
    let mut suppressed = 0;
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        assert!(result["message"]["text"].as_str().unwrap().ends_with('.'), "{result}");
        let place = &result["locations"][0]["physicalLocation"];
        let file = place["artifactLocation"]["uri"].as_str().unwrap();
        let line = usize::try_from(place["region"]["startLine"].as_u64().unwrap()).unwrap();
        if Path::new(file).exists() {
            let lines = std::fs::read_to_string(file).unwrap().lines().count();
            assert!((1..=lines).contains(&line), "{file}:{line}");
        } else {
            assert_eq!((file, line), ("tests/cli/none.toml", 1));
        }
        let fingerprint = result["partialFingerprints"]["fundgapPoint/v1"].as_str().unwrap();
        assert!(fingerprints.insert(fingerprint.to_owned()), "two results are taken for one: {result}");
        suppressed += usize::from(result.get("suppressions").is_some());
    }
    assert_eq!(suppressed, suppressed_in_the_files(), "what a scenario accepts is suppressed");
}

/// How many findings the files accept, as the JSON of the check has them.
fn suppressed_in_the_files() -> usize {
    let accepted = |file: &String| {
        let ran = fundgap(&["check", file, "--format", "json"]);
        let Ok(value) = serde_json::from_str::<Value>(&ran.out) else { return 0 };
        value["findings"].as_array().unwrap().iter().filter(|f| !f["accepted"].is_null()).count()
    };
    scenarios().iter().map(accepted).sum()
}

#[test]
fn the_suites_of_junit_count_what_they_hold() {
    let xml = written("junit");
    let count = |text: &str, what: &str| text.matches(what).count();
    let attribute = |line: &str, name: &str| -> usize {
        let at = line.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        line[at..].split('"').next().unwrap().parse().unwrap()
    };
    let suites: Vec<&str> = xml.split("<testsuite ").skip(1).collect();
    assert_eq!(suites.len(), scenarios().len());
    for suite in &suites {
        let head = format!(" {}", suite.lines().next().unwrap());
        assert_eq!(attribute(&head, "tests"), count(suite, "<testcase "), "{head}");
        assert_eq!(attribute(&head, "failures"), count(suite, "<failure "), "{head}");
        assert_eq!(attribute(&head, "errors"), count(suite, "<error "), "{head}");
        assert_eq!(attribute(&head, "skipped"), count(suite, "<skipped "), "{head}");
        let names: Vec<&str> = suite.split("<testcase name=\"").skip(1).map(|c| c.split('"').next().unwrap()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "two cases of one name: {head}");
    }
    let head = xml.lines().nth(1).unwrap();
    assert_eq!(attribute(head, "tests"), count(&xml, "<testcase "));
    assert_eq!(attribute(head, "failures"), count(&xml, "<failure "));
    assert!(count(&xml, "<failure ") > 0 && count(&xml, "<error ") == 4);
    for tag in ["testsuites", "testsuite", "failure", "error", "system-out"] {
        let opened = count(&xml, &format!("<{tag} ")) + count(&xml, &format!("<{tag}>"));
        assert_eq!(opened, count(&xml, &format!("</{tag}>")), "{tag}");
    }
}

#[test]
fn annotations_of_github_are_a_line_each_and_name_a_file_that_is_there() {
    let text = written("github");
    let mut levels = Vec::new();
    for line in text.lines() {
        let (command, rest) = line.strip_prefix("::").unwrap().split_once(' ').unwrap();
        levels.push(["error", "warning", "notice"].iter().position(|level| *level == command).unwrap());
        let (properties, said) = rest.split_once("::").unwrap();
        let file = properties.strip_prefix("file=").unwrap().split(',').next().unwrap();
        assert!(Path::new(file).exists() || file == "tests/cli/none.toml", "{line}");
        assert!(!said.is_empty());
    }
    assert!(levels.is_sorted(), "worst first, since GitHub shows the first ten");
    assert_eq!(levels.iter().collect::<BTreeSet<_>>().len(), 3, "the small plans have all three");
}

#[test]
fn the_ending_of_the_file_says_the_format_and_one_file_holds_all_scenarios() {
    let folder = std::env::temp_dir().join(format!("fundgap-machine-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, begins) in [("report.xml", "<?xml"), ("report.sarif", "{")] {
        let file = folder.join(name);
        let path = file.to_str().unwrap();
        let ran = fundgap(&["check", "tests/cli/small.toml", "scenarios/exshire.toml", "-o", path]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with(begins) && text.contains("scenarios/exshire.toml"), "{text}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_fails_in_junit_is_what_the_exit_code_says() {
    let of = |level: &str| fundgap(&["check", "tests/cli/small.toml", "--format", "junit", "--fail-on", level]);
    let (never, red, amber) = (of("never"), of("red"), of("amber"));
    assert_eq!((never.code, never.out.matches("<failure ").count()), (0, 0));
    assert_eq!((red.code, red.out.matches("<failure ").count()), (1, 1));
    assert_eq!((amber.code, amber.out.matches("<failure ").count()), (1, 3), "R10, R25 and R33");
}

/// The script of `examples/ci` in a repository with a change: what is written, and how it ends.
#[cfg(unix)]
#[test]
fn the_example_for_continuous_integration_does_what_its_page_says() {
    use std::process::Command;
    let folder = common::Folder::new("ci-example");
    let git = |args: &[&str]| {
        let who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let done = Command::new("git").args(who).args(args).current_dir(folder.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let plan = std::fs::read_to_string(common::root().join("tests/cli/small.toml")).unwrap();
    std::fs::create_dir(folder.path().join("plans")).unwrap();
    folder.write("plans/small plan.toml", &plan);
    folder.write("plans/other.toml", &plan);
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "as it was"]);
    let changed = plan.replacen("likely = \"3%\"", "likely = \"4%\"", 1);
    assert_ne!(changed, plan, "the plan has a pay assumption to change");
    folder.write("plans/small plan.toml", &changed);
    let script = common::root().join("examples/ci/check-plans.sh");
    let run = |fail_on: &str| {
        let mut command = Command::new("bash");
        command.arg(&script).args(["plans", "results", "HEAD"]).current_dir(folder.path());
        command.env("FUNDGAP", env!("CARGO_BIN_EXE_fundgap")).env("FAIL_ON", fail_on);
        let done = command.output().unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    // The small plan's expectations are of 3%: they are no longer met.
    let (code, told, wrong) = run("never");
    assert_eq!((code, wrong.as_str()), (Some(1), ""));
    assert!(told.starts_with("::error file=plans/small plan.toml,line="), "{told}");
    assert!(told.contains("::warning file=plans/other.toml,line=16,col=15,title=R10"), "{told}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join("results").join(name)).unwrap();
    assert!(read("plans.sarif").contains("plans/small%20plan.toml"));
    assert_eq!(read("plans.xml").matches("<testsuite ").count(), 2);
    let comment = read("comment.md");
    assert!(comment.starts_with("<!-- fundgap diff -->") && comment.contains("3% → 4%"), "{comment}");
    assert_eq!(comment.matches("<!-- fundgap diff -->").count(), 1, "the other plan did not change");

    // What is not valid ends with 2, and is told at its place.
    folder.write("plans/other.toml", plan.replacen("years", "yeers", 1));
    let (code, told, _) = run("never");
    assert_eq!(code, Some(2));
    assert!(told.contains("::error file=plans/other.toml,line="), "{told}");
}

#[test]
fn the_workflow_calls_the_script_and_finds_its_own_comment() {
    let workflow = std::fs::read_to_string(common::root().join("examples/ci/github.yml")).unwrap();
    assert!(workflow.contains(".github/check-plans.sh plans results \"$BASE\""));
    assert!(workflow.contains("startswith(\"<!-- fundgap diff -->\")"));
    assert!(workflow.contains("sarif_file: results/plans.sarif") && workflow.contains("body=@results/comment.md"));
}
