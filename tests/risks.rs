//! The register of budget risks: what it asks for against all combinations one by one, and that it is in no figure of the
//! plan.

use std::collections::BTreeMap;
use std::path::Path;

use fundgap::Opened;
use fundgap::analysis::risk_register::distribution::{Blow, Distribution, standard_deviation};
use fundgap::analysis::risk_register::{General, PERCENTILES, Register};
use fundgap::scenario::Origin;
use fundgap::sheet::Run;
use proptest::prelude::*;

const FILE: &str = "tests/models/risk/register.toml";
const MILLION: i128 = 100_000_000;

fn opened(text: &str) -> Opened {
    fundgap::open(&Origin::StandardInput(text.as_bytes().to_vec()), &[], &[]).unwrap()
}

fn register() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).unwrap()
}

/// What is asked of the example, in £m: all together 4 + 3 + 1 + 2 + 1.5 + 0.5 = 12, expected 4.175, deviation
/// √7.259375 = 2.69432273…, P90 8, and the expected value is exceeded with a chance of 45.5%. The deviation squared lies between
/// those of 269,432,273 and 269,432,274 pence, and nearer to the first.
#[test]
fn the_example_asks_for_eight() {
    let opened = opened(&register());
    let of = Register::of(&opened, &opened.plan.organisations[0]).unwrap();
    let asked = of.asks(1).unwrap();
    assert_eq!((asked.together, asked.expected), (12 * MILLION, 417_500_000));
    assert_eq!(asked.prudent(), 8 * MILLION);
    let variance = 7_259_375 * 10_i128.pow(10);
    let deviation = asked.deviation.unwrap();
    assert!((2 * deviation - 1).pow(2) <= 4 * variance && 4 * variance < (2 * deviation + 1).pow(2), "{deviation}");
    assert_eq!(deviation / 100_000, 2_694);
    // To one decimal of a per cent, 45.5%.
    assert_eq!((asked.above_expected + 500_000) / 1_000_000, 455);
    let general = General::of(&opened, &of.organisation.name);
    assert_eq!((general.minimum(1), general.at_the_start(1)), (Some(5 * MILLION), Some(8 * MILLION)));
    let by_expected: Vec<&str> = of.by_expected_value(1).iter().map(|risk| risk.name.as_str()).collect();
    assert_eq!(by_expected, ["care", "interest", "placements", "flood", "appeal", "contract"]);
}

/// Every figure of the plan is the same with and without the register.
#[test]
fn a_register_changes_no_figure_of_the_plan() {
    let with = register();
    let kept: Vec<&str> =
        with.split("\n[").filter(|part| !part.starts_with("risk.") && !part.starts_with("[expect")).collect();
    let (with, without) = (opened(&with), opened(&kept.join("\n[")));
    let cells = |opened: &Opened| {
        let sheet = &opened.plan.sheet;
        let all = sheet.rows().flat_map(|(_, row)| row.cells());
        all.map(|cell| {
            let values = Run::BOTH.map(|run| opened.results.of(run).steps(cell));
            (sheet.address(cell).to_string(), values)
        })
        .collect::<BTreeMap<_, _>>()
    };
    let (with, without) = (cells(&with), cells(&without));
    let added: Vec<&String> = with.keys().filter(|address| !without.contains_key(*address)).collect();
    assert!(added.iter().all(|address| address.contains("/risk/") || address.contains("/risk_register/")), "{added:?}");
    assert!(added.len() >= 6 * 4, "{added:?}");
    for (address, values) in &without {
        assert_eq!(with.get(address), Some(values), "{address}");
    }
}

/// Every combination one by one: its total, and its chance in parts of 100ⁿ.
fn one_by_one(blows: &[Blow]) -> BTreeMap<i128, u128> {
    let mut all = BTreeMap::new();
    for combination in 0..1_u32 << blows.len() {
        let comes = |n: usize| combination >> n & 1 == 1;
        let hundredths = |blow: &Blow| u128::try_from(blow.likelihood / 10_000_000).unwrap();
        let chance: u128 = blows
            .iter()
            .enumerate()
            .map(|(n, blow)| if comes(n) { hundredths(blow) } else { 100 - hundredths(blow) })
            .product();
        let total: i128 = blows.iter().enumerate().filter(|(n, _)| comes(*n)).map(|(_, blow)| blow.impact).sum();
        *all.entry(total).or_insert(0) += chance;
    }
    all.retain(|_, chance| *chance > 0);
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Percentiles and chances are those of all combinations; the deviation is the nearest penny to the root.
    #[test]
    fn all_combinations_agree(risks in prop::collection::vec((0_i128..2_000, 0_i128..=100), 0..9)) {
        let blows: Vec<Blow> =
            risks.iter().map(|(impact, percent)| Blow { impact: *impact, likelihood: percent * 10_000_000 }).collect();
        let (by_hand, whole) = (one_by_one(&blows), 100_u128.pow(u32::try_from(blows.len()).unwrap()));
        let distribution = Distribution::of(&blows).unwrap();
        prop_assert_eq!(distribution.count(), by_hand.len());
        for percent in PERCENTILES {
            let mut so_far = 0;
            let least = by_hand.iter().find(|(_, chance)| { so_far += **chance; so_far * 100 >= whole * u128::from(percent) });
            prop_assert_eq!(Some(distribution.percentile(percent)), least.map(|(total, _)| *total));
        }
        for threshold in [0, 500, 1_000, 4_000] {
            let above: u128 = by_hand.range(threshold + 1..).map(|(_, chance)| chance).sum();
            let rounded = (above * 2_000_000_000 + whole) / (2 * whole);
            prop_assert_eq!(distribution.chance_above(threshold), i128::try_from(rounded).unwrap());
        }
        // Variance in pence², times 10,000: impact² × p × (100 − p).
        let variance: i128 = risks.iter().map(|(impact, p)| impact * impact * p * (100 - p)).sum();
        let deviation = standard_deviation(&blows).unwrap();
        prop_assert!((2 * deviation - 1).max(0).pow(2) * 10_000 <= 4 * variance);
        prop_assert!(4 * variance < (2 * deviation + 1).pow(2) * 10_000);
    }
}
