//! JSON for programs: exact values as strings (a JSON number goes through a binary float in most
//! readers), keys in a fixed order, two spaces, a line end at the end. A control character or a mark that
//! turns the direction of writing is written as `\u0085`: the same to a program, and harmless to a terminal.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use serde_json::{Map, Value, json};

use super::figure::Display;
use super::shown::sentence;
use super::text::{clean, is_unprintable};
use crate::report::table::{Block, Document, Figure, Sentence, Span, Sums, Table, TableCell};
use crate::sheet::Sign;
use crate::vocabulary::{Unit, unit};

/// An object that says which schema it follows, with its members in this order.
#[must_use]
pub fn envelope<'a>(schema: &str, members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let schema = std::iter::once(("schema", text(schema)));
    Value::Object(schema.chain(members).map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Writes a value with its final line end.
///
/// # Errors
/// What `out` says.
pub fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping(PrettyFormatter::new())))?;
    out.write_all(b"\n")
}

/// Writes a value on one line, with its line end.
///
/// # Errors
/// What `out` says.
pub fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping(CompactFormatter)))?;
    out.write_all(b"\n")
}

/// A layout in which what a terminal would obey instead of print is escaped.
struct Escaping<F>(F);

/// Passes what a layout does on to the one inside.
macro_rules! as_inside {
    ($($name:ident($($argument:ident: $kind:ty),*)),* $(,)?) => {
        $(fn $name<W: ?Sized + Write>(&mut self, out: &mut W, $($argument: $kind),*) -> io::Result<()> {
            self.0.$name(out, $($argument),*)
        })*
    };
}

