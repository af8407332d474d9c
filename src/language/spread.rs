//! The range of a figure: how far its writer says it may come out from the value entered. Four ways to
//! write one, each beside the value: `low` and `high`, `p10` and `p90`, `outcomes` with their chances, and
//! what it came to in the `past`.

use super::figure::{Expanded, Figure, FigureRules, expand};
use super::keys::{DRAWN, ENDS, SHAPES};
use super::scalar::{self, Scalar};
use super::tree::{Node, Table, Value};
use crate::sheet::{Drawn, Ends, Shape, Spread};
use crate::vocabulary::name::{did_you_mean, dotted};
use crate::vocabulary::{Diagnostic, Diagnostics, Place, Unit};

/// The ways to write a range, each by its keys.
const WAYS: [&[&str]; 4] = [&["low", "high"], &["p10", "p90"], &["outcomes"], &["past"]];

/// What the ways are, for hints.
const ONE_OF: &str = "say it one way: `low` and `high`, `p10` and `p90`, `outcomes`, or `past`";

/// All of a chance, in billionths.
const WHOLE: i128 = 1_000_000_000;

/// An end of a range in each year, or one for all; each where it is written.
type End = Vec<(i128, Place)>;

/// Reads the range of a figure whose values are read. Nothing comes back where there is none, or where it
/// is wrong, which is told.
pub(super) fn read(figure: &Figure, table: &Table, rules: &FigureRules, wrong: &mut Diagnostics) -> Option<Spread> {
    Reader { figure, table, rules, wrong }.read()
}

