//! `--set PATH@YEAR=VALUE`: one year of a figure changed and every other year kept as it was.

use smol_str::ToSmolStr;

use super::layers::Sections;
use super::overrides::{Argument, holder};
use crate::language::figure::{Expanded, FigureRules, FileSettings, expand};
use crate::language::keys::FIGURE;
use crate::language::{Entry, KeyKind, Node, Table, Value};
use crate::vocabulary::{Diagnostic, Diagnostics, FinancialYear, Horizon};

/// Writes the figure out year by year, each with its own place, and replaces the one year.
///
/// Evidence stays; a range goes, since it was the range of the figure as it was.
///
/// # Errors
/// `unknown_year`, `not_a_year`, or `set_year_unusable` when the figure cannot be written out.
pub(super) fn set(
    tree: &mut Table,
    argument: Argument<'_>,
    files: &[FileSettings],
    sections: Sections<'_>,
) -> Result<(), Box<Diagnostic>> {
    let Some((typed, year_place)) = argument.year else { return Ok(()) };
    let unusable = |why: String| Diagnostic::error("set_year_unusable", why).at(argument.place);
    let year: FinancialYear = typed.parse().map_err(|error: crate::vocabulary::year::YearError| {
        Box::new(Diagnostic::error("not_a_year", error.to_string()).at(year_place).hint("write PATH@2027/28=VALUE"))
    })?;
    let Some(horizon) = horizon(tree) else {
        return Err(Box::new(
            unusable("one year can be set only when the scenario says its `base_year` and `years`".to_owned())
                .hint("add base_year = \"2025/26\" and years = 3 to [scenario]"),
        ));
    };
    if horizon.number(year).is_none_or(|t| t == 0) {
        return Err(Box::new(
            Diagnostic::error(
                "unknown_year",
                format!("`{}@{typed}` speaks of {year}, which is no plan year", argument.path),
            )
            .at(year_place)
            .hint(format!("the plan years are {} to {}", horizon.first(), horizon.last())),
        ));
    }
    by_year(&argument, sections).map_err(|why| Box::new(unusable(why).hint("leave the year out")))?;
    let rules = FigureRules { horizon, files: files.to_vec() };
    let (table, key) = holder(tree, &argument)?;
    let Some(entry) = table.entries.get_mut(key.as_str()) else {
        return Err(Box::new(
            unusable(format!("`{}` has no value yet of which one year could be changed", argument.path))
                .hint(format!("set all years: {}=…", argument.path)),
        ));
    };
    let Some(mut figure) = written_out(argument.path, &entry.node, &rules) else {
        if let Value::Table(table) = &mut entry.node.value
            && only_years(table)
        {
            name(table, year, Entry { key: year_place, node: argument.node });
            return Ok(());
        }
        return Err(Box::new(
            unusable(format!("`{}` is not a figure that can be written out year by year", argument.path))
                .also(entry.node.place, "it is given here")
                .hint("set the whole of it, or the figure inside it that has years"),
        ));
    };
    let place = argument.node.place;
    name(&mut figure, year, Entry { key: year_place, node: argument.node });
    let mut replaced = std::mem::take(&mut entry.node.replaced);
    replaced.push(entry.node.place);
    entry.node = Node { value: Value::Table(figure), place, replaced };
    Ok(())
}

/// Whether a table names single years and nothing else. What it means that it does not name all of them is
/// for its reader to say: a gap that was published for one year is such a table.
fn only_years(table: &Table) -> bool {
    !table.entries.is_empty() && table.keys().all(|key| key.parse::<FinancialYear>().is_ok())
}

/// Puts a value in the place of a year's.
fn name(table: &mut Table, year: FinancialYear, mut entry: Entry) {
    let key = year.to_smolstr();
    if let Some(old) = table.entries.get(&key) {
        entry.node.replaced.clone_from(&old.node.replaced);
        entry.node.replaced.push(old.node.place);
    }
    table.entries.insert(key, entry);
}

/// The plan years, when the merged scenario says them rightly.
pub(super) fn horizon(tree: &Table) -> Option<Horizon> {
    let scenario = tree.table("scenario")?;
    let base: FinancialYear = scenario.get("base_year")?.as_text()?.parse().ok()?;
    let years: i32 = match &scenario.get("years")?.value {
        Value::Number(text) => text.parse().ok()?,
        _ => return None,
    };
    (1..=Horizon::LONGEST).contains(&years).then(|| Horizon::new(base, years))
}

/// Whether the key may have years, as far as its table of keys is known; why not otherwise.
fn by_year(argument: &Argument<'_>, sections: Sections<'_>) -> Result<(), String> {
    let mut parts = argument.parts.iter();
    let mut section = parts.next().and_then(|kind| sections(kind));
    let _name = parts.next();
    while let Some(part) = parts.next() {
        let Some(key) = section.and_then(|s| s.key(part)) else { return Ok(()) };
        section = match key.kind {
            KeyKind::Yearly(_) | KeyKind::RateOrDriver | KeyKind::Special(_) => None,
            KeyKind::FigureOr(_, group) | KeyKind::Group(group) => Some(group),
            // The part after it is a name, and further keys follow it.
            KeyKind::GroupsBy(_, group) => parts.next().map(|_| group),
            KeyKind::FiguresBy(..) => parts.next().and(None),
            _ => return Err(format!("`{}` holds for all years alike", argument.path)),
        };
    }
    Ok(())
}

/// A figure as a table that names every plan year.
pub(super) fn written_out(path: &str, node: &Node, rules: &FigureRules) -> Option<Table> {
    let mut written = Table::default();
    let mut values = node;
    match &node.value {
        Value::Table(table) => {
            let own = |key: &str| key.starts_with(|c: char| c.is_ascii_digit()) || FIGURE.iter().any(|k| k.name == key);
            if !table.keys().all(own) {
                return None;
            }
            for key in ["about", "source", "owner", "note"] {
                if let Some(entry) = table.entries.get(key) {
                    written.entries.insert(key.into(), entry.clone());
                }
            }
            values = table.get("likely").unwrap_or(node);
        }
        // The name of a driver has no years of its own.
        Value::Text(text)
            if !text.starts_with(|c: char| c.is_ascii_digit() || "-−+£".contains(c)) && text != "not_published" =>
        {
            return None;
        }
        Value::Flag(_) | Value::Date(_) => return None,
        _ => {}
    }
    // What is wrong with the figure itself is told by its reader.
    let mut wrong = Diagnostics::new();
    let years = expand(path, values, true, rules, &mut wrong)?;
    for (t, value) in rules.horizon.plan().zip(years) {
        let node = match value {
            Expanded::Given(node) => node.clone(),
            Expanded::NotPublished(place) => Node::new(Value::Text("not_published".into()), place),
        };
        written.entries.insert(rules.horizon.year(t).to_smolstr(), Entry { key: node.place, node });
    }
    Some(written)
}
