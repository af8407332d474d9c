//! # The deficit on the dedicated schools grant
//!
//! **What you write**: `[dsg.high_needs]` with the deficit at the start (`opening`), what each year
//! adds to it (`in_year`), a `grant` towards it where there is one, the `interest` that is lost on the
//! cash that carries it, and the year with which the statutory override ends (`override_ends`).
//!
//! **What it means**: the deficit is held in a reserve that cannot be spent and must not be charged to
//! the general fund while the override lasts, so it is in no gap and in no balance rule. What it does
//! cost is charged: interest lost, R(deficit at the start of the year × rate), recurrent requirement.
//! Balance at the end = balance at the start + what the year adds − grant. A grant may be money by year
//! or a share of the opening deficit, R(opening × share), in the year it is received.
//!
//! Beside the reserves stands a *shadow line*: general and earmarked reserves after planned use, less
//! this deficit. It is what would be left if the override ended that day. It is a memorandum and enters
//! nothing.
//!
//! **Source**: the override and the High Needs Stability Grant are described in the government's
//! explanatory note on the dedicated schools grant, 9 February 2026.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, Step, Total};
use super::reserve::ReserveKind;
use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::{Cell, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, FinancialYear, Money, Name, Rate, Unit};

/// The keys of a deficit on the dedicated schools grant.
pub const SECTION: Section = Section {
    name: "dsg",
    help: "a deficit on the dedicated schools grant (high needs): kept apart from the balance by the statutory override, shown beside the reserves",
    keys: &[
        Key::required("opening", KeyKind::Single(Unit::Money), "the deficit at the start of the first plan year"),
        Key::required("in_year", KeyKind::Yearly(Unit::Money), "what each year adds to it"),
        Key::optional(
            "grant",
            KeyKind::FigureOr(Unit::Money, &GRANT),
            "a grant towards the deficit: money by year, or { share = \"90%\", received = \"2026/27\" }",
        ),
        Key::optional(
            "interest",
            KeyKind::RateOrDriver,
            "the interest lost on the cash that carries it: on the deficit at the start of the year, and part of the requirement",
        ),
        Key::optional("override_ends", KeyKind::Year, "the last year in which the law keeps the deficit apart"),
        Key::optional(
            "signed",
            KeyKind::Flag,
            "`true` allows a year that takes off the deficit (a negative `in_year`)",
        ),
    ],
    belongs: true,
};

const GRANT: Section = Section {
    name: "",
    help: "a grant as a share of the opening deficit",
    keys: &[
        Key::required("share", KeyKind::Single(Unit::Rate), "the share of the opening deficit it covers"),
        Key::required("received", KeyKind::Year, "the year in which it is received"),
        Key::optional("source", KeyKind::Text, "where the grant comes from"),
    ],
    belongs: false,
};

/// What reports say of such a deficit.
#[derive(Debug, Clone)]
pub struct DsgFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organisation: Name,
    /// The deficit at the end of each year.
    pub closing: Row<Money>,
    /// Reserves less the deficit, once the balance rule has run.
    pub shadow: Option<Row<Money>>,
    /// The last year of the override.
    pub override_ends: Option<FinancialYear>,
}

#[derive(Debug)]
struct Dsg {
    head: Head,
    opening: Figure,
    in_year: Figure,
    grant: Option<Grant>,
    interest: Option<RateSource>,
    override_ends: Option<FinancialYear>,
}

#[derive(Debug)]
enum Grant {
    Money(Figure),
    Share { share: Figure, year: i32 },
}

/// Reads a deficit.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let (opening, in_year, interest) = (item.figure("opening"), item.figure("in_year"), item.rate("interest"));
    let _ = item.flag("signed");
    let override_ends = item.year("override_ends");
    let grant = if item.is_group("grant") {
        let group = item.group("grant")?;
        let _ = group.text("source");
        let (share, received) = (group.figure("share"), group.year("received")?);
        let horizon = item.reading.rules.horizon;
        let year = horizon.number(received).filter(|t| *t > 0);
        if year.is_none() {
            item.tell(
                Diagnostic::error(
                    "unknown_year",
                    format!("`{}` is received in {received}, which is no plan year", group.path),
                )
                .at(group.place_of("received"))
                .hint(format!("the plan years are {} to {}", horizon.first(), horizon.last())),
            );
        }
        Some(Grant::Share { share: share?, year: year? })
    } else {
        item.figure("grant").map(Grant::Money)
    };
    Some(Box::new(Dsg { head: head?, opening: opening?, in_year: in_year?, grant, interest, override_ends }))
}

