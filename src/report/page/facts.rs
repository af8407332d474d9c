//! The facts under the headline of a page: whether year 1 balances and by what, what is one-off, what
//! the savings and the reserves are, what the plan assumes, who pays what is shared, and what ends.

use crate::analysis::risk_register::Register;
use crate::mechanism::fund::FundFacts;
use crate::mechanism::organisation::{Organisation, OrganisationKind};
use crate::mechanism::reserve::Pot;
use crate::report::table::{Figure, Sentence};
use crate::report::{Reader, capital, clawback, pools, programmes, risks, standing};
use crate::scenario::Stage;
use crate::sheet::{Flags, Run};
use crate::vocabulary::{Measure, Name, Unit};

/// The facts of one body.
pub(super) fn of_organisation(r: &Reader<'_>, organisation: &Organisation) -> Vec<(String, Sentence)> {
    let mut facts = Vec::new();
    // A gap that was published as a figure is a statement about a gap, not a budget that balances.
    if !r.plan().facts.stated.iter().any(|s| s.organisation == organisation.name) {
        facts.push(balanced(r, organisation));
    }
    facts.extend(one_off(r, &organisation.name));
    facts.extend(savings(r, &organisation.name));
    facts.extend(reserves(r, &organisation.name));
    facts.extend(standing::facts(r, organisation));
    facts.extend(assumptions(r, &organisation.name));
    facts.extend(cliffs(r, Some(&organisation.name)));
    facts.extend(shared(r, Some(&organisation.name)));
    facts
}

/// The facts of a whole system.
pub(super) fn of_system(r: &Reader<'_>) -> Vec<(String, Sentence)> {
    let councils = r.plan().organisations.iter().filter(|o| o.kind == OrganisationKind::Council);
    let modelled = councils.filter(|o| !r.plan().facts.stated.iter().any(|s| s.organisation == o.name));
    let balanced = modelled.map(|o| {
        let (label, sentence) = balanced(r, o);
        (format!("{}: {label}", o.title), sentence)
    });
    let facts = balanced.chain(standing::of_system(r)).chain(cliffs(r, None)).chain(shared(r, None));
    let all = "`--organisation NAME` shows its own: reserves, council tax, assumptions".to_owned();
    facts.chain([(super::EACH_BODY.to_owned(), all.into())]).collect()
}

/// Who pays what is over in a pool, and what savings are worth to who makes them.
fn shared(r: &Reader<'_>, name: Option<&Name>) -> impl Iterator<Item = (String, Sentence)> {
    pools::facts(r, name).into_iter().chain(clawback::facts(r, name)).chain(programmes::facts(r, name))
}

/// Whether year 1 balances and by what, in the plan and risk-adjusted. Never a statutory opinion.
fn balanced(r: &Reader<'_>, organisation: &Organisation) -> (String, Sentence) {
    let name = &organisation.name;
    let label = format!("Balance, {}", r.year(1));
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
    let supports = r.plan().facts.supports.iter().filter(|s| s.organisation() == name);
    let support: Vec<_> = supports.filter_map(|s| Some((s.words(), r.of(s.received()?, 1, Run::Plan)))).collect();
    if nothing(Measure::Savings) && nothing(Measure::PlannedReserveUse) && support.is_empty() {
        return (label, sentence.text("No savings or planned reserves are counted on."));
    }
    let (planned, risked) = (figure(Measure::Savings, Run::Plan), figure(Measure::Savings, Run::RiskAdjusted));
    sentence = match planned.published() {
        None => sentence.text("By savings whose amount is not published"),
        Some(_) => sentence.text("By savings of ").figure(planned).text(" (risk-adjusted ").figure(risked).text(")"),
    };
    let reserves = figure(Measure::PlannedReserveUse, Run::Plan);
    sentence = match reserves.published() {
        None => sentence.text(" and planned reserves whose amount is not published"),
        Some(_) => sentence.text(" and planned reserves of ").figure(reserves),
    };
    for (words, support) in support {
        sentence = match support.published() {
            None => sentence.text(format!(" and {words} whose amount is not published")),
            Some(_) => sentence.text(format!(" and {words} of ")).figure(support.in_words()),
        };
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
            if planned.steps.is_none() || (planned.steps == Some(0) && expected.steps == Some(0)) {
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
    let body = r.plan().organisations.iter().find(|o| o.name == *name);
    if let Some(register) = body.and_then(|body| Register::of(r.opened, body)) {
        facts.push(("Register of risks".into(), risks::in_short(r, register)));
    }
    facts
}

fn reserve(r: &Reader<'_>, pot: &Pot) -> Sentence {
    let last = r.horizon().years();
    let Some(closing) = pot.closing else { return Sentence::default() };
    let opening = r.figure(pot.opening.id(), Run::Plan);
    if opening.published().is_none() && r.of(closing, last, Run::Plan).published().is_none() {
        return "its balance is not published".into();
    }
    let mut sentence = Sentence::default()
        .figure(opening.in_words())
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
    let used = r.used();
    let rates = plan.sheet.rows().filter(|(row, i)| i.measure == "rate" && plan.sheet.subject(*row).kind == "driver");
    for (row, _) in rates.filter(|(_, i)| i.cells().any(|c| used[c.0 as usize])).take(12) {
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
    let pays = |fund: &FundFacts| name.is_none_or(|n| fund.payees.is_empty() || fund.payees.contains(n));
    for fund in plan.facts.funds.iter().filter(|f| pays(f)) {
        let sentence = Sentence::default()
            .figure(r.figure(fund.total.id(), Run::Plan).in_words())
            .text(format!(" over {} to {}; it ends with {}", fund.first, fund.last, fund.last));
        let sentence = match &fund.cliff {
            None => sentence.text(", and what it pays for goes on costing"),
            Some(cliff) => sentence
                .text(format!(": in {} ", r.year(cliff.year)))
                .figure(r.figure(cliff.running_cost.id(), Run::Plan).in_words())
                .text(" of running costs finds no fund, against ")
                .figure(r.figure(cliff.savings.id(), Run::Plan).in_words())
                .text(" that those schemes save"),
        };
        facts.push((format!("Cliff edge: {}", fund.title), sentence));
    }
    for cliff in plan.facts.cliffs.iter().filter(|c| name.is_none_or(|n| c.organisation == *n)) {
        let amount = r.figure(cliff.amount.id(), Run::Plan);
        if amount.verdict() != Some(0) {
            let sentence = Sentence::from(amount.in_words()).text(format!(" {}", cliff.words));
            facts.push((format!("Cliff edge: {}", cliff.title), sentence));
        }
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
