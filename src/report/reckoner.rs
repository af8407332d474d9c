//! The ready reckoner as a page: what things are worth in each year, and how many points a sum is.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::sensitivity::distance;
use super::table::{Block, Document, Figure, RowStyle, Sentence, Table, TableCell, TableRow};
use super::tidy::Recurs;
use super::{Reader, page};
use crate::analysis::lever::Lever;
use crate::analysis::reckon::{Answered, Apart, Backwards, Found, Question, Reckoner, Why, sets};
use crate::analysis::sensitivity::{Basis, Moved};
use crate::mechanism::organisation::Organisation;
use crate::sheet::{Flags, Run};
use crate::vocabulary::unit::plain;
use crate::vocabulary::{Address, FinancialYear, Measure, Unit};

/// The columns of the CSV.
pub const HEADER: [&str; 13] = [
    "scenario",
    "organisation",
    "question",
    "about",
    "set",
    "run",
    "year",
    "change",
    "unit",
    "measure",
    "recurrence",
    "points",
    "refused",
];

/// The organisations that have a gap to move, and what is read: of each in turn the gap after savings in
/// every year (planned use of reserves hides what a point is worth in a year that they balance), then of every
/// council tax in every year its Band D and what is left below its referendum limit.
#[must_use]
pub fn asked<'a>(r: &Reader<'a>) -> (Vec<&'a Organisation>, Vec<Address>) {
    let sheet = &r.plan().sheet;
    let gap = |o: &Organisation| r.plan().measure(&o.name, Measure::GapAfterSavings);
    let organisations: Vec<&Organisation> = r.plan().organisations.iter().filter(|o| gap(o).is_some()).collect();
    let taxes = r.plan().facts.funding.iter().filter_map(|f| Some(f.council_tax.as_ref()?.band_d.id()));
    let limits = r.plan().facts.funding.iter().filter_map(|f| f.referendum.as_ref());
    let limits = limits.flat_map(|l| [Some(l.below_percentage.id()), l.below_amount.map(|row| row.id())]).flatten();
    let rows = organisations.iter().filter_map(|o| gap(o)).chain(taxes).chain(limits);
    let cells = rows.flat_map(|row| r.horizon().plan().filter_map(move |t| sheet.cell(row, t)));
    let cells = cells.map(|cell| sheet.address(cell)).collect();
    (organisations, cells)
}

/// One organisation's part of what was read.
struct Part<'a> {
    at: usize,
    organisation: &'a Organisation,
    years: usize,
}

impl Part<'_> {
    fn of<'m>(&self, moved: &'m Moved, run: Run) -> &'m [Option<i128>] {
        let from = self.at * self.years;
        moved.of(run).get(from..from + self.years).unwrap_or(&[])
    }

    fn moves(&self, moved: &Moved) -> bool {
        Run::BOTH.iter().any(|run| self.of(moved, *run).iter().flatten().any(|e| *e != 0))
    }
}

