//! # Pauses: everything starts later, except the end of the money
//!
//! **What you write**: `[pause.review]` with the `months` it lasts, and where it does not hold up
//! every saving, the `items` it holds up (`"saving.digital_*"`) and the month it begins (`from`).
//!
//! **What it means**: in both runs benefits and spending of the savings come later. A scheme with a
//! start begins that many months later, as a slippage would make it: its full-year effect is kept.
//! What is written by year (schedules, costs to achieve, running costs) moves by whole years, and
//! for a rest of m' months after k whole years the amount of a year is
//! `R(S_{t−k} × (12 − m') ÷ 12) + R(S_{t−k−1} × m' ÷ 12)`. What began before `from` goes on: without
//! `from`, what began before the plan. A schedule begins in April of the first year it names an
//! amount for. Costs of the years before `from` have been spent and stay where they are.
//!
//! What does not move: the end of a fund that pays, the `end` of a saving and the year in which a
//! running cost `ends`. Less of the fund is used, and more is left to pay when it has gone.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::pattern::fits;
use crate::vocabulary::{Diagnostic, Money, Month, Months, Name, Place, Unit, Valued};

/// The keys of a pause.
pub const SECTION: Section = Section {
    name: "pause",
    help: "a pause that holds up savings and what is spent on them, in both runs; the end of a fund does not move",
    keys: &[
        Key::required("months", KeyKind::Single(Unit::Months), "how many months later everything happens"),
        Key::default("items", KeyKind::Paths, "saving.*", "the savings it holds up: \"saving.digital_*\""),
        Key::optional(
            "from",
            KeyKind::Month,
            "the month it begins, \"2027-04\": what started before goes on; without it, the first month of the plan",
        ),
    ],
    belongs: false,
};

/// What reports say of a pause.
#[derive(Debug, Clone)]
pub struct PauseFacts {
    /// Its title.
    pub title: String,
    /// The savings it names.
    pub savings: Vec<Name>,
    /// How many months later.
    pub months: Cell<Months>,
}

/// A pause as what it holds up sees it.
#[derive(Debug, Clone)]
pub struct Paused {
    /// The pause.
    pub pause: Name,
    /// The savings it names.
    pub savings: Vec<Name>,
    /// How many months later.
    pub months: Cell<Months>,
    /// Of a year's amount, the months that fall 0, 1, 2 … years later.
    later: Vec<Cell<Months>>,
    /// The month it begins.
    from: Month,
    /// Where it stands.
    pub place: Place,
}

impl Paused {
    /// Whether it holds up what starts in this month.
    #[must_use]
    pub fn holds_up(&self, start: Month) -> bool {
        start >= self.from
    }
}

#[derive(Debug)]
struct Pause {
    head: Head,
    months: Figure,
    items: Vec<(String, Place)>,
    from: Option<(Month, Place)>,
}

/// Reads a pause.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (months, from) = (item.figure("months"), item.month("from"));
    let mut items = item.texts("items");
    if !item.has("items") {
        item.reading.took_default(&item.path, "items", "saving.*");
        items.push(("saving.*".to_owned(), item.place));
    }
    Some(Box::new(Pause { head: head?, months: months?, items, from }))
}

