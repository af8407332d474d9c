//! How a body stands to what it is held to: its duty to balance, its control total, the deficit that
//! the law keeps apart from its reserves.

use super::Reader;
use super::table::Sentence;
use crate::mechanism::duty_to_balance::Duty;
use crate::mechanism::organisation::Organisation;
use crate::sheet::Run;

/// What the head of a page says of a duty that is not the law's.
#[must_use]
pub fn what_if(duty: Duty) -> Option<&'static str> {
    match duty {
        Duty::ByKind => None,
        Duty::Each => Some("what if: every body must balance every year, as a council must"),
        Duty::Together => Some("what if: the whole system must balance every year, as one body"),
    }
}

/// The facts of one body's page.
#[must_use]
pub fn facts(r: &Reader<'_>, organisation: &Organisation) -> Vec<(String, Sentence)> {
    let mut facts = Vec::new();
    facts.extend(control_total(r, organisation));
    facts.extend(repayable(r, organisation));
    facts.extend(schools_deficit(r, organisation));
    facts.extend(receipts(r, organisation));
    facts
}

/// The facts of a whole system.
#[must_use]
pub fn of_system(r: &Reader<'_>) -> Vec<(String, Sentence)> {
    let plan = r.plan();
    let find = |measure: &str| plan.sheet.find_row(&format!("nhs_control_total/{measure}"));
    let (Some(beyond), Some(offset), Some(each)) = (find("beyond"), find("beyond_if_offset"), find("beyond_if_each"))
    else {
        return Vec::new();
    };
    let until = r.opened.scenario.rules.nhs_offset_until;
    let mut sentence = Sentence::from(match until {
        Some(year) => {
            format!("surpluses count against deficits until {year}, and each body is held to its own after that; ")
        }
        None => "each body is held to its own; ".to_owned(),
    });
    for (n, t) in r.horizon().plan().enumerate() {
        let lead = if n > 0 { "; " } else { "beyond them by " };
        let figure = r.of_row(beyond, t, Run::Plan);
        let other = if until.is_some_and(|u| r.year(t) <= u) { each } else { offset };
        let (other, words) = (r.of_row(other, t, Run::Plan), if other == each { "each alone" } else { "if offset" });
        let differs = other.steps != figure.steps;
        sentence = sentence.text(lead).figure(figure.in_words()).text(format!(" in {}", r.year(t)));
        let bodies = r
            .plan()
            .organisations
            .iter()
            .filter_map(|o| Some((o, r.named(&o.name, "beyond_control_total", t, Run::Plan)?)));
        for (m, (body, own)) in bodies.filter(|(_, f)| f.verdict().is_some_and(|p| p > 0)).enumerate() {
            sentence =
                sentence.text(if m > 0 { ", " } else { ": " }).text(format!("{} ", body.title)).figure(own.in_words());
        }
        if differs {
            sentence = sentence.text(format!(" ({words} ")).figure(other.in_words()).text(")");
        }
    }
    vec![("NHS control totals".to_owned(), sentence)]
}

fn control_total(r: &Reader<'_>, organisation: &Organisation) -> Option<(String, Sentence)> {
    let held = r.plan().facts.control_totals.iter().find(|c| c.organisation == organisation.name)?;
    let mut sentence = Sentence::default();
    for (n, t) in r.horizon().plan().enumerate() {
        let allowed = r.of(held.allowed, t, Run::Plan);
        let beyond = |run| r.named(&organisation.name, "beyond_control_total", t, run);
        let required = allowed.verdict().is_some_and(|p| p < 0);
        let (word, allowed) = if required { ("a surplus of", allowed.turned()) } else { ("a deficit of", allowed) };
        sentence = sentence
            .text(if n > 0 { "; " } else { "" })
            .text(format!("{}: {word} ", r.year(t)))
            .figure(allowed.in_words())
            .text(if required { " is asked for" } else { " is allowed" });
        for (run, lead) in [(Run::Plan, ", beyond it by "), (Run::RiskAdjusted, ", risk-adjusted by ")] {
            let Some(figure) = beyond(run) else { continue };
            if run == Run::RiskAdjusted && beyond(Run::Plan).is_some_and(|f| f.steps == figure.steps) {
                continue;
            }
            sentence = match figure.verdict() {
                Some(0) => sentence.text(if run == Run::Plan { ", met" } else { ", risk-adjusted met" }),
                _ => sentence.text(lead).figure(figure.in_words()),
            };
        }
    }
    Some(("Control total".to_owned(), sentence))
}

