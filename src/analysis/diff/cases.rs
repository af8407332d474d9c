//! Mixtures of two plans, opened when they are asked for and kept.

use std::collections::BTreeMap;

use super::frame::{Figures, Frame};
use super::{Step, working};
use crate::analysis::side_by_side::side_by_side;
use crate::compile::Plan;
use crate::open::open_loaded;
use crate::scenario::{Pair, What};

/// What a mixture shows.
#[derive(Debug, Clone)]
struct Case {
    /// Its figures; none when it is no plan.
    figures: Option<Figures>,
    /// Whether the measure is worked out as in the first plan, and as in the second.
    like: (bool, bool),
}

/// Every mixture that was asked for, by which changes are made.
pub(super) struct Cases<'a> {
    pair: &'a Pair,
    frame: &'a Frame,
    plans: (&'a Plan, &'a Plan),
    ends: (&'a Figures, &'a Figures),
    moving: Vec<usize>,
    aside: Vec<usize>,
    known: BTreeMap<Vec<bool>, Case>,
}

impl<'a> Cases<'a> {
    /// Two plans, and what is asked of them.
    pub(super) fn new(
        pair: &'a Pair,
        frame: &'a Frame,
        a: &'a Plan,
        b: &'a Plan,
        ends: (&'a Figures, &'a Figures),
    ) -> Self {
        // Words move no figure.
        let speaks = |n: &usize| !matches!(pair.changes[*n].what, What::Words | What::Evidence);
        let moving = (0..pair.changes.len()).filter(speaks).collect();
        Self { pair, frame, plans: (a, b), ends, moving, aside: Vec::new(), known: BTreeMap::new() }
    }

    /// The changes that may move something.
    pub(super) fn moving(&self) -> Vec<usize> {
        self.moving.clone()
    }

    /// The files and the changes.
    pub(super) fn pair(&self) -> &'a Pair {
        self.pair
    }

    /// Sets aside the changes on which the measure does not depend, made first or last, and names them.
    /// A change that is no plan without others that move nothing is tried with them.
    pub(super) fn set_aside(&mut self) -> Vec<usize> {
        loop {
            let single: Vec<Vec<usize>> = self.moving.iter().map(|n| vec![*n]).collect();
            self.ask_both_ends(&single);
            let still = |n: &usize| {
                let first = self.case(&self.only(&[*n])).is_some_and(|c| c.like.0);
                first && self.case(&self.without(&[*n])).is_some_and(|c| c.like.1)
            };
            let (aside, moving): (Vec<usize>, Vec<usize>) = self.moving.iter().partition(|n| still(n));
            self.moving = moving;
            if aside.is_empty() {
                self.aside.sort_unstable();
                return self.aside.clone();
            }
            self.aside.extend(aside);
        }
    }

    /// The mixture in which only these changes are made.
    pub(super) fn only(&self, changes: &[usize]) -> Vec<bool> {
        let mut made = vec![false; self.pair.changes.len()];
        changes.iter().for_each(|n| made[*n] = true);
        made
    }

    /// The mixture in which all but these changes are made, and those that move nothing are not.
    fn without(&self, changes: &[usize]) -> Vec<bool> {
        let mut made = self.only(&self.moving);
        changes.iter().for_each(|n| made[*n] = false);
        made
    }

    /// The same mixture with the changes that move nothing made too, which others may need to be a plan.
    fn with_aside(&self, made: &[bool]) -> Vec<bool> {
        let mut made = made.to_vec();
        self.aside.iter().for_each(|n| made[*n] = true);
        made
    }

    /// What a mixture shows, with or without the changes that move nothing, if it is a plan.
    fn case(&self, made: &[bool]) -> Option<&Case> {
        let plan = |made: &[bool]| self.known.get(made).filter(|case| case.figures.is_some());
        plan(made).or_else(|| plan(&self.with_aside(made)))
    }

    /// Opens what the questions about these blocks need.
    pub(super) fn ask_both_ends(&mut self, blocks: &[Vec<usize>]) {
        let wanted = blocks.iter().flat_map(|block| [self.only(block), self.without(block)]).collect();
        self.ask(wanted);
    }

    /// Whether these changes can be made alone to the first plan, and alone be left out of the second:
    /// the same question whichever of the two plans comes first.
    pub(super) fn stands_alone(&self, block: &[usize]) -> bool {
        self.figures(&self.only(block)).is_some() && self.figures(&self.without(block)).is_some()
    }

    /// The figures of a mixture that is a plan, and in which nothing is missing that both plans publish.
    pub(super) fn figures(&self, made: &[bool]) -> Option<&Figures> {
        let known = |n: &usize| made[*n];
        if !self.moving.iter().any(known) {
            return Some(self.ends.0);
        }
        if self.moving.iter().all(known) {
            return Some(self.ends.1);
        }
        let figures = self.case(made)?.figures.as_ref()?;
        let ends = self.ends.0.values().iter().zip(self.ends.1.values());
        let whole = ends.zip(figures.values()).all(|((a, b), v)| v.is_some() || a.is_none() || b.is_none());
        whole.then_some(figures)
    }

    /// Opens mixtures; those that are no plan again with the changes that move nothing.
    pub(super) fn ask(&mut self, wanted: Vec<Vec<bool>>) {
        let unknown: Vec<Vec<bool>> = wanted.into_iter().filter(|made| self.case(made).is_none()).collect();
        self.open(unknown.clone());
        let again = unknown.iter().filter(|made| self.case(made).is_none()).map(|made| self.with_aside(made)).collect();
        self.open(again);
    }

    /// Opens mixtures, several at a time. Which thread opens which makes no difference to any of them.
    fn open(&mut self, mut wanted: Vec<Vec<bool>>) {
        wanted.sort();
        wanted.dedup();
        wanted.retain(|made| !self.known.contains_key(made));
        let opened = side_by_side(&wanted, |made| self.opened(made));
        self.known.extend(wanted.into_iter().zip(opened));
    }

    fn opened(&self, made: &[bool]) -> Case {
        let Ok(opened) = open_loaded(self.pair.mixture(made)) else {
            return Case { figures: None, like: (false, false) };
        };
        let figures = self.frame.figures(&opened.plan, &opened.results);
        let like = |other: &Plan| {
            let mut cells = Vec::new();
            for (scope, _, year) in self.frame.slots() {
                match (self.frame.cell(&opened.plan, scope, year), self.frame.cell(other, scope, year)) {
                    (Some(x), Some(y)) => cells.push((x, y)),
                    (None, None) => {}
                    _ => return false,
                }
            }
            working::same(&opened.plan.sheet, &other.sheet, cells)
        };
        Case { figures: Some(figures), like: (like(self.plans.0), like(self.plans.1)) }
    }

    /// Each block made alone to the first plan.
    pub(super) fn one_at_a_time(&self, blocks: Vec<Vec<usize>>) -> Vec<Step> {
        let effects = |block: &[usize]| match self.figures(&self.only(block)) {
            // Only what both plans publish can be shared among what was changed.
            Some(figures) => figures.less(self.ends.0).less(&self.ends.1.less(self.ends.1)),
            None => self.ends.1.less(self.ends.0),
        };
        blocks.into_iter().map(|changes| Step { effects: effects(&changes), changes }).collect()
    }
}
