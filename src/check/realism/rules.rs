//! The table of rules: what each asks, from where on it speaks, on what evidence, and how to mend it.
//!
//! A new rule is a row here and a function beside it.

use super::Level::{Amber, Critical, Red};
use super::{ALL, Basis, Level, Rule, Threshold, funding, percent, programmes, record, reserves, savings};
use crate::vocabulary::Unit;

const fn rate(level: Level, of: &'static str, steps: i128) -> Threshold {
    Threshold { level, of, unit: Unit::Rate, steps }
}

/// Every rule, in the order in which they are asked.
pub const RULES: [Rule; 24] = [
    Rule {
        code: "R01",
        name: "savings_scale",
        asks: "Are new savings of a size that has been made before?",
        when: "new savings of a year are more than this share of what is needed in it",
        thresholds: &[rate(Amber, "", percent(4)), rate(Red, "", percent(6)), rate(Critical, "", percent(8))],
        basis: Basis::Evidence,
        evidence: "NHS providers delivered 3.7% of turnover in 2016/17 and again in 2017/18 (NHS Providers 2017; NHS \
                   Improvement 2018). 6.1% of allocations in 2024/25 was called the highest ever (NHS Providers, 27 August \
                   2025). Adult social care planned 5% of net budgets in 2017/18 (ADASS 2017).",
        mend: "spread the savings over more years, or show the record of a body that made as much",
        ask: savings::scale,
    },
    Rule {
        code: "R02",
        name: "full_delivery",
        asks: "Does the risk-adjusted plan allow for savings that fail?",
        when: "risk-adjusted savings, less contingency, are at least this share of the planned ones in the last year",
        thresholds: &[rate(Amber, "", percent(90)), rate(Red, "", percent(95))],
        basis: Basis::Evidence,
        evidence: "Of planned savings were delivered: Welsh councils 2015-16 88.0% (Audit Wales, 13 June 2017); Brighton and Hove \
                   2024/25 81.2%; Kent, June 2024 forecast, 86.5%, of adult social care 54.6%; Lancashire 46%; the NHS in \
                   2024/25 93.5%. `fundgap record` prints every published case; the finding names how many of the body's \
                   reference class came to as much as the plan counts on.",
        mend: "give each saving the `delivery` its own record shows, or its `status` a weight",
        ask: savings::full_delivery,
    },
    Rule {
        code: "R03",
        name: "above_track_record",
        asks: "Does the plan count on more than this body has delivered?",
        when: "the share of its savings that the risk-adjusted plan counts on in the last year, less contingency, is more than this \
               much above what its own history makes likely",
        thresholds: &[rate(Amber, "", percent(5)), rate(Red, "", percent(15))],
        basis: Basis::Evidence,
        evidence: "The body's own outturns: what was delivered and lasts, of what was planned, over all years together, with 85% (a house \
                   assumption, `delivery_prior`) weighing as much as one year. One-off measures are no delivery.",
        mend: "count on what was delivered before (`delivery`, or a weight for each `status`), or say what is done differently now",
        ask: record::above,
    },
    Rule {
        code: "R04",
        name: "non_recurrent_share",
        asks: "How much of the savings must be found again?",
        when: "one-off savings are more than this share of the savings of a year",
        thresholds: &[rate(Amber, "", percent(20)), rate(Red, "", percent(40))],
        basis: Basis::Evidence,
        evidence: "NHS providers forecast 17.1% of 2017/18 savings as one-off against 8.5% planned (HFMA, 5 December 2017). NHS \
                   Wales made 39% of 2024-25 savings once only and was still in deficit (Audit Wales, 6 June 2025).",
        mend: "replace one-off savings with recurrent ones, or show in the plan how each is found again",
        ask: savings::one_off,
    },
    Rule {
        code: "R05",
        name: "back_loading",
        asks: "Do savings come late?",
        when: "the back-loading index is more than this, or the last year has more than this many times an even share",
        thresholds: &[
            rate(Amber, "", percent(60)),
            rate(Red, "", percent(70)),
            rate(Amber, "times an even share", percent(150)),
        ],
        basis: Basis::Evidence,
        evidence: "Half-way through 2017/18 NHS providers had delivered 36% of the year's forecast (HFMA, 5 December 2017): what is \
                   planned for the end is delivered last and least.",
        mend: "bring starts forward, or plan less for the last year",
        ask: savings::back_loading,
    },
    Rule {
        code: "R06",
        name: "unidentified",
        asks: "Does every saving have a scheme?",
        when: "savings of status \"unidentified\" are more than this share of the savings of a year; or one such saving is \
               exactly what is left of the gap",
        thresholds: &[
            rate(Amber, "year 1", 0),
            rate(Red, "year 1", percent(10)),
            rate(Amber, "later years", percent(25)),
            rate(Red, "later years", percent(50)),
        ],
        basis: Basis::Evidence,
        evidence: "Seven of the ten NHS trusts with the largest savings plans were behind plan, with unidentified gaps (HSJ). \
                   Gateshead's plan of 2024 had no scheme for 43% of its savings over five years.",
        mend: "name schemes with an owner and a start, or leave the gap open so that it is seen",
        ask: savings::unidentified,
    },
    Rule {
        code: "R07",
        name: "line_overlap",
        asks: "Do savings claim more of a line than can be reached?",
        when: "savings on a line are more than its `addressable` share",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "What has been saved once is not there to be saved again.",
        mend: "cut the smaller scheme to what the others leave, or raise `addressable` with a reason",
        ask: savings::overlap,
    },
    Rule {
        code: "R08",
        name: "reserves_for_recurrent",
        asks: "Do reserves pay for what comes back every year?",
        when: "reserves are used while the underlying gap after savings is open: red in two years running when no less is used in \
               the second",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "Northamptonshire's inspection found overspends covered by one-off money year after year before its section 114 \
                   notice (Best Value inspection, 2018).",
        mend: "close the underlying gap with recurrent savings or funding, and let the use of reserves taper",
        ask: reserves::for_recurrent,
    },
    Rule {
        code: "R09",
        name: "reserve_floor",
        asks: "Does the general reserve stay above its minimum?",
        when: "a general reserve ends a year below its `minimum` (red) or below nought (critical), in either run",
        thresholds: &[],
        basis: Basis::Law,
        evidence: "Local Government Act 2003, section 25: the chief finance officer reports on the adequacy of reserves. The minimum is \
                   the body's own policy.",
        mend: "use less of it, pay into it, or change the policy with a reason",
        ask: reserves::floor,
    },
    Rule {
        code: "R10",
        name: "y1_unbalanced",
        asks: "Does a council's first year balance?",
        when: "something is still to find in the first year of a council: critical when the plan is final, red before",
        thresholds: &[],
        basis: Basis::Law,
        evidence: "Local Government Finance Act 1992, section 31A: a council sets a budget that balances.",
        mend: "find it before the budget is set: savings, council tax within its limit, or reserves above their minimum",
        ask: reserves::first_year,
    },
    Rule {
        code: "R12",
        name: "price_low",
        asks: "Are pay and prices assumed as low as no one forecasts?",
        when: "a driver of the plan rises this much less in a year than the forecast of a pack drawn in by `extends`",
        thresholds: &[rate(Amber, "", funding::HALF_A_POINT)],
        basis: Basis::Judgement,
        evidence: "The deflator of 2023/24 was reported at 6.5% against an assumed 3.2% (NHS England, month 12 2023/24). How far a plan may \
                   stand below a forecast is a house assumption.",
        mend: "use the driver of the pack, or say in `source` why yours is lower",
        ask: funding::prices,
    },
    Rule {
        code: "R13",
        name: "ct_referendum",
        asks: "Does council tax stay below its referendum limit?",
        when: "the increase, or its core part, is at the limit of the council's type or beyond it",
        thresholds: &[],
        basis: Basis::Law,
        evidence: "Local Government Finance Act 1992, chapter 4ZA: an increase that is excessive under the year's principles needs a \
                   referendum.",
        mend: "stay below the limit by a hundredth of a point, or plan for a referendum",
        ask: funding::referendum,
    },
    Rule {
        code: "R14",
        name: "ct_base",
        asks: "Do the tax base and its collection grow as they have?",
        when: "Band D equivalents grow by more than this in a year, or more than this share is collected in the end",
        thresholds: &[
            rate(Amber, "growth", percent(2)),
            rate(Red, "growth", percent(3)),
            rate(Amber, "collection", percent(99)),
            rate(Red, "collection", percent(199) / 2),
        ],
        basis: Basis::Evidence,
        evidence: "Brighton and Hove plans for 0.6% to 0.9% growth a year (MTFS 2025/26 to 2029/30). What is collected in the end is more \
                   than what is collected in the year: Manchester collected 89.2% in the year 2024/25.",
        mend: "take the mean of the last five years, or name the homes that will be built",
        ask: funding::tax_base,
    },
    Rule {
        code: "R15",
        name: "unfunded_burden",
        asks: "Is every new duty paid for?",
        when: "a new duty costs more than its grant: red when no grant is given at all",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "The new burdens doctrine says that departments fund what they ask of councils; the National Audit Office found that \
                   what it costs is seldom looked at again afterwards.",
        mend: "put the grant in with its source, or carry the cost as a pressure and say so",
        ask: funding::unfunded_duties,
    },
    Rule {
        code: "R16",
        name: "fund_after_end",
        asks: "Who pays when a fund ends?",
        when: "running costs that a fund pays go on after it",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "Transformation money has an end; what it starts mostly has none.",
        mend: "give the scheme an end, or put its running cost in the base from the year after the fund",
        ask: programmes::cliff,
    },
    Rule {
        code: "R17",
        name: "no_risk_share",
        asks: "Who pays when a pooled budget overspends?",
        when: "a pool has no rule for an overspend",
        thresholds: &[],
        basis: Basis::Law,
        evidence: "National Health Service Act 2006, section 75, and its partnership regulations (SI 2000/617): an agreement says how \
                   the partners share what it costs.",
        mend: "write the rule of the agreement: overspend = { rule = \"proportional\" }",
        ask: programmes::no_rule,
    },
    Rule {
        code: "R18",
        name: "concentration",
        asks: "Does the plan hang on one scheme?",
        when: "the largest named saving is more than this share of the savings of the last year",
        thresholds: &[rate(Amber, "", percent(20))],
        basis: Basis::Judgement,
        evidence: "House assumption: no published figure says how large one scheme may be.",
        mend: "show what else would be done if it fails, or accept it with a reason",
        ask: savings::concentration,
    },
    Rule {
        code: "R19",
        name: "cta_missing",
        asks: "Does every change of a service have a cost to make it?",
        when: "a saving whose `class` is a change of service or technology has no `cost_to_achieve`",
        thresholds: &[],
        basis: Basis::Judgement,
        evidence: "Savings monitoring in 2024/25 named lead-in time as why full-year savings were missed (attributed to Brighton and Hove). \
                   That such a change costs something is a house assumption.",
        mend: "give it a `cost_to_achieve`, of nought with a source if there is none",
        ask: savings::no_cost,
    },
    Rule {
        code: "R20",
        name: "income_share",
        asks: "How much depends on what others choose to buy?",
        when: "savings whose `class` is income are more than this share of the savings of the last year",
        thresholds: &[rate(Amber, "", percent(25)), rate(Red, "", percent(40))],
        basis: Basis::Evidence,
        evidence: "City Operations, mostly income, delivered least of Brighton and Hove's savings in 2024/25: 77.8%.",
        mend: "plan for less income, or show bookings and prices that bear it",
        ask: savings::income,
    },
    Rule {
        code: "R22",
        name: "prevention_fast",
        asks: "Does prevention pay back faster than it has anywhere?",
        when: "what it gives back in a year is more than this share of what was invested",
        thresholds: &[rate(Amber, "", percent(50)), rate(Red, "", ALL)],
        basis: Basis::Evidence,
        evidence: "Published returns (median 4.1 for local programmes) are over many years and to society as a whole; the quickest, on \
                   falls, took up to 18 months (Masters and others, Journal of Epidemiology and Community Health 2017).",
        mend: "count only cash that comes back to this body, later, and less each year",
        ask: programmes::prevention,
    },
    Rule {
        code: "R23",
        name: "social_care_omitted",
        asks: "Is social care on the page?",
        when: "every body of a plan is of the NHS and nothing in it is marked as social care",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "England's plans of 2016 were of footprints; of 44, 25 gave a social care gap, at least £2bn together in 2017/18 (Health \
                   Foundation, March 2017).",
        mend: "add the councils, or a [gap] with sector = \"social_care\" and its source",
        ask: programmes::social_care,
    },
    Rule {
        code: "R24",
        name: "time_limited_income",
        asks: "Is money counted after its end?",
        when: "funding with `ends`, or the grant of a duty, is counted in a year after its end",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "A settlement is promised to a year and no further.",
        mend: "let it end, or say with a source that it goes on",
        ask: funding::after_its_end,
    },
    Rule {
        code: "R25",
        name: "thin_contingency",
        asks: "Is anything held against what is expected to fail?",
        when: "savings are expected to fall short in the first year and no contingency is held",
        thresholds: &[],
        basis: Basis::Judgement,
        evidence: "About 40% of Kent's overspend in 2024-25 was savings not delivered (Kent County Council monitoring). That something \
                   should be held against it is a house assumption.",
        mend: "hold a [contingency] of what is expected to fail",
        ask: reserves::thin_contingency,
    },
    Rule {
        code: "R26",
        name: "reserve_grows_in_gap",
        asks: "Is money put aside while something is still to find?",
        when: "a contribution goes into a reserve in a year in which something is still to find",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "The one is paid for by the other.",
        mend: "pay in less until the gap is closed, or say what the contribution is for",
        ask: reserves::grows,
    },
];
