//! What a saving costs: the one-off cost of making it, what it costs to run, and what is left.
//!
//! The cost to achieve is one-off requirement; with an `optimism_bias` it is dearer by that share in the
//! risk-adjusted run, as HM Treasury's Green Book asks of appraisals. A running cost is recurrent requirement, or one-off
//! when it says in which year it `ends`; it goes on when a fund that paid for it has ended. `net` is
//! the saving in the year less both, whoever pays, and it has paid back in the year in which
//! `net_so_far` is no longer negative. Where a fund or receipts pay, `net_to_organisation` is what is left to the
//! organisation itself.

use smol_str::SmolStr;

use super::Saving;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::mechanism::capital_receipts::ReceiptClaim;
use crate::mechanism::context::Build;
use crate::mechanism::contribution::{Contribution, OneOff, Part, Recurrence, Step, Total};
use crate::mechanism::fund::FundClaim;
use crate::mechanism::pause::{self, Paused};
use crate::mechanism::payer::{self, May, Payer};
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Name, Rate, Unit, Valued};

/// The keys of a cost to achieve.
pub(super) const COST: Section = Section {
    name: "",
    help: "the one-off cost of making a saving",
    keys: &[
        Key::required("amount", KeyKind::Yearly(Unit::Money), "the cost in each year"),
        Key::required(
            "paid_by",
            KeyKind::Text,
            "\"revenue\", the fund that pays as far as its money goes: \"fund.transformation\", the receipts: \"capital_receipts.assets\", or the reserve that pays: \"reserve.transformation\"; a reserve's part adds to what the plan uses of it, so do not enter it there as well",
        ),
        Key::optional(
            "optimism_bias",
            KeyKind::Single(Unit::Rate),
            "how much more it costs in the risk-adjusted run: \"20%\"",
        ),
        Key::optional("source", KeyKind::Text, "where the cost comes from"),
    ],
    belongs: false,
};

/// The keys of a running cost.
pub(super) const RUNNING: Section = Section {
    name: "",
    help: "what a saving's own scheme costs to run, year after year",
    keys: &[
        Key::required("amount", KeyKind::Yearly(Unit::Money), "the cost in each year"),
        Key::required(
            "paid_by",
            KeyKind::Text,
            "\"revenue\", or the fund that pays until it ends: \"fund.transformation\"; the cost goes on after it",
        ),
        Key::optional(
            "ends",
            KeyKind::Year,
            "the last year it costs anything, when the scheme is wound up; without it, it goes on",
        ),
        Key::optional("source", KeyKind::Text, "where the cost comes from"),
    ],
    belongs: false,
};

#[derive(Debug)]
pub(super) struct Cost {
    amount: Figure,
    payer: Payer,
    ends: Option<FinancialYear>,
    optimism_bias: Option<Figure>,
}

/// Reads `cost_to_achieve` or `running_cost`.
pub(super) fn read(item: &Item<'_>, key: &str) -> Option<Cost> {
    let group = item.group(key)?;
    let amount = group.figure("amount");
    let _ = group.text("source");
    let running = key == "running_cost";
    let optimism_bias = if running { None } else { group.figure("optimism_bias") };
    if optimism_bias.as_ref().is_some_and(|f| f.at(1).steps.is_none()) {
        let message = format!("`{}.optimism_bias` cannot be \"not_published\"", group.path);
        let hint = "leave it out: the cost is then the same in both runs";
        item.tell(Diagnostic::error("delivery_not_published", message).at(group.place_of("optimism_bias")).hint(hint));
    }
    let ends = if running { group.year("ends") } else { None };
    let text = group.text("paid_by")?;
    let may = if running { May::RevenueOrFund } else { May::Anybody };
    let payer = payer::read(&group, &text, group.place_of("paid_by"), may)?;
    Some(Cost { amount: amount?, payer, ends, optimism_bias })
}

impl Saving {
    /// Both costs, each with who pays it.
    pub(super) fn costs(
        &self,
        b: &mut Build<'_>,
        organisation: &Name,
        service: Option<&SmolStr>,
        paused: Option<&Paused>,
    ) {
        if let Some(cost) = &self.cost {
            let subject = b.subject(&self.head);
            let named = ("cost_to_achieve", "cost of making the saving");
            let entered = ("entered_cost_to_achieve", "cost of making the saving, before the pause");
            let row = match &cost.optimism_bias {
                None => as_paused(b, subject, named, entered, &cost.amount, paused),
                Some(bias) => {
                    let planned = ("planned_cost_to_achieve", "cost of making the saving as planned");
                    let planned = as_paused(b, subject, planned, entered, &cost.amount, paused);
                    dearer(b, subject, named, planned, bias)
                }
            };
            let change = ("cost_to_achieve_change", "cost of making the saving: change");
            let contribution = self.counts(organisation, row, service, true);
            b.require(subject, Step::CostToAchieve, change, contribution);
            self.paid(b, organisation, service, cost, row, false);
            b.know_money("saving", &self.head.name, "cost_to_achieve", row);
        }
        if let Some(cost) = &self.running_cost {
            let subject = b.part(&self.head, "running cost");
            let named = ("running_cost", "amount in the year");
            let entered = ("entered_running_cost", "amount in the year, before a pause or an end");
            let row = match cost.ends {
                None => as_paused(b, subject, named, entered, &cost.amount, paused),
                Some(ends) => {
                    let moved = ("running_cost_without_end", "amount in the year, did it not end");
                    let all = as_paused(b, subject, moved, entered, &cost.amount, paused);
                    let row = b.money(subject, named.0, named.1, Years::PLAN);
                    for t in b.horizon.plan().filter(|t| b.horizon.year(*t) <= ends) {
                        b.sheet.sum(row.at(t), [(Sign::Plus, all.at(t))]);
                    }
                    row
                }
            };
            let change = ("running_cost_change", "change from the year before");
            let contribution = self.counts(organisation, row, service, cost.ends.is_some());
            b.require(subject, Step::Programme, change, contribution);
            self.paid(b, organisation, service, cost, row, true);
            b.know_money("saving", &self.head.name, "running_cost", row);
        }
    }

