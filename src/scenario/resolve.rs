//! The merged tree as typed items, with every name looked up.

use std::cell::RefCell;

use smol_str::SmolStr;

use super::adjust;
use super::judged::{self, Judged};
use super::load::Loaded;
use crate::language::figure::FigureRules;
use crate::language::keys::{Key, KeyKind, Section};
use crate::language::{Declared, Item, MoneyUnit, Names, Node, Reading, Table, TakenDefault, Value};
use crate::mechanism::duty_to_balance::{self, Rules};
use crate::mechanism::organisation::{self, Organisation};
use crate::mechanism::{KINDS, Mechanism, driver, line, system::VIEW_NAMES};
use crate::sheet::Run;
use crate::vocabulary::name::{did_you_mean, dotted};
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Horizon, Name, Place};

/// The keys of `[scenario]`.
pub const SCENARIO: Section = Section {
    name: "scenario",
    help: "what the file is, its years and the unit of its bare numbers",
    keys: &[
        Key::required("base_year", KeyKind::Year, "the last approved budget; the first plan year follows it"),
        Key::required("years", KeyKind::Count, "the number of plan years, 1 to 50"),
        Key::optional(
            "unit",
            KeyKind::Choice(&MoneyUnit::WORDS),
            "the unit of bare numbers in this file: \"£\", \"£000\" or \"£m\"",
        ),
        Key::optional(
            "lists_from",
            KeyKind::Year,
            "the year of the first value of every list in this file; lists need it",
        ),
        Key::default(
            "stage",
            KeyKind::Choice(&["forecast", "draft", "final", "outturn"]),
            "draft",
            "how far the plan is; at \"final\" something still to find in year 1 of a council is a finding",
        ),
        Key::optional("version", KeyKind::Group(&VERSION), "which version it is"),
        Key::optional(
            "extends",
            KeyKind::Special("file names"),
            "files this one builds on, relative to it; later wins, then this file",
        ),
        line::CSV_FILES,
        Key::default(
            "index_savings",
            KeyKind::Flag,
            "false",
            "`true` indexes every saving that names one line, as `indexed = true` does",
        ),
        duty_to_balance::KEYS[0],
        duty_to_balance::KEYS[1],
        judged::KEYS[0],
        judged::KEYS[1],
        judged::KEYS[2],
    ],
    belongs: false,
};

const VERSION: Section = Section {
    name: "",
    help: "which version of a plan a file is",
    keys: &[
        Key::required("name", KeyKind::Text, "what the version is called: \"October cabinet\""),
        Key::optional("date", KeyKind::Text, "its date, or its month: \"2025-10\""),
        Key::optional("supersedes", KeyKind::Text, "the file it replaces"),
    ],
    belongs: false,
};

/// The keys of `[[expect]]`.
pub const EXPECT: Section = Section {
    name: "expect",
    help: "a figure the plan is expected to show, run by `check`; repeated as [[expect]]",
    keys: &[
        Key::required("cell", KeyKind::Text, "the cell's address: \"exshire/gap_before_savings@2026/27\""),
        Key::required(
            "value",
            KeyKind::Special("the figure, rounded to the decimals written, or \"not_published\""),
            "the figure expected; the cell is rounded to the decimals written here, then must be equal",
        ),
        Key::default("run", KeyKind::Choice(&["plan", "risk_adjusted"]), "plan", "which run"),
        Key::optional("source", KeyKind::Text, "where the figure was published"),
        Key::optional("note", KeyKind::Text, "the working"),
    ],
    belongs: false,
};

/// How far a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A look ahead.
    Forecast,
    /// Proposed.
    Draft,
    /// Decided: year 1 must balance.
    Final,
    /// What happened.
    Outturn,
}

impl Stage {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Forecast => "forecast",
            Self::Draft => "draft",
            Self::Final => "final",
            Self::Outturn => "outturn",
        }
    }
}

/// Which version of a plan a scenario is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// What it is called.
    pub name: String,
    /// Its date or month.
    pub date: Option<String>,
    /// The file it replaces.
    pub supersedes: Option<String>,
}

/// A figure the plan is expected to show.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The address as typed.
    pub cell: String,
    /// Where the address is typed.
    pub cell_place: Place,
    /// The figure as typed.
    pub value: Node,
    /// Which run.
    pub run: Run,
    /// The unit of bare numbers where it is typed.
    pub unit: Option<MoneyUnit>,
}

