//! One adjustment as written: what it is of, how it changes that, and in which years.

use super::{Adjustment, SECTION, Setting};
use crate::language::scalar;
use crate::language::{Entry, Node, Table, Value};
use crate::vocabulary::pattern::fits;
use crate::vocabulary::year::YearError;
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Name, Place, Unit};

/// How a figure is changed.
#[derive(Debug, Clone)]
pub(super) enum How {
    /// Added to.
    Add(Node),
    /// Multiplied by a rate, in its steps.
    Times(i128, Place),
    /// Replaced.
    To(Node),
    /// Lowered to this where it is above.
    AtMost(Node),
    /// Raised to this where it is below.
    AtLeast(Node),
    /// Savings held up for so many months.
    Later { months: u32, place: Place },
    /// Funds and grants ending so many years early.
    Earlier { years: i32, place: Place },
}

/// The words for them, in the order of the table of keys.
const WAYS: [&str; 7] = ["add", "times", "to", "at_most", "at_least", "later", "earlier"];

/// An adjustment.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Its name.
    pub name: String,
    /// Its title, or its name in words.
    pub title: String,
    /// Where it stands.
    pub place: Place,
    /// The paths it is of.
    pub of: Vec<(String, Place)>,
    /// What it does to them.
    pub how: How,
    /// The plan years it holds for; nothing when it holds for all.
    pub only: Option<Vec<i32>>,
    /// Where that is said.
    pub only_place: Option<Place>,
    /// Items it does not look at.
    pub except: Vec<String>,
    /// Items it leaves alone: a key and the words it may not hold.
    pub unless: Vec<(String, Vec<String>)>,
    /// Whether it may change nothing.
    pub optional: bool,
    /// What it looks for, in words.
    pub needs: Option<String>,
    /// Who says so: its own source, owner and note.
    pub evidence: Table,
}

impl Rule {
    /// A rule that replaces the figures of one path, in no file.
    pub fn replacing(of: (String, Place), value: Node) -> Self {
        Self {
            name: String::new(),
            title: String::new(),
            place: of.1,
            of: vec![of],
            how: How::To(value),
            only: None,
            only_place: None,
            except: Vec::new(),
            unless: Vec::new(),
            optional: false,
            needs: None,
            evidence: Table::default(),
        }
    }

    /// What it has done so far: nothing.
    pub fn begun(&self) -> Adjustment {
        Adjustment {
            name: self.name.clone(),
            title: self.title.clone(),
            place: self.place,
            change: self.how_place(),
            touched: Vec::new(),
            left: Vec::new(),
        }
    }

    /// Whether it holds for plan year `t`.
    pub fn holds_in(&self, t: i32) -> bool {
        self.only.as_ref().is_none_or(|years| years.contains(&t))
    }

    /// Where the change is written.
    pub fn how_place(&self) -> Place {
        match &self.how {
            How::Add(node) | How::To(node) | How::AtMost(node) | How::AtLeast(node) => node.place,
            How::Times(_, place) | How::Later { place, .. } | How::Earlier { place, .. } => *place,
        }
    }

    /// Whether it looks at an item of a kind.
    pub fn looks_at(&self, kind: &str, item: &str) -> bool {
        let path = format!("{kind}.{item}");
        !self.except.iter().any(|pattern| fits(pattern, &path))
    }

    /// The word in an item for which it leaves the item alone, if there is one.
    pub fn spared(&self, item: &Table) -> Option<String> {
        self.unless.iter().find_map(|(key, words)| {
            let held = match &item.get(key)?.value {
                Value::Text(text) => text.to_string(),
                Value::Flag(flag) => flag.to_string(),
                _ => return None,
            };
            words.contains(&held).then(|| format!("says {key} = {held}"))
        })
    }
}

