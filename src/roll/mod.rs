//! Rolling a plan forward: next year's scenario from this one and what happened in the year that becomes
//! its base year.
//!
//! **What moves**: the base year becomes the first plan year. Every line's base is its recurrent closing of
//! that year. What stays in cash and recurs (pressures without a line, corrections, savings) is in the base
//! as lines of their own that are never priced, so that nothing but time moves. Full-year effects are kept,
//! one-offs are gone, tables of years and lists lose the past year, what was held at the end of the year
//! opens the next.
//!
//! **What it promises**: with no actuals, the gap after savings of every year that both plans have is the same
//! to the penny in the plan run, up to a rounding that is said. The requirement and the savings are both
//! smaller by the savings that are in the base now.
//!
//! The old files are rewritten, comments and layout kept, and never touched: the result is a set of texts.

mod absorbed;
mod afterwards;
mod agreement;
mod carried;
mod documents;
mod heading;
mod lines;
mod look;
mod roller;
mod savings;
mod sheet_list;
mod state;
mod years;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use agreement::{Agreement, Cause, Difference, MEASURES};
pub use look::{Look, What};

use crate::open::{Opened, Refused, open};
use crate::scenario::actuals::Actuals;
use crate::scenario::{Origin, Overlaid};
use crate::vocabulary::FinancialYear;
use documents::Documents;
use roller::{Kept, Roller};
use years::Move;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The year that becomes the base year; the first plan year when left out.
    pub to: Option<FinancialYear>,
    /// The plan years of the new plan; as many as the old one has when left out.
    pub years: Option<i32>,
    /// Whether a figure of a new year that is not known repeats the last one, instead of being not published.
    pub hold: bool,
    /// Where the new scenario will be written.
    pub written: PathBuf,
    /// The current folder, at which paths begin that do not begin at the root.
    pub here: PathBuf,
    /// What happened.
    pub actuals: Option<Actuals>,
}

/// A rolled plan.
#[derive(Debug)]
pub struct Rolled {
    /// The new files: where each goes, and its text. The scenario's own is the first.
    pub files: Vec<(PathBuf, String)>,
    /// The new plan as it opens.
    pub opened: Opened,
    /// The year that is its base year.
    pub base: FinancialYear,
    /// What to look at.
    pub looks: Vec<Look>,
    /// How it agrees with the old plan.
    pub agreement: Vec<Agreement>,
    /// The items of the new plan that savings and corrections went to.
    kept: Kept,
}

