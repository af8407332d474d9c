//! A forecast of the year as a layer: the risk-adjusted run of the year takes it, and later years hold what its
//! reason says.
//!
//! | reason | what is written | later years |
//! |---|---|---|
//! | `slipped`, a scheme | `slippage`: the months at which the year brings the forecast; `delivery = "100%"` | whole again |
//! | `slipped`, a schedule | its amount of the year is the forecast; what is missing stands in an item of its own that is not delivered, so that the plan run is what it was | whole again |
//! | any other, or none | `delivery`: forecast ÷ plan of the year | short by the same share |
//!
//! The figures are found on the sheet, by opening the plan with them, and written with as few digits as give
//! the same pence. Then the plan is opened with the whole layer, and each saving's cell of the year is held
//! against its forecast: where a rate's nine places do not reach it, the difference is told.

mod text;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::profile::has_start;
use super::{Method, Scheme, Track};
use crate::language::Table;
use crate::open::{Baseline, Opened, Refused, open};
use crate::scenario::monitoring::Reason;
use crate::scenario::{Origin, Overlaid};
use crate::sheet::Run;
use crate::vocabulary::number::{decimal, divide, product_over, ten_to};
use crate::vocabulary::{Unit, unit};

const WHOLE: i128 = 1_000_000_000;
const MONTH: i128 = 1_000_000_000;

/// Which plan the layer is laid over, and where it will stand.
#[derive(Debug, Clone, Copy)]
pub struct Over<'a> {
    /// The plan as read.
    pub baseline: &'a Baseline,
    /// The plan as it opens.
    pub opened: &'a Opened,
    /// Where it comes from.
    pub origin: &'a Origin,
    /// The layers over it.
    pub layers: &'a [PathBuf],
    /// The values set.
    pub sets: &'a [String],
    /// The layer's own file.
    pub file: &'a Path,
}

/// What a layer says of a saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// A share of it is delivered, in billionths, in every year.
    Share(i128),
    /// It starts later, by so many billionths of a month.
    Slips(i128),
    /// Its amount of the year is split; what slipped stands under this name.
    Split(String),
    /// It is left as it is, and why.
    Left(&'static str),
}

/// A saving in the layer.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// The saving.
    pub scheme: &'a Scheme,
    /// What is written.
    pub how: How,
    /// What the risk-adjusted run of the year shows of it with the layer.
    pub shown: Option<i128>,
    /// What else the reader must know.
    pub told: Vec<&'static str>,
    /// Whether the plan gives it a slippage, which its forecast takes the place of.
    slips_already: bool,
}

impl Row<'_> {
    /// By how much the risk-adjusted run misses the forecast.
    #[must_use]
    pub fn misses(&self) -> Option<i128> {
        self.shown.zip(self.scheme.amounts.forecast).map(|(shown, wanted)| shown - wanted).filter(|d| *d != 0)
    }

    /// Why it misses it, where nothing else of it says so.
    #[must_use]
    pub fn because(&self) -> Option<&'static str> {
        let misses = self.misses()?;
        let plan = self.scheme.amounts.plan?;
        if self.scheme.amounts.forecast > Some(plan) && self.shown == Some(plan) {
            return None;
        }
        // The last digit of a rate is a billionth.
        Some(match misses.abs() <= plan / WHOLE + 1 {
            true => "which no digits that can be typed reach",
            false => "since a value that is set or an adjustment of the plan is made after every layer",
        })
    }
}

/// A layer, and what the plan is with it.
#[derive(Debug)]
pub struct Layer<'a> {
    /// Its text.
    pub text: String,
    /// Its savings.
    pub rows: Vec<Row<'a>>,
    /// The plan with it.
    pub opened: Opened,
}

