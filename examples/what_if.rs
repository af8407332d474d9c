//! What one assumption is worth: the same scenario twice, the second time with a value changed as
//! `--set` changes it, and the difference in what is still to find.
//!
//! `cargo run --example what_if`, or with another change:
//! `cargo run --example what_if -- driver.pay@2027/28=4%`.

use std::path::PathBuf;
use std::process::ExitCode;

use fundgap::Opened;
use fundgap::output::Display;
use fundgap::output::figure::{money_change, money_words};
use fundgap::output::message::render_all;
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
    let change = std::env::args().nth(1).unwrap_or_else(|| "driver.pay=4%".into());
    let before = open(&[])?;
    // A change is checked as strictly as a file: an unknown path or a rate without its % is refused.
    let after = open(std::slice::from_ref(&change))?;

    println!("With {change}, still to find in the plan:");
    for t in before.plan.horizon().plan() {
        let year = before.plan.horizon().year(t);
        // Money is whole pence throughout, so the difference is exact. A figure that was not
        // published has no pence; it is never counted as nought.
        match (still_to_find(&before, t), still_to_find(&after, t)) {
            (Some(from), Some(to)) => {
                let say = |pence| money_words(pence, &Display::default());
                println!("  {year}  {} → {} ({})", say(from), say(to), money_change(to - from, &Display::default()));
            }
            _ => println!("  {year}  not published"),
        }
    }
    Ok(())
}

fn open(changes: &[String]) -> Result<Opened, String> {
    fundgap::open(&Origin::File(PathBuf::from("scenarios/exshire.toml")), &[], changes)
        .map_err(|refused| render_all(&refused.wrong, &refused.sources, false))
}

/// The pence the first organisation has still to find in plan year `t`.
fn still_to_find(opened: &Opened, t: i32) -> Option<i128> {
    let organisation = opened.plan.organisations.first()?;
    let row = opened.plan.measure(&organisation.name, Measure::GapAfterPlannedReserves)?;
    opened.results.of(Run::Plan).steps(opened.plan.sheet.cell(row, t)?)
}
