//! Parameter packs: every value has a source, none is judgement, and a plan that extends one opens,
//! shows what it uses and can say otherwise.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{Folder, files, root};
use fundgap::Opened;
use fundgap::check::expectation::find_cell;
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use toml::{Table, Value};

/// Keys that hold words and no figure.
const WORDS: [&str; 7] = ["title", "source", "owner", "note", "rule", "council_types", "unconfirmed"];

/// What a pack may speak of: figures that hold for many plans.
const MAY_HOLD: [&str; 3] = ["driver", "levy", "referendum_limit"];

/// Words of judgement, which is the plan's own.
const JUDGEMENT: [&str; 7] = ["delivery", "slippage", "minimum", "contingency", "likelihood", "demand", "status"];

fn packs() -> Vec<(String, Table)> {
    let found = files(&root().join("packs"), ".toml", true);
    assert!(!found.is_empty(), "there is no pack");
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path.file_name().unwrap().to_string_lossy().into_owned(), text.parse().expect("a pack is TOML"))
        })
        .collect()
}

/// The paths of figures without a source, their own or that of the table they stand in.
fn unsourced(value: &Value, path: &str, sourced: bool, found: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            let own = table.get("source").and_then(Value::as_str).is_some_and(|s| !s.trim().is_empty());
            for (key, value) in table.iter().filter(|(key, _)| !WORDS.contains(&key.as_str())) {
                unsourced(value, &format!("{path}.{key}"), sourced || own, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|v| unsourced(v, path, sourced, found)),
        Value::String(text) if text == "not_published" => {}
        _ if !sourced => found.push(path.to_owned()),
        _ => {}
    }
}

fn keys(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                found.push(key.clone());
                keys(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|v| keys(v, found)),
        _ => {}
    }
}

#[test]
fn every_value_of_every_pack_has_a_source() {
    let mut found = Vec::new();
    for (name, pack) in packs() {
        unsourced(&Value::Table(pack), &name, false, &mut found);
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn judgement_is_the_plans_own() {
    for (name, pack) in packs() {
        let foreign: Vec<&String> = pack.keys().filter(|k| !MAY_HOLD.contains(&k.as_str())).collect();
        assert!(foreign.is_empty(), "{name} speaks of {foreign:?}");
        let mut all = Vec::new();
        keys(&Value::Table(pack), &mut all);
        let judged: Vec<_> = all.iter().filter(|k| JUDGEMENT.iter().any(|j| k.contains(j))).collect();
        assert!(judged.is_empty(), "{name} judges: {judged:?}");
    }
}

/// A small plan beside a copy of the packs.
fn plan(test: &str, base: &str, years: u32, more: &str) -> (Folder, PathBuf) {
    let folder = Folder::new(test);
    for path in files(&root().join("packs"), ".toml", true) {
        folder.write(&format!("packs/{}", path.file_name().unwrap().to_string_lossy()), fs::read(&path).unwrap());
    }
    let text = format!(
        "[scenario]\ntitle = \"On the pack\"\nextends = [\"packs/england-2026-27.toml\"]\nbase_year = \"{base}\"\n\
         years = {years}\nunit = \"£m\"\n[organisation.exshire]\nkind = \"council\"\ncouncil_type = \"county\"\n\
         [line.non_pay]\nbase = 100\nprice = \"obr_cpi\"\n\
         [funding.tax]\nkind = \"council_tax\"\ntax_base = 1000\nband_d = \"£1000.00\"\nincrease = \"3%\"\n\
         adult_social_care = \"2%\"\n{more}"
    );
    let path = folder.write("plan.toml", text);
    (folder, path)
}

fn opened(path: PathBuf, sets: &[&str]) -> Opened {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    fundgap::open(&Origin::File(path), &[], &sets).unwrap_or_else(|refused| {
        panic!("{}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false))
    })
}

fn steps(opened: &Opened, address: &str) -> Option<i128> {
    let cell = find_cell(&opened.plan, address).unwrap_or_else(|_| panic!("no cell {address}"));
    opened.results.of(Run::Plan).steps(cell)
}

#[test]
fn a_plan_on_the_pack_opens_and_years_it_does_not_speak_of_are_not_published() {
    let (_folder, path) = plan("pack-opens", "2025/26", 2, "");
    // 100 × 1.0248 = 102.48; 102.48 × 1.0202 = 104.550096.
    let short = opened(path, &[]);
    assert_eq!(steps(&short, "line/non_pay/closing@2026/27"), Some(10_248_000_000));
    assert_eq!(steps(&short, "line/non_pay/closing@2027/28"), Some(10_455_009_600));
    assert!(short.warnings.sorted().is_empty());
    // A later plan finds the years it needs, and no figure for those that nobody published.
    let (_folder, path) = plan("pack-later", "2029/30", 2, "");
    let later = opened(path, &[]);
    assert_eq!(steps(&later, "line/non_pay/closing@2030/31"), Some(10_200_000_000));
    assert_eq!(steps(&later, "line/non_pay/closing@2031/32"), None);
    assert_eq!(steps(&later, "funding/tax/below_referendum_limit@2030/31"), None);
}

#[test]
fn the_plan_and_the_command_line_say_otherwise() {
    let (_folder, path) = plan("pack-own", "2025/26", 1, "[driver]\nobr_cpi = \"5%\"\n");
    let closing = "line/non_pay/closing@2026/27";
    assert_eq!(steps(&opened(path.clone(), &[]), closing), Some(10_500_000_000));
    assert_eq!(steps(&opened(path, &["driver.obr_cpi=1%"]), closing), Some(10_100_000_000));
    // A rise of 5% is at the limit of the pack; with a core limit of 4% one per cent is left.
    let (_folder, path) = plan("pack-set", "2025/26", 1, "");
    let left = "funding/tax/below_referendum_limit@2026/27";
    assert_eq!(steps(&opened(path.clone(), &[]), left), Some(0));
    assert_eq!(steps(&opened(path, &["referendum_limit.upper_tier.core@2026/27=4%"]), left), Some(10_000_000));
    // One key of a limit replaced by the plan, the others as in the pack.
    let own = "[referendum_limit.upper_tier]\nadult_social_care = \"3%\"\n";
    let (_folder, path) = plan("pack-key", "2025/26", 1, own);
    assert_eq!(steps(&opened(path, &[]), left), Some(10_000_000));
}

#[test]
fn what_a_plan_does_not_use_is_kept_off_its_page_and_said_in_the_register() {
    let (folder, _path) = plan("pack-page", "2025/26", 1, "");
    let page = folder.run(&["run", "plan.toml"]).out;
    let assumes = page.lines().find(|l| l.contains("Assumes")).expect("the page says what it assumes");
    assert!(assumes.contains("obr cpi 2.48%"), "{assumes}");
    assert!(!page.contains("living wage") && !page.contains("safety net"), "{page}");
    assert!(page.split_whitespace().collect::<Vec<_>>().join(" ").contains("12 more are used by nothing"), "{page}");
    let register = folder.run(&["run", "plan.toml", "--table", "assumptions", "--format", "csv"]).out;
    let status = |path: &str| register.lines().find(|l| l.contains(path)).map(str::to_owned).unwrap_or_default();
    assert!(status("driver.national_living_wage").contains("not used"), "{register}");
    assert!(status("levy.england_2026.tiers.1.rate").contains("unconfirmed, not used"), "{register}");
    assert!(!status("driver.obr_cpi").contains("not used"), "{register}");
    assert!(!status("referendum_limit.upper_tier.core").contains("not used"), "{register}");
}
