//! Successive plans of the same body in the order in which they were made: by what each says it
//! supersedes, then by date, then as they are given.

use std::path::Path;

use crate::open::Opened;
use crate::scenario::{Version, settled};

/// The plans in the order of their making: their places in `plans`.
///
/// A plan comes after the one that its `version.supersedes` names, by the name of its file or of its
/// version; else after one with an earlier `version.date`; else in the order given. A month is before the
/// days in it. Where plans supersede each other in a ring the order given holds.
#[must_use]
pub fn order(plans: &[Opened]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..plans.len()).collect();
    let mut ordered = Vec::with_capacity(plans.len());
    while !left.is_empty() {
        let free = left.iter().position(|n| left.iter().all(|m| m == n || !before(plans, *m, *n)));
        ordered.push(left.remove(free.unwrap_or(0)));
    }
    ordered
}

/// Plans that supersede each other in a ring, or themselves: their places in `plans`.
#[must_use]
pub fn ring(plans: &[Opened]) -> Vec<usize> {
    let mut after: Vec<Vec<bool>> = plans.iter().map(|a| plans.iter().map(|b| supersedes(a, b)).collect()).collect();
    for over in 0..plans.len() {
        for from in 0..plans.len() {
            for to in 0..plans.len() {
                after[from][to] |= after[from][over] && after[over][to];
            }
        }
    }
    (0..plans.len()).filter(|n| after[*n][*n]).collect()
}

/// Whether the first of two plans was made before the second, as far as they say.
fn before(plans: &[Opened], first: usize, second: usize) -> bool {
    let (a, b) = (&plans[first], &plans[second]);
    if supersedes(b, a) || supersedes(a, b) {
        return supersedes(b, a) && !supersedes(a, b);
    }
    let date = |o: &Opened| o.scenario.version.as_ref().and_then(|v: &Version| v.date.clone());
    match (date(a), date(b)) {
        (Some(a), Some(b)) => a < b,
        _ => false,
    }
}

/// Whether a plan says that it takes the place of another: by the name of its version, or of its file as the
/// later plan would find it. A file's name alone will do, where it is not the later plan's own as well.
#[must_use]
pub fn supersedes(later: &Opened, earlier: &Opened) -> bool {
    let Some(named) = later.scenario.version.as_ref().and_then(|v| v.supersedes.as_deref()) else { return false };
    let file = |of: &Opened| of.loaded.sources.describe_file(of.loaded.root).replace('\\', "/");
    let (own, file, named_file) = (file(later), file(earlier), named.replace('\\', "/"));
    let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    settled(Path::new(folder).join(&named_file).as_path()) == settled(Path::new(&file))
        || last(&named_file) == last(&file) && last(&named_file) != last(&own)
        || earlier.scenario.version.as_ref().is_some_and(|v| v.name == named)
}
