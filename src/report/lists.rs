//! Tables of one subject each: requirement, funding, savings, reserves, flows, assumptions,
//! published figures, and every cell.

use super::movement::join;
use super::table::{Column, Figure, RowStyle, Sentence, Table, TableCell, TableRow};
use super::{Reader, SIGN, adjusted, less, range};
use crate::mechanism::contribution::{Contribution, Recurrence, Total};
use crate::mechanism::organisation::Organisation;
use crate::sheet::{Evidence, Flags, Run, Sign};
use crate::vocabulary::{Measure, Name, Unit};

/// The requirement by line, or by service.
#[must_use]
pub fn requirement(r: &Reader<'_>, organisation: &Organisation, run: Run, by_service: bool) -> Table {
    total_table(r, organisation, run, Total::Requirement, Measure::Requirement, by_service)
}

/// Funding by source.
#[must_use]
pub fn funding(r: &Reader<'_>, organisation: &Organisation, run: Run) -> Table {
    total_table(r, organisation, run, Total::Funding, Measure::Funding, false)
}

fn total_table(
    r: &Reader<'_>,
    organisation: &Organisation,
    run: Run,
    total: Total,
    measure: Measure,
    by_service: bool,
) -> Table {
    let plan = r.plan();
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(format!("{}: {}, {}", organisation.title, measure.words(), run.words()));
    let mut parts = Vec::new();
    if by_service {
        for service in plan.facts.services.iter().filter(|s| s.organisation == organisation.name) {
            parts.push((
                table.push(TableRow::plain(service.title.clone(), r.cells_of(service.requirement, run))),
                Sign::Plus,
            ));
        }
    } else {
        for c in plan.facts.contributions.iter().filter(|c| c.organisation == organisation.name && c.total == total) {
            let title = r.label_of(c);
            let label = match c.recurrence {
                Recurrence::OneOff => format!("{title} (one-off)"),
                Recurrence::NotStated => format!("{title} (recurrence not stated)"),
                Recurrence::Recurrent => title,
            };
            parts.push((table.push(TableRow::plain(label, r.cells_of(c.row, run))), c.sign));
            for part in plan.facts.items.iter().filter(|i| i.kind == c.item.0 && i.part_of.as_ref() == Some(&c.item.1))
            {
                let title = format!("of which {}", plan.sheet.subject(part.row.id()).title);
                table.push(TableRow::new(RowStyle::Muted, title, r.cells_of(part.row, run)).indented(1));
            }
        }
    }
    if let Some(row) = plan.measure(&organisation.name, measure) {
        let row = TableRow::new(RowStyle::Total, measure.words(), r.cells(row, run));
        table.push(if parts.is_empty() { row } else { row.sum_of(parts) });
    }
    let memo: Vec<_> = plan
        .facts
        .items
        .iter()
        .filter(|i| i.memo && i.part_of.is_none() && i.organisation.as_ref() == Some(&organisation.name))
        .filter(|i| total == Total::Requirement && matches!(i.kind, "pressure" | "line"))
        .collect();
    if !memo.is_empty() {
        table.push(TableRow::section("Already in the lines above"));
        for item in memo {
            table.push(
                TableRow::new(
                    RowStyle::Muted,
                    plan.sheet.subject(item.row.id()).title.clone(),
                    r.cells_of(item.row, run),
                )
                .indented(1),
            );
        }
    }
    table
}

