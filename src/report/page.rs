//! The one page: how big the gap is, whether year 1 balances and by what, what is one-off, how the
//! reserves stand to the policy, what the plan rests on and what is odd about it.

use super::findings;
use super::table::{Block, Document, Figure, RowStyle, Sentence, Table, TableRow};
use super::{Reader, SIGN, capital};
use crate::mechanism::organisation::Organisation;
use crate::mechanism::reserve::Pot;
use crate::mechanism::support::Supported;
use crate::mechanism::system::View;
use crate::scenario::Stage;
use crate::sheet::{Flags, Run, Sign};
use crate::vocabulary::{Measure, Name, Unit};

/// The head of every document of a scenario: title, version, stage and date.
#[must_use]
pub fn head(r: &Reader<'_>) -> Document {
    let scenario = &r.opened.scenario;
    let mut facts = Vec::new();
    if let Some(version) = &scenario.version {
        facts.push(version.name.clone());
        facts.extend(version.date.clone());
        facts.extend(version.supersedes.as_ref().map(|s| format!("supersedes {s}")));
    }
    facts.push(format!("stage: {}", scenario.stage.word()));
    let horizon = r.horizon();
    facts.push(format!("base year {}, plan {} to {}", horizon.base(), horizon.first(), horizon.last()));
    Document { title: scenario.title.clone(), lines: vec![facts.join(" · ").into()], blocks: Vec::new() }
}

/// The page of one organisation.
#[must_use]
pub fn organisation(r: &Reader<'_>, organisation: &Organisation) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(organisation.title.clone())];
    blocks.push(Block::Table(headline(r, &organisation.name)));
    let mut facts = Vec::new();
    facts.push(balanced(r, organisation));
    facts.extend(one_off(r, &organisation.name));
    facts.extend(savings(r, &organisation.name));
    facts.extend(reserves(r, &organisation.name));
    facts.extend(assumptions(r, &organisation.name));
    facts.extend(cliffs(r, Some(&organisation.name)));
    facts.extend(shared(r, Some(&organisation.name)));
    blocks.push(Block::Facts(facts));
    blocks
}

/// The page of a system: every organisation's headline, the views, what is left out.
#[must_use]
pub fn system(r: &Reader<'_>, view: Option<&View>) -> Vec<Block> {
    let plan = r.plan();
    let mut blocks = Vec::new();
    let members: Vec<&Organisation> =
        plan.organisations.iter().filter(|o| view.is_none_or(|v| v.members.contains(&o.name))).collect();
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(view.map_or("Still to find, by organisation".to_owned(), |v| {
        format!("{}: still to find, by organisation", v.title)
    }));
    table.key = Some(SIGN.to_owned());
    for organisation in members {
        table.push(TableRow::section(format!("{} ({})", organisation.title, organisation.kind.words())));
        short_rows(r, &mut table, &organisation.name);
    }
    for v in plan.facts.views.iter().filter(|v| view.is_none_or(|only| only.name == v.name)) {
        table.push(TableRow::section(v.title));
        // A view of one body repeats its rows; what it leaves out is what it is there for.
        match &v.not_added {
            Some(reason) => {
                table.push(TableRow::plain("gaps are not added: see the note", Vec::new()).indented(1));
                table.notes.push(format!("{}: {reason}", v.title).into());
                social_care_row(r, &mut table, &v.name);
            }
            None if v.members.len() == 1 => {
                table.push(TableRow::plain(format!("as {}", title_of(r, &v.members[0])), Vec::new()).indented(1));
            }
            None => short_rows(r, &mut table, &v.name),
        }
        if let Some(row) = v.left_out {
            let label = "social care gap this view leaves out";
            table.push(TableRow::new(RowStyle::Muted, label, r.cells_of(row, Run::Plan)).indented(1));
        }
    }
    if plan.organisations.iter().any(|o| plan.measure(&o.name, Measure::SocialCareGap).is_some()) {
        table.notes.push(super::budget::SOCIAL_CARE_NOTE.into());
    }
    blocks.push(Block::Table(table));
    let mut facts = cliffs(r, None);
    facts.extend(shared(r, None));
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
    blocks
}

/// Who pays what is over in a pool, and what savings are worth to who makes them.
fn shared(r: &Reader<'_>, name: Option<&Name>) -> impl Iterator<Item = (String, Sentence)> {
    super::pools::facts(r, name).into_iter().chain(super::clawback::facts(r, name))
}

fn title_of(r: &Reader<'_>, name: &Name) -> String {
    r.plan().organisations.iter().find(|o| o.name == *name).map_or_else(|| name.to_string(), |o| o.title.clone())
}

