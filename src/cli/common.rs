//! Flags and habits that commands share: what to open, how to show it, where to write it.

use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use anstream::ColorChoice;
use anyhow::{Context, bail};
use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use fundgap::language::{MoneyUnit, typed};
use fundgap::mechanism::organisation::Organisation;
use fundgap::open::Baseline;
use fundgap::output::{self, Display, Format, message};
use fundgap::report::result;
use fundgap::report::table::Document;
use fundgap::scenario::Origin;
use fundgap::scenario::stresses::{STRESSES, Stress};
use fundgap::vocabulary::name::did_you_mean;
use fundgap::vocabulary::{Diagnostic, Diagnostics, Place, Sources, Unit};
use fundgap::{Opened, Refused};

use super::exit::Exit;
use super::watch::FilesRead;

/// What to change before the scenario is read.
#[derive(Debug, Clone)]
pub struct Changes {
    /// Values set, in the order they were typed.
    pub sets: Vec<String>,
    /// Layers and stresses, in the order they were typed.
    pub layers: Vec<PathBuf>,
}

/// What stands before the name of a stress where layers are listed in words.
const STRESS: &str = "stress ";

/// The changes as flags.
#[derive(Debug, Args)]
struct ChangeFlags {
    /// Change one value: saving.home_first.delivery=60% (repeatable)
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
    /// Lay a file over the scenario (repeatable, later wins)
    #[arg(long = "layer", value_name = "FILE")]
    layers: Vec<PathBuf>,
    /// Lay a stress of the library over it: pay-plus-1, savings-60 … (repeatable; `fundgap stresses` lists them)
    #[arg(long = "stress", value_name = "NAME", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(STRESSES.iter().map(|s| s.name)))]
    stresses: Vec<String>,
}

// Layers and stresses are one list to everything that opens a scenario, in the order of the command line.
impl Args for Changes {
    fn augment_args(command: Command) -> Command {
        ChangeFlags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        ChangeFlags::augment_args_for_update(command)
    }
}

impl FromArgMatches for Changes {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let ChangeFlags { sets, layers, stresses } = ChangeFlags::from_arg_matches(matches)?;
        let at = |flag: &str| matches.indices_of(flag).into_iter().flatten().collect::<Vec<_>>();
        let stresses = stresses.iter().filter_map(|name| Stress::find(name)).map(Stress::layer);
        let mut typed: Vec<(usize, PathBuf)> =
            at("layers").into_iter().zip(layers).chain(at("stresses").into_iter().zip(stresses)).collect();
        typed.sort_by_key(|(index, _)| *index);
        Ok(Self { sets, layers: typed.into_iter().map(|(_, layer)| layer).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Changes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.layers.is_empty()
    }

    /// Each change as it was typed.
    pub fn words(&self) -> Vec<String> {
        let result::Changes { layers, sets } = self.kept();
        layers.into_iter().chain(sets).collect()
    }

    /// The changes as the manifest of a result keeps them.
    pub fn kept(&self) -> result::Changes {
        let layer = |layer: &PathBuf| match Stress::of_layer(layer) {
            Some(stress) => format!("{STRESS}{}", stress.name),
            None => layer.display().to_string(),
        };
        result::Changes { layers: self.layers.iter().map(layer).collect(), sets: self.sets.clone() }
    }

    /// The changes of a kept result. One that begins as a stress and is none is a file of that name.
    pub fn from_kept(layers: &[String], sets: &[String]) -> Self {
        let layer = |typed: &String| match typed.strip_prefix(STRESS).and_then(Stress::find) {
            Some(stress) => stress.layer(),
            None => PathBuf::from(typed),
        };
        Self { sets: sets.to_vec(), layers: layers.iter().map(layer).collect() }
    }
}

/// How results are shown and where they go; `W` are the words of the formats that a command has.
#[derive(Debug, Clone, Args)]
pub struct Showing<W: ValueEnum + Clone + Send + Sync + 'static = FormatWord> {
    /// Format of the result; else taken from the ending of --output, else a table
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<W>,
    /// Write to this file (whole or not at all); `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Unit of money in tables; the scenario's own when left out
    #[arg(long, value_enum, value_name = "UNIT")]
    pub unit: Option<UnitWord>,
    /// Decimals of money in tables
    #[arg(long, value_name = "N")]
    pub decimals: Option<u32>,
    /// Make displayed tables add up, and say so
    #[arg(long)]
    pub footing: bool,
    /// Columns to lay tables out in; the terminal's width when left out
    #[arg(long, value_name = "COLUMNS")]
    pub width: Option<usize>,
    /// For CSV: a byte-order mark and line ends that Excel reads
    #[arg(long)]
    pub excel: bool,
}

