//! What is left open by pooled budgets: who pays, what nobody has paid, what a line cannot hold.

use std::collections::BTreeMap;

use super::Asked;
use crate::mechanism::pool::PoolFacts;
use crate::report::Reader;
use crate::report::pools::title;
use crate::report::table::{Figure, Sentence};
use crate::sheet::{Row, Run};
use crate::vocabulary::{Money, Name};

/// The findings of every pool.
pub(super) fn all(r: &Reader<'_>, asked: Asked, found: &mut Vec<Sentence>) {
    for pool in &r.plan().facts.pools {
        // Of a pool without a rule for an overspend a rule of its own speaks.
        if asked == Asked::Nothing || pool.overspend.is_some() {
            undefined(r, pool, found);
        }
        left_at_the_end(r, pool, found);
        used_up(r, pool, found);
        on_top(r, pool, found);
        every_year(r, pool, found);
    }
    beyond_the_line(r, found);
}

/// A contribution that no line is said to hold, by a body that has lines: it comes on top of them.
fn on_top(r: &Reader<'_>, pool: &PoolFacts, found: &mut Vec<Sentence>) {
    for partner in pool.partners.iter().filter(|p| p.within.is_none() && p.name != pool.host) {
        let has_lines =
            r.plan().facts.items.iter().any(|i| i.kind == "line" && i.organisation.as_ref() == Some(&partner.name));
        let first = r.of(partner.contribution, 1, Run::Plan);
        if has_lines && first.verdict().is_some_and(|p| p > 0) {
            found.push(
                Sentence::from(format!("{}: {} pays ", pool.title, title(r, &partner.name)))
                    .figure(first.in_words())
                    .text(format!(" in {} on top of its lines; say `within` if one of them holds it", r.year(1))),
            );
        }
    }
}

fn undefined(r: &Reader<'_>, pool: &PoolFacts, found: &mut Vec<Sentence>) {
    let what = match (&pool.overspend, &pool.underspend) {
        (None, None) => "who pays an overspend and who keeps an underspend",
        (None, Some(_)) => "who pays an overspend",
        (Some(_), None) => "who keeps an underspend",
        (Some(_), Some(_)) => return,
    };
    let host = title(r, &pool.host);
    found.push(format!("{}: {what} is not defined; it is left with the host, {host}", pool.title).into());
}

/// An overspend that comes back every year counts as one-off every year.
fn every_year(r: &Reader<'_>, pool: &PoolFacts, found: &mut Vec<Sentence>) {
    let over = |t| r.of(pool.variance, t, Run::Plan).verdict().is_some_and(|p| p > 0);
    let last = r.horizon().years();
    if last > 1 && r.horizon().plan().all(over) {
        found.push(
            Sentence::from(format!("{}: it overspends in every year, by ", pool.title))
                .figure(r.of(pool.variance, last, Run::Plan).in_words())
                .text(format!(
                    " in {}; shares of that are one-off, so the underlying gap leaves them out",
                    r.year(last)
                )),
        );
    }
}

/// What is carried on beyond the plan is somebody's in the end.
fn left_at_the_end(r: &Reader<'_>, pool: &PoolFacts, found: &mut Vec<Sentence>) {
    let last = r.horizon().years();
    let Some((carried, _)) = pool.carried else { return };
    let left = r.of(carried, last, Run::Plan);
    if left.verdict().is_some_and(|p| p != 0) {
        found.push(
            Sentence::from(format!("{}: ", pool.title)).figure(left.in_words()).text(format!(
                " is carried in the pool at the end of {} and charged to nobody in the plan",
                r.year(last)
            )),
        );
    }
}

fn used_up(r: &Reader<'_>, pool: &PoolFacts, found: &mut Vec<Sentence>) {
    let Some([used, _, balance]) = pool.risk_pool else { return };
    let empty = |t: &i32| {
        r.of(balance, *t, Run::Plan).verdict() == Some(0) && r.of(used, *t, Run::Plan).verdict().is_some_and(|p| p > 0)
    };
    if let Some(t) = r.horizon().plan().find(empty) {
        found.push(format!("{}: the risk pool is used up in {}", pool.title, r.year(t)).into());
    }
}

/// A line that is said to hold more contributions than its budget, of one pool or of several.
fn beyond_the_line(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let pools = &r.plan().facts.pools;
    /// The pools, what each says the line holds for it, and the line's budget.
    type Held<'a> = (Vec<&'a str>, Vec<Row<Money>>, Row<Money>);
    let mut by_line: BTreeMap<&Name, Held<'_>> = BTreeMap::new();
    for pool in pools {
        for (line, held, budget) in pool.partners.iter().filter_map(|p| p.within.as_ref()) {
            let entry = by_line.entry(line).or_insert_with(|| (Vec::new(), Vec::new(), *budget));
            entry.0.push(pool.title.as_str());
            entry.1.push(*held);
        }
    }
    for (line, (titles, held, budget)) in by_line {
        for t in r.horizon().plan() {
            let held: Option<i128> = held.iter().map(|row| r.of(*row, t, Run::Plan).verdict()).sum();
            let budget = r.of(budget, t, Run::Plan);
            let Some((held, _)) = held.zip(budget.verdict()).filter(|(held, limit)| held > limit) else { continue };
            found.push(
                Sentence::from(format!("{}: line {line} is said to hold contributions of ", titles.join(", ")))
                    .figure(Figure::money(held).in_words())
                    .text(format!(" in {}, and its budget is ", r.year(t)))
                    .figure(budget.in_words())
                    .text(": nobody pays the rest"),
            );
            break;
        }
    }
}
