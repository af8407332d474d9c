//! Scenarios side by side: for each organisation its measures by financial year, a column a scenario,
//! then how each differs from the first, then the rows that differ most.

use serde_json::{Value, json};

use super::Reader;
use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use super::tidy::Recurs;
use crate::analysis::compare::{Mover, movers, organisations, value, years};
use crate::open::Opened;
use crate::sheet::{Flags, Run};
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Address, FinancialYear, Measure, Name, Unit};

/// Scenarios and what is asked of them.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The scenarios, the one that others are compared with first.
    pub plans: &'a [Opened],
    /// What each is called.
    pub labels: &'a [String],
    /// The last parts of the measures' addresses; empty for the usual ones.
    pub measures: &'a [String],
    /// One organisation, or all of them.
    pub scope: Option<&'a Name>,
    /// Which runs are shown.
    pub runs: &'a [Run],
    /// How many rows that differ are listed.
    pub movers: usize,
}

/// The most letters of all labels together that still head columns.
const WIDE: usize = 40;

/// The measures shown of one organisation when none are asked for, the headline first.
const USUAL: [Measure; 6] = [
    Measure::GapAfterPlannedReserves,
    Measure::GapBeforeSavings,
    Measure::Requirement,
    Measure::Funding,
    Measure::Savings,
    Measure::GapAfterReserves,
];

impl<'a> Compared<'a> {
    /// Whether each plan is of one organisation and not all of the same: then each stands beside the
    /// others with its own.
    fn each_its_own(&self) -> bool {
        let one = self.plans.iter().all(|p| p.plan.organisations.len() == 1);
        one && self.scope.is_none() && organisations(self.plans).len() > 1
    }

    /// The organisation whose figures a plan shows for a scope.
    fn whose(&self, plan: usize, scope: &Name) -> Name {
        let own = self.plans[plan].plan.organisations.first().filter(|_| self.each_its_own());
        own.map_or_else(|| scope.clone(), |o| o.name.clone())
    }

    fn scopes(&self) -> Vec<(Name, String)> {
        let all = organisations(self.plans);
        if let (true, Some((first, _))) = (self.each_its_own(), all.first()) {
            let own =
                self.plans.iter().enumerate().filter_map(|(n, p)| {
                    p.plan.organisations.first().map(|o| format!("{} {}", self.letter(n), o.title))
                });
            return vec![(first.clone(), own.collect::<Vec<_>>().join(", "))];
        }
        all.into_iter().filter(|(name, _)| self.scope.is_none_or(|only| only == name)).collect()
    }

    /// The measures shown of an organisation: of one among several only the headline.
    fn measures(&self, scope: &Name, several: bool) -> Vec<String> {
        if !self.measures.is_empty() {
            return self.measures.to_vec();
        }
        let shown = if several && scope.as_str() != "system" { 1 } else { USUAL.len() };
        USUAL.iter().take(shown).map(|m| m.code().to_owned()).collect()
    }

    /// A plan's figure; nothing where it has no such organisation, measure or year.
    fn figure(&self, plan: usize, scope: &Name, measure: &str, year: FinancialYear, run: Run) -> Option<Figure> {
        let r = Reader::new(&self.plans[plan]);
        let t = r.horizon().number(year).filter(|t| *t > 0)?;
        let row = r.plan().named(&self.whose(plan, scope), measure)?;
        let cell = r.plan().sheet.cell(row, t)?;
        Some(r.figure(cell, run))
    }

    /// A figure less the first plan's; nothing unless both are published.
    fn less_first(&self, plan: usize, scope: &Name, measure: &str, year: FinancialYear, run: Run) -> Option<Figure> {
        let of = |plan| self.figure(plan, scope, measure, year, run).and_then(|f| Some((f.published()?, f.unit)));
        let ((ours, unit), (theirs, _)) = (of(0)?, of(plan)?);
        Some(Figure::new(unit, Some(theirs - ours), Flags::EXACT))
    }

