//! `fundgap report`: the plan as one page that opens anywhere.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::analysis::slider::{Sliders, choose};
use fundgap::output::html;
use fundgap::report::Reader;
use fundgap::report::paper::{About, asked, paper};

use super::common::{Changes, Global, Showing, UnitWord, open_baseline, organisations, refuse, run_command};
use super::exit::Exit;

/// What would members and officers read? One page that opens anywhere, with sliders.
///
/// One self-contained HTML file: the one page, the budget table, charts, assumptions with their sources,
/// findings. It needs no network and no program but a browser, prints on A4, and is complete without its
/// script. With it, sliders on the assumptions that move most compute the whole sheet again in the page, to
/// the penny, and say the difference in words and as the command that shows it here.
#[derive(Debug, Args)]
pub struct Report {
    /// The scenario file; `-` reads standard input
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    #[command(flatten)]
    changes: Changes,
    /// One organisation; all of them when left out
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Leave the sliders out: the page is smaller and nothing on it moves
    #[arg(long)]
    no_sliders: bool,
    /// The file to write, ending in .html (whole or not at all); `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Unit of money; the scenario's own when left out
    #[arg(long, value_enum, value_name = "UNIT")]
    unit: Option<UnitWord>,
    /// Decimals of money
    #[arg(long, value_name = "N")]
    decimals: Option<u32>,
}

impl Report {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let ending = self.output.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        if self.output.as_os_str() != "-" && !matches!(ending.as_deref(), Some("html" | "htm")) {
            bail!("`{}` does not say that it is a page: name it .html", self.output.display());
        }
        let (baseline, opened) = match open_baseline(&self.scenario, &self.changes, global) {
            Ok(found) => found,
            Err(exit) => return Ok(exit),
        };
        let showing: Showing = Showing {
            format: None,
            output: Some(self.output.clone()),
            unit: self.unit,
            decimals: self.decimals,
            footing: false,
            width: None,
            excel: false,
        };
        showing.spares(&opened)?;
        let r = Reader::new(&opened);
        let chosen = organisations(&opened, self.organisation.as_deref())?;
        let sliders = if self.no_sliders {
            Sliders::default()
        } else {
            match choose(&baseline, &opened, &asked(&r, &chosen)) {
                Ok(sliders) => sliders,
                Err(refused) => return Ok(refuse(&refused, global)),
            }
        };
        let (command, changes) = (run_command(&self.scenario, &self.changes), self.changes.words());
        let about = About { version: env!("CARGO_PKG_VERSION"), command: &command, changes: &changes };
        let paper = paper(&r, &chosen, &sliders, about);
        let unit = self.unit.map_or(opened.scenario.unit, Into::into);
        showing.write(global, |out, _| html::write(&paper, unit, self.decimals, out))?;
        Ok(Exit::Fine)
    }
}
