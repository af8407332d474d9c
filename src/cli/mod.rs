//! The command line: flags, one file a command, exit codes. Uses the library's public interface
//! only.

mod amend;
mod backtest;
mod batch;
mod bridge;
mod check;
mod common;
mod compare;
mod diff;
mod exit;
mod explain;
mod export;
mod files;
mod git;
mod import;
mod progress;
mod reckon;
mod record;
mod report;
mod risks;
mod roll;
mod rule;
mod run;
mod scope;
mod sensitivity;
mod several;
mod simulate;
mod solve;
mod stress;
mod stresses;
mod sweep;
mod track;
mod verify;
mod vintages;
mod watch;

use std::io;

use clap::{CommandFactory, Parser, Subcommand};

use common::{Global, tell};
pub use exit::Exit;
use fundgap::output::message;

/// A funding-gap modeller for UK public finance: exact to the penny, and able to explain every figure.
#[derive(Debug, Parser)]
#[command(name = "fundgap", version, max_term_width = 100, propagate_version = true)]
#[command(
    after_help = "Start: fundgap new plan.toml && fundgap run plan.toml\nExit codes: 0 fine, 1 a check, expectation or threshold was breached (or `solve` found nothing), 2 usage or an invalid scenario, 3 could not read or write."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Explain(explain::Explain),
    Check(check::Check),
    Rule(rule::Rule),
    Record(record::Record),
    Backtest(backtest::Backtest),
    Reckon(reckon::Reckon),
    Solve(solve::Solve),
    Sensitivity(sensitivity::Sensitivity),
    Sweep(sweep::Sweep),
    Simulate(simulate::Simulate),
    Stress(stress::Stress),
    Stresses(stresses::Stresses),
    Risks(risks::Risks),
    Compare(compare::Compare),
    Diff(diff::Diff),
    Bridge(bridge::Bridge),
    Amend(amend::Amend),
    Report(report::Report),
    Batch(batch::Batch),
    Verify(verify::Verify),
    Export(export::Export),
    Import(import::Import),
    Track(track::Track),
    Roll(roll::Roll),
    Vintages(vintages::Vintages),
    New(files::New),
    Schema(files::Schema),
    Reference(files::Reference),
    Completions(files::Completions),
    Man(files::Man),
}

impl Cli {
    /// Runs the command and gives the exit code. A reader that has seen enough (a closed pipe) is
    /// no failure.
    pub fn run(self) -> Exit {
        if self.global.watch {
            return watch::again_and_again(&self.global.read, self.global.quiet, || self.once());
        }
        self.once().unwrap_or_else(|gone| gone)
    }

    /// Runs it once; the error is the exit code when nobody reads any more.
    fn once(&self) -> Result<Exit, Exit> {
        let result = match &self.command {
            Command::Run(command) => command.run(&self.global),
            Command::Explain(command) => command.run(&self.global),
            Command::Check(command) => command.run(&self.global),
            Command::Rule(command) => command.run(&self.global),
            Command::Record(command) => command.run(&self.global),
            Command::Backtest(command) => command.run(&self.global),
            Command::Reckon(command) => command.run(&self.global),
            Command::Solve(command) => command.run(&self.global),
            Command::Sensitivity(command) => command.run(&self.global),
            Command::Sweep(command) => command.run(&self.global),
            Command::Simulate(command) => command.run(&self.global),
            Command::Stress(command) => command.run(&self.global),
            Command::Stresses(command) => command.run(&self.global),
            Command::Risks(command) => command.run(&self.global),
            Command::Compare(command) => command.run(&self.global),
            Command::Diff(command) => command.run(&self.global),
            Command::Bridge(command) => command.run(&self.global),
            Command::Amend(command) => command.run(&self.global),
            Command::Report(command) => command.run(&self.global),
            Command::Batch(command) => command.run(&self.global),
            Command::Verify(command) => command.run(&self.global),
            Command::Export(command) => command.run(&self.global),
            Command::Import(command) => command.run(&self.global),
            Command::Track(command) => command.run(&self.global),
            Command::Roll(command) => command.run(&self.global),
            Command::Vintages(command) => command.run(&self.global),
            Command::New(command) => command.run(&self.global),
            Command::Schema(command) => command.run(&self.global),
            Command::Reference(command) => command.run(&self.global),
            Command::Completions(command) => command.run(&mut Self::command()),
            Command::Man(command) => command.run(Self::command()),
        };
        let Err(error) = result else { return result.map_err(|_| Exit::Invalid) };
        let kind = error.chain().find_map(|e| e.downcast_ref::<io::Error>()).map(io::Error::kind);
        if kind == Some(io::ErrorKind::BrokenPipe) {
            return Err(Exit::Fine);
        }
        tell(&format!("error: {}", message::safe(&format!("{error:#}"))));
        Ok(if kind.is_some() { Exit::Unreadable } else { Exit::Invalid })
    }
}
