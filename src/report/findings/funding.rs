//! Findings about funding: council tax at its referendum limit, grants beyond the line they may fund,
//! money that reaches a year after the plan.

use super::Sentence;
use crate::report::Reader;
use crate::report::table::Figure;
use crate::sheet::Run;
use crate::vocabulary::FinancialYear;

/// All of them but the referendum limits.
pub(super) fn all(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    ring_fences(r, found);
    after_the_plan(r, found);
}

/// A council tax that reaches a referendum limit in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The tax, by title.
    title: String,
    /// The year.
    pub year: FinancialYear,
    /// The rise on last year's, of the whole or of the core.
    rise: Figure,
    /// The limit of it.
    pub limit: Figure,
    /// Whether it is the limit of the core increase.
    pub core: bool,
    /// Whether the rise is more than the limit, and not just that.
    pub exceeded: bool,
}

/// The council taxes and years in which a limit is reached.
#[must_use]
pub fn limits_reached(r: &Reader<'_>) -> Vec<Reached> {
    let mut all = Vec::new();
    for funding in &r.plan().facts.funding {
        let Some(tested) = &funding.referendum else { continue };
        for t in r.horizon().plan() {
            let left = |row| r.of(row, t, Run::Plan).verdict();
            let of = |rise, limit, below, core| Reached {
                title: funding.title.clone(),
                year: r.year(t),
                rise: r.of(rise, t, Run::Plan),
                limit: r.of(limit, t, Run::Plan).in_words().exactly(),
                core,
                exceeded: left(below).is_some_and(|left| left < 0),
            };
            let beyond = tested.below_amount.is_none_or(|row| left(row).is_some_and(|left| left < 0));
            if left(tested.below_percentage).is_some_and(|left| left <= 0) && beyond {
                let rise = funding.council_tax.and_then(|tax| tax.rise);
                all.extend(rise.map(|rise| of(rise, tested.share, tested.below_percentage, false)));
            } else if let Some(core) = &tested.core
                && left(core.below).is_some_and(|left| left <= 0)
            {
                all.push(of(core.share, core.limit, core.below, true));
            }
        }
    }
    all
}

/// A rise that equals or exceeds the limit entered for the council's type. The amounts; never the
/// opinion.
pub(super) fn referendum(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for funding in &r.plan().facts.funding {
        let Some(tested) = &funding.referendum else { continue };
        for t in r.horizon().plan() {
            let left = |row| r.of(row, t, Run::Plan).verdict();
            let reached = left(tested.below_percentage).is_some_and(|left| left <= 0);
            // Pounds may be taken in full; it is more than them that exceeds.
            let beyond = tested.below_amount.is_none_or(|row| left(row).is_some_and(|left| left < 0));
            let which = format!("[referendum_limit.{}]", tested.limit);
            if reached && beyond {
                let Some(tax) = funding.council_tax else { continue };
                let rise = tax.rise.map(|rise| r.of(rise, t, Run::Plan).in_words());
                let mut sentence = Sentence::from(format!("{} {}: Band D rises by ", funding.title, r.year(t)))
                    .figure(r.of(tested.rise, t, Run::Plan).in_words());
                if let Some(rise) = rise {
                    sentence = sentence.text(", ").figure(rise.exactly());
                }
                found.push(
                    sentence
                        .text(" of last year's, which equals or exceeds the limit of ")
                        .figure(r.of(tested.share, t, Run::Plan).in_words().exactly())
                        .text(format!(" entered for councils of its type ({which})")),
                );
            } else if let Some(core) = &tested.core
                && left(core.below).is_some_and(|left| left <= 0)
            {
                found.push(
                    Sentence::from(format!("{} {}: the core increase of ", funding.title, r.year(t)))
                        .figure(r.of(core.share, t, Run::Plan).in_words().exactly())
                        .text(" equals or exceeds the core limit of ")
                        .figure(r.of(core.limit, t, Run::Plan).in_words().exactly())
                        .text(format!(
                            " entered for councils of its type ({which}); what else the limit holds is for adult \
                             social care"
                        )),
                );
            }
        }
    }
}

/// A grant that is more than the line it may fund.
fn ring_fences(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for funding in &r.plan().facts.funding {
        let Some(fence) = &funding.ring_fence else { continue };
        for t in r.horizon().plan() {
            if r.of(fence.beyond, t, Run::Plan).verdict().is_some_and(|p| p > 0) {
                found.push(
                    Sentence::from(format!("{} {}: ", funding.title, r.year(t)))
                        .figure(r.of(funding.amount, t, Run::Plan).in_words())
                        .text(format!(" may fund {} only, whose budget is ", fence.line))
                        .figure(r.of(fence.budget, t, Run::Plan).in_words())
                        .text(": ")
                        .figure(r.of(fence.beyond, t, Run::Plan).in_words())
                        .text(" of it is beyond that"),
                );
            }
        }
    }
}

/// Money of the plan's years that reaches the budget after it.
fn after_the_plan(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for funding in &r.plan().facts.funding {
        for after in &funding.after_plan {
            let figure = r.figure(after.amount.id(), Run::Plan);
            if figure.verdict().is_some_and(|p| p != 0) {
                found.push(
                    Sentence::from(format!("{}: ", funding.title))
                        .figure(figure.in_words())
                        .text(format!(" falls after the plan, in {}, and is not counted", after.year)),
                );
            }
        }
    }
}
