//! The lane evaluator equals the reference in every cell of every run, on every instruction set of the machine.

use fundgap::scenario::Origin;
use fundgap::sheet::lanes::{Column, Follows, Instructions, LANES, Lanes, Program, Support, Wanted, Work, steps};
use fundgap::sheet::{Builder, Cell, CellId, Flags, Inputs, Product, Run, Sheet, Sign, Subject, Years, evaluate};
use fundgap::vocabulary::{FinancialYear, Horizon, Money, Months, Quantity, Rate, Unit, Valued};
use proptest::prelude::*;

/// Numbers that are the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn between(&mut self, low: i128, high: i128) -> i128 {
        low + i128::from(self.next()) % (high - low + 1)
    }
}

struct Pass<'p>(&'p Program<'p>, &'p mut Lanes);

impl Work for Pass<'_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Option<usize> {
        self.0.pass::<FUSED>(self.1).map(|failure| failure.lane)
    }
}

/// An input cell that moves, from a least to a greatest number in steps of a granule.
struct Moving {
    cell: CellId,
    support: Support,
}

/// Holds every cell of 64 random runs against the reference; what was compared.
fn hold(sheet: &Sheet, inputs: &Inputs, moving: &[Moving], random: &mut Random) -> usize {
    let home = evaluate(sheet, inputs).expect("the sheet can be computed");
    let supports: Vec<Support> = moving.iter().map(|m| m.support).collect();
    let follows: Vec<Follows> =
        moving.iter().enumerate().map(|(figure, m)| Follows { cell: m.cell, figure, slope: 1, offset: 0 }).collect();
    let wanted: Vec<CellId> = sheet.order().to_vec();
    let program = Program::new(sheet, (inputs, &home), &supports, &follows, &wanted).expect("figures fit");
    let numbers: Vec<Vec<i128>> = (0..LANES)
        .map(|_| {
            let number = |s: &Support, random: &mut Random| match random.below(8) {
                0 => s.low,
                1 => s.high,
                _ => random.between(s.low / s.granule, s.high / s.granule) * s.granule,
            };
            supports.iter().map(|s| number(s, random)).collect()
        })
        .collect();
    let mut compared = 0;
    for (name, instructions) in Instructions::all() {
        let mut lanes = program.begin();
        for (figure, column) in program.figures(&mut lanes).iter_mut().enumerate() {
            *column = Column(std::array::from_fn(|lane| {
                let number = numbers[lane][figure] / supports[figure].granule;
                number as f64
            }));
        }
        let failed = instructions.run(Pass(&program, &mut lanes));
        let mut first_failure = None;
        for (lane, numbers) in numbers.iter().enumerate() {
            let mut inputs = inputs.clone();
            for (m, number) in moving.iter().zip(numbers) {
                inputs.set_steps(sheet, m.cell, *number);
            }
            let Ok(expected) = evaluate(sheet, &inputs) else {
                first_failure = first_failure.or(Some(lane));
                continue;
            };
            let too_large = wanted.iter().any(|c| expected.steps(*c).is_some_and(|v| v.abs() >= 1 << 53));
            if too_large {
                continue;
            }
            for (cell, wanted) in wanted.iter().zip(program.wanted()) {
                let found = match wanted {
                    Wanted::NotPublished => None,
                    Wanted::Constant(value) => Some(*value),
                    Wanted::Column { slot, scale } => Some(scale * steps(lanes.column(*slot).0[lane])),
                };
                assert_eq!(
                    found,
                    expected.steps(*cell),
                    "{name}, lane {lane}: {} {:?}",
                    sheet.address(*cell),
                    sheet.formula(*cell)
                );
                compared += 1;
            }
        }
        // What the reference cannot compute the lanes do not pass over in silence.
        assert!(first_failure.is_none() || failed.is_some(), "{name}: lane {first_failure:?}");
    }
    compared
}

/// Every given figure of a scenario moves by a tenth either way.
fn of_scenario(path: &str) -> usize {
    let opened = fundgap::open(&Origin::File(path.into()), &[], &[]).expect("it opens");
    let sheet = &opened.plan.sheet;
    let mut random = Random(1);
    let mut compared = 0;
    for run in Run::BOTH {
        let inputs = sheet.inputs(run);
        let moving: Vec<Moving> = sheet
            .order()
            .iter()
            .filter_map(|cell| {
                let values = sheet.input_in_runs(*cell)?;
                let value = if run == Run::Plan { values.0 } else { values.1 };
                let (granule, reach) = match sheet.unit(*cell) {
                    Unit::Month => return None,
                    Unit::Rate | Unit::Months => (1_000, (value.abs() / 10).max(5_000_000)),
                    Unit::Money | Unit::Quantity | Unit::UnitPrice => (1, value.abs() / 10),
                };
                let low = if value >= 0 { (value - reach).max(0) } else { value - reach };
                let support =
                    Support { low: low / granule * granule, high: (value + reach) / granule * granule, granule };
                Some(Moving { cell: *cell, support })
            })
            .collect();
        compared += hold(sheet, &inputs, &moving, &mut random);
    }
    compared
}

#[test]
fn shipped_scenarios_come_out_the_same() {
    for entry in std::fs::read_dir("scenarios").expect("the shipped scenarios") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|e| e == "toml") {
            let path = path.to_str().expect("a plain name");
            assert!(of_scenario(path) > 10_000, "{path}");
        }
    }
}

