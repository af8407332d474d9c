//! The reverse stress test as a report: how each body stands, how far each assumption may move, all of
//! them together, and how late each saving may start.

use super::movement;
use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use super::{Reader, capital, page};
use crate::analysis::floor::{Floor, first_broken};
use crate::analysis::joint::Joint;
use crate::analysis::latest_start::{Latest, Until};
use crate::analysis::lever::{Reading, Target};
use crate::analysis::stress::{Outcome, Row, Tests};
use crate::mechanism::organisation::Organisation;
use crate::sheet::Flags;
use crate::vocabulary::number::divide;
use crate::vocabulary::{FinancialYear, Unit};

/// One organisation under stress.
#[derive(Debug)]
pub struct Stressed<'a> {
    /// Whose it is.
    pub organisation: &'a Organisation,
    /// What it is held to, by run.
    pub tests: [Tests; 2],
    /// The names and titles of its savings that are not delivered yet.
    pub savings: Vec<(String, String)>,
    /// Each assumption.
    pub rows: Vec<Row>,
    /// How many assumptions change nothing.
    pub idle: usize,
    /// All of them together.
    pub joint: Vec<Joint>,
    /// The latest start of each saving.
    pub starts: Vec<Latest>,
}

pub(super) const TESTS: [&str; 2] = ["floor", "balance"];

/// The report.
#[must_use]
pub fn document(r: &Reader<'_>, all: &[Stressed<'_>], floor: Floor) -> Document {
    let what = match floor {
        Floor::Minimum => "what reserves hold above their minimum is used up, if nothing else is done",
        Floor::Nought => "usable reserves are used up, whatever their minimum",
    };
    let lines = vec![
        "reverse stress test: the smallest movement of each assumption that breaks the plan".into(),
        format!("the floor is broken when {what}").into(),
        "the balance is broken when something is still to find in a year that balances now".into(),
    ];
    let mut document = page::head(r);
    document.lines.extend(lines);
    for s in all {
        document.blocks.push(Block::Heading(s.organisation.title.clone()));
        let mut stands: Vec<Sentence> = s.tests.iter().flat_map(standing).collect();
        let mut left: Vec<String> = s.tests.iter().flat_map(|t| &t.targets).filter_map(movement::left_out).collect();
        left.dedup();
        stands.extend(left.into_iter().map(Sentence::from));
        document.blocks.push(Block::Text(stands));
        for n in 0..s.tests.len() {
            document.blocks.extend(rows(s, n).map(Block::Table));
        }
        let together: Vec<Sentence> = s.joint.iter().map(together).collect();
        if !together.is_empty() {
            document.blocks.push(Block::Heading("All of them together".into()));
            document.blocks.push(Block::Text(together));
            document.blocks.extend(parts(s).map(Block::Table));
        }
        document.blocks.extend((0..s.tests.len()).filter_map(|run| starts(s, run)).map(Block::Table));
        let notes = notes(s);
        if !notes.is_empty() {
            document.blocks.push(Block::Notes(notes));
        }
    }
    document
}

fn standing(test: &Tests) -> Vec<Sentence> {
    let of = |n: usize| match test.targets[n].met(&test.now[n]) {
        None if test.targets[n].undecided() => "has no verdict".to_owned(),
        None => "is n/p".to_owned(),
        Some(true) => "holds in every year".to_owned(),
        Some(false) => {
            let year = first_broken(&test.targets[n], &test.now[n]);
            format!("is broken already{}", movement::in_year(year))
        }
    };
    let balance = match test.targets[1].met(&test.now[1]) {
        Some(false) => "no year balances now".to_owned(),
        Some(true) => {
            let years = tested(test).len();
            match tested(test).as_slice() {
                [year] => format!("{year} balances now"),
                _ => format!("{years} years balance now"),
            }
        }
        None if test.targets[1].undecided() => "the balance has no verdict".to_owned(),
        None => "n/p".to_owned(),
    };
    let run = test.run.words();
    let stands = Sentence::from(format!("{run}: the floor {}; {balance}", of(0)));
    if test.short.is_empty() {
        return vec![stands];
    }
    let mut said = Sentence::from(format!("{run}: short before anything moves: "));
    for (n, (year, pence)) in test.short.iter().enumerate() {
        let figure = Figure::new(Unit::Money, Some(*pence), Flags::EXACT).in_words();
        said = said.text(if n == 0 { "" } else { ", " }).figure(figure).text(format!(" in {year}"));
    }
    vec![said.text(" is still to find"), stands]
}

