//! # Council tax
//!
//! **What you write**: the tax base as set (`tax_base`), or built up from `band_d_equivalents` and
//! `collection` (and `class_o`); Band D of the base year with the core `increase` and the
//! `adult_social_care` increase, or Band D of every year as published.
//!
//! **What it means**: both increases are taken on last year's **whole** Band D, and each is rounded
//! to the penny: `core = R(Band D before × increase)`, `adult social care = R(Band D before × its
//! increase)`, `Band D = Band D before + core + adult social care`, `income = R(tax base × Band D)`.
//! The yield of one per cent is R(tax base × last year's Band D × 1 %). The adult social care part
//! raised since the base year is funding marked for social care.
//!
//! **Source**: Local Government Finance Act 1992; published increases of Bath and North East
//! Somerset (core £54.51 at 2.99 % and precept £36.46 at 2 %) imply one base of £1,823 for both.

use super::context::Build;
use crate::language::{Figure, Item, RateSource};
use crate::sheet::{Flags, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Quantity, Rate, Unit, UnitPrice, Valued};

/// The keys that go with council tax that is built up.
pub(super) const KEYS: [&str; 7] =
    ["tax_base", "band_d_equivalents", "collection", "class_o", "band_d", "increase", "adult_social_care"];

/// Council tax as resolved.
#[derive(Debug)]
pub struct CouncilTax {
    base: TaxBase,
    band_d: BandD,
}

#[derive(Debug)]
enum TaxBase {
    Set(Figure),
    BuiltUp { equivalents: Figure, collection: Figure, class_o: Option<Figure>, decimals: u32 },
}

#[derive(Debug)]
enum BandD {
    Published(Figure),
    Raised { base: Figure, increase: RateSource, adult_social_care: Option<RateSource> },
}

/// The rows of a council tax.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// Income of the year.
    pub amount: Row<Money>,
    /// Band D by year.
    pub band_d: Row<UnitPrice>,
    /// The increase on the year before, as a share of it; not for the first published Band D.
    pub rise: Option<Row<Rate>>,
    /// Income from the adult social care part raised since the base year.
    pub marked: Option<Row<Money>>,
    /// What one per cent is worth.
    pub one_per_cent: Option<Row<Money>>,
    /// The increases in pounds, where Band D is built up from them.
    pub raised: Option<Raised>,
    /// Band D equivalents before collection and the share assumed to be collected, where the tax base
    /// is built up from them.
    pub built_up: Option<(Row<Quantity>, Row<Rate>)>,
}

/// The increases of a Band D, in pounds.
#[derive(Debug, Clone, Copy)]
pub struct Raised {
    /// The whole increase.
    pub rise: Row<UnitPrice>,
    /// The core part of it.
    pub core: Row<UnitPrice>,
}

/// A tax base, and what it is built up from.
type Base = (Row<Quantity>, Option<(Row<Quantity>, Row<Rate>)>);

/// Reads the keys of a council tax.
pub(super) fn read(item: &Item<'_>) -> Option<CouncilTax> {
    let decimals = item.count("tax_base_decimals").unwrap_or(1).min(4);
    let set = item.figure("tax_base");
    let equivalents = item.figure("band_d_equivalents");
    let collection = item.figure("collection");
    let class_o = item.figure("class_o");
    let base = match (item.has("tax_base"), item.has("band_d_equivalents")) {
        (true, false) => {
            for key in ["collection", "class_o"] {
                if item.has(key) {
                    item.tell(
                        Diagnostic::error(
                            "tax_base_twice",
                            format!(
                                "`{}`: the tax base is as set, after collection, so `{key}` would count twice",
                                item.path
                            ),
                        )
                        .at(item.place_of(key))
                        .hint("leave it out, or give `band_d_equivalents` instead of `tax_base`"),
                    );
                }
            }
            set.map(TaxBase::Set)
        }
        (false, true) => {
            if !item.has("collection") {
                item.tell(
                    Diagnostic::error(
                        "key_missing",
                        format!("`{}` needs `collection`, the share assumed to be collected", item.path),
                    )
                    .at(item.place_of("band_d_equivalents"))
                    .hint("collection = \"98.5%\""),
                );
            }
            equivalents.zip(collection).map(|(equivalents, collection)| TaxBase::BuiltUp {
                equivalents,
                collection,
                class_o,
                decimals,
            })
        }
        (both, _) => {
            let message = if both { "gives the tax base twice" } else { "does not say its tax base" };
            item.tell(
                Diagnostic::error("tax_base_twice", format!("`{}` {message}", item.path))
                    .at(item.place)
                    .hint("give `tax_base` as set, or `band_d_equivalents` with `collection`"),
            );
            None
        }
    };
    let band_d = band_d(item);
    if let Some(BandD::Published(figure) | BandD::Raised { base: figure, .. }) = &band_d
        && let Some(point) = figure.points.iter().find(|p| p.steps.is_some_and(|s| s % 100 != 0))
    {
        let message = format!("`{}.band_d` has more decimals than whole pence", item.path);
        let place = point.place.unwrap_or(item.place);
        item.tell(Diagnostic::error("hidden_digits", message).at(place).hint("a Band D is set in whole pence"));
    }
    Some(CouncilTax { base: base?, band_d: band_d? })
}

