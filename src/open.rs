//! From a file to a plan in one call: what every command begins with.

use std::path::PathBuf;

use crate::compile::{Plan, Results, compile, evaluation_diagnostic};
use crate::scenario::{LoadFailure, Loaded, Origin, Scenario, load, resolve, section};
use crate::vocabulary::{Diagnostics, Sources};

/// A scenario that was read, compiled and evaluated.
#[derive(Debug)]
pub struct Opened {
    /// The files it was made of.
    pub loaded: Loaded,
    /// What was meant.
    pub scenario: Scenario,
    /// Its sheet and what its items are.
    pub plan: Plan,
    /// Its figures in both runs.
    pub results: Results,
    /// What the user should know though nothing is wrong.
    pub warnings: Diagnostics,
}

/// Why a scenario could not be opened.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Everything that is wrong.
    pub wrong: Diagnostics,
    /// The texts its places point into.
    pub sources: Sources,
    /// Whether a file could not be read at all (rather than being read and found wrong).
    pub unreadable: bool,
}

/// Opens a scenario with layers and overrides on top.
///
/// # Errors
/// Every problem found, with its place and what to type.
///
/// # Examples
/// ```
/// use fundgap::scenario::Origin;
/// let text = r#"
/// [scenario]
/// title = "A small council"
/// base_year = "2025/26"
/// years = 2
/// unit = "£m"
/// [organisation.smallshire]
/// kind = "council"
/// [line.services]
/// base = 10
/// price = "5%"
/// [funding.all]
/// kind = "other"
/// base = 10
/// growth = "2%"
/// recurrent = true
/// "#;
/// let opened = fundgap::open(&Origin::StandardInput(text.as_bytes().to_vec()), &[], &[]).unwrap();
/// let cell = fundgap::check::expectation::find_cell(&opened.plan, "gap_before_savings@2026/27").unwrap();
/// // 10.5 needed, 10.2 available: 30,000,000 pence short.
/// assert_eq!(opened.results.of(fundgap::sheet::Run::Plan).steps(cell), Some(30_000_000));
/// ```
pub fn open(origin: &Origin, layers: &[PathBuf], sets: &[String]) -> Result<Opened, Box<Refused>> {
    let Baseline { loaded, warnings } = Baseline::read(origin, layers, sets)?;
    compiled(loaded, warnings)
}

/// A scenario as read and merged, kept so that variants of it can be opened without reading its files
/// again: what every what-if begins from.
///
/// # Examples
/// ```
/// use fundgap::open::Baseline;
/// use fundgap::scenario::Origin;
///
/// let baseline = Baseline::read(&Origin::File("scenarios/exshire.toml".into()), &[], &[]).unwrap();
/// let as_written = baseline.open().unwrap();
/// let variant = baseline.variant(&["driver.pay=4%".to_owned()]).unwrap();
/// assert_ne!(as_written.results.of(fundgap::sheet::Run::Plan), variant.results.of(fundgap::sheet::Run::Plan));
/// ```
#[derive(Debug, Clone)]
pub struct Baseline {
    loaded: Loaded,
    warnings: Diagnostics,
}

impl Baseline {
    /// Reads a scenario with layers and overrides on top.
    ///
    /// # Errors
    /// Every problem that reading and merging can find, with its place and what to type.
    pub fn read(origin: &Origin, layers: &[PathBuf], sets: &[String]) -> Result<Self, Box<Refused>> {
        let (loaded, warnings) = load(origin, layers, sets, &section).map_err(refused)?;
        Ok(Self { loaded, warnings })
    }

    /// The files it was made of, merged.
    #[must_use]
    pub fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// The scenario as it was read.
    ///
    /// # Errors
    /// Every problem found, with its place and what to type.
    pub fn open(&self) -> Result<Opened, Box<Refused>> {
        compiled(self.loaded.clone(), self.warnings.clone())
    }

    /// The scenario with further values changed (`PATH=VALUE`, as `--set` has them).
    ///
    /// # Errors
    /// Every problem found, with its place and what to type.
    pub fn variant(&self, sets: &[String]) -> Result<Opened, Box<Refused>> {
        if sets.is_empty() {
            return self.open();
        }
        let loaded = self.loaded.with(sets, &section).map_err(refused)?;
        compiled(loaded, self.warnings.clone())
    }
}

impl From<LoadFailure> for Refused {
    fn from(failure: LoadFailure) -> Self {
        match failure {
            LoadFailure::Unreadable(wrong, sources) => Self { wrong, sources, unreadable: true },
            LoadFailure::Invalid(wrong, sources) => Self { wrong, sources, unreadable: false },
        }
    }
}

fn refused(failure: LoadFailure) -> Box<Refused> {
    Box::new(failure.into())
}

/// Opens what was read and merged already, or put together from what was.
///
/// # Errors
/// Every problem found, with its place and what to type.
pub fn open_loaded(loaded: Loaded) -> Result<Opened, Box<Refused>> {
    compiled(loaded, Diagnostics::new())
}

/// What was loaded, resolved, compiled and evaluated.
fn compiled(loaded: Loaded, mut warnings: Diagnostics) -> Result<Opened, Box<Refused>> {
    let refuse = |wrong: Diagnostics| Box::new(Refused { wrong, sources: loaded.sources.clone(), unreadable: false });
    let (scenario, told) = resolve(&loaded);
    let Some(scenario) = scenario else { return Err(refuse(told)) };
    for diagnostic in told.sorted() {
        warnings.push(diagnostic);
    }
    let plan = compile(&scenario).map_err(&refuse)?;
    let results = plan.evaluate().map_err(|error| {
        let mut wrong = Diagnostics::new();
        wrong.push(evaluation_diagnostic(&error));
        refuse(wrong)
    })?;
    Ok(Opened { loaded, scenario, plan, results, warnings })
}