fn parts<'a>(r: &Reader<'_>, organisations: &[&'a Organisation]) -> Vec<Part<'a>> {
    let years = usize::try_from(r.horizon().years()).unwrap_or(0);
    organisations.iter().enumerate().map(|(at, organisation)| Part { at, organisation, years }).collect()
}

/// The page.
#[must_use]
pub fn document(
    r: &Reader<'_>,
    found: &Reckoner,
    organisations: &[&Organisation],
    amount: i128,
    command: &str,
) -> Document {
    let mut document = page::head(r);
    document.lines.push("Ready reckoner: each figure is the plan computed again with that alone moved".into());
    for part in parts(r, organisations) {
        let worth = worth(r, found, &part, amount);
        if !worth.rows.is_empty() {
            document.blocks.push(Block::Table(worth));
        }
        let backwards = backwards(r, found, &part, amount);
        if !backwards.rows.is_empty() {
            document.blocks.push(Block::Table(backwards));
        }
    }
    if document.blocks.is_empty() {
        let words = "nothing here can be reckoned with: the scenario has no increase of council tax, no driver that its \
                     gap depends on, and no saving with a delivery, a start or a full-year effect. \
                     `fundgap sensitivity … --all` moves the amounts that it is made of";
        document.blocks.push(Block::Text(vec![words.into()]));
    }
    let mut tree = Vec::new();
    for answer in found.answers.iter().filter(|a| a.moved.values.is_ok()) {
        let sets = sets(r.opened, &answer.lever, answer.moved.number);
        tree.push((0, label(answer, amount)));
        tree.extend(sets.iter().take(FEW).map(|set| (1, Sentence::from(format!("--set '{set}'")))));
        if sets.len() > FEW {
            tree.push((1, format!("and {} more: --format json has them all", sets.len() - FEW).into()));
        }
    }
    if !tree.is_empty() {
        document.blocks.push(Block::Heading("To see the whole plan with one of them, add it to this".into()));
        document.blocks.push(Block::Text(vec![command.into()]));
        document.blocks.push(Block::Tree(tree));
    }
    document
}

/// Changes listed of one answer.
const FEW: usize = 5;

/// A sum as people type it, exactly: "£1m", "£250k", "£12.50".
fn sum(pence: i128) -> String {
    match (pence % 100_000_000, pence % 100_000) {
        (0, _) => format!("£{}m", pence / 100_000_000),
        (_, 0) => format!("£{}k", pence / 100_000),
        _ => crate::analysis::lever::typed(Unit::Money, pence),
    }
}

fn money(steps: Option<i128>) -> Figure {
    Figure::new(Unit::Money, steps, if steps.is_some() { Flags::EXACT } else { Flags::NOT_PUBLISHED })
}

/// What was moved, in words.
fn label(answer: &Answered, amount: i128) -> Sentence {
    let title = &answer.title;
    match answer.question {
        Question::CouncilTax | Question::Driver => format!("1 point more on {title}").into(),
        Question::Funding => format!("1% more of {title}").into(),
        Question::Delivery => "10 points less delivered, all savings together".into(),
        Question::Slip if answer.apart.is_empty() => "all savings a month later".into(),
        Question::Slip => "savings with a start a month later".into(),
        Question::SlipOfOne => format!("{title} a month later").into(),
        Question::Saving => {
            let words = if answer.moved.number < 0 { "less" } else { "more" };
            format!("{} {words} of {title}, in a full year", sum(amount)).into()
        }
    }
}

const fn section(question: Question) -> &'static str {
    match question {
        Question::CouncilTax => "Council tax, every year",
        Question::Funding => "Other funding, a hundredth of each amount",
        Question::Driver => "Pay, prices and demand, every year",
        Question::Delivery => "Delivery",
        Question::Slip | Question::SlipOfOne => "Slipping",
        Question::Saving => "Savings, the largest with a full-year effect",
    }
}

fn worth(r: &Reader<'_>, found: &Reckoner, part: &Part<'_>, amount: i128) -> Table {
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(format!("{}: what it is worth, the change in the gap after savings", part.organisation.title));
    table.key =
        Some("before any use of reserves; positive = worse; better in brackets; both runs alike unless said".into());
    let mut before = "";
    let mut seen = Vec::new();
    for answer in &found.answers {
        // What the scenario refuses is told to everybody whom it may concern.
        if !part.moves(&answer.moved) && answer.moved.values.is_ok() {
            continue;
        }
        let heading = section(answer.question);
        let label = label(answer, amount);
        if let Err(reason) = &answer.moved.values {
            if !seen.contains(&reason) {
                table.notes.push(Sentence(label.0).text(format!(": refused, {reason}")));
                seen.push(reason);
            }
            continue;
        }
        if heading != before {
            table.push(TableRow::section(heading));
            before = heading;
        }
        let alike = part.of(&answer.moved, Run::Plan) == part.of(&answer.moved, Run::RiskAdjusted);
        let runs: &[Run] = if alike { &[Run::Plan] } else { &Run::BOTH };
        let nowhere = |run: Run| part.of(&answer.moved, run).iter().flatten().all(|e| *e == 0);
        if answer.question == Question::Delivery && !alike && nowhere(Run::Plan) {
            table.notes.push("the plan run counts savings in full: less delivered moves the risk-adjusted one".into());
        }
        table.notes.extend(apart(r, part, answer));
        table.notes.extend(limit(r, found, answer));
        for run in runs {
            if answer.question == Question::Delivery && *run == Run::Plan && !alike && nowhere(*run) {
                continue;
            }
            let label = if alike { label.clone() } else { label.clone().text(format!(", {}", run.words())) };
            table.push(row(label, part.of(&answer.moved, *run).iter().map(|e| money(*e).into()).collect()));
        }
    }
    if table.rows.is_empty() {
        return table;
    }
    table.notes.push("what is still there in the last year lasts; what goes back to nought is one-off".into());
    table
}

