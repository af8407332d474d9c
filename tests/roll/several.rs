//! Rolling several years at once, and files that extend each other.

use std::path::PathBuf;

use super::{ask, differences, open, pence, rolled};
use crate::common::Folder;
use fundgap::roll::{Ask, Cause, What};
use fundgap::scenario::actuals::Actuals;
use fundgap::sheet::Run;
use fundgap::vocabulary::Measure;

/// Pay 10 and a saving of 0.5 that is in place from the first year; funding 9.
const PLAN: &str = r#"[scenario]
title = "Smallshire"
base_year = "2025/26"
years = 4
unit = "£m"

[organisation.smallshire]
kind = "council"

[line.pay]
base = 10
price = "3%"

[funding.all]
kind = "other"
amount = 9
recurrent = true

[saving.route_review]
amount = { "2026/27" = 0.5, then = 0 }
values = "change"
recurrent = true
"#;

/// Of the 0.5 only 0.2 was delivered in 2026/27: 0.3 goes back into the base and stays there. Two years are rolled:
/// the 0.3 is in the base of 2027/28, and what widens the gap of 2028/29 and 2029/30 is that correction and no more.
#[test]
fn an_earlier_years_correction_stays_a_correction() {
    let folder = Folder::new("roll-two-years");
    let file = folder.write("plan.toml", PLAN);
    let old = open(file.to_str().unwrap());
    let file = folder.write(
        "actuals.toml",
        "[actuals]\nyear = \"2026/27\"\nunit = \"£m\"\n[saving.route_review]\ndelivered = 0.2\n",
    );
    let actuals = Actuals::read(&file, &old.scenario).unwrap_or_else(|_| panic!("read"));
    let to = Some("2027/28".parse().unwrap());
    let new = rolled(&old, &Ask { to, actuals: Some(actuals), ..ask() });
    assert_eq!(differences(&new, Measure::GapAfterSavings, Run::Plan), [Some(30_000_000); 2]);
    for measure in [Measure::GapAfterSavings, Measure::GapBeforeSavings, Measure::Requirement] {
        let of = new.agreement.iter().find(|a| a.measure == measure && a.run == Run::Plan).unwrap();
        for year in &of.years {
            let cause = |cause| year.causes.iter().filter(|(c, _)| *c == cause).map(|(_, pence)| *pence).sum::<i128>();
            assert_eq!(cause(Cause::Actuals), 30_000_000, "{measure:?} {year:?}");
            assert_eq!(cause(Cause::Following), 0, "{measure:?} {year:?}");
        }
    }
}

/// A variant expects the second year's requirement in a list within brackets, and what it extends expects others: the
/// variant's own that do not hold any more are gone, and nothing of the other file is lost without a word.
#[test]
fn what_a_file_expects_is_matched_with_that_file() {
    let folder = Folder::new("roll-expectations");
    // 2026/27: 10.3 − 0 is required, 10.609 in 2027/28; 0.5 is saved, and in the base once rolled: 10.109 then.
    let base = format!(
        "{PLAN}\n[[expect]]\ncell = \"funding@2026/27\"\nvalue = 9\n\n[[expect]]\ncell = \"funding@2027/28\"\nvalue = 9\n\n\
         [[expect]]\ncell = \"requirement@2027/28\"\nvalue = 10.609\n"
    );
    folder.write("base.toml", base);
    let variant = "expect = [\n    { cell = \"requirement@2027/28\", value = 10.609 },\n    { cell = \"funding@2028/29\", value = 9 },\n]\n\
                   [scenario]\nextends = \"base.toml\"\ntitle = \"Variant\"\nunit = \"£m\"\n";
    let file = folder.write("variant.toml", variant);
    let old = open(file.to_str().unwrap());
    assert_eq!(old.scenario.expectations.len(), 2);
    let written = file.with_file_name("next.toml");
    let new = rolled(&old, &Ask { written: written.clone(), ..ask() });
    assert_eq!(pence(&new.opened, "requirement@2027/28", Run::Plan), Some(1_010_900_000));
    let text = |n: usize| new.files[n].1.as_str();
    assert!(!text(0).contains("requirement@2027/28"), "{}", text(0));
    assert!(text(0).contains("funding@2028/29"), "{}", text(0));
    // Of the extended file the past year is gone, which is told, and the others stand to be checked.
    assert!(!text(1).contains("funding@2026/27"), "{}", text(1));
    assert!(text(1).contains("funding@2027/28") && text(1).contains("requirement@2027/28"), "{}", text(1));
    let told = |what: What, words: &str| new.looks.iter().any(|l| l.what == what && l.words.contains(words));
    let base = PathBuf::from("base.toml");
    let base = base.display();
    assert!(told(What::Gone, &format!("{base}`: the year is past")), "{:#?}", new.looks);
    assert!(told(What::Check, &format!("{base}` speak of that file alone")), "{:#?}", new.looks);
    assert!(told(What::Gone, "`requirement@2027/28` was expected to be 10.609"), "{:#?}", new.looks);
}
