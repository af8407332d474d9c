//! The budget table: from last year's budget to what is still to find, step by step, and what would
//! remain if nothing else were done.

use super::table::{RowStyle, Sums, Table, TableRow};
use super::{Reader, SIGN, less};
use crate::mechanism::contribution::{Contribution, Step, Total};
use crate::mechanism::organisation::Organisation;
use crate::mechanism::reserve::Pot;
use crate::mechanism::support::Supported;
use crate::sheet::{RowId, Run, Sign};
use crate::vocabulary::{Measure, Name};

/// The budget table of an organisation in one run.
#[must_use]
pub fn table(r: &Reader<'_>, organisation: &Organisation, run: Run) -> Table {
    let mut rows = Rows { r, run, table: Table::new(r.year_columns("")) };
    rows.table.title = Some(format!("{}: budget table, {}", organisation.title, run.words()));
    rows.table.key = Some(SIGN.to_owned());
    let name = &organisation.name;
    let requirement = requirement(&mut rows, organisation);
    let funding = funding(&mut rows, name);
    let before = rows.measure(
        RowStyle::Subtotal,
        name,
        Measure::GapBeforeSavings,
        &[(requirement, Sign::Plus), (funding, Sign::Minus)],
    );
    rows.annual(name, Measure::GapBeforeSavings);
    let savings = savings(&mut rows, name);
    let after = rows.measure(
        RowStyle::Subtotal,
        name,
        Measure::GapAfterSavings,
        &[(before, Sign::Plus), (savings, Sign::Minus)],
    );
    let mut parts = vec![(after, Sign::Plus)];
    for pot in pots(r, name) {
        if let Some(row) = r.plan().named_item(pot, "planned_use") {
            parts.push((rows.add(RowStyle::Plain, 1, format!("planned use: {}", pot.title), row), Sign::Minus));
        }
    }
    for (title, row, sign) in deficit_support(r, name) {
        parts.push((rows.add(RowStyle::Plain, 1, title, row), sign));
    }
    rows.measure(RowStyle::Headline, name, Measure::GapAfterPlannedReserves, &parts);
    rows.annual(name, Measure::GapAfterPlannedReserves);
    if organisation.kind.is_nhs()
        && let Some(row) = r.plan().measure(name, Measure::ReportedPosition)
    {
        rows.add(RowStyle::Muted, 0, "position as reported: surplus, (deficit)".into(), row);
    }
    nothing_else(&mut rows, name);
    underlying(&mut rows, name);
    balances(&mut rows, name);
    rows.table
}

fn pots<'a>(r: &Reader<'a>, name: &Name) -> Vec<&'a Pot> {
    let mut pots: Vec<_> = r.plan().facts.pots.iter().filter(|p| p.organisation == *name).collect();
    pots.sort_by(|a, b| a.name.cmp(&b.name));
    pots
}

fn deficit_support(r: &Reader<'_>, name: &Name) -> Vec<(String, RowId, Sign)> {
    let mut rows = Vec::new();
    for support in r.plan().facts.supports.iter().filter(|s| s.organisation() == name) {
        rows.extend(support.received().map(|row| (format!("{} received", support.words()), row.id(), Sign::Minus)));
        if let Supported::Deficit { repayment: Some(row), .. } = support {
            rows.push(("repayment of earlier deficits".to_owned(), row.id(), Sign::Plus));
        }
    }
    rows
}

