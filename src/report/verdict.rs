//! The verdict on a body's savings, printed: what each year asks of them, what the record shows, and its own history.

use serde_json::{Value, json};

use super::record::json_of;
use super::table::{Block, Figure, Sentence, Span, TableCell, TableRow};
use crate::analysis::each_year::Needed;
use crate::check::verdict::Verdict;
use crate::sheet::Flags;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{FinancialYear, Unit};

fn share(rate: i128) -> Figure {
    Figure::new(Unit::Rate, Some(rate), Flags::EXACT).in_words()
}

/// What a year asks, or several that ask alike, beside what was delivered.
fn said(verdict: &Verdict, years: &str, needed: Needed) -> Sentence {
    let asks = match needed {
        Needed::Share(rate) => {
            return record(
                verdict,
                rate,
                Sentence::from(format!("To balance {years} as planned, ")).figure(share(rate)),
            );
        }
        Needed::Nothing => "balances without any saving that is not delivered yet",
        Needed::MoreThanAll => "does not balance even when every saving comes in full, as late as its `slippage` says",
        Needed::Unknown => "cannot be told: a figure was not published, or was filled in between published years",
    };
    let years = years.strip_prefix("each").map_or_else(|| years.to_owned(), |rest| format!("Each{rest}"));
    format!("{years} {asks}").into()
}

/// The years of a verdict in words, those in a row that ask alike together.
fn alike(verdict: &Verdict) -> Vec<(String, Needed)> {
    let mut groups: Vec<(FinancialYear, FinancialYear, Needed)> = Vec::new();
    for (year, needed) in &verdict.years {
        match groups.last_mut() {
            Some((_, last, same)) if same == needed => *last = *year,
            _ => groups.push((*year, *year, *needed)),
        }
    }
    let words = |(first, last, needed): (FinancialYear, FinancialYear, Needed)| {
        (if first == last { first.to_string() } else { format!("each year from {first} to {last}") }, needed)
    };
    groups.into_iter().map(words).collect()
}

fn record(verdict: &Verdict, rate: i128, said: Sentence) -> Sentence {
    let found = &verdict.reference.statistics;
    let reached = match found.reached(rate) {
        0 => "none".to_owned(),
        n => n.to_string(),
    };
    let cases = found.counted.len();
    let said = said.text(" of savings must come; the record: ");
    let said = said.text(format!("{reached} of {cases} published cases of {} reached it", verdict.reference.words()));
    let said = match found.median() {
        Some(median) => said.text(" (median ").figure(share(median)).text(")"),
        None => said,
    };
    match &verdict.own {
        Some(_) => said.text("; own history, by class, ").figure(share(verdict.expected)),
        None => said.text("; no own history (").figure(share(verdict.expected)).text(" would be expected)"),
    }
}

/// The verdicts for people, with what is judgement in them.
#[must_use]
pub fn blocks(verdicts: &[Verdict]) -> Vec<Block> {
    if verdicts.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Heading("Can the savings carry it?".into())];
    for verdict in verdicts {
        let mut text: Vec<Sentence> = Vec::new();
        for (years, needed) in alike(verdict) {
            let said = said(verdict, &years, needed);
            text.push(if verdicts.len() > 1 { whose(&verdict.title, said) } else { said });
        }
        blocks.push(Block::Text(text));
    }
    let mut notes: Vec<Sentence> = Vec::new();
    let compared = |v: &&Verdict| v.years.iter().any(|(_, needed)| matches!(needed, Needed::Share(_)));
    for verdict in verdicts.iter().filter(compared) {
        let why = format!("{}: held against {}, {}", verdict.title, verdict.reference.words(), verdict.reference.why());
        notes.push(why.into());
    }
    if notes.is_empty() {
        return blocks;
    }
    notes.push(
        "one share for all savings not yet delivered, each year by itself, with no more of reserves than is planned (`solve \
         --break-even-delivery` draws on them). Judgement: that five published cases are enough, and what is expected of a \
         body of which nothing is known. The record is what was published and no sample"
            .into(),
    );
    blocks.push(Block::Notes(notes));
    blocks
}

