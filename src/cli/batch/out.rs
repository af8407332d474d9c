//! Where a batch writes, and the counter that shows how far it is.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use fundgap::output::{Whole, csv};

use crate::cli::common::Showing;

/// What is written, and when.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// A table of all, at the end.
    Lines,
    /// The cells of each, as it comes.
    Cells,
    /// An object of each, as it comes.
    Objects,
}

/// Where results go that are written as they come.
pub enum Out {
    /// Nowhere: they are shown together at the end.
    Later,
    /// To a file, whole or not at all.
    File(BufWriter<Whole>),
    /// To standard output.
    Standard(BufWriter<io::Stdout>),
}

impl Out {
    pub fn begin(showing: &Showing, written: Written) -> anyhow::Result<Self> {
        if written == Written::Lines {
            return Ok(Self::Later);
        }
        let mut out = match showing.output.as_deref().filter(|p| p.as_os_str() != "-") {
            Some(path) => {
                let whole = Whole::begin(path).with_context(|| format!("cannot write `{}`", path.display()))?;
                Self::File(BufWriter::with_capacity(1 << 16, whole))
            }
            None => Self::Standard(BufWriter::with_capacity(1 << 16, io::stdout())),
        };
        if written == Written::Cells {
            let mut header = Vec::new();
            csv::write_header(showing.excel, &mut header)?;
            out.add(&header)?;
        }
        Ok(out)
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Standard(_)) && io::stdout().is_terminal()
    }

    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Later => Ok(()),
            Self::File(out) => out.write_all(bytes),
            Self::Standard(out) => out.write_all(bytes),
        }
    }

    pub fn finish(self, showing: &Showing) -> anyhow::Result<()> {
        match self {
            Self::Later => Ok(()),
            Self::Standard(mut out) => Ok(out.flush()?),
            Self::File(out) => {
                let name = showing.output.as_deref().unwrap_or(Path::new(""));
                let whole = out.into_inner().map_err(io::IntoInnerError::into_error);
                whole.and_then(Whole::finish).with_context(|| format!("cannot write `{}`", name.display()))
            }
        }
    }
}
