//! The register of budget risks, and what general balance it asks for, beside what the plan holds.
//!
//! It says amounts and what is judgement in them; whether a balance is adequate is for who signs the statement.

mod data;

pub use data::{json, tidy};

use super::table::{Block, Column, Document, Figure, RowStyle, Sentence, Table, TableCell, TableRow};
use super::{Reader, page};
use crate::analysis::risk_register::{Asked, General, PERCENTILES, PRUDENT, Register, Unanswered};
use crate::mechanism::risk::RiskFacts;
use crate::sheet::{Flags, Run};
use crate::vocabulary::Unit;
use crate::vocabulary::unit::plain;

/// What a register asks for in a year, beside the general reserve.
#[derive(Debug)]
pub struct InYear {
    /// The plan year.
    pub t: i32,
    /// What it asks for.
    pub asked: Result<Asked, Unanswered>,
    /// The stated minimum of the general reserve.
    pub minimum: Option<i128>,
    /// What the general reserve holds at the start of the year.
    pub held: Option<i128>,
}

/// A register in some years.
#[derive(Debug)]
pub struct Shown<'o> {
    /// The register.
    pub register: Register<'o>,
    /// The general reserves beside it.
    pub general: General<'o>,
    /// The years.
    pub years: Vec<InYear>,
}

impl<'o> Shown<'o> {
    /// A register in these plan years.
    #[must_use]
    pub fn new(register: Register<'o>, years: &[i32]) -> Self {
        let general = General::of(register.opened, &register.organisation.name);
        let year = |t: &i32| InYear {
            t: *t,
            asked: register.asks(*t),
            minimum: general.minimum(*t),
            held: general.at_the_start(*t),
        };
        let years = years.iter().map(year).collect();
        Self { register, general, years }
    }
}

impl InYear {
    /// The register's P90.
    #[must_use]
    pub fn prudent(&self) -> Option<i128> {
        self.asked.as_ref().ok().map(Asked::prudent)
    }

    /// The chance that more than the stated minimum comes.
    #[must_use]
    pub fn above_minimum(&self) -> Option<i128> {
        let minimum = self.minimum?;
        self.asked.as_ref().ok().map(|asked| asked.distribution.chance_above(minimum))
    }
}

fn money(pence: Option<i128>) -> Figure {
    Figure::new(Unit::Money, pence, if pence.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
}

fn rate(steps: Option<i128>) -> Figure {
    Figure::new(Unit::Rate, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
}

/// How a risk comes back.
const fn kind(risk: &RiskFacts) -> &'static str {
    if risk.to_the_end.is_some() { "recurrent" } else { "one-off" }
}

/// The registers for people.
#[must_use]
pub fn document(r: &Reader<'_>, registers: &[Shown<'_>]) -> Document {
    let mut document = page::head(r);
    for shown in registers {
        document.blocks.push(Block::Heading(shown.register.organisation.title.clone()));
        document.blocks.extend(shown.years.first().map(|year| Block::Table(risks(r, shown, year.t))));
        document.blocks.push(Block::Table(asks(r, shown)));
        document.blocks.push(Block::Text(shown.years.iter().map(|year| beside(r, shown, year)).collect()));
        document.blocks.push(Block::Notes(notes(r, shown)));
    }
    document
}

/// The risks, what is expected to cost most first.
fn risks(r: &Reader<'_>, shown: &Shown<'_>, t: i32) -> Table {
    let register = &shown.register;
    let sorted = register.by_expected_value(t);
    let (owners, sources) = (sorted.iter().any(|k| k.owner.is_some()), sorted.iter().any(|k| k.source.is_some()));
    let mut columns = vec![Column::text("Risk")];
    columns.extend(["Impact", "Likelihood", "Expected"].map(Column::figure));
    columns.push(Column::text("Kind"));
    columns.extend(owners.then(|| Column::text("Owner")));
    columns.extend(sources.then(|| Column::text("Source")));
    let mut table = Table::new(columns);
    table.title = Some(format!("The register in {}", r.year(t)));
    let words = |text: &Option<String>| TableCell::from(text.clone().unwrap_or_else(|| "–".to_owned()));
    for risk in &sorted {
        let mut cells: Vec<TableCell> = vec![
            r.of(risk.impact, t, Run::Plan).into(),
            r.of(risk.likelihood, t, Run::Plan).into(),
            r.of(risk.expected, t, Run::Plan).into(),
            kind(risk).into(),
        ];
        cells.extend(owners.then(|| words(&risk.owner)));
        cells.extend(sources.then(|| words(&risk.source)));
        table.push(TableRow::plain(risk.title.clone(), cells));
    }
    let all = [register.facts.together, register.facts.expected].map(|row| TableCell::from(r.of(row, t, Run::Plan)));
    let [together, expected] = all;
    table.push(TableRow::new(RowStyle::Total, "all together", vec![together, TableCell::Empty, expected]));
    table
}

