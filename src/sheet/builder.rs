//! Building a sheet: declare rows, define their cells, finish.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::OnceLock;

use super::Sheet;
use super::assumption::{Assumption, AssumptionId};
use super::cell::{Cell, CellId, CellInfo, Flags, Row, RowId, RowInfo, Subject, SubjectId, Years};
use super::formula::{Formula, Sign, Term, TermKind, TermRange};
use super::order::evaluation_order;
use crate::vocabulary::{Horizon, Money, Months, Quantity, Rate, UnitPrice, Valued};

/// A figure that was given: its value in each of the two runs.
#[derive(Debug, Clone, Copy)]
pub struct InputCell {
    pub(crate) plan: i128,
    pub(crate) risk_adjusted: i128,
    pub(crate) assumption: Option<AssumptionId>,
    /// Whether the runs take it each in their own way, even where both come to the same.
    pub(crate) by_run: bool,
}

/// A loop of formulas: each cell depends on the next, the last on the first.
#[derive(Debug, Clone)]
pub struct CycleError {
    /// The rows of the loop, in words.
    pub rows: Vec<String>,
    /// The places of the things they are about.
    pub places: Vec<crate::vocabulary::Place>,
}

/// A sheet in the making. Rows may be declared before the cells they will depend on are defined.
#[derive(Debug)]
pub struct Builder {
    horizon: Horizon,
    subjects: Vec<Subject>,
    rows: Vec<RowInfo>,
    cells: Vec<CellInfo>,
    formulas: Vec<Formula>,
    terms: Vec<Term>,
    inputs: Vec<InputCell>,
    assumptions: Vec<Assumption>,
    /// Whether every figure given so far is published and exact.
    plain: bool,
}

impl Builder {
    /// An empty sheet over these years.
    #[must_use]
    pub fn new(horizon: Horizon) -> Self {
        Self {
            horizon,
            subjects: Vec::new(),
            rows: Vec::new(),
            cells: Vec::new(),
            formulas: Vec::new(),
            terms: Vec::new(),
            inputs: Vec::new(),
            assumptions: Vec::new(),
            plain: true,
        }
    }

    /// Makes room for so many items, so that the lists do not grow step by step. A guess: a line has
    /// some eight rows, and a cell some two terms. Beyond a large plan, growing costs little.
    pub fn make_room_for(&mut self, items: usize) {
        let items = items.min(2_000);
        let rows = items * 8 + 200;
        let cells = rows.saturating_mul(usize::try_from(self.horizon.years()).unwrap_or(1));
        self.subjects.reserve(items + 20);
        self.assumptions.reserve(items * 2);
        self.rows.reserve(rows);
        self.cells.reserve(cells);
        self.formulas.reserve(cells);
        self.terms.reserve(cells * 2);
    }

    /// The years the sheet covers.
    #[must_use]
    pub fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// A new subject for rows to be about.
    pub fn subject(&mut self, subject: Subject) -> SubjectId {
        self.subjects.push(subject);
        SubjectId(u32::try_from(self.subjects.len() - 1).unwrap_or(u32::MAX))
    }

    /// Keeps an assumption for inputs to point at.
    pub fn assumption(&mut self, assumption: Assumption) -> AssumptionId {
        self.assumptions.push(assumption);
        AssumptionId(u32::try_from(self.assumptions.len() - 1).unwrap_or(u32::MAX))
    }

