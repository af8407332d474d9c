//! A body's own history of savings, from the scenario (`[history.…]`) and from a CSV file.
//!
//! The file has the headings `year,item,class,planned,delivered,one_off,unit,source,organisation`; `year`, `planned` and
//! `delivered` are needed. As in the scenario `delivered` is what lasts, and `one_off` what was brought in its stead.

use std::collections::BTreeMap;
use std::path::Path;

use super::lines::{self, Headings, Line};
use super::reference::plain_class;
use crate::language::MoneyUnit;
use crate::mechanism::organisation::Organisation;
use crate::open::Opened;
use crate::scenario::LoadFailure;
use crate::sheet::{Cell, Run};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Money, Place, Sources, Unit};

const HEADINGS: Headings = Headings {
    what: "a history",
    wrong: "history_headings",
    needed: &["year", "planned", "delivered"],
    optional: &["item", "class", "one_off", "unit", "source", "organisation"],
};

/// What became of some savings of a past year, in pence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The year.
    pub year: FinancialYear,
    /// What it is called.
    pub item: String,
    /// The class of savings.
    pub class: Option<String>,
    /// Whose: the name of an organisation of the scenario, or what the file says; empty where nobody is named.
    pub organisation: String,
    /// What was planned.
    pub planned: i128,
    /// What was delivered and lasts; none where it was not published.
    pub delivered: Option<i128>,
    /// What one-off measures brought instead.
    pub one_off: i128,
    /// Where it was published.
    pub source: Option<String>,
    /// Where it is written.
    pub place: String,
}

impl Entry {
    /// Its class as it is compared.
    #[must_use]
    pub fn plain_class(&self) -> Option<String> {
        self.class.as_deref().map(plain_class)
    }
}

/// What became of the savings of past years.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Every entry: the scenario's in file order, then the file's.
    pub entries: Vec<Entry>,
}

/// Who a file of history may speak of, and which years are over.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The organisations of the scenario.
    pub organisations: &'a [Organisation],
    /// Its base year.
    pub base: FinancialYear,
    /// Its unit of bare amounts.
    pub unit: MoneyUnit,
}

impl History {
    /// What a scenario says.
    #[must_use]
    pub fn of(opened: &Opened) -> Self {
        let figure = |cell: Cell<Money>| opened.results.of(Run::Plan).steps(cell.id());
        let entries = opened.plan.facts.histories.iter().filter_map(|h| {
            Some(Entry {
                year: h.year,
                item: h.title.clone(),
                class: h.class.as_deref().map(str::to_owned),
                organisation: h.organisation.to_string(),
                planned: figure(h.planned)?,
                delivered: figure(h.delivered),
                one_off: h.one_off.and_then(figure).unwrap_or(0),
                source: h.source.clone(),
                place: opened.loaded.sources.describe(h.place),
            })
        });
        Self { entries: entries.collect() }
    }

    /// Reads a file, and adds it to what is known. With a scenario, `about` says who it may speak of.
    ///
    /// # Errors
    /// The file cannot be read, or everything that is wrong in it, row by row with its place.
    pub fn add_file(&mut self, path: &Path, about: Option<About<'_>>) -> Result<(), LoadFailure> {
        let (sources, file) = lines::open(path)?;
        let mut wrong = Diagnostics::new();
        let key = |e: &Entry| (e.year, e.organisation.clone(), e.item.clone(), e.plain_class());
        let own: BTreeMap<_, String> = self.entries.iter().map(|e| (key(e), e.place.clone())).collect();
        let mut seen: BTreeMap<_, Place> = BTreeMap::new();
        let mut added: Vec<Entry> = Vec::new();
        for line in lines::read(&sources, file, &HEADINGS, &mut wrong) {
            let Some(entry) = entry(&line, about, &sources, &mut wrong) else { continue };
            let message = format!("{} {} is given twice", entry.item, entry.year);
            let twice = Diagnostic::error("duplicate_key", message).at(line.place);
            if let Some(first) = seen.get(&key(&entry)) {
                wrong.push(twice.also(*first, "first given here").hint("keep one of the two, or name each `item`"));
            } else if let Some(other) = own.get(&key(&entry)) {
                wrong.push(twice.hint(format!("the scenario has it at {other}: keep one of the two")));
            } else {
                seen.insert(key(&entry), line.place);
                added.push(entry);
            }
        }
        if wrong.has_errors() {
            return Err(LoadFailure::Invalid(wrong, sources));
        }
        self.entries.extend(added);
        Ok(())
    }

