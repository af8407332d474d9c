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
    /// Whether the sum of each row holds in each column.
    sound: Vec<Vec<bool>>,
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
        let mut stated = Self { table, pence, parents, groups, sound: Vec::new() };
        stated.sound = stated.sound();
        stated
    }

    fn parent(&self, row: usize) -> Option<(usize, Sign)> {
        self.parents.get(row).copied().flatten()
    }

    fn pence(&self, row: usize, column: usize) -> Option<i128> {
        self.pence.get(row)?.get(column).copied()?
    }

    /// Whether a row's sum really holds in a column, and is a tree.
    fn is_sum(&self, row: usize, column: usize) -> bool {
        self.sound.get(row).and_then(|columns| columns.get(column)).is_some_and(|sound| *sound)
    }

    /// In which columns each row's sum really holds. A sum that shares a part with another one, or
    /// names a part twice, is no tree: it is not footed.
    fn sound(&self) -> Vec<Vec<bool>> {
        let mut own = vec![0_usize; self.table.rows.len()];
        self.parents.iter().flatten().for_each(|(parent, _)| own[*parent] += 1);
        let rows = self.table.rows.iter().enumerate().map(|(row, it)| {
            let parts = it.sums.as_ref().filter(|parts| !parts.is_empty() && parts.len() == own[row]);
            let sound = |column| {
                let across = |parts: &Sums| {
                    holds(self.pence(row, column), parts.iter().map(|(part, sign)| (self.pence(*part, column), *sign)))
                };
                parts.is_some_and(across)
            };
            (0..self.table.columns.len()).map(sound).collect()
        });
        rows.collect()
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
            while let Some((parent, s)) = self.parent(at).filter(|(p, _)| self.is_sum(*p, column)) {
                from = from.or(Some(parent));
                sign *= signed(s, 1);
                at = parent;
            }
            let is_total = self.is_sum(row, column);
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
            if !holds(self.pence(row, total), across) {
                return None;
            }
            let is_total = self.table.rows.get(row)?.sums.is_some();
            if is_total && !parts.iter().map(|(c, _)| *c).chain([total]).all(|c| self.is_sum(row, c)) {
                return None;
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
        let shown = |row, column| {
            let pence = self.pence(row, column)?;
            Some(moved.get(&(row, column)).copied().unwrap_or_else(|| displayed(pence, display)))
        };
        let short = |row: usize, column: usize| {
            let down = self.table.rows[row].sums.as_ref().is_some_and(|parts| {
                holds(self.pence(row, column), parts.iter().map(|(r, s)| (self.pence(*r, column), *s)))
                    && !holds(shown(row, column), parts.iter().map(|(r, s)| (shown(*r, column), *s)))
            });
            let across = self.table.columns[column].sums.as_ref().is_some_and(|parts| {
                holds(self.pence(row, column), parts.iter().map(|(c, s)| (self.pence(row, *c), *s)))
                    && !holds(shown(row, column), parts.iter().map(|(c, s)| (shown(row, *c), *s)))
            });
            down || across
        };
        (0..self.table.rows.len()).any(|row| (0..self.table.columns.len()).any(|column| short(row, column)))
    }
}

/// The pence of a cell whose last displayed digit may be moved.
fn taking_part(cell: &TableCell) -> Option<i128> {
    match cell {
        TableCell::Figure(f) if f.unit == Unit::Money && f.flags.about == 0 && !f.exact => f.published(),
        _ => None,
    }
}

/// Whether the parts are all there and add to the total.
fn holds(total: Option<i128>, mut parts: impl Iterator<Item = (Option<i128>, Sign)>) -> bool {
    let sum = parts.try_fold(0_i128, |sum, (part, sign)| sum.checked_add(signed(sign, part?)));
    total.is_some() && sum == total
}

