//! The page of a plan: how long it takes to choose its sliders and to write it, how large it is, and how
//! both grow with the cells of the sheet.

use std::time::Instant;

use fundgap::Refused;
use fundgap::analysis::slider::{Sliders, choose};
use fundgap::open::Baseline;
use fundgap::output::html;
use fundgap::report::Reader;
use fundgap::report::paper::{About, asked, paper};
use fundgap::scenario::Origin;

use crate::{median, milliseconds, scenarios};

/// Everything about the page.
pub fn all() {
    println!("\nThe page of a plan, five years, one thread");
    println!(
        "{:<10} {:>8} {:>14} {:>14} {:>12} {:>12}",
        "text lines", "cells", "sliders", "writing", "bytes", "bytes/cell"
    );
    for lines in [100, 400, 1_600, 6_400] {
        if let Err(refused) = measured(lines) {
            eprintln!("{}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false));
        }
    }
}

fn measured(lines: usize) -> Result<(), Box<Refused>> {
    let text = scenarios::of_text_lines(lines, 5);
    let count = text.lines().count();
    let baseline = Baseline::read(&Origin::StandardInput(text.into_bytes()), &[], &[])?;
    let opened = baseline.open()?;
    let r = Reader::new(&opened);
    let chosen: Vec<_> = opened.plan.organisations.iter().collect();
    let about = About { version: "bench", command: "fundgap run plan.toml", changes: &[] };
    let (mut choosing, mut writing, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    let mut sliders = Sliders::default();
    for _ in 0..5 {
        let begun = Instant::now();
        sliders = choose(&baseline, &opened, &asked(&r, &chosen))?;
        choosing.push(begun.elapsed().as_nanos());
        let begun = Instant::now();
        bytes.clear();
        let written = html::write(&paper(&r, &chosen, &sliders, about), opened.scenario.unit, None, &mut bytes);
        writing.push(begun.elapsed().as_nanos());
        if let Err(error) = written {
            println!("cannot write: {error}");
            return Ok(());
        }
    }
    let cells = opened.plan.sheet.len();
    println!(
        "{count:<10} {cells:>8} {:>14} {:>14} {:>12} {:>12}  ({} sliders)",
        milliseconds(median(choosing)),
        milliseconds(median(writing)),
        bytes.len(),
        bytes.len() / cells.max(1),
        sliders.all.len()
    );
    Ok(())
}
