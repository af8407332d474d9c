//! Names and paths with `*`: one rule for pauses, published parts, adjustments, what-ifs and `--set`.

/// Whether a text fits a pattern in which each `*` stands for any letters, or none, but never for a dot:
/// `saving.*` is every saving and no figure of one.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut texts = text.split('.');
    pattern.split('.').all(|part| texts.next().is_some_and(|text| part_fits(part, text))) && texts.next().is_none()
}

/// Whether the text between two dots fits; the letters of a `*` are as few as will do.
fn part_fits(pattern: &str, text: &str) -> bool {
    let Some((first, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let (middles, last) = after.rsplit_once('*').map_or((None, after), |(middles, last)| (Some(middles), last));
    for middle in middles.into_iter().flat_map(|m| m.split('*')) {
        match rest.find(middle) {
            Some(at) => rest = &rest[at + middle.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_any_letters_of_one_name() {
        assert!(fits("demand_*", "demand_adults"));
        assert!(fits("demand_*", "demand_"));
        assert!(fits("*", "anything"));
        assert!(fits("a*c*e", "abcde"));
        assert!(fits("**", "é"));
        assert!(!fits("a*c*f", "abcde"));
        assert!(!fits("ab*ba", "aba"));
        assert!(fits("pay", "pay"));
        assert!(!fits("pay", "pay_bill"));
    }

    #[test]
    fn a_star_never_stands_for_a_dot() {
        assert!(fits("saving.*.delivery", "saving.home_first.delivery"));
        assert!(fits("driver.pay*", "driver.pay_drift"));
        assert!(fits("driver.*", "driver.pay"));
        assert!(!fits("driver.*", "driver.pay.rate"));
        assert!(!fits("*", "driver.pay"));
        assert!(!fits("driver.pay.*", "driver.pay"));
        assert!(!fits("saving.*.delivery", "saving.home.first.delivery"));
        assert!(!fits("saving.*.delivery", "saving.home_first.slippage"));
    }

    #[test]
    fn a_hundred_stars_take_no_time() {
        assert!(!fits(&format!("{}b", "a*".repeat(100)), &"a".repeat(5000)));
    }
}
