//! The assumptions a reader may move on a page, each with the input cells that follow it.
//!
//! Chosen are rates and lengths of time, and after them the amounts of funding, savings, pressures and
//! gaps, by what they move: what is still to find and the gap after savings of each organisation, over all
//! plan years and in whichever run moves more, when the figure goes some way (a point; ten points of
//! delivery; a month; five hundredths of an amount). Only a lever that was seen to do nothing but
//! put other numbers into input cells is among them ([`Moving::follows`]), and only levers that were seen
//! to do so together: what a page then computes is what the whole scenario opened anew would give.

use super::lever::{Lever, Reading, Target};
use super::moving::{Moved, Moving, Span};
use super::sensitivity::{at_home, moved};
use super::stress::title;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::{Assumption, Run};
use crate::vocabulary::{Address, Rate, Unit, Valued};

/// One point.
const POINT: i128 = 10_000_000;
/// A month.
const MONTH: i128 = 1_000_000_000;
/// The most sliders of one page: more than this is a control room.
const MOST: usize = 18;

/// Whose amounts may be moved.
const AMOUNTS: [&str; 4] = ["funding.", "saving.", "pressure.", "gap."];

/// What a slider is about, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An increase of council tax.
    CouncilTax,
    /// A driver: pay, prices, demand.
    Driver,
    /// The delivery of a saving, or the weight of a status.
    Delivery,
    /// How late a saving comes.
    Slippage,
    /// Any other rate.
    Rate,
    /// An amount of money, a quantity or a price for one, by hundredths of itself.
    Amount,
}

impl Kind {
    /// How many of a kind one organisation puts on the page.
    const fn most(self) -> usize {
        match self {
            Self::CouncilTax | Self::Slippage => 2,
            Self::Driver | Self::Delivery | Self::Amount => 4,
            Self::Rate => 3,
        }
    }

    fn of(assumption: &Assumption) -> Option<Self> {
        let path = assumption.path.as_str();
        let ends = |with: &[&str]| with.iter().any(|end| path.ends_with(end));
        match assumption.unit {
            Unit::Rate if path.starts_with("funding.") && ends(&[".increase", ".adult_social_care"]) => {
                Some(Self::CouncilTax)
            }
            Unit::Rate if ends(&[".delivery"]) => Some(Self::Delivery),
            Unit::Rate if path.starts_with("driver.") => Some(Self::Driver),
            Unit::Rate => Some(Self::Rate),
            Unit::Months if ends(&[".slippage"]) => Some(Self::Slippage),
            Unit::Money | Unit::Quantity | Unit::UnitPrice if AMOUNTS.iter().any(|of| path.starts_with(of)) => {
                Some(Self::Amount)
            }
            _ => None,
        }
    }

    /// The step of the slider, in steps of its unit.
    const fn step(self) -> i128 {
        match self {
            Self::CouncilTax | Self::Driver | Self::Rate => POINT / 10,
            Self::Delivery => 5 * POINT,
            Self::Slippage => MONTH,
            Self::Amount => 1,
        }
    }

    /// How far to go to see what it is worth: of delivery, ten points.
    const fn trial(self) -> i128 {
        match self {
            Self::CouncilTax | Self::Driver | Self::Rate => POINT,
            Self::Delivery => 10 * POINT,
            Self::Slippage => MONTH,
            Self::Amount => 5,
        }
    }

    /// The numbers it goes between: nothing is delivered more than in full, and no one plans for more than
    /// a year's delay or for prices that leap.
    fn ends(self, home: i128, is_shift: bool) -> (i128, i128) {
        let (low, high) = match self {
            Self::Delivery if !is_shift => (0, 100 * POINT),
            Self::Slippage if !is_shift => (0, home.max(12 * MONTH)),
            Self::CouncilTax if !is_shift && home >= 0 => ((home - 5 * POINT).max(0), home + 5 * POINT),
            Self::CouncilTax => (home - 5 * POINT, home + 5 * POINT),
            Self::Slippage => (home, home + 12 * MONTH),
            Self::Amount => (home - 20, home + 20),
            _ => (home - 3 * POINT, home + 3 * POINT),
        };
        inside(home, self.step(), (low.min(home), high.max(home)))
    }
}

