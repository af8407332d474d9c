//! What a report says, as data: a document of sentences and tables whose figures still carry their
//! unit, their exact value and what must be said beside them.
//!
//! A report decides what is said and in which order; how it looks (rounding, brackets, columns,
//! commas, escapes) is decided in [`output`](crate::output), once for each format. Nothing in here is
//! rounded, and no text in here holds a figure that was turned into words too early.

use crate::sheet::{CellId, Flags, Run, Sign};
use crate::vocabulary::Unit;

/// A whole report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// The facts printed under the title: version, stage and date.
    pub lines: Vec<Sentence>,
    /// What it says, in reading order.
    pub blocks: Vec<Block>,
}

impl Document {
    /// The same, with what was changed before the scenario was read said below its title: no figure of a changed plan
    /// stands as if it were the plan's own.
    #[must_use]
    pub fn with_changes(mut self, changes: &[String]) -> Self {
        if !changes.is_empty() {
            self.lines.push(format!("with {}", changes.join(", ")).into());
        }
        self
    }

    /// The fewest decimals, three at most, at which all money of its tables is exact in millions of
    /// pounds; nothing where it holds none.
    #[must_use]
    pub fn decimals_of_millions(&self) -> Option<u32> {
        let tables = self.blocks.iter().filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None });
        decimals_of_millions(tables)
    }
}

/// The fewest decimals, three at most, at which all money of these tables is exact in millions of pounds;
/// nothing where they hold none.
#[must_use]
pub fn decimals_of_millions<'a>(tables: impl Iterator<Item = &'a Table>) -> Option<u32> {
    const MILLION: i128 = 100_000_000;
    let mut money = tables
        .flat_map(|t| t.rows.iter().flat_map(|r| &r.cells))
        .filter_map(|c| if let TableCell::Figure(figure) = c { Some(figure) } else { None })
        .filter(|f| f.unit == Unit::Money)
        .filter_map(Figure::published)
        .filter(|pence| *pence != 0)
        .peekable();
    money.peek()?;
    let needed = |pence: i128| (0..3_u32).find(|n| pence % (MILLION / 10_i128.pow(*n)) == 0).unwrap_or(3);
    Some(money.map(needed).max().unwrap_or(3))
}

/// One part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The heading of what follows.
    Heading(String),
    /// Paragraphs, each on its own line.
    Text(Vec<Sentence>),
    /// A list of labels and what is to be said of each, aligned.
    Facts(Vec<(String, Sentence)>),
    /// A tree, each line with how deep it stands: what a figure comes from.
    Tree(Vec<(usize, Sentence)>),
    /// A table.
    Table(Table),
    /// A chart of steps from one level to another.
    Waterfall(Waterfall),
    /// Remarks that belong to the whole document.
    Notes(Vec<Sentence>),
}

/// A chart of the steps that lead from one level to another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waterfall {
    /// Its title.
    pub title: String,
    /// Its bars from top to bottom.
    pub bars: Vec<WaterfallBar>,
}

/// A bar of a waterfall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaterfallBar {
    /// What it is.
    pub label: String,
    /// Its amount: of a step, what it moves the level by.
    pub figure: Figure,
    /// Whether it is a level by itself, drawn from nought; else a step from the level before it.
    pub level: bool,
}

/// Words with figures among them. The figures are rounded and given their unit by the writer, so
/// that a sentence and the table below it can never disagree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence(pub Vec<Span>);

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words.
    Text(String),
    /// A figure, always printed in words ("£2.732m").
    Figure(Figure),
}

impl Sentence {
    /// The sentence with more words at its end.
    #[must_use]
    pub fn text(mut self, words: impl Into<String>) -> Self {
        self.0.push(Span::Text(words.into()));
        self
    }

    /// The sentence with a figure at its end.
    #[must_use]
    pub fn figure(mut self, figure: Figure) -> Self {
        self.0.push(Span::Figure(figure));
        self
    }
}

