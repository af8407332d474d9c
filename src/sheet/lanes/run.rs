//! One pass: 64 runs through a program, on whatever vectors the machine has.

use pulp::{Arch, Simd, WithSimd};

use super::nodes::{Check, EXACT, Known};
use super::schedule::{Op, float};
use super::{Column, LANES, Program, kernels};
use crate::sheet::cell::CellId;
use crate::sheet::evaluate::{EvaluationError, failed, value_of};
use crate::vocabulary::number::NumberError;

/// The instruction set that a machine offers: it decides how fast a pass is, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Instructions(Arch);

impl Instructions {
    /// The widest that this machine has.
    #[must_use]
    pub fn best() -> Self {
        Self(Arch::new())
    }

    /// What every machine of its kind has.
    #[must_use]
    pub fn plain() -> Self {
        Self(Arch::Scalar)
    }

    /// All that this machine has, each with its name.
    #[must_use]
    pub fn all() -> Vec<(&'static str, Self)> {
        let mut all = vec![("plain", Self::plain())];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(pulp::x86::V3::try_new().map(|set| ("avx2", Self(Arch::V3(set)))));
            all.extend(pulp::x86::V4::try_new().map(|set| ("avx512", Self(Arch::V4(set)))));
        }
        #[cfg(target_arch = "aarch64")]
        all.push(("neon", Self::best()));
        all
    }

    /// Does work with it.
    pub fn run<W: Work>(self, work: W) -> W::Output {
        self.0.dispatch(Dispatched(work))
    }
}

/// Work that is compiled for each instruction set. Its loops are turned into vectors only where everything it calls
/// is inlined into it.
pub trait Work {
    /// What comes of it.
    type Output;
    /// Does it. `FUSED` says whether the machine multiplies and adds in one step.
    fn run<const FUSED: bool>(self) -> Self::Output;
}

struct Dispatched<W>(W);

impl<W: Work> WithSimd for Dispatched<W> {
    type Output = W::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        if S::IS_SCALAR { self.0.run::<false>() } else { self.0.run::<true>() }
    }
}

/// The columns of one pass.
#[derive(Debug, Clone)]
pub struct Lanes {
    columns: Vec<Column>,
}

impl Lanes {
    /// A column after a pass.
    #[must_use]
    #[inline(always)]
    pub fn column(&self, slot: u32) -> &Column {
        &self.columns[slot as usize]
    }
}

/// A cell that could not be computed in one run of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The run, by its place in the pass.
    pub lane: usize,
    /// The cell and why.
    pub error: EvaluationError,
}

impl Check {
    /// The same with the columns that hold what it reads.
    pub(super) fn in_columns(self, held: &[Option<u32>]) -> Self {
        let column = |known| match known {
            Known::Column { node, scale } => Known::Column { node: held[node as usize].unwrap_or(0), scale },
            constant @ Known::Constant(_) => constant,
        };
        Self { cell: self.cell, reads: self.reads.into_iter().map(|(of, known)| (of, column(known))).collect() }
    }
}

