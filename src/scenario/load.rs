//! Reading files, the only place in the library that does: a scenario, what it extends, its line
//! lists and the layers and settings of the command line, merged into one tree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::adjust::{self, Adjusted};
use super::layers::{Sections, merge};
use super::settings::{self, LineList, Named};
use super::stresses::Stress;
use super::{csv_lines, overrides, parse, read_file};
use crate::language::figure::FileSettings;
use crate::language::{Entry, MoneyUnit, Node, Table, Value};
use crate::vocabulary::{Diagnostic, Diagnostics, FileId, Place, Sources};

/// The most files one scenario may be made of.
pub const MOST_FILES: usize = 1000;

/// Where a scenario comes from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// What was piped in; paths in it are relative to the current directory.
    StandardInput(Vec<u8>),
    /// A file, and every file that it names, among files that are kept elsewhere.
    Kept(PathBuf, Arc<dyn read_file::Files>),
}

/// A scenario's files as read and merged.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The text of every file.
    pub sources: Sources,
    /// All files merged.
    pub tree: Table,
    /// What each file says of its own numbers and lists, by file number.
    pub settings: Vec<FileSettings>,
    /// The names of the files in the order they were applied.
    pub layers: Vec<String>,
    /// The scenario's own file.
    pub root: FileId,
    /// What its adjustments did.
    pub adjusted: Adjusted,
}

impl Loaded {
    /// The same with further values set (`PATH=VALUE`), checked as strictly as a file. Its adjustments
    /// have been made and are not made again.
    ///
    /// # Errors
    /// Every problem of the arguments.
    pub fn with(&self, sets: &[String], sections: Sections<'_>) -> Result<Self, LoadFailure> {
        let mut loader = Loader { sources: self.sources.clone(), settings: self.settings.clone(), ..Loader::default() };
        let mut tree = self.tree.clone();
        let mut wrong = Diagnostics::new();
        let mut adjusted = self.adjusted.clone();
        if let Some(file) = loader.arguments(self.root, sets, &tree) {
            let set = overrides::apply(&mut tree, file, sets, &|_| true, &loader.settings, sections, &mut wrong);
            adjusted.patterns.extend(set);
            if sets.iter().any(|set| of_adjustments(set)) {
                let message = "an adjustment has been made already and is set where the scenario is read";
                wrong.push(Diagnostic::error("set_malformed", message).hint("set the figure that it changes"));
            }
        }
        let Loader { sources, settings, .. } = loader;
        if wrong.has_errors() {
            return Err(LoadFailure::Invalid(wrong, sources));
        }
        Ok(Self { sources, tree, settings, layers: self.layers.clone(), root: self.root, adjusted })
    }
}

/// Why a scenario could not be loaded.
#[derive(Debug, Clone)]
pub enum LoadFailure {
    /// A file could not be read from disk.
    Unreadable(Diagnostics, Sources),
    /// The files were read and do not make a scenario.
    Invalid(Diagnostics, Sources),
}

/// Reads a scenario with everything it extends, then `layers` on top in order, then applies its
/// adjustments, then `sets` (`PATH=VALUE`); those that set an adjustment come before it is applied.
///
/// A layer may be one of the library of stresses ([`Stress::layer`]).
///
/// A file reached a second time through `extends` is not applied again: it stays where it came
/// first, so that it never undoes what was built on it.
///
/// # Errors
/// Every problem of every file that reading and merging can find; warnings come back beside what
/// was loaded.
pub fn load(
    origin: &Origin,
    layers: &[PathBuf],
    sets: &[String],
    sections: Sections<'_>,
) -> Result<(Loaded, Diagnostics), LoadFailure> {
    let mut loader = Loader::default();
    let root = loader.root(origin);
    for layer in layers {
        let name = shown(layer);
        loader.layer = loader.layer.saturating_add(1);
        loader.file(layer, &name, Reached::Layer, None);
    }
    let mut tree = Table::default();
    let mut names = Vec::new();
    // Over files of which some could not be read, names would seem unknown that are not.
    let whole = !loader.wrong.has_errors();
    for file in std::mem::take(&mut loader.applied) {
        names.push(file.name);
        if whole {
            merge(&mut tree, file.tree, sections, &mut loader.wrong);
        }
    }
    let adjusted = match root {
        Some(root) => loader.adjusted(root, sets, &mut tree, sections, whole),
        None => Adjusted::default(),
    };
    let Loader { sources, settings, wrong, unreadable, .. } = loader;
    match root {
        Some(root) if !wrong.has_errors() => {
            Ok((Loaded { sources, tree, settings, layers: names, root, adjusted }, wrong))
        }
        _ if unreadable => Err(LoadFailure::Unreadable(wrong, sources)),
        _ => Err(LoadFailure::Invalid(wrong, sources)),
    }
}

