//! # Business rates retention
//!
//! **What you write**: on `kind = "business_rates"` a group `retention` with the `local_share` (the
//! own share of net rates by year), the funding `baseline`, the `rates_baseline`, the `levy` that
//! applies and the share of the baseline that the `safety_net` guarantees; where the system is reset,
//! the year of the `reset` and the `uprating` of the rates baseline after it.
//!
//! **What it means**, year by year:
//! `tariff = rates baseline − funding baseline` (negative: a top-up), `before levy = local share −
//! tariff`, `growth = before levy − funding baseline`, the levy by its own rule, the safety net
//! `max(0, R(share × funding baseline) − before levy)`, and `income = before levy − levy + safety net`.
//! The safety net is a floor under each year and no recovery: when its share falls, so does the income.
//! At a reset the rates baseline is measured again: it becomes that year's local share, and each year
//! after `R(last year's × (1 + uprating))`. Growth gathered before a reset is gone from then on.
//!
//! **Source**: Local Government Finance Act 1988 Schedule 7B; the Non-Domestic Rating (Levy and
//! Safety Net) Regulations 2013; resetting the business rates retention system, government response,
//! 20 November 2025.

use super::context::{Build, Head};
use super::facts::Cliff;
use super::levy::Levied;
use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Name, Unit};

/// The keys of retention.
pub(super) const RETENTION: Section = Section {
    name: "",
    help: "business rates kept under the retention system: local share, tariff or top-up, levy and safety net",
    keys: &[
        Key::required("local_share", KeyKind::Yearly(Unit::Money), "the own share of net rates in each year"),
        Key::required("baseline", KeyKind::Yearly(Unit::Money), "the funding baseline: need met from rates (BFL)"),
        Key::optional(
            "rates_baseline",
            KeyKind::Yearly(Unit::Money),
            "the local share expected when the system was last set (BRB); until the `reset` where there is one",
        ),
        Key::optional("levy", KeyKind::Reference("levy"), "the levy on growth; left out: none is paid"),
        Key::optional(
            "safety_net",
            KeyKind::RateOrDriver,
            "the share of the funding baseline that is guaranteed in the year; left out: nothing is",
        ),
        Key::optional(
            "reset",
            KeyKind::Year,
            "the year from which the rates baseline is measured again: growth above baseline drops to nought",
        ),
        Key::optional(
            "uprating",
            KeyKind::RateOrDriver,
            "how the rates baseline rises after the reset; needed with `reset`",
        ),
    ],
    belongs: false,
};

/// Retention as resolved.
#[derive(Debug)]
pub(super) struct Retention {
    local_share: Figure,
    baseline: Figure,
    rates_baseline: Option<Figure>,
    levy: Option<Name>,
    safety_net: Option<RateSource>,
    reset: Option<(FinancialYear, RateSource)>,
}

/// Reads the group of business rates.
pub(super) fn read(item: &Item<'_>) -> Option<Retention> {
    let group = item.group("retention")?;
    let horizon = group.reading.rules.horizon;
    let (local_share, baseline) = (group.figure("local_share"), group.figure("baseline"));
    let rates_baseline = group.figure("rates_baseline");
    let levy = group.reference("levy");
    let safety_net = group.rate("safety_net");
    let (reset, uprating) = (group.year("reset"), group.rate("uprating"));
    let mut fine = true;
    if let Some(reset) = reset.filter(|r| horizon.number(*r).is_none_or(|t| t == 0)) {
        let message = format!("`{}.reset` is {reset}, which is no plan year", group.path);
        group.tell(Diagnostic::error("unknown_year", message).at(group.place_of("reset")).hint(format!(
            "the plan years are {} to {}; after an earlier reset give the `rates_baseline` it set",
            horizon.first(),
            horizon.last()
        )));
        fine = false;
    }
    let missing = |key: &str, why: &str, hint: &str| {
        let message = format!("`{}` needs `{key}`{why}", group.path);
        group.tell(Diagnostic::error("key_missing", message).at(group.place).hint(hint));
    };
    if group.has("reset") && !group.has("uprating") {
        missing("uprating", ": how the rates baseline rises after the reset", "uprating = \"2%\", or a driver's name");
        fine = false;
    } else if !group.has("reset") {
        group.refuse(&["uprating"], "the rates baseline is given by year, and there is no reset");
    }
    if reset == Some(horizon.first()) {
        group.refuse(&["rates_baseline"], "the reset measures it again from the first plan year");
    } else if !group.has("rates_baseline") {
        missing("rates_baseline", "", "rates_baseline = 50, the local share expected when the system was last set");
        fine = false;
    }
    let reset = match (reset, uprating) {
        (Some(reset), Some(uprating)) => Some((reset, uprating)),
        _ => None,
    };
    if !fine {
        return None;
    }
    Some(Retention { local_share: local_share?, baseline: baseline?, rates_baseline, levy, safety_net, reset })
}

