//! # Savings
//!
//! **What you write**: `[saving.home_first]` with a full-year effect and the month it starts (and,
//! if it has them, a `ramp` and an `end`), or a schedule as councils print them (`amount` with
//! `values`). Always whether it recurs. For the risk-adjusted run its `delivery` and `slippage`, or
//! a `status` to which the scenario gives a weight.
//!
//! **What it means**: savings are a ledger of their own and never change what the requirement is,
//! so every bridge adds. The amount in the year is `R(full year × delivery × months ÷ 12)`
//! (see [timing](super::timing)); of a schedule, `R(running total × delivery)`. *Slippage* moves
//! the start and keeps the full-year effect; *delivery* scales it for good. Amounts stay in entered
//! cash, unless `indexed = true`: then each grows with its line's price and volume from the year
//! after it starts, as if the base had been cut.
//!
//! A saving that began before the plan has its base-year part in the base already, which comes off
//! every plan year. `already_in` lists a saving whose lines are already net of it: never deducted
//! again. A *shortfall* is what was planned less what the run expects.

use super::context::{Beside, Build, Contribution, Head, OneOff, Recurrence, Step, Total};
use super::pressure;
use super::status::STATUSES;
use super::timing::{self, Timing};
use super::{Mechanism, left_out};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Month, Months, Name, Place, Rate, Unit, Valued};

/// The keys of a saving.
pub const SECTION: Section = Section {
    name: "saving",
    help: "a named plan that lowers what is needed: a scheme with a start, or a schedule as printed",
    keys: &[
        Key::optional(
            "line",
            KeyKind::References("line"),
            "the line it is found on; a list when it is shared; may be left out",
        ),
        Key::optional(
            "full_year",
            KeyKind::FigureOr(Unit::Money, &SHARE),
            "what it saves in a full year: money, or { share = \"10%\", of = \"line\" }",
        ),
        Key::optional("start", KeyKind::Month, "the first month in effect, \"2026-10\""),
        Key::optional(
            "ramp",
            KeyKind::Single(Unit::Months),
            "months it takes to reach full effect, in a straight line",
        ),
        Key::optional("end", KeyKind::Month, "the last planned month in effect; it does not slip"),
        Key::optional("amount", KeyKind::Yearly(Unit::Money), "a schedule of amounts; `values` says what they are"),
        Key::optional(
            "values",
            KeyKind::Choice(&["in_year", "change"]),
            "\"in_year\": the saving in the year; \"change\": new savings of the year",
        ),
        Key::optional("allow_reversal", KeyKind::Flag, "`true` allows a negative change: an earlier saving given back"),
        Key::optional("recurrent", KeyKind::Recurrence, "always said: true, false (one-off) or \"not_stated\""),
        Key::optional(
            "status",
            KeyKind::Choice(STATUSES),
            "how sure it is: delivered, green, amber, red, unidentified",
        ),
        Key::optional(
            "delivery",
            KeyKind::Single(Unit::Rate),
            "the share delivered in the risk-adjusted run; replaces any weight of its status",
        ),
        Key::optional("slippage", KeyKind::Single(Unit::Months), "months it starts late in the risk-adjusted run"),
        Key::optional("decision", KeyKind::Choice(&["option", "consulted", "approved"]), "how far it is decided"),
        Key::optional("class", KeyKind::Text, "what sort of saving: procurement, demand management, income, …"),
        Key::default(
            "indexed",
            KeyKind::Flag,
            "false",
            "`true` lets it grow with its line's price and volume from the year after it starts",
        ),
        Key::optional(
            "already_in",
            KeyKind::Paths,
            "the lines that are already net of it (\"line.*\"): listed beside, never deducted again",
        ),
        Key::optional("service", KeyKind::Text, "the service it belongs to; else its line's"),
        Key::optional(
            "sector",
            KeyKind::Choice(&["social_care"]),
            "\"social_care\" counts it in the social care gap; a saving on a line takes the line's",
        ),
        left_out::KEY,
        Key::optional("cost_to_achieve", KeyKind::Group(&COST), "what it costs to make it, and who pays"),
    ],
    belongs: true,
};

