//! A table ready to be shown to people in any form: its figures rounded, footed where that was
//! asked for, its words cleaned, and the remarks that its figures call for put under it.

use super::figure::{self, Display};
use super::footing;
use super::text::clean;
use crate::report::table::{Bar, Figure, FigureStyle, Sentence, Span, Table, TableCell};
use crate::vocabulary::Unit;

/// The note under a table in which parts were moved.
pub const FOOTED: &str = "figures adjusted by the last digit so that they add";
/// The note under a table whose displayed parts do not add to a displayed total.
pub const MAY_NOT_SUM: &str = "figures may not sum due to rounding";

/// A table as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<'a> {
    /// What it shows: rows, columns and styles.
    pub table: &'a Table,
    /// Its title.
    pub title: Option<String>,
    /// The unit of money, and what else must be known to read it.
    pub key: Option<String>,
    /// The headings of its columns.
    pub headings: Vec<String>,
    /// The text of every cell, each row as long as there are columns.
    pub cells: Vec<Vec<String>>,
    /// The remarks under it.
    pub notes: Vec<String>,
}

impl<'a> Shown<'a> {
    /// The table as `display` shows it.
    #[must_use]
    pub fn new(table: &'a Table, display: &Display) -> Self {
        let footing = footing::foot(table, display);
        let show = |row: usize, column: usize| match table.rows[row].cells.get(column) {
            None | Some(TableCell::Empty) => String::new(),
            Some(TableCell::Text(text)) => clean(text).trim().to_owned(),
            Some(TableCell::Said(said)) => sentence(said, display),
            Some(TableCell::Bar(it)) => bar(it),
            Some(TableCell::Figure(f)) => figure::say(f, display, footing.moved.get(&(row, column)).copied()),
        };
        let cells = (0..table.rows.len()).map(|row| (0..table.columns.len()).map(|column| show(row, column)).collect());
        let mut notes: Vec<String> = table.notes.iter().map(|note| sentence(note, display)).collect();
        if !footing.moved.is_empty() {
            notes.push(FOOTED.to_owned());
        }
        if footing.short {
            notes.push(MAY_NOT_SUM.to_owned());
        }
        notes.extend(legend(table));
        Self {
            table,
            title: table.title.as_deref().map(|title| clean(title).into_owned()),
            key: key(table, display),
            headings: table.columns.iter().map(|column| clean(&column.heading).into_owned()).collect(),
            cells: cells.collect(),
            notes,
        }
    }
}

/// Blocks on either side of a bar's middle.
const BAR: u128 = 11;

/// Parts of a block that fill it from the left, an eighth to a whole one.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// A bar: what is below nought to the left of the middle, what is above it to the right, in eighths of a
/// block where there are such (to the left there are halves). What is not nought has a mark at least.
fn bar(bar: &Bar) -> String {
    // Parts of a block, so many to the whole, nearest and halves away from nought.
    let parts = |length: u128, each: u128| {
        let longest = bar.longest.max(1);
        let parts = (length.min(longest).saturating_mul(2 * BAR * each) + longest) / (2 * longest);
        usize::try_from(if length > 0 { parts.max(1) } else { 0 }).unwrap_or(0)
    };
    let half = usize::try_from(BAR).unwrap_or(0);
    let dots = |taken: usize| "·".repeat(half.saturating_sub(taken));
    let (below, above) = (parts(bar.below, 2), parts(bar.above, 8));
    let left = if below % 2 == 1 { "▐" } else { "" }.to_owned() + &"█".repeat(below / 2);
    let mut right = "█".repeat(above / 8);
    right.extend((above % 8).checked_sub(1).map(|last| EIGHTHS[last]));
    format!("{}{left}│{right}{}", dots(below.div_ceil(2)), dots(above.div_ceil(8)))
}

/// A sentence as people read it.
#[must_use]
pub fn sentence(sentence: &Sentence, display: &Display) -> String {
    let mut text = String::new();
    for span in &sentence.0 {
        match span {
            Span::Text(words) => text.push_str(&clean(words)),
            Span::Figure(figure) => text.push_str(&figure::words(figure, display)),
        }
    }
    text
}

fn figures(table: &Table) -> impl Iterator<Item = &Figure> {
    table.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| match cell {
        TableCell::Figure(figure) => Some(figure),
        TableCell::Empty | TableCell::Text(_) | TableCell::Said(_) | TableCell::Bar(_) => None,
    })
}

