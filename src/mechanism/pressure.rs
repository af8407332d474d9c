//! # Pressures: growth, new costs, and what a published total implies
//!
//! **What you write**: `[pressure.waste]` with amounts by year and whether they are the total in the
//! year (`values = "in_year"`) or the change from the year before (`values = "change"`), or a
//! full-year effect with a `start`; and always whether it recurs. `balance_to` states a published
//! total and lets this item be what no other line explains.
//!
//! **What it means**: a recurrent pressure with `line` joins that line's base at step 7 and is
//! priced from the following year; without, it stays in cash. The part of a `full_year` pressure
//! that falls after its first year is a full-year effect (step 3), priced on arrival. A one-off is
//! taken out again next year. A pressure widens the gap; on an income line it lowers the income.
//! `already_in` and `part_of` list an amount beside a total without adding it again.

use smol_str::SmolStr;

use super::context::{Build, Head};
use super::contribution::{Beside, Contribution, OneOff, Recurrence, Step, Total};
use super::fund::FundClaim;
use super::payer::{self, May, Payer};
use super::timing::{self, Timing};
use super::{Mechanism, left_out};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Name, Place, Unit};

/// The keys of a pressure.
pub const SECTION: Section = Section {
    name: "pressure",
    help: "a cost added for a stated cause: growth, demand, a levy; or what a published total implies and no line explains",
    keys: &[
        Key::optional("line", KeyKind::Reference("line"), "the line whose base it joins; without it, it stays in cash"),
        Key::optional("amount", KeyKind::Yearly(Unit::Money), "amounts by year; `values` says what they are"),
        Key::optional(
            "values",
            KeyKind::Choice(&["in_year", "change"]),
            "\"in_year\": the total in the year; \"change\": added to the year before",
        ),
        Key::optional("full_year", KeyKind::Single(Unit::Money), "the cost of a full year, with `start`"),
        Key::optional("start", KeyKind::Month, "the first month in effect, \"2026-10\""),
        Key::optional(
            "ramp",
            KeyKind::Single(Unit::Months),
            "months it takes to reach full effect, in a straight line",
        ),
        Key::optional("end", KeyKind::Month, "the last month in effect"),
        Key::optional("recurrent", KeyKind::Recurrence, "always said: true, false (one-off) or \"not_stated\""),
        Key::optional("balance_to", KeyKind::Group(&BALANCE), "a published total that this item makes up to"),
        Key::optional(
            "already_in",
            KeyKind::Paths,
            "the lines it is already in (\"line.*\"): listed beside, never added again",
        ),
        Key::optional(
            "part_of",
            KeyKind::Reference("pressure"),
            "the pressure of which this is a part: listed under it, never added again",
        ),
        Key::optional("service", KeyKind::Text, "the service it belongs to"),
        Key::optional(
            "sector",
            KeyKind::Choice(&["social_care"]),
            "\"social_care\" counts it in the social care gap; a pressure on a line takes the line's",
        ),
        Key::optional(
            "paid_by",
            KeyKind::Text,
            "the fund that pays for it as far as its money goes: \"fund.transformation\"; without one, revenue",
        ),
        left_out::KEY,
        Key::optional("signed", KeyKind::Flag, "`true` allows negative amounts (a pressure that eases)"),
        Key::optional("allow_reversal", KeyKind::Flag, "`true` allows a negative change within a schedule"),
    ],
    belongs: true,
};

const BALANCE: Section = Section {
    name: "",
    help: "the published total a pressure makes up to",
    keys: &[
        Key::required(
            "measure",
            KeyKind::Choice(&["requirement", "gap_before_savings"]),
            "the total that was published",
        ),
        Key::required("values", KeyKind::Yearly(Unit::Money), "its value in each year"),
        Key::optional("signed", KeyKind::Flag, "`true` allows a negative total (a surplus)"),
        Key::optional("source", KeyKind::Text, "where it was published"),
    ],
    belongs: false,
};

/// A pressure as resolved.
#[derive(Debug)]
pub struct Pressure {
    head: Head,
    line: Option<Name>,
    amounts: Amounts,
    recurrence: Recurrence,
    memo: bool,
    part_of: Option<Name>,
    service: Option<SmolStr>,
    social_care: bool,
    fund: Option<Name>,
}

