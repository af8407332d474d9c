//! What each assumption is worth, largest first; and what does not matter at all.

use super::table::{Bar, Block, Column, Document, Figure, RowStyle, Sentence, Table, TableCell, TableRow};
use super::{Reader, named, page};
use crate::analysis::lever::typed;
use crate::analysis::sensitivity::{Basis, Both, Moved, Sensitivity, Worth};
use crate::sheet::{Flags, Run};
use crate::vocabulary::{FinancialYear, Unit};

/// What of it is shown.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Whose figure it is, by title.
    pub whose: String,
    /// The figure in words.
    pub measure: String,
    /// Whether money and quantities are shown with the rates.
    pub all: bool,
    /// How many assumptions are shown.
    pub top: usize,
    /// The one year that says which is larger; all of them together when none.
    pub year: Option<FinancialYear>,
}

/// The assumptions that move the figure, largest first.
#[must_use]
pub fn ranked<'a>(found: &'a Sensitivity, choice: &Choice) -> Vec<&'a Worth> {
    let counted = |at: usize| choice.year.is_none_or(|year| found.cells[at].year == Some(year));
    let mut ranked: Vec<&Worth> = found.worth.iter().filter(|w| choice.all || w.unit == Unit::Rate).collect();
    ranked.retain(|w| w.matters && (w.changes() || refused(w)));
    ranked.sort_by(|a, b| b.size(counted).cmp(&a.size(counted)).then_with(|| a.path.cmp(&b.path)));
    ranked
}

fn refused(worth: &Worth) -> bool {
    worth.always.less.values.is_err() || worth.always.more.values.is_err()
}

/// Figures on which nothing depends that was asked for.
#[must_use]
pub fn idle(found: &Sensitivity) -> Vec<&str> {
    found.worth.iter().filter(|w| !w.matters).map(|w| w.path.as_str()).collect()
}

/// Figures on which something depends that was asked for, and whose movement changes no penny of it.
#[must_use]
pub fn still(found: &Sensitivity) -> Vec<&str> {
    let unchanged = found.worth.iter().filter(|w| w.matters && !w.changes() && !refused(w));
    unchanged.map(|w| w.path.as_str()).collect()
}

/// The whole answer as a document.
#[must_use]
pub fn document(r: &Reader<'_>, found: &Sensitivity, choice: &Choice) -> Document {
    let ranked = ranked(found, choice);
    let shown = &ranked[..ranked.len().min(choice.top)];
    let mut document = page::head(r);
    document.lines.push(format!("What each assumption is worth: {}, {}", choice.whose, choice.measure).into());
    if !found.home.iter().flatten().any(Option::is_some) {
        let unknown = format!(
            "{} of {} is not published in any of these years, so that nothing can be seen to move it; ask of a body whose figure is \
             known: --organisation NAME",
            choice.measure, choice.whose
        );
        document.blocks.push(Block::Text(vec![super::capital(&unknown).into()]));
        return document;
    }
    document.blocks.push(Block::Table(tornado(r, found, choice, shown)));
    document.blocks.push(Block::Table(always(r, found, shown)));
    document.blocks.push(Block::Notes(notes(r, found, choice, &ranked)));
    let once: Vec<&Worth> = shown.iter().copied().filter(|w| !w.once.is_empty()).collect();
    if !once.is_empty() {
        document.blocks.push(Block::Table(single(r, found, &once)));
    }
    document
}

/// The runs of a movement: one, with no word for it, where both say the same.
fn runs(both: &Both) -> &'static [(Run, &'static str)] {
    let alike = |m: &Moved| m.of(Run::Plan) == m.of(Run::RiskAdjusted);
    if alike(&both.less) && alike(&both.more) {
        &[(Run::Plan, "")]
    } else {
        &[(Run::Plan, "plan"), (Run::RiskAdjusted, "risk-adjusted")]
    }
}