/// Which savings a question about all of them leaves as they are, and from what it moves those of which
/// nothing is stated.
fn apart(r: &Reader<'_>, part: &Part<'_>, answer: &Answered) -> Vec<Sentence> {
    let own = |a: &&Apart| a.organisation == part.organisation.name;
    let of = |why: Why| -> Vec<&str> {
        answer.apart.iter().filter(own).filter(|a| a.why == why).map(|a| a.title.as_str()).collect()
    };
    let what = if answer.question == Question::Delivery { "10 points less delivered" } else { "a month later" };
    let mut left = Vec::new();
    let mut count = 0;
    for (why, words) in [
        (Why::NoStart, "amounts by year, no start"),
        (Why::Delivered, "delivered already"),
        (Why::TooLittle, "less than 10% is delivered"),
        (Why::NotPublished, "not published"),
    ] {
        let titles = of(why);
        if !titles.is_empty() {
            count += titles.len();
            left.push(format!("{} ({words})", titles.join(", ")));
        }
    }
    let mut notes: Vec<Sentence> = Vec::new();
    if count > 0 {
        let savings = r.plan().facts.savings.iter();
        let all = savings.filter(|s| !s.memo && s.organisation == part.organisation.name).count();
        notes.push(format!("{what}: {} of {all} savings; not {}", all - count.min(all), left.join("; ")).into());
    }
    let counted = of(Why::NotStated);
    if !counted.is_empty() {
        let words = format!("{what}: from 100% where no delivery is stated ({})", counted.join(", "));
        notes.push(words.into());
    }
    notes
}

/// The years in which a point more of a council tax is above what is entered as its referendum limit.
fn limit(r: &Reader<'_>, found: &Reckoner, answer: &Answered) -> Option<Sentence> {
    let path = &answer.lever.targets.first()?.path;
    let name = path.strip_prefix("funding.")?.strip_suffix(".increase")?;
    let tax = r.plan().facts.funding.iter().find(|f| f.name.as_str() == name)?;
    let tested = tax.referendum.as_ref()?;
    let [plan, _] = answer.moved.values.as_ref().ok()?;
    let left = |row: String, year: FinancialYear| {
        let at = found.cells.iter().position(|c| c.year == Some(year) && c.row == row)?;
        plan.get(at).copied().flatten()
    };
    let sheet = &r.plan().sheet;
    let above = |year: &FinancialYear| {
        let reached = left(sheet.row_address(tested.below_percentage.id()), *year).is_some_and(|left| left <= 0);
        // Pounds may be taken in full; it is more than them that exceeds.
        let pounds = tested.below_amount.map(|row| left(sheet.row_address(row.id()), *year));
        reached && pounds.is_none_or(|left| left.is_some_and(|left| left < 0))
    };
    let years: Vec<(i32, FinancialYear)> =
        r.horizon().plan().map(|t| (t, r.year(t))).filter(|(_, y)| above(y)).collect();
    let (first, _) = years.first()?;
    let said: Vec<String> = years.iter().map(|(_, year)| year.to_string()).collect();
    Some(
        Sentence::from(format!("1 point more on {} equals or exceeds the limit of ", tax.title))
            .figure(r.of(tested.share, *first, Run::Plan).in_words().exactly())
            .text(format!(
                " entered for councils of its type ([referendum_limit.{}]) in {}",
                tested.limit,
                said.join(", ")
            )),
    )
}

fn row(label: Sentence, cells: Vec<TableCell>) -> TableRow {
    let cells = std::iter::once(TableCell::Said(label)).chain(cells).collect();
    TableRow { style: RowStyle::Plain, indent: 1, cells, sums: None }
}

/// The answers for one organisation, those about one figure together.
fn by_title<'a>(found: &'a Reckoner, part: &Part<'_>) -> Vec<(Question, &'a str, Vec<&'a Backwards>)> {
    let mut groups: Vec<(Question, &str, Vec<&Backwards>)> = Vec::new();
    for one in found.backwards.iter().filter(|b| b.organisation == part.at) {
        match groups.iter_mut().find(|(question, title, _)| (*question, *title) == (one.question, one.title.as_str())) {
            Some((_, _, all)) => all.push(one),
            None => groups.push((one.question, &one.title, vec![one])),
        }
    }
    groups
}

