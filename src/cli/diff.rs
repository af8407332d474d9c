//! `fundgap diff`: what changed between two plans, and how much of the change in the gap each change
//! makes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, ValueEnum};
use fundgap::analysis::diff::{Method, Question, difference};
use fundgap::check::expectation::measure_code;
use fundgap::output::{Format, comment, csv, json, message};
use fundgap::report::Reader;
use fundgap::report::diff::{self, Told, headline, machine};
use fundgap::scenario::Origin;
use fundgap::vocabulary::{Diagnostics, Sources};
use fundgap::{Opened, report};

use super::common::{Changes, Global, Showing, money, note_patterns, open_from, origin, tell};
use super::exit::Exit;
use super::git::Commit;
use super::run::RunWord;

/// Which assumptions changed from A to B, and how much of the change in the gap does each make?
///
/// The steps add up to the penny, in every year, in both runs, for every organisation. --set and
/// --layer change B; with one file, A is the file as it stands, or as --base has it.
#[derive(Debug, Args)]
#[command(
    after_help = "fundgap diff old.toml new.toml\nfundgap diff plan.toml --set driver.pay=4%\nfundgap diff --base main plan.toml --threshold £500k --exit-code --format markdown"
)]
pub struct Diff {
    /// Two scenario files, A and B; or one, with --base, --set or --layer. `-` reads standard input
    #[arg(required = true, num_args = 1..=2, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Take A from the repository's history: HEAD~1, main, v1.2
    #[arg(long, value_name = "GITREF")]
    base: Option<String>,
    #[command(flatten)]
    changes: Changes,
    /// How the change is shared among what was changed
    #[arg(long, value_enum, default_value_t = MethodWord::OneAtATime, value_name = "METHOD")]
    method: MethodWord,
    /// The figure whose change is shared, by the last part of its address
    #[arg(long, default_value = "gap_after_planned_reserves", value_name = "MEASURE")]
    measure: String,
    /// One organisation, or `system`
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Which run the tables show; a threshold looks at both
    #[arg(long, value_enum, default_value_t = RunWord::Both, value_name = "RUN")]
    run: RunWord,
    /// The order of the steps
    #[arg(long, value_enum, default_value_t = Sort::Size, value_name = "ORDER")]
    sort: Sort,
    /// Say which organisation's figure moved by at least this, in any year and either run: "£500k"
    #[arg(long, value_name = "AMOUNT")]
    threshold: Option<String>,
    /// End with 1 when an organisation's figure moved by the threshold, or at all when there is none
    #[arg(long)]
    exit_code: bool,
    /// Say of what moved nothing, too, what was typed and where
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    showing: Showing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MethodWord {
    /// Each change alone from A; what they do to each other is a step named interaction
    #[value(alias = "one_at_a_time")]
    OneAtATime,
    /// Each change's average over every order: exact up to ten changes, by item or kind above that
    Shapley,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// The largest first
    Size,
    /// As they stand in the files
    File,
}

/// The two plans and what each is called.
struct Ends {
    a: Opened,
    b: Opened,
    names: (String, String),
}

impl Diff {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let threshold = match self.threshold.as_deref().map(|typed| money("--threshold", typed, global)).transpose() {
            Ok(threshold) => threshold.map(i128::abs),
            Err(exit) => return Ok(exit),
        };
        let scope = match self.organisation.as_deref().map(str::parse).transpose() {
            Ok(scope) => scope,
            Err(_) => bail!("`{}` is no name of an organisation", self.organisation.as_deref().unwrap_or_default()),
        };
        let ends = match self.open(global)? {
            Ok(ends) => ends,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&ends.a)?;
        self.showing.spares(&ends.b)?;
        let method = match self.method {
            MethodWord::OneAtATime => Method::OneAtATime,
            MethodWord::Shapley => Method::Shapley,
        };
        let question = Question { measure: measure_code(&self.measure), scope, method };
        let difference = match difference(&ends.a, &ends.b, &question) {
            Ok(difference) => difference,
            Err(diagnostic) => {
                let mut wrong = Diagnostics::new();
                wrong.push(diagnostic);
                tell(&message::render_all(&wrong, &Sources::new(), global.colour_messages()));
                return Ok(Exit::Invalid);
            }
        };
        if threshold.is_some() && !headline::takes_threshold(difference.unit()) {
            bail!("`{}` is no amount of money, so --threshold cannot be held against it", question.measure);
        }
        let told = Told {
            a: Reader::new(&ends.a),
            b: Reader::new(&ends.b),
            names: (&ends.names.0, &ends.names.1),
            with: &self.changes.words(),
            difference: &difference,
            runs: self.run.runs(),
            in_file_order: self.sort == Sort::File,
            all: self.all,
        };
        self.write(&told, threshold, format, global)?;
        // What is no longer known may have moved by any amount.
        let moved = !difference.movements(threshold.unwrap_or(0)).is_empty() || !difference.lost().is_empty();
        Ok(if self.exit_code && moved { Exit::Breached } else { Exit::Fine })
    }

