//! The sheet and the sliders as the page's script reads them.
//!
//! Cells stand in their order. Formulas are one list of small numbers: for each run of cells that differ
//! only in where they stand, `kind, how many cells, how many terms`, and for each term `kind, distance`,
//! the distance being counted back from the cell (a plain number stands for itself). Values are whole
//! steps: a number where 53 bits hold it, else text.

use serde_json::{Value, json};

use super::Look;
use crate::language::scalar::MoneyUnit;
use crate::output::text::clean;
use crate::report::paper::{Paper, Slide, Watch};
use crate::sheet::{CellId, Flags, Formula, Sheet, TermKind};
use crate::vocabulary::Unit;

/// The page's data, in which nothing can end the element it stands in.
pub(super) fn json(paper: &Paper<'_>, look: &Look, charts: &[Value]) -> String {
    let sheet = paper.sheet;
    let what_if = &paper.what_if;
    let mut data = json!({});
    if !what_if.slides.is_empty() {
        data = exported(sheet);
        let page = json!({
            "power": match look.shown.unit { MoneyUnit::Pounds => 0, MoneyUnit::Thousands => 3, MoneyUnit::Millions => 6 },
            "decimals": look.shown.money_decimals(),
            "decimals_moved": look.moved.money_decimals(),
            "years": what_if.years,
            "command": clean(&what_if.command),
            "slides": what_if.slides.iter().map(slide).collect::<Vec<_>>(),
            "watched": what_if.watched.iter().map(watch).collect::<Vec<_>>(),
            "charts": charts,
        });
        if let (Value::Object(data), Value::Object(page)) = (&mut data, page) {
            data.extend(page);
        }
    }
    inert(&data.to_string())
}

/// A sheet as the page's script reads it.
#[must_use]
pub fn exported(sheet: &Sheet) -> Value {
    let adjusted = inputs(sheet).enumerate().filter(|(_, (_, (plan, adjusted)))| plan != adjusted);
    json!({
        "rows": rows(sheet),
        "formulas": formulas(sheet),
        "inputs": inputs(sheet).map(|(_, (plan, _))| steps(plan)).collect::<Vec<_>>(),
        "adjusted": adjusted.flat_map(|(n, (_, (_, adjusted)))| [json!(n), steps(adjusted)]).collect::<Vec<_>>(),
        "unpublished": ranges(sheet, |flags| !flags.published),
        "interpolated": ranges(sheet, |flags| flags.interpolated),
        "about": about(sheet),
    })
}

/// JSON in which no text can be read as markup.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Whole steps.
pub(super) fn steps(value: i128) -> Value {
    const EXACT: i128 = 1 << 53;
    match i64::try_from(value) {
        Ok(small) if (-EXACT..=EXACT).contains(&value) => json!(small),
        _ => json!(value.to_string()),
    }
}

fn cells(sheet: &Sheet) -> impl Iterator<Item = CellId> {
    sheet.rows().flat_map(|(_, row)| row.cells())
}

fn inputs(sheet: &Sheet) -> impl Iterator<Item = (CellId, (i128, i128))> {
    cells(sheet).filter_map(|cell| Some((cell, sheet.input_in_runs(cell)?)))
}

/// The number by which the script knows a unit.
const fn unit(unit: Unit) -> u32 {
    match unit {
        Unit::Money => 0,
        Unit::Rate => 1,
        Unit::Quantity => 2,
        Unit::UnitPrice => 3,
        Unit::Months => 4,
        Unit::Month => 5,
    }
}

/// Of each row how many cells it has, its unit, and to how many decimals they are rounded.
fn rows(sheet: &Sheet) -> Vec<u32> {
    let row = |row: &crate::sheet::RowInfo| {
        let count = u32::try_from(row.cells().count()).unwrap_or(u32::MAX);
        let held = row.unit.scale();
        [count, unit(row.unit), row.decimals.unwrap_or(held).min(held)]
    };
    sheet.rows().flat_map(|(_, it)| row(it)).collect()
}

