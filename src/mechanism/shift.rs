//! # Beds to community: what a cheaper service really releases
//!
//! **What you write**: `[shift.beds]` with the beds no longer needed on average in each year
//! (`activity`), what a bed costs a year and which shares of that are `variable`, `semi_fixed` and
//! `fixed`, how many beds make a ward (`step`), the year the site closes if it does, and the cost of
//! the community service that takes over. Who provides, who commissions, who runs the new service,
//! and what comes off the contract (`payment`).
//!
//! **What it means**: at average cost the beds look worth `R(activity × unit cost)`. What is released
//! is less: the variable part `R(activity × unit cost × variable)`; the semi-fixed part only for
//! wards that close whole, `R(unit cost × semi-fixed × beds in closed wards)` with the activity
//! stepped down to whole wards; the fixed part `R(activity × unit cost × fixed)` from the year the
//! site closes. The rest is *stranded*. What is released is a recurrent saving of the provider; the
//! community service is recurrent requirement from its first year, mostly before a ward closes
//! (double running). What comes off the contract is a payment back from provider to commissioner: at
//! average cost the commissioner gains what the provider cannot save.
//!
//! In the risk-adjusted run the activity is `R(activity × delivery)`.
//!
//! **Source**: Nuffield Trust, Shifting the balance of care (2017): 27 common initiatives, of which 7
//! saved money and 6 cost more.

mod rows;

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::Row;
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Name, Quantity, Unit};

/// The keys of a shift of care.
pub const SECTION: Section = Section {
    name: "shift",
    help: "care moved from hospital beds to the community: what is released, what is stranded, and who gains",
    keys: &[
        Key::required("provider", KeyKind::Reference("organisation"), "who runs the beds"),
        Key::optional(
            "commissioner",
            KeyKind::Reference("organisation"),
            "who pays the provider for them; may be left out when the provider runs the community service too",
        ),
        Key::optional(
            "community",
            KeyKind::Reference("organisation"),
            "who pays for the community service; without it the commissioner, or else the provider",
        ),
        Key::required("activity", KeyKind::Yearly(Unit::Quantity), "beds no longer needed, on average over each year"),
        Key::required("unit_cost", KeyKind::Yearly(Unit::UnitPrice), "what a bed costs in a year, all in"),
        Key::required("variable", KeyKind::Single(Unit::Rate), "the share of that cost that goes with every bed"),
        Key::required(
            "semi_fixed",
            KeyKind::Single(Unit::Rate),
            "the share that goes only when a whole ward closes: staff on the ward",
        ),
        Key::required(
            "fixed",
            KeyKind::Single(Unit::Rate),
            "the share that goes only when the site closes: the estate; the three add to 100%",
        ),
        Key::required("step", KeyKind::Single(Unit::Quantity), "how many beds make a ward"),
        Key::optional(
            "site_closes",
            KeyKind::Year,
            "the first year in which the site is closed and its fixed cost is released; without it, it never is",
        ),
        Key::required("community_cost", KeyKind::Yearly(Unit::Money), "what the community service costs in each year"),
        Key::optional(
            "payment",
            KeyKind::Choice(&["average_cost", "released_cost", "none"]),
            "what comes off the contract, always said when another body commissions: \"average_cost\" of the beds, \"released_cost\" (what the provider can save), or \"none\"",
        ),
        Key::optional(
            "delivery",
            KeyKind::Single(Unit::Rate),
            "the share of the activity that moves in the risk-adjusted run",
        ),
    ],
    belongs: false,
};

