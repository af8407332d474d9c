//! # Referendum limits: how far council tax may rise without asking
//!
//! **What you write**: `[referendum_limit.upper_tier]` with the `council_types` it is for, the
//! `core` limit by year, the `adult_social_care` limit where there is one, and the `amount` in pounds
//! where the principle is "3% or £5, whichever is more". Parameter packs hold them.
//!
//! **What it means**: for a council tax built up from `increase`, of a council of that type:
//! `limit = max(core, amount ÷ last year's Band D) + adult social care`, and what is left of it,
//! `limit − rise ÷ last year's Band D`, with the rise in whole pence as it is billed. A rise is at its
//! limit when it **equals or exceeds** the percentage (3.00% is not below 3%) and, where pounds are
//! given, is more than them. Where a part is for adult social care, the core increase is held against
//! the core limit too. A rise at its limit is a finding with its amounts; whether a referendum is due
//! is not for a model to say. A year without a limit is `"not_published"`.
//!
//! **Source**: Local Government Finance Act 1992 ss52ZB to 52ZG, and the principles approved by the
//! House of Commons each year.

use super::Mechanism;
use super::context::{Build, Head};
use super::council_tax::{Raised, Rows};
use super::organisation::COUNCIL_TYPES;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Name, Rate, Unit, UnitPrice};

/// The keys of a limit.
pub const SECTION: Section = Section {
    name: "referendum_limit",
    help: "how far councils of a type may raise their council tax without a referendum",
    keys: &[
        Key::required(
            "council_types",
            KeyKind::Choices(COUNCIL_TYPES),
            "whose limit it is: the `council_type` of organisations",
        ),
        Key::required("core", KeyKind::Yearly(Unit::Rate), "the limit on the core increase, on last year's Band D"),
        Key::optional(
            "adult_social_care",
            KeyKind::Yearly(Unit::Rate),
            "what may be raised for adult social care on top; left out: nothing",
        ),
        Key::optional(
            "amount",
            KeyKind::Yearly(Unit::UnitPrice),
            "pounds on Band D that may be raised where that is more than the core limit",
        ),
    ],
    belongs: false,
};

/// A limit's figures in the sheet, for the council taxes it is for.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    types: Vec<&'static str>,
    head: Head,
    core: Row<Rate>,
    adult_social_care: Option<Row<Rate>>,
    amount: Option<Row<UnitPrice>>,
}

/// A council tax held against its limit, for reports.
#[derive(Debug, Clone)]
pub struct Tested {
    /// The name of the limit.
    pub limit: Name,
    /// The limit as a share of last year's Band D.
    pub share: Row<Rate>,
    /// The rise in pounds on Band D.
    pub rise: Row<UnitPrice>,
    /// What is left below the percentages.
    pub below_percentage: Row<Rate>,
    /// What is left below the pounds, where the limit has them.
    pub below_amount: Option<Row<Rate>>,
    /// The core increase by itself, where a part of the limit is for adult social care.
    pub core: Option<CoreTested>,
}

/// A core increase held against the core limit.
#[derive(Debug, Clone)]
pub struct CoreTested {
    /// The core increase as a share of last year's Band D.
    pub share: Row<Rate>,
    /// The core limit.
    pub limit: Row<Rate>,
    /// What is left of it.
    pub below: Row<Rate>,
}

#[derive(Debug)]
struct ReferendumLimit {
    head: Head,
    types: Vec<(&'static str, crate::vocabulary::Place)>,
    core: Figure,
    adult_social_care: Option<Figure>,
    amount: Option<Figure>,
}

/// Reads a limit.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let types = item.choices("council_types");
    let core = item.figure("core");
    let (adult_social_care, amount) = (item.figure("adult_social_care"), item.figure("amount"));
    Some(Box::new(ReferendumLimit { head: head?, types, core: core?, adult_social_care, amount }))
}

impl Mechanism for ReferendumLimit {
    fn head(&self) -> &Head {
        &self.head
    }

