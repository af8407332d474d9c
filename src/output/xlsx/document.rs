//! Documents on a sheet: headings, sentences, and tables whose figures are taken from the calculation
//! sheets by formula.

use rust_xlsxwriter::Worksheet;

use super::style::{Look, number_format, shown_format};
use super::{Pen, TITLE, WorkbookError, charts, height, reconciliation};
use crate::output::Display;
use crate::output::shown::{Shown, sentence};
use crate::output::text::clean;
use crate::report::table::{Block, Document, Figure, RowStyle, Sentence, Shows, Table, TableCell};

/// The columns that labels take.
const LABEL: u32 = 52;
/// The columns that a figure takes.
const FIGURE: u32 = 13;

/// A sheet that is written from top to bottom.
struct Page<'p, 'a> {
    pen: &'p mut Pen<'a>,
    to: &'p mut Worksheet,
    row: u32,
    /// The last column of what is written.
    last: u16,
    display: Display,
}

/// The front page.
pub fn summary(pen: &mut Pen<'_>, to: &mut Worksheet) -> Result<(), WorkbookError> {
    let book = pen.book;
    to.set_name("Summary")?;
    let decimals = book.front.decimals_of_millions();
    let mut page = Page::begin(pen, to, &[&book.front], decimals)?;
    page.words(&book.front.title, Look::Title)?;
    for line in &book.front.lines {
        page.said(line, Look::Quiet)?;
    }
    let at = (page.row, 0);
    page.pen.formula(page.to, at, "=Reconciliation!A2", reconciliation::agreement(book), (Look::Section, 0, ""))?;
    page.row += 2;
    let mut drawn = false;
    for block in &book.front.blocks {
        page.block(block)?;
        if matches!(block, Block::Table(_)) && !drawn {
            drawn = true;
            page.row += charts::beneath(page.pen, page.to, page.row)?;
        }
    }
    for block in &book.about.blocks {
        page.block(block)?;
    }
    to.set_active(true);
    Ok(())
}

/// The budget tables.
pub fn budget(pen: &mut Pen<'_>, to: &mut Worksheet) -> Result<(), WorkbookError> {
    let book = pen.book;
    to.set_name("Budget")?;
    let decimals = book.budget.decimals_of_millions();
    let mut page = Page::begin(pen, to, &[&book.budget], decimals)?;
    page.words("Budget tables", Look::Title)?;
    page.row += 1;
    for block in &book.budget.blocks {
        page.block(block)?;
    }
    Ok(())
}

impl<'p, 'a> Page<'p, 'a> {
    fn begin(
        pen: &'p mut Pen<'a>,
        to: &'p mut Worksheet,
        documents: &[&Document],
        decimals: Option<u32>,
    ) -> Result<Self, WorkbookError> {
        pen.set_up(to)?;
        let columns = |block: &Block| if let Block::Table(table) = block { table.columns.len() } else { 0 };
        let widest = documents.iter().flat_map(|d| &d.blocks).map(columns).max().unwrap_or(0).clamp(9, 60);
        let last = u16::try_from(widest - 1).unwrap_or(8);
        to.set_column_width(0, LABEL)?;
        to.set_column_range_width(1, last, FIGURE)?;
        let display = Display { unit: pen.book.unit, decimals: None, footing: false };
        let in_millions = display.unit == crate::language::MoneyUnit::Millions;
        let display = Display { decimals: decimals.filter(|_| in_millions), ..display };
        Ok(Self { pen, to, row: 0, last, display })
    }

    /// The columns that words over the whole page take.
    fn columns(&self) -> usize {
        characters(LABEL + FIGURE * u32::from(self.last))
    }

    fn words(&mut self, text: &str, look: Look) -> Result<(), WorkbookError> {
        let long = !matches!(look, Look::Title | Look::Heading | Look::Section);
        if long {
            self.pen.across(self.to, self.row, (0, self.last), text, look)?;
            self.to.set_row_height(self.row, height(&clean(text), self.columns()))?;
        } else {
            self.pen.words(self.to, (self.row, 0), text, look)?;
            if look == Look::Title {
                self.to.set_row_height(self.row, TITLE)?;
            }
        }
        self.row += 1;
        Ok(())
    }

    fn said(&mut self, said: &Sentence, look: Look) -> Result<(), WorkbookError> {
        let text = sentence(said, &self.display);
        self.words(&text, look)
    }

