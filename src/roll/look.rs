//! What rolling has to say of a figure: the list that a finance officer works through.

/// Why a figure is in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The new year's figure is not known: it is wanted.
    Wanted,
    /// It could not be rolled by a rule, or may be wrong now: look at it.
    Check,
    /// The year was taken as planned: no actual figure was given.
    NotActual,
    /// The actuals say something else than the plan.
    Actual,
    /// The new year takes what `then` says.
    Held,
    /// It was in the past year only, or is in the base now, and was taken out.
    Gone,
    /// It was moved on by a rule.
    Rolled,
}

impl What {
    /// Every reason, the most urgent first.
    pub const ALL: [Self; 7] =
        [Self::Wanted, Self::Check, Self::NotActual, Self::Actual, Self::Held, Self::Gone, Self::Rolled];

    /// Its word in CSV and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Check => "check",
            Self::NotActual => "plan_not_actual",
            Self::Actual => "actual",
            Self::Held => "held",
            Self::Gone => "gone",
            Self::Rolled => "rolled",
        }
    }

    /// What heads its part of the list.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Wanted => "Wanted: figures of the new year",
            Self::Check => "To look at",
            Self::NotActual => "Plan, not actual",
            Self::Actual => "Actuals",
            Self::Held => "Held by `then` in the new year",
            Self::Gone => "Gone",
            Self::Rolled => "Rolled by rule",
        }
    }
}

/// An entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Why it is there.
    pub what: What,
    /// The path of the figure or item: `saving.home_first.start`.
    pub path: String,
    /// Where the old files say it; empty when they say nothing of it.
    pub place: String,
    /// Where the new files say it; empty when they say nothing of it.
    pub now: String,
    /// What to know or to do.
    pub words: String,
    /// The amount it is about, in pence.
    pub pence: Option<i128>,
}

impl Look {
    /// An entry without a place yet.
    pub(super) fn new(what: What, path: impl Into<String>, words: impl Into<String>) -> Self {
        Self { what, path: path.into(), place: String::new(), now: String::new(), words: words.into(), pence: None }
    }

    /// With the amount it is about.
    pub(super) fn of(mut self, pence: i128) -> Self {
        self.pence = Some(pence);
        self
    }
}
