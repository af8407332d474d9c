//! A plan being rolled: its figures, its files as they are rewritten, and the list of what to look at.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::{Item, Value};

use super::afterwards::Remainders;
use super::documents::{Documents, figure};
use super::look::{Look, What};
use super::years::Move;
use crate::language::scalar::{self, Scalar};
use crate::language::{MoneyUnit, Node, Table, Value as Meant};
use crate::mechanism::contribution::Total;
use crate::open::Opened;
use crate::scenario::actuals::Actuals;
use crate::sheet::{Run, Sign};
use crate::vocabulary::{FileId, FinancialYear, Name, Place, Unit};

/// What stays in cash and is in the base from now on: of one organisation, kind, sector and service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Carried {
    /// Whose.
    pub organisation: String,
    /// Savings, else growth and corrections.
    pub savings: bool,
    /// Whether it counts in the social care gap.
    pub social_care: bool,
    /// The service.
    pub service: Option<String>,
}

/// A plan being rolled by one year.
pub(super) struct Roller<'a> {
    /// The plan as it was.
    pub old: &'a Opened,
    /// The plan as its files have it, which is an earlier one where several years are rolled: figures are placed there.
    pub written: &'a Opened,
    /// What paths that do not begin at the root begin at.
    pub here: &'a Path,
    /// Its files.
    pub documents: Documents,
    /// What happened in the year that becomes the base year.
    pub actuals: &'a Actuals,
    /// Which years go and come.
    pub by: Move,
    /// The list.
    pub looks: Vec<Look>,
    /// What goes into the base in cash, item by item.
    pub carried: BTreeMap<Carried, Vec<(String, i128)>>,
    /// Whether items that are over are taken out.
    pub take_out: bool,
    /// What past years still bring that no key can say.
    pub left: Remainders,
    /// Names of items made here, so that none is made twice.
    pub made: Vec<(String, String)>,
    /// Which of them hold savings and corrections of the actuals.
    pub kept: Kept,
}

/// Items that hold what moved into the new plan, by name: read again when both plans are held against each other.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// Lines of savings that are in the base.
    pub savings: Vec<String>,
    /// Corrections of the base that the actuals make.
    pub corrections: Vec<String>,
    /// Which of those are of savings that were not delivered, and of which.
    pub undelivered: Vec<(String, String)>,
    /// What of those corrections went into a later year's base, where several years are rolled: in every year since.
    pub in_base: Vec<(Name, i128)>,
}

impl Kept {
    /// Notes what corrections of an earlier year are in the year that becomes the base of this plan's next rolling.
    pub fn settle(&mut self, plan: &Opened) {
        for organisation in plan.plan.organisations.iter().map(|o| &o.name) {
            let of = |name: &String| {
                let row = plan.plan.sheet.find_row(&format!("{organisation}/rebase/{name}/in_base"))?;
                plan.plan.pence(plan.results.of(Run::Plan), row, 1)
            };
            let pence: i128 = self.corrections.iter().filter_map(of).sum();
            if pence != 0 {
                self.in_base.push((organisation.clone(), pence));
            }
        }
    }

    /// Adds what a later year's rolling kept.
    pub fn and(&mut self, later: Self) {
        for (mine, theirs) in [(&mut self.savings, later.savings), (&mut self.corrections, later.corrections)] {
            mine.extend(theirs);
            mine.sort_unstable();
            mine.dedup();
        }
        self.undelivered.extend(later.undelivered);
        self.in_base.extend(later.in_base);
    }
}

impl<'a> Roller<'a> {
    /// The year that becomes the base year.
    pub fn year(&self) -> FinancialYear {
        self.old.plan.horizon().year(1)
    }

    /// The years of the old plan that are plan years of the new one, by number in the old plan.
    pub fn later(&self) -> impl Iterator<Item = i32> + use<> {
        let horizon = self.old.plan.horizon();
        let last = self.by.last.start() - horizon.base().start();
        2..=horizon.years().min(last)
    }

