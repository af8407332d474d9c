//! A calculation sheet: every row of the sheet in one run, a column a year, and our own figures beside it.

use rust_xlsxwriter::Worksheet;

use super::formula::{self, UNKNOWN, Written};
use super::layout::{ALWAYS, HEAD, UNIT, WORDS, a1, calculation};
use super::style::{Look, number_format};
use super::{LONGEST_FORMULA, Pen, WorkbookError, number};
use crate::sheet::{CellId, Flags, Formula, RowId, Run};
use crate::vocabulary::Unit;

/// What a calculation sheet was held against.
#[derive(Debug)]
pub struct Checked {
    /// The run.
    pub run: Run,
    /// How many cells.
    pub cells: usize,
    /// How many of them are £100m or more.
    pub large: usize,
    /// The cells that say how many of a row differ.
    pub differing: String,
}

/// Writes the sheet of a run.
pub fn write(pen: &mut Pen<'_>, to: &mut Worksheet, run: Run) -> Result<Checked, WorkbookError> {
    let (layout, book) = (pen.layout, pen.book);
    to.set_name(calculation(run))?;
    pen.set_up(to)?;
    to.set_freeze_panes(HEAD + 1, UNIT + 1)?;
    to.set_repeat_rows(HEAD, HEAD)?;
    to.set_print_area(0, 0, layout.end, layout.notes())?;
    to.set_column_width(WORDS, 58)?;
    to.set_column_width(UNIT, 8)?;
    to.set_column_range_width(ALWAYS, layout.last_column(), 17)?;
    to.set_column_width(layout.notes(), 34)?;
    to.set_column_width(layout.address(), 52)?;
    to.set_column_width(layout.address() + 1, 3)?;
    to.set_column_range_width(layout.ours(ALWAYS), layout.differing(), 17)?;
    let what = match run {
        Run::Plan => "Plan: amounts as entered, savings in full and on time",
        Run::RiskAdjusted => "Risk-adjusted: savings at their stated delivery and slippage",
    };
    pen.words(to, (0, WORDS), what, Look::Title)?;
    let said = "Each cell is rounded once. Black: worked out; green: taken from an Inputs sheet; blue: so by \
                definition. Money in pounds; positive gap = shortfall.";
    pen.words(to, (1, WORDS), said, Look::Line)?;
    headings(pen, to)?;
    let mut checked = Checked { run, cells: 0, large: 0, differing: String::new() };
    for (block, heading) in book.blocks.iter().zip(&layout.headings) {
        pen.words(to, (*heading, WORDS), &format!("{}: {}", block.whose, block.kind), Look::Section)?;
        for row in &block.rows {
            one_row(pen, to, run, *row, &mut checked)?;
        }
    }
    let column = layout.differing();
    checked.differing = format!("{}:{}", a1(HEAD + 1, column), a1(layout.end, column));
    Ok(checked)
}

fn headings(pen: &mut Pen<'_>, to: &mut Worksheet) -> Result<(), WorkbookError> {
    let layout = pen.layout;
    pen.words(to, (HEAD, WORDS), "What it is", Look::Column)?;
    pen.words(to, (HEAD, UNIT), "Unit", Look::Column)?;
    let years: Vec<Option<i32>> = std::iter::once(None).chain(layout.years().map(Some)).collect();
    for year in years {
        let words = year.map_or("All years".to_owned(), |t| pen.book.sheet.horizon().year(t).to_string());
        let column = layout.column(year);
        pen.words(to, (HEAD, column), &words, Look::FigureColumn)?;
        pen.words(to, (HEAD, layout.ours(column)), &format!("fundgap {words}"), Look::FigureColumn)?;
        pen.words(to, (HEAD, layout.difference(column)), &format!("difference {words}"), Look::FigureColumn)?;
    }
    to.write_string_with_format(HEAD, layout.notes(), "How", pen.styles.of(Look::Column, 1, ""))?;
    pen.words(to, (HEAD, layout.address()), "Address", Look::Column)?;
    pen.words(to, (HEAD, layout.differing()), "cells that differ", Look::FigureColumn)
}

/// The word for a unit.
pub const fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "£",
        Unit::Rate => "%",
        Unit::Quantity => "count",
        Unit::UnitPrice => "£ each",
        Unit::Months => "months",
        Unit::Month => "month",
    }
}

