//! Expectations: figures the writer of a scenario says it should show, kept beside the model.
//!
//! A cell is rounded to the decimals that were written, half away from zero, and must then be
//! equal. There is no tolerance.

use crate::analysis::condition::{Comparison, Condition, Right};
use crate::compile::{Plan, Results};
use crate::language::scalar;
use crate::scenario::Expectation;
use crate::sheet::{CellId, Run};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Address, Diagnostic, Diagnostics, Measure, Place, Unit, number};

/// One expectation and what came of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The cell.
    pub cell: CellId,
    /// Its address.
    pub address: Address,
    /// The cell in words.
    pub words: String,
    /// Which run.
    pub run: Run,
    /// The unit of the cell.
    pub unit: Unit,
    /// What was expected, in steps; none for "not_published".
    pub expected: Option<i128>,
    /// What the plan shows, exactly.
    pub actual: Option<i128>,
    /// What the plan shows, rounded to the decimals that were written.
    pub rounded: Option<i128>,
    /// How many decimals of the unit's scale were not written: the figure is rounded there.
    pub untyped: u32,
    /// Where the figure is written.
    pub place: Place,
}

impl Outcome {
    /// Whether the plan shows what was expected.
    #[must_use]
    pub fn met(&self) -> bool {
        self.expected == self.rounded
    }

    /// The least and the greatest value that is what was expected when it is rounded; none where no figure was.
    #[must_use]
    pub fn between(&self) -> Option<(i128, i128)> {
        let expected = self.expected?;
        // Halves go away from nought: from half a step below what is above nought to just under half a step above it.
        let half = number::ten_to(self.untyped) / 2;
        let (towards, away) = (half, (half - 1).max(0));
        Some(match expected.signum() {
            0 => (-away, away),
            1 => (expected - towards, expected + away),
            _ => (expected - away, expected + towards),
        })
    }

    /// The same as conditions: its cell lies between the two.
    #[must_use]
    pub fn conditions(&self) -> Vec<Condition> {
        let Some((least, most)) = self.between() else { return Vec::new() };
        [(Comparison::AtLeast, least), (Comparison::AtMost, most)]
            .map(|(comparison, value)| Condition {
                words: self.words.clone(),
                unit: self.unit,
                comparison,
                pairs: vec![(self.address.clone(), Right::Value(value))],
                every_year: false,
                is_gap: false,
            })
            .into()
    }
}

/// Holds every expectation against the results.
///
/// # Errors
/// Addresses that name no cell and values of the wrong unit, all of them, with what to type.
pub fn outcomes(plan: &Plan, results: &Results, expectations: &[Expectation]) -> Result<Vec<Outcome>, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut all = Vec::new();
    for expectation in expectations {
        match outcome(plan, results, expectation) {
            Ok(outcome) => all.push(outcome),
            Err(diagnostic) => wrong.push(*diagnostic),
        }
    }
    if wrong.has_errors() { Err(wrong) } else { Ok(all) }
}

fn outcome(plan: &Plan, results: &Results, expectation: &Expectation) -> Result<Outcome, Box<Diagnostic>> {
    let cell = find_cell(plan, &expectation.cell).map_err(|d| Box::new(d.at(expectation.cell_place)))?;
    let unit = plan.sheet.unit(cell);
    let expected = scalar::read(&expectation.value, unit, expectation.unit)?;
    let actual = results.of(expectation.run).steps(cell);
    let rounded =
        match actual {
            None => None,
            Some(steps) => Some(number::coarsen(steps, expected.untyped).map_err(|e| {
                Box::new(Diagnostic::error("not_computable", e.to_string()).at(expectation.value.place))
            })?),
        };
    Ok(Outcome {
        cell,
        address: plan.sheet.address(cell),
        words: plan.sheet.row_words(plan.sheet.row_of(cell)),
        run: expectation.run,
        unit,
        expected: expected.steps,
        actual,
        rounded,
        untyped: expected.untyped,
        place: expectation.value.place,
    })
}

/// The words of the page for an organisation's measures, as they may be typed.
const ON_THE_PAGE: [(&str, &str); 4] = [
    ("before_savings", "gap_before_savings"),
    ("after_savings", "gap_after_savings"),
    ("still_to_find", "gap_after_planned_reserves"),
    ("if_nothing_else_is_done", "gap_after_reserves"),
];

/// The last part of an address from what may be typed for a measure: `still_to_find` is
/// `gap_after_planned_reserves`.
#[must_use]
pub fn measure_code(typed: &str) -> String {
    as_on_the_page(&typed.trim().replace([' ', '-'], "_"))
}

