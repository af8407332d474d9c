//! What savings must deliver for nothing to be left to find, how that is spread over the years, and how
//! late the savings come.

use serde_json::{Value, json};

use super::movement::{self, join};
use super::table::{Block, Column, Document, Figure, Sentence, Span, Table, TableCell, TableRow};
use super::{Reader, SIGN, page};
use crate::analysis::break_even::{BreakEven, Rung};
use crate::analysis::solve::{Answer, Verdict};
use crate::mechanism::organisation::Organisation;
use crate::sheet::{Flags, Run};
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Unit};

/// An organisation with what its savings must deliver.
pub type Of<'a> = (&'a Organisation, BreakEven);

/// The answers as a document.
#[must_use]
pub fn document(r: &Reader<'_>, all: &[Of<'_>]) -> Document {
    let asked = "what must savings not yet delivered deliver, all at one share, for nothing to be left to find in any year, \
                 after planned reserves and what reserves can bear above their minimum";
    let lines = vec![asked.into(), "run: risk-adjusted, slippage as stated".into()];
    let mut document = page::head(r);
    document.lines.extend(lines);
    for (organisation, found) in all {
        document.blocks.push(Block::Heading(organisation.title.clone()));
        let mut text = said(found);
        text.extend(movement::left_out(&found.question.target).map(Sentence::from));
        text.extend(relied_on(r, found));
        document.blocks.push(Block::Text(text));
        document.blocks.push(Block::Table(ladder(r, found)));
        document.blocks.extend(each(found).map(Block::Table));
        document.blocks.extend(late(r, organisation).map(|said| Block::Notes(vec![said])));
    }
    if all.is_empty() {
        document.blocks.push(Block::Text(vec!["no savings are planned that are not delivered yet".into()]));
    }
    document
}

fn said(found: &BreakEven) -> Vec<Sentence> {
    let lever = &found.question.lever;
    match &found.answer.verdict {
        Verdict::Found(f) => {
            let mut all = vec![join("break-even delivery: ".into(), movement::number(lever, f.answer.number))];
            if let (Some(before), Some(finest)) = (&f.before, f.finest) {
                let mut said = join("at ".into(), movement::number(lever, before.number));
                said = said.text(" something is left; to the last digit that can be typed it is ");
                all.push(join(said, movement::number(lever, finest)));
            }
            if !f.confirmed {
                all.push(
                    "opening the whole scenario with it gives other figures: do not use it, and report this".into(),
                );
            }
            all
        }
        Verdict::Met(_) => vec!["nothing is left even when no saving is delivered".into()],
        Verdict::Never => vec!["something is left even when every saving is delivered in full".into()],
        Verdict::Still => vec!["what is left does not depend on what savings deliver".into()],
        Verdict::NotPublished if found.answer.target.undecided() => {
            vec![
                "no verdict can be given: what is left is known only as it was filled in between published years"
                    .into(),
            ]
        }
        Verdict::NotPublished => vec!["n/p: a figure was not published, so nothing can be said".into()],
    }
}

/// What the answer takes from reserves, run by run and year by year: one-off money, all of it.
fn relied_on(r: &Reader<'_>, found: &BreakEven) -> Vec<Sentence> {
    let years: Vec<FinancialYear> = r.horizon().plan().map(|t| r.year(t)).collect();
    let mut all = Vec::new();
    for relied in &found.relied_on {
        let mut said = Sentence::from(format!("{}: ", relied.run.words()));
        let mut any = false;
        for (words, values) in [("planned use of reserves", &relied.planned), ("draws above minima", &relied.drawn)] {
            let mut first = true;
            for (year, value) in years.iter().zip(values).filter(|(_, value)| **value != Some(0)) {
                let lead = match (first, any) {
                    (true, false) => format!("{words} "),
                    (true, true) => format!("; {words} "),
                    (false, _) => ", ".to_owned(),
                };
                let flags = if value.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
                let figure = Figure::new(Unit::Money, *value, flags).in_words();
                said = said.text(lead).figure(figure).text(format!(" in {year}"));
                (first, any) = (false, true);
            }
        }
        let end = if any { ": one-off, none of it recurs" } else { "nothing is taken from reserves" };
        all.push(said.text(end));
    }
    if all.len() > 1 && found.relied_on.windows(2).all(|w| (&w[0].planned, &w[0].drawn) == (&w[1].planned, &w[1].drawn))
    {
        all.truncate(1);
        if let Some(Sentence(spans)) = all.first_mut()
            && let Some(Span::Text(words)) = spans.first_mut()
        {
            *words = words.replacen("plan: ", "plan and risk-adjusted: ", 1);
        }
    }
    if let Some(first) = all.first_mut() {
        *first = join("it relies on, ".into(), first.clone());
    }
    all
}

