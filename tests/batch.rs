//! `fundgap batch`: the same bytes whatever the threads, the same cells as `run`, and folders that are odd.

mod common;

use std::fs;
use std::io::Read;
use std::process::Stdio;

use common::{Folder, fundgap, root, run};

/// A small plan of so many millions in its one line.
fn plan(base: usize) -> String {
    format!(
        "[scenario]\ntitle = \"Plan {base}\"\nbase_year = \"2025/26\"\nyears = 2\nunit = \"£m\"\n\n\
         [organisation.body]\nkind = \"council\"\n\n[line.care]\nbase = {base}\nprice = \"3%\"\n\n\
         [funding.grant]\nkind = \"other\"\nbase = {base}\ngrowth = \"2%\"\nrecurrent = true\n"
    )
}

/// Good files, bad ones, layers and one that warns of nothing, in folders below each other.
fn many(name: &str) -> Folder {
    let folder = Folder::new(name);
    for n in 0..60 {
        let path = format!("plans/{}/{n:02}.toml", n % 4);
        match n % 10 {
            3 => folder.write(&path, plan(n + 1).replace("2%", "2")),
            6 => folder.write(&path, "[driver]\npay = \"3%\"\n"),
            8 => folder.write(&path, "title ="),
            _ => folder.write(&path, plan(n + 1)),
        };
    }
    folder
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let folder = many("batch-threads");
    for format in
        [&["--format", "table"][..], &["--format", "csv"], &["--format", "json"], &["--format", "csv", "--summary"]]
    {
        let with = |threads: &str| {
            let mut arguments = vec!["batch", "plans", "--threads", threads];
            arguments.extend(format);
            let ran = folder.run(&arguments);
            assert_eq!(ran.code, 2, "{}", ran.err);
            (ran.out, ran.err)
        };
        let one = with("1");
        assert!(one.0.len() > 1000 && one.1.len() > 1000);
        assert!(one == with("2") && one == with("7"), "{format:?}");
    }
}

#[test]
fn the_cells_are_those_of_run() {
    let files = ["scenarios/exshire.toml", "scenarios/reference.toml", "tests/cli/small.toml"];
    let mut expected = String::new();
    for (n, file) in files.iter().enumerate() {
        let ran = run(&["run", file, "--format", "csv"]);
        let mut lines = ran.out.lines();
        let header = lines.next().unwrap();
        if n == 0 {
            expected.push_str(&format!("{header}\n"));
        }
        for line in lines {
            // `run` names the file without its folder and ending.
            let (_, rest) = line.split_once(',').unwrap();
            expected.push_str(&format!("{file},{rest}\n"));
        }
    }
    let mut arguments = vec!["batch", "--format", "csv"];
    arguments.extend(files);
    let ran = run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out == expected);
}

#[test]
fn parts_make_the_whole() {
    let folder = many("batch-parts");
    let rows = |partition: &[&str]| {
        let mut arguments = vec!["batch", "plans", "--format", "csv", "-q"];
        arguments.extend(partition);
        let out = folder.run(&arguments).out;
        out.split_once('\n').unwrap().1.to_owned()
    };
    let parts: String = ["1/7", "2/7", "3/7", "4/7", "5/7", "6/7", "7/7"].map(|p| rows(&["--partition", p])).concat();
    assert!(parts == rows(&[]));
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = many("batch-output");
    let to_screen = folder.run(&["batch", "plans", "--format", "csv", "-q"]);
    let to_file = folder.run(&["batch", "plans", "-o", "all.csv", "-q"]);
    assert_eq!((to_file.code, to_file.out.as_str()), (2, ""));
    assert!(fs::read_to_string(folder.path().join("all.csv")).unwrap() == to_screen.out);
    let before = fs::read(folder.path().join("plans/0/00.toml")).unwrap();
    let ran = folder.run(&["batch", "plans", "--format", "csv", "-o", "plans/0/00.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("never written over"), "{}", ran.err);
    assert_eq!(fs::read(folder.path().join("plans/0/00.toml")).unwrap(), before);
    assert_eq!(folder.names(), ["all.csv", "plans"]);
    assert!(
        fs::read_dir(folder.path().join("plans/0")).unwrap().all(|e| !e
            .unwrap()
            .file_name()
            .to_string_lossy()
            .ends_with(".tmp"))
    );
}

#[test]
fn an_empty_folder_and_a_bad_text() {
    let folder = Folder::new("batch-empty");
    fs::create_dir(folder.path().join("empty")).unwrap();
    let ran = folder.run(&["batch", "empty"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("there is no .toml file there"), "{}", ran.err);
    folder.write("bad/latin.toml", b"[scenario]\ntitle = \"Caf\xe9\"\n");
    folder.write("bad/lines.csv", "line,base\n");
    folder.write("bad/.hidden.toml", plan(1));
    folder.write("bad/good.toml", plan(1));
    let ran = folder.run(&["batch", "bad", "bad/lines.csv"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is not UTF-8") && ran.err.contains("skipped bad/lines.csv"), "{}", ran.err);
    assert!(ran.out.contains("2 scenarios: 1 ran without error, 1 invalid"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_and_files_that_may_not_be_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("batch-links");
    folder.write("plans/below/a.toml", plan(1));
    symlink("..", folder.path().join("plans/below/up")).unwrap();
    symlink("../below", folder.path().join("plans/below/again")).unwrap();
    symlink("below/a.toml", folder.path().join("plans/same.toml")).unwrap();
    let ran = folder.run(&["batch", "plans"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("1 scenario: 1 ran without error"), "{}", ran.out);
    symlink("nowhere.toml", folder.path().join("plans/dangling.toml")).unwrap();
    let ran = folder.run(&["batch", "plans"]);
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("1 ran without error, 1 unreadable"), "{}", ran.out);
    let shut = folder.path().join("plans/shut");
    fs::create_dir(&shut).unwrap();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    let readable = fs::read_dir(&shut).is_ok();
    let ran = folder.run(&["batch", "plans"]);
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ran.code, 3);
    assert!(readable || ran.err.contains("the folder `plans/shut` cannot be read"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn patterns_end_where_links_lead_back_and_take_any_name() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let folder = Folder::new("batch-patterns");
    folder.write("plans/below/a.toml", plan(1));
    symlink("..", folder.path().join("plans/below/up")).unwrap();
    symlink(".", folder.path().join("plans/self")).unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"odd\xff.toml");
    fs::write(folder.path().join("plans").join(odd), plan(2)).unwrap();
    for (pattern, plans) in
        [("plans/**/*.toml", "2 scenarios"), ("plans/*.toml", "1 scenario"), ("p*/b*/?.toml", "1 scenario")]
    {
        let ran = folder.run(&["batch", pattern]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{pattern}");
        assert!(ran.out.contains(plans), "{pattern}: {}", ran.out);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = fundgap(root())
        .args(["batch", "scenarios", "tests/models", "--format", "csv", "-q"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = child.stdout.take().unwrap();
    pipe.read_exact(&mut [0; 100]).unwrap();
    drop(pipe);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
