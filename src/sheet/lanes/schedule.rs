//! In which order nodes are computed, and in which column each is held.
//!
//! What is wanted is walked backwards, so that a value is computed shortly before it is used; a long sum takes each
//! of its terms as soon as it is there. A column is used again when nothing more asks for what it holds: the columns
//! at work then stay in the cache, however large the sheet is.

use super::kernels::{Into, nudged};
use super::nodes::{Class, Compiled, Known, Node};
use super::{Program, Size, Wanted};
use crate::sheet::{Inputs, Sheet};

/// One step of a pass. All numbers but factors are columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Op {
    Begin { out: u32, constant: f64, x: u32, c: f64 },
    Add { out: u32, x: u32, y: u32 },
    Subtract { out: u32, x: u32, y: u32 },
    Blend { out: u32, constant: f64, x: (u32, f64), y: (u32, f64) },
    Accumulate { out: u32, x: u32, c: f64 },
    Scale { out: u32, into: Into, x: u32, factor: f64 },
    Round { out: u32, factor: f64 },
    Multiply { out: u32, a: u32, b: u32 },
    MultiplySmall { out: u32, into: Into, of: [u32; 2], factor: f64 },
    MultiplyNear { out: u32, into: Into, of: [u32; 2], ratio: (f64, f64), doubt: f64 },
    MultiplyWide { out: u32, into: Into, of: [u32; 2], ratio: (f64, f64) },
    Least { out: u32, a: u32, b: u32 },
    Greatest { out: u32, a: u32, b: u32 },
    Choose { out: u32, test: u32, then: u32, otherwise: u32 },
    Check { out: u32, check: u32 },
}

/// A whole number below 2⁵³ as a float, which holds it exactly.
#[allow(clippy::cast_precision_loss)]
pub(super) const fn float(value: i128) -> f64 {
    value as f64
}

/// Puts nodes in order and in columns.
pub(super) fn schedule(compiled: Compiled, sheet: &Sheet, inputs: Inputs, figures: usize) -> Program<'_> {
    let Compiled { nodes, checks, wanted, size } = compiled;
    let mut s = Scheduler {
        nodes: &nodes,
        uses: vec![0; nodes.len()],
        slot: vec![None; nodes.len()],
        free: Vec::new(),
        slots: u32::try_from(figures).unwrap_or(u32::MAX),
        constants: Vec::new(),
        ops: Vec::new(),
        reads: checks.iter().map(|check| columns_of(&check.reads)).collect(),
    };
    let roots: Vec<u32> = wanted
        .iter()
        .filter_map(|w| match w {
            Some(Known::Column { node, .. }) => Some(*node),
            _ => None,
        })
        .collect();
    s.count(&roots);
    for root in &roots {
        // What is wanted is read after the pass: it is never given up.
        s.uses[*root as usize] += 1;
    }
    for root in &roots {
        s.emit(*root);
    }
    let slot = |node: u32| s.slot[node as usize].unwrap_or(0);
    let wanted = wanted
        .iter()
        .map(|w| match w {
            None => Wanted::NotPublished,
            Some(Known::Constant(value)) => Wanted::Constant(*value),
            Some(Known::Column { node, scale }) => Wanted::Column { slot: slot(*node), scale: *scale },
        })
        .collect();
    let Scheduler { ops, constants, slots, slot: held, .. } = s;
    let checks = checks.into_iter().map(|check| check.in_columns(&held)).collect();
    let size = Size { columns: slots as usize, steps: ops.len(), ..size };
    Program { sheet, inputs, ops, checks, figures, slots: slots as usize, constants, wanted, size }
}

/// The nodes among what a check reads.
fn columns_of(reads: &[(super::CellId, Known)]) -> Vec<u32> {
    let node = |known: &Known| match known {
        Known::Column { node, .. } => Some(*node),
        Known::Constant(_) => None,
    };
    reads.iter().filter_map(|(_, known)| node(known)).collect()
}

struct Scheduler<'n> {
    nodes: &'n [Node],
    /// How many times each node is still asked for.
    uses: Vec<u32>,
    /// The column that holds it, once it was computed.
    slot: Vec<Option<u32>>,
    free: Vec<u32>,
    slots: u32,
    constants: Vec<(u32, f64)>,
    ops: Vec<Op>,
    /// The nodes that each check reads.
    reads: Vec<Vec<u32>>,
}

