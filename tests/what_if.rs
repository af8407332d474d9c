//! What-ifs over many values: every point of a sweep, every movement of a sensitivity and every line of
//! the reckoner is, to the penny, the scenario run with that change.

use std::fmt::Write as _;

use fundgap::Opened;
use fundgap::analysis::axis::Axis;
use fundgap::analysis::lever::{Lever, Reading};
use fundgap::analysis::moving::{Moving, Span};
use fundgap::analysis::reckon::{Found, Question, reckon};
use fundgap::analysis::sensitivity::{Asked, Basis, Both, Moved, sensitivity};
use fundgap::analysis::sweep::{Swept, sweep};
use fundgap::open::Baseline;
use fundgap::report::{Reader, reckoner};
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use fundgap::vocabulary::{Address, Measure, Rate, Valued};
use proptest::prelude::*;

fn of_text(text: &str) -> Baseline {
    Baseline::read(&Origin::StandardInput(text.as_bytes().to_vec()), &[], &[]).unwrap()
}

fn of_file(path: &str) -> Baseline {
    Baseline::read(&Origin::File(path.into()), &[], &[]).unwrap()
}

/// The gaps of every organisation in every plan year.
fn gaps(opened: &Opened) -> Vec<Address> {
    let plan = &opened.plan;
    let measures = [Measure::GapBeforeSavings, Measure::GapAfterPlannedReserves, Measure::GapAfterReserves];
    plan.organisations
        .iter()
        .flat_map(|o| measures.iter().filter_map(|m| plan.measure(&o.name, *m)))
        .flat_map(|row| plan.horizon().plan().filter_map(move |t| plan.sheet.cell(row, t)))
        .map(|cell| plan.sheet.address(cell))
        .collect()
}

fn read(opened: &Opened, cells: &[Address], run: Run) -> Vec<Option<i128>> {
    let sheet = &opened.plan.sheet;
    cells.iter().map(|a| sheet.find(a).and_then(|cell| opened.results.of(run).steps(cell))).collect()
}

/// Holds every point against the scenario opened with its changes, and the point that changes nothing
/// against the scenario as it is.
fn hold(baseline: &Baseline, swept: &Swept) -> (usize, usize) {
    let as_it_is = baseline.open().unwrap();
    let (mut answered, mut refused) = (0, 0);
    for (at, point) in swept.points.iter().enumerate() {
        let numbers = swept.numbers(at);
        let sets: Vec<String> = swept.axes.iter().zip(&numbers).flat_map(|(a, n)| a.lever.sets(*n)).collect();
        let base = swept.axes.iter().zip(&numbers).all(|(a, n)| a.lever.now() == Some(*n));
        match (point, baseline.variant(&sets)) {
            (Ok(answer), Ok(whole)) => {
                answered += 1;
                for run in Run::BOTH {
                    assert_eq!(answer.of(run), read(&whole, &swept.cells, run), "{sets:?} in the {} run", run.words());
                    if base {
                        assert_eq!(answer.of(run), read(&as_it_is, &swept.cells, run), "as it is");
                    }
                }
            }
            (Err(reason), Err(_)) => {
                refused += 1;
                assert!(!reason.is_empty());
            }
            (point, whole) => panic!("{sets:?}: {point:?} in the sweep, {} alone", whole.is_ok()),
        }
    }
    (answered, refused)
}