fn backwards(r: &Reader<'_>, found: &Reckoner, part: &Part<'_>, amount: i128) -> Table {
    let mut table = Table::new(r.year_columns(""));
    let sum = sum(amount);
    table.title = Some(format!("{}: what brings {sum} in a year, moved in that year alone", part.organisation.title));
    table.key = Some("the smallest number of hundredths of a point that is enough in the plan run".into());
    let years: Vec<FinancialYear> = r.horizon().plan().map(|t| r.year(t)).collect();
    let mut far = false;
    for (question, title, answers) in by_title(found, part) {
        if answers.iter().all(|b| matches!(b.found, Found::Nothing)) {
            continue;
        }
        let of_year = |year: &FinancialYear| answers.iter().find(|b| b.year == *year).map(|b| &b.found);
        let points = |year: &FinancialYear| match of_year(year) {
            Some(Found::Enough(moved)) => distance(Basis::Points(moved.number.abs())).into(),
            Some(Found::TooFar(_)) => "too far".into(),
            Some(Found::Nothing) | None => TableCell::Empty,
        };
        let more = answers.iter().any(|b| matches!(&b.found, Found::Enough(m) | Found::TooFar(m) if m.number > 0));
        let words = if more { "more on" } else { "less on" };
        table.push(row(format!("{words} {title}").into(), years.iter().map(points).collect()));
        let effect = |year: &FinancialYear| match of_year(year) {
            Some(Found::Enough(moved)) => {
                let at = years.iter().position(|y| y == year).unwrap_or(0);
                money(part.of(moved, Run::Plan).get(at).copied().flatten()).into()
            }
            _ => TableCell::Empty,
        };
        if !answers.iter().any(|b| matches!(b.found, Found::Enough(_))) {
            far = true;
            continue;
        }
        table.push(row("which changes the gap by".into(), years.iter().map(effect).collect()).indented(2));
        if question == Question::CouncilTax {
            let band_d = |year: &FinancialYear| match of_year(year) {
                Some(Found::Enough(moved)) => change_of_band_d(r, found, &answers, moved, *year),
                _ => TableCell::Empty,
            };
            table.push(row("Band D higher by, a year".into(), years.iter().map(band_d).collect()).indented(2));
        }
        far |= answers.iter().any(|b| matches!(b.found, Found::TooFar(_)));
    }
    if far {
        let words = "too far: 20 points, or as many as the scenario takes, do not bring it";
        table.notes.push(words.into());
    }
    table
}

/// What a movement makes of the Band D of the tax that it moves.
fn change_of_band_d(
    r: &Reader<'_>,
    found: &Reckoner,
    answers: &[&Backwards],
    moved: &Moved,
    year: FinancialYear,
) -> TableCell {
    let name = |b: &&Backwards| {
        let path = &b.lever.targets.first()?.path;
        path.strip_prefix("funding.")?.split('.').next().map(str::to_owned)
    };
    let address = answers.first().and_then(name).and_then(|name| {
        let tax = r.plan().facts.funding.iter().find(|f| f.name.as_str() == name)?;
        Some(r.plan().sheet.row_address(tax.council_tax.as_ref()?.band_d.id()))
    });
    let at = found.cells.iter().position(|c| c.year == Some(year) && Some(&c.row) == address.as_ref());
    let change = at.and_then(|at| moved.of(Run::Plan).get(at).copied().flatten());
    change.map_or(TableCell::Empty, |c| Figure::new(Unit::UnitPrice, Some(c), Flags::EXACT).into())
}

const fn code(question: Question) -> &'static str {
    match question {
        Question::CouncilTax => "council_tax",
        Question::Funding => "funding",
        Question::Driver => "driver",
        Question::Delivery => "delivery",
        Question::Slip => "slip",
        Question::SlipOfOne => "slip_of_one",
        Question::Saving => "saving",
    }
}

