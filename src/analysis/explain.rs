//! Why a figure is what it is: the sheet walked backwards from a cell, down to what was typed.
//!
//! Nothing is computed here: a node shows the cell's own value, and its children are the cells its
//! formula names, so that any figure can be added up again from the lines below it.

use std::collections::BTreeSet;

use crate::sheet::{Assumption, CellId, Formula, Sheet, TermKind, Values};
use crate::vocabulary::name::did_you_mean;

/// A cell and what it comes from.
#[derive(Debug, Clone)]
pub struct Node {
    /// The cell.
    pub cell: CellId,
    /// The cell it stands for: where its formula only repeats another cell, the one it repeats.
    pub stands_for: CellId,
    /// How it enters the formula above it.
    pub part: Part,
    /// What its formula does, in words; empty for a figure that was given.
    pub formula: String,
    /// The cells it comes from, in the formula's order.
    pub children: Vec<Node>,
    /// Terms that are nought and were left out.
    pub noughts: usize,
    /// Whether it is explained above, and so not again here.
    pub above: bool,
    /// Whether it goes deeper than was asked for.
    pub cut: bool,
}

/// How a cell enters the formula above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is what was asked for.
    Root,
    /// Added.
    Plus,
    /// Taken off.
    Minus,
    /// A factor.
    Factor,
    /// One of several a choice is made from.
    Choice,
    /// A factor of one plus it.
    OnePlus,
    /// A factor of one less it.
    OneMinus,
    /// A divisor.
    Divisor,
}

/// The tree of a cell, at most `depth` levels deep. A cell met a second time is not explained again.
#[must_use]
pub fn explain(sheet: &Sheet, values: &Values, cell: CellId, depth: usize) -> Node {
    let mut seen = BTreeSet::new();
    walk(sheet, values, cell, Part::Root, depth, &mut seen)
}

fn walk(sheet: &Sheet, values: &Values, cell: CellId, part: Part, depth: usize, seen: &mut BTreeSet<CellId>) -> Node {
    let mut node = Node {
        cell,
        stands_for: cell,
        part,
        formula: sentence(sheet, cell),
        children: Vec::new(),
        noughts: 0,
        above: false,
        cut: false,
    };
    // A cell that only repeats another (an opening that is last year's closing) is not worth a level.
    while let Some(next) = repeated(sheet, node.stands_for) {
        node.stands_for = next;
        let further = sentence(sheet, next);
        if !further.is_empty() {
            node.formula = format!("{} = {further}", node.formula);
        }
    }
    let cell = node.stands_for;
    let formula = sheet.formula(cell);
    let given = matches!(formula, Formula::Input(_) | Formula::Nought | Formula::NotPublished);
    if given {
        return node;
    }
    if !seen.insert(cell) {
        node.above = true;
        return node;
    }
    if depth == 0 {
        node.cut = true;
        return node;
    }
    let terms = sheet.terms(formula);
    let many = terms.len() > 1 && matches!(formula, Formula::Sum(_));
    for term in terms {
        let Some(of) = term.cell() else { continue };
        if is_floor(sheet, of) {
            continue;
        }
        if many && values.steps(of) == Some(0) {
            node.noughts += 1;
            continue;
        }
        let part = match term.kind {
            TermKind::Plus => match formula {
                Formula::Sum(_) => Part::Plus,
                Formula::Product(_) | Formula::Weighted(_) => Part::Factor,
                _ => Part::Choice,
            },
            TermKind::Minus => Part::Minus,
            TermKind::OnePlus => Part::OnePlus,
            TermKind::OneMinus => Part::OneMinus,
            TermKind::Divisor => Part::Divisor,
            TermKind::DivisorNumber | TermKind::FactorNumber => continue,
        };
        node.children.push(walk(sheet, values, of, part, depth - 1, seen));
    }
    node
}

/// Whether a cell is the nought below which a figure does not go.
fn is_floor(sheet: &Sheet, cell: CellId) -> bool {
    matches!(sheet.formula(cell), Formula::Input(_))
        && sheet.assumption_of(cell).is_none()
        && sheet.row(sheet.row_of(cell)).words == "nought"
}

/// The one cell that a formula repeats as it is, if that is all it does.
fn repeated(sheet: &Sheet, cell: CellId) -> Option<CellId> {
    let formula = sheet.formula(cell);
    match (formula, sheet.terms(formula)) {
        (Formula::Sum(_), [only]) if only.kind == TermKind::Plus => only.cell(),
        _ => None,
    }
}

/// How many lines a tree has.
#[must_use]
pub fn size(node: &Node) -> usize {
    1 + node.children.iter().map(size).sum::<usize>()
}

