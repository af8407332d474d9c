//! What drives the spread, and whether the numbers can be believed: standard errors, two halves side by side, and the
//! runs that the reference computed again.

use super::chances;
use super::words::{correlation, grouped, per_cent, percentile, points};
use crate::analysis::simulate::{ChanceOf, Likelihood, Simulation, What};
use crate::check::expectation::Outcome;
use crate::report::table::{Column, Figure, Sentence, Table, TableCell, TableRow};
use crate::report::{Reader, named};
use crate::sheet::Flags;
use crate::vocabulary::number::divide;
use crate::vocabulary::{Name, Unit};

/// How many drivers are shown.
const SHOWN: usize = 10;

/// What drives the last year's still to find of an organisation or view.
#[must_use]
pub fn drivers(r: &Reader<'_>, found: &Simulation, whose: &Name) -> Option<Table> {
    let own = found.drivers.iter().find(|d| d.whose == *whose)?;
    if own.drivers.iter().all(|d| d.correlation == 0) {
        return None;
    }
    let columns = [Column::text("Figure"), Column::text("path")];
    let rest = ["rank correlation", "of squares"].map(Column::figure);
    let mut table = Table::new(columns.into_iter().chain(rest).collect());
    table.title = Some(format!("What drives the spread of still to find in {}", own.year));
    for driver in own.drivers.iter().take(SHOWN) {
        let Some(figure) = found.uncertain.get(driver.figure) else { continue };
        let address = figure.address();
        let share = Figure::new(Unit::Rate, Some(driver.share / 10_000_000 * 10_000_000), Flags::EXACT);
        let cells = vec![address.clone().into(), correlation(driver.correlation).into(), share.into()];
        table.push(TableRow::plain(named::path(r, &address), cells));
    }
    let noise = correlation(noise(own.runs));
    let noise = noise.trim_start_matches('+');
    table.notes.push(format!("rank correlation (Spearman) with what is still to find, over {} runs: + the more of it the more is still to find; up to about {noise} either way is chance", grouped(own.runs)).into());
    table.notes.push("of squares: its square over the sum of all squares; figures that go together share what they do, so that theirs overlap".into());
    if let Some(left) = own.drivers.len().checked_sub(SHOWN).filter(|left| *left > 0) {
        table.notes.push(format!("{left} more figures are drawn and matter less").into());
    }
    Some(table)
}

/// Twice the standard error of a rank correlation of nought, in billionths: 2/√n.
fn noise(runs: u64) -> i128 {
    let square = 4_000_000_000_000_000_000_u128 / u128::from(runs.max(1));
    i128::try_from(square.isqrt()).unwrap_or(0)
}

/// The standard errors of the last year's figures of a body.
#[must_use]
pub fn errors(r: &Reader<'_>, found: &Simulation, whose: &Name) -> Option<Table> {
    let last = r.year(r.horizon().years());
    let mut table =
        Table::new([Column::text("")].into_iter().chain(["value", "from", "to"].map(Column::figure)).collect());
    table.title = Some(format!("Standard errors of the figures of {last}"));
    let wanted = [(What::StillToFind, "still to find"), (What::Reserves, "usable reserves")];
    for (what, words) in wanted {
        let own = found.watched.iter().find(|(w, _)| w.whose == *whose && w.what == what && w.year == last);
        let Some((_, s)) = own.filter(|(_, s)| s.deviation > 0) else { continue };
        let root = i128::try_from(u128::from(found.runs).saturating_mul(1_000_000).isqrt()).unwrap_or(1);
        let error = divide(s.deviation.saturating_mul(1_000), root).unwrap_or(0);
        let cells = |values: [i128; 3]| values.map(|v| Figure::money(v).into()).to_vec();
        table.push(TableRow::plain(format!("{words}, mean"), cells([s.mean, s.mean - error, s.mean + error])));
        for p in &s.percentiles {
            let label = format!("{words}, {}", percentile(p.of));
            table.push(TableRow::plain(label, cells([p.value, p.between.0, p.between.1])));
        }
    }
    table.notes.push("from, to: one standard error below and above; of a percentile the values of the runs whose rank is one standard error lower and higher".into());
    (!table.rows.is_empty()).then_some(table)
}