impl Scheduler<'_> {
    fn operands(&self, node: u32) -> Vec<u32> {
        match &self.nodes[node as usize] {
            Node::Figure(_) | Node::Constant(_) => Vec::new(),
            Node::Linear { terms, .. } => terms.iter().map(|(of, _)| *of).collect(),
            Node::Product { a, b, .. } | Node::Least(a, b) | Node::Greatest(a, b) => vec![*a, *b],
            Node::Choose(test, then, otherwise) => vec![*test, *then, *otherwise],
            Node::Checked(check) => self.reads[*check].clone(),
        }
    }

    /// Counts how often each node is asked for by those that are needed.
    fn count(&mut self, roots: &[u32]) {
        let mut seen = vec![false; self.nodes.len()];
        let mut waiting: Vec<u32> = roots.to_vec();
        while let Some(node) = waiting.pop() {
            if std::mem::replace(&mut seen[node as usize], true) {
                continue;
            }
            for of in self.operands(node) {
                self.uses[of as usize] += 1;
                waiting.push(of);
            }
        }
    }

    fn ready(&self, node: u32) -> bool {
        self.slot[node as usize].is_some()
    }

    /// Whether a node is a rounded value that is asked for once: it then needs no column, since whoever asks for it
    /// takes it as it is computed.
    fn passes_on(&self, node: u32) -> bool {
        let rounds = match &self.nodes[node as usize] {
            Node::Linear { constant: 0, terms, den } => terms.len() == 1 && *den != 1,
            Node::Product { class, .. } => *class != Class::Whole,
            _ => false,
        };
        rounds && self.uses[node as usize] == 1 && !self.ready(node)
    }

    /// What must be there before a term can be added: what it is computed from, where it is passed on.
    fn before(&self, term: u32) -> Vec<u32> {
        if self.passes_on(term) { self.operands(term) } else { vec![term] }
    }

    /// Of a plain sum of two, the one that stays and the one that is added as it is computed.
    fn passed(&self, node: u32) -> Option<(u32, u32)> {
        match &self.nodes[node as usize] {
            Node::Linear { constant: 0, terms, den: 1 } => match terms.as_slice() {
                [(x, 1), (y, 1)] if self.passes_on(*y) => Some((*x, *y)),
                [(x, 1), (y, 1)] if self.passes_on(*x) => Some((*y, *x)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Computes a node and all it depends on, on a path of its own instead of by recursion: chains may be long.
    fn emit(&mut self, root: u32) {
        let mut path: Vec<(u32, usize)> = vec![(root, 0)];
        while let Some((node, done)) = path.pop() {
            if self.ready(node) && done == 0 {
                continue;
            }
            if let Node::Linear { terms, .. } = &self.nodes[node as usize]
                && terms.len() > 2
            {
                self.emit_sum(node, terms, done, &mut path);
                continue;
            }
            let passed = self.passed(node);
            let needs = match passed {
                Some((stays, added)) => [vec![stays], self.operands(added)].concat(),
                None => self.operands(node),
            };
            if let Some(next) = needs.into_iter().find(|of| !self.ready(*of)) {
                path.push((node, 0));
                path.push((next, 0));
            } else if let Some((stays, added)) = passed {
                let out = self.take();
                self.slot[node as usize] = Some(out);
                self.emit_rounded(added, out, Into::Plus(self.slot_of(stays)));
                self.release(stays);
            } else {
                self.emit_one(node);
            }
        }
    }

    /// A long sum: each term is added as soon as it is there. `done` terms were added already.
    fn emit_sum(&mut self, node: u32, terms: &[(u32, i128)], mut done: usize, path: &mut Vec<(u32, usize)>) {
        let Node::Linear { constant, den, .. } = &self.nodes[node as usize] else { return };
        while done < terms.len() {
            let (of, factor) = terms[done];
            // The first term begins the sum, and has to be there for it.
            let needs = if done == 0 { vec![of] } else { self.before(of) };
            if let Some(next) = needs.into_iter().find(|of| !self.ready(*of)) {
                // Where it is left off; a sum that has not begun comes back with nothing done.
                path.push((node, done));
                path.push((next, 0));
                return;
            }
            if done == 0 {
                let (x, out) = (self.slot_of(of), self.take());
                self.slot[node as usize] = Some(out);
                self.ops.push(Op::Begin { out, constant: float(*constant), x, c: float(factor) });
                self.release(of);
            } else if self.passes_on(of) {
                self.emit_rounded(of, self.slot_of(node), Into::More(float(factor)));
            } else {
                let (x, out) = (self.slot_of(of), self.slot_of(node));
                self.ops.push(Op::Accumulate { out, x, c: float(factor) });
                self.release(of);
            }
            done += 1;
        }
        if *den != 1 {
            let out = self.slot_of(node);
            self.ops.push(Op::Round { out, factor: nudged(1.0, float(*den)) });
        }
    }

    /// A rounded value, put where it is asked for.
    fn emit_rounded(&mut self, node: u32, out: u32, into: Into) {
        let op = match &self.nodes[node as usize] {
            Node::Linear { terms, den, .. } => {
                let (x, c) = terms.first().copied().unwrap_or((0, 0));
                Op::Scale { out, into, x: self.slot_of(x), factor: nudged(float(c), float(*den)) }
            }
            Node::Product { a, b, num, den, class } => {
                let of = [self.slot_of(*a), self.slot_of(*b)];
                let ratio = (float(*num), float(*den));
                match class {
                    Class::Wide => Op::MultiplyWide { out, into, of, ratio },
                    // Three roundings of 2⁻⁵³ each lie between the estimate and the quotient; twice as much is doubted.
                    Class::Near { most } => {
                        let doubt = float(*most + 1) * (4.0 * f64::EPSILON);
                        Op::MultiplyNear { out, into, of, ratio, doubt }
                    }
                    _ => Op::MultiplySmall { out, into, of, factor: nudged(ratio.0, ratio.1) },
                }
            }
            _ => return,
        };
        self.ops.push(op);
        for of in self.operands(node) {
            self.release(of);
        }
    }

    fn emit_one(&mut self, node: u32) {
        let out = match self.nodes[node as usize] {
            // Figures are the first columns, and are there before the pass; they may be needed by nothing.
            Node::Figure(figure) => u32::try_from(figure).unwrap_or(u32::MAX),
            Node::Constant(_) => {
                // Kept for all passes.
                self.slots += 1;
                self.slots - 1
            }
            _ => self.take(),
        };
        self.slot[node as usize] = Some(out);
        let column = |of: &u32| self.slot_of(*of);
        let op = match &self.nodes[node as usize] {
            Node::Figure(_) => return,
            Node::Constant(value) => {
                self.constants.push((out, float(*value)));
                return;
            }
            Node::Linear { constant: 0, terms, den } if terms.len() == 1 && *den != 1 => {
                return self.emit_rounded(node, out, Into::Set);
            }
            Node::Product { class: Class::Small | Class::Near { .. } | Class::Wide, .. } => {
                return self.emit_rounded(node, out, Into::Set);
            }
            Node::Linear { constant, terms, .. } => match (terms.as_slice(), *constant) {
                ([(x, 1), (y, 1)], 0) => Op::Add { out, x: column(x), y: column(y) },
                ([(x, 1), (y, -1)] | [(y, -1), (x, 1)], 0) => Op::Subtract { out, x: column(x), y: column(y) },
                ([(x, c), (y, d)], constant) => {
                    Op::Blend { out, constant: float(constant), x: (column(x), float(*c)), y: (column(y), float(*d)) }
                }
                (terms, constant) => {
                    let (x, c) = terms.first().copied().unwrap_or((0, 0));
                    Op::Begin { out, constant: float(constant), x: column(&x), c: float(c) }
                }
            },
            Node::Product { a, b, .. } => Op::Multiply { out, a: column(a), b: column(b) },
            Node::Least(a, b) => Op::Least { out, a: column(a), b: column(b) },
            Node::Greatest(a, b) => Op::Greatest { out, a: column(a), b: column(b) },
            Node::Choose(test, then, otherwise) => {
                Op::Choose { out, test: column(test), then: column(then), otherwise: column(otherwise) }
            }
            Node::Checked(check) => Op::Check { out, check: u32::try_from(*check).unwrap_or(u32::MAX) },
        };
        self.ops.push(op);
        if let Node::Linear { den, .. } = &self.nodes[node as usize]
            && *den != 1
        {
            self.ops.push(Op::Round { out, factor: nudged(1.0, float(*den)) });
        }
        for of in self.operands(node) {
            self.release(of);
        }
    }

    fn slot_of(&self, node: u32) -> u32 {
        self.slot[node as usize].unwrap_or(0)
    }

    fn take(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.slots += 1;
            self.slots - 1
        })
    }

    /// One use of a node is over; its column is free when that was the last. Those of figures and constants are kept.
    fn release(&mut self, node: u32) {
        let uses = &mut self.uses[node as usize];
        *uses = uses.saturating_sub(1);
        if *uses == 0 && !matches!(self.nodes[node as usize], Node::Figure(_) | Node::Constant(_)) {
            self.free.extend(self.slot[node as usize]);
        }
    }
}
