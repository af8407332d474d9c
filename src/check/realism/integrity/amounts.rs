//! Figures that say of each other that one is wrong.

use std::collections::BTreeMap;

use crate::check::realism::integrity::PLAIN;
use crate::check::realism::{Asking, At, Found, Level, Quantity, Share, largest, say};
use crate::language::Value;
use crate::mechanism::contribution::ItemRow;
use crate::mechanism::organisation::Organisation;
use crate::sheet::{RowId, Run, Sign};
use crate::vocabulary::{Measure, Unit};

fn items<'a>(
    asking: &Asking<'a>,
    organisation: &'a Organisation,
    kinds: &'static [&str],
) -> impl Iterator<Item = &'a ItemRow> {
    let all = asking.opened.plan.facts.items.iter();
    all.filter(move |i| kinds.contains(&i.kind) && !i.memo && i.organisation.as_ref() == Some(&organisation.name))
}

fn title<'a>(asking: &Asking<'a>, row: RowId) -> &'a str {
    &asking.opened.plan.sheet.subject(row).title
}

fn at<'a>(asking: &Asking<'a>, organisation: &'a Organisation, row: RowId) -> At<'a> {
    At::of(organisation).placed(asking.opened.plan.sheet.subject(row).place.unwrap_or(organisation.place))
}

/// A published closing balance that is not the next opening balance.
pub(in crate::check::realism) fn published_roll(asking: &Asking<'_>, found: &mut Found) {
    let published = &asking.opened.plan.facts.published;
    for closing in published.iter().filter(|p| p.name.as_str().contains("closing")) {
        let other = closing.name.as_str().replace("closing", "opening");
        let Some(opening) = published.iter().find(|p| p.name.as_str() == other) else { continue };
        let differs = |t: i32| {
            let closed = asking.steps(closing.total.id(), t, Run::Plan)?;
            let opened = asking.steps(opening.total.id(), t + 1, Run::Plan)?;
            (closed != opened).then_some((t, closed, opened))
        };
        let Some((t, closed, opened)) = asking.years().find_map(differs) else { continue };
        let said = say(format!("{} of {} is ", closing.title, asking.year(t))).pence(closed);
        let said = said.words(format!(", and {} of {} is ", opening.title, asking.year(t + 1))).pence(opened);
        let money = |steps| Some(Quantity { unit: Unit::Money, steps });
        let organisation = asking.organisations().find(|o| Some(&o.name) == closing.organisation.as_ref());
        let at = At { organisation, place: Some(opening.place), ..At::default() }.in_year(t + 1);
        asking.tells(found, PLAIN, at, (money(opened), money(closed)), said);
    }
}

/// Reserves of which more is to be used than they hold.
pub(in crate::check::realism) fn overdrawn(asking: &Asking<'_>, found: &mut Found) {
    let plan = &asking.opened.plan;
    for organisation in asking.organisations() {
        for pot in plan.facts.pots.iter().filter(|p| p.organisation == organisation.name) {
            let Some(not_taken) = plan.named_item(pot, "planned_use_not_needed") else { continue };
            let beyond = |t: i32| {
                let pence = asking.steps(not_taken, t, Run::Plan).filter(|pence| *pence > 0)?;
                // Where nothing is left to find, the rest was not needed.
                let left = asking.measure(organisation, Measure::GapAfterPlannedReserves, t, Run::Plan)?;
                (left > 0).then_some((t, pence))
            };
            let Some((t, pence)) = asking.years().find_map(beyond) else { continue };
            let said = say(format!("{} holds ", pot.title)).pence(pence);
            let said = said.words(format!(" less than the plan means to use of it in {}", asking.year(t)));
            let at = At::of(organisation).in_year(t).of_run(Run::Plan).placed(pot.place);
            asking.tells_pence(found, PLAIN, at, pence, said);
        }
    }
}

/// Lines that are the sum of those before or after them.
pub(in crate::check::realism) fn subtotal(asking: &Asking<'_>, found: &mut Found) {
    for organisation in asking.organisations() {
        let base =
            |i: &ItemRow| asking.steps(i.row.id(), 0, Run::Plan).or_else(|| asking.steps(i.row.id(), 1, Run::Plan));
        // Lines of nought change no sum and are no part of one; income is taken off.
        let signed = |i: &ItemRow, pence: i128| if i.effect == Sign::Minus { -pence } else { pence };
        let lines: Vec<(&ItemRow, i128)> = items(asking, organisation, &["line"])
            .filter_map(|i| Some((i, signed(i, base(i)?))))
            .filter(|(_, pence)| *pence != 0)
            .collect();
        let sums = Sums::of(lines.iter().map(|(_, pence)| *pence));
        for (index, (line, pence)) in lines.iter().enumerate() {
            let called_total = is_called_total(title(asking, line.row.id()));
            if !(called_total || figures(*pence) >= 4) {
                continue;
            }
            let Some((count, which)) = sums.before(index, *pence).or_else(|| sums.after(index, *pence)) else {
                continue;
            };
            let level = if called_total { PLAIN } else { Level::Amber };
            let said = say(format!("{} is ", title(asking, line.row.id()))).pence(*pence);
            let said =
                said.words(format!(", the sum of the {count} lines {which} it: is it a subtotal, counted again?"));
            asking.tells_pence(found, level, at(asking, organisation, line.row.id()), *pence, said);
        }
    }
}

