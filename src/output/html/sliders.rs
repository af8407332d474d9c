//! The part of a page in which a reader moves assumptions. It is there for the script: without it, and on
//! paper, it does not show.

use maud::{Markup, html};

use super::Look;
use crate::output::figure;
use crate::output::text::clean;
use crate::report::paper::{Slide, WhatIf};
use crate::report::table::{Figure, FigureStyle};
use crate::sheet::Flags;
use crate::vocabulary::Unit;

/// One per cent, as rates are held.
const HUNDREDTH: i128 = 10_000_000;

pub(super) fn section(what_if: &WhatIf, look: &Look) -> Markup {
    html! {
        section #what-if-section aria-labelledby="what-if" hidden {
            h2 #what-if { "What if?" }
            p {
                "Move an assumption: the whole sheet is computed again in this page, to the penny, in both runs. Tables and \
                 charts below follow; nothing leaves this page."
            }
            div.desk {
                form.sliders autocomplete="off" aria-label="Assumptions to move" {
                    @for (n, slide) in what_if.slides.iter().enumerate() { (slider(n, slide, look)) }
                    p { button #reset type="button" { "Put everything back" } }
                }
                div.outcome {
                    div.scroll role="region" tabindex="0" aria-label="Still to find, as in the plan and with your changes" {
                        table #live {
                            caption { span.title { "Still to find " span.key { (look.shown.unit.word()) "; positive gap = shortfall" } } }
                            thead { tr { td {} @for year in &what_if.years { th.n scope="col" { (year) } } } }
                            tbody {}
                        }
                    }
                    h3 #difference-words { "The difference in words" }
                    div #difference aria-live="polite" aria-labelledby="difference-words" { p { "Nothing is moved." } }
                    p { label for="command" { "To see it again" } }
                    textarea #command readonly rows="3" spellcheck="false" {}
                    p.buttons {
                        button #copy-command type="button" { "Copy the command" }
                        " "
                        a #link href="#" { "Link to this page as it stands" }
                        " "
                        span #copied role="status" {}
                    }
                }
            }
            (others(what_if))
        }
    }
}

/// Why a page has no sliders.
pub(super) fn none(what_if: &WhatIf) -> Markup {
    html! {
        section aria-labelledby="what-if" {
            h2 #what-if { "What if?" }
            p {
                @if what_if.nothing_known {
                    "No assumption can be moved on this page: what is still to find, and the gap after savings, \
                     rest on figures that were not published (n/p), and stay so whatever else is assumed. What is \
                     missing can be filled in: "
                } @else {
                    "No assumption can be moved on this page: none that moves what is still to find or the gap \
                     after savings can be moved without building the sheet anew. That is done by "
                }
                code { "fundgap run … --set PATH=VALUE" }
                "."
            }
        }
    }
}

fn slider(n: usize, slide: &Slide, look: &Look) -> Markup {
    let (low, high) = ((slide.ends.0 - slide.home) / slide.step, (slide.ends.1 - slide.home) / slide.step);
    let id = format!("slide-{n}");
    html! {
        div.slide {
            label for=(id) { (clean(&slide.title)) @if slide.is_share { span.key { " (more or less)" } } @else if slide.is_shift { span.key { " (added in every year)" } } }
            output for=(id) { (number(slide, slide.home, look)) }
            input type="range" id=(id) min=(low) max=(high) step="1" value="0" aria-valuetext=(number(slide, slide.home, look));
            span.ends aria-hidden="true" { span { (number(slide, slide.ends.0, look)) } span { (number(slide, slide.ends.1, look)) } }
            @if let Some(source) = &slide.source { p.small { "Now: " (clean(source)) } }
        }
    }
}

/// A slider's number in words.
fn number(slide: &Slide, number: i128, look: &Look) -> String {
    let style = if slide.is_shift { FigureStyle::Change } else { FigureStyle::Words };
    // So many hundredths are said as a rate.
    let (unit, steps) =
        if slide.is_share { (Unit::Rate, number.saturating_mul(HUNDREDTH)) } else { (slide.unit, number) };
    let figure = Figure { style, ..Figure::new(unit, Some(steps), Flags::EXACT).exactly() };
    let words = figure::words(&figure, &look.shown);
    if slide.unit == Unit::Months { format!("{words} months") } else { words }
}

/// What cannot be moved here.
fn others(what_if: &WhatIf) -> Markup {
    const NAMED: usize = 6;
    let all = &what_if.not_direct;
    html! {
        p.small {
            "Start months have no slider, since moving one changes how the sheet is built: change them with "
            code { "fundgap run … --set PATH=VALUE" } "."
            @if !all.is_empty() {
                " The same is so of "
                @for (n, path) in all.iter().take(NAMED).enumerate() { @if n > 0 { ", " } code { (clean(path)) } }
                @if all.len() > NAMED { " and " (all.len() - NAMED) " more" }
                "."
            }
        }
    }
}
