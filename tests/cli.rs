//! Command tests: every `console` block of `tests/cli/*.md` and of `README.md` is run, and must
//! print exactly what stands below it.
//!
//! ````text
//! ```console
//! $ fundgap check tests/cli/small.toml      a command; words may stand in '…' or "…"; `< FILE`
//! what it prints                            pipes a file in, `NAME=value` before it sets a variable
//! ! what it tells on standard error
//! ...                                       whatever else it prints: at the beginning, the end or between
//! ? 1                                       its exit code, when it is not 0
//! ```
//! ````
//!
//! Each file is run in a folder of its own that holds copies of the shipped folders, so that a
//! command may write; blocks of one file run in order. `$ cargo run --release -- …` runs the program
//! that was built for the test; other lines `$ cargo …` and `$ git …` are not run.
//! `README.md` shows standard error without its `! `, as a terminal does.
//! `FUNDGAP_BLESS=1 cargo test --test cli` writes what is printed into the blocks; blocks that
//! leave lines out at the end keep as many lines as they had.

mod common;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use common::{Folder, Ran, bless, difference, files, fundgap, root, run_in};

/// The folders that commands may name.
const SHIPPED: &[&str] = &[
    "scenarios",
    "packs",
    "stresses",
    "examples",
    "docs",
    "tests/cli",
    "tests/models",
    "tests/realism",
    "tests/roll",
    "tests/track",
];

/// Words that begin a command which is not ours to run.
const NOT_RUN: &[&str] = &["cargo", "git"];

