//! A figure's spread made ready to be drawn: its curve, how its values are rounded and held, what they can be.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ends::{self, Ends3};
use super::error::SampleError;
use super::pert::Quantiles;
use super::shape::{Curve, Finish, whole};
use super::{Figure, LARGEST};
use crate::sheet::{Ends, Shape};
use crate::vocabulary::Unit;
use crate::vocabulary::number::common_divisor;

/// What is drawn of a figure.
#[derive(Debug, Clone)]
pub struct Ready {
    /// From chance to a value.
    pub curve: Curve,
    /// From there to granules.
    pub finish: Finish,
    /// The least and the greatest value possible, in steps.
    pub support: (i128, i128),
    /// What every possible value is a multiple of, in steps.
    pub granule: i128,
}

/// Tables of PERT, which figures with their peak at the same place of their range share.
pub type Tables = BTreeMap<u64, Arc<Quantiles>>;

/// The steps of a unit to which drawn values are rounded.
const fn rounding(unit: Unit) -> i128 {
    match unit {
        Unit::Rate | Unit::Months => 1_000,
        Unit::Money | Unit::Quantity | Unit::UnitPrice | Unit::Month => 1,
    }
}

/// The figure with this number made ready.
///
/// # Errors
/// What is wrong with its spread.
pub fn ready(number: usize, figure: &Figure, tables: &mut Tables) -> Result<Ready, SampleError> {
    let held = |value: i128| match figure.held {
        Some((floor, ceiling)) => value.max(floor).min(ceiling),
        None => value,
    };
    if figure.held.is_some_and(|(floor, ceiling)| floor > ceiling) {
        return Err(SampleError::HeldByNothing { figure: number });
    }
    match &figure.shape {
        Shape::Outcomes(outcomes) => {
            let values: Vec<(i128, i128)> = outcomes.iter().map(|(v, chance)| (held(*v), *chance)).collect();
            certain(number, &values, |values| cumulative(number, values))
        }
        Shape::Past(past) => {
            let values: Vec<(i128, i128)> = past.iter().map(|v| (held(*v), 1)).collect();
            certain(number, &values, |values| Ok(Curve::Past(values.iter().map(|v| v.0 as f64).collect())))
        }
        Shape::Triangular | Shape::Pert | Shape::Uniform | Shape::Normal => spread(number, figure, held, tables),
    }
}

/// Values that come as they were typed, from the least.
fn certain(
    figure: usize,
    values: &[(i128, i128)],
    curve: impl Fn(&[(i128, i128)]) -> Result<Curve, SampleError>,
) -> Result<Ready, SampleError> {
    let mut values = values.to_vec();
    values.sort_unstable();
    let (Some(&(least, _)), Some(&(greatest, _))) = (values.first(), values.last()) else {
        return Err(SampleError::NoValues { figure });
    };
    fits(figure, &[least, greatest])?;
    let granule = values.iter().fold(0, |all, (v, _)| common_divisor(all, *v)).max(1);
    values.iter_mut().for_each(|(value, _)| *value /= granule);
    let curve = curve(&values)?;
    let finish = Finish { step: 1.0, least: (least / granule) as f64, greatest: (greatest / granule) as f64 };
    Ok(Ready { curve, finish, support: (least, greatest), granule })
}

/// The chance to lie at or below each outcome that has a chance.
fn cumulative(figure: usize, values: &[(i128, i128)]) -> Result<Curve, SampleError> {
    const ONE: i128 = 1_000_000_000;
    let mut reached = 0;
    let mut curve = Vec::with_capacity(values.len());
    for &(value, chance) in values {
        if !(0..=ONE).contains(&chance) {
            return Err(SampleError::Chances { figure });
        }
        reached += chance;
        if chance > 0 {
            curve.push([value as f64, reached as f64 / ONE as f64]);
        }
    }
    if reached == ONE { Ok(Curve::Outcomes(curve)) } else { Err(SampleError::Chances { figure }) }
}

/// A spread between two ends.
fn spread(
    number: usize,
    figure: &Figure,
    held: impl Fn(i128) -> i128,
    tables: &mut Tables,
) -> Result<Ready, SampleError> {
    let &Figure { likely, low, high, ends, .. } = figure;
    let peaked = matches!(figure.shape, Shape::Triangular | Shape::Pert);
    if low > high {
        return Err(SampleError::LowAboveHigh { figure: number });
    }
    if peaked && !(low..=high).contains(&likely) {
        return Err(SampleError::LikelyOutside { figure: number });
    }
    fits(number, &[low, high])?;
    let step = rounding(figure.unit);
    let in_rounding = |steps: i128| steps as f64 / step as f64;
    let given = Ends3 { low: in_rounding(low), likely: in_rounding(likely), high: in_rounding(high) };
    let percentiles = ends == Ends::Percentiles;
    let curve = match figure.shape {
        Shape::Triangular if percentiles => Curve::triangular(ends::absolute(given, ends::tenths_of_triangular)),
        Shape::Triangular => Curve::triangular(given),
        Shape::Pert if percentiles => pert(ends::absolute(given, ends::tenths_of_pert), tables),
        Shape::Pert => pert(given, tables),
        Shape::Uniform => {
            // Of ten equal parts eight lie between the percentiles; otherwise each end has the whole of its step.
            let width = given.high - given.low;
            let more = if percentiles { width / 8.0 } else { 0.5 };
            Curve::Uniform { from_and_width: [given.low - more, width + 2.0 * more] }
        }
        _ => Curve::normal(given.low, given.high),
    };
    let [from, to] = curve.span().map(|v| if v.abs() * (step as f64) < LARGEST as f64 { Some(v) } else { None });
    let (Some(from), Some(to)) = (from, to) else { return Err(SampleError::TooLarge { figure: number }) };
    let (least, greatest) = if percentiles || matches!(figure.shape, Shape::Normal) {
        (whole(from) as i128 * step, whole(to) as i128 * step)
    } else {
        (low, high)
    };
    let (least, greatest) = (held(least), held(greatest));
    fits(number, &[least, greatest])?;
    let among = if least == greatest { least } else { common_divisor(step, common_divisor(least, greatest)) };
    let granule = if among == 0 { step } else { among.abs() };
    let in_granules = |steps: i128| (steps / granule) as f64;
    // A value that is always the same need be no multiple of a rounding step.
    let step = if step % granule == 0 { in_granules(step) } else { 0.0 };
    let finish = Finish { step, least: in_granules(least), greatest: in_granules(greatest) };
    Ok(Ready { curve, finish, support: (least, greatest), granule })
}

/// A PERT between absolute ends.
fn pert(ends: Ends3, tables: &mut Tables) -> Curve {
    let width = ends.high - ends.low;
    if width <= 0.0 {
        return Curve::triangular(ends);
    }
    let peak = (ends.likely - ends.low) / width;
    let quantiles = tables.entry(peak.to_bits()).or_insert_with(|| Arc::new(Quantiles::new(peak)));
    Curve::Pert { from_and_width: [ends.low, width], quantiles: Arc::clone(quantiles) }
}

fn fits(figure: usize, values: &[i128]) -> Result<(), SampleError> {
    if values.iter().all(|v| v.unsigned_abs() < LARGEST.unsigned_abs()) {
        Ok(())
    } else {
        Err(SampleError::TooLarge { figure })
    }
}