/// The sums of lines from the first on, and where each sum stands: whether a line is the sum of those beside it is then
/// looked up and not tried.
struct Sums {
    so_far: Vec<i128>,
    places: BTreeMap<i128, Vec<usize>>,
}

impl Sums {
    fn of(amounts: impl Iterator<Item = i128>) -> Self {
        let mut so_far = vec![0_i128];
        so_far.extend(amounts.scan(0_i128, |sum, pence| {
            *sum += pence;
            Some(*sum)
        }));
        let mut places = BTreeMap::<i128, Vec<usize>>::new();
        for (place, sum) in so_far.iter().enumerate() {
            places.entry(*sum).or_default().push(place);
        }
        Self { so_far, places }
    }

    /// How many lines right before a line add up to it, of two or more; the fewest.
    fn before(&self, index: usize, pence: i128) -> Option<(usize, &'static str)> {
        let begins = self.places.get(&(self.so_far.get(index)? - pence))?;
        let place = begins.iter().rev().find(|place| **place + 2 <= index)?;
        Some((index - place, "before"))
    }

    /// How many lines right after a line add up to it, of two or more; the fewest.
    fn after(&self, index: usize, pence: i128) -> Option<(usize, &'static str)> {
        let first = index + 1;
        let ends = self.places.get(&(self.so_far.get(first)? + pence))?;
        let place = ends.iter().find(|place| **place >= first + 2)?;
        Some((place - first, "after"))
    }
}

/// Whether a title begins or ends with the word: "Total services", "Social care, total", and not "Lump sum payments".
fn is_called_total(title: &str) -> bool {
    let words: Vec<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let is_total = |word: Option<&String>| word.is_some_and(|w| ["total", "subtotal", "totals"].contains(&w.as_str()));
    is_total(words.first()) || is_total(words.last())
}

/// How many figures of an amount stand before its trailing noughts.
fn figures(pence: i128) -> usize {
    pence.unsigned_abs().to_string().trim_end_matches('0').len()
}

/// Savings on lines that are not there any more.
pub(in crate::check::realism) fn without_line(asking: &Asking<'_>, found: &mut Found) {
    let (plan, tree) = (&asking.opened.plan, &asking.opened.loaded.tree);
    for organisation in asking.organisations() {
        let savings =
            plan.facts.savings.iter().filter(|s| s.organisation == organisation.name && !s.memo && s.lines > 0);
        for saving in savings {
            let named = tree.table("saving").and_then(|t| t.table(saving.name.as_str())).and_then(|t| t.get("line"));
            let names: Vec<&str> = match named.map(|node| &node.value) {
                Some(Value::Text(name)) => vec![name],
                Some(Value::List(names)) => names.iter().filter_map(|n| n.as_text()).collect(),
                _ => continue,
            };
            let rows: Vec<&ItemRow> =
                items(asking, organisation, &["line"]).filter(|i| names.contains(&i.name.as_str())).collect();
            let gone = |t: &i32| {
                let saved = asking.steps(saving.in_year.id(), *t, Run::Plan).filter(|pence| *pence > 0)?;
                let nought = rows.iter().all(|row| asking.steps(row.row.id(), *t, Run::Plan) == Some(0));
                (nought && !rows.is_empty()).then_some((*t, saved))
            };
            let Some((t, pence)) = asking.years().find_map(|t| gone(&t)) else { continue };
            let lines =
                if names.len() == 1 { format!("its line {} is", names[0]) } else { "all its lines are".to_owned() };
            let said = say(format!("{} saves ", saving.title)).pence(pence);
            let said = said.words(format!(" in {}, when {lines} nought", asking.year(t)));
            asking.tells_pence(found, PLAIN, At::of(organisation).in_year(t).placed(saving.place), pence, said);
        }
    }
}

