//! `fundgap amend`: what a member's amendment does to a plan.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use fundgap::output::{Format, csv, json, message};
use fundgap::report::amendment::{self, Asked, Member};
use fundgap::scenario::can_be_base;

use super::common::{Changes, Global, Showing, note_patterns, open_from, origin, tell};
use super::exit::Exit;
use super::run::RunWord;

/// What does a member's amendment do?
///
/// An amendment is a file like any layer: it adds, changes or takes out (`remove = true`) items of the
/// base. Year by year and in both runs: its own lines; the difference in still to find, council tax and
/// reserves; which years balance, before and after; what one-off money pays of recurrent cost, and when it
/// must be found again; starts that cannot be met by the amendment's `version.date`, or the base's.
///
/// Several files are shown each by itself against the base and then together, with their interaction.
/// --layer changes the base before they are laid over it; --set changes it too, and wins over them.
/// Figures and where they stand: no opinion, and no statutory conclusion.
#[derive(Debug, Args)]
pub struct Amend {
    /// The plan to be amended; `-` reads standard input
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// The amendments, one file each
    #[arg(required = true, value_name = "MEMBER.toml")]
    members: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// Which run
    #[arg(long, value_enum, default_value_t = RunWord::Both, value_name = "RUN")]
    run: RunWord,
    /// End with exit code 1 when any year that balanced does so no longer, in either run
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    showing: Showing,
}

impl Amend {
    /// What is told when the first file is a layer and one of the amendments the plan, as when a shell
    /// puts them in the order of their names.
    fn base_is_later(&self) -> Option<String> {
        if self.base.as_os_str() == "-" || is_plan(&self.base)? {
            return None;
        }
        let plan = self.members.iter().find(|m| is_plan(m) == Some(true))?;
        let shown = |path: &Path| message::safe(&path.display().to_string());
        let (first, plan) = (shown(&self.base), shown(plan));
        Some(format!(
            "error: the base comes first, and `{first}` has no base year: it is a layer\nhint: `{plan}` looks like the base; type it first: fundgap amend {plan} {first}"
        ))
    }

    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        if self.members.iter().any(|m| m.as_os_str() == "-") {
            bail!("an amendment is read from a file, not from standard input: only BASE may be `-`");
        }
        if let Some(wrong) = self.base_is_later() {
            tell(&wrong);
            return Ok(Exit::Invalid);
        }
        let from = match origin(&self.base) {
            Ok(from) => from,
            Err(exit) => return Ok(exit),
        };
        let base = match open_from(&from, &self.changes, global) {
            Ok(opened) => opened,
            Err(exit) => return Ok(exit),
        };
        note_patterns(&base, global);
        // The base's own warnings were told once.
        let quiet = Global { quiet: true, ..global.clone() };
        let with = |files: &[PathBuf]| {
            let layers = self.changes.layers.iter().chain(files).cloned().collect();
            open_from(&from, &Changes { sets: self.changes.sets.clone(), layers }, &quiet)
        };
        let mut members = Vec::new();
        let mut worst = Exit::Fine;
        for file in &self.members {
            match with(std::slice::from_ref(file)) {
                Ok(amended) => members.push(Member { file: file.display().to_string(), amended }),
                Err(exit) => {
                    worst = worst.max(exit);
                    if is_plan(file) == Some(true) {
                        let shown = |path: &Path| message::safe(&path.display().to_string());
                        let (base, file) = (shown(&self.base), shown(file));
                        tell(&format!(
                            "note: `{file}` looks like a whole plan and not like an amendment; to compare two plans: fundgap diff {base} {file}"
                        ));
                    }
                }
            }
        }
        if worst != Exit::Fine {
            return Ok(worst);
        }
        let together = match self.members.len() {
            1 => None,
            _ => match with(&self.members) {
                Ok(amended) => Some(amended),
                Err(exit) => {
                    tell("note: each amendment can be laid over the base by itself, and all of them together cannot");
                    return Ok(exit);
                }
            },
        };
        for opened in members.iter().map(|m| &m.amended).chain(&together) {
            self.showing.spares(opened)?;
        }
        let asked = Asked { base: &base, members: &members, together: together.as_ref(), runs: self.run.runs() };
        match format {
            Format::Csv => {
                let table = amendment::csv(&asked);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = amendment::json(&asked);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                self.showing.write_document(
                    &amendment::document(&asked).with_changes(&self.changes.words()),
                    base.scenario.unit,
                    global,
                    format,
                )?;
            }
        }
        Ok(if self.exit_code && amendment::unbalances(&asked) { Exit::Breached } else { Exit::Fine })
    }
}

/// Whether a file can be the base. Nothing when it cannot be read, which is told when it is opened.
fn is_plan(path: &Path) -> Option<bool> {
    can_be_base(&std::fs::read_to_string(path).ok()?)
}
