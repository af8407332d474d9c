//! The assumptions by organisation, and which cell of the sheet takes which of them.
//!
//! An input cell of the sheet refers to an assumption when its value in that run **is** the assumption's:
//! then changing the input changes what the scenario would change. Where a run has a value of its own (the
//! plan delivers in full, whatever the scenario says of delivery) the cell holds that value by definition.

use std::collections::BTreeMap;

use crate::report::Reader;
use crate::sheet::{Assumption, CellId, Run, Sheet};
use crate::vocabulary::number::ten_to;
use crate::vocabulary::{Name, Unit};

/// The assumptions of an organisation, or those that all share.
#[derive(Debug)]
pub struct InputSheet<'a> {
    /// Whose they are; none for what is shared.
    pub organisation: Option<Name>,
    /// The organisation's title, or what is shared.
    pub title: String,
    /// The assumptions in the order of the file.
    pub rows: Vec<InputRow<'a>>,
}

/// One assumption.
#[derive(Debug)]
pub struct InputRow<'a> {
    /// The assumption.
    pub assumption: &'a Assumption,
    /// What it is, in the words of the row that takes it.
    pub words: String,
    /// Where it is written; empty for a documented default.
    pub place: String,
    /// What else must be known of it: a default, unconfirmed, overriding another.
    pub status: String,
    /// Of each of its values, whether a cell of the sheet takes it, so that changing it here changes the figures.
    pub live: Vec<bool>,
}

/// The input that a cell takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Which input sheet.
    pub sheet: usize,
    /// Which of its rows.
    pub row: usize,
    /// The plan year (1 is the first) of an assumption by year; none for one that holds for all years.
    pub year: Option<i32>,
    /// For a calendar month that a cell counts from April of year 1: the months to add after counting from
    /// January of year 0.
    pub from_month: Option<i128>,
}

/// The input that each cell takes in each run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links(Vec<[Option<Link>; 2]>);

impl Links {
    /// The input that a cell takes in a run.
    #[must_use]
    pub fn of(&self, cell: CellId, run: Run) -> Option<Link> {
        self.0.get(cell.0 as usize).and_then(|links| links[usize::from(run == Run::RiskAdjusted)])
    }
}

/// The input sheets, and the links of the cells to them.
pub(super) fn all<'a>(r: &Reader<'a>) -> (Vec<InputSheet<'a>>, Links) {
    let sheet = &r.plan().sheet;
    let assumptions = sheet.assumptions();
    // A figure that several rows take is kept by each of them: it is one assumption.
    let mut first_of = BTreeMap::new();
    let same: Vec<usize> =
        assumptions.iter().enumerate().map(|(i, a)| *first_of.entry(a.path.as_str()).or_insert(i)).collect();
    let mut taken_by: Vec<Option<CellId>> = vec![None; assumptions.len()];
    let cells = || sheet.rows().flat_map(|(_, info)| info.cells());
    for cell in cells() {
        if let Some(id) = sheet.assumption_id_of(cell) {
            taken_by[same[id.0 as usize]].get_or_insert(cell);
        }
    }
    let organisations = &r.plan().organisations;
    let mut sheets: Vec<InputSheet<'a>> = vec![InputSheet { organisation: None, title: shared(r), rows: Vec::new() }];
    sheets.extend(organisations.iter().map(|o| InputSheet {
        organisation: Some(o.name.clone()),
        title: o.title.clone(),
        rows: Vec::new(),
    }));
    let mut order: Vec<usize> = (0..assumptions.len()).filter(|i| same[*i] == *i).collect();
    order.sort_by_key(|i| (assumptions[*i].place.is_none(), assumptions[*i].place, &assumptions[*i].path));
    let mut stands: Vec<Option<(usize, usize)>> = vec![None; assumptions.len()];
    for i in order {
        let a = &assumptions[i];
        let owner = taken_by[i].and_then(|cell| sheet.subject(sheet.row_of(cell)).organisation.as_ref());
        let owner = owner.or_else(|| named_in(r, &a.path));
        let at = owner.and_then(|o| organisations.iter().position(|known| known.name == *o)).map_or(0, |at| at + 1);
        stands[i] = Some((at, sheets[at].rows.len()));
        let words = taken_by[i].map_or_else(|| a.path.to_string(), |cell| sheet.row_words(sheet.row_of(cell)));
        let place = a.place.map(|place| r.opened.loaded.sources.describe(place)).unwrap_or_default();
        let live = vec![false; a.values.len()];
        sheets[at].rows.push(InputRow { assumption: a, words, place, status: status(r, a), live });
    }
    let mut links = Links(vec![[None; 2]; sheet.len()]);
    for cell in cells() {
        let Some(id) = sheet.assumption_id_of(cell) else { continue };
        let first = same[id.0 as usize];
        let Some((at, row)) = stands[first] else { continue };
        for run in Run::BOTH {
            if let Some((year, from_month)) = takes(sheet, cell, run, &assumptions[first], r.horizon().april(1)) {
                links.0[cell.0 as usize][usize::from(run == Run::RiskAdjusted)] =
                    Some(Link { sheet: at, row, year, from_month });
                let value = year.and_then(|t| usize::try_from(t - 1).ok()).unwrap_or(0);
                let built = built_without(r, &assumptions[first].path, value);
                sheets[at].rows[row].live.get_mut(value).into_iter().for_each(|live| *live = !built);
            }
        }
    }
    // Sheets that hold nothing go, and the links follow.
    let kept: Vec<Option<usize>> = sheets
        .iter()
        .scan(0, |next, s| {
            let at = (!s.rows.is_empty()).then_some(*next);
            *next += usize::from(at.is_some());
            Some(at)
        })
        .collect();
    for link in links.0.iter_mut().flatten().flatten() {
        link.sheet = kept[link.sheet].unwrap_or_default();
    }
    sheets.retain(|s| !s.rows.is_empty());
    (sheets, links)
}

