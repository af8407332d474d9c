//! The movement in words: by how much, in which year and run, and by which changes above all.

use super::Told;
use crate::analysis::diff::{Figures, Method};
use crate::report::difference::lasts;
use crate::report::page;
use crate::report::table::{Figure, Sentence};
use crate::sheet::Run;
use crate::vocabulary::{Measure, Unit};

/// One sentence an organisation that moves; those that do not are named together.
#[must_use]
pub fn all(told: &Told<'_>) -> Vec<Sentence> {
    let frame = &told.difference.frame;
    let mut sentences = Vec::new();
    let (mut same, mut unknown) = (Vec::new(), Vec::new());
    let total = told.difference.total();
    for scope in 0..frame.scopes.len() {
        let known = |run| (0..frame.years.len()).any(|year| total.at(scope, run, year).is_some());
        match of(told, scope) {
            Some(sentence) => {
                sentences.push(sentence);
                sentences.extend(first_year(told, scope));
            }
            None if told.runs.iter().any(|run| known(*run)) => same.push(frame.scopes[scope].title.as_str()),
            None => unknown.push(frame.scopes[scope].title.as_str()),
        }
    }
    if told.difference.pair.changes.is_empty() {
        return vec!["nothing changed".into()];
    }
    if !same.is_empty() {
        let years = if told.difference.has_unknown() { "any year that both publish" } else { "any year" };
        sentences.push(format!("{}: {} does not change in {years}", same.join(", "), told.measure()).into());
    }
    if !unknown.is_empty() {
        let words = format!("{}: {} is published by neither plan, or by one alone", unknown.join(", "), told.measure());
        sentences.push(words.into());
    }
    sentences
}

/// The year in which a scope moves most, by how much, and the largest causes there.
fn of(told: &Told<'_>, scope: usize) -> Option<Sentence> {
    let d = told.difference;
    let total = d.total();
    let moved =
        told.runs.iter().flat_map(|run| (0..d.frame.years.len()).map(move |y| (*run, y))).filter_map(|(run, y)| {
            total.at(scope, run, y).filter(|change| *change != 0).map(|change| (run, y, change))
        });
    // The plan first, and the earlier of two years that move alike.
    let (run, year, change) = moved.rev().max_by_key(|(run, _, change)| (*run == Run::Plan, change.abs()))?;
    let figure = |steps: Option<i128>| told.figure(steps);
    let (was, is) = (told.end(&told.a, &d.opening, scope, run, year), told.end(&told.b, &d.closing, scope, run, year));
    let head = format!("{}: {} in {} ", d.frame.scopes[scope].title, told.measure(), d.frame.years[year]);
    let mut sentence = both(told, Sentence::from(head), was, is)
        .text(" (")
        .figure(figure(Some(change)).as_change())
        .text(if run == Run::Plan { ") in the plan" } else { ") risk-adjusted" });
    let other = Run::RiskAdjusted;
    if let (true, Some(adjusted)) = (run == Run::Plan && told.runs.contains(&other), total.at(scope, other, year)) {
        let alike = |of: &Figures| of.at(scope, run, year) == of.at(scope, other, year);
        sentence = if alike(&d.opening) && alike(&d.closing) {
            sentence.text(" and risk-adjusted")
        } else {
            let end = |side, of: &Figures| told.end(side, of, scope, other, year);
            let (was, is) = (end(&told.a, &d.opening), end(&told.b, &d.closing));
            both(told, sentence.text(", "), was, is)
                .text(" (")
                .figure(figure(Some(adjusted)).as_change())
                .text(") risk-adjusted")
        };
    }
    if d.frame.measure == Measure::GapAfterPlannedReserves.code() && d.years_differ.is_none() {
        sentence = sentence.text(match lasts(&told.a, &told.b, &d.frame.scopes[scope].name, run) {
            Some(true) => "; the change is recurrent",
            Some(false) => {
                "; the change is one-off, or over by the last year: the gap without one-offs stays as it was"
            }
            None => "",
        });
    }
    let effect = |n: &usize| d.steps[*n].effects.at(scope, run, year).unwrap_or(0);
    let mut causes = told.order(scope, run);
    causes.retain(|n| effect(n) != 0);
    causes.sort_by_key(|n| std::cmp::Reverse(effect(n).abs()));
    for (i, n) in causes.iter().take(3).enumerate() {
        sentence = sentence.text(if i == 0 { "; above all " } else { ", " });
        sentence = sentence.text(format!("{} ", told.words(&d.steps[*n]))).figure(figure(Some(effect(n))).as_change());
    }
    Some(sentence)
}

