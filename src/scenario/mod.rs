//! From files to what was meant: reading, layers and overrides make one tree; resolving makes
//! typed items of it. Every problem of every file is told in one pass.

pub mod actuals;
pub mod adjust;
mod beside;
mod changes;
mod csv_lines;
mod depth;
mod judged;
mod layers;
mod load;
pub mod monitoring;
mod overlaid;
mod overrides;
mod pair;
mod parse;
mod part;
mod read_file;
mod reference;
mod resolve;
mod schema;
mod set_pattern;
mod settings;
pub mod stresses;
mod syntax;
mod year_override;

pub use changes::{Change, What};
pub(crate) use csv_lines::{Cell, table as csv_table, value as csv_value};
pub use judged::{Accepted, Judged, OwnThreshold};
pub use load::{LoadFailure, Loaded, Origin, load};
pub use overlaid::Overlaid;
pub use pair::{Pair, shortened};
pub(crate) use parse::parse;
pub use part::{can_be_base, part_of_others};
pub use read_file::{Files, read_bytes, read_workbook};
pub(crate) use read_file::{settled, text as read_text};
pub use reference::reference;
pub use resolve::{EXPECT, Expectation, SCENARIO, Scenario, Stage, Version, resolve, section, sections};
pub use schema::schema;