/// What the formula of a cell does, with its cells by their short names.
#[must_use]
pub fn sentence(sheet: &Sheet, cell: CellId) -> String {
    let formula = sheet.formula(cell);
    let terms = sheet.terms(formula);
    let short = |of: Option<CellId>| of.map_or_else(String::new, |c| short_words(sheet, cell, c));
    let list = |join: &str| {
        terms.iter().filter_map(|t| t.cell()).map(|c| short_words(sheet, cell, c)).collect::<Vec<_>>().join(join)
    };
    match formula {
        Formula::Input(_) | Formula::Nought => String::new(),
        Formula::NotPublished => "not published".into(),
        Formula::Sum(_) if terms.len() > 6 => format!("the sum of {} figures", terms.len()),
        Formula::Sum(_) => {
            let mut text = String::new();
            for (i, term) in terms.iter().enumerate() {
                let minus = term.kind == TermKind::Minus;
                text.push_str(match (i, minus) {
                    (0, false) => "",
                    (0, true) => "− ",
                    (_, false) => " + ",
                    (_, true) => " − ",
                });
                text.push_str(&short(term.cell()));
            }
            text
        }
        Formula::Weighted(_) => {
            let pairs: Vec<String> =
                terms.chunks_exact(2).map(|p| format!("{} × {}", short(p[0].cell()), short(p[1].cell()))).collect();
            format!("{}, rounded once", pairs.join(" + "))
        }
        Formula::Product(_) => product(sheet, cell),
        Formula::Min(_) => format!("the smallest of {}", list(", ")),
        Formula::Max(_) => {
            let (floors, others): (Vec<CellId>, Vec<CellId>) =
                terms.iter().filter_map(|t| t.cell()).partition(|c| is_floor(sheet, *c));
            match (others.as_slice(), floors.is_empty()) {
                ([only], false) => format!("{}, or nought if that is less", short_words(sheet, cell, *only)),
                _ => format!("the largest of {}", list(", ")),
            }
        }
        Formula::Clamp(_) => format!(
            "{}, held between {} and {}",
            short(terms[0].cell()),
            short(terms[1].cell()),
            short(terms[2].cell())
        ),
        Formula::StepDown(_) => {
            format!("{} stepped down to whole multiples of {}", short(terms[0].cell()), short(terms[1].cell()))
        }
        Formula::Choose(_) => {
            format!(
                "if {} is nought or more {}, else {}",
                short(terms[0].cell()),
                short(terms[1].cell()),
                short(terms[2].cell())
            )
        }
    }
}

fn product(sheet: &Sheet, cell: CellId) -> String {
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for term in sheet.terms(sheet.formula(cell)) {
        let words = match (term.cell(), term.number()) {
            (Some(c), _) => short_words(sheet, cell, c),
            (None, number) => number.map_or_else(String::new, |n| n.to_string()),
        };
        match term.kind {
            TermKind::OnePlus => above.push(format!("(1 + {words})")),
            TermKind::OneMinus => above.push(format!("(1 − {words})")),
            TermKind::Divisor | TermKind::DivisorNumber => below.push(words),
            _ => above.push(words),
        }
    }
    let mut text = above.join(" × ");
    for divisor in below {
        text.push_str(" ÷ ");
        text.push_str(&divisor);
    }
    text.push_str(", rounded once");
    text
}

/// A cell as named inside the formula of another: without the subject when it is the same one, and
/// with the year when it is another year.
fn short_words(sheet: &Sheet, within: CellId, cell: CellId) -> String {
    let (row, own) = (sheet.row_of(cell), sheet.row_of(within));
    let same = sheet.subject(row).title == sheet.subject(own).title;
    let mut words = if same { sheet.row(row).words.to_string() } else { sheet.row_words(row) };
    match (sheet.year_number(cell), sheet.year_number(within)) {
        (Some(t), Some(here)) if t != here => words.push_str(&format!(" {}", sheet.horizon().year(t))),
        _ => {}
    }
    words
}

/// Every cell that depends on one of these, in sheet order.
#[must_use]
pub fn dependents(sheet: &Sheet, of: &[CellId]) -> Vec<CellId> {
    let mut moved = vec![false; sheet.len()];
    for cell in of {
        moved[cell.0 as usize] = true;
    }
    let mut found = Vec::new();
    for cell in sheet.order() {
        if moved[cell.0 as usize] {
            continue;
        }
        let depends = sheet.terms(sheet.formula(*cell)).iter().filter_map(|t| t.cell()).any(|c| moved[c.0 as usize]);
        if depends {
            moved[cell.0 as usize] = true;
            found.push(*cell);
        }
    }
    found.sort();
    found
}

/// Which cells something outside the shared parameters (drivers, limits, levies: items of these kinds)
/// depends on, by cell number. What a parameter pack holds and a plan does not use depends on nothing.
#[must_use]
pub fn used(sheet: &Sheet, shared: &[&str]) -> Vec<bool> {
    let mut used = vec![false; sheet.len()];
    for cell in sheet.order().iter().rev() {
        if used[cell.0 as usize] || !shared.contains(&sheet.subject(sheet.row_of(*cell)).kind) {
            for of in sheet.terms(sheet.formula(*cell)).iter().filter_map(|t| t.cell()) {
                used[of.0 as usize] = true;
            }
        }
    }
    used
}

/// The path of the assumption that a path as typed comes closest to, when it is close enough to be
/// what was meant.
#[must_use]
pub fn assumption_like<'a>(sheet: &'a Sheet, path: &str) -> Option<&'a str> {
    let path = path.split('@').next().unwrap_or_default();
    did_you_mean(path, sheet.assumptions().iter().map(|a| a.path.as_str()))
}

/// The cells an assumption stands behind, found by its path in the file with or without a year.
#[must_use]
pub fn cells_of_assumption(sheet: &Sheet, path: &str) -> Vec<CellId> {
    let (path, year) = match path.rsplit_once('@') {
        Some((path, year)) => (path, year.parse().ok()),
        None => (path, None),
    };
    let mut cells = Vec::new();
    for (_, info) in sheet.rows() {
        for cell in info.cells() {
            let fits = sheet.assumption_of(cell).is_some_and(|a: &Assumption| a.path == path);
            let in_year = year.is_none_or(|y| sheet.year_number(cell).is_none_or(|t| sheet.horizon().year(t) == y));
            if fits && in_year {
                cells.push(cell);
            }
        }
    }
    cells
}