const SHARE: Section = Section {
    name: "",
    help: "a saving as a share of its line",
    keys: &[
        Key::required("share", KeyKind::Single(Unit::Rate), "the share of the line"),
        Key::required("of", KeyKind::Choice(&["line"]), "of what"),
        Key::default(
            "basis",
            KeyKind::Choice(&["opening_base", "current_base", "sequential", "before_price"]),
            "opening_base",
            "\"opening_base\": the line's recurrent budget of the year before the start, once; \"current_base\": its inflated budget, read again each year; \"sequential\": its inflated budget less earlier schemes; \"before_price\": the opening base, then priced",
        ),
        Key::optional("source", KeyKind::Text, "where the share comes from"),
    ],
    belongs: false,
};

const COST: Section = Section {
    name: "",
    help: "the one-off cost of making a saving",
    keys: &[
        Key::required("amount", KeyKind::Yearly(Unit::Money), "the cost in each year"),
        Key::required("paid_by", KeyKind::Text, "\"revenue\", or the reserve that pays: \"reserve.transformation\""),
        Key::optional("source", KeyKind::Text, "where the cost comes from"),
    ],
    belongs: false,
};

/// A saving found on a line, for the overlap test.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The line.
    pub line: Name,
    /// The saving.
    pub saving: Name,
    /// Its amounts in the year.
    pub row: Row<Money>,
}

/// A share of what earlier schemes leave of a line.
#[derive(Debug, Clone)]
pub struct Sequential {
    /// The line.
    line: Name,
    /// Its planned start.
    start: Month,
    /// The saving.
    saving: Name,
    /// Its full-year effect.
    full_year: Cell<Money>,
}

impl Sequential {
    /// Whether it is taken of the line before another is: by planned start, then by name, so that
    /// the order of the file does not matter.
    fn comes_before(&self, other: &Self) -> bool {
        self.line == other.line && (self.start, &self.saving) < (other.start, &other.saving)
    }
}

/// What reports say of a saving besides its amounts.
#[derive(Debug, Clone)]
pub struct SavingFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// Its status.
    pub status: Option<&'static str>,
    /// How far it is decided.
    pub decision: Option<&'static str>,
    /// Its class.
    pub class: Option<String>,
    /// Its service.
    pub service: Option<String>,
    /// Whether it recurs.
    pub recurrence: Recurrence,
    /// Whether the scenario states a delivery, a slippage or a weight for it.
    pub risk_adjusted: bool,
    /// Whether its lines are already net of it.
    pub memo: bool,
    /// Its amounts in the year, in the run's own terms.
    pub in_year: Row<Money>,
    /// What was planned less what the run expects.
    pub shortfall: Option<Row<Money>>,
    /// Where it stands.
    pub place: Place,
}

#[derive(Debug)]
struct Saving {
    head: Head,
    lines: Vec<Name>,
    amounts: Amounts,
    recurrence: Recurrence,
    status: Option<&'static str>,
    delivery: Option<Figure>,
    slippage: Option<Figure>,
    decision: Option<&'static str>,
    class: Option<String>,
    indexed: bool,
    memo: bool,
    service: Option<String>,
    social_care: bool,
    cost: Option<Cost>,
}

#[derive(Debug)]
enum Amounts {
    Scheme(FullYear, Timing),
    InYear(Figure),
    Change(Figure),
}

