//! A scenario compiled to a sheet, and the sheet evaluated in both runs. Names no mechanism.

use std::cell::RefCell;

use crate::mechanism::context::Build;
use crate::mechanism::facts::Facts;
use crate::mechanism::organisation::Organisation;
use crate::mechanism::reserve::Pot;
use crate::scenario::Scenario;
use crate::sheet::{EvaluationError, RowId, Run, Sheet, Values, evaluate_both};
use crate::vocabulary::{Diagnostic, Diagnostics, Horizon, Measure, Name};

/// A compiled scenario: its sheet, and what its items are.
#[derive(Debug)]
pub struct Plan {
    /// Every figure as a cell.
    pub sheet: Sheet,
    /// The organisations in file order.
    pub organisations: Vec<Organisation>,
    /// What its items are, for reports.
    pub facts: Facts,
    /// The row of what is still to find of each organisation and view: the one figure that is asked of every
    /// plan of a thousand, and then without the addresses of all others.
    still_to_find: Vec<(Name, RowId)>,
}

/// The headline.
const STILL_TO_FIND: Measure = Measure::GapAfterPlannedReserves;

/// A plan's figures in both runs.
#[derive(Debug, Clone)]
pub struct Results {
    plan: Values,
    risk_adjusted: Values,
}

impl Results {
    /// The same with other values in the risk-adjusted run: one future among many.
    #[must_use]
    pub fn with_risk_adjusted(&self, values: Values) -> Self {
        Self { plan: self.plan.clone(), risk_adjusted: values }
    }

    /// The values of a run.
    #[must_use]
    pub fn of(&self, run: Run) -> &Values {
        match run {
            Run::Plan => &self.plan,
            Run::RiskAdjusted => &self.risk_adjusted,
        }
    }
}

/// Compiles a scenario.
///
/// # Errors
/// What can only be seen when everything is put together: loops, amounts that do not add.
pub fn compile(scenario: &Scenario) -> Result<Plan, Diagnostics> {
    let wrong = RefCell::new(Diagnostics::new());
    let mut b = Build::new(scenario.horizon, scenario.rules, &scenario.organisations, &scenario.names, &wrong);
    b.sheet.make_room_for(scenario.mechanisms.len());
    crate::mechanism::build(&mut b, &scenario.mechanisms);
    let scopes = scenario.organisations.iter().map(|o| &o.name).chain(b.facts.views.iter().map(|v| &v.name));
    let still_to_find = scopes.filter_map(|s| Some((s.clone(), b.measure(s, STILL_TO_FIND)?.id()))).collect();
    let Build { sheet, facts, .. } = b;
    let mut wrong = wrong.into_inner();
    let sheet = match sheet.finish() {
        Ok(sheet) => sheet,
        Err(cycle) => {
            let mut rows = cycle.rows.clone();
            rows.extend(cycle.rows.first().cloned());
            let mut diagnostic = Diagnostic::error(
                "loop",
                format!("these figures depend on each other in a loop: {}", rows.join(" → ")),
            )
            .hint("break the loop: one of them must be given, or follow the year before");
            if let Some(place) = cycle.places.first() {
                diagnostic = diagnostic.at(*place);
            }
            wrong.push(diagnostic);
            return Err(wrong);
        }
    };
    if wrong.has_errors() {
        return Err(wrong);
    }
    Ok(Plan { sheet, organisations: scenario.organisations.clone(), facts, still_to_find })
}

impl Plan {
    /// The figures of both runs.
    ///
    /// # Errors
    /// A cell that divides by nought or does not fit, with its place.
    pub fn evaluate(&self) -> Result<Results, EvaluationError> {
        let [plan, risk_adjusted] = evaluate_both(&self.sheet)?;
        Ok(Results { plan, risk_adjusted })
    }

    /// The years.
    #[must_use]
    pub fn horizon(&self) -> Horizon {
        self.sheet.horizon()
    }

    /// The row of a measure of an organisation or view.
    #[must_use]
    pub fn measure(&self, scope: &Name, measure: Measure) -> Option<RowId> {
        if measure == STILL_TO_FIND
            && let Some((_, row)) = self.still_to_find.iter().find(|(name, _)| name == scope)
        {
            return Some(*row);
        }
        self.named(scope, measure.code())
    }

    /// A row of an organisation or view by the last part of its address.
    #[must_use]
    pub fn named(&self, scope: &Name, measure: &str) -> Option<RowId> {
        self.sheet.find_row(&format!("{scope}/{measure}"))
    }

    /// A row of a reserve by the last part of its address.
    #[must_use]
    pub fn named_item(&self, pot: &Pot, measure: &str) -> Option<RowId> {
        self.sheet.find_row(&format!("{}/reserve/{}/{measure}", pot.organisation, pot.name))
    }

    /// The value of a row in year number `t`, in pence; none when not published.
    #[must_use]
    pub fn pence(&self, values: &Values, row: RowId, t: i32) -> Option<i128> {
        self.sheet.cell(row, t).and_then(|c| values.steps(c))
    }
}

/// An evaluation error as a diagnostic at the thing it is about.
#[must_use]
pub fn evaluation_diagnostic(error: &EvaluationError) -> Diagnostic {
    let diagnostic = Diagnostic::error("not_computable", error.to_string())
        .hint("look for an amount in the wrong unit, or a share of nought");
    match error.place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}
