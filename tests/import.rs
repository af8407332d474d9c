//! Importing a finance team's spreadsheet, and bringing an edited workbook back into a plan: worked examples
//! whose figures can be followed by hand, workbooks with everything that goes wrong, and files that are none.

mod common;

#[path = "import/sheets.rs"]
mod sheets;

use std::fs;

use common::Folder;
use fundgap::check::expectation::find_cell;
use fundgap::scenario::Origin;
use fundgap::sheet::Run;

/// The pence of a cell in the plan.
fn pence(folder: &Folder, file: &str, cell: &str) -> Option<i128> {
    let opened = fundgap::open(&Origin::File(folder.path().join(file)), &[], &[]).unwrap_or_else(|refused| {
        panic!("{}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false))
    });
    let found = find_cell(&opened.plan, cell).unwrap_or_else(|| panic!("there is no cell {cell}"));
    opened.results.of(Run::Plan).steps(found)
}

#[test]
fn a_small_councils_sheet_becomes_its_plan_on_the_first_go() {
    let folder = Folder::new("import-small");
    folder.write("Budget.xlsx", sheets::small_council());
    let ran = folder.run(&["import", "Budget.xlsx", "-o", "plan.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    println!("{}{}", ran.out, ran.err);
    println!("{}", fs::read_to_string(folder.path().join("Budget.map.toml")).unwrap());
    println!("{}", fs::read_to_string(folder.path().join("plan.toml")).unwrap());
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(0));
}
