//! Amendments for people: what each file does by itself, what follows in the plan year by year, whether
//! years balance, what one-off money pays for, and which starts cannot be met. Figures and where they
//! stand; never an opinion.

mod data;
mod lines;
mod notes;
mod plan;

pub use data::{csv, json};

use super::table::{Block, Document, Figure, RowStyle, Sentence, Sums, Table, TableRow};
use super::{Reader, page};
use crate::analysis::amendment::starts::{self, Decided};
use crate::analysis::amendment::{Change, Effect, Touched, effects, touched};
use crate::open::Opened;
use crate::sheet::{Flags, Run, Sign};
use crate::vocabulary::Unit;

/// The sign of a difference in a gap.
const WIDENS: &str = "positive widens the gap; in brackets narrows it";

/// One amendment: its file and the base with it.
#[derive(Debug)]
pub struct Member {
    /// The file as typed.
    pub file: String,
    /// The base with it laid over.
    pub amended: Opened,
}

/// What is asked of amendments.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The plan they amend.
    pub base: &'a Opened,
    /// The amendments, each by itself.
    pub members: &'a [Member],
    /// The base with all of them, where there are several.
    pub together: Option<&'a Opened>,
    /// The runs.
    pub runs: &'a [Run],
}

/// What is known of one amended plan.
struct Read<'a> {
    base: &'a Opened,
    amended: &'a Opened,
    touched: Vec<Touched>,
    effects: Vec<Effect>,
    decided: Decided,
}

impl<'a> Read<'a> {
    fn new(base: &'a Opened, amended: &'a Opened, runs: &[Run]) -> Self {
        Self {
            base,
            amended,
            touched: touched(base, amended),
            effects: runs.iter().flat_map(|run| effects(base, amended, *run)).collect(),
            decided: starts::decided(base, amended),
        }
    }