fn one_row(
    pen: &mut Pen<'_>,
    to: &mut Worksheet,
    run: Run,
    row: RowId,
    checked: &mut Checked,
) -> Result<(), WorkbookError> {
    let (layout, sheet) = (pen.layout, pen.book.sheet);
    let at = layout.row(row);
    let info = sheet.row(row);
    pen.words(to, (at, WORDS), &sheet.row_words(row), Look::Line)?;
    pen.words(to, (at, UNIT), unit_word(info.unit), Look::Muted)?;
    let large = formula::is_large(sheet, row, &|cell| pen.largest(cell));
    for cell in info.cells() {
        one_cell(pen, to, run, cell, large)?;
    }
    let said = super::plain(&how(pen, run, row));
    to.write_string_with_format(at, layout.notes(), said, pen.styles.of(Look::Muted, 1, ""))?;
    pen.words(to, (at, layout.address()), &sheet.row_address(row), Look::Muted)?;
    for part in 0..layout.parts(row) {
        let words = format!("    part {} of {} of the row above", part + 1, layout.parts(row));
        pen.words(to, (at + 1 + part, WORDS), &words, Look::Muted)?;
    }
    beside(pen, to, run, row, checked)
}

fn one_cell(pen: &mut Pen<'_>, to: &mut Worksheet, run: Run, cell: CellId, large: bool) -> Result<(), WorkbookError> {
    let (layout, sheet) = (pen.layout, pen.book.sheet);
    let at = layout.at(sheet, cell);
    let steps = pen.book.values(run).steps(cell);
    let unit = sheet.unit(cell);
    let format = number_format(unit, steps, sheet.flags(cell));
    if let Some(link) = pen.book.links.of(cell, run) {
        let input = layout.input(link);
        let text = match link.from_month {
            None => format!("={input}"),
            // A month is written as people write it, and counted here.
            Some(more) => {
                let first = (-more) / 12;
                let rest = more + first * 12 - 1;
                let sign = if rest < 0 { "" } else { "+" };
                format!("=12*(VALUE(LEFT({input},4))-{first})+VALUE(RIGHT({input},2)){sign}{rest}")
            }
        };
        return pen.formula(to, at, &text, pen.value(cell, run), (Look::Linked, 0, &format));
    }
    match (sheet.formula(cell), steps) {
        (Formula::NotPublished | Formula::Input(_), None) => {
            to.write_string_with_format(at.0, at.1, UNKNOWN, pen.styles.of(Look::Given, 0, &format))?;
            Ok(())
        }
        (Formula::Input(_) | Formula::Nought, Some(steps)) => {
            pen.number(to, at, (unit, steps), (Look::Given, 0, &format))
        }
        _ => {
            let Some(Written { main, parts }) = formula::write(sheet, layout, cell, large) else { return Ok(()) };
            if main.len().max(parts.iter().map(String::len).max().unwrap_or(0)) > LONGEST_FORMULA {
                return Err(WorkbookError::TooLong(sheet.address(cell).to_string()));
            }
            pen.formula(to, at, &main, pen.value(cell, run), (Look::Figure, 0, &format))?;
            for (n, part) in parts.iter().enumerate() {
                let below = at.0 + 1 + u32::try_from(n).unwrap_or(0);
                let value = part_value(pen, run, cell, n);
                pen.formula(to, (below, at.1), part, value, (Look::Muted, 0, &format))?;
            }
            Ok(())
        }
    }
}

/// The value of a part of a long formula, as it stands beside it.
fn part_value(pen: &Pen<'_>, run: Run, cell: CellId, part: usize) -> String {
    let sheet = pen.book.sheet;
    let terms = sheet.terms(sheet.formula(cell));
    let Some(terms) = terms.chunks(super::layout::MOST_TERMS).nth(part) else { return UNKNOWN.to_owned() };
    let values = pen.book.values(run);
    let steps: Option<Vec<i128>> = terms.iter().filter_map(|t| t.cell()).map(|c| values.steps(c)).collect();
    let Some(steps) = steps else { return UNKNOWN.to_owned() };
    let unit = sheet.unit(cell);
    match sheet.formula(cell) {
        Formula::Min(_) => number::text(unit, steps.iter().copied().min().unwrap_or(0)),
        Formula::Max(_) => number::text(unit, steps.iter().copied().max().unwrap_or(0)),
        Formula::Weighted(_) => {
            let products = steps.chunks_exact(2).map(|pair| pair[0].checked_mul(pair[1]));
            let total = products.sum::<Option<i128>>().unwrap_or(0);
            // The part is not rounded; its decimals are those of both.
            crate::vocabulary::number::decimal(total, unit.scale() + Unit::Rate.scale()).normalize().to_string()
        }
        _ => {
            let signed = steps.iter().zip(terms).map(|(steps, term)| match term.kind {
                crate::sheet::TermKind::Minus => -steps,
                _ => *steps,
            });
            number::text(unit, signed.sum())
        }
    }
}

