//! # Budget lines
//!
//! **What you write**: `[line.pay]` with a base-year budget and what moves it (`price`, `volume`),
//! or a published budget taken as printed (`budget`), with savings already in.
//!
//! **What it means**: a line rolls forward in pounds, in this order, each cell rounded once to the
//! penny:
//!
//! 1. *opening*: last year's closing, one-offs included;
//! 2. *reversal*: last year's one-offs taken out;
//! 3. *full-year effect* of what began part-way through an earlier year;
//! 4. *rebase*: the base put right;
//! 5. *price* = R(base after 1 to 4 × rate); a price that applies from a month within the year is
//!    R(full year × months ÷ 12), and the rest, R((full − part) × (1 + that year's volume)), is
//!    next year's full-year effect;
//! 6. *volume* = R((base + price) × rate): the cross term belongs to volume;
//! 7. *growth*: pressures that name the line.
//!
//! An income line (`kind = "income"`) rolls the same way and is taken off the requirement; what
//! widens the gap lowers it.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Beside, Contribution, OneOff, Recurrence, Step, Total};
use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Name, Rate, Unit};

/// The key that brings budget lines from CSV files, of a scenario and of an organisation.
pub const CSV_FILES: Key = Key::optional(
    "lines",
    KeyKind::Special("CSV files"),
    "budget lines from a CSV file (or a list of files) with the keys of [line.…] as headings",
);

/// The keys of a line.
pub const SECTION: Section = Section {
    name: "line",
    help: "a line of an organisation's budget: rolled forward from a base, or a published budget as printed",
    keys: &[
        Key::optional(
            "service",
            KeyKind::Text,
            "the service it belongs to, a path like \"Adult social care / Older people\"",
        ),
        Key::optional("sector", KeyKind::Choice(&["social_care"]), "\"social_care\" counts it in the social care gap"),
        Key::default(
            "kind",
            KeyKind::Choice(&["expenditure", "income"]),
            "expenditure",
            "what it is; income is taken off the requirement",
        ),
        Key::optional("base", KeyKind::Single(Unit::Money), "the base-year budget"),
        Key::optional("price", KeyKind::RateOrDriver, "a driver, or a rate of its own: what one unit costs more"),
        Key::optional(
            "volume",
            KeyKind::RateOrDriver,
            "a driver, or a rate of its own: how many more units, at the new price",
        ),
        Key::optional("budget", KeyKind::Yearly(Unit::Money), "a published budget by year, taken as printed"),
        Key::optional(
            "part_of",
            KeyKind::Reference("line"),
            "the line of which this is a part: printed under it and reconciled, never added again",
        ),
        Key::optional("addressable", KeyKind::Single(Unit::Rate), "the share of the line that savings can reach"),
        Key::default(
            "cap_overlap",
            KeyKind::Flag,
            "false",
            "`true` caps savings on the line pro rata at its addressable share; else overlap is only reported",
        ),
        Key::optional("signed", KeyKind::Flag, "`true` allows negative amounts (Public Health net of its grant)"),
    ],
    belongs: true,
};

/// A line as resolved.
#[derive(Debug)]
pub struct Line {
    head: Head,
    service: Option<String>,
    social_care: bool,
    income: bool,
    amounts: Amounts,
    part_of: Option<Name>,
    addressable: Option<Figure>,
    cap_overlap: bool,
}

#[derive(Debug)]
enum Amounts {
    Rolled { base: Figure, price: Option<RateSource>, volume: Option<RateSource> },
    Published(Figure),
}

