//! Which changes are made together: those that are no plan when made alone, with what makes them one.
//!
//! The rule asks the same of both plans (made alone to the first, left out alone of the second), so
//! that the blocks are the same whichever plan comes first.

use std::collections::BTreeSet;

use super::cases::Cases;
use crate::language::{Node, Value};
use crate::scenario::Pair;

/// The most pairs of changes that are tried one by one.
const MOST_PAIRS: usize = 2000;
/// How many of them are opened before it is looked whether one of them will do.
const AT_ONCE: usize = 16;

/// Joins blocks until each stands alone: with the rest of the same item; with what names it; with
/// the one other block that makes it a plan; with all that cannot stand alone; with everything.
pub(super) fn settle(cases: &mut Cases<'_>, mut blocks: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let stages = [of_same_item, that_name_each_other, in_pairs, all_of_them, everything];
    for stage in stages {
        cases.ask_both_ends(&blocks);
        let bad: Vec<usize> = (0..blocks.len()).filter(|n| !cases.stands_alone(&blocks[*n])).collect();
        if bad.is_empty() {
            break;
        }
        let joins = stage(cases, &blocks, &bad);
        blocks = joined(cases.pair(), blocks, &joins);
    }
    in_path_order(cases.pair(), &mut blocks);
    blocks
}

/// Puts the changes of each block, and the blocks, in the order of their paths.
fn in_path_order(pair: &Pair, blocks: &mut [Vec<usize>]) {
    for block in blocks.iter_mut() {
        block.sort_by(|x, y| pair.changes[*x].path.cmp(&pair.changes[*y].path));
    }
    blocks.sort_by(|x, y| {
        let first = |block: &[usize]| block.first().map(|n| &pair.changes[*n].path);
        first(x).cmp(&first(y))
    });
}

/// Blocks with some of them joined.
pub(super) fn joined(pair: &Pair, blocks: Vec<Vec<usize>>, joins: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut leader: Vec<usize> = (0..blocks.len()).collect();
    for (x, y) in joins {
        let (from, to) = (leader[*x].max(leader[*y]), leader[*x].min(leader[*y]));
        leader.iter_mut().filter(|l| **l == from).for_each(|l| *l = to);
    }
    let mut all: Vec<Vec<usize>> = vec![Vec::new(); blocks.len()];
    for (block, leader) in blocks.into_iter().zip(leader) {
        all[leader].extend(block);
    }
    all.retain(|block| !block.is_empty());
    in_path_order(pair, &mut all);
    all
}

/// Joins of blocks that hold changes with the same word for `of`.
pub(super) fn alike(pair: &Pair, blocks: &[Vec<usize>], of: impl Fn(usize) -> String) -> Vec<(usize, usize)> {
    let words: Vec<BTreeSet<String>> = blocks
        .iter()
        .map(|block| block.iter().filter(|n| **n < pair.changes.len()).map(|n| of(*n)).collect())
        .collect();
    pairs(blocks.len()).filter(|(x, y)| !words[*x].is_disjoint(&words[*y])).collect()
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |x| (x + 1..n).map(move |y| (x, y)))
}

fn of_same_item(cases: &mut Cases<'_>, blocks: &[Vec<usize>], bad: &[usize]) -> Vec<(usize, usize)> {
    let pair = cases.pair();
    let mut joins = alike(pair, blocks, |n| pair.changes[n].item());
    joins.retain(|(x, y)| bad.contains(x) || bad.contains(y));
    joins
}

fn that_name_each_other(cases: &mut Cases<'_>, blocks: &[Vec<usize>], bad: &[usize]) -> Vec<(usize, usize)> {
    let pair = cases.pair();
    let names = |block: &[usize]| -> BTreeSet<String> {
        block.iter().filter_map(|n| pair.changes[*n].path.get(1).cloned()).collect()
    };
    let said = |block: &[usize]| {
        let mut words = BTreeSet::new();
        for change in block.iter().map(|n| &pair.changes[*n]) {
            change.was.iter().chain(&change.is).for_each(|entry| collect(&entry.node, &mut words));
        }
        words
    };
    let known: Vec<_> = bad.iter().map(|n| (*n, names(&blocks[*n]), said(&blocks[*n]))).collect();
    pairs(known.len())
        .map(|(x, y)| (&known[x], &known[y]))
        .filter(|((_, names, said), (_, others, theirs))| !said.is_disjoint(others) || !theirs.is_disjoint(names))
        .map(|((x, ..), (y, ..))| (*x, *y))
        .collect()
}

/// The words of a value: names stand in texts and keys.
fn collect(node: &Node, words: &mut BTreeSet<String>) {
    let mut take = |text: &str| {
        let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        words.extend(parts.filter(|w| !w.is_empty()).map(str::to_owned));
    };
    match &node.value {
        Value::Text(text) => take(text),
        Value::List(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Table(table) => {
            table.keys().for_each(take);
            let said =
                table.entries.iter().filter(|(key, _)| !matches!(key.as_str(), "title" | "source" | "owner" | "note"));
            said.for_each(|(_, entry)| collect(&entry.node, words));
        }
        _ => {}
    }
}

fn in_pairs(cases: &mut Cases<'_>, blocks: &[Vec<usize>], bad: &[usize]) -> Vec<(usize, usize)> {
    let mut joins = Vec::new();
    if bad.len() * blocks.len() > MOST_PAIRS {
        return joins;
    }
    for x in bad {
        let mut others: Vec<usize> = (0..blocks.len()).filter(|y| y != x).collect();
        // What cannot stand alone either comes first.
        others.sort_by_key(|y| !bad.contains(y));
        let both = |y: usize| -> Vec<usize> { blocks[*x].iter().chain(&blocks[y]).copied().collect() };
        for some in others.chunks(AT_ONCE) {
            let tried: Vec<Vec<usize>> = some.iter().map(|y| both(*y)).collect();
            cases.ask_both_ends(&tried);
            if let Some((y, _)) = some.iter().zip(&tried).find(|(_, block)| cases.stands_alone(block)) {
                joins.push((*x, *y));
                break;
            }
        }
    }
    joins
}

fn all_of_them(_: &mut Cases<'_>, _: &[Vec<usize>], bad: &[usize]) -> Vec<(usize, usize)> {
    bad.windows(2).map(|two| (two[0], two[1])).collect()
}

fn everything(_: &mut Cases<'_>, blocks: &[Vec<usize>], _: &[usize]) -> Vec<(usize, usize)> {
    (1..blocks.len()).map(|n| (0, n)).collect()
}