    fn words(&self, scope: &Name, measure: &str) -> String {
        if let Some(words) = super::short_words(measure) {
            return words.to_owned();
        }
        let found = (0..self.plans.len()).find_map(|n| {
            let plan = &self.plans[n].plan;
            plan.named(&self.whose(n, scope), measure).map(|row| (&self.plans[n], row))
        });
        found.map_or_else(|| measure.to_owned(), |(p, row)| p.plan.sheet.row(row).words.to_string())
    }

    /// What heads a scenario's column: its label, or a letter where the labels are too long or not distinct.
    fn letter(&self, plan: usize) -> String {
        let distinct = (0..self.labels.len()).all(|n| !self.labels[..n].contains(&self.labels[n]));
        let long: usize = self.labels.iter().map(|label| label.chars().count()).sum();
        if let (true, Some(label)) = (distinct && long <= WIDE, self.labels.get(plan)) {
            return label.clone();
        }
        match u8::try_from(plan) {
            Ok(n) if n < 26 => char::from(b'A' + n).to_string(),
            _ => (plan + 1).to_string(),
        }
    }

    fn columns(&self, label: &str) -> Vec<Column> {
        let letters = (0..self.plans.len()).map(|n| Column::figure(self.letter(n)));
        [Column::text(label)].into_iter().chain(letters).collect()
    }

    /// One organisation: each measure by year, and how it differs from the first.
    fn table(&self, scope: &Name, title: &str, several: bool) -> Option<Table> {
        let all = 0..self.plans.len();
        let years = years(self.plans);
        let mut table = Table::new(self.columns(""));
        table.title = Some(title.to_owned());
        table.key = Some(format!("{}; – where a plan has no such figure", super::SIGN));
        let against = match self.plans.len() {
            2 => format!("{} less {}", self.letter(1), self.letter(0)),
            _ => format!("less {}", self.letter(0)),
        };
        for measure in self.measures(scope, several) {
            let of = |run, year: FinancialYear| -> Vec<Option<Figure>> {
                all.clone().map(|n| self.figure(n, scope, &measure, year, run)).collect()
            };
            if years.iter().all(|y| of(self.runs[0], *y).iter().all(Option::is_none)) {
                continue;
            }
            let steps = |run| -> Vec<Option<i128>> {
                years.iter().flat_map(|y| of(run, *y)).map(|f| f.and_then(|f| f.steps)).collect()
            };
            let alike = self.runs.len() > 1 && steps(Run::Plan) == steps(Run::RiskAdjusted);
            for run in if alike { &self.runs[..1] } else { self.runs } {
                let whose = if alike { "both runs" } else { run.words() };
                let words = super::capital(&self.words(scope, &measure));
                table.push(TableRow::section(format!("{words}, {whose}")));
                for year in years.iter().filter(|y| of(*run, **y).iter().any(Option::is_some)) {
                    let cells = of(*run, *year).into_iter().map(|f| f.map_or("–".into(), TableCell::from));
                    table.push(TableRow::plain(year.to_string(), cells.collect()).indented(1));
                }
                for year in &years {
                    let less: Vec<Option<Figure>> =
                        all.clone().skip(1).map(|n| self.less_first(n, scope, &measure, *year, *run)).collect();
                    if less.iter().flatten().all(|f| f.steps == Some(0)) {
                        continue;
                    }
                    let cells = less.into_iter().map(|f| f.map_or("–".into(), TableCell::from));
                    let label = format!("{against}, {year}");
                    table.push(
                        TableRow::plain(label, [TableCell::Empty].into_iter().chain(cells).collect()).indented(1),
                    );
                }
            }
        }
        (!table.rows.is_empty()).then_some(table)
    }

    fn of_scope(&self, mover: &Mover<'_>) -> bool {
        self.scope.is_none_or(|only| only.as_str() == "system" || mover.counted.0.organisation == *only)
    }

