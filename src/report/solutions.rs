//! From the gap before any measure to what is still to find: the bridge of a system plan, with its
//! overlap and its reinvestment always on it.

use super::table::{RowStyle, Sums, Table, TableRow};
use super::{Reader, SIGN, less};
use crate::mechanism::solutions::{SolutionFacts, SolutionStep};
use crate::sheet::{Run, Sign};
use crate::vocabulary::Name;

/// The tables of these scopes in one run.
#[must_use]
pub fn tables(r: &Reader<'_>, wanted: impl Fn(&Name) -> bool, run: Run) -> Vec<Table> {
    r.plan().facts.solutions.iter().filter(|s| wanted(&s.scope)).map(|s| table(r, s, run)).collect()
}

/// The table of one scope, where any measure moves its gap: else its totals are one figure, which the
/// page has already.
#[must_use]
pub fn of(r: &Reader<'_>, scope: &str, run: Run) -> Option<Table> {
    let way = r.plan().facts.solutions.iter().find(|s| s.scope.as_str() == scope)?;
    let moves = |step: &&SolutionStep| step.always || step.effect == Some(Sign::Minus);
    let any = way.steps.iter().filter(|s| s.effect.is_some()).filter(moves).any(|s| !r.is_nought(s.row.id(), run));
    any.then(|| table(r, way, run))
}

fn table(r: &Reader<'_>, way: &SolutionFacts, run: Run) -> Table {
    let mut table = Table::new(r.year_columns(""));
    table.title =
        Some(format!("{}: from the gap before any measure to what is still to find, {}", way.title, run.words()));
    table.key = Some(SIGN.to_owned());
    let mut parts: Sums = Vec::new();
    let last = way.steps.len() - 1;
    for (n, step) in way.steps.iter().enumerate() {
        let Some(effect) = step.effect else {
            let style = if n == last { RowStyle::Headline } else { RowStyle::Subtotal };
            let row = TableRow::new(style, step.words, r.cells_of(step.row, run));
            let at = table.push(if parts.is_empty() { row } else { row.sum_of(std::mem::take(&mut parts)) });
            parts = vec![(at, Sign::Plus)];
            continue;
        };
        if !step.always && r.is_nought(step.row.id(), run) {
            continue;
        }
        let label = less(effect, step.words.to_owned());
        let at = table.push(TableRow::plain(label, r.cells_of(step.row, run)).indented(1));
        parts.push((at, effect));
    }
    table.notes.push(
        "gap before any measure = gap before savings, without reinvestment, money with an end and the adult social care part of council tax raised since the base year"
            .into(),
    );
    table
}
