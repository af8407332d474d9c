//! A bar on a terminal's standard error, taken away before anything else is told.

use std::io::{self, IsTerminal, Write};

use super::common::Global;

/// How many blocks a full bar has.
const BLOCKS: u64 = 24;

/// How far something is.
pub struct Progress {
    all: u64,
    shown: bool,
}

impl Progress {
    /// A bar for so many things; not shown where standard error is no terminal, or would be in the way.
    pub fn new(all: u64, global: &Global, in_the_way: bool) -> Self {
        Self { all, shown: all > 1 && !global.quiet && !in_the_way && io::stderr().is_terminal() }
    }

    /// Shows that so many are done.
    pub fn show(&self, done: u64) {
        if self.shown {
            let done = done.min(self.all);
            let full = usize::try_from(done.saturating_mul(BLOCKS) / self.all.max(1)).unwrap_or(0);
            let rest = usize::try_from(BLOCKS).unwrap_or(0).saturating_sub(full);
            let bar = "█".repeat(full) + &"░".repeat(rest);
            // A bar that cannot be shown is nobody's problem.
            let _ = write!(io::stderr(), "\r{bar} {done} of {}", self.all);
        }
    }

    /// Takes it away.
    pub fn clear(&self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
