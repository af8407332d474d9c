//! `fundgap run`: how big each organisation's gap is, why, and what closes it.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use fundgap::mechanism::organisation::Organisation;
use fundgap::output::{Format, csv, json};
use fundgap::report::table::{Block, Document, Table};
use fundgap::report::{
    Reader, adjusted, budget, chart, demand, difference, lists, page, pools, real_terms, resilience, result, solutions,
    tidy,
};
use fundgap::sheet::Run as WhichRun;
use fundgap::vocabulary::Name;
use fundgap::{Opened, mechanism::system::View};

use super::common::{Changes, Global, Showing, open_from, organisations, origin};
use super::exit::Exit;

/// How big is each organisation's gap, year by year, why, and what closes it?
#[derive(Debug, Args)]
pub struct Run {
    /// Scenario files; `-` reads standard input
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// Show one table instead of the page
    #[arg(long, value_enum, value_name = "TABLE")]
    table: Option<TableWord>,
    /// Group the requirement by service; shows that table
    #[arg(long, value_enum, value_name = "GROUP")]
    by: Option<By>,
    /// One view of a system
    #[arg(long, value_enum, value_name = "VIEW")]
    view: Option<ViewWord>,
    /// One organisation
    #[arg(long, value_name = "NAME", conflicts_with = "view")]
    organisation: Option<String>,
    /// Show the shape of the plan too: what is still to find and reserves, year by year, as bars
    #[arg(long)]
    chart: bool,
    /// Which run the tables show
    #[arg(long, value_enum, default_value_t = RunWord::Both, value_name = "RUN")]
    run: RunWord,
    #[command(flatten)]
    showing: Showing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableWord {
    /// The budget table, from last year's budget to what is still to find
    Gap,
    /// What is needed, by line
    Requirement,
    /// Care demand by client group: clients, fees, gross, contributions, net
    Demand,
    /// What is available, by source
    Funding,
    /// Savings, plan and risk-adjusted
    Savings,
    /// Reserves: opening, used, drawn, closing, minimum
    Reserves,
    /// Payments between organisations
    Flows,
    /// Pooled budgets: contributions, spend, who pays what is over, the rule in words
    Pools,
    /// What moves the gap each year
    Bridge,
    /// From the gap before any measure to what is still to find, overlap and reinvestment included
    Solutions,
    /// The plan in the money of one named year
    RealTerms,
    /// Indicators of councils' resilience: reserves, what depends on council tax, social care
    Resilience,
    /// Every figure with its value, source, owner and place
    Assumptions,
    /// Published figures beside what the plan comes to
    Published,
    /// Every cell with its address
    Cells,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The first part of each line's service path
    Service,
}

/// A view, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ViewWord {
    /// Every organisation
    System,
    /// NHS bodies, and the social care gap they leave out
    Nhs,
    /// Councils
    Council,
}

impl ViewWord {
    /// Its name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Nhs => "nhs",
            Self::Council => "council",
        }
    }
}

/// Which run, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunWord {
    /// Savings in full and on time
    Plan,
    /// Savings at their stated delivery and slippage
    #[value(alias = "risk_adjusted")]
    RiskAdjusted,
    /// Both
    Both,
}

impl RunWord {
    /// The runs it names.
    pub fn runs(self) -> &'static [WhichRun] {
        match self {
            Self::Plan => &[WhichRun::Plan],
            Self::RiskAdjusted => &[WhichRun::RiskAdjusted],
            Self::Both => &WhichRun::BOTH,
        }
    }
}

