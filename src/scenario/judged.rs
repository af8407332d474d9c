//! What a scenario says about the rules it is held against: findings it accepts with a reason, and thresholds of
//! its own. The codes are looked up where the rules are known.

use crate::language::{Item, Key, KeyKind, Node, Value};
use crate::vocabulary::{Diagnostic, Place, Unit};

/// The keys of `[scenario]` for both.
pub const KEYS: [Key; 3] = [
    Key::optional(
        "allow",
        KeyKind::Special("a reason by rule: { R18 = \"one contract, board paper 12\" }"),
        "findings of `check` that are accepted, each rule with the reason and who decided",
    ),
    Key::optional(
        "thresholds",
        KeyKind::Special("thresholds by rule: { R04 = { amber = \"25%\", reason = \"…\" } }"),
        "thresholds of `check` other than its own, each rule with a reason",
    ),
    Key::optional(
        "delivery_prior",
        KeyKind::Single(Unit::Rate),
        "the share of savings that a body of which nothing is known is expected to deliver; 85%, a house assumption, when left out",
    ),
];

/// A rule whose findings are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The rule as typed.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Where.
    pub place: Place,
}

/// A threshold of the scenario's own.
#[derive(Debug, Clone)]
pub struct OwnThreshold {
    /// The rule as typed.
    pub rule: String,
    /// Where the rule is typed.
    pub place: Place,
    /// The level as typed: amber, red or critical.
    pub level: String,
    /// The value as typed.
    pub value: Node,
    /// Why.
    pub reason: String,
}

/// What a scenario says of the rules.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// What it accepts.
    pub accepted: Vec<Accepted>,
    /// Its own thresholds.
    pub thresholds: Vec<OwnThreshold>,
    /// The share of savings expected of a body without a history, in billionths.
    pub delivery_prior: Option<i128>,
}

/// Reads both keys of `[scenario]`.
pub(super) fn read(item: &Item<'_>) -> Judged {
    let prior = item.figure("delivery_prior").map(|figure| figure.at(1).steps);
    if prior == Some(None) {
        item.tell(
            Diagnostic::error("delivery_not_published", "`delivery_prior` cannot be \"not_published\"")
                .at(item.place_of("delivery_prior"))
                .hint("write the share that is expected, or leave it out for 85%"),
        );
    }
    let prior = prior.flatten();
    let mut judged = Judged { delivery_prior: prior, ..Judged::default() };
    for (rule, place, node) in entries(item, "allow", "{ R18 = \"the reason, and who decided\" }") {
        match node.as_text().filter(|reason| !reason.trim().is_empty()) {
            Some(reason) => judged.accepted.push(Accepted { rule, reason: reason.to_owned(), place }),
            None => item.tell(
                Diagnostic::error("reason_missing", format!("`allow` gives no reason for {rule}"))
                    .at(node.place)
                    .hint(format!("write the reason and who decided: {rule} = \"one contract, board paper 12\"")),
            ),
        }
    }
    for (rule, place, node) in entries(item, "thresholds", "{ R04 = { amber = \"25%\", reason = \"…\" } }") {
        let Value::Table(table) = &node.value else {
            item.tell(own_threshold(&rule, node.place));
            continue;
        };
        let Some(reason) = table.get("reason").and_then(Node::as_text).filter(|r| !r.trim().is_empty()) else {
            item.tell(
                Diagnostic::error("reason_missing", format!("the thresholds of {rule} give no `reason`"))
                    .at(node.place)
                    .hint("say whose policy it is: reason = \"budget report, paragraph 4.3\""),
            );
            continue;
        };
        for (level, entry) in table.entries.iter().filter(|(key, _)| key.as_str() != "reason") {
            if !["amber", "red", "critical"].contains(&level.as_str()) {
                item.tell(
                    Diagnostic::error("unknown_key", format!("{rule} has no level `{level}`"))
                        .at(entry.key)
                        .hint("the levels are amber, red and critical"),
                );
                continue;
            }
            let (rule, level, value, reason) = (rule.clone(), level.to_string(), entry.node.clone(), reason.to_owned());
            judged.thresholds.push(OwnThreshold { rule, place, level, value, reason });
        }
    }
    judged
}

fn own_threshold(rule: &str, place: Place) -> Diagnostic {
    Diagnostic::error("wrong_type", format!("the thresholds of {rule} are a table of levels"))
        .at(place)
        .hint(format!("write {rule} = {{ amber = \"25%\", reason = \"whose policy it is\" }}"))
}

/// The entries of a table by rule.
fn entries<'i>(item: &Item<'i>, key: &str, example: &str) -> Vec<(String, Place, &'i Node)> {
    let Some(node) = item.node(key) else { return Vec::new() };
    let Value::Table(table) = &node.value else {
        item.tell(
            Diagnostic::error("wrong_type", format!("`{key}` is a table by rule"))
                .at(node.place)
                .hint(format!("write {key} = {example}")),
        );
        return Vec::new();
    };
    table.entries.iter().map(|(rule, entry)| (rule.to_string(), entry.key, &entry.node)).collect()
}