/// A sentence with whose it is before it.
fn whose(title: &str, said: Sentence) -> Sentence {
    let mut all = Sentence::from(format!("{title}: "));
    for span in said.0 {
        all.0.push(match span {
            Span::Text(words) if all.0.len() == 1 => {
                let lower = ["To ", "Each "]
                    .into_iter()
                    .find_map(|begin| words.strip_prefix(begin).map(|rest| format!("{}{rest}", begin.to_lowercase())));
                Span::Text(lower.unwrap_or(words))
            }
            span => span,
        });
    }
    all
}

/// A year in a word, and the share it asks.
const fn word(needed: Needed) -> (&'static str, Option<i128>) {
    match needed {
        Needed::Share(rate) => ("share", Some(rate)),
        Needed::Nothing => ("nothing", Some(0)),
        Needed::MoreThanAll => ("more_than_all", None),
        Needed::Unknown => ("unknown", None),
    }
}

/// A verdict as rows of the table of `check`: the share a year asks, against what may be expected.
#[must_use]
pub fn rows(verdicts: &[Verdict]) -> Vec<TableRow> {
    let mut rows = Vec::new();
    for verdict in verdicts {
        for (year, needed) in &verdict.years {
            let (code, asked) = word(*needed);
            let figure = |rate: i128| TableCell::from(Figure::new(Unit::Rate, Some(rate), Flags::EXACT).exactly());
            let cells = vec![
                format!("break_even_delivery_{code}").into(),
                "".into(),
                verdict.organisation.to_string().into(),
                year.to_string().into(),
                "risk_adjusted".into(),
                asked.map_or_else(|| "".into(), figure),
                figure(verdict.expected),
                said(verdict, &year.to_string(), *needed).into(),
                "".into(),
                "".into(),
            ];
            rows.push(TableRow::plain("verdict", cells));
        }
    }
    rows
}

/// The verdicts as rows of the table of a body's history: the share a year asks, and what may be expected.
#[must_use]
pub fn history_rows(verdicts: &[Verdict]) -> Vec<TableRow> {
    let rate = |steps: Option<i128>| steps.map(|s| plain(Unit::Rate, s)).unwrap_or_default();
    let mut rows = Vec::new();
    for verdict in verdicts {
        let found = &verdict.reference.statistics;
        for (year, needed) in &verdict.years {
            let (code, asked) = word(*needed);
            let reached = asked.map(|rate| format!("{} of ", found.reached(rate))).unwrap_or_default();
            let cells = [
                verdict.title.clone(),
                year.to_string(),
                format!("break_even_delivery_{code}"),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                rate(asked),
                rate(Some(verdict.expected)),
                format!("{reached}{} published cases of {}", found.counted.len(), verdict.reference.words()),
                String::new(),
            ];
            rows.push(TableRow::plain("verdict", cells.map(TableCell::from).into()));
        }
    }
    rows
}

/// The verdicts for programs.
#[must_use]
pub fn json(verdicts: &[Verdict]) -> Value {
    let of = |verdict: &Verdict| {
        let found = &verdict.reference.statistics;
        let years: Vec<Value> = verdict
            .years
            .iter()
            .map(|(year, needed)| {
                let (code, asked) = word(*needed);
                json!({
                    "year": year.to_string(),
                    "asks": code,
                    "share": asked.map(|rate| plain(Unit::Rate, rate)),
                    "reached": asked.map(|rate| found.reached(rate)),
                })
            })
            .collect();
        json!({
            "organisation": verdict.organisation.to_string(),
            "years": years,
            "held_against": verdict.reference.words(),
            "why": verdict.reference.why(),
            "record": json_of(found),
            "own_history": verdict.own.is_some(),
            "expected": plain(Unit::Rate, verdict.expected),
        })
    };
    json!(verdicts.iter().map(of).collect::<Vec<_>>())
}
