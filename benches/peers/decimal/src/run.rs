//! One run of model M, cell by cell, each rounded once to the decimals it is held at.

use rust_decimal::Decimal;

use crate::plan::{Amount, Plan, Rate, round};

/// What a year comes to, in pounds.
#[derive(Clone, Copy, Default)]
pub struct Year {
    pub still_to_find: Decimal,
    pub gap_after_reserves: Decimal,
    pub closing: Decimal,
    pub closing_if_nothing_else: Decimal,
    pub minimum: Decimal,
}

/// Room for the cells of a year, so that a run asks for no memory.
pub struct Room {
    rates: Vec<Decimal>,
    lines: Vec<Decimal>,
    funding: Vec<Decimal>,
}

impl Room {
    pub fn of(plan: &Plan) -> Self {
        Self {
            rates: vec![Decimal::ZERO; plan.rates.len()],
            lines: vec![Decimal::ZERO; plan.lines.len()],
            funding: vec![Decimal::ZERO; plan.funding.len()],
        }
    }
}

/// Works out one run for drawn figures, in the order of `plan.uncertain`.
pub fn run(plan: &Plan, room: &mut Room, drawn: &[Decimal], out: &mut [Year]) {
    let (rates, years) = (&mut room.rates, plan.years.len());
    let delivery = &drawn[plan.drawn * years..];
    let twelve = Decimal::from(12);
    for (cell, line) in room.lines.iter_mut().zip(&plan.lines) {
        *cell = line.base;
    }
    for (cell, source) in room.funding.iter_mut().zip(&plan.funding) {
        *cell = source.base;
    }
    let (mut balance, mut balance_if_nothing_else) = (plan.opening, plan.opening);
    for (t, year) in out.iter_mut().enumerate() {
        for (k, rate) in plan.rates.iter().enumerate() {
            rates[k] = match rate {
                Rate::Drawn(driver) => drawn[driver * years + t],
                Rate::Certain(by_year) => by_year[t],
                Rate::Blend(parts) => round(parts.iter().map(|(part, weight)| rates[*part] * weight).sum(), 9),
                Rate::Compound(parts) => {
                    let index = parts.iter().fold(Decimal::ONE, |index, part| index * (Decimal::ONE + rates[*part]));
                    round(index, 9) - Decimal::ONE
                }
            };
        }
        let mut requirement = plan.costs[t];
        for (cell, line) in room.lines.iter_mut().zip(&plan.lines) {
            *cell += round(*cell * rates[line.price], 2);
            if let Some(volume) = line.volume {
                *cell += round(*cell * rates[volume], 2);
            }
            if line.income {
                requirement -= *cell;
            } else {
                requirement += *cell;
            }
        }
        let mut funding = Decimal::ZERO;
        for (cell, source) in room.funding.iter_mut().zip(&plan.funding) {
            *cell = round(*cell * (Decimal::ONE + rates[source.growth]), 2);
            funding += *cell;
        }
        let mut savings = Decimal::ZERO;
        for (amounts, delivered) in plan.savings.iter().zip(delivery) {
            savings += match amounts[t] {
                Amount::Nothing => continue,
                Amount::Exact(amount) => round(amount * delivered, 2),
                Amount::Twelvefold(amount) => round(amount * delivered / twelve, 2),
            };
        }
        let gap = requirement - funding - savings;
        let (shortfall, surplus) = (gap.max(Decimal::ZERO), (-gap).max(Decimal::ZERO));
        let minimum = round(funding * plan.minimum, 2);

        let used = plan.planned_use[t].min(shortfall).min(balance);
        balance = balance - used + surplus;

        let other = plan.planned_use[t].min(shortfall).min(balance_if_nothing_else);
        let left = shortfall - other;
        let drawable = (balance_if_nothing_else - other - minimum).max(Decimal::ZERO);
        let draw = left.min(drawable);
        balance_if_nothing_else = balance_if_nothing_else - other - draw + surplus;

        let short = gap >= Decimal::ZERO;
        *year = Year {
            still_to_find: if short { shortfall - used } else { gap },
            gap_after_reserves: if short { left - draw } else { gap },
            closing: balance,
            closing_if_nothing_else: balance_if_nothing_else,
            minimum,
        };
    }
}
