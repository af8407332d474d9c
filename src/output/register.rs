//! Registers: tables of words (assumptions, cells) rather than of figures by year. Their columns
//! share the screen as their contents need, and words wrap within them.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

use super::shown::Shown;
use super::text::width;
use crate::report::table::ColumnKind;

/// A first column keeps this much of its content on one line: addresses should not be broken.
const NAMES: u16 = 46;

/// Whether a table is a register: several columns of words and at most one of figures.
#[must_use]
pub fn is_register(shown: &Shown<'_>) -> bool {
    let figures = shown.table.columns.iter().filter(|c| c.kind == ColumnKind::Figure).count();
    shown.table.columns.len() >= 4 && figures <= 1
}

/// The lines of a register for a screen of `columns`.
#[must_use]
pub fn lines(shown: &Shown<'_>, columns: usize) -> Vec<String> {
    let mut table = Table::new();
    let rule = LineStyle::none().fill('─').junction('─');
    table
        .load_style(TableStyle::new().header_separator(rule))
        .force_no_tty()
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(columns).unwrap_or(u16::MAX))
        .set_header(shown.headings.iter().map(Cell::new));
    for (row, cells) in shown.table.rows.iter().zip(&shown.cells) {
        let indent = "  ".repeat(usize::from(row.indent));
        table.add_row(cells.iter().enumerate().map(|(i, text)| {
            let cell = Cell::new(if i == 0 { format!("{indent}{text}") } else { text.clone() });
            match shown.table.columns.get(i).map(|c| c.kind) {
                Some(ColumnKind::Figure) => cell.set_alignment(CellAlignment::Right),
                _ => cell,
            }
        }));
    }
    let longest = shown.cells.iter().filter_map(|row| row.first()).map(|text| width(text)).max().unwrap_or(0);
    let kept = u16::try_from(longest + 2).unwrap_or(NAMES).min(NAMES);
    if let Some(first) = table.column_mut(0) {
        first.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(kept)));
    }
    for (i, column) in shown.table.columns.iter().enumerate() {
        if let (ColumnKind::Figure, Some(it)) = (column.kind, table.column_mut(i)) {
            it.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}