/// A scenario as resolved.
#[derive(Debug)]
pub struct Scenario {
    /// Its title.
    pub title: String,
    /// Its note.
    pub note: Option<String>,
    /// Its source.
    pub source: Option<String>,
    /// Its years.
    pub horizon: Horizon,
    /// How far it is.
    pub stage: Stage,
    /// Which version it is.
    pub version: Option<Version>,
    /// The unit its own file writes in.
    pub unit: MoneyUnit,
    /// The rules its bodies balance under.
    pub rules: Rules,
    /// What it says of the rules of `check`.
    pub judged: Judged,
    /// Its organisations in file order.
    pub organisations: Vec<Organisation>,
    /// What is declared.
    pub names: Names,
    /// Its items, in the order in which they are built.
    pub mechanisms: Vec<Box<dyn Mechanism>>,
    /// Keys that were left out and took their documented default, as they were met: see [`Self::defaults`].
    taken: Vec<TakenDefault>,
    /// What it is expected to show.
    pub expectations: Vec<Expectation>,
}

impl Scenario {
    /// Keys that were left out and took their documented default, each once, by path: path and value.
    #[must_use]
    pub fn defaults(&self) -> Vec<(String, &'static str)> {
        let mut defaults: Vec<_> = self.taken.iter().map(|d| (dotted(&d.item, d.key).into(), d.value)).collect();
        defaults.sort();
        defaults.dedup();
        defaults
    }
}

/// The section of a top-level name.
#[must_use]
pub fn section(name: &str) -> Option<&'static Section> {
    sections().find(|s| s.name == name)
}

/// Every section of the language in reading order.
pub fn sections() -> impl Iterator<Item = &'static Section> {
    [&SCENARIO, &organisation::SECTION, &driver::SECTION]
        .into_iter()
        .chain(KINDS.iter().map(|k| k.section))
        .chain([&adjust::SECTION, &EXPECT])
}

/// Resolves what was loaded. The scenario comes back only when nothing is wrong with it.
#[must_use]
pub fn resolve(loaded: &Loaded) -> (Option<Scenario>, Diagnostics) {
    let reading = Reading {
        rules: FigureRules { horizon: Horizon::new(FinancialYear::starting(2000), 1), files: loaded.settings.clone() },
        names: Names::default(),
        wrong: RefCell::new(Diagnostics::new()),
        defaults: RefCell::default(),
        index_savings: false,
    };
    unknown_sections(&loaded.tree, &reading);
    let whole = Place::new(loaded.root, 0..0);
    let Some(entry) = loaded.tree.entries.get("scenario") else {
        reading.tell(
            Diagnostic::error("no_scenario", "there is no [scenario] table: what the file is, its years and its unit")
                .at(whole)
                .hint("begin with [scenario], title = \"…\", base_year = \"2025/26\", years = 3, unit = \"£m\"; `fundgap new` writes a starter"),
        );
        return (None, reading.wrong.into_inner());
    };
    let (reading, about) = about(&entry.node, entry.key, reading);
    let reading = declare(&loaded.tree, reading);
    let organisations = organisations(&loaded.tree, &reading, entry.key);
    for (name, place, node) in things(&loaded.tree, adjust::SECTION.name) {
        Item::begin(&adjust::SECTION, name, place, node, &reading).iter().for_each(adjust::check);
    }
    loaded.adjusted.told.sorted().into_iter().for_each(|told| reading.tell(told));
    let mechanisms = mechanisms(&loaded.tree, &reading);
    let expectations = expectations(&loaded.tree, &reading, loaded);
    let Reading { names, wrong, defaults, .. } = reading;
    let mut wrong = wrong.into_inner();
    let Some(about) = about else {
        // Without the plan years nothing can be said about the years of a figure.
        wrong.retain(|d| !OF_YEARS.contains(&d.name));
        return (None, wrong);
    };
    if wrong.has_errors() {
        return (None, wrong);
    }
    let own = loaded.settings.get(usize::from(loaded.root.0)).and_then(|s| s.unit);
    let merged =
        loaded.tree.table("scenario").and_then(|s| s.get("unit")).and_then(Node::as_text).and_then(MoneyUnit::read);
    let unit = own.or(merged).unwrap_or(MoneyUnit::Millions);
    let scenario =
        Scenario { names, organisations, mechanisms, expectations, taken: defaults.into_inner(), unit, ..about };
    (Some(scenario), wrong)
}

/// Problems that depend on which years the plan has.
const OF_YEARS: [&str; 5] =
    ["list_length", "lists_from_differs", "lists_from_missing", "unknown_year", "year_left_out"];