/// Figures that only make up what is missing.
pub(in crate::check::realism) fn plug(asking: &Asking<'_>, found: &mut Found) {
    let plan = &asking.opened.plan;
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        for item in items(asking, organisation, &["pressure"]).filter(|i| balances(asking, i)) {
            let share = |t: i32| {
                let pence = asking.steps(item.row.id(), t, Run::Plan)?;
                Share::of(Some(pence.abs()), asking.measure(organisation, Measure::Requirement, t, Run::Plan))
            };
            let Some((t, share)) = largest(asking.years(), share) else { continue };
            let Some(passed) = asking.passed("", |limit| share.exceeds(limit)) else { continue };
            let said =
                say(format!("{} makes up to a published total: ", title(asking, item.row.id()))).pence(share.part);
            let said = said.words(format!(" of what is needed in {} (", asking.year(t))).rate(share.rate());
            let said = said.words(") is explained by no line");
            asking.tells_share(found, at(asking, organisation, item.row.id()).in_year(t), (share, passed), said);
        }
        let mut savings = plan.facts.savings.iter().filter(|s| s.organisation == organisation.name && !s.memo);
        let (Some(only), None) = (savings.next(), savings.next()) else { continue };
        let closes = |t: i32| {
            let saved = asking.steps(only.in_year.id(), t, Run::Plan)?;
            let left = asking.measure(organisation, Measure::GapAfterPlannedReserves, t, Run::Plan)?;
            Some((saved, left == 0 && saved > 0))
        };
        let years: Vec<_> = asking.years().filter_map(closes).collect();
        // What has no scheme at all is a matter of R06; round sums close round gaps.
        let plain = years.len() > 1 && years.iter().all(|(_, closes)| *closes);
        if plain && only.status != Some("unidentified") && years.iter().any(|(saved, _)| figures(*saved) >= 4) {
            let said = say(format!(
                "{} is the only saving and closes the gap to the penny in every year: a balancing figure?",
                only.title
            ));
            asking.finds(found, Level::Amber, At::of(organisation).placed(only.place), said);
        }
    }
}

/// Whether an item makes up to a published total.
fn balances(asking: &Asking<'_>, item: &ItemRow) -> bool {
    let table = asking.opened.loaded.tree.table("pressure").and_then(|t| t.table(item.name.as_str()));
    item.kind == "pressure" && table.is_some_and(|t| t.get("balance_to").is_some())
}

/// Figures in pounds among thousands, or the other way about.
pub(in crate::check::realism) fn thousandfold(asking: &Asking<'_>, found: &mut Found) {
    /// From how many times the year before on, and to how many.
    const LIKE_A_THOUSAND: std::ops::RangeInclusive<i128> = 400..=2_500;
    let money = |steps| Some(Quantity { unit: Unit::Money, steps });
    for assumption in asking.opened.plan.sheet.assumptions().iter().filter(|a| a.unit == Unit::Money && a.by_year) {
        let known: Vec<_> = assumption
            .values
            .iter()
            .enumerate()
            .filter_map(|(at, (v, place))| Some((at, v.filter(|v| *v > 0)?, *place)))
            .collect();
        let jump = known.windows(2).filter(|pair| pair[0].0 + 1 == pair[1].0).find(|pair| {
            let (low, high) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
            LIKE_A_THOUSAND.contains(&(high / low))
        });
        let Some([(_, before, _), (at, now, place)]) = jump else { continue };
        let t = i32::try_from(*at).unwrap_or(0) + 1;
        let said = say(format!("{}: ", assumption.path)).pence(*before).words(format!(", and in {} ", asking.year(t)));
        let said = said.pence(*now).words(": are both in the same unit?");
        let at = At { t: Some(t), place: place.or(assumption.place), ..At::default() };
        asking.tells(found, Level::Amber, at, (money(*now), money(*before)), said);
    }
    for organisation in asking.organisations().filter(|o| asking.is_modelled(o)) {
        for item in items(asking, organisation, &["pressure", "saving"]).filter(|i| !balances(asking, i)) {
            let large = |t: i32| {
                let pence = asking.steps(item.row.id(), t, Run::Plan)?;
                let funding = asking.measure(organisation, Measure::Funding, t, Run::Plan).filter(|f| *f > 0)?;
                (pence.checked_mul(2)? > funding).then_some((t, pence, funding))
            };
            let Some((t, pence, funding)) = asking.years().find_map(large) else { continue };
            let said = say(format!("{} is ", title(asking, item.row.id()))).pence(pence);
            let said = said.words(format!(" in {}, and all funding ", asking.year(t))).pence(funding);
            let said = said.words(": is it in the unit it was meant in?");
            let at = at(asking, organisation, item.row.id()).in_year(t);
            asking.tells(found, Level::Amber, at, (money(pence), money(funding / 2)), said);
        }
    }
}