#[test]
fn every_point_of_a_sweep_is_a_run_with_that_change() {
    let exshire = "scenarios/exshire.toml";
    let cases: &[(&str, &[&str])] = &[
        (exshire, &["driver.pay=1%..5%:0.5%"]),
        (exshire, &["driver.pay=2%,3%,4%", "driver.care=3%..5%:1%"]),
        // Both move the same line.
        (exshire, &["driver.demand=1%,2%,3%", "driver.care=3%,4%,5%"]),
        (exshire, &["line.pay.base=£49m..£51m:£1m", "driver.pay@2027/28+=-1%..1%:1%"]),
        // Beyond all of it a delivery is refused, and up to there it is not.
        (exshire, &["saving.*.delivery=50%..125%:25%", "driver.pay=2%,3%"]),
        (exshire, &["driver.pay=2%,3%", "saving.*.delivery=50%..125%:25%"]),
        (exshire, &["saving.home_first.start=2026-10..2027-10:3", "saving.home_first.delivery=50%,75%"]),
        (exshire, &["saving.agile_working.slippage=0..12:3", "saving.agile_working.delivery=0%,80%,100%"]),
        (exshire, &["reserve.smoothing.opening=£0m..£4m:£2m"]),
        ("tests/cli/small.toml", &["driver.pay=±1%", "flow.reablement.amount=4,5,6"]),
    ];
    let (mut answered, mut refused) = (0, 0);
    for (path, typed) in cases {
        let baseline = of_file(path);
        let opened = baseline.open().unwrap();
        let axes = || -> Vec<Axis> {
            let read = |t: &&str| Axis::read(&baseline, &opened, t, Some(opened.scenario.unit)).unwrap();
            typed.iter().map(read).collect()
        };
        let swept = sweep(&baseline, axes(), gaps(&opened), 1).unwrap();
        let (a, r) = hold(&baseline, &swept);
        (answered, refused) = (answered + a, refused + r);
        // As many threads as one likes.
        for threads in [2, 7, 64] {
            assert_eq!(sweep(&baseline, axes(), gaps(&opened), threads).unwrap().points, swept.points, "{typed:?}");
        }
    }
    // 9, 9, 9, 9, 6 and 2 refused, 6 and 2 refused, 10, 15, 3, 9.
    assert_eq!((answered, refused), (85, 4));
}

#[test]
fn two_levers_of_one_figure_do_not_hide_each_other() {
    let baseline = of_file("scenarios/exshire.toml");
    let opened = baseline.open().unwrap();
    let shift = |path: &str, year: Option<&str>| {
        let all = opened.plan.sheet.assumptions();
        let assumption = all.iter().find(|a| a.path == path).unwrap();
        Lever::shift(&opened, assumption, year.map(|y| y.parse().unwrap())).unwrap()
    };
    let span = |lever: Lever, number: i128| Span { lever, home: 0, ends: (number.min(0), number.max(0)) };
    let spans = vec![
        span(shift("saving.agile_working.full_year", None), 10_000_000),
        span(shift("saving.agile_working.full_year", None), -10_000_000),
        span(shift("driver.pay", None), 10_000_000),
        span(shift("driver.pay", Some("2027/28")), 10_000_000),
        span(shift("driver.pay", Some("2028/29")), 5_000_000),
    ];
    let moving = Moving::new(&baseline, spans.clone(), gaps(&opened)).unwrap();
    for (lever, span) in spans.iter().enumerate() {
        assert!(moving.is_direct(lever));
        let number = if span.ends.0 < 0 { span.ends.0 } else { span.ends.1 };
        let answer = moving.mover(&[lever]).begin().to(&[number]).unwrap();
        let whole = baseline.variant(&span.lever.sets(number)).unwrap();
        for run in Run::BOTH {
            assert_eq!(answer.of(run), read(&whole, &gaps(&opened), run), "{} by {number}", span.lever.words);
        }
    }
}

