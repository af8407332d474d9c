//! The roll-forward of a line: last year's budget, step by step, to this year's.

use super::{Line, Rolling};
use crate::language::RateSource;
use crate::mechanism::context::Build;
use crate::mechanism::contribution::Step;
use crate::mechanism::driver::refuse_part_year;
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Money, Name, Rate};

impl Line {
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

    /// Rolls the line forward from its base.
    pub(super) fn roll(&self, b: &mut Build<'_>, subject: SubjectId, rolling: &Rolling) -> Rolled {
        let price = rolling.price.as_ref();
        let plan = b.horizon.plan();
        let base = b.given_once::<Money>(subject, "base", "base-year budget", &rolling.base);
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
        let volume_rate = rolling.volume_rate(b, subject, price_rate);
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
        let to_price = if adjustments.is_empty() {
            opening
        } else {
            let rows: Vec<_> = [(Sign::Plus, opening)].into_iter().chain(adjustments).collect();
            b.sum_of(subject, "before_price", "base to be priced", &rows)
        };
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
        let raised = |b: &mut Build<'_>, measure: &'static str, words: &'static str, start, by| match by {
            None => start,
            Some(by) => b.sum_of(subject, measure, words, &[(Sign::Plus, start), (Sign::Plus, by)]),
        };
        let to_volume = raised(b, "before_volume", "base at the new price", to_price, price_row);
        let volume_row = volume_rate.map(|rate| {
            let row = b.money(subject, "volume", "volume, at the new price", Years::PLAN);
            for t in plan.clone() {
                b.sheet.product(row.at(t), &Product::of(to_volume.at(t)).times(rate.at(t)));
            }
            row
        });
        let before_growth = raised(b, "before_growth", "base before growth", to_volume, volume_row);
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
}

impl Rolling {
    /// How many more there are each year: the line's own volume, less who no longer pays the new price.
    fn volume_rate(&self, b: &mut Build<'_>, subject: SubjectId, price: Option<Row<Rate>>) -> Option<Row<Rate>> {
        refuse_part_year(b, self.volume.as_ref(), "a volume");
        let (Some(elasticity), Some(price)) = (&self.elasticity, price) else {
            let own = self.volume.as_ref()?;
            return b.rate(subject, "volume_rate", "volume rate", own);
        };
        refuse_part_year(b, self.price.as_ref(), "the price of a line with `elasticity`");
        let words = "share of payers lost for each share on the price";
        let elasticity = b.given_once::<Rate>(subject, "elasticity", words, elasticity);
        let own = self.volume.as_ref().and_then(|v| b.rate(subject, "own_volume_rate", "volume rate of its own", v));
        let lost = b.sheet.row::<Rate>(subject, "lost_rate", "share of payers lost to the new price", Years::PLAN);
        let rate = b.sheet.row::<Rate>(subject, "volume_rate", "volume rate, less payers lost", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.product(lost.at(t), &Product::of(price.at(t)).times(elasticity));
            let own = own.map(|r| (Sign::Plus, r.at(t)));
            b.sheet.sum(rate.at(t), own.into_iter().chain([(Sign::Minus, lost.at(t))]));
        }
        Some(rate)
    }
}

/// The rows of a line that was rolled forward.
pub(in crate::mechanism) struct Rolled {
    pub(in crate::mechanism) closing: Row<Money>,
    pub(in crate::mechanism) recurrent: Row<Money>,
    pub(in crate::mechanism) opening: Row<Money>,
    pub(in crate::mechanism) before_growth: Row<Money>,
    pub(in crate::mechanism) one_off: Option<Row<Money>>,
    pub(in crate::mechanism) growth: Option<Row<Money>>,
    pub(in crate::mechanism) reversal: Option<Row<Money>>,
    pub(in crate::mechanism) full_year_effect: Option<Row<Money>>,
    pub(in crate::mechanism) rebase: Option<Row<Money>>,
    pub(in crate::mechanism) price: Option<Row<Money>>,
    pub(in crate::mechanism) volume: Option<Row<Money>>,
    pub(in crate::mechanism) full_price: Option<Row<Money>>,
    pub(in crate::mechanism) price_rate: Option<Row<Rate>>,
    pub(in crate::mechanism) volume_rate: Option<Row<Rate>>,
}

impl Rolled {
    /// A line that was counted anew: only what is said beside moves it.
    pub(in crate::mechanism) fn counted(closing: Row<Money>, opening: Row<Money>) -> Self {
        Self {
            closing,
            recurrent: closing,
            opening,
            before_growth: closing,
            one_off: None,
            growth: None,
            reversal: None,
            full_year_effect: None,
            rebase: None,
            price: None,
            volume: None,
            full_price: None,
            price_rate: None,
            volume_rate: None,
        }
    }

    /// Makes them findable by the line's name.
    pub(super) fn know(&self, b: &mut Build<'_>, name: &Name) {
        let money = [
            ("closing", Some(self.closing)),
            ("recurrent_closing", Some(self.recurrent)),
            ("opening", Some(self.opening)),
            ("before_growth", Some(self.before_growth)),
            ("full_price", self.full_price),
        ];
        b.know_all("line", name, &money, &[("price_rate", self.price_rate), ("volume_rate", self.volume_rate)]);
    }

    /// Says at which steps of the roll-forward they count.
    pub(super) fn steps(&self, b: &mut Build<'_>, organisation: &Name, sign: Sign) {
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
