//! What the items of a plan are: kept by the mechanisms beside their rows while the sheet is built,
//! read by the totals there and by every report afterwards. Rows and words only; no amounts.

use super::capital_receipts::ReceiptsFacts;
use super::clawback::ClawbackFacts;
use super::clients::DemandFacts;
use super::context::Head;
use super::contribution::{Contribution, ItemRow};
use super::control_total::Held;
use super::correlation::CorrelationFact;
use super::dsg::DsgFacts;
use super::duty::DutyFacts;
use super::flow::Flowing;
use super::fund::FundFacts;
use super::funding::FundingFacts;
use super::gap::Stated;
use super::history::HistoryFacts;
use super::parts::PartsFacts;
use super::pause::PauseFacts;
use super::pool::PoolFacts;
use super::prevention::PreventionFacts;
use super::published::PublishedFacts;
use super::real_terms::RealTermsFacts;
use super::reserve::Pot;
use super::resilience::ResilienceFacts;
use super::risk::{RegisterFacts, RiskFacts};
use super::saving::SavingFacts;
use super::shift::ShiftFacts;
use super::solutions::SolutionFacts;
use super::support::Supported;
use super::system::View;
use super::totals::ServiceFacts;
use super::transfer::Moving;
use crate::sheet::Cell;
use crate::vocabulary::{Money, Name};

/// Money that stops at the end of a year, which a mechanism knows of.
#[derive(Debug, Clone)]
pub struct Cliff {
    /// Whose it is.
    pub organisation: Name,
    /// The title of the item it belongs to.
    pub title: String,
    /// The last amount.
    pub amount: Cell<Money>,
    /// What the amount is and when it stops, in words that follow it.
    pub words: String,
}

/// What the items of a plan are, each kind in file order.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The views of a system.
    pub views: Vec<View>,
    /// What counts towards totals.
    pub contributions: Vec<Contribution>,
    /// Items with their amounts in the year.
    pub items: Vec<ItemRow>,
    /// Client groups: lines that are clients × a fee.
    pub demand: Vec<DemandFacts>,
    /// Savings.
    pub savings: Vec<SavingFacts>,
    /// Funding.
    pub funding: Vec<FundingFacts>,
    /// Reserves.
    pub pots: Vec<Pot>,
    /// Capital receipts.
    pub receipts: Vec<ReceiptsFacts>,
    /// Transfers between reserves.
    pub transfers: Vec<Moving>,
    /// Deficits on the dedicated schools grant.
    pub dsg: Vec<DsgFacts>,
    /// Years whose money the plan is shown in, beside its cash.
    pub real_terms: Vec<RealTermsFacts>,
    /// Pauses.
    pub pauses: Vec<PauseFacts>,
    /// Indicators of councils' resilience.
    pub resilience: Vec<ResilienceFacts>,
    /// Control totals of NHS bodies.
    pub control_totals: Vec<Held>,
    /// Support.
    pub supports: Vec<Supported>,
    /// Payments between organisations.
    pub flows: Vec<Flowing>,
    /// Pooled budgets.
    pub pools: Vec<PoolFacts>,
    /// Savings that are clawed back.
    pub clawbacks: Vec<ClawbackFacts>,
    /// What became of the savings of past years.
    pub histories: Vec<HistoryFacts>,
    /// Figures that go together when futures are drawn.
    pub correlations: Vec<CorrelationFact>,
    /// Budget risks, in no total.
    pub risks: Vec<RiskFacts>,
    /// What the risks of an organisation come to.
    pub registers: Vec<RegisterFacts>,
    /// Gaps that were published as figures.
    pub stated: Vec<Stated>,
    /// New duties.
    pub duties: Vec<DutyFacts>,
    /// Prevention.
    pub preventions: Vec<PreventionFacts>,
    /// Moves of care from beds to the community.
    pub shifts: Vec<ShiftFacts>,
    /// Funds.
    pub funds: Vec<FundFacts>,
    /// Money that stops, beside funds and funding that say their own end.
    pub cliffs: Vec<Cliff>,
    /// Published figures kept beside the model.
    pub published: Vec<PublishedFacts>,
    /// The ways from the gap before any measure to what is still to find.
    pub solutions: Vec<SolutionFacts>,
    /// Subtotals by service.
    pub services: Vec<ServiceFacts>,
    /// Items that have parts, reconciled with them.
    pub parts: Vec<PartsFacts>,
    /// Items to be confirmed: listed, and in no total.
    pub left_out: Vec<Head>,
}
