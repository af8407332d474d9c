//! Whether a file is a scenario of its own, or a part of others: a pack of parameters, a layer.

use super::parse::parse;

use crate::language::Table;
use crate::vocabulary::{Diagnostics, Sources};

/// Why the text of a file is no scenario of its own, when it is a part of others: it has no `[scenario]`, or
/// one that neither says a title nor extends a file that may. A text that is no TOML may be anything, and
/// is told as what it is when it is opened.
#[must_use]
pub fn part_of_others(text: &str) -> Option<&'static str> {
    let tree = tree(text)?;
    match tree.table("scenario") {
        None if tree.get("scenario").is_some() => None,
        None => Some("it has no [scenario]: a pack, a layer or no scenario at all"),
        Some(about) if about.get("title").is_none() && about.get("extends").is_none() => {
            Some("its [scenario] has no `title`: a layer")
        }
        Some(_) => None,
    }
}

/// Whether the text of a file can be the base of others: it says a base year, or extends a file that may.
/// Nothing for a text that is no TOML.
#[must_use]
pub fn can_be_base(text: &str) -> Option<bool> {
    let tree = tree(text)?;
    let about = tree.table("scenario");
    Some(about.is_some_and(|about| about.get("base_year").is_some() || about.get("extends").is_some()))
}

fn tree(text: &str) -> Option<Table> {
    let mut sources = Sources::new();
    let mut wrong = Diagnostics::new();
    let file = sources.add(String::new(), text.to_owned());
    parse(&sources, file, &mut wrong).filter(|_| !wrong.has_errors())
}

#[cfg(test)]
mod tests {
    use super::part_of_others;

    #[test]
    fn parts_and_wholes() {
        assert!(part_of_others("[driver]\npay = \"3%\"\n").is_some());
        assert!(part_of_others("[scenario]\nunit = \"£m\"\n[driver]\npay = \"3%\"\n").is_some());
        assert!(part_of_others("[scenario]\ntitle = \"x\"\n").is_none());
        assert!(part_of_others("[scenario]\nextends = \"x.toml\"\n").is_none());
        assert!(part_of_others("pay = 3%\n").is_none());
        assert!(part_of_others("scenario = 5\n").is_none());
    }
}
