//! Files written whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes a file whole or not at all, as [`Whole`] does.
///
/// # Errors
/// The path is a folder, names no file, may not be written, or the disk refused.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut whole = Whole::begin(path)?;
    whole.write_all(bytes)?;
    whole.finish()
}

/// A file that is written whole or not at all: into a temporary file beside it, which takes its place
/// only when everything is on the disk. When anything fails, or it is not finished, a file that was
/// there stays as it was and nothing is left behind. A link is followed; a device (`/dev/stdout`) is
/// written to directly.
#[derive(Debug)]
pub struct Whole {
    file: File,
    /// The temporary file and the one it is to replace, until it has.
    unfinished: Option<(PathBuf, PathBuf)>,
    permissions: Option<fs::Permissions>,
}

impl Whole {
    /// Begins to write.
    ///
    /// # Errors
    /// The path is a folder, names no file, or may not be written.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let found = match fs::metadata(path) {
            Ok(found) => Some(found),
            Err(e) if e.kind() == ErrorKind::NotFound => None,
            Err(e) => return Err(e),
        };
        if found.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
        }
        if found.as_ref().is_some_and(|f| !f.is_file()) {
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok(Self { file, unfinished: None, permissions: None });
        }
        if found.as_ref().is_some_and(|f| f.permissions().readonly()) {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "it may not be written to"));
        }
        let target = if found.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
        let (temporary, file) = create_beside(&target)?;
        let permissions = found.map(|f| f.permissions());
        Ok(Self { file, unfinished: Some((temporary, target)), permissions })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// The disk refused.
    pub fn finish(mut self) -> io::Result<()> {
        let Some((temporary, target)) = &self.unfinished else { return Ok(()) };
        self.permissions.take().map_or(Ok(()), |p| self.file.set_permissions(p))?;
        self.file.sync_all()?;
        fs::rename(temporary, target)?;
        self.unfinished = None;
        Ok(())
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.unfinished {
            // The first failure is what the user must hear of; this one would only hide it.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// A new file in the same folder, under a name nobody uses: `.plan.csv.fundgap-4711-0.tmp`, which says whose
/// it is when a run that was killed leaves it. It is never taken away by another run: whether its writer
/// is still at work, perhaps on another machine that shares the folder, cannot be told from here.
fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?;
    for attempt in 0_u32..100 {
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".fundgap-{}-{attempt}.tmp", std::process::id()));
        let path = target.with_file_name(hidden);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "its folder is full of unfinished files"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("fundgap-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_made_and_replaced() {
        let folder = Folder::new("replaced");
        let path = folder.0.join("plan.csv");
        write_whole(&path, b"first, and longer").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(folder.names(), ["plan.csv"]);
    }

    #[test]
    fn what_is_unfinished_says_whose_it_is_and_nobody_takes_it_away() {
        let folder = Folder::new("unfinished");
        let path = folder.0.join("plan.csv");
        let mut killed = Whole::begin(&path).unwrap();
        killed.write_all(b"half").unwrap();
        let own = format!(".plan.csv.fundgap-{}-0.tmp", std::process::id());
        write_whole(&path, b"whole").unwrap();
        assert_eq!(folder.names(), [own.as_str(), "plan.csv"]);
        drop(killed);
        assert_eq!(folder.names(), ["plan.csv"]);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn a_folder_is_refused_and_a_missing_one_is_not_made() {
        let folder = Folder::new("refused");
        assert_eq!(write_whole(&folder.0, b"x").unwrap_err().kind(), ErrorKind::IsADirectory);
        let missing = folder.0.join("none").join("plan.csv");
        assert_eq!(write_whole(&missing, b"x").unwrap_err().kind(), ErrorKind::NotFound);
        assert!(folder.names().is_empty());
    }

    #[test]
    fn a_read_only_file_stays_as_it_was() {
        let folder = Folder::new("readonly");
        let path = folder.0.join("plan.csv");
        fs::write(&path, b"kept").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert_eq!(write_whole(&path, b"x").unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert_eq!(fs::read(&path).unwrap(), b"kept");
        assert_eq!(folder.names(), ["plan.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_a_device_is_not_replaced() {
        let folder = Folder::new("link");
        let (real, link) = (folder.0.join("real.csv"), folder.0.join("link.csv"));
        fs::write(&real, b"old").unwrap();
        std::os::unix::fs::symlink("real.csv", &link).unwrap();
        write_whole(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        write_whole(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