/// What is repayable of deficits that are reported.
fn repayable(r: &Reader<'_>, organisation: &Organisation) -> Option<(String, Sentence)> {
    let last = r.horizon().years();
    let of_body = |s: &&crate::mechanism::support::Supported| s.organisation() == &organisation.name;
    let support = r.plan().facts.supports.iter().filter(of_body).find_map(|s| {
        let address = format!("{}/support/{}/repayable", organisation.name, s.name());
        r.plan().sheet.find_row(&address)
    })?;
    let figure = r.of_row(support, last, Run::Plan);
    if figure.verdict() == Some(0) {
        return None;
    }
    let sentence = Sentence::default().figure(figure.in_words()).text(format!(" by the end of {}", r.year(last)));
    Some(("Repayable deficits".to_owned(), sentence))
}

fn schools_deficit(r: &Reader<'_>, organisation: &Organisation) -> Vec<(String, Sentence)> {
    let last = r.horizon().years();
    let own = r.plan().facts.dsg.iter().filter(|d| d.organisation == organisation.name);
    let say = |d: &crate::mechanism::dsg::DsgFacts| {
        let mut sentence = Sentence::default()
            .figure(r.of(d.closing, last, Run::Plan).in_words())
            .text(format!(" at the end of {}, kept apart from the balance by law", r.year(last)));
        if let Some(ends) = d.override_ends {
            sentence = sentence.text(format!(" until the end of {ends}"));
        }
        if let Some(shadow) = d.shadow {
            sentence = sentence
                .text("; general and earmarked reserves less this deficit: ")
                .figure(r.of(shadow, last, Run::Plan).in_words());
        }
        (d.title.clone(), sentence)
    };
    own.map(say).collect()
}

/// What capital receipts pay of the costs of change, and what is left of them.
fn receipts(r: &Reader<'_>, organisation: &Organisation) -> Vec<(String, Sentence)> {
    let last = r.horizon().years();
    let own = r.plan().facts.receipts.iter().filter(|p| p.organisation == organisation.name);
    let say = |pot: &crate::mechanism::capital_receipts::ReceiptsFacts| {
        let mut sentence = Sentence::from("for the costs of change ");
        for (n, t) in r.horizon().plan().enumerate() {
            sentence = sentence.text(if n > 0 { "; " } else { "" });
            sentence = sentence.figure(r.of(pot.used, t, Run::Plan).in_words()).text(format!(" in {}", r.year(t)));
        }
        sentence = sentence
            .text("; ")
            .figure(r.of(pot.closing, last, Run::Plan).in_words())
            .text(format!(" held at the end of {}; they meet no gap", r.year(last)));
        (pot.title.clone(), sentence)
    };
    own.map(say).collect()
}

/// The rows of a view that say whose problem its gap is; none where every member is of one mind.
#[must_use]
pub fn whose_problem(r: &Reader<'_>, view: &crate::vocabulary::Name) -> Vec<(&'static str, crate::sheet::RowId)> {
    let rows = [
        ("shortfalls of bodies that must balance", "must_find"),
        ("shortfalls of bodies that may report a deficit", "may_carry"),
    ];
    let stated = |v: &crate::mechanism::system::View| {
        v.name == *view && r.plan().facts.stated.iter().any(|s| v.members.contains(&s.organisation))
    };
    if r.plan().facts.views.iter().any(stated) {
        return Vec::new();
    }
    rows.into_iter().filter_map(|(words, measure)| Some((words, r.plan().named(view, measure)?))).collect()
}
