//! `export`: the whole plan as a workbook of live formulas.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use fundgap::output::{self, message, xlsx};
use fundgap::report::workbook::{self, Made};
use fundgap::report::{Reader, difference};

use super::common::{Changes, Global, open_from, origin, spares, tell};
use super::exit::Exit;

/// Export the plan as a workbook of live formulas
///
/// Every cell is a formula on the cells it rests on; inputs stand on sheets of their own and may be changed; a
/// reconciliation holds every cell against the figure of this program.
#[derive(Debug, Args)]
pub struct Export {
    /// The scenario; `-` reads standard input
    scenario: PathBuf,
    #[command(flatten)]
    changes: Changes,
    /// The workbook to write, ending in .xlsx (whole or not at all)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// The moment a workbook says it was made, unless `SOURCE_DATE_EPOCH` says another: the start of 2026.
/// The clock would make two exports of one plan differ.
const CREATED: i64 = 1_767_225_600;

impl Export {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let path = self.output.as_path();
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
            bail!("export writes a workbook: give --output a name that ends in .xlsx, not `{}`", path.display());
        }
        let created = created()?;
        let opened = origin(&self.scenario)
            .and_then(|from| open_from(&from, &self.changes, global).map(|opened| (from, opened)));
        let (from, opened) = match opened {
            Ok(opened) => opened,
            Err(exit) => return Ok(exit),
        };
        spares(path, &opened)?;
        // What the changes did is told beside the scenario as it is without them.
        let before = if self.changes.is_empty() { None } else { fundgap::open(&from, &[], &[]).ok() };
        let changes = self.changes.words();
        let difference = before.map(|before| difference::sentences(&before, &opened, &changes)).unwrap_or_default();
        let made = Made { version: env!("CARGO_PKG_VERSION"), changes: &changes, difference: &difference };
        let r = Reader::new(&opened);
        let book = workbook::workbook(&r, &made);
        let bytes = xlsx::bytes(&book, &xlsx::Options { created, cached: xlsx::Cached::Figures })?;
        write(path, &bytes)?;
        if !global.quiet {
            let cells = opened.plan.sheet.len();
            tell(&format!(
                "wrote {}: {cells} cells in each run, all as formulas",
                message::safe(&path.display().to_string())
            ));
        }
        Ok(Exit::Fine)
    }
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    output::write_whole(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

/// The moment to write into the file.
fn created() -> anyhow::Result<i64> {
    let Some(typed) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(CREATED) };
    let seconds = typed.to_str().and_then(|text| text.trim().parse::<i64>().ok());
    // From 1970 to the last moment that a file of Excel can name.
    match seconds.filter(|seconds| (0..253_402_300_800).contains(seconds)) {
        Some(seconds) => Ok(seconds),
        None => bail!("SOURCE_DATE_EPOCH is `{}`, and must be a number of seconds since 1970", typed.display()),
    }
}
