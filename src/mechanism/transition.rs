//! # Transition: a grant moved from what it was to its target, with a floor under it
//!
//! **What you write**: on `kind = "grant"` a group `transition` with the `base` (the amount of the
//! base year), the `target` and the number of years it takes (`over`); where there is one, the
//! `floor`: the `share` of an income `baseline` that is protected, the `notional_council_tax` of the
//! base year with its `notional_increase`, and the last year it pays (`ends`).
//!
//! **What it means**: in the k-th plan year `transitional = base + R((target − base) × k ÷ over)`, and
//! the target from then on. The floor pays `max(0, R(share × baseline) − (transitional + notional
//! council tax))`. The notional tax is `R(last year's × (1 + notional increase))` whatever the council
//! sets, so a council that freezes its tax is not made good for it. After `ends` the floor pays
//! nothing: the last payment is a cliff edge. A plan that begins within the transition gives last
//! year's amount as the base, and the years that are left.
//!
//! **Source**: local government finance policy statement 2026-27 to 2028-29: allocations phased in by
//! thirds, and floors that count council tax as if it rose by the most that needs no referendum.

use super::context::{Build, Head};
use super::facts::Cliff;
use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Rate, Unit};

/// The keys of a transition.
pub(super) const TRANSITION: Section = Section {
    name: "",
    help: "a grant that moves in equal steps from its base-year amount to a target",
    keys: &[
        Key::required("base", KeyKind::Single(Unit::Money), "the amount of the base year"),
        Key::required("target", KeyKind::Single(Unit::Money), "the amount it comes to"),
        Key::required("over", KeyKind::Count, "the plan years it takes to get there"),
        Key::optional("floor", KeyKind::Group(&FLOOR), "income below which the council is made good"),
    ],
    belongs: false,
};

const FLOOR: Section = Section {
    name: "",
    help: "a floor under the grant and a notional council tax together",
    keys: &[
        Key::required("share", KeyKind::Yearly(Unit::Rate), "the share of the baseline that is protected"),
        Key::required("baseline", KeyKind::Yearly(Unit::Money), "the income that is protected"),
        Key::required(
            "notional_council_tax",
            KeyKind::Single(Unit::Money),
            "the council tax of the base year that the floor counts",
        ),
        Key::required(
            "notional_increase",
            KeyKind::RateOrDriver,
            "how the floor takes it to rise, whatever the council sets",
        ),
        Key::required("ends", KeyKind::Year, "the last year in which the floor pays"),
    ],
    belongs: false,
};

/// A transition as resolved.
#[derive(Debug)]
pub(super) struct Transition {
    base: Figure,
    target: Figure,
    over: u32,
    floor: Option<Floor>,
}

#[derive(Debug)]
struct Floor {
    share: Figure,
    baseline: Figure,
    council_tax: Figure,
    increase: RateSource,
    ends: FinancialYear,
}

/// Reads the group of a grant.
pub(super) fn read(item: &Item<'_>) -> Option<Transition> {
    let group = item.group("transition")?;
    let (base, target) = (group.figure("base"), group.figure("target"));
    let over = group.count("over");
    if over == Some(0) {
        let message = format!("`{}.over` is nought, and a transition takes at least one year", group.path);
        group.tell(
            Diagnostic::error("transition_years", message)
                .at(group.place_of("over"))
                .hint("over = 3 phases it in by thirds; a grant that does not move is given as `amount`"),
        );
        return None;
    }
    let floor = match group.group("floor") {
        Some(floor) => {
            let (share, baseline) = (floor.figure("share"), floor.figure("baseline"));
            let (council_tax, increase) = (floor.figure("notional_council_tax"), floor.rate("notional_increase"));
            let ends = floor.year("ends");
            Some(Floor {
                share: share?,
                baseline: baseline?,
                council_tax: council_tax?,
                increase: increase?,
                ends: ends?,
            })
        }
        None if group.has("floor") => return None,
        None => None,
    };
    Some(Transition { base: base?, target: target?, over: over?, floor })
}