/// Makes a layer of what is tracked.
///
/// # Errors
/// The plan does not open with it: an override or an adjustment stands in its way.
pub fn layer<'a>(over: Over<'_>, track: &'a Track) -> Result<Layer<'a>, Box<Refused>> {
    let mut rows: Vec<Row<'a>> = track.schemes.iter().map(|scheme| row(over, track, scheme)).collect();
    find_slips(over, track, &mut rows)?;
    nudge(over, track, &mut rows)?;
    shorten(over, track, &mut rows)?;
    let written = text::text(over, track, &rows);
    let opened = opened_with(over, &written)?;
    for row in &mut rows {
        let part = |name: &str| shown(&opened, track.t, name);
        row.shown = match &row.how {
            How::Left(_) => None,
            How::Split(slipped) => part(row.scheme.name.as_str()).zip(part(slipped)).map(|(kept, late)| kept + late),
            _ => part(row.scheme.name.as_str()),
        };
    }
    let text = text::text(over, track, &rows);
    Ok(Layer { text, rows, opened })
}

/// A saving's cell of the year in the risk-adjusted run.
fn shown(opened: &Opened, t: i32, name: &str) -> Option<i128> {
    let saving = opened.plan.facts.savings.iter().find(|s| s.name.as_str() == name)?;
    opened.plan.pence(opened.results.of(Run::RiskAdjusted), saving.in_year.id(), t)
}

/// The keys of a saving as they are written.
fn keys<'o>(over: Over<'o>, scheme: &Scheme) -> Option<&'o Table> {
    over.baseline.loaded().tree.table("saving")?.table(scheme.name.as_str())
}

const NOTHING: &str = "the plan has nothing of it in the year, so no share of it and no later start says a forecast";
const NOT_DUE: &str = "nothing of it was due yet: the delivery that the plan says stands";
const BEYOND: &str =
    "more than planned: the language counts no saving above its plan, so it is written as delivered in full";
const NO_SPLIT: &str = "slipped, but its schedule is not published in every year, grows with its line or is held up: the share is missing in later years too";
const BEGUN: &str =
    "slipped, but it began before the plan and its start is a fact: the share is missing in later years too";
const ADDS: &str = "what its schedule adds in later years is counted at the same share";
const ADDS_WHOLE: &str = "what its schedule adds in later years is counted whole";

/// What is to be written of a saving: shares at all their digits, slips still to be found.
fn row<'a>(over: Over<'_>, track: &Track, scheme: &'a Scheme) -> Row<'a> {
    let keys = keys(over, scheme);
    let has = |key: &str| keys.is_some_and(|keys| keys.get(key).is_some());
    let row = |how, told: Vec<&'static str>| Row { scheme, how, shown: None, told, slips_already: has("slippage") };
    let (Some(plan), Some(forecast)) = (scheme.amounts.plan, scheme.amounts.forecast) else {
        return row(How::Left("its plan of the year is not published"), Vec::new());
    };
    if plan <= 0 {
        return row(How::Left(NOTHING), Vec::new());
    }
    // Of what was not due nothing is known: what the plan says of it stands.
    let none = |pence: Option<i128>| pence.is_some_and(|pence| pence <= 0);
    if none(scheme.amounts.planned) && none(scheme.amounts.delivered) && scheme.method == Method::Profile {
        return row(How::Left(NOT_DUE), Vec::new());
    }
    let share = How::Share(product_over(&[forecast.max(0), WHOLE], &[plan]).unwrap_or(0).min(WHOLE));
    let slipped = forecast < plan && scheme.told.reason == Some(Reason::Slipped);
    let mut told: Vec<&'static str> = if forecast > plan { vec![BEYOND] } else { Vec::new() };
    if !has("amount") {
        let saving = over.opened.plan.facts.savings.iter().find(|s| s.name == scheme.name);
        let starts = saving.is_some_and(|saving| has_start(over.opened, saving, track.t));
        if slipped && starts && !has_row(over.opened, scheme, "whole") {
            return row(How::Slips(0), told);
        }
        told.extend(slipped.then_some(BEGUN));
        return row(share, told);
    }
    let name = format!("{}_slipped", scheme.name);
    let splits = splits(over.opened, scheme) && over.opened.scenario.names.find("saving", &name).is_none();
    told.extend((slipped && !splits).then_some(NO_SPLIT));
    if adds(over.opened, scheme, track.t, plan) {
        told.push(if slipped && splits { ADDS_WHOLE } else { ADDS });
    }
    row(if slipped && splits { How::Split(name) } else { share }, told)
}

