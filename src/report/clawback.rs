//! What savings are worth to who makes them, where some of it must be given up.

use super::Reader;
use super::pools::title;
use super::table::Sentence;
use crate::sheet::Run;
use crate::vocabulary::{Measure, Name};

/// What is clawed back in the last year, and where it goes.
#[must_use]
pub fn facts(r: &Reader<'_>, organisation: Option<&Name>) -> Vec<(String, Sentence)> {
    let last = r.horizon().years();
    let of = r.plan().facts.clawbacks.iter().filter(|c| organisation.is_none_or(|o| c.organisation == *o));
    of.map(|clawback| {
        let to = clawback.to.as_ref().map_or_else(|| "the centre, out of the system".to_owned(), |to| title(r, to));
        let [benefit, so_far] = clawback.benefit;
        let saved = r.measure(&clawback.organisation, Measure::Savings, last, Run::Plan);
        let year = r.year(last);
        let mut sentence = Sentence::from(format!("in {year} {} gives up ", title(r, &clawback.organisation)))
            .figure(r.of(clawback.amount, last, Run::Plan).in_words())
            .text(format!(" to {to}"));
        if let Some(saved) = saved {
            sentence = sentence
                .text(" and keeps ")
                .figure(r.of(benefit, last, Run::Plan).in_words())
                .text(" of the ")
                .figure(saved.in_words())
                .text(" it saves in the year");
        }
        let sentence = sentence
            .text("; over the whole plan its savings are worth ")
            .figure(r.of(so_far, last, Run::Plan).in_words())
            .text(" to it (risk-adjusted ")
            .figure(r.of(so_far, last, Run::RiskAdjusted).in_words())
            .text(")");
        (format!("{} (clawback)", clawback.title), sentence)
    })
    .collect()
}
