//! The workbook calculates to our figures: LibreOffice works out every formula of every shipped scenario
//! anew, and every cell is compared to the penny.
//!
//! By default LibreOffice keeps the values that a file brings along, and a test with right values in the
//! file would test nothing. So each workbook is written with a **wrong** value beside every formula, the
//! office is told to calculate on opening, and the test proves that no wrong value is left.
//!
//! Where no office is installed the test says so, and fails only if `FUNDGAP_REQUIRE_OFFICE` is set.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use fundgap::Opened;
use fundgap::output::xlsx::{self, Cached, Options, WRONG};
use fundgap::report::Reader;
use fundgap::report::workbook::{Made, Workbook, workbook};
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use fundgap::vocabulary::Unit;

#[path = "common/mod.rs"]
mod common;
use common::Folder;

const SHEETS: [(Run, &str); 2] = [(Run::Plan, "Plan"), (Run::RiskAdjusted, "Risk-adjusted")];

/// A cell of £100m: above it binary arithmetic may be a penny out, and the workbook shows the difference.
const LARGE: i128 = 10_000_000_000;

fn scenarios() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir("scenarios").unwrap().map(|e| e.unwrap().path()).collect();
    all.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    all.sort();
    all
}

fn open(origin: &Origin, sets: &[&str]) -> Opened {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    fundgap::open(origin, &[], &sets).unwrap_or_else(|refused| panic!("{:?}", refused.wrong))
}

