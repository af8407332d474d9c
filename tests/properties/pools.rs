//! Properties of pooled budgets and of clawback, on random small scenarios.

use std::fmt::Write as _;

use fundgap::mechanism::contribution::Step;
use fundgap::sheet::Run;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::{ORGANISATIONS, YEARS, amounts, cells, money, opened, pence, plan_years, rate, sure};

/// A random pool: what stands in `[pool.p]` line by line, and what the test must know of it.
#[derive(Debug, Clone)]
struct Pool {
    bodies: usize,
    host: usize,
    contributions: Vec<String>,
    within: Vec<bool>,
    /// `spend`, `lines` or `spend_by`.
    spend: usize,
    amounts: Vec<String>,
    overspend: String,
    underspend: String,
    risk_pool: Option<String>,
    next_year: bool,
    rebase: Option<String>,
}

const NAMES: [&str; 4] = [ORGANISATIONS[0].0, ORGANISATIONS[1].0, ORGANISATIONS[2].0, ORGANISATIONS[3].0];

impl Pool {
    fn in_lines(&self) -> bool {
        self.spend == 1
    }

    /// The keys of the pool, in one order or the other.
    fn keys(&self, turned: bool) -> String {
        let mut all = vec![format!("host = \"{}\"", NAMES[self.host])];
        for (n, amount) in self.contributions.iter().enumerate() {
            let name = NAMES[n];
            // Amounts of later years are nowhere when contributions are rebased, unless a line holds them.
            let rebased = self.rebase.is_some() && !self.within[n];
            let first = amount.trim_start_matches('[').split(',').next().unwrap_or("0").to_owned();
            let amount = if rebased { first } else { amount.clone() };
            let within = if self.within[n] { format!(", within = \"{name}_main\"") } else { String::new() };
            all.push(format!("contribution.{name} = {{ amount = {amount}{within} }}"));
        }
        match self.spend {
            0 => all.push(format!("spend = {}", self.amounts[0])),
            1 => all.push("lines = [\"x_pooled\", \"a_fees\"]".into()),
            _ => all.extend((0..self.bodies).map(|n| format!("spend_by.{} = {}", NAMES[n], self.amounts[n]))),
        }
        for (key, rule) in [("overspend", &self.overspend), ("underspend", &self.underspend)] {
            if !rule.is_empty() {
                all.push(format!("{key} = {{ {rule} }}"));
            }
        }
        all.extend(self.risk_pool.as_ref().map(|opening| format!("risk_pool = {{ opening = {opening} }}")));
        all.extend(self.next_year.then(|| "settle = \"next_year\"".to_owned()));
        all.extend(self.rebase.as_ref().map(|growth| format!("rebase = {{ growth = {growth} }}")));
        if turned {
            all.reverse();
        }
        all.join("\n")
    }

    fn text(&self, with: bool, turned: bool) -> String {
        let mut text = format!(
            "[scenario]\ntitle = \"Pools\"\nbase_year = \"2025/26\"\nyears = {YEARS}\nunit = \"£\"\nlists_from = \"2026/27\"\n"
        );
        let mut bodies: Vec<usize> = (0..self.bodies).collect();
        let pool = if with { format!("[pool.p]\n{}\n", self.keys(turned)) } else { String::new() };
        if turned {
            bodies.reverse();
            text += &pool;
        }
        for (name, kind) in bodies.iter().map(|n| ORGANISATIONS[*n]) {
            let _ = write!(
                text,
                "[organisation.{name}]\nkind = \"{kind}\"\n[line.{name}_main]\norganisation = \"{name}\"\nbase = 1000.00\n"
            );
        }
        let host = NAMES[self.host];
        let _ = write!(
            text,
            "[line.x_pooled]\norganisation = \"{host}\"\nbase = {}\nprice = \"3.7%\"\nvolume = \"1.9%\"\n[line.a_fees]\norganisation = \"{host}\"\nkind = \"income\"\nbase = 17.31\nprice = \"2%\"\n",
            self.amounts[0].trim_start_matches('[').split(',').next().unwrap_or("0"),
        );
        if !turned {
            text += &pool;
        }
        text
    }
}