fn band_d(item: &Item<'_>) -> Option<BandD> {
    let increase = item.rate("increase");
    let adult_social_care = item.rate("adult_social_care");
    let Some(node) = item.node("band_d") else {
        item.tell(
            Diagnostic::error("key_missing", format!("`{}` needs `band_d`", item.path))
                .at(item.place)
                .hint("band_d = \"£1750.00\" is the base year's, with `increase`; or give every year as published"),
        );
        return None;
    };
    if item.has("increase") {
        return Some(BandD::Raised {
            base: item.figure_at("band_d", node, Unit::UnitPrice, false)?,
            increase: increase?,
            adult_social_care,
        });
    }
    let by_year = match &node.value {
        crate::language::Value::Table(t) => {
            t.keys().any(|k| k.starts_with(|c: char| c.is_ascii_digit()) || k == "likely")
        }
        crate::language::Value::List(_) => true,
        _ => false,
    };
    if !by_year {
        item.tell(
            Diagnostic::error(
                "increase_missing",
                format!("`{}` gives Band D of the base year and no increase", item.path),
            )
            .at(node.place)
            .hint("add increase = \"2.99%\" (or \"0%\" for a freeze), or give Band D of every year as published"),
        );
        return None;
    }
    if item.has("adult_social_care") {
        item.tell(
            Diagnostic::error(
                "band_d_twice",
                format!("`{}`: Band D is as published, so an increase would count twice", item.path),
            )
            .at(item.place_of("adult_social_care"))
            .hint("leave it out, or give Band D of the base year only, with `increase`"),
        );
        return None;
    }
    item.figure_at("band_d", node, Unit::UnitPrice, true).map(BandD::Published)
}

impl CouncilTax {
    fn tax_base(&self, b: &mut Build<'_>, subject: SubjectId) -> Base {
        match &self.base {
            TaxBase::Set(figure) => {
                (b.given(subject, "tax_base", "tax base as set, in Band D equivalents", figure), None)
            }
            TaxBase::BuiltUp { equivalents, collection, class_o, decimals } => {
                let gross = b.given::<Quantity>(
                    subject,
                    "band_d_equivalents",
                    "Band D equivalents before collection",
                    equivalents,
                );
                let rate = b.given::<Rate>(subject, "collection", "share collected", collection);
                let other = class_o
                    .as_ref()
                    .map(|f| b.given::<Quantity>(subject, "class_o", "contributions in lieu (Class O)", f));
                let measure = if other.is_some() { "collected" } else { "tax_base" };
                let collected =
                    b.sheet.row::<Quantity>(subject, measure, "Band D equivalents after collection", Years::PLAN);
                b.sheet.round_to(collected, *decimals);
                for t in b.horizon.plan() {
                    b.sheet.product(collected.at(t), &Product::of(gross.at(t)).times(rate.at(t)));
                }
                let Some(other) = other else { return (collected, Some((gross, rate))) };
                let row = b.sheet.row::<Quantity>(subject, "tax_base", "tax base, in Band D equivalents", Years::PLAN);
                for t in b.horizon.plan() {
                    b.sheet.sum(row.at(t), [(Sign::Plus, collected.at(t)), (Sign::Plus, other.at(t))]);
                }
                (row, Some((gross, rate)))
            }
        }
    }

