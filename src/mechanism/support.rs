//! # Support: for a council in exceptional need, for an NHS body in deficit
//!
//! **What you write**: `[support.efs] kind = "exceptional"` with the approved `amount`, the years it
//! is `repaid_over` and the `interest`; or `[support.dsf] kind = "deficit"` with the planned
//! `amount`, the `quarters` of it that are paid, and the `repayment` of earlier deficits; or
//! `[support.stf] kind = "conditional"` with the `amount` that hangs on a control total.
//!
//! **What it means**: *exceptional financial support* is permission to treat revenue cost as
//! capital: not a grant and not income. It is used last, if nothing else is done, and what is used
//! in a year costs every later year a repayment of R(used ÷ years) and interest on what is owed.
//! *Deficit support* is received for the quarters paid, R(planned × quarters ÷ 4), and drops out
//! again; a repayment comes off the reported position; what is repayable is last year's balance
//! less the repayment plus any deficit reported. Repaying while in deficit only re-creates it.
//! *Conditional* money (sustainability funding was) is received in full when the body, without it,
//! is no further short than its [control total](super::control_total) allows, and else not at all: a
//! cliff at one pound off target.
//!
//! **Source**: capitalisation directions, Local Government Act 2003; NHS England business rules.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, Step, Total};
use super::organisation::OrganisationKind;
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Name, Quantity, Rate, Unit};

/// The keys of support.
pub const SECTION: Section = Section {
    name: "support",
    help: "money that closes a year and not a gap: exceptional financial support, deficit support",
    keys: &[
        Key::required(
            "kind",
            KeyKind::Choice(&["exceptional", "deficit", "conditional"]),
            "\"exceptional\": a council's capitalisation direction; \"deficit\": an NHS body's deficit support; \"conditional\": paid in full in a year in which the body meets its control total without it, else not at all",
        ),
        Key::required("amount", KeyKind::Yearly(Unit::Money), "the amount approved or planned in each year"),
        Key::optional("repaid_over", KeyKind::Count, "exceptional: the years over which what is used is repaid"),
        Key::optional(
            "interest",
            KeyKind::Yearly(Unit::Rate),
            "exceptional: the interest on what is still owed at the start of the year",
        ),
        Key::default(
            "quarters",
            KeyKind::Yearly(Unit::Quantity),
            "4",
            "deficit: how many quarters of the year's support are paid",
        ),
        Key::optional("repayment", KeyKind::Yearly(Unit::Money), "deficit: what is repaid of earlier deficits"),
        Key::default("owed", KeyKind::Single(Unit::Money), "0", "deficit: what is repayable at the start of the plan"),
    ],
    belongs: true,
};

/// Support as the balance rule sees it.
#[derive(Debug, Clone)]
pub enum Supported {
    /// Exceptional support, up to an approved amount, used last.
    Exceptional {
        /// Whose.
        organisation: Name,
        /// Its name.
        name: Name,
        /// Its subject.
        subject: SubjectId,
        /// Approved amounts.
        approved: Row<Money>,
        /// Amounts used: defined by the balance rule.
        used: Row<Money>,
    },
    /// Deficit support received and earlier deficits repaid.
    Deficit {
        /// Whose.
        organisation: Name,
        /// Its name.
        name: Name,
        /// Its subject.
        subject: SubjectId,
        /// Amounts received.
        received: Row<Money>,
        /// Amounts repaid.
        repayment: Option<Row<Money>>,
        /// What is repayable at the start.
        owed: Cell<Money>,
    },
    /// Money that is received in full when the control total is met without it, else not at all.
    Conditional {
        /// Whose.
        organisation: Name,
        /// Its name.
        name: Name,
        /// Its subject.
        subject: SubjectId,
        /// Amounts planned.
        planned: Row<Money>,
        /// Amounts received: defined by the balance rule.
        received: Row<Money>,
    },
}

impl Supported {
    /// Whose it is.
    #[must_use]
    pub const fn organisation(&self) -> &Name {
        match self {
            Self::Exceptional { organisation, .. }
            | Self::Deficit { organisation, .. }
            | Self::Conditional { organisation, .. } => organisation,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &Name {
        match self {
            Self::Exceptional { name, .. } | Self::Deficit { name, .. } | Self::Conditional { name, .. } => name,
        }
    }

    /// What it is in words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Exceptional { .. } => "exceptional support",
            Self::Deficit { .. } => "deficit support",
            Self::Conditional { .. } => "conditional support",
        }
    }

