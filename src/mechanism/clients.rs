//! # Care demand: clients × a fee
//!
//! **What you write**: on a line, instead of its `base`, how many are cared for and what one of them
//! costs: `clients = { opening = 1000, growth = "2%", weekly_fee = "£956", contribution = "25%",
//! fee_uplift = "care_fees" }`. Home care has an `hourly_rate` and `hours_a_week` for `weekly_fee`.
//!
//! **What it means**: `opening` are the clients on 31 March before the plan, and the fee is the base
//! year's. They grow to `clients = R4(clients before × (1 + growth))` at the end of each year. As they
//! come evenly, a year pays for the average of both ends, `R4((before + now) ÷ 2)`: whoever comes in
//! March is not paid for since April, and the rest of the cost follows next year. The base year pays
//! for the opening count. `fee = R4(fee before × (1 + uplift))`, by the hour where it is paid by the
//! hour; `gross = R(fee × average × weeks)`; what clients pay themselves is R(gross × contribution),
//! and the line is the net. *Price* is the net at the new fee for last year's average, less last
//! year's net; *volume* is the rest, so the cross term belongs to volume.
//!
//! **Source**: unit costs are a week or an hour of care, clients those of one day, as in the
//! short- and long-term support collection and the adult social care finance return.

mod rows;

use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::Row;
use crate::vocabulary::{Diagnostic, Money, Name, Place, Quantity, Unit, UnitPrice};

/// The keys of `clients`.
pub(super) const KEYS: Section = Section {
    name: "",
    help: "care demand: how many clients, and what each costs",
    keys: &[
        Key::required("opening", KeyKind::Single(Unit::Quantity), "clients on 31 March before the first plan year"),
        Key::optional(
            "growth",
            KeyKind::RateOrDriver,
            "how many more there are at the end of each year than at its start: a driver or a rate of its own",
        ),
        Key::optional("weekly_fee", KeyKind::Single(Unit::UnitPrice), "what a client costs a week in the base year"),
        Key::optional(
            "hourly_rate",
            KeyKind::Single(Unit::UnitPrice),
            "what an hour costs in the base year, for care paid by the hour; with `hours_a_week`",
        ),
        Key::optional("hours_a_week", KeyKind::Single(Unit::Quantity), "the hours a client gets a week on average"),
        Key::default("weeks", KeyKind::Single(Unit::Quantity), "52", "the weeks of a year that are paid"),
        Key::optional(
            "contribution",
            KeyKind::Single(Unit::Rate),
            "the share of the gross cost that clients pay themselves; nothing when left out",
        ),
        Key::optional(
            "fee_uplift",
            KeyKind::RateOrDriver,
            "how the fee rises each year: a driver or a rate of its own; it stays when left out",
        ),
        Key::optional("signed", KeyKind::Flag, "`true` allows rates of its own that fall (fewer clients every year)"),
        Key::optional("source", KeyKind::Text, "where clients and fee come from"),
    ],
    belongs: false,
};

/// Clients and what they cost, as resolved.
#[derive(Debug)]
pub(super) struct Clients {
    opening: Figure,
    growth: Option<RateSource>,
    fee: Fee,
    weeks: Figure,
    contribution: Option<Figure>,
    fee_uplift: Option<RateSource>,
}

#[derive(Debug)]
enum Fee {
    Weekly(Figure),
    Hourly { rate: Figure, hours: Figure },
}

/// The rows of a client group, as a report lists them.
#[derive(Debug, Clone)]
pub struct DemandFacts {
    /// Its line.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// Clients at the end of the year.
    pub clients: Row<Quantity>,
    /// Clients on average.
    pub average: Row<Quantity>,
    /// What an hour costs, where care is paid by the hour.
    pub hourly: Option<Row<UnitPrice>>,
    /// What a client costs a week.
    pub fee: Row<UnitPrice>,
    /// Before what clients pay.
    pub gross: Row<Money>,
    /// What clients pay themselves.
    pub contributions: Option<Row<Money>>,
    /// What the line costs.
    pub net: Row<Money>,
    /// Where it stands.
    pub place: Place,
}

/// Reads `clients`.
pub(super) fn read(item: &Item<'_>) -> Option<Clients> {
    let (opening, growth) = (item.figure("opening"), item.rate("growth"));
    let (weeks, contribution, fee_uplift) =
        (item.figure("weeks"), item.figure("contribution"), item.rate("fee_uplift"));
    let (weekly, hourly, hours) = (item.figure("weekly_fee"), item.figure("hourly_rate"), item.figure("hours_a_week"));
    let _ = (item.flag("signed"), item.text("source"));
    let fee = match (item.has("weekly_fee"), item.has("hourly_rate"), item.has("hours_a_week")) {
        (true, false, false) => weekly.map(Fee::Weekly),
        (false, true, true) => hourly.zip(hours).map(|(rate, hours)| Fee::Hourly { rate, hours }),
        _ => {
            let message =
                format!("`{}` needs one of two: `weekly_fee`, or `hourly_rate` with `hours_a_week`", item.path);
            item.tell(
                Diagnostic::error("clients_fee", message)
                    .at(item.place)
                    .hint("weekly_fee = \"£956\"; or, for home care, hourly_rate = \"£25.05\" and hours_a_week = 14"),
            );
            None
        }
    };
    Some(Clients { opening: opening?, growth, fee: fee?, weeks: weeks?, contribution, fee_uplift })
}
