//! Workbooks as finance teams keep them, made for the tests.

use rust_xlsxwriter::{Format, Formula, Workbook};

/// A small council's plan on one sheet, in thousands of pounds: budgets by service, pressures and savings by
/// what each year adds, funding shown negative, a sum under each block and the gap at the end.
pub fn small_council() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("MTFS").unwrap();
    sheet.write(0, 0, "Smallshire Council: medium-term financial strategy").unwrap();
    let rows: &[(&str, &str, &[f64])] = &[
        ("Service", "Budget line", &[]),
        ("Base budget", "", &[]),
        ("Adults", "Older people", &[12_000.0, 12_000.0, 12_000.0, 12_000.0]),
        ("Adults", "Learning disability", &[8_000.5, 8_000.5, 8_000.5, 8_000.5]),
        ("Place", "Waste", &[3_500.0, 3_500.0, 3_500.0, 3_500.0]),
        ("Place", "Parking income", &[-1_200.0, -1_200.0, -1_200.0, -1_200.0]),
        ("", "Total base budget", &[22_300.5, 22_300.5, 22_300.5, 22_300.5]),
        ("Pressures", "", &[]),
        ("Adults", "Demand", &[0.0, 400.0, 300.0, 200.0]),
        ("Place", "Waste contract", &[0.0, 150.0, 0.0, 50.0]),
        ("", "Total pressures", &[0.0, 550.0, 300.0, 250.0]),
        ("Savings", "", &[]),
        ("Adults", "Home First", &[0.0, -250.0, -100.0, 0.0]),
        ("Place", "Route review", &[0.0, -75.0, 0.0, 0.0]),
        ("", "Total savings", &[0.0, -325.0, -100.0, 0.0]),
        ("Funding", "", &[]),
        ("", "Council tax", &[-14_000.0, -14_500.0, -15_000.0, -15_500.0]),
        ("", "Business rates", &[-5_300.5, -5_350.0, -5_400.0, -5_450.0]),
        ("", "Revenue support grant", &[-3_000.0, -2_500.0, -2_000.0, -1_500.0]),
        ("", "Total funding", &[-22_300.5, -22_350.0, -22_400.0, -22_450.0]),
        ("", "Funding gap", &[0.0, 175.5, 325.5, 525.5]),
    ];
    for (at, (service, title, figures)) in (2..).zip(rows) {
        sheet.write(at, 0, *service).unwrap();
        sheet.write(at, 1, *title).unwrap();
        for (column, figure) in (2..).zip(*figures) {
            sheet.write(at, column, *figure).unwrap();
        }
    }
    for (column, year) in (2..).zip(["2025/26 base £000", "2026/27 £000", "2027/28 £000", "2028/29 £000"]) {
        sheet.write(2, column, year).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

/// Keeps the names of the writer that other sheets of this file use.
pub fn unused() -> (Format, Formula) {
    (Format::new(), Formula::new("=1"))
}
