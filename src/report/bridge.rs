//! Bridges for people and programs: the steps from one gap to another as a table and a chart, as tidy
//! rows and as an object; and the way from the gap before any measure to what is still to find.

mod data;
mod measures;

pub use data::{csv, json, measures_csv, measures_json};
pub use measures::document as measures;

use super::table::{
    Block, Column, Document, Figure, RowStyle, Sums, Table, TableCell, TableRow, Waterfall, WaterfallBar,
};
use super::tidy::short_name;
use super::{Reader, SIGN, page};
use crate::analysis::bridge::{Amount, Bridge, End, Item, Step, between, still_to_find};
use crate::open::Opened;
use crate::sheet::{Flags, Run, Sign};
use crate::vocabulary::{FinancialYear, Name, Unit};

/// What a bridge is asked for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The scenario it begins in.
    pub from: &'a Opened,
    /// The year it begins in.
    pub from_year: FinancialYear,
    /// The scenario it ends in; the same one for a bridge between two years.
    pub to: &'a Opened,
    /// The year it ends in.
    pub to_year: FinancialYear,
    /// The organisations and views, each with its title.
    pub scopes: Vec<(Name, String)>,
    /// The runs.
    pub runs: &'a [Run],
    /// How many items of a step are named; none for steps alone.
    pub largest: Option<usize>,
    /// Whether a chart is drawn.
    pub chart: bool,
}

impl Asked<'_> {
    /// Whether both ends are years of one scenario.
    #[must_use]
    pub fn one_plan(&self) -> bool {
        std::ptr::eq(self.from, self.to)
    }

    /// The bridges of every scope and run asked for, scope by scope.
    #[must_use]
    pub fn bridges(&self) -> Vec<(&str, Vec<Bridge>)> {
        let end = |opened: &'_ Opened, year| opened.plan.horizon().number(year).unwrap_or(0);
        let from = End { plan: &self.from.plan, results: &self.from.results, t: end(self.from, self.from_year) };
        let to = End { plan: &self.to.plan, results: &self.to.results, t: end(self.to, self.to_year) };
        let of = |scope: &Name| self.runs.iter().map(|run| between(&from, &to, scope, *run)).collect();
        self.scopes.iter().map(|(scope, title)| (title.as_str(), of(scope))).collect()
    }

    /// The names of the two ends.
    fn ends(&self) -> (String, String) {
        if self.one_plan() {
            return (self.from_year.to_string(), self.to_year.to_string());
        }
        let (a, b) = self.names();
        (format!("{} in {a}", self.from_year), format!("{} in {b}", self.to_year))
    }

    /// The names of the two scenarios: of their files, or A and B where they have one name.
    pub(super) fn names(&self) -> (String, String) {
        let of = |o: &Opened| short_name(o.loaded.sources.describe_file(o.loaded.root));
        let (a, b) = (of(self.from), of(self.to));
        if a == b && !self.one_plan() { (format!("A: {a}"), format!("B: {b}")) } else { (a, b) }
    }
}

/// The document of a bridge.
#[must_use]
pub fn document(asked: &Asked<'_>) -> Document {
    let mut document = page::head(&Reader::new(asked.to));
    if !asked.one_plan() {
        let (a, b) = asked.names();
        document.title = format!("From {a} to {b}");
        document.lines = vec![
            format!("{a}: {}; {}", asked.from.scenario.title, page::version(&asked.from.scenario)).into(),
            format!("{b}: {}; {}", asked.to.scenario.title, page::version(&asked.to.scenario)).into(),
            "which figures moved; `fundgap diff` says which assumptions moved them".into(),
        ];
    }
    for (title, bridges) in asked.bridges() {
        let alike = bridges.windows(2).all(|pair| same(&pair[0], &pair[1]));
        for bridge in bridges.iter().take(if alike { 1 } else { bridges.len() }) {
            let run = if alike && bridges.len() > 1 { "plan and risk-adjusted" } else { bridge.run.words() };
            document.blocks.push(Block::Table(table(asked, title, bridge, run)));
            if asked.chart && bridge.from.is_some() && bridge.to.is_some() {
                document.blocks.push(Block::Waterfall(chart(asked, title, bridge, run)));
            }
        }
    }
    if asked.scopes.iter().any(|(scope, _)| scope.as_str() == "system") {
        document.blocks.push(Block::Text(vec!["`--organisation NAME` bridges one body's own".into()]));
    }
    document
}