/// The gap rows of one body among several: those of the risk-adjusted run and of "if nothing else
/// is done" only where they say something else.
fn short_rows(r: &Reader<'_>, table: &mut Table, name: &Name) {
    let plan = r.plan();
    let row = |measure: &str| plan.named(name, measure);
    let cells = |measure: &str, run| row(measure).map(|row| r.cells(row, run)).unwrap_or_default();
    let mut add = |style, label: &str, measure: &str, run| {
        if row(measure).is_some() {
            table.push(TableRow::new(style, label, cells(measure, run)).indented(1));
        }
    };
    add(RowStyle::Plain, &before_words(r, name), "gap_before_savings", Run::Plan);
    if !no_savings(r, name) {
        add(RowStyle::Plain, "after savings", "gap_after_savings", Run::Plan);
    }
    let same = |run, other: &str| {
        r.horizon().plan().all(|t| {
            let of = |measure: &str, run| r.named(name, measure, t, run).map(|f| f.steps);
            of(other, run) == of("gap_after_planned_reserves", run)
        })
    };
    for run in Run::BOTH {
        if run == Run::RiskAdjusted && r.runs_agree(name) {
            continue;
        }
        let which = if r.runs_agree(name) { "plan and risk-adjusted" } else { run.words() };
        add(RowStyle::Headline, &format!("still to find, {which}"), "gap_after_planned_reserves", run);
        if !same(run, "gap_after_reserves") {
            add(RowStyle::Plain, &format!("if nothing else is done, {}", run.words()), "gap_after_reserves", run);
        }
    }
    social_care_row(r, table, name);
}

fn social_care_row(r: &Reader<'_>, table: &mut Table, name: &Name) {
    if let Some(row) = r.plan().measure(name, Measure::SocialCareGap).filter(|row| !r.is_nought(*row, Run::Plan)) {
        table.push(TableRow::plain("social care gap, plan", r.cells(row, Run::Plan)).indented(1));
    }
}

/// What is odd or left open, and how many figures are defaults or unsourced.
#[must_use]
pub fn closing(r: &Reader<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let found = findings::all(r);
    if !found.is_empty() {
        blocks.push(Block::Heading("Findings".into()));
        blocks.push(Block::Notes(found));
    }
    blocks.push(Block::Text(vec![findings::figures(r)]));
    blocks
}

fn headline(r: &Reader<'_>, name: &Name) -> Table {
    let mut table = Table::new(r.year_columns(""));
    table.key = Some(SIGN.to_owned());
    gap_rows(r, &mut table, name);
    table
}

/// What the gap before savings is a gap before: a published one says its basis, and one whose lines
/// are net of savings already is not what happens if nothing is done.
fn before_words(r: &Reader<'_>, name: &Name) -> String {
    let plan = r.plan();
    if let Some(stated) = plan.facts.stated.iter().find(|s| s.organisation == *name) {
        return match stated.basis {
            "not_stated" => "gap as published (basis not stated)".into(),
            basis => format!("gap as published ({})", basis.replace('_', " ")),
        };
    }
    if plan.facts.savings.iter().any(|s| s.organisation == *name && s.memo) {
        return "gap in the year (savings already in the lines)".into();
    }
    "gap in the year if nothing is done".into()
}

/// What is needed and available, then the gap before and after savings, what is still to find and
/// what remains: the plan, and the risk-adjusted run beside it.
fn gap_rows(r: &Reader<'_>, table: &mut Table, name: &Name) {
    let plan = r.plan();
    let first = table.rows.len();
    let mut add = |style, indent, label: &str, measure: &str, run| {
        if let Some(row) = plan.named(name, measure) {
            let row = TableRow::new(style, label, r.cells(row, run)).indented(indent);
            // The gap is the requirement less the funding above it.
            let sums = vec![(first, Sign::Plus), (first + 1, Sign::Minus)];
            let is_gap = measure == "gap_before_savings" && table.rows.len() == first + 2;
            table.push(if is_gap { row.sum_of(sums) } else { row });
        }
    };
    let modelled = !plan.facts.stated.iter().any(|s| s.organisation == *name);
    if modelled {
        add(RowStyle::Plain, 1, "requirement before savings", "requirement", Run::Plan);
        add(RowStyle::Plain, 1, "funding", "funding", Run::Plan);
    }
    add(RowStyle::Subtotal, 1, &before_words(r, name), "gap_before_savings", Run::Plan);
    if modelled {
        add(RowStyle::Muted, 2, "new gap in the year", "annual_gap_before_savings", Run::Plan);
    }
    let alike = r.runs_agree(name);
    for run in Run::BOTH {
        if alike && run == Run::RiskAdjusted {
            continue;
        }
        let which = if alike { "plan and risk-adjusted" } else { run.words() };
        let of = |words: &str| format!("{words}, {which}");
        if !no_savings(r, name) {
            add(RowStyle::Plain, 1, &of("after savings"), "gap_after_savings", run);
        }
        add(RowStyle::Headline, 1, &of("still to find"), "gap_after_planned_reserves", run);
        if modelled {
            add(RowStyle::Muted, 2, "new in the year", "annual_gap_after_planned_reserves", run);
            add(RowStyle::Plain, 1, &of("if nothing else is done"), "gap_after_reserves", run);
        }
    }
    if plan.named(name, "social_care_gap").is_some_and(|row| !r.is_nought(row, Run::Plan)) {
        add(RowStyle::Plain, 1, "social care gap, plan", "social_care_gap", Run::Plan);
    }
}

