//! The rows of a line that is clients × a fee.

use super::{Clients, DemandFacts, Fee};
use crate::mechanism::context::{Build, Head};
use crate::mechanism::driver::refuse_part_year;
use crate::mechanism::line::Rolled;
use crate::sheet::{Cell, Flags, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Quantity, Rate, UnitPrice, Valued};

/// How many are cared for: at the end of each year, on average, and how the average grows.
struct Count {
    clients: Row<Quantity>,
    average: Row<Quantity>,
    growth: Option<Row<Rate>>,
}

/// What a count of clients costs at a fee: before and after what they pay themselves.
struct Cost {
    gross: Row<Money>,
    contributions: Option<Row<Money>>,
}

impl Clients {
    /// Refuses what joins the line: its budget is counted anew each year and has no base to join.
    fn refuse_joins(b: &Build<'_>, line: &Head) {
        let Some(join) = b.joins.iter().find(|j| j.line == line.name) else { return };
        let by = format!("{}.{}", join.by.kind, join.by.name);
        let message =
            format!("`{by}` cannot join `line.{}`, which is clients × a fee, counted anew each year", line.name);
        b.tell(
            Diagnostic::error("clients_joined", message)
                .at(join.by.place)
                .also(line.place, "the line of clients")
                .hint(format!(
                    "put `{by}` on a line of its own or leave its `line` out; or move the clients or the fee"
                )),
        );
    }

    /// The line as clients × fee: the rows a line that was rolled forward has, so that savings, shares
    /// and totals find what they look for.
    pub(in crate::mechanism) fn roll(&self, b: &mut Build<'_>, subject: SubjectId, line: &Head) -> Option<Rolled> {
        Self::refuse_joins(b, line);
        refuse_part_year(b, self.growth.as_ref(), "the growth of clients");
        refuse_part_year(b, self.fee_uplift.as_ref(), "the uplift of a fee");
        let Count { clients, average, growth: volume_rate } = self.count(b, subject)?;
        let uplift = match &self.fee_uplift {
            Some(source) => Some(b.rate(subject, "price_rate", "uplift of the fee", source)?),
            None => None,
        };
        let (fee, hourly) = self.fees(b, subject, uplift);
        let weeks = b.given_once::<Quantity>(subject, "weeks", "weeks that are paid", &self.weeks);
        let share = self
            .contribution
            .as_ref()
            .map(|f| b.given_once::<Rate>(subject, "contribution", "share that clients pay themselves", f));
        let named = [("gross", "gross cost"), ("client_contributions", "what clients pay themselves")];
        let cost = cost_of(b, subject, named, Years::BASE_AND_PLAN, share, |t| {
            Product::of(fee.at(t)).for_each(average.at(t)).count(weeks)
        });
        let closing =
            b.money(subject, "closing", "budget of the year: gross less what clients pay", Years::BASE_AND_PLAN);
        let opening = b.money(subject, "opening", "opening budget", Years::PLAN);
        for t in 0..=b.horizon.years() {
            b.sheet.sum(closing.at(t), cost.net(t));
            if t > 0 {
                b.sheet.sum(opening.at(t), [(Sign::Plus, closing.at(t - 1))]);
            }
        }
        let at_new_fee = uplift.map(|_| {
            let named = [
                ("gross_at_new_fee", "gross cost of last year's clients at the new fee"),
                ("client_contributions_at_new_fee", "what last year's clients pay at the new fee"),
            ];
            let cost = cost_of(b, subject, named, Years::PLAN, share, |t| {
                Product::of(fee.at(t)).for_each(average.at(t - 1)).count(weeks)
            });
            let row = b.money(subject, "before_volume", "cost of last year's clients at the new fee", Years::PLAN);
            for t in b.horizon.plan() {
                b.sheet.sum(row.at(t), cost.net(t));
            }
            row
        });
        let step = |b: &mut Build<'_>, named: (&'static str, &'static str), to: Row<Money>, from: Row<Money>| {
            b.sum_of(subject, named.0, named.1, &[(Sign::Plus, to), (Sign::Minus, from)])
        };
        let price = at_new_fee.map(|at| step(b, ("price", "price: the new fee, for last year's clients"), at, opening));
        let volume = volume_rate.map(|_| {
            step(b, ("volume", "volume: more clients, at the new fee"), closing, at_new_fee.unwrap_or(opening))
        });
        b.facts.demand.push(DemandFacts {
            name: line.name.clone(),
            title: line.title.to_string(),
            organisation: line.organisation.clone()?,
            clients,
            average,
            hourly,
            fee,
            gross: cost.gross,
            contributions: cost.contributions,
            net: closing,
            place: line.place,
        });
        Some(Rolled { price, volume, price_rate: uplift, volume_rate, ..Rolled::counted(closing, opening) })
    }

    /// Clients at the end of each year, their average over the year, and how that grows.
    fn count(&self, b: &mut Build<'_>, subject: SubjectId) -> Option<Count> {
        let opening = b.given_once::<Quantity>(subject, "opening_clients", "clients before the plan", &self.opening);
        let growth = match &self.growth {
            Some(source) => Some(b.rate(subject, "client_growth", "growth of clients", source)?),
            None => None,
        };
        let clients =
            b.sheet.row::<Quantity>(subject, "clients", "clients at the end of the year", Years::BASE_AND_PLAN);
        let average = b.sheet.row::<Quantity>(
            subject,
            "average_clients",
            "clients on average over the year",
            Years::BASE_AND_PLAN,
        );
        b.sheet.sum(clients.at(0), [(Sign::Plus, opening)]);
        // What the base year's budget pays for is the count it ended with.
        b.sheet.sum(average.at(0), [(Sign::Plus, opening)]);
        let Some(growth) = growth else {
            for t in b.horizon.plan() {
                b.sheet.sum(clients.at(t), [(Sign::Plus, clients.at(t - 1))]);
                b.sheet.sum(average.at(t), [(Sign::Plus, clients.at(t))]);
            }
            return Some(Count { clients, average, growth: None });
        };
        let both = b.sheet.row::<Quantity>(
            subject,
            "clients_at_both_ends",
            "clients at the start of the year and at its end, added",
            Years::PLAN,
        );
        let grown = b.sheet.row::<Quantity>(subject, "clients_grown", "clients before, grown", Years::PLAN);
        let nobody = b.sheet.scalar::<Quantity>(subject, "nobody", "nought");
        b.sheet.input(nobody, Quantity::from_steps(0), None, Flags::EXACT);
        for t in b.horizon.plan() {
            b.sheet.product(grown.at(t), &Product::of(clients.at(t - 1)).grown_by(growth.at(t)));
            // There are never fewer than none, however fast they fall.
            b.sheet.max(clients.at(t), &[grown.at(t), nobody]);
            b.sheet.sum(both.at(t), [(Sign::Plus, clients.at(t - 1)), (Sign::Plus, clients.at(t))]);
            b.sheet.product(average.at(t), &Product::of(both.at(t)).per(2));
        }
        let growth = Some(average_growth(b, subject, average));
        Some(Count { clients, average, growth })
    }

    /// What a client costs a week, and an hour where care is paid by the hour.
    fn fees(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        uplift: Option<Row<Rate>>,
    ) -> (Row<UnitPrice>, Option<Row<UnitPrice>>) {
        let fee = b.sheet.row::<UnitPrice>(subject, "fee", "what a client costs a week", Years::BASE_AND_PLAN);
        match &self.fee {
            Fee::Weekly(figure) => {
                let base = b.given_once::<UnitPrice>(subject, "weekly_fee", "weekly fee of the base year", figure);
                raise(b, fee, base, uplift);
                (fee, None)
            }
            Fee::Hourly { rate, hours } => {
                let base = b.given_once::<UnitPrice>(subject, "hourly_rate", "hourly rate of the base year", rate);
                let hours = b.given_once::<Quantity>(subject, "hours_a_week", "hours a client gets a week", hours);
                let hourly = b.sheet.row::<UnitPrice>(subject, "hour", "what an hour costs", Years::BASE_AND_PLAN);
                raise(b, hourly, base, uplift);
                for t in 0..=b.horizon.years() {
                    b.sheet.product(fee.at(t), &Product::of(hourly.at(t)).for_units(hours));
                }
                (fee, Some(hourly))
            }
        }
    }
}