/// Whether a saving has more in a later year than in this one.
fn adds(opened: &Opened, scheme: &Scheme, year: i32, plan: i128) -> bool {
    let Some(saving) = opened.plan.facts.savings.iter().find(|s| s.name == scheme.name) else { return false };
    let pence = |t| opened.plan.pence(opened.results.of(Run::Plan), saving.in_year.id(), t);
    opened.plan.horizon().plan().any(|t| t > year && pence(t).is_some_and(|pence| pence > plan))
}

/// Whether a saving has a row of this measure.
fn has_row(opened: &Opened, scheme: &Scheme, measure: &str) -> bool {
    let address = format!("{}/saving/{}/{measure}", scheme.organisation, scheme.name);
    opened.plan.sheet.find_row(&address).is_some()
}

/// Whether a schedule is what was entered, in every year.
fn splits(opened: &Opened, scheme: &Scheme) -> bool {
    let plain = !["entered", "held_up", "indexed"].iter().any(|measure| has_row(opened, scheme, measure));
    plain && planned_years(opened, scheme).is_some()
}

/// The plan of a saving in every year, from the cells of the plan run.
fn planned_years(opened: &Opened, scheme: &Scheme) -> Option<Vec<(i32, i128)>> {
    let saving = opened.plan.facts.savings.iter().find(|s| s.name == scheme.name)?;
    let pence = |t| Some((t, opened.plan.pence(opened.results.of(Run::Plan), saving.in_year.id(), t)?));
    opened.plan.horizon().plan().map(pence).collect()
}

/// What rows say as values to set; `value` may say it with other digits.
fn sets(rows: &[Row<'_>], value: impl Fn(usize, &How) -> How) -> Vec<String> {
    let mut sets = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let path = format!("saving.{}", row.scheme.name);
        match value(n, &row.how) {
            How::Share(share) => {
                sets.push(format!("{path}.delivery={}", percent(share)));
                sets.extend(row.slips_already.then(|| format!("{path}.slippage=0")));
            }
            How::Slips(months) => {
                sets.push(format!("{path}.delivery=100%"));
                sets.push(format!("{path}.slippage={}", unit::plain(Unit::Months, months)));
            }
            How::Split(_) | How::Left(_) => {}
        }
    }
    sets
}

/// A share as it is typed.
fn percent(share: i128) -> String {
    format!("{}%", decimal(share, Unit::Rate.scale() - 2).normalize())
}

/// What the risk-adjusted run of the year shows of each row, with these values set.
fn shows(over: Over<'_>, track: &Track, rows: &[Row<'_>], sets: &[String]) -> Result<Vec<Option<i128>>, Box<Refused>> {
    let opened = over.baseline.variant(sets)?;
    Ok(rows.iter().map(|row| shown(&opened, track.t, row.scheme.name.as_str())).collect())
}

/// Finds the smallest slip of each scheme at which the year brings no more than its forecast: a later start
/// never brings more, so the way is halved until it is found, for all at once.
fn find_slips(over: Over<'_>, track: &Track, rows: &mut [Row<'_>]) -> Result<(), Box<Refused>> {
    let latest = i128::from(track.t) * 12 * MONTH;
    let mut between: Vec<Option<(i128, i128)>> =
        rows.iter().map(|row| matches!(row.how, How::Slips(_)).then_some((0, latest))).collect();
    while between.iter().flatten().any(|(low, high)| low < high) {
        let middle = |n: usize| between.get(n).copied().flatten().map(|(low, high)| (low + high).div_euclid(2));
        let tried = sets(rows, |n, how| middle(n).map_or_else(|| how.clone(), How::Slips));
        let seen = shows(over, track, rows, &tried)?;
        let tried: Vec<Option<i128>> = (0..rows.len()).map(middle).collect();
        for (((held, tried), seen), row) in between.iter_mut().zip(tried).zip(seen).zip(rows.iter()) {
            let (Some((low, high)), Some(tried)) = (held.as_mut(), tried) else { continue };
            match seen.zip(row.scheme.amounts.forecast) {
                Some((seen, wanted)) if seen > wanted => *low = (tried + 1).min(*high),
                _ => *high = tried,
            }
        }
    }
    for (row, held) in rows.iter_mut().zip(between) {
        if let Some((_, slip)) = held {
            row.how = How::Slips(slip);
        }
    }
    Ok(())
}

