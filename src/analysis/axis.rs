//! An axis of a sweep: a lever and the numbers it is given, as typed.
//!
//! `driver.pay=1%..4%:0.5%` from, to and by; `driver.pay=2%,3%,5%` these; `driver.pay+=-1%..1%:0.5%` added
//! to what each year has, for which `driver.pay=±1%:0.5%` is short.

use super::lever::Lever;
use crate::language::{MoneyUnit, typed};
use crate::open::{Baseline, Opened};
use crate::vocabulary::{Diagnostic, Unit};

/// A sweep of more points than this is a slip of the keyboard.
pub const MOST_POINTS: usize = 1_000_000;

/// A lever with the numbers it is given.
#[derive(Debug, Clone)]
pub struct Axis {
    /// What moves.
    pub lever: Lever,
    /// Its numbers, in the order they are shown. Never empty.
    pub points: Vec<i128>,
    /// Whether the last of them is not a whole number of steps from the first.
    pub odd_end: bool,
}

impl Axis {
    /// Reads an axis. `bare` is the unit of numbers without one.
    ///
    /// # Errors
    /// What is typed is no axis; the diagnostic says what to type.
    pub fn read(
        baseline: &Baseline,
        opened: &Opened,
        typed: &str,
        bare: Option<MoneyUnit>,
    ) -> Result<Self, Box<Diagnostic>> {
        let Some((left, right)) = typed.split_once('=') else {
            return Err(wrong(typed, "has no `=`"));
        };
        let (left, right) = (left.trim(), right.trim());
        let (path, mut shift) = left.strip_suffix('+').map_or((left, false), |path| (path.trim_end(), true));
        let around = right.strip_prefix('±');
        shift |= around.is_some();
        let lever = if shift { shifted(baseline, opened, path)? } else { Lever::value(baseline, opened, path)? };
        let read = |text: &str| number(typed, text, lever.unit, shift, bare);
        let (points, odd_end) = if let Some(amount) = around {
            let (amount, step) = amount.split_once(':').map_or((amount, amount), |(a, s)| (a, s));
            let amount = read(amount)?;
            steps(typed, -amount, amount, read(step)?)?
        } else if let Some((low, rest)) = right.split_once("..") {
            let Some((high, step)) = rest.split_once(':') else {
                return Err(wrong(typed, "does not say the step from one number to the next"));
            };
            steps(typed, read(low)?, read(high)?, length(typed, step, &lever, shift, bare)?)?
        } else {
            let read = |text: &str| {
                read(text).map_err(|diagnostic| match text.trim().split_once('-') {
                    // Two numbers with a dash between them are meant as a range.
                    Some((low, high)) if read(low).is_ok() && read(high).is_ok() => Box::new(
                        Diagnostic::error("axis_malformed", format!("`{typed}` is no list of numbers"))
                            .hint(format!("did you mean {left}={low}..{high}:STEP?")),
                    ),
                    _ => diagnostic,
                })
            };
            (right.split(',').map(read).collect::<Result<Vec<_>, _>>()?, false)
        };
        Ok(Self { lever, points, odd_end })
    }

    /// The place of the scenario's own value among the points, where it is one of them.
    #[must_use]
    pub fn present(&self) -> Option<usize> {
        let now = self.lever.now()?;
        self.points.iter().position(|p| *p == now)
    }

    /// The least and the greatest number.
    #[must_use]
    pub fn ends(&self) -> (i128, i128) {
        let of = |pick: fn(i128, i128) -> i128| self.points.iter().copied().reduce(pick).unwrap_or(0);
        (of(i128::min), of(i128::max))
    }
}

/// The lever that adds to what was typed, in every year or in the one after `@`.
///
/// # Errors
/// It names no figure, or one with nothing to add to.
pub fn shifted(baseline: &Baseline, opened: &Opened, typed: &str) -> Result<Lever, Box<Diagnostic>> {
    let found = Lever::value(baseline, opened, typed)?;
    found.shifted(opened).map_err(|path| {
        let message = format!("`{path}` is not given in every year, so that nothing can be added to it");
        Box::new(Diagnostic::error("lever_not_given", message).hint("set it: PATH=LOW..HIGH:STEP"))
    })
}

