//! What a what-if moves: an assumption, or several together, by its path in the file.
//!
//! A lever has one number. Put on a figure as a **value** it replaces what the file says; as a
//! **shift** it is added to what each year has. Either way it is said in the words of `--set`, so that
//! whatever a what-if finds can be typed and run.

use crate::language::Node;
use crate::language::keys::{KeyKind, Section};
use crate::open::{Baseline, Opened};
use crate::scenario::section;
use crate::sheet::{Assumption, Spread};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::pattern::fits;
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Diagnostic, FinancialYear, Rate, Unit, Valued, number};

/// The ends of a range in the year in which a lever sets its figure; of one range for all years its own.
#[must_use]
pub fn ends_of(opened: &Opened, spread: &Spread, target: &Target) -> [i128; 2] {
    let t = target.year.and_then(|year| opened.plan.horizon().number(year)).unwrap_or(1);
    spread.of(usize::try_from(t - 1).unwrap_or(0))
}

/// One figure that a lever sets, in one year or in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its path in the file: `saving.home_first.delivery`.
    pub path: String,
    /// The one year it is set in; every year it has when none.
    pub year: Option<FinancialYear>,
    /// What the file gives, in steps of the unit; none when it gives nothing, or nothing published, or
    /// not the same in every year.
    pub now: Option<i128>,
    /// What one step of a shift adds to it: one step of its unit, or so much of it as a hundredth of
    /// the figure is.
    pub each: i128,
}

/// How a lever's number reaches its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The figures become the number.
    Value,
    /// The number, times what one step is for the figure, is added to what each figure is now.
    Shift,
}

/// Something that can be moved, with everything that moves with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lever {
    /// What it is, as typed: `driver.pay`, `driver.pay@2027/28`, `saving.*.delivery`.
    pub words: String,
    /// The unit of its number.
    pub unit: Unit,
    /// How its number is read.
    pub reading: Reading,
    /// The figures it sets. Never empty.
    pub targets: Vec<Target>,
}

impl Lever {
    /// The lever that sets what was typed: a path, with `@YEAR` for one year of it, with `*` for any
    /// name (`saving.*.delivery`: every saving that takes one).
    ///
    /// # Errors
    /// What is typed names no figure that can be set; the diagnostic says what there is.
    pub fn value(baseline: &Baseline, opened: &Opened, typed: &str) -> Result<Self, Box<Diagnostic>> {
        let typed = typed.trim();
        let (path, year) = match typed.split_once('@') {
            Some((path, year)) => (path.trim(), Some(read_year(opened, year.trim(), typed)?)),
            None => (typed, None),
        };
        if path.starts_with("adjust.") {
            let message = format!("`{path}` is a rule for other figures, which it has changed already");
            return Err(Box::new(
                Diagnostic::error("lever_unknown", message).hint("move the figure that it changes, such as driver.pay"),
            ));
        }
        let paths = if path.contains('*') { matching(baseline, opened, path)? } else { vec![one(opened, path)?] };
        let targets: Vec<(Target, Unit)> = paths
            .into_iter()
            .map(|(path, unit)| {
                let now = assumption(opened, &path).and_then(|a| now(opened, a, year));
                (Target { path, year, now, each: 1 }, unit)
            })
            .collect();
        let unit = targets.first().map_or(Unit::Rate, |(_, unit)| *unit);
        if let Some((other, _)) = targets.iter().find(|(_, u)| *u != unit) {
            let message = format!("`{typed}` names figures of different units (`{}` among them)", other.path);
            return Err(Box::new(Diagnostic::error("lever_units", message).hint("name figures of one kind")));
        }
        let targets = targets.into_iter().map(|(target, _)| target).collect();
        Ok(Self { words: typed.to_owned(), unit, reading: Reading::Value, targets })
    }