impl From<&str> for Sentence {
    fn from(words: &str) -> Self {
        Self::default().text(words)
    }
}

impl From<String> for Sentence {
    fn from(words: String) -> Self {
        Self::default().text(words)
    }
}

impl From<Figure> for Sentence {
    fn from(figure: Figure) -> Self {
        Self::default().figure(figure)
    }
}

/// A table: a label in the first column, figures and texts in the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its title.
    pub title: Option<String>,
    /// What a reader must know to read it: sign convention and price base. The writer puts the unit
    /// of money before it.
    pub key: Option<String>,
    /// Its columns, the label column first.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<TableRow>,
    /// Remarks printed under it.
    pub notes: Vec<Sentence>,
}

impl Table {
    /// An empty table with these columns.
    #[must_use]
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, ..Self::default() }
    }

    /// Adds a row and returns its index, for the `sums` of a total further down.
    pub fn push(&mut self, row: TableRow) -> usize {
        self.rows.push(row);
        self.rows.len() - 1
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub heading: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// The columns this one is the sum of, where it is a total. A column is part of one total only.
    pub sums: Option<Sums>,
}

impl Column {
    /// A column of words, aligned left.
    #[must_use]
    pub fn text(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), kind: ColumnKind::Text, sums: None }
    }

    /// A column of figures, aligned right.
    #[must_use]
    pub fn figure(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), kind: ColumnKind::Figure, sums: None }
    }

    /// The same column as the sum of others.
    #[must_use]
    pub fn sum_of(self, parts: Sums) -> Self {
        Self { sums: Some(parts), ..self }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words; long ones wrap.
    Text,
    /// Figures; they never wrap.
    Figure,
}

/// What a total is the sum of: indices of rows (or columns) of the same table, each with its sign.
pub type Sums = Vec<(usize, Sign)>;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// What the row is in its table.
    pub style: RowStyle,
    /// How far its label is set in, in levels.
    pub indent: u8,
    /// Its cells, the label first. Missing cells at the end are empty.
    pub cells: Vec<TableCell>,
    /// The rows this one is the sum of. Said so that a displayed table can be made to add up, or
    /// the reader be told that it does not.
    pub sums: Option<Sums>,
}

impl TableRow {
    /// A row with a label and its cells.
    #[must_use]
    pub fn new(style: RowStyle, label: impl Into<String>, cells: Vec<TableCell>) -> Self {
        let mut all = Vec::with_capacity(cells.len() + 1);
        all.push(TableCell::Text(label.into()));
        all.extend(cells);
        Self { style, indent: 0, cells: all, sums: None }
    }

    /// An ordinary row.
    #[must_use]
    pub fn plain(label: impl Into<String>, cells: Vec<TableCell>) -> Self {
        Self::new(RowStyle::Plain, label, cells)
    }

    /// A heading between rows.
    #[must_use]
    pub fn section(label: impl Into<String>) -> Self {
        Self::new(RowStyle::Section, label, Vec::new())
    }

    /// The same row, set in.
    #[must_use]
    pub fn indented(self, indent: u8) -> Self {
        Self { indent, ..self }
    }

    /// The same row as the sum of others.
    #[must_use]
    pub fn sum_of(self, parts: Sums) -> Self {
        Self { sums: Some(parts), ..self }
    }
}

/// What a row is in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowStyle {
    /// An ordinary line.
    Plain,
    /// A sum that is itself part of a later one.
    Subtotal,
    /// A sum.
    Total,
    /// The figure the table is there for.
    Headline,
    /// A heading between rows.
    Section,
    /// A line for reference that is part of no sum.
    Muted,
}

impl RowStyle {
    /// The word used in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Subtotal => "subtotal",
            Self::Total => "total",
            Self::Headline => "headline",
            Self::Section => "section",
            Self::Muted => "muted",
        }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableCell {
    /// Nothing: not a nought, and not a figure that was not published.
    Empty,
    /// Words.
    Text(String),
    /// Words with figures among them.
    Said(Sentence),
    /// A figure.
    Figure(Figure),
    /// A bar beside figures that say the same: for people only.
    Bar(Bar),
}

