//! Line lists from spreadsheets: one row a line, headings as the keys of `[line.…]`.

use csv::{ByteRecord, ReaderBuilder};

use crate::language::astray::{Astray, astray};
use crate::language::{Entry, Node, Table, Value};
use crate::vocabulary::number::read_decimal;
use crate::vocabulary::{Diagnostic, Diagnostics, FileId, FinancialYear, Place, Sources};

/// Reads a line list as a table of lines, every cell with its place in the file.
///
/// The first row holds the headings: `name`, and keys of a line. `clients.opening` makes a table
/// inside the line; a financial year is a year of its `budget`. Cells left empty are left out.
/// `organisation` is whose lines they are, and where that is said.
pub fn read(sources: &Sources, file: FileId, organisation: Option<(&str, Place)>, wrong: &mut Diagnostics) -> Table {
    let mut lines = Table::default();
    let Some(rows) = table(sources, file, wrong) else { return lines };
    let mut rows = rows.into_iter();
    let headings = rows.next().unwrap_or_default();
    let Some(columns) = columns(&headings, file, wrong) else { return lines };
    for row in rows {
        if row.iter().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if let Some((name, entry)) = line(&row, &columns, organisation, wrong) {
            match lines.entries.get(name.as_str()) {
                Some(first) => wrong.push(given_twice(&name, entry.key, first.key)),
                None => {
                    lines.entries.insert(name.into(), entry);
                }
            }
        }
    }
    lines
}

/// What is said of a line that is given twice.
pub(super) fn given_twice(name: &str, second: Place, first: Place) -> Diagnostic {
    Diagnostic::error("duplicate_key", format!("line `{name}` is given twice"))
        .at(second)
        .also(first, "first given here")
        .hint("give each line a name of its own")
}

/// One cell: its text without quotes and the spaces around it, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub text: String,
    pub place: Place,
}

/// The rows of a CSV file, every cell with its place.
fn rows(text: &str, file: FileId) -> Vec<Vec<Cell>> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let body = &text.as_bytes()[mark..];
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body);
    let mut record = ByteRecord::new();
    let mut rows = Vec::new();
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let mut at = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        while matches!(body.get(at), Some(b'\r' | b'\n')) {
            at += 1;
        }
        let mut cells = Vec::with_capacity(record.len());
        for field in &record {
            let end = field_end(body, at);
            let place = Place::new(file, trimmed(body, at, end, mark));
            cells.push(Cell { text: String::from_utf8_lossy(field).trim().to_owned(), place });
            at = end + 1;
        }
        rows.push(cells);
    }
    rows
}

/// The rows of a CSV file with its headings first; nothing where it is no table: a quotation mark is not closed, or
/// something else than commas separates the columns.
pub(crate) fn table(sources: &Sources, file: FileId, wrong: &mut Diagnostics) -> Option<Vec<Vec<Cell>>> {
    let text = sources.file(file).map_or("", |f| f.text.as_str());
    if let Some(Astray { at, .. }) = astray(text, ',') {
        wrong.push(
            Diagnostic::error(
                "quote_not_closed",
                "a field in quotation marks begins here and is not closed at its end",
            )
            .at(Place::new(file, at..at + 1))
            .hint("close it, or write a quotation mark within it twice: what comes after it is not read as rows"),
        );
        return None;
    }
    let rows = rows(text, file);
    if let Some(diagnostic) = rows.first().and_then(|headings| not_commas(headings)) {
        wrong.push(diagnostic);
        return None;
    }
    Some(rows)
}

/// That the columns of a file whose headings all stand in one cell are separated by something else than commas.
fn not_commas(headings: &[Cell]) -> Option<Diagnostic> {
    let [only] = headings else { return None };
    let (_, word) = [(';', "semicolons"), ('\t', "tabs"), ('|', "upright strokes")]
        .into_iter()
        .find(|(sign, _)| only.text.contains(*sign))?;
    let message = format!("the columns of this file are separated by {word}, not by commas");
    let hint = "save the sheet as \"CSV UTF-8 (comma delimited)\"; where that writes semicolons, choose the comma as list separator";
    Some(Diagnostic::error("csv_separator", message).at(only.place).hint(hint))
}

