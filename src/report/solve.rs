//! What it would take: the number that meets the conditions, the step beside it that does not, and the
//! command that shows it.

use serde_json::{Value, json};

use super::findings::funding::{self, Reached};
use super::movement::{self, join};
use super::table::{Block, Column, Document, Figure, Sentence, Span, Table, TableCell, TableRow};
use super::tidy::Recurs;
use super::{Reader, capital, findings, page};
use crate::analysis::condition::{Comparison, Condition, Right};
use crate::analysis::lever;
use crate::analysis::solve::{Answer, Found, Point, Question, Room, Verdict};
use crate::sheet::Flags;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Address, Unit};

/// A question with its answers and the command that the answers are added to.
#[derive(Debug)]
pub struct Solved<'a> {
    /// What was asked.
    pub question: &'a Question,
    /// The answers of the runs that are shown.
    pub answers: &'a [Answer],
    /// `fundgap run plan.toml` with the changes that were given.
    pub command: &'a str,
    /// The given figures on which the cells depend.
    pub behind: &'a [&'a str],
    /// For each answer what the scenario's findings say with it that they do not say now.
    pub raised: &'a [Vec<Sentence>],
    /// For each answer the referendum limits that council tax reaches with it, and did not reach so now.
    pub limits: &'a [Vec<Reached>],
}

/// The referendum limits that are reached in one scenario and not, by the same rise, in another.
#[must_use]
pub fn limits(before: &Reader<'_>, after: &Reader<'_>) -> Vec<Reached> {
    let known = funding::limits_reached(before);
    funding::limits_reached(after).into_iter().filter(|reached| !known.contains(reached)).collect()
}

/// Findings of a scenario that are not among those of another, by their words.
#[must_use]
pub fn raised(before: &Reader<'_>, after: &Reader<'_>) -> Vec<Sentence> {
    let words = |sentence: &Sentence| -> String {
        let texts = sentence.0.iter().filter_map(|span| match span {
            Span::Text(words) => Some(words.as_str()),
            Span::Figure(_) => None,
        });
        texts.collect()
    };
    let known: Vec<String> = findings::all(before).iter().map(words).collect();
    findings::all(after).into_iter().filter(|found| !known.contains(&words(found))).collect()
}

/// How many figures are named when the one that was typed does not matter.
const NAMED: usize = 6;

/// The answers as a document.
#[must_use]
pub fn document(r: &Reader<'_>, solved: &Solved<'_>) -> Document {
    let q = solved.question;
    let mut lines = vec![Sentence::from(format!("vary {}", movement::subject(&q.lever)))];
    for condition in &q.target.conditions {
        let every = if condition.every_year { ", in every plan year" } else { "" };
        lines.push(format!("until {}{every}", condition.words).into());
    }
    lines.extend(movement::left_out(&q.target).map(Sentence::from));
    let mut steps = join("in steps of ".into(), unsigned(movement::change(q.lever.unit, q.step)));
    if q.step > 1 && !matches!(q.lever.unit, Unit::Month | Unit::Months) {
        steps = steps.text(match q.lever.reading {
            lever::Reading::Value => ", counted from nought",
            lever::Reading::Shift => ", counted from what it is now",
        });
    }
    lines.push(steps);
    let mut document = page::head(r);
    document.lines.extend(lines);
    for (runs, n, answer) in grouped(solved.answers) {
        document.blocks.push(Block::Heading(capital(&runs)));
        document.blocks.push(Block::Text(said(r, solved, n, answer)));
        for (place, condition) in q.target.conditions.iter().enumerate() {
            document.blocks.extend(table(r, solved, answer, place, condition).map(Block::Table));
        }
        let raised = solved.raised.get(n).into_iter().flatten().cloned();
        let raised = raised.map(|said| join("with it: ".into(), said));
        let notes: Vec<Sentence> = command(solved, answer).into_iter().chain(raised).collect();
        if !notes.is_empty() {
            document.blocks.push(Block::Notes(notes));
        }
    }
    document
}

/// Answers that are the same in both runs are told once: the runs, the number of the answer, the answer.
fn grouped(answers: &[Answer]) -> Vec<(String, usize, &Answer)> {
    match answers {
        [plan, risk] if (Answer { run: plan.run, ..risk.clone() }) == *plan => {
            vec![(format!("{} and {}", plan.run.words(), risk.run.words()), 0, plan)]
        }
        all => all.iter().enumerate().map(|(n, a)| (a.run.words().to_owned(), n, a)).collect(),
    }
}