/// How a file came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Root,
    Extends,
    Layer,
}

/// A file read and not yet merged.
struct Applied {
    name: String,
    tree: Table,
}

#[derive(Default)]
struct Loader {
    sources: Sources,
    settings: Vec<FileSettings>,
    wrong: Diagnostics,
    unreadable: bool,
    applied: Vec<Applied>,
    /// The layer being read, 0 for the scenario's own files.
    layer: u16,
    /// Files whose reading has begun, by their real path.
    met: BTreeSet<PathBuf>,
    /// The files that lead to the one being read, each with its real path.
    chain: Vec<(PathBuf, String)>,
    /// Whether the one file met so far is known by the path that was typed and not by its real one.
    unsettled: bool,
    /// Where files are read, when not from disk.
    kept: Option<Arc<dyn read_file::Files>>,
}

impl Loader {
    fn root(&mut self, origin: &Origin) -> Option<FileId> {
        match origin {
            Origin::File(path) => self.file(path, &shown(path), Reached::Root, None),
            Origin::Kept(path, files) => {
                self.kept = Some(Arc::clone(files));
                self.file(path, &shown(path), Reached::Root, None)
            }
            Origin::StandardInput(bytes) => {
                let name = "<standard input>";
                if bytes.len() as u64 > read_file::LARGEST {
                    self.unreadable = true;
                    self.wrong.push(read_file::too_large(name));
                    return None;
                }
                let file = self.add(bytes.clone(), name, FileSettings::default())?;
                self.contents(file, Path::new(""), name, Reached::Root);
                Some(file)
            }
        }
    }

    /// Reads a file, what it extends before it, and its line lists.
    fn file(&mut self, path: &Path, name: &str, reached: Reached, place: Option<Place>) -> Option<FileId> {
        let stress = Stress::of_layer(path);
        let name = stress.map_or(name, |s| s.file);
        let real = match (stress, &self.kept) {
            (Some(stress), _) => stress.layer(),
            (None, Some(_)) => read_file::settled(path),
            // Most scenarios are one file, and then there is nothing to compare it with.
            (None, None) if reached == Reached::Root => {
                self.unsettled = true;
                path.to_owned()
            }
            (None, None) => real(path),
        };
        if reached != Reached::Root && std::mem::take(&mut self.unsettled) {
            self.settle_root();
        }
        if let Some(first) = self.chain.iter().position(|(known, _)| *known == real) {
            self.cycle(first, name, place);
            return None;
        }
        let new = self.met.insert(real.clone());
        if !new && reached == Reached::Extends {
            return None;
        }
        let bytes = match stress {
            Some(stress) => stress.text.as_bytes().to_vec(),
            None => self.read(path, name, place)?,
        };
        let file = self.add(bytes, name, FileSettings::default())?;
        self.chain.push((real, name.to_owned()));
        // What a stress extends is of the library too.
        let directory = stress.map(|s| s.layer()).or_else(|| path.parent().map(Path::to_owned)).unwrap_or_default();
        self.contents(file, &directory, name, reached);
        self.chain.pop();
        Some(file)
    }

