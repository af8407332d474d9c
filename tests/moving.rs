//! Moving an assumption on a sheet that is already compiled gives, to the penny, what opening the
//! scenario with that change gives.

use fundgap::analysis::lever::Lever;
use fundgap::analysis::moving::{Moving, Span};
use fundgap::open::Baseline;
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use fundgap::vocabulary::{Address, Measure, Unit};

/// A step that moves a figure of a unit and keeps it sensible.
fn step(unit: Unit) -> i128 {
    match unit {
        Unit::Rate => 10_000_000,
        Unit::Money => 10_000_003,
        Unit::Quantity => 10_000,
        Unit::UnitPrice => 10_001,
        Unit::Months => 1_000_000_000,
        Unit::Month => 1,
    }
}

fn headlines(opened: &fundgap::Opened) -> Vec<Address> {
    let plan = &opened.plan;
    let measures = [Measure::GapBeforeSavings, Measure::GapAfterPlannedReserves, Measure::GapAfterReserves];
    plan.organisations
        .iter()
        .flat_map(|o| measures.iter().filter_map(|m| plan.measure(&o.name, *m)))
        .flat_map(|row| plan.horizon().plan().filter_map(move |t| plan.sheet.cell(row, t)))
        .map(|cell| plan.sheet.address(cell))
        .collect()
}

#[test]
fn moving_a_figure_is_opening_the_scenario_with_it() {
    let (mut direct, mut anew) = (0, 0);
    let mut scenarios: Vec<_> = std::fs::read_dir("scenarios").unwrap().map(|e| e.unwrap().path()).collect();
    scenarios.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    scenarios.sort();
    for path in scenarios {
        let baseline = Baseline::read(&Origin::File(path.clone()), &[], &[]).unwrap();
        let opened = baseline.open().unwrap();
        let assumptions = opened.plan.sheet.assumptions();
        // Every figure of a small scenario, every so-many-th of a large one.
        let each = assumptions.len().div_ceil(60);
        let spans: Vec<Span> = assumptions
            .iter()
            .step_by(each)
            .filter_map(|a| Lever::shift(&opened, a, None))
            .map(|lever| Span { home: 0, ends: (0, step(lever.unit)), lever })
            .collect();
        let moving = Moving::new(&baseline, spans, headlines(&opened)).unwrap();
        for (lever, span) in moving.spans().iter().enumerate() {
            let number = span.ends.1;
            let Ok(whole) = moving.anew(&[lever], &[number]) else { continue };
            let mover = moving.mover(&[lever]);
            let answer = mover.begin().to(&[number]).unwrap();
            for run in Run::BOTH {
                let expected: Vec<_> = headlines(&whole)
                    .iter()
                    .map(|a| whole.results.of(run).steps(whole.plan.sheet.find(a).unwrap()))
                    .collect();
                assert_eq!(
                    answer.of(run),
                    expected,
                    "{}: {} in the {} run",
                    path.display(),
                    span.lever.words,
                    run.words()
                );
            }
            if moving.is_direct(lever) { direct += 1 } else { anew += 1 }
        }
    }
    assert!(direct > 10 * anew, "{direct} moved directly, {anew} opened anew");
}
