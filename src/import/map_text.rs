//! A map as a file that a finance officer can read and change: every key with a comment.

use std::fmt::Write;

use super::book::letters;
use super::map::{CellUnit, Kind, Map, RangeMap, Said};
use crate::language::quote::{in_comment, quoted};

/// The text of a map that was guessed, for a workbook of this name.
#[must_use]
pub fn text(map: &Map, workbook: &str) -> String {
    let mut out = String::new();
    let plan = &map.plan;
    // Writing to a text cannot fail.
    let _ = write!(
        out,
        "# How fundgap reads {}. Written by `fundgap import` on its first go, from guesses; it is yours to\n\
         # change, and is never written over. Run the same import again and this file is followed exactly.\n\
         # Columns are letters, rows are numbers, as the spreadsheet shows them. docs/import.md explains every key.\n\
         \n\
         [plan]\n\
         title        = {}\n\
         base_year    = \"{}\"    # the last approved budget; the plan begins in the year after it\n\
         years        = {}            # plan years\n\
         unit         = \"{}\"       # the unit in which the scenario is written: £, £000 or £m\n\
         organisation = {}\n\
         kind         = {}    # council, icb, nhs_trust, foundation_trust or other\n",
        in_comment(workbook),
        quoted(&plan.title),
        plan.base_year,
        plan.years,
        plan.unit.word(),
        quoted(&plan.organisation),
        quoted(&plan.kind),
    );
    match &plan.council_type {
        Some(council_type) => {
            let _ = writeln!(out, "council_type = {}", quoted(council_type));
        }
        None if plan.kind == "council" => {
            out.push_str("# council_type = \"county\"   # unitary, metropolitan, london, district, fire, police …\n");
        }
        None => {}
    }
    for (at, range) in map.ranges.iter().enumerate() {
        write_range(&mut out, range, at == 0);
    }
    out
}

fn write_range(out: &mut String, range: &RangeMap, first: bool) {
    out.push_str("\n[[range]]\n");
    let mut line = |key: &str, value: String, comment: &str| {
        let written = format!("{key:<16} = {value}");
        if comment.is_empty() || !first {
            let _ = writeln!(out, "{written}");
        } else {
            let _ = writeln!(out, "{written:<44}  # {comment}");
        }
    };
    line("sheet", quoted(&range.sheet), "");
    if let Some(header) = range.header {
        line("header", header.to_string(), "the row in which the years stand; looked at again each time");
    }
    line("rows", format!("\"{}:{}\"", range.first, range.last), "the first and the last row");
    let kinds = "line, income, pressure, saving, funding, reserve or driver";
    line("kind", quoted(range.kind.word()), kinds);
    line("title", column(range.title), "the column of titles; names are made from them");
    if let Some(name) = range.name {
        line("name", column(name), "the column of names or references");
    }
    said(&mut line, "service", range.service.as_ref(), "the service; or service_column = \"A\"");
    if let Some(base) = range.base {
        let comment = if range.kind == Kind::Reserve { "the opening balance" } else { "the base year's figures" };
        line("base", column(base), comment);
    }
    if !range.years.is_empty() {
        let years: Vec<String> = range.years.iter().map(|(year, c)| format!("\"{year}\" = {}", column(*c))).collect();
        line("years", format!("{{ {} }}", years.join(", ")), "the column of each plan year");
    }
    if range.kind == Kind::Line && range.base.is_some() && !range.years.is_empty() {
        let word = if range.from_base { "base" } else { "budget" };
        line("line_from", quoted(word), "\"budget\": each year as printed; \"base\": the base year, rolled forward");
    }
    let comment = match range.kind {
        Kind::Driver => "\"%\": 2.5 is 2.5%; \"fraction\": 0.025 is 2.5%",
        _ if range.unit == CellUnit::Ask => "write £, £000 or £m: the figures show £, and the headings another unit",
        _ => "£, £000 or £m",
    };
    line("unit", quoted(range.unit.word()), comment);
    if range.kind != Kind::Driver {
        line("sign", quoted(range.sign.word()), "as_shown; turned (shown negative); income_negative (for lines)");
        let word = if range.negative { "allowed" } else { "refused" };
        line("negative", quoted(word), "\"allowed\" where a figure may go the other way");
    }
    if let Some(values) = range.values {
        line("values", quoted(values), "\"change\": what each year adds; \"in_year\": the total of each year");
    }
    let comment = "true, false (one-off) or \"not_stated\"; or recurrent_column = \"F\"";
    said(&mut line, "recurrent", range.recurrent.as_ref(), comment);
    said(&mut line, "status", range.status.as_ref(), "green, amber, red …; or status_column = \"G\"");
    if let Some(kind) = &range.item_kind {
        line("item_kind", quoted(kind), "the kind of each funding or reserve; by its title when left out");
    }
    line(
        "skip",
        spans(&range.skip),
        "rows to leave out, like [9, \"12:14\"]; sums are found and left out by themselves",
    );
    if !range.keep.is_empty() {
        line("keep", spans(&range.keep), "rows to read though they are the sum of others");
    }
    let word = if range.empty_is_nought { "nought" } else { "not_published" };
    line("empty", quoted(word), "what an empty cell or a dash means: \"nought\" or \"not_published\"");
    line("round", range.round.to_string(), "true rounds digits beyond the penny and says how many; false refuses them");
}

fn said(line: &mut impl FnMut(&str, String, &str), key: &str, said: Option<&Said>, comment: &str) {
    match said {
        Some(Said::Value(value)) if matches!(value.as_str(), "true" | "false") => line(key, value.clone(), comment),
        Some(Said::Value(value)) => line(key, quoted(value), comment),
        Some(Said::Column(c)) => line(&format!("{key}_column"), column(*c), comment),
        None => {}
    }
}

fn column(column: u32) -> String {
    format!("\"{}\"", letters(column))
}

fn spans(rows: &[(u32, u32)]) -> String {
    let words = rows.iter().map(|(f, l)| if f == l { f.to_string() } else { format!("\"{f}:{l}\"") });
    format!("[{}]", words.collect::<Vec<_>>().join(", "))
}
