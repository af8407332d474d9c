//! The one page: how big the gap is, whether year 1 balances and by what, what is one-off, how the
//! reserves stand to the policy, what the plan rests on and what is odd about it.

mod facts;

use super::table::{Block, Document, RowStyle, Table, TableRow};
use super::{Reader, SIGN, findings, standing};
use crate::mechanism::organisation::Organisation;
use crate::mechanism::system::View;
use crate::scenario::Scenario;
use crate::sheet::{Run, Sign};
use crate::vocabulary::{Measure, Name};

/// The label of the fact that says how to see the page of each body of a system.
pub const EACH_BODY: &str = "The page of each body";

/// The head of every document of a scenario: title, version, stage and date.
#[must_use]
pub fn head(r: &Reader<'_>) -> Document {
    let scenario = &r.opened.scenario;
    let mut facts = Vec::new();
    if let Some(version) = &scenario.version {
        facts.push(version.name.clone());
        facts.extend(version.date.clone());
        facts.extend(version.supersedes.as_ref().map(|s| format!("supersedes {s}")));
    }
    facts.push(format!("stage: {}", scenario.stage.word()));
    facts.extend(standing::what_if(scenario.rules.duty).map(str::to_owned));
    let horizon = r.horizon();
    facts.push(format!("base year {}, plan {} to {}", horizon.base(), horizon.first(), horizon.last()));
    Document { title: scenario.title.clone(), lines: vec![facts.join(" · ").into()], blocks: Vec::new() }
}

/// Which version of a plan a scenario is, in one breath: name, date and stage.
#[must_use]
pub fn version(scenario: &Scenario) -> String {
    let mut words = Vec::new();
    if let Some(version) = &scenario.version {
        words.push(version.name.clone());
        words.extend(version.date.clone());
    }
    words.push(scenario.stage.word().to_owned());
    words.join(", ")
}

/// The page of one organisation.
#[must_use]
pub fn organisation(r: &Reader<'_>, organisation: &Organisation) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(organisation.title.clone())];
    blocks.push(Block::Table(headline(r, &organisation.name)));
    let facts = facts::of_organisation(r, organisation);
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
    blocks
}

/// The page of a system: every organisation's headline, the views, what is left out.
#[must_use]
pub fn system(r: &Reader<'_>, view: Option<&View>) -> Vec<Block> {
    let plan = r.plan();
    let mut blocks = Vec::new();
    let members: Vec<&Organisation> =
        plan.organisations.iter().filter(|o| view.is_none_or(|v| v.members.contains(&o.name))).collect();
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(view.map_or("Still to find, by organisation".to_owned(), |v| {
        format!("{}: still to find, by organisation", v.title)
    }));
    table.key = Some(SIGN.to_owned());
    for organisation in members {
        table.push(TableRow::section(format!("{} ({})", organisation.title, organisation.kind.words())));
        short_rows(r, &mut table, &organisation.name);
    }
    for v in plan.facts.views.iter().filter(|v| view.is_none_or(|only| only.name == v.name)) {
        table.push(TableRow::section(v.title));
        // A view of one body repeats its rows; what it leaves out is what it is there for.
        match &v.not_added {
            Some(reason) => {
                table.push(TableRow::plain("gaps are not added: see the note", Vec::new()).indented(1));
                table.notes.push(format!("{}: {reason}", v.title).into());
                social_care_row(r, &mut table, &v.name);
            }
            None if v.members.len() == 1 => {
                table.push(TableRow::plain(format!("as {}", title_of(r, &v.members[0])), Vec::new()).indented(1));
            }
            None => {
                short_rows(r, &mut table, &v.name);
                for (words, row) in standing::whose_problem(r, &v.name) {
                    table.push(TableRow::new(RowStyle::Muted, words, r.cells(row, Run::Plan)).indented(2));
                }
            }
        }
        if let Some(row) = v.left_out {
            let label = "social care gap this view leaves out";
            table.push(TableRow::new(RowStyle::Muted, label, r.cells_of(row, Run::Plan)).indented(1));
        }
    }
    if plan.organisations.iter().any(|o| plan.measure(&o.name, Measure::SocialCareGap).is_some()) {
        table.notes.push(super::budget::SOCIAL_CARE_NOTE.into());
    }
    blocks.push(Block::Table(table));
    let facts = facts::of_system(r);
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
    blocks
}

fn title_of(r: &Reader<'_>, name: &Name) -> String {
    r.plan().organisations.iter().find(|o| o.name == *name).map_or_else(|| name.to_string(), |o| o.title.clone())
}

/// The gap rows of one body among several: those of the risk-adjusted run and of "if nothing else
/// is done" only where they say something else.
fn short_rows(r: &Reader<'_>, table: &mut Table, name: &Name) {
    let plan = r.plan();
    let row = |measure: &str| plan.named(name, measure);
    let cells = |measure: &str, run| row(measure).map(|row| r.cells(row, run)).unwrap_or_default();
    let mut add = |style, label: &str, measure: &str, run| {
        if row(measure).is_some() {
            table.push(TableRow::new(style, label, cells(measure, run)).indented(1));
        }
    };
    add(RowStyle::Plain, &before_words(r, name), "gap_before_savings", Run::Plan);
    if !no_savings(r, name) {
        add(RowStyle::Plain, "after savings", "gap_after_savings", Run::Plan);
    }
    let same = |run, other: &str| {
        r.horizon().plan().all(|t| {
            let of = |measure: &str, run| r.named(name, measure, t, run).map(|f| f.steps);
            of(other, run) == of("gap_after_planned_reserves", run)
        })
    };
    for run in Run::BOTH {
        if run == Run::RiskAdjusted && r.runs_agree(name) {
            continue;
        }
        let which = if r.runs_agree(name) { "plan and risk-adjusted" } else { run.words() };
        add(RowStyle::Headline, &format!("still to find, {which}"), "gap_after_planned_reserves", run);
        if !same(run, "gap_after_reserves") {
            add(RowStyle::Plain, &format!("if nothing else is done, {}", run.words()), "gap_after_reserves", run);
        }
    }
    social_care_row(r, table, name);
}

