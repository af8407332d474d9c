//! How values are written after a change, which no scenario shows: each is read back as it was.

use super::change::written;
use crate::language::Node;
use crate::language::scalar::read;
use crate::vocabulary::{FileId, Place, Unit};
use proptest::prelude::*;

fn read_back(unit: Unit, steps: i128, about: bool) -> Option<i128> {
    let node = Node::new(written(unit, steps, about), Place::new(FileId(0), 0..1));
    read(&node, unit, None).unwrap_or_else(|wrong| panic!("{unit:?} {steps}: {}", wrong.message)).steps
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(steps in -9_999_999_999_999_i128..9_999_999_999_999, about: bool) {
        for unit in [Unit::Money, Unit::Rate, Unit::Quantity, Unit::UnitPrice, Unit::Months] {
            prop_assert_eq!(read_back(unit, steps, about), Some(steps));
        }
    }

    #[test]
    fn months_of_the_calendar_are_read_back(steps in 24_000_i128..36_000) {
        prop_assert_eq!(read_back(Unit::Month, steps, false), Some(steps));
    }
}

#[test]
fn money_that_is_approximate_is_written_in_the_largest_unit_that_holds_it() {
    let text = |steps| match written(Unit::Money, steps, true) {
        crate::language::Value::Text(text) => text,
        other => other.what().into(),
    };
    assert_eq!(text(220_000_000_000), "£2.2bn");
    assert_eq!(text(150_000_000), "£1.5m");
    assert_eq!(text(-5_000_000), "-£50k");
    assert_eq!(text(12_345), "£123.45");
}
