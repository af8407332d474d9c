//! A layer in which each saving that is not delivered yet comes as far as published cases of such bodies really did.
//!
//! The cases are those of the reference class of the body, of the saving's own class where there are enough of it. Each
//! share is held within 0% and 100%, since no saving is counted above its plan; `past` holds all of them, so that a
//! simulation draws from them, and `likely` is the share that the asked-for part of them reached:
//!
//! | asked for | `likely` |
//! |---|---|
//! | 50% | the median: of an even number, half-way between the two in the middle |
//! | any other part | the k-th share from the top, k = part × cases, rounded up: no share between two cases |

use std::fmt::Write;

use super::verdict;
use crate::analysis::stress::open_savings;
use crate::language::quote::{in_comment, quoted};
use crate::mechanism::organisation::Organisation;
use crate::mechanism::saving::SavingFacts;
use crate::open::Opened;
use crate::record::Case;
use crate::record::ratio::{ALL, Ratio, median};
use crate::record::reference::{Reference, Statistics};
use crate::vocabulary::number::decimal;
use crate::vocabulary::{Name, Unit};

/// Half of the cases, which the median is said of.
pub const HALF: i128 = ALL / 2;

/// What the layer says of a saving, or why it says nothing.
#[derive(Debug, Clone)]
pub struct Row {
    /// The saving.
    pub saving: Name,
    /// Its title.
    pub title: String,
    /// Its body.
    pub organisation: Name,
    /// The cases it is held against.
    pub reference: Reference,
    /// The share it comes to; none where there are too few cases.
    pub share: Option<Share>,
}

/// A share that some part of published cases reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The share, in billionths, from 0% to 100%.
    pub likely: i128,
    /// All the shares, least first, within the same.
    pub past: Vec<i128>,
    /// How many cases came to more than was planned.
    pub above: usize,
    /// The case that the share is of, and its place from the top; none for a median.
    pub case: Option<(String, usize)>,
}

impl Share {
    /// The share as it is typed.
    #[must_use]
    pub fn typed(&self) -> String {
        percent(self.likely)
    }
}

/// A layer.
#[derive(Debug, Clone)]
pub struct ReferenceLayer {
    /// Its text.
    pub text: String,
    /// Its savings.
    pub rows: Vec<Row>,
}

impl ReferenceLayer {
    /// How many savings are given a share.
    #[must_use]
    pub fn given(&self) -> usize {
        self.rows.iter().filter(|row| row.share.is_some()).count()
    }
}

/// Makes the layer of a plan. `reached` is the part of the cases that reached the share, in billionths: above nought, at
/// most all.
#[must_use]
pub fn reference_layer(opened: &Opened, reached: i128) -> ReferenceLayer {
    let rows: Vec<Row> = opened
        .plan
        .organisations
        .iter()
        .filter(|organisation| verdict::counts(opened, organisation))
        .flat_map(|organisation| open_savings(opened, organisation).map(|saving| row(organisation, saving, reached)))
        .collect();
    ReferenceLayer { text: text(opened, &rows, reached), rows }
}

fn row(organisation: &Organisation, saving: &SavingFacts, reached: i128) -> Row {
    let reference = Reference::for_body(organisation.kind, saving.class.as_deref());
    let share = share(&reference.statistics, reached);
    Row {
        saving: saving.name.clone(),
        title: saving.title.clone(),
        organisation: organisation.name.clone(),
        reference,
        share,
    }
}

/// The share that a part of counted cases reached; none where they are too few.
#[must_use]
pub fn share(statistics: &Statistics, reached: i128) -> Option<Share> {
    if statistics.are_few() {
        return None;
    }
    let mut cases: Vec<(Ratio, &Case)> = statistics.counted.iter().filter_map(|c| Some((c.ratio()?, *c))).collect();
    cases.sort_by_key(|(ratio, _)| *ratio);
    let held = |ratio: &Ratio| ratio.rate().clamp(0, ALL);
    let past: Vec<i128> = cases.iter().map(|(ratio, _)| held(ratio)).collect();
    let above = cases.iter().filter(|(ratio, _)| *ratio > Ratio::published(ALL)).count();
    if reached == HALF {
        let ratios: Vec<Ratio> = past.iter().map(|rate| Ratio::published(*rate)).collect();
        return Some(Share { likely: median(&ratios)?, past, above, case: None });
    }
    let rank = rank(cases.len(), reached);
    let (ratio, case) = cases.get(cases.len().checked_sub(rank)?)?;
    Some(Share { likely: held(ratio), past, above, case: Some((case.to_string(), rank)) })
}

/// How many cases from the top make up a part of them: rounded up, at least one and at most all.
fn rank(cases: usize, reached: i128) -> usize {
    let all = i128::try_from(cases).unwrap_or(i128::MAX);
    let exact = all.saturating_mul(reached.clamp(0, ALL));
    let up = exact.div_euclid(ALL) + i128::from(exact.rem_euclid(ALL) != 0);
    usize::try_from(up).unwrap_or(cases).clamp(1, cases.max(1))
}

/// A rate as it is typed.
fn percent(rate: i128) -> String {
    format!("{}%", decimal(rate, Unit::Rate.scale() - 2).normalize())
}

/// The whole text.
fn text(opened: &Opened, rows: &[Row], reached: i128) -> String {
    let plan = opened.loaded.sources.describe_file(opened.loaded.root);
    let mut out = format!(
        "# Savings not delivered yet, at what published cases of such bodies delivered, over the plan of {}.\n",
        in_comment(plan)
    );
    let which = match reached {
        HALF => "the median of the cases (half of them reached it)".to_owned(),
        _ => format!("the share that {} of the cases reached or passed", percent(reached)),
    };
    let _ = writeln!(out, "# likely: {which}; past: the share of each case, from which a simulation draws.");
    out.push_str(
        "# The risk-adjusted run takes these figures; the plan run stays what was approved. What a saving delivers in\n\
         # its year says nothing of how late it comes: `slippage` stands as the plan has it.\n",
    );
    for row in rows {
        let cases = row.reference.statistics.counted.len();
        let words = row.reference.words();
        let _ = writeln!(out, "\n# {}: {}", in_comment(&row.title), in_comment(&words));
        let Some(share) = &row.share else {
            let _ = writeln!(out, "# left as it is: {cases} published cases are too few");
            continue;
        };
        let _ = writeln!(out, "# {}", in_comment(&row.reference.why()));
        if share.above > 0 {
            let _ = writeln!(out, "# cases above 100%, held to it: {} of {cases}", share.above);
        }
        let how = match &share.case {
            None => "median".to_owned(),
            Some((case, rank)) => {
                let _ = writeln!(out, "# {rank} of {cases} reached {}: {}", percent(share.likely), in_comment(case));
                format!("reached by {rank} of {cases}")
            }
        };
        let past: Vec<String> = share.past.iter().map(|rate| quoted(&percent(*rate))).collect();
        let source = quoted(&format!("{cases} published outturns of {words}, fundgap record; {how}"));
        let _ = writeln!(
            out,
            "[saving.{}]\ndelivery = {{ likely = {}, past = [{}], source = {source} }}",
            row.saving,
            quoted(&percent(share.likely)),
            past.join(", ")
        );
    }
    out
}
