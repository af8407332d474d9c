//! Lines, corrections of the base and pressures: what recurs goes into the new base, what was one-off
//! goes, and what began part-way through the year brings the rest of its full year.

use toml_edit::{Item, Value, value};

use super::documents::{figure, schedule};
use super::look::{Look, What};
use super::roller::{Carried, Roller};
use crate::language::{Node, Table, Value as Meant};
use crate::mechanism::contribution::Total;
use crate::sheet::Run;
use crate::vocabulary::number::product_over;
use crate::vocabulary::{Name, Unit};

/// How an item recurs, as typed; a saving or pressure of a line that says nothing has told its own error.
pub(super) fn one_off(keys: &Table) -> bool {
    matches!(keys.get("recurrent").map(|n| &n.value), Some(Meant::Flag(false)))
}

/// Whether an item is beside the totals: already in a line, a part of another, or to be confirmed.
pub(super) fn beside(keys: &Table) -> bool {
    ["already_in", "part_of", "left_out"].iter().any(|key| keys.get(key).is_some())
}

fn text<'t>(keys: &'t Table, key: &str) -> Option<&'t str> {
    keys.get(key).and_then(Node::as_text)
}

impl Roller<'_> {
    /// Every line's base becomes its recurrent closing; clients and fees move on.
    pub fn lines(&mut self) {
        for (name, keys) in self.items("line") {
            let Some(whose) = self.organisation(keys) else { continue };
            if keys.get("base").is_some() {
                self.base(&whose, &name, keys);
            } else if let Some(clients) = keys.get("clients").and_then(Node::as_table) {
                self.clients(&whose, &name, clients);
            }
        }
    }

    fn base(&mut self, whose: &Name, name: &str, keys: &Table) {
        let of = |r: &Self, measure: &str| r.steps(whose, "line", name, measure, 1);
        let recurrent = of(self, "recurrent_closing").or_else(|| of(self, "closing"));
        let year = self.year();
        let income = text(keys, "kind") == Some("income");
        let saved: i128 = self.saved_on(name);
        // A saving takes off spending, and adds to what income brings.
        let saved = if income { -saved } else { saved };
        let mut base = recurrent;
        let mut remark = format!("recurrent closing of {year}");
        if let Some(actual) = self.actuals.get("line", name, "approved").cloned() {
            base = actual.steps.checked_add(saved);
            remark = format!("approved for {year}, savings on it kept beside");
            let source = self.actuals.source_of("line", name).unwrap_or("no source given").to_owned();
            let words = format!("approved budget of {year} taken as the base ({}; {source})", actual.place);
            self.push(Look::new(What::Actual, format!("line.{name}.base"), words).of(actual.steps));
        }
        self.set(&["line", name, "base"], base, Unit::Money, &remark);
        if base.is_none() {
            self.look(
                What::Wanted,
                &format!("line.{name}.base"),
                format!("its closing of {year} is not published: give the base"),
            );
        }
        self.overspent(whose, name, income, saved);
        self.price_to_come(whose, name, income);
    }

    /// What a line's outturn says beyond its budget, undelivered savings apart.
    fn overspent(&mut self, whose: &Name, name: &str, income: bool, saved: i128) {
        let year = self.year();
        let path = format!("line.{name}");
        let Some(outturn) = self.actuals.get("line", name, "outturn").cloned() else {
            if !self.actuals.is_empty() && self.actuals.get("line", name, "approved").is_none() {
                self.look(What::NotActual, &format!("{path}.base"), format!("no outturn of {year} was given"));
            }
            return;
        };
        let one_off = self.actuals.get("line", name, "one_off").map_or(0, |a| a.steps);
        let Some(budget) = self.steps(whose, "line", name, "closing", 1) else { return };
        let undelivered = self.undelivered_on(name);
        let over = outturn.steps - one_off - (budget - saved);
        // An undelivered saving is corrected on its own, and is in the outturn too.
        let sign = if income { -1 } else { 1 };
        let rest = sign * over - undelivered;
        let source = self.actuals.source_of("line", name).unwrap_or("no source given").to_owned();
        let words = format!(
            "outturn of {year} ({}; {source}): the recurrent difference beyond undelivered savings goes to a rebase",
            outturn.place
        );
        self.push(Look::new(What::Actual, path, words).of(sign * over));
        let reason = format!("recurrent difference of outturn from budget in {year}");
        let made = self.rebase(whose, &format!("{name}_outturn"), Some(name), rest, &reason, Some(&source));
        self.kept.corrections.extend(made);
    }

    /// The rest of a price that applied from a month within the year.
    fn price_to_come(&mut self, whose: &Name, name: &str, income: bool) {
        const WHOLE: i128 = 1_000_000_000;
        let Some(rest) = self.steps(whose, "line", name, "rest_of_price", 1) else { return };
        let volume = self.steps(whose, "line", name, "volume_rate", 1).unwrap_or(0);
        let Ok(rest) = product_over(&[rest, WHOLE + volume], &[WHOLE]) else { return };
        let reason = format!("full-year effect of the price of {}", self.year());
        let pence = if income { -rest } else { rest };
        self.rebase(whose, &format!("{name}_full_year_effect"), Some(name), pence, &reason, None);
    }

    fn clients(&mut self, whose: &Name, name: &str, clients: &Table) {
        let year = self.year();
        let of = |r: &Self, measure: &str| r.steps(whose, "line", name, measure, 1);
        let opening = of(self, "clients");
        self.set(
            &["line", name, "clients", "opening"],
            opening,
            Unit::Quantity,
            &format!("clients at the end of {year}"),
        );
        let (key, row) =
            if clients.get("weekly_fee").is_some() { ("weekly_fee", "fee") } else { ("hourly_rate", "hour") };
        let fee = of(self, row);
        self.set(&["line", name, "clients", key], fee, Unit::UnitPrice, &format!("of {year}"));
    }

    /// A correction of the base in the new plan's first year; its name, unless there is nothing to correct.
    pub fn rebase(
        &mut self,
        whose: &Name,
        wanted: &str,
        line: Option<&str>,
        pence: i128,
        reason: &str,
        source: Option<&str>,
    ) -> Option<String> {
        if pence == 0 {
            return None;
        }
        let name = self.free_name("rebase", wanted);
        self.made.push(("rebase".to_owned(), name.clone()));
        let unit = self.documents.all[self.documents.root].unit;
        let several = self.old.plan.organisations.len() > 1;
        let first = self.by.first;
        let table = self.documents.table("rebase", &name)?;
        if several {
            table.insert("organisation", value(whose.as_str()));
        }
        if let Some(line) = line {
            table.insert("line", value(line));
        }
        let amount = schedule(&[(first, Some(pence))], Some(Value::from(0)), unit);
        table.insert("amount", Item::Value(Value::InlineTable(amount)));
        table.insert("reason", value(reason));
        if pence < 0 {
            table.insert("signed", value(true));
        }
        if let Some(source) = source {
            table.insert("source", value(source));
        }
        self.push(Look::new(What::Check, format!("rebase.{name}"), format!("new: {reason}")).of(pence));
        Some(name)
    }

    /// Corrections of the base: those of the past year are in it.
    pub fn rebases(&mut self) {
        for (name, keys) in self.items("rebase") {
            let Some(whose) = self.organisation(keys) else { continue };
            let of = |r: &Self, t| r.steps(&whose, "rebase", &name, "amount", t);
            let Some(past) = of(self, 1) else { continue };
            if text(keys, "line").is_none_or(|line| !self.rolls(line)) {
                let line = text(keys, "line").map(str::to_owned);
                self.carry(self.whose(&whose, false, keys, line.as_deref()), &name, past);
            }
            if self.later().all(|t| of(self, t) == Some(0)) && self.later().next().is_some() {
                self.gone("rebase", &name, &format!("its correction of {} is in the base", self.year()), Some(past));
            }
        }
    }

    /// Where an item's cash is carried.
    pub fn whose(&self, organisation: &Name, savings: bool, keys: &Table, line: Option<&str>) -> Carried {
        let line = line.and_then(|l| self.old.loaded.tree.table("line")?.table(l));
        let of = |key: &str| text(keys, key).or_else(|| line.and_then(|l| text(l, key))).map(str::to_owned);
        let social_care = of("sector").as_deref() == Some("social_care");
        Carried { organisation: organisation.to_string(), savings, social_care, service: of("service") }
    }

    /// Pressures: recurrent ones go into the base as far as they have come; one-offs go.
    pub fn pressures(&mut self) {
        for (name, keys) in self.items("pressure") {
            if keys.get("left_out").is_some() {
                continue;
            }
            let Some(whose) = self.organisation(keys) else { continue };
            // What a fund pays for is asked of it every year: it stays as it is.
            if keys.get("paid_by").is_some() && text(keys, "values") == Some("in_year") && !one_off(keys) {
                continue;
            }
            let of = |r: &Self, t| r.steps(&whose, "pressure", &name, "in_year", t);
            let levels: Vec<Option<i128>> = self.later().map(|t| of(self, t)).collect();
            let past = of(self, 1);
            self.schedule_or_scheme(("pressure", &name), keys, past, &levels, |r, t| {
                r.steps(&whose, "pressure", &name, "cost", t).or_else(|| of(r, t))
            });
            if beside(keys) || one_off(keys) {
                continue;
            }
            let line = text(keys, "line").map(str::to_owned);
            let joined = line.as_deref().is_some_and(|line| self.rolls(line));
            match past {
                Some(pence) if !joined => {
                    let carried = self.whose(&whose, false, keys, line.as_deref());
                    self.carry(carried, &name, pence);
                }
                None if !joined => {
                    let words =
                        format!("its amount of {} is not published and could not be taken into the base", self.year());
                    self.look(What::Check, &format!("pressure.{name}"), words);
                }
                _ => {}
            }
        }
    }

    /// The part of rolling that pressures and savings share: schedules become changes from the new base
    /// year, schemes that are complete go, one-offs of the past go.
    pub fn schedule_or_scheme(
        &mut self,
        (kind, name): (&str, &str),
        keys: &Table,
        past: Option<i128>,
        levels: &[Option<i128>],
        whole: impl Fn(&Self, i32) -> Option<i128>,
    ) {
        let year = self.year();
        let path = format!("{kind}.{name}");
        let known = !levels.is_empty() && levels.iter().all(Option::is_some);
        if one_off(keys) {
            let amounts = self.years_of(|t| whole(self, t));
            if known && amounts.iter().all(|(_, steps)| *steps == Some(0)) {
                self.gone(kind, name, &format!("one-off, of {year} only"), past);
            } else if keys.get("full_year").is_some() && past != Some(0) {
                self.written_out(kind, name, &amounts);
            }
            return;
        }
        if keys.get("full_year").is_some() {
            if known && levels.iter().all(|l| *l == past) && past != Some(0) {
                self.gone(kind, name, &format!("complete by {year}: its full-year effect is in the base"), past);
            } else if past.is_some_and(|p| p != 0) && known {
                let rest = levels.last().copied().flatten().zip(past).map(|(last, past)| last - past);
                let words =
                    format!("began in {year} or before: what is left of its full year comes in {}", self.by.first);
                let mut look = Look::new(What::Rolled, path, words);
                look.pence = rest;
                self.push(look);
            } else {
                self.started(keys, &path);
            }
            return;
        }
        if beside(keys) || keys.get("amount").is_none() {
            return;
        }
        if text(keys, "values") == Some("in_year") {
            self.in_changes(kind, name, keys, past, levels);
        } else if known && levels.iter().all(|l| *l == past) && !self.open_ended(keys) {
            self.gone(kind, name, &format!("complete by {year}: what it added is in the base"), past);
        }
    }

    /// Whether a schedule goes on beyond what the old plan shows: a list, or a year left to be said.
    fn open_ended(&self, keys: &Table) -> bool {
        let amount = keys.get("amount").map(|n| match n.as_table().and_then(|t| t.get("likely")) {
            Some(inner) => &inner.value,
            None => &n.value,
        });
        match amount {
            Some(Meant::Table(table)) => table.get("then").is_none() && table.get("otherwise").is_none(),
            Some(Meant::List(_)) => !self.by.added().is_empty(),
            _ => false,
        }
    }

    /// A scheme whose start has passed and that had not begun, by the plan.
    fn started(&mut self, keys: &Table, path: &str) {
        let Some(start) = text(keys, "start") else { return };
        let Some(months) = crate::language::scalar::read_month(start) else { return };
        let horizon = self.old.plan.horizon();
        if months < horizon.april(2) {
            self.look(What::Check, &format!("{path}.start"), format!("its start, {start}, has passed"));
        }
    }

    /// A one-off with a start and an end that has not ended: its amounts, year by year.
    fn written_out(&mut self, kind: &str, name: &str, amounts: &[(crate::vocabulary::FinancialYear, Option<i128>)]) {
        let unit = self.documents.unit_of(&[kind, name]);
        let table = schedule(amounts, Some(Value::from(0)), unit);
        let Some(item) = self.documents.item(&[kind, name]).and_then(Item::as_table_like_mut) else { return };
        for key in ["full_year", "start", "ramp", "end", "slippage"] {
            item.remove(key);
        }
        item.insert("amount", Item::Value(Value::InlineTable(table)));
        item.insert("values", value("in_year"));
        let words = "a one-off that goes on: written out by year, since its past part is not in the base";
        self.look(What::Check, &format!("{kind}.{name}"), words);
    }

    /// Recurrent amounts in the year become changes from the year before: what has come by the new base
    /// year is in the base.
    fn in_changes(&mut self, kind: &str, name: &str, keys: &Table, past: Option<i128>, levels: &[Option<i128>]) {
        let path = format!("{kind}.{name}");
        let year = self.year();
        let mut before = past;
        let mut changes = Vec::new();
        for (t, level) in self.later().zip(levels) {
            let change = level.zip(before).map(|(level, before)| level - before);
            changes.push((self.old.plan.horizon().year(t), change));
            before = *level;
        }
        let ends = !self.open_ended(keys);
        if !changes.is_empty() && changes.iter().all(|(_, change)| *change == Some(0)) && ends {
            self.gone(kind, name, &format!("the same every year: all of it is in the base of {year}"), past);
            return;
        }
        for added in self.by.added() {
            if ends {
                continue;
            }
            changes.push((added, if self.by.hold { Some(0) } else { None }));
        }
        let falls = changes.iter().any(|(_, change)| change.is_some_and(|c| c < 0));
        let unit = self.documents.unit_of(&[kind, name, "amount"]);
        let rest = ends.then(|| figure(Some(0), Unit::Money, unit));
        let table = schedule(&changes, rest, unit);
        let Some(item) = self.documents.item(&[kind, name]).and_then(Item::as_table_like_mut) else { return };
        let evidence = item.get("amount").and_then(Item::as_table_like).map(|t| {
            ["source", "owner", "note"].into_iter().filter_map(|k| Some((k, t.get(k)?.clone()))).collect::<Vec<_>>()
        });
        let mut table = table;
        for (key, text) in evidence.into_iter().flatten() {
            if let Some(text) = text.as_value() {
                table.insert(key, text.clone());
            }
        }
        item.insert("amount", Item::Value(Value::InlineTable(table)));
        item.insert("values", value("change"));
        if falls {
            item.insert("allow_reversal", value(true));
        }
        let mut look = Look::new(
            What::Rolled,
            path,
            format!("amounts in the year became changes: what had come by {year} is in the base"),
        );
        look.pence = past;
        self.push(look);
    }

    /// What recurrent savings of one line took off it in the year.
    fn saved_on(&self, line: &str) -> i128 {
        let of_line = |keys: &Table| text(keys, "line") == Some(line) && !beside(keys);
        self.items("saving")
            .into_iter()
            .filter(|(_, keys)| of_line(keys))
            .filter_map(|(name, _)| self.counted(Total::Savings, "saving", &name, 1, Run::Plan))
            .sum()
    }

    /// What of the savings of one line was not delivered for good, by the actuals, less the one-off
    /// substitutes that were found instead: what of it the line's outturn shows.
    fn undelivered_on(&self, line: &str) -> i128 {
        let substitute = |name: &str| self.actuals.get("saving", name, "one_off").map_or(0, |a| a.steps);
        self.items("saving")
            .into_iter()
            .filter(|(_, keys)| text(keys, "line") == Some(line) && !beside(keys))
            .filter_map(|(name, _)| Some(self.undelivered(&name)? - substitute(&name)))
            .sum()
    }

    /// What of a saving's plan for the year was not delivered for good; nothing when no actual says.
    pub fn undelivered(&self, name: &str) -> Option<i128> {
        let delivered = self.actuals.get("saving", name, "delivered")?;
        let planned = self.counted(Total::Savings, "saving", name, 1, Run::Plan)?;
        Some(planned - delivered.steps)
    }
}
