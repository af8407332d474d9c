//! `fundgap check`: is the plan realistic, does it hold together, and does it show what it is expected to show?

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, ValueEnum};
use fundgap::Opened;
use fundgap::check::expectation::{self, Outcome};
use fundgap::check::realism::{self, Found, Level};
use fundgap::check::verdict;
use fundgap::open::{Baseline, Refused};
use fundgap::output::{self, Format, csv, json};
use fundgap::report::points::{self, Checked};
use fundgap::report::{Reader, check as report};

use super::common::{Changes, Global, Showing, note_patterns, open_or_refused, origin, refuse};
use super::exit::Exit;
use super::record::history_or_refused;

/// Is the plan realistic, and does it show what it is expected to show?
///
/// Every rule is asked of every body: each finding has its level, value, threshold and place, and `fundgap rule R04`
/// explains a rule with its evidence. A rule with nothing to stand on says so. For one scenario it also says what each year
/// asks of the savings, beside what was delivered elsewhere and by the body (of several, `record` says it). Fails (exit code 1) when an
/// expectation is not met, or a finding that is not accepted is at least as bad as --fail-on says.
#[derive(Debug, Args)]
pub struct Check {
    /// Scenario files; `-` reads standard input
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Fail from this level on: a finding the scenario does not accept
    #[arg(long, value_enum, default_value_t = LevelWord::Critical, value_name = "LEVEL")]
    fail_on: LevelWord,
    /// The body's own history in CSV, beside that of the scenario: year,item,class,planned,delivered,one_off,unit,source,organisation
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing<CheckWord>,
}

/// The levels as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LevelWord {
    /// Anything found
    Amber,
    /// Red and critical
    Red,
    /// Critical only
    Critical,
    /// Nothing found fails; expectations do
    Never,
}

impl LevelWord {
    /// Whether a worst level fails.
    fn fails(self, worst: Option<Level>) -> bool {
        let least = match self {
            Self::Amber => Level::Amber,
            Self::Red => Level::Red,
            Self::Critical => Level::Critical,
            Self::Never => return false,
        };
        worst.is_some_and(|worst| worst >= least)
    }
}

/// The formats of a check as typed: those of every command, and those of continuous integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckWord {
    /// Tables for people
    Table,
    /// A row a finding and a row an expectation
    Csv,
    /// JSON with decimals as strings
    Json,
    /// GitHub-flavoured Markdown
    Markdown,
    /// JUnit XML: a suite a scenario, a case everything that was asked
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}

/// The form of what is written.
enum Form {
    /// Scenario by scenario.
    Each(Format),
    /// All scenarios in one.
    All(fn(&[Checked], &mut dyn Write) -> io::Result<()>),
}

impl From<CheckWord> for Form {
    fn from(word: CheckWord) -> Self {
        match word {
            CheckWord::Table => Self::Each(Format::Table),
            CheckWord::Csv => Self::Each(Format::Csv),
            CheckWord::Json => Self::Each(Format::Json),
            CheckWord::Markdown => Self::Each(Format::Markdown),
            CheckWord::Junit => Self::All(output::junit::write),
            CheckWord::Sarif => Self::All(output::sarif::write),
            CheckWord::Github => Self::All(output::github::write),
        }
    }
}

/// How a scenario that could not be checked ends the command, and what is wrong with it.
type Stopped = (Exit, Option<Box<Refused>>);

/// A scenario that was checked.
struct Asked {
    opened: Opened,
    found: Found,
    outcomes: Vec<Outcome>,
}