/// Why a plan is not rolled.
#[derive(Debug, Clone)]
pub enum CannotRoll {
    /// A reason that belongs to the plan or to what was asked: what is wrong, and what to do.
    Plan {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The new scenario does not open.
    Refused(Box<Refused>),
}

fn cannot(message: impl Into<String>, hint: impl Into<String>) -> CannotRoll {
    CannotRoll::Plan { message: message.into(), hint: hint.into() }
}

/// Rolls a plan forward.
///
/// # Errors
/// The plan cannot be rolled, with the reason and what to do.
pub fn roll(old: &Opened, ask: &Ask) -> Result<Rolled, CannotRoll> {
    let horizon = old.plan.horizon();
    let to = ask.to.unwrap_or_else(|| horizon.year(1));
    if to <= horizon.base() {
        return Err(cannot(
            format!("{to} cannot become the base year of a plan from {} to {}", horizon.first(), horizon.last()),
            format!("name one of its plan years: --to {}", horizon.first()),
        ));
    }
    if to > horizon.last() {
        return Err(cannot(
            format!("the plan ends with {} and says nothing of {to}", horizon.last()),
            format!("name one of its plan years: --to {}", horizon.first()),
        ));
    }
    if let Some(actuals) = &ask.actuals
        && (actuals.year <= horizon.base() || actuals.year > to)
    {
        return Err(cannot(
            format!("the actuals are of {}, and the year that becomes the base year is {to}", actuals.year),
            format!("give the actuals of {to}, or roll with --to {}", actuals.year),
        ));
    }
    possible(old)?;
    let mut rolled = step(old, old, ask)?;
    while rolled.base < to {
        let next = step(&rolled.opened, old, ask)?;
        let (mut looks, mut kept) = (std::mem::take(&mut rolled.looks), std::mem::take(&mut rolled.kept));
        kept.settle(&rolled.opened);
        looks.extend(next.looks);
        kept.and(next.kept);
        rolled = Rolled { looks, kept, ..next };
    }
    for look in rolled.looks.iter_mut().filter(|look| look.what != What::Gone) {
        look.now = roller::place(&rolled.opened, &look.path);
    }
    rolled.looks.sort_by_key(|look| look.what);
    rolled.looks.dedup();
    rolled.agreement = agreement::agreement(old, &rolled.opened, &rolled.kept, ask.actuals.is_some());
    Ok(rolled)
}

/// Whether a plan has anything that can be rolled.
fn possible(old: &Opened) -> Result<(), CannotRoll> {
    let tree = &old.loaded.tree;
    let any = |kind: &str| tree.table(kind).is_some_and(|t| !t.entries.is_empty());
    if any("adjust") {
        return Err(cannot(
            "the scenario makes adjustments to itself ([adjust.…]), and they would be made again to a base that has them",
            "roll the scenario without them, and lay them over the new one with --layer",
        ));
    }
    if !any("line") && !any("funding") && any("gap") {
        return Err(cannot(
            "its gaps are stated, not modelled: there is no base, no line and no funding to roll forward",
            "a stated gap stays what it was when it was published: put a newer figure beside it and compare with `fundgap vintages`",
        ));
    }
    if !any("line") {
        return Err(cannot(
            "there is no [line.…]: no budget to roll forward",
            "give the budget of the base year, as one line at least",
        ));
    }
    Ok(())
}

/// How often what past years still bring is looked for: each round may move what follows from it a year later.
const ROUNDS: usize = 8;

/// Rolls by one year; `written` is the plan as its files have it, where figures are placed.
fn step(old: &Opened, written: &Opened, ask: &Ask) -> Result<Rolled, CannotRoll> {
    let first = attempt(old, written, ask, true);
    match first {
        // What the file still names cannot be taken out of it.
        Err(CannotRoll::Refused(_)) => attempt(old, written, ask, false),
        other => other,
    }
}

fn attempt(old: &Opened, written: &Opened, ask: &Ask, take_out: bool) -> Result<Rolled, CannotRoll> {
    let horizon = old.plan.horizon();
    let base = horizon.year(1);
    let years = ask.years.unwrap_or_else(|| horizon.years());
    let by = Move { first: base.plus(1), old_last: horizon.last(), last: base.plus(years), hold: ask.hold };
    let none = Actuals::none(base);
    let actuals = ask.actuals.as_ref().filter(|a| a.year == base).unwrap_or(&none);
    let documents = Documents::of(&old.loaded)
        .map_err(|file| cannot(format!("`{file}` could not be read for rewriting"), "check that it is TOML 1.0"))?;
    let mut roller = Roller {
        old,
        written,
        here: &ask.here,
        documents,
        actuals,
        by,
        looks: Vec::new(),
        carried: BTreeMap::new(),
        take_out,
        left: BTreeMap::new(),
        made: Vec::new(),
        kept: Kept::default(),
    };
    roller.move_years();
    roller.lines();
    roller.rebases();
    roller.pressures();
    roller.savings();
    roller.funding();
    roller.balances();
    roller.calendar();
    roller.balanced();
    roller.published();
    roller.carried_lines();
    roller.heading(years, &ask.written);
    roller.past_expectations();
    let mut opened = reopen(&roller, &ask.written)?;
    for _ in 0..ROUNDS {
        if !roller.remainders(&opened) {
            break;
        }
        opened = reopen(&roller, &ask.written)?;
    }
    roller.tell_remainders();
    if roller.unmet(&opened) {
        opened = reopen(&roller, &ask.written)?;
    }
    let files = roller.files(&ask.written);
    roller.at_risk(&opened);
    roller.absorbed(&opened);
    let kept = std::mem::take(&mut roller.kept);
    let looks = roller.finished();
    Ok(Rolled { files, opened, base, looks, agreement: Vec::new(), kept })
}

/// Opens what has been put together so far.
fn reopen(roller: &Roller<'_>, written: &Path) -> Result<Opened, CannotRoll> {
    let files = Overlaid::new(roller.files(written));
    open(&Origin::Kept(written.to_owned(), Arc::new(files)), &[], &[]).map_err(CannotRoll::Refused)
}
