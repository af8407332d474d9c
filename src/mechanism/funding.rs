//! # Funding
//!
//! **What you write**: `[funding.rsg]` with a `kind`, and either `amount` by year, or a `base` that
//! grows (`growth`, from the year `growth_from` on). Some kinds are built up: council tax from its
//! tax base and Band D ([council_tax]), a collection fund from what is collected (`surplus`), business
//! rates from what is kept of them (`retention`), a grant on its way to a target (`transition`).
//!
//! **What it means**: funding is what is available before reserves and support. A grant always says
//! whether it recurs; a collection fund surplus is one-off. An amount after `ends` still counts and
//! is a finding. `sector = "social_care"` marks a grant for social care: its growth since the base
//! year narrows the social care gap.

use super::business_rates::{self, Retention};
use super::collection_fund::{self, Surplus};
use super::context::{Build, Head};
use super::contribution::{Beside, Contribution, OneOff, Recurrence, Total};
use super::council_tax::{self, CouncilTax};
use super::grant::{self, Grant};
use super::referendum_limit::{self, Tested};
use super::transition::{self, Transition};
use super::{Mechanism, left_out};
use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Name, Place, Unit};

/// The keys of a source of funding.
pub const SECTION: Section = Section {
    name: "funding",
    help: "resources available to an organisation: council tax, business rates, grants, allocations; never reserves",
    keys: &[
        Key::required(
            "kind",
            KeyKind::Choice(&["council_tax", "business_rates", "grant", "collection_fund", "other"]),
            "what it is",
        ),
        Key::optional("amount", KeyKind::Yearly(Unit::Money), "amounts by year"),
        Key::default(
            "values",
            KeyKind::Choice(&["in_year", "change"]),
            "in_year",
            "\"in_year\": the amount of the year; \"change\": added to the year before, from the base year on",
        ),
        Key::optional("base", KeyKind::Single(Unit::Money), "the amount of the base year"),
        Key::optional("growth", KeyKind::RateOrDriver, "how the base grows: a driver or a rate of its own"),
        Key::optional("growth_from", KeyKind::Year, "the first year grown; the first plan year when left out"),
        Key::optional(
            "recurrent",
            KeyKind::Recurrence,
            "always said of grants and other funding: true, false (one-off) or \"not_stated\"",
        ),
        Key::optional(
            "ends",
            KeyKind::Year,
            "the last year it is promised for; an amount after it still counts, and is a finding",
        ),
        Key::optional(
            "sector",
            KeyKind::Choice(&["social_care"]),
            "\"social_care\" marks it for social care; needs `base`",
        ),
        Key::optional(
            "part_of",
            KeyKind::Reference("funding"),
            "the funding of which this is a part: listed under it, never added again",
        ),
        Key::optional("signed", KeyKind::Flag, "`true` allows negative amounts (a deficit on the collection fund)"),
        left_out::KEY,
        Key::optional(
            "tax_base",
            KeyKind::Yearly(Unit::Quantity),
            "council tax: the tax base as set, after collection, in Band D equivalents",
        ),
        Key::optional(
            "band_d_equivalents",
            KeyKind::Yearly(Unit::Quantity),
            "council tax: the tax base before collection; with `collection`, never with `tax_base`",
        ),
        Key::optional(
            "collection",
            KeyKind::Yearly(Unit::Rate),
            "council tax: the share assumed to be collected in the end",
        ),
        Key::optional(
            "class_o",
            KeyKind::Yearly(Unit::Quantity),
            "council tax: contributions in lieu (Class O), in Band D equivalents",
        ),
        Key::default(
            "tax_base_decimals",
            KeyKind::Count,
            "1",
            "council tax: the decimals the tax base is set to when it is built up",
        ),
        Key::optional(
            "band_d",
            KeyKind::Special("a price, or prices by year"),
            "council tax: Band D of the base year with `increase`, or every year as published",
        ),
        Key::optional("increase", KeyKind::RateOrDriver, "council tax: the core increase, on last year's whole Band D"),
        Key::optional(
            "adult_social_care",
            KeyKind::RateOrDriver,
            "council tax: the adult social care increase, on last year's whole Band D",
        ),
        Key::optional(
            "surplus",
            KeyKind::Group(&collection_fund::SURPLUS),
            "collection fund: the surplus (deficit) of each year, counted one and two years later; instead of `amount`",
        ),
        Key::optional(
            "retention",
            KeyKind::Group(&business_rates::RETENTION),
            "business rates: what is kept of them after tariff, levy and safety net; instead of `amount`",
        ),
        Key::optional(
            "transition",
            KeyKind::Group(&transition::TRANSITION),
            "grant: the way from the base-year amount to a target, with a floor; instead of `amount`",
        ),
        Key::optional(
            "ring_fence",
            KeyKind::Reference("line"),
            "grant: the line it may fund; more grant than that line's budget is a finding",
        ),
        Key::optional(
            "rolled_into",
            KeyKind::Group(&grant::ROLLED_INTO),
            "grant: the funding it becomes part of as general money, and from when",
        ),
    ],
    belongs: true,
};

