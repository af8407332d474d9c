//! Reads model M: the keys that `model_m.py` writes, and no others. What is missing stops the program.

use rust_decimal::Decimal;
use toml::{Table, Value};

/// A figure that is drawn: its heading in a file of samples, and the ends and the top of its triangle.
pub struct Uncertain {
    pub address: String,
    pub low: Decimal,
    pub likely: Decimal,
    pub high: Decimal,
}

/// A rate of each year.
pub enum Rate {
    /// A driver that is drawn: its place among them.
    Drawn(usize),
    /// The same in every run.
    Certain(Vec<Decimal>),
    /// Σ weight × rate of other rates.
    Blend(Vec<(usize, Decimal)>),
    /// Π (1 + rate) − 1 of other rates.
    Compound(Vec<usize>),
}

pub struct Line {
    pub income: bool,
    pub base: Decimal,
    pub price: usize,
    pub volume: Option<usize>,
}

pub struct Funding {
    pub base: Decimal,
    pub growth: usize,
}

/// What a saving brings in a year if all of it is delivered.
#[derive(Clone, Copy)]
pub enum Amount {
    /// It has not begun.
    Nothing,
    /// An amount that a decimal can hold.
    Exact(Decimal),
    /// Twelve times an amount that it cannot.
    Twelvefold(Decimal),
}

impl Amount {
    fn of_months(full_year: Decimal, months: Decimal) -> Self {
        let twelvefold = full_year * months;
        // A twelfth ends in a decimal when the digits can be divided by three.
        if twelvefold.normalize().mantissa() % 3 == 0 {
            Self::of((twelvefold / Decimal::from(12)).normalize())
        } else {
            Self::Twelvefold(twelvefold)
        }
    }

    fn of(amount: Decimal) -> Self {
        if amount.is_zero() { Self::Nothing } else { Self::Exact(amount) }
    }
}