    /// Puts the real path of the scenario's own file in the place of the one that was typed.
    fn settle_root(&mut self) {
        self.met = std::mem::take(&mut self.met).iter().map(|path| real(path)).collect();
        for (path, _) in &mut self.chain {
            *path = real(path);
        }
    }

    fn read(&mut self, path: &Path, name: &str, place: Option<Place>) -> Option<Vec<u8>> {
        if self.settings.len() >= MOST_FILES {
            let diagnostic =
                Diagnostic::error("too_many_files", format!("this is made of more than {MOST_FILES} files"))
                    .hint("put several packs or line lists into one file");
            self.wrong.push(match place {
                Some(place) => diagnostic.at(place),
                None => diagnostic,
            });
            return None;
        }
        let read = match &self.kept {
            Some(files) => read_file::kept(files.as_ref(), path, &self.full(name), place),
            None => read_file::bytes(path, name, place),
        };
        match read {
            Ok(bytes) => Some(bytes),
            Err(diagnostic) => {
                self.unreadable = true;
                self.wrong.push(*diagnostic);
                None
            }
        }
    }

    /// Keeps a file's text; the settings of a file always stand at its own number.
    fn add(&mut self, bytes: Vec<u8>, name: &str, settings: FileSettings) -> Option<FileId> {
        let name = self.full(name);
        let read = read_file::text(bytes, &name, &mut self.sources);
        self.settings.push(settings);
        match read {
            Ok(text) => Some(self.sources.add(name, text)),
            Err(diagnostic) => {
                self.wrong.push(*diagnostic);
                None
            }
        }
    }

    /// A file's name as it is shown, with where it is kept.
    fn full(&self, name: &str) -> String {
        self.kept.as_ref().map_or_else(|| name.to_owned(), |files| format!("{}{name}", files.prefix()))
    }

    fn contents(&mut self, file: FileId, directory: &Path, name: &str, reached: Reached) {
        let Some(mut tree) = parse::parse(&self.sources, file, &mut self.wrong) else { return };
        let read = settings::read(&tree, reached == Reached::Extends, &mut self.wrong);
        let settings = FileSettings { layer: self.layer, ..read };
        if let Some(held) = self.settings.get_mut(usize::from(file.0)) {
            *held = settings;
        }
        let extends = tree.table("scenario").and_then(|s| s.get("extends"));
        for Named { path, place } in settings::paths("scenario.extends", extends, &mut self.wrong) {
            self.file(&directory.join(&path), &joined(name, &path), Reached::Extends, Some(place));
        }
        for list in settings::line_lists(&tree, &mut self.wrong) {
            self.line_list(&list, directory, name, settings, &mut tree);
        }
        strip(&mut tree, reached);
        self.applied.push(Applied { name: self.full(name), tree });
    }

    fn line_list(&mut self, list: &LineList, directory: &Path, name: &str, settings: FileSettings, tree: &mut Table) {
        let Named { path, place } = &list.named;
        let name = joined(name, path);
        let Some(bytes) = self.read(&directory.join(path), &name, Some(*place)) else { return };
        let Some(file) = self.add(bytes, &name, settings) else { return };
        let organisation = list.organisation.as_deref().map(|o| (o, *place));
        let rows = csv_lines::read(&self.sources, file, organisation, &mut self.wrong);
        self.applied_lines(tree, rows, *place);
    }

    /// Puts the rows of a line list among the lines of the file that names it.
    fn applied_lines(&mut self, tree: &mut Table, rows: Table, place: Place) {
        let lines = tree
            .entries
            .entry("line".into())
            .or_insert_with(|| Entry { key: place, node: Node::new(Value::Table(Table::default()), place) });
        // A `line` that is no table is told by the reader.
        let Value::Table(lines) = &mut lines.node.value else { return };
        for (name, row) in rows.entries {
            match lines.entries.get(&name) {
                Some(first) => self.wrong.push(csv_lines::given_twice(&name, row.key, first.key)),
                None => {
                    lines.entries.insert(name, row);
                }
            }
        }
    }

