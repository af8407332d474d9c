//! # The balance rule: in which order measures bite
//!
//! After savings: deficit support and conditional money (NHS bodies), then the *planned* use of
//! reserves. What is left is **still to find**, the headline. If nothing else is done: a draw on earmarked reserves that may
//! be used for the gap, then on general reserves down to their minimum, then exceptional support up
//! to the approved amount; what is left then is the gap after reserves. All of these are one-off:
//! none changes next year's base, so the gap comes back.
//!
//! Transfers between reserves are made before any use. Within a step reserves, and approvals of
//! support, are used in the order of their names. Planned
//! use may go below a minimum, a draw may not; both are capped by what the pot holds and by the gap
//! of the run, and only a shortfall is met: a surplus is reported, and added to a reserve only where
//! the organisation says `surplus_to`. The balance is walked twice, with and without the draws.
//!
//! **Source**: LGFA 1992 ss31A, 42A (each year's budget must balance); NHS Act 2006 ss223GC, 223M.

use super::context::Build;
use super::organisation::Organisation;
use super::reserve::{Pot, ReserveKind};
use super::support::{self, Supported};
use super::transfer::Moving;
use crate::sheet::{Cell, Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Measure, Money, Name};

/// Which of the two walks.
#[derive(Clone, Copy, PartialEq)]
enum Walk {
    Planned,
    NothingElse,
}

impl Walk {
    const fn closing(self) -> (&'static str, &'static str) {
        match self {
            Self::Planned => ("closing", "balance at the end of the year"),
            Self::NothingElse => ("closing_if_nothing_else", "balance at the end of the year if nothing else is done"),
        }
    }

    const fn planned_use(self) -> (&'static str, &'static str) {
        match self {
            Self::Planned => ("planned_use", "planned use, as far as the gap takes it"),
            Self::NothingElse => ("planned_use_if_nothing_else", "planned use, as far as gap and balance take it"),
        }
    }

    const fn moved(self) -> (&'static str, &'static str) {
        match self {
            Self::Planned => ("moved", "moved in the year, as far as the reserve holds it"),
            Self::NothingElse => ("moved_if_nothing_else", "moved in the year if nothing else is done"),
        }
    }

