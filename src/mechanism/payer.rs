//! Who pays for something: the organisation itself, one of its reserves, its capital receipts, or a
//! fund as far as its money goes. Written `paid_by`.

use crate::language::Item;
use crate::vocabulary::{Diagnostic, Name, Place};

/// Who pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payer {
    /// The organisation, from its budget.
    Revenue,
    /// A reserve.
    Reserve(Name),
    /// Capital receipts.
    CapitalReceipts(Name),
    /// A fund, as far as its money goes.
    Fund(Name),
}

/// What may be written in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum May {
    /// Anybody: the one-off cost of making a saving.
    Anybody,
    /// Revenue or a fund: what goes on costing.
    RevenueOrFund,
    /// A fund; revenue is what is left out.
    Fund,
}

impl May {
    const fn hint(self) -> &'static str {
        match self {
            Self::Anybody => {
                "write \"revenue\", the fund that pays: \"fund.transformation\", the receipts: \"capital_receipts.assets\", or the reserve that pays: \"reserve.transformation\"; it adds to what the plan uses of the reserve, so do not enter it there as well"
            }
            Self::RevenueOrFund => "write \"revenue\", or the fund that pays: \"fund.transformation\"",
            Self::Fund => "write the fund that pays: \"fund.transformation\"; without one it is paid from revenue",
        }
    }
}

/// Reads who pays.
pub(super) fn read(item: &Item<'_>, text: &str, place: Place, may: May) -> Option<Payer> {
    if may != May::Fund && text == "revenue" {
        return Some(Payer::Revenue);
    }
    if let Some(name) = text.strip_prefix("fund.") {
        return item.resolve("fund", name, place).map(Payer::Fund);
    }
    if may == May::Anybody {
        if let Some(name) = text.strip_prefix("reserve.") {
            return item.resolve_own("reserve", name, place).map(Payer::Reserve);
        }
        if let Some(name) = text.strip_prefix("capital_receipts.") {
            return item.resolve_own("capital_receipts", name, place).map(Payer::CapitalReceipts);
        }
    }
    let message = format!("`{}` cannot be paid by \"{text}\"", item.path);
    item.tell(Diagnostic::error("unknown_word", message).at(place).hint(may.hint()));
    None
}