fn with_book<T>(opened: &Opened, then: impl FnOnce(&Workbook<'_>) -> T) -> T {
    then(&workbook(&Reader::new(opened), &Made { version: "test", changes: &[], difference: &[] }))
}

fn bytes(opened: &Opened, cached: Cached) -> Vec<u8> {
    with_book(opened, |book| xlsx::bytes(book, &Options { created: 0, cached }).unwrap())
}

/// The office, told to calculate whatever it opens; nothing where there is none.
struct Office {
    profile: String,
}

impl Office {
    fn find(folder: &Path) -> Option<Self> {
        let there = Command::new("soffice").arg("--version").output().is_ok_and(|o| o.status.success());
        if !there {
            assert!(
                std::env::var_os("FUNDGAP_REQUIRE_OFFICE").is_none(),
                "FUNDGAP_REQUIRE_OFFICE is set, and there is no soffice"
            );
            eprintln!("no soffice is installed: the workbook's formulas were not worked out");
            return None;
        }
        let user = folder.join("profile/user");
        fs::create_dir_all(&user).unwrap();
        let setting = |name: &str| {
            format!(
                "<item oor:path=\"/org.openoffice.Office.Calc/Formula/Load\"><prop oor:name=\"{name}\" oor:op=\"fuse\">\
                 <value>0</value></prop></item>"
            )
        };
        let settings = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" \
             xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{}{}\
             </oor:items>\n",
            setting("OOXMLRecalcMode"),
            setting("ODFRecalcMode")
        );
        fs::write(user.join("registrymodifications.xcu"), settings).unwrap();
        Some(Self { profile: format!("-env:UserInstallation=file://{}", folder.join("profile").display()) })
    }

    /// Opens, calculates and saves these files in another form, all in one call.
    fn convert(&self, files: &[PathBuf], form: &str, to: &Path) {
        let output = Command::new("soffice")
            .args([&self.profile, "--headless", "--norestore", "--convert-to", form, "--outdir"])
            .arg(to)
            .args(files)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What a calculation sheet holds: by address, then by heading of the column.
fn read(path: &Path, sheet: &str) -> BTreeMap<String, BTreeMap<String, Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let (end, last) = range.end().unwrap();
    let text = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    let head = (0..=end).find(|row| text(*row, 0) == "What it is").unwrap();
    let headings: Vec<String> = (0..=last).map(|column| text(head, column)).collect();
    let address = u32::try_from(headings.iter().position(|h| h == "Address").unwrap()).unwrap();
    let mut rows = BTreeMap::new();
    for row in head + 1..=end {
        let cells = (0..)
            .zip(&headings)
            .map(|(column, heading)| (heading.clone(), range.get_value((row, column)).cloned().unwrap_or(Data::Empty)));
        rows.insert(text(row, address), cells.collect());
    }
    rows
}

/// A float in steps of a unit: the decimal that its own digits say.
fn steps(value: f64, unit: Unit) -> i128 {
    let scale = usize::try_from(unit.scale()).unwrap();
    format!("{value:.scale$}").replace('.', "").parse().unwrap()
}

#[derive(Default)]
struct Count {
    cells: usize,
    unknown: usize,
    large: usize,
    pennies: usize,
}

/// Holds every cell of both calculation sheets against the figures of a plan.
fn compare(path: &Path, opened: &Opened, count: &mut Count) {
    let sheet = &opened.plan.sheet;
    for (run, name) in SHEETS {
        let rows = read(path, name);
        for (row, info) in sheet.rows() {
            let cells =
                rows.get(&sheet.row_address(row)).unwrap_or_else(|| panic!("{} is not there", sheet.row_address(row)));
            for cell in info.cells() {
                let year = sheet.year_number(cell).map(|t| sheet.horizon().year(t).to_string());
                let found = &cells[year.as_deref().unwrap_or("All years")];
                let place = format!("{}, {name}: {}", path.display(), sheet.address(cell));
                count.cells += 1;
                match (opened.results.of(run).steps(cell), found) {
                    (None, Data::String(text)) => {
                        assert_eq!(text, "n/p", "{place}");
                        count.unknown += 1;
                    }
                    (Some(ours), Data::Float(_) | Data::Int(_)) => {
                        let theirs = match found {
                            Data::Float(value) => steps(*value, info.unit),
                            Data::Int(value) => steps(*value as f64, info.unit),
                            _ => unreachable!(),
                        };
                        if info.unit == Unit::Money && ours.abs() >= LARGE {
                            count.large += 1;
                            count.pennies += usize::from(theirs != ours);
                            assert!((theirs - ours).abs() <= 1, "{place}: {theirs} for {ours}");
                        } else {
                            assert_eq!(theirs, ours, "{place}");
                        }
                    }
                    (ours, theirs) => panic!("{place}: {theirs:?} for {ours:?}"),
                }
            }
        }
    }
}

/// Every text and number of a workbook.
fn all_values(path: &Path) -> Vec<Data> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let names = book.sheet_names();
    names
        .iter()
        .flat_map(|name| book.worksheet_range(name).unwrap().cells().map(|c| c.2.clone()).collect::<Vec<_>>())
        .collect()
}

fn wrong(values: &[Data]) -> usize {
    let wrong: f64 = WRONG.parse().unwrap();
    values.iter().filter(|v| matches!(v, Data::Float(f) if *f == wrong)).count()
}

/// What the reconciliation says of itself.
fn says(path: &Path) -> String {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    book.worksheet_range("Reconciliation").unwrap().get_value((1, 0)).unwrap().to_string()
}

/// A system of many lines, each price of its own, so that its totals are long sums.
fn large(lines: usize) -> Opened {
    use std::fmt::Write;
    let mut text = String::from(
        "[scenario]\ntitle = \"Large\"\nbase_year = \"2025/26\"\nyears = 3\nunit = \"£\"\n[organisation.a]\nkind = \"council\"\n\
         [funding.all]\nkind = \"other\"\nbase = 9000000\ngrowth = \"2%\"\nrecurrent = true\n",
    );
    for n in 0..lines {
        let _ = write!(text, "[line.l{n}]\nbase = {}.{:02}\nprice = \"{}.{}%\"\n", 1_000 + n, n % 100, n % 7, n % 10);
    }
    open(&Origin::StandardInput(text.into_bytes()), &[])
}