/// Two figures of the measure with an arrow between them; a gap below nought is a surplus.
fn both(told: &Told<'_>, sentence: Sentence, was: Figure, is: Figure) -> Sentence {
    let gap = is_gap(told);
    let end = |sentence: Sentence, f: Figure| match f.steps {
        Some(0) if gap => sentence.text("nothing"),
        Some(steps) if gap && steps < 0 => sentence.text("a surplus of ").figure(f.turned().in_words()),
        _ => sentence.figure(f.in_words()),
    };
    end(end(sentence, was).text(" → "), is)
}

fn is_gap(told: &Told<'_>) -> bool {
    Measure::ALL.iter().any(|m| m.is_gap() && told.difference.frame.measure == m.code())
}

/// The budget year of a scope, the first of the plan, and whether it balances on each side.
fn first_year(told: &Told<'_>, scope: usize) -> Option<Sentence> {
    let d = told.difference;
    if d.frame.measure != Measure::GapAfterPlannedReserves.code() {
        return None;
    }
    let year = d.frame.years.first()?;
    let one = |run: Run, mut sentence: Sentence| {
        let (was, is) = (d.opening.at(scope, run, 0)?, d.closing.at(scope, run, 0)?);
        let ends = (told.end(&told.a, &d.opening, scope, run, 0), told.end(&told.b, &d.closing, scope, run, 0));
        sentence = if was == is && was == 0 { sentence.text("nothing") } else { both(told, sentence, ends.0, ends.1) };
        Some(sentence.text(match (was <= 0, is <= 0) {
            (true, true) => ": balanced before and after",
            (true, false) => ": balanced before, not after",
            (false, true) => ": not balanced before, balanced after",
            (false, false) => ": not balanced before or after",
        }))
    };
    let lead = format!("{}: still to find in the budget year {year} ", d.frame.scopes[scope].title);
    let (first, rest) = told.runs.split_first()?;
    let mut sentence = one(*first, Sentence::from(lead))?;
    let same = |run: &Run| {
        d.opening.at(scope, *first, 0) == d.opening.at(scope, *run, 0)
            && d.closing.at(scope, *first, 0) == d.closing.at(scope, *run, 0)
    };
    for run in rest {
        sentence = if same(run) {
            sentence.text(", in both runs")
        } else {
            one(*run, sentence.text(format!("; {} ", run.words())))?
        };
    }
    Some(sentence)
}

/// Which two plans these are: file, version, stage and date.
#[must_use]
pub fn ends(told: &Told<'_>) -> Vec<Sentence> {
    [("A", &told.a, told.names.0), ("B", &told.b, told.names.1)]
        .into_iter()
        .map(|(letter, r, name)| {
            let with = if letter == "B" && !told.with.is_empty() {
                format!(" with {}", told.with.join(", "))
            } else {
                String::new()
            };
            format!("{letter}: {name} ({}){with}", page::version(&r.opened.scenario)).into()
        })
        .collect()
}

