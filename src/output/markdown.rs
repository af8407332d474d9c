//! Documents as GitHub-flavoured Markdown, for pull-request comments and notes. What a user wrote
//! is escaped, so that a name with an asterisk or a tag in it is shown and not obeyed.

use std::io::{self, Write};

use super::figure::Display;
use super::shown::{Shown, sentence};
use super::text::clean;
use crate::report::table::{Block, ColumnKind, Document, RowStyle, Sentence};

/// The columns of a chart in a block of code.
const WATERFALL: usize = 80;

/// Writes a document as Markdown.
///
/// # Errors
/// What `out` says.
pub fn write(document: &Document, display: &Display, out: &mut dyn Write) -> io::Result<()> {
    let mut blocks: Vec<String> = Vec::new();
    if !document.title.is_empty() {
        blocks.push(format!("# {}", escape(&document.title)));
    }
    blocks.extend(paragraphs(&document.lines, display));
    for block in &document.blocks {
        match block {
            Block::Heading(heading) => blocks.push(format!("## {}", escape(heading))),
            Block::Text(lines) => blocks.extend(paragraphs(lines, display)),
            Block::Facts(facts) => {
                let facts = facts
                    .iter()
                    .map(|(label, said)| format!("- **{}:** {}", escape(label), escape(&sentence(said, display))));
                blocks.push(facts.collect::<Vec<_>>().join("\n"));
            }
            Block::Tree(lines) => blocks.push(
                lines
                    .iter()
                    .map(|(depth, line)| format!("{}- {}", "  ".repeat(*depth), paragraph(&sentence(line, display))))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            Block::Table(it) => blocks.extend(table(&Shown::new(it, display))),
            Block::Waterfall(chart) => {
                let lines = super::waterfall::lines(chart, display, WATERFALL).join("\n");
                blocks.push(format!("**{}** ({})", escape(&chart.title), super::waterfall::key(display)));
                blocks.push(format!("```text\n{}\n```", lines.replace('`', "'")));
            }
            Block::Notes(notes) => blocks.push(bullets(notes.iter().map(|note| sentence(note, display)))),
        }
    }
    blocks.retain(|block| !block.is_empty());
    writeln!(out, "{}", blocks.join("\n\n"))
}

fn paragraphs(lines: &[Sentence], display: &Display) -> impl Iterator<Item = String> {
    lines.iter().map(move |line| paragraph(&sentence(line, display)))
}

fn bullets(notes: impl Iterator<Item = String>) -> String {
    notes.map(|note| format!("- {}", paragraph(&note))).collect::<Vec<_>>().join("\n")
}

/// A table as blocks: title, key, the table itself and its notes.
fn table(shown: &Shown<'_>) -> Vec<String> {
    let mut blocks = Vec::new();
    if let Some(title) = &shown.title {
        blocks.push(format!("### {}", escape(title)));
    }
    if let Some(key) = &shown.key {
        blocks.push(format!("*{}*", escape(key)));
    }
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut lines = vec![line(shown.headings.iter().map(|heading| escape(heading)).collect())];
    let align = |kind| if kind == ColumnKind::Figure { "---:" } else { ":---" };
    lines.push(line(shown.table.columns.iter().map(|column| align(column.kind).to_owned()).collect()));
    for (row, cells) in shown.table.rows.iter().zip(&shown.cells) {
        let bold = !matches!(row.style, RowStyle::Plain | RowStyle::Muted);
        let cells = cells.iter().enumerate().map(|(column, text)| {
            let text = match (bold && !text.is_empty(), escape(text)) {
                (true, text) => format!("**{text}**"),
                (false, text) => text,
            };
            let indent = if column == 0 { usize::from(row.indent) } else { 0 };
            format!("{}{text}", "&emsp;".repeat(indent))
        });
        lines.push(line(cells.collect()));
    }
    blocks.push(lines.join("\n"));
    blocks.push(bullets(shown.notes.iter().cloned()));
    blocks
}

/// A text whose every character is shown as it is, on one line.
#[must_use]
pub fn escape(text: &str) -> String {
    let cleaned = clean(text);
    let mut escaped = String::with_capacity(cleaned.len() + 8);
    let mut before = ' ';
    let mut rest = cleaned.trim().chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // Within a word an underscore is only itself, and addresses stay readable and clickable.
            '_' if before.is_alphanumeric() && rest.peek().is_some_and(|c| c.is_alphanumeric()) => escaped.push(c),
            '\\' | '`' | '*' | '_' | '|' | '~' | '[' | ']' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
        before = c;
    }
    escaped
}

