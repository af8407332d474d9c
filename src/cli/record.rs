//! `fundgap record`: what became of planned savings elsewhere, and what a body's own history says.

mod reference_layer;

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use clap::builder::PossibleValuesParser;
use fundgap::Opened;
use fundgap::check::verdict;
use fundgap::language::{MoneyUnit, typed};
use fundgap::open::Refused;
use fundgap::output::{Format, csv, json};
use fundgap::record::credibility::PRIOR;
use fundgap::record::{About, Group, History};
use fundgap::report::own_record::{self, Body};
use fundgap::report::record::{self as report, Wanted};
use fundgap::report::table::Document;
use fundgap::report::{Reader, page, verdict as report_verdict};
use fundgap::vocabulary::Unit;
use serde_json::json;

use super::common::{Changes, Global, Showing, open_baseline, refuse};
use super::exit::Exit;

/// What became of planned savings elsewhere, and at this body?
///
/// Published cases of councils and NHS bodies, each with what was planned, what was delivered and where that stands, and
/// what the cases of each sort of body come to. A forecast, or a figure that was not published, counts in nothing. With a
/// scenario or a history: what became of the body's own savings, the share it may be expected to deliver, and, beside both,
/// what each year of the plan asks of its savings.
#[derive(Debug, Args)]
pub struct Record {
    /// A scenario: its own history instead of the published cases; `-` reads standard input
    #[arg(value_name = "SCENARIO", conflicts_with_all = ["bodies", "class", "sources"])]
    scenario: Option<PathBuf>,
    /// A body's own history in CSV: year,item,class,planned,delivered,one_off,unit,source,organisation
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bodies", "class", "sources"])]
    history: Option<PathBuf>,
    /// The share that is expected of a body without a history; 85% when left out
    #[arg(long, value_name = "RATE", conflicts_with_all = ["bodies", "class", "sources"])]
    prior: Option<String>,
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
    /// Write each saving not delivered yet at what published cases delivered, as a layer to this file (whole or not at all)
    #[arg(long, value_name = "FILE", requires = "scenario")]
    write_layer: Option<PathBuf>,
    /// The part of the cases that reached the share: 50% is the median, 80% what four in five reached
    #[arg(long, value_name = "RATE", requires = "write_layer", default_value = "50%")]
    reached_by: String,
    /// Write over a layer that is there already; never over what is read
    #[arg(long, requires = "write_layer")]
    force: bool,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
}

/// A share as typed after `--prior`.
pub fn prior(typed: Option<&str>) -> anyhow::Result<Option<i128>> {
    let Some(typed) = typed else { return Ok(None) };
    match typed::read(typed, Unit::Rate, None) {
        Ok(Some(rate)) if (0..=1_000_000_000).contains(&rate) => Ok(Some(rate)),
        Ok(_) => bail!("--prior is a share from 0% to 100%, not `{typed}`"),
        Err(wrong) => bail!("--prior: {}; write a share with its %: 80%", wrong.message),
    }
}

/// The history of a scenario and of a file; what is wrong with the file is told and becomes the exit code.
pub fn history(opened: Option<&Opened>, file: Option<&Path>, global: &Global) -> Result<History, Exit> {
    history_or_refused(opened, file, global).map_err(|(exit, _)| exit)
}

/// The same; what is wrong with the file is told on standard error, and comes back beside the exit code.
pub fn history_or_refused(
    opened: Option<&Opened>,
    file: Option<&Path>,
    global: &Global,
) -> Result<History, (Exit, Box<Refused>)> {
    let mut history = opened.map(History::of).unwrap_or_default();
    let Some(path) = file else { return Ok(history) };
    global.read.keep_file(path);
    let about = opened.map(|opened| About {
        organisations: &opened.plan.organisations,
        base: opened.plan.horizon().base(),
        unit: opened.scenario.unit,
    });
    match history.add_file(path, about) {
        Ok(()) => Ok(history),
        Err(failure) => {
            let refused = Box::new(Refused::from(failure));
            Err((refuse(&refused, global), refused))
        }
    }
}

impl Record {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        self.showing.spares_named(self.scenario.iter().chain(&self.history).map(PathBuf::as_path))?;
        if self.scenario.is_none() && !self.changes.is_empty() {
            bail!("--set, --layer and --stress change a scenario, and none is given");
        }
        if self.scenario.is_some() || self.history.is_some() {
            return self.own(format, global);
        }
        if prior(self.prior.as_deref())?.is_some() {
            bail!("--prior is for a body's own history: name a scenario, or --history FILE");
        }
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

    /// A body's own history.
    fn own(&self, format: Format, global: &Global) -> anyhow::Result<Exit> {
        let typed = prior(self.prior.as_deref())?;
        let read = match &self.scenario {
            Some(path) => match open_baseline(path, &self.changes, global) {
                Ok(read) => Some(read),
                Err(exit) => return Ok(exit),
            },
            None => None,
        };
        let opened = read.as_ref().map(|(_, opened)| opened);
        if let Some(opened) = opened {
            self.showing.spares(opened)?;
        }
        let history = match history(opened, self.history.as_deref(), global) {
            Ok(history) => history,
            Err(exit) => return Ok(exit),
        };
        if let Some(((baseline, opened), file)) = read.as_ref().zip(self.write_layer.as_deref()) {
            match self.layer(file, baseline, opened, global)? {
                Exit::Fine => {}
                exit => return Ok(exit),
            }
        }
        let prior = typed.or(opened.and_then(|o| o.scenario.judged.delivery_prior)).unwrap_or(PRIOR);
        let verdicts = read
            .as_ref()
            .map_or_else(Vec::new, |(baseline, opened)| verdict::verdicts(baseline, opened, &history, Some(prior)));
        let titles: Vec<(String, String)> = match opened {
            Some(opened) => opened.plan.organisations.iter().map(|o| (o.name.to_string(), o.title.clone())).collect(),
            None => {
                let title = |name: &String| if name.is_empty() { "Own history".to_owned() } else { name.clone() };
                // A file with headings and no rows is a body of which nothing is known.
                let named = history.bodies();
                let bodies = if named.is_empty() { vec![String::new()] } else { named };
                bodies.iter().map(|name| (name.clone(), title(name))).collect()
            }
        };
        let bodies: Vec<Body<'_>> =
            titles.into_iter().map(|(name, title)| Body { title, entries: history.of_body(&name), prior }).collect();
        match format {
            Format::Csv => {
                let mut table = own_record::table(&bodies);
                table.rows.extend(report_verdict::history_rows(&verdicts));
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            Format::Json => {
                let all: Vec<_> = bodies.iter().map(own_record::json).collect();
                let value = json!({ "schema": "fundgap.history/1", "bodies": all, "verdicts": report_verdict::json(&verdicts) });
                self.showing.write(global, |out, _| json::write(&value, out))?;
            }
            _ => {
                let mut document = match opened {
                    Some(opened) => page::head(&Reader::new(opened)),
                    None => Document { title: "What became of planned savings".to_owned(), ..Document::default() },
                };
                for body in &bodies {
                    document.blocks.extend(body.blocks());
                }
                document.blocks.extend(report_verdict::blocks(&verdicts));
                let unit = opened.map_or(MoneyUnit::Millions, |opened| opened.scenario.unit);
                self.showing.write_document(&document, unit, global, format)?;
            }
        }
        Ok(Exit::Fine)
    }
}
