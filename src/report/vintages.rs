//! How the gap of the same year was seen in each successive plan: a triangle, a row a plan, a column a
//! year; how each plan moved it; and for each year a small chart.

use serde_json::{Value, json};

use super::table::{Bar, Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use super::{Reader, SIGN, capital, page, short_words};
use crate::analysis::compare::{organisations, years};
use crate::open::Opened;
use crate::sheet::{Flags, Run};
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Measure, Name, Unit};

/// Successive plans, and what is asked of them.
#[derive(Debug, Clone, Copy)]
pub struct Vintages<'a> {
    /// The plans.
    pub plans: &'a [Opened],
    /// Their order: places in `plans`, the oldest first.
    pub order: &'a [usize],
    /// The last parts of the measures' addresses; empty for still to find and before savings.
    pub measures: &'a [String],
    /// One organisation, or all of them.
    pub scope: Option<&'a Name>,
    /// Which runs are shown.
    pub runs: &'a [Run],
}

/// What is asked when nothing is said.
const USUAL: [Measure; 2] = [Measure::GapAfterPlannedReserves, Measure::GapBeforeSavings];

/// What a plan says of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    /// The year was over, or the base year, when the plan was made.
    Past,
    /// Its figure; not published where it says so, or where the plan does not reach the year.
    Figure(Figure),
}

impl Seen {
    fn published(&self) -> Option<i128> {
        match self {
            Self::Past => None,
            Self::Figure(figure) => figure.published(),
        }
    }

    fn cell(self) -> TableCell {
        match self {
            Self::Past => "–".into(),
            Self::Figure(figure) => figure.into(),
        }
    }
}

impl<'a> Vintages<'a> {
    fn ordered(&self) -> impl Iterator<Item = &'a Opened> {
        let plans = self.plans;
        self.order.iter().filter_map(move |n| plans.get(*n))
    }

    fn scopes(&self) -> Vec<(Name, String)> {
        organisations(self.plans).into_iter().filter(|(name, _)| self.scope.is_none_or(|only| only == name)).collect()
    }

    fn measures(&self) -> Vec<String> {
        match self.measures {
            [] => USUAL.iter().map(|m| m.code().to_owned()).collect(),
            asked => asked.to_vec(),
        }
    }

    /// The plans that have a measure of an organisation, the oldest first.
    fn of(&self, scope: &Name, measure: &str) -> Vec<&'a Opened> {
        self.ordered().filter(|p| p.plan.named(scope, measure).is_some()).collect()
    }

    fn letter(&self, plan: &Opened) -> String {
        let n = self.ordered().position(|p| std::ptr::eq(p, plan)).unwrap_or(0);
        match u8::try_from(n) {
            Ok(n) if n < 26 => char::from(b'A' + n).to_string(),
            _ => (n + 1).to_string(),
        }
    }

    /// What a plan is called in the tables; with the name of its version where another has its date and stage.
    fn label(&self, plan: &Opened) -> String {
        let words = |plan: &Opened| {
            let made = plan.scenario.version.as_ref().and_then(|v| v.date.clone());
            let made = made.unwrap_or_else(|| format!("base {}", plan.plan.horizon().base()));
            format!("{made}, {}", plan.scenario.stage.word())
        };
        let own = words(plan);
        let alike = self.ordered().filter(|other| words(other) == own).count() > 1;
        let name = plan.scenario.version.as_ref().map(|v| format!(", {}", v.name)).filter(|_| alike);
        format!("{}: {own}{}", self.letter(plan), name.unwrap_or_default())
    }

    /// What of the order cannot be told, or is odd.
    fn doubts(&self) -> Vec<Sentence> {
        let mut said: Vec<Sentence> = Vec::new();
        let letters = |plans: &[&Opened]| plans.iter().map(|p| self.letter(p)).collect::<Vec<_>>().join(", ");
        let ring = crate::analysis::vintages::ring(self.plans);
        let ring: Vec<&Opened> = self
            .ordered()
            .filter(|p| ring.iter().any(|n| self.plans.get(*n).is_some_and(|q| std::ptr::eq(q, *p))))
            .collect();
        match ring.as_slice() {
            [] => {}
            [one] => said.push(format!("{} says that it supersedes itself: correct its `version.supersedes`.", self.letter(one)).into()),
            several => said.push(format!(
                "{} supersede each other in a ring, so that their order cannot be told by that: correct `version.supersedes` in one of them.",
                letters(several)
            ).into()),
        }
        let bytes = |plan: &Opened| plan.loaded.sources.file(plan.loaded.root).map(|f| f.sha256());
        let all: Vec<&Opened> = self.ordered().collect();
        for (n, plan) in all.iter().enumerate() {
            let own = bytes(plan);
            if all.iter().take(n).any(|p| bytes(p) == own) {
                continue;
            }
            let alike: Vec<&Opened> = all.iter().skip(n).copied().filter(|p| bytes(p) == own).collect();
            if alike.len() > 1 {
                said.push(format!("{} are the same scenario file, byte for byte.", letters(&alike)).into());
            }
        }
        said
    }

    /// Which version each letter is.
    fn legend(&self) -> Vec<Sentence> {
        self.ordered()
            .map(|p| {
                let file = p.loaded.sources.describe_file(p.loaded.root);
                let version = page::version(&p.scenario);
                format!("{}: {}; {version}; {file}", self.letter(p), p.scenario.title).into()
            })
            .collect()
    }
}

