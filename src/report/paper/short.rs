//! The plan in a few words: what is still to find, and what that rests on.

use super::charts;
use crate::mechanism::organisation::Organisation;
use crate::report::Reader;
use crate::report::table::{Figure, Sentence};
use crate::sheet::Run;
use crate::vocabulary::Measure;

/// The headline: of each organisation what is still to find in the first and in the last year.
pub(super) fn short(r: &Reader<'_>, chosen: &[&Organisation]) -> Vec<Sentence> {
    chosen.iter().filter_map(|o| headline(r, o)).collect()
}

fn headline(r: &Reader<'_>, organisation: &Organisation) -> Option<Sentence> {
    let last = r.horizon().years();
    let row = r.plan().measure(&organisation.name, Measure::GapAfterPlannedReserves)?;
    let mut sentence = Sentence::from(format!("{}: ", organisation.title));
    for (n, t) in [1, last].into_iter().enumerate().filter(|(n, _)| *n == 0 || last > 1) {
        let (plan, adjusted) = (r.of_row(row, t, Run::Plan), r.of_row(row, t, Run::RiskAdjusted));
        let differ = plan.published() != adjusted.published();
        sentence = left(sentence.text(if n == 0 { "" } else { "; " }), plan, &format!(" in {}", r.year(t)));
        if differ {
            sentence = left(sentence.text(" (risk-adjusted "), adjusted, "").text(")");
        }
    }
    Some(counted_on(r, organisation, sentence.text(".")))
}

/// What the headline rests on: the savings of the last year, with what of them nobody has named, and the
/// reserves that are planned to be used, year by year.
fn counted_on(r: &Reader<'_>, organisation: &Organisation, mut sentence: Sentence) -> Sentence {
    let (name, last) = (&organisation.name, r.horizon().years());
    let some = |figure: &Figure| figure.published().is_some_and(|pence| pence > 0);
    let measure = |m, t, run| Some(r.of_row(r.plan().measure(name, m)?, t, run)).filter(some);
    let mut counted = false;
    if let Some(savings) = measure(Measure::Savings, last, Run::Plan) {
        let steps = savings.steps;
        sentence = sentence.text(" It counts on savings of ").figure(savings.in_words());
        sentence = sentence.text(format!(" in {}", r.year(last)));
        let expected = measure(Measure::Savings, last, Run::RiskAdjusted).filter(|f| f.steps != steps);
        if let Some(expected) = expected {
            sentence = sentence.text(" (risk-adjusted ").figure(expected.in_words()).text(")");
        }
        let unidentified = charts::statuses(r, name).into_iter().find(|(status, _)| *status == "unidentified");
        if let Some(part) = unidentified.map(|(_, row)| r.of_row(row, last, Run::Plan)).filter(some) {
            sentence = sentence.text(", of which ").figure(part.in_words()).text(" unidentified");
        }
        counted = true;
    }
    let used: Vec<(i32, Figure)> =
        r.horizon().plan().filter_map(|t| Some((t, measure(Measure::PlannedReserveUse, t, Run::Plan)?))).collect();
    let years = used.len();
    for (n, (t, figure)) in used.into_iter().enumerate() {
        let lead = match (n, counted) {
            (0, true) => ", and on reserves of ",
            (0, false) => " It counts on reserves of ",
            (n, _) if n + 1 == years => " and ",
            _ => ", ",
        };
        sentence = sentence.text(lead).figure(figure.in_words()).text(format!(" in {}", r.year(t)));
        counted = true;
    }
    if counted { sentence.text(".") } else { sentence }
}

/// What is left to find in words, by the sign of the figure.
fn left(sentence: Sentence, figure: Figure, when: &str) -> Sentence {
    match figure.published() {
        None => sentence.text(format!("what is still to find{when} is not published")),
        Some(0) => sentence.text(format!("nothing still to find{when}")),
        Some(pence) if pence < 0 => sentence.figure(figure.turned().in_words()).text(format!(" to spare{when}")),
        Some(_) => sentence.figure(figure.in_words()).text(format!(" still to find{when}")),
    }
}
