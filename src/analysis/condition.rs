//! What a what-if is to reach: cells held against values, or against other cells.

use crate::sheet::Sheet;
use crate::vocabulary::{Address, FinancialYear, Unit};

/// How a cell is held against what stands on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// It is that. Steps rarely hit an amount to the penny: see [`Target::settled`].
    Equal,
    /// It is that or less.
    AtMost,
    /// It is that or more.
    AtLeast,
    /// It is less.
    Below,
    /// It is more.
    Above,
}

impl Comparison {
    /// The sign that is typed.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::Above => ">",
        }
    }

    /// Whether it holds between two values of one unit.
    #[must_use]
    pub const fn holds(self, left: i128, right: i128) -> bool {
        match self {
            Self::Equal => left == right,
            Self::AtMost => left <= right,
            Self::AtLeast => left >= right,
            Self::Below => left < right,
            Self::Above => left > right,
        }
    }
}

/// What a cell is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// A value, in steps of the cell's unit.
    Value(i128),
    /// Another cell of the same unit.
    Cell(Address),
}

/// One condition: a cell, or one row in every plan year, against a value or another row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// As it was typed.
    pub words: String,
    /// The unit of its cells.
    pub unit: Unit,
    /// How they are held.
    pub comparison: Comparison,
    /// Each cell and what it is held against.
    pub pairs: Vec<(Address, Right)>,
    /// Whether no year was named, so that it must hold in every plan year.
    pub every_year: bool,
    /// Whether it is a gap, of which less is better.
    pub is_gap: bool,
}

/// All conditions that must hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The conditions, in the order they were given, of what enters a verdict.
    pub conditions: Vec<Condition>,
    /// The years that are left out of them: filled in between published years, and so in no verdict.
    pub filled: Vec<FinancialYear>,
}

/// A cell in a condition with what it is and what it is held against, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The cell's value.
    pub left: i128,
    /// What it is held against.
    pub right: i128,
}

impl Target {
    /// These conditions, without what was filled in between published years: such a year is known only by
    /// how it was filled in, and enters no verdict.
    #[must_use]
    pub fn of(conditions: Vec<Condition>, sheet: &Sheet) -> Self {
        let is_filled = |cell: &Address| sheet.find(cell).is_some_and(|cell| sheet.flags(cell).interpolated);
        let mut target = Self { conditions, filled: Vec::new() };
        for condition in &mut target.conditions {
            condition.pairs.retain(|(left, right)| {
                let against = match right {
                    Right::Cell(cell) => is_filled(cell).then_some(cell),
                    Right::Value(_) => None,
                };
                let Some(filled) = is_filled(left).then_some(left).or(against) else { return true };
                target.filled.extend(filled.year);
                false
            });
        }
        target.filled.sort_unstable();
        target.filled.dedup();
        target
    }

    /// Whether nothing is left of a condition but years that were filled in, so that no verdict can be given.
    #[must_use]
    pub fn undecided(&self) -> bool {
        !self.filled.is_empty() && self.conditions.iter().any(|c| c.pairs.is_empty())
    }

    /// How far the conditions are from holding, by the one that is furthest: they hold at nought or below;
    /// none when a cell was not published.
    #[must_use]
    pub fn missing(&self, values: &[Option<i128>]) -> Option<i128> {
        let held = self.held(values)?;
        let of = |condition: &Condition, p: &Held| match condition.comparison {
            Comparison::Equal => (p.left - p.right).abs(),
            Comparison::AtMost => p.left - p.right,
            Comparison::AtLeast => p.right - p.left,
            Comparison::Below => p.left - p.right + 1,
            Comparison::Above => p.right - p.left + 1,
        };
        let each = self.conditions.iter().zip(&held).flat_map(|(c, pairs)| pairs.iter().map(move |p| of(c, p)));
        each.max()
    }

    /// The cells to read, in the order in which the methods below take their values.
    #[must_use]
    pub fn wanted(&self) -> Vec<Address> {
        let mut all = Vec::new();
        for (left, right) in self.conditions.iter().flat_map(|c| &c.pairs) {
            all.push(left.clone());
            if let Right::Cell(right) = right {
                all.push(right.clone());
            }
        }
        all
    }

