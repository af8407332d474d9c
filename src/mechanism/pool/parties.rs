//! The partners of a pool while its rows are made, and how an amount is split among them.

use std::borrow::Cow;

use crate::mechanism::context::Build;
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Money, Name, Rate, Valued};

/// The partners in name order, and what they pay in.
pub(super) struct Parties {
    pub subject: SubjectId,
    pub names: Vec<Name>,
    pub titles: Vec<String>,
    pub host: usize,
    pub nought: Cell<Money>,
    /// What each pays in.
    pub contributions: Vec<Row<Money>>,
}

/// By what an amount is split.
pub(super) enum By<'a> {
    /// Running totals of amounts over their sum, which is never nought.
    Amounts(&'a [Row<Money>], Row<Money>),
    /// Running totals of shares that add to 100%.
    Shares(&'a [Row<Rate>]),
}

impl Parties {
    /// The partner of this name.
    pub(super) fn index(&self, name: &Name) -> usize {
        self.names.iter().position(|n| n == name).unwrap_or(self.host)
    }

    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.names.len()).collect()
    }

    /// A row of the pool over the plan years.
    pub(super) fn row<T: Valued>(
        &self,
        b: &mut Build<'_>,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
    ) -> Row<T> {
        b.sheet.row(self.subject, measure, words, Years::PLAN)
    }

    /// A row that is Σ ±rows.
    pub(super) fn sum(
        &self,
        b: &mut Build<'_>,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        rows: &[(Sign, Row<Money>)],
    ) -> Row<Money> {
        b.sum_of(self.subject, measure, words, rows)
    }

    /// Running totals of the contributions of some partners, and their sum or a penny. `kind` keeps
    /// the names of rows apart.
    pub(super) fn weights(&self, b: &mut Build<'_>, members: &[usize], kind: &str) -> (Vec<Row<Money>>, Row<Money>) {
        let of: Vec<Row<Money>> = members.iter().map(|i| self.contributions[*i]).collect();
        let mut running = Vec::new();
        for (n, i) in members.iter().enumerate() {
            let rows: Vec<_> = of[..=n].iter().map(|r| (Sign::Plus, *r)).collect();
            let name = &self.names[*i];
            let words = format!("contributions up to {}", self.titles[*i]);
            running.push(self.sum(b, format!("{kind}contribution_to_{name}"), words, &rows));
        }
        let words = "contributions, or a penny where there are none";
        let measure = format!("{kind}contribution_or_a_penny");
        let divisor = match running.last() {
            Some(whole) => b.at_least_a_penny(self.subject, measure, words, *whole),
            None => self.row(b, measure, words),
        };
        (running, divisor)
    }

    /// Splits an amount among some partners by running totals in name order. `taker` takes what the
    /// others leave: the same as its own part by the rule, and all of it where nobody pays in.
    pub(super) fn split(
        &self,
        b: &mut Build<'_>,
        amount: Row<Money>,
        members: &[usize],
        taker: usize,
        by: &By<'_>,
        named: (&str, &str),
    ) -> Vec<(usize, Row<Money>)> {
        let (measure, words) = named;
        let mut before: Option<Row<Money>> = None;
        let mut parts = Vec::new();
        for (n, i) in members.iter().enumerate() {
            let (name, title) = (&self.names[*i], &self.titles[*i]);
            let to = self.row::<Money>(
                b,
                format!("{measure}_to_{name}"),
                format!("{words}: the running total's part, up to {title}"),
            );
            let part = self.row::<Money>(b, format!("{measure}_{name}"), format!("{words}: {title}"));
            for t in b.horizon.plan() {
                let product = match by {
                    By::Amounts(running, whole) => {
                        Product::of(amount.at(t)).in_proportion(running[n].at(t), whole.at(t))
                    }
                    By::Shares(running) => Product::of(amount.at(t)).times(running[n].at(t)),
                };
                b.sheet.product(to.at(t), &product);
                let earlier = before.map(|row| (Sign::Minus, row.at(t)));
                b.sheet.sum(part.at(t), [(Sign::Plus, to.at(t))].into_iter().chain(earlier));
            }
            before = Some(to);
            parts.push((*i, part));
        }
        if let Some((_, own)) = parts.iter().find(|(i, _)| *i == taker) {
            for t in b.horizon.plan() {
                let others = parts.iter().filter(|(i, _)| *i != taker).map(|(_, row)| (Sign::Minus, row.at(t)));
                b.sheet.sum(own.at(t), [(Sign::Plus, amount.at(t))].into_iter().chain(others));
            }
        }
        parts
    }
}