    /// The assumptions kept so far.
    #[must_use]
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    /// Declares a row of a unit over some years; its cells are nought until defined.
    pub fn row<T: Valued>(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
        years: Years,
    ) -> Row<T> {
        let (first, len) = match years {
            Years::Timeless => (0, 1),
            Years::From(first) => (first, self.horizon.years() - first + 1),
        };
        let len = u32::try_from(len).unwrap_or(0);
        let id = RowId(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        let start = u32::try_from(self.formulas.len()).unwrap_or(u32::MAX);
        self.rows.push(RowInfo {
            subject,
            measure: measure.into(),
            words: words.into(),
            unit: T::UNIT,
            decimals: None,
            years,
            start,
            len,
            reason: None,
        });
        let cells = self.formulas.len() + len as usize;
        let held = u8::try_from(T::UNIT.scale()).unwrap_or(u8::MAX);
        self.cells.resize(cells, CellInfo { row: id, flags: Flags::EXACT, held, rounded: held, looks_ahead: false });
        self.formulas.resize(cells, Formula::Nought);
        Row::new(id, start, first, len)
    }

    /// Declares one cell that holds for every year.
    pub fn scalar<T: Valued>(
        &mut self,
        subject: SubjectId,
        measure: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
    ) -> Cell<T> {
        self.row::<T>(subject, measure, words, Years::Timeless).at(0)
    }

    /// States that the cells of a row are rounded to fewer decimals than its unit holds.
    pub fn round_to<T>(&mut self, row: Row<T>, decimals: u32) {
        self.rows[row.id.0 as usize].decimals = Some(decimals);
        for cell in &mut self.cells[row.start as usize..(row.start + row.len) as usize] {
            cell.rounded = u8::try_from(decimals).unwrap_or(u8::MAX).min(cell.held);
        }
    }

    /// The cell is a given figure, the same in both runs.
    pub fn input<T: Valued>(&mut self, cell: Cell<T>, value: T, assumption: Option<AssumptionId>, flags: Flags) {
        self.keep_input(cell, [value, value], false, assumption, flags);
    }

    /// The cell is a given figure with one value in the plan and one in the risk-adjusted run.
    pub fn input_in_runs<T: Valued>(
        &mut self,
        cell: Cell<T>,
        plan: T,
        risk_adjusted: T,
        assumption: Option<AssumptionId>,
        flags: Flags,
    ) {
        self.keep_input(cell, [plan, risk_adjusted], true, assumption, flags);
    }

    fn keep_input<T: Valued>(
        &mut self,
        cell: Cell<T>,
        [plan, risk_adjusted]: [T; 2],
        by_run: bool,
        assumption: Option<AssumptionId>,
        flags: Flags,
    ) {
        let index = u32::try_from(self.inputs.len()).unwrap_or(u32::MAX);
        self.inputs.push(InputCell { plan: plan.steps(), risk_adjusted: risk_adjusted.steps(), assumption, by_run });
        self.formulas[cell.id.0 as usize] = Formula::Input(index);
        self.cells[cell.id.0 as usize].flags = flags;
        self.plain &= flags == Flags::EXACT;
    }

    /// The cell was not published.
    pub fn not_published<T>(&mut self, cell: Cell<T>) {
        self.formulas[cell.id.0 as usize] = Formula::NotPublished;
        self.plain = false;
    }

    /// The cell, whatever its formula, was filled in between published years.
    pub fn mark_interpolated<T>(&mut self, cell: Cell<T>) {
        self.cells[cell.id.0 as usize].flags.interpolated = true;
        self.plain = false;
    }

    /// The cells of a row cannot be known, and why.
    pub fn unknowable<T>(&mut self, row: Row<T>, reason: impl Into<Cow<'static, str>>) {
        self.rows[row.id.0 as usize].reason = Some(reason.into());
        for t in row.start..row.start + row.len {
            self.formulas[t as usize] = Formula::NotPublished;
        }
        self.plain = false;
    }

    /// The cell is Σ ±x.
    pub fn sum<T>(&mut self, cell: Cell<T>, terms: impl IntoIterator<Item = (Sign, Cell<T>)>) {
        let range = self.keep(cell.id, terms.into_iter().map(|(sign, c)| Term { value: c.id.0, kind: signed(sign) }));
        self.formulas[cell.id.0 as usize] = if range.len == 0 { Formula::Nought } else { Formula::Sum(range) };
    }

    /// The cell is Σ wx, rounded once.
    pub fn weighted<T>(&mut self, cell: Cell<T>, pairs: impl IntoIterator<Item = (Cell<Rate>, Cell<T>)>) {
        let range = self.keep(
            cell.id,
            pairs.into_iter().flat_map(|(w, x)| {
                [Term { value: w.id.0, kind: TermKind::Plus }, Term { value: x.id.0, kind: TermKind::Plus }]
            }),
        );
        self.formulas[cell.id.0 as usize] = Formula::Weighted(range);
    }

    /// The cell is a product over divisors, rounded once.
    pub fn product<T>(&mut self, cell: Cell<T>, product: &Product<T>) {
        let range = self.keep(cell.id, product.first[..product.len].iter().chain(&product.more).copied());
        self.formulas[cell.id.0 as usize] = Formula::Product(range);
    }

    /// The cell is the smallest of these.
    pub fn min<T>(&mut self, cell: Cell<T>, of: &[Cell<T>]) {
        let range = self.keep_plain(cell.id, of);
        self.formulas[cell.id.0 as usize] = Formula::Min(range);
    }

    /// The cell is the largest of these.
    pub fn max<T>(&mut self, cell: Cell<T>, of: &[Cell<T>]) {
        let range = self.keep_plain(cell.id, of);
        self.formulas[cell.id.0 as usize] = Formula::Max(range);
    }

    /// The cell is `value` held between `low` and `high`.
    pub fn clamp<T>(&mut self, cell: Cell<T>, value: Cell<T>, low: Cell<T>, high: Cell<T>) {
        let range = self.keep_plain(cell.id, &[value, low, high]);
        self.formulas[cell.id.0 as usize] = Formula::Clamp(range);
    }

    /// The cell is `value` stepped down to whole multiples of `step`.
    pub fn step_down<T>(&mut self, cell: Cell<T>, value: Cell<T>, step: Cell<T>) {
        let range = self.keep_plain(cell.id, &[value, step]);
        self.formulas[cell.id.0 as usize] = Formula::StepDown(range);
    }

    /// The cell is `then` when `test` is nought or more, else `otherwise`.
    pub fn choose<T, U>(&mut self, cell: Cell<T>, test: Cell<U>, then: Cell<T>, otherwise: Cell<T>) {
        let range = self.keep(
            cell.id,
            [test.id, then.id, otherwise.id].into_iter().map(|c| Term { value: c.0, kind: TermKind::Plus }),
        );
        self.formulas[cell.id.0 as usize] = Formula::Choose(range);
    }

    /// Freezes the sheet: evaluation order, and what is not published.
    ///
    /// # Errors
    /// Formulas that depend on each other in a loop.
    pub fn finish(self) -> Result<Sheet, CycleError> {
        let order =
            evaluation_order(&self.cells, &self.formulas, &self.terms).map_err(|cells| self.describe(&cells))?;
        let mut cells = self.cells;
        // Of most plans every figure is published and exact, and then so is all that depends on them.
        for cell in order.iter().filter(|_| !self.plain) {
            let at = cell.0 as usize;
            let formula = self.formulas[at];
            if formula == Formula::NotPublished {
                cells[at].flags = Flags::NOT_PUBLISHED;
            }
            if let Some(range) = formula.terms() {
                // A formula's own flags hold what was marked on it; its terms add theirs.
                cells[at].flags = self.terms[range]
                    .iter()
                    .filter_map(|t| t.cell())
                    .fold(cells[at].flags, |so_far, c| so_far.and(cells[c.0 as usize].flags));
            }
        }
        Ok(Sheet {
            horizon: self.horizon,
            subjects: self.subjects,
            rows: self.rows,
            cells,
            formulas: self.formulas,
            terms: self.terms,
            inputs: self.inputs,
            assumptions: self.assumptions,
            order,
            by_address: OnceLock::new(),
        })
    }

    fn describe(&self, cells: &[CellId]) -> CycleError {
        let mut rows = Vec::new();
        let mut places = Vec::new();
        for cell in cells {
            let info = &self.rows[self.cells[cell.0 as usize].row.0 as usize];
            let subject = &self.subjects[info.subject.0 as usize];
            let year = info.year_number(*cell).map(|t| format!(" {}", self.horizon.year(t)));
            rows.push(format!("{}: {}{}", subject.title, info.words, year.unwrap_or_default()));
            places.extend(subject.place);
        }
        CycleError { rows, places }
    }

    fn keep(&mut self, cell: CellId, terms: impl Iterator<Item = Term>) -> TermRange {
        let start = self.terms.len();
        self.terms.extend(terms);
        let later = |term: &Term| term.cell().is_some_and(|c| c >= cell);
        self.cells[cell.0 as usize].looks_ahead = self.terms[start..].iter().any(later);
        TermRange {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            len: u32::try_from(self.terms.len() - start).unwrap_or(0),
        }
    }

    fn keep_plain<T>(&mut self, cell: CellId, cells: &[Cell<T>]) -> TermRange {
        self.keep(cell, cells.iter().map(|c| Term { value: c.id.0, kind: TermKind::Plus }))
    }
}

fn signed(sign: Sign) -> TermKind {
    match sign {
        Sign::Plus => TermKind::Plus,
        Sign::Minus => TermKind::Minus,
    }
}

/// A product over divisors in the making; `T` is the unit of the result.
#[derive(Debug, Clone)]
pub struct Product<T> {
    /// The first terms; nearly every product has no more, and then needs no room of its own.
    first: [Term; 8],
    len: usize,
    more: Vec<Term>,
    unit: PhantomData<T>,
}

impl<T: Valued> Product<T> {
    /// Begins with a cell of the result's unit.
    #[must_use]
    pub fn of(cell: Cell<T>) -> Self {
        let first = Term { value: cell.id.0, kind: TermKind::Plus };
        Self { first: [first; 8], len: 1, more: Vec::new(), unit: PhantomData }
    }

