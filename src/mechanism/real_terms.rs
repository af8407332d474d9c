//! # Real terms: a plan's cash in the money of one named year
//!
//! **What you write**: `[real_terms.gdp]` with a `deflator` (a driver, or rates of its own) and, if
//! it is not the base year, the year whose money is meant (`prices_of`). There is no deflator of the
//! house.
//!
//! **What it means**: beside the cash, never instead of it. The index is 1 in the base year and
//! `index = R(index before × (1 + deflator))` after it, held to nine decimals; an amount in real
//! terms is `R(cash × index of the named year ÷ index of its own year)`. Real growth, of the net
//! budget requirement, is `cash ÷ cash before × index before ÷ index − 1`: dividing, not subtracting
//! the two rates. It deflates and does
//! not discount: nothing here says that a later pound is worth less than an earlier one for being
//! later.
//!
//! **Source**: HM Treasury publishes GDP deflators by financial year. They understate what care costs
//! where the National Living Wage rises faster, which every real-terms table says.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Item, Key, KeyKind, RateSource, Section};
use crate::sheet::{Cell, Flags, Product, Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Diagnostic, FinancialYear, Measure, Money, Name, Rate, Valued};

/// The keys of real terms.
pub const SECTION: Section = Section {
    name: "real_terms",
    help: "the plan's cash in the money of one year, printed beside it with the name of that year",
    keys: &[
        Key::required(
            "deflator",
            KeyKind::RateOrDriver,
            "the rise in prices that is taken out: a driver, or a rate by year",
        ),
        Key::optional("prices_of", KeyKind::Year, "the year whose money is meant; the base year when left out"),
    ],
    belongs: false,
};

/// What is shown in real terms.
const MEASURES: [(Measure, &str, &str); 5] = [
    (Measure::Requirement, "requirement", "requirement before savings, in real terms"),
    (Measure::Funding, "funding", "funding, in real terms"),
    (Measure::NetBudgetRequirement, "net_budget_requirement", "net budget requirement, in real terms"),
    (Measure::GapBeforeSavings, "gap_before_savings", "gap in the year before savings, in real terms"),
    (Measure::GapAfterPlannedReserves, "gap_after_planned_reserves", "still to find, in real terms"),
];

/// Those of them that the base year has.
const WITH_BASE: [Measure; 2] = [Measure::Requirement, Measure::Funding];

/// What reports say of real terms.
#[derive(Debug, Clone)]
pub struct RealTermsFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// The year whose money is meant.
    pub prices_of: FinancialYear,
    /// The index of each year, the base year's being one.
    pub index: Row<Rate>,
    /// Each organisation and view in the money of that year.
    pub scopes: Vec<InRealTerms>,
}

/// An organisation or view in the money of one year.
#[derive(Debug, Clone)]
pub struct InRealTerms {
    /// Its name.
    pub scope: Name,
    /// Its title.
    pub title: String,
    /// Each measure: in cash, and in the money of that year.
    pub rows: Vec<(Measure, Row<Money>, Row<Money>)>,
    /// The real growth of its net budget requirement, in a plan of two years or more.
    pub growth: Option<Row<Rate>>,
}

#[derive(Debug)]
struct RealTerms {
    head: Head,
    deflator: RateSource,
    prices_of: FinancialYear,
}

/// Reads real terms.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let deflator = item.rate("deflator");
    let horizon = item.reading.rules.horizon;
    let prices_of = if item.has("prices_of") { item.year("prices_of")? } else { horizon.base() };
    if horizon.number(prices_of).is_none() {
        item.tell(
            Diagnostic::error(
                "unknown_year",
                format!("`{}` speaks of the money of {prices_of}, which the plan does not reach", item.path),
            )
            .at(item.place_of("prices_of"))
            .hint(format!("name the base year or a plan year: {} to {}", horizon.base(), horizon.last())),
        );
        return None;
    }
    Some(Box::new(RealTerms { head: head?, deflator: deflator?, prices_of }))
}