    /// What is received before reserves are used: deficit support, and conditional money.
    #[must_use]
    pub const fn received(&self) -> Option<Row<Money>> {
        match self {
            Self::Exceptional { .. } => None,
            Self::Deficit { received, .. } | Self::Conditional { received, .. } => Some(*received),
        }
    }
}

#[derive(Debug)]
struct Support {
    head: Head,
    amount: Figure,
    terms: Terms,
}

#[derive(Debug)]
enum Terms {
    Exceptional { years: u32, interest: Figure },
    Deficit { quarters: Figure, repayment: Option<Figure>, owed: Figure },
    Conditional,
}

/// Reads support.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let kind = item.choice("kind");
    let amount = item.figure("amount");
    let (years, interest) = (item.count("repaid_over"), item.figure("interest"));
    let (quarters, repayment, owed) = (item.figure("quarters"), item.figure("repayment"), item.figure("owed"));
    let kind = kind?;
    let exceptional = kind == "exceptional";
    let (needed, foreign): (&[&str], &[&str]) = match kind {
        "exceptional" => (&["repaid_over", "interest"], &["quarters", "repayment", "owed"]),
        "deficit" => (&[], &["repaid_over", "interest"]),
        _ => (&[], &["repaid_over", "interest", "quarters", "repayment", "owed"]),
    };
    for key in needed.iter().filter(|k| !item.has(k)) {
        item.tell(
            Diagnostic::error("key_missing", format!("`{}` needs `{key}`: support is not free", item.path))
                .at(item.place)
                .hint("repaid_over = 20 (years), interest = \"5%\""),
        );
    }
    for key in foreign.iter().filter(|k| item.has(k)) {
        item.tell(
            Diagnostic::error(
                "wrong_support",
                format!("`{}`: `{key}` does not go with this kind of support", item.path),
            )
            .at(item.place_of(key))
            .hint(format!(
                "it goes with kind = \"{}\": leave it out here",
                if matches!(*key, "repaid_over" | "interest") { "exceptional" } else { "deficit" }
            )),
        );
    }
    if exceptional && years == Some(0) {
        item.tell(
            Diagnostic::error("wrong_support", format!("`{}` must be repaid over at least one year", item.path))
                .at(item.place_of("repaid_over"))
                .hint("write the number of years: repaid_over = 20"),
        );
        return None;
    }
    if let Some(place) = quarters.as_ref().and_then(|quarters| quarters.find_beyond(|steps| steps > 40_000)) {
        item.tell(
            Diagnostic::error("wrong_support", "a year has four quarters")
                .at(place.unwrap_or(item.place))
                .hint("write 0 to 4 quarters"),
        );
    }
    let terms = match kind {
        "exceptional" => Terms::Exceptional { years: years?, interest: interest? },
        "deficit" => Terms::Deficit { quarters: quarters?, repayment, owed: owed? },
        _ => Terms::Conditional,
    };
    Some(Box::new(Support { head: head?, amount: amount?, terms }))
}

impl Support {
    /// A council has exceptional support, an NHS body deficit or conditional support.
    fn check_body(&self, b: &Build<'_>, organisation: &Name) {
        let Some(body) = b.organisations.iter().find(|o| o.name == *organisation) else { return };
        let exceptional = matches!(self.terms, Terms::Exceptional { .. });
        let wrong = if exceptional { body.kind.is_nhs() } else { body.kind == OrganisationKind::Council };
        if wrong {
            let message =
                format!("`{}` is not for this kind of body: {} ({})", self.head.path(), body.title, body.kind.words());
            let hint = if exceptional {
                "exceptional support is a council's; an NHS body has kind = \"deficit\" or \"conditional\""
            } else {
                "deficit and conditional support are for NHS bodies; a council has kind = \"exceptional\""
            };
            b.tell(Diagnostic::error("wrong_support", message).at(self.head.place).hint(hint));
        }
    }

