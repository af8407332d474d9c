//! What a mechanism says of its rows: to which total they count, at which step of the roll-forward,
//! whether they recur, and how items stand to each other.

use smol_str::SmolStr;

use super::context::Head;
use crate::sheet::{Cell, Row, Sign};
use crate::vocabulary::{Money, Name, Place};

/// Whether an item continues into next year's base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recurrence {
    /// It does.
    Recurrent,
    /// It affects only its own years.
    OneOff,
    /// The plan does not say; counted as recurrent and shown beside.
    NotStated,
}

impl Recurrence {
    /// From `recurrent = true | false | "not_stated"`.
    #[must_use]
    pub fn from_key(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::Recurrent,
            Some(false) => Self::OneOff,
            None => Self::NotStated,
        }
    }

    /// The word in CSV and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recurrent => "recurrent",
            Self::OneOff => "one_off",
            Self::NotStated => "not_stated",
        }
    }
}

/// Which total a contribution belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Total {
    /// What is needed.
    Requirement,
    /// What is available.
    Funding,
    /// What is saved.
    Savings,
}

/// A row that counts towards one of an organisation's totals.
#[derive(Debug, Clone)]
pub struct Contribution {
    /// Whose total.
    pub organisation: Name,
    /// Which total.
    pub total: Total,
    /// Added or taken off.
    pub sign: Sign,
    /// The amounts.
    pub row: Row<Money>,
    /// What part of the amounts is one-off: none, all of it, or a row of its own.
    pub one_off: OneOff,
    /// Its amount in the base year, where it has one.
    pub base: Option<Cell<Money>>,
    /// Whether it counts in the social care gap.
    pub social_care: bool,
    /// The amounts marked for social care, when they are only part of the row (a precept).
    pub marked: Option<Row<Money>>,
    /// Whether it is income that reduces the requirement.
    pub income: bool,
    /// The service it belongs to.
    pub service: Option<SmolStr>,
    /// The item it came from.
    pub item: (&'static str, Name),
    /// Recurrent, one-off or not stated, for tables.
    pub recurrence: Recurrence,
    /// What it is among the measures that lead from the gap before any of them to what is left.
    pub part: Part,
    /// For savings that were cut to what can be reached: what they claimed.
    pub claimed: Option<Row<Money>>,
}

impl Contribution {
    /// A recurrent amount that adds to a total and is expenditure of no particular service.
    #[must_use]
    pub fn new(organisation: Name, total: Total, row: Row<Money>, item: (&'static str, Name)) -> Self {
        Self {
            organisation,
            total,
            sign: Sign::Plus,
            row,
            one_off: OneOff::None,
            base: None,
            social_care: false,
            marked: None,
            income: false,
            service: None,
            item,
            recurrence: Recurrence::Recurrent,
            part: Part::Usual,
            claimed: None,
        }
    }
}

/// What a contribution is among the measures that lead from the gap before any of them to what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// What its total says: requirement, funding, or a body's own saving.
    #[default]
    Usual,
    /// A saving of a new way of caring, across bodies.
    CareModel,
    /// What is put back to make savings: investment, running costs, community services.
    Reinvestment,
    /// What savings of different programmes both claim.
    Overlap,
    /// Money with an end: a fund, sustainability money.
    TimeLimited,
}

/// What part of a contribution is one-off.
#[derive(Debug, Clone, Copy)]
pub enum OneOff {
    /// None.
    None,
    /// All of it.
    All,
    /// The amounts of this row.
    Part(Row<Money>),
}

/// A step of the budget roll-forward (domain: base, reversals, full-year effects, …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Last year's one-offs taken out.
    Reversal,
    /// The rest of what began part-way through an earlier year.
    FullYearEffect,
    /// The base put right.
    Rebase,
    /// Price rises.
    Price,
    /// More or fewer to serve.
    Volume,
    /// Growth and pressures.
    Growth,
    /// Published budgets taken as printed: their change from year to year.
    Published,
    /// Contributions to reserves.
    Contribution,
    /// Costs of making savings.
    CostToAchieve,
    /// Payments between the organisations of the scenario.
    Transfer,
    /// The cost of earlier support: repayment and financing.
    Support,
    /// Capital financing: what is set aside to repay borrowing, and interest.
    CapitalFinancing,
    /// A budget held for what is not foreseen.
    Contingency,
    /// New duties.
    NewDuty,
    /// Pooled budgets: contributions and shares of what is over or under.
    Pool,
    /// Programmes: what they invest and cost to run, less what funds and receipts pay.
    Programme,
}

