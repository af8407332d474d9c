//! A plan as one paper for members and officers: what is said, in reading order. The charts stand with
//! their tables, and what a reader may move is said with the cells that follow.

mod charts;
mod sections;
mod short;
mod what_if;

pub use charts::{Chart, Look, Series};
pub use sections::{Part, Section};
pub use what_if::{OverYears, Slide, Watch, WhatIf, asked};

use super::table::{Block, Sentence, decimals_of_millions};
use super::{Reader, findings, lists, page};
use crate::analysis::slider::Sliders;
use crate::mechanism::organisation::Organisation;
use crate::sheet::Sheet;

/// A whole paper.
#[derive(Debug)]
pub struct Paper<'a> {
    /// Its title.
    pub title: String,
    /// Version, stage and date.
    pub lines: Vec<Sentence>,
    /// The headline in words.
    pub short: Vec<Sentence>,
    /// What is still to find, plan and risk-adjusted, one chart an organisation.
    pub gaps: Vec<Chart>,
    /// What a reader may move.
    pub what_if: WhatIf,
    /// What is said, in reading order.
    pub sections: Vec<Section>,
    /// From what it was made: labels and words.
    pub manifest: Vec<(String, String)>,
    /// The sheet whose cells its figures show.
    pub sheet: &'a Sheet,
}

impl Paper<'_> {
    /// The fewest decimals, three at most, at which all money of its tables is exact in millions of pounds;
    /// nothing where it holds none.
    #[must_use]
    pub fn decimals_of_millions(&self) -> Option<u32> {
        let parts = self.sections.iter().flat_map(|section| &section.parts);
        decimals_of_millions(parts.filter_map(|part| match part {
            Part::Block(Block::Table(table)) | Part::Folded(_, table) => Some(table),
            _ => None,
        }))
    }
}

/// What a paper is made from beside the plan itself.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The version of this program.
    pub version: &'a str,
    /// The command that shows the same plan, as it is typed in a shell.
    pub command: &'a str,
    /// The layers and overrides, in words.
    pub changes: &'a [String],
}

/// The paper of these organisations of a plan.
#[must_use]
pub fn paper<'a>(r: &Reader<'a>, chosen: &[&Organisation], sliders: &Sliders, about: About<'_>) -> Paper<'a> {
    let head = page::head(r);
    let mut sections = Vec::new();
    if chosen.len() > 1 {
        sections.push(sections::system(r));
        sections.extend(chosen.iter().map(|o| sections::body(r, o)));
    } else {
        sections.extend(chosen.iter().flat_map(|o| sections::only(r, o)));
    }
    let register = lists::assumptions(r);
    let count = register.rows.len();
    let mut assumptions = Section::new("assumptions", "Assumptions, with sources and owners");
    assumptions.parts.push(Part::text(vec![findings::figures(r)]));
    assumptions.parts.push(Part::Folded(format!("The register: {count} figures"), register));
    sections.push(assumptions);
    sections.push(sections::findings(r));
    sections.extend(sections::published(r, chosen));
    Paper {
        title: head.title,
        lines: head.lines,
        short: short::short(r, chosen),
        gaps: chosen.iter().filter_map(|o| charts::gap(r, o)).collect(),
        what_if: what_if::what_if(r, chosen, sliders, about.command),
        sections,
        manifest: manifest(r, about),
        sheet: &r.plan().sheet,
    }
}

/// The program's version, every file with its SHA-256, and what was changed on top of them.
fn manifest(r: &Reader<'_>, about: About<'_>) -> Vec<(String, String)> {
    let mut lines = vec![("Made with".to_owned(), format!("fundgap {}", about.version))];
    for file in r.opened.loaded.sources.files() {
        lines.push((file.name.clone(), format!("SHA-256 {}", file.sha256())));
    }
    let changes = if about.changes.is_empty() { "none".to_owned() } else { about.changes.join(", ") };
    lines.push(("Layers and overrides".to_owned(), changes));
    lines.push(("To see it again".to_owned(), about.command.to_owned()));
    lines
}
