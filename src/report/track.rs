//! A plan tracked during a year, for people: in words first, then what is delivered, where the year ends, what
//! is needed a month, what goes to next year, and each saving month by month.

mod data;
mod tables;

pub use data::{csv, json};

use super::table::{Block, Document, Figure, Sentence};
use super::{Reader, difference, page};
use crate::analysis::track::layer::{How, Layer, Row};
use crate::analysis::track::{Amounts, Method, Scheme, Track};
use crate::mechanism::contribution::Recurrence;
use crate::open::Opened;
use crate::sheet::Flags;
use crate::vocabulary::{Name, Unit};

/// What is told of a tracked plan.
#[derive(Debug, Clone, Copy)]
pub struct Tracked<'a> {
    /// The plan.
    pub opened: &'a Opened,
    /// What was made of it and the file.
    pub track: &'a Track,
    /// The layer that was written: its file, what it says, and the command that runs it.
    pub layer: Option<(&'a str, &'a Layer<'a>, &'a str)>,
}

impl<'a> Tracked<'a> {
    /// The organisations that have savings in it, in the order of the plan.
    fn organisations(&self) -> Vec<(&'a Name, &'a str)> {
        let all = self.opened.plan.organisations.iter().map(|o| (&o.name, o.title.as_str()));
        all.filter(|(name, _)| self.track.of(Some(name)).next().is_some()).collect()
    }
}

/// The months of a financial year by name.
const MONTHS: [&str; 12] = [
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
];

/// A month of the year with its calendar year: 6 is "September 2026".
fn calendar(track: &Track, month: u8) -> String {
    let name = MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default();
    format!("{name} {}", i64::from(track.year.start()) + i64::from(month > 9))
}