    fn write(&self, told: &Told<'_>, threshold: Option<i128>, format: Format, global: &Global) -> anyhow::Result<()> {
        let own = told.b.opened.scenario.unit;
        let verdict = threshold.map(|least| headline::verdict(told, least));
        match format {
            Format::Csv => {
                let table = machine::table(told);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))
            }
            Format::Json => {
                let value = machine::json(told, threshold);
                self.showing.write(global, |out, _| json::write(&value, out))
            }
            Format::Markdown => {
                let comment = report::diff::comment::comment(told, verdict);
                let display = self.showing.display_of(&comment.shown, own);
                self.showing.write(global, |out, _| comment::write(&comment, &display, out))
            }
            Format::Table => self.showing.write_document(&diff::document(told, verdict), own, global, format),
        }
    }

    /// Opens both plans; what is wrong with either is told.
    fn open(&self, global: &Global) -> anyhow::Result<Result<Ends, Exit>> {
        let (first, second) = (&self.scenarios[0], self.scenarios.last().unwrap_or(&self.scenarios[0]));
        let one = self.scenarios.len() == 1;
        if one && self.base.is_none() && self.changes.is_empty() {
            bail!("one file is compared with nothing: name a second one, or add --base, --set or --layer");
        }
        if !one && [first, second].iter().all(|p| p.as_os_str() == "-") {
            bail!("only one of the two scenarios can be read from standard input");
        }
        let theirs = match origin(second) {
            Ok(origin) => origin,
            Err(exit) => return Ok(Err(exit)),
        };
        let ours = match &self.base {
            Some(reference) => match earlier(reference, first) {
                Ok(origin) => origin,
                Err(exit) => return Ok(Err(exit)),
            },
            None if one => theirs.clone(),
            None => match origin(first) {
                Ok(origin) => origin,
                Err(exit) => return Ok(Err(exit)),
            },
        };
        let none = Changes { sets: Vec::new(), layers: Vec::new() };
        let a = open_from(&ours, &none, global);
        // The same file is not told of twice.
        let same = one && self.base.is_none();
        let b = match a {
            Err(exit) if same => return Ok(Err(exit)),
            _ => open_from(&theirs, &self.changes, &Global { quiet: global.quiet || same, ..global.clone() }),
        };
        Ok(match (a, b) {
            (Ok(a), Ok(b)) => {
                note_patterns(&b, global);
                Ok(Self::ends(a, b))
            }
            (Err(x), Err(y)) => Err(x.max(y)),
            (Err(exit), _) | (_, Err(exit)) => Err(exit),
        })
    }

    fn ends(a: Opened, b: Opened) -> Ends {
        let name = |o: &Opened| o.loaded.sources.describe_file(o.loaded.root).to_owned();
        let names = (name(&a), name(&b));
        Ends { a, b, names }
    }
}

/// A file as a commit of its repository holds it.
fn earlier(reference: &str, file: &Path) -> Result<Origin, Exit> {
    if file.as_os_str() == "-" {
        tell("error: standard input has no history\nhint: name the file: fundgap diff --base REF plan.toml");
        return Err(Exit::Invalid);
    }
    match Commit::of(reference, file) {
        Ok(commit) => Ok(Origin::Kept(file.to_owned(), Arc::new(commit))),
        Err((exit, message, hint)) => {
            tell(&format!("error: {}\nhint: {hint}", message::safe(&message)));
            Err(exit)
        }
    }
}
