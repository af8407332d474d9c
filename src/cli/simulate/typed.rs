//! Numbers of runs and percentiles as they are typed.

/// More runs than this take longer than anyone waits.
const MOST: u64 = 10_000_000_000;

/// Percentiles in thousandths, rising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Percentiles(pub Vec<u32>);

/// A number of runs: `10000`, `10,000`, `1_000_000`, `100k`, `1m`.
pub fn runs(typed: &str) -> Result<u64, String> {
    let plain: String = typed.trim().to_lowercase().chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let (digits, times) = match plain.strip_suffix('k') {
        Some(digits) => (digits, 1_000),
        None => plain.strip_suffix('m').map_or((plain.as_str(), 1), |digits| (digits, 1_000_000)),
    };
    let found: Option<u64> = digits.parse().ok().and_then(|n: u64| n.checked_mul(times));
    match found {
        Some(1..=MOST) => Ok(found.unwrap_or(1)),
        Some(0) => Err("a simulation has one run at least; write 10000, 100k or 1m".to_owned()),
        Some(_) => Err("these are more than 10,000,000,000 runs".to_owned()),
        None => Err("write a number of runs: 10000, 100k or 1m".to_owned()),
    }
}

/// Percentiles: `10,50,90`, `2.5,50,97.5`.
pub fn percentiles(typed: &str) -> Result<Percentiles, String> {
    let one = |text: &str| {
        let text = text.trim().trim_start_matches(['P', 'p']);
        let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
        let thousandths = whole.parse::<u32>().ok()?.checked_mul(10)?;
        let tenth = tenth.parse::<u32>().ok().filter(|_| tenth.len() == 1)?;
        thousandths.checked_add(tenth).filter(|p| (1..1_000).contains(p))
    };
    let mut all: Vec<u32> = typed
        .split(',')
        .map(|text| {
            one(text).ok_or_else(|| {
                format!("`{}` is no percentile; write 10,50,90: above 0, below 100, tenths at most", text.trim())
            })
        })
        .collect::<Result<_, _>>()?;
    all.sort_unstable();
    all.dedup();
    if all.len() > 9 { Err("these are more than nine percentiles".to_owned()) } else { Ok(Percentiles(all)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_read_as_people_write_them() {
        assert_eq!(
            ["10000", "10,000", "100k", "1m", "1_000"].map(|t| runs(t).ok()),
            [10_000, 10_000, 100_000, 1_000_000, 1_000].map(Some)
        );
        assert!(["0", "", "many", "1e6", "-5", "99999999999999999999", "20000000k"].iter().all(|t| runs(t).is_err()));
    }

    #[test]
    fn percentiles_rise_and_are_told_once() {
        assert_eq!(percentiles("90,10,50,50"), Ok(Percentiles(vec![100, 500, 900])));
        assert_eq!(percentiles("P2.5, 97.5"), Ok(Percentiles(vec![25, 975])));
        assert!(["0", "100", "50.25", "", "a", "1,2,3,4,5,6,7,8,9,10"].iter().all(|t| percentiles(t).is_err()));
    }
}
