//! Charts of a paper: figures side by side, each still a cell of the sheet. Geometry is the writer's.

use crate::mechanism::organisation::Organisation;
use crate::mechanism::reserve::Pot;
use crate::mechanism::solutions::SolutionFacts;
use crate::report::table::{Figure, Waterfall, WaterfallBar};
use crate::report::{Reader, capital};
use crate::sheet::{RowId, Run, Sign};
use crate::vocabulary::{Measure, Name};

/// A chart of columns in groups, with levels to keep to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Its title.
    pub title: String,
    /// What stands under each group of columns.
    pub groups: Vec<String>,
    /// What is shown.
    pub series: Vec<Series>,
}

/// One figure a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What it is.
    pub name: String,
    /// How it is drawn.
    pub look: Look,
    /// Its figures, one a group.
    pub figures: Vec<Figure>,
}

/// How a series is drawn: never told apart by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Full columns.
    Solid,
    /// Hatched columns.
    Hatched,
    /// A line across the group, to keep to.
    Level,
}

impl Look {
    /// The word by which pages know it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Hatched => "hatched",
            Self::Level => "level",
        }
    }
}

fn years(r: &Reader<'_>) -> Vec<String> {
    r.horizon().plan().map(|t| r.year(t).to_string()).collect()
}

fn over_years(r: &Reader<'_>, name: String, look: Look, row: RowId, run: Run) -> Series {
    Series { name, look, figures: r.horizon().plan().map(|t| r.of_row(row, t, run)).collect() }
}

/// Whether there is anything to draw.
fn drawn(chart: Chart) -> Option<Chart> {
    chart.series.iter().flat_map(|s| &s.figures).any(|f| f.published().is_some()).then_some(chart)
}

/// What is still to find, plan and risk-adjusted.
pub(super) fn gap(r: &Reader<'_>, organisation: &Organisation) -> Option<Chart> {
    let row = r.plan().measure(&organisation.name, Measure::GapAfterPlannedReserves)?;
    let series = if r.runs_agree(&organisation.name) {
        vec![over_years(r, "plan and risk-adjusted".into(), Look::Solid, row, Run::Plan)]
    } else {
        vec![
            over_years(r, Run::Plan.words().into(), Look::Solid, row, Run::Plan),
            over_years(r, Run::RiskAdjusted.words().into(), Look::Hatched, row, Run::RiskAdjusted),
        ]
    };
    drawn(Chart { title: format!("{}: still to find", organisation.title), groups: years(r), series })
}

/// A reserve against its policy, in one run.
pub(super) fn reserve(r: &Reader<'_>, pot: &Pot, run: Run) -> Option<Chart> {
    let (closing, minimum) = (pot.closing?, pot.minimum?);
    let mut series = vec![over_years(r, "after planned use".into(), Look::Solid, closing.id(), run)];
    if let Some(row) = pot.closing_if_nothing_else.filter(|_| r.plan().named_item(pot, "draw").is_some()) {
        series.push(over_years(r, "if nothing else is done".into(), Look::Hatched, row.id(), run));
    }
    series.push(over_years(r, "minimum by policy".into(), Look::Level, minimum.id(), run));
    let title = format!("{}: balance at the end of each year, {}", pot.title, run.words());
    drawn(Chart { title, groups: years(r), series })
}

/// The rows of an organisation's savings by status, with the title of each status.
pub(super) fn statuses<'a>(r: &Reader<'a>, name: &Name) -> Vec<(&'a str, RowId)> {
    let sheet = &r.plan().sheet;
    let own = |row: &RowId| {
        let subject = sheet.subject(*row);
        sheet.row(*row).measure == "savings"
            && subject.kind == "status_of"
            && subject.organisation.as_ref() == Some(name)
    };
    let some = |row: &RowId| Run::BOTH.iter().any(|run| !r.is_nought(*row, *run));
    let rows = sheet.rows().map(|(row, _)| row).filter(own).filter(some);
    rows.map(|row| (sheet.subject(row).title.as_str(), row)).collect()
}

/// Savings by status in the last year.
pub(super) fn savings(r: &Reader<'_>, organisation: &Organisation) -> Option<Chart> {
    let rows = statuses(r, &organisation.name);
    let last = r.horizon().years();
    let of = |run: Run, look| Series {
        name: run.words().to_owned(),
        look,
        figures: rows.iter().map(|(_, row)| r.of_row(*row, last, run)).collect(),
    };
    let title = format!("{}: savings by status in {}", organisation.title, r.year(last));
    let groups = rows.iter().map(|(title, _)| capital(title)).collect();
    drawn(Chart { title, groups, series: vec![of(Run::Plan, Look::Solid), of(Run::RiskAdjusted, Look::Hatched)] })
}

/// The way of a scope from its gap before any measure to what is still to find, in one year.
pub(super) fn waterfall(r: &Reader<'_>, way: &SolutionFacts, t: i32, run: Run) -> Option<Waterfall> {
    let first = way.steps.iter().position(|step| step.effect.is_none())?;
    let bars = way.steps[first..].iter().filter(|s| s.effect.is_none() || !r.is_nought(s.row.id(), run)).map(|step| {
        let figure = r.of(step.row, t, run);
        let figure = if step.effect == Some(Sign::Minus) { figure.turned() } else { figure };
        WaterfallBar { label: capital(step.words), figure, level: step.effect.is_none() }
    });
    let bars: Vec<WaterfallBar> = bars.collect();
    let ends = [bars.first(), bars.last()];
    let known = ends.iter().flatten().all(|bar| bar.figure.published().is_some());
    let title = format!("{}, {}, {}", way.title, r.year(t), run.words());
    (known && bars.iter().any(|bar| !bar.level)).then_some(Waterfall { title, bars })
}
