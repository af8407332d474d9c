//! What must be said of an amendment beside its tables: years that no longer balance, one-off money for
//! recurrent cost, starts that cannot be met, the referendum limit, minima of reserves.

use super::{Read, money};
use crate::analysis::amendment::one_off::{self, Met};
use crate::analysis::amendment::starts::{self, CONSULTATION, Decided, Start};
use crate::analysis::amendment::{Effect, Year, moved};
use crate::open::Opened;
use crate::report::table::{Figure, Sentence};
use crate::report::{Reader, findings};
use crate::sheet::Run;
use crate::vocabulary::FinancialYear;

/// When it is decided, and so whether its starts were tested.
pub(super) fn dated(read: &Read<'_>) -> String {
    match &read.decided {
        Decided::Own(date) => format!("dated {date}"),
        Decided::Base(date) => format!("no date of its own; decided, it is taken, on the base's: {date}"),
        Decided::Unreadable(text) => {
            format!("its date \"{text}\" is none that can be counted from, so starts were not tested; write date = \"2026-02-26\"")
        }
        Decided::Unknown => {
            "no date given, starts were not tested; add version = { name = \"…\", date = \"2026-02-26\" } to its [scenario]".to_owned()
        }
    }
}

/// All of it, in the order of what a meeting asks.
pub(super) fn all(read: &Read<'_>) -> Vec<Sentence> {
    let mut found = brought(read);
    for (effect, run) in read.shown() {
        found.extend(balance(effect, run));
        found.extend(recurrent_cost(effect, run));
    }
    if let Some(date) = read.decided.date() {
        found.extend(starts::starts(read.base, read.amended, &read.touched, date).iter().map(|s| start(read, s)));
    }
    found.extend(no_limit(read));
    found.extend(minima(read));
    found
}

/// What the page of the amended plan tells its reader and that of the base does not, word for word.
fn brought(read: &Read<'_>) -> Vec<Sentence> {
    let before = findings::all(&Reader::new(read.base));
    findings::all(&Reader::new(read.amended)).into_iter().filter(|s| !before.contains(s)).collect()
}

/// What it does to the budget year, body by body: the first thing a meeting asks.
pub(super) fn budget_year(read: &Read<'_>) -> Vec<Sentence> {
    let mut said = Vec::new();
    let mut scopes: Vec<&Effect> = Vec::new();
    for effect in read.effects.iter().filter(|e| e.moves()) {
        if !scopes.iter().any(|e| e.scope == effect.scope) {
            scopes.push(effect);
        }
    }
    for scope in scopes {
        let of_scope = read.effects.iter().filter(|e| e.scope == scope.scope);
        let years: Vec<_> = of_scope.filter_map(|e| Some((e.run, e.years.first()?))).collect();
        let alike = years.windows(2).all(|pair| pair[0].1.still_to_find == pair[1].1.still_to_find);
        for (run, year) in years.iter().take(if alike { 1 } else { years.len() }) {
            let run = if alike && years.len() > 1 { "plan and risk-adjusted" } else { run.words() };
            said.push(better_or_worse(Sentence::from(format!("{}, {}, {run}: ", year.year, scope.title)), year));
        }
    }
    said
}

/// By how much a year is better or worse, and where it then stands.
fn better_or_worse(mut sentence: Sentence, year: &Year) -> Sentence {
    let change = year.still_to_find;
    let (Some(before), Some(after), Some(by)) = (change.before, change.after, change.difference()) else {
        return sentence.text("what is still to find is not known");
    };
    sentence = match by {
        0 => sentence.text("no change"),
        _ => sentence.figure(Figure::money(by.abs()).in_words()).text(if by > 0 { " worse" } else { " better" }),
    };
    match after {
        0 => sentence.text(if before == 0 { ", still balanced" } else { ", now balanced" }),
        1.. => {
            let sentence = sentence.text(if before > 0 { ", still " } else { ", now " });
            sentence.figure(Figure::money(after).in_words()).text(" short")
        }
        _ => {
            let sentence = sentence.text(if before < 0 { ", still a surplus of " } else { ", now a surplus of " });
            sentence.figure(Figure::money(-after).in_words())
        }
    }
}