    fn counts(&self, organisation: &Name, row: Row<Money>, service: Option<&SmolStr>, one_off: bool) -> Contribution {
        Contribution {
            one_off: if one_off { OneOff::All } else { OneOff::None },
            recurrence: if one_off { Recurrence::OneOff } else { Recurrence::Recurrent },
            social_care: self.social_care,
            service: service.cloned(),
            part: Part::Reinvestment,
            ..Contribution::new(organisation.clone(), Total::Requirement, row, ("saving", self.head.name.clone()))
        }
    }

    /// Tells who pays of the cost.
    fn paid(
        &self,
        b: &mut Build<'_>,
        organisation: &Name,
        service: Option<&SmolStr>,
        cost: &Cost,
        row: Row<Money>,
        runs_on: bool,
    ) {
        match &cost.payer {
            Payer::Revenue => {}
            Payer::Reserve(reserve) => b.paid_by_reserve.push((reserve.clone(), row)),
            Payer::CapitalReceipts(receipts) => b.paid_by_receipts.push(ReceiptClaim {
                receipts: receipts.clone(),
                saving: self.head.name.clone(),
                title: self.head.title.to_string(),
                cost: row,
                service: service.cloned(),
                social_care: self.social_care,
            }),
            Payer::Fund(fund) => b.fund_claims.push(FundClaim {
                fund: fund.clone(),
                kind: self.head.kind,
                name: self.head.name.clone(),
                title: self.head.title.to_string(),
                organisation: organisation.clone(),
                cost: row,
                runs_on,
                service: service.cloned(),
                social_care: self.social_care,
            }),
        }
    }

    /// The saving less what it costs, once caps and funds are known.
    pub(super) fn net(&self, b: &mut Build<'_>) {
        let name = &self.head.name;
        let costs: Vec<_> = ["cost_to_achieve", "running_cost"]
            .into_iter()
            .filter_map(|measure| b.known_money("saving", name, measure))
            .map(|row| (Sign::Minus, row))
            .collect();
        let in_year = b.facts.savings.iter().find(|s| s.name == *name).map(|s| s.in_year);
        let (Some(in_year), false) = (in_year, costs.is_empty()) else { return };
        let subject = b.subject(&self.head);
        let terms: Vec<_> = [(Sign::Plus, in_year)].into_iter().chain(costs).collect();
        let net = b.sum_of(subject, "net", "saving in the year less what it costs, whoever pays", &terms);
        let words = "saving less what it costs, whoever pays, over the years so far";
        b.running_total(subject, "net_so_far", words, net);
        let paid: Vec<_> = b
            .paid_by_funds
            .iter()
            .filter(|(kind, item, _)| *kind == "saving" && item == name)
            .map(|(.., row)| (Sign::Plus, *row))
            .collect();
        if paid.is_empty() {
            return;
        }
        let terms: Vec<_> = [(Sign::Plus, net)].into_iter().chain(paid).collect();
        let words = "saving in the year less what it costs and no fund or receipts pay";
        let own = b.sum_of(subject, "net_to_organisation", words, &terms);
        let words = "saving less what it costs and no fund or receipts pay, over the years so far";
        b.running_total(subject, "net_to_organisation_so_far", words, own);
    }
}

/// A cost that may turn out dearer: as planned in the plan, more by the stated share in the risk-adjusted
/// run, R(cost × (1 + share)).
fn dearer(
    b: &mut Build<'_>,
    subject: SubjectId,
    named: (&'static str, &'static str),
    planned: Row<Money>,
    bias: &Figure,
) -> Row<Money> {
    let assumption = Some(b.sheet.assumption(bias.assumption()));
    let cell = b.sheet.scalar::<Rate>(subject, "optimism_bias", "how much dearer it turns out");
    let more = Rate::from_steps(bias.at(1).steps.unwrap_or(0));
    b.sheet.input_in_runs(cell, Rate::from_steps(0), more, assumption, bias.flags(1));
    let row = b.money(subject, named.0, named.1, Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.product(row.at(t), &Product::of(planned.at(t)).grown_by(cell));
    }
    row
}

/// A cost by year, moved by the pause that holds up its saving.
fn as_paused(
    b: &mut Build<'_>,
    subject: SubjectId,
    named: (&'static str, &'static str),
    entered: (&'static str, &'static str),
    figure: &Figure,
    paused: Option<&Paused>,
) -> Row<Money> {
    let Some(paused) = paused else { return b.given::<Money>(subject, named.0, named.1, figure) };
    let row = b.given::<Money>(subject, entered.0, entered.1, figure);
    pause::moved(b, subject, named, row, paused)
}