/// The roll-forward; or, where the steps are not published, the items as they are.
fn requirement(rows: &mut Rows<'_, '_>, organisation: &Organisation) -> usize {
    let (r, name) = (rows.r, &organisation.name);
    let steps: Vec<_> =
        Step::ALL.into_iter().filter_map(|s| r.plan().named(name, s.code()).map(|row| (s, row))).collect();
    let rolled = r.plan().named(name, "brought_forward").filter(|row| r.of_row(*row, 1, rows.run).steps.is_some());
    let mut parts: Sums = Vec::new();
    match rolled {
        Some(row) if !steps.is_empty() => {
            parts.push((rows.add(RowStyle::Plain, 0, "budget brought forward".into(), row), Sign::Plus));
            for (step, row) in steps {
                if !r.is_nought(row, rows.run) {
                    parts.push((rows.add(RowStyle::Plain, 1, step.words().into(), row), Sign::Plus));
                }
            }
        }
        _ => {
            for c in
                r.plan().facts.contributions.iter().filter(|c| c.organisation == *name && c.total == Total::Requirement)
            {
                parts.push((rows.add(RowStyle::Plain, 1, r.label_of(c), c.row.id()), c.sign));
                rows.parts_of(c.item.0, &c.item.1);
            }
        }
    }
    rows.measure(RowStyle::Total, name, Measure::Requirement, &parts)
}

fn funding(rows: &mut Rows<'_, '_>, name: &Name) -> usize {
    let mut parts: Sums = Vec::new();
    for c in rows.r.plan().facts.contributions.iter().filter(|c| c.organisation == *name && c.total == Total::Funding) {
        let title = less(c.sign, rows.r.plan().sheet.subject(c.row.id()).title.to_string());
        parts.push((rows.add(RowStyle::Plain, 1, title, c.row.id()), c.sign));
        rows.parts_of("funding", &c.item.1);
    }
    rows.measure(RowStyle::Total, name, Measure::Funding, &parts)
}

/// The title of what saves: a saving by its own, and else by the part of an item that saves.
fn saving_title(r: &Reader<'_>, c: &Contribution) -> String {
    let plan = r.plan();
    let saving = plan.facts.savings.iter().find(|s| c.item == ("saving", s.name.clone()));
    saving.map_or_else(|| plan.sheet.subject(c.row.id()).title.to_string(), |s| s.title.clone())
}

/// At most this many savings are listed one by one; beyond it the table shows their total.
const LISTED: usize = 12;

fn savings(rows: &mut Rows<'_, '_>, name: &Name) -> usize {
    let contributions: Vec<_> = rows
        .r
        .plan()
        .facts
        .contributions
        .iter()
        .filter(|c| c.organisation == *name && c.total == Total::Savings)
        .collect();
    let mut parts: Sums = Vec::new();
    if contributions.len() <= LISTED {
        for c in contributions {
            let one_off =
                if c.recurrence == crate::mechanism::contribution::Recurrence::OneOff { " (one-off)" } else { "" };
            let title = less(c.sign, saving_title(rows.r, c));
            parts.push((rows.add(RowStyle::Plain, 1, format!("{title}{one_off}"), c.row.id()), c.sign));
        }
    }
    rows.measure(RowStyle::Total, name, Measure::Savings, &parts)
}

fn nothing_else(rows: &mut Rows<'_, '_>, name: &Name) {
    let r = rows.r;
    let drawn: Vec<_> =
        pots(r, name).into_iter().filter_map(|p| r.plan().named_item(p, "draw").map(|row| (p, row))).collect();
    let used: Vec<_> = r
        .plan()
        .facts
        .supports
        .iter()
        .filter_map(|s| match s {
            Supported::Exceptional { organisation, used, .. } if organisation == name => Some(used.id()),
            _ => None,
        })
        .collect();
    // Earmarked reserves are drawn before general ones.
    let mut drawn = drawn;
    drawn.sort_by_key(|(pot, _)| pot.kind == crate::mechanism::reserve::ReserveKind::General);
    if drawn.is_empty() && used.is_empty() {
        return;
    }
    rows.table.push(TableRow::section("If nothing else is done"));
    for (pot, row) in drawn {
        rows.add(RowStyle::Plain, 1, format!("draw on {}", pot.title), row);
    }
    for row in used {
        rows.add(RowStyle::Plain, 1, "exceptional support used".into(), row);
    }
    rows.measure(RowStyle::Total, name, Measure::GapAfterReserves, &[]);
}

