//! Digits beyond the penny: told, refused or rounded, and never nought without a word.

use rust_xlsxwriter::{Formula, Workbook};

use super::{holds, pence, text};
use crate::common::Folder;

/// Three lines in pounds: figures far too small, one far too large, and ordinary ones with a digit too many, typed
/// and computed.
fn book() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0..).zip(["Budget line £", "2026/27", "2027/28"]) {
        sheet.write(0, column, heading).unwrap();
    }
    let rows = [("Least", 5e-324, 1e-20), ("Most", 1e300, 7.0), ("Typed", 10.125, 20.0)];
    for (at, (title, first, second)) in (1..).zip(rows) {
        sheet.write(at, 0, title).unwrap();
        sheet.write(at, 1, first).unwrap();
        sheet.write(at, 2, second).unwrap();
    }
    sheet.write_formula(3, 2, Formula::new("=B4*3").set_result("30.375")).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn the_least_and_the_largest_numbers_are_told_and_never_nought_in_silence() {
    let folder = Folder::new("import-digits");
    folder.write("Budget.xlsx", book());
    let ran = folder.run(&["import", "Budget.xlsx", "-o", "plan.toml", "--width", "200"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // 10.125 and 30.375 go up by half a penny each: 10.13 and 30.38; the least become 0.00.
    holds(
        &ran.out,
        &["B3: holds a number that is too large for any plan", "4 figures rounded to the penny, +£0.01 in total"],
    );
    assert_eq!(pence(&folder, "plan.toml", "line/typed/closing@2026/27"), Some(1013));
    // Where the map does not round, each is refused with its cell.
    let map = text(&folder, "Budget.map.toml");
    assert!(map.contains("= true"), "{map}");
    folder.write("Budget.map.toml", map.replace("round            = true", "round            = false"));
    let ran = folder.run(&["import", "Budget.xlsx", "-o", "plan.toml", "--force", "--width", "200"]);
    holds(
        &ran.out,
        &[
            "B2: holds 0.0000000000000000000000000001, which has more digits than whole pence can hold",
            "C2: holds 0.00000000000000000001, which has more digits than whole pence can hold",
        ],
    );
    assert_eq!(pence(&folder, "plan.toml", "line/least/closing@2026/27"), None);
}
