//! The one file where figures are rounded for display, half away from zero.
//!
//! | what | in a table | in a sentence |
//! |---|---|---|
//! | money in £m | `2.732`, `(0.062)` | `£2.732m`, `-£0.062m`, `£0.5m` when it is exactly that |
//! | rounds to nought | `0.000`, never `(0.000)` | in pounds and pence, `£0.59`; exactly nought is `£0` |
//! | not published | `n/p` | `not published` |
//! | filled in between years | `~2.345` | `~£2.345m` |
//! | published as "about £2bn" | `c. 2,000` | `c. £2,000m` |
//! | a rate | `2.99%`, `(0.5%)` | `2.99%`, `-0.5%` |
//! | a price for one | `£956.00`, `£992.0412` | the same |
//!
//! A rate is printed exactly when four decimals of a per cent can say it, which is so for every rate
//! that people write; a share that was computed is rounded to two.

use crate::language::scalar::MoneyUnit;
use crate::report::table::{Figure, FigureStyle};
use crate::vocabulary::number::{divide, ten_to};
use crate::vocabulary::{Unit, unit};

/// How figures are shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Display {
    /// The unit of money.
    pub unit: MoneyUnit,
    /// The decimals of money; without it 2 for £, 0 for £000 and 3 for £m.
    pub decimals: Option<u32>,
    /// Whether displayed tables are made to add up.
    pub footing: bool,
}

impl Default for Display {
    fn default() -> Self {
        Self { unit: MoneyUnit::Millions, decimals: None, footing: false }
    }
}

impl Display {
    /// The decimals that money is shown with: as asked, but never finer than a penny.
    #[must_use]
    pub fn money_decimals(&self) -> u32 {
        let usual = match self.unit {
            MoneyUnit::Pounds => 2,
            MoneyUnit::Thousands => 0,
            MoneyUnit::Millions => 3,
        };
        self.decimals.unwrap_or(usual).min(self.penny())
    }

    /// The decimals at which a penny shows.
    const fn penny(&self) -> u32 {
        self.unit.power() + PENCE
    }

    /// Pence for one step of the last displayed digit.
    pub(super) fn step(&self) -> i128 {
        ten_to(self.penny() - self.money_decimals())
    }
}

/// The decimals of a pound at which money is held.
const PENCE: u32 = Unit::Money.scale();

/// A figure as it stands in a table.
#[must_use]
pub fn cell(figure: &Figure, display: &Display) -> String {
    say(figure, display, None)
}

/// A figure as it stands in a sentence, whatever its own style.
#[must_use]
pub fn words(figure: &Figure, display: &Display) -> String {
    if figure.style == FigureStyle::Table {
        say(&figure.clone().in_words(), display, None)
    } else {
        say(figure, display, None)
    }
}

/// An amount of money in words: `£2.732m`, `-£0.5m`.
#[must_use]
pub fn money_words(pence: i128, display: &Display) -> String {
    words(&Figure::money(pence), display)
}

/// A change of money in words: `+£1.051m`.
#[must_use]
pub fn money_change(pence: i128, display: &Display) -> String {
    words(&Figure::money(pence).as_change(), display)
}

/// Pence in whole steps of the last displayed digit.
pub(super) fn displayed(pence: i128, display: &Display) -> i128 {
    round(pence, display.step())
}

/// The figure's text; `footed` replaces the rounded value of money, in steps of the last digit.
pub(super) fn say(figure: &Figure, display: &Display, footed: Option<i128>) -> String {
    let Some(steps) = figure.published() else {
        return if figure.style == FigureStyle::Table { "n/p" } else { "not published" }.to_owned();
    };
    let (negative, amount) = match figure.unit {
        Unit::Money => money(figure, steps, display, footed),
        Unit::Rate => {
            let (negative, digits) = share(figure, steps, 2);
            (negative, format!("{digits}%"))
        }
        Unit::Months => share(figure, steps, 0),
        Unit::Quantity => {
            if about(figure) {
                digits(round(steps, ten_to(4)), 0)
            } else {
                trimmed(steps, 4, 0)
            }
        }
        Unit::UnitPrice => {
            let (negative, digits) =
                if about(figure) { digits(round(steps, ten_to(4)), 0) } else { trimmed(steps, 4, PENCE) };
            (negative, format!("£{digits}"))
        }
        Unit::Month => (false, month(steps)),
    };
    let mark = match (figure.flags.interpolated, about(figure)) {
        (false, false) => "",
        (true, false) => "~",
        (false, true) => "c. ",
        (true, true) => "~c. ",
    };
    let plus = figure.style == FigureStyle::Change && !negative && amount.contains(|c| matches!(c, '1'..='9'));
    match (negative, figure.style) {
        (true, FigureStyle::Table) => format!("{mark}({amount})"),
        (true, _) => format!("{mark}-{amount}"),
        (false, _) if plus => format!("{mark}+{amount}"),
        (false, _) => format!("{mark}{amount}"),
    }
}

