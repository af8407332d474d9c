//! Reading a map: every key checked, all problems told in one pass with their places.

use super::book;
use super::map::{CellUnit, Kind, Map, PlanPart, RangeMap, Said, SignRule};
use crate::language::{MoneyUnit, Node, Table, Value};
use crate::open::Refused;
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Horizon, Name, Place, Sources};

/// The keys of `[plan]`.
const PLAN: [&str; 7] = ["title", "base_year", "years", "unit", "organisation", "kind", "council_type"];

/// The keys of a `[[range]]`.
const RANGE: [&str; 24] = [
    "sheet",
    "header",
    "rows",
    "kind",
    "title",
    "name",
    "service",
    "service_column",
    "base",
    "years",
    "line_from",
    "unit",
    "sign",
    "negative",
    "values",
    "recurrent",
    "recurrent_column",
    "status",
    "status_column",
    "item_kind",
    "skip",
    "keep",
    "empty",
    "round",
];

/// Reads a map from its text.
///
/// # Errors
/// Everything that is wrong with it, each with its place and what to type instead.
pub fn read(text: &str, name: &str) -> Result<(Map, Sources), Box<Refused>> {
    let mut sources = Sources::new();
    let file = sources.add(name.to_owned(), text.to_owned());
    let mut wrong = Diagnostics::new();
    let tree = crate::scenario::parse(&sources, file, &mut wrong);
    let map = tree.and_then(|tree| Reading { wrong: &mut wrong }.map(&tree, Place::new(file, 0..0)));
    match map {
        Some(map) if !wrong.has_errors() => Ok((map, sources)),
        _ => Err(Box::new(Refused { wrong, sources, unreadable: false })),
    }
}

struct Reading<'w> {
    wrong: &'w mut Diagnostics,
}

