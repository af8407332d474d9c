//! # Collection fund: what was collected, a year and two years later
//!
//! **What you write**: on `kind = "collection_fund"` a group `surplus`. Either in money: the
//! `estimate` of each year's surplus made in January and, where it is known, the `outturn`; or by
//! collection: the `council_tax` it belongs to and the share of it `estimated` and in the end
//! `collected`. A deficit is negative and needs `signed = true`.
//!
//! **What it means**: the budget receives the council tax it counted on, whatever is collected; what
//! is over or short goes to the collection fund. The surplus of year t as estimated on 15 January is
//! income of year t+1 (a deficit is a charge), and what the outturn adds to the estimate is income
//! of t+2. Both are one-off, and nothing of year t reaches the budget of t. By collection the surplus
//! is R(equivalents × Band D × (share collected − share assumed)). Figures of the whole fund are taken
//! at R(figure × own_share). What falls after the last plan year is listed and not counted.
//!
//! A lower collection also lowers the tax base of later years, for good: that is `collection` on the
//! council tax, a figure of its own.
//!
//! **Source**: Local Government Finance Act 1992 and the Local Authorities (Funds) (England)
//! Regulations 1992: the estimate of 15 January, shared among those who precept.

use super::context::{Build, Head};
use super::funding::{AfterPlan, FundingFacts};
use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::{Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Name, Place, Rate, Unit};

/// The keys of a surplus.
pub(super) const SURPLUS: Section = Section {
    name: "",
    help: "the surplus (deficit) of each year and when it reaches the budget: its estimate a year later, what the \
           outturn adds two years later; in money, or from the collection of a council tax",
    keys: &[
        Key::optional(
            "estimate",
            KeyKind::Yearly(Unit::Money),
            "the surplus of the year as estimated on 15 January, counted in the next year",
        ),
        Key::optional(
            "outturn",
            KeyKind::Yearly(Unit::Money),
            "what the surplus of the year turned out to be; its difference from the estimate counts two years later; \
             left out: as estimated",
        ),
        Key::optional(
            "own_share",
            KeyKind::Yearly(Unit::Rate),
            "the council's own share, where `estimate` and `outturn` are those of the whole fund",
        ),
        Key::optional(
            "council_tax",
            KeyKind::Reference("funding"),
            "by collection: the council tax, built up from `band_d_equivalents` and `collection`",
        ),
        Key::optional(
            "estimated",
            KeyKind::Yearly(Unit::Rate),
            "by collection: the share of the year's tax that the January estimate expects to be collected",
        ),
        Key::optional(
            "collected",
            KeyKind::Yearly(Unit::Rate),
            "by collection: the share collected in the end; left out: as estimated",
        ),
        Key::optional(
            "brought_forward",
            KeyKind::Yearly(Unit::Money),
            "what the estimates and outturns of years before the plan bring into its years; left out: nothing",
        ),
    ],
    belongs: false,
};

/// A surplus as resolved.
#[derive(Debug)]
pub(super) struct Surplus {
    of: Basis,
    brought_forward: Option<Figure>,
}

#[derive(Debug)]
enum Basis {
    Money { estimate: Figure, outturn: Option<Figure>, own_share: Option<Figure> },
    Collection { council_tax: Name, place: Place, estimated: Figure, collected: Option<Figure> },
}

/// Reads the group of a collection fund.
pub(super) fn read(item: &Item<'_>) -> Option<Surplus> {
    let group = item.group("surplus")?.signed_with(item);
    let by_collection = group.has("council_tax");
    let (estimate, outturn, own_share) = (group.figure("estimate"), group.figure("outturn"), group.figure("own_share"));
    let (estimated, collected) = (group.figure("estimated"), group.figure("collected"));
    let brought_forward = group.figure("brought_forward");
    let council_tax = group.reference("council_tax");
    let needed = if by_collection {
        group.refuse(&["estimate", "outturn"], "the surplus follows from the collection of the council tax");
        group.refuse(&["own_share"], "the council tax's own Band D gives the own share already");
        "estimated"
    } else {
        group.refuse(&["estimated", "collected"], "they need the `council_tax` that is collected");
        "estimate"
    };
    if !group.has(needed) {
        group.tell(
            Diagnostic::error("key_missing", format!("`{}` needs `{needed}`", group.path)).at(group.place).hint(
                "estimate = { \"2026/27\" = 0.4, … } in money, or council_tax = \"…\" with estimated = \"97.7%\"",
            ),
        );
    }
    let of = if by_collection {
        let place = group.place_of("council_tax");
        Basis::Collection { council_tax: council_tax?, place, estimated: estimated?, collected }
    } else {
        Basis::Money { estimate: estimate?, outturn, own_share }
    };
    Some(Surplus { of, brought_forward })
}

impl Surplus {
    /// The row of amounts, defined by [`Self::close`] when every council tax is built.
    pub(super) fn declare(b: &mut Build<'_>, subject: SubjectId) -> Row<Money> {
        b.money(subject, "amount", "surplus, or deficit when negative, that reaches the year", Years::PLAN)
    }

