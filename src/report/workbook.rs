//! What a workbook says: the front page, the budget tables, the inputs by organisation, every row of the
//! sheet in reading order, the totals that are held against our own figures, and the charts.
//!
//! Nothing is laid out here and no formula is written; [`output::xlsx`](crate::output::xlsx) does that.

mod charts;
mod front;
mod inputs;

pub use charts::{Chart, ChartKind, Series};
pub use inputs::{InputRow, InputSheet, Link, Links};

use super::Reader;
use super::table::{Document, Sentence};
use crate::language::MoneyUnit;
use crate::sheet::{RowId, Run, Sheet, Values};
use crate::vocabulary::{Measure, Name};

/// A workbook in the making.
#[derive(Debug)]
pub struct Workbook<'a> {
    /// The sheet: every row and formula.
    pub sheet: &'a Sheet,
    plan: &'a Values,
    risk_adjusted: &'a Values,
    /// The scenario's own unit of money, in which the front page shows it.
    pub unit: MoneyUnit,
    /// The scenario's title.
    pub title: String,
    /// Version and stage, for the foot of every page.
    pub stage: String,
    /// The front page.
    pub front: Document,
    /// How the workbook is read, and what it was made of.
    pub about: Document,
    /// The budget tables, and of several bodies the page of each.
    pub budget: Document,
    /// The assumptions, the shared ones first, then each organisation's.
    pub inputs: Vec<InputSheet<'a>>,
    /// Which input each cell takes.
    pub links: Links,
    /// Every row of the sheet in reading order.
    pub blocks: Vec<Block>,
    /// The totals of every organisation and view.
    pub totals: Vec<Totals>,
    /// The charts, each organisation's together.
    pub charts: Vec<Vec<Chart>>,
}

/// Rows that belong together, under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Whose they are.
    pub whose: String,
    /// What they are, by the kind of item.
    pub kind: String,
    /// The rows.
    pub rows: Vec<RowId>,
}

/// The totals of an organisation or a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Whose they are.
    pub title: String,
    /// Each measure in words, and its row.
    pub rows: Vec<(&'static str, RowId)>,
}

impl Workbook<'_> {
    /// The figures of a run.
    #[must_use]
    pub fn values(&self, run: Run) -> &Values {
        match run {
            Run::Plan => self.plan,
            Run::RiskAdjusted => self.risk_adjusted,
        }
    }
}

/// What was changed on the way from the files to the plan, and by which program.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// The program's version.
    pub version: &'a str,
    /// Layers, stresses and `--set`, as they were typed.
    pub changes: &'a [String],
    /// What the changes did, in words; nothing where there are none.
    pub difference: &'a [Sentence],
}

/// The workbook of a scenario.
#[must_use]
pub fn workbook<'a>(r: &Reader<'a>, made: &Made<'_>) -> Workbook<'a> {
    let scenario = &r.opened.scenario;
    let (inputs, links) = inputs::all(r);
    let version = scenario.version.iter().map(|v| v.name.clone());
    let stage = version.chain([format!("stage: {}", scenario.stage.word())]).collect::<Vec<_>>().join(" · ");
    Workbook {
        sheet: &r.plan().sheet,
        plan: r.results().of(Run::Plan),
        risk_adjusted: r.results().of(Run::RiskAdjusted),
        unit: scenario.unit,
        title: scenario.title.clone(),
        stage,
        front: front::page(r, made),
        about: front::about(r, made),
        budget: front::budget(r),
        inputs,
        links,
        blocks: blocks(r),
        totals: totals(r),
        charts: charts::all(r),
    }
}

/// Every organisation and view, with its title.
fn scopes<'a>(r: &Reader<'a>) -> impl Iterator<Item = (&'a Name, &'a str)> {
    let plan = r.plan();
    let organisations = plan.organisations.iter().map(|o| (&o.name, o.title.as_str()));
    organisations.chain(plan.facts.views.iter().map(|v| (&v.name, v.title)))
}

fn totals(r: &Reader<'_>) -> Vec<Totals> {
    let of = |(name, title): (&Name, &str)| {
        let row = |measure: &Measure| Some((measure.words(), r.plan().measure(name, *measure)?));
        Totals { title: title.to_owned(), rows: Measure::ALL.iter().filter_map(row).collect() }
    };
    scopes(r).map(of).filter(|totals| !totals.rows.is_empty()).collect()
}

/// What several organisations share first, then each organisation in the order of the file, then the
/// views; within each the order of the sheet, which is that of a budget.
fn blocks(r: &Reader<'_>) -> Vec<Block> {
    let sheet = &r.plan().sheet;
    let whose: Vec<(&Name, &str)> = scopes(r).collect();
    let mut rows: Vec<(usize, RowId)> = sheet
        .rows()
        .map(|(row, _)| {
            let subject = sheet.subject(row);
            let found = match &subject.organisation {
                Some(organisation) => whose.iter().position(|(name, _)| *name == organisation),
                None => whose.iter().position(|(name, _)| name.as_str() == subject.kind),
            };
            (found.map_or(0, |at| at + 1), row)
        })
        .collect();
    rows.sort_by_key(|(at, _)| *at);
    let mut blocks: Vec<(usize, Block)> = Vec::new();
    for (at, row) in rows {
        let kind = kind_in_words(sheet.subject(row).kind, at > 0 && sheet.subject(row).organisation.is_none());
        match blocks.last_mut() {
            Some((known, block)) if *known == at && block.kind == kind => block.rows.push(row),
            _ => {
                let whose = at.checked_sub(1).map_or("Shared by all", |at| whose[at].1).to_owned();
                blocks.push((at, Block { whose, kind, rows: vec![row] }));
            }
        }
    }
    blocks.into_iter().map(|(_, block)| block).collect()
}

/// A kind of item as the heading of its rows.
fn kind_in_words(kind: &str, view: bool) -> String {
    if kind.is_empty() || view { "totals".to_owned() } else { kind.replace('_', " ") }
}
