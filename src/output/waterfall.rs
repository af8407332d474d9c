//! A waterfall as lines of text: label, amount, which way it moves the gap in a word, and a bar. The
//! word and the shape of the bar say the same, so that nothing rests on colour.

use super::figure::{self, Display};
use super::text::{clean, left, right, width};
use crate::report::table::{Waterfall, WaterfallBar};

/// What the shapes mean, and the unit of the amounts.
#[must_use]
pub fn key(display: &Display) -> String {
    format!("{}; █ the gap, ▓ a step that widens it, ░ a step that narrows it", display.unit.word())
}

/// Bars shorter than this say nothing and are left out.
const SHORTEST: usize = 8;
const GAP: usize = 2;

/// One line a bar, at most `columns` wide.
#[must_use]
pub fn lines(chart: &Waterfall, display: &Display, columns: usize) -> Vec<String> {
    let amounts: Vec<String> = chart.bars.iter().map(|bar| amount(bar, display)).collect();
    let wide = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let figures = wide(&mut amounts.iter().map(|a| width(a)));
    let words = wide(&mut chart.bars.iter().map(|b| width(way(b))));
    let labels = wide(&mut chart.bars.iter().map(|b| width(&label(b)))).min(columns * 2 / 5);
    let taken = labels + figures + words + 3 * GAP;
    let room = columns.saturating_sub(taken);
    let bars = if room < SHORTEST { vec![String::new(); chart.bars.len()] } else { bars(chart, room) };
    let gap = " ".repeat(GAP);
    let line = |((bar, amount), drawn): ((&WaterfallBar, &String), &String)| {
        let label = left(&shortened(&label(bar), labels), labels);
        format!("{label}{gap}{}{gap}{}{gap}{drawn}", right(amount, figures), left(way(bar), words))
            .trim_end()
            .to_owned()
    };
    chart.bars.iter().zip(&amounts).zip(&bars).map(line).collect()
}

/// The amount as in a table, with a sign before it.
fn amount(bar: &WaterfallBar, display: &Display) -> String {
    let sign = match bar.figure.published() {
        Some(p) if p < 0 => "-",
        Some(p) if p > 0 && !bar.level => "+",
        _ => "",
    };
    let bare = if sign == "-" { bar.figure.clone().turned() } else { bar.figure.clone() };
    format!("{sign}{}", figure::cell(&bare, display))
}

fn label(bar: &WaterfallBar) -> String {
    let words = clean(&bar.label);
    if bar.level { words.trim().to_owned() } else { format!("  {}", words.trim()) }
}

/// A label cut to its columns, with a sign that it was.
fn shortened(label: &str, columns: usize) -> String {
    if width(label) <= columns {
        return label.to_owned();
    }
    let mut kept = String::new();
    for c in label.chars() {
        if width(&kept) + 2 > columns {
            break;
        }
        kept.push(c);
    }
    kept.trim_end().to_owned() + "…"
}

/// Which way a step moves the gap.
fn way(bar: &WaterfallBar) -> &'static str {
    match bar.figure.published() {
        _ if bar.level => "",
        Some(p) if p > 0 => "wider",
        Some(p) if p < 0 => "narrower",
        _ => "",
    }
}

/// The bars, all on one scale that holds nought and every level on the way.
fn bars(chart: &Waterfall, room: usize) -> Vec<String> {
    let mut at = 0_i128;
    let mut spans = Vec::new();
    for bar in &chart.bars {
        let span = bar.figure.published().map(|value| if bar.level { (0, value) } else { (at, at + value) });
        at = span.map_or(at, |(_, to)| to);
        spans.push(span);
    }
    let ends = || spans.iter().flatten().flat_map(|(from, to)| [*from, *to]).chain([0]);
    let (low, high) = (ends().min().unwrap_or(0), ends().max().unwrap_or(0));
    let range = (high - low).max(1);
    let columns = i128::try_from(room).unwrap_or(1);
    let place = |value: i128| usize::try_from((value - low) * columns / range).unwrap_or(0).min(room);
    let zero = place(0);
    let drawn = |(bar, span): (&WaterfallBar, &Option<(i128, i128)>)| {
        let Some((from, to)) = span else { return "not known".to_owned() };
        let (start, end) = (place(*from.min(to)), place(*from.max(to)));
        // What moves anything is seen.
        let end = if from == to { start } else { end.max(start + 1).min(room) };
        let start = if from == to { start } else { start.min(end - 1) };
        let shape = if bar.level {
            '█'
        } else if to > from {
            '▓'
        } else {
            '░'
        };
        let mut line: Vec<char> = vec![' '; room + 1];
        if low < 0 {
            line[zero] = '│';
        }
        for cell in &mut line[start..end] {
            *cell = shape;
        }
        line.into_iter().collect::<String>().trim_end().to_owned()
    };
    chart.bars.iter().zip(&spans).map(drawn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::Figure;

    fn bar(label: &str, pounds: i128, level: bool) -> WaterfallBar {
        WaterfallBar { label: label.into(), figure: Figure::money(pounds * 100), level }
    }

    #[test]
    fn steps_hang_between_the_levels() {
        let bars = vec![bar("from", 10, true), bar("prices", 10, false), bar("saved", -15, false), bar("to", 5, true)];
        let chart = Waterfall { title: String::new(), bars };
        let display = Display { unit: crate::language::MoneyUnit::Pounds, ..Display::default() };
        let expected = [
            "from       10.00            ██████████",
            "  prices  +10.00  wider               ▓▓▓▓▓▓▓▓▓▓",
            "  saved   -15.00  narrower       ░░░░░░░░░░░░░░░",
            "to          5.00            █████",
        ];
        assert_eq!(lines(&chart, &display, 48), expected);
        assert!(lines(&chart, &display, 40).iter().all(|line| width(line) <= 40));
    }

    #[test]
    fn a_surplus_lies_left_of_nought() {
        let chart = Waterfall { title: String::new(), bars: vec![bar("a", -4, true), bar("b", 8, false)] };
        let drawn = super::bars(&chart, 12);
        assert_eq!(drawn, ["██████│", "▓▓▓▓▓▓▓▓▓▓▓▓"]);
    }
}
