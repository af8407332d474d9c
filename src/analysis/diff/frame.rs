//! What a difference is taken of: one measure, of these organisations, in these years, in both runs.

use crate::analysis::diff::Question;
use crate::compile::{Plan, Results};
use crate::open::Opened;
use crate::sheet::{CellId, Run};
use crate::vocabulary::name::did_you_mean;
use crate::vocabulary::{Diagnostic, FinancialYear, Name, Unit};

/// An organisation, or the whole system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Its name: the first part of its addresses.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Whether the first plan has it. A body that a plan has not counts as nought there.
    pub before: bool,
    /// Whether the second plan has it.
    pub after: bool,
}

/// Whose measure, and in which years.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The last part of the measure's address.
    pub measure: String,
    /// The measure in words.
    pub words: String,
    /// Its unit.
    pub unit: Unit,
    /// Whose it is, in file order, the whole system last.
    pub scopes: Vec<Scope>,
    /// The plan years that both plans have.
    pub years: Vec<FinancialYear>,
}

/// A value for each scope, run and year of a [`Frame`], in steps of its unit; none when not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    years: usize,
    values: Vec<Option<i128>>,
}

impl Figures {
    /// The value of scope number `scope` in year number `year` of the frame.
    #[must_use]
    pub fn at(&self, scope: usize, run: Run, year: usize) -> Option<i128> {
        let run = usize::from(run == Run::RiskAdjusted);
        self.values.get((scope * 2 + run) * self.years + year).copied().flatten()
    }

    /// Each value less that of another; none where either is not known.
    #[must_use]
    pub fn less(&self, other: &Self) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(x, y)| x.zip(*y).map(|(x, y)| x - y)).collect();
        Self { years: self.years, values }
    }

    /// Whether every known value is nought.
    #[must_use]
    pub fn is_nought(&self) -> bool {
        self.values.iter().flatten().all(|v| *v == 0)
    }

    /// The values one after the other, by scope, run and year.
    #[must_use]
    pub fn values(&self) -> &[Option<i128>] {
        &self.values
    }

    /// Others of the same frame.
    pub(super) fn of_same(&self, values: Vec<Option<i128>>) -> Self {
        Self { years: self.years, values }
    }
}

impl Frame {
    /// What a question is about in two plans.
    pub(super) fn new(
        a: &Opened,
        b: &Opened,
        question: &Question,
        years: Vec<FinancialYear>,
    ) -> Result<Self, Diagnostic> {
        let mut all = scopes(&a.plan, &b.plan);
        if let Some(wanted) = &question.scope {
            let names: Vec<String> = all.iter().map(|s| s.name.to_string()).collect();
            all.retain(|s| s.name == *wanted);
            if all.is_empty() {
                let message = format!("neither plan has an organisation `{wanted}`");
                let meant = did_you_mean(wanted.as_str(), names.iter().map(String::as_str));
                return Err(Diagnostic::error("unknown_organisation", message).hint(match meant {
                    Some(meant) => format!("did you mean `{meant}`? there is: {}", names.join(", ")),
                    None => format!("there is: {}", names.join(", ")),
                }));
            }
        }
        let measure = question.measure.clone();
        let row = |plan: &Plan| all.iter().find_map(|s| plan.named(&s.name, &measure));
        let found = row(&b.plan).map(|row| (&b.plan, row)).or_else(|| row(&a.plan).map(|row| (&a.plan, row)));
        let Some((plan, row)) = found else { return Err(unknown(&measure, &[&a.plan, &b.plan], &all)) };
        let (unit, words) = (plan.sheet.row(row).unit, plan.sheet.row(row).words.to_string());
        let has = |s: &Scope| [&a.plan, &b.plan].iter().any(|p| p.named(&s.name, &measure).is_some());
        all.retain(has);
        Ok(Self { measure, words, unit, scopes: all, years })
    }

    /// Every scope, run and year, in the order of the tables.
    pub fn slots(&self) -> impl Iterator<Item = (usize, Run, usize)> + '_ {
        (0..self.scopes.len()).flat_map(move |s| {
            Run::BOTH.into_iter().flat_map(move |run| (0..self.years.len()).map(move |y| (s, run, y)))
        })
    }

    /// The cell of a slot in a plan; none where the plan has no such row.
    pub(super) fn cell(&self, plan: &Plan, scope: usize, year: usize) -> Option<CellId> {
        let scope = self.scopes.get(scope)?;
        let own =
            plan.organisations.first().filter(|_| scope.name.as_str() == "system" && plan.organisations.len() == 1);
        // A system of one body is that body.
        let name = own.map_or(&scope.name, |o| &o.name);
        let row = plan.named(name, &self.measure)?;
        plan.sheet.cell(row, plan.horizon().number(*self.years.get(year)?)?)
    }

    /// Whether a plan has the organisation at all.
    fn has(plan: &Plan, scope: &Scope) -> bool {
        scope.name.as_str() == "system" || plan.organisations.iter().any(|o| o.name == scope.name)
    }

    /// The measure of a plan. A body that the plan does not have counts as nought.
    #[must_use]
    pub fn figures(&self, plan: &Plan, results: &Results) -> Figures {
        let values = self
            .slots()
            .map(|(scope, run, year)| match self.cell(plan, scope, year) {
                Some(cell) => results.of(run).steps(cell),
                None => (!Self::has(plan, &self.scopes[scope])).then_some(0),
            })
            .collect();
        Figures { years: self.years.len(), values }
    }
}

/// The organisations of both plans, those of the first before those only the second has, and the whole
/// system where either has several.
fn scopes(a: &Plan, b: &Plan) -> Vec<Scope> {
    let has = |plan: &Plan, name: &Name| plan.organisations.iter().any(|o| o.name == *name);
    let mut all: Vec<Scope> = Vec::new();
    for organisation in a.organisations.iter().chain(&b.organisations) {
        let name = &organisation.name;
        if all.iter().all(|s| s.name != *name) {
            let title = organisation.title.clone();
            all.push(Scope { name: name.clone(), title, before: has(a, name), after: has(b, name) });
        }
    }
    let several = a.organisations.len() > 1 || b.organisations.len() > 1;
    if let (true, Ok(name)) = (several, "system".parse()) {
        all.push(Scope { name, title: "Whole system".to_owned(), before: true, after: true });
    }
    all
}

fn unknown(measure: &str, plans: &[&Plan], scopes: &[Scope]) -> Diagnostic {
    let mut codes: Vec<String> = Vec::new();
    for plan in plans {
        for (row, info) in plan.sheet.rows() {
            let address = plan.sheet.row_address(row);
            let of_scope = scopes.iter().any(|s| address == format!("{}/{}", s.name, info.measure));
            if of_scope && !codes.iter().any(|c| *c == info.measure) {
                codes.push(info.measure.to_string());
            }
        }
    }
    let diagnostic = Diagnostic::error("unknown_measure", format!("there is no measure `{measure}`"));
    match did_you_mean(measure, codes.iter().map(String::as_str)) {
        Some(meant) => diagnostic.hint(format!("did you mean `{meant}`?")),
        None => diagnostic.hint("measures are: gap_after_planned_reserves, gap_before_savings, gap_after_savings, gap_after_reserves, requirement, funding, savings, …"),
    }
}
