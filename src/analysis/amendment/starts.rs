//! Starts that cannot be met: what an amendment lets begin before it is decided, or before what the law
//! asks for first can have happened. Dates and days; whether a duty arises at all is not for a model.
//!
//! **Sources**: Trade Union and Labour Relations (Consolidation) Act 1992 s188(1A), as amended in 2013:
//! consultation begins at least 30 days before the first dismissal takes effect where 20 to 99, and 45
//! days where 100 or more, are proposed at one establishment within 90 days. Local Government Finance Act
//! 1992 s30(6): council tax is set before 11 March; s40(5): a precept is issued before 1 March; neither is
//! invalid merely because it is later.

use super::touched::{Class, Touched, What, amounts};
use crate::language::{Node, Value};
use crate::open::Opened;
use crate::sheet::Run;
use crate::vocabulary::{FinancialYear, Name, UnitPrice};

/// A date, or a month of which the day is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    year: i64,
    month: i64,
    day: Option<i64>,
}

impl Date {
    /// Reads `2026-02-26` or `2026-02`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let mut next = |digits: usize| {
            let part = parts.next()?;
            let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse::<i64>().ok())?
        };
        let (year, month) = (next(4)?, next(2)?);
        let day = next(2);
        let whole = text.trim().len() == if day.is_some() { 10 } else { 7 };
        let fits = (1..=12).contains(&month) && day.is_none_or(|d| (1..=31).contains(&d));
        (whole && fits).then_some(Self { year, month, day })
    }

    /// The first day of a calendar month.
    #[must_use]
    pub const fn first_of(year: i64, month: i64) -> Self {
        Self { year, month, day: Some(1) }
    }

    /// Whether the day is said.
    #[must_use]
    pub const fn has_day(self) -> bool {
        self.day.is_some()
    }

    /// Days since a fixed day long ago, of its earliest day.
    fn days(self) -> i64 {
        // March is the first month, so that a leap day is the last day of its year.
        let (y, m) = if self.month > 2 { (self.year, self.month - 3) } else { (self.year - 1, self.month + 9) };
        365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + self.day.unwrap_or(1)
    }

    /// The days from this date (its earliest day, where only the month is said) to another.
    #[must_use]
    pub fn days_to(self, other: Self) -> i64 {
        other.days() - self.days()
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

/// When the amendment is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// Its own `version.date`.
    Own(Date),
    /// The base's `version.date`, since the amendment has none.
    Base(Date),
    /// A date that is no date, as typed.
    Unreadable(String),
    /// Neither says a date.
    Unknown,
}

impl Decided {
    /// The date, when there is one.
    #[must_use]
    pub const fn date(&self) -> Option<Date> {
        match self {
            Self::Own(date) | Self::Base(date) => Some(*date),
            Self::Unreadable(_) | Self::Unknown => None,
        }
    }
}

/// When the amendment is decided: by its own date, else the base's.
#[must_use]
pub fn decided(base: &Opened, amended: &Opened) -> Decided {
    let version = amended.loaded.tree.table("scenario").and_then(|s| s.table("version"));
    let Some((node, text)) = version.and_then(|v| v.get("date")).and_then(|n| Some((n, n.as_text()?))) else {
        return Decided::Unknown;
    };
    let own = super::files(base, amended).contains(&node.place.file);
    match Date::read(text) {
        Some(date) if own => Decided::Own(date),
        Some(date) => Decided::Base(date),
        None => Decided::Unreadable(text.to_owned()),
    }
}

/// A start that cannot be met, or can hardly be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// It begins before the decision.
    Before {
        /// What begins.
        title: String,
        /// When.
        start: Date,
        /// The first year in which it counts, and how much in the plan.
        counts: Option<(FinancialYear, i128)>,
    },
    /// Amounts of a year that had begun, or was over, when it is decided.
    YearBegun {
        /// What they are of.
        title: String,
        /// The year.
        year: FinancialYear,
        /// How much more than before.
        amount: i128,
        /// Whole months of it that are left after the month of the decision; nought when it was over.
        months_left: i64,
    },
    /// It was not consulted on, and fewer days are left than collective consultation takes.
    Consultation {
        /// What begins.
        title: String,
        /// When.
        start: Date,
        /// The days from the decision to it.
        days: i64,
    },
    /// A council tax that is decided after the date by which it is to be set, or a precept issued.
    CouncilTax {
        /// The council tax.
        title: String,
        /// The year it is for.
        year: FinancialYear,
        /// Whether the body issues a precept.
        precept: bool,
        /// The date before which it is to be done.
        before: Date,
        /// Whether it is known to be late; else the day of the decision is not said.
        late: bool,
    },
}

/// Days of consultation where 20 to 99 dismissals are proposed, and where 100 or more are.
pub const CONSULTATION: (i64, i64) = (30, 45);

