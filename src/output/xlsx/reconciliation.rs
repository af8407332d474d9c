//! The reconciliation: whether every cell of the workbook agrees with our figure, and the totals of every
//! organisation one by one.

use rust_xlsxwriter::Worksheet;

use super::calculation::Checked;
use super::formula::UNKNOWN;
use super::layout::calculation_reference;
use super::style::{Look, number_format};
use super::{Pen, WorkbookError};
use crate::report::capital;
use crate::report::workbook::Workbook;
use crate::sheet::{CellId, Flags, Run};
use crate::vocabulary::Unit;

/// The heading row of the totals.
const HEAD: u32 = 8;

/// Writes the sheet.
pub fn write(pen: &mut Pen<'_>, to: &mut Worksheet, checked: &[Checked]) -> Result<(), WorkbookError> {
    to.set_name("Reconciliation")?;
    pen.set_up(to)?;
    to.set_freeze_panes(HEAD + 1, 0)?;
    to.set_repeat_rows(HEAD, HEAD)?;
    for (column, width) in [34, 14, 52, 10, 18, 18, 14].into_iter().enumerate() {
        to.set_column_width(u16::try_from(column).unwrap_or(0), width)?;
    }
    pen.words(to, (0, 0), "Reconciliation", Look::Title)?;
    let cells: usize = checked.iter().map(|c| c.cells).sum();
    let large: usize = checked.iter().map(|c| c.large).sum();
    for (row, c) in (3_u32..).zip(checked) {
        pen.words(to, (row, 0), &capital(c.run.words()), Look::Line)?;
        pen.words(to, (row, 1), "cells that differ", Look::Muted)?;
        let text = format!("=SUM({}!{})", calculation_reference(c.run), c.differing);
        pen.formula(to, (row, 2), &text, "0".into(), (Look::Line, 0, "#,##0"))?;
    }
    let agree = agreement(pen.book);
    let text = format!(
        "=IF(SUM(C4:C5)=0,\"{agree}\",SUM(C4:C5)&\" of {cells} cells differ from the figures of fundgap: an input was \
         changed since the export, or a cell below says where.\")"
    );
    pen.formula(to, (1, 0), &text, agree, (Look::Heading, 0, ""))?;
    let said = format!(
        "{large} of the cells are £100m or more; binary arithmetic can be a penny out there, and beside each of them \
         stand our figure and the difference (to the right of the calculation sheets)."
    );
    pen.words(to, (6, 0), &said, Look::Line)?;
    let headings = ["Organisation", "Run", "Measure", "Year", "Workbook", "fundgap", "Difference"];
    for (column, words) in (0_u16..).zip(headings) {
        let look = if column < 4 { Look::Column } else { Look::FigureColumn };
        pen.words(to, (HEAD, column), words, look)?;
    }
    let mut row = HEAD;
    for totals in &pen.book.totals {
        for run in Run::BOTH {
            for (words, total) in &totals.rows {
                let info = pen.book.sheet.row(*total);
                for cell in info.cells() {
                    row += 1;
                    pen.words(to, (row, 0), &totals.title, Look::Line)?;
                    pen.words(to, (row, 1), run.words(), Look::Line)?;
                    pen.words(to, (row, 2), words, Look::Line)?;
                    one(pen, to, row, cell, run)?;
                }
            }
        }
    }
    to.autofilter(HEAD, 0, row.max(HEAD + 1), 6)?;
    Ok(())
}

/// What the sheet says when every cell of both runs agrees.
pub fn agreement(book: &Workbook<'_>) -> String {
    format!("All {} cells agree with the figures of fundgap.", 2 * book.sheet.len())
}

/// The year, the live figure, ours, and the difference.
fn one(pen: &mut Pen<'_>, to: &mut Worksheet, row: u32, cell: CellId, run: Run) -> Result<(), WorkbookError> {
    let sheet = pen.book.sheet;
    let year = sheet.year_number(cell).map(|t| sheet.horizon().year(t).to_string()).unwrap_or_default();
    pen.words(to, (row, 3), &year, Look::Line)?;
    let steps = pen.book.values(run).steps(cell);
    let unit = sheet.unit(cell);
    let format = number_format(unit, steps, sheet.flags(cell));
    let text = format!("={}", pen.layout.elsewhere(sheet, cell, run));
    pen.formula(to, (row, 4), &text, pen.value(cell, run), (Look::Figure, 0, &format))?;
    let line = row + 1;
    match steps {
        Some(steps) => {
            let plain = number_format(unit, Some(steps), Flags::EXACT);
            pen.number(to, (row, 5), (unit, steps), (Look::Ours, 0, &plain))?;
            let text = format!("=ROUND(E{line}-F{line},{})", unit.scale());
            let nought = number_format(Unit::Money, Some(0), Flags::EXACT);
            pen.formula(to, (row, 6), &text, "0".into(), (Look::Ours, 0, &nought))
        }
        None => {
            pen.words(to, (row, 5), UNKNOWN, Look::Ours)?;
            let text = format!("=IF(E{line}=F{line},0,1)");
            pen.formula(to, (row, 6), &text, "0".into(), (Look::Ours, 0, "0"))
        }
    }
}
