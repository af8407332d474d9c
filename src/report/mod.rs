//! Reports: results turned into tables and sentences whose figures are cells of the sheet. Nothing
//! here computes money; it chooses, names and orders.

pub mod adjusted;
pub mod amendment;
pub mod backtest;
pub mod batch;
pub mod break_even;
pub mod bridge;
pub mod budget;
pub mod chart;
pub mod check;
pub mod clawback;
pub mod compare;
pub mod demand;
pub mod diff;
pub mod difference;
pub mod expectations;
pub mod explanation;
pub mod findings;
pub mod import;
pub mod lists;
pub mod movement;
pub mod named;
pub mod own_record;
pub mod page;
pub mod paper;
pub mod points;
pub mod pools;
pub mod programmes;
pub mod range;
pub mod real_terms;
pub mod realism;
pub mod reckoner;
pub mod record;
pub mod resilience;
pub mod result;
pub mod risks;
pub mod roll;
pub mod sensitivity;
pub mod sensitivity_data;
pub mod simulation;
pub mod solutions;
pub mod solve;
pub mod standing;
pub mod stress;
pub mod stress_data;
pub mod stresses;
pub mod sweep;
pub mod table;
pub mod tidy;
pub mod track;
pub mod update;
pub mod verdict;
pub mod verify;
pub mod vintages;
pub mod workbook;

use std::collections::BTreeSet;

use crate::analysis::explain;
use crate::compile::{Plan, Results};
use crate::mechanism::contribution::{Contribution, Total};
use crate::open::Opened;
use crate::sheet::{CellId, Flags, Row, RowId, Run, Sign};
use crate::vocabulary::{FinancialYear, Horizon, Measure, Name};
use table::{Column, Figure, TableCell};

/// Reads figures out of an opened scenario.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The scenario.
    pub opened: &'a Opened,
}

impl<'a> Reader<'a> {
    /// A reader of a scenario.
    #[must_use]
    pub fn new(opened: &'a Opened) -> Self {
        Self { opened }
    }

