//! Shares of amounts that may be nought: a part over a whole, and nought where there is no whole.

use super::context::Build;
use crate::sheet::{Flags, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Money, Rate, Valued};

/// The row `part ÷ whole` in each plan year, nought in a year in which the whole is nought. A penny
/// stands in for such a whole, so that nothing is ever divided by nought.
pub(super) fn share_of(
    b: &mut Build<'_>,
    subject: SubjectId,
    (measure, words): (&'static str, &'static str),
    part: Row<Money>,
    whole: Row<Money>,
) -> Row<Rate> {
    let name = |what: &str| format!("{measure}_{what}");
    let penny = b.penny();
    let none = b.sheet.scalar::<Rate>(subject, name("of_nothing"), "nought");
    b.sheet.input(none, Rate::from_steps(0), None, Flags::EXACT);
    let divisor = b.at_least_a_penny(subject, name("whole_or_a_penny"), "the whole, or a penny", whole);
    let beyond = b.sheet.row::<Money>(subject, name("whole_less_a_penny"), "the whole, less a penny", Years::PLAN);
    let ratio = b.sheet.row::<Rate>(subject, name("ratio"), "the part over the whole, or over a penny", Years::PLAN);
    let share = b.sheet.row::<Rate>(subject, measure, words, Years::PLAN);
    for t in b.horizon.plan() {
        b.sheet.sum(beyond.at(t), [(Sign::Plus, whole.at(t)), (Sign::Minus, penny)]);
        b.sheet.product(ratio.at(t), &Product::of(part.at(t)).over(divisor.at(t)));
        b.sheet.choose(share.at(t), beyond.at(t), ratio.at(t), none);
    }
    share
}
