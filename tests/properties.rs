//! Properties that hold of every plan, tried on random small scenarios written as text.

#[path = "properties/bridges.rs"]
mod bridges;
#[path = "properties/diff.rs"]
mod diff;
#[path = "properties/pools.rs"]
mod pools;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fundgap::Opened;
use fundgap::mechanism::contribution::Step;
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use fundgap::vocabulary::Unit;
use proptest::prelude::*;
use proptest::test_runner::Config;

/// Plan years of every random scenario.
const YEARS: usize = 3;

fn opened(text: &str) -> Opened {
    fundgap::open(&Origin::StandardInput(text.as_bytes().to_vec()), &[], &[]).unwrap_or_else(|refused| {
        panic!("{}\n{text}", fundgap::output::message::render_all(&refused.wrong, &refused.sources, false))
    })
}

/// Every cell of a run by its address, in steps; none where it is not published.
fn cells(opened: &Opened, run: Run) -> BTreeMap<String, (Unit, Option<i128>)> {
    let sheet = &opened.plan.sheet;
    let mut all = BTreeMap::new();
    for (_, row) in sheet.rows() {
        for cell in row.cells() {
            let was = all.insert(sheet.address(cell).to_string(), (row.unit, opened.results.of(run).steps(cell)));
            assert!(was.is_none(), "two cells at {}", sheet.address(cell));
        }
    }
    all
}

/// The pence at a row's address in year number `t`; none when there is no such row or it is not published.
fn pence(opened: &Opened, run: Run, row: &str, t: i32) -> Option<i128> {
    let sheet = &opened.plan.sheet;
    sheet.find_row(row).and_then(|row| sheet.cell(row, t)).and_then(|cell| opened.results.of(run).steps(cell))
}

/// The pence at an address that must be there.
fn sure(opened: &Opened, run: Run, row: &str, t: i32) -> i128 {
    pence(opened, run, row, t).unwrap_or_else(|| panic!("no value at {row} in year {t}"))
}

/// An item of a scenario: its header and its keys, one a line.
#[derive(Debug, Clone)]
struct Table {
    header: String,
    keys: String,
}

#[derive(Debug, Clone)]
struct Scene {
    tables: Vec<Table>,
    organisations: Vec<&'static str>,
}

impl Scene {
    fn text(&self) -> String {
        self.text_with("£", "")
    }

    /// The scenario as text, in pounds, with more behind it.
    fn text_with(&self, unit: &str, more: &str) -> String {
        let mut text = format!(
            "[scenario]\ntitle = \"Random\"\nbase_year = \"2025/26\"\nyears = {YEARS}\nunit = \"{unit}\"\nlists_from = \"2026/27\"\n"
        );
        for table in &self.tables {
            let _ = write!(text, "\n[{}]\n{}", table.header, table.keys);
        }
        text + more
    }

    /// Without anything that is multiplied, so that no cell is rounded.
    fn without_rates(mut self) -> Self {
        let rated = ["full_year", "growth", "council_tax", "interest", "clients", "annual_return", "unit_cost"];
        let shared = |t: &Table| ["fund", "pause"].iter().any(|k| t.header.starts_with(k)) || t.keys.contains("fund.");
        self.tables.retain(|t| !shared(t));
        self.tables.retain(|t| t.header != "status.amber" && !rated.iter().any(|r| t.keys.contains(r)));
        self.tables.retain(|t| !(t.header.starts_with("contingency.") && t.keys.contains("share")));
        for table in &mut self.tables {
            let exact = |line: &&str| !["%", "price", "cap_overlap"].iter().any(|r| line.contains(r));
            table.keys = table.keys.lines().filter(exact).map(|line| format!("{line}\n")).collect();
        }
        self
    }

    /// Whether any item keeps back or delays a saving in the risk-adjusted run.
    fn is_adjusted(&self) -> bool {
        self.tables.iter().any(|t| t.keys.contains("slippage") || t.keys.contains("delivery"))
    }
}

const ORGANISATIONS: [(&str, &str); 4] =
    [("alpha", "council"), ("bravo", "icb"), ("charlie", "nhs_trust"), ("delta", "other")];

/// Pounds and pence, as typed.
fn money(most: u32) -> impl Strategy<Value = String> {
    (0..most, 0_u32..100).prop_map(|(pounds, pence)| format!("{pounds}.{pence:02}"))
}

fn amounts(most: u32) -> impl Strategy<Value = String> {
    prop::collection::vec(money(most), YEARS).prop_map(|all| format!("[{}]", all.join(", ")))
}

