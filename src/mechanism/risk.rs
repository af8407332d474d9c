//! # The register of budget risks
//!
//! **What you write**: `[risk.care_fees]` with the `impact` it has when it comes (money, for every year or year by
//! year), its `likelihood` (0% to 100%: nought is on the register and asks for nothing, 100% is sure to come), and
//! whether it is `recurrent`: one that comes back every year until the base is corrected, or a single blow.
//!
//! **What it means**: a risk is in no total and changes no figure of the plan; what is expected to happen belongs into a
//! pressure, and what a saving may fail by into its `delivery`. The register says what general balance it asks for.
//!
//! ```text
//! expected    = R(impact × likelihood)
//! to the end  = Σ impact from the year to the end of the plan, of a recurrent risk: its cost when the base is never corrected
//! together    = Σ impact of the register
//! expected    = R(Σ impact × likelihood) of the register, rounded once
//! ```
//!
//! **Source**: Local Government Act 2003, section 25 (the chief finance officer reports on the adequacy of reserves); CIPFA
//! guidance on local authority reserves and balances asks for a minimum that rests on the risks of the body, and gives no formula.

use super::Mechanism;
use super::context::{Build, Head};
use super::organisation::Organisation;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Product, Row, Sign, Subject, Years};
use crate::vocabulary::{Money, Name, Place, Rate, Unit};

/// The keys of a risk.
pub const SECTION: Section = Section {
    name: "risk",
    help: "a budget risk: in no total of the plan; the register says what general balance it asks for, see `fundgap risks`",
    keys: &[
        Key::required("impact", KeyKind::Yearly(Unit::Money), "what it costs in the year when it comes"),
        Key::required(
            "likelihood",
            KeyKind::Yearly(Unit::Rate),
            "how likely it is to come in the year, 0% to 100%; 100% is sure to come, and may be a pressure instead",
        ),
        Key::required(
            "recurrent",
            KeyKind::Flag,
            "true: it costs its impact again in every year until the base is corrected; false: a single blow",
        ),
    ],
    belongs: true,
};

/// A risk on a register.
#[derive(Debug, Clone)]
pub struct RiskFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// What it costs when it comes.
    pub impact: Row<Money>,
    /// How likely it is to come.
    pub likelihood: Row<Rate>,
    /// Its impact times its likelihood.
    pub expected: Row<Money>,
    /// Its impacts from a year to the end of the plan, where it is recurrent.
    pub to_the_end: Option<Row<Money>>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is written.
    pub source: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// The register of an organisation.
#[derive(Debug, Clone)]
pub struct RegisterFacts {
    /// Whose it is.
    pub organisation: Name,
    /// All impacts together.
    pub together: Row<Money>,
    /// The expected value of all, rounded once.
    pub expected: Row<Money>,
}

#[derive(Debug)]
struct Risk {
    head: Head,
    impact: Figure,
    likelihood: Figure,
    recurrent: bool,
}

/// Reads a risk.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (impact, likelihood) = (item.figure("impact"), item.figure("likelihood"));
    let recurrent = item.flag("recurrent");
    Some(Box::new(Risk { head: head?, impact: impact?, likelihood: likelihood?, recurrent }))
}

impl Mechanism for Risk {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let impact = b.given::<Money>(subject, "impact", "what it costs when it comes", &self.impact);
        let likelihood = b.given::<Rate>(subject, "likelihood", "how likely it is to come", &self.likelihood);
        let expected = b.money(subject, "expected", "impact times likelihood", Years::PLAN);
        for t in b.horizon.plan() {
            b.sheet.product(expected.at(t), &Product::of(impact.at(t)).times(likelihood.at(t)));
        }
        let to_the_end = self.recurrent.then(|| {
            let row = b.money(subject, "to_the_end", "impacts from the year to the end of the plan", Years::PLAN);
            for t in b.horizon.plan() {
                b.sheet.sum(row.at(t), (t..=b.horizon.years()).map(|s| (Sign::Plus, impact.at(s))));
            }
            row
        });
        b.facts.risks.push(RiskFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation,
            impact,
            likelihood,
            expected,
            to_the_end,
            owner: self.head.evidence.owner.clone(),
            source: self.head.evidence.source.clone(),
            place: self.head.place,
        });
    }
}

/// What the risks of an organisation come to, where it has any.
pub fn register(b: &mut Build<'_>, organisation: &Organisation) {
    let name = &organisation.name;
    let own = b.facts.risks.iter().filter(|risk| risk.organisation == *name);
    let risks: Vec<_> = own.map(|risk| (risk.likelihood, risk.impact)).collect();
    if risks.is_empty() {
        return;
    }
    let subject = b.sheet.subject(Subject {
        organisation: Some(name.clone()),
        kind: "risk_register",
        name: None,
        title: organisation.title.as_str().into(),
        place: None,
    });
    let together = b.money(subject, "together", "impacts of all risks together", Years::PLAN);
    let expected = b.money(subject, "expected", "expected value of all risks", Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.sum(together.at(t), risks.iter().map(|(_, impact)| (Sign::Plus, impact.at(t))));
        b.sheet.weighted(expected.at(t), risks.iter().map(|(likelihood, impact)| (likelihood.at(t), impact.at(t))));
    }
    b.facts.registers.push(RegisterFacts { organisation: name.clone(), together, expected });
}
