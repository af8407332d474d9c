//! Products, and sums of products: the formulas that round.

use super::nodes::{Bounds, Class, Compiler, EXACT, Known, Node, ROUNDS, SMALL, Sum};
use crate::sheet::cell::CellId;
use crate::sheet::formula::{Term, TermKind};
use crate::vocabulary::number::{common_divisor, divide, ten_to};

/// Below this, an estimated quotient is known to a thousandth.
const NEAR: i128 = 1 << 40;

impl Compiler<'_> {
    /// Σ wx ÷ the scale of the weights.
    pub(super) fn weighted(&mut self, terms: &[Term]) -> Option<Known> {
        let mut sum = Sum::default();
        for pair in terms.chunks_exact(2) {
            match (self.of(pair[0].cell()?), self.of(pair[1].cell()?)) {
                (Known::Constant(w), Known::Constant(x)) => {
                    sum.constant = sum.constant.checked_add(w.checked_mul(x)?)?
                }
                (Known::Constant(c), column) | (column, Known::Constant(c)) => sum.add(column, c)?,
                (Known::Column { node: a, scale: s }, Known::Column { node: b, scale: r }) => {
                    let Known::Column { node, scale } = self.of_product(a, b, 1, 1, 1)? else { return None };
                    sum.terms.push((node, scale.checked_mul(s)?.checked_mul(r)?));
                }
            }
        }
        let weights = self.sheet.decimals(terms.first()?.cell()?).0;
        self.linear(sum.constant, sum.terms, ten_to(weights), 1)
    }

    /// Π factors ÷ Π divisors.
    pub(super) fn product(&mut self, cell: CellId, terms: &[Term]) -> Option<Known> {
        let (held, rounded) = self.sheet.decimals(cell);
        let mut surplus = -i64::from(rounded);
        let (mut num, mut den) = (1_i128, 1_i128);
        let mut columns: Vec<u32> = Vec::new();
        for term in terms {
            if let Some(number) = term.number() {
                let side = if term.kind == TermKind::DivisorNumber { &mut den } else { &mut num };
                *side = side.checked_mul(i128::from(number))?;
                continue;
            }
            let of = term.cell()?;
            let scale = self.sheet.decimals(of).0;
            let one = ten_to(scale);
            let value = match (term.kind, self.of(of)) {
                (TermKind::OnePlus, Known::Column { node, scale }) => self.linear(one, vec![(node, scale)], 1, 1)?,
                (TermKind::OneMinus, Known::Column { node, scale }) => {
                    self.linear(one, vec![(node, scale.checked_neg()?)], 1, 1)?
                }
                (TermKind::OnePlus, Known::Constant(x)) => Known::Constant(one.checked_add(x)?),
                (TermKind::OneMinus, Known::Constant(x)) => Known::Constant(one.checked_sub(x)?),
                (_, known) => known,
            };
            surplus += if term.kind == TermKind::Divisor { -i64::from(scale) } else { i64::from(scale) };
            match (term.kind, value) {
                (TermKind::Divisor, Known::Constant(x)) => den = den.checked_mul(x)?,
                (TermKind::Divisor, Known::Column { .. }) => return None,
                (_, Known::Constant(x)) => num = num.checked_mul(x)?,
                (_, Known::Column { node, scale }) => {
                    num = num.checked_mul(scale)?;
                    columns.push(node);
                }
            }
        }
        let spare = u32::try_from(surplus.unsigned_abs()).ok().filter(|spare| *spare <= 36)?;
        let side = if surplus >= 0 { &mut den } else { &mut num };
        *side = side.checked_mul(ten_to(spare))?;
        let step = ten_to(held - rounded);
        if den == 0 {
            return None;
        }
        if num == 0 {
            return Some(Known::Constant(0));
        }
        if den < 0 {
            (num, den) = (num.checked_neg()?, den.checked_neg()?);
        }
        let common = common_divisor(num, den);
        (num, den) = (num / common, den / common);
        match columns.as_slice() {
            [] => None,
            [only] => self.linear(0, vec![(*only, num)], den, step),
            [a, b] => self.of_product(*a, *b, num, den, step),
            _ => {
                // The smallest ones first, as long as their product is exact.
                columns.sort_by_key(|node| self.bounds(*node).most());
                let mut so_far = columns[0];
                for next in &columns[1..columns.len() - 1] {
                    match self.of_product(so_far, *next, 1, 1, 1)? {
                        Known::Column { node, scale: 1 } => so_far = node,
                        _ => return None,
                    }
                }
                self.of_product(so_far, *columns.last()?, num, den, step)
            }
        }
    }

    /// `step` × R(num × a × b ÷ den) of two columns.
    pub(super) fn of_product(&mut self, a: u32, b: u32, num: i128, den: i128, step: i128) -> Option<Known> {
        let common = common_divisor(num, den);
        let (num, den) = (num / common, den / common);
        let (x, y) = (self.bounds(a), self.bounds(b));
        let mut corners = Vec::with_capacity(4);
        for p in [x.low, x.high] {
            for q in [y.low, y.high] {
                corners.push(p.checked_mul(q)?);
            }
        }
        if a == b && x.low < 0 && x.high > 0 {
            corners.push(0);
        }
        let (low, high) = (*corners.iter().min()?, *corners.iter().max()?);
        let most = low.abs().max(high.abs());
        if den == 1 {
            let node = Node::Product { a, b, num: 1, den: 1, class: Class::Whole };
            return (most < EXACT)
                .then(|| self.push(node, Bounds { low, high }))
                .and_then(|node| Some(self.folded(node, step.checked_mul(num)?)));
        }
        let ends = [divide(low.checked_mul(num)?, den).ok()?, divide(high.checked_mul(num)?, den).ok()?];
        let bounds = Bounds { low: ends[0].min(ends[1]), high: ends[0].max(ends[1]) };
        if bounds.most() >= ROUNDS {
            return None;
        }
        if most < EXACT && most.checked_mul(num.abs())? < SMALL && den < EXACT {
            let node = self.push(Node::Product { a, b, num, den, class: Class::Small }, bounds);
            return Some(self.folded(node, step));
        }
        // The factor joins the smaller side, where it fits.
        let (a, b) = if x.most() <= y.most() { (a, b) } else { (b, a) };
        if den >= ROUNDS / 4 || self.bounds(a).most().checked_mul(num.abs())? >= EXACT {
            return None;
        }
        let most = bounds.most();
        let class = if most < NEAR { Class::Near { most } } else { Class::Wide };
        let node = self.push(Node::Product { a, b, num, den, class }, bounds);
        Some(self.folded(node, step))
    }
}