/// What a plan says of a year.
fn seen(plan: &Opened, scope: &Name, measure: &str, year: FinancialYear, run: Run) -> Seen {
    let r = Reader::new(plan);
    if year <= r.horizon().base() {
        return Seen::Past;
    }
    let figure = r.plan().named(scope, measure).and_then(|row| {
        let cell = r.plan().sheet.cell(row, r.horizon().number(year)?)?;
        Some((cell, r.figure(cell, run)))
    });
    let unit = r.plan().named(scope, measure).map_or(Unit::Money, |row| r.plan().sheet.row(row).unit);
    Seen::Figure(figure.map_or_else(|| Figure::new(unit, None, Flags::NOT_PUBLISHED), |(_, figure)| figure))
}

/// One organisation's measure in one run, plan by plan.
struct Triangle<'a> {
    scope: Name,
    measure: String,
    run: Run,
    /// Whether the other run says the same.
    both: bool,
    rows: Vec<(&'a Opened, Vec<Seen>)>,
}

impl Triangle<'_> {
    /// How a plan moved each year's figure from the plan before it, where both have one.
    fn moved(&self, n: usize) -> Vec<Option<Figure>> {
        let (Some((_, now)), Some((_, then))) = (self.rows.get(n), n.checked_sub(1).and_then(|n| self.rows.get(n)))
        else {
            return Vec::new();
        };
        let unit = |seen: &Seen| if let Seen::Figure(figure) = seen { figure.unit } else { Unit::Money };
        now.iter()
            .zip(then)
            .map(|(now, then)| {
                let (now_is, then_was) = (now.published()?, then.published()?);
                Some(Figure::new(unit(now), Some(now_is - then_was), Flags::EXACT))
            })
            .collect()
    }
}

fn triangles<'a>(v: &Vintages<'a>) -> Vec<Triangle<'a>> {
    let years = years(v.plans);
    let mut all = Vec::new();
    for (scope, _) in v.scopes() {
        for measure in v.measures() {
            let plans = v.of(&scope, &measure);
            if plans.is_empty() {
                continue;
            }
            let rows = |run: Run| -> Vec<(&'a Opened, Vec<Seen>)> {
                let row = |p: &'a Opened| (p, years.iter().map(|y| seen(p, &scope, &measure, *y, run)).collect());
                plans.iter().map(|p| row(p)).collect()
            };
            let steps = |rows: &[(&Opened, Vec<Seen>)]| -> Vec<Option<i128>> {
                rows.iter().flat_map(|(_, seen)| seen.iter().map(Seen::published)).collect()
            };
            let both = v.runs.len() > 1 && steps(&rows(Run::Plan)) == steps(&rows(Run::RiskAdjusted));
            for run in if both { &v.runs[..1] } else { v.runs } {
                all.push(Triangle {
                    scope: scope.clone(),
                    measure: measure.clone(),
                    run: *run,
                    both,
                    rows: rows(*run),
                });
            }
        }
    }
    all
}

