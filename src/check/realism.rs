//! Is a plan realistic? One ordered table of rules, each a question with its thresholds and its evidence,
//! and what came of asking them.
//!
//! A rule reads cells of the sheet and says what it found: a value, the threshold it passed, the year and the
//! place. Ratios are of whole pence, compared by multiplying out, and rounded once to be shown. Nothing fires
//! on a figure that was not published or was filled in between published years. A rule that has nothing to
//! stand on says so; one whose thresholds are judgement never goes above amber.

mod assumptions;
mod funding;
mod integrity;
mod own;
mod programmes;
mod record;
mod reserves;
mod rules;
mod savings;
mod schemes;

use super::verdict::Verdict;
use crate::compile::{Plan, Results};
use crate::mechanism::organisation::Organisation;
use crate::open::Opened;
use crate::record::History;
use crate::sheet::{RowId, Run};
use crate::vocabulary::number::{divide, times};
use crate::vocabulary::{Diagnostics, FinancialYear, Measure, Name, Place, Unit};

/// Every rule, in the order in which they are asked: is it realistic, and does it hold together.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    rules::RULES.iter().chain(&integrity::RULES)
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Look at it, and be able to say why it is right.
    Amber,
    /// Few plans with this have held.
    Red,
    /// The plan cannot stand as it is.
    Critical,
}

impl Level {
    /// The three of them, least first.
    pub const ALL: [Self; 3] = [Self::Amber, Self::Red, Self::Critical];

    /// The word on the command line, in tables and in CSV.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Critical => "critical",
        }
    }
}

/// What the thresholds of a rule rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A statute or a rule of the accounts.
    Law,
    /// It follows from the figures themselves.
    Arithmetic,
    /// What has been published of plans like it.
    Evidence,
    /// A house assumption: never above amber.
    Judgement,
}

impl Basis {
    /// The words beside a rule.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Law => "law or accounting rule",
            Self::Arithmetic => "follows from the plan's own figures",
            Self::Evidence => "published evidence",
            Self::Judgement => "house assumption",
        }
    }
}

/// A value beyond which a rule speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// At which level.
    pub level: Level,
    /// What is measured, where a rule measures several things; else empty.
    pub of: &'static str,
    /// The unit of the value.
    pub unit: Unit,
    /// The value, in steps of the unit.
    pub steps: i128,
}

/// One question that every plan is asked.
#[derive(Debug)]
pub struct Rule {
    /// Its code: R01.
    pub code: &'static str,
    /// Its name: `savings_scale`.
    pub name: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// When it speaks, in words.
    pub when: &'static str,
    /// Its thresholds, least first.
    pub thresholds: &'static [Threshold],
    /// What they rest on.
    pub basis: Basis,
    /// The evidence with its source.
    pub evidence: &'static str,
    /// How to mend what it finds.
    pub mend: &'static str,
    /// Asks it.
    pub ask: fn(&Asking<'_>, &mut Found),
}

impl Rule {
    /// The rule of a code or a name, however it is written.
    #[must_use]
    pub fn of(typed: &str) -> Option<&'static Self> {
        let typed = typed.trim().to_ascii_lowercase().replace('-', "_");
        all_rules().find(|rule| rule.code.to_ascii_lowercase() == typed || rule.name == typed)
    }
}

/// A figure beside a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// Its unit.
    pub unit: Unit,
    /// Its value in steps of the unit.
    pub steps: i128,
}

/// A part of what a finding says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Words.
    Words(String),
    /// A figure.
    Figure(Quantity),
}

/// Something a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How much it matters.
    pub level: Level,
    /// Whose figures; none where it is the whole system.
    pub organisation: Option<Name>,
    /// The year it is about; none for the whole plan.
    pub year: Option<FinancialYear>,
    /// In which run; none where the runs do not differ in it.
    pub run: Option<Run>,
    /// What was measured.
    pub value: Option<Quantity>,
    /// The threshold it passed.
    pub threshold: Option<Quantity>,
    /// The sentence.
    pub said: Vec<Said>,
    /// Where what it is about stands in the scenario.
    pub place: Option<Place>,
    /// Why the scenario accepts it, where it does.
    pub accepted: Option<String>,
}

/// A rule that could not be asked of a body, and why.
#[derive(Debug, Clone)]
pub struct NotAssessed {
    /// The rule.
    pub rule: &'static Rule,
    /// Whose figures; none where it is the whole system.
    pub organisation: Option<Name>,
    /// Why, in words that follow "not assessed: ".
    pub why: String,
}

/// What came of asking all rules.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The findings, in the order of the rules.
    pub findings: Vec<Finding>,
    /// What was not assessed.
    pub not_assessed: Vec<NotAssessed>,
    /// What each year asks of savings, beside what was delivered before; asked for by itself, since it takes longer than
    /// all rules together.
    pub verdicts: Vec<Verdict>,
}