/// Whether no saving at all is counted for a body whose gap was published as a figure.
fn no_savings(r: &Reader<'_>, name: &Name) -> bool {
    let stated = r.plan().facts.stated.iter().any(|s| s.organisation == *name);
    stated && r.plan().measure(name, Measure::Savings).is_none_or(|row| r.is_nought(row, Run::Plan))
}

/// Whether year 1 balances and by what, in the plan and risk-adjusted. Never a statutory opinion.
fn balanced(r: &Reader<'_>, organisation: &Organisation) -> (String, Sentence) {
    let name = &organisation.name;
    let label = format!("{} balances", r.year(1));
    let figure = |m: Measure, run| {
        r.measure(name, m, 1, run).unwrap_or_else(|| Figure::new(Unit::Money, None, Flags::NOT_PUBLISHED)).in_words()
    };
    let mut sentence = Sentence::default();
    for run in Run::BOTH {
        let left = figure(Measure::GapAfterPlannedReserves, run);
        let words = match left.verdict() {
            None => format!("{}: not known", run.words()),
            Some(0) => format!("{}: yes", run.words()),
            Some(p) if p < 0 => format!("{}: yes, with a surplus", run.words()),
            Some(_) => format!("{}: no, still to find ", run.words()),
        };
        sentence = sentence.text(capital_first(run, &words));
        if left.verdict().is_some_and(|p| p > 0) {
            sentence = sentence.figure(left);
        }
        sentence = sentence.text(if run == Run::Plan { "; " } else { ". " });
    }
    let nothing = |m| figure(m, Run::Plan).verdict() == Some(0);
    let support = r.plan().facts.supports.iter().find_map(|s| match s {
        Supported::Deficit { organisation, received, .. } if organisation == name => {
            Some(r.of(*received, 1, Run::Plan))
        }
        _ => None,
    });
    if nothing(Measure::Savings) && nothing(Measure::PlannedReserveUse) && support.is_none() {
        return (label, sentence.text("No savings or planned reserves are counted on."));
    }
    sentence = sentence
        .text("By savings of ")
        .figure(figure(Measure::Savings, Run::Plan))
        .text(" (risk-adjusted ")
        .figure(figure(Measure::Savings, Run::RiskAdjusted))
        .text(") and planned reserves of ")
        .figure(figure(Measure::PlannedReserveUse, Run::Plan));
    if let Some(support) = support {
        sentence = sentence.text(" and deficit support of ").figure(support.in_words());
    }
    sentence = sentence.text(".");
    if r.opened.scenario.stage != Stage::Final
        && organisation.kind == crate::mechanism::organisation::OrganisationKind::Council
    {
        sentence = sentence.text(format!(" The plan is at stage \"{}\".", r.opened.scenario.stage.word()));
    }
    (label, sentence)
}

fn capital_first(run: Run, words: &str) -> String {
    if run == Run::Plan { capital(words) } else { words.to_owned() }
}

fn one_off(r: &Reader<'_>, name: &Name) -> Option<(String, Sentence)> {
    let share = r.named(name, "one_off_share", 1, Run::Plan)?;
    let solution = r.named(name, "solution", 1, Run::Plan)?;
    let one_off = r.named(name, "one_off_solution", 1, Run::Plan)?;
    if solution.verdict().is_none_or(|p| p <= 0) || one_off.verdict().is_none_or(|p| p <= 0) {
        return None;
    }
    let again =
        if r.horizon().years() > 1 { format!(": it must be found again in {}", r.year(2)) } else { String::new() };
    let sentence = Sentence::default()
        .figure(one_off.in_words())
        .text(" of the ")
        .figure(solution.in_words())
        .text(format!(" that goes towards {} (", r.year(1)))
        .figure(share.in_words())
        .text(format!(") is one-off{again}"));
    Some(("One-off".into(), sentence))
}

