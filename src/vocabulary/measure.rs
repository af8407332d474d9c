//! The measures of an organisation, and the one place that knows their sign.
//!
//! **A positive gap is a shortfall**, for every body and in every view. NHS bodies also print their
//! position as they report it, surplus positive and deficit negative; that turn of sign is a cell
//! of its own (`reported_position`), never a second convention.

/// What an organisation's (or a system's) row measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// What is spent, before income: lines, pressures, transfers paid, contributions to reserves.
    GrossExpenditure,
    /// What comes in: income lines, transfers received and funding.
    GrossIncome,
    /// What is needed before savings: the "do nothing" budget.
    Requirement,
    /// What is available: council tax, grants, allocations. Never reserves.
    Funding,
    /// Savings in the year.
    Savings,
    /// Requirement less savings.
    NetBudgetRequirement,
    /// Requirement less funding.
    GapBeforeSavings,
    /// Gap before savings less the planned use of reserves: what savings must reach.
    SavingsRequirement,
    /// Gap before savings less savings.
    GapAfterSavings,
    /// Gap after savings, planned use of reserves and deficit support: what is still to find.
    GapAfterPlannedReserves,
    /// What remains if nothing else is done: after draws on reserves and exceptional support.
    GapAfterReserves,
    /// The gap before savings of every year so far, added: cash, never a savings target.
    SumOfGaps,
    /// Growth in social care requirement less its savings less growth in funding marked for it.
    SocialCareGap,
    /// One-off items of the requirement.
    OneOffRequirement,
    /// One-off funding.
    OneOffFunding,
    /// One-off savings.
    OneOffSavings,
    /// Planned use of reserves, as far as the gap of the run takes it.
    PlannedReserveUse,
    /// An NHS body's own words for the headline: surplus positive, deficit negative.
    ReportedPosition,
}

impl Measure {
    /// All of them, in reading order.
    pub const ALL: [Self; 18] = [
        Self::GrossExpenditure,
        Self::GrossIncome,
        Self::Requirement,
        Self::Funding,
        Self::Savings,
        Self::NetBudgetRequirement,
        Self::GapBeforeSavings,
        Self::SavingsRequirement,
        Self::GapAfterSavings,
        Self::GapAfterPlannedReserves,
        Self::GapAfterReserves,
        Self::SumOfGaps,
        Self::SocialCareGap,
        Self::OneOffRequirement,
        Self::OneOffFunding,
        Self::OneOffSavings,
        Self::PlannedReserveUse,
        Self::ReportedPosition,
    ];

    /// The last part of its address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::GrossExpenditure => "gross_expenditure",
            Self::GrossIncome => "gross_income",
            Self::Requirement => "requirement",
            Self::Funding => "funding",
            Self::Savings => "savings",
            Self::NetBudgetRequirement => "net_budget_requirement",
            Self::GapBeforeSavings => "gap_before_savings",
            Self::SavingsRequirement => "savings_requirement",
            Self::GapAfterSavings => "gap_after_savings",
            Self::GapAfterPlannedReserves => "gap_after_planned_reserves",
            Self::GapAfterReserves => "gap_after_reserves",
            Self::SumOfGaps => "sum_of_gaps",
            Self::SocialCareGap => "social_care_gap",
            Self::OneOffRequirement => "one_off_requirement",
            Self::OneOffFunding => "one_off_funding",
            Self::OneOffSavings => "one_off_savings",
            Self::PlannedReserveUse => "planned_reserve_use",
            Self::ReportedPosition => "reported_position",
        }
    }

    /// Its words on the screen.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::GrossExpenditure => "gross expenditure",
            Self::GrossIncome => "gross income",
            Self::Requirement => "requirement before savings",
            Self::Funding => "funding",
            Self::Savings => "savings in the year",
            Self::NetBudgetRequirement => "net budget requirement",
            Self::GapBeforeSavings => "gap in the year before savings",
            Self::SavingsRequirement => "savings required after planned reserves",
            Self::GapAfterSavings => "gap in the year after savings",
            Self::GapAfterPlannedReserves => "still to find (after planned reserves)",
            Self::GapAfterReserves => "gap if nothing else is done",
            Self::SumOfGaps => "cash shortfall over the period (sum of gaps before savings)",
            Self::SocialCareGap => "social care gap",
            Self::OneOffRequirement => "one-off items in the requirement",
            Self::OneOffFunding => "one-off items in the funding",
            Self::OneOffSavings => "one-off savings",
            Self::PlannedReserveUse => "planned use of reserves",
            Self::ReportedPosition => "position as reported (surplus positive)",
        }
    }

    /// Whether it is a gap, or a part of one.
    #[must_use]
    pub const fn is_gap(self) -> bool {
        matches!(
            self,
            Self::GapBeforeSavings
                | Self::SavingsRequirement
                | Self::GapAfterSavings
                | Self::GapAfterPlannedReserves
                | Self::GapAfterReserves
                | Self::SocialCareGap
        )
    }

    /// Whether more of it narrows the gap.
    #[must_use]
    pub const fn narrows(self) -> bool {
        matches!(self, Self::Funding | Self::Savings | Self::PlannedReserveUse | Self::GrossIncome)
    }

    /// Measures whose change from the year before is a row of its own (`annual_…`).
    pub const ANNUAL: [Self; 10] = [
        Self::Requirement,
        Self::Funding,
        Self::Savings,
        Self::NetBudgetRequirement,
        Self::GapBeforeSavings,
        Self::SavingsRequirement,
        Self::GapAfterSavings,
        Self::GapAfterPlannedReserves,
        Self::GapAfterReserves,
        Self::SocialCareGap,
    ];

    /// The words of its change from the year before.
    #[must_use]
    pub const fn annual_words(self) -> &'static str {
        match self {
            Self::Requirement => "change in requirement",
            Self::Funding => "change in funding",
            Self::Savings => "new savings",
            Self::NetBudgetRequirement => "change in net budget requirement",
            Self::SocialCareGap => "new social care gap",
            Self::GapBeforeSavings => "new gap in the year",
            Self::SavingsRequirement => "new savings required",
            Self::GapAfterSavings => "new gap in the year after savings",
            Self::GapAfterPlannedReserves => "new in the year: still to find",
            Self::GapAfterReserves => "change in the gap if nothing else is done",
            _ => "change from the year before",
        }
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
