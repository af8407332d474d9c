//! Where a changed input stands in the plan's files, and the smallest edit of their text that changes it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Change;
use super::retype::{retyped, typed};
use crate::language::figure::FileSettings;
use crate::language::{Entry, Node, Table, Value};
use crate::open::Opened;
use crate::sheet::Assumption;
use crate::vocabulary::{FileId, FinancialYear, Place, Unit};

/// One change of a file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub file: FileId,
    /// The bytes that go.
    pub span: Range<usize>,
    /// What takes their place.
    pub text: String,
}

/// Where an input belongs that is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// It stands in this file, which was not named to be written.
    File(String),
    /// It was set on the command line.
    CommandLine,
    /// It cannot be written where it stands, and why.
    Unwritable(String),
}

/// The edits that make the changes of one input.
///
/// # Errors
/// Where it belongs instead.
pub fn edits(opened: &Opened, changes: &[&Change], writable: &dyn Fn(FileId) -> bool) -> Result<Vec<Edit>, Home> {
    let Some(path) = changes.first().map(|c| c.path.as_str()) else { return Ok(Vec::new()) };
    let Some(assumption) = crate::analysis::lever::assumption(opened, path) else {
        return Err(Home::Unwritable("it is no input of the plan".to_owned()));
    };
    let editing = Editing { opened, assumption, writable };
    match find(&opened.loaded.tree, path) {
        Some(node) => editing.figure(node, changes),
        None => editing.added(path, changes),
    }
}

/// The node of a path; of a list of tables, such as the tiers of a pool, one is named by its number from 1.
pub(super) fn find<'t>(tree: &'t Table, path: &str) -> Option<&'t Node> {
    let mut parts = path.split('.');
    let mut node = tree.get(parts.next()?)?;
    for part in parts {
        node = match &node.value {
            Value::List(nodes) => nodes.get(part.parse::<usize>().ok()?.checked_sub(1)?)?,
            _ => node.as_table()?.get(part)?,
        };
    }
    Some(node)
}

struct Editing<'a> {
    opened: &'a Opened,
    assumption: &'a Assumption,
    writable: &'a dyn Fn(FileId) -> bool,
}