    fn with<U>(mut self, value: u32, kind: TermKind) -> Product<U> {
        let term = Term { value, kind };
        match self.first.get_mut(self.len) {
            Some(place) => {
                *place = term;
                self.len += 1;
            }
            None => self.more.push(term),
        }
        Product { first: self.first, len: self.len, more: self.more, unit: PhantomData }
    }

    /// × rate.
    #[must_use]
    pub fn times(self, rate: Cell<Rate>) -> Self {
        self.with(rate.id.0, TermKind::Plus)
    }

    /// × (1 + rate).
    #[must_use]
    pub fn grown_by(self, rate: Cell<Rate>) -> Self {
        self.with(rate.id.0, TermKind::OnePlus)
    }

    /// × (1 − rate).
    #[must_use]
    pub fn less(self, rate: Cell<Rate>) -> Self {
        self.with(rate.id.0, TermKind::OneMinus)
    }

    /// × months ÷ 12.
    #[must_use]
    pub fn for_months(self, months: Cell<Months>) -> Self {
        self.with::<T>(months.id.0, TermKind::Plus).per(12)
    }

    /// ÷ a plain number.
    #[must_use]
    pub fn per(self, number: u32) -> Self {
        self.with(number, TermKind::DivisorNumber)
    }

    /// × a plain number ÷ a plain number.
    #[must_use]
    pub fn by_parts(self, part: u32, of: u32) -> Self {
        self.with::<T>(part, TermKind::FactorNumber).per(of)
    }

