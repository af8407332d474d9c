//! Scenarios side by side: whose figures there are, in which years, and which rows differ most.

use std::collections::BTreeMap;

use crate::mechanism::contribution::Contribution;
use crate::open::Opened;
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Name};

/// The bodies of several plans in the order in which they are met, each with its title.
#[must_use]
pub fn bodies<'a>(plans: impl IntoIterator<Item = &'a Opened>) -> Vec<(Name, String)> {
    let mut all: Vec<(Name, String)> = Vec::new();
    for organisation in plans.into_iter().flat_map(|p| &p.plan.organisations) {
        if all.iter().all(|(name, _)| *name != organisation.name) {
            all.push((organisation.name.clone(), organisation.title.clone()));
        }
    }
    all
}

/// The same, then the whole system where a plan has several.
#[must_use]
pub fn organisations(plans: &[Opened]) -> Vec<(Name, String)> {
    let mut all = bodies(plans);
    for view in plans.iter().flat_map(|p| &p.plan.facts.views).filter(|v| v.name.as_str() == "system") {
        if all.iter().all(|(name, _)| *name != view.name) {
            all.push((view.name.clone(), view.title.to_owned()));
        }
    }
    all
}

/// Every plan year of any of the plans, in order.
#[must_use]
pub fn years(plans: &[Opened]) -> Vec<FinancialYear> {
    let mut all: Vec<FinancialYear> = plans
        .iter()
        .flat_map(|p| p.plan.horizon().plan().map(|t| p.plan.horizon().year(t)).collect::<Vec<_>>())
        .collect();
    all.sort();
    all.dedup();
    all
}

/// A row that differs between plans, in the year in which it differs most.
#[derive(Debug, Clone)]
pub struct Mover<'a> {
    /// The row's address, without its year.
    pub address: String,
    /// What it counts as, in the first plan that has it, and which plan that is.
    pub counted: (&'a Contribution, usize),
    /// The first plan of the organisation, with which the others are compared.
    pub base: usize,
    /// The year.
    pub year: FinancialYear,
    /// By how much it differs from the first plan, at most: the size, in pence.
    pub size: i128,
}

/// The rows that count towards a total and differ most between plans of the same organisation, from the
/// first such plan to any other, largest first. Only years that both have are looked at; an item that a
/// plan of the organisation does not have is nought there.
#[must_use]
pub fn movers<'a>(plans: &'a [Opened], run: Run, most: usize) -> Vec<Mover<'a>> {
    let mut rows: BTreeMap<String, (&Contribution, usize)> = BTreeMap::new();
    for (n, opened) in plans.iter().enumerate() {
        for counted in &opened.plan.facts.contributions {
            rows.entry(opened.plan.sheet.row_address(counted.row.id())).or_insert((counted, n));
        }
    }
    let mut found: Vec<Mover<'a>> = Vec::new();
    for (address, counted) in rows {
        let has = |p: &&Opened| p.plan.organisations.iter().any(|o| o.name == counted.0.organisation);
        let mut with = plans.iter().filter(has);
        let (Some(base), Some(first)) = (plans.iter().position(|p| has(&p)), with.next()) else { continue };
        let mut largest: Option<(i128, FinancialYear)> = None;
        for other in with {
            for t in first.plan.horizon().plan() {
                let year = first.plan.horizon().year(t);
                let (ours, theirs) = (value(first, &address, run, year), value(other, &address, run, year));
                let Some((ours, theirs)) = ours.zip(theirs) else { continue };
                let size = (theirs - ours).abs();
                if size > largest.map_or(0, |(held, _)| held) {
                    largest = Some((size, year));
                }
            }
        }
        if let Some((size, year)) = largest {
            found.push(Mover { address, counted, base, year, size });
        }
    }
    found.sort_by(|x, y| y.size.cmp(&x.size).then_with(|| x.address.cmp(&y.address)));
    found.truncate(most);
    found
}

/// The pence of a row in a year: nought where the plan has no such row, nothing where it has no such year
/// or does not publish it.
#[must_use]
pub fn value(opened: &Opened, address: &str, run: Run, year: FinancialYear) -> Option<i128> {
    let t = opened.plan.horizon().number(year).filter(|t| *t > 0)?;
    match opened.plan.sheet.find_row(address) {
        Some(row) => opened.plan.pence(opened.results.of(run), row, t),
        None => Some(0),
    }
}
