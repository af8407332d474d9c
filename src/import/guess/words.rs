//! The columns of words beside the years: titles, names, services, and what is recurrent.

use std::collections::{BTreeMap, BTreeSet};

use super::table::Table;
use crate::import::figure::figure;
use crate::import::heading::Heading;

/// The columns of words beside the years.
#[derive(Default)]
pub(super) struct Words {
    pub(super) title: Option<u32>,
    pub(super) name: Option<u32>,
    pub(super) service: Option<u32>,
    pub(super) recurrent: Option<u32>,
    pub(super) status: Option<u32>,
}

impl Table<'_> {
    /// The columns of words, with what their headings say.
    pub(super) fn words(&self) -> Words {
        let mut texts: BTreeMap<u32, (usize, BTreeSet<&str>)> = BTreeMap::new();
        let figures: Vec<u32> = self.columns().chain(self.twice.iter().map(|(_, c)| *c)).collect();
        for row in self.body().iter().filter(|row| self.has_figures(row) && !self.is_repeated(row.number)) {
            for cell in row.cells.iter().filter(|c| !figures.contains(&c.column)) {
                if let Some(text) = cell.typed().filter(|t| figure(t).is_none()) {
                    let (count, distinct) = texts.entry(cell.column).or_default();
                    *count += 1;
                    distinct.insert(text);
                }
            }
        }
        let mut words = Words::default();
        for column in texts.keys() {
            let heading = self.sheet.text(self.header, *column).unwrap_or_default();
            let slot = match Heading::of(&heading) {
                Some(Heading::Title) => &mut words.title,
                Some(Heading::Name) => &mut words.name,
                Some(Heading::Service) => &mut words.service,
                Some(Heading::Recurrent) => &mut words.recurrent,
                Some(Heading::Status) => &mut words.status,
                Some(Heading::Other) | None => continue,
            };
            slot.get_or_insert(*column);
        }
        let first_figure = figures.iter().min().copied().unwrap_or(u32::MAX);
        let taken = [words.name, words.service, words.recurrent, words.status];
        if words.title.is_none() {
            // The column with most different words before the figures, the later one of two alike.
            let free = texts.iter().filter(|(c, _)| **c < first_figure && !taken.contains(&Some(**c)));
            words.title = free.max_by_key(|(_, (_, distinct))| distinct.len()).map(|(c, _)| *c);
        }
        if words.title.is_none() {
            words.title = words.service.take().or(words.name.take());
        }
        if words.service.is_none() {
            let before = words.title.unwrap_or(0);
            let free = |c: &u32| *c < before && ![words.name, words.recurrent, words.status].contains(&Some(*c));
            let heading_free = |c: &u32| Heading::of(&self.sheet.text(self.header, *c).unwrap_or_default()).is_none();
            words.service = texts.keys().copied().filter(free).find(heading_free);
        }
        words
    }
}