/// What a figure is called, the path to type it by, and what it is now: "Driver pay (driver.pay), now 3%".
fn label(r: &Reader<'_>, worth: &Worth) -> Sentence {
    let mut label = Sentence::from(named::with_path(r, &worth.path));
    if let Some(now) = worth.now {
        label = label.text(", now ").figure(figure(worth.unit, Some(now)).in_words());
    }
    label
}

/// Where a range is one for years that are not the same: what each of them is and what was done with it, and
/// which of them the range does not hold.
fn own_ways(r: &Reader<'_>, worth: &Worth) -> Option<Sentence> {
    let Basis::Range(low, high) = worth.basis else { return None };
    if worth.by_year.is_empty() {
        return None;
    }
    let said = |steps: i128| figure(worth.unit, Some(steps)).in_words();
    let path = named::path(r, &worth.path);
    let mut sentence = match worth.ends.is_empty() {
        true => {
            let head = Sentence::from(format!("{path}: one range for all years, "));
            let head = head.figure(said(low)).text(" to ").figure(said(high));
            head.text("; each year goes to its ends from its own value:")
        }
        false => Sentence::from(format!("{path}: each year goes from its own value to the ends of its own range:")),
    };
    for (n, (year, steps)) in worth.by_year.iter().enumerate() {
        sentence = sentence.text(if n == 0 { " " } else { ", " }).figure(said(*steps)).text(format!(" in {year}"));
        let own = worth.ends.get(n).copied();
        if let Some([low, high]) = own {
            sentence = sentence.text(" (").figure(said(low)).text(" to ").figure(said(high)).text(")");
        }
        let [low, high] = own.unwrap_or([low, high]);
        if !(low..=high).contains(steps) {
            sentence = sentence.text(" (outside the range)");
        }
    }
    Some(sentence)
}

