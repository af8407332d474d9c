//! What a mechanism sees while it builds its rows: years, names, the sheet, and what others built.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;
use smol_str::SmolStr;

use super::contribution::{Beside, Contribution, ItemRow, Join, Recurrence, Step};
use super::duty_to_balance::Rules;
use super::facts::Facts;
use super::organisation::Organisation;
use super::timing::YearEnds;
use crate::language::{Figure, Item, Names, RateSource};
use crate::sheet::{Builder, Cell, Evidence, Flags, Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::pattern::fits;
use crate::vocabulary::{Diagnostic, Diagnostics, Horizon, Measure, Money, Months, Name, Place, Rate, Valued};

/// What every named item has.
#[derive(Debug, Clone)]
pub struct Head {
    /// The kind of item.
    pub kind: &'static str,
    /// Its name.
    pub name: Name,
    /// The organisation it belongs to, for kinds that belong to one.
    pub organisation: Option<Name>,
    /// Its title.
    pub title: SmolStr,
    /// Where it stands.
    pub place: Place,
    /// Its evidence.
    pub evidence: Evidence,
}

impl Head {
    /// The head of an item; nothing when it should belong to an organisation and does not say which.
    #[must_use]
    pub fn of(item: &Item<'_>) -> Option<Self> {
        if item.section.belongs && item.organisation.is_none() {
            return None;
        }
        Some(Self {
            kind: item.section.name,
            name: item.name.clone(),
            organisation: item.organisation.clone(),
            title: item.title(),
            place: item.place,
            evidence: item.evidence(),
        })
    }

    /// Its path in the file.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.kind, self.name)
    }
}

/// A row of a known unit, found by its item and measure.
#[derive(Debug, Clone, Copy)]
enum Known {
    Money(Row<Money>),
    Rate(Row<Rate>),
}

/// The sheet in the making and what has been said about it so far.
pub struct Build<'a> {
    /// The sheet.
    pub sheet: Builder,
    /// The years.
    pub horizon: Horizon,
    /// The organisations, in file order.
    pub organisations: &'a [Organisation],
    /// What is declared.
    pub names: &'a Names,
    /// What the plan's items are, for the totals here and for reports later.
    pub facts: Facts,
    /// Steps of the roll-forward, by organisation.
    pub steps: BTreeMap<Name, Vec<(Step, Sign, Row<Money>)>>,
    /// Savings by the line they are found on, for the overlap test.
    pub claims: Vec<super::saving::Claim>,
    /// What joins a line's roll-forward from outside it.
    pub joins: Vec<Join>,
    /// Drivers that apply from a month within the year, and their months in effect.
    pub part_year: BTreeMap<Name, Cell<Months>>,
    /// The subject of each driver's rows.
    pub driver_subjects: BTreeMap<Name, SubjectId>,
    /// The service each line belongs to, where it says one.
    pub line_services: BTreeMap<Name, SmolStr>,
    /// The delivery weight of each status that has one.
    pub weights: BTreeMap<Name, Cell<Rate>>,
    /// Savings that are a share of what earlier ones leave of their line.
    pub sequential: Vec<super::saving::Sequential>,
    /// Levies on business rates, by name.
    pub(super) levies: BTreeMap<Name, super::levy::Terms>,
    /// Referendum limits on council tax.
    pub(super) referendum_limits: Vec<super::referendum_limit::Limit>,
    /// Costs to achieve that a reserve pays.
    pub paid_by_reserve: Vec<(Name, Row<Money>)>,
    /// Costs to achieve that capital receipts pay.
    pub paid_by_receipts: Vec<super::capital_receipts::ReceiptClaim>,
    /// What clawbacks take by plan year: whose, whether of a surplus, and the shares.
    pub given_up: Vec<(Name, bool, Vec<i128>)>,
    /// The rules bodies balance under.
    pub rules: Rules,
    /// Where each organisation's contributions stand, once all of them are there.
    own: BTreeMap<Name, Vec<usize>>,
    pub(super) constants: BTreeMap<i128, Cell<Money>>,
    /// Payments between organisations as they were written, so that nothing is entered twice.
    pub paid: Vec<super::flow::Paid>,
    /// What funds are asked to pay.
    pub fund_claims: Vec<super::fund::FundClaim>,
    /// What funds pay of an item, by its kind and name.
    pub paid_by_funds: Vec<(&'static str, Name, Row<Money>)>,
    /// Pauses of savings.
    pub pauses: Vec<super::pause::Paused>,
    /// The pauses that hold up anything.
    pub held_up: BTreeSet<Name>,
    year_ends: Option<YearEnds>,
    /// By name first: a thing has a handful of rows, and going through them is quicker than a search by
    /// all three parts.
    known: HashMap<Name, Vec<(&'static str, &'static str, Known)>, RandomState>,
    wrong: &'a RefCell<Diagnostics>,
}

