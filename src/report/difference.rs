//! What layers and `--set` changed, in words: the figures before and after, whether the change
//! lasts, and what it does to the reserves policy.

use super::table::{Figure, Sentence};
use super::{Reader, adjusted};
use crate::mechanism::reserve::Pot;
use crate::open::Opened;
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Measure, Name};

/// One sentence an organisation whose headline moves, and one that says what was changed.
#[must_use]
pub fn sentences(before: &Opened, after: &Opened, changes: &[String]) -> Vec<Sentence> {
    let mut all = vec![Sentence::from(format!("With {}:", changes.join(", ")))];
    let (b, a) = (Reader::new(before), Reader::new(after));
    let already: Vec<&str> = before.loaded.adjusted.all.iter().map(|a| a.name.as_str()).collect();
    all.extend(adjusted::sentences(&a, &already));
    all.extend(adjusted::patterns(after));
    let told = all.len();
    for organisation in &after.plan.organisations {
        for run in Run::BOTH {
            let name = &organisation.name;
            let of = |measure: Measure, words| {
                let sentence = moved(&b, &a, name, &organisation.title, run, measure.code(), words)?;
                Some(sentence.text(lasting(&b, &a, name, run)).text(policy(&b, &a, name, run)))
            };
            // Where still to find stays as it is, what it took to get there may not, nor what is left.
            let same = "still to find does not change";
            let met = format!("{same}, since reserves or support meet it; after savings");
            let left = format!("{same}; if nothing else is done");
            all.extend(
                of(Measure::GapAfterPlannedReserves, "still to find")
                    .or_else(|| of(Measure::GapAfterSavings, &met))
                    .or_else(|| of(Measure::GapAfterReserves, &left)),
            );
        }
    }
    all.extend(duty(&b, &a));
    if all.len() == told {
        all.push("no organisation's gap changes".into());
    }
    all
}

/// Who must find what, when the duty to balance is another one.
fn duty(b: &Reader<'_>, a: &Reader<'_>) -> Vec<Sentence> {
    let Ok(system) = "system".parse::<Name>() else { return Vec::new() };
    if b.opened.scenario.rules.duty == a.opened.scenario.rules.duty {
        return Vec::new();
    }
    let of = |run| moved(b, a, &system, "Whole system", run, "must_find", "to be found by bodies that must balance");
    Run::BOTH.into_iter().filter_map(of).collect()
}

fn moved(
    b: &Reader<'_>,
    a: &Reader<'_>,
    name: &Name,
    title: &str,
    run: Run,
    measure: &str,
    words: &str,
) -> Option<Sentence> {
    let mut sentence = Sentence::from(format!("{title}, {}: {words}", run.words()));
    let mut any = false;
    for t in a.horizon().plan() {
        let year = a.year(t);
        let Some(earlier) = b.horizon().number(year) else { continue };
        let (Some(was), Some(is)) = (b.named(name, measure, earlier, run), a.named(name, measure, t, run)) else {
            continue;
        };
        if was.steps == is.steps {
            continue;
        }
        sentence = sentence.text(format!("{} {year} ", if any { ";" } else { "" }));
        sentence = sentence.figure(was.clone().in_words()).text(" → ").figure(is.clone().in_words());
        if let (Some(was), Some(is)) = (was.published(), is.published()) {
            sentence = sentence.text(" (").figure(Figure::money(is - was).as_change()).text(")");
        }
        any = true;
    }
    any.then_some(sentence)
}

/// Whether the underlying gap of the last year moves too.
fn lasting(b: &Reader<'_>, a: &Reader<'_>, name: &Name, run: Run) -> &'static str {
    match lasts(b, a, name, run) {
        Some(false) => "; the underlying gap of the last year is unchanged: one-off, or over by then",
        Some(true) => "; recurrent",
        None => "",
    }
}

/// Whether a change lasts: the underlying gap of the last year moves too; nothing where that is not known.
pub(super) fn lasts(b: &Reader<'_>, a: &Reader<'_>, name: &Name, run: Run) -> Option<bool> {
    let last = a.horizon().years();
    let earlier = b.horizon().number(a.year(last))?;
    let of = |r: &Reader<'_>, t| r.named(name, "underlying_gap_after_savings", t, run).and_then(|f| f.published());
    of(b, earlier).zip(of(a, last)).map(|(was, is)| was != is)
}

/// The first year in which a reserve of an organisation is below its minimum, if nothing else is done.
fn below_policy(r: &Reader<'_>, name: &Name, run: Run) -> Option<FinancialYear> {
    let of = |p: &Pot| {
        let (closing, minimum) = (p.closing_if_nothing_else?, p.minimum?);
        r.horizon()
            .plan()
            .find(|t| match (r.of(closing, *t, run).published(), r.of(minimum, *t, run).published()) {
                (Some(held), Some(least)) => held < least,
                _ => false,
            })
            .map(|t| r.year(t))
    };
    r.plan().facts.pots.iter().filter(|p| p.organisation == *name).filter_map(of).min()
}

/// The first year in which something is left when all reserves that may be drawn stand at their minimum.
fn left(r: &Reader<'_>, name: &Name, run: Run) -> Option<FinancialYear> {
    let some = |t: &i32| r.measure(name, Measure::GapAfterReserves, *t, run).is_some_and(|f| f.verdict() > Some(0));
    r.horizon().plan().find(some).map(|t| r.year(t))
}

/// The first year in which an organisation can no longer keep its minima, if nothing else is done:
/// something is left when draws stop at them, or a reserve closes below one.
pub(super) fn unmet(r: &Reader<'_>, name: &Name, run: Run) -> Option<FinancialYear> {
    [left(r, name, run), below_policy(r, name, run)].into_iter().flatten().min()
}

fn policy(b: &Reader<'_>, a: &Reader<'_>, name: &Name, run: Run) -> String {
    let below = |r: &Reader<'_>| below_policy(r, name, run);
    let unmet = match (left(b, name, run), left(a, name, run)) {
        (None, Some(year)) => format!("; reserves no longer meet all of it, first in {year}"),
        (Some(was), Some(is)) if was != is => {
            format!("; reserves no longer meet all of it, first in {is} instead of {was}")
        }
        (Some(year), None) => format!("; reserves meet all of it (they did not in {year})"),
        _ => String::new(),
    };
    let broken = match (below(b), below(a)) {
        (None, Some(year)) => format!("; if nothing else is done the reserves policy is broken in {year}"),
        (Some(was), Some(is)) if was != is => {
            format!("; if nothing else is done the reserves policy is broken in {is} instead of {was}")
        }
        (Some(year), None) => format!("; the reserves policy is no longer broken (it was in {year})"),
        _ => String::new(),
    };
    unmet + &broken
}
