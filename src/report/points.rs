//! Everything that a check asked of a scenario as a list of points, passed ones too: what machines of continuous
//! integration read. Which point fails is decided here once, for every such format.

use std::collections::BTreeMap;

use crate::check::expectation::Outcome;
use crate::check::realism::{Finding, Found, NotAssessed};
use crate::open::Refused;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Diagnostic, Place, Severity, Sources};

use super::{Reader, realism};

pub use crate::check::realism::{Level, Rule, all_rules};

/// The code of what is not one of the rules: a figure that was expected.
pub const EXPECTATION: &str = "expectation";
/// The code of a scenario that cannot be opened.
pub const SCENARIO: &str = "scenario";

/// What was asked of one scenario.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The file, as it was typed.
    pub file: String,
    /// Every point, in the order in which they were asked.
    pub points: Vec<Point>,
}

/// One thing asked, and what came of it.
#[derive(Debug, Clone)]
pub struct Point {
    /// The code of the rule (`R04`), [`EXPECTATION`] or [`SCENARIO`].
    pub code: &'static str,
    /// What was asked and of whom: one of its kind in a scenario.
    pub name: String,
    /// What came of it.
    pub came: Came,
    /// What is said of it; empty where it passed.
    pub said: String,
    /// What to do about it.
    pub mend: String,
    /// Where it is.
    pub spot: Option<Spot>,
}

/// What came of a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// Nothing was found.
    Passed,
    /// It could not be asked.
    NotAssessed,
    /// It was found, and the scenario accepts it for a reason.
    Accepted(Level, String),
    /// It was found and is told; the check does not fail of it.
    Told(Level),
    /// It was found, and the check fails of it.
    Failed(Level),
    /// The plan does not show what was expected.
    NotMet,
    /// The scenario could not be opened.
    Invalid,
}

/// A place in a file: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Spot {
    fn of(sources: &Sources, place: Place) -> Self {
        let (line, column) = sources.line_column(place);
        Self { file: sources.describe_file(place.file).replace('\\', "/"), line, column }
    }

    /// `path:line:column`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Every point of a scenario that opened. `fails` says from which level on the check fails.
#[must_use]
pub fn of_opened(
    file: &str,
    r: &Reader<'_>,
    (found, outcomes): (&Found, &[Outcome]),
    fails: impl Fn(Level) -> bool,
) -> Checked {
    let mut points = Vec::new();
    for rule in all_rules() {
        let findings = found.findings.iter().filter(|f| f.rule.code == rule.code);
        let not = found.not_assessed.iter().filter(|n| n.rule.code == rule.code);
        let before = points.len();
        points.extend(findings.map(|f| of_finding(r, f, &fails)));
        points.extend(not.map(|n| of_not_assessed(rule, n)));
        if points.len() == before {
            points.push(Point { mend: String::new(), ..point(rule, String::new(), Came::Passed) });
        }
    }
    points.extend(outcomes.iter().map(|o| of_outcome(r, o)));
    number_those_alike(&mut points);
    Checked { file: file.to_owned(), points }
}

/// Every problem of a scenario that did not open.
#[must_use]
pub fn of_refused(file: &str, refused: &Refused) -> Checked {
    let all = refused.wrong.sorted();
    let errors = all.iter().filter(|d| d.severity == Severity::Error);
    let mut points: Vec<Point> = errors.map(|d| of_diagnostic(file, d, &refused.sources)).collect();
    number_those_alike(&mut points);
    Checked { file: file.to_owned(), points }
}

/// A rule with what it is asked of.
fn point(rule: &Rule, of: String, came: Came) -> Point {
    let name = format!("{} {}{of}", rule.code, rule.name);
    Point { code: rule.code, name, came, said: String::new(), mend: rule.mend.to_owned(), spot: None }
}

fn of_finding(r: &Reader<'_>, finding: &Finding, fails: &impl Fn(Level) -> bool) -> Point {
    let whose = finding.organisation.as_ref().map(ToString::to_string);
    let year = finding.year.map(|y| y.to_string());
    let run = finding.run.map(|run| run.words().to_owned());
    let of: Vec<String> = [whose, year, run].into_iter().flatten().collect();
    let of = if of.is_empty() { String::new() } else { format!(": {}", of.join(", ")) };
    let came = match &finding.accepted {
        Some(reason) => Came::Accepted(finding.level, reason.clone()),
        None if fails(finding.level) => Came::Failed(finding.level),
        None => Came::Told(finding.level),
    };
    let spot = finding.place.map(|place| Spot::of(&r.opened.loaded.sources, place));
    Point { said: realism::said(finding), spot, ..point(finding.rule, of, came) }
}

fn of_not_assessed(rule: &Rule, not: &NotAssessed) -> Point {
    let of = not.organisation.as_ref().map(|o| format!(": {o}")).unwrap_or_default();
    Point { said: format!("not assessed: {}", not.why), mend: String::new(), ..point(rule, of, Came::NotAssessed) }
}

fn of_outcome(r: &Reader<'_>, o: &Outcome) -> Point {
    let text = |steps: Option<i128>| steps.map_or_else(|| "not published".to_owned(), |s| plain(o.unit, s));
    let said =
        format!("{} should be {} and is {} ({} exactly)", o.address, text(o.expected), text(o.rounded), text(o.actual));
    Point {
        code: EXPECTATION,
        name: format!("{} {} = {}", o.address, o.run.words(), text(o.expected)),
        came: if o.met() { Came::Passed } else { Came::NotMet },
        said: if o.met() { String::new() } else { said },
        mend: if o.met() { String::new() } else { format!("`fundgap explain` says why {} is what it is", o.address) },
        spot: Some(Spot::of(&r.opened.loaded.sources, o.place)),
    }
}

fn of_diagnostic(file: &str, d: &Diagnostic, sources: &Sources) -> Point {
    let whole = Spot { file: file.replace('\\', "/"), line: 1, column: 1 };
    Point {
        code: SCENARIO,
        name: format!("the scenario opens: {}", d.name),
        came: Came::Invalid,
        said: d.message.clone(),
        mend: d.hints.join("; "),
        spot: Some(d.place.map_or(whole, |place| Spot::of(sources, place))),
    }
}

/// Names are one of their kind, since machines know a point again by its name: a second one is told apart.
fn number_those_alike(points: &mut [Point]) {
    let mut seen = BTreeMap::<String, usize>::new();
    for point in points {
        let count = seen.entry(point.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            point.name = format!("{} ({count})", point.name);
        }
    }
}
