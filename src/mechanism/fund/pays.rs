//! What a fund pays: claims, the money of the year, each claimant's part, and what falls on the
//! organisations when the fund has ended.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::{Cliff, Fund, Pays};
use crate::mechanism::context::Build;
use crate::mechanism::contribution::{Contribution, OneOff, Part, Recurrence, Step, Total};
use crate::mechanism::split::{self, Share};
use crate::sheet::{Cell, Row, Sign, SubjectId, Years};
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
    pub service: Option<SmolStr>,
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
        let shares: Vec<Share> = claimants
            .iter()
            .map(|c| Share {
                subject: b.part(&self.head, &format!("pays for {}", c.of.title)),
                label: c.label.clone(),
                claim: c.claim,
            })
            .collect();
        let parts = split::pro_rata(b, subject, paid, claimed, &shares, "paid_for");
        for ((Claimant { of, label, .. }, share), part) in claimants.into_iter().zip(shares).zip(parts) {
            let counted = Contribution {
                sign: Sign::Minus,
                income: true,
                one_off: OneOff::All,
                recurrence: Recurrence::OneOff,
                part: Part::TimeLimited,
                social_care: of.social_care,
                service: of.service,
                ..Contribution::new(of.organisation, Total::Requirement, part, ("fund", self.head.name.clone()))
            };
            b.require(share.subject, Step::Programme, (format!("change_for_{label}"), "paid for it: change"), counted);
            b.paid_by_funds.push((of.kind, of.name, part));
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