/// What reports say of a source of funding besides its amounts.
#[derive(Debug, Clone)]
pub struct FundingFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// Its kind.
    pub kind: &'static str,
    /// Whether it recurs.
    pub recurrence: Recurrence,
    /// The last year it is promised for.
    pub ends: Option<FinancialYear>,
    /// Its amounts.
    pub amount: Row<Money>,
    /// Where it stands.
    pub place: Place,
    /// Its subject in the sheet.
    pub subject: SubjectId,
    /// Council tax rows, for council tax.
    pub council_tax: Option<council_tax::Rows>,
    /// The council tax held against its referendum limit.
    pub referendum: Option<Tested>,
    /// The line it may fund.
    pub ring_fence: Option<RingFenced>,
    /// What of it falls after the plan.
    pub after_plan: Vec<AfterPlan>,
}

/// A grant and the line it may fund.
#[derive(Debug, Clone)]
pub struct RingFenced {
    /// The title of the line.
    pub line: String,
    /// Its budget of the year.
    pub budget: Row<Money>,
    /// The grant less that budget.
    pub beyond: Row<Money>,
}

/// Money of this plan that reaches a year after it.
#[derive(Debug, Clone)]
pub struct AfterPlan {
    /// The year.
    pub year: FinancialYear,
    /// The amount.
    pub amount: Cell<Money>,
}

/// Keys that go with one kind of funding only, which of them give its amounts, and the kind.
const OF_KIND: [(&str, bool, &str); 5] = [
    ("surplus", true, "collection_fund"),
    ("retention", true, "business_rates"),
    ("transition", true, "grant"),
    ("ring_fence", false, "grant"),
    ("rolled_into", false, "grant"),
];

#[derive(Debug)]
struct Funding {
    head: Head,
    kind: &'static str,
    amounts: Amounts,
    recurrence: Recurrence,
    ends: Option<FinancialYear>,
    social_care: bool,
    part_of: Option<Name>,
    grant: Grant,
}

#[derive(Debug)]
enum Amounts {
    Given { amount: Figure, change: bool, base: Option<Figure> },
    Grown { base: Figure, growth: RateSource, from: Option<FinancialYear> },
    CouncilTax(CouncilTax),
    Surplus(Surplus),
    Retention(Retention),
    Transition(Transition),
}