fn unsigned(mut sentence: Sentence) -> Sentence {
    for span in &mut sentence.0 {
        match span {
            Span::Text(words) => *words = words.trim_start_matches('+').to_owned(),
            Span::Figure(figure) => *figure = figure.clone().in_words(),
        }
    }
    sentence
}

fn said(r: &Reader<'_>, solved: &Solved<'_>, n: usize, answer: &Answer) -> Vec<Sentence> {
    let (lever, bounds) = (&solved.question.lever, &solved.question.bounds);
    let within = || movement::bounds(lever, bounds, (answer.ends[0].number, answer.ends[1].number));
    let mut all = Vec::new();
    match &answer.verdict {
        Verdict::NotPublished if answer.target.undecided() => all.push(
            "no verdict can be given: what was asked for is known only as it was filled in between published years"
                .into(),
        ),
        Verdict::NotPublished => {
            all.push("n/p: a cell of the condition was not published, so nothing can be said".into())
        }
        Verdict::Still => {
            all.push("it does not depend on this figure, whatever its value".into());
            let others: Vec<&str> =
                solved.behind.iter().copied().filter(|p| lever.targets.iter().all(|t| t.path != *p)).collect();
            if !others.is_empty() {
                let more =
                    if others.len() > NAMED { format!(" and {} more", others.len() - NAMED) } else { String::new() };
                let named = others.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
                all.push(format!("it depends on {named}{more}").into());
            }
        }
        Verdict::Never => {
            let seen = if answer.every {
                "nothing meets it, and every step was looked at: ".to_owned()
            } else {
                format!("none seen that meets it at {} places ", answer.looked)
            };
            all.push(join(seen.into(), within()).text(doubt(answer)));
            all.extend(blocked(r, solved, answer));
        }
        Verdict::Met(rooms) => {
            all.push(match lever.now() {
                _ if rooms.is_empty() => "it holds already, and does not depend on this figure".into(),
                Some(now) => join("it holds already, at ".into(), movement::number(lever, now)),
                None => "it holds already, at every value that was looked at".into(),
            });
            all.extend(rooms.iter().filter(|room| wide(solved, room)).map(|room| room_words(solved, room)));
        }
        Verdict::Found(found) => {
            let mut first = movement::number(lever, found.answer.number);
            first = first.text(if found.exactly && !stretch(found) { " meets it exactly" } else { " meets it" });
            if let Some(limits) = solved.limits.get(n) {
                first = above(first, limits);
            }
            if let (Some(now), lever::Reading::Value) = (lever.now(), lever.reading) {
                first = join(first.text(": "), movement::change(lever.unit, found.answer.number - now));
                first = join(first.text(" on "), movement::value(lever.unit, now));
            }
            all.push(first);
            if let (Some(finest), Some(before)) = (found.finest.filter(|f| *f != found.answer.number), &found.before) {
                let mut crossing = join("the crossing lies between ".into(), movement::number(lever, before.number));
                crossing = join(crossing.text(" and "), movement::number(lever, found.answer.number));
                crossing =
                    join(crossing.text("; to the last digit that can be typed, "), movement::number(lever, finest));
                all.push(crossing);
            }
            all.extend(found.before.as_ref().and_then(|before| short(r, solved, answer, before)));
            if !found.confirmed {
                all.push(
                    "opening the whole scenario with it gives other figures: do not use it, and report this".into(),
                );
            }
        }
    }
    if answer.changes > 1 {
        let words = format!(
            "not monotone: seen to change {} times between holding and not holding, at {} places looked at ",
            answer.changes, answer.looked
        );
        all.push(join(words.into(), within()).text(if answer.every {
            "; every step was looked at, and the nearest to what it is now is shown"
        } else {
            "; there may be more between two of them, and the nearest seen to what it is now is shown"
        }));
    }
    all
}

/// What a search that saw nothing leaves open.
fn doubt(answer: &Answer) -> &'static str {
    match (answer.every, answer.turns) {
        (true, _) => "",
        (false, true) => "; what is missing turns in between, so there may be some",
        (false, false) => "; what is missing moves one way from each to the next",
    }
}