#[derive(Debug)]
enum Amounts {
    InYear(Figure),
    Change(Figure),
    FullYear(Figure, Timing),
    Balance { measure: &'static str, total: Figure, place: Place },
}

/// Reads a pressure.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    if let Some(left_out) = left_out::read(item, &["amount", "full_year", "balance_to"]) {
        return Some(left_out);
    }
    let head = Head::of(item);
    let line = item.reference("line");
    let recurrence = recurrence(item);
    let memo = !item.texts("already_in").is_empty();
    let part_of = item.reference("part_of");
    let service = item.text("service");
    let social_care =
        item.choice("sector") == Some("social_care") || line.as_ref().is_some_and(|l| is_social_care(item, l));
    let _ = (item.flag("signed"), item.flag("allow_reversal"));
    let amounts = amounts(item, recurrence);
    if let Some(Amounts::FullYear(_, timing)) = &amounts {
        one_off_ends(item, timing, recurrence);
    }
    if let (Some(_), Some(Amounts::Balance { place, .. })) = (&line, &amounts) {
        item.tell(
            Diagnostic::error("balance_on_line", format!("`{}` makes up to a total and cannot join a line", item.path))
                .at(*place)
                .hint("leave `line` out"),
        );
    }
    let payer = item.text("paid_by").and_then(|text| payer::read(item, &text, item.place_of("paid_by"), May::Fund));
    if memo || part_of.is_some() {
        item.refuse(&["paid_by"], "it is in other items already: let one that counts say who pays");
    } else if item.has("balance_to") {
        item.refuse(&["paid_by"], "a published total that it makes up to is net of what a fund pays");
    }
    let fund = payer.and_then(|p| if let Payer::Fund(fund) = p { Some(fund) } else { None });
    Some(Box::new(Pressure {
        head: head?,
        line,
        amounts: amounts?,
        recurrence: recurrence?,
        memo,
        part_of,
        service,
        social_care,
        fund,
    }))
}

/// Whether the line's own table says it is social care.
pub(super) fn is_social_care(item: &Item<'_>, line: &Name) -> bool {
    item.reading.names.find("line", line.as_str()).is_some_and(|(_, d)| d.sector.as_deref() == Some("social_care"))
}

/// `recurrent`, which is always said.
pub(super) fn recurrence(item: &Item<'_>) -> Option<Recurrence> {
    if !item.has("recurrent") {
        item.tell(
            Diagnostic::error("recurrent_missing", format!("`{}` does not say whether it is recurrent", item.path))
                .at(item.place)
                .hint("add recurrent = true, false (one-off) or \"not_stated\""),
        );
        return None;
    }
    item.recurrence("recurrent").map(Recurrence::from_key)
}

fn amounts(item: &Item<'_>, recurrence: Option<Recurrence>) -> Option<Amounts> {
    let values = item.choice("values");
    let amount = item.figure("amount");
    let full_year = item.figure("full_year");
    let timing = timing_of(item);
    let balance = item.group("balance_to");
    let ways: Vec<&str> = ["amount", "full_year", "balance_to"].into_iter().filter(|k| item.has(k)).collect();
    match ways.as_slice() {
        ["amount"] => schedule(item, values, recurrence).and_then(|change| {
            let amount = amount?;
            Some(if change { Amounts::Change(amount) } else { Amounts::InYear(amount) })
        }),
        ["full_year"] => {
            item.refuse(&["values"], "a full-year effect with a start is no schedule");
            Some(Amounts::FullYear(full_year?, timing?))
        }
        ["balance_to"] => {
            item.refuse(&["values"], "the amounts are what the total leaves");
            let group = balance?;
            let _ = (group.flag("signed"), group.text("source"));
            let total = group.figure("values");
            Some(Amounts::Balance { measure: group.choice("measure")?, total: total?, place: group.place })
        }
        _ => {
            item.tell(
                Diagnostic::error(
                    "pressure_amount",
                    format!("`{}` needs exactly one of `amount`, `full_year` and `balance_to`", item.path),
                )
                .at(item.place)
                .hint("amount = [0.5, 0.5, 0.5] with values = \"change\", or full_year = 1.2 with start = \"2026-10\""),
            );
            None
        }
    }
}

/// Whether a schedule lists changes; a schedule always says, and a one-off has none.
pub(super) fn schedule(item: &Item<'_>, values: Option<&'static str>, recurrence: Option<Recurrence>) -> Option<bool> {
    if !item.has("values") {
        item.tell(
            Diagnostic::error("values_missing", format!("`{}` does not say what its amounts are", item.path))
                .at(item.place_of("amount"))
                .hint("add values = \"in_year\" (the total in each year) or \"change\" (added to the year before)"),
        );
        return None;
    }
    let change = values? == "change";
    if change && recurrence == Some(Recurrence::OneOff) {
        item.tell(
            Diagnostic::error("one_off_change", format!("`{}` is one-off, and its amounts are changes", item.path))
                .at(item.place_of("values"))
                .hint("write the amount in each year with values = \"in_year\""),
        );
        return None;
    }
    Some(change)
}

