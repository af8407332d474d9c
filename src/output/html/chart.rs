//! Charts as SVG, drawn by hand in whole tenths of a pixel. `chart.js` draws the same from the same
//! figures when they move; a test holds the two against each other.
//!
//! Every chart is an image with a title and a description that says all its figures; its table follows on
//! the page. Series differ by hatching and by shape, never by colour alone.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::data::steps;
use crate::output::figure::{self, Display};
use crate::output::text::clean;
use crate::report::paper::{Chart, Look, Series};
use crate::report::table::{Figure, Waterfall, WaterfallBar};
use crate::sheet::Run;
use crate::vocabulary::number::divide;

/// The width of a chart.
const WIDTH: i128 = 4_200;
/// Where columns begin, right of the words of the scale.
const LEFT: i128 = 640;
/// How wide all groups of columns are together.
const GROUPS: i128 = 3_520;
/// Where the scale begins and how high it is.
const TOP: i128 = 100;
const HIGH: i128 = 1_800;
/// The height of a bar of a waterfall with its words.
const STEP: i128 = 420;
/// The most parts of a scale.
const PARTS: i128 = 5;

/// Patterns that all charts of a page use.
pub(super) fn patterns() -> Markup {
    html! {
        svg.patterns aria-hidden="true" focusable="false" width="0" height="0" {
            defs {
                pattern #hatch width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.hatch-ground width="6" height="6" {}
                    rect.hatch-line width="3" height="6" {}
                }
            }
        }
    }
}

/// A chart of columns with its legend.
pub(super) fn columns(chart: &Chart, id: usize, display: &Display) -> Markup {
    let height = px(TOP + HIGH + 260);
    framed(&chart.title, id, &height, &columns_words(chart, display), columns_body(chart, display), legend(chart))
}

/// A waterfall.
pub(super) fn waterfall(chart: &Waterfall, id: usize, display: &Display) -> Markup {
    let bars = i128::try_from(chart.bars.len()).unwrap_or(0);
    let legend = html! {
        ul.legend aria-hidden="true" {
            li { (swatch("solid")) "a level" }
            li { (swatch("up")) "widens the gap" }
            li { (swatch("hatched")) "narrows it" }
        }
    };
    framed(&chart.title, id, &px(bars * STEP), &waterfall_words(chart, display), waterfall_body(chart, display), legend)
}

fn framed(title: &str, id: usize, height: &str, words: &str, body: Markup, legend: Markup) -> Markup {
    let (title_id, desc_id) = (format!("chart-{id}-title"), format!("chart-{id}-words"));
    html! {
        figure.chart {
            figcaption { (clean(title)) }
            (legend)
            svg id={ "chart-" (id) } viewBox={ "0 0 " (px(WIDTH)) " " (height) } role="img" aria-labelledby={ (title_id) " " (desc_id) } {
                title id=(title_id) { (clean(title)) }
                desc id=(desc_id) { (words) }
                (body)
            }
        }
    }
}

fn legend(chart: &Chart) -> Markup {
    html! {
        ul.legend aria-hidden="true" {
            @for series in &chart.series { li { (swatch(series.look.word())) (clean(&series.name)) } }
        }
    }
}

fn swatch(look: &str) -> Markup {
    html! {
        svg.swatch viewBox="0 0 16 12" focusable="false" {
            @if look == "level" { rect.level x="0" y="4" width="16" height="3" {} }
            @else { rect class=(look) width="16" height="12" {} }
        }
    }
}

/// Tenths of a pixel as they are written.
fn px(tenths: i128) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    if tenth == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{tenth}") }
}

/// A scale over the values: its lowest and highest mark, and the distance between marks.
#[derive(Debug, PartialEq, Eq)]
struct Scale {
    low: i128,
    high: i128,
    mark: i128,
}

