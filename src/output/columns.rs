//! How wide the columns of a table are on a screen, and which of them stand side by side.
//!
//! Figures never wrap. Where a table is too wide, headings of figures wrap first, then words (the
//! widest column first); where that is not enough the columns continue in a further table with the
//! label column repeated.

use super::shown::Shown;
use super::text::{longest_word, width};
use crate::report::table::{ColumnKind, RowStyle, TableCell};

/// Spaces between columns.
pub(super) const GAP: usize = 2;
/// Spaces for one level of indent.
pub(super) const INDENT: usize = 2;
/// A label column is not made narrower than this while there is another way.
const LEAST_LABEL: usize = 24;
/// A column of words is not made narrower than this.
const LEAST_WORDS: usize = 14;
/// The width left to labels on the narrowest screen.
const BARE_LABEL: usize = 8;

/// Columns that stand side by side, the label column first, with their widths.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub columns: Vec<usize>,
    pub widths: Vec<usize>,
}

impl Group {
    pub(super) fn width(&self) -> usize {
        self.widths.iter().sum::<usize>() + GAP * self.widths.len().saturating_sub(1)
    }
}

/// What a column takes.
struct Measure {
    natural: usize,
    least: usize,
    words: bool,
}

/// Whether any figure stands in brackets, so that the others keep the place of the last one free.
pub(super) fn has_brackets(shown: &Shown<'_>) -> bool {
    shown.table.rows.iter().zip(&shown.cells).any(|(row, texts)| {
        let mut cells = row.cells.iter().zip(texts).zip(&shown.table.columns);
        cells.any(|((cell, text), column)| {
            matches!(cell, TableCell::Figure(_)) && column.kind == ColumnKind::Figure && text.ends_with(')')
        })
    })
}

/// Lays the columns out for a screen.
pub(super) fn lay_out(shown: &Shown<'_>, screen: usize) -> Vec<Group> {
    let pad = usize::from(has_brackets(shown));
    let mut measures: Vec<Measure> = (0..shown.headings.len()).map(|c| measure(shown, c, pad)).collect();
    let widest = measures.iter().skip(1).map(|m| m.least).max().unwrap_or(0);
    if let Some(label) = measures.first_mut() {
        label.least = label.least.min(screen.saturating_sub(GAP + widest).max(BARE_LABEL));
    }
    let mut shares = share_out(&measures, screen, usize::MAX);
    if shares.len() > 1 {
        // As many tables, but none with a lonely column at the end.
        let even = share_out(&measures, screen, (measures.len() - 1).div_ceil(shares.len()));
        if even.len() == shares.len() {
            shares = even;
        }
    }
    let mut groups: Vec<Group> = shares.into_iter().map(|columns| fit(columns, &measures, screen)).collect();
    let label = groups.iter().map(|g| g.widths[0]).min().unwrap_or(0);
    groups.iter_mut().for_each(|g| g.widths[0] = label);
    groups
}

/// Which columns stand side by side, at most `most` beside the label column.
fn share_out(measures: &[Measure], screen: usize, most: usize) -> Vec<Vec<usize>> {
    let mut shares = Vec::new();
    let mut columns = Vec::new();
    let mut used = 0;
    for (c, measure) in measures.iter().enumerate() {
        if columns.len() > most || (columns.len() > 1 && used + GAP + measure.least > screen) {
            shares.push(std::mem::replace(&mut columns, vec![0]));
            used = measures[0].least;
        }
        used += measure.least + if columns.is_empty() { 0 } else { GAP };
        columns.push(c);
    }
    if !columns.is_empty() {
        shares.push(columns);
    }
    shares
}

fn measure(shown: &Shown<'_>, column: usize, pad: usize) -> Measure {
    let words = shown.table.columns[column].kind == ColumnKind::Text;
    let pad = if words { 0 } else { pad };
    let heading = &shown.headings[column];
    let (mut natural, mut figures, mut word) = (width(heading) + pad, 0, longest_word(heading) + pad);
    for (row, cells) in shown.table.rows.iter().zip(&shown.cells) {
        let text = &cells[column];
        match row.cells.get(column) {
            Some(TableCell::Figure(_)) => {
                figures = figures.max(width(text) + if text.ends_with(')') { 0 } else { pad });
            }
            // The heading of a section runs over the whole table.
            _ if row.style == RowStyle::Section => {}
            _ => {
                let indent = if column == 0 { INDENT * usize::from(row.indent) } else { 0 };
                natural = natural.max(indent + width(text) + pad);
                word = word.max(longest_word(text) + pad);
            }
        }
    }
    let natural = natural.max(figures);
    let floor = match (words, column) {
        (true, 0) => LEAST_LABEL,
        (true, _) => LEAST_WORDS,
        (false, _) => word.min(LEAST_LABEL),
    };
    Measure { natural, least: natural.min(floor.max(figures)), words }
}

/// The widths of columns that fit side by side at their least.
fn fit(columns: Vec<usize>, measures: &[Measure], screen: usize) -> Group {
    let mut group = Group { widths: columns.iter().map(|c| measures[*c].natural).collect(), columns };
    for words in [false, true] {
        while group.width() > screen {
            let slack = |i: &usize| {
                let measure = &measures[group.columns[*i]];
                measure.words == words && group.widths[*i] > measure.least
            };
            // The widest gives way; of equals the last, so that the label keeps its place.
            let Some(widest) = (0..group.widths.len()).filter(slack).max_by_key(|i| group.widths[*i]) else { break };
            group.widths[widest] -= 1;
        }
    }
    group
}
