//! What keeps the code tidy, held by test: the direction of imports, sizes, no floats, no printing,
//! no defaults in silence. Each failure lists the places and says why the rule is there.

#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/source.rs"]
mod source;

use imports::{FACTS_ONLY, MAKES_RULES, MAY_IMPORT, paths};
use source::{Source, in_word, line_at, root, sources, texts, words};

/// The most lines a file of `src/` may have without its tests.
const LONGEST: usize = 500;

/// Files that were longer when the rule was made, with the lines they may not exceed. Split one and
/// take it off; never add one.
const LONGER: [(&str, usize); 0] = [];

/// The only files of the library that touch the file system.
const FILE_SYSTEM: [&str; 3] = ["src/scenario/read_file.rs", "src/scenario/load.rs", "src/output/file.rs"];

/// The only files that may name a hash map, each because it looks up by key and never walks it.
const HASH_MAPS: [&str; 2] = ["src/sheet/mod.rs", "src/mechanism/context.rs"];

/// The only files that may name a float, each at the border of a library that holds every number in binary: one
/// takes the shortest text of what is read, the other hands over figures that are rounded already. Nothing is
/// computed with it.
const FLOATS: [&str; 2] = ["src/import/number.rs", "src/output/xlsx/number.rs"];

/// The only folders that may name a float: one turns random bits into figures, which are rounded before they enter
/// the sheet; the other holds whole numbers in floats where a bound is proved, and equals the reference to the penny.
const FLOAT_FOLDERS: [&str; 2] = ["src/analysis/sample/", "src/sheet/lanes/"];

/// Fails with every place and the reason, if there is any place.
fn hold(found: &[String], why: &str) {
    assert!(found.is_empty(), "\n{}\n\n{why}\n", found.join("\n"));
}

fn place(source: &Source, at: usize) -> String {
    format!("{}:{}", source.path, line_at(&source.text, at))
}

/// Every place where one of these words stands in a text of a file.
fn places<'a>(source: &'a Source, text: &'a str, forbidden: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    forbidden.iter().flat_map(move |word| words(text, word).map(move |at| format!("{}: `{word}`", place(source, at))))
}

fn library() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|s| !s.is_binary())
}

#[test]
fn imports_point_up_the_reading_order() {
    let mut found = Vec::new();
    for (row, (folder, may)) in MAY_IMPORT.iter().enumerate() {
        for other in *may {
            if !MAY_IMPORT[..row].iter().any(|(above, _)| above == other) {
                found.push(format!(
                    "tests/tidy/imports.rs: `{folder}` may import `{other}`, which does not stand above it"
                ));
            }
        }
    }
    for source in library().filter(|s| s.path != "src/lib.rs") {
        let folder = source.folder();
        let Some((_, may)) = MAY_IMPORT.iter().find(|(f, _)| *f == folder) else {
            found.push(format!("{}: `{folder}` has no row in the table of imports", source.path));
            continue;
        };
        for path in paths(&source, &source.code) {
            if path.folder() != folder && !may.contains(&path.folder()) {
                found.push(format!("{}:{}: `{folder}` may not import `{}`", source.path, path.line, path.folder()));
            }
        }
        let escape = if source.path.matches('/').count() == 1 { "super::" } else { "super::super::" };
        found.extend(places(&source, &source.shipped, &[escape]));
    }
    hold(
        &found,
        "The folder list is the pipeline: a folder knows what stands above it and nothing below, so that each can be \
         read, tested and changed without the rest. Without this test such lists grow into one knot. Move the thing \
         that is needed up to where both may see it, or ask for it through a type that is there already.",
    );
}

#[test]
fn readers_of_a_plan_know_facts_and_make_no_rules() {
    let mut found = Vec::new();
    for source in library().filter(|s| FACTS_ONLY.contains(&s.folder())) {
        for path in paths(&source, &source.shipped).iter().filter(|p| p.folder() == "mechanism") {
            let fact = path.last().starts_with(char::is_uppercase)
                && path.last().contains(char::is_lowercase)
                && !MAKES_RULES.contains(&path.last());
            // The one place that sets the mechanisms to work.
            let compiles = source.path == "src/compile.rs" && matches!(path.last(), "build" | "Build");
            if !fact && !compiles {
                found.push(format!("{}:{}: `{}`", source.path, path.line, path.segments.join("::")));
            }
        }
    }
    hold(
        &found,
        "Outside `mechanism/` a mechanism is known by the types in which it tells what it made, never by its rules: \
         a new mechanism then changes nothing that is there, and no money is computed twice.",
    );
}

#[test]
fn the_binary_uses_the_public_api_only() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| s.is_binary()) {
        for path in paths(source, &source.code).iter().filter(|p| p.folder() != "cli") {
            found.push(format!("{}:{}: `crate::{}`", source.path, path.line, path.segments.join("::")));
        }
    }
    for source in library() {
        let binary_only = ["cli", "clap", "clap_complete", "clap_mangen", "anyhow"];
        for at in binary_only.iter().flat_map(|w| words(&source.code, w)) {
            found.push(format!("{}: belongs to the binary", place(&source, at)));
        }
    }
    hold(
        &found,
        "`main.rs` and `cli/` are a user of the library like any other: what they can do, anyone can do through \
         `fundgap::`. Flags and untyped errors stay out of the library.",
    );
}

