//! Two plans and the steps between them: a real plan whose versions were published, plans of other
//! years and bodies, changes that are no plan alone, and a plan as its repository had it.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Folder, fundgap, root};
use fundgap::Opened;
use fundgap::analysis::diff::{Difference, Method, Question, difference};
use fundgap::scenario::Origin;
use fundgap::sheet::Run;

fn open(text: &str) -> Opened {
    fundgap::open(&Origin::StandardInput(text.as_bytes().to_vec()), &[], &[]).unwrap_or_else(|refused| {
        panic!("{}\n{text}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false))
    })
}

fn shipped(name: &str) -> Opened {
    fundgap::open(&Origin::File(root().join("scenarios").join(name)), &[], &[]).unwrap()
}

fn between(a: &Opened, b: &Opened, method: Method) -> Difference {
    let measure = "gap_after_planned_reserves".to_owned();
    difference(a, b, &Question { measure, scope: None, method }).unwrap()
}

/// Each step by the paths it holds, with its effect on the first scope in the plan, in thousands of pounds.
fn steps(d: &Difference) -> Vec<(String, Vec<i128>)> {
    let thousands = |pence: i128| {
        assert_eq!(pence % 100_000, 0);
        pence / 100_000
    };
    d.steps
        .iter()
        .map(|s| {
            let paths: Vec<String> = s.changes.iter().map(|n| d.pair.changes[*n].path()).collect();
            let years = (0..d.frame.years.len()).map(|y| thousands(s.effects.at(0, Run::Plan, y).unwrap()));
            (paths.join(" + "), years.collect())
        })
        .collect()
}

fn said(steps: &[(&str, &[i128])]) -> Vec<(String, Vec<i128>)> {
    steps.iter().map(|(path, years)| ((*path).to_owned(), years.to_vec())).collect()
}

/// Lancashire between Cabinet (5 February 2026) and Full Council (26 February), in £000, by hand from the
/// published totals:
///
/// * net budget: 1,324,444 → 1,329,312 (+4,868); 1,385,095 → 1,383,641 (−1,454); 1,473,747 → 1,469,425 (−4,322)
/// * funding: 1,324,444 → 1,329,312 (+4,868); 1,385,095 → 1,383,641 (−1,454); 1,473,747 → 1,452,105 (−21,642)
/// * so the gap of 2028/29 goes from nought to −4,322 + 21,642 = 17,320, as Full Council's report says.
#[test]
fn lancashire_between_its_meetings() {
    let (cabinet, council) = (shipped("lancashire-2026-29-cabinet.toml"), shipped("lancashire-2026-29.toml"));
    let expected = said(&[
        ("line.place.budget", &[0, -7_414, -1_620]),
        ("line.resources.budget", &[0, -11_852, -41_961]),
        ("line.corporate.budget", &[4_868, 17_810, 39_255]),
        // Worked out of the Cabinet's total, and named by Full Council: one line goes and one comes.
        ("line.not_in_directorates", &[-1_297, -1_297, -1_297]),
        ("line.chief_executive_services", &[1_297, 1_299, 1_301]),
        ("funding.total.amount", &[-4_868, 1_454, 21_642]),
    ]);
    for method in [Method::OneAtATime, Method::Shapley] {
        let d = between(&cabinet, &council, method);
        assert_eq!(steps(&d), expected);
        assert!(d.interaction.is_nought());
        let lines = [4_868, -1_454, -4_322];
        for (year, published) in lines.into_iter().enumerate() {
            let sum: i128 = expected[..5].iter().map(|(_, years)| years[year]).sum();
            assert_eq!(sum, published);
        }
        let gap = |year| d.closing.at(0, Run::Plan, year).unwrap();
        assert_eq!([gap(0), gap(1), gap(2)], [0, 0, 1_732_000_000]);
    }
    // The sources of funding were keyed for 2026/27 only: no step of the gap rests on them.
    let d = between(&cabinet, &council, Method::OneAtATime);
    let tax = d.pair.changes.iter().position(|c| c.path() == "funding.council_tax.amount").unwrap();
    assert!(d.unmoved.contains(&tax));
}

const HEAD: &str =
    "[scenario]\ntitle = \"t\"\nbase_year = \"2025/26\"\nyears = 2\nunit = \"£m\"\nlists_from = \"2026/27\"\n";

/// A schedule that replaces a full-year effect is one step: neither key is a saving alone.
#[test]
fn a_schedule_for_a_full_year_effect_is_one_step() {
    let plan = |saving: &str| {
        open(&format!(
            "{HEAD}[organisation.a]\nkind = \"council\"\n[line.b]\nbase = 10\n[saving.s]\nrecurrent = true\n{saving}"
        ))
    };
    let a = plan("full_year = 2\nstart = \"2026-10\"\n");
    let b = plan("amount = [3, 3]\nvalues = \"in_year\"\n");
    for (a, b, sign) in [(&a, &b, 1), (&b, &a, -1)] {
        let d = between(a, b, Method::OneAtATime);
        let all = steps(&d);
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(all[0].1, [-2_000 * sign, -1_000 * sign]);
    }
}

/// A body that joins brings its items; the first plan counts it as nought.
#[test]
fn a_body_that_joins_is_one_step_from_nought() {
    let a = open(&format!(
        "{HEAD}[organisation.alpha]\nkind = \"council\"\n[line.x]\norganisation = \"alpha\"\nbase = 10\n"
    ));
    let more = "[organisation.bravo]\nkind = \"icb\"\n[line.y]\norganisation = \"bravo\"\nbase = 4\n";
    let b = open(&format!(
        "{HEAD}[organisation.alpha]\nkind = \"council\"\n[line.x]\norganisation = \"alpha\"\nbase = 11\n{more}"
    ));
    let d = between(&a, &b, Method::OneAtATime);
    let names: Vec<&str> = d.frame.scopes.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["alpha", "bravo", "system"]);
    assert_eq!(d.opening.at(1, Run::Plan, 0), Some(0));
    assert_eq!(d.closing.at(1, Run::Plan, 0), Some(400_000_000));
    // A system of one body is that body: 10, and 11 + 4 when the other has joined.
    assert_eq!(d.opening.at(2, Run::Plan, 0), Some(1_000_000_000));
    assert_eq!(d.closing.at(2, Run::Plan, 0), Some(1_500_000_000));
    assert_eq!(steps(&d), said(&[("line.x.base", &[1_000, 1_000]), ("line.y + organisation.bravo", &[0, 0])]));
}

