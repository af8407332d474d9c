//! # Stated gaps: published, not modelled
//!
//! **What you write**: `[gap.adult_social_care]` with the `amount` in the years it was published
//! for, its `basis` (before or after what), its `measure` (in one year or summed over years) and
//! its `vintage` (when it was said); and how the years `between` are filled, if at all.
//!
//! **What it means**: the gap of an organisation whose lines were never published. Years not named
//! are *not published*, or filled in a straight line from nought in the base year (`between =
//! "linear"`), print with `~` and never enter a verdict. Stated gaps of different basis, measure or
//! vintage never add.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Entry, Figure, Item, Key, KeyKind, Node, Section, Value};
use crate::sheet::{Evidence, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Money, Name, Place, Unit};

/// The keys of a stated gap.
pub const SECTION: Section = Section {
    name: "gap",
    help: "a gap that was published as a figure, not modelled line by line",
    keys: &[
        Key::required(
            "amount",
            KeyKind::Special("a figure by year; years not named are filled as `between` says"),
            "the gap in the years it was published for",
        ),
        Key::required(
            "basis",
            KeyKind::Choice(&["do_nothing", "after_funding", "after_savings", "not_stated"]),
            "what it is before or after",
        ),
        Key::required(
            "measure",
            KeyKind::Choice(&["in_year", "sum_of_years", "not_stated"]),
            "whether it is one year's or the sum of several",
        ),
        Key::required("vintage", KeyKind::Text, "when it was said: \"2016-12\""),
        Key::optional(
            "sector",
            KeyKind::Choice(&["social_care", "health"]),
            "\"social_care\" counts it in the social care gap",
        ),
        Key::default(
            "between",
            KeyKind::Choice(&["not_published", "linear"]),
            "not_published",
            "how years not named are filled",
        ),
        Key::optional("signed", KeyKind::Flag, "`true` allows a negative gap (a surplus)"),
    ],
    belongs: true,
};

/// A stated gap as the totals see it.
#[derive(Debug, Clone)]
pub struct Stated {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// Whether it is social care.
    pub social_care: bool,
    /// What it is before or after.
    pub basis: &'static str,
    /// Whether it is one year's or the sum of several.
    pub measure: &'static str,
    /// When it was said.
    pub vintage: String,
    /// Its amounts.
    pub row: Row<Money>,
    /// Who says so.
    pub evidence: Evidence,
    /// Where it stands.
    pub place: Place,
}

impl Stated {
    /// Whether two stated gaps may be added. What is not stated is not known to be the same.
    #[must_use]
    pub fn adds_to(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a == b && a != "not_stated";
        same(self.basis, other.basis) && same(self.measure, other.measure) && self.vintage == other.vintage
    }

    /// Why two stated gaps do not add, in words that follow the names of both.
    #[must_use]
    pub fn why_not(&self, other: &Self) -> &'static str {
        let unsaid = |a: &str, b: &str| a == "not_stated" && b == "not_stated";
        if self.vintage == other.vintage
            && (self.basis == other.basis || unsaid(self.basis, other.basis))
            && (self.measure == other.measure || unsaid(self.measure, other.measure))
        {
            "do not say on what basis or measure, so nobody knows whether they add"
        } else {
            "were published on different bases, so they do not add"
        }
    }

    /// Its kind in words, for messages.
    #[must_use]
    pub fn kind_words(&self) -> String {
        let of = |what: &str, word: &str| match word {
            "not_stated" => format!("{what} not stated"),
            word => word.replace('_', " "),
        };
        format!("{}, {}, said {}", of("basis", self.basis), of("measure", self.measure), self.vintage)
    }
}

#[derive(Debug)]
struct Gap {
    head: Head,
    amount: Figure,
    linear: bool,
    basis: &'static str,
    measure: &'static str,
    vintage: String,
    social_care: bool,
}

/// Reads a stated gap.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let linear = item.choice("between") == Some("linear");
    let (basis, measure) = (item.choice("basis"), item.choice("measure"));
    let vintage = item.text("vintage");
    let social_care = item.choice("sector") == Some("social_care");
    let _ = item.flag("signed");
    let amount = item.node("amount").and_then(|node| item.figure_at("amount", &sparse(node), Unit::Money, true));
    Some(Box::new(Gap {
        head: head?,
        amount: amount?,
        linear,
        basis: basis?,
        measure: measure?,
        vintage: vintage?.to_string(),
        social_care,
    }))
}

/// The same year table with years not named marked as not published.
fn sparse(node: &Node) -> Node {
    let mut node = node.clone();
    if let Value::Table(table) = &mut node.value {
        let says = table.keys().any(|k| matches!(k, "then" | "otherwise" | "likely"));
        if !says {
            let filler = Node::new(Value::Text("not_published".into()), node.place);
            table.entries.insert("otherwise".into(), Entry { key: node.place, node: filler });
        }
    }
    node
}

impl Gap {
    /// Fills years between published ones in a straight line, from nought in the base year.
    fn fill(&self, b: &mut Build<'_>, subject: SubjectId, given: Row<Money>) -> Row<Money> {
        let row = b.money(subject, "in_year", "gap as stated, the years between in a straight line", Years::PLAN);
        let known: Vec<i32> = b.horizon.plan().filter(|t| self.amount.at(*t).steps.is_some()).collect();
        for t in b.horizon.plan() {
            let before = known.iter().rev().find(|k| **k <= t).copied();
            let after = known.iter().find(|k| **k >= t).copied();
            match (before, after) {
                (Some(k), _) if k == t => b.sheet.sum(row.at(t), [(Sign::Plus, given.at(t))]),
                (_, None) => b.sheet.not_published(row.at(t)),
                (before, Some(after)) => {
                    let from = before.unwrap_or(0);
                    let rise = b.sheet.scalar::<Money>(
                        subject,
                        format!("rise_to_{t}"),
                        format!("part of the rise by year {t} of the plan"),
                    );
                    let whole = b.sheet.scalar::<Money>(
                        subject,
                        format!("rise_around_{t}"),
                        "rise between the published years around it",
                    );
                    let start = before.map(|k| given.at(k));
                    b.sheet
                        .sum(whole, [(Sign::Plus, given.at(after))].into_iter().chain(start.map(|c| (Sign::Minus, c))));
                    let parts = |n: i32| u32::try_from(n).unwrap_or(1);
                    b.sheet.product(rise, &Product::of(whole).by_parts(parts(t - from), parts(after - from)));
                    b.sheet.sum(row.at(t), start.map(|c| (Sign::Plus, c)).into_iter().chain([(Sign::Plus, rise)]));
                    b.sheet.mark_interpolated(row.at(t));
                }
            }
        }
        row
    }
}

impl Mechanism for Gap {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let row = if self.linear {
            let given = b.given::<Money>(subject, "stated", "gap as stated", &self.amount);
            self.fill(b, subject, given)
        } else {
            b.given::<Money>(subject, "in_year", "gap as stated", &self.amount)
        };
        b.facts.stated.push(Stated {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation,
            social_care: self.social_care,
            basis: self.basis,
            measure: self.measure,
            vintage: self.vintage.clone(),
            row,
            evidence: self.head.evidence.clone(),
            place: self.head.place,
        });
    }
}