/// The formulas, run by run.
fn formulas(sheet: &Sheet) -> Vec<i64> {
    let mut all: Vec<i64> = Vec::new();
    let mut last: Option<(usize, Vec<i64>)> = None;
    for cell in cells(sheet) {
        let (kind, terms) = formula(sheet, cell);
        let same = last.as_ref().is_some_and(|(at, before)| all[*at] == kind && *before == terms);
        match &last {
            Some((at, _)) if same => all[*at + 1] += 1,
            _ => {
                let at = all.len();
                all.extend([kind, 1, i64::try_from(terms.len() / 2).unwrap_or(i64::MAX)]);
                all.extend(&terms);
                last = Some((at, terms));
            }
        }
    }
    all
}

fn formula(sheet: &Sheet, cell: CellId) -> (i64, Vec<i64>) {
    let formula = sheet.formula(cell);
    let kind = match formula {
        Formula::Input(_) => 0,
        Formula::Nought => 1,
        Formula::Sum(_) => 2,
        Formula::Weighted(_) => 3,
        Formula::Product(_) => 4,
        Formula::Min(_) => 5,
        Formula::Max(_) => 6,
        Formula::Clamp(_) => 7,
        Formula::StepDown(_) => 8,
        Formula::Choose(_) => 9,
        Formula::NotPublished => 10,
    };
    let terms = sheet.terms(formula).iter().flat_map(|term| {
        let how = match term.kind {
            TermKind::Plus => 0,
            TermKind::Minus => 1,
            TermKind::OnePlus => 2,
            TermKind::OneMinus => 3,
            TermKind::Divisor => 4,
            TermKind::DivisorNumber => 5,
            TermKind::FactorNumber => 6,
        };
        let of_cell = term.cell().map(|of| i64::from(cell.0) - i64::from(of.0));
        [how, of_cell.unwrap_or_else(|| i64::from(term.number().unwrap_or(0)))]
    });
    (kind, terms.collect())
}

/// The cells of which something is so: first cell and how many, again and again.
fn ranges(sheet: &Sheet, is: impl Fn(Flags) -> bool) -> Vec<u32> {
    let mut all: Vec<u32> = Vec::new();
    for cell in cells(sheet).filter(|cell| is(sheet.flags(*cell))) {
        match all.as_mut_slice() {
            [.., first, count] if *first + *count == cell.0 => *count += 1,
            _ => all.extend([cell.0, 1]),
        }
    }
    all
}

/// The cells that are only known about, each with its power of ten.
fn about(sheet: &Sheet) -> Vec<u32> {
    let known = cells(sheet).map(|cell| (cell, sheet.flags(cell).about)).filter(|(_, about)| *about > 0);
    known.flat_map(|(cell, about)| [cell.0, u32::from(about)]).collect()
}

fn slide(slide: &Slide) -> Value {
    json!({
        "path": clean(&slide.path),
        "title": clean(&slide.title),
        "unit": unit(slide.unit),
        "shift": slide.is_shift,
        "share": slide.is_share,
        "home": steps(slide.home),
        "step": steps(slide.step),
        "sets": slide.sets.iter().map(|(path, now, each)| json!([path, steps(*now), steps(*each)])).collect::<Vec<_>>(),
        "cells": slide.cells.iter().flat_map(|(cell, slope)| [json!(cell.0), steps(slope[0]), steps(slope[1])]).collect::<Vec<_>>(),
    })
}

fn watch(watch: &Watch) -> Value {
    let list = |cells: &[Option<CellId>]| cells.iter().map(|c| c.map(|c| c.0)).collect::<Vec<_>>();
    json!({
        "title": clean(&watch.title),
        "still": list(&watch.still),
        "after": list(&watch.after),
        "nothing": list(&watch.nothing),
        "underlying": watch.underlying.map(|c| c.0),
        "pots": watch.pots.iter().map(|(closing, minimum)| json!([list(closing), list(minimum)])).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_element_it_stands_in() {
        let said = inert(&json!({ "title": "</script><script>alert(1)</script> & <!--" }).to_string());
        assert!(!said.contains(['<', '>', '&']), "{said}");
        let read: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(read["title"], "</script><script>alert(1)</script> & <!--");
    }

    #[test]
    fn steps_beyond_what_a_browser_counts_exactly_are_text() {
        assert_eq!(steps(1 << 53), json!(9_007_199_254_740_992_i64));
        assert_eq!(steps((1 << 53) + 1), json!("9007199254740993"));
        assert_eq!(steps(-(1 << 96)), json!("-79228162514264337593543950336"));
    }
}