/// The years the balance test looks at.
fn tested(test: &Tests) -> Vec<FinancialYear> {
    test.targets[1].conditions.iter().flat_map(|c| c.pairs.iter().filter_map(|(cell, _)| cell.year)).collect()
}

/// What a test is called above its column: the balance with the years it looks at, where others are short.
fn called(test: &Tests, n: usize) -> String {
    if n == 0 || broken(test, 1) || test.short.is_empty() {
        return TESTS[n].to_owned();
    }
    let years: Vec<String> = tested(test).iter().map(ToString::to_string).collect();
    format!("{} of {}", TESTS[n], years.join(", "))
}

/// That the years that are short already are not looked at, and which they are.
fn not_looked_at(test: &Tests) -> Option<Sentence> {
    if broken(test, 1) || test.short.is_empty() {
        return None;
    }
    let years: Vec<String> = test.short.iter().map(|(year, _)| year.to_string()).collect();
    let words = "the balance is tested only in the years that balance now; a movement may make worse what is short in";
    Some(format!("{words} {}", years.join(", ")).into())
}

/// The years a test looks at, once each.
pub(super) fn years_of(test: &Tests, n: usize) -> Vec<String> {
    let cells = test.targets[n].conditions.iter().flat_map(|c| &c.pairs);
    let mut years: Vec<FinancialYear> = cells.filter_map(|(cell, _)| cell.year).collect();
    years.sort_unstable();
    years.dedup();
    years.iter().map(ToString::to_string).collect()
}

/// Whether a test is broken as the scenario stands.
pub(super) fn broken(test: &Tests, n: usize) -> bool {
    test.targets[n].met(&test.now[n]) == Some(false)
}

fn rows(s: &Stressed<'_>, run: usize) -> Option<Table> {
    let test = &s.tests[run];
    let shown = |row: &&Row| row.outcomes[run].iter().any(|o| *o != Outcome::Still);
    if !s.rows.iter().any(|row| shown(&row)) {
        return None;
    }
    let ranged = s.rows.iter().any(|row| row.range.is_some());
    let mut columns = vec![Column::text("Assumption")];
    for n in 0..TESTS.len() {
        let (mends, what) = (broken(test, n), called(test, n));
        columns.push(Column::figure(format!("{} {what}", if mends { "mends" } else { "breaks" })));
        if n == 0 && ranged {
            columns.push(Column::figure("of range"));
        }
        // What is broken already has its year in the lines above.
        if !mends {
            columns.push(Column::figure("first in"));
        }
    }
    let mut table = Table::new(columns);
    table.title = Some(format!("{}: each assumption alone, by as much in every year", capital(test.run.words())));
    for row in s.rows.iter().filter(shown) {
        let mut cells = Vec::new();
        for (n, outcome) in row.outcomes[run].iter().enumerate() {
            cells.push(moved(row, outcome));
            if n == 0 && ranged {
                cells.push(of_range(row, outcome));
            }
            if !broken(test, n) {
                cells.push(year(outcome));
            }
        }
        table.push(TableRow::plain(row.title.clone(), cells));
    }
    table.notes.extend(not_looked_at(test));
    let yearly: Vec<&str> = s.rows.iter().filter(shown).filter(|r| own_ways(r)).map(|r| r.title.as_str()).collect();
    if !yearly.is_empty() {
        let words = "of range: each year has its own way to the end of its range; of the year that uses most of it \
                     (past the end: a year has no room that way)";
        table.notes.push(format!("{}: {words}", yearly.join(", ")).into());
    }
    Some(table)
}

fn moved(row: &Row, outcome: &Outcome) -> TableCell {
    match outcome {
        Outcome::Breaks { at, .. } | Outcome::Mends { at } => movement::number(&row.lever, *at).into(),
        Outcome::NotMended | Outcome::Holds => "none".into(),
        Outcome::Still => "no effect".into(),
        Outcome::NotPublished => "n/p".into(),
    }
}

fn year(outcome: &Outcome) -> TableCell {
    match outcome {
        Outcome::Breaks { year: Some(year), .. } => year.to_string().into(),
        _ => TableCell::Empty,
    }
}