/// The unit before the table's own key, when money stands in it without a unit.
fn key(table: &Table, display: &Display) -> Option<String> {
    let bare = figures(table).any(|f| f.unit == Unit::Money && f.style == FigureStyle::Table);
    let unit = bare.then(|| display.unit.word());
    let own = table.key.as_deref().map(clean);
    match (unit, own) {
        (Some(unit), Some(own)) => Some(format!("{unit}; {own}")),
        (Some(unit), None) => Some(unit.to_owned()),
        (None, own) => own.map(std::borrow::Cow::into_owned),
    }
}

/// What the marks beside figures mean, for those that occur.
fn legend(table: &Table) -> Option<String> {
    let any = |is: fn(&Figure) -> bool| figures(table).any(is);
    let marks = [
        (any(|f| f.published().is_none()), "n/p: not published, or resting on what was not"),
        (any(|f| f.published().is_some() && f.flags.interpolated), "~: filled in between published years"),
        (any(|f| f.published().is_some() && f.flags.about > 0), "c.: known only about"),
    ];
    let said: Vec<&str> = marks.into_iter().filter(|(occurs, _)| *occurs).map(|(_, words)| words).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::{Column, TableRow};
    use crate::sheet::{Flags, Sign};

    fn thirds() -> Table {
        let mut table = Table::new(vec![Column::text(""), Column::figure("2026/27")]);
        let cell = |pence| vec![Figure::money(pence).into()];
        let parts = (0..3).map(|_| (table.push(TableRow::plain("part", cell(33_340_000))), Sign::Plus)).collect();
        table.push(TableRow::plain("all", cell(100_020_000)).sum_of(parts));
        table
    }

    #[test]
    fn a_reader_is_told_when_parts_do_not_add_and_when_they_were_made_to() {
        let column = |shown: &Shown<'_>| shown.cells.iter().map(|row| row[1].clone()).collect::<Vec<_>>();
        let table = thirds();
        let display = Display { decimals: Some(2), ..Display::default() };
        let shown = Shown::new(&table, &display);
        assert_eq!(column(&shown), ["0.33", "0.33", "0.33", "1.00"]);
        assert_eq!(shown.notes, [MAY_NOT_SUM]);
        let shown = Shown::new(&table, &Display { footing: true, ..display });
        assert_eq!(column(&shown), ["0.34", "0.33", "0.33", "1.00"]);
        assert_eq!(shown.notes, [FOOTED]);
        let exact = Display { decimals: Some(4), ..display };
        assert!(Shown::new(&table, &exact).notes.is_empty());
    }

    #[test]
    fn the_key_says_the_unit_only_where_money_has_none() {
        let mut table = thirds();
        assert_eq!(Shown::new(&table, &Display::default()).key.as_deref(), Some("£m"));
        table.key = Some("cash prices".into());
        assert_eq!(Shown::new(&table, &Display::default()).key.as_deref(), Some("£m; cash prices"));
        table.rows.clear();
        let rate = Figure::new(Unit::Rate, Some(29_900_000), Flags::EXACT);
        table.push(TableRow::plain("pay", vec![rate.into()]));
        assert_eq!(Shown::new(&table, &Display::default()).key.as_deref(), Some("cash prices"));
    }

    #[test]
    fn a_bar_shows_what_is_not_nought() {
        let of = |below, above| super::bar(&Bar { below, above, longest: 1_100 });
        assert_eq!(of(1_100, 550), "███████████│█████▌·····");
        assert_eq!(of(550, 1), "·····▐█████│▏··········");
        assert_eq!(of(1, 113), "··········▐│█▏·········");
        assert_eq!(of(0, 0), "···········│···········");
        assert_eq!(super::bar(&Bar { below: 0, above: 0, longest: 0 }), "···········│···········");
    }

    #[test]
    fn short_and_long_rows_have_as_many_texts_as_columns() {
        let mut table = thirds();
        table.rows.truncate(2);
        table.rows[0].cells.truncate(1);
        table.rows[1].cells.push("beyond".into());
        let shown = Shown::new(&table, &Display::default());
        assert_eq!(shown.cells, [["part", ""], ["part", "0.333"]]);
    }
}
