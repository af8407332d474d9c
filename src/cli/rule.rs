//! `fundgap rule`: what a rule of `check` asks, on what evidence, and how to mend what it finds.

use anyhow::bail;
use clap::Args;
use fundgap::check::realism::{Rule as Asked, all_rules};
use fundgap::language::MoneyUnit;
use fundgap::output::{Format, csv};
use fundgap::report::realism;
use fundgap::report::table::{Block, Document};
use fundgap::vocabulary::name::did_you_mean;

use super::common::{Global, Showing};
use super::exit::Exit;

/// What does a rule of `check` ask, on what evidence, and how is what it finds mended?
///
/// Without a rule all of them are listed.
#[derive(Debug, Args)]
pub struct Rule {
    /// The code or the name of a rule: R04, `non_recurrent_share`
    #[arg(value_name = "RULE")]
    rule: Option<String>,
    /// Explain every rule
    #[arg(long, conflicts_with = "rule")]
    all: bool,
    #[command(flatten)]
    showing: Showing,
}

impl Rule {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let blocks = match &self.rule {
            None if self.all => all_rules().flat_map(realism::explained).collect(),
            None => vec![Block::Table(realism::list(all_rules()))],
            Some(typed) => match Asked::of(typed) {
                Some(rule) => realism::explained(rule),
                None => {
                    let meant = did_you_mean(typed, all_rules().flat_map(|r| [r.code, r.name]));
                    let meant = meant.map(|m| format!("did you mean `{m}`? ")).unwrap_or_default();
                    bail!("there is no rule `{typed}`; {meant}`fundgap rule` lists them")
                }
            },
        };
        match (format, &self.rule) {
            (Format::Csv, None) if !self.all => {
                let table = realism::list(all_rules());
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            (Format::Csv | Format::Json, _) => bail!("a rule is for reading: leave --format out, or ask for markdown"),
            _ => {
                let document = Document { title: "Rules of `fundgap check`".to_owned(), lines: Vec::new(), blocks };
                self.showing.write_document(&document, MoneyUnit::Millions, global, format)?;
            }
        }
        Ok(Exit::Fine)
    }
}