/// The offset after a field that begins at `start`: its comma or the end of its row.
fn field_end(body: &[u8], start: usize) -> usize {
    let mut at = start;
    let quoted = body.get(at) == Some(&b'"');
    let mut inside = quoted;
    if quoted {
        at += 1;
    }
    while let Some(byte) = body.get(at) {
        match byte {
            b'"' if quoted => inside = !inside,
            b',' | b'\r' | b'\n' if !inside => return at,
            _ => {}
        }
        at += 1;
    }
    at.max(start).min(body.len().max(start))
}

/// The span of a cell without the spaces around it.
fn trimmed(body: &[u8], start: usize, end: usize, mark: usize) -> std::ops::Range<usize> {
    let (mut start, mut end) = (start.min(body.len()), end.min(body.len()));
    while end > start && body[end - 1] == b' ' {
        end -= 1;
    }
    while start < end && body[start] == b' ' {
        start += 1;
    }
    start + mark..end + mark
}

/// Where the cells of a column go.
#[derive(Debug, Clone)]
struct Column {
    path: Vec<String>,
    place: Place,
}

fn columns(headings: &[Cell], file: FileId, wrong: &mut Diagnostics) -> Option<Vec<Column>> {
    if !headings.iter().any(|h| h.text == "name") {
        let place = headings.first().map_or(Place::new(file, 0..0), |h| h.place);
        let diagnostic = Diagnostic::error("csv_no_name", "a line list needs a column headed `name`").at(place);
        wrong.push(diagnostic.hint("write the headings in the first row: name,service,base,price"));
        return None;
    }
    let columns: Vec<Column> = headings
        .iter()
        .map(|heading| {
            let path = if heading.text.parse::<FinancialYear>().is_ok() {
                vec!["budget".to_owned(), heading.text.clone()]
            } else {
                heading.text.split('.').map(|part| part.trim().to_owned()).collect()
            };
            Column { path, place: heading.place }
        })
        .collect();
    let mut fine = true;
    for (n, column) in columns.iter().enumerate() {
        // `clients` and `clients.opening` cannot both be had any more than `base` twice.
        let earlier =
            columns[..n].iter().find(|c| column.path.starts_with(&c.path) || c.path.starts_with(&column.path));
        if let Some(first) = earlier.filter(|_| column.path != [""]) {
            wrong.push(
                Diagnostic::error("duplicate_key", format!("column `{}` is there twice", column.path.join(".")))
                    .at(column.place)
                    .also(first.place, "first given here")
                    .hint("keep one of the two columns"),
            );
            fine = false;
        }
        if column.path.len() > 3 {
            wrong.push(
                Diagnostic::error("nested_too_deep", format!("heading `{}` has too many dots", column.path.join(".")))
                    .at(column.place)
                    .hint("write a heading as `base` or `clients.opening`"),
            );
            fine = false;
        }
    }
    fine.then_some(columns)
}

fn line(
    row: &[Cell],
    columns: &[Column],
    organisation: Option<(&str, Place)>,
    wrong: &mut Diagnostics,
) -> Option<(String, Entry)> {
    let beyond = row.get(columns.len()..).unwrap_or_default().iter().any(|cell| !cell.text.is_empty());
    if row.len() < columns.len() || beyond {
        let place = row.first().zip(row.last()).map(|(a, b)| Place { end: b.place.end, ..a.place });
        let diagnostic = Diagnostic::error(
            "csv_row_length",
            format!("this row has {} cells, and there are {} headings", row.len(), columns.len()),
        )
        .hint("put a text that holds a comma in quotes; leave a cell empty rather than out");
        wrong.push(match place {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        });
        return None;
    }
    let mut keys = Table::default();
    let mut name: Option<&Cell> = None;
    for (cell, column) in row.iter().zip(columns) {
        if column.path == ["name"] {
            name = Some(cell);
        } else if !cell.text.is_empty() {
            put(&mut keys, &column.path, column.place, Node::new(value(&cell.text), cell.place));
        }
    }
    let name = name?;
    if name.text.is_empty() {
        wrong.push(
            Diagnostic::error("csv_no_name", "this row has no name")
                .at(row.iter().find(|c| !c.text.is_empty()).map_or(name.place, |c| c.place))
                .hint("write a name in its `name` column: older_people"),
        );
        return None;
    }
    if let (Some((whose, place)), None) = (organisation, keys.get("organisation")) {
        put(&mut keys, &["organisation".to_owned()], place, Node::new(Value::Text(whose.into()), place));
    }
    Some((name.text.clone(), Entry { key: name.place, node: Node::new(Value::Table(keys), name.place) }))
}

