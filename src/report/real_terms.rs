//! The plan in the money of one named year, beside its cash.

use super::Reader;
use super::table::{RowStyle, Table, TableRow};
use crate::mechanism::real_terms::{InRealTerms, RealTermsFacts};
use crate::sheet::Run;
use crate::vocabulary::Name;

/// The tables of these organisations and views in one run, one for each deflator.
#[must_use]
pub fn tables(r: &Reader<'_>, wanted: impl Fn(&Name) -> bool, run: Run) -> Vec<Table> {
    let all = r.plan().facts.real_terms.iter();
    let of = |real| all_of(real).filter(|(_, scope)| wanted(&scope.scope)).map(|(real, s)| table(r, real, s, run));
    all.flat_map(of).collect()
}

fn all_of(real: &RealTermsFacts) -> impl Iterator<Item = (&RealTermsFacts, &InRealTerms)> {
    real.scopes.iter().map(move |scope| (real, scope))
}

fn table(r: &Reader<'_>, real: &RealTermsFacts, scope: &InRealTerms, run: Run) -> Table {
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(format!("{}: in {} prices ({}), {}", scope.title, real.prices_of, real.title, run.words()));
    table.key = Some(super::SIGN.to_owned());
    for (measure, cash, row) in &scope.rows {
        table.push(TableRow::plain(format!("{}, cash", measure.words()), r.cells_of(*cash, run)));
        let words = format!("in {} prices", real.prices_of);
        table.push(TableRow::plain(words, r.cells_of(*row, run)).indented(1));
    }
    table.push(TableRow::new(RowStyle::Muted, "price index, the base year's being 1", r.cells_of(real.index, run)));
    if let Some(growth) = scope.growth {
        let words = "real growth of the net budget requirement";
        table.push(TableRow::new(RowStyle::Muted, words, r.cells_of(growth, run)));
    }
    table.notes.push(
        "a general deflator understates what care costs where the National Living Wage rises faster than prices".into(),
    );
    table
}