impl Editing<'_> {
    fn text(&self, place: Place) -> &str {
        self.opened.loaded.sources.excerpt(place)
    }

    fn settings(&self, file: FileId) -> FileSettings {
        self.opened.loaded.settings.get(usize::from(file.0)).copied().unwrap_or_default()
    }

    fn is_csv(&self, file: FileId) -> bool {
        self.opened.loaded.sources.describe_file(file).to_lowercase().ends_with(".csv")
    }

    /// Makes sure that a file may be written.
    fn home(&self, file: FileId) -> Result<(), Home> {
        let name = self.opened.loaded.sources.describe_file(file);
        if name == "<command line>" {
            return Err(Home::CommandLine);
        }
        if !(self.writable)(file) {
            return Err(Home::File(name.to_owned()));
        }
        Ok(())
    }

    fn replaced(&self, place: Place, to: Option<i128>) -> Edit {
        let bare = self.settings(place.file).unit;
        let mut text = retyped(self.text(place), self.assumption.unit, to, bare);
        if self.is_csv(place.file) {
            // A cell needs quotes only for a comma.
            let plain = text.trim_matches(['"', '\'']);
            text = if plain.contains(',') { format!("\"{plain}\"") } else { plain.to_owned() };
        }
        Edit { file: place.file, span: place.start as usize..place.end as usize, text }
    }

    /// A figure that is written somewhere.
    fn figure(&self, node: &Node, changes: &[&Change]) -> Result<Vec<Edit>, Home> {
        let values = node.as_table().and_then(|table| table.get("likely")).unwrap_or(node);
        self.home(values.place.file)?;
        match &values.value {
            Value::List(nodes) => {
                let by_year = |c: &&Change| {
                    let t = self.opened.plan.horizon().number(c.year?)?;
                    let element = nodes.get(usize::try_from(t - 1).ok()?)?;
                    Some(self.replaced(element.place, c.to))
                };
                let edits: Option<Vec<Edit>> = changes.iter().map(by_year).collect();
                edits.ok_or_else(|| Home::Unwritable("its list has no value for the year".to_owned()))
            }
            Value::Table(table) => self.table(table, changes),
            _ => self.scalar(values, changes),
        }
    }

    /// What one value becomes for all years, or year by year.
    fn scalar(&self, node: &Node, changes: &[&Change]) -> Result<Vec<Edit>, Home> {
        if let Some(to) = self.alike(changes, None) {
            return Ok(vec![self.replaced(node.place, to)]);
        }
        if self.is_csv(node.place.file) {
            let why = "one cell of a line list holds for all years; give the list a column for each year";
            return Err(Home::Unwritable(why.to_owned()));
        }
        let years: Vec<String> = self
            .each_year(changes)
            .into_iter()
            .map(|(year, to)| format!("\"{year}\" = {}", self.replaced(node.place, to).text))
            .collect();
        let span = node.place.start as usize..node.place.end as usize;
        Ok(vec![Edit { file: node.place.file, span, text: format!("{{ {} }}", years.join(", ")) }])
    }

    /// A table of years: the years it names one by one; of the others all, once one of them differs.
    fn table(&self, table: &Table, changes: &[&Change]) -> Result<Vec<Edit>, Home> {
        let mut named: BTreeMap<FinancialYear, &Entry> = BTreeMap::new();
        for (key, entry) in &table.entries {
            if let Ok(year) = key.parse::<FinancialYear>() {
                named.insert(year, entry);
            }
        }
        let own = |c: &&&Change| c.year.is_some_and(|year| named.contains_key(&year));
        let mut edits = Vec::new();
        for change in changes.iter().filter(own) {
            if let Some(entry) = change.year.and_then(|year| named.get(&year)) {
                edits.push(self.replaced(entry.node.place, change.to));
            }
        }
        // A year that repeats the one before it by "hold" is written out when that one changes and it does not.
        let holds = table.get("otherwise").and_then(Node::as_text) == Some("hold");
        let rest: Vec<(FinancialYear, Option<i128>)> =
            self.each_year(changes).into_iter().filter(|(year, _)| !named.contains_key(year)).collect();
        let touched = changes.iter().any(|c| !own(&c)) || holds && !edits.is_empty();
        if !touched || rest.is_empty() {
            return Ok(edits);
        }
        let rule = table
            .entries
            .get("then")
            .filter(|_| table.get("otherwise").is_none())
            .or_else(|| table.entries.get("otherwise"));
        let Some(entry) = rule else { return Err(Home::Unwritable("the table names no such year".to_owned())) };
        let two_rules = table.get("then").is_some() && table.get("otherwise").is_some();
        if let (Some(to), false) = (self.alike(changes, Some(&rest)), holds || two_rules) {
            edits.push(self.replaced(entry.node.place, to));
            return Ok(edits);
        }
        let style =
            if holds { named.values().next().map_or(entry.node.place, |e| e.node.place) } else { entry.node.place };
        let years = rest.iter().map(|(year, to)| format!("\"{year}\" = {}", self.replaced(style, *to).text));
        edits.push(self.before(entry.key, years));
        Ok(edits)
    }

    /// The same value for all plan years, or for those of a list of them; none where they differ.
    fn alike(&self, changes: &[&Change], of: Option<&[(FinancialYear, Option<i128>)]>) -> Option<Option<i128>> {
        if !self.assumption.by_year {
            return changes.first().map(|c| c.to);
        }
        let all = of.map_or_else(|| self.each_year(changes), <[_]>::to_vec);
        let first = all.first()?.1;
        all.iter().all(|(_, to)| *to == first).then_some(first)
    }

    /// What each plan year is after the changes.
    fn each_year(&self, changes: &[&Change]) -> Vec<(FinancialYear, Option<i128>)> {
        let horizon = self.opened.plan.horizon();
        let now = self.assumption.values.iter().map(|(steps, _)| *steps);
        horizon
            .plan()
            .map(|t| horizon.year(t))
            .zip(now)
            .map(|(year, now)| (year, changes.iter().find(|c| c.year == Some(year)).map_or(now, |c| c.to)))
            .collect()
    }

    /// Entries put before a key: on lines of their own where the key has one, else beside it.
    fn before(&self, key: Place, entries: impl Iterator<Item = String>) -> Edit {
        let whole = self.opened.loaded.sources.file(key.file).map_or("", |f| f.text.as_str());
        let at = key.start as usize;
        let line = whole.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let own_line = line.chars().all(char::is_whitespace) && self.in_header_table(whole, at);
        let text: String =
            entries.map(|e| if own_line { format!("{e}{}{line}", newline(whole)) } else { format!("{e}, ") }).collect();
        Edit { file: key.file, span: at..at, text }
    }

    /// Whether a key on a line of its own stands in a table with a header, not within braces.
    fn in_header_table(&self, whole: &str, at: usize) -> bool {
        let before = whole.get(..at).unwrap_or_default();
        let last = before.lines().rev().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        // Within braces every line before it ends with a comma or the brace.
        last.is_none_or(|line| {
            let code = line.split('#').next().unwrap_or_default().trim_end();
            !(code.ends_with(',') || code.ends_with('{'))
        })
    }

    /// A figure that no file gives yet, put at the end of its item's own keys.
    fn added(&self, path: &str, changes: &[&Change]) -> Result<Vec<Edit>, Home> {
        let nowhere = || Home::Unwritable("no file has a place for it: write it into the plan by hand".to_owned());
        let (parent, key) = path.rsplit_once('.').ok_or_else(nowhere)?;
        let node = find(&self.opened.loaded.tree, parent).ok_or_else(nowhere)?;
        let table = node.as_table().ok_or_else(nowhere)?;
        let inline = |n: &Node| n.as_table().is_none() || self.text(n.place).starts_with('{');
        let of_one_file = |e: &&Entry| e.key.file == e.node.place.file && inline(&e.node);
        let last = table
            .entries
            .values()
            .filter(of_one_file)
            .max_by_key(|e| (e.key.file, e.node.place.end))
            .ok_or_else(nowhere)?;
        let file = last.key.file;
        self.home(file)?;
        if self.is_csv(file) {
            let why = format!("its line list has no column `{key}`: add the column, or write it into the plan by hand");
            return Err(Home::Unwritable(why));
        }
        let value = self.new_value(changes, file).ok_or_else(nowhere)?;
        let whole = self.opened.loaded.sources.file(file).map_or("", |f| f.text.as_str());
        let end = last.node.place.end as usize;
        if self.text(node.place).starts_with('{') {
            return Ok(vec![Edit { file, span: end..end, text: format!(", {key} = {value}") }]);
        }
        let after = whole.get(end..).unwrap_or_default();
        let line_end = end + after.find('\n').unwrap_or(after.len());
        let line_end = if whole.get(..line_end).is_some_and(|t| t.ends_with('\r')) { line_end - 1 } else { line_end };
        let start = whole.get(..last.key.start as usize).map_or(0, |t| t.rfind('\n').map_or(0, |n| n + 1));
        let indent: String =
            whole.get(start..).unwrap_or_default().chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        Ok(vec![Edit { file, span: line_end..line_end, text: format!("{}{indent}{key} = {value}", newline(whole)) }])
    }

    fn new_value(&self, changes: &[&Change], file: FileId) -> Option<String> {
        let (unit, bare): (Unit, _) = (self.assumption.unit, self.settings(file).unit);
        if let Some(to) = self.alike(changes, None) {
            return Some(typed(unit, to, bare));
        }
        let years = self.each_year(changes);
        let words: Vec<String> =
            years.iter().map(|(year, to)| format!("\"{year}\" = {}", typed(unit, *to, bare))).collect();
        (!words.is_empty()).then(|| format!("{{ {} }}", words.join(", ")))
    }
}

/// How a file ends its lines.
fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}
