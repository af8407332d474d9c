//! A funding-gap modeller for UK public finance: exact to the penny, and able to explain every
//! figure.
//!
//! One idea carries it: **a scenario compiles to a sheet of formula cells, and everything else is a
//! reading of that sheet.** Evaluating it gives the figures, walking it backwards explains them, and
//! two of them side by side say what a change is worth. Money is never computed in two places, so
//! all of them agree to the penny.
//!
//! ```text
//! files, layers ─▶ scenario ─▶ mechanism ─▶ sheet ─▶ evaluate ─▶ analysis ─▶ report ─▶ output
//! and --set        what was    one finance   cells    plan and   explain     tables    table csv
//!                  meant, with rule, one     with     risk-        │         of cells  json
//!                  its place   file          formulas adjusted     └▶ check            markdown
//! ```
//!
//! # Seven nouns
//!
//! An **organisation** is a body whose gap is reported. A **line** is a line of its budget, a
//! **pressure** a cost added for a stated cause, a **saving** a plan that lowers what is needed.
//! **Funding** is what is available; a **reserve** is what is held, and closes a year but never a
//! gap. The **gap** is what is needed less what is available: positive means short, everywhere.
//!
//! # An example
//!
//! ```
//! use fundgap::check::expectation::find_cell;
//! use fundgap::scenario::Origin;
//! use fundgap::sheet::Run;
//!
//! let plan = r#"
//!     [scenario]
//!     title     = "A small council"
//!     base_year = "2025/26"
//!     years     = 2
//!     unit      = "£m"
//!
//!     [organisation.smallshire]
//!     kind = "council"
//!
//!     [line.services]
//!     base  = 10
//!     price = "5%"
//!
//!     [funding.settlement_and_tax]
//!     kind      = "other"
//!     base      = 10
//!     growth    = "2%"
//!     recurrent = true
//!
//!     [saving.home_first]
//!     full_year = 0.2
//!     start     = "2026-10"
//!     recurrent = true
//!     delivery  = "80%"
//! "#;
//! let origin = Origin::StandardInput(plan.as_bytes().to_vec());
//! let opened = fundgap::open(&origin, &[], &[]).unwrap();
//! let cell = find_cell(&opened.plan, "gap_after_savings@2026/27").unwrap();
//!
//! // Money is whole pence. 10.5m needed, 10.2m available, and half a year of the saving: 200,000.00
//! // short in the plan; with 80% of the saving, 220,000.00.
//! assert_eq!(opened.results.of(Run::Plan).steps(cell), Some(20_000_000));
//! assert_eq!(opened.results.of(Run::RiskAdjusted).steps(cell), Some(22_000_000));
//! ```
//!
//! A scenario that cannot be opened is [`Refused`], with everything that is wrong with it, each with
//! its place and what to type instead.
//!
//! # The modules, in reading order
//!
//! The order is the pipeline; a module knows those above it and none below.
//!
//! | module | what it is |
//! |---|---|
//! | [`vocabulary`] | units and the number rule, years, names, addresses, measures, places, diagnostics |
//! | [`sheet`] | cells with a unit, a formula and an origin; building, ordering and evaluating them, one run at a time or 64 |
//! | [`language`] | how things are written: a tree with places, tables of keys, figures. Knows no council |
//! | [`mechanism`] | the finance: one rule, one file, with what you write, the formula and the source |
//! | [`scenario`] | files, layers and overrides made into what was meant; the schema and the reference |
//! | [`mod@compile`] | a scenario as a sheet, and the sheet's values in both runs |
//! | [`mod@open`] | all of that in one call; a baseline of which variants are opened |
//! | [`analysis`] | questions asked of a sheet: why is this figure what it is, what changed, what if, what would it take |
//! | [`import`] | a finance team's spreadsheet made into a scenario, and an edited workbook brought back into one |
//! | [`record`] | what became of planned savings: the published cases, a body's own history, an estimate and its test |
//! | [`check`] | what is held against a plan: figures its writer expects, rules about realism and integrity, the verdict on its savings |
//! | [`mod@roll`] | next year's plan from this one: its files rewritten, opened again and held against the old ones |
//! | [`report`] | what is said and in which order: documents of sentences and tables, nothing rounded |
//! | [`output`] | how it looks: rounding for display, terminal, Markdown, CSV, JSON, workbook, page, messages |
//!
//! The command line is the binary's (`src/cli`), a user of this interface like any other.
//!
//! # Ten invariants
//!
//! Each is held by a test, or by the compiler.
//!
//! 1. **No binary floats**, but at the border of a library that reads or writes spreadsheets; where figures are drawn
//!    from their spreads, which are rounded before they enter a sheet; and in the lanes of a simulation, which hold
//!    whole numbers in floats where it is proved that these are exact. `tests/tidy.rs`: `there_are_no_floats`;
//!    `tests/lanes.rs` holds the lanes to the reference in every cell.
//! 2. **The library is silent**: no printing, no clock, no environment; files are read in
//!    `scenario` and written in [`output::write_whole`] only. `tests/tidy.rs`:
//!    `the_library_is_silent_and_needs_no_machine`.
//! 3. **Same inputs, same bytes out.** `tests/tidy.rs`: `nothing_walks_a_hash_map`;
//!    `tests/properties.rs`: `order_of_tables_is_irrelevant`.
//! 4. **The number rule**: a cell is rounded once, when it is computed, half away from zero, to the
//!    scale of its unit. `src/vocabulary/number.rs`: `halves_go_away_from_zero`; to the penny in
//!    every worked example, `tests/models.rs`.
//! 5. **An error has a place and never turns into a default.** `tests/tidy.rs`:
//!    `problems_are_told_and_never_panics`; `tests/properties.rs`: `loading_never_panics`.
//! 6. **Every cell says in words what it is and where it came from.** No row can be declared in a
//!    [`sheet::Builder`] without its words and its subject.
//! 7. **One sign: a positive gap is a shortfall**, and one file knows it ([`vocabulary::Measure`]).
//!    `tests/properties.rs`: `steps_and_gaps_add_up`.
//! 8. **A mechanism that is not mentioned changes nothing.** `tests/properties.rs`:
//!    `items_of_nought_change_no_measure`.
//! 9. **Inputs are never modified.** Reading opens files for reading only; the one writer is
//!    [`output::write_whole`]. `tests/tidy.rs`: `the_library_is_silent_and_needs_no_machine`.
//! 10. **No unsafe code**: the compiler forbids it.
#![forbid(unsafe_code)]

pub mod vocabulary;

pub mod sheet;

pub mod language;

pub mod mechanism;

pub mod scenario;

pub mod compile;

pub mod open;

pub mod analysis;

pub mod import;

pub mod record;

pub mod check;

pub mod roll;

pub mod report;

pub mod output;

pub use open::{Opened, Refused, open};
