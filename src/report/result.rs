//! A scenario's results for programs: versioned JSON with every row, decimals as text, and the
//! manifest that says from what they were made. Written row by row, never held as a whole.

use serde::ser::{Serialize, SerializeMap, Serializer};
use sha2::{Digest, Sha256};

use super::table::{Sentence, Span};
use super::{Reader, findings};
use crate::sheet::{CellId, RowId, Run, Years};
use crate::vocabulary::{Name, unit};

/// The schema of the result.
pub const SCHEMA: &str = "fundgap.result/1";

/// The result of a scenario, ready to be written.
#[derive(serde::Serialize)]
pub struct ResultDocument<'a> {
    schema: &'static str,
    scenario: About<'a>,
    manifest: Manifest<'a>,
    findings: Vec<String>,
    rows: Rows<'a>,
}

#[derive(serde::Serialize)]
struct About<'a> {
    title: &'a str,
    stage: &'static str,
    version: Option<VersionOf<'a>>,
    base_year: String,
    years: Vec<String>,
    organisations: Vec<OrganisationOf<'a>>,
    source: Option<&'a str>,
}

#[derive(serde::Serialize)]
struct VersionOf<'a> {
    name: &'a str,
    date: Option<&'a str>,
    supersedes: Option<&'a str>,
}

#[derive(serde::Serialize)]
struct OrganisationOf<'a> {
    name: &'a str,
    title: &'a str,
    kind: &'static str,
}

#[derive(serde::Serialize)]
struct Manifest<'a> {
    fundgap: &'a str,
    inputs: Vec<Input<'a>>,
    changes: &'a [String],
}

#[derive(serde::Serialize)]
struct Input<'a> {
    name: &'a str,
    sha256: String,
}

/// The result of a scenario; `only` keeps the rows of one organisation or view.
#[must_use]
pub fn document<'a>(
    r: &Reader<'a>,
    runs: &'a [Run],
    only: Option<&'a Name>,
    changes: &'a [String],
    version: &'a str,
) -> ResultDocument<'a> {
    let scenario = &r.opened.scenario;
    let organisations = r.plan().organisations.iter();
    let files = r.opened.loaded.sources.files();
    ResultDocument {
        schema: SCHEMA,
        scenario: About {
            title: &scenario.title,
            stage: scenario.stage.word(),
            version: scenario.version.as_ref().map(|v| VersionOf {
                name: &v.name,
                date: v.date.as_deref(),
                supersedes: v.supersedes.as_deref(),
            }),
            base_year: r.horizon().base().to_string(),
            years: r.horizon().plan().map(|t| r.year(t).to_string()).collect(),
            organisations: organisations
                .map(|o| OrganisationOf { name: o.name.as_str(), title: &o.title, kind: o.kind.words() })
                .collect(),
            source: scenario.source.as_deref(),
        },
        manifest: Manifest {
            fundgap: version,
            inputs: files.map(|f| Input { name: &f.name, sha256: hex(&Sha256::digest(f.text.as_bytes())) }).collect(),
            changes,
        },
        findings: findings::all(r).iter().map(plain).collect(),
        rows: Rows { r: *r, runs, only },
    }
}

struct Rows<'a> {
    r: Reader<'a>,
    runs: &'a [Run],
    only: Option<&'a Name>,
}

impl Rows<'_> {
    fn wanted(&self, id: RowId) -> bool {
        let plan = self.r.plan();
        let subject = plan.sheet.subject(id);
        let is_view = |v: &Name| subject.kind == v.as_str() && subject.organisation.is_none();
        let own = |only: &Name| subject.organisation.as_ref() == Some(only) || is_view(only);
        subject.kind != "calendar" && self.only.is_none_or(own)
    }
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids = self.r.plan().sheet.rows().map(|(id, _)| id).filter(|id| self.wanted(*id));
        serializer.collect_seq(ids.map(|id| OneRow { r: self.r, id, runs: self.runs }))
    }
}

struct OneRow<'a> {
    r: Reader<'a>,
    id: RowId,
    runs: &'a [Run],
}

impl Serialize for OneRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sheet = &self.r.plan().sheet;
        let (info, subject) = (sheet.row(self.id), sheet.subject(self.id));
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("address", &sheet.row_address(self.id))?;
        object.serialize_entry("organisation", &subject.organisation.as_ref().map(Name::as_str))?;
        object.serialize_entry("words", &sheet.row_words(self.id))?;
        object.serialize_entry("measure", info.measure.as_ref())?;
        object.serialize_entry("unit", info.unit.code())?;
        if let Some(reason) = &info.reason {
            object.serialize_entry("not_published_because", reason.as_ref())?;
        }
        for run in self.runs {
            match info.years {
                Years::Timeless => {
                    object.serialize_entry(run.code(), &info.cell_at(0).and_then(|c| self.value(c, *run)))?
                }
                Years::From(_) => object.serialize_entry(run.code(), &ByYear { row: self, run: *run })?,
            }
        }
        let interpolated: Vec<String> =
            info.cells().filter(|c| sheet.flags(*c).interpolated).filter_map(|c| self.year(c)).collect();
        if !interpolated.is_empty() {
            object.serialize_entry("interpolated", &interpolated)?;
        }
        let about = info.cells().map(|c| sheet.flags(c).about).max().unwrap_or(0);
        if about > 0 {
            object.serialize_entry("about_to_power_of_ten", &about)?;
        }
        object.end()
    }
}

impl OneRow<'_> {
    fn value(&self, cell: CellId, run: Run) -> Option<String> {
        let unit = self.r.plan().sheet.row(self.id).unit;
        self.r.results().of(run).steps(cell).map(|steps| unit::plain(unit, steps))
    }

    fn year(&self, cell: CellId) -> Option<String> {
        self.r.plan().sheet.year_number(cell).map(|t| self.r.year(t).to_string())
    }
}

struct ByYear<'a> {
    row: &'a OneRow<'a>,
    run: Run,
}

impl Serialize for ByYear<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cells = self.row.r.plan().sheet.row(self.row.id).cells();
        serializer.collect_map(cells.filter_map(|c| Some((self.row.year(c)?, self.row.value(c, self.run)))))
    }
}

/// A sentence with its figures exactly, for programs.
pub(super) fn plain(sentence: &Sentence) -> String {
    let span = |span: &Span| match span {
        Span::Text(text) => text.clone(),
        Span::Figure(figure) => match figure.published() {
            Some(steps) => unit::plain(figure.unit, steps),
            None => "not published".to_owned(),
        },
    };
    sentence.0.iter().map(span).collect()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
