//! What the rules found, for people and for programs: each finding with its level, value, threshold and place.

use serde_json::{Value, json};

use super::Reader;
use super::table::{Block, Column, Figure, Sentence, Table, TableCell, TableRow};
use crate::analysis::lever::typed;
use crate::check::realism::{Finding, Found, Level, NotAssessed, Quantity, Rule, Said};
use crate::sheet::Flags;
use crate::vocabulary::Unit;
use crate::vocabulary::number::divide;
use crate::vocabulary::unit::plain;

fn figure(quantity: Quantity) -> Figure {
    Figure::new(quantity.unit, Some(quantity.steps), Flags::EXACT)
}

/// What a finding says, with a capital and a place.
#[must_use]
pub fn sentence(r: &Reader<'_>, finding: &Finding) -> Sentence {
    let mut sentence = Sentence::default();
    if let Some(organisation) = finding.organisation.as_ref().filter(|_| r.plan().organisations.len() > 1) {
        let title = r.plan().organisations.iter().find(|o| o.name == *organisation).map(|o| o.title.clone());
        sentence = sentence.text(format!("{}: ", title.unwrap_or_else(|| organisation.to_string())));
    }
    for said in &finding.said {
        sentence = match said {
            Said::Words(words) => sentence.text(words.clone()),
            Said::Figure(quantity) if are_close(finding) => sentence.figure(figure(*quantity).exactly().in_words()),
            Said::Figure(quantity) => sentence.figure(figure(*quantity).in_words()),
        };
    }
    match finding.place {
        Some(place) => sentence.text(format!(" ({})", r.opened.loaded.sources.describe(place))),
        None => sentence,
    }
}

/// Whether a value and its threshold are so near to each other that rounded they might look the same.
fn are_close(finding: &Finding) -> bool {
    // A hundred thousand pounds, and a tenth of a point.
    let near = |unit| if unit == Unit::Rate { 1_000_000 } else { 10_000_000 };
    finding.value.zip(finding.threshold).is_some_and(|(value, against)| {
        let apart = (value.steps - against.steps).abs();
        let kind = value.unit == against.unit && matches!(value.unit, Unit::Money | Unit::Rate);
        kind && against.steps != 0 && apart != 0 && apart < near(value.unit)
    })
}

fn label(finding: &Finding) -> String {
    let accepted = if finding.accepted.is_some() { ", accepted" } else { "" };
    format!("{} {}{accepted}", finding.rule.code, finding.level.code())
}

/// The findings, worst first, then how many rules were asked and what was not assessed.
#[must_use]
pub fn blocks(r: &Reader<'_>, found: &Found) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut sorted: Vec<&Finding> = found.findings.iter().collect();
    sorted.sort_by_key(|f| (f.accepted.is_some(), std::cmp::Reverse(f.level)));
    if !sorted.is_empty() {
        blocks.push(Block::Heading("Is it realistic?".into()));
        let facts = sorted.into_iter().map(|f| {
            let said = sentence(r, f);
            let said = match &f.accepted {
                Some(reason) => said.text(format!("; because: {reason}")),
                None => said,
            };
            (label(f), said)
        });
        blocks.push(Block::Facts(facts.collect()));
    }
    let mut text: Vec<Sentence> = vec![counted(found).into()];
    text.extend(found.not_assessed.iter().map(|n| Sentence::from(not_assessed(r, n))));
    blocks.push(Block::Text(text));
    blocks
}

fn counted(found: &Found) -> String {
    let of = |level| found.findings.iter().filter(|f| f.accepted.is_none() && f.level == level).count();
    let counts: Vec<String> = Level::ALL
        .into_iter()
        .rev()
        .filter(|level| of(*level) > 0)
        .map(|level| format!("{} {}", of(level), level.code()))
        .collect();
    let asked = crate::check::realism::all_rules().count();
    let accepted = match found.findings.iter().filter(|f| f.accepted.is_some()).count() {
        0 => String::new(),
        n => format!(", {n} accepted"),
    };
    let said = if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") };
    format!(
        "{asked} rules asked: {said}{accepted}. `fundgap rule R01` explains one with its evidence; `fundgap rule` lists them."
    )
}

fn not_assessed(r: &Reader<'_>, not: &NotAssessed) -> String {
    let whose = not.organisation.as_ref().filter(|_| r.plan().organisations.len() > 1);
    let whose = whose.map(|name| format!(" of {name}")).unwrap_or_default();
    format!("{} not assessed{whose}: {}.", not.rule.code, not.why)
}

/// The columns of findings and expectations for programs.
#[must_use]
pub fn columns() -> Vec<Column> {
    vec![
        Column::text("Check"),
        Column::text("Code"),
        Column::text("Level"),
        Column::text("Organisation"),
        Column::text("Year"),
        Column::text("Run"),
        Column::figure("Value"),
        Column::figure("Against"),
        Column::text("Said"),
        Column::text("Where"),
        Column::text("Accepted"),
    ]
}

