use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A directory of its own for a test, gone when the test is.
struct Directory(PathBuf);

impl Directory {
    fn new(files: &[(&str, &str)]) -> Self {
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("fundgap-load-{}-{n}", std::process::id()));
        let directory = Self(path);
        fs::create_dir_all(directory.0.join("packs")).unwrap();
        for (name, text) in files {
            directory.write(name, text.as_bytes());
        }
        directory
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn load(&self, root: &str, layers: &[&str], sets: &[&str]) -> Result<Loaded, (bool, Vec<Diagnostic>, Sources)> {
        let layers: Vec<PathBuf> = layers.iter().map(|l| self.path(l)).collect();
        let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
        match load(&Origin::File(self.path(root)), &layers, &sets, &|_| None) {
            Ok((loaded, _)) => Ok(loaded),
            Err(LoadFailure::Unreadable(wrong, sources)) => Err((true, wrong.sorted(), sources)),
            Err(LoadFailure::Invalid(wrong, sources)) => Err((false, wrong.sorted(), sources)),
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn number(tree: &Table, kind: &str, name: &str, key: &str) -> String {
    match &tree.table(kind).unwrap().table(name).unwrap().get(key).unwrap().value {
        Value::Number(text) => text.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn layers_apply_in_order_and_settings_stand_by_file() {
    let files = Directory::new(&[
        ("plan.toml", "[scenario]\nunit = \"£m\"\nextends = \"packs/a.toml\"\n[line.pay]\nbase = 3\n"),
        (
            "packs/a.toml",
            "[scenario]\nunit = \"£000\"\nextends = [\"b.toml\"]\n[line.pay]\nbase = 2\n[line.a]\nbase = 2\n",
        ),
        ("packs/b.toml", "[line.pay]\nbase = 1\n[line.a]\nbase = 1\n[line.b]\nbase = 1\n"),
        ("top.toml", "[scenario]\nunit = \"£\"\n[line.b]\nbase = 9\n"),
    ]);
    let loaded = files.load("plan.toml", &["top.toml"], &["line.a.base=7"]).unwrap();
    let base = |name| number(&loaded.tree, "line", name, "base");
    assert_eq!((base("pay"), base("a"), base("b")), ("3".into(), "7".into(), "9".into()));
    let last: Vec<&str> = loaded.layers.iter().map(|n| n.rsplit('/').next().unwrap()).collect();
    assert_eq!(last, ["b.toml", "a.toml", "plan.toml", "top.toml"]);
    assert_eq!(loaded.settings.len(), 5);
    assert_eq!(loaded.settings[4].unit, Some(MoneyUnit::Millions));
    assert_eq!(loaded.settings.iter().map(|s| s.extended).collect::<Vec<_>>(), [false, true, true, false, false]);
    let scenario = loaded.tree.table("scenario").unwrap();
    assert_eq!(scenario.get("unit").unwrap().as_text(), Some("£m"));
    assert_eq!(loaded.sources.file(loaded.root).unwrap().name, loaded.layers[2]);
    assert!(loaded.sources.files().any(|f| f.name.ends_with("packs/b.toml")));
}

#[test]
fn a_file_reached_twice_is_applied_once() {
    let files = Directory::new(&[
        ("base.toml", "[line.pay]\nbase = 1\n"),
        ("b.toml", "[scenario]\nextends = \"base.toml\"\n[line.pay]\nbase = 2\n"),
        ("c.toml", "[scenario]\nextends = \"base.toml\"\n[line.c]\nbase = 1\n"),
        ("plan.toml", "[scenario]\nextends = [\"b.toml\", \"c.toml\"]\n"),
    ]);
    let loaded = files.load("plan.toml", &[], &[]).unwrap();
    assert_eq!(number(&loaded.tree, "line", "pay", "base"), "2");
    let variant = files.load("base.toml", &["b.toml"], &[]).unwrap();
    assert_eq!(variant.layers.len(), 2);
}

#[test]
fn a_cycle_is_printed() {
    let files = Directory::new(&[
        ("a.toml", "[scenario]\nextends = \"b.toml\"\n"),
        ("b.toml", "[scenario]\nextends = [\"a.toml\"]\n"),
    ]);
    let (unreadable, wrong, sources) = files.load("a.toml", &[], &[]).unwrap_err();
    assert!(!unreadable);
    assert_eq!(wrong[0].name, "extends_cycle");
    assert_eq!(sources.excerpt(wrong[0].place.unwrap()), "\"a.toml\"");
    assert_eq!(wrong[0].message.matches(" -> ").count(), 2, "{}", wrong[0].message);
    assert!(wrong[0].message.ends_with("a.toml"));
}

#[test]
fn every_problem_of_every_file_is_told_at_once() {
    let files = Directory::new(&[
        (
            "plan.toml",
            "[scenario]\nextends = [\"misssing.toml\", \"bad.toml\"]\nunit = \"£b\"\nlists_from = \"26/27\"\nx = \n",
        ),
        ("missing.toml", ""),
        ("bad.toml", "a = 5%\n"),
    ]);
    let (unreadable, wrong, sources) = files.load("plan.toml", &["packs"], &[]).unwrap_err();
    assert!(unreadable);
    let mut names: Vec<&str> = wrong.iter().map(|d| d.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["cannot_read", "cannot_read", "not_a_year", "syntax", "syntax", "unknown_word"]);
    let missing = wrong.iter().find(|d| d.message.contains("misssing")).unwrap();
    assert_eq!(sources.excerpt(missing.place.unwrap()), "\"misssing.toml\"");
    assert!(missing.hints[0].contains("missing.toml"));
    assert!(wrong.iter().any(|d| d.message.contains("is a directory")));
}

#[test]
fn files_that_cannot_be_scenarios_are_refused() {
    let files = Directory::new(&[]);
    let name = |file: &str| {
        let (unreadable, wrong, _) = files.load(file, &[], &[]).unwrap_err();
        (unreadable, wrong[0].name)
    };
    assert_eq!(name("packs"), (true, "cannot_read"));
    assert_eq!(name("none.toml"), (true, "cannot_read"));
    fs::File::create(files.path("huge.toml")).unwrap().set_len(50 * 1024 * 1024).unwrap();
    assert_eq!(name("huge.toml"), (true, "file_too_large"));
    files.write("latin.toml", b"a = 1\nb = \"caf\xe9\"\n");
    let (_, wrong, sources) = files.load("latin.toml", &[], &[]).unwrap_err();
    assert_eq!(wrong[0].name, "not_utf8");
    assert!(wrong[0].message.contains("line 2, column 9"), "{}", wrong[0].message);
    assert_eq!(sources.line_column(wrong[0].place.unwrap()), (2, 9));
    files.write("wide.toml", b"\xff\xfea\0=\0");
    assert!(files.load("wide.toml", &[], &[]).unwrap_err().1[0].hints[0].contains("UTF-16"));
    files.write("deep.toml", format!("a = {}", "[".repeat(10_000)).as_bytes());
    assert_eq!(name("deep.toml"), (false, "nested_too_deep"));
    files.write("nought.toml", b"\0\0\0");
    assert_eq!(name("nought.toml"), (false, "syntax"));
    files.write("empty.toml", b"");
    assert!(files.load("empty.toml", &[], &[]).unwrap().tree.entries.is_empty());
}

#[test]
fn line_lists_join_the_lines_of_their_file() {
    let files = Directory::new(&[
        (
            "plan.toml",
            "[scenario]\nunit = \"£000\"\nlines = \"packs/lines.csv\"\n[organisation.x]\nlines = [\"x.csv\"]\n[line.own]\nbase = 1\n",
        ),
        ("packs/lines.csv", "name,base\npay,50\nfees,\"1,000\"\n"),
        ("x.csv", "name,base\nroads,5\n"),
    ]);
    let loaded = files.load("plan.toml", &[], &[]).unwrap();
    let lines = loaded.tree.table("line").unwrap();
    assert_eq!(lines.keys().collect::<Vec<_>>(), ["own", "pay", "fees", "roads"]);
    assert_eq!(lines.table("roads").unwrap().get("organisation").unwrap().as_text(), Some("x"));
    assert!(loaded.settings.iter().all(|s| s.unit == Some(MoneyUnit::Thousands)));
    files.write("x.csv", b"name,base\npay,5\n");
    let (_, wrong, sources) = files.load("plan.toml", &[], &[]).unwrap_err();
    assert_eq!(wrong[0].name, "duplicate_key");
    assert!(sources.describe(wrong[0].place.unwrap()).ends_with("x.csv:2:1"));
    assert!(sources.describe(wrong[0].related[0].0).ends_with("packs/lines.csv:2:1"));
}

#[test]
fn a_missing_base_does_not_make_names_seem_unknown() {
    let files = Directory::new(&[("plan.toml", "[scenario]\nextends = \"none.toml\"\n[saving.a]\nremove = true\n")]);
    let (_, wrong, _) = files.load("plan.toml", &[], &["saving.b.delivery=1%", "x"]).unwrap_err();
    assert_eq!(wrong.iter().map(|d| d.name).collect::<Vec<_>>(), ["cannot_read", "set_malformed"]);
}

#[test]
fn the_longest_way_of_extending_ends() {
    let files = Directory::new(&[]);
    for n in 0..MOST_FILES + 10 {
        files.write(&format!("{n}.toml"), format!("[scenario]\nextends = \"{}.toml\"\n", n + 1).as_bytes());
    }
    let (_, wrong, _) = files.load("0.toml", &[], &[]).unwrap_err();
    assert_eq!(wrong[0].name, "too_many_files");
}

#[test]
fn what_is_piped_in_has_a_name() {
    let origin = Origin::StandardInput(b"[line.pay]\nbase = 1\n".to_vec());
    let (loaded, _) = load(&origin, &[], &[], &|_| None).unwrap();
    assert_eq!(loaded.layers, ["<standard input>"]);
    assert_eq!(joined("<standard input>", "packs/a.toml"), "packs/a.toml");
    assert_eq!(joined("plans/a.toml", "b.toml"), "plans/b.toml");
}