    /// × a ÷ b, where both are of one unit.
    #[must_use]
    pub fn in_proportion<U>(self, a: Cell<U>, b: Cell<U>) -> Self {
        self.with::<T>(a.id.0, TermKind::Plus).with(b.id.0, TermKind::Divisor)
    }

    /// ÷ a cell of the same unit, which makes it a rate.
    #[must_use]
    pub fn over(self, cell: Cell<T>) -> Product<Rate> {
        self.with(cell.id.0, TermKind::Divisor)
    }
}

impl Product<Money> {
    /// × a count: so many times the amount.
    #[must_use]
    pub fn count(self, quantity: Cell<Quantity>) -> Self {
        self.with(quantity.id.0, TermKind::Plus)
    }

    /// × quarters ÷ 4: the part of a year's support that was paid.
    #[must_use]
    pub fn for_quarters(self, quarters: Cell<Quantity>) -> Self {
        self.with::<Money>(quarters.id.0, TermKind::Plus).per(4)
    }
}

impl Product<UnitPrice> {
    /// A price for one, times so many: the price of so many (an hour's rate, the week's hours).
    #[must_use]
    pub fn for_units(self, quantity: Cell<Quantity>) -> Self {
        self.with(quantity.id.0, TermKind::Plus)
    }

    /// A price for each, times how many: money.
    #[must_use]
    pub fn for_each(self, quantity: Cell<Quantity>) -> Product<Money> {
        self.with(quantity.id.0, TermKind::Plus)
    }
}

impl Product<Months> {
    /// x² ÷ 2r, all in months: the part of a straight ramp that has been climbed.
    #[must_use]
    pub fn half_square_over(cell: Cell<Months>, ramp: Cell<Months>) -> Self {
        Self::of(cell).in_proportion(cell, ramp).per(2)
    }
}