/// Whether the threshold was reached, and where.
#[must_use]
pub fn verdict(told: &Told<'_>, least: i128) -> Sentence {
    let d = told.difference;
    let movements = d.movements(least);
    let threshold = told.figure(Some(least)).in_words();
    let years: Vec<String> = d.lost().into_iter().map(|year| d.frame.years[year].to_string()).collect();
    let lost = match years.as_slice() {
        [] => String::new(),
        years => format!(" No longer known in {}, which counts as moved.", years.join(", ")),
    };
    if movements.is_empty() {
        return Sentence::from(format!("No organisation's {} is seen to move by ", told.measure()))
            .figure(threshold)
            .text(format!(" or more in either run.{lost}"));
    }
    let mut sentence = Sentence::from("Moved by ").figure(threshold).text(" or more: ");
    let mut before = None;
    for m in movements {
        let whose = (m.scope, m.run);
        sentence = match before {
            Some(same) if same == whose => sentence.text(", "),
            _ => {
                let join = if before.is_some() { "; " } else { "" };
                sentence.text(format!("{join}{}, {}: ", d.frame.scopes[m.scope].title, m.run.words()))
            }
        };
        before = Some(whose);
        let change = told.figure(Some(m.change)).as_change();
        sentence = sentence.text(format!("{} ", d.frame.years[m.year])).figure(change);
    }
    sentence.text(format!(".{lost}"))
}

/// What a reader must know of how the change was shared.
#[must_use]
pub fn notes(told: &Told<'_>) -> Vec<Sentence> {
    let d = told.difference;
    let mut notes: Vec<Sentence> = Vec::new();
    if d.pair.changes.is_empty() {
        return notes;
    }
    match d.method {
        Method::OneAtATime if !d.steps.is_empty() => notes.push(
            "each change is made alone to A; the interaction is what they do to each other, so that the steps add up".into(),
        ),
        Method::Shapley if !d.steps.is_empty() => notes.push(
            "each change is its average over every order of making them (Shapley); pence are split in the order of the paths, so that the steps add up".into(),
        ),
        _ => {}
    }
    if d.steps.iter().any(|s| s.changes.len() > 1) && d.years_differ.is_none_or(|(.., shared)| shared) {
        notes.push(
            "changes told together are one step: some of them make no plan, or no published figure, without the others"
                .into(),
        );
    }
    for scope in &d.frame.scopes {
        if scope.before != scope.after {
            let letter = if scope.before { "B" } else { "A" };
            notes.push(format!("{} is not in {letter}: there it counts as nought", scope.title).into());
        }
    }
    if let (Some((a, b, shared)), Some(first), Some(last)) =
        (d.years_differ, d.frame.years.first(), d.frame.years.last())
    {
        let years = if first == last { first.to_string() } else { format!("{first} to {last}") };
        let mut words = format!("A has {} and B {}; compared are the years both have, {years}", count(a), count(b));
        if !shared {
            words.push_str(". The longer plan cannot be read over those years alone, so everything is one step");
        }
        notes.push(words.into());
    }
    notes.extend(unknown(told));
    notes
}

fn count(years: i32) -> String {
    if years == 1 { "1 plan year".to_owned() } else { format!("{years} plan years") }
}

/// The years that one of the plans does not publish, whose change cannot be shared.
fn unknown(told: &Told<'_>) -> Option<Sentence> {
    let d = told.difference;
    let total = d.total();
    // A body of which nothing is known is named above.
    let some = |scope| Run::BOTH.iter().any(|run| (0..d.frame.years.len()).any(|y| total.at(scope, *run, y).is_some()));
    let mut found: Vec<String> = Vec::new();
    for (scope, run, year) in d.frame.slots().filter(|(scope, ..)| some(*scope)) {
        let letter = match (d.opening.at(scope, run, year), d.closing.at(scope, run, year)) {
            (None, None) => "both",
            (None, _) => "A",
            (_, None) => "B",
            _ => continue,
        };
        let words = format!("{} {} (in {letter})", d.frame.scopes[scope].title, d.frame.years[year]);
        if !found.contains(&words) {
            found.push(words);
        }
    }
    if found.is_empty() {
        return None;
    }
    let words = format!("not published, so that no change can be shared among what was changed: {}", found.join(", "));
    Some(words.into())
}

/// Whether a threshold can be set for a measure: only money has one.
#[must_use]
pub fn takes_threshold(unit: Unit) -> bool {
    unit == Unit::Money
}
