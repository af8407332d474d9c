//! The reference evaluator: one pass over the cells, whole numbers, one rounding a cell.

use super::Sheet;
use super::cell::{Cell, CellId, Row};
use super::formula::{Formula, Term, TermKind};
use crate::vocabulary::number::{self, NumberError};
use crate::vocabulary::{Place, Valued};

/// Which set of inputs a run takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Run {
    /// Amounts as entered: savings delivered in full and on time.
    Plan,
    /// Savings at the delivery and slippage the scenario states.
    RiskAdjusted,
}

impl Run {
    /// Both, in the order they are always shown.
    pub const BOTH: [Self; 2] = [Self::Plan, Self::RiskAdjusted];

    /// The word used in scenario files, CSV and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::RiskAdjusted => "risk_adjusted",
        }
    }

    /// The word on the screen.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::RiskAdjusted => "risk-adjusted",
        }
    }
}

/// A value for each input of a sheet, in steps of its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs(Vec<i128>);

impl Inputs {
    /// Puts another value in an input cell; cells that are no inputs are left alone.
    pub fn set<T: Valued>(&mut self, sheet: &Sheet, cell: CellId, value: T) {
        self.set_steps(sheet, cell, value.steps());
    }

    /// The same, in steps of the cell's unit.
    pub fn set_steps(&mut self, sheet: &Sheet, cell: CellId, steps: i128) {
        if let Formula::Input(i) = sheet.formula(cell) {
            self.0[i as usize] = steps;
        }
    }
}

impl Sheet {
    /// The inputs of a run as the scenario gives them.
    #[must_use]
    pub fn inputs(&self, run: Run) -> Inputs {
        Inputs(
            self.inputs
                .iter()
                .map(|input| match run {
                    Run::Plan => input.plan,
                    Run::RiskAdjusted => input.risk_adjusted,
                })
                .collect(),
        )
    }
}

/// The value of every cell in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    steps: Vec<i128>,
    published: Vec<bool>,
}

impl Values {
    /// The value in steps of the cell's unit; none when it was not published.
    #[must_use]
    pub fn steps(&self, cell: CellId) -> Option<i128> {
        let at = cell.0 as usize;
        self.published[at].then(|| self.steps[at])
    }

    /// Puts a value in a cell that was computed elsewhere.
    pub(super) fn put(&mut self, cell: CellId, steps: i128) {
        self.steps[cell.0 as usize] = steps;
    }

    /// The value of a typed cell; none when it was not published.
    #[must_use]
    pub fn get<T: Valued>(&self, cell: Cell<T>) -> Option<T> {
        self.steps(cell.id()).map(T::from_steps)
    }

    /// The value of a row in year number `t`.
    #[must_use]
    pub fn in_year<T: Valued>(&self, row: Row<T>, t: i32) -> Option<T> {
        self.get(row.at(t))
    }
}

/// A cell that could not be computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationError {
    /// The cell.
    pub cell: CellId,
    /// Why.
    pub error: NumberError,
    /// The cell in words.
    pub words: String,
    /// Its address.
    pub address: String,
    /// The thing it is about.
    pub place: Option<Place>,
}

impl std::fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot compute {} (`{}`): {}", self.words, self.address, self.error)
    }
}

impl std::error::Error for EvaluationError {}

/// Computes every cell. Pure: the same sheet and inputs give the same values.
///
/// # Errors
/// The first cell (in evaluation order) that divides by nought or does not fit.
pub fn evaluate(sheet: &Sheet, inputs: &Inputs) -> Result<Values, EvaluationError> {
    let mut values = Values { steps: vec![0_i128; sheet.len()], published: published(sheet) };
    compute(sheet, sheet.order(), inputs, &mut values)?;
    Ok(values)
}

/// Computes these cells, which stand in evaluation order, over the values of the others.
pub(super) fn compute(
    sheet: &Sheet,
    cells: &[CellId],
    inputs: &Inputs,
    values: &mut Values,
) -> Result<(), EvaluationError> {
    for cell in cells {
        let at = cell.0 as usize;
        if !values.published[at] {
            continue;
        }
        let known = |c: CellId| values.steps[c.0 as usize];
        values.steps[at] = value_of(sheet, *cell, inputs, known).map_err(|error| failed(sheet, *cell, error))?;
    }
    Ok(())
}