    /// The effects in their order, bodies first; where both runs show the same, once.
    fn shown(&self) -> Vec<(&Effect, &'static str)> {
        let mut shown: Vec<(&Effect, &'static str)> = Vec::new();
        for effect in &self.effects {
            let twin = self.effects.iter().find(|e| e.scope == effect.scope && e.run != effect.run);
            match twin.filter(|twin| twin.years == effect.years) {
                Some(_) if effect.run == Run::Plan => shown.push((effect, "plan and risk-adjusted")),
                Some(_) => {}
                None => shown.push((effect, effect.run.words())),
            }
        }
        shown.sort_by_key(|(e, _)| self.effects.iter().position(|first| first.scope == e.scope));
        shown
    }
}

/// Whether any year that balanced does so no longer, with any amendment or with all of them.
#[must_use]
pub fn unbalances(asked: &Asked<'_>) -> bool {
    let all = asked.members.iter().map(|m| &m.amended).chain(asked.together);
    all.flat_map(|amended| Run::BOTH.into_iter().flat_map(|run| effects(asked.base, amended, run)))
        .any(|effect| effect.unbalanced().next().is_some())
}

/// The document of these amendments.
#[must_use]
pub fn document(asked: &Asked<'_>) -> Document {
    let mut document = page::head(&Reader::new(asked.base));
    for member in asked.members {
        let read = Read::new(asked.base, &member.amended, asked.runs);
        document.blocks.push(Block::Heading(heading(member)));
        document.blocks.push(Block::Text([vec![notes::dated(&read).into()], notes::budget_year(&read)].concat()));
        document.blocks.extend(lines::blocks(&read, asked.runs));
        document.blocks.extend(plan::blocks(&read));
        let notes = notes::all(&read);
        if !notes.is_empty() {
            document.blocks.push(Block::Notes(notes));
        }
    }
    if let Some(together) = asked.together {
        document.blocks.push(Block::Heading("All amendments together".to_owned()));
        let read = Read::new(asked.base, together, asked.runs);
        document.blocks.extend(Some(notes::budget_year(&read)).filter(|said| !said.is_empty()).map(Block::Text));
        for (table, said) in interactions(asked, &read) {
            document.blocks.push(Block::Table(table));
            document.blocks.push(Block::Text(vec![said]));
        }
        document.blocks.extend(plan::blocks(&read));
        let notes = notes::all(&read);
        if !notes.is_empty() {
            document.blocks.push(Block::Notes(notes));
        }
    }
    document
}

/// The file, and what its version is called where it says so.
fn heading(member: &Member) -> String {
    let own = |name: &&crate::scenario::Version| !name.name.is_empty();
    let base_name = member.amended.loaded.tree.table("scenario").and_then(|s| s.table("version"));
    let written = base_name.and_then(|v| v.get("name")).map(|n| n.place.file);
    let from_file = written.and_then(|f| member.amended.loaded.sources.file(f)).is_some_and(|f| f.name == member.file);
    match member.amended.scenario.version.as_ref().filter(own).filter(|_| from_file) {
        Some(version) => format!("{}: {}", member.file, version.name),
        None => member.file.clone(),
    }
}

/// Money that may not be known.
fn money(pence: Option<i128>) -> Figure {
    figure(Unit::Money, pence)
}

fn figure(unit: Unit, steps: Option<i128>) -> Figure {
    Figure::new(unit, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
}

/// What each amendment does to still to find, what all of them do, and the difference: each body whose
/// gap moves, and the whole system.
fn interactions(asked: &Asked<'_>, together: &Read<'_>) -> Vec<(Table, Sentence)> {
    let alone: Vec<Vec<Effect>> = asked
        .members
        .iter()
        .map(|m| asked.runs.iter().flat_map(|run| effects(asked.base, &m.amended, *run)).collect())
        .collect();
    let moved = |effect: &Effect| {
        let same = |e: &&Effect| (&e.scope, e.run) == (&effect.scope, effect.run);
        effect.moves() || alone.iter().flatten().filter(same).any(Effect::moves)
    };
    let shown = together.shown().into_iter().filter(|(e, _)| moved(e));
    shown
        .map(|(effect, _)| {
            let mut table = Table::new(Reader::new(asked.base).year_columns(""));
            let run = effect.run.words();
            table.title = Some(format!("{}: what each changes in still to find, {run}", effect.title));
            table.key = Some(WIDENS.to_owned());
            let mut parts: Sums = Vec::new();
            for (member, own) in asked.members.iter().zip(&alone) {
                let Some(own) = own.iter().find(|e| (&e.scope, e.run) == (&effect.scope, effect.run)) else { continue };
                let cells = own.years.iter().map(|y| money(y.still_to_find.difference()).into()).collect();
                parts.push((table.push(TableRow::plain(member.file.clone(), cells).indented(1)), Sign::Plus));
            }
            let left = interaction(effect, &alone);
            let said = in_words(asked, effect, &left);
            let interaction = left.into_iter().map(|left| money(left).into()).collect();
            let words = "interaction: together less each alone";
            parts.push((table.push(TableRow::plain(words, interaction).indented(1)), Sign::Plus));
            let cells = effect.years.iter().map(|y| money(y.still_to_find.difference()).into()).collect();
            table.push(TableRow::new(RowStyle::Headline, "together", cells).sum_of(parts));
            (table, said)
        })
        .collect()
}

/// An interaction year by year: what the amendments leave to find together, beyond what each changes alone.
fn in_words(asked: &Asked<'_>, effect: &Effect, left: &[Option<i128>]) -> Sentence {
    let files: Vec<&str> = asked.members.iter().map(|m| m.file.as_str()).collect();
    let all = match files.as_slice() {
        [many @ .., last] if !many.is_empty() => format!("{} and {last}", many.join(", ")),
        _ => files.join(", "),
    };
    let head = format!("interaction of {all}, {}, {}: ", effect.title, effect.run.words());
    if left.iter().all(|pence| *pence == Some(0)) {
        return format!("{head}none: together they change in every year what each changes alone, added up").into();
    }
    let mut said = Sentence::from(format!("{head}together they leave "));
    for (n, (year, pence)) in effect.years.iter().zip(left).enumerate() {
        said = said.text(if n == 0 { "" } else { ", " });
        said = match pence {
            None => said.text(format!("what is not known in {}", year.year)),
            Some(0) => said.text(format!("nothing more or less in {}", year.year)),
            Some(pence) => {
                let word = if *pence > 0 { "more" } else { "less" };
                said.figure(money(Some(pence.abs())).in_words()).text(format!(" {word} to find in {}", year.year))
            }
        };
    }
    said.text(" than what each changes alone, added up")
}

/// Year by year, what all amendments change less what each changes alone.
fn interaction(together: &Effect, alone: &[Vec<Effect>]) -> Vec<Option<i128>> {
    let of = |c: Change| c.difference();
    let years = together.years.iter().enumerate();
    years
        .map(|(n, year)| {
            let own = alone.iter().flatten().filter(|e| (&e.scope, e.run) == (&together.scope, together.run));
            let each: Option<i128> = own.map(|e| e.years.get(n).and_then(|y| of(y.still_to_find))).sum();
            Some(of(year.still_to_find)? - each?)
        })
        .collect()
}