fn shared(r: &Reader<'_>) -> String {
    if r.plan().organisations.len() > 1 { "shared by all organisations".into() } else { "the whole scenario".into() }
}

/// The organisation that an assumption's own path names.
fn named_in<'a>(r: &Reader<'a>, path: &str) -> Option<&'a Name> {
    let mut parts = path.split('.');
    let named = (parts.next() == Some("organisation")).then(|| parts.next()).flatten()?;
    r.plan().organisations.iter().map(|o| &o.name).find(|name| name.as_str() == named)
}

/// Whether a value is nought in such a way that the plan has no formula for another: a reserve that is not
/// used in a year.
fn built_without(r: &Reader<'_>, path: &str, value: usize) -> bool {
    let mut pots = r.plan().facts.pots.iter();
    let pot = pots.find(|pot| {
        path.strip_prefix("reserve.").and_then(|p| p.strip_suffix(".planned_use")) == Some(pot.name.as_str())
    });
    pot.is_some_and(|pot| pot.uses.get(value) == Some(&false))
}

fn status(r: &Reader<'_>, a: &Assumption) -> String {
    let overrides = a.replaced.last().map(|place| format!("overrides {}", r.opened.loaded.sources.describe(*place)));
    let said =
        [a.default.then(|| "default".to_owned()), overrides, a.evidence.unconfirmed.then(|| "unconfirmed".to_owned())];
    said.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Whether the cell's value in a run is the assumption's, and of which year.
fn takes(sheet: &Sheet, cell: CellId, run: Run, a: &Assumption, april: i128) -> Option<(Option<i32>, Option<i128>)> {
    // What the plan is by definition does not follow the assumption, even where both come to the same.
    if run == Run::Plan && sheet.is_by_run(cell) {
        return None;
    }
    let (plan, risk_adjusted) = sheet.input_in_runs(cell)?;
    let compiled = if run == Run::Plan { plan } else { risk_adjusted };
    let year = if a.by_year { Some(sheet.year_number(cell).filter(|t| *t >= 1)?) } else { None };
    let at = year.map_or(Some(0), |t| usize::try_from(t - 1).ok())?;
    let published = sheet.flags(cell).published;
    match a.values.get(at)?.0 {
        None => (!published).then_some((year, None)),
        Some(_) if !published => None,
        Some(given) => {
            let unit = sheet.unit(cell);
            if (a.unit, unit) == (Unit::Month, Unit::Months) {
                let months = compiled / ten_to(Unit::Months.scale());
                let more = months - given;
                let whole = compiled % ten_to(Unit::Months.scale()) == 0;
                return (whole && (more == -april || more == 1 - april)).then_some((year, Some(more)));
            }
            let alike = |units: [Unit; 2]| units.contains(&unit) && units.contains(&a.unit);
            let comparable =
                unit == a.unit || alike([Unit::Money, Unit::UnitPrice]) || alike([Unit::Quantity, Unit::Months]);
            let exact = |steps: i128, own: Unit, other: Unit| {
                steps.checked_mul(ten_to(other.scale().max(own.scale()) - own.scale()))
            };
            let equal = exact(compiled, unit, a.unit)? == exact(given, a.unit, unit)?;
            (comparable && equal).then_some((year, None))
        }
    }
}
