//! # Drivers: named yearly rates
//!
//! **What you write**: under `[driver]`, a rate by year (`pay = "3%"`), or a rate made of others:
//! `{ blend = { nlw = "70%", cpi = "30%" } }` is Σ weight × rate; `{ compound = ["pay", "0.4%"] }`
//! is Π(1 + rate) − 1 (award, drift and on-costs multiply); `{ sum = ["pay", "prices"] }` adds.
//! `{ rate = "4%", from = "09" }` takes effect in September: 7 of 12 months fall in its own year
//! and the rest is next year's full-year effect.
//!
//! **Rounding**: each rate is held to nine decimals and rounded once, half away from zero.
//!
//! **Source**: pay awards for teachers run from September; those of most other staff from April,
//! whatever month they are paid in.

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::keys::FIGURE;
use crate::language::{Figure, Item, Key, KeyKind, Node, RateSource, Reading, Section, Value};
use crate::sheet::{Product, Sign, SubjectId, Years};
use crate::vocabulary::name::dotted;
use crate::vocabulary::{Diagnostic, Diagnostics, Months, Name, Place, Rate, Unit, Valued};

/// The keys of a driver written as a table.
pub const SECTION: Section = Section {
    name: "driver",
    help: "a named yearly rate: pay, prices, demand; written `name = rate` under [driver]",
    keys: &[
        Key::optional("rate", KeyKind::Yearly(Unit::Rate), "the rate, when `from` or `signed` stands beside it"),
        Key::optional(
            "from",
            KeyKind::MonthOfYear,
            "the month of each year from which the rate applies, \"09\"; the rest of the year follows as full-year effect",
        ),
        Key::optional("blend", KeyKind::Weights, "a table from drivers to weights: Σ weight × rate"),
        Key::optional("partial", KeyKind::Flag, "`true` when the weights of a blend rightly do not add to 100%"),
        Key::optional("compound", KeyKind::Drivers, "a list of drivers and rates: Π(1 + rate) − 1"),
        Key::optional("sum", KeyKind::Drivers, "a list of drivers and rates that add"),
        Key::optional("signed", KeyKind::Flag, "`true` allows a negative rate"),
    ],
    belongs: false,
};

#[derive(Debug)]
enum Definition {
    Given(Figure),
    Blend(Vec<(RateSource, Figure)>),
    Compound(Vec<RateSource>),
    Sum(Vec<RateSource>),
}

/// A driver as resolved.
#[derive(Debug)]
pub struct Driver {
    head: Head,
    definition: Definition,
    months: Option<Figure>,
}

/// Reads one entry of `[driver]`: a plain rate, or a table with keys of its own.
#[must_use]
pub fn read(name: &Name, place: Place, node: &Node, reading: &Reading) -> Option<Box<dyn Mechanism>> {
    let is_year = |k: &str| k.starts_with(|c: char| c.is_ascii_digit());
    let plain = match node.as_table() {
        None => true,
        Some(t) => {
            t.keys().any(|k| is_year(k) || FIGURE.iter().any(|f| f.name == k && !is_evidence(k)))
                && !t.keys().any(|k| SECTION.keys.iter().any(|own| own.name == k))
        }
    };
    if !plain {
        return read_table(&Item::begin(&SECTION, name.clone(), place, node, reading)?)
            .map(|d| Box::new(d) as Box<dyn Mechanism>);
    }
    let path = dotted("driver", name.as_str());
    let mut wrong = Diagnostics::new();
    let figure = Figure::read(path.clone(), node, Unit::Rate, true, &reading.rules, &mut wrong);
    wrong.sorted().into_iter().for_each(|d| reading.tell(d));
    let figure = figure?;
    if let Some(place) = figure.find_beyond(|steps| steps < 0) {
        let typed = "write it as { rate = \"-1%\", signed = true } if it really falls";
        reading.tell(
            Diagnostic::error("negative_amount", format!("`{path}` is negative"))
                .at(place.unwrap_or(node.place))
                .hint(typed),
        );
        return None;
    }
    let evidence = figure.evidence.clone();
    let head = Head { kind: "driver", name: name.clone(), organisation: None, title: name.in_words(), place, evidence };
    Some(Box::new(Driver { head, definition: Definition::Given(figure), months: None }))
}

fn is_evidence(key: &str) -> bool {
    matches!(key, "source" | "owner" | "note")
}

