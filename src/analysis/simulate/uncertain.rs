//! The figures that are drawn: every figure with a range, year by year or once for all years, and the input cells that
//! follow it. That they do is seen by compiling the scenario with the figures moved, never assumed.

use super::together::{Together, is_saving, pairs};
use super::{refuse, sample};
use crate::analysis::bounds::is_share;
use crate::analysis::lever::{Lever, typed};
use crate::analysis::moving::{Moving, Span};
use crate::mechanism::correlation::CorrelationFact;
use crate::open::{Baseline, Opened, Refused};
use crate::sheet::lanes::{Follows, Support};
use crate::sheet::{Assumption, Drawn, Shape, Spread};
use crate::vocabulary::{Diagnostic, FinancialYear, Place, Unit};
use sample::{Figure, SampleError, Sampler};

/// The whole of a share.
const WHOLE: i128 = 1_000_000_000;

/// One figure that is drawn, in one year where each is drawn by itself.
#[derive(Debug, Clone)]
pub struct Uncertain {
    /// Its path in the file.
    pub path: String,
    /// The year, where the figure has years.
    pub year: Option<FinancialYear>,
    /// Its unit.
    pub unit: Unit,
    /// What it is in run 0.
    pub likely: i128,
    /// The least and the greatest value that is drawn.
    pub support: (i128, i128),
    /// Whether it is drawn once for all years.
    pub once: bool,
    /// Whether its range is judgement: no source is given for the figure, and it is no list of what came out before.
    pub judged: bool,
    /// The earlier figure whose draw it takes: the first year of one that is drawn once.
    pub same_draw_as: Option<usize>,
    /// Whether what it could be by its shape is cut off at nought or at the whole, which the scenario does not go beyond.
    pub held: bool,
    /// Where its range is written.
    pub place: Place,
}

impl Uncertain {
    /// What tells it from all others: with the seed and the number of the run it says what is drawn.
    #[must_use]
    pub fn address(&self) -> String {
        match self.year {
            Some(year) => format!("{}@{year}", self.path),
            None => self.path.clone(),
        }
    }
}

/// All figures that are drawn.
#[derive(Debug)]
pub struct Uncertainty {
    /// They, in file order.
    pub figures: Vec<Uncertain>,
    samples: Vec<Figure>,
    facts: Vec<CorrelationFact>,
    /// The input cells that follow each figure in the risk-adjusted run.
    pub(super) follows: Vec<Follows>,
}

impl Uncertainty {
    /// Finds them.
    ///
    /// # Errors
    /// No figure has a range, one cannot be drawn from, or the scenario refuses a value within one.
    pub fn of(baseline: &Baseline, opened: &Opened) -> Result<Self, Box<Refused>> {
        let (mut figures, mut samples) = (Vec::new(), Vec::new());
        for assumption in opened.plan.sheet.assumptions().iter().filter(|a| !a.path.starts_with("history.")) {
            if let Some(spread) = assumption.spread.as_deref().filter(|s| s.varies()) {
                add(opened, assumption, spread, &mut figures, &mut samples);
            }
        }
        if figures.is_empty() {
            let message = "no figure of this scenario has a range, so that there is nothing to draw";
            return Err(refuse(opened, [Diagnostic::error("nothing_to_draw", message).hint(
                "give the figures you are unsure of a range: delivery = { likely = \"80%\", low = \"50%\", high = \"100%\" }",
            )]));
        }
        let facts = opened.plan.facts.correlations.clone();
        let mut uncertainty = Self { figures, samples, facts, follows: Vec::new() };
        uncertainty.hold(baseline, opened)?;
        uncertainty.follow(baseline, opened)?;
        Ok(uncertainty)
    }

    /// How many figures say how a saving comes out, each drawn by itself.
    #[must_use]
    pub fn savings(&self) -> usize {
        self.figures.iter().filter(|f| f.same_draw_as.is_none() && is_saving(f)).count()
    }

