//! `fundgap import`: a finance team's spreadsheet made into a scenario, and an edited workbook brought back.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use fundgap::import::book::Book;
use fundgap::import::{Imported, import, read_book, read_inputs, update};
use fundgap::output::{Format, Whole, csv, json, message, table};
use fundgap::report::import as report;
use fundgap::report::update::{self as changes, Update};
use fundgap::scenario::{read_bytes, read_workbook};

use super::common::{Changes, FormatWord, Global, Showing, open, refuse, tell, tell_wrong};
use super::exit::Exit;

/// What does our own spreadsheet say as a plan?
///
/// Makes a scenario of an .xlsx workbook or a CSV file. Which rows are what stands in a small map, which is
/// written beside the workbook on the first go, from guesses that are told, and followed from then on. What
/// could not be read is listed with its sheet and cell.
///
/// With --update it reads the input sheets of a workbook made by `fundgap export` and lists only the inputs that
/// were changed in it; --write puts them into the plan's file and leaves all else in it as it is.
#[derive(Debug, Args)]
pub struct Import {
    /// The workbook (.xlsx) or CSV file
    workbook: PathBuf,
    /// The map; WORKBOOK.map.toml beside the workbook when left out. Written when it is not there, never written over
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    map: Option<PathBuf>,
    /// Write the scenario to this file (whole or not at all); standard output when left out
    #[arg(short, long, value_name = "FILE", conflicts_with = "update")]
    output: Option<PathBuf>,
    /// Write over a scenario that is there
    #[arg(long, requires = "output")]
    force: bool,
    /// Bring an edited workbook of `fundgap export` back into this scenario
    #[arg(long, value_name = "SCENARIO")]
    update: Option<PathBuf>,
    /// Write the changed inputs into the scenario's file; without it they are only shown
    #[arg(long, requires = "update")]
    write: bool,
    /// Another file of the scenario that --write may change too: one it extends, a layer, a line list (repeatable)
    #[arg(long, value_name = "FILE", requires = "update")]
    also: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// End with exit code 1 when anything is left to fill in or was not read; with --update when an input changed
    #[arg(long)]
    exit_code: bool,
    /// Format of what is said
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<FormatWord>,
    /// Columns to lay tables out in; the terminal's width when left out
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
}

impl Import {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let read = if self.update.is_some() { read_inputs } else { read_book };
        let book = match read_workbook(&self.workbook).map(|bytes| read(&bytes, &self.workbook)) {
            Ok(Ok(book)) => book,
            Ok(Err(wrong)) => return Ok(tell_wrong(*wrong, global)),
            Err(wrong) => {
                tell_wrong(*wrong, global);
                return Ok(Exit::Unreadable);
            }
        };
        if let Some(plan) = &self.update {
            global.read.keep_file(&self.workbook);
            return self.update(plan, &book, global);
        }
        if !self.changes.is_empty() {
            bail!("--set, --layer and --stress change a scenario that is there: use them with --update");
        }
        if global.watch {
            bail!(
                "--watch runs again what looks at a scenario: use it with --update, or watch the scenario: fundgap run plan.toml --watch"
            );
        }
        let map_path = self.map.clone().unwrap_or_else(|| self.workbook.with_extension("map.toml"));
        let map_name = message::safe(&map_path.display().to_string());
        self.spares(&map_path)?;
        let map = match map_path.exists() {
            true => match read_bytes(&map_path).map(String::from_utf8) {
                Ok(Ok(text)) => Some(text),
                Ok(Err(_)) => bail!("`{map_name}` is no UTF-8 text"),
                Err(wrong) => {
                    tell_wrong(*wrong, global);
                    return Ok(Exit::Unreadable);
                }
            },
            false => None,
        };
        if let Some(other) = map.as_deref().filter(|_| self.map.is_none()).and_then(|text| self.of_another(text)) {
            bail!(
                "`{map_name}` says how `{other}` is read: add --map {map_name} if it fits this file too, or --map with another name to have one written"
            );
        }
        let written = self.file().unwrap_or(Path::new("<standard output>"));
        let imported = match import(book, map.as_deref().map(|text| (text, map_name.as_str())), &map_name, written) {
            Ok(imported) => imported,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        self.keep(&imported, &map_path)?;
        let said = self.say(&imported, &map_name, global);
        let written: Vec<String> = self.file().map(|path| path.display().to_string()).into_iter().collect();
        heard(said, &written)?;
        if let Some(refused) = &imported.refused {
            tell("error: the scenario does not open yet; what must be put right:");
            return Ok(refuse(refused, global));
        }
        Ok(if self.exit_code && !report::is_whole(&imported) { Exit::Breached } else { Exit::Fine })
    }

    /// Brings an edited workbook back into a scenario.
    fn update(&self, plan: &PathBuf, book: &Book, global: &Global) -> anyhow::Result<Exit> {
        if plan.as_os_str() == "-" {
            bail!("an update needs the scenario's own file: standard input cannot be written");
        }
        let opened = match open(plan, &self.changes, global) {
            Ok(opened) => opened,
            Err(exit) => return Ok(exit),
        };
        let compared = match update::compare(book, &opened) {
            Ok(compared) => compared,
            Err(wrong) => return Ok(tell_wrong(*wrong, global)),
        };
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let named: Vec<PathBuf> = [plan].into_iter().chain(&self.also).map(|p| real(p)).collect();
        let writable = |name: &str| named.contains(&real(Path::new(name)));
        let from = (plan, self.changes.layers.as_slice(), self.changes.sets.as_slice());
        let rewritten = match update::rewrite(&opened, from, &compared.changes, &writable) {
            Ok(rewritten) => rewritten,
            Err(refused) => {
                self.say_update(
                    &Update {
                        workbook: &book.name,
                        opened: &opened,
                        compared: &compared,
                        elsewhere: &[],
                        written: None,
                    },
                    global,
                )?;
                tell("error: these changes cannot be written into the plan, and nothing was");
                return Ok(refuse(&refused, global));
            }
        };
        let files: Vec<String> = rewritten.files.iter().map(|(path, _)| path.display().to_string()).collect();
        if self.write {
            write_all(&rewritten.files)?;
        }
        let update = Update {
            workbook: &book.name,
            opened: &opened,
            compared: &compared,
            elsewhere: &rewritten.elsewhere,
            written: self.write.then_some((files.as_slice(), rewritten.made)),
        };
        let written = if self.write { files.as_slice() } else { &[] };
        heard(self.say_update(&update, global), written)?;
        let open_ends = !compared.listed.is_empty() || self.write && !rewritten.elsewhere.is_empty();
        // What was asked to be written and was not all written is no success.
        let told = self.exit_code && (!compared.changes.is_empty() || !compared.listed.is_empty());
        Ok(if told || self.write && open_ends { Exit::Breached } else { Exit::Fine })
    }