/// Reads an adjustment; nothing when it cannot be applied. What its table of keys finds wrong is told
/// by its reader, so here only what the keys mean together.
pub(super) fn read(name: &str, entry: &Entry, setting: &Setting<'_>, told: &mut Diagnostics) -> Option<Rule> {
    let table = entry.node.as_table()?;
    // With an unknown or misspelt key, what is meant is not known.
    if table.keys().any(|key| SECTION.key(key).is_none()) {
        return None;
    }
    let of = texts(table.get("of")?)?;
    if of.is_empty() {
        told.push(
            Diagnostic::error("adjust_path", format!("`adjust.{name}.of` names no figure"))
                .at(table.get("of")?.place)
                .hint("of = \"driver.pay\", or a list of such paths"),
        );
        return None;
    }
    let given: Vec<&str> = WAYS.into_iter().filter(|way| table.get(way).is_some()).collect();
    let [way] = given.as_slice() else {
        let which =
            if given.is_empty() { "says no change".to_owned() } else { format!("says {}", given.join(" and ")) };
        told.push(
            Diagnostic::error("adjust_unclear", format!("`adjust.{name}` {which}, and needs exactly one"))
                .at(entry.key)
                .hint("write one of: add = \"1%\", times = \"110%\", to = \"60%\", at_most = \"60%\", at_least = 3, later = 12 (months), earlier = 1 (years)"),
        );
        return None;
    };
    let how = how(way, table.get(way)?, told)?;
    let (only, only_place) = years(name, table, setting, told)?;
    let whole = matches!(how, How::Later { .. } | How::Earlier { .. });
    if let (true, Some(place), false) = (whole, only_place, *way == "later" && table.get("from").is_some()) {
        told.push(
            Diagnostic::error("adjust_unfit", format!("`adjust.{name}`: `{way}` holds for the plan as a whole"))
                .at(place)
                .hint("leave `years`, `first_years` and `from` out; `from` goes with `later` only"),
        );
        return None;
    }
    let text = |key: &str| table.get(key).and_then(Node::as_text).map(str::to_owned);
    let mut evidence = Table::default();
    for key in ["source", "owner", "note"] {
        if let Some(entry) = table.entries.get(key) {
            evidence.entries.insert(key.into(), entry.clone());
        }
    }
    Some(Rule {
        name: name.to_owned(),
        title: text("title")
            .unwrap_or_else(|| name.parse::<Name>().map_or_else(|_| name.to_owned(), |n| n.in_words().to_string())),
        place: entry.key,
        of,
        how,
        only,
        only_place,
        except: except(name, table.get("except"), told)?,
        unless: unless(name, table.get("unless"), told)?,
        optional: matches!(table.get("optional").map(|n| &n.value), Some(Value::Flag(true))),
        needs: text("needs"),
        evidence,
    })
}

fn how(way: &str, node: &Node, told: &mut Diagnostics) -> Option<How> {
    let count = || match &node.value {
        Value::Number(text) => text.parse::<u32>().ok().filter(|n| (1..=600).contains(n)),
        _ => None,
    };
    Some(match way {
        "add" => How::Add(node.clone()),
        "to" => How::To(node.clone()),
        "at_most" => How::AtMost(node.clone()),
        "at_least" => How::AtLeast(node.clone()),
        // What is no rate is told by the reader of the key.
        "times" => How::Times(scalar::read(node, Unit::Rate, None).ok()?.steps?, node.place),
        _ => {
            let Some(n) = count() else {
                // What is no whole number is told by the reader of the key.
                if matches!(&node.value, Value::Number(text) if text.parse::<u32>().is_ok()) {
                    told.push(
                        Diagnostic::error("adjust_unfit", format!("`{way}` is a number from 1 to 600"))
                            .at(node.place)
                            .hint("write later = 12 for twelve months, earlier = 1 for one year"),
                    );
                }
                return None;
            };
            match way {
                "later" => How::Later { months: n, place: node.place },
                _ => How::Earlier { years: i32::try_from(n).ok()?, place: node.place },
            }
        }
    })
}

type Years = (Option<Vec<i32>>, Option<Place>);