fn as_on_the_page(row: &str) -> String {
    let (scope, last) = row.rsplit_once('/').unwrap_or(("", row));
    match ON_THE_PAGE.iter().find(|(words, _)| *words == last) {
        Some((_, measure)) if scope.is_empty() => (*measure).to_owned(),
        Some((_, measure)) => format!("{scope}/{measure}"),
        None => row.to_owned(),
    }
}

/// The cells at an address as typed: one, or for an address without a year one for each plan year.
///
/// # Errors
/// No such cell; the message says what is close to it.
pub fn find_cells(plan: &Plan, typed: &str) -> Result<Vec<CellId>, Diagnostic> {
    if typed.contains('@') {
        return find_cell(plan, typed).map(|cell| vec![cell]);
    }
    let horizon = plan.horizon();
    let of_year = |t| find_cell(plan, &format!("{typed}@{}", horizon.year(t).hyphenated()));
    let mut cells = horizon.plan().map(of_year).collect::<Result<Vec<_>, _>>()?;
    cells.dedup();
    Ok(cells)
}

/// The cell at an address as typed. Where one organisation is meant its name may be left out.
///
/// # Errors
/// No such cell; the message says what is close to it.
pub fn find_cell(plan: &Plan, typed: &str) -> Result<CellId, Diagnostic> {
    let address = Address::read(typed).map_err(|e| {
        let (row, year) = (typed.split('@').next().unwrap_or(typed).trim(), plan.horizon().first().hyphenated());
        Diagnostic::error("unknown_cell", e.to_string()).hint(format!("write the year after @: {row}@{year}"))
    })?;
    let sheet = &plan.sheet;
    let row = as_on_the_page(&address.row);
    let own = plan.organisations.iter().map(|o| format!("{}/{row}", o.name)).filter(|r| sheet.find_row(r).is_some());
    let candidates: Vec<String> = if sheet.find_row(&row).is_some() { vec![row.clone()] } else { own.collect() };
    match candidates.as_slice() {
        [only] => {
            let found = Address { row: only.clone(), year: address.year };
            sheet.find(&found).ok_or_else(|| {
                let horizon = sheet.horizon();
                let message = match address.year {
                    Some(year) => format!("`{only}` has no value in {year}"),
                    None => format!("`{typed}` does not say the year"),
                };
                Diagnostic::error("unknown_cell", message).hint(format!(
                    "write {only}@{} (the years are {} to {})",
                    horizon.first().hyphenated(),
                    horizon.first(),
                    horizon.last()
                ))
            })
        }
        [] => {
            let all: Vec<String> = sheet.rows().map(|(id, _)| sheet.row_address(id)).collect();
            let diagnostic = Diagnostic::error("unknown_cell", format!("there is no cell `{typed}`"));
            let below: Vec<&str> = all
                .iter()
                .filter_map(|a| a.strip_prefix(row.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/')))
                .filter(|rest| !rest.contains('/'))
                .take(12)
                .collect();
            if let Some(item) = plan.facts.items.iter().find(|i| format!("{}.{}", i.kind, i.name) == row) {
                let cells = sheet.row_address(item.row.id());
                let year = sheet.horizon().first().hyphenated();
                return Err(diagnostic.hint(format!("`{row}` is an item; one of its figures is `{cells}@{year}`")));
            }
            if !below.is_empty() {
                return Err(diagnostic.hint(format!("below it there is: {}", below.join(", "))));
            }
            let (scope, last) = row.rsplit_once('/').unwrap_or(("", &row));
            if scope.is_empty() || plan.organisations.iter().any(|o| o.name.as_str() == scope) {
                let words = ON_THE_PAGE.iter().map(|(words, _)| *words);
                let measures: Vec<&str> = words.chain(Measure::ALL.iter().map(|m| m.code())).collect();
                if let Some(meant) = did_you_mean(last, measures.iter().copied()) {
                    return Err(diagnostic.hint(format!("did you mean `{meant}`?")));
                }
                let some: Vec<&str> = measures.into_iter().filter(|m| last.len() > 2 && m.contains(last)).collect();
                if !some.is_empty() {
                    return Err(diagnostic.hint(format!("there is: {}", some.join(", "))));
                }
            }
            // A measure of the only organisation is often typed alone, in the words of the page.
            let alone = ON_THE_PAGE.iter().map(|(words, _)| *words).chain(Measure::ALL.iter().map(|m| m.code()));
            Err(match did_you_mean(&row, all.iter().map(String::as_str).chain(alone)) {
                Some(meant) => {
                    let year = address.year.map(|y| format!("@{}", y.hyphenated())).unwrap_or_default();
                    diagnostic.hint(format!("did you mean `{meant}{year}`?"))
                }
                None => diagnostic.hint("`fundgap run SCENARIO --table cells` lists every cell with its address"),
            })
        }
        several => Err(Diagnostic::error("unknown_cell", format!("`{typed}` could be {}", several.join(" or ")))
            .hint("begin with the organisation")),
    }
}
