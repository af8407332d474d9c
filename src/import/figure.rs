//! Figures that were typed as words: with thousands set apart, in brackets, with the unit they are in.

use super::book::{Cell, Value};
use super::heading::{unit_in, year_in};
use super::map::CellUnit;
use super::number::Number;
use super::rows::is_not_published;
use crate::vocabulary::number::ten_to;

/// A figure typed as words: `1,234.5`, `£1,234`, `(1,234)`, `-£5`, `2.5%`; a percentage as a fraction of one,
/// as a sheet holds it, and whether it was one.
#[must_use]
pub fn figure(text: &str) -> Option<(Number, bool)> {
    let text = text.trim();
    let (bracketed, inner) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (true, inner.trim()),
        None => (false, text),
    };
    let (percent, inner) = match inner.strip_suffix('%') {
        Some(inner) => (true, inner.trim_end()),
        None => (false, inner),
    };
    let (minus, inner) = match inner.strip_prefix(['-', '−', '–']) {
        Some(inner) => (true, inner.trim_start()),
        None => (false, inner),
    };
    let inner = match inner.strip_prefix('£').map(str::trim_start) {
        // The unit of thousands, and no nought.
        Some("000") => return None,
        Some(inner) => inner,
        None => inner,
    };
    let (minus, inner) = match inner.strip_prefix('-') {
        Some(inner) if !minus => (true, inner),
        _ => (minus, inner),
    };
    if !inner.starts_with(|c: char| c.is_ascii_digit() || c == '.') || (bracketed && minus) || inner.contains('_') {
        return None;
    }
    let inner = together(inner)?;
    // `.5` is how a sheet may show a half.
    let plain = if inner.starts_with('.') { format!("0{inner}") } else { inner };
    crate::vocabulary::number::read_decimal(&plain).ok()?;
    let read = Number::of_text(&plain)?;
    let mantissa = if minus || bracketed { -read.mantissa } else { read.mantissa };
    let scale = read.scale + if percent { 2 } else { 0 };
    Some((Number { mantissa, scale, ..read }, percent))
}

/// A number whose thousands are set apart by spaces, without them; nothing where the spaces are no such thing.
fn together(text: &str) -> Option<String> {
    let mut groups = text.split(char::is_whitespace);
    let mut all = groups.next()?.to_owned();
    let short = all.len() <= 3 && all.bytes().all(|b| b.is_ascii_digit());
    for group in groups {
        let whole = group.split_once('.').map_or(group, |(whole, _)| whole);
        if !short || all.contains('.') || whole.len() != 3 || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        all.push_str(group);
    }
    Some(all)
}

/// What a sign of pounds before a figure says in a range whose figures are in thousands or millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoundSign {
    /// The figure is in pounds: among others without the sign it says its own unit.
    Unit,
    /// Nothing: every figure of the range has one, and the map says what they are in.
    Ornament,
}

/// Whether every figure of these cells but noughts has a sign of pounds and no other unit: whether it says anything
/// cannot be known then.
#[must_use]
pub fn all_show_pounds<'a>(cells: impl Iterator<Item = &'a Cell>) -> bool {
    let mut any = false;
    for cell in cells {
        let shows = match &cell.value {
            Value::Text(text) => match figure(text) {
                Some((number, _)) if !number.is_nought() => text.contains('£'),
                Some(_) => continue,
                None if text.contains('£') && resembles(text) => false,
                None => continue,
            },
            Value::Number(number) if number.is_nought() => continue,
            Value::Number(_) => false,
            _ => continue,
        };
        if !shows {
            return false;
        }
        any = true;
    }
    any
}

/// A figure typed as words, in the unit of its range: `£1.5m` is 1,500 where figures are in £000, and `£1,200` is 1.2.
#[must_use]
pub fn figure_in(text: &str, unit: CellUnit, pounds: PoundSign) -> Option<(Number, bool)> {
    const NAMED: [(&str, u32); 4] = [("million", 6), ("bn", 9), ("m", 6), ("k", 3)];
    if let Some((number, percent)) = figure(text) {
        let own = match unit {
            CellUnit::Money(unit) if pounds == PoundSign::Unit && text.contains('£') => unit.power(),
            _ => 0,
        };
        return Some((Number { scale: number.scale + own, ..number }, percent));
    }
    let CellUnit::Money(unit) = unit else { return None };
    let lower = text.trim().to_lowercase();
    let (inner, close) = lower.strip_suffix(')').map_or((lower.as_str(), ""), |inner| (inner, ")"));
    // Without its sign of pounds, 1.5m in a column of thousands may be either.
    let (amount, power) = NAMED.iter().find_map(|(name, power)| Some((inner.strip_suffix(name)?, *power)))?;
    let (number, percent) = figure(&format!("{}{close}", amount.trim_end())).filter(|_| inner.contains('£'))?;
    if percent {
        return None;
    }
    let own = unit.power();
    if power >= own {
        let mantissa = number.mantissa.checked_mul(ten_to(power - own))?;
        return Some((Number { mantissa, ..number }, false));
    }
    Some((Number { scale: number.scale + (own - power), ..number }, false))
}

