//! The scenario as a file that a finance officer can read: each figure with its sheet and cells.

use std::fmt::Write;

use super::book::{Book, reference};
use super::map::{Kind, Map, RangeMap};
use super::rows::{Item, Taken, Taking};
use crate::language::MoneyUnit;
use crate::language::quote::{in_comment, quoted};
use crate::vocabulary::Unit;
use crate::vocabulary::number::decimal;
use crate::vocabulary::unit::plain;

/// The text of the scenario.
#[must_use]
pub fn text(book: &Book, map: &Map, taken: &Taken, map_name: &str) -> String {
    let mut out = String::new();
    let plan = &map.plan;
    // Writing to a text cannot fail.
    let _ = write!(
        out,
        "# Made by `fundgap import` from {}, as {} says. Each figure names its sheet and cells.\n\
         # Try it: fundgap run, fundgap explain; `fundgap reference` lists every section and key.\n\
         \n\
         [scenario]\n\
         title     = {}\n\
         base_year = \"{}\"\n\
         years     = {}\n\
         unit      = \"{}\"\n\
         stage     = \"draft\"\n\
         \n\
         [organisation.{}]\n\
         kind = {}\n",
        in_comment(&book.name),
        in_comment(map_name),
        quoted(&plan.title),
        plan.base_year,
        plan.years,
        plan.unit.word(),
        plan.organisation,
        quoted(&plan.kind),
    );
    if let Some(council_type) = &plan.council_type {
        let _ = writeln!(out, "council_type = {}", quoted(council_type));
    }
    for kind in Kind::ALL {
        let mut heading = None;
        for item in taken.items.iter().filter(|item| item.kind == kind) {
            let Some(range) = map.ranges.get(item.range) else { continue };
            if heading != Some(item.range) {
                heading = Some(item.range);
                let words = format!(
                    "# --- {}: {}rows {} to {} ",
                    heading_words(kind),
                    sheet_words(book, range),
                    range.first,
                    range.last
                );
                let _ = writeln!(
                    out,
                    "\n{}{}",
                    in_comment(&words),
                    "-".repeat(100_usize.saturating_sub(words.chars().count()))
                );
                if kind == Kind::Driver {
                    out.push_str("\n[driver]\n");
                }
            }
            write_item(&mut out, &Writing { book, range, unit: plan.unit, years: plan.years }, item);
        }
    }
    out
}

fn heading_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Line => "budget lines",
        Kind::Income => "income",
        Kind::Pressure => "pressures",
        Kind::Saving => "savings",
        Kind::Funding => "funding",
        Kind::Reserve => "reserves",
        Kind::Driver => "yearly rates",
    }
}

fn sheet_words(book: &Book, range: &RangeMap) -> String {
    if is_csv(book) { String::new() } else { format!("sheet {}, ", range.sheet) }
}

fn is_csv(book: &Book) -> bool {
    book.sheets.len() == 1 && book.sheets.first().is_some_and(|s| s.name == "CSV")
}

struct Writing<'a> {
    book: &'a Book,
    range: &'a RangeMap,
    unit: MoneyUnit,
    years: i32,
}

impl Writing<'_> {
    /// `Budget.xlsx, sheet MTFS, D6:F6`.
    fn source(&self, row: u32, columns: &[u32]) -> String {
        let contiguous = columns.windows(2).all(|pair| pair[1] == pair[0] + 1);
        let cells = match columns {
            [first, .., last] if contiguous => format!("{}:{}", reference(row, *first), reference(row, *last)),
            all => all.iter().map(|c| reference(row, *c)).collect::<Vec<_>>().join(", "),
        };
        format!("{}, {}{cells}", self.book.name, sheet_words(self.book, self.range))
    }

    fn value(&self, unit: Unit, taking: &Taking) -> String {
        match (taking.steps, unit) {
            (None, _) => "\"not_published\"".to_owned(),
            (Some(steps), Unit::Rate) => format!("\"{}%\"", plain(unit, steps.saturating_mul(100))),
            (Some(steps), _) => decimal(steps, unit.scale() + self.unit.power()).normalize().to_string(),
        }
    }

    /// A figure by year, with its source.
    fn by_year(&self, item: &Item, unit: Unit) -> String {
        let mut parts: Vec<String> =
            item.years.iter().map(|(year, taking)| format!("\"{year}\" = {}", self.value(unit, taking))).collect();
        if i32::try_from(item.years.len()).is_ok_and(|n| n < self.years) {
            parts.push("otherwise = \"not_published\"".to_owned());
        }
        let columns: Vec<u32> = item.years.iter().map(|(_, taking)| taking.column).collect();
        parts.push(format!("source = {}", quoted(&self.source(item.row, &columns))));
        format!("{{ {} }}", parts.join(", "))
    }

    fn single(&self, item: &Item, taking: &Taking) -> String {
        let source = quoted(&self.source(item.row, &[taking.column]));
        format!("{{ likely = {}, source = {source} }}", self.value(Unit::Money, taking))
    }
}

