//! Does a plan hold together? The mistakes that models of public bodies are published with: a subtotal added as a line, a
//! one-off that comes for ever, a thousandfold, the same pound twice. Rows of the same table as the other rules.
//!
//! Where a rule goes by what an item is called it is judgement, and never more than amber.

mod amounts;
mod marks;
mod words;

use super::Level::{Amber, Red};
use super::{Basis, Rule, percent};
use crate::check::realism::rules::rate;

/// The rules about integrity, in the order in which they are asked.
pub const RULES: [Rule; 12] = [
    Rule {
        code: "I01",
        name: "recurrent_stops",
        asks: "Does what recurs come again?",
        when: "a pressure, saving or funding that is marked recurrent is there in some years and nought in those after them",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "A one-off counted as recurrent leaves a hole in the base of the year after.",
        mend: "mark it recurrent = false, or let it go on",
        ask: marks::recurrent_stops,
    },
    Rule {
        code: "I02",
        name: "one_off_every_year",
        asks: "Does what is one-off end?",
        when: "an item that is marked one-off is there in every plan year, of three or more",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "What comes every year is in the base; calling it one-off makes the underlying gap look smaller or larger than it is.",
        mend: "mark it recurrent = true, or say when it ends",
        ask: marks::one_off_every_year,
    },
    Rule {
        code: "I03",
        name: "debt_twice",
        asks: "Is the cost of debt counted once?",
        when: "a body has a [borrowing], and a pressure or a growing line of its own is called after debt or borrowing",
        thresholds: &[],
        basis: Basis::Judgement,
        evidence: "A [borrowing] brings its own minimum revenue provision and interest. That a line of such a name holds them too is judged by its \
                   name.",
        mend: "take the cost of this borrowing out of the line or the pressure, or accept it with a reason",
        ask: words::debt_twice,
    },
    Rule {
        code: "I04",
        name: "published_roll",
        asks: "Does each year open where the last one closed?",
        when: "a [published] closing balance differs from the opening balance of the same name in the year after",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "A closing balance is the next opening balance; where it was printed otherwise, one of the two is wrong or something happened in \
                   between.",
        mend: "find the correction that was made between the two, and say it in `note`",
        ask: amounts::published_roll,
    },
    Rule {
        code: "I05",
        name: "pot_overdrawn",
        asks: "Is only what there is taken out of a reserve?",
        when: "more of a reserve is to be used in a year than it holds by then, and something is left to find",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "A reserve is money; what it does not hold cannot be used, and the gap stays open by as much.",
        mend: "use less of it, or pay into it first",
        ask: amounts::overdrawn,
    },
    Rule {
        code: "I06",
        name: "subtotal_as_line",
        asks: "Is every line counted once?",
        when: "the base of a line is, to the penny, the sum of the lines before or after it: red where it is called a total, amber where the sum \
               has four figures or more that are not nought",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "Budget tables are printed with subtotals between their lines.",
        mend: "leave the subtotal out, or keep it beside the model as [published]",
        ask: amounts::subtotal,
    },
    Rule {
        code: "I07",
        name: "pay_price_twice",
        asks: "Is each pound of inflation counted once?",
        when: "a pressure is called after the driver that already prices the body's lines (pay, prices, inflation)",
        thresholds: &[],
        basis: Basis::Judgement,
        evidence: "A line with `price` holds the rise already. That a pressure of the same name is the same money is judged by its name.",
        mend: "take `price` off those lines, or let the pressure hold only what the driver leaves out, and say so in its title",
        ask: words::pay_price_twice,
    },
    Rule {
        code: "I08",
        name: "saving_without_line",
        asks: "Is there something to save on?",
        when: "a saving is counted in a year in which all its lines are nought",
        thresholds: &[],
        basis: Basis::Arithmetic,
        evidence: "Nothing can be saved on a budget that is not there.",
        mend: "end the saving with its line, or name the line it is made on now",
        ask: amounts::without_line,
    },
    Rule {
        code: "I09",
        name: "plug",
        asks: "Is every figure somebody's?",
        when: "a pressure that makes up to a published total is more than this share of what is needed; or the only saving of a body is, to the \
               penny, what closes the gap in every year",
        thresholds: &[rate(Amber, "", percent(1))],
        basis: Basis::Arithmetic,
        evidence: "A balancing figure hides what nobody has worked out.",
        mend: "name what is in it, as far as it is known, and leave the rest to be seen in the gap",
        ask: amounts::plug,
    },
    Rule {
        code: "I10",
        name: "thousandfold",
        asks: "Are pounds and thousands told apart?",
        when: "a figure is 400 to 2,500 times the one of the year before, or a pressure or saving is more than half of all funding",
        thresholds: &[],
        basis: Basis::Judgement,
        evidence: "Tables in £000 and figures in £ are typed into the same sheet. From where on a figure looks like that is a house assumption.",
        mend: "say the unit with the figure: \"£350k\", \"£000 350\"",
        ask: amounts::thousandfold,
    },
    Rule {
        code: "I11",
        name: "risk_twice",
        asks: "Is each risk counted once?",
        when: "a saving with a delivery rate has an `optimism_bias` on its cost too",
        thresholds: &[],
        basis: Basis::Judgement,
        evidence: "A status weight and an optimism bias both answer for plans that come out worse than written; together they count the same doubt \
                   twice, unless they are of different risks.",
        mend: "keep one of the two, or accept it and say which risk each is for",
        ask: words::risk_twice,
    },
    Rule {
        code: "I12",
        name: "percent_or_points",
        asks: "Are rates in the unit they were meant in?",
        when: "what a line or funding rises by is more than 30% or less than a tenth of a point (and not nought) in a year, or a delivery is below 5%",
        thresholds: &[],
        basis: Basis::Judgement,
        evidence: "0.03 typed where 3% was meant, 80 points of delivery typed as 0.8%. From where on a rate looks like that is a house assumption.",
        mend: "write the rate with its %: \"3%\" is three in a hundred",
        ask: marks::percent_or_points,
    },
];

/// The level of what follows from figures alone.
const PLAIN: super::Level = Red;
