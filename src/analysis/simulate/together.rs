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
    let mut pairs = Vec::new();
    let own: Vec<usize> = (0..figures.len()).filter(|n| figures[*n].same_draw_as.is_none()).collect();
    // The figures that anything is said of; all others are independent.
    let said: Vec<bool> =
        own.iter().map(|n| is_saving(&figures[*n]) || facts.iter().any(|f| f.of.contains(&figures[*n].path))).collect();
    let own: Vec<usize> = own.into_iter().zip(said).filter(|(_, said)| *said).map(|(n, _)| n).collect();
    for (at, a) in own.iter().enumerate() {
        for b in &own[at + 1..] {
            let strength = strength(&figures[*a], &figures[*b], facts, together);
            if strength != 0 {
                pairs.push(Pair { a: *a, b: *b, strength });
            }
        }
    }
    pairs
}

fn strength(a: &Uncertain, b: &Uncertain, facts: &[CorrelationFact], together: Together) -> i128 {
    // Years that are drawn by themselves go together within a year.
    if a.path == b.path || (a.year.is_some() && b.year.is_some() && a.year != b.year) {
        return 0;
    }
    let both_savings = saving(&a.path).zip(saving(&b.path)).map(|(x, y)| x * y);
    if let (Some(sign), Together::Savings(strength)) = (both_savings, together) {
        return sign * strength;
    }
    let names = |fact: &&CorrelationFact| fact.of.contains(&a.path) && fact.of.contains(&b.path);
    let pair = facts.iter().filter(|f| f.explicit_pair).find(names);
    let group = || facts.iter().filter(|f| !f.explicit_pair).find(names);
    match (pair.or_else(group), both_savings) {
        (Some(fact), _) => fact.strength,
        (None, Some(sign)) => sign * SAVINGS,
        (None, None) => 0,
    }
}