impl Run {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        if self.scenarios.len() > 1 && self.showing.output.is_some() && format != Format::Csv {
            bail!("several scenarios go to one file only as CSV; run them one by one, or use --format csv");
        }
        if self.by.is_some() && self.table.is_some_and(|t| t != TableWord::Requirement) {
            bail!("`--by service` groups the requirement: use it with --table requirement");
        }
        if self.chart && self.table().is_some() {
            bail!(
                "`--chart` draws bars on the page, and `{}` shows a table in the place of the page: leave out one of them",
                if self.table.is_some() { "--table" } else { "--by" }
            );
        }
        let mut worst = Exit::Fine;
        let mut all = Vec::new();
        for path in &self.scenarios {
            let opened =
                origin(path).and_then(|from| open_from(&from, &self.changes, global).map(|opened| (from, opened)));
            match opened {
                Ok((from, opened)) => {
                    self.showing.spares(&opened)?;
                    // What the changes did is told beside the scenario as it is without them.
                    let before = if self.changes.is_empty() { None } else { fundgap::open(&from, &[], &[]).ok() };
                    all.push((opened, before));
                }
                Err(exit) => worst = worst.max(exit),
            }
        }
        if all.is_empty() {
            return Ok(worst);
        }
        match format {
            Format::Csv => self.csv(&all, global)?,
            Format::Json => self.json(&all, global)?,
            _ => {
                for (opened, before) in &all {
                    let document = self.document(opened, before.as_ref())?;
                    self.showing.write_document(&document, opened.scenario.unit, global, format)?;
                }
            }
        }
        // The process ends here: giving millions of cells back one by one would only take time.
        std::mem::forget(all);
        Ok(worst)
    }

    /// The table asked for; grouping asks for the one that can be grouped.
    fn table(&self) -> Option<TableWord> {
        self.table.or(self.by.map(|_| TableWord::Requirement))
    }

    fn csv(&self, all: &[(Opened, Option<Opened>)], global: &Global) -> anyhow::Result<()> {
        if let Some(table) = self.table().filter(|t| *t != TableWord::Cells) {
            let mut tables = Vec::new();
            for (opened, _) in all {
                tables.extend(self.tables(&Reader::new(opened), table)?);
            }
            return self
                .showing
                .write(global, |out, _| tables.iter().try_for_each(|t| csv::write_table(t, self.showing.excel, out)));
        }
        let names: Vec<String> =
            all.iter().map(|(o, _)| tidy::short_name(o.loaded.sources.describe_file(o.loaded.root))).collect();
        let scopes = all.iter().map(|(o, _)| self.scope(o)).collect::<anyhow::Result<Vec<_>>>()?;
        self.showing.write(global, |out, _| {
            let rows = all.iter().zip(&names).zip(&scopes).flat_map(|(((opened, _), name), scope)| {
                tidy::rows(Reader::new(opened), name, self.run.runs(), scope.as_ref())
            });
            csv::write(rows, self.showing.excel, out)
        })
    }

    /// One result as an object, several as a list.
    fn json(&self, all: &[(Opened, Option<Opened>)], global: &Global) -> anyhow::Result<()> {
        let scopes = all.iter().map(|(opened, _)| self.scope(opened)).collect::<anyhow::Result<Vec<_>>>()?;
        let changes = self.changes.kept();
        let documents: Vec<_> = all
            .iter()
            .zip(&scopes)
            .map(|((opened, _), scope)| {
                result::document(
                    &Reader::new(opened),
                    self.run.runs(),
                    scope.as_ref(),
                    &changes,
                    env!("CARGO_PKG_VERSION"),
                )
            })
            .collect();
        self.showing.write(global, |out, _| match documents.as_slice() {
            [only] => json::write(only, out),
            several => json::write(&several, out),
        })
    }

    /// The organisation or view asked for.
    fn scope(&self, opened: &Opened) -> anyhow::Result<Option<Name>> {
        if let Some(organisation) = self.one(opened)? {
            return Ok(Some(organisation.name.clone()));
        }
        Ok(self.view(opened)?.map(|v| v.name.clone()))
    }

    fn one<'a>(&self, opened: &'a Opened) -> anyhow::Result<Option<&'a Organisation>> {
        let Some(wanted) = self.organisation.as_deref() else { return Ok(None) };
        Ok(organisations(opened, Some(wanted))?.into_iter().next())
    }

    fn view<'a>(&self, opened: &'a Opened) -> anyhow::Result<Option<&'a View>> {
        let Some(word) = self.view else { return Ok(None) };
        match opened.plan.facts.views.iter().find(|v| v.name.as_str() == word.name()) {
            Some(view) => Ok(Some(view)),
            None if opened.plan.organisations.len() < 2 => {
                bail!("this scenario has one organisation, so it has no views")
            }
            None => bail!(
                "no organisation of this scenario stands in the {} view, or all of them do: leave --view out",
                word.name()
            ),
        }
    }

    fn document(&self, opened: &Opened, before: Option<&Opened>) -> anyhow::Result<Document> {
        let r = Reader::new(opened);
        let mut document = page::head(&r);
        if let Some(before) = before {
            document.blocks.push(Block::Text(difference::sentences(before, opened, &self.changes.words())));
        } else {
            let own = adjusted::sentences(&r, &[]);
            if !own.is_empty() {
                document.blocks.push(Block::Text([vec!["Adjusted in this scenario:".into()], own].concat()));
            }
        }
        if let Some(table) = self.table() {
            document.blocks.extend(self.tables(&r, table)?.into_iter().map(Block::Table));
            return Ok(document);
        }
        let (one, view) = (self.one(opened)?, self.view(opened)?);
        let several = opened.plan.organisations.len() > 1 && one.is_none();
        if several {
            document.blocks.extend(page::system(&r, view));
            let scope = view.map_or("system", |v| v.name.as_str());
            document.blocks.extend(solutions::of(&r, scope, WhichRun::Plan).map(Block::Table));
        } else {
            for organisation in self.chosen(opened)? {
                document.blocks.extend(page::organisation(&r, organisation));
            }
        }
        document.blocks.extend(page::closing(&r));
        if self.chart {
            document.blocks.extend(self.shape(&r, several, view)?);
        }
        // A body whose gap was published as a figure has no budget to show.
        let modelled = |o: &&Organisation| !opened.plan.facts.stated.iter().any(|s| s.organisation == o.name);
        let mut same = Vec::new();
        for organisation in self.chosen(opened)?.into_iter().filter(modelled) {
            let alike = self.run == RunWord::Both && (several || r.runs_agree(&organisation.name));
            let runs = if alike { &[WhichRun::Plan][..] } else { self.run.runs() };
            for run in runs {
                document.blocks.push(Block::Table(budget::table(&r, organisation, *run)));
            }
            if alike && r.runs_agree(&organisation.name) {
                same.push(organisation.title.as_str());
            }
        }
        if !same.is_empty() {
            let whose = if several { format!("{}: ", same.join(", ")) } else { String::new() };
            let words = "the risk-adjusted run shows the same figures: no saving's delivery, slippage or status weight changes them";
            document.blocks.push(Block::Notes(vec![format!("{whose}{words}").into()]));
        }
        if !opened.plan.facts.published.is_empty() || !opened.plan.facts.stated.is_empty() {
            let published = lists::published(&r, &self.chosen(opened)?);
            if !published.rows.is_empty() {
                document.blocks.push(Block::Table(published));
            }
        }
        Ok(document)
    }

    /// What is still to find and the reserves, as bars: of a system as a whole first. What cannot be drawn is said.
    fn shape(&self, r: &Reader<'_>, several: bool, view: Option<&View>) -> anyhow::Result<Vec<Block>> {
        let whole = view.or_else(|| r.plan().facts.views.iter().find(|v| v.name.as_str() == "system"));
        let chosen = self.chosen(r.opened)?;
        let mut scopes: Vec<_> = whole.filter(|_| several).map(|v| (&v.name, v.title)).into_iter().collect();
        scopes.extend(chosen.iter().map(|o| (&o.name, o.title.as_ref())));
        Ok(chart::shape(r, &scopes, &chosen))
    }

    fn chosen<'a>(&self, opened: &'a Opened) -> anyhow::Result<Vec<&'a Organisation>> {
        if let Some(one) = self.one(opened)? {
            return Ok(vec![one]);
        }
        let view = self.view(opened)?;
        Ok(opened.plan.organisations.iter().filter(|o| view.is_none_or(|v| v.members.contains(&o.name))).collect())
    }

    fn tables(&self, r: &Reader<'_>, word: TableWord) -> anyhow::Result<Vec<Table>> {
        let chosen = self.chosen(r.opened)?;
        let per_run = |make: &dyn Fn(&Organisation, WhichRun) -> Table| -> Vec<Table> {
            chosen.iter().flat_map(|o| self.run.runs().iter().map(|run| make(o, *run))).collect()
        };
        let first = self.run.runs()[0];
        Ok(match word {
            TableWord::Gap => per_run(&|o, run| budget::table(r, o, run)),
            TableWord::Requirement => {
                chosen.iter().map(|o| lists::requirement(r, o, first, self.by.is_some())).collect()
            }
            TableWord::Demand => chosen.iter().map(|o| demand::table(r, o, first)).collect(),
            TableWord::Funding => chosen.iter().map(|o| lists::funding(r, o, first)).collect(),
            TableWord::Savings => chosen.iter().map(|o| lists::savings(r, o)).collect(),
            TableWord::Reserves => per_run(&|o, run| lists::reserves(r, o, run)),
            TableWord::Flows => vec![lists::flows(r)],
            TableWord::Pools => pools::tables(r),
            TableWord::Bridge => per_run(&|o, run| lists::bridge(r, o, run)),
            TableWord::Solutions => {
                let scope = self.scope(r.opened)?;
                let wanted = |s: &Name| scope.as_ref().is_none_or(|only| only == s);
                self.run.runs().iter().flat_map(|run| solutions::tables(r, wanted, *run)).collect()
            }
            TableWord::RealTerms => {
                let scope = self.scope(r.opened)?;
                if r.plan().facts.real_terms.is_empty() {
                    bail!("this scenario names no deflator: add [real_terms.gdp] with its `deflator`");
                }
                let wanted = |s: &Name| scope.as_ref().is_none_or(|only| only == s);
                self.run.runs().iter().flat_map(|run| real_terms::tables(r, wanted, *run)).collect()
            }
            TableWord::Resilience => {
                let tables: Vec<_> =
                    self.run.runs().iter().flat_map(|run| resilience::tables(r, &chosen, *run)).collect();
                if tables.is_empty() {
                    bail!("indicators of resilience are for councils that hold reserves, and there is none here");
                }
                tables
            }
            TableWord::Assumptions => vec![lists::assumptions(r)],
            TableWord::Published => vec![lists::published(r, &chosen)],
            TableWord::Cells => self.run.runs().iter().map(|run| lists::cells(r, *run)).collect(),
        })
    }
}
