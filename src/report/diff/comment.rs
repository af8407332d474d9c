//! A difference as a comment on a pull request: the headline first, a short table for each body that
//! moved, and everything else folded away.

use super::{Told, headline, title};
use crate::report::table::{Block, Document, Sentence};

/// The first line of a comment, by which a later run finds the one to replace.
pub const MARK: &str = "<!-- fundgap diff -->";

/// The most steps a table shows before it is unfolded.
const MOST: usize = 8;

/// A comment: what is seen at once, and what is folded under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What is seen at once.
    pub shown: Document,
    /// What is folded, each part under its heading.
    pub folded: Vec<(String, Document)>,
}

/// A difference as a comment.
#[must_use]
pub fn comment(told: &Told<'_>, verdict: Option<Sentence>) -> Comment {
    let shown = Document {
        title: String::new(),
        lines: headline::all(told).into_iter().chain(verdict).collect(),
        blocks: told.tables(MOST).into_iter().map(Block::Table).collect(),
    };
    let mut folded = Vec::new();
    let mut fold = |heading: String, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            folded.push((heading, Document { blocks, ..Document::default() }));
        }
    };
    let whole = told.tables(usize::MAX);
    if whole != told.tables(MOST) {
        fold("Every step".to_owned(), whole.into_iter().map(Block::Table).collect());
    }
    let count: usize = told.difference.steps.iter().map(|s| s.changes.len()).sum();
    fold(format!("What changed ({count})"), tree(told.places()));
    let still = told.still();
    fold(format!("Moved nothing ({})", still.len()), tree(still));
    let mut about = vec![Block::Text(vec![Sentence::from(title(told))]), Block::Notes(headline::ends(told))];
    let notes = headline::notes(told);
    if !notes.is_empty() {
        about.push(Block::Notes(notes));
    }
    fold("How to read this".to_owned(), about);
    Comment { shown, folded }
}

fn tree(lines: Vec<(usize, Sentence)>) -> Vec<Block> {
    if lines.is_empty() { Vec::new() } else { vec![Block::Tree(lines)] }
}