/// Whether the figure is only known about.
const fn about(figure: &Figure) -> bool {
    figure.flags.about > 0
}

/// Money in the display unit, without its sign.
fn money(figure: &Figure, pence: i128, display: &Display, footed: Option<i128>) -> (bool, String) {
    let power = display.unit.power();
    let decimals = display.money_decimals();
    let in_table = figure.style == FigureStyle::Table;
    if pence == 0 && !in_table {
        return (false, "£0".to_owned());
    }
    if !in_table && !about(figure) && footed.is_none() && displayed(pence, display) == 0 {
        // A sentence that says "£0.000m" of something says nothing: say the pounds and pence.
        let (negative, digits) = digits(pence, PENCE);
        return (negative, format!("£{digits}"));
    }
    let (negative, digits) = if about(figure) {
        // Neither a decimal nor a digit before the point that nobody has published.
        let known = u32::from(figure.flags.about);
        let shown = decimals.min(power.saturating_sub(known));
        let coarse = round(pence, ten_to(PENCE + known.max(power - shown)));
        digits(coarse.saturating_mul(ten_to(known.saturating_sub(power - shown))), shown)
    } else if figure.exact {
        trimmed(pence, display.penny(), decimals)
    } else {
        let steps = footed.unwrap_or_else(|| displayed(pence, display));
        let is_exact = steps.checked_mul(display.step()) == Some(pence);
        match (in_table || !is_exact, display.unit) {
            // "£0.5m" in a sentence is exactly that; pounds keep both their pence or have none.
            (false, MoneyUnit::Pounds) if steps % ten_to(decimals) != 0 => digits(steps, decimals),
            (false, _) => trimmed(steps, decimals, 0),
            (true, _) => digits(steps, decimals),
        }
    };
    let suffix = match display.unit {
        MoneyUnit::Pounds => "",
        MoneyUnit::Thousands => "k",
        MoneyUnit::Millions => "m",
    };
    (negative, if in_table { digits } else { format!("£{digits}{suffix}") })
}

/// A value held in billionths, shifted `shift` places up: exact where four decimals say it (or all
/// digits are asked for), else rounded to two.
fn share(figure: &Figure, steps: i128, shift: u32) -> (bool, String) {
    let scale = figure.unit.scale() - shift;
    if about(figure) {
        digits(round(steps, ten_to(scale)), 0)
    } else if figure.exact || steps % ten_to(scale - 4) == 0 {
        trimmed(steps, scale, 0)
    } else {
        digits(round(steps, ten_to(scale - 2)), 2)
    }
}

/// `2026-10` as people say it.
fn month(steps: i128) -> String {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = usize::try_from(steps.rem_euclid(12)).ok().and_then(|m| NAMES.get(m));
    name.map_or_else(|| unit::plain(Unit::Month, steps), |name| format!("{name} {}", steps.div_euclid(12)))
}

/// `steps` in whole multiples of `step`, half away from zero. What cannot be rounded so is larger
/// than any cell can hold.
pub(super) fn round(steps: i128, step: i128) -> i128 {
    divide(steps, step).unwrap_or(steps / step.max(1))
}

/// Without the noughts at its end, down to `least` decimals.
fn trimmed(mut steps: i128, mut decimals: u32, least: u32) -> (bool, String) {
    while decimals > least && steps % 10 == 0 {
        steps /= 10;
        decimals -= 1;
    }
    digits(steps, decimals)
}