fn words(plans: &[Opened], scope: &Name, measure: &str) -> String {
    if let Some(words) = short_words(measure) {
        return capital(words);
    }
    let found =
        plans.iter().find_map(|p| p.plan.named(scope, measure).map(|row| p.plan.sheet.row(row).words.to_string()));
    capital(&found.unwrap_or_else(|| measure.to_owned()))
}

fn title(v: &Vintages<'_>, t: &Triangle<'_>) -> String {
    let whose = v.scopes().into_iter().find(|(name, _)| *name == t.scope).map(|(_, title)| title).unwrap_or_default();
    let run = if t.both { "both runs" } else { t.run.words() };
    format!("{whose}: {}, {run}", words(v.plans, &t.scope, &t.measure).to_lowercase())
}

fn triangle(v: &Vintages<'_>, t: &Triangle<'_>) -> Table {
    let years = years(v.plans);
    let headings = years.iter().map(|y| Column::figure(y.to_string()));
    let mut table = Table::new([Column::text("Plan")].into_iter().chain(headings).collect());
    table.title = Some(title(v, t));
    table.key = Some(format!("{SIGN}; – over when the plan was made, n/p where it does not reach"));
    for (plan, seen) in &t.rows {
        table.push(TableRow::plain(v.label(plan), seen.iter().cloned().map(Seen::cell).collect()));
    }
    for n in 1..t.rows.len() {
        let moved = t.moved(n);
        if n == 1 {
            table.push(TableRow::section("Change from the plan before"));
        }
        let cells = moved.into_iter().map(|f| f.map_or("–".into(), TableCell::from)).collect();
        let (now, then) = (v.letter(t.rows[n].0), v.letter(t.rows[n - 1].0));
        table.push(TableRow::plain(format!("{now} less {then}"), cells).indented(1));
    }
    table
}

/// For each year that several plans speak of, a bar a plan; or why there is none.
fn chart(v: &Vintages<'_>, t: &Triangle<'_>) -> Block {
    let years = years(v.plans);
    let all = || t.rows.iter().flat_map(|(_, seen)| seen.iter().filter_map(Seen::published));
    let nothing = |why: &str| Block::Text(vec![format!("{}: nothing to draw, {why}.", title(v, t)).into()]);
    let longest = match all().map(i128::unsigned_abs).max() {
        None => return nothing("no year is published"),
        Some(0) => return nothing("every figure is nought"),
        Some(longest) => longest,
    };
    let unit = Unit::Money;
    let mut table = Table::new(vec![Column::text("Plan"), Column::figure(""), Column::text("")]);
    table.title = Some(format!("{}: the same year, plan by plan", title(v, t)));
    for (n, year) in years.iter().enumerate() {
        let told: Vec<(&Opened, i128)> =
            t.rows.iter().filter_map(|(plan, seen)| Some((*plan, seen.get(n)?.published()?))).collect();
        if told.len() < 2 {
            continue;
        }
        if told.iter().all(|(_, steps)| *steps == 0) {
            table.push(TableRow::section(format!("{year}: nothing to draw, nought in every plan")));
            continue;
        }
        table.push(TableRow::section(year.to_string()));
        for (plan, steps) in told {
            let bar = Bar { below: steps.min(0).unsigned_abs(), above: steps.max(0).unsigned_abs(), longest };
            let figure = Figure::new(unit, Some(steps), Flags::EXACT);
            table.push(TableRow::plain(v.label(plan), vec![figure.into(), TableCell::Bar(bar)]).indented(1));
        }
    }
    if table.rows.is_empty() { nothing("no year has a figure in two plans") } else { Block::Table(table) }
}