impl<F: Formatter> Formatter for Escaping<F> {
    as_inside! {
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(),
        begin_object(), end_object(), begin_object_key(first: bool), end_object_key(),
        begin_object_value(), end_object_value(),
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unprintable(*c)) {
            out.write_all(&rest.as_bytes()[..at])?;
            // All of them lie in the first plane.
            write!(out, "\\u{:04x}", u32::from(c))?;
            rest = &rest[at + c.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

/// A value as an exact decimal text (pounds, a fraction of one, `2026-10`); null when it was not
/// published.
#[must_use]
pub fn figure_value(unit: Unit, steps: Option<i128>) -> Value {
    steps.map_or(Value::Null, |steps| Value::String(unit::plain(unit, steps)))
}

/// A figure with its unit, what must be said beside it, and its address. What does not apply is
/// left out.
#[must_use]
pub fn figure(figure: &Figure) -> Value {
    let mut object = Map::new();
    object.insert("value".into(), figure_value(figure.unit, figure.published()));
    object.insert("unit".into(), text(figure.unit.code()));
    if figure.published().is_none() {
        object.insert("published".into(), Value::Bool(false));
    }
    if figure.flags.interpolated {
        object.insert("interpolated".into(), Value::Bool(true));
    }
    if figure.flags.about > 0 {
        object.insert("about".into(), json!(figure.flags.about));
    }
    if let Some(address) = &figure.address {
        object.insert("address".into(), text(address));
    }
    Value::Object(object)
}

/// A table: titles, columns, and rows whose cells are null, texts or figures.
#[must_use]
pub fn table(table: &Table) -> Value {
    let optional = |words: &Option<String>| words.as_deref().map_or(Value::Null, text);
    let columns: Vec<Value> = table.columns.iter().map(|column| text(&column.heading)).collect();
    let rows = table.rows.iter().map(|row| {
        let cells: Vec<Value> = row.cells.iter().map(cell).collect();
        let mut object = Map::new();
        object.insert("style".into(), text(row.style.word()));
        object.insert("indent".into(), json!(row.indent));
        object.insert("cells".into(), Value::Array(cells));
        if let Some(parts) = &row.sums {
            object.insert("sums".into(), sums(parts));
        }
        Value::Object(object)
    });
    json!({
        "title": optional(&table.title),
        "key": optional(&table.key),
        "columns": columns,
        "rows": rows.collect::<Vec<_>>(),
        "notes": table.notes.iter().map(said).collect::<Vec<_>>(),
    })
}

/// A whole document under a schema.
#[must_use]
pub fn document(schema: &str, document: &Document) -> Value {
    let sentences = |all: &[Sentence]| Value::Array(all.iter().map(said).collect());
    let blocks = document.blocks.iter().map(|block| match block {
        Block::Heading(heading) => json!({ "heading": text(heading) }),
        Block::Text(lines) => json!({ "text": sentences(lines) }),
        Block::Facts(facts) => {
            let facts = facts.iter().map(|(label, value)| json!({ "label": text(label), "value": said(value) }));
            json!({ "facts": facts.collect::<Vec<_>>() })
        }
        Block::Tree(lines) => {
            let lines = lines.iter().map(|(depth, line)| json!({ "depth": depth, "said": said(line) }));
            json!({ "tree": lines.collect::<Vec<_>>() })
        }
        Block::Table(it) => json!({ "table": table(it) }),
        Block::Waterfall(chart) => {
            let bars = chart
                .bars
                .iter()
                .map(|bar| json!({ "label": text(&bar.label), "level": bar.level, "figure": figure(&bar.figure) }));
            json!({ "waterfall": { "title": text(&chart.title), "bars": bars.collect::<Vec<_>>() } })
        }
        Block::Notes(notes) => json!({ "notes": sentences(notes) }),
    });
    let blocks = Value::Array(blocks.collect());
    let members = [("title", text(&document.title)), ("lines", sentences(&document.lines)), ("blocks", blocks)];
    envelope(schema, members)
}

fn text(words: &str) -> Value {
    Value::String(clean(words).into_owned())
}

fn cell(cell: &TableCell) -> Value {
    match cell {
        TableCell::Empty | TableCell::Bar(_) => Value::Null,
        TableCell::Text(words) => text(words),
        TableCell::Said(it) => said(it),
        TableCell::Figure(it) => figure(it),
    }
}

/// A sentence: its words, or words and figures in turn where it has figures.
fn said(it: &Sentence) -> Value {
    if it.0.iter().all(|span| matches!(span, Span::Text(_))) {
        return Value::String(sentence(it, &Display::default()));
    }
    let spans = it.0.iter().map(|span| match span {
        Span::Text(words) => text(words),
        Span::Figure(it) => figure(it),
    });
    Value::Array(spans.collect())
}

fn sums(parts: &Sums) -> Value {
    let parts = parts.iter().map(|(row, sign)| {
        let sign = match sign {
            Sign::Plus => "+",
            Sign::Minus => "-",
        };
        json!({ "row": row, "sign": sign })
    });
    Value::Array(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::{Column, TableRow};
    use crate::sheet::Flags;

    #[test]
    fn values_are_exact_texts() {
        assert_eq!(figure_value(Unit::Money, Some(-123_456_789_012_345_678)), json!("-1234567890123456.78"));
        assert_eq!(figure_value(Unit::Rate, Some(29_900_000)), json!("0.0299"));
        assert_eq!(figure_value(Unit::Money, None), Value::Null);
        let rough = Flags { about: 9, interpolated: true, published: true };
        assert_eq!(
            figure(&Figure::new(Unit::Money, Some(200_000_000_000), rough).at("a/b@2026-27")),
            json!({ "value": "2000000000.00", "unit": "GBP", "interpolated": true, "about": 9, "address": "a/b@2026-27" })
        );
        assert_eq!(
            figure(&Figure::new(Unit::Money, Some(1), Flags::NOT_PUBLISHED)),
            json!({ "value": null, "unit": "GBP", "published": false })
        );
    }

    #[test]
    fn a_document_byte_for_byte() {
        let mut table = Table::new(vec![Column::text("Line"), Column::figure("2026/27")]);
        let pay = table.push(TableRow::plain("Pay\u{1b}[1m", vec![Figure::money(100).into()]));
        let cells = vec![TableCell::Empty];
        table.push(TableRow::plain("All", cells).sum_of(vec![(pay, Sign::Plus)]));
        let it = Document {
            title: "Exshire".into(),
            lines: vec!["version 3".into()],
            blocks: vec![Block::Text(vec![Sentence::from("Gap ").figure(Figure::money(5))]), Block::Table(table)],
        };
        let mut out = Vec::new();
        write(&document("fundgap.gap/1", &it), &mut out).unwrap();
        let expected = r#"{
  "schema": "fundgap.gap/1",
  "title": "Exshire",
  "lines": [
    "version 3"
  ],
  "blocks": [
    {
      "text": [
        [
          "Gap ",
          {
            "value": "0.05",
            "unit": "GBP"
          }
        ]
      ]
    },
    {
      "table": {
        "title": null,
        "key": null,
        "columns": [
          "Line",
          "2026/27"
        ],
        "rows": [
          {
            "style": "plain",
            "indent": 0,
            "cells": [
              "Pay[1m",
              {
                "value": "1.00",
                "unit": "GBP"
              }
            ]
          },
          {
            "style": "plain",
            "indent": 0,
            "cells": [
              "All",
              null
            ],
            "sums": [
              {
                "row": 0,
                "sign": "+"
              }
            ]
          }
        ],
        "notes": []
      }
    }
  ]
}
"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