impl Scale {
    /// The scale with the fewest round marks that holds nought and all values.
    fn of(values: impl Iterator<Item = i128>) -> Self {
        let (least, most) = values.fold((0, 0), |(least, most), v| (v.min(least), v.max(most)));
        // Where all is nought there is no size to go by: a million, so that the axis says no fractions of a penny.
        let mut mark = if (least, most) == (0, 0) { 100_000_000_i128 } else { 1 };
        for factor in [2, 5, 10].into_iter().cycle() {
            if most - least <= mark * PARTS {
                break;
            }
            // One, two, five, ten: each from the power of ten below it.
            mark = match factor {
                2 => mark * 2,
                5 => mark / 2 * 5,
                _ => mark * 2,
            };
        }
        let low = -((mark - 1 - least) / mark * mark);
        let high = (most + mark - 1) / mark * mark;
        Self { low, high: if high == low { low + mark } else { high }, mark }
    }

    /// So much of a length as lies between the lowest mark and the value.
    fn along(&self, value: i128, length: i128) -> i128 {
        divide((value - self.low).saturating_mul(length), self.high - self.low).unwrap_or(0)
    }
}

/// A mark of a scale in words, with no more digits than it has.
fn mark_words(pence: i128, display: &Display) -> String {
    // All digits down to the penny, of which noughts at the end are left out.
    let all = Display { decimals: Some(u32::MAX), ..*display };
    figure::money_words(pence, &all)
}

fn published<'a>(series: &'a [Series]) -> impl Iterator<Item = i128> + use<'a> {
    series.iter().flat_map(|s| &s.figures).filter_map(Figure::published)
}

fn columns_body(chart: &Chart, display: &Display) -> Markup {
    let scale = Scale::of(published(&chart.series));
    let y = |value: i128| TOP + HIGH - scale.along(value, HIGH);
    let count = |n: usize| i128::try_from(n).unwrap_or(1).max(1);
    let group = GROUPS / count(chart.groups.len());
    let own = group * 7 / 10;
    let column = own / count(chart.series.iter().filter(|s| s.look != Look::Level).count());
    let marks = (0..=(scale.high - scale.low) / scale.mark).map(|n| scale.low + n * scale.mark);
    let at = |g: usize| LEFT + i128::try_from(g).unwrap_or(0) * group;
    html! {
        @for mark in marks {
            line class=(if mark == 0 { "nought" } else { "mark" }) x1=(px(LEFT)) x2=(px(LEFT + GROUPS)) y1=(px(y(mark))) y2=(px(y(mark))) {}
            text.scale x=(px(LEFT - 80)) y=(px(y(mark) + 40)) { (mark_words(mark, display)) }
        }
        @for (g, name) in chart.groups.iter().enumerate() {
            text.group x=(px(at(g) + group / 2)) y=(px(TOP + HIGH + 200)) { (clean(name)) }
            @for (k, series) in chart.series.iter().filter(|s| s.look != Look::Level).enumerate() {
                @let x = at(g) + (group - own) / 2 + i128::try_from(k).unwrap_or(0) * column;
                @match series.figures.get(g).and_then(Figure::published) {
                    Some(value) => {
                        @let (top, foot) = (y(value.max(0)), y(value.min(0)));
                        rect class=(series.look.word()) x=(px(x)) y=(px(top)) width=(px(column - 20)) height=(px((foot - top).max(if value == 0 { 0 } else { 10 }))) {}
                    }
                    None => text.group x=(px(x + column / 2)) y=(px(y(0) - 40)) { "n/p" },
                }
            }
            @for series in chart.series.iter().filter(|s| s.look == Look::Level) {
                @if let Some(value) = series.figures.get(g).and_then(Figure::published) {
                    rect.level x=(px(at(g) + (group - own) / 2 - 40)) y=(px(y(value) - 15)) width=(px(own + 60)) height="3" {}
                }
            }
        }
    }
}

fn columns_words(chart: &Chart, display: &Display) -> String {
    let words = |series: &Series| {
        let figures = chart.groups.iter().zip(&series.figures);
        let said: Vec<String> =
            figures.map(|(group, f)| format!("{} {}", clean(group), figure::words(f, display))).collect();
        format!("{}: {}.", clean(&series.name), said.join("; "))
    };
    chart.series.iter().map(words).collect::<Vec<_>>().join(" ")
}

/// A bar with where it begins and ends, where that is known.
fn spans(chart: &Waterfall) -> Vec<(&WaterfallBar, Option<(i128, i128)>)> {
    let mut level = 0;
    let span = |bar| {
        let bar: &WaterfallBar = bar;
        let value = bar.figure.published()?;
        let from = if bar.level { 0 } else { level };
        level = if bar.level { value } else { level + value };
        Some((from, level))
    };
    let spans: Vec<_> = chart.bars.iter().map(span).collect();
    chart.bars.iter().zip(spans).collect()
}

