//! # Capital receipts, and their flexible use
//!
//! **What you write**: `[capital_receipts.assets]` with what is held at the start (`opening`), what is
//! `received` by year, what the capital programme takes (`capital_use`), the financial years in which
//! the law lets receipts pay for change (`permitted`), and, where the receipts would have paid for
//! capital, the borrowing that takes their place (`displaces`). A saving's cost to achieve says
//! `paid_by = "capital_receipts.assets"`.
//!
//! **What it means**: receipts are capital and no reserve: they meet no gap. The capital programme takes
//! its part first, `clamp(its use, 0, what is held)`, so that nothing is spent twice; the costs that name
//! the receipts take what is left, in the permitted years only. What they pay comes off the requirement,
//! one-off; what they cannot pay stays with revenue. Receipts that are spent on revenue are not there for
//! capital: with `displaces` what was used is borrowed instead, and costs set-aside and interest by the
//! rules of [borrowing], recurrent.
//!
//! **Source**: direction on the flexible use of capital receipts, 26 March 2025: costs of change in
//! financial years 2025/26 to 2029/30, paid from receipts of asset sales, not from borrowing or from
//! Right to Buy sales.

use smol_str::SmolStr;

use super::Mechanism;
use super::borrowing::{self, Terms};
use super::context::{Build, Head};
use super::contribution::{Contribution, OneOff, Part, Recurrence, Step, Total};
use super::split::{self, Share};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Row, Sign, SubjectId, Years};
use crate::vocabulary::{FinancialYear, Money, Name, Unit};

/// The keys of capital receipts.
pub const SECTION: Section = Section {
    name: "capital_receipts",
    help: "receipts of asset sales: capital, and for a time allowed to pay the costs of change; never a reserve",
    keys: &[
        Key::required("opening", KeyKind::Single(Unit::Money), "what is held at the start of the first plan year"),
        Key::optional("received", KeyKind::Yearly(Unit::Money), "what is received in each year; left out: nothing"),
        Key::optional(
            "capital_use",
            KeyKind::Yearly(Unit::Money),
            "what the capital programme takes in each year, before anything else; left out: nothing",
        ),
        Key::required(
            "permitted",
            KeyKind::YearSpan,
            "the first and the last year in which receipts may pay the costs of change",
        ),
        Key::optional(
            "displaces",
            KeyKind::Group(&DISPLACES),
            "the borrowing that takes the place of receipts spent on revenue; left out: they would have paid for nothing else",
        ),
    ],
    belongs: true,
};

const DISPLACES: Section = Section {
    name: "",
    help: "the terms of the borrowing that takes the place of the receipts",
    keys: &borrowing::TERMS,
    belongs: false,
};

/// A cost to achieve that names capital receipts.
#[derive(Debug, Clone)]
pub struct ReceiptClaim {
    /// The receipts.
    pub receipts: Name,
    /// The saving that is made.
    pub saving: Name,
    /// Its title.
    pub title: String,
    /// The cost.
    pub cost: Row<Money>,
    /// The service it belongs to.
    pub service: Option<SmolStr>,
    /// Whether it counts in the social care gap.
    pub social_care: bool,
}

/// What reports say of capital receipts.
#[derive(Debug, Clone)]
pub struct ReceiptsFacts {
    /// Their name.
    pub name: Name,
    /// Their title.
    pub title: String,
    /// Whose they are.
    pub organisation: Name,
    /// The costs of change that name them.
    pub claimed: Row<Money>,
    /// What they pay of those.
    pub used: Row<Money>,
    /// What the capital programme means to take, and what it gets.
    pub capital: Option<(Row<Money>, Row<Money>)>,
    /// What is held at the end of each year.
    pub closing: Row<Money>,
}

#[derive(Debug)]
struct CapitalReceipts {
    head: Head,
    opening: Figure,
    received: Option<Figure>,
    capital_use: Option<Figure>,
    permitted: (FinancialYear, FinancialYear),
    displaces: Option<Terms>,
}

/// Reads capital receipts.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (opening, received, capital_use) =
        (item.figure("opening"), item.figure("received"), item.figure("capital_use"));
    let permitted = item.year_span("permitted");
    let displaces = if item.has("displaces") { Some(borrowing::terms(&item.group("displaces")?)?) } else { None };
    Some(Box::new(CapitalReceipts {
        head: head?,
        opening: opening?,
        received,
        capital_use,
        permitted: permitted?,
        displaces,
    }))
}

