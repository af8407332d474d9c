//! The border of the workbook: its cells hold binary floats, whatever we think of them, and this is the
//! one file that makes them.
//!
//! A figure is written as the float nearest to its decimal, which is what Excel itself makes of a figure
//! that is typed; below 15 digits reading it back gives the same decimal.

use crate::vocabulary::Unit;
use crate::vocabulary::number::decimal;

/// The float nearest to a figure: pounds, a fraction of one, a count.
pub fn nearest(unit: Unit, steps: i128) -> f64 {
    // Every decimal text is a float.
    text(unit, steps).parse().unwrap_or(f64::NAN)
}

/// The figure as a plain decimal: what the result of a formula is written as.
pub fn text(unit: Unit, steps: i128) -> String {
    decimal(steps, unit.scale()).normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_reads_back_as_the_figure() {
        for steps in [0, 1, -1, 5, 183_733, -10_000_000_001, 999_999_999_999_999] {
            let float = nearest(Unit::Money, steps);
            assert_eq!(format!("{float:.2}"), decimal(steps, 2).to_string());
        }
        assert_eq!(nearest(Unit::Rate, 29_900_000).to_string(), "0.0299");
        assert_eq!(text(Unit::Rate, 1_000_000_000), "1");
        assert_eq!(text(Unit::Month, 24_321), "24321");
    }
}