fn unknown_sections(tree: &Table, reading: &Reading) {
    for (name, entry) in &tree.entries {
        if section(name).is_none() {
            let diagnostic =
                Diagnostic::error("unknown_section", format!("there is no section [{name}]")).at(entry.key);
            reading.tell(match did_you_mean(name, sections().map(|s| s.name)) {
                Some(meant) => diagnostic.hint(format!("did you mean [{meant}]?")),
                None => diagnostic
                    .hint(format!("the sections are: {}", sections().map(|s| s.name).collect::<Vec<_>>().join(", "))),
            });
        }
    }
}

/// `[scenario]`: everything but its items, and reading with its years.
fn about(node: &Node, place: Place, mut reading: Reading) -> (Reading, Option<Scenario>) {
    let scenario = {
        let Ok(name) = "scenario".parse::<Name>() else { return (reading, None) };
        let Some(item) = Item::begin(&SCENARIO, name, place, node, &reading) else { return (reading, None) };
        let base = item.year("base_year");
        let years = item.count("years").filter(|n| {
            let fits = (1..=50).contains(n);
            if !fits {
                item.tell(
                    Diagnostic::error("years_range", format!("a plan has 1 to 50 years, not {n}"))
                        .at(item.place_of("years"))
                        .hint("write the number of plan years: years = 3"),
                );
            }
            fits
        });
        // The unit and the year of lists were read with each file, since each file has its own.
        let _ = (item.node("unit"), item.node("lists_from"), item.node("extends"), item.node("lines"));
        let stage = match item.choice("stage") {
            Some("forecast") => Stage::Forecast,
            Some("final") => Stage::Final,
            Some("outturn") => Stage::Outturn,
            _ => Stage::Draft,
        };
        let version = item.group("version").and_then(|v| {
            let text = |key: &str| v.text(key).map(String::from);
            Some(Version { name: text("name")?, date: text("date"), supersedes: text("supersedes") })
        });
        let title = item.text("title");
        if title.is_none() {
            item.tell(
                Diagnostic::error("key_missing", "`scenario` needs `title`: the name shown to people")
                    .at(place)
                    .hint("title = \"Exshire County Council: MTFS 2026/27 to 2028/29\""),
            );
        }
        let index_savings = item.flag("index_savings");
        let rules = Rules::read(&item);
        let judged = judged::read(&item);
        let evidence = item.evidence();
        match (base, years) {
            (Some(base), Some(years)) => Some((
                index_savings,
                Scenario {
                    title: title.unwrap_or_default().to_string(),
                    note: evidence.note,
                    source: evidence.source,
                    horizon: Horizon::new(base, i32::try_from(years).unwrap_or(1)),
                    stage,
                    version,
                    unit: MoneyUnit::Millions,
                    rules,
                    judged,
                    organisations: Vec::new(),
                    names: Names::default(),
                    mechanisms: Vec::new(),
                    taken: Vec::new(),
                    expectations: Vec::new(),
                },
            )),
            _ => None,
        }
    };
    let Some((index_savings, scenario)) = scenario else { return (reading, None) };
    reading.rules.horizon = scenario.horizon;
    reading.index_savings = index_savings;
    (reading, Some(scenario))
}

/// Declares every named thing, so that references can be looked up wherever they stand.
fn declare(tree: &Table, mut reading: Reading) -> Reading {
    let mut names = Names::default();
    let only =
        tree.table("organisation").filter(|t| t.entries.len() == 1).and_then(|t| t.keys().next()).map(str::to_owned);
    for section in sections().filter(|s| !matches!(s.name, "scenario" | "expect")) {
        let Some(entry) = tree.entries.get(section.name) else { continue };
        let Some(things) = entry.node.as_table() else {
            let kind = section.name;
            reading.tell(
                Diagnostic::error(
                    "wrong_type",
                    format!("[{kind}] must hold named {kind}s, not {}", entry.node.value.what()),
                )
                .at(entry.node.place)
                .hint(format!("write [{kind}.some_name] and its keys below")),
            );
            continue;
        };
        for (written, entry) in &things.entries {
            match written.parse::<Name>() {
                Ok(name) => {
                    // A reserved name is told and still declared, so that it is told once.
                    if section.name == "organisation" && VIEW_NAMES.contains(&name.as_str()) {
                        let message = format!("an organisation cannot be called `{name}`, which is the name of a view");
                        reading.tell(
                            Diagnostic::error("reserved_name", message)
                                .at(entry.key)
                                .hint(format!("call it `{name}_body`")),
                        );
                    }
                    // Words that stand where an organisation may be named.
                    if section.name == "organisation" && matches!(name.as_str(), "centre" | "carry" | "uncapped") {
                        reading.tell(
                            Diagnostic::error(
                                "reserved_name",
                                format!("an organisation cannot be called `{name}`, which has a meaning of its own"),
                            )
                            .at(entry.key)
                            .hint(format!("call it `{name}_body`")),
                        );
                    }
                    let text = |key: &str| entry.node.as_table().and_then(|t| t.get(key)).and_then(Node::as_text);
                    let whose = text("organisation").or(only.as_deref()).filter(|_| section.belongs);
                    let declared = Declared {
                        organisation: whose.and_then(|o| o.parse().ok()),
                        title: text("title").map_or_else(|| name.in_words(), SmolStr::new),
                        place: entry.key,
                        sector: text("sector").map(str::to_owned),
                    };
                    names.declare(section.name, name, declared);
                }
                Err(error) => {
                    let diagnostic = Diagnostic::error(
                        "bad_name",
                        format!("`{written}` cannot be a name: small letters, digits and `_`, beginning with a letter"),
                    )
                    .at(entry.key);
                    names.declare_misnamed(section.name, written.to_string());
                    reading.tell(match error.suggestion {
                        Some(name) => {
                            diagnostic.hint(format!("write [{}.{name}] and title = \"{written}\"", section.name))
                        }
                        None => diagnostic.hint(format!("write a name like [{}.home_first]", section.name)),
                    });
                }
            }
        }
    }
    reading.names = names;
    reading
}

