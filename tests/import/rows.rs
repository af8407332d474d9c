//! Rows that are no items of their own: sums above their parts, headings that stand again, results in words.

use rust_xlsxwriter::{Formula, Workbook};

use super::{holds, pence, text};
use crate::common::Folder;

/// Adults 30 is 10 and 20, Place 7 is 3 and 4: 37 in all, and 40 in the second year.
#[test]
fn a_subtotal_above_its_parts_is_a_sum() {
    let folder = Folder::new("import-above");
    folder.write(
        "budget.csv",
        "Service £,2026/27,2027/28\nAdults,30,32\nOlder,10,11\nDisability,20,21\nPlace,7,8\nWaste,3,3\nRoads,4,5\nTotal,37,40\n",
    );
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(
        &ran.out,
        &[
            "`Adults` is the sum of rows 3 to 4: left out; if it is a line of its own, add its row to `keep`",
            "`Place` is the sum of rows 6 to 7: left out",
            "row 8: `Total` is the sum of rows 3 to 7: left out",
        ],
    );
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(3_700));
    assert_eq!(pence(&folder, "plan.toml", "requirement@2027/28"), Some(4_000));
    // With `keep` it is read all the same: 67.
    let map = text(&folder, "budget.map.toml");
    folder.write("budget.map.toml", map.replace("round ", "keep = [2]\nround "));
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--force"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(pence(&folder, "plan.toml", "line/adults/closing@2026/27"), Some(3_000));
}

/// The same by formula, and a total above everything: 12 is 5 and 7.
#[test]
fn a_formula_that_adds_the_rows_below_it_is_a_sum() {
    let folder = Folder::new("import-above-formula");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0..).zip(["Budget line £", "2026/27", "2027/28"]) {
        sheet.write(0, column, heading).unwrap();
    }
    for (at, (title, first, second)) in
        (1..).zip([("Adults", 12.0, 13.0), ("Older", 5.0, 6.0), ("Younger", 7.0, 7.0), ("Parks", 2.0, 2.0)])
    {
        sheet.write(at, 0, title).unwrap();
        sheet.write(at, 1, first).unwrap();
        sheet.write(at, 2, second).unwrap();
    }
    sheet.write_formula(1, 1, Formula::new("=SUM(B3:B4)").set_result("12")).unwrap();
    sheet.write_formula(1, 2, Formula::new("=SUBTOTAL(9,C3:C4)").set_result("13")).unwrap();
    folder.write("Budget.xlsx", workbook.save_to_buffer().unwrap());
    let ran = folder.run(&["import", "Budget.xlsx", "-o", "plan.toml", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["row 2: `Adults` is the sum of rows 3 to 4: left out"]);
    // 5 + 7 + 2.
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(1_400));
}

/// A first line that is by chance what two others come to is left alone where the total below counts it.
#[test]
fn a_line_that_a_total_below_counts_is_no_sum() {
    let folder = Folder::new("import-above-not");
    folder.write("budget.csv", "Service £,2026/27\nPay,10\nRent,4\nFuel,6\nTotal,20\n");
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["`Total` is the sum of rows 2 to 4"]);
    assert!(!ran.out.contains("`Pay` is the sum"), "{}", ran.out);
}

/// Adults 30 and Place 7 above their parts, 5 that belong to none of them, and what all come to: 42, by no name that
/// says so. That it adds shows that the others are sums.
#[test]
fn parts_that_end_in_the_midst_of_a_block_are_known_by_what_all_come_to() {
    let folder = Folder::new("import-above-loose");
    let rows = "Service £,2026/27,2027/28\nAdults,30,32\nOlder,10,11\nDisability,20,21\nPlace,7,8\nWaste,3,3\nRoads,4,5\nContingency,5,5\n";
    folder.write("budget.csv", format!("{rows}Net budget,42,45\n"));
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(
        &ran.out,
        &[
            "`Adults` is the sum of rows 3 to 4",
            "`Place` is the sum of rows 6 to 7",
            "`Net budget` is the sum of rows 3 to 8",
        ],
    );
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(4_200));
}

/// A total above everything that is not the sum of it is told and is no line: 3 and 9 are 12, not 12.5.
#[test]
fn a_total_at_the_top_is_no_line() {
    let folder = Folder::new("import-total-first");
    folder.write("budget.csv", "Service £m,2026/27\nTotal net budget,12.5\nAdults,3\nPlace,9\n");
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["`Total net budget` is named as a total and is not the sum of rows above or below it"]);
    let base = pence(&folder, "plan.toml", "requirement@2026/27");
    assert_eq!(base, Some(1_200_000_000));
}

#[test]
fn a_row_that_is_to_come_does_not_split_its_range() {
    let folder = Folder::new("import-tbc");
    folder.write(
        "budget.csv",
        "Savings £,2026/27,2027/28\nAgreed savings,,\nHome First,10,20\nRoutes,tbc,TBC\nFleet,n/a,n/a\nParks,5,6\n\
         Total savings,tbc,tbc\nFunding gap,tbc,tbc\nShortfall,see note 4,\n",
    );
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--width", "200"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(
        &ran.out,
        &[
            "4 items from 1 range",
            "B4: holds the text `tbc` where a figure belongs",
            "C5: holds the text `n/a` where a figure belongs",
            "row 7: `Total savings` is named as a total and holds words where figures would stand: left out",
            "rows 8 to 9: what the plan comes to (a gap, a balance): a result and no line",
        ],
    );
    assert!(!ran.out.contains("Not read"), "{}", ran.out);
    holds(&text(&folder, "plan.toml"), &["[saving.routes]", "[saving.fleet]", "# FILL IN: B4 holds the text `tbc`"]);
}

/// Years that stand again, as words and as numbers: the rows below are of the kind and unit above.
#[test]
fn headings_that_stand_again_are_headings() {
    let folder = Folder::new("import-headings-again");
    let words = "Saving,2026/27,2027/28\n,£000,£000\n";
    let numbers = "All in £000,,\nSaving,2026,2027\n";
    for (name, heading, years) in [("words.csv", words, "2026/27,2027/28"), ("numbers.csv", numbers, "2026,2027")] {
        folder.write(
            name,
            format!(
                "{heading}Agreed savings,,\nA,1,2\nB,3,4\n{heading}C,5,6\nBudget pressures,,\n{heading}D,7,8\nPlace,{years}\nE,9,9\n"
            ),
        );
        let (plan, map) = (format!("{name}.toml"), format!("{name}.map.toml"));
        let ran = folder.run(&["import", name, "-o", &plan, "--map", &map, "--exit-code", "--width", "200"]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
        holds(&ran.out, &["5 items from 3 ranges"]);
        holds(&text(&folder, &plan), &["[saving.c]", "[pressure.d]", "[pressure.e]"]);
        // A, B and C: 1 + 3 + 5 thousand; D and E 7 + 9 thousand.
        assert_eq!(pence(&folder, &plan, "savings@2026/27"), Some(900_000), "{name}");
        assert_eq!(pence(&folder, &plan, "requirement@2026/27"), Some(1_600_000), "{name}");
    }
}
