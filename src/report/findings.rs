//! What a reader should know though nothing is wrong: what was not tested, not said, not priced,
//! not used, or does not add. Facts with their figures; no opinion.

pub(super) mod funding;
mod pools;
mod programmes;
mod reserves;
mod unknown;

use super::table::Sentence;
use super::{Reader, capital};
use crate::mechanism::contribution::{Recurrence, Total};
use crate::mechanism::organisation::OrganisationKind;
use crate::scenario::Stage;
use crate::sheet::{Row, Run};
use crate::vocabulary::{Measure, Money};

/// All findings, in a fixed order: for a page, where no rule is asked.
#[must_use]
pub fn all(r: &Reader<'_>) -> Vec<Sentence> {
    gathered(r, Asked::Nothing)
}

/// Those that no rule of `check` says: referendum limits (R13), overlap (R07), duties and funds (R15, R16), money after its
/// end (R24), a final plan that does not balance (R10) and pools without a rule (R17) are told by the rules.
#[must_use]
pub fn beside_the_rules(r: &Reader<'_>) -> Vec<Sentence> {
    gathered(r, Asked::Rules)
}

/// What else the reader is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Nothing: all that is to be known stands here.
    Nothing,
    /// The rules of `check`.
    Rules,
}

fn gathered(r: &Reader<'_>, asked: Asked) -> Vec<Sentence> {
    let mut found = Vec::new();
    let page = asked == Asked::Nothing;
    not_risk_adjusted(r, &mut found);
    not_stated(r, &mut found);
    unpriced(r, &mut found);
    unknown::all(r, &mut found);
    no_funding(r, &mut found);
    reserves::all(r, &mut found);
    differences(r, &mut found);
    parts(r, &mut found);
    if page {
        overlaps(r, &mut found);
    }
    shared(r, &mut found);
    if page {
        after_the_end(r, &mut found);
        funding::referendum(r, &mut found);
    }
    funding::all(r, &mut found);
    surpluses(r, &mut found);
    rebases(r, &mut found);
    if page {
        final_year_one(r, &mut found);
    }
    paid_twice(r, &mut found);
    unused_weights(r, &mut found);
    held_income(r, &mut found);
    pools::all(r, asked, &mut found);
    programmes::all(r, asked, &mut found);
    found
}

/// What is said of council taxes at their referendum limit.
#[must_use]
pub fn referendum(r: &Reader<'_>) -> Vec<Sentence> {
    let mut found = Vec::new();
    funding::referendum(r, &mut found);
    found
}

fn titles<'a>(titles: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = titles.collect();
    match all.len() {
        0..=4 => all.join(", "),
        more => format!("{}, … ({more} in all)", all[..4].join(", ")),
    }
}

fn not_risk_adjusted(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let published = |row: Row<Money>| r.horizon().plan().any(|t| r.of(row, t, Run::Plan).steps.is_some());
    let savings: Vec<_> = r.plan().facts.savings.iter().filter(|s| !s.memo && published(s.in_year)).collect();
    let without: Vec<_> = savings.iter().filter(|s| !s.risk_adjusted).collect();
    if !without.is_empty() {
        found.push(
            format!(
                "{} of {} savings are not risk-adjusted (no delivery, slippage or status weight is given), so both runs count them in full: {}",
                without.len(),
                savings.len(),
                titles(without.iter().map(|s| s.title.as_str()))
            )
            .into(),
        );
    }
}

fn not_stated(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let items: Vec<_> =
        r.plan().facts.items.iter().filter(|i| i.recurrence == Recurrence::NotStated && !i.memo).collect();
    if !items.is_empty() {
        let sheet = &r.plan().sheet;
        found.push(
            format!(
                "whether {} recurrent is not stated: counted as recurrent in the underlying figures ({})",
                if items.len() == 1 { "one item is".to_owned() } else { format!("{} items are", items.len()) },
                titles(items.iter().map(|i| sheet.subject(i.row.id()).title.as_str()))
            )
            .into(),
        );
    }
}

