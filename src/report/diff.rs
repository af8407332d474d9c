//! What changed between two plans and what each change makes, as a document: first the movement in
//! words, then for each organisation and run the steps from the one figure to the other, then every
//! change with both its places.

pub mod comment;
pub mod headline;
pub mod machine;
mod typed;
mod words;

use super::Reader;
use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use crate::analysis::diff::{Difference, Figures, Method, Step};
use crate::scenario::What;
use crate::sheet::{Flags, Run, Sign};
use crate::vocabulary::Measure;

/// Two opened plans with the steps between them.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The first plan.
    pub a: Reader<'a>,
    /// The second plan.
    pub b: Reader<'a>,
    /// What each is called, as it was typed.
    pub names: (&'a str, &'a str),
    /// What was changed in the second plan on the command line, as it was typed.
    pub with: &'a [String],
    /// The steps.
    pub difference: &'a Difference,
    /// Which runs are shown.
    pub runs: &'a [Run],
    /// Whether steps stand in file order; else the largest first.
    pub in_file_order: bool,
    /// Whether changes that move nothing are listed with their values and places.
    pub all: bool,
}

impl Told<'_> {
    /// The measure in the words of the page.
    #[must_use]
    pub fn measure(&self) -> &str {
        let frame = &self.difference.frame;
        super::short_words(&frame.measure).unwrap_or(&frame.words)
    }

    /// A value of the measure, or a difference of two.
    fn figure(&self, steps: Option<i128>) -> Figure {
        let flags = if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
        Figure::new(self.difference.unit(), steps, flags)
    }

    /// The measure as one of the plans shows it, with what must be said beside it.
    fn end(&self, r: &Reader<'_>, values: &Figures, scope: usize, run: Run, year: usize) -> Figure {
        let value = values.at(scope, run, year);
        let frame = &self.difference.frame;
        let t = r.horizon().number(frame.years[year]);
        let shown = t.and_then(|t| r.named(&frame.scopes[scope].name, &frame.measure, t, run));
        shown.filter(|f| f.steps == value).unwrap_or_else(|| self.figure(value))
    }

    /// What a step is called: its path, or those of the changes it holds.
    #[must_use]
    pub fn name(&self, step: &Step) -> String {
        let changes: Vec<_> = step.changes.iter().map(|n| &self.difference.pair.changes[*n]).collect();
        match changes.as_slice() {
            [only] => only.path(),
            [first, rest @ ..] if rest.iter().all(|c| c.item() == first.item()) => {
                let keys: Vec<_> = changes.iter().map(|c| c.path[2..].join(".")).collect();
                format!("{}: {} together", first.item(), list(&keys))
            }
            _ => {
                let mut items: Vec<String> = changes.iter().map(|c| c.item()).collect();
                items.dedup();
                format!("{} together", list(&items))
            }
        }
    }

    /// What a step is called in words: the titles of its items, and which of their keys changed.
    #[must_use]
    pub fn words(&self, step: &Step) -> String {
        let changes: Vec<_> = step.changes.iter().map(|n| &self.difference.pair.changes[*n]).collect();
        match changes.as_slice() {
            [only] => words::name(self, only),
            [first, rest @ ..] if rest.iter().all(|c| c.item() == first.item()) => {
                let keys: Vec<_> = changes.iter().map(|c| words::keys(&c.path, 2)).collect();
                format!("{}: {} together", words::title(self, first), list(&keys))
            }
            _ => {
                let mut titles: Vec<(String, String)> =
                    changes.iter().map(|c| (c.item(), words::title(self, c))).collect();
                titles.dedup();
                format!("{} together", list(&titles.into_iter().map(|(_, title)| title).collect::<Vec<_>>()))
            }
        }
    }

    /// A step with what was typed in both plans, where that is short enough.
    fn label(&self, step: &Step) -> String {
        match step.changes.as_slice() {
            [only] => typed::label(self, &self.difference.pair.changes[*only]),
            _ => self.words(step),
        }
    }

    /// The numbers of the steps that move a scope in a run, in the order in which they are shown.
    #[must_use]
    pub fn order(&self, scope: usize, run: Run) -> Vec<usize> {
        let d = self.difference;
        let size = |n: &usize| -> i128 {
            (0..d.frame.years.len()).filter_map(|y| d.steps[*n].effects.at(scope, run, y)).map(i128::abs).sum()
        };
        let mut moving: Vec<usize> = (0..d.steps.len()).filter(|n| size(n) != 0).collect();
        if !self.in_file_order {
            moving.sort_by_key(|n| std::cmp::Reverse(size(n)));
        }
        moving
    }

    fn closing_label(&self) -> String {
        let changed = if self.with.is_empty() { "" } else { ", changed" };
        format!("B: {}{changed}", self.names.1)
    }

    /// Whether both runs show the same of a scope at both ends and in every step.
    fn runs_agree(&self, scope: usize) -> bool {
        let d = self.difference;
        let same = |f: &Figures| {
            (0..d.frame.years.len()).all(|y| f.at(scope, Run::Plan, y) == f.at(scope, Run::RiskAdjusted, y))
        };
        same(&d.opening) && same(&d.closing) && d.steps.iter().all(|s| same(&s.effects))
    }

    /// The runs of a scope that are worth a table of their own.
    fn runs_of(&self, scope: usize) -> &[Run] {
        if self.runs.len() > 1 && self.runs_agree(scope) { &self.runs[..1] } else { self.runs }
    }

    /// The steps from one figure to the other. Beyond `most` steps the smaller ones are one row.
    fn steps(&self, scope: usize, run: Run, most: usize) -> Table {
        let d = self.difference;
        let years = 0..d.frame.years.len();
        let mut columns = vec![Column::text("")];
        columns.extend(d.frame.years.iter().map(|y| Column::figure(y.to_string())));
        let mut table = Table::new(columns);
        let both = self.runs_of(scope).len() < self.runs.len();
        let runs = if both { "plan and risk-adjusted alike" } else { run.words() };
        table.title = Some(format!("{}: {}, {runs}", d.frame.scopes[scope].title, self.measure()));
        if Measure::ALL.iter().any(|m| m.is_gap() && d.frame.measure.ends_with(m.code())) {
            table.key = Some(format!("{}; what narrows the gap in brackets", super::SIGN));
        }
        if self.order(scope, run).len() > 1 {
            let order = if self.in_file_order { "in file order" } else { "largest first over all years together" };
            table.key = Some(table.key.map_or_else(|| order.to_owned(), |key| format!("{key}; {order}")));
        }
        let end = |r: &Reader<'_>, values: &Figures| -> Vec<TableCell> {
            years.clone().map(|y| self.end(r, values, scope, run, y).into()).collect()
        };
        let effects = |of: &[usize]| -> Vec<TableCell> {
            let sum = |y| of.iter().map(|n| d.steps[*n].effects.at(scope, run, y)).try_fold(0, |s, e| Some(s + e?));
            years.clone().map(|y| self.figure(sum(y)).into()).collect()
        };
        let mut parts = vec![(
            table.push(TableRow::new(
                super::table::RowStyle::Subtotal,
                format!("A: {}", self.names.0),
                end(&self.a, &d.opening),
            )),
            Sign::Plus,
        )];
        let order = self.order(scope, run);
        let (shown, rest) = order.split_at(if order.len() > most { most - 1 } else { order.len() });
        for n in shown {
            let row = TableRow::plain(self.label(&d.steps[*n]), effects(&[*n])).indented(1);
            parts.push((table.push(row), Sign::Plus));
        }
        if !rest.is_empty() {
            let label = format!("{} smaller changes", rest.len());
            parts.push((table.push(TableRow::plain(label, effects(rest)).indented(1)), Sign::Plus));
        }
        if d.method == Method::OneAtATime {
            let interaction = years.clone().map(|y| self.figure(d.interaction.at(scope, run, y)).into()).collect();
            parts.push((table.push(TableRow::plain("interaction", interaction).indented(1)), Sign::Plus));
        }
        let closing = TableRow::new(super::table::RowStyle::Headline, self.closing_label(), end(&self.b, &d.closing));
        table.push(closing.sum_of(parts));
        table
    }

    /// The tables of every scope that moved, at most `most` steps each.
    fn tables(&self, most: usize) -> Vec<Table> {
        let mut tables = Vec::new();
        for scope in 0..self.difference.frame.scopes.len() {
            let moved = self.runs.iter().any(|run| !self.order(scope, *run).is_empty());
            for run in self.runs_of(scope).iter().filter(|_| moved) {
                tables.push(self.steps(scope, *run, most));
            }
        }
        tables
    }

    /// Every change that makes a step, with its figures and both its places.
    fn places(&self) -> Vec<(usize, Sentence)> {
        let d = self.difference;
        let mut lines = Vec::new();
        for step in &d.steps {
            let several = step.changes.len() > 1;
            if several {
                lines.push((0, self.words(step).into()));
            }
            for n in &step.changes {
                let alone = if step.effects.is_nought() && !d.has_unknown() && !several {
                    " (alone it moves nothing)"
                } else {
                    ""
                };
                lines.extend(typed::lines(self, &d.pair.changes[*n], usize::from(several), alone));
            }
        }
        lines
    }

    /// The changes that move nothing, each with why.
    fn still(&self) -> Vec<(usize, Sentence)> {
        let why = Still::ALL.into_iter().flat_map(|why| self.that(why).map(move |n| (n, why)));
        why.flat_map(|(n, why)| {
            let why = format!(" ({})", why.words(self.measure()));
            typed::lines(self, &self.difference.pair.changes[n], 0, &why)
        })
        .collect()
    }

    /// The changes that move nothing, by name alone.
    fn still_named(&self) -> Vec<(usize, Sentence)> {
        let name = |n: usize| {
            let change = &self.difference.pair.changes[n];
            format!("{} ({})", words::name(self, change), change.path())
        };
        let named = |why: Still| {
            let names: Vec<String> = self.that(why).map(name).collect();
            let words = super::capital(&why.words(self.measure()));
            (!names.is_empty()).then(|| (0, format!("{words}: {}", names.join(", ")).into()))
        };
        Still::ALL.into_iter().filter_map(named).collect()
    }

    fn that(&self, why: Still) -> impl Iterator<Item = usize> + '_ {
        let d = self.difference;
        (0..d.pair.changes.len()).filter(move |n| match d.pair.changes[*n].what {
            What::Words => why == Still::Words,
            What::Evidence => why == Still::Evidence,
            What::Meaning | What::File => why == Still::Figure && d.unmoved.contains(n),
        })
    }
}

