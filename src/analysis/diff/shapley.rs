//! Shapley's rule: each block's average effect over every order in which the blocks could be made.
//!
//! With n blocks, block i gets Σ |S|! (n − |S| − 1)! ÷ n! × (value with S and i − value with S) over
//! every set S of other blocks. The sum is taken in whole numbers, times n!, and the pence are split in
//! the order of the paths: R(shares up to i) − R(shares before i), where R rounds half away from zero.
//! So the shares add up to the whole change, and each turns its sign when the plans are swapped.

use super::Step;
use super::blocks::{alike, joined, settle};
use super::cases::Cases;
use crate::vocabulary::Diagnostic;
use crate::vocabulary::number;

/// The most blocks whose every set is evaluated: 1,024 plans.
const MOST: usize = 10;

/// The steps of a change by Shapley's rule.
pub(super) fn steps(cases: &mut Cases<'_>, blocks: Vec<Vec<usize>>) -> Result<Vec<Step>, Diagnostic> {
    let mut blocks = few(cases, blocks)?;
    loop {
        let sets: Vec<Vec<bool>> = (0..1_usize << blocks.len()).map(|set| made(cases, &blocks, set)).collect();
        cases.ask(sets.clone());
        let Some(side) = not_a_plan(cases, &sets, blocks.len()) else {
            return Ok(shared(cases, blocks, &sets));
        };
        let within: Vec<usize> = (0..blocks.len()).filter(|n| side >> n & 1 == 1).collect();
        let joins: Vec<(usize, usize)> = if within.len() < 2 {
            (1..blocks.len()).map(|n| (0, n)).collect()
        } else {
            within.windows(2).map(|two| (two[0], two[1])).collect()
        };
        blocks = joined(cases.pair(), blocks, &joins);
        blocks = settle(cases, blocks);
    }
}

/// The blocks, by item and then by kind of item while they are too many.
fn few(cases: &mut Cases<'_>, mut blocks: Vec<Vec<usize>>) -> Result<Vec<Vec<usize>>, Diagnostic> {
    let pair = cases.pair();
    let found = blocks.len();
    let ways: [&dyn Fn(usize) -> String; 2] = [&|n| pair.changes[n].item(), &|n| pair.changes[n].kind().to_owned()];
    for way in ways {
        if blocks.len() <= MOST {
            break;
        }
        let joins = alike(pair, &blocks, way);
        blocks = joined(pair, blocks, &joins);
        blocks = settle(cases, blocks);
    }
    if blocks.len() <= MOST {
        return Ok(blocks);
    }
    let message = format!(
        "{found} changes are too many for --method shapley: even by kind of item there are {}, and it takes {MOST}",
        blocks.len()
    );
    Err(Diagnostic::error("too_many_changes", message)
        .hint("leave --method out: one change at a time, with their interaction as a step of its own"))
}

fn made(cases: &Cases<'_>, blocks: &[Vec<usize>], set: usize) -> Vec<bool> {
    let within = blocks.iter().enumerate().filter(|(n, _)| set >> n & 1 == 1);
    cases.only(&within.flat_map(|(_, block)| block.iter().copied()).collect::<Vec<_>>())
}

/// The smaller side of the first set of blocks that is no plan, or whose counterpart is none: the same
/// whichever plan comes first.
fn not_a_plan(cases: &Cases<'_>, sets: &[Vec<bool>], blocks: usize) -> Option<usize> {
    let all = sets.len() - 1;
    let fails = |set: &usize| cases.figures(&sets[*set]).is_none();
    (1..all)
        .filter(fails)
        .map(|set| {
            let other = all & !set;
            let size = |s: usize| s.count_ones();
            match size(set).cmp(&size(other)) {
                std::cmp::Ordering::Less => set,
                std::cmp::Ordering::Greater => other,
                std::cmp::Ordering::Equal if set & 1 == 1 => set,
                std::cmp::Ordering::Equal => other,
            }
        })
        .min_by_key(|side| (side.count_ones(), (0..blocks).map(|n| side >> n & 1 == 0).collect::<Vec<_>>()))
}

/// The shares, with the pence split in the order of the blocks.
fn shared(cases: &Cases<'_>, blocks: Vec<Vec<usize>>, sets: &[Vec<bool>]) -> Vec<Step> {
    let n = blocks.len();
    let factorial = |n: usize| (1..=n).map(|k| i128::try_from(k).unwrap_or(1)).product::<i128>();
    let all = factorial(n);
    let Some(first) = sets.first().and_then(|set| cases.figures(set)) else { return Vec::new() };
    let mut effects: Vec<Vec<Option<i128>>> = vec![Vec::with_capacity(first.values().len()); n];
    for slot in 0..first.values().len() {
        let value = |set: usize| sets.get(set).and_then(|s| cases.figures(s)).and_then(|f| f.values()[slot]);
        let (mut so_far, mut given) = (0_i128, 0_i128);
        for (block, effects) in effects.iter_mut().enumerate() {
            let mut share = Some(0_i128);
            for set in (0..sets.len()).filter(|set| set >> block & 1 == 0) {
                let size = set.count_ones() as usize;
                let weight = factorial(size) * factorial(n - size - 1);
                let added = value(set | 1 << block).zip(value(set)).map(|(with, before)| with - before);
                share = share.zip(added).and_then(|(sum, d)| d.checked_mul(weight).and_then(|d| sum.checked_add(d)));
            }
            let ends = value(0).zip(value(sets.len() - 1));
            let pence = share.filter(|_| ends.is_some()).and_then(|share| {
                so_far += share;
                let rounded = number::divide(so_far, all).ok()?;
                let own = rounded - given;
                given = rounded;
                Some(own)
            });
            effects.push(pence);
        }
    }
    blocks.into_iter().zip(effects).map(|(changes, values)| Step { changes, effects: first.of_same(values) }).collect()
}
