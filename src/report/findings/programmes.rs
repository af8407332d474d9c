//! Findings on programmes: new duties, prevention, funds that pay, avoided costs and beds moved to
//! the community. Each is said once, with the first year it is true of.

use super::Asked;
use crate::report::Reader;
use crate::report::table::Sentence;
use crate::sheet::{Row, Run};
use crate::vocabulary::Money;

/// All of them.
pub(super) fn all(r: &Reader<'_>, asked: Asked, found: &mut Vec<Sentence>) {
    if asked == Asked::Nothing {
        duties(r, found);
    }
    preventions(r, found);
    funds(r, asked, found);
    avoided(r, found);
    shifts(r, found);
    in_full(r, found);
}

/// The first plan year in which a row is more than nought in the plan.
fn first_above(r: &Reader<'_>, row: Row<Money>) -> Option<i32> {
    r.horizon().plan().find(|t| r.of(row, *t, Run::Plan).verdict().is_some_and(|pence| pence > 0))
}

fn duties(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for duty in &r.plan().facts.duties {
        if let Some(t) = first_above(r, duty.unfunded) {
            let why = if duty.granted { "no grant pays" } else { "no grant is given for it:" };
            let amount = r.of(duty.unfunded, t, Run::Plan).in_words();
            let sentence = Sentence::from(format!("{}: {why} ", duty.title)).figure(amount);
            let words = if duty.granted {
                format!(" of its cost in {}, the first year it is short", r.year(t))
            } else {
                format!(" is not funded in {}, its first year", r.year(t))
            };
            found.push(sentence.text(words));
        }
        let Some(ends) = duty.grant_ends else { continue };
        for t in r.horizon().plan().filter(|t| r.year(*t) > ends) {
            let figure = r.of(duty.grant, t, Run::Plan);
            if figure.verdict().is_some_and(|pence| pence != 0) {
                found.push(
                    Sentence::from(format!("{}: a grant of ", duty.title))
                        .figure(figure.in_words())
                        .text(format!(" is counted in {}, after it ends ({ends})", r.year(t))),
                );
            }
        }
    }
}

fn preventions(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    const WHOLE: i128 = 1_000_000_000;
    for prevention in &r.plan().facts.preventions {
        let rate = r.figure(prevention.annual_return.id(), Run::Plan);
        if rate.verdict().is_some_and(|steps| steps > WHOLE) {
            found.push(
                Sentence::from(format!("{}: ", prevention.title))
                    .figure(r.figure(prevention.back_for_a_pound.id(), Run::Plan).in_words())
                    .text(" back each year for each £1: published returns are over many years and mostly not cash"),
            );
        }
        let last = r.horizon().years();
        let so_far = r.of(prevention.net_so_far, last, Run::Plan);
        if so_far.verdict().is_some_and(|pence| pence < 0) {
            found.push(
                Sentence::from(format!(
                    "{}: it does not pay back within the plan; cash back less investment by ",
                    prevention.title
                ))
                .text(format!("{} is ", r.year(last)))
                .figure(so_far.as_change()),
            );
        }
    }
}

fn funds(r: &Reader<'_>, asked: Asked, found: &mut Vec<Sentence>) {
    for fund in &r.plan().facts.funds {
        if let Some(pays) = fund.pays {
            for t in r.horizon().plan() {
                let lapsed = r.of(pays.lapsed, t, Run::Plan);
                if lapsed.verdict().is_some_and(|pence| pence > 0) {
                    found.push(
                        Sentence::from(format!("{}: ", fund.title))
                            .figure(lapsed.in_words())
                            .text(format!(" lapses at the end of {}: nothing claims it", r.year(t))),
                    );
                }
            }
            let years = r.horizon().plan().filter(|t| (fund.first..=fund.last).contains(&r.year(*t)));
            let mut short = years.filter(|t| {
                let (claimed, paid) = (r.of(pays.claimed, *t, Run::Plan), r.of(pays.paid, *t, Run::Plan));
                claimed.verdict().zip(paid.verdict()).is_some_and(|(claimed, paid)| claimed > paid)
            });
            if let Some(t) = short.next() {
                found.push(
                    Sentence::from(format!("{}: it is asked for ", fund.title))
                        .figure(r.of(pays.claimed, t, Run::Plan).in_words())
                        .text(format!(" in {} and pays ", r.year(t)))
                        .figure(r.of(pays.paid, t, Run::Plan).in_words())
                        .text(": the rest falls on the organisation"),
                );
            }
        }
        let Some(cliff) = fund.cliff.filter(|_| asked == Asked::Nothing) else { continue };
        for run in Run::BOTH {
            let (cost, saved) = (r.figure(cliff.running_cost.id(), run), r.figure(cliff.savings.id(), run));
            let same = run == Run::RiskAdjusted && saved.steps == r.figure(cliff.savings.id(), Run::Plan).steps;
            if same || cost.verdict().is_none_or(|pence| pence == 0) {
                continue;
            }
            found.push(
                Sentence::from(format!("{}: in {}, after it ends, ", fund.title, r.year(cliff.year)))
                    .figure(cost.in_words())
                    .text(" of running costs fall on the organisation; what they pay for saves ")
                    .figure(saved.in_words())
                    .text(format!(" ({})", run.words())),
            );
        }
    }
}

fn avoided(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for saving in &r.plan().facts.savings {
        let Some(beyond) = saving.beyond_pressure else { continue };
        if let Some(t) = first_above(r, beyond) {
            found.push(
                Sentence::from(format!("{}: it avoids ", saving.title))
                    .figure(r.of(beyond, t, Run::Plan).in_words())
                    .text(format!(" more in {} than the pressure costs that it avoids", r.year(t))),
            );
        }
    }
}

fn shifts(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for shift in &r.plan().facts.shifts {
        let Some(cut) = shift.payment_cut else { continue };
        let organisations = &r.plan().organisations;
        let provider = organisations.iter().find(|o| o.name == shift.provider);
        let provider = provider.map_or_else(|| shift.provider.to_string(), |o| o.title.clone());
        let loses = r.horizon().plan().find(|t| {
            let (cut, released) = (r.of(cut, *t, Run::Plan), r.of(shift.released, *t, Run::Plan));
            cut.verdict().zip(released.verdict()).is_some_and(|(cut, released)| cut > released)
        });
        if let Some(t) = loses {
            found.push(
                Sentence::from(format!("{}: in {} the contract falls by ", shift.title, r.year(t)))
                    .figure(r.of(cut, t, Run::Plan).in_words())
                    .text(format!(" and {provider} can save "))
                    .figure(r.of(shift.released, t, Run::Plan).in_words())
                    .text(": ")
                    .figure(r.of(shift.stranded, t, Run::Plan).in_words())
                    .text(" is stranded with it"),
            );
        }
    }
}

/// Benefits that both runs count in full because nobody says how much of them to expect.
fn in_full(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let facts = &r.plan().facts;
    let preventions = facts.preventions.iter().filter(|p| !p.risk_adjusted).map(|p| p.title.as_str());
    let shifts = facts.shifts.iter().filter(|s| !s.risk_adjusted).map(|s| s.title.as_str());
    let titles: Vec<&str> = preventions.chain(shifts).collect();
    if !titles.is_empty() {
        let listed = super::titles(titles.iter().copied());
        found.push(format!("no delivery is given for {listed}: both runs count the whole effect").into());
    }
}
