//! # Correlations
//!
//! **What you write**: `[correlation.pay_and_nlw]` with the figures it is `of`, each of which has a range, and its
//! `strength`: `of = ["driver.pay", "driver.nlw"]`, `strength = "70%"`. `*` stands for any letters of one name.
//!
//! **What it means**: in `simulate`, and there only, every two of the figures tend to come out high, or low,
//! together; with a negative strength one tends to be high where the other is low. It is the correlation of the
//! normal scores from which their values are drawn. Exactly two paths without `*` are a pair, which goes before
//! groups that name both; two of one rank that say different things of two figures are refused.
//!
//! **Without one**: the deliveries of savings are correlated at 50% with each other, their slippages at 50% with
//! each other and at −50% with deliveries, since they share managers, projects and whatever stops both.
//! Everything else is independent. Those are judgements, as are 70% for pay and the national living wage, 80% for
//! prices and contract prices and 30% for groups of demand, which are what this program suggests.
//!
//! **Source**: house assumption. That taking everything for independent makes a plan look safer than it is, and how
//! much safer, is worked in `docs/method.md`.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Item, Key, KeyKind, Section, scalar};
use crate::sheet::{Assumption, Evidence, Spread};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::number::decimal;
use crate::vocabulary::pattern::fits;
use crate::vocabulary::{Diagnostic, Name, Place, Unit};

/// The keys of a correlation.
pub const SECTION: Section = Section {
    name: "correlation",
    help: "figures with a range that tend to come out high, or low, together: read by `simulate`, and in no total. Without one, deliveries of savings are correlated at 50% with each other, slippages at 50% with each other and at -50% with deliveries, and everything else is independent (house assumptions). Suggested: pay and the national living wage 70%, prices and contract prices 80%, groups of demand 30%",
    keys: &[
        Key::required(
            "of",
            KeyKind::Paths,
            "the figures, each with a range: [\"driver.pay\", \"driver.nlw\"], \"saving.*.delivery\"; exactly two without `*` go before groups that name both",
        ),
        Key::required(
            "strength",
            KeyKind::Special("a rate from \"-100%\" to \"100%\""),
            "how strongly every two of them go together: \"100%\" wholly, \"0%\" not at all; negative where one is high when the other is low",
        ),
    ],
    belongs: false,
};

/// Figures that go together when futures are drawn.
#[derive(Debug, Clone)]
pub struct CorrelationFact {
    /// Its name.
    pub name: Name,
    /// The paths of the assumptions, in the order of the sheet: two at least, each with a range.
    pub of: Vec<String>,
    /// Whether it names exactly two figures, and so goes before groups that name both.
    pub explicit_pair: bool,
    /// How strongly every two of them go together, in billionths.
    pub strength: i128,
    /// Who says so.
    pub evidence: Evidence,
    /// Where it stands.
    pub place: Place,
}

#[derive(Debug)]
struct Correlation {
    head: Head,
    of: Vec<(String, Place)>,
    strength: i128,
}

/// Reads a correlation.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let of = item.texts("of");
    let node = item.node("strength")?;
    let read = match scalar::read(node, Unit::Rate, None) {
        Ok(read) => read.steps,
        Err(diagnostic) => {
            item.tell(*diagnostic);
            return None;
        }
    };
    let Some(strength) = read.filter(|steps| (-1_000_000_000..=1_000_000_000).contains(steps)) else {
        let message = format!("`{}.strength` lies between -100% and 100%", item.path);
        let hint = "write how strongly they go together: \"70%\"; \"0%\" is not at all";
        item.tell(Diagnostic::error("correlation_range", message).at(node.place).hint(hint));
        return None;
    };
    Some(Box::new(Correlation { head: head?, of, strength }))
}

/// Whether a path, in which a driver may be named without the key of its rate, names a figure.
fn names(pattern: &str, path: &str) -> bool {
    let driver = path.strip_suffix(".rate").filter(|path| path.starts_with("driver."));
    fits(pattern, path) || driver.is_some_and(|driver| fits(pattern, driver))
}

fn varies(assumption: &Assumption) -> bool {
    assumption.spread.as_deref().is_some_and(Spread::varies)
}

