//! What a row says beside its figures: its name, its service, whether it is recurrent and how sure it is.

use std::collections::BTreeSet;

use super::{Following, What, shortened};
use crate::import::book::{Row, letters, reference};
use crate::import::map::Said;
use crate::vocabulary::name::slug;

impl Following<'_> {
    pub(super) fn recurrent(&mut self, row: &Row) -> Option<String> {
        let column = match &self.range.recurrent {
            Some(Said::Value(value)) => return Some(value.clone()),
            Some(Said::Column(column)) => *column,
            None => return None,
        };
        let words = self.sheet.text(row.number, column).unwrap_or_default();
        match words.to_lowercase().as_str() {
            "true" | "yes" | "y" | "recurrent" | "recurring" | "ongoing" | "permanent" | "base" => {
                Some("true".to_owned())
            }
            "false" | "no" | "n" | "one-off" | "one off" | "oneoff" | "non-recurrent" | "non recurrent"
            | "temporary" => Some("false".to_owned()),
            "" | "not stated" | "not_stated" => Some("not_stated".to_owned()),
            _ => {
                let message =
                    format!("`{}` does not say whether it is recurrent: taken as not stated", shortened(&words));
                let hint = "write recurrent or one-off";
                self.list(What::Note, reference(row.number, column), message, hint);
                Some("not_stated".to_owned())
            }
        }
    }

    pub(super) fn status(&mut self, row: &Row) -> Option<String> {
        const WORDS: [&str; 5] = ["delivered", "green", "amber", "red", "unidentified"];
        let column = match &self.range.status {
            Some(Said::Value(value)) => return Some(value.clone()),
            Some(Said::Column(column)) => *column,
            None => return None,
        };
        let words = self.sheet.text(row.number, column)?;
        let lower = words.to_lowercase();
        let lower = match lower.as_str() {
            "g" => "green",
            "a" => "amber",
            "r" => "red",
            "achieved" | "complete" | "completed" => "delivered",
            other => other,
        };
        if WORDS.contains(&lower) {
            return Some(lower.to_owned());
        }
        let message = format!("`{}` is no status: left out", shortened(&words));
        self.list(What::Note, reference(row.number, column), message, format!("write one of {}", WORDS.join(", ")));
        None
    }

    pub(super) fn service(&self, row: &Row) -> Option<String> {
        let column = match self.range.service.as_ref()? {
            Said::Value(value) => return Some(value.clone()),
            Said::Column(column) => *column,
        };
        self.sheet.text(row.number, column).or_else(|| {
            // A service that was merged over its rows stands in the first of them.
            let name = letters(column);
            let top = self.sheet.merged.iter().find_map(|merged| {
                let (from, to) = merged.split_once(':')?;
                let (from, to): (u32, u32) =
                    (from.strip_prefix(&name)?.parse().ok()?, to.trim_start_matches(char::is_alphabetic).parse().ok()?);
                (from..=to).contains(&row.number).then_some(from)
            })?;
            self.sheet.text(top, column)
        })
    }

    /// A name of its own, from the column of names or made from the title.
    pub(super) fn name(&mut self, row: &Row, title: &str, names: &mut BTreeSet<String>) -> String {
        let written = self.range.name.and_then(|column| self.sheet.text(row.number, column));
        let made = slug(written.as_deref().unwrap_or(title)).unwrap_or_else(|| format!("row_{}", row.number));
        let made: String = made.chars().take(60).collect::<String>().trim_end_matches('_').to_owned();
        if names.insert(made.clone()) {
            return made;
        }
        let mut n = 2_u32;
        let unique = loop {
            let name = format!("{made}_{n}");
            if names.insert(name.clone()) {
                break name;
            }
            n = n.saturating_add(1);
        };
        let message = format!("`{title}` has the name of another {}: it is `{unique}`", self.range.kind.section());
        self.list(What::Note, format!("row {}", row.number), message, "give it a title of its own if they differ");
        unique
    }
}
