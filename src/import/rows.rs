//! Following a map through a workbook: each row becomes an item with its figures, or is told as what it is.

mod said;

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Book, Cell, Row, Sheet, Value, letters, reference};
use super::figure::{PoundSign, all_show_pounds, figure, figure_in, is_continental};
use super::map::{CellUnit, Kind, Map, RangeMap, SignRule};
use super::number::Number;
use super::sums::{self, SumRow};
use crate::vocabulary::number::ten_to;
use crate::vocabulary::{FinancialYear, Unit};

/// What came of following a map.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// The items, in the order of the ranges and their rows.
    pub items: Vec<Item>,
    /// What each range came to, in the order of the map.
    pub ranges: Vec<RangeTaken>,
    /// Everything that a person should know, in the order in which it was met.
    pub listed: Vec<Listed>,
}

/// What a range came to.
#[derive(Debug, Clone, Default)]
pub struct RangeTaken {
    /// How many rows became items.
    pub rows: usize,
    /// The sum of its money by column, the base year's first, in pence with the sign of the sheet; nothing where a
    /// figure is wanting.
    pub sums: Vec<Option<i128>>,
    /// How many empty cells were read as what the map says.
    pub empty: usize,
    /// How many figures were texts.
    pub texts: usize,
    /// How many said their own unit: `£1.5m`, or pounds among thousands.
    pub own_unit: usize,
    /// Whether every figure shows a sign of pounds and was read in the unit of the map.
    pub ornament: bool,
    /// How many had a trace of binary arithmetic beyond the fifteenth digit.
    pub noise: usize,
    /// Figures that were rounded.
    pub rounded: Rounded,
}

/// Figures that were rounded to the last step of their unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rounded {
    /// How many.
    pub cells: usize,
    /// By how much they became more in total, in millionths of a millionth of a pound, or of one for rates.
    pub total: i128,
}

/// The decimals of [`Rounded::total`].
pub const FINE: u32 = 12;

/// An item of the scenario.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Which range it came from.
    pub range: usize,
    /// Its name.
    pub name: String,
    /// Its title as the sheet has it.
    pub title: String,
    /// Its service.
    pub service: Option<String>,
    /// Its row.
    pub row: u32,
    /// The base year's figure, or a reserve's opening balance.
    pub base: Option<Taking>,
    /// The figures of the plan years.
    pub years: Vec<(FinancialYear, Taking)>,
    /// Whether any of them is negative and may be.
    pub signed: bool,
    /// `true`, `false` or `not_stated`.
    pub recurrent: Option<String>,
    /// The status of a saving.
    pub status: Option<String>,
}

/// A figure that was taken, or what is wanting of it.
#[derive(Debug, Clone)]
pub struct Taking {
    /// Its value in steps of its unit; nothing when it is not published or must be filled in.
    pub steps: Option<i128>,
    /// Its column.
    pub column: u32,
    /// Why it must be filled in.
    pub wanting: Option<String>,
}

/// Something to be told, with its sheet and cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it asks of the reader.
    pub what: What,
    /// The sheet.
    pub sheet: String,
    /// The cell, row or rows; empty for a whole sheet.
    pub cell: String,
    /// What is so.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// What something that is told asks of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A figure must be filled in before the plan is whole.
    FillIn,
    /// Rows with figures became no item, and should perhaps have.
    NotRead,
    /// Rows that are the sum of others, or were left out by the map.
    LeftOut,
    /// Something to know.
    Note,
}

/// Follows a map. Sheets that are not there are told and nothing is read of them.
#[must_use]
pub fn follow(book: &Book, map: &Map) -> Taken {
    let mut taken = Taken::default();
    let mut names: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for (at, range) in map.ranges.iter().enumerate() {
        let Some(sheet) = book.sheets.iter().find(|s| s.name == range.sheet) else {
            taken.ranges.push(RangeTaken::default());
            continue;
        };
        let (pounds, result) = (PoundSign::Unit, RangeTaken::default());
        let mut following = Following { at, range, sheet, pounds, taken: &mut taken, result };
        following.all(names.entry(range.kind.section()).or_default());
        let result = following.result;
        taken.ranges.push(result);
    }
    super::unread::tell(book, map, &mut taken.listed);
    taken
}

