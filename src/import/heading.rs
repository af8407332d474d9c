//! What headings say: years, units, kinds of rows and kinds of columns.

use super::map::{CellUnit, Kind};
use crate::language::MoneyUnit;
use crate::vocabulary::FinancialYear;

/// What a column beside the years holds, by its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// The title of the item.
    Title,
    /// Its name or reference.
    Name,
    /// Its service.
    Service,
    /// Whether it is recurrent.
    Recurrent,
    /// How sure it is.
    Status,
    /// Something else that is not read: notes, owners.
    Other,
}

impl Heading {
    /// The meaning of a heading; none where it says nothing.
    #[must_use]
    pub fn of(heading: &str) -> Option<Self> {
        let lower = heading.to_lowercase();
        let any = |words: &[&str]| words.iter().any(|w| lower.contains(w));
        if any(&["recurr", "one-off", "one off", "permanent"]) {
            Some(Self::Recurrent)
        } else if any(&["status", "confidence"])
            || lower.split(|c: char| !c.is_alphanumeric()).any(|word| word == "rag")
        {
            Some(Self::Status)
        } else if any(&["service", "directorate", "department", "portfolio", "division"]) {
            Some(Self::Service)
        } else if matches!(lower.as_str(), "ref" | "ref." | "reference" | "code" | "id" | "name") {
            Some(Self::Name)
        } else if any(&["title", "description", "proposal", "detail", "item", "budget line", "scheme"]) {
            Some(Self::Title)
        } else if any(&["note", "comment", "owner", "lead", "source", "total"]) {
            Some(Self::Other)
        } else {
            None
        }
    }
}

/// The financial year that a heading names: `2026/27`, `2026-27 £000`, `Budget 2026/2027`, `2026–27`, or as data sets
/// name their columns, `y2026_27`.
#[must_use]
pub fn year_in(text: &str) -> Option<FinancialYear> {
    if text.chars().count() > 60 {
        return None;
    }
    let text = text.replace(['–', '—', '_'], "-");
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|at| {
        let begins = bytes.get(at..at + 2) == Some(b"20")
            && (at == 0 || !bytes.get(at - 1)?.is_ascii_alphanumeric() || at == 1 && bytes.first() == Some(&b'y'));
        if !begins {
            return None;
        }
        let rest = text.get(at..)?;
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '/' || c == '-')).unwrap_or(rest.len());
        rest.get(..end)?.trim_end_matches('-').parse().ok()
    })
}

/// The unit that a text names: `£000`, `£'000s`, `£m`, `£ million`, `%`.
#[must_use]
pub fn unit_in(text: &str) -> Option<CellUnit> {
    let plain: String =
        text.to_lowercase().chars().filter(|c| !matches!(c, ' ' | '\'' | '’' | '‘' | ',' | '.')).collect();
    let money = |unit| Some(CellUnit::Money(unit));
    if plain.contains("£000") || plain.contains("£k") || plain.contains("£thousand") {
        return money(MoneyUnit::Thousands);
    }
    // A unit and not an amount in a sentence: nothing but letters may follow its m.
    let million = plain.find("£m").is_some_and(|at| {
        let rest = plain.get(at + "£m".len()..).unwrap_or_default();
        rest.is_empty()
            || rest.starts_with(|c: char| !c.is_alphabetic())
            || rest.starts_with("illion")
            || rest.starts_with('n')
    });
    if million || plain.contains("£illion") {
        return money(MoneyUnit::Millions);
    }
    if plain == "£" || plain == "(£)" || plain.ends_with("(£)") || plain.ends_with("in£") {
        return money(MoneyUnit::Pounds);
    }
    (plain == "%" || plain.contains("(%)") || plain.contains("percent") || plain.contains("percentage"))
        .then_some(CellUnit::Percent)
}

/// What rows under a heading, on a sheet or with a title of these words are. `Err` is a result of the plan, such as
/// its gap, which is no item.
#[must_use]
pub fn kind_of(text: &str) -> Option<Result<Kind, ()>> {
    let lower = text.to_lowercase();
    // "Funding (excluding reserves)" speaks of funding.
    let beside =
        ["(exclud", "(before", "(after", "(net of", "(includ"].iter().filter_map(|words| lower.find(words)).min();
    let lower = beside.and_then(|at| lower.get(..at)).unwrap_or(&lower).trim_end();
    let any = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if any(&["gap", "shortfall", "balanced budget", "deficit / surplus", "savings requirement", "net position"])
        || lower.starts_with("balance") && !lower.contains("fund")
    {
        return Some(Err(()));
    }
    if any(&["reserve", "working balance", "general fund balance"]) {
        return Some(Ok(Kind::Reserve));
    }
    if any(&["saving", "efficienc", "option:", "proposed reduction", "budget reduction", "cost reduction"]) {
        return Some(Ok(Kind::Saving));
    }
    if any(&["pressure", "growth", "demand", "investment", "inflation", "unavoidable", "demograph"])
        && !any(&["rate of", "rates", "assumption"])
    {
        return Some(Ok(Kind::Pressure));
    }
    if any(&["assumption", "inflation rate", "driver", "indices", "growth rate"]) {
        return Some(Ok(Kind::Driver));
    }
    if any(&[
        "funding",
        "financing",
        "council tax",
        "business rates",
        "grant",
        "precept",
        "settlement",
        "resources available",
        "collection fund",
        "nndr",
    ]) {
        return Some(Ok(Kind::Funding));
    }
    if any(&["income", "fees and charges"]) {
        return Some(Ok(Kind::Line));
    }
    any(&["base budget", "service budget", "expenditure", "net budget", "directorate", "services", "budget by"])
        .then_some(Ok(Kind::Line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_found_in_headings() {
        let year = |text: &str| year_in(text).map(|y| y.start());
        assert_eq!(year("2026/27"), Some(2026));
        assert_eq!(year("Budget 2026-27 £000"), Some(2026));
        assert_eq!(year("2026/2027"), Some(2026));
        assert_eq!(year("2026–27"), Some(2026));
        assert_eq!(year("y2026_27_gbp"), Some(2026));
        assert_eq!(year("by2026/27"), None);
        assert_eq!(year("2026/29"), None);
        assert_eq!(year("Item 12026/27"), None);
    }

    #[test]
    fn units_are_found_in_headings() {
        let unit = |text: &str| unit_in(text).map(CellUnit::word);
        assert_eq!(unit("2026/27 £'000"), Some("£000"));
        assert_eq!(unit("All figures £m"), Some("£m"));
        assert_eq!(unit("£ million"), Some("£m"));
        assert_eq!(unit("Amount (£)"), Some("£"));
        assert_eq!(unit("Rate (%)"), Some("%"));
        assert_eq!(unit("£managed elsewhere"), None);
        assert_eq!(unit("Service"), None);
    }

    #[test]
    fn headings_say_what_rows_are() {
        assert_eq!(kind_of("Budget pressures"), Some(Ok(Kind::Pressure)));
        assert_eq!(kind_of("Agreed savings"), Some(Ok(Kind::Saving)));
        assert_eq!(kind_of("Use of reserves"), Some(Ok(Kind::Reserve)));
        assert_eq!(kind_of("Council Tax"), Some(Ok(Kind::Funding)));
        assert_eq!(kind_of("Cumulative funding gap (before reserves)"), Some(Err(())));
        assert_eq!(kind_of("Inflation assumptions"), Some(Ok(Kind::Driver)));
        assert_eq!(kind_of("Estimated funding (excluding reserves)"), Some(Ok(Kind::Funding)));
        assert_eq!(kind_of("Adults"), None);
    }
}