/// A rate up to 12 per cent with up to two decimals.
fn rate() -> impl Strategy<Value = String> {
    (0_u32..1200).prop_map(|r| format!("\"{}.{:02}%\"", r / 100, r % 100))
}

fn whether(key: &'static str) -> impl Strategy<Value = String> {
    any::<bool>().prop_map(move |b| format!("{key} = {b}\n"))
}

fn perhaps(line: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::option::of(line).prop_map(Option::unwrap_or_default)
}

/// A month from a year before the plan to a year after it.
fn month() -> impl Strategy<Value = String> {
    (0_u32..60).prop_map(|m| format!("\"{}-{:02}\"", 2025 + (m + 3) / 12, (m + 3) % 12 + 1))
}

fn line() -> impl Strategy<Value = String> {
    let price = prop_oneof![
        rate().prop_map(|r| format!("price = {r}\n")),
        Just("price = \"pay\"\n".to_owned()),
        Just("price = \"teachers\"\n".to_owned()),
    ];
    (
        money(1_000_000),
        perhaps(price),
        perhaps(rate().prop_map(|r| format!("volume = {r}\n"))),
        perhaps(Just("kind = \"income\"\n".to_owned())),
        perhaps(Just("sector = \"social_care\"\n".to_owned())),
        perhaps(Just("addressable = \"60%\"\ncap_overlap = true\n".to_owned())),
    )
        .prop_map(|(base, price, volume, kind, sector, reach)| {
            // Fees that rise in whole years may lose payers.
            let elastic = !kind.is_empty() && price.contains('%');
            let elasticity = if elastic { "elasticity = \"40%\"\n" } else { "" };
            format!("base = {base}\n{price}{volume}{kind}{elasticity}{sector}{reach}")
        })
}

/// Care demand: clients by the week or by the hour.
fn clients() -> impl Strategy<Value = String> {
    let fee = prop_oneof![
        (1_u32..2000).prop_map(|f| format!("weekly_fee = \"£{f}\"")),
        (1_u32..40).prop_map(|f| format!("hourly_rate = \"£{f}.05\", hours_a_week = 12.5")),
    ];
    let contribution = perhaps(Just(", contribution = \"25%\"".to_owned()));
    let uplift = perhaps(rate().prop_map(|r| format!(", fee_uplift = {r}")));
    (0_u32..2000, perhaps(rate().prop_map(|r| format!(", growth = {r}"))), fee, contribution, uplift).prop_map(
        |(opening, growth, fee, contribution, uplift)| {
            format!("clients = {{ opening = {opening}, {fee}{growth}{contribution}{uplift} }}\n")
        },
    )
}

/// What is needed beside lines and pressures, with its kind: borrowing and contingencies.
fn cost() -> impl Strategy<Value = (&'static str, String)> {
    let method = prop_oneof![Just("\"equal\""), Just("\"annuity\"\nannuity_rate = \"4.5%\"")];
    let more = perhaps(prop_oneof![
        Just("interest_on = \"outstanding\"\n".to_owned()),
        Just("operational = \"2027/28\"\n".to_owned()),
    ]);
    prop_oneof![
        (amounts(1_000_000), rate(), 1_u32..50, method, more).prop_map(|(amount, rate, life, method, more)| {
            ("borrowing", format!("amount = {amount}\ninterest = {rate}\nlife = {life}\nmethod = {method}\n{more}"))
        }),
        amounts(20_000).prop_map(|a| ("contingency", format!("amount = {a}\n"))),
        Just(("contingency", "amount = { share = \"1%\", of = \"net_budget\" }\n".to_owned())),
    ]
}

/// A schedule, or a full-year effect with its timing: what pressures and savings have in common.
fn effect(most: u32, ramped: bool) -> impl Strategy<Value = String> {
    let ramp = perhaps((1_u32..18).prop_map(|m| format!("ramp = {m}\n")));
    prop_oneof![
        amounts(most).prop_map(|a| format!("amount = {a}\nvalues = \"change\"\nrecurrent = true\n")),
        (amounts(most), whether("recurrent")).prop_map(|(a, r)| format!("amount = {a}\nvalues = \"in_year\"\n{r}")),
        (money(most), month(), ramp).prop_map(move |(full, start, ramp)| {
            let ramp = if ramped { ramp } else { String::new() };
            format!("full_year = {full}\nstart = {start}\nrecurrent = true\n{ramp}")
        }),
    ]
}

