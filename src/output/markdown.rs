//! Documents as GitHub-flavoured Markdown, for pull-request comments and notes. What a user wrote
//! is escaped, so that a name with an asterisk or a tag in it is shown and not obeyed.

use std::io::{self, Write};

use super::figure::Display;
use super::shown::{Shown, sentence};
use super::text::clean;
use crate::report::table::{Block, ColumnKind, Document, RowStyle, Sentence};

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
            Block::Table(it) => blocks.extend(table(&Shown::new(it, display))),
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
    for c in cleaned.trim().chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '|' | '~' | '[' | ']' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// An escaped text at the start of a line, where `#`, `-`, `+` or `1.` would begin something else.
fn paragraph(text: &str) -> String {
    let escaped = escape(text);
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    if escaped.starts_with(['#', '-', '+', '=']) {
        format!("\\{escaped}")
    } else if digits > 0 && escaped[digits..].starts_with(['.', ')']) {
        format!("{}\\{}", &escaped[..digits], &escaped[digits..])
    } else {
        escaped
    }
}
