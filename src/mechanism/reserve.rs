//! # Reserves
//!
//! **What you write**: `[reserve.general]` with its opening balance, what is paid in
//! (`contribution`), what the plan means to use (`planned_use`) and the council's own `minimum`.
//!
//! **What it means**: reserves close a year, never a gap: the gap comes back next year. A
//! contribution is part of the requirement and one-off. The balance is walked twice by the
//! [balance rule](super::balance): `closing` follows the planned use only, and
//! `closing_if_nothing_else` also takes the draws that would be needed. There is no house minimum;
//! a minimum as a share of the net budget rises when the budget does.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, OneOff, Recurrence, Step, Total};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Measure, Money, Name, Place, Rate, Unit};

/// The keys of a reserve.
pub const SECTION: Section = Section {
    name: "reserve",
    help: "a balance that is held: general, earmarked or ring-fenced",
    keys: &[
        Key::required(
            "kind",
            KeyKind::Choice(&["general", "earmarked", "ring_fenced", "unusable"]),
            "what it may be used for",
        ),
        Key::required(
            "opening",
            KeyKind::Single(Unit::Money),
            "the balance at the start of the first plan year, or \"not_published\"",
        ),
        Key::optional(
            "contribution",
            KeyKind::Yearly(Unit::Money),
            "what the plan pays in: part of the requirement, one-off",
        ),
        Key::optional(
            "planned_use",
            KeyKind::Yearly(Unit::Money),
            "what the plan means to use in each year; costs to achieve that name this reserve come on top",
        ),
        Key::optional(
            "usable_for_gap",
            KeyKind::Flag,
            "whether it may be drawn if nothing else is done; a general reserve may unless it says false",
        ),
        Key::optional(
            "minimum",
            KeyKind::FigureOr(Unit::Money, &MINIMUM),
            "the council's own minimum: money, or { share = \"5%\", of = \"net_budget\" }; draws stop there",
        ),
        Key::optional("purpose", KeyKind::Text, "what it is held for"),
    ],
    belongs: true,
};

const MINIMUM: Section = Section {
    name: "",
    help: "a minimum balance; with both an amount and a share the larger holds",
    keys: &[
        Key::optional("amount", KeyKind::Yearly(Unit::Money), "an amount"),
        Key::required("share", KeyKind::Yearly(Unit::Rate), "a share of the net budget"),
        Key::required(
            "of",
            KeyKind::Choice(&["net_budget"]),
            "that year's funding before reserves and exceptional support",
        ),
        Key::optional("source", KeyKind::Text, "where the policy is written"),
    ],
    belongs: false,
};

/// What a reserve may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReserveKind {
    /// Held against anything.
    General,
    /// Held for a purpose.
    Earmarked,
    /// Never usable for a gap: schools, public health, housing revenue.
    RingFenced,
    /// Not money that can be spent.
    Unusable,
}

/// A reserve as the balance rule sees it.
#[derive(Debug, Clone)]
pub struct Pot {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// What it may be used for.
    pub kind: ReserveKind,
    /// Whether it may be drawn if nothing else is done.
    pub usable: bool,
    /// Its subject in the sheet.
    pub subject: SubjectId,
    /// The balance at the start.
    pub opening: Cell<Money>,
    /// The last year in which its balance is known: 0 when its opening was not published, and the year
    /// before the first in which what is paid in was not.
    pub balance_known_to: i32,
    /// Whether the plan means to use any of it, by plan year: a planned use of nought is nought.
    pub uses: Vec<bool>,
    /// What is paid in.
    pub contribution: Option<Row<Money>>,
    /// What the plan means to use.
    pub planned_use: Option<Row<Money>>,
    /// The minimum, once the totals are built.
    pub minimum: Option<Row<Money>>,
    /// The balance under the plan, once the balance rule has run.
    pub closing: Option<Row<Money>>,
    /// The balance if nothing else is done, once the balance rule has run.
    pub closing_if_nothing_else: Option<Row<Money>>,
    /// Where it stands.
    pub place: Place,
}

#[derive(Debug)]
struct Reserve {
    head: Head,
    kind: ReserveKind,
    usable: bool,
    opening: Figure,
    contribution: Option<Figure>,
    planned_use: Option<Figure>,
    minimum: Option<Minimum>,
}

#[derive(Debug)]
struct Minimum {
    amount: Option<Figure>,
    share: Option<Figure>,
}

/// Reads a reserve.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let kind = item.choice("kind").map(|word| match word {
        "general" => ReserveKind::General,
        "earmarked" => ReserveKind::Earmarked,
        "ring_fenced" => ReserveKind::RingFenced,
        _ => ReserveKind::Unusable,
    });
    let stated = item.flag("usable_for_gap");
    let usable = if item.has("usable_for_gap") { stated } else { kind == Some(ReserveKind::General) };
    let opening = item.figure("opening");
    let contribution = item.figure("contribution");
    let planned_use = item.figure("planned_use").filter(|f| !f.is_nought());
    let _ = item.text("purpose");
    if usable && matches!(kind, Some(ReserveKind::RingFenced | ReserveKind::Unusable)) {
        item.tell(
            crate::vocabulary::Diagnostic::error("not_usable", format!("`{}` can never be used for a gap", item.path))
                .at(item.place_of("usable_for_gap"))
                .hint("leave `usable_for_gap` out, or call the reserve earmarked if it may be used"),
        );
    }
    let minimum = if item.is_group("minimum") {
        item.group("minimum").and_then(|group| {
            let _ = (group.choice("of"), group.text("source"));
            Some(Minimum { amount: group.figure("amount"), share: Some(group.figure("share")?) })
        })
    } else {
        item.figure("minimum").map(|amount| Minimum { amount: Some(amount), share: None })
    };
    let (Some(kind), Some(opening)) = (kind, opening) else { return None };
    Some(Box::new(Reserve { head: head?, kind, usable, opening, contribution, planned_use, minimum }))
}

