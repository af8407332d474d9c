//! Many scenarios, a line each: what is still to find in the first and the last year, in both runs.

use serde_json::{Value, json};

use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use super::{Reader, SIGN};
use crate::check::expectation::Outcome;
use crate::sheet::Run;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Measure, Money, Name, Valued};

/// The schema of a line in JSON.
pub const SCHEMA: &str = "fundgap.batch/1";

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Nothing to tell.
    Fine,
    /// A figure is not as expected.
    NotAsExpected,
    /// What is still to find of a body in a year is above the limit: which, and when.
    Over(String, FinancialYear),
    /// It is no valid scenario.
    Invalid,
    /// A file could not be read.
    Unreadable,
}

impl Status {
    /// The word in CSV and JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::NotAsExpected => "not_as_expected",
            Self::Over(..) => "over",
            Self::Invalid => "invalid",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A file of a batch.
#[derive(Debug, Clone)]
pub struct Line {
    /// The file as it is named.
    pub file: String,
    /// What came of it.
    pub status: Status,
    /// What it shows; nothing when it could not be opened.
    pub shown: Option<Shown>,
}

/// What a scenario shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its title.
    pub title: String,
    /// The organisation whose figures these are, or the view of all of them: the first part of their address.
    pub scope: Name,
    /// How many organisations there are.
    pub bodies: usize,
    /// The first plan year.
    pub first: FinancialYear,
    /// The last plan year.
    pub last: FinancialYear,
    /// What is still to find: the first year and the last, each in the plan and risk-adjusted. A system's
    /// is not published where its bodies' do not add.
    pub still_to_find: [[Figure; 2]; 2],
    /// Organisations with nothing still to find in the first year of the plan.
    pub balanced: usize,
    /// Organisations of which that is known.
    pub judged: usize,
    /// Expectations that are met.
    pub met: usize,
    /// Expectations that are written.
    pub expected: usize,
}

impl Line {
    /// A file that could not be opened.
    #[must_use]
    pub fn refused(file: String, unreadable: bool) -> Self {
        Self { file, status: if unreadable { Status::Unreadable } else { Status::Invalid }, shown: None }
    }

    /// A scenario that was opened. `most` is the most that any body may have still to find in any year.
    #[must_use]
    pub fn of(r: &Reader<'_>, file: String, outcomes: &[Outcome], most: Option<Money>) -> Self {
        let bodies = &r.plan().organisations;
        let met = outcomes.iter().filter(|o| o.met()).count();
        let over = most.and_then(|most| over(r, most));
        let status = match over {
            Some((body, year)) => Status::Over(body, year),
            None if met < outcomes.len() => Status::NotAsExpected,
            None => Status::Fine,
        };
        let first_year = bodies.iter().filter_map(|o| gap(r, &o.name, 1, Run::Plan).verdict());
        let judged: Vec<i128> = first_year.collect();
        let system = r.plan().facts.views.iter().find(|v| v.members.len() == bodies.len()).map(|v| &v.name);
        let scope = if bodies.len() == 1 { bodies.first().map(|o| &o.name) } else { system };
        let shown = scope.map(|scope| Shown {
            title: r.opened.scenario.title.clone(),
            scope: scope.clone(),
            bodies: bodies.len(),
            first: r.horizon().first(),
            last: r.horizon().last(),
            still_to_find: [1, r.horizon().years()].map(|t| Run::BOTH.map(|run| gap(r, scope, t, run))),
            balanced: judged.iter().filter(|pence| **pence <= 0).count(),
            judged: judged.len(),
            met,
            expected: outcomes.len(),
        });
        Self { file, status, shown }
    }
}

/// What is still to find of an organisation or view in year number `t`.
fn gap(r: &Reader<'_>, scope: &Name, t: i32, run: Run) -> Figure {
    let none = || Figure::new(Money::UNIT, None, crate::sheet::Flags::NOT_PUBLISHED);
    r.measure(scope, Measure::GapAfterPlannedReserves, t, run).unwrap_or_else(none)
}