impl<'a> Build<'a> {
    /// An empty sheet over the horizon.
    #[must_use]
    pub fn new(
        horizon: Horizon,
        rules: Rules,
        organisations: &'a [Organisation],
        names: &'a Names,
        wrong: &'a RefCell<Diagnostics>,
    ) -> Self {
        Self {
            sheet: Builder::new(horizon),
            horizon,
            organisations,
            names,
            facts: Facts::default(),
            steps: BTreeMap::new(),
            claims: Vec::new(),
            joins: Vec::new(),
            part_year: BTreeMap::new(),
            driver_subjects: BTreeMap::new(),
            line_services: BTreeMap::new(),
            weights: BTreeMap::new(),
            sequential: Vec::new(),
            levies: BTreeMap::new(),
            referendum_limits: Vec::new(),
            paid_by_reserve: Vec::new(),
            paid_by_receipts: Vec::new(),
            given_up: Vec::new(),
            rules,
            own: BTreeMap::new(),
            constants: BTreeMap::new(),
            paid: Vec::new(),
            fund_claims: Vec::new(),
            paid_by_funds: Vec::new(),
            pauses: Vec::new(),
            held_up: BTreeSet::new(),
            year_ends: None,
            known: HashMap::default(),
            wrong,
        }
    }

    /// Tells what is wrong.
    pub fn tell(&self, diagnostic: Diagnostic) {
        self.wrong.borrow_mut().push(diagnostic);
    }

    /// A subject for the rows of an item.
    pub fn subject(&mut self, head: &Head) -> SubjectId {
        self.sheet.subject(Subject {
            organisation: head.organisation.clone(),
            kind: head.kind,
            name: Some(head.name.clone()),
            title: head.title.clone(),
            place: Some(head.place),
        })
    }

    /// A subject for the rows of a part of an item, which has a title of its own.
    pub fn part(&mut self, head: &Head, part: &str) -> SubjectId {
        self.sheet.subject(Subject {
            organisation: head.organisation.clone(),
            kind: head.kind,
            name: Some(head.name.clone()),
            title: format!("{}: {part}", head.title).into(),
            place: Some(head.place),
        })
    }

    /// A row of inputs from a figure: one cell a plan year, or one cell in all.
    pub fn given<T: Valued>(
        &mut self,
        subject: SubjectId,
        measure: &'static str,
        words: &'static str,
        figure: &Figure,
    ) -> Row<T> {
        self.given_as(subject, measure.into(), words.into(), figure)
    }

    /// The same, for a row that takes a part of its name from the scenario.
    pub fn given_as<T: Valued>(
        &mut self,
        subject: SubjectId,
        measure: Cow<'static, str>,
        words: Cow<'static, str>,
        figure: &Figure,
    ) -> Row<T> {
        let assumption = Some(self.sheet.assumption(figure.assumption()));
        let years = if figure.by_year { Years::PLAN } else { Years::Timeless };
        let row = self.sheet.row::<T>(subject, measure, words, years);
        let plan = if figure.by_year { self.horizon.plan() } else { 1..=1 };
        for t in plan {
            match figure.at(t).steps {
                Some(steps) => self.sheet.input(row.at(t), T::from_steps(steps), assumption, figure.flags(t)),
                // Kept with its assumption, so that an explanation can say where it was said.
                None => self.sheet.input(row.at(t), T::from_steps(0), assumption, Flags::NOT_PUBLISHED),
            }
        }
        row
    }

    /// One cell from a figure without years.
    pub fn given_once<T: Valued>(
        &mut self,
        subject: SubjectId,
        measure: &'static str,
        words: &'static str,
        figure: &Figure,
    ) -> Cell<T> {
        self.given::<T>(subject, measure, words, figure).at(1)
    }

    /// The row of a rate: a driver's, or inputs of its own.
    pub fn rate(
        &mut self,
        subject: SubjectId,
        measure: &'static str,
        words: &'static str,
        source: &RateSource,
    ) -> Option<Row<Rate>> {
        match source {
            RateSource::Own(figure) => Some(self.given(subject, measure, words, figure)),
            RateSource::Driver(name, _) => self.known_rate("driver", name, "rate"),
        }
    }

    /// Makes a money row findable by its item and measure.
    pub fn know_money(&mut self, kind: &'static str, name: &Name, measure: &'static str, row: Row<Money>) {
        self.know(kind, name, measure, Known::Money(row));
    }

    /// Makes a rate row findable by its item and measure.
    pub fn know_rate(&mut self, kind: &'static str, name: &Name, measure: &'static str, row: Row<Rate>) {
        self.know(kind, name, measure, Known::Rate(row));
    }

    fn know(&mut self, kind: &'static str, name: &Name, measure: &'static str, row: Known) {
        self.rows_known_of(name).push((kind, measure, row));
    }

    fn rows_known_of(&mut self, name: &Name) -> &mut Vec<(&'static str, &'static str, Known)> {
        // A line has some seven.
        self.known.entry(name.clone()).or_insert_with(|| Vec::with_capacity(8))
    }

