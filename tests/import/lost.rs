//! Nothing of a sheet is lost in silence: rows whose figures are texts, figures beside the table, a quote that is
//! never closed.

use crate::common::Folder;
use crate::{holds, pence, text};

/// The base year is called a budget and the years after it are not. Adults 1,000 → 1,020, Highways with spaces for
/// commas 1,000 → 1,010; what 1.5m and 12,000* mean is asked; Libraries say that they are not published.
const SHEET: &str = "\
Shire Council,,,
Service,2025/26 Budget £000,2026/27 £000,2027/28 £000
Adults,\"1,000\",\"1,020\",\"1,040\"
Highways,1 000,1 010,1 020
Parks,1.5m,1.6m,1.7m
Waste,\"12,000*\",\"12,100*\",\"12,200*\"
Libraries,n/p,n/p,n/p
Figures are provisional,,,
,,,,,,,,,77
";

#[test]
fn rows_of_texts_below_the_last_figure_are_told_and_not_lost() {
    let folder = Folder::new("import-lost");
    folder.write("budget.csv", SHEET);
    let ran = folder.run(&["import", "budget.csv", "-o", "plan.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let told = format!("{}{}", ran.out, ran.err);
    holds(
        &told,
        &[
            "5 items from 1 range",
            "2025/26 is the base year",
            "B5: holds the text `1.5m` where a figure belongs",
            "D6: holds the text `12,200*` where a figure belongs",
            "J9",
            "row 8",
        ],
    );
    let plan = text(&folder, "plan.toml");
    holds(&plan, &["base_year = \"2025/26\"", "[line.parks]", "[line.waste]", "[line.libraries]"]);
    // 1,020 thousand pounds, and 1 010.
    assert_eq!(pence(&folder, "plan.toml", "shire_council/line/adults/closing@2026/27"), Some(102_000_000));
    assert_eq!(pence(&folder, "plan.toml", "shire_council/line/highways/closing@2026/27"), Some(101_000_000));
    assert_eq!(pence(&folder, "plan.toml", "shire_council/line/parks/closing@2026/27"), None);
}

#[test]
fn a_quote_that_is_never_closed_is_an_error_with_its_place() {
    let folder = Folder::new("import-quotes-closed");
    for (sheet, place) in [
        ("Service,2026/27\nA,\"1\nB,2\nC,3\n", Some("line 2, column 3")),
        ("Service,2026/27\n\"A \"\"big\"\" one,1\n", Some("line 2, column 1")),
        ("Service,2026/27\n\"A \"\"big\"\" one\",1\n", None),
        ("Service,2026/27\n\"A\nlong one\",1\nB 2\" pipe,2\n", None),
    ] {
        folder.write("q.csv", sheet);
        let ran = folder.run(&["import", "q.csv", "-o", "q.toml", "--force"]);
        match place {
            Some(place) => {
                assert_eq!(ran.code, 2, "{sheet}{}", ran.err);
                holds(&ran.err, &[place, "begins here and is not closed"]);
                assert!(!folder.path().join("q.toml").exists(), "nothing is written");
            }
            None => assert_eq!(ran.code, 0, "{sheet}{}{}", ran.out, ran.err),
        }
        let _ = std::fs::remove_file(folder.path().join("q.toml"));
    }
}

/// A workbook and a CSV file of one name have their maps in one place: the one is never read by the other's.
#[test]
fn a_map_of_another_file_is_not_followed_unasked() {
    let folder = Folder::new("import-other-map");
    folder.write("budget.csv", SHEET);
    assert_eq!(folder.run(&["import", "budget.csv", "-o", "one.toml"]).code, 0);
    folder.write("budget.txt", "Service,2026/27\nPay,1\n");
    std::fs::rename(folder.path().join("budget.txt"), folder.path().join("budget.CSV")).unwrap();
    let ran = folder.run(&["import", "budget.CSV", "-o", "two.toml"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    holds(&ran.err, &["`budget.map.toml` says how `budget.csv` is read", "--map"]);
    assert!(!folder.path().join("two.toml").exists(), "nothing is written");
    let ran = folder.run(&["import", "budget.CSV", "-o", "two.toml", "--map", "two.map.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let ran = folder.run(&["import", "budget.csv", "-o", "three.toml", "--watch"]);
    assert_eq!(ran.code, 2);
    holds(&ran.err, &["use it with --update"]);
}