fn figure(unit: Unit, steps: Option<i128>) -> Figure {
    Figure::new(unit, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
}

/// How far a figure was moved, in words without a direction.
#[must_use]
pub fn distance(basis: Basis) -> String {
    match basis {
        Basis::Points(steps) => {
            let points = typed(Unit::Rate, steps);
            let points = points.trim_end_matches('%');
            format!("{points} {}", if points == "1" { "point" } else { "points" })
        }
        Basis::Share => "1% of it".to_owned(),
        Basis::Month => "a month".to_owned(),
        Basis::Range(..) => "its own range".to_owned(),
    }
}

/// One movement in words: "1 point more", "at 4%", "a month later".
fn side(worth: &Worth, more: bool) -> Sentence {
    let words = match (worth.basis, worth.unit) {
        (Basis::Range(..), _) if !worth.ends.is_empty() => {
            ["at each year's low end", "at each year's high end"][usize::from(more)].to_owned()
        }
        (Basis::Range(low, high), unit) => {
            let end = figure(unit, Some(if more { high } else { low }));
            return Sentence::from("at ").figure(end.in_words());
        }
        (Basis::Month, Unit::Month) => ["a month earlier", "a month later"][usize::from(more)].to_owned(),
        (Basis::Share, _) => format!("1% {}", if more { "more" } else { "less" }),
        (basis, _) => format!("{} {}", distance(basis), if more { "more" } else { "less" }),
    };
    words.into()
}

fn tornado(r: &Reader<'_>, found: &Sensitivity, choice: &Choice, shown: &[&Worth]) -> Table {
    let sum = |moved: &Moved, run: Run| -> Option<i128> {
        moved.values.as_ref().ok()?;
        let years = moved.of(run).iter().zip(&found.cells);
        let counted = years.filter(|(_, cell)| choice.year.is_none_or(|year| cell.year == Some(year)));
        counted.map(|(effect, _)| *effect).sum()
    };
    let mut rows = Vec::new();
    for worth in shown {
        let both = &worth.always;
        for (run, words) in runs(both) {
            let (less, more) = (sum(&both.less, *run), sum(&both.more, *run));
            if *words == "plan" && less.unwrap_or(0) == 0 && more.unwrap_or(0) == 0 {
                continue;
            }
            rows.push((worth, *words, less, more));
        }
    }
    let sizes = rows.iter().flat_map(|(_, _, less, more)| [*less, *more]).flatten();
    let longest = sizes.map(i128::unsigned_abs).max().unwrap_or(0);
    let over = choice.year.map_or_else(|| "over the plan".to_owned(), |year| format!("in {year}"));
    let columns = ["◂····better│worse·····▸", "less", "more"].map(Column::figure);
    let mut table = Table::new([Column::text("")].into_iter().chain(columns).collect());
    table.title = Some(format!("Largest first: change in {} {over}, moved in every year", choice.measure));
    table.key = Some(match choice.year {
        Some(_) => "positive = worse; better in brackets".to_owned(),
        None => "the changes of all years added; positive = worse; better in brackets".to_owned(),
    });
    for (worth, words, less, more) in rows {
        let ends = [less, more].into_iter().flatten();
        let below = ends.clone().filter(|e| *e < 0).map(i128::unsigned_abs).max().unwrap_or(0);
        let above = ends.filter(|e| *e > 0).map(i128::unsigned_abs).max().unwrap_or(0);
        let of = |steps: Option<i128>, moved: &Moved| match &moved.values {
            Err(_) => TableCell::from("refused"),
            Ok(_) => figure(Unit::Money, steps).into(),
        };
        let range = if matches!(worth.basis, Basis::Range(..)) { "own range" } else { "" };
        let said: Vec<&str> = [range, words].into_iter().filter(|w| !w.is_empty()).collect();
        let called = called(r, shown, worth);
        let label = if said.is_empty() { called } else { format!("{called} ({})", said.join(", ")) };
        let bar = TableCell::Bar(Bar { below, above, longest });
        table.push(TableRow::plain(label, vec![bar, of(less, &worth.always.less), of(more, &worth.always.more)]));
    }
    table
}

/// What a figure is called among those that are shown: with its path where another is called the same.
fn called(r: &Reader<'_>, shown: &[&Worth], worth: &Worth) -> String {
    let own = named::path(r, &worth.path);
    let alone = shown.iter().filter(|other| named::path(r, &other.path) == own).count() == 1;
    if alone { own } else { named::with_path(r, &worth.path) }
}

/// The effects of a movement by year, or that it was refused.
fn effects(moved: &Moved, run: Run) -> Vec<TableCell> {
    let of = |effect: &Option<i128>| match &moved.values {
        Err(_) => TableCell::from("refused"),
        Ok(_) => figure(Unit::Money, *effect).into(),
    };
    moved.of(run).iter().map(of).collect()
}

fn row(label: Sentence, cells: Vec<TableCell>) -> TableRow {
    let cells = std::iter::once(TableCell::Said(label)).chain(cells).collect();
    TableRow { style: RowStyle::Plain, indent: 1, cells, sums: None }
}

fn section(r: &Reader<'_>, worth: &Worth) -> TableRow {
    let cells = vec![TableCell::Said(label(r, worth).text(format!(", moved by {}", distance(worth.basis))))];
    TableRow { style: RowStyle::Section, indent: 0, cells, sums: None }
}

fn push(r: &Reader<'_>, table: &mut Table, worth: &Worth, both: &Both, when: &str) {
    for (moved, more) in [(&both.less, false), (&both.more, true)] {
        for (run, words) in runs(both) {
            let mut label = side(worth, more).text(when);
            if !words.is_empty() {
                label = label.text(format!(", {words}"));
            }
            table.push(row(label, effects(moved, *run)));
        }
        if let Err(reason) = &moved.values {
            let words = Sentence::from(format!("{}: ", named::path(r, &worth.path)));
            let Sentence(spans) = side(worth, more);
            let words = Sentence(words.0.into_iter().chain(spans).collect());
            // The reader speaks of amounts; this is a rate, and only a signed one goes below nought.
            let reason = match reason.strip_suffix("is negative; amounts are written as positive numbers") {
                Some(path) if worth.unit == Unit::Rate && worth.path.starts_with("driver.") => {
                    format!("{path}would be a rate below nought; if it really may fall add signed = true to it")
                }
                Some(path) if worth.unit == Unit::Rate => format!("{path}would be a rate below nought"),
                _ => reason.clone(),
            };
            // The same in one year alone as in every year is told once.
            if when.is_empty() {
                table.notes.push(words.text(format!(" is refused: {reason}")));
            }
        }
    }
}

fn year_columns(found: &Sensitivity) -> Vec<Column> {
    let years = found.cells.iter().map(|c| Column::figure(c.year.map_or_else(String::new, |y| y.to_string())));
    [Column::text("")].into_iter().chain(years).collect()
}

fn always(r: &Reader<'_>, found: &Sensitivity, shown: &[&Worth]) -> Table {
    let mut table = Table::new(year_columns(found));
    table.title = Some("Moved in every year: the change in each year".into());
    table.key = Some("positive = worse; better in brackets; both runs alike unless said".into());
    for worth in shown {
        table.push(section(r, worth));
        push(r, &mut table, worth, &worth.always, "");
        table.notes.extend(own_ways(r, worth));
    }
    table
}

fn single(r: &Reader<'_>, found: &Sensitivity, shown: &[&Worth]) -> Table {
    let mut table = Table::new(year_columns(found));
    table.title = Some("Moved in one year alone: the change in that year and later".into());
    table.key = Some("positive = worse; better in brackets; both runs alike unless said".into());
    for worth in shown {
        table.push(section(r, worth));
        for (year, both) in &worth.once {
            push(r, &mut table, worth, both, &format!(" in {year}"));
        }
    }
    table
}

/// What figures are called, in a sentence, the first of many.
fn names(r: &Reader<'_>, names: &[&str]) -> String {
    const MOST: usize = 12;
    let mut text = names.iter().take(MOST).map(|path| named::path(r, path)).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text.push_str(&format!(" and {} more (all of them with --format json)", names.len() - MOST));
    }
    text
}

