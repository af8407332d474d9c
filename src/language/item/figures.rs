//! Figures and rates of an item, read by what its table of keys says they are.

use super::{Item, RateSource};
use crate::language::figure::Figure;
use crate::language::keys::{KeyKind, Need};
use crate::language::scalar;
use crate::language::tree::{Node, Value};
use crate::vocabulary::name::dotted;
use crate::vocabulary::{Diagnostic, Diagnostics, Name, Place, Unit};

/// Keys that hold a part of a whole.
const SHARES: [&str; 10] = [
    "delivery",
    "delivery_prior",
    "collection",
    "addressable",
    "share",
    "contribution",
    "own_share",
    "estimated",
    "collected",
    "likelihood",
];

impl Item<'_> {
    /// A figure; with a documented default when the key has one and is left out.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<Figure> {
        let key = self.key(name)?;
        let (unit, by_year) = match key.kind {
            KeyKind::Single(unit) => (unit, false),
            KeyKind::Yearly(unit) | KeyKind::FigureOr(unit, _) => (unit, true),
            KeyKind::RateOrDriver => (Unit::Rate, true),
            _ => return None,
        };
        match self.table.get(name) {
            Some(node) => self.figure_at(name, node, unit, by_year),
            None => match key.need {
                Need::Default(text) => self.default_figure(name, text, unit),
                _ => None,
            },
        }
    }

    /// Figures by the names of items of the key's kind, in file order.
    #[must_use]
    pub fn figures_by(&self, name: &str) -> Vec<(Name, Figure)> {
        let Some(KeyKind::FiguresBy(kind, unit)) = self.given(name).map(|(k, _)| k.kind) else { return Vec::new() };
        let read = |(other, _, node): (Name, Place, &Node)| {
            let figure = self.figure_at(&format!("{name}.{other}"), node, unit, true)?;
            Some((other, figure))
        };
        self.by_name(name, kind).into_iter().filter_map(read).collect()
    }

    /// Reads a node as a figure of this item, with the item's evidence behind its own.
    #[must_use]
    pub fn figure_at(&self, name: &str, node: &Node, unit: Unit, by_year: bool) -> Option<Figure> {
        let path = if name.is_empty() { self.path.clone() } else { dotted(&self.path, name) };
        let mut wrong = Diagnostics::new();
        let figure = Figure::read(path, node, unit, by_year, &self.reading.rules, &mut wrong);
        if !wrong.is_empty() {
            for diagnostic in wrong.sorted() {
                self.tell(diagnostic);
            }
        }
        let mut figure = figure?;
        // A figure that a later layer replaced does not inherit the evidence of what it replaced.
        let wider = |key: &str| {
            let said = self.table.get(key)?;
            let own_layer = node.replaced.is_empty() || said.place.file == node.place.file;
            said.as_text().filter(|_| own_layer).map(str::to_owned)
        };
        let evidence = &mut figure.evidence;
        evidence.source = evidence.source.take().or_else(|| wider("source"));
        evidence.owner = evidence.owner.take().or_else(|| wider("owner"));
        if unit == Unit::Rate && SHARES.contains(&name) {
            let whole = 0..=1_000_000_000;
            if let Some(place) = figure.find_beyond(|steps| !whole.contains(&steps)) {
                let diagnostic = Diagnostic::error(
                    "share_range",
                    format!("`{}` is a share and lies between 0% and 100%", figure.path),
                );
                self.tell(diagnostic.at(place.unwrap_or(node.place)).hint("write the part of the whole: \"80%\""));
                return None;
            }
        }
        // Money may run the other way; rates only where the rate itself is what is signed, which in a
        // table inside an item its own `signed` says.
        let rates = match self.section.name {
            "" => self.section.key("signed").is_some(),
            kind => matches!(kind, "driver" | "line"),
        };
        let signed = self.signed && (unit == Unit::Money || (unit == Unit::Rate && rates));
        if !signed && let Some(place) = figure.find_beyond(|steps| steps < 0) {
            let outer = self.signed_with;
            let has = |k: &str| [Some(self.section), outer].into_iter().flatten().any(|s| s.key(k).is_some());
            let allows = ["signed", "allow_reversal"].into_iter().find(|k| has(k));
            let diagnostic = Diagnostic::error(
                "negative_amount",
                format!("`{}` is negative; amounts are written as positive numbers", figure.path),
            )
            .at(place.unwrap_or(node.place));
            let whose = if self.signed_with.is_some() { " to the item around it" } else { "" };
            self.tell(match allows {
                    Some(allows) => diagnostic.hint(format!(
                        "leave the minus out: what an item is says whether it adds or takes off; if it really runs the other way add {allows} = true{whose}"
                    )),
                    None => {
                        diagnostic.hint("leave the minus out: what an item is says whether it adds or takes off")
                    }
                });
            return None;
        }
        Some(figure)
    }

    /// Refuses the range of a figure that is a part of a whole: drawn by itself, it would leave the parts adding
    /// to more than there is, or to less.
    pub fn refuse_range_of_part(&self, figure: &Figure) {
        if let Some(spread) = &figure.spread {
            let message = format!("`{}` is a part of a whole: one part alone cannot come out otherwise", figure.path);
            let hint = "leave its range out, and give one to the amount that is divided";
            self.tell(Diagnostic::error("range_of_a_part", message).at(spread.low.1).hint(hint));
        }
    }

    fn default_figure(&self, name: &str, text: &str, unit: Unit) -> Option<Figure> {
        let value = if text.starts_with(|c: char| c.is_ascii_digit()) && !text.ends_with('%') {
            Value::Number(text.into())
        } else {
            Value::Text(text.into())
        };
        let node = Node::new(value, self.place);
        let read = scalar::read(&node, unit, Some(scalar::MoneyUnit::Pounds)).ok()?;
        let mut figure = Figure::defaulted(dotted(&self.path, name), unit, read.steps?);
        figure.by_year = false;
        Some(figure)
    }

    /// A driver's name, or a rate of its own.
    #[must_use]
    pub fn rate(&self, name: &str) -> Option<RateSource> {
        self.rate_at(name, self.node(name)?)
    }

    /// A node as a driver's name or a rate.
    #[must_use]
    pub fn rate_at(&self, name: &str, node: &Node) -> Option<RateSource> {
        match node.as_text() {
            Some(text) if text != "not_published" && !text.contains('%') => {
                let driver = self.resolve("driver", text, node.place)?;
                Some(RateSource::Driver(driver, node.place))
            }
            _ => self.figure_at(name, node, Unit::Rate, true).map(RateSource::Own),
        }
    }
}
