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
    /// The same with its sides in the other order.
    const fn turned(self) -> Self {
        match self {
            Self::AtMost => Self::AtLeast,
            Self::AtLeast => Self::AtMost,
            Self::Below => Self::Above,
            Self::Above => Self::Below,
            Self::Equal => Self::Equal,
        }
    }

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

    /// Adds one to each of the first `count` lanes of `times` in which they hold.
    #[inline(always)]
    pub fn add(&self, lanes: &Lanes, count: usize, times: &mut Column) {
        if self.never {
            return;
        }
        let mut held = Column([1.0; LANES]);
        for (left, order, right) in &self.tests {
            // A value on the left is on the right of the turned order.
            let (slot, order, right) = match (left, right) {
                (Side::Column(slot), right) => (*slot, *order, *right),
                (left, Side::Column(slot)) => (*slot, order.turned(), *left),
                _ => continue,
            };
            let left = lanes.column(slot);
            match right {
                Side::Column(slot) => {
                    let right = lanes.column(slot);
                    against(&mut held, left, order, |i| right.0[i]);
                }
                Side::Value(value) => against(&mut held, left, order, |_| value),
            }
        }
        for i in 0..count {
            times.0[i] += held.0[i];
        }
    }
}

#[inline(always)]
fn against(held: &mut Column, left: &Column, order: Order, right: impl Fn(usize) -> f64) {
    match order {
        Order::AtMost => keep(held, |i| left.0[i] <= right(i)),
        Order::AtLeast => keep(held, |i| left.0[i] >= right(i)),
        Order::Below => keep(held, |i| left.0[i] < right(i)),
        Order::Above => keep(held, |i| left.0[i] > right(i)),
        Order::Equal => keep(held, |i| left.0[i] == right(i)),
    }
}

#[inline(always)]
fn keep(held: &mut Column, holds: impl Fn(usize) -> bool) {
    for i in 0..LANES {
        held.0[i] = if holds(i) { held.0[i] } else { 0.0 };
    }
}
