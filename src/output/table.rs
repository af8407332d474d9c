//! Documents as text for a terminal, a file or a paper: figures aligned to the right with brackets
//! hanging out, a thin rule above totals, no boxes. Bold is only ever a second signal.

use std::io::{self, Write};

use anstyle::Style;

use super::columns::{GAP, Group, INDENT, has_brackets, lay_out};
use super::figure::Display;
use super::shown::{Shown, sentence};
use super::text::{clean, left, right, width, wrap};
use crate::report::table::{Block, ColumnKind, Document, RowStyle, Sentence, TableRow};

/// Prose is not set wider than this, however wide the screen.
const PROSE: usize = 100;
/// A narrower screen is written to as if it had this many columns.
const NARROWEST: usize = 40;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const NORMAL: Style = Style::new();

/// Writes a document for a screen of `width` columns.
///
/// # Errors
/// What `out` says.
pub fn write(
    document: &Document,
    display: &Display,
    width: usize,
    colour: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page { out, width: width.max(NARROWEST), colour, started: false };
    if !document.title.is_empty() {
        page.prose(&clean(&document.title), "", BOLD)?;
    }
    page.sentences(&document.lines, "", display)?;
    let mut after_heading = false;
    for block in &document.blocks {
        if !after_heading {
            page.gap()?;
        }
        after_heading = matches!(block, Block::Heading(_));
        match block {
            Block::Heading(heading) => {
                let heading = clean(heading);
                page.prose(&heading, "", BOLD)?;
                page.line(&"─".repeat(self::width(heading.trim()).min(page.prose_width())), NORMAL)?;
            }
            Block::Text(lines) => page.sentences(lines, "", display)?,
            Block::Facts(facts) => page.facts(facts, display)?,
            Block::Table(table) => page.table(&Shown::new(table, display))?,
            Block::Notes(notes) => page.sentences(notes, "- ", display)?,
        }
    }
    Ok(())
}

/// Where lines go.
struct Page<'a> {
    out: &'a mut dyn Write,
    width: usize,
    colour: bool,
    started: bool,
}

