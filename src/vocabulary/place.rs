//! Places in files: every figure a user typed keeps the file, line and column it came from.

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

/// Which of the files read for a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u16);

/// A span of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Place {
    /// A span in `file`; offsets beyond four gigabytes (which no scenario reaches) are capped.
    #[must_use]
    pub fn new(file: FileId, span: std::ops::Range<usize>) -> Self {
        let cap = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file, start: cap(span.start), end: cap(span.end) }
    }
}

/// One file as it was read: its name as shown in messages and its text.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path as the user would type it, or `<command line>`, `<standard input>`.
    pub name: String,
    /// The text, exactly as read.
    pub text: String,
    /// Found when the first place is told: nothing wrong, nothing to tell.
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// The SHA-256 of the text, in hexadecimal: what a manifest knows a file by.
    #[must_use]
    pub fn sha256(&self) -> String {
        Sha256::digest(self.text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            std::iter::once(0)
                .chain(self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1))
                .map(|at| u32::try_from(at).unwrap_or(u32::MAX))
                .collect()
        })
    }
}

/// All files read for one scenario, in the order they were met.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    // A copy of the list shares the texts: whoever tries variants of a scenario copies it often.
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a file and gives its number.
    pub fn add(&mut self, name: String, text: String) -> FileId {
        let id = FileId(u16::try_from(self.files.len()).unwrap_or(u16::MAX));
        self.files.push(Arc::new(SourceFile { name, text, line_starts: OnceLock::new() }));
        id
    }

    /// The files in the order they were read.
    pub fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().map(Arc::as_ref)
    }

    /// The file of a place.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(usize::from(id.0)).map(Arc::as_ref)
    }

    /// The name of a file, as shown in messages.
    #[must_use]
    pub fn describe_file(&self, id: FileId) -> &str {
        self.file(id).map_or("?", |f| f.name.as_str())
    }

    /// Line and column of the first character, both counted from 1, columns in characters.
    #[must_use]
    pub fn line_column(&self, place: Place) -> (usize, usize) {
        let Some(file) = self.file(place.file) else { return (0, 0) };
        let line_starts = file.line_starts();
        let line = line_starts.partition_point(|start| *start <= place.start).max(1);
        let start = line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let before = file.text.get(start..place.start as usize).unwrap_or("");
        (line, before.chars().count() + 1)
    }

    /// `path:line:column`, as editors and terminals understand it.
    #[must_use]
    pub fn describe(&self, place: Place) -> String {
        let name = self.file(place.file).map_or("?", |f| f.name.as_str());
        let (line, column) = self.line_column(place);
        format!("{name}:{line}:{column}")
    }

    /// The text at a place, exactly as typed.
    #[must_use]
    pub fn excerpt(&self, place: Place) -> &str {
        self.file(place.file).and_then(|f| f.text.get(place.start as usize..place.end as usize)).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let mut sources = Sources::new();
        let text = "a = 1\nfee = \"£5\" # é\nz = 2\n";
        let file = sources.add("plan.toml".into(), text.into());
        let at = text.find("# é").unwrap();
        let place = Place::new(file, at..at + 1);
        assert_eq!(sources.line_column(place), (2, 12));
        assert_eq!(sources.describe(place), "plan.toml:2:12");
        let z = text.find('z').unwrap();
        assert_eq!(sources.excerpt(Place::new(file, z..z + 5)), "z = 2");
    }
}