/// Moves a share by its last digit where the year misses the forecast: the share is of the plan in whole pence, and the
/// year is worked from what stands behind them.
fn nudge(over: Over<'_>, track: &Track, rows: &mut [Row<'_>]) -> Result<(), Box<Refused>> {
    for by in [-1, 1] {
        let seen = shows(over, track, rows, &sets(rows, |_, how| how.clone()))?;
        let moved = |row: &Row<'_>, seen: Option<i128>| match row.how {
            How::Share(share) if share < WHOLE && seen != row.scheme.amounts.forecast => {
                Some(How::Share((share + by).clamp(0, WHOLE)))
            }
            _ => None,
        };
        let tried: Vec<Option<How>> = rows.iter().zip(&seen).map(|(row, seen)| moved(row, *seen)).collect();
        if tried.iter().all(Option::is_none) {
            break;
        }
        let take = |n: usize, how: &How| tried.get(n).cloned().flatten().unwrap_or_else(|| how.clone());
        let shown = shows(over, track, rows, &sets(rows, take))?;
        for ((row, tried), shown) in rows.iter_mut().zip(tried).zip(shown) {
            if let Some(how) = tried.filter(|_| shown == row.scheme.amounts.forecast) {
                row.how = how;
            }
        }
    }
    Ok(())
}

/// Writes each figure with the fewest digits at which the year brings the same pence.
fn shorten(over: Over<'_>, track: &Track, rows: &mut [Row<'_>]) -> Result<(), Box<Refused>> {
    let full = shows(over, track, rows, &sets(rows, |_, how| how.clone()))?;
    let mut settled: Vec<Option<How>> = vec![None; rows.len()];
    for digits in 0..Unit::Rate.scale() {
        let step = ten_to(Unit::Rate.scale() - digits);
        let round = |value: i128| divide(value, step).map_or(value, |steps| steps * step);
        let shorter = |n: usize, how: &How| match (settled.get(n), how) {
            (Some(Some(short)), _) => short.clone(),
            (_, How::Share(share)) => How::Share(round(*share)),
            (_, How::Slips(months)) => How::Slips(round(*months)),
            _ => how.clone(),
        };
        let tried: Vec<How> = rows.iter().enumerate().map(|(n, row)| shorter(n, &row.how)).collect();
        let seen =
            shows(over, track, rows, &sets(rows, |n, how| tried.get(n).cloned().unwrap_or_else(|| how.clone())))?;
        for (((held, tried), seen), full) in settled.iter_mut().zip(tried).zip(seen).zip(&full) {
            if held.is_none() && seen == *full {
                *held = Some(tried);
            }
        }
        if settled.iter().all(Option::is_some) {
            break;
        }
    }
    for (row, short) in rows.iter_mut().zip(settled) {
        if let Some(short) = short {
            row.how = short;
        }
    }
    Ok(())
}

/// Opens the plan with the layer, which is not written yet.
pub(in crate::analysis) fn opened_with(over: Over<'_>, text: &str) -> Result<Opened, Box<Refused>> {
    let mut files = vec![(over.file.to_owned(), text.to_owned())];
    let root = match over.origin {
        Origin::File(path) | Origin::Kept(path, _) => path.clone(),
        Origin::StandardInput(bytes) => {
            let name = PathBuf::from("<standard input>");
            files.push((name.clone(), String::from_utf8_lossy(bytes).into_owned()));
            name
        }
    };
    let layers: Vec<PathBuf> = over.layers.iter().cloned().chain([over.file.to_owned()]).collect();
    open(&Origin::Kept(root, Arc::new(Overlaid::new(files))), &layers, over.sets)
}