/// Two times the standard error of the difference of two halves, in billionths.
#[must_use]
pub fn twice(likelihood: &Likelihood) -> i128 {
    let squares = likelihood.halves.map(|half| half.error() * half.error());
    2 * i128::try_from((squares[0] + squares[1]).unsigned_abs().isqrt()).unwrap_or(0)
}

/// Whether the two halves agree within two standard errors; none where there are no two halves.
#[must_use]
pub fn agree(likelihood: &Likelihood) -> Option<bool> {
    let [first, second] = likelihood.halves;
    (first.of > 0 && second.of > 0).then(|| (first.rate() - second.rate()).abs() <= twice(likelihood))
}

/// The two halves of the runs side by side, of every chance.
#[must_use]
pub fn halves(r: &Reader<'_>, found: &Simulation, expected: &[Outcome]) -> Option<Table> {
    let columns = [Column::text("What must hold")];
    let rest = ["first half", "second half", "apart", "two s.e."].map(Column::figure);
    let mut table = Table::new(columns.into_iter().chain(rest).chain([Column::text("agree")]).collect());
    table.title = Some("The two halves of the runs".to_owned());
    let several = r.plan().organisations.len() > 1;
    for (chance, likelihood) in &found.chances {
        let Some(l) = likelihood.as_ref().filter(|l| l.all.error() > 0) else { continue };
        let Some(agree) = agree(l) else { continue };
        let words = match (&chance.whose, &chance.of) {
            (_, ChanceOf::Holds) => "the plan holds".to_owned(),
            (_, ChanceOf::EveryYear) => "every year balances as planned".to_owned(),
            (_, ChanceOf::FirstYear) => format!("{} balances", r.year(1)),
            _ => chances::words(r, chance, expected),
        };
        let whose = chance.whose.as_ref().filter(|_| several);
        let label = whose.map_or_else(|| words.clone(), |name| format!("{}: {words}", super::title_of(r, name)));
        let [first, second] = l.halves;
        let cells: Vec<TableCell> = vec![
            per_cent(first).into(),
            per_cent(second).into(),
            points(first.rate() - second.rate()).into(),
            points(twice(l)).into(),
            if agree { "yes" } else { "no" }.into(),
        ];
        table.push(TableRow::plain(label, cells));
    }
    table.notes.push("apart, two s.e.: in points of a per cent; one in twenty is further apart than two standard errors by chance alone".into());
    (!table.rows.is_empty()).then_some(table)
}

/// What the reference was asked for, in a sentence.
#[must_use]
pub fn audit(found: &Simulation) -> Sentence {
    let audit = &found.audit;
    let (runs, figures) = (grouped(audit.runs), grouped(audit.figures));
    let compared = format!("{runs} runs were computed again by the reference evaluator, {figures} figures compared");
    match audit.differing.len() {
        0 => format!("{compared}: all the same to the penny").into(),
        n => format!("{compared}: {n} DIFFER: do not use these figures, and report this").into(),
    }
}

/// The figures that differ, where any does.
#[must_use]
pub fn differing(found: &Simulation) -> Option<Table> {
    let columns =
        [Column::text("Cell"), Column::figure("run"), Column::figure("simulated"), Column::figure("reference")];
    let mut table = Table::new(columns.into());
    table.title = Some("Figures that differ, in steps of their unit".to_owned());
    for (run, cell, found, expected) in found.audit.differing.iter().take(100) {
        let cells = vec![grouped(*run).into(), found.to_string().into(), expected.to_string().into()];
        table.push(TableRow::plain(cell.to_string(), cells));
    }
    (!table.rows.is_empty()).then_some(table)
}
