//! Commands that write a file about the tool itself: a starter scenario, the schema, the language
//! reference, shell completions and manual pages.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use clap_complete::Shell;
use fundgap::output::{json, message};
use fundgap::scenario::{reference, schema};

use super::common::{Global, tell};
use super::exit::Exit;

/// The starter that `new` writes; a test runs it.
const STARTER: &str = include_str!("starter.toml");

/// Start a scenario: writes a commented file that runs
#[derive(Debug, Args)]
pub struct New {
    /// The file to write; standard output when left out. An existing file is never overwritten
    file: Option<PathBuf>,
}

impl New {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let Some(path) = self.file.as_ref().filter(|p| p.as_os_str() != "-") else {
            return print(STARTER.as_bytes());
        };
        match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(mut file) => {
                file.write_all(STARTER.as_bytes()).with_context(|| format!("cannot write `{}`", path.display()))?
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                bail!("`{}` exists already and is never overwritten; give another name", path.display())
            }
            Err(error) => return Err(error).with_context(|| format!("cannot write `{}`", path.display())),
        }
        if !global.quiet {
            let path = message::safe(&path.display().to_string());
            tell(&format!("wrote {path}; now: fundgap run {path}"));
        }
        Ok(Exit::Fine)
    }
}

/// Print the JSON Schema of scenario files, for completion in editors
#[derive(Debug, Args)]
pub struct Schema {}

impl Schema {
    /// Runs the command.
    pub fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        let mut bytes = Vec::new();
        json::write(&schema(), &mut bytes)?;
        print(&bytes)
    }
}

/// Print the language reference: every section and key of a scenario file, in Markdown
#[derive(Debug, Args)]
pub struct Reference {}

impl Reference {
    /// Runs the command.
    pub fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        print(reference().as_bytes())
    }
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Runs the command.
    pub fn run(&self, command: &mut clap::Command) -> anyhow::Result<Exit> {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, command, "fundgap", &mut bytes);
        print(&bytes)
    }
}

/// Print the manual page, or write one page a command into a folder
#[derive(Debug, Args)]
pub struct Man {
    /// The folder to write one page a command into; the main page goes to standard output without it
    folder: Option<PathBuf>,
}

impl Man {
    /// Runs the command.
    pub fn run(&self, command: clap::Command) -> anyhow::Result<Exit> {
        match &self.folder {
            Some(folder) => {
                clap_mangen::generate_to(command, folder)
                    .with_context(|| format!("cannot write manual pages to `{}`", folder.display()))?;
                Ok(Exit::Fine)
            }
            None => {
                let mut bytes = Vec::new();
                clap_mangen::Man::new(command).render(&mut bytes)?;
                print(&bytes)
            }
        }
    }
}

fn print(bytes: &[u8]) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(Exit::Fine)
}
