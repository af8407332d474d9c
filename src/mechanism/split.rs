//! Splitting an amount among those who claim it, to the penny.
//!
//! Each part is `R(V·C_i ÷ C) − R(V·C_{i−1} ÷ C)`, with V what there is, C what is claimed in all and C_i
//! the running total of the claims in the order given: the parts always add up to V.

use super::context::Build;
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::Money;

/// The part of `whole` for each claim. Rows are named for the labels of the claims.
pub(super) fn pro_rata(
    b: &mut Build<'_>,
    subject: SubjectId,
    whole: Row<Money>,
    claimed: Row<Money>,
    claims: &[(String, Row<Money>)],
) -> Vec<Row<Money>> {
    if claims.is_empty() {
        return Vec::new();
    }
    let divisor = b.at_least_a_penny(subject, "claimed_or_a_penny", "what is claimed, or a penny", claimed);
    let mut before: Option<(Row<Money>, Row<Money>)> = None;
    let mut parts = Vec::new();
    for (label, claim) in claims {
        let row = |b: &mut Build<'_>, measure: &str, words: &str| {
            b.sheet.row::<Money>(subject, format!("{measure}_{label}"), format!("{words} {label}"), Years::PLAN)
        };
        let running = row(b, "claimed_to", "claims up to that of");
        let so_far = row(b, "paid_to", "paid of the claims up to that of");
        let part = row(b, "paid_for", "paid for");
        for t in b.horizon.plan() {
            let earlier = before.map(|(r, _)| (Sign::Plus, r.at(t)));
            b.sheet.sum(running.at(t), earlier.into_iter().chain([(Sign::Plus, claim.at(t))]));
            b.sheet.product(so_far.at(t), &Product::of(whole.at(t)).in_proportion(running.at(t), divisor.at(t)));
            let earlier = before.map(|(_, p)| (Sign::Minus, p.at(t)));
            b.sheet.sum(part.at(t), [(Sign::Plus, so_far.at(t))].into_iter().chain(earlier));
        }
        before = Some((running, so_far));
        parts.push(part);
    }
    parts
}
