//! A figure as it is typed on a command line: after a flag, in a condition, on an axis of a sweep.

use super::scalar::{self, MoneyUnit};
use super::tree::{Node, Value};
use crate::vocabulary::{Diagnostic, FileId, Place, Unit};

/// Reads a figure of a unit, in its steps; none for `not_published`. A number without a unit is of the
/// unit `bare`, and nought needs none. `+` may stand before a figure, and the minus sign of a printed text
/// is one.
///
/// # Errors
/// It is no figure of the unit; the diagnostic says what to type, and has no place, since no file has it.
///
/// # Examples
/// ```
/// use fundgap::language::typed;
/// use fundgap::vocabulary::Unit;
///
/// assert_eq!(typed::read("£1.5m", Unit::Money, None).unwrap(), Some(150_000_000));
/// assert_eq!(typed::read("−0.5%", Unit::Rate, None).unwrap(), Some(-5_000_000));
/// assert_eq!(typed::read("0", Unit::Money, None).unwrap(), Some(0));
/// assert!(typed::read("500", Unit::Money, None).is_err());
/// ```
pub fn read(typed: &str, unit: Unit, bare: Option<MoneyUnit>) -> Result<Option<i128>, Box<Diagnostic>> {
    let text = typed.trim().replace('−', "-");
    let text = text.strip_prefix('+').unwrap_or(&text);
    if text == "0" && unit != Unit::Month {
        return Ok(Some(0));
    }
    let digits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '_'));
    // A month looks like a number, and an amount whose unit nobody said is one that wants its unit typed.
    let number = digits && unit != Unit::Month && (unit != Unit::Money || bare.is_some());
    let value = if number { Value::Number(text.into()) } else { Value::Text(text.into()) };
    match scalar::read(&Node::new(value, Place::new(FileId(0), 0..0)), unit, bare) {
        Ok(read) => Ok(read.steps),
        Err(wrong) => Err(Box::new(Diagnostic { place: None, related: Vec::new(), ..*wrong })),
    }
}
