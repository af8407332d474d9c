//! `fundgap backtest`: the method held against what happened.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use fundgap::language::MoneyUnit;
use fundgap::output::{Format, csv, json};
use fundgap::record::backtest::{self, Of};
use fundgap::report::backtest::{self as report, Test};

use super::common::{Global, Showing, refuse};
use super::exit::Exit;
use super::record::prior;

/// How well would the method have done?
///
/// HISTORY holds what was planned and what came of it: body,class,year,planned,outcome[,unit,source]. Each year is estimated
/// from the rows of earlier years only and held against what happened: how far it was out and to which side, and how often
/// the outcome fell inside the range that was stated. Rows that could not be estimated are listed.
#[derive(Debug, Args)]
pub struct Backtest {
    /// The history in CSV
    #[arg(value_name = "HISTORY", required_unless_present = "record", conflicts_with = "record")]
    history: Option<PathBuf>,
    /// Test it on the evidence that is part of the program: social care of 151 councils, and the record of delivery
    #[arg(long)]
    record: bool,
    /// What the outcomes are of: savings delivered (never estimated above 100%) or spending of a budget
    #[arg(long, value_enum, default_value_t = OfWord::Savings, value_name = "WHAT", conflicts_with = "record")]
    of: OfWord,
    /// The share that is expected where nothing is known: 85% of savings, 100% of a budget when left out
    #[arg(long, value_name = "RATE", conflicts_with = "record")]
    prior: Option<String>,
    #[command(flatten)]
    showing: Showing,
}

/// What the outcomes are of, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OfWord {
    /// Savings delivered of those planned
    Savings,
    /// Spending of a budget
    Spending,
}

impl From<OfWord> for Of {
    fn from(word: OfWord) -> Self {
        match word {
            OfWord::Savings => Self::Savings,
            OfWord::Spending => Self::Spending,
        }
    }
}

impl Backtest {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let prior = prior(self.prior.as_deref())?;
        let tests = match &self.history {
            None => vec![Test::social_care(), Test::delivery()],
            Some(path) => {
                global.read.keep_file(path);
                let real = |path: &std::path::Path| path.canonicalize().ok();
                if self.showing.output.as_deref().and_then(real).is_some_and(|to| real(path) == Some(to)) {
                    bail!(
                        "`{}` is the history that is tested and is never written over; give another name",
                        path.display()
                    );
                }
                match backtest::read(path) {
                    Ok(rows) => vec![Test::of(&rows, self.of.into(), prior)],
                    Err(failure) => return Ok(refuse(&failure.into(), global)),
                }
            }
        };
        match format {
            Format::Csv => {
                let table = report::table(&tests);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = report::json(&tests);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => self.showing.write_document(&report::document(&tests), MoneyUnit::Millions, global, format)?,
        }
        Ok(Exit::Fine)
    }
}
