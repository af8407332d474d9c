//! The library of stresses: what it holds, and what each of them does to a scenario.

use serde_json::{Value, json};

use super::difference::unmet;
use super::table::{Block, Column, Document, Figure, RowStyle, Sentence, Table, TableCell, TableRow};
use super::{Reader, SIGN, adjusted, page};
use crate::open::Opened;
use crate::scenario::stresses::{STRESSES, Stress};
use crate::sheet::{Flags, Run};
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Diagnostics, FinancialYear, Measure, Name, Unit};

/// The measure that is stressed: still to find.
const STILL: Measure = Measure::GapAfterPlannedReserves;

/// What the last two columns say.
const COLUMNS: [&str; 2] = [
    "first unmet: the first year in which minima can no longer be kept: if nothing else is done something is left when draws stop at the minimum, or a reserve closes below it",
    "used up: the first year in which the reserves that may be drawn do not meet what is still to find, keeping no minimum",
];

/// A stress tried on a scenario.
#[derive(Debug)]
pub struct Tried {
    /// The stress.
    pub stress: &'static Stress,
    /// The scenario under it; what was wrong when it could not be laid over it.
    pub outcome: Result<Opened, Diagnostics>,
}

/// All stresses tried on one scenario.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The scenario as it stands.
    pub plain: &'a Opened,
    /// What each stress made of it.
    pub tried: &'a [Tried],
    /// One organisation of it, when asked for.
    pub only: Option<&'a Name>,
}

/// A body, or the whole system, whose gap is shown.
struct Scope {
    name: Name,
    title: String,
    /// The bodies whose reserves are looked at.
    members: Vec<Name>,
}

impl Report<'_> {
    /// What is shown: the organisation asked for or the only one, else the system, or each body of which
    /// anything was published where their gaps are not added.
    fn scopes(&self) -> Vec<Scope> {
        let all = &self.plain.plan.organisations;
        let wanted = all.iter().filter(|o| self.only.is_none_or(|only| *only == o.name));
        let each: Vec<Scope> = wanted
            .map(|o| Scope { name: o.name.clone(), title: o.title.clone(), members: vec![o.name.clone()] })
            .collect();
        let r = Reader::new(self.plain);
        let published = |name: &Name| {
            r.horizon().plan().any(|t| r.measure(name, STILL, t, Run::Plan).is_some_and(|f| f.published().is_some()))
        };
        let system = "system".parse::<Name>().ok().filter(|name| published(name));
        match system {
            Some(name) if each.len() > 1 => {
                let members = each.into_iter().map(|scope| scope.name).collect();
                vec![Scope { name, title: "Whole system".to_owned(), members }]
            }
            _ if each.len() > 1 => each.into_iter().filter(|scope| published(&scope.name)).collect(),
            _ => each,
        }
    }
}

/// The earliest year in which any of these bodies can no longer keep its minima, if nothing else is done.
fn first_unmet(r: &Reader<'_>, scope: &Scope, run: Run) -> Option<FinancialYear> {
    scope.members.iter().filter_map(|name| unmet(r, name, run)).min()
}

/// The earliest year in which any of them has used up the reserves it may draw, if they met all that is
/// still to find.
fn used_up(r: &Reader<'_>, scope: &Scope, run: Run) -> Option<FinancialYear> {
    let of = |name: &Name| {
        let row = r.plan().named(name, "usable_reserves_unconstrained")?;
        r.horizon().plan().find(|t| r.of_row(row, *t, run).verdict().is_some_and(|p| p < 0)).map(|t| r.year(t))
    };
    scope.members.iter().filter_map(of).min()
}

fn still(r: &Reader<'_>, scope: &Scope, t: i32, run: Run) -> Figure {
    let none = || Figure::new(Unit::Money, None, Flags::NOT_PUBLISHED);
    r.measure(&scope.name, STILL, t, run).unwrap_or_else(none)
}

fn change(before: &Figure, after: &Figure) -> Figure {
    match (before.published(), after.published()) {
        (Some(before), Some(after)) => Figure::money(after - before),
        _ => Figure::new(Unit::Money, None, Flags::NOT_PUBLISHED),
    }
}

/// The stresses as a table of words.
#[must_use]
pub fn list() -> Table {
    let mut table = Table::new(["Stress", "What it does", "Needs", "Source"].map(Column::text).into());
    for stress in STRESSES {
        let about = stress.about();
        let or_dash = |text: Option<String>| TableCell::from(text.unwrap_or_else(|| "–".to_owned()));
        table.push(TableRow::plain(stress.name, vec![about.what.into(), or_dash(about.needs), or_dash(about.source)]));
    }
    table
}