impl Correlation {
    /// The figures that a path names; what is wrong with it where it names none that has a range. Nothing wrong is
    /// found in a figure that lost its range when a layer, a rule or `--set` gave it another value.
    fn named(&self, all: &[Assumption], path: &str) -> Result<Vec<String>, (String, String)> {
        let found: Vec<&Assumption> = all.iter().filter(|a| names(path, &a.path)).collect();
        let with: Vec<String> = found.iter().filter(|a| varies(a)).map(|a| a.path.to_string()).collect();
        if !with.is_empty() || found.iter().any(|a| !a.replaced.is_empty()) {
            return Ok(with);
        }
        let own = self.head.path();
        if let Some(first) = found.first() {
            let message = format!("`{own}` names `{path}`, which has no range");
            return Err((message, format!("give {} a range: likely, low and high, or p10 and p90", first.path)));
        }
        let message = format!("`{own}` names `{path}`, and no figure of this plan is called so");
        let there = all.iter().filter(|a| varies(a)).map(|a| a.path.as_str());
        let hint = match did_you_mean(path, all.iter().map(|a| a.path.as_str())) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => match there.take(8).collect::<Vec<_>>() {
                none if none.is_empty() => "no figure of this plan has a range: give low and high first".to_owned(),
                some => format!("figures with a range are: {}", some.join(", ")),
            },
        };
        Err((message, hint))
    }

    /// Tells of an earlier correlation of the same rank that says another thing of two of the same figures.
    fn said_before(&self, b: &Build<'_>, fact: &CorrelationFact) {
        for other in &b.facts.correlations {
            if other.explicit_pair != fact.explicit_pair || other.strength == fact.strength {
                continue;
            }
            let both: Vec<&String> = fact.of.iter().filter(|path| other.of.contains(path)).collect();
            let [first, second, ..] = both.as_slice() else { continue };
            let message = format!(
                "`{first}` and `{second}` go together at {}% in `correlation.{}` and at {}% in `{}`",
                decimal(other.strength, 7).normalize(),
                other.name,
                decimal(fact.strength, 7).normalize(),
                self.head.path(),
            );
            let hint = match fact.explicit_pair {
                true => "leave one of them out".to_owned(),
                false => format!("say it of the two alone, which goes before groups: of = [\"{first}\", \"{second}\"]"),
            };
            b.tell(
                Diagnostic::error("correlation_twice", message)
                    .at(self.head.place)
                    .also(other.place, "the first of them")
                    .hint(hint),
            );
        }
    }
}

impl Mechanism for Correlation {
    fn head(&self) -> &Head {
        &self.head
    }

    fn reconcile(&self, b: &mut Build<'_>) {
        let (mut named, mut wrong) = (Vec::new(), false);
        for (path, place) in &self.of {
            match self.named(b.sheet.assumptions(), path) {
                Ok(found) => named.extend(found),
                Err((message, hint)) => {
                    b.tell(Diagnostic::error("correlation_of_nothing", message).at(*place).hint(hint));
                    wrong = true;
                }
            }
        }
        let all = b.sheet.assumptions();
        let mut of: Vec<String> = Vec::new();
        for assumption in all.iter().filter(|a| named.iter().any(|n| *n == a.path)) {
            if !of.iter().any(|p| *p == assumption.path) {
                of.push(assumption.path.to_string());
            }
        }
        // One that lost its range on the way here leaves the others without it.
        let lost = self
            .of
            .iter()
            .any(|(path, _)| all.iter().any(|a| names(path, &a.path) && !varies(a) && !a.replaced.is_empty()));
        if of.len() < 2 {
            if !wrong && !lost {
                let message = format!("`{}` needs two figures at least to go together", self.head.path());
                let hint = "name another that has a range: of = [\"driver.pay\", \"driver.nlw\"]";
                b.tell(Diagnostic::error("correlation_of_one", message).at(self.head.place).hint(hint));
            }
            return;
        }
        let explicit_pair = self.of.len() == 2 && self.of.iter().all(|(path, _)| !path.contains('*'));
        let fact = CorrelationFact {
            name: self.head.name.clone(),
            of,
            explicit_pair,
            strength: self.strength,
            evidence: self.head.evidence.clone(),
            place: self.head.place,
        };
        self.said_before(b, &fact);
        b.facts.correlations.push(fact);
    }
}
