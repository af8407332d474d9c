//! Cells, rows and what they are about.

use std::borrow::Cow;
use std::marker::PhantomData;

use smol_str::SmolStr;

use crate::vocabulary::{Name, Place, Unit};

/// A cell's number in its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(pub u32);

/// A row's number in its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

/// A subject's number in its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId(pub u32);

/// A cell whose unit the compiler knows.
#[derive(Debug)]
pub struct Cell<T> {
    pub(crate) id: CellId,
    unit: PhantomData<T>,
}

impl<T> Clone for Cell<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Cell<T> {}

impl<T> Cell<T> {
    pub(crate) const fn new(id: CellId) -> Self {
        Self { id, unit: PhantomData }
    }

    /// The cell's number in its sheet.
    #[must_use]
    pub const fn id(self) -> CellId {
        self.id
    }
}

/// A cell whose unit is known at run time only.
pub type AnyCell = CellId;

/// One cell for each year: the plan years, and the base year (or earlier) where the row has them.
#[derive(Debug)]
pub struct Row<T> {
    pub(crate) id: RowId,
    pub(crate) start: u32,
    pub(crate) first: i32,
    pub(crate) len: u32,
    unit: PhantomData<T>,
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Row<T> {}

impl<T> Row<T> {
    pub(crate) const fn new(id: RowId, start: u32, first: i32, len: u32) -> Self {
        Self { id, start, first, len, unit: PhantomData }
    }

    /// The row's number in its sheet.
    #[must_use]
    pub const fn id(self) -> RowId {
        self.id
    }

    /// The cell of year number `t`; a row without years gives its one cell for every year. A year
    /// outside the row gives the nearest cell it has, which no mechanism asks for.
    #[must_use]
    pub fn at(self, t: i32) -> Cell<T> {
        let last = i32::try_from(self.len).unwrap_or(i32::MAX).saturating_sub(1);
        let offset = t.saturating_sub(self.first).clamp(0, last.max(0));
        Cell::new(CellId(self.start + u32::try_from(offset).unwrap_or(0)))
    }
}

/// Which years a row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Years {
    /// One cell that holds for every year: a full-year effect, a start month.
    Timeless,
    /// Year numbers from the first to the last plan year.
    From(i32),
}

impl Years {
    /// The plan years 1 to the last.
    pub const PLAN: Self = Self::From(1);
    /// The base year and the plan years.
    pub const BASE_AND_PLAN: Self = Self::From(0);
}

/// What a group of rows is about: an organisation, or a named item of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The organisation whose figures these are, when they are one organisation's.
    pub organisation: Option<Name>,
    /// The kind of item (`saving`), or empty for an organisation's own measures.
    pub kind: &'static str,
    /// The item's name.
    pub name: Option<Name>,
    /// The title shown to people.
    pub title: SmolStr,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Subject {
    /// The address of one of its rows.
    #[must_use]
    pub fn address_of(&self, measure: &str) -> String {
        let mut address = String::with_capacity(48);
        let parts = [
            self.organisation.as_ref().map(Name::as_str),
            Some(self.kind).filter(|k| !k.is_empty()),
            self.name.as_ref().map(Name::as_str),
            Some(measure),
        ];
        for part in parts.into_iter().flatten() {
            if !address.is_empty() {
                address.push('/');
            }
            address.push_str(part);
        }
        address
    }
}

/// What is known of a row besides its formulas.
#[derive(Debug, Clone)]
pub struct RowInfo {
    /// What it is about.
    pub subject: SubjectId,
    /// Its measure, the last part of its address.
    pub measure: Cow<'static, str>,
    /// The measure in words.
    pub words: Cow<'static, str>,
    /// The unit of its cells.
    pub unit: Unit,
    /// A coarser number of decimals the cells are rounded to, when the rule says so.
    pub decimals: Option<u32>,
    /// Its years.
    pub years: Years,
    pub(crate) start: u32,
    pub(crate) len: u32,
    /// Why cells of this row are not published although nothing they depend on is missing.
    pub reason: Option<Cow<'static, str>>,
}

impl RowInfo {
    /// The cell of year number `t`; the one cell of a row without years.
    #[must_use]
    pub fn cell_at(&self, t: i32) -> Option<CellId> {
        let offset = match self.years {
            Years::Timeless => 0,
            Years::From(first) => u32::try_from(t.checked_sub(first)?).ok()?,
        };
        (offset < self.len).then_some(CellId(self.start + offset))
    }

    /// The cells of the row in year order.
    pub fn cells(&self) -> impl Iterator<Item = CellId> + use<> {
        (self.start..self.start + self.len).map(CellId)
    }

    pub(crate) fn year_number(&self, cell: CellId) -> Option<i32> {
        match self.years {
            Years::Timeless => None,
            Years::From(first) => Some(first + i32::try_from(cell.0 - self.start).ok()?),
        }
    }
}

/// What is known of a cell besides its formula. One list of them is small enough to stay near the processor while a
/// sheet is evaluated, which the rows are not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellInfo {
    pub(crate) row: RowId,
    pub(crate) flags: Flags,
    /// The decimals its unit is held at.
    pub(crate) held: u8,
    /// The decimals it is rounded to: those, or fewer.
    pub(crate) rounded: u8,
    /// Whether its formula names itself or a cell after it.
    pub(crate) looks_ahead: bool,
}

/// What must be said beside a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags {
    /// False when the figure, or anything it depends on, was not published.
    pub published: bool,
    /// The figure, or something it depends on, was filled in between published years.
    pub interpolated: bool,
    /// The figure is only known about: the power of ten of a pound below which it says nothing
    /// (`£2bn` about is 9), or 0 when it is exact.
    pub about: u8,
}

impl Flags {
    /// A figure known exactly.
    pub const EXACT: Self = Self { published: true, interpolated: false, about: 0 };
    /// A figure that was not published.
    pub const NOT_PUBLISHED: Self = Self { published: false, ..Self::EXACT };

    /// What must be said of a figure that depends on both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            published: self.published && other.published,
            interpolated: self.interpolated || other.interpolated,
            about: self.about.max(other.about),
        }
    }
}
