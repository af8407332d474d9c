//! Workbooks as finance teams keep them, made for the tests.

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

/// A small council's plan on one sheet, in thousands of pounds: budgets by service, pressures and savings by
/// what each year adds, savings and funding shown negative, a sum under each block and the gap at the end.
pub fn small_council() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("MTFS").unwrap();
    sheet.write(0, 0, "Smallshire Council: medium-term financial strategy").unwrap();
    sheet.write(2, 0, "Service").unwrap();
    sheet.write(2, 1, "Budget line").unwrap();
    for (column, year) in (2..).zip(["2025/26 base £000", "2026/27 £000", "2027/28 £000", "2028/29 £000"]) {
        sheet.write(2, column, year).unwrap();
    }
    let rows: &[(&str, &str, &[f64])] = &[
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
    for (at, (service, title, figures)) in (3..).zip(rows) {
        row(sheet, at, &[service, title], figures);
    }
    workbook.save_to_buffer().unwrap()
}

/// Words and then figures in a row, counted from 0.
fn row(sheet: &mut Worksheet, at: u32, words: &[&str], figures: &[f64]) {
    for (column, word) in (0..).zip(words) {
        sheet.write(at, column, *word).unwrap();
    }
    let first = u16::try_from(words.len()).unwrap();
    for (column, figure) in (first..).zip(figures) {
        sheet.write(at, column, *figure).unwrap();
    }
}

/// A list of savings with everything in it that cannot be read, in pounds.
pub fn troubled() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Savings 'b' list").unwrap();
    row(sheet, 0, &["Saving £", "2026/27", "2027/28"], &[]);
    row(sheet, 1, &["Route review"], &[1000.0, 2000.0]);
    // A text, a formula that was never calculated, an error, digits beyond the penny.
    row(sheet, 2, &["Text"], &[500.0]);
    sheet.write(2, 2, "see note").unwrap();
    row(sheet, 3, &["Not computed"], &[500.0]);
    sheet.write_formula(3, 2, Formula::new("=B4*2").set_result("")).unwrap();
    row(sheet, 4, &["An error"], &[500.0]);
    sheet.write_formula(4, 2, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    row(sheet, 5, &["Digits"], &[1_234.567_89, 0.1 + 0.2]);
    // The same title twice, a figure the other way, a figure as text, one without a title, words that look like a formula.
    row(sheet, 6, &["Route review"], &[10.0, 20.0]);
    row(sheet, 7, &["Other way"], &[-5.0, 20.0]);
    row(sheet, 8, &["As text"], &[1.0]);
    sheet.write(8, 2, "1,250.50").unwrap();
    row(sheet, 9, &[""], &[7.0, 7.0]);
    row(sheet, 10, &["=cmd|' /C calc'!A1"], &[30.0, 30.0]);
    let date = Format::new().set_num_format("dd/mm/yyyy");
    row(sheet, 11, &["A date"], &[1.0]);
    sheet.write_with_format(11, 2, 46_000, &date).unwrap();
    sheet.set_row_hidden(1).unwrap();
    sheet.set_column_hidden(2).unwrap();
    sheet.merge_range(13, 0, 13, 2, "Notes", &Format::new()).unwrap();
    let rates = workbook.add_worksheet();
    rates.set_name("Assumptions").unwrap();
    row(rates, 0, &["Rate", "2026/27", "2027/28"], &[]);
    row(rates, 1, &["Pay"], &[3.0, 0.025]);
    workbook.save_to_buffer().unwrap()
}

/// A sheet of many lines, half of them with a sum of the lines above after every hundred.
pub fn many(lines: u32) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Lines").unwrap();
    row(sheet, 0, &["Budget line £", "2026/27", "2027/28", "2028/29"], &[]);
    for at in 0..lines {
        let amount = f64::from(at * 7 % 1000 + 1);
        row(sheet, at + 1, &[&format!("Line {at}")], &[amount, amount + 1.0, amount + 2.0]);
    }
    workbook.save_to_buffer().unwrap()
}

/// An input sheet to the contract of `fundgap export`: path, unit and figures by year, an empty cell for none.
pub fn inputs(rows: &[(&str, &str, &[Typed])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Inputs Smallshire").unwrap();
    sheet.write(0, 0, "Inputs: Smallshire").unwrap();
    let headings = [
        "Path",
        "What it is",
        "Unit",
        "All years",
        "2026/27",
        "2027/28",
        "2028/29",
        "Source",
        "Owner",
        "Place",
        "Note",
    ];
    for (column, heading) in (0..).zip(headings) {
        sheet.write(4, column, heading).unwrap();
    }
    for (at, (path, unit, figures)) in (5..).zip(rows) {
        sheet.write(at, 0, *path).unwrap();
        sheet.write(at, 1, "=words that look like a formula").unwrap();
        sheet.write(at, 2, *unit).unwrap();
        for (column, figure) in (3..).zip(*figures) {
            match figure {
                Typed::Blank => {}
                Typed::Number(number) => {
                    sheet.write(at, column, *number).unwrap();
                }
                Typed::Words(words) => {
                    sheet.write(at, column, *words).unwrap();
                }
            }
        }
    }
    // A sheet on which the workbook reckons.
    workbook.add_worksheet().write(0, 0, "Cells").unwrap();
    workbook.save_to_buffer().unwrap()
}

/// What is typed into a cell.
pub enum Typed {
    Blank,
    Number(f64),
    Words(&'static str),
}
