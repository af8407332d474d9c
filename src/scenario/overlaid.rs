//! Files that are not on disk yet, over those that are: what has been put together is opened as it will
//! be read, before anything is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::read_file::{self, Files};

/// Some files kept in memory; every other one is read from disk.
#[derive(Debug, Clone, Default)]
pub struct Overlaid {
    texts: BTreeMap<PathBuf, String>,
}

impl Overlaid {
    /// Files by the path under which each will stand.
    pub fn new(files: impl IntoIterator<Item = (PathBuf, String)>) -> Self {
        Self { texts: files.into_iter().map(|(path, text)| (read_file::settled(&path), text)).collect() }
    }
}

impl Files for Overlaid {
    fn prefix(&self) -> &'static str {
        ""
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, (String, String)> {
        match self.texts.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => read_file::bytes(path, &path.to_string_lossy(), None)
                .map_err(|told| (told.message.clone(), told.hints.join("; "))),
        }
    }
}