/// A finding, or what was not assessed, as a row of them.
#[must_use]
pub fn rows(r: &Reader<'_>, found: &Found) -> Vec<TableRow> {
    let sources = &r.opened.loaded.sources;
    let of = |f: &Finding| {
        let quantity = |q: Option<Quantity>| -> TableCell {
            q.map_or_else(|| "".into(), |q| TableCell::from(figure(q).exactly()))
        };
        let cells = vec![
            f.rule.code.into(),
            f.level.code().into(),
            f.organisation.as_ref().map(ToString::to_string).unwrap_or_default().into(),
            f.year.map(|y| y.to_string()).unwrap_or_default().into(),
            f.run.map_or("", |run| run.code()).into(),
            quantity(f.value),
            quantity(f.threshold),
            said(f).into(),
            f.place.map(|p| sources.describe(p)).unwrap_or_default().into(),
            f.accepted.clone().unwrap_or_default().into(),
        ];
        TableRow::plain("rule".to_owned(), cells)
    };
    found.findings.iter().map(of).collect()
}

/// What a finding says, as text: money exactly, rates to a hundredth of a point.
#[must_use]
pub fn said(finding: &Finding) -> String {
    let of = |said: &Said| match said {
        Said::Words(words) => words.clone(),
        Said::Figure(q) if q.unit == Unit::Rate => typed(q.unit, to_hundredths(q.steps)),
        Said::Figure(q) => in_thousands(&typed(q.unit, q.steps)),
    };
    finding.said.iter().map(of).collect()
}

/// An amount with a comma at every thousand.
fn in_thousands(typed: &str) -> String {
    let (whole, rest) = typed.split_at(typed.find('.').unwrap_or(typed.len()));
    let digits = whole.chars().filter(char::is_ascii_digit).count();
    let mut left = digits;
    let mut shown = String::new();
    for c in whole.chars() {
        if c.is_ascii_digit() {
            if left < digits && left % 3 == 0 {
                shown.push(',');
            }
            left -= 1;
        }
        shown.push(c);
    }
    shown + rest
}

/// A rate to a hundredth of a point, as people read it.
fn to_hundredths(steps: i128) -> i128 {
    const HUNDREDTH: i128 = 100_000;
    divide(steps, HUNDREDTH).map_or(steps, |hundredths| hundredths * HUNDREDTH)
}

/// The findings for programs.
#[must_use]
pub fn json(r: &Reader<'_>, found: &Found) -> Value {
    let sources = &r.opened.loaded.sources;
    let quantity = |q: Option<Quantity>| q.map_or(Value::Null, |q| Value::String(plain(q.unit, q.steps)));
    let of = |f: &Finding| {
        json!({
            "rule": f.rule.code,
            "name": f.rule.name,
            "level": f.level.code(),
            "basis": f.rule.basis.words(),
            "organisation": f.organisation.as_ref().map(ToString::to_string),
            "year": f.year.map(|y| y.to_string()),
            "run": f.run.map(crate::sheet::Run::code),
            "value": quantity(f.value),
            "threshold": quantity(f.threshold),
            "unit": f.value.map(|q| q.unit.code()),
            "said": said(f),
            "place": f.place.map(|p| sources.describe(p)),
            "accepted": f.accepted,
        })
    };
    json!(found.findings.iter().map(of).collect::<Vec<_>>())
}

/// What was not assessed, for programs.
#[must_use]
pub fn json_not_assessed(found: &Found) -> Value {
    let of = |n: &NotAssessed| json!({ "rule": n.rule.code, "organisation": n.organisation.as_ref().map(ToString::to_string), "why": n.why });
    json!(found.not_assessed.iter().map(of).collect::<Vec<_>>())
}

/// The table of rules.
#[must_use]
pub fn list<'r>(rules: impl Iterator<Item = &'r Rule>) -> Table {
    let mut table =
        Table::new(vec![Column::text("Rule"), Column::text("Name"), Column::text("Asks"), Column::text("Rests on")]);
    for rule in rules {
        table.push(TableRow::plain(
            rule.code.to_owned(),
            vec![rule.name.into(), rule.asks.into(), rule.basis.words().into()],
        ));
    }
    table
}

/// One rule explained.
#[must_use]
pub fn explained(rule: &Rule) -> Vec<Block> {
    let mut facts: Vec<(String, Sentence)> = vec![("Speaks".into(), Sentence::from(format!("when {}", rule.when)))];
    if !rule.thresholds.is_empty() {
        let mut sentence = Sentence::default();
        for (n, threshold) in rule.thresholds.iter().enumerate() {
            let of = if threshold.of.is_empty() { String::new() } else { format!(" ({})", threshold.of) };
            let value = Figure::new(threshold.unit, Some(threshold.steps), Flags::EXACT).in_words();
            let lead = if n > 0 { ", " } else { "" };
            sentence = sentence.text(format!("{lead}{}{of} ", threshold.level.code())).figure(value);
        }
        facts.push(("Thresholds".into(), sentence));
    }
    facts.push(("Rests on".into(), rule.basis.words().into()));
    facts.push(("Evidence".into(), rule.evidence.into()));
    facts.push(("To mend it".into(), rule.mend.into()));
    facts.push((
        "To accept it".into(),
        Sentence::from(format!("in [scenario]: allow = {{ {} = \"the reason, and who decided\" }}", rule.code)),
    ));
    vec![Block::Heading(format!("{} {}: {}", rule.code, rule.name, rule.asks)), Block::Facts(facts)]
}