/// The stresses for people: each with what it does, what it needs and where its size comes from.
#[must_use]
pub fn listed() -> Document {
    let facts = STRESSES
        .iter()
        .map(|stress| {
            let about = stress.about();
            let mut said = Sentence::from(about.what);
            for (lead, text) in [("; needs ", about.needs), ("; ", about.source)] {
                if let Some(text) = text {
                    said = said.text(lead).text(text);
                }
            }
            (stress.name.to_owned(), said)
        })
        .collect();
    let hints = vec![
        "Try all of them on a plan: fundgap stresses plan.toml".into(),
        "Lay one over it: fundgap run plan.toml --stress pay-plus-1".into(),
        "Copy them out to change them: fundgap stresses --write stresses".into(),
    ];
    Document { title: "Stresses".to_owned(), lines: Vec::new(), blocks: vec![Block::Facts(facts), Block::Notes(hints)] }
}

/// The stresses for programs.
#[must_use]
pub fn list_json() -> Value {
    let of = |stress: &Stress| {
        let about = stress.about();
        json!({ "name": stress.name, "what": about.what, "needs": about.needs, "source": about.source, "file": stress.file })
    };
    json!({ "schema": "fundgap.stresses/1", "stresses": STRESSES.iter().map(of).collect::<Vec<_>>() })
}

/// What each stress does to a scenario, for people.
#[must_use]
pub fn document(report: &Report<'_>, changes: &[String]) -> Document {
    let r = Reader::new(report.plain);
    let mut document = page::head(&Reader::new(report.plain)).with_changes(changes);
    for scope in report.scopes() {
        for run in Run::BOTH {
            document.blocks.push(Block::Table(table(report, &r, &scope, run)));
        }
    }
    let (touches, others): (Vec<&Tried>, Vec<&Tried>) = report.tried.iter().partition(|t| t.outcome.is_ok());
    let already: Vec<&str> = report.plain.loaded.adjusted.all.iter().map(|a| a.name.as_str()).collect();
    let mut said: Vec<Sentence> = Vec::new();
    for tried in touches.iter().filter(|t| t.stress.text.contains("[adjust.")) {
        if let Ok(opened) = &tried.outcome {
            said.extend(adjusted::sentences(&Reader::new(opened), &already));
        }
    }
    if !said.is_empty() {
        document.blocks.push(Block::Heading("What they change".to_owned()));
        document.blocks.push(Block::Text(said));
    }
    let mut notes: Vec<Sentence> =
        others.into_iter().filter_map(|t| Some(format!("{}: {}", t.stress.name, reason(t)?).into())).collect();
    notes.extend(touches.iter().filter_map(|t| helps(report, &r, t)));
    notes.extend(COLUMNS.map(Sentence::from));
    document.blocks.push(Block::Notes(notes));
    document
}

/// What is said of a stress that narrows the gap somewhere: prices that stand on income only, for one.
fn helps(report: &Report<'_>, r: &Reader<'_>, tried: &Tried) -> Option<Sentence> {
    let of = Reader::new(tried.outcome.as_ref().ok()?);
    let narrower = |scope: &Scope, t: i32, run: Run| {
        change(&still(r, scope, t, run), &still(&of, scope, t, run)).published().is_some_and(|pence| pence < 0)
    };
    let scopes = report.scopes();
    let found = scopes.iter().any(|s| r.horizon().plan().any(|t| Run::BOTH.iter().any(|run| narrower(s, t, *run))));
    let words =
        "narrows the gap in some year: what it moves brings in more than it costs, so it is no stress of this plan";
    found.then(|| format!("{}: {words}", tried.stress.name).into())
}

/// Why a stress has no figures.
fn reason(tried: &Tried) -> Option<String> {
    let wrong = tried.outcome.as_ref().err()?.sorted();
    if !wrong.iter().all(|d| d.name == "adjusts_nothing") {
        let first = wrong.first().map_or_else(String::new, |d| d.message.clone());
        return Some(format!("cannot be laid over this scenario: {first}"));
    }
    if let [only] = wrong.as_slice() {
        let (_, needs) = only.message.split_once("changes nothing: ").unwrap_or(("", &only.message));
        return Some(format!("does not touch this scenario: {needs}; {}", only.hints.join("; ")));
    }
    Some("does not touch this scenario: none of the others does".to_owned())
}

