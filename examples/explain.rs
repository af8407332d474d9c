//! Where a figure comes from: its explanation walked down to the figures that were typed, each with
//! its place in the file.
//!
//! `cargo run --example explain`, or of another cell:
//! `cargo run --example explain -- exshire/line/pay/closing@2027/28`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use fundgap::Opened;
use fundgap::analysis::explain::{Node, explain};
use fundgap::check::expectation::find_cell;
use fundgap::output::Display;
use fundgap::output::figure::words;
use fundgap::output::message::{render, render_all};
use fundgap::report::Reader;
use fundgap::scenario::Origin;
use fundgap::sheet::{CellId, Run};

/// Deeper than any chain of figures in a plan: the walk ends at what was typed.
const TO_THE_END: usize = 1_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // Messages have several lines: a place, an excerpt and a hint.
        Err(message) => {
            eprint!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "exshire/gap_before_savings@2026/27".into());
    let opened = fundgap::open(&Origin::File(PathBuf::from("scenarios/exshire.toml")), &[], &[])
        .map_err(|refused| render_all(&refused.wrong, &refused.sources, false))?;
    // An address that names no cell is answered with what was probably meant.
    let cell = find_cell(&opened.plan, &address).map_err(|wrong| render(&wrong, &opened.loaded.sources, false))?;

    // The tree is the sheet read backwards; nothing is computed a second time.
    let tree = explain(&opened.plan.sheet, opened.results.of(Run::Plan), cell, TO_THE_END);
    println!("{address} comes from:");
    print_leaves(&opened, &tree, &mut BTreeSet::new());
    Ok(())
}

/// Prints the figures at the ends of the tree, in reading order. A figure may be used in several
/// places (a base is priced and added); it is printed once.
fn print_leaves(opened: &Opened, node: &Node, printed: &mut BTreeSet<CellId>) {
    for child in &node.children {
        print_leaves(opened, child, printed);
    }
    // A node stands for the cell it repeats: an opening balance for the closing of the year before.
    let sheet = &opened.plan.sheet;
    let Some(assumption) = sheet.assumption_of(node.stands_for) else { return };
    // A documented default was typed nowhere.
    let Some(place) = assumption.place else { return };
    if !printed.insert(node.stands_for) {
        return;
    }
    let figure = Reader::new(opened).figure(node.stands_for, Run::Plan);
    println!(
        "  {}  {}  ({})",
        words(&figure, &Display::default()),
        assumption.path,
        opened.loaded.sources.describe(place)
    );
}