/// Every start of the amendment that cannot be met when it is decided on `date`.
#[must_use]
pub fn starts(base: &Opened, amended: &Opened, touched: &[Touched], date: Date) -> Vec<Start> {
    let mut found = Vec::new();
    for item in touched.iter().filter(|i| matches!(i.kind.as_str(), "saving" | "pressure")) {
        let says = |key: &str| match &item.what {
            What::Adds => true,
            What::Changes(keys) => keys.iter().any(|k| k.key.split('.').next() == Some(key)),
            What::TakesOut => false,
        };
        if !["start", "full_year", "amount"].iter().any(|key| says(key)) {
            continue;
        }
        match month_of(amended, item) {
            Some(start) => found.extend(scheme(base, amended, item, start, date)),
            None => found.extend(schedule(base, amended, item, date)),
        }
    }
    found.extend(council_tax(base, amended, date));
    found
}

/// The month in which an item starts, as typed.
fn month_of(amended: &Opened, item: &Touched) -> Option<Date> {
    let node: &Node = amended.loaded.tree.table(&item.kind)?.table(&item.name)?.get("start")?;
    match &node.value {
        Value::Text(text) | Value::Date(text) => Date::read(text).map(|d| Date::first_of(d.year, d.month)),
        _ => None,
    }
}

fn class(item: &Touched) -> Class {
    if item.kind == "saving" { Class::Saving } else { Class::Cost }
}

fn scheme(base: &Opened, amended: &Opened, item: &Touched, start: Date, date: Date) -> Option<Start> {
    let days = date.days_to(start);
    let begun = if date.has_day() { days < 0 } else { (start.year, start.month) < (date.year, date.month) };
    if begun {
        let years = amounts(base, amended, item, class(item), Run::Plan).unwrap_or_default();
        let first = years.into_iter().find_map(|(year, c)| Some((year, c.after.filter(|p| *p != 0)?)));
        return Some(Start::Before { title: item.title.clone(), start, counts: first });
    }
    let option = amended
        .plan
        .facts
        .savings
        .iter()
        .any(|s| item.kind == "saving" && s.name.as_str() == item.name && s.decision == Some("option"));
    (option && days < CONSULTATION.1).then(|| Start::Consultation { title: item.title.clone(), start, days })
}

/// A schedule has no start: its amounts of a year that had begun are told with the months left.
fn schedule(base: &Opened, amended: &Opened, item: &Touched, date: Date) -> Vec<Start> {
    let years = amounts(base, amended, item, class(item), Run::Plan).unwrap_or_default();
    let told = years.into_iter().filter_map(|(year, change)| {
        let amount = change.after? - change.before.unwrap_or(0);
        // Months of the financial year up to and with that of the decision.
        let gone = (date.year - i64::from(year.start())) * 12 + date.month - 3;
        let begun = gone > 0 && !(gone == 1 && date.day.is_none_or(|d| d == 1));
        (amount != 0 && begun).then(|| Start::YearBegun {
            title: item.title.clone(),
            year,
            amount,
            months_left: (12 - gone).max(0),
        })
    });
    told.collect()
}

/// The first year of each council tax that the amendment moves, held against the date for setting it.
fn council_tax(base: &Opened, amended: &Opened, date: Date) -> Vec<Start> {
    let mut found = Vec::new();
    for (tax, row) in taxes(amended) {
        let moved = super::moved(base, amended, &tax.0, row.id(), Run::Plan);
        let years = moved.into_iter().flat_map(|m| m.years).filter(|(_, c)| c.before.is_some() && c.before != c.after);
        let organisation = amended.plan.organisations.iter().find(|o| o.name == tax.0);
        let precept = organisation
            .and_then(|o| o.council_type)
            .is_some_and(|t| matches!(t, "county" | "fire" | "police" | "combined_authority"));
        for (year, _) in years {
            let before = Date { year: i64::from(year.start()), month: 3, day: Some(if precept { 1 } else { 11 }) };
            let late = date.days_to(before) <= 0;
            let unsure = !date.has_day() && (date.year, date.month) == (before.year, before.month) && !late;
            if late || unsure {
                found.push(Start::CouncilTax { title: tax.1.clone(), year, precept, before, late });
            }
        }
    }
    found
}

/// The council taxes of a plan: whose, their titles and their Band D.
pub fn taxes(opened: &Opened) -> impl Iterator<Item = ((Name, String), crate::sheet::Row<UnitPrice>)> {
    let facts = opened.plan.facts.funding.iter();
    facts.filter_map(|f| Some(((f.organisation.clone(), f.title.clone()), f.council_tax?.band_d)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_through_leap_years() {
        let of = |text: &str| Date::read(text).unwrap();
        assert_eq!(of("2024-02-28").days_to(of("2024-03-01")), 2);
        assert_eq!(of("2026-02-26").days_to(of("2026-04-01")), 34);
        assert_eq!(of("2025-12-31").days_to(of("2026-01-01")), 1);
        assert_eq!(of("2026-02").days_to(of("2026-04-01")), 59);
        assert_eq!(of("2099-12-31").days_to(of("2100-03-01")), 60);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "autumn", "2026", "2026-13", "2026-02-32", "2026-2-3", "2026-02-26-01"] {
            assert_eq!(Date::read(text), None, "{text}");
        }
        assert_eq!(Date::read("2026-02").unwrap().to_string(), "2026-02");
        assert_eq!(Date::read("2026-02-26").unwrap().to_string(), "2026-02-26");
    }
}
