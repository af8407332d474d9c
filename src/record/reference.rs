//! Reference classes: which published cases a body is held against, and what they come to.
//!
//! A class begins as narrow as it can (bodies of the same sort in the same nation, savings of the same class) and
//! is widened while it has fewer than five cases. What was left aside on the way is said.

use std::collections::BTreeSet;

use super::case::{Case, Sector, cases};
use super::ratio::{Ratio, median};
use crate::mechanism::organisation::OrganisationKind;
use crate::vocabulary::Unit;

/// Fewer cases than this say little; a class that has fewer is widened.
pub const FEW: usize = 5;

/// Bodies of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Of one sector.
    Sector(Sector),
    /// Councils, wherever they are.
    Councils,
    /// NHS bodies, wherever they are.
    Nhs,
    /// All bodies.
    All,
}

impl Group {
    /// All of them, narrow ones first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        Sector::ALL.map(Self::Sector).into_iter().chain([Self::Councils, Self::Nhs, Self::All]).collect()
    }

    /// The word typed for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sector(sector) => sector.code(),
            Self::Councils => "councils",
            Self::Nhs => "nhs",
            Self::All => "all",
        }
    }

    /// The words shown to people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Sector(sector) => sector.words(),
            Self::Councils => "councils",
            Self::Nhs => "NHS bodies",
            Self::All => "all bodies",
        }
    }

    /// Whether bodies of a sector belong to it.
    #[must_use]
    pub const fn has(self, sector: Sector) -> bool {
        match self {
            Self::Sector(own) => own as u8 == sector as u8,
            Self::Councils => matches!(sector, Sector::CouncilEngland | Sector::CouncilWales),
            Self::Nhs => matches!(sector, Sector::NhsEngland | Sector::NhsWales | Sector::NhsScotland),
            Self::All => true,
        }
    }

    /// Those that a body of a kind may be held against, narrowest first. Plans are of England.
    fn of(kind: OrganisationKind) -> Vec<Self> {
        if kind.is_nhs() {
            vec![Self::Sector(Sector::NhsEngland), Self::Nhs, Self::All]
        } else if kind == OrganisationKind::Council {
            vec![Self::Sector(Sector::CouncilEngland), Self::Councils, Self::All]
        } else {
            vec![Self::All]
        }
    }
}

/// A class without what people write differently.
#[must_use]
pub fn plain_class(class: &str) -> String {
    class.trim().to_lowercase().replace(['_', '-'], " ")
}

/// The rows of a group, of a class of saving where one is asked for, in the order of the table: all of them, also
/// those that do not count.
#[must_use]
pub fn rows(group: Group, class: Option<&str>) -> Vec<&'static Case> {
    let wanted = class.map(plain_class);
    let fits = |case: &&Case| {
        group.has(case.sector)
            && wanted.as_ref().is_none_or(|w| case.class.as_deref().map(plain_class).as_ref() == Some(w))
    };
    cases().iter().filter(fits).collect()
}

/// The classes of saving that rows of a group have, in the order of the alphabet.
#[must_use]
pub fn classes(group: Group) -> Vec<String> {
    let known: BTreeSet<String> = rows(group, None).iter().filter_map(|case| case.class.clone()).collect();
    known.into_iter().collect()
}

/// What counted cases come to.
#[derive(Debug, Clone)]
pub struct Statistics {
    /// The counted cases: outturns with a share, none a part of another.
    pub counted: Vec<&'static Case>,
    /// How many rows were seen and do not count.
    pub others: usize,
    /// Their shares, least first.
    pub ratios: Vec<Ratio>,
    /// Delivered of planned, over the cases of which both amounts were published.
    pub of_sums: Option<Ratio>,
    /// How many cases those are.
    pub summed: usize,
    /// The median of the recurrent shares that were published, of outturns.
    pub recurrent: Option<i128>,
    /// How many those are.
    pub splits: usize,
}