struct Reader<'a> {
    figure: &'a Figure,
    table: &'a Table,
    rules: &'a FigureRules,
    wrong: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn read(&mut self) -> Option<Spread> {
        let table = self.table;
        let key = |n: usize, key: &'static str| Some((n, key, table.get(key)?));
        let given: Vec<(usize, &str, &Node)> =
            WAYS.iter().enumerate().flat_map(|(n, keys)| keys.iter().filter_map(move |k| key(n, k))).collect();
        let Some(&(way, first, node)) = given.first() else {
            self.of_no_range();
            return None;
        };
        if let Some((_, other, at)) = given.iter().find(|(n, ..)| *n != way) {
            self.tell(
                Diagnostic::error("range_twice", format!("`{}` has both `{first}` and `{other}`", self.figure.path))
                    .at(at.place)
                    .also(node.place, "the other way of saying it")
                    .hint(ONE_OF),
            );
            return None;
        }
        let (shape, ends) = (self.word("shape", SHAPES), self.word("ends", ENDS));
        let drawn = self.drawn();
        let spread = match (way, given.as_slice()) {
            (0 | 1, [(_, low, lowest), (_, high, highest)]) => self.range([(low, lowest), (high, highest)]),
            (0 | 1, _) => {
                self.tell(
                    Diagnostic::error("half_a_range", format!("`{}` has one end of a range", self.figure.path))
                        .at(node.place)
                        .hint(if way == 0 { "give both `low` and `high`" } else { "give both `p10` and `p90`" }),
                );
                None
            }
            (2, _) => self.outcomes(node),
            _ => self.past(node),
        };
        let (shape, ends, drawn) = (shape?, ends?, drawn?);
        self.fits(way, shape, ends)?;
        let mut spread = Spread { drawn, ..spread? };
        match shape {
            Some("pert") => spread.shape = Shape::Pert,
            Some("uniform") => spread.shape = Shape::Uniform,
            _ => {}
        }
        if ends == Some("p10p90") {
            spread.ends = Ends::Percentiles;
        }
        let each = given.iter().any(|(.., node)| way == 0 && matches!(node.value, Value::List(_) | Value::Table(_)));
        self.within(&spread, each).then_some(spread)
    }

    fn tell(&mut self, diagnostic: Diagnostic) {
        self.wrong.push(diagnostic);
    }

    /// Tells of keys that say more of a range, where there is none.
    fn of_no_range(&mut self) {
        for key in ["shape", "ends", "drawn"] {
            if let Some(node) = self.table.get(key) {
                let message = format!("`{}` says `{key}` of a range and gives none", self.figure.path);
                let hint = format!("give the range, `low` and `high`, or leave `{key}` out");
                self.tell(Diagnostic::error("range_missing", message).at(node.place).hint(hint));
            }
        }
    }

    /// One of a key's words; the outer nothing means that it is wrong.
    fn word(&mut self, key: &str, words: &'static [&'static str]) -> Option<Option<&'static str>> {
        let Some(node) = self.table.get(key) else { return Some(None) };
        let typed = node.as_text();
        if let Some(word) = words.iter().find(|word| typed == Some(word)) {
            return Some(Some(word));
        }
        let message = match typed {
            Some(text) => format!("`{}`: `{key}` cannot be \"{text}\"", self.figure.path),
            None => format!("`{}`: `{key}` must be a word, not {}", self.figure.path, node.value.what()),
        };
        let all = words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", ");
        let hint = match typed.and_then(|text| did_you_mean(text, words.iter().copied())) {
            Some(meant) => format!("did you mean \"{meant}\"? it is one of {all}"),
            None => format!("write one of {all}"),
        };
        self.tell(Diagnostic::error("spread_word", message).at(node.place).hint(hint));
        None
    }

    fn drawn(&mut self) -> Option<Option<Drawn>> {
        let word = self.word("drawn", DRAWN)?;
        if word == Some("each_year") && !self.figure.by_year {
            let why = format!("`{}` is one figure for all years and cannot be drawn each year", self.figure.path);
            self.unfit("drawn", why, "leave `drawn` out: it is drawn once");
            return None;
        }
        Some(word.map(|word| if word == "once" { Drawn::Once } else { Drawn::EachYear }))
    }

    /// Whether shape and ends are such as this way of writing a range has.
    fn fits(&mut self, way: usize, shape: Option<&str>, ends: Option<&str>) -> Option<()> {
        let path = &self.figure.path;
        let (key, why, hint) = match (way, shape, ends) {
            (0, Some("normal"), _) => (
                "shape",
                format!("`{path}`: a normal distribution has no lowest and no highest value"),
                "write p10 = … and p90 = … instead of `low` and `high`: one in ten below, and one in ten above",
            ),
            (1, Some(shape), _) if shape != "normal" => (
                "shape",
                format!("`{path}`: `p10` and `p90` make a normal distribution, not a {shape} one"),
                "leave `shape` out, or write `low`, `high` and ends = \"p10p90\"",
            ),
            (1, _, Some(_)) => (
                "ends",
                format!("`{path}`: `ends` says what `low` and `high` are, and `p10` and `p90` say it themselves"),
                "leave `ends` out",
            ),
            (2 | 3, Some(_), _) => (
                "shape",
                format!("`{path}`: a shape lies between two ends, and these are values with their chances"),
                "leave `shape` out, or write `low` and `high`",
            ),
            (2 | 3, _, Some(_)) => {
                ("ends", format!("`{path}`: `ends` says what `low` and `high` are"), "leave `ends` out")
            }
            _ => return Some(()),
        };
        self.unfit(key, why, hint);
        None
    }

    fn unfit(&mut self, key: &str, why: String, hint: &str) {
        let mut diagnostic = Diagnostic::error("spread_unfit", why).hint(hint);
        if let Some(node) = self.table.get(key) {
            diagnostic = diagnostic.at(node.place);
        }
        self.tell(diagnostic);
    }

    /// A value of the figure's unit.
    fn value(&mut self, node: &Node) -> Option<(i128, Place)> {
        match scalar::read(node, self.figure.unit, self.rules.file(node.place.file).unit) {
            Ok(Scalar { steps: Some(steps), .. }) => Some((steps, node.place)),
            Ok(_) => {
                self.not_published(node.place);
                None
            }
            Err(diagnostic) => {
                self.wrong.push(*diagnostic);
                None
            }
        }
    }

    fn not_published(&mut self, place: Place) {
        self.tell(
            Diagnostic::error(
                "range_not_published",
                format!("`{}`: an end of a range must be a value", self.figure.path),
            )
            .at(place)
            .hint("write the value, or leave the range out"),
        );
    }

    /// A range between two ends, which may be given by year.
    fn range(&mut self, [low, high]: [(&str, &Node); 2]) -> Option<Spread> {
        let (lows, highs) = (self.end(low), self.end(high));
        let (lows, highs) = (lows?, highs?);
        let by_year = lows.len() > 1 || highs.len() > 1;
        let years = lows.len().max(highs.len());
        let in_year = |end: &End, n: usize| end.get(if end.len() > 1 { n } else { 0 }).copied();
        let mut each = Vec::new();
        for n in 0..years {
            let (least, most) = (in_year(&lows, n)?, in_year(&highs, n)?);
            if least.0 > most.0 {
                let when = if by_year { format!(" in {}", self.year(n)) } else { String::new() };
                let message = format!("`{}`: `{}` is above `{}`{when}", self.figure.path, low.0, high.0);
                self.tell(
                    Diagnostic::error("range_reversed", message)
                        .at(least.1)
                        .also(most.1, format!("{} is here", high.0))
                        .hint(format!("write the smaller one as `{}`", low.0)),
                );
                return None;
            }
            each.push([least.0, most.0]);
        }
        if each.windows(2).all(|pair| pair[0] == pair[1]) {
            each.clear();
        }
        let (shape, ends) = match low.0 {
            "p10" => (Shape::Normal, Ends::Percentiles),
            _ => (Shape::Triangular, Ends::Absolute),
        };
        let low = lows.into_iter().min_by_key(|end| end.0)?;
        let high = highs.into_iter().max_by_key(|end| end.0)?;
        Some(Spread { low, high, years: each, shape, ends, drawn: None })
    }

    fn year(&self, n: usize) -> String {
        self.rules.horizon.year(i32::try_from(n).unwrap_or(0) + 1).to_string()
    }

    /// One end: a value for all years, or one a year.
    fn end(&mut self, (key, node): (&str, &Node)) -> Option<End> {
        if !matches!(node.value, Value::List(_) | Value::Table(_)) {
            return Some(vec![self.value(node)?]);
        }
        let path = &self.figure.path;
        if !self.figure.by_year {
            let message = format!("`{path}` is one figure for all years, and so is its `{key}`");
            self.tell(Diagnostic::error("not_yearly", message).at(node.place).hint("write one value"));
            return None;
        }
        if let Some(table) = node.as_table() {
            let known = |k: &str| k.starts_with(|c: char| c.is_ascii_digit()) || matches!(k, "then" | "otherwise");
            if let Some((other, entry)) = table.entries.iter().find(|(k, _)| !known(k)) {
                let message = format!("`{key}` of `{path}` has no key `{other}`");
                let hint = "an end of a range is a value, or years: { \"2026/27\" = …, then = … }";
                self.tell(Diagnostic::error("unknown_key", message).at(entry.key).hint(hint));
                return None;
            }
        }
        let expanded = expand(&dotted(path, key), node, true, self.rules, self.wrong)?;
        let mut each = Vec::new();
        for value in expanded {
            match value {
                Expanded::Given(node) => each.push(self.value(node)?),
                Expanded::NotPublished(place) => {
                    self.not_published(place);
                    return None;
                }
            }
        }
        Some(each)
    }

    /// Values with their chances.
    fn outcomes(&mut self, node: &Node) -> Option<Spread> {
        let path = &self.figure.path;
        let typed = "outcomes = [{ value = …, chance = \"25%\" }, { value = …, chance = \"75%\" }]";
        let Value::List(nodes) = &node.value else {
            let message = format!("`{path}`: `outcomes` must be a list of values with their chances");
            self.tell(Diagnostic::error("wrong_type", message).at(node.place).hint(typed));
            return None;
        };
        let read: Vec<Option<(i128, Place, i128)>> = nodes.iter().map(|node| self.outcome(node, typed)).collect();
        let read: Vec<(i128, Place, i128)> = read.into_iter().collect::<Option<_>>()?;
        let sum: i128 = read.iter().map(|(.., chance)| chance).sum();
        if sum != WHOLE {
            let shown = crate::vocabulary::number::decimal(sum, 7).normalize();
            let message = format!("`{}`: the chances of its outcomes add up to {shown}%, not 100%", self.figure.path);
            self.tell(
                Diagnostic::error("chances_not_whole", message)
                    .at(node.place)
                    .hint("one of them comes true: let the chances add up to exactly 100%"),
            );
            return None;
        }
        let chances = read.iter().map(|(steps, _, chance)| (*steps, *chance)).collect();
        between(read.iter().map(|(steps, place, _)| (*steps, *place)), Shape::Outcomes(chances))
    }

    fn outcome(&mut self, node: &Node, typed: &str) -> Option<(i128, Place, i128)> {
        let path = &self.figure.path;
        let Some(table) = node.as_table() else {
            let message = format!("`{path}`: an outcome has a value and a chance, and this is {}", node.value.what());
            self.tell(Diagnostic::error("wrong_type", message).at(node.place).hint(typed));
            return None;
        };
        if let Some((other, entry)) = table.entries.iter().find(|(k, _)| !matches!(k.as_str(), "value" | "chance")) {
            let message = format!("an outcome of `{path}` has no key `{other}`");
            self.tell(Diagnostic::error("unknown_key", message).at(entry.key).hint(typed));
            return None;
        }
        let (Some(value), Some(said)) = (table.get("value"), table.get("chance")) else {
            let message = format!("an outcome of `{path}` needs a `value` and a `chance`");
            self.tell(Diagnostic::error("key_missing", message).at(node.place).hint(typed));
            return None;
        };
        let value = self.value(value);
        let chance = match scalar::read(said, Unit::Rate, None) {
            Ok(read) => read.steps,
            Err(diagnostic) => {
                self.wrong.push(*diagnostic);
                return None;
            }
        };
        let Some(chance) = chance.filter(|chance| (1..=WHOLE).contains(chance)) else {
            let message = format!("`{}`: a chance lies above 0% and is at most 100%", self.figure.path);
            let hint = "leave out what cannot happen; the chances of the others add up to 100%";
            self.tell(Diagnostic::error("chance_range", message).at(said.place).hint(hint));
            return None;
        };
        let (steps, place) = value?;
        Some((steps, place, chance))
    }

    /// What it came to before.
    fn past(&mut self, node: &Node) -> Option<Spread> {
        let nodes = match &node.value {
            Value::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let values: Vec<Option<(i128, Place)>> = nodes.iter().map(|node| self.value(node)).collect();
        let values: Vec<(i128, Place)> = values.into_iter().collect::<Option<_>>()?;
        if values.len() < 2 {
            let message = format!("`{}`: `past` needs at least two values to draw from", self.figure.path);
            self.tell(
                Diagnostic::error("past_too_few", message)
                    .at(node.place)
                    .hint("write what it came to in each of several years, or give `low` and `high`"),
            );
            return None;
        }
        let drawn = values.iter().map(|(steps, _)| *steps).collect();
        between(values.into_iter(), Shape::Past(drawn))
    }

    /// Whether the value lies within what its range leaves possible. Where the ends are `each` year's own,
    /// so must the value of each year; a figure with other values in other years and one range for all of
    /// them is left alone: the range says how far they may move and holds none of them.
    fn within(&mut self, spread: &Spread, each: bool) -> bool {
        if spread.ends != Ends::Absolute || !matches!(spread.shape, Shape::Triangular | Shape::Pert) {
            return true;
        }
        let points = &self.figure.points;
        let alike = points.windows(2).all(|pair| pair[0].steps == pair[1].steps);
        let asked = match (each, alike) {
            (true, _) => points.len(),
            (false, true) => 1,
            (false, false) => 0,
        };
        let mut fine = true;
        for (n, point) in points.iter().enumerate().take(asked) {
            let (Some(steps), Some(place)) = (point.steps, point.place) else { continue };
            let [low, high] = spread.of(n);
            if (low..=high).contains(&steps) {
                continue;
            }
            fine = false;
            let when = if each { format!(" in {}", self.year(n)) } else { String::new() };
            let message = format!("`{}`: the value lies outside its range{when}", self.figure.path);
            let mut diagnostic = Diagnostic::error("likely_out_of_range", message)
                .at(place)
                .hint("write `low` up to `likely`, and `high` from `likely`");
            if !each {
                let end = if steps < low { spread.low.1 } else { spread.high.1 };
                diagnostic = diagnostic.also(end, "the end it lies beyond");
            }
            self.wrong.push(diagnostic);
        }
        fine
    }
}

/// A spread of certain values, from the least to the greatest.
fn between(values: impl Iterator<Item = (i128, Place)> + Clone, shape: Shape) -> Option<Spread> {
    let low = values.clone().min_by_key(|value| value.0)?;
    let high = values.max_by_key(|value| value.0)?;
    Some(Spread { low, high, years: Vec::new(), shape, ends: Ends::Absolute, drawn: None })
}
