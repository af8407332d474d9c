//! What a reader of a paper may move, and what is watched while it moves.

use crate::analysis::lever::{self, Reading};
use crate::analysis::slider::{Kind, Slider, Sliders};
use crate::mechanism::organisation::Organisation;
use crate::report::{Reader, capital};
use crate::sheet::{CellId, RowId, Run};
use crate::vocabulary::{Address, Measure, Name, Unit};

/// What may be moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhatIf {
    /// The sliders, in the order shown.
    pub slides: Vec<Slide>,
    /// What is watched of each organisation.
    pub watched: Vec<Watch>,
    /// The plan years, as printed.
    pub years: Vec<String>,
    /// The command that shows the plan as it stands, to which `--set` is added.
    pub command: String,
    /// Whether nothing of what is watched is known in any year, so that no assumption could change it: what it
    /// rests on was not published.
    pub nothing_known: bool,
    /// Paths of rates and times that cannot move here, since they change more than figures that are given.
    pub not_direct: Vec<String>,
}

/// An assumption that may be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slide {
    /// What it is, as `--set` knows it.
    pub path: String,
    /// What it is called.
    pub title: String,
    /// Who says what it is now, and who answers for it.
    pub source: Option<String>,
    /// The unit of its number.
    pub unit: Unit,
    /// Whether its number is added to what each year has.
    pub is_shift: bool,
    /// Whether its number is so many hundredths of each figure, which are added to it.
    pub is_share: bool,
    /// Its number now.
    pub home: i128,
    /// The least and the greatest number.
    pub ends: (i128, i128),
    /// Its step.
    pub step: i128,
    /// The figures it sets: each as `--set` has it, with what it is now and what one of a shift adds to it.
    pub sets: Vec<(String, i128, i128)>,
    /// The input cells that follow it, each with what it moves by for one step, in both runs.
    pub cells: Vec<(CellId, [i128; 2])>,
}

/// One cell a plan year; none where there is no such cell.
pub type OverYears = Vec<Option<CellId>>;

/// The cells of an organisation that the difference in words is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Its title.
    pub title: String,
    /// What is still to find.
    pub still: OverYears,
    /// The gap after savings.
    pub after: OverYears,
    /// What remains if nothing else is done.
    pub nothing: OverYears,
    /// The underlying gap of the last year.
    pub underlying: Option<CellId>,
    /// Of each reserve with a policy, the balance if nothing else is done and the minimum.
    pub pots: Vec<(OverYears, OverYears)>,
}

/// The addresses by which sliders are chosen: of each organisation what is still to find and the gap after
/// savings, every plan year.
#[must_use]
pub fn asked(r: &Reader<'_>, chosen: &[&Organisation]) -> Vec<Vec<Address>> {
    let sheet = &r.plan().sheet;
    let of = |o: &&Organisation| {
        let rows = [Measure::GapAfterPlannedReserves, Measure::GapAfterSavings].into_iter();
        let rows: Vec<RowId> = rows.filter_map(|measure| r.plan().measure(&o.name, measure)).collect();
        let cells = rows.into_iter().flat_map(|row| over_years(r, Some(row))).flatten();
        cells.map(|cell| sheet.address(cell)).collect()
    };
    chosen.iter().map(of).collect()
}

pub(super) fn what_if(r: &Reader<'_>, chosen: &[&Organisation], sliders: &Sliders, command: &str) -> WhatIf {
    WhatIf {
        slides: sliders.all.iter().map(|s| slide(r, s)).collect(),
        watched: chosen.iter().map(|o| watch(r, &o.name, &o.title)).collect(),
        years: r.horizon().plan().map(|t| r.year(t).to_string()).collect(),
        command: command.to_owned(),
        nothing_known: !asked(r, chosen).iter().flatten().any(|address| is_known(r, address)),
        not_direct: sliders.not_direct.clone(),
    }
}

fn is_known(r: &Reader<'_>, address: &Address) -> bool {
    let cell = r.plan().sheet.find(address);
    cell.is_some_and(|cell| Run::BOTH.iter().any(|run| r.opened.results.of(*run).steps(cell).is_some()))
}

fn slide(r: &Reader<'_>, slider: &Slider) -> Slide {
    let lever = &slider.lever;
    let sets = lever.targets.iter().map(|target| {
        let path = match target.year {
            Some(year) => format!("{}@{year}", target.path),
            None => target.path.clone(),
        };
        (path, target.now.unwrap_or(slider.home), target.each)
    });
    let evidence = lever.targets.first().and_then(|t| lever::assumption(r.opened, &t.path)).map(|a| &a.evidence);
    let said = evidence.map(|e| [&e.source, &e.owner].into_iter().flatten().cloned().collect::<Vec<_>>().join("; "));
    Slide {
        path: lever.words.clone(),
        title: capital(&slider.title),
        source: said.filter(|said| !said.is_empty()),
        unit: lever.unit,
        is_shift: lever.reading == Reading::Shift,
        is_share: slider.kind == Kind::Amount,
        home: slider.home,
        ends: slider.ends,
        step: slider.step,
        sets: sets.collect(),
        cells: slider.cells.iter().map(|moved| (moved.cell, moved.slope)).collect(),
    }
}

fn over_years(r: &Reader<'_>, row: Option<RowId>) -> OverYears {
    r.horizon().plan().map(|t| r.plan().sheet.cell(row?, t)).collect()
}

fn watch(r: &Reader<'_>, name: &Name, title: &str) -> Watch {
    let plan = r.plan();
    let measure = |m: Measure| over_years(r, plan.measure(name, m));
    let pots = plan.facts.pots.iter().filter(|p| p.organisation == *name).filter_map(|pot| {
        let (closing, minimum) = (pot.closing_if_nothing_else?, pot.minimum?);
        Some((over_years(r, Some(closing.id())), over_years(r, Some(minimum.id()))))
    });
    let underlying = over_years(r, plan.named(name, "underlying_gap_after_savings"));
    Watch {
        title: title.to_owned(),
        still: measure(Measure::GapAfterPlannedReserves),
        after: measure(Measure::GapAfterSavings),
        nothing: measure(Measure::GapAfterReserves),
        underlying: underlying.last().copied().flatten(),
        pots: pots.collect(),
    }
}