/// Whether a figure is written as on the Continent, in a way that can mean nothing else: `1.234,50`, `12,5`, `0,125`,
/// `1.234.567`. `12,345` may be twelve thousand and is none.
#[must_use]
pub fn is_continental(text: &str) -> bool {
    let inner = text.trim().trim_start_matches(['£', '€', '(', '-', '−', '–', '+', ' ']);
    let inner = inner.trim_end_matches([')', '%', '€', '£', '-', ' ']);
    let (whole, fraction) = match inner.split_once(',') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (inner, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(|c: char| c == '.' || c.is_whitespace());
    let first = groups.next().is_some_and(|group| digits(group) && (group.len() <= 3 || !whole.contains('.')));
    let (mut many, mut thousands) = (0, true);
    for group in groups {
        many += 1;
        thousands &= group.len() == 3 && digits(group);
    }
    if !first || !thousands {
        return false;
    }
    match fraction {
        Some(fraction) => digits(fraction) && (fraction.len() != 3 || many > 0 || whole == "0"),
        None => many > 1 && whole.contains('.'),
    }
}

/// Whether words say that a figure is yet to come, or that there is none: `tbc`, `(TBC)`, `n/a`, `to be confirmed`.
#[must_use]
pub fn is_pending(text: &str) -> bool {
    const WHOLE: [&str; 6] = ["n/a", "na", "not available", "not applicable", "unknown", "pending"];
    const FIRST: [&str; 7] = ["tbc", "tba", "tbd", "to be confirmed", "to be agreed", "to be determined", "to follow"];
    let lower = text.to_lowercase();
    let plain = lower.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '.' | '*' | '?'));
    let begins =
        |word: &str| plain.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()));
    // A lone question mark is one too.
    WHOLE.contains(&plain) || FIRST.iter().any(|word| begins(word)) || plain.is_empty() && text.contains('?')
}

/// Whether words that are no figure were meant as one, or say that there is none: `12,000*`, `1.5m`, `3 to 4`, `n/p`,
/// `tbc`.
#[must_use]
pub fn resembles(text: &str) -> bool {
    let text = text.trim();
    if is_not_published(text) || is_pending(text) {
        return true;
    }
    let inner = text.trim_start_matches(['£', '(', '-', '−', '–', '+', '~', '<', '>', ' ']);
    inner.starts_with(|c: char| c.is_ascii_digit()) && year_in(text).is_none() && unit_in(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_continent_are_known_where_they_can_mean_nothing_else() {
        for text in
            ["1.234,50", "12,5", "0,125", "1.234.567", "-1.234,5", "(12,50)", "1 234,50", "2,5%", "1234,5", "1.234,500"]
        {
            assert!(is_continental(text), "{text}");
        }
        for text in
            ["12,345", "1,234.50", "1.234", "12.5", "1,234,567", "tbc", "", ",5", "1 234", "1 234 567", "10.11.2026,1"]
        {
            assert!(!is_continental(text), "{text}");
        }
    }

    #[test]
    fn figures_typed_as_words_are_read() {
        let read = |text: &str| figure(text).map(|(n, percent)| (n.mantissa, n.scale, percent));
        assert_eq!(read("1,234.5"), Some((12_345, 1, false)));
        assert_eq!(read("£1,234"), Some((1234, 0, false)));
        assert_eq!(read("(1,234)"), Some((-1234, 0, false)));
        assert_eq!(read("-£5.20"), Some((-520, 2, false)));
        assert_eq!(read("£-5"), Some((-5, 0, false)));
        assert_eq!(read("2.5%"), Some((25, 3, true)));
        assert_eq!(read(".5"), Some((5, 1, false)));
        assert_eq!(read("1 000"), Some((1000, 0, false)));
        assert_eq!(read("(1\u{a0}234\u{202f}567.5)"), Some((-12_345_675, 1, false)));
        for words in [
            "12 34", "1 00", "1234 567", "1 000 5", "1.5 000", "", "-", "12,34", "1_000", "2026/27", "n/p", "1e5", "£",
            "£000", "(-5)", "5m",
        ] {
            assert_eq!(read(words), None, "{words}");
        }
    }

    #[test]
    fn words_for_a_figure_to_come_are_known() {
        for text in ["tbc", "TBC", "(tbc)", "TBC - see note", "n/a", "N/A", "to be confirmed", "?"] {
            assert!(is_pending(text) && resembles(text), "{text}");
        }
        for text in ["tbcx", "National", "Adults", "", "-", "2026/27", "£000"] {
            assert!(!is_pending(text), "{text}");
        }
    }

    #[test]
    fn amounts_with_their_own_unit_are_read_in_that_of_the_range() {
        use crate::language::MoneyUnit;
        let read = |text: &str, unit| {
            figure_in(text, CellUnit::Money(unit), PoundSign::Unit).map(|(n, _)| (n.mantissa, n.scale))
        };
        assert_eq!(read("£1.5m", MoneyUnit::Thousands), Some((15_000, 1)));
        assert_eq!(read("(£250k)", MoneyUnit::Millions), Some((-250, 3)));
        assert_eq!(read("1.5m", MoneyUnit::Thousands), None);
        assert_eq!(read("£1,200", MoneyUnit::Thousands), Some((1200, 3)));
        assert_eq!(read("1,200", MoneyUnit::Thousands), Some((1200, 0)));
        let ornament = figure_in("£1,200", CellUnit::Money(MoneyUnit::Thousands), PoundSign::Ornament);
        assert_eq!(ornament.map(|(n, _)| (n.mantissa, n.scale)), Some((1200, 0)));
        assert_eq!(figure_in("£1.5m", CellUnit::Percent, PoundSign::Unit), None);
    }
}