fn savings(r: &Reader<'_>, name: &Name) -> Vec<(String, Sentence)> {
    let plan = r.plan();
    let last = r.horizon().years();
    let mut facts = Vec::new();
    let by = |kind: &str, label: &str| -> Option<(String, Sentence)> {
        let mut sentence = Sentence::default();
        let mut any = false;
        let of_kind = plan.sheet.rows().map(|(row, _)| row).filter(|row| {
            let subject = plan.sheet.subject(*row);
            plan.sheet.row(*row).measure == "savings"
                && subject.kind == kind
                && subject.organisation.as_ref() == Some(name)
        });
        for row in of_kind {
            let (planned, expected) = (r.of_row(row, last, Run::Plan), r.of_row(row, last, Run::RiskAdjusted));
            if planned.steps == Some(0) && expected.steps == Some(0) {
                continue;
            }
            let title = &plan.sheet.subject(row).title;
            let differ = planned.steps != expected.steps;
            let lead = if any { format!(", {title} ") } else { format!("{title} ") };
            sentence = sentence.text(lead).figure(planned.in_words());
            if differ {
                sentence = sentence.text(" (risk-adjusted ").figure(expected.in_words()).text(")");
            }
            any = true;
        }
        any.then(|| (format!("{label}, {}", r.year(last)), sentence))
    };
    facts.extend(by("status_of", "Savings by status"));
    facts.extend(by("service", "Savings by service"));
    facts
}

fn reserves(r: &Reader<'_>, name: &Name) -> Vec<(String, Sentence)> {
    let mut facts = Vec::new();
    for pot in r.plan().facts.pots.iter().filter(|p| p.organisation == *name) {
        facts.push((pot.title.clone(), reserve(r, pot)));
    }
    if let Some(row) = r.plan().named(name, "usable_reserves_unconstrained") {
        let last = r.horizon().years();
        let gone = |run| {
            r.horizon().plan().find(|t| r.of_row(row, *t, run).verdict().is_some_and(|p| p < 0)).map(|t| r.year(t))
        };
        if r.of_row(row, 1, Run::Plan).verdict().is_some() {
            let mut sentence =
                Sentence::from("those that may be drawn, if they met all that is still to find and kept no minimum: ");
            for run in Run::BOTH {
                let left = r.of_row(row, last, run).in_words();
                let end = if run == Run::Plan { "; " } else { "" };
                sentence = match gone(run) {
                    Some(year) => sentence
                        .text(format!("{}, used up in {year} (short by ", run.words()))
                        .figure(left.turned())
                        .text(format!(" by the end of {}){end}", r.year(last))),
                    None => sentence
                        .text(format!("{}, ", run.words()))
                        .figure(left)
                        .text(format!(" left at the end of {}{end}", r.year(last))),
                };
            }
            facts.push(("Usable reserves".into(), sentence));
        }
    }
    facts
}

fn reserve(r: &Reader<'_>, pot: &Pot) -> Sentence {
    let last = r.horizon().years();
    let Some(closing) = pot.closing else { return Sentence::default() };
    let mut sentence = Sentence::default()
        .figure(r.figure(pot.opening.id(), Run::Plan).in_words())
        .text(" at the start, ")
        .figure(r.of(closing, last, Run::Plan).in_words())
        .text(format!(" at the end of {} after planned use", r.year(last)));
    if let Some(other) = pot.closing_if_nothing_else.filter(|_| r.plan().named_item(pot, "draw").is_some()) {
        let (planned, expected) = (r.of(other, last, Run::Plan), r.of(other, last, Run::RiskAdjusted));
        let differ = planned.steps != expected.steps;
        sentence = sentence.text(", ").figure(planned.in_words()).text(" if nothing else is done");
        if differ {
            sentence = sentence.text(" (risk-adjusted ").figure(expected.in_words()).text(")");
        }
    }
    let Some(minimum) = pot.minimum else {
        let general = pot.usable && pot.kind == crate::mechanism::reserve::ReserveKind::General;
        return sentence.text(if general { "; no minimum given" } else { "" });
    };
    sentence = sentence.text("; minimum by policy ").figure(r.of(minimum, 1, Run::Plan).in_words());
    let rises = r.of(minimum, last, Run::Plan);
    if rises.steps != r.of(minimum, 1, Run::Plan).steps {
        sentence = sentence.text(" rising to ").figure(rises.in_words());
    }
    for (balance, when) in
        [(pot.closing, "after planned use"), (pot.closing_if_nothing_else, "if nothing else is done")]
    {
        let Some(balance) = balance else { continue };
        let below = |run| {
            r.horizon().plan().find(|t| match (r.of(balance, *t, run).verdict(), r.of(minimum, *t, run).verdict()) {
                (Some(held), Some(least)) => held < least,
                _ => false,
            })
        };
        let (plan, risk_adjusted) = (below(Run::Plan), below(Run::RiskAdjusted));
        let both = plan == risk_adjusted;
        for (t, which) in
            [(plan, if both { "both runs" } else { "plan" }), (risk_adjusted.filter(|_| !both), "risk-adjusted")]
        {
            if let Some(t) = t {
                sentence = sentence.text(format!("; first below it in {} {when} ({which})", r.year(t)));
            }
        }
    }
    sentence
}