    /// The items of a kind with their keys, as merged.
    pub fn items(&self, kind: &str) -> Vec<(String, &'a Table)> {
        let tree = &self.old.loaded.tree;
        let items = tree.table(kind).into_iter().flat_map(|t| &t.entries);
        items.filter_map(|(name, entry)| Some((name.to_string(), entry.node.as_table()?))).collect()
    }

    /// Whose an item is.
    pub fn organisation(&self, keys: &Table) -> Option<Name> {
        let organisations = &self.old.plan.organisations;
        match keys.get("organisation").and_then(Node::as_text) {
            Some(named) => organisations.iter().find(|o| o.name.as_str() == named).map(|o| o.name.clone()),
            None => organisations.first().map(|o| o.name.clone()),
        }
    }

    /// A row's value in year number `t` of the plan run: none when it has no such row or is not published.
    pub fn steps(&self, organisation: &Name, kind: &str, name: &str, measure: &str, t: i32) -> Option<i128> {
        let sheet = &self.old.plan.sheet;
        let row = sheet.find_row(&format!("{organisation}/{kind}/{name}/{measure}"))?;
        let cell = sheet.cell(row, t).or_else(|| sheet.cell(row, 0))?;
        self.old.results.of(Run::Plan).steps(cell)
    }

    /// What an item adds to a total of its organisation in year number `t`; none where any of it is not
    /// published.
    pub fn counted(&self, total: Total, kind: &str, name: &str, t: i32, run: Run) -> Option<i128> {
        counted(self.old, None, total, kind, name, t, run)
    }

    /// Adds to the list.
    pub fn look(&mut self, what: What, path: &str, words: impl Into<String>) {
        let look = Look::new(what, path, words);
        self.push(look);
    }

    /// Adds to the list.
    pub fn push(&mut self, mut look: Look) {
        if look.place.is_empty() {
            look.place = place(self.written, &look.path);
        }
        self.looks.push(look);
    }

    /// Puts a figure that has one value for all years in the place of the old one.
    pub fn set(&mut self, path: &[&str], steps: Option<i128>, unit: Unit, remark: &str) {
        self.documents.set(path, steps, unit, remark);
        let words = remark.to_owned();
        let mut look = Look::new(What::Rolled, path.join("."), words);
        if unit == Unit::Money {
            look.pence = steps;
        }
        self.push(look);
    }

    /// Carries an amount in cash into the base.
    pub fn carry(&mut self, whose: Carried, item: &str, pence: i128) {
        if pence != 0 {
            self.carried.entry(whose).or_default().push((item.to_owned(), pence));
        }
    }

    /// Takes an item out, and says why.
    pub fn gone(&mut self, kind: &str, name: &str, words: &str, pence: Option<i128>) {
        let path = format!("{kind}.{name}");
        if !self.take_out {
            self.look(What::Check, &path, format!("{words}; kept, since the file still names it"));
            return;
        }
        let mut look = Look::new(What::Gone, path, words);
        look.pence = pence;
        self.push(look);
        self.documents.remove(kind, name);
    }

    /// A name of a kind that nothing has yet, beginning as wanted.
    pub fn free_name(&self, kind: &str, wanted: &str) -> String {
        let taken = |name: &str| {
            self.old.loaded.tree.table(kind).is_some_and(|t| t.get(name).is_some())
                || self.made.iter().any(|(k, n)| k == kind && n == name)
        };
        if !taken(wanted) {
            return wanted.to_owned();
        }
        (2..).map(|n| format!("{wanted}_{n}")).find(|name| !taken(name)).unwrap_or_default()
    }

    /// Whether a line is rolled forward from a base, so that what joins it is in that base.
    pub fn rolls(&self, line: &str) -> bool {
        self.old.loaded.tree.table("line").and_then(|t| t.table(line)).is_some_and(|t| t.get("base").is_some())
    }