    /// The entries of a body, in the order of their years.
    #[must_use]
    pub fn of_body(&self, organisation: &str) -> Vec<&Entry> {
        let mut own: Vec<&Entry> = self.entries.iter().filter(|e| e.organisation == organisation).collect();
        own.sort_by_key(|entry| entry.year);
        own
    }

    /// The bodies it speaks of, in the order of their first entries.
    #[must_use]
    pub fn bodies(&self) -> Vec<String> {
        let mut bodies: Vec<String> = Vec::new();
        for entry in &self.entries {
            if !bodies.contains(&entry.organisation) {
                bodies.push(entry.organisation.clone());
            }
        }
        bodies
    }
}

fn entry(line: &Line, about: Option<About<'_>>, sources: &Sources, wrong: &mut Diagnostics) -> Option<Entry> {
    let year = line.year("year", wrong);
    if let (Some(year), Some(about), Some(cell)) = (year, about, line.cell("year"))
        && year > about.base
    {
        wrong.push(
            Diagnostic::error("history_of_plan_year", format!("{year} is a year of the plan and not over yet"))
                .at(cell.place)
                .hint(format!("history ends with the base year, {}", about.base)),
        );
    }
    let organisation = whose(line, about, wrong);
    let bare = line.money_unit(wrong).map(|unit| unit.or(about.map(|a| a.unit)));
    let _ = (line.needed("planned", wrong), line.needed("delivered", wrong));
    let mut amount = |heading: &str| -> Option<Option<i128>> {
        let amount = line.amount(heading, Unit::Money, bare?, wrong)?;
        let cell = line.cell(heading)?;
        if amount.is_some_and(|pence| pence < 0) {
            wrong.push(
                Diagnostic::error(
                    "negative_amount",
                    format!("`{heading}` is negative; amounts are written as positive numbers"),
                )
                .at(cell.place)
                .hint("leave the minus out; nothing delivered is 0"),
            );
            return None;
        }
        if heading == "planned" && amount.is_none() {
            wrong.push(
                Diagnostic::error("history_not_published", "a year of history needs what was planned for it")
                    .at(cell.place)
                    .hint("leave the year out where it was not published; `delivered` may be \"not_published\""),
            );
            return None;
        }
        if heading == "planned" && amount == Some(0) {
            wrong.push(
                Diagnostic::error("nothing_planned", "nothing was planned, so nothing can be a share of it")
                    .at(cell.place)
                    .hint("write what was planned, or leave the year out"),
            );
            return None;
        }
        Some(amount)
    };
    let planned = amount("planned");
    let delivered = amount("delivered");
    let one_off = if line.cell("one_off").is_some() { amount("one_off") } else { Some(Some(0)) };
    let (year, one_off) = (year?, one_off?);
    Some(Entry {
        year,
        item: line.text("item").unwrap_or_else(|| "all savings".to_owned()),
        class: line.text("class"),
        organisation: organisation?,
        planned: planned??,
        delivered: delivered?,
        one_off: one_off.unwrap_or(0),
        source: line.text("source"),
        place: sources.describe(line.place),
    })
}

/// Whose savings a row is of: with a scenario, the name of one of its organisations.
fn whose(line: &Line, about: Option<About<'_>>, wrong: &mut Diagnostics) -> Option<String> {
    let cell = line.cell("organisation");
    let Some(about) = about else { return Some(cell.map(|c| c.text.clone()).unwrap_or_default()) };
    let names = || about.organisations.iter().map(|o| o.name.as_str());
    let list = || names().collect::<Vec<_>>().join(", ");
    match (cell, about.organisations) {
        (None, [only]) => Some(only.name.to_string()),
        (None, _) => {
            wrong.push(
                Diagnostic::error("key_missing", "this row does not say whose savings they were")
                    .at(line.place)
                    .hint(format!("write a name in the column `organisation`; there is: {}", list())),
            );
            None
        }
        (Some(cell), all) => {
            let found = all.iter().find(|o| o.name.as_str() == cell.text || o.title == cell.text);
            if found.is_none() {
                let diagnostic =
                    Diagnostic::error("unknown_name", format!("the scenario has no organisation `{}`", cell.text))
                        .at(cell.place);
                wrong.push(match did_you_mean(&cell.text, names()) {
                    Some(meant) => diagnostic.hint(format!("did you mean `{meant}`?")),
                    None => diagnostic.hint(format!("there is: {}", list())),
                });
            }
            found.map(|o| o.name.to_string())
        }
    }
}