/// Savings: plan and risk-adjusted, with status, recurrence and decision.
#[must_use]
pub fn savings(r: &Reader<'_>, organisation: &Organisation) -> Table {
    let plan = r.plan();
    let years = r
        .horizon()
        .plan()
        .flat_map(|t| [Column::figure(r.year(t).to_string()), Column::figure(format!("{} risk-adjusted", r.year(t)))]);
    let columns = [Column::text("Saving"), Column::text("Status"), Column::text("Recurs"), Column::text("Decision")];
    let mut table = Table::new(columns.into_iter().chain(years).collect());
    table.title = Some(format!("{}: savings in the year, plan and risk-adjusted", organisation.title));
    let cells = |status: &str, recurs: &str, decision: &str, figures: Vec<TableCell>| -> Vec<TableCell> {
        [status, recurs, decision].into_iter().map(TableCell::from).chain(figures).collect()
    };
    let mut parts = Vec::new();
    let mut memos = Vec::new();
    for s in plan.facts.savings.iter().filter(|s| s.organisation == organisation.name) {
        let counted =
            plan.facts.contributions.iter().find(|c| c.total == Total::Savings && c.item == ("saving", s.name.clone()));
        let row = counted.map_or(s.in_year, |c| c.row);
        let figures =
            r.horizon().plan().flat_map(|t| Run::BOTH.map(|run| TableCell::from(r.of(row, t, run)))).collect();
        let recurs = recurrence_words(s.recurrence);
        let row = TableRow::plain(
            s.title.clone(),
            cells(s.status.unwrap_or("–"), recurs, s.decision.unwrap_or("–"), figures),
        );
        if s.memo {
            memos.push(row);
        } else {
            parts.push((table.push(row), Sign::Plus));
        }
    }
    let of_others =
        |c: &&Contribution| c.organisation == organisation.name && c.total == Total::Savings && c.item.0 != "saving";
    for c in plan.facts.contributions.iter().filter(of_others) {
        let figures = r.horizon().plan().flat_map(|t| Run::BOTH.map(|run| TableCell::from(r.of(c.row, t, run))));
        let title = less(c.sign, plan.sheet.subject(c.row.id()).title.to_string());
        let row = TableRow::plain(title, cells("–", recurrence_words(c.recurrence), "–", figures.collect()));
        parts.push((table.push(row), c.sign));
    }
    if let Some(row) = plan.measure(&organisation.name, Measure::Savings) {
        let figures =
            r.horizon().plan().flat_map(|t| Run::BOTH.map(|run| TableCell::from(r.of_row(row, t, run)))).collect();
        let total = TableRow::new(RowStyle::Total, "savings in the year", cells("", "", "", figures));
        table.push(if parts.is_empty() { total } else { total.sum_of(parts) });
    }
    if !memos.is_empty() {
        table.push(TableRow::section("Already in the lines: listed, never deducted again"));
        for row in memos {
            table.push(TableRow { style: RowStyle::Muted, ..row }.indented(1));
        }
    }
    table
}

const fn recurrence_words(recurrence: Recurrence) -> &'static str {
    match recurrence {
        Recurrence::Recurrent => "recurrent",
        Recurrence::OneOff => "one-off",
        Recurrence::NotStated => "not stated",
    }
}

/// Reserves: opening, paid in, used, drawn, closing, minimum.
#[must_use]
pub fn reserves(r: &Reader<'_>, organisation: &Organisation, run: Run) -> Table {
    let plan = r.plan();
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(format!("{}: reserves, {}", organisation.title, run.words()));
    for pot in plan.facts.pots.iter().filter(|p| p.organisation == organisation.name) {
        table.push(TableRow::section(pot.title.clone()));
        let opening: Vec<TableCell> = r
            .horizon()
            .plan()
            .map(|t| match (t, pot.closing) {
                (1, _) | (_, None) => r.figure(pot.opening.id(), run).into(),
                (t, Some(closing)) => r.of(closing, t - 1, run).into(),
            })
            .collect();
        let start = table.push(TableRow::plain("balance at the start of the year", opening).indented(1));
        let mut parts = vec![(start, Sign::Plus)];
        for (measure, words, sign) in
            [("contribution", "paid in", Sign::Plus), ("planned_use", "planned use", Sign::Minus)]
        {
            if let Some(row) = plan.named_item(pot, measure) {
                parts.push((table.push(TableRow::plain(words, r.cells(row, run)).indented(1)), sign));
            }
        }
        for moving in plan.facts.transfers.iter().filter(|m| m.organisation == organisation.name) {
            let (words, sign) = match (moving.from == pot.name, moving.to == pot.name) {
                (true, _) => ("moved out", Sign::Minus),
                (_, true) => ("moved in", Sign::Plus),
                _ => continue,
            };
            let address = format!("{}/transfer/{}/moved", organisation.name, moving.name);
            if let Some(row) = plan.sheet.find_row(&address) {
                let label = format!("{words}: {}", moving.title);
                parts.push((table.push(TableRow::plain(label, r.cells(row, run)).indented(1)), sign));
            }
        }
        if organisation.surplus_to.as_ref() == Some(&pot.name)
            && let Some(row) = plan.named(&organisation.name, "surplus")
        {
            parts.push((table.push(TableRow::plain("surplus of the year", r.cells(row, run)).indented(1)), Sign::Plus));
        }
        if let Some(row) = pot.closing {
            table.push(
                TableRow::new(RowStyle::Total, "balance at the end, after planned use", r.cells_of(row, run))
                    .indented(1)
                    .sum_of(parts),
            );
        }
        for (measure, words) in [
            ("draw", "draw, if nothing else is done"),
            ("closing_if_nothing_else", "balance at the end, if nothing else is done"),
            ("minimum", "minimum by policy"),
        ] {
            if let Some(row) = plan.named_item(pot, measure) {
                table.push(TableRow::new(RowStyle::Muted, words, r.cells(row, run)).indented(1));
            }
        }
    }
    table
}

