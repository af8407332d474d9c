//! What a row of a file of monitoring says: to which month it runs, and its figure or its text.

use std::collections::{BTreeMap, BTreeSet};

use super::written::Said;
use super::{FIGURES, Reason, TEXTS};
use crate::language::MoneyUnit;
use crate::language::scalar::{self, Scalar};
use crate::mechanism::status::STATUSES;
use crate::scenario::beside::Beside;
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, FinancialYear, Place, Unit};

/// A figure or a text, and where it stands.
pub struct At<T> {
    pub value: T,
    pub place: Place,
}

/// The month of a row: a number, or a month of the year.
pub fn month(row: &Said, year: FinancialYear, file: &mut Beside<'_>) -> Option<u8> {
    let hint = || format!("write 1 (April {}) to 12 (March {})", year.start(), i64::from(year.start()) + 1);
    let Some((text, at)) = &row.month else {
        file.tell(
            Diagnostic::error(
                "monitoring_month",
                format!("`{}.{}` does not say to which month it runs", row.item, row.key),
            )
            .at(row.key_at)
            .hint(hint()),
        );
        return None;
    };
    let of_calendar = || scalar::read_month(text).map(|steps| steps - (i128::from(year.start()) * 12 + 3) + 1);
    let number = text.parse::<u32>().ok().map(i128::from).or_else(of_calendar);
    match number.and_then(|n| u8::try_from(n).ok()).filter(|n| (1..=12).contains(n)) {
        Some(month) => Some(month),
        None => {
            let what = if number.is_some() { format!("is no month of {year}") } else { "is no month".to_owned() };
            if !file.told_at(*at) {
                file.tell(Diagnostic::error("monitoring_month", format!("`{text}` {what}")).at(*at).hint(hint()));
            }
            None
        }
    }
}

/// What a row says.
pub enum Read {
    Figure(&'static str, i128),
    Text(&'static str, String),
}

/// What a row says, with the unit of its amounts.
pub fn value(row: &Said, unit: Option<MoneyUnit>, file: &mut Beside<'_>) -> Option<Read> {
    if let Some(key) = TEXTS.into_iter().find(|key| *key == row.key) {
        let text = row.node.as_text().unwrap_or_default().to_owned();
        let words: Option<Vec<&str>> = match key {
            "rag" => Some(STATUSES.to_vec()),
            "reason" => Some(Reason::ALL.iter().map(|reason| reason.word()).collect()),
            _ => None,
        };
        if let Some(words) = words.filter(|words| !words.contains(&text.as_str())) {
            let diagnostic =
                Diagnostic::error("unknown_word", format!("`{text}` is no `{key}` of a saving")).at(row.node.place);
            file.tell(match did_you_mean(&text, words.iter().copied()) {
                Some(meant) => diagnostic.hint(format!("did you mean `{meant}`? there is: {}", words.join(", "))),
                None => diagnostic.hint(format!("write one of {}; anything else goes into `note`", words.join(", "))),
            });
            return None;
        }
        return Some(Read::Text(key, text));
    }
    let Some((key, _)) = FIGURES.into_iter().find(|(key, _)| *key == row.key) else {
        let all = || FIGURES.iter().map(|(key, _)| *key).chain(TEXTS);
        let list = all().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let diagnostic =
            Diagnostic::error("unknown_key", format!("monitoring of a saving has no `{}`", row.key)).at(row.key_at);
        file.tell(match did_you_mean(&row.key, all()) {
            Some(meant) => diagnostic.hint(format!("did you mean `{meant}`? there is: {list}")),
            None => diagnostic.hint(format!("there is: {list}")),
        });
        return None;
    };
    // Without a unit, that is what is wrong, and is told once and not of every amount.
    let bare = unit.or(Some(MoneyUnit::Millions));
    match scalar::read(&row.node, Unit::Money, bare) {
        Ok(Scalar { steps: Some(steps), .. }) if steps >= 0 => Some(Read::Figure(key, steps)),
        Ok(Scalar { steps: Some(_), .. }) => {
            file.tell(
                Diagnostic::error("negative_amount", format!("`{}`, `{key}`, is negative", row.item))
                    .at(row.node.place)
                    .hint("a saving that costs more than it brings has delivered 0: write 0, and the cost in `note`"),
            );
            None
        }
        Ok(_) => {
            file.tell(
                Diagnostic::error("actual_not_published", format!("`{}`, `{key}`, is not known", row.item))
                    .at(row.node.place)
                    .hint("leave it out"),
            );
            None
        }
        Err(diagnostic) => {
            file.tell(*diagnostic);
            None
        }
    }
}

/// The texts of a month.
#[derive(Default)]
pub struct Texts {
    by_key: BTreeMap<&'static str, At<String>>,
    /// What was said of each, so that the same words beside every figure are said once.
    said: BTreeSet<(&'static str, String)>,
}

impl Texts {
    /// A text.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.by_key.get(key).map(|at| at.value.as_str()).filter(|text| !text.is_empty())
    }

    /// Keeps a text; a CSV file may say it beside every figure of the month. Notes and sources add up; of one
    /// word against another it gives the place of the first.
    pub fn put(&mut self, key: &'static str, text: String, row: &Said) -> Option<Place> {
        if !self.said.insert((key, text.clone())) {
            return None;
        }
        match self.by_key.get_mut(key) {
            None => {
                self.by_key.insert(key, At { value: text, place: row.node.place });
            }
            Some(held) if matches!(key, "note" | "source") => {
                held.value.push_str("; ");
                held.value.push_str(&text);
            }
            Some(held) => return Some(held.place),
        }
        None
    }
}
