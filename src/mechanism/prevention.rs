//! # Prevention: money spent now that is meant to save later
//!
//! **What you write**: `[prevention.falls]` with what the organisation invests (`invest` by year, or
//! `reinvests`, a share of its savings of the year before), the cash that comes back each year for
//! each pound (`annual_return`), the years until it does (`lag`), how fast the effect fades (`decay`)
//! and how many years it lasts (`life`). `beneficiary` says whose budget gains, which is often not
//! the one that pays; without it the investor gains.
//!
//! **What it means**: a pound invested in year s brings back `w_k` in year s + lag + k, for k from 0
//! to life − 1: `w_0 = annual return`, `w_k = R(w_{k−1} × (1 − decay))` to nine decimals. The benefit
//! of a year is `R(Σ_s w_{t−s−lag} × I_s)`, rounded once; in the risk-adjusted run
//! `R(benefit × delivery)`. What is invested is one-off requirement of the investor in its year; the
//! benefit is a recurrent saving of each beneficiary, `R(benefit × shares up to it) − R(benefit ×
//! shares before it)` in name order, so that the parts add up. `net_so_far` is the year it pays back
//! when it is no longer negative.
//!
//! `annual_return` is cash, each year, to these bodies. A published return on prevention is mostly
//! over many years and for society as a whole, and mostly not cash: above 100 % is a finding.
//!
//! **Source**: Masters and others, Return on investment of public health interventions (2017): a
//! median of 4.1 for local interventions, over the whole life and for society.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, OneOff, Part, Recurrence, Step, Total};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Flags, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Measure, Money, Name, Rate, Unit, UnitPrice, Valued};

/// The keys of prevention.
pub const SECTION: Section = Section {
    name: "prevention",
    help: "money spent on prevention, and the cash it brings back in later years; the organisation is who invests",
    keys: &[
        Key::optional("invest", KeyKind::Yearly(Unit::Money), "what is invested in each year; one-off"),
        Key::optional(
            "reinvests",
            KeyKind::Group(&REINVESTS),
            "instead of `invest`: a share of the organisation's savings of the year before",
        ),
        Key::required(
            "annual_return",
            KeyKind::Single(Unit::Rate),
            "the cash that comes back in a year for what was invested, \"40%\"; never a published return over many years",
        ),
        Key::required(
            "lag",
            KeyKind::Count,
            "the years from investing to the first cash back; at least 1 with `reinvests`",
        ),
        Key::default("decay", KeyKind::Single(Unit::Rate), "0%", "how much of the return is lost from year to year"),
        Key::required("life", KeyKind::Count, "how many years the cash comes back"),
        Key::optional(
            "beneficiary",
            KeyKind::FiguresBy("organisation", Unit::Rate),
            "whose budgets gain, with their shares, which add to 100%; without it, the investor's",
        ),
        Key::optional(
            "delivery",
            KeyKind::Single(Unit::Rate),
            "the share of the benefit that comes in the risk-adjusted run",
        ),
    ],
    belongs: true,
};

const REINVESTS: Section = Section {
    name: "",
    help: "investing a share of savings",
    keys: &[
        Key::required("share", KeyKind::Single(Unit::Rate), "the share that is invested"),
        Key::required(
            "of",
            KeyKind::Choice(&["savings"]),
            "\"savings\": all savings of the organisation in the year before, in the run's own terms",
        ),
        Key::optional("source", KeyKind::Text, "where it was decided"),
    ],
    belongs: false,
};

/// What reports say of prevention.
#[derive(Debug, Clone)]
pub struct PreventionFacts {
    /// Its title.
    pub title: String,
    /// Cash back in a year for what was invested.
    pub annual_return: Cell<Rate>,
    /// The same for a single pound.
    pub back_for_a_pound: Cell<UnitPrice>,
    /// What is invested.
    pub invest: Row<Money>,
    /// Benefit less investment, over the years so far.
    pub net_so_far: Row<Money>,
    /// Whether the scenario states a delivery for it.
    pub risk_adjusted: bool,
}

#[derive(Debug)]
struct Prevention {
    head: Head,
    invest: Invest,
    annual_return: Figure,
    lag: i32,
    decay: Figure,
    life: i32,
    beneficiaries: Vec<(Name, Figure)>,
    delivery: Option<Figure>,
}

#[derive(Debug)]
enum Invest {
    Given(Figure),
    ShareOfSavings(Figure),
}

const WHOLE: i128 = 1_000_000_000;

