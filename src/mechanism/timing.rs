//! # Timing: months in effect, as cells
//!
//! An amount of which the full-year effect is known starts in a month, may ramp up and may end.
//! With `m = 12t − (start − 1) − slippage` the months it has been in effect by the end of year t
//! (start counted from April of year 1, m never below nought, and counted to the end month when
//! there is one), and a ramp of r months, the effect so far in months of full effect is
//! `E(m) = clamp(m, 0, r)² ÷ 2r + max(m − r, 0)`, or just m without a ramp. The months in the year
//! are `E(m_t) − E(m_{t−1})`, and the amount in the year is
//! `R(full year × delivery × months ÷ 12)`, rounded once.
//!
//! All of it is cells, so that a start month or a slippage can be moved, solved for and sampled.

use super::context::Build;
use crate::language::Figure;
use crate::sheet::{Builder, Cell, Flags, Product, Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Month, Months, Place, Unit, Valued};

/// When something starts, how it ramps and when it ends, as written.
#[derive(Debug, Clone)]
pub struct Timing {
    /// The first month in effect, and where it is written.
    pub start: (Month, Place),
    /// Months it takes to reach full effect.
    pub ramp: Option<Figure>,
    /// The last month in effect.
    pub end: Option<(Month, Place)>,
}

impl Timing {
    /// The year number in which it starts as planned: 0 or less when it began before the plan.
    #[must_use]
    pub fn start_year(&self, b: &Build<'_>) -> i32 {
        let months = self.start.0.steps() - b.horizon.april(1);
        i32::try_from(months.div_euclid(12)).unwrap_or(i32::MAX).saturating_add(1)
    }

    /// Whether it was in effect before the first plan year began.
    #[must_use]
    pub fn began_before(&self, b: &Build<'_>) -> bool {
        self.start_year(b) < 1
    }
}

/// The months to full effect.
#[derive(Debug, Clone, Copy)]
struct Ramp {
    months: Cell<Months>,
    /// What is divided by: the months, or the least there is of them where they may be none at all.
    divisor: Cell<Months>,
}

/// The cells of a timing that do not depend on slippage, shared by the plan and the run's own.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    start: Cell<Months>,
    /// Months from April of year 1 to the end of each year, or to its own end.
    counted_to: Row<Months>,
    nought: Cell<Months>,
    ramp: Option<Ramp>,
    /// The first year for which months are wanted: 0 when it began before the plan.
    first: i32,
    /// Months still to its start when the year begins: nought or more until it has started.
    pub waiting: Row<Months>,
}

const MONTH: i128 = 1_000_000_000;

/// The cells every calendar shares: the end of each year, counted from April of year 1, and nought.
#[derive(Debug, Clone, Copy)]
pub struct YearEnds {
    /// Months from April of year 1 to the end of each year.
    pub ends: Row<Months>,
    /// No months.
    pub nought: Cell<Months>,
}

impl YearEnds {
    /// Declares them.
    pub fn declare(sheet: &mut Builder) -> Self {
        let horizon = sheet.horizon();
        let subject = sheet.subject(Subject {
            organisation: None,
            kind: "calendar",
            name: None,
            title: "Calendar".into(),
            place: None,
        });
        let ends = sheet.row::<Months>(
            subject,
            "year_end",
            "months from April of year 1 to the end of the year",
            Years::From(-1),
        );
        for t in -1..=horizon.years() {
            sheet.input(ends.at(t), Months::from_steps(i128::from(t) * 12 * MONTH), None, Flags::EXACT);
        }
        let nought = sheet.scalar::<Months>(subject, "no_months", "nought");
        sheet.input(nought, Months::from_steps(0), None, Flags::EXACT);
        Self { ends, nought }
    }
}

/// Declares the cells of a calendar.
pub fn calendar(b: &mut Build<'_>, subject: SubjectId, path: &str, timing: &Timing) -> Calendar {
    let shared = b.year_ends();
    let first = if timing.began_before(b) { 0 } else { 1 };
    let (start, place) = timing.start;
    let start_cell = month_input(
        b,
        subject,
        ("start", "months from April of year 1 to its start"),
        &format!("{path}.start"),
        start,
        place,
        0,
    );
    let ramp = timing.ramp.as_ref().filter(|figure| !figure.is_nought()).map(|figure| ramp(b, subject, figure));
    let counted_to = match timing.end {
        None => shared.ends,
        Some((month, place)) => {
            // The end month itself is in effect, so the count runs to its end.
            let end = month_input(
                b,
                subject,
                ("end", "months from April of year 1 to its end"),
                &format!("{path}.end"),
                month,
                place,
                1,
            );
            let row = b.sheet.row::<Months>(
                subject,
                "counted_to",
                "months from April of year 1 to the end of the year, or its own end",
                Years::From(first - 1),
            );
            for t in first - 1..=b.horizon.years() {
                b.sheet.min(row.at(t), &[shared.ends.at(t), end]);
            }
            row
        }
    };
    let waiting =
        b.sheet.row::<Months>(subject, "waiting", "months still to its start when the year begins", Years::From(first));
    for t in first..=b.horizon.years() {
        b.sheet.sum(waiting.at(t), [(Sign::Plus, start_cell), (Sign::Minus, shared.ends.at(t - 1))]);
    }
    Calendar { start: start_cell, counted_to, nought: shared.nought, ramp, first, waiting }
}

