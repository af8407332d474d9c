//! Nothing of a file is lost without a word.

use super::{holds, pence, text};
use crate::common::Folder;

/// Pay is 1,000 with a space, Premises £1.5m among thousands, 1,500: 2,500 in all that can be read.
#[test]
fn every_row_below_the_last_figure_is_read_or_told() {
    let folder = Folder::new("import-untold");
    folder.write(
        "budget.csv",
        "Smallshire Council (£000),,\nService,2026/27,2027/28\nPay,1 000,1\u{a0}010\nPremises,£1.5m,£1.6m\n\
         Waste,\"12,000*\",1.5m\nParks,tbc,tbc\nRoads,30,40\nLate,7*,8*\nLater,tbc,\nA note.,,\n,,,,,99\n",
    );
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--exit-code", "--width", "200"]);
    let plan = text(&folder, "plan.toml");
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    holds(
        &ran.out,
        &[
            "B5: holds the text `12,000*` where a figure belongs",
            "C5: holds the text `1.5m` where a figure belongs",
            "B8: holds the text `7*` where a figure belongs",
            "B6: holds the text `tbc` where a figure belongs",
            "B9: holds the text `tbc` where a figure belongs",
            "row 10: only words: headings or notes, left out",
            "F11: figures outside the table, not read",
        ],
    );
    assert!(!plan.contains("service = \"Parks\""), "a row to come was taken for a service:\n{plan}");
    holds(&plan, &["[line.parks]", "[line.later]", "# FILL IN: B6 holds the text `tbc`"]);
    holds(&plan, &["[line.pay]", "\"2026/27\" = 1000", "\"2026/27\" = 1500", "[line.late]"]);
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), None);
}

#[test]
fn a_quotation_mark_that_is_not_closed_swallows_nothing() {
    let folder = Folder::new("import-quote");
    folder.write("budget.csv", "Service,2026/27\nPay,1\nParks,\"2\nWaste,3\n");
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(&ran.err, &["`budget.csv`, line 3, column 7: a field in quotation marks begins here", "hint: close it"]);
    assert!(!folder.path().join("plan.toml").exists());
}