#[test]
fn libreoffice_works_out_every_cell_to_the_penny() {
    let folder = Folder::new("workbook");
    let (made, out) = (folder.path().join("made"), folder.path().join("out"));
    fs::create_dir_all(&made).unwrap();
    let mut plans: Vec<(PathBuf, Opened)> = scenarios()
        .into_iter()
        .map(|path| (PathBuf::from(path.file_stem().unwrap()).with_extension("xlsx"), open(&Origin::File(path), &[])))
        .collect();
    plans.push(("many-lines.xlsx".into(), large(700)));
    for (name, opened) in &plans {
        let path = made.join(name);
        fs::write(&path, bytes(opened, Cached::Wrong)).unwrap();
        assert!(wrong(&all_values(&path)) > opened.plan.sheet.len(), "{} brings wrong values along", name.display());
    }
    let Some(office) = Office::find(folder.path()) else { return };
    office.convert(&plans.iter().map(|(name, _)| made.join(name)).collect::<Vec<_>>(), "xlsx", &out);
    let mut count = Count::default();
    for (name, opened) in &plans {
        let path = out.join(name);
        assert_eq!(wrong(&all_values(&path)), 0, "{}: every value was worked out anew", name.display());
        compare(&path, opened, &mut count);
        if count.pennies == 0 {
            assert_eq!(
                says(&path),
                format!("All {} cells agree with the figures of fundgap.", 2 * opened.plan.sheet.len())
            );
        }
    }
    println!(
        "{} cells of {} workbooks worked out by LibreOffice and compared with ours: {} n/p, {} of £100m or more, of \
         which {} are a penny out",
        count.cells,
        plans.len(),
        count.unknown,
        count.large,
        count.pennies
    );
    assert!(count.cells > 10_000);
}

#[test]
fn a_changed_input_gives_what_set_gives() {
    let folder = Folder::new("workbook-changed");
    let Some(office) = Office::find(folder.path()) else { return };
    let origin = || Origin::File("scenarios/exshire.toml".into());
    // What is typed in the workbook, and the same as --set has it.
    let changes = [
        ("saving.home_first.delivery", "0.55", "saving.home_first.delivery=55%"),
        ("saving.home_first.full_year", "2100000", "saving.home_first.full_year=£2.1m"),
        ("reserve.general.opening", "7000000", "reserve.general.opening=£7m"),
    ];
    let path = folder.path().join("plan.xlsx");
    fs::write(&path, bytes(&open(&origin(), &[]), Cached::Figures)).unwrap();
    office.convert(std::slice::from_ref(&path), "fods", folder.path());
    let flat = folder.path().join("plan.fods");
    let mut text = fs::read_to_string(&flat).unwrap();
    for (input, value, _) in changes {
        let row = text.find(&format!("<text:p>{input}</text:p>")).unwrap_or_else(|| panic!("no row of {input}"));
        let from = row + text[row..].find("office:value=\"").unwrap() + "office:value=\"".len();
        let to = from + text[from..].find('"').unwrap();
        text.replace_range(from..to, value);
    }
    fs::write(&flat, text).unwrap();
    // Flat XML is taken as it is; it is the workbook made of it that is worked out anew.
    let changed = folder.path().join("changed");
    office.convert(&[flat], "xlsx", &changed);
    office.convert(&[changed.join("plan.xlsx")], "xlsx", &folder.path().join("out"));
    let sets: Vec<&str> = changes.iter().map(|c| c.2).collect();
    let expected = open(&origin(), &sets);
    let mut count = Count::default();
    compare(&folder.path().join("out/plan.xlsx"), &expected, &mut count);
    assert!(says(&folder.path().join("out/plan.xlsx")).contains("cells differ"));
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let opened = open(&Origin::File("scenarios/exshire.toml".into()), &[]);
    assert!(bytes(&opened, Cached::Figures) == bytes(&opened, Cached::Figures));
    let at =
        |created| with_book(&opened, |book| xlsx::bytes(book, &Options { created, cached: Cached::Figures }).unwrap());
    assert!(at(0) != at(1_000_000_000));
}