fn saving(adjusted: bool) -> impl Strategy<Value = String> {
    let slip = (0_u32..15).prop_map(|m| format!("slippage = {m}\n"));
    let delivery = (0_u32..=100).prop_map(|d| format!("delivery = \"{d}%\"\n"));
    let status = perhaps(Just("status = \"amber\"\n".to_owned()));
    (effect(100_000, true), perhaps(slip), perhaps(delivery), status).prop_map(
        move |(effect, slip, delivery, status)| {
            let slip = if adjusted && effect.contains("full_year") { slip } else { String::new() };
            let delivery = if adjusted { delivery } else { String::new() };
            format!("{effect}{slip}{delivery}{status}")
        },
    )
}

fn funding() -> impl Strategy<Value = String> {
    prop_oneof![
        (amounts(1_000_000), whether("recurrent")).prop_map(|(a, r)| format!("kind = \"grant\"\namount = {a}\n{r}")),
        (money(1_000_000), rate()).prop_map(|(b, g)| format!("kind = \"business_rates\"\nbase = {b}\ngrowth = {g}\n")),
        (1_u32..900, rate(), rate()).prop_map(|(base, core, care)| format!(
            "kind = \"council_tax\"\nband_d_equivalents = {base}\ncollection = \"98.5%\"\nband_d = \"£1750.00\"\nincrease = {core}\nadult_social_care = {care}\n"
        )),
    ]
}

fn reserve() -> impl Strategy<Value = String> {
    let minimum = prop_oneof![
        money(50_000).prop_map(|m| format!("minimum = {m}\n")),
        Just("minimum = { share = \"5%\", of = \"net_budget\" }\n".to_owned()),
    ];
    (
        prop_oneof![Just("general"), Just("earmarked")],
        money(200_000),
        perhaps(amounts(20_000).prop_map(|a| format!("contribution = {a}\n"))),
        perhaps(amounts(100_000).prop_map(|a| format!("planned_use = {a}\n"))),
        perhaps(minimum),
        perhaps(whether("usable_for_gap")),
    )
        .prop_map(|(kind, opening, contribution, planned, minimum, usable)| {
            format!("kind = \"{kind}\"\nopening = {opening}\n{contribution}{planned}{minimum}{usable}")
        })
}

/// New duties, prevention, funds that pay, pauses and beds moved: headers, keys and whose they are.
fn programmes(adjusted: bool, bodies: usize) -> impl Strategy<Value = Vec<(String, String)>> {
    let whose = 0..bodies;
    let duty = (amounts(50_000), perhaps(amounts(50_000).prop_map(|a| format!("grant = {a}\n"))), whose.clone());
    let delivery = || perhaps((0_u32..=100).prop_map(|d| format!("delivery = \"{d}%\"\n")));
    let invests = prop_oneof![
        amounts(50_000).prop_map(|a| format!("invest = {a}\n")),
        rate().prop_map(|r| format!("reinvests = {{ share = {r}, of = \"savings\" }}\n")),
    ];
    let prevention = (invests, rate(), rate(), 1_u32..3, 1_u32..4, delivery(), whose.clone(), 0..bodies);
    let fund = (amounts(50_000), any::<bool>(), amounts(40_000), amounts(40_000), 0_usize..3, whose.clone(), 0..bodies);
    let pause = prop::option::of((1_u32..30, any::<bool>()));
    let beds = prop::option::of((0_u32..90, 1_u32..30, amounts(40_000), delivery(), whose, 1..bodies));
    (prop::option::of(duty), prop::option::of(prevention), prop::option::of(fund), pause, beds).prop_map(
        move |(duty, prevention, fund, pause, beds)| {
            let name = |n: usize| ORGANISATIONS[n].0;
            let stated = |delivery: String| if adjusted { delivery } else { String::new() };
            let mut all = Vec::new();
            if let Some((cost, grant, whose)) = duty {
                all.push(("duty.q_duty".into(), owned(name(whose), &format!("cost = {cost}\n{grant}"))));
            }
            if let Some((invests, back, decay, lag, life, delivery, whose, gains)) = prevention {
                let shares = if gains == whose {
                    String::new()
                } else {
                    format!("beneficiary = {{ {} = \"33.3%\", {} = \"66.7%\" }}\n", name(whose), name(gains))
                };
                let keys = format!(
                    "{invests}annual_return = {back}\ndecay = {decay}\nlag = {lag}\nlife = {life}\n{shares}{}",
                    stated(delivery)
                );
                all.push(("prevention.q_prevention".into(), owned(name(whose), &keys)));
            }
            if let Some((profile, carries, first, second, ends, whose, other)) = fund {
                // After its last year a fund has nothing.
                let last = ["2026/27", "2027/28", "2028/29"][ends];
                let within = profile.trim_matches(['[', ']']).split(", ").enumerate();
                let kept: Vec<_> = within.map(|(n, amount)| if n <= ends { amount } else { "0" }).collect();
                let keys = format!(
                    "total = 1000000\nover = [\"2026/27\", \"{last}\"]\nprofile = [{}]\ncarry_forward = {carries}\n",
                    kept.join(", ")
                );
                all.push(("fund.q_fund".into(), keys));
                let paid = "paid_by = \"fund.q_fund\"";
                let scheme = format!(
                    "amount = {first}\nvalues = \"in_year\"\nrecurrent = true\nrunning_cost = {{ amount = {second}, {paid} }}\ncost_to_achieve = {{ amount = {first}, {paid} }}\n"
                );
                all.push(("saving.q_scheme".into(), owned(name(whose), &scheme)));
                let cost = format!("amount = {second}\nvalues = \"in_year\"\nrecurrent = true\n{paid}\n");
                all.push(("pressure.q_cost".into(), owned(name(other), &cost)));
                if let Some((months, late)) = pause.filter(|_| first != "[0.00, 0.00, 0.00]") {
                    let from = if late { "items = \"saving.q_*\"\n" } else { "" };
                    all.push(("pause.q_pause".into(), format!("months = {months}\n{from}")));
                }
            }
            if let Some((activity, step, cost, delivery, whose, other)) = beds {
                let (provider, commissioner) = (name(whose), name((whose + other) % bodies));
                let keys = format!(
                    "provider = \"{provider}\"\ncommissioner = \"{commissioner}\"\nactivity = {activity}\nunit_cost = \"£803.07\"\nvariable = \"20%\"\nsemi_fixed = \"50%\"\nfixed = \"30%\"\nstep = {step}\ncommunity_cost = {cost}\npayment = \"average_cost\"\n{}",
                    stated(delivery)
                );
                all.push(("shift.q_beds".into(), keys));
            }
            all
        },
    )
}

