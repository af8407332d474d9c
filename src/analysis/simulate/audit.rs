//! The standing audit: of every simulation some thousand runs are computed again by the reference evaluator, cell by
//! cell, and compared to the penny.

use super::futures::Futures;
use super::uncertain::Uncertainty;
use super::{Asked, refuse};
use crate::analysis::side_by_side::side_by_side;
use crate::open::{Opened, Refused};
use crate::sheet::lanes::{LANES, Wanted, steps};
use crate::sheet::{CellId, Recompute, Run};
use crate::vocabulary::{Address, Diagnostic};

/// How many passes of 64 runs are audited.
const PASSES: u64 = 16;

/// What was computed again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many runs.
    pub runs: u64,
    /// How many figures of them were compared.
    pub figures: u64,
    /// Those that differ: none, or something is wrong with this program. The run, the cell, what the lanes say and what
    /// the reference says.
    pub differing: Vec<(u64, Address, i128, i128)>,
}

/// Computes runs that lie evenly among all that were done again by the reference, and compares what is wanted of them.
pub(super) fn audit(
    opened: &Opened,
    uncertainty: &Uncertainty,
    futures: &Futures<'_>,
    asked: &Asked,
    runs: u64,
) -> Result<Audit, Box<Refused>> {
    let passes = runs.div_ceil(LANES as u64);
    let mut chosen: Vec<u64> = (0..PASSES).map(|n| n * passes / PASSES).collect();
    chosen.dedup();
    let sheet = &opened.plan.sheet;
    let moved: Vec<CellId> = uncertainty.follows.iter().map(|f| f.cell).collect();
    let reach = sheet.reach(&moved, &sheet.needed_for(futures.wanted()));
    let inputs = sheet.inputs(Run::RiskAdjusted);
    let one = |pass: &u64| {
        let first = pass * LANES as u64;
        let mut audit = Audit::default();
        let mut lanes = futures.program.begin();
        futures.block(asked.instructions, &mut lanes, first);
        let home = opened.results.of(Run::RiskAdjusted).clone();
        let mut reference = Recompute::new(sheet, inputs.clone(), home, &reach);
        for lane in 0..LANES.min(usize::try_from(runs - first).unwrap_or(LANES)) {
            let run = first + lane as u64;
            let drawn = futures.sampler.one(run);
            let moves = uncertainty.follows.iter().map(|f| (f.cell, f.offset + f.slope * drawn[f.figure]));
            let values = reference.with(moves).map_err(|error| error.to_string())?;
            audit.runs += 1;
            for (cell, wanted) in futures.wanted().iter().zip(futures.program.wanted()) {
                let Wanted::Column { slot, scale } = wanted else { continue };
                let (found, expected) = (scale * steps(lanes.column(*slot).0[lane]), values.steps(*cell));
                audit.figures += 1;
                if Some(found) != expected {
                    audit.differing.push((run + 1, sheet.address(*cell), found, expected.unwrap_or(0)));
                }
            }
        }
        Ok::<Audit, String>(audit)
    };
    let mut all = Audit::default();
    for part in side_by_side(&chosen, one) {
        let part = part.map_err(|words| refuse(opened, [Diagnostic::error("run_not_computable", words)]))?;
        all.runs += part.runs;
        all.figures += part.figures;
        all.differing.extend(part.differing);
    }
    Ok(all)
}
