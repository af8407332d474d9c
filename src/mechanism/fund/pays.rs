//! What a fund pays: claims, the money of the year, each claimant's part, and what falls on the
//! organisations when the fund has ended.

use std::collections::BTreeMap;

use super::{Cliff, Fund, Pays};
use crate::mechanism::context::Build;
use crate::mechanism::contribution::{Contribution, OneOff, Part, Recurrence, Step, Total};
use crate::sheet::{Cell, Product, Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Money, Name};

/// What an item asks a fund to pay.
#[derive(Debug, Clone)]
pub struct FundClaim {
    /// The fund.
    pub fund: Name,
    /// The kind of the item.
    pub kind: &'static str,
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// What it costs; never negative.
    pub cost: Row<Money>,
    /// Whether it goes on costing when the fund has ended.
    pub runs_on: bool,
    /// The service it belongs to.
    pub service: Option<String>,
    /// Whether it counts in the social care gap.
    pub social_care: bool,
}

/// The claims of one item on a fund, and what they come to.
struct Claimant {
    of: FundClaim,
    label: String,
    claim: Row<Money>,
}

impl Fund {
    /// Year numbers of its first and its last year, which may lie outside the plan.
    fn years(&self, b: &Build<'_>) -> (i32, i32) {
        let base = b.horizon.base().start();
        (self.over.0.start() - base, self.over.1.start() - base)
    }

    fn claims<'a>(&self, b: &'a Build<'_>) -> impl Iterator<Item = &'a FundClaim> {
        let name = self.head.name.clone();
        b.fund_claims.iter().filter(move |c| c.fund == name)
    }

    /// What is claimed, available, paid, carried forward and lapsed, and the payments themselves.
    pub(super) fn pay(&self, b: &mut Build<'_>, subject: SubjectId, profile: Row<Money>) -> Option<Pays> {
        let claimants = self.claimants(b, subject);
        if claimants.is_empty() && !self.carry_forward {
            return None;
        }
        let claims: Vec<_> = claimants.iter().map(|c| (Sign::Plus, c.claim)).collect();
        let claimed = b.sum_of(subject, "claimed", "what it is asked to pay", &claims);
        let available = b.money(subject, "available", "money of the year, and what was carried forward", Years::PLAN);
        let paid = b.money(subject, "paid", "what it pays", Years::PLAN);
        let carried = b.money(subject, "carried_forward", "carried forward to the next year", Years::PLAN);
        let lapsed = b.money(subject, "lapsed", "lapses: not spent, and not carried forward", Years::PLAN);
        let nought = b.nought();
        let (first, last) = self.years(b);
        for t in b.horizon.plan().filter(|t| (first..=last).contains(t)) {
            let before = (t > 1).then(|| (Sign::Plus, carried.at(t - 1)));
            b.sheet.sum(available.at(t), [(Sign::Plus, profile.at(t))].into_iter().chain(before));
            b.sheet.clamp(paid.at(t), claimed.at(t), nought, available.at(t));
            let left = if self.carry_forward && t < last { carried } else { lapsed };
            b.sheet.sum(left.at(t), [(Sign::Plus, available.at(t)), (Sign::Minus, paid.at(t))]);
        }
        self.share_out(b, subject, claimed, paid, claimants);
        Some(Pays { claimed, paid, lapsed })
    }