    /// The lever that adds its number to an assumption in every year, or in one. None when some year of
    /// it was not published, so that there is nothing to add to.
    #[must_use]
    pub fn shift(opened: &Opened, assumption: &Assumption, only: Option<FinancialYear>) -> Option<Self> {
        let horizon = opened.plan.horizon();
        let at = |year: Option<FinancialYear>, value: Option<i128>| {
            Some(Target { path: assumption.path.to_string(), year, now: Some(value?), each: 1 })
        };
        let targets: Vec<Target> = if assumption.by_year {
            let years = horizon.plan().map(|t| horizon.year(t)).zip(&assumption.values);
            years
                .filter(|(year, _)| only.is_none_or(|o| o == *year))
                .map(|(year, (value, _))| at(Some(year), *value))
                .collect::<Option<_>>()?
        } else {
            vec![at(None, assumption.values.first()?.0)?]
        };
        let words = match only {
            Some(year) if assumption.by_year => format!("{}@{year}", assumption.path),
            _ => assumption.path.to_string(),
        };
        (!targets.is_empty()).then_some(Self { words, unit: assumption.unit, reading: Reading::Shift, targets })
    }

    /// The shift of which one step is a share of each figure, rounded once to the figure's unit: the
    /// only step that suits amounts of every size. None when that is nought for all of them.
    #[must_use]
    pub fn by_share(self, share: Rate) -> Option<Self> {
        let targets: Vec<Target> = self
            .targets
            .into_iter()
            .map(|target| {
                let whole = target.now?.checked_mul(share.steps())?;
                let each = number::divide(whole, number::ten_to(Unit::Rate.scale())).ok()?;
                Some(Target { each, ..target })
            })
            .collect::<Option<_>>()?;
        targets.iter().any(|t| t.each != 0).then_some(Self { targets, ..self })
    }

    /// The shift of which one step takes each figure the whole way to an end, whatever it is now: a figure
    /// with other values, or other ends, in other years goes a way of its own in each of them.
    #[must_use]
    pub fn to_end(self, end: impl Fn(&Target) -> i128) -> Option<Self> {
        self.part_of_way(end, 1)
    }

    /// The same of which so many steps take each figure there, each step rounded once to the figure's unit.
    #[must_use]
    pub fn part_of_way(self, end: impl Fn(&Target) -> i128, steps: i128) -> Option<Self> {
        let way = |target: Target| {
            let end = end(&target);
            Some(Target { each: number::divide(end.checked_sub(target.now?)?, steps).ok()?, ..target })
        };
        let targets: Vec<Target> = self.targets.into_iter().map(way).collect::<Option<_>>()?;
        Some(Self { targets, ..self })
    }

    /// The same figures moved by as much each, year by year.
    ///
    /// # Errors
    /// The path of one that is not in the file, or was not published in some year, so that there is nothing
    /// to add to.
    pub fn shifted(&self, opened: &Opened) -> Result<Self, String> {
        let mut targets = Vec::new();
        for target in &self.targets {
            let shift = assumption(opened, &target.path).and_then(|a| Self::shift(opened, a, target.year));
            targets.extend(shift.ok_or_else(|| target.path.clone())?.targets);
        }
        Ok(Self { words: self.words.clone(), unit: self.unit, reading: Reading::Shift, targets })
    }

    /// What its number is in the file as it stands: nought for a shift; for a value what its figures
    /// say when they all say the same.
    #[must_use]
    pub fn now(&self) -> Option<i128> {
        match self.reading {
            Reading::Shift => Some(0),
            Reading::Value => {
                let first = self.targets.first()?.now?;
                self.targets.iter().all(|t| t.now == Some(first)).then_some(first)
            }
        }
    }

    /// The number of a shift at which the least of its figures is nought: beyond it most are refused.
    #[must_use]
    pub fn nought(&self) -> Option<i128> {
        let target = self.targets.iter().min_by_key(|t| t.now)?;
        (self.reading == Reading::Shift && target.each == 1).then_some(-target.now?)
    }

    /// What a target becomes at a number of the lever, in steps of its unit.
    #[must_use]
    pub fn value_of(&self, target: &Target, number: i128) -> i128 {
        match self.reading {
            Reading::Value => number,
            Reading::Shift => target.now.unwrap_or(0).saturating_add(number.saturating_mul(target.each)),
        }
    }