/// Reads a driver written as a table with keys of its own.
fn read_table(item: &Item<'_>) -> Option<Driver> {
    let head = Head::of(item)?;
    let given: Vec<&str> = ["rate", "blend", "compound", "sum"].into_iter().filter(|k| item.has(k)).collect();
    let months = item.month_of_year("from");
    let partial = item.flag("partial");
    let _ = item.flag("signed");
    let definition = match given.as_slice() {
        ["rate"] => Definition::Given(item.figure("rate")?),
        ["blend"] => blend(item, partial)?,
        ["compound"] => Definition::Compound(list(item, "compound")?),
        ["sum"] => Definition::Sum(list(item, "sum")?),
        _ => {
            item.tell(
                Diagnostic::error(
                    "driver_unclear",
                    format!("driver `{}` needs exactly one of `rate`, `blend`, `compound` and `sum`", item.name),
                )
                .at(item.place)
                .hint("write a rate: pay = \"3%\", or { blend = { nlw = \"70%\", cpi = \"30%\" } }"),
            );
            return None;
        }
    };
    if months.is_some() && !matches!(definition, Definition::Given(_)) {
        item.tell(
            Diagnostic::error("part_year_driver", format!("driver `{}`: `from` goes with `rate` only", item.name))
                .at(item.place_of("from"))
                .hint("leave `from` out, or write a rate of its own with it: { rate = \"4%\", from = \"09\" }"),
        );
        return None;
    }
    // September (9) leaves 7 months of a year that ends in March; April leaves all 12.
    let months = months.map(|m| {
        let in_effect = if m >= 4 { 16 - m } else { 4 - m };
        let steps = i128::from(in_effect) * 1_000_000_000;
        let mut figure = Figure::defaulted(dotted(&item.path, "from"), Unit::Months, steps);
        figure.default = false;
        figure.place = Some(item.place_of("from"));
        figure
    });
    let months = months.filter(|f| f.at(1).steps != Some(12_000_000_000));
    Some(Driver { head, definition, months })
}

fn blend(item: &Item<'_>, partial: bool) -> Option<Definition> {
    let node = item.node("blend")?;
    let Some(table) = node.as_table() else {
        item.tell(
            Diagnostic::error("wrong_type", format!("`{}.blend` must be a table from drivers to weights", item.path))
                .at(node.place)
                .hint("blend = { nlw = \"70%\", cpi = \"30%\" }"),
        );
        return None;
    };
    let mut parts = Vec::new();
    let mut total = 0;
    for (name, entry) in &table.entries {
        let driver = item.resolve("driver", name, entry.key)?;
        let weight = item.figure_at(&format!("blend.{name}"), &entry.node, Unit::Rate, false)?;
        total += weight.at(1).steps.unwrap_or(0);
        if !partial {
            item.refuse_range_of_part(&weight);
        }
        parts.push((RateSource::Driver(driver, entry.key), weight));
    }
    if total != Rate::from_steps(1_000_000_000).steps() && !partial {
        item.tell(
            Diagnostic::error(
                "weights_not_whole",
                format!(
                    "the weights of `{}` add to {}%, not 100%",
                    item.path,
                    crate::vocabulary::number::decimal(total, 7).normalize()
                ),
            )
            .at(node.place)
            .hint("add `partial = true` if the rest really has no price"),
        );
        return None;
    }
    Some(Definition::Blend(parts))
}

fn list(item: &Item<'_>, key: &'static str) -> Option<Vec<RateSource>> {
    let node = item.node(key)?;
    let Value::List(nodes) = &node.value else {
        item.tell(
            Diagnostic::error("wrong_type", format!("`{}.{key}` must be a list of drivers and rates", item.path))
                .at(node.place)
                .hint(format!("{key} = [\"pay\", \"0.4%\"]")),
        );
        return None;
    };
    nodes.iter().enumerate().map(|(i, n)| item.rate_at(&format!("{key}.{}", i + 1), n)).collect()
}

impl Driver {
    fn sources(&self) -> Vec<&RateSource> {
        match &self.definition {
            Definition::Given(_) => Vec::new(),
            Definition::Blend(parts) => parts.iter().map(|(s, _)| s).collect(),
            Definition::Compound(parts) | Definition::Sum(parts) => parts.iter().collect(),
        }
    }

