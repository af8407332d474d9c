//! The closed set of formulas. Each has one exact evaluation, one sentence for `explain` and one
//! spreadsheet form; everything in the finance is a chain of these.

use super::cell::CellId;

/// How a cell gets its value. Terms live in the sheet's term list; a range names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    /// A figure a user gave, or a documented default: index into the sheet's inputs.
    Input(u32),
    /// Nought, where a row begins or does not apply.
    Nought,
    /// Σ ±x: exact, never rounds.
    Sum(TermRange),
    /// Σ ±wx over pairs of terms: one rounding.
    Weighted(TermRange),
    /// Any factors over any divisors: one rounding.
    Product(TermRange),
    /// The smallest of its terms.
    Min(TermRange),
    /// The largest of its terms.
    Max(TermRange),
    /// The first term held between the second (low) and the third (high).
    Clamp(TermRange),
    /// The first term stepped down to whole multiples of the second.
    StepDown(TermRange),
    /// If the first term is nought or more the second, else the third.
    Choose(TermRange),
    /// Not published, and so nothing that depends on it.
    NotPublished,
}

impl Formula {
    /// The range of its terms in the sheet's term list.
    #[must_use]
    pub fn terms(self) -> Option<std::ops::Range<usize>> {
        match self {
            Self::Input(_) | Self::Nought | Self::NotPublished => None,
            Self::Sum(r)
            | Self::Weighted(r)
            | Self::Product(r)
            | Self::Min(r)
            | Self::Max(r)
            | Self::Clamp(r)
            | Self::StepDown(r)
            | Self::Choose(r) => Some(r.start as usize..r.start as usize + r.len as usize),
        }
    }
}

/// A run of terms in the sheet's term list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermRange {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// Added or taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// Added.
    Plus,
    /// Taken off.
    Minus,
}

impl Sign {
    /// The other one.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Plus => Self::Minus,
            Self::Minus => Self::Plus,
        }
    }
}

/// How a term enters its formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    /// Added (sums), or a plain factor or argument.
    Plus,
    /// Taken off (sums).
    Minus,
    /// A factor of one plus the cell.
    OnePlus,
    /// A factor of one less the cell.
    OneMinus,
    /// A divisor.
    Divisor,
    /// A divisor that is a plain number: the term holds the number itself.
    DivisorNumber,
    /// A factor that is a plain number: the term holds the number itself.
    FactorNumber,
}

/// One term of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub(crate) value: u32,
    /// How it enters.
    pub kind: TermKind,
}

impl Term {
    /// The cell it refers to, or nothing for a plain number.
    #[must_use]
    pub fn cell(self) -> Option<CellId> {
        self.number().is_none().then_some(CellId(self.value))
    }

    /// The plain number it is, or nothing for a cell.
    #[must_use]
    pub fn number(self) -> Option<u32> {
        matches!(self.kind, TermKind::DivisorNumber | TermKind::FactorNumber).then_some(self.value)
    }
}
