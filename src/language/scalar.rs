//! One value as typed: `12`, `"£1.2m"`, `"2.99%"`, `"2026-10"`. Exact, with its unit said.

use super::tree::{Node, Value};
use crate::vocabulary::number::{self, DecimalTextError};
use crate::vocabulary::unit::rescale_exactly;
use crate::vocabulary::{Diagnostic, Unit};

/// The unit of bare numbers in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyUnit {
    /// Pounds.
    Pounds,
    /// Thousands of pounds.
    Thousands,
    /// Millions of pounds.
    Millions,
}

impl MoneyUnit {
    /// The words a file may use.
    pub const WORDS: [&'static str; 3] = ["£", "£000", "£m"];

    /// The unit of a word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "£" => Some(Self::Pounds),
            "£000" | "£k" => Some(Self::Thousands),
            "£m" => Some(Self::Millions),
            _ => None,
        }
    }

    /// The word shown to people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pounds => "£",
            Self::Thousands => "£000",
            Self::Millions => "£m",
        }
    }

    /// Its power of ten of a pound.
    #[must_use]
    pub const fn power(self) -> u32 {
        match self {
            Self::Pounds => 0,
            Self::Thousands => 3,
            Self::Millions => 6,
        }
    }
}

/// A value read: its steps, and the power of ten of a pound its last typed digit stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scalar {
    /// The value in steps of the unit; none when it says "not_published".
    pub steps: Option<i128>,
    /// For money: the power of ten of a pound of the last digit typed (`"£2bn"` is 9).
    pub last_digit: u8,
    /// How many decimals of the unit's scale were not typed: a figure is compared with what was
    /// published after rounding it there (`"£2.732m"` is 5, a thousand pounds in pence).
    pub untyped: u32,
}

/// Money beyond this many pence is a slip of the keyboard: a hundred million million pounds.
const MOST_MONEY: i128 = 10_000_000_000_000_000;

/// Reads a value of a unit. `bare` is the unit of bare numbers in the file it stands in.
///
/// # Errors
/// What is wrong and what to type, at the node's place.
pub fn read(node: &Node, unit: Unit, bare: Option<MoneyUnit>) -> Result<Scalar, Box<Diagnostic>> {
    match &node.value {
        Value::Text(text) if text == "not_published" => Ok(Scalar { steps: None, last_digit: 0, untyped: 0 }),
        Value::Text(text) => read_text(node, text.trim(), unit),
        Value::Number(text) => read_number(node, text, unit, bare),
        other => Err(fail("wrong_type", node, format!("expected {}, found {}", what(unit), other.what()))
            .hint(example(unit))
            .into()),
    }
}

fn read_number(node: &Node, text: &str, unit: Unit, bare: Option<MoneyUnit>) -> Result<Scalar, Box<Diagnostic>> {
    match unit {
        Unit::Money => {
            let Some(bare) = bare else {
                return Err(fail(
                    "unit_missing",
                    node,
                    format!("`{text}` has no unit: this file does not say what bare numbers are"),
                )
                .hint("add `unit = \"£m\"` to this file's [scenario], or write the unit with the figure: \"£1.2m\"")
                .into());
            };
            money(node, text, bare.power())
        }
        Unit::Rate => Err(fail("rate_without_percent", node, format!("`{text}` is a rate without its %"))
            .hint(format!("write \"{text}%\" if you mean {text} in a hundred"))
            .into()),
        Unit::UnitPrice => Err(fail("unit_missing", node, format!("`{text}` is a price for one and needs its £"))
            .hint(format!("write \"£{text}\""))
            .into()),
        Unit::Quantity | Unit::Months => exact(node, text, 0, unit),
        Unit::Month => Err(fail("wrong_type", node, format!("`{text}` is not a month"))
            .hint("write a month as \"2026-10\"")
            .into()),
    }
}

fn read_text(node: &Node, text: &str, unit: Unit) -> Result<Scalar, Box<Diagnostic>> {
    match unit {
        Unit::Money | Unit::UnitPrice => {
            let (negative, rest) = match text.strip_prefix(['-', '−']) {
                Some(rest) => (true, rest.trim_start()),
                None => (false, text),
            };
            let Some(after) = rest.strip_prefix('£') else {
                let message = if text.ends_with('%') {
                    format!("`{text}` is a rate where money is needed")
                } else if text.is_empty() {
                    "an empty text is not an amount of money".to_owned()
                } else {
                    format!("`{text}` is not an amount of money")
                };
                let hint = meant(text).unwrap_or_else(|| example(unit).to_owned());
                return Err(fail("wrong_unit", node, message).hint(hint).into());
            };
            if after.ends_with(char::is_alphabetic)
                && split_suffix(after).1 == 0
                && let Some(meant) = meant(text)
            {
                return Err(fail("not_a_number", node, format!("`{text}` is not an amount of money"))
                    .hint(meant)
                    .into());
            }
            let (digits, power) = split_suffix(after.trim_start());
            let signed = if negative { format!("-{digits}") } else { digits.to_owned() };
            if unit == Unit::UnitPrice {
                if power != 0 {
                    return Err(fail("wrong_unit", node, format!("`{text}` is too large for a price for one"))
                        .hint(example(unit))
                        .into());
                }
                return exact(node, &signed, 0, unit);
            }
            money(node, &signed, power)
        }
        Unit::Rate => match text.strip_suffix('%') {
            Some(digits) => exact_places(node, digits.trim_end(), -2, unit),
            None => Err(fail("rate_without_percent", node, format!("`{text}` is not a rate"))
                .hint("write a rate with its %: \"2.99%\"")
                .into()),
        },
        Unit::Quantity | Unit::Months => {
            Err(fail("wrong_type", node, format!("`{text}` is a text where a number is needed"))
                .hint("write the number without quotes")
                .into())
        }
        Unit::Month => {
            read_month(text).map(|steps| Scalar { steps: Some(steps), last_digit: 0, untyped: 0 }).ok_or_else(|| {
                fail("wrong_month", node, format!("`{text}` is not a month"))
                    .hint("write a month as \"2026-10\"")
                    .into()
            })
        }
    }
}

