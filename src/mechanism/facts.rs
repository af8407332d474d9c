//! What the items of a plan are: kept by the mechanisms beside their rows while the sheet is built,
//! read by the totals there and by every report afterwards. Rows and words only; no amounts.

use super::context::Head;
use super::contribution::{Contribution, ItemRow};
use super::duty::DutyFacts;
use super::flow::Flowing;
use super::fund::FundFacts;
use super::funding::FundingFacts;
use super::gap::Stated;
use super::parts::PartsFacts;
use super::prevention::PreventionFacts;
use super::published::PublishedFacts;
use super::reserve::Pot;
use super::saving::SavingFacts;
use super::shift::ShiftFacts;
use super::support::Supported;
use super::system::View;
use super::totals::ServiceFacts;

/// What the items of a plan are, each kind in file order.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The views of a system.
    pub views: Vec<View>,
    /// What counts towards totals.
    pub contributions: Vec<Contribution>,
    /// Items with their amounts in the year.
    pub items: Vec<ItemRow>,
    /// Savings.
    pub savings: Vec<SavingFacts>,
    /// Funding.
    pub funding: Vec<FundingFacts>,
    /// Reserves.
    pub pots: Vec<Pot>,
    /// Support.
    pub supports: Vec<Supported>,
    /// Payments between organisations.
    pub flows: Vec<Flowing>,
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
    /// Published figures kept beside the model.
    pub published: Vec<PublishedFacts>,
    /// Subtotals by service.
    pub services: Vec<ServiceFacts>,
    /// Items that have parts, reconciled with them.
    pub parts: Vec<PartsFacts>,
    /// Items to be confirmed: listed, and in no total.
    pub left_out: Vec<Head>,
}
