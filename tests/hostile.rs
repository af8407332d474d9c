//! Input that is hostile, broken or merely odd: nothing makes the program panic, hang, write half a
//! file or touch a file it was only to read, and every refusal says what to do.

mod common;

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Folder, Ran, fundgap};

const HEAD: &str = "[scenario]\ntitle = \"Exshire\"\nbase_year = \"2025/26\"\nyears = 2\nunit = \"£m\"\n\n\
                    [organisation.exshire]\nkind = \"council\"\n\n";
const PLAN: &str = "[scenario]\ntitle = \"Exshire\"\nbase_year = \"2025/26\"\nyears = 2\nunit = \"£m\"\n\n\
                    [organisation.exshire]\nkind = \"council\"\n\n[driver]\npay = \"3%\"\n\n\
                    [line.care]\nbase = 40\nprice = \"pay\"\n\n\
                    [funding.grant]\nkind = \"grant\"\namount = 40\nrecurrent = true\n";

/// No test may take longer than a user would wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// Refused with this exit code, nothing on standard output, and these words on standard error.
#[track_caller]
fn refused(ran: &Ran, code: i32, words: &[&str]) {
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    assert_eq!(ran.out, "");
    for word in words {
        assert!(ran.err.contains(word), "`{word}` is not in:\n{}", ran.err);
    }
    assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
}

#[track_caller]
fn fine(ran: &Ran) {
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.err, "");
}

// --- what cannot be read -------------------------------------------------------------------------

#[test]
fn a_missing_file_is_unreadable_and_a_near_one_is_named() {
    let folder = Folder::new("missing");
    folder.write("mtfs-2026.toml", PLAN);
    refused(
        &folder.run(&["run", "mtfs-2027.toml"]),
        3,
        &["there is no file `mtfs-2027.toml`", "did you mean `mtfs-2026.toml`"],
    );
    refused(&folder.run(&["run", "no/such/folder/plan.toml"]), 3, &["no/such/folder/plan.toml", "hint: "]);
    refused(&folder.run(&["run", ""]), 2, &["error: "]);
    refused(&folder.run(&["run", "mtfs-2026.toml", "--layer", "none.toml"]), 3, &["`none.toml`"]);
}

