//! How far figures may come out from what is entered: every way to write a range and every mistake in one, which
//! figures go together, and what readings that use ranges make of ends by year.

mod common;

use common::{root, run_in};
use fundgap::mechanism::correlation::CorrelationFact;
use fundgap::output::message::render_all;
use fundgap::scenario::Origin;
use fundgap::sheet::{Drawn, Ends, Shape, Spread};
use fundgap::{Opened, Refused};

const HEAD: &str = r#"
[scenario]
title      = "A council"
base_year  = "2025/26"
years      = 2
unit       = "£m"
lists_from = "2026/27"
[organisation.shire]
kind = "council"
[line.staff]
base  = 50
price = "pay"
[funding.all]
kind      = "other"
amount    = 50
recurrent = true
[driver.prices]
likely = "2%"
low    = "1%"
high   = "4%"
[driver.teachers]
rate = { likely = "4%", p10 = "2%", p90 = "6%" }
from = "09"
[driver.energy]
then = "6%"
"#;

fn open(more: &str, sets: &[&str]) -> Result<Opened, Box<Refused>> {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    fundgap::open(&Origin::StandardInput(format!("{HEAD}{more}\n").into_bytes()), &[], &sets)
}

fn opened(more: &str, sets: &[&str]) -> Opened {
    open(more, sets).unwrap_or_else(|refused| panic!("{more}\n{:?}", refused.wrong))
}

/// The range of pay, written as a figure.
fn pay(figure: &str) -> Spread {
    let opened = opened(&format!("[driver]\npay = {figure}"), &[]);
    let pay = opened.plan.sheet.assumptions().iter().find(|a| a.path == "driver.pay").unwrap();
    pay.spread.as_deref().unwrap().clone()
}

/// Per cent in steps of a rate.
const fn percent(points: i128) -> i128 {
    points * 10_000_000
}