/// Payments between organisations, and what the views eliminate.
#[must_use]
pub fn flows(r: &Reader<'_>) -> Table {
    let plan = r.plan();
    let title = |name: &Name| {
        plan.organisations.iter().find(|o| o.name == *name).map_or_else(|| name.to_string(), |o| o.title.clone())
    };
    let mut columns = r.year_columns("Payment");
    columns.insert(1, Column::text("From"));
    columns.insert(2, Column::text("To"));
    let mut table = Table::new(columns);
    table.title = Some("Payments between organisations".into());
    for flow in &plan.facts.flows {
        let mut cells = vec![title(&flow.from).into(), title(&flow.to).into()];
        cells.extend(r.cells_of(flow.row, Run::Plan));
        table.push(TableRow::plain(flow.title.clone(), cells));
    }
    for clawback in plan.facts.clawbacks.iter().filter(|c| c.to.is_none()) {
        let mut cells = vec![title(&clawback.organisation).into(), "the centre (leaves the system)".into()];
        cells.extend(r.cells_of(clawback.amount, Run::Plan));
        table.push(TableRow::plain(clawback.title.clone(), cells));
    }
    for view in &plan.facts.views {
        for measure in ["gross_income", "gross_expenditure", "eliminated", "external_income", "external_expenditure"] {
            if let Some(row) = plan.named(&view.name, measure) {
                let mut cells = vec![TableCell::Empty, TableCell::Empty];
                cells.extend(r.cells(row, Run::Plan));
                table.push(TableRow::new(
                    RowStyle::Muted,
                    format!("{}: {}", view.title, plan.sheet.row(row).words),
                    cells,
                ));
            }
        }
    }
    table
}

/// The register: every figure with its value, source, owner and place. Values by year that are all
/// the same are said once.
#[must_use]
pub fn assumptions(r: &Reader<'_>) -> Table {
    let sources = &r.opened.loaded.sources;
    let one_file = sources.files().count() == 1;
    let place_of =
        |place| if one_file { format!("line {}", sources.line_column(place).0) } else { sources.describe(place) };
    let columns = ["Assumption", "Value", "Source", "Owner", "Where", "Status"];
    let mut table = Table::new(columns.iter().map(|c| Column::text(*c)).collect());
    table.title = Some("Assumptions".into());
    let unused = r.unused();
    let mut all: Vec<_> = r.plan().sheet.assumptions().iter().collect();
    all.sort_by(|a, b| (a.place.is_none(), a.place, &a.path).cmp(&(b.place.is_none(), b.place, &b.path)));
    for a in all {
        let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
        let adjusted = adjusted::status(r, a);
        let status = match (a.default, a.replaced.last()) {
            (true, _) => "default".to_owned(),
            (false, Some(place)) => format!("overrides {}", sources.describe(*place)),
            (false, None) => "given".to_owned(),
        };
        let status = if a.evidence.unconfirmed { format!("{status}, unconfirmed") } else { status };
        let status = if unused.contains(a.path.as_str()) { format!("{status}, not used") } else { status };
        let cells = vec![
            values(r, a).into(),
            or_dash(&a.evidence.source).into(),
            or_dash(&a.evidence.owner).into(),
            a.place.map_or_else(|| "–".to_owned(), place_of).into(),
            match adjusted {
                Some(said) => said.text(format!("; {status}")).into(),
                None => status.into(),
            },
        ];
        table.push(TableRow::plain(a.path.clone(), cells));
    }
    for (path, value) in r.opened.scenario.defaults() {
        let dash = || TableCell::from("–");
        table.push(TableRow::plain(path, vec![value.into(), dash(), dash(), dash(), "default".into()]));
    }
    table
}

/// An assumption's values in words: one, or one a year.
fn values(r: &Reader<'_>, a: &crate::sheet::Assumption) -> Sentence {
    let figure = |steps: Option<i128>| {
        let flags = if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
        Figure::new(a.unit, steps, flags).exactly().in_words()
    };
    let same = a.values.windows(2).all(|w| w[0].0 == w[1].0);
    let mut sentence = Sentence::default();
    for (i, (steps, _)) in a.values.iter().enumerate().take(if same { 1 } else { usize::MAX }) {
        if i > 0 {
            sentence = sentence.text("; ");
        }
        sentence = sentence.figure(figure(*steps));
        if !same {
            let t = i32::try_from(i).unwrap_or(0) + 1;
            sentence = sentence.text(format!(" in {}", r.year(t)));
        }
    }
    match a.spread.as_deref() {
        Some(spread) => join(sentence.text(" ("), range::in_words(r, a.unit, spread)).text(")"),
        None => sentence,
    }
}