fn same(a: &Bridge, b: &Bridge) -> bool {
    (a.from, a.to, &a.steps, a.unexplained) == (b.from, b.to, &b.steps, b.unexplained)
}

/// Pence as a figure; not published where there are none.
fn money(pence: Option<i128>) -> Figure {
    Figure::new(Unit::Money, pence, if pence.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
}

fn cells(amount: Amount) -> Vec<TableCell> {
    [amount.recurrent(), amount.one_off, amount.all].map(|pence| money(pence).into()).to_vec()
}

fn level(pence: Option<i128>) -> Vec<TableCell> {
    vec![TableCell::Empty, TableCell::Empty, money(pence).into()]
}

/// What the known ends leave for steps that are not known, in words.
pub(super) fn unexplained_words(bridge: &Bridge) -> String {
    let mut unknown = bridge.steps.iter().flat_map(|s| &s.unknown);
    match (unknown.next(), unknown.count()) {
        (None, _) => "not explained by any row".to_owned(),
        (Some(first), 0) => format!("not explained, since it is not published: {first}"),
        (Some(first), more) => format!("not explained, since they are not published: {first} and {more} more"),
    }
}

fn table(asked: &Asked<'_>, title: &str, bridge: &Bridge, run: &str) -> Table {
    let (from, to) = asked.ends();
    let columns = ["recurrent", "one-off"].map(Column::figure);
    let all = Column::figure("all").sum_of(vec![(1, Sign::Plus), (2, Sign::Plus)]);
    let mut table = Table::new([Column::text("")].into_iter().chain(columns).chain([all]).collect());
    table.title = Some(format!("{title}: still to find, from {from} to {to}, {run}"));
    table.key = Some(format!("{SIGN}; steps: positive widens the gap"));
    let mut parts: Sums = Vec::new();
    let start = TableRow::new(RowStyle::Subtotal, format!("still to find, {from}"), level(bridge.from));
    parts.push((table.push(start), Sign::Plus));
    for step in &bridge.steps {
        let at = table.push(TableRow::plain(step.words.clone(), cells(step.amount)).indented(1));
        parts.push((at, Sign::Plus));
        // A body's own total is no item of it.
        if let Some(largest) = asked.largest.filter(|_| step.items.iter().any(|i| !i.kind.is_empty())) {
            items(asked, &mut table, step, largest);
        }
    }
    if let Some(left) = bridge.unexplained {
        let at = table.push(TableRow::plain(unexplained_words(bridge), level(Some(left))).indented(1));
        parts.push((at, Sign::Plus));
    }
    let end = TableRow::new(RowStyle::Headline, format!("still to find, {to}"), level(bridge.to));
    let known = bridge.from.is_some() && bridge.to.is_some();
    table.push(if known { end.sum_of(parts) } else { end });
    notes(asked, &mut table, bridge);
    table
}

/// The largest items of a step by name, the rest as one row.
fn items(asked: &Asked<'_>, table: &mut Table, step: &Step, largest: usize) {
    let named = if step.items.len() == largest + 1 { largest + 1 } else { largest };
    for item in step.items.iter().take(named) {
        let row = TableRow::new(RowStyle::Muted, item_title(asked, item), cells(item.amount));
        table.push(row.indented(2));
    }
    let rest = step.items.iter().skip(named);
    let count = rest.clone().count();
    if count > 0 {
        let sum = rest.fold(Amount::NOUGHT, |sum, item| sum.and(item.amount));
        table.push(TableRow::new(RowStyle::Muted, format!("others ({count})"), cells(sum)).indented(2));
    }
}

/// An item's title, and whose it is where there are several bodies.
fn item_title(asked: &Asked<'_>, item: &Item) -> String {
    let bodies = &asked.to.plan.organisations;
    let whose = item.organisation.as_ref().filter(|_| bodies.len() > 1 && !item.kind.is_empty());
    let body = whose.and_then(|name| bodies.iter().find(|o| o.name == *name));
    body.map_or_else(|| item.title.clone(), |body| format!("{} ({})", item.title, body.title))
}

fn notes(asked: &Asked<'_>, table: &mut Table, bridge: &Bridge) {
    let ends = [(asked.from, asked.from_year, bridge.from), (asked.to, asked.to_year, bridge.to)];
    for (opened, year, value) in ends {
        let horizon = opened.plan.horizon();
        if value.is_none() {
            let known = |t: &i32| {
                let end = End { plan: &opened.plan, results: &opened.results, t: *t };
                still_to_find(&end, &bridge.scope, bridge.run).is_some()
            };
            let first = horizon.plan().find(known).map(|t| horizon.year(t)).filter(|_| asked.one_plan());
            let hint = first.filter(|known| *known != year && *known != asked.to_year);
            let hint = hint.map(|known| format!("; it is known from {known} on: --from {known}")).unwrap_or_default();
            let why = if year == horizon.base() { " (the base-year budget was not published)" } else { "" };
            let words = format!("still to find in {year} is not known{why}, so the steps do not add to it{hint}");
            table.notes.push(words.into());
        } else if year == horizon.base() {
            let first = horizon.first();
            let by_kind = asked.one_plan() && asked.to_year > first;
            let hint = if by_kind { format!("; for funding by kind: --from {first}") } else { String::new() };
            let words = format!(
                "{year} is the base year: taken as balanced, since the file has no funding of {year}; funding moves in total only{hint}"
            );
            table.notes.push(words.into());
        }
    }
    if bridge.steps.is_empty() && bridge.from.is_some() && bridge.to.is_some() {
        table.notes.push("no figure moves".into());
    }
    let unknown: Vec<&str> = bridge.steps.iter().flat_map(|s| &s.unknown).map(String::as_str).collect();
    if !unknown.is_empty() {
        let more = unknown.len().saturating_sub(5);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named = unknown.iter().take(5).copied().collect::<Vec<_>>().join("; ");
        table.notes.push(format!("not published: {named}{more}").into());
    }
    let mut not_stated: Vec<&str> =
        bridge.steps.iter().flat_map(|s| &s.items).filter(|i| i.not_stated).map(|i| i.title.as_str()).collect();
    not_stated.dedup();
    if !not_stated.is_empty() {
        let named = not_stated.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        let more = not_stated.len().saturating_sub(5);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        table.notes.push(format!("whether it recurs is not stated, counted as recurrent: {named}{more}").into());
    }
}

fn chart(asked: &Asked<'_>, title: &str, bridge: &Bridge, run: &str) -> Waterfall {
    let (from, to) = asked.ends();
    let mut bars = vec![WaterfallBar { label: from.clone(), figure: money(bridge.from), level: true }];
    let steps =
        bridge.steps.iter().map(|s| WaterfallBar { label: s.words.clone(), figure: money(s.amount.all), level: false });
    bars.extend(steps);
    let left = bridge.unexplained.map(|left| WaterfallBar {
        label: "not explained (not published)".to_owned(),
        figure: Figure::money(left),
        level: false,
    });
    bars.extend(left);
    bars.push(WaterfallBar { label: to.clone(), figure: money(bridge.to), level: true });
    Waterfall { title: format!("{title}: {from} to {to}, {run}"), bars }
}
