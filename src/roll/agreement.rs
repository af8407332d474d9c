//! The old plan and the new one, held against each other in the years that both have.

use super::roller::Kept;
use crate::open::Opened;
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Measure, Name};

/// One measure of one organisation in both plans.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Whose, or `system`.
    pub scope: Name,
    /// Its title.
    pub title: String,
    /// The measure.
    pub measure: Measure,
    /// Which run.
    pub run: Run,
    /// Every year that both plans have.
    pub years: Vec<Difference>,
}

/// One year of it.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The year.
    pub year: FinancialYear,
    /// The old plan's figure, in pence.
    pub before: Option<i128>,
    /// The new plan's.
    pub after: Option<i128>,
    /// What of the difference each cause makes: they add to it.
    pub causes: Vec<(Cause, i128)>,
}

/// Why a figure of the new plan is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Savings made by the new base year are in the base: less required, and less saved.
    InBase,
    /// What has come of savings is in the base, and is at risk no more.
    NoLongerAtRisk,
    /// Corrections of the base that the actuals make.
    Actuals,
    /// What follows from the actuals: new bases, and the price and volume of corrections that a line holds.
    Following,
    /// A rounding, or what no rule explains.
    Other,
}

impl Cause {
    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::InBase => "savings now in the base",
            Self::NoLongerAtRisk => "past savings in the base, no longer at risk",
            Self::Actuals => "corrections of the base by the actuals",
            Self::Following => "what follows from the actuals: new bases, price and volume",
            Self::Other => "rounding, and what no rule explains",
        }
    }
}

/// The measures held against each other.
pub const MEASURES: [Measure; 6] = [
    Measure::Requirement,
    Measure::Funding,
    Measure::Savings,
    Measure::GapBeforeSavings,
    Measure::GapAfterSavings,
    Measure::GapAfterPlannedReserves,
];

/// Every organisation and the system, in both runs.
pub(super) fn agreement(old: &Opened, new: &Opened, kept: &Kept, actuals: bool) -> Vec<Agreement> {
    let plans = Plans { old, new, kept, actuals };
    let mut all = Vec::new();
    let mut scopes: Vec<(Name, String)> =
        old.plan.organisations.iter().map(|o| (o.name.clone(), o.title.clone())).collect();
    if scopes.len() > 1
        && let Ok(system) = "system".parse::<Name>()
    {
        scopes.push((system, "The system".to_owned()));
    }
    for (scope, title) in scopes {
        for measure in MEASURES {
            for run in [Run::Plan, Run::RiskAdjusted] {
                let years = years(plans, &scope, measure, run);
                if !years.is_empty() {
                    all.push(Agreement { scope: scope.clone(), title: title.clone(), measure, run, years });
                }
            }
        }
    }
    all
}

/// Both plans, and what went where.
#[derive(Clone, Copy)]
struct Plans<'a> {
    old: &'a Opened,
    new: &'a Opened,
    kept: &'a Kept,
    actuals: bool,
}

fn years(plans: Plans<'_>, scope: &Name, measure: Measure, run: Run) -> Vec<Difference> {
    let Plans { old, new, .. } = plans;
    let (before, after) = (old.plan.horizon(), new.plan.horizon());
    let (Some(row), Some(rolled)) = (old.plan.measure(scope, measure), new.plan.measure(scope, measure)) else {
        return Vec::new();
    };
    after
        .plan()
        .filter_map(|t| {
            let year = after.year(t);
            let at = before.number(year).filter(|t| *t > 0)?;
            let was = old.plan.pence(old.results.of(run), row, at);
            let is = new.plan.pence(new.results.of(run), rolled, t);
            let causes = match was.zip(is) {
                Some((was, is)) if was != is => plans.causes(scope, measure, run, (at, t), is - was),
                _ => Vec::new(),
            };
            Some(Difference { year, before: was, after: is, causes })
        })
        .collect()
}

impl Plans<'_> {
    /// What each cause makes of a difference. Pence of rounding that is left is said as such.
    fn causes(
        self,
        scope: &Name,
        measure: Measure,
        run: Run,
        (at, t): (i32, i32),
        difference: i128,
    ) -> Vec<(Cause, i128)> {
        let in_base: i128 =
            self.kept.savings.iter().map(|n| self.moved(scope, ("line", n, "closing"), run, (at, t))).sum();
        let corrections = &self.kept.corrections;
        let corrected: i128 =
            corrections.iter().map(|n| self.moved(scope, ("rebase", n, "in_base"), run, (at, t))).sum();
        let earlier = self.kept.in_base.iter().filter(|(whose, _)| scope.as_str() == "system" || whose == scope);
        let corrected = corrected + earlier.map(|(_, pence)| pence).sum::<i128>();
        let at_risk = self.saved(scope, run, (at, t)) - self.saved(scope, Run::Plan, (at, t));
        let parts = match measure {
            Measure::Requirement | Measure::GapBeforeSavings => {
                vec![(Cause::InBase, in_base), (Cause::Actuals, corrected)]
            }
            Measure::Savings => vec![(Cause::InBase, in_base), (Cause::NoLongerAtRisk, at_risk)],
            Measure::Funding => Vec::new(),
            _ => vec![(Cause::NoLongerAtRisk, -at_risk), (Cause::Actuals, corrected)],
        };
        let mut parts: Vec<(Cause, i128)> = parts.into_iter().filter(|(_, pence)| *pence != 0).collect();
        let rest = difference - parts.iter().map(|(_, pence)| pence).sum::<i128>();
        if rest != 0 {
            parts.push((if self.actuals { Cause::Following } else { Cause::Other }, rest));
        }
        parts
    }

    /// How much more an item of the new plan is in a year than it was in the old one, where that had it.
    fn moved(self, scope: &Name, (kind, name, measure): (&str, &str, &str), run: Run, (at, t): (i32, i32)) -> i128 {
        let of = |plan: &Opened, t: i32| -> i128 {
            let bodies = plan.plan.organisations.iter().filter(|o| scope.as_str() == "system" || o.name == *scope);
            bodies
                .filter_map(|o| plan.plan.sheet.find_row(&format!("{}/{kind}/{name}/{measure}", o.name)))
                .filter_map(|row| plan.plan.pence(plan.results.of(run), row, t))
                .sum()
        };
        of(self.new, t) - of(self.old, at)
    }

    /// How much more all savings are in a year than they were.
    fn saved(self, scope: &Name, run: Run, (at, t): (i32, i32)) -> i128 {
        let of = |plan: &Opened, t: i32| {
            let row = plan.plan.measure(scope, Measure::Savings)?;
            plan.plan.pence(plan.results.of(run), row, t)
        };
        of(self.new, t).zip(of(self.old, at)).map_or(0, |(new, old)| new - old)
    }
}