/// The report for people.
#[must_use]
pub fn document(v: &Vintages<'_>) -> Document {
    let mut blocks = Vec::new();
    for t in triangles(v) {
        blocks.push(Block::Table(triangle(v, &t)));
        let money =
            t.rows.iter().flat_map(|(_, seen)| seen).all(|s| !matches!(s, Seen::Figure(f) if f.unit != Unit::Money));
        if money {
            blocks.push(chart(v, &t));
        }
    }
    if v.measures().iter().any(|m| m == Measure::GapBeforeSavings.code()) {
        let note = "Before savings: a later plan has the savings of earlier years in its base, so that its gap before savings is smaller by them; still to find is not restated.";
        blocks.push(Block::Notes(vec![note.into()]));
    }
    let doubts = v.doubts();
    if !doubts.is_empty() {
        blocks.push(Block::Notes(doubts));
    }
    let undated = v.ordered().filter(|p| p.scenario.version.as_ref().is_none_or(|w| w.date.is_none())).count();
    if undated > 0 {
        let note = format!(
            "{undated} of the plans say no date (version = {{ name = \"…\", date = \"2026-02\" }}): they stand where `supersedes` or the order of the files puts them."
        );
        blocks.push(Block::Notes(vec![note.into()]));
    }
    Document { title: "The same year, plan by plan".to_owned(), lines: v.legend(), blocks }
}

/// A tidy table: a row a plan and year, with the change from the plan before.
#[must_use]
pub fn table(v: &Vintages<'_>) -> Table {
    let texts = ["vintage", "file", "version", "date", "stage", "organisation", "run", "measure", "year"];
    let mut columns: Vec<Column> = texts.map(Column::text).to_vec();
    columns.extend([Column::figure("value"), Column::figure("change")]);
    let mut table = Table::new(columns);
    each(v, |plan, t, year, figure, moved| {
        let version = plan.scenario.version.as_ref();
        let words = [
            plan.loaded.sources.describe_file(plan.loaded.root).to_owned(),
            version.map(|v| v.name.clone()).unwrap_or_default(),
            version.and_then(|v| v.date.clone()).unwrap_or_default(),
            plan.scenario.stage.word().to_owned(),
            t.scope.to_string(),
            t.run.code().to_owned(),
            t.measure.clone(),
            year.to_string(),
        ];
        let moved = moved.map_or(TableCell::Empty, TableCell::from);
        let cells = words.map(TableCell::from).into_iter().chain([figure.clone().into(), moved]).collect();
        table.push(TableRow::plain(v.letter(plan), cells));
    });
    table
}

/// Everything as one object.
#[must_use]
pub fn json(v: &Vintages<'_>) -> Value {
    let plans: Vec<Value> = v
        .ordered()
        .map(|p| {
            let version = p.scenario.version.as_ref();
            json!({
                "vintage": v.letter(p),
                "file": p.loaded.sources.describe_file(p.loaded.root),
                "title": p.scenario.title,
                "version": version.map(|v| &v.name),
                "date": version.and_then(|v| v.date.as_ref()),
                "supersedes": version.and_then(|v| v.supersedes.as_ref()),
                "stage": p.scenario.stage.word(),
                "base_year": p.plan.horizon().base().to_string(),
            })
        })
        .collect();
    let mut figures = Vec::new();
    let text = |f: &Figure| f.published().map_or(Value::Null, |s| Value::String(plain(f.unit, s)));
    each(v, |plan, t, year, figure, moved| {
        figures.push(json!({
            "vintage": v.letter(plan),
            "organisation": t.scope.as_str(),
            "run": t.run.code(),
            "measure": t.measure,
            "year": year.to_string(),
            "value": text(figure),
            "change": moved.as_ref().map_or(Value::Null, &text),
            "unit": figure.unit.code(),
        }));
    });
    json!({ "schema": "fundgap.vintages/1", "plans": plans, "figures": figures })
}

/// Every figure that a plan has or could have, with how it moved from the plan before.
fn each(v: &Vintages<'_>, mut tell: impl FnMut(&Opened, &Triangle<'_>, FinancialYear, &Figure, Option<Figure>)) {
    let years = years(v.plans);
    for mut t in triangles(v) {
        let runs = if t.both { v.runs } else { &[t.run][..] };
        for run in runs {
            t.run = *run;
            for (n, (plan, seen)) in t.rows.iter().enumerate() {
                let moved = t.moved(n);
                for (at, (year, seen)) in years.iter().zip(seen).enumerate() {
                    if let Seen::Figure(figure) = seen {
                        tell(plan, &t, *year, figure, moved.get(at).cloned().flatten());
                    }
                }
            }
        }
    }
}
