//! The record of delivery, printed: every published case, and what the cases of each sort of body come to.

use serde_json::{Value, json};

use super::table::{Block, Column, Document, Figure, Sentence, Table, TableCell, TableRow};
use crate::record::reference::{self, FEW};
use crate::record::{Case, Group, Statistics};
use crate::sheet::Flags;
use crate::vocabulary::Unit;
use crate::vocabulary::unit::plain;

/// Which cases are shown.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of which bodies.
    pub group: Group,
    /// Of which class of saving.
    pub class: Option<String>,
    /// Whether the source of each row is printed for people too; programs always have it.
    pub sources: bool,
}

impl Wanted {
    /// The rows in the order of the table.
    #[must_use]
    pub fn rows(&self) -> Vec<&'static Case> {
        reference::rows(self.group, self.class.as_deref())
    }

    /// The groups that have a row, narrow ones first; of several with the same rows the first.
    fn groups(&self) -> Vec<(Group, Statistics)> {
        let mut found: Vec<(Group, Vec<&'static Case>)> = Vec::new();
        for group in Group::all() {
            let rows: Vec<&'static Case> = self.rows().into_iter().filter(|case| group.has(case.sector)).collect();
            let same = |other: &[&'static Case]| rows.iter().map(|c| &c.id).eq(other.iter().map(|c| &c.id));
            if !rows.is_empty() && !found.iter().any(|(_, other)| same(other)) {
                found.push((group, rows));
            }
        }
        found.into_iter().map(|(group, rows)| (group, Statistics::of(&rows))).collect()
    }
}

/// A rate of several figures, or a dash where there is none.
pub(super) fn rate(steps: Option<i128>) -> TableCell {
    match steps {
        Some(steps) => Figure::new(Unit::Rate, Some(steps), Flags::EXACT).into(),
        None => "–".into(),
    }
}

/// A figure of a case in its own unit.
fn amount(case: &Case, steps: Option<i128>) -> TableCell {
    let flags = if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED };
    Figure::new(case.unit, steps, flags).into()
}

fn share(case: &Case) -> TableCell {
    match case.ratio() {
        Some(ratio) => rate(Some(ratio.rate())),
        None => Figure::new(Unit::Rate, None, Flags::NOT_PUBLISHED).into(),
    }
}

/// How a row stands: an outturn, a forecast; what it counts where that is no money.
fn standing(case: &Case) -> String {
    let counts = if case.unit == Unit::Money { String::new() } else { format!(", {}", case.counts) };
    let part = if case.part_of.is_some() { ", a part" } else { "" };
    format!("{}{part}{counts}", case.status.code())
}

/// What a row is called: its body and years; below its whole, the savings it is of.
fn label(case: &Case, above: Option<&Case>) -> (String, u8) {
    let follows = case
        .part_of
        .as_ref()
        .is_some_and(|whole| above.is_some_and(|above| above.id == *whole || above.part_of.as_ref() == Some(whole)));
    match case.part_of {
        Some(_) if follows && above.is_some_and(|above| above.body == case.body) => (format!("of it {}", case.what), 2),
        _ => (case.to_string(), 1),
    }
}

/// For people: the cases, what they come to, and how they are counted.
#[must_use]
pub fn document(wanted: &Wanted) -> Document {
    let rows = wanted.rows();
    let class = wanted.class.as_ref().map(|class| format!(", {class}")).unwrap_or_default();
    let mut document = Document {
        title: format!("What became of planned savings: {}{class}", wanted.group.words()),
        lines: vec!["an outturn with a share counts as a case".into()],
        blocks: Vec::new(),
    };
    if rows.is_empty() {
        let classes = reference::classes(wanted.group);
        let there = if classes.is_empty() { "none".to_owned() } else { classes.join(", ") };
        let said =
            format!("the record has no such case; the classes it knows of {} are: {there}", wanted.group.words());
        document.blocks.push(Block::Text(vec![said.into()]));
        return document;
    }
    document.blocks.push(Block::Table(cases(&rows)));
    document.blocks.push(Block::Table(statistics(wanted)));
    if wanted.sources {
        let facts = rows.iter().map(|case| {
            let said = case.note.iter().cloned().chain([case.source.clone()]).collect::<Vec<_>>().join(". ");
            (case.to_string(), Sentence::from(said))
        });
        document.blocks.push(Block::Heading("Remarks and sources".into()));
        document.blocks.push(Block::Facts(facts.collect()));
    }
    document.blocks.push(Block::Notes(notes(wanted)));
    document
}

