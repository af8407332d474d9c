//! The old plan and the new one, held against each other in the years that both have.

use crate::mechanism::contribution::Total;
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
    /// What was doubtful of the savings of the past year is taken as it was planned.
    TakenAsPlanned,
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
            Self::TakenAsPlanned => "past savings taken as planned, not as risk-adjusted",
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
pub(super) fn agreement(old: &Opened, new: &Opened, actuals: bool) -> Vec<Agreement> {
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
                let years = years((old, new, actuals), &scope, measure, run);
                if !years.is_empty() {
                    all.push(Agreement { scope: scope.clone(), title: title.clone(), measure, run, years });
                }
            }
        }
    }
    all
}

fn years((old, new, actuals): (&Opened, &Opened, bool), scope: &Name, measure: Measure, run: Run) -> Vec<Difference> {
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
                Some((was, is)) if was != is => causes((old, new, actuals), scope, measure, run, (at, t), is - was),
                _ => Vec::new(),
            };
            Some(Difference { year, before: was, after: is, causes })
        })
        .collect()
}

/// What each cause makes of a difference. Pence of rounding that is left is said as such.
fn causes(
    (old, new, actuals): (&Opened, &Opened, bool),
    scope: &Name,
    measure: Measure,
    run: Run,
    (at, t): (i32, i32),
    difference: i128,
) -> Vec<(Cause, i128)> {
    let of_scope = |organisation: &Name| scope.as_str() == "system" || organisation == scope;
    let base = |n: i32, run: Run| -> i128 {
        let values = old.results.of(run);
        let facts = &old.plan.facts;
        facts
            .contributions
            .iter()
            .filter(|c| c.total == Total::Savings && c.item.0 == "saving" && of_scope(&c.organisation))
            .filter(|c| c.recurrence != crate::mechanism::contribution::Recurrence::OneOff)
            .filter_map(|c| old.plan.pence(values, c.row.id(), n))
            .sum()
    };
    // Rolled by one year, the base year is year 1 of the old plan; by more, a later one.
    let rolled_by = at - t;
    let planned = base(rolled_by, Run::Plan);
    let own = base(rolled_by, run);
    let corrected: i128 = new
        .plan
        .facts
        .items
        .iter()
        .filter(|i| i.kind == "rebase" && i.organisation.as_ref().is_some_and(of_scope))
        .filter(|i| {
            let made = |name: &str| name.ends_with("_undelivered") || name.ends_with("_outturn");
            made(i.name.as_str()) && old.loaded.tree.table("rebase").is_none_or(|t| t.get(i.name.as_str()).is_none())
        })
        .filter_map(|i| new.plan.pence(new.results.of(run), i.row.id(), t))
        .sum();
    let parts = match measure {
        Measure::Requirement | Measure::GapBeforeSavings => {
            vec![(Cause::InBase, -planned), (Cause::Actuals, corrected)]
        }
        Measure::Savings => vec![(Cause::InBase, -own)],
        Measure::Funding => Vec::new(),
        _ => vec![(Cause::TakenAsPlanned, own - planned), (Cause::Actuals, corrected)],
    };
    let mut parts: Vec<(Cause, i128)> = parts.into_iter().filter(|(_, pence)| *pence != 0).collect();
    let rest = difference - parts.iter().map(|(_, pence)| pence).sum::<i128>();
    if rest != 0 {
        parts.push((if actuals { Cause::Following } else { Cause::Other }, rest));
    }
    parts
}