impl RealTerms {
    /// The measures of an organisation or view in the money of the named year.
    fn deflate(
        &self,
        b: &mut Build<'_>,
        scope: Name,
        title: String,
        index: Row<Rate>,
        named: Cell<Rate>,
    ) -> InRealTerms {
        let subject = b.sheet.subject(Subject {
            organisation: Some(scope.clone()),
            kind: SECTION.name,
            name: Some(self.head.name.clone()),
            title: format!("{title}, in {} prices ({})", self.prices_of, self.head.title).into(),
            place: Some(self.head.place),
        });
        let mut rows = Vec::new();
        for (measure, code, words) in MEASURES {
            let Some(cash) = b.measure(&scope, measure) else { continue };
            let first = i32::from(!WITH_BASE.contains(&measure));
            let row = b.money(subject, code, words, Years::From(first));
            for t in first..=b.horizon.years() {
                b.sheet.product(row.at(t), &Product::of(cash.at(t)).in_proportion(named, index.at(t)));
            }
            rows.push((measure, cash, row));
        }
        let growth = Self::growth(b, subject, &scope, index);
        InRealTerms { scope, title, rows, growth }
    }

    /// Growth in real terms divides: taking one rate from the other would be a little off.
    fn growth(b: &mut Build<'_>, subject: SubjectId, scope: &Name, index: Row<Rate>) -> Option<Row<Rate>> {
        let budget = b.measure(scope, Measure::NetBudgetRequirement).filter(|_| b.horizon.years() > 1)?;
        let one = b.sheet.scalar::<Rate>(subject, "one", "one");
        b.sheet.input(one, Rate::from_steps(1_000_000_000), None, Flags::EXACT);
        let least = b.penny();
        let years = Years::From(2);
        let divisor =
            b.money(subject, "budget_or_a_penny", "net budget requirement of the year before, or a penny", years);
        let ratio = b.sheet.row::<Rate>(
            subject,
            "real_ratio",
            "net budget requirement over the year before's, in real terms",
            years,
        );
        let growth = b.sheet.row::<Rate>(subject, "real_growth", "real growth of the net budget requirement", years);
        for t in 2..=b.horizon.years() {
            b.sheet.max(divisor.at(t), &[budget.at(t - 1), least]);
            let product = Product::of(budget.at(t)).over(divisor.at(t)).in_proportion(index.at(t - 1), index.at(t));
            b.sheet.product(ratio.at(t), &product);
            b.sheet.sum(growth.at(t), [(Sign::Plus, ratio.at(t)), (Sign::Minus, one)]);
        }
        Some(growth)
    }
}

impl Mechanism for RealTerms {
    fn head(&self) -> &Head {
        &self.head
    }

    fn reconcile(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let Some(rate) = b.rate(subject, "deflator", "rise in prices taken out", &self.deflator) else { return };
        let index =
            b.sheet.row::<Rate>(subject, "index", "price index, the base year's being one", Years::BASE_AND_PLAN);
        b.sheet.input(index.at(0), Rate::from_steps(1_000_000_000), None, Flags::EXACT);
        for t in b.horizon.plan() {
            b.sheet.product(index.at(t), &Product::of(index.at(t - 1)).grown_by(rate.at(t)));
        }
        let named = index.at(b.horizon.number(self.prices_of).unwrap_or(0));
        let organisations = b.organisations.iter().map(|o| (o.name.clone(), o.title.clone()));
        let scopes: Vec<_> =
            organisations.chain(b.facts.views.iter().map(|v| (v.name.clone(), v.title.to_owned()))).collect();
        let scopes = scopes.into_iter().map(|(scope, title)| self.deflate(b, scope, title, index, named)).collect();
        b.facts.real_terms.push(RealTermsFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            prices_of: self.prices_of,
            index,
            scopes,
        });
    }
}
