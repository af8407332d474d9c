//! Exit codes, which scripts rely on.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Fine.
    Fine = 0,
    /// A check, an expectation or a threshold was breached.
    Breached = 1,
    /// Usage or an invalid scenario; every problem was listed.
    Invalid = 2,
    /// A file could not be read or written.
    Unreadable = 3,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
