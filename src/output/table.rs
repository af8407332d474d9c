//! Documents as text for a terminal, a file or a paper: figures aligned to the right with brackets
//! hanging out, a thin rule above totals, no boxes. Bold is only ever a second signal.

use std::io::{self, Write};

use anstyle::Style;

use super::columns::{GAP, Group, INDENT, has_brackets, lay_out};
use super::figure::Display;
use super::shown::{Shown, sentence};
use super::text::{clean, left, right, width, wrap};
use crate::report::table::{Block, ColumnKind, Document, RowStyle, Sentence, TableRow, Waterfall};

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
            Block::Tree(lines) => page.tree(lines, display)?,
            Block::Table(table) => page.table(&Shown::new(table, display))?,
            Block::Waterfall(chart) => page.waterfall(chart, display)?,
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

    /// Each line set in by its depth, wrapped under itself; very deep lines stop moving in.
    fn tree(&mut self, lines: &[(usize, Sentence)], display: &Display) -> io::Result<()> {
        let width = self.width.min(PROSE + 40);
        for (depth, said) in lines {
            let indent = (depth * INDENT).min(width / 3);
            for line in wrap(&sentence(said, display), width - indent, 2 * INDENT) {
                self.line(&format!("{}{line}", " ".repeat(indent)), NORMAL)?;
            }
        }
        Ok(())
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

    fn waterfall(&mut self, chart: &Waterfall, display: &Display) -> io::Result<()> {
        self.prose(&clean(&chart.title), "", BOLD)?;
        self.prose(&super::waterfall::key(display), "", NORMAL)?;
        self.gap()?;
        for (bar, line) in chart.bars.iter().zip(super::waterfall::lines(chart, display, self.prose_width())) {
            self.line(&line, if bar.level { BOLD } else { NORMAL })?;
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
        if super::register::is_register(shown) {
            self.gap()?;
            for line in super::register::lines(shown, self.width) {
                self.line(&line, NORMAL)?;
            }
            return shown.notes.iter().try_for_each(|note| self.prose(note, "Note: ", NORMAL));
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
        let sheet = Sheet { shown, group, brackets: has_brackets(shown) };
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
    brackets: bool,
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
                    let pad = if self.brackets && !text.ends_with(')') { " " } else { "" };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::{Column, Figure, Table, TableCell};
    use crate::sheet::{Flags, Sign};
    use crate::vocabulary::Unit;

    fn at(document: &Document, width: usize, colour: bool) -> String {
        let mut out = Vec::new();
        write(document, &Display::default(), width, colour, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn only(table: Table) -> Document {
        Document { blocks: vec![Block::Table(table)], ..Document::default() }
    }

    fn money(thousands: i128) -> TableCell {
        Figure::money(thousands * 100_000).into()
    }

    fn gap() -> Table {
        let mut table = Table::new(vec![Column::text(""), Column::figure("2026/27"), Column::figure("2027/28")]);
        table.title = Some("What is still to find".into());
        table.key = Some("positive gap = shortfall".into());
        let pay = table.push(TableRow::plain("Pay", vec![money(2732), money(-62)]).indented(1));
        let duty = table.push(TableRow::plain("New duty", vec![money(1000), money(0)]).indented(1));
        let parts = vec![(pay, Sign::Plus), (duty, Sign::Plus)];
        table.push(TableRow::new(RowStyle::Total, "Total", vec![money(3732), money(-62)]).sum_of(parts));
        table.push(TableRow::section("For reference"));
        let unknown = Figure::new(Unit::Money, None, Flags::NOT_PUBLISHED);
        let rough = Figure::new(Unit::Money, Some(200_000_000_000), Flags { about: 9, ..Flags::EXACT });
        table.push(TableRow::plain("Schools", vec![unknown.into(), rough.into()]));
        table
    }

    #[test]
    fn a_table_as_it_stands_in_a_paper() {
        let expected = "\
What is still to find
£m; positive gap = shortfall

            2026/27    2027/28
───────────────────────────────
  Pay         2.732     (0.062)
  New duty    1.000      0.000
            ────────  ─────────
Total         3.732     (0.062)

For reference
Schools         n/p   c. 2,000
Note: n/p: not published, or resting on what was not; c.: known only about
";
        // Nothing depends on the screen as long as it is wide enough.
        assert_eq!(at(&only(gap()), 80, false), expected);
        assert_eq!(at(&only(gap()), 200, false), expected);
    }

    #[test]
    fn a_long_label_wraps_under_itself() {
        let mut table = Table::new(vec![Column::text("Line"), Column::figure("2026/27")]);
        let label = "Adult social care: demand and complexity, ages 65 and above";
        table.push(TableRow::plain(label, vec![money(1)]).indented(1));
        let expected = "\
Line                             2026/27
────────────────────────────────────────
  Adult social care: demand and    0.001
    complexity, ages 65 and
    above
";
        assert_eq!(at(&only(table), 40, false), format!("£m\n\n{expected}"));
    }

    #[test]
    fn years_continue_in_a_further_table() {
        let years = 30;
        let mut columns = vec![Column::text("")];
        columns.extend((0..years).map(|y| Column::figure(format!("{}/{:02}", 2026 + y, 27 + y))));
        let mut table = Table::new(columns);
        let cells = |from: i128| (0..years).map(|y| money(from + i128::from(y))).collect();
        table.push(TableRow::plain("Council tax requirement of the whole county", cells(123_456)));
        table.push(TableRow::plain("Gap", cells(-20)));
        let text = at(&only(table), 80, false);
        assert!(text.lines().all(|line| width(line) <= 80), "{text}");
        assert_eq!(text.matches("Gap").count(), 6);
        // Every heading and every figure is there once, whole.
        for y in 0..years {
            assert_eq!(text.matches(&format!("{}/{:02}", 2026 + y, 27 + y)).count(), 1);
            assert_eq!(text.matches(&format!("123.{}", 456 + y)).count(), 1);
        }
    }

    #[test]
    fn prose_and_facts() {
        let mut document = Document {
            title: "Exshire".into(),
            lines: vec!["version 3".into()],
            blocks: vec![
                Block::Heading("One page".into()),
                Block::Text(vec![Sentence::from("Still to find ").figure(Figure::money(273_200_000)).text(".")]),
                Block::Facts(vec![
                    ("Stage".into(), "draft".into()),
                    ("Balanced in year 1".into(), Figure::money(-5_000_000).into()),
                ]),
                Block::Notes(vec!["a remark".into()]),
            ],
        };
        let expected = "\
Exshire
version 3

One page
────────
Still to find £2.732m.

Stage:               draft
Balanced in year 1:  -£0.05m

- a remark
";
        assert_eq!(at(&document, 80, false), expected);
        document.blocks.clear();
        assert_eq!(at(&document, 80, true), "\u{1b}[1mExshire\u{1b}[0m\nversion 3\n");
    }

    #[test]
    fn an_escape_sequence_never_reaches_the_terminal() {
        let bad = "Plan\u{1b}]0;owned\u{7}\u{9b}31m\nsecond";
        let mut table = gap();
        table.title = Some(bad.into());
        table.key = Some(bad.into());
        table.notes.push(bad.into());
        table.columns[0].heading = bad.into();
        table.rows[0].cells[0] = bad.into();
        table.rows[3].cells[0] = bad.into();
        let facts = Block::Facts(vec![(bad.into(), bad.into())]);
        let blocks = vec![Block::Heading(bad.into()), Block::Table(table), Block::Notes(vec![bad.into()]), facts];
        let text = at(&Document { title: bad.into(), lines: vec![bad.into()], blocks }, 80, false);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
        assert!(text.starts_with("Plan]0;owned31m second\n"), "{text:?}");
    }

    #[test]
    fn a_table_without_rows_says_so() {
        let table = Table::new(vec![Column::text("Saving"), Column::figure("2026/27")]);
        assert_eq!(at(&only(table), 80, false), "Saving  2026/27\n───────────────\n(none)\n");
    }

    #[test]
    fn nothing_is_wider_than_the_screen_and_no_figure_is_cut() {
        let mut table = Table::new(vec![
            Column::text("Saving"),
            Column::text("Owner"),
            Column::figure("Full-year effect, risk-adjusted"),
            Column::text("Source"),
            Column::figure("2026/27"),
        ]);
        let source = "https://example.gov.uk/a/very/long/address/that/has/no/spaces/in/it/at/all.pdf";
        for name in ["Réablement – 東京都庁の長い名前", "Home First"] {
            let cells = vec!["Director of Adult Services".into(), money(-123_456_789), source.into(), money(5)];
            table.push(TableRow::plain(name, cells));
        }
        let document = only(table);
        for screen in 40..200 {
            let text = at(&document, screen, false);
            assert!(text.lines().all(|line| width(line) <= screen), "{screen}\n{text}");
            assert_eq!(text.matches("(123,456.789)").count(), 2);
        }
    }
}
