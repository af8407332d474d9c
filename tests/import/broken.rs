//! Workbooks that are broken: told in our own words, with the file, what of it is broken and what to do.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{holds, sheets};
use crate::common::Folder;

/// A workbook with one of its parts made into something else, or left out.
fn with_part(part: &str, becomes: Option<&dyn Fn(String) -> String>) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(sheets::small_council())).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut file = from.by_index(at).unwrap();
        let name = file.name().unwrap().to_string();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        if name == part {
            match becomes {
                Some(becomes) => text = becomes(text),
                None => continue,
            }
        }
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn what_is_broken_is_said_in_our_own_words() {
    let folder = Folder::new("import-broken-parts");
    let good = sheets::small_council();
    let sheet = "xl/worksheets/sheet1.xml";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut.xlsx", good[..good.len() / 2].to_vec(), "its list of parts is missing or damaged"),
        ("head.xlsx", b"PK\x03\x04".to_vec(), "its list of parts is missing or damaged"),
        ("no_book.xlsx", with_part("xl/workbook.xml", None), "is missing"),
        ("no_sheet.xlsx", with_part(sheet, None), "it names a sheet `MTFS` that is not in it"),
        (
            "no_list.xlsx",
            with_part("xl/_rels/workbook.xml.rels", None),
            "its part `xl/_rels/workbook.xml.rels` is missing",
        ),
        (
            "cut_sheet.xlsx",
            with_part(sheet, Some(&|text: String| text[..text.len() / 2].to_owned())),
            "sheet `MTFS` is not written as a workbook is",
        ),
        (
            "odd_cell.xlsx",
            with_part(sheet, Some(&|text: String| text.replace("r=\"C5\"", "r=\"5\"").replace("r=\"C6\"", "r=\"?\""))),
            "names cell 5, which no sheet has",
        ),
    ];
    for (name, bytes, told) in cases {
        folder.write(name, bytes);
        let ran = folder.run(&["import", name, "-o", "plan.toml"]);
        assert_eq!(ran.code, 2, "{name}: {}{}", ran.out, ran.err);
        holds(&ran.err, &[&format!("`{name}` is no workbook that can be read: "), told, "save it again as .xlsx"]);
        for word in ["rror:", "Zip", "Xml", "EOF", "EoCD", "invalid", "Invalid", "Some(", "InvalidArchive"] {
            let said = ran.err.strip_prefix("error:").unwrap_or(&ran.err);
            assert!(!said.contains(word), "{name} says `{word}`:\n{}", ran.err);
        }
    }
    assert!(!folder.path().join("plan.toml").exists());
}
