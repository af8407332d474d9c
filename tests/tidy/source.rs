//! The repository's own text: which files there are, and what in a Rust file is code, what is prose
//! and what is a test.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A Rust file, taken apart. All three texts have the lines of the file itself.
pub struct Source {
    /// Its path from the root of the repository, with `/`.
    pub path: String,
    /// The file as it is.
    pub text: String,
    /// Code alone: comments, strings and characters are blank.
    pub code: String,
    /// Code without what is compiled for tests only.
    pub shipped: String,
    /// Comments alone.
    pub comments: String,
    /// Strings alone.
    pub strings: String,
}

impl Source {
    /// The folder of `src/` it belongs to: `sheet`, or `compile` for `src/compile.rs`.
    pub fn folder(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split_once('/').map_or(inside.trim_end_matches(".rs"), |(folder, _)| folder)
    }

    /// Whether it is part of the binary only.
    pub fn is_binary(&self) -> bool {
        self.path == "src/main.rs" || self.folder() == "cli"
    }

    /// Whether the whole file is compiled for tests only.
    pub fn is_tests(&self) -> bool {
        self.path.ends_with("_tests.rs") || self.path.ends_with("/tests.rs")
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of `src/`, in name order.
pub fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths);
    paths.sort();
    paths.iter().filter(|p| p.extension().is_some_and(|e| e == "rs")).map(|p| take_apart(p)).collect()
}

/// Every text file of the repository with its path, in name order: what git tracks, or all of it
/// where there is no git.
pub fn texts() -> Vec<(String, String)> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let mut paths: Vec<String> = match listed {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            String::from_utf8_lossy(&output.stdout).split('\0').filter(|p| !p.is_empty()).map(str::to_owned).collect()
        }
        _ => {
            let mut found = Vec::new();
            walk(&root(), &mut found);
            found.iter().map(|p| relative(p)).collect()
        }
    };
    paths.sort();
    paths
        .into_iter()
        .filter_map(|path| std::fs::read_to_string(root().join(&path)).ok().map(|text| (path, text)))
        .collect()
}

/// The line number of a byte.
pub fn line_at(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1
}

/// Whether a character can stand in an identifier.
pub fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `word` stands in `text` by itself and not as part of a longer word.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !(word.starts_with(in_word) && before.is_some_and(in_word)
            || word.ends_with(in_word) && after.is_some_and(in_word))
    })
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if name != "target" && name != ".git" {
                walk(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn take_apart(path: &Path) -> Source {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let kinds = kinds(&text);
    let only = |wanted: Kind| -> String {
        text.char_indices().map(|(at, c)| if c == '\n' || kinds[at] == wanted { c } else { ' ' }).collect()
    };
    let code = only(Kind::Code);
    let shipped = without_tests(&code);
    let (comments, strings) = (only(Kind::Comment), only(Kind::Text));
    Source { path: relative(path), code, shipped, comments, strings, text }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Text,
}

/// What each byte of a Rust file is.
fn kinds(text: &str) -> Vec<Kind> {
    let bytes = text.as_bytes();
    let mut kinds = vec![Kind::Code; bytes.len()];
    let mut at = 0;
    while at < bytes.len() {
        let (end, kind) = token(text, at);
        kinds[at..end].fill(kind);
        at = end;
    }
    kinds
}

/// Where the comment, string, character or single byte of code that begins at `at` ends.
fn token(text: &str, at: usize) -> (usize, Kind) {
    let bytes = text.as_bytes();
    let rest = &bytes[at..];
    if rest.starts_with(b"//") {
        return (find(bytes, at, b"\n"), Kind::Comment);
    }
    if rest.starts_with(b"/*") {
        let (mut depth, mut i) = (0_usize, at);
        while i < bytes.len() {
            if bytes[i..].starts_with(b"/*") {
                (depth, i) = (depth + 1, i + 2);
            } else if bytes[i..].starts_with(b"*/") {
                (depth, i) = (depth - 1, i + 2);
                if depth == 0 {
                    break;
                }
            } else {
                i += 1;
            }
        }
        return (i, Kind::Comment);
    }
    let begins_word = at == 0 || !in_word(char::from(bytes[at - 1]));
    let raw = if rest.starts_with(b"br") { 2 } else { usize::from(rest.starts_with(b"r")) };
    if raw > 0 && begins_word {
        let hashes = rest[raw..].iter().take_while(|b| **b == b'#').count();
        if rest.get(raw + hashes) == Some(&b'"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let end = find(bytes, at + raw + hashes + 1, close.as_bytes());
            return ((end + close.len()).min(bytes.len()), Kind::Text);
        }
    }
    match rest[0] {
        b'"' => (closing(bytes, at + 1, b'"'), Kind::Text),
        // A character, and not the name of a lifetime.
        b'\'' if rest.get(1) == Some(&b'\\') => (closing(bytes, at + 1, b'\''), Kind::Text),
        b'\'' => {
            let mut after = text[at + 1..].char_indices();
            after.next();
            match after.next() {
                Some((width, '\'')) => (at + 1 + width + 1, Kind::Text),
                _ => (at + 1, Kind::Code),
            }
        }
        _ => (at + 1, Kind::Code),
    }
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    (from..bytes.len()).find(|i| bytes[*i..].starts_with(what)).unwrap_or(bytes.len())
}

fn closing(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut i = from;
    while i < bytes.len() && bytes[i] != quote {
        i += if bytes[i] == b'\\' { 2 } else { 1 };
    }
    (i + 1).min(bytes.len())
}

/// Blanks every item under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut left = code.to_owned();
    while let Some(start) = left.find("#[cfg(test)]") {
        let mut depth = 0_usize;
        let mut end = left.len();
        for (at, c) in left[start..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && (c == '}' || c == ';') {
                end = start + at + 1;
                break;
            }
        }
        let blank: String = left[start..end].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
        left.replace_range(start..end, &blank);
    }
    left
}
