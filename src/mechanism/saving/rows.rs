//! The rows of a saving: full-year effect, growth with its line, months in effect, amounts in the
//! year, and the cost of making it.

use super::{Amounts, Claim, FullYear, Saving, SavingFacts, Sequential};
use crate::language::Figure;
use crate::mechanism::Mechanism;
use crate::mechanism::context::{Build, Head};
use crate::mechanism::contribution::{Beside, Contribution, OneOff, Part, Recurrence, Total};
use crate::mechanism::pause::{self, Paused};
use crate::mechanism::timing::{self, Late, Timing};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Month, Months, Name, Rate, Valued};

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

    /// The month it starts: a schedule in April of the first year that it names an amount for.
    fn starts(&self, b: &Build<'_>) -> Option<Month> {
        match &self.amounts {
            Amounts::Scheme(_, timing) => Some(timing.start.0),
            Amounts::InYear(figure) | Amounts::Change(figure) => {
                let first = b.horizon.plan().find(|t| figure.at(*t).steps != Some(0))?;
                Some(Month::from_steps(b.horizon.april(first)))
            }
        }
    }

    /// What it avoids beyond the pressure that holds the cost; that pressure must have an amount.
    fn avoids(&self, b: &mut Build<'_>) {
        let Some(pressure) = &self.avoided else { return };
        let Some(cost) = b.known_money("pressure", pressure, "in_year") else {
            b.tell(
                Diagnostic::error(
                    "avoided_cost_not_in_plan",
                    format!(
                        "`saving.{}` avoids the cost of `pressure.{pressure}`, which is to be confirmed and in no total",
                        self.head.name
                    ),
                )
                .at(self.head.place)
                .hint("give the pressure its amount, or leave the saving out until it has one"),
            );
            return;
        };
        let Some(at) = b.facts.savings.iter().position(|s| s.name == self.head.name) else { return };
        let in_year = b.facts.savings[at].in_year;
        let subject = b.subject(&self.head);
        let words = "saving in the year less the pressure of which it avoids the cost";
        let beyond = b.sum_of(subject, "beyond_pressure", words, &[(Sign::Plus, in_year), (Sign::Minus, cost)]);
        b.facts.savings[at].beyond_pressure = Some(beyond);
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
        if b.known_money("line", line, "opening").is_none() {
            let message = format!(
                "`saving.{}` is indexed, and line `{line}` is a published budget, which has no price to grow with",
                self.head.name
            );
            b.tell(
                Diagnostic::error("indexed_published", message)
                    .at(self.head.place)
                    .hint("leave `indexed` out, or write the saving by year"),
            );
            return None;
        }
        if b.known_money("line", line, "full_price").is_some() {
            let message = format!(
                "`saving.{}` is indexed, and the price of line `{line}` applies from a month within the year",
                self.head.name
            );
            b.tell(
                Diagnostic::error("indexed_part_year", message)
                    .at(self.head.place)
                    .hint("leave `indexed` out, or give the line a price of whole years"),
            );
            return None;
        }
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
        paused: Option<&Paused>,
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
        let held_up = Late { slippage: None, pause: paused.map(|p| p.months) };
        let months = timing::months_in_year(b, subject, &calendar, Late { slippage, ..held_up }, "");
        let began_before = timing.began_before(b);
        let own = amounts(b, subject, full, months, delivery, began_before, ("in_year", "saving in the year"));
        if delivery.is_none() && slippage.is_none() {
            return Some((own, None));
        }
        let planned_months = match slippage {
            Some(_) => timing::months_in_year(b, subject, &calendar, held_up, "planned_"),
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
        paused: Option<&Paused>,
    ) -> Option<(Row<Money>, Option<Row<Money>>)> {
        let delivery = self.delivery_cell(b, subject);
        let (measure, words) = if delivery.is_some() {
            ("planned", "saving in the year as planned")
        } else {
            ("in_year", "saving in the year")
        };
        let level = ("entered", "saving in the year as entered");
        let held = self.indexed || paused.is_some();
        // The level of each year as entered, and the new savings of the year where those were entered.
        let (entered, new) = if change {
            let new = b.given::<Money>(subject, "new", "new savings of the year", figure);
            let only_new = self.indexed && paused.is_none();
            let named = if held { level } else { (measure, words) };
            ((!only_new).then(|| b.running_total(subject, named.0, named.1, new)), Some(new))
        } else {
            let named = if held { level } else { (measure, words) };
            (Some(b.given::<Money>(subject, named.0, named.1, figure)), None)
        };
        let entered = match (entered, paused) {
            (Some(row), Some(paused)) => {
                let named = if self.indexed { ("held_up", "saving in the year, held up") } else { (measure, words) };
                Some(pause::moved(b, subject, named, row, paused))
            }
            (row, _) => row,
        };
        let running = if self.indexed {
            let new = match (new, paused) {
                (Some(new), None) => new,
                (Some(_), Some(_)) => b.change(subject, "new_held_up", "new savings, held up", entered?, None),
                (None, _) => b.change(subject, "new", "new savings of the year", entered?, None),
            };
            let grown = self.grown(b, subject, 0, |t| (t > 0).then(|| new.at(t)))?;
            b.sum_of(subject, measure, words, &[(Sign::Plus, grown)])
        } else {
            entered?
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
        let start = self.starts(b);
        let paused = start.and_then(|start| b.pause_of(&self.head.name, start));
        let paused = paused.as_ref();
        let rows = match &self.amounts {
            Amounts::Scheme(full, timing) => self.scheme(b, subject, full, timing, paused),
            Amounts::InYear(figure) => self.schedule(b, subject, figure, false, paused),
            Amounts::Change(figure) => self.schedule(b, subject, figure, true, paused),
        };
        let Some((in_year, planned)) = rows else { return };
        let shortfall = planned.map(|planned| {
            b.sum_of(subject, "shortfall", "planned less expected", &[(Sign::Plus, planned), (Sign::Minus, in_year)])
        });
        let service = self.service.clone().or_else(|| {
            let line = self.line()?;
            b.line_services.get(line).cloned()
        });
        let beside = Beside { memo: self.memo, part_of: None, service: service.clone() };
        b.register_part(&self.head, in_year, Sign::Minus, self.recurrence, beside);
        b.facts.savings.push(SavingFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation: organisation.clone(),
            status: self.status,
            decision: self.decision,
            class: self.class.clone(),
            service: service.clone(),
            recurrence: self.recurrence,
            risk_adjusted: shortfall.is_some(),
            memo: self.memo,
            lines: self.lines.len(),
            in_year,
            shortfall,
            evidence: self.head.evidence.clone(),
            beyond_pressure: None,
            place: self.head.place,
        });
        self.costs(b, &organisation, service.as_ref(), paused);
        if self.memo {
            return;
        }
        if let Some(line) = self.line() {
            b.claims.push(Claim { line: line.clone(), saving: self.head.name.clone(), row: in_year });
        }
        b.facts.contributions.push(Contribution {
            one_off: if self.recurrence == Recurrence::OneOff { OneOff::All } else { OneOff::None },
            social_care: self.social_care,
            service,
            recurrence: self.recurrence,
            part: if self.care_model { Part::CareModel } else { Part::Usual },
            ..Contribution::new(organisation, Total::Savings, in_year, ("saving", self.head.name.clone()))
        });
    }

    fn close(&self, b: &mut Build<'_>) {
        self.net(b);
        self.avoids(b);
    }
}