/// Computes every cell in both runs. The runs differ in a few savings and what depends on them: a formula whose terms are
/// the same in both is computed once (a sum is simply added twice).
///
/// # Errors
/// The first cell (in evaluation order) that divides by nought or does not fit in either run.
pub fn evaluate_both(sheet: &Sheet) -> Result<[Values; 2], EvaluationError> {
    let inputs = Run::BOTH.map(|run| sheet.inputs(run));
    let published = published(sheet);
    // Side by side, so that the two values of a term are found at once.
    let mut both = vec![[0_i128; 2]; sheet.len()];
    // Until the first figure that the runs take each in their own way, there is one run.
    let mut parted = false;
    for cell in sheet.order() {
        let at = cell.0 as usize;
        if !published[at] {
            continue;
        }
        let value = if parted || matches!(sheet.formula(*cell), Formula::Input(_)) {
            in_both_runs(sheet, *cell, &inputs, &both)
        } else {
            value_of(sheet, *cell, &inputs[0], |c| both[c.0 as usize][0]).map(|steps| [steps; 2])
        };
        both[at] = value.map_err(|error| failed(sheet, *cell, error))?;
        parted |= both[at][0] != both[at][1];
    }
    let [plan, risk_adjusted] = [0, 1].map(|run| both.iter().map(|value| value[run]).collect());
    Ok([Values { steps: plan, published: published.clone() }, Values { steps: risk_adjusted, published }])
}

/// The values of one cell in both runs, when those of the cells its formula names are known.
fn in_both_runs(
    sheet: &Sheet,
    cell: CellId,
    inputs: &[Inputs; 2],
    both: &[[i128; 2]],
) -> Result<[i128; 2], NumberError> {
    let formula = sheet.formula(cell);
    let differs = |c: CellId| both[c.0 as usize][0] != both[c.0 as usize][1];
    let differ = match formula {
        // To take a figure, or to add once more, is quicker than to compare.
        Formula::Input(_) | Formula::Sum(_) => true,
        _ => sheet.terms(formula).iter().any(|term| term.cell().is_some_and(differs)),
    };
    let plan = value_of(sheet, cell, &inputs[0], |c| both[c.0 as usize][0])?;
    Ok([plan, if differ { value_of(sheet, cell, &inputs[1], |c| both[c.0 as usize][1])? } else { plan }])
}

/// Whether each cell is published.
fn published(sheet: &Sheet) -> Vec<bool> {
    sheet.cells.iter().map(|cell| cell.flags.published).collect()
}

/// The error at a cell, in words.
pub(super) fn failed(sheet: &Sheet, cell: CellId, error: NumberError) -> EvaluationError {
    EvaluationError {
        cell,
        error,
        words: sheet.row_words(sheet.row_of(cell)),
        address: sheet.address(cell).to_string(),
        place: sheet.subject(sheet.row_of(cell)).place,
    }
}

/// The value of one cell, when the values of the cells its formula names are known.
pub(super) fn value_of(
    sheet: &Sheet,
    cell: CellId,
    inputs: &Inputs,
    known: impl Fn(CellId) -> i128 + Copy,
) -> Result<i128, NumberError> {
    let formula = sheet.formula(cell);
    let terms = sheet.terms(formula);
    let value = |i: usize| known(CellId(terms[i].value));
    match formula {
        Formula::Input(i) => Ok(inputs.0[i as usize]),
        Formula::Nought | Formula::NotPublished => Ok(0),
        Formula::Sum(_) => {
            let mut total = 0_i128;
            for term in terms {
                let x = known(CellId(term.value));
                total = match term.kind {
                    TermKind::Minus => total.checked_sub(x),
                    _ => total.checked_add(x),
                }
                .ok_or(NumberError::Overflow)?;
            }
            number::hold(total)
        }
        Formula::Weighted(_) => {
            // Σ wx at the scale of w and x together, rounded once to the cell's own.
            let mut total = 0_i128;
            for pair in terms.chunks_exact(2) {
                let product = known(CellId(pair[0].value))
                    .checked_mul(known(CellId(pair[1].value)))
                    .ok_or(NumberError::Overflow)?;
                total = total.checked_add(product).ok_or(NumberError::Overflow)?;
            }
            let weights = terms.first().map_or(0, |t| sheet.decimals(CellId(t.value)).0);
            number::divide(total, number::ten_to(weights))
        }
        Formula::Product(_) => product(sheet, cell, terms, known),
        Formula::Min(_) => Ok((0..terms.len()).map(value).min().unwrap_or(0)),
        Formula::Max(_) => Ok((0..terms.len()).map(value).max().unwrap_or(0)),
        Formula::Clamp(_) => Ok(value(0).min(value(2)).max(value(1))),
        Formula::StepDown(_) => number::step_down(value(0), value(1)),
        Formula::Choose(_) => Ok(if value(0) >= 0 { value(1) } else { value(2) }),
    }
}

