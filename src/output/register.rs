//! Registers: tables of words (assumptions, cells) rather than of figures by year. Their columns
//! share the screen as their contents need, and words wrap within them.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

use super::shown::Shown;
use super::text::{longest_word, width, wrap};
use crate::report::table::ColumnKind;

/// A first column keeps this much of its content on one line: addresses should not be broken.
const NAMES: u16 = 46;

/// Columns that a cell keeps free on both sides together.
const PADDING: usize = 2;

/// Whether a table is a register: several columns of words and at most one of figures.
#[must_use]
pub fn is_register(shown: &Shown<'_>) -> bool {
    let figures = shown.table.columns.iter().filter(|c| c.kind == ColumnKind::Figure).count();
    shown.table.columns.len() >= 4 && figures <= 1
}

/// What parts the columns of the rule in the first pass.
const JUNCTION: char = '┼';

/// The lines of a register for a screen of `columns`.
///
/// Columns are shared out once; where a word (a path, an address) is longer than its column then has, it is
/// parted behind a separator, and the register is laid out again with the same widths.
#[must_use]
pub fn lines(shown: &Shown<'_>, columns: usize) -> Vec<String> {
    let texts: Vec<Vec<String>> = shown
        .table
        .rows
        .iter()
        .zip(&shown.cells)
        .map(|(row, cells)| {
            let indent = "  ".repeat(usize::from(row.indent));
            cells
                .iter()
                .enumerate()
                .map(|(i, text)| if i == 0 { format!("{indent}{text}") } else { text.clone() })
                .collect()
        })
        .collect();
    let first = shared(shown, &texts, columns, None);
    let rule = first.iter().find(|line| line.contains(JUNCTION)).cloned().unwrap_or_default();
    let widths: Vec<usize> = rule.split(JUNCTION).map(width).collect();
    let long = |text: &String, wide: usize| longest_word(text) > wide.saturating_sub(PADDING);
    let over = texts.iter().any(|row| row.iter().zip(&widths).any(|(text, wide)| long(text, *wide)));
    let lines = if over && widths.len() == shown.headings.len() {
        let parted: Vec<Vec<String>> = texts
            .iter()
            .map(|row| {
                row.iter()
                    .zip(&widths)
                    .map(|(text, wide)| match long(text, *wide) {
                        true => wrap(text, wide.saturating_sub(PADDING), 0).join("\n"),
                        false => text.clone(),
                    })
                    .collect()
            })
            .collect();
        shared(shown, &parted, columns, Some(&widths))
    } else {
        first
    };
    lines
        .into_iter()
        .map(|line| if line.contains(JUNCTION) && line == rule { line.replace(JUNCTION, "─") } else { line })
        .collect()
}

/// The lines of texts in columns: of the widths given, else as their contents need.
fn shared(shown: &Shown<'_>, texts: &[Vec<String>], columns: usize, widths: Option<&[usize]>) -> Vec<String> {
    let mut table = Table::new();
    let rule = LineStyle::none().fill('─').junction(JUNCTION);
    table
        .load_style(TableStyle::new().header_separator(rule))
        .force_no_tty()
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(columns).unwrap_or(u16::MAX))
        .set_header(shown.headings.iter().map(Cell::new));
    for cells in texts {
        table.add_row(cells.iter().zip(&shown.table.columns).map(|(text, column)| match column.kind {
            ColumnKind::Figure => Cell::new(text).set_alignment(CellAlignment::Right),
            ColumnKind::Text => Cell::new(text),
        }));
    }
    let longest = texts.iter().filter_map(|row| row.first()).map(|text| width(text)).max().unwrap_or(0);
    let kept = u16::try_from(longest + PADDING).unwrap_or(NAMES).min(NAMES);
    for (i, column) in shown.table.columns.iter().enumerate() {
        let Some(it) = table.column_mut(i) else { continue };
        let given = widths.and_then(|widths| widths.get(i)).and_then(|wide| u16::try_from(*wide).ok());
        match (given, column.kind, i) {
            (Some(wide), ..) => it.set_constraint(ColumnConstraint::Absolute(Width::Fixed(wide))),
            (None, ColumnKind::Figure, _) => it.set_constraint(ColumnConstraint::ContentWidth),
            (None, _, 0) => it.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(kept))),
            _ => it,
        };
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}
