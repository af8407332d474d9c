//! The mistakes that plans of this field make, each with the worked example that shows it. The examples
//! themselves are held by `tests/models.rs`; this holds that none of them goes missing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A mistake, and the example under `tests/models` that shows what is right instead.
const TRAPS: &[(&str, &str)] = &[
    ("one-off savings, grants and reserves drop out next year", "saving/one_off_drops_out"),
    ("slippage keeps the full-year effect; under-delivery does not", "saving/slippage_and_delivery"),
    ("gaps in the year are added up", "gap/annual_and_cumulative"),
    ("a value in the year is entered as a change, or the reverse", "saving/in_year_entered_as_change"),
    ("fees stay at nought while costs rise", "line/fees_held_at_nought"),
    ("the clients of the last day are paid for all year", "clients/closing_clients_for_a_whole_year"),
    ("a percentage without its base and its order", "saving/percentage_bases"),
    ("inflation is saved on a base that was saved", "gap/rolled_base"),
    ("a status weight and a further cut, twice the discount", "saving/delivery_replaces_weight"),
    ("a draw on reserves is taken for a cut in the base", "reserve/draws"),
    ("a minimum reserve stays in pounds while the budget grows", "balance/savings_and_reserves"),
    ("a council tax percentage on the core only", "referendum_limit/percentage_on_core_only"),
    ("three per cent is taken as allowed", "referendum_limit/three_per_cent_taken_as_allowed"),
    ("rounding goes over the limit", "referendum_limit/rounding_over_the_limit"),
    ("a collection shortfall is charged in its own year", "funding/collection_shortfall_charged_in_the_same_year"),
    ("business rates growth is carried over a reset", "funding/growth_carried_over_a_reset"),
    ("a safety net is taken for a recovery", "funding/safety_net_taken_as_recovery"),
    ("a floor follows the council tax that was set", "funding/floor_on_actual_council_tax"),
    ("exceptional support is income that recurs and costs nothing", "support/exceptional"),
    ("a deficit is repaid by a new one", "support/deficit"),
    ("rebasing a pool is taken for a saving", "pool/rebasing_is_no_saving"),
    ("pools pay each other in a circle", "pool/pools_that_pay_each_other"),
    ("a transfer counts on one side", "flow/three_bodies"),
    ("average price is saved while the provider strands cost", "shift/average_price_strands_cost"),
    ("a published return is entered as annual and cash", "prevention/published_return_entered_as_annual"),
    ("a pause moves the end of the fund", "pause/fund_end_does_not_move"),
    ("money clawed back vanishes", "clawback/nothing_vanishes"),
    ("a contingency is a budget and a reserve", "contingency/in_the_requirement_not_in_reserves"),
    ("a cost is avoided that was never in the plan", "saving/cost_avoided_only_where_it_is_in_the_plan"),
    ("a council gap and an NHS deficit have opposite signs", "flow/cost_shunt"),
    ("a schools deficit is netted against usable reserves", "dsg/never_in_the_balance_rule"),
    ("half pennies, and noughts with a sign", "line/half_pennies"),
    ("set-aside begins in the year of spend", "borrowing/set_aside_after_the_year_of_spend"),
    ("capital receipts are spent twice", "capital_receipts/spent_once"),
    ("savings that all come last are taken for even ones", "profile/hockey_stick"),
    ("what savings must deliver is read off the last year", "saving/break_even_delivery"),
];

#[test]
fn every_trap_has_an_example_of_its_own() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    let mut wrong = String::new();
    let mut seen = BTreeSet::new();
    for (trap, example) in TRAPS {
        let text = fs::read_to_string(folder.join(format!("{example}.toml"))).unwrap_or_default();
        if !text.starts_with('#') || !text.contains("[[expect]]") {
            wrong.push_str(&format!("{trap}: tests/models/{example}.toml shows no working or expects nothing\n"));
        }
        if !seen.insert(example) {
            wrong.push_str(&format!("{trap}: tests/models/{example}.toml shows another trap already\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