    /// The changes that put it at a number, each as `--set` has it.
    #[must_use]
    pub fn sets(&self, number: i128) -> Vec<String> {
        self.targets
            .iter()
            .map(|target| {
                let value = typed(self.unit, self.value_of(target, number));
                match target.year {
                    Some(year) => format!("{}@{year}={value}", target.path),
                    None => format!("{}={value}", target.path),
                }
            })
            .collect()
    }
}

/// A value as a user types it after `--set PATH=`: `2.5%`, `£1200000`, `2026-10`, `6`.
#[must_use]
pub fn typed(unit: Unit, steps: i128) -> String {
    match unit {
        Unit::Rate => match steps.checked_mul(100) {
            Some(hundredfold) => format!("{}%", plain(Unit::Rate, hundredfold)),
            None => plain(Unit::Rate, steps),
        },
        Unit::Money | Unit::UnitPrice => {
            let pounds = plain(unit, steps);
            let pounds = pounds.strip_suffix(".00").unwrap_or(&pounds);
            match pounds.strip_prefix('-') {
                Some(amount) => format!("-£{amount}"),
                None => format!("£{pounds}"),
            }
        }
        Unit::Quantity | Unit::Months | Unit::Month => plain(unit, steps),
    }
}

/// The assumption of a path.
#[must_use]
pub fn assumption<'a>(opened: &'a Opened, path: &str) -> Option<&'a Assumption> {
    opened.plan.sheet.assumptions().iter().find(|a| a.path == path)
}

/// What an assumption is in one year, or in all years alike.
fn now(opened: &Opened, assumption: &Assumption, year: Option<FinancialYear>) -> Option<i128> {
    let horizon = opened.plan.horizon();
    match year {
        Some(year) if assumption.by_year => {
            let t = horizon.number(year)?;
            assumption.values.get(usize::try_from(t - 1).ok()?)?.0
        }
        _ => {
            let first = assumption.values.first()?.0;
            assumption.values.iter().all(|(v, _)| *v == first).then_some(first)?
        }
    }
}

fn read_year(opened: &Opened, year: &str, typed: &str) -> Result<FinancialYear, Box<Diagnostic>> {
    let horizon = opened.plan.horizon();
    let plan_years = format!("the plan years are {} to {}", horizon.first(), horizon.last());
    let year: FinancialYear = year.parse().map_err(|error: crate::vocabulary::year::YearError| {
        Box::new(Diagnostic::error("not_a_year", format!("`{typed}`: {error}")).hint(plan_years.clone()))
    })?;
    match horizon.number(year) {
        Some(1..) => Ok(year),
        _ => Err(Box::new(
            Diagnostic::error("unknown_year", format!("`{typed}` speaks of {year}, which is no plan year"))
                .hint(plan_years),
        )),
    }
}

/// The path as the register has it, and its unit.
fn one(opened: &Opened, path: &str) -> Result<(String, Unit), Box<Diagnostic>> {
    for path in [path.to_owned(), format!("{path}.rate")] {
        if let Some(found) = assumption(opened, &path) {
            return Ok((path, found.unit));
        }
    }
    // A key that the thing may have and was not given, such as a saving's delivery.
    let tree = &opened.loaded.tree;
    let mut parts = path.splitn(3, '.');
    if let (Some(kind), Some(name), Some(key)) = (parts.next(), parts.next(), parts.next())
        && tree.table(kind).is_some_and(|items| items.get(name).is_some())
        && let Some(unit) = section(kind).and_then(|s| unit_of(s, key))
    {
        return Ok((path.to_owned(), unit));
    }
    let all = || opened.plan.sheet.assumptions().iter().map(|a| a.path.as_str());
    let message = format!("`{path}` is no figure of this scenario that can be moved");
    // What lies below it, else what has it as its own last or middle part.
    let quoted = |paths: Vec<&str>| paths.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(", ");
    let below = format!("{path}.");
    let mut close: Vec<&str> = all().filter(|p| p.starts_with(&below)).take(5).collect();
    if close.is_empty() {
        close = all().filter(|p| p.split('.').skip(1).any(|part| part == path)).take(5).collect();
    }
    let hint = match did_you_mean(path, all()) {
        _ if close.len() > 1 => format!("did you mean one of {}?", quoted(close)),
        _ if close.len() == 1 => format!("did you mean {}?", quoted(close)),
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`fundgap run … --table assumptions` lists them all, by path".to_owned(),
    };
    Err(Box::new(Diagnostic::error("lever_unknown", message).hint(hint)))
}