/// The first line of an answer with the referendum limits that it reaches.
fn above(mut first: Sentence, limits: &[Reached]) -> Sentence {
    let mut before: Option<&Reached> = None;
    for reached in limits {
        let same = before.is_some_and(|b| {
            (&b.limit.steps, b.core, b.exceeded) == (&reached.limit.steps, reached.core, reached.exceeded)
        });
        if !same {
            let way = if reached.exceeded { "above" } else { "at" };
            let core = if reached.core { "core " } else { "" };
            first = first.text(format!(", {way} the {core}referendum limit of ")).figure(reached.limit.clone());
        }
        first = first.text(format!("{}{}", if same { ", " } else { " in " }, reached.year));
        before = Some(reached);
    }
    first
}

/// Whether a number before the answer meets it too, between two steps.
fn stretch(found: &Found) -> bool {
    found.finest.is_some_and(|finest| finest != found.answer.number)
}

/// Which cell does not hold at a point, in words.
fn short(r: &Reader<'_>, solved: &Solved<'_>, answer: &Answer, at: &Point) -> Option<Sentence> {
    let held = answer.target.held(&at.values)?;
    let fails = answer.target.conditions.iter().zip(held).find_map(|(condition, pairs)| {
        let n = pairs.iter().position(|p| !condition.comparison.holds(p.left, p.right))?;
        Some((condition, &condition.pairs[n].0, pairs[n]))
    });
    let (condition, cell, held) = fails?;
    let figure = |steps| Sentence::from(Figure::new(condition.unit, Some(steps), Flags::EXACT).in_words());
    let mut said = join("at ".into(), movement::number(&solved.question.lever, at.number));
    said = join(said.text(format!(" {} is ", words(r, cell))), figure(held.left));
    said = said.text(match condition.comparison {
        Comparison::Equal => ", not ",
        Comparison::AtMost => ", more than ",
        Comparison::AtLeast => ", less than ",
        Comparison::Below => ", not below ",
        Comparison::Above => ", not above ",
    });
    Some(if held.right == 0 { said.text("nought") } else { join(said, figure(held.right)) })
}

/// A cell in the words of the page, without the name of the only body there is.
fn words(r: &Reader<'_>, cell: &Address) -> String {
    let sheet = &r.plan().sheet;
    let Some(found) = sheet.find(cell) else { return cell.to_string() };
    let mut words = sheet.row_words(sheet.row_of(found));
    if let [only] = r.plan().organisations.as_slice() {
        words = words.strip_prefix(&format!("{}: ", only.title)).map(str::to_owned).unwrap_or(words);
    }
    format!("{words}{}", movement::in_year(cell.year))
}

/// The bound that comes nearest to meeting the conditions, and what is missing there.
fn blocked(r: &Reader<'_>, solved: &Solved<'_>, answer: &Answer) -> Option<Sentence> {
    let missing = |at: &Point| {
        let held = answer.target.held(&at.values)?;
        let of = answer.target.conditions.iter().zip(&held).flat_map(|(c, pairs)| pairs.iter().map(move |p| (c, p)));
        of.filter(|(c, p)| !c.comparison.holds(p.left, p.right)).map(|(_, p)| (p.left - p.right).abs()).max()
    };
    let nearest = answer.ends.iter().filter_map(|end| Some((missing(end)?, end))).min_by_key(|(most, _)| *most)?;
    Some(join("the bound that blocks: ".into(), short(r, solved, answer, nearest.1)?))
}

/// Whether there is anywhere to go, or anything to run into.
fn wide(solved: &Solved<'_>, room: &Room) -> bool {
    room.beyond.is_some() || Some(room.last.number) != solved.question.lever.now()
}

fn room_words(solved: &Solved<'_>, room: &Room) -> Sentence {
    let lever = &solved.question.lever;
    let now = lever.now().unwrap_or(room.last.number);
    let up = room.beyond.as_ref().map_or(room.last.number, |b| b.number) > now;
    let way = if up { "up" } else { "down" };
    match &room.beyond {
        None => join(format!("it may go {way} to ").into(), movement::number(lever, room.last.number))
            .text(" and it still holds"),
        Some(beyond) if room.last.number == now => {
            join(format!("one step {way}, at ").into(), movement::number(lever, beyond.number))
                .text(", it no longer holds")
        }
        Some(beyond) => {
            let said = join(format!("it may go {way} to ").into(), movement::number(lever, room.last.number));
            join(said.text("; at "), movement::number(lever, beyond.number)).text(" it no longer holds")
        }
    }
}