/// Reads a source of funding.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    if let Some(left_out) = left_out::read(item, &["amount", "base", "band_d", "surplus", "retention", "transition"]) {
        return Some(left_out);
    }
    let head = Head::of(item);
    let kind = item.choice("kind");
    let ends = item.year("ends");
    let social_care = item.choice("sector") == Some("social_care");
    let part_of = item.reference("part_of");
    let _ = item.flag("signed");
    let recurrence = recurrence(item, kind);
    let fits = of_kind(item, kind);
    let group = OF_KIND.iter().find(|(key, amounts, _)| *amounts && item.has(key)).map(|(key, ..)| *key);
    let change = group.is_none() && item.choice("values") == Some("change");
    let tax = kind == Some("council_tax") && !item.has("amount") && !item.has("base");
    if tax {
        item.refuse(&["growth", "growth_from", "values"], "council tax is built up from its tax base and Band D");
    } else if item.has("amount") {
        item.refuse(&["growth_from"], "amounts are given by year");
    }
    if !item.has("band_d_equivalents") {
        item.refuse(&["tax_base_decimals"], "only a tax base that is built up is rounded");
    }
    if let Some(group) = group {
        let keys = ["amount", "values", "base", "growth", "growth_from"];
        item.refuse(&keys, &format!("the amounts follow from `{group}`"));
    }
    let grant = grant::read(item);
    let amounts = if tax {
        council_tax::read(item).map(Amounts::CouncilTax)
    } else if let Some(group) = group {
        match group {
            "surplus" => collection_fund::read(item).map(Amounts::Surplus),
            "retention" => business_rates::read(item).map(Amounts::Retention),
            _ => transition::read(item).map(Amounts::Transition),
        }
    } else {
        if let Some(key) = council_tax::KEYS.iter().find(|k| item.has(k)) {
            item.tell(
                Diagnostic::error(
                    "not_council_tax",
                    format!("`{}`: `{key}` goes with council tax that is built up", item.path),
                )
                .at(item.place_of(key))
                .hint("use kind = \"council_tax\" and leave `amount` and `base` out"),
            );
        }
        amounts(item, change)
    };
    if social_care && !item.has("base") && group != Some("transition") {
        item.tell(
            Diagnostic::error(
                "base_missing",
                format!("`{}` is marked for social care, and its growth is counted from the base year", item.path),
            )
            .at(item.place_of("sector"))
            .hint("add base = …, the amount of the base year (0 for new money)"),
        );
    }
    let (amounts, recurrence, grant) = (amounts?, recurrence?, grant?);
    let (head, kind) = (head?, kind?);
    fits.then(|| -> Box<dyn Mechanism> {
        Box::new(Funding { head, kind, amounts, recurrence, ends, social_care, part_of, grant })
    })
}

/// Whether every key that goes with one kind of funding stands on that kind.
fn of_kind(item: &Item<'_>, kind: Option<&str>) -> bool {
    let mut fits = true;
    for (key, _, wanted) in
        OF_KIND.iter().filter(|(key, _, wanted)| item.has(key) && kind.is_some_and(|k| k != *wanted))
    {
        let message = format!("`{}`: `{key}` goes with kind = \"{wanted}\"", item.path);
        item.tell(
            Diagnostic::error("wrong_funding", message)
                .at(item.place_of(key))
                .hint(format!("leave `{key}` out, or say kind = \"{wanted}\"")),
        );
        fits = false;
    }
    fits
}

fn recurrence(item: &Item<'_>, kind: Option<&'static str>) -> Option<Recurrence> {
    if item.has("recurrent") {
        return item.recurrence("recurrent").map(Recurrence::from_key);
    }
    match kind? {
        "council_tax" | "business_rates" => Some(Recurrence::Recurrent),
        "collection_fund" => Some(Recurrence::OneOff),
        _ => super::pressure::recurrence(item),
    }
}

fn amounts(item: &Item<'_>, change: bool) -> Option<Amounts> {
    let amount = item.figure("amount");
    let base = item.figure("base");
    let growth = item.rate("growth");
    let from = item.year("growth_from");
    match (item.has("amount"), item.has("base"), item.has("growth")) {
        (true, _, false) => {
            if change && !item.has("base") {
                item.tell(
                    Diagnostic::error(
                        "base_missing",
                        format!("`{}` lists changes, and does not say from what", item.path),
                    )
                    .at(item.place_of("amount"))
                    .hint("add base = …, the amount of the base year"),
                );
                return None;
            }
            Some(Amounts::Given { amount: amount?, change, base })
        }
        (false, true, true) => Some(Amounts::Grown { base: base?, growth: growth?, from }),
        _ => {
            item.tell(
                Diagnostic::error("funding_amount", format!("`{}` needs `amount`, or `base` with `growth`", item.path))
                    .at(item.place)
                    .hint("amount = { \"2026/27\" = 18.0, … }, or base = 18.0 with growth = \"2%\""),
            );
            None
        }
    }
}

