//! From files to what was meant: reading, layers and overrides make one tree; resolving makes
//! typed items of it. Every problem of every file is told in one pass.

mod csv_lines;
mod depth;
mod layers;
mod load;
mod overrides;
mod parse;
mod part;
mod read_file;
mod reference;
mod resolve;
mod schema;
mod settings;
mod syntax;
mod year_override;

pub use load::{LoadFailure, Loaded, Origin, load};
pub use part::part_of_others;
pub use reference::reference;
pub use resolve::{EXPECT, Expectation, SCENARIO, Scenario, Stage, Version, resolve, section, sections};
pub use schema::schema;