/// A small plan of random figures.
fn plan(pay: i32, base: u32, delivery: u8, start: u8, minimum: u8) -> String {
    let mut text = String::from(
        "[scenario]\ntitle = \"Random\"\nbase_year = \"2025/26\"\nyears = 3\nunit = \"£\"\n\
         [organisation.a]\nkind = \"council\"\n[reserve.general]\nkind = \"general\"\nopening = 500000\n",
    );
    let _ = write!(
        text,
        "minimum = {{ share = \"{minimum}%\", of = \"net_budget\" }}\n\
         [driver]\npay = \"{}.{:02}%\"\ncare = \"4%\"\n\
         [line.pay]\nbase = {base}\nprice = \"pay\"\n[line.care]\nbase = 777777\nprice = \"care\"\nvolume = \"1.7%\"\n\
         [funding.all]\nkind = \"other\"\nbase = {base}\ngrowth = \"2%\"\nrecurrent = true\n\
         [saving.s]\nline = \"pay\"\nfull_year = 123456.78\nstart = \"2026-{start:02}\"\nrecurrent = true\ndelivery = \"{delivery}%\"\nslippage = 2\n",
        pay / 100,
        pay % 100,
    );
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Over random plans and pairs of assumptions every point is a run, the one in the middle the plan's own.
    #[test]
    fn a_sweep_at_its_base_is_the_run(
        pay in 0..900_i32, base in 100_000..9_000_000_u32, delivery in 1..100_u8, start in 4..12_u8, minimum in 0..9_u8,
        first in 0..9_usize, second in 0..9_usize, step in 1..7_i128,
    ) {
        let baseline = of_text(&plan(pay, base, delivery, start, minimum));
        let opened = baseline.open().unwrap();
        let moved = ["driver.pay", "driver.care", "line.pay.base", "line.care.volume", "funding.all.growth",
            "funding.all.base", "saving.s.full_year", "saving.s.delivery", "reserve.general.opening"];
        let axis = |path: &str| {
            let lever = Lever::value(&baseline, &opened, path).unwrap();
            let now = lever.now().unwrap();
            let by = if lever.unit == fundgap::vocabulary::Unit::Rate { step * 1_234_567 } else { step * 12_345 };
            Axis { points: (-2..=2).map(|n| now + n * by).collect(), lever, odd_end: false }
        };
        let mut axes = vec![axis(moved[first])];
        if first != second {
            axes.push(axis(moved[second]));
        }
        let swept = sweep(&baseline, axes, gaps(&opened), 2).unwrap();
        let (answered, _) = hold(&baseline, &swept);
        prop_assert!(answered > 0);
    }
}

/// The changes of a figure in pence, either way.
fn changes(both: &Both) -> [Vec<i128>; 2] {
    let of = |m: &Moved| m.of(Run::Plan).iter().map(|e| e.unwrap()).collect();
    [of(&both.more), of(&both.less)]
}

/// £50m of pay that rises by 3 % a year. A point more: 52.00, 54.08, 56.2432 instead of 51.50, 53.045,
/// 54.63635, so 0.50, 1.035, 1.60685. A point less: 51.00, 52.02, 53.0604, so 0.50, 1.025, 1.57595 less: not
/// the same, and never taken from the other. In the first year alone 0.50, which then grows by 3 %: 0.515,
/// 0.53045; in the second 1 % of 51.50 and 3 % on it; in the third 1 % of 53.045.
/// EX-8.4: a point on pay in every year and in one year, up and down.
#[test]
fn a_point_more_is_not_a_point_less_turned() {
    let baseline = of_file("tests/cli/what_if.toml");
    let opened = baseline.open().unwrap();
    let cells: Vec<Address> = ["2026/27", "2027/28", "2028/29"]
        .iter()
        .map(|y| Address::read(&format!("littleshire/gap_before_savings@{y}")).unwrap())
        .collect();
    let asked = Asked { step: Rate::from_steps(10_000_000), ranges: false };
    let found = sensitivity(&baseline, &opened, asked, cells).unwrap();
    let worth = |path: &str| found.worth.iter().find(|w| w.path == path).unwrap();
    let pay = worth("driver.pay");
    assert_eq!(
        changes(&pay.always),
        [[50_000_000, 103_500_000, 160_685_000], [-50_000_000, -102_500_000, -157_595_000]]
    );
    let once: Vec<_> = pay.once.iter().map(|(_, both)| changes(both)).collect();
    assert_eq!(once[0], [[50_000_000, 51_500_000, 53_045_000], [-50_000_000, -51_500_000, -53_045_000]]);
    assert_eq!(once[1], [[0, 51_500_000, 53_045_000], [0, -51_500_000, -53_045_000]]);
    assert_eq!(once[2], [[0, 0, 53_045_000], [0, 0, -53_045_000]]);
    assert!(!worth("driver.energy").matters);
    assert!(!worth("saving.home.delivery").matters, "before savings nothing depends on a saving");
    assert!(!worth("reserve.general.opening").matters);
    // 1 % of £50m is £500,000: 0.515, 0.53045 and 0.5463635 of it with three rises.
    assert_eq!(changes(&worth("line.pay.base").always)[0], [51_500_000, 53_045_000, 54_636_350]);
}