/// One record an answer, a run and a year; answers backwards follow with their points.
#[must_use]
pub fn records<'a>(
    r: &Reader<'_>,
    found: &'a Reckoner,
    organisations: &[&'a Organisation],
    scenario: &'a str,
) -> Vec<Vec<Cow<'a, str>>> {
    let years: Vec<String> = r.horizon().plan().map(|t| r.year(t).to_string()).collect();
    let recurs = Recurs::of_plan(r.plan());
    let mut all = Vec::new();
    let said = |steps: Option<i128>| steps.map_or_else(String::new, |s| plain(Unit::Money, s));
    for part in parts(r, organisations) {
        let mut push =
            |question: Question, title: &'a str, lever: &Lever, moved: &Moved, points: String, only: Option<usize>| {
                let set = sets(r.opened, lever, moved.number).join(" ");
                let recurrence = recurs.of_lever(lever);
                for run in Run::BOTH {
                    for (t, year) in years.iter().enumerate().filter(|(t, _)| only.is_none_or(|o| o == *t)) {
                        all.push(vec![
                            Cow::Borrowed(scenario),
                            Cow::Borrowed(part.organisation.name.as_str()),
                            Cow::Borrowed(code(question)),
                            Cow::Borrowed(title),
                            Cow::Owned(set.clone()),
                            Cow::Borrowed(run.code()),
                            Cow::Owned(year.clone()),
                            Cow::Owned(said(part.of(moved, run).get(t).copied().flatten())),
                            Cow::Borrowed(Unit::Money.code()),
                            Cow::Borrowed(Measure::GapAfterSavings.code()),
                            Cow::Borrowed(recurrence),
                            Cow::Owned(points.clone()),
                            Cow::Owned(moved.values.as_ref().err().cloned().unwrap_or_default()),
                        ]);
                    }
                }
            };
        for answer in found.answers.iter().filter(|a| part.moves(&a.moved) || a.moved.values.is_err()) {
            push(answer.question, &answer.title, &answer.lever, &answer.moved, String::new(), None);
        }
        for one in found.backwards.iter().filter(|b| b.organisation == part.at) {
            if let Found::Enough(moved) = &one.found {
                let at = years.iter().position(|y| *y == one.year.to_string());
                push(one.question, &one.title, &one.lever, moved, plain(Unit::Rate, moved.number), at);
            }
        }
    }
    all
}

/// Everything for programs.
#[must_use]
pub fn json(r: &Reader<'_>, found: &Reckoner, organisations: &[&Organisation], scenario: &str, amount: i128) -> Value {
    let money = |all: &[Option<i128>]| {
        Value::Array(all.iter().map(|s| s.map_or(Value::Null, |s| Value::String(plain(Unit::Money, s)))).collect())
    };
    let bodies = parts(r, organisations).into_iter().map(|part| {
        let worth = found.answers.iter().filter(|a| part.moves(&a.moved) || a.moved.values.is_err()).map(|a| {
            json!({
                "question": code(a.question),
                "about": a.title,
                "set": sets(r.opened, &a.lever, a.moved.number),
                "plan": money(part.of(&a.moved, Run::Plan)),
                "risk_adjusted": money(part.of(&a.moved, Run::RiskAdjusted)),
                "refused": a.moved.values.as_ref().err(),
            })
        });
        let backwards = found.backwards.iter().filter(|b| b.organisation == part.at).map(|b| {
            let (word, moved) = match &b.found {
                Found::Enough(moved) => ("enough", Some(moved)),
                Found::TooFar(moved) => ("too_far", Some(moved)),
                Found::Nothing => ("nothing", None),
            };
            json!({
                "question": code(b.question),
                "about": b.title,
                "year": b.year.to_string(),
                "found": word,
                "points": moved.map(|m| plain(Unit::Rate, m.number)),
                "set": moved.map(|m| b.lever.sets(m.number)),
                "plan": moved.map(|m| money(part.of(m, Run::Plan))),
                "risk_adjusted": moved.map(|m| money(part.of(m, Run::RiskAdjusted))),
            })
        });
        json!({
            "organisation": part.organisation.name.as_str(),
            "worth": worth.collect::<Vec<_>>(),
            "backwards": backwards.collect::<Vec<_>>(),
        })
    });
    let bodies: Vec<Value> = bodies.collect();
    let years: Vec<String> = r.horizon().plan().map(|t| r.year(t).to_string()).collect();
    json!({
        "schema": "fundgap.reckon/1",
        "scenario": scenario,
        "measure": Measure::GapAfterSavings.code(),
        "unit": Unit::Money.code(),
        "amount": plain(Unit::Money, amount),
        "years": years,
        "organisations": bodies,
    })
}