    fn say_update(&self, update: &Update<'_>, global: &Global) -> anyhow::Result<()> {
        let showing = self.showing();
        match showing.format()? {
            Format::Json => showing.write(global, |out, _| json::write(&changes::json(update), out)),
            Format::Csv => {
                let records = changes::csv(update);
                showing.write(global, |out, _| csv::write_records(&changes::HEADER, records, false, out))
            }
            format => showing.write_document(&changes::document(update), update.opened.scenario.unit, global, format),
        }
    }

    fn showing(&self) -> Showing {
        Showing {
            format: self.format,
            output: None,
            unit: None,
            decimals: None,
            footing: false,
            width: self.width,
            excel: false,
        }
    }

    /// Makes sure that nothing that is there is written over.
    fn spares(&self, map: &Path) -> anyhow::Result<()> {
        let Some(output) = self.file() else { return Ok(()) };
        let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
            (Ok(a), Ok(b)) => a == b,
            _ => a == b,
        };
        if same(output, &self.workbook) || same(output, map) {
            bail!("`{}` is what the scenario is made from; give another name", output.display());
        }
        if output.exists() && !self.force {
            bail!("`{}` is there already; give another name, or --force to write over it", output.display());
        }
        Ok(())
    }

    fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|p| p.as_os_str() != "-")
    }

    /// The file that a map was guessed from, where it is another than this one: a workbook and a CSV file of one
    /// name have their maps in one place.
    fn of_another<'m>(&self, map: &'m str) -> Option<&'m str> {
        let first = map.lines().next()?.strip_prefix("# How fundgap reads ")?;
        let (of, _) = first.split_once(". Written by ")?;
        let own = self.workbook.file_name()?.to_string_lossy();
        (of != own).then_some(of)
    }

    /// Writes the map when it was guessed, and the scenario: both whole, so that what comes of the one can be
    /// followed with the other.
    fn keep(&self, imported: &Imported, map: &Path) -> anyhow::Result<()> {
        let mut files = Vec::new();
        // Where somebody wrote a map meanwhile it is theirs.
        if let Some(text) = imported.guessed.as_ref().filter(|_| !map.exists()) {
            files.push((map.to_path_buf(), text.clone()));
        }
        if let Some(path) = self.file() {
            files.push((path.to_path_buf(), imported.scenario.clone()));
        }
        write_all(&files)
    }

    /// Says what was read; beside a scenario on standard output it is told on standard error.
    fn say(&self, imported: &Imported, map_name: &str, global: &Global) -> anyhow::Result<()> {
        let showing = self.showing();
        let unit = imported.map.plan.unit;
        let document = report::document(imported, map_name);
        let Some(path) = self.file() else {
            if !global.quiet {
                let mut said = Vec::new();
                table::write(&document, &showing.display_of(&document, unit), showing.columns(), false, &mut said)?;
                tell(&String::from_utf8_lossy(&said));
            }
            return showing.write(global, |out, _| out.write_all(imported.scenario.as_bytes()));
        };
        match showing.format()? {
            Format::Json => showing.write(global, |out, _| json::write(&report::json(imported), out))?,
            Format::Csv => {
                let records = report::csv(imported);
                showing.write(global, |out, _| csv::write_records(&report::HEADER, records, false, out))?;
            }
            format => showing.write_document(&document, unit, global, format)?,
        }
        if !global.quiet && imported.refused.is_none() {
            let path = message::safe(&path.display().to_string());
            tell(&format!("wrote {path}; now: fundgap run {path}"));
        }
        Ok(())
    }
}

/// What could not be said of files that were written: they stand, and the command ends as it would have. A reader
/// that has gone is none of its business; anything else is told.
fn heard(said: anyhow::Result<()>, written: &[String]) -> anyhow::Result<()> {
    let Err(error) = said else { return Ok(()) };
    if written.is_empty() {
        return Err(error);
    }
    let kind = error.chain().find_map(|e| e.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    if kind != Some(std::io::ErrorKind::BrokenPipe) {
        let files = message::safe(&written.join(", "));
        tell(&format!("note: wrote {files}, but could not say so: {}", message::safe(&format!("{error:#}"))));
    }
    Ok(())
}

/// Writes files, all of them or none: what fails before the last moment leaves every one as it was.
fn write_all(files: &[(PathBuf, String)]) -> anyhow::Result<()> {
    let mut begun = Vec::new();
    for (path, text) in files {
        let cannot = || format!("cannot write `{}`", path.display());
        let mut whole = Whole::begin(path).with_context(cannot)?;
        whole.write_all(text.as_bytes()).with_context(cannot)?;
        begun.push((path, whole));
    }
    for (path, whole) in begun {
        whole.finish().with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}