    /// Its plan.
    #[must_use]
    pub fn plan(&self) -> &'a Plan {
        &self.opened.plan
    }

    /// Its results.
    #[must_use]
    pub fn results(&self) -> &'a Results {
        &self.opened.results
    }

    /// Its years.
    #[must_use]
    pub fn horizon(&self) -> Horizon {
        self.plan().horizon()
    }

    /// The financial year of a plan year.
    #[must_use]
    pub fn year(&self, t: i32) -> FinancialYear {
        self.horizon().year(t)
    }

    /// A cell as a figure.
    #[must_use]
    pub fn figure(&self, cell: CellId, run: Run) -> Figure {
        self.bare(cell, run).at(self.plan().sheet.address(cell).to_string())
    }

    fn bare(&self, cell: CellId, run: Run) -> Figure {
        let sheet = &self.plan().sheet;
        Figure::new(sheet.unit(cell), self.results().of(run).steps(cell), sheet.flags(cell)).showing(cell, run)
    }

    /// A row's figure in year number `t`; not published where the row has no such year.
    #[must_use]
    pub fn of_row(&self, row: RowId, t: i32, run: Run) -> Figure {
        match self.plan().sheet.cell(row, t) {
            // Tables do not print addresses, and making thousands of them takes time.
            Some(cell) => self.bare(cell, run),
            None => Figure::new(self.plan().sheet.row(row).unit, None, Flags::NOT_PUBLISHED),
        }
    }

    /// A typed row's figure in year number `t`.
    #[must_use]
    pub fn of<T>(&self, row: Row<T>, t: i32, run: Run) -> Figure {
        self.of_row(row.id(), t, run)
    }

    /// A measure's figure of an organisation or view.
    #[must_use]
    pub fn measure(&self, scope: &Name, measure: Measure, t: i32, run: Run) -> Option<Figure> {
        self.plan().measure(scope, measure).map(|row| self.of_row(row, t, run))
    }

    /// A named row's figure of an organisation or view.
    #[must_use]
    pub fn named(&self, scope: &Name, measure: &str, t: i32, run: Run) -> Option<Figure> {
        self.plan().named(scope, measure).map(|row| self.of_row(row, t, run))
    }

    /// A row's figures over the plan years.
    #[must_use]
    pub fn cells(&self, row: RowId, run: Run) -> Vec<TableCell> {
        self.horizon().plan().map(|t| self.of_row(row, t, run).into()).collect()
    }

    /// A typed row's figures over the plan years.
    #[must_use]
    pub fn cells_of<T>(&self, row: Row<T>, run: Run) -> Vec<TableCell> {
        self.horizon().plan().map(|t| self.of(row, t, run).into()).collect()
    }

    /// The title of what counts towards a total: of items that count in several rows, with the row's
    /// own words.
    #[must_use]
    pub fn title_of(&self, counted: &Contribution) -> String {
        let (row, sheet) = (counted.row.id(), &self.plan().sheet);
        match counted.item.0 {
            "saving" if sheet.row(row).measure == "cost_to_achieve" => {
                format!("{}: cost to achieve", sheet.subject(row).title)
            }
            "saving" if counted.total == Total::Savings => sheet.subject(row).title.to_string(),
            "saving" | "pool" => sheet.row_words(row),
            _ => sheet.subject(row).title.to_string(),
        }
    }

    /// The same as a line of a column that adds: what is taken off says so.
    #[must_use]
    pub fn label_of(&self, counted: &Contribution) -> String {
        less(counted.sign, self.title_of(counted))
    }

    /// A label column and one column a plan year.
    #[must_use]
    pub fn year_columns(&self, label: &str) -> Vec<Column> {
        let years = self.horizon().plan().map(|t| Column::figure(self.year(t).to_string()));
        [Column::text(label)].into_iter().chain(years).collect()
    }

    /// Whether a row is nought in every plan year of a run.
    #[must_use]
    pub fn is_nought(&self, row: RowId, run: Run) -> bool {
        self.horizon().plan().all(|t| self.of_row(row, t, run).steps == Some(0))
    }

    /// Whether anything in the plan depends on a driver, limit or levy, by cell number.
    #[must_use]
    pub fn used(&self) -> Vec<bool> {
        explain::used(&self.plan().sheet, &SHARED)
    }

    /// The paths of drivers, limits and levies that nothing in the plan depends on.
    #[must_use]
    pub fn unused(&self) -> BTreeSet<&'a str> {
        let (sheet, used) = (&self.plan().sheet, self.used());
        let mut found = BTreeSet::new();
        let shared = |row: &RowId| SHARED.contains(&sheet.subject(*row).kind);
        for (_, info) in sheet.rows().filter(|(row, _)| shared(row)) {
            if !info.cells().any(|c| used[c.0 as usize]) {
                found.extend(info.cells().filter_map(|c| sheet.assumption_of(c)).map(|a| a.path.as_str()));
            }
        }
        found
    }

    /// Whether an organisation's savings and headline are the same in both runs in every year.
    #[must_use]
    pub fn runs_agree(&self, organisation: &Name) -> bool {
        [Measure::Savings, Measure::GapAfterPlannedReserves, Measure::GapAfterReserves].into_iter().all(|m| {
            self.horizon().plan().all(|t| {
                let of = |run| self.measure(organisation, m, t, run).map(|f| f.steps);
                of(Run::Plan) == of(Run::RiskAdjusted)
            })
        })
    }
}

/// Kinds of items that several plans may share, so that a plan need not use all of them.
const SHARED: [&str; 3] = ["driver", "levy", "referendum_limit"];

/// The key every table of gaps carries.
pub const SIGN: &str = "positive gap = shortfall; surplus in brackets";

/// A measure in the short words of the page, by the last part of its address.
#[must_use]
pub fn short_words(code: &str) -> Option<&'static str> {
    let words = [
        (Measure::GapAfterPlannedReserves, "still to find"),
        (Measure::GapBeforeSavings, "before savings"),
        (Measure::GapAfterSavings, "after savings"),
        (Measure::GapAfterReserves, "if nothing else is done"),
        (Measure::Requirement, "requirement before savings"),
        (Measure::Savings, "savings"),
    ];
    words.into_iter().find(|(measure, _)| measure.code() == code).map(|(_, words)| words)
}

/// `text` with a capital first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A label of something that counts towards a total, so that a reader can add the column: "less Fees".
#[must_use]
pub fn less(sign: Sign, label: String) -> String {
    if sign == Sign::Minus { format!("less {label}") } else { label }
}