/// Π factors ÷ Π divisors at the scale the cell is rounded to, then held at its unit's scale.
fn product(
    sheet: &Sheet,
    cell: CellId,
    terms: &[Term],
    known: impl Fn(CellId) -> i128 + Copy,
) -> Result<i128, NumberError> {
    let (held, rounded) = sheet.decimals(cell);
    let result = match short_product(sheet, terms, rounded, known) {
        Some(result) => result,
        None => whole_product(sheet, terms, rounded, known)?,
    };
    number::hold(number::times(result, number::ten_to(held - rounded)).ok_or(NumberError::Overflow)?)
}

/// The product in 64 bits, in which the processor multiplies and divides by itself: nearly all fit. Nothing where one
/// does not, or divides by nought.
fn short_product(sheet: &Sheet, terms: &[Term], rounded: u32, known: impl Fn(CellId) -> i128) -> Option<i128> {
    let (mut above, mut below) = (1_i64, 1_i64);
    let mut surplus = -i64::from(rounded);
    let ten_to = |n: u32| i64::try_from(number::ten_to(n)).ok();
    for term in terms {
        let (value, scale) = match term.cell() {
            Some(cell) => (i64::try_from(known(cell)).ok()?, sheet.decimals(cell).0),
            None => (i64::from(term.value), 0),
        };
        let value = match term.kind {
            TermKind::OnePlus => ten_to(scale)?.checked_add(value)?,
            TermKind::OneMinus => ten_to(scale)?.checked_sub(value)?,
            _ => value,
        };
        if matches!(term.kind, TermKind::Divisor | TermKind::DivisorNumber) {
            below = below.checked_mul(value)?;
            surplus -= i64::from(scale);
        } else {
            above = above.checked_mul(value)?;
            surplus += i64::from(scale);
        }
    }
    let spare = ten_to(u32::try_from(surplus.unsigned_abs()).ok()?)?;
    if surplus >= 0 {
        below = below.checked_mul(spare)?;
    } else {
        above = above.checked_mul(spare)?;
    }
    number::divide_short(above, below).map(i128::from)
}

/// The product in 128 bits.
fn whole_product(
    sheet: &Sheet,
    terms: &[Term],
    rounded: u32,
    known: impl Fn(CellId) -> i128 + Copy,
) -> Result<i128, NumberError> {
    let mut surplus = -i64::from(rounded);
    // The two products as far as they fit: a chain that fits needs no list.
    let (mut above, mut below) = (Some(1), Some(1));
    for term in terms {
        let (value, divides, scale) = factor(sheet, *term, known)?;
        let side = if divides { &mut below } else { &mut above };
        *side = side.and_then(|so_far| number::times(so_far, value));
        surplus += if divides { -i64::from(scale) } else { i64::from(scale) };
    }
    let spare = u32::try_from(surplus.unsigned_abs()).map_err(|_| NumberError::Overflow)?;
    if spare <= 38 {
        let side = if surplus >= 0 { &mut below } else { &mut above };
        *side = side.and_then(|so_far| number::times(so_far, number::ten_to(spare)));
    }
    match (above, below) {
        (Some(above), Some(below)) if spare <= 38 => number::divide(above, below),
        _ => long_product(sheet, terms, known, surplus >= 0, spare),
    }
}

