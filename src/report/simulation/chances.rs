//! The chances: what each is about in words, the answer beside two others, and when reserves are first used up.

use super::words::{bar, grouped, per_cent, points};
use crate::analysis::condition::Target;
use crate::analysis::simulate::{BESIDE, Chance, ChanceOf, Likelihood, Share, Simulation};
use crate::check::expectation::Outcome;
use crate::report::Reader;
use crate::report::table::{Column, Table, TableCell, TableRow};
use crate::vocabulary::{FinancialYear, Name};

/// What a chance is about, in words.
#[must_use]
pub fn words(r: &Reader<'_>, chance: &Chance, expected: &[Outcome]) -> String {
    let text = match &chance.of {
        ChanceOf::FirstYear => format!("{} balances: nothing is still to find", r.year(1)),
        ChanceOf::EveryYear => "every year balances as planned: nothing is still to find in any".to_owned(),
        ChanceOf::Holds => {
            "the plan holds: reserves meet what is left and stay at or above their minimum in every year".to_owned()
        }
        ChanceOf::ReservesLast(year) => format!("usable reserves last to the end of {year}"),
        ChanceOf::Saving(name, year) => {
            let saving = r.plan().facts.savings.iter().find(|s| s.name == *name);
            let title = saving.map_or_else(|| name.to_string(), |s| s.title.clone());
            format!("{title} comes to what is planned, {year}")
        }
        ChanceOf::Expectation(at) => match expected.get(*at) {
            Some(o) => format!(
                "as expected at {} of the {} run: {} is {}",
                r.opened.loaded.sources.describe(o.place),
                o.run.words(),
                o.address,
                o.expected.map_or_else(String::new, |s| crate::analysis::lever::typed(o.unit, s)),
            ),
            None => "an expectation".to_owned(),
        },
        ChanceOf::Condition(_) => chance.target.conditions.iter().map(condition).collect::<Vec<_>>().join(" and "),
    };
    match left_out(&chance.target) {
        Some(years) => format!("{text} (without {years}: filled in)"),
        None => text,
    }
}

fn condition(condition: &crate::analysis::condition::Condition) -> String {
    if condition.every_year { format!("{} in every year", condition.words) } else { condition.words.clone() }
}

fn left_out(target: &Target) -> Option<String> {
    let years: Vec<String> = target.filled.iter().map(ToString::to_string).collect();
    (!years.is_empty()).then(|| years.join(", "))
}

/// The chances of a body, or with none those of no one body; nothing where there are none.
#[must_use]
pub fn table(r: &Reader<'_>, found: &Simulation, whose: Option<&Name>, expected: &[Outcome]) -> Option<Table> {
    let own =
        |c: &&(Chance, Option<Likelihood>)| c.0.whose.as_ref() == whose && !matches!(c.0.of, ChanceOf::ReservesLast(_));
    let of: Vec<_> = found.chances.iter().filter(own).collect();
    if of.is_empty() {
        return None;
    }
    let beside = of.iter().any(|(_, l)| l.as_ref().is_some_and(|l| l.independent.is_some()));
    let mut columns = vec![Column::text("What must hold"), Column::figure("chance"), Column::figure("± points")];
    if beside {
        columns.extend(["savings 0%", "savings 90%"].map(Column::figure));
    }
    columns.push(Column::figure("run 0"));
    let mut table = Table::new(columns);
    table.title = Some("Chances: in how many of the runs".to_owned());
    let mut none_seen = false;
    for (chance, likelihood) in of {
        let label = words(r, chance, expected);
        let Some(l) = likelihood else {
            table.push(TableRow::plain(label, vec!["no verdict".into()]));
            continue;
        };
        none_seen |= l.all.held == 0 || l.all.held == l.all.of;
        let error = if l.all.error() == 0 { TableCell::Empty } else { points(l.all.error()).into() };
        let mut cells: Vec<TableCell> = vec![per_cent(l.all).into(), error];
        if beside {
            let of = |share: Option<Share>| TableCell::from(share.map_or_else(String::new, per_cent));
            cells.extend([of(l.independent), of(l.strong)]);
        }
        cells.push(at_home(l).into());
        table.push(TableRow::plain(label, cells));
    }
    table.notes.push("± points: one standard error of the chance, in points of a per cent, from the number of runs alone: it says nothing of whether the ranges are right".into());
    if beside {
        let fewer = grouped(found.runs.min(BESIDE));
        table.notes.push(format!("savings 0%, savings 90%: the same chance in {fewer} runs, should savings have no correlation with each other, or a strong one of 90%").into());
    }
    if none_seen {
        // Of a chance p, n runs show none with (1 − p)ⁿ: 5% at about p = 3/n.
        let share = Share { held: 3.min(found.runs), of: found.runs };
        table.notes.push(format!("0% and 100%: so in none or all of the runs, which is not never or always: what happens {} of the time may well not show in {} runs", per_cent(share), grouped(found.runs)).into());
    }
    Some(table)
}