/// The same digits in a file of another unit are another figure; the same figure in other digits is none.
#[test]
fn each_figure_keeps_the_unit_of_its_file() {
    let plan = |unit: &str, base: &str, funding: &str| {
        open(&format!(
            "{}[organisation.a]\nkind = \"council\"\n[line.b]\nbase = {base}\n[funding.f]\nkind = \"other\"\namount = [{funding}]\nrecurrent = true\n",
            HEAD.replace("£m", unit)
        ))
    };
    let (a, b) = (plan("£m", "10", "1, 2"), plan("£000", "10", "1000, 2000"));
    let d = between(&a, &b, Method::OneAtATime);
    // 10 million and 10 thousand pounds; a million is a thousand thousand.
    assert_eq!(steps(&d), said(&[("line.b.base", &[-9_990, -9_990])]));
}

/// Lists and named years beyond the years both plans have are left unread.
#[test]
fn a_longer_plan_is_read_shorter() {
    let plan = |years: &str, base: &str, amounts: &str| {
        open(&format!(
            "{}[organisation.a]\nkind = \"council\"\n[line.b]\nbase = {base}\n[funding.f]\nkind = \"other\"\namount = [{amounts}]\nrecurrent = true\n",
            HEAD.replace("years = 2", years)
        ))
    };
    let (a, b) = (plan("years = 2", "10", "1, 2"), plan("years = 3", "12", "1, 3, 4"));
    for (a, b, sign) in [(&a, &b, 1), (&b, &a, -1)] {
        let d = between(a, b, Method::OneAtATime);
        assert_eq!(d.years_differ.map(|(.., shared)| shared), Some(true));
        let expected =
            said(&[("line.b.base", &[2_000 * sign, 2_000 * sign]), ("funding.f.amount", &[0, -1_000 * sign])]);
        assert_eq!(steps(&d), expected);
    }
}

/// What one plan does not publish cannot be shared among the changes, and is not taken for nought.
#[test]
fn what_is_not_published_is_not_shared() {
    let plan = |base: &str, second: &str| {
        open(&format!(
            "{HEAD}[organisation.a]\nkind = \"council\"\n[line.b]\nbase = {base}\n[funding.f]\nkind = \"other\"\namount = {{ \"2026/27\" = 1, \"2027/28\" = {second} }}\nrecurrent = true\n"
        ))
    };
    let (a, b) = (plan("10", "\"not_published\""), plan("12", "2"));
    for (a, b) in [(&a, &b), (&b, &a)] {
        for method in [Method::OneAtATime, Method::Shapley] {
            let d = between(a, b, method);
            assert!(d.has_unknown());
            for figures in d.steps.iter().map(|s| &s.effects).chain([&d.interaction]) {
                assert_eq!(figures.at(0, Run::Plan, 1), None);
                assert!(figures.at(0, Run::Plan, 0).is_some());
            }
            assert!(d.movements(0).iter().all(|m| m.year == 0));
        }
    }
}