    fn found(&self) -> Vec<Mover<'a>> {
        if self.movers == 0 {
            return Vec::new();
        }
        let mut found = movers(self.plans, self.runs[0], usize::MAX);
        found.retain(|m| self.of_scope(m));
        found.truncate(self.movers);
        found
    }

    fn cell(&self, plan: usize, mover: &Mover<'_>, run: Run) -> Option<Figure> {
        let r = Reader::new(&self.plans[plan]);
        let row = r.plan().sheet.find_row(&mover.address)?;
        let cell = r.plan().sheet.cell(row, r.horizon().number(mover.year)?)?;
        Some(r.figure(cell, run))
    }

    fn title(&self, mover: &Mover<'_>) -> String {
        let (counted, plan) = mover.counted;
        Reader::new(&self.plans[plan]).title_of(counted)
    }

    fn movers_table(&self) -> Option<Table> {
        let run = self.runs[0];
        let mut columns = self.columns("");
        columns.insert(1, Column::text("Year"));
        let mut table = Table::new(columns);
        table.title = Some(format!("Largest movers, {}", run.words()));
        table.key = Some("the year in which each differs most from the first plan of its organisation; – where a plan has no such item".to_owned());
        let found = self.found();
        let titles: Vec<String> = found.iter().map(|mover| self.title(mover)).collect();
        for (mover, title) in found.iter().zip(&titles) {
            let values = (0..self.plans.len()).map(|n| self.cell(n, mover, run).map_or("–".into(), TableCell::from));
            let cells = [mover.year.to_string().into()].into_iter().chain(values).collect();
            // The address stands beside a title that is not the only one of its kind.
            let alone = titles.iter().filter(|other| *other == title).count() == 1;
            let label = if alone { title.clone() } else { format!("{title} ({})", mover.address) };
            table.push(TableRow::plain(label, cells));
        }
        (!table.rows.is_empty()).then_some(table)
    }

    /// What each letter stands for.
    fn legend(&self) -> Vec<Sentence> {
        let of = |n: usize| {
            let r = Reader::new(&self.plans[n]);
            let file = r.opened.loaded.sources.describe_file(r.opened.loaded.root);
            let version = super::page::version(&r.opened.scenario);
            {
                let (head, title) = (self.letter(n), &r.opened.scenario.title);
                let label = if head == self.labels[n] { head } else { format!("{head}: {}", self.labels[n]) };
                format!("{label}: {title}; {version}; {file}")
            }
        };
        (0..self.plans.len()).map(|n| of(n).into()).collect()
    }
}

/// The comparison for people.
#[must_use]
pub fn document(c: &Compared<'_>) -> Document {
    let scopes = c.scopes();
    let several = scopes.len() > 1;
    let mut blocks: Vec<Block> =
        scopes.iter().filter_map(|(name, title)| c.table(name, title, several)).map(Block::Table).collect();
    blocks.extend(c.movers_table().map(Block::Table));
    if several && c.measures.is_empty() {
        let words = "of each organisation only what is still to find is shown: --organisation NAME shows more of one, --measure another figure of all";
        blocks.push(Block::Notes(vec![words.into()]));
    }
    Document { title: "Scenarios side by side".to_owned(), lines: c.legend(), blocks }
}

