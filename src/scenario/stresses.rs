//! The library of stresses: layers of adjustments that go over any scenario which has what they look
//! for. The files stand in `stresses/` and are part of the program.
//!
//! A layer called `stress:pay-plus-1` is the one of the library; any other path is a file. The one
//! called `all-together` extends the others.

use std::path::{Path, PathBuf};

use super::parse::parse;
use crate::language::Node;
use crate::vocabulary::{Diagnostics, Sources};

/// A stress of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stress {
    /// Its name: `pay-plus-1`.
    pub name: &'static str,
    /// The name of its file, as messages show it.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// What begins the path of a layer that is one of these.
const PREFIX: &str = "stress:";

macro_rules! library {
    ($($name:literal),*) => {
        /// Every stress, in the order in which they are listed.
        pub const STRESSES: &[Stress] = &[$(Stress {
            name: $name,
            file: concat!("stresses/", $name, ".toml"),
            text: include_str!(concat!("../../stresses/", $name, ".toml")),
        }),*];
    };
}

library!(
    "pay-plus-1",
    "inflation-shock",
    "demand-plus-1",
    "savings-60",
    "pause-12-months",
    "fund-ends-early",
    "all-together"
);

impl Stress {
    /// The stress of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        STRESSES.iter().find(|s| s.name == name)
    }

    /// The layer that lays it over a scenario.
    #[must_use]
    pub fn layer(&self) -> PathBuf {
        PathBuf::from(format!("{PREFIX}{}", self.name))
    }

    /// The stress that a path of a layer leads to, when it is one of the library: by its name, or
    /// because another of the library extends it.
    #[must_use]
    pub fn of_layer(path: &Path) -> Option<&'static Self> {
        let text = path.to_str()?;
        let (_, name) = text.rsplit_once(PREFIX)?;
        let name = name.rsplit(['/', '\\']).next()?;
        Self::find(name.strip_suffix(".toml").unwrap_or(name))
    }
}

/// What a stress says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What it does, in a sentence.
    pub what: String,
    /// What it looks for in a scenario.
    pub needs: Option<String>,
    /// Who says that this is its size.
    pub source: Option<String>,
}

impl Stress {
    /// What it says of itself: its first line, and what its adjustment needs and goes back to.
    #[must_use]
    pub fn about(&self) -> About {
        let what = self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim().trim_end_matches('.');
        let mut sources = Sources::new();
        let file = sources.add(self.file.to_owned(), self.text.to_owned());
        let tree = parse(&sources, file, &mut Diagnostics::new()).unwrap_or_default();
        let rule = tree.table("adjust").and_then(|rules| rules.entries.values().next()?.node.as_table());
        let text = |key: &str| rule.and_then(|r| r.get(key)).and_then(Node::as_text).map(str::to_owned);
        About { what: what.to_owned(), needs: text("needs"), source: text("source") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_lead_to_the_library_by_name() {
        for stress in STRESSES {
            assert_eq!(Stress::of_layer(&stress.layer()), Some(stress));
            assert_eq!(
                Stress::of_layer(&stress.layer().with_file_name("stress:/savings-60.toml")).unwrap().name,
                "savings-60"
            );
        }
        assert_eq!(Stress::of_layer(Path::new("stresses/pay-plus-1.toml")), None);
        assert_eq!(Stress::of_layer(Path::new("stress:unknown")), None);
    }
}