fn unpriced(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let left_out = &r.plan().facts.left_out;
    if !left_out.is_empty() {
        found.push(
            format!(
                "{} to be confirmed and in no total: {}",
                if left_out.len() == 1 { "one item is" } else { "these items are" },
                titles(left_out.iter().map(|h| h.title.as_str()))
            )
            .into(),
        );
    }
}

fn differences(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for published in &r.plan().facts.published {
        let Some((sum, difference)) = published.compared else { continue };
        for t in r.horizon().plan() {
            let figure = r.of(difference, t, Run::Plan);
            // Of figures that are only known about, a difference below what they say is none.
            let known = 10_i128.checked_pow(u32::from(figure.flags.about) + 2).unwrap_or(i128::MAX);
            let least = if figure.flags.about > 0 { known / 2 } else { 1 };
            if figure.verdict().is_some_and(|p| p.abs() >= least) {
                found.push(
                    Sentence::from(format!("{} {}: published ", published.title, r.year(t)))
                        .figure(r.of(published.total, t, Run::Plan).in_words())
                        .text(", its parts come to ")
                        .figure(r.of(sum, t, Run::Plan).in_words())
                        .text(": a difference of ")
                        .figure(figure.as_change())
                        .text(", shown and not forced"),
                );
            }
        }
    }
}

/// Items whose parts do not come to them.
fn parts(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for item in &r.plan().facts.parts {
        let title = &r.plan().sheet.subject(item.whole.id()).title;
        let years: Vec<_> = r
            .horizon()
            .plan()
            .filter(|t| r.of(item.not_in_parts, *t, Run::Plan).verdict().is_some_and(|p| p != 0))
            .collect();
        let Some((first, others)) = years.split_first() else { continue };
        let mut sentence = Sentence::from(format!("{title} {}: ", r.year(*first)))
            .figure(r.of(item.whole, *first, Run::Plan).in_words())
            .text(", its published parts come to ")
            .figure(r.of(item.parts, *first, Run::Plan).in_words())
            .text(": ")
            .figure(r.of(item.not_in_parts, *first, Run::Plan).in_words())
            .text(" is in none of them");
        for t in others {
            sentence =
                sentence.text(format!("; {} ", r.year(*t))).figure(r.of(item.not_in_parts, *t, Run::Plan).in_words());
        }
        found.push(sentence);
    }
}

fn overlaps(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let sheet = &r.plan().sheet;
    let of_lines = sheet.rows().filter(|(row, info)| info.measure == "overlap" && sheet.subject(*row).kind == "line");
    for (row, _) in of_lines {
        for t in r.horizon().plan() {
            let figure = r.of_row(row, t, Run::Plan);
            if figure.verdict().is_some_and(|p| p > 0) {
                found.push(
                    Sentence::from(format!("{} {}: savings claim ", sheet.subject(row).title, r.year(t)))
                        .figure(figure.in_words())
                        .text(" more than the share of the line they can reach"),
                );
            }
        }
    }
}

/// Savings shared between lines, whose overlap is not tested.
fn shared(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let shared: Vec<_> = r.plan().facts.savings.iter().filter(|s| s.lines > 1 && !s.memo).collect();
    if !shared.is_empty() && r.plan().sheet.rows().any(|(_, info)| info.measure == "addressable") {
        let titles = titles(shared.iter().map(|s| s.title.as_str()));
        found.push(format!("savings shared between lines are not tested for overlap: {titles}").into());
    }
}

fn after_the_end(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let horizon = r.horizon();
    for funding in &r.plan().facts.funding {
        let Some(ends) = funding.ends else { continue };
        for t in horizon.plan().filter(|t| horizon.year(*t) > ends) {
            let figure = r.of(funding.amount, t, Run::Plan);
            if figure.verdict().is_some_and(|p| p != 0) {
                found.push(
                    Sentence::from(format!("{}: ", funding.title))
                        .figure(figure.in_words())
                        .text(format!(" is counted in {}, after it ends ({ends})", horizon.year(t))),
                );
            }
        }
    }
}

