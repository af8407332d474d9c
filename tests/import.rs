//! Importing a finance team's spreadsheet, and bringing an edited workbook back into a plan: worked examples
//! whose figures can be followed by hand, workbooks with everything that goes wrong, and files that are none.

mod common;

#[path = "import/broken.rs"]
mod broken;
#[path = "import/digits.rs"]
mod digits;
#[path = "import/encoding.rs"]
mod encoding;
#[path = "import/lost.rs"]
mod lost;
#[path = "import/pounds.rs"]
mod pounds;
#[path = "import/rows.rs"]
mod rows;
#[path = "import/sheets.rs"]
mod sheets;
#[path = "import/untold.rs"]
mod untold;
#[path = "import/update.rs"]
mod update;

use std::fs;

use common::Folder;
use fundgap::check::expectation::find_cell;
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use sheets::Typed::{Blank, Number, Words};

/// The pence of a cell in the plan.
fn pence(folder: &Folder, file: &str, cell: &str) -> Option<i128> {
    let opened = fundgap::open(&Origin::File(folder.path().join(file)), &[], &[]).unwrap_or_else(|refused| {
        panic!("{}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false))
    });
    let found = find_cell(&opened.plan, cell).unwrap_or_else(|told| panic!("{cell}: {told:?}"));
    opened.results.of(Run::Plan).steps(found)
}

fn text(folder: &Folder, file: &str) -> String {
    fs::read_to_string(folder.path().join(file)).unwrap()
}

/// That a text holds each of these.
fn holds(text: &str, parts: &[&str]) {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(flat.contains(part), "`{part}` is not in:\n{text}");
    }
}