    fn cycle(&mut self, first: usize, name: &str, place: Option<Place>) {
        let mut way: Vec<&str> = self.chain[first..].iter().map(|(_, name)| name.as_str()).collect();
        way.push(self.chain.get(first).map_or(name, |(_, name)| name.as_str()));
        let diagnostic =
            Diagnostic::error("extends_cycle", format!("these files extend each other: {}", way.join(" -> ")))
                .hint("a file may not extend itself: take the entry out of one of them");
        self.wrong.push(match place {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        });
    }

    /// Keeps the arguments of `--set` as a file of their own, in the unit of the scenario's.
    fn arguments(&mut self, root: FileId, sets: &[String], tree: &Table) -> Option<FileId> {
        if sets.is_empty() {
            return None;
        }
        let mut settings = self.settings.get(usize::from(root.0)).copied().unwrap_or_default();
        settings.extended = false;
        // A variant that only extends says no unit; the plan it varies does.
        let merged = tree.table("scenario").and_then(|s| s.get("unit")).and_then(Node::as_text);
        settings.unit = settings.unit.or_else(|| merged.and_then(MoneyUnit::read));
        self.settings.push(settings);
        Some(self.sources.add(overrides::FILE.to_owned(), sets.join("\n")))
    }

    /// Applies the adjustments and `--set`, those of adjustments first. When the tree is not `whole`, only the form of the
    /// arguments is looked at.
    fn adjusted(
        &mut self,
        root: FileId,
        sets: &[String],
        tree: &mut Table,
        sections: Sections<'_>,
        whole: bool,
    ) -> Adjusted {
        let file = self.arguments(root, sets, tree);
        let mut wrong = Diagnostics::new();
        let mut apply = |tree: &mut Table, first: bool| {
            let Some(file) = file else { return Vec::new() };
            let wanted = |set: &str| of_adjustments(set) == first;
            overrides::apply(tree, file, sets, &wanted, &self.settings, sections, &mut wrong)
        };
        apply(tree, true);
        let mut adjusted = if whole { adjust::apply(tree, &self.settings, sections) } else { Adjusted::default() };
        adjusted.patterns = apply(tree, false);
        for diagnostic in wrong.sorted() {
            if whole || diagnostic.name == "set_malformed" {
                self.wrong.push(diagnostic);
            }
        }
        adjusted
    }
}

/// A path without links. One that cannot be made real cannot be read either, and reading says why.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether an argument of `--set` speaks of an adjustment.
fn of_adjustments(set: &str) -> bool {
    set.trim_start().starts_with("adjust.")
}

/// Takes out what a file says of itself alone, so that it does not speak for the whole.
fn strip(tree: &mut Table, reached: Reached) {
    let keys: &[&str] = match reached {
        Reached::Root => &[],
        // The unit and the years of a plan hold for a variant that extends it.
        Reached::Extends => &settings::OWN_KEYS[..2],
        Reached::Layer => &settings::OWN_KEYS,
    };
    // What a file expects is expected of itself: a variant that extends it changes the figures.
    if reached == Reached::Extends {
        tree.entries.shift_remove("expect");
    }
    if let Some(Value::Table(scenario)) = tree.entries.get_mut("scenario").map(|e| &mut e.node.value) {
        for key in keys {
            scenario.entries.shift_remove(*key);
        }
    }
}

/// A path as messages show it: as typed, with forward slashes everywhere.
fn shown(path: &Path) -> String {
    slashed(&path.to_string_lossy())
}

fn slashed(path: &str) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}

/// The name of a file that another file names: beside that file, unless it is a full path.
fn joined(of: &str, path: &str) -> String {
    match of.rsplit_once('/') {
        Some((directory, _)) if Path::new(path).is_relative() => format!("{directory}/{}", slashed(path)),
        _ => slashed(path),
    }
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