fn surpluses(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    // An NHS body reports its surplus; only others may say which reserve it goes to.
    for organisation in r.plan().organisations.iter().filter(|o| o.surplus_to.is_none() && !o.kind.is_nhs()) {
        let surplus = |t: &i32| r.named(&organisation.name, "surplus", *t, Run::Plan);
        let years: Vec<_> = r
            .horizon()
            .plan()
            .filter_map(|t| Some((t, surplus(&t)?)))
            .filter(|(_, figure)| figure.verdict().is_some_and(|p| p > 0))
            .collect();
        if years.is_empty() {
            continue;
        }
        let mut sentence = Sentence::from(format!("{}: a surplus of ", organisation.title));
        for (n, (t, figure)) in years.into_iter().enumerate() {
            sentence = sentence.text(if n > 0 { ", " } else { "" });
            sentence = sentence.figure(figure.in_words()).text(format!(" in {}", r.year(t)));
        }
        found.push(sentence.text(" goes to no reserve; say `surplus_to` on the organisation if it should"));
    }
}

/// How many figures are given, defaults and without a source.
#[must_use]
pub fn figures(r: &Reader<'_>) -> Sentence {
    let unused = r.unused();
    let all = r.plan().sheet.assumptions();
    let assumptions: Vec<_> = all.iter().filter(|a| !unused.contains(a.path.as_str())).collect();
    let defaults = assumptions.iter().filter(|a| a.default).count();
    let given = assumptions.len() - defaults;
    let defaults = defaults + r.opened.scenario.defaults().len();
    let scenario_source = r.opened.scenario.source.is_some();
    let unsourced = assumptions.iter().filter(|a| !a.default && a.evidence.source.is_none()).count();
    let source = match (unsourced, scenario_source) {
        (0, _) => "every one has a source".to_owned(),
        (1, true) => "one has no source of its own beyond the scenario's".to_owned(),
        (n, true) => format!("{n} have no source of their own beyond the scenario's"),
        (1, false) => "one has no source".to_owned(),
        (n, false) => format!("{n} have no source"),
    };
    let count = |n: usize, words: &str| if n == 1 { format!("one {words}") } else { format!("{n} {words}s") };
    let unconfirmed = assumptions.iter().filter(|a| a.evidence.unconfirmed).count();
    let source = if unconfirmed > 0 { format!("{source}; {unconfirmed} are marked unconfirmed") } else { source };
    let (given, defaults) = (capital(&count(given, "figure")), count(defaults, "documented default"));
    let more = match all.len() - assumptions.len() {
        0 => String::new(),
        1 => "; one more is used by nothing".to_owned(),
        n => format!("; {n} more are used by nothing"),
    };
    format!("{given} given, {defaults}; {source}{more}. `--table assumptions` lists them with their places.").into()
}

/// A body that needs money and has none: its gap is all that it needs.
fn no_funding(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let facts = &r.plan().facts;
    for organisation in &r.plan().organisations {
        let stated = facts.stated.iter().any(|s| s.organisation == organisation.name);
        let funded = facts.contributions.iter().any(|c| {
            c.organisation == organisation.name && (c.total == Total::Funding || c.income || c.item.0 == "flow")
        });
        let needs = r.measure(&organisation.name, Measure::Requirement, 1, Run::Plan);
        if !stated && !funded && needs.is_some_and(|f| f.verdict().is_some_and(|p| p > 0)) {
            found.push(
                format!("{}: no funding is in this plan, so that its gap is all that it needs", organisation.title)
                    .into(),
            );
        }
    }
}