/// The comparison as a tidy table: a row a figure, with its difference from the first scenario.
#[must_use]
pub fn table(c: &Compared<'_>) -> Table {
    let texts = ["scenario", "organisation", "run", "year", "measure", "recurrence", "address"];
    let recurs: Vec<Recurs<'_>> = c.plans.iter().map(|opened| Recurs::of_plan(&opened.plan)).collect();
    let recurrence = |plan: usize, address: &str| {
        let cell = Address::read(address).ok();
        cell.map_or("", |cell| recurs[plan].of(&c.plans[plan].plan, &cell)).to_owned()
    };
    let mut columns: Vec<Column> = texts.map(Column::text).to_vec();
    columns.extend([Column::figure("value"), Column::figure("difference")]);
    let mut table = Table::new(columns);
    for (plan, scope, measure, run, year, figure) in figures(c) {
        let less = c.less_first(plan, &scope, &measure, year, run).map_or(TableCell::Empty, TableCell::from);
        let address = figure.address.clone().unwrap_or_default();
        let whose = c.whose(plan, &scope).to_string();
        let recurs = recurrence(plan, &address);
        let words = [whose, run.code().to_owned(), year.to_string(), measure, recurs, address];
        let cells = words.map(TableCell::from).into_iter().chain([figure.into(), less]).collect();
        table.push(TableRow::plain(c.labels[plan].clone(), cells));
    }
    for mover in c.found() {
        let run = c.runs[0];
        for plan in 0..c.plans.len() {
            let Some(figure) = c.cell(plan, &mover, run) else { continue };
            let ours = value(&c.plans[mover.base], &mover.address, run, mover.year);
            let less = figure.published().zip(ours).map(|(theirs, ours)| Figure::money(theirs - ours));
            let address = figure.address.clone().unwrap_or_default();
            let organisation = mover.counted.0.organisation.to_string();
            let recurs = mover.counted.0.recurrence.code().to_owned();
            let words = [organisation, run.code().into(), mover.year.to_string(), "mover".into(), recurs, address];
            let less = less.map_or(TableCell::Empty, TableCell::from);
            let cells = words.map(TableCell::from).into_iter().chain([figure.into(), less]).collect();
            table.push(TableRow::plain(c.labels[plan].clone(), cells));
        }
    }
    table
}

/// Every figure of the comparison: plan, whose, measure, run, year.
fn figures(c: &Compared<'_>) -> Vec<(usize, Name, String, Run, FinancialYear, Figure)> {
    let scopes = c.scopes();
    let several = scopes.len() > 1;
    let mut all = Vec::new();
    for (scope, _) in &scopes {
        for measure in c.measures(scope, several) {
            for run in c.runs {
                for year in years(c.plans) {
                    for plan in 0..c.plans.len() {
                        if let Some(figure) = c.figure(plan, scope, &measure, year, *run) {
                            all.push((plan, scope.clone(), measure.clone(), *run, year, figure));
                        }
                    }
                }
            }
        }
    }
    all
}

/// The comparison as one object.
#[must_use]
pub fn json(c: &Compared<'_>) -> Value {
    let text = |unit: Unit, steps: Option<i128>| steps.map_or(Value::Null, |s| Value::String(plain(unit, s)));
    let scenarios: Vec<Value> = (0..c.plans.len())
        .map(|n| {
            let opened = &c.plans[n];
            let file = opened.loaded.sources.describe_file(opened.loaded.root);
            let version = opened.scenario.version.as_ref().map(|v| &v.name);
            json!({ "label": c.labels[n], "file": file, "title": opened.scenario.title, "version": version })
        })
        .collect();
    let rows: Vec<Value> = figures(c)
        .into_iter()
        .map(|(plan, scope, measure, run, year, figure)| {
            let less = c.less_first(plan, &scope, &measure, year, run).and_then(|f| f.steps);
            json!({
                "scenario": c.labels[plan],
                "organisation": c.whose(plan, &scope).as_str(),
                "run": run.code(),
                "year": year.to_string(),
                "measure": measure,
                "value": text(figure.unit, figure.published()),
                "difference": text(figure.unit, less),
                "unit": figure.unit.code(),
                "address": figure.address,
            })
        })
        .collect();
    let moved: Vec<Value> = c
        .found()
        .iter()
        .map(|mover| {
            let values: Vec<Value> = (0..c.plans.len())
                .map(|n| c.cell(n, mover, c.runs[0]).map_or(Value::Null, |f| text(f.unit, f.published())))
                .collect();
            json!({ "address": mover.address, "title": c.title(mover), "year": mover.year.to_string(), "values": values })
        })
        .collect();
    json!({ "schema": "fundgap.compare/1", "scenarios": scenarios, "figures": rows, "movers": moved })
}
