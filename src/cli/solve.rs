//! `fundgap solve`: what would it take?

use std::path::PathBuf;

use clap::Args;
use fundgap::Opened;
use fundgap::analysis::bounds::{bounds, lever_step, usual_step};
use fundgap::analysis::break_even::{BreakEven, break_even};
use fundgap::analysis::condition::Target;
use fundgap::analysis::lever::{Lever, Reading};
use fundgap::analysis::side_by_side::side_by_side;
use fundgap::analysis::solve::{Answer, Question, Verdict, depends_on, solve};
use fundgap::check::condition;
use fundgap::open::Baseline;
use fundgap::output::{Format, csv, json};
use fundgap::report::{Reader, break_even as delivery, solve as report};
use fundgap::vocabulary::{Diagnostic, Unit};

use super::common::{Changes, Global, Showing, open_baseline, organisations, refuse, run_command, tell_wrong};
use super::exit::Exit;
use super::run::RunWord;

/// What would it take: which council tax, which delivery, which saving closes it?
#[derive(Debug, Args)]
#[command(
    after_help = "A cell without a year is meant in every plan year. `=` is taken as: to the value or to its better side.\nCells: still_to_find, gap_after_reserves, if nothing else is done NAME/reserve/POT/closing_if_nothing_else.\n  fundgap solve plan.toml --vary funding.council_tax.increase --until 'still_to_find@2026/27 = 0'\n  fundgap solve plan.toml --vary driver.pay --until 'county/reserve/general/closing_if_nothing_else >= £22m'\nExit code 1 when nothing between the bounds meets the conditions."
)]
pub struct Solve {
    /// The scenario file; `-` reads standard input
    scenario: PathBuf,
    /// What to vary: a figure (funding.council_tax.increase), one year of it (driver.pay@2027/28), several (saving.*.delivery)
    #[arg(long, value_name = "PATH", required_unless_present = "break_even_delivery")]
    vary: Option<String>,
    /// Until when: a cell, = <= >= < or >, and a value or another cell (repeatable; all must hold)
    #[arg(long = "until", value_name = "CONDITION", required_unless_present = "break_even_delivery")]
    until: Vec<String>,
    /// Instead: what must savings not yet delivered deliver, all at one share, for nothing to be left to find in any year?
    #[arg(long, conflicts_with_all = ["vary", "until", "shift", "between", "step", "run"])]
    break_even_delivery: bool,
    /// With --break-even-delivery: one organisation
    #[arg(long, value_name = "NAME", requires = "break_even_delivery")]
    organisation: Option<String>,
    /// Move the figure by as much in every year it has, instead of setting it to one value
    #[arg(long)]
    shift: bool,
    /// How far to look; else as far as the unit is sensible and the scenario takes it
    #[arg(long, value_name = "LOW..HIGH", allow_hyphen_values = true)]
    between: Option<String>,
    /// The smallest step; else a tenth of a point (of council tax a hundredth), a penny, one, a month
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
    /// Which run to answer in
    #[arg(long, value_enum, default_value_t = RunWord::Both, value_name = "RUN")]
    run: RunWord,
    #[command(flatten)]
    changes: Changes,
    #[command(flatten)]
    showing: Showing,
}

impl Solve {
    /// Runs the command.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let format = self.showing.format()?;
        let (baseline, opened) = match open_baseline(&self.scenario, &self.changes, global) {
            Ok(both) => both,
            Err(exit) => return Ok(exit),
        };
        self.showing.spares(&opened)?;
        if self.break_even_delivery {
            return self.break_even(&baseline, &opened, format, global);
        }
        let question = match self.question(&baseline, &opened) {
            Ok(question) => question,
            Err(wrong) => return Ok(tell_wrong(*wrong, global)),
        };
        let answers = match solve(&baseline, &opened, &question) {
            Ok(answers) => answers,
            Err(refused) => return Ok(refuse(&refused, global)),
        };
        let answers: Vec<Answer> = answers.into_iter().filter(|a| self.run.runs().contains(&a.run)).collect();
        let command = run_command(&self.scenario, &self.changes);
        let behind = depends_on(&opened, &question.target.wanted());
        let r = Reader::new(&opened);
        let (mut raised, mut limits) = (Vec::new(), Vec::new());
        for answer in &answers {
            let Verdict::Found(found) = &answer.verdict else {
                raised.push(Vec::new());
                limits.push(Vec::new());
                continue;
            };
            match baseline.variant(&question.lever.sets(found.answer.number)) {
                Ok(with) => {
                    let with = Reader::new(&with);
                    raised.push(report::raised(&r, &with));
                    limits.push(report::limits(&r, &with));
                }
                Err(refused) => return Ok(refuse(&refused, global)),
            }
        }
        let solved = report::Solved {
            question: &question,
            answers: &answers,
            command: &command,
            behind: &behind,
            raised: &raised,
            limits: &limits,
        };
        match format {
            Format::Json => self.showing.write(global, |out, _| json::write(&report::json(&r, &solved), out))?,
            Format::Csv => {
                let table = report::tidy(&r, &solved);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            _ => self.showing.write_document(
                &report::document(&r, &solved).with_changes(&self.changes.words()),
                opened.scenario.unit,
                global,
                format,
            )?,
        }
        Ok(if report::answered(&answers) { Exit::Fine } else { Exit::Breached })
    }