fn underlying(rows: &mut Rows<'_, '_>, name: &Name) {
    for (measure, words) in [
        ("underlying_gap_before_savings", "underlying gap before savings (no one-offs)"),
        ("sum_of_gaps", "cash shortfall so far if nothing is done (not a target)"),
        ("social_care_gap", "social care gap (see the note)"),
    ] {
        if let Some(row) = rows.r.plan().named(name, measure) {
            rows.add(RowStyle::Muted, 0, words.into(), row);
        }
    }
    if rows.r.plan().named(name, "social_care_gap").is_some() {
        rows.table.notes.push(SOCIAL_CARE_NOTE.into());
    }
}

/// What the social care gap is; printed wherever the figure is.
pub const SOCIAL_CARE_NOTE: &str = "social care gap = growth in social care requirement since the base year (general support held in cash), \
     less its savings, less growth in funding marked for it, plus stated gaps of the sector";

fn balances(rows: &mut Rows<'_, '_>, name: &Name) {
    let pots = pots(rows.r, name);
    let apart: Vec<_> = rows.r.plan().facts.dsg.iter().filter(|d| d.organisation == *name).collect();
    if pots.is_empty() && apart.is_empty() {
        return;
    }
    rows.table.push(TableRow::section("Reserves at the end of the year"));
    for pot in pots {
        if let Some(row) = pot.closing {
            rows.add(RowStyle::Plain, 1, format!("{}, after planned use", pot.title), row.id());
        }
        if let Some(row) = pot.closing_if_nothing_else
            && rows.r.plan().named_item(pot, "draw").is_some()
        {
            rows.add(RowStyle::Plain, 1, format!("{}, if nothing else is done", pot.title), row.id());
        }
        if let Some(row) = pot.minimum {
            rows.add(RowStyle::Muted, 1, format!("{}: minimum by policy", pot.title), row.id());
        }
    }
    for deficit in apart {
        let until = deficit.override_ends.map_or_else(String::new, |ends| format!(" until the end of {ends}"));
        let label = format!("{}: deficit, kept apart by law{until}", deficit.title);
        rows.add(RowStyle::Muted, 1, label, deficit.closing.id());
        if let Some(shadow) = deficit.shadow {
            let words = "reserves after planned use less that deficit (in no total)";
            rows.add(RowStyle::Muted, 1, words.into(), shadow.id());
        }
    }
}

struct Rows<'r, 'a> {
    r: &'r Reader<'a>,
    run: Run,
    table: Table,
}

impl Rows<'_, '_> {
    fn add(&mut self, style: RowStyle, indent: u8, label: String, row: RowId) -> usize {
        let cells = self.r.cells(row, self.run);
        self.table.push(TableRow::new(style, label, cells).indented(indent))
    }

    /// Items that are part of another are listed under it and never added again.
    fn parts_of(&mut self, kind: &str, name: &Name) {
        let parts: Vec<_> =
            self.r.plan().facts.items.iter().filter(|i| i.kind == kind && i.part_of.as_ref() == Some(name)).collect();
        for part in parts {
            let title = self.r.plan().sheet.subject(part.row.id()).title.clone();
            self.add(RowStyle::Muted, 2, format!("of which {title}"), part.row.id());
        }
    }

    fn measure(&mut self, style: RowStyle, name: &Name, measure: Measure, parts: &[(usize, Sign)]) -> usize {
        let Some(row) = self.r.plan().measure(name, measure) else { return self.table.rows.len() };
        let cells = self.r.cells(row, self.run);
        let total = TableRow::new(style, measure.words(), cells);
        self.table.push(if parts.is_empty() { total } else { total.sum_of(parts.to_vec()) })
    }

    fn annual(&mut self, name: &Name, measure: Measure) {
        if let Some(row) = self.r.plan().named(name, &format!("annual_{}", measure.code())) {
            self.add(RowStyle::Muted, 1, measure.annual_words().into(), row);
        }
    }
}