/// What to type for an amount that people write otherwise: `1.2 million`, `£5M`, `tbc`.
fn meant(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if matches!(lower.as_str(), "" | "-" | "–" | "n/a" | "n/p" | "na" | "tbc" | "tba" | "not published" | "unknown") {
        return Some("write \"not_published\" for a figure that was not published; nought is 0".to_owned());
    }
    let amount = lower.trim_start_matches(['£', ' ']);
    let digits = amount.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ');
    let suffix = match amount[digits.len()..].trim() {
        "" => "",
        "k" | "thousand" => "k",
        "m" | "mn" | "mln" | "mil" | "million" | "millions" => "m",
        "b" | "bn" | "billion" | "billions" => "bn",
        _ => return None,
    };
    number::read_decimal(digits).ok().map(|_| format!("write \"£{digits}{suffix}\""))
}

/// `"2026-10"` as months from January of year 0.
#[must_use]
pub fn read_month(text: &str) -> Option<i128> {
    let (year, month) = text.split_once('-')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
        return None;
    }
    let month: i128 = month.parse().ok()?;
    let year: i128 = year.parse().ok()?;
    (1..=12).contains(&month).then(|| year * 12 + month - 1)
}

/// The digits and the power of ten of `1.2m`, `2bn`, `350k`, `000 350`.
fn split_suffix(text: &str) -> (&str, u32) {
    if let Some(rest) = text.strip_prefix("000 ") {
        return (rest.trim_start(), 3);
    }
    for (suffix, power) in [("bn", 9), ("m", 6), ("k", 3)] {
        if let Some(digits) = text.strip_suffix(suffix) {
            return (digits.trim_end(), power);
        }
    }
    (text, 0)
}

fn money(node: &Node, digits: &str, power: u32) -> Result<Scalar, Box<Diagnostic>> {
    let read = exact_places(node, digits, i32::try_from(power).unwrap_or(0), Unit::Money)?;
    if read.steps.is_some_and(|s| s.unsigned_abs() > MOST_MONEY.unsigned_abs()) {
        return Err(fail("too_large", node, format!("`{digits}` is more than a hundred million million pounds"))
            .hint("check the unit of the file: bare numbers are in it")
            .into());
    }
    Ok(read)
}

fn exact(node: &Node, digits: &str, power: i32, unit: Unit) -> Result<Scalar, Box<Diagnostic>> {
    exact_places(node, digits, power, unit)
}

/// Digits times ten to the `power`, exactly, in steps of the unit.
fn exact_places(node: &Node, digits: &str, power: i32, unit: Unit) -> Result<Scalar, Box<Diagnostic>> {
    let (mantissa, scale) = match number::read_decimal(digits) {
        Ok(read) => read,
        Err(DecimalTextError::NotANumber) => {
            return Err(fail("not_a_number", node, format!("`{digits}` is not a plain number"))
                .hint(example(unit))
                .into());
        }
        Err(DecimalTextError::TooLong) => {
            return Err(fail("hidden_digits", node, format!("`{digits}` has more digits than can be held exactly"))
                .hint("leave out digits that no published figure has")
                .into());
        }
    };
    let scale = i64::from(scale) - i64::from(power);
    let (mantissa, from) = if scale >= 0 {
        (Some(mantissa), u32::try_from(scale).unwrap_or(0))
    } else {
        let up = u32::try_from(-scale).unwrap_or(0);
        (mantissa.checked_mul(number::ten_to(up)), 0)
    };
    let places = unit.scale();
    let too_large = || -> Box<Diagnostic> {
        fail("too_large", node, format!("`{digits}` is too large")).hint(example(unit)).into()
    };
    let mantissa = mantissa.ok_or_else(too_large)?;
    match rescale_exactly(mantissa, from, places) {
        Some(steps) => {
            let untyped = u32::try_from(i64::from(places) - scale).unwrap_or(0);
            Ok(Scalar { steps: Some(steps), last_digit: last_digit(power, scale), untyped })
        }
        None if from <= places => Err(too_large()),
        None => Err(fail(
            "hidden_digits",
            node,
            format!("`{digits}` has more decimals than {} holds ({})", what(unit), holds(unit)),
        )
        .hint("round it to what was decided or published; nothing is rounded in silence")
        .into()),
    }
}