impl Funding {
    fn grown(
        b: &mut Build<'_>,
        subject: SubjectId,
        base: &Figure,
        growth: &RateSource,
        from: Option<FinancialYear>,
        named: (&'static str, &'static str),
    ) -> Option<Row<Money>> {
        let base = b.given_once::<Money>(subject, "base", "amount of the base year", base);
        let rate = b.rate(subject, "growth", "growth rate", growth)?;
        let row = b.money(subject, named.0, named.1, Years::BASE_AND_PLAN);
        b.sheet.sum(row.at(0), [(Sign::Plus, base)]);
        for t in b.horizon.plan() {
            if from.is_some_and(|from| b.horizon.year(t) < from) {
                b.sheet.sum(row.at(t), [(Sign::Plus, row.at(t - 1))]);
            } else {
                b.sheet.product(row.at(t), &Product::of(row.at(t - 1)).grown_by(rate.at(t)));
            }
        }
        Some(row)
    }
}

impl Mechanism for Funding {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let (mut tax, mut referendum) = (None, None);
        let rolled = self.grant.rolled.as_ref();
        let named = if rolled.is_some() { grant::NOTIONAL } else { ("amount", "amount of the year") };
        let (row, base) = match &self.amounts {
            Amounts::Given { amount, change: false, base } => {
                let base = base.as_ref().map(|f| b.given_once::<Money>(subject, "base", "amount of the base year", f));
                (b.given::<Money>(subject, named.0, named.1, amount), base)
            }
            Amounts::Given { amount, change: true, base } => {
                let Some(base) = base else { return };
                let base = b.given_once::<Money>(subject, "base", "amount of the base year", base);
                let change = b.given::<Money>(subject, "change", "change from the year before", amount);
                let row = b.money(subject, named.0, named.1, Years::PLAN);
                for t in b.horizon.plan() {
                    let before = if t == 1 { base } else { row.at(t - 1) };
                    b.sheet.sum(row.at(t), [(Sign::Plus, before), (Sign::Plus, change.at(t))]);
                }
                (row, Some(base))
            }
            Amounts::Grown { base, growth, from } => {
                let Some(row) = Self::grown(b, subject, base, growth, *from, named) else { return };
                (row, Some(row.at(0)))
            }
            Amounts::CouncilTax(council_tax) => {
                let Some(rows) = council_tax.build(b, subject) else { return };
                tax = Some(rows);
                referendum = referendum_limit::test(b, subject, &organisation, &rows);
                (rows.amount, None)
            }
            Amounts::Surplus(_) => (Surplus::declare(b, subject), None),
            Amounts::Retention(retention) => {
                let Some(row) = retention.build(b, subject, &self.head) else { return };
                (row, None)
            }
            Amounts::Transition(transition) => {
                let Some((row, base)) = transition.build(b, subject, &self.head, named) else { return };
                (row, Some(base))
            }
        };
        let row = rolled.map_or(row, |rolled| rolled.split(b, subject, &self.head, row));
        let beside = Beside { memo: self.part_of.is_some(), part_of: self.part_of.clone(), service: None };
        b.register_part(&self.head, row, Sign::Minus, self.recurrence, beside);
        b.facts.funding.push(FundingFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation: organisation.clone(),
            kind: self.kind,
            recurrence: self.recurrence,
            ends: self.ends,
            amount: row,
            place: self.head.place,
            subject,
            council_tax: tax,
            referendum,
            ring_fence: None,
            after_plan: Vec::new(),
        });
        if self.part_of.is_some() {
            return;
        }
        b.facts.contributions.push(Contribution {
            one_off: if self.recurrence == Recurrence::OneOff { OneOff::All } else { OneOff::None },
            base: if self.social_care { base } else { None },
            social_care: self.social_care,
            marked: tax.and_then(|t| t.marked),
            income: true,
            recurrence: self.recurrence,
            ..Contribution::new(organisation, Total::Funding, row, ("funding", self.head.name.clone()))
        });
    }

    fn close(&self, b: &mut Build<'_>) {
        if let Amounts::Surplus(surplus) = &self.amounts {
            surplus.close(b, &self.head);
        }
        self.grant.close(b, &self.head);
    }
}