    fn name(self, measure: &'static str) -> &'static str {
        match (self, measure) {
            (Self::Planned, "available") => "available",
            (Self::NothingElse, "available") => "available_if_nothing_else",
            (Self::Planned, "held") => "held",
            (Self::NothingElse, "held") => "held_if_nothing_else",
            (Self::Planned, "left") => "left_to_meet",
            (Self::NothingElse, "left") => "left_to_meet_if_nothing_else",
            _ => measure,
        }
    }
}

/// Builds the headline, the reserves and what remains if nothing else is done.
pub(super) fn build(b: &mut Build<'_>, organisation: &Organisation, subject: SubjectId) {
    let name = &organisation.name;
    let Some(after_savings) = b.measure(name, Measure::GapAfterSavings) else { return };
    let mut pots: Vec<Pot> = b.facts.pots.iter().filter(|p| p.organisation == *name).cloned().collect();
    pots.sort_by(|a, c| a.name.cmp(&c.name));
    let mut supports: Vec<Supported> = b.facts.supports.iter().filter(|s| s.organisation() == name).cloned().collect();
    supports.sort_by(|a, c| a.name().cmp(c.name()));
    let nought = b.nought();

    // Deficit support comes before reserves: it is received, whatever the body decides.
    let mut support_terms = Vec::new();
    for s in &supports {
        if let Supported::Deficit { received, repayment, .. } = s {
            support_terms.push((Sign::Minus, *received));
            support_terms.extend(repayment.map(|r| (Sign::Plus, r)));
        }
    }
    let to_meet = if support_terms.is_empty() {
        after_savings
    } else {
        support_terms.insert(0, (Sign::Plus, after_savings));
        b.sum_of(subject, "gap_after_support", "gap in the year after deficit support and repayment", &support_terms)
    };
    let to_meet = conditional(b, subject, name, &supports, to_meet);
    let shortfall = b.at_least_nought(subject, "shortfall_to_meet", "shortfall to meet", to_meet);

    let mut rule = Rule {
        name: name.clone(),
        nought,
        shortfall,
        to_meet,
        surplus_to: organisation.surplus_to.clone(),
        walk: Walk::Planned,
    };
    let (headline, used) = rule.walk(b, subject, &mut pots, &[]);
    b.know_money("", name, Measure::PlannedReserveUse.code(), used);
    b.know_money("", name, Measure::GapAfterPlannedReserves.code(), headline);
    unconstrained(b, subject, &pots, headline);
    rule.walk = Walk::NothingElse;
    let exceptional: Vec<Approved> = supports
        .iter()
        .filter_map(|s| match s {
            Supported::Exceptional { subject, approved, used, .. } => Some((*subject, *approved, *used)),
            _ => None,
        })
        .collect();
    let (after_all, _) = rule.walk(b, subject, &mut pots, &exceptional);
    b.know_money("", name, Measure::GapAfterReserves.code(), after_all);
    let carries = !b.rules.must_balance(organisation);
    for s in &supports {
        if let Supported::Deficit { subject, repayment, owed, .. } = s {
            support::repayable(b, *subject, headline, carries, *repayment, *owed);
        }
    }
    if organisation.kind.is_nhs() {
        let measure = Measure::ReportedPosition;
        let row = b.sum_of(subject, measure.code(), measure.words(), &[(Sign::Minus, headline)]);
        b.know_money("", name, measure.code(), row);
    }
    for pot in pots {
        if let Some(own) = b.facts.pots.iter_mut().find(|p| p.name == pot.name) {
            own.closing = pot.closing;
            own.closing_if_nothing_else = pot.closing_if_nothing_else;
        }
    }
}

/// The gap after conditional money, which is received in full when the body meets its control total
/// without it, and else not at all.
fn conditional(
    b: &mut Build<'_>,
    subject: SubjectId,
    name: &Name,
    supports: &[Supported],
    before: Row<Money>,
) -> Row<Money> {
    let mut terms = vec![(Sign::Plus, before)];
    let allowed = b.facts.control_totals.iter().find(|c| c.organisation == *name).map(|c| c.allowed);
    for s in supports {
        let Supported::Conditional { subject, planned, received, .. } = s else { continue };
        let of: Vec<_> = allowed.map(|a| (Sign::Plus, a)).into_iter().chain([(Sign::Minus, before)]).collect();
        let words = "deficit the control total allows less the gap before this money";
        let margin = b.sum_of(*subject, "margin", words, &of);
        let nought = b.nought();
        for t in b.horizon.plan() {
            b.sheet.choose(received.at(t), margin.at(t), planned.at(t), nought);
        }
        terms.push((Sign::Minus, *received));
    }
    if terms.len() == 1 {
        return before;
    }
    b.sum_of(subject, "gap_after_conditional_support", "gap in the year after conditional money", &terms)
}

/// Usable reserves if they met all that is still to find, without a floor: the year this falls below
/// nought is the year they are exhausted. Planned use has been taken already.
fn unconstrained(b: &mut Build<'_>, subject: SubjectId, pots: &[Pot], headline: Row<Money>) {
    let usable = pots.iter().filter(|p| p.usable);
    let closings: Vec<_> = usable.filter_map(|p| p.closing).map(|c| (Sign::Plus, c)).collect();
    if closings.is_empty() {
        return;
    }
    let short = b.at_least_nought(subject, "short", "still to find, or nought for a surplus", headline);
    let so_far = b.running_total(subject, "short_so_far", "still to find, added over the years so far", short);
    let rows: Vec<_> = closings.into_iter().chain([(Sign::Minus, so_far)]).collect();
    let words = "usable reserves if they met all that is still to find";
    b.sum_of(subject, "usable_reserves_unconstrained", words, &rows);
}

/// Exceptional support: its subject, what is approved and what is used.
type Approved = (SubjectId, Row<Money>, Row<Money>);

struct Rule {
    name: Name,
    nought: Cell<Money>,
    shortfall: Row<Money>,
    to_meet: Row<Money>,
    surplus_to: Option<Name>,
    walk: Walk,
}

impl Rule {
    /// One walk of all pots: what is left of the gap, and the planned use that was taken.
    fn walk(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        pots: &mut [Pot],
        exceptional: &[Approved],
    ) -> (Row<Money>, Row<Money>) {
        let walk = self.walk;
        let closings: Vec<Row<Money>> =
            pots.iter().map(|p| b.money(p.subject, walk.closing().0, walk.closing().1, Years::PLAN)).collect();
        let available = self.available(b, pots, &closings);
        let mut left = self.shortfall;
        let mut taken: Vec<Vec<(Sign, Row<Money>)>> = vec![Vec::new(); pots.len()];
        let mut planned = Vec::new();
        for (i, pot) in pots.iter().enumerate() {
            let Some(stated) = pot.planned_use else { continue };
            let (measure, words) = walk.planned_use();
            let row = b.money(pot.subject, measure, words, Years::PLAN);
            for t in b.horizon.plan() {
                if !usize::try_from(t - 1).ok().and_then(|i| pot.uses.get(i)).is_some_and(|uses| *uses) {
                    continue;
                }
                // A balance that was not published cannot be tested: the use counts as stated.
                let cap = (t <= pot.balance_known_to).then(|| available[i].at(t));
                let of: Vec<_> = [stated.at(t), left.at(t)].into_iter().chain(cap).collect();
                b.sheet.min(row.at(t), &of);
            }
            if walk == Walk::Planned {
                b.sum_of(
                    pot.subject,
                    "planned_use_not_needed",
                    "planned use that the gap or the balance did not take",
                    &[(Sign::Plus, stated), (Sign::Minus, row)],
                );
            }
            left = self.less(b, pot.subject, left, row, "planned");
            taken[i].push((Sign::Minus, row));
            planned.push((Sign::Plus, row));
        }
        let used = if walk == Walk::Planned {
            let measure = Measure::PlannedReserveUse;
            b.sum_of(subject, measure.code(), measure.words(), &planned)
        } else {
            self.shortfall
        };
        if walk == Walk::NothingElse {
            for kind in [ReserveKind::Earmarked, ReserveKind::General] {
                for (i, pot) in pots.iter().enumerate().filter(|(_, p)| p.usable && p.kind == kind) {
                    let row = self.draw(b, pot, available[i], &taken[i], left);
                    left = self.less(b, pot.subject, left, row, "drawn");
                    taken[i].push((Sign::Minus, row));
                }
            }
            for (own, approved, used) in exceptional {
                for t in b.horizon.plan() {
                    b.sheet.min(used.at(t), &[approved.at(t), left.at(t)]);
                }
                left = self.less(b, *own, left, *used, "support");
            }
        }
        let (measure, surplus) = (
            if walk == Walk::Planned { Measure::GapAfterPlannedReserves } else { Measure::GapAfterReserves },
            self.surplus(b, subject),
        );
        // What is left of a shortfall, or the surplus as it is.
        let gap = b.money(subject, measure.code(), measure.words(), Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.choose(gap.at(t), self.to_meet.at(t), left.at(t), self.to_meet.at(t));
        }
        for (i, pot) in pots.iter_mut().enumerate() {
            let extra = (self.surplus_to.as_ref() == Some(&pot.name)).then_some((Sign::Plus, surplus));
            for t in b.horizon.plan() {
                let terms = [(Sign::Plus, available[i])].into_iter().chain(taken[i].iter().copied()).chain(extra);
                b.sheet.sum(closings[i].at(t), terms.map(|(s, r)| (s, r.at(t))));
            }
            match walk {
                Walk::Planned => pot.closing = Some(closings[i]),
                Walk::NothingElse => pot.closing_if_nothing_else = Some(closings[i]),
            }
        }
        (gap, used)
    }

