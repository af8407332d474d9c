//! The finance: one rule, one file, which a finance person can read. Each says what you write, what
//! it means, the formula with its units and timing, and the source.
//!
//! A mechanism sees names, years and a [builder](context::Build); it adds rows and says to which
//! total each counts. Totals, balance rule and views ask by total and never by mechanism, so a new
//! mechanism changes nothing that is there, and one that a scenario does not mention changes no
//! figure.

pub mod balance;
pub mod borrowing;
mod business_rates;
pub mod capital_receipts;
pub mod clawback;
pub mod clients;
mod collection_fund;
pub mod context;
pub mod contingency;
pub mod contribution;
pub mod control_total;
pub mod correlation;
pub mod council_tax;
pub mod deduction;
pub mod driver;
pub mod dsg;
pub mod duty;
pub mod duty_to_balance;
pub mod facts;
pub mod flow;
pub mod fund;
pub mod funding;
pub mod gap;
mod grant;
pub mod history;
pub mod left_out;
pub mod levy;
pub mod line;
pub mod organisation;
pub mod overlap;
pub mod parts;
pub mod pause;
pub mod payer;
pub mod pool;
pub mod pressure;
pub mod prevention;
pub mod profile;
pub mod published;
pub mod real_terms;
pub mod rebase;
pub mod referendum_limit;
pub mod reserve;
pub mod resilience;
pub mod risk;
mod rows;
pub mod saving;
mod share;
pub mod shift;
pub mod solutions;
mod split;
pub mod status;
pub mod support;
pub mod system;
pub mod timing;
pub mod totals;
pub mod transfer;
mod transition;

use context::{Build, Head};

use crate::language::{Item, Section};

/// A named thing as resolved, able to add its rows to the sheet. Each step is done for all things
/// before the next begins.
pub trait Mechanism: std::fmt::Debug + Send + Sync {
    /// What every named thing has.
    fn head(&self) -> &Head;
    /// Declares rows that others may refer to before they are defined.
    fn declare(&self, _b: &mut Build<'_>) {}
    /// Adds its rows.
    fn build(&self, _b: &mut Build<'_>) {}
    /// Adds what needs everything else of its total to be there.
    fn close(&self, _b: &mut Build<'_>) {}
    /// Adds what makes up to a published total, when everything else that counts is there.
    fn make_up(&self, _b: &mut Build<'_>) {}
    /// Adds what needs the totals.
    fn after_totals(&self, _b: &mut Build<'_>) {}
    /// Adds what compares with finished measures.
    fn reconcile(&self, _b: &mut Build<'_>) {}
}

/// A kind of item: its table of keys and how it is read.
#[derive(Debug)]
pub struct Kind {
    /// Its keys.
    pub section: &'static Section,
    /// Reads one.
    pub read: fn(&Item<'_>) -> Option<Box<dyn Mechanism>>,
}

/// The kinds of items, in the order in which they are built: each after what it may refer to.
/// Drivers are read by [`driver::read`], since their entries may be plain rates.
pub const KINDS: &[Kind] = &[
    Kind { section: &status::SECTION, read: status::read },
    Kind { section: &rebase::SECTION, read: rebase::read },
    Kind { section: &pressure::SECTION, read: pressure::read },
    Kind { section: &line::SECTION, read: line::read },
    Kind { section: &duty::SECTION, read: duty::read },
    Kind { section: &pause::SECTION, read: pause::read },
    Kind { section: &saving::SECTION, read: saving::read },
    Kind { section: &prevention::SECTION, read: prevention::read },
    Kind { section: &deduction::SECTION, read: deduction::read },
    Kind { section: &referendum_limit::SECTION, read: referendum_limit::read },
    Kind { section: &levy::SECTION, read: levy::read },
    Kind { section: &funding::SECTION, read: funding::read },
    Kind { section: &borrowing::SECTION, read: borrowing::read },
    Kind { section: &capital_receipts::SECTION, read: capital_receipts::read },
    Kind { section: &contingency::SECTION, read: contingency::read },
    Kind { section: &reserve::SECTION, read: reserve::read },
    Kind { section: &transfer::SECTION, read: transfer::read },
    Kind { section: &dsg::SECTION, read: dsg::read },
    Kind { section: &control_total::SECTION, read: control_total::read },
    Kind { section: &support::SECTION, read: support::read },
    Kind { section: &flow::SECTION, read: flow::read },
    Kind { section: &pool::SECTION, read: pool::read },
    Kind { section: &clawback::SECTION, read: clawback::read },
    Kind { section: &shift::SECTION, read: shift::read },
    Kind { section: &gap::SECTION, read: gap::read },
    Kind { section: &fund::SECTION, read: fund::read },
    Kind { section: &published::SECTION, read: published::read },
    Kind { section: &real_terms::SECTION, read: real_terms::read },
    Kind { section: &history::SECTION, read: history::read },
    Kind { section: &correlation::SECTION, read: correlation::read },
    Kind { section: &risk::SECTION, read: risk::read },
];

/// Builds everything: the mechanisms step by step, the totals, the balance rule, the views.
pub fn build(b: &mut Build<'_>, mechanisms: &[Box<dyn Mechanism>]) {
    mechanisms.iter().for_each(|m| m.declare(b));
    mechanisms.iter().for_each(|m| m.build(b));
    mechanisms.iter().for_each(|m| m.close(b));
    mechanisms.iter().for_each(|m| m.make_up(b));
    b.sort_contributions();
    let organisations = b.organisations;
    let subjects: Vec<_> = organisations.iter().map(|o| balance::own_subject(b, o)).collect();
    for (organisation, subject) in organisations.iter().zip(&subjects) {
        totals::before_reserves(b, organisation, *subject);
    }
    mechanisms.iter().for_each(|m| m.after_totals(b));
    for (organisation, subject) in organisations.iter().zip(&subjects) {
        balance::build(b, organisation, *subject);
        totals::after_reserves(b, organisation, *subject);
        profile::build(b, organisation, *subject);
        resilience::build(b, organisation);
        risk::register(b, organisation);
        duty_to_balance::of_organisation(b, organisation, *subject);
    }
    control_total::build(b, &subjects);
    system::build(b);
    solutions::build(b);
    parts::reconcile(b);
    mechanisms.iter().for_each(|m| m.reconcile(b));
}