/// Key assumptions: the drivers, and council tax with its Band D a year and a week.
fn assumptions(r: &Reader<'_>, name: &Name) -> Vec<(String, Sentence)> {
    let plan = r.plan();
    let mut facts = Vec::new();
    let mut sentence = Sentence::default();
    let mut any = false;
    for (row, info) in
        plan.sheet.rows().filter(|(row, i)| i.measure == "rate" && plan.sheet.subject(*row).kind == "driver").take(12)
    {
        let title = &plan.sheet.subject(row).title;
        sentence = sentence.text(if any {
            format!("; {} ", title.to_lowercase())
        } else {
            format!("{} ", title.to_lowercase())
        });
        let all: Vec<_> = r.horizon().plan().map(|t| r.of_row(row, t, Run::Plan)).collect();
        let same = all.windows(2).all(|w| w[0].steps == w[1].steps);
        for (i, figure) in all.into_iter().take(if same { 1 } else { 5 }).enumerate() {
            sentence = sentence.text(if i > 0 { ", " } else { "" }).figure(figure.in_words());
        }
        let _ = info;
        any = true;
    }
    if any {
        facts.push(("Assumes".into(), sentence));
    }
    for tax in plan.facts.funding.iter().filter(|f| f.organisation == *name) {
        let Some(rows) = tax.council_tax else { continue };
        let mut sentence = Sentence::from("Band D ")
            .figure(r.of(rows.band_d, 1, Run::Plan).in_words())
            .text(format!(" a year in {}", r.year(1)));
        if let Some(weekly) = plan.sheet.find_row(&format!("{name}/funding/{}/band_d_weekly", tax.name)) {
            sentence = sentence.text(", ").figure(r.of_row(weekly, 1, Run::Plan).in_words()).text(" a week");
        }
        let rise = rows.rise.map(|rise| r.of(rise, 1, Run::Plan)).filter(|rise| rise.verdict().is_some());
        sentence = match rise {
            Some(rise) => sentence.text(", up ").figure(rise.in_words()),
            None => sentence.text(" (the rise on the year before is not published)"),
        };
        if let Some(one) = rows.one_per_cent.map(|one| r.of(one, 1, Run::Plan)).filter(|one| one.verdict().is_some()) {
            sentence = sentence.text("; one per cent yields ").figure(one.in_words());
        }
        facts.push((tax.title.clone(), sentence));
    }
    facts
}

/// Money that ends within the plan or just after it.
fn cliffs(r: &Reader<'_>, name: Option<&Name>) -> Vec<(String, Sentence)> {
    let plan = r.plan();
    let horizon = r.horizon();
    let mut facts = Vec::new();
    for fund in &plan.facts.funds {
        let sentence = Sentence::default().figure(r.figure(fund.total.id(), Run::Plan).in_words()).text(format!(
            " over {} to {}; it ends with {}, and what it pays for goes on costing",
            fund.first, fund.last, fund.last
        ));
        facts.push((format!("Cliff edge: {}", fund.title), sentence));
    }
    for funding in plan.facts.funding.iter().filter(|f| name.is_none_or(|n| f.organisation == *n)) {
        if let Some(ends) = funding.ends.filter(|e| *e <= horizon.last()) {
            let after = horizon.number(ends.plus(1));
            let mut sentence = Sentence::from(format!("is promised to {ends} only"));
            let counted = after.filter(|t| *t >= 1 && r.of(funding.amount, *t, Run::Plan).verdict() != Some(0));
            if let Some(t) = counted {
                sentence = sentence
                    .text("; the plan counts ")
                    .figure(r.of(funding.amount, t, Run::Plan).in_words())
                    .text(format!(" in {} all the same", horizon.year(t)));
            }
            facts.push((format!("Cliff edge: {}", funding.title), sentence));
        }
    }
    facts
}