impl Program<'_> {
    /// The columns that a thread needs for itself.
    #[must_use]
    pub fn begin(&self) -> Lanes {
        let mut columns = vec![Column::NOUGHT; self.slots.max(1)];
        for (slot, value) in &self.constants {
            columns[*slot as usize] = Column([*value; LANES]);
        }
        Lanes { columns }
    }

    /// The columns of the uncertain figures, to be filled before a pass: each number divided by its granule.
    #[inline(always)]
    pub fn figures<'l>(&self, lanes: &'l mut Lanes) -> &'l mut [Column] {
        &mut lanes.columns[..self.figures]
    }

    /// Computes 64 runs, whose figures stand in the first columns. The first cell that cannot be computed comes
    /// back; every other lane is as it should be.
    #[inline(always)]
    pub fn pass<const FUSED: bool>(&self, lanes: &mut Lanes) -> Option<Failure> {
        let mut failure = None;
        for op in &self.ops {
            match *op {
                Op::Begin { out, constant, x, c } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::begin(out, constant, of.get(x), c);
                }
                Op::Add { out, x, y } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::add(out, of.get(x), of.get(y));
                }
                Op::Subtract { out, x, y } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::subtract(out, of.get(x), of.get(y));
                }
                Op::Accumulate { out, x, c } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::accumulate(out, of.get(x), c);
                }
                Op::Blend { out, constant, x: (x, c), y: (y, d) } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::blend(out, constant, (of.get(x), c), (of.get(y), d));
                }
                Op::Scale { out, into, x, factor } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::scale(out, into, &of, x, factor);
                }
                Op::Round { out, factor } => kernels::round(&mut lanes.columns[out as usize], factor),
                Op::Multiply { out, a, b } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::multiply(out, of.get(a), of.get(b));
                }
                Op::MultiplySmall { out, into, of: both, factor } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::multiply_small(out, into, &of, both, factor);
                }
                Op::MultiplyNear { out, into, of: both, ratio, doubt } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::multiply_near::<FUSED>(out, into, &of, both, ratio, doubt);
                }
                Op::MultiplyWide { out, into, of: both, ratio } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::multiply_wide::<FUSED>(out, into, &of, both, ratio);
                }
                Op::Least { out, a, b } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::least(out, of.get(a), of.get(b));
                }
                Op::Greatest { out, a, b } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::greatest(out, of.get(a), of.get(b));
                }
                Op::Choose { out, test, then, otherwise } => {
                    let (out, of) = apart(&mut lanes.columns, out);
                    kernels::choose(out, of.get(test), of.get(then), of.get(otherwise));
                }
                Op::Check { out, check } => {
                    let failed = self.check(check, out, &mut lanes.columns);
                    failure = failure.or(failed);
                }
            }
        }
        failure
    }

    /// A cell by the reference's formula, lane by lane. Where it cannot be computed the lane is left at nought.
    #[inline(never)]
    fn check(&self, check: u32, out: u32, columns: &mut [Column]) -> Option<Failure> {
        let Check { cell, reads } = &self.checks[check as usize];
        let mut failure = None;
        let mut values: Vec<i128> = vec![0; reads.len()];
        for lane in 0..LANES {
            for (value, (_, known)) in values.iter_mut().zip(reads) {
                *value = match known {
                    Known::Constant(constant) => *constant,
                    Known::Column { node, scale } => scale * steps(columns[*node as usize].0[lane]),
                };
            }
            let known = |of: CellId| reads.iter().position(|(read, _)| *read == of).map_or(0, |at| values[at]);
            let value = value_of(self.sheet, *cell, &self.inputs, known)
                .and_then(|value| if value.abs() < EXACT { Ok(value) } else { Err(NumberError::Overflow) });
            columns[out as usize].0[lane] = float(value.unwrap_or(0));
            if let (Err(error), None) = (value, &failure) {
                failure = Some(Failure { lane, error: failed(self.sheet, *cell, error) });
            }
        }
        failure
    }
}

/// A whole number that a float holds exactly.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub const fn steps(value: f64) -> i128 {
    value as i64 as i128
}

/// One column to write, and all others to read.
#[inline(always)]
fn apart(columns: &mut [Column], out: u32) -> (&mut Column, Others<'_>) {
    let (before, rest) = columns.split_at_mut(out as usize);
    let (out, after) = rest.split_at_mut(1);
    (&mut out[0], Others { before, after })
}

/// All columns but the one that is written.
pub(super) struct Others<'c> {
    before: &'c [Column],
    after: &'c [Column],
}

impl Others<'_> {
    #[inline(always)]
    pub(super) fn get(&self, at: u32) -> &Column {
        let at = at as usize;
        if at < self.before.len() { &self.before[at] } else { &self.after[at - self.before.len() - 1] }
    }
}