/// £50m of pay that rises by 3 %, then by 4 %, in a range of 2 % to 5 % for both years: 51.50 and 53.56. At
/// 5 % in both: 52.50 and 55.125, so 1.00 and 1.565 more; at 2 %: 51.00 and 52.02, so 0.50 and 1.54 less. In
/// the second year alone: 51.50 × 1.05 = 54.075 and × 1.02 = 52.53, so 0.515 more and 1.03 less.
#[test]
fn a_range_is_that_of_each_year() {
    let baseline = of_file("tests/cli/yearly_range.toml");
    let opened = baseline.open().unwrap();
    let cells: Vec<Address> = ["2026/27", "2027/28"]
        .iter()
        .map(|y| Address::read(&format!("yearly/gap_before_savings@{y}")).unwrap())
        .collect();
    let asked = Asked { step: Rate::from_steps(10_000_000), ranges: true };
    let found = sensitivity(&baseline, &opened, asked, cells).unwrap();
    let pay = found.worth.iter().find(|w| w.path == "driver.pay").unwrap();
    assert_eq!(pay.basis, Basis::Range(20_000_000, 50_000_000));
    assert_eq!(changes(&pay.always), [[100_000_000, 156_500_000], [-50_000_000, -154_000_000]]);
    assert_eq!(changes(&pay.once[0].1), [[100_000_000, 104_000_000], [-50_000_000, -52_000_000]]);
    assert_eq!(changes(&pay.once[1].1), [[0, 51_500_000], [0, -103_000_000]]);
}

#[test]
fn every_movement_is_a_run_with_that_change() {
    let own =
        ["scenarios/exshire.toml", "tests/cli/small.toml", "tests/cli/what_if.toml", "tests/cli/yearly_range.toml"];
    for path in own {
        let baseline = of_file(path);
        let opened = baseline.open().unwrap();
        for ranges in [false, true] {
            let asked = Asked { step: Rate::from_steps(10_000_000), ranges };
            let found = sensitivity(&baseline, &opened, asked, gaps(&opened)).unwrap();
            let sides =
                found.worth.iter().flat_map(|w| std::iter::once(&w.always).chain(w.once.iter().map(|(_, b)| b)));
            for (lever, moved) in sides.flat_map(Both::sides) {
                let whole = baseline.variant(&lever.sets(moved.number));
                match (&moved.values, whole) {
                    (Ok(values), Ok(whole)) => {
                        for (values, run) in values.iter().zip(Run::BOTH) {
                            assert_eq!(*values, read(&whole, &found.cells, run), "{path}: {}", lever.words);
                        }
                    }
                    (Err(_), Err(_)) => {}
                    (values, whole) => panic!("{path}: {}: {values:?}, alone {}", lever.words, whole.is_ok()),
                }
            }
        }
    }
}