/// A scenario of a few organisations with items of every kind that feeds a gap.
fn scene(adjusted: bool) -> impl Strategy<Value = Scene> {
    (2_usize..=4).prop_flat_map(move |bodies| {
        let whose = 0..bodies;
        // An item, whose it is, and whether it stands on its body's first line.
        let on_line = (effect(50_000, true), whose.clone(), any::<bool>());
        let saved = (saving(adjusted), whose.clone(), any::<bool>());
        let weight = prop::option::of(Just(()));
        (
            prop::collection::vec((prop_oneof![4 => line().boxed(), 1 => clients().boxed()], whose.clone()), 0..4),
            prop::collection::vec(on_line, 0..4),
            prop::collection::vec((amounts(20_000), whose.clone(), any::<bool>()), 0..2),
            prop::collection::vec(saved, 0..5),
            prop::collection::vec((funding(), whose.clone()), 0..4),
            prop::collection::vec((reserve(), whose.clone()), 0..4),
            prop::collection::vec((amounts(100_000), whose.clone(), 1..bodies), 0..4),
            prop::collection::vec((amounts(50_000), whose.clone()), 0..2),
            weight,
            prop::collection::vec((cost(), whose), 0..3),
            programmes(adjusted, bodies),
        )
            .prop_map(
                move |(
                    lines,
                    pressures,
                    rebases,
                    savings,
                    funding,
                    reserves,
                    flows,
                    supports,
                    weight,
                    costs,
                    programmes,
                )| {
                    let organisations: Vec<_> = ORGANISATIONS.iter().take(bodies).map(|(name, _)| *name).collect();
                    let mut tables = vec![Table {
                        header: "driver".into(),
                        keys: "pay = \"3.15%\"\nteachers = { rate = \"4%\", from = \"09\" }\n".into(),
                    }];
                    for (name, kind) in ORGANISATIONS.iter().take(bodies) {
                        tables.push(Table {
                            header: format!("organisation.{name}"),
                            keys: format!("kind = \"{kind}\"\n"),
                        });
                        let keys = "base = 1000.00\nprice = \"2%\"\n";
                        tables.push(Table { header: format!("line.{name}_main"), keys: owned(name, keys) });
                    }
                    if adjusted && weight.is_some() {
                        tables.push(Table { header: "status.amber".into(), keys: "delivery = \"75%\"\n".into() });
                    }
                    let mut add = |kind: &str, n: usize, whose: usize, keys: &str| {
                        let keys = owned(organisations[whose], keys);
                        // Names that do not follow the order of the file.
                        let letter = char::from(b'z' - u8::try_from(n).unwrap());
                        tables.push(Table { header: format!("{kind}.{letter}_{kind}"), keys });
                    };
                    let joined = |whose: usize, keys: &str, joins: bool| {
                        if joins {
                            format!("line = \"{}_main\"\n{keys}", ORGANISATIONS[whose].0)
                        } else {
                            keys.to_owned()
                        }
                    };
                    for (n, (keys, whose)) in lines.iter().enumerate() {
                        add("line", n, *whose, keys);
                    }
                    for (n, (keys, whose, joins)) in pressures.iter().enumerate() {
                        add("pressure", n, *whose, &joined(*whose, keys, *joins));
                    }
                    for (n, (amount, whose, joins)) in rebases.iter().enumerate() {
                        add("rebase", n, *whose, &joined(*whose, &format!("amount = {amount}\n"), *joins));
                    }
                    for (n, (keys, whose, joins)) in savings.iter().enumerate() {
                        add("saving", n, *whose, &joined(*whose, keys, *joins));
                    }
                    for (n, (keys, whose)) in funding.iter().enumerate() {
                        add("funding", n, *whose, keys);
                    }
                    for (n, (keys, whose)) in reserves.iter().enumerate() {
                        add("reserve", n, *whose, keys);
                    }
                    for (n, (amount, whose)) in supports.iter().enumerate() {
                        // An NHS body has no exceptional support: it is the council's then.
                        let whose = if ORGANISATIONS[*whose].1 == "council" { *whose } else { 0 };
                        let keys =
                            format!("kind = \"exceptional\"\namount = {amount}\nrepaid_over = 2\ninterest = \"5%\"\n");
                        add("support", n, whose, &keys);
                    }
                    for (n, ((kind, keys), whose)) in costs.iter().enumerate() {
                        add(kind, n, *whose, keys);
                    }
                    for (n, (amount, from, step)) in flows.iter().enumerate() {
                        let (from, to) = (organisations[*from], organisations[(from + step) % bodies]);
                        let keys = format!("from = \"{from}\"\nto = \"{to}\"\namount = {amount}\n");
                        tables.push(Table { header: format!("flow.f{n}"), keys });
                    }
                    tables.extend(programmes.into_iter().map(|(header, keys)| Table { header, keys }));
                    Scene { tables, organisations }
                },
            )
    })
}