/// Why a change moves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Still {
    Figure,
    Evidence,
    Words,
}

impl Still {
    const ALL: [Self; 3] = [Self::Figure, Self::Evidence, Self::Words];

    fn words(self, measure: &str) -> String {
        match self {
            Self::Figure => format!("{measure} does not depend on it, or it says the same"),
            Self::Evidence => "the same figure, only who says so changed".to_owned(),
            Self::Words => "words only".to_owned(),
        }
    }
}

/// `a, b and c`; beyond three `a, b and 4 more`.
fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}

/// The whole difference for people.
#[must_use]
pub fn document(told: &Told<'_>, verdict: Option<Sentence>) -> Document {
    let mut blocks = vec![Block::Text(headline::all(told).into_iter().chain(verdict).collect())];
    blocks.extend(told.tables(usize::MAX).into_iter().map(Block::Table));
    let still = if told.all { told.still() } else { told.still_named() };
    for (heading, lines) in [("What changed", told.places()), ("Moved nothing", still)] {
        if !lines.is_empty() {
            blocks.extend([Block::Heading(heading.to_owned()), Block::Tree(lines)]);
        }
    }
    let notes = headline::notes(told);
    if !notes.is_empty() {
        blocks.push(Block::Notes(notes));
    }
    Document { title: title(told), lines: headline::ends(told), blocks }
}

fn title(told: &Told<'_>) -> String {
    let (a, b) = (&told.a.opened.scenario.title, &told.b.opened.scenario.title);
    if a == b { b.clone() } else { format!("{a} → {b}") }
}
