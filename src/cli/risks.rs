//! `fundgap risks`: the register of budget risks, and what general balance it asks for.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::analysis::risk_register::Register;
use fundgap::output::{Format, csv, json};
use fundgap::report::Reader;
use fundgap::report::risks::{self as report, Shown};
use fundgap::vocabulary::FinancialYear;

use super::common::{Changes, Global, Showing, open, organisations, tell};
use super::exit::Exit;

/// What general balance does the register of risks ask for?
///
/// The risks with their impact and likelihood; what they come to together, how likely that is if none depends on another,
/// exactly; and beside it what the plan states as the minimum of its general reserve, and holds. That a balance should hold
/// P90 is judgement; no opinion is given on whether it is adequate.
#[derive(Debug, Args)]
pub struct Risks {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    /// One plan year: 2026/27. All of them when left out
    #[arg(long, value_name = "YEAR")]
    year: Option<FinancialYear>,
    /// One organisation
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
}

/// What to write where there is no register.
const HOW: &str =
    "hint: write each risk down: [risk.care_fees] with impact = \"£1.2m\", likelihood = \"40%\" and recurrent = true";

impl Risks {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let opened = match open(&self.scenario, &self.changes, global) {
            Ok(opened) => opened,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&opened)?;
        let chosen = organisations(&opened, self.organisation.as_deref())?;
        let horizon = opened.plan.horizon();
        let years: Vec<i32> = match self.year {
            None => horizon.plan().collect(),
            Some(year) => match horizon.number(year).filter(|t| horizon.plan().contains(t)) {
                Some(t) => vec![t],
                None => bail!("{year} is no year of the plan: it runs from {} to {}", horizon.first(), horizon.last()),
            },
        };
        let registers: Vec<Shown<'_>> = chosen
            .iter()
            .filter_map(|organisation| Register::of(&opened, organisation))
            .map(|register| Shown::new(register, &years))
            .collect();
        if registers.is_empty() {
            let whose = self.organisation.as_ref().map_or("this scenario".to_owned(), |name| format!("`{name}`"));
            tell(&format!("error: {whose} has no register of risks\n{HOW}"));
            return Ok(Exit::Invalid);
        }
        let r = Reader::new(&opened);
        match format {
            Format::Csv => {
                let table = report::tidy(&r, &registers);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = report::json(&r, &registers);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                let document = report::document(&r, &registers).with_changes(&self.changes.words());
                self.showing.write_document(&document, opened.scenario.unit, global, format)?;
            }
        }
        Ok(Exit::Fine)
    }
}