/// Whether it holds in run 0.
#[must_use]
pub const fn at_home(likelihood: &Likelihood) -> &'static str {
    match likelihood.at_home {
        Some(true) => "holds",
        Some(false) => "does not",
        None => "n/p",
    }
}

/// When usable reserves are first used up.
#[derive(Debug, Clone)]
pub struct Exhausted {
    /// Each year with the share of runs in which it is the first.
    pub first: Vec<(FinancialYear, Share)>,
    /// The runs in which they last to the end of the plan.
    pub never: Share,
    /// The first year in run 0; none where they last.
    pub at_home: Option<FinancialYear>,
}

/// When usable reserves of a body are first used up; nothing where it has none, or a year gives no verdict.
#[must_use]
pub fn exhausted(found: &Simulation, whose: &Name) -> Option<Exhausted> {
    let own = |c: &&(Chance, Option<Likelihood>)| c.0.whose.as_ref() == Some(whose);
    let mut first = Vec::new();
    let (mut before, mut at_home) = (None, None);
    for (chance, likelihood) in found.chances.iter().filter(own) {
        let ChanceOf::ReservesLast(year) = chance.of else { continue };
        let l = likelihood.as_ref()?;
        let lasted = before.unwrap_or(l.all.of);
        first.push((year, Share { held: lasted.saturating_sub(l.all.held), of: l.all.of }));
        before = Some(l.all.held);
        at_home = at_home.or((l.at_home == Some(false)).then_some(year));
    }
    let (_, share) = first.first()?;
    Some(Exhausted { never: Share { held: before?, of: share.of }, first, at_home })
}

/// The same as a table.
#[must_use]
pub fn exhausted_table(found: &Simulation, whose: &Name) -> Option<Table> {
    let exhausted = exhausted(found, whose)?;
    let columns = vec![
        Column::text("First used up in"),
        Column::figure("of the runs"),
        Column::figure("by then"),
        Column::text(""),
    ];
    let mut table = Table::new(columns);
    table.title = Some(
        "When usable reserves are first used up, if they meet all that is still to find and keep no minimum".to_owned(),
    );
    let mut so_far = 0;
    for (year, share) in &exhausted.first {
        so_far += share.held;
        let by_then = per_cent(Share { held: so_far, of: share.of });
        table
            .push(TableRow::plain(year.to_string(), vec![per_cent(*share).into(), by_then.into(), bar(*share).into()]));
    }
    let last = vec![per_cent(exhausted.never).into(), TableCell::Empty, bar(exhausted.never).into()];
    table.push(TableRow::plain("not in these years", last));
    table.notes.push(
        match exhausted.at_home {
            Some(year) => format!("in run 0, the risk-adjusted case, first in {year}"),
            None => "in run 0, the risk-adjusted case, not in these years".to_owned(),
        }
        .into(),
    );
    Some(table)
}