/// Reads a line.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let service = item.text("service");
    let social_care = item.choice("sector") == Some("social_care");
    let income = item.choice("kind") == Some("income");
    let price = item.rate("price");
    let volume = item.rate("volume");
    let base = item.figure("base");
    let budget = item.figure("budget");
    let part_of = item.reference("part_of");
    let addressable = item.figure("addressable");
    let cap_overlap = item.flag("cap_overlap");
    let _ = item.flag("signed");
    let amounts = match (item.has("base"), item.has("budget")) {
        (true, false) => Amounts::Rolled { base: base?, price, volume },
        (false, true) => {
            for key in ["price", "volume"] {
                if item.has(key) {
                    item.tell(
                        Diagnostic::error("budget_priced", format!("`{}` has a published budget, which has no base to apply `{key}` to", item.path))
                            .at(item.place_of(key))
                            .hint("give `base` instead of `budget`, or leave the rate out: a published budget is taken as printed"),
                    );
                }
            }
            Amounts::Published(budget?)
        }
        (both, _) => {
            let message = if both { "has both `base` and `budget`" } else { "needs `base` or `budget`" };
            item.tell(
                Diagnostic::error("line_amount", format!("`{}` {message}", item.path))
                    .at(item.place)
                    .hint("base = 50 rolls forward from the base year; budget = { \"2026/27\" = … } takes a published budget as printed"),
            );
            return None;
        }
    };
    if cap_overlap && addressable.is_none() {
        item.tell(
            Diagnostic::error(
                "key_missing",
                format!("`{}` caps overlap but does not say how much of it savings can reach", item.path),
            )
            .at(item.place_of("cap_overlap"))
            .hint("add addressable = \"60%\""),
        );
    }
    if let (Some(part_of), Some(parent)) = (&part_of, item.node("part_of"))
        && *part_of == item.name
    {
        item.tell(
            Diagnostic::error("part_of_itself", format!("`{}` is part of itself", item.path))
                .at(parent.place)
                .hint("name the larger line it is a part of, or leave `part_of` out"),
        );
    }
    Some(Box::new(Line { head: head?, service, social_care, income, amounts, part_of, addressable, cap_overlap }))
}

impl Line {
    fn sign(&self) -> Sign {
        if self.income { Sign::Minus } else { Sign::Plus }
    }

    /// What joins the line at a step: recurrent and one-off rows, as a row of their sum. A pressure
    /// on an income line lowers the income.
    fn joined(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        step: Step,
        one_off: bool,
        measure: &'static str,
        words: &'static str,
    ) -> Option<Row<Money>> {
        let rows: Vec<_> = b
            .joins
            .iter()
            .filter(|j| j.line == self.head.name && j.step == step && j.one_off == one_off)
            .map(|j| (self.sign(), j.row))
            .collect();
        (!rows.is_empty()).then(|| b.sum_of(subject, measure, words, &rows))
    }