/// The formats as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatWord {
    /// Tables for people
    Table,
    /// Tidy CSV, one row a cell, exact values
    Csv,
    /// JSON with decimals as strings
    Json,
    /// GitHub-flavoured Markdown
    Markdown,
}

impl From<FormatWord> for Format {
    fn from(word: FormatWord) -> Self {
        match word {
            FormatWord::Table => Self::Table,
            FormatWord::Csv => Self::Csv,
            FormatWord::Json => Self::Json,
            FormatWord::Markdown => Self::Markdown,
        }
    }
}

/// The units as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UnitWord {
    /// Pounds and pence
    #[value(name = "£", alias = "gbp", alias = "pounds")]
    Pounds,
    /// Thousands of pounds
    #[value(name = "£000", alias = "£k", alias = "k")]
    Thousands,
    /// Millions of pounds
    #[value(name = "£m", alias = "m")]
    Millions,
}

impl From<UnitWord> for MoneyUnit {
    fn from(word: UnitWord) -> Self {
        match word {
            UnitWord::Pounds => Self::Pounds,
            UnitWord::Thousands => Self::Thousands,
            UnitWord::Millions => Self::Millions,
        }
    }
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Colour: auto (when it is a terminal), always or never
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN", hide_possible_values = true)]
    pub color: Colour,
    /// Say nothing but the result and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Run again whenever a file of the scenario is saved; Ctrl-C ends it
    #[arg(long, global = true)]
    pub watch: bool,
    /// The files that were read, for `--watch`
    #[arg(skip)]
    pub read: FilesRead,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// When it is a terminal, and NO_COLOR and TERM=dumb do not forbid it
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Global {
    fn choice(&self, stream: &impl anstream::stream::RawStream) -> bool {
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => anstream::AutoStream::choice(stream) != ColorChoice::Never,
        }
    }

    /// Whether to colour messages.
    pub fn colour_messages(&self) -> bool {
        self.choice(&io::stderr())
    }
}

/// Opens a scenario; what is wrong is told on standard error and becomes the exit code.
pub fn open(path: &Path, changes: &Changes, global: &Global) -> Result<Opened, Exit> {
    let opened = open_from(&origin(path)?, changes, global)?;
    note_patterns(&opened, global);
    Ok(opened)
}

/// Tells what each `--set` with `*` set: the page of `run` says so itself.
pub fn note_patterns(opened: &Opened, global: &Global) {
    for pattern in opened.loaded.adjusted.patterns.iter().filter(|_| !global.quiet) {
        tell(&format!("note: {}", message::safe(&pattern.said())));
    }
}

/// Opens a scenario from where it comes.
pub fn open_from(origin: &Origin, changes: &Changes, global: &Global) -> Result<Opened, Exit> {
    open_or_refused(origin, changes, global).map_err(|(exit, _)| exit)
}

/// Opens a scenario from where it comes; what is wrong is told on standard error, and comes back beside the exit code.
pub fn open_or_refused(
    origin: &Origin,
    changes: &Changes,
    global: &Global,
) -> Result<Opened, (Exit, Option<Box<Refused>>)> {
    if global.watch && matches!(origin, Origin::StandardInput(_)) {
        tell(
            "error: `--watch` runs again when a file is saved, and standard input is no file\nhint: fundgap run plan.toml --watch",
        );
        return Err((Exit::Invalid, None));
    }
    let opened = fundgap::open(origin, &changes.layers, &changes.sets);
    global.read.keep(origin, changes, opened.as_ref().map_or_else(|r| &r.sources, |o| &o.loaded.sources));
    match opened {
        Ok(opened) => {
            warn(&opened, global);
            Ok(opened)
        }
        Err(refused) => Err((refuse(&refused, global), Some(refused))),
    }
}

/// Reads a scenario to open variants of, and opens it as it stands.
pub fn open_baseline(path: &Path, changes: &Changes, global: &Global) -> Result<(Baseline, Opened), Exit> {
    let origin = origin(path)?;
    let baseline = Baseline::read(&origin, &changes.layers, &changes.sets);
    global.read.keep(&origin, changes, baseline.as_ref().map_or_else(|r| &r.sources, |b| &b.loaded().sources));
    let baseline = baseline.map_err(|refused| refuse(&refused, global))?;
    let opened = baseline.open().map_err(|refused| refuse(&refused, global))?;
    warn(&opened, global);
    note_patterns(&opened, global);
    Ok((baseline, opened))
}