/// The unit of a key, which may lie in a group of keys (`clients.opening`).
fn unit_of(section: &'static Section, key: &str) -> Option<Unit> {
    let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
    match (section.key(first)?.kind, rest) {
        (KeyKind::Group(group) | KeyKind::FigureOr(_, group), Some(rest)) => unit_of(group, rest),
        (KeyKind::Single(unit) | KeyKind::Yearly(unit) | KeyKind::FigureOr(unit, _), None) => Some(unit),
        (KeyKind::RateOrDriver, None) => Some(Unit::Rate),
        (KeyKind::Month, None) => Some(Unit::Month),
        _ => None,
    }
}

/// Every figure whose path fits one with `*`: those that are given, and those of things that take such a
/// key and were not given it.
fn matching(baseline: &Baseline, opened: &Opened, pattern: &str) -> Result<Vec<(String, Unit)>, Box<Diagnostic>> {
    let mut found: Vec<(String, Unit)> = Vec::new();
    // A driver with further keys is its rate, as when it is named.
    let rate = pattern.strip_prefix("driver.").map(|name| format!("driver.{name}.rate"));
    for a in opened.plan.sheet.assumptions() {
        if (fits(pattern, &a.path) || rate.as_ref().is_some_and(|rate| fits(rate, &a.path)))
            && !found.iter().any(|(path, _)| *path == a.path)
        {
            found.push((a.path.to_string(), a.unit));
        }
    }
    let mut parts = pattern.splitn(3, '.');
    if let (Some(kind), Some(name), Some(key)) = (parts.next(), parts.next(), parts.next())
        && let Some(unit) = section(kind).and_then(|s| unit_of(s, key))
        && let Some(items) = baseline.loaded().tree.table(kind)
    {
        // What is left out of every total has no figure to move.
        let left_out =
            |n: &str| items.get(n).and_then(Node::as_table).is_some_and(|item| item.get("left_out").is_some());
        let fit = items.keys().filter(|n| fits(name, n) && !left_out(n));
        for path in fit.map(|n| format!("{kind}.{n}.{key}")) {
            let taken = || probe(unit).is_some_and(|value| baseline.variant(&[format!("{path}={value}")]).is_ok());
            if !found.iter().any(|(known, _)| *known == path) && taken() {
                found.push((path, unit));
            }
        }
    }
    if found.is_empty() {
        return Err(Box::new(
            Diagnostic::error("lever_unknown", format!("`{pattern}` fits no figure of this scenario")).hint(
                "`fundgap run … --table assumptions` lists them all, by path; * stands for any letters of a name",
            ),
        ));
    }
    found.sort();
    Ok(found)
}

/// A value that any figure of the unit takes, to see whether a thing takes the figure at all.
fn probe(unit: Unit) -> Option<&'static str> {
    match unit {
        Unit::Rate => Some("50%"),
        Unit::Money | Unit::UnitPrice => Some("£1"),
        Unit::Quantity | Unit::Months => Some("1"),
        // A month that suits one saving may be outside the years of another.
        Unit::Month => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed_as_the_language_reads_them() {
        assert_eq!(typed(Unit::Rate, 29_900_000), "2.99%");
        assert_eq!(typed(Unit::Rate, -10_000_000), "-1%");
        assert_eq!(typed(Unit::Money, 120_000_000), "£1200000");
        assert_eq!(typed(Unit::Money, -5), "-£0.05");
        assert_eq!(typed(Unit::UnitPrice, 9_560_000), "£956");
        assert_eq!(typed(Unit::Months, 4_000_000_000), "4");
        assert_eq!(typed(Unit::Month, 2026 * 12 + 9), "2026-10");
    }
}
