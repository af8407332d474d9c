//! What is still to find in each year, in both runs: the headline of a plan in thirty lines.
//!
//! `cargo run --example headline`, or with another scenario: `cargo run --example headline -- FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use fundgap::output::Display;
use fundgap::output::figure::words;
use fundgap::output::message::render_all;
use fundgap::report::Reader;
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use fundgap::vocabulary::Measure;

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
    let file = std::env::args().nth(1).unwrap_or_else(|| "scenarios/exshire.toml".into());
    // A scenario that is refused says everything that is wrong with it, each with its place.
    let opened = fundgap::open(&Origin::File(PathBuf::from(file)), &[], &[])
        .map_err(|refused| render_all(&refused.wrong, &refused.sources, false))?;

    // A reader turns cells into figures: exact values that still know their unit, and whether they
    // were published. `words` is where they are rounded, and only for display.
    let reader = Reader::new(&opened);
    let display = Display::default();
    for organisation in &opened.plan.organisations {
        println!("{}: still to find", organisation.title);
        for t in reader.horizon().plan() {
            let still_to_find = |run| {
                reader
                    .measure(&organisation.name, Measure::GapAfterPlannedReserves, t, run)
                    .map_or_else(|| "no such figure".into(), |figure| words(&figure, &display))
            };
            println!(
                "  {}  plan {}, risk-adjusted {}",
                reader.year(t),
                still_to_find(Run::Plan),
                still_to_find(Run::RiskAdjusted)
            );
        }
    }
    Ok(())
}
