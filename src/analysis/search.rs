//! Where along a lever something changes: a search over whole steps, without a tolerance.
//!
//! A way leads from one number to another over the multiples of a step. It is first looked at in a few
//! places, so that what changes to and fro is seen to do so; the first change is then halved down to two
//! neighbouring steps.

/// In how many places a way is looked at before it is halved.
pub const LOOKS: i128 = 64;

/// The numbers from one to another: the first, the multiples of the step between them, and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Where it begins.
    pub from: i128,
    /// Where it ends, above or below.
    pub to: i128,
    /// The step; 1 or more.
    pub step: i128,
}

impl Way {
    /// How many steps lie between its ends; 0 when they are one number.
    #[must_use]
    pub fn steps(self) -> i128 {
        if self.to == self.from {
            0
        } else if self.to > self.from {
            self.to.div_euclid(self.step) - self.from.div_euclid(self.step)
                + i128::from(self.to.rem_euclid(self.step) != 0)
        } else {
            Self { from: -self.from, to: -self.to, step: self.step }.steps()
        }
    }

    /// The number after so many steps.
    #[must_use]
    pub fn at(self, steps: i128) -> i128 {
        if self.to < self.from {
            return -Self { from: -self.from, to: -self.to, step: self.step }.at(steps);
        }
        if steps <= 0 { self.from } else { ((self.from.div_euclid(self.step) + steps) * self.step).min(self.to) }
    }
}

/// Two neighbouring numbers between which an answer changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The last number with the answer at the beginning of the way.
    pub before: i128,
    /// The first number with the other answer.
    pub after: i128,
}

/// What was seen along a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The answer at its beginning.
    pub at_start: bool,
    /// The first change, if any was seen.
    pub first: Option<Change>,
    /// How many changes were seen.
    pub changes: usize,
    /// In how many places it was looked at before anything was halved.
    pub looked: usize,
}

/// Looks along a way for where an answer changes.
pub fn look(way: Way, answer: &mut dyn FnMut(i128) -> bool) -> Seen {
    let last = way.steps();
    let places = last.min(LOOKS);
    let at_start = answer(way.from);
    let mut seen = Seen { at_start, first: None, changes: 0, looked: 1 };
    let (mut previous, mut was) = (0, at_start);
    for n in 1..=places {
        let place = last * n / places;
        let is = answer(way.at(place));
        seen.looked += 1;
        if is != was {
            seen.changes += 1;
            if seen.first.is_none() {
                seen.first = Some(halve(way, previous, place, was, answer));
            }
        }
        (previous, was) = (place, is);
    }
    seen
}

/// Two neighbouring numbers between which the answer changes, given two places with different answers.
fn halve(way: Way, mut near: i128, mut far: i128, at_near: bool, answer: &mut dyn FnMut(i128) -> bool) -> Change {
    while far - near > 1 {
        let middle = near + (far - near) / 2;
        if answer(way.at(middle)) == at_near { near = middle } else { far = middle }
    }
    Change { before: way.at(near), after: way.at(far) }
}

/// The last number of a way that a scenario takes, and in words why it refuses the next. It takes the first,
/// it refuses the last (`words` says why), and it refuses whatever lies beyond a number it refuses. Where
/// the last one taken is likely to be `likely` or the step before it, that is tried first: most figures are
/// refused when they turn negative, and each trial opens a scenario.
pub fn last_taken(
    way: Way,
    mut words: String,
    likely: Option<i128>,
    refused: &dyn Fn(i128) -> Option<String>,
) -> (i128, String) {
    let (mut fine, mut wrong) = (0, way.steps());
    if let Some(likely) = likely {
        let near = Way { to: likely, ..way }.steps();
        for place in [near, near + 1, near - 1] {
            if fine < place && place < wrong {
                match refused(way.at(place)) {
                    None => fine = place,
                    Some(said) => (wrong, words) = (place, said),
                }
            }
        }
    }
    while wrong - fine > 1 {
        let middle = fine + (wrong - fine) / 2;
        match refused(way.at(middle)) {
            None => fine = middle,
            Some(said) => (wrong, words) = (middle, said),
        }
    }
    (way.at(fine), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_goes_over_the_multiples_of_its_step() {
        let all = |from, to| {
            let way = Way { from, to, step: 10 };
            (0..=way.steps()).map(|k| way.at(k)).collect::<Vec<_>>()
        };
        assert_eq!(all(29, 51), [29, 30, 40, 50, 51]);
        assert_eq!(all(30, 50), [30, 40, 50]);
        assert_eq!(all(29, -11), [29, 20, 10, 0, -10, -11]);
        assert_eq!(all(7, 7), [7]);
        assert_eq!(all(7, 9), [7, 9]);
    }

    #[test]
    fn a_change_is_found_to_the_step_and_changes_are_counted() {
        let way = Way { from: 0, to: 1_000_000, step: 3 };
        let seen = look(way, &mut |n| n >= 123_456);
        assert_eq!(seen.first, Some(Change { before: 123_453, after: 123_456 }));
        assert_eq!((seen.at_start, seen.changes), (false, 1));
        let seen = look(way, &mut |n| (200_000..300_000).contains(&n));
        assert_eq!(seen.changes, 2);
        assert_eq!(look(way, &mut |_| true).first, None);
        assert_eq!(look(Way { from: 4, to: 4, step: 1 }, &mut |_| true).looked, 1);
    }
}
