//! A heading of years with the rows below it: what its rows and columns seem to be.

use super::blocks::Block;
use super::words::Words;
use crate::import::book::{Cell, Row, Sheet, Value, letters};
use crate::import::figure::{PoundSign, all_show_pounds, figure, figure_in, resembles};
use crate::import::heading::{Heading, unit_in, year_in};
use crate::import::map::{CellUnit, Kind, RangeMap, Said, SignRule};
use crate::import::number::Number;
use crate::import::rows::is_dash;
use crate::import::sums;
use crate::language::MoneyUnit;
use crate::vocabulary::{FinancialYear, Unit};

/// A heading of years and the rows below it.
pub(super) struct Table<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) header: u32,
    last: u32,
    /// Its years, each with its column.
    pub(super) years: Vec<(FinancialYear, u32)>,
    pub(super) twice: Vec<(FinancialYear, u32)>,
    /// Rows below in which its heading stands again, as at the top of each printed page.
    repeated: Vec<u32>,
}

impl<'a> Table<'a> {
    /// All of a sheet.
    pub(super) fn all(sheet: &'a Sheet) -> Vec<Self> {
        let mut headers: Vec<(u32, Vec<(FinancialYear, u32)>)> =
            sheet.rows.iter().filter_map(|row| Some((row.number, years_of(row)?))).collect();
        let wide = headers.iter().any(|(_, years)| years.len() > 1);
        // A title that names one year is no heading where another row names several.
        headers.retain(|(_, years)| !wide || years.len() > 1);
        let end = sheet.rows.last().map_or(0, |r| r.number);
        let ends: Vec<u32> = headers.iter().skip(1).map(|(row, _)| row - 1).chain([end]).collect();
        let mut tables: Vec<Self> = Vec::new();
        for ((header, found), last) in headers.into_iter().zip(ends) {
            let mut years: Vec<(FinancialYear, u32)> = Vec::new();
            let mut twice = Vec::new();
            for (year, column) in found {
                if years.iter().any(|(y, _)| *y == year) {
                    twice.push((year, column))
                } else {
                    years.push((year, column))
                }
            }
            years.sort_by_key(|(year, _)| *year);
            let table = Self { sheet, header, last, years, twice, repeated: Vec::new() };
            if let Some(before) = tables.last_mut().filter(|before| before.goes_on_in(&table)) {
                before.repeated.push(header);
                before.last = last;
                continue;
            }
            if table.body().iter().any(|row| table.has_figures(row)) {
                tables.push(table);
            }
        }
        tables
    }

    /// Whether the heading of a table below is its own once more: the same years in the same columns under the same
    /// words, and no other unit above them.
    fn goes_on_in(&self, below: &Self) -> bool {
        let same = |column: u32| self.sheet.text(self.header, column) == self.sheet.text(below.header, column);
        let special = |row: u32, column: u32| {
            let heading = self.sheet.text(row, column).as_deref().and_then(Heading::of);
            heading.filter(|h| matches!(h, Heading::Recurrent | Heading::Status | Heading::Name))
        };
        let cells = [self.header, below.header].into_iter().filter_map(|row| self.sheet.row(row));
        let mut beside = cells.flat_map(|row| row.cells.iter().map(|cell| cell.column));
        self.years == below.years
            && self.twice == below.twice
            && self.columns().all(same)
            && beside.all(|column| special(self.header, column) == special(below.header, column))
            && self.unit_below(below.header).is_none_or(|unit| Some(unit) == self.unit_said())
    }

    /// The unit that words between its last figures and a row say.
    fn unit_below(&self, row: u32) -> Option<CellUnit> {
        let above = self.sheet.between(self.header + 1, row);
        let near = above.iter().rev().take_while(|r| r.number == row || !self.has_figures(r));
        near.flat_map(|r| r.cells.iter()).filter_map(Cell::typed).find_map(unit_in)
    }

    /// Whether its heading stands again in a row, or what stands below it there.
    pub(super) fn is_repeated(&self, row: u32) -> bool {
        self.repeated.contains(&row) || row > 0 && self.repeated.contains(&(row - 1)) && self.is_second_heading(row)
    }

