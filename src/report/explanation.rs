//! An explanation as lines of a tree: each figure, what it is, its formula, and for what was typed
//! the place, the value as typed, its source and its owner.

use super::table::{Block, Document, Sentence, Table, TableRow};
use super::{Reader, page};
use crate::analysis::explain::{Node, Part};
use crate::sheet::{CellId, Formula, RowId, Run};
use crate::vocabulary::Measure;

/// One line of a tree.
#[derive(Debug, Clone)]
pub struct Line {
    /// How deep it stands.
    pub depth: usize,
    /// The cell.
    pub cell: CellId,
    /// Everything said of it.
    pub sentence: Sentence,
}

/// The lines of a tree, top first.
#[must_use]
pub fn lines(r: &Reader<'_>, node: &Node, run: Run) -> Vec<Line> {
    let mut all = Vec::new();
    push(r, node, run, 0, &mut all);
    all
}

fn push(r: &Reader<'_>, node: &Node, run: Run, depth: usize, all: &mut Vec<Line>) {
    let sheet = &r.plan().sheet;
    let sign = match node.part {
        Part::Root => "",
        Part::Plus => "+ ",
        Part::Minus => "− ",
        Part::Factor => "× ",
        Part::Choice => "· ",
        Part::OnePlus => "× 1 + ",
        Part::OneMinus => "× 1 − ",
        Part::Divisor => "÷ ",
    };
    let year = sheet.year_number(node.cell).map(|t| format!(" {}", r.year(t))).unwrap_or_default();
    let figure = r.figure(node.cell, run).exactly().in_words();
    let words = sheet.row_words(sheet.row_of(node.cell));
    let mut sentence = Sentence::default().text(sign).figure(figure).text(format!("  {words}{year}"));
    if !node.formula.is_empty() {
        sentence = sentence.text(format!(" = {}", node.formula));
    }
    if let Some(reason) = &sheet.row(sheet.row_of(node.stands_for)).reason {
        sentence = sentence.text(format!(" ({reason})"));
    }
    sentence = sentence.text(leaf(r, node.stands_for, run));
    if node.above {
        sentence = sentence.text(" (explained above)");
    }
    if node.cut {
        sentence = sentence.text(format!(" … `explain {}` goes on", sheet.address(node.cell)));
    }
    all.push(Line { depth, cell: node.cell, sentence });
    for child in &node.children {
        push(r, child, run, depth + 1, all);
    }
    if node.noughts > 0 {
        let words = if node.noughts == 1 {
            "one term of nought".to_owned()
        } else {
            format!("{} terms of nought", node.noughts)
        };
        all.push(Line { depth: depth + 1, cell: node.cell, sentence: format!("({words} not shown)").into() });
    }
}

/// Where a given figure was typed, what it replaced, and who says so.
fn leaf(r: &Reader<'_>, cell: CellId, run: Run) -> String {
    let sheet = &r.plan().sheet;
    if !matches!(sheet.formula(cell), Formula::Input(_) | Formula::NotPublished) {
        return String::new();
    }
    let Some(a) = sheet.assumption_of(cell) else {
        return if sheet.formula(cell) == Formula::NotPublished { String::new() } else { " (by definition)".into() };
    };
    let sources = &r.opened.loaded.sources;
    let year = if a.by_year { sheet.year_number(cell).unwrap_or(1) } else { 1 };
    let place = usize::try_from(year - 1).ok().and_then(|i| a.values.get(i)).and_then(|v| v.1).or(a.place);
    let mut text = match (a.default, place) {
        (true, _) => format!(" [default of {}]", a.path),
        (false, Some(place)) => {
            format!(" [{} at {}, typed `{}`]", a.path, sources.describe(place), shorten(sources.excerpt(place)))
        }
        (false, None) => format!(" [{}]", a.path),
    };
    if run == Run::Plan && sheet.input_in_runs(cell).is_some_and(|(plan, risk_adjusted)| plan != risk_adjusted) {
        text.push_str(", which the risk-adjusted run takes; the plan counts savings in full and on time");
    }
    for place in &a.replaced {
        text.push_str(&format!(" replaces `{}` at {}", shorten(sources.excerpt(*place)), sources.describe(*place)));
    }
    if let Some(source) = &a.evidence.source {
        text.push_str(&format!("; source: {source}"));
    }
    if let Some(owner) = &a.evidence.owner {
        text.push_str(&format!("; owner: {owner}"));
    }
    if let Some(note) = &a.evidence.note {
        text.push_str(&format!("; note: {note}"));
    }
    text
}

fn shorten(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() > 60 {
        let start: String = one_line.chars().take(57).collect();
        format!("{start}…")
    } else {
        one_line
    }
}

/// The tree as a document.
#[must_use]
pub fn document(r: &Reader<'_>, lines: &[Line], run: Run) -> Document {
    let title = lines.first().map_or_else(String::new, |l| r.plan().sheet.address(l.cell).to_string());
    let tree = lines.iter().map(|l| (l.depth, l.sentence.clone())).collect();
    let source = match &r.opened.scenario.source {
        Some(source) => format!("figures without a source of their own: {source}"),
        None => "figures without a source of their own have none".to_owned(),
    };
    let lines = vec![whose(r), format!("run: {}; {source}", run.words()).into()];
    Document { title, lines, blocks: vec![Block::Tree(tree)] }
}

/// The plan and the version that a figure is of.
fn whose(r: &Reader<'_>) -> Sentence {
    format!("{}; {}", r.opened.scenario.title, page::version(&r.opened.scenario)).into()
}

/// What depends on a figure: the totals it moves by year, and with `all` every other row.
#[must_use]
pub fn dependents(r: &Reader<'_>, of: &str, cells: &[CellId], run: Run, all: bool) -> Document {
    let sheet = &r.plan().sheet;
    let mut rows: Vec<RowId> = cells.iter().map(|c| sheet.row_of(*c)).collect();
    rows.dedup();
    let is_view = |row: RowId| r.plan().facts.views.iter().any(|v| v.name.as_str() == sheet.subject(row).kind);
    let is_total = |row: &RowId| sheet.subject(*row).kind.is_empty() || is_view(*row);
    let (totals, others): (Vec<RowId>, Vec<RowId>) = rows.iter().partition(|row| is_total(row));
    let table = |title: &str, rows: &[RowId]| {
        let mut table = Table::new(r.year_columns(""));
        table.title = Some(title.to_owned());
        for row in rows {
            table.push(TableRow::plain(sheet.row_words(*row), r.cells(*row, run)));
        }
        Block::Table(table)
    };
    let measures: Vec<RowId> =
        totals.iter().copied().filter(|row| all || is_measure(&sheet.row(*row).measure)).collect();
    let mut blocks =
        vec![Block::Text(vec![format!("{} cells in {} rows depend on it.", cells.len(), rows.len()).into()])];
    if !measures.is_empty() {
        blocks.push(table("Totals", &measures));
    }
    if all {
        blocks.push(table("Items", &others));
    } else {
        blocks.push(Block::Text(vec![format!("{} more rows with --all.", rows.len() - measures.len()).into()]));
    }
    Document {
        title: format!("What depends on {of}"),
        lines: vec![whose(r), format!("run: {}", run.words()).into()],
        blocks,
    }
}

/// Whether a row is a measure or its change from year to year, not a step on the way to one.
fn is_measure(measure: &str) -> bool {
    let plain = measure.strip_prefix("annual_").unwrap_or(measure);
    Measure::ALL.iter().any(|m| m.code() == plain.strip_prefix("underlying_").unwrap_or(plain))
}
