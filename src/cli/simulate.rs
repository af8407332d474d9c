//! `fundgap simulate`: many futures of a plan.

use std::path::PathBuf;
use std::thread;

use clap::Args;
use fundgap::analysis::simulate::{Asked, Control, simulate};
use fundgap::sheet::lanes::Instructions;

use super::common::{Changes, Global, Showing, open_baseline, organisations, refuse};
use super::exit::Exit;

/// How likely is it that the plan holds?
#[derive(Debug, Args)]
pub struct Simulate {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    /// How many futures
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    runs: u64,
    /// The seed: the same one gives the same futures everywhere
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// One organisation
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// How many threads to use; as many as the machine has when left out. The result is the same
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// The instruction set
    #[arg(long, hide = true)]
    instructions: Option<String>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
}

impl Simulate {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let (baseline, opened) = match open_baseline(&self.scenario, &self.changes, global) {
            Ok(both) => both,
            Err(exit) => return Ok(exit),
        };
        let chosen = organisations(&opened, self.organisation.as_deref())?;
        let instructions = match &self.instructions {
            None => Instructions::best(),
            Some(name) => Instructions::all()
                .into_iter()
                .find(|(known, _)| known == name)
                .map(|(_, set)| set)
                .ok_or_else(|| anyhow::anyhow!("this machine has no `{name}`"))?,
        };
        let asked = Asked {
            runs: self.runs,
            seed: self.seed,
            percentiles: vec![100, 500, 900],
            conditions: Vec::new(),
            organisations: chosen.iter().map(|o| o.name.clone()).collect(),
            threads: self.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, std::num::NonZero::get)),
            instructions,
        };
        let control = Control::default();
        let found = match simulate(&baseline, &opened, &asked, &control) {
            Ok(found) => found,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        println!("{found:#?}");
        Ok(Exit::Fine)
    }
}