impl Dsg {
    fn granted(&self, b: &mut Build<'_>, subject: SubjectId, opening: Cell<Money>) -> Option<Row<Money>> {
        match self.grant.as_ref()? {
            Grant::Money(figure) => Some(b.given::<Money>(subject, "grant", "grant towards the deficit", figure)),
            Grant::Share { share, year } => {
                let share = b.given_once::<Rate>(subject, "grant_share", "share of the opening deficit granted", share);
                let row = b.money(subject, "grant", "grant towards the deficit", Years::PLAN);
                b.sheet.product(row.at(*year), &Product::of(opening).times(share));
                Some(row)
            }
        }
    }
}

impl Mechanism for Dsg {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let opening = b.given_once::<Money>(subject, "opening", "deficit at the start", &self.opening);
        let added = b.given::<Money>(subject, "in_year", "added to the deficit in the year", &self.in_year);
        let grant = self.granted(b, subject, opening);
        if let Some(grant) = grant {
            b.know_money(SECTION.name, &self.head.name, "grant", grant);
        }
        let closing = b.money(subject, "closing", "deficit at the end of the year", Years::PLAN);
        let before = |t: i32| if t > 1 { closing.at(t - 1) } else { opening };
        for t in b.horizon.plan() {
            let granted = grant.map(|g| (Sign::Minus, g.at(t)));
            let terms = [(Sign::Plus, before(t)), (Sign::Plus, added.at(t))].into_iter().chain(granted);
            b.sheet.sum(closing.at(t), terms);
        }
        if let Some(source) = &self.interest
            && let Some(rate) = b.rate(subject, "interest_rate", "interest lost on the cash", source)
        {
            let row =
                b.money(subject, "lost_interest", "interest lost on the cash that carries the deficit", Years::PLAN);
            for t in b.horizon.plan() {
                b.sheet.product(row.at(t), &Product::of(before(t)).times(rate.at(t)));
            }
            let counted = Contribution::new(
                organisation.clone(),
                Total::Requirement,
                row,
                (SECTION.name, self.head.name.clone()),
            );
            b.require(subject, Step::CapitalFinancing, ("lost_interest_change", "interest lost: change"), counted);
        }
        b.facts.dsg.push(DsgFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            organisation,
            closing,
            shadow: None,
            override_ends: self.override_ends,
        });
    }

    fn reconcile(&self, b: &mut Build<'_>) {
        let Some(own) = b.facts.dsg.iter().position(|d| d.name == self.head.name) else { return };
        let Some(organisation) = &self.head.organisation else { return };
        let spendable = |p: &&super::reserve::Pot| {
            p.organisation == *organisation && matches!(p.kind, ReserveKind::General | ReserveKind::Earmarked)
        };
        let pots: Vec<_> =
            b.facts.pots.iter().filter(spendable).filter_map(|p| p.closing).map(|c| (Sign::Plus, c)).collect();
        if pots.is_empty() {
            return;
        }
        let subject = b.subject(&self.head);
        let held = b.sum_of(subject, "reserves", "general and earmarked reserves after planned use", &pots);
        let closing = b.facts.dsg[own].closing;
        let terms = [(Sign::Plus, held), (Sign::Minus, closing)];
        let shadow = b.sum_of(subject, "shadow", "reserves less this deficit: what the override keeps apart", &terms);
        b.facts.dsg[own].shadow = Some(shadow);
        if let Some(grant) = b.known_money(SECTION.name, &self.head.name, "grant") {
            let so_far = b.running_total(subject, "grant_so_far", "grant received so far", grant);
            let terms = [(Sign::Plus, shadow), (Sign::Minus, so_far)];
            b.sum_of(subject, "shadow_without_grant", "the same without the grant", &terms);
        }
    }
}