    fn part(
        &self,
        b: &mut Build<'_>,
        subject: SubjectId,
        index: usize,
        source: &RateSource,
    ) -> Option<crate::sheet::Row<Rate>> {
        match source {
            RateSource::Driver(name, place) => {
                if is_part_year(b, name) {
                    b.tell(
                        Diagnostic::error(
                            "part_year_driver",
                            format!(
                                "driver `{name}` applies from a month within the year and cannot stand in driver `{}`",
                                self.head.name
                            ),
                        )
                        .at(*place)
                        .hint("use it as the `price` of a line; a blend needs rates of whole years"),
                    );
                }
                b.known_rate("driver", name, "rate")
            }
            RateSource::Own(figure) => {
                let assumption = Some(b.sheet.assumption(figure.assumption()));
                let row = b.sheet.row::<Rate>(
                    subject,
                    format!("part_{}", index + 1),
                    format!("part {} of the rate", index + 1),
                    Years::PLAN,
                );
                for t in b.horizon.plan() {
                    match figure.at(t).steps {
                        Some(steps) => b.sheet.input(row.at(t), Rate::from_steps(steps), assumption, figure.flags(t)),
                        None => b.sheet.not_published(row.at(t)),
                    }
                }
                Some(row)
            }
        }
    }
}

/// Whether the driver applies from a month within the year.
#[must_use]
pub fn is_part_year(b: &Build<'_>, driver: &Name) -> bool {
    b.part_year.contains_key(driver)
}

/// Refuses a driver that applies from a month within the year where rates are of whole years; `what`
/// says what it stands for there.
pub(super) fn refuse_part_year(b: &Build<'_>, source: Option<&RateSource>, what: &str) {
    if let Some(RateSource::Driver(name, place)) = source
        && is_part_year(b, name)
    {
        let message = format!("driver `{name}` applies from a month within the year and cannot be {what}");
        b.tell(
            Diagnostic::error("part_year_driver", message)
                .at(*place)
                .hint(format!("name a driver of whole years, or write {what} as a rate of its own")),
        );
    }
}

impl Mechanism for Driver {
    fn head(&self) -> &Head {
        &self.head
    }

    fn declare(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let row = match &self.definition {
            Definition::Given(figure) => b.given(subject, "rate", "rate", figure),
            _ => b.sheet.row(subject, "rate", "rate", Years::PLAN),
        };
        b.know_rate("driver", &self.head.name, "rate", row);
        b.driver_subjects.insert(self.head.name.clone(), subject);
        if let Some(months) = &self.months {
            let cell = b.given_once::<Months>(subject, "months", "months in effect in its own year", months);
            b.part_year.insert(self.head.name.clone(), cell);
        }
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(row) = b.known_rate("driver", &self.head.name, "rate") else { return };
        let Some(subject) = b.driver_subjects.get(&self.head.name).copied() else { return };
        let parts: Option<Vec<_>> =
            self.sources().into_iter().enumerate().map(|(i, s)| self.part(b, subject, i, s)).collect();
        let Some(parts) = parts else { return };
        match &self.definition {
            Definition::Given(_) => {}
            Definition::Blend(weighted) => {
                let weights: Vec<_> = weighted
                    .iter()
                    .enumerate()
                    .map(|(i, (_, w))| {
                        let assumption = Some(b.sheet.assumption(w.assumption()));
                        let cell =
                            b.sheet.scalar::<Rate>(subject, format!("weight_{}", i + 1), format!("weight {}", i + 1));
                        b.sheet.input(cell, Rate::from_steps(w.at(1).steps.unwrap_or(0)), assumption, w.flags(1));
                        cell
                    })
                    .collect();
                for t in b.horizon.plan() {
                    b.sheet.weighted(row.at(t), weights.iter().zip(&parts).map(|(w, p)| (*w, p.at(t))));
                }
            }
            Definition::Compound(_) => {
                let one = b.sheet.scalar::<Rate>(subject, "one", "one");
                b.sheet.input(one, Rate::from_steps(1_000_000_000), None, crate::sheet::Flags::EXACT);
                let index = b.sheet.row::<Rate>(subject, "index", "index: one plus each part, multiplied", Years::PLAN);
                for t in b.horizon.plan() {
                    let product = parts.iter().fold(Product::of(one), |p, part| p.grown_by(part.at(t)));
                    b.sheet.product(index.at(t), &product);
                    b.sheet.sum(row.at(t), [(Sign::Plus, index.at(t)), (Sign::Minus, one)]);
                }
            }
            Definition::Sum(_) => {
                for t in b.horizon.plan() {
                    b.sheet.sum(row.at(t), parts.iter().map(|p| (Sign::Plus, p.at(t))));
                }
            }
        }
    }
}
