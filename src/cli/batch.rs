//! `fundgap batch`: what is still to find, scenario by scenario.

mod find;
mod in_order;
mod out;
mod partition;

use std::path::{Path, PathBuf};
use std::thread;

use anyhow::bail;
use clap::Args;
use fundgap::check::expectation::{self, Outcome};
use fundgap::language::{MoneyUnit, typed};
use fundgap::output::{Format, csv, message};
use fundgap::report::{Reader, batch, tidy};
use fundgap::scenario::{Origin, part_of_others};
use fundgap::sheet::Run;
use fundgap::vocabulary::{FileId, Money, Unit, Valued};
use fundgap::{Opened, Refused};

use self::out::{Out, Written};
use self::partition::{Partition, shown};
use super::common::{Changes, Global, Showing, tell};
use super::exit::Exit;
use super::progress::Progress;

/// What is still to find, scenario by scenario, of many files at once?
///
/// Folders are searched for .toml files, folders below them included; patterns in quotes (\"plans/*.toml\") are
/// matched here. Files run in name order, each once, and the result is the same whatever the number of
/// threads. Packs and layers are skipped and named. A bad file is told and the others go on; the exit code is
/// that of the worst.
///
/// --format csv gives every cell of every scenario, as run does, with the file in the column `scenario`;
/// --format csv --summary a line a scenario; --format json one JSON object a line (schema fundgap.batch/1).
#[derive(Debug, Args)]
pub struct Batch {
    /// Scenario files, folders to search, or patterns in quotes
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// With --format csv: a line a scenario instead of every cell
    #[arg(long)]
    summary: bool,
    /// Fail (exit code 1) when any body has more than this still to find in any year of either run: \"£500k\"
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    fail_over: Option<Money>,
    /// Run one part of the files only: 2/4 is the second quarter of the list
    #[arg(long, value_name = "I/N")]
    partition: Option<Partition>,
    /// Threads to work with; as many as there are processors when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(flatten)]
    showing: Showing,
}

fn amount(text: &str) -> Result<Money, String> {
    let read = typed::read(text, Unit::Money, None).map_err(|d| format!("{}; {}", d.message, d.hints.join("; ")))?;
    read.map(Money::from_steps).ok_or_else(|| "write an amount: \"£500k\"".to_owned())
}

/// What came of a file.
struct Done {
    exit: Exit,
    /// What is told on standard error.
    told: String,
    /// Its line; nothing when it was skipped.
    line: Option<batch::Line>,
    /// What is written of it, where results are written as they come.
    written: Vec<u8>,
    /// A problem of the command itself.
    failed: Option<anyhow::Error>,
}

