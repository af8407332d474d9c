//! Which folder may import which, and the reading of `crate::…` paths.

use crate::source::{Source, in_word, line_at, words};

/// Each folder of `src/` in reading order, and the folders it may import besides itself. A folder
/// imports only what stands above it.
pub const MAY_IMPORT: [(&str, &[&str]); 14] = [
    ("vocabulary", &[]),
    ("sheet", &["vocabulary"]),
    ("language", &["vocabulary", "sheet"]),
    ("mechanism", &["vocabulary", "sheet", "language"]),
    ("scenario", &["vocabulary", "sheet", "language", "mechanism"]),
    ("compile", &["vocabulary", "sheet", "mechanism", "scenario"]),
    ("open", &["vocabulary", "scenario", "compile"]),
    ("analysis", &["vocabulary", "sheet", "language", "mechanism", "scenario", "compile", "open"]),
    ("import", &["vocabulary", "sheet", "language", "mechanism", "scenario", "compile", "open", "analysis"]),
    ("record", &["vocabulary", "sheet", "language", "mechanism", "scenario", "open"]),
    ("check", &["vocabulary", "sheet", "language", "mechanism", "scenario", "compile", "open", "analysis", "record"]),
    ("roll", &["vocabulary", "sheet", "language", "mechanism", "scenario", "compile", "open", "analysis", "check"]),
    (
        "report",
        &[
            "vocabulary",
            "sheet",
            "language",
            "mechanism",
            "scenario",
            "compile",
            "open",
            "analysis",
            "import",
            "record",
            "check",
            "roll",
        ],
    ),
    ("output", &["vocabulary", "sheet", "language", "report"]),
];

/// Folders that may know what a mechanism tells of itself, and may not make rules with it.
pub const FACTS_ONLY: [&str; 7] = ["compile", "analysis", "import", "record", "check", "roll", "report"];

/// What makes rules in `mechanism/`, beside every function and constant.
pub const MAKES_RULES: [&str; 3] = ["Build", "Mechanism", "Kind"];

/// A `crate::…` path in a file.
pub struct Path {
    /// Its segments after `crate`.
    pub segments: Vec<String>,
    /// Its line.
    pub line: usize,
}

impl Path {
    /// The folder it leads to; what the root of the crate re-exports is said by its own file.
    pub fn folder(&self) -> &str {
        match self.segments[0].as_str() {
            "Opened" | "Refused" => "open",
            other => other,
        }
    }

    /// The last segment, which is what is imported.
    pub fn last(&self) -> &str {
        self.segments.last().map_or("", String::as_str)
    }
}

/// Every path that begins with `crate::`, those in braces one by one.
pub fn paths(source: &Source, code: &str) -> Vec<Path> {
    let mut found = Vec::new();
    for at in words(code, "crate") {
        let after = &code[at + "crate".len()..];
        if let Some(rest) = after.trim_start().strip_prefix("::") {
            let mut ends = Vec::new();
            tails(rest, &mut Vec::new(), &mut ends);
            let line = line_at(&source.text, at);
            found.extend(ends.into_iter().filter(|s| !s.is_empty()).map(|segments| Path { segments, line }));
        }
    }
    found
}

/// Reads what may follow `::`: a name and more, a list in braces, or everything. Gives back what is
/// left to read.
fn tails<'a>(text: &'a str, so_far: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            if rest.is_empty() {
                return rest;
            }
            let before = rest.len();
            rest = tails(rest, &mut so_far.clone(), found).trim_start();
            if let Some(renamed) = rest.strip_prefix("as ") {
                rest = renamed.trim_start().trim_start_matches(in_word).trim_start();
            }
            rest = rest.strip_prefix(',').unwrap_or(rest);
            if rest.len() == before {
                return rest;
            }
        }
    }
    if let Some(rest) = text.strip_prefix('*') {
        so_far.push("*".to_owned());
        found.push(so_far.clone());
        return rest;
    }
    let end = text.find(|c| !in_word(c)).unwrap_or(text.len());
    if end == 0 {
        found.push(so_far.clone());
        return text;
    }
    // `self` in a list is the list's own path.
    if &text[..end] != "self" {
        so_far.push(text[..end].to_owned());
    }
    let rest = &text[end..];
    match rest.trim_start().strip_prefix("::") {
        Some(more) => tails(more, so_far, found),
        None => {
            found.push(so_far.clone());
            rest
        }
    }
}
