//! Model M in plain exact decimals: rust_decimal, structs, one cell after another.
//!
//! `peer-decimal model_m.toml --runs 100000 --threads 2` draws and prints one JSON object;
//! `peer-decimal model_m.toml --samples samples.csv --dump decimal.csv` works out given samples.

mod plan;
mod run;

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Instant;

use plan::{Plan, Uncertain};
use run::{Room, Year};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

fn main() {
    let mut words = std::env::args().skip(1);
    let (mut scenario, mut asked) = (None, HashMap::new());
    while let Some(word) = words.next() {
        match word.strip_prefix("--") {
            Some(name) => drop(asked.insert(name.to_owned(), words.next().expect("a value after the option"))),
            None => scenario = Some(word),
        }
    }
    let plan = plan::read(&scenario.expect("peer-decimal SCENARIO [--runs N --threads T --seed S]"));
    let number = |name: &str, usual: u64| asked.get(name).map_or(usual, |v| v.parse().expect("a number"));
    match (asked.get("samples"), asked.get("dump")) {
        (Some(samples), Some(dump)) => recompute(&plan, samples, dump),
        _ => simulate(&plan, number("runs", 100_000) as usize, number("threads", 1) as usize, number("seed", 1)),
    }
}

/// splitmix64: good enough for draws that are compared with nothing.
struct Random(u64);

impl Random {
    /// Between 0 and 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A triangle in millionths, made ready to be drawn from.
struct Triangle {
    low: f64,
    high: f64,
    turn: f64,
    rise: f64,
    fall: f64,
}

impl Triangle {
    fn of(u: &Uncertain) -> Self {
        let millionths = |x: Decimal| (x * Decimal::from(1_000_000)).to_f64().expect("a number");
        let (low, likely, high) = (millionths(u.low), millionths(u.likely), millionths(u.high));
        let width = high - low;
        Self { low, high, turn: (likely - low) / width, rise: width * (likely - low), fall: width * (high - likely) }
    }

    fn draw(&self, random: &mut Random) -> Decimal {
        let u = random.unit();
        let x =
            if u < self.turn { self.low + (u * self.rise).sqrt() } else { self.high - ((1.0 - u) * self.fall).sqrt() };
        Decimal::new(x.round() as i64, 6)
    }
}

/// Pence of one output, by year and run.
type Outputs = Vec<Vec<i64>>;

fn pence(x: Decimal) -> i64 {
    (x * Decimal::ONE_HUNDRED).to_i64().expect("pence that fit")
}

fn simulate(plan: &Plan, runs: usize, threads: usize, seed: u64) {
    let begun = Instant::now();
    let years = plan.years.len();
    let work = |thread: usize| {
        let (from, to) = (runs * thread / threads, runs * (thread + 1) / threads);
        let mut random = Random((seed << 32) ^ thread as u64);
        let triangles: Vec<Triangle> = plan.uncertain.iter().map(Triangle::of).collect();
        let mut drawn = vec![Decimal::ZERO; triangles.len()];
        let (mut room, mut out) = (Room::of(plan), vec![Year::default(); years]);
        let mut outputs = vec![Vec::with_capacity(to - from); 2 * years];
        let mut kept = vec![0_usize; years];
        for _ in from..to {
            for (cell, triangle) in drawn.iter_mut().zip(&triangles) {
                *cell = triangle.draw(&mut random);
            }
            run::run(plan, &mut room, &drawn, &mut out);
            for (t, year) in out.iter().enumerate() {
                outputs[t].push(pence(year.still_to_find));
                outputs[years + t].push(pence(year.closing));
                kept[t] += usize::from(year.closing >= year.minimum);
            }
        }
        (outputs, kept)
    };
    let parts: Vec<(Outputs, Vec<usize>)> = std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        let own = work(0);
        std::iter::once(own).chain(others.into_iter().map(|o| o.join().expect("a thread that ends"))).collect()
    });
    let mut outputs = vec![Vec::with_capacity(runs); 2 * years];
    let mut kept = vec![0_usize; years];
    for (part, safe) in parts {
        outputs.iter_mut().zip(part).for_each(|(all, part)| all.extend(part));
        kept.iter_mut().zip(safe).for_each(|(all, part)| *all += part);
    }
    let share = |n: usize| n as f64 / runs as f64;
    let told: Vec<String> = outputs.iter_mut().map(|values| percentiles(values)).collect();
    let nothing: Vec<f64> =
        outputs[..years].iter().map(|values| share(values.iter().filter(|v| **v <= 0).count())).collect();
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{{\"program\": \"decimal\", \"runs\": {runs}, \"seconds\": {seconds:.4}, \"runs_a_second\": {:.0}, \"years\": {:?}, \"still_to_find\": [{}], \"nothing_to_find\": {nothing:?}, \"closing_reserve\": [{}], \"minimum_kept\": {:?}}}",
        runs as f64 / seconds,
        plan.years,
        told[..years].join(", "),
        told[years..].join(", "),
        kept.iter().map(|k| share(*k)).collect::<Vec<_>>(),
    );
}

/// P10, P50 and P90 in pounds: the value at place ⌈q × runs⌉ in rising order.
fn percentiles(values: &mut [i64]) -> String {
    let mut told = Vec::new();
    for tenths in [1, 5, 9] {
        let place = (values.len() * tenths).div_ceil(10) - 1;
        told.push(Decimal::new(*values.select_nth_unstable(place).1, 2).to_string());
    }
    format!("[{}]", told.join(", "))
}

fn recompute(plan: &Plan, samples: &str, dump: &str) {
    let text = std::fs::read_to_string(samples).expect("the samples");
    let mut lines = text.lines();
    let usual = |heading: &str| match heading.split_once('@') {
        Some((name, year)) => format!("{name}@{}", year.replace('-', "/")),
        None => heading.to_owned(),
    };
    let headings: Vec<String> = lines.next().expect("headings").split(',').map(usual).collect();
    let column = |name: &str| headings.iter().position(|h| h == name).expect("a column for each figure");
    let order: Vec<usize> = plan.uncertain.iter().map(|u| column(&u.address)).collect();
    let number = column("run");

    let measures = [
        "gap_after_planned_reserves",
        "gap_after_reserves",
        "reserve/general/closing",
        "reserve/general/closing_if_nothing_else",
        "reserve/general/minimum",
    ];
    let mut out = "run".to_owned();
    for measure in measures {
        plan.years.iter().for_each(|year| write!(out, ",county/{measure}@{year}").expect("room"));
    }
    out.push('\n');
    let (mut room, mut years) = (Room::of(plan), vec![Year::default(); plan.years.len()]);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let drawn: Vec<Decimal> = order.iter().map(|i| cells[*i].parse().expect("a decimal")).collect();
        run::run(plan, &mut room, &drawn, &mut years);
        out.push_str(cells[number]);
        let columns: [fn(&Year) -> Decimal; 5] = [
            |y| y.still_to_find,
            |y| y.gap_after_reserves,
            |y| y.closing,
            |y| y.closing_if_nothing_else,
            |y| y.minimum,
        ];
        for of in columns {
            years.iter().for_each(|year| write!(out, ",{:.2}", of(year)).expect("room"));
        }
        out.push('\n');
    }
    std::fs::write(dump, out).expect("the dump");
}