    /// Makes the rows of an item findable by their measures, those that it has.
    pub fn know_all(
        &mut self,
        kind: &'static str,
        name: &Name,
        money: &[(&'static str, Option<Row<Money>>)],
        rates: &[(&'static str, Option<Row<Rate>>)],
    ) {
        let money = money.iter().filter_map(|(measure, row)| Some((kind, *measure, Known::Money((*row)?))));
        let rates = rates.iter().filter_map(|(measure, row)| Some((kind, *measure, Known::Rate((*row)?))));
        self.rows_known_of(name).extend(money.chain(rates));
    }

    /// The row made known last under these words.
    fn known(&self, kind: &'static str, name: &Name, measure: &'static str) -> Option<Known> {
        let rows = self.known.get(name)?;
        rows.iter().rev().find(|(k, m, _)| *m == measure && *k == kind).map(|(.., row)| *row)
    }

    /// A money row by its item and measure.
    #[must_use]
    pub fn known_money(&self, kind: &'static str, name: &Name, measure: &'static str) -> Option<Row<Money>> {
        match self.known(kind, name, measure) {
            Some(Known::Money(row)) => Some(row),
            _ => None,
        }
    }

    /// A rate row by its item and measure.
    #[must_use]
    pub fn known_rate(&self, kind: &'static str, name: &Name, measure: &'static str) -> Option<Row<Rate>> {
        match self.known(kind, name, measure) {
            Some(Known::Rate(row)) => Some(row),
            _ => None,
        }
    }

    /// The organisations of a scope: an organisation itself, or those of a view.
    #[must_use]
    pub fn views_members(&self, scope: &Name) -> Vec<Name> {
        super::system::members(self.organisations, scope)
    }

    /// An organisation's measure, once the totals are built.
    #[must_use]
    pub fn measure(&self, organisation: &Name, measure: Measure) -> Option<Row<Money>> {
        self.known_money("", organisation, measure.code())
    }

    /// The ends of the years, counted in months from April of year 1.
    pub fn year_ends(&mut self) -> YearEnds {
        match self.year_ends {
            Some(ends) => ends,
            None => *self.year_ends.insert(YearEnds::declare(&mut self.sheet)),
        }
    }

    /// Joins a row to a line's roll-forward at a step.
    pub fn join_line(&mut self, by: &Head, line: &Name, step: Step, row: Row<Money>, one_off: bool) {
        self.joins.push(Join { line: line.clone(), step, row, one_off, by: by.clone() });
    }

    /// Notes whose the contributions are, once all mechanisms have added theirs: with many bodies, going
    /// through all of them for each would take time in proportion to the square.
    pub(super) fn sort_contributions(&mut self) {
        self.own.clear();
        for (at, contribution) in self.facts.contributions.iter().enumerate() {
            self.own.entry(contribution.organisation.clone()).or_default().push(at);
        }
    }

    /// An organisation's contributions, in the order in which they were made.
    pub(super) fn contributions_of(&self, organisation: &Name) -> impl Iterator<Item = &Contribution> {
        let own = self.own.get(organisation).into_iter().flatten();
        own.filter_map(|at| self.facts.contributions.get(*at))
    }

    /// Lists an item with its amounts in the year.
    pub fn register(&mut self, head: &Head, row: Row<Money>, effect: Sign, recurrence: Recurrence) {
        self.register_part(head, row, effect, recurrence, Beside::default());
    }

    /// Lists an item that may stand beside a total or be part of another item.
    pub fn register_part(
        &mut self,
        head: &Head,
        row: Row<Money>,
        effect: Sign,
        recurrence: Recurrence,
        beside: Beside,
    ) {
        self.facts.items.push(ItemRow {
            kind: head.kind,
            name: head.name.clone(),
            organisation: head.organisation.clone(),
            row,
            effect,
            memo: beside.memo,
            part_of: beside.part_of,
            recurrence,
            service: beside.service,
            place: head.place,
        });
    }

    /// Says that a row counts towards a body's requirement, at a step of its roll-forward by its change
    /// from the year before. `change` names that row of changes: its measure and its words.
    pub fn require(
        &mut self,
        subject: SubjectId,
        step: Step,
        change: (impl Into<Cow<'static, str>>, impl Into<Cow<'static, str>>),
        contribution: Contribution,
    ) {
        let base = contribution.base;
        let row = self.change(subject, change.0, change.1, contribution.row, base);
        self.step(&contribution.organisation.clone(), step, contribution.sign, row);
        self.facts.contributions.push(contribution);
    }

    /// Says that a row counts as a step of an organisation's roll-forward.
    pub fn step(&mut self, organisation: &Name, step: Step, sign: Sign, row: Row<Money>) {
        self.steps.entry(organisation.clone()).or_default().push((step, sign, row));
    }

    /// Items whose path matches a pattern like `pressure.demand_*`, in the order they were built.
    #[must_use]
    pub fn matching(&self, pattern: &str) -> Vec<ItemRow> {
        let Some((kind, name)) = pattern.split_once('.') else { return Vec::new() };
        self.facts.items.iter().filter(|i| i.kind == kind && fits(name, i.name.as_str())).cloned().collect()
    }
}
