//! What a file of monitoring says, row by row, whether it is TOML or CSV.

use crate::language::{Node, Table, Value};
use crate::scenario::beside::Beside;
use crate::scenario::csv_lines::{self, Cell};
use crate::vocabulary::{Diagnostic, Place};

/// One thing said: of which item, to the end of which month, under which key.
pub struct Said {
    /// `saving.home_first`, or `monitoring`.
    pub item: String,
    pub at: Place,
    /// The month as written.
    pub month: Option<(String, Place)>,
    pub key: String,
    pub key_at: Place,
    pub node: Node,
}

/// What a TOML file says.
pub fn of_tables(tree: &Table, file: &mut Beside<'_>) -> Vec<Said> {
    let mut all = Vec::new();
    let mut take = |item: &str, at: Place, month: Option<(String, Place)>, keys: &Table| {
        all.extend(keys.entries.iter().map(|(key, entry)| Said {
            item: item.to_owned(),
            at,
            month: month.clone(),
            key: key.to_string(),
            key_at: entry.key,
            node: entry.node.clone(),
        }));
    };
    for (kind, entry) in &tree.entries {
        let items = match entry.node.as_table() {
            Some(keys) if kind == "monitoring" => {
                take(kind, entry.key, None, keys);
                continue;
            }
            Some(items) if kind == "saving" => items,
            _ => {
                file.tell(unknown(kind, entry.key));
                continue;
            }
        };
        for (name, entry) in &items.entries {
            let item = format!("{kind}.{name}");
            let Some(months) = entry.node.as_table() else {
                file.tell(unknown(&item, entry.key));
                continue;
            };
            for (month, inner) in &months.entries {
                match inner.node.as_table() {
                    Some(keys) => take(&item, entry.key, Some((month.to_string(), inner.key)), keys),
                    None => file.tell(
                        Diagnostic::error(
                            "monitoring_month",
                            format!("`{item}.{month}` does not say to which month it runs"),
                        )
                        .at(inner.key)
                        .hint(format!("write it in a table of the month: [{item}.2026-09]")),
                    ),
                }
            }
        }
    }
    all
}

fn unknown(path: &str, at: Place) -> Diagnostic {
    Diagnostic::error("monitoring_unknown", format!("`{path}` is no table of monitoring"))
        .at(at)
        .hint("write [monitoring] with the year and the unit, and a table for each saving and month: [saving.home_first.2026-09]")
}

/// What a CSV file says.
pub fn of_rows(rows: &[Vec<Cell>], file: &mut Beside<'_>) -> Vec<Said> {
    const NEEDED: [&str; 4] = ["item", "month", "figure", "value"];
    const BESIDE: [&str; 4] = ["source", "reason", "rag", "note"];
    let headings = rows.first().map(Vec::as_slice).unwrap_or_default();
    let column = |name: &str| headings.iter().position(|h| h.text == name);
    for heading in headings.iter().filter(|h| !NEEDED.iter().chain(&BESIDE).any(|known| *known == h.text)) {
        if !heading.text.is_empty() {
            file.tell(headings_wrong(format!("`{}` is no heading of monitoring", heading.text)).at(heading.place));
        }
    }
    let (Some(item), Some(month), Some(figure), Some(value)) =
        (column("item"), column("month"), column("figure"), column("value"))
    else {
        let at = headings.first().map_or(file.whole, |h| h.place);
        file.tell(
            headings_wrong("monitoring as CSV needs the headings `item`, `month`, `figure` and `value`".to_owned())
                .at(at),
        );
        return Vec::new();
    };
    let mut all = Vec::new();
    for row in rows.get(1..).unwrap_or_default() {
        let cells = (row.get(item), row.get(month), row.get(figure), row.get(value));
        let (Some(item), Some(month), Some(figure), Some(value)) = cells else {
            if let Some(first) = row.iter().find(|c| !c.text.is_empty()) {
                let message = "this row does not have an item, a month, a figure and a value";
                file.tell(
                    Diagnostic::error("csv_row_length", message)
                        .at(first.place)
                        .hint("write one figure a row: saving.home_first,6,delivered,0.4"),
                );
            }
            continue;
        };
        if value.text.is_empty() {
            continue;
        }
        let to = (!month.text.is_empty()).then(|| (month.text.clone(), month.place));
        let mut say = |key: &str, key_at: Place, value: Value, at: Place| {
            let node = Node::new(value, at);
            let (item, at) = (item.text.clone(), item.place);
            all.push(Said { item, at, month: to.clone(), key: key.to_owned(), key_at, node });
        };
        say(&figure.text, figure.place, csv_lines::value(&value.text), value.place);
        for text in BESIDE.into_iter().filter(|_| item.text != "monitoring") {
            if let Some(cell) = column(text).and_then(|c| row.get(c)).filter(|c| !c.text.is_empty()) {
                say(text, cell.place, Value::Text(cell.text.as_str().into()), cell.place);
            }
        }
    }
    all
}

fn headings_wrong(message: String) -> Diagnostic {
    Diagnostic::error("monitoring_headings", message)
        .hint("write item,month,figure,value,source,reason in the first row; `rag` and `note` may stand beside them")
}