    /// What draws them.
    ///
    /// # Errors
    /// A range that cannot be drawn from, or correlations that contradict each other.
    pub fn sampler(&self, opened: &Opened, seed: u64, together: Together) -> Result<Sampler, Box<Refused>> {
        let pairs = pairs(&self.figures, &self.facts, together);
        Sampler::new(seed, &self.samples, &pairs)
            .map_err(|errors| refuse(opened, errors.iter().map(|error| self.told(opened, error))))
    }

    /// What a column may hold of each figure.
    pub(super) fn supports(&self, sampler: &Sampler) -> Vec<Support> {
        let of = |n: usize| {
            let (low, high) = sampler.support(n);
            Support { low, high, granule: sampler.granule(n) }
        };
        (0..self.figures.len()).map(of).collect()
    }

    /// Holds what is drawn within what the scenario takes: a share within 0 % and 100 %, and above nought where a figure
    /// may not be negative.
    fn hold(&mut self, baseline: &Baseline, opened: &Opened) -> Result<(), Box<Refused>> {
        let sampler = self.sampler(opened, 1, Together::Savings(0))?;
        for n in 0..self.figures.len() {
            let (low, high) = sampler.support(n);
            let figure = &self.figures[n];
            let share = figure.unit == Unit::Rate && is_share(&figure.path);
            let negative = low < 0 && figure.likely >= 0;
            let refused = || {
                let lever = Lever::value(baseline, opened, &figure.address()).ok();
                lever.is_some_and(|lever| baseline.variant(&lever.sets(low)).is_err())
            };
            let held = match (share, negative) {
                (true, _) => Some((0, WHOLE)),
                (false, true) if refused() => Some((0, high)),
                _ => None,
            };
            self.figures[n].held = held.is_some_and(|(least, most)| low < least || high > most);
            self.samples[n].held = held;
        }
        let sampler = self.sampler(opened, 1, Together::Savings(0))?;
        for (n, figure) in self.figures.iter_mut().enumerate() {
            figure.support = sampler.support(n);
        }
        Ok(())
    }