    pub(super) fn body(&self) -> &'a [Row] {
        self.sheet.between(self.header + 1, self.last)
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = u32> + '_ {
        self.years.iter().map(|(_, column)| *column)
    }

    pub(super) fn has_figures(&self, row: &Row) -> bool {
        self.columns().any(|c| {
            row.cell(c).is_some_and(
                |cell| !matches!(&cell.value, Value::Text(text) if figure(text).is_none() && !resembles(text) && !is_dash(cell)),
            )
        })
    }

    /// Whether words stand where figures would: `tbc`, or headings of columns.
    pub(super) fn has_words(&self, row: &Row) -> bool {
        self.columns().any(|c| row.cell(c).is_some_and(|cell| !is_dash(cell)))
    }

    /// Whether the words above a column call it a budget that stands.
    pub(super) fn says_base(&self, column: u32) -> bool {
        let words = ["base", "current", "approved", "latest", "revised", "original", "existing"];
        let alone = ["budget", "actual", "outturn"];
        let own = self.words_above(column);
        let others: Vec<String> = self.columns().filter(|c| *c != column).map(|c| self.words_above(c)).collect();
        // Where every year is called a budget, the word tells none from the others.
        let of_no_other = |word: &str| !others.is_empty() && others.iter().all(|words| !words.contains(word));
        words.iter().any(|word| own.contains(word)) || alone.iter().any(|word| own.contains(word) && of_no_other(word))
    }

    /// The words above a column, in small letters.
    fn words_above(&self, column: u32) -> String {
        let rows = (self.header.saturating_sub(1)..=self.header + 1)
            .filter(|row| *row <= self.header || self.is_second_heading(*row));
        let words = rows.filter_map(|row| self.sheet.text(row, column)).map(|text| text.to_lowercase());
        words.collect::<Vec<_>>().join(" ")
    }

    /// Whether the row below the years holds only words: units, "Budget", "Forecast".
    pub(super) fn is_second_heading(&self, row: u32) -> bool {
        let texts = |c: u32| {
            self.sheet
                .cell(row, c)
                .is_none_or(|cell| cell.typed().is_some_and(|t| figure(t).is_none() && !resembles(t)))
        };
        let any = self.columns().any(|c| self.sheet.cell(row, c).is_some());
        any && self.columns().all(texts)
            && self.sheet.row(row).is_some_and(|r| !self.columns().all(|c| r.cell(c).is_some_and(is_dash)))
    }

    /// The ranges that its rows seem to be.
    pub(super) fn ranges(&self, base_year: FinancialYear, ranges: &mut Vec<RangeMap>, told: &mut Vec<String>) {
        let sheet = &self.sheet.name;
        for (year, column) in &self.twice {
            told.push(format!("sheet `{sheet}`: {year} stands over two columns; {} was not taken", letters(*column)));
        }
        let words = self.words();
        let Some(title) = words.title else {
            told.push(format!(
                "sheet `{sheet}`: no column of titles beside the years of row {}: not read",
                self.header
            ));
            return;
        };
        let unit = self.unit(told);
        let blocks = self.blocks(title, told);
        for block in blocks {
            let range = self.range(&block, &words, title, unit, base_year, told);
            ranges.push(range);
        }
    }

    fn unit_said(&self) -> Option<CellUnit> {
        let above = self.sheet.between(1, self.header + 1);
        let near = above.iter().rev().filter(|r| r.number <= self.header || self.is_second_heading(r.number));
        near.flat_map(|r| r.cells.iter()).filter_map(Cell::typed).find_map(unit_in)
    }

    /// The unit that headings or words above them say.
    fn unit(&self, told: &mut Vec<String>) -> Option<CellUnit> {
        let said = self.unit_said();
        let place = format!("sheet `{}`, row {}", self.sheet.name, self.header);
        match said {
            Some(unit) => told.push(format!("{place}: figures are in {}, as the sheet says", unit.word())),
            None => told.push(format!(
                "{place}: the sheet does not say its unit; read as £: change `unit` if it is £000 or £m"
            )),
        }
        said
    }

    fn range(
        &self,
        block: &Block,
        words: &Words,
        title: u32,
        unit: Option<CellUnit>,
        base_year: FinancialYear,
        told: &mut Vec<String>,
    ) -> RangeMap {
        let kind = block.kind;
        let (first, last) = (block.rows.first().copied().unwrap_or(0), block.rows.last().copied().unwrap_or(0));
        let place = format!("sheet `{}`, rows {first} to {last}", self.sheet.name);
        let base = self.years.iter().find(|(y, _)| *y == base_year).map(|(_, c)| *c);
        let years: Vec<(FinancialYear, u32)> = self.years.iter().copied().filter(|(y, _)| *y > base_year).collect();
        let columns: Vec<u32> = self.columns().collect();
        let cells = self.rows_of(block, title).flat_map(|row| columns.iter().filter_map(|c| row.cell(*c)));
        let pounds = if all_show_pounds(cells) { PoundSign::Ornament } else { PoundSign::Unit };
        let figures = self.numbers(block, title, unit, pounds);
        let service = match words.service {
            Some(column) => Some(Said::Column(column)),
            None => block.service.clone().map(Said::Value),
        };
        told.push(format!("{place}: {}", kind_words(kind)));
        let unit = self.unit_of(kind, unit, &figures, pounds, &place, told);
        let sign = sign(kind, &figures, &place, told);
        let values = matches!(kind, Kind::Pressure | Kind::Saving).then(|| {
            let values = self.values(block, &figures);
            let meaning = if values == "change" { "what each year adds" } else { "the total of each year" };
            told.push(format!("{place}: figures are {meaning}: change `values` if they are not"));
            values
        });
        let recurrent = matches!(kind, Kind::Pressure | Kind::Saving | Kind::Funding).then(|| match words.recurrent {
            Some(column) => Said::Column(column),
            None => {
                told.push(format!("{place}: the sheet does not say what is recurrent: `recurrent` is \"not_stated\""));
                Said::Value("not_stated".to_owned())
            }
        });
        let places = if kind == Kind::Driver { Unit::Rate.scale() } else { Unit::Money.scale() };
        let power = if let CellUnit::Money(unit) = unit { unit.power() } else { 0 };
        let beyond = |f: &&Figure| f.number.steps(power, places).is_some_and(|s| s.hidden);
        let (computed, typed): (Vec<&Figure>, Vec<&Figure>) = figures.iter().filter(beyond).partition(|f| f.computed);
        let round = !computed.is_empty() || !typed.is_empty();
        if round {
            let step = if kind == Kind::Driver { "seventh decimal of a per cent" } else { "penny" };
            told.push(format!(
                "{place}: {} more digits than the {step}, which is as much as a plan holds: `round = true`",
                typed_and_computed(typed.len(), computed.len(), self.sheet.csv)
            ));
        }
        if kind == Kind::Line && base.is_some() && !years.is_empty() {
            told.push(format!("{place}: the budgets of the years are taken as printed; line_from = \"base\" rolls the base year's forward instead"));
        }
        RangeMap {
            sheet: self.sheet.name.clone(),
            header: Some(self.header),
            first,
            last,
            kind,
            title,
            name: words.name,
            service,
            base,
            from_base: years.is_empty(),
            years,
            unit,
            sign,
            negative: false,
            values,
            recurrent,
            status: words.status.filter(|_| kind == Kind::Saving).map(Said::Column),
            item_kind: None,
            skip: Vec::new(),
            keep: Vec::new(),
            empty_is_nought: true,
            round,
            place: None,
        }
    }

    fn unit_of(
        &self,
        kind: Kind,
        said: Option<CellUnit>,
        figures: &[Figure],
        pounds: PoundSign,
        place: &str,
        told: &mut Vec<String>,
    ) -> CellUnit {
        let money = said.map_or(MoneyUnit::Pounds, money_of);
        if kind != Kind::Driver && pounds == PoundSign::Ornament && money.power() > 0 {
            let word = money.word();
            told.push(format!(
                "{place}: cannot tell whether £1,234 is pounds or {word}: every figure shows £, and the headings say {word}: write `unit` in the map"
            ));
            return CellUnit::Ask;
        }
        if kind != Kind::Driver {
            return CellUnit::Money(money);
        }
        if !figures.is_empty() && figures.iter().all(|f| f.percent) {
            return CellUnit::Fraction;
        }
        if said == Some(CellUnit::Percent) {
            return CellUnit::Percent;
        }
        told.push(format!("{place}: cannot tell whether 2.5 or 0.025 means 2.5%: write `unit` in the map"));
        CellUnit::Ask
    }

    /// The numbers of a block.
    fn numbers(&self, block: &Block, title: u32, said: Option<CellUnit>, pounds: PoundSign) -> Vec<Figure> {
        let unit = CellUnit::Money(said.map_or(MoneyUnit::Pounds, money_of));
        let mut all = Vec::new();
        for row in self.rows_of(block, title) {
            for column in self.columns() {
                let read = row.cell(column).and_then(|cell| match &cell.value {
                    Value::Number(number) => Some((*number, cell.percent)),
                    Value::Text(text) => figure_in(text, unit, pounds),
                    _ => None,
                });
                all.extend(read.map(|(number, percent)| Figure {
                    row: row.number,
                    number,
                    percent,
                    computed: row.cell(column).is_some_and(|cell| cell.formula.is_some()),
                }));
            }
        }
        all
    }

    fn rows_of(&self, block: &Block, title: u32) -> impl Iterator<Item = &'a Row> {
        let rows = block.rows.clone();
        let of_sum = move |row: &Row| row.cell(title).and_then(Cell::typed).is_some_and(sums::is_total);
        let sheet = self.sheet;
        rows.into_iter().filter_map(move |number| sheet.row(number)).filter(move |row| !of_sum(row))
    }

    /// Whether figures add to the year before or are the whole of their year: they are the whole where no row
    /// ever falls and some row goes on at the same figure.
    fn values(&self, block: &Block, numbers: &[Figure]) -> &'static str {
        let heading = (self.header.saturating_sub(2)..=self.header).filter_map(|r| self.sheet.row(r));
        let mut words = heading.flat_map(|r| r.cells.iter()).filter_map(Cell::typed).map(str::to_lowercase);
        if words.any(|w| w.contains("cumulative")) {
            return "in_year";
        }
        let mut goes_on = false;
        for row in &block.rows {
            let of: Vec<i128> = numbers
                .iter()
                .filter(|n| n.row == *row)
                .filter_map(|n| n.number.steps(0, 6))
                .map(|s| s.steps.abs())
                .collect();
            if of.windows(2).any(|pair| pair[1] < pair[0]) {
                return "change";
            }
            goes_on |= of.windows(2).any(|pair| pair[0] != 0 && pair[0] == pair[1]);
        }
        if goes_on { "in_year" } else { "change" }
    }
}