#[test]
fn values_stand_beside_their_formulas() {
    let folder = Folder::new("workbook-values");
    let path = folder.path().join("plan.xlsx");
    for name in ["scenarios/exshire.toml", "scenarios/england-2016-21.toml"] {
        let opened = open(&Origin::File(name.into()), &[]);
        fs::write(&path, bytes(&opened, Cached::Figures)).unwrap();
        compare(&path, &opened, &mut Count::default());
        assert!(says(&path).starts_with("All "));
    }
}

#[test]
fn inputs_are_as_the_importer_reads_them() {
    let folder = Folder::new("workbook-inputs");
    let path = folder.path().join("plan.xlsx");
    let opened = open(&Origin::File("scenarios/exshire.toml".into()), &[]);
    fs::write(&path, bytes(&opened, Cached::Figures)).unwrap();
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let mut paths = Vec::new();
    for name in book.sheet_names().into_iter().filter(|n| n.starts_with("Inputs")) {
        let range = book.worksheet_range(&name).unwrap();
        let text = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
        let head = (0..20).find(|row| text(*row, 0) == "Path").unwrap();
        let headings: Vec<String> = (0..=range.end().unwrap().1).map(|c| text(head, c)).collect();
        let mut expected = vec!["Path".to_owned(), "What it is".into(), "Unit".into(), "All years".into()];
        expected.extend(opened.plan.horizon().plan().map(|t| opened.plan.horizon().year(t).to_string()));
        expected.extend(["Source", "Owner", "Place", "Note"].map(str::to_owned));
        assert_eq!(headings[..expected.len()], expected[..], "{name}");
        paths.extend((head + 1..=range.end().unwrap().0).map(|row| text(row, 0)));
    }
    let mut known: Vec<String> = opened.plan.sheet.assumptions().iter().map(|a| a.path.to_string()).collect();
    known.sort();
    known.dedup();
    paths.sort();
    assert_eq!(paths, known);
}

#[test]
fn words_are_inert() {
    let folder = Folder::new("workbook-inert");
    let path = folder.path().join("plan.xlsx");
    let text = "[scenario]\ntitle = \"=1+1\"\nbase_year = \"2025/26\"\nyears = 2\nunit = \"£m\"\n[organisation.a]\nkind = \
                \"council\"\ntitle = \"=HYPERLINK(\\\"http://example.org\\\")\\u001b[31m\"\n[line.x]\ntitle = \"@SUM(A1) <script>\"\n\
                base = 10\nprice = \"5%\"\nsource = \"=cmd|x\"\n[funding.f]\nkind = \"other\"\nbase = 10\ngrowth = \"1%\"\n\
                recurrent = true\n[reserve.general]\nopening = 3\nkind = \"general\"\ntitle = \"=A1\"\n";
    let opened = open(&Origin::StandardInput(text.as_bytes().to_vec()), &[]);
    fs::write(&path, bytes(&opened, Cached::Figures)).unwrap();
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    for name in book.sheet_names() {
        for (_, _, formula) in book.worksheet_formula(&name).unwrap().cells() {
            assert!(
                !formula.contains("HYPERLINK") && !formula.contains("1+1") && !formula.contains("cmd"),
                "{formula}"
            );
        }
        for (_, _, value) in book.worksheet_range(&name).unwrap().cells() {
            assert!(!value.to_string().contains('\u{1b}'));
        }
    }
    assert_eq!(book.worksheet_range("Summary").unwrap().get_value((0, 0)), Some(&Data::String("=1+1".into())));
}

#[test]
fn a_system_of_five_thousand_lines_keeps_to_what_excel_takes() {
    let opened = large(5_000);
    let folder = Folder::new("workbook-large");
    let path = folder.path().join("plan.xlsx");
    fs::write(&path, bytes(&opened, Cached::Figures)).unwrap();
    let mut book: Xlsx<_> = open_workbook(&path).unwrap();
    let formulas = book.worksheet_formula("Plan").unwrap();
    let longest = formulas.used_cells().map(|(_, _, f)| f.len()).max().unwrap();
    assert!((100..=8_192).contains(&longest), "{longest}");
    assert!(formulas.end().unwrap().0 < 1_048_576);
    compare(&path, &opened, &mut Count::default());
}

