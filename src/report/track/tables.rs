//! The tables of a tracked plan.

use super::{MONTHS, Tracked, calendar, money, ratio, share};
use crate::analysis::track::{Amounts, AtMonth, Method, Scheme, Track};
use crate::mechanism::contribution::Recurrence;
use crate::report::table::{Bar, Block, Column, RowStyle, Sentence, Sums, Table, TableCell, TableRow};
use crate::scenario::monitoring::Reason;
use crate::sheet::Sign;
use crate::vocabulary::Name;

/// The tables of an organisation.
pub fn all(track: &Track, organisation: &Name) -> Vec<Block> {
    let schemes: Vec<&Scheme> = track.of(Some(organisation)).collect();
    let total = track.total(Some(organisation));
    let mut tables = vec![delivered(track, &schemes, &total)];
    tables.extend(by_service(track, &schemes, &total));
    tables.extend([forecasts(track, &schemes, &total), run_rates(&schemes, &total), next_year(&schemes, &total)]);
    tables.push(by_month(&schemes));
    tables.into_iter().map(Block::Table).collect()
}

/// What a saving is called: one that the plan has for once says so.
fn label(scheme: &Scheme) -> String {
    match scheme.recurrence {
        Recurrence::OneOff => format!("{} (one-off)", scheme.title),
        _ => scheme.title.clone(),
    }
}

/// What is delivered, in a word.
fn kind(schemes: &[&Scheme]) -> &'static str {
    match schemes.iter().any(|s| s.recurrence == Recurrence::OneOff) {
        true => "recurrent, but for savings marked one-off",
        false => "recurrent",
    }
}

/// A table of savings with their total.
fn table(
    headings: &[Column],
    schemes: &[&Scheme],
    total: &Amounts,
    cells: impl Fn(&Amounts, Option<&Scheme>) -> Vec<TableCell>,
) -> Table {
    let mut table = Table::new([Column::text("")].into_iter().chain(headings.iter().cloned()).collect());
    let mut parts: Sums = Vec::new();
    for scheme in schemes {
        let row = TableRow::plain(label(scheme), cells(&scheme.amounts, Some(scheme)));
        parts.push((table.push(row), Sign::Plus));
    }
    if schemes.len() > 1 {
        table.push(TableRow::new(RowStyle::Total, "total", cells(total, None)).sum_of(parts));
    }
    table
}

fn figures(headings: &[&str]) -> Vec<Column> {
    headings.iter().map(|heading| Column::figure(*heading)).collect()
}

fn cell(pence: Option<i128>) -> TableCell {
    money(pence).into()
}

/// A figure that may have no meaning here.
fn or_dash<T: Into<TableCell>>(figure: Option<T>) -> TableCell {
    figure.map_or_else(|| "–".into(), Into::into)
}

fn to_date(a: &Amounts) -> Vec<TableCell> {
    vec![cell(a.plan), cell(a.planned), cell(a.delivered), or_dash(share(a)), cell(a.one_off)]
}

const TO_DATE: [&str; 5] = ["Plan of year", "Planned to date", "Delivered", "Share", "One-off"];

fn delivered(track: &Track, schemes: &[&Scheme], total: &Amounts) -> Table {
    let mut headings = figures(&TO_DATE);
    let rag = schemes.iter().any(|s| s.told.rag.is_some());
    if rag {
        headings.push(Column::text("RAG"));
    }
    let mut table = table(&headings, schemes, total, |a, scheme| {
        let mut cells = to_date(a);
        if rag {
            cells.push(scheme.and_then(|s| s.told.rag.clone()).map_or(TableCell::Empty, TableCell::from));
        }
        cells
    });
    table.title =
        Some(format!("Delivered by month {} of {}, {}", track.month, track.year, calendar(track, track.month)));
    table.key = Some(format!(
        "cumulative from April; delivered = {}; one-off = substitutes, in no sum of delivery",
        kind(schemes)
    ));
    table
}

/// The same by service, where there are several.
fn by_service(track: &Track, schemes: &[&Scheme], total: &Amounts) -> Option<Table> {
    let mut services: Vec<Option<&str>> = schemes.iter().map(|s| s.service.as_deref()).collect();
    let mut seen: Vec<Option<&str>> = Vec::new();
    services.retain(|service| {
        let new = !seen.contains(service);
        seen.push(*service);
        new
    });
    if services.len() < 2 || services.len() == schemes.len() {
        return None;
    }
    let mut table = Table::new([Column::text("Service")].into_iter().chain(figures(&TO_DATE)).collect());
    table.title = Some(format!("By service, month {}", track.month));
    table.key = Some("cumulative from April".into());
    let mut parts: Sums = Vec::new();
    for service in services {
        let own = Amounts::sum(schemes.iter().filter(|s| s.service.as_deref() == service).map(|s| &s.amounts));
        let row = TableRow::plain(service.unwrap_or("no service"), to_date(&own));
        parts.push((table.push(row), Sign::Plus));
    }
    table.push(TableRow::new(RowStyle::Total, "total", to_date(total)).sum_of(parts));
    Some(table)
}

fn forecasts(track: &Track, schemes: &[&Scheme], total: &Amounts) -> Table {
    let headings = figures(&["Plan of year", "Straight line", "Profile", "Rest to plan", "Owner's"]);
    let mut table = table(&headings, schemes, total, |a, _| {
        let forecasts = a.forecasts.iter().map(|forecast| or_dash(forecast.map(|pence| money(Some(pence)))));
        [cell(a.plan)].into_iter().chain(forecasts).collect()
    });
    table.title = Some(format!("Where {} ends, by each method", track.year));
    table.key = Some(format!("delivered in the whole year, {}; – cannot be made or is not given", kind(schemes)));
    table
}

