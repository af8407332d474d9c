//! Every run as a row of a file.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use fundgap::analysis::simulate::{Asked, samples};
use fundgap::open::{Baseline, Refused};
use fundgap::output::Whole;
use fundgap::vocabulary::unit::plain;
use fundgap::{Opened, vocabulary::Unit};

/// Writes the runs, whole or not at all. What is wrong with the scenario comes back inside.
pub fn write(
    baseline: &Baseline,
    opened: &Opened,
    asked: &Asked,
    file: &Path,
) -> anyhow::Result<Result<(), Box<Refused>>> {
    let cannot = || format!("cannot write `{}`", file.display());
    let whole = Whole::begin(file).with_context(cannot)?;
    let out = std::cell::RefCell::new(BufWriter::new(whole));
    let units: std::cell::RefCell<(Vec<Unit>, Vec<Unit>)> = std::cell::RefCell::default();
    let done = samples(
        baseline,
        opened,
        asked,
        |columns| {
            let mut out = out.borrow_mut();
            write!(out, "run")?;
            for (address, _) in &columns.figures {
                write!(out, ",{address}")?;
            }
            for (address, _) in &columns.cells {
                write!(out, ",{address}")?;
            }
            *units.borrow_mut() =
                (columns.figures.iter().map(|c| c.1).collect(), columns.cells.iter().map(|c| c.1).collect());
            writeln!(out)
        },
        |sample| {
            let mut out = out.borrow_mut();
            let units = units.borrow();
            write!(out, "{}", sample.run)?;
            for (value, unit) in sample.drawn.iter().zip(&units.0) {
                write!(out, ",{}", plain(*unit, *value))?;
            }
            for (value, unit) in sample.values.iter().zip(&units.1) {
                write!(out, ",{}", value.map_or_else(String::new, |v| plain(*unit, v)))?;
            }
            writeln!(out)
        },
    );
    match done {
        Err(refused) => Ok(Err(refused)),
        Ok(Err(error)) => Err(error).with_context(cannot),
        Ok(Ok(())) => {
            let whole = out.into_inner().into_inner().map_err(|e| e.into_error()).with_context(cannot)?;
            whole.finish().with_context(cannot)?;
            Ok(Ok(()))
        }
    }
}
