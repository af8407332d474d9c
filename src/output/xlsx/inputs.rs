//! An input sheet: one row an assumption, which may be changed where a cell of the plan takes it.
//!
//! `import --update` reads these sheets back: the first row whose first cell is `Path` holds the headings.

use std::fmt::Write as _;

use rust_xlsxwriter::{DataValidation, Formula, Note, Worksheet};

use super::calculation::unit_word;
use super::formula::UNKNOWN;
use super::layout::{INPUT_ALWAYS, INPUT_HEAD, Layout, a1};
use super::style::{Look, number_format};
use super::{Pen, WorkbookError, height, plain};
use crate::output::text::clean;
use crate::report::workbook::InputRow;
use crate::sheet::Flags;
use crate::vocabulary::{Unit, unit};

/// Beyond so many inputs only those with a source, an owner or a note have a comment: the rest is in the
/// columns beside them, and a comment each makes a workbook slow.
const MOST_COMMENTS: usize = 2_000;

/// The widths of the columns of words beside the figures.
const BESIDE: [u16; 5] = [26, 14, 34, 24, 24];
/// The width of what an input is.
const WHAT: u16 = 36;

/// Writes an input sheet.
pub fn write(pen: &mut Pen<'_>, to: &mut Worksheet, at: usize) -> Result<(), WorkbookError> {
    let book = pen.book;
    let input = &book.inputs[at];
    let years = book.sheet.horizon().years();
    let last = Layout::input_column(Some(years));
    to.set_name(&pen.layout.inputs[at].0)?;
    pen.set_up(to)?;
    to.set_freeze_panes(INPUT_HEAD + 1, 2)?;
    to.set_repeat_rows(INPUT_HEAD, INPUT_HEAD)?;
    to.set_column_width(0, 42)?;
    to.set_column_width(1, WHAT)?;
    to.set_column_width(2, 8)?;
    to.set_column_range_width(INPUT_ALWAYS, last, 15)?;
    for (n, width) in BESIDE.into_iter().enumerate() {
        to.set_column_width(last + 1 + u16::try_from(n).unwrap_or(0), width)?;
    }
    pen.words(to, (0, 0), &format!("Inputs: {}", input.title), Look::Title)?;
    let said = "Change a figure in a white cell and every sheet follows. A grey figure acts on how the plan is built: \
                change it in the scenario.";
    pen.words(to, (1, 0), said, Look::Line)?;
    let said = "Money in pounds, rates in per cent, a calendar month as 2026-10, n/p for what was not published. The \
                path is what --set takes.";
    pen.words(to, (2, 0), said, Look::Line)?;
    for (column, words) in [(0, "Path"), (1, "What it is"), (2, "Unit")] {
        pen.words(to, (INPUT_HEAD, column), words, Look::Column)?;
    }
    pen.words(to, (INPUT_HEAD, INPUT_ALWAYS), "All years", Look::FigureColumn)?;
    for t in book.sheet.horizon().plan() {
        let year = book.sheet.horizon().year(t).to_string();
        pen.words(to, (INPUT_HEAD, Layout::input_column(Some(t))), &year, Look::FigureColumn)?;
    }
    for (n, words) in ["Source", "Owner", "Place", "Note", "Status"].into_iter().enumerate() {
        let column = last + 1 + u16::try_from(n).unwrap_or(0);
        to.write_string_with_format(INPUT_HEAD, column, words, pen.styles.of(Look::Column, 1, ""))?;
    }
    let commented = input.rows.len() <= MOST_COMMENTS;
    for (n, row) in input.rows.iter().enumerate() {
        one(pen, to, Layout::input_row(n), row, last, commented)?;
    }
    validate(to, &input.rows, last)?;
    let end = Layout::input_row(input.rows.len().saturating_sub(1));
    to.autofilter(INPUT_HEAD, 0, end, last + 5)?;
    Ok(())
}

