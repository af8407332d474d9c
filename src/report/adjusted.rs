//! What adjustments did to the figures of a scenario, in words: each with the values before and after.

use super::Reader;
use super::table::{Figure, Sentence};
use crate::open::Opened;
use crate::scenario::adjust::{Adjustment, Left, Touched, left_in_words};
use crate::sheet::{Assumption, Flags};
use crate::vocabulary::Unit;

/// The most figures named of one adjustment; the register lists all.
const MOST: usize = 8;

/// One sentence an adjustment; `already` are the names of those that are not told.
#[must_use]
pub fn sentences(r: &Reader<'_>, already: &[&str]) -> Vec<Sentence> {
    let all = r.opened.loaded.adjusted.all.iter();
    all.filter(|a| !already.contains(&a.name.as_str()) && !a.touched.is_empty()).map(|a| sentence(r, a)).collect()
}

/// One sentence a `--set` with `*`: how many figures it set and which, those that were not stated among
/// them, and what it left alone.
#[must_use]
pub fn patterns(opened: &Opened) -> Vec<Sentence> {
    opened.loaded.adjusted.patterns.iter().map(|pattern| pattern.said().into()).collect()
}

fn sentence(r: &Reader<'_>, adjustment: &Adjustment) -> Sentence {
    let mut said = Sentence::from(format!("{}: ", adjustment.title));
    let unused = r.unused();
    for (n, touched) in adjustment.touched.iter().take(MOST).enumerate() {
        said = said.text(if n > 0 { "; " } else { "" });
        said = figure(r, touched, said);
        let assumption = r.plan().sheet.assumptions().iter().find(|a| a.path == touched.path);
        if assumption.is_some_and(|a| a.place != Some(adjustment.change)) {
            said = said.text(" (then set otherwise)");
        }
        if unused.contains(touched.path.as_str()) {
            said = said.text(" (which nothing in this plan uses)");
        }
    }
    let more = adjustment.touched.len().saturating_sub(MOST);
    if more > 0 {
        said = said.text(format!("; and {more} more"));
    }
    // What follows a driver moves with it, or has a reason of its own.
    let left: Vec<&Left> = adjustment.left.iter().filter(|l| !l.follows).collect();
    if !left.is_empty() {
        said = said.text(format!("; left alone: {}", left_in_words(left.iter().copied())));
    }
    said
}

/// What an assumption of the register was before an adjustment changed it: by which, and from which
/// values. Nothing where none did, or where `--set` has changed it since.
#[must_use]
pub(super) fn status(r: &Reader<'_>, assumption: &Assumption) -> Option<Sentence> {
    let by = |a: &&Adjustment| assumption.place == Some(a.change);
    let (adjustment, touched) = r
        .opened
        .loaded
        .adjusted
        .all
        .iter()
        .filter(by)
        .find_map(|a| Some((a, a.touched.iter().find(|t| t.path == assumption.path)?)))?;
    let mut said = Sentence::from(format!("adjust.{}", adjustment.name));
    let alike = touched.before.windows(2).all(|w| w[0] == w[1]);
    for (n, before) in touched.before.iter().enumerate().take(if alike { 1 } else { usize::MAX }) {
        said = said.text(if n > 0 { "; " } else { ", from " }).figure(of(touched.unit, *before));
    }
    Some(said)
}

/// A figure before and after: once where every year changes alike, else year by year.
fn figure(r: &Reader<'_>, touched: &Touched, said: Sentence) -> Sentence {
    let mut said = said.text(touched.path.clone());
    let value = |steps: Option<i128>| of(touched.unit, steps);
    let pairs: Vec<_> = touched.before.iter().zip(&touched.after).collect();
    let moved = pairs.iter().filter(|(before, after)| before != after).count();
    let alike = moved == pairs.len() && pairs.windows(2).all(|w| w[0] == w[1]);
    if touched.before.is_empty() {
        if let Some(after) = touched.after.first() {
            said = said.text(" not stated → ").figure(value(*after));
        }
    } else if let (true, Some((before, after))) = (alike, pairs.first()) {
        said = said.text(" ").figure(value(**before)).text(" → ").figure(value(**after));
    } else {
        let mut last = None;
        for (t, pair) in r.horizon().plan().zip(&pairs).filter(|(_, (before, after))| before != after) {
            // The same change of several years is said once.
            if last == Some(*pair) {
                said = said.text(format!(", {}", r.year(t)));
                continue;
            }
            said = said.text(if last.is_some() { ", " } else { " " });
            said = said.figure(value(*pair.0)).text(" → ").figure(value(*pair.1)).text(format!(" in {}", r.year(t)));
            last = Some(*pair);
        }
    }
    if let Some(words) = &touched.words {
        said = said.text(format!("{}{words}", if touched.after.is_empty() { " " } else { ": " }));
    }
    if touched.rounded { said.text(" (rounded once)") } else { said }
}

fn of(unit: Unit, steps: Option<i128>) -> Figure {
    let flags = if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
    Figure::new(unit, steps, flags).exactly().in_words()
}