#[test]
fn files_are_short() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| !s.is_tests()) {
        let tests_at = source.code.find("#[cfg(test)]\nmod ").or_else(|| source.code.find("#[cfg(test)]\n#[path"));
        let lines = tests_at.map_or(source.text.lines().count(), |at| line_at(&source.text, at) - 1);
        match LONGER.iter().find(|(path, _)| *path == source.path) {
            Some((path, most)) if lines > *most => {
                found.push(format!("{path}: {lines} lines, and it may only shrink from {most}"))
            }
            Some((path, _)) if lines <= LONGEST => {
                found.push(format!("{path}: only {lines} lines now: take it off `LONGER` in tests/tidy.rs"));
            }
            None if lines > LONGEST => found.push(format!("{}: {lines} lines without its tests", source.path)),
            _ => {}
        }
    }
    hold(
        &found,
        "A file is one thought that can be read in one sitting: 60 to 160 lines is usual, above 300 is a question, \
         above 500 is two files.",
    );
}

#[test]
fn there_are_no_floats() {
    let mut found = Vec::new();
    for source in sources() {
        if FLOAT_FOLDERS.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        if FLOATS.contains(&source.path.as_str()) {
            if !source.code.contains("f64") {
                found.push(format!("{}: names no float now: take it off `FLOATS` in tests/tidy.rs", source.path));
            }
            continue;
        }
        for at in ["f32", "f64"].iter().flat_map(|t| source.code.match_indices(t).map(|(at, _)| at)) {
            let before = source.code[..at].chars().next_back();
            let after = source.code[at + 3..].chars().next();
            if !before.is_some_and(|c| c.is_alphabetic()) && !after.is_some_and(in_word) {
                found.push(format!("{}: a float type", place(&source, at)));
            }
        }
        found.extend(
            float_literals(&source.code).into_iter().map(|at| format!("{}: a float literal", place(&source, at))),
        );
    }
    hold(
        &found,
        "Money, rates and quantities are whole numbers of steps, rounded once where they are computed: a binary float \
         cannot hold 0.1, and a penny that appears from nowhere costs the trust in every other figure.",
    );
}

fn float_literals(code: &str) -> Vec<usize> {
    let bytes = code.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let starts = digit(at) && (at == 0 || !(in_word(char::from(bytes[at - 1])) || bytes[at - 1] == b'.'));
        if !starts {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < bytes.len() && in_word(char::from(bytes[end])) {
            end += 1;
        }
        let word = &code[at..end];
        let based = ["0x", "0b", "0o"].iter().any(|p| word.starts_with(p));
        let exponent =
            !based && word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_').starts_with(['e', 'E']);
        let point = bytes.get(end) == Some(&b'.')
            && bytes.get(end + 1) != Some(&b'.')
            && !bytes.get(end + 1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        if exponent || point {
            found.push(at);
        }
        at = end;
    }
    found
}

#[test]
fn the_library_is_silent_and_needs_no_machine() {
    let forbidden = ["print!", "println!", "eprint!", "eprintln!", "dbg!", "std::env", "SystemTime", "Instant"];
    let mut found = Vec::new();
    for source in library().filter(|s| !s.is_tests()) {
        found.extend(places(&source, &source.shipped, &forbidden));
        if !FILE_SYSTEM.contains(&source.path.as_str()) {
            found.extend(places(&source, &source.shipped, &["std::fs", "fs::", "File::", "OpenOptions"]));
        }
    }
    hold(
        &found,
        "The same files give the same bytes on every machine and every day, so the library reads no clock, no \
         environment and no terminal; files are read by `scenario` and written by `output/file.rs` alone, so that \
         inputs are never modified.",
    );
}

#[test]
fn nothing_is_left_undone_or_unsafe() {
    let forbidden =
        ["todo!", "unimplemented!", "unsafe", "#[ignore", "should_panic", "allow(dead_code)", "allow(unused", "dbg!"];
    let mut found = Vec::new();
    for source in sources() {
        found.extend(places(&source, &source.code, &forbidden));
    }
    hold(
        &found,
        "What is not done is not there: a reader must be able to take every line as meant. A test that is ignored or \
         expects a panic says nothing about what the user sees.",
    );
}

#[test]
fn problems_are_told_and_never_panics() {
    let forbidden = [".unwrap()", ".expect(", "panic!", "unreachable!", ".unwrap_err()", ".expect_err("];
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| !s.is_tests()) {
        found.extend(places(source, &source.shipped, &forbidden));
    }
    hold(
        &found,
        "A problem has a place and a hint, and all problems are told in one pass: a panic tells one of them, to the \
         wrong person.",
    );
}

