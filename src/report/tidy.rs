//! Results as tidy rows, one a cell: the same figures whatever the screen shows.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Reader;
use crate::analysis::lever::Lever;
use crate::compile::Plan;
use crate::sheet::{RowId, Run, Subject, Years};
use crate::vocabulary::{Address, Name, Unit};

/// One cell of the results. Words are empty where they do not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TidyRow<'a> {
    /// The scenario's name.
    pub scenario: Cow<'a, str>,
    /// `plan` or `risk-adjusted`.
    pub run: Cow<'a, str>,
    /// Whose view it is: council, nhs or system.
    pub view: Cow<'a, str>,
    /// The organisation.
    pub organisation: Cow<'a, str>,
    /// The financial year.
    pub year: Cow<'a, str>,
    /// The part of the budget.
    pub section: Cow<'a, str>,
    /// The line in words.
    pub line: Cow<'a, str>,
    /// The measure.
    pub measure: Cow<'a, str>,
    /// Recurrent or one-off.
    pub recurrence: Cow<'a, str>,
    /// The unit of the value.
    pub unit: Unit,
    /// The value in steps of the unit; nothing when it was not published.
    pub steps: Option<i128>,
    /// The cell's address.
    pub address: Cow<'a, str>,
}

/// The scenario's short name in rows: its file's name without its ending.
#[must_use]
pub fn short_name(path: &str) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.strip_suffix(".toml").unwrap_or(file).to_owned()
}

/// Whether rows recur: those that count towards a total by themselves, others as their item does where
/// all of it is of one kind.
#[derive(Debug)]
pub struct Recurs<'a> {
    rows: BTreeMap<RowId, &'static str>,
    items: BTreeMap<(&'a str, &'a str), Option<&'static str>>,
}

impl<'a> Recurs<'a> {
    /// What recurs in a plan.
    #[must_use]
    pub fn of_plan(plan: &'a Plan) -> Self {
        let rows = plan.facts.contributions.iter().map(|c| (c.row.id(), c.recurrence.code())).collect();
        let mut items = BTreeMap::new();
        let counted = plan.facts.contributions.iter().map(|c| ((c.item.0, c.item.1.as_str()), c.recurrence.code()));
        let listed = plan.facts.items.iter().map(|i| ((i.kind, i.name.as_str()), i.recurrence.code()));
        for (item, word) in counted.chain(listed) {
            let held = items.entry(item).or_insert(Some(word));
            if *held != Some(word) {
                *held = None;
            }
        }
        Self { rows, items }
    }

    /// Whether a cell recurs: `recurrent`, `one_off`, or nothing where it is no one thing's.
    #[must_use]
    pub fn of(&self, plan: &Plan, cell: &Address) -> &'static str {
        let sheet = &plan.sheet;
        let row = sheet.find(cell).map(|cell| sheet.row_of(cell));
        row.map_or("", |row| self.word(row, sheet.subject(row)))
    }

    /// The same of an item, by its path in the file: `saving.home.delivery`.
    #[must_use]
    pub fn of_path(&self, path: &str) -> &'static str {
        let mut parts = path.split('.');
        let (Some(kind), Some(name)) = (parts.next(), parts.next()) else { return "" };
        self.items.get(&(kind, name)).copied().flatten().unwrap_or("")
    }

    /// The same of all that a lever sets; nothing where it sets things of both kinds.
    #[must_use]
    pub fn of_lever(&self, lever: &Lever) -> &'static str {
        let mut words = lever.targets.iter().map(|target| self.of_path(&target.path));
        let first = words.next().unwrap_or("");
        if words.all(|word| word == first) { first } else { "" }
    }

    fn word(&self, row: RowId, subject: &Subject) -> &'static str {
        let of_item = || {
            let name = subject.name.as_ref()?;
            self.items.get(&(subject.kind, name.as_str())).copied().flatten()
        };
        self.rows.get(&row).copied().or_else(of_item).unwrap_or("")
    }
}

/// Every cell of the sheet in the order of the budget, for these runs; `only` keeps the rows of one
/// organisation or view. Inputs the sheet makes for itself (nought, year ends) are left out.
pub fn rows<'a>(
    r: Reader<'a>,
    scenario: &'a str,
    runs: &'a [Run],
    only: Option<&'a Name>,
) -> impl Iterator<Item = TidyRow<'a>> {
    let plan = r.plan();
    let sheet = &plan.sheet;
    let recurrence = Rc::new(Recurs::of_plan(plan));
    runs.iter().flat_map(move |run| {
        let recurrence = Rc::clone(&recurrence);
        sheet.rows().filter(|(id, _)| sheet.subject(*id).kind != "calendar").flat_map(move |(id, info)| {
            let subject = sheet.subject(id);
            let view =
                plan.facts.views.iter().find(|v| subject.kind == v.name.as_str() && subject.organisation.is_none());
            let organisation = subject.organisation.as_ref();
            let wanted = only.is_none_or(|n| organisation == Some(n) || view.is_some_and(|v| v.name == *n));
            let recurrence = recurrence.word(id, subject);
            let address = sheet.row_address(id);
            info.cells().filter(move |_| wanted).map(move |cell| {
                let year = match info.years {
                    Years::Timeless => None,
                    Years::From(_) => sheet.year_number(cell).map(|t| r.year(t)),
                };
                TidyRow {
                    scenario: Cow::Borrowed(scenario),
                    run: Cow::Borrowed(run.code()),
                    view: view.map_or(Cow::Borrowed(""), |v| Cow::Borrowed(v.name.as_str())),
                    organisation: organisation.map_or(Cow::Borrowed(""), |o| Cow::Borrowed(o.as_str())),
                    year: year.map_or(Cow::Borrowed(""), |y| Cow::Owned(y.to_string())),
                    section: Cow::Borrowed(if subject.kind.is_empty() || view.is_some() {
                        "total"
                    } else {
                        subject.kind
                    }),
                    line: Cow::Borrowed(if subject.kind.is_empty() { "" } else { subject.title.as_str() }),
                    measure: Cow::Borrowed(&info.measure),
                    recurrence: Cow::Borrowed(recurrence),
                    unit: info.unit,
                    steps: r.results().of(*run).steps(cell),
                    address: Cow::Owned(
                        year.map_or_else(|| address.clone(), |y| format!("{address}@{}", y.hyphenated())),
                    ),
                }
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn a_file_gives_its_name() {
        assert_eq!(short_name("scenarios/exshire.toml"), "exshire");
        assert_eq!(short_name("C:\\plans\\a.toml"), "a");
        assert_eq!(short_name("<standard input>"), "<standard input>");
    }
}
