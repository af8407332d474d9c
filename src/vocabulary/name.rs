//! Names as scenario files write them: `[a-z][a-z0-9_]*`, unique within their kind.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

/// A name a scenario gives to a thing: `home_first`, `older_people`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(SmolStr);

impl Name {
    /// The text of the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in words, for a thing that was given no title: `home_first` is "Home first".
    #[must_use]
    pub fn in_words(&self) -> SmolStr {
        // A name is letters, digits and underscores of ASCII by its rule.
        let mut letters = self.0.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters.map(|c| if c == '_' { ' ' } else { c })).collect()
    }
}

/// A map by name can be asked with a plain text.
impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text breaks the rule for names; holds a name that would do, when one can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError {
    /// A valid name close to what was written.
    pub suggestion: Option<String>,
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut bytes = text.bytes();
        let first = bytes.next().is_some_and(|b| b.is_ascii_lowercase());
        if first && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            Ok(Self(SmolStr::new(text)))
        } else {
            Err(NameError { suggestion: slug(text) })
        }
    }
}

/// A path and the part below it: `saving.home_first` and `delivery`. Every key that is read has one, so
/// it is put together without the machinery of formats.
#[must_use]
pub fn dotted(path: &str, part: &str) -> SmolStr {
    [path, ".", part].into_iter().collect()
}

/// A valid name made from free text: `Older people (65+)` becomes `older_people_65`.
#[must_use]
pub fn slug(text: &str) -> Option<String> {
    let mut made = String::with_capacity(text.len());
    let mut put = |c: char| {
        if c.is_ascii_lowercase() || (c.is_ascii_digit() && !made.is_empty()) {
            made.push(c);
        } else if !made.is_empty() && !made.ends_with('_') {
            made.push('_');
        }
    };
    for c in text.chars() {
        // Nearly all letters are of ASCII, and the small one of each is known at once.
        if c.is_ascii() { put(c.to_ascii_lowercase()) } else { c.to_lowercase().for_each(&mut put) }
    }
    let made = made.trim_end_matches('_').to_owned();
    (!made.is_empty()).then_some(made)
}

/// The candidate closest to `written`, when one is close enough to be what was meant.
#[must_use]
pub fn did_you_mean<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count().max(3) / 3))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_for_names() {
        assert!("home_first".parse::<Name>().is_ok());
        assert!("home2".parse::<Name>().is_ok());
        let error = "Home First".parse::<Name>().unwrap_err();
        assert_eq!(error.suggestion.as_deref(), Some("home_first"));
        assert!("".parse::<Name>().unwrap_err().suggestion.is_none());
        assert_eq!("pay_bill".parse::<Name>().unwrap().in_words(), "Pay bill");
    }

    #[test]
    fn near_misses_are_found_and_far_ones_are_not() {
        let lines = ["older_people", "learning_disability"];
        assert_eq!(did_you_mean("older-peple", lines), Some("older_people"));
        assert_eq!(did_you_mean("waste", lines), None);
    }
}
