//! A plan tracked during a year, for people: in words first, then what is delivered, where the year ends, what
//! is needed a month, what goes to next year, and each saving month by month.

mod data;
mod tables;
mod words;

pub use data::{csv, json};

use super::table::{Block, Document, Figure, Sentence};
use super::{Reader, difference, page};
use crate::analysis::track::layer::{How, Layer, Row};
use crate::analysis::track::{Amounts, Method, Scheme, Track};
use crate::open::Opened;
use crate::sheet::Flags;
use crate::vocabulary::{Name, Unit};
use words::words;

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
        document.blocks.push(Block::Text(layered(tracked, file, layer, command)));
    }
    document
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
    for title in &track.already_in {
        notes.push(format!("{title}: the plan's lines are already net of it, so it is in no sum here").into());
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
fn layered(tracked: &Tracked<'_>, file: &str, layer: &Layer<'_>, command: &str) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = vec![format!("wrote {file}; now: {command}").into()];
    all.extend(difference::sentences(tracked.opened, &layer.opened, &[format!("the layer {file}")]));
    if tracked.track.t > 1 {
        let year = tracked.track.year;
        all.push(format!("A delivery and a slippage hold for all years: those before {year} move with them.").into());
    }
    all.extend(layer.rows.iter().filter_map(written));
    all
}

/// What the layer could not say of a saving as it is forecast.
fn written(row: &Row<'_>) -> Option<Sentence> {
    let title = &row.scheme.title;
    if let How::Left(why) = &row.how {
        return Some(format!("{title} is left as it is: {why}.").into());
    }
    if row.misses().is_none() && row.told.is_empty() {
        return None;
    }
    let mut said = Sentence::from(format!("{title}: "));
    said = said.text(row.told.join("; "));
    if let Some(misses) = row.misses() {
        said = said.text(if row.told.is_empty() { "" } else { "; " });
        said = said.text("the risk-adjusted run shows ").figure(money(row.shown).in_words().exactly());
        said = said.text(", ").figure(money(Some(misses)).as_change().exactly()).text(" off the forecast");
        said = said.text(row.because().map(|because| format!(", {because}")).unwrap_or_default());
    }
    Some(said.text("."))
}
