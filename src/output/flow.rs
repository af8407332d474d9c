//! The smallest set of moved last digits that makes a table add up.
//!
//! Every displayed figure is an arc of a network and every sum a node: what flows in flows out. An
//! arc may carry the displayed number just below or just above its exact value. Rounded figures
//! leave some nodes with too much and some with too little; a unit is sent from one to the other
//! along the cheapest way until none is left (successive shortest paths, which keeps the whole
//! cheapest). For a plain list of parts this is the largest remainder.

use std::collections::BTreeMap;

use super::figure::round;

/// What a total weighs against a line when one of them must move.
const TOTAL: i128 = 1000;

/// One displayed figure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    cell: (usize, usize),
    from: usize,
    to: usize,
    /// 1, or -1 where the figure is taken off on the way to the top of its sum.
    sign: i128,
    /// The exact value on that way, in pence.
    exact: i128,
    weight: i128,
    fixed: bool,
    /// The rounded value and the one shown, in steps of the last digit.
    rounded: i128,
    shown: i128,
}

impl Arc {
    pub(super) const fn new(cell: (usize, usize), from: usize, to: usize, sign: i128, pence: i128) -> Self {
        Self { cell, from, to, sign, exact: sign * pence, weight: 1, fixed: false, rounded: 0, shown: 0 }
    }

    /// The same figure as a total of so many sorts.
    pub(super) fn important(self, totals: u32) -> Self {
        Self { weight: TOTAL.pow(totals), ..self }
    }

    /// The same figure, never to be moved.
    pub(super) const fn fixed(self, fixed: bool) -> Self {
        Self { fixed, ..self }
    }

    /// What it costs to show `shown` steps.
    fn cost(&self, shown: i128, step: i128) -> i128 {
        let off = shown.saturating_mul(step).saturating_sub(self.exact).saturating_abs();
        self.weight.saturating_mul(off + i128::from(shown != self.rounded))
    }

    /// What it costs to move by one digit; nothing when the figure cannot.
    fn cost_of(&self, by: i128, step: i128) -> Option<i128> {
        let to = self.shown + by;
        let below = self.exact.div_euclid(step);
        let above = below + i128::from(self.exact.rem_euclid(step) != 0);
        (!self.fixed && (below..=above).contains(&to)).then(|| self.cost(to, step) - self.cost(self.shown, step))
    }
}

/// Figures and their sums.
#[derive(Debug)]
pub(super) struct Network {
    /// Pence for one step of the last displayed digit.
    step: i128,
    nodes: BTreeMap<Option<(usize, usize)>, usize>,
    arcs: Vec<Arc>,
}

impl Network {
    pub(super) const fn new(step: i128) -> Self {
        Self { step, nodes: BTreeMap::new(), arcs: Vec::new() }
    }

    /// The node of the sum behind a cell; without one, the outside.
    pub(super) fn node(&mut self, sum: Option<(usize, usize)>) -> usize {
        let next = self.nodes.len();
        *self.nodes.entry(sum).or_insert(next)
    }

    pub(super) fn add(&mut self, arc: Arc) {
        let rounded = round(arc.exact, self.step);
        self.arcs.push(Arc { rounded, shown: rounded, ..arc });
    }

    /// Moves what must move and notes each moved cell.
    pub(super) fn settle(mut self, moved: &mut BTreeMap<(usize, usize), i128>) {
        let mut excess = vec![0_i128; self.nodes.len()];
        for arc in &self.arcs {
            excess[arc.from] -= arc.shown;
            excess[arc.to] += arc.shown;
        }
        while let Some(source) = excess.iter().position(|e| *e > 0) {
            let Some(end) = self.send(source, &excess) else { break };
            excess[source] -= 1;
            excess[end] += 1;
        }
        for arc in self.arcs.iter().filter(|arc| arc.shown != arc.rounded) {
            moved.insert(arc.cell, arc.sign * arc.shown);
        }
    }

    /// Sends one unit from `source` to the node that lacks one and is cheapest to reach.
    fn send(&mut self, source: usize, excess: &[i128]) -> Option<usize> {
        let mut cost: Vec<Option<i128>> = vec![None; excess.len()];
        let mut came: Vec<Option<(usize, i128)>> = vec![None; excess.len()];
        cost[source] = Some(0);
        // Each pass lengthens the ways by one arc at least; no way is longer than the nodes.
        for _ in 0..excess.len() {
            let mut better = false;
            for (i, arc) in self.arcs.iter().enumerate() {
                for (from, to, by) in [(arc.from, arc.to, 1), (arc.to, arc.from, -1)] {
                    let Some((here, more)) = cost[from].zip(arc.cost_of(by, self.step)) else { continue };
                    if cost[to].is_none_or(|known| here + more < known) {
                        cost[to] = Some(here + more);
                        came[to] = Some((i, by));
                        better = true;
                    }
                }
            }
            if !better {
                break;
            }
        }
        let end = (0..excess.len()).filter(|n| excess[*n] < 0).min_by_key(|n| cost[*n].unwrap_or(i128::MAX))?;
        cost[end]?;
        let mut at = end;
        while at != source {
            let (i, by) = came[at]?;
            let arc = &mut self.arcs[i];
            arc.shown += by;
            at = if by > 0 { arc.from } else { arc.to };
        }
        Some(end)
    }
}