    fn block(&mut self, block: &Block) -> Result<(), WorkbookError> {
        match block {
            Block::Heading(heading) => self.words(heading, Look::Heading)?,
            Block::Text(lines) => lines.iter().try_for_each(|line| self.said(line, Look::Words))?,
            Block::Notes(notes) => notes.iter().try_for_each(|note| {
                let text = format!("• {}", sentence(note, &self.display));
                self.words(&text, Look::Words)
            })?,
            Block::Tree(lines) => lines.iter().try_for_each(|(depth, line)| {
                let text = format!("{}{}", "    ".repeat(*depth), sentence(line, &self.display));
                self.words(&text, Look::Words)
            })?,
            Block::Facts(facts) => facts.iter().try_for_each(|(label, said)| self.fact(label, said))?,
            Block::Table(table) => self.table(table)?,
            Block::Waterfall(_) => {}
        }
        self.row += u32::from(!matches!(block, Block::Heading(_)));
        Ok(())
    }

    fn fact(&mut self, label: &str, said: &Sentence) -> Result<(), WorkbookError> {
        let text = sentence(said, &self.display);
        self.pen.words(self.to, (self.row, 0), label, Look::Strong)?;
        self.pen.across(self.to, self.row, (1, self.last), &text, Look::Words)?;
        let room = characters(FIGURE * u32::from(self.last));
        let tallest = height(&clean(&text), room).max(height(&clean(label), characters(LABEL)));
        self.to.set_row_height(self.row, tallest)?;
        self.row += 1;
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<(), WorkbookError> {
        let shown = Shown::new(table, &self.display);
        if let Some(title) = &shown.title {
            self.words(title, Look::Heading)?;
        }
        for (column, heading) in shown.headings.iter().enumerate() {
            let look = if column == 0 { Look::Column } else { Look::FigureColumn };
            // The corner says how the table is read.
            let text = if column == 0 && heading.is_empty() { shown.key.as_deref().unwrap_or("") } else { heading };
            self.pen.words(self.to, (self.row, column_number(column)), text, look)?;
        }
        self.row += 1;
        for (row, texts) in table.rows.iter().zip(&shown.cells) {
            let look = look_of(row.style);
            for (column, text) in texts.iter().enumerate() {
                let at = (self.row, column_number(column));
                let indent = if column == 0 { row.indent } else { 0 };
                match row.cells.get(column) {
                    Some(TableCell::Figure(figure)) => self.figure(at, figure, look)?,
                    _ => {
                        let format = self.pen.styles.of(look, indent, "");
                        self.to.write_string_with_format(at.0, at.1, super::plain(text), format)?;
                    }
                }
            }
            self.row += 1;
        }
        for note in &shown.notes {
            self.words(note, Look::Quiet)?;
        }
        Ok(())
    }

    /// A figure by formula, where it is a cell's; else as it is.
    fn figure(&mut self, at: (u32, u16), figure: &Figure, look: Look) -> Result<(), WorkbookError> {
        let format = if figure.exact {
            number_format(figure.unit, figure.steps, figure.flags)
        } else {
            shown_format(figure.unit, figure.steps, figure.flags, &self.display)
        };
        match (figure.shows.filter(|shows| !shows.turned), figure.published()) {
            (Some(Shows { cell, run, .. }), _) => {
                let text = format!("={}", self.pen.layout.elsewhere(self.pen.book.sheet, cell, run));
                let value = self.pen.value(cell, run);
                self.pen.formula(self.to, at, &text, value, (look, 0, &format))
            }
            (None, Some(steps)) => self.pen.number(self.to, at, (figure.unit, steps), (look, 0, &format)),
            (None, None) => {
                let format = self.pen.styles.of(look, 0, &format);
                self.to.write_string_with_format(at.0, at.1, super::formula::UNKNOWN, format)?;
                Ok(())
            }
        }
    }
}

/// The characters of a proportional typeface that columns of such a width hold; a width counts digits.
fn characters(width: u32) -> usize {
    (width + width / 8) as usize
}

fn column_number(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

const fn look_of(style: RowStyle) -> Look {
    match style {
        RowStyle::Plain => Look::Line,
        RowStyle::Subtotal => Look::Subtotal,
        RowStyle::Total => Look::Total,
        RowStyle::Headline => Look::Headline,
        RowStyle::Section => Look::Section,
        RowStyle::Muted => Look::Muted,
    }
}
