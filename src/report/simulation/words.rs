//! Shares of runs and numbers of them in words, and small charts of them.

use crate::analysis::simulate::{Share, Uncertain};
use crate::vocabulary::number::divide;

/// A number with its thousands apart: `10,000`.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in per cent with a decimal. All and none are said of all and none of the runs alone.
#[must_use]
pub fn per_cent(share: Share) -> String {
    let tenths = divide(i128::from(share.held) * 1_000, i128::from(share.of)).unwrap_or(0);
    match (share.held, tenths) {
        _ if share.of == 0 => "-".to_owned(),
        (0, _) => "0%".to_owned(),
        (held, _) if held == share.of => "100%".to_owned(),
        (_, 0) => "under 0.1%".to_owned(),
        (_, 1_000) => "over 99.9%".to_owned(),
        (_, tenths) => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

/// Billionths as points of a per cent with two decimals; of what is not nought never nought.
#[must_use]
pub fn points(billionths: i128) -> String {
    match divide(billionths.abs(), 100_000).unwrap_or(0) {
        0 if billionths != 0 => "under 0.01".to_owned(),
        hundredths => format!("{}.{:02}", hundredths / 100, hundredths % 100),
    }
}

/// A rank correlation in hundredths, with its sign.
#[must_use]
pub fn correlation(billionths: i128) -> String {
    let hundredths = divide(billionths, 10_000_000).unwrap_or(0);
    let sign = match hundredths {
        0 => "",
        h if h > 0 => "+",
        _ => "-",
    };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

/// The name of a percentile: `P10`, `P2.5`.
#[must_use]
pub fn percentile(thousandths: u32) -> String {
    match thousandths % 10 {
        0 => format!("P{}", thousandths / 10),
        tenth => format!("P{}.{tenth}", thousandths / 10),
    }
}

/// How many blocks a full bar has.
const BAR: u64 = 24;

/// Parts of a block that fill it from the left, an eighth to a whole one.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// A share as a bar in eighths of a block; what is not nought has a mark at least.
#[must_use]
pub fn bar(share: Share) -> String {
    let eighths = share.held.saturating_mul(BAR * 8) / share.of.max(1);
    let eighths = usize::try_from(eighths.max(u64::from(share.held > 0))).unwrap_or(0);
    let mut text = "█".repeat(eighths / 8);
    text.extend((eighths % 8).checked_sub(1).map(|last| EIGHTHS[last]));
    text
}

/// How many places a fan has.
const FAN: i128 = 32;

/// Where values lie between two ends: from the least to the greatest light, between the outer percentiles darker, the
/// middle one full, nought a line where nothing else stands.
#[must_use]
pub fn fan(ends: (i128, i128), outer: (i128, i128), middle: i128, scale: (i128, i128)) -> String {
    let place = |value: i128| {
        let whole = (scale.1 - scale.0).max(1);
        divide((value - scale.0).saturating_mul(FAN - 1), whole).unwrap_or(0).clamp(0, FAN - 1)
    };
    let within = |at: i128, (from, to): (i128, i128)| (place(from)..=place(to)).contains(&at);
    let of = |at: i128| match at {
        _ if at == place(middle) => '█',
        _ if within(at, outer) => '▒',
        _ if within(at, ends) => '░',
        _ if at == place(0) && scale.0 <= 0 && scale.1 >= 0 => '│',
        _ => ' ',
    };
    (0..FAN).map(of).collect::<String>().trim_end().to_owned()
}

/// How many figures have a range, and of how many it is judgement.
#[must_use]
pub fn judged(uncertain: &[Uncertain]) -> (usize, usize) {
    let mut paths: Vec<(&str, bool)> = uncertain.iter().map(|u| (u.path.as_str(), u.judged)).collect();
    paths.dedup_by_key(|(path, _)| *path);
    (paths.iter().filter(|(_, judged)| *judged).count(), paths.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_and_none_are_said_of_all_and_none_alone() {
        let of = |held, of| per_cent(Share { held, of });
        assert_eq!(of(10_000, 10_000), "100%");
        assert_eq!(of(9_999, 10_000), "over 99.9%");
        assert_eq!(of(9_994, 10_000), "99.9%");
        assert_eq!(of(1, 10_000), "under 0.1%");
        assert_eq!(of(0, 10_000), "0%");
        // 1 of 3, and a half that goes away from nought: 1 of 16 is 6.25%.
        assert_eq!(of(1, 3), "33.3%");
        assert_eq!(of(1, 16), "6.3%");
        assert_eq!(of(0, 0), "-");
    }

    #[test]
    fn numbers_and_points_are_read_easily() {
        assert_eq!([grouped(7), grouped(1_000), grouped(1_234_567)], ["7", "1,000", "1,234,567"]);
        assert_eq!([points(4_821_825), points(12_000), points(0)], ["0.48", "under 0.01", "0.00"]);
        assert_eq!([correlation(834_999_999), correlation(-5_000_000), correlation(1)], ["+0.83", "-0.01", "0.00"]);
        assert_eq!([percentile(100), percentile(25)], ["P10", "P2.5"]);
    }

    #[test]
    fn a_fan_shows_ends_percentiles_the_middle_and_nought() {
        // Places are whole numbers from -1 to 30: nought is the second, 10 the twelfth.
        let fan = fan((10, 30), (15, 25), 20, (-1, 30));
        assert_eq!(fan, " │         ░░░░░▒▒▒▒▒█▒▒▒▒▒░░░░░");
        assert_eq!(bar(Share { held: 1, of: 2 }), "████████████");
        assert_eq!(bar(Share { held: 1, of: 100_000 }), "▏");
    }
}