/// Tells what the user should know though nothing is wrong.
fn warn(opened: &Opened, global: &Global) {
    if !global.quiet && !opened.warnings.is_empty() {
        tell(&message::render_all(&opened.warnings, &opened.loaded.sources, global.colour_messages()));
    }
}

/// The organisations asked for: the one that was named, or all.
pub fn organisations<'o>(opened: &'o Opened, named: Option<&str>) -> anyhow::Result<Vec<&'o Organisation>> {
    let all = &opened.plan.organisations;
    let Some(wanted) = named else { return Ok(all.iter().collect()) };
    match all.iter().find(|o| o.name.as_str() == wanted) {
        Some(found) => Ok(vec![found]),
        None => Err(no_organisation(wanted, &all.iter().map(|o| o.name.as_str()).collect::<Vec<_>>())),
    }
}

/// That an organisation asked for is none of these.
pub fn no_organisation(wanted: &str, names: &[&str]) -> anyhow::Error {
    let meant =
        did_you_mean(wanted, names.iter().copied()).map(|m| format!("did you mean `{m}`? ")).unwrap_or_default();
    anyhow::anyhow!("there is no organisation `{wanted}`; {meant}there is: {}", names.join(", "))
}

/// Tells what is wrong with what was typed.
pub fn tell_wrong(diagnostic: Diagnostic, global: &Global) -> Exit {
    let mut wrong = Diagnostics::new();
    wrong.push(diagnostic);
    tell(&message::render_all(&wrong, &Sources::new(), global.colour_messages()));
    Exit::Invalid
}

/// `fundgap run` with a scenario and its changes, as it is typed in a shell.
pub fn run_command(path: &Path, changes: &Changes) -> String {
    let quoted = |word: String| {
        let plain = word.chars().all(|c| c.is_alphanumeric() || "-_./@=%£:,+".contains(c));
        if plain { word } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    let mut words = vec!["fundgap run".to_owned(), quoted(path.display().to_string())];
    words.extend(changes.layers.iter().map(|layer| match Stress::of_layer(layer) {
        Some(stress) => format!("--stress {}", stress.name),
        None => format!("--layer {}", quoted(layer.display().to_string())),
    }));
    words.extend(changes.sets.iter().map(|set| format!("--set {}", quoted(set.clone()))));
    words.join(" ")
}

/// Tells why a scenario was refused.
pub fn refuse(refused: &Refused, global: &Global) -> Exit {
    tell(&message::render_all(&refused.wrong, &refused.sources, global.colour_messages()));
    if refused.unreadable { Exit::Unreadable } else { Exit::Invalid }
}

/// Where a path as typed leads: `-` is standard input.
pub fn origin(path: &Path) -> Result<Origin, Exit> {
    if path.as_os_str() != "-" {
        return Ok(Origin::File(path.to_owned()));
    }
    if io::stdin().is_terminal() {
        tell(
            "error: `-` reads a scenario from standard input, and nothing is piped in\nhint: fundgap run - < plan.toml",
        );
        return Err(Exit::Invalid);
    }
    let mut bytes = Vec::new();
    match io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => Ok(Origin::StandardInput(bytes)),
        Err(error) => {
            tell(&format!("error: cannot read standard input: {error}"));
            Err(Exit::Unreadable)
        }
    }
}

/// An amount of money as a file would write it, in pence.
pub fn money(flag: &str, typed: &str, global: &Global) -> Result<i128, Exit> {
    let mut sources = Sources::new();
    let file = sources.add(flag.to_owned(), typed.to_owned());
    let place = Place::new(file, 0..typed.len());
    let unpublished = || Diagnostic::error("wrong_type", format!("{flag} needs an amount of money"));
    typed::read(typed, Unit::Money, None)
        .map_err(|diagnostic| diagnostic.at(place))
        .and_then(|steps| steps.ok_or_else(|| unpublished().at(place)))
        .map_err(|mut diagnostic| {
            let mut wrong = Diagnostics::new();
            diagnostic.hints = vec!["write it with its unit: \"£500k\", \"£1.2m\", \"£956\"".to_owned()];
            wrong.push(diagnostic);
            tell(&message::render_all(&wrong, &sources, global.colour_messages()));
            Exit::Invalid
        })
}

/// Makes sure that a file to write is none of those that were read.
pub fn spares(path: &Path, opened: &Opened) -> anyhow::Result<()> {
    // A file that is not there yet is no input.
    let Ok(real) = path.canonicalize() else { return Ok(()) };
    let read = opened.loaded.sources.files().any(|f| Path::new(&f.name).canonicalize().is_ok_and(|f| f == real));
    if read {
        bail!("`{}` is part of the scenario and is never written over; give another name", path.display());
    }
    Ok(())
}

