//! # Keep your savings: clawback
//!
//! **What you write**: `[clawback.allocation]` with the share of its savings that the organisation
//! keeps (`retained`), when the rest is taken (`mode`) and where it goes (`to`): another organisation
//! of the scenario, or the `"centre"`.
//!
//! **What it means**, with S the savings of the run in the year:
//!
//! * `next_year`: R(S of the year before × (1 − retained)): next year's allocation is cut by what was
//!   saved. At 0% retained a saving is worth the one year in which it is made;
//! * `immediate`: R(S of the year × (1 − retained));
//! * `surplus`: R(surplus of the year before × (1 − retained)), the surplus the plan reports.
//!
//! The rate is that of the year in which it is taken. It is part of the requirement of the organisation
//! and, where it goes to another, income there: the system is left as it was. What goes to the centre
//! leaves the system and stands in a row of its own (`clawback/x/to_centre`), so that no money vanishes.
//! Clawed back of one-off savings is one-off; of a surplus all of it is. *Benefit* is what the savings
//! are worth to who makes them: savings less what is clawed back in the year.
//!
//! **Source**: a rule of allocations and control totals, not of law; that it is stated by year is so
//! that a change of policy can be tried.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, OneOff, Recurrence, Step, Total};
use super::flow::Flowing;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Product, Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Measure, Money, Name, Rate, Unit};

/// The keys of a clawback.
pub const SECTION: Section = Section {
    name: "clawback",
    help: "what an organisation must give up of the savings it makes, and who gets it",
    keys: &[
        Key::required("retained", KeyKind::Yearly(Unit::Rate), "the share of its savings that the organisation keeps"),
        Key::required(
            "mode",
            KeyKind::Choice(&["next_year", "immediate", "surplus"]),
            "\"next_year\": of last year's savings; \"immediate\": of this year's; \"surplus\": of last year's surplus",
        ),
        Key::required(
            "to",
            KeyKind::Text,
            "where it goes: an organisation of the scenario, or \"centre\" when it leaves the system",
        ),
    ],
    belongs: true,
};

/// What reports say of a clawback.
#[derive(Debug, Clone)]
pub struct ClawbackFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Who gives up.
    pub organisation: Name,
    /// Who gets it; nobody of the scenario when it goes to the centre.
    pub to: Option<Name>,
    /// What is clawed back.
    pub amount: Row<Money>,
    /// Savings less what is clawed back, and that so far.
    pub benefit: [Row<Money>; 2],
}

#[derive(Debug)]
struct Clawback {
    head: Head,
    retained: Figure,
    mode: Mode,
    to: Option<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    NextYear,
    Immediate,
    Surplus,
}

/// Reads a clawback.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let retained = item.figure("retained").filter(|figure| part_of_whole(item, figure));
    let mode = item.choice("mode").map(|word| match word {
        "next_year" => Mode::NextYear,
        "immediate" => Mode::Immediate,
        _ => Mode::Surplus,
    });
    let to = to(item);
    let (head, to) = (head?, to?);
    if to.is_some() && to == head.organisation {
        item.tell(
            Diagnostic::error("flow_to_itself", format!("`{}` goes back to who made the savings", item.path))
                .at(item.place_of("to"))
                .hint("name another organisation, or \"centre\"; what is kept is said by `retained`"),
        );
        return None;
    }
    Some(Box::new(Clawback { head, retained: retained?, mode: mode?, to }))
}

impl Clawback {
    /// Two clawbacks of one body's savings, or of its surplus, cannot take more than all of it.
    fn check(&self, b: &mut Build<'_>, organisation: &Name) {
        const WHOLE: i128 = 1_000_000_000;
        let of_surplus = self.mode == Mode::Surplus;
        let given_up = |t: i32| self.retained.at(t).steps.map_or(0, |kept| WHOLE - kept);
        let own: Vec<i128> = b.horizon.plan().map(given_up).collect();
        let earlier = b.given_up.iter().filter(|(body, surplus, _)| body == organisation && *surplus == of_surplus);
        let mut all = own.clone();
        for (_, _, shares) in earlier {
            all.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
        }
        if all.iter().any(|sum| *sum > WHOLE) {
            let what = if of_surplus { "surplus" } else { "savings" };
            b.tell(
                Diagnostic::error(
                    "clawed_back_twice",
                    format!(
                        "`{}` and others together take back more than all {what} of {organisation}",
                        self.head.path()
                    ),
                )
                .at(self.head.place)
                .hint(
                    "let what they leave, `retained`, add to no less than nothing: 1 less the sum of what each takes",
                ),
            );
        }
        b.given_up.push((organisation.clone(), of_surplus, own));
    }
}

fn part_of_whole(item: &Item<'_>, figure: &Figure) -> bool {
    let whole = 0..=1_000_000_000;
    let beyond = figure.find_beyond(|steps| !whole.contains(&steps));
    if let Some(place) = beyond {
        item.tell(
            Diagnostic::error("share_range", format!("`{}` is a share and lies between 0% and 100%", figure.path))
                .at(place.unwrap_or(item.place))
                .hint("write the part that is kept: \"50%\""),
        );
    }
    beyond.is_none()
}