    /// Who claims, by kind and name.
    fn claimants(&self, b: &mut Build<'_>, subject: SubjectId) -> Vec<Claimant> {
        let mut by_item: BTreeMap<(&'static str, Name), Vec<FundClaim>> = BTreeMap::new();
        for claim in self.claims(b) {
            by_item.entry((claim.kind, claim.name.clone())).or_default().push(claim.clone());
        }
        let mut all = Vec::new();
        for ((kind, name), claims) in by_item {
            let label = format!("{kind}_{name}");
            let claim = match claims.as_slice() {
                [only] => only.cost,
                several => {
                    let words = format!("what {} asks it to pay", several[0].title);
                    let row = b.sheet.row::<Money>(subject, format!("claimed_by_{label}"), words, Years::PLAN);
                    for t in b.horizon.plan() {
                        b.sheet.sum(row.at(t), several.iter().map(|c| (Sign::Plus, c.cost.at(t))));
                    }
                    row
                }
            };
            all.extend(claims.into_iter().next().map(|of| Claimant { of, label, claim }));
        }
        all
    }

    /// Each claimant's part of what is paid: parts of a running total, so that they add up.
    fn share_out(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        claimed: Row<Money>,
        paid: Row<Money>,
        claimants: Vec<Claimant>,
    ) {
        if claimants.is_empty() {
            return;
        }
        // A penny keeps the division defined in years without any claim; there every part is nought.
        let penny = b.penny();
        let divisor = b.money(subject, "claimed_or_a_penny", "what it is asked to pay, or a penny", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.max(divisor.at(t), &[claimed.at(t), penny]);
        }
        let mut before: Option<(Row<Money>, Row<Money>)> = None;
        for Claimant { of, label, claim } in claimants {
            let own = b.sheet.subject(Subject {
                organisation: None,
                kind: self.head.kind,
                name: Some(self.head.name.clone()),
                title: format!("{}: pays for {}", self.head.title, of.title),
                place: Some(self.head.place),
            });
            let row = |b: &mut Build<'_>, measure: &str, words: &str| {
                b.sheet.row::<Money>(own, format!("{measure}_{label}"), words.to_owned(), Years::PLAN)
            };
            let running = row(b, "claimed_to", "claims up to this one");
            let so_far = row(b, "paid_to", "paid up to this claim, in proportion");
            let part = row(b, "paid_for", "paid for it in the year");
            let change = row(b, "change_for", "paid for it: change");
            for t in b.horizon.plan() {
                let earlier = before.map(|(r, _)| (Sign::Plus, r.at(t)));
                b.sheet.sum(running.at(t), earlier.into_iter().chain([(Sign::Plus, claim.at(t))]));
                let pro_rata = Product::of(paid.at(t)).in_proportion(running.at(t), divisor.at(t));
                b.sheet.product(so_far.at(t), &pro_rata);
                let earlier = before.map(|(_, p)| (Sign::Minus, p.at(t)));
                b.sheet.sum(part.at(t), [(Sign::Plus, so_far.at(t))].into_iter().chain(earlier));
                let last_year = (t > 1).then(|| (Sign::Minus, part.at(t - 1)));
                b.sheet.sum(change.at(t), [(Sign::Plus, part.at(t))].into_iter().chain(last_year));
            }
            before = Some((running, so_far));
            b.step(&of.organisation, Step::Programme, Sign::Minus, change);
            b.paid_by_funds.push((of.kind, of.name, part));
            b.facts.contributions.push(Contribution {
                sign: Sign::Minus,
                income: true,
                one_off: OneOff::All,
                recurrence: Recurrence::OneOff,
                part: Part::TimeLimited,
                social_care: of.social_care,
                service: of.service,
                ..Contribution::new(of.organisation, Total::Requirement, part, ("fund", self.head.name.clone()))
            });
        }
    }

    /// Running costs and savings of the first year after the end, when the plan has that year.
    pub(super) fn cliff(&self, b: &mut Build<'_>) -> Option<Cliff> {
        let year = self.years(b).1 + 1;
        if !b.horizon.plan().contains(&year) {
            return None;
        }
        let runs_on: Vec<FundClaim> = self.claims(b).filter(|c| c.runs_on).cloned().collect();
        if runs_on.is_empty() {
            return None;
        }
        let saved = |c: &FundClaim| {
            let saving = b.facts.savings.iter().find(|s| c.kind == "saving" && s.name == c.name);
            saving.map(|s| s.in_year.at(year))
        };
        let saved: Vec<Cell<Money>> = runs_on.iter().filter_map(saved).collect();
        let subject = b.subject(&self.head);
        let running_cost = b.sheet.scalar::<Money>(
            subject,
            "cliff_running_cost",
            "running costs it no longer pays, in the first year after it",
        );
        b.sheet.sum(running_cost, runs_on.iter().map(|c| (Sign::Plus, c.cost.at(year))));
        let savings =
            b.sheet.scalar::<Money>(subject, "cliff_savings", "what those schemes save, in the first year after it");
        b.sheet.sum(savings, saved.into_iter().map(|cell| (Sign::Plus, cell)));
        let words = "running costs it no longer pays, less what those schemes save, in the first year after it";
        let cliff = b.sheet.scalar::<Money>(subject, "cliff", words);
        b.sheet.sum(cliff, [(Sign::Plus, running_cost), (Sign::Minus, savings)]);
        Some(Cliff { year, running_cost, savings, cliff })
    }
}
