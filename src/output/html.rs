//! A paper as one HTML page that needs nothing beside itself: no network, no library, no clock.
//!
//! Everything is on the page without its script: text, tables, charts. The script lets a reader move
//! assumptions; it computes the sheet again in whole numbers, as `sheet/evaluate.rs` does, and shows it by
//! the rules of `output/figure.rs`. The page's policy lets nothing run but the one script and the one
//! style sheet whose hashes it names, and lets nothing be fetched.

mod blocks;
mod chart;
mod data;
mod policy;
mod sliders;

use std::io::{self, Write};

pub use data::exported;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::figure::Display;
use super::shown::sentence;
use super::text::clean;
use crate::language::scalar::MoneyUnit;
use crate::report::paper::{Chart, Paper, Section};

/// The style sheet.
pub const STYLE: &str = include_str!("html/page.css");

/// The script: the sheet, how figures are shown, the charts, and the page itself.
pub const SCRIPT: &str = concat!(
    "\"use strict\";\n",
    include_str!("html/sheet.js"),
    include_str!("html/figure.js"),
    include_str!("html/chart.js"),
    include_str!("html/page.js"),
);

/// How the figures of a page are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// As the plan stands.
    pub shown: Display,
    /// When something was moved: figures published in whole millions are then no longer whole.
    pub moved: Display,
}

/// Writes a paper as a page. Without `decimals`, money in millions is shown with as few as say all of its
/// tables exactly.
///
/// # Errors
/// What `out` says.
pub fn write(paper: &Paper<'_>, unit: MoneyUnit, decimals: Option<u32>, out: &mut dyn Write) -> io::Result<()> {
    let moved = Display { unit, decimals, footing: false };
    let own = if unit == MoneyUnit::Millions { decimals.or_else(|| paper.decimals_of_millions()) } else { decimals };
    let look = Look { shown: Display { decimals: own, ..moved }, moved };
    out.write_all(page(paper, &look).into_string().as_bytes())
}

fn page(paper: &Paper<'_>, look: &Look) -> Markup {
    let mut charts = Vec::new();
    let gaps = html! { @for chart in &paper.gaps { (columns(chart, look, &mut charts)) } };
    let sections: Vec<Markup> = paper.sections.iter().map(|s| section(s, look, &mut charts)).collect();
    let can_move = !paper.what_if.slides.is_empty();
    let json = data::json(paper, look, &charts);
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy::policy(STYLE, SCRIPT));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content="fundgap";
                title { (clean(&paper.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the plan" }
                (chart::patterns())
                header {
                    h1 { (clean(&paper.title)) }
                    @for line in &paper.lines { p.facts { (sentence(line, &look.shown)) } }
                }
                @if can_move { p #moved role="status" hidden {} }
                (contents(paper, can_move))
                main #main tabindex="-1" {
                    section.short aria-labelledby="in-short" {
                        h2 #in-short { "In short" }
                        (blocks::planned())
                        @for said in &paper.short { p.headline { (blocks::said(said, look)) } }
                        div.charts { (gaps) }
                    }
                    @if can_move { (sliders::section(&paper.what_if, look)) } @else { (sliders::none(&paper.what_if)) }
                    @for section in sections { (section) }
                    section aria-labelledby="made-from" {
                        h2 #made-from { "Made from" }
                        dl.manifest {
                            @for (label, words) in &paper.manifest { dt { (clean(label)) } dd { (clean(words)) } }
                        }
                        p.small {
                            "Positive gap = shortfall. Every figure is a cell of the plan's sheet, held in whole pence \
                             and rounded once, half away from zero; figures shown may not sum due to rounding."
                        }
                    }
                }
                script #data type="application/json" { (PreEscaped(json)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn contents(paper: &Paper<'_>, can_move: bool) -> Markup {
    html! {
        nav aria-label="Contents" {
            ul {
                li { a href="#in-short" { "In short" } }
                @if can_move { li #to-what-if hidden { a href="#what-if" { "What if?" } } }
                @else { li { a href="#what-if" { "What if?" } } }
                @for section in &paper.sections {
                    li { a href={ "#" (section.id) } { (clean(&section.title)) } }
                }
                li { a href="#made-from" { "Made from" } }
            }
        }
    }
}

fn section(section: &Section, look: &Look, charts: &mut Vec<serde_json::Value>) -> Markup {
    html! {
        section aria-labelledby=(section.id) {
            h2 id=(section.id) { (clean(&section.title)) }
            @for part in &section.parts { (blocks::part(part, look, charts)) }
        }
    }
}

/// A chart, and what the page's script must know to draw it again.
fn columns(chart: &Chart, look: &Look, charts: &mut Vec<serde_json::Value>) -> Markup {
    let id = charts.len();
    charts.push(chart::columns_data(chart));
    chart::columns(chart, id, &look.shown)
}
