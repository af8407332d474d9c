//! A plan goes out as a workbook, is edited there and comes back: exactly what was edited has changed.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use common::{Folder, files, root};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Puts another number into the input of a path, in a column, as a person would: in the file of its sheet.
fn edit(workbook: &Path, path: &str, heading: &str, value: &str) {
    let mut book: Xlsx<_> = open_workbook(workbook).unwrap();
    let names = book.sheet_names();
    let (sheet, row, column) = names
        .iter()
        .enumerate()
        .filter(|(_, name)| name.starts_with("Inputs"))
        .find_map(|(at, name)| {
            let range = book.worksheet_range(name).unwrap();
            let (top, left) = range.start().unwrap();
            let words = |data: &Data| data.to_string();
            let head = range.rows().position(|row| words(&row[0]) == "Path")?;
            let row = range.rows().position(|row| words(&row[0]) == path)?;
            let column = range.rows().nth(head)?.iter().position(|cell| words(cell) == heading)?;
            Some((at, top as usize + row, left as usize + column))
        })
        .unwrap_or_else(|| panic!("no input {path} {heading}"));
    let name = format!("xl/worksheets/sheet{}.xml", sheet + 1);
    let cell = format!("<c r=\"{}{}\"", char::from(b'A' + u8::try_from(column).unwrap()), row + 1);
    let mut archive = ZipArchive::new(Cursor::new(fs::read(workbook).unwrap())).unwrap();
    let mut written = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let part = file.name().unwrap().into_owned();
        if part == name {
            let text = String::from_utf8(bytes).unwrap();
            let from = text.find(&cell).expect("the cell is in its sheet");
            let number = from + text[from..].find("<v>").expect("it has a value") + "<v>".len();
            let end = number + text[number..].find("</v>").unwrap();
            bytes = format!("{}{value}{}", &text[..number], &text[end..]).into_bytes();
        }
        written.start_file(part, SimpleFileOptions::default()).unwrap();
        written.write_all(&bytes).unwrap();
    }
    fs::write(workbook, written.finish().unwrap().into_inner()).unwrap();
}

/// The paths that `diff` says have changed, each once.
fn changed(folder: &Folder) -> BTreeSet<String> {
    let ran = folder.run(&["diff", "old.toml", "plan.toml", "--format", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut table = csv::Reader::from_reader(ran.out.as_bytes());
    let heading = table.headers().unwrap().clone();
    let column = |name: &str| heading.iter().position(|h| h == name).unwrap();
    let (kind, path) = (column("kind"), column("path"));
    let rows = table.records().map(Result::unwrap);
    rows.filter(|row| &row[kind] == "change").map(|row| row[path].to_owned()).collect()
}

/// Pay 50 → 51; Home first delivered 75% → 70%; prices 2% → 2.5% in 2027/28 alone.
#[test]
fn three_edited_inputs_are_the_three_that_changed() {
    let folder = Folder::new("round-trip");
    let text = fs::read_to_string(root().join("scenarios/exshire.toml")).unwrap();
    folder.write("old.toml", &text);
    folder.write("plan.toml", &text);
    let ran = folder.run(&["export", "plan.toml", "-o", "plan.xlsx", "-q"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let workbook = folder.path().join("plan.xlsx");
    edit(&workbook, "line.pay.base", "All years", "51000000");
    edit(&workbook, "saving.home_first.delivery", "All years", "0.7");
    edit(&workbook, "driver.prices", "2027/28", "0.025");

    let shown = folder.run(&["import", "--update", "plan.toml", "plan.xlsx", "--exit-code"]);
    assert_eq!(shown.code, 1, "{}{}", shown.out, shown.err);
    assert_eq!(fs::read_to_string(folder.path().join("plan.toml")).unwrap(), text, "it only shows");

    let ran = folder.run(&["import", "--update", "plan.toml", "plan.xlsx", "--write"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let expected = ["driver.prices", "line.pay.base", "saving.home_first.delivery"];
    assert_eq!(changed(&folder), expected.map(str::to_owned).into());

    // Every line that was not edited is as it was, comments and layout included.
    let now = fs::read_to_string(folder.path().join("plan.toml")).unwrap();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(&text), lines(&now));
    assert_eq!(before.len(), after.len());
    let moved: Vec<_> = before.iter().zip(&after).filter(|(a, b)| a != b).map(|(_, b)| b.as_str()).collect();
    assert_eq!(moved.len(), 3, "{moved:?}");
    let of_pay = ["base", "=", "51"];
    assert!(moved.iter().any(|line| line.split_whitespace().take(3).eq(of_pay)), "{moved:?}");
    assert!(moved.iter().any(|line| line.contains("\"70%\"")), "{moved:?}");
    assert!(moved.iter().any(|line| line.contains("\"2.5%\"") && line.contains("2027/28")), "{moved:?}");
}

#[test]
fn what_was_not_edited_comes_back_as_it_went_out() {
    let folder = Folder::new("round-trip-all");
    let mut inputs = 0;
    for scenario in files(&root().join("scenarios"), ".toml", false) {
        let path = scenario.to_str().unwrap();
        let ran = folder.run(&["export", path, "-o", "plan.xlsx", "-q"]);
        assert_eq!(ran.code, 0, "{path}: {}", ran.err);
        let ran = folder.run(&["import", "--update", path, "plan.xlsx", "--exit-code", "--format", "json"]);
        assert_eq!(ran.code, 0, "{path}: {}{}", ran.out, ran.err);
        inputs += 1;
    }
    assert!(inputs >= 14, "only {inputs} scenarios went out");
}
