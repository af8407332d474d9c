//! What a path of a scenario file is called by people: the title of its item and the key in words. The
//! path itself is for typing.

use super::{Reader, capital};
use crate::vocabulary::Name;

/// `Council tax: increase` for `funding.council_tax.increase`, `Driver pay, 2027/28` for
/// `driver.pay@2027/28`, `Every saving: delivery` for `saving.*.delivery`.
#[must_use]
pub fn path(r: &Reader<'_>, typed: &str) -> String {
    let (path, year) = match typed.split_once('@') {
        Some((path, year)) => (path, Some(year)),
        None => (typed, None),
    };
    let mut parts = path.splitn(3, '.');
    let (Some(kind), Some(name)) = (parts.next(), parts.next()) else { return typed.to_owned() };
    let keys = parts.next().unwrap_or_default().replace(['_', '.'], " ");
    let title = title(r, kind, name);
    let year = year.map(|year| format!(", {year}")).unwrap_or_default();
    match keys.as_str() {
        "" => format!("{title}{year}"),
        // A driver is its rate.
        "rate" if kind == "driver" => format!("{title}{year}"),
        keys => format!("{title}: {keys}{year}"),
    }
}

/// The same with the path to type, where that is not what it is called.
#[must_use]
pub fn with_path(r: &Reader<'_>, typed: &str) -> String {
    let called = path(r, typed);
    if called == typed { called } else { format!("{called} ({typed})") }
}

/// The title of an item.
fn title(r: &Reader<'_>, kind: &str, name: &str) -> String {
    if kind == "driver" {
        return format!("Driver {}", name.replace('_', " "));
    }
    if name == "*" {
        return format!("Every {}", kind.replace('_', " "));
    }
    let organisation = r.plan().organisations.iter().find(|o| kind == "organisation" && o.name.as_str() == name);
    if let Some(organisation) = organisation {
        return organisation.title.clone();
    }
    let sheet = &r.plan().sheet;
    let own = |n: &Name| n.as_str() == name;
    let subjects = sheet.rows().map(|(row, _)| sheet.subject(row));
    let found = subjects.into_iter().find(|s| s.kind == kind && s.name.as_ref().is_some_and(own));
    found.map_or_else(|| capital(&format!("{kind} {name}").replace('_', " ")), |s| s.title.to_string())
}