impl Reading<'_> {
    fn tell(&mut self, place: Place, message: String, hint: impl Into<String>) {
        self.wrong.push(Diagnostic::error("map_wrong", message).at(place).hint(hint));
    }

    fn known(&mut self, table: &Table, keys: &[&str], of: &str) {
        for (key, entry) in table.entries.iter().filter(|(k, _)| !keys.contains(&k.as_str())) {
            let hint = match did_you_mean(key, keys.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("{of} may have {}", keys.join(", ")),
            };
            self.tell(entry.key, format!("{of} has no key `{key}`"), hint);
        }
    }

    fn map(&mut self, tree: &Table, start: Place) -> Option<Map> {
        self.known(tree, &["plan", "range"], "a map");
        let plan = match tree.get("plan").map(|n| (n, n.as_table())) {
            Some((node, Some(table))) => self.plan(table, node.place),
            _ => {
                self.tell(start, "this map has no [plan]".to_owned(), "add [plan] with base_year, years and unit");
                None
            }
        };
        let mut ranges = Vec::new();
        match tree.get("range").map(|n| &n.value) {
            Some(Value::List(nodes)) => {
                for node in nodes {
                    if let Some(table) = node.as_table() {
                        ranges.extend(self.range(table, node.place, plan.as_ref()));
                    }
                }
            }
            _ => self.tell(start, "this map reads no rows".to_owned(), "add a [[range]] with sheet, rows and kind"),
        }
        Some(Map { plan: plan?, ranges })
    }

    fn plan(&mut self, table: &Table, place: Place) -> Option<PlanPart> {
        self.known(table, &PLAN, "[plan]");
        let title = self.text(table, "title").unwrap_or_default();
        let base_year = self.need(table, "base_year", place).and_then(|n| self.year(n));
        let years = self.need(table, "years", place).and_then(|n| self.count(n)).map(|n| n.min(50));
        let unit = self.need(table, "unit", place).and_then(|node| {
            let read = node.as_text().and_then(MoneyUnit::read);
            if read.is_none() {
                self.tell(node.place, "this is no unit of money".to_owned(), "write \"£\", \"£000\" or \"£m\"");
            }
            read
        });
        let organisation = self.text(table, "organisation").unwrap_or_else(|| "council".to_owned());
        if let (Err(error), Some(node)) = (organisation.parse::<Name>(), table.get("organisation")) {
            let hint =
                error.suggestion.map_or_else(|| "write a name like exshire".to_owned(), |s| format!("write \"{s}\""));
            self.tell(node.place, format!("`{organisation}` is no name of an organisation"), hint);
        }
        let kind = self.text(table, "kind").unwrap_or_else(|| "council".to_owned());
        let council_type = self.text(table, "council_type");
        let years = i32::try_from(years?).ok()?.clamp(1, Horizon::LONGEST);
        Some(PlanPart { title, base_year: base_year?, years, unit: unit?, organisation, kind, council_type })
    }

    fn range(&mut self, table: &Table, place: Place, plan: Option<&PlanPart>) -> Option<RangeMap> {
        self.known(table, &RANGE, "a [[range]]");
        let sheet = self.need(table, "sheet", place).and_then(|n| self.as_text(n));
        let rows = self.need(table, "rows", place).and_then(|n| self.span(n));
        let kind = self.need(table, "kind", place).and_then(|n| self.word(n, &Kind::ALL.map(|k| (k.word(), k))));
        let title = self.need(table, "title", place).and_then(|n| self.column(n));
        let unit = self.need(table, "unit", place).and_then(|n| {
            let read = n.as_text().and_then(CellUnit::read);
            if read.is_none() {
                self.tell(n.place, "this is no unit".to_owned(), format!("write one of {}", quoted(&CellUnit::WORDS)));
            }
            read
        });
        let sign = table.get("sign").and_then(|n| self.word(n, &SignRule::WORDS)).unwrap_or(SignRule::AsShown);
        let header = table.get("header").and_then(|n| self.count(n));
        let name = table.get("name").and_then(|n| self.column(n));
        let base = table.get("base").and_then(|n| self.column(n));
        let years = self.years(table, plan);
        let words = [("budget", false), ("base", true)];
        let from_base = table.get("line_from").and_then(|n| self.word(n, &words)).unwrap_or(years.is_empty());
        let words = [("refused", false), ("allowed", true)];
        let negative = table.get("negative").and_then(|n| self.word(n, &words)).unwrap_or(false);
        let words = [("in_year", "in_year"), ("change", "change")];
        let values = table.get("values").and_then(|n| self.word(n, &words));
        let recurrent = self.said(table, "recurrent", "recurrent_column");
        let status = self.said(table, "status", "status_column");
        let service = self.said(table, "service", "service_column");
        let item_kind = self.text(table, "item_kind");
        let (skip, keep) = (self.spans(table, "skip"), self.spans(table, "keep"));
        let words = [("nought", true), ("not_published", false)];
        let empty_is_nought = table.get("empty").and_then(|n| self.word(n, &words)).unwrap_or(true);
        let round = self.flag(table, "round");
        let kind = kind?;
        let schedules = matches!(kind, Kind::Pressure | Kind::Saving | Kind::Funding);
        if schedules && recurrent.is_none() {
            let hint = "add recurrent = true, false or \"not_stated\", or recurrent_column = \"F\"";
            self.tell(place, format!("a range of kind `{}` does not say whether it is recurrent", kind.word()), hint);
        }
        if matches!(kind, Kind::Pressure | Kind::Saving) && values.is_none() {
            let message = format!("a range of kind `{}` does not say what its figures are", kind.word());
            let hint = "add values = \"change\" (what each year adds) or \"in_year\" (the total of each year)";
            self.tell(place, message, hint);
        }
        if kind == Kind::Reserve && base.is_none() && years.is_empty()
            || kind != Kind::Reserve && base.is_none() && years.is_empty()
        {
            let hint = "add years = { \"2026/27\" = \"D\" }, or base = \"C\"";
            self.tell(place, "a range names no column of figures".to_owned(), hint);
        }
        let rate = matches!(unit, Some(CellUnit::Percent | CellUnit::Fraction));
        if unit.is_some_and(|unit| unit != CellUnit::Ask) && rate != (kind == Kind::Driver) {
            let hint =
                if kind == Kind::Driver { "write \"%\" or \"fraction\"" } else { "write \"£\", \"£000\" or \"£m\"" };
            self.tell(
                table.get("unit").map_or(place, |n| n.place),
                format!("`{}` has another unit", kind.word()),
                hint,
            );
        }
        let (first, last) = rows?;
        Some(RangeMap {
            sheet: sheet?,
            header,
            first,
            last,
            kind,
            title: title?,
            name,
            service,
            base,
            years,
            from_base,
            unit: unit?,
            sign,
            negative,
            values,
            recurrent,
            status,
            item_kind,
            skip,
            keep,
            empty_is_nought,
            round,
            place: Some(place),
        })
    }

    fn years(&mut self, table: &Table, plan: Option<&PlanPart>) -> Vec<(FinancialYear, u32)> {
        let Some(node) = table.get("years") else { return Vec::new() };
        let Some(years) = node.as_table() else {
            self.tell(node.place, "`years` is no table".to_owned(), "write years = { \"2026/27\" = \"D\" }");
            return Vec::new();
        };
        let mut read = Vec::new();
        for (key, entry) in &years.entries {
            match key.parse::<FinancialYear>() {
                Ok(year) => {
                    let plan_year =
                        plan.is_none_or(|p| Horizon::new(p.base_year, p.years).number(year).is_some_and(|t| t > 0));
                    if !plan_year {
                        let message = format!("{year} is no year of the plan");
                        self.tell(entry.key, message, "change base_year or years in [plan], or take the column out");
                    }
                    read.extend(self.column(&entry.node).map(|column| (year, column)));
                }
                Err(error) => self.tell(entry.key, error.to_string(), "write a year as \"2026/27\""),
            }
        }
        read.sort_by_key(|(year, _)| *year);
        read
    }

    fn need<'t>(&mut self, table: &'t Table, key: &str, place: Place) -> Option<&'t Node> {
        let found = table.get(key);
        if found.is_none() {
            self.tell(
                place,
                format!("`{key}` is missing"),
                format!("add {key} = …; docs/import.md explains every key"),
            );
        }
        found
    }

    fn as_text(&mut self, node: &Node) -> Option<String> {
        match node.as_text() {
            Some(text) => Some(text.to_owned()),
            None => {
                self.tell(node.place, format!("expected a text, found {}", node.value.what()), "put it in quotes");
                None
            }
        }
    }

    fn text(&mut self, table: &Table, key: &str) -> Option<String> {
        table.get(key).and_then(|n| self.as_text(n))
    }

    fn flag(&mut self, table: &Table, key: &str) -> bool {
        match table.get(key).map(|n| (&n.value, n.place)) {
            Some((Value::Flag(flag), _)) => *flag,
            Some((_, place)) => {
                self.tell(place, format!("`{key}` is true or false"), format!("write {key} = true"));
                false
            }
            None => false,
        }
    }

    fn word<T: Copy>(&mut self, node: &Node, words: &[(&'static str, T)]) -> Option<T> {
        let found = node.as_text().and_then(|text| words.iter().find(|(word, _)| *word == text));
        if found.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.tell(node.place, "this word is not known here".to_owned(), format!("write one of {}", quoted(&words)));
        }
        found.map(|(_, value)| *value)
    }

    fn column(&mut self, node: &Node) -> Option<u32> {
        let read = node.as_text().and_then(book::column);
        if read.is_none() {
            self.tell(node.place, "this is no column".to_owned(), "write its letters: \"D\"");
        }
        read
    }

    fn count(&mut self, node: &Node) -> Option<u32> {
        let read = if let Value::Number(text) = &node.value { text.parse().ok().filter(|n| *n > 0) } else { None };
        if read.is_none() {
            self.tell(node.place, "this is no whole number above nought".to_owned(), "write a number like 4");
        }
        read
    }

    fn year(&mut self, node: &Node) -> Option<FinancialYear> {
        let read = node.as_text().unwrap_or_default().parse::<FinancialYear>();
        if let Err(error) = &read {
            self.tell(node.place, error.to_string(), "write a year as \"2025/26\"");
        }
        read.ok()
    }

    /// One row or several: `5` or `"5:12"`.
    fn span(&mut self, node: &Node) -> Option<(u32, u32)> {
        let text = match &node.value {
            Value::Number(text) | Value::Text(text) => text.as_str(),
            _ => "",
        };
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        let read = first.trim().parse().ok().zip(last.trim().parse().ok()).filter(|(f, l)| 0 < *f && f <= l);
        if read.is_none() {
            self.tell(node.place, "these are no rows".to_owned(), "write \"5:12\" for rows 5 to 12, or one row as 5");
        }
        read
    }

    fn spans(&mut self, table: &Table, key: &str) -> Vec<(u32, u32)> {
        match table.get(key).map(|n| (n, &n.value)) {
            Some((_, Value::List(nodes))) => nodes.iter().filter_map(|n| self.span(n)).collect(),
            Some((node, _)) => self.span(node).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// What is said once for the range under `key`, or in the column under `column`.
    fn said(&mut self, table: &Table, key: &str, column: &str) -> Option<Said> {
        match (table.get(key), table.get(column)) {
            (Some(one), Some(_)) => {
                self.tell(one.place, format!("`{key}` and `{column}` both say it"), "keep one of the two");
                None
            }
            (Some(node), None) => match &node.value {
                Value::Flag(flag) => Some(Said::Value(flag.to_string())),
                _ => self.as_text(node).map(Said::Value),
            },
            (None, Some(node)) => self.column(node).map(Said::Column),
            (None, None) => None,
        }
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", ")
}
