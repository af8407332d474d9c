//! From formulas to nodes: what each cell is in whole numbers that a float holds exactly, with the proof.
//!
//! A node is one column of the lane evaluator. A cell is `scale × column`: powers of ten, signs and common factors
//! are kept in the scale, so that the numbers in the columns stay small and many cells (an opening that is last
//! year's closing, a rate in another place) need no column of their own.

use crate::sheet::Sheet;
use std::collections::BTreeMap;

use super::{Follows, Size, Support, TooLarge};
use crate::sheet::cell::CellId;
use crate::sheet::evaluate::{Inputs, Values, value_of};
use crate::sheet::formula::{Formula, TermKind};
use crate::vocabulary::number::{common_divisor, divide};

/// Below this, every whole number is a float.
pub(super) const EXACT: i128 = 1 << 53;
/// Below this, the numerator of a quotient is rounded by one nudged multiplication (see [`super::kernels::nudged`]).
pub(super) const SMALL: i128 = 1 << 49;
/// Below this, a quotient is rounded by adding and taking off a large number.
pub(super) const ROUNDS: i128 = 1 << 51;

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// The same in every run.
    Constant(i128),
    /// `scale` times the column of a node.
    Column { node: u32, scale: i128 },
}

/// How a column comes about. All numbers are in the units of the columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// An uncertain figure.
    Figure(usize),
    /// The same number in every lane.
    Constant(i128),
    /// (constant + Σ cᵢxᵢ) ÷ den, rounded once; exact where den is 1.
    Linear { constant: i128, terms: Vec<(u32, i128)>, den: i128 },
    /// num × a × b ÷ den, rounded once.
    Product { a: u32, b: u32, num: i128, den: i128, class: Class },
    /// The lesser of two.
    Least(u32, u32),
    /// The greater of two.
    Greatest(u32, u32),
    /// The second where the first is nought or more, else the third.
    Choose(u32, u32, u32),
    /// By the reference's formula, lane by lane: an index into the checks.
    Checked(usize),
}

/// How a product of two columns is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// It is a whole number that fits.
    Whole,
    /// The product fits, and is small enough for one nudged multiplication.
    Small,
    /// The product does not fit, and the quotient is below this: an estimate of it is nearly always enough.
    Near { most: i128 },
    /// The product does not fit: it is held as two floats.
    Wide,
}

/// A cell that is computed by the reference's formula.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) cell: CellId,
    /// The cells its formula names, and what they are.
    pub(super) reads: Vec<(CellId, Known)>,
}

/// The least and the greatest value of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) low: i128,
    pub(super) high: i128,
}

impl Bounds {
    pub(super) fn most(self) -> i128 {
        self.low.abs().max(self.high.abs())
    }
}

/// The nodes of everything that is wanted.
pub(super) struct Compiled {
    pub(super) nodes: Vec<Node>,
    pub(super) checks: Vec<Check>,
    /// What each wanted cell is; none where it was not published.
    pub(super) wanted: Vec<Option<Known>>,
    pub(super) size: Size,
}

/// Compiles the cells that depend on figures and that the wanted cells depend on.
pub(super) fn compile(
    sheet: &Sheet,
    (inputs, values): (&Inputs, &Values),
    supports: &[Support],
    follows: &[Follows],
    wanted: &[CellId],
) -> Result<Compiled, TooLarge> {
    let mut c = Compiler {
        sheet,
        inputs,
        values,
        known: vec![None; sheet.len()],
        nodes: Vec::new(),
        bounds: Vec::new(),
        checks: Vec::new(),
        scaled: BTreeMap::new(),
    };
    for (figure, support) in supports.iter().enumerate() {
        c.nodes.push(Node::Figure(figure));
        c.bounds.push(Bounds { low: support.low / support.granule, high: support.high / support.granule });
    }
    let mut size = Size::default();
    for follow in follows {
        let scale = follow.slope.checked_mul(supports[follow.figure].granule);
        let node = u32::try_from(follow.figure).unwrap_or(u32::MAX);
        let known = scale.and_then(|scale| c.linear(follow.offset, vec![(node, scale)], 1, 1));
        c.known[follow.cell.0 as usize] = Some(known.ok_or(TooLarge { figure: follow.figure })?);
    }
    let moved: Vec<CellId> = follows.iter().map(|f| f.cell).collect();
    let reach = sheet.reach(&moved, &sheet.needed_for(wanted));
    for cell in reach.cells() {
        if matches!(sheet.formula(*cell), Formula::Input(_)) {
            continue;
        }
        let before = c.checks.len();
        let known = c.cell(*cell).unwrap_or_else(|| c.checked(*cell));
        c.known[cell.0 as usize] = Some(known);
        size.cells += 1;
        size.checked += c.checks.len() - before;
        let rounds = matches!(sheet.formula(*cell), Formula::Product(_) | Formula::Weighted(_));
        size.rounded += usize::from(rounds && matches!(known, Known::Column { .. }));
    }
    let wanted = wanted
        .iter()
        .map(|cell| {
            values.steps(*cell)?;
            Some(match c.of(*cell) {
                // What is wanted is read in steps, as long as it fits.
                Known::Column { node, scale } => match c.scaled(node, scale) {
                    Some(node) => Known::Column { node, scale: 1 },
                    None => Known::Column { node, scale },
                },
                constant @ Known::Constant(_) => constant,
            })
        })
        .collect();
    Ok(Compiled { nodes: c.nodes, checks: c.checks, wanted, size })
}

