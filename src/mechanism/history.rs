//! # A body's own history of savings
//!
//! **What you write**: `[history.care_2023]` with a year that is over, what was `planned` for it and what was
//! `delivered` and lasts; what one-off measures brought instead is its `one_off`, and never counts as delivery.
//! `class` keeps savings of different sorts apart.
//!
//! **What it means**: no figure of the plan rests on it. `check` and `record` estimate from it what share of planned
//! savings this body delivers, and hold the plan's own assumption against that.
//!
//! **Source**: the outturn reports of the body.

use smol_str::SmolStr;

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::Cell;
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Name, Place, Unit, Valued};

/// The keys of a year of history.
pub const SECTION: Section = Section {
    name: "history",
    help: "what became of the savings of a past year: a figure that no plan year rests on, for `check` and `record`",
    keys: &[
        Key::required("year", KeyKind::Year, "the year that is over"),
        Key::required("planned", KeyKind::Single(Unit::Money), "what was planned to be saved in it"),
        Key::required(
            "delivered",
            KeyKind::Single(Unit::Money),
            "what was saved in it and lasts; one-off measures are not in it",
        ),
        Key::optional(
            "one_off",
            KeyKind::Single(Unit::Money),
            "what one-off measures brought instead: shown, and never counted as delivery",
        ),
        Key::optional("class", KeyKind::Text, "what sort of savings, in the words of `saving.class`"),
    ],
    belongs: true,
};

/// What became of the savings of a past year.
#[derive(Debug, Clone)]
pub struct HistoryFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// The year.
    pub year: FinancialYear,
    /// The class of savings.
    pub class: Option<SmolStr>,
    /// What was planned.
    pub planned: Cell<Money>,
    /// What was delivered and lasts.
    pub delivered: Cell<Money>,
    /// What one-off measures brought instead.
    pub one_off: Option<Cell<Money>>,
    /// Where it stands.
    pub place: Place,
    /// Its source.
    pub source: Option<String>,
}

#[derive(Debug)]
struct History {
    head: Head,
    year: FinancialYear,
    class: Option<SmolStr>,
    planned: Figure,
    delivered: Figure,
    one_off: Option<Figure>,
}

/// Reads a year of history.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let year = item.year("year");
    let (class, one_off) = (item.text("class"), item.figure("one_off"));
    let (planned, delivered) = (item.figure("planned"), item.figure("delivered"));
    let base = item.reading.rules.horizon.base();
    if let Some(year) = year.filter(|year| *year > base) {
        item.tell(
            Diagnostic::error("history_of_plan_year", format!("{year} is a year of the plan and not over yet"))
                .at(item.place_of("year"))
                .hint(format!("history ends with the base year, {base}")),
        );
    }
    if planned.as_ref().is_some_and(|figure| figure.at(1).steps.is_none()) {
        item.tell(history_not_published(item.place_of("planned")));
    }
    if planned.as_ref().is_some_and(|figure| figure.at(1).steps == Some(0)) {
        item.tell(nothing_planned(item.place_of("planned")));
    }
    Some(Box::new(History { head: head?, year: year?, class, planned: planned?, delivered: delivered?, one_off }))
}

/// What is said where it was not published what was planned.
fn history_not_published(place: Place) -> Diagnostic {
    Diagnostic::error("history_not_published", "a year of history needs what was planned for it")
        .at(place)
        .hint("leave the year out where it was not published; `delivered` may be \"not_published\"")
}

/// What is said where nothing was planned, so that there is nothing to be a share of.
#[must_use]
pub fn nothing_planned(place: Place) -> Diagnostic {
    Diagnostic::error("nothing_planned", "nothing was planned, so nothing can be a share of it")
        .at(place)
        .hint("write what was planned, or leave the year out")
}

impl Mechanism for History {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let mut given = |figure: &Figure, measure: &'static str, words: &'static str| {
            let assumption = Some(b.sheet.assumption(figure.assumption()));
            let cell = b.sheet.scalar::<Money>(subject, measure, words);
            match figure.at(1).steps {
                Some(steps) => b.sheet.input(cell, Money::from_steps(steps), assumption, figure.flags(1)),
                None => b.sheet.not_published(cell),
            }
            cell
        };
        let planned = given(&self.planned, "planned", "savings that were planned");
        let delivered = given(&self.delivered, "delivered", "savings that were delivered and last");
        let one_off = self.one_off.as_ref().map(|f| given(f, "one_off", "what one-off measures brought instead"));
        b.facts.histories.push(HistoryFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation,
            year: self.year,
            class: self.class.clone(),
            planned,
            delivered,
            one_off,
            place: self.head.place,
            source: self.head.evidence.source.clone(),
        });
    }
}
