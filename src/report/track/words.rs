//! A tracked plan in words: what is delivered, what is needed a month, where the year ends.

use super::{calendar, money, ratio, share};
use crate::analysis::track::{Amounts, Method, Scheme, Track};
use crate::mechanism::contribution::Recurrence;
use crate::report::table::Sentence;
use crate::vocabulary::Name;

/// What is delivered, what is needed and where the year ends, in words.
pub fn words(track: &Track, organisation: Option<&Name>) -> Vec<Sentence> {
    let a = track.total(organisation);
    let said = |pence: Option<i128>| money(pence).in_words();
    let begin = match organisation {
        Some(_) => Sentence::default(),
        None => format!("Month {} of {}: ", track.month, track.year).into(),
    };
    // What the plan has for once is delivery, and lasts no more than it was planned to.
    let once: Vec<i128> = of_once(track, organisation).map(|s| s.told.delivered).collect();
    let kind = if once.is_empty() { "recurrent" } else { "one-off substitutes apart" };
    let first = match share(&a) {
        Some(share) => begin.figure(share.in_words()).text(" of the savings planned to date are delivered"),
        None if a.planned.is_some() => begin.text("nothing was planned to date; delivered"),
        None => begin.text("what was planned to date is not published; delivered"),
    };
    let mut first = first.text(format!(" (cumulative from April, {kind}): ")).figure(said(a.delivered));
    if a.planned.is_some() {
        first = first.text(" of ").figure(said(a.planned));
    }
    first = first.text(format!(" by the end of {}", calendar(track, track.month)));
    let sum: i128 = once.iter().sum();
    if sum > 0 {
        first = first.text("; ").figure(said(a.delivered.map(|all| all - sum))).text(" of it is recurrent, and ");
        first = first.figure(said(Some(sum))).text(" comes of savings that the plan has for once");
    }
    let mut all = vec![first.text(".")];
    all.extend(run_rate(track, &a));
    all.push(forecast(&a, &by(track, organisation)));
    if let Some(one_off) = a.one_off.filter(|pence| *pence > 0) {
        all.push(Sentence::from("One-off substitutes brought ").figure(said(Some(one_off))).text(
            " to date: they are no recurrent delivery, are in none of these sums, and must be found again next year.",
        ));
    }
    all.extend(organisation.is_none().then(|| untold(track)).flatten());
    all
}

/// Where the year ends, and what goes to next year.
fn forecast(a: &Amounts, by: &str) -> Sentence {
    let said = |pence: Option<i128>| money(pence).in_words();
    let year = Sentence::from("Forecast of the year: ");
    let year = match (a.forecast, a.plan) {
        (None, None) => return year.text("none, since the plan of the year is not published."),
        (None, Some(_)) => return year.text("none for all of them together; the tables have those that can be made."),
        (Some(_), None) => {
            year.figure(said(a.forecast)).text(format!(" ({by}); the plan of the year is not published"))
        }
        _ => year.figure(said(a.forecast)).text(" of ").figure(said(a.plan)).text(format!(" planned ({by})")),
    };
    match a.undelivered.filter(|pence| *pence > 0) {
        Some(undelivered) => year.text("; ").figure(said(Some(undelivered))).text(
            " of what should last is missing at the end of the year, and from next year's base if nothing changes.",
        ),
        None => year.text("."),
    }
}

/// The savings that are one-off in the plan itself.
fn of_once<'a>(track: &'a Track, organisation: Option<&'a Name>) -> impl Iterator<Item = &'a Scheme> {
    track.of(organisation).filter(|s| s.recurrence == Recurrence::OneOff)
}

/// That savings of the year are not in the file.
fn untold(track: &Track) -> Option<Sentence> {
    let sum = track.untold.iter().try_fold(0_i128, |sum, saving| sum.checked_add(saving.plan?));
    let said = match track.untold.len() {
        0 => return None,
        1 => Sentence::from("One saving of the year, "),
        many => format!("{many} savings of the year, ").into(),
    };
    let are = if track.untold.len() == 1 { "is" } else { "are" };
    Some(
        said.figure(money(sum).in_words())
            .text(format!(" in the plan, {are} not in the file and in none of these sums.")),
    )
}

/// What must be delivered a month from now on.
fn run_rate(track: &Track, a: &Amounts) -> Option<Sentence> {
    let said = |pence: Option<i128>| money(pence).in_words();
    if track.month == 12 {
        return Some("The year is over: no month is left to deliver in.".into());
    }
    let needed = a.needed?;
    if needed == 0 {
        return Some("The plan of the year is delivered.".into());
    }
    let plan = Sentence::from("To deliver the plan of ").figure(said(a.plan)).text(", ").figure(said(a.needed));
    let plan = plan.text(" a month is needed against ").figure(said(a.achieved)).text(" achieved");
    Some(match ratio(a) {
        Some(ratio) => plan.text(": ").figure(ratio.in_words()).text(" times."),
        None => plan.text("."),
    })
}

/// By which methods the forecast that counts is made.
fn by(track: &Track, organisation: Option<&Name>) -> String {
    let used: Vec<&str> = Method::ALL
        .into_iter()
        .filter(|method| track.of(organisation).any(|s| s.method == *method && s.amounts.forecast.is_some()))
        .map(Method::words)
        .collect();
    match used.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        _ => format!("by scheme: {}", used.join(", ")),
    }
}
