//! The plan in the money of one named year, beside its cash.

use super::Reader;
use super::table::{RowStyle, Table, TableRow};
use crate::mechanism::real_terms::{MEASURES, RealTermsFacts};
use crate::sheet::Run;
use crate::vocabulary::Name;

/// The tables of these organisations and views in one run, one for each deflator.
#[must_use]
pub fn tables(r: &Reader<'_>, wanted: impl Fn(&Name) -> bool, run: Run) -> Vec<Table> {
    let plan = r.plan();
    let organisations = plan.organisations.iter().map(|o| (&o.name, o.title.as_str()));
    let scopes: Vec<_> =
        organisations.chain(plan.facts.views.iter().map(|v| (&v.name, v.title))).filter(|(s, _)| wanted(s)).collect();
    let each = |real: &RealTermsFacts| {
        scopes.iter().map(|(scope, title)| table(r, real, scope, title, run)).collect::<Vec<_>>()
    };
    plan.facts.real_terms.iter().flat_map(each).collect()
}

fn table(r: &Reader<'_>, real: &RealTermsFacts, scope: &Name, title: &str, run: Run) -> Table {
    let plan = r.plan();
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(format!("{title}: in {} prices ({}), {}", real.prices_of, real.title, run.words()));
    table.key = Some(super::SIGN.to_owned());
    for (measure, code, _) in MEASURES {
        let address = format!("{scope}/real_terms/{}/{code}", real.name);
        if let (Some(cash), Some(row)) = (plan.named(scope, measure.code()), plan.sheet.find_row(&address)) {
            table.push(TableRow::plain(format!("{}, cash", measure.words()), r.cells(cash, run)));
            table.push(TableRow::new(RowStyle::Subtotal, format!("in {} prices", real.prices_of), r.cells(row, run)));
        }
    }
    table.push(TableRow::new(RowStyle::Muted, "price index, the base year's being 1", r.cells_of(real.index, run)));
    if let Some(row) = plan.sheet.find_row(&format!("{scope}/real_terms/{}/real_growth", real.name)) {
        table.push(TableRow::new(RowStyle::Muted, "real growth of the net budget requirement", r.cells(row, run)));
    }
    table.notes.push(
        "a general deflator understates what care costs where the National Living Wage rises faster than prices".into(),
    );
    table
}