/// A figure as `--set` takes it.
fn typed(unit: Unit, steps: i128) -> String {
    use fundgap::vocabulary::unit::plain;
    match unit {
        Unit::Money | Unit::UnitPrice => {
            let text = plain(unit, steps);
            text.strip_prefix('-').map_or_else(|| format!("£{text}"), |digits| format!("-£{digits}"))
        }
        Unit::Rate => {
            let text = plain(Unit::Rate, steps * 100);
            format!("{text}%")
        }
        Unit::Quantity | Unit::Months | Unit::Month => plain(unit, steps),
    }
}

/// Whatever input of the workbook is changed, the cells that follow in the workbook are those that follow in
/// the scenario, and no others: seen by opening every shipped scenario with each of its inputs changed.
#[test]
fn the_cells_that_follow_an_input_are_those_that_follow_set() {
    let (mut inputs, mut refused, mut rebuilt) = (0, 0, 0);
    let mut wrong = Vec::new();
    for path in scenarios() {
        let baseline = fundgap::open::Baseline::read(&Origin::File(path.clone()), &[], &[]).unwrap();
        let home = baseline.open().unwrap();
        let links = with_book(&home, |book| {
            let mut live = Vec::new();
            for (at, sheet) in book.inputs.iter().enumerate() {
                for (row, input) in sheet.rows.iter().enumerate() {
                    for value in (0..input.live.len()).filter(|value| input.live[*value]) {
                        live.push((at, row, value, input.assumption.clone()));
                    }
                }
            }
            (live, book.links.clone())
        });
        let sheet = &home.plan.sheet;
        for (at, row, value, assumption) in &links.0 {
            let Some(steps) = assumption.values[*value].0 else { continue };
            let year = assumption.by_year.then(|| i32::try_from(value + 1).unwrap());
            // Not so far that a share passes the whole or a year the plan, and no number that is there by chance.
            let new = match assumption.unit {
                Unit::Month => steps + 1,
                Unit::Rate if steps > 500_000_000 => steps - 12_345_000,
                Unit::Rate => steps + 12_345_000,
                Unit::Money => steps + 12_345,
                Unit::Quantity | Unit::UnitPrice => steps + 10_000,
                Unit::Months => steps + 1_000_000_000,
            };
            let in_year = year.map(|t| format!("@{}", home.plan.horizon().year(t))).unwrap_or_default();
            let set = format!("{}{in_year}={}", assumption.path, typed(assumption.unit, new));
            let Ok(variant) = baseline.variant(std::slice::from_ref(&set)) else {
                refused += 1;
                continue;
            };
            let other = &variant.plan.sheet;
            let cells = || sheet.rows().flat_map(|(_, info)| info.cells());
            if other.len() != sheet.len() || cells().any(|c| sheet.formula(c) != other.formula(c)) {
                println!("{}: {set} builds the plan otherwise", path.display());
                rebuilt += 1;
                continue;
            }
            inputs += 1;
            for cell in cells() {
                let (Some(before), Some(after)) = (sheet.input_in_runs(cell), other.input_in_runs(cell)) else {
                    continue;
                };
                for (run, moved) in [(Run::Plan, before.0 != after.0), (Run::RiskAdjusted, before.1 != after.1)] {
                    let linked = links.1.of(cell, run).is_some_and(|l| (l.sheet, l.row, l.year) == (*at, *row, year));
                    if moved != linked {
                        wrong.push(format!(
                            "{}: {set}: {} {run:?} moved {moved}, linked {linked}",
                            path.display(),
                            sheet.address(cell)
                        ));
                    }
                }
            }
        }
    }
    println!("{inputs} inputs changed one by one; {refused} are refused, {rebuilt} build the plan otherwise");
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(inputs > 500 && rebuilt == 0);
}
