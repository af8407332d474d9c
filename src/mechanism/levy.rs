//! # Levy on the growth of business rates
//!
//! **What you write**: `[levy.england_2026]` with its `rule`. `"proportional"` has a `cap`;
//! `"tiered"` has `tiers`, each with its `rate` and the share of the funding baseline it goes
//! `up_to`, the last one without.
//!
//! **What it means**: what an authority keeps above its funding baseline is growth, and a part of it
//! is paid over. *Proportional*: one rate for each authority, max(0, min(cap, 1 − funding baseline ÷
//! rates baseline)), on the growth. *Tiered*: like bands of a tax, each rate on the part of the income
//! that lies between its shares of the funding baseline; below the baseline nothing is paid. The levy
//! is one sum over the bands, R(Σ rate × part). Any number of plans may name one levy.
//!
//! **Source**: Local Government Finance Act 1988 Schedule 7B; the Non-Domestic Rating (Levy and
//! Safety Net) Regulations 2013 for the proportional rule.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Flags, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Rate, Unit, Valued};

/// The keys of a levy.
pub const SECTION: Section = Section {
    name: "levy",
    help: "the rule by which growth in business rates above the funding baseline is levied",
    keys: &[
        Key::required(
            "rule",
            KeyKind::Choice(&["proportional", "tiered"]),
            "\"proportional\": one rate for each authority; \"tiered\": rates by bands of the funding baseline",
        ),
        Key::optional("cap", KeyKind::Single(Unit::Rate), "proportional: the highest rate"),
        Key::optional("tiers", KeyKind::Groups(&TIER), "tiered: the bands in rising order, the last without `up_to`"),
    ],
    belongs: false,
};

const TIER: Section = Section {
    name: "",
    help: "a band of income above the funding baseline",
    keys: &[
        Key::optional(
            "up_to",
            KeyKind::Single(Unit::Rate),
            "where the band ends, as a share of the funding baseline (\"110%\"); the last band has no end",
        ),
        Key::required("rate", KeyKind::Single(Unit::Rate), "the share of the band that is paid over"),
    ],
    belongs: false,
};

/// A levy's figures in the sheet, for the business rates that name it.
#[derive(Debug, Clone)]
pub(super) enum Terms {
    /// The highest rate.
    Proportional(Cell<Rate>),
    /// Where each band ends, and its rate.
    Tiered(Vec<(Option<Cell<Rate>>, Cell<Rate>)>),
}

#[derive(Debug)]
struct Levy {
    head: Head,
    rule: Rule,
}

#[derive(Debug)]
enum Rule {
    Proportional(Figure),
    Tiered(Vec<(Option<Figure>, Figure)>),
}

/// Reads a levy.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (rule, cap) = (item.choice("rule"), item.figure("cap"));
    let tiers: Vec<_> = item
        .groups("tiers")
        .iter()
        .map(|tier| (tier.has("up_to"), tier.place, tier.figure("up_to"), tier.figure("rate")))
        .collect();
    let tiered = rule? == "tiered";
    let (needed, foreign, hint) = if tiered {
        ("tiers", "cap", "tiers = [{ up_to = \"110%\", rate = \"10%\" }, { rate = \"45%\" }]")
    } else {
        ("cap", "tiers", "cap = \"50%\"")
    };
    item.refuse(&[foreign], "it goes with the other rule");
    if !item.has(needed) {
        let message = format!("`{}` needs `{needed}` for this rule", item.path);
        item.tell(Diagnostic::error("key_missing", message).at(item.place).hint(hint));
        return None;
    }
    if !tiered {
        return Some(Box::new(Levy { head: head?, rule: Rule::Proportional(cap?) }));
    }
    let mut so_far = 1_000_000_000;
    let mut bands = Vec::new();
    for (n, (ends, place, up_to, rate)) in tiers.into_iter().enumerate() {
        let number = n + 1;
        let last = number == item.groups("tiers").len();
        let end = up_to.as_ref().and_then(|f| f.at(1).steps);
        let wrong = match (ends, last) {
            (true, true) => Some("is the last band and has an end: what lies above it would be levied by no rule"),
            (false, false) => Some("has no end, and another band follows it"),
            (true, false) if end.is_some_and(|end| end <= so_far) => {
                Some("ends before it begins: bands rise from 100% of the funding baseline")
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            let message = format!("band {number} of `{}` {wrong}", item.path);
            item.tell(
                Diagnostic::error("levy_tiers", message)
                    .at(place)
                    .hint(format!("write the bands in rising order and the last without an end: {hint}")),
            );
            return None;
        }
        so_far = end.unwrap_or(so_far);
        bands.push((up_to, rate?));
    }
    Some(Box::new(Levy { head: head?, rule: Rule::Tiered(bands) }))
}

impl Mechanism for Levy {
    fn head(&self) -> &Head {
        &self.head
    }

