//! What is wrong with an input, where, and what to type instead. All problems are collected in
//! one pass; how they look on a screen is `output`'s business.

use std::collections::BTreeMap;

use super::place::Place;

/// How bad it is. Errors stop the run; warnings are told and the run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be used.
    Error,
    /// The scenario can be used, and the user should know.
    Warning,
}

/// One problem of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of problem (`unknown_key`): one file in the error catalogue each.
    pub name: &'static str,
    /// Whether the run can go on.
    pub severity: Severity,
    /// What is wrong: lower case, no blame, names in backticks.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// Other places that belong to it ("first given here").
    pub related: Vec<(Place, String)>,
    /// What to type instead.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error of the kind `name`.
    pub fn error(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            name,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            related: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// A warning of the kind `name`.
    pub fn warning(name: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(name, message) }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, with a second place and what it shows.
    #[must_use]
    pub fn also(mut self, place: Place, what: impl Into<String>) -> Self {
        self.related.push((place, what.into()));
        self
    }

    /// The same, with a hint: imperative, shows what to type.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// The problems found so far. Beyond ten thousand they are only counted: nobody reads more, and a
/// file that is not a scenario at all can hold millions.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
    counted: BTreeMap<&'static str, usize>,
}

const MOST_KEPT: usize = 10_000;

/// Problems of a whole file that show at each of its figures.
const SAID_ONCE: [&str; 2] = ["unit_missing", "lists_from_missing"];

impl Diagnostics {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.all.len() < MOST_KEPT {
            self.all.push(diagnostic);
        } else {
            *self.counted.entry(diagnostic.name).or_default() += 1;
        }
    }

    /// Keeps those for which `keep` holds.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.all.retain(keep);
    }

    /// Whether any of them stops the run.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|d| d.severity == Severity::Error)
    }

    /// All of them, by place, each said once.
    #[must_use]
    pub fn sorted(&self) -> Vec<Diagnostic> {
        let mut sorted = self.all.clone();
        sorted.sort_by(|a, b| (a.place.is_none(), a.place, &a.message).cmp(&(b.place.is_none(), b.place, &b.message)));
        sorted.dedup();
        sorted
    }

    /// All of them by place, at most `most` of each kind, and how many of each kind were left out.
    #[must_use]
    pub fn capped(&self, most: usize) -> (Vec<Diagnostic>, BTreeMap<&'static str, usize>) {
        let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut kept = Vec::new();
        for diagnostic in self.sorted() {
            let count = seen.entry(diagnostic.name).or_default();
            *count += 1;
            // One cause, one telling: what the file as a whole does not say is not repeated for each figure.
            let most = if SAID_ONCE.contains(&diagnostic.name) { 1 } else { most };
            if *count <= most {
                kept.push(diagnostic);
            }
        }
        let left_out =
            seen.into_iter().filter(|(_, count)| *count > most).map(|(name, count)| (name, count - most)).collect();
        (kept, left_out)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len() + self.counted.values().sum::<usize>()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
