//! # Organisations
//!
//! Whose gap is reported. The kind picks the balance rule: a council must set a balanced budget
//! each year (only year 1 by law); an NHS body may end the year in deficit and carries it.

use super::context::Head;
use crate::language::{Item, Key, KeyKind, Section};
use crate::vocabulary::{Name, Place};

/// The keys of an organisation.
pub const SECTION: Section = Section {
    name: "organisation",
    help: "a body whose gap is reported: a council, an integrated care board, a trust",
    keys: &[
        Key::required(
            "kind",
            KeyKind::Choice(OrganisationKind::WORDS),
            "what it is: picks the balance rule and the views it stands in",
        ),
        Key::optional("council_type", KeyKind::Choice(COUNCIL_TYPES), "for a council: its type"),
        Key::optional(
            "surplus_to",
            KeyKind::Reference("reserve"),
            "the reserve a surplus is added to; without it a surplus is only reported",
        ),
        super::line::CSV_FILES,
    ],
    belongs: false,
};

/// What a council can be.
pub(super) const COUNCIL_TYPES: &[&str] =
    &["county", "unitary", "metropolitan", "london", "district", "fire", "police", "combined_authority"];

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganisationKind {
    /// A local authority.
    Council,
    /// An integrated care board (before 2022 a clinical commissioning group).
    Icb,
    /// An NHS trust.
    NhsTrust,
    /// An NHS foundation trust.
    FoundationTrust,
    /// Anything else: no balance rule applies.
    Other,
}

impl OrganisationKind {
    const WORDS: &'static [&'static str] = &["council", "icb", "nhs_trust", "foundation_trust", "other"];

    fn read(word: &str) -> Self {
        match word {
            "council" => Self::Council,
            "icb" => Self::Icb,
            "nhs_trust" => Self::NhsTrust,
            "foundation_trust" => Self::FoundationTrust,
            _ => Self::Other,
        }
    }

    /// Whether it is an NHS body.
    #[must_use]
    pub const fn is_nhs(self) -> bool {
        matches!(self, Self::Icb | Self::NhsTrust | Self::FoundationTrust)
    }

    /// Its words on the screen.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Council => "council",
            Self::Icb => "integrated care board",
            Self::NhsTrust => "NHS trust",
            Self::FoundationTrust => "NHS foundation trust",
            Self::Other => "other body",
        }
    }
}

/// An organisation as resolved.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// For a council, its type.
    pub council_type: Option<&'static str>,
    /// The reserve a surplus goes to.
    pub surplus_to: Option<Name>,
    /// What else a reader should know of it.
    pub note: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Reads an organisation.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Organisation> {
    let head = Head::of(item)?;
    let council_type = item.choice("council_type");
    let surplus_to = item.reference("surplus_to");
    // Line lists were read with the files; the key only needs to be known here.
    let _ = item.node("lines");
    Some(Organisation {
        name: head.name,
        title: head.title.to_string(),
        kind: OrganisationKind::read(item.choice("kind")?),
        council_type,
        surplus_to,
        note: head.evidence.note,
        place: head.place,
    })
}
