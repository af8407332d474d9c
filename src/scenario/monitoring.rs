//! What savings have delivered so far in a year, as a file beside the plan: by scheme and month, cumulative
//! from April. Read for tracking a plan during its year.
//!
//! ```toml
//! [monitoring]
//! year = "2026/27"
//! unit = "£m"
//!
//! [saving.home_first.2026-09]
//! delivered = 3.6      # April to September, validated, recurrent
//! one_off   = 0.4      # what a one-off substitute brought: no recurrent delivery
//! forecast  = 9.0      # the owner's, of the recurrent delivery of the whole year
//! reason    = "slipped"
//! ```
//!
//! Or as CSV with the headings `item,month,figure,value,source,reason`: `saving.home_first,6,delivered,3.6,…`,
//! with rows `monitoring,,year,2026/27` and `monitoring,,unit,£m`.

mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::beside::{self, Beside, Written};
use super::load::LoadFailure;
use super::resolve::Scenario;
use crate::language::scalar::{self, Scalar};
use crate::mechanism::status::STATUSES;
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, FinancialYear, Name, Place, Unit};
use written::Said;

/// What a file of monitoring may say of a saving and a month: the figure, and what it means.
pub const FIGURES: [(&str, &str); 5] = [
    ("delivered", "what was saved from April to the end of the month, validated, and lasts"),
    ("one_off", "what one-off substitutes brought from April to the end of the month: it does not last"),
    ("planned", "what was planned from April to the end of the month, where it is not the profile of the plan"),
    ("forecast", "the owner's forecast of what is delivered for good in the whole year"),
    ("forecast_one_off", "the owner's forecast of what one-off substitutes bring in the whole year"),
];

/// Figures that run from April to the end of the month, and so never fall unless they are corrected.
const CUMULATIVE: [&str; 3] = ["delivered", "one_off", "planned"];

/// Texts that stand beside the figures of a saving and a month.
const TEXTS: [&str; 4] = ["rag", "reason", "note", "source"];

/// Why a saving is not delivered as planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It comes later, and whole.
    Slipped,
    /// It comes to less than planned, for good.
    Reduced,
    /// It does not come.
    Lost,
    /// Something that does not last took its place.
    Replaced,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Slipped, Self::Reduced, Self::Lost, Self::Replaced];

    /// The word in files and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Slipped => "slipped",
            Self::Reduced => "reduced",
            Self::Lost => "lost",
            Self::Replaced => "replaced",
        }
    }
}

/// What is told of a saving at the end of a month. Money in pence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Delivered since April, validated, recurrent.
    pub delivered: i128,
    /// What one-off substitutes brought since April.
    pub one_off: Option<i128>,
    /// Planned since April, where the file says it.
    pub planned: Option<i128>,
    /// The owner's forecast of the recurrent delivery of the year.
    pub forecast: Option<i128>,
    /// The owner's forecast of what one-off substitutes bring in the year.
    pub forecast_one_off: Option<i128>,
    /// How sure its owner is: one of the words of a saving's `status`.
    pub rag: Option<String>,
    /// Why it is not as planned.
    pub reason: Option<Reason>,
    /// A note.
    pub note: Option<String>,
    /// Where the figures come from.
    pub source: Option<String>,
    /// Where what was delivered is written.
    pub place: String,
}

/// A saving and what is told of it by month: 1 is April, 12 is March.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The saving.
    pub name: Name,
    /// By month.
    pub months: BTreeMap<u8, Told>,
}

/// What is told of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitoring {
    /// The name of the file.
    pub name: String,
    /// The year.
    pub year: FinancialYear,
    /// The last month that is told: the same for every saving.
    pub month: u8,
    /// Where the figures come from.
    pub source: Option<String>,
    /// The savings, in the order of the file.
    pub savings: Vec<Watched>,
}

impl Monitoring {
    /// Reads what is told of a year of a scenario's plan.
    ///
    /// # Errors
    /// The file cannot be read, or what is wrong in it: everything, each with its place.
    pub fn read(path: &Path, scenario: &Scenario) -> Result<Self, LoadFailure> {
        let name = path.to_string_lossy().replace('\\', "/");
        beside::read(path, &name, |written, file| {
            let said = match written {
                Written::Rows(rows) => written::of_rows(rows, file),
                Written::Tree(tree) => written::of_tables(tree, file),
            };
            understood(&said, name.clone(), scenario, file)
        })
    }
}

/// A figure or a text, and where it stands.
struct At<T> {
    value: T,
    place: Place,
}