impl Found {
    /// The worst level among the findings that are not accepted.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().filter(|f| f.accepted.is_none()).map(|f| f.level).max()
    }
}

/// Asks every rule of a plan, with the thresholds that the scenario sets and the findings it accepts.
///
/// # Errors
/// A rule that there is not, or a threshold that the rule does not have, each with its place.
pub fn ask(opened: &Opened) -> Result<Found, Diagnostics> {
    ask_with(opened, &History::of(opened))
}

/// The same with what became of past savings, where more is known of it than the scenario says.
///
/// # Errors
/// As for [`ask`].
pub fn ask_with(opened: &Opened, history: &History) -> Result<Found, Diagnostics> {
    let own = own::read(&opened.scenario.judged)?;
    let mut found = Found::default();
    for rule in all_rules() {
        (rule.ask)(&Asking { rule, opened, history, thresholds: own.of(rule) }, &mut found);
    }
    for finding in &mut found.findings {
        if finding.rule.basis == Basis::Judgement {
            finding.level = Level::Amber;
        }
        finding.accepted = own.accepts(finding.rule);
    }
    Ok(found)
}

/// One rule with the plan it is asked of.
#[derive(Debug)]
pub struct Asking<'a> {
    /// The rule.
    pub rule: &'static Rule,
    /// The plan.
    pub opened: &'a Opened,
    /// What became of the savings of past years.
    pub history: &'a History,
    /// The thresholds of the rule: its own, or the scenario's.
    pub thresholds: Vec<Threshold>,
}

/// Begins a sentence.
fn say(words: impl Into<String>) -> Sentence {
    Sentence(vec![Said::Words(words.into())])
}

/// A sentence in the making.
struct Sentence(Vec<Said>);

impl Sentence {
    fn words(mut self, words: impl Into<String>) -> Self {
        self.0.push(Said::Words(words.into()));
        self
    }

    fn pence(self, pence: i128) -> Self {
        self.figure(Quantity { unit: Unit::Money, steps: pence })
    }

    fn rate(self, steps: i128) -> Self {
        self.figure(Quantity { unit: Unit::Rate, steps })
    }

    fn figure(mut self, figure: Quantity) -> Self {
        self.0.push(Said::Figure(figure));
        self
    }
}

/// Where and of whom something was found.
#[derive(Debug, Clone, Copy, Default)]
struct At<'a> {
    organisation: Option<&'a Organisation>,
    t: Option<i32>,
    run: Option<Run>,
    place: Option<Place>,
}

impl<'a> At<'a> {
    fn of(organisation: &'a Organisation) -> Self {
        Self { organisation: Some(organisation), place: Some(organisation.place), ..Self::default() }
    }

    fn in_year(self, t: i32) -> Self {
        Self { t: Some(t), ..self }
    }

    fn of_run(self, run: Run) -> Self {
        Self { run: Some(run), ..self }
    }

    fn placed(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }
}

/// A share of something, compared exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Share {
    part: i128,
    whole: i128,
}

impl Share {
    /// None where there is no whole to be a share of.
    fn of(part: Option<i128>, whole: Option<i128>) -> Option<Self> {
        let (part, whole) = (part?, whole?);
        (whole > 0).then_some(Self { part, whole })
    }

    /// Whether it is more than a rate.
    fn exceeds(self, rate: i128) -> bool {
        self.against(rate).is_some_and(|(part, limit)| part > limit)
    }

    /// Whether it is at least a rate.
    fn reaches(self, rate: i128) -> bool {
        self.against(rate).is_some_and(|(part, limit)| part >= limit)
    }

    fn against(self, rate: i128) -> Option<(i128, i128)> {
        Some((times(self.part, ALL)?, times(self.whole, rate)?))
    }

    /// The share as a rate, rounded once.
    fn rate(self) -> i128 {
        times(self.part, ALL).and_then(|part| divide(part, self.whole).ok()).unwrap_or(0)
    }

    /// Whether it is a larger share than another.
    fn is_more_than(self, other: Self) -> bool {
        times(self.part, other.whole) > times(other.part, self.whole)
    }
}

/// The first of those that are largest: the year to look at.
fn first_largest<T>(items: impl Iterator<Item = T>, size: impl Fn(&T) -> i128) -> Option<T> {
    items.reduce(|held, next| if size(&next) > size(&held) { next } else { held })
}

/// The year with the largest share, the first of those that are alike, and its share.
fn largest(years: impl Iterator<Item = i32>, share: impl Fn(i32) -> Option<Share>) -> Option<(i32, Share)> {
    let shares = years.filter_map(|t| Some((t, share(t)?)));
    shares.reduce(|held, next| if next.1.is_more_than(held.1) { next } else { held })
}

/// The whole of something, as a rate.
const ALL: i128 = 1_000_000_000;

/// So many hundredths, as a rate.
const fn percent(n: i128) -> i128 {
    n * ALL / 100
}