fn notes(wanted: &Wanted) -> Vec<Sentence> {
    let mut notes: Vec<Sentence> = vec![
        "counted: outturns of savings, none of them a part of another row; a forecast, a part of a year and activity are shown \
         and not counted"
            .into(),
        "of sums: all that was delivered of all that was planned, where both amounts were published; never the mean of shares"
            .into(),
        "recurrent: the median of the shares that will be there again, where that was published".into(),
    ];
    if wanted.groups().iter().any(|(_, statistics)| statistics.are_few()) {
        notes.push(format!("fewer than {FEW} cases say little").into());
    }
    if !wanted.sources {
        notes.push("`--sources` prints where each row was published, as CSV and JSON do".into());
    }
    notes
}

fn cases(rows: &[&'static Case]) -> Table {
    let mut columns = vec![Column::text("Body")];
    columns.extend(["Planned", "Delivered", "Share"].map(Column::figure));
    columns.push(Column::text("Figure"));
    let mut table = Table::new(columns);
    table.title = Some("Published cases".into());
    let mut above: Option<&Case> = None;
    for case in rows {
        if above.map(|above| above.sector) != Some(case.sector) {
            table.push(TableRow::section(case.sector.words()));
        }
        let (label, indent) = label(case, above);
        above = Some(case);
        let cells = vec![amount(case, case.planned), amount(case, case.delivered), share(case), standing(case).into()];
        table.push(TableRow::plain(label, cells).indented(indent));
    }
    table
}

fn statistics(wanted: &Wanted) -> Table {
    let mut columns = vec![Column::text("Bodies")];
    columns.extend(["Cases", "Of sums", "Least", "Median", "Most", "Recurrent"].map(Column::figure));
    let mut table = Table::new(columns);
    table.title = Some("What they come to".into());
    let groups = wanted.groups().into_iter().map(|(group, found)| (group.words().to_owned(), found));
    let classes = if wanted.class.is_none() { reference::classes(wanted.group) } else { Vec::new() };
    let of_class = |class: String| {
        let found = Statistics::of(&reference::rows(wanted.group, Some(&class)));
        (format!("{}, {class}", wanted.group.words()), found)
    };
    for (label, found) in groups.chain(classes.into_iter().map(of_class)) {
        let cells = vec![
            found.counted.len().to_string().into(),
            rate(found.of_sums.map(|r| r.rate())),
            rate(found.least()),
            rate(found.median()),
            rate(found.most()),
            rate(found.recurrent),
        ];
        table.push(TableRow::plain(label, cells));
    }
    table
}

/// For spreadsheets and scripts: a row a case with all that is known of it.
#[must_use]
pub fn table(wanted: &Wanted) -> Table {
    let words = ["Id", "Sector", "Body", "First year", "Last year", "What", "Class", "Unit"].map(Column::text);
    let mut columns: Vec<Column> = words.into();
    columns.extend(["Planned", "Delivered", "Share", "Recurrent", "One-off"].map(Column::text));
    columns.extend(["Status", "Counted", "Part of", "Marks", "Note", "Source"].map(Column::text));
    let mut table = Table::new(columns);
    let counted = Statistics::of(&wanted.rows()).counted;
    for case in wanted.rows() {
        let figure = |steps: Option<i128>| steps.map(|s| plain(case.unit, s)).unwrap_or_default();
        let part = |of: fn(crate::record::case::Parts) -> i128| {
            case.parts.map(|parts| plain(parts.unit, of(parts))).unwrap_or_default()
        };
        let unit = if case.unit == Unit::Money { Unit::Money.code() } else { &case.counts };
        let cells = [
            case.sector.code().to_owned(),
            case.body.clone(),
            case.first.to_string(),
            case.last.to_string(),
            case.what.clone(),
            case.class.clone().unwrap_or_default(),
            unit.to_owned(),
            figure(case.planned),
            figure(case.delivered),
            case.ratio().map(|r| plain(Unit::Rate, r.rate())).unwrap_or_default(),
            part(|p| p.recurrent),
            part(|p| p.one_off),
            case.status.code().to_owned(),
            if counted.iter().any(|c| c.id == case.id) { "yes" } else { "no" }.to_owned(),
            case.part_of.clone().unwrap_or_default(),
            case.marks.join("; "),
            case.note.clone().unwrap_or_default(),
            case.source.clone(),
        ];
        table.push(TableRow::plain(case.id.clone(), cells.map(TableCell::from).into()));
    }
    table
}

/// What counted cases come to, for programs.
#[must_use]
pub fn json_of(statistics: &Statistics) -> Value {
    let rate = |steps: Option<i128>| steps.map(|s| plain(Unit::Rate, s));
    json!({
        "cases": statistics.counted.len(),
        "few": statistics.are_few(),
        "not_counted": statistics.others,
        "of_sums": rate(statistics.of_sums.map(|r| r.rate())),
        "of_sums_cases": statistics.summed,
        "least": rate(statistics.least()),
        "median": rate(statistics.median()),
        "most": rate(statistics.most()),
        "recurrent_share": rate(statistics.recurrent),
        "recurrent_cases": statistics.splits,
    })
}

/// For programs.
#[must_use]
pub fn json(wanted: &Wanted) -> Value {
    let counted = Statistics::of(&wanted.rows()).counted;
    let of = |case: &&'static Case| {
        let figure = |steps: Option<i128>| steps.map(|s| plain(case.unit, s));
        json!({
            "id": case.id,
            "sector": case.sector.code(),
            "body": case.body,
            "first_year": case.first.to_string(),
            "last_year": case.last.to_string(),
            "what": case.what,
            "class": case.class,
            "unit": if case.unit == Unit::Money { Unit::Money.code() } else { case.counts.as_str() },
            "planned": figure(case.planned),
            "delivered": figure(case.delivered),
            "share": case.ratio().map(|r| plain(Unit::Rate, r.rate())),
            "recurrent": case.parts.map(|p| plain(p.unit, p.recurrent)),
            "one_off": case.parts.map(|p| plain(p.unit, p.one_off)),
            "status": case.status.code(),
            "counted": counted.iter().any(|c| c.id == case.id),
            "part_of": case.part_of,
            "marks": case.marks,
            "note": case.note,
            "source": case.source,
        })
    };
    let of_class = |group: Group, class: Option<&str>, found: &Statistics| {
        let mut object = json_of(found);
        object["bodies"] = json!(group.code());
        object["class"] = json!(class);
        object
    };
    let mut classes: Vec<Value> =
        wanted.groups().iter().map(|(group, found)| of_class(*group, wanted.class.as_deref(), found)).collect();
    if wanted.class.is_none() {
        classes.extend(reference::classes(wanted.group).iter().map(|class| {
            of_class(wanted.group, Some(class), &Statistics::of(&reference::rows(wanted.group, Some(class))))
        }));
    }
    json!({
        "schema": "fundgap.record/1",
        "bodies": wanted.group.code(),
        "class": wanted.class,
        "cases": wanted.rows().iter().map(of).collect::<Vec<_>>(),
        "classes": classes,
    })
}