#[derive(Debug)]
enum FullYear {
    Money(Figure),
    Share { share: Figure, basis: &'static str },
}

#[derive(Debug)]
struct Cost {
    amount: Figure,
    reserve: Option<Name>,
}

/// Reads a saving.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    if let Some(left_out) = left_out::read(item, &["amount", "full_year"]) {
        return Some(left_out);
    }
    let head = Head::of(item);
    let lines = item.references("line");
    let recurrence = pressure::recurrence(item);
    let values = item.choice("values");
    let timing = pressure::timing_of(item);
    let (status, decision) = (item.choice("status"), item.choice("decision"));
    let (delivery, slippage) = (item.figure("delivery"), item.figure("slippage"));
    let class = item.text("class");
    let memo = !item.texts("already_in").is_empty();
    let social_care =
        item.choice("sector") == Some("social_care") || lines.iter().any(|l| pressure::is_social_care(item, l));
    let service = item.text("service");
    let indexed = item.flag("indexed") || (item.reading.index_savings && lines.len() == 1);
    let cost = item.group("cost_to_achieve").and_then(|group| cost(item, &group));
    let _ = item.flag("allow_reversal");
    let amounts = match (item.has("full_year"), item.has("amount")) {
        (true, false) => full_year(item, &lines).and_then(|full| Some(Amounts::Scheme(full, timing?))),
        (false, true) => {
            let amount = item.figure("amount");
            pressure::schedule(item, values, recurrence).and_then(|change| {
                let amount = amount?;
                Some(if change { Amounts::Change(amount) } else { Amounts::InYear(amount) })
            })
        }
        (both, _) => {
            let message = if both { "has both `full_year` and `amount`" } else { "needs `full_year` or `amount`" };
            item.tell(Diagnostic::error("saving_amount", format!("`{}` {message}", item.path)).at(item.place).hint(
                "full_year = 1.2 with start = \"2026-10\", or amount = { … } with values = \"in_year\" or \"change\"",
            ));
            None
        }
    };
    if item.has("slippage") && item.has("amount") {
        item.tell(
            Diagnostic::error(
                "slippage_of_schedule",
                format!("`{}` is a schedule, which has no start to slip", item.path),
            )
            .at(item.place_of("slippage"))
            .hint("write full_year and start instead, or move the amounts to later years"),
        );
    }
    if indexed && lines.len() != 1 {
        item.tell(
            Diagnostic::error(
                "indexed_without_line",
                format!("`{}` is indexed and needs one line to grow with", item.path),
            )
            .at(item.place_of("indexed"))
            .hint("add line = \"…\""),
        );
    }
    if let Some(Amounts::Scheme(_, timing)) = &amounts {
        pressure::one_off_ends(item, timing, recurrence);
    }
    let (amounts, recurrence) = (amounts?, recurrence?);
    Some(Box::new(Saving {
        head: head?,
        lines,
        amounts,
        recurrence,
        status,
        delivery,
        slippage,
        decision,
        class,
        indexed,
        memo,
        service,
        social_care,
        cost,
    }))
}

fn full_year(item: &Item<'_>, lines: &[Name]) -> Option<FullYear> {
    if !item.is_group("full_year") {
        let node = item.node("full_year")?;
        return item.figure_at("full_year", node, Unit::Money, false).map(FullYear::Money);
    }
    let group = item.group("full_year")?;
    let share = group.figure("share");
    let _ = (group.choice("of"), group.text("source"));
    let basis = group.choice("basis")?;
    if lines.len() != 1 {
        item.tell(
            Diagnostic::error(
                "share_without_line",
                format!("`{}` is a share of its line and needs one line", item.path),
            )
            .at(group.place)
            .hint("add line = \"…\""),
        );
        return None;
    }
    Some(FullYear::Share { share: share?, basis })
}

fn cost(item: &Item<'_>, group: &Item<'_>) -> Option<Cost> {
    let amount = group.figure("amount");
    let _ = group.text("source");
    let paid_by = group.text("paid_by")?;
    let reserve = match paid_by.as_str() {
        "revenue" => None,
        other => match other.strip_prefix("reserve.") {
            Some(name) => Some(item.resolve("reserve", name, group.place_of("paid_by"))?),
            None => {
                item.tell(
                    Diagnostic::error("unknown_word", format!("`{}` cannot be paid by \"{other}\"", group.path))
                        .at(group.place_of("paid_by"))
                        .hint("write \"revenue\", or the reserve that pays: \"reserve.transformation\""),
                );
                return None;
            }
        },
    };
    Some(Cost { amount: amount?, reserve })
}

/// Full-year effect: one cell for all years, or one a year.
#[derive(Clone, Copy)]
enum Full {
    Once(Cell<Money>),
    Yearly(Row<Money>),
}

impl Full {
    fn at(self, t: i32) -> Cell<Money> {
        match self {
            Self::Once(cell) => cell,
            Self::Yearly(row) => row.at(t),
        }
    }
}