    /// Builds the rows.
    pub(super) fn build(&self, b: &mut Build<'_>, subject: SubjectId) -> Option<Rows> {
        let (tax_base, built_up) = self.tax_base(b, subject);
        let plan = b.horizon.plan();
        let (band_d, rise, core, care, first) = match &self.band_d {
            BandD::Published(figure) => {
                (b.given::<UnitPrice>(subject, "band_d", "Band D, as published", figure), None, None, None, 2)
            }
            BandD::Raised { base, increase, adult_social_care } => {
                let base = b.given_once::<UnitPrice>(subject, "band_d_before", "Band D of the base year", base);
                let core_rate = b.rate(subject, "core_increase", "core increase", increase)?;
                let care_rate = match adult_social_care {
                    Some(source) => {
                        Some(b.rate(subject, "adult_social_care_increase", "adult social care increase", source)?)
                    }
                    None => None,
                };
                let band_d = b.sheet.row::<UnitPrice>(subject, "band_d", "Band D", Years::BASE_AND_PLAN);
                b.sheet.sum(band_d.at(0), [(Sign::Plus, base)]);
                let core = self.increment(b, subject, ("core", "core increase, to the penny"), band_d, core_rate);
                let care = care_rate.map(|rate| {
                    self.increment(
                        b,
                        subject,
                        ("adult_social_care", "adult social care increase, to the penny"),
                        band_d,
                        rate,
                    )
                });
                let rise = b.sheet.row::<UnitPrice>(subject, "rise", "increase in Band D", Years::PLAN);
                for t in plan.clone() {
                    let parts = [Some(core), care];
                    b.sheet.sum(rise.at(t), parts.into_iter().flatten().map(|r| (Sign::Plus, r.at(t))));
                    b.sheet.sum(band_d.at(t), [(Sign::Plus, band_d.at(t - 1)), (Sign::Plus, rise.at(t))]);
                }
                (band_d, Some(rise), Some(core), care, 1)
            }
        };
        let amount = b.money(subject, "amount", "income: tax base × Band D", Years::PLAN);
        for t in plan.clone() {
            b.sheet.product(amount.at(t), &Product::of(band_d.at(t)).for_each(tax_base.at(t)));
        }
        let weekly = b.sheet.row::<UnitPrice>(subject, "band_d_weekly", "Band D a week (of 52)", Years::PLAN);
        b.sheet.round_to(weekly, 2);
        for t in plan.clone() {
            b.sheet.product(weekly.at(t), &Product::of(band_d.at(t)).per(52));
        }
        let rise_share = self.rise_share(b, subject, band_d, rise, first);
        let one_per_cent = self.one_per_cent(b, subject, band_d, tax_base, first);
        let marked = care.map(|care| {
            let total = b.sheet.row::<UnitPrice>(
                subject,
                "adult_social_care_so_far",
                "adult social care increases since the base year",
                Years::PLAN,
            );
            let row = b.money(
                subject,
                "adult_social_care_yield",
                "income from adult social care increases since the base year",
                Years::PLAN,
            );
            for t in plan.clone() {
                let before = (t > 1).then(|| (Sign::Plus, total.at(t - 1)));
                b.sheet.sum(total.at(t), before.into_iter().chain([(Sign::Plus, care.at(t))]));
                b.sheet.product(row.at(t), &Product::of(total.at(t)).for_each(tax_base.at(t)));
            }
            row
        });
        let raised = rise.zip(core).map(|(rise, core)| Raised { rise, core });
        Some(Rows { amount, band_d, rise: rise_share, marked, one_per_cent, raised, built_up })
    }

    fn increment(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        named: (&'static str, &'static str),
        band_d: Row<UnitPrice>,
        rate: Row<Rate>,
    ) -> Row<UnitPrice> {
        let row = b.sheet.row::<UnitPrice>(subject, named.0, named.1, Years::PLAN);
        b.sheet.round_to(row, 2);
        for t in b.horizon.plan() {
            b.sheet.product(row.at(t), &Product::of(band_d.at(t - 1)).times(rate.at(t)));
        }
        row
    }

    fn rise_share(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        band_d: Row<UnitPrice>,
        rise: Option<Row<UnitPrice>>,
        first: i32,
    ) -> Option<Row<Rate>> {
        if first > b.horizon.years() {
            return None;
        }
        let share = b.sheet.row::<Rate>(
            subject,
            "rise_share",
            "increase in Band D as a share of the year before",
            Years::From(first),
        );
        let rise = rise.unwrap_or_else(|| {
            let row = b.sheet.row::<UnitPrice>(subject, "rise", "increase in Band D", Years::From(first));
            for t in first..=b.horizon.years() {
                b.sheet.sum(row.at(t), [(Sign::Plus, band_d.at(t)), (Sign::Minus, band_d.at(t - 1))]);
            }
            row
        });
        for t in first..=b.horizon.years() {
            b.sheet.product(share.at(t), &Product::of(rise.at(t)).over(band_d.at(t - 1)));
        }
        Some(share)
    }

    fn one_per_cent(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        band_d: Row<UnitPrice>,
        tax_base: Row<Quantity>,
        first: i32,
    ) -> Option<Row<Money>> {
        if first > b.horizon.years() {
            return None;
        }
        let one = b.sheet.scalar::<Rate>(subject, "one_per_cent", "one per cent");
        b.sheet.input(one, Rate::from_steps(10_000_000), None, Flags::EXACT);
        let row = b.sheet.row::<Money>(
            subject,
            "yield_of_one_per_cent",
            "what one per cent on Band D yields",
            Years::From(first),
        );
        for t in first..=b.horizon.years() {
            b.sheet.product(row.at(t), &Product::of(band_d.at(t - 1)).times(one).for_each(tax_base.at(t)));
        }
        Some(row)
    }
}
