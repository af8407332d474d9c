//! What-ifs: what a point of a sweep costs, and what it would cost to open the scenario anew for it.

use std::hint::black_box;
use std::time::Instant;

use fundgap::analysis::axis::Axis;
use fundgap::analysis::lever::Lever;
use fundgap::analysis::moving::{Moving, Span};
use fundgap::analysis::sensitivity::{Asked, sensitivity};
use fundgap::analysis::sweep::sweep;
use fundgap::open::Baseline;
use fundgap::scenario::Origin;
use fundgap::vocabulary::{Address, Measure, Rate, Valued};
use fundgap::{Opened, Refused};

use crate::process::run;
use crate::{median, milliseconds, ratio, scenarios};

/// Everything about what-ifs.
pub fn all() {
    systems();
    if let Err(refused) = measured() {
        eprintln!("{}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false));
    }
}

/// Still to find in every year.
fn gaps(opened: &Opened) -> Vec<Address> {
    let plan = &opened.plan;
    let rows = plan.organisations.iter().filter_map(|o| plan.measure(&o.name, Measure::GapAfterPlannedReserves));
    let cells = rows.flat_map(|row| plan.horizon().plan().filter_map(move |t| plan.sheet.cell(row, t)));
    cells.map(|cell| plan.sheet.address(cell)).collect()
}

/// The commands that ask every body of a system, as processes of their own: 20 lines a body, five years.
fn systems() {
    let folder = std::env::temp_dir().join(format!("fundgap-bench-systems-{}", std::process::id()));
    let fundgap = std::path::PathBuf::from(env!("CARGO_BIN_EXE_fundgap"));
    println!("\nSystems, 20 lines a body, five years: processor time of a process, medians of 3");
    println!("{:<32} {:>12} {:>12} {:>12}", "", "5 bodies", "10 bodies", "30 bodies");
    let files = [5, 10, 30].map(|bodies| (folder.join(format!("{bodies}.toml")), scenarios::system_of(bodies, 20, 5)));
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| files.iter().try_for_each(|(file, text)| std::fs::write(file, text)));
    let commands: [&[&str]; 4] = [&["run"], &["reckon"], &["stress"], &["solve", "--break-even-delivery"]];
    for command in commands.iter().filter(|_| written.is_ok()) {
        print!("{:<32}", command.join(" "));
        for (file, _) in &files {
            let Some(file) = file.to_str() else { continue };
            let arguments: Vec<&str> = command.iter().copied().chain([file, "-q"]).collect();
            let took: Vec<u128> = (0..3).filter_map(|_| run(&fundgap, &arguments)).map(|t| t.best_known()).collect();
            let took = if took.is_empty() { "failed".to_owned() } else { milliseconds(median(took)) };
            print!(" {took:>12}");
        }
        println!();
    }
    // Only what was made above is in it.
    let _ = std::fs::remove_dir_all(&folder);
}

fn timed(rounds: usize, mut what: impl FnMut()) -> u128 {
    let mut took = Vec::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        what();
        took.push(begun.elapsed().as_nanos());
    }
    median(took)
}

fn measured() -> Result<(), Box<Refused>> {
    let text = scenarios::of_text_lines(400, 5);
    let origin = Origin::StandardInput(text.clone().into_bytes());
    let baseline = Baseline::read(&origin, &[], &[])?;
    let opened = baseline.open()?;
    let lines = text.lines().count();
    let anew = timed(60, || {
        let _ = black_box(baseline.variant(&["driver.pay=3.5%".to_owned(), "driver.care=3.5%".to_owned()]));
    });
    println!("\nSweeps of 100 × 100 points, {lines} lines of text, {} cells, one thread", opened.plan.sheet.len());
    println!("{:<44} {:>12} {:>12} {:>14}", "", "in all", "ns/point", "opening/point");
    let axis = |path: &str| {
        let lever = Lever::value(&baseline, &opened, path).ok()?;
        Some(Axis { lever, points: (0..100).map(|n| n * 1_000_000).collect(), odd_end: false })
    };
    for (first, second) in
        [("driver.pay", "driver.prices"), ("driver.pay", "driver.care"), ("driver.care", "driver.demand")]
    {
        let (Some(a), Some(b)) = (axis(first), axis(second)) else { continue };
        let took = timed(5, || {
            let _ = black_box(sweep(&baseline, vec![a.clone(), b.clone()], gaps(&opened), 1));
        });
        let label = format!("{first} × {second}");
        println!("{label:<44} {:>12} {:>12} {:>14}", milliseconds(took), took / 10_000, ratio(anew * 10_000, took));
    }
    println!("\nOne value of one assumption, both runs; opening the scenario with it takes {}", milliseconds(anew));
    println!("{:<44} {:>12} {:>12} {:>14}", "", "cells", "ns/value", "opening/value");
    for path in ["driver.pay", "driver.care", "line.line_0.base", "saving.saving_0.delivery", "reserve.general.opening"]
    {
        let Ok(lever) = Lever::value(&baseline, &opened, path) else { continue };
        let Some(home) = lever.now() else { continue };
        let span = Span { home, ends: (home, home + 1_000), lever };
        let moving = Moving::new(&baseline, vec![span], gaps(&opened))?;
        let mover = moving.mover(&[0]);
        let mut moves = mover.begin();
        let took = timed(9, || {
            for n in 0..1_000 {
                let _ = black_box(moves.to(&[home + n]));
            }
        }) / 1_000;
        println!("{path:<44} {:>12} {took:>12} {:>14}", moving.cells_moved(0), ratio(anew, took));
    }
    let asked = Asked { step: Rate::from_steps(10_000_000), ranges: false };
    let found = sensitivity(&baseline, &opened, asked, gaps(&opened))?;
    let moves: usize = found.worth.iter().map(|w| 2 + 2 * w.once.len()).sum();
    let took = timed(9, || {
        let _ = black_box(sensitivity(&baseline, &opened, asked, gaps(&opened)));
    });
    println!(
        "\nSensitivity of {} assumptions ({moves} movements): {}; as many openings would take {} times as long",
        found.worth.len(),
        milliseconds(took),
        ratio(anew * moves as u128, took),
    );
    Ok(())
}