pub(super) struct Compiler<'s> {
    pub(super) sheet: &'s Sheet,
    inputs: &'s Inputs,
    values: &'s Values,
    /// What the cells are that depend on a figure.
    known: Vec<Option<Known>>,
    nodes: Vec<Node>,
    bounds: Vec<Bounds>,
    checks: Vec<Check>,
    /// Columns times a number that were asked for before.
    scaled: BTreeMap<(u32, i128), u32>,
}

impl Compiler<'_> {
    pub(super) fn of(&self, cell: CellId) -> Known {
        let at_home = || Known::Constant(self.values.steps(cell).unwrap_or(0));
        self.known[cell.0 as usize].unwrap_or_else(at_home)
    }

    pub(super) fn push(&mut self, node: Node, bounds: Bounds) -> u32 {
        self.nodes.push(node);
        self.bounds.push(bounds);
        u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn bounds(&self, node: u32) -> Bounds {
        self.bounds[node as usize]
    }

    /// What a cell is; nothing where it has to be computed by the reference's formula.
    fn cell(&mut self, cell: CellId) -> Option<Known> {
        let formula = self.sheet.formula(cell);
        let terms = self.sheet.terms(formula).to_vec();
        if terms.iter().filter_map(|t| t.cell()).all(|of| matches!(self.of(of), Known::Constant(_))) {
            let known = |of: CellId| match self.of(of) {
                Known::Constant(value) => value,
                Known::Column { .. } => 0,
            };
            return value_of(self.sheet, cell, self.inputs, known).ok().map(Known::Constant);
        }
        let of = |c: &Self, i: usize| terms[i].cell().map(|cell| c.of(cell));
        match formula {
            Formula::Sum(_) => {
                let mut sum = Sum::default();
                for term in &terms {
                    let sign = if term.kind == TermKind::Minus { -1 } else { 1 };
                    sum.add(self.of(term.cell()?), sign)?;
                }
                self.linear(sum.constant, sum.terms, 1, 1)
            }
            Formula::Weighted(_) => self.weighted(&terms),
            Formula::Product(_) => self.product(cell, &terms),
            Formula::Min(_) | Formula::Max(_) => {
                let all: Vec<Known> = terms.iter().map(|t| t.cell().map(|c| self.of(c))).collect::<Option<_>>()?;
                let least = matches!(formula, Formula::Min(_));
                let (columns, scale) = self.alike(&all)?;
                let mut columns = columns.into_iter();
                let mut so_far = columns.next()?;
                for next in columns {
                    so_far = self.of_two(so_far, next, least);
                }
                Some(self.folded(so_far, scale))
            }
            Formula::Clamp(_) => {
                let (columns, scale) = self.alike(&[of(self, 0)?, of(self, 1)?, of(self, 2)?])?;
                let capped = self.of_two(columns[0], columns[2], true);
                let held = self.of_two(capped, columns[1], false);
                Some(self.folded(held, scale))
            }
            Formula::Choose(_) => {
                let test = match of(self, 0)? {
                    Known::Constant(test) => return of(self, if test >= 0 { 1 } else { 2 }),
                    Known::Column { node, scale } => self.scaled(node, scale.signum())?,
                };
                let (columns, scale) = self.alike(&[of(self, 1)?, of(self, 2)?])?;
                let (a, b) = (self.bounds(columns[0]), self.bounds(columns[1]));
                let bounds = Bounds { low: a.low.min(b.low), high: a.high.max(b.high) };
                let node = self.push(Node::Choose(test, columns[0], columns[1]), bounds);
                Some(Known::Column { node, scale })
            }
            Formula::Input(_) | Formula::Nought | Formula::NotPublished | Formula::StepDown(_) => None,
        }
    }

    /// Several values as columns of one scale.
    fn alike(&mut self, all: &[Known]) -> Option<(Vec<u32>, i128)> {
        let scale = all.iter().fold(0, |so_far, known| match known {
            Known::Constant(value) => common_divisor(so_far, *value),
            Known::Column { scale, .. } => common_divisor(so_far, *scale),
        });
        let scale = scale.max(1);
        let column = |c: &mut Self, known: &Known| match known {
            Known::Constant(value) => {
                let value = value / scale;
                (value.abs() < EXACT).then(|| c.push(Node::Constant(value), Bounds { low: value, high: value }))
            }
            Known::Column { node, scale: own } => c.scaled(*node, own / scale),
        };
        let columns = all.iter().map(|known| column(self, known)).collect::<Option<_>>()?;
        Some((columns, scale))
    }

    /// A column times a number.
    pub(super) fn scaled(&mut self, node: u32, factor: i128) -> Option<u32> {
        if factor == 1 {
            return Some(node);
        }
        if let Some(known) = self.scaled.get(&(node, factor)) {
            return Some(*known);
        }
        let at = self.bounds(node);
        let ends = [at.low.checked_mul(factor)?, at.high.checked_mul(factor)?];
        let bounds = Bounds { low: ends[0].min(ends[1]), high: ends[0].max(ends[1]) };
        let linear = Node::Linear { constant: 0, terms: vec![(node, factor)], den: 1 };
        (bounds.most() < EXACT).then(|| {
            let column = self.push(linear, bounds);
            self.scaled.insert((node, factor), column);
            column
        })
    }

    fn of_two(&mut self, a: u32, b: u32, least: bool) -> u32 {
        if a == b {
            return a;
        }
        let (x, y) = (self.bounds(a), self.bounds(b));
        if least {
            let bounds = Bounds { low: x.low.min(y.low), high: x.high.min(y.high) };
            self.push(Node::Least(a, b), bounds)
        } else {
            let bounds = Bounds { low: x.low.max(y.low), high: x.high.max(y.high) };
            self.push(Node::Greatest(a, b), bounds)
        }
    }

    /// A column that turns out to be the same in every run is a constant.
    pub(super) fn folded(&self, node: u32, scale: i128) -> Known {
        let at = self.bounds(node);
        if at.low == at.high { Known::Constant(at.low * scale) } else { Known::Column { node, scale } }
    }

    /// `step` × R((constant + Σ cx) ÷ den).
    pub(super) fn linear(&mut self, constant: i128, terms: Vec<(u32, i128)>, den: i128, step: i128) -> Option<Known> {
        let mut given = terms;
        given.sort_unstable_by_key(|(node, _)| *node);
        let mut terms: Vec<(u32, i128)> = Vec::with_capacity(given.len());
        for (node, factor) in given {
            match terms.last_mut().filter(|(known, _)| *known == node) {
                Some((_, so_far)) => *so_far = so_far.checked_add(factor)?,
                None => terms.push((node, factor)),
            }
        }
        terms.retain(|(_, factor)| *factor != 0);
        if terms.is_empty() {
            return Some(Known::Constant(divide(constant, den).ok()?.checked_mul(step)?));
        }
        let common = terms.iter().fold(constant, |so_far, (_, factor)| common_divisor(so_far, *factor));
        let divides = common_divisor(common, den);
        let (den, common) = (den / divides, common / divides);
        // What is left of a common factor stays in the scale where nothing is rounded.
        let kept = if den == 1 { common } else { 1 };
        let constant = constant / divides / kept;
        terms.iter_mut().for_each(|(_, factor)| *factor = *factor / divides / kept);
        let scale = step.checked_mul(kept)?;
        if let (0, 1, [(node, factor)]) = (constant, den, terms.as_slice()) {
            return Some(self.folded(*node, scale.checked_mul(*factor)?));
        }
        let (mut low, mut high, mut most) = (constant, constant, constant.abs());
        for (node, factor) in &terms {
            let at = self.bounds(*node);
            let ends = [at.low.checked_mul(*factor)?, at.high.checked_mul(*factor)?];
            low = low.checked_add(ends[0].min(ends[1]))?;
            high = high.checked_add(ends[0].max(ends[1]))?;
            most = most.checked_add(ends[0].abs().max(ends[1].abs()))?;
        }
        let bounds = Bounds { low: divide(low, den).ok()?, high: divide(high, den).ok()? };
        let fits = if den == 1 { most < EXACT } else { most < SMALL && bounds.most() < ROUNDS && den < EXACT };
        let all_fit = terms.iter().all(|(_, factor)| factor.abs() < EXACT) && constant.abs() < EXACT;
        if fits && all_fit {
            let node = self.push(Node::Linear { constant, terms, den }, bounds);
            return Some(self.folded(node, scale));
        }
        if let (0, [(node, factor)]) = (constant, terms.as_slice())
            && den > 1
        {
            let factor_bounds = Bounds { low: *factor, high: *factor };
            let (node, factor) = (*node, *factor);
            if factor.abs() >= EXACT {
                return None;
            }
            let constant = self.push(Node::Constant(factor), factor_bounds);
            return self.of_product(node, constant, 1, den, scale);
        }
        None
    }

    /// A cell that is computed by the reference's formula, lane by lane.
    fn checked(&mut self, cell: CellId) -> Known {
        let terms = self.sheet.terms(self.sheet.formula(cell));
        let mut reads: Vec<(CellId, Known)> = Vec::new();
        for of in terms.iter().filter_map(|t| t.cell()) {
            if !reads.iter().any(|(known, _)| *known == of) {
                reads.push((of, self.of(of)));
            }
        }
        let bounds = self.corners(cell, &reads).unwrap_or(Bounds { low: 1 - EXACT, high: EXACT - 1 });
        self.checks.push(Check { cell, reads });
        let node = self.push(Node::Checked(self.checks.len() - 1), bounds);
        Known::Column { node, scale: 1 }
    }

    /// The least and the greatest value of a product over the corners of what it reads: between them it moves one way
    /// in each factor and each divisor, as long as no divisor can be nought.
    fn corners(&self, cell: CellId, reads: &[(CellId, Known)]) -> Option<Bounds> {
        let formula = self.sheet.formula(cell);
        let Formula::Product(_) = formula else { return None };
        let moving: Vec<(CellId, i128, i128)> = reads
            .iter()
            .filter_map(|(of, known)| match known {
                Known::Constant(_) => None,
                Known::Column { node, scale } => {
                    let at = self.bounds(*node);
                    let ends = [at.low.checked_mul(*scale)?, at.high.checked_mul(*scale)?];
                    Some((*of, ends[0].min(ends[1]), ends[0].max(ends[1])))
                }
            })
            .collect();
        let terms = self.sheet.terms(formula);
        let times = |of: CellId| terms.iter().filter(|t| t.cell() == Some(of)).count();
        let divides = |of: CellId| terms.iter().any(|t| t.cell() == Some(of) && t.kind == TermKind::Divisor);
        let plain = |(of, low, high): &(CellId, i128, i128)| {
            (times(*of) == 1 || *low >= 0) && !(divides(*of) && *low <= 0 && *high >= 0)
        };
        if moving.len() > 6 || !moving.iter().all(plain) || moving.iter().any(|(of, ..)| divides(*of) && times(*of) > 1)
        {
            return None;
        }
        let mut found: Option<Bounds> = None;
        for corner in 0..1_usize << moving.len() {
            let known = |of: CellId| match moving.iter().position(|(m, ..)| *m == of) {
                Some(at) if corner >> at & 1 == 0 => moving[at].1,
                Some(at) => moving[at].2,
                None => self.values.steps(of).unwrap_or(0),
            };
            let value = value_of(self.sheet, cell, self.inputs, known).ok()?;
            let so_far = found.unwrap_or(Bounds { low: value, high: value });
            found = Some(Bounds { low: so_far.low.min(value), high: so_far.high.max(value) });
        }
        found.filter(|bounds| bounds.most() < EXACT)
    }
}

/// A sum in the making: a constant, and columns each with its factor.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) constant: i128,
    pub(super) terms: Vec<(u32, i128)>,
}

impl Sum {
    pub(super) fn add(&mut self, known: Known, factor: i128) -> Option<()> {
        match known {
            Known::Constant(value) => self.constant = self.constant.checked_add(value.checked_mul(factor)?)?,
            Known::Column { node, scale } => self.terms.push((node, scale.checked_mul(factor)?)),
        }
        Some(())
    }
}