/// The years that balance no longer, or now do; and whether all of them do.
fn balance(effect: &Effect, run: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let lead = format!("{}, {run}: ", effect.title);
    for (was, is, words) in [(true, false, "no longer balanced: "), (false, true, "now balanced: ")] {
        let years = effect.years.iter().filter(|y| (y.balanced_before, y.balanced_after) == (Some(was), Some(is)));
        let mut sentence = Sentence::from(format!("{lead}{words}"));
        let mut any = false;
        for year in years {
            let (before, after) = (money(year.still_to_find.before), money(year.still_to_find.after));
            let start = format!("{}{}, still to find ", if any { "; " } else { "" }, year.year);
            sentence = sentence.text(start).figure(before.in_words()).text(" → ").figure(after.in_words());
            any = true;
        }
        found.extend(any.then_some(sentence));
    }
    let all = |of: fn(&Year) -> Option<bool>| effect.years.iter().all(|y| of(y) == Some(true));
    if effect.moves() && all(|y| y.balanced_after) {
        let before = if all(|y| y.balanced_before) { "as before" } else { "and was not before" };
        found.push(format!("{lead}balanced in every year, {before}").into());
    }
    found
}

/// One-off money that pays for recurrent cost, with the amounts and when it must be found again.
fn recurrent_cost(effect: &Effect, run: &str) -> Option<Sentence> {
    let paid = one_off::paid(effect)?;
    let mut sentence = Sentence::from(format!("{}, {run}: one-off money pays for recurrent cost: ", effect.title));
    for (n, met) in paid.years.iter().enumerate() {
        sentence = sentence
            .text(if n > 0 { "; " } else { "" })
            .figure(Figure::money(met.met).in_words())
            .text(format!(" in {}", met.year));
        sentence = by(sentence, met);
    }
    sentence = sentence.text(". The underlying gap is wider by ");
    // Every year of it, also those that nothing one-off pays: reserves may hide a part of it for long.
    let from = paid.years.first().map(|met| met.year);
    let wider = effect.years.iter().filter(|y| Some(y.year) >= from);
    let wider = wider.filter_map(|y| Some((y.year, y.underlying.difference().filter(|pence| *pence > 0)?)));
    for (n, (year, pence)) in wider.enumerate() {
        let lead = if n > 0 { ", " } else { "" };
        sentence = sentence.text(lead).figure(Figure::money(pence).in_words()).text(format!(" in {year}"));
    }
    Some(match (paid.again, paid.after_plan) {
        (Some((year, amount)), _) => {
            let sentence =
                sentence.text(format!(". It must be found again from {year}: still to find is then wider by "));
            let sentence = sentence.figure(Figure::money(amount).in_words());
            match paid.years.iter().find(|met| met.year == year) {
                Some(met) => sentence
                    .text(", and one-off money still hides ")
                    .figure(Figure::money(met.met).in_words())
                    .text(" of the underlying gap"),
                None => sentence,
            }
        }
        (None, Some(amount)) => {
            let next = effect.years.last().map_or_else(String::new, |y| y.year.plus(1).to_string());
            let sentence = sentence.text(format!(". It must be found again after the plan, from {next}: "));
            sentence.figure(Figure::money(amount).in_words()).text(", at the prices of the last year")
        }
        (None, None) => sentence.text(". By the end of the plan it is no longer wider"),
    })
}

/// What pays: more reserves, more one-off funding or savings, more support.
fn by(mut sentence: Sentence, met: &Met) -> Sentence {
    let parts = [
        (met.reserves, "planned reserves"),
        (met.funding, "one-off funding"),
        (met.savings, "one-off savings"),
        (met.support, "support"),
    ];
    let more: Vec<_> = parts.into_iter().filter(|(pence, _)| *pence > 0).collect();
    for (n, (pence, words)) in more.iter().enumerate() {
        sentence = sentence.text(if n > 0 { ", " } else { " (" }).text(format!("{words} "));
        sentence = sentence.figure(Figure::money(*pence).as_change());
    }
    if more.is_empty() { sentence.text(" (fewer one-off costs)") } else { sentence.text(")") }
}