/// The year in which something is first left, at a share.
fn first_short(r: &Reader<'_>, rung: &Rung) -> Option<FinancialYear> {
    let years = r.horizon().plan().map(|t| r.year(t));
    years.zip(&rung.left).find(|(_, left)| left.is_some_and(|p| p > 0)).map(|(year, _)| year)
}

fn ladder(r: &Reader<'_>, found: &BreakEven) -> Table {
    let last = r.horizon().years();
    let heading = |label: &str| format!("{label} {}", r.year(last));
    let mut columns = r.year_columns("Delivered");
    columns.extend([Column::figure("all years"), Column::figure(heading("left")), Column::text("first left")]);
    let mut table = Table::new(columns);
    table.title = Some("Savings lost against the plan, and what is left if nothing else is done".into());
    table.key = Some(SIGN.to_owned());
    let money = |steps: Option<i128>| -> TableCell {
        Figure::new(Unit::Money, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED }).into()
    };
    for rung in &found.ladder {
        let mut cells: Vec<TableCell> = rung.lost.iter().map(|lost| money(*lost)).collect();
        cells.push(money(rung.lost.iter().copied().sum()));
        cells.push(money(rung.left.last().copied().flatten()));
        cells.push(first_short(r, rung).map_or(TableCell::from("none"), |y| y.to_string().into()));
        let answer = matches!(&found.answer.verdict, Verdict::Found(f) if f.answer.number == rung.delivery);
        let label = if answer { format!("{} (least)", share(rung.delivery)) } else { share(rung.delivery) };
        table.push(TableRow::plain(label, cells));
    }
    table
}

fn share(steps: i128) -> String {
    format!("{}%", plain(Unit::Rate, steps.saturating_mul(100)))
}

/// The least that one saving must deliver, in words.
fn needs(answer: &Answer) -> TableCell {
    match &answer.verdict {
        Verdict::Found(f) => share(f.answer.number).into(),
        Verdict::Met(_) => "nothing".into(),
        Verdict::Never => "more than all".into(),
        Verdict::Still => "does not matter".into(),
        Verdict::NotPublished => "n/p".into(),
    }
}

fn each(found: &BreakEven) -> Option<Table> {
    if found.each.is_empty() {
        return None;
    }
    let mut table =
        Table::new(vec![Column::text("Saving"), Column::text("Delivers"), Column::text("Must deliver alone")]);
    table.title = Some("Each saving alone, the others delivering what the scenario says".into());
    for alone in &found.each {
        let now = alone.now.map_or("not stated".to_owned(), share);
        table.push(TableRow::plain(alone.title.clone(), vec![now.into(), needs(&alone.answer)]));
    }
    Some(table)
}

/// How late the savings come, beside what an even programme would show.
fn late(r: &Reader<'_>, organisation: &Organisation) -> Option<Sentence> {
    let cell = |measure: &str| {
        let row = r.plan().named(&organisation.name, measure)?;
        r.plan().sheet.row(row).cell_at(0).map(|cell| r.figure(cell, Run::Plan).in_words())
    };
    let (index, last) = (cell("back_loading")?, cell("last_year_share")?);
    let years = i128::from(r.horizon().years());
    // One and a half times an even share: compared without dividing.
    let flagged = last.verdict().is_some_and(|share| share * 2 * years > 3 * 1_000_000_000);
    let flag = Figure::new(Unit::Rate, Some(1_500_000_000 / years), Flags::EXACT).in_words();
    let said = Sentence::from("back-loading of new savings ")
        .figure(index)
        .text(" (0% all in the first year, 50% even, 100% all in the last); in the last year ")
        .figure(last)
        .text(if flagged { " of them, more than " } else { " of them, against a flag of " })
        .figure(flag)
        .text(", one and a half times an even share: house assumption");
    Some(said)
}

