//! The files of a batch: files, folders and patterns made into one list, in name order, each file once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
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
    /// All files by the name they are shown under, each with its real path.
    all: BTreeMap<PathBuf, PathBuf>,
}

/// Finds the files that are named, those in folders that are named (and in folders below them), and those
/// that match a pattern.
pub fn find(named: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in named {
        if path.is_dir() {
            found.search(path);
        } else if path.symlink_metadata().is_ok() {
            found.add(plain(path.clone()));
        } else if let Some(pattern) = path.to_str().filter(|p| p.contains(['*', '?', '['])) {
            found.matching(pattern);
        } else {
            // What is not there is told when it is opened, with what may have been meant.
            found.add(plain(path.clone()));
        }
    }
    // A file reached by two ways is one file, under the name that comes first.
    let mut once = BTreeMap::new();
    for (path, real) in std::mem::take(&mut found.all) {
        once.entry(real).or_insert(path);
    }
    found.files = once.into_values().collect();
    found.files.sort();
    found
}

/// `./plans` and `plans` are shown alike.
fn plain(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
}

/// Its real path, or itself where it has none.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether it is named like a scenario.
fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))
}

impl Found {
    fn add(&mut self, path: PathBuf) {
        let real = real(&path);
        self.all.insert(path, real);
    }

    fn tell(&mut self, message: &str, hint: &str) {
        self.wrong.push(format!("error: {}\nhint: {hint}", message::safe(message)));
    }

    fn cannot_search(&mut self, folder: &Path, why: ErrorKind) {
        let message = format!("the folder `{}` cannot be read: {why}", folder.display());
        self.tell(&message, "ask its owner for permission to read it");
        self.unreadable = true;
    }

    /// Every `.toml` in a folder and in the folders below it; hidden ones are left alone.
    fn search(&mut self, folder: &Path) {
        let mut waiting = vec![folder.to_owned()];
        while let Some(folder) = waiting.pop() {
            let real_folder = real(&folder);
            if !self.searched.insert(real_folder.clone()) {
                continue;
            }
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    self.cannot_search(&folder, error.kind());
                    continue;
                }
            };
            let mut paths: Vec<(PathBuf, bool)> = entries
                .filter_map(|e| e.ok())
                .map(|e| (e.path(), e.file_type().is_ok_and(|kind| kind.is_file())))
                .collect();
            // A folder reached by two ways is searched under the name that comes first.
            paths.sort();
            let mut below = Vec::new();
            for (path, plain_file) in paths.into_iter().filter(|(p, _)| !is_hidden(p)) {
                let path = plain(path);
                if plain_file {
                    // Of nearly all, the listing of their folder says what they are and where.
                    if let Some(name) = path.file_name().filter(|_| is_toml(&path)) {
                        let real = real_folder.join(name);
                        self.all.insert(path, real);
                    }
                } else if path.is_dir() {
                    below.push(path);
                } else if is_toml(&path) && (path.is_file() || path.is_symlink()) {
                    self.add(path);
                }
            }
            waiting.extend(below.into_iter().rev());
        }
    }

    /// What matches a pattern: `*` within a name, `**` any folders, `?` one letter, `[ab]` one of them.
    fn matching(&mut self, pattern: &str) {
        let (root, below) = match pattern.strip_prefix('/') {
            Some(below) => (PathBuf::from("/"), below),
            None => (PathBuf::new(), pattern),
        };
        let parts: Result<Vec<Part>, _> =
            below.split(std::path::is_separator).filter(|p| !p.is_empty()).map(Part::read).collect();
        let parts = match parts {
            Ok(parts) => parts,
            Err(error) => {
                let message = format!("the pattern `{pattern}` cannot be read: {}", error.msg);
                self.tell(&message, "write plans/*.toml or plans/**/*.toml");
                return;
            }
        };
        let (mut paths, mut shut) = (BTreeSet::new(), BTreeSet::new());
        expand(root, &parts, &mut paths, &mut shut);
        for folder in shut {
            self.cannot_search(&folder, ErrorKind::PermissionDenied);
        }
        for path in &paths {
            if path.is_dir() {
                self.search(path);
            } else if is_toml(path) {
                self.add(plain(path.clone()));
            }
        }
        if paths.is_empty() {
            self.tell(
                &format!("nothing matches `{pattern}`"),
                "`*` stands for any letters of a name, `**` for any folders: plans/**/*.toml",
            );
        }
    }
}

/// One part of a pattern, between two separators.
enum Part {
    /// A name as it is.
    Name(String),
    /// Names that fit.
    Like(glob::Pattern),
    /// Any folders, or none.
    Folders,
}

impl Part {
    fn read(text: &str) -> Result<Self, glob::PatternError> {
        Ok(match text {
            "**" => Self::Folders,
            _ if text.contains(['*', '?', '[']) => Self::Like(glob::Pattern::new(text)?),
            _ => Self::Name(text.to_owned()),
        })
    }
}

/// Everything below a folder that fits the parts of a pattern, and the folders that may not be read. A link
/// that leads back ends there.
fn expand(folder: PathBuf, parts: &[Part], found: &mut BTreeSet<PathBuf>, shut: &mut BTreeSet<PathBuf>) {
    let Some((first, rest)) = parts.split_first() else {
        found.insert(folder);
        return;
    };
    match first {
        Part::Name(name) => {
            let path = folder.join(name);
            if path.symlink_metadata().is_ok() {
                expand(path, rest, found, shut);
            }
        }
        Part::Like(pattern) => {
            let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
            for path in entries(&folder, shut) {
                let name = path.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
                if pattern.matches_with(&name, options) {
                    expand(path, rest, found, shut);
                }
            }
        }
        Part::Folders => {
            let mut met = BTreeSet::new();
            let mut waiting = vec![folder];
            while let Some(folder) = waiting.pop() {
                let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
                if met.insert(shown.canonicalize().unwrap_or_else(|_| shown.to_owned())) {
                    waiting.extend(entries(&folder, shut).into_iter().rev().filter(|p| !is_hidden(p) && p.is_dir()));
                    expand(folder, rest, found, shut);
                }
            }
        }
    }
}

/// What a folder holds, in name order; what is no folder holds nothing.
fn entries(folder: &Path, shut: &mut BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let read = fs::read_dir(shown);
    if read.as_ref().is_err_and(|error| error.kind() == ErrorKind::PermissionDenied) {
        shut.insert(shown.to_owned());
    }
    let mut paths: Vec<PathBuf> =
        read.into_iter().flatten().filter_map(|e| Some(folder.join(e.ok()?.file_name()))).collect();
    paths.sort();
    paths
}