fn one(
    pen: &mut Pen<'_>,
    to: &mut Worksheet,
    at: u32,
    row: &InputRow<'_>,
    last: u16,
    commented: bool,
) -> Result<(), WorkbookError> {
    let a = row.assumption;
    pen.words(to, (at, 0), &a.path, Look::Line)?;
    pen.words(to, (at, 1), &row.words, Look::Words)?;
    pen.words(to, (at, 2), unit_word(a.unit), Look::Muted)?;
    for (n, (steps, _)) in a.values.iter().enumerate() {
        let year = a.by_year.then(|| i32::try_from(n + 1).unwrap_or(i32::MAX));
        let column = Layout::input_column(year);
        if column > last || (!a.by_year && n > 0) {
            break;
        }
        let look = if row.live.get(n) == Some(&true) { Look::Open } else { Look::Fixed };
        let format = if a.unit == Unit::Month { "@".into() } else { number_format(a.unit, *steps, Flags::EXACT) };
        match steps {
            None => {
                to.write_string_with_format(at, column, UNKNOWN, pen.styles.of(look, 0, &format))?;
            }
            Some(steps) if a.unit == Unit::Month => {
                let month = unit::plain(Unit::Month, *steps);
                to.write_string_with_format(at, column, month, pen.styles.of(look, 0, &format))?;
            }
            Some(steps) => pen.number(to, (at, column), (a.unit, *steps), (look, 0, &format))?,
        }
    }
    let evidence = &a.evidence;
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let texts = [said(&evidence.source), said(&evidence.owner), row.place.clone(), said(&evidence.note)];
    let built = match (row.live.contains(&true), row.live.contains(&false)) {
        (_, false) => "",
        (false, true) => "acts on how the plan is built: change it in the scenario",
        (true, true) => "a grey year acts on how the plan is built: change it in the scenario",
    };
    let status: Vec<&str> = [row.status.as_str(), built].into_iter().filter(|s| !s.is_empty()).collect();
    let status = status.join("; ");
    let mut tallest = height(&clean(&row.words), usize::from(WHAT));
    for (n, (text, width)) in texts.iter().chain([&status]).zip(BESIDE).enumerate() {
        let look = if matches!(n, 2 | 4) { Look::Words } else { Look::OpenWords };
        let column = last + 1 + u16::try_from(n).unwrap_or(0);
        to.write_string_with_format(at, column, plain(text), pen.styles.of(look, 1, ""))?;
        tallest = tallest.max(height(&clean(text), usize::from(width)));
    }
    to.set_row_height(at, tallest)?;
    if commented || evidence.source.is_some() || evidence.owner.is_some() || evidence.note.is_some() {
        let mut text = format!("Unit: {}", unit_word(a.unit));
        for (label, value) in ["Source", "Owner", "Place", "Note"].into_iter().zip(&texts) {
            if !value.is_empty() {
                let _ = write!(text, "\n{label}: {}", plain(value));
            }
        }
        let lines = u32::try_from(text.lines().count() + text.len() / 40).unwrap_or(8).min(20);
        let note = Note::new(super::clipped(&text, 8_000))
            .add_author_prefix(false)
            .set_width(260)
            .set_height(16 * (lines + 1));
        let column = if a.by_year { Layout::input_column(Some(1)) } else { INPUT_ALWAYS };
        to.insert_note(at, column, &note)?;
    }
    Ok(())
}

/// What may be typed, by unit: one rule for each run of rows of one unit.
fn validate(to: &mut Worksheet, rows: &[InputRow<'_>], last: u16) -> Result<(), WorkbookError> {
    let mut from = 0;
    for at in 1..=rows.len() {
        let same = |a: usize, b: usize| rule_of(&rows[a]) == rule_of(&rows[b]);
        if at < rows.len() && same(from, at) {
            continue;
        }
        let first = a1(Layout::input_row(from), INPUT_ALWAYS);
        let (rule, message) = match rule_of(&rows[from]) {
            Rule::Number => {
                (format!("OR(ISNUMBER({first}),{first}=\"n/p\")"), "a number, or n/p where it was not published")
            }
            Rule::NotNegative => (
                format!("OR(AND(ISNUMBER({first}),N({first})>=0),{first}=\"n/p\")"),
                "a number that is not negative, or n/p where it was not published",
            ),
            Rule::Share => (
                format!("OR(AND(ISNUMBER({first}),N({first})>=0,N({first})<=1),{first}=\"n/p\")"),
                "a share between 0% and 100%, or n/p where it was not published",
            ),
            Rule::Month => (
                format!(
                    "IF({first}=\"n/p\",TRUE,AND(LEN({first})=7,MID({first},5,1)=\"-\",ISNUMBER(VALUE(LEFT({first},4))),\
                     VALUE(RIGHT({first},2))>=1,VALUE(RIGHT({first},2))<=12))"
                ),
                "a calendar month, written 2026-10, or n/p where it was not published",
            ),
        };
        let validation = DataValidation::new()
            .allow_custom(Formula::new(format!("={rule}")))
            .set_error_title("This figure")?
            .set_error_message(format!("needs {message}."))?;
        to.add_data_validation(Layout::input_row(from), INPUT_ALWAYS, Layout::input_row(at - 1), last, &validation)?;
        from = at;
    }
    Ok(())
}

/// What may be typed for a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Number,
    NotNegative,
    Share,
    Month,
}

fn rule_of(row: &InputRow<'_>) -> Rule {
    let key = row.assumption.path.rsplit('.').next().unwrap_or_default();
    match row.assumption.unit {
        Unit::Month => Rule::Month,
        Unit::Months | Unit::Quantity | Unit::UnitPrice => Rule::NotNegative,
        Unit::Rate if matches!(key, "share" | "split" | "collection_rate" | "pay_share") => Rule::Share,
        Unit::Rate if key == "delivery" => Rule::NotNegative,
        Unit::Rate | Unit::Money => Rule::Number,
    }
}