/// What is said of one saving and month.
#[derive(Default)]
struct Month {
    figures: BTreeMap<&'static str, At<i128>>,
    texts: BTreeMap<&'static str, At<String>>,
    /// Where it is first spoken of.
    place: Option<Place>,
}

/// What is said, held against the scenario.
fn understood(said: &[Said], name: String, scenario: &Scenario, file: &mut Beside<'_>) -> Option<Monitoring> {
    let about = |key: &str| said.iter().find(|s| s.item == "monitoring" && s.key == key);
    for row in said.iter().filter(|s| s.item == "monitoring") {
        if !["year", "unit", "source", "note"].contains(&row.key.as_str()) {
            file.tell(
                Diagnostic::error("unknown_key", format!("[monitoring] has no key `{}`", row.key))
                    .at(row.key_at)
                    .hint("it has `year`, `unit`, `source` and `note`"),
            );
        }
    }
    let year = year(about("year"), scenario, file);
    let unit = match about("unit") {
        Some(row) => file.unit("monitoring", &row.node),
        None => {
            missing("unit", "the file does not say in which unit its amounts are", "unit = \"£m\"", "unit,£m", file);
            None
        }
    };
    let mut order: Vec<&str> = Vec::new();
    let mut all: BTreeMap<&str, BTreeMap<u8, Month>> = BTreeMap::new();
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for row in said.iter().filter(|s| s.item != "monitoring") {
        let Some(saving) = row.item.strip_prefix("saving.").filter(|_| !unknown.contains(row.item.as_str())) else {
            if unknown.insert(&row.item) {
                file.tell(no_saving(&row.item, row.at));
            }
            continue;
        };
        if !file.knows(scenario, "saving", saving, row.at) {
            unknown.insert(&row.item);
            continue;
        }
        let month = year.and_then(|year| month(row, year, file));
        let read = value(row, unit, file);
        let (Some(month), Some(read)) = (month, read) else { continue };
        if !all.contains_key(saving) {
            order.push(saving);
        }
        let held = all.entry(saving).or_default().entry(month).or_default();
        held.place.get_or_insert(row.key_at);
        let first = match read {
            Read::Figure(key, steps) => match held.figures.get(key) {
                Some(first) => Some(first.place),
                None => {
                    held.figures.insert(key, At { value: steps, place: row.node.place });
                    None
                }
            },
            Read::Text(key, text) => put_text(&mut held.texts, key, text, row),
        };
        if let Some(first) = first {
            file.tell(
                Diagnostic::error("duplicate_key", format!("`{}`, month {month}, has `{}` twice", row.item, row.key))
                    .at(row.key_at)
                    .also(first, "first given here")
                    .hint("keep one of the two"),
            );
        }
    }
    for saving in &order {
        hold_together(saving, &all[saving], file);
    }
    let month = latest(&order, &all, file);
    if order.is_empty() && !file.wrong.has_errors() {
        file.tell(
            Diagnostic::error("monitoring_unknown", "the file says nothing of any saving")
                .at(file.whole)
                .hint("write what each has delivered since April (CSV: saving.home_first,6,delivered,0.4)"),
        );
    }
    if file.wrong.has_errors() {
        return None;
    }
    let source = about("source").and_then(|s| s.node.as_text()).map(str::to_owned);
    let savings = order.iter().filter_map(|saving| {
        let (name, _) = scenario.names.find("saving", saving)?;
        let months = all.remove(saving)?;
        Some(Watched { name: name.clone(), months: months.into_iter().map(|(m, s)| (m, told(s, file))).collect() })
    });
    Some(Monitoring { name, year: year?, month: month?, source, savings: savings.collect() })
}

fn missing(key: &str, message: &str, toml: &str, csv: &str, file: &mut Beside<'_>) {
    file.tell(
        Diagnostic::error("key_missing", message)
            .at(file.whole)
            .hint(format!("begin with [monitoring] and {toml} (CSV: monitoring,,{csv}); `{key}` has no default")),
    );
}

/// The year, which the plan must have.
fn year(row: Option<&Said>, scenario: &Scenario, file: &mut Beside<'_>) -> Option<FinancialYear> {
    let Some(row) = row else {
        missing("year", "the file does not say which year it follows", "year = \"2026/27\"", "year,2026/27", file);
        return None;
    };
    let year = file.year("monitoring", &row.node)?;
    let horizon = scenario.horizon;
    if year < horizon.first() || year > horizon.last() {
        let (first, last) = (horizon.first(), horizon.last());
        file.tell(
            Diagnostic::error("monitoring_year", format!("{year} is no year of the plan, which is {first} to {last}"))
                .at(row.node.place)
                .hint(format!("follow one of its years: {first}; or take the scenario that plans {year}")),
        );
        return None;
    }
    Some(year)
}

