//! # Budget lines
//!
//! **What you write**: `[line.pay]` with a base-year budget and what moves it (`price`, `volume`),
//! or care demand as clients × a fee (see [clients]), or a published budget taken as
//! printed (`budget`), with savings already in.
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
//! widens the gap lowers it. With `elasticity` e a price that rises by p loses payers: its volume
//! rate is lowered by R9(e × p), so income is base × (1 + p) × (1 − e × p). At 40% a price that rises
//! by 10% brings 10.00m to 10.56m and not to 11.00m.

mod roll;

pub(super) use roll::Rolled;

use smol_str::SmolStr;

use super::Mechanism;
use super::clients::{self, Clients};
use super::context::{Build, Head};
use super::contribution::{Beside, Contribution, OneOff, Recurrence, Step, Total};
use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
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
        Key::optional(
            "elasticity",
            KeyKind::Single(Unit::Rate),
            "income with a price: the share of payers lost for each 1% on the price, \"40%\" for 0.4% of them",
        ),
        Key::optional(
            "clients",
            KeyKind::Group(&clients::KEYS),
            "care demand instead of `base`: how many clients, and what each costs",
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
    service: Option<SmolStr>,
    social_care: bool,
    income: bool,
    amounts: Amounts,
    part_of: Option<Name>,
    addressable: Option<Figure>,
    cap_overlap: bool,
}

#[derive(Debug)]
enum Amounts {
    Rolled(Rolling),
    Clients(Clients),
    Published(Figure),
}

/// A base and what moves it.
#[derive(Debug)]
struct Rolling {
    base: Figure,
    price: Option<RateSource>,
    volume: Option<RateSource>,
    elasticity: Option<Figure>,
}

/// Reads a line.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let service = item.text("service");
    let social_care = item.choice("sector") == Some("social_care");
    let income = item.choice("kind") == Some("income");
    let amounts = amounts(item, income);
    let part_of = item.reference("part_of");
    let addressable = item.figure("addressable");
    let cap_overlap = item.flag("cap_overlap");
    let _ = item.flag("signed");
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
    Some(Box::new(Line {
        head: head?,
        service,
        social_care,
        income,
        amounts: amounts?,
        part_of,
        addressable,
        cap_overlap,
    }))
}

/// What the line comes to: exactly one of `base`, `clients` and `budget`.
fn amounts(item: &Item<'_>, income: bool) -> Option<Amounts> {
    let (price, volume) = (item.rate("price"), item.rate("volume"));
    let (base, budget, elasticity) = (item.figure("base"), item.figure("budget"), item.figure("elasticity"));
    let clients = item.group("clients").and_then(|group| clients::read(&group));
    if !income {
        item.refuse(&["elasticity"], "only fees and charges (kind = \"income\") lose payers when the price rises");
    } else if !(item.has("base") && item.has("price")) {
        item.refuse(&["elasticity"], "payers are lost when the price of a `base` rises, and this line has none");
    }
    let ways: Vec<&str> = ["base", "clients", "budget"].into_iter().filter(|k| item.has(k)).collect();
    match ways.as_slice() {
        ["base"] => Some(Amounts::Rolled(Rolling { base: base?, price, volume, elasticity })),
        ["clients"] => {
            let why = "clients grow by their own `growth`, and their fee by `fee_uplift`";
            item.refuse(&["price", "volume"], why);
            item.refuse(
                &["signed"],
                "clients and their fee are never negative; rates that fall say so inside `clients`",
            );
            clients.map(Amounts::Clients)
        }
        ["budget"] => {
            for key in ["price", "volume"].into_iter().filter(|k| item.has(k)) {
                let message = format!("`{}` has a published budget, which has no base to apply `{key}` to", item.path);
                let hint =
                    "give `base` instead of `budget`, or leave the rate out: a published budget is taken as printed";
                item.tell(Diagnostic::error("budget_priced", message).at(item.place_of(key)).hint(hint));
            }
            budget.map(Amounts::Published)
        }
        several => {
            let ways = several.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(" and ");
            let message = match several.len() {
                0 => "needs `base`, `clients` or `budget`".to_owned(),
                2 => format!("has both {ways}"),
                _ => format!("has {ways}"),
            };
            let hint = "base = 50 rolls forward from the base year; clients = { … } counts care; budget = { \"2026/27\" = … } takes a published budget as printed";
            item.tell(Diagnostic::error("line_amount", format!("`{}` {message}", item.path)).at(item.place).hint(hint));
            None
        }
    }
}

impl Line {
    fn sign(&self) -> Sign {
        if self.income { Sign::Minus } else { Sign::Plus }
    }

    /// Makes the rows of a line findable and says at which steps they count.
    fn count_in(&self, b: &mut Build<'_>, organisation: &Name, rolled: &Rolled) -> Counted {
        rolled.know(b, &self.head.name);
        if self.part_of.is_none() {
            rolled.steps(b, organisation, self.sign());
        }
        (rolled.closing, rolled.one_off, Some(rolled.closing.at(0)))
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

/// A line's amounts, the one-offs among them, and its base-year budget.
type Counted = (Row<Money>, Option<Row<Money>>, Option<Cell<Money>>);

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
            Amounts::Rolled(rolling) => {
                let rolled = self.roll(b, subject, rolling);
                self.count_in(b, &organisation, &rolled)
            }
            Amounts::Clients(clients) => {
                let Some(rolled) = clients.roll(b, subject, &self.head) else { return };
                self.count_in(b, &organisation, &rolled)
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
