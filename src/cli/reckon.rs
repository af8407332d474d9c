//! `fundgap reckon`: the ready reckoner of a budget meeting.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use fundgap::analysis::axis;
use fundgap::analysis::lever::typed;
use fundgap::analysis::reckon::reckon;
use fundgap::output::{Format, csv, json};
use fundgap::report::{Reader, reckoner, tidy};
use fundgap::sheet::Run;
use fundgap::vocabulary::Unit;
use fundgap::vocabulary::name::did_you_mean;

use super::common::{Changes, Global, Showing, open_baseline, refuse, run_command, tell_wrong};
use super::exit::Exit;

/// What is a point of council tax, of pay or of delivery worth, and how many points is £1m?
#[derive(Debug, Args)]
pub struct Reckon {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    /// The sum to reckon with: more or less of savings, and what brings it
    #[arg(long, default_value = "£1m", value_name = "MONEY")]
    amount: String,
    /// One organisation; all of them when left out
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
}

impl Reckon {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let (baseline, opened) = match open_baseline(&self.scenario, &self.changes, global) {
            Ok(found) => found,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&opened)?;
        let amount = match axis::number("--amount", &self.amount, Unit::Money, false, Some(opened.scenario.unit)) {
            Ok(amount) if amount > 0 => amount,
            Ok(_) => bail!("`{}` is no sum to reckon with; write --amount £1m", self.amount),
            Err(diagnostic) => return Ok(tell_wrong(*diagnostic, global)),
        };
        let r = Reader::new(&opened);
        // More than a plan's funding is a bare number in a larger unit than was meant.
        let funding = |t| {
            let all = opened.plan.facts.funding.iter();
            all.filter_map(|f| opened.plan.pence(opened.results.of(Run::Plan), f.amount.id(), t)).sum::<i128>()
        };
        let most = r.horizon().plan().map(funding).max().unwrap_or(0);
        if most > 0 && amount > most {
            bail!(
                "`{}` is {}, more than all funding of this plan in a year; a bare number is in the plan's unit: write \
                 --amount £1m",
                self.amount,
                typed(Unit::Money, amount)
            );
        }
        let (mut organisations, mut cells) = reckoner::asked(&r);
        if let Some(wanted) = &self.organisation {
            let years = usize::try_from(r.horizon().years()).unwrap_or(0);
            let Some(at) = organisations.iter().position(|o| o.name.as_str() == wanted) else {
                let names: Vec<&str> = organisations.iter().map(|o| o.name.as_str()).collect();
                let meant = did_you_mean(wanted, names.iter().copied());
                let meant = meant.map(|m| format!("did you mean `{m}`? ")).unwrap_or_default();
                bail!("there is no organisation `{wanted}`; {meant}there is: {}", names.join(", "))
            };
            let taxes = cells.split_off(organisations.len() * years);
            cells = cells[at * years..(at + 1) * years].iter().cloned().chain(taxes).collect();
            organisations = vec![organisations[at]];
        }
        let found = match reckon(&baseline, &opened, amount, organisations.len(), cells) {
            Ok(found) => found,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        let name = tidy::short_name(opened.loaded.sources.describe_file(opened.loaded.root));
        match format {
            Format::Csv => self.showing.write(global, |out, _| {
                let records = reckoner::records(&r, &found, &organisations, &name);
                csv::write_records(&reckoner::HEADER, records, self.showing.excel, out)
            })?,
            Format::Json => {
                let value = reckoner::json(&r, &found, &organisations, &name, amount);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                let command = run_command(&self.scenario, &self.changes);
                let document = reckoner::document(&r, &found, &organisations, amount, &command)
                    .with_changes(&self.changes.words());
                self.showing.write_document(&document, opened.scenario.unit, global, format)?;
            }
        }
        Ok(Exit::Fine)
    }
}