    fn break_even(
        &self,
        baseline: &Baseline,
        opened: &Opened,
        format: Format,
        global: &Global,
    ) -> anyhow::Result<Exit> {
        let chosen = organisations(opened, self.organisation.as_deref())?;
        let found = side_by_side(&chosen, |organisation| break_even(baseline, opened, organisation));
        let mut all = Vec::new();
        for (organisation, found) in chosen.into_iter().zip(found) {
            match found {
                Ok(found) => all.extend(found.map(|found| (organisation, found))),
                Err(refused) => return Ok(refuse(&refused, global)),
            }
        }
        let r = Reader::new(opened);
        match format {
            Format::Json => self.showing.write(global, |out, _| json::write(&delivery::json(&r, &all), out))?,
            Format::Csv => {
                let table = delivery::tidy(&r, &all);
                self.showing.write(global, |out, _| csv::write_table(&table, self.showing.excel, out))?;
            }
            _ => self.showing.write_document(
                &delivery::document(&r, &all).with_changes(&self.changes.words()),
                opened.scenario.unit,
                global,
                format,
            )?,
        }
        // As a question that solve finds no answer to.
        let answered = |found: &BreakEven| matches!(found.answer.verdict, Verdict::Met(_) | Verdict::Found(_));
        Ok(if all.iter().all(|(_, found)| answered(found)) { Exit::Fine } else { Exit::Breached })
    }

    fn question(&self, baseline: &Baseline, opened: &Opened) -> Result<Question, Box<Diagnostic>> {
        let vary = self.vary.as_deref().unwrap_or_default();
        let mut lever = Lever::value(baseline, opened, vary)?;
        if self.shift {
            lever = lever.shifted(opened).map_err(|_| {
                let message = format!("`{vary}` is not given in every year, so nothing can be added to it");
                Box::new(
                    Diagnostic::error("lever_nothing_to_shift", message).hint("leave --shift out to set its value"),
                )
            })?;
        }
        let step = match &self.step {
            None => lever_step(&lever),
            Some(typed) => step(typed, lever.unit, opened)?,
        };
        let asked = self.between.as_deref().map(|typed| between(typed, &lever, opened)).transpose()?;
        let conditions =
            self.until.iter().map(|typed| condition::read(opened, typed)).collect::<Result<Vec<_>, _>>()?;
        let bounds = bounds(baseline, opened, &lever, asked, step)?;
        Ok(Question { lever, target: Target::of(conditions, &opened.plan.sheet), bounds, step })
    }
}

fn step(typed: &str, unit: Unit, opened: &Opened) -> Result<i128, Box<Diagnostic>> {
    // Months of the calendar are stepped by a number of months.
    let steps = match unit {
        Unit::Month => months(typed)?,
        _ => condition::figure(typed, unit, Some(opened.scenario.unit))?,
    };
    if steps > 0 {
        return Ok(steps);
    }
    Err(Box::new(
        Diagnostic::error("step_of_nought", format!("`{typed}` is no step: it must be more than nought"))
            .hint("write --step 0.1%, --step £1000 or --step 1"),
    ))
}

/// A whole number of months.
fn months(typed: &str) -> Result<i128, Box<Diagnostic>> {
    let (length, month) = (condition::figure(typed, Unit::Months, None)?, usual_step(Unit::Months));
    if length % month == 0 {
        return Ok(length / month);
    }
    let message = format!("`{typed}` is no whole number of months");
    Err(Box::new(Diagnostic::error("bounds_malformed", message).hint("write a whole number, such as 3")))
}

fn between(typed: &str, lever: &Lever, opened: &Opened) -> Result<(i128, i128), Box<Diagnostic>> {
    let read = |part: &str| match (lever.unit, lever.reading) {
        (Unit::Month, Reading::Shift) => months(part),
        _ => condition::figure(part, lever.unit, Some(opened.scenario.unit)),
    };
    let wrong = |message: String| {
        Box::new(
            Diagnostic::error("bounds_malformed", message)
                .hint("write LOW..HIGH: --between 0%..4.99% or --between £0..£2m"),
        )
    };
    let (low, high) = typed.split_once("..").ok_or_else(|| wrong(format!("`{typed}` is no LOW..HIGH")))?;
    let (low, high) = (read(low)?, read(high)?);
    if low > high { Err(wrong(format!("`{typed}` ends before it begins"))) } else { Ok((low, high)) }
}