/// The same for a chain whose plain products do not fit: common factors are cancelled before multiplying.
fn long_product(
    sheet: &Sheet,
    terms: &[Term],
    known: impl Fn(CellId) -> i128 + Copy,
    divide_spare: bool,
    spare: u32,
) -> Result<i128, NumberError> {
    let mut factors = Few::default();
    let mut divisors = Few::default();
    for term in terms {
        let (value, divides, _) = factor(sheet, *term, known)?;
        if divides { &mut divisors } else { &mut factors }.push(value);
    }
    // A long chain of factors has more spare scale than one power of ten can hold: split it.
    let list = if divide_spare { &mut divisors } else { &mut factors };
    for part in [spare.min(30), spare.saturating_sub(30).min(38), spare.saturating_sub(68).min(38)] {
        if part > 0 {
            list.push(number::ten_to(part));
        }
    }
    if spare > 106 {
        return Err(NumberError::Overflow);
    }
    number::product_over(factors.as_slice(), divisors.as_slice())
}

/// What a term of a product is: its value, whether it divides, and the decimals it is held at.
fn factor(sheet: &Sheet, term: Term, known: impl Fn(CellId) -> i128) -> Result<(i128, bool, u32), NumberError> {
    if let Some(number) = term.number() {
        return Ok((i128::from(number), term.kind == TermKind::DivisorNumber, 0));
    }
    let x = known(CellId(term.value));
    let scale = sheet.decimals(CellId(term.value)).0;
    let one = number::ten_to(scale);
    Ok(match term.kind {
        TermKind::OnePlus => (one.checked_add(x).ok_or(NumberError::Overflow)?, false, scale),
        TermKind::OneMinus => (one.checked_sub(x).ok_or(NumberError::Overflow)?, false, scale),
        TermKind::Divisor => (x, true, scale),
        _ => (x, false, scale),
    })
}

/// A handful of whole numbers without a visit to the heap: formulas rarely have more.
#[derive(Default)]
struct Few {
    first: [i128; 8],
    len: usize,
    more: Vec<i128>,
}

impl Few {
    fn push(&mut self, value: i128) {
        if self.len < self.first.len() {
            self.first[self.len] = value;
            self.len += 1;
            return;
        }
        if self.more.is_empty() {
            self.more.extend_from_slice(&self.first);
        }
        self.more.push(value);
    }

    fn as_slice(&self) -> &[i128] {
        if self.more.is_empty() { &self.first[..self.len] } else { &self.more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Builder, Flags, Product, Subject, Years};
    use crate::vocabulary::{Horizon, Money, Months, Rate};
    use proptest::prelude::*;

    /// A whole number of any size up to so many bits.
    fn any_size(bits: u32) -> impl Strategy<Value = i128> {
        (any::<i64>(), 64 - bits..64).prop_map(|(n, shift)| i128::from(n >> shift))
    }

    proptest! {
        // Small and large: what fits in 64 bits is computed there, and what does not elsewhere.
        #[test]
        fn a_product_is_rounded_once_whatever_its_size(
            money in any_size(60),
            [rate, months] in [any_size(40), any_size(40)],
            decimals in 0_u32..3,
        ) {
            let mut b = Builder::new(Horizon::new("2025/26".parse().unwrap(), 1));
            let title = "".into();
            let subject = b.subject(Subject { organisation: None, kind: "", name: None, title, place: None });
            let m = b.row::<Money>(subject, "money", "", Years::PLAN);
            let r = b.row::<Rate>(subject, "rate", "", Years::PLAN);
            let t = b.row::<Months>(subject, "months", "", Years::PLAN);
            b.input(m.at(1), Money::from_steps(money), None, Flags::EXACT);
            b.input(r.at(1), Rate::from_steps(rate), None, Flags::EXACT);
            b.input(t.at(1), Months::from_steps(months), None, Flags::EXACT);
            let row = b.row::<Money>(subject, "product", "", Years::PLAN);
            b.round_to(row, decimals);
            b.product(row.at(1), &Product::of(m.at(1)).grown_by(r.at(1)).for_months(t.at(1)));
            let sheet = b.finish().unwrap();
            let values = evaluate(&sheet, &sheet.inputs(Run::Plan));
            let billion = number::ten_to(9);
            let spare = number::ten_to(2 - decimals);
            let rounded = number::product_over(&[money, billion + rate, months], &[billion, billion, 12, spare]);
            let expected = rounded.and_then(|steps| number::hold(steps * spare));
            prop_assert_eq!(values.map(|v| v.in_year(row, 1)).ok(), expected.ok().map(|e| Some(Money::from_steps(e))));
        }
    }
}