    fn roll(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        base: &Figure,
        price: Option<&RateSource>,
        volume: Option<&RateSource>,
    ) -> Rolled {
        let plan = b.horizon.plan();
        let base = b.given_once::<Money>(subject, "base", "base-year budget", base);
        let opening = b.money(subject, "opening", "opening budget", Years::PLAN);
        let one_off = self.joined(b, subject, Step::Growth, true, "one_off", "one-off items of the year");
        let growth = self.joined(b, subject, Step::Growth, false, "growth", "growth and pressures");
        let late = self.joined(
            b,
            subject,
            Step::FullYearEffect,
            false,
            "full_year_effect_of_growth",
            "full-year effect of earlier growth",
        );
        let rebase = self.joined(b, subject, Step::Rebase, false, "rebase", "base put right");
        let reversal = one_off.map(|one_off| {
            let row = b.money(subject, "reversal", "last year's one-offs taken out", Years::PLAN);
            for t in plan.clone().skip(1) {
                b.sheet.sum(row.at(t), [(Sign::Minus, one_off.at(t - 1))]);
            }
            row
        });
        let price_rate = price.and_then(|p| b.rate(subject, "price_rate", "price rate", p));
        let volume_rate = volume.and_then(|v| b.rate(subject, "volume_rate", "volume rate", v));
        let months = match price {
            Some(RateSource::Driver(name, _)) => b.part_year.get(name).copied(),
            _ => None,
        };
        let full_price = months.map(|_| b.money(subject, "full_price", "price of a full year", Years::PLAN));
        let price_row = price_rate.map(|_| b.money(subject, "price", "price", Years::PLAN));
        let full_year_effect = match (full_price, price_row) {
            (Some(full), Some(part)) => {
                let rest = b.money(subject, "rest_of_price", "price of the months before it applied", Years::PLAN);
                let row = b.money(subject, "full_year_effect", "full-year effect of earlier decisions", Years::PLAN);
                let of_price =
                    b.money(subject, "full_year_effect_of_price", "full-year effect of last year's price", Years::PLAN);
                for t in plan.clone() {
                    b.sheet.sum(rest.at(t), [(Sign::Plus, full.at(t)), (Sign::Minus, part.at(t))]);
                    if t > 1 {
                        let product = Product::of(rest.at(t - 1));
                        let product = match volume_rate {
                            Some(volume) => product.grown_by(volume.at(t - 1)),
                            None => product,
                        };
                        b.sheet.product(of_price.at(t), &product);
                    }
                    let late = late.map(|l| (Sign::Plus, l.at(t)));
                    b.sheet.sum(row.at(t), [(Sign::Plus, of_price.at(t))].into_iter().chain(late));
                }
                Some(row)
            }
            _ => late,
        };
        let adjustments: Vec<_> =
            [reversal, full_year_effect, rebase].into_iter().flatten().map(|r| (Sign::Plus, r)).collect();
        let with = |b: &mut Build<'_>, measure, words, start: Row<Money>, more: &[(Sign, Row<Money>)]| {
            if more.is_empty() {
                start
            } else {
                let rows: Vec<_> = [(Sign::Plus, start)].into_iter().chain(more.iter().copied()).collect();
                b.sum_of(subject, measure, words, &rows)
            }
        };
        let to_price = with(b, "before_price", "base to be priced", opening, &adjustments);
        if let (Some(rate), Some(row)) = (price_rate, price_row) {
            for t in plan.clone() {
                let full = Product::of(to_price.at(t)).times(rate.at(t));
                match (full_price, months) {
                    (Some(full_row), Some(months)) => {
                        b.sheet.product(full_row.at(t), &full);
                        b.sheet.product(row.at(t), &Product::of(full_row.at(t)).for_months(months));
                    }
                    _ => b.sheet.product(row.at(t), &full),
                }
            }
        }
        let priced: Vec<_> = price_row.map(|r| (Sign::Plus, r)).into_iter().collect();
        let to_volume = with(b, "before_volume", "base at the new price", to_price, &priced);
        let volume_row = volume_rate.map(|rate| {
            let row = b.money(subject, "volume", "volume, at the new price", Years::PLAN);
            for t in plan.clone() {
                b.sheet.product(row.at(t), &Product::of(to_volume.at(t)).times(rate.at(t)));
            }
            row
        });
        let moved: Vec<_> = volume_row.map(|r| (Sign::Plus, r)).into_iter().collect();
        let before_growth = with(b, "before_growth", "base before growth", to_volume, &moved);
        let closing = b.money(subject, "closing", "budget of the year", Years::BASE_AND_PLAN);
        b.sheet.sum(closing.at(0), [(Sign::Plus, base)]);
        for t in plan.clone() {
            b.sheet.sum(opening.at(t), [(Sign::Plus, closing.at(t - 1))]);
            let grown = [growth, one_off].into_iter().flatten().map(|r| (Sign::Plus, r.at(t)));
            b.sheet.sum(closing.at(t), [(Sign::Plus, before_growth.at(t))].into_iter().chain(grown));
        }
        let recurrent = match one_off {
            None => closing,
            Some(one_off) => {
                let row =
                    b.money(subject, "recurrent_closing", "budget of the year without one-offs", Years::BASE_AND_PLAN);
                b.sheet.sum(row.at(0), [(Sign::Plus, base)]);
                for t in plan {
                    b.sheet.sum(row.at(t), [(Sign::Plus, closing.at(t)), (Sign::Minus, one_off.at(t))]);
                }
                row
            }
        };
        Rolled {
            closing,
            recurrent,
            opening,
            before_growth,
            one_off,
            growth,
            reversal,
            full_year_effect,
            rebase,
            full_price,
            price: price_row,
            volume: volume_row,
            price_rate,
            volume_rate,
        }
    }

    fn published(&self, b: &mut Build<'_>, subject: SubjectId, budget: &Figure) -> Row<Money> {
        let name = &self.head.name;
        let row = b.given::<Money>(subject, "closing", "budget of the year, as published", budget);
        b.know_money("line", name, "closing", row);
        b.know_money("line", name, "before_growth", row);
        if self.part_of.is_none()
            && let Some(organisation) = &self.head.organisation
        {
            let change = b.change(subject, "change", "change from the year before", row, None);
            // The budget before the first published one is not in the file.
            b.sheet.not_published(change.at(1));
            b.step(organisation, Step::Published, self.sign(), change);
        }
        row
    }
}

struct Rolled {
    closing: Row<Money>,
    recurrent: Row<Money>,
    opening: Row<Money>,
    before_growth: Row<Money>,
    one_off: Option<Row<Money>>,
    growth: Option<Row<Money>>,
    reversal: Option<Row<Money>>,
    full_year_effect: Option<Row<Money>>,
    rebase: Option<Row<Money>>,
    price: Option<Row<Money>>,
    volume: Option<Row<Money>>,
    full_price: Option<Row<Money>>,
    price_rate: Option<Row<Rate>>,
    volume_rate: Option<Row<Rate>>,
}

