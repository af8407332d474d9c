//! Files as a commit of their repository holds them. Git is asked, and nothing is ever written.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output};

use fundgap::scenario::Files;

use super::exit::Exit;

/// The state of a repository at a commit.
#[derive(Debug)]
pub struct Commit {
    /// The commit as git knows it.
    commit: String,
    /// As it was typed, before a file's name: `HEAD~1:`.
    prefix: String,
    /// The folder in which git is asked.
    folder: PathBuf,
}

/// Why a commit cannot be read: how the program ends, what is wrong and what to do.
pub type Told = (Exit, String, &'static str);

impl Commit {
    /// The commit that `reference` names in the repository in which `file` stands.
    pub fn of(reference: &str, file: &Path) -> Result<Self, Told> {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let within = git(&folder, &["rev-parse", "--is-inside-work-tree"])?;
        if !within.status.success() {
            let message = format!("`{}` is not in a git repository", file.display());
            return Err((
                Exit::Unreadable,
                message,
                "--base reads an earlier state of the same repository; to compare two files name both: fundgap diff OLD NEW",
            ));
        }
        let named = format!("{reference}^{{commit}}");
        let unknown = || {
            let message = format!("git knows no commit `{reference}`");
            (
                Exit::Invalid,
                message,
                "name a branch, a tag or a commit: HEAD~1, main, v1.2; a shallow clone may lack it (git fetch --unshallow)",
            )
        };
        if reference.starts_with('-') || reference.is_empty() {
            return Err(unknown());
        }
        let found = git(&folder, &["rev-parse", "--verify", "--quiet", &named])?;
        if !found.status.success() {
            return Err(unknown());
        }
        let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        Ok(Self { commit, prefix: format!("{reference}:"), folder })
    }
}

fn git(folder: &Path, words: &[&str]) -> Result<Output, Told> {
    Command::new("git").arg("-C").arg(folder).args(words).env("GIT_OPTIONAL_LOCKS", "0").output().map_err(|error| {
        let message = match error.kind() {
            ErrorKind::NotFound => "git was not found".to_owned(),
            _ => format!("git cannot be run: {error}"),
        };
        (Exit::Unreadable, message, "--base needs git; to compare two files name both: fundgap diff OLD NEW")
    })
}

impl Files for Commit {
    fn prefix(&self) -> &str {
        &self.prefix
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, (String, String)> {
        let name = path.display().to_string();
        let there = self.prefix.trim_end_matches(':');
        let missing = || {
            let hint = "a file that is newer than the commit has nothing to be compared with; if it was renamed, name both: fundgap diff --base REF OLD NEW";
            (format!("there is no file `{name}` in {there}"), hint.to_owned())
        };
        let Some(relative) = relative(&self.folder, path) else {
            let hint = "write the path relative to the file that names it";
            return Err((format!("`{name}` is a full path, which a commit does not know"), hint.to_owned()));
        };
        let blob = format!("{}:./{relative}", self.commit);
        match git(&self.folder, &["cat-file", "blob", &blob]) {
            Ok(output) if output.status.success() => Ok(output.stdout),
            Ok(_) => Err(missing()),
            Err((_, message, hint)) => Err((message, hint.to_owned())),
        }
    }
}

/// A path as seen from a folder, with forward slashes; none when one of them begins at the root and
/// the other does not.
fn relative(folder: &Path, path: &Path) -> Option<String> {
    let parts = |of: &Path| -> Vec<PathBuf> {
        let kept = of.components().filter(|c| *c != Component::CurDir);
        kept.map(|c| PathBuf::from(c.as_os_str())).collect()
    };
    if folder.is_absolute() != path.is_absolute() {
        return None;
    }
    let (from, to) = (parts(folder), parts(path));
    let same = from.iter().zip(&to).take_while(|(x, y)| x == y).count();
    let up = from[same..].iter().map(|_| "..".to_owned());
    let down = to[same..].iter().map(|part| part.to_string_lossy().into_owned());
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_seen_from_a_folder() {
        let of = |folder: &str, path: &str| relative(Path::new(folder), Path::new(path));
        assert_eq!(of(".", "plan.toml").as_deref(), Some("plan.toml"));
        assert_eq!(of("plans", "plans/a.toml").as_deref(), Some("a.toml"));
        assert_eq!(of("plans/x", "packs/a.toml").as_deref(), Some("../../packs/a.toml"));
        assert_eq!(of("/a/plans", "/a/packs/b.toml").as_deref(), Some("../packs/b.toml"));
        assert_eq!(of("plans", "/packs/b.toml"), None);
    }
}