    /// Finds the input cells that follow each figure.
    fn follow(&mut self, baseline: &Baseline, opened: &Opened) -> Result<(), Box<Refused>> {
        let mut spans = Vec::new();
        for figure in &self.figures {
            let lever = Lever::value(baseline, opened, &figure.address())
                .map_err(|wrong| refuse(opened, [wrong.at(figure.place)]))?;
            spans.push(Span { lever, home: figure.likely, ends: figure.support });
        }
        let moving = Moving::new(baseline, spans, Vec::new())?;
        let mut wrong = Vec::new();
        for (n, figure) in self.figures.iter().enumerate() {
            if !moving.is_direct(n) {
                let message = format!(
                    "the range of `{}` cannot be drawn from: the plan is built in another way for some of its values",
                    figure.path
                );
                wrong.push(Diagnostic::error("range_changes_the_plan", message).at(figure.place).hint(
                    "keep the range to one side of where it turns (a ramp of more than nought months), or make a scenario of each case",
                ));
                continue;
            }
            if !moving.is_seen_whole(n) {
                let lever = &moving.spans()[n].lever;
                let refused = |number: i128| baseline.variant(&lever.sets(number)).err();
                let (number, why) = [figure.support.0, figure.support.1]
                    .into_iter()
                    .find_map(|number| Some((number, refused(number)?)))
                    .map_or((figure.support.1, None), |(number, why)| (number, Some(why)));
                let why = why.and_then(|refused| refused.wrong.sorted().into_iter().next().map(|d| d.message));
                let message = format!(
                    "the range of `{}` holds values that the scenario refuses: {} {}",
                    figure.path,
                    typed(figure.unit, number),
                    why.map_or_else(String::new, |why| format!("({why})")),
                );
                wrong.push(
                    Diagnostic::error("range_refused", message.trim_end().to_owned())
                        .at(figure.place)
                        .hint("keep the range to what the figure may be; ends = \"p10p90\" and p10, p90 reach further than what is written"),
                );
                continue;
            }
            for moved in moving.follows(n).map_or(&[] as &[_], |(moved, _)| moved) {
                let slope = moved.slope[1];
                if slope != 0 {
                    let offset = moved.home[1] - slope * figure.likely;
                    self.follows.push(Follows { cell: moved.cell, figure: n, slope, offset });
                }
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(refuse(opened, wrong)) }
    }

    /// What is wrong, in words, at the range it is about.
    fn told(&self, opened: &Opened, error: &SampleError) -> Diagnostic {
        let named = |n: &usize| self.figures.get(*n).map_or("", |f| f.path.as_str());
        let at = |n: &usize, diagnostic: Diagnostic| match self.figures.get(*n) {
            Some(figure) => diagnostic.at(figure.place),
            None => diagnostic,
        };
        match error {
            SampleError::LikelyOutside { figure } => {
                let f = &self.figures[*figure];
                let year = f.year.map(|y| format!(" in {y}")).unwrap_or_default();
                let message =
                    format!("`{}` is {}{year}, which lies outside its range", f.path, typed(f.unit, f.likely));
                at(figure, Diagnostic::error("likely_outside_range", message))
                    .hint("give each year its own ends: low = { \"2026/27\" = …, then = … }, high = { … }")
            }
            SampleError::TooLarge { figure } => at(
                figure,
                Diagnostic::error(
                    "range_too_large",
                    format!(
                        "the range of `{}` reaches further than a simulated figure can be held exactly",
                        named(figure)
                    ),
                ),
            )
            .hint("look for an amount in the wrong unit"),
            SampleError::NotPossible { figures, workable_hundredths, .. } => {
                let names: Vec<String> = figures.iter().map(|n| format!("`{}`", named(n))).collect();
                let message = format!("the correlations of {} contradict one another", names.join(", "));
                let names_two =
                    |f: &&CorrelationFact| figures.iter().filter(|n| f.of.iter().any(|p| p == named(n))).count() > 1;
                let diagnostic = Diagnostic::error("correlations_contradict", message);
                let diagnostic = match opened.plan.facts.correlations.iter().find(names_two) {
                    Some(fact) => diagnostic.at(fact.place),
                    None => diagnostic,
                };
                diagnostic.hint(format!(
                    "two that each go with a third go with each other too; at {workable_hundredths}% of what is written all of them are possible"
                ))
            }
            other => Diagnostic::error("range_unusable", format!("the ranges cannot be drawn from: {other:?}")),
        }
    }
}

/// The figures of one assumption, and how they are drawn.
fn add(
    opened: &Opened,
    assumption: &Assumption,
    spread: &Spread,
    figures: &mut Vec<Uncertain>,
    samples: &mut Vec<Figure>,
) {
    let horizon = opened.plan.horizon();
    let evidence = &assumption.evidence;
    let judged = evidence.source.is_none() && !matches!(spread.shape, Shape::Past(_));
    let yearly = assumption.path.starts_with("driver.") && assumption.unit == Unit::Rate;
    let usual = if yearly { Drawn::EachYear } else { Drawn::Once };
    let drawn = spread.drawn.unwrap_or(usual);
    let mut first = None;
    for (n, (value, _)) in assumption.values.iter().enumerate() {
        let ([low, high], Some(likely)) = (spread.of(n), *value) else { continue };
        if low == high {
            continue;
        }
        let t = i32::try_from(n).unwrap_or(0) + 1;
        let year = assumption.by_year.then(|| horizon.year(t));
        let same_draw_as = first.filter(|_| drawn == Drawn::Once);
        first = first.or(Some(figures.len()));
        let figure = Uncertain {
            path: assumption.path.to_string(),
            year,
            unit: assumption.unit,
            likely,
            support: (low, high),
            once: drawn == Drawn::Once,
            judged,
            same_draw_as,
            held: false,
            place: spread.low.1,
        };
        samples.push(Figure {
            address: figure.address(),
            unit: figure.unit,
            likely,
            low,
            high,
            shape: spread.shape.clone(),
            ends: spread.ends,
            held: None,
            same_draw_as,
        });
        figures.push(figure);
    }
}