/// The years of a row; nothing where it has none. A bare `2026` counts only beside another year.
pub(super) fn years_of(row: &Row) -> Option<Vec<(FinancialYear, u32)>> {
    let mut sure = Vec::new();
    let mut bare = Vec::new();
    for cell in &row.cells {
        match &cell.value {
            Value::Text(text) => sure.extend(year_in(text).map(|year| (year, cell.column))),
            Value::Number(number) if number.scale == 0 && (2000..=2100).contains(&number.mantissa) => {
                let start = i32::try_from(number.mantissa).ok()?;
                bare.push((FinancialYear::starting(start), cell.column));
            }
            _ => {}
        }
    }
    // A row of figures may hold 2,026 by chance; a heading of years rises by one.
    let rises = bare.len() > 1 && bare.windows(2).all(|pair| pair[1].0 == pair[0].0.plus(1));
    if sure.is_empty() && rises {
        sure = bare;
    }
    (!sure.is_empty()).then_some(sure)
}

/// A number of a block.
pub(super) struct Figure {
    row: u32,
    number: Number,
    /// Whether it is shown as a percentage.
    percent: bool,
    /// Whether a formula stands in its cell.
    computed: bool,
}

/// `1 figure was typed with`, `2 figures were computed with`, or both.
fn typed_and_computed(typed: usize, computed: usize, csv: bool) -> String {
    let words = |n: usize, how: &str| match n {
        1 => format!("1 figure was {how} with"),
        n => format!("{n} figures were {how} with"),
    };
    match (typed, computed) {
        // A CSV file does not say which figures were typed.
        (1, _) if csv => "1 figure has".to_owned(),
        (n, _) if csv => format!("{n} figures have"),
        (0, n) => words(n, "computed"),
        (n, 0) => words(n, "typed"),
        (typed, computed) => {
            format!("{} and {computed} computed with", words(typed, "typed").trim_end_matches(" with"))
        }
    }
}

