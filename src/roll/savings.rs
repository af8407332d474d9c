//! Savings: what they have brought by the new base year is in the base, what is left of them comes as
//! planned, one-offs are gone, and what was not delivered for good comes back as a correction of the base.

use toml_edit::{Item, Value, value};

use super::documents::schedule;
use super::lines::{beside, one_off};
use super::look::{Look, What};
use super::roller::Roller;
use crate::language::{Node, Table};
use crate::mechanism::contribution::Total;
use crate::sheet::Run;
use crate::vocabulary::{Name, Unit};

impl Roller<'_> {
    /// Every saving.
    pub fn savings(&mut self) {
        for (name, keys) in self.items("saving") {
            if keys.get("left_out").is_some() {
                continue;
            }
            let Some(whose) = self.organisation(keys) else { continue };
            self.frozen(&whose, &name, keys);
            let level = |r: &Self, t| match beside(keys) {
                true => r.steps(&whose, "saving", &name, "in_year", t),
                false => r.counted(Total::Savings, "saving", &name, t, Run::Plan),
            };
            let levels: Vec<Option<i128>> = self.later().map(|t| level(self, t)).collect();
            let past = level(self, 1);
            let before = self.looks.len();
            self.schedule_or_scheme(("saving", &name), keys, past, &levels, |r, t| level(r, t));
            let went = self.looks[before..].iter().any(|l| l.what == What::Gone);
            if !went {
                self.costs(&whose, &name, keys);
                self.begun(&name, keys, past, &levels);
            }
            if beside(keys) {
                continue;
            }
            self.delivered(&whose, &name, keys, past, &levels, went);
            if one_off(keys) {
                continue;
            }
            match past {
                Some(pence) => {
                    let line = keys.get("line").and_then(Node::as_text);
                    let carried = self.whose(&whose, true, keys, line);
                    self.carry(carried, &name, pence);
                }
                None => {
                    let words =
                        format!("its saving of {} is not published and could not be taken into the base", self.year());
                    self.look(What::Check, &format!("saving.{name}"), words);
                }
            }
            let weighted = ["delivery", "status"].into_iter().find(|key| keys.get(key).is_some()).filter(|_| !went);
            if let Some(key) = weighted {
                let words = "what share is delivered, and how sure it is: as in the old plan";
                self.look(What::Check, &format!("saving.{name}.{key}"), words);
            }
        }
    }

    /// A share of a line, of a scheme that has begun: its pounds, since the line of its start has left the
    /// plan.
    fn frozen(&mut self, whose: &Name, name: &str, keys: &Table) {
        let Some(full) = keys.get("full_year").and_then(Node::as_table).filter(|t| t.get("share").is_some()) else {
            return;
        };
        let start = keys.get("start").and_then(Node::as_text).and_then(crate::language::scalar::read_month);
        let begun = start.is_some_and(|s| s < self.old.plan.horizon().april(2));
        if !begun && full.get("basis").and_then(Node::as_text) != Some("sequential") {
            return;
        }
        let of = |t| self.steps(whose, "saving", name, "full_year", t);
        let last = self.later().last().unwrap_or(1);
        let Some(pence) = of(1) else { return };
        let words = match of(last) == Some(pence) {
            true => "a share of a line, frozen in pounds: the line it was taken of has left the plan",
            false => "a share of a line read again each year, frozen at its pounds of the new base year",
        };
        let unit = self.documents.unit_of(&["saving", name]);
        let new = super::documents::figure(Some(pence), Unit::Money, unit);
        if let Some(item) = self.documents.item(&["saving", name, "full_year"]) {
            super::years::replace(item, new);
        }
        self.push(Look::new(What::Check, format!("saving.{name}.full_year"), words).of(pence));
    }

    /// What has come is in the base as planned and is a fact: only what is still to come is at risk, at its
    /// delivery. So a scheme that has begun slips no more, else its late months would come a second time; and
    /// what is only given back from now on is given back in full.
    fn begun(&mut self, name: &str, keys: &Table, past: Option<i128>, levels: &[Option<i128>]) {
        let Some(planned) = past.filter(|p| *p != 0 && !one_off(keys)) else { return };
        let (year, path) = (self.year(), format!("saving.{name}"));
        if keys.get("slippage").is_some() {
            let risked = self.counted(Total::Savings, "saving", name, 1, Run::RiskAdjusted).filter(|_| !beside(keys));
            self.documents.set(&["saving", name, "slippage"], Some(0), Unit::Months, "it has begun");
            let words = format!(
                "it has begun: what was planned of {year} is in the base, so it slips no more; this much of {year} was at risk and is not any more"
            );
            let mut look = Look::new(What::Check, format!("{path}.slippage"), words);
            look.pence = risked.map(|risked| planned - risked);
            self.push(look);
        }
        let weighted = ["delivery", "status"].iter().any(|key| keys.get(key).is_some());
        let known: Option<Vec<i128>> = levels.iter().copied().collect();
        let Some(known) = known.filter(|k| weighted && k.iter().all(|l| *l <= planned)) else { return };
        if let Some(last) = known.last().filter(|_| known.iter().any(|l| *l < planned)) {
            self.certain(name);
            let words = "from now on it only gives back what is in the base, which is given back in full: 100%";
            self.push(Look::new(What::Check, format!("{path}.delivery"), words).of(last - planned));
        }
    }

    /// Says that a saving is delivered in full.
    fn certain(&mut self, name: &str) {
        const WHOLE: i128 = 1_000_000_000;
        let path = ["saving", name, "delivery"];
        if self.documents.holder(&path).is_some() {
            self.documents.set(&path, Some(WHOLE), Unit::Rate, "given back in full");
        } else if let Some(item) = self.documents.item(&["saving", name]).and_then(Item::as_table_like_mut) {
            item.insert("delivery", value("100%"));
        }
    }

    /// Costs to achieve of the past year are gone.
    fn costs(&mut self, whose: &Name, name: &str, keys: &Table) {
        if keys.get("cost_to_achieve").is_none() {
            return;
        }
        let cost = |r: &Self, t| r.steps(whose, "saving", name, "cost_to_achieve", t);
        let over = self.later().all(|t| cost(self, t) == Some(0)) && self.later().next().is_some();
        if !over {
            return;
        }
        let path = format!("saving.{name}.cost_to_achieve");
        let mut look = Look::new(What::Gone, path, format!("a cost to achieve of {} only", self.year()));
        look.pence = cost(self, 1);
        self.push(look);
        self.documents.remove_key(&["saving", name], "cost_to_achieve");
    }

    /// What the actuals say of a saving.
    fn delivered(
        &mut self,
        whose: &Name,
        name: &str,
        keys: &Table,
        past: Option<i128>,
        levels: &[Option<i128>],
        went: bool,
    ) {
        let year = self.year();
        let path = format!("saving.{name}");
        let Some(undelivered) = self.undelivered(name) else {
            if past.is_some_and(|p| p != 0) && !one_off(keys) {
                let words = format!("its saving of {year} is taken as planned: delivered for good");
                let mut look = Look::new(What::NotActual, path, words);
                look.pence = past;
                self.push(look);
            }
            return;
        };
        let source = self.actuals.source_of("saving", name).map(str::to_owned);
        let said = self.actuals.get("saving", name, "delivered").map(|a| a.place.clone()).unwrap_or_default();
        let substitute = self.actuals.get("saving", name, "one_off").map_or(0, |a| a.steps);
        let known = source.as_deref().unwrap_or("no source given");
        let words = match substitute {
            0 => format!("short of its plan for {year} ({said}; {known})"),
            _ => format!(
                "short of its plan for {year}, part of it met by a one-off substitute that does not last ({said}; {known})"
            ),
        };
        self.push(Look::new(What::Actual, path.clone(), words).of(undelivered));
        if one_off(keys) {
            return;
        }
        let own = self.actuals.text("saving", name, "reason").map(str::to_owned);
        let reason = own.unwrap_or_else(|| match substitute {
            0 => format!("not delivered in {year}: saving {name}"),
            _ => format!("not delivered in {year} for good, met by a one-off: saving {name}"),
        });
        let wanted = format!("{name}_undelivered");
        let made = self.rebase(whose, &wanted, None, undelivered, &reason, source.as_deref());
        self.kept.undelivered.extend(made.iter().map(|made| (made.clone(), name.to_owned())));
        self.kept.corrections.extend(made);
        let left = levels.last().copied().flatten().zip(past).map(|(last, past)| last - past);
        match self.actuals.get("saving", name, "full_year").map(|a| a.steps) {
            Some(full) => self.rest(name, full, went),
            None if left.is_some_and(|l| l != 0) && undelivered != 0 => {
                let words = "what is left of its full year comes as planned: give `full_year` in the actuals if it will be less";
                let mut look = Look::new(What::Check, path, words);
                look.pence = left;
                self.push(look);
            }
            None => {}
        }
    }

    /// What is still to come of a saving that will bring another full-year amount than planned.
    fn rest(&mut self, name: &str, full: i128, went: bool) {
        let delivered = self.actuals.get("saving", name, "delivered").map_or(0, |a| a.steps);
        let rest = full - delivered;
        let path = format!("saving.{name}");
        if went {
            if rest != 0 {
                let words = "it was complete in the plan and is out of the file; the actuals say that some of it is still to come: add it";
                self.push(Look::new(What::Check, path, words).of(rest));
            }
            return;
        }
        let unit = self.documents.unit_of(&["saving", name]);
        let table = schedule(&[(self.by.first, Some(rest))], Some(Value::from(0)), unit);
        let Some(item) = self.documents.item(&["saving", name]).and_then(Item::as_table_like_mut) else { return };
        for key in ["full_year", "start", "ramp", "end", "slippage"] {
            item.remove(key);
        }
        item.insert("amount", Item::Value(Value::InlineTable(table)));
        item.insert("values", value("change"));
        if rest < 0 {
            item.insert("allow_reversal", value(true));
        }
        let words = format!("what is left of its actual full year, in {}", self.by.first);
        self.push(Look::new(What::Rolled, path, words).of(rest));
    }
}
