//! Splitting an amount among those who claim it, to the penny.
//!
//! Each part is `R(V·C_i ÷ C) − R(V·C_{i−1} ÷ C)`, with V what there is, C what is claimed in all and C_i
//! the running total of the claims in the order given: the parts always add up to V.

use super::context::Build;
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::Money;

/// What somebody claims.
pub(super) struct Share {
    /// Whose rows its rows are.
    pub(super) subject: SubjectId,
    /// What keeps its rows apart from others': the name of who claims.
    pub(super) label: String,
    /// The amounts claimed.
    pub(super) claim: Row<Money>,
}

/// The part of `whole` for each claim, in a row named `part` and the label. `all` is the subject of what
/// is claimed by all together.
pub(super) fn pro_rata(
    b: &mut Build<'_>,
    all: SubjectId,
    whole: Row<Money>,
    claimed: Row<Money>,
    shares: &[Share],
    part: &str,
) -> Vec<Row<Money>> {
    if shares.is_empty() {
        return Vec::new();
    }
    // A penny keeps the division defined in years without any claim; there every part is nought.
    let divisor = b.at_least_a_penny(all, "claimed_or_a_penny", "what it is asked to pay, or a penny", claimed);
    let mut before: Option<(Row<Money>, Row<Money>)> = None;
    let mut parts = Vec::new();
    for Share { subject, label, claim } in shares {
        let mut row =
            |measure: &str, words: &'static str| b.money(*subject, format!("{measure}_{label}"), words, Years::PLAN);
        let running = row("claimed_to", "claims up to this one");
        let so_far = row("paid_to", "paid up to this claim, in proportion");
        let part = row(part, "paid for it in the year");
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