/// Whether a cell holds a penny that keeps a division defined, whatever the unit of the file.
fn is_a_constant(address: &str) -> bool {
    address.starts_with("calendar/") || address.contains("_a_penny") || address.contains("least_")
}

fn owned(organisation: &str, keys: &str) -> String {
    format!("organisation = \"{organisation}\"\n{keys}")
}

fn plan_years() -> std::ops::RangeInclusive<i32> {
    1..=i32::try_from(YEARS).unwrap()
}

/// Names of a kind's items whose table belongs to an organisation, with it.
fn items<'a>(scene: &'a Scene, kind: &str) -> Vec<(&'a str, &'a str)> {
    scene
        .tables
        .iter()
        .filter_map(|table| {
            let (of, name) = table.header.split_once('.')?;
            let whose = table.keys.strip_prefix("organisation = \"")?.split('"').next()?;
            (of == kind).then_some((whose, name))
        })
        .collect()
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(64) })]

    /// The roll-forward explains the whole requirement, and the gap is what is left of it.
    #[test]
    fn steps_and_gaps_add_up(scene in scene(true)) {
        let opened = opened(&scene.text());
        for run in [Run::Plan, Run::RiskAdjusted] {
            for name in &scene.organisations {
                let mut so_far = 0;
                for t in plan_years() {
                    let of = |measure: &str| sure(&opened, run, &format!("{name}/{measure}"), t);
                    let steps: i128 =
                        Step::ALL.iter().filter_map(|s| pence(&opened, run, &format!("{name}/{}", s.code()), t)).sum();
                    prop_assert_eq!(of("requirement"), of("brought_forward") + steps, "{} in year {}", name, t);
                    prop_assert_eq!(of("brought_forward"), sure(&opened, run, &format!("{name}/requirement"), t - 1));
                    prop_assert_eq!(of("gap_before_savings"), of("requirement") - of("funding"));
                    prop_assert_eq!(of("gap_after_savings"), of("requirement") - of("savings") - of("funding"));
                    prop_assert_eq!(of("net_budget_requirement"), of("requirement") - of("savings"));
                    prop_assert_eq!(
                        of("gap_after_savings"),
                        of("gross_expenditure") - of("gross_income") - of("savings")
                    );
                    so_far += of("gap_before_savings");
                    prop_assert_eq!(of("sum_of_gaps"), so_far);
                    let one_offs = of("one_off_requirement") - of("one_off_funding") - of("one_off_savings");
                    prop_assert_eq!(of("underlying_gap_after_savings"), of("gap_after_savings") - one_offs);
                    // Reserves only narrow a shortfall, and leave a surplus alone.
                    let (after, planned, drawn) =
                        (of("gap_after_savings"), of("gap_after_planned_reserves"), of("gap_after_reserves"));
                    if after < 0 {
                        prop_assert_eq!((planned, drawn), (after, after));
                    } else {
                        prop_assert!((0..=after).contains(&planned) && (0..=after).contains(&drawn));
                        prop_assert_eq!(planned, after - of("planned_reserve_use"));
                    }
                }
            }
        }
    }

    /// A year opens with what the year before closed with, and no reserve gives what it has not.
    #[test]
    fn closing_is_next_opening(scene in scene(true)) {
        let opened = opened(&scene.text());
        for run in [Run::Plan, Run::RiskAdjusted] {
            for (whose, name) in items(&scene, "line") {
                for t in plan_years() {
                    let of = |measure: &str, t: i32| sure(&opened, run, &format!("{whose}/line/{name}/{measure}"), t);
                    prop_assert_eq!(of("opening", t), of("closing", t - 1));
                }
            }
            for (whose, name) in items(&scene, "reserve") {
                let row = |measure: &str| format!("{whose}/reserve/{name}/{measure}");
                let mut closed = [sure(&opened, run, &row("opening"), 0); 2];
                for t in plan_years() {
                    let some = |measure: &str| pence(&opened, run, &row(measure), t).unwrap_or(0);
                    let used = [some("planned_use"), some("planned_use_if_nothing_else") + some("draw")];
                    for (walk, closing) in ["closing", "closing_if_nothing_else"].into_iter().enumerate() {
                        let available = closed[walk] + some("contribution");
                        prop_assert!((0..=available).contains(&used[walk]), "{} gives what it has not", name);
                        closed[walk] = sure(&opened, run, &row(closing), t);
                        prop_assert_eq!(closed[walk], available - used[walk]);
                    }
                    if some("draw") > 0 {
                        prop_assert!(closed[1] >= some("minimum"), "{} is drawn below its minimum", name);
                    }
                }
            }
        }
    }

    /// The order of the tables of a file changes no figure.
    #[test]
    fn order_of_tables_is_irrelevant(scene in scene(true), order in any::<prop::sample::Index>(), turn in any::<bool>()) {
        let mut other = scene.clone();
        let half = order.index(other.tables.len());
        other.tables.rotate_left(half);
        if turn {
            other.tables.reverse();
        }
        let (first, second) = (opened(&scene.text()), opened(&other.text()));
        for run in [Run::Plan, Run::RiskAdjusted] {
            let (first, mut second) = (cells(&first, run), cells(&second, run));
            for (address, value) in &first {
                prop_assert_eq!(second.remove(address), Some(*value), "{}", address);
            }
            prop_assert!(second.is_empty(), "{:?}", second.keys().collect::<Vec<_>>());
        }
    }

    /// The same figures in thousands of pounds are a thousand times those in pounds, but for the
    /// pennies that rounding drops.
    #[test]
    fn thousandfold_money_is_a_thousandfold(scene in scene(true)) {
        // Band D, fees and the cost of a bed have a unit of their own and do not grow with the file's unit.
        let mut scene = scene;
        let own_unit = ["council_tax", "clients", "unit_cost"];
        scene.tables.retain(|t| !own_unit.iter().any(|k| t.keys.contains(k)));
        let (pounds, thousands) = (opened(&scene.text()), opened(&scene.text_with("£000", "")));
        for run in [Run::Plan, Run::RiskAdjusted] {
            let thousands = cells(&thousands, run);
            for (address, (unit, value)) in cells(&pounds, run) {
                let (Some(small), Some(large)) = (value, thousands[&address].1) else {
                    prop_assert_eq!(value, thousands[&address].1);
                    continue;
                };
                if unit != Unit::Money || is_a_constant(&address) {
                    continue;
                }
                // Each rounding moves a figure by half a penny at most, and a figure here is made of
                // fewer than 200 rounded ones.
                prop_assert!((large - 1000 * small).abs() <= 1000 * 100, "{}: {} and {}", address, small, large);
            }
        }
    }

    /// Where nothing is rounded it is a thousand times to the penny.
    #[test]
    fn thousandfold_money_is_exact_without_rates(scene in scene(true)) {
        let scene = scene.without_rates();
        let (pounds, thousands) = (opened(&scene.text()), opened(&scene.text_with("£000", "")));
        for run in [Run::Plan, Run::RiskAdjusted] {
            let thousands = cells(&thousands, run);
            for (address, (unit, value)) in cells(&pounds, run) {
                if unit == Unit::Money && !is_a_constant(&address) {
                    prop_assert_eq!(thousands[&address].1, value.map(|v| 1000 * v), "{}", address);
                }
            }
        }
    }

    /// A system is the sum of its bodies, and payments between them change neither its gap nor what
    /// comes from outside.
    #[test]
    fn flows_net_to_nothing(scene in scene(true)) {
        let whole = opened(&scene.text());
        let mut apart = scene.clone();
        apart.tables.retain(|t| !t.header.starts_with("flow."));
        let alone = opened(&apart.text());
        for run in [Run::Plan, Run::RiskAdjusted] {
            for t in plan_years() {
                for measure in ["requirement", "funding", "savings", "gap_before_savings", "gap_after_savings"] {
                    let sum: i128 =
                        scene.organisations.iter().map(|o| sure(&whole, run, &format!("{o}/{measure}"), t)).sum();
                    let row = format!("system/{measure}");
                    prop_assert_eq!(sure(&whole, run, &row, t), sum);
                    if measure != "requirement" {
                        // Support that a body draws in one year may cost it more in the next.
                        if !scene.tables.iter().any(|t| t.header.starts_with("support.")) {
                            prop_assert_eq!(sure(&alone, run, &row, t), sum, "{}", measure);
                        }
                    }
                }
                let (income, spent) = ("system/gross_income", "system/gross_expenditure");
                let flows = scene.tables.iter().filter_map(|table| table.header.strip_prefix("flow."));
                let paid: i128 = flows.map(|f| sure(&whole, run, &format!("flow/{f}/amount"), t)).sum();
                let paid = paid + pence(&whole, run, "shift/q_beds/payment_cut", t).unwrap_or(0);
                let (income, spent) = (sure(&whole, run, income, t), sure(&whole, run, spent, t));
                prop_assert_eq!(spent - income, sure(&whole, run, "system/gap_before_savings", t));
                if let Some(eliminated) = pence(&whole, run, "system/eliminated", t) {
                    prop_assert_eq!(eliminated, paid);
                    let external = |side: &str| sure(&whole, run, &format!("system/external_{side}"), t);
                    prop_assert_eq!(external("income"), income - paid);
                    prop_assert_eq!(external("expenditure"), spent - paid);
                    prop_assert_eq!(external("expenditure") - external("income"), spent - income);
                }
            }
        }
    }

    /// What is there for nothing changes nothing.
    #[test]
    fn items_of_nought_change_no_measure(scene in scene(true), whose in any::<prop::sample::Index>()) {
        let name = scene.organisations[whose.index(scene.organisations.len())];
        let nothings = [
            "line.a_nought]\nbase = 0\nprice = \"3%\"\nvolume = \"2%\"\n",
            "line.b_nought]\nbudget = 0\n",
            "line.c_nought]\nclients = { opening = 0, growth = \"2%\", weekly_fee = \"£956\", fee_uplift = \"3%\" }\n",
            "line.d_nought]\nkind = \"income\"\nbase = 0\nprice = \"3%\"\nelasticity = \"40%\"\n",
            "borrowing.a_nought]\namount = 0\ninterest = \"5%\"\nlife = 2\nmethod = \"equal\"\n",
            "contingency.a_nought]\namount = 0\n",
            "contingency.b_nought]\namount = { share = \"0%\", of = \"net_budget\" }\n",
            "pressure.a_nought]\namount = 0\nvalues = \"in_year\"\nrecurrent = false\n",
            "pressure.b_nought]\nfull_year = 0\nstart = \"2026-10\"\nrecurrent = true\n",
            "rebase.a_nought]\namount = 0\n",
            "saving.a_nought]\nfull_year = 0\nstart = \"2026-10\"\nramp = 5\nrecurrent = true\n",
            "funding.a_nought]\nkind = \"grant\"\namount = 0\nrecurrent = false\n",
            "reserve.a_nought]\nkind = \"earmarked\"\nopening = 0\nplanned_use = [0, 0, 0]\nusable_for_gap = true\n",
            "published.a_nought]\ntotal = 9\nparts = \"requirement\"\n",
            "duty.a_nought]\ncost = 0\ngrant = 0\none_off_cost = 0\n",
            "prevention.a_nought]\ninvest = 0\nannual_return = \"40%\"\nlag = 1\nlife = 5\n",
            "saving.c_nought]\namount = 0\nvalues = \"in_year\"\nrecurrent = true\ncost_to_achieve = { amount = 0, paid_by = \"revenue\" }\nrunning_cost = { amount = 0, paid_by = \"revenue\" }\n",
            "saving.b_nought]\namount = 9\nvalues = \"in_year\"\nrecurrent = true\nalready_in = \"line.*\"\n",
        ];
        let before = opened(&scene.text());
        for nothing in nothings {
            let kind = nothing.split('.').next().unwrap();
            let fund = "[fund.a_nought]\ntotal = 9\nover = [\"2025/26\", \"2027/28\"]\nprofile = \"not_published\"\n";
            let more = format!("\n[{nothing}organisation = \"{name}\"\n{fund}");
            let after = opened(&scene.text_with("£", &more));
            for run in [Run::Plan, Run::RiskAdjusted] {
                let after = cells(&after, run);
                for (address, (_, value)) in cells(&before, run) {
                    // A published line has no base-year budget, so what is counted from it is not known.
                    if nothing.starts_with("line.b_nought") && after[&address].1.is_none() {
                        continue;
                    }
                    prop_assert_eq!(after[&address].1, value, "{} after adding a {}", address, kind);
                }
            }
        }
    }

    /// Where nobody states a delivery or a slippage, both runs are the same.
    #[test]
    fn runs_agree_where_nothing_is_adjusted(scene in scene(false)) {
        prop_assert!(!scene.is_adjusted());
        let opened = opened(&scene.text());
        prop_assert_eq!(cells(&opened, Run::Plan), cells(&opened, Run::RiskAdjusted));
    }

    /// Less delivery and more slippage never save more by the end of any year.
    #[test]
    fn a_shortfall_is_planned_less_expected(scene in scene(true)) {
        let opened = opened(&scene.text());
        for (whose, name) in items(&scene, "saving") {
            let row = |measure: &str| format!("{whose}/saving/{name}/{measure}");
            for t in plan_years() {
                let planned = sure(&opened, Run::Plan, &row("in_year"), t);
                let expected = sure(&opened, Run::RiskAdjusted, &row("in_year"), t);
                if let Some(shortfall) = pence(&opened, Run::RiskAdjusted, &row("shortfall"), t) {
                    prop_assert_eq!(shortfall, planned - expected);
                    prop_assert_eq!(sure(&opened, Run::Plan, &row("shortfall"), t), 0);
                } else {
                    prop_assert_eq!(planned, expected);
                }
            }
        }
    }
}

