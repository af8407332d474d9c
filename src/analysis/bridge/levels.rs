//! What each step amounts to at one end of a bridge, read off the terms of the totals' own formulas, so
//! that no amount is computed a second time and every item stands behind its step.

use std::collections::{BTreeMap, BTreeSet};

use super::{Amount, End, Item, Part, Step};
use crate::compile::Plan;
use crate::mechanism::contribution::{Contribution, OneOff, Recurrence, Step as Rolled, Total};
use crate::sheet::{CellId, Formula, RowId, Run, Sheet, Sign, TermKind, Values};
use crate::vocabulary::{Measure, Name};

/// Where a step stands: its part, its place there, its word and its words.
type Key = (Part, usize, String, String);
/// Whose item, of which kind, by which name.
type ItemKey = (Option<Name>, &'static str, Option<Name>);

/// A step in the making.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    items: BTreeMap<ItemKey, (String, Amount, bool)>,
    unknown: BTreeSet<String>,
}

/// The steps in the making.
pub(super) type Steps = BTreeMap<Key, Gathered>;

/// Adds up the steps of one end, with the sign of that end.
pub(super) struct Tally<'a> {
    plan: &'a Plan,
    values: &'a Values,
    t: i32,
    sign: i128,
    counted: BTreeMap<RowId, &'a Contribution>,
    one_off_parts: BTreeSet<RowId>,
    steps: &'a mut Steps,
}

/// A term of a sum: added or taken off, and its cell.
fn terms(sheet: &Sheet, cell: CellId) -> Vec<(i128, CellId)> {
    let formula = sheet.formula(cell);
    match formula {
        Formula::Nought => Vec::new(),
        Formula::Sum(_) => {
            let sign = |kind| if kind == TermKind::Minus { -1 } else { 1 };
            sheet.terms(formula).iter().filter_map(|t| Some((sign(t.kind), t.cell()?))).collect()
        }
        _ => vec![(1, cell)],
    }
}

const fn factor(sign: Sign) -> i128 {
    match sign {
        Sign::Plus => 1,
        Sign::Minus => -1,
    }
}

impl<'a> Tally<'a> {
    pub(super) fn new(end: &End<'a>, run: Run, sign: i128, steps: &'a mut Steps) -> Self {
        let contributions = &end.plan.facts.contributions;
        let part = |c: &Contribution| if let OneOff::Part(row) = c.one_off { Some(row.id()) } else { None };
        Self {
            plan: end.plan,
            values: end.results.of(run),
            t: end.t,
            sign,
            counted: contributions.iter().map(|c| (c.row.id(), c)).collect(),
            one_off_parts: contributions.iter().filter_map(part).collect(),
            steps,
        }
    }

    fn add(&mut self, key: &Key, cell: CellId, sign: i128, one_off: Option<i128>) {
        let sheet = &self.plan.sheet;
        let (row, sign) = (sheet.row_of(cell), sign * self.sign);
        let (subject, value) = (sheet.subject(row), self.values.steps(cell));
        let gathered = self.steps.entry(key.clone()).or_default();
        if value.is_none() {
            let year = sheet.year_number(cell).map(|t| format!(" {}", sheet.horizon().year(t)));
            gathered.unknown.insert(format!("{}{}", sheet.row_words(row), year.unwrap_or_default()));
        }
        let amount = Amount { all: value.map(|v| sign * v), one_off: one_off.map(|v| sign * v) };
        let item = (subject.organisation.clone(), subject.kind, subject.name.clone());
        let not_stated = self.counted.get(&row).is_some_and(|c| c.recurrence == Recurrence::NotStated);
        let held = gathered.items.entry(item).or_insert_with(|| (subject.title.to_string(), Amount::NOUGHT, false));
        held.1 = held.1.and(amount);
        held.2 |= not_stated;
    }

    /// What of a counted row is one-off in a year.
    fn one_off_of(&self, counted: &Contribution, t: i32) -> Option<i128> {
        let value = |row| self.plan.sheet.cell(row, t).and_then(|c| self.values.steps(c));
        match counted.one_off {
            OneOff::None => Some(0),
            OneOff::All => value(counted.row.id()),
            OneOff::Part(part) => value(part.id()),
        }
    }