/// More than ten changes are shared by item; more than ten kinds cannot be.
#[test]
fn shapley_groups_what_is_too_many() {
    let lines = |base: u32| {
        let one = |n: u32| format!("[line.l{n}]\nbase = {}\nprice = \"{n}%\"\n", base + n);
        (1..=12).map(one).collect::<String>()
    };
    let plan = |base: u32| open(&format!("{HEAD}[organisation.a]\nkind = \"council\"\n{}", lines(base)));
    let d = between(&plan(10), &plan(20), Method::Shapley);
    // Twelve lines are more than ten items; by kind they are one.
    assert_eq!(d.steps.len(), 1);
    assert_eq!(d.steps[0].changes.len(), 12);
}

/// Runs git in a folder; nothing when there is no git on this machine.
fn git(folder: &Path, words: &[&str]) -> Option<()> {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    let ran = Command::new("git").arg("-C").arg(folder).args(identity).args(words).output().ok()?;
    assert!(ran.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&ran.stderr));
    Some(())
}

/// A plan as its repository had it, with the files it extends and the line lists it takes in.
#[test]
fn a_plan_as_its_repository_had_it() {
    let folder = Folder::new("diff-base");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("plans")).unwrap();
    fs::create_dir_all(at("packs")).unwrap();
    let plan = "[scenario]\ntitle = \"t\"\nextends = \"../packs/shared.toml\"\nlines = \"lines.csv\"\nbase_year = \"2025/26\"\nyears = 1\nunit = \"£m\"\n[organisation.a]\nkind = \"council\"\n";
    fs::write(at("plans/plan.toml"), plan).unwrap();
    fs::write(at("plans/lines.csv"), "name,base,price\nstaff,100,pay\n").unwrap();
    fs::write(at("packs/shared.toml"), "[driver]\npay = \"3%\"\n").unwrap();
    if git(folder.path(), &["init", "-q"]).is_none() {
        return;
    }
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    fs::write(at("packs/shared.toml"), "[driver]\npay = \"4%\"\n").unwrap();
    fs::write(at("plans/lines.csv"), "name,base,price\nstaff,110,pay\n").unwrap();
    fs::write(at("plans/new.toml"), plan).unwrap();
    let run = |words: &[&str]| {
        let ran = fundgap(folder.path()).args(words).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (ran.status.code().unwrap(), text(ran.stdout), text(ran.stderr))
    };
    // 100 × 3% → 4% is 1; 10 × 1.03 is 10.3; together 0.1 more: 103 → 114.4.
    let diff = ["diff", "--base", "HEAD", "plans/plan.toml", "--format", "csv", "--run", "plan"];
    let (code, out, told) = run(&diff);
    assert_eq!((code, told.as_str()), (0, ""));
    for row in [
        ",opening,,,,,,,,103000000.00,GBP",
        ",driver.pay,HEAD:packs/shared.toml:2:7,0.03,plans/../packs/shared.toml:2:7,0.04,\"\"\"3%\"\"\",\"\"\"4%\"\"\",1000000.00,GBP",
        ",line.staff.base,HEAD:plans/lines.csv:2:7,100000000.00,plans/lines.csv:2:7,110000000.00,100,110,10300000.00,GBP",
        ",interaction,,,,,,,,100000.00,GBP",
        ",closing,,,,,,,,114400000.00,GBP",
    ] {
        let row = row.replace("HEAD:packs", "HEAD:plans/../packs");
        assert!(out.contains(&row), "{row}\n{out}");
    }
    let here = fundgap(&at("plans")).args(["diff", "--base", "HEAD", "plan.toml", "--exit-code"]).output().unwrap();
    assert_eq!(here.status.code(), Some(1));
    let (code, _, told) = run(&["diff", "--base", "HEAD", "plans/new.toml"]);
    assert_eq!(code, 3);
    assert!(told.contains("there is no file `plans/new.toml` in HEAD\n"), "{told}");
    for unknown in ["nowhere", "--help-me", "HEAD:plans"] {
        let (code, _, told) = run(&["diff", &format!("--base={unknown}"), "plans/plan.toml"]);
        assert_eq!(code, 2);
        assert!(told.contains(&format!("git knows no commit `{unknown}`")), "{told}");
    }
    let outside = Folder::new("diff-no-repository");
    fs::write(outside.path().join("plan.toml"), plan).unwrap();
    let ran = fundgap(outside.path())
        .args(["diff", "--base", "HEAD", "plan.toml"])
        .env("GIT_CEILING_DIRECTORIES", outside.path().parent().unwrap())
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("`plan.toml` is not in a git repository"));
    let none = fundgap(folder.path()).args(diff).env("PATH", "").output().unwrap();
    assert_eq!(none.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&none.stderr).contains("git was not found"));
    // Nothing was written: what git sees changed is what this test changed.
    let status = Command::new("git").arg("-C").arg(folder.path()).args(["status", "--porcelain"]).output().unwrap();
    let lines: Vec<&str> = std::str::from_utf8(&status.stdout).unwrap().lines().collect();
    assert_eq!(lines, [" M packs/shared.toml", " M plans/lines.csv", "?? plans/new.toml"]);
}