    fn declare(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let terms = match &self.rule {
            Rule::Proportional(cap) => Terms::Proportional(b.given_once(subject, "cap", "highest levy rate", cap)),
            Rule::Tiered(bands) => Terms::Tiered(
                bands
                    .iter()
                    .enumerate()
                    .map(|(n, (up_to, rate))| {
                        let end = up_to.as_ref().map(|f| once(b, subject, "up_to", "end of levy band", n + 1, f));
                        (end, once(b, subject, "rate", "rate of levy band", n + 1, rate))
                    })
                    .collect(),
            ),
        };
        b.levies.insert(self.head.name.clone(), terms);
    }
}

/// A numbered cell from a figure without years.
fn once(b: &mut Build<'_>, subject: SubjectId, measure: &str, words: &str, n: usize, figure: &Figure) -> Cell<Rate> {
    let assumption = Some(b.sheet.assumption(figure.assumption()));
    let cell = b.sheet.scalar::<Rate>(subject, format!("{measure}_{n}"), format!("{words} {n}"));
    b.sheet.input(cell, Rate::from_steps(figure.at(1).steps.unwrap_or(0)), assumption, figure.flags(1));
    cell
}

/// The amounts a levy is taken on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Levied {
    /// The funding baseline.
    pub baseline: Row<Money>,
    /// The rates baseline.
    pub rates_baseline: Row<Money>,
    /// Income before levy and safety net.
    pub pre_levy: Row<Money>,
    /// What of it lies above the funding baseline, or nought.
    pub growth: Row<Money>,
}

impl Terms {
    /// The levy by year, as a row of the business rates.
    pub(super) fn levy(&self, b: &mut Build<'_>, subject: SubjectId, of: Levied) -> Row<Money> {
        match self {
            Self::Proportional(cap) => proportional(b, subject, of, *cap),
            Self::Tiered(bands) => tiered(b, subject, of, bands),
        }
    }
}

fn proportional(b: &mut Build<'_>, subject: SubjectId, of: Levied, cap: Cell<Rate>) -> Row<Money> {
    let one = b.sheet.scalar::<Rate>(subject, "whole", "one");
    b.sheet.input(one, Rate::from_steps(1_000_000_000), None, Flags::EXACT);
    let none = b.sheet.scalar::<Rate>(subject, "no_levy", "nought");
    b.sheet.input(none, Rate::from_steps(0), None, Flags::EXACT);
    // A penny keeps the ratio defined where the rates baseline is nought.
    let penny = b.penny();
    let divisor = b.money(subject, "rates_baseline_or_a_penny", "rates baseline, or a penny", Years::PLAN);
    let mut rate = |measure, words| b.sheet.row::<Rate>(subject, measure, words, Years::PLAN);
    let ratio = rate("baseline_ratio", "funding baseline over rates baseline");
    let uncapped = rate("levy_rate_uncapped", "one less that ratio");
    let held = rate("levy_rate", "levy rate");
    let levy = b.money(subject, "levy", "levy on growth above the funding baseline", Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.max(divisor.at(t), &[of.rates_baseline.at(t), penny]);
        b.sheet.product(ratio.at(t), &Product::of(of.baseline.at(t)).over(divisor.at(t)));
        b.sheet.sum(uncapped.at(t), [(Sign::Plus, one), (Sign::Minus, ratio.at(t))]);
        b.sheet.clamp(held.at(t), uncapped.at(t), none, cap);
        b.sheet.product(levy.at(t), &Product::of(of.growth.at(t)).times(held.at(t)));
    }
    levy
}

/// The band's end, its rate, and the rows that follow from them.
fn tiered(b: &mut Build<'_>, subject: SubjectId, of: Levied, bands: &[(Option<Cell<Rate>>, Cell<Rate>)]) -> Row<Money> {
    let mut parts = Vec::new();
    let mut low = of.baseline;
    for (n, (up_to, rate)) in (1..).zip(bands) {
        let mut row = |measure: &str, words: String| {
            b.sheet.row::<Money>(subject, format!("levy_band_{n}_{measure}"), words, Years::PLAN)
        };
        let high = up_to.map(|share| (share, row("end", format!("end of levy band {n}"))));
        let held = row("held", format!("income held within levy band {n}"));
        let part = row("part", format!("income in levy band {n}"));
        for t in b.horizon.plan() {
            match high {
                Some((share, high)) => {
                    b.sheet.product(high.at(t), &Product::of(of.baseline.at(t)).times(share));
                    b.sheet.clamp(held.at(t), of.pre_levy.at(t), low.at(t), high.at(t));
                }
                None => b.sheet.max(held.at(t), &[of.pre_levy.at(t), low.at(t)]),
            }
            b.sheet.sum(part.at(t), [(Sign::Plus, held.at(t)), (Sign::Minus, low.at(t))]);
        }
        parts.push((*rate, part));
        low = high.map_or(low, |(_, high)| high);
    }
    let levy = b.money(subject, "levy", "levy on income above the funding baseline", Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.weighted(levy.at(t), parts.iter().map(|(rate, part)| (*rate, part.at(t))));
    }
    levy
}
