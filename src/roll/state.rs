//! What a plan holds from one year to the next: funding, reserves, receipts, debts and pools.

use toml_edit::{Item, value};

use super::look::{Look, What};
use super::roller::Roller;
use crate::language::scalar::read_month;
use crate::language::{Node, Table, Value as Meant};
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Month, Name, Unit, Valued};

fn year_of(keys: &Table, key: &str) -> Option<FinancialYear> {
    keys.get(key).and_then(Node::as_text).and_then(|t| t.parse().ok())
}

impl Roller<'_> {
    /// Funding: bases, Band D and the steps of a transition move on by a year.
    pub fn funding(&mut self) {
        for (name, keys) in self.items("funding") {
            if keys.get("left_out").is_some() {
                continue;
            }
            let Some(whose) = self.organisation(keys) else { continue };
            let year = self.year();
            let amount = |r: &Self, t| r.steps(&whose, "funding", &name, "amount", t);
            let actual = self.actuals.get("funding", &name, "amount").cloned();
            if let Some(actual) = &actual {
                let source = self.actuals.source_of("funding", &name).unwrap_or("no source given").to_owned();
                let planned = amount(self, 1);
                let effect = if keys.get("growth").is_some() {
                    "it is the new base"
                } else {
                    "later years are given by year and stay as they are"
                };
                let words = format!("came to this in {year} ({}; {source}); {effect}", actual.place);
                self.push(Look::new(What::Actual, format!("funding.{name}"), words).of(actual.steps));
                if planned != Some(actual.steps) && keys.get("growth").is_none() {
                    let words = format!("{year} came out otherwise than planned: look at its later years");
                    let mut look = Look::new(What::Check, format!("funding.{name}.amount"), words);
                    look.pence = planned.map(|p| actual.steps - p);
                    self.push(look);
                }
            }
            if keys.get("base").is_some() {
                let changes = keys.get("values").and_then(Node::as_text) == Some("change");
                let base = if changes { amount(self, 1) } else { actual.map(|a| a.steps).or_else(|| amount(self, 1)) };
                self.set(&["funding", &name, "base"], base, Unit::Money, &format!("amount of {year}"));
            }
            self.council_tax(&whose, &name, keys);
            if let Some(transition) = keys.get("transition").and_then(Node::as_table) {
                self.transition(&whose, &name, transition);
            }
            self.past_years(&name, keys);
            if super::lines::one_off(keys)
                && keys.get("amount").is_some()
                && self.later().next().is_some()
                && self.later().all(|t| amount(self, t) == Some(0))
            {
                let past = amount(self, 1);
                self.gone("funding", &name, &format!("one-off, of {year} only"), past);
            }
        }
    }

    fn council_tax(&mut self, whose: &Name, name: &str, keys: &Table) {
        if keys.get("increase").is_none() || keys.get("band_d").is_none() {
            return;
        }
        let year = self.year();
        let planned = self.steps(whose, "funding", name, "band_d", 1);
        let band_d = match self.actuals.get("funding", name, "band_d").cloned() {
            Some(actual) => {
                let words = format!("Band D as set for {year} ({})", actual.place);
                self.look(What::Actual, &format!("funding.{name}.band_d"), words);
                Some(actual.steps)
            }
            None => planned,
        };
        self.set(&["funding", name, "band_d"], band_d, Unit::UnitPrice, &format!("Band D of {year}"));
    }

    fn transition(&mut self, whose: &Name, name: &str, keys: &Table) {
        let year = self.year();
        let of = |r: &Self, measure: &str| r.steps(whose, "funding", name, measure, 1);
        let amount = if keys.get("floor").is_some() { of(self, "transitional") } else { of(self, "amount") };
        self.set(&["funding", name, "transition", "base"], amount, Unit::Money, &format!("amount of {year}"));
        if keys.get("floor").is_some() {
            let notional = of(self, "notional_council_tax");
            let path = ["funding", name, "transition", "floor", "notional_council_tax"];
            self.set(&path, notional, Unit::Money, &format!("of {year}"));
        }
        if let Some(Meant::Number(over)) = keys.get("over").map(|n| &n.value)
            && let Ok(over) = over.parse::<i64>()
            && let Some(item) = self.documents.item(&["funding", name, "transition", "over"])
        {
            if over > 1 {
                super::years::replace(item, (over - 1).into());
            } else {
                // It has arrived: the target is all there is from now on.
                super::years::replace(item, 1.into());
                if let Some(target) =
                    self.documents.item(&["funding", name, "transition", "target"]).and_then(|t| t.as_value().cloned())
                    && let Some(base) = self.documents.item(&["funding", name, "transition", "base"])
                {
                    super::years::replace(base, target);
                }
            }
        }
    }

    /// Years that a piece of funding names and that are past.
    fn past_years(&mut self, name: &str, keys: &Table) {
        let (first, path) = (self.by.first, format!("funding.{name}"));
        if year_of(keys, "growth_from").is_some_and(|year| year <= first) {
            if let Some(table) = self.documents.item(&["funding", name]).and_then(Item::as_table_like_mut) {
                table.remove("growth_from");
            }
            self.look(
                What::Rolled,
                &format!("{path}.growth_from"),
                "it grows from the first plan year on: no longer said",
            );
        }
        let ends = year_of(keys, "ends");
        if let Some(ends) = ends.filter(|year| *year < first) {
            self.look(
                What::Check,
                &format!("{path}.ends"),
                format!("promised until {ends}, which is past: does it still come?"),
            );
        } else if let Some(ends) = ends.filter(|year| *year <= self.by.last) {
            self.look(
                What::Check,
                &format!("{path}.ends"),
                format!("promised until {ends}: an amount after it still counts"),
            );
        }
        if let Some(from) = keys.get("rolled_into").and_then(Node::as_table).and_then(|t| year_of(t, "from"))
            && from < first
        {
            self.look(What::Check, &format!("{path}.rolled_into"), format!("part of other funding since {from}"));
        }
    }

    /// Balances: what a year closed with opens the next.
    pub fn balances(&mut self) {
        self.opening("reserve", &["opening"], "closing", "balance at the end of");
        self.opening("dsg", &["opening"], "closing", "deficit at the end of");
        self.opening("capital_receipts", &["opening"], "closing", "held at the end of");
        self.opening("support", &["owed"], "repayable", "repayable at the end of");
        self.opening("pool", &["risk_pool", "opening"], "risk_pool_balance", "held at the end of");
        for (name, keys) in self.items("dsg") {
            let Some(whose) = self.organisation(keys) else { continue };
            // A share of an opening deficit that has moved would be a share of something else.
            if keys.get("grant").and_then(Node::as_table).is_some_and(|g| g.get("share").is_some()) {
                let amounts = self.years_of(|t| self.steps(&whose, "dsg", &name, "grant", t));
                let unit = self.documents.unit_of(&["dsg", &name]);
                let table = super::documents::schedule(&amounts, Some(0.into()), unit);
                if let Some(item) = self.documents.item(&["dsg", &name, "grant"]) {
                    *item = value(table);
                }
                self.look(
                    What::Check,
                    &format!("dsg.{name}.grant"),
                    "a share of the old opening deficit, written out in pounds",
                );
            }
        }
    }

    fn opening(&mut self, kind: &str, key: &[&str], measure: &str, words: &str) {
        let year = self.year();
        for (name, keys) in self.items(kind) {
            let held = key[..key.len() - 1].iter().try_fold(keys, |t, k| t.table(k));
            let Some(node) = held.and_then(|t| t.get(key[key.len() - 1])) else { continue };
            let whose = self.organisation(keys);
            let sheet = &self.old.plan.sheet;
            let own = whose.and_then(|whose| sheet.find_row(&format!("{whose}/{kind}/{name}/{measure}")));
            let row = own.or_else(|| sheet.find_row(&format!("system/{kind}/{name}/{measure}"))).or_else(|| {
                sheet
                    .rows()
                    .map(|(row, _)| row)
                    .find(|row| sheet.row_address(*row).ends_with(&format!("{kind}/{name}/{measure}")))
            });
            let Some(row) = row else { continue };
            let planned = sheet.cell(row, 1).and_then(|cell| self.old.results.of(Run::Plan).steps(cell));
            let path: Vec<&str> = [kind, &name].into_iter().chain(key.iter().copied()).collect();
            let actual = self.actuals.get(kind, &name, "closing").cloned();
            if let Some(actual) = actual {
                let source = self.actuals.source_of(kind, &name).unwrap_or("no source given").to_owned();
                let said = format!("closed {year} at this ({}; {source})", actual.place);
                self.push(Look::new(What::Actual, format!("{kind}.{name}"), said).of(actual.steps));
                self.set(&path, Some(actual.steps), Unit::Money, &format!("{words} {year}, actual"));
            } else if node.as_text() == Some("not_published") {
                self.look(What::Check, &path.join("."), "not published: give it when it is known");
            } else {
                self.set(&path, planned, Unit::Money, &format!("{words} {year}, as planned"));
                let mut look = Look::new(What::NotActual, path.join("."), format!("{words} {year} as the plan has it"));
                look.pence = planned;
                self.push(look);
            }
        }
    }

    /// Years that items name and that are past: the end of a fund, a reset, a price base.
    pub fn calendar(&mut self) {
        let (year, first) = (self.year(), self.by.first);
        for (name, keys) in self.items("real_terms") {
            if year_of(keys, "prices_of").is_some_and(|of| of < year) {
                if let Some(table) = self.documents.item(&["real_terms", &name]).and_then(Item::as_table_like_mut) {
                    table.remove("prices_of");
                }
                self.look(
                    What::Check,
                    &format!("real_terms.{name}"),
                    format!("now in the money of {year}: the year it was in has left the plan"),
                );
            }
        }
        self.pauses();
        for (name, keys) in self.items("fund") {
            self.fund(&name, keys);
        }
        if let Some(until) = self.old.loaded.tree.table("scenario").and_then(|s| year_of(s, "nhs_offset_until"))
            && until < first
        {
            self.look(
                What::Check,
                "scenario.nhs_offset_until",
                format!("{until} is past: each body is held to its own control total"),
            );
        }
    }

    /// Pauses: what one has held up already starts when it was held up to; it holds up what has not begun.
    fn pauses(&mut self) {
        let horizon = self.old.plan.horizon();
        for (n, (name, keys)) in self.items("pause").into_iter().enumerate() {
            let path = format!("pause.{name}");
            let from = keys.get("from").and_then(Node::as_text).and_then(read_month).unwrap_or(horizon.april(1));
            if from > horizon.april(2) {
                continue;
            }
            self.documents.remove_key(&["pause", &name], "from");
            self.look(What::Check, &path, "began with the old plan: does it still hold up what has not begun?");
            let Some(facts) = self.old.plan.facts.pauses.get(n) else { continue };
            let months = self.old.results.of(Run::Plan).steps(facts.months.id()).map_or(0, |m| m / 1_000_000_000);
            for saving in &facts.savings {
                let keys = self.old.loaded.tree.table("saving").and_then(|t| t.table(saving.as_str()));
                let Some(start) = keys.and_then(|t| t.get("start")).and_then(Node::as_text).and_then(read_month) else {
                    continue;
                };
                if start < from || start >= horizon.april(2) {
                    continue;
                }
                let late = start + months;
                if let Some(item) = self.documents.item(&["saving", saving.as_str(), "start"]) {
                    super::years::replace(item, Month::from_steps(late).to_string().into());
                }
                let words = format!("held up by `{path}`: it starts {months} months later than it did");
                self.look(What::Check, &format!("saving.{saving}.start"), words);
            }
        }
    }

    fn fund(&mut self, name: &str, keys: &Table) {
        let path = format!("fund.{name}");
        let Some(Meant::List(over)) = keys.get("over").map(|n| &n.value) else { return };
        let years: Vec<FinancialYear> = over.iter().filter_map(|n| n.as_text()?.parse().ok()).collect();
        let [_, last] = years.as_slice() else { return };
        if *last < self.by.first {
            self.look(What::Check, &path, format!("ended with {last}: what it paid for goes on, and revenue pays"));
        }
        let whose = self.old.plan.organisations.iter().map(|o| o.name.clone());
        let of = |r: &Self, measure: &str| {
            let sheet = &r.old.plan.sheet;
            let ends = format!("/fund/{name}/{measure}");
            whose.clone().find_map(|o| r.steps(&o, "fund", name, measure, 1)).or_else(|| {
                let row = sheet.rows().map(|(row, _)| row).find(|row| sheet.row_address(*row).ends_with(&ends))?;
                r.old.results.of(Run::Plan).steps(sheet.cell(row, 1)?)
            })
        };
        let (profile, carried) = (of(self, "profile"), of(self, "carried_forward").unwrap_or(0));
        let total = of(self, "total");
        if let (Some(profile), Some(total)) = (profile, total)
            && profile != 0
        {
            let rest = total - profile + carried;
            self.set(&["fund", name, "total"], Some(rest), Unit::Money, &format!("what is left after {}", self.year()));
        }
        if carried != 0 {
            let unit = self.documents.unit_of(&["fund", name, "profile"]);
            let first = self.by.first.to_string();
            let more = self.documents.item(&["fund", name, "profile"]).and_then(|item| {
                let of_year = if item.is_array() {
                    item.as_array_mut()?.get_mut(0)?
                } else {
                    item.as_table_like_mut()?.get_mut(&first)?.as_value_mut()?
                };
                let before = super::roller::money(of_year, unit)??;
                let mut new = super::documents::figure(Some(before + carried), Unit::Money, unit);
                *new.decor_mut() = of_year.decor().clone();
                *of_year = new;
                Some(())
            });
            let words = match more {
                Some(()) => "what was carried forward is in the first year's money",
                None => "it carried money forward that could not be added to its first year: add it",
            };
            self.push(Look::new(What::Check, path, words).of(carried));
        }
    }

    /// What an organisation's recurrent savings had brought by the new base year, in cash.
    pub fn saved(&self, organisation: &str) -> i128 {
        self.carried
            .iter()
            .filter(|(c, _)| c.savings && c.organisation == organisation)
            .flat_map(|(_, items)| items)
            .map(|(_, pence)| pence)
            .sum()
    }

    /// Figures that were published stay as they are, and are to be looked at.
    pub fn published(&mut self) {
        for (name, keys) in self.items("published") {
            if keys.get("parts").is_some() {
                let words =
                    "stays as published; its parts begin again with the new base, so that it may not add up any more";
                self.look(What::Check, &format!("published.{name}"), words);
            }
        }
        for (name, keys) in self.items("gap") {
            self.look(What::Check, &format!("gap.{name}"), "a stated gap stays what it was when it was published");
            let Some(whose) = self.organisation(keys) else { continue };
            let filled = keys.get("between").and_then(Node::as_text) == Some("linear");
            let first = self.by.first;
            let Some(pence) = self.steps(&whose, "gap", &name, "in_year", 2).filter(|_| filled) else { continue };
            let unit = self.documents.unit_of(&["gap", &name]);
            let Some(amount) = self.documents.item(&["gap", &name, "amount"]).and_then(Item::as_table_like_mut) else {
                continue;
            };
            if amount.iter().all(|(key, _)| key.parse() != Ok(first)) {
                let figure = super::documents::figure(Some(pence), Unit::Money, unit);
                super::years::put_year(amount, first, figure);
                let words = format!(
                    "{first} was filled in between published years; it is written out, since the year before has left the plan"
                );
                self.push(Look::new(What::Check, format!("gap.{name}.amount"), words).of(pence));
            }
        }
    }

    /// Published totals that a pressure makes up to are restated: savings in the base lower the base.
    pub fn balanced(&mut self) {
        for (name, keys) in self.items("pressure") {
            if keys.get("balance_to").is_none() {
                continue;
            }
            let Some(whose) = self.organisation(keys) else { continue };
            let saved = self.saved(whose.as_str());
            if saved == 0 {
                continue;
            }
            self.less(&["pressure", &name, "balance_to", "values"], saved);
            let words = format!(
                "restated: the published totals less the savings made by {}, which are in the base",
                self.year()
            );
            self.push(Look::new(What::Check, format!("pressure.{name}.balance_to"), words).of(-saved));
        }
    }
}