/// Money that may not be known.
fn money(pence: Option<i128>) -> Figure {
    Figure::new(Unit::Money, pence, if pence.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
}

fn share(amounts: &Amounts) -> Option<Figure> {
    amounts.share().map(|share| Figure::new(Unit::Rate, Some(share), Flags::EXACT))
}

/// How many times what was achieved is needed, of hundredths.
fn ratio(amounts: &Amounts) -> Option<Figure> {
    amounts.ratio().map(|hundredths| Figure::new(Unit::Quantity, Some(hundredths * 100), Flags::EXACT))
}

/// The document.
#[must_use]
pub fn document(tracked: &Tracked<'_>) -> Document {
    let (track, reader) = (tracked.track, Reader::new(tracked.opened));
    let mut document = page::head(&reader);
    document.lines.push(format!("{}, month {}: {}", track.year, track.month, track.file).into());
    let organisations = tracked.organisations();
    document.blocks.push(Block::Text(words(track, None)));
    for (name, title) in &organisations {
        document.blocks.push(Block::Heading((*title).to_owned()));
        if organisations.len() > 1 {
            document.blocks.push(Block::Text(words(track, Some(name))));
        }
        document.blocks.extend(tables::all(track, name));
    }
    document.blocks.extend(tables::untold(tracked).map(Block::Table));
    document.blocks.push(Block::Notes(notes(track)));
    if let Some((file, layer, command)) = tracked.layer {
        document.blocks.push(Block::Heading(format!("The forecast as a layer: {file}")));
        document.blocks.push(Block::Text(layered(tracked.opened, file, layer, command)));
    }
    document
}

/// What is delivered, what is needed and where the year ends, in words.
fn words(track: &Track, organisation: Option<&Name>) -> Vec<Sentence> {
    let a = track.total(organisation);
    let said = |pence: Option<i128>| money(pence).in_words();
    let begin = match organisation {
        Some(_) => Sentence::default(),
        None => format!("Month {} of {}: ", track.month, track.year).into(),
    };
    // What the plan has for once is delivery, and lasts no more than it was planned to.
    let once: Vec<i128> = of_once(track, organisation).map(|s| s.told.delivered).collect();
    let kind = if once.is_empty() { "recurrent" } else { "one-off substitutes apart" };
    let first = match share(&a) {
        Some(share) => begin.figure(share.in_words()).text(" of the savings planned to date are delivered"),
        None if a.planned.is_some() => begin.text("nothing was planned to date; delivered"),
        None => begin.text("what was planned to date is not published; delivered"),
    };
    let mut first = first
        .text(format!(" (cumulative from April, {kind}): "))
        .figure(said(a.delivered))
        .text(" of ")
        .figure(said(a.planned))
        .text(format!(" by the end of {}", calendar(track, track.month)));
    let sum: i128 = once.iter().sum();
    if sum > 0 {
        first = first.text("; ").figure(said(a.delivered.map(|all| all - sum))).text(" of it is recurrent, and ");
        first = first.figure(said(Some(sum))).text(" comes of savings that the plan has for once");
    }
    let mut all = vec![first.text(".")];
    all.extend(run_rate(track, &a));
    let mut year = Sentence::from("Forecast of the year: ").figure(said(a.forecast)).text(" of ").figure(said(a.plan));
    year = year.text(format!(" planned ({})", by(track, organisation)));
    if let Some(undelivered) = a.undelivered.filter(|pence| *pence > 0) {
        year = year
            .text("; ")
            .figure(said(Some(undelivered)))
            .text(" is not delivered for good, and goes to next year's base as a correction if nothing changes");
    }
    all.push(year.text("."));
    if let Some(one_off) = a.one_off.filter(|pence| *pence > 0) {
        all.push(Sentence::from("One-off substitutes brought ").figure(said(Some(one_off))).text(
            " to date: they are no recurrent delivery, are in none of these sums, and must be found again next year.",
        ));
    }
    all.extend(organisation.is_none().then(|| untold(track)).flatten());
    all
}

/// The savings that are one-off in the plan itself.
fn of_once<'a>(track: &'a Track, organisation: Option<&'a Name>) -> impl Iterator<Item = &'a Scheme> {
    track.of(organisation).filter(|s| s.recurrence == Recurrence::OneOff)
}

/// That savings of the year are not in the file.
fn untold(track: &Track) -> Option<Sentence> {
    let sum = track.untold.iter().try_fold(0_i128, |sum, saving| sum.checked_add(saving.plan?));
    let said = match track.untold.len() {
        0 => return None,
        1 => Sentence::from("One saving of the year, "),
        many => format!("{many} savings of the year, ").into(),
    };
    let are = if track.untold.len() == 1 { "is" } else { "are" };
    Some(
        said.figure(money(sum).in_words())
            .text(format!(" in the plan, {are} not in the file and in none of these sums.")),
    )
}

/// What must be delivered a month from now on.
fn run_rate(track: &Track, a: &Amounts) -> Option<Sentence> {
    let said = |pence: Option<i128>| money(pence).in_words();
    if track.month == 12 {
        return Some("The year is over: no month is left to deliver in.".into());
    }
    let needed = a.needed?;
    if needed == 0 {
        return Some("The plan of the year is delivered.".into());
    }
    let plan = Sentence::from("To deliver the plan of ").figure(said(a.plan)).text(", ").figure(said(a.needed));
    let plan = plan.text(" a month is needed against ").figure(said(a.achieved)).text(" achieved");
    Some(match ratio(a) {
        Some(ratio) => plan.text(": ").figure(ratio.in_words()).text(" times."),
        None => plan.text("."),
    })
}

/// By which methods the forecast that counts is made.
fn by(track: &Track, organisation: Option<&Name>) -> String {
    let used: Vec<&str> = Method::ALL
        .into_iter()
        .filter(|method| track.of(organisation).any(|s| s.method == *method && s.amounts.forecast.is_some()))
        .map(Method::words)
        .collect();
    match used.as_slice() {
        [] => "no forecast can be made".to_owned(),
        [only] => (*only).to_owned(),
        _ => format!("by scheme: {}", used.join(", ")),
    }
}

fn notes(track: &Track) -> Vec<Sentence> {
    let mut notes: Vec<Sentence> = vec![
        "Straight line: delivered ÷ months × 12. Profile: plan × delivered ÷ planned to date; what was not due yet is taken as planned. Rest to plan: delivered + plan − planned to date. Totals are sums of the rows.".into(),
        "Planned to date is what the file says, else the plan of the year spread by each scheme's own start, ramp and end; a schedule in twelfths.".into(),
    ];
    let flagged: Vec<&str> = track.schemes.iter().filter(|s| s.flagged).map(|s| s.title.as_str()).collect();
    if !flagged.is_empty() {
        notes.push(
            format!(
                "Flagged, behind the plan to date with more than 1.5 times the achieved rate needed: {}.",
                flagged.join(", ")
            )
            .into(),
        );
    }
    let late: Vec<&str> =
        track.schemes.iter().filter(|s| !s.flagged && s.amounts.steep()).map(|s| s.title.as_str()).collect();
    if !late.is_empty() {
        notes.push(format!("Not flagged though the rate must rise by more than half: what was planned to date is delivered, and most of the plan falls late in the year: {}.", late.join(", ")).into());
    }
    let of = |owners: usize| owners > 0 && owners < track.schemes.len();
    let owners = track.schemes.iter().filter(|s| s.told.forecast.is_some()).count();
    if of(owners) {
        notes.push(
            format!(
                "An owner's forecast is given for {owners} of {} savings; the others are {}.",
                track.schemes.len(),
                other(track)
            )
            .into(),
        );
    }
    let below = |s: &&Scheme| s.told.forecast.is_some_and(|forecast| forecast < s.told.delivered);
    for scheme in track.schemes.iter().filter(below) {
        notes.push(
            format!(
                "{}: the owner's forecast of the year is below what is delivered already ({}).",
                scheme.title, scheme.told.place
            )
            .into(),
        );
    }
    for scheme in track.schemes.iter().filter(|s| s.told.note.is_some()) {
        let note = scheme.told.note.as_deref().unwrap_or_default();
        notes.push(format!("{}: {note}", scheme.title).into());
    }
    for name in &track.without_amount {
        notes.push(format!("saving.{name} has no amount in the plan, and is not tracked.").into());
    }
    let nowhere: Vec<&str> = track
        .schemes
        .iter()
        .filter(|s| s.told.delivered == 0 && s.amounts.planned.is_some_and(|planned| planned > 0))
        .map(|s| s.title.as_str())
        .collect();
    if !nowhere.is_empty() {
        notes.push(format!("Due, and nothing delivered: {}.", nowhere.join(", ")).into());
    }
    notes
}

/// The method of savings without an owner's forecast.
fn other(track: &Track) -> &'static str {
    match track.asked {
        None | Some(Method::Owner) => "by profile",
        Some(method) => method.words(),
    }
}

/// What was written, and what the plan is with it.
fn layered(opened: &Opened, file: &str, layer: &Layer<'_>, command: &str) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = vec![format!("wrote {file}; now: {command}").into()];
    all.extend(difference::sentences(opened, &layer.opened, &[format!("the layer {file}")]));
    for row in &layer.rows {
        all.extend(written(row));
    }
    all
}

/// What the layer could not say of a saving as it is forecast.
fn written(row: &Row<'_>) -> Option<Sentence> {
    let title = &row.scheme.title;
    if let How::Left(why) = &row.how {
        return Some(format!("{title} is left as it is: {why}.").into());
    }
    if row.misses().is_none() && row.told.is_none() {
        return None;
    }
    let mut said = Sentence::from(format!("{title}: "));
    if let Some(told) = row.told {
        said = said.text(told);
    }
    if let Some(misses) = row.misses() {
        said = said.text(if row.told.is_some() { "; " } else { "" });
        said = said.text("the risk-adjusted run shows ").figure(money(row.shown).in_words().exactly());
        said = said.text(", ").figure(money(Some(misses)).as_change().exactly()).text(" off the forecast");
    }
    Some(said.text("."))
}