/// A label, the lever's number and the cells at it.
type Shown<'a> = (&'static str, Option<i128>, &'a [Option<i128>]);

/// The points worth showing.
fn points<'a>(solved: &Solved<'_>, answer: &'a Answer) -> Vec<Shown<'a>> {
    let mut all = vec![("now", solved.question.lever.now(), answer.now.as_slice())];
    let at = |label, point: &'a Point| (label, Some(point.number), point.values.as_slice());
    match &answer.verdict {
        Verdict::Found(found) => {
            all.extend(found.before.as_ref().map(|p| at("one step short", p)));
            all.push(at("answer", &found.answer));
        }
        Verdict::Never => {
            all.push(at("least", &answer.ends[0]));
            all.push(at("most", &answer.ends[1]));
        }
        Verdict::Met(rooms) => {
            for room in rooms.iter().filter(|room| wide(solved, room)) {
                if Some(room.last.number) != solved.question.lever.now() {
                    all.push(at("still holds", &room.last));
                }
                all.extend(room.beyond.as_ref().map(|p| at("no longer", p)));
            }
        }
        Verdict::Still | Verdict::NotPublished => {}
    }
    all
}

/// Where the values of a condition begin among those of all, and how many of them there are.
fn places(conditions: &[Condition], n: usize) -> std::ops::Range<usize> {
    let width = |c: &Condition| {
        c.pairs.iter().map(|(_, right)| if matches!(right, Right::Cell(_)) { 2 } else { 1 }).sum::<usize>()
    };
    let start = conditions[..n].iter().map(width).sum();
    start..start + width(&conditions[n])
}

fn table(r: &Reader<'_>, solved: &Solved<'_>, answer: &Answer, n: usize, condition: &Condition) -> Option<Table> {
    let sheet = &r.plan().sheet;
    let first = sheet.find(&condition.pairs.first()?.0)?;
    let years = condition
        .pairs
        .iter()
        .map(|(cell, _)| Column::figure(cell.year.map_or_else(|| "all years".to_owned(), |y| y.to_string())));
    let mut table = Table::new([Column::text(""), Column::text("Lever")].into_iter().chain(years).collect());
    table.title = Some(capital(&sheet.row_words(sheet.row_of(first))));
    let range = places(&solved.question.target.conditions, n);
    let figure = |steps: Option<i128>| {
        Figure::new(condition.unit, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
    };
    for (label, number, values) in points(solved, answer) {
        let mut values = values.get(range.clone())?.iter().copied();
        let mut cells = vec![movement::cell(&solved.question.lever, number)];
        let mut against = vec![TableCell::Empty];
        for (address, right) in &condition.pairs {
            cells.push(figure(values.next()?).at(address.to_string()).into());
            if let Right::Cell(other) = right {
                against.push(figure(values.next()?).at(other.to_string()).into());
            }
        }
        table.push(TableRow::plain(label, cells));
        if against.len() > 1 {
            table.push(TableRow::plain("held against", against).indented(1));
        }
    }
    let taken = answer.target.conditions.get(n).map_or(condition.comparison, |c| c.comparison);
    if condition.comparison == Comparison::Equal && taken != Comparison::Equal {
        let side = if taken == Comparison::AtMost { "or below it" } else { "or above it" };
        table
            .notes
            .push(format!("`=` is taken as: to the value {side}, since steps seldom hit it to the penny").into());
    }
    Some(table)
}

fn command(solved: &Solved<'_>, answer: &Answer) -> Option<Sentence> {
    let Verdict::Found(found) = &answer.verdict else { return None };
    let sets = solved.question.lever.sets(found.answer.number);
    let mut words = format!("checked by opening the whole scenario: {}", solved.command);
    for set in &sets {
        words.push_str(&format!(" --set {set}"));
    }
    found.confirmed.then(|| words.into())
}

fn verdict(answer: &Answer) -> &'static str {
    match answer.verdict {
        Verdict::Met(_) => "holds_already",
        Verdict::Found(_) => "found",
        Verdict::Never => "not_within_bounds",
        Verdict::Still => "does_not_depend",
        Verdict::NotPublished if answer.target.undecided() => "no_verdict",
        Verdict::NotPublished => "not_published",
    }
}