pub struct Plan {
    pub years: Vec<String>,
    pub uncertain: Vec<Uncertain>,
    /// How many drivers are drawn: figures of the first are the first of `uncertain`, year by year.
    pub drawn: usize,
    /// Rates by place, each made of earlier ones.
    pub rates: Vec<Rate>,
    pub lines: Vec<Line>,
    pub funding: Vec<Funding>,
    /// Savings by year.
    pub savings: Vec<Vec<Amount>>,
    /// What making the savings costs, by year.
    pub costs: Vec<Decimal>,
    pub opening: Decimal,
    pub planned_use: Vec<Decimal>,
    pub minimum: Decimal,
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn share(value: &Value) -> Decimal {
    let number: Decimal = text(value).trim_end_matches('%').parse().expect("a rate");
    number / Decimal::ONE_HUNDRED
}

/// An amount in £000, in pounds.
fn pounds(value: &Value) -> Decimal {
    Decimal::from(value.as_integer().expect("an amount in £000") * 1_000)
}

fn by_year<T>(value: &Value, years: &[String], read: impl Fn(&Value) -> T) -> Vec<T> {
    match value {
        Value::Table(table) => years.iter().map(|y| read(&table[y])).collect(),
        one => years.iter().map(|_| read(one)).collect(),
    }
}

/// Months of full effect in each year, late as in the risk-adjusted run.
fn months(saving: &Table, years: &[String]) -> Vec<Decimal> {
    let (year, month) = text(&saving["start"]).split_once('-').expect("a month");
    let number = |s: &str| s.parse::<i64>().expect("a number");
    let whole = |key: &str| saving.get(key).map_or(0, |v| v.as_integer().expect("months"));
    let begins = (number(year) - number(&years[0][..4])) * 12 + number(month) - 4 + whole("slippage");
    let ramp = whole("ramp");
    let so_far = |t: i64| {
        let passed = (12 * t - begins).max(0);
        let climbing = Decimal::from(passed.min(ramp));
        let climbed = if ramp > 0 { round(climbing * climbing / Decimal::from(2 * ramp), 9) } else { Decimal::ZERO };
        climbed + Decimal::from((passed - ramp).max(0))
    };
    (1..).take(years.len()).map(|t| so_far(t) - so_far(t - 1)).collect()
}

/// Rounded to so many decimals, halves away from nought.
pub fn round(x: Decimal, decimals: u32) -> Decimal {
    x.round_dp_with_strategy(decimals, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}

pub fn read(file: &str) -> Plan {
    let all: Table = std::fs::read_to_string(file).expect("the scenario").parse().expect("a TOML file");
    let table = |value: &Value| value.as_table().expect("a table").clone();
    let section = |name: &str| table(&all[name]);
    let scenario = section("scenario");
    let base: i64 = text(&scenario["base_year"])[..4].parse().expect("a year");
    let count = scenario["years"].as_integer().expect("a number of years");
    let years: Vec<String> = (base + 1..=base + count).map(|y| format!("{y}/{:02}", (y + 1) % 100)).collect();

    let mut uncertain = Vec::new();
    let drivers = section("driver");
    let made = |value: &Value| value.get("blend").is_some() || value.get("compound").is_some();
    let mut names: Vec<&String> = drivers.iter().filter(|(_, v)| !made(v)).map(|(name, _)| name).collect();
    let mut rates = Vec::new();
    let mut drawn = 0;
    for name in &names {
        let value = &drivers[*name];
        if let Some(likely) = value.get("likely") {
            let ends = [&value["low"], likely, &value["high"]].map(|end| by_year(end, &years, share));
            for (t, year) in years.iter().enumerate() {
                let address = format!("driver.{name}@{year}");
                uncertain.push(Uncertain { address, low: ends[0][t], likely: ends[1][t], high: ends[2][t] });
            }
            rates.push(Rate::Drawn(drawn));
            drawn += 1;
        } else {
            rates.push(Rate::Certain(by_year(value, &years, share)));
        }
    }
    for (name, value) in drivers.iter().filter(|(_, v)| made(v)) {
        let place = |name: &str| names.iter().position(|n| *n == name).expect("a driver");
        rates.push(match value.get("blend") {
            Some(weights) => Rate::Blend(table(weights).iter().map(|(n, w)| (place(n), share(w))).collect()),
            None => {
                Rate::Compound(value["compound"].as_array().expect("a list").iter().map(|n| place(text(n))).collect())
            }
        });
        names.push(name);
    }
    let place = |value: &Value| names.iter().position(|n| *n == text(value)).expect("a driver");

    let lines = section("line");
    let lines = lines.values().map(|line| Line {
        income: line.get("kind").is_some_and(|k| text(k) == "income"),
        base: pounds(&line["base"]),
        price: place(&line["price"]),
        volume: line.get("volume").map(place),
    });
    let funding = section("funding");
    let funding = funding.values().map(|f| Funding { base: pounds(&f["base"]), growth: place(&f["growth"]) });

    let mut costs = vec![Decimal::ZERO; years.len()];
    let mut savings = Vec::new();
    for (name, saving) in section("saving").iter() {
        let delivery = &saving["delivery"];
        uncertain.push(Uncertain {
            address: format!("saving.{name}.delivery"),
            low: share(&delivery["low"]),
            likely: share(&delivery["likely"]),
            high: share(&delivery["high"]),
        });
        savings.push(match saving.get("amount") {
            Some(amount) => by_year(amount, &years, |value| Amount::of(pounds(value))),
            None => {
                let full_year = pounds(&saving["full_year"]);
                months(&table(saving), &years).into_iter().map(|m| Amount::of_months(full_year, m)).collect()
            }
        });
        if let Some(cost) = saving.get("cost_to_achieve") {
            for (sum, amount) in costs.iter_mut().zip(by_year(&cost["amount"], &years, pounds)) {
                *sum += amount;
            }
        }
    }
    let reserve = &all["reserve"]["general"];
    Plan {
        uncertain,
        drawn,
        rates,
        lines: lines.collect(),
        funding: funding.collect(),
        savings,
        costs,
        opening: pounds(&reserve["opening"]),
        planned_use: by_year(&reserve["planned_use"], &years, pounds),
        minimum: share(&reserve["minimum"]["share"]),
        years,
    }
}