/// Published figures beside what the plan comes to.
#[must_use]
pub fn published(r: &Reader<'_>, only: &[&Organisation]) -> Table {
    let wanted = |whose: &Name| only.iter().any(|o| o.name == *whose);
    let mut table = Table::new(r.year_columns(""));
    table.title = Some("Published figures kept beside the model".into());
    for p in r.plan().facts.published.iter().filter(|p| p.organisation.as_ref().is_none_or(wanted)) {
        table.push(TableRow::section(p.title.clone()));
        let total = table.push(TableRow::plain("as published", r.cells_of(p.total, Run::Plan)).indented(1));
        if let Some((sum, difference)) = p.compared {
            let sum = table.push(TableRow::plain("what its parts come to", r.cells_of(sum, Run::Plan)).indented(1));
            let row = TableRow::new(RowStyle::Total, "difference", r.cells_of(difference, Run::Plan)).indented(1);
            table.push(row.sum_of(vec![(total, Sign::Plus), (sum, Sign::Minus)]));
        }
        for said in [&p.source, &p.note].into_iter().flatten() {
            table.notes.push(format!("{}: {said}", p.title).into());
        }
    }
    for s in r.plan().facts.stated.iter().filter(|s| wanted(&s.organisation)) {
        table.push(TableRow::section(format!("{} (stated gap: {})", s.title, s.kind_words())));
        table.push(TableRow::plain("as stated", r.cells_of(s.row, Run::Plan)).indented(1));
        evidence_notes(&mut table, &s.title, &s.evidence);
        for saving in r.plan().facts.savings.iter().filter(|saving| saving.organisation == s.organisation) {
            evidence_notes(&mut table, &saving.title, &saving.evidence);
        }
    }
    let stated = |o: &&&Organisation| r.plan().facts.stated.iter().any(|s| s.organisation == o.name);
    for organisation in only.iter().filter(stated) {
        table.notes.extend(organisation.note.as_ref().map(|note| format!("{}: {note}", organisation.title).into()));
    }
    table
}

/// The source of a figure and its note, under a table.
fn evidence_notes(table: &mut Table, title: &str, evidence: &Evidence) {
    for said in [&evidence.source, &evidence.note].into_iter().flatten() {
        table.notes.push(format!("{title}: {said}").into());
    }
}

/// The roll-forward steps of each year as a bridge from the base year to the last.
#[must_use]
pub fn bridge(r: &Reader<'_>, organisation: &Organisation, run: Run) -> Table {
    use crate::mechanism::contribution::Step;
    let plan = r.plan();
    let name = &organisation.name;
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(format!("{}: what moves the gap each year, {}", organisation.title, run.words()));
    table.key = Some(SIGN.into());
    let mut parts = Vec::new();
    if let Some(row) = plan.measure(name, Measure::GapAfterSavings) {
        let before = r.horizon().plan().map(|t| if t > 1 { r.of_row(row, t - 1, run) } else { Figure::money(0) });
        let before = TableRow::plain("gap brought forward", before.map(TableCell::from).collect());
        parts.push((table.push(before), Sign::Plus));
    }
    for step in Step::ALL {
        if let Some(row) = plan.named(name, step.code()).filter(|row| !r.is_nought(*row, run)) {
            parts.push((table.push(TableRow::plain(step.words(), r.cells(row, run)).indented(1)), Sign::Plus));
        }
    }
    for (measure, words) in [("annual_funding", "more funding"), ("annual_savings", "new savings")] {
        if let Some(row) = plan.named(name, measure) {
            let cells = r.horizon().plan().map(|t| r.of_row(row, t, run).turned().into()).collect();
            parts.push((table.push(TableRow::plain(words, cells).indented(1)), Sign::Plus));
        }
    }
    if let Some(row) = plan.measure(name, Measure::GapAfterSavings) {
        table.push(TableRow::new(RowStyle::Headline, "gap in the year after savings", r.cells(row, run)).sum_of(parts));
    }
    table
}

/// Every cell of the sheet: address, words, value.
#[must_use]
pub fn cells(r: &Reader<'_>, run: Run) -> Table {
    let sheet = &r.plan().sheet;
    let mut table = Table::new(vec![
        Column::text("Address"),
        Column::text("What it is"),
        Column::figure("Value"),
        Column::text("Unit"),
    ]);
    table.title = Some(format!("Cells, {}", run.words()));
    for (row, info) in sheet.rows() {
        for cell in info.cells() {
            let figure = r.figure(cell, run).exactly();
            let unit = if info.unit == Unit::Money { "money" } else { info.unit.code() };
            table.push(TableRow::plain(
                sheet.address(cell).to_string(),
                vec![sheet.row_words(row).into(), figure.into(), unit.into()],
            ));
        }
    }
    table
}