/// The months of a ramp. Where a range lets them be none, nothing climbs then, and nothing is what a part of the
/// least there is comes to.
fn ramp(b: &mut Build<'_>, subject: SubjectId, figure: &Figure) -> Ramp {
    let months = b.given_once::<Months>(subject, "ramp", "months to full effect", figure);
    if !figure.may_be_nought() {
        return Ramp { months, divisor: months };
    }
    let least = b.sheet.scalar::<Months>(subject, "ramp_least", "the least there is of a month");
    b.sheet.input(least, Months::from_steps(1), None, Flags::EXACT);
    let divisor = b.sheet.scalar::<Months>(subject, "ramp_divisor", "months to full effect, never none");
    b.sheet.max(divisor, &[months, least]);
    Ramp { months, divisor }
}

fn month_input(
    b: &mut Build<'_>,
    subject: SubjectId,
    named: (&'static str, &'static str),
    path: &str,
    month: Month,
    place: Place,
    more: i128,
) -> Cell<Months> {
    let figure =
        Figure { place: Some(place), default: false, ..Figure::defaulted(path.into(), Unit::Month, month.steps()) };
    let assumption = Some(b.sheet.assumption(figure.assumption()));
    let cell = b.sheet.scalar::<Months>(subject, named.0, named.1);
    let months = month.steps() - b.horizon.april(1) + more;
    b.sheet.input(cell, Months::from_steps(months * MONTH), assumption, Flags::EXACT);
    cell
}

/// What makes it start later than planned, in months.
#[derive(Debug, Clone, Copy, Default)]
pub struct Late {
    /// In the risk-adjusted run.
    pub slippage: Option<Cell<Months>>,
    /// In both runs.
    pub pause: Option<Cell<Months>>,
}

/// The months of full effect in each year, for what makes it late (slippage, a pause). Year 0 is
/// there when it began before the plan.
pub fn months_in_year(
    b: &mut Build<'_>,
    subject: SubjectId,
    calendar: &Calendar,
    late: Late,
    prefix: &'static str,
) -> Row<Months> {
    let planned = if prefix.is_empty() { "" } else { " (as planned)" };
    let from = calendar.first - 1;
    let row = |b: &mut Build<'_>, measure: &str, words: &str, first: i32| {
        b.sheet.row::<Months>(subject, format!("{prefix}{measure}"), format!("{words}{planned}"), Years::From(first))
    };
    let since = match late.pause {
        None => "months since its start, less slippage",
        Some(_) => "months since its start, less pause and slippage",
    };
    let elapsed = row(b, "elapsed", since, from);
    let in_effect = row(b, "in_effect", "months in effect so far", from);
    let effect = match calendar.ramp {
        None => in_effect,
        Some(Ramp { months: ramp, divisor }) => {
            let climbing = row(b, "climbing", "months on the ramp so far", from);
            let climbed = row(b, "climbed", "months of full effect gained on the ramp", from);
            let past = row(b, "past_ramp", "months since the end of the ramp", from);
            let full = row(b, "at_full", "months at full effect", from);
            let effect = row(b, "effect", "months of full effect so far", from);
            for t in from..=b.horizon.years() {
                b.sheet.min(climbing.at(t), &[in_effect.at(t), ramp]);
                b.sheet.product(climbed.at(t), &Product::half_square_over(climbing.at(t), divisor));
                b.sheet.sum(past.at(t), [(Sign::Plus, in_effect.at(t)), (Sign::Minus, ramp)]);
                b.sheet.max(full.at(t), &[past.at(t), calendar.nought]);
                b.sheet.sum(effect.at(t), [(Sign::Plus, climbed.at(t)), (Sign::Plus, full.at(t))]);
            }
            effect
        }
    };
    let months = row(b, "months", "months of full effect in the year", calendar.first);
    for t in from..=b.horizon.years() {
        let late = late.slippage.into_iter().chain(late.pause).map(|months| (Sign::Minus, months));
        let terms = [(Sign::Plus, calendar.counted_to.at(t)), (Sign::Minus, calendar.start)];
        b.sheet.sum(elapsed.at(t), terms.into_iter().chain(late));
        b.sheet.max(in_effect.at(t), &[elapsed.at(t), calendar.nought]);
        if t >= calendar.first {
            b.sheet.sum(months.at(t), [(Sign::Plus, effect.at(t)), (Sign::Minus, effect.at(t - 1))]);
        }
    }
    months
}