    /// Last year's balance, what is paid in, and what is moved between reserves.
    fn available(&self, b: &mut Build<'_>, pots: &[Pot], closings: &[Row<Money>]) -> Vec<Row<Money>> {
        let rows: Vec<_> = pots
            .iter()
            .map(|p| b.money(p.subject, self.walk.name("available"), "balance before use", Years::PLAN))
            .collect();
        let mut moving: Vec<Moving> = b.facts.transfers.clone();
        moving.retain(|m| pots.iter().any(|p| p.name == m.from));
        moving.sort_by(|a, c| a.name.cmp(&c.name));
        let (measure, words) = self.walk.moved();
        let moved: Vec<_> = moving.iter().map(|m| b.money(m.subject, measure, words, Years::PLAN)).collect();
        for ((pot, closing), row) in pots.iter().zip(closings).zip(&rows) {
            let goes = |m: &Moving| match (m.from == pot.name, m.to == pot.name) {
                (true, _) => Some(Sign::Minus),
                (_, true) => Some(Sign::Plus),
                _ => None,
            };
            let passing: Vec<_> = moving.iter().zip(&moved).filter_map(|(m, r)| Some((goes(m)?, *r))).collect();
            for t in b.horizon.plan() {
                let before = if t > 1 { closing.at(t - 1) } else { pot.opening };
                let paid_in = pot.contribution.map(|c| (Sign::Plus, c.at(t)));
                let passing = passing.iter().map(|(sign, r)| (*sign, r.at(t)));
                b.sheet.sum(row.at(t), [(Sign::Plus, before)].into_iter().chain(paid_in).chain(passing));
            }
            self.move_out(b, pot, *closing, &moving, &moved);
        }
        rows
    }

