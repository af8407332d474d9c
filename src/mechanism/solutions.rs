//! # From the gap before any measure to what is still to find
//!
//! The bridge every system plan prints, made of cells. For each organisation and each view:
//!
//! * the gap before any measure = gap before savings − what is put back to make savings (where it is
//!   in the requirement) + money with an end + the adult social care part of council tax raised since
//!   the base year, by kind of body;
//! * less savings, by whose they are, and those of new ways of caring across bodies (those that say
//!   so, prevention, beds moved to the community);
//! * plus **overlap** and **reinvestment**, two rows that are always there, nought or not: savings that
//!   two programmes both count, and what must be spent to make them;
//! * less money with an end (funds, capital receipts, one-off funding) and the social care part of
//!   council tax;
//! * = the gap after savings; less support received and planned reserves = **still to find**.
//!
//! "A surplus of 6" and "a deficit of 9" can describe one plan: the first leaves out the overlap, the
//! reinvestment and social care. Here none of them can be left out.

use super::context::Build;
use super::contribution::{Contribution, OneOff, Part, Total};
use super::organisation::{Organisation, OrganisationKind};
use super::support::Supported;
use crate::sheet::{Row, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{Measure, Money, Name};

/// The way of one organisation or view.
#[derive(Debug, Clone)]
pub struct SolutionFacts {
    /// The organisation or view.
    pub scope: Name,
    /// Its title.
    pub title: String,
    /// Its steps in order.
    pub steps: Vec<SolutionStep>,
}

/// One step of the way.
#[derive(Debug, Clone, Copy)]
pub struct SolutionStep {
    /// Its words.
    pub words: &'static str,
    /// Its amounts.
    pub row: Row<Money>,
    /// What it does to the gap; nothing for a total.
    pub effect: Option<Sign>,
    /// Whether it is printed when it is nought.
    pub always: bool,
}

/// Whose saving it is, for a plan's usual savings.
type Whose = fn(OrganisationKind) -> bool;

/// The savings rows by whose they are.
const SAVINGS: [(&str, &str, Whose); 4] = [
    ("savings_of_trusts", "savings of trusts (provider efficiency)", |k| {
        matches!(k, OrganisationKind::NhsTrust | OrganisationKind::FoundationTrust)
    }),
    ("savings_of_commissioners", "savings of commissioners", |k| matches!(k, OrganisationKind::Icb)),
    ("savings_of_councils", "savings of councils", |k| matches!(k, OrganisationKind::Council)),
    ("savings_of_others", "savings of other bodies", |k| matches!(k, OrganisationKind::Other)),
];

/// The gap before any measure by kind of body.
const BEFORE: [(&str, &str, Whose); 3] = [
    ("before_any_measure_nhs", "gap before any measure, NHS bodies", OrganisationKind::is_nhs),
    ("before_any_measure_councils", "gap before any measure, councils", |k| matches!(k, OrganisationKind::Council)),
    ("before_any_measure_others", "gap before any measure, other bodies", |k| matches!(k, OrganisationKind::Other)),
];

/// Builds the ways of all organisations and views.
pub(super) fn build(b: &mut Build<'_>) {
    let organisations = b.organisations;
    for organisation in organisations {
        way(b, &organisation.name, &organisation.title, std::slice::from_ref(&organisation.name));
    }
    for view in b.facts.views.clone() {
        way(b, &view.name, view.title, &view.members);
    }
}

fn way(b: &mut Build<'_>, scope: &Name, title: &str, members: &[Name]) {
    let (Some(gap), Some(after), Some(used), Some(headline)) = (
        b.measure(scope, Measure::GapBeforeSavings),
        b.measure(scope, Measure::GapAfterSavings),
        b.measure(scope, Measure::PlannedReserveUse),
        b.measure(scope, Measure::GapAfterPlannedReserves),
    ) else {
        return;
    };
    let subject = b.sheet.subject(Subject {
        organisation: Some(scope.clone()),
        kind: "solutions",
        name: None,
        title: title.into(),
        place: None,
    });
    let own: Vec<Contribution> = members.iter().flat_map(|m| b.contributions_of(m)).cloned().collect();
    let stated = b.facts.stated.iter().any(|s| members.contains(&s.organisation));
    let mut way = Way { subject, stated, steps: Vec::new() };

    // What is in the requirement or the funding and is a measure all the same.
    let spent = part(&own, Total::Requirement, Part::Reinvestment, Sign::Plus);
    let ending: Vec<_> = own
        .iter()
        .filter(|c| c.total == Total::Funding && (matches!(c.one_off, OneOff::All) || c.part == Part::TimeLimited))
        .flat_map(|c| {
            // The part of a council tax that has a step of its own is not counted here as well.
            [Some((c.sign, c.row)), c.marked.map(|marked| (c.sign.opposite(), marked))]
        })
        .flatten()
        .chain(part(&own, Total::Requirement, Part::TimeLimited, Sign::Minus))
        .collect();
    let precept: Vec<_> = own.iter().filter_map(|c| c.marked).map(|row| (Sign::Plus, row)).collect();
    let before = [(Sign::Plus, gap)]
        .into_iter()
        .chain(spent.iter().map(|(s, r)| (s.opposite(), *r)))
        .chain(ending.iter().copied())
        .chain(precept.iter().copied())
        .collect::<Vec<_>>();
    way.before(b, scope, members, &before);

    let kind =
        |c: &Contribution| b.organisations.iter().find(|o: &&Organisation| o.name == c.organisation).map(|o| o.kind);
    let claimed = |c: &Contribution| (c.sign, c.claimed.unwrap_or(c.row));
    let mut by_whom = Vec::new();
    for (measure, words, whose) in SAVINGS {
        let usual =
            |c: &&Contribution| c.total == Total::Savings && c.part == Part::Usual && kind(c).is_some_and(whose);
        by_whom.push((measure, words, own.iter().filter(usual).map(claimed).collect::<Vec<_>>()));
    }
    let models = |c: &&Contribution| c.total == Total::Savings && c.part == Part::CareModel;
    by_whom.push((
        "care_models",
        "new ways of caring, before what they cost",
        own.iter().filter(models).map(claimed).collect(),
    ));
    for (measure, words, rows) in by_whom {
        way.step(b, (measure, words), &rows, Sign::Minus, false);
    }
    let twice = own
        .iter()
        .filter_map(|c| c.claimed.map(|claim| [(c.sign, claim), (c.sign.opposite(), c.row)]))
        .flatten()
        .chain(part(&own, Total::Savings, Part::Overlap, Sign::Minus))
        .collect::<Vec<_>>();
    way.step(b, ("overlap", "overlap: savings counted twice"), &twice, Sign::Plus, true);
    let put_back: Vec<_> =
        spent.into_iter().chain(part(&own, Total::Savings, Part::Reinvestment, Sign::Minus)).collect();
    way.step(b, ("reinvestment", "reinvestment: spent to make the savings"), &put_back, Sign::Plus, true);
    way.step(b, ("time_limited", "money with an end: funds and one-off funding"), &ending, Sign::Minus, false);
    way.step(
        b,
        ("precept", "adult social care part of council tax, raised since the base year"),
        &precept,
        Sign::Minus,
        false,
    );
    way.steps.push(SolutionStep { words: Measure::GapAfterSavings.words(), row: after, effect: None, always: true });
    let support: Vec<_> = b
        .facts
        .supports
        .iter()
        .filter(|s| members.contains(s.organisation()))
        .flat_map(|s| {
            let repaid = if let Supported::Deficit { repayment, .. } = s { *repayment } else { None };
            [s.received().map(|row| (Sign::Plus, row)), repaid.map(|row| (Sign::Minus, row))]
        })
        .flatten()
        .collect();
    way.step(b, ("support", "support received, less what is repaid"), &support, Sign::Minus, false);
    way.step(b, ("planned_reserves", Measure::PlannedReserveUse.words()), &[(Sign::Plus, used)], Sign::Minus, false);
    way.steps.push(SolutionStep {
        words: Measure::GapAfterPlannedReserves.words(),
        row: headline,
        effect: None,
        always: true,
    });
    let (steps, title) = (way.steps, title.to_owned());
    b.facts.solutions.push(SolutionFacts { scope: scope.clone(), title, steps });
}

/// The rows of a part of a total, with `sign` for what the total takes as positive.
fn part(own: &[Contribution], total: Total, part: Part, sign: Sign) -> Vec<(Sign, Row<Money>)> {
    let signed = |c: &Contribution| if sign == Sign::Plus { c.sign } else { c.sign.opposite() };
    own.iter().filter(|c| c.total == total && c.part == part).map(|c| (signed(c), c.row)).collect()
}

struct Way {
    subject: SubjectId,
    /// Whether a gap of it was published as a figure: what is not said of it is then not known.
    stated: bool,
    steps: Vec<SolutionStep>,
}

impl Way {
    /// The gap before any measure: of a view by kind of body first.
    fn before(&mut self, b: &mut Build<'_>, scope: &Name, members: &[Name], terms: &[(Sign, Row<Money>)]) {
        const WHOLE: (&str, &str) = ("before_any_measure", "gap before any measure");
        if members.len() > 1 {
            let organisations = b.organisations;
            for (measure, words, whose) in BEFORE {
                let of_kind = organisations.iter().filter(|o| members.contains(&o.name) && whose(o.kind));
                let rows: Vec<_> = of_kind
                    .filter_map(|o| b.known_money("solutions", &o.name, WHOLE.0))
                    .map(|row| (Sign::Plus, row))
                    .collect();
                if !rows.is_empty() {
                    self.step(b, (measure, words), &rows, Sign::Plus, false);
                }
            }
        }
        let row = b.sum_of(self.subject, WHOLE.0, WHOLE.1, terms);
        b.know_money("solutions", scope, WHOLE.0, row);
        self.steps.push(SolutionStep { words: WHOLE.1, row, effect: None, always: true });
    }

    fn step(
        &mut self,
        b: &mut Build<'_>,
        named: (&'static str, &'static str),
        rows: &[(Sign, Row<Money>)],
        effect: Sign,
        always: bool,
    ) {
        if rows.is_empty() && !always {
            return;
        }
        let row = if rows.is_empty() {
            let row = b.money(self.subject, named.0, named.1, Years::PLAN);
            if self.stated {
                b.sheet.unknowable(row, "nothing was published of it");
            }
            row
        } else {
            b.sum_of(self.subject, named.0, named.1, rows)
        };
        self.steps.push(SolutionStep { words: named.1, row, effect: Some(effect), always });
    }
}