/// The outermost whole steps from home that lie between two numbers.
fn inside(home: i128, step: i128, (low, high): (i128, i128)) -> (i128, i128) {
    (home - (home - low) / step * step, home + (high - home) / step * step)
}

/// An assumption that may be moved.
#[derive(Debug, Clone)]
pub struct Slider {
    /// What it is about.
    pub kind: Kind,
    /// What it is called.
    pub title: String,
    /// What it sets.
    pub lever: Lever,
    /// Its number in the scenario as it stands.
    pub home: i128,
    /// The least and the greatest number, both whole steps from home.
    pub ends: (i128, i128),
    /// Its step.
    pub step: i128,
    /// The input cells that follow it.
    pub cells: Vec<Moved>,
}

/// What can be moved, and what cannot.
#[derive(Debug, Clone, Default)]
pub struct Sliders {
    /// The sliders in the order in which they are shown.
    pub all: Vec<Slider>,
    /// Paths of rates and lengths of time that matter and for which more changes than figures given: they
    /// need the whole scenario opened anew.
    pub not_direct: Vec<String>,
}

/// A candidate.
struct Candidate {
    kind: Kind,
    span: Span,
}

/// Chooses the sliders of a scenario. `cells` are the addresses that are asked about, of each
/// organisation in turn.
///
/// # Errors
/// Why the scenario cannot be opened.
pub fn choose(baseline: &Baseline, opened: &Opened, cells: &[Vec<Address>]) -> Result<Sliders, Box<Refused>> {
    let candidates: Vec<Candidate> =
        opened.plan.sheet.assumptions().iter().filter_map(|a| candidate(baseline, opened, a)).collect();
    let asked: Vec<Address> = cells.iter().flatten().cloned().collect();
    let spans = |of: &[usize]| of.iter().map(|c| candidates[*c].span.clone()).collect::<Vec<_>>();
    let moving = Moving::new(baseline, spans(&(0..candidates.len()).collect::<Vec<_>>()), asked.clone())?;
    let home = at_home(opened, &asked);

    let mut not_direct = Vec::new();
    // What each is worth to each organisation.
    let mut worth: Vec<(usize, Vec<i128>)> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let Some((_, (low, high))) = moving.follows(at) else {
            if !moving.is_direct(at) && candidate.kind != Kind::Amount {
                not_direct.push(candidate.span.lever.words.clone());
            }
            continue;
        };
        let (trial, from) = (candidate.kind.trial(), candidate.span.home);
        let number = if high - from >= from - low { (from + trial).min(high) } else { (from - trial).max(low) };
        if !moving.matters(at) || number == from {
            continue;
        }
        let effects = moved(&mut moving.mover(&[at]).begin(), number, &home);
        let mut first = 0;
        let sizes = cells.iter().map(|own| {
            let of = |run: Run| -> i128 {
                effects.of(run)[first..first + own.len()].iter().flatten().map(|e| e.abs()).sum()
            };
            let size = Run::BOTH.map(of).into_iter().max().unwrap_or(0);
            first += own.len();
            size
        });
        worth.push((at, sizes.collect()));
    }
    let chosen = largest(&candidates, &worth, cells.len());
    let moving = Moving::new(baseline, spans(&chosen), asked)?;
    let mut all = Vec::new();
    for lever in together(&moving, chosen.len()) {
        let Candidate { kind, span } = &candidates[chosen[lever]];
        let Some((follows, within)) = moving.follows(lever) else { continue };
        let ends = inside(span.home, kind.step(), within);
        if ends.0 < ends.1 {
            let title = title(opened, &span.lever);
            let (lever, home, step, cells) = (span.lever.clone(), span.home, kind.step(), follows.to_vec());
            all.push(Slider { kind: *kind, title, lever, home, ends, step, cells });
        }
    }
    Ok(Sliders { all, not_direct })
}

