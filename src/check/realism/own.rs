//! The thresholds a scenario sets for itself, and the findings it accepts.

use super::{Level, Rule, Threshold, all_rules};
use crate::language::scalar;
use crate::scenario::{Judged, OwnThreshold};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, Diagnostics, Place};

/// What a scenario says of the rules, looked up.
pub(super) struct Own {
    accepted: Vec<(&'static Rule, String)>,
    thresholds: Vec<(&'static Rule, Threshold)>,
}

impl Own {
    /// The thresholds of a rule: where the scenario sets one, it takes the place of the rule's own of that level.
    pub(super) fn of(&self, rule: &Rule) -> Vec<Threshold> {
        let own: Vec<Threshold> =
            self.thresholds.iter().filter(|(r, _)| r.code == rule.code).map(|(_, t)| *t).collect();
        let replaced = |t: &Threshold| own.iter().any(|o| o.level == t.level && o.of == t.of);
        rule.thresholds.iter().filter(|t| !replaced(t)).copied().chain(own.iter().copied()).collect()
    }

    /// Why findings of a rule are accepted, where they are.
    pub(super) fn accepts(&self, rule: &Rule) -> Option<String> {
        self.accepted.iter().find(|(r, _)| r.code == rule.code).map(|(_, reason)| reason.clone())
    }
}

/// Looks up what a scenario says.
pub(super) fn read(judged: &Judged) -> Result<Own, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut own = Own { accepted: Vec::new(), thresholds: Vec::new() };
    for accepted in &judged.accepted {
        match rule(&accepted.rule, accepted.place) {
            Ok(rule) => own.accepted.push((rule, accepted.reason.clone())),
            Err(diagnostic) => wrong.push(diagnostic),
        }
    }
    for typed in &judged.thresholds {
        match rule(&typed.rule, typed.place).and_then(|rule| threshold(rule, typed).map(|t| (rule, t))) {
            Ok((rule, all)) => own.thresholds.extend(all.into_iter().map(|t| (rule, t))),
            Err(diagnostic) => wrong.push(diagnostic),
        }
    }
    if wrong.has_errors() { Err(wrong) } else { Ok(own) }
}

fn rule(typed: &str, place: Place) -> Result<&'static Rule, Diagnostic> {
    Rule::of(typed).ok_or_else(|| {
        let diagnostic = Diagnostic::error("unknown_rule", format!("there is no rule `{typed}`")).at(place);
        match did_you_mean(typed, all_rules().flat_map(|r| [r.code, r.name])) {
            Some(meant) => diagnostic.hint(format!("did you mean {meant}? `fundgap rule` lists them")),
            None => diagnostic.hint("`fundgap rule` lists them"),
        }
    })
}

/// The threshold of every thing the rule measures in that unit.
fn threshold(rule: &'static Rule, typed: &OwnThreshold) -> Result<Vec<Threshold>, Diagnostic> {
    let level = Level::ALL.into_iter().find(|level| level.code() == typed.level).unwrap_or(Level::Amber);
    let Some(first) = rule.thresholds.first() else {
        let message = format!("{} {} has no threshold: it follows from the plan's own figures", rule.code, rule.name);
        return Err(Diagnostic::error("no_threshold", message)
            .at(typed.place)
            .hint(format!("accept it instead: allow = {{ {} = \"the reason, and who decided\" }}", rule.code)));
    };
    let read = scalar::read(&typed.value, first.unit, None).map_err(|diagnostic| *diagnostic)?;
    let Some(steps) = read.steps else {
        return Err(Diagnostic::error("wrong_type", "a threshold is a figure")
            .at(typed.value.place)
            .hint("write \"25%\""));
    };
    if steps < 0 {
        return Err(Diagnostic::error("threshold_negative", "a threshold is not below nought")
            .at(typed.value.place)
            .hint("write how much may be: \"25%\""));
    }
    let mut all: Vec<Threshold> =
        rule.thresholds.iter().filter(|t| t.level == level).map(|t| Threshold { steps, ..*t }).collect();
    if all.is_empty() {
        all.push(Threshold { level, steps, ..*first });
    }
    Ok(all)
}
