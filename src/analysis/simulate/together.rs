//! Which figures are drawn together, and how strongly.
//!
//! What a scenario says goes first: an explicit pair before a group. Of what it does not say, savings go together at
//! 50 % (shared managers, shared projects, a shared pause: judgement), and everything else is independent.

use super::uncertain::Uncertain;
use crate::analysis::sample::Pair;
use crate::mechanism::correlation::CorrelationFact;

/// How strongly savings go together where nothing is said, in billionths: judgement.
pub const SAVINGS: i128 = 500_000_000;

/// How the correlation of savings is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// As the scenario says, and as usual where it says nothing.
    AsWritten,
    /// All savings as strongly as this, whatever is said of them.
    Savings(i128),
}

/// What a saving's figure says of it: delivery is good, lateness is bad.
fn saving(path: &str) -> Option<i128> {
    let rest = path.strip_prefix("saving.")?;
    match rest.rsplit('.').next()? {
        "delivery" => Some(1),
        "slippage" => Some(-1),
        _ => None,
    }
}

/// Whether a figure says how a saving comes out.
pub(super) fn is_saving(figure: &Uncertain) -> bool {
    saving(&figure.path).is_some()
}

/// Every two figures that are drawn together, of those that are drawn for themselves.
pub(super) fn pairs(figures: &[Uncertain], facts: &[CorrelationFact], together: Together) -> Vec<Pair> {
    // The correlations that name each figure. What none of them names and is no saving's is independent.
    let named = |figure: &Uncertain| -> Vec<usize> {
        facts.iter().enumerate().filter(|(_, f)| f.of.contains(&figure.path)).map(|(n, _)| n).collect()
    };
    let own: Vec<(usize, Vec<usize>)> = (0..figures.len())
        .filter(|n| figures[*n].same_draw_as.is_none())
        .map(|n| (n, named(&figures[n])))
        .filter(|(n, named)| is_saving(&figures[*n]) || !named.is_empty())
        .collect();
    let mut pairs = Vec::new();
    for (at, (a, by_a)) in own.iter().enumerate() {
        for (b, by_b) in &own[at + 1..] {
            let both = || by_a.iter().filter(|n| by_b.contains(n)).map(|n| &facts[*n]);
            let strength = strength(&figures[*a], &figures[*b], both, together);
            if strength != 0 {
                pairs.push(Pair { a: *a, b: *b, strength });
            }
        }
    }
    pairs
}

/// How strongly two figures go together, by what is said of both.
fn strength<'f, F: Iterator<Item = &'f CorrelationFact>>(
    a: &Uncertain,
    b: &Uncertain,
    said: impl Fn() -> F,
    together: Together,
) -> i128 {
    // Years that are drawn by themselves go together within a year.
    if a.path == b.path || (!a.once && !b.once && a.year != b.year) {
        return 0;
    }
    let both_savings = saving(&a.path).zip(saving(&b.path)).map(|(x, y)| x * y);
    if let (Some(sign), Together::Savings(strength)) = (both_savings, together) {
        return sign * strength;
    }
    let pair = said().find(|f| f.explicit_pair);
    match (pair.or_else(|| said().next()), both_savings) {
        (Some(fact), _) => fact.strength,
        (None, Some(sign)) => sign * SAVINGS,
        (None, None) => 0,
    }
}