    /// Subtracts an amount from every value of a figure by year.
    pub fn less(&mut self, path: &[&str], pence: i128) {
        let Some(unit) = self.documents.holder(path).map(|n| self.documents.all[n].unit) else { return };
        if let Some(item) = self.documents.item(path) {
            each_value(item, &|value| changed(value, unit, -pence));
        }
    }

    /// The amounts of a one-off item that is not over, by year, from the plan's own figures.
    pub fn years_of(&self, row: impl Fn(i32) -> Option<i128>) -> Vec<(FinancialYear, Option<i128>)> {
        let horizon = self.old.plan.horizon();
        self.later().map(|t| (horizon.year(t), row(t))).collect()
    }
}

/// Where the files of a plan say something: the deepest part of a path that they have, the item at least.
pub(super) fn place(plan: &Opened, path: &str) -> String {
    let mut place: Option<Place> = None;
    let mut table = Some(&plan.loaded.tree);
    for (depth, part) in path.split('.').enumerate() {
        let Some(entry) = table.and_then(|t| t.entries.get(part)) else { break };
        place = Some(entry.key).filter(|_| depth > 0 || path.starts_with("scenario."));
        table = entry.node.as_table();
    }
    place.map_or_else(String::new, |p| plan.loaded.sources.describe(p))
}

/// What an item adds to a total in year number `t`: of one organisation, or of all.
pub(super) fn counted(
    plan: &Opened,
    whose: Option<&Name>,
    total: Total,
    kind: &str,
    name: &str,
    t: i32,
    run: Run,
) -> Option<i128> {
    let values = plan.results.of(run);
    let mut sum = 0_i128;
    for c in plan.plan.facts.contributions.iter().filter(|c| {
        c.total == total && c.item.0 == kind && c.item.1.as_str() == name && whose.is_none_or(|o| *o == c.organisation)
    }) {
        let steps = plan.plan.pence(values, c.row.id(), t)?;
        sum = sum.checked_add(if c.sign == Sign::Plus { steps } else { -steps })?;
    }
    Some(sum)
}

/// A value with an amount added, or nothing where it is no amount.
fn changed(value: &Value, bare: Option<MoneyUnit>, more: i128) -> Option<Value> {
    let steps = money(value, bare)??;
    let mut new = figure(Some(steps.checked_add(more)?), Unit::Money, bare);
    *new.decor_mut() = value.decor().clone();
    Some(new)
}

/// A typed amount in pence: `None` when it is none, `Some(None)` when it is not published.
pub(super) fn money(value: &Value, bare: Option<MoneyUnit>) -> Option<Option<i128>> {
    let meant = match value {
        Value::String(text) => Meant::Text(text.value().as_str().into()),
        Value::Integer(_) | Value::Float(_) => {
            let mut plain = value.clone();
            plain.decor_mut().clear();
            Meant::Number(plain.to_string().replace('_', "").into())
        }
        _ => return None,
    };
    let node = Node::new(meant, Place::new(FileId(0), 0..0));
    scalar::read(&node, Unit::Money, bare).ok().map(|Scalar { steps, .. }| steps)
}

/// Changes every value of a figure: of a list, of its years, or the one it has.
fn each_value(item: &mut Item, change: &dyn Fn(&Value) -> Option<Value>) {
    if let Some(list) = item.as_array_mut() {
        for n in 0..list.len() {
            if let Some(new) = list.get(n).and_then(change) {
                list.replace_formatted(n, new);
            }
        }
        return;
    }
    if let Some(table) = item.as_table_like_mut() {
        let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
        for key in keys {
            let of_years =
                key.parse::<FinancialYear>().is_ok() || matches!(key.as_str(), "then" | "likely" | "otherwise");
            if let Some(inner) = table.get_mut(&key).filter(|_| of_years) {
                each_value(inner, change);
            }
        }
        return;
    }
    if let Some(new) = item.as_value().and_then(change) {
        *item = Item::Value(new);
    }
}
