//! The charts of a workbook: the gap in both runs, what is needed beside what is available, the reserves.

use crate::report::Reader;
use crate::sheet::{RowId, Run};
use crate::vocabulary::{Measure, Name};

/// A chart over the plan years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Its title.
    pub title: String,
    /// What it shows, in a sentence, for those who do not see it.
    pub alternative: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// What it shows.
    pub series: Vec<Series>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// A column a year and series.
    Columns,
    /// A line a series.
    Lines,
}

/// One row in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What it is called in the legend.
    pub name: String,
    /// The row.
    pub row: RowId,
    /// The run.
    pub run: Run,
}

/// The charts of every organisation; of several, first those of all together.
pub(super) fn all(r: &Reader<'_>) -> Vec<Vec<Chart>> {
    let organisations = &r.plan().organisations;
    let together = (organisations.len() > 1).then(|| together(r));
    let each = organisations.iter().map(|o| of(r, &o.name, &o.title));
    together.into_iter().chain(each).filter(|charts| !charts.is_empty()).collect()
}

/// The most series that a chart can show and be read.
const MOST: usize = 8;

/// What each body has still to find, in each run.
fn together(r: &Reader<'_>) -> Vec<Chart> {
    let of = |run: Run| {
        let series = r.plan().organisations.iter().filter_map(|o| {
            let row = r.plan().measure(&o.name, Measure::GapAfterPlannedReserves)?;
            known(r, row, run).then(|| Series { name: o.title.clone(), row, run })
        });
        let title = format!("Still to find by organisation, {}", run.words());
        chart(title, ChartKind::Columns, series.take(MOST).collect())
    };
    Run::BOTH.into_iter().filter_map(of).collect()
}

fn of(r: &Reader<'_>, name: &Name, title: &str) -> Vec<Chart> {
    let plan = r.plan();
    let series = |words: &str, row: Option<RowId>, run: Run| {
        row.filter(|row| known(r, *row, run)).map(|row| Series { name: words.to_owned(), row, run })
    };
    let measure = |words: &str, measure, run| series(words, plan.measure(name, measure), run);
    let gap = Run::BOTH.into_iter().filter_map(|run| measure(run.words(), Measure::GapAfterPlannedReserves, run));
    let needed = [
        measure("requirement before savings", Measure::Requirement, Run::Plan),
        measure("funding", Measure::Funding, Run::Plan),
    ];
    let pots = plan.facts.pots.iter().filter(|p| p.organisation == *name);
    let reserves = pots.flat_map(|pot| {
        let closing = pot.closing.map(|row| row.id());
        let drawn = pot.closing_if_nothing_else.map(|row| row.id()).filter(|row| Some(*row) != closing);
        let drawn = drawn.filter(|_| plan.named_item(pot, "draw").is_some());
        [
            series(&format!("{}, after planned use", pot.title), closing, Run::Plan),
            series(&format!("{}, if nothing else is done", pot.title), drawn, Run::Plan),
            series(&format!("{}: minimum", pot.title), pot.minimum.map(|row| row.id()), Run::Plan),
        ]
    });
    let charts = [
        chart(format!("{title}: still to find"), ChartKind::Columns, gap.collect()),
        chart(format!("{title}: requirement and funding"), ChartKind::Lines, needed.into_iter().flatten().collect()),
        chart(
            format!("{title}: reserves at the end of the year"),
            ChartKind::Lines,
            reserves.flatten().take(MOST).collect(),
        ),
    ];
    charts.into_iter().flatten().collect()
}

fn chart(title: String, kind: ChartKind, series: Vec<Series>) -> Option<Chart> {
    let names: Vec<&str> = series.iter().map(|s| s.name.as_str()).collect();
    let alternative = format!("{title}, by year: {}. The figures stand on the calculation sheets.", names.join("; "));
    (!series.is_empty()).then_some(Chart { title, alternative, kind, series })
}

/// Whether a row is known in every plan year: what was not published is no nought, and is not drawn as one.
fn known(r: &Reader<'_>, row: RowId, run: Run) -> bool {
    r.horizon().plan().all(|t| r.of_row(row, t, run).steps.is_some())
}