/// How much of the way from the present value to the end of the range a movement is.
pub(super) fn share(row: &Row, outcome: &Outcome) -> Option<i128> {
    let (Outcome::Breaks { at, .. } | Outcome::Mends { at }) = outcome else { return None };
    let ends = row.range.as_ref()?;
    // Each year has its own way to the end of the range; the one of which most is used says how much.
    let of = |(target, [low, high]): (&Target, &[i128; 2])| {
        let whole = if *at > 0 { high } else { low } - target.now?;
        (whole.signum() == at.signum()).then(|| divide(at.checked_mul(1_000_000_000)?, whole).ok())?
    };
    row.lever.targets.iter().zip(ends).map(of).collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// Whether the years of a row have ways of their own: they, or the ends of their ranges, are not the same.
fn own_ways(row: &Row) -> bool {
    let ends = |ends: &Vec<[i128; 2]>| ends.windows(2).any(|pair| pair[0] != pair[1]);
    let own = |range| ends(range) || row.lever.targets.windows(2).any(|pair| pair[0].now != pair[1].now);
    row.range.as_ref().is_some_and(own)
}

fn of_range(row: &Row, outcome: &Outcome) -> TableCell {
    match (outcome, &row.range) {
        (Outcome::Breaks { .. } | Outcome::Mends { .. }, None) => "none given".into(),
        _ => share(row, outcome)
            .map_or_else(|| past(row, outcome), |steps| Figure::new(Unit::Rate, Some(steps), Flags::EXACT).into()),
    }
}

/// What stands for a share of the way where a year has no way left.
fn past(row: &Row, outcome: &Outcome) -> TableCell {
    let moved = matches!(outcome, Outcome::Breaks { .. } | Outcome::Mends { .. });
    if moved && own_ways(row) { "past the end".into() } else { TableCell::Empty }
}

fn together(joint: &Joint) -> Sentence {
    let what = TESTS[joint.test];
    let head = format!("{}: ", joint.run.words());
    let text = match (joint.at, joint.mends) {
        (Some(at), false) => format!(
            "{head}{at}% of the way to the adverse end of every range breaks the {what}{}",
            movement::in_year(joint.year)
        ),
        (Some(at), true) => {
            format!(
                "{head}the {what} is broken already; {at}% of the way to the favourable end of every range mends it"
            )
        }
        (None, false) => format!("{head}the {what} holds three times as far as every range goes"),
        (None, true) => format!("{head}the {what} is broken already, and three times every range does not mend it"),
    };
    text.into()
}

/// What is moved at the nearest joint breaking point of the floor.
fn parts(s: &Stressed<'_>) -> Option<Table> {
    let joint = s.joint.iter().filter(|j| j.test == 0).min_by_key(|j| (j.at.is_none(), j.at))?;
    let at = joint.at?;
    let columns = vec![
        Column::text("Assumption"),
        Column::figure("whole range"),
        Column::figure(format!("at {at}%")),
        Column::text("Whose range"),
    ];
    let mut table = Table::new(columns);
    let way = if joint.mends { "mends" } else { "breaks" };
    table.title = Some(format!("What moves when {at}% of the way {way} the floor, {}", joint.run.words()));
    for part in &joint.parts {
        let (whole, moved) = match part.to {
            Some([least, most]) => {
                let value = |end| movement::value(part.lever.unit, end);
                let to = movement::join("each year to ".into(), value(least));
                let to = if least == most { to } else { movement::join(to.text(" to "), value(most)) };
                (to, format!("{at}% of each way").into())
            }
            None => (movement::number(&part.lever, part.extent), movement::number(&part.lever, part.moved)),
        };
        let cells = vec![whole.into(), moved.into(), if part.own_range { "as given" } else { "house" }.into()];
        table.push(TableRow::plain(part.title.clone(), cells));
    }
    if joint.parts.iter().any(|p| !p.own_range) {
        let words = "house: no low and high are given, so a point of a rate, ten points of a delivery or one in a \
                     hundred of an amount is taken for the range: house assumption";
        table.notes.push(words.into());
    }
    Some(table)
}

fn starts(s: &Stressed<'_>, run: usize) -> Option<Table> {
    // Runs that agree are told once.
    let alike = s.starts.iter().all(|l| l.limits[0] == l.limits[1]);
    if s.starts.is_empty() || (alike && run > 0) {
        return None;
    }
    let mut columns = vec![Column::text("Saving"), Column::figure("starts")];
    // The years that balance need not be the same in both runs even where the limits are.
    let (test, other) = (&s.tests[run], &s.tests[1]);
    let same = !alike || tested(test) == tested(other);
    let what = |n: usize| if same { called(test, n) } else { TESTS[n].to_owned() };
    columns.extend([0, 1].map(|n| Column::figure(format!("{} holds to", what(n)))));
    let mut table = Table::new(columns);
    let words = if alike { "in both runs" } else { s.tests[run].run.words() };
    table.title = Some(format!("The latest start of each saving, all else as planned, {words}"));
    for latest in &s.starts {
        let mut cells = vec![TableCell::Said(movement::value(Unit::Month, latest.start))];
        cells.extend(latest.limits[run].iter().map(|limit| until(latest, *limit)));
        table.push(TableRow::plain(latest.title.clone(), cells));
    }
    let limits = || s.starts.iter().flat_map(|l| l.limits[run]);
    if limits().any(|l| matches!(l, Until::Month(..))) {
        table.notes.push("in brackets how many months later; a month more breaks it".into());
    }
    if limits().any(|l| l == Until::Any) {
        table.notes.push("any: no start up to the end of the plan, or of the saving, breaks what is tested".into());
    }
    table.notes.extend(not_looked_at(test).filter(|_| limits().any(|l| l != Until::Already)));
    Some(table)
}

fn until(latest: &Latest, until: Until) -> TableCell {
    match until {
        Until::Already => "already".into(),
        Until::Any => "any".into(),
        Until::NotPublished => "n/p".into(),
        Until::Month(month, _) => {
            TableCell::Said(movement::value(Unit::Month, month).text(format!(" (+{})", month - latest.start)))
        }
    }
}

/// Which savings a figure that is given to all of them falls on.
fn of_all(s: &Stressed<'_>, row: &Row) -> Sentence {
    let moves = |(name, _): &&(String, String)| {
        let own = format!("saving.{name}.");
        row.lever.targets.iter().any(|t| t.path.starts_with(&own))
    };
    let left: Vec<&str> = s.savings.iter().filter(|s| !moves(s)).map(|(_, title)| title.as_str()).collect();
    let (title, all) = (&row.title, s.savings.len());
    if left.is_empty() {
        return format!("{title}: one figure for every saving not yet delivered, whatever each says of itself").into();
    }
    let words = "savings not yet delivered, whatever each says of itself; not";
    let moved = all - left.len();
    format!("{title}: one figure for {moved} of {all} {words} {} (no start: amounts by year)", left.join(", ")).into()
}

fn notes(s: &Stressed<'_>) -> Vec<Sentence> {
    let mut all = Vec::new();
    let outcomes = || s.rows.iter().flat_map(|row| row.outcomes.iter().flatten());
    if outcomes().any(|o| matches!(o, Outcome::Holds | Outcome::NotMended)) {
        all.push(
            "none: nothing seen does it at up to 65 places a way within bounds, and nearer where it turns: rates by 20 points either way and amounts to nought or twice as much, house assumptions; delivery from 0% to 100%; months to the end of the plan; and what the scenario refuses"
                .into(),
        );
    }
    if s.rows.iter().any(|row| row.lever.reading == Reading::Value) {
        all.extend(s.rows.iter().filter(|row| row.lever.reading == Reading::Value).map(|row| of_all(s, row)));
    }
    if s.idle > 0 {
        let words = match s.idle {
            1 => "one assumption changes neither and is left out".to_owned(),
            n => format!("{n} assumptions change neither and are left out"),
        };
        all.push(words.into());
    }
    let confirmed = s.rows.iter().all(|r| r.confirmed)
        && s.joint.iter().all(|j| j.confirmed)
        && s.starts.iter().all(|l| l.confirmed);
    all.push(
        if confirmed {
            "every figure above was checked by opening the whole scenario with it, and one step less does not do it"
        } else {
            "opening the whole scenario gives other figures for some of these: do not use them, and report this"
        }
        .into(),
    );
    all
}
