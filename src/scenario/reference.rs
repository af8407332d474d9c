//! The language reference in Markdown, made from the tables of keys: every section and every key.

use std::fmt::Write;

use super::resolve::sections;
use crate::language::keys::{COMMON, FIGURE, Key, KeyKind, Need, ORGANISATION, Section};
use crate::vocabulary::Unit;

const HEAD: &str = "# The scenario language

A scenario is a TOML file. This page lists every section and every key; it is printed by
`fundgap reference` and a test keeps it true.

## Ten rules

1. Every named thing is a table with a name: `[saving.home_first]`. Names are small letters, digits
   and `_`; they are what `--set`, layers, `explain` and messages use. `organisation` may be left out
   when there is one.
2. A figure is written one way everywhere: one value for every plan year (`0.5`); a table of years
   (`{ \"2026/27\" = 0.5, then = 1 }`); a list with one value a plan year, in files that say
   `lists_from`; and with evidence or a range `{ likely = \"80%\", low = \"50%\", high = \"100%\",
   source = \"…\" }`. A year left out is an error unless `then` or `otherwise` says what it is. How far it
   may come out from the value is said one way: `low` and `high`, `p10` and `p90`, `outcomes` or `past`;
   no figure of the plan rests on it.
3. Units are said. Bare numbers are money in the file's `unit`; `\"£956\"`, `\"£1.2m\"`, `\"£2bn\"` and
   `\"£000 350\"` say their own. A rate needs its `%`. Digits that the unit does not hold are an error.
4. Amounts are positive; the kind of the item owns the sign. Where a negative makes sense the item
   says `signed = true` or `allow_reversal = true`.
5. Recurrent or one-off is always said (`recurrent = true`, `false` or `\"not_stated\"`), and so is what
   a schedule lists (`values = \"in_year\"` or `\"change\"`).
6. Evidence (`source`, `owner`, `note`) goes on any figure or table.
7. Nothing is hidden: what a file does not say is refused, or is a default that this page documents.
8. `\"not_published\"` is a value, never nought: what depends on it prints `n/p`.
9. Published totals are kept beside the model and reconciled, never forced.
10. The social care gap is a measure of its own: `sector = \"social_care\"` feeds it.

A file can build on others (`extends`), be laid over another (`--layer`) or be changed in one value
(`--set saving.home_first.delivery=60%`, `--set driver.pay@2027/28=4%`). Later wins; a figure is
replaced whole; `remove = true` deletes an item. A file with bare amounts of money says its `unit`, and
one with lists its `lists_from`, in a `[scenario]` of its own: they hold for that file only. An
`[adjust.…]` changes what the files say relative to what is there (a point more on pay, savings at most
60%), before `--set`; `--stress NAME` lays one of the library over a scenario, and `fundgap stresses`
lists them.
";

/// The reference.
#[must_use]
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    heading(&mut text, "A figure", "Keys of a figure written as a table, beside its years.");
    table(&mut text, FIGURE.iter());
    heading(&mut text, "Every item", "Keys that every named thing may have.");
    table(&mut text, COMMON.iter());
    let _ = writeln!(
        text,
        "\nItems that belong to an organisation also have `{}`: {}.",
        ORGANISATION.name, ORGANISATION.help
    );
    for section in sections() {
        let header = match section.name {
            "scenario" => "[scenario]".to_owned(),
            "expect" => "[[expect]]".to_owned(),
            "driver" => "[driver]".to_owned(),
            name => format!("[{name}.…]"),
        };
        heading(&mut text, &format!("`{header}`"), &sentence(section.help));
        table(&mut text, section.keys.iter());
        groups(&mut text, section, "");
    }
    text
}

fn heading(text: &mut String, title: &str, help: &str) {
    let _ = writeln!(text, "\n## {title}\n\n{help}\n");
}

fn sentence(help: &str) -> String {
    let mut letters = help.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The tables of further keys inside a section, and those inside them.
fn groups(text: &mut String, section: &Section, within: &str) {
    for (key, group) in section.groups() {
        let path = format!("{within}{}", key.name);
        let shape = match key.kind {
            KeyKind::Groups(_) => format!("{path} = [{{ … }}, …]"),
            KeyKind::GroupsBy(kind, _) => format!("{path} = {{ {} = {{ … }} }}", kind.to_uppercase()),
            _ => format!("{path} = {{ … }}"),
        };
        let _ = writeln!(text, "\n`{shape}`: {}.\n", group.help);
        table(text, group.keys.iter());
        groups(text, group, &format!("{path}."));
    }
}

fn table<'a>(text: &mut String, keys: impl Iterator<Item = &'a Key>) {
    text.push_str("| key | what it holds | needed | meaning |\n|---|---|---|---|\n");
    for key in keys {
        let need = match key.need {
            Need::Required => "yes".to_owned(),
            Need::Optional => "no".to_owned(),
            Need::Default(value) => format!("default `{value}`"),
        };
        let _ = writeln!(text, "| `{}` | {} | {need} | {} |", key.name, holds(key.kind), key.help.replace('|', "\\|"));
    }
}

fn holds(kind: KeyKind) -> String {
    match kind {
        KeyKind::Text => "a text".into(),
        KeyKind::Flag => "`true` or `false`".into(),
        KeyKind::Choice(words) => quoted(words),
        KeyKind::Choices(words) => format!("{}: one or a list", quoted(words)),
        KeyKind::Recurrence => "`true`, `false` or `\"not_stated\"`".into(),
        KeyKind::Single(unit) => format!("{}, one for all years", unit_words(unit)),
        KeyKind::Yearly(unit) => format!("{} by year", unit_words(unit)),
        KeyKind::RateOrDriver => "a driver's name, or a rate by year".into(),
        KeyKind::Month => "a month, `\"2026-10\"`".into(),
        KeyKind::MonthOfYear => "a month of the year, `\"09\"`".into(),
        KeyKind::Year => "a financial year, `\"2026/27\"`".into(),
        KeyKind::YearSpan => "two financial years, `[\"2016/17\", \"2020/21\"]`".into(),
        KeyKind::Count => "a whole number".into(),
        KeyKind::Reference(kind) => format!("the name of a [{kind}.…]"),
        KeyKind::References(kind) => format!("the name of a [{kind}.…], or a list"),
        KeyKind::Paths => "item paths like `\"line.pay\"` or `\"line.*\"`, one or a list".into(),
        KeyKind::Group(_) => "a table of further keys, below".into(),
        KeyKind::FigureOr(unit, _) => format!("{}, or a table of further keys, below", unit_words(unit)),
        KeyKind::Special(what) => what.into(),
        KeyKind::Weights => "a table from drivers to weights".into(),
        KeyKind::Drivers => "a list of drivers and rates".into(),
        KeyKind::Groups(_) => "a list of tables of further keys, below".into(),
        KeyKind::GroupsBy(kind, _) => format!("a table from the names of {kind}s to further keys, below"),
        KeyKind::FiguresBy(kind, unit) => {
            format!("a table from the names of {kind}s to {} by year", unit_words(unit))
        }
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|w| format!("`\"{w}\"`")).collect::<Vec<_>>().join(", ")
}

fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Rate => "a rate",
        Unit::Quantity => "a count",
        Unit::UnitPrice => "a price for one",
        Unit::Months => "months",
        Unit::Month => "a month",
    }
}
