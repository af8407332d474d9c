//! One run alone: what was drawn, and every figure of it by the reference evaluator.

use super::uncertain::Uncertainty;
use super::{Together, refuse};
use crate::analysis::lever::typed;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{Run, Values, evaluate};
use crate::vocabulary::Diagnostic;

/// A run of a simulation, computed again.
#[derive(Debug)]
pub struct Replayed {
    /// Its number.
    pub run: u64,
    /// The figures that are drawn, and what each came to.
    pub drawn: Vec<(super::Uncertain, i128)>,
    /// Every cell.
    pub values: Values,
}

impl Replayed {
    /// What was drawn as `--set` has it: with these the risk-adjusted run of the scenario is this one.
    #[must_use]
    pub fn sets(&self) -> Vec<String> {
        self.drawn
            .iter()
            .map(|(figure, value)| format!("{}={}", figure.address(), typed(figure.unit, *value)))
            .collect()
    }
}

/// Computes run `run` of the simulation with this seed; run 0 is the risk-adjusted case.
///
/// # Errors
/// As [`simulate`](super::simulate()).
pub fn replay(baseline: &Baseline, opened: &Opened, seed: u64, run: u64) -> Result<Replayed, Box<Refused>> {
    let uncertainty = Uncertainty::of(baseline, opened)?;
    let sampler = uncertainty.sampler(opened, seed, Together::AsWritten)?;
    let drawn: Vec<i128> = match run.checked_sub(1) {
        Some(n) => sampler.one(n),
        None => uncertainty.figures.iter().map(|f| f.likely).collect(),
    };
    let sheet = &opened.plan.sheet;
    let mut inputs = sheet.inputs(Run::RiskAdjusted);
    for follow in &uncertainty.follows {
        inputs.set_steps(sheet, follow.cell, follow.offset + follow.slope * drawn[follow.figure]);
    }
    let values = evaluate(sheet, &inputs).map_err(|error| {
        let diagnostic = crate::compile::evaluation_diagnostic(&error);
        let message = format!("run {run}: {}", diagnostic.message);
        refuse(opened, [Diagnostic { message, ..diagnostic }])
    })?;
    Ok(Replayed { run, drawn: uncertainty.figures.into_iter().zip(drawn).collect(), values })
}
