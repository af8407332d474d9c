//! Questions asked of a sheet: why is this figure what it is, what changed between two plans, what if an
//! assumption moves, what would it take. They read and compare cells; they compute no finance.

pub mod amendment;
pub mod axis;
pub mod bounds;
pub mod break_even;
pub mod bridge;
pub mod compare;
pub mod condition;
pub mod diff;
pub mod each_year;
pub mod explain;
pub mod floor;
pub mod joint;
pub mod latest_start;
pub mod lever;
pub mod moving;
pub mod reckon;
pub mod risk_register;
pub mod sample;
pub mod search;
pub mod sensitivity;
pub mod side_by_side;
pub mod simulate;
pub mod slider;
pub mod solve;
pub mod stress;
pub mod sweep;
pub mod track;
pub mod vintages;