fn waterfall_body(chart: &Waterfall, display: &Display) -> Markup {
    let spans = spans(chart);
    let scale = Scale::of(spans.iter().filter_map(|(_, span)| *span).flat_map(|(from, to)| [from, to]));
    let x = |value: i128| scale.along(value, WIDTH);
    html! {
        @for (n, (bar, span)) in spans.iter().enumerate() {
            @let top = i128::try_from(n).unwrap_or(0) * STEP;
            text.bar x="0" y=(px(top + 150)) { (clean(&bar.label)) }
            text.value x=(px(WIDTH)) y=(px(top + 150)) { (bar_words(bar, display)) }
            @if let Some((from, to)) = span {
                @let (left, right) = (x(*from.min(to)), x(*from.max(to)));
                rect class=(bar_look(bar, *from, *to)) x=(px(left)) y=(px(top + 200)) width=(px((right - left).max(if from == to { 0 } else { 10 }))) height="15" {}
            }
        }
        line.nought x1=(px(x(0))) x2=(px(x(0))) y1="0" y2=(px(i128::try_from(spans.len()).unwrap_or(0) * STEP)) {}
    }
}

fn bar_look(bar: &WaterfallBar, from: i128, to: i128) -> &'static str {
    match (bar.level, to > from) {
        (true, _) => "solid",
        (false, true) => "up",
        (false, false) => "hatched",
    }
}

fn bar_words(bar: &WaterfallBar, display: &Display) -> String {
    let figure = bar.figure.clone();
    figure::words(&if bar.level { figure.in_words() } else { figure.as_change() }, display)
}

fn waterfall_words(chart: &Waterfall, display: &Display) -> String {
    let said: Vec<String> =
        chart.bars.iter().map(|bar| format!("{} {}", clean(&bar.label), bar_words(bar, display))).collect();
    format!("{}.", said.join("; "))
}

/// What the script must know to draw the columns again.
pub(super) fn columns_data(chart: &Chart) -> Value {
    let series = |s: &Series| json!({ "name": clean(&s.name), "look": s.look.word(), "figures": s.figures.iter().map(figure_data).collect::<Vec<_>>() });
    json!({
        "kind": "columns",
        "groups": chart.groups.iter().map(|g| clean(g)).collect::<Vec<_>>(),
        "series": chart.series.iter().map(series).collect::<Vec<_>>(),
    })
}

/// The same for a waterfall.
pub(super) fn waterfall_data(chart: &Waterfall) -> Value {
    let bar = |bar: &WaterfallBar| json!({ "label": clean(&bar.label), "level": bar.level, "figure": figure_data(&bar.figure) });
    json!({ "kind": "waterfall", "bars": chart.bars.iter().map(bar).collect::<Vec<_>>() })
}

/// A cell and its run, with the sign it is turned by; else the steps that stand there.
fn figure_data(figure: &Figure) -> Value {
    match figure.shows {
        Some(shows) => json!([shows.cell.0, u8::from(shows.run == Run::RiskAdjusted), u8::from(shows.turned)]),
        None => figure.published().map_or(Value::Null, steps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_round_marks_and_holds_nought() {
        let of = |values: &[i128]| {
            let scale = Scale::of(values.iter().copied());
            (scale.low, scale.high, scale.mark)
        };
        assert_eq!(of(&[]), (0, 100_000_000, 100_000_000));
        assert_eq!(of(&[5]), (0, 5, 1));
        assert_eq!(of(&[6]), (0, 6, 2));
        assert_eq!(of(&[273_200_000]), (0, 300_000_000, 100_000_000));
        assert_eq!(of(&[-7, 22]), (-10, 30, 10));
        assert_eq!(of(&[-1_000]), (-1_000, 0, 200));
        assert_eq!(of(&[51]), (0, 60, 20));
        assert_eq!(of(&[450]), (0, 500, 100));
    }

    #[test]
    fn tenths_are_written_short() {
        assert_eq!([px(0), px(15), px(-15), px(200)], ["0", "1.5", "-1.5", "20"]);
    }
}