/// A one-off with a full-year effect says when it ends.
pub(super) fn one_off_ends(item: &Item<'_>, timing: &Timing, recurrence: Option<Recurrence>) {
    if timing.end.is_none() && recurrence == Some(Recurrence::OneOff) {
        item.tell(
            Diagnostic::error(
                "one_off_without_end",
                format!("`{}` is one-off with a full-year effect, and does not say when it ends", item.path),
            )
            .at(item.place_of("full_year"))
            .hint("add end = \"2027-03\", the last planned month in effect"),
        );
    }
}

/// `start`, `ramp` and `end`; they go with `full_year`.
pub(super) fn timing_of(item: &Item<'_>) -> Option<Timing> {
    let start = item.month("start");
    let ramp = item.figure("ramp");
    let end = item.month("end");
    if !item.has("full_year") {
        for key in ["start", "ramp", "end"] {
            if item.has(key) {
                item.tell(
                    Diagnostic::error(
                        "timing_without_full_year",
                        format!("`{}`: `{key}` goes with `full_year`", item.path),
                    )
                    .at(item.place_of(key))
                    .hint("a schedule of amounts says its own timing"),
                );
            }
        }
        return None;
    }
    if !item.has("start") {
        item.tell(
            Diagnostic::error("start_missing", format!("`{}` has a full-year effect and no start", item.path))
                .at(item.place_of("full_year"))
                .hint("add start = \"2026-04\", the first month in effect"),
        );
    }
    let start = start?;
    if let Some((end, place)) = end
        && end < start.0
    {
        item.tell(
            Diagnostic::error("ends_before_start", format!("`{}` ends before it starts", item.path))
                .at(place)
                .also(start.1, "it starts here")
                .hint("write the last month in effect as `end`: the first month or a later one"),
        );
        return None;
    }
    Some(Timing { start, ramp, end })
}

impl Pressure {
    /// In-year amounts and, for recurrent ones, how the change of each year splits into growth
    /// (step 7) and full-year effect (step 3).
    fn rows(&self, b: &mut Build<'_>, subject: SubjectId) -> (Row<Money>, Option<Row<Money>>, Option<Row<Money>>) {
        match &self.amounts {
            Amounts::InYear(figure) => {
                let in_year = b.given::<Money>(subject, "in_year", "amount in the year", figure);
                let growth = (self.recurrence != Recurrence::OneOff)
                    .then(|| b.change(subject, "growth", "change from the year before", in_year, None));
                (in_year, growth, None)
            }
            Amounts::Change(figure) => {
                let change = b.given::<Money>(subject, "growth", "change from the year before", figure);
                (b.running_total(subject, "in_year", "amount in the year", change), Some(change), None)
            }
            Amounts::FullYear(figure, timing) => self.full_year(b, subject, figure, timing),
            Amounts::Balance { .. } => {
                let in_year = b.money(
                    subject,
                    "in_year",
                    "what the published total implies and no other line explains",
                    Years::PLAN,
                );
                let growth = (self.recurrence != Recurrence::OneOff)
                    .then(|| b.change(subject, "growth", "change from the year before", in_year, None));
                (in_year, growth, None)
            }
        }
    }

    fn full_year(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        figure: &Figure,
        timing: &Timing,
    ) -> (Row<Money>, Option<Row<Money>>, Option<Row<Money>>) {
        let full = b.given_once::<Money>(subject, "full_year", "cost of a full year", figure);
        let calendar = timing::calendar(b, subject, &self.head.path(), timing);
        let months = timing::months_in_year(b, subject, &calendar, timing::Late::default(), "");
        let began_before = timing.began_before(b);
        let whole =
            b.money(subject, "cost", "cost of the year", if began_before { Years::BASE_AND_PLAN } else { Years::PLAN });
        for t in i32::from(!began_before)..=b.horizon.years() {
            b.sheet.product(whole.at(t), &Product::of(full).for_months(months.at(t)));
        }
        // The part that fell in the base year is in the base already.
        let in_year = if began_before {
            let row = b.money(subject, "in_year", "amount in the year, beyond what is in the base", Years::PLAN);
            for t in b.horizon.plan() {
                b.sheet.sum(row.at(t), [(Sign::Plus, whole.at(t)), (Sign::Minus, whole.at(0))]);
            }
            row
        } else {
            b.sum_of(subject, "in_year", "amount in the year", &[(Sign::Plus, whole)])
        };
        if self.recurrence == Recurrence::OneOff {
            return (in_year, None, None);
        }
        let change = b.change(subject, "change", "change from the year before", in_year, None);
        let growth = b.money(subject, "growth", "growth: what begins in the year", Years::PLAN);
        let late = b.money(subject, "full_year_effect", "full-year effect of what began earlier", Years::PLAN);
        let nought = b.nought();
        for t in b.horizon.plan() {
            b.sheet.choose(growth.at(t), calendar.waiting.at(t), change.at(t), nought);
            b.sheet.sum(late.at(t), [(Sign::Plus, change.at(t)), (Sign::Minus, growth.at(t))]);
        }
        (in_year, Some(growth), Some(late))
    }