#[test]
fn a_directory_is_unreadable() {
    let folder = Folder::new("directory");
    refused(&folder.run(&["run", "."]), 3, &["`.` is a directory", "hint: "]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_unreadable() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("permission");
    let path = folder.write("plan.toml", PLAN);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_err() {
        refused(&folder.run(&["run", "plan.toml"]), 3, &["may not be read"]);
    }
}

#[test]
fn a_bad_file_among_good_ones_does_not_stop_the_others() {
    let folder = Folder::new("among");
    folder.write("plan.toml", PLAN);
    folder.write("bad.toml", "title =");
    let ran = folder.run(&["check", "bad.toml", "plan.toml", "missing.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.out.contains("Exshire"), "{}", ran.out);
    assert!(ran.err.contains("bad.toml:1:") && ran.err.contains("missing.toml"), "{}", ran.err);
}

// --- what is no scenario -------------------------------------------------------------------------

#[test]
fn text_that_is_not_utf8_is_refused_at_its_first_byte() {
    let folder = Folder::new("utf8");
    folder.write("latin.toml", b"title = \"\xa35m\"\n");
    refused(&folder.run(&["run", "latin.toml"]), 2, &["is not UTF-8", "latin.toml:1:10", "save the file as UTF-8"]);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(PLAN.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    folder.write("wide.toml", utf16);
    refused(&folder.run(&["run", "wide.toml"]), 2, &["UTF-16"]);
    folder.write("lines.csv", b"name,base\ncaf\xe9,1\n");
    folder.write("plan.toml", HEAD.replace("unit =", "lines = \"lines.csv\"\nunit ="));
    refused(&folder.run(&["run", "plan.toml"]), 2, &["lines.csv:2:4"]);
}

#[test]
fn a_file_of_fifty_megabytes_is_refused_at_once() {
    let folder = Folder::new("huge");
    let path = folder.write("huge.toml", "");
    fs::File::options().write(true).open(path).unwrap().set_len(50 << 20).unwrap();
    let begun = Instant::now();
    refused(&folder.run(&["run", "huge.toml"]), 3, &["larger than 32 MiB"]);
    refused(&folder.run_with(&["run", "-"], vec![b'#'; 33 << 20]), 3, &["larger than 32 MiB"]);
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn a_thousand_files_are_too_many() {
    let folder = Folder::new("many");
    let mut names = String::new();
    for n in 0..1001 {
        folder.write(&format!("packs/{n}.toml"), "[driver]\n");
        let _ = write!(names, "\"packs/{n}.toml\",");
    }
    folder.write("plan.toml", HEAD.replace("unit =", &format!("extends = [{names}]\nunit =")));
    refused(&folder.run(&["run", "plan.toml"]), 2, &["more than 1000 files", "plan.toml:5:", "hint: "]);
}

#[test]
fn ten_thousand_levels_are_refused() {
    let folder = Folder::new("deep");
    let (open, close) = ("[".repeat(10_000), "]".repeat(10_000));
    let texts = [
        format!("a = {open}{close}"),
        format!("a = {open}"),
        format!("a = {}1{}", "{b=".repeat(10_000), "}".repeat(10_000)),
        format!("a{} = 1", ".a".repeat(10_000)),
        format!("[a{}]", ".a".repeat(10_000)),
    ];
    for text in texts {
        folder.write("deep.toml", &text);
        refused(&folder.run(&["run", "deep.toml"]), 2, &["levels deep", "deep.toml:1:"]);
    }
    folder.write("plan.toml", PLAN);
    refused(&folder.run(&["run", "plan.toml", "--set", &format!("driver.pay={open}{close}")]), 2, &["levels deep"]);
    let path = format!("driver.pay{}=1%", ".a".repeat(10_000));
    refused(&folder.run(&["run", "plan.toml", "--set", &path]), 2, &["error: "]);
    refused(&folder.run(&["explain", "plan.toml", &"a/".repeat(10_000)]), 2, &["error: "]);
}

#[test]
fn files_that_hold_nothing_are_refused_in_words() {
    let folder = Folder::new("empty");
    for (text, words) in [
        ("", &["no [scenario]", "fundgap new"][..]),
        ("\n\n# nothing\n", &["no [scenario]"]),
        ("\u{feff}", &["no [scenario]"]),
        ("\0\0\0\0", &["error: "]),
        ("[line.care]\nbase = 1\n", &["no [scenario]"]),
        ("[scenario]\n", &["`base_year`", "`years`", "`title`"]),
        ("scenario = 5\n", &["`scenario` must be a table"]),
        ("[[scenario]]\ntitle = \"x\"\n", &["`scenario` must be a table"]),
        ("{\"scenario\": {}}", &["error: "]),
        ("scenario:\n  title: x\n", &["error: "]),
        ("name,base\npay,5\n", &["error: "]),
        ("PK\u{3}\u{4}", &["error: "]),
    ] {
        folder.write("plan.toml", text);
        refused(&folder.run(&["run", "plan.toml"]), 2, words);
        refused(&folder.run_with(&["check", "-"], text), 2, words);
    }
}

#[test]
fn nought_bytes_and_other_control_characters_are_refused() {
    let folder = Folder::new("control");
    for c in ['\0', '\u{1}', '\u{8}', '\u{b}', '\u{1b}', '\u{7f}', '\r'] {
        folder.write("plan.toml", PLAN.replace("40\n", &format!("40{c}0\n")));
        refused(&folder.run(&["run", "plan.toml"]), 2, &["plan.toml:"]);
    }
}

#[test]
fn a_key_given_twice_and_files_that_extend_each_other_are_refused() {
    let folder = Folder::new("twice");
    folder.write("plan.toml", format!("{PLAN}\n[line.care]\nbase = 41\n"));
    refused(&folder.run(&["run", "plan.toml"]), 2, &["given twice", "first given here"]);
    for (name, extends) in [("a.toml", "b.toml"), ("b.toml", "c.toml"), ("c.toml", "a.toml"), ("d.toml", "d.toml")] {
        folder.write(name, HEAD.replace("unit =", &format!("extends = \"{extends}\"\nunit =")));
    }
    refused(&folder.run(&["run", "a.toml"]), 2, &["a.toml -> b.toml -> c.toml -> a.toml"]);
    refused(&folder.run(&["run", "d.toml"]), 2, &["d.toml -> d.toml"]);
}

#[test]
fn the_same_mistake_a_thousand_times_is_told_twenty_times() {
    let folder = Folder::new("thousand");
    let mut text = HEAD.to_owned();
    for n in 0..1000 {
        let _ = write!(text, "[line.l{n}]\nbase = -1\n");
    }
    folder.write("plan.toml", text);
    let ran = folder.run(&["run", "plan.toml"]);
    refused(&ran, 2, &["and 980 more of the kind `negative_amount`", "1000 problems found"]);
    assert_eq!(ran.err.matches("is negative").count(), 20);
}

// --- what is odd and fine ------------------------------------------------------------------------

#[test]
fn a_mark_and_windows_line_ends_change_nothing() {
    let folder = Folder::new("windows");
    folder.write("plan.toml", PLAN);
    folder.write("windows/plan.toml", format!("\u{feff}{}", PLAN.replace('\n', "\r\n")));
    let (plain, windows) = (folder.run(&["run", "plan.toml"]), folder.run(&["run", "windows/plan.toml"]));
    fine(&plain);
    fine(&windows);
    assert_eq!(plain.out, windows.out);
    folder.write("windows/bad.toml", format!("\u{feff}{}", PLAN.replace("40", "-40").replace('\n', "\r\n")));
    refused(&folder.run(&["run", "windows/bad.toml"]), 2, &["windows/bad.toml:14:8"]);
}

#[test]
fn a_scenario_may_be_piped_in() {
    let folder = Folder::new("piped");
    folder.write("plan.toml", PLAN);
    let piped = folder.run_with(&["run", "-"], PLAN);
    fine(&piped);
    assert_eq!(piped.out, folder.run(&["run", "plan.toml"]).out);
    refused(&folder.run_with(&["run", "-"], PLAN.replace("40", "-40")), 2, &["--> <standard input>:14:8"]);
    fine(&folder.run_with(&["run", "-", "--set", "driver.pay=4%"], PLAN));
    fine(&folder.run_with(&["explain", "-", "exshire/funding@2026-27"], PLAN));
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_is_refused_and_what_a_shell_hands_over_is_read() {
    let folder = Folder::new("pipe-named");
    folder.write("plan.toml", PLAN);
    folder.write("layer.toml", "[driver]\npay = \"4%\"\n");
    let shell = |script: &str| {
        let ran = std::process::Command::new("bash")
            .args(["-c", script])
            .env("FUNDGAP", env!("CARGO_BIN_EXE_fundgap"))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: ran.status.code().unwrap(), out: text(ran.stdout), err: text(ran.stderr) }
    };
    assert_eq!(shell("mkfifo waits.toml").code, 0);
    let begun = Instant::now();
    let words = ["`waits.toml` is a pipe", "hint: name a file, or pipe it in: fundgap run - < waits.toml"];
    refused(&folder.run(&["run", "waits.toml"]), 3, &words);
    refused(&folder.run(&["run", "plan.toml", "--layer", "waits.toml"]), 3, &words[..1]);
    folder.write("extends.toml", PLAN.replace("years = 2", "years = 2\nextends = \"waits.toml\""));
    refused(&folder.run(&["run", "extends.toml"]), 3, &words[..1]);
    assert!(begun.elapsed() < PATIENCE);
    let plain = folder.run(&["run", "plan.toml"]).out;
    for script in [
        "$FUNDGAP run <(cat plan.toml)",
        "cat plan.toml | $FUNDGAP run /dev/stdin",
        "$FUNDGAP run /dev/stdin < plan.toml",
        "(sleep 0.1; cat plan.toml) > waits.toml & $FUNDGAP run - < waits.toml",
    ] {
        let ran = shell(script);
        fine(&ran);
        let figures = |out: &str| {
            out.lines()
                .filter(|l| !l.contains("plan.toml") && !l.contains("/dev/") && !l.contains("<standard"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(figures(&ran.out), figures(&plain), "{script}");
    }
    let layered = folder.run(&["run", "plan.toml", "--set", "driver.pay=4%", "--table", "gap", "--format", "csv"]);
    let handed = shell("$FUNDGAP run plan.toml --layer <(cat layer.toml) --table gap --format csv");
    fine(&handed);
    assert_eq!(handed.out, layered.out);
}

#[test]
fn a_file_may_have_spaces_and_accents_in_its_name() {
    let folder = Folder::new("accents");
    let name = "Ein Plan für 2026 – £m (final).toml";
    folder.write(name, PLAN);
    fine(&folder.run(&["run", name]));
    folder.write("Pläne/Löhne & mehr.toml", "[driver]\npay = \"4%\"\n");
    fine(&folder.run(&["run", name, "--layer", "Pläne/Löhne & mehr.toml"]));
    fine(&folder.run(&["run", name, "-o", "Ergebnis für 2026.csv"]));
    folder.write(name, PLAN.replace("40", "-40"));
    refused(&folder.run(&["run", name]), 2, &[&format!("--> {name}:14:8")]);
}

#[test]
fn a_layer_may_be_named_twice() {
    let folder = Folder::new("layers");
    folder.write("plan.toml", PLAN);
    folder.write("high.toml", "[driver]\npay = \"4%\"\n");
    let (once, twice) = (
        folder.run(&["run", "plan.toml", "--layer", "high.toml", "--format", "csv"]),
        folder.run(&["run", "plan.toml", "--layer", "high.toml", "--layer", "high.toml", "--format", "csv"]),
    );
    fine(&once);
    fine(&twice);
    assert_eq!(once.out, twice.out);
}

#[test]
fn fifty_years_and_a_thousand_lines_take_no_time() {
    let folder = Folder::new("long");
    let mut text = PLAN.replace("years = 2", "years = 50");
    for n in 0..1000 {
        let _ = write!(text, "[line.l{n}]\nbase = 1.5\nprice = \"pay\"\nvolume = \"1%\"\n");
    }
    folder.write("plan.toml", text);
    let begun = Instant::now();
    for format in ["table", "csv", "json", "markdown"] {
        let ran = folder.run(&["run", "plan.toml", "--format", format]);
        fine(&ran);
        assert!(ran.out.contains("2075/76"), "{format}");
    }
    fine(&folder.run(&["explain", "plan.toml", "exshire/requirement@2075-76"]));
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

// --- names and words -----------------------------------------------------------------------------

#[test]
fn no_escape_sequence_in_a_file_reaches_the_terminal() {
    let folder = Folder::new("escapes");
    let bad = "\\u001b[31mred\\u001b]0;title\\u0007\\nnew line\\u202eturned\\u0000\\u009b2J";
    let text = PLAN
        .replace("\"Exshire\"", &format!("\"{bad}\""))
        .replace("kind = \"council\"", &format!("title = \"{bad}\"\nkind = \"council\""))
        .replace(
            "base = 40",
            &format!("title = \"{bad}\"\nservice = \"{bad} / {bad}\"\nsource = \"{bad}\"\nnote = \"{bad}\"\nbase = 40"),
        );
    folder.write("plan.toml", text);
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["run", "plan.toml"],
        vec!["run", "plan.toml", "--format", "markdown"],
        vec!["check", "plan.toml"],
        vec!["explain", "plan.toml", "exshire/requirement@2026-27"],
        vec!["explain", "plan.toml", "line.care.base", "--dependents"],
    ];
    let tables = [
        "gap",
        "requirement",
        "funding",
        "savings",
        "reserves",
        "flows",
        "bridge",
        "assumptions",
        "published",
        "cells",
    ];
    runs.extend(tables.iter().map(|table| vec!["run", "plan.toml", "--table", *table]));
    for arguments in runs {
        let ran = folder.run(&arguments);
        fine(&ran);
        let raw = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!ran.out.contains(raw), "{arguments:?}:\n{:?}", ran.out);
    }
    let escape = "\u{1b}[31m";
    for arguments in [
        vec!["run", "plan.toml", "--organisation", escape],
        vec!["run", "plan.toml", "--set", "driver.\u{1b}[31m=4%"],
        vec!["run", "\u{1b}[31m.toml"],
        vec!["run", "plan.toml", "--layer", "\u{1b}[31m.toml"],
        vec!["run", "plan.toml", "-o", "\u{1b}[31m"],
        vec!["run", "plan.toml", "-o", "no/\u{1b}[31m.csv"],
        vec!["explain", "plan.toml", escape],
        vec!["new", "no/\u{1b}[31m"],
        vec!["man", "no/\u{1b}[31m"],
    ] {
        let ran = folder.run(&arguments);
        assert!(ran.code == 2 || ran.code == 3, "{arguments:?}: {}{}", ran.code, ran.err);
        assert!(!ran.err.contains('\u{1b}'), "{arguments:?}:\n{:?}", ran.err);
    }
}

#[test]
fn json_escapes_what_a_terminal_would_obey_and_loses_nothing_of_it() {
    let folder = Folder::new("escapes-json");
    let bad = "a\\u0085b\\u009b2Jc\\u202ed\\u2066e\\u007ff";
    folder.write("plan.toml", PLAN.replace("base = 40", &format!("title = \"{bad}\"\nnote = \"{bad}\"\nbase = 40")));
    folder.write(
        "other.toml",
        PLAN.replace("\"3%\"", "\"4%\"").replace("[line.care]", "[line.added]\nbase = 1\n[line.care]"),
    );
    for arguments in [
        vec!["run", "plan.toml", "--format", "json"],
        vec!["run", "plan.toml", "--table", "assumptions", "--format", "json"],
        vec!["compare", "plan.toml", "other.toml", "--format", "json"],
        vec!["diff", "plan.toml", "other.toml", "--format", "json"],
        vec!["bridge", "plan.toml", "--format", "json"],
        vec!["sensitivity", "plan.toml", "--format", "json"],
        vec!["explain", "plan.toml", "exshire/line/care/closing@2026-27", "--format", "json"],
    ] {
        let ran = folder.run(&arguments);
        let raw = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}".contains(c);
        assert!(!ran.out.contains(raw), "{arguments:?}:\n{:?}", ran.out);
        assert!(serde_json::from_str::<serde_json::Value>(&ran.out).is_ok(), "{arguments:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn very_long_titles_and_names_are_shown_and_end() {
    let folder = Folder::new("titles");
    let long = "Adult social care and more ".repeat(2000);
    let unbroken = "x".repeat(50_000);
    for title in [&long, &unbroken, &"é".repeat(20_000), &"漢字".repeat(10_000)] {
        folder.write("plan.toml", PLAN.replace("base = 40", &format!("title = \"{title}\"\nbase = 40")));
        for width in ["40", "100", "400", "0", "99999999"] {
            fine(&folder.run(&["run", "plan.toml", "--width", width]));
        }
    }
    folder.write("plan.toml", PLAN.replace("line.care", &format!("line.{unbroken}")));
    fine(&folder.run(&["run", "plan.toml"]));
    folder.write("plan.toml", PLAN.replace("base = 40", &format!("{unbroken} = 40")));
    let ran = folder.run(&["run", "plan.toml"]);
    refused(&ran, 2, &["has no key"]);
    assert!(ran.err.len() < 10_000, "a message of {} bytes", ran.err.len());
}

#[test]
fn names_and_titles_in_any_script() {
    let folder = Folder::new("script");
    folder.write("plan.toml", PLAN.replace("\"Exshire\"", "\"Cyngor Sir Ynys Môn – 漢字 – عربي – 👩‍👩‍👧\""));
    let ran = folder.run(&["run", "plan.toml"]);
    fine(&ran);
    assert!(ran.out.contains("Ynys Môn"));
    folder.write("plan.toml", PLAN.replace("[line.care]", "[line.\"Gofal Môn\"]"));
    refused(&folder.run(&["run", "plan.toml"]), 2, &["cannot be a name", "[line.gofal_m_n]"]);
    folder.write("plan.toml", PLAN.replace("[line.care]", "[line.Care-Homes]"));
    refused(&folder.run(&["run", "plan.toml"]), 2, &["cannot be a name", "[line.care_homes]"]);
    folder.write("plan.toml", PLAN.replace("[line.care]", "[line.\"\"]"));
    refused(&folder.run(&["run", "plan.toml"]), 2, &["cannot be a name"]);
    folder.write("plan.toml", PLAN.replace("\"pay\"", "\"pаy\""));
    refused(&folder.run(&["run", "plan.toml"]), 2, &["unknown driver"]);
}

#[test]
fn an_organisation_may_not_be_called_like_a_view() {
    let folder = Folder::new("views");
    for view in ["system", "nhs", "council"] {
        folder.write("plan.toml", PLAN.replace("organisation.exshire", &format!("organisation.{view}")));
        let ran = folder.run(&["run", "plan.toml"]);
        refused(&ran, 2, &["the name of a view", &format!("`{view}_body`")]);
        assert_eq!(ran.err.matches("error: ").count(), 1, "{}", ran.err);
    }
    for kind in ["line", "driver", "organisation", "saving", "scenario", "gap", "requirement"] {
        folder.write("plan.toml", PLAN.replace("organisation.exshire", &format!("organisation.{kind}")));
        fine(&folder.run(&["run", "plan.toml"]));
        fine(&folder.run(&["explain", "plan.toml", &format!("{kind}/gap_before_savings@2026-27")]));
    }
}

// --- amounts -------------------------------------------------------------------------------------

#[test]
fn amounts_beyond_all_bounds_are_refused_with_their_place() {
    let folder = Folder::new("amounts");
    for (from, to, words) in [
        ("base = 40", "base = 99999999999999999999999999999999999999999", &["plan.toml:14:8"][..]),
        ("base = 40", "base = 1e300", &["plan.toml:14:8"]),
        ("base = 40", "base = inf", &["plan.toml:14:8", "not a plain number"]),
        ("base = 40", "base = nan", &["plan.toml:14:8", "not a plain number"]),
        ("base = 40", "base = 0x28", &["plan.toml:14:8"]),
        ("base = 40", "base = 9223372036854775807", &["plan.toml:14:8"]),
        ("base = 40", "base = 9223372036854775808", &["plan.toml:14:8"]),
        ("base = 40", "base = \"£99999999999bn\"", &["plan.toml:14:8"]),
        ("\"3%\"", "\"99999999999999999999999999999%\"", &["plan.toml:11:7"]),
        ("\"3%\"", "\"9000000000000000000%\"", &["plan.toml:", "too large"]),
        ("years = 2", "years = 51", &["plan.toml:4:9"]),
        ("years = 2", "years = 0", &["plan.toml:4:9"]),
        ("years = 2", "years = -1", &["plan.toml:4:9"]),
        ("years = 2", "years = 2.0", &["plan.toml:4:9"]),
        ("years = 2", "years = 99999999999", &["plan.toml:4:9"]),
        ("2025/26", "9999/00", &["plan.toml:3:13"]),
        ("2025/26", "0000/01", &["plan.toml:3:13"]),
        ("2025/26", "2025-27", &["plan.toml:3:13"]),
    ] {
        folder.write("plan.toml", PLAN.replace(from, to));
        refused(&folder.run(&["run", "plan.toml"]), 2, words);
    }
}

#[test]
fn a_rate_that_grows_beyond_bounds_is_refused_with_its_place() {
    let folder = Folder::new("growth");
    let text = PLAN.replace("years = 2", "years = 50").replace("\"3%\"", "\"900%\"");
    folder.write("plan.toml", text);
    refused(&folder.run(&["run", "plan.toml"]), 2, &["cannot compute", "too large", "plan.toml:13:7"]);
}

#[test]
fn a_rate_of_minus_a_hundred_and_more_is_handled() {
    let folder = Folder::new("minus");
    for rate in ["-100%", "-150%", "-1000%"] {
        folder.write("plan.toml", PLAN.replace("\"3%\"", &format!("{{ rate = \"{rate}\", signed = true }}")));
        let ran = folder.run(&["run", "plan.toml"]);
        assert!(ran.code == 0 || ran.code == 2, "{}", ran.err);
    }
}

// --- the command line ----------------------------------------------------------------------------

#[test]
fn what_cannot_be_set_is_said() {
    let folder = Folder::new("set");
    folder.write("plan.toml", PLAN);
    let set = |argument: &str| folder.run(&["run", "plan.toml", "--set", argument]);
    for (argument, words) in [
        ("driver.pay", &["has no `=`", "PATH=VALUE"][..]),
        ("=4%", &["does not say what to set"]),
        ("", &["error: "]),
        ("driver.pay=", &["no value"]),
        ("driver..pay=4%", &["does not say what to set"]),
        ("driver=4%", &["driver.NAME"]),
        ("line.care=4", &["line.NAME.KEY"]),
        ("drivr.pay=4%", &["did you mean `driver`"]),
        ("driver.pya=4%", &["did you mean `driver.pay`"]),
        ("line.care.bse=4", &["did you mean `base`"]),
        ("saving.home.delivery=60%", &["no saving `home`"]),
        ("driver.pay=4", &["rate without its %", "<command line>:1:12"]),
        ("driver.pay@2030/31=4%", &["no plan year", "2026/27 to 2027/28"]),
        ("driver.pay@2026/28=4%", &["2026/28"]),
        ("driver.pay@=4%", &["error: "]),
        ("line.care.base@2026/27=41", &["holds for all years"]),
        ("scenario.unit=£", &["cannot be set"]),
        ("scenario.extends=x.toml", &["cannot be set"]),
        ("line.care.base=[1, 2", &["cannot be read"]),
        ("line.care.base={ likely = 1, likely = 2 }", &["error: "]),
        ("driver.pay.rate=4%", &["has no key `rate`"]),
    ] {
        refused(&set(argument), 2, words);
    }
    for argument in [
        "driver.pay=4%",
        "driver.pay@2027/28=4%",
        "driver.pay@2027-28=4%",
        " driver . pay = 4% ",
        "scenario.years=3",
        "line.care.base=\"£41m\"",
    ] {
        let ran = set(argument);
        assert_eq!(ran.code, 0, "{argument}: {}", ran.err);
    }
    let both = folder.run(&["run", "plan.toml", "--set", "driver.pay=5", "--set", "line.care.base=-1"]);
    refused(&both, 2, &["<command line>:1:12", "<command line>:2:16", "2 problems"]);
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let folder = Folder::new("flags");
    folder.write("plan.toml", PLAN);
    for arguments in [
        &["run", "plan.toml", "--organisation", "exshir"][..],
        &["run", "plan.toml", "--view", "nhs"],
        &["run", "plan.toml", "--view", "system", "--organisation", "exshire"],
        &["run", "plan.toml", "--by", "service", "--table", "funding"],
        &["run", "plan.toml", "--table", "gpa"],
        &["run", "plan.toml", "--unit", "€m"],
        &["run", "plan.toml", "--decimals", "-1"],
        &["run", "plan.toml", "--format", "xml"],
        &["run", "plan.toml", "-o", "result.xyz"],
        &["run", "plan.toml", "-o", "result"],
        &["run"],
        &["explain", "plan.toml"],
        &["explain", "plan.toml", "nonsense"],
        &["explain", "plan.toml", ""],
        &["explain", "plan.toml", "exshire/funding@2099-00"],
        &["rnu", "plan.toml"],
        &[],
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
    assert_eq!(folder.names(), ["plan.toml"]);
    for decimals in ["0", "2", "9", "40", "4294967295"] {
        let ran = folder.run(&["run", "plan.toml", "--decimals", decimals]);
        assert!(ran.code == 0 || ran.code == 2, "--decimals {decimals}: {}", ran.err);
    }
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_failure() {
    let folder = Folder::new("pipe");
    let mut text = PLAN.replace("years = 2", "years = 50");
    for n in 0..300 {
        let _ = write!(text, "[line.l{n}]\nbase = 1.5\nprice = \"pay\"\n");
    }
    folder.write("plan.toml", text);
    for arguments in [
        &["run", "plan.toml", "--table", "cells"][..],
        &["run", "plan.toml", "--format", "csv"],
        &["run", "plan.toml", "--table", "cells", "--format", "csv"],
        &["run", "plan.toml", "--format", "json"],
        &["run", "plan.toml", "--table", "cells", "--format", "markdown"],
        &["explain", "plan.toml", "exshire/requirement@2075-76", "--depth", "40"],
        &["schema"],
        &["reference"],
        &["completions", "bash"],
    ] {
        let mut child =
            fundgap(folder.path()).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdout.take().unwrap();
        let mut first = [0; 10];
        pipe.read_exact(&mut first).unwrap();
        drop(pipe);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn colour_is_as_asked_for() {
    let folder = Folder::new("colour");
    folder.write("plan.toml", PLAN);
    folder.write("bad.toml", PLAN.replace("40", "-40"));
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let ran = Ran::from(fundgap(folder.path()).args(arguments).envs(variables.iter().copied()).output().unwrap());
        (ran.out.contains('\u{1b}'), ran.err.contains('\u{1b}'))
    };
    assert_eq!(coloured(&["run", "plan.toml"], &[]), (false, false));
    assert_eq!(coloured(&["run", "plan.toml", "--color", "always"], &[]), (true, false));
    assert_eq!(coloured(&["run", "bad.toml", "--color", "always"], &[]), (false, true));
    assert_eq!(coloured(&["run", "plan.toml", "--color", "never"], &[]), (false, false));
    assert_eq!(coloured(&["run", "bad.toml", "--color", "never"], &[]), (false, false));
    for variables in [&[("NO_COLOR", "1")][..], &[("TERM", "dumb")], &[("TERM", "xterm-256color")]] {
        assert_eq!(coloured(&["run", "plan.toml"], variables), (false, false), "{variables:?}");
        assert_eq!(coloured(&["run", "bad.toml"], variables), (false, false), "{variables:?}");
    }
    assert_eq!(coloured(&["run", "plan.toml", "--color", "always", "--format", "csv"], &[]), (false, false));
    assert_eq!(coloured(&["run", "plan.toml", "--color", "always", "--format", "json"], &[]), (false, false));
    folder.run(&["run", "plan.toml", "--color", "always", "--format", "table", "-o", "out.txt"]);
    assert!(!fs::read_to_string(folder.path().join("out.txt")).unwrap().contains('\u{1b}'));
}

// --- what is written -----------------------------------------------------------------------------

#[test]
fn a_failed_run_leaves_an_existing_file_as_it_was() {
    let folder = Folder::new("untouched");
    folder.write("bad.toml", PLAN.replace("40", "-40"));
    folder.write("plan.toml", PLAN);
    folder.write("result.csv", "precious");
    refused(&folder.run(&["run", "bad.toml", "-o", "result.csv"]), 2, &["negative"]);
    refused(&folder.run(&["run", "none.toml", "-o", "result.csv"]), 3, &["none.toml"]);
    refused(&folder.run(&["run", "plan.toml", "--organisation", "x", "-o", "result.csv"]), 2, &["no organisation"]);
    assert_eq!(fs::read_to_string(folder.path().join("result.csv")).unwrap(), "precious");
    fine(&folder.run(&["run", "plan.toml", "-o", "result.csv"]));
    assert!(fs::read_to_string(folder.path().join("result.csv")).unwrap().starts_with("scenario,run,"));
    assert_eq!(folder.names(), ["bad.toml", "plan.toml", "result.csv"]);
}

#[test]
fn a_scenario_is_never_written_over() {
    let folder = Folder::new("over");
    folder.write("plan.toml", PLAN);
    folder.write("high.toml", "[driver]\npay = \"4%\"\n");
    for (command, over) in [("run", "plan.toml"), ("check", "./plan.toml"), ("run", "high.toml")] {
        let ran = folder.run(&[command, "plan.toml", "--layer", "high.toml", "-o", over, "--format", "csv"]);
        refused(&ran, 2, &["never written over"]);
    }
    refused(&folder.run(&["check", "plan.toml", "high.toml", "-o", "both.csv"]), 2, &["one by one"]);
    assert!(fs::read_to_string(folder.path().join("plan.toml")).unwrap() == PLAN, "the scenario was written over");
    assert_eq!(folder.names(), ["high.toml", "plan.toml"]);
}

/// A history, a file of monitoring, and a scenario that turns out to be wrong: nothing that a command reads is written over.
#[test]
fn what_is_read_beside_a_scenario_is_never_written_over() {
    let folder = Folder::new("beside");
    folder.write("plan.toml", PLAN);
    let bad = "[scenario\n";
    folder.write("bad.toml", bad);
    let history = "year,planned,delivered,unit\n2024/25,10,9,£m\n";
    folder.write("history.csv", history);
    let never = "never written over";
    for arguments in [
        &["check", "plan.toml", "--history", "history.csv", "-o", "history.csv"][..],
        &["record", "--history", "history.csv", "-o", "./history.csv"],
        &["record", "plan.toml", "--history", "history.csv", "-o", "history.csv"],
        &["track", "plan.toml", "history.csv", "-o", "history.csv"],
        &["check", "bad.toml", "--format", "sarif", "-o", "bad.toml"],
        &["check", "plan.toml", "bad.toml", "--format", "junit", "-o", "bad.toml"],
        &["batch", "plan.toml", "bad.toml", "--format", "json", "-o", "bad.toml"],
    ] {
        refused(&folder.run(arguments), 2, &[never]);
    }
    let same = folder.run(&[
        "track",
        "plan.toml",
        "history.csv",
        "--write-layer",
        "q.toml",
        "-o",
        "q.toml",
        "--format",
        "csv",
    ]);
    refused(&same, 2, &["the same file"]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(
        (read("history.csv").as_str(), read("bad.toml").as_str(), read("plan.toml").as_str()),
        (history, bad, PLAN)
    );
    assert_eq!(folder.names(), ["bad.toml", "history.csv", "plan.toml"]);
}

/// What stands behind a quotation mark that is not closed would be read as one text, and its rows be gone.
#[test]
fn a_quotation_mark_that_is_not_closed_hides_no_row() {
    let folder = Folder::new("quote");
    folder.write("plan.toml", HEAD.replace("unit =", "lines = \"lines.csv\"\nunit ="));
    folder.write("lines.csv", "name,base,title\nextra,1,\"open\nmore,2,x\n");
    refused(&folder.run(&["run", "plan.toml"]), 2, &["lines.csv:2:9", "not closed"]);
    folder.write("history.csv", "year,planned,delivered,unit,source\n2023/24,10,9,£m,\"Outturn\n2024/25,100,1,£m,x\n");
    refused(&folder.run(&["record", "--history", "history.csv"]), 2, &["history.csv:2:", "not closed"]);
    folder.write("past.csv", "body,class,year,planned,outcome,source\na,c,2023/24,10,9,\"x\na,c,2024/25,10,1,x\n");
    refused(&folder.run(&["backtest", "past.csv"]), 2, &["past.csv:2:", "not closed"]);
    folder.write(
        "months.csv",
        "item,month,figure,value,reason\nsaving.a,9,delivered,0.5,\"late\nsaving.b,9,delivered,0,x\n",
    );
    folder.write("own.toml", PLAN);
    refused(&folder.run(&["track", "own.toml", "months.csv"]), 2, &["months.csv:2:", "not closed"]);
    refused(&folder.run(&["roll", "own.toml", "--actuals", "months.csv"]), 2, &["months.csv:2:", "not closed"]);
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let folder = Folder::new("unwritable");
    folder.write("plan.toml", PLAN);
    refused(&folder.run(&["run", "plan.toml", "-o", "no/such/folder/result.csv"]), 3, &["no/such/folder/result.csv"]);
    fs::create_dir(folder.path().join("taken.csv")).unwrap();
    refused(&folder.run(&["run", "plan.toml", "-o", "taken.csv"]), 3, &["taken.csv"]);
    assert_eq!(folder.names(), ["plan.toml", "taken.csv"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let locked = folder.path().join("locked");
        fs::create_dir(&locked).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
        // The rights of a folder do not hold for the superuser.
        if fs::write(locked.join("probe"), "").is_err() {
            refused(&folder.run(&["run", "plan.toml", "-o", "locked/result.csv"]), 3, &["locked/result.csv"]);
            refused(&folder.run(&["new", "locked/plan.toml"]), 3, &["locked/plan.toml"]);
        }
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
        let full = folder.run(&["run", "plan.toml", "--format", "csv", "-o", "/dev/full"]);
        if std::path::Path::new("/dev/full").exists() {
            refused(&full, 3, &["/dev/full"]);
        }
    }
}

#[test]
fn new_never_overwrites() {
    let folder = Folder::new("new");
    folder.write("plan.toml", "mine");
    refused(&folder.run(&["new", "plan.toml"]), 2, &["never overwritten"]);
    assert_eq!(fs::read_to_string(folder.path().join("plan.toml")).unwrap(), "mine");
    refused(&folder.run(&["new", "no/such/plan.toml"]), 3, &["no/such/plan.toml"]);
    refused(&folder.run(&["new", "."]), 2, &["error: "]);
    assert_eq!(folder.run(&["new", "fresh.toml"]).code, 0);
    assert_eq!(folder.names(), ["fresh.toml", "plan.toml"]);
}

#[test]
fn inputs_are_never_changed() {
    let folder = Folder::new("inputs");
    folder.write("plan.toml", PLAN);
    folder.write("high.toml", "[driver]\npay = \"4%\"\n");
    for arguments in [
        &["run", "plan.toml", "--layer", "high.toml", "--set", "line.care.base=41"][..],
        &["check", "plan.toml"],
        &["explain", "plan.toml", "driver.pay"],
    ] {
        folder.run(arguments);
    }
    assert_eq!(fs::read_to_string(folder.path().join("plan.toml")).unwrap(), PLAN);
    assert_eq!(folder.names(), ["high.toml", "plan.toml"]);
}