    /// What was used costs every later year: repayment of each year's use, and interest on the rest.
    fn cost(b: &mut Build<'_>, subject: SubjectId, used: Row<Money>, years: u32, interest: &Figure) -> Row<Money> {
        let rate = b.given::<Rate>(subject, "interest_rate", "interest rate", interest);
        let instalment = b.money(subject, "instalment", "yearly repayment of what was used in the year", Years::PLAN);
        let repaid = b.money(subject, "repaid", "repaid in the year", Years::PLAN);
        let owed = b.money(subject, "owed", "still owed at the end of the year", Years::PLAN);
        let interest = b.money(subject, "interest", "interest in the year", Years::PLAN);
        let cost = b.money(subject, "cost", "cost of earlier support", Years::PLAN);
        let life = i32::try_from(years).unwrap_or(i32::MAX);
        for t in b.horizon.plan() {
            b.sheet.product(instalment.at(t), &Product::of(used.at(t)).per(years));
            let running = (1..t).filter(|s| t - s < life).map(|s| (Sign::Plus, instalment.at(s)));
            // The last instalment is what the others leave, so that all of it is repaid to the penny.
            let last = (1..t).filter(|s| t - s == life).flat_map(|s| {
                std::iter::once((Sign::Plus, used.at(s))).chain((1..life).map(move |_| (Sign::Minus, instalment.at(s))))
            });
            b.sheet.sum(repaid.at(t), running.chain(last));
            if t > 1 {
                b.sheet.product(interest.at(t), &Product::of(owed.at(t - 1)).times(rate.at(t)));
            }
            let before = (t > 1).then(|| (Sign::Plus, owed.at(t - 1)));
            b.sheet.sum(owed.at(t), before.into_iter().chain([(Sign::Plus, used.at(t)), (Sign::Minus, repaid.at(t))]));
            b.sheet.sum(cost.at(t), [(Sign::Plus, repaid.at(t)), (Sign::Plus, interest.at(t))]);
        }
        cost
    }
}

impl Mechanism for Support {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        self.check_body(b, &organisation);
        let subject = b.subject(&self.head);
        let name = self.head.name.clone();
        match &self.terms {
            Terms::Exceptional { years, interest } => {
                let approved = b.given::<Money>(subject, "approved", "approved", &self.amount);
                let used = b.money(subject, "used", "used, if nothing else is done", Years::PLAN);
                let cost = Self::cost(b, subject, used, *years, interest);
                let change = b.change(subject, "cost_change", "cost of earlier support: change", cost, None);
                b.step(&organisation, Step::Support, Sign::Plus, change);
                b.facts.contributions.push(Contribution::new(
                    organisation.clone(),
                    Total::Requirement,
                    cost,
                    ("support", name.clone()),
                ));
                b.facts.supports.push(Supported::Exceptional { organisation, name, subject, approved, used });
            }
            Terms::Deficit { quarters, repayment, owed } => {
                let planned = b.given::<Money>(subject, "planned", "planned", &self.amount);
                let quarters = b.given::<Quantity>(subject, "quarters", "quarters paid", quarters);
                let received = b.money(subject, "received", "received for the quarters paid", Years::PLAN);
                for t in b.horizon.plan() {
                    b.sheet.product(received.at(t), &Product::of(planned.at(t)).for_quarters(quarters.at(t)));
                }
                let repayment = repayment
                    .as_ref()
                    .map(|f| b.given::<Money>(subject, "repayment", "repayment of earlier deficits", f));
                let owed = b.given_once::<Money>(subject, "owed", "repayable at the start", owed);
                b.facts.supports.push(Supported::Deficit { organisation, name, subject, received, repayment, owed });
            }
            Terms::Conditional => {
                let planned = b.given::<Money>(subject, "planned", "planned", &self.amount);
                let received = b.money(subject, "received", "received, all of it or nothing", Years::PLAN);
                b.facts.supports.push(Supported::Conditional { organisation, name, subject, planned, received });
            }
        }
    }
}

/// What is repayable of an NHS body's deficits, once its reported position is known. A body that must
/// balance every year (`carries` is false) carries no deficit into the next.
pub(super) fn repayable(
    b: &mut Build<'_>,
    subject: SubjectId,
    headline: Row<Money>,
    carries: bool,
    repayment: Option<Row<Money>>,
    owed: Cell<Money>,
) {
    const DEFICIT: (&str, &str) = ("deficit", "deficit reported in the year");
    let deficit = if carries {
        b.at_least_nought(subject, DEFICIT.0, DEFICIT.1, headline)
    } else {
        b.money(subject, DEFICIT.0, "deficit reported in the year: none, since the body must balance", Years::PLAN)
    };
    let row = b.money(subject, "repayable", "repayable at the end of the year", Years::PLAN);
    for t in b.horizon.plan() {
        let before = if t > 1 { row.at(t - 1) } else { owed };
        let repaid = repayment.map(|r| (Sign::Minus, r.at(t)));
        b.sheet.sum(row.at(t), [(Sign::Plus, before), (Sign::Plus, deficit.at(t))].into_iter().chain(repaid));
    }
}
