//! `--watch`: the command runs again when a file of the scenario is saved, goes on past a broken one,
//! and ends when nobody reads any more.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::{Folder, fundgap};

const PLAN: &str = "[scenario]\ntitle = \"Exshire\"\nbase_year = \"2025/26\"\nyears = 1\nunit = \"£m\"\n\
                    extends = [\"rates.toml\"]\n\n[organisation.exshire]\nkind = \"council\"\n\n\
                    [line.care]\nbase = 40\nprice = \"pay\"\n\n\
                    [funding.grant]\nkind = \"grant\"\namount = 40\nrecurrent = true\n";

/// Longer than any machine needs to see a save and open a plan of ten lines.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that watches, ended with the test.
struct Watching {
    child: Child,
    out: Receiver<String>,
    told: Receiver<String>,
}

impl Watching {
    fn begin(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = fundgap(folder.path());
        let mut child =
            command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let out = lines(child.stdout.take().expect("it has a standard output"));
        let told = lines(child.stderr.take().expect("it has a standard error"));
        Self { child, out, told }
    }

    /// The next line that holds `words`.
    #[track_caller]
    fn wait_for(from: &Receiver<String>, words: &str) -> String {
        loop {
            let line = from.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("`{words}` never came"));
            if line.contains(words) {
                return line;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    receive
}

#[test]
fn a_save_runs_it_again_and_a_broken_file_is_survived() {
    let folder = Folder::new("watch");
    folder.write("plan.toml", PLAN);
    folder.write("rates.toml", "[driver]\npay = \"3%\"\n");
    let run = Watching::begin(&folder, &["run", "plan.toml", "--table", "gap", "--run", "plan", "--watch"]);
    // 40 grown by 3 % less a grant of 40.
    assert!(Watching::wait_for(&run.out, "still to find (after").ends_with(" 1.2"));
    let watched = Watching::wait_for(&run.told, "watching");
    assert!(watched.contains("plan.toml") && watched.contains("rates.toml"), "{watched}");

    // A file that the scenario extends counts as well.
    folder.write("rates.toml", "[driver]\npay = \"13%\"\n");
    assert!(Watching::wait_for(&run.out, "still to find (after").ends_with(" 5.2"));
    Watching::wait_for(&run.told, "watching");

    folder.write("rates.toml", "[driver]\npay = 113\n");
    assert!(Watching::wait_for(&run.told, "error").contains("113"));
    Watching::wait_for(&run.told, "watching");

    // Saved as some editors do: written beside it and put in its place.
    let beside = folder.write("rates.tmp", "[driver]\npay = \"23%\"\n");
    fs::rename(beside, folder.path().join("rates.toml")).unwrap();
    assert!(Watching::wait_for(&run.out, "still to find (after").ends_with(" 9.2"));
    Watching::wait_for(&run.told, "watching");

    fs::remove_file(folder.path().join("rates.toml")).unwrap();
    Watching::wait_for(&run.told, "there is no file");
    Watching::wait_for(&run.told, "watching");
    folder.write("rates.toml", "[driver]\npay = \"33%\"\n");
    assert!(Watching::wait_for(&run.out, "still to find (after").ends_with(" 13.2"));
}

#[test]
fn a_file_that_comes_later_is_seen() {
    let folder = Folder::new("watch-later");
    folder.write("plan.toml", PLAN);
    let check = Watching::begin(&folder, &["check", "plan.toml", "--watch"]);
    Watching::wait_for(&check.told, "rates.toml");
    Watching::wait_for(&check.told, "watching");
    folder.write("rates.toml", "[driver]\npay = \"3%\"\n");
    Watching::wait_for(&check.out, "Exshire");
}

#[test]
fn it_ends_when_nobody_reads() {
    let folder = Folder::new("watch-closed");
    folder.write("plan.toml", PLAN);
    folder.write("rates.toml", "[driver]\npay = \"3%\"\n");
    let mut command = fundgap(folder.path());
    let mut child = command
        .args(["run", "plan.toml", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let told = lines(child.stderr.take().expect("it has a standard error"));
    // It may have written into the pipe before it was closed; then the next save finds nobody.
    if told.recv_timeout(Duration::from_secs(2)).is_ok() {
        folder.write("rates.toml", "[driver]\npay = \"4%\"\n");
    }
    let ended = child.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
}

#[test]
fn what_cannot_be_watched_says_so() {
    let folder = Folder::new("watch-nothing");
    let ran = folder.run_with(&["run", "-", "--watch"], PLAN);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("standard input is no file"), "{}", ran.err);
    let ran = folder.run(&["schema", "--watch"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("nothing to watch"), "{}", ran.err);
}
