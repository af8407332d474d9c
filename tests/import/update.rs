//! Edited workbooks that are brought back: lists of tables, readers that have gone, workbooks that are very large.

use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::process::Stdio;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::sheets::Typed::{Blank, Number};
use super::{holds, sheets, text};
use crate::common::{Folder, Ran, fundgap};

/// A pool whose overspend is shared in tiers, on lines of their own and beside each other.
const POOL: &str = r#"[scenario]
title = "Exshire"
base_year = "2025/26"
years = 3
unit = "£m"

[organisation.exshire]
kind = "council"

[organisation.icb]
kind = "icb"

[pool.better_care]
host = "exshire"
contribution = { exshire = { amount = 20 }, icb = { amount = 30 } }
spend = 52
overspend.rule = "tiered"
overspend.tiers = [
    { amount = 1, shares = { exshire = "50%", icb = "50%" } },   # as agreed
    { amount = 0.5, shares = { exshire = "40%", icb = "60%" } },
    { shares = { icb = "100%" } },
]
"#;

#[test]
fn tiers_of_a_pool_are_written_where_they_stand() {
    let folder = Folder::new("update-tiers");
    folder.write("plan.toml", POOL);
    let tiers = "pool.better_care.overspend.tiers";
    let rows = [
        (format!("{tiers}.1.amount"), "£", [Number(1_250_000.0)]),
        (format!("{tiers}.1.shares.exshire"), "%", [Number(0.45)]),
        (format!("{tiers}.1.shares.icb"), "%", [Number(0.55)]),
        (format!("{tiers}.2.amount"), "£", [Number(500_000.0)]),
    ];
    let rows: Vec<(&str, &str, &[sheets::Typed])> =
        rows.iter().map(|(p, u, f)| (p.as_str(), *u, f.as_slice())).collect();
    folder.write("edited.xlsx", sheets::inputs(&rows));
    let ran = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["9 changes among 4 inputs", "plan.toml:19:16", "wrote 9 changes into plan.toml"]);
    let wanted = POOL.replace(
        "{ amount = 1, shares = { exshire = \"50%\", icb = \"50%\" } }",
        "{ amount = 1.25, shares = { exshire = \"45%\", icb = \"55%\" } }",
    );
    assert_eq!(text(&folder, "plan.toml"), wanted);
}

/// A workbook in which the grant's first year is another.
fn edited() -> (&'static str, Vec<u8>) {
    let plan = "[scenario]\ntitle = \"S\"\nbase_year = \"2025/26\"\nyears = 3\nunit = \"£m\"\nlists_from = \"2026/27\"\n\n[organisation.s]\n\
                kind = \"council\"\n\n[funding.rsg]\nkind = \"grant\"\namount = [18.0, 17.7, 17.4]\nrecurrent = true\n";
    let figures = [Blank, Number(19_000_000.0), Number(17_700_000.0), Number(17_400_000.0)];
    (plan, sheets::inputs(&[("funding.rsg.amount", "£", &figures)]))
}

/// What was written stands, and the exit code is that of a run that was heard.
#[test]
fn a_reader_that_has_gone_changes_nothing_of_what_is_written() {
    let (plan, workbook) = edited();
    let folder = Folder::new("update-unheard");
    folder.write("edited.xlsx", workbook);
    let arguments = ["import", "--update", "plan.toml", "edited.xlsx", "--write"];
    for (more, code) in [(&[][..], 0), (&["--exit-code"][..], 1)] {
        folder.write("plan.toml", plan);
        let mut child = fundgap(folder.path())
            .args(arguments)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (code, ""));
        assert!(text(&folder, "plan.toml").contains("[19.0, 17.7, 17.4]"), "{}", text(&folder, "plan.toml"));
    }
    // A disk that is full where the report goes is told, and takes nothing back.
    if let Ok(full) = File::options().write(true).open("/dev/full") {
        folder.write("plan.toml", plan);
        let output = fundgap(folder.path()).args(arguments).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let ran = Ran::from(output);
        assert_eq!(ran.code, 0, "{}", ran.err);
        holds(&ran.err, &["note: wrote plan.toml, but could not say so"]);
        assert!(text(&folder, "plan.toml").contains("[19.0, 17.7, 17.4]"));
    }
}

/// The least number that a sheet can hold is no nought: it is not taken, and nothing is written.
#[test]
fn a_figure_too_small_to_hold_is_not_taken_as_nought() {
    let (plan, _) = edited();
    let figures = [Blank, Number(5e-324), Number(17_700_000.0), Number(17_400_000.0)];
    let folder = Folder::new("update-least");
    folder.write("plan.toml", plan);
    folder.write("edited.xlsx", sheets::inputs(&[("funding.rsg.amount", "£", &figures)]));
    let ran = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    holds(&ran.out, &["which has more digits than an amount in pence holds: not taken"]);
    assert_eq!(text(&folder, "plan.toml"), plan);
}

/// Larger than any scenario may be, and with a sheet that no reader would unpack: only the input sheets count.
#[test]
fn a_very_large_workbook_is_brought_back() {
    let (plan, workbook) = edited();
    let mut from = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut file = from.by_index(at).unwrap();
        let name = file.name().unwrap().to_string();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        to.start_file(&*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        if name == "xl/worksheets/sheet2.xml" {
            for _ in 0..300 {
                to.write_all(&vec![b' '; 1 << 20]).unwrap();
            }
        }
        to.write_all(&bytes).unwrap();
    }
    to.start_file("xl/media/image1.bin", SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
        .unwrap();
    to.write_all(&vec![7; 33 << 20]).unwrap();
    let folder = Folder::new("update-large");
    folder.write("plan.toml", plan);
    folder.write("edited.xlsx", to.finish().unwrap().into_inner());
    let ran = folder.run(&["import", "--update", "plan.toml", "edited.xlsx", "--write"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(text(&folder, "plan.toml").contains("[19.0, 17.7, 17.4]"));
    // Read as a spreadsheet all of it counts.
    let ran = folder.run(&["import", "edited.xlsx", "-o", "new.toml"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(&ran.err, &["becomes more than 256 MB when it is unpacked"]);
}

/// What is wrong with a plan that was made names the file in which it stands.
#[test]
fn what_a_made_plan_lacks_names_its_file() {
    let folder = Folder::new("import-made-wrong");
    folder.write("budget.csv", "Funding £,2026/27\nFunding,\nGrant,5\n");
    assert_eq!(folder.run(&["import", "budget.csv", "-o", "plan.toml"]).code, 0);
    let map = text(&folder, "budget.map.toml");
    folder.write("budget.map.toml", map.replace("kind         = \"council\"", "kind         = \"counsel\""));
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml", "--force"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(&ran.err, &["--> plan.toml:"]);
    assert!(!ran.err.contains("<standard input>"), "{}", ran.err);
    let ran = folder.run(&["import", "budget.csv"]);
    holds(&ran.err, &["--> <standard output>:"]);
    // And so does a plan that an edited workbook is brought back into.
    folder.write("plan.toml", "[scenario\n");
    folder.write("edited.xlsx", edited().1);
    let ran = folder.run(&["import", "--update", "plan.toml", "edited.xlsx"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(&ran.err, &["--> plan.toml:1:10"]);
}
