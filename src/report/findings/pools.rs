//! What is left open by pooled budgets: who pays, what nobody has paid, what a line cannot hold.

use crate::mechanism::pool::PoolFacts;
use crate::report::Reader;
use crate::report::pools::title;
use crate::report::table::Sentence;
use crate::sheet::Run;

/// The findings of every pool.
pub(super) fn all(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for pool in &r.plan().facts.pools {
        undefined(r, pool, found);
        left_at_the_end(r, pool, found);
        used_up(r, pool, found);
        beyond_the_line(r, pool, found);
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

fn beyond_the_line(r: &Reader<'_>, pool: &PoolFacts, found: &mut Vec<Sentence>) {
    for partner in &pool.partners {
        let Some((line, held, budget)) = &partner.within else { continue };
        for t in r.horizon().plan() {
            let (held, budget) = (r.of(*held, t, Run::Plan), r.of(*budget, t, Run::Plan));
            if held.verdict().zip(budget.verdict()).is_some_and(|(held, budget)| held > budget) {
                found.push(
                    Sentence::from(format!("{}: line {line} is said to hold a contribution of ", pool.title))
                        .figure(held.in_words())
                        .text(format!(" in {}, and its budget is ", r.year(t)))
                        .figure(budget.in_words()),
                );
                break;
            }
        }
    }
}