#[test]
fn nothing_walks_a_hash_map() {
    let mut found = Vec::new();
    for source in sources() {
        let named = HASH_MAPS.contains(&source.path.as_str());
        if named && !source.code.contains("HashMap") {
            found.push(format!("{}: names no hash map now: take it off `HASH_MAPS` in tests/tidy.rs", source.path));
        }
        if !named {
            found.extend(places(&source, &source.shipped, &["HashMap", "HashSet"]));
        }
    }
    hold(
        &found,
        "The order of a hash map differs from run to run, and with it every table that is made by walking one. Use \
         `IndexMap` (file order) or `BTreeMap` (name order); a file that only looks up by key is named in `HASH_MAPS`.",
    );
}

#[test]
fn every_module_says_what_it_is() {
    let found: Vec<String> = sources()
        .iter()
        .filter(|s| !s.is_tests() && !s.text.starts_with("//!"))
        .map(|s| format!("{}:1: no `//!`", s.path))
        .collect();
    hold(&found, "The first line of a file says in words of finance or of the pipeline what it is.");
}

#[test]
fn every_mechanism_has_worked_examples() {
    let mut found = Vec::new();
    for name in fundgap::mechanism::KINDS.iter().map(|k| k.section.name) {
        let folder = root().join("tests/models").join(name);
        let examples = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|e| e.path().extension().is_some_and(|x| x == "toml"))
            .filter(|e| std::fs::read_to_string(e.path()).is_ok_and(|text| text.contains("[[expect]]")));
        if examples.count() == 0 {
            found.push(format!("tests/models/{name}/: no *.toml with an [[expect]]"));
        }
    }
    hold(
        &found,
        "A rule of finance is believed when its working can be followed by hand: each kind of item has at least one \
         scenario whose comments show the sums and whose [[expect]] rows hold them to the penny.",
    );
}

#[test]
fn files_name_no_machine() {
    // Written in two halves, so that this file does not name one.
    let paths = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/Use", "rs/"),
        concat!("/wo", "rk/"),
        concat!("\\Us", "ers\\"),
        concat!("..", "/shared"),
    ];
    let hosts = [
        concat!("index.cra", "tes.io"),
        concat!("static.cra", "tes.io"),
        concat!("spar", "se+"),
        concat!("replace-", "with"),
        concat!("127.0", ".0.1"),
    ];
    let known = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let mut found = Vec::new();
    for (path, text) in texts() {
        for (n, line) in text.lines().enumerate() {
            for word in paths.iter().chain(&hosts).filter(|w| line.contains(**w)) {
                found.push(format!("{path}:{}: `{word}`", n + 1));
            }
            if path == "Cargo.lock" && line.starts_with("source = ") && line != known {
                found.push(format!("{path}:{}: {line}", n + 1));
            }
        }
    }
    hold(
        &found,
        "The repository builds and reads the same anywhere: it names no folder of one machine and no place to fetch \
         from other than the one everybody has.",
    );
}

#[test]
fn spelling_is_british() {
    let american = [
        concat!("organi", "zation"),
        concat!("organi", "zations"),
        concat!("mode", "ling"),
        concat!("mode", "led"),
        concat!("behav", "ior"),
        concat!("behav", "iors"),
        concat!("cen", "ter"),
        concat!("cen", "ters"),
        concat!("anal", "yze"),
        concat!("anal", "yzed"),
        concat!("labe", "led"),
        concat!("cance", "led"),
    ];
    let mut found = Vec::new();
    let mut read = |path: &str, text: &str| {
        let text = text.to_lowercase();
        for (word, at) in american.iter().flat_map(|w| words(&text, w).map(move |at| (w, at))) {
            let line = text.lines().nth(line_at(&text, at) - 1).unwrap_or_default();
            // A style sheet and a drawing know one spelling only.
            if !(word.starts_with(concat!("cen", "ter"))
                && ["align", "justify", "anchor"].iter().any(|w| line.contains(w)))
            {
                found.push(format!("{path}:{}: `{word}`", line_at(&text, at)));
            }
        }
    };
    for source in sources() {
        read(&source.path, &source.comments);
        read(&source.path, &source.strings);
    }
    for (path, text) in texts() {
        let prose = path.ends_with(".md") || path.ends_with(".toml");
        if prose {
            read(&path, &text);
        }
    }
    hold(&found, "The people who read this keep the accounts of British public bodies.");
}

#[test]
fn the_rules_see_what_they_look_for() {
    let code = "use crate::{a::{self, b as c}, d::*};\nlet x: crate::e::F<1> = crate::g();";
    let source = Source {
        path: "src/x/y.rs".to_owned(),
        text: code.to_owned(),
        code: code.to_owned(),
        shipped: String::new(),
        comments: String::new(),
        strings: String::new(),
    };
    let read: Vec<String> =
        paths(&source, code).iter().map(|p| format!("{} {}", p.line, p.segments.join("/"))).collect();
    assert_eq!(read, ["1 a", "1 a/b", "1 d/*", "2 e/F", "2 g"]);
    let floats = "let a = 1.5; b.0.1; 0..9; 2.max(3); 1e5; 0x1e5; 7_f64; 3.; v[0].x";
    assert_eq!(float_literals(floats).iter().map(|at| &floats[*at..at + 2]).collect::<Vec<_>>(), ["1.", "1e", "3."]);
}
