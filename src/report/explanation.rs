//! An explanation as lines of a tree: each figure, what it is, its formula, and for what was typed
//! the place, the value as typed, its source and its owner.

use super::Reader;
use super::table::{Block, Document, Sentence};
use crate::analysis::explain::{Node, Part};
use crate::sheet::{CellId, Formula, Run};

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
    sentence = sentence.text(leaf(r, node.stands_for));
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
fn leaf(r: &Reader<'_>, cell: CellId) -> String {
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
    let lines = vec![format!("run: {}; {source}", run.words()).into()];
    Document { title, lines, blocks: vec![Block::Tree(tree)] }
}

/// What depends on a figure, as a document: the organisations' own measures first.
#[must_use]
pub fn dependents(r: &Reader<'_>, of: &str, cells: &[CellId], run: Run) -> Document {
    let sheet = &r.plan().sheet;
    let (totals, others): (Vec<CellId>, Vec<CellId>) =
        cells.iter().partition(|c| sheet.subject(sheet.row_of(**c)).kind.is_empty());
    let line =
        |c: &CellId| Sentence::from(format!("{} = ", sheet.address(*c))).figure(r.figure(*c, run).exactly().in_words());
    let mut blocks = vec![Block::Text(vec![format!("{} cells depend on {of}.", cells.len()).into()])];
    for (heading, cells) in [("Totals", &totals), ("Items", &others)] {
        if !cells.is_empty() {
            blocks.push(Block::Heading(heading.into()));
            blocks.push(Block::Text(cells.iter().map(line).collect()));
        }
    }
    Document { title: format!("What depends on {of}"), lines: vec![format!("run: {}", run.words()).into()], blocks }
}
