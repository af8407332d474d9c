//! The JSON Schema and the language reference against the files they describe: every shipped
//! scenario and every worked example fits the schema, mistakes do not, and the reference page is
//! what the program prints.

mod common;

use std::fs;

use common::{expect_file, files, root, run};
use fundgap::language::keys::{Key, Section};
use fundgap::scenario::{schema, sections};
use serde_json::{Map, Value, json};

/// Words of JSON Schema that say something about a value; any other word in the schema fails the
/// test, so that nothing in it goes unchecked.
const KNOWN: &[&str] = &[
    "$schema",
    "additionalProperties",
    "anyOf",
    "description",
    "enum",
    "items",
    "maxItems",
    "minItems",
    "minimum",
    "pattern",
    "patternProperties",
    "properties",
    "title",
    "type",
];

/// What is wrong with a value, as paths and words.
fn wrong(schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let Some(schema) = schema.as_object() else { return Vec::new() };
    let mut found = Vec::new();
    let mut tell = |what: String| found.push(format!("{path}: {what}"));
    if let Some(types) = schema.get("type") {
        let types = types.as_array().cloned().unwrap_or_else(|| vec![types.clone()]);
        if !types.iter().any(|t| is_type(t.as_str().unwrap(), value)) {
            tell(format!("{value} is not of type {types:?}"));
        }
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        tell(format!("{value} is not one of {words:?}"));
    }
    if let (Some(pattern), Some(text)) = (schema.get("pattern").and_then(Value::as_str), value.as_str())
        && !fits(pattern, text)
    {
        tell(format!("`{text}` does not fit {pattern}"));
    }
    if let (Some(least), Some(number)) = (schema.get("minimum").and_then(Value::as_i64), value.as_i64())
        && number < least
    {
        tell(format!("{number} is below {least}"));
    }
    if let Some(items) = value.as_array() {
        let count = |key: &str| schema.get(key).and_then(Value::as_u64).map(|n| usize::try_from(n).unwrap());
        if count("minItems").is_some_and(|n| items.len() < n) || count("maxItems").is_some_and(|n| items.len() > n) {
            tell(format!("{} items", items.len()));
        }
        if let Some(schema) = schema.get("items") {
            for (n, item) in items.iter().enumerate() {
                found.extend(wrong(schema, item, &format!("{path}[{n}]")));
            }
        }
    }
    if let Some(keys) = value.as_object() {
        found.extend(wrong_keys(schema, keys, path));
    }
    if let Some(ways) = schema.get("anyOf").and_then(Value::as_array) {
        let mut each = ways.iter().map(|way| wrong(way, value, path));
        if !each.clone().any(|w| w.is_empty()) {
            found.push(format!("{path}: {value} fits none of {} ways", ways.len()));
            found.extend(each.next_back().unwrap_or_default());
        }
    }
    found
}

fn wrong_keys(schema: &Map<String, Value>, keys: &Map<String, Value>, path: &str) -> Vec<String> {
    let group = |name: &str| schema.get(name).and_then(Value::as_object);
    let mut found = Vec::new();
    for (key, value) in keys {
        let path = format!("{path}.{key}");
        let own = group("properties").and_then(|p| p.get(key));
        let by_pattern = group("patternProperties").into_iter().flatten().filter(|(p, _)| fits(p, key));
        let mut known = false;
        for schema in own.into_iter().chain(by_pattern.map(|(_, schema)| schema)) {
            known = true;
            found.extend(wrong(schema, value, &path));
        }
        if !known && schema.get("additionalProperties") == Some(&Value::Bool(false)) {
            found.push(format!("{path}: no such key"));
        }
    }
    found
}

fn is_type(word: &str, value: &Value) -> bool {
    match word {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the schema has a type `{other}`, which this test does not know"),
    }
}

/// The patterns of the schema, by hand.
fn fits(pattern: &str, text: &str) -> bool {
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    let month = |t: &str| digits(t, 2) && (1..=12).contains(&t.parse::<u32>().unwrap());
    match pattern {
        "^[0-9]{4}[/-][0-9]{2}([0-9]{2})?$" => text
            .split_once(['/', '-'])
            .is_some_and(|(first, second)| digits(first, 4) && (digits(second, 2) || digits(second, 4))),
        "^[a-z][a-z0-9_]*$" => {
            text.starts_with(|c: char| c.is_ascii_lowercase())
                && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        }
        "^[0-9]{4}-(0[1-9]|1[0-2])$" => text.split_once('-').is_some_and(|(year, m)| digits(year, 4) && month(m)),
        "^(0?[1-9]|1[0-2])$" => month(text) || (digits(text, 1) && text != "0"),
        other => panic!("the schema has a pattern `{other}`, which this test does not know"),
    }
}