/// What is to be said of how a row comes about.
fn how(pen: &Pen<'_>, run: Run, row: RowId) -> String {
    let sheet = pen.book.sheet;
    let info = sheet.row(row);
    let mut said: Vec<String> = Vec::new();
    let any = |is: &dyn Fn(CellId) -> bool| info.cells().any(is);
    if any(&|cell| pen.book.links.of(cell, run).is_some()) {
        said.push("input".into());
    }
    let given =
        |cell: CellId| matches!(sheet.formula(cell), Formula::Input(_)) && pen.book.links.of(cell, run).is_none();
    if any(&|cell| given(cell) && sheet.flags(cell).published) {
        said.push("by definition".into());
    }
    if any(&|cell| !sheet.flags(cell).published) {
        let reason = info.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        said.push(format!("n/p: not published{reason}"));
    }
    if any(&|cell| sheet.flags(cell).interpolated) {
        said.push("~: filled in between years".into());
    }
    if any(&|cell| sheet.flags(cell).about > 0) {
        said.push("c.: known only about".into());
    }
    said.join("; ")
}

/// Our own figures beside a row, how many differ, and the difference where amounts are large.
fn beside(
    pen: &mut Pen<'_>,
    to: &mut Worksheet,
    run: Run,
    row: RowId,
    checked: &mut Checked,
) -> Result<(), WorkbookError> {
    let (layout, sheet) = (pen.layout, pen.book.sheet);
    let info = sheet.row(row);
    let scale = info.unit.scale();
    let mut unknown = false;
    let large = |pen: &Pen<'_>, cell| info.unit == Unit::Money && pen.largest(cell) >= formula::LARGE;
    let any_large = info.cells().any(|cell| large(pen, cell));
    let mut ends: Option<(u16, u16)> = None;
    for cell in info.cells() {
        let (at, column) = layout.at(sheet, cell);
        ends = Some((ends.map_or(column, |(first, _)| first), column));
        checked.cells += 1;
        checked.large += usize::from(large(pen, cell));
        let ours = (at, layout.ours(column));
        match pen.book.values(run).steps(cell) {
            Some(steps) => {
                let format = number_format(info.unit, Some(steps), Flags::EXACT);
                pen.number(to, ours, (info.unit, steps), (Look::Ours, 0, &format))?;
                if any_large {
                    let text = format!("=ROUND({}-{},{scale})", a1(at, column), a1(at, ours.1));
                    pen.formula(to, (at, layout.difference(column)), &text, "0".into(), (Look::Ours, 0, &format))?;
                }
            }
            None => {
                unknown = true;
                pen.words(to, ours, UNKNOWN, Look::Ours)?;
            }
        }
    }
    let Some((first, last)) = ends else { return Ok(()) };
    let at = layout.row(row);
    let range = |first, last| if first == last { a1(at, first) } else { format!("{}:{}", a1(at, first), a1(at, last)) };
    let (live, ours) = (range(first, last), range(layout.ours(first), layout.ours(last)));
    let text = match (unknown, first == last) {
        (true, true) => format!("=IF({live}={ours},0,1)"),
        (true, false) => format!("=SUMPRODUCT(--({live}<>{ours}))"),
        (false, true) => format!("=IF(ROUND({live}-{ours},{scale})=0,0,1)"),
        (false, false) => format!("=SUMPRODUCT(--(ROUND({live}-{ours},{scale})<>0))"),
    };
    pen.formula(to, (at, layout.differing()), &text, "0".into(), (Look::Ours, 0, "0"))
}