/// A change of a text: bytes put in, taken out or written over.
fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, Vec<u8>)>> {
    let bits: &'static [&'static [u8]] = &[
        b"\"",
        b"[",
        b"]",
        b"{",
        b"}",
        b"=",
        b"-",
        b"9999999999999999999",
        b"%",
        b".",
        b",",
        b"\n",
        b"not_published",
        b"2027/28",
        b"then = ",
        b"line",
        b"100%",
        b"0",
        b"\xff",
        b"\xc2\xa3",
        b"1e9",
        b"# ",
    ];
    let put =
        prop_oneof![prop::sample::select(bits).prop_map(<[u8]>::to_vec), prop::collection::vec(any::<u8>(), 0..4)];
    prop::collection::vec((any::<prop::sample::Index>(), 0_u8..6, put), 1..5)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(600) })]

    /// No text brings loading down: it is read, or what is wrong with it is said.
    #[test]
    fn loading_never_panics(edits in edits()) {
        let mut text = include_bytes!("../scenarios/exshire.toml").to_vec();
        for (at, taken, put) in edits {
            let at = at.index(text.len());
            let end = (at + usize::from(taken)).min(text.len());
            text.splice(at..end, put);
        }
        if let Err(refused) = fundgap::open(&Origin::StandardInput(text), &[], &[]) {
            prop_assert!(!refused.wrong.is_empty());
            prop_assert!(!fundgap::output::message::render_all(&refused.wrong, &refused.sources, false).is_empty());
        }
    }
}