struct Following<'a> {
    at: usize,
    range: &'a RangeMap,
    sheet: &'a Sheet,
    /// What a sign of pounds says in this range.
    pounds: PoundSign,
    taken: &'a mut Taken,
    result: RangeTaken,
}

impl Following<'_> {
    fn list(&mut self, what: What, cell: String, message: impl Into<String>, hint: impl Into<String>) {
        let sheet = self.sheet.name.clone();
        self.taken.listed.push(Listed { what, sheet, cell, message: message.into(), hint: hint.into() });
    }

    fn all(&mut self, names: &mut BTreeSet<String>) {
        let (range, sheet) = (self.range, self.sheet);
        let columns: Vec<u32> = range.columns().collect();
        self.result.sums = vec![Some(0); columns.len()];
        let rows: Vec<&Row> =
            sheet.between(range.first, range.last).iter().filter(|r| !range.skips(r.number)).collect();
        let of_sum = |row: &Row| sheet.text(row.number, range.title).is_some_and(|title| sums::is_total(&title));
        let items = rows.iter().filter(|row| !of_sum(row));
        if all_show_pounds(items.flat_map(|row| columns.iter().filter_map(|c| row.cell(*c)))) {
            self.pounds = PoundSign::Ornament;
            self.result.ornament = matches!(range.unit, CellUnit::Money(unit) if unit.power() > 0);
        }
        let items: Vec<&Row> = rows.iter().copied().filter(|r| !repeats_heading(sheet, range, r.number)).collect();
        let sums = sums::find(sheet, range, &items, &columns, self.pounds);
        let mut without = Vec::new();
        for row in rows {
            let repeats = repeats_heading(sheet, range, row.number);
            if repeats || !columns.iter().any(|c| row.cell(*c).is_some_and(|cell| !is_dash(cell))) {
                without.push(row.number);
                continue;
            }
            let title = sheet.text(row.number, range.title);
            if let Some(sum) = sums.get(&row.number).filter(|_| !range.keeps(row.number)) {
                self.left_out_as_sum(row, title.as_deref().unwrap_or("without a title"), sum);
                continue;
            }
            match title {
                Some(title) => self.item(row, title, names),
                None => {
                    let hint = "write a title in the sheet, or add the row to `skip`";
                    let message = format!("has figures and no title in column {}: left out", letters(range.title));
                    self.list(What::NotRead, format!("row {}", row.number), message, hint);
                }
            }
        }
        if !without.is_empty() {
            let message = "no figures in these rows: read as headings";
            self.list(What::Note, rows_words(&without), message, "type 0 where a row is an item of nought");
        }
        if let (Some((first, last)), false) = (range.skip.first().zip(range.skip.last()), range.skip.is_empty()) {
            let rows: Vec<u32> = range
                .skip
                .iter()
                .flat_map(|(f, l)| *f..=(*l).min(f.saturating_add(10_000)))
                .filter(|r| sheet.row(*r).is_some())
                .collect();
            let _ = (first, last);
            if !rows.is_empty() {
                self.list(What::LeftOut, rows_words(&rows), "left out because the map says `skip`", "");
            }
        }
    }

    fn left_out_as_sum(&mut self, row: &Row, title: &str, sum: &SumRow) {
        let cell = format!("row {}", row.number);
        match sum {
            SumRow::Adds { first, last } => {
                let message = format!("`{title}` is the sum of rows {first} to {last}: left out");
                self.list(What::LeftOut, cell, message, "if it is a line of its own, add its row to `keep`");
            }
            SumRow::Named => {
                let message =
                    format!("`{title}` is named as a total and is not the sum of rows above or below it: left out");
                let hint = "check the sheet: a row may be missing; if it is a line of its own, add its row to `keep`";
                self.list(What::NotRead, cell, message, hint);
            }
            SumRow::Words => {
                let message =
                    format!("`{title}` is named as a total and holds words where figures would stand: left out");
                self.list(What::LeftOut, cell, message, "if it is a line of its own, add its row to `keep`");
            }
        }
    }

    fn item(&mut self, row: &Row, title: String, names: &mut BTreeSet<String>) {
        let range = self.range;
        let base = range.base.map(|column| self.figure(row, column));
        let years: Vec<(FinancialYear, Taking)> =
            range.years.iter().map(|(year, column)| (*year, self.figure(row, *column))).collect();
        let mut all: Vec<Taking> = base.iter().chain(years.iter().map(|(_, t)| t)).cloned().collect();
        for (sum, taking) in self.result.sums.iter_mut().zip(&all) {
            // An empty cell that is not published adds nothing that is known.
            *sum = sum.zip(taking.steps).and_then(|(a, b)| a.checked_add(b));
        }
        let negative = |t: &Taking| t.steps.is_some_and(|s| s < 0);
        let only_negative = all.iter().any(negative) && !all.iter().any(|t| t.steps.is_some_and(|s| s > 0));
        let income = range.sign == SignRule::IncomeNegative && only_negative;
        if range.sign == SignRule::Turned || income {
            for taking in &mut all {
                taking.steps = taking.steps.map(|s| -s);
            }
        }
        let kind = if income { Kind::Income } else { range.kind };
        let mut signed = false;
        for taking in all.iter_mut().filter(|t| negative(t)) {
            if range.negative {
                signed = true;
                continue;
            }
            let cell = reference(row.number, taking.column);
            let shown = if range.sign == SignRule::Turned {
                "positive here, and the map says the sheet shows"
            } else {
                "negative, and"
            };
            let message = match range.sign {
                SignRule::Turned => format!("`{title}` is {shown} this range negative"),
                _ => format!("`{title}` is {shown} a {} is written positive", kind.word()),
            };
            let hint = "check the figure; write negative = \"allowed\" if it is meant, or change `sign`";
            taking.wanting = Some(message.clone());
            taking.steps = None;
            self.list(What::FillIn, cell, message, hint);
        }
        let mut takings = all.into_iter();
        let base = base.and_then(|_| takings.next());
        let years = years.iter().map(|(year, _)| *year).zip(takings).collect();
        let recurrent = self.recurrent(row);
        let status = self.status(row);
        let service = self.service(row);
        let name = self.name(row, &title, names);
        self.result.rows += 1;
        let range = self.at;
        self.taken.items.push(Item {
            kind,
            range,
            name,
            title,
            service,
            row: row.number,
            base,
            years,
            signed,
            recurrent,
            status,
        });
    }

    /// The figure of a cell in steps, with the sign of the sheet.
    fn figure(&mut self, row: &Row, column: u32) -> Taking {
        let (range, pounds) = (self.range, self.pounds);
        let at = |steps| Taking { steps, column, wanting: None };
        let Some(cell) = row.cell(column).filter(|cell| !is_dash(cell)) else {
            self.result.empty += 1;
            return at(range.empty_is_nought.then_some(0));
        };
        let mut want = |message: String, hint: &str| {
            self.list(What::FillIn, reference(row.number, column), message.clone(), hint);
            Taking { steps: None, column, wanting: Some(message) }
        };
        let (number, percent, text) = match &cell.value {
            Value::Number(number) => (*number, cell.percent, None),
            Value::Text(text) => match figure_in(text, range.unit, pounds) {
                Some((number, percent)) => (number, percent, Some(text)),
                None if is_not_published(text) => return at(None),
                None if is_continental(text) => {
                    let message = format!("holds the text `{}`, which has a decimal comma", shortened(text));
                    return want(message, "type it with a decimal point, or as a number");
                }
                None => {
                    let message = format!("holds the text `{}` where a figure belongs", shortened(text));
                    return want(message, "type the figure, 0, or n/p when it is not published");
                }
            },
            Value::Error(error) => return want(format!("holds the error {error}"), "put the formula right and save"),
            Value::Uncomputed => {
                let hint = "open it in Excel or LibreOffice, let it calculate, and save it";
                return want("holds a formula whose value was not saved with it".to_owned(), hint);
            }
            Value::Date(date) => {
                let hint = "set the cell's format to Number: a figure may only look like a date";
                return want(format!("holds a date ({date}) where a figure belongs"), hint);
            }
            Value::Flag(_) => return want("holds true or false where a figure belongs".to_owned(), "type the figure"),
            Value::OutOfRange => {
                return want("holds a number that is too large for any plan".to_owned(), "check the figure");
            }
        };
        let (power, places, divided) = match range.unit {
            CellUnit::Money(_) if percent => {
                return want("is shown as a percentage where money belongs".to_owned(), "type the amount");
            }
            CellUnit::Money(unit) => (unit.power(), Unit::Money.scale(), 0),
            // What the sheet shows as 2.5% it holds as 0.025, whatever the map says of plain numbers.
            _ if percent => (0, Unit::Rate.scale(), 0),
            CellUnit::Percent => (0, Unit::Rate.scale(), 2),
            CellUnit::Fraction => (0, Unit::Rate.scale(), 0),
            CellUnit::Ask if number.is_nought() => (0, Unit::Rate.scale(), 0),
            CellUnit::Ask if range.kind != Kind::Driver => {
                let shown = cell.words().unwrap_or_default();
                let hint = "write unit = \"£\", \"£000\" or \"£m\" in the map";
                return want(format!("holds {shown}, which may be pounds or what the headings say"), hint);
            }
            CellUnit::Ask => {
                let shown = cell.words().unwrap_or_default();
                let hint = "write unit = \"%\" (2.5 is 2.5%) or \"fraction\" (0.025 is 2.5%) in the map";
                return want(format!("holds {shown}, which may be {shown}% or a hundred times that"), hint);
            }
        };
        let number = Number { scale: number.scale + divided, ..number };
        let Some(read) = number.steps(power, places) else {
            return want("holds a number that is too large for any plan".to_owned(), "check the unit of the range");
        };
        if let Some(text) = text {
            let own = figure(text).is_none() || power > 0 && pounds == PoundSign::Unit && text.contains('£');
            self.result.own_unit += usize::from(own);
            self.result.texts += usize::from(!own && !self.sheet.csv);
        }
        self.result.noise += usize::from(number.noise);
        if read.hidden {
            if !range.round {
                let shown = cell.words().unwrap_or_default();
                let unit = if range.kind == Kind::Driver { "seven decimals of a per cent" } else { "whole pence" };
                let hint = "write round = true in the map, or type what was decided";
                let message = format!("holds {shown}, which has more digits than {unit} can hold");
                self.list(What::FillIn, reference(row.number, column), message.clone(), hint);
                return Taking { steps: None, column, wanting: Some(message) };
            }
            self.result.rounded.cells += 1;
            if let Some(fine) = number.steps(power, FINE) {
                let coarse = read.steps.saturating_mul(ten_to(FINE - places));
                self.result.rounded.total = self.result.rounded.total.saturating_add(coarse.saturating_sub(fine.steps));
            }
        }
        at(Some(read.steps))
    }
}

