//! Kept results: a figure, a word or a unit that was edited is found, and said to have been.

mod common;

use common::Folder;

/// Keeps a result, edits it, and asks what is said of it.
fn edited(name: &str, from: &str, to: &str) -> common::Ran {
    let folder = Folder::new(name);
    folder.write("plan.toml", std::fs::read_to_string("scenarios/exshire.toml").unwrap());
    assert_eq!(folder.run(&["run", "plan.toml", "-o", "plan.json"]).code, 0);
    let kept = std::fs::read_to_string(folder.path().join("plan.json")).unwrap();
    assert!(kept.contains(from), "{from}");
    folder.write("plan.json", kept.replacen(from, to, 1));
    let mut ran = folder.run(&["verify", "plan.json", "--width", "200"]);
    // Sentences are wrapped for reading.
    ran.out = ran.out.replace('\n', " ");
    ran
}

#[test]
fn an_edited_figure_is_said_to_be_edited() {
    let ran = edited("kept-figure", "\"105232000.00\"", "\"105000000.00\"");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("1 of 1210 figures of the result no longer hold"), "{}", ran.out);
    assert!(ran.out.contains("the kept file was edited, or another build of that version made it"), "{}", ran.out);
}

#[test]
fn an_edited_label_is_named_with_its_row() {
    let (from, to) = ("Exshire County Council: gap in the year before savings", "Exshire: something else");
    let ran = edited("kept-words", from, to);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("all 1210 figures of the result hold, to the penny; what it says of"), "{}", ran.out);
    assert!(ran.out.contains("exshire/gap_before_savings") && ran.out.contains(to), "{}", ran.out);
    assert!(ran.out.contains("the kept file was edited"), "{}", ran.out);
}

#[test]
fn an_edited_unit_is_named_with_its_row() {
    let from = "\"measure\": \"requirement\",\n      \"unit\": \"GBP\"";
    let ran = edited("kept-unit", from, "\"measure\": \"requirement\",\n      \"unit\": \"GBP_each\"");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("exshire/requirement") && ran.out.contains("GBP_each"), "{}", ran.out);
}

#[test]
fn a_result_of_another_version_is_said_to_be() {
    let ran = edited("kept-version", "\"fundgap\": \"", "\"fundgap\": \"0.0.9-");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("where it was 0.0.9-"), "{}", ran.out);
}
