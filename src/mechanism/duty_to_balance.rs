//! # The duty to balance: who must find a shortfall, and who may report it
//!
//! **What you write**: nothing, and the law of each kind of body holds: a council must set a balanced
//! budget; an NHS body may end the year in deficit and repay it. Or, in `[scenario]`,
//! `balance_duty = "each"`: what if every body had the council's duty? `"together"`: what if the whole
//! system had it, as one?
//!
//! **What it means**: the shortfall that is still to find in a year is one of two things, per body:
//! `must_find`, max(still to find, 0) of a body with the duty; `may_carry`, the same of a body without.
//! A view adds its members'. Under `"together"` one body's surplus meets another's shortfall: the
//! system must find max(Σ still to find, 0). A body with the duty carries no deficit into the next year, so
//! nothing becomes repayable. The duty moves no other figure: it says whose problem the gap is.
//!
//! **Source**: Local Government Finance Act 1992 ss31A, 42A (councils); NHS Act 2006 ss223GC, 223M.
//! The duty bites on the coming year's budget; the program prints amounts and no statutory conclusion.

use super::context::Build;
use super::organisation::Organisation;
use crate::language::{Item, Key, KeyKind};
use crate::sheet::{Sign, SubjectId};
use crate::vocabulary::{FinancialYear, Measure, Name};

/// The keys of `[scenario]` that say which rules bodies balance under.
pub const KEYS: [Key; 2] = [
    Key::default(
        "balance_duty",
        KeyKind::Choice(&["by_kind", "each", "together"]),
        "by_kind",
        "who must balance every year: \"by_kind\", councils; \"each\", what if every body had to; \"together\", what if the whole system had to, as one",
    ),
    Key::optional(
        "nhs_offset_until",
        KeyKind::Year,
        "the last year in which one NHS body's surplus counts against another's deficit; after it each is held to its own control total",
    ),
];

/// Who must balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duty {
    /// Councils, by law.
    #[default]
    ByKind,
    /// Every body for itself.
    Each,
    /// All bodies as one.
    Together,
}

/// The rules a scenario's bodies balance under.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// Who must balance.
    pub duty: Duty,
    /// The last year in which NHS bodies' surpluses and deficits are set against each other.
    pub nhs_offset_until: Option<FinancialYear>,
}

impl Rules {
    /// Reads them from `[scenario]`.
    #[must_use]
    pub fn read(item: &Item<'_>) -> Self {
        let duty = match item.choice("balance_duty") {
            Some("each") => Duty::Each,
            Some("together") => Duty::Together,
            _ => Duty::ByKind,
        };
        Self { duty, nhs_offset_until: item.year("nhs_offset_until") }
    }

    /// Whether a body must balance every year.
    #[must_use]
    pub fn must_balance(&self, organisation: &Organisation) -> bool {
        self.duty != Duty::ByKind || organisation.kind == super::organisation::OrganisationKind::Council
    }
}

const MUST: (&str, &str) = ("must_find", "to be found in the year: the body must balance");
const MAY: (&str, &str) = ("may_carry", "may be reported as a deficit: no duty to balance every year");

/// What a body must find, and what it may carry.
pub(super) fn of_organisation(b: &mut Build<'_>, organisation: &Organisation, subject: SubjectId) {
    let Some(headline) = b.measure(&organisation.name, Measure::GapAfterPlannedReserves) else { return };
    // As one body the system has the duty, and none of its members by itself.
    if b.rules.duty == Duty::Together {
        return;
    }
    let (measure, words) = if b.rules.must_balance(organisation) { MUST } else { MAY };
    let row = b.at_least_nought(subject, measure, words, headline);
    b.know_money(measure, &organisation.name, "shortfall", row);
}

/// The same of a view.
pub(super) fn of_view(b: &mut Build<'_>, subject: SubjectId, view: &Name, members: &[Name]) {
    if b.rules.duty == Duty::Together {
        // The duty is the whole system's: a part of it has none of its own.
        if view.as_str() != "system" {
            return;
        }
        if let Some(headline) = b.measure(view, Measure::GapAfterPlannedReserves) {
            b.at_least_nought(subject, MUST.0, MUST.1, headline);
        }
        return;
    }
    for (measure, words) in [MUST, MAY] {
        let rows: Vec<_> = members
            .iter()
            .filter_map(|m| b.known_money(measure, m, "shortfall"))
            .map(|row| (Sign::Plus, row))
            .collect();
        if !rows.is_empty() {
            b.sum_of(subject, measure, words, &rows);
        }
    }
}