/// The first body and year with more still to find than `most`, in either run. What was not published or
/// was filled in between years enters no verdict.
fn over(r: &Reader<'_>, most: Money) -> Option<(String, FinancialYear)> {
    let above = |scope: &Name, t: i32| {
        Run::BOTH.into_iter().any(|run| gap(r, scope, t, run).verdict().is_some_and(|pence| pence > most.steps()))
    };
    let bodies = &r.plan().organisations;
    r.horizon().plan().find_map(|t| {
        let body = bodies.iter().find(|o| above(&o.name, t))?;
        Some((body.name.to_string(), r.year(t)))
    })
}

/// All lines as a table for people.
#[must_use]
pub fn document(lines: &[Line]) -> Document {
    let folder = folder(lines);
    // Headings of short words, so that eighty columns hold a line.
    let mut table = Table::new(vec![
        Column::text("Scenario"),
        Column::figure("First year"),
        Column::figure("adjusted for risk"),
        Column::figure("Final year"),
        Column::figure("adjusted for risk"),
        Column::text("Year 1"),
        Column::text("Checks"),
    ]);
    table.title = Some("Still to find in the year, after planned reserves: plan, and risk-adjusted".to_owned());
    table.key = Some(SIGN.to_owned());
    for line in lines {
        let mut cells: Vec<TableCell> = match &line.shown {
            Some(shown) => shown.still_to_find.iter().flatten().cloned().map(TableCell::from).collect(),
            None => vec![TableCell::Empty; 4],
        };
        cells.push(line.shown.as_ref().map_or_else(String::new, balanced).into());
        cells.push(checks(line).into());
        table.push(TableRow::plain(&line.file[folder.len()..], cells));
    }
    if !folder.is_empty() {
        table.notes.push(format!("all in {folder}").into());
    }
    if lines.iter().any(|l| l.shown.as_ref().is_some_and(|s| s.bodies > 1)) {
        table.notes.push(
            "of several bodies: still to find by all together, and how many balance in year 1; short: not all of them"
                .into(),
        );
    }
    let mut document = Document::default();
    document.blocks.push(Block::Table(table));
    document.blocks.push(Block::Text(vec![count(lines)]));
    document
}

/// The folder that all files have in common, with its slash.
fn folder(lines: &[Line]) -> &str {
    let Some(first) = lines.first() else { return "" };
    let ends = first.file.match_indices('/').map(|(at, _)| at + 1).rev();
    let shared = |end: &usize| lines.iter().all(|l| l.file.starts_with(&first.file[..*end]));
    ends.into_iter().find(shared).map_or("", |end| &first.file[..end])
}

/// Whether the first year of the plan balances: of a single body yes or no, else of how many.
fn balanced(shown: &Shown) -> String {
    match (shown.bodies, shown.judged) {
        (_, 0) => "n/p".to_owned(),
        (1, _) => if shown.balanced == 1 { "balanced" } else { "short" }.to_owned(),
        (bodies, judged) if judged < bodies => {
            format!("{} of {judged} balanced, {} n/p", shown.balanced, bodies - judged)
        }
        (bodies, _) => format!("{} of {bodies} balanced", shown.balanced),
    }
}

/// What the limit and the expectations say, in few words.
fn checks(line: &Line) -> String {
    let Some(shown) = &line.shown else {
        return if line.status == Status::Unreadable { "unreadable" } else { "invalid" }.to_owned();
    };
    let over = match &line.status {
        Status::Over(body, year) => Some(format!("over: {body} {year}")),
        _ => None,
    };
    let expected = match (shown.expected, shown.expected - shown.met) {
        (0, _) => None,
        (all, 0) => Some(format!("{all} met")),
        (all, not) => Some(format!("{not} of {all} not met")),
    };
    let said: Vec<String> = over.into_iter().chain(expected).collect();
    if said.is_empty() { "–".to_owned() } else { said.join("; ") }
}

fn count(lines: &[Line]) -> Sentence {
    let of = |code: &str| lines.iter().filter(|l| l.status.code() == code).count();
    let mut words = if lines.len() == 1 { "1 scenario".to_owned() } else { format!("{} scenarios", lines.len()) };
    for (n, (code, what)) in [
        ("fine", "ran without error"),
        ("over", "with more still to find than the limit"),
        ("not_as_expected", "not as expected"),
        ("invalid", "invalid"),
        ("unreadable", "unreadable"),
    ]
    .into_iter()
    .filter(|(code, _)| of(code) > 0)
    .enumerate()
    {
        words.push_str(if n == 0 { ": " } else { ", " });
        words.push_str(&format!("{} {what}", of(code)));
    }
    // Nothing wrong with a file is no word on its budget.
    let short = lines.iter().filter(|l| l.shown.as_ref().is_some_and(|s| s.balanced < s.judged)).count();
    if short > 0 {
        words.push_str(&format!("; {short} short in year 1"));
    }
    words.into()
}