    /// What of a term of the roll-forward is one-off: last year's one-offs, the one-offs of a line, and
    /// of a change from year to year as much as the one-off part changes.
    fn one_off_of_step(&self, step: Rolled, cell: CellId, t: i32) -> Option<i128> {
        let sheet = &self.plan.sheet;
        let row = sheet.row_of(cell);
        if step == Rolled::Reversal || self.one_off_parts.contains(&row) {
            return self.values.steps(cell);
        }
        if let Some(counted) = self.counted.get(&row) {
            return self.one_off_of(counted, t);
        }
        let changing = terms(sheet, cell).first().and_then(|(_, first)| self.counted.get(&sheet.row_of(*first)));
        let Some(counted) = changing else { return Some(0) };
        let before = if t > 1 { self.one_off_of(counted, t - 1) } else { Some(0) };
        Some(self.one_off_of(counted, t)? - before?)
    }

    /// A gap that was published as a figure is one step; whether it is such a body.
    pub(super) fn stated(&mut self, member: &Name) -> bool {
        let plan = self.plan;
        if !plan.facts.stated.iter().any(|s| s.organisation == *member) {
            return false;
        }
        let before = plan.measure(member, Measure::GapBeforeSavings).and_then(|row| plan.sheet.cell(row, self.t));
        let after = plan.measure(member, Measure::GapAfterSavings).and_then(|row| plan.sheet.cell(row, self.t));
        let key = (Part::Stated, 0, "stated_gap".to_owned(), "gaps published as figures (change)".to_owned());
        let known = |cell: &CellId| self.values.steps(*cell).is_some();
        match before.filter(known) {
            Some(before) => {
                self.add(&key, before, 1, Some(0));
                self.savings(member);
            }
            // The savings are in the gap as it was published.
            None => {
                if let Some(after) = after.or(before) {
                    self.add(&key, after, 1, Some(0));
                }
            }
        }
        self.reserves(member);
        true
    }

    /// The steps of the roll-forward from the year number `first` to this end's.
    pub(super) fn roll_forward(&mut self, member: &Name, first: i32) {
        self.rolled(member, first, |_| true);
    }

    fn rolled(&mut self, member: &Name, first: i32, wanted: fn(Rolled) -> bool) {
        let plan = self.plan;
        for (n, step) in Rolled::ALL.into_iter().enumerate().filter(|(_, s)| wanted(*s)) {
            let Some(row) = plan.named(member, step.code()) else { continue };
            let key = (Part::Requirement, n + 1, step.code().to_owned(), step.words().to_owned());
            for t in first..=self.t {
                let Some(total) = plan.sheet.cell(row, t) else { continue };
                for (sign, cell) in terms(&plan.sheet, total) {
                    let one_off = self.one_off_of_step(step, cell, t);
                    self.add(&key, cell, sign, one_off);
                }
            }
        }
    }

    /// The base-year budget and every step since. Budgets taken as printed, of which the base year was
    /// not, count as they are.
    pub(super) fn since_base(&mut self, member: &Name) {
        let plan = self.plan;
        let base = (Part::Requirement, 0, "base".to_owned(), "base-year budget".to_owned());
        let published = Rolled::Published;
        let as_printed =
            (Part::Requirement, Rolled::ALL.len() + 1, published.code().to_owned(), published.words().to_owned());
        let lines = plan
            .facts
            .contributions
            .iter()
            .filter(|c| c.organisation == *member && c.total == Total::Requirement && c.item.0 == "line");
        for line in lines {
            match line.base {
                Some(cell) => self.add(&base, cell.id(), factor(line.sign), Some(0)),
                None => {
                    if let Some(cell) = plan.sheet.cell(line.row.id(), self.t) {
                        let one_off = self.one_off_of(line, self.t);
                        self.add(&as_printed, cell, factor(line.sign), one_off);
                    }
                }
            }
        }
        self.rolled(member, 1, |step| step != Rolled::Published);
    }

    /// Funding by its kind. Of the base year only the total is known, since it was balanced: a bridge
    /// that begins or ends there has one step for all of it.
    pub(super) fn funding(&mut self, member: &Name, in_total: bool) {
        let plan = self.plan;
        let Some(total) = plan.measure(member, Measure::Funding).and_then(|row| plan.sheet.cell(row, self.t)) else {
            return;
        };
        if in_total {
            let key = (Part::Funding, 0, "funding".to_owned(), "funding, all sources".to_owned());
            let one_off = plan.measure(member, Measure::OneOffFunding).and_then(|row| plan.sheet.cell(row, self.t));
            let one_off = one_off.map_or(Some(0), |cell| self.values.steps(cell));
            return self.add(&key, total, -1, one_off);
        }
        for (sign, cell) in terms(&plan.sheet, total) {
            let counted = self.counted.get(&plan.sheet.row_of(cell)).copied();
            let source = counted.and_then(|c| plan.facts.funding.iter().find(|f| f.name == c.item.1));
            let (n, code, words) = match source.map(|f| f.kind) {
                Some("council_tax") => (1, "council_tax", "funding: council tax"),
                Some("business_rates") => (2, "business_rates", "funding: business rates"),
                Some("grant") => (3, "grant", "funding: grants"),
                Some("collection_fund") => (4, "collection_fund", "funding: collection fund"),
                _ => (5, "other", "funding: other"),
            };
            let one_off = counted.map_or(Some(0), |c| self.one_off_of(c, self.t));
            self.add(&(Part::Funding, n, code.to_owned(), words.to_owned()), cell, -sign, one_off);
        }
    }