fn notes(r: &Reader<'_>, found: &Sensitivity, choice: &Choice, ranked: &[&Worth]) -> Vec<Sentence> {
    let mut notes: Vec<Sentence> = Vec::new();
    let said = |words: String| Sentence::from(words);
    let left = ranked.len().saturating_sub(choice.top);
    if left > 0 {
        notes.push(said(format!("{left} more with smaller effects: `--top {}` shows them", ranked.len())));
    }
    if !choice.all {
        let others = found.worth.iter().filter(|w| w.unit != Unit::Rate && w.changes()).count();
        if others > 0 {
            notes.push(said(format!(
                "{others} figures of money, quantities and months are not shown: `--all` moves each by 1% of itself, \
                 rounded once to its unit, or by a month"
            )));
        }
    }
    let idle = idle(found);
    if !idle.is_empty() {
        let words =
            format!("does not matter at all, since nothing in {} depends on it: {}", choice.measure, names(r, &idle));
        notes.push(said(words));
    }
    let still = still(found);
    if !still.is_empty() {
        notes.push(said(format!(
            "{} depends on these, but moving them so changes no penny of it: {}",
            choice.measure,
            names(r, &still)
        )));
    }
    if !found.unmoved.is_empty() {
        let unmoved: Vec<&str> = found.unmoved.iter().map(String::as_str).collect();
        notes.push(said(format!("not published, or nought, so that there is nothing to move: {}", names(r, &unmoved))));
    }
    notes.push(said(
        "every figure is the scenario computed again, with one assumption moved and all others as they are".into(),
    ));
    notes
}