/// Whether it is negative, and its digits with a point and thousands separators.
fn digits(steps: i128, decimals: u32) -> (bool, String) {
    let places = usize::try_from(decimals).unwrap_or(0);
    let all = format!("{:0>width$}", steps.unsigned_abs(), width = places + 1);
    let (whole, fraction) = all.split_at(all.len() - places);
    let mut text = String::with_capacity(all.len() + all.len() / 3 + 1);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    (steps < 0, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Flags;

    const MILLIONS: Display = Display { unit: MoneyUnit::Millions, decimals: None, footing: false };
    const THOUSANDS: Display = Display { unit: MoneyUnit::Thousands, ..MILLIONS };
    const POUNDS: Display = Display { unit: MoneyUnit::Pounds, ..MILLIONS };

    fn money(pence: i128) -> String {
        cell(&Figure::money(pence), &MILLIONS)
    }

    fn about(pence: i128, power: u8) -> Figure {
        Figure::new(Unit::Money, Some(pence), Flags { about: power, ..Flags::EXACT })
    }

    fn of(unit: Unit, steps: i128) -> Figure {
        Figure::new(unit, Some(steps), Flags::EXACT)
    }

    #[test]
    fn money_in_every_unit() {
        assert_eq!(money(273_200_000), "2.732");
        assert_eq!(money(-6_200_000), "(0.062)");
        assert_eq!(money(123_456_789_012), "1,234.568");
        assert_eq!(cell(&Figure::money(-123_456_789), &THOUSANDS), "(1,235)");
        assert_eq!(cell(&Figure::money(-123_456_789), &POUNDS), "(1,234,567.89)");
        assert_eq!(cell(&Figure::money(5), &Display { decimals: Some(30), ..MILLIONS }), "0.00000005");
        assert_eq!(cell(&Figure::money(150), &Display { decimals: Some(0), ..POUNDS }), "2");
    }

    #[test]
    fn halves_go_away_from_zero_and_nought_has_no_sign() {
        assert_eq!(money(50_000), "0.001");
        assert_eq!(money(-50_000), "(0.001)");
        assert_eq!(money(-49_999), "0.000");
        assert_eq!(money(0), "0.000");
        assert_eq!(money_words(-49_999, &MILLIONS), "-£499.99");
    }

    #[test]
    fn what_is_not_known_exactly_says_so() {
        assert_eq!(cell(&Figure::new(Unit::Money, None, Flags::NOT_PUBLISHED), &MILLIONS), "n/p");
        assert_eq!(cell(&Figure::new(Unit::Money, Some(7), Flags::NOT_PUBLISHED), &MILLIONS), "n/p");
        assert_eq!(cell(&about(200_000_000_000, 9), &MILLIONS), "c. 2,000");
        assert_eq!(cell(&about(234_567_890_000, 9), &MILLIONS), "c. 2,000");
        assert_eq!(cell(&about(250_000_000_000, 8), &MILLIONS), "c. 2,500");
        assert_eq!(cell(&about(-234_567_890, 5), &MILLIONS), "c. (2.3)");
        assert_eq!(cell(&about(200_000_000_000, 9), &POUNDS), "c. 2,000,000,000");
        assert_eq!(cell(&about(200_000_000_000, 9), &THOUSANDS), "c. 2,000,000");
        assert_eq!(words(&about(200_000_000_000, 9), &MILLIONS), "c. £2,000m");
        let mut filled = Figure::money(-6_200_000);
        filled.flags.interpolated = true;
        assert_eq!(cell(&filled, &MILLIONS), "~(0.062)");
        filled.flags.about = 5;
        assert_eq!(cell(&filled, &MILLIONS), "~c. (0.1)");
        assert_eq!(cell(&Figure { flags: about(1, 9).flags, ..of(Unit::Rate, 333_333_333) }, &MILLIONS), "c. 33%");
    }

    #[test]
    fn money_in_words() {
        assert_eq!(money_words(273_200_000, &MILLIONS), "£2.732m");
        assert_eq!(money_words(-50_000_000, &MILLIONS), "-£0.5m");
        assert_eq!(money_words(-50_000_001, &MILLIONS), "-£0.500m");
        assert_eq!(money_words(100_000_000, &MILLIONS), "£1m");
        assert_eq!(money_words(0, &MILLIONS), "£0");
        assert_eq!(money_words(35_000_000, &THOUSANDS), "£350k");
        assert_eq!(money_words(95_650, &POUNDS), "£956.50");
        assert_eq!(money_words(95_600, &POUNDS), "£956");
        assert_eq!(money_change(105_100_000, &MILLIONS), "+£1.051m");
        assert_eq!(money_change(-105_100_000, &MILLIONS), "-£1.051m");
        assert_eq!(money_change(0, &MILLIONS), "£0");
        assert_eq!(money_change(49_999, &MILLIONS), "+£499.99");
    }

    #[test]
    fn other_units() {
        let show = |unit, steps| cell(&of(unit, steps), &MILLIONS);
        assert_eq!(show(Unit::Rate, 29_900_000), "2.99%");
        assert_eq!(show(Unit::Rate, 20_000_000), "2%");
        assert_eq!(show(Unit::Rate, -1_250_000), "(0.125%)");
        assert_eq!(show(Unit::Rate, 333_333_333), "33.33%");
        assert_eq!(show(Unit::Rate, -1), "0.00%");
        assert_eq!(cell(&of(Unit::Rate, 333_333_333).exactly(), &MILLIONS), "33.3333333%");
        assert_eq!(show(Unit::Quantity, 600_850_000), "60,085");
        assert_eq!(show(Unit::Quantity, 5_000), "0.5");
        assert_eq!(show(Unit::UnitPrice, 9_560_000), "£956.00");
        assert_eq!(show(Unit::UnitPrice, 9_920_412), "£992.0412");
        assert_eq!(show(Unit::Months, 4_000_000_000), "4");
        assert_eq!(show(Unit::Months, 4_333_333_333), "4.33");
        assert_eq!(show(Unit::Month, 2026 * 12 + 9), "Oct 2026");
        assert_eq!(cell(&Figure::money(123_456).exactly(), &MILLIONS), "0.00123456");
        assert_eq!(cell(&Figure::money(100_000_000).exactly(), &MILLIONS), "1.000");
    }
}
