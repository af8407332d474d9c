//! A new value typed in the style of the old one: `"£1.2m"` becomes `"£1.3m"`, a bare number stays bare.

use crate::language::MoneyUnit;
use crate::vocabulary::Unit;
use crate::vocabulary::number::decimal;
use crate::vocabulary::unit::plain;

/// The value as a file would write it where `old` stands, which is its text with its quotes.
#[must_use]
pub fn retyped(old: &str, unit: Unit, steps: Option<i128>, bare: Option<MoneyUnit>) -> String {
    let quote = old.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = quote.map_or(old, |q| old.trim_matches(q));
    let quoted = |text: String| match quote {
        Some(q) => format!("{q}{text}{q}"),
        None => format!("\"{text}\""),
    };
    let Some(steps) = steps else { return quoted("not_published".to_owned()) };
    let amount = inner.trim_start_matches(['-', '−', ' ']);
    match unit {
        Unit::Money if amount.starts_with('£') => quoted(pounds(amount, steps)),
        Unit::Money if quote.is_none() && bare.is_some() => {
            let power = bare.map_or(0, MoneyUnit::power);
            like(inner, &decimal(steps, unit.scale() + power).normalize().to_string())
        }
        Unit::UnitPrice if amount.starts_with('£') => {
            let price = plain(unit, steps);
            let sign = if steps < 0 { "-" } else { "" };
            quoted(format!("{sign}£{}", like(amount.trim_start_matches('£'), price.trim_start_matches('-'))))
        }
        Unit::Rate if inner.ends_with('%') => {
            let rate = plain(unit, steps.saturating_mul(100));
            quoted(format!("{}%", like(inner.trim_end_matches('%').trim_end(), &rate)))
        }
        Unit::Quantity | Unit::Months if quote.is_none() => like(inner, &plain(unit, steps)),
        _ => typed(unit, Some(steps), bare),
    }
}

/// The value as a file would write it where nothing stood, or where nothing can be learnt from what did.
#[must_use]
pub fn typed(unit: Unit, steps: Option<i128>, bare: Option<MoneyUnit>) -> String {
    let Some(steps) = steps else { return "\"not_published\"".to_owned() };
    match (unit, bare) {
        (Unit::Money, Some(bare)) => decimal(steps, unit.scale() + bare.power()).normalize().to_string(),
        (Unit::Money | Unit::UnitPrice | Unit::Rate | Unit::Month, _) => {
            format!("\"{}\"", crate::analysis::lever::typed(unit, steps))
        }
        (Unit::Quantity | Unit::Months, _) => plain(unit, steps),
    }
}

/// Money in the style of `£1.2m`, `£2bn`, `£350k`, `£000 350` or `£956`.
fn pounds(old: &str, steps: i128) -> String {
    let after = old.trim_start_matches('£').trim_start();
    let (before, digits, suffix, power) = if let Some(digits) = after.strip_prefix("000 ") {
        ("000 ", digits.trim_start(), "", 3)
    } else {
        [("bn", 9), ("m", 6), ("k", 3)]
            .into_iter()
            .find_map(|(suffix, power)| after.strip_suffix(suffix).map(|digits| ("", digits.trim_end(), suffix, power)))
            .unwrap_or(("", after, "", 0))
    };
    let amount = decimal(steps.saturating_abs(), Unit::Money.scale() + power).normalize().to_string();
    let sign = if steps < 0 { "-" } else { "" };
    format!("{sign}£{before}{}{suffix}", like(digits, &amount))
}

/// A plain number with the marks between thousands and at least the decimals of another.
fn like(old: &str, new: &str) -> String {
    let (sign, digits) = new.strip_prefix('-').map_or(("", new), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let old_fraction = old.split_once('.').map_or(0, |(_, f)| f.bytes().filter(u8::is_ascii_digit).count());
    let mut fraction = fraction.to_owned();
    while fraction.len() < old_fraction {
        fraction.push('0');
    }
    let mark = ['_', ','].into_iter().find(|mark| old.split('.').next().is_some_and(|whole| whole.contains(*mark)));
    let whole = match mark {
        None => whole.to_owned(),
        Some(mark) => {
            let mut marked = String::new();
            for (at, digit) in whole.chars().enumerate() {
                if at > 0 && (whole.len() - at).is_multiple_of(3) {
                    marked.push(mark);
                }
                marked.push(digit);
            }
            marked
        }
    };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_the_style_of_the_one_before_it() {
        let money = |old: &str, pence: i128, bare: Option<MoneyUnit>| retyped(old, Unit::Money, Some(pence), bare);
        assert_eq!(money("\"£1.2m\"", 130_000_000, None), "\"£1.3m\"");
        assert_eq!(money("'£1.20m'", 130_000_000, None), "'£1.30m'");
        assert_eq!(money("\"£2bn\"", 210_000_000_000, None), "\"£2.1bn\"");
        assert_eq!(money("\"£000 350\"", 36_000_050, None), "\"£000 360.0005\"");
        assert_eq!(money("\"£1,956\"", 123_456_789, None), "\"£1,234,567.89\"");
        assert_eq!(money("\"£5k\"", -50_000, None), "\"-£0.5k\"");
        assert_eq!(money("\"-£5k\"", 50_000, None), "\"£0.5k\"");
        assert_eq!(money("1.2", 130_000_000, Some(MoneyUnit::Millions)), "1.3");
        assert_eq!(money("1_200", 130_000_000, Some(MoneyUnit::Thousands)), "1_300");
        assert_eq!(money("12.0", 1_300_000_000, Some(MoneyUnit::Millions)), "13.0");
        assert_eq!(money("\"not_published\"", 130_000_000, Some(MoneyUnit::Millions)), "1.3");
        assert_eq!(money("\"not_published\"", 130_000_000, None), "\"£1300000\"");
        assert_eq!(retyped("1.2", Unit::Money, None, Some(MoneyUnit::Millions)), "\"not_published\"");
        assert_eq!(retyped("\"2.50%\"", Unit::Rate, Some(26_000_000), None), "\"2.60%\"");
        assert_eq!(retyped("'3%'", Unit::Rate, Some(-5_000_000), None), "'-0.5%'");
        assert_eq!(retyped("\"£956\"", Unit::UnitPrice, Some(9_605_000), None), "\"£960.5\"");
        assert_eq!(retyped("60085.0", Unit::Quantity, Some(601_000_000), None), "60100.0");
        assert_eq!(retyped("\"2026-10\"", Unit::Month, Some(2027 * 12 + 3), None), "\"2027-04\"");
        assert_eq!(retyped("4", Unit::Months, Some(6_000_000_000), None), "6");
    }
}