/// How far something reaches below nought and above it, beside the longest of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// Below nought, as a whole number of anything.
    pub below: u128,
    /// Above nought.
    pub above: u128,
    /// The longest of all, on either side.
    pub longest: u128,
}

impl From<Sentence> for TableCell {
    fn from(said: Sentence) -> Self {
        Self::Said(said)
    }
}

impl From<Figure> for TableCell {
    fn from(figure: Figure) -> Self {
        Self::Figure(figure)
    }
}

impl From<&str> for TableCell {
    fn from(words: &str) -> Self {
        Self::Text(words.to_owned())
    }
}

impl From<String> for TableCell {
    fn from(words: String) -> Self {
        Self::Text(words)
    }
}

/// A figure with its unit, exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it counts.
    pub unit: Unit,
    /// Its value in steps of the unit; nothing when it was not published.
    pub steps: Option<i128>,
    /// What must be said beside it.
    pub flags: Flags,
    /// The address of its cell, which `explain` takes.
    pub address: Option<String>,
    /// The cell it shows, for writers that show it again with other values.
    pub shows: Option<Shows>,
    /// How it is said.
    pub style: FigureStyle,
    /// Whether all its digits are shown: an assumption in a register, as it was typed.
    pub exact: bool,
}

/// Which cell a figure shows, in which run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shows {
    /// The cell.
    pub cell: CellId,
    /// The run.
    pub run: Run,
    /// Whether its sign is turned.
    pub turned: bool,
}

/// How a figure is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureStyle {
    /// As in a table: money in the unit of the table's key, negatives in brackets.
    Table,
    /// As in a sentence: with its own unit and a minus sign ("-£0.062m").
    Words,
    /// As in a sentence, and a rise has its plus sign ("+£1.051m").
    Change,
}

impl Figure {
    /// A figure of any unit.
    #[must_use]
    pub const fn new(unit: Unit, steps: Option<i128>, flags: Flags) -> Self {
        Self { unit, steps, flags, address: None, shows: None, style: FigureStyle::Table, exact: false }
    }

    /// An amount of money known exactly.
    #[must_use]
    pub const fn money(pence: i128) -> Self {
        Self::new(Unit::Money, Some(pence), Flags::EXACT)
    }

    /// The value, when there is one to print.
    #[must_use]
    pub const fn published(&self) -> Option<i128> {
        if self.flags.published { self.steps } else { None }
    }

    /// The value when a verdict may rest on it: published, and not filled in between years.
    #[must_use]
    pub const fn verdict(&self) -> Option<i128> {
        if self.flags.interpolated { None } else { self.published() }
    }

    /// The same figure as what a cell shows in a run.
    #[must_use]
    pub fn showing(self, cell: CellId, run: Run) -> Self {
        Self { shows: Some(Shows { cell, run, turned: false }), ..self }
    }

    /// The same figure with the address of its cell.
    #[must_use]
    pub fn at(self, address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..self }
    }

    /// The same figure, said as in a sentence.
    #[must_use]
    pub fn in_words(self) -> Self {
        Self { style: FigureStyle::Words, ..self }
    }

    /// The same figure, said as a change.
    #[must_use]
    pub fn as_change(self) -> Self {
        Self { style: FigureStyle::Change, ..self }
    }

    /// The same figure with its sign turned: what narrows a gap, in brackets.
    #[must_use]
    pub fn turned(self) -> Self {
        let shows = self.shows.map(|shows| Shows { turned: !shows.turned, ..shows });
        Self { steps: self.steps.map(|s| -s), shows, ..self }
    }

    /// The same figure with all its digits.
    #[must_use]
    pub fn exactly(self) -> Self {
        Self { exact: true, ..self }
    }
}
