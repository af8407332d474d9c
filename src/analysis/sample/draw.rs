//! One run after another: what is drawn in which order, 64 runs at a time or one alone, to the same bit.

use super::normal::{Chances, quantile, quantiles, within};
use super::philox::Stream;
use super::shape::{Curve, Finish};
use super::{Column, LANES};

/// One step of a run.
#[derive(Debug, Clone)]
pub struct Step {
    /// Whose words are drawn for it, if any.
    pub stream: Option<Stream>,
    /// What is made of them.
    pub then: Then,
    /// The figures whose value the place gives.
    pub readers: Vec<Reader>,
}

/// What is made of a draw.
#[derive(Debug, Clone)]
pub enum Then {
    /// It is the place.
    Place,
    /// The place lies as far from the other end.
    Mirror,
    /// As a normal value it is what the figures of the next steps have in common.
    BeCommon,
    /// As a normal value it is kept in this row for the mixtures of the next steps.
    Keep(usize),
    /// A mixture of the common value and this one.
    WithCommon {
        /// The share of the common value.
        common: f64,
        /// The share of this one.
        own: f64,
    },
    /// A mixture of kept rows, each with its share.
    Mixture(Vec<(usize, f64)>),
}

impl Then {
    /// Whether the draw is taken as a normal value.
    const fn is_normal(&self) -> bool {
        matches!(self, Self::BeCommon | Self::Keep(_) | Self::WithCommon { .. })
    }
}

/// A figure that is read off a place.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Its row.
    pub row: usize,
    /// From place to value.
    pub curve: Curve,
    /// From there to granules.
    pub finish: Finish,
}

/// The figures of the 64 runs from `first`, a multiple of 64, one row a figure.
#[inline(always)]
pub fn fill(steps: &[Step], chances: &Chances, first: u64, into: &mut [Column]) {
    let (mut u, mut z, mut common) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for step in steps {
        if let Some(stream) = step.stream {
            stream.places(first, &mut u);
        }
        if step.then.is_normal() {
            quantiles(&u, &mut z);
        }
        let mut mixed = true;
        match &step.then {
            Then::Place => mixed = false,
            Then::Mirror => {
                mixed = false;
                for place in &mut u {
                    *place = 1.0 - *place;
                }
            }
            Then::BeCommon => common = z,
            Then::Keep(row) => {
                if let Some(row) = into.get_mut(*row) {
                    row.0 = z;
                }
            }
            Then::WithCommon { common: share, own } => {
                for lane in 0..LANES {
                    z[lane] = within(z[lane] * own + common[lane] * share);
                }
            }
            Then::Mixture(shares) => {
                z = [0.0; LANES];
                for (row, share) in shares {
                    if let Some(row) = into.get(*row) {
                        for lane in 0..LANES {
                            z[lane] += row.0[lane] * share;
                        }
                    }
                }
                for value in &mut z {
                    *value = within(*value);
                }
            }
        }
        if mixed && step.readers.iter().any(|r| !r.curve.takes_deviations()) {
            for lane in 0..LANES {
                u[lane] = chances.below(z[lane]);
            }
        }
        for reader in &step.readers {
            if let Some(row) = into.get_mut(reader.row) {
                reader.curve.fill(&u, mixed.then_some(&z), &mut row.0);
                reader.finish.all(&mut row.0);
            }
        }
    }
}

/// The figures of one run.
pub fn one(steps: &[Step], chances: &Chances, run: u64, into: &mut [f64]) {
    let (mut u, mut z, mut common) = (0.0, 0.0, 0.0);
    for step in steps {
        if let Some(stream) = step.stream {
            u = stream.place(run);
        }
        if step.then.is_normal() {
            z = quantile(u);
        }
        let mut mixed = true;
        match &step.then {
            Then::Place => mixed = false,
            Then::Mirror => {
                mixed = false;
                u = 1.0 - u;
            }
            Then::BeCommon => common = z,
            Then::Keep(row) => {
                if let Some(row) = into.get_mut(*row) {
                    *row = z;
                }
            }
            Then::WithCommon { common: share, own } => z = within(z * own + common * share),
            Then::Mixture(shares) => {
                let rows = shares.iter().filter_map(|(row, share)| Some(*into.get(*row)? * share));
                z = within(rows.fold(0.0, |all, more| all + more));
            }
        }
        if mixed {
            u = chances.below(z);
        }
        for reader in &step.readers {
            if let Some(row) = into.get_mut(reader.row) {
                *row = reader.finish.of(reader.curve.at(u, mixed.then_some(z)));
            }
        }
    }
}