impl Check {
    /// Runs the command; goes on past a bad file, and ends with the worst.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let form = self.form()?;
        if self.scenarios.len() > 1 && self.showing.output.is_some() && matches!(form, Form::Each(_)) {
            bail!("several scenarios go to one file with --format junit|sarif|github only; check them one by one");
        }
        self.showing.spares_named(self.scenarios.iter().chain(&self.history).map(PathBuf::as_path))?;
        let alone = self.scenarios.len() == 1 && matches!(form, Form::Each(_));
        if self.scenarios.len() > 1 && self.history.is_some() {
            bail!(
                "a history is one plan's; check one scenario with --history at a time, or write it into each as [history.…]"
            );
        }
        let mut worst = Exit::Fine;
        let mut all = Vec::new();
        for path in &self.scenarios {
            let name = path.display().to_string();
            let asked = match self.ask(path, alone, global) {
                Ok(asked) => asked,
                Err((exit, refused)) => {
                    worst = worst.max(exit);
                    all.extend(refused.map(|refused| points::of_refused(&name, &refused)));
                    continue;
                }
            };
            let Asked { opened, found, outcomes } = &asked;
            self.showing.spares(opened)?;
            if !outcomes.iter().all(Outcome::met) || self.fail_on.fails(found.worst()) {
                worst = worst.max(Exit::Breached);
            }
            let r = Reader::new(opened);
            match form {
                Form::Each(format) => self.write(&r, &asked, format, global)?,
                Form::All(_) => {
                    let fails = |level| self.fail_on.fails(Some(level));
                    all.push(points::of_opened(&name, &r, (found, outcomes), fails));
                }
            }
        }
        if let Form::All(write) = form {
            self.showing.write(global, |out, _| write(&all, out))?;
        }
        Ok(worst)
    }

    /// The form asked for, by word or by the ending of the file.
    fn form(&self) -> anyhow::Result<Form> {
        if let Some(word) = self.showing.format {
            return Ok(word.into());
        }
        let Some(path) = self.showing.file() else { return Ok(Form::Each(Format::Table)) };
        let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        match (ending.as_deref(), Format::from_suffix(path)) {
            (Some("xml"), _) => Ok(CheckWord::Junit.into()),
            (Some("sarif"), _) => Ok(CheckWord::Sarif.into()),
            (_, Some(format)) => Ok(Form::Each(format)),
            _ => bail!(
                "cannot tell a format from `{}`; add --format table|csv|json|markdown|junit|sarif|github",
                path.display()
            ),
        }
    }

    /// Opens a scenario and asks everything of it. What is wrong with it is told on standard error, and comes
    /// back for the formats that hold all scenarios.
    fn ask(&self, path: &Path, verdict: bool, global: &Global) -> Result<Asked, Stopped> {
        let origin = origin(path).map_err(|exit| (exit, None))?;
        let opened = open_or_refused(&origin, &self.changes, global)?;
        note_patterns(&opened, global);
        let told = |wrong| {
            let sources = opened.loaded.sources.clone();
            let refused = Box::new(Refused { wrong, sources, unreadable: false });
            (refuse(&refused, global), Some(refused))
        };
        let outcomes = expectation::outcomes(&opened.plan, &opened.results, &opened.scenario.expectations);
        let outcomes = outcomes.map_err(told)?;
        let history = history_or_refused(Some(&opened), self.history.as_deref(), global);
        let history = history.map_err(|(exit, refused)| (exit, Some(refused)))?;
        let mut found = realism::ask_with(&opened, &history).map_err(told)?;
        // What the savings must deliver takes longer than opening a scenario: it is looked at for one, not for many.
        if verdict && let Ok(baseline) = Baseline::read(&origin, &self.changes.layers, &self.changes.sets) {
            found.verdicts = verdict::verdicts(&baseline, &opened, &history, None);
        }
        Ok(Asked { opened, found, outcomes })
    }

    /// What came of one scenario.
    fn write(&self, r: &Reader<'_>, asked: &Asked, format: Format, global: &Global) -> anyhow::Result<()> {
        let Asked { opened, found, outcomes } = asked;
        match format {
            Format::Json => {
                let value = report::json(r, found, outcomes);
                self.showing.write(global, |out, _| json::write(&value, out))
            }
            Format::Csv => {
                let table = report::table(r, found, outcomes);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))
            }
            _ => self.showing.write_document(
                &report::document(r, found, outcomes).with_changes(&self.changes.words()),
                opened.scenario.unit,
                global,
                format,
            ),
        }
    }
}