impl Saving {
    fn line(&self) -> Option<&Name> {
        match self.lines.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    fn delivery_cell(&self, b: &mut Build<'_>, subject: SubjectId) -> Option<Cell<Rate>> {
        match &self.delivery {
            Some(figure) => Some(b.delivery(subject, figure)),
            None => self.status.and_then(|s| b.weights.iter().find(|(n, _)| n.as_str() == s).map(|(_, c)| *c)),
        }
    }

    fn slippage_cell(&self, b: &mut Build<'_>, subject: SubjectId) -> Option<Cell<Months>> {
        let figure = self.slippage.as_ref()?;
        let assumption = Some(b.sheet.assumption(figure.assumption()));
        let cell = b.sheet.scalar::<Months>(subject, "slippage", "months it starts late");
        let late = Months::from_steps(figure.at(1).steps.unwrap_or(0));
        b.sheet.input_in_runs(cell, Months::from_steps(0), late, assumption, figure.flags(1));
        Some(cell)
    }

    /// The full-year effect before indexing.
    fn full(&self, b: &mut Build<'_>, subject: SubjectId, full: &FullYear, start_year: i32) -> Option<Full> {
        let (share, basis) = match full {
            FullYear::Money(figure) => {
                return Some(Full::Once(b.given_once(subject, "full_year", "saving of a full year", figure)));
            }
            FullYear::Share { share, basis } => (share, *basis),
        };
        let line = self.line()?;
        let share = b.given_once::<Rate>(subject, "share", "share of the line", share);
        let first = start_year.max(1);
        let opening = b.known_money("line", line, "recurrent_closing").map(|r| r.at(first - 1));
        let inflated = b.known_money("line", line, "before_growth")?;
        if basis != "current_base" && first > b.horizon.years() {
            // It starts after the plan: there is no line to take a share of, and nothing to save.
            if let Some(own) = b.sequential.iter().find(|s| s.saving == self.head.name) {
                return Some(Full::Once(own.full_year));
            }
            return Some(Full::Once(b.sheet.scalar::<Money>(subject, "full_year", "saving of a full year")));
        }
        match basis {
            "current_base" => {
                let row = b.money(
                    subject,
                    "full_year",
                    "saving of a full year: its share of the line as inflated",
                    Years::BASE_AND_PLAN,
                );
                for t in b.horizon.plan() {
                    b.sheet.product(row.at(t), &Product::of(inflated.at(t)).times(share));
                }
                b.sheet.sum(row.at(0), [(Sign::Plus, row.at(1))]);
                Some(Full::Yearly(row))
            }
            "sequential" => {
                let own = b.sequential.iter().find(|s| s.saving == self.head.name)?.clone();
                let earlier: Vec<_> =
                    b.sequential.iter().filter(|s| s.comes_before(&own)).map(|s| (Sign::Minus, s.full_year)).collect();
                let left =
                    b.sheet.scalar::<Money>(subject, "left_of_line", "the line as inflated, less earlier schemes");
                b.sheet.sum(left, [(Sign::Plus, inflated.at(first))].into_iter().chain(earlier));
                b.sheet.product(own.full_year, &Product::of(left).times(share));
                Some(Full::Once(own.full_year))
            }
            _ => {
                let Some(opening) = opening else {
                    b.tell(
                        Diagnostic::error(
                            "share_of_published",
                            format!(
                                "`saving.{}` is a share of a published budget, which has no opening base",
                                self.head.name
                            ),
                        )
                        .at(self.head.place)
                        .hint("use basis = \"current_base\", or write the saving in money"),
                    );
                    return None;
                };
                let cell = b.sheet.scalar::<Money>(
                    subject,
                    "full_year",
                    "saving of a full year: its share of the opening base",
                );
                let mut product = Product::of(opening).times(share);
                if let (true, Some(rate)) = (basis == "before_price", b.known_rate("line", line, "price_rate")) {
                    product = product.grown_by(rate.at(first));
                }
                b.sheet.product(cell, &product);
                Some(Full::Once(cell))
            }
        }
    }

    /// Amounts that grow with the line's price and volume from the year after they begin.
    fn grown(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        start_year: i32,
        begins: impl Fn(i32) -> Option<Cell<Money>>,
    ) -> Option<Row<Money>> {
        let line = self.line()?;
        let (price, volume) = (b.known_rate("line", line, "price_rate"), b.known_rate("line", line, "volume_rate"));
        let row = b.money(subject, "indexed", "saving of a full year, grown with its line", Years::BASE_AND_PLAN);
        let priced = b.money(subject, "indexed_price", "growth of the saving with its line's price", Years::PLAN);
        let counted = b.money(subject, "indexed_volume", "growth of the saving with its line's volume", Years::PLAN);
        let at_price = b.money(subject, "indexed_at_price", "saving at the new price", Years::PLAN);
        for t in 0..=b.horizon.years() {
            let begun = begins(t).map(|c| (Sign::Plus, c));
            if t <= start_year.max(0) {
                let held = (t > 0 && begun.is_none()).then(|| (Sign::Plus, row.at(t - 1)));
                b.sheet.sum(row.at(t), begun.into_iter().chain(held));
                continue;
            }
            let before = row.at(t - 1);
            if let Some(rate) = price {
                b.sheet.product(priced.at(t), &Product::of(before).times(rate.at(t)));
            }
            b.sheet.sum(at_price.at(t), [(Sign::Plus, before), (Sign::Plus, priced.at(t))]);
            if let Some(rate) = volume {
                b.sheet.product(counted.at(t), &Product::of(at_price.at(t)).times(rate.at(t)));
            }
            b.sheet
                .sum(row.at(t), [(Sign::Plus, at_price.at(t)), (Sign::Plus, counted.at(t))].into_iter().chain(begun));
        }
        Some(row)
    }

    /// Rows of a scheme: the run's own amounts, and the planned ones where the run may differ.
    fn scheme(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        full: &FullYear,
        timing: &Timing,
    ) -> Option<(Row<Money>, Option<Row<Money>>)> {
        let start_year = timing.start_year(b);
        let full = self.full(b, subject, full, start_year)?;
        let full = if self.indexed {
            let before = start_year.max(0);
            Full::Yearly(self.grown(b, subject, start_year, |t| (t <= before).then(|| full.at(t.max(1))))?)
        } else {
            full
        };
        let delivery = self.delivery_cell(b, subject);
        let slippage = self.slippage_cell(b, subject);
        let calendar = timing::calendar(b, subject, &self.head.path(), timing);
        let months = timing::months_in_year(b, subject, &calendar, slippage, "");
        let began_before = timing.began_before(b);
        let own = amounts(b, subject, full, months, delivery, began_before, ("in_year", "saving in the year"));
        if delivery.is_none() && slippage.is_none() {
            return Some((own, None));
        }
        let planned_months = match slippage {
            Some(_) => timing::months_in_year(b, subject, &calendar, None, "planned_"),
            None => months,
        };
        let planned =
            amounts(b, subject, full, planned_months, None, began_before, ("planned", "saving in the year as planned"));
        Some((own, Some(planned)))
    }

    fn schedule(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        figure: &Figure,
        change: bool,
    ) -> Option<(Row<Money>, Option<Row<Money>>)> {
        let delivery = self.delivery_cell(b, subject);
        let (measure, words) = if delivery.is_some() {
            ("planned", "saving in the year as planned")
        } else {
            ("in_year", "saving in the year")
        };
        let entered = if change || self.indexed {
            let (m, w) =
                if change { ("new", "new savings of the year") } else { ("entered", "saving in the year as entered") };
            b.given::<Money>(subject, m, w, figure)
        } else {
            b.given::<Money>(subject, measure, words, figure)
        };
        let running = if self.indexed {
            let new = if change { entered } else { b.change(subject, "new", "new savings of the year", entered, None) };
            let grown = self.grown(b, subject, 0, |t| (t > 0).then(|| new.at(t)))?;
            b.sum_of(subject, measure, words, &[(Sign::Plus, grown)])
        } else if change {
            b.running_total(subject, measure, words, entered)
        } else {
            entered
        };
        Some(match delivery {
            None => (running, None),
            Some(delivery) => {
                let row = b.money(subject, "in_year", "saving in the year", Years::PLAN);
                for t in b.horizon.plan() {
                    b.sheet.product(row.at(t), &Product::of(running.at(t)).times(delivery));
                }
                (row, Some(running))
            }
        })
    }

    fn cost_to_achieve(&self, b: &mut Build<'_>, subject: SubjectId, organisation: &Name, cost: &Cost) {
        let row = b.given::<Money>(subject, "cost_to_achieve", "cost of making the saving", &cost.amount);
        let change = b.change(subject, "cost_to_achieve_change", "cost of making the saving: change", row, None);
        b.step(organisation, Step::CostToAchieve, Sign::Plus, change);
        b.contributions.push(Contribution {
            organisation: organisation.clone(),
            total: Total::Requirement,
            sign: Sign::Plus,
            row,
            one_off: OneOff::All,
            base: None,
            social_care: self.social_care,
            marked: None,
            income: false,
            service: self.service.clone(),
            item: ("saving", self.head.name.clone()),
            recurrence: Recurrence::OneOff,
        });
        if let Some(reserve) = &cost.reserve {
            b.paid_by_reserve.push((reserve.clone(), row));
        }
    }
}

/// R(full year × delivery × months ÷ 12) in each year, less the base-year part of a saving that
/// began before the plan.
fn amounts(
    b: &mut Build<'_>,
    subject: SubjectId,
    full: Full,
    months: Row<Months>,
    delivery: Option<Cell<Rate>>,
    began_before: bool,
    named: (&'static str, &'static str),
) -> Row<Money> {
    let whole = if began_before {
        let (measure, words) = if named.0 == "in_year" {
            ("whole", "saving of the year, base-year part included")
        } else {
            ("planned_whole", "saving of the year as planned, base-year part included")
        };
        b.money(subject, measure, words, Years::BASE_AND_PLAN)
    } else {
        b.money(subject, named.0, named.1, Years::PLAN)
    };
    for t in i32::from(!began_before)..=b.horizon.years() {
        let product = Product::of(full.at(t));
        let product = match delivery {
            Some(delivery) => product.times(delivery),
            None => product,
        };
        b.sheet.product(whole.at(t), &product.for_months(months.at(t)));
    }
    if !began_before {
        return whole;
    }
    let row = b.money(subject, named.0, named.1, Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.sum(row.at(t), [(Sign::Plus, whole.at(t)), (Sign::Minus, whole.at(0))]);
    }
    row
}

impl Mechanism for Saving {
    fn head(&self) -> &Head {
        &self.head
    }