/// Shares of some partners that add to 100%.
fn shares(bodies: usize) -> impl Strategy<Value = String> {
    (0..=10_000_u32, 0..bodies, 1..bodies).prop_map(move |(part, one, step)| {
        let other = (one + step) % bodies;
        let percent = |n: u32| format!("\"{}.{:02}%\"", n / 100, n % 100);
        format!("shares = {{ {} = {}, {} = {} }}", NAMES[one], percent(part), NAMES[other], percent(10_000 - part))
    })
}

fn rule(bodies: usize, carries: bool) -> impl Strategy<Value = String> {
    let who = 0..bodies;
    let cap = prop_oneof![
        rate().prop_map(|r| format!("cap = {r}")),
        (rate(), who.clone()).prop_map(|(r, n)| format!("caps = {{ {} = {r} }}", NAMES[n])),
    ];
    let residual = prop_oneof![
        who.clone().prop_map(|n| NAMES[n].to_owned()),
        Just(if carries { "carry".to_owned() } else { NAMES[0].to_owned() }),
        Just("uncapped".to_owned()),
    ];
    prop_oneof![
        Just(String::new()),
        Just("rule = \"proportional\"".to_owned()),
        shares(bodies).prop_map(|s| format!("rule = \"fixed\", {s}")),
        (cap, residual).prop_map(|(cap, residual)| {
            let everybody = cap.starts_with("cap =");
            let residual = if everybody && residual == "uncapped" { NAMES[0].to_owned() } else { residual };
            format!("rule = \"capped\", {cap}, residual = \"{residual}\"")
        }),
        (money(500), shares(bodies), money(900), shares(bodies), shares(bodies)).prop_map(|(a, b, c, d, e)| {
            format!("rule = \"tiered\", tiers = [{{ amount = {a}, {b} }}, {{ amount = {c}, {d} }}, {{ {e} }}]")
        }),
        who.prop_map(|n| format!("rule = \"lead\", lead = \"{}\"", NAMES[n])),
    ]
}

