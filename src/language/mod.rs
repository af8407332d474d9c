//! The scenario language without its nouns: a tree that remembers places, tables of keys, and the
//! one way a figure is written. Knows no council and reads no file.

pub mod astray;
pub mod figure;
pub mod item;
pub mod keys;
pub mod names;
pub mod quote;
pub mod scalar;
mod spread;
pub mod tree;
pub mod typed;

pub use figure::{Figure, Point};
pub use item::{Item, RateSource};
pub use keys::{Key, KeyKind, Need, Section};
pub use names::{Declared, Names, Reading, TakenDefault};
pub use scalar::MoneyUnit;
pub use tree::{Entry, Node, Table, Value};