/// Makes sure that a file to write is none of these, which are read; that holds also for one that turns out to be wrong.
pub fn spares_named<'p>(path: &Path, inputs: impl IntoIterator<Item = &'p Path>) -> anyhow::Result<()> {
    let Ok(real) = path.canonicalize() else { return Ok(()) };
    if inputs.into_iter().any(|input| input.canonicalize().is_ok_and(|input| input == real)) {
        bail!("`{}` is read by this command and is never written over; give another name", path.display());
    }
    Ok(())
}

/// Writes a message to standard error. A closed standard error is nobody's problem.
pub fn tell(text: &str) {
    let mut out = anstream::AutoStream::new(io::stderr(), ColorChoice::AlwaysAnsi);
    let _ = writeln!(out, "{}", text.trim_end());
}

impl Showing {
    /// The format asked for, by word or by the ending of the file.
    pub fn format(&self) -> anyhow::Result<Format> {
        match (self.format, self.file()) {
            (Some(word), _) => Ok(word.into()),
            (None, None) => Ok(Format::Table),
            (None, Some(path)) => match Format::from_suffix(path) {
                Some(format) => Ok(format),
                None => bail!("cannot tell a format from `{}`; add --format table|csv|json|markdown", path.display()),
            },
        }
    }
}

impl<W: ValueEnum + Clone + Send + Sync + 'static> Showing<W> {
    /// How figures are shown, in the scenario's own unit unless another is asked for.
    pub fn display(&self, own: MoneyUnit) -> Display {
        Display { unit: self.unit.map_or(own, Into::into), decimals: self.decimals, footing: self.footing }
    }

    /// The file to write, where it is one.
    pub fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|p| p.as_os_str() != "-")
    }

    /// The columns to lay out in.
    pub fn columns(&self) -> usize {
        let terminal = || terminal_size::terminal_size().map(|(w, _)| usize::from(w.0));
        let variable = || std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        self.width
            .or_else(|| if self.file().is_some() { None } else { variable().or_else(terminal) })
            .unwrap_or(100)
            .clamp(40, 400)
    }

    /// Makes sure that the file to write is none of those that were read.
    pub fn spares(&self, opened: &Opened) -> anyhow::Result<()> {
        self.file().map_or(Ok(()), |path| spares(path, opened))
    }

    /// Makes sure that the file to write is none of these, which are read.
    pub fn spares_named<'p>(&self, inputs: impl IntoIterator<Item = &'p Path>) -> anyhow::Result<()> {
        self.file().map_or(Ok(()), |path| spares_named(path, inputs))
    }

    /// Writes a result to the file or to standard output.
    pub fn write(
        &self,
        global: &Global,
        make: impl FnOnce(&mut dyn Write, bool) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        match self.file() {
            Some(path) => {
                let mut bytes = Vec::new();
                make(&mut bytes, false)?;
                output::write_whole(path, &bytes).with_context(|| format!("cannot write `{}`", path.display()))
            }
            None => {
                let colour = global.choice(&io::stdout());
                if colour {
                    let stdout = anstream::AutoStream::new(io::stdout().lock(), ColorChoice::AlwaysAnsi);
                    let mut out = io::BufWriter::new(stdout);
                    make(&mut out, true)?;
                    out.flush()?;
                } else {
                    // The writers emit no colour when told not to, so nothing needs stripping.
                    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
                    make(&mut out, false)?;
                    out.flush()?;
                }
                Ok(())
            }
        }
    }

    /// How the figures of a document are shown.
    pub fn display_of(&self, document: &Document, own: MoneyUnit) -> Display {
        let mut display = self.display(own);
        // Figures that were all published in whole millions, or tenths, are not printed to the thousand.
        if display.decimals.is_none() && display.unit == MoneyUnit::Millions {
            display.decimals = document.decimals_of_millions();
        }
        display
    }

    /// Writes a document as a table or Markdown.
    pub fn write_document(
        &self,
        document: &Document,
        own: MoneyUnit,
        global: &Global,
        format: Format,
    ) -> anyhow::Result<()> {
        let display = self.display_of(document, own);
        self.write(global, |out, colour| match format {
            Format::Markdown => output::markdown::write(document, &display, out),
            Format::Json => output::json::write(&output::json::document("fundgap.document/1", document), out),
            _ => output::table::write(document, &display, self.columns(), colour, out),
        })
    }
}
