//! `--watch`: the same command again whenever a file it was made of is saved. What is wrong with a file
//! is told as ever, and the next save is waited for.
//!
//! Files are looked at a few times a second: their length and time of change. That works on every
//! system and on network drives, where notices of the operating system often do not come.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use fundgap::output::message;
use fundgap::scenario::Origin;
use fundgap::scenario::stresses::Stress;
use fundgap::vocabulary::Sources;

use super::common::{Changes, tell};
use super::exit::Exit;

/// How often files are looked at.
const EVERY: Duration = Duration::from_millis(250);
/// How long a file must stay as it is after a change before it is read: editors write in steps.
const SETTLED: Duration = Duration::from_millis(60);
/// Files named when it is said what is watched.
const NAMED: usize = 3;

/// The files a command was made of, each as it was when it had been read. Copies share the list.
#[derive(Debug, Clone, Default)]
pub struct FilesRead(Arc<Mutex<Seen>>);

/// Files as they were seen: length and time of change; nothing where one is not there.
type Seen = BTreeMap<PathBuf, Option<(u64, Option<SystemTime>)>>;

impl FilesRead {
    /// Keeps what a scenario was opened from: the file that was typed, its layers, and every file these
    /// led to.
    pub fn keep(&self, origin: &Origin, changes: &Changes, sources: &Sources) {
        let typed = if let Origin::File(path) = origin { Some(path.clone()) } else { None };
        let layers = changes.layers.iter().filter(|layer| Stress::of_layer(layer).is_none()).cloned();
        // Flags, standard input and earlier states of a repository are sources too, and no files.
        let found = sources.files().map(|f| PathBuf::from(&f.name)).filter(|path| path.is_file());
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for path in typed.into_iter().chain(layers).chain(found) {
            seen.entry(path).or_insert_with_key(|path| stamp(path));
        }
    }

    /// Keeps a file that a command reads beside its scenario.
    pub fn keep_file(&self, path: &Path) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.entry(path.to_owned()).or_insert_with_key(|path| stamp(path));
    }

    fn take(&self) -> Seen {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn stamp(path: &Path) -> Option<(u64, Option<SystemTime>)> {
    fs::metadata(path).ok().map(|about| (about.len(), about.modified().ok()))
}

fn look_again(seen: &Seen) -> Seen {
    seen.keys().map(|path| (path.clone(), stamp(path))).collect()
}

/// Runs a command, and again after each save, until it is ended from outside or its reader has gone.
pub fn again_and_again(read: &FilesRead, quiet: bool, run: impl Fn() -> Result<Exit, Exit>) -> Exit {
    let mut watched = Seen::new();
    loop {
        let exit = match run() {
            Ok(exit) => exit,
            Err(gone) => return gone,
        };
        // A file that a broken one no longer leads to is still part of the scenario.
        watched = look_again(&watched);
        watched.extend(read.take());
        if watched.is_empty() {
            tell("error: there is nothing to watch: no scenario was read\nhint: fundgap run plan.toml --watch");
            return exit.max(Exit::Invalid);
        }
        let told = waiting(&watched);
        let looked_at = if exit == Exit::Unreadable { with_folders(&watched) } else { watched.clone() };
        if !quiet {
            tell(&told);
        }
        wait(&looked_at);
        clear(quiet);
    }
}

/// The files with their folders: one that was not there is none of those that were read, and its folder
/// tells when it comes.
fn with_folders(watched: &Seen) -> Seen {
    let folders: BTreeSet<&Path> = watched.keys().filter_map(|path| path.parent()).collect();
    let here = |folder: &Path| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() };
    let folders = folders.into_iter().map(here).map(|folder| (folder.clone(), stamp(&folder)));
    watched.clone().into_iter().chain(folders).collect()
}

/// Waits until a file is no longer as it was seen, and then stays as it is.
fn wait(watched: &Seen) {
    loop {
        let seen = look_again(watched);
        if seen != *watched && settled(&seen) {
            return;
        }
        sleep(EVERY);
    }
}

/// Whether files stay as they were seen for a moment.
fn settled(seen: &Seen) -> bool {
    sleep(SETTLED);
    look_again(seen) == *seen
}

/// What is said while nothing happens.
fn waiting(watched: &Seen) -> String {
    let named: Vec<String> =
        watched.keys().take(NAMED).map(|path| message::safe(&path.display().to_string())).collect();
    let more = match watched.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("\nwatching {}{more}; Ctrl-C ends it", named.join(", "))
}

/// Begins anew: on a terminal with an empty screen, elsewhere with a line on standard error.
fn clear(quiet: bool) {
    let mut out = io::stdout();
    if out.is_terminal() {
        // A reader that has gone is found by the next run.
        let _ = write!(out, "\u{1b}[2J\u{1b}[3J\u{1b}[H").and_then(|()| out.flush());
    } else if !quiet {
        tell("saved; running again");
    }
}
