//! What the pages say of programmes: a pause and what it holds up, a new duty and how far it is funded,
//! beds that close and what is stranded with them.

use super::Reader;
use super::table::Sentence;
use crate::sheet::Run;
use crate::vocabulary::Name;

/// The facts of a body, or of all of them.
#[must_use]
pub fn facts(r: &Reader<'_>, name: Option<&Name>) -> Vec<(String, Sentence)> {
    let mut facts = pauses(r, name);
    facts.extend(duties(r, name));
    facts.extend(shifts(r, name));
    facts
}

/// A pause: how long, and what it holds up.
fn pauses(r: &Reader<'_>, name: Option<&Name>) -> Vec<(String, Sentence)> {
    let savings = &r.plan().facts.savings;
    let mut facts = Vec::new();
    for pause in &r.plan().facts.pauses {
        let own = |s: &&crate::mechanism::saving::SavingFacts| {
            pause.savings.contains(&s.name) && name.is_none_or(|n| s.organisation == *n)
        };
        let held: Vec<&str> = savings.iter().filter(own).map(|s| s.title.as_str()).collect();
        if held.is_empty() {
            continue;
        }
        let sentence = Sentence::default().figure(r.figure(pause.months.id(), Run::Plan).in_words()).text(format!(
            " months, in both runs: holds up {}, and what they cost; no fund ends later for it",
            held.join(", ")
        ));
        facts.push((format!("Pause: {}", pause.title), sentence));
    }
    facts
}

/// A new duty: what of it is funded in the first year and in the last.
fn duties(r: &Reader<'_>, name: Option<&Name>) -> Vec<(String, Sentence)> {
    let last = r.horizon().years();
    let mut facts = Vec::new();
    for duty in r.plan().facts.duties.iter().filter(|d| name.is_none_or(|n| d.organisation == *n)) {
        let mut sentence = Sentence::default();
        for t in if last > 1 { vec![1, last] } else { vec![1] } {
            let cost = r.of(duty.cost, t, Run::Plan).in_words();
            let grant = r.of(duty.grant, t, Run::Plan).in_words();
            sentence = sentence
                .text(if t > 1 { "; " } else { "" })
                .text(format!("in {} ", r.year(t)))
                .figure(grant)
                .text(" of ")
                .figure(cost)
                .text(" is funded, and ")
                .figure(r.of(duty.unfunded, t, Run::Plan).in_words())
                .text(" is not");
        }
        facts.push((format!("New duty: {}", duty.title), sentence));
    }
    facts
}

/// Beds that close: wards, what is saved, what is stranded, and what it is worth to everybody.
fn shifts(r: &Reader<'_>, name: Option<&Name>) -> Vec<(String, Sentence)> {
    let last = r.horizon().years();
    let mut facts = Vec::new();
    for shift in r.plan().facts.shifts.iter().filter(|s| name.is_none_or(|n| s.bodies.contains(n))) {
        let of = |row| r.of(row, last, Run::Plan).in_words();
        let wards = r.of(shift.wards_closed, last, Run::Plan);
        let one = wards.verdict() == Some(10_000);
        let sentence = Sentence::from(format!("in {} ", r.year(last)))
            .figure(r.of(shift.activity, last, Run::Plan).in_words())
            .text(" beds fewer close ")
            .figure(wards.in_words())
            .text(if one { " ward: " } else { " wards: " })
            .figure(of(shift.released))
            .text(" of their cost is saved and ")
            .figure(of(shift.stranded))
            .text(" is stranded; after ")
            .figure(of(shift.community))
            .text(" for the community service the effect on all bodies together is ")
            .figure(r.of(shift.net, last, Run::Plan).as_change())
            .text(" (minus is worse)");
        facts.push((format!("Beds: {}", shift.title), sentence));
    }
    facts
}