/// Puts a value under a path of keys, making the tables between.
fn put(table: &mut Table, path: &[String], key: Place, node: Node) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        table.entries.insert(first.as_str().into(), Entry { key, node });
        return;
    }
    let place = node.place;
    let entry = table
        .entries
        .entry(first.as_str().into())
        .or_insert_with(|| Entry { key, node: Node::new(Value::Table(Table::default()), place) });
    if let Value::Table(inner) = &mut entry.node.value {
        put(inner, rest, key, node);
    }
}

/// A cell as the value it would be in a scenario file.
pub(crate) fn value(text: &str) -> Value {
    let number = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.') && !text.contains('_');
    if number && read_decimal(text).is_ok() {
        // Thousands commas are the spreadsheet's, not the number's.
        return Value::Number(text.replace(',', "").into());
    }
    match text.to_ascii_lowercase().as_str() {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        _ => Value::Text(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Table, Vec<Diagnostic>, Sources) {
        let mut sources = Sources::new();
        let file = sources.add("lines.csv".into(), text.into());
        let mut wrong = Diagnostics::new();
        let table = read(&sources, file, None, &mut wrong);
        (table, wrong.sorted(), sources)
    }

    #[test]
    fn rows_become_lines_with_places() {
        let (table, wrong, sources) = read_text(
            "\u{feff}name,service,base,signed,clients.opening,2026/27\r\npay,\"Corporate, \"\"pay\"\"\",\"1,234.5\",TRUE,,9.1\r\n\r\n,,,,,\r\nfees,Fees, 3% ,,12,\r\n",
        );
        assert!(wrong.is_empty(), "{wrong:?}");
        let pay = table.table("pay").unwrap();
        assert_eq!(pay.get("service").unwrap().as_text(), Some("Corporate, \"pay\""));
        let base = pay.get("base").unwrap();
        assert!(matches!(&base.value, Value::Number(n) if n == "1234.5"));
        assert_eq!(sources.excerpt(base.place), "\"1,234.5\"");
        assert!(matches!(pay.get("signed").unwrap().value, Value::Flag(true)));
        assert!(pay.get("clients").is_none());
        assert_eq!(sources.excerpt(pay.table("budget").unwrap().get("2026/27").unwrap().place), "9.1");
        let fees = table.table("fees").unwrap();
        assert_eq!(sources.excerpt(fees.get("base").unwrap().place), "3%");
        assert_eq!(sources.excerpt(table.entries["fees"].key), "fees");
        assert_eq!(sources.line_column(table.entries["fees"].key), (5, 1));
        assert!(fees.table("clients").unwrap().get("opening").is_some());
    }

    #[test]
    fn what_is_wrong_with_a_sheet_is_told() {
        let names = |text: &str| read_text(text).1.iter().map(|d| d.name).collect::<Vec<_>>();
        assert_eq!(names(""), ["csv_no_name"]);
        assert_eq!(names("title,base\na,1\n"), ["csv_no_name"]);
        assert_eq!(names("name,base\na,1\na,2\n"), ["duplicate_key"]);
        assert_eq!(names("name,base\na\nb,1,2\n"), ["csv_row_length"; 2]);
        assert_eq!(names("name,base,base\na,1,2\n"), ["duplicate_key"]);
        assert_eq!(names("name,budget,2026/27\na,1,2\n"), ["duplicate_key"]);
        assert_eq!(names("name,base\n,2\n"), ["csv_no_name"]);
        assert_eq!(names("name,base,,\na,1,,\n"), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(?s)(name,base\n)?([a-c,\"\r\n 0-9£]|.){0,60}") {
            let (table, _, sources) = read_text(&text);
            for entry in table.entries.values() {
                let place = entry.key;
                proptest::prop_assert!(sources.files().next().unwrap().text.get(place.start as usize..place.end as usize).is_some());
            }
        }
    }
}