/// The ladder and the answers as rows: one an organisation, share, year and measure.
#[must_use]
pub fn tidy(r: &Reader<'_>, all: &[Of<'_>]) -> Table {
    let columns = ["organisation", "run", "point", "delivery", "year", "measure", "recurrence"].map(Column::text);
    let mut table = Table::new(columns.into_iter().chain([Column::figure("value")]).collect());
    for (organisation, found) in all {
        for rung in &found.ladder {
            let point = match &found.answer.verdict {
                Verdict::Found(f) if f.answer.number == rung.delivery => "break_even",
                _ => "",
            };
            for (measure, values) in [("savings_lost", &rung.lost), ("gap_after_reserves", &rung.left)] {
                for (t, value) in r.horizon().plan().zip(values) {
                    let delivery = plain(Unit::Rate, rung.delivery);
                    let texts =
                        ["risk_adjusted", point, &delivery, &r.year(t).to_string(), measure, ""].map(TableCell::from);
                    let flags = if value.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
                    let figure = Figure::new(Unit::Money, *value, flags);
                    let cells = texts.into_iter().chain([figure.into()]).collect();
                    table.push(TableRow::plain(organisation.name.to_string(), cells));
                }
            }
        }
    }
    table
}

/// The answers for programs.
#[must_use]
pub fn json(r: &Reader<'_>, all: &[Of<'_>]) -> Value {
    let rate = |steps: i128| plain(Unit::Rate, steps);
    let verdict = |answer: &Answer| match &answer.verdict {
        Verdict::Found(f) => {
            json!({ "verdict": "found", "delivery": rate(f.answer.number), "finest": f.finest.map(rate) })
        }
        Verdict::Met(_) => json!({ "verdict": "holds_already" }),
        Verdict::Never => json!({ "verdict": "not_within_bounds" }),
        Verdict::Still => json!({ "verdict": "does_not_depend" }),
        Verdict::NotPublished => json!({ "verdict": "not_published" }),
    };
    let money = |steps: &Option<i128>| steps.map(|s| plain(Unit::Money, s));
    let bodies: Vec<Value> = all
        .iter()
        .map(|(organisation, found)| {
            let ladder: Vec<Value> = found
                .ladder
                .iter()
                .map(|rung| {
                    json!({
                        "delivery": rate(rung.delivery),
                        "savings_lost": rung.lost.iter().map(money).collect::<Vec<_>>(),
                        "gap_after_reserves": rung.left.iter().map(money).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let relied: Vec<Value> = found
                .relied_on
                .iter()
                .map(|taken| {
                    json!({
                        "run": taken.run.code(),
                        "recurrence": "one_off",
                        "planned_reserve_use": taken.planned.iter().map(money).collect::<Vec<_>>(),
                        "draws": taken.drawn.iter().map(money).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let each: Vec<Value> = found
                .each
                .iter()
                .map(|a| json!({ "saving": a.title, "delivery_stated": a.now.map(rate), "alone": verdict(&a.answer) }))
                .collect();
            json!({
                "organisation": organisation.name.as_str(),
                "break_even": verdict(&found.answer),
                "relied_on": relied,
                "ladder": ladder,
                "each": each,
            })
        })
        .collect();
    let years: Vec<String> = r.horizon().plan().map(|t| r.year(t).to_string()).collect();
    json!({
        "schema": "fundgap.break_even/1",
        "scenario": r.opened.scenario.title,
        "run": "risk_adjusted",
        "years": years,
        "organisations": bodies,
    })
}