impl<'a> Asking<'a> {
    fn plan(&self) -> &'a Plan {
        &self.opened.plan
    }

    fn results(&self) -> &'a Results {
        &self.opened.results
    }

    fn organisations(&self) -> impl Iterator<Item = &'a Organisation> + use<'a> {
        self.opened.plan.organisations.iter()
    }

    fn years(&self) -> impl Iterator<Item = i32> + use<> {
        self.plan().horizon().plan()
    }

    fn year(&self, t: i32) -> FinancialYear {
        self.plan().horizon().year(t)
    }

    /// A figure that a verdict may rest on: published, and not filled in between years.
    fn steps(&self, row: RowId, t: i32, run: Run) -> Option<i128> {
        let sheet = &self.plan().sheet;
        let cell = sheet.cell(row, t).filter(|cell| !sheet.flags(*cell).interpolated)?;
        self.results().of(run).steps(cell)
    }

    fn named(&self, organisation: &Organisation, row: &str, t: i32, run: Run) -> Option<i128> {
        self.steps(self.plan().named(&organisation.name, row)?, t, run)
    }

    fn measure(&self, organisation: &Organisation, measure: Measure, t: i32, run: Run) -> Option<i128> {
        self.steps(self.plan().measure(&organisation.name, measure)?, t, run)
    }

    /// What the plan uses of reserves in a year beyond what is one-off in the requirement: a reserve that pays for what
    /// does not come back leaves nothing to be found again.
    fn reserves_beyond_one_offs(&self, organisation: &Organisation, t: i32) -> Option<i128> {
        let of = |measure| self.measure(organisation, measure, t, Run::Plan);
        let one_off = of(Measure::OneOffRequirement).unwrap_or(0).max(0);
        Some((of(Measure::PlannedReserveUse)? - one_off).max(0))
    }

    /// What a body holds in a year against what is not foreseen.
    fn contingency(&self, organisation: &Organisation, t: i32) -> i128 {
        let all = self.plan().facts.contributions.iter();
        let own = all.filter(|c| c.organisation == organisation.name && c.item.0 == "contingency");
        own.filter_map(|c| self.steps(c.row.id(), t, Run::Plan)).sum()
    }

    /// The highest threshold that a test passes, of one of the things the rule measures.
    fn passed(&self, of: &str, passes: impl Fn(i128) -> bool) -> Option<Threshold> {
        self.thresholds.iter().filter(|t| t.of == of && passes(t.steps)).max_by_key(|t| t.level).copied()
    }

    /// Whether gaps of a body are modelled: on one that was published as a figure nothing fires.
    fn is_modelled(&self, organisation: &Organisation) -> bool {
        self.plan().facts.stated.iter().all(|s| s.organisation != organisation.name)
    }

    fn finds(&self, found: &mut Found, level: Level, at: At<'_>, sentence: Sentence) {
        self.tells(found, level, at, (None, None), sentence);
    }

    fn tells(
        &self,
        found: &mut Found,
        level: Level,
        at: At<'_>,
        (value, threshold): (Option<Quantity>, Option<Quantity>),
        sentence: Sentence,
    ) {
        found.findings.push(Finding {
            rule: self.rule,
            level,
            organisation: at.organisation.map(|o| o.name.clone()),
            year: at.t.map(|t| self.year(t)),
            run: at.run,
            value,
            threshold,
            said: sentence.0,
            place: at.place,
            accepted: None,
        });
    }

    /// An amount that should not be there: more than nought.
    fn tells_pence(&self, found: &mut Found, level: Level, at: At<'_>, pence: i128, sentence: Sentence) {
        let money = |steps| Some(Quantity { unit: Unit::Money, steps });
        self.tells(found, level, at, (money(pence), money(0)), sentence);
    }

    /// A share that passed a threshold.
    fn tells_share(&self, found: &mut Found, at: At<'_>, (share, passed): (Share, Threshold), sentence: Sentence) {
        let value = Quantity { unit: Unit::Rate, steps: share.rate() };
        let threshold = Quantity { unit: passed.unit, steps: passed.steps };
        self.tells(found, passed.level, at, (Some(value), Some(threshold)), sentence);
    }

    /// Whether a measure of a body was published in no plan year, so that a rule has nothing to stand on; that is said.
    fn lacks(&self, found: &mut Found, organisation: &Organisation, measure: Measure) -> bool {
        let known = |t: i32| self.measure(organisation, measure, t, Run::Plan).is_some();
        let lacks = self.plan().measure(&organisation.name, measure).is_some() && !self.years().any(known);
        if lacks {
            self.cannot(found, Some(organisation), format!("{} is not published in any year", measure.words()));
        }
        lacks
    }

    fn cannot(&self, found: &mut Found, organisation: Option<&Organisation>, why: impl Into<String>) {
        let organisation = organisation.map(|o| o.name.clone());
        found.not_assessed.push(NotAssessed { rule: self.rule, organisation, why: why.into() });
    }
}