/// All lines as a table for CSV: exact, in pounds, each with the address of its figures.
#[must_use]
pub fn table(lines: &[Line]) -> Table {
    let mut table = Table::new(vec![
        Column::text("scenario"),
        Column::text("title"),
        Column::text("scope"),
        Column::text("organisations"),
        Column::text("first_year"),
        Column::text("final_year"),
        Column::figure("still_to_find_first_year_plan"),
        Column::figure("still_to_find_first_year_risk_adjusted"),
        Column::figure("still_to_find_final_year_plan"),
        Column::figure("still_to_find_final_year_risk_adjusted"),
        Column::text("organisations_balanced_in_first_year"),
        Column::text("organisations_known_in_first_year"),
        Column::text("expectations"),
        Column::text("expectations_met"),
        Column::text("status"),
        Column::text("address"),
    ]);
    for line in lines {
        let mut cells: Vec<TableCell> = Vec::new();
        match &line.shown {
            Some(shown) => {
                let number = |n: usize| TableCell::from(n.to_string());
                cells.push(shown.title.as_str().into());
                cells.push(shown.scope.as_str().into());
                cells.push(number(shown.bodies));
                cells.push(shown.first.to_string().into());
                cells.push(shown.last.to_string().into());
                cells.extend(shown.still_to_find.iter().flatten().cloned().map(TableCell::from));
                cells.extend([shown.balanced, shown.judged, shown.expected, shown.met].map(number));
            }
            None => cells.extend(vec![TableCell::Empty; 13]),
        }
        cells.push(line.status.code().into());
        let address = |s: &Shown| format!("{}/{}", s.scope, Measure::GapAfterPlannedReserves.code());
        cells.push(line.shown.as_ref().map_or(TableCell::Empty, |s| address(s).into()));
        table.push(TableRow::plain(line.file.clone(), cells));
    }
    table
}

/// One line for programs, with what is still to find of every organisation in every year where `r` is
/// the scenario as opened.
#[must_use]
pub fn json(line: &Line, r: Option<&Reader<'_>>) -> Value {
    let mut value = json!({ "schema": SCHEMA, "scenario": line.file, "status": line.status.code() });
    let Some(object) = value.as_object_mut() else { return value };
    if let Status::Over(body, year) = &line.status {
        object.insert("over".to_owned(), json!({ "organisation": body, "year": year.to_string() }));
    }
    if let (Some(shown), Some(r)) = (&line.shown, r) {
        let by_year = |scope: &Name, run: Run| {
            let year = |t: i32| {
                let steps = gap(r, scope, t, run).published();
                (r.year(t).to_string(), steps.map_or(Value::Null, |s| Value::String(plain(Money::UNIT, s))))
            };
            Value::Object(r.horizon().plan().map(year).collect())
        };
        let of = |scope: &Name| json!({ "plan": by_year(scope, Run::Plan), "risk_adjusted": by_year(scope, Run::RiskAdjusted) });
        let bodies = r.plan().organisations.iter().map(|o| {
            let address = format!("{}/{}", o.name, Measure::GapAfterPlannedReserves.code());
            let balanced = gap(r, &o.name, 1, Run::Plan).verdict().map(|pence| pence <= 0);
            json!({
                "organisation": o.name.as_str(),
                "title": o.title,
                "balanced_in_first_year": balanced,
                "still_to_find": of(&o.name),
                "address": address,
            })
        });
        object.insert("title".to_owned(), shown.title.clone().into());
        object.insert("unit".to_owned(), Money::UNIT.code().into());
        object.insert("organisations".to_owned(), bodies.collect());
        if shown.bodies > 1 {
            object.insert("system".to_owned(), json!({ "still_to_find": of(&shown.scope) }));
        }
        object.insert("expectations".to_owned(), json!({ "written": shown.expected, "met": shown.met }));
    }
    value
}