/// Lines 12,000 + 8,000.5 + 3,500 less income 1,200: 22,300.5 in each year. Pressures add 550, 300 and 250, savings
/// 325, 100 and 0; funding is 22,350, 22,400 and 22,450.
///
/// 2026/27: 22,300.5 + 550 = 22,850.5 needed; less 325 saved and 22,350 of funding, 175.5 is short.
/// 2027/28: 22,300.5 + 850 = 23,150.5; less 425 and 22,400, 325.5.
/// 2028/29: 22,300.5 + 1,100 = 23,400.5; less 425 and 22,450, 525.5. The sheet's own row of the gap says the same.
#[test]
fn a_small_councils_sheet_becomes_its_plan_on_the_first_go() {
    let folder = Folder::new("import-small");
    folder.write("Budget.xlsx", sheets::small_council());
    let ran = folder.run(&["import", "Budget.xlsx", "-o", "plan.toml", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for (cell, thousands_and_tenths) in [
        ("requirement@2026/27", 228_505),
        ("requirement@2027/28", 231_505),
        ("requirement@2028/29", 234_005),
        ("savings@2026/27", 3_250),
        ("savings@2028/29", 4_250),
        ("funding@2026/27", 223_500),
        ("gap_after_savings@2026/27", 1_755),
        ("gap_after_savings@2027/28", 3_255),
        ("gap_after_savings@2028/29", 5_255),
    ] {
        assert_eq!(pence(&folder, "plan.toml", cell), Some(thousands_and_tenths * 10_000), "{cell}");
    }
    let plan = text(&folder, "plan.toml");
    holds(
        &plan,
        &[
            "source = \"Budget.xlsx, sheet MTFS, D5:F5\"",
            "base_year = \"2025/26\"",
            "[organisation.smallshire_council]",
            "[line.parking_income]",
            "\"2026/27\" = 8000.5",
            "service = \"Adults\"",
        ],
    );
    assert!(!plan.contains("Total"), "a sum became an item:\n{plan}");
    holds(
        &ran.out,
        &[
            "`Total base budget` is the sum of rows 5 to 8: left out",
            "`Total funding` is the sum of rows 19 to 21: left out",
            "row 23: what the plan comes to (a gap, a balance)",
            "what the plan comes to (a gap, a balance): not read as lines",
            "2025/26 is the base year, as its heading says",
        ],
    );

    // The map is kept and followed: the same plan from it, the map as it was, nothing written over.
    let map = text(&folder, "Budget.map.toml");
    let again = folder.run(&["import", "Budget.xlsx", "-o", "again.toml", "--exit-code"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(text(&folder, "again.toml"), plan);
    assert_eq!(text(&folder, "Budget.map.toml"), map);
    let over = folder.run(&["import", "Budget.xlsx", "-o", "plan.toml"]);
    assert_eq!((over.code, text(&folder, "plan.toml") == plan), (2, true), "{}", over.err);
    holds(&over.err, &["`plan.toml` is there already", "--force"]);

    // What the map says is so: without income by its sign, the figure is one that a line cannot have.
    folder.write("Budget.map.toml", map.replace("\"income_negative\"", "\"as_shown\""));
    let refused = folder.run(&["import", "Budget.xlsx", "-o", "plan.toml", "--force", "--exit-code"]);
    assert_eq!(refused.code, 1, "{}", refused.err);
    holds(&refused.out, &["D8: `Parking income` is negative, and a line is written positive"]);
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), None);
}

#[test]
fn what_cannot_be_read_is_told_with_its_cell_and_is_never_nought() {
    let folder = Folder::new("import-troubled");
    folder.write("Savings.xlsx", sheets::troubled());
    let ran = folder.run(&["import", "Savings.xlsx", "-o", "plan.toml", "--exit-code", "--width", "200"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    holds(
        &ran.out,
        &[
            "sheet `Savings 'b' list`, C3: holds the text `see note` where a figure belongs",
            "sheet `Savings 'b' list`, C5: holds the error #DIV/0!",
            "sheet `Savings 'b' list`, B8: `Other way` is negative, and a saving is written positive",
            "sheet `Savings 'b' list`, C12: holds a date (2025-12-09) where a figure belongs",
            "row 10: has figures and no title in column A: left out",
            "row 7: `Route review` has the name of another saving: it is `route_review_2`",
            "1 figure rounded to the penny",
            "1 figure stored as text",
            "1 figure read to fifteen digits",
            "row 2: 1 hidden row was read like any other",
            "column C: 1 hidden column was read like any other",
            "A14:C14: 1 range of cells is merged",
            "sheet `Assumptions`, B2: holds 3, which may be 3% or a hundred times that",
            "cannot tell whether 2.5 or 0.025 means 2.5%",
        ],
    );
    let plan = text(&folder, "plan.toml");
    holds(&plan, &["# FILL IN: C5 holds the error #DIV/0!", "title = \"=cmd|' /C calc'!A1\"", "\"2027/28\" = 1250.5"]);
    // 1234.56789 was rounded to the penny by the map's own word: 1,234.57 is 0.00211 more.
    holds(&plan, &["\"2026/27\" = 1234.57, \"2027/28\" = 0.3"]);
    holds(&ran.out, &["+£0.00211 in total"]);
    assert_eq!(pence(&folder, "plan.toml", "savings@2026/27"), None);
    assert_eq!(pence(&folder, "plan.toml", "saving/route_review/in_year@2026/27"), Some(100_000));

    // Refused rather than rounded when the map says so; a rate is read once its unit is said.
    let map = text(&folder, "Savings.map.toml");
    assert!(map.contains("= \"ask\"") && map.contains("= true"), "{map}");
    folder.write(
        "Savings.map.toml",
        map.replace("= \"ask\"", "= \"%\"").replace("round            = true", "round            = false"),
    );
    let ran = folder.run(&["import", "Savings.xlsx", "-o", "plan.toml", "--force", "--width", "200"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    holds(&ran.out, &["B6: holds 1234.56789, which has more digits than whole pence can hold"]);
    holds(&text(&folder, "plan.toml"), &["pay = { \"2026/27\" = \"3%\", \"2027/28\" = \"0.025%\""]);
}

/// Gateshead's published table (MTFS 2025/26 to 2029/30, £m), as somebody typed it into a CSV file: needed 320.647
/// less funding 307.323 is 13.324 short in 2025/26, and 338.095 less 315.048 is 23.047 in 2026/27.
#[test]
fn a_published_table_as_csv_gives_its_published_gap() {
    let folder = Folder::new("import-csv");
    folder.write(
        "gateshead.csv",
        "Gateshead Council (£m),,\nLine,2025/26,2026/27\nEstimated base,320.647,338.095\n\
         Estimated funding (excluding reserves),-307.323,-315.048\n\
         Cumulative funding gap (before reserves),13.324,23.047\nPlanned use of reserves,-8.500,-4.000\n",
    );
    let ran = folder.run(&["import", "gateshead.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(pence(&folder, "plan.toml", "gap_before_savings@2025/26"), Some(1_332_400_000));
    assert_eq!(pence(&folder, "plan.toml", "gap_before_savings@2026/27"), Some(2_304_700_000));
    holds(&text(&folder, "plan.toml"), &["source = \"gateshead.csv, B3:C3\"", "unit = \"£m\"", "planned_use"]);
    holds(&ran.out, &["2025/26 is the first year of the plan, and 2024/25 the base year"]);
}

#[test]
fn files_that_are_no_workbook_are_told_and_never_a_panic() {
    let folder = Folder::new("import-broken");
    let good = sheets::small_council();
    let cut = good[..good.len() / 2].to_vec();
    let mut flipped = good.clone();
    for at in (200..flipped.len()).step_by(97) {
        flipped[at] ^= 0x5a;
    }
    let mut locked = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty.xlsx", Vec::new(), "is no .xlsx workbook"),
        ("text.xlsx", b"Service,2026/27\nPay,1\n".to_vec(), "is no .xlsx workbook"),
        ("cut.xlsx", cut, "is no workbook that can be read"),
        ("flipped.xlsx", flipped, "is no workbook that can be read"),
        ("old.xls", vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "is an old .xls workbook"),
        ("locked.xlsx", locked, "is protected by a password"),
        ("binary.csv", b"a\0b".to_vec(), "is no text file"),
        ("nothing.csv", b"Service,Amount\nPay,1\n".to_vec(), "no row of any sheet holds financial years"),
    ];
    for (name, bytes, told) in cases {
        folder.write(name, bytes);
        let ran = folder.run(&["import", name, "-o", "plan.toml"]);
        assert_eq!(ran.code, 2, "{name}: {}{}", ran.out, ran.err);
        holds(&ran.err, &[told, "hint:"]);
    }
    let missing = folder.run(&["import", "none.xlsx"]);
    assert_eq!(missing.code, 3, "{}", missing.err);
    assert!(!folder.path().join("plan.toml").exists());
}

#[test]
fn a_map_that_is_wrong_or_no_longer_fits_is_told_with_its_place() {
    let folder = Folder::new("import-map");
    folder.write("Budget.xlsx", sheets::small_council());
    assert_eq!(folder.run(&["import", "Budget.xlsx", "-o", "plan.toml"]).code, 0);
    let map = text(&folder, "Budget.map.toml");
    let told = |changed: String| {
        folder.write("Budget.map.toml", changed);
        let ran = folder.run(&["import", "Budget.xlsx", "-o", "plan.toml", "--force"]);
        assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
        ran.err
    };
    holds(
        &told(map.replace("kind             = \"saving\"", "kind             = \"savings\"")),
        &["Budget.map.toml:", "\"saving\""],
    );
    holds(&told(map.replace("recurrent        = \"not_stated\"", "")), &["does not say whether it is recurrent"]);
    holds(&told(map.replace("\"MTFS\"", "\"Plan\"")), &["`Budget.xlsx` has no sheet `Plan`", "its sheets are `MTFS`"]);
    holds(
        &told(map.replace("\"2026/27\" = \"D\"", "\"2026/27\" = \"E\"")),
        &["E3 holds `2027/28 £000` and not 2026/27"],
    );
    holds(
        &told(map.replace("title            =", "titel            =")),
        &["did you mean `title`?", "`title` is missing"],
    );
}

/// The plan of the update tests: every way in which a figure is written.
const PLAN: &str = r#"# kept
[scenario]
title = "Smallshire"
base_year = "2025/26"
years = 3
unit = "£m"
lists_from = "2026/27"
lines = "lines.csv"

[organisation.smallshire]
kind = "council"

[driver]
pay = "3%"   # the award
cpi = { "2026/27" = "2.5%", then = "2%" }   # falls

[line.pay]
base = "£50.0m"
price = "pay"

[funding.rsg]
kind = "grant"
amount = [18.0, 17.7, 17.4]   # the settlement
recurrent = true

[saving.home_first]
full_year = { likely = 1.2, source = "Report 7" }
start = "2026-10"
recurrent = true
delivery = '80%'
"#;

const LINES: &str = "name,service,base,price\nwaste,Place,3.5,cpi\n";

/// Smallshire's inputs as they stand in the plan; each test changes some.
fn smallshire(change: impl Fn(&str, &mut Vec<sheets::Typed>)) -> Vec<u8> {
    let mut rows: Vec<(&str, &str, Vec<sheets::Typed>)> = vec![
        ("driver.pay", "%", vec![Blank, Number(0.03), Number(0.03), Number(0.03)]),
        ("driver.cpi", "%", vec![Blank, Number(0.025), Number(0.02), Number(0.02)]),
        ("line.pay.base", "£", vec![Number(50_000_000.0)]),
        ("line.waste.base", "£", vec![Number(3_500_000.0)]),
        ("funding.rsg.amount", "£", vec![Blank, Number(18_000_000.0), Number(17_700_000.0), Number(17_400_000.0)]),
        ("saving.home_first.full_year", "£", vec![Number(1_200_000.0)]),
        ("saving.home_first.start", "month", vec![Words("2026-10")]),
        ("saving.home_first.delivery", "%", vec![Number(0.8)]),
    ];
    for (path, _, figures) in &mut rows {
        change(path, figures);
    }
    let rows: Vec<(&str, &str, &[sheets::Typed])> = rows.iter().map(|(p, u, f)| (*p, *u, f.as_slice())).collect();
    sheets::inputs(&rows)
}

fn update_folder(name: &str, workbook: Vec<u8>) -> Folder {
    let folder = Folder::new(name);
    folder.write("plan.toml", PLAN);
    folder.write("lines.csv", LINES);
    folder.write("edited.xlsx", workbook);
    folder
}

#[test]
fn an_unchanged_workbook_changes_nothing() {
    let folder = update_folder("update-none", smallshire(|_, _| {}));
    let ran = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["none of", "inputs was changed"]);
    assert_eq!(text(&folder, "plan.toml"), PLAN);
}

#[test]
fn changed_inputs_are_shown_and_then_written_in_the_style_of_the_file() {
    let folder = update_folder(
        "update-write",
        smallshire(|path, figures| match path {
            // One year of a figure for all years; a year under `then`; one of a list; one with evidence; a month.
            "driver.pay" => figures[2] = Number(0.035),
            "driver.cpi" => figures[3] = Number(0.0175),
            "line.pay.base" => figures[0] = Number(51_250_000.0),
            "funding.rsg.amount" => figures[2] = Number(17_000_000.0),
            "saving.home_first.full_year" => figures[0] = Number(1_300_000.0),
            "saving.home_first.start" => figures[0] = Words("2027-01"),
            "saving.home_first.delivery" => figures[0] = Number(0.75),
            _ => {}
        }),
    );
    let shown = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--exit-code", "--width", "160"]);
    assert_eq!(shown.code, 1, "{}{}", shown.out, shown.err);
    holds(
        &shown.out,
        &[
            "7 changes among",
            "saving.home_first.delivery",
            "Oct 2026",
            "Jan 2027",
            "plan.toml:28:9",
            "plan.toml:30:12",
            "nothing was written; add --write",
        ],
    );
    assert_eq!(text(&folder, "plan.toml"), PLAN);
    let written = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write"]);
    assert_eq!(written.code, 0, "{}{}", written.out, written.err);
    let expected = PLAN
        .replace("pay = \"3%\"", "pay = { \"2026/27\" = \"3%\", \"2027/28\" = \"3.5%\", \"2028/29\" = \"3%\" }")
        .replace("then = \"2%\"", "\"2027/28\" = \"2%\", \"2028/29\" = \"1.75%\", then = \"2%\"")
        .replace("£50.0m", "£51.25m")
        .replace("17.7", "17.0")
        .replace("likely = 1.2", "likely = 1.3")
        .replace("2026-10", "2027-01")
        .replace("'80%'", "'75%'");
    assert_eq!(text(&folder, "plan.toml"), expected);
    // Nothing is left to bring back.
    let again = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--exit-code"]);
    assert_eq!(again.code, 0, "{}", again.out);
}

#[test]
fn an_input_of_another_file_is_written_there_only_when_it_is_named() {
    let changed = || {
        smallshire(|path, figures| {
            if path == "line.waste.base" {
                figures[0] = Number(3_750_000.0)
            }
        })
    };
    let folder = update_folder("update-elsewhere", changed());
    let told = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write", "--exit-code"]);
    assert_eq!(told.code, 1, "{}{}", told.out, told.err);
    holds(&told.out, &["line.waste.base", "belongs to lines.csv", "--also lines.csv", "nothing was written"]);
    assert_eq!((text(&folder, "plan.toml"), text(&folder, "lines.csv")), (PLAN.to_owned(), LINES.to_owned()));
    let written = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write", "--also", "lines.csv"]);
    assert_eq!(written.code, 0, "{}{}", written.out, written.err);
    assert_eq!(text(&folder, "lines.csv"), LINES.replace("3.5", "3.75"));
    assert_eq!(text(&folder, "plan.toml"), PLAN);
    let set =
        folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write", "--set", "line.waste.base=£4m"]);
    holds(&set.out, &["was set with --set: change it there"]);
}

#[test]
fn what_an_edited_workbook_says_wrongly_is_not_taken() {
    let folder = update_folder(
        "update-wrong",
        smallshire(|path, figures| match path {
            "driver.pay" => figures[1] = Words("lots"),
            "line.pay.base" => figures[0] = Number(50_000_000.123),
            "funding.rsg.amount" => figures[1] = Blank,
            "saving.home_first.delivery" => figures[0] = Number(0.9),
            _ => {}
        }),
    );
    let ran = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    holds(
        &ran.out,
        &[
            "E6: `driver.pay` holds the text `lots`: not taken",
            "D8: `line.pay.base` holds 50000000.123, which has more digits than an amount in pence holds: not taken",
            "E10: `funding.rsg.amount` is empty in 2026/27: not taken",
        ],
    );
    assert_eq!(text(&folder, "plan.toml"), PLAN.replace("'80%'", "'90%'"));
    // A figure that the plan cannot have is refused with the plan's own message, and nothing is written.
    folder.write(
        "edited.xlsx",
        smallshire(|path, figures| {
            if path == "line.pay.base" {
                figures[0] = Number(-1.0)
            }
        }),
    );
    folder.write("plan.toml", PLAN);
    let refused = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write"]);
    assert_eq!(refused.code, 2, "{}{}", refused.out, refused.err);
    assert_eq!(text(&folder, "plan.toml"), PLAN);
    let none = folder.run(&["import", "--update", "plan.toml", "plan.xlsx"]);
    assert_eq!(none.code, 3, "{}", none.err);
    folder.write("other.xlsx", sheets::small_council());
    let other = folder.run(&["import", "--update", "plan.toml", "other.xlsx"]);
    assert_eq!(other.code, 2, "{}", other.err);
    holds(&other.err, &["has no input sheets of a plan"]);
}

/// Figures in every other layout: a table under its own header, a table within braces, Windows line ends, a default that
/// no file gives yet, a year that repeats the one before it.
#[test]
fn every_layout_of_a_figure_is_changed_where_it_stands() {
    let plan = "[scenario]\ntitle = \"Smallshire\"\nbase_year = \"2025/26\"\nyears = 3\nunit = \"£m\"\n\n\
        [organisation.smallshire]\nkind = \"council\"\n\n\
        [line]\nwaste = { base = 3.5, addressable = \"60%\" }\n\n\
        [line.care]\nclients = { opening = 1000, growth = \"2%\", weekly_fee = \"£956\", fee_uplift = \"3%\" }\n\n\
        [pressure.growth]\nvalues = \"in_year\"\nrecurrent = true\n\n\
        [pressure.growth.amount]\n  # rises\n  \"2026/27\" = 1_000\n  otherwise = \"hold\"\n\n\
        [pressure.other]\namount = { \"2027-28\" = \"£250k\", otherwise = 0 } # kept\nvalues = \"change\"\nrecurrent = true\n"
        .replace('\n', "\r\n");
    let folder = Folder::new("update-layouts");
    let workbook = sheets::inputs(&[
        ("line.waste.base", "£", &[Number(3_600_000.0)]),
        ("line.care.clients.opening", "count", &[Number(1_010.0)]),
        ("line.care.clients.weekly_fee", "£ each", &[Number(960.5)]),
        (
            "pressure.growth.amount",
            "£",
            &[Blank, Number(1_000_000_000.0), Number(1_100_000_000.0), Number(1_000_000_000.0)],
        ),
        ("pressure.other.amount", "£", &[Blank, Number(0.0), Number(300_000.0), Words("n/p")]),
    ]);
    folder.write("plan.toml", &plan);
    folder.write("edited.xlsx", &workbook);
    let ran = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let expected = plan
        .replace("base = 3.5", "base = 3.6")
        .replace("opening = 1000", "opening = 1010")
        .replace("£956", "£960.5")
        .replace("  otherwise = \"hold\"", "  \"2027/28\" = 1_100\r\n  \"2028/29\" = 1_000\r\n  otherwise = \"hold\"")
        .replace("£250k", "£300k")
        .replace("otherwise = 0", "\"2026/27\" = 0, \"2028/29\" = \"not_published\", otherwise = 0");
    assert_eq!(text(&folder, "plan.toml"), expected);
}

/// A workbook whose one part is 300 MB of noughts: some 300 kB on disk.
#[test]
fn a_file_that_becomes_too_large_is_refused_before_it_is_believed() {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let deflated = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/worksheets/sheet1.xml", deflated).unwrap();
    let block = vec![b'0'; 1 << 20];
    for _ in 0..300 {
        archive.write_all(&block).unwrap();
    }
    let folder = Folder::new("import-bomb");
    folder.write("bomb.xlsx", archive.finish().unwrap().into_inner());
    let ran = folder.run(&["import", "bomb.xlsx"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(&ran.err, &["becomes more than 256 MB when it is unpacked"]);
}

#[test]
fn five_thousand_rows_are_read() {
    let folder = Folder::new("import-many");
    folder.write("Lines.xlsx", sheets::many(5_000));
    let ran = folder.run(&["import", "Lines.xlsx", "-o", "plan.toml", "--exit-code"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // 5,000 lines of 1 to 1,000, five of each: 5 × 500,500.
    assert_eq!(pence(&folder, "plan.toml", "requirement@2026/27"), Some(250_250_000));
}