fn table(report: &Report<'_>, r: &Reader<'_>, scope: &Scope, run: Run) -> Table {
    let mut columns = r.year_columns("");
    columns.extend(["First unmet", "Used up"].map(Column::text));
    let mut table = Table::new(columns);
    table.title = Some(format!("{}: still to find under each stress, {}", scope.title, run.words()));
    table.key = Some(SIGN.to_owned());
    let said = |year: Option<FinancialYear>| TableCell::from(year.map_or_else(|| "–".to_owned(), |y| y.to_string()));
    let row = |of: &Reader<'_>, label: &str| {
        let mut cells: Vec<TableCell> = r.horizon().plan().map(|t| still(of, scope, t, run).into()).collect();
        cells.extend([said(first_unmet(of, scope, run)), said(used_up(of, scope, run))]);
        TableRow::plain(label, cells)
    };
    table.push(row(r, "as the plan stands"));
    for tried in report.tried {
        let Ok(opened) = &tried.outcome else {
            table.push(TableRow::plain(tried.stress.name, vec![TableCell::Empty]));
            table.push(TableRow::new(RowStyle::Muted, "does not touch it", Vec::new()).indented(1));
            continue;
        };
        let of = Reader::new(opened);
        table.push(row(&of, tried.stress.name));
        let changes =
            r.horizon().plan().map(|t| change(&still(r, scope, t, run), &still(&of, scope, t, run)).into()).collect();
        table.push(TableRow::new(RowStyle::Muted, "change", changes).indented(1));
    }
    table
}

/// Every figure on a row of its own: stress, run, organisation, year, measure and value.
#[must_use]
pub fn tidy(report: &Report<'_>) -> Table {
    let r = Reader::new(report.plain);
    let mut columns: Vec<Column> =
        ["stress", "run", "organisation", "year", "measure", "recurrence"].map(Column::text).into();
    columns.extend([Column::figure("value"), Column::text("note")]);
    let mut table = Table::new(columns);
    let mut push = |stress: &str, of: &Reader<'_>, scope: &Scope, run: Run| {
        let mut row = |year: FinancialYear, measure: &str, value: TableCell| {
            // A gap, and what is left of the reserves, are no one thing that recurs or does not.
            let words = [run.code(), scope.name.as_str(), &year.to_string(), measure, ""].map(TableCell::from);
            table.push(TableRow::plain(stress, words.into_iter().chain([value, TableCell::Empty]).collect()));
        };
        for t in r.horizon().plan() {
            let (before, after) = (still(&r, scope, t, run), still(of, scope, t, run));
            row(r.year(t), STILL.code(), after.clone().into());
            if !stress.is_empty() {
                row(r.year(t), "change", change(&before, &after).into());
            }
        }
        let years = [("first_unmet", first_unmet(of, scope, run)), ("used_up", used_up(of, scope, run))];
        years.into_iter().for_each(|(measure, year)| {
            if let Some(year) = year {
                row(year, measure, TableCell::Empty);
            }
        });
    };
    for scope in report.scopes() {
        Run::BOTH.into_iter().for_each(|run| push("", &r, &scope, run));
        for tried in report.tried {
            if let Ok(opened) = &tried.outcome {
                Run::BOTH.into_iter().for_each(|run| push(tried.stress.name, &Reader::new(opened), &scope, run));
            }
        }
    }
    for tried in report.tried {
        if let Some(reason) = reason(tried) {
            let mut cells = vec![TableCell::Empty; 6];
            cells.push(reason.into());
            table.push(TableRow::plain(tried.stress.name, cells));
        }
    }
    table
}

/// What each stress does to a scenario, for programs.
#[must_use]
pub fn json(report: &Report<'_>, changes: &[String]) -> Value {
    let r = Reader::new(report.plain);
    let scopes = report.scopes();
    let text = |figure: &Figure| figure.published().map_or(Value::Null, |s| Value::String(plain(figure.unit, s)));
    let figures = |of: &Reader<'_>| -> Value {
        let of_run = |scope: &Scope, run: Run| {
            let years = |make: &dyn Fn(i32) -> Figure| -> Value {
                r.horizon()
                    .plan()
                    .map(|t| (r.year(t).to_string(), text(&make(t))))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            };
            json!({
                "organisation": scope.name.as_str(),
                "run": run.code(),
                STILL.code(): years(&|t| still(of, scope, t, run)),
                "change": years(&|t| change(&still(&r, scope, t, run), &still(of, scope, t, run))),
                "first_unmet": first_unmet(of, scope, run).map(|y| y.to_string()),
                "used_up": used_up(of, scope, run).map(|y| y.to_string()),
            })
        };
        scopes.iter().flat_map(|scope| Run::BOTH.map(|run| of_run(scope, run))).collect()
    };
    let of = |tried: &Tried| {
        let about = tried.stress.about();
        let mut object = json!({ "name": tried.stress.name, "what": about.what, "source": about.source });
        match &tried.outcome {
            Ok(opened) => object["figures"] = figures(&Reader::new(opened)),
            Err(_) => object["does_not_touch"] = json!(reason(tried)),
        }
        object
    };
    json!({
        "schema": "fundgap.stresses/1",
        "scenario": report.plain.scenario.title,
        "changes": changes,
        "as_it_stands": figures(&r),
        "stresses": report.tried.iter().map(of).collect::<Vec<_>>(),
    })
}