    /// What it asks a fund to pay: never less than nothing.
    fn claim(&self, b: &mut Build<'_>, subject: SubjectId, organisation: &Name, in_year: Row<Money>) {
        let Some(fund) = &self.fund else { return };
        let nought = b.nought();
        let cost = b.money(subject, "claimed", "what a fund is asked to pay", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.max(cost.at(t), &[in_year.at(t), nought]);
        }
        b.fund_claims.push(FundClaim {
            fund: fund.clone(),
            kind: self.head.kind,
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation: organisation.clone(),
            cost,
            runs_on: true,
            service: self.service.clone(),
            social_care: self.social_care,
        });
    }

    fn stand_alone(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        organisation: &Name,
        in_year: Row<Money>,
        growth: Option<Row<Money>>,
        late: Option<Row<Money>>,
    ) {
        if let Some(growth) = growth {
            b.step(organisation, Step::Growth, Sign::Plus, growth);
        } else {
            b.step(organisation, Step::Growth, Sign::Plus, in_year);
            let reversal = b.money(subject, "reversal", "last year's one-off taken out", Years::PLAN);
            for t in b.horizon.plan().skip(1) {
                b.sheet.sum(reversal.at(t), [(Sign::Minus, in_year.at(t - 1))]);
            }
            b.step(organisation, Step::Reversal, Sign::Plus, reversal);
        }
        if let Some(late) = late {
            b.step(organisation, Step::FullYearEffect, Sign::Plus, late);
        }
        b.facts.contributions.push(Contribution {
            one_off: if self.recurrence == Recurrence::OneOff { OneOff::All } else { OneOff::None },
            social_care: self.social_care,
            service: self.service.clone(),
            recurrence: self.recurrence,
            ..Contribution::new(organisation.clone(), Total::Requirement, in_year, ("pressure", self.head.name.clone()))
        });
    }
}

impl Mechanism for Pressure {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let (in_year, growth, late) = self.rows(b, subject);
        b.know_money("pressure", &self.head.name, "in_year", in_year);
        let beside = Beside {
            memo: self.memo || self.part_of.is_some(),
            part_of: self.part_of.clone(),
            service: self.service.clone(),
        };
        b.register_part(&self.head, in_year, Sign::Plus, self.recurrence, beside);
        if self.memo || self.part_of.is_some() {
            return;
        }
        self.claim(b, subject, &organisation, in_year);
        match &self.line {
            None => self.stand_alone(b, subject, &organisation, in_year, growth, late),
            Some(line) => match growth {
                None => b.join_line(&self.head, line, Step::Growth, in_year, true),
                Some(growth) => {
                    b.join_line(&self.head, line, Step::Growth, growth, false);
                    if let Some(late) = late {
                        b.join_line(&self.head, line, Step::FullYearEffect, late, false);
                    }
                }
            },
        }
    }

    fn make_up(&self, b: &mut Build<'_>) {
        let (Amounts::Balance { measure, total, place }, Some(organisation)) = (&self.amounts, &self.head.organisation)
        else {
            return;
        };
        let Some(in_year) = b.known_money("pressure", &self.head.name, "in_year") else { return };
        if b.known_money("balance", organisation, measure).is_some() {
            b.tell(
                Diagnostic::error("balance_twice", format!("two pressures of {organisation} make up to its {measure}"))
                    .at(*place)
                    .hint("only one item can be what the others leave"),
            );
            return;
        }
        b.know_money("balance", organisation, measure, in_year);
        let subject = b.subject(&self.head);
        let published = b.given::<Money>(subject, "balance_to", "the published total", total);
        let others: Vec<_> = b
            .facts
            .contributions
            .iter()
            .filter(|c| c.organisation == *organisation && c.item != ("pressure", self.head.name.clone()))
            .filter_map(|c| match c.total {
                Total::Requirement => Some((c.sign.opposite(), c.row)),
                Total::Funding if *measure == "gap_before_savings" => Some((c.sign, c.row)),
                _ => None,
            })
            .collect();
        for t in b.horizon.plan() {
            let terms = [(Sign::Plus, published.at(t))].into_iter().chain(others.iter().map(|(s, r)| (*s, r.at(t))));
            b.sheet.sum(in_year.at(t), terms);
        }
    }
}