/// The unit of money that a sheet says; pounds where it speaks of rates.
fn money_of(said: CellUnit) -> MoneyUnit {
    if let CellUnit::Money(unit) = said { unit } else { MoneyUnit::Pounds }
}

fn sign(kind: Kind, figures: &[Figure], place: &str, told: &mut Vec<String>) -> SignRule {
    let negative = figures.iter().filter(|n| n.number.mantissa < 0).count();
    let positive = figures.iter().filter(|n| n.number.mantissa > 0).count();
    if negative == 0 {
        return SignRule::AsShown;
    }
    if kind == Kind::Line {
        told.push(format!("{place}: rows of negative figures are income: change `sign` if they are not"));
        return SignRule::IncomeNegative;
    }
    if negative > positive && kind != Kind::Driver {
        told.push(format!(
            "{place}: the sheet shows them negative; they are written positive: change `sign` if that is wrong"
        ));
        return SignRule::Turned;
    }
    SignRule::AsShown
}

fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Line => "budget lines",
        Kind::Income => "budget lines of income",
        Kind::Pressure => "pressures",
        Kind::Saving => "savings",
        Kind::Funding => "funding",
        Kind::Reserve => "reserves: the base year's column is the opening balance, the plan years' what is used",
        Kind::Driver => "yearly rates",
    }
}
