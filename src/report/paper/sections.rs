//! The sections of a paper and what stands in them.

use super::charts::{self, Chart};
use crate::mechanism::organisation::Organisation;
use crate::report::table::{Block, RowStyle, Sentence, Table, TableRow, Waterfall};
use crate::report::{Reader, SIGN, budget, capital, findings as found, lists, page, solutions};
use crate::sheet::Run;
use crate::vocabulary::Name;

/// A part of a paper that stands in its contents.
#[derive(Debug)]
pub struct Section {
    /// The name of its place in the page.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What is said.
    pub parts: Vec<Part>,
}

/// What is said in one place.
#[derive(Debug)]
pub enum Part {
    /// A heading below that of the section.
    Heading(String),
    /// Words and tables.
    Block(Block),
    /// A chart; the table that says the same follows.
    Chart(Chart),
    /// Charts of steps, beside each other; the table that says the same follows.
    Steps(Vec<Waterfall>),
    /// A long table that may be folded away, with what is said instead.
    Folded(String, Table),
}

impl Part {
    pub(super) fn text(said: Vec<Sentence>) -> Self {
        Self::Block(Block::Text(said))
    }
}

impl Section {
    pub(super) fn new(id: &str, title: &str) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), parts: Vec::new() }
    }
}

fn is_stated(r: &Reader<'_>, organisation: &Organisation) -> bool {
    r.plan().facts.stated.iter().any(|s| s.organisation == organisation.name)
}

/// The page of a whole system.
pub(super) fn system(r: &Reader<'_>) -> Section {
    let mut section = Section::new("system", "The whole system on one page");
    for block in page::system(r, None) {
        section.parts.push(Part::Block(match block {
            // Each body has a section of its own here.
            Block::Facts(facts) => {
                Block::Facts(facts.into_iter().filter(|(label, _)| label != crate::report::page::EACH_BODY).collect())
            }
            other => other,
        }));
    }
    section.parts.extend(steps(r, "system"));
    section
}

/// The section of one body among several.
pub(super) fn body(r: &Reader<'_>, organisation: &Organisation) -> Section {
    let mut section = Section::new(&format!("body-{}", organisation.name), &organisation.title);
    for part in only(r, organisation) {
        section.parts.push(Part::Heading(part.title));
        section.parts.extend(part.parts);
    }
    section
}

/// The sections of a body that is the only one.
pub(super) fn only(r: &Reader<'_>, organisation: &Organisation) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |id: &str, title: &str, parts: Vec<Part>| {
        if !parts.is_empty() {
            sections.push(Section { id: id.to_owned(), title: title.to_owned(), parts });
        }
    };
    let blocks = page::organisation(r, organisation).into_iter().filter(|b| !matches!(b, Block::Heading(_)));
    add("one-page", "The plan on one page", blocks.map(Part::Block).collect());
    if is_stated(r, organisation) {
        return sections;
    }
    add("budget", "The budget table", budgets(r, organisation));
    add("waterfall", "From doing nothing to what is still to find", steps(r, organisation.name.as_str()));
    add("reserves", "Reserves against policy", reserves(r, organisation));
    add("savings", "Savings by status", savings(r, organisation));
    sections
}

fn runs(r: &Reader<'_>, organisation: &Organisation) -> &'static [Run] {
    if r.runs_agree(&organisation.name) { &[Run::Plan] } else { &Run::BOTH }
}

fn budgets(r: &Reader<'_>, organisation: &Organisation) -> Vec<Part> {
    let tables = runs(r, organisation).iter().map(|run| budget::table(r, organisation, *run));
    tables.map(|table| Part::Block(Block::Table(table))).collect()
}

/// The charts of the first and of the last year, and the table of all years.
fn steps(r: &Reader<'_>, scope: &str) -> Vec<Part> {
    let Some(table) = solutions::of(r, scope, Run::Plan) else { return Vec::new() };
    let way = r.plan().facts.solutions.iter().find(|s| s.scope.as_str() == scope);
    let last = r.horizon().years();
    let of = |t| way.and_then(|way| charts::waterfall(r, way, t, Run::Plan));
    let charts: Vec<Waterfall> = [1, last].into_iter().take(if last > 1 { 2 } else { 1 }).filter_map(of).collect();
    let charts = (!charts.is_empty()).then_some(Part::Steps(charts));
    let adjusted = solutions::of(r, scope, Run::RiskAdjusted).filter(|adjusted| figures(adjusted) != figures(&table));
    let tables = [Some(table), adjusted].into_iter().flatten().map(|table| Part::Block(Block::Table(table)));
    charts.into_iter().chain(tables).collect()
}

/// The steps of all figures of a table.
fn figures(table: &Table) -> Vec<Option<i128>> {
    use crate::report::table::TableCell;
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    cells.filter_map(|cell| if let TableCell::Figure(figure) = cell { Some(figure.steps) } else { None }).collect()
}

fn reserves(r: &Reader<'_>, organisation: &Organisation) -> Vec<Part> {
    let pots = || r.plan().facts.pots.iter().filter(|p| p.organisation == organisation.name);
    let mut parts = Vec::new();
    for run in runs(r, organisation) {
        parts.extend(pots().filter_map(|pot| charts::reserve(r, pot, *run)).map(Part::Chart));
        let table = lists::reserves(r, organisation, *run);
        if !table.rows.is_empty() {
            parts.push(Part::Block(Block::Table(table)));
        }
    }
    parts
}

fn savings(r: &Reader<'_>, organisation: &Organisation) -> Vec<Part> {
    let mut parts: Vec<Part> = charts::savings(r, organisation).map(Part::Chart).into_iter().collect();
    let by_status = by_status(r, &organisation.name, &organisation.title);
    if !by_status.rows.is_empty() {
        parts.push(Part::Block(Block::Table(by_status)));
    }
    let all = lists::savings(r, organisation);
    if all.rows.iter().any(|row| row.style != RowStyle::Total) {
        let count = r.plan().facts.savings.iter().filter(|s| s.organisation == organisation.name).count();
        parts.push(Part::Folded(format!("Every saving: {count}"), all));
    }
    parts
}

/// Savings by status, each year, plan and risk-adjusted.
fn by_status(r: &Reader<'_>, name: &Name, title: &str) -> Table {
    let mut table = Table::new(r.year_columns("Status"));
    table.title = Some(format!("{title}: savings by status"));
    for (status, row) in charts::statuses(r, name) {
        for run in Run::BOTH {
            let label = format!("{}, {}", capital(status), run.words());
            let style = if run == Run::Plan { RowStyle::Plain } else { RowStyle::Muted };
            let indent = u8::from(run == Run::RiskAdjusted);
            table.push(TableRow::new(style, label, r.cells(row, run)).indented(indent));
        }
    }
    table
}

/// What is odd or left open.
pub(super) fn findings(r: &Reader<'_>) -> Section {
    let mut section = Section::new("findings", "Findings");
    let all = found::all(r);
    let parts = if all.is_empty() { Block::Text(vec!["None.".into()]) } else { Block::Notes(all) };
    section.parts.push(Part::Block(parts));
    section
}

/// Published figures beside the model, where there are any.
pub(super) fn published(r: &Reader<'_>, chosen: &[&Organisation]) -> Option<Section> {
    let mut table = lists::published(r, chosen);
    if table.rows.is_empty() {
        return None;
    }
    table.key.get_or_insert_with(|| SIGN.to_owned());
    let mut section = Section::new("published", "Published figures beside the plan");
    section.parts.push(Part::Block(Block::Table(table)));
    Some(section)
}