/// The answers as rows: one a run, point and cell.
#[must_use]
pub fn tidy(r: &Reader<'_>, solved: &Solved<'_>) -> Table {
    let recurrence = Recurs::of_plan(r.plan());
    let columns = ["run", "verdict", "lever", "point", "number", "cell", "recurrence"].map(Column::text);
    let mut table = Table::new(columns.into_iter().chain([Column::figure("value")]).collect());
    let q = solved.question;
    let cells = q.target.wanted();
    let units: Vec<_> = q
        .target
        .conditions
        .iter()
        .flat_map(|c| {
            c.pairs
                .iter()
                .flat_map(|(_, right)| std::iter::repeat_n(c.unit, if matches!(right, Right::Cell(_)) { 2 } else { 1 }))
        })
        .collect();
    for answer in solved.answers {
        for (point, number, values) in points(solved, answer) {
            for ((cell, unit), value) in cells.iter().zip(&units).zip(values) {
                let number = number.map_or_else(String::new, |n| plain(q.lever.unit, n));
                let recurs = recurrence.of(r.plan(), cell);
                let texts =
                    [verdict(answer), &q.lever.words, point, &number, &cell.to_string(), recurs].map(TableCell::from);
                let flags = if value.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
                let figure = Figure::new(*unit, *value, flags).at(cell.to_string());
                table.push(TableRow::plain(answer.run.code(), texts.into_iter().chain([figure.into()]).collect()));
            }
        }
    }
    table
}

/// The answers for programs.
#[must_use]
pub fn json(r: &Reader<'_>, solved: &Solved<'_>) -> Value {
    let q = solved.question;
    let number = |n: i128| Value::String(plain(q.lever.unit, n));
    let cells = q.target.wanted();
    let runs: Vec<Value> =
        solved
            .answers
            .iter()
            .map(|answer| {
                let points: Vec<Value> =
                    points(solved, answer)
                        .into_iter()
                        .map(|(label, n, values)| {
                            let values: Vec<Value> = cells.iter().zip(values).map(|(cell, v)| {
                        let unit = r.plan().sheet.find(cell).map(|c| r.plan().sheet.unit(c));
                        json!({ "address": cell.to_string(), "value": v.zip(unit).map(|(v, u)| plain(u, v)) })
                    }).collect();
                            json!({ "point": label, "number": n.map(number), "cells": values })
                        })
                        .collect();
                let (answered, finest, sets, exactly) = match &answer.verdict {
                    Verdict::Found(f) => (Some(f.answer.number), f.finest, q.lever.sets(f.answer.number), f.exactly),
                    _ => (None, None, Vec::new(), false),
                };
                json!({
                    "run": answer.run.code(),
                    "verdict": verdict(answer),
                    "answer": answered.map(number),
                    "exactly": exactly,
                    "finest": finest.map(number),
                    "set": sets,
                    "looked_between": [number(answer.ends[0].number), number(answer.ends[1].number)],
                    "looked_at": answer.looked,
                    "looked_at_every_step": answer.every,
                    "turns": answer.turns,
                    "changes_seen": answer.changes,
                    "points": points,
                })
            })
            .collect();
    json!({
        "schema": "fundgap.solve/1",
        "scenario": r.opened.scenario.title,
        "lever": q.lever.words,
        "reading": match q.lever.reading { lever::Reading::Value => "value", lever::Reading::Shift => "shift" },
        "unit": q.lever.unit.code(),
        // Months of the calendar are stepped by a number of months.
        "step": if q.lever.unit == Unit::Month { q.step.to_string().into() } else { number(q.step) },
        "until": q.target.conditions.iter().map(|c| c.words.clone()).collect::<Vec<_>>(),
        "years_in_no_verdict": q.target.filled.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "runs": runs,
    })
}

/// Whether every run that is shown has an answer.
#[must_use]
pub fn answered(answers: &[Answer]) -> bool {
    let moved = |a: &&Answer| a.verdict != Verdict::Still;
    let fine = |a: &Answer| matches!(a.verdict, Verdict::Met(_) | Verdict::Found(_));
    answers.iter().any(|a| moved(&a)) && answers.iter().filter(moved).all(fine)
}