/// Reads prevention.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (annual_return, decay) = (item.figure("annual_return"), item.figure("decay"));
    let (lag, life) = (item.count("lag"), item.count("life"));
    let delivery = item.figure("delivery");
    let given = item.figure("invest");
    let share = item.group("reinvests").and_then(|group| {
        let _ = (group.choice("of"), group.text("source"));
        group.figure("share")
    });
    let invest = match (item.has("invest"), item.has("reinvests")) {
        (true, false) => given.map(Invest::Given),
        (false, true) => share.map(Invest::ShareOfSavings),
        (both, _) => {
            let what = if both { "has both `invest` and `reinvests`" } else { "needs `invest` or `reinvests`" };
            item.tell(Diagnostic::error("prevention_invests", format!("`{}` {what}", item.path)).at(item.place).hint(
                "invest = { \"2026/27\" = 1.0, then = 0 }, or reinvests = { share = \"50%\", of = \"savings\" }",
            ));
            None
        }
    };
    let range = |key: &str, message: String, hint: &str| {
        item.tell(Diagnostic::error("prevention_years", message).at(item.place_of(key)).hint(hint));
    };
    if item.has("reinvests") && lag == Some(0) {
        range(
            "lag",
            format!("`{}` invests savings of the year before, which cannot come back in the same year", item.path),
            "write lag = 1 or more years",
        );
    }
    if life == Some(0) {
        range("life", format!("`{}` has a life of no years: nothing would come back", item.path), "write life = 5");
    }
    if let Some(place) = decay.as_ref().and_then(|decay| decay.find_beyond(|steps| steps > WHOLE)) {
        item.tell(
            Diagnostic::error("share_range", format!("`{}.decay` is a share and lies between 0% and 100%", item.path))
                .at(place.unwrap_or(item.place))
                .hint("write the part that is lost from one year to the next: \"10%\""),
        );
    }
    let beneficiaries = beneficiaries(item)?;
    let years = |count: Option<u32>| count.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
    Some(Box::new(Prevention {
        head: head?,
        invest: invest?,
        annual_return: annual_return?,
        lag: years(lag)?,
        decay: decay?,
        life: years(life)?,
        beneficiaries,
        delivery,
    }))
}

/// Who gains and in which shares, in name order; empty when the investor does.
fn beneficiaries(item: &Item<'_>) -> Option<Vec<(Name, Figure)>> {
    let mut shares = item.figures_by("beneficiary");
    shares.sort_by(|a, b| a.0.cmp(&b.0));
    if !item.has("beneficiary") {
        return Some(shares);
    }
    shares.iter().for_each(|(_, share)| item.refuse_range_of_part(share));
    let one_value = |f: &Figure| f.points.windows(2).all(|w| w[0].steps == w[1].steps);
    let total: Option<i128> = shares.iter().map(|(_, f)| f.at(1).steps.filter(|_| one_value(f))).sum();
    if total == Some(WHOLE) {
        return Some(shares);
    }
    item.tell(
        Diagnostic::error(
            "shares_not_whole",
            format!("`{}.beneficiary`: the shares must be one for all years and add to 100%", item.path),
        )
        .at(item.place_of("beneficiary"))
        .hint("beneficiary = { exshire = \"40%\", exshire_icb = \"60%\" }"),
    );
    None
}

impl Prevention {
    /// The row of what is invested; of a share of savings its cells come once the totals are there.
    fn invested(&self, b: &mut Build<'_>) -> Option<Row<Money>> {
        let organisation = self.head.organisation.clone()?;
        let subject = b.part(&self.head, "investment");
        let row = match &self.invest {
            Invest::Given(figure) => b.given::<Money>(subject, "invest", "amount in the year", figure),
            Invest::ShareOfSavings(_) => b.money(subject, "invest", "amount in the year", Years::PLAN),
        };
        b.register(&self.head, row, Sign::Plus, Recurrence::OneOff);
        let contribution = Contribution {
            one_off: OneOff::All,
            recurrence: Recurrence::OneOff,
            part: Part::Reinvestment,
            ..Contribution::new(organisation, Total::Requirement, row, ("prevention", self.head.name.clone()))
        };
        b.require(subject, Step::Programme, ("invest_change", "change from the year before"), contribution);
        Some(row)
    }

    /// What a pound brings back, year by year from the first year it brings back anything.
    fn weights(&self, b: &mut Build<'_>, subject: SubjectId, annual_return: Cell<Rate>) -> Vec<Cell<Rate>> {
        let decay = b.given_once::<Rate>(subject, "decay", "part of the return lost each year", &self.decay);
        let wanted = self.life.min(b.horizon.years() - self.lag);
        let mut weights: Vec<Cell<Rate>> = Vec::new();
        for k in 0..wanted {
            let words = format!("cash back from a pound, {k} years after the first");
            let cell = b.sheet.scalar::<Rate>(subject, format!("return_{k}"), words);
            match weights.last() {
                None => b.sheet.sum(cell, [(Sign::Plus, annual_return)]),
                Some(before) => b.sheet.product(cell, &Product::of(*before).less(decay)),
            }
            weights.push(cell);
        }
        weights
    }

    /// R(Σ w × invested), and of it what is delivered.
    fn benefit(&self, b: &mut Build<'_>, subject: SubjectId, invest: Row<Money>, weights: &[Cell<Rate>]) -> Row<Money> {
        let (measure, words) = match self.delivery {
            Some(_) => ("planned_benefit", "cash back in the year as planned"),
            None => ("benefit", "cash back in the year"),
        };
        let row = b.money(subject, measure, words, Years::PLAN);
        for t in b.horizon.plan() {
            let pairs: Vec<_> =
                (0_i32..).zip(weights).map(|(k, w)| (t - self.lag - k, *w)).filter(|(s, _)| *s >= 1).collect();
            if !pairs.is_empty() {
                b.sheet.weighted(row.at(t), pairs.into_iter().map(|(s, w)| (w, invest.at(s))));
            }
        }
        let Some(figure) = &self.delivery else { return row };
        let delivery = b.delivery(subject, figure);
        let delivered = b.money(subject, "benefit", "cash back in the year", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.product(delivered.at(t), &Product::of(row.at(t)).times(delivery));
        }
        delivered
    }

