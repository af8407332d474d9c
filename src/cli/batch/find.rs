//! The files of a batch: files, folders and patterns made into one list, in name order, each file once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fundgap::output::message;

/// What was found.
#[derive(Default)]
pub struct Found {
    /// The files in name order.
    pub files: Vec<PathBuf>,
    /// What could not be searched, or matched nothing.
    pub wrong: Vec<String>,
    /// Whether something could not be read.
    pub unreadable: bool,
    /// Folders that were searched, by their real path: a link that leads back ends there.
    searched: BTreeSet<PathBuf>,
    all: BTreeSet<PathBuf>,
}

/// Finds the files that are named, those in folders that are named (and in folders below them), and those
/// that match a pattern.
pub fn find(named: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in named {
        if path.is_dir() {
            found.search(path);
        } else if path.symlink_metadata().is_ok() {
            found.all.insert(plain(path.clone()));
        } else if let Some(pattern) = path.to_str().filter(|p| p.contains(['*', '?', '['])) {
            found.matching(pattern);
        } else {
            // What is not there is told when it is opened, with what may have been meant.
            found.all.insert(plain(path.clone()));
        }
    }
    // A file reached by two ways is one file, under the name that comes first.
    let mut once = BTreeMap::new();
    for path in std::mem::take(&mut found.all) {
        once.entry(path.canonicalize().unwrap_or_else(|_| path.clone())).or_insert(path);
    }
    found.files = once.into_values().collect();
    found.files.sort();
    found
}

/// `./plans` and `plans` are shown alike.
fn plain(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
}

/// Whether it is named like a scenario.
fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))
}

impl Found {
    fn tell(&mut self, message: &str, hint: &str) {
        self.wrong.push(format!("error: {}\nhint: {hint}", message::safe(message)));
    }

    /// Every `.toml` in a folder and in the folders below it; hidden ones are left alone.
    fn search(&mut self, folder: &Path) {
        let mut waiting = vec![folder.to_owned()];
        while let Some(folder) = waiting.pop() {
            if !self.searched.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())) {
                continue;
            }
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    let message = format!("the folder `{}` cannot be read: {}", folder.display(), error.kind());
                    self.tell(&message, "ask its owner for permission to read it");
                    self.unreadable = true;
                    continue;
                }
            };
            let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
            // A folder reached by two ways is searched under the name that comes first.
            paths.sort();
            let mut below = Vec::new();
            for path in paths.into_iter().filter(|p| !is_hidden(p)) {
                let path = plain(path);
                if path.is_dir() {
                    below.push(path);
                } else if is_toml(&path) && (path.is_file() || path.is_symlink()) {
                    self.all.insert(path);
                }
            }
            waiting.extend(below.into_iter().rev());
        }
    }

    /// What matches a pattern: `*` within a name, `**` any folders, `?` one letter, `[ab]` one of them.
    fn matching(&mut self, pattern: &str) {
        let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
        let paths = match glob::glob_with(pattern, options) {
            Ok(paths) => paths,
            Err(error) => {
                let message = format!("the pattern `{pattern}` cannot be read: {}", error.msg);
                self.tell(&message, "write plans/*.toml or plans/**/*.toml");
                return;
            }
        };
        let mut any = false;
        for path in paths {
            match path {
                Ok(path) if path.is_dir() => {
                    any = true;
                    self.search(&path);
                }
                Ok(path) if is_toml(&path) => {
                    any = true;
                    self.all.insert(plain(path));
                }
                Ok(_) => any = true,
                Err(error) => {
                    let message = format!("`{}` cannot be read: {}", error.path().display(), error.error().kind());
                    self.tell(&message, "ask its owner for permission to read it");
                    self.unreadable = true;
                }
            }
        }
        if !any {
            self.tell(
                &format!("nothing matches `{pattern}`"),
                "`*` stands for any letters of a name, `**` for any folders: plans/**/*.toml",
            );
        }
    }
}