/// The things of a kind that have a proper name, in file order.
fn things<'a>(tree: &'a Table, kind: &'a str) -> impl Iterator<Item = (Name, Place, &'a Node)> + use<'a> {
    tree.table(kind)
        .into_iter()
        .flat_map(|t| &t.entries)
        .filter_map(move |(written, entry)| Some((written.parse().ok()?, entry.key, &entry.node)))
}

fn organisations(tree: &Table, reading: &Reading, scenario: Place) -> Vec<Organisation> {
    let mut things = things(tree, "organisation").peekable();
    if things.peek().is_none() {
        reading.tell(
            Diagnostic::error("no_organisation", "there is no [organisation.…]: whose plan is it?")
                .at(scenario)
                .hint("add [organisation.exshire], title = \"Exshire County Council\", kind = \"council\""),
        );
    }
    let mut read = Vec::new();
    for (name, place, node) in things {
        let Some(item) = Item::begin(&organisation::SECTION, name, place, node, reading) else { continue };
        let Some(organisation) = organisation::read(&item) else { continue };
        if let Some(reserve) = &organisation.surplus_to {
            let theirs = reading.names.find("reserve", reserve.as_str()).and_then(|(_, d)| d.organisation.clone());
            if theirs.is_some_and(|o| o != organisation.name) {
                reading.tell(
                    Diagnostic::error(
                        "other_organisation",
                        format!("reserve `{reserve}` belongs to another organisation"),
                    )
                    .at(item.place_of("surplus_to"))
                    .hint(format!("name a reserve of {}, or leave `surplus_to` out", organisation.name)),
                );
            }
        }
        read.push(organisation);
    }
    read
}

fn mechanisms(tree: &Table, reading: &Reading) -> Vec<Box<dyn Mechanism>> {
    let mut all = Vec::new();
    for (name, place, node) in things(tree, "driver") {
        all.extend(driver::read(&name, place, node, reading));
    }
    for kind in KINDS {
        for (name, place, node) in things(tree, kind.section.name) {
            if let Some(item) = Item::begin(kind.section, name, place, node, reading) {
                all.extend((kind.read)(&item));
            }
        }
    }
    all
}

fn expectations(tree: &Table, reading: &Reading, loaded: &Loaded) -> Vec<Expectation> {
    let Some(node) = tree.get("expect") else { return Vec::new() };
    let Value::List(rows) = &node.value else {
        reading.tell(
            Diagnostic::error("wrong_type", "`expect` is a list of expectations")
                .at(node.place)
                .hint("write [[expect]] with double brackets before each"),
        );
        return Vec::new();
    };
    let mut all = Vec::new();
    for row in rows {
        let Ok(name) = "expect".parse::<Name>() else { continue };
        let Some(item) = Item::begin(&EXPECT, name, row.place, row, reading) else { continue };
        let (cell, value) = (item.text("cell"), item.node("value"));
        let run = if item.choice("run") == Some("risk_adjusted") { Run::RiskAdjusted } else { Run::Plan };
        let _ = (item.text("source"), item.text("note"));
        if let (Some(cell), Some(value)) = (cell, value) {
            let unit = loaded.settings.get(usize::from(value.place.file.0)).and_then(|s| s.unit);
            all.push(Expectation {
                cell: cell.to_string(),
                cell_place: item.place_of("cell"),
                value: value.clone(),
                run,
                unit,
            });
        }
    }
    all
}