impl Statistics {
    /// What rows come to.
    #[must_use]
    pub fn of(rows: &[&'static Case]) -> Self {
        let within = |case: &Case| {
            case.part_of.as_ref().is_some_and(|whole| rows.iter().any(|other| other.id == *whole && other.counts()))
        };
        let counted: Vec<&'static Case> = rows.iter().filter(|c| c.counts() && !within(c)).copied().collect();
        let mut ratios: Vec<Ratio> = counted.iter().filter_map(|case| case.ratio()).collect();
        ratios.sort();
        let money: Vec<(i128, i128)> = counted
            .iter()
            .filter(|case| case.unit == Unit::Money)
            .filter_map(|case| case.delivered.zip(case.planned))
            .collect();
        let (delivered, planned) = (money.iter().map(|m| m.0).sum(), money.iter().map(|m| m.1).sum());
        let outturn = |case: &&&Case| case.status == super::Status::Outturn;
        let mut splits: Vec<Ratio> = rows.iter().filter(outturn).filter_map(|case| case.parts?.share()).collect();
        splits.sort();
        Self {
            others: rows.len() - counted.len(),
            of_sums: Ratio::of(delivered, planned),
            summed: money.len(),
            recurrent: median(&splits),
            splits: splits.len(),
            counted,
            ratios,
        }
    }

    /// The least share.
    #[must_use]
    pub fn least(&self) -> Option<i128> {
        self.ratios.first().map(|r| r.rate())
    }

    /// The share in the middle.
    #[must_use]
    pub fn median(&self) -> Option<i128> {
        median(&self.ratios)
    }

    /// The greatest share.
    #[must_use]
    pub fn most(&self) -> Option<i128> {
        self.ratios.last().map(|r| r.rate())
    }

    /// How many cases reached a rate.
    #[must_use]
    pub fn reached(&self, rate: i128) -> usize {
        self.ratios.iter().filter(|ratio| ratio.reaches(rate)).count()
    }

    /// Whether there are too few cases to lean on.
    #[must_use]
    pub fn are_few(&self) -> bool {
        self.counted.len() < FEW
    }
}

/// A reference class that was taken, and what was left aside as too narrow.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The bodies.
    pub group: Group,
    /// The class of saving, where cases of it were enough.
    pub class: Option<String>,
    /// What they come to.
    pub statistics: Statistics,
    /// Narrower classes, and how many cases each has.
    pub aside: Vec<(String, usize)>,
}

impl Reference {
    /// The class for a body of a kind; for savings of a class, where that is known.
    #[must_use]
    pub fn for_body(kind: OrganisationKind, class: Option<&str>) -> Self {
        let mut aside = Vec::new();
        let groups = Group::of(kind);
        let wanted = class.into_iter().map(Some).chain([None]);
        let mut last = None;
        for class in wanted {
            for group in &groups {
                let statistics = Statistics::of(&rows(*group, class));
                let found = Self { group: *group, class: class.map(plain_class), statistics, aside: Vec::new() };
                if found.statistics.are_few() {
                    aside.push((found.words(), found.statistics.counted.len()));
                    last = Some(found);
                    continue;
                }
                return Self { aside, ..found };
            }
        }
        // Even all bodies are too few: that is taken, and said to be few.
        let few = Self { group: Group::All, class: None, statistics: Statistics::of(&[]), aside: Vec::new() };
        aside.pop();
        Self { aside, ..last.unwrap_or(few) }
    }

    /// Whose cases they are: "councils in England".
    #[must_use]
    pub fn words(&self) -> String {
        match &self.class {
            Some(class) => format!("{}, {class}", self.group.words()),
            None => self.group.words().to_owned(),
        }
    }

    /// Why this class was taken and no narrower one.
    #[must_use]
    pub fn why(&self) -> String {
        let cases = |n: usize| match n {
            0 => "no case".to_owned(),
            1 => "one case".to_owned(),
            n => format!("{n} cases"),
        };
        let aside: Vec<String> = self.aside.iter().map(|(words, n)| format!("{words} {}", cases(*n))).collect();
        let few = if self.statistics.are_few() { "; fewer than five cases say little" } else { "" };
        if aside.is_empty() {
            format!("the narrowest class that fits{few}")
        } else {
            format!("narrower ones have fewer than five: {}{few}", aside.join("; "))
        }
    }
}