const fn signed(sign: Sign, value: i128) -> i128 {
    match sign {
        Sign::Plus => value,
        Sign::Minus => -value,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::table::{Column, Figure, TableRow};
    use Sign::{Minus, Plus};

    /// A table of pence; its first column is the labels.
    fn table(rows: &[(&[i128], Option<Sums>)]) -> Table {
        let width = rows.iter().map(|(pence, _)| pence.len()).max().unwrap_or(0);
        let mut columns = vec![Column::text("")];
        columns.extend((0..width).map(|_| Column::figure("")));
        let mut table = Table::new(columns);
        for (pence, sums) in rows {
            let cells = pence.iter().map(|p| Figure::money(*p).into()).collect();
            table.push(TableRow { sums: sums.clone(), ..TableRow::plain("", cells) });
        }
        table
    }

    /// In whole pounds, so that a step is 100 pence.
    fn pounds(footing: bool) -> Display {
        Display { unit: crate::language::scalar::MoneyUnit::Pounds, decimals: Some(0), footing }
    }

    /// Every cell as shown, in pounds.
    fn shown(table: &Table) -> (Vec<Vec<i128>>, Footing) {
        let footing = foot(table, &pounds(true));
        let pence = Stated::new(table).pence;
        let rows = pence.iter().enumerate().map(|(r, row)| {
            let cells = row.iter().enumerate().skip(1);
            cells
                .map(|(c, p)| footing.moved.get(&(r, c)).copied().unwrap_or(displayed(p.unwrap(), &pounds(true))))
                .collect()
        });
        (rows.collect(), footing)
    }

    #[test]
    fn the_largest_remainder_moves_first_and_earlier_rows_on_ties() {
        let parts = || Some(vec![(0, Plus), (1, Plus), (2, Plus)]);
        // 1.40 + 1.45 + 1.40 = 4.25, shown 1 + 1 + 1 = 4: the second is nearest to going up.
        let (cells, footing) = shown(&table(&[(&[140], None), (&[145], None), (&[140], None), (&[425], parts())]));
        assert_eq!(cells, [[1], [2], [1], [4]]);
        assert!(!footing.short);
        // 1.40 three times = 4.20: all equal, the first goes.
        let (cells, _) = shown(&table(&[(&[140], None), (&[140], None), (&[140], None), (&[420], parts())]));
        assert_eq!(cells, [[2], [1], [1], [4]]);
    }

    #[test]
    fn what_is_taken_off_moves_the_other_way() {
        // 5.60 − 2.30 − 1.20 = 2.10, shown 6 − 2 − 1 = 3 and not 2.
        let sums = Some(vec![(0, Plus), (1, Minus), (2, Minus)]);
        let (cells, _) = shown(&table(&[(&[560], None), (&[230], None), (&[120], None), (&[210], sums)]));
        assert_eq!(cells, [[5], [2], [1], [2]]);
    }

    #[test]
    fn rows_and_columns_at_once() {
        let mut both = table(&[
            (&[50, 50, 0, 0, 100], None),
            (&[0, 0, 50, 50, 100], None),
            (&[50, 50, 50, 50, 200], Some(vec![(0, Plus), (1, Plus)])),
        ]);
        both.columns[5].sums = Some(vec![(1, Plus), (2, Plus), (3, Plus), (4, Plus)]);
        let (cells, footing) = shown(&both);
        assert!(!footing.short);
        // Every half is shown as 1, so two of four go down, the earliest first. Footing the total row
        // on its own could give 0 0 1 1, to which the rows above cannot add.
        assert_eq!(cells, [[0, 1, 0, 0, 1], [0, 0, 0, 1, 1], [0, 1, 0, 1, 2]]);
    }

    #[test]
    fn without_footing_nothing_moves_but_it_is_said() {
        let parts = Some(vec![(0, Plus), (1, Plus)]);
        let short = table(&[(&[140], None), (&[140], None), (&[280], parts.clone())]);
        assert_eq!(foot(&short, &pounds(false)), Footing { moved: BTreeMap::new(), short: true });
        let adds = table(&[(&[100], None), (&[200], None), (&[300], parts)]);
        assert_eq!(foot(&adds, &pounds(false)), Footing::default());
    }

    #[test]
    fn what_is_not_known_exactly_is_left_alone() {
        let parts = Some(vec![(0, Plus), (1, Plus)]);
        let mut rough = table(&[(&[140], None), (&[140], None), (&[280], parts)]);
        let TableCell::Figure(figure) = &mut rough.rows[1].cells[1] else { unreachable!() };
        figure.flags.about = 2;
        assert_eq!(foot(&rough, &pounds(true)), Footing::default());
        let TableCell::Figure(figure) = &mut rough.rows[1].cells[1] else { unreachable!() };
        figure.flags = crate::sheet::Flags::NOT_PUBLISHED;
        assert_eq!(foot(&rough, &pounds(true)), Footing::default());
    }

    #[test]
    fn a_sum_that_is_not_true_is_no_rounding() {
        let parts = Some(vec![(0, Plus), (1, Plus)]);
        let wrong = table(&[(&[140], None), (&[140], None), (&[900], parts)]);
        assert_eq!(foot(&wrong, &pounds(true)), Footing::default());
        let round = table(&[(&[100], Some(vec![(1, Plus)])), (&[100], Some(vec![(0, Plus)]))]);
        assert_eq!(foot(&round, &pounds(true)), Footing::default());
        let nowhere = table(&[(&[100], Some(vec![(7, Plus), (0, Plus)]))]);
        assert_eq!(foot(&nowhere, &pounds(true)), Footing::default());
    }

    /// A tree of rows, leaves first: the pence of each leaf, and who adds to whom.
    fn trees() -> impl Strategy<Value = Table> {
        let leaf = proptest::collection::vec(-100_000_i128..100_000, 4);
        let leaves = proptest::collection::vec(leaf, 2..9);
        (leaves, proptest::collection::vec((1_usize..4, any::<bool>()), 1..7), any::<bool>()).prop_map(
            |(leaves, joins, across)| {
                let mut rows: Vec<(Vec<i128>, Option<Sums>)> = leaves.into_iter().map(|l| (l, None)).collect();
                let mut free: Vec<usize> = (0..rows.len()).collect();
                for (count, minus) in joins {
                    let parts: Sums = free
                        .drain(..(count + 1).min(free.len()))
                        .enumerate()
                        .map(|(i, row)| (row, if i > 0 && minus { Minus } else { Plus }))
                        .collect();
                    let sum = |c: usize| parts.iter().map(|(r, s)| signed(*s, rows[*r].0[c])).sum();
                    let total = (0..4).map(sum).collect();
                    free.push(rows.len());
                    rows.push((total, Some(parts)));
                }
                for (pence, _) in &mut rows {
                    pence.push(pence[0] + pence[1] - pence[2] + pence[3]);
                }
                let refs: Vec<(&[i128], Option<Sums>)> = rows.iter().map(|(p, s)| (&p[..], s.clone())).collect();
                let mut table = table(&refs);
                if across {
                    table.columns[5].sums = Some(vec![(1, Plus), (2, Plus), (3, Minus), (4, Plus)]);
                }
                table
            },
        )
    }

    proptest! {
        #[test]
        fn every_sum_holds_and_no_cell_moves_further_than_its_neighbours(table in trees()) {
            let stated = Stated::new(&table);
            let footing = foot(&table, &pounds(true));
            prop_assert!(!footing.short);
            for ((row, column), shown) in &footing.moved {
                let pence = stated.pence(*row, *column).unwrap();
                prop_assert_eq!((shown - displayed(pence, &pounds(true))).abs(), 1);
                prop_assert!((shown * 100 - pence).abs() < 100);
                let top = stated.parent(*row).is_none() && (*column == 5 || table.columns[5].sums.is_none());
                prop_assert!(!top);
            }
            prop_assert_eq!(foot(&table, &pounds(true)), footing);
        }
    }
}