fn write_item(out: &mut String, writing: &Writing<'_>, item: &Item) {
    let wanting: Vec<String> = item
        .base
        .iter()
        .chain(item.years.iter().map(|(_, t)| t))
        .filter_map(|t| Some(format!("# FILL IN: {} {}", reference(item.row, t.column), t.wanting.as_ref()?)))
        .map(|line| in_comment(&line))
        .collect();
    if item.kind == Kind::Driver {
        for line in &wanting {
            let _ = writeln!(out, "{line}");
        }
        let figure = writing.by_year(item, Unit::Rate);
        let _ = match item.signed {
            true => writeln!(out, "{} = {{ rate = {figure}, signed = true }}", item.name),
            false => writeln!(out, "{} = {figure}", item.name),
        };
        return;
    }
    let _ = writeln!(out, "\n[{}.{}]", item.kind.section(), item.name);
    for line in &wanting {
        let _ = writeln!(out, "{line}");
    }
    let mut keys: Vec<(&str, String)> = vec![("title", quoted(&item.title))];
    let range = writing.range;
    match (&item.service, item.kind) {
        (Some(service), Kind::Line | Kind::Income | Kind::Pressure | Kind::Saving) => {
            keys.push(("service", quoted(service)))
        }
        (Some(service), _) => keys.push(("note", quoted(service))),
        (None, _) => {}
    }
    match item.kind {
        Kind::Line | Kind::Income => {
            if item.kind == Kind::Income {
                keys.push(("kind", quoted("income")));
            }
            match &item.base {
                Some(base) if range.from_base => keys.push(("base", writing.single(item, base))),
                _ => keys.push(("budget", writing.by_year(item, Unit::Money))),
            }
            if item.signed {
                keys.push(("signed", "true".to_owned()));
            }
        }
        Kind::Pressure | Kind::Saving => {
            keys.push(("amount", writing.by_year(item, Unit::Money)));
            keys.push(("values", quoted(range.values.unwrap_or("in_year"))));
            if item.signed {
                let reversal = item.kind == Kind::Saving || range.values == Some("change");
                keys.push((if reversal { "allow_reversal" } else { "signed" }, "true".to_owned()));
            }
        }
        Kind::Funding => {
            keys.push(("kind", quoted(&funding_kind(range, &item.title))));
            keys.extend(item.base.as_ref().map(|base| ("base", writing.single(item, base))));
            // Nobody has said what the years after the base year bring.
            let amount =
                if range.years.is_empty() { quoted("not_published") } else { writing.by_year(item, Unit::Money) };
            keys.push(("amount", amount));
            if range.values == Some("change") {
                keys.push(("values", quoted("change")));
            }
            if item.signed {
                keys.push(("signed", "true".to_owned()));
            }
        }
        Kind::Reserve => {
            keys.push(("kind", quoted(&reserve_kind(range, &item.title))));
            let opening = item.base.as_ref().map(|base| writing.single(item, base));
            keys.push(("opening", opening.unwrap_or_else(|| quoted("not_published"))));
            if !item.years.is_empty() {
                keys.push(("planned_use", writing.by_year(item, Unit::Money)));
            }
        }
        Kind::Driver => {}
    }
    if let Some(recurrent) =
        item.recurrent.as_ref().filter(|_| matches!(item.kind, Kind::Pressure | Kind::Saving | Kind::Funding))
    {
        let plain = matches!(recurrent.as_str(), "true" | "false");
        keys.push(("recurrent", if plain { recurrent.clone() } else { quoted(recurrent) }));
    }
    if let Some(status) = &item.status {
        keys.push(("status", quoted(status)));
    }
    let noted = match item.kind {
        Kind::Line | Kind::Income => !range.from_base,
        Kind::Pressure | Kind::Saving => item.base.as_ref().is_some_and(|base| base.steps != Some(0)),
        _ => false,
    };
    if let (Some(base), true) = (&item.base, noted)
        && let Some(steps) = base.steps
    {
        let amount = decimal(steps, Unit::Money.scale() + writing.unit.power()).normalize();
        let note = format!("base year: {amount} ({})", writing.source(item.row, &[base.column]));
        keys.push(("note", quoted(&note)));
    }
    let width = keys.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    for (key, value) in keys {
        let _ = writeln!(out, "{key:<width$} = {value}");
    }
}

/// The kind of a funding, by its title where the map does not say it.
fn funding_kind(range: &RangeMap, title: &str) -> String {
    if let Some(kind) = &range.item_kind {
        return kind.clone();
    }
    let lower = title.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let kind = if any(&["collection fund"]) {
        "collection_fund"
    } else if any(&["council tax", "precept"]) && !any(&["grant", "support"]) {
        "council_tax"
    } else if any(&["business rate", "nndr", "ndr", "top-up", "top up"]) {
        "business_rates"
    } else if any(&["grant", "rsg", "bonus", "improved better care"]) {
        "grant"
    } else {
        "other"
    };
    kind.to_owned()
}

/// The kind of a reserve, by its title where the map does not say it.
fn reserve_kind(range: &RangeMap, title: &str) -> String {
    if let Some(kind) = &range.item_kind {
        return kind.clone();
    }
    let lower = title.to_lowercase();
    let general = ["general", "working balance", "unallocated"].iter().any(|w| lower.contains(w));
    (if general { "general" } else { "earmarked" }).to_owned()
}