/// An escaped text at the start of a line, where `#`, `- ` or `1. ` would begin something else.
fn paragraph(text: &str) -> String {
    let escaped = escape(text);
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    let mut after = escaped[digits..].chars();
    let (mark, next) = (after.next().unwrap_or(' '), after.next().unwrap_or(' '));
    let marks = match mark {
        '#' | '=' => digits == 0,
        '-' | '+' => digits == 0 && (next == ' ' || next == mark),
        '.' | ')' => digits > 0 && next == ' ',
        _ => false,
    };
    if marks { format!("{}\\{}", &escaped[..digits], &escaped[digits..]) } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::{Column, Figure, Table, TableRow};

    #[test]
    fn what_users_write_is_shown_and_not_obeyed() {
        assert_eq!(escape("a|b *c* `d` \\ ~e~"), "a\\|b \\*c\\* \\`d\\` \\\\ \\~e\\~");
        assert_eq!(escape("<b>R&D</b> [x](y)"), "&lt;b&gt;R&amp;D&lt;/b&gt; \\[x\\](y)");
        assert_eq!(escape("home_first and _this_"), "home_first and \\_this\\_");
        assert_eq!(escape("\u{1b}[31m\nline"), "\\[31m line");
        assert_eq!(paragraph("# no heading"), "\\# no heading");
        assert_eq!(paragraph("- no bullet"), "\\- no bullet");
        assert_eq!(paragraph("2026. A year"), "2026\\. A year");
        assert_eq!(paragraph("---"), "\\---");
        for fine in ["2.99% is no list", "-£0.5m", "+£1.051m", "", "2026"] {
            assert_eq!(paragraph(fine), fine);
        }
    }

    #[test]
    fn a_document() {
        let mut table = Table::new(vec![Column::text("Line"), Column::figure("2026/27"), Column::figure("2027/28")]);
        table.title = Some("Still to find".into());
        table.key = Some("positive gap = shortfall".into());
        let mut filled = Figure::money(273_200_000);
        filled.flags.interpolated = true;
        table.push(TableRow::section("Pay"));
        table.push(TableRow::plain("A|B", vec![filled.into(), Figure::money(-6_200_000).into()]).indented(1));
        table.push(TableRow::new(RowStyle::Total, "Total", vec![Figure::money(0).into()]));
        let document = Document {
            title: "Exshire *draft*".into(),
            lines: vec!["version 3".into()],
            blocks: vec![
                Block::Heading("One page".into()),
                Block::Text(vec![Sentence::from("Gap ").figure(Figure::money(-50_000_000)), "- second".into()]),
                Block::Facts(vec![("Stage".into(), "draft".into()), ("Gap".into(), Figure::money(5).into())]),
                Block::Table(table),
                Block::Notes(vec!["a remark".into()]),
            ],
        };
        let mut out = Vec::new();
        write(&document, &Display::default(), &mut out).unwrap();
        let expected = "\
# Exshire \\*draft\\*

version 3

## One page

Gap -£0.5m

\\- second

- **Stage:** draft
- **Gap:** £0.05

### Still to find

*£m; positive gap = shortfall*

| Line | 2026/27 | 2027/28 |
| :--- | ---: | ---: |
| **Pay** |  |  |
| &emsp;A\\|B | \\~2.732 | (0.062) |
| **Total** | **0.000** |  |

- \\~: filled in between published years

- a remark
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