/// Whether a row is the heading of its range once more, or the row that stands below the heading.
pub(super) fn repeats_heading(sheet: &Sheet, range: &RangeMap, row: u32) -> bool {
    let Some(header) = range.header.filter(|header| row > *header) else { return false };
    let alike = |row: u32, of: u32| {
        let same = |column: u32| sheet.text(row, column) == sheet.text(of, column);
        range.columns().all(same) && range.columns().any(|column| sheet.cell(of, column).is_some())
    };
    let words = |row: u32| range.columns().all(|column| sheet.cell(row, column).is_none_or(|c| c.typed().is_some()));
    alike(row, header) || row > header + 1 && alike(row - 1, header) && words(row) && alike(row, header + 1)
}

/// Whether a cell shows a dash or nothing, as sheets print nought.
pub(super) fn is_dash(cell: &Cell) -> bool {
    cell.typed().is_some_and(|text| matches!(text, "" | "-" | "–" | "—" | "−"))
}

pub(super) fn is_not_published(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "n/p" | "not published" | "not_published")
}

/// A text of a sheet as it is quoted in a message.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= MOST { words } else { words.chars().take(MOST - 1).collect::<String>() + "…" }
}

/// Rows in words: `row 5`, `rows 5 to 7, 9`.
#[must_use]
pub fn rows_words(rows: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *row => *last = *row,
            _ => runs.push((*row, *row)),
        }
    }
    let more = runs.len().saturating_sub(8);
    let mut words: Vec<String> =
        runs.iter().take(8).map(|(f, l)| if f == l { f.to_string() } else { format!("{f} to {l}") }).collect();
    if more > 0 {
        words.push(format!("and {more} more"));
    }
    format!("{} {}", if rows.len() == 1 { "row" } else { "rows" }, words.join(", "))
}