    /// The values of each condition's pairs, of the values of [`wanted`](Self::wanted); none when any was
    /// not published.
    #[must_use]
    pub fn held(&self, values: &[Option<i128>]) -> Option<Vec<Vec<Held>>> {
        let mut values = values.iter().copied();
        self.conditions
            .iter()
            .map(|condition| {
                condition
                    .pairs
                    .iter()
                    .map(|(_, right)| {
                        let left = values.next()??;
                        let right = match right {
                            Right::Value(value) => *value,
                            Right::Cell(_) => values.next()??,
                        };
                        Some(Held { left, right })
                    })
                    .collect()
            })
            .collect()
    }

    /// Whether every condition holds; none when a cell was not published, or no verdict can be given.
    #[must_use]
    pub fn met(&self, values: &[Option<i128>]) -> Option<bool> {
        let held = self.held(values).filter(|_| !self.undecided())?;
        Some(
            self.conditions
                .iter()
                .zip(held)
                .all(|(c, pairs)| pairs.iter().all(|p| c.comparison.holds(p.left, p.right))),
        )
    }

    /// Whether every cell is exactly what it is held against.
    #[must_use]
    pub fn exactly(&self, values: &[Option<i128>]) -> bool {
        self.held(values).is_some_and(|all| all.iter().flatten().all(|p| p.left == p.right))
    }

    /// What `=` asks of a lever that moves in steps: a gap is to come to the value or below it; any other
    /// cell to the value or past it, from where it is now. Cells on both sides of the value must be hit.
    #[must_use]
    pub fn settled(&self, now: &[Option<i128>]) -> Self {
        let Some(held) = self.held(now) else { return self.clone() };
        let conditions = self.conditions.iter().zip(held).map(|(condition, pairs)| {
            let comparison = match condition.comparison {
                Comparison::Equal if condition.is_gap => Comparison::AtMost,
                Comparison::Equal if pairs.iter().all(|p| p.left == p.right) => Comparison::Equal,
                Comparison::Equal if pairs.iter().all(|p| p.left >= p.right) => Comparison::AtMost,
                Comparison::Equal if pairs.iter().all(|p| p.left <= p.right) => Comparison::AtLeast,
                other => other,
            };
            Condition { comparison, ..condition.clone() }
        });
        Self { conditions: conditions.collect(), filled: self.filled.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(comparison: Comparison, is_gap: bool) -> Target {
        let cell = |year: &str| Address::read(&format!("a/gap@{year}")).unwrap();
        let pairs = vec![(cell("2026/27"), Right::Value(0)), (cell("2027/28"), Right::Cell(cell("2026/27")))];
        let condition =
            Condition { words: String::new(), unit: Unit::Money, comparison, pairs, every_year: false, is_gap };
        Target { conditions: vec![condition], filled: Vec::new() }
    }

    #[test]
    fn all_must_hold_and_what_is_not_published_holds_nothing() {
        let target = gap(Comparison::AtMost, true);
        assert_eq!(target.wanted().len(), 3);
        assert_eq!(target.met(&[Some(-1), Some(5), Some(5)]), Some(true));
        assert_eq!(target.met(&[Some(-1), Some(6), Some(5)]), Some(false));
        assert_eq!(target.met(&[Some(-1), None, Some(5)]), None);
    }

    #[test]
    fn an_amount_that_steps_may_miss_is_to_be_reached() {
        let side =
            |is_gap, now: [i128; 3]| gap(Comparison::Equal, is_gap).settled(&now.map(Some)).conditions[0].comparison;
        assert_eq!(side(true, [-3, 0, 1]), Comparison::AtMost);
        assert_eq!(side(false, [3, 2, 1]), Comparison::AtMost);
        assert_eq!(side(false, [-3, 0, 1]), Comparison::AtLeast);
        assert_eq!(side(false, [-3, 2, 1]), Comparison::Equal);
        assert_eq!(side(false, [0, 1, 1]), Comparison::Equal);
    }
}
