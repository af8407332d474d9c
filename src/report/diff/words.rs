//! A change in words: the title of its item, which of its keys it is, and its figures by year as both
//! plans take them.

use super::Told;
use crate::report::Reader;
use crate::report::table::{Figure, Sentence};
use crate::scenario::Change;
use crate::sheet::{Assumption, Flags};
use crate::vocabulary::FinancialYear;
use crate::vocabulary::unit::plain;

/// What a change is called: `Council tax: tax base`.
pub(super) fn name(told: &Told<'_>, change: &Change) -> String {
    let from = if change.kind() == "scenario" { 1 } else { 2 };
    let keys = keys(&change.path, from);
    let title = title(told, change);
    if keys.is_empty() { title } else { format!("{title}: {keys}") }
}

/// The keys of a path after its item, in words.
pub(super) fn keys(path: &[String], from: usize) -> String {
    path.get(from..).unwrap_or_default().join(" ").replace('_', " ")
}

/// The title of the item of a change, as the second plan has it, or the first.
pub(super) fn title(told: &Told<'_>, change: &Change) -> String {
    let (kind, name) = (change.kind(), change.path.get(1).map_or("", String::as_str));
    if kind == "scenario" {
        return "Scenario".to_owned();
    }
    if kind == "driver" {
        return format!("Driver {}", name.replace('_', " "));
    }
    let titled = |r: &Reader<'_>| {
        let sheet = &r.plan().sheet;
        let organisation = r.plan().organisations.iter().find(|o| kind == "organisation" && o.name.as_str() == name);
        organisation.map(|o| o.title.clone()).or_else(|| {
            let subjects = sheet.rows().map(|(row, _)| sheet.subject(row));
            let own = |n: &crate::vocabulary::Name| n.as_str() == name;
            subjects
                .into_iter()
                .find(|s| s.kind == kind && s.name.as_ref().is_some_and(own))
                .map(|s| s.title.to_string())
        })
    };
    titled(&told.b).or_else(|| titled(&told.a)).unwrap_or_else(|| crate::report::capital(&name.replace('_', " ")))
}

fn assumption<'a>(r: &Reader<'a>, path: &str) -> Option<&'a Assumption> {
    r.opened.plan.sheet.assumptions().iter().find(|a| a.path == path)
}

/// The value of an assumption in a year; the outer nothing where it has no such year.
fn at(r: &Reader<'_>, a: &Assumption, year: FinancialYear) -> Option<Option<i128>> {
    let index = if a.by_year { usize::try_from(r.horizon().number(year)?.checked_sub(1)?).ok()? } else { 0 };
    a.values.get(index).map(|(steps, _)| *steps)
}

fn figure(a: &Assumption, steps: Option<i128>) -> Figure {
    let flags = if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
    Figure::new(a.unit, steps, flags).exactly().in_words()
}

/// A figure before and after, in each year in which it is not the same; nothing when it is no figure of
/// both plans, or the change is none of its values.
pub(super) fn amounts(told: &Told<'_>, change: &Change) -> Option<Sentence> {
    let path = change.path();
    let (a, b) = (assumption(&told.a, &path), assumption(&told.b, &path));
    let (was, is) = match (a, b) {
        (Some(was), Some(is)) => (was, is),
        (Some(was), None) if change.is.is_none() => return Some(told_alone(told, &told.a, was).text(" removed")),
        (None, Some(is)) if change.was.is_none() => return Some(told_alone(told, &told.b, is).text(" added")),
        _ => return None,
    };
    let years = &told.difference.frame.years;
    let pairs: Vec<_> = years.iter().filter_map(|y| Some((*y, at(&told.a, was, *y)?, at(&told.b, is, *y)?))).collect();
    let alike = pairs.windows(2).all(|w| (w[0].1, w[0].2) == (w[1].1, w[1].2));
    let mut sentence = Sentence::default();
    let mut any = false;
    for (year, old, new) in pairs.iter().filter(|(_, old, new)| old != new).take(if alike { 1 } else { usize::MAX }) {
        let lead = if any { "; " } else { "" };
        let year = if alike { String::new() } else { format!("{year} ") };
        let assumed = if was.default { " (assumed where nothing is said)" } else { "" };
        sentence = sentence.text(format!("{lead}{year}")).figure(figure(was, *old)).text(format!("{assumed} → "));
        sentence = sentence.figure(figure(is, *new));
        any = true;
    }
    any.then_some(sentence)
}

/// A figure of one plan alone: one value, or one a year.
fn told_alone(told: &Told<'_>, r: &Reader<'_>, a: &Assumption) -> Sentence {
    let years = &told.difference.frame.years;
    let values: Vec<_> = years.iter().filter_map(|y| Some((*y, at(r, a, *y)?))).collect();
    let alike = values.windows(2).all(|w| w[0].1 == w[1].1);
    let mut sentence = Sentence::default();
    for (i, (year, steps)) in values.iter().enumerate().take(if alike { 1 } else { usize::MAX }) {
        let lead = if i > 0 { "; " } else { "" };
        let year = if alike { String::new() } else { format!("{year} ") };
        sentence = sentence.text(format!("{lead}{year}")).figure(figure(a, *steps));
    }
    sentence
}

/// The figures of an item that only one of the plans has, one a line.
pub(super) fn figures_of(told: &Told<'_>, change: &Change) -> Vec<Sentence> {
    let r = if change.is.is_some() { &told.b } else { &told.a };
    let prefix = format!("{}.", change.path());
    let given = r.opened.plan.sheet.assumptions().iter().filter(|a| !a.default);
    given
        .filter_map(|a| Some((a, a.path.strip_prefix(&prefix)?)))
        .map(|(a, key)| {
            let mut sentence = Sentence::from(format!("{}: ", key.replace(['_', '.'], " ")));
            sentence.0.extend(told_alone(told, r, a).0);
            sentence
        })
        .collect()
}

/// The value of a figure of a plan in a year as a plain decimal; without a year, only one that is the same
/// in all of them.
pub(super) fn decimal(r: &Reader<'_>, path: &str, year: Option<FinancialYear>) -> Option<String> {
    let a = assumption(r, path).filter(|a| !a.default)?;
    let steps = match year {
        Some(year) => at(r, a, year)?,
        None => a.values.first().filter(|first| a.values.iter().all(|v| v.0 == first.0))?.0,
    };
    steps.map(|steps| plain(a.unit, steps))
}