impl Pause {
    /// The savings whose paths match, each once; a path that matches none is told.
    fn savings(&self, b: &Build<'_>) -> Vec<Name> {
        let mut found: Vec<Name> = Vec::new();
        for (path, place) in &self.items {
            let pattern = path.strip_prefix("saving.");
            let named = b.names.of_kind("saving").map(|(name, _)| name);
            let matching: Vec<_> = named.filter(|n| pattern.is_some_and(|p| fits(p, n.as_str()))).cloned().collect();
            if matching.is_empty() {
                self.matches_nothing(b, &format!("`{path}` matches no saving"), *place);
            }
            for name in matching {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        found
    }

    fn matches_nothing(&self, b: &Build<'_>, why: &str, place: Place) {
        b.tell(
            Diagnostic::error("pause_of_nothing", format!("`pause.{}` holds up nothing: {why}", self.head.name))
                .at(place)
                .hint("a pause holds up savings that have not started: items = \"saving.*\", or a path like \"saving.digital_*\""),
        );
    }
}

impl Mechanism for Pause {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let months = b.given_once::<Months>(subject, "months", "months later", &self.months);
        let first = Month::from_steps(b.horizon.april(1));
        if let Some((_, place)) = self.from.filter(|(from, _)| *from <= first) {
            b.tell(
                Diagnostic::error(
                    "key_unused",
                    format!("`pause.{}`: `from` would change nothing: the plan begins no earlier", self.head.name),
                )
                .at(place)
                .hint("leave `from` out: what began before the plan goes on in any case"),
            );
        }
        let savings = self.savings(b);
        let mut clash = false;
        for other in &b.pauses {
            if let Some(twice) = savings.iter().find(|s| other.savings.contains(s)) {
                b.tell(
                    Diagnostic::error("paused_twice", format!("`saving.{twice}` is held up by two pauses"))
                        .at(self.head.place)
                        .also(other.place, "the first of them")
                        .hint("name other items in one of them, or write the months of both in one pause"),
                );
                clash = true;
            }
        }
        if clash {
            b.held_up.insert(self.head.name.clone());
        }
        let later = later(b, subject, months);
        let from = self.from.map_or(first, |(from, _)| from);
        let pause = self.head.name.clone();
        b.facts.pauses.push(PauseFacts { title: self.head.title.to_string(), savings: savings.clone(), months });
        b.pauses.push(Paused { pause, savings, months, later, from, place: self.head.place });
    }

    fn close(&self, b: &mut Build<'_>) {
        let named = b.pauses.iter().any(|p| p.pause == self.head.name && !p.savings.is_empty());
        if named && !b.held_up.contains(&self.head.name) {
            self.matches_nothing(b, "all that it names has started before", self.head.place);
        }
    }
}

impl Build<'_> {
    /// The pause that holds up a saving which starts in this month.
    pub(super) fn pause_of(&mut self, saving: &Name, start: Month) -> Option<Paused> {
        let paused = self.pauses.iter().find(|p| p.savings.contains(saving) && p.holds_up(start))?.clone();
        self.held_up.insert(paused.pause.clone());
        Some(paused)
    }
}

/// How a year's amount is spread over the years after it: with P months, `min(max(P − 12j, 0), 12)`
/// of each twelve are gone from the year j years later, and fall in the next.
fn later(b: &mut Build<'_>, subject: SubjectId, months: Cell<Months>) -> Vec<Cell<Months>> {
    let ends = b.year_ends();
    let (nought, year) = (ends.nought, ends.ends.at(1));
    let mut all: Vec<Cell<Months>> = Vec::new();
    let mut gone: Option<Cell<Months>> = None;
    for j in 0..b.horizon.years() {
        let words = format!("months later than {j} whole years");
        let beyond = b.sheet.scalar::<Months>(subject, format!("beyond_{j}"), words);
        b.sheet.sum(beyond, [(Sign::Plus, months), (Sign::Minus, ends.ends.at(j))]);
        let words = format!("months of a year's amount that fall more than {j} years later");
        let moved = b.sheet.scalar::<Months>(subject, format!("moved_{j}"), words);
        b.sheet.clamp(moved, beyond, nought, year);
        let words = format!("months of a year's amount that fall {j} years later");
        let cell = b.sheet.scalar::<Months>(subject, format!("later_{j}"), words);
        b.sheet.sum(cell, [(Sign::Plus, gone.unwrap_or(year)), (Sign::Minus, moved)]);
        gone = Some(moved);
        all.push(cell);
    }
    all
}

/// A row as a pause leaves it: each year's amount falls later, except in years before the pause.
pub(super) fn moved(
    b: &mut Build<'_>,
    subject: SubjectId,
    (measure, words): (&'static str, &'static str),
    row: Row<Money>,
    paused: &Paused,
) -> Row<Money> {
    let since = (paused.from.steps() - b.horizon.april(1)).div_euclid(12) + 1;
    let since = i32::try_from(since).unwrap_or(i32::MAX);
    let mut parts = Vec::new();
    for (j, months) in (0_i32..).zip(&paused.later) {
        let measure = format!("{measure}_later_{j}");
        let words = format!("{words}: what falls {j} years later");
        let part = b.sheet.row::<Money>(subject, measure, words, Years::PLAN);
        for t in b.horizon.plan().filter(|t| t - j >= since) {
            b.sheet.product(part.at(t), &Product::of(row.at(t - j)).for_months(*months));
        }
        parts.push((j, part));
    }
    let moved = b.money(subject, measure, words, Years::PLAN);
    for t in b.horizon.plan() {
        let stays = (t < since).then(|| (Sign::Plus, row.at(t)));
        let later = parts.iter().filter(|(j, _)| t - j >= since).map(|(_, part)| (Sign::Plus, part.at(t)));
        b.sheet.sum(moved.at(t), stays.into_iter().chain(later));
    }
    moved
}