impl Reserve {
    fn paid_in(&self, b: &mut Build<'_>, subject: SubjectId, organisation: &Name, figure: &Figure) -> Row<Money> {
        let row = b.given::<Money>(subject, "contribution", "paid in", figure);
        let change = b.change(subject, "contribution_change", "paid in: change", row, None);
        b.step(organisation, Step::Contribution, Sign::Plus, change);
        b.facts.contributions.push(Contribution {
            one_off: OneOff::All,
            recurrence: Recurrence::OneOff,
            ..Contribution::new(organisation.clone(), Total::Requirement, row, ("reserve", self.head.name.clone()))
        });
        row
    }

    /// The larger of the amount and the share of the net budget.
    fn minimum_row(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        organisation: &Name,
        minimum: &Minimum,
    ) -> Option<Row<Money>> {
        let share = match &minimum.share {
            None => None,
            Some(figure) => {
                let rate = b.given::<Rate>(subject, "minimum_share", "minimum as a share of the net budget", figure);
                let budget = b.measure(organisation, Measure::Funding)?;
                let (measure, words) = match minimum.amount {
                    None => ("minimum", "minimum: its share of the net budget"),
                    Some(_) => ("minimum_of_share", "its share of the net budget"),
                };
                let row = b.money(subject, measure, words, Years::PLAN);
                for t in b.horizon.plan() {
                    b.sheet.product(row.at(t), &Product::of(budget.at(t)).times(rate.at(t)));
                }
                Some(row)
            }
        };
        let amount = minimum.amount.as_ref().map(|figure| {
            let measure = if share.is_some() { "minimum_amount" } else { "minimum" };
            b.given::<Money>(subject, measure, "minimum balance", figure)
        });
        match (amount, share) {
            (Some(amount), Some(share)) => {
                let row = b.money(subject, "minimum", "minimum: the larger of amount and share", Years::PLAN);
                for t in b.horizon.plan() {
                    b.sheet.max(row.at(t), &[amount.at(t), share.at(t)]);
                }
                Some(row)
            }
            (only, None) | (None, only) => only,
        }
    }
}

impl Mechanism for Reserve {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let opening = b.given_once::<Money>(subject, "opening", "balance at the start", &self.opening);
        let contribution = self.contribution.as_ref().map(|f| self.paid_in(b, subject, &organisation, f));
        let stated =
            self.planned_use.as_ref().map(|f| b.given::<Money>(subject, "stated_use", "use the plan states", f));
        let costs: Vec<_> =
            b.paid_by_reserve.iter().filter(|(r, _)| *r == self.head.name).map(|(_, row)| (Sign::Plus, *row)).collect();
        let paid_here = !costs.is_empty();
        if self.kind == ReserveKind::Unusable && (paid_here || self.planned_use.is_some()) {
            let message =
                format!("`{}` is not money that can be spent, and something is to be paid from it", self.head.path());
            b.tell(
                crate::vocabulary::Diagnostic::error("not_usable", message)
                    .at(self.head.place)
                    .hint("leave its `planned_use` out, and let a general or earmarked reserve pay"),
            );
        }
        let planned_use = match (stated, costs.is_empty()) {
            (stated, true) => stated,
            (stated, false) => {
                let rows: Vec<_> = stated.map(|r| (Sign::Plus, r)).into_iter().chain(costs).collect();
                Some(b.sum_of(subject, "entered_use", "use the plan states, costs to achieve included", &rows))
            }
        };
        b.facts.pots.push(Pot {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation,
            kind: self.kind,
            usable: self.usable,
            subject,
            opening,
            balance_known_to: if self.opening.at(1).steps.is_none() {
                0
            } else {
                let unknown = |t: &i32| self.contribution.as_ref().is_some_and(|c| c.at(*t).steps.is_none());
                b.horizon.plan().find(unknown).unwrap_or(i32::MAX) - 1
            },
            uses: b
                .horizon
                .plan()
                .map(|t| paid_here || self.planned_use.as_ref().is_some_and(|f| !f.is_nought_in(t)))
                .collect(),
            contribution,
            planned_use,
            minimum: None,
            closing: None,
            closing_if_nothing_else: None,
            place: self.head.place,
        });
    }

    fn after_totals(&self, b: &mut Build<'_>) {
        let (Some(organisation), Some(minimum)) = (&self.head.organisation, &self.minimum) else { return };
        let Some(subject) = b.facts.pots.iter().find(|p| p.name == self.head.name).map(|p| p.subject) else { return };
        let row = self.minimum_row(b, subject, organisation, minimum);
        if let Some(pot) = b.facts.pots.iter_mut().find(|p| p.name == self.head.name) {
            pot.minimum = row;
        }
    }
}
