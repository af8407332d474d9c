//! `fundgap record`: what became of planned savings elsewhere.

use clap::Args;
use clap::builder::PossibleValuesParser;
use fundgap::language::MoneyUnit;
use fundgap::output::{Format, csv, json};
use fundgap::record::Group;
use fundgap::report::record::{self as report, Wanted};

use super::common::{Global, Showing};
use super::exit::Exit;

/// What became of planned savings elsewhere?
///
/// Published cases of councils and NHS bodies, each with what was planned, what was delivered and where that stands, and
/// what the cases of each sort of body come to. A forecast, or a figure that was not published, counts in nothing.
#[derive(Debug, Args)]
pub struct Record {
    /// Bodies of a sort only: councils, nhs, council_england …
    #[arg(long, value_name = "BODIES", hide_possible_values = true, default_value = "all")]
    #[arg(value_parser = PossibleValuesParser::new(Group::all().into_iter().map(Group::code)))]
    bodies: String,
    /// Savings of a class, or of a service, only: income, adult social care …
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Print where each row was published
    #[arg(long)]
    sources: bool,
    #[command(flatten)]
    showing: Showing,
}

impl Record {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let group = Group::all().into_iter().find(|group| group.code() == self.bodies).unwrap_or(Group::All);
        let wanted = Wanted { group, class: self.class.clone(), sources: self.sources };
        match format {
            Format::Csv => {
                let table = report::table(&wanted);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let value = report::json(&wanted);
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => self.showing.write_document(&report::document(&wanted), MoneyUnit::Millions, global, format)?,
        }
        Ok(Exit::Fine)
    }
}
