//! Findings on what is held: reserves whose use was not tested or not taken, transfers and capital
//! receipts that do not reach.

use crate::mechanism::reserve::ReserveKind;
use crate::report::Reader;
use crate::report::table::Sentence;
use crate::sheet::Run;
use crate::vocabulary::Measure;

/// All of them, in a fixed order.
pub(super) fn all(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    reserves(r, found);
    transfers(r, found);
    receipts(r, found);
    overrides(r, found);
}

/// A deficit on the schools grant after the law keeps it apart no longer.
fn overrides(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for deficit in &r.plan().facts.dsg {
        let ends = deficit.override_ends.filter(|ends| *ends <= r.horizon().last());
        let Some(t) = ends.and_then(|ends| r.horizon().number(ends)).filter(|t| *t > 0) else { continue };
        let left = r.of(deficit.closing, t, Run::Plan);
        if left.verdict().is_some_and(|p| p > 0) {
            let mut sentence =
                Sentence::from(format!("{}: the override ends with {}; its deficit of ", deficit.title, r.year(t)))
                    .figure(left.in_words());
            if let Some(shadow) = deficit.shadow {
                sentence = sentence
                    .text(" would then count against reserves, leaving ")
                    .figure(r.of(shadow, t, Run::Plan).in_words());
            }
            found.push(sentence.text("; it is in no gap of this plan"));
        }
    }
}

/// Costs of change that find no receipts, and capital that gets less of them than it wants.
fn receipts(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for pot in &r.plan().facts.receipts {
        for t in r.horizon().plan() {
            let (claimed, used) = (r.of(pot.claimed, t, Run::Plan), r.of(pot.used, t, Run::Plan));
            if claimed.verdict().is_some() && used.verdict().is_some() && claimed.steps != used.steps {
                found.push(
                    Sentence::from(format!("{}: pays ", pot.title))
                        .figure(used.in_words())
                        .text(" of ")
                        .figure(claimed.in_words())
                        .text(format!(
                            " of costs of change in {}: it holds no more, or the year is not permitted; the rest stays with revenue",
                            r.year(t)
                        )),
                );
            }
            let Some((wanted, got)) = pot.capital else { continue };
            let (wanted, got) = (r.of(wanted, t, Run::Plan), r.of(got, t, Run::Plan));
            if wanted.verdict().is_some() && got.verdict().is_some() && wanted.steps != got.steps {
                found.push(
                    Sentence::from(format!("{}: the capital programme wants ", pot.title))
                        .figure(wanted.in_words())
                        .text(format!(" in {} and finds ", r.year(t)))
                        .figure(got.in_words()),
                );
            }
        }
    }
}

fn reserves(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for pot in &r.plan().facts.pots {
        if pot.balance_known_to < r.horizon().years() && pot.planned_use.is_some() {
            found.push(
                format!("{}: its balance was not published, so its planned use was not tested against it", pot.title)
                    .into(),
            );
        }
        let general = pot.kind == ReserveKind::General;
        if general && pot.usable && pot.minimum.is_none() {
            found.push(format!("{}: no minimum is given, so draws may take all of it", pot.title).into());
        }
        for run in Run::BOTH {
            let Some(row) = r.plan().named_item(pot, "planned_use_not_needed") else { continue };
            for t in r.horizon().plan() {
                let unused = r.of_row(row, t, run);
                if unused.verdict().is_some_and(|p| p > 0) {
                    let headline = r.measure(&pot.organisation, Measure::GapAfterPlannedReserves, t, run);
                    let closed = headline.is_some_and(|f| f.verdict().is_some_and(|p| p <= 0));
                    let why = if closed { "the gap is smaller" } else { "the reserve holds less" };
                    let words = format!(" of the planned use in {} is not taken: {why} ({})", r.year(t), run.words());
                    found.push(Sentence::from(format!("{}: ", pot.title)).figure(unused.in_words()).text(words));
                }
            }
        }
    }
}

/// Transfers between reserves that move less than was stated.
fn transfers(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for moving in &r.plan().facts.transfers {
        let address = format!("{}/transfer/{}/moved", moving.organisation, moving.name);
        let Some(row) = r.plan().sheet.find_row(&address) else { continue };
        for t in r.horizon().plan() {
            let (stated, moved) = (r.of(moving.stated, t, Run::Plan), r.of_row(row, t, Run::Plan));
            if stated.verdict().is_some() && moved.verdict().is_some() && stated.steps != moved.steps {
                found.push(
                    Sentence::from(format!("{}: ", moving.title))
                        .figure(moved.in_words())
                        .text(" of ")
                        .figure(stated.in_words())
                        .text(format!(" is moved in {}: the reserve it comes from holds less", r.year(t))),
                );
            }
        }
    }
}
