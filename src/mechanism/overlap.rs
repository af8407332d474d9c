//! # Overlap: savings that claim the same pounds
//!
//! The savings found on a line cannot be more than the share of it they can reach. What they claim
//! beyond that is *overlap*: reported, and taken out only when the line says `cap_overlap = true`,
//! then pro rata. Each capped saving is `R(V·C_i ÷ C) − R(V·C_{i−1} ÷ C)` with C the running total
//! of the claims in name order and V what can be reached, so the parts always add up to V.

use super::context::{Build, Head};
use super::contribution::Total;
use crate::sheet::{Product, Row, Sign, Years};
use crate::vocabulary::Money;

/// Adds the overlap of the savings on a line, and caps them when asked.
pub(super) fn test(b: &mut Build<'_>, line: &Head, addressable: Row<Money>, cap: bool) {
    let mut claims: Vec<_> = b.claims.iter().filter(|c| c.line == line.name).cloned().collect();
    if claims.is_empty() {
        return;
    }
    claims.sort_by(|a, b| a.saving.cmp(&b.saving));
    let subject = b.subject(line);
    let rows: Vec<_> = claims.iter().map(|c| (Sign::Plus, c.row)).collect();
    let claimed = b.sum_of(subject, "claimed", "savings claimed on the line", &rows);
    let nought = b.nought();
    // A line that is negative (net of its grant) has nothing that savings could reach.
    let reach = b.money(subject, "reach", "amount that savings can reach, or nought", Years::PLAN);
    let beyond = b.money(subject, "beyond_reach", "savings claimed less what can be reached", Years::PLAN);
    let overlap = b.money(subject, "overlap", "overlap: savings claimed beyond what can be reached", Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.max(reach.at(t), &[addressable.at(t), nought]);
        b.sheet.sum(beyond.at(t), [(Sign::Plus, claimed.at(t)), (Sign::Minus, reach.at(t))]);
        b.sheet.max(overlap.at(t), &[beyond.at(t), nought]);
    }
    if !cap {
        return;
    }
    // A penny keeps the division defined in years without any claim; there every part is nought.
    let penny = b.penny();
    let reached = b.money(subject, "reached", "savings after the cap", Years::PLAN);
    let divisor = b.money(subject, "claimed_or_a_penny", "savings claimed, or a penny where none are", Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.min(reached.at(t), &[claimed.at(t), reach.at(t)]);
        b.sheet.max(divisor.at(t), &[claimed.at(t), penny]);
    }
    let mut before: Option<(Row<Money>, Row<Money>)> = None;
    for claim in claims {
        let name = claim.saving.as_str();
        let running = b.sheet.row::<Money>(
            subject,
            format!("claimed_to_{name}"),
            format!("savings claimed up to {name}"),
            Years::PLAN,
        );
        let pro_rata = b.sheet.row::<Money>(
            subject,
            format!("pro_rata_to_{name}"),
            format!("the running total's part of what can be reached, up to {name}"),
            Years::PLAN,
        );
        let share = b.sheet.row::<Money>(
            subject,
            format!("reached_to_{name}"),
            format!("savings after the cap up to {name}"),
            Years::PLAN,
        );
        let capped =
            b.sheet.row::<Money>(subject, format!("capped_{name}"), format!("{name} after the cap"), Years::PLAN);
        for t in b.horizon.plan() {
            let so_far = before.map(|(r, _)| (Sign::Plus, r.at(t)));
            b.sheet.sum(running.at(t), so_far.into_iter().chain([(Sign::Plus, claim.row.at(t))]));
            b.sheet.product(pro_rata.at(t), &Product::of(reached.at(t)).in_proportion(running.at(t), divisor.at(t)));
            // Only claims beyond what can be reached are cut; a reversal never is.
            b.sheet.choose(share.at(t), beyond.at(t), pro_rata.at(t), running.at(t));
            let earlier = before.map(|(_, s)| (Sign::Minus, s.at(t)));
            b.sheet.sum(capped.at(t), [(Sign::Plus, share.at(t))].into_iter().chain(earlier));
        }
        before = Some((running, share));
        for contribution in &mut b.facts.contributions {
            if contribution.total == Total::Savings && contribution.item == ("saving", claim.saving.clone()) {
                contribution.claimed = Some(claim.row);
                contribution.row = capped;
            }
        }
        for item in b.facts.items.iter_mut().filter(|i| i.kind == "saving" && i.name == claim.saving) {
            item.row = capped;
        }
        for facts in b.facts.savings.iter_mut().filter(|s| s.name == claim.saving) {
            facts.in_year = capped;
        }
    }
}