/// A scenario file as the value an editor would hold against the schema.
fn as_json(text: &str) -> Value {
    fn value(read: toml::Value) -> Value {
        match read {
            toml::Value::String(text) => Value::String(text),
            toml::Value::Integer(number) => json!(number),
            toml::Value::Float(number) => json!(number),
            toml::Value::Boolean(flag) => json!(flag),
            toml::Value::Datetime(date) => json!(date.to_string()),
            toml::Value::Array(items) => Value::Array(items.into_iter().map(value).collect()),
            toml::Value::Table(table) => Value::Object(table.into_iter().map(|(k, v)| (k, value(v))).collect()),
        }
    }
    value(toml::Value::Table(text.parse::<toml::Table>().expect("a scenario is TOML")))
}

#[test]
fn every_scenario_fits_the_schema() {
    let schema = schema();
    let mut found = String::new();
    let mut count = 0;
    for folder in ["scenarios", "tests/models", "packs", "tests/cli"] {
        for path in files(&root().join(folder), ".toml", true) {
            count += 1;
            let shown = path.strip_prefix(root()).unwrap().display().to_string();
            for told in wrong(&schema, &as_json(&fs::read_to_string(&path).unwrap()), "") {
                found.push_str(&format!("{shown}{told}\n"));
            }
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(count >= 20, "only {count} files were found");
    let starter = run(&["new"]).out;
    assert_eq!(wrong(&schema, &as_json(&starter), "starter"), [""; 0]);
}

#[test]
fn mistakes_do_not_fit_the_schema() {
    let schema = schema();
    for (text, place) in [
        ("[savings.home_first]\nfull_year = 1", ".savings"),
        ("[line.care]\nvolumes = \"2%\"", ".line.care.volumes"),
        ("[line.Care]\nbase = 1", ".line.Care"),
        ("[line.care]\nprice = 2.99", ".line.care.price"),
        ("[line.care]\nbase = true", ".line.care.base"),
        ("[line.care]\nsigned = \"yes\"", ".line.care.signed"),
        ("[line.care]\nbudget = { \"2026\" = 1 }", ".line.care.budget"),
        ("[organisation.a]\nkind = \"councel\"", ".organisation.a.kind"),
        ("[saving.a]\nstart = \"2026-13\"", ".saving.a.start"),
        ("[saving.a]\nrecurrent = \"yes\"", ".saving.a.recurrent"),
        ("[scenario]\nyears = \"3\"", ".scenario.years"),
        ("[scenario]\nyears = -3", ".scenario.years"),
        ("[scenario]\nbase_year = 2025", ".scenario.base_year"),
        ("[scenario]\nbase_year = \"2025\"", ".scenario.base_year"),
        ("[fund.a]\nover = [\"2026/27\"]", ".fund.a.over"),
        ("expect = 5", ".expect"),
    ] {
        let found = wrong(&schema, &as_json(text), "");
        assert!(found.iter().any(|w| w.starts_with(place)), "{text}\nis refused with {found:?}");
    }
}

#[test]
fn the_schema_uses_only_words_that_are_checked() {
    fn walk(schema: &Value, found: &mut Vec<String>) {
        let Some(object) = schema.as_object() else { return };
        for (word, value) in object {
            if !KNOWN.contains(&word.as_str()) {
                found.push(word.clone());
            }
            match (word.as_str(), value) {
                ("properties" | "patternProperties", Value::Object(keys)) => keys.values().for_each(|v| walk(v, found)),
                ("anyOf", Value::Array(ways)) => ways.iter().for_each(|v| walk(v, found)),
                ("items", value) => walk(value, found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(&schema(), &mut found);
    assert_eq!(found, [""; 0]);
    let printed: Value = serde_json::from_str(&run(&["schema"]).out).expect("the schema is JSON");
    assert_eq!(printed, schema());
}

#[test]
fn the_reference_page_is_what_the_program_prints() {
    let ran = run(&["reference"]);
    assert_eq!(ran.code, 0);
    expect_file(&root().join("docs/language.md"), &ran.out).unwrap_or_else(|told| panic!("{told}"));
}

#[test]
fn the_page_of_rules_is_what_the_program_prints() {
    let ran = run(&["rule", "--all", "--format", "markdown"]);
    assert_eq!(ran.code, 0);
    expect_file(&root().join("docs/rules.md"), &ran.out).unwrap_or_else(|told| panic!("{told}"));
}

#[test]
fn the_reference_page_names_every_key_of_every_section() {
    fn keys(section: &'static Section, found: &mut Vec<&'static Key>) {
        for key in section.all_keys() {
            found.push(key);
        }
        section.groups().for_each(|(_, inner)| keys(inner, found));
    }
    let page = run(&["reference"]).out;
    let mut missing = Vec::new();
    for section in sections() {
        let heading = format!("\n## `[{}", section.name);
        let expect = format!("\n## `[[{}", section.name);
        if !page.contains(&heading) && !page.contains(&expect) {
            missing.push(format!("[{}]", section.name));
        }
        let mut all = Vec::new();
        keys(section, &mut all);
        for key in all {
            if !page.contains(&format!("`{}`", key.name)) || !page.contains(key.help) {
                missing.push(format!("{}: {} ({})", section.name, key.name, key.help));
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}
