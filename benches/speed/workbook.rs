//! What a workbook takes: of the largest plan that is shipped, and of systems of growing size.

use std::hint::black_box;
use std::time::Instant;

use fundgap::output::xlsx::{self, Cached, Options};
use fundgap::report::Reader;
use fundgap::report::workbook::{Made, workbook};
use fundgap::scenario::Origin;

use super::{median, milliseconds, opened, ratio, scenarios};

/// Opening and exporting, in turn.
pub fn all() {
    println!("\nWorkbooks: opening and `export`; medians of 5, in turn");
    println!("{:<28} {:>9} {:>13} {:>13} {:>8} {:>8} {:>9}", "", "cells", "open", "export", "ns/cell", "ratio", "file");
    let shipped = ["reference", "england-2016-21", "exshire"];
    let files = shipped.map(|name| (format!("{name}.toml"), Origin::File(format!("scenarios/{name}.toml").into())));
    let systems = [5, 50].map(|bodies| {
        let name = format!("system of {} lines", bodies * 100);
        (name, Origin::StandardInput(scenarios::system(bodies, 5).into_bytes()))
    });
    for (name, origin) in files.into_iter().chain(systems) {
        let (mut open, mut export) = (Vec::new(), Vec::new());
        let (mut cells, mut size) = (0, 0);
        for _ in 0..5 {
            let begun = Instant::now();
            let plan = opened(&origin);
            open.push(begun.elapsed().as_nanos());
            let begun = Instant::now();
            let made = Made { version: "bench", changes: &[], difference: &[] };
            let reader = Reader::new(&plan);
            let book = workbook(&reader, &made);
            match black_box(xlsx::bytes(&book, &Options { created: 0, cached: Cached::Figures })) {
                Ok(bytes) => size = bytes.len(),
                Err(error) => println!("{name}: {error}"),
            }
            export.push(begun.elapsed().as_nanos());
            // A figure in each run.
            cells = plan.plan.sheet.len() * 2;
        }
        let (open, export) = (median(open), median(export));
        println!(
            "{name:<28} {cells:>9} {:>13} {:>13} {:>8} {:>8} {:>5} KiB",
            milliseconds(open),
            milliseconds(export),
            export / (cells as u128).max(1),
            ratio(export, open),
            size >> 10
        );
    }
}
