//! The words of a workbook: its front page, its budget tables, how it is read and what it was made of.

use super::Made;
use crate::report::table::{Block, Document};
use crate::report::{Reader, adjusted, budget, lists, page};
use crate::sheet::Run;
use crate::vocabulary::Name;

/// The front page: what `run` prints first.
pub(super) fn page(r: &Reader<'_>, made: &Made<'_>) -> Document {
    let mut document = page::head(r);
    if made.difference.is_empty() {
        let own = adjusted::sentences(r, &[]);
        if !own.is_empty() {
            document.blocks.push(Block::Text([vec!["Adjusted in this scenario:".into()], own].concat()));
        }
    } else {
        document.blocks.push(Block::Text(made.difference.to_vec()));
    }
    match r.plan().organisations.as_slice() {
        [only] => document.blocks.extend(page::organisation(r, only)),
        _ => document.blocks.extend(page::system(r, None).into_iter().map(without_hint)),
    }
    document.blocks.extend(page::closing(r));
    document
}

/// The pages of the bodies stand in the workbook: what to type to see them is of no use in it.
fn without_hint(block: Block) -> Block {
    match block {
        Block::Facts(facts) => Block::Facts(facts.into_iter().filter(|(label, _)| label != page::EACH_BODY).collect()),
        other => other,
    }
}

/// Of several bodies the page of each; the budget table of every body that has one, and figures that were published beside the model.
pub(super) fn budget(r: &Reader<'_>) -> Document {
    let plan = r.plan();
    let mut blocks = Vec::new();
    let stated = |name: &Name| plan.facts.stated.iter().any(|s| s.organisation == *name);
    for organisation in &plan.organisations {
        // The page of the only body is the front page.
        if plan.organisations.len() > 1 {
            blocks.extend(page::organisation(r, organisation));
        }
        if stated(&organisation.name) {
            continue;
        }
        for run in Run::BOTH {
            if run == Run::Plan || !r.runs_agree(&organisation.name) {
                blocks.push(Block::Table(budget::table(r, organisation, run)));
            }
        }
    }
    if !plan.facts.published.is_empty() || !plan.facts.stated.is_empty() {
        let published = lists::published(r, &plan.organisations.iter().collect::<Vec<_>>());
        blocks.extend(Some(published).filter(|table| !table.rows.is_empty()).map(Block::Table));
    }
    Document { blocks, ..Document::default() }
}

/// How the workbook is read, and what it was made of.
pub(super) fn about(r: &Reader<'_>, made: &Made<'_>) -> Document {
    let reading = [
        ("Sign", "a positive gap is a shortfall, for every body; a surplus stands in brackets"),
        (
            "Inputs",
            "change a figure in a white cell of an Inputs sheet, and every sheet follows. A grey figure acts on how \
             the plan is built and not in a cell of it: change it in the scenario and export again",
        ),
        (
            "Plan, Risk-adjusted",
            "every figure of the plan as a formula, one row each, with its address and its years. Savings in full and \
             on time in the one; at their stated delivery and slippage in the other. The two sheets have the same rows",
        ),
        (
            "Rounding",
            "each cell is rounded once, half away from nought, to the penny (rates and months to nine places, counts \
             and prices for one to four): any cell can be redone with a calculator from the cells it names",
        ),
        (
            "Names",
            "each row and each input has a defined name, its address with dots (Formulas, Name Manager): a figure \
             without years is used by its name, a figure of a year by its cell",
        ),
        (
            "Reconciliation",
            "holds every cell against the figure that fundgap computed in exact arithmetic, and says at its top \
             whether all agree. Beside a cell of £100m or more stands our figure with the difference",
        ),
        ("Marks", "n/p: not published, or resting on what was not; ~: filled in between years; c.: known only about"),
    ];
    let mut blocks = vec![
        Block::Heading("How to read this workbook".into()),
        Block::Facts(reading.iter().map(|(label, said)| ((*label).to_owned(), (*said).into())).collect()),
        Block::Heading("What it was made of".into()),
    ];
    let mut facts = vec![("Program".to_owned(), format!("fundgap {}", made.version).into())];
    for file in r.opened.loaded.sources.files() {
        facts.push((file.name.clone(), format!("SHA-256 {}", file.sha256()).into()));
    }
    let changes = if made.changes.is_empty() { "none".to_owned() } else { made.changes.join(", ") };
    facts.push(("Changes laid over it".to_owned(), changes.into()));
    blocks.push(Block::Facts(facts));
    Document { title: String::new(), lines: Vec::new(), blocks }
}
