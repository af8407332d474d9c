//! A report as a comment on a pull request: a first line that a program finds again, what is seen at
//! once, and parts that are folded away.

use std::io::{self, Write};

use super::figure::Display;
use super::markdown::{self, escape};
use crate::report::diff::comment::{Comment, MARK};

/// Writes a comment in GitHub-flavoured Markdown.
///
/// # Errors
/// What `out` says.
pub fn write(comment: &Comment, display: &Display, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{MARK}\n")?;
    markdown::write(&comment.shown, display, out)?;
    for (heading, document) in &comment.folded {
        writeln!(out, "\n<details>\n<summary>{}</summary>\n", escape(heading))?;
        markdown::write(document, display, out)?;
        writeln!(out, "\n</details>")?;
    }
    Ok(())
}
