//! A simulation as a report: for each body what is still to find and what reserves come to, how likely it is that the
//! plan holds, when reserves are used up, what drives the spread, and whether the numbers can be believed.
//!
//! A chance is a count of runs. None of them is a statutory conclusion.

pub mod chances;
pub mod data;
pub mod figures;
pub mod one_run;
pub mod trust;
pub mod words;

use super::table::{Block, Document, Sentence};
use super::{Reader, page};
use crate::analysis::simulate::{STRONG, Simulation};
use crate::check::expectation::Outcome;
use crate::vocabulary::Name;
use words::{grouped, judged};

/// A simulation and what is needed to tell of it.
#[derive(Debug, Clone, Copy)]
pub struct Simulated<'a> {
    /// What came of it.
    pub found: &'a Simulation,
    /// The expectations of the scenario, in order.
    pub expected: &'a [Outcome],
    /// The version of the program.
    pub version: &'a str,
}

/// The title of an organisation or view.
#[must_use]
pub fn title_of(r: &Reader<'_>, whose: &Name) -> String {
    let organisation = r.plan().organisations.iter().find(|o| o.name == *whose).map(|o| o.title.clone());
    let view = || r.plan().facts.views.iter().find(|v| v.name == *whose).map(|v| v.title.to_owned());
    organisation.or_else(view).unwrap_or_else(|| whose.to_string())
}

/// Whose figures there are, in order.
pub(super) fn scopes(found: &Simulation) -> Vec<&Name> {
    let mut all: Vec<&Name> = found.watched.iter().map(|(w, _)| &w.whose).collect();
    all.dedup();
    all
}

/// Whose figures a plan has, in order: its organisations, and the views whose gaps are added.
pub(super) fn scopes_of<'a>(r: &Reader<'a>) -> Vec<&'a Name> {
    let plan = &r.opened.plan;
    let views = plan.facts.views.iter().filter(|v| v.not_added.is_none()).map(|v| &v.name);
    plan.organisations.iter().map(|o| &o.name).chain(views).collect()
}

/// The report.
#[must_use]
pub fn document(r: &Reader<'_>, simulated: &Simulated<'_>) -> Document {
    let (found, expected) = (simulated.found, simulated.expected);
    let mut document = page::head(r);
    document.lines.push(head(simulated));
    document.lines.extend(ended(found));
    for whose in scopes(found) {
        document.blocks.push(Block::Heading(title_of(r, whose)));
        document.blocks.extend(figures::tables(r, found, whose).into_iter().map(Block::Table));
        if let Some(table) = chances::table(r, found, Some(whose), expected) {
            document.blocks.push(Block::Text(vec![judgement(found)]));
            document.blocks.push(Block::Table(table));
        }
        document.blocks.extend(chances::exhausted_table(found, whose).map(Block::Table));
        document.blocks.extend(trust::drivers(r, found, whose).map(Block::Table));
    }
    if let Some(table) = chances::table(r, found, None, expected) {
        document.blocks.push(Block::Heading("What was asked for and what is expected".to_owned()));
        document.blocks.push(Block::Text(vec![judgement(found)]));
        document.blocks.push(Block::Table(table));
    }
    document.blocks.push(Block::Heading("Can the numbers be believed?".to_owned()));
    document.blocks.push(Block::Text(vec![trust::audit(found), judgement(found)]));
    document.blocks.extend(trust::differing(found).map(Block::Table));
    for whose in scopes(found) {
        if let Some(mut table) = trust::errors(r, found, whose) {
            table.title = table.title.map(|title| format!("{}: {}", title_of(r, whose), lower(&title)));
            document.blocks.push(Block::Table(table));
        }
    }
    document.blocks.extend(trust::halves(r, found, expected).map(Block::Table));
    document.blocks.push(Block::Notes(notes(r, found)));
    document
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn head(simulated: &Simulated<'_>) -> Sentence {
    let found = simulated.found;
    let own = found.uncertain.iter().filter(|u| u.same_draw_as.is_none()).count();
    let (_, ranges) = judged(&found.uncertain);
    let runs = grouped(found.runs);
    format!(
        "simulation: {runs} runs, seed {}, fundgap {}; {own} figures drawn, of {ranges} ranges",
        found.seed, simulated.version
    )
    .into()
}

/// That it was ended early.
#[must_use]
pub fn ended(found: &Simulation) -> Option<Sentence> {
    (found.runs < found.asked).then(|| {
        let (runs, asked) = (grouped(found.runs), grouped(found.asked));
        format!("ended early: {runs} of {asked} runs were done, and everything here is of those").into()
    })
}

/// How much of it is judgement.
#[must_use]
pub fn judgement(found: &Simulation) -> Sentence {
    match judged(&found.uncertain) {
        (0, 1) => "the one range has a source or is a list of what came out before".into(),
        (0, all) => format!("all {all} ranges have a source or are lists of what came out before").into(),
        (judged, all) => format!(
            "{judged} of {all} ranges {} judgement: no source, and no list of what came out before; the chances are no better than they",
            if judged == 1 { "is" } else { "are" }
        )
        .into(),
    }
}

fn notes(r: &Reader<'_>, found: &Simulation) -> Vec<Sentence> {
    let mut notes: Vec<Sentence> = vec![
        "run 0 is the risk-adjusted case as it stands; in every other run what has a range is drawn, and all else is as in run 0".into(),
        "a percentile is the value of the run of that rank (nearest rank), so always one that came out; P90 of still to find is not exceeded in nine runs of ten".into(),
        "a chance is a count of runs; what the law asks of a budget is not decided by it".into(),
    ];
    let savings = found.chances.iter().any(|(_, l)| l.as_ref().is_some_and(|l| l.independent.is_some()));
    let said = r.plan().facts.correlations.iter().any(|c| c.of.iter().any(|path| path.starts_with("saving.")));
    if savings && !said {
        notes.push("no [correlation] is written of savings, so their delivery and lateness go together at 50% (shared managers, shared projects, a shared pause): house assumption".into());
    }
    if savings && said {
        notes.push("savings go together as [correlation] says, and at 50% where it says nothing of two of them (house assumption)".into());
    }
    let strong = STRONG / 10_000_000;
    if savings {
        notes.push(
            format!("independence of savings is the dangerous assumption: compare the chances at 0% and at {strong}%")
                .into(),
        );
    }
    let mut held: Vec<&str> = found.uncertain.iter().filter(|u| u.held).map(|u| u.path.as_str()).collect();
    held.dedup();
    if !held.is_empty() {
        notes.push(format!("held where the scenario takes no value beyond (nought, or 0% to 100%), though their shape goes further: {}", held.join(", ")).into());
    }
    notes
}