    fn declare(&self, b: &mut Build<'_>) {
        for (word, place) in &self.types {
            if let Some(other) = b.referendum_limits.iter().find(|l| l.types.contains(word)) {
                b.tell(
                    Diagnostic::error(
                        "limit_twice",
                        format!("councils of type \"{word}\" have two referendum limits: {} and {}", other.head.path(), self.head.path()),
                    )
                    .at(*place)
                    .also(other.head.place, "the other one")
                    .hint(format!("take \"{word}\" out of one of them, or say both under one name: a later file replaces key by key")),
                );
            }
        }
        let subject = b.subject(&self.head);
        let core = b.given(subject, "core", "limit on the core increase", &self.core);
        let words = "limit on the adult social care increase";
        let adult_social_care =
            self.adult_social_care.as_ref().map(|f| b.given(subject, "adult_social_care", words, f));
        let amount = self.amount.as_ref().map(|f| b.given(subject, "amount", "pounds that may be raised", f));
        let types = self.types.iter().map(|(word, _)| *word).collect();
        b.referendum_limits.push(Limit { types, head: self.head.clone(), core, adult_social_care, amount });
    }
}

/// Holds a council tax against the limit of its council's type, where there is one.
pub(super) fn test(b: &mut Build<'_>, subject: SubjectId, organisation: &Name, rows: &Rows) -> Option<Tested> {
    let Raised { rise, core } = rows.raised?;
    let risen = rows.rise?;
    let council_type = b.organisations.iter().find(|o| o.name == *organisation)?.council_type?;
    let limit = b.referendum_limits.iter().find(|l| l.types.contains(&council_type))?.clone();
    let care = limit.adult_social_care.map(|care| (Sign::Plus, care));
    let sum = |b: &mut Build<'_>, measure: &'static str, words: &'static str, terms: &[(Sign, Row<Rate>)]| {
        let row = b.sheet.row::<Rate>(subject, measure, words, Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.sum(row.at(t), terms.iter().map(|(sign, r)| (*sign, r.at(t))));
        }
        row
    };
    let with_care = |core: Row<Rate>| [(Sign::Plus, core)].into_iter().chain(care).collect::<Vec<_>>();
    const LIMIT: (&str, &str) = ("referendum_limit", "referendum limit, as a share of last year's Band D");
    const LEFT: (&str, &str) = ("below_referendum_limit", "what is left below the referendum limit");
    let (share, below_percentage, below_amount) = match limit.amount {
        None => {
            let share = sum(b, LIMIT.0, LIMIT.1, &with_care(limit.core));
            let left = sum(b, LEFT.0, LEFT.1, &[(Sign::Plus, share), (Sign::Minus, risen)]);
            (share, left, None)
        }
        Some(pounds) => {
            let words = "pounds that may be raised, as a share of last year's Band D";
            let amount = b.sheet.row::<Rate>(subject, "referendum_amount", words, Years::PLAN);
            let words = "the larger of the percentage and the pounds";
            let larger = b.sheet.row::<Rate>(subject, "referendum_core", words, Years::PLAN);
            for t in b.horizon.plan() {
                b.sheet.product(amount.at(t), &Product::of(pounds.at(t)).over(rows.band_d.at(t - 1)));
                b.sheet.max(larger.at(t), &[limit.core.at(t), amount.at(t)]);
            }
            let share = sum(b, LIMIT.0, LIMIT.1, &with_care(larger));
            sum(b, LEFT.0, LEFT.1, &[(Sign::Plus, share), (Sign::Minus, risen)]);
            let less = |core| with_care(core).into_iter().chain([(Sign::Minus, risen)]).collect::<Vec<_>>();
            let by_rate = sum(b, "below_percentage", "what is left below the percentage", &less(limit.core));
            let by_pounds = sum(b, "below_amount", "what is left below the pounds", &less(amount));
            (share, by_rate, Some(by_pounds))
        }
    };
    let core = limit.adult_social_care.map(|_| {
        let words = "core increase as a share of last year's Band D";
        let part = b.sheet.row::<Rate>(subject, "core_share", words, Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.product(part.at(t), &Product::of(core.at(t)).over(rows.band_d.at(t - 1)));
        }
        let terms = [(Sign::Plus, limit.core), (Sign::Minus, part)];
        let below = sum(b, "below_core_limit", "what the core increase leaves of the core limit", &terms);
        CoreTested { share: part, limit: limit.core, below }
    });
    Some(Tested { limit: limit.head.name, share, rise, below_percentage, below_amount, core })
}
