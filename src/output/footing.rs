//! Footing: making a displayed table add up, or saying that it does not.
//!
//! Rounded parts need not add to a rounded total. With footing, parts are shown one last digit
//! higher or lower until every sum that the table states holds as displayed, down its rows and
//! across to its total column at once. A figure is only ever shown as the displayed number just
//! below or just above its exact value; the totals at the top of each sum keep their own rounding;
//! lines move before totals do, the figures nearest to the other side first (largest remainder),
//! earlier rows first where they are equal. Exact values, and so CSV and JSON, are never touched.
//!
//! A sum counts only where all of it is published, known exactly and really holds; what was only
//! known about, or was not published, is left alone.

use std::collections::BTreeMap;

use super::figure::{Display, displayed};
use super::flow::{Arc, Network};
use crate::report::table::{Sums, Table, TableCell};
use crate::sheet::Sign;
use crate::vocabulary::Unit;

/// What footing found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Footing {
    /// The cells (row, column) that are shown otherwise than rounded, in steps of the last digit.
    pub moved: BTreeMap<(usize, usize), i128>,
    /// Whether some displayed parts do not add to their displayed total.
    pub short: bool,
}

/// Looks at every sum of the table and, when the display asks for it, makes them add up.
pub(super) fn foot(table: &Table, display: &Display) -> Footing {
    let sums = Stated::new(table);
    let mut footing = Footing::default();
    if display.footing {
        for root in 0..table.rows.len() {
            if sums.parent(root).is_none() {
                sums.foot_tree(root, display, &mut footing.moved);
            }
        }
    }
    footing.short = sums.any_short(display, &footing.moved);
    footing
}

/// The sums a table states, with the exact pence they are of.
struct Stated<'a> {
    table: &'a Table,
    /// The pence of each cell that takes part.
    pence: Vec<Vec<Option<i128>>>,
    /// The total a row is part of, with its sign: the first that names it.
    parents: Vec<Option<(usize, Sign)>>,
    /// The total columns, with their parts; other columns stand alone.
    groups: Vec<(usize, &'a Sums)>,
}

impl<'a> Stated<'a> {
    fn new(table: &'a Table) -> Self {
        let pence = table.rows.iter().map(|row| row.cells.iter().map(taking_part).collect()).collect();
        let mut parents = vec![None; table.rows.len()];
        for (total, row) in table.rows.iter().enumerate() {
            for &(part, sign) in row.sums.iter().flatten() {
                // A row cannot be part of itself, however far round.
                let mut above = Some(total);
                while let Some(row) = above.filter(|row| *row != part) {
                    above = parents.get(row).copied().flatten().map(|(parent, _)| parent);
                }
                if let Some(free @ None) = parents.get_mut(part).filter(|_| above.is_none()) {
                    *free = Some((total, sign));
                }
            }
        }
        let mut taken = vec![false; table.columns.len()];
        let mut groups = Vec::new();
        for (total, column) in table.columns.iter().enumerate() {
            let Some(parts) = &column.sums else { continue };
            let all = || parts.iter().map(|(part, _)| *part).chain([total]);
            if all().all(|c| taken.get(c) == Some(&false)) && all().filter(|c| *c == total).count() == 1 {
                all().for_each(|c| taken[c] = true);
                groups.push((total, parts));
            }
        }
        Self { table, pence, parents, groups }
    }

    fn parent(&self, row: usize) -> Option<(usize, Sign)> {
        self.parents.get(row).copied().flatten()
    }

    fn pence(&self, row: usize, column: usize) -> Option<i128> {
        self.pence.get(row)?.get(column).copied()?
    }