    /// The benefit as savings of those who gain.
    fn gains(&self, b: &mut Build<'_>, subject: SubjectId, benefit: Row<Money>) {
        let mut before: Option<(Cell<Rate>, Row<Money>)> = None;
        let only = self.beneficiaries.is_empty();
        let investor = self.head.organisation.iter().map(|o| (o, None));
        let stated = self.beneficiaries.iter().map(|(o, f)| (o, Some(f)));
        for (organisation, share) in investor.filter(|_| only).chain(stated) {
            let titled = b.part(&self.head, "cash back");
            let measure = format!("benefit_{organisation}");
            let words = format!("to {organisation} in the year");
            let row = b.sheet.row::<Money>(titled, measure, words, Years::PLAN);
            let so_far = share.map(|figure| {
                let steps = figure.at(1).steps.unwrap_or(0);
                let assumption = Some(b.sheet.assumption(figure.assumption()));
                let words = format!("share of {organisation}");
                let own = b.sheet.scalar::<Rate>(subject, format!("share_{organisation}"), words);
                b.sheet.input(own, Rate::from_steps(steps), assumption, Flags::EXACT);
                let words = format!("shares up to {organisation}");
                let shares = b.sheet.scalar::<Rate>(subject, format!("shares_to_{organisation}"), words);
                b.sheet.sum(shares, before.map(|(s, _)| (Sign::Plus, s)).into_iter().chain([(Sign::Plus, own)]));
                let words = format!("cash back to all up to {organisation}");
                let to = b.sheet.row::<Money>(subject, format!("benefit_to_{organisation}"), words, Years::PLAN);
                for t in b.horizon.plan() {
                    b.sheet.product(to.at(t), &Product::of(benefit.at(t)).times(shares));
                }
                (shares, to)
            });
            for t in b.horizon.plan() {
                let to = so_far.map_or(benefit, |(_, to)| to);
                let earlier = before.map(|(_, to)| (Sign::Minus, to.at(t)));
                b.sheet.sum(row.at(t), [(Sign::Plus, to.at(t))].into_iter().chain(earlier));
            }
            before = so_far;
            let item = ("prevention", self.head.name.clone());
            b.facts.contributions.push(Contribution {
                part: Part::CareModel,
                ..Contribution::new(organisation.clone(), Total::Savings, row, item)
            });
        }
    }
}

impl Mechanism for Prevention {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let Some(invest) = self.invested(b) else { return };
        let annual_return =
            b.given_once::<Rate>(subject, "annual_return", "cash back in a year for a pound", &self.annual_return);
        let pound = b.sheet.scalar::<UnitPrice>(subject, "pound", "a pound");
        b.sheet.input(pound, UnitPrice::from_steps(10_000), None, Flags::EXACT);
        let back_for_a_pound =
            b.sheet.scalar::<UnitPrice>(subject, "back_for_a_pound", "cash back for a pound, a year");
        b.sheet.product(back_for_a_pound, &Product::of(pound).times(annual_return));
        let weights = self.weights(b, subject, annual_return);
        let benefit = self.benefit(b, subject, invest, &weights);
        self.gains(b, subject, benefit);
        let net = b.sum_of(
            subject,
            "net",
            "cash back less what is invested, in the year",
            &[(Sign::Plus, benefit), (Sign::Minus, invest)],
        );
        let words = "cash back less what was invested, over the years so far";
        let net_so_far = b.running_total(subject, "net_so_far", words, net);
        b.know_money("prevention", &self.head.name, "invest", invest);
        b.facts.preventions.push(PreventionFacts {
            title: self.head.title.to_string(),
            annual_return,
            back_for_a_pound,
            invest,
            net_so_far,
            risk_adjusted: self.delivery.is_some(),
        });
    }

    /// A share of last year's savings, once they are known; of savings that are given back, nothing.
    fn after_totals(&self, b: &mut Build<'_>) {
        let (Invest::ShareOfSavings(figure), Some(organisation)) = (&self.invest, &self.head.organisation) else {
            return;
        };
        let invest = b.known_money("prevention", &self.head.name, "invest");
        let (Some(invest), Some(savings)) = (invest, b.measure(organisation, Measure::Savings)) else { return };
        let subject = b.subject(&self.head);
        let share = b.given_once::<Rate>(subject, "share", "share of savings that is invested", figure);
        let nought = b.nought();
        let before = b.money(subject, "savings_before", "savings of the year before", Years::PLAN);
        for t in b.horizon.plan().skip(1) {
            b.sheet.max(before.at(t), &[savings.at(t - 1), nought]);
            b.sheet.product(invest.at(t), &Product::of(before.at(t)).times(share));
        }
    }
}