/// What reports say of a shift of care.
#[derive(Debug, Clone)]
pub struct ShiftFacts {
    /// Its title.
    pub title: String,
    /// Who runs the beds.
    pub provider: Name,
    /// Everybody it touches: who runs the beds, who runs the community service, who commissions.
    pub bodies: Vec<Name>,
    /// Beds no longer needed.
    pub activity: Row<Quantity>,
    /// Wards that close.
    pub wards_closed: Row<Quantity>,
    /// What the community service costs.
    pub community: Row<Money>,
    /// The effect on all bodies together.
    pub net: Row<Money>,
    /// What is released.
    pub released: Row<Money>,
    /// What is not.
    pub stranded: Row<Money>,
    /// What comes off the contract.
    pub payment_cut: Option<Row<Money>>,
    /// Whether the scenario states a delivery for it.
    pub risk_adjusted: bool,
}

#[derive(Debug)]
struct Shift {
    head: Head,
    provider: Name,
    community: Name,
    /// Who commissions and what comes off the contract, when it is another body than the provider.
    contract: Option<(Name, Payment)>,
    activity: Figure,
    unit_cost: Figure,
    variable: Figure,
    semi_fixed: Figure,
    fixed: Figure,
    step: Figure,
    site_closes: Option<FinancialYear>,
    community_cost: Figure,
    delivery: Option<Figure>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Payment {
    AverageCost,
    ReleasedCost,
    Nothing,
}

/// Reads a shift of care.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (provider, commissioner) = (item.reference("provider"), item.reference("commissioner"));
    let community = item.reference("community").or_else(|| commissioner.clone()).or_else(|| provider.clone());
    let payment = item.choice("payment").map(|word| match word {
        "average_cost" => Payment::AverageCost,
        "released_cost" => Payment::ReleasedCost,
        _ => Payment::Nothing,
    });
    let (activity, unit_cost) = (item.figure("activity"), item.figure("unit_cost"));
    let shares = ["variable", "semi_fixed", "fixed"].map(|key| item.figure(key));
    let step = item.figure("step");
    let site_closes = item.year("site_closes");
    let (community_cost, delivery) = (item.figure("community_cost"), item.figure("delivery"));
    let another = commissioner.filter(|c| Some(c) != provider.as_ref());
    if another.is_none() {
        item.refuse(&["payment"], "no other body commissions the beds, so there is no contract to reduce");
    } else if !item.has("payment") {
        item.tell(
            Diagnostic::error(
                "key_missing",
                format!("`{}` needs `payment`: what comes off the contract between the two bodies", item.path),
            )
            .at(item.place)
            .hint("add payment = \"average_cost\", \"released_cost\" or \"none\""),
        );
    }
    shares.iter().flatten().for_each(|share| item.refuse_range_of_part(share));
    if let [Some(variable), Some(semi_fixed), Some(fixed)] = &shares {
        let sum: Option<i128> = [variable, semi_fixed, fixed].into_iter().map(|f| f.at(1).steps).sum();
        if sum != Some(1_000_000_000) {
            item.tell(
                Diagnostic::error(
                    "shares_not_whole",
                    format!("`{}`: the shares `variable`, `semi_fixed` and `fixed` must add to 100%", item.path),
                )
                .at(item.place_of("variable"))
                .hint("variable = \"20%\", semi_fixed = \"50%\", fixed = \"30%\""),
            );
        }
    }
    if step.as_ref().is_some_and(Figure::may_be_nought) {
        item.tell(
            Diagnostic::error("ward_of_nothing", format!("`{}`: a ward has no beds", item.path))
                .at(item.place_of("step"))
                .hint("write the number of beds in a ward: step = 25"),
        );
    }
    let contract = match another {
        Some(commissioner) => Some((commissioner, payment?)),
        None => None,
    };
    let [variable, semi_fixed, fixed] = shares;
    Some(Box::new(Shift {
        head: head?,
        provider: provider?,
        community: community?,
        contract,
        activity: activity?,
        unit_cost: unit_cost?,
        variable: variable?,
        semi_fixed: semi_fixed?,
        fixed: fixed?,
        step: step?,
        site_closes,
        community_cost: community_cost?,
        delivery,
    }))
}

impl Mechanism for Shift {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        self.rows(b);
    }
}
