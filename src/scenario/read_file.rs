//! Reading one file: from disk, where the size is looked at first, or from where the caller keeps
//! files. The text must be UTF-8.

use std::fmt;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Place, Sources};

/// The largest file that is read: 32 MiB, some hundred times the largest plan.
pub const LARGEST: u64 = 32 * 1024 * 1024;

/// The largest workbook that is read.
const LARGEST_WORKBOOK: u64 = 256 * 1024 * 1024;

/// Files that are not on disk as they are wanted: an earlier state of a repository, an archive, a test.
pub trait Files: fmt::Debug {
    /// What stands before each file's name in messages: `HEAD~1:`.
    fn prefix(&self) -> &str;

    /// The bytes of a file, by the path under which it would stand on disk.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    fn read(&self, path: &Path) -> Result<Vec<u8>, (String, String)>;
}

/// Reads a file that is no scenario, such as a map, whole.
///
/// # Errors
/// It is not there, is no file, may not be read (`cannot_read`) or is larger than 32 MiB.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    bytes(path, &path.to_string_lossy(), None)
}

/// Reads a workbook whole.
///
/// # Errors
/// As [`read_bytes`], but for a size of 256 MiB.
pub fn read_workbook(path: &Path) -> Result<Vec<u8>, Box<Diagnostic>> {
    let name = path.to_string_lossy();
    bytes_up_to(LARGEST_WORKBOOK, path, &name, None).map_err(|wrong| match wrong.name {
        "file_too_large" => Box::new(
            Diagnostic::error("file_too_large", format!("`{name}` is larger than 256 MiB"))
                .hint("copy the sheets that hold the budget into a workbook of their own"),
        ),
        _ => wrong,
    })
}

/// Reads a file from where the caller keeps files.
pub(super) fn kept(
    files: &dyn Files,
    path: &Path,
    name: &str,
    place: Option<Place>,
) -> Result<Vec<u8>, Box<Diagnostic>> {
    let bytes = files
        .read(&settled(path))
        .map_err(|(message, hint)| at(Diagnostic::error("cannot_read", message).hint(hint), place))?;
    if bytes.len() as u64 > LARGEST { Err(at(too_large(name), place)) } else { Ok(bytes) }
}

/// A path without `.` and, where it can be told without a disk, without `..`.
pub(crate) fn settled(path: &Path) -> PathBuf {
    let mut settled = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(settled.components().next_back(), Some(Component::Normal(_))) => {
                settled.pop();
            }
            other => settled.push(other),
        }
    }
    settled
}

/// Reads a file as bytes. `place` is where another file names it.
///
/// # Errors
/// It is not there, is no file, may not be read (`cannot_read`) or is too large (`file_too_large`).
pub(super) fn bytes(path: &Path, name: &str, place: Option<Place>) -> Result<Vec<u8>, Box<Diagnostic>> {
    bytes_up_to(LARGEST, path, name, place)
}

fn bytes_up_to(most: u64, path: &Path, name: &str, place: Option<Place>) -> Result<Vec<u8>, Box<Diagnostic>> {
    let cannot = |error: &std::io::Error| at(cannot_read(path, name, error), place);
    let about = fs::metadata(path).map_err(|error| cannot(&error))?;
    if about.is_dir() {
        return Err(at(
            Diagnostic::error("cannot_read", format!("`{name}` is a directory, not a file"))
                .hint(format!("name a file in it: {name}/plan.toml")),
            place,
        ));
    }
    if waits(path, &about) {
        return Err(at(
            Diagnostic::error("cannot_read", format!("`{name}` is a pipe, and whoever reads it waits for its writer"))
                .hint(format!("name a file, or pipe it in: fundgap run - < {name}")),
            place,
        ));
    }
    if about.len() > most {
        return Err(at(too_large(name), place));
    }
    // What is no plain file (a pipe) has no length to look at, so reading stops by itself too.
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0) + 1);
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > most {
        return Err(at(too_large(name), place));
    }
    Ok(bytes)
}

/// Whether a path leads to a pipe that has a name in a folder: to open it is to wait, for ever where nobody
/// writes. What a shell hands over open (`<(…)`, `/dev/stdin`) has its writer, and no name outside `/dev`.
#[cfg(unix)]
fn waits(path: &Path, about: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let named = || path.canonicalize().is_ok_and(|p| !p.starts_with("/dev") && !p.starts_with("/proc"));
    about.file_type().is_fifo() && named()
}

/// Elsewhere than on Unix a pipe has no name in a folder.
#[cfg(not(unix))]
fn waits(_path: &Path, _about: &fs::Metadata) -> bool {
    false
}

fn at(diagnostic: Diagnostic, place: Option<Place>) -> Box<Diagnostic> {
    Box::new(match place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    })
}

fn cannot_read(path: &Path, name: &str, error: &std::io::Error) -> Diagnostic {
    match error.kind() {
        ErrorKind::NotFound => {
            let diagnostic = Diagnostic::error("cannot_read", format!("there is no file `{name}`"));
            match neighbour(path) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}` in the same directory?")),
                None => diagnostic.hint(
                    "a path in a file is relative to that file; one typed in a terminal to the current directory",
                ),
            }
        }
        ErrorKind::PermissionDenied => Diagnostic::error("cannot_read", format!("`{name}` may not be read"))
            .hint("ask its owner for permission to read it"),
        _ => Diagnostic::error("cannot_read", format!("`{name}` cannot be read: {}", error.kind()))
            .hint("check the path and the disk it is on"),
    }
}

/// A file in the same directory whose name is close to the missing one's.
fn neighbour(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> =
        fs::read_dir(directory).ok()?.take(1000).filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    did_you_mean(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

/// What is said of a file that is too large to be a scenario.
pub(super) fn too_large(name: &str) -> Diagnostic {
    Diagnostic::error("file_too_large", format!("`{name}` is larger than 32 MiB"))
        .hint("check the path: no scenario is that large; split a very long line list into several")
}

/// The bytes as text.
///
/// # Errors
/// `not_utf8`, at the first byte that is no UTF-8. The readable part is kept in `sources`, so that
/// the place can be shown.
pub(crate) fn text(bytes: Vec<u8>, name: &str, sources: &mut Sources) -> Result<String, Box<Diagnostic>> {
    let (wrong_at, bytes) = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => (error.utf8_error().valid_up_to(), error.into_bytes()),
    };
    let line_end = bytes[wrong_at..].iter().take(200).position(|b| *b == b'\n').unwrap_or(200);
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(wrong_at + line_end)]).into_owned();
    let width = shown.get(wrong_at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let place = Place::new(sources.add(name.to_owned(), shown), wrong_at..wrong_at + width);
    let (line, column) = sources.line_column(place);
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    Err(Box::new(
        Diagnostic::error("not_utf8", format!("`{name}` is not UTF-8: line {line}, column {column} is no character"))
            .at(place)
            .hint(if utf16 {
                "the file is UTF-16: save it again as UTF-8"
            } else {
                "save the file as UTF-8 (in Excel: \"CSV UTF-8\"; in Notepad: encoding UTF-8)"
            }),
    ))
}