#[test]
fn commands_print_what_their_pages_say() {
    let pages = files(&root().join("tests/cli"), ".md", false);
    assert!(!pages.is_empty(), "there are no pages in tests/cli");
    let wrong: String = pages.iter().map(|page| hold(page)).collect();
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = root().join("README.md");
    let wrong = hold(&readme);
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Runs the blocks of a page; what is wrong comes back, or is put right when blessing.
fn hold(page: &Path) -> String {
    let name = page.file_stem().unwrap().to_string_lossy();
    let folder = Folder::new(&format!("page-{name}"));
    for shipped in SHIPPED {
        copy(&root().join(shipped), &folder.path().join(shipped));
    }
    let text = fs::read_to_string(page).unwrap().replace("\r\n", "\n");
    let (mut written, mut wrong) = (String::new(), String::new());
    let mut lines = text.lines().enumerate().peekable();
    let mut inside = false;
    while let Some((number, line)) = lines.next() {
        written.push_str(line);
        written.push('\n');
        inside = if line.starts_with("```") { line.trim_end() == "```console" } else { inside };
        let Some(command) = line.strip_prefix("$ ").filter(|_| inside) else { continue };
        let mut expected: Vec<&str> = Vec::new();
        while let Some((_, next)) = lines.next_if(|(_, l)| !l.starts_with("$ ") && !l.starts_with("```")) {
            expected.push(next);
        }
        let (shown, told) = one(command, &expected, folder.path(), if name == "README" { "" } else { "! " });
        if let Some(told) = told {
            let page = page.strip_prefix(root()).unwrap_or(page).display();
            wrong.push_str(&format!("{page}:{}: $ {command}\n{told}\n", number + 1));
        }
        for line in shown {
            written.push_str(&line);
            written.push('\n');
        }
    }
    if bless() && written != text {
        fs::write(page, written).unwrap();
    }
    wrong
}

/// Runs a command: the lines that belong below it, and what is wrong with those that stand there.
fn one(command: &str, expected: &[&str], folder: &Path, mark: &str) -> (Vec<String>, Option<String>) {
    // What `cargo run` would run is the program that was built for this test.
    let command = &command.replace("cargo run --release -- ", "fundgap ");
    let kept = || expected.iter().map(|l| (*l).to_owned()).collect();
    let words = match words(command) {
        Ok(words) => words,
        Err(told) => return (kept(), Some(told)),
    };
    let Some(at) = words.iter().position(|w| !is_variable(w)) else { return (kept(), Some("no command".to_owned())) };
    let (variables, words) = words.split_at(at);
    if NOT_RUN.contains(&words[0].as_str()) {
        return (kept(), None);
    }
    if words[0] != "fundgap" {
        return (
            kept(),
            Some(format!("`{}` is not run here: only fundgap, cargo and git may stand in a block", words[0])),
        );
    }
    let printed = printed(&ran(variables, &words[1..], folder), mark);
    if matches(expected, &printed) {
        return (kept(), None);
    }
    let told = difference(&expected.join("\n"), &printed.join("\n"));
    if !bless() {
        return (kept(), Some(format!("{told}(FUNDGAP_BLESS=1 writes it anew)")));
    }
    match expected.iter().position(|l| *l == "...") {
        None => (printed, None),
        Some(at) if at + 1 == expected.len() => {
            let mut shown: Vec<String> = printed.into_iter().take(at.max(1)).collect();
            shown.push("...".to_owned());
            (shown, None)
        }
        Some(_) => (kept(), Some(format!("{told}a block with `...` before its end is put right by hand"))),
    }
}

fn is_variable(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
}

/// The words of a command line, with quotes taken off.
fn words(command: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let (mut word, mut begun, mut quote) = (String::new(), false, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.push(c),
            (None, '\'' | '"') => (quote, begun) = (Some(c), true),
            (None, '|' | '>' | '&' | ';' | '`' | '$') => {
                return Err(format!("`{c}` is not understood here: write one plain command a line"));
            }
            (None, ' ') => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (None, c) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    if begun {
        words.push(word);
    }
    Ok(words)
}

fn ran(variables: &[String], words: &[String], folder: &Path) -> Ran {
    let mut command = fundgap(folder);
    for variable in variables {
        let (name, value) = variable.split_once('=').unwrap();
        command.env(name, value);
    }
    let mut words = words.to_vec();
    if let Some(at) = words.iter().position(|w| w == "<") {
        let file = fs::File::open(folder.join(&words[at + 1])).unwrap();
        words.drain(at..=at + 1);
        command.stdin(file);
    }
    command.args(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap().into()
}

/// What a run shows in a block, line by line.
fn printed(ran: &Ran, mark: &str) -> Vec<String> {
    let mut lines: Vec<String> = ran.out.lines().map(|l| l.trim_end().to_owned()).collect();
    lines.extend(ran.err.lines().map(|l| format!("{mark}{l}").trim_end().to_owned()));
    if ran.code != 0 {
        lines.push(format!("? {}", ran.code));
    }
    lines
}

/// Whether the lines are those expected, where `...` stands for any number of lines.
fn matches(expected: &[&str], printed: &[String]) -> bool {
    let Some(at) = expected.iter().position(|l| *l == "...") else {
        return expected.len() == printed.len() && starts(expected, printed);
    };
    let (head, rest) = (&expected[..at], &expected[at + 1..]);
    if !starts(head, printed) {
        return false;
    }
    rest.is_empty() || (head.len()..=printed.len()).any(|from| matches(rest, &printed[from..]))
}

fn starts(expected: &[&str], printed: &[String]) -> bool {
    expected.len() <= printed.len() && expected.iter().zip(printed).all(|(e, p)| e.trim_end() == p)
}

fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).unwrap();
    for entry in entries {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

#[test]
fn a_block_may_leave_lines_out() {
    let printed: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    for fine in [&["a", "b", "c", "d"][..], &["a", "..."], &["...", "d"], &["a", "...", "c", "d"], &["..."]] {
        assert!(matches(fine, &printed), "{fine:?}");
    }
    for wrong in [&["a"][..], &["b", "..."], &["...", "c"], &["a", "...", "d", "c"], &[]] {
        assert!(!matches(wrong, &printed), "{wrong:?}");
    }
}

#[test]
fn completions_and_the_manual_are_written_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run_in(root(), &["completions", shell], None);
        assert_eq!(ran.code, 0, "{shell}");
        assert!(ran.out.contains("fundgap") && ran.out.contains("explain"), "{shell}: {}", ran.out);
    }
    let page = run_in(root(), &["man"], None);
    assert_eq!(page.code, 0);
    assert!(page.out.contains(".TH fundgap 1"), "{}", page.out);
    let folder = Folder::new("man");
    assert_eq!(folder.run(&["man", "."]).code, 0);
    for command in ["fundgap.1", "fundgap-run.1", "fundgap-explain.1", "fundgap-check.1"] {
        assert!(folder.names().contains(&command.to_owned()), "{command} is not in {:?}", folder.names());
    }
    let missing = folder.run(&["man", "no/such/folder"]);
    assert_eq!(missing.code, 3, "{}", missing.err);
}

#[test]
fn the_starter_runs_and_its_expectation_is_met() {
    let folder = Folder::new("starter");
    let new = folder.run(&["new", "plan.toml"]);
    assert_eq!((new.code, new.out.as_str()), (0, ""), "{}", new.err);
    for command in ["run", "check"] {
        let ran = folder.run(&[command, "plan.toml"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(ran.err, "");
    }
    assert_eq!(folder.run_with(&["check", "-"], folder.run(&["new"]).out).code, 0);
}