/// A sheet of random formulas over random figures, many of them such that halves are frequent.
fn random_sheet(random: &mut Random, cells: u64) -> (Sheet, Vec<Moving>) {
    let first: FinancialYear = "2025/26".parse().expect("a year");
    let mut b = Builder::new(Horizon::new(first, 1));
    let subject = b.subject(Subject { organisation: None, kind: "", name: None, title: "".into(), place: None });
    let (mut money, mut rates, mut months, mut counts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut moving = Vec::new();
    let mut n = 0;
    let mut name = || {
        n += 1;
        format!("c{n}")
    };
    macro_rules! given {
        ($unit:ty, $list:ident, $low:expr, $high:expr, $granule:expr) => {{
            let cell: Cell<$unit> = b.scalar(subject, name(), "given");
            let (low, high) = ($low, $high);
            let support =
                Support { low: low / $granule * $granule, high: high / $granule * $granule, granule: $granule };
            b.input(cell, <$unit>::from_steps(support.low), None, Flags::EXACT);
            if random.below(3) > 0 {
                moving.push(Moving { cell: cell.id(), support });
            }
            $list.push(cell);
        }};
    }
    for _ in 0..4 {
        let size = 10_i128.pow(u32::try_from(random.below(13)).unwrap_or(0));
        let granule = [1, 1, 50, 100_000][usize::try_from(random.below(4)).unwrap_or(0)];
        let (low, high) = if random.below(4) == 0 { (-size, size) } else { (0, 7 * size) };
        given!(Money, money, low, high, granule);
        let granule = [1, 1_000, 1_000, 500_000_000][usize::try_from(random.below(4)).unwrap_or(0)];
        let high = [30_000_000, 1_000_000_000, 2_500_000_000][usize::try_from(random.below(3)).unwrap_or(0)];
        given!(Rate, rates, if random.below(3) == 0 { -high } else { 0 }, high, granule);
        given!(Months, months, 0, 12_000_000_000, 500_000_000);
        given!(Quantity, counts, 1, 900_000_000, 1);
    }
    for _ in 0..cells {
        let pick = |random: &mut Random, len: usize| usize::try_from(random.below(len as u64)).unwrap_or(0);
        let m: Cell<Money> = money[pick(random, money.len())];
        let o: Cell<Money> = money[pick(random, money.len())];
        let r: Cell<Rate> = rates[pick(random, rates.len())];
        let s: Cell<Rate> = rates[pick(random, rates.len())];
        let t: Cell<Months> = months[pick(random, months.len())];
        let q: Cell<Quantity> = counts[pick(random, counts.len())];
        let p: Cell<Quantity> = counts[pick(random, counts.len())];
        match random.below(18) {
            0 => {
                let row = b.row::<Rate>(subject, name(), "blend", Years::Timeless);
                b.weighted(row.at(0), [(r, s), (s, r)]);
                rates.push(row.at(0));
            }
            1 => {
                let row = b.row::<Quantity>(subject, name(), "count to one decimal", Years::Timeless);
                b.round_to(row, 1);
                b.product(row.at(0), &Product::of(q).grown_by(r));
                counts.push(row.at(0));
            }
            2 => {
                let cell = b.scalar::<Months>(subject, name(), "ramp");
                b.product(cell, &Product::half_square_over(t, months[pick(random, months.len())]));
                months.push(cell);
            }
            3 => {
                let cell = b.scalar::<Rate>(subject, name(), "share");
                b.product(cell, &Product::of(m).over(o));
                rates.push(cell);
            }
            kind => {
                let cell = b.scalar::<Money>(subject, name(), "money");
                match kind {
                    4 => b.sum(cell, [(Sign::Plus, m), (Sign::Minus, o)]),
                    5 => {
                        let more = (0..random.below(9)).map(|_| (Sign::Plus, money[pick(random, money.len())]));
                        let all: Vec<_> = [(Sign::Plus, m)].into_iter().chain(more).collect();
                        b.sum(cell, all);
                    }
                    6 | 7 => b.product(cell, &Product::of(m).times(r)),
                    8 => b.product(cell, &Product::of(m).times(r).for_months(t)),
                    9 => b.product(cell, &Product::of(m).less(r).by_parts(1, 2)),
                    10 => b.product(cell, &Product::of(m).in_proportion(q, p)),
                    11 => b.min(cell, &[m, o]),
                    12 => b.max(cell, &[m, o, money[0]]),
                    13 => b.clamp(cell, m, o, money[pick(random, money.len())]),
                    14 => b.choose(cell, m, o, m),
                    15 => b.step_down(cell, m, o),
                    16 => b.weighted(cell, [(r, m), (s, o)]),
                    _ => b.product(cell, &Product::of(m).per(2)),
                }
                money.push(cell);
            }
        }
    }
    (b.finish().expect("no loop"), moving)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn random_sheets_come_out_the_same(seed in any::<u64>(), cells in 1_u64..60) {
        let mut random = Random(seed);
        let (sheet, moving) = random_sheet(&mut random, cells);
        let inputs = sheet.inputs(Run::Plan);
        if evaluate(&sheet, &inputs).is_ok() {
            hold(&sheet, &inputs, &moving, &mut random);
        }
    }
}
