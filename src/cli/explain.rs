//! `fundgap explain`: why a figure is what it is, down to the line that caused it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fundgap::Opened;
use fundgap::analysis::explain;
use fundgap::check::expectation::find_cell;
use fundgap::language::MoneyUnit;
use fundgap::output::{Format, message};
use fundgap::report::{Reader, explanation};
use fundgap::sheet::{CellId, Run};
use fundgap::vocabulary::{Diagnostics, Sources};

use super::common::{Changes, Global, Showing, open, tell};
use super::exit::Exit;

/// Why is this figure what it is?
#[derive(Debug, Args)]
pub struct Explain {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    /// A cell (exshire/gap_before_savings@2026/27) or an assumption (saving.home_first.delivery)
    address: String,
    #[command(flatten)]
    changes: Changes,
    /// How many levels to go down; as many as fit on a few screens when left out
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// Show what depends on the figure instead
    #[arg(long)]
    dependents: bool,
    /// With --dependents: every row, not only the totals
    #[arg(long, requires = "dependents")]
    all: bool,
    /// Which run to explain
    #[arg(long, value_enum, default_value_t = OneRun::Plan, value_name = "RUN")]
    run: OneRun,
    #[command(flatten)]
    showing: Showing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OneRun {
    /// Savings in full and on time
    Plan,
    /// Savings at their stated delivery and slippage
    #[value(alias = "risk_adjusted")]
    RiskAdjusted,
}

/// A tree of at most this many lines is shown whole unless a depth is asked for.
const FEW_SCREENS: usize = 150;

impl Explain {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        if format == Format::Csv {
            anyhow::bail!("an explanation is a tree and has no CSV form; use --format json, markdown or table");
        }
        let opened = match open(&self.scenario, &self.changes, global) {
            Ok(opened) => opened,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&opened)?;
        let run = match self.run {
            OneRun::Plan => Run::Plan,
            OneRun::RiskAdjusted => Run::RiskAdjusted,
        };
        let cells = match self.cells(&opened) {
            Ok(cells) => cells,
            Err(wrong) => {
                tell(&message::render_all(&wrong, &Sources::new(), global.colour_messages()));
                return Ok(Exit::Invalid);
            }
        };
        let r = Reader::new(&opened);
        let document = if self.dependents {
            let found = explain::dependents(&opened.plan.sheet, &cells);
            explanation::dependents(&r, &self.address, &found, run, self.all)
        } else {
            let mut lines = Vec::new();
            for cell in &cells {
                lines.extend(explanation::lines(&r, &self.tree(&opened, *cell, run), run));
            }
            explanation::document(&r, &lines, run)
        };
        // Pounds and pence, so that any figure can be added up again from the lines below it.
        let own = if self.dependents { opened.scenario.unit } else { MoneyUnit::Pounds };
        self.showing.write_document(&document, own, global, format)?;
        Ok(Exit::Fine)
    }

    fn cells(&self, opened: &Opened) -> Result<Vec<CellId>, Diagnostics> {
        let behind = explain::cells_of_assumption(&opened.plan.sheet, &self.address);
        if !behind.is_empty() {
            return Ok(behind);
        }
        find_cell(&opened.plan, &self.address).map(|cell| vec![cell]).map_err(|mut diagnostic| {
            // A path of a file has dots where an address has slashes.
            if let (false, Some(meant)) =
                (self.address.contains('/'), explain::assumption_like(&opened.plan.sheet, &self.address))
            {
                diagnostic.hints = vec![format!("did you mean `{meant}`?")];
            }
            let mut wrong = Diagnostics::new();
            wrong.push(diagnostic);
            wrong
        })
    }

    fn tree(&self, opened: &Opened, cell: CellId, run: Run) -> explain::Node {
        let (sheet, values) = (&opened.plan.sheet, opened.results.of(run));
        if let Some(depth) = self.depth {
            return explain::explain(sheet, values, cell, depth);
        }
        let mut tree = explain::explain(sheet, values, cell, 1);
        for depth in 2..64 {
            let deeper = explain::explain(sheet, values, cell, depth);
            let size = explain::size(&deeper);
            if size > FEW_SCREENS || size == explain::size(&tree) {
                break;
            }
            tree = deeper;
        }
        tree
    }
}