fn start(read: &Read<'_>, start: &Start) -> Sentence {
    let date = read.decided.date().map_or_else(String::new, |d| d.to_string());
    match start {
        Start::Before { title, start, counts } => {
            let sentence = Sentence::from(format!("{title}: starts on {start}, before it is decided ({date})"));
            match counts {
                Some((year, pence)) => {
                    sentence.text("; it counts ").figure(Figure::money(*pence).in_words()).text(format!(" in {year}"))
                }
                None => sentence,
            }
        }
        Start::YearBegun { title, year, amount, months_left } => {
            let sentence = Sentence::from(format!("{title}: counts "))
                .figure(Figure::money(*amount).as_change())
                .text(format!(" in {year}, a year "));
            if *months_left == 0 {
                return sentence.text(format!("that is over, or in its last month, when it is decided ({date})"));
            }
            sentence.text(format!(
                "that has begun when it is decided ({date}): {months_left} whole months of it are left, and what they \
                 can hold is judgement (house assumption: nothing before the decision)"
            ))
        }
        Start::Consultation { title, start, days } => {
            let (few, many) = CONSULTATION;
            let short = if *days < few { format!("fewer than {few} and {many}") } else { format!("fewer than {many}") };
            format!(
                "{title}: an option that was not consulted on, and it starts on {start}, {days} days after {date}: {short}. Where 20 to 99 \
                 dismissals are proposed at one establishment within 90 days, consultation begins at least {few} days \
                 before the first takes effect, where 100 or more at least {many} (Trade Union and Labour Relations \
                 (Consolidation) Act 1992 s188(1A)); the plan does not say whether it ends any job"
            )
            .into()
        }
        Start::CouncilTax { title, year, precept, before, late } => {
            let (what, section) =
                if *precept { ("a precept is to be issued", "s40(5)") } else { ("council tax is to be set", "s30(6)") };
            let told = if *late {
                format!("it is decided on {date}")
            } else {
                format!("the day of {date} is not said, so this was not tested")
            };
            format!(
                "{title}: its Band D of {year} changes; {what} before {before} (Local Government Finance Act 1992 \
                 {section}, which also says that it is not invalid merely because it is later); {told}"
            )
            .into()
        }
    }
}

/// A council tax that rises by more, and no referendum limit is known for it.
fn no_limit(read: &Read<'_>) -> Vec<Sentence> {
    let mut found = Vec::new();
    for ((organisation, title), row) in starts::taxes(read.amended) {
        let own =
            read.amended.plan.facts.funding.iter().find(|f| f.council_tax.is_some_and(|t| t.band_d.id() == row.id()));
        let tested = own.is_some_and(|f| f.referendum.is_some());
        let moved = moved(read.base, read.amended, &organisation, row.id(), Run::Plan);
        let raised = moved.is_some_and(|m| m.years.iter().any(|(_, c)| c.difference().is_some_and(|d| d > 0)));
        if raised && !tested {
            let words = format!(
                "{title}: Band D is higher, and no referendum limit is known to this scenario that it could be held against"
            );
            found.push(words.into());
        }
    }
    found
}

/// Reserves that fall below their minimum with the amendment, and did not before or did so later.
fn minima(read: &Read<'_>) -> Vec<Sentence> {
    let mut found = Vec::new();
    for pot in &read.amended.plan.facts.pots {
        let address = |measure: &str| format!("{}/reserve/{}/{measure}", pot.organisation, pot.name);
        let mut told: Vec<(Run, FinancialYear)> = Vec::new();
        for (closing, when) in
            [("closing", "after planned use"), ("closing_if_nothing_else", "if nothing else is done")]
        {
            let below = |opened: &Opened, run: Run| below(opened, &address(closing), &address("minimum"), run);
            let runs = Run::BOTH.into_iter().filter(|run| read.effects.iter().any(|e| e.run == *run));
            let earlier = runs.filter_map(|run| {
                let (was, is) = (below(read.base, run), below(read.amended, run)?);
                was.is_none_or(|was| is < was).then_some((run, was, is))
            });
            // What is below after planned use is so all the more if nothing else is done.
            let new: Vec<_> = earlier.filter(|(run, _, is)| !told.contains(&(*run, *is))).collect();
            told.extend(new.iter().map(|(run, _, is)| (*run, *is)));
            let alike = matches!(new.as_slice(), [a, b] if (a.1, a.2) == (b.1, b.2));
            for (run, was, is) in new.into_iter().take(if alike { 1 } else { 2 }) {
                let run = if alike { "plan and risk-adjusted" } else { run.words() };
                let before =
                    was.map_or_else(|| "it was in no year".to_owned(), |was| format!("it was first so in {was}"));
                let words = format!(
                    "{}, {run}: first below its minimum in {is} {when}; before the amendment {before}",
                    pot.title
                );
                found.push(words.into());
            }
        }
    }
    found
}

/// The first year in which a balance is below its minimum.
fn below(opened: &Opened, balance: &str, minimum: &str, run: Run) -> Option<FinancialYear> {
    let (plan, values) = (&opened.plan, opened.results.of(run));
    let (balance, minimum) = (plan.sheet.find_row(balance)?, plan.sheet.find_row(minimum)?);
    let low =
        |t: &i32| plan.pence(values, balance, *t).zip(plan.pence(values, minimum, *t)).is_some_and(|(b, m)| b < m);
    plan.horizon().plan().find(low).map(|t| plan.horizon().year(t))
}
