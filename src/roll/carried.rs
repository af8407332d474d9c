//! What recurs in cash and is in the new base: a line of its own for each organisation, sector and service,
//! never priced, so that a year later it is what it was.

use toml_edit::value;

use super::documents::typed;
use super::look::{Look, What};
use super::roller::{Carried, Roller};
use crate::language::{MoneyUnit, Node, Table};
use crate::vocabulary::Unit;
use crate::vocabulary::name::slug;

/// How many items a line's note names before it counts the rest.
const NAMED: usize = 12;

impl Roller<'_> {
    /// Writes the lines that hold what is carried.
    pub fn carried_lines(&mut self) {
        for (whose, items) in std::mem::take(&mut self.carried) {
            let pence: i128 = items.iter().map(|(_, pence)| pence).sum();
            let pence = if whose.savings { -pence } else { pence };
            let unit = self.documents.all[self.documents.root].unit;
            let note = self.composed(&whose, &items, unit);
            let wanted = self.wanted_name(&whose);
            let held = self.held(&wanted, &whose);
            let (name, pence) = match held {
                Some(before) => (wanted, before + pence),
                None => (self.free_name("line", &wanted), pence),
            };
            let several = self.old.plan.organisations.len() > 1;
            let Some(table) = self.documents.table("line", &name) else { continue };
            let title =
                if whose.savings { "Savings made, in the base" } else { "Growth and corrections, in the base in cash" };
            table.insert("title", value(title));
            if several {
                table.insert("organisation", value(&whose.organisation));
            }
            if let Some(service) = &whose.service {
                table.insert("service", value(service));
            }
            if whose.social_care {
                table.insert("sector", value("social_care"));
            }
            table.insert("base", toml_edit::Item::Value(super::documents::figure(Some(pence), Unit::Money, unit)));
            if pence < 0 {
                table.insert("signed", value(true));
            }
            table.insert("note", value(note));
            let words = match whose.savings {
                true => format!("savings made by {}: never priced, so that they stay what they were", self.year()),
                false => format!("what recurs in cash by {}: never priced", self.year()),
            };
            self.made.push(("line".to_owned(), name.clone()));
            if whose.savings {
                self.kept.savings.push(name.clone());
            }
            self.looks.retain(|l| l.path != format!("line.{name}.base"));
            self.push(Look::new(What::Rolled, format!("line.{name}"), words).of(pence));
        }
    }

    /// The base of the line that holds the same already, from an earlier year's rolling.
    fn held(&self, name: &str, whose: &Carried) -> Option<i128> {
        let line: &Table = self.old.loaded.tree.table("line")?.table(name)?;
        let text = |key: &str| line.get(key).and_then(Node::as_text);
        let same = text("service").map(str::to_owned) == whose.service
            && (text("sector") == Some("social_care")) == whose.social_care
            && line.get("price").is_none()
            && line.get("volume").is_none();
        let organisation = self.organisation(line)?;
        if !same || organisation.as_str() != whose.organisation {
            return None;
        }
        self.steps(&organisation, "line", name, "closing", 1)
    }

    fn wanted_name(&self, whose: &Carried) -> String {
        let mut parts = Vec::new();
        if self.old.plan.organisations.len() > 1 {
            parts.push(whose.organisation.clone());
        }
        parts.extend(whose.service.as_deref().and_then(slug));
        if whose.social_care {
            parts.push("social_care".to_owned());
        }
        parts.push(if whose.savings { "savings_in_base" } else { "growth_in_base" }.to_owned());
        parts.join("_")
    }

    /// What the line is the sum of, item by item.
    fn composed(&self, whose: &Carried, items: &[(String, i128)], unit: Option<MoneyUnit>) -> String {
        let mut parts: Vec<String> = items
            .iter()
            .take(NAMED)
            .map(|(name, pence)| format!("{name} {}", typed(*pence, Unit::Money, unit)))
            .collect();
        if items.len() > NAMED {
            let rest: i128 = items[NAMED..].iter().map(|(_, pence)| pence).sum();
            parts.push(format!("{} more {}", items.len() - NAMED, typed(rest, Unit::Money, unit)));
        }
        let what = if whose.savings { "Taken off" } else { "Added" };
        format!("{what} by {}: {}", self.year(), parts.join("; "))
    }
}