/// What the register asks for, year by year, and the general reserve beside it.
fn asks(r: &Reader<'_>, shown: &Shown<'_>) -> Table {
    let years = shown.years.iter().map(|year| Column::figure(r.year(year.t).to_string()));
    let mut table = Table::new([Column::text("")].into_iter().chain(years).collect());
    table.title = Some("What it asks for".into());
    let mut add = |style, label: String, of: &dyn Fn(&InYear) -> Figure| {
        let cells = shown.years.iter().map(|year| of(year).into()).collect();
        table.push(TableRow::new(style, label, cells));
    };
    let facts = shown.register.facts;
    let asked = |year: &InYear, of: &dyn Fn(&Asked) -> Option<i128>| year.asked.as_ref().ok().and_then(of);
    add(RowStyle::Plain, "all of them together".into(), &|y| r.of(facts.together, y.t, Run::Plan));
    add(RowStyle::Plain, "expected value".into(), &|y| r.of(facts.expected, y.t, Run::Plan));
    add(RowStyle::Muted, "standard deviation".into(), &|y| money(asked(y, &|a| a.deviation)));
    for percent in PERCENTILES {
        let prudent = if percent == PRUDENT { " (house reading of prudence)" } else { "" };
        let label = format!("P{percent}: enough with a chance of {percent}% or more{prudent}");
        add(RowStyle::Plain, label, &|y| money(asked(y, &|a| Some(a.distribution.percentile(percent)))));
    }
    add(RowStyle::Muted, "chance of more than the expected value".into(), &|y| {
        rate(asked(y, &|a| Some(a.above_expected)))
    });
    if shown.general.pots.is_empty() {
        table.notes.push("there is no general reserve to hold it".into());
        return table;
    }
    let titles = shown.general.titles();
    add(RowStyle::Plain, format!("{titles}: stated minimum"), &|y| money(y.minimum));
    add(RowStyle::Plain, format!("{titles}: at the start of the year"), &|y| money(y.held));
    add(RowStyle::Plain, "stated minimum less P90".into(), &|y| {
        money(y.minimum.zip(y.prudent()).map(|(held, asked)| held - asked))
    });
    add(RowStyle::Muted, "chance of more than the stated minimum".into(), &|y| rate(y.above_minimum()));
    table
}

/// An amount beside the register's P90, in words.
fn against(sentence: Sentence, held: i128, prudent: i128) -> Sentence {
    match held - prudent {
        0 => sentence.text(" is exactly the register's P90"),
        more if more > 0 => sentence.text(" is above the register's P90 by ").figure(Figure::money(more).in_words()),
        less => sentence.text(" is below the register's P90 by ").figure(Figure::money(-less).in_words()),
    }
}

/// A year's stated minimum and balance beside what the register asks for.
fn beside(r: &Reader<'_>, shown: &Shown<'_>, year: &InYear) -> Sentence {
    let sentence = Sentence::from(format!("{}: ", r.year(year.t)));
    let prudent = match &year.asked {
        Ok(asked) => asked.prudent(),
        Err(why) => return sentence.text(why.words()),
    };
    if shown.general.pots.is_empty() {
        return sentence.text("P90 is ").figure(Figure::money(prudent).in_words());
    }
    let titles = shown.general.titles();
    let sentence = match year.minimum {
        Some(minimum) => {
            let sentence = sentence.text(format!("the stated minimum of {titles}, "));
            against(sentence.figure(Figure::money(minimum).in_words()).text(","), minimum, prudent)
        }
        None => sentence.text(format!("{titles} states no minimum that is published")),
    };
    match year.held {
        Some(held) => {
            let sentence = sentence.text("; what it holds at the start of the year, ");
            against(sentence.figure(Figure::money(held).in_words()).text(","), held, prudent)
        }
        None => sentence.text("; what it holds at the start of the year is not published"),
    }
}

