//! Why a headline is not known: the first figure that was not given, found by walking back from it.

use std::collections::BTreeSet;

use crate::report::Reader;
use crate::report::table::Sentence;
use crate::sheet::{CellId, Formula, Run};
use crate::vocabulary::Measure;

/// One finding for each modelled body of which what is still to find is not known in some year.
pub(super) fn all(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let plan = r.plan();
    for organisation in &plan.organisations {
        if plan.facts.stated.iter().any(|s| s.organisation == organisation.name) {
            continue;
        }
        let Some(row) = plan.measure(&organisation.name, Measure::GapAfterPlannedReserves) else { continue };
        let unknown = |t: &i32| r.of_row(row, *t, Run::Plan).steps.is_none();
        let Some(t) = r.horizon().plan().find(unknown) else { continue };
        let Some(cause) = plan.sheet.cell(row, t).and_then(|cell| cause(r, cell)) else { continue };
        found.push(
            format!(
                "{}: what is still to find is not known in {}, since {cause} is not published or not given; say a figure of your own, or read the page with that in mind",
                organisation.title,
                r.year(t)
            )
            .into(),
        );
    }
}

/// The assumption, or the row, at which what is not known begins.
fn cause(r: &Reader<'_>, from: CellId) -> Option<String> {
    let sheet = &r.plan().sheet;
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(cell) = open.pop() {
        if sheet.flags(cell).published || !seen.insert(cell) {
            continue;
        }
        let formula = sheet.formula(cell);
        if let Some(assumption) = sheet.assumption_of(cell) {
            let year = sheet.year_number(cell).map(|t| format!(" for {}", r.year(t)));
            let place = assumption.place.map(|p| format!(" ({})", r.opened.loaded.sources.describe(p)));
            return Some(format!("`{}`{}{}", assumption.path, year.unwrap_or_default(), place.unwrap_or_default()));
        }
        if formula == Formula::NotPublished {
            return Some(sheet.row_words(sheet.row_of(cell)));
        }
        open.extend(sheet.terms(formula).iter().rev().filter_map(|term| term.cell()));
    }
    None
}
