//! What the tests that run the program share.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

/// The folder of the crate: paths in messages are relative to it, so that they are the same on
/// every machine.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether `FUNDGAP_BLESS=1` asks for the expected texts to be written anew.
pub fn bless() -> bool {
    env::var_os("FUNDGAP_BLESS").is_some_and(|v| v == "1")
}

/// The program in `folder`, with nothing of this terminal about it.
pub fn fundgap(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fundgap"));
    command.current_dir(folder).env("COLUMNS", "100").stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "SOURCE_DATE_EPOCH"] {
        command.env_remove(variable);
    }
    command
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; `-1` when it was ended by a signal.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it told.
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        let ran = Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
        assert!(!ran.err.contains("panicked"), "it panicked:\n{}", ran.err);
        ran
    }
}

/// Runs the program in the folder of the crate.
pub fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Ran {
    run_in(root(), arguments, None)
}

/// Runs the program in a folder, with a text piped in when there is one.
pub fn run_in<A: AsRef<OsStr>>(folder: &Path, arguments: &[A], piped_in: Option<&[u8]>) -> Ran {
    let mut command = fundgap(folder);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Some(bytes) = piped_in else { return command.output().expect("the program starts").into() };
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut pipe = child.stdin.take().expect("it has a standard input");
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that stops reading early is judged by what it says, not by the closed pipe.
        let _ = pipe.write_all(&bytes);
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    output.into()
}

/// A folder of a test's own, empty at its beginning and removed at its end.
pub struct Folder(PathBuf);

impl Folder {
    /// A new one; `name` is the test's own.
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for the test can be made");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file in it and gives its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        fs::write(&path, content).expect("the file can be written");
        path
    }

    /// The names of what is in it.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the folder can be read");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs the program in it.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Ran {
        run_in(&self.0, arguments, None)
    }

    /// Runs the program in it with something piped in.
    pub fn run_with<A: AsRef<OsStr>>(&self, arguments: &[A], piped_in: impl AsRef<[u8]>) -> Ran {
        run_in(&self.0, arguments, Some(piped_in.as_ref()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The files under a folder whose names end so, sorted.
pub fn files(folder: &Path, ending: &str, deep: bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() && deep {
            found.extend(files(&path, ending, deep));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Compares a text with a file of what is expected, or writes the file when blessing.
pub fn expect_file(path: &Path, actual: &str) -> Result<(), String> {
    if bless() {
        fs::write(path, actual).map_err(|e| format!("{}: {e}", path.display()))?;
        return Ok(());
    }
    let shown = path.strip_prefix(root()).unwrap_or(path).display();
    match fs::read_to_string(path) {
        Ok(expected) if expected.replace("\r\n", "\n") == actual => Ok(()),
        Ok(expected) => Err(format!(
            "{shown} is not what came out (FUNDGAP_BLESS=1 writes it anew):\n{}",
            difference(&expected, actual)
        )),
        Err(error) => Err(format!("{shown}: {error} (FUNDGAP_BLESS=1 writes it)")),
    }
}

/// The lines in which two texts differ, between what they have in common.
pub fn difference(expected: &str, actual: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let mut text = format!("  at line {}:\n", head + 1);
    for line in old[head..old.len() - tail].iter().take(40) {
        text.push_str(&format!("  - {line}\n"));
    }
    for line in new[head..new.len() - tail].iter().take(40) {
        text.push_str(&format!("  + {line}\n"));
    }
    text
}