fn notes(r: &Reader<'_>, shown: &Shown<'_>) -> Vec<Sentence> {
    let mut notes: Vec<Sentence> = vec![
        "holding P90 is the house's reading of prudence, not a rule of law; how much to hold is for the chief finance officer to judge".into(),
        "the percentiles take no risk to depend on another; risks that have one cause come together, up to the sum of all".into(),
        "a risk is in no total of the plan: its gap is the same with and without the register".into(),
    ];
    let risks = &shown.register.risks;
    if risks.iter().any(|risk| risk.to_the_end.is_some()) {
        notes.push("a recurrent risk costs its impact again in every year until the base is corrected; the amounts are of one year".into());
    }
    // More than one year is left only where the first one shown is not the last.
    if let Some(first) = shown.years.first().filter(|year| year.t < r.horizon().years()) {
        let ends = risks.iter().filter_map(|risk| risk.to_the_end);
        let sum: Option<i128> = ends.map(|row| shown.register.steps(row.id(), first.t)).sum();
        if let Some(sum) = sum.filter(|sum| *sum > 0) {
            let said = format!(
                "if every recurrent one came in {} and no base were corrected to {}: ",
                r.year(first.t),
                r.horizon().last()
            );
            notes.push(Sentence::from(said).figure(Figure::money(sum).in_words()).text(" in all"));
        }
    }
    if let Some(first) = shown.years.first() {
        let sure = |risk: &&&RiskFacts| {
            shown.register.steps(risk.likelihood.id(), first.t).is_some_and(|likelihood| likelihood == 1_000_000_000)
        };
        for risk in risks.iter().filter(sure) {
            notes.push(format!("{} is sure to come: a pressure would show it in the gap", risk.title).into());
        }
    }
    let distributions =
        || shown.years.iter().filter_map(|year| Some((year.t, &year.asked.as_ref().ok()?.distribution)));
    if let Some((t, step)) = distributions().find_map(|(t, d)| Some((t, d.rounded_up_to()?))) {
        let said = format!(
            "too many different totals ({}): for percentiles and chances each impact is rounded up to whole ",
            r.year(t)
        );
        notes.push(Sentence::from(said).figure(Figure::money(step).in_words()).text(", so that they err upwards"));
    }
    if let Some(places) = distributions().filter_map(|(_, d)| d.error()).min() {
        notes.push(format!("chances are rounded at each risk: none is off by more than 1 part in 10^{places}").into());
    }
    notes
}

/// The line of the page: what the register asks for, beside the stated minimum.
#[must_use]
pub fn in_short(r: &Reader<'_>, register: Register<'_>) -> Sentence {
    let number = register.risks.len();
    let shown = Shown::new(register, &[1]);
    let Some(year) = shown.years.first() else { return Sentence::default() };
    let prudent = match &year.asked {
        Ok(asked) => asked.prudent(),
        Err(why) => return why.words().into(),
    };
    let risks = if number == 1 { "the one risk".to_owned() } else { format!("all {number} risks") };
    let sentence = Sentence::from("asks for ").figure(Figure::money(prudent).in_words());
    let sentence = sentence.text(format!(" at P90 in {} (", r.year(1)));
    let sentence = sentence.figure(r.of(shown.register.facts.together, 1, Run::Plan).in_words());
    let sentence = sentence.text(format!(" if {risks} came together); "));
    match year.minimum {
        Some(minimum) => against(sentence.text("the stated minimum"), minimum, prudent),
        None => sentence.text("no minimum is stated"),
    }
}

/// A figure in plain decimals, or nothing where there is none.
fn decimals(unit: Unit, steps: Option<i128>) -> Option<String> {
    steps.map(|steps| plain(unit, steps))
}