fn run_rates(schemes: &[&Scheme], total: &Amounts) -> Table {
    let mut headings = figures(&["Needed", "Achieved", "Times"]);
    headings.push(Column::text("Flag"));
    let mut table = table(&headings, schemes, total, |a, scheme| {
        let flag: &str = match scheme {
            Some(scheme) if scheme.flagged && a.achieved == Some(0) => "nothing yet",
            Some(scheme) if scheme.flagged => "above 1.5",
            Some(scheme) if a.steep() && !scheme.amounts.behind() => "as planned",
            _ => "",
        };
        let needed = or_dash(a.needed.map(|pence| money(Some(pence))));
        vec![needed, cell(a.achieved), or_dash(ratio(a)), flag.into()]
    });
    table.title = Some("What is needed a month to deliver the plan".into());
    table.key = Some(format!("a month, {}: needed from now on, achieved so far", kind(schemes)));
    table
}

fn next_year(schemes: &[&Scheme], total: &Amounts) -> Table {
    let mut headings = figures(&["Plan of year", "Forecast"]);
    headings.push(Column::text("Method"));
    headings.extend(figures(&["One-off", "To next year"]));
    headings.push(Column::text("Reason"));
    let mut table = table(&headings, schemes, total, |a, scheme| {
        let method = scheme.filter(|_| a.forecast.is_some()).map_or("", |s| Method::words(s.method));
        let reason = scheme.and_then(|s| s.told.reason).map_or("", |reason| reason.word());
        vec![
            cell(a.plan),
            cell(a.forecast),
            method.into(),
            cell(a.forecast_one_off),
            cell(a.undelivered),
            reason.into(),
        ]
    });
    table.title = Some("Missing at the end of the year: what next year's base lacks if nothing changes".into());
    table.key = Some("plan less forecast, of what recurs; one-off substitutes do not lessen it".into());
    let slipped = schemes.iter().filter(|s| s.told.reason == Some(Reason::Slipped));
    let slipped: i128 = slipped.filter_map(|s| s.amounts.undelivered).sum();
    if slipped > 0 {
        let said = Sentence::from("Of it ").figure(money(Some(slipped)).in_words());
        table.notes.push(said.text(" slipped: next year begins without it, and it comes back when its savings do."));
    }
    let lasting = schemes.iter().filter(|s| s.told.reason != Some(Reason::Slipped));
    let more = lasting.filter_map(|s| s.still_to_come).try_fold(0_i128, |sum, pence| sum.checked_add(pence));
    if let Some(more) = more.filter(|pence| *pence > 0) {
        let said =
            Sentence::from("Of what these savings are still to add next year, ").figure(money(Some(more)).in_words());
        table.notes.push(said.text(" would be missing too, at the share that is missing this year."));
    }
    table
}

/// Month by month, with a bar of how far each is behind or ahead of what was planned.
fn by_month(schemes: &[&Scheme]) -> Table {
    let mut headings = vec![Column::text("")];
    headings.extend(figures(&["Planned", "Delivered", "One-off", "◂behind│ahead▸"]));
    let mut table = Table::new(headings);
    table.title = Some("Month by month".into());
    table.key = Some("cumulative from April; the bar is delivered less planned, beside the plan to date".into());
    let ahead = |month: &AtMonth| month.planned.map_or(0, |planned| month.delivered - planned);
    for scheme in schemes {
        table.push(TableRow::section(label(scheme)));
        let size = |m: &AtMonth| m.planned.unwrap_or(0).unsigned_abs().max(ahead(m).unsigned_abs());
        let longest = scheme.months.iter().map(size).max().unwrap_or(0);
        for month in &scheme.months {
            let name = MONTHS.get(usize::from(month.month).wrapping_sub(1)).copied().unwrap_or_default();
            let by = ahead(month);
            let bar = Bar { below: by.min(0).unsigned_abs(), above: by.max(0).unsigned_abs(), longest };
            let bar = if longest == 0 { TableCell::Empty } else { TableCell::Bar(bar) };
            let one_off = or_dash(month.one_off.map(|pence| money(Some(pence))));
            let cells = vec![cell(month.planned), cell(Some(month.delivered)), one_off, bar];
            table.push(TableRow::plain(format!("{name} (month {})", month.month), cells).indented(1));
        }
    }
    table
}

/// Savings of the plan that the file does not tell of.
pub fn untold(tracked: &Tracked<'_>) -> Option<Table> {
    let untold = &tracked.track.untold;
    if untold.is_empty() {
        return None;
    }
    let several = tracked.opened.plan.organisations.len() > 1;
    let mut table = Table::new(vec![Column::text(""), Column::figure("Plan of year")]);
    table.title = Some(format!("In the plan of {} and not in {}", tracked.track.year, tracked.track.file));
    table.key = Some("in no sum above".into());
    let mut parts: Sums = Vec::new();
    for saving in untold {
        let label = if several { format!("{} ({})", saving.title, saving.organisation) } else { saving.title.clone() };
        parts.push((table.push(TableRow::plain(label, vec![cell(saving.plan)])), Sign::Plus));
    }
    if untold.len() > 1 {
        let sum = untold.iter().try_fold(0_i128, |sum, saving| sum.checked_add(saving.plan?));
        table.push(TableRow::new(RowStyle::Total, "total", vec![cell(sum)]).sum_of(parts));
    }
    Some(table)
}