/// The plan years a rule holds for. Nothing comes back when they are wrong.
fn years(name: &str, table: &Table, setting: &Setting<'_>, told: &mut Diagnostics) -> Option<Years> {
    let given: Vec<&str> =
        ["years", "from", "first_years"].into_iter().filter(|key| table.get(key).is_some()).collect();
    let key = match given.as_slice() {
        [] => return Some((None, None)),
        [only] => *only,
        several => {
            told.push(
                Diagnostic::error("adjust_unclear", format!("`adjust.{name}` says {}", several.join(" and ")))
                    .at(table.get(several[1])?.place)
                    .hint("say the years one way: years = [\"2026/27\"], from = \"2027/28\" or first_years = 2"),
            );
            return None;
        }
    };
    let node = table.get(key)?;
    let horizon = setting.rules.horizon;
    let wanted: Vec<i32> = match key {
        "years" => named_years(node, setting, told)?,
        "from" => {
            let first = number(node, setting, told)?;
            horizon.plan().filter(|t| *t >= first).collect()
        }
        _ => {
            let Value::Number(text) = &node.value else { return None };
            let many: i32 = text.parse().ok()?;
            horizon.plan().filter(|t| *t <= many).collect()
        }
    };
    Some((Some(wanted), Some(node.place)))
}

fn named_years(node: &Node, setting: &Setting<'_>, told: &mut Diagnostics) -> Option<Vec<i32>> {
    let nodes: Vec<&Node> = match &node.value {
        Value::List(nodes) => nodes.iter().collect(),
        _ => vec![node],
    };
    nodes.into_iter().map(|node| number(node, setting, told)).collect()
}

/// The number of a plan year. A rule of a file that others extend may speak of years beyond the plan.
fn number(node: &Node, setting: &Setting<'_>, told: &mut Diagnostics) -> Option<i32> {
    let horizon = setting.rules.horizon;
    let parsed = node.as_text().map(|text| text.parse::<FinancialYear>().map_err(|error: YearError| error.to_string()));
    let year = match parsed.unwrap_or_else(|| Err(format!("expected a financial year, found {}", node.value.what()))) {
        Ok(year) => year,
        Err(message) => {
            told.push(Diagnostic::error("not_a_year", message).at(node.place).hint("write a year as \"2026/27\""));
            return None;
        }
    };
    let t = year.start() - horizon.base().start();
    if !horizon.plan().contains(&t) && !setting.rules.file(node.place.file).extended {
        told.push(Diagnostic::error("unknown_year", format!("{year} is no plan year")).at(node.place).hint(format!(
            "the plan years are {} to {}",
            horizon.first(),
            horizon.last()
        )));
        return None;
    }
    Some(t)
}

/// One text or a list of texts.
fn texts(node: &Node) -> Option<Vec<(String, Place)>> {
    let nodes: Vec<&Node> = match &node.value {
        Value::List(nodes) => nodes.iter().collect(),
        _ => vec![node],
    };
    nodes.into_iter().map(|node| Some((node.as_text()?.trim().to_owned(), node.place))).collect()
}

/// Paths of whole items.
fn except(name: &str, node: Option<&Node>, told: &mut Diagnostics) -> Option<Vec<String>> {
    let Some(node) = node else { return Some(Vec::new()) };
    let paths = texts(node)?;
    if let Some((path, place)) = paths.iter().find(|(path, _)| path.split('.').count() != 2) {
        told.push(
            Diagnostic::error("adjust_path", format!("`adjust.{name}.except`: `{path}` names no item"))
                .at(*place)
                .hint("name whole items: except = \"driver.non_pay\""),
        );
        return None;
    }
    Some(paths.into_iter().map(|(path, _)| path).collect())
}

fn unless(name: &str, node: Option<&Node>, told: &mut Diagnostics) -> Option<Vec<(String, Vec<String>)>> {
    let Some(node) = node else { return Some(Vec::new()) };
    let word = |node: &Node| match &node.value {
        Value::Text(text) => Some(text.to_string()),
        Value::Flag(flag) => Some(flag.to_string()),
        _ => None,
    };
    let words = |node: &Node| match &node.value {
        Value::List(nodes) => nodes.iter().map(word).collect(),
        _ => word(node).map(|w| vec![w]),
    };
    let read: Option<Vec<_>> = node
        .as_table()
        .and_then(|table| table.entries.iter().map(|(key, e)| Some((key.to_string(), words(&e.node)?))).collect());
    if read.is_none() {
        told.push(
            Diagnostic::error("adjust_unfit", format!("`adjust.{name}.unless` must be a table from keys to words"))
                .at(node.place)
                .hint("unless = { status = \"delivered\" }, or a list of words"),
        );
    }
    read
}