impl Retention {
    /// Builds the rows; the income of the year is the one that comes back.
    pub(super) fn build(&self, b: &mut Build<'_>, subject: SubjectId, head: &Head) -> Option<Row<Money>> {
        let local = b.given::<Money>(subject, "local_share", "own share of net rates", &self.local_share);
        let baseline = b.given::<Money>(subject, "baseline", "funding baseline", &self.baseline);
        let rates_baseline = self.rates_baseline(b, subject, local)?;
        let nought = b.nought();
        let terms = [(Sign::Plus, rates_baseline), (Sign::Minus, baseline)];
        let tariff = b.sum_of(subject, "tariff", "tariff, or top-up when negative", &terms);
        let terms = [(Sign::Plus, local), (Sign::Minus, tariff)];
        let pre_levy = b.sum_of(subject, "pre_levy", "income before levy and safety net", &terms);
        let terms = [(Sign::Plus, pre_levy), (Sign::Minus, baseline)];
        let beyond = b.sum_of(subject, "above_baseline", "income above the funding baseline, or below", &terms);
        let growth = self.positive(b, subject, ("growth", "growth above the funding baseline"), beyond, nought);
        let levy = self.levy.as_ref().and_then(|name| b.levies.get(name).cloned());
        let levy = levy.map(|terms| terms.levy(b, subject, Levied { baseline, rates_baseline, pre_levy, growth }));
        let safety_net = match &self.safety_net {
            Some(source) => {
                let share = b.rate(subject, "safety_net_share", "share of the funding baseline guaranteed", source)?;
                let guaranteed = b.money(subject, "guaranteed", "income guaranteed by the safety net", Years::PLAN);
                for t in b.horizon.plan() {
                    b.sheet.product(guaranteed.at(t), &Product::of(baseline.at(t)).times(share.at(t)));
                }
                let terms = [(Sign::Plus, guaranteed), (Sign::Minus, pre_levy)];
                let below = b.sum_of(subject, "below_guarantee", "guaranteed income less income before levy", &terms);
                Some(self.positive(b, subject, ("safety_net", "safety net payment"), below, nought))
            }
            None => None,
        };
        let terms = [Some((Sign::Plus, pre_levy)), levy.map(|l| (Sign::Minus, l)), safety_net.map(|s| (Sign::Plus, s))];
        let terms: Vec<_> = terms.into_iter().flatten().collect();
        let amount = b.sum_of(subject, "amount", "business rates kept", &terms);
        self.cliff(b, head, subject, growth, levy);
        Some(amount)
    }

    fn positive(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        named: (&'static str, &'static str),
        of: Row<Money>,
        nought: crate::sheet::Cell<Money>,
    ) -> Row<Money> {
        let row = b.money(subject, named.0, named.1, Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.max(row.at(t), &[of.at(t), nought]);
        }
        row
    }

    /// As given until the reset; then the local share of that year, uprated.
    fn rates_baseline(&self, b: &mut Build<'_>, subject: SubjectId, local: Row<Money>) -> Option<Row<Money>> {
        const NAMED: (&str, &str) = ("rates_baseline", "rates baseline");
        let Some((reset, uprating)) = &self.reset else {
            return self.rates_baseline.as_ref().map(|f| b.given(subject, NAMED.0, NAMED.1, f));
        };
        let before = self
            .rates_baseline
            .as_ref()
            .map(|f| b.given::<Money>(subject, "rates_baseline_before", "rates baseline until the reset", f));
        let rate = b.rate(subject, "uprating", "uprating of the rates baseline", uprating)?;
        let row = b.money(subject, NAMED.0, NAMED.1, Years::PLAN);
        for t in b.horizon.plan() {
            let year = b.horizon.year(t);
            if year > *reset {
                b.sheet.product(row.at(t), &Product::of(row.at(t - 1)).grown_by(rate.at(t)));
            } else if year == *reset {
                b.sheet.sum(row.at(t), [(Sign::Plus, local.at(t))]);
            } else if let Some(before) = before {
                b.sheet.sum(row.at(t), [(Sign::Plus, before.at(t))]);
            }
        }
        Some(row)
    }

    /// What was kept of growth in the year before a reset ends with it.
    fn cliff(&self, b: &mut Build<'_>, head: &Head, subject: SubjectId, growth: Row<Money>, levy: Option<Row<Money>>) {
        let Some(organisation) = head.organisation.clone() else { return };
        let Some((reset, _)) = &self.reset else { return };
        let Some(t) = b.horizon.number(*reset).filter(|t| *t > 1) else { return };
        let kept = b.sheet.scalar::<Money>(subject, "growth_kept", "growth kept in the year before the reset");
        let levy = levy.map(|l| (Sign::Minus, l.at(t - 1)));
        b.sheet.sum(kept, [(Sign::Plus, growth.at(t - 1))].into_iter().chain(levy));
        b.facts.cliffs.push(Cliff {
            organisation,
            title: head.title.to_string(),
            amount: kept,
            words: format!("of growth kept in {} goes with the reset of {reset}", b.horizon.year(t - 1)),
        });
    }
}