impl Rolled {
    fn know(&self, b: &mut Build<'_>, name: &Name) {
        for (measure, row) in [
            ("closing", self.closing),
            ("recurrent_closing", self.recurrent),
            ("opening", self.opening),
            ("before_growth", self.before_growth),
        ] {
            b.know_money("line", name, measure, row);
        }
        for (measure, row) in [("price_rate", self.price_rate), ("volume_rate", self.volume_rate)] {
            if let Some(row) = row {
                b.know_rate("line", name, measure, row);
            }
        }
    }

    fn steps(&self, b: &mut Build<'_>, organisation: &Name, sign: Sign) {
        for (step, row) in [
            (Step::Reversal, self.reversal),
            (Step::FullYearEffect, self.full_year_effect),
            (Step::Rebase, self.rebase),
            (Step::Price, self.price),
            (Step::Volume, self.volume),
            (Step::Growth, self.growth),
            (Step::Growth, self.one_off),
        ] {
            if let Some(row) = row {
                b.step(organisation, step, sign, row);
            }
        }
    }
}

impl Mechanism for Line {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        if self.part_of.is_some()
            && let Some(join) = b.joins.iter().find(|j| j.line == self.head.name)
        {
            let by = format!("{}.{}", join.by.kind, join.by.name);
            let message = format!(
                "`{by}` cannot join `line.{}`, which is part of another line and enters no total",
                self.head.name
            );
            b.tell(
                Diagnostic::error("part_joined", message)
                    .at(join.by.place)
                    .also(self.head.place, "the part")
                    .hint(format!("let `{by}` join the line this is a part of")),
            );
        }
        let subject = b.subject(&self.head);
        let (closing, one_off, base) = match &self.amounts {
            Amounts::Rolled { base, price, volume } => {
                if let Some(RateSource::Driver(name, place)) = volume
                    && super::driver::is_part_year(b, name)
                {
                    b.tell(
                        Diagnostic::error(
                            "part_year_driver",
                            format!("driver `{name}` applies from a month within the year and cannot be a volume"),
                        )
                        .at(*place)
                        .hint("use it as a price, or give the volume a rate of whole years"),
                    );
                }
                let rolled = self.roll(b, subject, base, price.as_ref(), volume.as_ref());
                rolled.know(b, &self.head.name);
                if let Some(full_price) = rolled.full_price {
                    b.know_money("line", &self.head.name, "full_price", full_price);
                }
                if self.part_of.is_none() {
                    rolled.steps(b, &organisation, self.sign());
                }
                (rolled.closing, rolled.one_off, Some(rolled.closing.at(0)))
            }
            Amounts::Published(budget) => {
                if let Some(join) = b.joins.iter().find(|j| j.line == self.head.name) {
                    let by = format!("{}.{}", join.by.kind, join.by.name);
                    b.tell(
                        Diagnostic::error(
                            "budget_joined",
                            format!("`{by}` cannot join `line.{}`, which is a published budget", self.head.name),
                        )
                        .at(join.by.place)
                        .also(self.head.place, "the published budget")
                        .hint(format!(
                            "a published budget is taken as printed: leave `line` out of `{by}`, or give the line a `base`"
                        )),
                    );
                }
                (self.published(b, subject, budget), None, None)
            }
        };
        let beside =
            Beside { memo: self.part_of.is_some(), part_of: self.part_of.clone(), service: self.service.clone() };
        if let Some(service) = &self.service {
            b.line_services.insert(self.head.name.clone(), service.clone());
        }
        b.register_part(&self.head, closing, self.sign(), Recurrence::Recurrent, beside);
        if self.part_of.is_none() {
            b.facts.contributions.push(Contribution {
                sign: self.sign(),
                one_off: one_off.map_or(OneOff::None, OneOff::Part),
                base,
                social_care: self.social_care,
                income: self.income,
                service: self.service.clone(),
                ..Contribution::new(organisation, Total::Requirement, closing, ("line", self.head.name.clone()))
            });
        }
        if let Some(addressable) = &self.addressable {
            let share = b.given_once::<Rate>(subject, "addressable_share", "share that savings can reach", addressable);
            let row = b.money(subject, "addressable", "amount that savings can reach", Years::PLAN);
            for t in b.horizon.plan() {
                b.sheet.product(row.at(t), &Product::of(closing.at(t)).times(share));
            }
            b.know_money("line", &self.head.name, "addressable", row);
        }
    }

    fn close(&self, b: &mut Build<'_>) {
        if let Some(addressable) = b.known_money("line", &self.head.name, "addressable") {
            super::overlap::test(b, &self.head, addressable, self.cap_overlap);
        }
    }
}
