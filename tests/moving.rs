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

/// What both ways say of levers at these numbers; nothing where the scenario refuses them.
fn both_ways(moving: &Moving<'_>, levers: &[usize], numbers: &[i128], wanted: &[Address]) -> bool {
    let answer = moving.mover(levers).begin().to(numbers);
    let Ok(whole) = moving.anew(levers, numbers) else {
        assert!(answer.is_err(), "{levers:?} at {numbers:?}: refused as a whole and not on the sheet");
        return false;
    };
    let answer = answer.unwrap();
    for run in Run::BOTH {
        let expected: Vec<_> =
            wanted.iter().map(|a| whole.plan.sheet.find(a).and_then(|c| whole.results.of(run).steps(c))).collect();
        let words: Vec<_> = levers.iter().map(|l| moving.spans()[*l].lever.words.as_str()).collect();
        assert_eq!(answer.of(run), expected, "{words:?} at {numbers:?} in the {} run", run.words());
    }
    true
}

#[test]
fn moving_a_figure_is_opening_the_scenario_with_it() {
    let (mut direct, mut anew, mut pairs) = (0, 0, 0);
    let mut scenarios: Vec<_> = std::fs::read_dir("scenarios").unwrap().map(|e| e.unwrap().path()).collect();
    scenarios.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    scenarios.sort();
    for path in scenarios {
        let baseline = Baseline::read(&Origin::File(path.clone()), &[], &[]).unwrap();
        let opened = baseline.open().unwrap();
        let wanted = headlines(&opened);
        let assumptions = opened.plan.sheet.assumptions();
        // Every figure of a small scenario, every so-many-th of a large one.
        let each = assumptions.len().div_ceil(40);
        let spans: Vec<Span> = assumptions
            .iter()
            .step_by(each)
            .filter_map(|a| Lever::shift(&opened, a, None))
            .map(|lever| Span { home: 0, ends: (-3 * step(lever.unit), 3 * step(lever.unit)), lever })
            .collect();
        let moving = Moving::new(&baseline, spans, wanted.clone()).unwrap();
        for (lever, span) in moving.spans().iter().enumerate() {
            // Numbers that the sheet was never compiled with, on both sides.
            let one = step(span.lever.unit);
            for number in [one, -one, 2 * one, -2 * one] {
                if both_ways(&moving, &[lever], &[number], &wanted) {
                    if moving.is_direct(lever) { direct += 1 } else { anew += 1 }
                }
            }
            let other = (lever + 1) % moving.spans().len();
            let numbers = [one, -step(moving.spans()[other].lever.unit)];
            if lever % 4 == 0 && lever != other && both_ways(&moving, &[lever, other], &numbers, &wanted) {
                pairs += 1;
            }
        }
    }
    assert!(direct > 5 * anew && pairs > 10, "{direct} moved directly, {anew} opened anew, {pairs} pairs");
}

/// A pause holds up what has not begun when it begins, so that the months of a saving and of a pause
/// decide together how the sheet is built. A June start is held up by a pause from August no more, a
/// September start is; a pause from October holds up neither.
#[test]
fn months_that_meet_each_other_are_not_moved_apart() {
    let text = r#"
        [scenario]
        title = "Months"
        base_year = "2025/26"
        years = 2
        unit = "£"
        [organisation.a]
        kind = "council"
        [line.all]
        base = 100000
        [funding.all]
        kind = "other"
        base = 100000
        growth = "0%"
        recurrent = true
        [saving.s]
        full_year = 4000
        start = "2026-06"
        recurrent = true
        [saving.t]
        full_year = 1000
        start = "2027-10"
        recurrent = true
        [pause.p]
        items = "saving.*"
        from = "2026-08"
        months = 12
    "#;
    let baseline = Baseline::read(&Origin::StandardInput(text.as_bytes().to_vec()), &[], &[]).unwrap();
    let opened = baseline.open().unwrap();
    let wanted = headlines(&opened);
    let month = |year: i128, month: i128| year * 12 + month - 1;
    let span = |path: &str, ends: (i128, i128)| Span {
        lever: Lever::value(&baseline, &opened, path).unwrap(),
        home: ends.0,
        ends,
    };
    let spans = vec![
        span("saving.s.start", (month(2026, 6), month(2026, 9))),
        span("pause.p.from", (month(2026, 8), month(2026, 10))),
    ];
    let moving = Moving::new(&baseline, spans, wanted.clone()).unwrap();
    for start in 6..=9 {
        for from in 8..=10 {
            assert!(both_ways(&moving, &[0, 1], &[month(2026, start), month(2026, from)], &wanted));
        }
    }
}