/// The lever of an assumption: its value where it is the same in every year, else a shift of all years.
fn candidate(baseline: &Baseline, opened: &Opened, assumption: &Assumption) -> Option<Candidate> {
    let kind = Kind::of(assumption)?;
    if kind == Kind::Amount {
        let lever = shift(opened, assumption)?.by_share(Rate::from_steps(POINT))?;
        return Some(Candidate { kind, span: Span { lever, home: 0, ends: kind.ends(0, true) } });
    }
    let first = assumption.values.first()?.0;
    let same = assumption.values.iter().all(|(value, _)| *value == first);
    let (lever, home) = match first {
        Some(first) if same => (Lever::value(baseline, opened, &assumption.path).ok()?, first),
        _ => (shift(opened, assumption)?, 0),
    };
    (lever.now() == Some(home)).then(|| {
        let ends = kind.ends(home, !same);
        Candidate { kind, span: Span { lever, home, ends } }
    })
}

/// The shift of an assumption in all years in which it was published.
fn shift(opened: &Opened, assumption: &Assumption) -> Option<Lever> {
    if let Some(lever) = Lever::shift(opened, assumption, None) {
        return Some(lever);
    }
    let horizon = opened.plan.horizon();
    let years = horizon.plan().map(|t| horizon.year(t)).zip(&assumption.values).filter(|_| assumption.by_year);
    let target = |year, now| Target { path: assumption.path.to_string(), year: Some(year), now: Some(now), each: 1 };
    let targets: Vec<Target> = years.filter_map(|(year, (value, _))| Some(target(year, (*value)?))).collect();
    let words = assumption.path.to_string();
    (!targets.is_empty()).then_some(Lever { words, unit: assumption.unit, reading: Reading::Shift, targets })
}

/// The candidates that are worth most to some organisation, by kind and then by worth.
fn largest(candidates: &[Candidate], worth: &[(usize, Vec<i128>)], organisations: usize) -> Vec<usize> {
    let share = if organisations > 1 { (MOST / organisations).max(3) } else { MOST };
    let mut chosen: Vec<(Kind, i128, usize)> = Vec::new();
    for own in 0..organisations {
        let mut sorted: Vec<(i128, usize)> =
            worth.iter().map(|(at, sizes)| (sizes[own], *at)).filter(|(size, _)| *size > 0).collect();
        // Rates before amounts, whose size says more of the budget than of what is uncertain.
        let amount = |at: usize| candidates[at].kind == Kind::Amount;
        sorted.sort_by_key(|(size, at)| (amount(*at), -size, *at));
        let mut taken: Vec<Kind> = Vec::new();
        for (size, at) in sorted {
            let kind = candidates[at].kind;
            if taken.len() < share && taken.iter().filter(|k| **k == kind).count() < kind.most() {
                taken.push(kind);
                match chosen.iter_mut().find(|(_, _, known)| *known == at) {
                    Some((_, largest, _)) => *largest = size.max(*largest),
                    None => chosen.push((kind, size, at)),
                }
            }
        }
    }
    chosen.sort_by_key(|(kind, size, at)| (*kind == Kind::Amount, -size, *at));
    chosen.truncate(MOST);
    chosen.sort_by_key(|(kind, size, at)| (*kind, -size, *at));
    chosen.into_iter().map(|(_, _, at)| at).collect()
}

/// The levers that were seen to move together: all of them as a rule, else as many in their order as do.
fn together(moving: &Moving<'_>, count: usize) -> Vec<usize> {
    let direct: Vec<usize> = (0..count).filter(|lever| moving.follows(*lever).is_some()).collect();
    if moving.together(&direct) {
        return direct;
    }
    let mut kept = Vec::new();
    for lever in direct {
        kept.push(lever);
        if !moving.together(&kept) {
            kept.pop();
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_whole_steps_from_home() {
        assert_eq!(inside(29_900_000, 1_000_000, (0, 50_000_000)), (900_000, 49_900_000));
        assert_eq!(Kind::Delivery.ends(730_000_000, false), (30_000_000, 980_000_000));
        assert_eq!(Kind::Slippage.ends(0, false), (0, 12 * MONTH));
        assert_eq!(Kind::CouncilTax.ends(29_900_000, false), (900_000, 79_900_000));
        assert_eq!(Kind::Driver.ends(0, true), (-3 * POINT, 3 * POINT));
    }
}