/// The power of ten of a pound that the last typed digit stands for, 0 for pounds and pence.
fn last_digit(power: i32, scale: i64) -> u8 {
    if power <= 0 { 0 } else { u8::try_from((-scale).max(0)).unwrap_or(0) }
}

fn fail(name: &'static str, node: &Node, message: String) -> Diagnostic {
    Diagnostic::error(name, message).at(node.place)
}

fn what(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "an amount of money",
        Unit::Rate => "a rate",
        Unit::Quantity => "a count",
        Unit::UnitPrice => "a price for one",
        Unit::Months => "a number of months",
        Unit::Month => "a month",
    }
}

fn holds(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "whole pence",
        Unit::Rate => "7 decimals of a per cent",
        Unit::Quantity | Unit::UnitPrice => "4 decimals",
        Unit::Months => "9 decimals",
        Unit::Month => "whole months",
    }
}

fn example(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "write a bare number in the file's unit, or \"£956\", \"£1.2m\", \"£2bn\", \"£000 350\"",
        Unit::Rate => "write a rate with its %: \"2.99%\"",
        Unit::Quantity => "write a plain number: 60085.0",
        Unit::UnitPrice => "write a price with its £: \"£956\"",
        Unit::Months => "write a number of months: 4",
        Unit::Month => "write a month as \"2026-10\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{FileId, Place};

    fn text(t: &str) -> Node {
        Node::new(Value::Text(t.into()), Place::new(FileId(0), 0..1))
    }

    fn bare(t: &str) -> Node {
        Node::new(Value::Number(t.into()), Place::new(FileId(0), 0..1))
    }

    fn pence(node: &Node) -> Option<i128> {
        read(node, Unit::Money, Some(MoneyUnit::Millions)).unwrap().steps
    }

    #[test]
    fn every_way_to_write_money() {
        assert_eq!(pence(&bare("12")), Some(1_200_000_000));
        assert_eq!(pence(&bare("0.1")), Some(10_000_000));
        assert_eq!(pence(&text("£956")), Some(95_600));
        assert_eq!(pence(&text("£1.2m")), Some(120_000_000));
        assert_eq!(pence(&text("£2bn")), Some(200_000_000_000));
        assert_eq!(pence(&text("£000 350")), Some(35_000_000));
        assert_eq!(pence(&text("-£1,234.56")), Some(-123_456));
        assert_eq!(pence(&text("not_published")), None);
        assert_eq!(read(&text("£2bn"), Unit::Money, None).unwrap().last_digit, 9);
        assert_eq!(read(&text("£1.25bn"), Unit::Money, None).unwrap().last_digit, 7);
    }

    #[test]
    fn rates_need_their_percent_and_keep_their_digits() {
        assert_eq!(read(&text("2.99%"), Unit::Rate, None).unwrap().steps, Some(29_900_000));
        assert_eq!(read(&bare("2.99"), Unit::Rate, None).unwrap_err().name, "rate_without_percent");
        assert_eq!(read(&text("2.12345678%"), Unit::Rate, None).unwrap_err().name, "hidden_digits");
    }

    #[test]
    fn amounts_as_people_write_them_are_understood_in_hints() {
        let hint = |t: &str| read(&text(t), Unit::Money, None).unwrap_err().hints.join("");
        for (typed, shown) in [
            ("£5M", "write \"£5m\""),
            ("£1.2 million", "write \"£1.2m\""),
            ("1.2m", "write \"£1.2m\""),
            ("£5mn", "write \"£5m\""),
            ("2 billion", "write \"£2bn\""),
            ("12,500", "write \"£12,500\""),
        ] {
            assert_eq!(hint(typed), shown, "{typed}");
        }
        assert!(hint("tbc").contains("\"not_published\""));
        assert!(hint("five").contains("bare number"));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let err = |node: &Node, unit| read(node, unit, Some(MoneyUnit::Millions)).unwrap_err().name;
        assert_eq!(err(&bare("1.123456789"), Unit::Money), "hidden_digits");
        assert_eq!(err(&bare("99999999999999999999"), Unit::Money), "too_large");
        assert_eq!(err(&text("3%"), Unit::Money), "wrong_unit");
        assert_eq!(err(&bare("1e6"), Unit::Money), "not_a_number");
        assert_eq!(read(&bare("5"), Unit::Money, None).unwrap_err().name, "unit_missing");
        assert_eq!(err(&bare("956"), Unit::UnitPrice), "unit_missing");
        assert_eq!(err(&bare("nan"), Unit::Quantity), "not_a_number");
    }

    #[test]
    fn months_of_the_calendar() {
        assert_eq!(read_month("2026-10"), Some(2026 * 12 + 9));
        assert_eq!(read_month("2026-13"), None);
        assert_eq!(read_month("2026-1"), None);
    }
}
