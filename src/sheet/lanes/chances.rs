//! In how many of many runs conditions hold together.

use super::run::steps;
use super::schedule::float;
use super::{Column, LANES, Lanes, Program, Wanted};

/// How a cell is held against what stands on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// It is that or less.
    AtMost,
    /// It is that or more.
    AtLeast,
    /// It is less.
    Below,
    /// It is more.
    Above,
    /// It is that.
    Equal,
}

impl Order {
    fn holds(self, left: i128, right: i128) -> bool {
        match self {
            Self::AtMost => left <= right,
            Self::AtLeast => left >= right,
            Self::Below => left < right,
            Self::Above => left > right,
            Self::Equal => left == right,
        }
    }
}

/// What a cell is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// A value, in steps of the cell's unit.
    Value(i128),
    /// Another wanted cell, by its place among them.
    Wanted(usize),
}

/// A wanted cell held against something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Test {
    /// Its place among the wanted cells.
    pub left: usize,
    /// How it is held.
    pub order: Order,
    /// Against what.
    pub right: Against,
}

/// Conditions that hold together or not, ready to be held against columns.
#[derive(Debug, Clone)]
pub struct Joint {
    /// Whether a test that no figure moves has decided it.
    never: bool,
    tests: Vec<(Side, Order, Side)>,
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Column(u32),
    Value(f64),
}

/// A wanted cell whose column does not hold it in steps: it may be larger than a float holds exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotHeld {
    /// Its place among the wanted cells.
    pub wanted: usize,
}

impl Joint {
    /// Makes tests ready; none where a cell was not published.
    ///
    /// # Errors
    /// A cell may be too large.
    pub fn new(program: &Program<'_>, tests: &[Test]) -> Result<Option<Self>, NotHeld> {
        let mut joint = Self { never: false, tests: Vec::new() };
        for test in tests {
            let of = |wanted: usize| match program.wanted().get(wanted) {
                None | Some(Wanted::NotPublished) => Ok(None),
                Some(Wanted::Constant(value)) => Ok(Some(Side::Value(float(*value)))),
                Some(Wanted::Column { slot, scale: 1 }) => Ok(Some(Side::Column(*slot))),
                Some(Wanted::Column { .. }) => Err(NotHeld { wanted }),
            };
            let right = match test.right {
                Against::Value(value) => Some(Side::Value(float(value))),
                Against::Wanted(wanted) => of(wanted)?,
            };
            match (of(test.left)?, right) {
                (Some(Side::Value(left)), Some(Side::Value(right))) => {
                    joint.never |= !test.order.holds(steps(left), steps(right));
                }
                (Some(left), Some(right)) => joint.tests.push((left, test.order, right)),
                _ => return Ok(None),
            }
        }
        Ok(Some(joint))
    }

    /// In how many of the first `count` lanes they hold.
    #[inline(always)]
    pub fn count(&self, lanes: &Lanes, count: usize) -> u64 {
        if self.never {
            return 0;
        }
        let mut held = Column([1.0; LANES]);
        for (left, order, right) in &self.tests {
            let splat;
            let right = match right {
                Side::Column(slot) => lanes.column(*slot),
                Side::Value(value) => {
                    splat = Column([*value; LANES]);
                    &splat
                }
            };
            let own;
            let left = match left {
                Side::Column(slot) => lanes.column(*slot),
                Side::Value(value) => {
                    own = Column([*value; LANES]);
                    &own
                }
            };
            match order {
                Order::AtMost => keep(&mut held, left, right, |l, r| l <= r),
                Order::AtLeast => keep(&mut held, left, right, |l, r| l >= r),
                Order::Below => keep(&mut held, left, right, |l, r| l < r),
                Order::Above => keep(&mut held, left, right, |l, r| l > r),
                Order::Equal => keep(&mut held, left, right, |l, r| l == r),
            }
        }
        let sum: f64 = held.0[..count].iter().sum();
        u64::try_from(steps(sum)).unwrap_or(0)
    }
}

#[inline(always)]
fn keep(held: &mut Column, left: &Column, right: &Column, holds: impl Fn(f64, f64) -> bool) {
    for i in 0..LANES {
        held.0[i] = if holds(left.0[i], right.0[i]) { held.0[i] } else { 0.0 };
    }
}
