//! What files that stand beside a scenario share: read as TOML or CSV, of a year, in a unit, about items
//! that the scenario has. See [`actuals`](super::actuals) and [`monitoring`](super::monitoring).

use std::collections::BTreeSet;
use std::path::Path;

use super::csv_lines::{self, Cell};
use super::load::LoadFailure;
use super::resolve::Scenario;
use super::{parse, read_file};
use crate::language::{MoneyUnit, Node, Table};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Place, Sources};

/// A file as it is written.
pub(super) enum Written {
    /// TOML.
    Tree(Table),
    /// CSV, its headings first.
    Rows(Vec<Vec<Cell>>),
}

/// A file that was read, and what is wrong in it so far.
pub(super) struct Beside<'a> {
    /// Its text.
    pub sources: &'a Sources,
    /// The whole file, where nothing in it can be pointed at.
    pub whole: Place,
    /// What is wrong.
    pub wrong: &'a mut Diagnostics,
    /// Where something was told.
    places: BTreeSet<Place>,
}

impl Beside<'_> {
    /// Tells what is wrong.
    pub fn tell(&mut self, diagnostic: Diagnostic) {
        self.places.extend(diagnostic.place);
        self.wrong.push(diagnostic);
    }

    /// The year that a `year` says.
    pub fn year(&mut self, kind: &str, node: &Node) -> Option<FinancialYear> {
        let year = node.as_text().and_then(|t| t.parse::<FinancialYear>().ok());
        if year.is_none() {
            self.tell(
                Diagnostic::error("not_a_year", format!("`{kind}.year` is no financial year"))
                    .at(node.place)
                    .hint("write the year they are of: year = \"2026/27\""),
            );
        }
        year
    }

    /// The unit of money that a `unit` says.
    pub fn unit(&mut self, kind: &str, node: &Node) -> Option<MoneyUnit> {
        let unit = node.as_text().and_then(MoneyUnit::read);
        if unit.is_none() {
            self.tell(
                Diagnostic::error("unknown_word", format!("`{kind}.unit` is no unit of money"))
                    .at(node.place)
                    .hint("write one of \"£\", \"£000\", \"£m\""),
            );
        }
        unit
    }

    /// Whether the scenario has an item; if not, that is told once where it stands.
    pub fn knows(&mut self, scenario: &Scenario, kind: &str, item: &str, at: Place) -> bool {
        if scenario.names.find(kind, item).is_some() {
            return true;
        }
        if !self.told_at(at) {
            let diagnostic = Diagnostic::error("unknown_name", format!("the scenario has no {kind} `{item}`")).at(at);
            let names = || scenario.names.of_kind(kind).map(|(name, _)| name.as_str());
            self.tell(match did_you_mean(item, names()) {
                Some(meant) => diagnostic.hint(format!("did you mean `{kind}.{meant}`?")),
                None => diagnostic.hint(scenario.names.list(kind)),
            });
        }
        false
    }

    /// Whether something was told of this place.
    pub fn told_at(&self, at: Place) -> bool {
        self.places.contains(&at)
    }
}

/// Reads a file (CSV by its ending, else TOML) and what it means.
///
/// # Errors
/// The file cannot be read, or what is wrong in it.
pub(super) fn read<T>(
    path: &Path,
    name: &str,
    understood: impl FnOnce(&Written, &mut Beside<'_>) -> Option<T>,
) -> Result<T, LoadFailure> {
    let mut sources = Sources::new();
    let mut wrong = Diagnostics::new();
    let bytes = match read_file::bytes(path, name, None) {
        Ok(bytes) => bytes,
        Err(diagnostic) => {
            wrong.push(*diagnostic);
            return Err(LoadFailure::Unreadable(wrong, sources));
        }
    };
    match read_file::text(bytes, name, &mut sources) {
        Ok(text) => {
            let file = sources.add(name.to_owned(), text);
            let written = if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
                csv_lines::table(&sources, file, &mut wrong).map(Written::Rows)
            } else {
                parse::parse(&sources, file, &mut wrong).map(Written::Tree)
            };
            if let Some(written) = written.filter(|_| !wrong.has_errors()) {
                let mut beside = Beside {
                    sources: &sources,
                    whole: Place::new(file, 0..0),
                    wrong: &mut wrong,
                    places: BTreeSet::new(),
                };
                if let Some(read) = understood(&written, &mut beside).filter(|_| !wrong.has_errors()) {
                    return Ok(read);
                }
            }
        }
        Err(diagnostic) => wrong.push(*diagnostic),
    }
    Err(LoadFailure::Invalid(wrong, sources))
}