impl CapitalReceipts {
    /// What the receipts pay comes off the requirement, each claimant's part with its own service and sector.
    fn pays(&self, b: &mut Build<'_>, organisation: &Name, paid: Vec<(ReceiptClaim, SubjectId, Row<Money>)>) {
        for (claim, subject, row) in paid {
            let item = (SECTION.name, self.head.name.clone());
            let counted = Contribution {
                sign: Sign::Minus,
                income: true,
                one_off: OneOff::All,
                recurrence: Recurrence::OneOff,
                part: Part::TimeLimited,
                social_care: claim.social_care,
                service: claim.service,
                ..Contribution::new(organisation.clone(), Total::Requirement, row, item)
            };
            let change = (format!("change_for_{}", claim.saving), "paid: change");
            b.require(subject, Step::CostToAchieve, change, counted);
            b.paid_by_funds.push(("saving", claim.saving, row));
        }
    }

    /// The borrowing that takes the place of what was used.
    fn replace(&self, b: &mut Build<'_>, organisation: &Name, used: Row<Money>, terms: &Terms) {
        let subject = b.part(&self.head, "borrowing in their place");
        let cost = borrowing::cost(b, subject, used, terms);
        let counted =
            Contribution::new(organisation.clone(), Total::Requirement, cost, (SECTION.name, self.head.name.clone()));
        b.require(subject, Step::CapitalFinancing, ("cost_change", "set-aside and interest: change"), counted);
    }
}

impl Mechanism for CapitalReceipts {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let opening = b.given_once::<Money>(subject, "opening", "held at the start", &self.opening);
        let received = self.received.as_ref().map(|f| b.given::<Money>(subject, "received", "received in the year", f));
        let wanted =
            self.capital_use.as_ref().map(|f| b.given::<Money>(subject, "capital_use", "wanted for capital", f));
        let mut claims: Vec<ReceiptClaim> =
            b.paid_by_receipts.iter().filter(|c| c.receipts == self.head.name).cloned().collect();
        claims.sort_by(|a, c| a.saving.cmp(&c.saving));
        let rows: Vec<_> = claims.iter().map(|c| (Sign::Plus, c.cost)).collect();
        let claimed = b.sum_of(subject, "claimed", "costs of change that name these receipts", &rows);
        let held = b.money(subject, "held", "held, with what is received", Years::PLAN);
        let capital = wanted.map(|wanted| (wanted, b.money(subject, "capital_used", "used for capital", Years::PLAN)));
        let left = b.money(subject, "left_for_change", "left for the costs of change", Years::PLAN);
        let used = b.money(subject, "used", "paid of the costs of change", Years::PLAN);
        let closing = b.money(subject, "closing", "held at the end of the year", Years::PLAN);
        let nought = b.nought();
        for t in b.horizon.plan() {
            let before = if t > 1 { closing.at(t - 1) } else { opening };
            let comes_in = received.map(|r| (Sign::Plus, r.at(t)));
            b.sheet.sum(held.at(t), [(Sign::Plus, before)].into_iter().chain(comes_in));
            if let Some((wanted, row)) = capital {
                b.sheet.clamp(row.at(t), wanted.at(t), nought, held.at(t));
            }
            let taken = capital.map(|(_, row)| (Sign::Minus, row.at(t)));
            b.sheet.sum(left.at(t), [(Sign::Plus, held.at(t))].into_iter().chain(taken));
            let (first, last) = self.permitted;
            if (first..=last).contains(&b.horizon.year(t)) {
                b.sheet.clamp(used.at(t), claimed.at(t), nought, left.at(t));
            }
            b.sheet.sum(closing.at(t), [(Sign::Plus, left.at(t)), (Sign::Minus, used.at(t))]);
        }
        let shares: Vec<Share> = claims
            .iter()
            .map(|c| Share {
                subject: b.part(&self.head, &format!("pays for {}", c.title)),
                label: c.saving.to_string(),
                claim: c.cost,
            })
            .collect();
        let parts = split::pro_rata(b, subject, used, claimed, &shares, "used_for");
        let paid = claims.into_iter().zip(shares).zip(parts).map(|((claim, share), part)| (claim, share.subject, part));
        self.pays(b, &organisation, paid.collect());
        if let Some(terms) = &self.displaces {
            self.replace(b, &organisation, used, terms);
        }
        let (name, title) = (self.head.name.clone(), self.head.title.to_string());
        b.facts.receipts.push(ReceiptsFacts { name, title, organisation, claimed, used, capital, closing });
    }
}