/// A price from its base year on, raised each year and held to four decimals of a pound.
fn raise(b: &mut Build<'_>, row: Row<UnitPrice>, base: Cell<UnitPrice>, uplift: Option<Row<Rate>>) {
    b.sheet.sum(row.at(0), [(Sign::Plus, base)]);
    for t in b.horizon.plan() {
        match uplift {
            Some(rate) => b.sheet.product(row.at(t), &Product::of(row.at(t - 1)).grown_by(rate.at(t))),
            None => b.sheet.sum(row.at(t), [(Sign::Plus, row.at(t - 1))]),
        }
    }
}

/// The gross cost of each year and what clients pay of it.
fn cost_of(
    b: &mut Build<'_>,
    subject: SubjectId,
    named: [(&'static str, &'static str); 2],
    years: Years,
    share: Option<Cell<Rate>>,
    gross_of: impl Fn(i32) -> Product<Money>,
) -> Cost {
    let [(measure, words), (paid_measure, paid_words)] = named;
    let gross = b.money(subject, measure, words, years);
    let contributions = share.map(|_| b.money(subject, paid_measure, paid_words, years));
    let first = if let Years::From(first) = years { first } else { 1 };
    for t in first..=b.horizon.years() {
        b.sheet.product(gross.at(t), &gross_of(t));
        if let (Some(row), Some(share)) = (contributions, share) {
            b.sheet.product(row.at(t), &Product::of(gross.at(t)).times(share));
        }
    }
    Cost { gross, contributions }
}

impl Cost {
    /// Gross less what clients pay, as the terms of a sum.
    fn net(&self, t: i32) -> impl Iterator<Item = (Sign, Cell<Money>)> {
        let paid = self.contributions.map(|row| (Sign::Minus, row.at(t)));
        [(Sign::Plus, self.gross.at(t))].into_iter().chain(paid)
    }
}

/// How the average grows on the year before: what an indexed saving grows with.
fn average_growth(b: &mut Build<'_>, subject: SubjectId, average: Row<Quantity>) -> Row<Rate> {
    // The least count there is keeps the rate defined for a group without clients.
    let least = b.sheet.scalar::<Quantity>(subject, "least_clients", "the least count, where there are no clients");
    b.sheet.input(least, Quantity::from_steps(1), None, Flags::EXACT);
    let divisor = b.sheet.row::<Quantity>(
        subject,
        "average_clients_before",
        "last year's clients on average, or the least count",
        Years::PLAN,
    );
    let more = b.sheet.row::<Quantity>(subject, "more_clients", "more clients on average than last year", Years::PLAN);
    let rate = b.sheet.row::<Rate>(subject, "volume_rate", "growth of clients on average", Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.max(divisor.at(t), &[average.at(t - 1), least]);
        b.sheet.sum(more.at(t), [(Sign::Plus, average.at(t)), (Sign::Minus, average.at(t - 1))]);
        b.sheet.product(rate.at(t), &Product::of(more.at(t)).over(divisor.at(t)));
    }
    rate
}
