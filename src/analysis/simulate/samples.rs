//! Every run as a row: what was drawn, and what the watched cells come to. Runs come in order, 64 at a time, so that a
//! million of them take no more memory than one block.

use super::futures::Futures;
use super::uncertain::Uncertainty;
use super::watched::watched;
use super::{Asked, Failed, Together, refused_run};
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::lanes::{LANES, Wanted, steps};
use crate::vocabulary::{Address, Unit};

/// What the columns are.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The figures that are drawn, by their address in the file.
    pub figures: Vec<(String, Unit)>,
    /// The cells that are watched.
    pub cells: Vec<(Address, Unit)>,
}

/// One run.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'s> {
    /// Its number, from 1.
    pub run: u64,
    /// What each figure came to, in steps of its unit.
    pub drawn: &'s [i128],
    /// What each cell came to, in steps of its unit; none where it was not published.
    pub values: &'s [Option<i128>],
}

/// Gives the columns, then every run from the first to the last to `row`, until one of them gives an error, which
/// comes back inside.
///
/// # Errors
/// As [`simulate`](super::simulate()).
pub fn samples<E>(
    baseline: &Baseline,
    opened: &Opened,
    asked: &Asked,
    head: impl FnOnce(&Columns) -> Result<(), E>,
    mut row: impl FnMut(&Sample<'_>) -> Result<(), E>,
) -> Result<Result<(), E>, Box<Refused>> {
    let uncertainty = Uncertainty::of(baseline, opened)?;
    let (watched, _) = watched(opened, asked);
    let sampler = uncertainty.sampler(opened, asked.seed, Together::AsWritten)?;
    let futures = Futures::new(opened, &uncertainty, &sampler, &watched, &[])?;
    let sheet = &opened.plan.sheet;
    let columns = Columns {
        figures: uncertainty.figures.iter().map(|f| (f.address(), f.unit)).collect(),
        cells: watched.iter().map(|w| (sheet.address(w.cell), sheet.unit(w.cell))).collect(),
    };
    if let Err(error) = head(&columns) {
        return Ok(Err(error));
    }
    let mut lanes = futures.program.begin();
    let mut drawn = vec![0; columns.figures.len()];
    let mut values = vec![None; columns.cells.len()];
    let mut first = 0;
    while first < asked.runs {
        let count = usize::try_from(asked.runs - first).unwrap_or(LANES).min(LANES);
        let failure = futures.block(asked.instructions, &mut lanes, first);
        if let Some(failure) = failure
            && failure.lane < count
        {
            let run = first + failure.lane as u64 + 1;
            return Err(refused_run(opened, &Failed { run, error: failure.error }));
        }
        for lane in 0..count {
            for (n, value) in drawn.iter_mut().enumerate() {
                let slot = u32::try_from(n).unwrap_or(0);
                *value = sampler.granule(n) * steps(lanes.column(slot).0[lane]);
            }
            for (value, wanted) in values.iter_mut().zip(futures.program.wanted()) {
                *value = match wanted {
                    Wanted::Column { slot, scale } => Some(scale * steps(lanes.column(*slot).0[lane])),
                    Wanted::Constant(constant) => Some(*constant),
                    Wanted::NotPublished => None,
                };
            }
            let run = first + lane as u64 + 1;
            if let Err(error) = row(&Sample { run, drawn: &drawn, values: &values }) {
                return Ok(Err(error));
            }
        }
        first += LANES as u64;
    }
    Ok(Ok(()))
}