fn social_care_row(r: &Reader<'_>, table: &mut Table, name: &Name) {
    if let Some(row) = r.plan().measure(name, Measure::SocialCareGap).filter(|row| !r.is_nought(*row, Run::Plan)) {
        table.push(TableRow::plain("social care gap, plan", r.cells(row, Run::Plan)).indented(1));
    }
}

/// What is odd or left open, and how many figures are defaults or unsourced.
#[must_use]
pub fn closing(r: &Reader<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let found = findings::all(r);
    if !found.is_empty() {
        blocks.push(Block::Heading("Findings".into()));
        blocks.push(Block::Notes(found));
    }
    blocks.push(Block::Text(vec![findings::figures(r)]));
    blocks
}

fn headline(r: &Reader<'_>, name: &Name) -> Table {
    let mut table = Table::new(r.year_columns(""));
    table.key = Some(SIGN.to_owned());
    gap_rows(r, &mut table, name);
    table
}

/// What the gap before savings is a gap before: a published one says its basis, and one whose lines
/// are net of savings already is not what happens if nothing is done.
fn before_words(r: &Reader<'_>, name: &Name) -> String {
    let plan = r.plan();
    if let Some(stated) = plan.facts.stated.iter().find(|s| s.organisation == *name) {
        return match stated.basis {
            "not_stated" => "gap as published (basis not stated)".into(),
            basis => format!("gap as published ({})", basis.replace('_', " ")),
        };
    }
    let own = || plan.facts.savings.iter().filter(|s| s.organisation == *name);
    if own().any(|s| s.memo) && own().all(|s| s.memo) {
        return "gap in the year (savings already in the lines)".into();
    }
    if plan
        .facts
        .stated
        .iter()
        .any(|s| plan.facts.views.iter().any(|v| v.name == *name && v.members.contains(&s.organisation)))
    {
        return "gaps as published, added".into();
    }
    "gap in the year if nothing is done".into()
}

/// What is needed and available, then the gap before and after savings, what is still to find and
/// what remains: the plan, and the risk-adjusted run beside it.
fn gap_rows(r: &Reader<'_>, table: &mut Table, name: &Name) {
    let plan = r.plan();
    let first = table.rows.len();
    let mut add = |style, indent, label: &str, measure: &str, run| {
        if let Some(row) = plan.named(name, measure) {
            let row = TableRow::new(style, label, r.cells(row, run)).indented(indent);
            // The gap is the requirement less the funding above it.
            let sums = vec![(first, Sign::Plus), (first + 1, Sign::Minus)];
            let is_gap = measure == "gap_before_savings" && table.rows.len() == first + 2;
            table.push(if is_gap { row.sum_of(sums) } else { row });
        }
    };
    let modelled = !plan.facts.stated.iter().any(|s| s.organisation == *name);
    if modelled {
        add(RowStyle::Plain, 1, "requirement before savings", "requirement", Run::Plan);
        add(RowStyle::Plain, 1, "funding", "funding", Run::Plan);
    }
    add(RowStyle::Subtotal, 1, &before_words(r, name), "gap_before_savings", Run::Plan);
    if modelled {
        add(RowStyle::Muted, 2, "new gap in the year", "annual_gap_before_savings", Run::Plan);
    }
    let alike = r.runs_agree(name);
    for run in Run::BOTH {
        if alike && run == Run::RiskAdjusted {
            continue;
        }
        let which = if alike { "plan and risk-adjusted" } else { run.words() };
        let of = |words: &str| format!("{words}, {which}");
        if !no_savings(r, name) {
            add(RowStyle::Plain, 1, &of("after savings"), "gap_after_savings", run);
        }
        add(RowStyle::Headline, 1, &of("still to find"), "gap_after_planned_reserves", run);
        if modelled {
            add(RowStyle::Muted, 2, "new in the year", "annual_gap_after_planned_reserves", run);
            add(RowStyle::Plain, 1, &of("if nothing else is done"), "gap_after_reserves", run);
        }
    }
    if plan.named(name, "social_care_gap").is_some_and(|row| !r.is_nought(row, Run::Plan)) {
        add(RowStyle::Plain, 1, "social care gap, plan", "social_care_gap", Run::Plan);
    }
}

/// Whether no saving at all is counted for a body whose gap was published as a figure.
fn no_savings(r: &Reader<'_>, name: &Name) -> bool {
    let stated = r.plan().facts.stated.iter().any(|s| s.organisation == *name);
    stated && r.plan().measure(name, Measure::Savings).is_none_or(|row| r.is_nought(row, Run::Plan))
}
