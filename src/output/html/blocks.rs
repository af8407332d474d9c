//! Words, facts and tables of a page. Every figure keeps the number of its cell, by which the page's
//! script finds it again.

use maud::{Markup, html};

use super::{Look, chart, columns};
use crate::output::figure;
use crate::output::shown::Shown;
use crate::output::text::clean;
use crate::report::paper::Part;
use crate::report::table::{Block, ColumnKind, Figure, FigureStyle, RowStyle, Sentence, Span, Table, TableCell};
use crate::sheet::Run;

/// What stands above words that a slider does not change.
pub(super) fn planned() -> Markup {
    html! { p.planned hidden { "As in the plan: the words below do not follow the sliders." } }
}

pub(super) fn part(part: &Part, look: &Look, charts: &mut Vec<serde_json::Value>) -> Markup {
    match part {
        Part::Heading(heading) => html! { h3 { (clean(heading)) } },
        Part::Block(it) => block(it, look),
        Part::Chart(chart) => html! { div.charts { (columns(chart, look, charts)) } },
        Part::Steps(steps) => html! {
            div.charts {
                @for it in steps {
                    @let id = charts.len();
                    @let () = charts.push(chart::waterfall_data(it));
                    (chart::waterfall(it, id, &look.shown))
                }
            }
        },
        Part::Folded(summary, it) => html! {
            // The heading of a table that lies down on paper goes with it.
            details open class=[is_wide(it).then_some("wide")] { summary { (clean(summary)) } (table(it, look)) }
        },
    }
}

fn block(block: &Block, look: &Look) -> Markup {
    match block {
        Block::Heading(heading) => html! { h3 { (clean(heading)) } },
        Block::Text(lines) => html! { @for line in lines { p { (said(line, look)) } } },
        Block::Facts(facts) => html! {
            (planned())
            dl.facts {
                @for (label, what) in facts { div { dt { (clean(label)) } dd { (said(what, look)) } } }
            }
        },
        Block::Tree(lines) => html! { ul { @for (_, line) in lines { li { (said(line, look)) } } } },
        Block::Table(it) => table(it, look),
        Block::Waterfall(it) => html! { p { (clean(&it.title)) } },
        Block::Notes(notes) => html! { (planned()) ul.notes { @for note in notes { li { (said(note, look)) } } } },
    }
}

/// A sentence with its figures marked.
pub(super) fn said(said: &Sentence, look: &Look) -> Markup {
    html! {
        @for span in &said.0 {
            @match span {
                Span::Text(words) => (clean(words)),
                Span::Figure(it) => span.figure data-c=[cell(it)] data-r=[run(it)] { (figure::words(it, &look.shown)) },
            }
        }
    }
}

/// The number of the cell a figure shows; its negative, less one, when the sign is turned.
fn cell(figure: &Figure) -> Option<i64> {
    figure.shows.map(|shows| {
        let number = i64::from(shows.cell.0);
        if shows.turned { -number - 1 } else { number }
    })
}

/// Said only of the risk-adjusted run.
fn run(figure: &Figure) -> Option<&'static str> {
    figure.shows.filter(|shows| shows.run == Run::RiskAdjusted).map(|_| "1")
}

/// Columns beyond which a table lies down on paper.
const WIDE: usize = 10;

fn is_wide(table: &Table) -> bool {
    table.columns.len() > WIDE
}

fn table(table: &Table, look: &Look) -> Markup {
    let shown = Shown::new(table, &look.shown);
    let words = table.columns.iter().filter(|c| c.kind == ColumnKind::Text).count();
    let class = match (is_wide(table), words > 2) {
        (true, _) => "scroll wide",
        (false, true) => "scroll words",
        (false, false) => "scroll",
    };
    let caption = shown.title.clone().unwrap_or_else(|| "What is needed, available and still to find".to_owned());
    html! {
        div class=(class) role="region" tabindex="0" aria-label=(caption) {
            table {
                caption {
                    span.title { (caption) @if let Some(key) = &shown.key { " " span.key { (key) } } }
                }
                thead {
                    tr {
                        @for (column, heading) in table.columns.iter().zip(&shown.headings) {
                            @if heading.is_empty() { td {} }
                            @else { th scope="col" class=[(column.kind == ColumnKind::Figure).then_some("n")] { (heading) } }
                        }
                    }
                }
                @for group in groups(table) {
                    tbody {
                        @for row in group { (self::row(table, &shown, row)) }
                    }
                }
            }
        }
        @if !shown.notes.is_empty() {
            ul.notes { @for note in &shown.notes { li { (note) } } }
        }
    }
}

/// The rows in the groups that headings between them make.
fn groups(table: &Table) -> Vec<std::ops::Range<usize>> {
    let heads = table.rows.iter().enumerate().filter(|(at, row)| *at > 0 && row.style == RowStyle::Section);
    let starts: Vec<usize> = std::iter::once(0).chain(heads.map(|(at, _)| at)).collect();
    let ends = starts.iter().skip(1).copied().chain([table.rows.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).filter(|g| !g.is_empty()).collect()
}

fn row(table: &Table, shown: &Shown<'_>, at: usize) -> Markup {
    let row = &table.rows[at];
    let style = match row.style {
        RowStyle::Plain => None,
        other => Some(other.word()),
    };
    let indent = match row.indent {
        0 => None,
        1 => Some("i1"),
        _ => Some("i2"),
    };
    if row.style == RowStyle::Section {
        return html! {
            tr.section { th scope="rowgroup" colspan=(table.columns.len()) { (shown.cells[at][0]) } }
        };
    }
    html! {
        tr class=[style] {
            @for (column, text) in shown.cells[at].iter().enumerate() {
                @if column == 0 { th scope="row" class=[indent] { (text) } }
                @else { (one(row.cells.get(column), text)) }
            }
        }
    }
}

fn one(cell: Option<&TableCell>, text: &str) -> Markup {
    match cell {
        Some(TableCell::Figure(it)) => {
            let words = (it.style != FigureStyle::Table).then_some(if it.style == FigureStyle::Change {
                "change"
            } else {
                "words"
            });
            html! {
                td.n data-c=[self::cell(it)] data-r=[run(it)] data-s=[words] data-x=[it.exact.then_some("1")] { (text) }
            }
        }
        Some(TableCell::Bar(_)) => html! { td aria-hidden="true" { (text) } },
        _ => html! { td { (text) } },
    }
}
