//! # Grants: what they may fund, and where they go
//!
//! **What you write**: on `kind = "grant"` the line it may fund (`ring_fence`), and the funding it
//! becomes part of with the year from which it does: `rolled_into = { funding = "rsg", from =
//! "2027/28" }`.
//!
//! **What it means**: a ring-fenced grant beyond the budget of its line cannot be spent there, and is
//! a finding; no figure changes. A grant that is rolled into another counts as itself until the year
//! before, and from that year as general money of the funding it went into: a row of its own, as
//! recurrent as that funding is and marked for nothing. Total funding does not move. `notional` keeps
//! what the grant would have been, as a memo. Money marked for social care loses its mark with the
//! rolling, so the social care gap widens by it, though nobody received less.
//!
//! **Source**: former grants inside the Revenue Support Grant since 2026-27, with published notional
//! allocations that ring-fence nothing.

use smol_str::SmolStr;

use super::context::{Build, Head};
use super::contribution::{Contribution, OneOff, Recurrence, Total};
use super::funding::RingFenced;
use crate::language::{Item, Key, KeyKind, Section};
use crate::sheet::{Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Name};

/// The keys of a grant that becomes part of another.
pub(super) const ROLLED_INTO: Section = Section {
    name: "",
    help: "where a grant goes when it is no grant of its own any more",
    keys: &[
        Key::required("funding", KeyKind::Reference("funding"), "the funding it becomes part of, as general money"),
        Key::required("from", KeyKind::Year, "the first year in which it does"),
    ],
    belongs: false,
};

/// The row a rolled grant keeps of what it would have been.
pub(super) const NOTIONAL: (&str, &str) = ("notional", "what the grant would have been, whether or not rolled in");

/// What a grant may fund and where it goes, as resolved.
#[derive(Debug, Default)]
pub(super) struct Grant {
    ring_fence: Option<Name>,
    pub(super) rolled: Option<Rolled>,
}

#[derive(Debug)]
pub(super) struct Rolled {
    into: Name,
    from: FinancialYear,
}

/// Reads the keys of a grant.
pub(super) fn read(item: &Item<'_>) -> Option<Grant> {
    let ring_fence = item.reference("ring_fence");
    let Some(group) = item.group("rolled_into") else {
        return (!item.has("rolled_into")).then_some(Grant { ring_fence, rolled: None });
    };
    let (into, from) = (group.reference("funding"), group.year("from"));
    if item.has("part_of") {
        item.refuse(&["rolled_into"], "it is listed as a part of another, and counts with that");
    }
    if into.as_ref() == Some(&item.name) {
        group.tell(
            Diagnostic::error("rolled_into_itself", format!("`{}` is rolled into itself", item.path))
                .at(group.place_of("funding"))
                .hint("name the funding it becomes part of, or leave `rolled_into` out"),
        );
        return None;
    }
    let last = group.reading.rules.horizon.last();
    if let Some(from) = from.filter(|from| *from > last) {
        let message = format!("`{}.from` is {from}, after the last plan year", group.path);
        group.tell(
            Diagnostic::error("unknown_year", message)
                .at(group.place_of("from"))
                .hint(format!("the plan ends with {last}: leave `rolled_into` out")),
        );
        return None;
    }
    Some(Grant { ring_fence, rolled: Some(Rolled { into: into?, from: from? }) })
}

impl Rolled {
    /// Parts what the grant would have been into its own row, before the rolling, and the row that
    /// counts with the other funding from then on.
    pub(super) fn split(&self, b: &mut Build<'_>, subject: SubjectId, head: &Head, notional: Row<Money>) -> Row<Money> {
        let into = b.names.find("funding", self.into.as_str()).map_or_else(SmolStr::default, |(_, d)| d.title.clone());
        let amount = b.money(subject, "amount", "amount of the year as a grant of its own", Years::PLAN);
        let other = b.sheet.subject(Subject {
            organisation: head.organisation.clone(),
            kind: head.kind,
            name: Some(head.name.clone()),
            title: format!("{}, rolled into {into}", head.title).into(),
            place: Some(head.place),
        });
        let rolled = b.money(other, "rolled_in", "amount counted as general money", Years::PLAN);
        for t in b.horizon.plan() {
            let row = if b.horizon.year(t) < self.from { amount } else { rolled };
            b.sheet.sum(row.at(t), [(Sign::Plus, notional.at(t))]);
        }
        b.know_money("funding", &head.name, "rolled_in", rolled);
        amount
    }
}

impl Grant {
    /// Adds what needs every line and every funding to be there.
    pub(super) fn close(&self, b: &mut Build<'_>, head: &Head) {
        if let Some(line) = &self.ring_fence {
            ring_fence(b, head, line);
        }
        if let Some(rolled) = &self.rolled {
            general(b, head, rolled);
        }
    }
}

/// What of the grant lies beyond the budget of the line it may fund.
fn ring_fence(b: &mut Build<'_>, head: &Head, line: &Name) {
    let Some(budget) = b.known_money("line", line, "closing") else { return };
    let title = b.names.find("line", line.as_str()).map_or_else(|| line.in_words(), |(_, d)| d.title.clone());
    let Some(own) = b.facts.funding.iter().position(|f| f.name == head.name) else { return };
    let (amount, subject) = (b.facts.funding[own].amount, b.facts.funding[own].subject);
    let terms = [(Sign::Plus, amount), (Sign::Minus, budget)];
    let words = "amount beyond the budget of the line it may fund, or short of it when negative";
    let beyond = b.sum_of(subject, "beyond_ring_fence", words, &terms);
    b.facts.funding[own].ring_fence = Some(RingFenced { line: title.to_string(), budget, beyond });
}

/// The rolled part counts with the other funding: as recurrent as that is, and marked for nothing.
fn general(b: &mut Build<'_>, head: &Head, rolled: &Rolled) {
    let Some(organisation) = head.organisation.clone() else { return };
    let Some(row) = b.known_money("funding", &head.name, "rolled_in") else { return };
    let into = b.facts.funding.iter().find(|f| f.name == rolled.into).map(|f| f.recurrence);
    let recurrence = into.unwrap_or(Recurrence::NotStated);
    let name = format!("{}_rolled_into_{}", head.name, rolled.into).parse().unwrap_or_else(|_| head.name.clone());
    let general = Head { name: name.clone(), ..head.clone() };
    b.register(&general, row, Sign::Minus, recurrence);
    b.facts.contributions.push(Contribution {
        one_off: if recurrence == Recurrence::OneOff { OneOff::All } else { OneOff::None },
        income: true,
        recurrence,
        ..Contribution::new(organisation, Total::Funding, row, ("funding", name))
    });
}