    /// The parts of a row, when its sum really holds in this column.
    fn parts_of(&self, total: usize, column: usize) -> Option<&'a Sums> {
        let parts = self.table.rows.get(total)?.sums.as_ref().filter(|parts| !parts.is_empty())?;
        // A sum that shares a part with another one, or names a part twice, is no tree: it is not footed.
        let own = self.parents.iter().flatten().filter(|(parent, _)| *parent == total).count();
        (own == parts.len()
            && self.holds(self.pence(total, column), parts.iter().map(|(r, s)| (self.pence(*r, column), *s))))
        .then_some(parts)
    }

    fn holds(&self, total: Option<i128>, mut parts: impl Iterator<Item = (Option<i128>, Sign)>) -> bool {
        let sum = parts.try_fold(0_i128, |sum, (part, sign)| sum.checked_add(signed(sign, part?)));
        total.is_some() && sum == total
    }

    /// The row and all rows below it in its sum.
    fn tree(&self, root: usize) -> Vec<usize> {
        if self.table.rows.get(root).is_none_or(|row| row.sums.is_none()) {
            return vec![root];
        }
        (0..self.table.rows.len())
            .filter(|row| {
                let mut at = *row;
                while let Some((parent, _)) = self.parent(at).filter(|_| at != root) {
                    at = parent;
                }
                at == root
            })
            .collect()
    }

    fn foot_tree(&self, root: usize, display: &Display, moved: &mut BTreeMap<(usize, usize), i128>) {
        let tree = self.tree(root);
        let mut alone: Vec<usize> = (0..self.table.columns.len()).collect();
        for (total, parts) in &self.groups {
            if let Some(network) = self.both_ways(&tree, *total, parts, display) {
                alone.retain(|c| c != total && !parts.iter().any(|(part, _)| part == c));
                network.settle(moved);
            }
        }
        for column in alone {
            self.one_way(&tree, column, display).settle(moved);
        }
    }

    /// The sums of one column: what flows into a total flows out into its parts.
    fn one_way(&self, tree: &[usize], column: usize, display: &Display) -> Network {
        let mut network = Network::new(display.step());
        for &row in tree {
            let Some(pence) = self.pence(row, column) else { continue };
            let mut sign = 1;
            let mut at = row;
            let mut from = None;
            while let Some((parent, s)) = self.parent(at).filter(|(p, _)| self.parts_of(*p, column).is_some()) {
                from = from.or(Some(parent));
                sign *= signed(s, 1);
                at = parent;
            }
            let is_total = self.parts_of(row, column).is_some();
            if from.is_none() && !is_total {
                continue;
            }
            let from = network.node(from.map(|parent| (parent, column)));
            let to = network.node(is_total.then_some((row, column)));
            let fixed = at == row;
            network.add(Arc::new((row, column), from, to, sign, pence).important(u32::from(is_total)).fixed(fixed));
        }
        network
    }

    /// The sums of a total column and its parts together, when every sum in it really holds. What
    /// flows down the rows of each part column flows back up the rows of the total column.
    fn both_ways(&self, tree: &[usize], total: usize, parts: &Sums, display: &Display) -> Option<Network> {
        let mut network = Network::new(display.step());
        for &row in tree {
            let across = parts.iter().map(|(c, sign)| (self.pence(row, *c), *sign));
            if !self.holds(self.pence(row, total), across) {
                return None;
            }
            let is_total = self.table.rows.get(row)?.sums.is_some();
            if is_total {
                self.parts_of(row, total)?;
            }
            let mut sign = 1;
            let mut at = row;
            while let Some((parent, s)) = self.parent(at) {
                sign *= signed(s, 1);
                at = parent;
            }
            let parent = self.parent(row).map(|(parent, _)| parent);
            let weight = u32::from(is_total);
            // The total column's node of a row; a line's other cells lead straight into it.
            let home = network.node(Some((row, total)));
            for &(column, s) in parts {
                if is_total {
                    self.parts_of(row, column)?;
                }
                let from = network.node(parent.map(|parent| (parent, column)));
                let to = if is_total { network.node(Some((row, column))) } else { home };
                let pence = self.pence(row, column)?;
                network.add(Arc::new((row, column), from, to, sign * signed(s, 1), pence).important(weight));
            }
            let to = network.node(parent.map(|parent| (parent, total)));
            let arc = Arc::new((row, total), home, to, sign, self.pence(row, total)?);
            network.add(arc.important(weight + 1).fixed(parent.is_none()));
        }
        Some(network)
    }

    /// Whether any sum that really holds does not hold as displayed.
    fn any_short(&self, display: &Display, moved: &BTreeMap<(usize, usize), i128>) -> bool {
        let shown = |row: usize, column: usize| {
            let rounded = displayed(self.pence(row, column)?, display);
            Some(moved.get(&(row, column)).copied().unwrap_or(rounded))
        };
        let rows = 0..self.table.rows.len();
        let columns = 0..self.table.columns.len();
        let down =
            rows.clone().flat_map(|row| columns.clone().map(move |column| (row, column))).any(|(row, column)| {
                self.table.rows[row].sums.as_ref().is_some_and(|parts| {
                    self.holds(self.pence(row, column), parts.iter().map(|(r, s)| (self.pence(*r, column), *s)))
                        && !self.holds(shown(row, column), parts.iter().map(|(r, s)| (shown(*r, column), *s)))
                })
            });
        let across = rows.flat_map(|row| columns.clone().map(move |column| (row, column))).any(|(row, column)| {
            self.table.columns[column].sums.as_ref().is_some_and(|parts| {
                self.holds(self.pence(row, column), parts.iter().map(|(c, s)| (self.pence(row, *c), *s)))
                    && !self.holds(shown(row, column), parts.iter().map(|(c, s)| (shown(row, *c), *s)))
            })
        });
        down || across
    }
}

/// The pence of a cell whose last displayed digit may be moved.
fn taking_part(cell: &TableCell) -> Option<i128> {
    match cell {
        TableCell::Figure(f) if f.unit == Unit::Money && f.flags.about == 0 && !f.exact => f.published(),
        _ => None,
    }
}

const fn signed(sign: Sign, value: i128) -> i128 {
    match sign {
        Sign::Plus => value,
        Sign::Minus => -value,
    }
}