    /// Savings by status; what is no single saving by its kind.
    pub(super) fn savings(&mut self, member: &Name) {
        const STATUSES: [&str; 5] = ["delivered", "green", "amber", "red", "unidentified"];
        let plan = self.plan;
        let Some(total) = plan.measure(member, Measure::Savings).and_then(|row| plan.sheet.cell(row, self.t)) else {
            return;
        };
        for (sign, cell) in terms(&plan.sheet, total) {
            let counted = self.counted.get(&plan.sheet.row_of(cell)).copied();
            let one_off = counted.map_or(Some(0), |c| self.one_off_of(c, self.t));
            let kind = counted.map_or("saving", |c| c.item.0);
            let status = counted.filter(|c| c.item.0 == "saving").and_then(|c| {
                plan.facts.savings.iter().find(|s| s.name == c.item.1 && s.organisation == c.organisation)?.status
            });
            let place = status.and_then(|s| STATUSES.iter().position(|known| *known == s)).unwrap_or(STATUSES.len());
            let (n, code, words) = match (kind, status) {
                ("saving", Some(status)) => (place, status.to_owned(), format!("savings, {status}")),
                ("saving", None) => (place, "not_stated".to_owned(), "savings, status not stated".to_owned()),
                (kind, _) => (place + 1, kind.to_owned(), other_savings(kind)),
            };
            self.add(&(Part::Savings, n, code, words), cell, -sign, one_off);
        }
    }

    /// Support received less what is repaid, and the planned use of reserves: all of it one-off.
    pub(super) fn reserves(&mut self, member: &Name) {
        let plan = self.plan;
        let support = plan.sheet.find_row(&format!("{member}/solutions/support"));
        let used = plan.measure(member, Measure::PlannedReserveUse);
        let of = [
            (support, (Part::Support, 0, "support", "support received, less what is repaid")),
            (used, (Part::Reserves, 0, "planned_reserve_use", "planned use of reserves")),
        ];
        for (row, (part, n, code, words)) in of {
            let Some(total) = row.and_then(|row| plan.sheet.cell(row, self.t)) else { continue };
            for (sign, cell) in terms(&plan.sheet, total) {
                let all = self.values.steps(cell);
                self.add(&(part, n, code.to_owned(), words.to_owned()), cell, -sign, all);
            }
        }
    }
}

fn other_savings(kind: &str) -> String {
    match kind {
        "prevention" => "savings, prevention".to_owned(),
        "shift" => "savings, care moved from beds to the community".to_owned(),
        "overlap" | "line" => "overlap: savings counted twice".to_owned(),
        "deduction" => "overlap and reinvestment taken off savings".to_owned(),
        other => format!("savings of {} items", other.replace('_', " ")),
    }
}

/// The steps that move anything or are not known, each with its items, the largest first.
pub(super) fn finish(steps: Steps) -> Vec<Step> {
    let mut finished = Vec::new();
    for ((part, _, code, words), gathered) in steps {
        let mut items: Vec<Item> = gathered
            .items
            .into_iter()
            .map(|((organisation, kind, name), (title, amount, not_stated))| Item {
                organisation,
                kind,
                name,
                title,
                amount,
                not_stated,
            })
            .filter(|item| !item.amount.is_nought())
            .collect();
        let amount = items.iter().fold(Amount::NOUGHT, |sum, item| sum.and(item.amount));
        // What is not known comes first, then the largest; equal ones stay in the order of their names.
        items.sort_by_key(|item| std::cmp::Reverse(item.amount.all.map_or(i128::MAX, i128::abs)));
        if !items.is_empty() {
            finished.push(Step { part, code, words, amount, items, unknown: gathered.unknown.into_iter().collect() });
        }
    }
    finished
}