impl Transition {
    /// Builds the rows; the amount of the year and the amount of the base year come back.
    pub(super) fn build(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        head: &Head,
        named: (&'static str, &'static str),
    ) -> Option<(Row<Money>, Cell<Money>)> {
        let base = b.given_once::<Money>(subject, "base", "amount of the base year", &self.base);
        let target = b.given_once::<Money>(subject, "target", "amount it comes to", &self.target);
        let way = b.sheet.scalar::<Money>(subject, "to_go", "target less base");
        b.sheet.sum(way, [(Sign::Plus, target), (Sign::Minus, base)]);
        let step = b.money(subject, "gone", "part of the way gone", Years::PLAN);
        let transitional = match self.floor {
            Some(_) => b.money(subject, "transitional", "amount of the year before any floor", Years::PLAN),
            None => b.money(subject, named.0, named.1, Years::PLAN),
        };
        for t in b.horizon.plan() {
            let k = u32::try_from(t).unwrap_or(0);
            if k < self.over {
                b.sheet.product(step.at(t), &Product::of(way).by_parts(k, self.over));
            } else {
                b.sheet.sum(step.at(t), [(Sign::Plus, way)]);
            }
            b.sheet.sum(transitional.at(t), [(Sign::Plus, base), (Sign::Plus, step.at(t))]);
        }
        let Some(floor) = &self.floor else { return Some((transitional, base)) };
        let payment = floor.build(b, subject, head, transitional)?;
        let terms = [(Sign::Plus, transitional), (Sign::Plus, payment)];
        Some((b.sum_of(subject, named.0, named.1, &terms), base))
    }
}

impl Floor {
    fn build(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        head: &Head,
        transitional: Row<Money>,
    ) -> Option<Row<Money>> {
        let share = b.given::<Rate>(subject, "floor_share", "share of the baseline protected", &self.share);
        let baseline = b.given::<Money>(subject, "floor_baseline", "income protected by the floor", &self.baseline);
        let words = "council tax of the base year that the floor counts";
        let before = b.given_once::<Money>(subject, "notional_council_tax_before", words, &self.council_tax);
        let words = "increase that the floor counts";
        let increase = b.rate(subject, "notional_increase", words, &self.increase)?;
        let nought = b.nought();
        let mut row = |measure, words| b.money(subject, measure, words, Years::PLAN);
        let council_tax = row("notional_council_tax", "notional council tax: as if it rose by the most allowed");
        let protected = row("floor", "income the floor protects");
        let short = row("below_floor", "floor less grant and notional council tax");
        let payment = row("floor_payment", "floor payment");
        for t in b.horizon.plan() {
            let last = if t > 1 { council_tax.at(t - 1) } else { before };
            b.sheet.product(council_tax.at(t), &Product::of(last).grown_by(increase.at(t)));
            b.sheet.product(protected.at(t), &Product::of(baseline.at(t)).times(share.at(t)));
            let counted = [(Sign::Minus, transitional.at(t)), (Sign::Minus, council_tax.at(t))];
            b.sheet.sum(short.at(t), [(Sign::Plus, protected.at(t))].into_iter().chain(counted));
            // After its last year the floor pays nothing, whatever is short.
            if b.horizon.year(t) <= self.ends {
                b.sheet.max(payment.at(t), &[short.at(t), nought]);
            }
        }
        if let (Some(t), Some(organisation)) = (b.horizon.number(self.ends).filter(|t| *t > 0), &head.organisation) {
            b.facts.cliffs.push(Cliff {
                organisation: organisation.clone(),
                title: head.title.to_string(),
                amount: payment.at(t),
                words: format!("of floor payment in {} is the last: the floor ends with that year", self.ends),
            });
        }
        Some(payment)
    }
}