/// A number of a unit as typed, in its steps. A shift of a month is so many months.
///
/// # Errors
/// It cannot be read.
pub fn number(
    typed: &str,
    text: &str,
    unit: Unit,
    shift: bool,
    bare: Option<MoneyUnit>,
) -> Result<i128, Box<Diagnostic>> {
    let is_length = shift && unit == Unit::Month;
    let told = |message: &str, hints: Vec<String>| {
        let mut diagnostic = Diagnostic::error("axis_number", format!("in `{typed}`: {message}"));
        diagnostic.hints = hints;
        Box::new(diagnostic)
    };
    if text.trim().is_empty() {
        return Err(told(
            "a value is missing",
            vec!["write PATH=LOW..HIGH:STEP (driver.pay=1%..4%:0.5%) or PATH=V,V,V".to_owned()],
        ));
    }
    let unit = if is_length { Unit::Months } else { unit };
    let steps = typed::read(text, unit, bare).map_err(|d| told(&d.message, d.hints.clone()))?;
    let steps = steps.ok_or_else(|| told("`not_published` is no number", vec![]))?;
    let one = crate::vocabulary::number::ten_to(Unit::Months.scale());
    if !is_length {
        Ok(steps)
    } else if steps % one == 0 {
        Ok(steps / one)
    } else {
        Err(told("a month moves by whole months", vec![]))
    }
}

/// The step of an axis: of months, a number of months.
fn length(
    typed: &str,
    text: &str,
    lever: &Lever,
    shift: bool,
    bare: Option<MoneyUnit>,
) -> Result<i128, Box<Diagnostic>> {
    number(typed, text, lever.unit, shift || lever.unit == Unit::Month, bare)
}

/// From one number to another by a step; the last is there whether a step leads to it or not.
fn steps(typed: &str, low: i128, high: i128, step: i128) -> Result<(Vec<i128>, bool), Box<Diagnostic>> {
    if step == 0 {
        return Err(wrong(typed, "has a step of nought"));
    }
    let distance = high - low;
    if distance.signum() * step.signum() < 0 {
        return Err(Box::new(
            Diagnostic::error("axis_backwards", format!("`{typed}`: the step leads away from the end")).hint(
                if step < 0 {
                    "leave the minus sign of the step out, or begin with the larger number: PATH=4%..1%:-1%"
                } else {
                    "a step down has its minus sign: PATH=4%..1%:-1%"
                },
            ),
        ));
    }
    let count = usize::try_from(distance / step).unwrap_or(usize::MAX);
    if count >= MOST_POINTS {
        return Err(too_many());
    }
    let mut points = Vec::with_capacity(count + 2);
    let mut at = low;
    for _ in 0..=count {
        points.push(at);
        at += step;
    }
    let odd = points.last() != Some(&high);
    if odd {
        points.push(high);
    }
    Ok((points, odd))
}

/// That there are more points than a sweep takes.
#[must_use]
pub fn too_many() -> Box<Diagnostic> {
    let message = "these are more than 1,000,000 points, which is more than a sweep takes";
    Box::new(Diagnostic::error("axis_too_many", message).hint("take larger steps, or vary one assumption only"))
}

fn wrong(typed: &str, what: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("axis_malformed", format!("`{typed}` {what}"))
            .hint("write PATH=LOW..HIGH:STEP (driver.pay=1%..4%:0.5%), PATH=V,V,V, or PATH=±AMOUNT:STEP"),
    )
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn an_axis_has_both_its_ends() {
        assert_eq!(steps("x", 10, 40, 10).unwrap(), (vec![10, 20, 30, 40], false));
        assert_eq!(steps("x", 10, 40, 7).unwrap(), (vec![10, 17, 24, 31, 38, 40], true));
        assert_eq!(steps("x", 40, 10, -15).unwrap(), (vec![40, 25, 10], false));
        assert_eq!(steps("x", 10, 10, 5).unwrap(), (vec![10], false));
        assert_eq!(steps("x", 10, 12, 5).unwrap(), (vec![10, 12], true));
    }

    #[test]
    fn a_step_that_leads_nowhere_is_told() {
        assert_eq!(steps("x", 10, 40, 0).unwrap_err().name, "axis_malformed");
        assert_eq!(steps("x", 40, 10, 5).unwrap_err().name, "axis_backwards");
        assert_eq!(steps("x", 0, 1_000_000, 1).unwrap_err().name, "axis_too_many");
    }
}