fn pool() -> impl Strategy<Value = Pool> {
    (2_usize..=4).prop_flat_map(|bodies| {
        let pays = prop_oneof![amounts(1000), amounts(1000), Just("[0, 0, 0]".to_owned())];
        (
            (Just(bodies), 0..bodies, 0..3_usize, any::<bool>(), 0..5_u8),
            prop::collection::vec(pays, bodies),
            prop::collection::vec(any::<bool>(), bodies),
            prop::collection::vec(amounts(2500), bodies),
            (rule(bodies, true), rule(bodies, true)),
            prop::option::of(money(900)),
            prop::option::of(rate()),
        )
            .prop_map(|(head, contributions, within, amounts, (overspend, underspend), risk_pool, rebase)| {
                let (bodies, host, spend, next_year, special) = head;
                let mut pool = Pool {
                    bodies,
                    host,
                    contributions,
                    within,
                    spend,
                    amounts,
                    overspend,
                    underspend,
                    risk_pool,
                    next_year,
                    rebase,
                };
                // Now and then what is kept, and each bearing its own.
                if special == 0 {
                    pool.underspend = "rule = \"kept\"".into();
                    pool.risk_pool = Some(pool.risk_pool.unwrap_or_else(|| "0".into()));
                }
                if special == 1 {
                    pool.spend = 2;
                    pool.risk_pool = None;
                    pool.overspend = "rule = \"own_lines\"".into();
                    if pool.underspend.contains("carry") {
                        pool.underspend = "rule = \"own_lines\"".into();
                    }
                }
                pool
            })
    })
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(192) })]

    /// Every penny of a pool is somebody's: shares, the risk pool and what is carried make up the
    /// variance, payments make up the spend, and a system with the pool needs what the pool spends.
    #[test]
    fn every_penny_of_a_pool_is_somebodys(pool in pool()) {
        let (with, without) = (opened(&pool.text(true, false)), opened(&pool.text(false, false)));
        let run = Run::Plan;
        let bodies = &NAMES[..pool.bodies];
        let mut before = 0;
        for t in plan_years() {
            let of = |measure: &str| sure(&with, run, &format!("pool/p/{measure}"), t);
            let sum = |measure: &str| bodies.iter().map(|n| of(&format!("{measure}_{n}"))).sum::<i128>();
            prop_assert_eq!(of("contribution"), sum("contribution"));
            prop_assert_eq!(of("variance"), of("spend") - of("contribution"));
            let held = of("risk_pool_used") - of("risk_pool_paid_in") + of("carried") - before;
            prop_assert_eq!(sum("share") + held, of("variance"));
            prop_assert_eq!(sum("cost") + held, of("spend"));
            prop_assert_eq!(sum("paid") + held, of("spend"));
            prop_assert!(of("risk_pool_balance") >= 0 && of("risk_pool_used") >= 0);
            before = of("carried");
            let mut taken_off = 0;
            for (n, name) in bodies.iter().enumerate() {
                let needs = |opened, measure: &str| sure(opened, run, &format!("{name}/{measure}"), t);
                let more = needs(&with, "requirement") - needs(&without, "requirement");
                let entered = if pool.rebase.is_some() { "entered" } else { "contribution" };
                let within = if pool.within[n] { of(&format!("{entered}_{name}")) } else { 0 };
                let in_lines = if pool.in_lines() && n == pool.host { of("spend") } else { 0 };
                prop_assert_eq!(more, of(&format!("paid_{name}")) - within - in_lines, "{}", name);
                taken_off += within + in_lines;
                if !pool.next_year {
                    prop_assert_eq!(of(&format!("paid_{name}")), of(&format!("cost_{name}")));
                    let share = of(&format!("share_{name}"));
                    prop_assert_eq!(needs(&with, "one_off_requirement"), share, "{}", name);
                }
                let steps: i128 =
                    Step::ALL.iter().filter_map(|s| pence(&with, run, &format!("{name}/{}", s.code()), t)).sum();
                prop_assert_eq!(needs(&with, "requirement"), needs(&with, "brought_forward") + steps);
                prop_assert_eq!(
                    needs(&with, "gap_before_savings"),
                    needs(&with, "gross_expenditure") - needs(&with, "gross_income")
                );
            }
            let whole = |opened| sure(opened, run, "system/requirement", t);
            prop_assert_eq!(whole(&with) - whole(&without), of("spend") - held - taken_off);
            let others: i128 = bodies.iter().enumerate().filter(|(n, _)| *n != pool.host)
                .map(|(_, name)| of(&format!("paid_{name}"))).sum();
            prop_assert_eq!(sure(&with, run, "system/eliminated", t), others);
        }
    }

    /// A share stays within the caps, and what a cap leaves goes where the rule says.
    #[test]
    fn nobody_pays_beyond_a_cap(mut pool in pool(), cap in rate()) {
        (pool.next_year, pool.risk_pool) = (false, None);
        pool.overspend = format!("rule = \"capped\", cap = {cap}, residual = \"carry\"");
        pool.underspend = "rule = \"proportional\"".into();
        let opened = opened(&pool.text(true, false));
        for t in plan_years() {
            for name in &NAMES[..pool.bodies] {
                let of = |measure: &str| sure(&opened, Run::Plan, &format!("pool/p/{measure}_{name}"), t);
                prop_assert!(of("share") <= of("overspend_most"));
            }
        }
    }

    /// Neither the order of the tables nor that of the partners changes a figure.
    #[test]
    fn order_of_partners_is_irrelevant(pool in pool()) {
        let (first, second) = (opened(&pool.text(true, false)), opened(&pool.text(true, true)));
        prop_assert_eq!(cells(&first, Run::Plan), cells(&second, Run::Plan));
    }

    /// A pool into which nobody pays and which spends nothing changes no measure.
    #[test]
    fn a_pool_of_nought_changes_nothing(pool in pool()) {
        let mut pool = pool;
        (pool.spend, pool.amounts[0], pool.within) = (0, "[0, 0, 0]".into(), vec![false; pool.bodies]);
        pool.contributions = vec!["[0, 0, 0]".into(); pool.bodies];
        pool.overspend = "rule = \"proportional\"".into();
        pool.underspend.clone_from(&pool.overspend);
        let after = cells(&opened(&pool.text(true, false)), Run::Plan);
        for (address, value) in cells(&opened(&pool.text(false, false)), Run::Plan) {
            prop_assert_eq!(after[&address], value, "{}", address);
        }
    }

    /// Clawed back money never vanishes: to another body it leaves the whole as it was, and to the
    /// centre the whole is short by just that.
    #[test]
    fn clawed_back_money_lands_somewhere(
        saved in prop::collection::vec(amounts(3000), 3),
        delivery in prop::collection::vec(0_u32..=100, 3),
        clawed in prop::collection::vec((0..3_usize, 0..4_usize, 0..3_usize, 0_u32..=100), 0..4),
    ) {
        let mut text = format!(
            "[scenario]\ntitle = \"Clawback\"\nbase_year = \"2025/26\"\nyears = {YEARS}\nunit = \"£\"\nlists_from = \"2026/27\"\n"
        );
        for (n, (name, kind)) in ORGANISATIONS.iter().take(3).enumerate() {
            let _ = write!(
                text,
                "[organisation.{name}]\nkind = \"{kind}\"\n[line.{name}_main]\norganisation = \"{name}\"\nbase = 1000.00\n[funding.{name}_all]\norganisation = \"{name}\"\nkind = \"other\"\namount = 900\nrecurrent = true\n[saving.{name}_one]\norganisation = \"{name}\"\namount = {}\nvalues = \"in_year\"\nrecurrent = {}\ndelivery = \"{}%\"\n",
                saved[n], n != 1, delivery[n]
            );
        }
        let mut more = String::new();
        let mut to_centre = Vec::new();
        let taken = u32::try_from(clawed.len()).unwrap();
        for (n, (whose, step, mode, kept)) in clawed.iter().enumerate() {
            let mode = ["next_year", "immediate", "surplus"][*mode];
            // A body gives to another, or to the centre.
            let to = if step % 3 == 0 { "centre" } else { NAMES[(whose + step) % 3] };
            if to == "centre" {
                to_centre.push(format!("{}/clawback/c{n}/amount", NAMES[*whose]));
            }
            let _ = write!(
                more,
                "[clawback.c{n}]\norganisation = \"{}\"\nretained = \"{}%\"\nmode = \"{mode}\"\nto = \"{to}\"\n",
                NAMES[*whose],
                // Several of them on one body never take all of it together.
                100 - (100 - kept) / taken.max(1)
            );
        }
        let (without, with) = (opened(&text), opened(&format!("{text}{more}")));
        for run in [Run::Plan, Run::RiskAdjusted] {
            for t in plan_years() {
                let left: i128 = to_centre.iter().map(|row| sure(&with, run, row, t)).sum();
                for measure in ["gap_before_savings", "gap_after_savings"] {
                    let whole = |opened| {
                        NAMES[..3].iter().map(|n| sure(opened, run, &format!("{n}/{measure}"), t)).sum::<i128>()
                    };
                    prop_assert_eq!(whole(&with), whole(&without) + left, "{} in year {}", measure, t);
                }
                for (n, (whose, ..)) in clawed.iter().enumerate() {
                    let of = |measure: &str| sure(&with, run, &format!("{}/{measure}", NAMES[*whose]), t);
                    let own = |measure: &str| of(&format!("clawback/c{n}/{measure}"));
                    prop_assert_eq!(own("benefit"), of("savings") - own("amount"));
                }
            }
        }
    }
}