    fn declare(&self, b: &mut Build<'_>) {
        let Amounts::Scheme(FullYear::Share { basis: "sequential", .. }, timing) = &self.amounts else { return };
        let Some(line) = self.line().cloned() else { return };
        let subject = b.subject(&self.head);
        let full_year = b.sheet.scalar::<Money>(
            subject,
            "full_year",
            "saving of a full year: its share of what is left of the line",
        );
        b.sequential.push(Sequential { line, start: timing.start.0, saving: self.head.name.clone(), full_year });
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let rows = match &self.amounts {
            Amounts::Scheme(full, timing) => self.scheme(b, subject, full, timing),
            Amounts::InYear(figure) => self.schedule(b, subject, figure, false),
            Amounts::Change(figure) => self.schedule(b, subject, figure, true),
        };
        let Some((in_year, planned)) = rows else { return };
        let shortfall = planned.map(|planned| {
            b.sum_of(subject, "shortfall", "planned less expected", &[(Sign::Plus, planned), (Sign::Minus, in_year)])
        });
        let service = self.service.clone().or_else(|| {
            let line = self.line()?;
            b.items.iter().find(|i| i.kind == "line" && i.name == *line).and_then(|i| i.service.clone())
        });
        let beside = Beside { memo: self.memo, part_of: None, service: service.clone() };
        b.register_part(&self.head, in_year, Sign::Minus, self.recurrence, beside);
        b.savings.push(SavingFacts {
            name: self.head.name.clone(),
            title: self.head.title.clone(),
            organisation: organisation.clone(),
            status: self.status,
            decision: self.decision,
            class: self.class.clone(),
            service: service.clone(),
            recurrence: self.recurrence,
            risk_adjusted: shortfall.is_some(),
            memo: self.memo,
            in_year,
            shortfall,
            place: self.head.place,
        });
        if let Some(cost) = &self.cost {
            self.cost_to_achieve(b, subject, &organisation, cost);
        }
        if self.memo {
            return;
        }
        if let Some(line) = self.line() {
            b.claims.push(Claim { line: line.clone(), saving: self.head.name.clone(), row: in_year });
        }
        b.contributions.push(Contribution {
            organisation,
            total: Total::Savings,
            sign: Sign::Plus,
            row: in_year,
            one_off: if self.recurrence == Recurrence::OneOff { OneOff::All } else { OneOff::None },
            base: None,
            social_care: self.social_care,
            marked: None,
            income: false,
            service,
            item: ("saving", self.head.name.clone()),
            recurrence: self.recurrence,
        });
    }
}