    /// What leaves a reserve for others: as stated, as far as it holds it.
    fn move_out(&self, b: &mut Build<'_>, pot: &Pot, closing: Row<Money>, moving: &[Moving], moved: &[Row<Money>]) {
        let mut earlier: Vec<(Sign, Row<Money>)> = Vec::new();
        for (m, row) in moving.iter().zip(moved).filter(|(m, _)| m.from == pot.name) {
            let left = b.money(m.subject, self.walk.name("held"), "held by the reserve it comes from", Years::PLAN);
            for t in b.horizon.plan() {
                let before = if t > 1 { closing.at(t - 1) } else { pot.opening };
                let paid_in = pot.contribution.map(|c| (Sign::Plus, c.at(t)));
                let earlier = earlier.iter().map(|(sign, r)| (*sign, r.at(t)));
                b.sheet.sum(left.at(t), [(Sign::Plus, before)].into_iter().chain(paid_in).chain(earlier));
                if t <= pot.balance_known_to {
                    b.sheet.clamp(row.at(t), m.stated.at(t), self.nought, left.at(t));
                } else {
                    // A balance that was not published cannot be tested: the amount moves as stated.
                    b.sheet.sum(row.at(t), [(Sign::Plus, m.stated.at(t))]);
                }
            }
            earlier.push((Sign::Minus, *row));
        }
    }

    /// min(left, max(balance after planned use − minimum, 0)).
    fn draw(
        &self,
        b: &mut Build<'_>,
        pot: &Pot,
        available: Row<Money>,
        taken: &[(Sign, Row<Money>)],
        left: Row<Money>,
    ) -> Row<Money> {
        let above = b.money(pot.subject, "above_minimum", "balance above its minimum", Years::PLAN);
        let drawable = b.money(pot.subject, "drawable", "what may be drawn", Years::PLAN);
        let row = b.money(pot.subject, "draw", "draw, if nothing else is done", Years::PLAN);
        for t in b.horizon.plan() {
            let floor = pot.minimum.map(|m| (Sign::Minus, m));
            let terms = [(Sign::Plus, available)].into_iter().chain(taken.iter().copied()).chain(floor);
            b.sheet.sum(above.at(t), terms.map(|(s, r)| (s, r.at(t))));
            b.sheet.max(drawable.at(t), &[above.at(t), self.nought]);
            b.sheet.min(row.at(t), &[left.at(t), drawable.at(t)]);
        }
        row
    }

    fn less(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        left: Row<Money>,
        taken: Row<Money>,
        step: &'static str,
    ) -> Row<Money> {
        let measure = format!("{}_{step}", self.walk.name("left"));
        let row = b.sheet.row::<Money>(subject, measure, "shortfall left to meet", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.sum(row.at(t), [(Sign::Plus, left.at(t)), (Sign::Minus, taken.at(t))]);
        }
        row
    }

    fn surplus(&self, b: &mut Build<'_>, subject: SubjectId) -> Row<Money> {
        let measure = match self.walk {
            Walk::Planned => "surplus",
            Walk::NothingElse => "surplus_if_nothing_else",
        };
        let turned = b.sheet.row::<Money>(
            subject,
            format!("{measure}_or_shortfall"),
            "surplus, or a shortfall when negative",
            Years::PLAN,
        );
        let row = b.sheet.row::<Money>(subject, measure, "surplus of the year", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.sum(turned.at(t), [(Sign::Minus, self.to_meet.at(t))]);
            b.sheet.max(row.at(t), &[turned.at(t), self.nought]);
        }
        b.know_money("", &self.name, measure, row);
        row
    }
}

/// A subject for rows of an organisation's own.
pub(super) fn own_subject(b: &mut Build<'_>, organisation: &Organisation) -> SubjectId {
    b.sheet.subject(Subject {
        organisation: Some(organisation.name.clone()),
        kind: "",
        name: None,
        title: organisation.title.as_str().into(),
        place: Some(organisation.place),
    })
}
