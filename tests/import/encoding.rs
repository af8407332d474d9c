//! CSV files as other programs save them: Unicode text, Windows text, semicolons, decimal commas.

use super::{holds, pence, text};
use crate::common::Folder;

/// Pay is £1,500 thousand and then 2 million: in pounds 1,500,000 and 2,000,000.
const SHEET: &str = "Smallshire Council (£000)\nService\t2026/27 £000\t2027/28 £000\nPay – all\t1500.0\t2,000\n";

#[test]
fn unicode_text_is_read_and_said() {
    let folder = Folder::new("import-utf16");
    let low: Vec<u8> = SHEET.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let high: Vec<u8> = SHEET.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (name, mark, bytes) in [
        ("low.csv", [0xff, 0xfe].as_slice(), &low),
        ("high.csv", [0xfe, 0xff].as_slice(), &high),
        ("bare.csv", [].as_slice(), &low),
        ("bare_high.txt", [].as_slice(), &high),
    ] {
        folder.write(name, [mark, bytes.as_slice()].concat());
        let ran = folder.run(&["import", name, "-o", "plan.toml", "--force", "--map", &format!("{name}.map.toml")]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
        holds(
            &ran.out,
            &[
                &format!("`{name}` was saved as \"Unicode text\" (UTF-16) and was read as that"),
                "fields are separated by tabs, as the years of row 2 show",
            ],
        );
        assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(150_000_000), "{name}");
        holds(&text(&folder, "plan.toml"), &["Pay – all"]);
    }
    folder.write("cut.csv", [&[0xff, 0xfe], &low[..low.len() - 1]].concat());
    let ran = folder.run(&["import", "cut.csv", "-o", "cut.toml"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(&ran.err, &["`cut.csv` is no text file", "(UTF-16) and is broken or cut off", "CSV UTF-8"]);
}

#[test]
fn windows_text_is_read_and_its_first_sign_told_with_its_place() {
    let folder = Folder::new("import-windows");
    folder.write("budget.csv", b"Smallshire Council\nService,2026/27 \xa3000\nPay \x96 all,1500\n");
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(
        &ran.out,
        &["`budget.csv` is not UTF-8 but Windows text (Windows-1252)", "line 2, column 17 is `£`", "CSV UTF-8"],
    );
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(150_000_000));
    holds(&text(&folder, "plan.toml"), &["Pay – all"]);
}

#[test]
fn semicolons_are_read_where_figures_have_decimal_points() {
    let folder = Folder::new("import-semicolons");
    folder.write(
        "budget.csv",
        "Smallshire Council, budget, all\nService;2026/27, £000;2027/28, £000\nPay, all;12.5;13\n",
    );
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["fields are separated by semicolons, as the years of row 2 show"]);
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(1_250_000));
}

#[test]
fn decimal_commas_are_told_as_what_they_are() {
    let folder = Folder::new("import-decimal-commas");
    // 1.234 would be read as one and a bit: nothing of the file is.
    folder.write("budget.csv", "Service;2026/27 £000;2027/28 £000\nPay;1.234;1.234,50\nRent;12,5;13\n");
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(
        &ran.err,
        &["`budget.csv`, C2: `1.234,50` has a decimal comma, and so has 1 other figure", "1,234.50", "decimal points"],
    );
    assert!(!folder.path().join("plan.toml").exists());
    folder.write("thousands.csv", "Service;2026/27 £000\nPay;1.234.567\n");
    let ran = folder.run(&["import", "thousands.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(&ran.err, &["`thousands.csv`, B2: `1.234.567` has points between its thousands: the sheet"]);
    // Nobody can tell 320.647 of a file with semicolons from thousands: it is read as it stands, and said.
    folder.write("unclear.csv", "Service;2026/27 £m\nPay;320.647\n");
    let ran = folder.run(&["import", "unclear.csv", "-o", "unclear.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["B2 holds `320.647`", "read as decimals, not as thousands"]);
    assert_eq!(pence(&folder, "unclear.toml", "requirement@2026/27"), Some(32_064_700_000));
    // Codes of accounts are no figures.
    folder.write("codes.csv", "Code,Service,2026/27 £000\n100.200.300,Pay,1\n\"12,34\",Rent,2\n");
    let ran = folder.run(&["import", "codes.csv", "-o", "codes.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // One among figures with decimal points is a slip of its own cell.
    folder.write("slip.csv", "Service;2026/27 £000;2027/28 £000\nPay;1.5;1234.50\nRent;12,5;13\n");
    let ran = folder.run(&["import", "slip.csv", "-o", "slip.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["B3: holds the text `12,5`, which has a decimal comma; type it with a decimal point"]);
}
