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
//! How the steps become rows is in `line/roll.rs`.
//!
//! An income line (`kind = "income"`) rolls the same way and is taken off the requirement; what
//! widens the gap lowers it.

mod roll;

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
