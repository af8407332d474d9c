//! Rows of money that mechanisms have in common: sums, changes from year to year, running totals,
//! amounts held at nought or at a penny.

use std::borrow::Cow;

use super::context::Build;
use crate::sheet::{Cell, Flags, Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Money, Valued};

impl Build<'_> {
    /// A row of money over some years.
    pub fn money(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        years: Years,
    ) -> Row<Money> {
        self.sheet.row(subject, measure, words, years)
    }

    /// A row that is the change of another from the year before; the first year's change is its
    /// whole amount, or from its base-year cell where it has one.
    pub fn change(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        of: Row<Money>,
        base: Option<Cell<Money>>,
    ) -> Row<Money> {
        let row = self.money(subject, measure, words, Years::PLAN);
        for t in self.horizon.plan() {
            let before = if t > 1 { Some(of.at(t - 1)) } else { base };
            let terms = [(Sign::Plus, of.at(t))].into_iter().chain(before.map(|b| (Sign::Minus, b)));
            self.sheet.sum(row.at(t), terms);
        }
        row
    }

    /// A row that is the running total of another.
    pub fn running_total(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        of: Row<Money>,
    ) -> Row<Money> {
        let row = self.money(subject, measure, words, Years::PLAN);
        for t in self.horizon.plan() {
            let before = (t > 1).then(|| (Sign::Plus, row.at(t - 1)));
            self.sheet.sum(row.at(t), before.into_iter().chain([(Sign::Plus, of.at(t))]));
        }
        row
    }

    /// A row that is Σ ±rows in each plan year.
    pub fn sum_of(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        rows: &[(Sign, Row<Money>)],
    ) -> Row<Money> {
        let row = self.money(subject, measure, words, Years::PLAN);
        for t in self.horizon.plan() {
            self.sheet.sum(row.at(t), rows.iter().map(|(sign, r)| (*sign, r.at(t))));
        }
        row
    }

    /// No money, as a cell.
    pub fn nought(&mut self) -> Cell<Money> {
        self.constant("nothing", "nought", 0)
    }

    /// A penny, as a cell: the least divisor, where there is nothing to divide by.
    pub fn penny(&mut self) -> Cell<Money> {
        self.constant("penny", "a penny, where there is nothing to divide by", 1)
    }

    fn constant(&mut self, measure: &'static str, words: &'static str, pence: i128) -> Cell<Money> {
        if let Some(cell) = self.constants.get(&pence) {
            return *cell;
        }
        let subject =
            Subject { organisation: None, kind: "calendar", name: None, title: "Constants".into(), place: None };
        let subject = self.sheet.subject(subject);
        let cell = self.sheet.scalar::<Money>(subject, measure, words);
        self.sheet.input(cell, Money::from_steps(pence), None, Flags::EXACT);
        self.constants.insert(pence, cell);
        cell
    }

    /// A row that is max(x, 0).
    pub fn at_least_nought(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        of: Row<Money>,
    ) -> Row<Money> {
        let nought = self.nought();
        self.at_least(subject, measure, words, of, nought)
    }

    /// A row that is max(x, a penny): a divisor that is never nought.
    pub fn at_least_a_penny(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        of: Row<Money>,
    ) -> Row<Money> {
        let penny = self.penny();
        self.at_least(subject, measure, words, of, penny)
    }

    fn at_least(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        of: Row<Money>,
        least: Cell<Money>,
    ) -> Row<Money> {
        let row = self.money(subject, measure, words, Years::PLAN);
        for t in self.horizon.plan() {
            self.sheet.max(row.at(t), &[of.at(t), least]);
        }
        row
    }
}