    /// Defines the amounts, and what falls after the plan.
    pub(super) fn close(&self, b: &mut Build<'_>, head: &Head) {
        let own = |f: &&FundingFacts| f.name == head.name;
        let Some((amount, subject)) = b.facts.funding.iter().find(own).map(|f| (f.amount, f.subject)) else { return };
        let Some((estimate, outturn)) = self.rows(b, head, subject) else { return };
        let difference = outturn.map(|outturn| {
            let terms = [(Sign::Plus, outturn), (Sign::Minus, estimate)];
            b.sum_of(subject, "difference", "what the outturn adds to the estimate", &terms)
        });
        let brought_forward = self
            .brought_forward
            .as_ref()
            .map(|f| b.given::<Money>(subject, "brought_forward", "from years before the plan", f));
        let last = b.horizon.years();
        // What reaches year t: the estimate of the year before, the difference of the one before that.
        let reaches = |t: i32| {
            let estimate = (2..=last + 1).contains(&t).then(|| estimate.at(t - 1));
            let difference = difference.filter(|_| (3..=last + 2).contains(&t)).map(|d| d.at(t - 2));
            estimate.into_iter().chain(difference).map(|c| (Sign::Plus, c)).collect::<Vec<_>>()
        };
        for t in b.horizon.plan() {
            let before = brought_forward.map(|r| (Sign::Plus, r.at(t)));
            b.sheet.sum(amount.at(t), reaches(t).into_iter().chain(before));
        }
        let mut after = Vec::new();
        for (t, measure, words) in [
            (last + 1, "after_the_plan", "falls in the year after the plan"),
            (last + 2, "two_years_after", "falls in the second year after the plan"),
        ] {
            let terms = reaches(t);
            if !terms.is_empty() {
                let cell = b.sheet.scalar::<Money>(subject, measure, words);
                b.sheet.sum(cell, terms);
                after.push(AfterPlan { year: b.horizon.year(t), amount: cell });
            }
        }
        if let Some(facts) = b.facts.funding.iter_mut().find(|f| f.name == head.name) {
            facts.after_plan = after;
        }
    }

    /// The surplus of each year as estimated and, where it is known, as it turned out: the own share.
    fn rows(&self, b: &mut Build<'_>, head: &Head, subject: SubjectId) -> Option<(Row<Money>, Option<Row<Money>>)> {
        const ESTIMATE: (&str, &str) = ("estimate", "surplus of the year as estimated in January");
        const OUTTURN: (&str, &str) = ("outturn", "surplus of the year as it turned out");
        match &self.of {
            Basis::Money { estimate, outturn, own_share: None } => {
                let estimate = b.given(subject, ESTIMATE.0, ESTIMATE.1, estimate);
                let outturn = outturn.as_ref().map(|f| b.given(subject, OUTTURN.0, OUTTURN.1, f));
                Some((estimate, outturn))
            }
            Basis::Money { estimate, outturn, own_share: Some(share) } => {
                let share = b.given::<Rate>(subject, "own_share", "own share of the fund", share);
                let mut own = |whole: (&'static str, &'static str), named: (&'static str, &'static str), figure| {
                    let whole = b.given::<Money>(subject, whole.0, whole.1, figure);
                    let row = b.money(subject, named.0, named.1, Years::PLAN);
                    for t in b.horizon.plan() {
                        b.sheet.product(row.at(t), &Product::of(whole.at(t)).times(share.at(t)));
                    }
                    row
                };
                let whole = ("estimate_of_the_fund", "surplus of the whole fund as estimated in January");
                let estimate = own(whole, ESTIMATE, estimate);
                let whole = ("outturn_of_the_fund", "surplus of the whole fund as it turned out");
                Some((estimate, outturn.as_ref().map(|f| own(whole, OUTTURN, f))))
            }
            Basis::Collection { council_tax, place, estimated, collected } => {
                let tax = b.facts.funding.iter().find(|f| f.name == *council_tax).and_then(|f| f.council_tax);
                let Some((tax, (equivalents, assumed))) = tax.and_then(|tax| Some((tax, tax.built_up?))) else {
                    let message = format!(
                        "`{}` needs the collection of `funding.{council_tax}`, which is not built up from \
                         `band_d_equivalents`",
                        head.path()
                    );
                    b.tell(Diagnostic::error("not_council_tax", message).at(*place).hint(
                        "give that council tax `band_d_equivalents` and `collection`, or write the surplus in money: \
                         estimate = …",
                    ));
                    return None;
                };
                let mut of = |measure: &'static str, words, beyond: &'static str, named: (&'static str, _), figure| {
                    let rate = b.given::<Rate>(subject, measure, words, figure);
                    let more = b.sheet.row::<Rate>(
                        subject,
                        beyond,
                        "share collected beyond the one assumed, or short of it when negative",
                        Years::PLAN,
                    );
                    let row = b.money(subject, named.0, named.1, Years::PLAN);
                    for t in b.horizon.plan() {
                        b.sheet.sum(more.at(t), [(Sign::Plus, rate.at(t)), (Sign::Minus, assumed.at(t))]);
                        let due = Product::of(tax.band_d.at(t)).for_each(equivalents.at(t));
                        b.sheet.product(row.at(t), &due.times(more.at(t)));
                    }
                    row
                };
                let words = "share expected to be collected, in January";
                let estimate = of("estimated", words, "estimated_beyond", ESTIMATE, estimated);
                let outturn = collected
                    .as_ref()
                    .map(|f| of("collected", "share collected in the end", "collected_beyond", OUTTURN, f));
                Some((estimate, outturn))
            }
        }
    }
}