/// An organisation, or nobody of the scenario.
fn to(item: &Item<'_>) -> Option<Option<Name>> {
    let text = item.text("to")?;
    let known = item.reading.names.find("organisation", &text).is_some();
    if text == "centre" && !known {
        return Some(None);
    }
    if !known && !item.reading.names.is_misnamed("organisation", &text) {
        let names = item.reading.names.list("organisation");
        item.tell(
            Diagnostic::error("unknown_name", format!("`{}` goes to an unknown organisation `{text}`", item.path))
                .at(item.place_of("to"))
                .hint(format!("write \"centre\" when it leaves the system, or name an organisation; {names}")),
        );
        return None;
    }
    item.resolve("organisation", &text, item.place_of("to")).map(Some)
}

impl Mechanism for Clawback {
    fn head(&self) -> &Head {
        &self.head
    }

    /// Its row is part of requirements, and is defined once savings and surplus are known.
    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let name = &self.head.name;
        self.check(b, &organisation);
        let subject = b.subject(&self.head);
        let amount = b.money(subject, "amount", "clawed back in the year", Years::PLAN);
        let change = b.change(subject, "change", "clawed back: change from the year before", amount, None);
        let recurrence = if self.mode == Mode::Surplus { Recurrence::OneOff } else { Recurrence::Recurrent };
        let one_off = match self.mode {
            Mode::Surplus => OneOff::All,
            _ => {
                let row = b.money(subject, "of_one_off_savings", "of it of one-off savings", Years::PLAN);
                b.know_money("clawback", name, "of_one_off_savings", row);
                OneOff::Part(row)
            }
        };
        b.know_money("clawback", name, "amount", amount);
        b.register(&self.head, amount, Sign::Plus, recurrence);
        let sides = [(Some(&organisation), Sign::Plus), (self.to.as_ref(), Sign::Minus)];
        for (body, sign) in sides.into_iter().filter_map(|(body, sign)| Some((body?, sign))) {
            b.step(body, Step::Transfer, sign, change);
            b.facts.contributions.push(Contribution {
                sign,
                one_off,
                income: sign == Sign::Minus,
                recurrence,
                ..Contribution::new(body.clone(), Total::Requirement, amount, ("clawback", name.clone()))
            });
        }
        match &self.to {
            Some(to) => b.facts.flows.push(Flowing {
                name: name.clone(),
                title: self.head.title.to_string(),
                from: organisation,
                to: to.clone(),
                row: amount,
            }),
            None => {
                let nobody = b.sheet.subject(Subject {
                    organisation: None,
                    kind: "clawback",
                    name: Some(name.clone()),
                    title: self.head.title.clone(),
                    place: Some(self.head.place),
                });
                let words = "clawed back to the centre: it leaves the system";
                b.sum_of(nobody, "to_centre", words, &[(Sign::Plus, amount)]);
            }
        }
    }

    fn after_totals(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let Some(amount) = b.known_money("clawback", &self.head.name, "amount") else { return };
        let Some(savings) = b.measure(&organisation, Measure::Savings) else { return };
        let subject = b.subject(&self.head);
        let retained = b.given::<Rate>(subject, "retained", "share of its savings that it keeps", &self.retained);
        b.know_rate("clawback", &self.head.name, "retained", retained);
        if self.mode != Mode::Surplus {
            self.define(b, amount, savings, retained);
            let parts = b
                .known_money("clawback", &self.head.name, "of_one_off_savings")
                .zip(b.measure(&organisation, Measure::OneOffSavings));
            if let Some((row, one_off)) = parts {
                self.define(b, row, one_off, retained);
            }
        }
        self.benefit(b, subject, organisation, savings, amount);
    }

    /// The surplus is known when the balance rule has run.
    fn reconcile(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.as_ref().filter(|_| self.mode == Mode::Surplus) else { return };
        let name = &self.head.name;
        if let (Some(amount), Some(retained), Some(surplus)) = (
            b.known_money("clawback", name, "amount"),
            b.known_rate("clawback", name, "retained"),
            b.known_money("", organisation, "surplus"),
        ) {
            self.define(b, amount, surplus, retained);
        }
    }
}

impl Clawback {
    /// R(what it is taken of × (1 − retained)), of the year before or of the year.
    fn define(&self, b: &mut Build<'_>, row: Row<Money>, of: Row<Money>, retained: Row<Rate>) {
        let late = i32::from(self.mode != Mode::Immediate);
        for t in b.horizon.plan().filter(|t| *t > late) {
            b.sheet.product(row.at(t), &Product::of(of.at(t - late)).less(retained.at(t)));
        }
    }

    fn benefit(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        organisation: Name,
        savings: Row<Money>,
        amount: Row<Money>,
    ) {
        let rows = [(Sign::Plus, savings), (Sign::Minus, amount)];
        let benefit = b.sum_of(subject, "benefit", "savings less what is clawed back", &rows);
        let so_far = b.running_total(subject, "benefit_so_far", "benefit of the years so far", benefit);
        b.facts.clawbacks.push(ClawbackFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation,
            to: self.to.clone(),
            amount,
            benefit: [benefit, so_far],
        });
    }
}
