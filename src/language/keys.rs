//! Tables of keys: one row a key, from which reading, did-you-mean, the JSON Schema, the language
//! reference and the register are all made. Nothing is listed twice.

use crate::vocabulary::Unit;

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The item cannot be read without it.
    Required,
    /// It may be left out; the help says what that means.
    Optional,
    /// Left out, it takes this documented default, which the register lists as "default".
    Default(&'static str),
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub enum KeyKind {
    /// Free text.
    Text,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// One of these words, or a list of them.
    Choices(&'static [&'static str]),
    /// `true`, `false` or `"not_stated"`.
    Recurrence,
    /// One figure that holds for every year.
    Single(Unit),
    /// A figure with a value for each plan year.
    Yearly(Unit),
    /// A rate by year, or the name of a driver.
    RateOrDriver,
    /// A calendar month, `"2026-10"`.
    Month,
    /// A month of the year, `"09"` for September.
    MonthOfYear,
    /// A financial year, `"2026/27"`.
    Year,
    /// Two financial years, the first and the last.
    YearSpan,
    /// A whole number.
    Count,
    /// The name of an item of this kind.
    Reference(&'static str),
    /// One name, or a list of names, of items of this kind.
    References(&'static str),
    /// Item paths like `"line.pay"`, where `*` stands for any letters: one or a list.
    Paths,
    /// A table of further keys.
    Group(&'static Section),
    /// A figure, or a table of further keys.
    FigureOr(Unit, &'static Section),
    /// A figure by year, `"not_published"` or words that only its own section explains.
    Special(&'static str),
    /// A table from driver names to weights.
    Weights,
    /// A list of driver names and rates.
    Drivers,
    /// A list of tables of further keys.
    Groups(&'static Section),
    /// A table from the names of items of a kind to tables of further keys.
    GroupsBy(&'static str, &'static Section),
    /// A table from the names of items of a kind to figures by year.
    FiguresBy(&'static str, Unit),
}

/// One key of a section.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The key as written.
    pub name: &'static str,
    /// What it holds.
    pub kind: KeyKind,
    /// Whether it must be there.
    pub need: Need,
    /// One line of help.
    pub help: &'static str,
}

impl Key {
    /// A key that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, kind: KeyKind, help: &'static str) -> Self {
        Self { name, kind, need: Need::Optional, help }
    }

    /// A key that must be there.
    #[must_use]
    pub const fn required(name: &'static str, kind: KeyKind, help: &'static str) -> Self {
        Self { name, kind, need: Need::Required, help }
    }

    /// A key with a documented default.
    #[must_use]
    pub const fn default(name: &'static str, kind: KeyKind, default: &'static str, help: &'static str) -> Self {
        Self { name, kind, need: Need::Default(default), help }
    }
}

/// A kind of table in a scenario file, and its keys.
#[derive(Debug)]
pub struct Section {
    /// The word in the header: `saving` in `[saving.home_first]`.
    pub name: &'static str,
    /// What it is for: one or two sentences.
    pub help: &'static str,
    /// Its own keys, without the common ones.
    pub keys: &'static [Key],
    /// Whether items of this kind belong to an organisation.
    pub belongs: bool,
}

/// Keys that every named thing may have.
pub const COMMON: &[Key] = &[
    Key::optional("title", KeyKind::Text, "the name shown to people; else the name in words"),
    Key::optional("source", KeyKind::Text, "the document or page the figures come from"),
    Key::optional("owner", KeyKind::Text, "who answers for the figures"),
    Key::optional("note", KeyKind::Text, "anything else a reader should know"),
    Key::optional("remove", KeyKind::Flag, "in a layer: `true` deletes the item"),
];

/// The key of items that belong to an organisation.
pub const ORGANISATION: Key = Key::optional(
    "organisation",
    KeyKind::Reference("organisation"),
    "whose it is; may be left out when there is one organisation",
);

/// The shapes of a range.
pub const SHAPES: &[&str] = &["triangular", "pert", "uniform", "normal"];

/// What the ends of a range may be.
pub const ENDS: &[&str] = &["absolute", "p10p90"];

/// How often a figure may be drawn.
pub const DRAWN: &[&str] = &["each_year", "once"];

/// Keys of a figure written as a table, besides its years.
pub const FIGURE: &[Key] = &[
    Key::optional("likely", KeyKind::Special("figure"), "the value used, when a range or evidence stands beside it"),
    Key::optional("low", KeyKind::Special("value, or values by year"), "the low end of its range"),
    Key::optional("high", KeyKind::Special("value, or values by year"), "the high end of its range"),
    Key::optional(
        "shape",
        KeyKind::Choice(SHAPES),
        "how it lies between `low` and `high`: \"triangular\", straight up to the value and down from it, where left out; \"pert\", the same but smooth; \"uniform\", all alike; \"normal\" is what `p10` and `p90` make",
    ),
    Key::optional(
        "ends",
        KeyKind::Choice(ENDS),
        "what `low` and `high` are: \"absolute\", nothing lies beyond them, where left out; \"p10p90\", one in ten lies below and one in ten above, which is what experts usually mean, as their ranges are too narrow",
    ),
    Key::optional(
        "p10",
        KeyKind::Special("value, or values by year"),
        "instead of `low` and `high`: what it is below one time in ten; with `p90` a normal distribution, in which the value entered plays no part",
    ),
    Key::optional("p90", KeyKind::Special("value, or values by year"), "what it is above one time in ten"),
    Key::optional(
        "outcomes",
        KeyKind::Special("values with chances: `[{ value = \"60%\", chance = \"25%\" }, …]`"),
        "instead of a range: certain values, each with its chance; the chances add up to exactly 100%",
    ),
    Key::optional(
        "past",
        KeyKind::Special("a list of values"),
        "instead of a range: what it came to before, at least two values, each as likely as the others",
    ),
    Key::optional(
        "drawn",
        KeyKind::Choice(DRAWN),
        "how often `simulate` draws it in one future: \"each_year\" by itself, or \"once\", all years at the same place of their range; left out, a driver's rate is drawn each year and all else once",
    ),
    Key::optional("then", KeyKind::Special("value"), "the value of every year after the last one named"),
    Key::optional(
        "otherwise",
        KeyKind::Special("value"),
        "the value of years not named: 0, \"hold\" or \"not_published\"",
    ),
    Key::optional("about", KeyKind::Flag, "`true` when the figure was published as approximate"),
    Key::optional(
        "unconfirmed",
        KeyKind::Flag,
        "`true` when its source was not seen: confirm it before you rely on it",
    ),
    Key::optional("source", KeyKind::Text, "the document or page it comes from"),
    Key::optional("owner", KeyKind::Text, "who answers for it"),
    Key::optional("note", KeyKind::Text, "anything else a reader should know"),
];

impl Section {
    /// Its own keys and the common ones that apply.
    pub fn all_keys(&self) -> impl Iterator<Item = &'static Key> {
        let organisation = if self.belongs { Some(&ORGANISATION) } else { None };
        self.keys.iter().chain(organisation).chain(if self.name.is_empty() { &[] } else { COMMON })
    }

    /// The tables of further keys that its keys hold, each with its key.
    pub fn groups(&self) -> impl Iterator<Item = (&'static Key, &'static Section)> {
        self.keys.iter().filter_map(|key| match key.kind {
            KeyKind::Group(group)
            | KeyKind::FigureOr(_, group)
            | KeyKind::Groups(group)
            | KeyKind::GroupsBy(_, group) => Some((key, group)),
            _ => None,
        })
    }

    /// The key of this name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        find(self.keys, name)
            .or_else(|| (self.belongs && name == ORGANISATION.name).then_some(&ORGANISATION))
            .or_else(|| if self.name.is_empty() { None } else { find(COMMON, name) })
    }
}

/// The key of this name among these.
fn find(keys: &'static [Key], name: &str) -> Option<&'static Key> {
    // Most names differ in their length or first letter: the rest is compared when they do not.
    let first = name.as_bytes().first();
    keys.iter().find(|k| k.name.len() == name.len() && k.name.as_bytes().first() == first && k.name == name)
}