impl Page<'_> {
    fn line(&mut self, text: &str, style: Style) -> io::Result<()> {
        self.started = true;
        let text = text.trim_end();
        if self.colour && !text.is_empty() {
            writeln!(self.out, "{style}{text}{style:#}")
        } else {
            writeln!(self.out, "{text}")
        }
    }

    /// An empty line between what was written and what follows.
    fn gap(&mut self) -> io::Result<()> {
        if self.started { self.line("", NORMAL) } else { Ok(()) }
    }

    fn prose_width(&self) -> usize {
        self.width.min(PROSE)
    }

    /// Words after a bullet, wrapped under themselves.
    fn prose(&mut self, text: &str, bullet: &str, style: Style) -> io::Result<()> {
        for line in wrap(&format!("{bullet}{text}"), self.prose_width(), width(bullet)) {
            self.line(&line, style)?;
        }
        Ok(())
    }

    fn sentences(&mut self, sentences: &[Sentence], bullet: &str, display: &Display) -> io::Result<()> {
        sentences.iter().try_for_each(|s| self.prose(&sentence(s, display), bullet, NORMAL))
    }

    fn facts(&mut self, facts: &[(String, Sentence)], display: &Display) -> io::Result<()> {
        let labels: Vec<String> = facts.iter().map(|(label, _)| format!("{}:", clean(label).trim())).collect();
        let longest = labels.iter().map(|label| width(label)).max().unwrap_or(0);
        let column = longest.min(self.prose_width() / 2);
        for (label, (_, said)) in labels.iter().zip(facts) {
            let label = wrap(label, column, INDENT);
            let said = wrap(&sentence(said, display), self.prose_width() - column - GAP, 0);
            for i in 0..label.len().max(said.len()) {
                let at = |lines: &[String]| lines.get(i).cloned().unwrap_or_default();
                self.line(&format!("{}{}{}", left(&at(&label), column), " ".repeat(GAP), at(&said)), NORMAL)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, shown: &Shown<'_>) -> io::Result<()> {
        if let Some(title) = &shown.title {
            self.prose(title, "", BOLD)?;
        }
        if let Some(key) = &shown.key {
            self.prose(key, "", NORMAL)?;
        }
        for (i, group) in lay_out(shown, self.width).iter().enumerate() {
            if i > 0 || shown.title.is_some() || shown.key.is_some() {
                self.gap()?;
            }
            self.group(shown, group)?;
        }
        shown.notes.iter().try_for_each(|note| self.prose(note, "Note: ", NORMAL))
    }

    /// One set of columns side by side: headings, rule, rows.
    fn group(&mut self, shown: &Shown<'_>, group: &Group) -> io::Result<()> {
        let sheet = Sheet {
            shown,
            group,
            brackets: shown.headings.iter().enumerate().map(|(c, _)| has_brackets(shown, c)).collect(),
        };
        for line in sheet.lines(&shown.headings, 0, true) {
            self.line(&line, NORMAL)?;
        }
        self.line(&"─".repeat(group.width()), NORMAL)?;
        if shown.cells.is_empty() {
            self.line("(none)", NORMAL)?;
        }
        let mut before = None;
        for (row, cells) in shown.table.rows.iter().zip(&shown.cells) {
            let sum = matches!(row.style, RowStyle::Subtotal | RowStyle::Total | RowStyle::Headline);
            if row.style == RowStyle::Section {
                if before.is_some_and(|style| style != RowStyle::Section) {
                    self.gap()?;
                }
            } else if sum && before.is_some_and(|style| !matches!(style, RowStyle::Section | RowStyle::Headline)) {
                self.line(&sheet.rule(row, '─'), NORMAL)?;
            }
            let style = match row.style {
                RowStyle::Total | RowStyle::Headline => BOLD,
                RowStyle::Muted => DIM,
                _ => NORMAL,
            };
            let indent = (INDENT * usize::from(row.indent)).min(group.widths[0] / 2);
            let lines = if row.style == RowStyle::Section {
                wrap(&format!("{}{}", " ".repeat(indent), cells[0]), group.width(), indent)
            } else {
                sheet.lines(cells, indent, false)
            };
            for line in lines {
                self.line(&line, style)?;
            }
            if row.style == RowStyle::Headline {
                self.line(&sheet.rule(row, '═'), NORMAL)?;
            }
            before = Some(row.style);
        }
        Ok(())
    }
}

/// A group of columns of one table.
struct Sheet<'a> {
    shown: &'a Shown<'a>,
    group: &'a Group,
    brackets: Vec<bool>,
}

impl Sheet<'_> {
    fn columns(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.group.columns.iter().copied().zip(self.group.widths.iter().copied())
    }

    fn is_figure(&self, column: usize) -> bool {
        self.shown.table.columns[column].kind == ColumnKind::Figure
    }

    /// One row of texts as lines, from the top or (headings) from the bottom.
    fn lines(&self, texts: &[String], indent: usize, from_bottom: bool) -> Vec<String> {
        let wrapped: Vec<Vec<String>> = self
            .columns()
            .map(|(c, wide)| {
                let text = &texts[c];
                if self.is_figure(c) {
                    let pad = if self.brackets[c] && !text.ends_with(')') { " " } else { "" };
                    let lines = wrap(text, wide - pad.len(), 0);
                    lines.iter().map(|line| right(&format!("{line}{pad}"), wide)).collect()
                } else {
                    let inset = if c == 0 { indent } else { 0 };
                    let lines = wrap(text, wide - inset, if from_bottom { 0 } else { INDENT });
                    lines.iter().map(|line| left(&format!("{}{line}", " ".repeat(inset)), wide)).collect()
                }
            })
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        (0..height)
            .map(|i| {
                let cells = wrapped.iter().zip(self.columns()).map(|(lines, (_, wide))| {
                    let at = if from_bottom { (i + lines.len()).checked_sub(height) } else { Some(i) };
                    at.and_then(|at| lines.get(at)).cloned().unwrap_or_else(|| " ".repeat(wide))
                });
                cells.collect::<Vec<_>>().join(&" ".repeat(GAP))
            })
            .collect()
    }

    /// A rule across the figures of a row.
    fn rule(&self, row: &TableRow, of: char) -> String {
        let pieces = self.columns().map(|(c, wide)| {
            let ruled = self.is_figure(c) && row.cells.len() > c;
            (if ruled { of } else { ' ' }).to_string().repeat(wide)
        });
        pieces.collect::<Vec<_>>().join(&" ".repeat(GAP))
    }
}