impl Step {
    /// All of them in the order of the roll-forward.
    pub const ALL: [Self; 16] = [
        Self::Reversal,
        Self::FullYearEffect,
        Self::Rebase,
        Self::Price,
        Self::Volume,
        Self::Growth,
        Self::Published,
        Self::Contribution,
        Self::CostToAchieve,
        Self::Transfer,
        Self::Support,
        Self::CapitalFinancing,
        Self::Contingency,
        Self::NewDuty,
        Self::Pool,
        Self::Programme,
    ];

    /// The last part of its address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reversal => "one_offs_reversed",
            Self::FullYearEffect => "full_year_effects",
            Self::Rebase => "rebase",
            Self::Price => "price",
            Self::Volume => "volume",
            Self::Growth => "growth",
            Self::Published => "change_in_published_budgets",
            Self::Contribution => "change_in_contributions_to_reserves",
            Self::CostToAchieve => "change_in_cost_to_achieve",
            Self::Transfer => "change_in_transfers",
            Self::Support => "change_in_cost_of_support",
            Self::CapitalFinancing => "change_in_capital_financing",
            Self::Contingency => "change_in_contingency",
            Self::NewDuty => "change_in_new_duties",
            Self::Pool => "change_in_pooled_budgets",
            Self::Programme => "change_in_programmes",
        }
    }

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Reversal => "last year's one-offs taken out",
            Self::FullYearEffect => "full-year effect of earlier decisions",
            Self::Rebase => "base put right",
            Self::Price => "pay and prices",
            Self::Volume => "demand (volume, at the new price)",
            Self::Growth => "growth and pressures",
            Self::Published => "change in published budgets",
            Self::Contribution => "contributions to reserves (change)",
            Self::CostToAchieve => "costs to achieve (change)",
            Self::Transfer => "transfers between organisations (change)",
            Self::Support => "cost of earlier support (change)",
            Self::CapitalFinancing => "capital financing: set-aside and interest paid or lost (change)",
            Self::Contingency => "contingency (change)",
            Self::NewDuty => "new duties (change)",
            Self::Pool => "pooled budgets: contributions and shares (change)",
            Self::Programme => "programmes: investment and running costs, less what funds pay (change)",
        }
    }
}

/// An item and its row of in-year amounts, for what refers to items by path.
#[derive(Debug, Clone)]
pub struct ItemRow {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: Name,
    /// Whose it is.
    pub organisation: Option<Name>,
    /// Its amounts in the year, as positive magnitudes.
    pub row: Row<Money>,
    /// Whether more of it widens the gap (plus) or narrows it (minus).
    pub effect: Sign,
    /// Whether it is listed beside a total without counting in it.
    pub memo: bool,
    /// The item it is a part of (`of which`), by name within its kind.
    pub part_of: Option<Name>,
    /// Whether it recurs.
    pub recurrence: Recurrence,
    /// The service path, when given.
    pub service: Option<SmolStr>,
    /// Where it stands.
    pub place: Place,
}

/// How an item stands to the totals.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// It is listed beside a total without counting in it.
    pub memo: bool,
    /// It is part of another item of its kind.
    pub part_of: Option<Name>,
    /// The service it belongs to.
    pub service: Option<SmolStr>,
}

/// Something that joins a line's roll-forward: it widens the gap when positive.
#[derive(Debug, Clone)]
pub struct Join {
    /// The line.
    pub line: Name,
    /// The step at which it joins.
    pub step: Step,
    /// Its amounts.
    pub row: Row<Money>,
    /// Whether it is taken out again next year.
    pub one_off: bool,
    /// What joins, for messages.
    pub by: Head,
}