/// A point more of council tax: Band D 1,545.00, 1,591.35, 1,639.09 (47.7405 rounds to 47.74) instead of
/// 1,530.00, 1,560.60, 1,591.81, for 40,000: £600,000, £1,230,000, £1,891,200.
///
/// £1m is £25 on Band D. In 2026/27 1.67 points make 25.05 (1.66 only 24.90); in 2027/28 3.64 % of 1,530.00 is
/// 55.69 instead of 30.60, so 25.09 (3.63 % only 24.94); in 2028/29 3.61 % of 1,560.60 is 56.34 instead of 31.21,
/// so 25.13 (3.60 % only 24.97).
#[test]
fn a_million_of_council_tax() {
    let baseline = of_file("tests/cli/what_if.toml");
    let opened = baseline.open().unwrap();
    let (organisations, cells) = reckoner::asked(&Reader::new(&opened));
    let found = reckon(&baseline, &opened, 100_000_000, organisations.len(), cells).unwrap();
    let answer = |question: Question| found.answers.iter().find(|a| a.question == question).unwrap();
    let of = |m: &Moved, run: Run| m.of(run)[..3].iter().map(|e| e.unwrap()).collect::<Vec<_>>();
    let tax = answer(Question::CouncilTax);
    assert_eq!(of(&tax.moved, Run::Plan), [-60_000_000, -123_000_000, -189_120_000]);
    // Ten points of 0.3, 0.6 and 0.6, in the risk-adjusted run alone.
    let delivery = answer(Question::Delivery);
    assert_eq!(of(&delivery.moved, Run::Plan), [0, 0, 0]);
    assert_eq!(of(&delivery.moved, Run::RiskAdjusted), [3_000_000, 6_000_000, 6_000_000]);
    // A month of 0.6 a year is 0.05; half of it is expected.
    let slip = answer(Question::Slip);
    assert_eq!(of(&slip.moved, Run::Plan), [5_000_000, 0, 0]);
    assert_eq!(of(&slip.moved, Run::RiskAdjusted), [2_500_000, 0, 0]);
    // £1m more in a full year is £0.5m from October; a saving of £0.6m cannot be £1m less.
    let savings: Vec<_> = found.answers.iter().filter(|a| a.question == Question::Saving).collect();
    assert_eq!(of(&savings[0].moved, Run::Plan), [-50_000_000, -100_000_000, -100_000_000]);
    assert_eq!(of(&savings[0].moved, Run::RiskAdjusted), [-25_000_000, -50_000_000, -50_000_000]);

    let mut points = Vec::new();
    for one in found.backwards.iter().filter(|b| b.question == Question::CouncilTax) {
        let Found::Enough(moved) = &one.found else { panic!("{one:?}") };
        let year = found.cells.iter().position(|c| c.year == Some(one.year)).unwrap();
        points.push((moved.number, moved.of(Run::Plan)[year].unwrap(), moved.of(Run::Plan)[3 + year].unwrap()));
        assert_eq!(one.lever.reading, Reading::Shift);
    }
    let expected =
        [(16_700_000, -100_200_000, 250_500), (16_400_000, -100_360_000, 250_900), (16_100_000, -100_520_000, 251_300)];
    assert_eq!(points, expected);
}

#[test]
fn a_pattern_sets_what_the_lever_of_the_same_words_moves() {
    for (path, pattern, value) in [
        ("scenarios/exshire.toml", "saving.*.delivery", "60%"),
        ("scenarios/exshire.toml", "driver.*", "3.5%"),
        ("scenarios/exshire.toml", "driver.pay*", "3.5%"),
        ("scenarios/reference.toml", "saving.*.delivery", "60%"),
        ("scenarios/gateshead-2025-30.toml", "saving.*.delivery", "60%"),
        ("tests/cli/unstated.toml", "saving.*.delivery", "60%"),
        ("tests/cli/weighted.toml", "saving.*.delivery", "60%"),
    ] {
        let baseline = of_file(path);
        let opened = baseline.open().unwrap();
        let lever = Lever::value(&baseline, &opened, pattern);
        let set = baseline.variant(&[format!("{pattern}={value}")]);
        let (Ok(lever), Ok(set)) = (&lever, &set) else {
            assert_eq!(lever.is_ok(), set.is_ok(), "{path} {pattern}: {:?}", set.as_ref().err());
            continue;
        };
        let mut told: Vec<&str> = set.loaded.adjusted.patterns[0].set.iter().map(|(path, _)| path.as_str()).collect();
        told.sort_unstable();
        let moved: Vec<&str> = lever.targets.iter().map(|t| t.path.as_str()).collect();
        assert_eq!(told, moved, "{path} {pattern}");
        let singly: Vec<String> = moved.iter().map(|path| format!("{path}={value}")).collect();
        let each = baseline.variant(&singly).unwrap();
        for run in Run::BOTH {
            assert!(set.results.of(run) == each.results.of(run), "{path} {pattern}");
        }
    }
}