/// A base put right, or a sum borrowed, that is the same year after year is often meant once.
fn rebases(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let plan = r.plan();
    for item in &plan.facts.items {
        let (measure, before, after) = match item.kind {
            "rebase" => ("amount", "the base is put right by ", ""),
            "borrowing" => ("borrowed", "", " is borrowed"),
            _ => continue,
        };
        let Some(organisation) = &item.organisation else { continue };
        let address = format!("{organisation}/{}/{}/{measure}", item.kind, item.name);
        let Some(row) = plan.sheet.find_row(&address) else { continue };
        let amounts: Vec<_> = r.horizon().plan().map(|t| r.of_row(row, t, Run::Plan)).collect();
        let same = amounts.len() > 1 && amounts.windows(2).all(|w| w[0].steps == w[1].steps);
        if let (true, Some(amount)) = (same, amounts.first().filter(|f| f.verdict().is_some_and(|p| p != 0))) {
            found.push(
                Sentence::from(format!("{}: {before}", plan.sheet.subject(row).title))
                    .figure(amount.clone().in_words())
                    .text(format!("{after} again in every year; name the year if it is meant once")),
            );
        }
    }
}

/// A final plan with something still to find in its first year. The amount; never the opinion.
fn final_year_one(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    if r.opened.scenario.stage != Stage::Final {
        return;
    }
    for organisation in r.plan().organisations.iter().filter(|o| o.kind == OrganisationKind::Council) {
        let headline = r.measure(&organisation.name, Measure::GapAfterPlannedReserves, 1, Run::Plan);
        if let Some(figure) = headline.filter(|f| f.verdict().is_some_and(|p| p > 0)) {
            found.push(
                Sentence::from(format!("{}: the plan is final, and ", organisation.title))
                    .figure(figure.in_words())
                    .text(format!(" is still to find in {}", r.year(1))),
            );
        }
    }
}

/// A reserve whose stated use and costs to achieve fall in the same year: both are taken.
fn paid_twice(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    for pot in &r.plan().facts.pots {
        let rows = r.plan().named_item(pot, "stated_use").zip(r.plan().named_item(pot, "entered_use"));
        let Some((stated, entered)) = rows else { continue };
        for t in r.horizon().plan() {
            let (stated, entered) = (r.of_row(stated, t, Run::Plan), r.of_row(entered, t, Run::Plan));
            if stated.verdict().is_some_and(|p| p > 0) && entered.steps != stated.steps {
                found.push(
                    Sentence::from(format!("{} {}: its planned use of ", pot.title, r.year(t)))
                        .figure(stated.in_words())
                        .text(" and the costs to achieve it pays are both taken, ")
                        .figure(entered.in_words())
                        .text(" in all"),
                );
            }
        }
    }
}

/// Status weights that no saving takes.
fn unused_weights(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let sheet = &r.plan().sheet;
    for (row, info) in sheet.rows().filter(|(_, info)| info.measure == "delivery") {
        let subject = sheet.subject(row);
        let cells: Vec<_> = info.cells().collect();
        if subject.kind == "status" && crate::analysis::explain::dependents(sheet, &cells).is_empty() {
            let name = subject.name.as_ref().map_or_else(String::new, ToString::to_string);
            found
                .push(format!("the weight of status {name} changes nothing: no saving of that status takes it").into());
        }
    }
}

/// Income lines that stay at their base while the plan runs: fees held at nought widen a gap.
fn held_income(r: &Reader<'_>, found: &mut Vec<Sentence>) {
    let lines = r.plan().facts.contributions.iter().filter(|c| c.income && c.item.0 == "line");
    for line in lines {
        let Some(base) = line.base else { continue };
        let base = r.figure(base.id, Run::Plan);
        let held = base.verdict().is_some_and(|p| p != 0)
            && r.horizon().plan().all(|t| r.of(line.row, t, Run::Plan).steps == base.steps);
        if held {
            let title = &r.plan().sheet.subject(line.row.id()).title;
            let words = " in every year; give it a `price` if its fees rise";
            found.push(Sentence::from(format!("{title}: income is held at ")).figure(base.in_words()).text(words));
        }
    }
}