impl Batch {
    /// Runs the command; goes on past a bad file, and ends with the worst.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.format()?;
        let written = match format {
            Format::Csv if !self.summary => Written::Cells,
            Format::Json => Written::Objects,
            _ => Written::Lines,
        };
        if self.paths.iter().any(|p| p.as_os_str() == "-") {
            bail!("a batch reads files; to read standard input use: fundgap run -");
        }
        let found = find::find(&self.paths);
        let mut worst = Exit::Fine;
        if !found.wrong.is_empty() {
            tell(&found.wrong.join("\n"));
            worst = if found.unreadable { Exit::Unreadable } else { Exit::Invalid };
        }
        self.showing.spares_named(found.files.iter().map(AsRef::as_ref))?;
        let files = match self.partition {
            None => found.files.as_slice(),
            Some(partition) => {
                let range = partition.range(found.files.len());
                if !global.quiet {
                    tell(&partition.words(&range, &found.files));
                }
                &found.files[range]
            }
        };
        if found.files.is_empty() {
            if worst == Exit::Fine {
                tell(
                    "error: there is no .toml file there\nhint: name scenario files, folders that hold them, or a pattern in quotes",
                );
            }
            return Ok(worst.max(Exit::Invalid));
        }
        let mut out = Out::begin(&self.showing, written)?;
        let mut lines = Vec::new();
        let mut scenarios = 0_usize;
        let progress = Progress::new(files.len() as u64, global, written != Written::Lines && out.is_terminal());
        in_order::in_order(
            files.len(),
            self.threads(),
            |at| self.one(&files[at], written, global),
            |at, done: Done| {
                progress.clear();
                if !done.told.is_empty() {
                    tell(&done.told);
                }
                if let Some(failed) = done.failed {
                    return Err(failed);
                }
                worst = worst.max(done.exit);
                scenarios += usize::from(done.line.is_some());
                out.add(&done.written)?;
                if written == Written::Lines {
                    lines.extend(done.line);
                }
                progress.show(at as u64 + 1);
                Ok(())
            },
        )?;
        progress.clear();
        if scenarios == 0 && !files.is_empty() && self.partition.is_none() {
            tell(
                "error: none of these files is a scenario of its own\nhint: a scenario has [scenario] with a title; `fundgap new` writes a starter",
            );
            return Ok(worst.max(Exit::Invalid));
        }
        if written == Written::Lines {
            match format {
                Format::Csv => {
                    let table = batch::table(&lines);
                    self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
                }
                _ => self.showing.write_document(
                    &batch::document(&lines).with_changes(&self.changes.words()),
                    MoneyUnit::Millions,
                    global,
                    format,
                )?,
            }
        }
        out.finish(&self.showing)?;
        Ok(worst)
    }

    /// One object a line has an ending of its own.
    fn format(&self) -> anyhow::Result<Format> {
        let objects = self.showing.output.as_ref().is_some_and(|o| o.extension().is_some_and(|e| e == "jsonl"));
        let format = if objects && self.showing.format.is_none() { Format::Json } else { self.showing.format()? };
        if self.summary && format != Format::Csv {
            bail!("`--summary` shortens CSV to a line a scenario; add --format csv (a table is a line each by itself)");
        }
        Ok(format)
    }

    fn threads(&self) -> usize {
        self.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from)
    }

    /// Opens a file and says what came of it.
    fn one(&self, path: &Path, written: Written, global: &Global) -> Done {
        let file = shown(path);
        let line_list = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        if line_list {
            return skipped(&file, "a list of lines, which a scenario takes in", global);
        }
        let origin = Origin::File(path.to_owned());
        let opened = fundgap::open(&origin, &self.changes.layers, &self.changes.sets);
        if global.watch {
            let sources = opened.as_ref().map_or_else(|r| &r.sources, |o| &o.loaded.sources);
            global.read.keep(&origin, &self.changes, sources);
        }
        match opened {
            Ok(opened) => self.opened(&opened, file, written, global),
            Err(refused) => refusal(&refused, file, written, global),
        }
    }

    fn opened(&self, opened: &Opened, file: String, written: Written, global: &Global) -> Done {
        let sources = &opened.loaded.sources;
        let render = |wrong| message::render_all(wrong, sources, global.colour_messages());
        let mut done = Done { exit: Exit::Fine, told: String::new(), line: None, written: Vec::new(), failed: None };
        if !global.quiet && !opened.warnings.is_empty() {
            done.told = render(&opened.warnings);
        }
        done.failed = self.showing.spares(opened).err();
        let r = Reader::new(opened);
        let outcomes = match expectation::outcomes(&opened.plan, &opened.results, &opened.scenario.expectations) {
            Ok(outcomes) => outcomes,
            Err(wrong) => {
                done.told.push_str(&render(&wrong));
                done.exit = Exit::Invalid;
                let line = batch::Line::refused(file, false);
                if written == Written::Objects {
                    done.written = object(&line, None);
                }
                done.line = Some(line);
                return done;
            }
        };
        let line = batch::Line::of(&r, file, &outcomes, self.fail_over);
        if matches!(line.status, batch::Status::Over(..)) || !outcomes.iter().all(Outcome::met) {
            done.exit = Exit::Breached;
        }
        match written {
            Written::Lines => {}
            Written::Objects => done.written = object(&line, Some(&r)),
            Written::Cells => {
                let rows = tidy::rows(r, &line.file, &Run::BOTH, None);
                // Writing into memory cannot fail.
                done.failed =
                    done.failed.or(csv::write_rows(rows, self.showing.excel, &mut done.written).err().map(Into::into));
            }
        }
        done.line = Some(line);
        done
    }
}

fn skipped(file: &str, why: &str, global: &Global) -> Done {
    let told = if global.quiet { String::new() } else { format!("skipped {}: {why}", message::safe(file)) };
    Done { exit: Exit::Fine, told, line: None, written: Vec::new(), failed: None }
}

/// What is said of a file that could not be opened: a part of other scenarios is none of its own.
fn refusal(refused: &Refused, file: String, written: Written, global: &Global) -> Done {
    if let Some(why) = refused.sources.file(FileId(0)).and_then(|f| part_of_others(&f.text)) {
        return skipped(&file, why, global);
    }
    let told = message::render_all(&refused.wrong, &refused.sources, global.colour_messages());
    let exit = if refused.unreadable { Exit::Unreadable } else { Exit::Invalid };
    let line = batch::Line::refused(file, refused.unreadable);
    let written = if written == Written::Objects { object(&line, None) } else { Vec::new() };
    Done { exit, told, line: Some(line), written, failed: None }
}

fn object(line: &batch::Line, r: Option<&Reader<'_>>) -> Vec<u8> {
    let mut text = Vec::new();
    // What is in memory takes whatever is written to it.
    let _ = fundgap::output::json::write_line(&batch::json(line, r), &mut text);
    text
}