#[test]
fn every_way_to_write_a_range() {
    let spread = pay(r#"{ likely = "3%", low = "2%", high = "5%" }"#);
    assert_eq!((spread.low.0, spread.high.0), (percent(2), percent(5)));
    assert_eq!((&spread.shape, spread.ends, spread.drawn), (&Shape::Triangular, Ends::Absolute, None));
    assert!(spread.years.is_empty() && spread.varies());

    let spread = pay(r#"{ likely = "3%", low = "2%", high = "5%", shape = "pert", ends = "p10p90", drawn = "once" }"#);
    assert_eq!((&spread.shape, spread.ends, spread.drawn), (&Shape::Pert, Ends::Percentiles, Some(Drawn::Once)));
    assert_eq!(pay(r#"{ likely = "3%", low = "2%", high = "5%", shape = "uniform" }"#).shape, Shape::Uniform);

    let spread = pay(r#"{ likely = "3%", p10 = "1%", p90 = "4%", shape = "normal", drawn = "each_year" }"#);
    assert_eq!((spread.low.0, spread.high.0), (percent(1), percent(4)));
    let drawn = Some(Drawn::EachYear);
    assert_eq!((spread.shape, spread.ends, spread.drawn), (Shape::Normal, Ends::Percentiles, drawn));

    let spread =
        pay(r#"{ likely = "3%", outcomes = [{ value = "6%", chance = "25%" }, { value = "3%", chance = "75%" }] }"#);
    assert_eq!((spread.low.0, spread.high.0), (percent(3), percent(6)));
    assert_eq!(spread.shape, Shape::Outcomes(vec![(percent(6), 250_000_000), (percent(3), 750_000_000)]));

    // The value itself need not be one of the past, nor lie between them.
    let spread = pay(r#"{ likely = "3%", past = ["4%", "6%", "5%"] }"#);
    assert_eq!((spread.low.0, spread.high.0), (percent(4), percent(6)));
    assert_eq!(spread.shape, Shape::Past(vec![percent(4), percent(6), percent(5)]));
}

#[test]
fn ends_may_be_given_by_year() {
    let years = r#"{ likely = ["3%", "4%"], low = "2%", high = { "2026/27" = "5%", then = "8%" } }"#;
    let spread = pay(years);
    assert_eq!(spread.years, [[percent(2), percent(5)], [percent(2), percent(8)]]);
    assert_eq!((spread.low.0, spread.high.0), (percent(2), percent(8)));
    assert_eq!([spread.of(0), spread.of(1)], [[percent(2), percent(5)], [percent(2), percent(8)]]);

    let spread = pay(r#"{ likely = "3%", p10 = ["1%", "0%"], p90 = ["4%", "6%"] }"#);
    assert_eq!(spread.years, [[percent(1), percent(4)], [0, percent(6)]]);
    // Ends that are the same in all years are one range, and ends without room between them are none.
    assert!(pay(r#"{ likely = "3%", low = ["2%", "2%"], high = "5%" }"#).years.is_empty());
    assert!(!pay(r#"{ likely = ["3%", "4%"], low = ["3%", "4%"], high = ["3%", "4%"] }"#).varies());
    // A first year that is settled and a second that is not.
    assert!(pay(r#"{ likely = ["3%", "4%"], low = ["3%", "2%"], high = ["3%", "4%"] }"#).varies());
    // One range for years that are not the same says how far they may move, and holds none of them.
    assert!(pay(r#"{ likely = ["3%", "9%"], low = "2%", high = "5%" }"#).varies());
}

#[test]
fn mistakes_are_told_with_what_to_type() {
    let ranges = r#"likely = "3%", low = "2%", high = "5%""#;
    let chances = r#"likely = "3%", outcomes = [{ value = "3%", chance = "100%" }]"#;
    let saving = "[driver]\npay = \"3%\"\n[saving.scheme]\nfull_year = 1\nstart = \"2026-04\"\nrecurrent = true\n";
    let driver = |figure: &str| format!("[driver]\npay = {{ {figure} }}");
    for (more, name, said) in [
        (driver(r#"likely = "3%", p90 = "4%""#), "half_a_range", "give both `p10` and `p90`"),
        (driver(r#"likely = "3%", low = "2%", outcomes = []"#), "range_twice", "has both `low` and `outcomes`"),
        (driver(r#"likely = "3%", past = ["1%"], p10 = "2%""#), "range_twice", "has both `p10` and `past`"),
        (driver(r#"likely = "3%", drawn = "once""#), "range_missing", "leave `drawn` out"),
        (driver(&format!(r#"{ranges}, ends = "p1090""#)), "spread_word", "did you mean \"p10p90\"?"),
        (driver(&format!("{ranges}, drawn = true")), "spread_word", "must be a word, not true or false"),
        (driver(r#"likely = "3%", p10 = "1%", p90 = "4%", shape = "pert""#), "spread_unfit", "not a pert one"),
        (driver(r#"likely = "3%", p10 = "1%", p90 = "4%", ends = "absolute""#), "spread_unfit", "leave `ends` out"),
        (driver(&format!(r#"{chances}, shape = "uniform""#)), "spread_unfit", "values with their chances"),
        (driver(&format!(r#"{chances}, ends = "absolute""#)), "spread_unfit", "leave `ends` out"),
        (driver(r#"likely = "3%", outcomes = "5%""#), "wrong_type", "must be a list of values with their chances"),
        (driver(r#"likely = "3%", outcomes = ["5%"]"#), "wrong_type", "an outcome has a value and a chance"),
        (driver(r#"likely = "3%", outcomes = [{ value = "5%" }]"#), "key_missing", "needs a `value` and a `chance`"),
        (driver(r#"likely = "3%", outcomes = [{ valu = "5%" }]"#), "unknown_key", "has no key `valu`"),
        (driver(r#"likely = "3%", outcomes = []"#), "chances_not_whole", "add up to 0%, not 100%"),
        (driver(r#"likely = "3%", past = "4%""#), "past_too_few", "at least two values"),
        (driver(r#"likely = "3%", past = ["4%", 5]"#), "rate_without_percent", "write \"5%\""),
        (driver(r#"likely = "3%", low = ["2%", "6%"], high = "5%""#), "range_reversed", "`high` in 2027/28"),
        (driver(r#"likely = "3%", p10 = "4%", p90 = "1%""#), "range_reversed", "`p10` is above `p90`"),
        (driver(r#"likely = "3%", low = ["2%", "3.5%"], high = "5%""#), "likely_out_of_range", "range in 2027/28"),
        (driver(r#"likely = "3%", low = { "2026/27" = "2%" }, high = "5%""#), "year_left_out", "`driver.pay.low`"),
        (driver(r#"likely = "3%", low = { thn = "2%" }, high = "5%""#), "unknown_key", "has no key `thn`"),
        (driver(r#"likely = "3%", low = "-1%", high = "5%""#), "negative_amount", "signed = true"),
        (
            format!("{saving}delivery = {{ likely = \"80%\", low = \"50%\", high = \"110%\" }}"),
            "share_range",
            "lies between 0% and 100%",
        ),
        (
            format!("{saving}delivery = {{ likely = \"80%\", low = [\"50%\", \"60%\"], high = \"90%\" }}"),
            "not_yearly",
            "and so is its `low`",
        ),
        (
            format!("{saving}delivery = {{ likely = \"80%\", low = \"50%\", high = \"90%\", drawn = \"each_year\" }}"),
            "spread_unfit",
            "leave `drawn` out: it is drawn once",
        ),
        (
            "[driver]\npay = \"3%\"\n[correlation.a]\nof = [\"driver.prices\", \"driver.energy\"]\nstrength = \"50%\""
                .to_owned(),
            "correlation_of_nothing",
            "give driver.energy a range",
        ),
        (
            "[driver]\npay = \"3%\"\n[correlation.a]\nof = [\"driver.prices\", \"line.x.y\"]\nstrength = \"50%\""
                .to_owned(),
            "correlation_of_nothing",
            "figures with a range are: driver.prices, driver.teachers.rate",
        ),
    ] {
        let refused = open(&more, &[]).err().unwrap_or_else(|| panic!("{more}\nis taken"));
        let told = render_all(&refused.wrong, &refused.sources, false);
        assert!(refused.wrong.sorted().iter().all(|d| d.name == name) && told.contains(said), "{more}\n{told}");
    }
}

fn correlations(more: &str, sets: &[&str]) -> Vec<CorrelationFact> {
    opened(&format!("[driver]\npay = {{ likely = \"3%\", low = \"2%\", high = \"5%\" }}\n{more}"), sets)
        .plan
        .facts
        .correlations
}

#[test]
fn figures_go_together_in_groups_and_pairs() {
    let group = "[correlation.all]\nof = \"driver.*\"\nstrength = \"30%\"\n";
    let pair = "[correlation.wages]\nof = [\"driver.pay\", \"driver.teachers\"]\nstrength = \"-12.5%\"\n";
    let found = correlations(&format!("{group}{pair}"), &[]);
    // What has no range is in no group; a driver with a rate of its own is called by its name too.
    let [all, wages] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(all.of, ["driver.prices", "driver.teachers.rate", "driver.pay"]);
    assert_eq!((all.explicit_pair, all.strength), (false, 300_000_000));
    assert_eq!(wages.of, ["driver.teachers.rate", "driver.pay"]);
    assert_eq!((wages.explicit_pair, wages.strength), (true, -125_000_000));
    // Two groups that agree may name the same figures.
    let again = "[correlation.again]\nof = [\"driver.pay\", \"driver.prices\", \"driver.t*\"]\nstrength = \"30%\"\n";
    assert_eq!(correlations(&format!("{group}{again}"), &[]).len(), 2);
}

#[test]
fn a_figure_that_lost_its_range_leaves_the_others() {
    let pair = "[correlation.wages]\nof = [\"driver.pay\", \"driver.teachers\"]\nstrength = \"70%\"\n";
    let group =
        "[correlation.all]\nof = [\"driver.pay\", \"driver.prices\", \"driver.teachers\"]\nstrength = \"30%\"\n";
    for set in ["driver.pay=4%", "driver.pay@2027/28=4%"] {
        let found = correlations(&format!("{pair}{group}"), &[set]);
        assert_eq!(found.len(), 1, "{set}");
        assert_eq!(found[0].of, ["driver.prices", "driver.teachers.rate"], "{set}");
    }
}

/// £50m of pay rising by 3% and then 4%: 51.50 and 53.56. At each year's high end, 4% and 6%: 52.00 and 55.12, 0.500 and
/// 1.560 worse; at the low ends, 2% and 3%: 51.00 and 52.53, 0.500 and 1.030 better.
#[test]
fn each_year_goes_to_its_own_end() {
    let pay = r#"pay = { likely = ["3%", "4%"], low = ["2%", "3%"], high = ["4%", "6%"] }"#;
    let plan = format!("{HEAD}\n[driver]\n{pay}\n");
    let ran = run_in(root(), &["sensitivity", "-", "--ranges"], Some(plan.as_bytes()));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let row = |words: &str| {
        let line = ran.out.lines().find(|l| l.trim_start().starts_with(words));
        let line = line.unwrap_or_else(|| panic!("no {words} in\n{}", ran.out));
        line.rsplit("  ").map(str::trim).filter(|w| !w.is_empty()).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row("at each year's high end"), ["1.560", "0.500"]);
    assert_eq!(row("at each year's low end"), ["(1.030)", "(0.500)"]);
    let said = "each year goes from its own value to the ends of its own range: 3% in 2026/27 (2% to 4%), 4% in 2027/28 (3% to 6%)";
    let words: Vec<&str> = ran.out.split_whitespace().collect();
    assert!(words.join(" ").contains(said), "{}", ran.out);
}
