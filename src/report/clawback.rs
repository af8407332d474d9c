//! What savings are worth to who makes them, where some of it must be given up.

use super::Reader;
use super::pools::title;
use super::table::Sentence;
use crate::sheet::Run;
use crate::vocabulary::Name;

/// What is clawed back in the last year, and where it goes.
#[must_use]
pub fn facts(r: &Reader<'_>, organisation: Option<&Name>) -> Vec<(String, Sentence)> {
    let last = r.horizon().years();
    let of = r.plan().facts.clawbacks.iter().filter(|c| organisation.is_none_or(|o| c.organisation == *o));
    of.map(|clawback| {
        let to = clawback.to.as_ref().map_or_else(|| "the centre, out of the system".to_owned(), |to| title(r, to));
        let [_, benefit] = clawback.benefit;
        let sentence = Sentence::from(format!("{} gives up ", title(r, &clawback.organisation)))
            .figure(r.of(clawback.amount, last, Run::Plan).in_words())
            .text(format!(" in {} to {to}; its savings are worth ", r.year(last)))
            .figure(r.of(benefit, last, Run::Plan).in_words())
            .text(" to it over the plan");
        (format!("{} (clawback)", clawback.title), sentence)
    })
    .collect()
}
