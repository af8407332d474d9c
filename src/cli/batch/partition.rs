//! One part of the files of a batch, so that several machines can share them.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use fundgap::output::message;

/// One part of several: the first is 1.
#[derive(Debug, Clone, Copy)]
pub struct Partition {
    part: usize,
    of: usize,
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = text.split_once('/').and_then(|(i, n)| Some((i.trim().parse().ok()?, n.trim().parse().ok()?)));
        match read {
            Some((part, of)) if (1..=of).contains(&part) => Ok(Self { part, of }),
            Some((_, of)) if of > 0 => Err(format!("there are parts 1/{of} to {of}/{of}")),
            _ => Err("write the part and how many there are: 2/4".to_owned()),
        }
    }
}

impl Partition {
    /// Where the part begins and ends in a list. Parts are as even as they can be.
    pub fn range(self, len: usize) -> Range<usize> {
        let cut = |part: usize| usize::try_from(part as u128 * len as u128 / self.of as u128).unwrap_or(len);
        cut(self.part - 1)..cut(self.part)
    }

    /// Which part of the files it is, in words.
    pub fn words(self, range: &Range<usize>, files: &[PathBuf]) -> String {
        let which = match &files[range.clone()] {
            [] => "no file".to_owned(),
            [only] => format!("file {} of {} ({})", range.end, files.len(), message::safe(&shown(only))),
            [first, .., last] => format!(
                "files {} to {} of {} ({} to {})",
                range.start + 1,
                range.end,
                files.len(),
                message::safe(&shown(first)),
                message::safe(&shown(last))
            ),
        };
        format!("part {} of {}: {which}", self.part, self.of)
    }
}

/// A path as it is shown, with forward slashes everywhere.
pub fn shown(path: &Path) -> String {
    let name = path.to_string_lossy();
    if cfg!(windows) { name.replace('\\', "/") } else { name.into_owned() }
}