fn no_saving(item: &str, at: Place) -> Diagnostic {
    Diagnostic::error("monitoring_unknown", format!("`{item}` is no saving, and only savings are tracked"))
        .at(at)
        .hint("write saving. and its name in the scenario: saving.home_first")
}

/// The month of a row: a number, or a month of the year.
fn month(row: &Said, year: FinancialYear, file: &mut Beside<'_>) -> Option<u8> {
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

enum Read {
    Figure(&'static str, i128),
    Text(&'static str, String),
}

/// What a row says, with the unit of its amounts.
fn value(row: &Said, unit: Option<crate::language::MoneyUnit>, file: &mut Beside<'_>) -> Option<Read> {
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
    let bare = unit.or(Some(crate::language::MoneyUnit::Millions));
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

/// Keeps a text; a CSV file may say it beside every figure of the month. Notes and sources add up; one word
/// against another is the place of the first.
fn put_text(
    texts: &mut BTreeMap<&'static str, At<String>>,
    key: &'static str,
    text: String,
    row: &Said,
) -> Option<Place> {
    match texts.get_mut(key) {
        None => {
            texts.insert(key, At { value: text, place: row.node.place });
        }
        Some(held) if held.value == text => {}
        Some(held) if matches!(key, "note" | "source") => {
            if !held.value.split("; ").any(|part| part == text) {
                held.value = format!("{}; {text}", held.value);
            }
        }
        Some(held) => return Some(held.place),
    }
    None
}

/// A saving's months together: what was delivered is always said, and what is cumulative does not fall.
fn hold_together(saving: &str, months: &BTreeMap<u8, Month>, file: &mut Beside<'_>) {
    let mut before: BTreeMap<&str, (u8, &At<i128>)> = BTreeMap::new();
    for (month, told) in months {
        if !told.figures.contains_key("delivered") {
            file.tell(
                Diagnostic::error(
                    "monitoring_delivered",
                    format!("`saving.{saving}`, month {month}, does not say what is delivered"),
                )
                .at(told.place.unwrap_or(file.whole))
                .hint("add `delivered`, from April to the end of the month; 0 when nothing is"),
            );
        }
        for key in CUMULATIVE {
            let Some(now) = told.figures.get(key) else { continue };
            if let Some((earlier, then)) = before.insert(key, (*month, now)).filter(|(_, then)| then.value > now.value)
                && !told.texts.contains_key("note")
            {
                file.tell(
                    Diagnostic::error("monitoring_falls", format!("`saving.{saving}`: `{key}` runs from April, and is less in month {month} than in month {earlier}"))
                        .at(now.place)
                        .also(then.place, format!("month {earlier}"))
                        .hint("write the sum from April to the end of the month, not that of the month alone; if it is a correction, say so in `note`"),
                );
            }
        }
    }
}

/// The last month of all savings, which must be the same.
fn latest(order: &[&str], all: &BTreeMap<&str, BTreeMap<u8, Month>>, file: &mut Beside<'_>) -> Option<u8> {
    let last = |saving: &str| all.get(saving).and_then(|months| months.last_key_value());
    let month = order.iter().filter_map(|saving| last(saving)).map(|(month, _)| *month).max()?;
    for saving in order {
        let Some((own, told)) = last(saving).filter(|(own, _)| **own < month) else { continue };
        file.tell(
            Diagnostic::error(
                "monitoring_months_differ",
                format!("`saving.{saving}` is told to month {own}, and others to month {month}"),
            )
            .at(told.place.unwrap_or(file.whole))
            .hint(format!("add what it has delivered to the end of month {month}, or take it or the later rows out")),
        );
    }
    Some(month)
}

fn told(month: Month, file: &Beside<'_>) -> Told {
    let figure = |key: &str| month.figures.get(key).map(|at| at.value);
    let text = |key: &str| month.texts.get(key).map(|at| at.value.clone()).filter(|text| !text.is_empty());
    let place = month.figures.get("delivered").map(|at| at.place).or(month.place).unwrap_or(file.whole);
    Told {
        delivered: figure("delivered").unwrap_or(0),
        one_off: figure("one_off"),
        planned: figure("planned"),
        forecast: figure("forecast"),
        forecast_one_off: figure("forecast_one_off"),
        rag: text("rag"),
        reason: text("reason").and_then(|word| Reason::ALL.into_iter().find(|reason| reason.word() == word)),
        note: text("note"),
        source: text("source"),
        place: file.sources.describe(place),
    }
}
